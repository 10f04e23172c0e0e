//! Every gate that the contract names is really asked: `check` before a suggestion, `admit` before a seat is filled.

use anyhow::{Context as _, Result, ensure};
use jiff::civil::date;
use serde_json::{Value, json};
use yishi_bad_plugins::Forge;
use yishi_harness::client::Reply;
use yishi_harness::place::Resident;
use yishi_harness::stage::plain_settings;
use yishi_harness::{PaperAdoption, Place, PlaceSpec, Stage, artifacts};

const MARCH: &str = "2026-03-02T09:00:00+08:00";
const FEBRUARY: &str = "2026-02-02T09:00:00+08:00";

async fn village(stage: &Stage, component: Vec<u8>) -> Result<Place> {
    let place = stage.town.community(&PlaceSpec::village("云岭村", "yunling", 60)).await?;
    place.attest(&artifacts::forged(component), None, &PaperAdoption::JANUARY).await?;
    Ok(place)
}

/// A rule that says this of suggestions, and nothing of any other step.
fn of_suggestions(weight: &str) -> Vec<u8> {
    let said = json!([{
        "weight": weight, "code": "look-first", "because": ["Z1"],
        "message": { "zh": "先看现场", "en": "look at the place first" },
    }]);
    Forge::new("implementation-rule").answer_when("check", "transition.step", "suggest", said).build()
}

fn suggestion(domain: &str) -> Value {
    json!({"title": "清理河道", "text": "河道有垃圾。", "domain": domain})
}

/// `suggest` used to ask nobody. What a rule advises is kept with the matter, in both languages.
#[tokio::test]
async fn a_rule_is_asked_before_a_suggestion_is_entered() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage, of_suggestions("advise")).await?;
    let matters = place.path("/matters");
    // The domain of a rule in force can be chosen, and is called what the rule calls it.
    let domains = stage.city.visitor.get(&place.path("/domains")).await?.ok()?;
    let named = json!({"code": "sanitation", "title": "环境卫生", "title_en": "sanitation"});
    ensure!(domains.as_array().is_some_and(|all| all.contains(&named)), "{domains}");
    let made = place.resident.post(&matters, &suggestion("sanitation")).await?.ok()?;
    let id = made["id"].as_str().context("an id")?;
    for view in [&made, &stage.city.visitor.get(&place.path(&format!("/matters/{id}"))).await?.ok()?] {
        let said = &view["findings"][0];
        ensure!(said["weight"] == "advise" && said["message"] == "先看现场", "{view}");
        ensure!(said["message_en"] == "look at the place first", "{said}");
        ensure!(view["domain_name"] == "环境卫生" && view["domain_name_en"] == "sanitation", "{view}");
    }
    let export = place.export().await?;
    ensure!(
        export.lines().any(|line| line.contains(id) && line.contains("gates")),
        "the call is not on record"
    );
    // A rule of another domain is not asked.
    let other = place.resident.post(&matters, &suggestion("public-works")).await?.ok()?;
    ensure!(other["findings"] == json!([]), "{other}");
    Ok(())
}

#[tokio::test]
async fn a_rule_may_forbid_a_suggestion_and_says_why() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = village(&stage, of_suggestions("forbid")).await?;
    let refused = place.resident.post(&place.path("/matters"), &suggestion("sanitation")).await?;
    let refused = refused.refused(409, "forbidden-by-rule")?.to_string();
    ensure!(refused.contains("先看现场") && refused.contains("Z1"), "{refused}");
    Ok(())
}

/// A broken rule takes from nobody the right to suggest: it is left out, and the matter and its entry say so.
#[tokio::test]
async fn a_broken_rule_holds_no_suggestion_back() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let trap = Forge::new("implementation-rule").body("check", "unreachable").build();
    let place = village(&stage, trap).await?;
    let made = place.resident.post(&place.path("/matters"), &suggestion("sanitation")).await?.ok()?;
    ensure!(made["left_out"][0]["code"] == "trap", "{made}");
    let id = made["id"].as_str().context("an id")?;
    let export = place.export().await?;
    ensure!(export.lines().any(|line| line.contains(id) && line.contains("left_out")), "it is not on record");
    Ok(())
}

/// The test charter, which from the second of March on refuses whoever is to be admitted, or breaks where it is asked.
async fn village_from_march(stage: &Stage, breaks_by: &str) -> Result<Place> {
    let place = stage.town.community(&PlaceSpec::village("云岭村", "yunling", 60)).await?;
    let mut settings = plain_settings("in-office", 15);
    settings["breaks-on"] = json!("2026-03-02");
    settings["breaks-by"] = json!(breaks_by);
    settings["breaks-for"] = json!("admission");
    place.attest(&artifacts::test_plugin("plain-charter")?, Some(&settings), &PaperAdoption::JANUARY).await?;
    stage.city.advance_to(date(2026, 3, 2)).await?;
    Ok(place)
}

/// Somebody of age, registered here, who holds no seat.
fn unseated(place: &Place) -> Result<&Resident> {
    let seated = [&place.party, &place.committee, &place.representatives, &place.council, &place.supervisors];
    let holds = |one: &Resident| seated.iter().any(|body| body.iter().any(|seat| seat.id == one.id));
    let mut free = place.people.iter().filter(|one| one.adult && one.local && !holds(one));
    free.next().context("nobody is free")
}

async fn elect(place: &Place, body: &str, person: &Resident) -> Result<Reply> {
    let election = json!({
        "seats": [{"person": person.id, "office": "member"}],
        "term_from": "2026-03-02", "term_to": place.term_ends().await?, "held_on": "2026-03-02",
        "minutes": "补选一人。", "reason": "工作需要。",
        "elected_by": (body == "representative-assembly").then_some("groups"),
    });
    place.clerk.post(&place.path(&format!("/bodies/{body}/elections")), &election).await
}

/// `admit` was asked when a charter was put on the shelf and never again: whom it did not admit took a seat all the same.
#[tokio::test]
async fn whom_the_charter_does_not_admit_takes_no_seat() -> Result<()> {
    let stage = Stage::open(FEBRUARY).await?;
    let place = village_from_march(&stage, "forbid").await?;
    for body in ["council", "representative-assembly"] {
        let person = unseated(&place)?;
        let refused = elect(&place, body, person).await?.refused(409, "nobody-is-admitted")?.to_string();
        for told in ["从这一天起不接纳任何人", &person.name, "议事-1"] {
            ensure!(refused.contains(told), "`{told}` is not in {refused}");
        }
    }
    Ok(())
}

/// Everybody of age who is registered in a village may stand for its committee by law: a charter that says otherwise keeps
/// nobody out, and it is shown that it said so.
#[tokio::test]
async fn an_exclusion_that_the_law_does_not_allow_is_set_aside() -> Result<()> {
    let stage = Stage::open(FEBRUARY).await?;
    let place = village_from_march(&stage, "forbid").await?;
    let seated = elect(&place, "residents-committee", unseated(&place)?).await?.ok()?;
    let told = seated["advisories"].as_array().into_iter().flatten();
    let told = told.filter(|one| one["code"] == "entitled-by-law").collect::<Vec<_>>();
    ensure!(told.len() == 1, "{seated}");
    ensure!(told[0]["message_en"].to_string().contains("nobody is admitted"), "{told:?}");
    let export = place.export().await?;
    let asked = |line: &str| line.contains("gates") && line.contains("admit");
    ensure!(export.lines().any(asked), "the record does not say that the charter was asked");
    Ok(())
}

/// A charter that gives no answer keeps nobody out of a seat: a community whose terms have run out could never again elect
/// those who would replace it. The entry names what was left out.
#[tokio::test]
async fn a_broken_charter_holds_no_election_up() -> Result<()> {
    let stage = Stage::open(FEBRUARY).await?;
    let place = village_from_march(&stage, "trap").await?;
    elect(&place, "council", unseated(&place)?).await?.ok()?;
    let export = place.export().await?;
    let named = |line: &&str| line.contains("left_out") && line.contains("2026-03-02");
    ensure!(export.lines().any(|line| named(&line)), "the entry does not name the charter");
    Ok(())
}
