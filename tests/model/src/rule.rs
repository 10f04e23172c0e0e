//! 章程 (charters): R14, R15, R28, R32, and exactly one in force on any day.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::act::{Label, Subject, Terms};
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

/// 章程.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// How far its papers are.
    pub life: Life,
    /// What it says.
    pub terms: Terms,
    /// The matter that adopts it.
    pub matter: Option<Label>,
    /// The charter it was drafted to replace: the one in force then.
    pub replaces: Option<Label>,
    /// The day it was adopted.
    pub adopted: Option<Date>,
    /// First day in force.
    pub from: Option<Date>,
    /// First day no longer in force.
    pub until: Option<Date>,
}

impl Rule {
    /// Whether it is in force on a day.
    #[must_use]
    pub fn in_force(&self, on: Date) -> bool {
        matches!(self.life, Life::Promulgated | Life::Confirmed)
            && self.from.is_some_and(|from| from <= on)
            && self.until.is_none_or(|until| on < until)
    }
}

impl World {
    /// The charter in force today.
    #[must_use]
    pub fn charter_in_force(&self) -> Option<Label> {
        self.rules.iter().find(|(_, rule)| rule.in_force(self.today)).map(|(&label, _)| label)
    }

    /// The charter that has come, or is going to come, into force and that nothing ends.
    fn standing_charter(&self) -> Option<Label> {
        let stands =
            |rule: &Rule| matches!(rule.life, Life::Promulgated | Life::Confirmed) && rule.until.is_none();
        self.rules.iter().find(|(_, rule)| stands(rule)).map(|(&label, _)| label)
    }

    /// There is one charter: a draft is put to the vote against the one that stands then, or not at all.
    pub(crate) fn draft_still_stands(&self, matter: Label) -> Result<(), No> {
        let Some((&label, draft)) = self.rules.iter().find(|(_, rule)| rule.matter == Some(matter)) else {
            return Ok(());
        };
        if self.rules.iter().any(|(&other, rule)| other != label && rule.life == Life::Adopted) {
            refuse!("V7", "another charter was adopted and waits");
        }
        if self.standing_charter() != draft.replaces {
            refuse!("V7", "it was drafted against another charter");
        }
        Ok(())
    }

    fn rule_mut(&mut self, label: Label) -> &mut Rule {
        // `can_be_tried` has seen it.
        self.rules.get_mut(&label).expect("the rule is there")
    }

    pub(crate) fn attest(&mut self, label: Label, days_before: i16, yes: u8, terms: Terms) -> Result<(), No> {
        let adopted = self.set_up.saturating_sub(i64::from(days_before).days());
        if days_before <= 0 {
            refuse!("R15", "from the day the community is here, rules are adopted by vote");
        }
        // V2: twelve households, nine came; more than half of them.
        if 2 * u64::from(yes) <= 9 {
            refuse!("V2", "it was not adopted");
        }
        self.ended_by_paper(Some(adopted.saturating_add(1.day())))?;
        let rule = Rule {
            life: Life::Attested,
            terms,
            matter: None,
            replaces: None,
            adopted: Some(adopted),
            from: Some(adopted.saturating_add(1.day())),
            until: None,
        };
        self.rules.insert(label, rule);
        Ok(())
    }

    /// R15: what a charter adopted on paper takes the place of: never what was voted here, and never a later text.
    fn ended_by_paper(&self, from: Option<Date>) -> Result<Option<Label>, No> {
        let voted = |rule: &Rule| matches!(rule.life, Life::Adopted | Life::Promulgated);
        if self.rules.values().any(voted) {
            refuse!("R15", "the past does not beat what was voted here");
        }
        let standing = self.standing_charter();
        if standing.is_some_and(|old| self.rules[&old].from >= from) {
            refuse!("R15", "what stands is the later text");
        }
        Ok(standing)
    }

    pub(crate) fn confirm(&mut self, label: Label) -> Result<(), No> {
        if self.rules[&label].life != Life::Attested {
            refuse!("R15", "nothing to confirm");
        }
        let from = self.rules[&label].from;
        if let Some(old) = self.ended_by_paper(from)? {
            self.rule_mut(old).until = from;
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

    pub(crate) fn draft(&mut self, label: Label, matter: Label, terms: Terms) -> Result<(), No> {
        let rule = Rule {
            life: Life::Drafted,
            terms,
            matter: Some(matter),
            replaces: self.standing_charter(),
            adopted: None,
            from: None,
            until: None,
        };
        self.rules.insert(label, rule);
        self.open_matter(matter, &BTreeSet::from([Subject::Charter]), false, Some(label));
        Ok(())
    }

    fn rule_of(&mut self, matter: Label) -> Option<&mut Rule> {
        self.rules.values_mut().find(|rule| rule.matter == Some(matter))
    }

    pub(crate) fn rule_withdrawn_with(&mut self, matter: Label) {
        if let Some(rule) = self.rule_of(matter) {
            rule.life = Life::Withdrawn;
        }
    }

    pub(crate) fn rule_voted_with(&mut self, matter: Label, passed: bool) {
        let today = self.today;
        if let Some(rule) = self.rule_of(matter) {
            rule.life = if passed { Life::Adopted } else { Life::VotedDown };
            rule.adopted = passed.then_some(today);
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
        let replaces = rule.replaces;
        if self.standing_charter() != replaces {
            refuse!("V7", "it was adopted against another charter");
        }
        if let Some(old) = replaces {
            if self.rules[&old].from.is_some_and(|from| on < from) {
                refuse!("R32", "before the one it replaces has begun");
            }
            self.rule_mut(old).until = Some(on);
        }
        let rule = self.rule_mut(label);
        rule.from = Some(on);
        rule.life = Life::Promulgated;
        Ok(())
    }
}
