//! The town dashboard.

use super::account::AccountLine;
use super::common::CommunityKind;
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
