//! What becomes of a case: its tasks, who has it in hand, what goes on in it, how it ends, and who is told.

use anyhow::{Context as _, Result, ensure};
use jiff::civil::date;
use reqwest::Method;
use serde_json::{Value, json};
use yishi_harness::{Client, PaperAdoption, Place, PlaceSpec, Stage, artifacts};

const MARCH: &str = "2026-03-02T09:00:00+08:00";
const TODAY: &str = "2026-03-02";

/// A village with the clean-home rule in force, and where its cases are entered.
async fn village(stage: &Stage) -> Result<(Place, String)> {
    let place = stage.town.community(&PlaceSpec::village("云岭村", "yunling", 60)).await?;
    let component = artifacts::plugin("clean-home")?;
    let settings = json!({
        "excellent-score": 90, "good-score": 80, "pass-score": 60, "excellent-points": 5, "good-points": 3,
        "pass-points": 1, "inspections-per-month": 3, "commendation-points": 8, "recheck-days": 7, "review-days": 5,
        "publication-days": 15, "posting-days": 15,
    });
    let paper = PaperAdoption {
        on: date(2026, 1, 20),
        body: "residents-assembly",
        mode: "households",
        counts: [60, 52, 45, 5, 2],
    };
    let rule = place.attest(&component, Some(&settings), &paper).await?;
    let cases = place.path(&format!("/rules/{}/cases", id(&rule["summary"])?));
    Ok((place, cases))
}

fn id(value: &Value) -> Result<String> {
    value["id"].as_str().map(str::to_owned).with_context(|| format!("no id in {value}"))
}

/// An inspection in which every item gets this score.
fn inspection(household: &str, score: u64) -> Value {
    json!({ "kind": "inspection", "subject": household, "on": TODAY, "form": {
        "inspectors": 2, "with-representative": true, "entered-yard": false, "consent": true, "prefers-private": true,
        "scores": {
            "frontage": score, "waste-sorting": score, "storage": score, "greenery": score, "drainage": score
        },
    } })
}

/// A household in which nobody holds an office.
fn plain_household(place: &Place) -> Result<String> {
    let offices = place.voters.iter().map(|(resident, _)| &resident.household);
    let offices: Vec<_> = offices.chain(place.committee.iter().map(|one| &one.household)).collect();
    let plain = place.people.iter().find(|person| !offices.contains(&&person.household));
    plain.map(|person| person.household.clone()).context("everybody holds an office")
}

/// The page of a case, from its address in the API.
fn page_of(path: &str) -> String {
    path.replace("/communities/", "/c/")
}

async fn shows(reader: &Client, path: &str, words: &[&str]) -> Result<()> {
    let page = reader.get(path).await?;
    ensure!(page.status == 200, "{path}: {}: {}", page.status, page.text);
    for word in words {
        ensure!(page.text.contains(word), "`{word}` is not on {path}");
    }
    Ok(())
}

/// What an outcome asked of a body was printed, and nobody was ever reminded of it.
#[tokio::test]
async fn a_task_is_owed_until_it_is_done_and_stands_on_desk_page_and_town() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let (place, cases) = village(&stage).await?;
    let household = plain_household(&place)?;
    let made = place.clerk.post(&cases, &inspection(&household, 8)).await?.ok()?;
    ensure!(made["status"] == "waiting" && made["tasks"][0]["by"] == "residents-committee", "{made}");
    ensure!(made["tasks"][0]["owed"]["due"] == "2026-03-09" && made["tasks"][0]["done"].is_null(), "{made}");
    ensure!(made["title"] == "环境卫生检查" && made["stage_title"] == "上门帮助", "{made}");
    let case = format!("{cases}/{}", id(&made)?);
    let desk = format!("/c/{}/desk", place.id);
    shows(&place.director, &desk, &["待我办理", "环境卫生检查", "私下告知住户"]).await?;
    shows(&place.clerk, &page_of(&case), &["任务待完成", "私下告知住户", "登记任务完成", "指派承办人"])
        .await?;

    // Nobody did it in time: desk, page and town say so, the town without a word of whom it is about.
    stage.town.city.advance(10).await?;
    for path in [&desk, &page_of(&case), &page_of(&cases)] {
        shows(&place.clerk, path, &["办件任务尚未完成（村民委员会）", "逾期 3 天"]).await?;
    }
    let town = stage.town.admin.get(&format!("/towns/{}", stage.town.id)).await?;
    let digest = town.json["communities"].as_array().and_then(|all| all.first()).context("no community")?;
    ensure!(digest["overdue"] == 1, "{}", town.text);
    let label = made["subject_label"].as_str().context("no label")?;
    ensure!(!town.text.contains(label), "the town is told whom a case is about");
    let seen = stage.town.admin.get(&case).await?;
    ensure!(seen.status == 403, "{}", seen.text);

    // Done by the body that was asked, once; whoever comes second is told who was first.
    let done = json!({"task": "1.1", "note": "已上门帮助，复查合格"});
    let early = place.clerk.change(&case, "/close", &json!({})).await?;
    early.refused(409, "tasks-not-done")?;
    place.chair.post(&format!("{case}/tasks"), &done).await?.refused(403, "not-permitted")?;
    let helped = place.director.post(&format!("{case}/tasks"), &done).await?.ok()?;
    ensure!(helped["status"] == "handled" && helped["tasks"][0]["done"] == "2026-03-12", "{helped}");
    let again = place.clerk.post(&format!("{case}/tasks"), &done).await?.refused(409, "task-done-already")?;
    ensure!(again.to_string().contains(&place.committee[0].name), "nobody is named: {again}");
    let missing = json!({"task": "1.2", "note": "…"});
    place.clerk.post(&format!("{case}/tasks"), &missing).await?.refused(409, "no-such-task")?;
    let closed = place.clerk.change(&case, "/close", &json!({"note": "已与住户确认"})).await?.ok()?;
    ensure!(closed["status"] == "closed" && closed["may"] == json!(["correct"]), "{closed}");
    shows(&place.clerk, &page_of(&case), &["已办结", "已上门帮助，复查合格", "已与住户确认"]).await?;
    let page = place.clerk.get(&desk).await?;
    ensure!(!page.text.contains("私下告知住户"), "what is done is still on the desk");

    // What was done and why is in nobody's public record.
    let export = place.export().await?;
    ensure!(
        export.contains("case.task-completed") && export.contains("case.closed"),
        "the acts are on record"
    );
    ensure!(!export.contains("复查合格") && !export.contains("已与住户确认"), "words are in documents");
    ensure!(!export.contains(&household), "the household is in the record");
    Ok(())
}

#[tokio::test]
async fn a_case_goes_on_and_changes_hands_with_reasons() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let (place, cases) = village(&stage).await?;
    let household = plain_household(&place)?;
    let made = place.clerk.post(&cases, &inspection(&household, 18)).await?.ok()?;
    ensure!(made["status"] == "handled" && made["assignee"].is_null(), "{made}");
    let case = format!("{cases}/{}", id(&made)?);

    // Whoever names nobody takes it; somebody else gets it with reasons.
    let director = json!(place.committee[0].id);
    let taken = place.director.change(&case, "/assign", &json!({})).await?.ok()?;
    ensure!(taken["assignee"]["id"] == director, "{taken}");
    shows(&place.director, &format!("/c/{}/desk", place.id), &["待我办理", "承办中"]).await?;
    let resident = json!({"to": place.people[20].id, "reasons": "…"});
    place.clerk.change(&case, "/assign", &resident).await?.refused(422, "invalid-fields")?;
    place.clerk.change(&case, "/assign", &json!({})).await?.refused(409, "reassigned-without-reasons")?;
    let moved = place.clerk.change(&case, "/assign", &json!({"reasons": "主任外出培训"})).await?.ok()?;
    ensure!(moved["assignee"]["id"] != director && moved["version"] == 3, "{moved}");
    // Two who read the same version do not both assign it.
    let (key, path) = (place.clerk.fresh_key(), format!("{case}/assign"));
    let headers = [("idempotency-key", key.as_str()), ("if-match", "\"1\"")];
    let stale = place.clerk.send(Method::POST, &path, Some(&json!({"reasons": "…"})), &headers).await?;
    ensure!(stale.status == 412, "{}: {}", stale.status, stale.text);

    // The household disagrees: the rule is asked again, in the same case.
    let events = format!("{case}/events");
    let review =
        json!({"kind": "review-request", "on": TODAY, "form": {"inspected-on": TODAY, "reason": "分数有误"}});
    let mut wrong = review.clone();
    wrong["form"]["reason"] = json!(7);
    let refused = place.clerk.post(&events, &wrong).await?.refused(422, "wrong-type")?;
    ensure!(refused["errors"].to_string().contains("/form/reason"), "{refused}");
    let asked = place.clerk.post(&events, &review).await?.ok()?;
    ensure!(asked["id"] == made["id"] && asked["version"] == 4 && asked["status"] == "waiting", "{asked}");
    ensure!(
        asked["tasks"][0]["item"] == "4.1" && asked["tasks"][0]["by"] == "supervision-committee",
        "{asked}"
    );
    ensure!(asked["stage_title"] == "复核中" && asked["points_total"] == 5, "{asked}");
    place.clerk.post(&events, &review).await?.refused(409, "already-registered")?;
    // The body that is asked sees the case; the director is of another one.
    let done = json!({"task": "4.1", "note": "分数无误"});
    let refused = place.director.post(&format!("{case}/tasks"), &done).await?;
    refused.refused(403, "not-permitted")?;

    let listed = place.clerk.get(&cases).await?.ok()?;
    let folded = place.clerk.get(&case).await?.ok()?;
    ensure!(listed["items"][0] == folded, "the row is not what the log folds to:\n{listed}\n{folded}");
    shows(&place.clerk, &page_of(&case), &["续办办件", "复核申请", "主任外出培训", "分数有误"]).await?;
    Ok(())
}

/// A correction took back everything or nothing, and two at once were told nothing of each other.
#[tokio::test]
async fn bookings_are_taken_back_one_by_one_and_of_two_at_once_one_wins() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let (place, cases) = village(&stage).await?;
    let household = plain_household(&place)?;
    let made = place.clerk.post(&cases, &inspection(&household, 18)).await?.ok()?;
    let case = format!("{cases}/{}", id(&made)?);
    ensure!(made["points"][0]["item"] == "1.1" && made["points"][0]["points"] == 5, "{made}");
    let one = json!({"points": ["1.1"], "reasons": "此项不计分"});
    let back = place.clerk.post(&format!("{case}/correction"), &one).await?.ok()?;
    ensure!(back["status"] == "handled" && back["points"][0]["reversed"] == TODAY, "{back}");
    ensure!(back["points_total"] == 0, "{back}");
    place.clerk.post(&format!("{case}/correction"), &one).await?.refused(409, "points-reversed-already")?;
    let second = place.clerk.post(&cases, &inspection(&household, 17)).await?.ok()?;
    ensure!(second["points_total"] == second["points"][0]["points"], "nothing was left before it: {second}");

    let second = format!("{cases}/{}", id(&second)?);
    let clerks = [&place.clerk, &place.director, &place.clerk, &place.director];
    let racing = clerks.into_iter().enumerate().map(|(n, clerk)| {
        let (clerk, path) = (clerk.clone(), format!("{second}/correction"));
        tokio::spawn(async move { clerk.post(&path, &json!({"reasons": format!("录错了（{n}）")})).await })
    });
    let (mut won, mut told) = (0, 0);
    for reply in racing.collect::<Vec<_>>() {
        let reply = reply.await??;
        if reply.status == 200 {
            won += 1;
            continue;
        }
        let text = reply.text.clone();
        reply.refused(409, "already-corrected")?;
        let clerk = place.logins.iter().any(|login| text.contains(&login.who)) || text.contains("更正过");
        ensure!(clerk && text.contains(TODAY), "{text}");
        told += 1;
    }
    ensure!((won, told) == (1, 3), "{won} won, {told} were told");
    let seen = place.clerk.get(&second).await?.ok()?;
    ensure!(seen["version"] == 2 && seen["corrected"]["points_total"] == 0, "{seen}");
    // The rows of the list are what the log folds to, whatever happened.
    let listed = place.clerk.get(&cases).await?.ok()?;
    for row in listed["items"].as_array().context("no items")? {
        let folded = place.clerk.get(&format!("{cases}/{}", id(row)?)).await?.ok()?;
        ensure!(*row == folded, "{row}\n{folded}");
    }
    Ok(())
}

/// Pages ask and read by the same code as the API: what a form sends is what the API takes.
#[tokio::test]
async fn nobody_acts_in_what_is_about_themselves_and_strangers_see_nothing() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let (place, cases) = village(&stage).await?;
    let own = place.committee[0].household.clone();
    let made = place.clerk.post(&cases, &inspection(&own, 8)).await?.ok()?;
    let case = format!("{cases}/{}", id(&made)?);
    let seen = place.director.get(&case).await?.ok()?;
    ensure!(seen["may"] == json!([]), "{seen}");
    let done = json!({"task": "1.1", "note": "…"});
    place.director.post(&format!("{case}/tasks"), &done).await?.refused(409, "own-interest")?;
    place.director.change(&case, "/assign", &json!({})).await?.refused(409, "own-interest")?;
    place.newcomer.get(&case).await?.refused(403, "not-permitted")?;
    stage.city.visitor.get(&case).await?.refused(401, "not-signed-in")?;
    let other = case.replace(&id(&made)?, "cas_0197a0b2-0000-7000-8000-000000000001");
    place.clerk.get(&other).await?.refused(404, "not-found")?;
    Ok(())
}
