//! 关口 (asking the rules): which rules a matter is under, what they are told, and what they answered.
//!
//! A matter keeps the rules it pinned. Here a pin becomes a rule that can be asked: its component is loaded once, its
//! settings are the document of their digest. No transaction is open while a rule is asked. A rule that gives no usable
//! answer stops the step, and its failure is written into its own life. So that a broken rule cannot lock a community (N6),
//! a matter that replaces or repeals a rule is decided without the one that fails, and so is a filing or a disclosure
//! (R24); a rule that is suspended today is left out, also by the matters that pinned it; what is no step of the procedure
//! (withdrawal, taking a notice down) asks nobody; and a decision that has been made is carried out without a rule that
//! fails, once that rule has been replaced or repealed. Whatever is left out is named in the terms, with why.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use yishi_acts::Asks;
use yishi_canonical::Digest;
use yishi_deliberation::rule::Standing;
use yishi_deliberation::{Pins, RulePin, Weight};
use yishi_identity::RuleId;
use yishi_law::{BodyKind, FloorQuery, FloorText, LeftOut, MatterClass, Step, Subject, Terms, WhyLeftOut};
use yishi_rulebook::{
    Facts, GateContext, GateFailure, Inspection, RefusalCode, RuleFinding, RuleRef, RuleSet, Rulebook, wire,
};

use crate::asking::Asking;
use crate::step::holds_nothing_back;
use crate::{App, AppError, AppResult, Community, Here};

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
    /// Whether a failing rule is set aside and the floor asked alone: where the matter adopts, replaces or repeals a
    /// rule, and where people force a sitting.
    pub(crate) sets_aside: bool,
    /// The rule the matter would replace or repeal; it has no say in its own end.
    pub(crate) ends: Option<RuleId>,
}

/// 参与的规则 (the pinned rules that are asked today).
#[derive(Debug, Default)]
pub(crate) struct InPlay {
    /// Ready to be asked.
    pub(crate) set: RuleSet,
    /// The id each was adopted under, by name.
    pub(crate) ids: BTreeMap<String, RuleId>,
    /// Pinned, and not asked: each with why.
    pub(crate) left_out: BTreeSet<LeftOut>,
    /// Adopted by which body, by component: what a lower body adopted raises nothing for a higher one (R27).
    pub(crate) adopted_by: BTreeMap<Digest, BodyKind>,
}

/// 问到的结果 (everything the gates said for one step).
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// Floor, charter and rules, joined; the rules that were not asked are among them, each with why.
    pub(crate) terms: Terms,
    /// What rules advise, require and forbid.
    pub(crate) findings: Vec<RuleFinding>,
    /// Digests of the calls, for the record.
    pub(crate) calls: Vec<serde_json::Value>,
    /// Every plugin that was asked.
    pub(crate) plugins: BTreeSet<Digest>,
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

impl App {
    /// A component made ready, read from storage if this process has not seen it yet.
    pub(crate) async fn component(&self, digest: &Digest) -> AppResult<Arc<Inspection>> {
        if let Some(inspection) = self.rulebook.inspection(digest) {
            return Ok(inspection);
        }
        // One at a time: whoever waits holds neither a thread nor the file, and most find it loaded by then.
        let _turn = self.turns.loading().await;
        if let Some(inspection) = self.rulebook.inspection(digest) {
            return Ok(inspection);
        }
        let bytes = self.component_file(digest).await?;
        let rulebook = Arc::clone(&self.rulebook);
        let loaded = crate::apart(move || rulebook.load(&bytes)).await?;
        if loaded.is_err() {
            self.in_a_hurry();
        }
        Ok(loaded?)
    }

    /// The file of a component.
    pub(crate) async fn component_file(&self, digest: &Digest) -> AppResult<Vec<u8>> {
        self.store.component(digest).await?.ok_or(AppError::NotFound { what: "component" })
    }

    /// One rule ready to be asked.
    pub(crate) async fn rule_ref(&self, community: &Community, pin: &RulePin) -> AppResult<RuleRef> {
        let inspection = self.component(&pin.version.component).await?;
        let settings = self.text(&community.scope, &pin.version.settings).await?;
        let settings: serde_json::Value = serde_json::from_str(&settings).map_err(AppError::internal)?;
        RuleRef::new(pin.version.component, &inspection.manifest, &settings).map_err(AppError::internal)
    }

    /// The rules a matter pinned, ready to be asked: all but those suspended today, and but the one whose end the
    /// matter is about. The charter always speaks; what it says of its own end, the machine does not heed. Where a failing
    /// rule is set aside, so is one that this host will not even load any more: it is as broken as a rule can be.
    pub(crate) async fn rule_set(
        &self,
        here: &Here<'_>,
        pins: &Pins,
        ends: Option<RuleId>,
        sets_aside: bool,
    ) -> AppResult<InPlay> {
        let mut play = InPlay::default();
        for pin in pins.charter.iter().chain(pins.rules.iter().filter(|pin| ends != Some(pin.rule))) {
            // Before it is loaded: a rule that cannot even be loaded any more can still be suspended.
            let life = self.load_rule(here, pin.rule).await?.rule;
            if let Some(since) = life.suspended_since(here.ctx.today) {
                let component = pin.version.component;
                let why = WhyLeftOut::Suspended { since };
                play.left_out.insert(LeftOut { name: life.name, component, why });
                continue;
            }
            let rule = match self.rule_ref(here, pin).await {
                Ok(rule) => rule,
                Err(AppError::Plugin(refusal)) if sets_aside && refusal.code != RefusalCode::Unavailable => {
                    let words = refusal.code.words();
                    let why = WhyLeftOut::Failed { code: refusal.code.to_string(), words };
                    play.left_out.insert(LeftOut { name: life.name, component: pin.version.component, why });
                    continue;
                }
                Err(error) => return Err(error),
            };
            if let Some(body) = life.adopted_by() {
                play.adopted_by.insert(rule.digest, body);
            }
            play.ids.insert(rule.name.clone(), pin.rule);
            play.set.add(rule);
        }
        Ok(play)
    }

    /// What all gates of one act have in common.
    pub(crate) async fn gate_context(
        &self,
        here: &Here<'_>,
        law_date: Date,
        rules: &BTreeMap<String, RuleId>,
    ) -> AppResult<GateContext> {
        let counted = self.counted(here, here.ctx.today).await?;
        let figures = &counted.figures;
        // Nothing of it is taken yet: it is fetched question by question, see `crate::asking`.
        let kept = rules.keys().map(|name| (name.clone(), Arc::default())).collect();
        Ok(GateContext {
            community: wire::Community {
                kind: here.kind,
                adults: figures.adults,
                households: figures.households,
                representatives: figures.representatives,
                council_members: figures.council_members,
            },
            law_date,
            today: here.ctx.today,
            facts: Facts { roster: Arc::clone(&counted.facts), rules: kept },
        })
    }

    /// Asks floor, charter and rules for the terms of a step, and checks the transition.
    pub(crate) async fn ask(
        &self,
        here: &Here<'_>,
        pins: &Pins,
        matter: &MatterFacts,
        at: Asks,
        evidence: &serde_json::Value,
    ) -> AppResult<Asked> {
        let floor = self.floor(here.kind, pins.law_date)?;
        let query =
            FloorQuery { subjects: matter.subjects.clone(), body: at.body, step: at.step, mode: at.mode };
        let play = self.rule_set(here, pins, matter.ends, matter.sets_aside).await?;
        let InPlay { set: rules, ids, mut left_out, adopted_by } = play;
        let gate = self.gate_context(here, pins.law_date, &ids).await?;
        let mut asking = Asking::new(gate, ids.clone());
        let mut question = Question {
            rules,
            adopted_by,
            matter: matter.wire(),
            at,
            evidence: evidence.clone(),
            floor: floor.terms(&query),
            class_floor: floor.classify(&matter.subjects),
        };
        loop {
            let put = question.clone();
            let put = move |rulebook: &Rulebook, gate: &GateContext| put.clone().put(rulebook, gate);
            let failure = match self.put_question(here, &mut asking, put).await? {
                // The law's own join comes last: where it fixes the pass share, no rule moves it.
                Ok(asked) => {
                    let mut terms = floor.join(asked.terms.clone(), &query);
                    terms.left_out.extend(left_out);
                    let mut findings = asked.findings;
                    if holds_nothing_back(at.step) {
                        // R24: whatever a rule calls it, here it is advice.
                        for finding in &mut findings {
                            finding.weight = wire::Weight::Advise;
                        }
                    }
                    return Ok(Asked { terms, findings, ..asked });
                }
                Err(failure) => failure,
            };
            if let Some(rule) = ids.get(&failure.plugin) {
                self.record_failure(here, *rule, &failure).await;
            }
            // A machine that is too busy accuses nobody: the step waits, whatever it is about.
            let aside = failure.code.is_deterministic()
                && (matter.sets_aside
                    || (after_resolution(at.step) && self.has_ended(here, pins, &failure).await?));
            if !aside || !leave_out(&mut question.rules, &failure.digest) {
                return Err(AppError::Gate(failure));
            }
            tracing::warn!(plugin = %failure.plugin, code = %failure.code, "a failing rule was left out so that it locks nobody");
            left_out.insert(LeftOut {
                name: failure.plugin.clone(),
                component: failure.digest,
                why: WhyLeftOut::Failed { code: failure.code.to_string(), words: failure.code.words() },
            });
        }
    }

    /// Whether what failed is a rule that was replaced or repealed since the matter pinned it, and fails every time.
    async fn has_ended(
        &self,
        here: &Here<'_>,
        pins: &Pins,
        failure: &yishi_rulebook::GateFailure,
    ) -> AppResult<bool> {
        let pinned = pins.charter.iter().chain(&pins.rules);
        for pin in pinned.filter(|pin| pin.version.component == failure.digest) {
            let standing = self.load_rule(here, pin.rule).await?.rule.standing(here.ctx.today);
            if matches!(standing, Standing::Superseded | Standing::Repealed) {
                return Ok(true);
            }
        }
        Ok(false)
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
            subjects: self.subjects.iter().copied().collect(),
            class: self.class,
            amount_fen: self.amount_fen,
            per_household_fen: self.per_household_fen,
            form: self.form.clone(),
        }
    }
}

/// What follows a resolution. A matter that is decided can be neither withdrawn nor opened again, so that a broken rule
/// which the community has replaced already would hold its decision back for ever.
const fn after_resolution(step: Step) -> bool {
    matches!(step, Step::File | Step::DiscloseDecision | Step::Implement | Step::DiscloseOutcome)
}

/// Takes a component out of a set; whether it was there.
fn leave_out(rules: &mut RuleSet, component: &Digest) -> bool {
    let before = rules.clone();
    rules.retain(|rule| rule.digest != *component);
    *rules != before
}

/// 一问 (what the rules are asked about one step), as it goes to a worker thread.
#[derive(Clone)]
struct Question {
    rules: RuleSet,
    adopted_by: BTreeMap<Digest, BodyKind>,
    matter: wire::Matter,
    at: Asks,
    evidence: serde_json::Value,
    floor: Terms,
    class_floor: Option<yishi_law::Cited<MatterClass>>,
}

impl Question {
    fn put(self, rulebook: &Rulebook, gate: &GateContext) -> Result<Asked, GateFailure> {
        let Self { rules, adopted_by, matter, at, mut evidence, floor, class_floor } = self;
        let mut asked = Asked::default();
        let query = wire::TermsQuery { matter: matter.clone(), body: at.body, step: at.step, mode: at.mode };
        if at.step == Step::Suggest {
            // Nothing is proposed yet: it has no class, and nobody meets on it. The rules say what they make of it.
            let transition =
                wire::Transition { matter, step: at.step, body: at.body, evidence: evidence.to_string() };
            let findings = rulebook.check(&rules, gate, &transition)?;
            asked.note(&findings.calls);
            asked.findings = findings.value;
            return Ok(asked);
        }
        let class = rulebook.classify(&rules, gate, &matter, class_floor)?;
        asked.note(&class.calls);
        let (own, lower) = apart(&rules, &adopted_by, at.body);
        let terms = rulebook.terms(&own, gate, &query, floor)?;
        asked.note(&terms.calls);
        asked.terms = terms.value.join(Terms { class: class.value, ..Terms::default() });
        for (rule, adopted_by) in lower {
            let name = rule.name.clone();
            let component = rule.digest;
            let alone = match rule.kind {
                wire::RuleKind::Charter => RuleSet { charter: Some(rule), ..RuleSet::default() },
                _ => RuleSet { rules: vec![rule], ..RuleSet::default() },
            };
            let terms = rulebook.terms(&alone, gate, &query, Terms::default())?;
            asked.note(&terms.calls);
            let (kept, raised) = terms.value.of_a_lower_body();
            asked.terms = std::mem::take(&mut asked.terms).join(kept);
            if raised {
                asked.terms.left_out.insert(LeftOut {
                    name,
                    component,
                    why: WhyLeftOut::OfALowerBody { adopted_by },
                });
            }
        }
        // What is posted for as long as it must be is shown to the rules with that time.
        if let Some(days) = evidence.get_mut("days").filter(|days| days.is_null()) {
            *days = asked.terms.posting_days.as_ref().map_or(0, |days| days.value).into();
        }
        let evidence = evidence.to_string();
        let transition = wire::Transition { matter, step: at.step, body: at.body, evidence };
        let findings = rulebook.check(&rules, gate, &transition)?;
        asked.note(&findings.calls);
        asked.findings = findings.value;
        Ok(asked)
    }
}

/// R27: the rules that a body at least as high as this one adopted, and those of lower bodies one by one.
fn apart(
    rules: &RuleSet,
    adopted_by: &BTreeMap<Digest, BodyKind>,
    body: BodyKind,
) -> (RuleSet, Vec<(RuleRef, BodyKind)>) {
    let outranked = |rule: &RuleRef| adopted_by.get(&rule.digest).copied().filter(|by| body.outranks(*by));
    let mut own = rules.clone();
    let lower = rules.charter.iter().chain(&rules.rules);
    let lower: Vec<_> = lower.filter_map(|rule| outranked(rule).map(|by| (rule.clone(), by))).collect();
    own.charter = own.charter.filter(|rule| outranked(rule).is_none());
    own.rules.retain(|rule| outranked(rule).is_none());
    (own, lower)
}

impl Asked {
    pub(crate) fn note(&mut self, calls: &[yishi_rulebook::Call]) {
        for call in calls {
            self.plugins.insert(call.record.component);
            // A record is made of digests, words and a number: it always has a JSON form.
            self.calls.push(serde_json::to_value(&call.record).unwrap_or_default());
        }
    }
}
