//! A body sits once at a time and on its day, with the roll it opened with; who may is decided with the body; and an act
//! that is refused leaves nothing behind.

use anyhow::{Context as _, Result, ensure};
use jiff::civil::date;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use yishi_harness::place::all;
use yishi_harness::stage::plain_settings;
use yishi_harness::{
    Affair, Assembly, Client, HandCount, PaperAdoption, Place, PlaceSpec, Reply, Resident, Stage, Votes,
    artifacts, roster, texts,
};

const MARCH: &str = "2026-03-02T09:00:00+08:00";

/// A village whose council has a charter to vote by.
async fn village(stage: &Stage) -> Result<Place> {
    let place = stage.town.community(&PlaceSpec::village("云岭村", "yunling", 60)).await?;
    charter(&place).await?;
    Ok(place)
}

async fn charter(place: &Place) -> Result<()> {
    let adopted = PaperAdoption {
        on: date(2026, 1, 20),
        body: "residents-assembly",
        mode: "households",
        counts: [60, 52, 45, 5, 2],
    };
    let settings = plain_settings("in-office", 15);
    place.attest(&artifacts::test_plugin("plain-charter")?, Some(&settings), &adopted).await?;
    Ok(())
}

fn plain(title: &'static str) -> Affair<'static> {
    Affair { title, ..texts::coal_stoves() }
}

/// A matter that waits for the vote of the representatives.
async fn for_the_representatives(place: &Place, title: &'static str) -> Result<String> {
    let affair = Affair { class: "major", ..plain(title) };
    let matter = place.bring_forward(&place.resident, &affair).await?;
    place.submit_to(&matter, "representative-assembly", Some(texts::AUTHORISATION)).await?;
    Ok(matter)
}

fn notice(body: &str, mode: &str, held_on: &str, agenda: &[&str]) -> Value {
    json!({"body": body, "mode": mode, "held_on": held_on, "hour": "14:30", "place": texts::HALL, "agenda": agenda})
}

async fn call(place: &Place, by: &Client, notice: &Value) -> Result<Reply> {
    by.post(&place.path("/meetings"), notice).await
}

/// Everything that can be read of a place, and its log.
async fn whole(place: &Place) -> Result<Vec<Value>> {
    let mut seen = vec![Value::from(place.export().await?)];
    for listing in ["/matters", "/meetings", "/persons"] {
        seen.extend(all(&place.clerk, &place.path(listing)).await?);
    }
    for matter in all(&place.clerk, &place.path("/matters")).await? {
        let id = matter["id"].as_str().context("no id")?;
        seen.push(place.clerk.get(&place.path(&format!("/matters/{id}"))).await?.ok()?);
    }
    for meeting in all(&place.clerk, &place.path("/meetings")).await? {
        for ballot in meeting["ballots"].as_array().into_iter().flatten() {
            let id = ballot["id"].as_str().context("no id")?;
            seen.push(place.clerk.get(&place.path(&format!("/ballots/{id}"))).await?.ok()?);
        }
    }
    for path in ["/bodies", "/rules"] {
        seen.push(place.clerk.get(&place.path(path)).await?.ok()?);
    }
    seen.push(place.clerk.get(&place.path("")).await?.ok()?);
    Ok(seen)
}

/// Two notices of one body for one day stood, one by persons and one by households, and the one that became quorate was
/// opened; one matter was on two agendas; notice was given of suggestions and of what was withdrawn.
#[tokio::test]
async fn a_body_is_called_once_for_a_day_and_a_matter_is_on_one_agenda() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let [first, second] =
        [for_the_representatives(&place, "第一项").await?, for_the_representatives(&place, "第二项").await?];
    let representatives =
        |day: &str, agenda: &[&str]| notice("representative-assembly", "persons", day, agenda);
    let made = call(&place, &place.director, &representatives("2026-03-20", &[&first])).await?.ok()?;
    ensure!(made["hour"] == "14:30" && made["agenda"][0]["text"].is_string(), "{made}");
    let same_day = call(&place, &place.director, &representatives("2026-03-20", &[&second])).await?;
    same_day.refused(409, "notice-exists")?;
    let on_another =
        call(&place, &place.director, &representatives("2026-03-25", &[&second, &first])).await?;
    let problem = on_another.refused(409, "on-another-agenda")?;
    ensure!(problem["title"].to_string().contains("2026-03-20"), "{problem}");
    call(&place, &place.director, &representatives("2026-03-25", &[&second])).await?.ok()?;

    // What its body does not decide next.
    let bare = place.suggest(&place.resident, &plain("光是建议")).await?;
    let council = |matter: &str| notice("council", "persons", "2026-03-10", &[matter]);
    let problem = call(&place, &place.chair, &council(&bare)).await?.refused(409, "matter-not-ready")?;
    ensure!(problem["title"].to_string().contains("光是建议"), "{problem}");
    let gone = place.bring_forward(&place.resident, &plain("撤回的")).await?;
    place.step(&place.chair, &gone, "withdraw", &json!({"reasons": "不办了"})).await?;
    call(&place, &place.chair, &council(&gone)).await?.refused(409, "matter-is-over")?;
    let wrong = notice("council", "persons", "2026-03-10", &[&second]);
    call(&place, &place.chair, &wrong).await?.refused(409, "matter-of-another-body")?;

    // Cancelled, a notice frees its day and its matters.
    let id = made["id"].as_str().context("no id")?;
    let thing = place.path(&format!("/meetings/{id}"));
    place.director.change(&thing, "/cancel", &json!({"reasons": "改期"})).await?.ok()?;
    call(&place, &place.director, &representatives("2026-03-20", &[&first])).await?.ok()?;
    Ok(())
}

/// Two sittings of one body were open at once.
#[tokio::test]
async fn a_body_sits_once_at_a_time() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let sitting = place.council_sitting(0);
    let one = place.bring_forward(&place.resident, &plain("第一项")).await?;
    let two = place.bring_forward(&place.resident, &plain("第二项")).await?;
    let (first, held_on) = place.convene(&sitting, &[&one]).await?;
    let later = Assembly { notice_days: 5, ..place.council_sitting(0) };
    let (second, next) = place.convene(&later, &[&two]).await?;
    place.open_meeting(&first, held_on, &sitting.present).await?;
    stage.city.advance_to(next).await?;
    let thing = place.path(&format!("/meetings/{second}"));
    let problem = place.clerk.change(&thing, "/open", &json!({})).await?.refused(409, "body-is-sitting")?;
    ensure!(problem["title"].to_string().contains(&held_on.to_string()), "{problem}");
    // Its day is over: it takes no votes any more, and can be ended.
    let unfinished = place.path(&format!("/meetings/{first}"));
    let vote = place.clerk.change(&unfinished, "/ballots", &json!({"matter": one})).await?;
    vote.refused(409, "sitting-is-over")?;
    place.clerk.change(&unfinished, "/adjourn", &json!({"minutes": texts::MINUTES})).await?.ok()?;
    place.clerk.change(&thing, "/open", &json!({})).await?.ok()?;
    // What was not voted on is free for the next agenda.
    place.convene(&place.council_sitting(0), &[&one]).await?;
    Ok(())
}

/// One imported newcomer or one resignation during a sitting stopped every check-in and every ballot with `roll-changed`.
#[tokio::test]
async fn the_roll_is_kept_whole_from_the_opening() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let matter = place.bring_forward(&place.resident, &plain("路灯")).await?;
    let sitting = place.council_sitting(3);
    let (meeting, held_on) = place.convene(&sitting, &[&matter]).await?;
    place.open_meeting(&meeting, held_on, &sitting.present).await?;

    let gone = &place.council[10];
    let ending = place.path(&format!("/bodies/council/seats/{}/end", gone.id));
    place.clerk.post(&ending, &json!({"reasons": "辞职", "because": "resigned"})).await?.ok()?;
    // Still of this sitting: the roll is the one it opened with.
    place.arrive(&meeting, &[gone]).await?;
    let ballot = place.open_ballot(&meeting, &matter).await?;
    let decided = place.vote(&meeting, &ballot, &Votes::by_hand(HandCount::of(9, 8, 1))).await?;
    let count = &decided.decision["finding"]["count"];
    ensure!(count["in_office"] == 11 && count["present"] == 9, "{count}");
    let thing = place.path(&format!("/meetings/{meeting}"));
    place.clerk.change(&thing, "/adjourn", &json!({"minutes": texts::MINUTES})).await?.ok()?;

    // The next sitting has the roll of its own day.
    let next = place.bring_forward(&place.resident, &plain("水管")).await?;
    let (meeting, _) = place.convene(&place.council_sitting(0), &[&next]).await?;
    let seen = place.clerk.get(&place.path(&format!("/meetings/{meeting}"))).await?.ok()?;
    ensure!(seen["base"] == 10, "{}", seen["base"]);
    Ok(())
}

/// As above for an assembly of everybody, where a new roster comes in between.
#[tokio::test]
async fn a_roster_imported_during_an_assembly_is_for_the_next_one() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let lines = roster::adults(20, 60);
    let (last, first) = lines.split_last().context("nobody")?;
    let spec = PlaceSpec { roster: first.to_vec(), ..PlaceSpec::village("云岭村", "yunling", 20) };
    let place = stage.town.community(&PlaceSpec { representatives: 25, ..spec }).await?;
    let affair = Affair { class: "major", ..texts::coal_stoves() };
    let matter = place.bring_forward(&place.resident, &affair).await?;
    place.submit_to(&matter, "residents-assembly", None).await?;
    let present: Vec<&Resident> = place.adults().into_iter().take(40).collect();
    let assembly = Assembly { body: "residents-assembly", mode: "persons", present, notice_days: 10 };
    let (meeting, held_on) = place.convene(&assembly, &[&matter]).await?;
    place.open_meeting(&meeting, held_on, &assembly.present).await?;
    let csv = roster::csv(std::slice::from_ref(last)).into_bytes();
    place.clerk.upload(&place.path("/roster/import"), "text/csv", csv).await?.ok()?;
    place.arrive(&meeting, &place.adults()[40..41]).await?;
    let ballot = place.open_ballot(&meeting, &matter).await?;
    let decided = place.vote(&meeting, &ballot, &Votes::by_hand(HandCount::of(41, 30, 11))).await?;
    ensure!(decided.decision["finding"]["count"]["in_office"] == 59, "{}", decided.decision);
    Ok(())
}

/// A close with a wrong count was refused, and yet the vote had stopped while the ballot said `open`.
#[tokio::test]
async fn a_refused_close_stops_nothing() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let matter = place.bring_forward(&place.resident, &plain("路灯")).await?;
    let sitting = place.council_sitting(0);
    let (meeting, held_on) = place.convene(&sitting, &[&matter]).await?;
    place.open_meeting(&meeting, held_on, &sitting.present).await?;
    let ballot = place.open_ballot(&meeting, &matter).await?;
    let thing = place.path(&format!("/ballots/{ballot}"));
    let votes = place.path(&format!("/ballots/{ballot}/votes"));
    let vote = |n: usize| json!({"choice": "yes", "voter": place.council[n].id, "channel": "meeting"});
    for n in 0..3 {
        place.clerk.post(&votes, &vote(n)).await?.ok()?;
    }
    let tellers: Vec<&str> = place.supervisors.iter().map(|one| one.id.as_str()).take(2).collect();
    let sheet = |yes: u64, silent: u64| {
        json!({"hand_count": {
            "yes": yes, "no": 0, "abstain": 0, "spoilt": 0, "not_voting": silent,
            "tellers": tellers, "record": "计票单",
        }})
    };
    let before = whole(&place).await?;
    for (close, code, words) in [
        (sheet(9, 0), "counts-exceed-present", "计票12，到会可表决11，多1"),
        (sheet(7, 0), "counts-do-not-add-up", "少1"),
        (sheet(8, 1), "counts-do-not-add-up", "多1"),
        (sheet(0, 0), "counts-do-not-add-up", "合计3"),
    ] {
        let problem = place.clerk.change(&thing, "/close", &close).await?.refused(409, code)?;
        ensure!(problem["title"].to_string().contains(words), "{problem}");
        ensure!(whole(&place).await? == before, "{code} left something behind");
    }
    let negative = json!({"hand_count": {"yes": -1, "no": 0, "abstain": 0, "spoilt": 0, "tellers": tellers, "record": "x"}});
    ensure!(place.clerk.change(&thing, "/close", &negative).await?.status == 422);
    ensure!(place.clerk.get(&thing).await?.ok()?["state"] == "open");
    place.clerk.post(&votes, &vote(3)).await?.ok()?;
    place.clerk.change(&thing, "/close", &sheet(7, 0)).await?.ok()?;
    Ok(())
}

/// Every act on a sitting that is refused leaves everything as it was: each view and the log.
#[tokio::test]
async fn what_is_refused_leaves_no_trace() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let matter = place.bring_forward(&place.resident, &plain("路灯")).await?;
    let other = place.bring_forward(&place.resident, &plain("水管")).await?;
    let sitting = place.council_sitting(2);
    let (meeting, held_on) = place.convene(&sitting, &[&matter]).await?;
    let thing = place.path(&format!("/meetings/{meeting}"));
    let (here, absent) = (&place.council[1].id, &place.council[10].id);
    let recusal =
        |who: &str| json!({"matter": matter, "person": who, "reason": "亲属", "declared_in_room": true});
    let refused = async |act: &str, body: Value, code: &str| -> Result<()> {
        let before = whole(&place).await?;
        let reply = if act == "/attendance" || act.starts_with("/recusals") {
            place.clerk.post(&format!("{thing}{act}"), &body).await?
        } else {
            place.clerk.change(&thing, act, &body).await?
        };
        reply.refused(409, code).with_context(|| format!("{act} {body}"))?;
        ensure!(whole(&place).await? == before, "{act} was refused with {code} and left something behind");
        Ok(())
    };
    // Before its day.
    refused("/open", json!({}), "not-the-day").await?;
    refused("/open", json!({"presider": here}), "not-the-convener").await?;
    refused("/attendance", json!({"arrive": [here]}), "illegal-transition").await?;
    refused("/adjourn", json!({"minutes": "x"}), "illegal-transition").await?;
    place.open_meeting(&meeting, held_on, &sitting.present).await?;
    // In session.
    refused("/open", json!({}), "illegal-transition").await?;
    refused("/cancel", json!({"reasons": "x"}), "illegal-transition").await?;
    refused("/attendance", json!({"arrive": [here]}), "already-present").await?;
    refused("/attendance", json!({"arrive": [absent, here]}), "already-present").await?;
    refused("/attendance", json!({"arrive": [place.voters[3].0.id]}), "not-on-the-roll").await?;
    refused("/attendance", json!({"leave": [absent]}), "not-present").await?;
    refused("/ballots", json!({"matter": other}), "not-on-the-agenda").await?;
    refused("/recusals", recusal(absent), "recusal-of-the-absent").await?;
    refused("/recusals/dispute", json!({"matter": matter, "person": here}), "nothing-to-dispute").await?;
    refused("/recess", json!({"until": "2026-12-01", "minutes": "x"}), "recess-out-of-range").await?;
    let five: Vec<Value> = sitting.present.iter().take(9).map(|one| recusal(&one.id)).collect();
    refused("/ballots", json!({"matter": matter, "recused": five}), "not-quorate").await?;
    let ballot = place.open_ballot(&meeting, &matter).await?;
    // In mid-vote.
    refused("/attendance", json!({"arrive": [absent]}), "ballot-open").await?;
    refused("/recess", json!({"until": "2026-03-08", "minutes": "x"}), "ballot-open").await?;
    refused("/adjourn", json!({"minutes": "x"}), "ballot-open").await?;
    refused("/ballots", json!({"matter": matter}), "ballot-already-open").await?;
    refused("/recusals", recusal(here), "recusal-too-late").await?;
    let seen = whole(&place).await?;
    let votes = place.path(&format!("/ballots/{ballot}/votes"));
    let missing = json!({"choice": "yes", "voter": absent, "channel": "meeting"});
    place.clerk.post(&votes, &missing).await?.refused(409, "not-in-the-room")?;
    let as_web = json!({"choice": "yes", "voter": here, "channel": "web"});
    place.clerk.post(&votes, &as_web).await?.refused(422, "invalid-fields")?;
    ensure!(whole(&place).await? == seen);
    let decided = place.vote(&meeting, &ballot, &Votes::by_hand(HandCount::of(9, 8, 1))).await?;
    ensure!(decided.decision["finding"]["result"] == "passed", "{}", decided.decision);
    refused("/ballots", json!({"matter": matter}), "illegal-transition").await?;
    Ok(())
}

/// A council's chair convened and ran the representatives, and a supervisor the council.
#[tokio::test]
async fn who_may_is_decided_with_the_body_that_sits() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let supervisor = place.account("yunling-supervisor", &place.supervisors[0]).await?;
    let matter = for_the_representatives(&place, "第一项").await?;
    let called = notice("representative-assembly", "persons", "2026-03-20", &[&matter]);
    for by in [&place.chair, &place.secretary, &supervisor] {
        let problem = call(&place, by, &called).await?.refused(403, "not-permitted")?;
        let words = problem["detail"].to_string();
        ensure!(words.contains("村委会成员") && !words.contains("convene-meeting"), "{problem}");
    }
    let made = call(&place, &place.director, &called).await?.ok()?;
    ensure!(made["convener"] == json!(place.committee[0].id), "{made}");
    let ordinary = place.bring_forward(&place.resident, &plain("路灯")).await?;
    let council = notice("council", "persons", "2026-03-20", &[&ordinary]);
    for by in [&place.director, &place.secretary, &supervisor] {
        call(&place, by, &council).await?.refused(403, "not-permitted")?;
    }
    // Staff record in the name of whoever convenes, who is named.
    let by_staff = call(&place, &place.clerk, &council).await?.ok()?;
    ensure!(by_staff["convener"] == json!(place.council[0].id), "{by_staff}");
    stage.city.advance_to(date(2026, 3, 20)).await?;
    let id = made["id"].as_str().context("no id")?;
    let thing = place.path(&format!("/meetings/{id}"));
    for by in [&place.chair, &supervisor] {
        by.change(&thing, "/open", &json!({})).await?.refused(403, "not-permitted")?;
    }
    let opened = place.director.change(&thing, "/open", &json!({})).await?.ok()?;
    ensure!(opened["presider"] == json!(place.committee[0].id), "{opened}");
    let members = place.assembly_members();
    place.arrive(id, &members).await?;
    let ballots = json!({"matter": matter});
    place.chair.change(&thing, "/ballots", &ballots).await?.refused(403, "not-permitted")?;
    let ballot = place.open_ballot(id, &matter).await?;
    let close = place.path(&format!("/ballots/{ballot}"));
    place.chair.change(&close, "/close", &json!({})).await?.refused(403, "not-permitted")?;
    Ok(())
}

/// The chair recused six of eleven with a tick each, and closed on a hand count of his own.
#[tokio::test]
async fn a_chair_alone_neither_recuses_others_nor_counts() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let matter = place.bring_forward(&place.resident, &plain("路灯")).await?;
    let sitting = place.council_sitting(0);
    let (meeting, held_on) = place.convene(&sitting, &[&matter]).await?;
    place.open_meeting(&meeting, held_on, &sitting.present).await?;
    let thing = place.path(&format!("/meetings/{meeting}"));
    let out = |one: &Resident| json!({"matter": matter, "person": one.id, "reason": "有利害关系"});
    let six: Vec<Value> = place.council[1..7].iter().map(out).collect();
    let all_at_once =
        place.chair.change(&thing, "/ballots", &json!({"matter": matter, "recused": six})).await?;
    all_at_once.refused(409, "recusal-not-theirs")?;
    let recusals = format!("{thing}/recusals");
    place.chair.post(&recusals, &out(&place.council[1])).await?.refused(409, "recusal-not-theirs")?;
    // Their own they declare, with a reason of their own.
    place.chair.post(&recusals, &json!({"matter": matter, "reason": "本人承包"})).await?.ok()?;
    let ballot = place.open_ballot(&meeting, &matter).await?;
    let close = place.path(&format!("/ballots/{ballot}"));
    let by = |tellers: [&str; 2]| {
        json!({"hand_count": {
            "yes": 10, "no": 0, "abstain": 0, "spoilt": 0, "not_voting": 0, "tellers": tellers, "record": "计票单",
        }})
    };
    let (chair, member) = (place.council[0].id.as_str(), place.council[1].id.as_str());
    let problem =
        place.chair.change(&close, "/close", &by([chair, member])).await?.refused(409, "teller-presides")?;
    ensure!(problem["title"].to_string().contains(&place.council[0].name), "no name: {problem}");
    let stranger = place.voters[3].0.id.clone();
    place.chair.change(&close, "/close", &by([&stranger, member])).await?.refused(409, "teller-not-there")?;
    let closed = place.chair.change(&close, "/close", &by([&place.council[2].id, member])).await?.ok()?;
    // Base 10 of 11: the one who stood aside left quorum and majority.
    let count = &closed["decision"]["finding"]["count"];
    ensure!(count["recused"] == 1 && count["recused_present"] == 1 && count["present"] == 10, "{count}");
    let export = place.export().await?;
    ensure!(!export.contains("有利害关系"), "a reason is in the public record");
    Ok(())
}

/// R48: it goes on on a named day without a new notice, attendance anew, on the roll it opened with.
#[tokio::test]
async fn a_sitting_goes_on_after_a_recess() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let matter = place.bring_forward(&place.resident, &plain("路灯")).await?;
    let sitting = place.council_sitting(0);
    let (meeting, held_on) = place.convene(&sitting, &[&matter]).await?;
    place.open_meeting(&meeting, held_on, &sitting.present).await?;
    let thing = place.path(&format!("/meetings/{meeting}"));
    let until = held_on.checked_add(jiff::Span::new().days(3))?;
    let seen =
        place.clerk.change(&thing, "/recess", &json!({"until": until, "minutes": "改日续开"})).await?.ok()?;
    ensure!(seen["state"] == "recessed" && seen["present"] == 0 && seen["sits_on"] == json!(until), "{seen}");
    // The day it goes on is taken.
    let other = place.bring_forward(&place.resident, &plain("水管")).await?;
    let same_day = notice("council", "persons", &until.to_string(), &[&other]);
    call(&place, &place.chair, &same_day).await?.refused(409, "notice-exists")?;
    place.clerk.change(&thing, "/open", &json!({})).await?.refused(409, "not-the-day")?;
    place.open_meeting(&meeting, until, &sitting.present).await?;
    let ballot = place.open_ballot(&meeting, &matter).await?;
    let decided = place.vote(&meeting, &ballot, &Votes::by_hand(HandCount::of(11, 9, 2))).await?;
    ensure!(decided.decision["finding"]["result"] == "passed", "{}", decided.decision);
    Ok(())
}

/// Whoever is not in the room has no vote, and hears why; whoever has a paper vote hears that it was entered, and when.
#[tokio::test]
async fn who_cannot_vote_is_told_why() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let matter = for_the_representatives(&place, "第一项").await?;
    let members = place.assembly_members();
    let present: Vec<&Resident> = members.iter().copied().take(21).collect();
    let assembly = Assembly { body: "representative-assembly", mode: "persons", present, notice_days: 10 };
    let away = place.account("yunling-away", members[27]).await?;
    let paper = place.account("yunling-paper", members[3]).await?;
    let (meeting, held_on) = place.convene(&assembly, &[&matter]).await?;
    place.open_meeting(&meeting, held_on, &assembly.present).await?;
    let ballot = place.open_ballot(&meeting, &matter).await?;
    let thing = place.path(&format!("/ballots/{ballot}"));
    let seen = place.clerk.get(&thing).await?.ok()?;
    ensure!(seen["roll_size"] == 21 && seen["entitled"] == 30, "{seen}");
    ensure!(seen["text"] == place.matter(&matter).await?["text_digest"], "{seen}");
    let votes = format!("{thing}/votes");
    let problem = away.post(&votes, &json!({"choice": "yes"})).await?.refused(409, "not-in-the-room")?;
    ensure!(problem["title"].to_string().contains("签到"), "{problem}");
    let entered = json!({"choice": "yes", "voter": members[3].id, "channel": "desk"});
    place.clerk.post(&votes, &entered).await?.ok()?;
    let problem = paper.post(&votes, &json!({"choice": "no"})).await?.refused(409, "already-voted")?;
    let words = problem["title"].to_string();
    ensure!(
        words.contains("书面票") && words.contains(&held_on.to_string()) && words.contains("监票人"),
        "{problem}"
    );
    // And the other way round.
    let own = place.account("yunling-own", members[4]).await?;
    own.post(&votes, &json!({"choice": "no"})).await?.ok()?;
    let entered = json!({"choice": "yes", "voter": members[4].id, "channel": "meeting"});
    let problem = place.clerk.post(&votes, &entered).await?.refused(409, "already-voted")?;
    ensure!(problem["title"].to_string().contains("网上"), "{problem}");
    // The day of the sitting over, nobody votes in it any more.
    stage.city.advance(1).await?;
    let late = json!({"choice": "yes", "voter": members[5].id, "channel": "meeting"});
    place.clerk.post(&votes, &late).await?.refused(409, "vote-closed")?;
    Ok(())
}

/// A village without a charter called its council together and heard in the room that it could not vote; a charter
/// attested afterwards did not help, and the matter could only be withdrawn.
#[tokio::test]
async fn a_council_without_a_charter_is_told_when_it_is_called() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = stage.town.community(&PlaceSpec::village("云岭村", "yunling", 60)).await?;
    let matter = place.bring_forward(&place.resident, &plain("路灯")).await?;
    let called = notice("council", "persons", "2026-03-10", &[&matter]);
    let problem = call(&place, &place.chair, &called).await?.refused(409, "council-terms-undeclared")?;
    ensure!(problem["title"].to_string().contains("改用现行章程"), "{problem}");
    let why = json!({"reasons": "章程已经施行"});
    let thing = place.path(&format!("/matters/{matter}"));
    place.chair.change(&thing, "/repin", &why).await?.refused(409, "no-charter-in-force")?;
    charter(&place).await?;
    call(&place, &place.chair, &called).await?.refused(409, "council-terms-undeclared")?;
    let seen = place.step(&place.chair, &matter, "repin", &why).await?;
    ensure!(seen["pins"]["charter"].is_object() && seen["state"] == "reviewed", "{}", seen["pins"]);
    place.chair.change(&thing, "/repin", &why).await?.refused(409, "charter-pinned-already")?;
    let sitting = place.council_sitting(0);
    let decided = place.decide(&matter, &sitting, &Votes::by_hand(HandCount::of(11, 9, 2))).await?;
    ensure!(decided.decision["finding"]["result"] == "passed", "{}", decided.decision);
    Ok(())
}

/// Two clerks put one matter on two agendas at once, and two notices of a body on one day: one of them is told.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_call_at_once_one_is_told() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    for round in 0..5 {
        let matter = for_the_representatives(&place, "第一项").await?;
        let days = [format!("2026-04-{:02}", 10 + round * 2), format!("2026-04-{:02}", 11 + round * 2)];
        let calls = days.iter().map(|day| {
            let called = notice("representative-assembly", "persons", day, &[&matter]);
            let (by, path) = (place.director.clone(), place.path("/meetings"));
            tokio::spawn(async move { by.post(&path, &called).await })
        });
        let mut made = 0;
        for call in calls.collect::<Vec<_>>() {
            let reply = call.await??;
            if reply.status == 201 {
                made += 1;
            } else {
                ensure!(matches!(reply.code(), "on-another-agenda" | "changed-meanwhile"), "{}", reply.text);
            }
        }
        ensure!(made == 1, "{made} notices of one matter");
    }
    Ok(())
}

/// Eleven came in through two doors at once, and nine were told to read again.
#[tokio::test]
async fn two_tables_at_the_door_do_not_refuse_each_other() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let matter = place.bring_forward(&place.resident, &plain("路灯")).await?;
    let sitting = place.council_sitting(0);
    let (meeting, held_on) = place.convene(&sitting, &[&matter]).await?;
    place.open_meeting(&meeting, held_on, &sitting.present[..1]).await?;
    let attendance = place.path(&format!("/meetings/{meeting}/attendance"));
    let mut doors = JoinSet::new();
    for one in &sitting.present[1..] {
        let (clerk, path, who) = (place.clerk.clone(), attendance.clone(), one.id.clone());
        doors.spawn(async move { clerk.post(&path, &json!({"arrive": [who]})).await });
    }
    while let Some(done) = doors.join_next().await {
        done??.ok()?;
    }
    let seen = place.clerk.get(&place.path(&format!("/meetings/{meeting}"))).await?.ok()?;
    ensure!(seen["present"] == 11, "{}", seen["present"]);
    // The same person twice is still said to be there already.
    let again = json!({"arrive": [place.council[3].id]});
    place.clerk.post(&attendance, &again).await?.refused(409, "already-present")?;
    Ok(())
}

/// The roll of the day kept a member who died on it: checked out and in again, with a paper vote entered for them.
#[tokio::test]
async fn nobody_arrives_or_votes_after_their_death() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let matter = place.bring_forward(&place.resident, &plain("路灯")).await?;
    let sitting = place.council_sitting(0);
    let (meeting, held_on) = place.convene(&sitting, &[&matter]).await?;
    place.open_meeting(&meeting, held_on, &sitting.present[..9]).await?;
    let attendance = place.path(&format!("/meetings/{meeting}/attendance"));
    let (there, absent) = (&place.council[4], &place.council[10]);
    for one in [there, absent] {
        let died = json!({
            "change": "died", "on": held_on, "reasons": "家属报告", "paper": "居民死亡医学证明书第 12 号",
        });
        place.clerk.post(&place.path(&format!("/persons/{}/changes", one.id)), &died).await?.ok()?;
    }
    place.clerk.post(&attendance, &json!({"leave": [there.id]})).await?.ok()?;
    for one in [there, absent] {
        let problem =
            place.clerk.post(&attendance, &json!({"arrive": [one.id]})).await?.refused(409, "has-died")?;
        ensure!(problem["title"].to_string().contains(&one.name), "{problem}");
    }
    let ballot = place.open_ballot(&meeting, &matter).await?;
    let vote = json!({"choice": "yes", "voter": there.id, "channel": "meeting"});
    let votes = place.path(&format!("/ballots/{ballot}/votes"));
    place.clerk.post(&votes, &vote).await?.refused(409, "has-died")?;
    place.vote(&meeting, &ballot, &Votes::by_hand(HandCount::of(8, 8, 0))).await?;
    Ok(())
}

/// The date of birth of a council member was corrected to a child's, and the child went on deciding.
#[tokio::test]
async fn a_child_holds_no_seat() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let member = &place.council[5];
    let right = json!({
        "change": "corrected", "on": "2026-03-02", "birth_date": "2012-06-01",
        "reasons": "出生日期录错", "paper": "户口簿",
    });
    let done =
        place.clerk.post(&place.path(&format!("/persons/{}/changes", member.id)), &right).await?.ok()?;
    ensure!(done["seats_ended"] == json!(["村民议事会"]), "{}", done["seats_ended"]);
    let bodies = place.clerk.get(&place.path("/bodies")).await?.ok()?;
    let council = bodies.as_array().into_iter().flatten().find(|one| one["body"] == "council");
    let seated = council.is_some_and(|one| one["members"].to_string().contains(&member.id));
    ensure!(!seated, "{bodies}");
    Ok(())
}

/// A vote was closed without a word of how anybody had voted; ten of eleven were recused on the clerk's word alone.
#[tokio::test]
async fn nothing_is_recorded_that_nobody_said() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let matter = place.bring_forward(&place.resident, &plain("路灯")).await?;
    let sitting = place.council_sitting(0);
    let (meeting, held_on) = place.convene(&sitting, &[&matter]).await?;
    place.open_meeting(&meeting, held_on, &sitting.present).await?;
    let thing = place.path(&format!("/meetings/{meeting}"));
    let recusals = format!("{thing}/recusals");
    let of = |n: usize| json!({"matter": matter, "person": place.council[n].id, "reason": "亲属"});
    // Nobody spoke.
    let problem = place.clerk.post(&recusals, &of(1)).await?.refused(422, "invalid-fields")?;
    ensure!(problem.to_string().contains("/declared_in_room"), "{problem}");
    // Others proposed it, and nobody answered: no effect.
    let mut proposed = of(1);
    proposed["proposed_by"] = json!(place.council[0].id);
    place.clerk.post(&recusals, &proposed).await?.ok()?;
    // Six said so themselves; five are no quorum of eleven.
    for n in 2..8 {
        let mut declared = of(n);
        declared["declared_in_room"] = json!(true);
        place.clerk.post(&recusals, &declared).await?.ok()?;
    }
    let open = json!({"matter": matter});
    let problem = place.clerk.change(&thing, "/ballots", &open).await?.refused(409, "too-many-recused")?;
    ensure!(problem["title"].to_string().contains("回避6人"), "{problem}");
    // The way on is the body above.
    let why = json!({"reasons": "回避后人数不足，提交村民代表会议"});
    let seen = place.step(&place.secretary, &matter, "escalate", &why).await?;
    ensure!(seen["class"] == "major", "{}", seen["class"]);
    place.clerk.change(&thing, "/adjourn", &json!({"minutes": texts::MINUTES})).await?.ok()?;

    let other = place.bring_forward(&place.resident, &plain("水管")).await?;
    let (meeting, held_on) = place.convene(&sitting, &[&other]).await?;
    place.open_meeting(&meeting, held_on, &sitting.present).await?;
    let ballot = place.open_ballot(&meeting, &other).await?;
    let thing = place.path(&format!("/ballots/{ballot}"));
    let before = whole(&place).await?;
    place.clerk.change(&thing, "/close", &json!({})).await?.refused(409, "voters-unaccounted-for")?;
    ensure!(whole(&place).await? == before, "a refused close left something behind");
    // Said on the next day, it comes with the minutes, and the finding says so.
    place.city().advance_to(held_on.tomorrow()?).await?;
    let tellers: Vec<&str> = place.supervisors.iter().map(|one| one.id.as_str()).take(2).collect();
    let mut close = json!({"hand_count": {
        "yes": 9, "no": 0, "abstain": 0, "spoilt": 0, "not_voting": 2, "tellers": tellers, "record": "计票单",
    }});
    place.clerk.change(&thing, "/close", &close).await?.refused(409, "counted-after-the-sitting")?;
    close["minutes"] = json!(texts::MINUTES);
    let closed = place.clerk.change(&thing, "/close", &close).await?.ok()?;
    let words = closed["decision"]["words"].to_string();
    ensure!(words.contains("依会议记录补登") && words.contains(&held_on.to_string()), "{words}");
    Ok(())
}
