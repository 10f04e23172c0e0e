//! The town dashboard.

use yishi_law::CommunityKind;
use yishi_views::{DutyDoneView, DutyView};

use super::account::AccountLine;
use super::common::Link;
use super::form::Form;

/// One community's progress.
#[derive(Debug, Clone)]
pub struct CommunityProgress {
    pub name: String,
    pub href: String,
    pub kind: CommunityKind,
    /// Open matters at each of the six steps.
    pub at_step: [u64; 6],
    /// Of them major.
    pub major: u64,
    /// Of them being voted on now.
    pub voting: u64,
    /// Finished this year.
    pub completed: u64,
    /// Whether a charter is in force.
    pub charter: bool,
    /// Other rules in force.
    pub rules: u64,
    /// Overdue duties.
    pub overdue: u64,
    /// Rules in force that gave no usable answer, each with its page.
    pub failing: Vec<Link>,
    /// Attestations that wait for the town, each with its page.
    pub attestations: Vec<Link>,
    /// Filings handed in that the town has not acknowledged, each with its matter.
    pub filings: Vec<Link>,
    /// What was published this year, the latest first.
    pub published: Vec<PublishedRow>,
}

/// 今年的公布 (a decision or an outcome that was published): on time, or late and how late.
#[derive(Debug, Clone)]
pub struct PublishedRow {
    /// Of the matter.
    pub title: String,
    pub href: String,
    pub done: DutyDoneView,
}

impl CommunityProgress {
    /// How much of what was published this year was in time.
    pub(crate) fn published_in_time(&self) -> u64 {
        self.published.iter().filter(|row| row.done.days_late == 0).count() as u64
    }

    /// How much was late.
    pub(crate) fn published_late(&self) -> u64 {
        self.published.len() as u64 - self.published_in_time()
    }
}

/// Something overdue.
#[derive(Debug, Clone)]
pub struct OverdueRow {
    pub community: String,
    /// Of the matter, the meeting or the case.
    pub title: String,
    pub href: String,
    pub owed: DutyView,
    /// Days late.
    pub days: u64,
}

/// The town dashboard.
#[derive(Debug, Clone)]
pub struct TownPage {
    pub name: String,
    pub communities: Vec<CommunityProgress>,
    /// Worst first.
    pub overdue: Vec<OverdueRow>,
    /// What a town administrator may do (new community, account, confirm an attestation).
    pub actions: Vec<Form>,
    /// The town's accounts, for those who manage them.
    pub accounts: Vec<AccountLine>,
    pub accounts_next: Option<String>,
}

impl TownPage {
    /// A figure of all communities together.
    pub(crate) fn sum(&self, of: impl Fn(&CommunityProgress) -> u64) -> u64 {
        self.communities.iter().map(of).fold(0, u64::saturating_add)
    }

    pub(crate) fn open(&self) -> u64 {
        self.sum(|c| c.at_step.iter().copied().fold(0, u64::saturating_add))
    }

    pub(crate) fn voting(&self) -> u64 {
        self.sum(|c| c.voting)
    }

    pub(crate) fn completed(&self) -> u64 {
        self.sum(|c| c.completed)
    }

    pub(crate) fn late(&self) -> u64 {
        self.sum(|c| c.overdue)
    }

    /// Whether a rule somewhere gave no usable answer.
    pub(crate) fn has_failing(&self) -> bool {
        self.communities.iter().any(|c| !c.failing.is_empty())
    }

    /// Whether an attestation waits for the town.
    pub(crate) fn waits_for_town(&self) -> bool {
        self.communities.iter().any(|c| !c.attestations.is_empty())
    }

    /// Whether a filing waits for the town's receipt.
    pub(crate) fn waits_for_receipt(&self) -> bool {
        self.communities.iter().any(|c| !c.filings.is_empty())
    }

    /// Whether anything was published this year.
    pub(crate) fn has_published(&self) -> bool {
        self.communities.iter().any(|c| !c.published.is_empty())
    }
}
