//! The town dashboard.

use yishi_law::CommunityKind;

use super::account::AccountLine;
use super::form::Form;

/// One community's progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommunityProgress {
    /// Name.
    pub name: String,
    /// Its home.
    pub href: String,
    /// Village or urban.
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
    pub failing: Vec<super::common::Link>,
    /// Attestations that wait for the town, each with its page.
    pub attestations: Vec<super::common::Link>,
    /// Filings handed in that the town has not acknowledged, each with its matter.
    pub filings: Vec<super::common::Link>,
    /// What was published this year, the latest first.
    pub published: Vec<PublishedRow>,
}

/// 今年的公布 (a decision or an outcome that was published): on time, or late and how late.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedRow {
    /// Matter.
    pub title: String,
    /// Its page.
    pub href: String,
    /// What was published.
    pub what: String,
    /// The last day on which it was in time.
    pub due: String,
    /// The day it was published.
    pub done: String,
    /// Days late; 0 when it was in time.
    pub days: u64,
}

impl CommunityProgress {
    /// How much of what was published this year was in time.
    #[must_use]
    pub fn published_in_time(&self) -> u64 {
        self.published.iter().filter(|row| row.days == 0).count() as u64
    }

    /// How much was late.
    #[must_use]
    pub fn published_late(&self) -> u64 {
        self.published.iter().filter(|row| row.days > 0).count() as u64
    }
}

/// An overdue disclosure or other duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverdueRow {
    /// Community.
    pub community: String,
    /// Matter.
    pub title: String,
    /// Its page.
    pub href: String,
    /// What is due.
    pub what: String,
    /// Since when.
    pub due: String,
    /// Days late.
    pub days: u64,
}

/// The town dashboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TownPage {
    /// Name of the town.
    pub name: String,
    /// Communities.
    pub communities: Vec<CommunityProgress>,
    /// Overdue, worst first.
    pub overdue: Vec<OverdueRow>,
    /// What a town administrator may do (new community, account, confirm an attestation).
    pub actions: Vec<Form>,
    /// The town's accounts, for those who manage them.
    pub accounts: Vec<AccountLine>,
    /// The next page of them.
    pub accounts_next: Option<String>,
}
