//! Meetings and ballots are lawful and never get stuck: whatever a rule does in mid-vote, the ballot can be closed and
//! the meeting can end.

use anyhow::{Context as _, Result, ensure};
use jiff::Span;
use jiff::civil::{Date, date};
use reqwest::Method;
use serde_json::{Value, json};
use yishi_harness::stage::plain_settings;
use yishi_harness::{
    Affair, Assembly, HandCount, PaperAdoption, Place, PlaceSpec, Stage, Votes, artifacts, roster, texts,
};

const MARCH: &str = "2026-03-02T09:00:00+08:00";

fn adopted() -> PaperAdoption<'static> {
    PaperAdoption {
        on: date(2026, 1, 20),
        body: "residents-assembly",
        mode: "households",
        counts: [60, 52, 45, 5, 2],
    }
}

/// A village whose charter breaks on a day.
async fn village(stage: &Stage, prefix: &str, breaks_by: &str, breaks_on: Option<Date>) -> Result<Place> {
    let place = stage.town.community(&PlaceSpec::village("云岭村", prefix, 60)).await?;
    let mut settings = plain_settings("in-office", 15);
    settings["breaks-by"] = json!(breaks_by);
    if let Some(day) = breaks_on {
        settings["breaks-on"] = json!(day);
    }
    place.attest(&artifacts::test_plugin("plain-charter")?, Some(&settings), &adopted()).await?;
    Ok(place)
}

/// An ordinary matter before an open sitting of the council; gives the matter and the meeting.
async fn before_the_council(place: &Place) -> Result<(String, String)> {
    let matter = place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
    let sitting = place.council_sitting(0);
    let (meeting, held_on) = place.convene(&sitting, &[&matter]).await?;
    place.open_meeting(&meeting, held_on, &sitting.present).await?;
    Ok((matter, meeting))
}

async fn adjourn(place: &Place, meeting: &str) -> Result<Value> {
    let thing = place.path(&format!("/meetings/{meeting}"));
    place.clerk.change(&thing, "/adjourn", &json!({"minutes": texts::MINUTES})).await?.ok()
}

/// The closing entry of a ballot, from the public log.
async fn closing_entry(place: &Place, ballot: &str) -> Result<Value> {
    let export = place.export().await?;
    let entries = export.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut closings = entries
        .filter(|line| line.to_string().contains(ballot) && line.to_string().contains("ballot-closed"));
    closings.next().with_context(|| format!("no closing entry of {ballot}"))
}

/// The record holds, as anybody with the export can see.
async fn verifies(place: &Place) -> Result<()> {
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), place.export().await?)?;
    let said = std::process::Command::new(artifacts::verifier()?).arg(file.path()).output()?;
    ensure!(
        said.status.success(),
        "{}{}",
        String::from_utf8_lossy(&said.stdout),
        String::from_utf8_lossy(&said.stderr)
    );
    Ok(())
}

#[tokio::test]
async fn a_ballot_closes_whatever_the_charter_does_meanwhile() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    for (way, code) in [("trap", "trap"), ("loop", "budget-exceeded"), ("forbid", "forbidden-by-rule")] {
        // The day after the sitting: the ballot is opened before it, and closed on it.
        let sits = stage.city.today().await?.saturating_add(Span::new().days(4));
        let place = village(&stage, way, way, Some(sits.tomorrow()?)).await?;
        let (matter, meeting) = before_the_council(&place).await?;
        ensure!(stage.city.today().await? == sits);
        let ballot = place.open_ballot(&meeting, &matter).await?;
        stage.city.advance(1).await?;

        let decided = place.vote(&meeting, &ballot, &Votes::by_hand(HandCount::of(11, 9, 2))).await?;
        ensure!(decided.decision["finding"]["result"] == "passed", "{way}: {}", decided.decision);
        let entry = closing_entry(&place, &ballot).await?;
        let why = entry.to_string();
        ensure!(why.contains("unresolved") && why.contains(code), "{way}: the entry does not say why: {why}");
        ensure!(place.matter(&matter).await?["state"] == "reviewed", "{way}: resolved all the same");

        // The result waits for the rule, and the meeting for nobody.
        let thing = place.path(&format!("/matters/{matter}"));
        let resolve = place.director.change(&thing, "/resolve", &json!({"ballot": ballot})).await?;
        resolve.refused(409, code)?;
        adjourn(&place, &meeting).await?;
        verifies(&place).await?;
    }
    Ok(())
}

#[tokio::test]
async fn nobody_votes_on_what_the_charter_forbids_to_resolve() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let today = stage.city.today().await?;
    let place = village(&stage, "yunling", "forbid", Some(today)).await?;
    let (matter, meeting) = before_the_council(&place).await?;
    let thing = place.path(&format!("/meetings/{meeting}"));
    let refused = place.clerk.change(&thing, "/ballots", &json!({"matter": matter})).await?;
    let problem = refused.refused(409, "forbidden-by-rule")?;
    let words = problem.to_string();
    ensure!(words.contains("nothing-is-decided") && words.contains("议事-1"), "{problem}");
    adjourn(&place, &meeting).await?;
    Ok(())
}

#[tokio::test]
async fn a_matter_of_last_year_is_voted_on_this_year_under_the_law_of_its_day() -> Result<()> {
    let stage = Stage::open("2025-12-20T09:00:00+08:00").await?;
    let spec = PlaceSpec { representatives: 40, ..PlaceSpec::village("云岭村", "yunling", 60) };
    let place = stage.town.community(&spec).await?;
    let members = place.assembly_members();
    let affair = Affair { class: "major", ..texts::coal_stoves() };
    let matter = place.bring_forward(&place.resident, &affair).await?;
    place.submit_to(&matter, "representative-assembly", Some(texts::AUTHORISATION)).await?;
    let pinned = place.matter(&matter).await?["pins"].clone();
    let assembly = Assembly {
        body: "representative-assembly",
        mode: "persons",
        present: members.iter().copied().take(32).collect(),
        notice_days: 12,
    };
    stage.city.advance_to(date(2025, 12, 29)).await?;
    let (meeting, held_on) = place.convene(&assembly, &[&matter]).await?;
    ensure!(held_on == date(2026, 1, 10), "held on {held_on}");
    place.open_meeting(&meeting, held_on, &assembly.present).await?;

    // As many for as against: the vote has failed (R7), under the law of the day the matter was opened, across the turn of
    // the year. Nobody votes on it again.
    let ballot = place.open_ballot(&meeting, &matter).await?;
    let even = Votes::by_hand(HandCount { yes: 10, no: 10, abstain: 12, ..HandCount::default() });
    let decided = place.vote(&meeting, &ballot, &even).await?;
    let finding = &decided.decision["finding"];
    ensure!(finding["result"] == "failed" && finding["law_date"] == pinned["law_date"], "{finding}");
    ensure!(finding["law_text"] == "villagers-committee-organic-law-2018", "{finding}");
    ensure!(finding["rulings"].to_string().contains("R7"), "{finding}");
    let words = decided.decision["words"].to_string();
    ensure!(words.contains("到会32人，须17票，赞成10票，弃权计入到会；"), "{words}");
    ensure!(words.contains("结果：未通过"), "{words}");
    ensure!(place.matter(&matter).await?["state"] == "rejected");
    let thing = place.path(&format!("/meetings/{meeting}"));
    place
        .clerk
        .change(&thing, "/ballots", &json!({"matter": matter}))
        .await?
        .refused(409, "illegal-transition")?;
    adjourn(&place, &meeting).await?;
    verifies(&place).await
}

#[tokio::test]
async fn nobody_comes_or_leaves_while_a_ballot_is_open() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage, "yunling", "trap", None).await?;
    let matter = place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
    let sitting = place.council_sitting(3);
    let (meeting, held_on) = place.convene(&sitting, &[&matter]).await?;
    place.open_meeting(&meeting, held_on, &sitting.present).await?;
    let ballot = place.open_ballot(&meeting, &matter).await?;
    let attendance = place.path(&format!("/meetings/{meeting}/attendance"));
    let late = json!({"arrive": [place.council[8].id]});
    place.clerk.post(&attendance, &late).await?.refused(409, "ballot-open")?;
    let gone = json!({"leave": [place.council[7].id]});
    place.clerk.post(&attendance, &gone).await?.refused(409, "ballot-open")?;
    let decided = place.vote(&meeting, &ballot, &Votes::by_hand(HandCount::of(8, 6, 2))).await?;
    ensure!(decided.decision["finding"]["count"]["present"] == 8, "{}", decided.decision);
    // Whoever says which version they read is told when it is no longer so; whoever does not is decided anew.
    let stale = [("idempotency-key", "stale-door"), ("if-match", "\"1\"")];
    let told = place.clerk.send(Method::POST, &attendance, Some(&late), &stale).await?;
    told.refused(412, "stale")?;
    place.clerk.post(&attendance, &late).await?.ok()?;
    adjourn(&place, &meeting).await?;
    Ok(())
}

#[tokio::test]
async fn a_charter_that_wants_fifteen_days_of_consultation_gets_them_and_its_conditions_a_line() -> Result<()>
{
    let stage = Stage::open(MARCH).await?;
    let place = stage.town.community(&PlaceSpec::village("云岭村", "yunling", 60)).await?;
    place.attest(&artifacts::plugin("village-charter")?, None, &adopted()).await?;
    let rule = artifacts::plugin("clean-home")?;
    place.shelve(&rule).await?;
    let assembly = place.household_assembly(90);
    // What the ballot on a rule is answered that was consulted on for so many days; no line for its condition.
    let after = async |days: u16| -> Result<(String, String, yishi_harness::Reply)> {
        let draft = place.draft_rule(&rule, None, texts::CLEAN_HOME_DRAFT).await?;
        let comments =
            [(&place.resident, texts::COMMENT_RESIDENT), (&place.newcomer, texts::COMMENT_NEWCOMER)];
        place.consult(&draft.matter, days, &comments).await?;
        place.end_consultation(&draft.matter, days, texts::CONSULTATION_REPORT).await?;
        place.submit_to(&draft.matter, assembly.body, None).await?;
        let (meeting, held_on) = place.convene(&assembly, &[&draft.matter]).await?;
        place.open_meeting(&meeting, held_on, &assembly.present).await?;
        let thing = place.path(&format!("/meetings/{meeting}"));
        let reply = place.clerk.change(&thing, "/ballots", &json!({"matter": draft.matter})).await?;
        Ok((draft.matter, meeting, reply))
    };

    let (_, meeting, reply) = after(1).await?;
    let problem = reply.refused(409, "required-by-rule")?.to_string();
    ensure!(problem.contains("consultation-too-short") && problem.contains("议事-7"), "{problem}");
    adjourn(&place, &meeting).await?;

    let (matter, meeting, reply) = after(15).await?;
    let problem = reply.refused(409, "condition-unrecorded")?.to_string();
    ensure!(problem.contains("draft-consulted") && problem.contains("议事-7"), "{problem}");
    let thing = place.path(&format!("/meetings/{meeting}"));
    let made_up =
        json!({"matter": matter, "conditions": {"draft-consulted": "已公示", "made-up": "没有这一条"}});
    place.clerk.change(&thing, "/ballots", &made_up).await?.refused(422, "invalid-fields")?;
    let ballot = place.open_ballot(&meeting, &matter).await?;
    let there = assembly.present.len();
    let votes = Votes::by_hand(HandCount::of(there, there as u64 - 2, 1));
    let decided = place.vote(&meeting, &ballot, &votes).await?;
    ensure!(decided.decision["finding"]["result"] == "passed", "{}", decided.decision);
    ensure!(place.matter(&matter).await?["state"] == "resolved");
    let export = place.export().await?;
    let opened = export.lines().find(|line| line.contains(&ballot) && line.contains("ballot-opened"));
    let opened = opened.context("no opening entry")?;
    ensure!(opened.contains("draft-consulted"), "{opened}");
    ensure!(!export.contains(texts::CONDITION_MET), "the line itself is in the public record");
    // The notice was ten days and more, counted between its dates, which no holiday moves.
    let finding = &decided.decision["finding"];
    ensure!(finding["rulings"].to_string().contains("R10"), "{finding}");
    ensure!(
        decided.decision["words"].to_string().contains("相隔12日（须提前10日"),
        "{}",
        decided.decision["words"]
    );
    verifies(&place).await
}

/// The record keeps how many chose what, not a list that outgrows an entry: a ballot of any size can be closed.
#[tokio::test]
async fn a_secret_ballot_of_thousands_can_be_closed() -> Result<()> {
    const VOTERS: usize = 7_000;
    let stage = Stage::open("2026-03-02T09:00:00+08:00").await?;
    let roster = roster::adults(2_000, VOTERS);
    let place =
        stage.town.community(&PlaceSpec { roster, ..PlaceSpec::village("云岭村", "yunling", 300) }).await?;
    let affair = Affair { class: "major", ..texts::coal_stoves() };
    let matter = place.bring_forward(&place.resident, &affair).await?;
    place.submit_to(&matter, "residents-assembly", None).await?;
    let present = place.adults();
    let assembly = Assembly { body: "residents-assembly", mode: "persons", present, notice_days: 12 };
    let (meeting, held_on) = place.convene(&assembly, &[&matter]).await?;
    place.open_meeting(&meeting, held_on, &assembly.present).await?;
    let thing = place.path(&format!("/meetings/{meeting}"));
    let open = json!({"matter": matter, "secrecy": "secret"});
    let opened = place.clerk.change(&thing, "/ballots", &open).await?.ok()?;
    let ballot = opened["id"].as_str().context("no ballot")?.to_owned();
    let hand = HandCount { abstain: VOTERS as u64 - 1, ..HandCount::default() };
    let votes = Votes { own: vec![(&place.resident, "abstain")], hand: Some(hand), ..Votes::default() };
    let closed = place.vote(&meeting, &ballot, &votes).await?;
    let count = &closed.decision["finding"]["count"];
    ensure!(count["abstain"] == json!(VOTERS), "{count}");
    let export = place.export().await?;
    let closing: Vec<&str> = export.lines().filter(|line| line.contains("ballot-closed")).collect();
    // An entry stands in its line as text.
    let counts = r#"\"cast\":{\"abstain\":7000,\"no\":0,\"spoilt\":0,\"yes\":0}"#;
    ensure!(
        closing.iter().any(|line| line.contains(counts)),
        "the counts are not in the record: {closing:?}"
    );
    Ok(())
}
