//! Cases under a rule: what a rule is shown of what it kept, who may enter what, and how a mistake is put right.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use yishi_bad_plugins::{Forge, manifests};
use yishi_harness::place::all;
use yishi_harness::{Built, PaperAdoption, Place, PlaceSpec, Stage, artifacts};

const MARCH: &str = "2026-03-02T09:00:00+08:00";

/// A village with the clean-home rule in force under these settings, and where its cases are entered.
async fn village(stage: &Stage, households: usize, settings: &Value) -> Result<(Place, String)> {
    let place = stage.town.community(&PlaceSpec::village("云岭村", "yunling", households)).await?;
    let component = artifacts::plugin("clean-home")?;
    let mut chosen = json!({
        "excellent-score": 90, "good-score": 80, "pass-score": 60, "excellent-points": 5, "good-points": 3,
        "pass-points": 1, "inspections-per-month": 2, "commendation-points": 8, "recheck-days": 7, "review-days": 5,
        "publication-days": 15, "posting-days": 15,
    });
    for (key, value) in settings.as_object().into_iter().flatten() {
        chosen[key] = value.clone();
    }
    let all = households as u64;
    let paper = PaperAdoption { counts: [all, all - 8, all - 15, 5, 2], ..PaperAdoption::JANUARY };
    let rule = place.attest(&component, Some(&chosen), &paper).await?;
    let cases = place.path(&format!("/rules/{}/cases", id(&rule["summary"])?));
    Ok((place, cases))
}

fn id(value: &Value) -> Result<String> {
    value["id"].as_str().map(str::to_owned).with_context(|| format!("no id in {value}"))
}

/// An inspection in which every item gets this score; the first one `first`, so that two differ.
fn inspection(household: &str, on: &str, first: u64, score: u64) -> Value {
    json!({ "kind": "inspection", "subject": household, "on": on, "form": {
        "inspectors": 2, "with-representative": true, "entered-yard": false, "consent": true, "prefers-private": true,
        "scores": {
            "frontage": first, "waste-sorting": score, "storage": score, "greenery": score, "drainage": score
        },
    } })
}

/// The rule used to be shown the oldest thousand records of the community: from the 1,001st on, no household's month was
/// full any more, and nobody was told.
#[tokio::test]
async fn a_rule_sees_the_newest_records_however_many_there_are() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let (place, cases) = village(&stage, 510, &json!({})).await?;
    let households = all(&place.clerk, &place.path("/households")).await?;
    let today = "2026-03-02";
    for household in households.iter().take(502) {
        for first in [18, 19] {
            let seen =
                place.clerk.post(&cases, &inspection(&id(household)?, today, first, 18)).await?.ok()?;
            ensure!(seen["points_total"] == if first == 18 { 5 } else { 10 }, "{seen}");
        }
    }
    // 1,004 records about 502 households: the last one's two are among the newest, the first one's among the oldest.
    for household in [&households[501], &households[500], &households[0]] {
        let third = inspection(&id(household)?, today, 20, 18);
        place.clerk.post(&cases, &third).await?.refused(409, "inspected-enough")?;
        let review = json!({ "kind": "review-request", "subject": id(household)?, "on": today, "form": {
            "inspected-on": today, "reason": "分数有误",
        } });
        place.clerk.post(&cases, &review).await?.ok().context("its inspection is found")?;
    }
    Ok(())
}

/// A rule used to be shown the points of the first thousand subjects by id: the household after them had none, in the rule's
/// answer and on every page.
#[tokio::test]
async fn the_thousand_and_first_subject_has_its_points() -> Result<()> {
    const ALL: usize = 1_001;
    let stage = Stage::open(MARCH).await?;
    let (place, cases) = village(&stage, ALL, &json!({})).await?;
    let today = "2026-03-02";
    let mut households = Vec::with_capacity(ALL);
    for household in all(&place.clerk, &place.path("/households")).await? {
        households.push(id(&household)?);
    }
    households.sort();
    ensure!(households.len() == ALL, "{} households", households.len());
    for household in &households {
        place.clerk.post(&cases, &inspection(household, today, 18, 18)).await?.ok()?;
    }
    let (first, last) = (&households[0], &households[ALL - 1]);
    for household in [last, first, &households[ALL - 2]] {
        let seen = place.clerk.post(&cases, &inspection(household, today, 19, 18)).await?.ok()?;
        // What the rule adds up itself, and what the host keeps.
        ensure!(seen["outcome"]["message"]["zh"].to_string().contains("本月共10分"), "{}", seen["outcome"]);
        ensure!(seen["points_total"] == 10, "{seen}");
        let case = format!("{}/{}", cases.replace("/communities/", "/c/"), id(&seen)?);
        for (lang, words) in [("zh", "累计积分"), ("en", "Points in all")] {
            let page = place.clerk.page(&format!("{case}?lang={lang}")).await?;
            let (_, rest) = page.split_once(words).with_context(|| format!("no {words} on {case}"))?;
            let figure = rest
                .split('<')
                .find_map(|piece| Some(piece.split_once('>')?.1).filter(|text| !text.trim().is_empty()));
            ensure!(figure.map(str::trim) == Some("10"), "{case}: {figure:?}");
        }
    }
    Ok(())
}

/// Two clerks who enter the same household at once used to pass a cap of one both, and the total was wrong for one of them.
#[tokio::test]
async fn of_two_clerks_at_once_one_passes_a_cap_of_one() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let (place, cases) =
        village(&stage, 60, &json!({"inspections-per-month": 1, "commendation-points": 5})).await?;
    let households = all(&place.clerk, &place.path("/households")).await?;
    for household in households.iter().take(8) {
        let household = id(household)?;
        let entries = (0..6_u64).map(|n| {
            let (clerk, cases) = (place.clerk.clone(), cases.clone());
            let entry = inspection(&household, "2026-03-02", 15 + n % 5, 18);
            // Each differs from the others in its form, so that none is a repetition.
            let entry = if n == 5 { inspection(&household, "2026-03-02", 10, 20) } else { entry };
            tokio::spawn(async move { clerk.post(&cases, &entry).await })
        });
        let mut taken = Vec::new();
        for entry in entries.collect::<Vec<_>>() {
            let reply = entry.await??;
            match reply.status.as_u16() {
                201 => taken.push(reply.json),
                409 => ensure!(
                    ["inspected-enough", "changed-meanwhile"].contains(&reply.code()),
                    "{}",
                    reply.text
                ),
                _ => anyhow::bail!("{}: {}", reply.status, reply.text),
            }
        }
        ensure!(taken.len() == 1, "{} passed a cap of one", taken.len());
        let given = taken[0]["outcome"]["points"][0]["points"].clone();
        ensure!(taken[0]["points_total"] == given, "{}", taken[0]);
    }
    Ok(())
}

/// What was taken without a word: points for one's own household, the same thing twice, days before the rule was in
/// force, a person where a household is meant.
#[tokio::test]
async fn what_is_not_to_be_entered_is_refused_and_says_why() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let (place, cases) = village(&stage, 60, &json!({})).await?;
    let today = "2026-03-02";
    // The director handles cases, and lives here too.
    let household = place.committee[0].household.clone();
    let refused = place.director.post(&cases, &inspection(&household, today, 18, 18)).await?;
    let refused = refused.refused(409, "own-interest")?;
    ensure!(refused["detail"].is_null() || !refused["detail"].to_string().contains(&household), "{refused}");
    place
        .clerk
        .post(&cases, &inspection(&household, today, 18, 18))
        .await?
        .ok()
        .context("somebody else may")?;

    // The same again, under another key.
    let again = place.clerk.post(&cases, &inspection(&household, today, 18, 18)).await?;
    let again = again.refused(409, "already-registered")?;
    ensure!(again.to_string().contains("已登记"), "{again}");

    let other = place.people.iter().find(|person| person.household != household).context("one household")?;
    for (on, code) in [("2023-03-02", "before-the-rule"), ("2026-03-03", "in-the-future")] {
        let early = inspection(&other.household, on, 18, 18);
        let refused = place.clerk.post(&cases, &early).await?.refused(422, "invalid-fields")?;
        let faults = refused["errors"].to_string();
        ensure!(faults.contains(code) && faults.contains("/on"), "{refused}");
    }
    for (kind, subject) in
        [("inspection", &other.id), ("inspection", &place.id), ("monthly-summary", &other.household)]
    {
        let mut wrong = inspection(subject, today, 18, 18);
        if kind == "monthly-summary" {
            wrong["kind"] = json!(kind);
            wrong["form"] =
                json!({"month": "2026-02", "excellent": 1, "good": 2, "satisfactory": 3, "to-improve": 0});
        }
        let refused = place.clerk.post(&cases, &wrong).await?.refused(422, "invalid-fields")?;
        ensure!(refused["errors"].to_string().contains("wrong-subject"), "{kind} of {subject}: {refused}");
    }
    let summary = json!({ "kind": "monthly-summary", "subject": place.id, "on": today, "form": {
        "month": "2026-02", "excellent": 1, "good": 2, "satisfactory": 3, "to-improve": 0,
    } });
    place.clerk.post(&cases, &summary).await?.ok().context("a summary is about nobody")?;
    Ok(())
}

/// Points given by mistake could not be taken back, and nothing in the public record added up to them.
#[tokio::test]
async fn a_wrong_case_is_put_right_by_an_entry_that_cites_it() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let (place, cases) =
        village(&stage, 60, &json!({"inspections-per-month": 1, "commendation-points": 5})).await?;
    let resident = place.voters.iter().find(|(_, client)| client.token() == place.resident.token());
    let household = resident.context("the resident has an account")?.0.household.clone();
    let today = "2026-03-02";
    let mut public = inspection(&household, today, 18, 18);
    public["form"]["prefers-private"] = json!(false);
    let wrong = place.clerk.post(&cases, &public).await?.ok()?;
    ensure!(wrong["points_total"] == 5 && wrong["corrected"].is_null(), "{wrong}");
    ensure!(wrong["notices"].as_array().is_some_and(|list| !list.is_empty()), "{wrong}");
    let right = inspection(&household, today, 12, 12);
    place.clerk.post(&cases, &right).await?.refused(409, "inspected-enough")?;

    // Its own household sees it, with the rest of its list; nobody else does.
    let mine = place.path("/my/cases");
    let seen = place.resident.get(&mine).await?.ok()?;
    ensure!(
        seen["items"].as_array().map(Vec::len) == Some(1) && seen["items"][0]["id"] == wrong["id"],
        "{seen}"
    );
    ensure!(
        place.newcomer.get(&mine).await?.ok()?["items"] == json!([]),
        "another household's list is empty"
    );
    ensure!(stage.city.visitor.get(&mine).await?.status.is_client_error());

    let correction = format!("{cases}/{}/correction", id(&wrong)?);
    let why = json!({"reasons": "把隔壁一户的分数录到了这一户"});
    place.resident.post(&correction, &why).await?.refused(403, "not-permitted")?;
    let put_right = place.clerk.post(&correction, &why).await?.ok()?;
    ensure!(put_right["corrected"]["points_total"] == 0 && put_right["points_total"] == 5, "{put_right}");
    place.clerk.post(&correction, &why).await?.refused(409, "already-corrected")?;
    let notices = stage.city.visitor.get(&cases.replace("/cases", "/notices")).await?.ok()?;
    for notice in notices["items"].as_array().context("no items")? {
        ensure!(notice["ended"] == true && notice["taken_down"] == today, "{notice}");
    }

    // Its record counts no more: the month is free again, also for the same words.
    let second = place.clerk.post(&cases, &right).await?.ok()?;
    ensure!(second["points_total"] == second["outcome"]["points"][0]["points"], "{second}");
    let mine = place.resident.get(&mine).await?.ok()?;
    ensure!(mine["items"].as_array().map(Vec::len) == Some(2), "{mine}");
    ensure!(mine["items"][0]["id"] == second["id"] && mine["items"][1]["corrected"]["on"] == today, "{mine}");

    // The pages say the same: the household's own list, and the clerk's with the way to put a case right.
    let page = place.resident.get(&format!("/c/{}/my/cases", place.id)).await?;
    ensure!(page.status == 200, "{}: {}", page.status, page.text);
    for words in ["本户的积分和办件", "已更正", "把隔壁一户的分数录到了这一户"] {
        ensure!(page.text.contains(words), "`{words}` is not on the page of the household");
    }
    let rule = cases.split("/rules/").nth(1).context("no rule in the path")?;
    let page = place.clerk.get(&format!("/c/{}/rules/{rule}", place.id)).await?;
    ensure!(page.status == 200 && page.text.contains("更正这件办件"), "{}: {}", page.status, page.text);

    // The public record alone says it all: each booking with its case and its articles, and the sum of them.
    let mut total = 0;
    for line in place.export().await?.lines().filter(|line| line.contains("\"case.")) {
        let entry: Value = serde_json::from_str(line)?;
        let text = entry.to_string();
        let body = find(&entry, "points").with_context(|| format!("no points in {text}"))?;
        for booking in body.as_array().context("no list")? {
            total += booking["points"].as_i64().context("no figure")?;
            ensure!(booking["because"].as_array().is_some_and(|articles| !articles.is_empty()), "{booking}");
        }
        if text.contains("case.corrected") {
            ensure!(text.contains("corrects") && text.contains(&id(&wrong)?), "{text}");
            ensure!(!text.contains("隔壁"), "the reasons are no business of the public record");
        }
    }
    ensure!(json!(total) == second["points_total"], "the record adds up to {total}");
    Ok(())
}

/// The first member of this name anywhere in a value, or in a text that is JSON itself.
fn find(value: &Value, name: &str) -> Option<Value> {
    match value {
        Value::Object(fields) => match fields.get(name) {
            Some(found) => Some(found.clone()),
            None => fields.values().find_map(|inner| find(inner, name)),
        },
        Value::Array(items) => items.iter().find_map(|inner| find(inner, name)),
        Value::String(text) => serde_json::from_str::<Value>(text)
            .ok()
            .filter(|inner| inner.is_object())
            .and_then(|inner| find(&inner, name)),
        _ => None,
    }
}

fn forged(manifest: &Value, outcome: &Value) -> Built {
    let bytes =
        Forge::new("implementation-rule").manifest(manifest).answer("handle", outcome.clone()).build();
    artifacts::forged(bytes)
}

/// An outcome could give points to subjects that do not exist.
#[tokio::test]
async fn points_go_to_nobody_who_is_not_there() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = stage.town.community(&PlaceSpec::village("云岭村", "yunling", 60)).await?;
    let manifest = manifests::implementation_rule();
    let kind = manifest["cases"][0]["kind"].clone();
    let outcome = json!({ "ok": {
        "stage": "inspected", "message": manifests::both("已记分"), "tasks": [], "publish": [], "records": [], "measures": [],
        "points": [{ "subject": "hh_nobody", "points": 5, "reason": manifests::both("优秀"), "because": ["Z1"] }], "because": ["Z1"],
    } });
    let rule = place.attest(&forged(&manifest, &outcome), None, &PaperAdoption::JANUARY).await?;
    let cases = place.path(&format!("/rules/{}/cases", id(&rule["summary"])?));
    let household = &place.people[0].household;
    let case = json!({ "kind": kind, "subject": household, "on": "2026-03-02", "form": {} });
    let refused = place.clerk.post(&cases, &case).await?;
    let refused = refused.refused(409, "unknown-subject")?;
    ensure!(!refused.to_string().contains("hh_nobody"), "an id is no word for a clerk: {refused}");
    ensure!(!place.export().await?.contains("case.handled"), "nothing is kept of it");
    Ok(())
}

/// A rule that asks about more subjects than are fetched in one answer gives no answer. It is never told that whoever was not
/// looked up has no points.
#[tokio::test]
async fn a_rule_that_asks_about_hundreds_gives_no_answer() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = stage.town.community(&PlaceSpec::village("云岭村", "yunling", 60)).await?;
    // `hh_aa`, `hh_ab` and so on: 150 of them, and then it would trap.
    let asks = "(local $i i32)
        (loop $next
          (i32.store8 (i32.const 2051) (i32.add (i32.const 97) (i32.div_u (local.get $i) (i32.const 26))))
          (i32.store8 (i32.const 2052) (i32.add (i32.const 97) (i32.rem_u (local.get $i) (i32.const 26))))
          (drop (call $records.points-total (i32.const 2048) (i32.const 5)))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $next (i32.lt_u (local.get $i) (i32.const 150))))
        unreachable";
    let forge =
        Forge::new("implementation-rule").items("(data (i32.const 2048) \"hh_\")").body("handle", asks);
    let rule = place.attest(&artifacts::forged(forge.build()), None, &PaperAdoption::JANUARY).await?;
    let cases = place.path(&format!("/rules/{}/cases", id(&rule["summary"])?));
    let household = &place.people[0].household;
    let case = json!({ "kind": "visit", "subject": household, "on": "2026-03-02", "form": {} });
    place.clerk.post(&cases, &case).await?.refused(409, "host-call-limit")?;
    ensure!(!place.export().await?.contains("case.handled"), "nothing is kept of it");
    Ok(())
}
