//! The staff desk, roster, bodies, new suggestion.

use super::common::{Citation, Link, Tone};
use super::form::Form;

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TodoItem {
    /// Title of the matter.
    pub title: String,
    /// Number.
    pub number: String,
    /// Where to do it.
    pub href: String,
    /// Next step, in a few words.
    pub next: String,
    /// Who must act.
    pub who: String,
    /// Due date.
    pub due: Option<String>,
    /// What should have been done by now.
    pub overdue: Option<String>,
    /// How pressing.
    pub tone: Tone,
}

/// Things to do, by who must act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TodoGroup {
    /// Heading, such as `待我办理`.
    pub title: String,
    /// Items.
    pub items: Vec<TodoItem>,
}

/// 筹备事项 (one of the things a community needs before it can decide anything).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckItem {
    /// What.
    pub text: String,
    /// Why, or how far it is.
    pub note: String,
    /// Where it is done; `None` when it is somebody else's to do.
    pub href: Option<String>,
    /// Whether it is there.
    pub done: bool,
}

/// The staff desk.
#[derive(Debug, Clone)]
pub struct DeskPage {
    /// What is still missing before the community can decide anything; empty once everything is there.
    pub checklist: Vec<CheckItem>,
    /// What to do.
    pub groups: Vec<TodoGroup>,
    /// Meetings to keep.
    pub meetings: Vec<super::community::MeetingCard>,
    /// Roster page, for those who may see it.
    pub roster_href: Option<String>,
    /// Accounts of residents, for those who manage them.
    pub accounts_href: Option<String>,
    /// Bodies page.
    pub bodies_href: String,
    /// Every meeting.
    pub meetings_href: String,
    /// Rules and shelf.
    pub shelf_href: String,
    /// New suggestion, for those who may make one.
    pub suggest_href: Option<String>,
    /// Convene a meeting and the like.
    pub actions: Vec<Form>,
    /// Why no meeting can be called now, and what comes first, for whoever calls them.
    pub cannot_convene: Option<String>,
    /// Failures of a rule plugin that hold a matter, in words.
    pub alarms: Vec<Link>,
    /// Attestations that wait for the town.
    pub attestations: Vec<Link>,
}

/// A row of the import that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// Line in the file.
    pub line: u64,
    /// Column heading.
    pub column: String,
    /// What stood there.
    pub value: String,
    /// What is wrong and how to mend it.
    pub problem: String,
}

/// What the import found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportReport {
    /// Nothing was written yet.
    pub dry_run: bool,
    /// Persons that are new.
    pub added: u64,
    /// Persons that would change.
    pub changed: u64,
    /// Unchanged.
    pub unchanged: u64,
    /// Households.
    pub households: u64,
    /// Rows that cannot be taken.
    pub bad_rows: u64,
    /// What is wrong with them; of a bad file only the first.
    pub bad: Vec<BadRow>,
    /// What else has to be known before importing: people known otherwise, or not in the file.
    pub notes: Vec<String>,
    /// Imports the same file for good; `None` when there are bad rows.
    pub confirm: Option<Form>,
}

/// The roster page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterPage {
    /// Persons on the roster.
    pub persons: u64,
    /// Households.
    pub households: u64,
    /// Adults today.
    pub adults: u64,
    /// Registered elsewhere.
    pub non_local: u64,
    /// Column headings the file must have, in order, with an explanation each.
    pub columns: Vec<(String, String)>,
    /// An empty file to fill in.
    pub template_href: Option<String>,
    /// Upload form.
    pub upload: Form,
    /// What may be entered for one person.
    pub changes: Vec<Form>,
    /// Report of the last upload.
    pub report: Option<ImportReport>,
}

/// 提示 (advisory): the seed says `一般`, `左右`, `原则上`; informs, never blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advisory {
    /// What it says.
    pub text: String,
    /// The basis.
    pub by: Vec<Citation>,
    /// Reason on record for departing from it.
    pub reason: Option<String>,
}

/// A seat with its term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodySeat {
    /// Name.
    pub name: String,
    /// Office.
    pub office: String,
    /// Term in words.
    pub term: String,
    /// Party member, where that is public (council).
    pub party_member: Option<bool>,
    /// Ends the seat.
    pub form: Option<Form>,
}

/// A body with its seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyDetail {
    /// Name.
    pub name: String,
    /// Anchor on the page.
    pub id: String,
    /// Seats.
    pub seats: Vec<BodySeat>,
    /// Advisories.
    pub advisories: Vec<Advisory>,
    /// Seat a member.
    pub form: Option<Form>,
}

/// Bodies and members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodiesPage {
    /// Bodies.
    pub bodies: Vec<BodyDetail>,
}

/// A new suggestion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestPage {
    /// The form; `None` when the reader must sign in first. See [`crate::forms::suggest`].
    pub form: Option<Form>,
    /// Where to sign in.
    pub sign_in_href: Option<String>,
}
