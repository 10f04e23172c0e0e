//! Charters in time: a running matter keeps the one it opened with, and a broken one can be replaced.

use anyhow::{Context as _, Result, ensure};
use jiff::civil::date;
use serde_json::{Value, json};
use yishi_harness::stage::plain_settings;
use yishi_harness::{HandCount, PaperAdoption, PlaceSpec, Stage, Votes, artifacts, roster, texts};

#[tokio::test]
async fn a_running_matter_keeps_its_charter_when_a_new_one_comes_into_force() -> Result<()> {
    let stage = Stage::open("2026-03-02T09:00:00+08:00").await?;
    let place = stage.town.community(&PlaceSpec::village("云岭村", "yunling", 60)).await?;
    let component = artifacts::test_plugin("plain-charter")?;
    let paper = PaperAdoption {
        on: date(2026, 1, 20),
        body: "residents-assembly",
        mode: "households",
        counts: [60, 52, 45, 5, 2],
    };
    let first = place.attest(&component, Some(&plain_settings("in-office", 30)), &paper).await?;

    // Opened under the first charter, and left at the council's door.
    let early = place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
    let pinned = place.matter(&early).await?["pins"].clone();
    ensure!(pinned["charter"]["settings_digest"] == first["settings_digest"], "{pinned}");

    // The second charter is adopted by vote and comes into force.
    let assembly = place.household_assembly(90);
    let votes = Votes::by_hand(HandCount::of(assembly.present.len(), assembly.present.len() as u64 - 3, 2));
    let settings = plain_settings("cast", 15);
    let (_, _, second) = place
        .adopt_by_vote(&component, Some(&settings), texts::CHARTER_DRAFT, &assembly, &votes, None)
        .await?;
    let old = place.clerk.get(&place.path(&format!("/rules/{}", id(&first)?))).await?.ok()?;
    ensure!(old["summary"]["state"] == "superseded", "the first charter is {}", old["summary"]["state"]);
    let home = stage.city.visitor.get(&place.path("")).await?.ok()?;
    ensure!(home["charter"]["id"] == second["summary"]["id"], "in force: {}", home["charter"]);

    // 11 in office, 8 there, 5 for, 3 against: the first charter wants 6, the second would take it.
    let sitting = place.council_sitting(3);
    let votes = Votes::entered(&sitting.present, &[("yes", 5), ("no", 3)]);
    let decided = place.decide(&early, &sitting, &votes).await?;
    ensure!(decided.decision["finding"]["result"] == "failed", "{}", decided.decision["finding"]);
    ensure!(place.matter(&early).await?["pins"] == pinned, "the pins of a running matter changed");

    // A matter opened today is under the second charter: the same vote passes, and 15 days are enough.
    let late = place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
    let pinned = place.matter(&late).await?["pins"].clone();
    ensure!(pinned["charter"]["settings_digest"] == second["settings_digest"], "{pinned}");
    let votes = Votes::entered(&sitting.present, &[("yes", 5), ("no", 3)]);
    let decided = place.decide(&late, &sitting, &votes).await?;
    ensure!(decided.decision["finding"]["result"] == "passed", "{}", decided.decision["finding"]);
    let today = stage.city.today().await?;
    let last = place.resolve_and_disclose(&late, &decided).await?;
    ensure!(today.until(last)?.get_days() == 15, "posted from {today} to {last}");
    Ok(())
}

/// Between notice and vote another charter comes into force, in either direction: the one the matter was opened under
/// decides, in the room's quorum, in the ballot and in the finding alike.
#[tokio::test]
async fn a_charter_changed_between_notice_and_vote_does_not_change_the_vote() -> Result<()> {
    let stage = Stage::open("2026-03-02T09:00:00+08:00").await?;
    let component = artifacts::test_plugin("plain-charter")?;
    // 11 in office, 8 there, 5 for, 3 against: half of those in office is not reached, half of the votes cast is.
    for (prefix, first, second, result) in
        [("strict", "in-office", "cast", "failed"), ("lax", "cast", "in-office", "passed")]
    {
        let place = stage.town.community(&PlaceSpec::village("云岭村", prefix, 60)).await?;
        let paper = |on| PaperAdoption {
            on,
            body: "residents-assembly",
            mode: "households",
            counts: [60, 52, 45, 5, 2],
        };
        let first = plain_settings(first, 15);
        let opened_under = place.attest(&component, Some(&first), &paper(date(2026, 1, 20))).await?;
        let matter = place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
        let sitting = place.council_sitting(3);
        let (meeting, held_on) = place.convene(&sitting, &[&matter]).await?;
        place.attest(&component, Some(&plain_settings(second, 15)), &paper(date(2026, 2, 10))).await?;
        place.open_meeting(&meeting, held_on, &sitting.present).await?;
        let ballot = place.open_ballot(&meeting, &matter).await?;
        let votes = Votes::entered(&sitting.present, &[("yes", 5), ("no", 3)]);
        let decided = place.vote(&meeting, &ballot, &votes).await?;
        ensure!(decided.decision["finding"]["result"] == result, "{prefix}: {}", decided.decision["finding"]);
        let pins = place.matter(&matter).await?["pins"].clone();
        ensure!(pins["charter"]["rule"] == opened_under["summary"]["id"], "{pins}");
    }
    Ok(())
}

#[tokio::test]
async fn a_broken_charter_stops_its_matters_and_is_replaced_under_the_bare_law() -> Result<()> {
    let stage = Stage::open("2026-03-02T09:00:00+08:00").await?;
    let component = artifacts::test_plugin("plain-charter")?;
    for (way, code) in [("trap", "trap"), ("loop", "budget-exceeded")] {
        let place = stage.town.community(&PlaceSpec::village("云岭村", way, 60)).await?;
        let neighbour = format!("{way}-2");
        let neighbour = stage.town.community(&PlaceSpec::village("柳塘村", &neighbour, 60)).await?;
        let today = stage.city.today().await?;
        let paper = PaperAdoption {
            on: date(2026, 1, 20),
            body: "residents-assembly",
            mode: "households",
            counts: [60, 52, 45, 5, 2],
        };
        let mut broken = plain_settings("in-office", 15);
        broken["breaks-on"] = json!(today.saturating_add(jiff::Span::new().days(5)));
        broken["breaks-by"] = json!(way);
        place.attest(&component, Some(&broken), &paper).await?;
        neighbour.attest(&component, Some(&plain_settings("in-office", 15)), &paper).await?;

        let matter = place.suggest(&place.resident, &texts::coal_stoves()).await?;
        stage.city.advance(6).await?;
        let thing = place.path(&format!("/matters/{matter}"));
        let proposal = json!({"text": "停用小煤炉", "class": "ordinary"});
        let refused = place.chair.change(&thing, "/propose", &proposal).await?;
        let problem = refused.refused(409, code)?;
        ensure!(problem["rule"] == "plain-charter", "the refusal does not name the rule: {problem}");
        ensure!(
            place.matter(&matter).await?["state"] == "suggested",
            "a matter moved under a broken charter"
        );

        // The village next door has the same component, and is not touched.
        neighbour.bring_forward(&neighbour.resident, &texts::coal_stoves()).await?;

        // A charter in order is adopted while the broken one is in force.
        let assembly = place.household_assembly(80);
        let votes =
            Votes::by_hand(HandCount::of(assembly.present.len(), assembly.present.len() as u64 - 4, 4));
        let whole = plain_settings("in-office", 15);
        let (draft, _, rule) = place
            .adopt_by_vote(&component, Some(&whole), texts::CHARTER_DRAFT, &assembly, &votes, None)
            .await?;
        ensure!(
            left_out(&place.export().await?, &draft.matter),
            "the record does not say that a rule was left out"
        );

        // A stranger can hash the file that was voted on.
        let file = format!("/rules/{}/component", id(&rule)?);
        let address = format!("{}/api/v1{}", stage.kernel.base(), place.path(&file));
        let bytes = reqwest::get(address).await?.error_for_status()?.bytes().await?;
        ensure!(bytes == component.bytes, "the file is not the component that was voted on");

        // New matters go their way; the one the broken charter stopped keeps it, and can be withdrawn.
        let reasons = json!({"reasons": "章程失灵，另行提出"});
        let withdrawn = place.step(&place.clerk, &matter, "withdraw", &reasons).await?;
        ensure!(withdrawn["state"] == "withdrawn", "{}", withdrawn["state"]);
        let matter = place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
        let seen = place.matter(&matter).await?;
        ensure!(seen["pins"]["charter"]["rule"] == rule["summary"]["id"], "{}", seen["pins"]);
    }
    Ok(())
}

/// A charter that fails in its terms only: for the council alone, or since the village has grown, which is more than its fuel
/// is enough for. The sittings were called while it still answered. What it is not asked about goes its way; what it is
/// asked about waits and names it; and the assembly replaces it in the sitting it was called for.
#[tokio::test]
async fn a_charter_that_fails_for_some_is_replaced_in_a_sitting_called_before() -> Result<()> {
    let stage = Stage::open("2026-03-02T09:00:00+08:00").await?;
    let component = artifacts::test_plugin("plain-charter")?;
    for (way, code) in [("trap", "trap"), ("loop", "budget-exceeded")] {
        let grows = way == "loop";
        let lines = roster::adults(60, 200);
        let (newcomer, first) = lines.split_last().context("nobody")?;
        let spec = PlaceSpec { roster: first.to_vec(), ..PlaceSpec::village("云岭村", way, 60) };
        let place = stage.town.community(&spec).await?;
        let today = stage.city.today().await?;
        // Consulted on for a fortnight, called twelve days ahead; the council is called for the day before.
        let sits = today.saturating_add(jiff::Span::new().days(i64::from(texts::CONSULTATION_DAYS) + 1 + 12));
        let mut broken = plain_settings("in-office", 15);
        broken["breaks-by"] = json!(way);
        if grows {
            broken["breaks-on"] = json!(today);
            broken["breaks-above"] = json!(first.len());
        } else {
            broken["breaks-on"] = json!(sits.yesterday()?);
            broken["breaks-for"] = json!("council");
        }
        let paper = PaperAdoption {
            on: date(2026, 1, 20),
            body: "residents-assembly",
            mode: "households",
            counts: [60, 52, 45, 5, 2],
        };
        let old = place.attest(&component, Some(&broken), &paper).await?;

        let whole = plain_settings("in-office", 15);
        let draft = place.draft_rule(&component, Some(&whole), texts::CHARTER_DRAFT).await?;
        place.consult(&draft.matter, texts::CONSULTATION_DAYS, &[]).await?;
        place.end_consultation(&draft.matter, texts::CONSULTATION_DAYS, texts::CONSULTATION_REPORT).await?;
        let assembly = place.household_assembly(90);
        place.submit_to(&draft.matter, assembly.body, None).await?;
        let (meeting, held_on) = place.convene(&assembly, &[&draft.matter]).await?;
        ensure!(held_on == sits, "the assembly sits on {held_on}");
        let ordinary = place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
        stage.city.advance_to(sits.saturating_sub(jiff::Span::new().days(5))).await?;
        let council = place.council_sitting(0);
        let (councils, council_day) = place.convene(&council, &[&ordinary]).await?;
        ensure!(council_day == sits.yesterday()?, "the council sits on {council_day}");
        if grows {
            let csv = roster::csv(std::slice::from_ref(newcomer)).into_bytes();
            place.clerk.upload(&place.path("/roster/import"), "text/csv", csv).await?.ok()?;
        }

        // The council comes, and does not vote on what the charter gives no answer about.
        place.open_meeting(&councils, council_day, &council.present).await?;
        let thing = place.path(&format!("/meetings/{councils}"));
        let held = place.clerk.change(&thing, "/ballots", &json!({"matter": ordinary})).await?;
        let problem = held.refused(409, code)?;
        ensure!(problem["rule"] == "plain-charter", "the refusal does not name the rule: {problem}");
        place.clerk.change(&thing, "/adjourn", &json!({"minutes": texts::MINUTES})).await?.ok()?;

        // The assembly sits as it was called, and says what it went without.
        place.open_meeting(&meeting, held_on, &assembly.present).await?;
        let there = assembly.present.len();
        let ballot = place.open_ballot(&meeting, &draft.matter).await?;
        let votes = Votes::by_hand(HandCount::of(there, there as u64 - 3, 2));
        let decided = place.vote(&meeting, &ballot, &votes).await?;
        ensure!(decided.decision["finding"]["result"] == "passed", "{}", decided.decision);
        let said = &decided.decision["finding"]["terms"]["left_out"][0]["why"]["code"];
        ensure!(if grows { said == code } else { said.is_null() }, "{said}");
        let path = place.path(&format!("/rules/{}", draft.rule));
        let now = place.clerk.change(&path, "/promulgate", &json!({"effective": sits})).await?.ok()?;
        ensure!(now["summary"]["state"] == "in-force", "{}", now["summary"]);
        let old = place.clerk.get(&place.path(&format!("/rules/{}", id(&old)?))).await?.ok()?;
        ensure!(old["summary"]["state"] == "superseded", "{}", old["summary"]);

        // Under its successor the council votes again.
        let next = place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
        let votes = Votes::by_hand(HandCount::of(11, 9, 2));
        let decided = place.decide(&next, &place.council_sitting(0), &votes).await?;
        ensure!(decided.decision["finding"]["result"] == "passed", "{}", decided.decision);
    }
    Ok(())
}

fn id(rule: &Value) -> Result<String> {
    Ok(rule["summary"]["id"].as_str().with_context(|| format!("no id in {rule}"))?.to_owned())
}

/// Whether an entry of the matter says that a failing rule was left out.
fn left_out(export: &str, matter: &str) -> bool {
    export.lines().any(|line| line.contains(matter) && line.contains("left_out"))
}
