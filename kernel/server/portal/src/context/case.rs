//! Cases: the list, and one of them.

use jiff::civil::Date;
use yishi_deliberation::CaseStatus;
use yishi_views::{CaseEntryView, CaseView};

use super::common::{Fact, Link, Tone};
use super::form::Form;
use crate::lang::Lang;
use crate::phrase::Speak as _;

/// Cases handled under a rule, or about the reader's own household, a page at a time.
#[derive(Debug, Clone)]
pub struct CasesPage {
    /// Whether it is the reader's own list, of all rules.
    pub own: bool,
    /// The rule's title; the community's name on the reader's own list.
    pub title: String,
    /// The rule's page, or the community's.
    pub rule_href: String,
    pub cases: Vec<CaseRow>,
    pub next_href: Option<String>,
}

/// One case: what it was about and what came of it.
#[derive(Debug, Clone)]
pub struct CaseRow {
    pub case: CaseView,
    /// What was asked about, with the rule's title where the list is of several.
    pub kind: String,
    pub href: String,
    /// What should have been done by now.
    pub overdue: Option<String>,
    /// Stage, points, tasks, articles and the rest, each with its label.
    pub facts: Vec<Fact>,
}

impl CaseRow {
    pub fn tone(&self) -> Tone {
        match self.case.status {
            _ if self.overdue.is_some() => Tone::Bad,
            CaseStatus::Waiting => Tone::Active,
            CaseStatus::Handled | CaseStatus::Closed => Tone::Good,
            CaseStatus::Corrected => Tone::Warn,
        }
    }

    /// What the rule says of it.
    pub fn message(&self, lang: Lang) -> &str {
        lang.said(&self.case.outcome["message"])
    }
}

/// One case with all that became of it.
#[derive(Debug, Clone)]
pub struct CasePage {
    pub row: CaseRow,
    /// The rule it is handled under.
    pub rule: Link,
    /// The list it stands in.
    pub list: Link,
    /// What became of it, oldest first.
    pub entries: Vec<CaseEntry>,
    pub actions: Vec<Form>,
    pub today: Date,
}

/// One thing that happened to a case, with what was entered and decided.
#[derive(Debug, Clone)]
pub struct CaseEntry {
    pub entry: CaseEntryView,
    pub facts: Vec<Fact>,
}

impl CaseEntry {
    /// Reasons, what was done, or what the rule said.
    pub fn text(&self, lang: Lang) -> Option<&str> {
        let said = || self.entry.outcome.as_ref().map(|outcome| lang.said(&outcome["message"]));
        self.entry.text.as_deref().or_else(said)
    }
}
