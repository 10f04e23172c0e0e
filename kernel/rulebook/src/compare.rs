//! 比较 (two sets of rules side by side): what would hold for each body once one set stood in the place of another.
//!
//! The shelf compares a rule with the law alone. People who are to vote on it ask something else: what would be different
//! here. So the rules in force now and the rules as they would be are asked the same questions, and every answer that
//! differs is told, before and after; what is lost is told like what is won. What hangs on how much a matter costs is
//! asked around every figure the rules speak of (see [`crate::amounts`]), for as long as that stays within bounds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use yishi_canonical::Digest;
use yishi_law::{
    Authority, BodyKind, CommunityKind, CountingMode as Counting, FieldWords, FloorQuery, FloorText,
    MatterClass, Subject, TermField, Terms, Titles, Words,
};

use crate::amounts::{Asked, Figure, Point, figures};
use crate::call::Answered;
use crate::facts::RuleFacts;
use crate::failure::GateFailure;
use crate::kept::{self, Looked};
use crate::rulebook::Rulebook;
use crate::rules::{GateContext, RuleRef, RuleSet};
use crate::shelf::{asked_subjects, counted_here, matter};
use crate::wire::{Body, CountingMode, Matter, RuleKind, Step, TermsQuery};

/// Answers after which no further figure is asked about. What says nothing of money is always asked whole, which takes
/// some hundreds; a rule of this repository takes some thousands.
const ANSWERS: u64 = 20_000;
/// Fuel after which no further figure is asked about: what a hundred answers of the smallest class may use.
const FUEL: u64 = 5_000_000_000;

/// 比较结果 (everything that would be different, and how far amounts were asked about).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// What would be different.
    pub effects: Vec<Effect>,
    /// Figures that were not asked about any more, because there are too many or the rules compute too long.
    pub figures_left: usize,
}

/// 变化 (one thing that would be different).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// Whom it concerns, such as 村(居)民代表会议.
    pub at: Words,
    /// Which field, such as 法定人数.
    pub field: Words,
    /// For which amounts only, such as 涉及金额 50,000 元以上; none where it holds for all.
    pub amount: Option<Words>,
    /// For which matters only; none where it holds for all.
    pub when: Option<Words>,
    /// What holds now; none where nothing does.
    pub before: Option<Words>,
    /// What would hold; none where it would be lost.
    pub after: Option<Words>,
    /// Articles of the rules that say what would hold, or what would be lost.
    pub articles: BTreeSet<String>,
}

/// What differs at one body: field, before and after, with the articles.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Difference {
    place: usize,
    at: Words,
    field: Words,
    before: Option<Words>,
    after: Option<Words>,
}

/// 问法 (one question but for the money).
struct Shape {
    domain: String,
    subject: Option<Subject>,
    class: MatterClass,
    of: Of,
}

/// What is asked: the class of a matter, or the terms of a body.
#[derive(Clone, Copy)]
enum Of {
    Class,
    Terms { place: usize, body: Body, mode: CountingMode, step: Step },
}

/// Where something was found: the matters it holds for, the amounts at which it does, and the articles that say so.
#[derive(Default)]
struct Found {
    points: BTreeMap<(String, Words), BTreeSet<Point>>,
    articles: BTreeSet<String>,
}

/// What was asked so far.
#[derive(Default)]
struct Spent {
    answers: u64,
    fuel: u64,
    looked: Looked,
}

impl Spent {
    fn take<T>(&mut self, answered: Answered<T>) -> T {
        self.answers += answered.calls.len() as u64;
        self.fuel += answered.calls.iter().map(|call| call.record.fuel).sum::<u64>();
        self.looked.heard(answered)
    }

    const fn is_over(&self) -> bool {
        self.answers >= ANSWERS || self.fuel >= FUEL
    }
}

/// The two sets, each apart from what they share: that is asked only where the rest differs.
struct Sides<'a> {
    ctx: GateContext,
    floor: &'a FloorText,
    before: RuleSet,
    after: RuleSet,
    both: RuleSet,
}

impl<'a> Sides<'a> {
    fn of(before: &RuleSet, after: &RuleSet, ctx: &GateContext, floor: &'a FloorText) -> Self {
        // They are asked as rules that have kept nothing: what they demand must not hang on what happened to be kept.
        let mut ctx = ctx.clone();
        for rule in before.iter().chain(after.iter()) {
            ctx.facts.rules.insert(rule.name.clone(), Arc::new(RuleFacts::nothing()));
        }
        let of = |set: &RuleSet, wanted: &dyn Fn(&RuleRef) -> bool| RuleSet {
            charter: set.charter.clone().filter(wanted),
            rules: set.rules.iter().filter(|rule| wanted(rule)).cloned().collect(),
            regulations: set.regulations.iter().filter(|rule| wanted(rule)).cloned().collect(),
        };
        let held = |set: &RuleSet, rule: &RuleRef| set.iter().any(|one| one == rule);
        Self {
            ctx,
            floor,
            both: of(before, &|rule| held(after, rule)),
            before: of(before, &|rule| !held(after, rule)),
            after: of(after, &|rule| !held(before, rule)),
        }
    }

    /// The rules that differ.
    fn own(&self) -> impl Iterator<Item = &RuleRef> {
        self.before.iter().chain(self.after.iter())
    }

    fn shapes(&self) -> Vec<Shape> {
        let mut shapes = Vec::new();
        for domain in domains_of(&self.before, &self.after) {
            for (subject, class) in asked_subjects(self.floor) {
                let mut ask = |of| shapes.push(Shape { domain: domain.clone(), subject, class, of });
                // What is major already can be made nothing else.
                if class == MatterClass::Ordinary {
                    ask(Of::Class);
                }
                for (place, &body) in Body::ALL.iter().enumerate() {
                    for &mode in CountingMode::ALL.iter().filter(|mode| counted_here(body, **mode)) {
                        ask(Of::Terms { place, body, mode, step: Step::Resolve });
                        // Whoever publishes is asked about publishing too.
                        if body == Body::ResidentsCommittee {
                            ask(Of::Terms { place, body, mode, step: Step::DiscloseDecision });
                        }
                    }
                }
            }
        }
        shapes
    }
}

impl Rulebook {
    /// Compares what two sets of rules demand of every body, mode and subject, joined with the law, and which matters
    /// they make major.
    ///
    /// # Errors
    /// [`GateFailure`] of whichever rule of either set gives no usable answer.
    pub fn compare(
        &self,
        before: &RuleSet,
        after: &RuleSet,
        ctx: &GateContext,
        floor: &FloorText,
    ) -> Result<Comparison, GateFailure> {
        let question = kept::rests_on((before, after), ctx, floor);
        if let Some(known) = question.and_then(|question| self.comparisons().get(&question)) {
            return Ok(known);
        }
        let sides = Sides::of(before, after, ctx, floor);
        let shapes = sides.shapes();
        let manifests: Vec<_> = sides.own().filter_map(|rule| self.inspection(&rule.digest)).collect();
        let figures = figures(
            sides.own().chain(sides.both.iter()),
            manifests.iter().map(|inspection| &*inspection.manifest),
        );
        let (mut spent, mut asked, mut found) = (Spent::default(), Asked::default(), BTreeMap::new());
        for shape in &shapes {
            let differences = self.ask_both(&sides, shape, Point::None, &mut spent)?;
            note(&mut found, floor.kind(), shape, Point::None, differences);
        }
        let mut left = figures.as_slice();
        while let Some((figure, others)) = left.split_first() {
            // A figure is asked about everywhere or nowhere, so that a range never ends where the asking did.
            let Some(answers) = self.ask_around(&sides, &shapes, figure, &mut spent)? else { break };
            asked.add(figure);
            for (shape, point, differences) in answers {
                note(&mut found, floor.kind(), shape, point, differences);
            }
            left = others;
        }
        let found = Comparison { effects: told(found, &shapes, &asked), figures_left: left.len() };
        self.comparisons().put_unless(spent.looked, question, &found);
        Ok(found)
    }

    /// Every question around one figure; none where the bounds are reached before its last.
    fn ask_around<'a>(
        &self,
        sides: &Sides<'_>,
        shapes: &'a [Shape],
        figure: &Figure,
        spent: &mut Spent,
    ) -> Result<Option<Answers<'a>>, GateFailure> {
        let mut answers = Vec::new();
        for point in figure.points() {
            for shape in shapes {
                if spent.is_over() {
                    return Ok(None);
                }
                let differences = self.ask_both(sides, shape, point, spent)?;
                if !differences.is_empty() {
                    answers.push((shape, point, differences));
                }
            }
        }
        Ok(Some(answers))
    }

    fn ask_both(
        &self,
        sides: &Sides<'_>,
        shape: &Shape,
        point: Point,
        spent: &mut Spent,
    ) -> Result<Differences, GateFailure> {
        let matter = point.of(&matter(&shape.domain, shape.subject, shape.class));
        let title = |component: &Digest| self.title(component);
        let mode = match shape.of {
            Of::Class => Counting::Persons,
            Of::Terms { mode, .. } => mode,
        };
        let mut own = |rules: &RuleSet| self.say(sides, rules, shape, &matter, spent);
        let (now, then) = (own(&sides.before)?, own(&sides.after)?);
        // Where the rules that differ say the same, so do all together.
        if differences(&now, &then, mode, &title).is_empty() {
            return Ok(Vec::new());
        }
        let both = own(&sides.both)?;
        let law = |said: Terms| match shape.of {
            Of::Class => said,
            Of::Terms { body, mode, step, .. } => {
                let subjects = shape.subject.into_iter().collect();
                let query = FloorQuery { subjects, body, step, mode };
                sides.floor.join(said, &query)
            }
        };
        Ok(differences(&law(now.join(both.clone())), &law(then.join(both)), mode, &title))
    }

    /// What one set of rules says to one question.
    fn say(
        &self,
        sides: &Sides<'_>,
        rules: &RuleSet,
        shape: &Shape,
        matter: &Matter,
        spent: &mut Spent,
    ) -> Result<Terms, GateFailure> {
        match shape.of {
            Of::Class => {
                let class = spent.take(self.classify(rules, &sides.ctx, matter, None)?);
                Ok(Terms { class, ..Terms::default() })
            }
            Of::Terms { body, mode, step, .. } => {
                let query = TermsQuery { matter: matter.clone(), body, step, mode };
                Ok(spent.take(self.terms(rules, &sides.ctx, &query, Terms::default())?))
            }
        }
    }

    fn title(&self, component: &Digest) -> Option<Words> {
        let inspection = self.inspection(component)?;
        let title = &inspection.manifest.title;
        Some(Words::new(title.zh(), title.en()))
    }
}

fn note(
    found: &mut BTreeMap<Difference, Found>,
    kind: CommunityKind,
    shape: &Shape,
    point: Point,
    differences: Differences,
) {
    let about = shape.subject.map_or_else(|| shape.class.words(), |subject| subject.words());
    for (mut difference, articles) in differences {
        (difference.place, difference.at) = match shape.of {
            Of::Class => (0, Words::new("事项", "matters")),
            Of::Terms { place, body, .. } => (place + 1, body.words_in(kind)),
        };
        let found = found.entry(difference).or_default();
        found.articles.extend(articles);
        found.points.entry((shape.domain.clone(), about.clone())).or_default().insert(point);
    }
}

/// Differences in words: those that hold for the same amounts are one, with all the matters they hold for.
fn told(found: BTreeMap<Difference, Found>, shapes: &[Shape], asked: &Asked) -> Vec<Effect> {
    let abouts = |class: bool| {
        let of = shapes.iter().filter(|shape| matches!(shape.of, Of::Class) == class);
        let all: BTreeSet<_> = of.map(|shape| (&shape.domain, shape.subject, shape.class)).collect();
        all.len()
    };
    let (of_class, of_terms) = (abouts(true), abouts(false));
    let mut effects = Vec::new();
    for (difference, Found { points, articles }) in found {
        let mut ranges: BTreeMap<Option<Words>, Vec<Words>> = BTreeMap::new();
        for ((_, about), held) in points {
            ranges.entry(asked.range(&held)).or_default().push(about);
        }
        let everywhere = if difference.place == 0 { of_class } else { of_terms };
        for (amount, abouts) in ranges {
            let some = abouts.len() < everywhere;
            effects.push(Effect {
                at: difference.at.clone(),
                field: difference.field.clone(),
                amount,
                when: some.then(|| joined(&abouts.into_iter().collect())).flatten(),
                before: difference.before.clone(),
                after: difference.after.clone(),
                articles: articles.clone(),
            });
        }
    }
    effects
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
        // Regulations only ever advise.
        if rule.kind == RuleKind::VillageRegulation {
            return Ok(BTreeMap::new());
        }
        let question = kept::rests_on((rule, adopts), ctx, floor);
        if let Some(known) = question.and_then(|question| self.raises().get(&question)) {
            return Ok(known);
        }
        let alone = RuleSet::alone(rule);
        let known = self.inspection(&rule.digest);
        let figures = figures(std::iter::once(rule), known.iter().map(|inspection| &*inspection.manifest));
        let points = std::iter::once(Point::None).chain(figures.iter().flat_map(Figure::points));
        let mut raised: BTreeMap<BodyKind, BTreeSet<String>> = BTreeMap::new();
        let mut spent = Spent::default();
        // What is not asked about any more has no effect at the vote all the same.
        for point in points {
            if spent.is_over() {
                break;
            }
            for domain in domains_of(&RuleSet::default(), &alone) {
                for (subject, class) in asked_subjects(floor) {
                    let matter = point.of(&matter(&domain, subject, class));
                    for &body in Body::ALL.iter().filter(|body| body.outranks(adopts)) {
                        for &mode in CountingMode::ALL.iter().filter(|mode| counted_here(body, **mode)) {
                            let query =
                                TermsQuery { matter: matter.clone(), body, step: Step::Resolve, mode };
                            let said = self.terms(&alone, ctx, &query, Terms::default())?;
                            let fields = spent.take(said).describe(mode).into_iter();
                            for field in fields.filter(|one| RAISED.contains(&one.field)) {
                                raised.entry(body).or_default().extend(articles(&field));
                            }
                        }
                    }
                }
            }
        }
        self.raises().put_unless(spent.looked, question, &raised);
        Ok(raised)
    }
}

/// What a rule of a lower body cannot raise for a higher one (R27).
const RAISED: [TermField; 3] = [TermField::Quorum, TermField::Passes, TermField::NoticeDays];

/// `general`, and the domains that an implementation rule of either set names.
fn domains_of(before: &RuleSet, after: &RuleSet) -> BTreeSet<String> {
    const MOST: usize = 4;
    let changed = after.rules.iter().filter(|rule| !before.rules.contains(rule));
    let ended = before.rules.iter().filter(|rule| !after.rules.contains(rule));
    let own: BTreeSet<String> =
        changed.chain(ended).flat_map(|rule| rule.domains.iter().cloned()).take(MOST).collect();
    if own.is_empty() { BTreeSet::from(["general".to_owned()]) } else { own }
}

type Differences = Vec<(Difference, BTreeSet<String>)>;
/// What differs, where it was asked.
type Answers<'a> = Vec<(&'a Shape, Point, Differences)>;

/// Every field that two terms give differently.
fn differences(now: &Terms, then: &Terms, mode: Counting, title: &Titles<'_>) -> Differences {
    let (now, then) = (now.describe_with(mode, title), then.describe_with(mode, title));
    let fields: BTreeSet<TermField> = now.iter().chain(&then).map(|field| field.field).collect();
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
