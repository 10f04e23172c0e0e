//! The staff desk, roster, bodies, new suggestion.

use yishi_views::{AdvisoryView, BodyView, RosterFault, RosterReport, RuleSummary};

use super::common::{Citation, Link, Tone};
use super::form::Form;

/// One thing to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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

/// What the import found.
#[derive(Debug, Clone)]
pub struct ImportReport {
    pub report: RosterReport,
    /// What a clerk should know before importing: whom the roster knows otherwise, and whom the file leaves out.
    pub notes: Vec<String>,
    /// The form that imports for real; after a trial import without errors.
    pub confirm: Option<Form>,
}

/// Bad rows shown; the others are counted.
const BAD_ROWS: usize = 200;

impl ImportReport {
    pub(crate) fn bad(&self) -> impl Iterator<Item = &RosterFault> {
        self.report.errors.iter().take(BAD_ROWS)
    }

    /// How many rows cannot be taken. A fault of the file as a whole is one.
    pub(crate) fn bad_rows(&self) -> u64 {
        let RosterReport { rows, persons, error_count, .. } = self.report;
        rows.saturating_sub(persons).max(usize::from(error_count > 0)) as u64
    }
}

/// The roster: figures and import.
#[derive(Debug, Clone)]
pub struct RosterPage {
    pub persons: u64,
    pub households: u64,
    pub adults: u64,
    pub non_local: u64,
    /// Columns the file must have, in order, with an explanation each.
    pub columns: Vec<(String, String)>,
    pub upload: Form,
    /// What may be entered for one person.
    pub changes: Vec<Form>,
    /// Of the last upload.
    pub report: Option<ImportReport>,
}

/// A body, with what the reader may do about its seats.
#[derive(Debug, Clone)]
pub struct BodyDetail {
    pub body: BodyView,
    /// Ends each seat, in the order of the members.
    pub ends: Vec<Option<Form>>,
    /// Seats members.
    pub form: Option<Form>,
}

impl BodyDetail {
    /// What an advisory rests on.
    pub(crate) fn by(&self, advisory: &AdvisoryView) -> [Citation; 1] {
        let (source, id) = (advisory.basis.clone(), advisory.code.clone());
        [Citation { source, id, text: None, href: None, law: false }]
    }
}

/// Bodies and members.
#[derive(Debug, Clone)]
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
