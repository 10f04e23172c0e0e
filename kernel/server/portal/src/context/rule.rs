//! Charters, implementation rules, regulations; the shelf.

use yishi_deliberation::RuleStatus;
use yishi_views::{
    AttestationView, EffectView, HeadingView, RuleNoticeView, RuleSummary, RuleView, ShelfView,
    TextDifferenceView,
};

use super::common::Link;
use super::community::RuleCard;
use super::decision::Finding;
use super::form::Form;
use super::matter::Consultation;

/// An example in words: given, when, then.
#[derive(Debug, Clone)]
pub struct Scenario {
    pub title: String,
    pub given: Vec<String>,
    pub when: String,
    pub then: Vec<String>,
    /// What the last run in the real host came to.
    pub passed: bool,
}

/// How and when a rule was adopted.
#[derive(Debug, Clone)]
pub enum Adoption {
    NotYet,
    /// Voted here.
    Voted {
        finding: Box<Finding>,
        matter: Link,
    },
    /// 认证录入 (attested, ruling R15): adopted on paper before the product came.
    Attested {
        paper: AttestationView,
        entered_by: String,
        /// Who confirmed it for the town; `None` while waiting.
        confirmed_by: Option<String>,
    },
}

/// Stages of a rule's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LifeStage {
    Drafted,
    Consulted,
    Voted,
    Filed,
    Promulgated,
    InForce,
    Ended,
}

#[derive(Debug, Clone)]
pub struct LifeStep {
    pub stage: LifeStage,
    /// When; `None` while it has not happened.
    pub date: Option<String>,
}

/// 条款审查 (clause review): a clause the law does not allow, or that deserves care.
#[derive(Debug, Clone)]
pub struct ClauseNote {
    pub article: String,
    /// The words in question.
    pub quote: String,
    pub problem: String,
}

#[derive(Debug, Clone)]
pub struct RulePage {
    pub title: String,
    pub rule: RuleView,
    pub publisher: String,
    pub summary: String,
    pub status: RuleStatus,
    /// That it is suspended, and since when, by whom and why.
    pub suspended: Option<(String, String)>,
    /// Each setting with its value.
    pub settings: Vec<(String, String)>,
    /// Each example with the article that it illustrates.
    pub scenarios: Vec<(String, Scenario)>,
    /// For a rule that is not in force yet.
    pub effects: Option<Effects>,
    pub life: Vec<LifeStep>,
    pub adoption: Adoption,
    pub consultation: Option<Consultation>,
    pub actions: Vec<Form>,
    /// What its outcomes publish, newest first.
    pub notices: Vec<RuleNoticeView>,
    /// The cases handled under it, for those who may see them.
    pub cases_href: Option<String>,
    /// The list of what was handled about the reader's own household; `None` for whoever is no resident.
    pub own_cases_href: Option<String>,
    pub component_href: String,
}

/// 采用后的变化 (what would be different from what is in force here now, what is lost included).
#[derive(Debug, Clone, Default)]
pub struct Effects {
    pub settings: Vec<SettingRow>,
    pub text: Option<TextDifferenceView>,
    /// What is demanded of meetings and votes.
    pub rows: Vec<EffectView>,
    /// How many figures could not be compared.
    pub figures_left: usize,
    pub ends: Vec<RuleSummary>,
}

impl Effects {
    /// Whether text, settings and every answer are the same: only then nothing would be different.
    pub(crate) fn is_nothing(&self) -> bool {
        let same = |text: &TextDifferenceView| {
            !text.new && text.added.is_empty() && text.removed.is_empty() && text.changed.is_empty()
        };
        !self.has_rows() && self.text.as_ref().is_none_or(same) && self.figures_left == 0
    }

    pub(crate) fn has_rows(&self) -> bool {
        !self.settings.is_empty() || !self.rows.is_empty()
    }
}

/// A setting that would be otherwise.
#[derive(Debug, Clone)]
pub struct SettingRow {
    pub title: String,
    /// What holds now; `None` where nothing does.
    pub before: Option<String>,
    /// What would hold; `None` where it would be lost.
    pub after: Option<String>,
}

/// Rules of a community, and the shelf for staff and town.
#[derive(Debug, Clone)]
pub struct ShelfPage {
    /// In force or suspended.
    pub rules: Vec<RuleCard>,
    /// On their way: drafted, consulted or voted on, adopted and not yet in force.
    pub making: Vec<RuleCard>,
    /// Superseded, repealed, withdrawn or voted down.
    pub ended: Vec<RuleCard>,
    /// On the shelf, not adopted; empty for the public.
    pub shelf: Vec<ShelfItem>,
    /// Upload form; `None` for the public.
    pub upload: Option<Form>,
    /// Report on the component just uploaded.
    pub report: Option<ShelfReport>,
}

/// A component on the shelf.
#[derive(Debug, Clone)]
pub struct ShelfItem {
    pub item: ShelfView,
    pub publisher: String,
    /// Its text: it is read before it is drafted.
    pub headings: Vec<HeadingView>,
    pub effects: Effects,
    /// Begins a draft from it; enters it as adopted on paper.
    pub forms: Vec<Form>,
}

/// What the shelf checks found.
#[derive(Debug, Clone, Default)]
pub struct ShelfReport {
    /// Whether it may stay on the shelf.
    pub accepted: bool,
    /// Stable code of the refusal.
    pub code: Option<String>,
    /// Title from the manifest, or the file's name when there is none.
    pub title: String,
    pub digest: Option<String>,
    pub summary: String,
    /// What only the rule's author can use: which import, section or offset.
    pub author: Option<String>,
    /// What was declared below the law or the charter.
    pub breach: Option<String>,
    /// How many scenarios were run in the real host, and how many of them passed.
    pub scenarios: (usize, usize),
    /// The ones that failed, with the difference.
    pub failures: Vec<Scenario>,
    pub rights: Vec<String>,
    pub notes: Vec<ClauseNote>,
}
