//! Cases: the list, and one of them.

use super::common::{Fact, Link, Tone};
use super::form::Form;

/// Cases handled under a rule, or about the reader's own household, a page at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CasesPage {
    /// Whether it is the reader's own list, of all rules.
    pub own: bool,
    /// The rule's title; the community's name on the reader's own list.
    pub title: String,
    /// The rule's page, or the community's.
    pub rule_href: String,
    /// Newest first.
    pub cases: Vec<CaseRow>,
    /// Next page.
    pub next_href: Option<String>,
}

/// One case: what it was about and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// Kind in words.
    pub kind: String,
    /// The household or person.
    pub subject: String,
    /// Its page.
    pub href: String,
    /// Where it stands, in a word.
    pub status: String,
    /// How that feels.
    pub tone: Tone,
    /// What should have been done by now.
    pub overdue: Option<String>,
    /// The day it happened.
    pub on: String,
    /// When it was handled.
    pub at: String,
    /// What the rule says of it.
    pub message: String,
    /// Stage, points, tasks, articles and the rest, each with its label.
    pub facts: Vec<Fact>,
    /// What the reader may do with it, each leading to its form.
    pub may: Vec<Link>,
}

/// One case with all that became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CasePage {
    /// The same as in its list.
    pub row: CaseRow,
    /// The rule it is handled under.
    pub rule: Link,
    /// The list it stands in.
    pub list: Link,
    /// Who has it in hand.
    pub assignee: Option<String>,
    /// What was asked of whom.
    pub tasks: Vec<CaseTaskRow>,
    /// What was booked.
    pub points: Vec<CasePointsRow>,
    /// What became of it, oldest first.
    pub entries: Vec<CaseEntryRow>,
    /// What the reader may do.
    pub actions: Vec<Form>,
}

/// A task of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseTaskRow {
    /// What is to be done.
    pub text: String,
    /// Whose it is.
    pub who: String,
    /// The last day.
    pub due: String,
    /// Articles of the rule.
    pub articles: String,
    /// The day it was done.
    pub done: Option<String>,
    /// How late it is.
    pub overdue: Option<String>,
}

/// Points a case booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CasePointsRow {
    /// How many, with their sign.
    pub points: String,
    /// Why.
    pub reason: String,
    /// Articles of the rule.
    pub articles: String,
    /// The day they were taken back.
    pub reversed: Option<String>,
}

/// One thing that happened to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseEntryRow {
    /// What, in words.
    pub what: String,
    /// By whom.
    pub by: String,
    /// When.
    pub at: String,
    /// Reasons, or what was done.
    pub text: Option<String>,
    /// What was entered and decided, each with its label.
    pub facts: Vec<Fact>,
}
