//! One truth for pages: wherever a thing's state is told (the API's lists and views, its own page, cards, home, desk, meeting,
//! board of the town, first page), it is the same state, the same step, the same next act and the same count of what is late.
//!
//! A village and a community are walked through every state there is, and all of it is read after every act.

mod read;
mod truth;

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use jiff::Span;
use jiff::civil::{Date, date};
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use yishi_bad_plugins::Forge;
use yishi_deliberation::meeting::MeetingStage;
use yishi_deliberation::rule::{RuleStage, Standing};
use yishi_deliberation::{MatterStage, MatterStatus, RuleStatus};
use yishi_harness::kernel::PASSWORD;
use yishi_harness::stage::plain_settings;
use yishi_harness::{
    Affair, Assembly, HandCount, PaperAdoption, Place, PlaceSpec, Stage, Votes, artifacts, texts,
};
use yishi_words::Lang;

use truth::{Readers, Statuses, Truth};

const MARCH: &str = "2026-03-02T09:00:00+08:00";

/// States in which nothing can be met over the API, and why.
const NEVER_MET: [(&str, &str); 4] = [
    ("meeting-stage/adjourned", "a sitting ends with its minutes, in the same act"),
    ("rule/confirmed", "a confirmed text is in force, or will be superseded: its standing is told"),
    ("rule/not-yet", "before its day a rule is where its papers are: its stage is told"),
    ("rule/never", "a rule that failed is where its papers ended: its stage is told"),
];

/// A community on its way through all states.
struct Walk<'a> {
    place: &'a Place,
    readers: Readers,
    met: BTreeSet<String>,
    faults: Vec<String>,
    before: Statuses,
}

impl Walk<'_> {
    /// Reads everything, in both languages.
    async fn read(&mut self, at: &str) -> Result<()> {
        let truth = Truth::of(self.place, &self.readers).await.with_context(|| format!("the API: {at}"))?;
        for lang in Lang::ALL {
            let differs = truth.differs(self.place, &self.readers, lang, &self.before).await;
            for fault in differs.with_context(|| at.to_owned())? {
                self.faults.push(format!("{at}, on {} ({}): {fault}", truth.today(), lang.code()));
            }
        }
        self.before = truth.statuses();
        self.met.extend(truth.states());
        Ok(())
    }

    async fn days(&mut self, days: i64, at: &str) -> Result<()> {
        self.place.city().advance(days).await?;
        self.read(at).await
    }

    async fn step(
        &mut self,
        by: &yishi_harness::Client,
        matter: &str,
        step: &str,
        body: Value,
    ) -> Result<Value> {
        let seen = self.place.step(by, matter, step, &body).await?;
        self.read(step).await?;
        Ok(seen)
    }

    async fn meeting(&mut self, meeting: &str, act: &str, body: Value) -> Result<()> {
        let thing = self.place.path(&format!("/meetings/{meeting}"));
        self.place.clerk.change(&thing, act, &body).await?.ok().with_context(|| act.to_owned())?;
        self.read(act).await
    }

    /// Notice, the day, the ballot and its close, each read.
    async fn voted(&mut self, matter: &str, assembly: &Assembly<'_>, yes: u64, no: u64) -> Result<String> {
        let (meeting, held_on) = self.place.convene(assembly, &[matter]).await?;
        self.read("convened").await?;
        self.place.open_meeting(&meeting, held_on, &assembly.present).await?;
        self.read("opened").await?;
        let ballot = self.place.open_ballot(&meeting, matter).await?;
        self.read("ballot opened").await?;
        let votes = Votes::by_hand(HandCount::of(assembly.present.len(), yes, no));
        self.place.vote(&meeting, &ballot, &votes).await?;
        self.read("ballot closed").await?;
        self.meeting(&meeting, "/adjourn", json!({"minutes": texts::MINUTES})).await?;
        Ok(ballot)
    }

    /// 一般事项, from the suggestion that nobody takes up to its completion.
    async fn ordinary(&mut self) -> Result<()> {
        let place = self.place;
        let affair = texts::coal_stoves();
        let matter = place.suggest(&place.resident, &affair).await?;
        self.read("suggested").await?;
        self.days(32, "a suggestion left lying").await?;
        self.step(&place.chair, &matter, "propose", affair.propose()).await?;
        self.step(
            &place.secretary,
            &matter,
            "review",
            json!({"outcome": "return", "reasons": "费用没有写清"}),
        )
        .await?;
        let revised = json!({"text": "自愿停用小煤炉，费用由集体承担，已写明细目。"});
        self.step(&place.chair, &matter, "resubmit", revised).await?;
        self.step(&place.secretary, &matter, "review", json!({"outcome": "pass"})).await?;

        // Called, called off, called again, broken off and gone on with on another day.
        let sitting = place.council_sitting(1);
        let (meeting, _) = place.convene(&sitting, &[&matter]).await?;
        self.read("convened").await?;
        self.meeting(&meeting, "/cancel", json!({"reasons": "改期"})).await?;
        let (meeting, held_on) = place.convene(&sitting, &[&matter]).await?;
        place.open_meeting(&meeting, held_on, &sitting.present).await?;
        let until = held_on.saturating_add(Span::new().days(3));
        self.meeting(&meeting, "/recess", json!({"until": until, "minutes": "改日续开"})).await?;
        place.open_meeting(&meeting, until, &sitting.present).await?;
        self.read("gone on").await?;
        let ballot = place.open_ballot(&meeting, &matter).await?;
        self.read("ballot opened").await?;
        let votes = Votes::entered(&sitting.present, &[("yes", 9), ("no", 1)]);
        let decided = place.vote(&meeting, &ballot, &votes).await?;
        self.read("ballot closed").await?;
        // The sitting is left standing, and the decision neither recorded, filed nor published.
        self.days(1, "a sitting left standing").await?;
        self.meeting(&meeting, "/adjourn", json!({"minutes": texts::MINUTES})).await?;
        self.step(&place.director, &matter, "resolve", json!({"ballot": decided.ballot})).await?;
        self.days(20, "neither filed nor published").await?;
        self.step(&place.director, &matter, "file", json!({})).await?;
        self.step(&place.secretary, &matter, "acknowledge-filing", json!({"receipt": "收到"})).await?;
        self.carried_out(&matter).await
    }

    /// 公开、实施、实施结果公开、办结.
    async fn carried_out(&mut self, matter: &str) -> Result<()> {
        let place = self.place;
        self.step(&place.director, matter, "disclose", json!({})).await?;
        self.days(40, "the display is over").await?;
        self.step(&place.director, matter, "take-down", json!({})).await?;
        let report = json!({"report": texts::COAL_STOVES_DONE});
        self.step(&place.director, matter, "implement", report.clone()).await?;
        self.days(20, "the outcome is not published").await?;
        self.step(&place.director, matter, "disclose-outcome", report).await?;
        self.days(40, "the display of the outcome is over").await?;
        self.step(&place.director, matter, "complete", json!({})).await?;
        Ok(())
    }

    /// 重大事项, asked about, studied, submitted, and lost.
    async fn lost(&mut self) -> Result<()> {
        let place = self.place;
        let affair = Affair { title: "公交站设在哪里", class: "major", ..texts::coal_stoves() };
        let matter = place.bring_forward(&place.resident, &affair).await?;
        self.read("reviewed").await?;
        place.consult(&matter, 7, &[(&place.resident, texts::COMMENT_RESIDENT)]).await?;
        self.read("consulting").await?;
        self.days(6, "the last day of a consultation").await?;
        self.days(2, "comments wait for an answer").await?;
        self.days(40, "comments wait for too long").await?;
        place.answer_comments(&matter, texts::COMMENT_ANSWER).await?;
        let summary = json!({"summary": texts::CONSULTATION_REPORT});
        self.step(&place.director, &matter, "close-consultation", summary).await?;
        let study = json!({"outcome": "recommended", "record": texts::PARTY_STUDY});
        self.step(&place.secretary, &matter, "study", study).await?;
        let submit = json!({
            "outcome": "submit", "to": "representative-assembly", "minutes": texts::JOINT_MINUTES,
            "authorisation": texts::AUTHORISATION,
        });
        self.step(&place.secretary, &matter, "deliberate", submit).await?;
        let assembly = place.representative_assembly(2);
        let there = assembly.present.len() as u64;
        self.voted(&matter, &assembly, 2, there - 2).await?;
        Ok(())
    }

    /// Returned: put before an assembly by petition, and withdrawn.
    async fn returned(&mut self) -> Result<()> {
        let place = self.place;
        for (title, petition) in [("联名要求召开会议", true), ("不再办理", false)] {
            let affair = Affair { title, ..texts::coal_stoves() };
            let matter = place.suggest(&place.resident, &affair).await?;
            place.step(&place.chair, &matter, "propose", &affair.propose()).await?;
            let back = json!({"outcome": "return", "reasons": "费用没有写清"});
            self.step(&place.secretary, &matter, "review", back).await?;
            if petition {
                let signed = json!({
                    "to": "residents-assembly", "by": "residents", "signatures": 60, "record": "联名册",
                    "checked_by": place.supervisors[0].id,
                });
                self.step(&place.clerk, &matter, "force-convening", signed).await?;
                self.days(35, "the sitting that was demanded is not held").await?;
            } else {
                self.step(&place.chair, &matter, "withdraw", json!({"reasons": "不再要求办理"})).await?;
            }
        }
        Ok(())
    }

    /// A rule on paper and by vote, in force, suspended, replaced, repealed; and those that failed.
    async fn rules(&mut self, counts: [u64; 5]) -> Result<()> {
        let place = self.place;
        let component = artifacts::forged(Forge::new("implementation-rule").build());
        place.shelve(&component).await?;
        let [in_office, present, yes, no, abstain] = counts;
        let paper = json!({
            "component": component.digest.to_string(), "adopted_on": "2026-01-20", "body": "residents-assembly",
            "mode": "households", "minutes": texts::PAPER_MINUTES,
            "counts": {"in_office": in_office, "present": present, "yes": yes, "no": no, "abstain": abstain},
        });
        let mut standing = String::new();
        for act in ["reject", "confirm"] {
            let made = place.clerk.post(&place.path("/rules/attestations"), &paper).await?.ok()?;
            self.read("attested").await?;
            standing = id(&made["summary"])?;
            let thing = place.path(&format!("/rules/{standing}"));
            let body = if act == "reject" { json!({"reasons": "会议记录不全"}) } else { json!({}) };
            self.readers.town.change(&thing, &format!("/{act}"), &body).await?.ok()?;
            self.read(act).await?;
        }
        let thing = place.path(&format!("/rules/{standing}"));
        let order = json!({"reasons": "责令改正", "order": {"clause": "Z1", "article": "31"}});
        self.readers.town.change(&thing, "/suspend", &order).await?.ok()?;
        self.read("suspended").await?;
        self.readers.town.change(&thing, "/resume", &json!({"reasons": "已改正"})).await?.ok()?;

        // Two drafts that come to nothing, and one that replaces the rule on paper.
        let draft = json!({"component": component.digest.to_string(), "text": texts::CLEAN_HOME_DRAFT});
        let (rule, matter) = self.drafted(&draft).await?;
        self.read("drafted").await?;
        self.step(&place.chair, &matter, "withdraw", json!({"reasons": "重新起草"})).await?;
        ensure!(!rule.is_empty());
        for passes in [false, true] {
            let mut draft = draft.clone();
            draft["replaces"] = json!(standing);
            let (rule, matter) = self.drafted(&draft).await?;
            let ballot = self.put_to_the_assembly(&matter, passes).await?;
            if passes {
                self.promulgated(&rule, &matter, &ballot).await?;
                standing = rule;
            }
        }

        // Its end is decided as its beginning was.
        let thing = place.path(&format!("/rules/{standing}"));
        let made =
            place.chair.change(&thing, "/repeal", &json!({"reasons": "约定已经不合实际"})).await?.ok()?;
        let matter = id(&made["matter"])?;
        let proposal = json!({"text": "废止《测试细则》。", "class": "major"});
        self.step(&place.chair, &matter, "propose", proposal).await?;
        place.step(&place.secretary, &matter, "review", &json!({"outcome": "pass"})).await?;
        self.put_to_the_assembly(&matter, true).await?;
        Ok(())
    }

    async fn drafted(&mut self, draft: &Value) -> Result<(String, String)> {
        let place = self.place;
        let made = place.chair.post(&place.path("/rules"), draft).await?.ok().context("drafting")?;
        let (rule, matter) = (id(&made["rule"]["summary"])?, id(&made["matter"])?);
        let proposal = json!({"text": draft["text"], "class": "major"});
        place.step(&place.chair, &matter, "propose", &proposal).await?;
        place.step(&place.secretary, &matter, "review", &json!({"outcome": "pass"})).await?;
        Ok((rule, matter))
    }

    async fn put_to_the_assembly(&mut self, matter: &str, passes: bool) -> Result<String> {
        let place = self.place;
        place.consult(matter, texts::CONSULTATION_DAYS, &[]).await?;
        self.read("a draft is consulted on").await?;
        place.end_consultation(matter, texts::CONSULTATION_DAYS, texts::CONSULTATION_REPORT).await?;
        self.read("a draft was consulted on").await?;
        place.submit_to(matter, "residents-assembly", None).await?;
        let assembly = place.household_assembly(90);
        let there = assembly.present.len() as u64;
        let (yes, no) = if passes { (there - 3, 2) } else { (3, there - 3) };
        self.voted(matter, &assembly, yes, no).await
    }

    /// Published before its day, and in force on it.
    async fn promulgated(&mut self, rule: &str, matter: &str, ballot: &str) -> Result<()> {
        let place = self.place;
        let effective: Date = place.city().today().await?.saturating_add(Span::new().days(10));
        let thing = place.path(&format!("/rules/{rule}"));
        place.clerk.change(&thing, "/promulgate", &json!({"effective": effective})).await?.ok()?;
        self.read("promulgated").await?;
        self.days(10, "in force").await?;
        self.step(&place.director, matter, "resolve", json!({"ballot": ballot})).await?;
        Ok(())
    }

    /// Nobody has touched it for a year.
    async fn lapsed(&mut self, prefix: &str) -> Result<()> {
        let place = self.place;
        let affair = Affair { title: "没有人办的事", ..texts::coal_stoves() };
        let matter = place.suggest(&place.resident, &affair).await?;
        place.city().advance(370).await?;
        // No token outlasts a year.
        let visitor = &place.city().visitor;
        let clerk = visitor.sign_in_for_a_year(&format!("{prefix}-clerk"), PASSWORD).await?;
        let town = visitor.sign_in_for_a_year(&place.town.login, PASSWORD).await?;
        self.readers = Readers { town, desks: vec![("clerk", clerk.clone())] };
        self.read("a year later").await?;
        self.step(&clerk, &matter, "lapse", json!({"reasons": "一年没有进展"})).await?;
        Ok(())
    }
}

fn id(value: &Value) -> Result<String> {
    value["id"].as_str().map(str::to_owned).with_context(|| format!("no id in {value}"))
}

/// Every state there is, as the walk names them.
fn every_state() -> BTreeSet<String> {
    let stages = MatterStage::ALL.iter().map(|one| format!("matter-stage/{}", one.code()));
    let statuses = MatterStatus::ALL.iter().map(|one| format!("matter-status/{}", one.code()));
    let meetings = MeetingStage::ALL.iter().map(|one| format!("meeting-stage/{}", one.code()));
    let ballots = ["open", "stopped", "closed"].map(|state| format!("ballot/{state}"));
    let of_rules = RuleStatus::ALL.iter().map(|one| format!("rule-status/{}", one.code()));
    let rules = RuleStage::ALL.iter().map(|one| format!("rule/{}", one.code()));
    let standings = Standing::ALL.iter().map(|one| format!("rule/{}", one.code()));
    stages
        .chain(statuses)
        .chain(meetings)
        .chain(ballots)
        .chain(of_rules)
        .chain(rules)
        .chain(standings)
        .collect()
}

/// A power cut between the end of voting and the writing down of the result: the votes are closed and the ballot is not. The
/// API cannot bring this about; the machine can.
async fn stopped(stage: Stage, ballot: &str) -> Result<Stage> {
    let file = stage.kernel.data().join("store/yishi.db");
    let mut store = SqliteConnectOptions::new().filename(file).connect().await?;
    let sql = "UPDATE ballots SET state = 'stopped' WHERE ballot = ?1";
    let changed = sqlx::query(sql).bind(ballot).execute(&mut store).await?.rows_affected();
    store.close().await?;
    ensure!(changed == 1, "no such ballot");
    stage.power_cut().await
}

async fn through_every_state(kind: &str, name: &str, prefix: &str) -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let spec = match kind {
        "village" => PlaceSpec::village(name, prefix, 60),
        _ => PlaceSpec::urban(name, prefix, 60),
    };
    let place = stage.town.community(&spec).await?;
    let counts = [60, 52, 45, 5, 2];
    let adopted =
        PaperAdoption { on: date(2026, 1, 20), body: "residents-assembly", mode: "households", counts };
    let charter = artifacts::test_plugin("plain-charter")?;
    place.attest(&charter, Some(&plain_settings("in-office", 15)), &adopted).await?;
    let desks = vec![
        ("clerk", place.clerk.clone()),
        ("chair", place.chair.clone()),
        ("secretary", place.secretary.clone()),
        ("director", place.director.clone()),
    ];
    let readers = Readers { town: stage.town.admin.clone(), desks };
    let mut walk =
        Walk { place: &place, readers, met: BTreeSet::new(), faults: Vec::new(), before: Statuses::new() };
    walk.ordinary().await?;
    walk.lost().await?;
    walk.returned().await?;

    let matter =
        place.bring_forward(&place.resident, &Affair { title: "路灯", ..texts::coal_stoves() }).await?;
    let sitting = place.council_sitting(1);
    let (meeting, held_on) = place.convene(&sitting, &[&matter]).await?;
    place.open_meeting(&meeting, held_on, &sitting.present).await?;
    let ballot = place.open_ballot(&meeting, &matter).await?;
    let stage = stopped(stage, &ballot).await?;
    stage.city.advance_to(held_on).await?;
    walk.read("votes are being counted").await?;
    let votes = Votes::by_hand(HandCount::of(sitting.present.len(), 9, 1));
    place.vote(&meeting, &ballot, &votes).await?;
    walk.meeting(&meeting, "/adjourn", json!({"minutes": texts::MINUTES})).await?;

    walk.rules(counts).await?;
    walk.lapsed(prefix).await?;
    ensure!(walk.faults.is_empty(), "{} differ:\n{}", walk.faults.len(), walk.faults.join("\n"));
    let reasons: BTreeSet<String> = NEVER_MET.iter().map(|(state, _)| (*state).to_owned()).collect();
    let missed: Vec<_> = every_state().difference(&walk.met).cloned().collect();
    let missed: BTreeSet<_> = missed.into_iter().collect();
    ensure!(missed == reasons, "not met: {missed:?}; said never to be met: {reasons:?}");
    Ok(())
}

#[tokio::test]
async fn a_village_in_every_state_is_told_the_same_everywhere() -> Result<()> {
    through_every_state("village", "云岭村", "yunling").await
}

#[tokio::test]
async fn a_community_in_every_state_is_told_the_same_everywhere() -> Result<()> {
    through_every_state("urban", "锦河社区", "jinhe").await
}
