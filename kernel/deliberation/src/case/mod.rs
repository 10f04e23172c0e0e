//! 办件 (a case under a rule): what the rule decided about something that happened, and what became of it.
//!
//! ```text
//! handled ──▶ continued, assigned, task-completed, points-reversed (as often as needed)
//!    │              │
//!    │              ├──▶ closed     once no task is open; then only put right
//!    └──────────────┴──▶ corrected  everything it brought about is taken back; nothing comes after it
//! ```
//!
//! The rule decides what an event comes to; this machine decides what may be done with what it came to. It knows no
//! household and no name: subjects are ids, words are documents.

mod command;
mod decide;
mod duties;
mod event;
mod read;
mod types;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use yishi_canonical::Digest;
use yishi_identity::{CaseId, RuleId};

pub use command::{CaseAct, CaseCommand};
pub use decide::CaseContext;
pub use duties::CaseDuty;
pub use event::{CaseEvent, Cites, Reversal};
pub use read::Unread;
pub use types::{CaseEventKind, CaseOutcome, CaseStatus, Handler, Item, Kept, NoItem, Points, Task};

use crate::common::{Act, RuleVersion};

/// 一次办理 (what the rule decided about one event), and where it stands in the stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// At which version.
    pub version: u64,
    /// What it decided.
    pub outcome: CaseOutcome,
    /// By whom and when it was asked.
    pub act: Act,
}

/// 一笔在案的积分 (a booking of the case).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    /// Which.
    pub item: Item,
    /// What was booked.
    pub points: Points,
    /// By whom and when it was taken back.
    pub reversed: Option<Act>,
}

/// 一项在案的任务 (a task of the case).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseTask {
    /// Which.
    pub item: Item,
    /// Whose, and by when.
    pub task: Task,
    /// Since when it is owed.
    pub since: Date,
    /// What was done, by whom and when.
    pub done: Option<Done>,
}

/// 已办 (that something was done, in words where there are any).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// At which version.
    pub version: u64,
    /// What was done, or how it ended.
    pub note: Option<Digest>,
    /// By whom and when.
    pub act: Act,
}

/// 一次指派 (one time the case was given to somebody).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// At which version.
    pub version: u64,
    /// To whom.
    pub to: Handler,
    /// Why it changed hands.
    pub reasons: Option<Digest>,
    /// By whom and when.
    pub act: Act,
}

/// 一次收回 (one time bookings were taken back), or the case as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// At which version.
    pub version: u64,
    /// Which bookings.
    pub items: Vec<Item>,
    /// Why.
    pub reasons: Digest,
    /// What the subject's points came to after it, where it was kept.
    pub totals: Option<Digest>,
    /// By whom and when.
    pub act: Act,
}

/// 办件.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// The rule it is handled under.
    pub rule: RuleId,
    /// The exact version of it that was asked first.
    pub rule_version: RuleVersion,
    /// Household, person, or the community itself.
    pub subject: String,
    /// How many entries its stream has.
    pub version: u64,
    /// What the rule decided, the first of which began the case.
    pub decided: Vec<Decided>,
    /// Its bookings.
    pub points: Vec<Booking>,
    /// Its tasks.
    pub tasks: Vec<CaseTask>,
    /// To whom it was given, the last one last.
    pub assignments: Vec<Assignment>,
    /// Bookings that were taken back one by one.
    pub reversals: Vec<Correction>,
    /// How it was put right as a whole.
    pub corrected: Option<Correction>,
    /// How it was closed.
    pub closed: Option<Done>,
    /// Its last act.
    pub last_act: Act,
}

impl Case {
    /// 状态.
    #[must_use]
    pub fn status(&self) -> CaseStatus {
        if self.corrected.is_some() {
            CaseStatus::Corrected
        } else if self.closed.is_some() {
            CaseStatus::Closed
        } else if self.open_tasks().is_empty() {
            CaseStatus::Handled
        } else {
            CaseStatus::Waiting
        }
    }

    /// 承办人 (who has it).
    #[must_use]
    pub fn assignee(&self) -> Option<Handler> {
        self.assignments.last().map(|one| one.to)
    }

    /// 待办 (whether somebody has to do something with it, or has it in hand).
    #[must_use]
    pub fn is_on_a_desk(&self) -> bool {
        match self.status() {
            CaseStatus::Waiting => true,
            CaseStatus::Handled => !self.assignments.is_empty(),
            CaseStatus::Closed | CaseStatus::Corrected => false,
        }
    }

    /// What the rule decided first.
    #[must_use]
    pub fn first(&self) -> Option<&Decided> {
        self.decided.first()
    }

    /// What the rule decided last.
    #[must_use]
    pub fn latest(&self) -> Option<&Decided> {
        self.decided.last()
    }

    /// One of its bookings.
    #[must_use]
    pub fn booking(&self, item: Item) -> Option<&Booking> {
        self.points.iter().find(|one| one.item == item)
    }

    /// The bookings that stand.
    pub fn standing(&self) -> impl Iterator<Item = &Booking> {
        self.points.iter().filter(|one| one.reversed.is_none())
    }

    /// 收回后的变化 (by how much its subject's points change when these bookings, or all that stand, are taken back).
    #[must_use]
    pub fn taking_back(&self, items: Option<&[Item]>) -> i64 {
        let meant = |one: &&Booking| items.is_none_or(|items| items.contains(&one.item));
        let own = self.standing().filter(meant).filter(|one| one.points.subject == self.subject);
        -own.map(|one| one.points.points).sum::<i64>()
    }

    /// One of its tasks.
    #[must_use]
    pub fn task(&self, item: Item) -> Option<&CaseTask> {
        self.tasks.iter().find(|one| one.item == item)
    }

    /// 所涉的人和户 (about whom the rule keeps something because of it: the case's own subject, and whom it booked or kept
    /// something for).
    #[must_use]
    pub fn subjects(&self) -> std::collections::BTreeSet<&str> {
        let outcomes = || self.decided.iter().map(|one| &one.outcome);
        let booked = outcomes().flat_map(|one| one.points.iter().map(|points| points.subject.as_str()));
        let kept = outcomes().flat_map(|one| one.records.iter().map(|record| record.subject.as_str()));
        booked.chain(kept).chain([self.subject.as_str()]).collect()
    }

    /// The case after all events of its stream.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a CaseEvent>) -> Option<Self> {
        events.into_iter().fold(None, Self::evolve)
    }

    /// Applies what happened.
    #[must_use]
    pub fn evolve(state: Option<Self>, event: &CaseEvent) -> Option<Self> {
        let mut case = match (state, event) {
            (None, CaseEvent::Handled { case, rule, version, subject, act, .. }) => Self {
                id: *case,
                rule: *rule,
                rule_version: *version,
                subject: subject.clone(),
                version: 0,
                decided: Vec::new(),
                points: Vec::new(),
                tasks: Vec::new(),
                assignments: Vec::new(),
                reversals: Vec::new(),
                corrected: None,
                closed: None,
                last_act: *act,
            },
            (state, _) => state?,
        };
        case.version += 1;
        case.last_act = event.act();
        case.apply(event);
        Some(case)
    }

    fn apply(&mut self, event: &CaseEvent) {
        let version = self.version;
        match event {
            CaseEvent::Handled { outcome, act, .. } | CaseEvent::Continued { outcome, act, .. } => {
                self.decide_on(outcome, *act);
            }
            CaseEvent::Assigned { to, reasons, act, .. } => {
                self.assignments.push(Assignment { version, to: *to, reasons: *reasons, act: *act });
            }
            CaseEvent::TaskCompleted { task, note, act, .. } => {
                if let Some(known) = self.tasks.iter_mut().find(|known| known.item == *task) {
                    known.done = Some(Done { version, note: Some(*note), act: *act });
                }
            }
            CaseEvent::PointsReversed { points, reasons, totals, act, .. } => {
                let items: Vec<_> = points.iter().filter_map(|one| one.of).collect();
                self.take_back(&items, *act);
                let (reasons, totals, act) = (*reasons, *totals, *act);
                self.reversals.push(Correction { version, items, reasons, totals, act });
            }
            CaseEvent::Corrected { reasons, totals, act, .. } => {
                let items: Vec<_> = self.standing().map(|one| one.item).collect();
                self.take_back(&items, *act);
                let (reasons, totals, act) = (*reasons, *totals, *act);
                self.corrected = Some(Correction { version, items, reasons, totals, act });
            }
            CaseEvent::Closed { note, act, .. } => {
                self.closed = Some(Done { version, note: *note, act: *act });
            }
        }
    }

    fn decide_on(&mut self, outcome: &CaseOutcome, act: Act) {
        let version = self.version;
        let items = || (1..).map(move |number| Item { version, number });
        let booked = outcome.points.iter().cloned().zip(items());
        self.points.extend(booked.map(|(points, item)| Booking { item, points, reversed: None }));
        let asked = outcome.tasks.iter().cloned().zip(items());
        self.tasks.extend(asked.map(|(task, item)| CaseTask { item, task, since: act.on, done: None }));
        self.decided.push(Decided { version, outcome: outcome.clone(), act });
    }

    fn take_back(&mut self, items: &[Item], act: Act) {
        for booking in self.points.iter_mut().filter(|one| items.contains(&one.item)) {
            booking.reversed.get_or_insert(act);
        }
    }
}
