//! The worked examples of the statute (statute.md, section 3), each through the API, with the statute's own figures.

use anyhow::{Context as _, Result, ensure};
use jiff::civil::date;
use serde_json::{Value, json};
use yishi_harness::place::all;
use yishi_harness::stage::plain_settings;
use yishi_harness::{
    Affair, Assembly, HandCount, PaperAdoption, Place, PlaceSpec, Resident, Stage, Votes, artifacts, roster,
    texts,
};

const MARCH: &str = "2026-03-02T09:00:00+08:00";

/// A major matter that no list names, with nothing special about it.
fn plain_major(title: &'static str) -> Affair<'static> {
    Affair { class: "major", title, per_household_fen: None, amount_fen: None, ..texts::coal_stoves() }
}

/// Takes a matter up to the day a body sits on it, with the meeting open and these people there.
async fn sit(place: &Place, title: &'static str, assembly: &Assembly<'_>) -> Result<(String, String)> {
    let matter = place.bring_forward(&place.resident, &plain_major(title)).await?;
    let authorised = (assembly.body == "representative-assembly").then_some(texts::AUTHORISATION);
    place.submit_to(&matter, assembly.body, authorised).await?;
    let (meeting, held_on) = place.convene(assembly, &[&matter]).await?;
    end_the_last(place, assembly.body).await?;
    place.open_meeting(&meeting, held_on, &assembly.present).await?;
    Ok((matter, meeting))
}

/// A body sits once at a time: the sitting before is adjourned.
async fn end_the_last(place: &Place, body: &str) -> Result<()> {
    for meeting in all(&place.clerk, &place.path("/meetings")).await? {
        if meeting["body"] == body && meeting["state"] == "open" {
            let thing = place.path(&format!("/meetings/{}", meeting["id"].as_str().context("no id")?));
            place.clerk.change(&thing, "/adjourn", &json!({"minutes": texts::MINUTES})).await?.ok()?;
        }
    }
    Ok(())
}

/// What the server answers when a ballot is opened without a quorum.
async fn not_quorate(place: &Place, meeting: &str, matter: &str) -> Result<Value> {
    let thing = place.path(&format!("/meetings/{meeting}"));
    place.clerk.change(&thing, "/ballots", &json!({"matter": matter})).await?.refused(409, "not-quorate")
}

async fn quorum_needed(place: &Place, meeting: &str) -> Result<u64> {
    let seen = place.clerk.get(&place.path(&format!("/meetings/{meeting}"))).await?.ok()?;
    seen["quorum"]["needed"].as_u64().context("no quorum in the meeting")
}

/// Opens the ballot and closes it on a count by hand; gives the result's code.
async fn count(place: &Place, meeting: &str, matter: &str, hand: HandCount) -> Result<(String, String)> {
    let ballot = place.open_ballot(meeting, matter).await?;
    let decided = place.vote(meeting, &ballot, &Votes::by_hand(hand)).await?;
    let result = decided.decision["finding"]["result"].as_str().context("no result in the finding")?;
    Ok((result.to_owned(), ballot))
}

fn assembly<'a>(body: &'a str, mode: &'a str, people: &[&'a Resident], come: usize) -> Assembly<'a> {
    Assembly { body, mode, present: people.iter().copied().take(come).collect(), notice_days: 12 }
}

#[tokio::test]
async fn examples_1_and_2_representatives_two_thirds_of_those_in_office() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    // 40 representatives and a committee of 5 make an assembly of 45.
    let spec = PlaceSpec { representatives: 40, ..PlaceSpec::village("云岭村", "yunling", 60) };
    let place = stage.town.community(&spec).await?;
    let members = place.assembly_members();
    ensure!(members.len() == 45);

    let (matter, meeting) =
        sit(&place, "第一项", &assembly("representative-assembly", "persons", &members, 29)).await?;
    let refusal = not_quorate(&place, &meeting, &matter).await?;
    ensure!(refusal["by"].to_string().contains("V6"), "the refusal names no V6: {refusal}");
    ensure!(quorum_needed(&place, &meeting).await? == 30);
    place.arrive(&meeting, &members[29..30]).await?;
    let (result, ballot) =
        count(&place, &meeting, &matter, HandCount { yes: 15, no: 10, abstain: 5, ..HandCount::default() })
            .await?;
    ensure!(result == "failed", "15 of 30 present came out as {result}");
    let rejected = place.step(&place.director, &matter, "resolve", &json!({"ballot": ballot})).await?;
    ensure!(rejected["state"] == "rejected" && rejected["closed"] == true, "{}", rejected["state"]);

    let (matter, meeting) =
        sit(&place, "第二项", &assembly("representative-assembly", "persons", &members, 30)).await?;
    let (result, _) = count(&place, &meeting, &matter, HandCount::of(30, 16, 10)).await?;
    ensure!(result == "passed", "16 of 30 present came out as {result}");

    // One more representative: 46 in office.
    let newly = place
        .adults()
        .into_iter()
        .find(|person| person.local && person.woman && !place.assembly_members().contains(person))
        .context("nobody left to elect")?;
    let today = stage.city.today().await?;
    let election = json!({
        "seats": [{"person": newly.id, "office": "member"}],
        "term_from": today, "term_to": place.term_ends().await?, "held_on": today, "elected_by": "groups",
    });
    place.clerk.post(&place.path("/bodies/representative-assembly/elections"), &election).await?.ok()?;
    let (matter, meeting) =
        sit(&place, "第三项", &assembly("representative-assembly", "persons", &members, 30)).await?;
    not_quorate(&place, &meeting, &matter).await?;
    ensure!(quorum_needed(&place, &meeting).await? == 31);
    place.arrive(&meeting, &members[30..31]).await?;
    place.open_ballot(&meeting, &matter).await?;
    Ok(())
}

#[tokio::test]
async fn examples_3_and_4_the_assembly_by_persons_and_by_households() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let spec =
        PlaceSpec { roster: roster::adults(300, 1000), ..PlaceSpec::village("云岭村", "yunling", 300) };
    let place = stage.town.community(&spec).await?;
    let adults = place.adults();
    ensure!(adults.len() == 1000);

    // Example 3: more than half of 1,000 is 501.
    let (matter, meeting) =
        sit(&place, "第一项", &assembly("residents-assembly", "persons", &adults, 500)).await?;
    let refusal = not_quorate(&place, &meeting, &matter).await?;
    ensure!(refusal["by"].to_string().contains("V1"), "the refusal names no V1: {refusal}");
    place.arrive(&meeting, &adults[500..501]).await?;
    let (result, _) = count(&place, &meeting, &matter, HandCount::of(501, 250, 251)).await?;
    ensure!(result == "failed", "250 of 501 present came out as {result}");
    let (matter, meeting) =
        sit(&place, "第二项", &assembly("residents-assembly", "persons", &adults, 501)).await?;
    let (result, _) = count(&place, &meeting, &matter, HandCount::of(501, 251, 250)).await?;
    ensure!(result == "passed", "251 of 501 present came out as {result}");

    // Example 4: two thirds of 300 households is 200.
    let heads = place.household_representatives();
    ensure!(heads.len() == 300);
    let (matter, meeting) =
        sit(&place, "第三项", &assembly("residents-assembly", "households", &heads, 199)).await?;
    let refusal = not_quorate(&place, &meeting, &matter).await?;
    ensure!(refusal["by"].to_string().contains("V2"), "the refusal names no V2: {refusal}");
    place.arrive(&meeting, &heads[199..200]).await?;
    let (result, ballot) = count(&place, &meeting, &matter, HandCount::of(200, 101, 99)).await?;
    ensure!(result == "passed", "101 of 200 households came out as {result}");

    // Switching the mode after the count: the meeting takes no second vote, and neither does one that is counted the
    // other way.
    let thing = place.path(&format!("/meetings/{meeting}"));
    let again = place.clerk.change(&thing, "/ballots", &json!({"matter": matter})).await?;
    again.refused(409, "illegal-transition")?;
    place.step(&place.director, &matter, "resolve", &json!({"ballot": ballot})).await?;
    let notice = json!({
        "body": "residents-assembly", "mode": "persons", "held_on": "2026-12-31", "hour": "09:00",
        "place": texts::HALL, "agenda": [matter],
    });
    let called = place.director.post(&place.path("/meetings"), &notice).await?;
    called.refused(409, "matter-not-ready")?;
    ensure!(place.matter(&matter).await?["state"] == "resolved");
    Ok(())
}

#[tokio::test]
async fn example_5_a_community_asks_half_of_its_households_where_a_village_asks_two_thirds() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    for (kind, needed) in [("urban", 601), ("village", 800)] {
        let (name, prefix) =
            if kind == "urban" { ("锦河社区", "jinhe") } else { ("云岭村", "yunling") };
        let spec =
            PlaceSpec { kind, roster: roster::adults(1200, 1200), ..PlaceSpec::village(name, prefix, 1200) };
        let place = stage.town.community(&spec).await?;
        let heads = place.household_representatives();
        ensure!(heads.len() == 1200);
        let there = assembly("residents-assembly", "households", &heads, needed - 1);
        let (matter, meeting) = sit(&place, "共同的事", &there).await?;
        not_quorate(&place, &meeting, &matter).await?;
        ensure!(quorum_needed(&place, &meeting).await? == needed as u64, "{kind}");
        place.arrive(&meeting, &heads[needed - 1..needed]).await?;
        place.open_ballot(&meeting, &matter).await?;
    }
    Ok(())
}

#[tokio::test]
async fn example_7_the_charter_says_what_a_majority_is_counted_of() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let charter = artifacts::test_plugin("plain-charter")?;
    for (base, expected) in [("present", "failed"), ("cast", "passed")] {
        let place = stage.town.community(&PlaceSpec::village("云岭村", base, 60)).await?;
        attest_plain(&place, &charter, base).await?;
        let affair = texts::coal_stoves();
        let matter = place.bring_forward(&place.resident, &affair).await?;
        let sitting = place.council_sitting(3);
        ensure!(sitting.present.len() == 8 && place.council.len() == 11);
        let (meeting, held_on) = place.convene(&sitting, &[&matter]).await?;
        end_the_last(&place, sitting.body).await?;
        place.open_meeting(&meeting, held_on, &sitting.present).await?;
        let ballot = place.open_ballot(&meeting, &matter).await?;
        let votes = Votes::entered(&sitting.present, &[("yes", 4), ("no", 3), ("abstain", 1)]);
        let decided = place.vote(&meeting, &ballot, &votes).await?;
        let finding = &decided.decision["finding"];
        ensure!(finding["result"] == expected, "4 of 8 with base `{base}`: {finding}");
        ensure!(
            finding["plugins"].to_string().contains(&charter.digest.to_string()),
            "no charter in {finding}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn example_10_a_charter_below_the_floor_is_refused_and_one_above_it_is_not() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = stage.town.community(&PlaceSpec::village("云岭村", "yunling", 60)).await?;
    let charter = artifacts::test_plugin("plain-charter")?;
    place.shelve(&charter).await?;
    let draft = |numerator: u64, denominator: u64| {
        let mut settings = plain_settings("in-office", 15);
        settings["representative-quorum"] = json!({"numerator": numerator, "denominator": denominator});
        json!({"component": charter.digest.to_string(), "settings": settings, "text": texts::CHARTER_DRAFT})
    };
    let refused =
        place.chair.post(&place.path("/rules"), &draft(1, 2)).await?.refused(422, "laxer-than-floor")?;
    let words = refused.to_string();
    ensure!(words.contains("V6"), "the refusal names no V6: {words}");
    ensure!(
        words.contains("\"30\"") || words.contains("第三十条") || words.contains("30"),
        "no article: {words}"
    );
    place.chair.post(&place.path("/rules"), &draft(3, 4)).await?.ok()?;
    Ok(())
}

#[tokio::test]
async fn example_11_a_levy_filed_as_ordinary_is_forced_to_major() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = stage.town.community(&PlaceSpec::village("云岭村", "yunling", 60)).await?;
    let road = texts::road(60);
    ensure!(road.class == "ordinary" && road.per_household_fen == Some(20_000));
    let matter = place.bring_forward(&place.resident, &road).await?;
    let seen = place.matter(&matter).await?;
    ensure!(seen["class"] == "major", "filed as ordinary, it is {}", seen["class"]);
    ensure!(seen["class_by"].to_string().contains("V4"), "who made it major: {}", seen["class_by"]);
    // And so the council cannot decide it.
    let thing = place.path(&format!("/matters/{matter}"));
    let refused = place.chair.change(&thing, "/resolve", &json!({"ballot": FOREIGN_BALLOT})).await?;
    ensure!(refused.status.is_client_error(), "{}", refused.text);
    ensure!(!seen["allowed"].to_string().contains("resolve"), "{}", seen["allowed"]);
    Ok(())
}

#[tokio::test]
async fn example_12_a_posting_stays_up_to_the_end_of_its_fifteenth_day() -> Result<()> {
    let stage = Stage::open("2026-04-13T09:00:00+08:00").await?;
    let place = stage.town.community(&PlaceSpec::village("云岭村", "yunling", 60)).await?;
    attest_plain(&place, &artifacts::test_plugin("plain-charter")?, "present").await?;
    let matter = place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
    let decided =
        place.decide(&matter, &place.council_sitting(0), &Votes::by_hand(HandCount::of(11, 11, 0))).await?;
    stage.city.advance_to(date(2026, 4, 20)).await?;
    let last = place.resolve_and_disclose(&matter, &decided).await?;
    ensure!(last == date(2026, 5, 5), "posted on 04-20, the last day is {last}");
    let thing = place.path(&format!("/matters/{matter}"));
    for day in [date(2026, 5, 4), date(2026, 5, 5)] {
        stage.city.advance_to(day).await?;
        let refused = place
            .director
            .change(&thing, "/take-down", &json!({}))
            .await?
            .refused(409, "disclosure-running")?;
        ensure!(refused.to_string().contains("V18"), "the refusal names no V18: {refused}");
    }
    stage.city.advance_to(date(2026, 5, 6)).await?;
    place.director.change(&thing, "/take-down", &json!({})).await?.ok()?;
    Ok(())
}

/// R20: where the bus stop goes, in no list but major, and no resolution of the assembly that names the representatives.
#[tokio::test]
async fn a_major_matter_in_no_list_is_the_assemblys() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    for (name, prefix, kind) in [("云岭村", "yunling", "village"), ("锦河社区", "jinhe", "urban")] {
        let spec = PlaceSpec { kind, ..PlaceSpec::village(name, prefix, 60) };
        let place = stage.town.community(&spec).await?;
        let matter = place.bring_forward(&place.resident, &plain_major("公交站设在哪里")).await?;
        let study = json!({"outcome": "recommended", "record": texts::PARTY_STUDY});
        place.step(&place.secretary, &matter, "study", &study).await?;
        let thing = place.path(&format!("/matters/{matter}"));
        let mut submit =
            json!({"outcome": "submit", "to": "representative-assembly", "minutes": texts::JOINT_MINUTES});
        let refused = place.secretary.change(&thing, "/deliberate", &submit).await?;
        let problem = refused.refused(409, "authorisation-missing")?;
        ensure!(problem["by"].to_string().contains("R20"), "{kind}: {problem}");
        submit["to"] = json!("residents-assembly");
        let seen = place.step(&place.secretary, &matter, "deliberate", &submit).await?;
        ensure!(seen["state"] == "jointly-deliberated", "{kind}: {}", seen["state"]);
    }
    Ok(())
}

/// A ballot that is nobody's.
const FOREIGN_BALLOT: &str = "bal_01900000-0000-7000-8000-000000000000";

async fn attest_plain(place: &Place, charter: &yishi_harness::Built, base: &str) -> Result<Value> {
    let paper = PaperAdoption {
        on: date(2026, 1, 20),
        body: "residents-assembly",
        mode: "households",
        counts: [60, 52, 45, 5, 2],
    };
    place.attest(charter, Some(&plain_settings(base, 15)), &paper).await
}
