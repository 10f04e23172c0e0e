//! 规约册 (all texts of a community, as far as their standing goes): which one is in force on a day, which one a new text
//! takes the place of, and that there is never more than one of what there is one of.
//!
//! A rule's own machine sees one rule. What would end because another begins is decided here, from all of them at once,
//! before the vote (nobody votes on what cannot come about) and again when the text comes into force.
//!
//! What was voted is never locked out: while a text is being voted on, or was adopted and waits to be promulgated, nothing
//! that would contradict it is decided, neither by another vote nor by a paper, and it comes into force also where what it
//! was to replace has ended meanwhile.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use yishi_identity::RuleId;
use yishi_law::{BodyKind, Words};

use super::{RuleKind, RuleStage, Standing};
use crate::Refusal;
use crate::common::{RulePin, RuleVersion};
use crate::refusals::{self, ruling};

/// 效力要点 (what the standing of one rule rests on). Small enough to keep one of each rule at hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Life {
    /// The rule.
    pub id: RuleId,
    /// What kind of rule.
    pub kind: RuleKind,
    /// Its name in the manifest.
    pub name: String,
    /// What people call it.
    pub title: Words,
    /// The exact component and settings.
    pub version: RuleVersion,
    /// The rule it was drafted to replace.
    pub replaces: Option<RuleId>,
    /// How far its papers are.
    pub stage: RuleStage,
    /// Whether it was adopted by a vote held here.
    pub voted: bool,
    /// The body that adopted it.
    pub adopted_by: Option<BodyKind>,
    /// The day of its adoption.
    pub adopted_on: Option<Date>,
    /// The day it comes into force.
    pub effective: Option<Date>,
    /// Suspensions, from and until.
    pub suspensions: Vec<(Date, Option<Date>)>,
    /// Superseded by which rule, from which day.
    pub superseded: Option<(RuleId, Date)>,
    /// Repealed from which day.
    pub repealed: Option<Date>,
}

/// 正在表决 (an open vote on a rule).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleVote {
    /// 通过 (on its adoption).
    Adopts(RuleId),
    /// 废止 (on its repeal).
    Repeals(RuleId),
}

/// 规约册 (every rule of a community, whatever became of it, and the votes on rules that are open).
#[derive(Debug, Clone, Copy)]
pub struct Register<'a> {
    rules: &'a [Life],
    votes: &'a [RuleVote],
}

/// The one place that says when a rule is in force.
pub(super) fn standing(
    stage: RuleStage,
    effective: Option<Date>,
    superseded: Option<(RuleId, Date)>,
    repealed: Option<Date>,
    suspended: bool,
    on: Date,
) -> Standing {
    match stage {
        RuleStage::VotedDown | RuleStage::AttestationRejected | RuleStage::Withdrawn => {
            return Standing::Never;
        }
        RuleStage::Promulgated | RuleStage::Confirmed => {}
        _ => return Standing::NotYet,
    }
    if repealed.is_some_and(|from| from <= on) {
        Standing::Repealed
    } else if superseded.is_some_and(|(_, from)| from <= on) {
        Standing::Superseded
    } else if effective.is_none_or(|from| on < from) {
        Standing::NotYet
    } else if suspended {
        Standing::Suspended
    } else {
        Standing::InForce
    }
}

impl Life {
    /// 效力 (whether the rule is in force on a day).
    #[must_use]
    pub fn standing(&self, on: Date) -> Standing {
        let suspended = self.suspended_since(on).is_some();
        standing(self.stage, self.effective, self.superseded, self.repealed, suspended, on)
    }

    /// Since which day it is suspended on a day.
    #[must_use]
    pub fn suspended_since(&self, on: Date) -> Option<Date> {
        let covers =
            |(from, until): &&(Date, Option<Date>)| *from <= on && until.is_none_or(|until| on < until);
        self.suspensions.iter().find(covers).map(|(from, _)| *from)
    }

    /// The rule as a matter pins it.
    #[must_use]
    pub const fn pin(&self) -> RulePin {
        RulePin { rule: self.id, version: self.version }
    }

    /// Whether it has come, or is going to come, into force, and no end of it is set.
    #[must_use]
    pub const fn may_end(&self) -> bool {
        matches!(self.stage, RuleStage::Promulgated | RuleStage::Confirmed)
            && self.superseded.is_none()
            && self.repealed.is_none()
    }

    /// Whether a text of this kind and name is the same text in another version: there is one charter whatever its name.
    fn is_same_text(&self, kind: RuleKind, name: &str) -> bool {
        self.kind == kind && (kind == RuleKind::Charter || self.name == name)
    }
}

impl<'a> Register<'a> {
    /// The register of these rules, which must be all of the community's.
    #[must_use]
    pub const fn new(rules: &'a [Life]) -> Self {
        Self { rules, votes: &[] }
    }

    /// The register while these votes are open, which must be all that are.
    #[must_use]
    pub const fn during(self, votes: &'a [RuleVote]) -> Self {
        Self { votes, ..self }
    }

    /// One rule of it.
    #[must_use]
    pub fn rule(&self, id: RuleId) -> Option<&'a Life> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// 现行章程 (the charter in force on a day).
    #[must_use]
    pub fn charter_on(&self, day: Date) -> Option<&'a Life> {
        self.rules
            .iter()
            .find(|rule| rule.kind == RuleKind::Charter && rule.standing(day) == Standing::InForce)
    }

    /// 被替代的规约 (what a new text of this kind and name takes the place of): the standing text of the same kind and name,
    /// or the one the drafter names, which must be of the same kind.
    ///
    /// # Errors
    /// `replaces-another-kind`; `nothing-to-replace` where the named one has ended or has not been promulgated;
    /// `one-charter-only` where a charter would leave another one standing.
    pub fn replaced_by(
        &self,
        kind: RuleKind,
        name: &str,
        said: Option<RuleId>,
    ) -> Result<Option<&'a Life>, Refusal> {
        let same = self.standing_text(kind, name);
        let Some(said) = said else { return Ok(same) };
        let Some(named) = self.rule(said) else { return Err(refusals::nothing_to_replace("—", "—")) };
        if named.kind != kind {
            let (old, new) = (named.kind.term(), kind.term());
            return Err(refusals::replaces_another_kind(
                &named.title.zh,
                &named.title.en,
                old.zh,
                old.en,
                new.zh,
                new.en,
            )
            .citing([ruling("R14")]));
        }
        if !named.may_end() {
            return Err(refusals::nothing_to_replace(&named.title.zh, &named.title.en));
        }
        // A text has one successor; a draft that names another one would leave two versions of itself in force.
        match same {
            Some(same) if same.id != named.id => {
                Err(refusals::stands_already(&same.title.zh, &same.title.en))
            }
            _ => Ok(Some(named)),
        }
    }

    /// 草案是否还成立 (whether a draft still says what it would end): asked before the vote, since what is in force may have
    /// changed since it was written.
    ///
    /// # Errors
    /// `another-awaits-promulgation`, `text-being-voted` or `replaces-changed`, each naming the other text.
    pub fn still_replaces(&self, draft: &Life) -> Result<(), Refusal> {
        let own = [Some(draft), self.replaced_in(draft)];
        match self.undecided(|text| own.iter().flatten().any(|one| text.is_same_text(one.kind, &one.name))) {
            Some(Undecided::Waits(rival)) => {
                return Err(refusals::another_awaits_promulgation(&rival.title.zh, &rival.title.en));
            }
            Some(open) => return Err(open.refusal()),
            None => {}
        }
        let now = self.standing_text(draft.kind, &draft.name);
        match (draft.replaces.and_then(|id| self.rule(id)), now) {
            // Drafted to replace the text that stands, or nothing where nothing stands.
            (None, None) => Ok(()),
            (Some(then), Some(now)) if then.id == now.id => Ok(()),
            // Drafted to replace a text of another name: that one still stands, and none of its own name does.
            (Some(then), None) if then.may_end() && then.kind == draft.kind => Ok(()),
            (drafted, now) => Err(replaces_changed(drafted, now)),
        }
    }

    /// 可否废止 (whether a repeal of a text can be proposed and voted on).
    ///
    /// # Errors
    /// `not-in-force`; `voted-text-waits` or `text-being-voted`, each naming the other text.
    pub fn may_repeal(&self, id: RuleId) -> Result<(), Refusal> {
        let Some(old) = self.rule(id).filter(|rule| rule.may_end()) else {
            return Err(refusals::not_in_force());
        };
        self.undecided(|text| text.is_same_text(old.kind, &old.name))
            .map_or(Ok(()), |vote| Err(vote.refusal()))
    }

    /// 生效时被替代的规约 (what ends on the day this adopted text comes into force): what it was voted to replace as far as that
    /// still stands, whatever came to stand in its place by a paper, and, where one of these has not begun yet and would begin
    /// later, what that one was to take the place of.
    ///
    /// # Errors
    /// `effective-before-replaced` where it would begin before a text it replaces had begun; `replaces-changed` where another
    /// text that was voted here stands, which no open or decided vote lets happen.
    pub fn comes_into_force(
        &self,
        adopted: &Life,
        effective: Date,
        today: Date,
    ) -> Result<Vec<&'a Life>, Refusal> {
        let drafted = self.replaced_in(adopted);
        let standing = self.standing_text(adopted.kind, &adopted.name);
        let mut ends: Vec<&Life> = drafted.into_iter().filter(|old| old.may_end()).collect();
        if let Some(now) = standing.filter(|now| Some(now.id) != drafted.map(|old| old.id)) {
            let higher = now.adopted_by.zip(adopted.adopted_by).is_some_and(|(now, own)| now.outranks(own));
            if now.voted || higher {
                return Err(replaces_changed(drafted, Some(now)));
            }
            ends.push(now);
        }
        let mut next = 0;
        while let Some(old) = ends.get(next).copied() {
            next += 1;
            if old.effective.is_none_or(|began| began <= effective) {
                continue;
            }
            let gave_way =
                |one: &&Life| one.superseded.is_some_and(|(by, on)| by == old.id && effective < on);
            ends.extend(self.rules.iter().filter(gave_way));
        }
        let begun = |old: &&&Life| old.effective.is_some_and(|began| effective < began && began <= today);
        match ends.iter().find(begun) {
            Some(old) => {
                let began = old.effective.unwrap_or(today);
                Err(refusals::effective_before_replaced(&old.title.zh, &old.title.en, began)
                    .citing([ruling("R32")]))
            }
            None => Ok(ends),
        }
    }

    /// 继续施行的规约 (what goes on in force where this text never takes its place).
    pub fn continue_without(&self, id: RuleId) -> impl Iterator<Item = &'a Life> {
        self.rules.iter().filter(move |rule| rule.superseded.is_some_and(|(by, _)| by == id))
    }

    /// 录入的规约接替何者 (what a text adopted on paper takes the place of, R15): never one that was voted here, and never one
    /// that is newer. The text it replaces ended when this one began.
    ///
    /// # Errors
    /// `attested-over-voted`, `attested-within-another`, `attested-is-older`, `voted-text-waits`, `text-being-voted`, each naming the other text.
    pub fn attested(
        &self,
        kind: RuleKind,
        name: &str,
        effective: Date,
        own: Option<RuleId>,
    ) -> Result<Option<&'a Life>, Refusal> {
        let others =
            || self.rules.iter().filter(|other| Some(other.id) != own && other.is_same_text(kind, name));
        if let Some(voted) = others().find(|other| other.voted) {
            return Err(
                refusals::attested_over_voted(&voted.title.zh, &voted.title.en).citing([ruling("R15")])
            );
        }
        // A repeal was voted here too: what it ended was in force until then, and nothing beside it.
        let repealed = |other: &&Life| other.repealed.is_some_and(|until| effective < until);
        if let Some((old, until)) = others().find(repealed).and_then(|old| Some((old, old.repealed?))) {
            return Err(
                refusals::attested_within(&old.title.zh, &old.title.en, until).citing([ruling("R15")])
            );
        }
        // An entry from paper decides nothing that is being voted on, or that was voted and waits: it comes before that, or not.
        if let Some(vote) = self.undecided(|text| text.is_same_text(kind, name)) {
            return Err(vote.refusal().citing([ruling("R15")]));
        }
        let standing = others().find(|other| other.may_end());
        match standing {
            Some(newer) if newer.effective.is_none_or(|began| effective <= began) => {
                Err(refusals::attested_is_older(&newer.title.zh, &newer.title.en).citing([ruling("R15")]))
            }
            standing => Ok(standing),
        }
    }

    /// The text of this kind and name that has come, or is going to come, into force and that nothing ends.
    fn standing_text(&self, kind: RuleKind, name: &str) -> Option<&'a Life> {
        self.rules.iter().find(|rule| rule.may_end() && rule.is_same_text(kind, name))
    }

    /// The text a draft names as what it replaces, whatever became of that.
    fn replaced_in(&self, draft: &Life) -> Option<&'a Life> {
        draft.replaces.and_then(|id| self.rule(id)).filter(|old| old.kind == draft.kind)
    }

    /// 未了的表决 (a vote that changes such a text and has not had its effect yet): adopted and waiting to be promulgated, or open.
    fn undecided(&self, such: impl Fn(&Life) -> bool) -> Option<Undecided<'a>> {
        let changes = |rule: &Life, adopts: bool| {
            such(rule) || self.replaced_in(rule).filter(|_| adopts).is_some_and(&such)
        };
        let waits = |rule: &&Life| rule.stage == RuleStage::Adopted && changes(rule, true);
        if let Some(rule) = self.rules.iter().find(waits) {
            return Some(Undecided::Waits(rule));
        }
        self.votes.iter().find_map(|vote| {
            let (id, adopts) = match *vote {
                RuleVote::Adopts(id) => (id, true),
                RuleVote::Repeals(id) => (id, false),
            };
            let rule = self.rule(id).filter(|rule| changes(rule, adopts))?;
            Some(if adopts { Undecided::Adopts(rule) } else { Undecided::Repeals(rule) })
        })
    }
}

/// A vote that has not had its effect yet.
enum Undecided<'a> {
    Waits(&'a Life),
    Adopts(&'a Life),
    Repeals(&'a Life),
}

impl Undecided<'_> {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Waits(rule) => refusals::voted_text_waits(&rule.title.zh, &rule.title.en),
            Self::Adopts(rule) => refusals::text_being_voted(
                &format!("通过《{}》", rule.title.zh),
                &format!("the adoption of “{}”", rule.title.en),
            ),
            Self::Repeals(rule) => refusals::text_being_voted(
                &format!("废止《{}》", rule.title.zh),
                &format!("the repeal of “{}”", rule.title.en),
            ),
        }
    }
}

/// What a draft was written against, and what stands now.
fn replaces_changed(then: Option<&Life>, now: Option<&Life>) -> Refusal {
    let title = |rule: Option<&Life>| {
        rule.map_or_else(
            || Words::new("（无）", "(none)"),
            |rule| Words::new(format!("《{}》", rule.title.zh), format!("“{}”", rule.title.en)),
        )
    };
    let (then, now) = (title(then), title(now));
    refusals::replaces_changed(&then.zh, &then.en, &now.zh, &now.en)
}
