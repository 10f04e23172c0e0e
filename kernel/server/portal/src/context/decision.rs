//! A decision's finding, in the terms a resident can check with a pencil.

use yishi_identity::MeetingId;
use yishi_law::{CountingBase, DemandFinding, Threshold};
use yishi_views::DecisionView;

use super::common::Citation;

/// One demand and how it was met; of a coming vote, what it will come to.
#[derive(Debug, Clone)]
pub struct Demand {
    pub found: DemandFinding<Threshold>,
    pub by: Vec<Citation>,
}

/// A ruling (R1 …) the finding relies on where the law is silent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    pub id: String,
    /// What it says, and what it came to here.
    pub text: String,
}

/// A decision with its finding.
#[derive(Debug, Clone)]
pub struct Finding {
    pub decision: DecisionView,
    pub secret: bool,
    /// What the quorum had to be.
    pub quorum: Vec<Demand>,
    /// What was needed to pass.
    pub passes: Vec<Demand>,
    pub rulings: Vec<Ruling>,
    /// The meeting, where the page is not its own.
    pub meeting: Option<MeetingId>,
}

impl Finding {
    /// Ballots cast, spoilt ones included.
    pub(crate) fn cast(&self) -> u64 {
        let count = &self.decision.finding.count;
        [count.yes, count.no, count.abstain, count.spoilt].into_iter().fold(0, u64::saturating_add)
    }

    /// 到会未投: those present who might have voted and did not.
    pub(crate) fn silent(&self) -> u64 {
        self.decision.finding.count.present.saturating_sub(self.cast())
    }

    /// What the votes are shares of: the base of the demand that takes the most votes to pass.
    pub(crate) fn share_base(&self) -> CountingBase {
        self.strictest().map_or(CountingBase::Present, |found| found.demand.base)
    }

    /// The figure of that base.
    pub(crate) fn share_whole(&self) -> u64 {
        self.strictest().map_or(self.decision.finding.count.present, |found| found.of)
    }

    fn strictest(&self) -> Option<&DemandFinding<Threshold>> {
        self.passes.iter().map(|demand| &demand.found).max_by_key(|found| found.needed)
    }
}
