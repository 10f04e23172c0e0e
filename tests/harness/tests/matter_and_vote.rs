//! A matter does not run away from its vote: while a ballot is open nothing but it moves the matter, what was announced is not
//! taken back, and of two acts that contradict each other only one becomes durable.

use anyhow::{Result, ensure};
use jiff::civil::date;
use serde_json::{Value, json};
use yishi_harness::stage::plain_settings;
use yishi_harness::{PaperAdoption, Place, PlaceSpec, Stage, Votes, artifacts, texts};

const MARCH: &str = "2026-03-02T09:00:00+08:00";

async fn village(stage: &Stage) -> Result<Place> {
    let place = stage.town.community(&PlaceSpec::village("云岭村", "yunling", 60)).await?;
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

fn why() -> Value {
    json!({"reasons": "提议人不再要求办理"})
}

/// A matter was withdrawn while the vote on it ran: the finding said "passed", the matter "withdrawn".
#[tokio::test]
async fn an_act_that_would_contradict_an_open_ballot_is_refused_by_name() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let matter = place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
    let thing = place.path(&format!("/matters/{matter}"));
    let council = place.council_sitting(1);
    let (meeting, held_on) = place.convene(&council, &[&matter]).await?;

    // Announced: nobody takes it back before the sitting.
    let refused = place.chair.change(&thing, "/withdraw", &why()).await?;
    let problem = refused.refused(409, "matter-on-agenda")?;
    ensure!(problem.to_string().contains(&held_on.to_string()), "{problem}");
    ensure!(problem.to_string().contains("村民议事会"), "{problem}");
    // Nor may a consultation run into it: the sitting met, and could not vote.
    let refused = place.director.change(&thing, "/open-consultation", &json!({"days": 30})).await?;
    let problem = refused.refused(409, "consultation-past-sitting")?;
    ensure!(problem.to_string().contains(&held_on.to_string()), "{problem}");

    place.open_meeting(&meeting, held_on, &council.present).await?;
    let ballot = place.open_ballot(&meeting, &matter).await?;
    let petition = json!({
        "to": "residents-assembly", "by": "residents", "signatures": 60, "record": "联名册",
    });
    for (who, act, body) in [
        (&place.chair, "/withdraw", why()),
        (&place.secretary, "/escalate", json!({"reasons": "涉及全村"})),
        (&place.clerk, "/force-convening", petition),
        (&place.director, "/open-consultation", json!({"days": 5})),
    ] {
        let before = place.matter(&matter).await?;
        let refused = who.change(&thing, act, &body).await?;
        let problem = refused.refused(409, "matter-being-voted")?;
        ensure!(problem.to_string().contains("村民议事会"), "{act}: {problem}");
        ensure!(problem.to_string().contains(&held_on.to_string()), "{act}: {problem}");
        ensure!(place.matter(&matter).await? == before, "{act} was refused and has done something");
    }
    let votes = Votes::entered(&council.present, &[("yes", 9), ("no", 1)]);
    let decided = place.vote(&meeting, &ballot, &votes).await?;
    ensure!(decided.decision["passed"] == true, "{}", decided.decision["finding"]);
    let seen = place.matter(&matter).await?;
    ensure!(seen["state"] == "resolved", "the finding passed and the matter is {}", seen["state"]);
    // It is on no agenda any more, and moves on by itself.
    place.step(&place.director, &matter, "file", &json!({})).await?;
    Ok(())
}

/// What the law gives others at any time takes a matter off the agenda it was announced for: it is not voted there, and a
/// sitting of the body that now decides it can be called at once.
#[tokio::test]
async fn a_contested_matter_leaves_the_agenda_it_was_announced_for() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let matter = place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
    let other = place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
    let council = place.council_sitting(1);
    let (meeting, held_on) = place.convene(&council, &[&matter, &other]).await?;
    place.step(&place.secretary, &matter, "escalate", &json!({"reasons": "涉及全村"})).await?;
    place.open_meeting(&meeting, held_on, &council.present).await?;
    let thing = place.path(&format!("/meetings/{meeting}"));
    let refused = place.clerk.change(&thing, "/ballots", &json!({"matter": matter})).await?;
    ensure!(refused.status.as_u16() == 409, "a council voted on a major matter: {}", refused.text);
    place.open_ballot(&meeting, &other).await?;
    place.submit_to(&matter, "residents-assembly", None).await?;
    place.convene(&place.household_assembly(90), &[&matter]).await?;
    Ok(())
}

/// Whoever withdraws and whoever opens the ballot read the same state: only one of them is answered 2xx.
#[tokio::test]
async fn a_withdrawal_and_a_ballot_at_the_same_moment_are_never_both_done() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    for _ in 0..4 {
        let matter = place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
        let thing = place.path(&format!("/matters/{matter}"));
        let (council, agenda, reasons) = (place.council_sitting(1), [matter.as_str()], why());
        let (convene, withdraw) = tokio::join!(
            place.convene(&council, &agenda),
            place.chair.change(&thing, "/withdraw", &reasons),
        );
        let (called, withdrawn) = (convene.is_ok(), withdraw?.status.is_success());
        ensure!(!(called && withdrawn), "announced and withdrawn at once");
        let state = place.matter(&matter).await?["state"].clone();
        ensure!((state == "withdrawn") == withdrawn, "{state}");
        // The day of one sitting is not called twice.
        stage.city.advance(5).await?;
    }
    Ok(())
}
