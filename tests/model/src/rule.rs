//! 规约 (charters, implementation rules, village regulations): R14, R15, R23, R28, R32, R37, and exactly one of a kind in force
//! on any day.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::act::{Body, Kind, Label, Terms, Who};
use crate::world::{No, World, refuse};

/// 阶段.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the words are the stages")]
pub enum Life {
    Drafted,
    Adopted,
    Promulgated,
    Attested,
    Confirmed,
    Rejected,
    VotedDown,
    Withdrawn,
}

/// 规约.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What it is.
    pub kind: Kind,
    /// How far its papers are.
    pub life: Life,
    /// What it says.
    pub terms: Terms,
    /// The matter that adopts it.
    pub matter: Option<Label>,
    /// The text it was drafted to replace: the one of its kind that stood then.
    pub replaces: Option<Label>,
    /// The day it was adopted.
    pub adopted: Option<Date>,
    /// The body that adopted it.
    pub adopted_by: Option<Body>,
    /// First day in force.
    pub from: Option<Date>,
    /// What takes its place, each with its first day.
    pub successors: BTreeMap<Label, Date>,
    /// First day no longer in force, because it was repealed.
    pub repealed: Option<Date>,
    /// 暂停.
    pub suspended: bool,
}

impl Rule {
    /// Whether it is in force on a day.
    #[must_use]
    pub fn in_force(&self, on: Date) -> bool {
        matches!(self.life, Life::Promulgated | Life::Confirmed)
            && self.from.is_some_and(|from| from <= on)
            && self.until().is_none_or(|until| on < until)
            && self.repealed.is_none_or(|repealed| on < repealed)
            && !self.suspended
    }

    /// First day no longer in force, because another took its place.
    #[must_use]
    pub fn until(&self) -> Option<Date> {
        self.successors.values().min().copied()
    }

    /// What takes its place first.
    fn successor(&self) -> Option<(Label, Date)> {
        self.successors.iter().min_by_key(|(_, on)| **on).map(|(&by, &on)| (by, on))
    }

    /// Whether it has come, or is going to come, into force, and nothing ends it.
    fn stands(&self) -> bool {
        matches!(self.life, Life::Promulgated | Life::Confirmed)
            && self.successors.is_empty()
            && self.repealed.is_none()
    }
}

impl World {
    /// The charter in force today.
    #[must_use]
    pub fn charter_in_force(&self) -> Option<Label> {
        let charter = |rule: &Rule| rule.kind == Kind::Charter && rule.in_force(self.today);
        self.rules.iter().find(|(_, rule)| charter(rule)).map(|(&label, _)| label)
    }

    /// The text of a kind that has come, or is going to come, into force and that nothing ends.
    fn standing(&self, kind: Kind) -> Option<Label> {
        self.rules.iter().find(|(_, rule)| rule.kind == kind && rule.stands()).map(|(&label, _)| label)
    }

    /// There is one text of a kind: a draft is put to the vote against the one that stands then, or not at all.
    pub(crate) fn draft_still_stands(&self, matter: Label) -> Result<(), No> {
        if let Some(rule) = self.matter(matter).repeals.map(|rule| &self.rules[&rule]) {
            if !rule.stands() {
                refuse!("V7", "it has ended already");
            }
            self.nothing_undecided(rule.kind)?;
        }
        let Some(draft) = self.rules.values().find(|rule| rule.matter == Some(matter)) else {
            return Ok(());
        };
        self.nothing_undecided(draft.kind)?;
        if self.standing(draft.kind) != draft.replaces {
            refuse!("V7", "it was drafted against another one");
        }
        Ok(())
    }

    /// What was voted comes into force before anything else is decided about it, and what is being voted on is decided first.
    fn nothing_undecided(&self, kind: Kind) -> Result<(), No> {
        if self.rules.values().any(|rule| rule.kind == kind && rule.life == Life::Adopted) {
            refuse!("V7", "one was adopted and waits");
        }
        let voted_on = self.matters.iter().any(|(&label, matter)| {
            let text = matter.adopts.or(matter.repeals).map(|rule| self.rules[&rule].kind);
            text == Some(kind) && self.open_ballot_on(label).is_some()
        });
        if voted_on {
            refuse!("V7", "one is being voted on");
        }
        Ok(())
    }

    fn rule_mut(&mut self, label: Label) -> &mut Rule {
        // `can_be_tried` has seen it.
        self.rules.get_mut(&label).expect("the rule is there")
    }

    pub(crate) fn attest(
        &mut self,
        label: Label,
        days_before: i16,
        yes: u8,
        terms: Terms,
        kind: Kind,
    ) -> Result<(), No> {
        let adopted = self.set_up.saturating_sub(i64::from(days_before).days());
        if days_before <= 0 {
            refuse!("R15", "from the day the community is here, rules are adopted by vote");
        }
        // V2: twelve households, nine came; more than half of them.
        if 2 * u64::from(yes) <= 9 {
            refuse!("V2", "it was not adopted");
        }
        self.has_such_texts(kind)?;
        self.ended_by_paper(kind, Some(adopted.saturating_add(1.day())))?;
        let rule = Rule {
            kind,
            life: Life::Attested,
            terms,
            matter: None,
            replaces: None,
            adopted: Some(adopted),
            adopted_by: Some(Body::ResidentsAssembly),
            from: Some(adopted.saturating_add(1.day())),
            successors: BTreeMap::new(),
            repealed: None,
            suspended: false,
        };
        self.rules.insert(label, rule);
        Ok(())
    }

    /// R15: what a text adopted on paper takes the place of: never what was voted here, and never a later text.
    fn ended_by_paper(&self, kind: Kind, from: Option<Date>) -> Result<Option<Label>, No> {
        let voted = |rule: &Rule| rule.kind == kind && matches!(rule.life, Life::Adopted | Life::Promulgated);
        if self.rules.values().any(voted) {
            refuse!("R15", "the past does not beat what was voted here");
        }
        // A repeal was voted here too: until its day the repealed text stood, and nothing beside it.
        if self
            .rules
            .values()
            .any(|rule| rule.kind == kind && rule.repealed.is_some_and(|until| from < Some(until)))
        {
            refuse!("R15", "the past does not beat what was voted here");
        }
        self.nothing_undecided(kind)?;
        let standing = self.standing(kind);
        if standing.is_some_and(|old| self.rules[&old].from >= from) {
            refuse!("R15", "what stands is the later text");
        }
        Ok(standing)
    }

    pub(crate) fn confirm(&mut self, label: Label) -> Result<(), No> {
        if self.rules[&label].life != Life::Attested {
            refuse!("R15", "nothing to confirm");
        }
        let (kind, from) = (self.rules[&label].kind, self.rules[&label].from);
        if let Some(old) = self.ended_by_paper(kind, from)? {
            self.rule_mut(old).successors.extend(from.map(|from| (label, from)));
        }
        self.rule_mut(label).life = Life::Confirmed;
        Ok(())
    }

    pub(crate) fn reject(&mut self, label: Label) -> Result<(), No> {
        if self.rules[&label].life != Life::Attested {
            refuse!("R15", "nothing to reject");
        }
        self.rule_mut(label).life = Life::Rejected;
        Ok(())
    }

    pub(crate) fn draft(
        &mut self,
        label: Label,
        matter: Label,
        terms: Terms,
        kind: Kind,
        replaces: Option<Label>,
    ) -> Result<(), No> {
        self.has_such_texts(kind)?;
        let standing = self.standing(kind);
        if let Some(named) = replaces.map(|label| &self.rules[&label]) {
            if named.kind != kind {
                refuse!("R14", "a text replaces only one of its own kind");
            }
            if !named.stands() || standing != replaces {
                refuse!("V7", "what it names does not stand");
            }
        }
        let rule = Rule {
            kind,
            life: Life::Drafted,
            terms,
            matter: Some(matter),
            replaces: standing,
            adopted: None,
            adopted_by: None,
            from: None,
            successors: BTreeMap::new(),
            repealed: None,
            suspended: false,
        };
        self.rules.insert(label, rule);
        self.open_matter(matter, &BTreeSet::from([kind.subject()]), false, Some(label));
        Ok(())
    }

    fn has_such_texts(&self, kind: Kind) -> Result<(), No> {
        if kind == Kind::VillageRegulation && self.urban() {
            refuse!("V7", "village regulations are a village's");
        }
        Ok(())
    }

    pub(crate) fn repeal(&mut self, label: Label, matter: Label) -> Result<(), No> {
        let rule = &self.rules[&label];
        if !rule.stands() {
            refuse!("V7", "nothing stands that could be repealed");
        }
        self.nothing_undecided(rule.kind)?;
        let subject = rule.kind.subject();
        self.open_matter(matter, &BTreeSet::from([subject]), false, None);
        if let Some(matter) = self.matters.get_mut(&matter) {
            matter.repeals = Some(label);
        }
        Ok(())
    }

    /// R23: on what the host recorded, which in these sequences is nothing, or on the town's order; never a charter.
    pub(crate) fn suspend(&mut self, by: Who, label: Label, order: bool) -> Result<(), No> {
        let rule = &self.rules[&label];
        if rule.kind == Kind::Charter {
            refuse!("R23", "never a charter");
        }
        if !rule.in_force(self.today) {
            refuse!("R23", "not in force");
        }
        if !order {
            refuse!("R23", "by nobody's mere wish");
        }
        if by != Who::Town {
            refuse!("R37", "an order to correct is the town's");
        }
        self.rule_mut(label).suspended = true;
        Ok(())
    }

    pub(crate) fn resume(&mut self, by: Who, label: Label) -> Result<(), No> {
        let rule = &self.rules[&label];
        let over = |day: Option<Date>| day.is_some_and(|day| day <= self.today);
        if !rule.suspended || over(rule.until()) || over(rule.repealed) {
            refuse!("R23", "not suspended, or no longer there to be resumed");
        }
        if by != Who::Town {
            refuse!("R37", "whoever gave the order lifts it");
        }
        self.rule_mut(label).suspended = false;
        Ok(())
    }

    /// R23: it ends when the next sitting of the adopting body opens.
    pub(crate) fn suspensions_end(&mut self, body: Body) {
        for rule in self.rules.values_mut().filter(|rule| rule.adopted_by == Some(body)) {
            rule.suspended = false;
        }
    }

    fn rule_of(&mut self, matter: Label) -> Option<&mut Rule> {
        self.rules.values_mut().find(|rule| rule.matter == Some(matter))
    }

    pub(crate) fn rule_withdrawn_with(&mut self, matter: Label) {
        if let Some(rule) = self.rule_of(matter) {
            rule.life = Life::Withdrawn;
        }
    }

    pub(crate) fn rule_voted_with(&mut self, matter: Label, body: Body, passed: bool) {
        let today = self.today;
        if let Some(label) = self.matter(matter).repeals
            && passed
            && self.rules[&label].stands()
        {
            self.rule_mut(label).repealed = Some(today);
            // Repealed before it began: what it was to replace goes on.
            if self.rules[&label].from.is_some_and(|from| today < from) {
                let gave_way = |rule: &&mut Rule| rule.successor().is_some_and(|(by, _)| by == label);
                for rule in self.rules.values_mut().filter(gave_way) {
                    rule.successors.remove(&label);
                }
            }
        }
        if let Some(rule) = self.rule_of(matter) {
            rule.life = if passed { Life::Adopted } else { Life::VotedDown };
            (rule.adopted, rule.adopted_by) = (passed.then_some(today), passed.then_some(body));
        }
    }

    pub(crate) fn promulgate(&mut self, label: Label, in_days: i16) -> Result<(), No> {
        let rule = &self.rules[&label];
        let on = self.today.saturating_add(i64::from(in_days).days());
        if rule.life != Life::Adopted {
            refuse!("V7", "not adopted here by vote");
        }
        // R32: any date from adoption on, none before.
        if rule.adopted.is_none_or(|adopted| on < adopted) {
            refuse!("R32", "not before it was adopted");
        }
        if rule.adopted.is_some_and(|adopted| on > adopted.saturating_add(1.year())) {
            refuse!("R32", "within a year, or the assembly that voted is not the one it binds");
        }
        for old in self.ends(label, on)? {
            self.rule_mut(old).successors.insert(label, on);
        }
        let rule = self.rule_mut(label);
        rule.from = Some(on);
        rule.life = Life::Promulgated;
        Ok(())
    }

    /// What ends because this text begins on this day: what it was drafted against, as far as that stands, a paper that came
    /// to stand instead, and, where one of these would only begin later, what that one was to replace.
    fn ends(&self, label: Label, on: Date) -> Result<Vec<Label>, No> {
        let rule = &self.rules[&label];
        let mut ends: Vec<Label> = rule.replaces.into_iter().filter(|old| self.rules[old].stands()).collect();
        if let Some(now) = self.standing(rule.kind).filter(|now| Some(*now) != rule.replaces) {
            if self.rules[&now].life == Life::Promulgated {
                refuse!("V7", "it was adopted against another one");
            }
            if rule.adopted_by == Some(Body::RepresentativeAssembly) {
                refuse!("R14", "the assembly adopted what it would end");
            }
            ends.push(now);
        }
        let mut next = 0;
        while let Some(&old) = ends.get(next) {
            next += 1;
            if self.rules[&old].from.is_some_and(|from| from > on) {
                let gave_way = |one: &Rule| one.successor().is_some_and(|(by, day)| by == old && on < day);
                ends.extend(self.rules.iter().filter(|(_, one)| gave_way(one)).map(|(&one, _)| one));
            }
        }
        let begun = |old: &Label| self.rules[old].from.is_some_and(|from| on < from && from <= self.today);
        if ends.iter().any(begun) {
            refuse!("R32", "before the one it replaces has begun");
        }
        Ok(ends)
    }
}
