//! 关口 (asking the rules): which rules a matter is under, what they are told, and what they answered.
//!
//! A matter keeps the rules it pinned. Here a pin becomes a rule that can be asked: its component is loaded once, its
//! settings are the document of their digest. No transaction is open while a rule is asked. A rule that gives no usable
//! answer stops the step; the one exception is a matter that replaces or repeals a rule, which is decided under the
//! floor alone when a rule in force fails, so that a broken rule cannot lock a community (N6).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use yishi_canonical::Digest;
use yishi_deliberation::{Pins, RulePin, Weight};
use yishi_identity::RuleId;
use yishi_law::{BodyKind, CountingMode, FloorQuery, FloorText, MatterClass, Step, Subject, Terms};
use yishi_rulebook::{
    Facts, GateContext, Inspection, RecordFact, RosterFacts, RuleFacts, RuleFinding, RuleRef, RuleSet, wire,
};
use yishi_storage::{Page, PluginRecordQuery};

use crate::{App, AppError, AppResult, Community, OpContext};

/// The newest records of a rule that it may ask for.
const RECORDS_SHOWN: u32 = 1_000;

/// 事项要素 (a matter as the gates see it).
#[derive(Debug, Clone)]
pub(crate) struct MatterFacts {
    pub(crate) domain: String,
    pub(crate) subjects: BTreeSet<Subject>,
    pub(crate) class: MatterClass,
    pub(crate) amount_fen: Option<u64>,
    pub(crate) per_household_fen: Option<u64>,
    /// JSON of the domain's form.
    pub(crate) form: String,
    /// Whether it adopts, replaces or repeals a rule: then a failing rule in force does not stop it.
    pub(crate) about_rules: bool,
}

/// 问到的结果 (everything the gates said for one step).
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// Floor, charter and rules, joined.
    pub(crate) terms: Terms,
    /// What rules advise, require and forbid.
    pub(crate) findings: Vec<RuleFinding>,
    /// Digests of the calls, for the record.
    pub(crate) calls: Vec<serde_json::Value>,
    /// Every plugin that was asked.
    pub(crate) plugins: BTreeSet<Digest>,
    /// Rules that failed and were set aside because the matter is about rules.
    pub(crate) set_aside: Vec<yishi_rulebook::GateFailure>,
}

impl Asked {
    /// The findings as the machines take them.
    pub(crate) fn for_machine(&self) -> Vec<yishi_deliberation::RuleFinding> {
        self.findings
            .iter()
            .map(|finding| yishi_deliberation::RuleFinding {
                weight: match finding.weight {
                    wire::Weight::Advise => Weight::Advise,
                    wire::Weight::Require => Weight::Require,
                    wire::Weight::Forbid => Weight::Forbid,
                },
                code: finding.code.clone(),
                message: finding.message.clone(),
                by: finding.by.iter().cloned().collect(),
            })
            .collect()
    }
}

/// What is asked at one step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At {
    pub(crate) body: BodyKind,
    pub(crate) step: Step,
    pub(crate) mode: CountingMode,
}

impl At {
    pub(crate) const fn step(body: BodyKind, step: Step) -> Self {
        Self { body, step, mode: CountingMode::Persons }
    }
}

impl App {
    /// A component made ready, read from storage if this process has not seen it yet.
    pub(crate) async fn component(&self, digest: &Digest) -> AppResult<Arc<Inspection>> {
        if let Some(inspection) = self.rulebook.inspection(digest) {
            return Ok(inspection);
        }
        let bytes = self.store.component(digest).await?.ok_or(AppError::NotFound { what: "component" })?;
        let rulebook = Arc::clone(&self.rulebook);
        let loaded =
            tokio::task::spawn_blocking(move || rulebook.load(&bytes)).await.map_err(AppError::internal)?;
        Ok(loaded?)
    }

    /// One rule ready to be asked.
    pub(crate) async fn rule_ref(&self, community: &Community, pin: &RulePin) -> AppResult<RuleRef> {
        let inspection = self.component(&pin.version.component).await?;
        let settings = self.text(&community.scope, &pin.version.settings).await?;
        let settings: serde_json::Value = serde_json::from_str(&settings).map_err(AppError::internal)?;
        RuleRef::new(pin.version.component, &inspection.manifest, &settings).map_err(AppError::internal)
    }

    /// The rules a matter pinned, ready to be asked, with the id each was adopted under.
    pub(crate) async fn rule_set(
        &self,
        community: &Community,
        pins: &Pins,
    ) -> AppResult<(RuleSet, BTreeMap<String, RuleId>)> {
        let mut set = RuleSet::default();
        let mut ids = BTreeMap::new();
        if let Some(pin) = &pins.charter {
            let rule = self.rule_ref(community, pin).await?;
            ids.insert(rule.name.clone(), pin.rule);
            set.charter = Some(rule);
        }
        for pin in &pins.rules {
            let rule = self.rule_ref(community, pin).await?;
            ids.insert(rule.name.clone(), pin.rule);
            match rule.kind {
                wire::RuleKind::VillageRegulation => set.regulations.push(rule),
                _ => set.rules.push(rule),
            }
        }
        Ok((set, ids))
    }

    /// What all gates of one act have in common.
    pub(crate) async fn gate_context(
        &self,
        ctx: &OpContext,
        community: &Community,
        law_date: Date,
        rules: &BTreeMap<String, RuleId>,
    ) -> AppResult<GateContext> {
        let people = self.people(community).await?;
        let (register, _) = self.register(&community.scope, community.id).await?;
        let figures = people.figures(&register, ctx.today);
        let party = people.persons.values().filter(|person| person.party_member).count() as u64;
        let counts = BTreeMap::from([
            ("adults".to_owned(), figures.adults),
            ("households".to_owned(), figures.households),
            ("representatives".to_owned(), figures.representatives),
            ("council-members".to_owned(), figures.council_members),
            ("party-members".to_owned(), party),
        ]);
        let mut household_adults: BTreeMap<String, u32> = BTreeMap::new();
        for person in people.persons.values().filter(|person| person.is_adult_on(ctx.today)) {
            *household_adults.entry(person.household.to_string()).or_default() += 1;
        }
        let mut kept = BTreeMap::new();
        for (name, id) in rules {
            kept.insert(name.clone(), Arc::new(self.rule_facts(community, *id).await?));
        }
        Ok(GateContext {
            community: wire::Community {
                kind: community.kind.into(),
                adults: figures.adults,
                households: figures.households,
                representatives: figures.representatives,
                council_members: figures.council_members,
            },
            law_date,
            today: ctx.today,
            facts: Facts { roster: Arc::new(RosterFacts { counts, household_adults }), rules: kept },
        })
    }

    async fn rule_facts(&self, community: &Community, rule: RuleId) -> AppResult<RuleFacts> {
        let rule = rule.to_string();
        let query = PluginRecordQuery {
            rule: rule.clone(),
            kind: None,
            subject: None,
            page: Page::first(RECORDS_SHOWN),
        };
        let rows = self.store.plugin_records(&community.scope, &query).await?;
        let records = rows
            .into_iter()
            .rev()
            .map(|row| RecordFact {
                kind: row.kind,
                subject: row.subject.unwrap_or_default(),
                body: row.body.to_string(),
            })
            .collect();
        let points = self.store.point_totals(&community.scope, &rule, &Page::first(RECORDS_SHOWN)).await?;
        Ok(RuleFacts { records, points: points.into_iter().collect(), any_points: None })
    }

    /// Asks floor, charter and rules for the terms of a step, and checks the transition.
    pub(crate) async fn ask(
        &self,
        ctx: &OpContext,
        community: &Community,
        pins: &Pins,
        matter: &MatterFacts,
        at: At,
        evidence: &serde_json::Value,
    ) -> AppResult<Asked> {
        let floor = self.floor(community.kind, pins.law_date)?;
        let query =
            FloorQuery { subjects: matter.subjects.clone(), body: at.body, step: at.step, mode: at.mode };
        let floor_terms = floor.terms(&query);
        let (rules, ids) = match self.rule_set(community, pins).await {
            Ok(found) => found,
            // A component this host will not even load any more is as broken as a rule can be.
            Err(AppError::Plugin(_)) if matter.about_rules => Default::default(),
            Err(error) => return Err(error),
        };
        let gate = self.gate_context(ctx, community, pins.law_date, &ids).await?;
        let wire_matter = matter.wire();
        let evidence = evidence.to_string();
        let rulebook = Arc::clone(&self.rulebook);
        let (about_rules, floor_only) = (matter.about_rules, floor_terms.clone());
        let class_floor = floor.classify(&matter.subjects);
        let asked = tokio::task::spawn_blocking(move || {
            ask_rules(&rulebook, &rules, &gate, &wire_matter, at, evidence, floor_terms, class_floor)
        })
        .await
        .map_err(AppError::internal)?;
        match asked {
            // The law's own join comes last: where it fixes the pass share, no rule moves it.
            Ok(asked) => Ok(Asked { terms: floor.join(asked.terms.clone(), &query), ..asked }),
            Err(failure) if about_rules => {
                tracing::warn!(plugin = %failure.plugin, code = %failure.code, "a failing rule was set aside to let it be replaced");
                Ok(Asked { terms: floor_only, set_aside: vec![*failure], ..Asked::default() })
            }
            Err(failure) => Err(AppError::Gate(failure)),
        }
    }

    /// The law text a matter is judged by.
    pub(crate) fn pinned_floor(&self, community: &Community, pins: &Pins) -> AppResult<&'static FloorText> {
        self.floor(community.kind, pins.law_date)
    }
}

impl MatterFacts {
    fn wire(&self) -> wire::Matter {
        wire::Matter {
            domain: self.domain.clone(),
            subjects: self.subjects.iter().map(crate::words::code).collect(),
            class: self.class.into(),
            amount_fen: self.amount_fen,
            per_household_fen: self.per_household_fen,
            form: self.form.clone(),
        }
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "one private call that carries a step's whole question to a worker thread"
)]
fn ask_rules(
    rulebook: &yishi_rulebook::Rulebook,
    rules: &RuleSet,
    gate: &GateContext,
    matter: &wire::Matter,
    at: At,
    evidence: String,
    floor: Terms,
    class_floor: Option<yishi_law::Cited<MatterClass>>,
) -> Result<Asked, Box<yishi_rulebook::GateFailure>> {
    let mut asked = Asked::default();
    let query = wire::TermsQuery {
        matter: matter.clone(),
        body: at.body.into(),
        step: at.step.into(),
        mode: at.mode.into(),
    };
    let class = rulebook.classify(rules, gate, matter, class_floor)?;
    asked.note(&class.calls);
    let terms = rulebook.terms(rules, gate, &query, floor)?;
    asked.note(&terms.calls);
    asked.terms = terms.value.join(Terms { class: class.value, ..Terms::default() });
    let transition =
        wire::Transition { matter: matter.clone(), step: at.step.into(), body: at.body.into(), evidence };
    let findings = rulebook.check(rules, gate, &transition)?;
    asked.note(&findings.calls);
    asked.findings = findings.value;
    Ok(asked)
}

impl Asked {
    fn note(&mut self, calls: &[yishi_rulebook::Call]) {
        for call in calls {
            self.plugins.insert(call.record.component);
            // A record is made of digests, words and a number: it always has a JSON form.
            self.calls.push(serde_json::to_value(&call.record).unwrap_or_default());
        }
    }
}
