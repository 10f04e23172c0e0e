//! What is refused leaves no trace: refusals of every kind of act, each with the whole database compared before and after.
//!
//! The acts of a sitting stand in `sittings.rs`, random sequences of all acts in `tests/model`. Here are those of matters,
//! rules, people, cases and texts, by the API, with every table read row by row.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _, SqliteConnection};
use yishi_bad_plugins::{Forge, manifests};
use yishi_harness::kernel::PASSWORD;
use yishi_harness::place::all;
use yishi_harness::stage::plain_settings;
use yishi_harness::{
    Affair, Client, PaperAdoption, Place, PlaceSpec, Stage, Votes, artifacts, roster, texts,
};

const MARCH: &str = "2026-03-02T09:00:00+08:00";

/// What runs out and is then swept away.
const SWEPT: [&str; 2] = ["sessions", "idempotency"];

/// Acts that are refused, and the database they are compared over.
struct Walk {
    database: SqliteConnection,
    reached: BTreeSet<String>,
    /// What time it was at the last refusal.
    now: Timestamp,
}

impl Walk {
    async fn on(stage: &Stage) -> Result<Self> {
        let file = stage.kernel.data().join("store/yishi.db");
        let database = SqliteConnectOptions::new().filename(file).read_only(true).connect().await?;
        Ok(Self { database, reached: BTreeSet::new(), now: MARCH.parse()? })
    }

    /// Every row of every table, but for what jobs write in their own time: the signatures under the log, their own line, and
    /// answers and sessions that have run out by now, which one of them sweeps away.
    async fn whole(&mut self) -> Result<BTreeSet<String>> {
        let now = (self.now + SignedDuration::from_mins(1)).as_microsecond();
        let mut snapshot = self.database.begin().await?;
        let tables =
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('checkpoints', 'jobs')";
        let mut rows = BTreeSet::new();
        for table in sqlx::query_scalar::<_, String>(tables).fetch_all(&mut *snapshot).await? {
            let columns = sqlx::query_scalar::<_, String>("SELECT name FROM pragma_table_info(?1)");
            let columns = columns.bind(&table).fetch_all(&mut *snapshot).await?;
            let quoted: Vec<String> = columns.iter().map(|name| format!("quote(\"{name}\")")).collect();
            let kept = if SWEPT.contains(&table.as_str()) { "expires > ?1" } else { "?1 IS NOT NULL" };
            let sql = format!("SELECT {} FROM \"{table}\" WHERE {kept}", quoted.join(" || ' ' || "));
            let found: Vec<SqliteRow> =
                sqlx::query(AssertSqlSafe(sql)).bind(now).fetch_all(&mut *snapshot).await?;
            for row in found {
                rows.insert(format!("{table}: {}", row.try_get::<String, _>(0)?));
            }
        }
        snapshot.rollback().await?;
        Ok(rows)
    }

    /// An act on something that has a version (`thing` and `act`), or that makes something (`act` alone).
    async fn refused(&mut self, by: &Client, thing: &str, act: &str, body: Value, code: &str) -> Result<()> {
        self.now = by.get("/clock").await?.json["now"].as_str().context("no time")?.parse()?;
        let before = self.whole().await?;
        let reply = match act.strip_prefix('+') {
            Some(rest) => by.post(&format!("{thing}{rest}"), &body).await?,
            None => by.change(thing, act, &body).await?,
        };
        let told = [
            reply.code().to_owned(),
            reply.json["errors"][0]["code"].as_str().unwrap_or_default().to_owned(),
        ];
        ensure!(
            reply.status.is_client_error() && told.iter().any(|found| found == code),
            "{act} {body}: expected `{code}`, was answered {}: {}",
            reply.status,
            reply.text
        );
        let after = self.whole().await?;
        let traces: Vec<&String> = before.symmetric_difference(&after).collect();
        ensure!(traces.is_empty(), "{act} was refused with `{code}` and left behind {traces:#?}");
        self.reached.insert(code.to_owned());
        Ok(())
    }
}

async fn village(stage: &Stage) -> Result<Place> {
    let place = stage.town.community(&PlaceSpec::village("云岭村", "yunling", 60)).await?;
    let charter = artifacts::test_plugin("plain-charter")?;
    place.attest(&charter, Some(&plain_settings("in-office", 15)), &PaperAdoption::JANUARY).await?;
    Ok(place)
}

fn why() -> Value {
    json!({"reasons": "提议人不再要求办理"})
}

fn petition(place: &Place, by: &str, signatures: u64) -> Value {
    json!({
        "to": "residents-assembly", "by": by, "signatures": signatures, "record": "联名册",
        "checked_by": place.supervisors[0].id,
    })
}

#[tokio::test]
async fn of_a_matter() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let mut walk = Walk::on(&stage).await?;
    let affair = texts::coal_stoves();
    let home = place.path("");
    let suggestion = json!({"title": "修路灯", "text": "村口路灯不亮。", "domain": "public-works"});
    let with = |field: &str, value: Value| {
        let mut body = suggestion.clone();
        body[field] = value;
        body
    };
    let visitor = place.city().visitor.clone();
    let other = json!(place.council[0].id);
    walk.refused(&visitor, &home, "+/matters", suggestion.clone(), "not-signed-in").await?;
    walk.refused(&place.resident, &home, "+/matters", with("title", json!(7)), "wrong-type").await?;
    walk.refused(&place.resident, &home, "+/matters", with("text", json!("a\u{0}")), "forbidden-character")
        .await?;
    walk.refused(
        &place.resident,
        &home,
        "+/matters",
        with("suggested_by", other.clone()),
        "not-in-your-name",
    )
    .await?;
    walk.refused(&place.clerk, &home, "+/matters", with("suggested_by", other), "missing-field").await?;
    let blank = with("title", json!("\u{2800}"));
    walk.refused(&place.resident, &home, "+/matters", blank, "forbidden-character").await?;

    let matter = place.suggest(&place.resident, &affair).await?;
    let thing = place.path(&format!("/matters/{matter}"));
    walk.refused(&place.resident, &thing, "/propose", affair.propose(), "not-permitted").await?;
    walk.refused(&place.chair, &thing, "+/propose", affair.propose(), "precondition-required").await?;
    walk.refused(&place.director, &thing, "/disclose", json!({}), "illegal-transition").await?;
    walk.refused(&place.chair, &thing, "/repin", why(), "charter-pinned-already").await?;
    walk.refused(&place.clerk, &thing, "/lapse", why(), "too-soon-to-lapse").await?;
    let rule = json!({"text": "新细则", "class": "major", "subjects": ["rule"]});
    walk.refused(&place.chair, &thing, "/propose", rule, "rule-missing").await?;
    let ours = json!({"text": "分掉集体资产", "class": "major", "subjects": ["collective-property"]});
    walk.refused(&place.chair, &thing, "/propose", ours, "belongs-elsewhere").await?;
    place.step(&place.chair, &matter, "propose", &affair.propose()).await?;
    place
        .step(&place.secretary, &matter, "review", &json!({"outcome": "return", "reasons": "不清楚"}))
        .await?;
    walk.refused(&place.chair, &thing, "/resubmit", json!({"text": affair.proposal}), "text-unchanged")
        .await?;
    let tabling = json!({"minutes": texts::MINUTES});
    walk.refused(&place.chair, &thing, "/put-to-chair", tabling, "not-returned-twice").await?;
    walk.refused(
        &place.clerk,
        &thing,
        "/force-convening",
        petition(&place, "residents", 1),
        "petition-too-small",
    )
    .await?;
    walk.refused(
        &place.clerk,
        &thing,
        "/force-convening",
        petition(&place, "residents", 9_999),
        "petition-impossible",
    )
    .await?;
    let by_households = petition(&place, "households", 40);
    walk.refused(&place.clerk, &thing, "/force-convening", by_households, "petition-not-provided").await?;
    place.step(&place.clerk, &matter, "force-convening", &petition(&place, "residents", 40)).await?;
    walk.refused(&place.clerk, &thing, "/withdraw", why(), "petition-binds").await?;

    // A major one: consulted on, studied, submitted.
    let major = Affair { class: "major", ..texts::coal_stoves() };
    let matter = place.bring_forward(&place.resident, &major).await?;
    let thing = place.path(&format!("/matters/{matter}"));
    walk.refused(&place.secretary, &thing, "/escalate", why(), "already-major").await?;
    let summary = json!({"summary": "没有意见。"});
    walk.refused(&place.director, &thing, "/close-consultation", summary.clone(), "consultation-not-open")
        .await?;
    walk.refused(&place.director, &thing, "/open-consultation", json!({"days": 0}), "out-of-range").await?;
    place.consult(&matter, 7, &[(&place.resident, "一"), (&place.newcomer, "二")]).await?;
    walk.refused(&place.director, &thing, "/open-consultation", json!({"days": 7}), "consultation-open")
        .await?;
    walk.refused(&place.director, &thing, "/close-consultation", summary, "consultation-running").await?;
    texts_of_a_matter(&place, &mut walk, &thing).await?;
    place.end_consultation(&matter, 7, texts::CONSULTATION_REPORT).await?;
    walk.refused(&place.director, &thing, "/open-consultation", json!({"days": 400}), "out-of-range").await?;
    let submit = |to: &str| json!({"outcome": "submit", "to": to, "minutes": texts::JOINT_MINUTES});
    walk.refused(
        &place.secretary,
        &thing,
        "/deliberate",
        submit("residents-assembly"),
        "party-study-missing",
    )
    .await?;
    let study = json!({"outcome": "recommended", "record": texts::PARTY_STUDY});
    place.step(&place.secretary, &matter, "study", &study).await?;
    walk.refused(&place.secretary, &thing, "/deliberate", submit("council"), "wrong-body").await?;
    place.step(&place.secretary, &matter, "deliberate", &submit("residents-assembly")).await?;

    // An ordinary one, from the vote to the end.
    let (matter, thing) = decided_by_the_council(&place, &mut walk).await?;
    let refused = json!({"days": 3});
    walk.refused(&place.director, &thing, "/disclose", json!({}), "illegal-transition").await?;
    let receipt = json!({"receipt": "收到"});
    walk.refused(&place.secretary, &thing, "/acknowledge-filing", receipt.clone(), "illegal-transition")
        .await?;
    place.step(&place.director, &matter, "file", &json!({})).await?;
    walk.refused(&stage.town.admin, &thing, "/acknowledge-filing", receipt, "not-for-the-receiver").await?;
    walk.refused(&place.director, &thing, "/file", json!({}), "illegal-transition").await?;
    walk.refused(&place.director, &thing, "/disclose", refused, "posting-too-short").await?;
    place.step(&place.director, &matter, "disclose", &json!({})).await?;
    walk.refused(&place.director, &thing, "/take-down", json!({}), "disclosure-running").await?;
    walk.refused(&place.director, &thing, "/take-down", json!({"which": "outcome"}), "not-disclosed").await?;
    walk.refused(&place.director, &thing, "/complete", json!({}), "illegal-transition").await?;
    let report = json!({"report": texts::COAL_STOVES_DONE});
    place.step(&place.director, &matter, "implement", &report).await?;
    place.step(&place.director, &matter, "disclose-outcome", &report).await?;
    walk.refused(&place.director, &thing, "/complete", json!({}), "disclosure-running").await?;
    stage.city.advance(16).await?;
    place.step(&place.director, &matter, "take-down", &json!({})).await?;
    place.step(&place.director, &matter, "complete", &json!({})).await?;
    walk.refused(&place.clerk, &thing, "/withdraw", why(), "illegal-transition").await?;
    ensure!(walk.reached.len() >= 30, "{:?}", walk.reached);
    Ok(())
}

/// Comments and papers, while people are being asked.
async fn texts_of_a_matter(place: &Place, walk: &mut Walk, thing: &str) -> Result<()> {
    let comments = format!("{thing}/comments");
    walk.refused(&place.city().visitor, &comments, "+", json!({"text": "三"}), "not-signed-in").await?;
    walk.refused(&place.resident, &comments, "+", json!({"text": ""}), "empty").await?;
    let all = all(&place.clerk, &comments).await?;
    let id = all[0]["id"].as_str().context("no id")?;
    let one = format!("{comments}/{id}");
    walk.refused(&place.resident, &one, "+/hide", why(), "not-permitted").await?;
    walk.refused(&place.resident, &one, "+/answer", json!({"text": "x"}), "not-permitted").await?;
    place.director.post(&format!("{one}/answer"), &json!({"text": "已采纳。"})).await?.ok()?;
    walk.refused(&place.director, &one, "+/answer", json!({"text": "改口。"}), "answered-already").await?;
    let both: Vec<&Value> = all.iter().map(|one| &one["id"]).collect();
    let answers = json!({"comments": both, "text": "一并答复。"});
    walk.refused(&place.director, &comments, "+/answers", answers, "answered-already").await?;
    place.clerk.post(&format!("{one}/hide"), &why()).await?.ok()?;
    walk.refused(&place.clerk, &one, "+/hide", why(), "comment-hidden").await?;
    for n in 0..30 {
        place.newcomer.post(&place.path("/documents"), &json!({"text": format!("第{n}件")})).await?.ok()?;
    }
    let more = json!({"text": "再来一件"});
    walk.refused(&place.newcomer, &place.path(""), "+/documents", more, "quota-documents").await?;
    Ok(())
}

/// An ordinary matter that the council has decided, not yet filed.
async fn decided_by_the_council(place: &Place, walk: &mut Walk) -> Result<(String, String)> {
    let matter = place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
    let thing = place.path(&format!("/matters/{matter}"));
    let sitting = place.council_sitting(1);
    let notice = |held_on: &str, room: &str| json!({"body": "council", "held_on": held_on, "hour": "09:00", "place": room, "agenda": [matter]});
    let meetings = place.path("");
    walk.refused(&place.chair, &meetings, "+/meetings", notice("9999-12-31", "村部"), "held-too-far-ahead")
        .await?;
    walk.refused(&place.chair, &meetings, "+/meetings", notice("2026-09-01", " "), "empty").await?;
    let (meeting, held_on) = place.convene(&sitting, &[&matter]).await?;
    walk.refused(&place.chair, &thing, "/withdraw", why(), "matter-on-agenda").await?;
    let long = json!({"days": 30});
    walk.refused(&place.director, &thing, "/open-consultation", long, "consultation-past-sitting").await?;
    place.open_meeting(&meeting, held_on, &sitting.present).await?;
    let ballot = place.open_ballot(&meeting, &matter).await?;
    walk.refused(&place.chair, &thing, "/withdraw", why(), "matter-being-voted").await?;
    let resolve = json!({"ballot": ballot});
    walk.refused(&place.director, &thing, "/resolve", resolve, "vote-not-closed").await?;
    let votes = Votes::entered(&sitting.present, &[("yes", 9), ("no", 1)]);
    place.vote(&meeting, &ballot, &votes).await?;
    Ok((matter, thing))
}

#[tokio::test]
async fn of_a_rule() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let mut walk = Walk::on(&stage).await?;
    let home = place.path("");
    let charter = artifacts::test_plugin("plain-charter")?;
    let standing = place.clerk.get(&place.path("")).await?.ok()?["charter"]["id"].clone();
    let standing = standing.as_str().context("no charter")?.to_owned();
    let quiet = artifacts::forged(Forge::new("implementation-rule").build());

    let broken = artifacts::forged(manifests::good_charter().body("terms", "unreachable").build());
    for (bytes, code) in [(broken.bytes, "gate-failed"), (b"\0asm".to_vec(), "malformed")] {
        let before = walk.whole().await?;
        let reply = stage.town.admin.upload(&place.path("/shelf"), "application/wasm", bytes).await?;
        ensure!(reply.code() == code, "{}", reply.text);
        ensure!(walk.whole().await? == before, "an upload refused with `{code}` left something behind");
    }
    place.shelve(&quiet).await?;
    let draft = json!({"component": quiet.digest.to_string(), "text": "整治沟渠"});
    let with = |field: &str, value: Value| {
        let mut body = draft.clone();
        body[field] = value;
        body
    };
    walk.refused(&place.resident, &home, "+/rules", draft.clone(), "not-permitted").await?;
    walk.refused(&place.chair, &home, "+/rules", with("replaces", json!(standing)), "replaces-another-kind")
        .await?;
    let absent = json!("rul_01890000-0000-7000-8000-000000000000");
    walk.refused(&place.chair, &home, "+/rules", with("replaces", absent), "nothing-to-replace").await?;
    let nothing = json!({"component": charter.digest.to_string(), "text": "新章程", "settings": {}});
    walk.refused(&place.chair, &home, "+/rules", nothing, "bad-settings").await?;

    let entry = |on: &str, yes: u64| {
        json!({
            "component": quiet.digest.to_string(), "adopted_on": on, "body": "residents-assembly",
            "mode": "households", "minutes": texts::PAPER_MINUTES,
            "counts": {"in_office": 60, "present": 52, "yes": yes, "no": 5, "abstain": 2},
        })
    };
    let late = entry("2026-03-02", 45);
    walk.refused(&place.clerk, &home, "+/rules/attestations", late, "attested-after-set-up").await?;
    let mut of_three = entry("2026-01-20", 3);
    of_three["counts"] = json!({"in_office": 3, "present": 3, "yes": 3, "no": 0, "abstain": 0});
    walk.refused(&place.clerk, &home, "+/rules/attestations", of_three, "attested-below-roster").await?;
    let lost = entry("2026-01-20", 20);
    walk.refused(&place.clerk, &home, "+/rules/attestations", lost, "attested-not-adopted").await?;
    let mut older = entry("2026-01-05", 45);
    older["component"] = json!(charter.digest.to_string());
    older["settings"] = plain_settings("cast", 15);
    walk.refused(&place.clerk, &home, "+/rules/attestations", older, "attested-is-older").await?;
    let mut early = entry("2026-01-20", 45);
    early["effective"] = json!("2026-01-01");
    walk.refused(&place.clerk, &home, "+/rules/attestations", early, "effective-before-adoption").await?;
    let made = place.clerk.post(&place.path("/rules/attestations"), &entry("2026-01-20", 45)).await?.ok()?;
    let rule = made["summary"]["id"].as_str().context("no rule")?.to_owned();
    let thing = place.path(&format!("/rules/{rule}"));
    walk.refused(&place.clerk, &thing, "/confirm", json!({}), "not-permitted").await?;
    stage.town.admin.change(&thing, "/confirm", &json!({})).await?.ok()?;
    walk.refused(&stage.town.admin, &thing, "/confirm", json!({}), "illegal-transition").await?;
    walk.refused(&stage.town.admin, &thing, "/reject", why(), "illegal-transition").await?;
    let today = stage.city.today().await?;
    walk.refused(&place.clerk, &thing, "/promulgate", json!({"effective": today}), "illegal-transition")
        .await?;
    walk.refused(&place.secretary, &thing, "/suspend", why(), "no-recorded-failure").await?;
    walk.refused(&place.secretary, &thing, "/resume", why(), "not-suspended").await?;
    walk.refused(&place.chair, &thing, "/suspend", why(), "not-permitted").await?;
    let order = |article: &str| json!({"reasons": "责令改正", "order": {"clause": "Z1", "article": article}});
    walk.refused(&place.secretary, &thing, "/suspend", order("31"), "not-the-town").await?;
    walk.refused(&stage.town.admin, &thing, "/suspend", order(""), "order-names-no-article").await?;
    let standing = place.path(&format!("/rules/{standing}"));
    let of_the_charter = json!({"reasons": "责令改正", "order": {"clause": "组织-1", "article": "31"}});
    walk.refused(&stage.town.admin, &standing, "/suspend", of_the_charter, "charter-not-suspended").await?;
    stage.town.admin.change(&thing, "/suspend", &order("31")).await?.ok()?;
    walk.refused(&stage.town.admin, &thing, "/suspend", order("31"), "not-in-force").await?;
    walk.refused(&place.secretary, &thing, "/resume", why(), "not-the-town").await?;

    // A draft on its way: what its matter lacks, and a day before its adoption.
    let draft = place.draft_rule(&quiet, None, "整治沟渠").await?;
    let matter = place.path(&format!("/matters/{}", draft.matter));
    let drafted = place.path(&format!("/rules/{}", draft.rule));
    walk.refused(&place.clerk, &drafted, "/promulgate", json!({"effective": today}), "illegal-transition")
        .await?;
    walk.refused(&place.chair, &drafted, "/repeal", why(), "not-in-force").await?;
    let study = json!({"outcome": "recommended", "record": texts::PARTY_STUDY});
    place.step(&place.secretary, &draft.matter, "study", &study).await?;
    let to_representatives =
        json!({"outcome": "submit", "to": "representative-assembly", "minutes": texts::JOINT_MINUTES});
    walk.refused(&place.secretary, &matter, "/deliberate", to_representatives, "lesser-body").await?;
    ensure!(walk.reached.len() >= 16, "{:?}", walk.reached);
    Ok(())
}

/// A step that a rule gave no answer to is refused, and what stays is the record of the failure and nothing else.
#[tokio::test]
async fn but_for_the_failure_of_a_rule() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let mut walk = Walk::on(&stage).await?;
    // It answers when the matter is suggested, and breaks at the step after.
    let trap = Forge::new("implementation-rule")
        .answer_when("check", "transition.step", "suggest", json!([]))
        .body("check", "unreachable");
    let trap = artifacts::forged(trap.build());
    place.attest(&trap, None, &PaperAdoption::JANUARY).await?;
    let affair = Affair { domain: "sanitation", ..texts::coal_stoves() };
    let matter = place.suggest(&place.resident, &affair).await?;
    let thing = place.path(&format!("/matters/{matter}"));
    let before = walk.whole().await?;
    place.chair.change(&thing, "/propose", &affair.propose()).await?.refused(409, "trap")?;
    let after = walk.whole().await?;
    let table = |row: &&String| row.split(':').next().unwrap_or_default().to_owned();
    let touched: BTreeSet<String> = after.difference(&before).map(|row| table(&row)).collect();
    ensure!(touched.contains("log_entries"), "the failure is not on record: {touched:?}");
    let about = after.difference(&before).filter(|row| row.contains(&matter)).count();
    ensure!(about == 0, "the refused step stands in {touched:?}");
    // The same again that day adds nothing.
    walk.refused(&place.chair, &thing, "/propose", affair.propose(), "trap").await?;
    Ok(())
}

#[tokio::test]
async fn of_people_bodies_and_accounts() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let mut walk = Walk::on(&stage).await?;
    let home = place.path("");
    let person = |n: usize| place.path(&format!("/persons/{}", place.representatives[n].id));
    let change = |change: &str, on: &str| json!({"change": change, "on": on, "reasons": "家属来村登记。", "paper": "证明一份"});
    let one = person(0);
    walk.refused(&place.resident, &one, "+/changes", change("died", "2026-03-01"), "not-permitted").await?;
    walk.refused(&place.clerk, &one, "+/changes", change("died", "2026-03-03"), "change-in-the-future")
        .await?;
    walk.refused(&place.clerk, &one, "+/changes", change("died", "1900-01-01"), "change-before-birth")
        .await?;
    walk.refused(&place.clerk, &one, "+/changes", change("returned", "2026-03-01"), "on-roll-already")
        .await?;
    let label = all(&place.clerk, &place.path("/persons")).await?;
    let own = label.iter().find(|row| row["id"] == json!(place.representatives[0].id)).context("nobody")?;
    let mut same = change("moved-household", "2026-03-01");
    same["household"] = own["household_label"].clone();
    walk.refused(&place.clerk, &one, "+/changes", same, "same-household").await?;
    let mut nothing = change("corrected", "2026-03-01");
    nothing["name"] = own["name"].clone();
    walk.refused(&place.clerk, &one, "+/changes", nothing, "nothing-corrected").await?;
    place.clerk.post(&format!("{one}/changes"), &change("moved-away", "2026-03-01")).await?.ok()?;
    walk.refused(&place.clerk, &one, "+/changes", change("died", "2026-03-01"), "off-roll-already").await?;

    // A roster with a fault in its last row.
    let csv =
        format!("{}无户号,1970-02-30,x,local,2001-01-01,false,false,\n", roster::csv(&roster::people(60)));
    let before = walk.whole().await?;
    let reply = place.clerk.upload(&place.path("/roster/import"), "text/csv", csv.into_bytes()).await?;
    ensure!(reply.status == 422 && walk.whole().await? == before, "half a roster came in: {}", reply.text);

    // What cannot be so of a person or a file: each was taken, and moved who is counted.
    let head = "household,name,birth_date,sex,registration,resident_since,party_member,household_head";
    for (csv, code) in [
        (format!("{head}\n"), "no-rows"),
        (format!("{head},birth_date\n"), "double-column"),
        (format!("{head}\n九组-1,甲甲,0001-01-01,男,户籍,2001-01-01,否,否\n"), "too-long-ago"),
        (format!("{head}\n九组-1,甲甲,1990-01-01,男,户籍,1990-01-01,否,否,多\n"), "too-many-cells"),
    ] {
        let before = walk.whole().await?;
        let dry = place.path("/roster/import?dry_run=true");
        let report = place.clerk.upload(&dry, "text/csv", csv.clone().into_bytes()).await?.ok()?;
        ensure!(report["errors"][0]["code"] == json!(code), "{csv}: {report}");
        let path = place.path("/roster/import?dry_run=false");
        let reply = place.clerk.upload(&path, "text/csv", csv.into_bytes()).await?;
        ensure!(reply.status == 422 && walk.whole().await? == before, "{code}: {}", reply.text);
    }
    let mut ancient = change("corrected", "2026-03-01");
    ancient["birth_date"] = json!("0001-01-01");
    walk.refused(&place.clerk, &person(1), "+/changes", ancient, "too-long-ago").await?;
    let back = change("returned", "2026-02-27");
    walk.refused(&place.clerk, &one, "+/changes", back, "returned-before-leaving").await?;

    let ends = place.term_ends().await?;
    let seats = |people: &[&str], chair: usize| -> Vec<Value> {
        let office = |n: usize| if n < chair { "chair" } else { "member" };
        people.iter().enumerate().map(|(n, id)| json!({"person": id, "office": office(n)})).collect()
    };
    let election = |people: &[&str], chairs: usize| {
        json!({
            "seats": seats(people, chairs), "term_from": "2026-03-02", "term_to": ends, "held_on": "2026-03-02",
            "minutes": "选举记录",
        })
    };
    let free: Vec<&str> = {
        let seated =
            [&place.party, &place.committee, &place.representatives, &place.council, &place.supervisors];
        let free = place.people.iter().filter(|one| one.adult && one.local);
        free.filter(|one| !seated.iter().any(|body| body.contains(one))).map(|one| one.id.as_str()).collect()
    };
    let mut rows = vec![
        ("residents-committee", election(&free[..3], 0), "committee-size"),
        ("residents-committee", election(&free[..8], 0), "committee-size"),
        ("residents-committee", election(&free[..3], 2), "second-chair"),
        ("residents-committee", election(&[], 0), "seats-missing"),
        ("residents-committee", election(&[free[0], free[0], free[1]], 0), "seated-twice"),
        (
            "supervision-committee",
            election(&[&place.committee[0].id, free[0], free[1]], 1),
            "supervisor-on-committee",
        ),
        ("residents-assembly", election(&free[..3], 0), "body-has-no-seats"),
        ("council", election(&free[..3], 0), "advisory-needs-reason"),
    ];
    let mut long = election(&free[..2], 0);
    long["term_to"] = json!("2056-03-01");
    rows.push(("residents-committee", long, "by-election-term"));
    let mut backwards = election(&free[..2], 0);
    backwards["term_to"] = json!("2026-03-01");
    rows.push(("residents-committee", backwards, "term-backwards"));
    let mut future = election(&free[..2], 0);
    future["held_on"] = json!("2026-04-01");
    future["term_from"] = json!("2026-04-01");
    rows.push(("residents-committee", future, "election-in-the-future"));
    for (body, election, code) in rows {
        let path = place.path(&format!("/bodies/{body}"));
        walk.refused(&place.clerk, &path, "+/elections", election, code).await.context(body)?;
    }
    let nobody = place.path(&format!("/bodies/council/seats/{}", free[0]));
    walk.refused(&place.clerk, &nobody, "+/end", why(), "no-such-seat").await?;

    // Accounts.
    let accounts = format!("/towns/{}", stage.town.id);
    let account = |login: &str, grants: Value| {
        json!({
            "login": login, "password": PASSWORD, "display_name": "某某", "grants": grants, "must_change_password": false,
        })
    };
    let town = account("somebody", json!([{"role": "town-admin"}]));
    walk.refused(&stage.town.admin, &accounts, "+/accounts", town, "holder-missing").await?;
    let taken = account("yunling-chair", json!([]));
    walk.refused(&stage.town.admin, &accounts, "+/accounts", taken, "already-taken").await?;
    let weak = json!({"login": "weak", "password": "short", "display_name": "某某", "grants": []});
    walk.refused(&stage.town.admin, &accounts, "+/accounts", weak, "password-length").await?;
    walk.refused(&place.resident, &home, "+/accounts", account("another", json!([])), "not-permitted")
        .await?;
    let me = stage.town.admin.get("/me").await?.ok()?;
    let me = format!("/accounts/{}", me["id"].as_str().context("no account")?);
    walk.refused(&stage.town.admin, &me, "+/disable", json!({}), "own-account").await?;
    walk.refused(&stage.town.admin, &me, "+/password", json!({"password": "another-one-91"}), "own-account")
        .await?;
    ensure!(walk.reached.len() >= 20, "{:?}", walk.reached);
    Ok(())
}

#[tokio::test]
async fn of_a_case() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let mut walk = Walk::on(&stage).await?;
    let settings = json!({
        "excellent-score": 90, "good-score": 80, "pass-score": 60, "excellent-points": 5, "good-points": 3,
        "pass-points": 1, "inspections-per-month": 1, "commendation-points": 5, "recheck-days": 7, "review-days": 5,
        "publication-days": 15, "posting-days": 15,
    });
    let rule =
        place.attest(&artifacts::plugin("clean-home")?, Some(&settings), &PaperAdoption::JANUARY).await?;
    let thing = place.path(&format!("/rules/{}", rule["summary"]["id"].as_str().context("no rule")?));
    let case = |household: &str, on: &str, score: u64| {
        json!({"kind": "inspection", "subject": household, "on": on, "form": {
            "inspectors": 2, "with-representative": true, "entered-yard": false, "consent": true,
            "prefers-private": true, "scores": {
                "frontage": score, "waste-sorting": 18, "storage": 18, "greenery": 18, "drainage": 18
            },
        }})
    };
    let household = place.committee[0].household.clone();
    let today = "2026-03-02";
    walk.refused(&place.resident, &thing, "+/cases", case(&household, today, 18), "not-permitted").await?;
    walk.refused(&place.director, &thing, "+/cases", case(&household, today, 18), "own-interest").await?;
    walk.refused(&place.clerk, &thing, "+/cases", case(&household, "2023-03-02", 18), "before-the-rule")
        .await?;
    walk.refused(&place.clerk, &thing, "+/cases", case(&household, "2026-03-03", 18), "in-the-future")
        .await?;
    walk.refused(&place.clerk, &thing, "+/cases", case(&place.id, today, 18), "wrong-subject").await?;
    let made = place.clerk.post(&format!("{thing}/cases"), &case(&household, today, 18)).await?.ok()?;
    walk.refused(&place.clerk, &thing, "+/cases", case(&household, today, 18), "already-registered").await?;
    walk.refused(&place.clerk, &thing, "+/cases", case(&household, today, 17), "inspected-enough").await?;
    let one = format!("{thing}/cases/{}", made["id"].as_str().context("no case")?);
    walk.refused(&place.resident, &one, "+/correction", why(), "not-permitted").await?;
    place.clerk.post(&format!("{one}/correction"), &why()).await?.ok()?;
    walk.refused(&place.clerk, &one, "+/correction", why(), "already-corrected").await?;
    Ok(())
}
