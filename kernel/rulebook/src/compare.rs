//! 比较 (two sets of rules side by side): what would hold for each body once one set stood in the place of another.
//!
//! The shelf compares a rule with the law alone. People who are to vote on it ask something else: what would be different
//! here. So the rules in force now and the rules as they would be are asked the same questions, and every answer that
//! differs is told, before and after; what is lost is told like what is won.

use std::collections::{BTreeMap, BTreeSet};

use yishi_law::{
    Authority, BodyKind, CountingMode as Counting, FieldWords, FloorQuery, FloorText, Terms, Words,
};

use crate::failure::GateFailure;
use crate::rulebook::Rulebook;
use crate::rules::{GateContext, RuleRef, RuleSet};
use crate::shelf::{asked_subjects, body_words, counted_here, matter};
use crate::wire::{Body, CountingMode, RuleKind, Step, TermsQuery};

/// 变化 (one thing that would be different).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// Whom it concerns, such as 村(居)民代表会议.
    pub at: Words,
    /// Which field, such as 法定人数.
    pub field: Words,
    /// For which matters only; none where it holds for all.
    pub when: Option<Words>,
    /// What holds now; none where nothing does.
    pub before: Option<Words>,
    /// What would hold; none where it would be lost.
    pub after: Option<Words>,
    /// Articles of the rules that say what would hold, or what would be lost.
    pub articles: BTreeSet<String>,
}

/// The articles that say so, and the domains and matters it was found for.
type Told<'a> = (BTreeSet<String>, BTreeSet<(&'a str, Words)>);

/// What differs at one body: field, before and after, with the articles.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Difference {
    place: usize,
    at: Words,
    field: Words,
    before: Option<Words>,
    after: Option<Words>,
}

impl Rulebook {
    /// Compares what two sets of rules demand of every body, mode and subject, joined with the law.
    ///
    /// # Errors
    /// [`GateFailure`] of whichever rule of either set gives no usable answer.
    pub fn effects(
        &self,
        before: &RuleSet,
        after: &RuleSet,
        ctx: &GateContext,
        floor: &FloorText,
    ) -> Result<Vec<Effect>, GateFailure> {
        let subjects = asked_subjects(floor);
        let domains = domains_of(before, after);
        let asked = domains.len() * subjects.len();
        let mut found: BTreeMap<Difference, Told<'_>> = BTreeMap::new();
        for domain in &domains {
            for (subject, class) in &subjects {
                let about = subject.map_or_else(|| class.describe(), |subject| subject.describe());
                for (place, &body) in Body::ALL.iter().enumerate() {
                    for &mode in CountingMode::ALL.iter().filter(|mode| counted_here(body, **mode)) {
                        // Whoever publishes is asked about publishing, everybody else about deciding.
                        let publishes = (body == Body::ResidentsCommittee).then_some(Step::DiscloseDecision);
                        for step in std::iter::once(Step::Resolve).chain(publishes) {
                            let query =
                                TermsQuery { matter: matter(domain, *subject, *class), body, step, mode };
                            let law = FloorQuery {
                                subjects: subject.iter().copied().collect(),
                                body: body.into(),
                                step: step.into(),
                                mode: mode.into(),
                            };
                            let said = |rules: &RuleSet| -> Result<Terms, GateFailure> {
                                let said = self.terms(rules, ctx, &query, Terms::default())?.value;
                                Ok(floor.join(said, &law))
                            };
                            let (now, then) = (said(before)?, said(after)?);
                            for (mut difference, articles) in differences(&now, &then, mode.into()) {
                                (difference.place, difference.at) = (place, body_words(body));
                                let told = found.entry(difference).or_default();
                                told.0.extend(articles);
                                told.1.insert((domain.as_str(), about.clone()));
                            }
                        }
                    }
                }
            }
        }
        let effects = found.into_iter().map(|(difference, (articles, abouts))| Effect {
            at: difference.at,
            field: difference.field,
            when: (abouts.len() < asked)
                .then(|| joined(&abouts.into_iter().map(|(_, about)| about).collect()))
                .flatten(),
            before: difference.before,
            after: difference.after,
            articles,
        });
        Ok(effects.collect())
    }
}

impl Rulebook {
    /// 对上级会议的要求 (R27): what a rule asks of bodies above the one that would adopt it, with the articles that ask it.
    ///
    /// # Errors
    /// [`GateFailure`] when the rule gives no usable answer.
    pub fn raises_for_higher_bodies(
        &self,
        rule: &RuleRef,
        ctx: &GateContext,
        floor: &FloorText,
        adopts: BodyKind,
    ) -> Result<BTreeMap<BodyKind, BTreeSet<String>>, GateFailure> {
        let alone = match rule.kind {
            RuleKind::Charter => RuleSet { charter: Some(rule.clone()), ..RuleSet::default() },
            RuleKind::ImplementationRule => RuleSet { rules: vec![rule.clone()], ..RuleSet::default() },
            // Regulations only ever advise.
            RuleKind::VillageRegulation => return Ok(BTreeMap::new()),
        };
        let mut raised: BTreeMap<BodyKind, BTreeSet<String>> = BTreeMap::new();
        for domain in domains_of(&RuleSet::default(), &alone) {
            for (subject, class) in asked_subjects(floor) {
                for &body in Body::ALL.iter().filter(|body| BodyKind::from(**body).outranks(adopts)) {
                    for &mode in CountingMode::ALL.iter().filter(|mode| counted_here(body, **mode)) {
                        let query = TermsQuery {
                            matter: matter(&domain, subject, class),
                            body,
                            step: Step::Resolve,
                            mode,
                        };
                        let said = self.terms(&alone, ctx, &query, Terms::default())?.value;
                        let fields = said.describe(mode.into()).into_iter();
                        for field in fields.filter(|one| RAISED.contains(&one.field)) {
                            raised.entry(body.into()).or_default().extend(articles(&field));
                        }
                    }
                }
            }
        }
        Ok(raised)
    }
}

/// What a rule of a lower body cannot raise for a higher one (R27).
const RAISED: [&str; 3] = ["quorum", "passes", "notice_days"];

/// `general`, and the domains that an implementation rule of either set names.
fn domains_of(before: &RuleSet, after: &RuleSet) -> BTreeSet<String> {
    const MOST: usize = 4;
    let changed = after.rules.iter().filter(|rule| !before.rules.contains(rule));
    let ended = before.rules.iter().filter(|rule| !after.rules.contains(rule));
    let own: BTreeSet<String> =
        changed.chain(ended).flat_map(|rule| rule.domains.iter().cloned()).take(MOST).collect();
    if own.is_empty() { BTreeSet::from(["general".to_owned()]) } else { own }
}

/// Every field that two terms give differently.
fn differences(now: &Terms, then: &Terms, mode: Counting) -> Vec<(Difference, BTreeSet<String>)> {
    let (now, then) = (now.describe(mode), then.describe(mode));
    let fields: BTreeSet<&str> = now.iter().chain(&then).map(|field| field.field).collect();
    let mut found = Vec::new();
    for field in fields {
        let of = |all: &[FieldWords]| -> (BTreeSet<Words>, BTreeSet<String>, Option<Words>) {
            let mut values = (BTreeSet::new(), BTreeSet::new(), None);
            for one in all.iter().filter(|one| one.field == field) {
                values.0.insert(one.value.clone());
                values.1.extend(articles(one));
                values.2 = Some(one.label.clone());
            }
            values
        };
        let ((before, lost, named), (after, won, label)) = (of(&now), of(&then));
        if before == after {
            continue;
        }
        let Some(label) = label.or(named) else { continue };
        let articles = if after.is_empty() { lost } else { won };
        let (before, after) = (joined(&before), joined(&after));
        found.push((Difference { place: 0, at: Words::new("", ""), field: label, before, after }, articles));
    }
    found
}

fn articles(field: &FieldWords) -> impl Iterator<Item = String> {
    field.by.iter().filter_map(|authority| match authority {
        Authority::Plugin { article, .. } => Some(article.clone()),
        _ => None,
    })
}

fn joined(words: &BTreeSet<Words>) -> Option<Words> {
    words.iter().cloned().reduce(|a, b| Words::new(a.zh + "；" + &b.zh, a.en + "; " + &b.en))
}
