//! 一个村 (the whole of one community, as somebody with the statute's page open sees it).
//!
//! Nothing here knows events, streams or terms. An act is tried on a copy; when it is refused the copy is thrown away,
//! so that a refusal leaves no trace by construction.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::act::{Act, Label, Person, Who};
use crate::matter::Matter;
use crate::meeting::{Meeting, votes};
use crate::people::{Resident, Seat, Settlement, people_of};
use crate::rule::Rule;

/// 拒绝 (why not): the row or ruling of the statute's page, and a few words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct No {
    /// The row or the ruling.
    pub rule: &'static str,
    /// In words.
    pub why: &'static str,
}

macro_rules! refuse {
    ($rule:literal, $why:literal) => {
        return Err(crate::world::No { rule: $rule, why: $why })
    };
}
pub(crate) use refuse;

/// 社区.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct World {
    /// What kind of place it is.
    pub place: Settlement,
    /// The day it was set up here.
    pub set_up: Date,
    /// 今天.
    pub today: Date,
    /// 名册.
    pub people: Vec<Resident>,
    /// 席位, past ones too.
    pub seats: Vec<Seat>,
    /// 事项.
    pub matters: BTreeMap<Label, Matter>,
    /// 会议.
    pub meetings: BTreeMap<Label, Meeting>,
    /// 章程.
    pub rules: BTreeMap<Label, Rule>,
}

/// What became of an act in the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It speaks of something that is not there, or makes something that is: nobody can try it.
    PassedOver,
    /// Done.
    Done(Box<World>),
    /// Refused.
    Refused(No),
}

impl World {
    /// A new community.
    #[must_use]
    pub fn new(place: Settlement, start: Date) -> Self {
        Self {
            place,
            set_up: start,
            today: start,
            people: people_of(place, start),
            seats: Vec::new(),
            matters: BTreeMap::new(),
            meetings: BTreeMap::new(),
            rules: BTreeMap::new(),
        }
    }

    /// 社区: the urban law.
    #[must_use]
    pub const fn urban(&self) -> bool {
        matches!(self.place, Settlement::Community)
    }

    /// What the statute says to an act of somebody's.
    #[must_use]
    pub fn judge(&self, by: Who, act: &Act) -> Verdict {
        if !self.can_be_tried(by, act) {
            return Verdict::PassedOver;
        }
        let mut next = self.clone();
        match next.may(by, act).and_then(|()| next.apply(by, act)) {
            Ok(()) => Verdict::Done(Box::new(next)),
            Err(no) => Verdict::Refused(no),
        }
    }

    fn apply(&mut self, by: Who, act: &Act) -> Result<(), No> {
        match act {
            Act::Days { days } => {
                self.today = self.today.saturating_add(i64::from(*days).days());
                Ok(())
            }
            Act::Elect { body, people, years, by_groups } => self.elect(*body, people, *years, *by_groups),
            Act::EndSeat { body, person } => self.end_seat(*body, *person),
            Act::OffRoll { person, died } => self.off_roll(*person, *died),
            Act::BackOnRoll { person } => self.back_on_roll(*person),
            Act::Repin { matter } => self.repin(*matter),
            Act::Suggest { matter, subjects, levy } => self.suggest(by, *matter, subjects, *levy),
            Act::Propose { matter, subjects, levy, major } => {
                self.propose(by, *matter, subjects, *levy, *major)
            }
            Act::Review { matter, pass } => self.review(*matter, *pass),
            Act::Resubmit { matter, changed } => self.resubmit(by, *matter, *changed),
            Act::Escalate { matter } => self.escalate(*matter),
            Act::OpenConsultation { matter, days } => self.open_consultation(*matter, *days),
            Act::CloseConsultation { matter } => self.close_consultation(*matter),
            Act::Study { matter, recommended } => self.study(*matter, *recommended),
            Act::Deliberate { matter, to, authorised } => self.deliberate(*matter, *to, *authorised),
            Act::PutToChair { matter } => self.put_to_chair(*matter),
            Act::Petition { matter, signatures, of, to } => self.petition(by, *matter, *signatures, *of, *to),
            Act::Withdraw { matter } => self.withdraw(*matter),
            Act::Lapse { matter } => self.lapse(*matter),
            Act::Convene { meeting, body, mode, in_days, agenda, special } => {
                self.presider(by, *body)?;
                self.convene(*meeting, *body, *mode, *in_days, agenda, *special)
            }
            Act::Cancel { meeting } => self.cancel(*meeting),
            Act::OpenMeeting { meeting } => self.open_meeting(by, *meeting),
            Act::Arrive { meeting, people } => self.arrive(*meeting, people),
            Act::Leave { meeting, people } => self.leave(*meeting, people),
            Act::Recuse { meeting, matter, person } => self.recuse(by, *meeting, *matter, *person),
            Act::OpenBallot { meeting, ballot, matter, recused, secret } => {
                self.open_ballot(by, *meeting, *ballot, *matter, recused, *secret)
            }
            Act::Vote { ballot, person, choice } => self.vote(by, *ballot, *person, *choice),
            Act::CloseBallot { ballot, hand } => self.close_ballot(*ballot, hand.as_ref()),
            Act::Recess { meeting, in_days } => self.recess(*meeting, *in_days),
            Act::Adjourn { meeting } => self.adjourn(*meeting),
            Act::File { matter } => self.file(*matter),
            Act::Acknowledge { matter } => self.acknowledge(*matter),
            Act::Disclose { matter, days } => self.disclose(*matter, *days),
            Act::TakeDown { matter } => self.take_down(*matter),
            Act::Implement { matter } => self.implement(*matter),
            Act::DiscloseOutcome { matter, days } => self.disclose_outcome(*matter, *days),
            Act::Complete { matter } => self.complete(*matter),
            Act::Attest { rule, days_before, yes, terms, kind } => {
                self.attest(*rule, *days_before, *yes, *terms, *kind)
            }
            Act::Confirm { rule } => self.confirm(*rule),
            Act::Reject { rule } => self.reject(*rule),
            Act::Draft { rule, matter, terms, kind, replaces } => {
                self.draft(*rule, *matter, *terms, *kind, *replaces)
            }
            Act::Repeal { rule, matter } => self.repeal(*rule, *matter),
            Act::Suspend { rule, order } => self.suspend(by, *rule, *order),
            Act::Resume { rule } => self.resume(by, *rule),
            Act::Promulgate { rule, in_days } => self.promulgate(*rule, *in_days),
        }
    }

    /// What an act makes is new, and what it speaks of is there.
    fn can_be_tried(&self, by: Who, act: &Act) -> bool {
        let alive = |person: Person| self.people.get(usize::from(person)).is_some_and(|one| !one.dead);
        if !by.person().is_none_or(alive) {
            return false;
        }
        let new_matter = |label: &Label| !self.matters.contains_key(label);
        let new_rule = |label: &Label| !self.rules.contains_key(label);
        match act {
            Act::Days { .. } => true,
            Act::Elect { people, .. } => people.iter().all(|&person| usize::from(person) < self.people.len()),
            Act::EndSeat { person, .. } | Act::OffRoll { person, .. } | Act::BackOnRoll { person } => {
                usize::from(*person) < self.people.len()
            }
            Act::Suggest { matter, .. } => new_matter(matter),
            Act::Draft { rule, matter, replaces, .. } => {
                new_matter(matter)
                    && new_rule(rule)
                    && replaces.is_none_or(|replaces| self.rules.contains_key(&replaces))
            }
            Act::Repeal { rule, matter } => new_matter(matter) && self.rules.contains_key(rule),
            Act::Attest { rule, .. } => new_rule(rule),
            Act::Confirm { rule }
            | Act::Reject { rule }
            | Act::Promulgate { rule, .. }
            | Act::Suspend { rule, .. }
            | Act::Resume { rule } => self.rules.contains_key(rule),
            Act::Convene { meeting, agenda, .. } => {
                !self.meetings.contains_key(meeting)
                    && agenda.iter().all(|matter| self.matters.contains_key(matter))
            }
            Act::Cancel { meeting }
            | Act::OpenMeeting { meeting }
            | Act::Arrive { meeting, .. }
            | Act::Leave { meeting, .. }
            | Act::Recess { meeting, .. }
            | Act::Adjourn { meeting } => self.meetings.contains_key(meeting),
            // Nobody stands aside where nothing is voted on.
            Act::Recuse { meeting, matter, person } => {
                self.meetings.get(meeting).is_some_and(|meeting| votes(meeting.body))
                    && self.matters.contains_key(matter)
                    && usize::from(*person) < self.people.len()
            }
            Act::OpenBallot { meeting, ballot, matter, .. } => {
                self.meetings.contains_key(meeting)
                    && self.matters.contains_key(matter)
                    && self.meeting_of(*ballot).is_none()
            }
            Act::Vote { ballot, .. } | Act::CloseBallot { ballot, .. } => self.meeting_of(*ballot).is_some(),
            Act::Propose { matter, .. }
            | Act::Review { matter, .. }
            | Act::Resubmit { matter, .. }
            | Act::Escalate { matter }
            | Act::OpenConsultation { matter, .. }
            | Act::CloseConsultation { matter }
            | Act::Study { matter, .. }
            | Act::Deliberate { matter, .. }
            | Act::PutToChair { matter }
            | Act::Repin { matter }
            | Act::Petition { matter, .. }
            | Act::Acknowledge { matter }
            | Act::Withdraw { matter }
            | Act::Lapse { matter }
            | Act::File { matter }
            | Act::Disclose { matter, .. }
            | Act::TakeDown { matter }
            | Act::Implement { matter }
            | Act::DiscloseOutcome { matter, .. }
            | Act::Complete { matter } => self.matters.contains_key(matter),
        }
    }
}
