//! What the public log tells of people, and what it never tells: read by somebody who has nothing but the export.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use jiff::civil::date;
use serde_json::{Value, json};
use yishi_canonical::Digest;
use yishi_harness::stage::plain_settings;
use yishi_harness::{HandCount, PaperAdoption, Place, PlaceSpec, Stage, Votes, artifacts, texts};

const MARCH: &str = "2026-03-02T09:00:00+08:00";
const ILL: &str = "因病住院";
const ASIDE: &str = "本人家里卖煤炉，请求回避。";

/// A village with a plain charter.
async fn village(stage: &Stage, prefix: &str) -> Result<Place> {
    let place = stage.town.community(&PlaceSpec::village("云岭村", prefix, 60)).await?;
    let paper = PaperAdoption {
        on: date(2026, 1, 20),
        body: "residents-assembly",
        mode: "households",
        counts: [60, 52, 45, 5, 2],
    };
    let charter = artifacts::test_plugin("plain-charter")?;
    place.attest(&charter, Some(&plain_settings("in-office", 15)), &paper).await?;
    Ok(place)
}

/// The entries of the community's log, as anybody can have them.
async fn log(place: &Place) -> Result<Vec<Value>> {
    let export = place.export().await?;
    let mut entries = Vec::new();
    for line in export.lines().skip(1) {
        let line: Value = serde_json::from_str(line)?;
        entries.push(serde_json::from_str(line["entry"].as_str().context("a line without its entry")?)?);
    }
    Ok(entries)
}

/// Runs the offline verifier on an export: whether it is sound, and what it says.
fn verified(export: &str) -> Result<(bool, Value)> {
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), export)?;
    let output = Command::new(artifacts::verifier()?).arg("--json").arg(file.path()).output()?;
    let said: Value = serde_json::from_slice(&output.stdout)?;
    Ok((output.status.success(), said))
}

/// Every text that looks like an id of somebody, wherever it stands.
fn ids(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let is_id = |text: &str| {
        ["per_", "hh_", "acc_"].iter().any(|prefix| {
            text.strip_prefix(prefix).is_some_and(|uuid| uuid.len() == 36 && uuid.as_bytes()[8] == b'-')
        })
    };
    match value {
        Value::String(text) if is_id(text) => drop(found.insert(text.clone())),
        Value::Array(items) => found.extend(items.iter().flat_map(ids)),
        Value::Object(fields) => {
            found.extend(fields.keys().filter(|name| is_id(name)).cloned());
            found.extend(fields.values().flat_map(ids));
        }
        _ => {}
    }
    found
}

/// Every digest in a text.
fn digests(text: &str) -> BTreeSet<String> {
    let starts = text.match_indices("sha256:").map(|(at, _)| at);
    starts.filter_map(|at| text.get(at..at + 71).map(str::to_owned)).collect()
}

fn of_kind<'a>(entries: &'a [Value], kind: &str) -> Vec<&'a Value> {
    entries.iter().filter(|entry| entry["kind"] == kind).collect()
}

/// A member of the council comments on a matter, comes to the sitting, steps aside from one item and votes on the others. The
/// log gave the same id in every place, and the seat's id gave the name.
#[tokio::test]
async fn what_one_person_did_cannot_be_joined() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage, "yunling").await?;
    let first = place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
    let second = place.bring_forward(&place.chair, &texts::coal_stoves()).await?;
    let comments = [(&place.chair, "我家也烧煤炉"), (&place.resident, texts::COMMENT_RESIDENT)];
    place.consult(&first, 7, &comments).await?;
    place.end_consultation(&first, 7, texts::CONSULTATION_REPORT).await?;
    let sitting = place.council_sitting(0);
    let (meeting, held_on) = place.convene(&sitting, &[&first, &second]).await?;
    place.open_meeting(&meeting, held_on, &sitting.present).await?;
    for (matter, recused) in [(&first, None), (&second, Some(&place.council[3]))] {
        let thing = place.path(&format!("/meetings/{meeting}"));
        let mut open = json!({"matter": matter});
        if let Some(person) = recused {
            open["recused"] = json!([
                {"matter": matter, "person": person.id, "reason": ASIDE, "declared_in_room": true},
            ]);
        }
        let made = place.clerk.change(&thing, "/ballots", &open).await?.ok()?;
        let ballot = made["id"].as_str().context("a ballot without its id")?.to_owned();
        let there: Vec<_> = place.council[1..].iter().filter(|one| Some(*one) != recused).collect();
        let mut votes = Votes::entered(&there, &[("yes", there.len() - 1), ("no", 1)]);
        votes.own.push((&place.chair, "yes"));
        place.vote(&meeting, &ballot, &votes).await?;
    }
    let thing = place.path(&format!("/meetings/{meeting}"));
    place.clerk.change(&thing, "/adjourn", &json!({"minutes": texts::MINUTES})).await?.ok()?;

    let entries = log(&place).await?;
    let mut said: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (number, entry) in of_kind(&entries, "comment.made").into_iter().enumerate() {
        said.insert(format!("comment {number}"), ids(entry));
    }
    for entry in of_kind(&entries, "meeting.arrived") {
        said.entry("attendance".into()).or_default().extend(ids(&entry["body"]["electors"]));
    }
    for entry in of_kind(&entries, "meeting.recused") {
        said.entry("recusal".into()).or_default().extend(ids(&entry["body"]["elector"]));
    }
    for entry in of_kind(&entries, "bodies.elected") {
        said.entry("seats".into()).or_default().extend(ids(&entry["body"]["seats"]));
    }
    for entry in of_kind(&entries, "ballot.cast") {
        let ballot = format!("vote in {}", entry["body"]["ballot"]);
        said.entry(ballot).or_default().extend(ids(&entry["body"]["voter"]));
    }
    for entry in of_kind(&entries, "matter.suggested") {
        said.insert(format!("suggestion {}", entry["stream"]), ids(&entry["actor"]));
    }
    ensure!(said["attendance"].len() == 11 && said["recusal"].len() == 1, "{said:#?}");
    ensure!(said["seats"].len() > 30 && said.len() == 9, "{said:#?}");
    for (one, here) in &said {
        for (other, there) in &said {
            ensure!(one == other || here.is_disjoint(there), "{one} and {other} have an id in common");
        }
    }
    // Nobody's own id is in it, as the pages, the API or a clerk's screen show them.
    let everything = ids(&json!(entries));
    let own = place.people.iter().flat_map(|person| [person.id.clone(), person.household.clone()]);
    let accounts = yishi_harness::place::all(&place.clerk, &place.path("/accounts")).await?;
    let accounts: Vec<String> =
        accounts.iter().filter_map(|one| one["id"].as_str().map(str::to_owned)).collect();
    ensure!(accounts.len() > 4, "{accounts:?}");
    let leaked: Vec<String> = own.chain(accounts).filter(|id| everything.contains(id)).collect();
    ensure!(leaked.is_empty(), "{leaked:?}");

    // The server itself still knows, also after a power cut: who came, who sits where, who voted.
    let stage = stage.power_cut().await?;
    let seen = place.clerk.get(&thing).await?.ok()?;
    let there: BTreeSet<&str> =
        seen["present_ids"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    ensure!(there == place.council.iter().map(|one| one.id.as_str()).collect(), "{seen}");
    let council = place.city().visitor.get(&place.path("/bodies")).await?.text;
    ensure!(council.contains(&place.council[0].name), "{council}");
    place.bring_forward(&place.chair, &texts::coal_stoves()).await.context("the chair still holds a seat")?;
    let (sound, said) = verified(&place.export().await?)?;
    ensure!(sound, "{said}");
    drop(stage);
    Ok(())
}

/// The reason of a seat's end was a bare digest in the log, found by trying; a paper that may not be read was answered
/// otherwise than one that does not exist; and a public text disappeared when somebody filed its words as a reason.
#[tokio::test]
async fn what_is_internal_cannot_be_guessed() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage, "yunling").await?;
    let visitor = &place.city().visitor;
    let published = place.clerk.post(&place.path("/documents"), &json!({"text": ILL})).await?.ok()?;
    let seat = format!("/bodies/council/seats/{}/end", place.council[5].id);
    place.clerk.post(&place.path(&seat), &json!({"because": "other", "reasons": ILL})).await?.ok()?;
    let matter = place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
    let present: Vec<_> = place.council.iter().filter(|one| **one != place.council[5]).collect();
    let sitting = yishi_harness::Assembly { present, ..place.council_sitting(0) };
    let (meeting, held_on) = place.convene(&sitting, &[&matter]).await?;
    place.open_meeting(&meeting, held_on, &sitting.present).await?;
    let thing = place.path(&format!("/meetings/{meeting}"));
    let member = &place.council[3].id;
    let aside = json!({"matter": matter, "person": member, "reason": ASIDE, "declared_in_room": true});
    let open = json!({"matter": matter, "recused": [aside]});
    let made = place.clerk.change(&thing, "/ballots", &open).await?.ok()?;
    let ballot = made["id"].as_str().context("a ballot without its id")?;
    place.vote(&meeting, ballot, &Votes::by_hand(HandCount::of(9, 9, 0))).await?;
    place.clerk.change(&thing, "/adjourn", &json!({"minutes": texts::MINUTES})).await?.ok()?;
    let one = "household,name,birth_date,sex,registration,resident_since,party_member,household_head,phone\n\
               九组-9,孤行,1990-03-04,female,local,2001-01-01,false,false,\n";
    let import = place.path("/roster/import");
    let imported = place.clerk.upload(&import, "text/csv", one.as_bytes().to_vec()).await?;
    ensure!(imported.status.is_success(), "{}", imported.text);

    // Whoever tries every text they can think of finds the public ones and no other.
    let export = place.export().await?;
    let known = digests(&export);
    let minutes = format!("{} 选举记录：应选 11 人，当选 11 人。", date(2026, 3, 2));
    let sheet = texts::count_sheet(9, 0, 0, 0);
    let guesses = [
        ILL,
        texts::MINUTES,
        &minutes,
        ASIDE,
        &sheet,
        texts::PAPER_MINUTES,
        "yes",
        "no",
        "abstain",
        one,
        one.trim_end(),
        &place.council[3].id,
        &place.council[5].id,
        &place.council[5].name,
    ];
    for guess in guesses {
        ensure!(!known.contains(&Digest::of(guess.as_bytes()).to_string()), "`{guess}` is found by trying");
    }
    let title = Digest::of(texts::coal_stoves().title.as_bytes()).to_string();
    ensure!(known.contains(&title), "the search finds what is public");
    let entries = log(&place).await?;
    let imports = of_kind(&entries, "roster.imported");
    let last = imports.last().context("no import in the log")?;
    ensure!(digests(&last["body"].to_string()).is_empty(), "{last}");

    // Nor does asking for a paper tell that there is one.
    let ended = of_kind(&entries, "bodies.seat-ended");
    let record = ended[0]["body"]["end"]["record"].as_str().context("no reason in the log")?;
    let absent = visitor.get(&place.path(&format!("/documents/{}", Digest::of(b"nothing")))).await?;
    for reader in [visitor, &place.resident] {
        let refused = reader.get(&place.path(&format!("/documents/{record}"))).await?;
        ensure!(refused.status == absent.status && refused.code() == absent.code(), "{}", refused.text);
        ensure!(refused.json["title"] == absent.json["title"], "{}", refused.text);
    }
    // Those who may read it can check it against the log.
    let read = place.clerk.get(&place.path(&format!("/documents/{record}"))).await?.ok()?;
    ensure!(read["text"] == ILL, "{read}");
    let salt = hex::decode(read["salt"].as_str().context("an internal paper without its salt")?)?;
    let opened = Digest::of(&[b"yishi/document/1\0", salt.as_slice(), ILL.as_bytes()].concat());
    ensure!(opened.to_string() == record, "the salt does not open it");
    // And the same words, published before, are as public as they were.
    let digest = published["digest"].as_str().context("a document without its digest")?;
    let public = visitor.get(&place.path(&format!("/documents/{digest}"))).await?.ok()?;
    ensure!(public["text"] == ILL && public["salt"].is_null(), "{public}");
    let (sound, said) = verified(&export)?;
    ensure!(sound, "{said}");
    Ok(())
}

/// While an open vote ran, the log gave voter and choice, where the API promised the turnout alone.
#[tokio::test]
async fn a_running_vote_says_that_somebody_voted_and_not_how() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage, "yunling").await?;
    let matter = place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
    let sitting = place.council_sitting(0);
    let (meeting, held_on) = place.convene(&sitting, &[&matter]).await?;
    place.open_meeting(&meeting, held_on, &sitting.present).await?;
    let ballot = place.open_ballot(&meeting, &matter).await?;
    let path = place.path(&format!("/ballots/{ballot}/votes"));
    let mine = place.chair.post(&path, &json!({"choice": "abstain"})).await?.ok()?;
    for (person, choice) in place.council[1..].iter().zip(["yes", "no"].into_iter().cycle()) {
        let vote = json!({"choice": choice, "voter": person.id, "channel": "meeting"});
        place.clerk.post(&path, &vote).await?.ok()?;
    }
    // Every public way of reading, with the vote running.
    let running = log(&place).await?;
    let votes = of_kind(&running, "ballot.cast");
    ensure!(votes.len() == 11, "{}", votes.len());
    let seq = mine["seq"].as_u64().context("a receipt without its place")?;
    let mut read = votes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    for path in [
        format!("/ballots/{ballot}"),
        format!("/meetings/{meeting}"),
        format!("/matters/{matter}"),
        format!("/log/receipts/{seq}"),
        "/log/entries?from=0&limit=500".to_owned(),
    ] {
        for reader in [&place.city().visitor, &place.clerk, &place.resident] {
            let text = reader.get(&place.path(&path)).await?.text;
            let casts = text.split("ballot.cast").skip(1).collect::<String>();
            read.push_str(if path.starts_with("/log") { &casts } else { &text });
        }
    }
    for word in ["\"choice\"", "\"yes\"", "\"no\"", "\"abstain\""] {
        ensure!(
            !read.contains(word) && !read.contains(&word.replace('"', "\\\"")),
            "{word} is told of a running vote"
        );
    }
    let paper = place.city().visitor.get(&place.path(&format!("/log/receipts/{seq}"))).await?.text;

    let thing = place.path(&format!("/ballots/{ballot}"));
    place.clerk.change(&thing, "/close", &json!({})).await?.ok()?;
    let closed = log(&place).await?;
    let opened = of_kind(&closed, "ballot.votes-opened");
    let choices: Vec<(u64, &str)> = opened
        .iter()
        .flat_map(|entry| entry["body"]["votes"].as_array().into_iter().flatten())
        .filter_map(|vote| Some((vote["vote"].as_u64()?, vote["choice"].as_str()?)))
        .collect();
    ensure!(choices.len() == 11 && choices.contains(&(seq, "abstain")), "{choices:?}");
    let export = place.export().await?;
    let (sound, said) = verified(&export)?;
    ensure!(sound && said["votes"] == 11, "{said}");
    // The receipt from before the closing still proves its entry.
    let (sound, said) = verified(&paper)?;
    ensure!(sound, "{said}");

    // A vote that was turned is named, whether in the entry that cast it or in the one that opened it.
    let turned = |kind: &str, from: &str, to: &str| -> Result<(String, u64)> {
        let mut lines: Vec<String> = export.lines().map(str::to_owned).collect();
        let at = lines.iter().position(|line| line.contains(kind)).context("no such entry")?;
        ensure!(lines[at].contains(from), "{from} is not in {}", lines[at]);
        lines[at] = lines[at].replacen(from, to, 1);
        Ok((lines.join("\n") + "\n", at as u64 - 1))
    };
    for (kind, from, to) in [
        ("ballot.cast", r#"\"commitment\":\"sha256:"#, r#"\"commitment\":\"sha256:0"#),
        ("ballot.votes-opened", r#"\"choice\":\"no\""#, r#"\"choice\":\"yes\""#),
    ] {
        let (copy, entry) = turned(kind, from, to)?;
        let (sound, said) = verified(&copy)?;
        ensure!(!sound && said["first_bad_entry"] == entry, "{kind} at {entry}: {said}");
    }
    Ok(())
}

/// Opens a secret ballot of the council on a matter, with all but a few there; gives the meeting and the ballot.
async fn secret_ballot(place: &Place, absent: usize) -> Result<(String, String)> {
    let matter = place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
    let sitting = place.council_sitting(absent);
    let (meeting, held_on) = place.convene(&sitting, &[&matter]).await?;
    place.open_meeting(&meeting, held_on, &sitting.present).await?;
    let thing = place.path(&format!("/meetings/{meeting}"));
    let open = json!({"matter": matter, "secrecy": "secret"});
    let made = place.clerk.change(&thing, "/ballots", &open).await?.ok()?;
    Ok((meeting, made["id"].as_str().context("a ballot without its id")?.to_owned()))
}

/// One voted by phone, ten into the box: the closing entry gave `cast` beside `hand`, and with them the one vote.
#[tokio::test]
async fn a_secret_vote_follows_from_no_figure() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage, "yunling").await?;
    let (meeting, ballot) = secret_ballot(&place, 0).await?;
    let votes = Votes {
        own: vec![(&place.chair, "no")],
        hand: Some(HandCount { yes: 9, spoilt: 1, ..HandCount::default() }),
        ..Votes::default()
    };
    let decided = place.vote(&meeting, &ballot, &votes).await?;
    let count = &decided.decision["finding"]["count"];
    ensure!(count["yes"] == 9 && count["no"] == 1 && count["spoilt"] == 1, "{count}");

    let entries = log(&place).await?;
    let closing = of_kind(&entries, "meeting.ballot-closed")[0];
    let sum = json!({"yes": 9, "no": 1, "abstain": 0, "spoilt": 1});
    ensure!(closing["body"]["cast"] == sum, "{closing}");
    ensure!(
        closing["body"]["hand"].get("votes").is_none() && closing["body"].get("choices").is_none(),
        "{closing}"
    );
    ensure!(of_kind(&entries, "ballot.votes-opened").is_empty());
    let cast = of_kind(&entries, "ballot.cast")[0];
    ensure!(cast["body"].get("commitment").is_none(), "{cast}");
    // A secret vote has no time of its own: the day, or the time of the entry before it, since the log's time never runs back.
    // Where it stands among the entries tells as much.
    let seq = cast["seq"].as_u64().and_then(|seq| usize::try_from(seq).ok()).context("no seq")?;
    ensure!(cast["at"] == entries[seq - 1]["at"], "{cast} after {}", entries[seq - 1]);
    let (sound, said) = verified(&place.export().await?)?;
    ensure!(sound && said["ballots"] == 1, "{said}");
    // No public answer has parts either.
    let seen = place.city().visitor.get(&place.path(&format!("/ballots/{ballot}"))).await?.ok()?;
    ensure!(seen["turnout"] == 11 && seen.get("hand").is_none() && seen.get("cast").is_none(), "{seen}");
    Ok(())
}

/// R17, worked example 32: a secret vote of eight is published in the totals of the whole, on every way out, and the totals
/// are enough to compute the finding again.
#[tokio::test]
async fn a_secret_vote_of_eight_is_published_in_totals_alone() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage, "yunling").await?;
    let (meeting, ballot) = secret_ballot(&place, 3).await?;
    let votes = Votes {
        own: vec![(&place.chair, "yes")],
        hand: Some(HandCount { yes: 4, no: 2, abstain: 1, ..HandCount::default() }),
        ..Votes::default()
    };
    let decided = place.vote(&meeting, &ballot, &votes).await?;
    let totals = json!({"yes": 5, "no": 2, "abstain": 1, "spoilt": 0});
    let entries = log(&place).await?;
    let closing = of_kind(&entries, "meeting.ballot-closed")[0];
    ensure!(closing["body"]["cast"] == totals, "{closing}");
    let count = &closing["body"]["finding"]["count"];
    ensure!(
        totals.as_object().into_iter().flatten().all(|(choice, votes)| count[choice] == *votes),
        "{count}"
    );
    ensure!(count["present"] == 8 && decided.decision["finding"]["count"] == *count, "{count}");
    // Whatever counts by choice counts the whole: not a channel, a group or an hour.
    let mut counted = Vec::new();
    for entry in entries.iter().filter(|entry| entry["kind"] != "rule.attested") {
        counted.extend(counted_by_choice(&entry["body"]));
    }
    for path in [format!("/ballots/{ballot}"), format!("/meetings/{meeting}")] {
        counted.extend(counted_by_choice(&place.city().visitor.get(&place.path(&path)).await?.ok()?));
    }
    ensure!(counted.len() >= 4 && counted.iter().all(|one| *one == totals), "{counted:?}");
    let (sound, said) = verified(&place.export().await?)?;
    ensure!(sound && said["ballots"] == 1, "{said}");
    Ok(())
}

/// Every count of a document that tells choices apart, as far as it does.
fn counted_by_choice(value: &Value) -> Vec<Value> {
    match value {
        Value::Object(fields) => {
            let choices = ["yes", "no", "abstain", "spoilt"].iter();
            let counts: serde_json::Map<_, _> = choices
                .filter_map(|choice| Some(((*choice).to_owned(), fields.get(*choice)?.clone())))
                .collect();
            let own = (!counts.is_empty()).then_some(Value::Object(counts));
            own.into_iter().chain(fields.values().flat_map(counted_by_choice)).collect()
        }
        Value::Array(items) => items.iter().flat_map(counted_by_choice).collect(),
        _ => Vec::new(),
    }
}

/// R35, worked example 32: the clerk entered "person X voted yes" from paper in a secret ballot.
#[tokio::test]
async fn nobody_enters_what_a_named_person_chose_in_secret() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage, "yunling").await?;
    let (meeting, ballot) = secret_ballot(&place, 3).await?;
    let votes = place.path(&format!("/ballots/{ballot}/votes"));
    let before = place.export().await?;
    for channel in ["meeting", "desk"] {
        let paper = json!({"choice": "yes", "voter": place.council[1].id, "channel": channel});
        let problem = place.clerk.post(&votes, &paper).await?.refused(409, "secret-vote-by-name")?;
        ensure!(problem["by"].to_string().contains("R35"), "{problem}");
    }
    ensure!(place.export().await? == before, "the refusal left something behind");
    ensure!(place.clerk.get(&place.path(&format!("/ballots/{ballot}"))).await?.ok()?["turnout"] == 0);
    // The same people's papers are counted in the box.
    let decided = place.vote(&meeting, &ballot, &Votes::by_hand(HandCount::of(8, 7, 1))).await?;
    ensure!(decided.decision["finding"]["count"]["yes"] == 7, "{}", decided.decision);
    Ok(())
}

/// 清除资料: rows gone, salt gone, and the record still verifies.
#[tokio::test]
async fn a_person_can_be_erased_and_the_record_still_verifies() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage, "erased").await?;
    let (person, own) = place.voters.get(3).context("a resident with an account")?.clone();
    let matter = place.suggest(&own, &texts::coal_stoves()).await?;
    let erasure = place.path(&format!("/persons/{}/erasure", person.id));
    let asked =
        json!({"reasons": "本人书面申请。", "paper": "申请第 7 号，2026 年 3 月 2 日", "confirmed": true});
    place.clerk.post(&erasure, &asked).await?.refused(409, "erased-on-roll")?;
    own.post(&erasure, &asked).await?.refused(403, "not-permitted")?;
    let away = json!({
        "change": "moved-away", "on": "2026-03-02", "reasons": format!("{}迁往外地。", person.name), "paper": "迁移证 1 号",
    });
    place.clerk.post(&place.path(&format!("/persons/{}/changes", person.id)), &away).await?.ok()?;
    let home = format!("/c/{}", place.id);
    let before = stage.city.visitor.get(&home).await?;
    let named = json!({"reasons": format!("{}申请。", person.name), "paper": "7 号", "confirmed": true});
    place.clerk.post(&erasure, &named).await?.refused(422, "invalid-fields")?;
    let unmeant = json!({"reasons": "本人申请。", "paper": "7 号", "confirmed": false});
    place.clerk.post(&erasure, &unmeant).await?.refused(422, "invalid-fields")?;
    let account = own.get("/me").await?.ok()?["id"].as_str().context("an account")?.to_owned();
    let done = place.clerk.post(&erasure, &asked).await?.ok()?;
    ensure!(done["account_ended"] == json!(true), "{done}");
    place.clerk.post(&erasure, &asked).await?.refused(404, "not-found")?;

    let ended = own.get("/me").await?;
    ensure!(ended.status == 401, "the account still signs in: {}", ended.text);
    // Nor does anybody bring it back to life: it acted again, for somebody who could not be erased a second time.
    let listed = place.clerk.get(&place.path("/accounts")).await?.ok()?.to_string();
    ensure!(!listed.contains(&person.id) && !listed.contains("erased:"), "{listed}");
    for act in ["enable", "disable"] {
        place
            .clerk
            .post(&format!("/accounts/{account}/{act}"), &json!({}))
            .await?
            .refused(404, "not-found")?;
    }
    let password = json!({"password": "nobody-knows-it-2026"});
    let reset = format!("/accounts/{account}/password");
    place.clerk.post(&reset, &password).await?.refused(404, "not-found")?;
    let found = place.clerk.get(&place.path(&format!("/persons?name={}", person.name))).await?.ok()?;
    ensure!(!found.to_string().contains(&person.id), "{found}");
    let changes = place.clerk.get(&place.path("/roster/changes")).await?.ok()?;
    ensure!(
        !changes.to_string().contains(&person.id) && !changes.to_string().contains("迁往外地"),
        "{changes}"
    );
    let seen = place.matter(&matter).await?;
    ensure!(!seen.to_string().contains(&person.id), "the matter still names them: {seen}");
    let after = stage.city.visitor.get(&home).await?;
    ensure!(after.status == 200 && before.status == 200 && !after.text.contains(&person.id));

    let export = place.export().await?;
    let (sound, said) = verified(&export)?;
    ensure!(sound, "the record does not verify any more: {said}");
    ensure!(export.contains("person.erased"), "that somebody was erased is on record");
    // A second start reads it all again, with nothing in memory.
    let stage = stage.power_cut().await?;
    let seen = stage.city.visitor.get(&place.path(&format!("/matters/{matter}"))).await?.ok()?;
    ensure!(!seen.to_string().contains(&person.id), "{seen}");
    Ok(())
}
