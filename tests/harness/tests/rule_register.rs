//! What replaces what: no text ends another of its own accord, there is one charter on any day, every rule in force is asked,
//! and whatever was not asked is named.

use anyhow::{Context as _, Result, ensure};
use jiff::civil::date;
use serde_json::{Value, json};
use yishi_bad_plugins::{Forge, manifests};
use yishi_harness::stage::plain_settings;
use yishi_harness::{
    Affair, Built, Draft, HandCount, PaperAdoption, Place, PlaceSpec, Stage, Votes, artifacts, texts,
};

const MARCH: &str = "2026-03-02T09:00:00+08:00";

fn forged(name: &str, forge: &Forge) -> Built {
    let bytes = forge.build();
    Built {
        name: name.to_owned(),
        version: "1.0.0".to_owned(),
        digest: yishi_canonical::Digest::of(&bytes),
        path: std::path::PathBuf::new(),
        bytes,
        fresh: true,
        notes: Vec::new(),
    }
}

/// An implementation rule for `sanitation` of this name, that demands nothing or traps when it is to check a step.
fn rule(name: &str, traps: bool) -> Built {
    let mut manifest = manifests::implementation_rule();
    manifest["name"] = json!(name);
    let forge = Forge::new("implementation-rule").manifest(&manifest);
    forged(name, &if traps { forge.body("check", "unreachable") } else { forge })
}

/// What the minutes of a lawful adoption say, of a village of 60 households.
fn paper(on: jiff::civil::Date) -> PaperAdoption<'static> {
    PaperAdoption { on, body: "residents-assembly", mode: "households", counts: [60, 52, 45, 5, 2] }
}

fn january() -> PaperAdoption<'static> {
    paper(date(2026, 1, 20))
}

async fn village(stage: &Stage, prefix: &str) -> Result<Place> {
    stage.town.community(&PlaceSpec::village("云岭村", prefix, 60)).await
}

fn sanitation() -> Affair<'static> {
    Affair { title: "整治三组沟渠", domain: "sanitation", ..texts::coal_stoves() }
}

fn id(rule: &Value) -> Result<String> {
    Ok(rule["summary"]["id"].as_str().with_context(|| format!("no id in {rule}"))?.to_owned())
}

async fn rules(place: &Place) -> Result<Vec<Value>> {
    let rules = place.city().visitor.get(&place.path("/rules")).await?.ok()?;
    Ok(rules.as_array().cloned().unwrap_or_default())
}

async fn state(place: &Place, rule: &str) -> Result<String> {
    let rule = place.city().visitor.get(&place.path(&format!("/rules/{rule}"))).await?.ok()?;
    Ok(rule["summary"]["state"].as_str().unwrap_or_default().to_owned())
}

/// Consulted on, studied and submitted: everything before the sitting.
async fn to_the_door(place: &Place, draft: &Draft) -> Result<()> {
    place.consult(&draft.matter, texts::CONSULTATION_DAYS, &[]).await?;
    place.end_consultation(&draft.matter, texts::CONSULTATION_DAYS, texts::CONSULTATION_REPORT).await?;
    place.submit_to(&draft.matter, "residents-assembly", None).await
}

/// A sitting that is asked about one matter, open on its day with everybody there.
async fn sitting(place: &Place, matter: &str) -> Result<(String, usize)> {
    let assembly = place.household_assembly(90);
    let (meeting, held_on) = place.convene(&assembly, &[matter]).await?;
    place.open_meeting(&meeting, held_on, &assembly.present).await?;
    Ok((meeting, assembly.present.len()))
}

/// An implementing rule named the village's charter as what it replaces: it was drafted, nothing was shown as changed, and
/// with its adoption by whatever body the charter was superseded.
#[tokio::test]
async fn a_rule_replaces_only_a_rule_of_its_own_kind_and_shows_what_would_end() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage, "yunling").await?;
    let component = artifacts::test_plugin("plain-charter")?;
    let charter = id(&place.attest(&component, Some(&plain_settings("in-office", 15)), &january()).await?)?;
    let own = rule("drains", false);
    place.shelve(&own).await?;
    let mut draft = json!({"component": own.digest.to_string(), "text": "整治沟渠", "replaces": charter});
    let refused = place.chair.post(&place.path("/rules"), &draft).await?;
    let problem = refused.refused(409, "replaces-another-kind")?;
    ensure!(problem.to_string().contains("测试章程"), "the text is not named: {problem}");
    ensure!(state(&place, &charter).await? == "in-force");
    draft["replaces"] = json!(null);
    let made = place.chair.post(&place.path("/rules"), &draft).await?.ok()?;
    ensure!(made["rule"]["would_end"] == json!([]), "{}", made["rule"]["would_end"]);

    // A new charter says on the shelf and in its draft that the one in force would end.
    let ends = |view: &Value| view["would_end"][0]["id"].clone();
    let shelf = place.clerk.get(&place.path("/shelf")).await?.ok()?;
    let shelved = shelf.as_array().into_iter().flatten().find(|one| one["kind"] == "charter").cloned();
    ensure!(ends(&shelved.context("no charter on the shelf")?) == json!(charter), "{shelf}");
    let draft = json!({
        "component": component.digest.to_string(), "text": "新章程", "settings": plain_settings("cast", 20),
    });
    let made = place.chair.post(&place.path("/rules"), &draft).await?.ok()?;
    ensure!(ends(&made["rule"]) == json!(charter), "{}", made["rule"]["would_end"]);
    Ok(())
}

/// Two drafts under one charter were both adopted, and both stood "in force".
#[tokio::test]
async fn there_is_one_charter_however_many_drafts() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage, "yunling").await?;
    let component = artifacts::test_plugin("plain-charter")?;
    let old = id(&place.attest(&component, Some(&plain_settings("in-office", 15)), &january()).await?)?;
    let first = place.draft_rule(&component, Some(&plain_settings("cast", 15)), "第一稿").await?;
    let second = place.draft_rule(&component, Some(&plain_settings("present", 15)), "第二稿").await?;
    to_the_door(&place, &first).await?;
    to_the_door(&place, &second).await?;
    let (meeting, there) = sitting(&place, &first.matter).await?;
    let ballot = place.open_ballot(&meeting, &first.matter).await?;
    let votes = Votes::by_hand(HandCount::of(there, there as u64 - 3, 2));
    place.vote(&meeting, &ballot, &votes).await?;
    let thing = place.path(&format!("/meetings/{meeting}"));
    place.clerk.change(&thing, "/adjourn", &json!({"minutes": texts::MINUTES})).await?.ok()?;

    // Adopted and not yet promulgated: the second is not voted beside it.
    let (meeting, _) = sitting(&place, &second.matter).await?;
    let thing = place.path(&format!("/meetings/{meeting}"));
    let open = json!({"matter": second.matter});
    let refused = place.clerk.change(&thing, "/ballots", &open).await?;
    let problem = refused.refused(409, "another-awaits-promulgation")?;
    ensure!(problem.to_string().contains("测试章程"), "the other text is not named: {problem}");
    let today = stage.city.today().await?;
    let rule = place.path(&format!("/rules/{}", first.rule));
    place.clerk.change(&rule, "/promulgate", &json!({"effective": today})).await?.ok()?;
    // In force: what the second would replace is no longer what it was drafted against.
    place.clerk.change(&thing, "/ballots", &open).await?.refused(409, "replaces-changed")?;
    ensure!(state(&place, &old).await? == "superseded");
    ensure!(state(&place, &first.rule).await? == "in-force");
    let in_force = |all: &[Value]| {
        all.iter().filter(|one| one["kind"] == "charter" && one["state"] == "in-force").count()
    };
    ensure!(in_force(&rules(&place).await?) == 1, "{:?}", rules(&place).await?);
    Ok(())
}

/// A charter of January on paper superseded the one voted here in spring, by the clerk and the town alone.
#[tokio::test]
async fn no_paper_from_before_ends_what_was_voted_here() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage, "yunling").await?;
    let component = artifacts::test_plugin("plain-charter")?;
    let assembly = place.household_assembly(90);
    let there = assembly.present.len();
    let votes = Votes::by_hand(HandCount::of(there, there as u64 - 3, 2));
    let settings = plain_settings("in-office", 15);
    let (draft, _, _) = place
        .adopt_by_vote(&component, Some(&settings), texts::CHARTER_DRAFT, &assembly, &votes, None)
        .await?;
    let entry = json!({
        "component": component.digest.to_string(), "settings": plain_settings("cast", 15),
        "adopted_on": "2026-01-20", "body": "residents-assembly", "mode": "households",
        "counts": {"in_office": 60, "present": 52, "yes": 45, "no": 5, "abstain": 2},
        "minutes": texts::PAPER_MINUTES,
    });
    let refused = place.clerk.post(&place.path("/rules/attestations"), &entry).await?;
    let problem = refused.refused(409, "attested-over-voted")?;
    ensure!(problem["by"].to_string().contains("R15"), "{problem}");
    ensure!(state(&place, &draft.rule).await? == "in-force");
    Ok(())
}

/// Of two charters on paper the later one holds, whichever is entered first, and never both.
#[tokio::test]
async fn of_two_papers_the_later_one_holds() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage, "yunling").await?;
    let component = artifacts::test_plugin("plain-charter")?;
    let first = id(&place.attest(&component, Some(&plain_settings("in-office", 15)), &january()).await?)?;
    let older = place.attest(&component, Some(&plain_settings("cast", 15)), &paper(date(2026, 1, 5))).await;
    ensure!(format!("{older:?}").contains("attested-is-older"), "{older:?}");
    let newer =
        place.attest(&component, Some(&plain_settings("cast", 20)), &paper(date(2026, 2, 10))).await?;
    ensure!(newer["summary"]["state"] == "in-force", "{}", newer["summary"]);
    let old = place.city().visitor.get(&place.path(&format!("/rules/{first}"))).await?.ok()?;
    ensure!(old["summary"]["state"] == "superseded", "{}", old["summary"]);
    ensure!(old["summary"]["ends_on"] == "2026-02-11", "{}", old["summary"]);
    Ok(())
}

/// Only the first hundred rules ever drafted were looked at: the hundred and first was adopted and never asked.
#[tokio::test]
async fn the_hundred_and_first_rule_is_asked() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage, "yunling").await?;
    let quiet = rule("drains", false);
    place.shelve(&quiet).await?;
    let draft = json!({"component": quiet.digest.to_string(), "text": "整治沟渠"});
    for _ in 0..100 {
        place.chair.post(&place.path("/rules"), &draft).await?.ok()?;
    }
    let last = id(&place.attest(&rule("lanes", true), None, &january()).await?)?;
    ensure!(rules(&place).await?.len() == 101, "{} rules are listed", rules(&place).await?.len());
    let matter = place.suggest(&place.resident, &sanitation()).await?;
    ensure!(place.matter(&matter).await?["pins"].to_string().contains(&last), "it was not pinned");
    let thing = place.path(&format!("/matters/{matter}"));
    place.chair.change(&thing, "/propose", &sanitation().propose()).await?.refused(409, "trap")?;
    Ok(())
}

/// A suspended rule was missing from the finding without a word.
#[tokio::test]
async fn a_finding_names_the_rules_that_were_not_asked() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage, "yunling").await?;
    let charter = artifacts::test_plugin("plain-charter")?;
    place.attest(&charter, Some(&plain_settings("in-office", 15)), &january()).await?;
    let failing = id(&place.attest(&rule("lanes", true), None, &january()).await?)?;
    let matter = place.suggest(&place.resident, &sanitation()).await?;
    let thing = place.path(&format!("/matters/{matter}"));
    place.chair.change(&thing, "/propose", &sanitation().propose()).await?.refused(409, "trap")?;
    let summary = place.city().visitor.get(&place.path(&format!("/rules/{failing}"))).await?.ok()?;
    ensure!(summary["summary"]["failing"]["code"] == "trap", "{}", summary["summary"]);
    // The desk and the town see it too.
    let home = place.city().visitor.get(&place.path("")).await?.ok()?;
    ensure!(home["rules"].to_string().contains("\"failing\":{"), "{}", home["rules"]);
    let town = place.town.admin.get(&format!("/towns/{}", place.town.id)).await?.ok()?;
    ensure!(town["communities"][0]["failing_rules"][0]["id"] == json!(failing), "{town}");

    let reasons = json!({"reasons": "反复出错，先停用"});
    let path = place.path(&format!("/rules/{failing}"));
    place.secretary.change(&path, "/suspend", &reasons).await?.ok()?;
    place.step(&place.chair, &matter, "propose", &sanitation().propose()).await?;
    place.step(&place.secretary, &matter, "review", &json!({"outcome": "pass"})).await?;
    let council = place.council_sitting(1);
    let votes = Votes::entered(&council.present, &[("yes", 9), ("no", 1)]);
    let decided = place.decide(&matter, &council, &votes).await?;
    let finding = &decided.decision["finding"];
    let left_out = &finding["terms"]["left_out"][0];
    ensure!(left_out["name"] == "lanes" && left_out["why"]["because"] == "suspended", "{finding}");
    ensure!(finding["rulings"].to_string().contains("R23"), "{}", finding["rulings"]);
    let words = decided.decision["words"].to_string();
    ensure!(words.contains("没有询问") && words.contains("R23"), "{words}");
    ensure!(words.contains("《测试章程》"), "the charter is called by a code: {words}");
    ensure!(!words.contains("plain-charter"), "the charter is called by a code: {words}");
    Ok(())
}

/// A charter in force that gives no answer: its replacement goes its way, and every step says what it went without.
#[tokio::test]
async fn every_step_under_a_failing_charter_says_so() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let component = artifacts::test_plugin("plain-charter")?;
    for (way, code) in [("trap", "trap"), ("loop", "budget-exceeded")] {
        let place = village(&stage, way).await?;
        let today = stage.city.today().await?;
        let mut broken = plain_settings("in-office", 15);
        broken["breaks-on"] = json!(today.tomorrow()?);
        broken["breaks-by"] = json!(way);
        place.attest(&component, Some(&broken), &january()).await?;
        stage.city.advance(1).await?;
        place.shelve(&component).await?;
        let whole = plain_settings("in-office", 15);
        let draft = json!({"component": component.digest.to_string(), "text": "新章程", "settings": whole});
        let made = place.chair.post(&place.path("/rules"), &draft).await?.ok()?;
        let matter = made["matter"]["id"].as_str().context("no matter")?.to_owned();
        let says = |seen: &Value| -> Result<()> {
            let said = &seen["left_out"][0];
            ensure!(said["because"] == "failed" && said["code"] == code, "{}", seen["left_out"]);
            let words = said["message"].as_str().unwrap_or_default();
            ensure!(words.contains("《测试章程》未能作答") && words.contains("按法律底线办理"), "{words}");
            Ok(())
        };
        let propose = json!({"text": "新章程", "class": "major"});
        says(&place.step(&place.chair, &matter, "propose", &propose).await?)?;
        says(&place.step(&place.secretary, &matter, "review", &json!({"outcome": "pass"})).await?)?;
        place.consult(&matter, 15, &[]).await?;
        place.end_consultation(&matter, 15, texts::CONSULTATION_REPORT).await?;
        place.submit_to(&matter, "residents-assembly", None).await?;
        let (meeting, there) = sitting(&place, &matter).await?;
        let ballot = place.open_ballot(&meeting, &matter).await?;
        let votes = Votes::by_hand(HandCount::of(there, there as u64 - 3, 2));
        let decided = place.vote(&meeting, &ballot, &votes).await?;
        ensure!(decided.decision["finding"]["terms"]["left_out"][0]["why"]["code"] == code);
        says(&place.step(&place.director, &matter, "file", &json!({})).await?)?;
        says(&place.step(&place.director, &matter, "disclose", &json!({})).await?)?;
        let steps = place.matter(&matter).await?["steps"].clone();
        let told = steps.as_array().into_iter().flatten().filter(|step| step["left_out"] != json!([]));
        ensure!(told.count() >= 6, "{steps}");
        let rule = made["rule"]["summary"]["id"].as_str().context("no rule")?.to_owned();
        let today = stage.city.today().await?;
        let path = place.path(&format!("/rules/{rule}"));
        let seen = place.clerk.change(&path, "/promulgate", &json!({"effective": today})).await?.ok()?;
        ensure!(seen["summary"]["state"] == "in-force", "{}", seen["summary"]);
        // Its successor answers, so the village's ordinary matters move again.
        place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
    }
    Ok(())
}

/// "What it would change" was a comparison with the law: silent about everything that would be lost. And a rule that did
/// not answer read as one that demands nothing.
#[tokio::test]
async fn what_would_change_is_told_against_what_is_in_force() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage, "yunling").await?;
    let component = artifacts::test_plugin("plain-charter")?;
    let mut strict = plain_settings("in-office", 30);
    strict["representative-quorum"] = json!({"numerator": 3, "denominator": 4});
    place.attest(&component, Some(&strict), &january()).await?;
    let draft = json!({
        "component": component.digest.to_string(), "text": "新章程", "settings": plain_settings("cast", 15),
    });
    let made = place.chair.post(&place.path("/rules"), &draft).await?.ok()?;
    let rule = made["rule"]["summary"]["id"].as_str().context("no rule")?.to_owned();
    let path = place.path(&format!("/rules/{rule}"));
    let seen = place.city().visitor.get(&path).await?.ok()?;
    ensure!(seen["unanswered"].is_null(), "{}", seen["unanswered"]);
    let effects = seen["effects"].as_array().cloned().unwrap_or_default();
    let of = |about: &str| effects.iter().find(|one| one["about"].to_string().contains(about)).cloned();
    let quorum = of("村民代表会议：法定人数").with_context(|| format!("{effects:?}"))?;
    ensure!(quorum["before"].to_string().contains("四分之三"), "{quorum}");
    ensure!(quorum["after"].to_string().contains("三分之二"), "{quorum}");
    let posting = of("公示期").with_context(|| format!("{effects:?}"))?;
    ensure!(posting["before"].to_string().contains("30日"), "{posting}");
    ensure!(posting["after"].to_string().contains("15日"), "{posting}");
    let majority = of("议事会：通过比例").with_context(|| format!("{effects:?}"))?;
    ensure!(majority["before"] != majority["after"], "{majority}");

    // A charter that gives no answer from a day on says so in a field of its own, and nothing else is claimed of it.
    let other = village(&stage, "liutang").await?;
    let mut broken = plain_settings("in-office", 15);
    broken["breaks-on"] = json!(stage.city.today().await?.tomorrow()?);
    let broken = id(&other.attest(&component, Some(&broken), &january()).await?)?;
    stage.city.advance(1).await?;
    let path = other.path(&format!("/rules/{broken}"));
    // Kept from the day before: what a version demands is worked out once.
    let seen = other.city().visitor.get(&path).await?.ok()?;
    ensure!(seen["unanswered"].is_null() && seen["changes"] != json!([]), "{}", seen["changes"]);
    let stage = stage.power_cut().await?;
    let seen = stage.city.visitor.get(&path).await?.ok()?;
    ensure!(seen["unanswered"]["code"] == "trap", "{}", seen["unanswered"]);
    ensure!(seen["unanswered"]["message"].to_string().contains("规则"), "{}", seen["unanswered"]);
    ensure!(seen["changes"] == json!([]), "{}", seen["changes"]);
    Ok(())
}

/// A returned proposal could be given the words "80,000 yuan" and keep the figure 40,000, and so stay ordinary.
#[tokio::test]
async fn a_returned_proposal_is_revised_with_its_figures_and_asked_about_again() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage, "yunling").await?;
    let matter = place.suggest(&place.resident, &texts::coal_stoves()).await?;
    let proposal = json!({"text": "修路，共四万元。", "class": "ordinary", "amount_fen": 4_000_000});
    place.step(&place.chair, &matter, "propose", &proposal).await?;
    let back = json!({"outcome": "return", "reasons": "金额与预算不符"});
    place.step(&place.secretary, &matter, "review", &back).await?;
    let thing = place.path(&format!("/matters/{matter}"));
    let same = json!({"text": "修路，共四万元。", "amount_fen": 4_000_000});
    place.chair.change(&thing, "/resubmit", &same).await?.refused(409, "text-unchanged")?;
    let revised = json!({
        "text": "修路，共八万元，每户二百元。", "amount_fen": 8_000_000, "per_household_fen": 20_000,
    });
    let seen = place.step(&place.chair, &matter, "resubmit", &revised).await?;
    ensure!(seen["amount_fen"] == 8_000_000 && seen["per_household_fen"] == 20_000, "{seen}");
    ensure!(seen["class"] == "major", "a levy came out as {}", seen["class"]);
    ensure!(seen["class_by"].to_string().contains("V4"), "{}", seen["class_by"]);
    Ok(())
}

/// A charter that fails when it is asked to vet other rules locked its village out of every rule but a new charter.
#[tokio::test]
async fn a_charter_that_gives_no_answer_vets_nothing_and_stops_nothing() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage, "yunling").await?;
    let broken = forged("test-charter", &manifests::good_charter().body("vet", "unreachable"));
    let charter = id(&place.attest(&broken, None, &january()).await?)?;
    let shelved = place.shelve(&rule("drains", false)).await?;
    ensure!(shelved["report"]["not-vetted"]["code"] == "trap", "{}", shelved["report"]["not-vetted"]);
    let draft = place.draft_rule(&rule("drains", false), None, "整治沟渠").await?;
    ensure!(state(&place, &draft.rule).await? == "drafted");
    // That it failed is on record, so the town sees it.
    let seen = place.city().visitor.get(&place.path(&format!("/rules/{charter}"))).await?.ok()?;
    ensure!(seen["summary"]["failing"]["code"] == "trap", "{}", seen["summary"]);
    Ok(())
}

/// Two official papers confirmed at the same moment: each was decided against a register without the other.
#[tokio::test]
async fn two_charters_confirmed_at_the_same_moment_are_one() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage, "yunling").await?;
    let component = artifacts::test_plugin("plain-charter")?;
    place.shelve(&component).await?;
    let mut entered = Vec::new();
    for (on, days) in [("2026-01-20", 15), ("2026-01-25", 16), ("2026-02-10", 17)] {
        let entry = json!({
            "component": component.digest.to_string(), "settings": plain_settings("in-office", days),
            "adopted_on": on, "body": "residents-assembly", "mode": "households",
            "counts": {"in_office": 60, "present": 52, "yes": 45, "no": 5, "abstain": 2},
            "minutes": texts::PAPER_MINUTES,
        });
        entered.push(id(&place.clerk.post(&place.path("/rules/attestations"), &entry).await?.ok()?)?);
    }
    let things: Vec<String> = entered.iter().map(|rule| place.path(&format!("/rules/{rule}"))).collect();
    let town = &place.town.admin;
    let body = json!({});
    let (a, b, c) = tokio::join!(
        town.change(&things[0], "/confirm", &body),
        town.change(&things[1], "/confirm", &body),
        town.change(&things[2], "/confirm", &body),
    );
    for reply in [a?, b?, c?] {
        let fine =
            reply.status.is_success() || ["changed-meanwhile", "attested-is-older"].contains(&reply.code());
        ensure!(fine, "{}", reply.text);
    }
    let all = rules(&place).await?;
    let in_force = all.iter().filter(|one| one["state"] == "in-force").count();
    ensure!(in_force == 1, "{in_force} charters are in force: {all:?}");
    Ok(())
}

/// An entry from paper of a village of 60 households, by the assembly.
fn entry(component: &Built, on: &str, days: u16) -> Value {
    json!({
        "component": component.digest.to_string(), "settings": plain_settings("in-office", days),
        "adopted_on": on, "body": "residents-assembly", "mode": "households",
        "counts": {"in_office": 60, "present": 52, "yes": 45, "no": 5, "abstain": 2},
        "minutes": texts::PAPER_MINUTES,
    })
}

/// The matter that asks the assembly to repeal a rule, ready for its sitting.
async fn repeal(place: &Place, rule: &str) -> Result<Draft> {
    let path = place.path(&format!("/rules/{rule}"));
    let reasons = json!({"reasons": "已经不合实际，提请村民会议废止"});
    let made = place.chair.change(&path, "/repeal", &reasons).await?.ok()?;
    let matter = made["matter"]["id"].as_str().context("no matter")?.to_owned();
    place.step(&place.chair, &matter, "propose", &json!({"text": "废止章程。", "class": "major"})).await?;
    place.step(&place.secretary, &matter, "review", &json!({"outcome": "pass"})).await?;
    Ok(Draft { rule: rule.to_owned(), matter })
}

/// A paper confirmed while a charter was being voted on, or a repeal opened beside it: the charter passed and could never be
/// promulgated, its matter could not be withdrawn, and no other charter could be voted or entered.
#[tokio::test]
async fn nothing_is_decided_against_a_vote_on_a_charter() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage, "yunling").await?;
    let component = artifacts::test_plugin("plain-charter")?;
    let old = id(&place.attest(&component, Some(&plain_settings("in-office", 15)), &january()).await?)?;
    let attestations = place.path("/rules/attestations");
    let later = id(&place.clerk.post(&attestations, &entry(&component, "2026-02-10", 16)).await?.ok()?)?;
    let confirm = place.path(&format!("/rules/{later}"));
    let draft = place.draft_rule(&component, Some(&plain_settings("cast", 20)), "新章程").await?;
    let against = repeal(&place, &old).await?;
    to_the_door(&place, &draft).await?;
    to_the_door(&place, &against).await?;
    let assembly = place.household_assembly(90);
    let (meeting, held_on) = place.convene(&assembly, &[&draft.matter, &against.matter]).await?;
    place.open_meeting(&meeting, held_on, &assembly.present).await?;
    let thing = place.path(&format!("/meetings/{meeting}"));
    let ballot = place.open_ballot(&meeting, &draft.matter).await?;

    let named = |problem: Value| -> Result<()> {
        ensure!(problem.to_string().contains("测试章程"), "the text is not named: {problem}");
        Ok(())
    };
    let town = &place.town.admin;
    named(town.change(&confirm, "/confirm", &json!({})).await?.refused(409, "text-being-voted")?)?;
    let another = place.clerk.post(&attestations, &entry(&component, "2026-02-20", 17)).await?;
    named(another.refused(409, "text-being-voted")?)?;
    let open = json!({"matter": against.matter});
    named(place.clerk.change(&thing, "/ballots", &open).await?.refused(409, "text-being-voted")?)?;

    let there = assembly.present.len();
    let votes = Votes::by_hand(HandCount::of(there, there as u64 - 3, 2));
    place.vote(&meeting, &ballot, &votes).await?;
    // Voted, and not yet promulgated.
    named(town.change(&confirm, "/confirm", &json!({})).await?.refused(409, "attested-over-voted")?)?;
    named(place.clerk.change(&thing, "/ballots", &open).await?.refused(409, "voted-text-waits")?)?;
    place.clerk.change(&thing, "/adjourn", &json!({"minutes": texts::MINUTES})).await?.ok()?;
    let path = place.path(&format!("/rules/{old}"));
    let reasons = json!({"reasons": "再提一次"});
    named(place.chair.change(&path, "/repeal", &reasons).await?.refused(409, "voted-text-waits")?)?;

    // A mistyped year would have been for ever.
    let rule = place.path(&format!("/rules/{}", draft.rule));
    let far = json!({"effective": "9999-12-31"});
    let problem = place.clerk.change(&rule, "/promulgate", &far).await?.refused(409, "effective-too-late")?;
    ensure!(problem["by"].to_string().contains("R32"), "{problem}");
    let today = stage.city.today().await?;
    let soon = today.saturating_add(jiff::Span::new().days(60));
    place.clerk.change(&rule, "/promulgate", &json!({"effective": soon})).await?.ok()?;

    // Before it begins it can still be replaced, from an earlier day: there is one charter on every day between.
    let second = place.draft_rule(&component, Some(&plain_settings("present", 25)), "再修订").await?;
    to_the_door(&place, &second).await?;
    let (meeting, there) = sitting(&place, &second.matter).await?;
    let ballot = place.open_ballot(&meeting, &second.matter).await?;
    place.vote(&meeting, &ballot, &Votes::by_hand(HandCount::of(there, there as u64 - 3, 2))).await?;
    let today = stage.city.today().await?;
    ensure!(today < soon, "the first has begun by {today}");
    ensure!(state(&place, &old).await? == "in-force");
    let rule = place.path(&format!("/rules/{}", second.rule));
    place.clerk.change(&rule, "/promulgate", &json!({"effective": today})).await?.ok()?;
    ensure!(state(&place, &old).await? == "superseded");
    ensure!(state(&place, &second.rule).await? == "in-force");
    stage.city.advance(70).await?;
    ensure!(state(&place, &draft.rule).await? == "superseded");
    ensure!(state(&place, &second.rule).await? == "in-force");
    Ok(())
}

/// Two thousand million in office, three in an assembly of representatives, representatives whom nobody had authorised, and
/// a text on paper that would begin in a hundred years: all were taken.
#[tokio::test]
async fn an_old_decision_has_possible_figures() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage, "yunling").await?;
    let component = rule("drains", false);
    place.shelve(&component).await?;
    let path = place.path("/rules/attestations");
    let mut entry = entry(&component, "2026-01-20", 15);
    entry.as_object_mut().context("no entry")?.remove("settings");
    let mut far = entry.clone();
    far["effective"] = json!("2126-01-21");
    place.clerk.post(&path, &far).await?.refused(409, "attested-begins-after-set-up")?;
    let mut many = entry.clone();
    many["counts"] = json!({
        "in_office": 2_147_483_648_u64, "present": 2_000_000_000, "yes": 1_900_000_000, "no": 5, "abstain": 2,
    });
    place.clerk.post(&path, &many).await?.refused(409, "attested-too-many")?;
    let mut by_three = entry.clone();
    by_three["body"] = json!("representative-assembly");
    by_three["mode"] = json!("persons");
    by_three["counts"] = json!({"in_office": 3, "present": 3, "yes": 3, "no": 0, "abstain": 0});
    let refused = place.clerk.post(&path, &by_three).await?;
    let problem = refused.refused(409, "attested-without-authorisation")?;
    ensure!(problem["by"].to_string().contains("R14"), "{problem}");
    by_three["authorisation"] =
        json!("2025年12月28日村民会议授权代表会议制定环境卫生细则，至2026年11月30日止。");
    let problem = place.clerk.post(&path, &by_three).await?.refused(409, "attested-too-few")?;
    ensure!(problem.to_string().contains("15"), "the least is not said: {problem}");
    by_three["counts"] = json!({"in_office": 28, "present": 26, "yes": 20, "no": 4, "abstain": 2});
    let made = place.clerk.post(&path, &by_three).await?.ok()?;
    ensure!(made["attestation"]["authorisation"].is_string(), "{}", made["attestation"]);
    Ok(())
}

/// A matter opened while a rule was suspended neither named it as left out nor ever asked it again.
#[tokio::test]
async fn a_matter_opened_during_a_suspension_keeps_the_rule() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage, "yunling").await?;
    let charter = artifacts::test_plugin("plain-charter")?;
    place.attest(&charter, Some(&plain_settings("in-office", 15)), &january()).await?;
    let failing = id(&place.attest(&rule("lanes", true), None, &january()).await?)?;
    let before = place.suggest(&place.resident, &sanitation()).await?;
    let thing = place.path(&format!("/matters/{before}"));
    place.chair.change(&thing, "/propose", &sanitation().propose()).await?.refused(409, "trap")?;
    let path = place.path(&format!("/rules/{failing}"));
    let reasons = json!({"reasons": "反复出错，先停用"});
    place.secretary.change(&path, "/suspend", &reasons).await?.ok()?;

    let during = place.suggest(&place.resident, &sanitation()).await?;
    let pins = place.matter(&during).await?["pins"].to_string();
    ensure!(pins.contains(&failing), "a rule in force that day was not pinned: {pins}");
    let seen = place.step(&place.chair, &during, "propose", &sanitation().propose()).await?;
    let said = seen["left_out"].to_string();
    ensure!(said.contains("suspended") && said.contains("暂停"), "nobody is told: {said}");
    // Once it is resumed the matter is under it like any other (R9, R23).
    place.secretary.change(&path, "/resume", &reasons).await?.ok()?;
    let thing = place.path(&format!("/matters/{during}"));
    place.secretary.change(&thing, "/review", &json!({"outcome": "pass"})).await?.refused(409, "trap")?;
    Ok(())
}
