//! Who may act on a decision is decided with the body whose decision it is; a petition is signed by those who sign it; and
//! a revised text says its figures again.

use anyhow::{Context as _, Result, ensure};
use jiff::civil::date;
use serde_json::json;
use yishi_harness::stage::plain_settings;
use yishi_harness::{Affair, HandCount, PaperAdoption, Place, PlaceSpec, Stage, Votes, artifacts, texts};

const MARCH: &str = "2026-03-02T09:00:00+08:00";

/// A village whose council has a charter to vote by.
async fn village(stage: &Stage) -> Result<Place> {
    let place = stage.town.community(&PlaceSpec::village("云岭村", "yunling", 60)).await?;
    let adopted = PaperAdoption {
        on: date(2026, 1, 20),
        body: "residents-assembly",
        mode: "households",
        counts: [60, 52, 45, 5, 2],
    };
    let settings = plain_settings("in-office", 15);
    place.attest(&artifacts::test_plugin("plain-charter")?, Some(&settings), &adopted).await?;
    Ok(place)
}

/// A plain council member filed and published what the representatives had decided, for 65,535 days.
#[tokio::test]
async fn an_assemblys_decision_is_not_the_councils_to_publish() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let member = place.account("yunling-member", &place.council[3]).await?;
    let affair = Affair { class: "major", ..texts::coal_stoves() };
    let major = place.bring_forward(&place.resident, &affair).await?;
    place.submit_to(&major, "representative-assembly", Some(texts::AUTHORISATION)).await?;
    let sitting = place.representative_assembly(0);
    let come = sitting.present.len();
    let all = u64::try_from(come)?;
    let decided = place.decide(&major, &sitting, &Votes::by_hand(HandCount::of(come, all, 0))).await?;
    let thing = place.path(&format!("/matters/{major}"));
    let ballot = json!({"ballot": decided.ballot});
    for (who, act, body) in [
        (&member, "/disclose", json!({})),
        (&place.chair, "/disclose", json!({})),
        (&place.chair, "/resolve", ballot),
    ] {
        who.change(&thing, act, &body).await?.refused(403, "not-permitted")?;
    }
    let seen = member.get(&thing).await?.ok()?;
    ensure!(!seen["may"].to_string().contains("disclose"), "{}", seen["may"]);
    for days in [366, 65_535] {
        let long = place.director.change(&thing, "/disclose", &json!({"days": days})).await?;
        let problem = long.refused(422, "out-of-range")?;
        ensure!(problem.to_string().contains("365"), "{problem}");
    }
    place.step(&place.director, &major, "disclose", &json!({"days": 365})).await?;

    // What the council decided its members hand in and publish.
    let ordinary = place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
    let sitting = place.council_sitting(0);
    place.decide(&ordinary, &sitting, &Votes::by_hand(HandCount::of(11, 11, 0))).await?;
    let seen = member.get(&place.path(&format!("/matters/{ordinary}"))).await?.ok()?;
    ensure!(seen["may"].to_string().contains("file"), "{}", seen["may"]);
    place.step(&member, &ordinary, "file", &json!({})).await?;
    place.step(&member, &ordinary, "disclose", &json!({})).await?;
    Ok(())
}

/// One representative entered sixty signatures with a word for a sheet.
#[tokio::test]
async fn an_account_signs_a_petition_for_its_owner_alone() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let representative = place.account("yunling-rep", &place.representatives[0]).await?;
    let matter = place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
    let thing = place.path(&format!("/matters/{matter}"));
    let sheet = json!({"to": "residents-assembly", "by": "residents", "signatures": 60, "record": "联名册"});
    let mut of_representatives = sheet.clone();
    of_representatives["by"] = json!("representatives");
    of_representatives["signatures"] = json!(2);
    for body in [&sheet, &of_representatives] {
        let refused = representative.change(&thing, "/force-convening", body).await?;
        refused.refused(409, "petition-of-others")?;
    }
    // Staff say who checked the sheet, and it is somebody there is.
    place.clerk.change(&thing, "/force-convening", &sheet).await?.refused(409, "petition-unchecked")?;
    let mut checked = sheet;
    checked["checked_by"] = json!("per_00000000-0000-7000-8000-000000000000");
    place.clerk.change(&thing, "/force-convening", &checked).await?.refused(422, "invalid-fields")?;
    checked["checked_by"] = json!(place.supervisors[0].id);
    place.step(&place.clerk, &matter, "force-convening", &checked).await?;
    Ok(())
}

/// The text said 80,000 yuan and the matter went on at 40,000.
#[tokio::test]
async fn a_revised_text_says_its_figures_again() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let matter = place.suggest(&place.resident, &texts::coal_stoves()).await?;
    let first = json!({"text": "修路，共四万元。", "class": "ordinary", "amount_fen": 4_000_000});
    place.step(&place.chair, &matter, "propose", &first).await?;
    let back = json!({"outcome": "return", "reasons": "金额与预算不符"});
    place.step(&place.secretary, &matter, "review", &back).await?;
    let thing = place.path(&format!("/matters/{matter}"));
    // The text as it stands keeps its figures.
    let same = json!({"text": "修路，共四万元。"});
    place.chair.change(&thing, "/resubmit", &same).await?.refused(409, "text-unchanged")?;
    let seen = place.step(&place.chair, &matter, "resubmit", &json!({"text": "修路，共八万元。"})).await?;
    ensure!(seen["amount_fen"] == 0, "the amount of the old text stands beside the new one: {seen}");
    place.step(&place.secretary, &matter, "review", &back).await?;
    // A figure alone is revised alone.
    let seen = place.step(&place.chair, &matter, "resubmit", &json!({"amount_fen": 8_000_000})).await?;
    ensure!(seen["amount_fen"] == 8_000_000 && seen["text"] == "修路，共八万元。", "{seen}");
    Ok(())
}

/// Staff entered a suggestion in the name of a child of seven.
#[tokio::test]
async fn a_child_suggests_through_a_parent() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let child = place.people.iter().find(|one| !one.adult).context("no child in the village")?;
    let suggestion = json!({
        "title": "修路灯", "text": "村口路灯不亮。", "domain": "public-works",
        "suggested_by": child.id, "asked": "到村委会口头提出",
    });
    let problem =
        place.clerk.post(&place.path("/matters"), &suggestion).await?.refused(422, "invalid-fields")?;
    ensure!(problem.to_string().contains("not-of-age"), "{problem}");
    Ok(())
}
