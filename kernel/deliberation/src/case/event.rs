//! What happened to a case, as its entries tell it.

use serde::{Deserialize, Serialize};
use yishi_canonical::Digest;
use yishi_identity::{CaseId, RuleId};

use super::types::{CaseOutcome, Handler, Item, Points};
use crate::common::{Act, RuleVersion};

/// 所更正的记录 (the entry that a correction cites).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cites {
    /// Of which case.
    pub stream: CaseId,
    /// At which version.
    pub version: u64,
}

/// 一笔收回 (a booking that is taken back).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reversal {
    /// Which. Not written before bookings could be taken back one by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Item>,
    /// The booking, with the other sign.
    #[serde(flatten)]
    pub points: Points,
}

/// What happened to a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum CaseEvent {
    /// 办理.
    Handled {
        /// The case.
        case: CaseId,
        /// The rule that was asked.
        rule: RuleId,
        /// The exact version of it.
        version: RuleVersion,
        /// Household, person, or the community itself.
        subject: String,
        /// What it decided.
        #[serde(flatten)]
        outcome: CaseOutcome,
        /// By whom and when.
        act: Act,
    },
    /// 续办.
    Continued {
        /// The case.
        case: CaseId,
        /// What the rule decided.
        #[serde(flatten)]
        outcome: CaseOutcome,
        /// By whom and when.
        act: Act,
    },
    /// 指派.
    Assigned {
        /// The case.
        case: CaseId,
        /// Who has it from now on.
        to: Handler,
        /// Who had it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Handler>,
        /// Why it changes hands.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reasons: Option<Digest>,
        /// By whom and when.
        act: Act,
    },
    /// 任务已完成.
    TaskCompleted {
        /// The case.
        case: CaseId,
        /// Which.
        task: Item,
        /// What was done.
        note: Digest,
        /// By whom and when.
        act: Act,
    },
    /// 收回积分.
    PointsReversed {
        /// The case.
        case: CaseId,
        /// The entry that booked the first of them; each names its own.
        corrects: Cites,
        /// Why.
        reasons: Digest,
        /// What the subject's points came to after it, where it was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        totals: Option<Digest>,
        /// Which.
        points: Vec<Reversal>,
        /// By whom and when.
        act: Act,
    },
    /// 更正.
    Corrected {
        /// The case.
        case: CaseId,
        /// Its rule.
        rule: RuleId,
        /// The entry that began it.
        corrects: Cites,
        /// The versions of what was decided in it later, taken back with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        continued: Vec<u64>,
        /// Why.
        reasons: Digest,
        /// What the subject's points came to after it, where it was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        totals: Option<Digest>,
        /// The bookings that were still standing.
        points: Vec<Reversal>,
        /// How many records count no more.
        records_withdrawn: u64,
        /// By whom and when.
        act: Act,
    },
    /// 办结.
    Closed {
        /// The case.
        case: CaseId,
        /// In what way.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Digest>,
        /// By whom and when.
        act: Act,
    },
}

impl CaseEvent {
    /// By whom and when.
    #[must_use]
    pub const fn act(&self) -> Act {
        match self {
            Self::Handled { act, .. }
            | Self::Continued { act, .. }
            | Self::Assigned { act, .. }
            | Self::TaskCompleted { act, .. }
            | Self::PointsReversed { act, .. }
            | Self::Corrected { act, .. }
            | Self::Closed { act, .. } => *act,
        }
    }
}
