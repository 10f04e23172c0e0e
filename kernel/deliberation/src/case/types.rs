//! The words of a case.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use yishi_canonical::Digest;
use yishi_identity::{AccountId, CaseId, PersonId, RuleId};
use yishi_law::BodyKind;
use yishi_words::coded;

use crate::common::{Act, RuleVersion};

coded! {
    /// 办件的记录 (what happened to a case).
    pub enum CaseEventKind: "case-event" {
        /// 办理.
        Handled = "handled",
        /// 续办.
        Continued = "continued",
        /// 指派.
        Assigned = "assigned",
        /// 任务已完成.
        TaskCompleted = "task-completed",
        /// 收回积分.
        PointsReversed = "points-reversed",
        /// 更正.
        Corrected = "corrected",
        /// 办结.
        Closed = "closed",
    }
}

coded! {
    /// 办件状态.
    pub enum CaseStatus: "case-status" {
        /// 任务待完成: the outcome asked somebody for something that is not done.
        Waiting = "waiting",
        /// 已办理: nothing is left to do.
        Handled = "handled",
        /// 已办结.
        Closed = "closed",
        /// 已更正: everything it brought about is taken back.
        Corrected = "corrected",
    }
}

/// 条目号 (one of the things that an entry of a case brought about, written `2.1`: the first of the case's second entry).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Item {
    /// The version of the stream at which the entry stands.
    pub version: u64,
    /// Which of its bookings or tasks, from 1.
    pub number: u64,
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.version, self.number)
    }
}

/// A text is no [`Item`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoItem;

impl fmt::Display for NoItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not of the form `2.1`")
    }
}

impl FromStr for Item {
    type Err = NoItem;

    fn from_str(text: &str) -> Result<Self, NoItem> {
        let (version, number) = text.split_once('.').ok_or(NoItem)?;
        let item = Self {
            version: version.parse().map_err(|_| NoItem)?,
            number: number.parse().map_err(|_| NoItem)?,
        };
        // One item, one spelling.
        if item.to_string() == text { Ok(item) } else { Err(NoItem) }
    }
}

/// 承办人 (who has a case in hand): a resident in office by their person, others by their account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Handler {
    /// A member of the residents' committee.
    Person(PersonId),
    /// Staff.
    Account(AccountId),
}

impl fmt::Display for Handler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => id.fmt(f),
            Self::Account(id) => id.fmt(f),
        }
    }
}

impl FromStr for Handler {
    type Err = yishi_identity::IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self::Person).or_else(|_| text.parse().map(Self::Account))
    }
}

macro_rules! as_text {
    ($($type:ty),*) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

as_text!(Item, Handler);

/// 一笔积分 (points that an outcome gives or takes).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Points {
    /// Household or person.
    pub subject: String,
    /// How many; fewer than none are taken away.
    pub points: i64,
    /// Articles of the rule.
    pub because: Vec<String>,
}

/// 一项任务 (something that an outcome asks of a body). What is to be done stands in the outcome's document, at the same place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Whose it is.
    pub by: BodyKind,
    /// The last day on which it is done in time.
    pub due: Date,
    /// Articles of the rule.
    pub because: Vec<String>,
}

/// 一条登记 (a record that an outcome keeps): what it says is in its own row, and in the outcome's document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Which of the rule's kinds.
    pub kind: String,
    /// Household or person.
    pub subject: String,
}

/// 处理结果 (what a rule decided about one event of a case). Words are in documents; what has to be counted is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseOutcome {
    /// The rule's own code for what happened.
    pub kind: String,
    /// The day it happened.
    pub on: Date,
    /// What was entered, where it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<Digest>,
    /// What the rule answered.
    pub outcome: Digest,
    /// What the subject's points came to, where it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totals: Option<Digest>,
    /// Its bookings.
    pub points: Vec<Points>,
    /// What it asks of whom.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<Task>,
    /// What it keeps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<Kept>,
    /// The notices it posted, by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<String>,
}

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
