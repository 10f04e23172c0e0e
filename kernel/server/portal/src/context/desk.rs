//! The staff desk, roster, bodies, new suggestion.

use yishi_views::RuleSummary;

use super::common::{Citation, Link, Tone};
use super::form::Form;

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TodoItem {
    pub title: String,
    pub number: String,
    /// Where to do it.
    pub href: String,
    /// Next step, in a few words.
    pub next: String,
    /// Who must act.
    pub who: String,
    pub due: Option<String>,
    /// What should have been done by now.
    pub overdue: Option<String>,
    pub tone: Tone,
}

/// Things to do, by who must act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TodoGroup {
    pub title: String,
    pub items: Vec<TodoItem>,
}

/// 筹备事项 (one of the things a community needs before it can decide anything).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckItem {
    pub text: String,
    /// Why, or how far it is.
    pub note: String,
    /// The page of the community where it is done.
    pub page: &'static str,
    pub done: bool,
}

/// The staff desk.
#[derive(Debug, Clone)]
pub struct DeskPage {
    /// What is still missing before the community can decide anything; empty once everything is there.
    pub checklist: Vec<CheckItem>,
    pub groups: Vec<TodoGroup>,
    /// Meetings to keep.
    pub meetings: Vec<super::community::MeetingCard>,
    /// Whether the reader may see the roster, manage accounts, make a suggestion.
    pub roster: bool,
    pub accounts: bool,
    pub suggest: bool,
    /// Convene a meeting and the like.
    pub actions: Vec<Form>,
    /// Whether the reader calls meetings and no matter can be put before one now.
    pub cannot_convene: bool,
    /// Failures of a rule plugin that hold a matter, in words.
    pub alarms: Vec<Link>,
    /// Attestations that wait for the town.
    pub attestations: Vec<RuleSummary>,
}

/// A row of the import that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    pub line: u64,
    pub column: String,
    /// What stood there.
    pub value: String,
    /// What is wrong and how to mend it.
    pub problem: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportReport {
    pub dry_run: bool,
    pub added: u64,
    pub changed: u64,
    pub unchanged: u64,
    pub households: u64,
    pub bad_rows: u64,
    /// What is wrong with them; of a bad file only the first.
    pub bad: Vec<BadRow>,
    /// What else has to be known before importing: people known otherwise, or not in the file.
    pub notes: Vec<String>,
    /// Imports the same file for good; `None` when there are bad rows.
    pub confirm: Option<Form>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterPage {
    pub persons: u64,
    pub households: u64,
    pub adults: u64,
    pub non_local: u64,
    /// Column headings the file must have, in order, with an explanation each.
    pub columns: Vec<(String, String)>,
    /// An empty file to fill in.
    pub template_href: Option<String>,
    pub upload: Form,
    /// What may be entered for one person.
    pub changes: Vec<Form>,
    pub report: Option<ImportReport>,
}

/// 提示 (advisory): the seed says `一般`, `左右`, `原则上`; informs, never blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advisory {
    pub text: String,
    pub by: Vec<Citation>,
    /// Reason on record for departing from it.
    pub reason: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodySeat {
    pub name: String,
    pub office: String,
    /// Term in words.
    pub term: String,
    /// Party member, where that is public (council).
    pub party_member: Option<bool>,
    pub form: Option<Form>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyDetail {
    pub name: String,
    /// Anchor on the page.
    pub id: String,
    pub seats: Vec<BodySeat>,
    pub advisories: Vec<Advisory>,
    pub form: Option<Form>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodiesPage {
    pub bodies: Vec<BodyDetail>,
}

/// A new suggestion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestPage {
    /// `None` when the reader must sign in first.
    pub form: Option<Form>,
    /// Where to sign in.
    pub sign_in_href: Option<String>,
}
