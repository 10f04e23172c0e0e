//! What rules ask and publish: matter forms in a manifest, and the texts that outcomes of cases make public.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use yishi_harness::place::all;
use yishi_harness::{PaperAdoption, Place, PlaceSpec, Stage, artifacts};

/// A rule attested in a village, by its id.
async fn in_force(place: &Place, name: &str) -> Result<String> {
    let rule = place.attest(&artifacts::plugin(name)?, None, &PaperAdoption::JANUARY).await?;
    ensure!(rule["summary"]["state"] == "in-force", "{}", rule["summary"]);
    rule["summary"]["id"].as_str().map(str::to_owned).context("no id")
}

fn inspection(household: &str, score: u64) -> Value {
    json!({ "kind": "inspection", "subject": household, "on": "2026-03-02", "form": {
        "inspectors": 2, "with-representative": true, "entered-yard": false, "consent": true,
        "scores": {
            "frontage": score, "waste-sorting": score, "storage": score, "greenery": score, "drainage": score
        },
    } })
}

#[tokio::test]
async fn what_an_outcome_publishes_is_posted_for_everybody() -> Result<()> {
    let stage = Stage::open("2026-03-02T09:00:00+08:00").await?;
    let place = stage.town.community(&PlaceSpec::village("云岭村", "yunling", 60)).await?;
    let rule = in_force(&place, "clean-home").await?;
    let cases = place.path(&format!("/rules/{rule}/cases"));
    let notices = place.path(&format!("/rules/{rule}/notices"));
    let visitor = &stage.city.visitor;
    ensure!(visitor.get(&notices).await?.ok()?["items"] == json!([]), "nothing is posted yet");

    let households = all(&place.clerk, &place.path("/households")).await?;
    let (good, poor) = (&households[0], &households[1]);
    let id = |household: &Value| household["id"].as_str().unwrap_or_default().to_owned();
    place.clerk.post(&cases, &inspection(&id(good), 19)).await?.ok()?;
    // A result that only its household is told of is not posted.
    place.clerk.post(&cases, &inspection(&id(poor), 12)).await?.ok()?;

    let posted = visitor.get(&notices).await?.ok()?;
    let posted = posted["items"].as_array().context("no items")?;
    ensure!(posted.len() == 1, "{posted:?}");
    let (notice, label) = (&posted[0], good["label"].as_str().context("no label")?);
    let text = notice["text"].as_str().context("no text")?;
    ensure!(text.contains(&format!("户号{label}评为优秀")), "{text}");
    ensure!(!text.contains(&id(good)), "an id is no house number: {text}");
    ensure!(notice["posted_on"] == "2026-03-02" && notice["last_day"] == "2026-03-17", "{notice}");
    ensure!(notice["ended"] == false && notice["because"] == json!(["公开-1"]), "{notice}");

    // The text is a public document by its digest, and the record has an entry that names it.
    let digest = notice["document"].as_str().context("no digest")?;
    let document = visitor.get(&place.path(&format!("/documents/{digest}"))).await?.ok()?;
    ensure!(document["text"] == notice["text"], "{document}");
    let log = place.export().await?;
    let entry = log.lines().find(|line| line.contains("notice.posted")).context("no entry")?;
    ensure!(entry.contains(digest) && !entry.contains(label), "{entry}");

    // Who was inspected, and with what result, is not the public's.
    ensure!(visitor.get(&cases).await?.status.is_client_error(), "cases are for those who may see them");

    stage.city.advance(16).await?;
    let later = visitor.get(&notices).await?.ok()?;
    ensure!(later["items"][0]["ended"] == true, "{later}");
    Ok(())
}

#[tokio::test]
async fn an_appraisal_says_something_and_publishes_nothing() -> Result<()> {
    let stage = Stage::open("2026-03-02T09:00:00+08:00").await?;
    let place = stage.town.community(&PlaceSpec::village("云岭村", "yunling", 60)).await?;
    let rule = in_force(&place, "customs").await?;
    let household = &place.people.first().context("nobody lives here")?.household;
    let wedding = json!({
        "kind": "wedding", "subject": household, "on": "2026-03-01", "form": { "verified-by": 2, "tables": 8 },
    });
    let path = place.path(&format!("/rules/{rule}/appraisals"));
    let case = place.clerk.post(&path, &wedding).await?.ok()?;
    ensure!(case["outcome"]["remark"] == "commend", "{}", case["outcome"]);
    let posted = stage.city.visitor.get(&place.path(&format!("/rules/{rule}/notices"))).await?.ok()?;
    ensure!(posted["items"] == json!([]), "{posted}");
    ensure!(!place.export().await?.contains("notice.posted"), "nothing is published of anybody's conduct");
    // The kinds are named in both languages.
    let view = stage.city.visitor.get(&place.path(&format!("/rules/{rule}"))).await?.ok()?;
    let kinds = view["cases"].as_array().context("no kinds")?;
    ensure!(kinds.iter().any(|kind| kind["title"] == "婚事" && kind["title_en"] == "Wedding"), "{kinds:?}");
    Ok(())
}
