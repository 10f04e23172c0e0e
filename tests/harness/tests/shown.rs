//! What was done is shown: reasons, recusals, the day a sitting goes on, and what the code of a refusal means.

use anyhow::{Context as _, Result, ensure};
use jiff::Span;
use serde_json::{Value, json};
use yishi_bad_plugins::Forge;
use yishi_harness::stage::plain_settings;
use yishi_harness::{Affair, PaperAdoption, Place, PlaceSpec, Stage, Votes, artifacts, texts};

const MARCH: &str = "2026-03-02T09:00:00+08:00";

async fn village(stage: &Stage) -> Result<Place> {
    let place = stage.town.community(&PlaceSpec::village("云岭村", "yunling", 60)).await?;
    let charter = artifacts::test_plugin("plain-charter")?;
    place.attest(&charter, Some(&plain_settings("in-office", 15)), &PaperAdoption::JANUARY).await?;
    Ok(place)
}

fn id(value: &Value) -> Result<String> {
    value["id"].as_str().map(str::to_owned).with_context(|| format!("no id in {value}"))
}

/// A visitor's page in both languages, each with its words.
async fn shows(place: &Place, path: &str, zh: &[&str], en: &[&str]) -> Result<()> {
    for (lang, words) in [("zh", zh), ("en", en)] {
        let page = place.city().visitor.page(&format!("/c/{}{path}?lang={lang}", place.id)).await?;
        for word in words {
            ensure!(page.contains(word), "`{word}` is not on {path} ({lang})");
        }
    }
    Ok(())
}

/// Whoever withdrew, escalated or gave up a matter, or suspended a rule, wrote why; no page showed a word of it.
#[tokio::test]
async fn reasons_are_shown_where_the_thing_is() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let matter = place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
    let path = format!("/matters/{matter}");
    place.step(&place.secretary, &matter, "escalate", &json!({"reasons": "牵涉每一户"})).await?;
    shows(&place, &path, &["转为重大事项", "牵涉每一户"], &["牵涉每一户"]).await?;
    place.step(&place.chair, &matter, "withdraw", &json!({"reasons": "上级已统一安排"})).await?;
    let both = ["牵涉每一户", "上级已统一安排"];
    shows(&place, &path, &[&both[..], &["撤回"]].concat(), &both).await?;

    let component = artifacts::forged(Forge::new("implementation-rule").build());
    let rule = id(&place.attest(&component, None, &PaperAdoption::JANUARY).await?["summary"])?;
    let thing = place.path(&format!("/rules/{rule}"));
    let order = json!({"reasons": "第一条与法律相抵触", "order": {"clause": "Z1", "article": "31"}});
    place.town.admin.change(&thing, "/suspend", &order).await?.ok()?;
    shows(&place, &format!("/rules/{rule}"), &["第一条与法律相抵触"], &["第一条与法律相抵触"]).await?;
    // Once it is lifted, the page of a rule in force says nothing of it.
    place.town.admin.change(&thing, "/resume", &json!({"reasons": "已改正"})).await?.ok()?;
    let page = place.city().visitor.page(&format!("/c/{}/rules/{rule}", place.id)).await?;
    ensure!(!page.contains("第一条与法律相抵触"), "a suspension that is over");
    Ok(())
}

/// After somebody had stood aside, no page said so; a sitting in recess was announced for the day that was over.
#[tokio::test]
async fn a_recusal_and_a_recess_are_on_the_page_of_the_sitting() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let matter =
        place.bring_forward(&place.resident, &Affair { title: "路灯", ..texts::coal_stoves() }).await?;
    let sitting = place.council_sitting(0);
    let (meeting, held_on) = place.convene(&sitting, &[&matter]).await?;
    place.open_meeting(&meeting, held_on, &sitting.present).await?;
    let thing = place.path(&format!("/meetings/{meeting}"));
    let aside = json!({"matter": matter, "reason": "本人承包"});
    place.chair.post(&format!("{thing}/recusals"), &aside).await?.ok()?;
    let page = format!("/meetings/{meeting}");
    shows(&place, &page, &["回避：1 人"], &["Recused: 1"]).await?;
    let seen = place.clerk.page(&format!("/c/{}{page}?lang=zh", place.id)).await?;
    ensure!(seen.contains(&format!("回避：{}", place.council[0].name)), "the clerk sees who");

    let until = held_on.saturating_add(Span::new().days(3));
    let recess = json!({"until": until, "minutes": "改日续开"});
    place.clerk.change(&thing, "/recess", &recess).await?.ok()?;
    let zh = format!("{}年{}月{}日", until.year(), until.month(), until.day());
    let en = until.strftime("%-d %b %Y").to_string();
    for path in [page.as_str(), "/meetings", "", &format!("/matters/{matter}")] {
        shows(&place, path, &[&zh], &[&en]).await?;
    }
    Ok(())
}

/// Of eight in the room seven voted, and the eighth was in no figure of the page.
#[tokio::test]
async fn whoever_is_there_and_does_not_vote_is_counted() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let matter = place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
    let sitting = place.council_sitting(0);
    let votes = Votes::entered(&sitting.present, &[("yes", 8), ("no", 1), ("abstain", 1)]);
    let decided = place.decide(&matter, &sitting, &votes).await?;
    let count = &decided.decision["finding"]["count"];
    ensure!(count["present"] == 11 && count["yes"] == 8 && count["no"] == 1, "{count}");
    let silent = |label: &str| format!("<dt>{label}</dt><dd>1</dd>");
    let path = format!("/matters/{matter}");
    shows(&place, &path, &[&silent("到会未投")], &[&silent("Present, not voting")]).await?;
    shows(&place, &format!("/meetings/{}", decided.meeting), &[&silent("到会未投")], &[]).await
}

/// The address that a refusal names led nowhere for the refusals of the machines.
#[tokio::test]
async fn the_address_of_every_refusal_says_what_it_means() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let visitor = &stage.city.visitor;
    for code in yishi_deliberation::REFUSAL_CODES {
        let page = visitor.page(&format!("/problems/{code}")).await?;
        let mut lines = page.lines().filter(|line| !line.is_empty());
        ensure!(lines.next().is_some_and(|line| line.starts_with(&format!("{code} ("))), "{page}");
        let (zh, en) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
        ensure!(zh.chars().any(|letter| ('一'..='龥').contains(&letter)), "{code}: {zh}");
        ensure!(en.chars().any(|letter| letter.is_ascii_alphabetic()), "{code}: {en}");
        ensure!(!page.contains(['{', '}']), "{code}: {page}");
    }
    ensure!(visitor.page("/problems/no-such-code").await.is_err());
    Ok(())
}

/// `If-Match: "01"` was taken for version 1.
#[tokio::test]
async fn a_tag_that_is_written_otherwise_is_another_tag() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let matter = place.suggest(&place.resident, &texts::coal_stoves()).await?;
    let path = place.path(&format!("/matters/{matter}/propose"));
    let proposal = texts::coal_stoves().propose();
    for (tag, status) in [("\"01\"", 412), ("\"+1\"", 412), ("\"1\"", 200)] {
        let key = place.chair.fresh_key();
        let headers = [("idempotency-key", key.as_str()), ("if-match", tag)];
        let reply = place.chair.send(reqwest::Method::POST, &path, Some(&proposal), &headers).await?;
        ensure!(reply.status.as_u16() == status, "{tag}: {} {}", reply.status, reply.text);
    }
    Ok(())
}
