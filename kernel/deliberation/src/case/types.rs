//! The words of a case.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use yishi_canonical::Digest;
use yishi_identity::{AccountId, PersonId};
use yishi_law::BodyKind;
use yishi_words::coded;

use crate::ActorRef;

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

impl Handler {
    /// Somebody who acted, by their person where they are one.
    #[must_use]
    pub fn of(by: &ActorRef) -> Option<Self> {
        by.person.map(Self::Person).or(by.account.map(Self::Account))
    }
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
