//! 办件可以办理什么 (what can be asked of a case): each act with its code, and as a command with what it is about.

use yishi_canonical::Digest;
use yishi_identity::{CaseId, RuleId};
use yishi_words::coded;

use super::types::{CaseOutcome, Handler, Item};
use crate::codes::Deed;
use crate::common::RuleVersion;

coded! {
    /// 办件的办理 (what can be done with a case).
    pub enum CaseAct: "case-act" {
        /// 办理: the rule is asked, and what it decides begins the case.
        Handle = "handle",
        /// 续办: the rule is asked about something further in the same case.
        Continue = "continue",
        /// 指派承办人.
        Assign = "assign",
        /// 完成任务.
        CompleteTask = "complete-task",
        /// 更正办件.
        Correct = "correct",
        /// 办结.
        Close = "close",
    }
}

impl Deed for CaseAct {}

/// What can be asked of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseCommand {
    /// 办理.
    Handle {
        /// The new id.
        id: CaseId,
        /// The rule that was asked.
        rule: RuleId,
        /// The exact version of it.
        version: RuleVersion,
        /// Household, person, or the community itself.
        subject: String,
        /// What the rule decided.
        outcome: CaseOutcome,
    },
    /// 续办.
    Continue {
        /// What the rule decided about the further event.
        outcome: CaseOutcome,
    },
    /// 指派承办人.
    Assign {
        /// Who has it from now on.
        to: Handler,
        /// Why it changes hands. Needed where somebody has it already.
        reasons: Option<Digest>,
    },
    /// 完成任务.
    CompleteTask {
        /// Which.
        task: Item,
        /// What was done, in words.
        note: Digest,
    },
    /// 更正: takes back bookings one by one, or everything the case brought about.
    Correct {
        /// Which bookings; none named is all there is: points, records, notices and tasks.
        points: Option<Vec<Item>>,
        /// Why.
        reasons: Digest,
        /// What the subject's points come to after it.
        totals: Option<Digest>,
    },
    /// 办结.
    Close {
        /// In what way it ended, in words.
        note: Option<Digest>,
    },
}

impl CaseCommand {
    /// What it does.
    #[must_use]
    pub const fn act(&self) -> CaseAct {
        match self {
            Self::Handle { .. } => CaseAct::Handle,
            Self::Continue { .. } => CaseAct::Continue,
            Self::Assign { .. } => CaseAct::Assign,
            Self::CompleteTask { .. } => CaseAct::CompleteTask,
            Self::Correct { .. } => CaseAct::Correct,
            Self::Close { .. } => CaseAct::Close,
        }
    }
}
