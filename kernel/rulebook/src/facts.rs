//! 事实 (what a rule may ask the host while it answers).
//!
//! A rule's question is answered from this snapshot, so an evaluation does no I/O. What a rule has kept is taken
//! question by question: a question whose answer was not taken ends the evaluation with
//! [`FailureCode::FactsMissing`](crate::FailureCode::FactsMissing) and [`GateFailure::missing`](crate::GateFailure::missing);
//! the caller fetches that answer and asks the rule again. So nothing is ever taken for empty because nobody looked.
//! `Host::answer`, below all versions of the contract, is the one place that decides what a plugin may see: unset means no.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// 名册 figures of one community. Ids are opaque; there are no names here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RosterFacts {
    /// Named counts: `adults`, `households`, `representatives`, `party-members` and what else is known.
    pub counts: BTreeMap<String, u64>,
    /// Adults of each household.
    pub household_adults: BTreeMap<String, u32>,
}

/// One record a rule keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordFact {
    /// Record kind of the manifest.
    pub kind: String,
    /// Household or person it is about.
    pub subject: String,
    /// JSON.
    pub body: String,
}

/// 所问 (a question about what a rule has kept), as the snapshot is taken by it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactQuestion {
    /// All records of a kind about a subject; more than [`RuleFacts::MOST`] need not be brought.
    Whole {
        /// Record kind of the manifest.
        kind: String,
        /// Household or person, by id.
        subject: String,
    },
    /// The newest records of a kind about a subject.
    Records {
        /// Record kind of the manifest.
        kind: String,
        /// Household or person, by id.
        subject: String,
    },
    /// The sum of points of a subject.
    Points {
        /// Household or person, by id.
        subject: String,
    },
}

impl FactQuestion {
    /// Whom it is about.
    #[must_use]
    pub fn subject(&self) -> &str {
        match self {
            Self::Records { subject, .. } | Self::Whole { subject, .. } | Self::Points { subject } => subject,
        }
    }
}

/// 其余 (what holds for questions whose answers are not in the snapshot).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Beyond {
    /// Nobody has looked: asking is a failure.
    #[default]
    NotTaken,
    /// There is nothing more: no records, and so many points for each subject (0 outside of scenarios).
    Nothing {
        /// Points of every subject that has no entry.
        points: i64,
    },
}

/// 规则所存 (what one rule has kept so far in this community, as far as the snapshot goes).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleFacts {
    records: BTreeMap<(String, String), Vec<String>>,
    /// All there are, or that there are too many.
    whole: BTreeMap<(String, String), Option<Vec<String>>>,
    points: BTreeMap<String, i64>,
    beyond: Beyond,
}

impl RuleFacts {
    /// Most records of one kind about one subject that a question brings.
    pub const NEWEST: u32 = 100;
    /// Most records of one kind about one subject that a rule can be shown as all there are.
    pub const MOST: u32 = 1_000;

    /// A rule that has kept nothing yet: one that is not adopted, for example.
    #[must_use]
    pub fn nothing() -> Self {
        Self::whole([], 0)
    }

    /// Everything there is: these records, newest first, and so many points for every subject.
    #[must_use]
    pub fn whole(records: impl IntoIterator<Item = RecordFact>, points: i64) -> Self {
        let mut whole = Self { beyond: Beyond::Nothing { points }, ..Self::default() };
        for record in records {
            whole.records.entry((record.kind, record.subject)).or_default().push(record.body);
        }
        whole
    }

    /// Takes the newest records of a kind about a subject into the snapshot: newest first, all of them or the newest
    /// [`RuleFacts::NEWEST`].
    pub fn take_records(&mut self, kind: &str, subject: &str, newest_first: Vec<String>) {
        self.records.insert((kind.to_owned(), subject.to_owned()), newest_first);
    }

    /// Takes all records of a kind about a subject into the snapshot, newest first; more than [`RuleFacts::MOST`] are too
    /// many, and a rule that asks for all of them then gives no answer.
    pub fn take_whole(&mut self, kind: &str, subject: &str, newest_first: Vec<String>) {
        let whole = (newest_first.len() <= Self::MOST as usize).then_some(newest_first);
        self.whole.insert((kind.to_owned(), subject.to_owned()), whole);
    }

    /// Takes a subject's sum of points into the snapshot.
    pub fn take_points(&mut self, subject: &str, sum: i64) {
        self.points.insert(subject.to_owned(), sum);
    }

    /// A subject's sum of points, if it was taken.
    #[must_use]
    pub fn known_points(&self, subject: &str) -> Option<i64> {
        self.points(subject).ok()
    }

    /// The newest records, or the question that nobody has fetched the answer of.
    pub(crate) fn latest(&self, kind: &str, subject: &str, limit: u32) -> Result<Vec<String>, FactQuestion> {
        match (self.records.get(&(kind.to_owned(), subject.to_owned())), self.beyond) {
            (Some(bodies), _) => Ok(bodies.iter().take(limit as usize).cloned().collect()),
            (None, Beyond::Nothing { .. }) => Ok(Vec::new()),
            (None, Beyond::NotTaken) => {
                Err(FactQuestion::Records { kind: kind.to_owned(), subject: subject.to_owned() })
            }
        }
    }

    /// All records, or none where there are too many; or the question that nobody has fetched the answer of.
    pub(crate) fn whole_of(&self, kind: &str, subject: &str) -> Result<Option<Vec<String>>, FactQuestion> {
        let about = (kind.to_owned(), subject.to_owned());
        match (self.whole.get(&about), self.records.get(&about), self.beyond) {
            (Some(whole), ..) => Ok(whole.clone()),
            (None, Some(bodies), Beyond::Nothing { .. }) => Ok(Some(bodies.clone())),
            (None, None, Beyond::Nothing { .. }) => Ok(Some(Vec::new())),
            (None, _, Beyond::NotTaken) => {
                Err(FactQuestion::Whole { kind: kind.to_owned(), subject: subject.to_owned() })
            }
        }
    }

    /// The sum of points, or the question that nobody has fetched the answer of.
    pub(crate) fn points(&self, subject: &str) -> Result<i64, FactQuestion> {
        match (self.points.get(subject), self.beyond) {
            (Some(sum), _) => Ok(*sum),
            (None, Beyond::Nothing { points }) => Ok(points),
            (None, Beyond::NotTaken) => Err(FactQuestion::Points { subject: subject.to_owned() }),
        }
    }
}

/// The snapshot of one community that the gates answer from.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Shared by all rules; each sees what its manifest asked for.
    pub roster: Arc<RosterFacts>,
    /// Kept by each rule, under the rule's manifest name. Of a rule that is not here nothing was taken.
    pub rules: BTreeMap<String, Arc<RuleFacts>>,
}

/// One question a rule asked and what the host answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "kebab-case", deny_unknown_fields)]
pub enum FactRead {
    /// `roster.count`.
    Count {
        /// Which count.
        name: String,
        /// The figure.
        value: u64,
    },
    /// `roster.household-adults`.
    HouseholdAdults {
        /// Which household.
        household: String,
        /// None when there is no such household.
        value: Option<u32>,
    },
    /// `records.latest`.
    Records {
        /// Record kind.
        kind: String,
        /// Household or person.
        subject: String,
        /// At most how many.
        limit: u32,
        /// JSON bodies, newest first.
        bodies: Vec<String>,
    },
    /// `records.whole`.
    Whole {
        /// Record kind.
        kind: String,
        /// Household or person.
        subject: String,
        /// JSON bodies, newest first; none when there were too many, which ended the answer.
        bodies: Option<Vec<String>>,
    },
    /// `records.points-total`.
    PointsTotal {
        /// Household or person.
        subject: String,
        /// The sum.
        value: i64,
    },
}
