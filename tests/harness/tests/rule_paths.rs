//! The life of rules and the steps of matters have no dead end and no back door: each way that was one, by the API.

use anyhow::{Context as _, Result, ensure};
use jiff::civil::date;
use serde_json::{Value, json};
use yishi_bad_plugins::{Forge, manifests};
use yishi_harness::kernel::PASSWORD;
use yishi_harness::stage::plain_settings;
use yishi_harness::{
    Affair, Built, Client, Decided, Draft, HandCount, PaperAdoption, Place, PlaceSpec, Stage, Votes,
    artifacts, texts,
};

const MARCH: &str = "2026-03-02T09:00:00+08:00";

/// A rule for `sanitation` that demands nothing.
fn quiet_rule() -> Built {
    forged(&Forge::new("implementation-rule"))
}

/// A rule for `sanitation` that is taken by every shelf, and traps whenever it is asked to check a step.
fn trapping_rule() -> Built {
    forged(&Forge::new("implementation-rule").body("check", "unreachable"))
}

fn forged(forge: &Forge) -> Built {
    let bytes = forge.build();
    artifacts::forged(bytes)
}

/// What the minutes of a lawful adoption say, of a village of 60 households.
fn paper() -> PaperAdoption<'static> {
    PaperAdoption {
        on: date(2026, 1, 20),
        body: "residents-assembly",
        mode: "households",
        counts: [60, 52, 45, 5, 2],
    }
}

/// An affair of the rule's domain.
fn sanitation() -> Affair<'static> {
    Affair { title: "整治三组沟渠", domain: "sanitation", ..texts::coal_stoves() }
}

async fn village(stage: &Stage) -> Result<Place> {
    stage.town.community(&PlaceSpec::village("云岭村", "yunling", 60)).await
}

/// A rule taken to the day its vote passed.
async fn voted(place: &Place, component: &Built) -> Result<(Draft, Decided)> {
    place.shelve(component).await?;
    let draft = place.draft_rule(component, None, texts::CLEAN_HOME_DRAFT).await?;
    place.consult(&draft.matter, texts::CONSULTATION_DAYS, &[]).await?;
    place.end_consultation(&draft.matter, texts::CONSULTATION_DAYS, texts::CONSULTATION_REPORT).await?;
    let decided = assembly_votes(place, &draft.matter).await?;
    Ok((draft, decided))
}

/// Party study, joint deliberation and a household assembly of nine in ten that is for it.
async fn assembly_votes(place: &Place, matter: &str) -> Result<Decided> {
    let assembly = place.household_assembly(90);
    place.submit_to(matter, assembly.body, None).await?;
    let there = assembly.present.len();
    place.decide(matter, &assembly, &Votes::by_hand(HandCount::of(there, there as u64 - 3, 2))).await
}

async fn rule_state(place: &Place, rule: &str) -> Result<Value> {
    let rule = place.city().visitor.get(&place.path(&format!("/rules/{rule}"))).await?.ok()?;
    Ok(rule["summary"]["state"].clone())
}

fn id(rule: &Value) -> Result<String> {
    Ok(rule["summary"]["id"].as_str().with_context(|| format!("no id in {rule}"))?.to_owned())
}

/// A rule "in force from the day of its adoption" was refused for a fortnight, and one that was not filed and posted could
/// not be promulgated at all. The law counts from the adoption; filing and posting are duties after it.
#[tokio::test]
async fn a_rule_is_in_force_from_any_day_of_its_adoption_on() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let component = quiet_rule();
    for (prefix, later) in [("once", 0), ("long", 20)] {
        let place = stage.town.community(&PlaceSpec::village("云岭村", prefix, 60)).await?;
        let (draft, decided) = voted(&place, &component).await?;
        let adopted = stage.city.today().await?;
        if later > 0 {
            stage.city.advance(later).await?;
        }
        let rule = place.path(&format!("/rules/{}", draft.rule));
        let early = json!({"effective": adopted.yesterday()?});
        let refused = place.clerk.change(&rule, "/promulgate", &early).await?;
        let problem = refused.refused(409, "effective-too-early")?;
        ensure!(problem.to_string().contains(&adopted.to_string()), "{problem}");
        let made = place.clerk.change(&rule, "/promulgate", &json!({"effective": adopted})).await?.ok()?;
        ensure!(made["summary"]["state"] == "in-force", "{}", made["summary"]);
        ensure!(made["summary"]["in_force_from"] == json!(adopted), "{}", made["summary"]);
        // Published before it is filed, and filed all the same before the matter is closed.
        let resolve = json!({"ballot": decided.ballot});
        place.step(&place.director, &draft.matter, "resolve", &resolve).await?;
        place.step(&place.director, &draft.matter, "disclose", &json!({})).await?;
        let report = json!({"report": texts::RULE_PUBLISHED});
        place.step(&place.director, &draft.matter, "implement", &report).await?;
        place.step(&place.director, &draft.matter, "disclose-outcome", &report).await?;
        stage.city.advance(17).await?;
        let thing = place.path(&format!("/matters/{}", draft.matter));
        place.director.change(&thing, "/complete", &json!({})).await?.refused(409, "filing-missing")?;
        place.step(&place.director, &draft.matter, "file", &json!({})).await?;
        let seen = place.step(&place.director, &draft.matter, "complete", &json!({})).await?;
        ensure!(seen["state"] == "completed", "{}", seen["state"]);
    }
    Ok(())
}

/// A filing without a note got a receipt of the authority that nobody had given.
#[tokio::test]
async fn a_receipt_is_the_receivers_or_there_is_none() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let (draft, decided) = voted(&place, &quiet_rule()).await?;
    place.step(&place.director, &draft.matter, "resolve", &json!({"ballot": decided.ballot})).await?;
    let seen = place.step(&place.director, &draft.matter, "file", &json!({})).await?;
    let filing = |seen: &Value| -> Value {
        let mut steps = seen["steps"].as_array().into_iter().flatten();
        steps.find(|step| step["step"] == "file").cloned().unwrap_or_default()
    };
    ensure!(filing(&seen)["document"].is_null(), "a receipt was made up: {}", filing(&seen));
    ensure!(filing(&seen)["note"] == "已报送，没有回执", "{}", filing(&seen));
    // The receiver's own act, and nobody else's.
    let thing = place.path(&format!("/matters/{}", draft.matter));
    let receipt = json!({"receipt": "收到，存档备查。"});
    place.clerk.change(&thing, "/acknowledge-filing", &receipt).await?.refused(403, "not-permitted")?;
    let refused = place.secretary.change(&thing, "/acknowledge-filing", &receipt).await?;
    refused.refused(409, "not-for-the-receiver")?;
    let seen = place.step(&place.town.admin, &draft.matter, "acknowledge-filing", &receipt).await?;
    ensure!(filing(&seen)["text"] == "收到，存档备查。", "{}", filing(&seen));
    Ok(())
}

/// Suggestion, proposal, review, council, disclosure: an ordinary matter up to the notice of its decision.
async fn decided_and_posted(place: &Place) -> Result<String> {
    let matter = place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
    let sitting = place.council_sitting(1);
    let votes = Votes::entered(&sitting.present, &[("yes", 9), ("no", 1)]);
    let decided = place.decide(&matter, &sitting, &votes).await?;
    place.resolve_and_disclose(&matter, &decided).await?;
    Ok(matter)
}

/// Returned by the joint committees: where the council, or a petition, takes it further.
async fn returned(place: &Place) -> Result<String> {
    let matter = place.suggest(&place.resident, &texts::coal_stoves()).await?;
    place.step(&place.chair, &matter, "propose", &texts::coal_stoves().propose()).await?;
    send_back(place, &matter).await?;
    Ok(matter)
}

async fn send_back(place: &Place, matter: &str) -> Result<()> {
    let back = json!({"outcome": "return", "reasons": "费用没有写清"});
    place.step(&place.secretary, matter, "review", &back).await?;
    Ok(())
}

/// The clerk, signed in again: no session outlasts a year.
async fn a_year_later(place: &Place) -> Result<Client> {
    place.city().visitor.sign_in_for_a_year("yunling-clerk", PASSWORD).await
}

fn petition(place: &Place, signatures: u64) -> Value {
    json!({
        "to": "residents-assembly", "by": "residents", "signatures": signatures,
        "record": "联名册：签名按户号排列，经村务监督委员会核对。", "checked_by": place.supervisors[0].id,
    })
}

fn why() -> Value {
    json!({"reasons": "提议人不再要求办理"})
}

/// Whether an entry about this stream says this word.
async fn records(place: &Place, stream: &str, word: &str) -> Result<bool> {
    Ok(place.export().await?.lines().any(|line| line.contains(stream) && line.contains(word)))
}

#[tokio::test]
async fn a_broken_charter_holds_back_nothing_but_the_steps_of_the_procedure() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let mut settings = plain_settings("in-office", 15);
    settings["breaks-on"] = json!(date(2026, 5, 1));
    place.attest(&artifacts::test_plugin("plain-charter")?, Some(&settings), &paper()).await?;

    let suggested = place.suggest(&place.resident, &texts::coal_stoves()).await?;
    let idle = place.suggest(&place.resident, &texts::coal_stoves()).await?;
    let consulted = place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
    place.consult(&consulted, 15, &[]).await?;
    let returned = returned(&place).await?;
    let posted = decided_and_posted(&place).await?;
    let carried_out = decided_and_posted(&place).await?;
    let report = json!({"report": texts::COAL_STOVES_DONE});
    place.step(&place.director, &carried_out, "implement", &report).await?;
    stage.city.advance_to(date(2026, 5, 2)).await?;

    // What the procedure asks for waits for an answer.
    let thing = place.path(&format!("/matters/{suggested}"));
    let proposal = texts::coal_stoves().propose();
    place.chair.change(&thing, "/propose", &proposal).await?.refused(409, "trap")?;
    let thing = place.path(&format!("/matters/{posted}"));
    place.director.change(&thing, "/implement", &report).await?.refused(409, "trap")?;

    // What takes no step does not.
    let seen = place.step(&place.clerk, &suggested, "withdraw", &why()).await?;
    ensure!(seen["state"] == "withdrawn", "{}", seen["state"]);
    let summary = json!({"summary": texts::CONSULTATION_REPORT});
    place.step(&place.director, &consulted, "close-consultation", &summary).await?;
    let seen = place.step(&place.director, &posted, "take-down", &json!({})).await?;
    ensure!(seen["disclosures"][0]["taken_down"] == true, "{}", seen["disclosures"]);
    // Nor does what makes a decision public: a rule that gives no answer hides nothing (R24).
    let seen = place.step(&place.director, &carried_out, "disclose-outcome", &report).await?;
    ensure!(seen["left_out"][0]["code"] == "trap", "{}", seen["left_out"]);
    stage.city.advance(16).await?;
    let seen = place.step(&place.director, &carried_out, "complete", &json!({})).await?;
    ensure!(seen["state"] == "completed", "{}", seen["state"]);
    let seen = place.step(&place.clerk, &returned, "force-convening", &petition(&place, 40)).await?;
    ensure!(seen["state"] == "tabled", "{}", seen["state"]);
    ensure!(records(&place, &returned, "left_out").await?, "the record does not say what was left out");

    // What is decided already cannot be withdrawn: it is carried out as soon as the charter has been replaced.
    let whole = plain_settings("in-office", 15);
    let assembly = place.household_assembly(80);
    let there = assembly.present.len();
    let votes = Votes::by_hand(HandCount::of(there, there as u64 - 4, 4));
    let component = artifacts::test_plugin("plain-charter")?;
    place.adopt_by_vote(&component, Some(&whole), texts::CHARTER_DRAFT, &assembly, &votes, None).await?;
    ensure!(!records(&place, &posted, "left_out").await?);
    place.step(&place.director, &posted, "implement", &report).await?;
    ensure!(records(&place, &posted, "left_out").await?, "the record does not say what was left out");
    place.step(&place.director, &posted, "disclose-outcome", &report).await?;
    stage.city.advance(16).await?;
    place.step(&place.director, &posted, "complete", &json!({})).await?;
    // What is not decided yet waits, or is withdrawn.
    let thing = place.path(&format!("/matters/{idle}"));
    place.chair.change(&thing, "/propose", &proposal).await?.refused(409, "trap")?;
    stage.city.advance(400).await?;
    let seen = place.step(&a_year_later(&place).await?, &idle, "lapse", &why()).await?;
    ensure!(seen["state"] == "lapsed", "{}", seen["state"]);
    Ok(())
}

#[tokio::test]
async fn a_suspended_rule_lets_the_matters_that_pinned_it_go_on() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let rule = id(&place.attest(&trapping_rule(), None, &paper()).await?)?;
    let matter = place.suggest(&place.resident, &sanitation()).await?;
    ensure!(place.matter(&matter).await?["pins"].to_string().contains(&rule), "the rule was not pinned");
    let thing = place.path(&format!("/matters/{matter}"));
    let proposal = sanitation().propose();
    place.chair.change(&thing, "/propose", &proposal).await?.refused(409, "trap")?;

    let rule_path = place.path(&format!("/rules/{rule}"));
    let faulty = json!({"reasons": "细则反复出错，先停用，等村民会议处理"});
    place.chair.change(&rule_path, "/suspend", &faulty).await?.refused(403, "not-permitted")?;
    let seen = place.secretary.change(&rule_path, "/suspend", &faulty).await?.ok()?;
    ensure!(seen["summary"]["state"] == "suspended", "{}", seen["summary"]);
    place.secretary.change(&rule_path, "/suspend", &faulty).await?.refused(409, "not-in-force")?;
    let seen = place.step(&place.chair, &matter, "propose", &proposal).await?;
    ensure!(seen["left_out"][0]["because"] == "suspended", "{}", seen["left_out"]);
    ensure!(seen["left_out"][0]["message"].to_string().contains("R23"), "{}", seen["left_out"]);
    let read = place.matter(&matter).await?;
    ensure!(read["left_out"] == seen["left_out"], "only the answer said it: {}", read["left_out"]);
    let noted =
        |line: &str| line.contains(&matter) && line.contains("left_out") && line.contains("suspended");
    ensure!(place.export().await?.lines().any(noted), "the record does not say that a rule was left out");

    let repaired = json!({"reasons": "已查明原因"});
    let seen = place.secretary.change(&rule_path, "/resume", &repaired).await?.ok()?;
    ensure!(seen["summary"]["state"] == "in-force", "{}", seen["summary"]);
    place.secretary.change(&rule_path, "/resume", &repaired).await?.refused(409, "not-suspended")?;
    let pass = json!({"outcome": "pass"});
    place.secretary.change(&thing, "/review", &pass).await?.refused(409, "trap")?;
    place.secretary.change(&rule_path, "/suspend", &faulty).await?.ok()?;
    place.step(&place.secretary, &matter, "review", &pass).await?;
    Ok(())
}

/// A suspension ran until the minutes of any assembly were recorded, so that the sitting had to do without the rule it
/// should have voted with.
#[tokio::test]
async fn a_suspension_ends_when_the_adopting_body_opens_its_next_sitting() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let rule = id(&place.attest(&trapping_rule(), None, &paper()).await?)?;
    let path = place.path(&format!("/rules/{rule}"));
    fail_once(&place).await?;
    let faulty = json!({"reasons": "先停用，等村民会议处理"});
    let seen = place.secretary.change(&path, "/suspend", &faulty).await?.ok()?;
    ensure!(seen["suspended_since"] == "2026-03-02", "{}", seen["suspended_since"]);
    let affair = Affair { class: "major", ..texts::coal_stoves() };
    let matter = place.bring_forward(&place.resident, &affair).await?;
    let assembly = place.household_assembly(90);
    place.submit_to(&matter, assembly.body, None).await?;
    let (meeting, held_on) = place.convene(&assembly, &[&matter]).await?;
    stage.city.advance_to(held_on).await?;
    ensure!(rule_state(&place, &rule).await? == "suspended", "it ended before the sitting was opened");
    place.open_meeting(&meeting, held_on, &assembly.present).await?;
    let seen = place.city().visitor.get(&path).await?.ok()?;
    ensure!(seen["summary"]["state"] == "in-force", "{}", seen["summary"]);
    ensure!(seen["suspended_since"].is_null(), "{}", seen["suspended_since"]);
    Ok(())
}

/// Has the trapping rule asked once: a matter of its domain is proposed, and does not move.
async fn fail_once(place: &Place) -> Result<()> {
    let matter = place.suggest(&place.resident, &sanitation()).await?;
    let thing = place.path(&format!("/matters/{matter}"));
    place.chair.change(&thing, "/propose", &sanitation().propose()).await?.refused(409, "trap")?;
    Ok(())
}

/// Two committees could switch off a rule that they disliked.
#[tokio::test]
async fn nobody_suspends_a_sound_rule_by_mere_wish() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let rule = id(&place.attest(&quiet_rule(), None, &paper()).await?)?;
    let path = place.path(&format!("/rules/{rule}"));
    let wish = json!({"reasons": "不喜欢这条细则"});
    let refused = place.secretary.change(&path, "/suspend", &wish).await?;
    let problem = refused.refused(409, "no-recorded-failure")?;
    ensure!(problem["by"].to_string().contains("R23"), "{problem}");
    // The town's order names the clause and the article, and is the town's.
    let order = |clause: &str, article: &str| json!({"reasons": "责令改正", "order": {"clause": clause, "article": article}});
    place.secretary.change(&path, "/suspend", &order("Z1", "31")).await?.refused(409, "not-the-town")?;
    let town = &place.town.admin;
    town.change(&path, "/suspend", &order("Z1", "")).await?.refused(409, "order-names-no-article")?;
    town.change(&path, "/suspend", &order("没有这条", "31")).await?.refused(422, "invalid-fields")?;
    let seen = town.change(&path, "/suspend", &order("Z1", "31")).await?.ok()?;
    ensure!(seen["summary"]["state"] == "suspended", "{}", seen["summary"]);
    let lifted = json!({"reasons": "已改正"});
    place.secretary.change(&path, "/resume", &lifted).await?.refused(409, "not-the-town")?;
    let seen = town.change(&path, "/resume", &lifted).await?.ok()?;
    ensure!(seen["summary"]["state"] == "in-force", "{}", seen["summary"]);
    Ok(())
}

#[tokio::test]
async fn attestation_is_for_what_was_adopted_before_the_community_was_set_up() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let component = quiet_rule();
    place.shelve(&component).await?;
    stage.city.advance(5).await?;
    let entry = |on: jiff::civil::Date, yes: u64, spoilt: u64| {
        json!({
            "component": component.digest.to_string(),
            "adopted_on": on, "body": "residents-assembly", "mode": "households",
            "counts": {"in_office": 60, "present": 52, "yes": yes, "no": 20, "abstain": 2, "spoilt": spoilt},
            "minutes": texts::PAPER_MINUTES,
        })
    };
    let path = place.path("/rules/attestations");
    for on in [date(2026, 3, 2), date(2026, 3, 5), date(2026, 3, 7)] {
        let refused = place.clerk.post(&path, &entry(on, 30, 0)).await?;
        let problem = refused.refused(409, "attested-after-set-up")?;
        ensure!(problem["by"].to_string().contains("R15"), "{problem}");
    }
    // 26 of 52 who took part are not more than half; spoilt papers took part, and count for nobody (R6).
    let short = place.clerk.post(&path, &entry(date(2026, 3, 1), 26, 4)).await?;
    short.refused(409, "attested-not-adopted")?;
    let made = place.clerk.post(&path, &entry(date(2026, 3, 1), 27, 3)).await?.ok()?;
    ensure!(made["attestation"]["spoilt"] == 3, "{}", made["attestation"]);
    Ok(())
}

#[tokio::test]
async fn a_levy_is_a_major_matter_whatever_it_is_called() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let suggestion = json!({
        "title": "修整村道", "text": "村道坑洼多年，建议修整。", "domain": "public-works",
        "amount_fen": 1_200_000, "per_household_fen": 20_000,
    });
    let matter = place.resident.post(&place.path("/matters"), &suggestion).await?.ok()?;
    let matter = matter["id"].as_str().context("no matter")?.to_owned();
    // The amounts are not said again, and nobody calls it a levy.
    let proposal = json!({"text": "修整村道六百二十米。", "class": "ordinary", "subjects": ["general"]});
    let seen = place.step(&place.chair, &matter, "propose", &proposal).await?;
    ensure!(seen["class"] == "major", "200 yuan per household came out as {}", seen["class"]);
    ensure!(seen["class_by"].to_string().contains("V4"), "{}", seen["class_by"]);
    ensure!(seen["amount_fen"] == 1_200_000 && seen["per_household_fen"] == 20_000, "{seen}");
    ensure!(seen["subjects"].to_string().contains("public-works-levy"), "{}", seen["subjects"]);
    // The council cannot decide it.
    place.step(&place.secretary, &matter, "review", &json!({"outcome": "pass"})).await?;
    let seen = place.matter(&matter).await?;
    ensure!(!seen["allowed"].to_string().contains("resolve"), "{}", seen["allowed"]);

    // What the suggestion was listed under is not proposed away.
    let planned = json!({
        "title": "调整村庄规划", "text": "建议调整。", "domain": "public-works", "subjects": ["planning"],
    });
    let matter = place.resident.post(&place.path("/matters"), &planned).await?.ok()?;
    let matter = matter["id"].as_str().context("no matter")?.to_owned();
    let seen = place.step(&place.chair, &matter, "propose", &proposal).await?;
    ensure!(seen["class"] == "major" && seen["subjects"].to_string().contains("planning"), "{seen}");

    // A proposal that says that households pay nothing is no levy.
    let free = json!({
        "title": "清扫村道", "text": "建议清扫。", "domain": "public-works", "per_household_fen": 20_000,
    });
    let matter = place.resident.post(&place.path("/matters"), &free).await?.ok()?;
    let matter = matter["id"].as_str().context("no matter")?.to_owned();
    let proposal = json!({"text": "由网格员清扫，各户不出钱。", "class": "ordinary", "per_household_fen": 0});
    let seen = place.step(&place.chair, &matter, "propose", &proposal).await?;
    ensure!(seen["class"] == "ordinary", "{}", seen["class_by"]);
    Ok(())
}

#[tokio::test]
async fn no_rule_speaks_on_its_own_end_and_it_ends_with_the_vote() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let mut manifest = manifests::implementation_rule();
    manifest["domains"] = json!([manifests::named("rules", "规约", "rules")]);
    let greedy = Forge::new("implementation-rule").manifest(&manifest).build();
    let reply = place.town.admin.upload(&place.path("/shelf"), "application/wasm", greedy).await?;
    reply.refused(422, "reserved-domain")?;

    // A regulation that speaks to everything, and breaks whenever it is asked.
    let broken = forged(&Forge::new("village-regulation").body("check", "unreachable"));
    let rule = id(&place.attest(&broken, None, &paper()).await?)?;
    let path = place.path(&format!("/rules/{rule}"));
    let reasons = json!({"reasons": "约定已经不合实际，提请村民会议废止"});
    let made = place.chair.change(&path, "/repeal", &reasons).await?.ok()?;
    let matter = made["matter"]["id"].as_str().context("no matter")?.to_owned();
    let proposal = json!({"text": "废止《测试村规》。", "class": "major"});
    place.step(&place.chair, &matter, "propose", &proposal).await?;
    place.step(&place.secretary, &matter, "review", &json!({"outcome": "pass"})).await?;
    place.consult(&matter, 15, &[]).await?;
    place.end_consultation(&matter, 15, texts::CONSULTATION_REPORT).await?;
    let decided = assembly_votes(&place, &matter).await?;
    ensure!(!records(&place, &matter, "left_out").await?, "the rule was asked about its own end");

    // It ends with the vote, as it began with one; telling people is a duty after it (R32).
    ensure!(rule_state(&place, &rule).await? == "repealed", "it outlived the vote that repealed it");
    let last = place.resolve_and_disclose(&matter, &decided).await?;
    place.take_down(&matter, last).await?;
    place.carry_out(&matter, texts::RULE_PUBLISHED, &json!({})).await?;
    Ok(())
}

#[tokio::test]
async fn every_notice_can_be_taken_down_once_its_time_is_over() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    let settings = plain_settings("in-office", 15);
    place.attest(&artifacts::test_plugin("plain-charter")?, Some(&settings), &paper()).await?;
    let matter = decided_and_posted(&place).await?;
    stage.city.advance(10).await?;
    let report = json!({"report": texts::COAL_STOVES_DONE});
    place.step(&place.director, &matter, "implement", &report).await?;
    place.step(&place.director, &matter, "disclose-outcome", &report).await?;
    let thing = place.path(&format!("/matters/{matter}"));
    place.director.change(&thing, "/take-down", &json!({})).await?.refused(409, "disclosure-running")?;

    // The decision's time is over, the outcome's is not.
    stage.city.advance(6).await?;
    let outcome = json!({"which": "outcome"});
    place.director.change(&thing, "/take-down", &outcome).await?.refused(409, "disclosure-running")?;
    let seen = place.step(&place.director, &matter, "take-down", &json!({})).await?;
    let down = |seen: &Value| -> Vec<(String, bool)> {
        let notices = seen["disclosures"].as_array().cloned().unwrap_or_default();
        let mut down: Vec<_> = notices
            .iter()
            .map(|one| (one["kind"].as_str().unwrap_or_default().to_owned(), one["taken_down"] == true))
            .collect();
        down.sort();
        down
    };
    let expected = [("decision".to_owned(), true), ("outcome".to_owned(), false)];
    ensure!(down(&seen) == expected, "{}", seen["disclosures"]);
    let decision = json!({"which": "decision"});
    place.director.change(&thing, "/take-down", &decision).await?.refused(409, "already-taken-down")?;
    stage.city.advance(10).await?;
    let seen = place.step(&place.director, &matter, "take-down", &json!({})).await?;
    ensure!(down(&seen).iter().all(|(_, down)| *down), "{}", seen["disclosures"]);
    place.step(&place.director, &matter, "complete", &json!({})).await?;
    Ok(())
}

#[tokio::test]
async fn a_form_that_cannot_be_read_is_put_right_first() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    place.attest(&artifacts::plugin("village-charter")?, None, &paper()).await?;
    let matter = place.suggest(&place.resident, &texts::coal_stoves()).await?;
    let thing = place.path(&format!("/matters/{matter}"));
    // One bad field hid the fine beside it.
    let mut proposal = texts::coal_stoves().propose();
    proposal["form"] = json!({"measures": ["fine"], "affected-households": "很多"});
    let refused = place.chair.change(&thing, "/propose", &proposal).await?;
    let problem = refused.refused(409, "required-by-rule")?;
    ensure!(problem.to_string().contains("form-unreadable"), "{problem}");
    proposal["form"] = json!({"affected-households": 3});
    place.step(&place.chair, &matter, "propose", &proposal).await?;
    Ok(())
}

#[tokio::test]
async fn a_matter_can_be_put_to_the_chair_forced_withdrawn_and_given_up() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;

    // R4: only after the second return; and what no list names needs the assembly's authorisation there too (R20).
    let matter = returned(&place).await?;
    let thing = place.path(&format!("/matters/{matter}"));
    let tabling = json!({"minutes": texts::MINUTES});
    place.chair.change(&thing, "/put-to-chair", &tabling).await?.refused(409, "not-returned-twice")?;
    let revised = json!({"text": "自愿停用小煤炉，费用由集体承担，已写明细目。"});
    place.step(&place.chair, &matter, "resubmit", &revised).await?;
    send_back(&place, &matter).await?;
    let unnamed = place.chair.change(&thing, "/put-to-chair", &tabling).await?;
    let problem = unnamed.refused(409, "authorisation-missing")?;
    ensure!(problem["by"].to_string().contains("R20"), "{problem}");
    let tabling = json!({"minutes": texts::MINUTES, "authorisation": texts::AUTHORISATION});
    let seen = place.step(&place.chair, &matter, "put-to-chair", &tabling).await?;
    ensure!(seen["state"] == "tabled" && seen["class"] == "major", "{} {}", seen["state"], seen["class"]);

    // R3: a petition of the law's own threshold; what it has put on the agenda is not withdrawn.
    let matter = returned(&place).await?;
    let thing = place.path(&format!("/matters/{matter}"));
    let few = place.clerk.change(&thing, "/force-convening", &petition(&place, 1)).await?;
    let problem = few.refused(409, "petition-too-small")?;
    ensure!(problem["by"].to_string().contains("V3"), "{problem}");
    let seen = place.step(&place.clerk, &matter, "force-convening", &petition(&place, 40)).await?;
    ensure!(seen["state"] == "tabled" && seen["class"] == "major", "{} {}", seen["state"], seen["class"]);
    place.clerk.change(&thing, "/withdraw", &why()).await?.refused(409, "petition-binds")?;

    // Withdrawn, and closed by it.
    let matter = returned(&place).await?;
    let seen = place.step(&place.chair, &matter, "withdraw", &why()).await?;
    ensure!(seen["state"] == "withdrawn" && seen["closed"] == true, "{}", seen["state"]);
    let thing = place.path(&format!("/matters/{matter}"));
    place.chair.change(&thing, "/withdraw", &why()).await?.refused(409, "illegal-transition")?;

    // Lapsed, once nobody has touched it for a year.
    let matter = place.suggest(&place.resident, &texts::coal_stoves()).await?;
    let thing = place.path(&format!("/matters/{matter}"));
    place.clerk.change(&thing, "/lapse", &why()).await?.refused(409, "too-soon-to-lapse")?;
    stage.city.advance_to(date(2027, 3, 2)).await?;
    let seen = place.step(&a_year_later(&place).await?, &matter, "lapse", &why()).await?;
    ensure!(seen["state"] == "lapsed" && seen["closed"] == true, "{}", seen["state"]);
    Ok(())
}

#[tokio::test]
async fn a_rule_with_as_many_for_as_against_is_not_adopted_and_its_matter_is_closed() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage).await?;
    place.shelve(&quiet_rule()).await?;
    let draft = place.draft_rule(&quiet_rule(), None, texts::CLEAN_HOME_DRAFT).await?;
    place.consult(&draft.matter, 15, &[]).await?;
    place.end_consultation(&draft.matter, 15, texts::CONSULTATION_REPORT).await?;
    let assembly = place.household_assembly(90);
    place.submit_to(&draft.matter, assembly.body, None).await?;
    let (meeting, held_on) = place.convene(&assembly, &[&draft.matter]).await?;
    place.open_meeting(&meeting, held_on, &assembly.present).await?;
    let half = assembly.present.len() as u64 / 2;
    let even = Votes::by_hand(HandCount::of(assembly.present.len(), half, half));
    let ballot = place.open_ballot(&meeting, &draft.matter).await?;
    let decided = place.vote(&meeting, &ballot, &even).await?;
    ensure!(decided.decision["finding"]["result"] == "failed", "{}", decided.decision);
    let seen = place.matter(&draft.matter).await?;
    ensure!(seen["state"] == "rejected" && seen["closed"] == true, "{}", seen["state"]);
    ensure!(rule_state(&place, &draft.rule).await? == "voted-down");
    Ok(())
}
