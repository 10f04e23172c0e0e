//! 事实 (what a rule may ask the host while it answers).
//!
//! The caller fetches everything beforehand; a rule's question is answered from this snapshot, so an
//! evaluation does no I/O. `Host::answer`, below all versions of the contract, is the one place that
//! decides what a plugin may see: unset means no.

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

/// What one rule has kept so far in this community.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleFacts {
    /// Newest first.
    pub records: Vec<RecordFact>,
    /// Sum of points by subject.
    pub points: BTreeMap<String, i64>,
    /// The sum for subjects not among `points`, 0 if none: scenarios speak of any subject.
    pub any_points: Option<i64>,
}

/// The snapshot of one community that the gates answer from.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Shared by all rules; each sees what its manifest asked for.
    pub roster: Arc<RosterFacts>,
    /// Kept by each rule, under the rule's manifest name.
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
        /// None when not granted or not known.
        value: Option<u64>,
    },
    /// `roster.household-adults`.
    HouseholdAdults {
        /// Which household.
        household: String,
        /// None when not granted or not known.
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
    /// `records.points-total`.
    PointsTotal {
        /// Household or person.
        subject: String,
        /// The sum.
        value: i64,
    },
}
