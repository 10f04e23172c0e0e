//! 期限 (what is due in a matter, and by when): duties that run by themselves once a step has been taken.
//!
//! Overdue means a duty not done. A notice that stays up longer than it must, or a matter whose closing waits, is
//! nobody's breach and never in this list.

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use yishi_law::days::add_days;
use yishi_law::{CommunityKind, Words};
use yishi_words::coded;

use super::{Matter, Stage, TabledBy};
use crate::codes::MatterEventKind;

/// 随时公布 in a village (村委会组织法 35, R47): days after the act.
const AT_ONCE_DAYS: u16 = 3;
/// 及时公布 in an urban community (居委会组织法 34, R47): days after the act.
const IN_TIME_DAYS: u16 = 15;
/// 报送备案 (R36, T14): days from adoption.
const FILING_DAYS: u16 = 10;
/// A sitting demanded by petition (R22, T13): days from the day the petition was met.
const PETITION_DAYS: u16 = 30;

coded! {
    /// 事项的一项期限义务 (what somebody owes a matter).
    pub enum DutyKind: "matter-duty" {
        /// 办理下一步: nobody has taken the next step for a month. No law gives this figure; it is the product's own measure
        /// of a suggestion that was passed over.
        NextStep = "next-step",
        /// 汇总意见: a consultation has ended and its comments have not been answered and summed up for a month.
        SumUpComments = "sum-up-comments",
        /// 召开会议: a petition has forced a sitting (V3, V6, U2, U3).
        HoldSitting = "hold-sitting",
        /// 报送备案 (V7, U6).
        FileDecision = "file-decision",
        /// 公布决议 (V18, U11).
        PublishDecision = "publish-decision",
        /// 公布实施结果 (V18, U11; R39).
        PublishOutcome = "publish-outcome",
    }
}

impl DutyKind {
    /// 未尽的说明 (what is owed, while it is not done). What is done when it is done is its own name.
    #[must_use]
    pub fn undone(self) -> Words {
        let entry = yishi_words::entry("matter-duty-undone", self.code());
        entry.map_or_else(|| self.words(), |entry| entry.term.words())
    }
}

/// 已尽义务 (a duty that was done): by when it was owed, and when it was done. What was late stays late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutyDone {
    /// What was owed.
    pub kind: DutyKind,
    /// The last day on which it was in time.
    pub due: Date,
    /// The day it was done.
    pub done: Date,
}

impl DutyDone {
    /// How many days late it was done; 0 when it was in time.
    #[must_use]
    pub fn days_late(&self) -> u64 {
        u64::try_from((self.done - self.due).get_days()).unwrap_or(0)
    }
}

/// 期限 (a duty with its last day).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duty {
    /// What is owed.
    pub kind: DutyKind,
    /// The last day on which it is done in time.
    pub due: Date,
}

impl Duty {
    /// Whether it should have been done before this day.
    #[must_use]
    pub fn is_overdue(&self, today: Date) -> bool {
        self.due < today
    }

    /// How many days late it is; 0 while it is in time.
    #[must_use]
    pub fn days_late(&self, today: Date) -> u64 {
        u64::try_from((today - self.due).get_days()).unwrap_or(0)
    }
}

impl Matter {
    /// 未尽义务 (what is still owed in this matter, with the last day for it). What has been done is not in the list,
    /// whether it was done in time or late.
    #[must_use]
    pub fn duties(&self, kind: CommunityKind) -> Vec<Duty> {
        let publishing = publishing_days(kind);
        let mut duties = Vec::new();
        let mut owe = |kind, due| duties.push(Duty { kind, due });
        let decided = self.resolution.as_ref().map(|_| self.resolved_on());
        // It runs beside the steps and holds none of them back (R32, R36).
        if self.is_to_be_filed() {
            owe(DutyKind::FileDecision, add_days(decided.unwrap_or(self.last_act.on), FILING_DAYS));
        }
        match &self.stage {
            Stage::Suggested
            | Stage::Proposed
            | Stage::Reviewed
            | Stage::Returned { .. }
            | Stage::Studied
            | Stage::JointlyDeliberated { .. } => {
                let consultation = self.consultations.last().filter(|one| one.closed.is_none());
                match consultation {
                    Some(open) => owe(DutyKind::SumUpComments, month_after(open.until)),
                    None => owe(DutyKind::NextStep, month_after(self.last_act.on)),
                }
            }
            Stage::Tabled { by: TabledBy::Petition { .. }, .. } => {
                owe(DutyKind::HoldSitting, add_days(self.tabled_on(), PETITION_DAYS));
            }
            Stage::Tabled { .. } => owe(DutyKind::NextStep, month_after(self.last_act.on)),
            Stage::Resolved | Stage::Filed => {
                let on = decided.unwrap_or(self.last_act.on);
                owe(DutyKind::PublishDecision, add_days(on, publishing));
            }
            Stage::Implemented => {
                let on = self.implementation.as_ref().map_or(self.last_act.on, |(_, _, act)| act.on);
                owe(DutyKind::PublishOutcome, add_days(on, publishing));
            }
            Stage::DecisionDisclosed
            | Stage::OutcomeDisclosed
            | Stage::Completed
            | Stage::Rejected
            | Stage::Withdrawn { .. }
            | Stage::Lapsed { .. } => {}
        }
        duties
    }

    /// 已尽义务 (what was owed in this matter and has been done, in time or late), in the order of [`DutyKind`]. The month
    /// between two steps is the product's own measure of what waits, and nothing that was owed to anybody.
    #[must_use]
    pub fn duties_done(&self, kind: CommunityKind) -> Vec<DutyDone> {
        let publishing = publishing_days(kind);
        let mut all = Vec::new();
        let mut did = |kind, due, done| all.push(DutyDone { kind, due, done });
        for one in &self.consultations {
            if let Some((_, _, closed)) = &one.closed {
                did(DutyKind::SumUpComments, month_after(one.until), closed.on);
            }
        }
        let Some(outcome) = &self.resolution else { return all };
        let decided = self.day_of(if outcome.finding.result.passed() {
            MatterEventKind::Resolved
        } else {
            MatterEventKind::Rejected
        });
        if let Some(petition) = self.petitioned {
            did(DutyKind::HoldSitting, add_days(petition, PETITION_DAYS), decided);
        }
        if let Some(filing) = &self.filing {
            did(DutyKind::FileDecision, add_days(decided, FILING_DAYS), filing.handed_in.on);
        }
        if let Some(posted) = &self.decision_disclosure {
            did(DutyKind::PublishDecision, add_days(decided, publishing), posted.from.max(posted.act.on));
        }
        if let (Some((_, _, act)), Some(posted)) = (&self.implementation, &self.outcome_disclosure) {
            did(DutyKind::PublishOutcome, add_days(act.on, publishing), posted.from.max(posted.act.on));
        }
        all
    }

    fn resolved_on(&self) -> Date {
        self.day_of(MatterEventKind::Resolved)
    }

    fn tabled_on(&self) -> Date {
        self.day_of(MatterEventKind::Tabled)
    }

    fn day_of(&self, event: MatterEventKind) -> Date {
        let taken = self.history.iter().rev().find(|taken| taken.event == event);
        taken.map_or(self.last_act.on, |taken| taken.act.on)
    }
}

/// How many days there are to publish what was decided or done (R47).
const fn publishing_days(kind: CommunityKind) -> u16 {
    match kind {
        CommunityKind::Village => AT_ONCE_DAYS,
        CommunityKind::Urban => IN_TIME_DAYS,
    }
}

/// The same day a month later, or the month's last day.
fn month_after(day: Date) -> Date {
    day.checked_add(1.month()).unwrap_or(day)
}
