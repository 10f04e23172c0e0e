//! Charters, implementation rules, regulations; the shelf.

use yishi_deliberation::RuleStatus;
use yishi_law::RuleKind;

use super::common::{Citation, Link};
use super::decision::Finding;
use super::form::Form;
use super::matter::Consultation;

/// One article with the scenarios that illustrate it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Permanent id (`Z12`); also the anchor.
    pub id: String,
    /// Heading such as `第十二条`; may be empty.
    pub heading: String,
    /// Text.
    pub text: String,
    /// Examples a resident can read.
    pub scenarios: Vec<Scenario>,
    /// Clause review notes on this article.
    pub notes: Vec<ClauseNote>,
}

/// Articles under one heading (charter) or facet (rule).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleGroup {
    /// Heading, such as `议事规则`.
    pub title: String,
    /// Articles.
    pub articles: Vec<Article>,
}

/// An example: given, when, then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// Title.
    pub title: String,
    /// 假设.
    pub given: Vec<String>,
    /// 当.
    pub when: String,
    /// 那么.
    pub then: Vec<String>,
    /// Result of the last run in the real host; `None` when not run.
    pub passed: Option<bool>,
}

/// A setting in plain words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Title from the schema.
    pub label: String,
    /// Value as shown.
    pub value: String,
    /// Whether it differs from the plugin's default, and what that is.
    pub default: Option<String>,
    /// Explanation from the schema.
    pub hint: Option<String>,
}

/// How and when it was adopted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Adoption {
    /// Not adopted yet.
    NotYet,
    /// Voted here.
    Voted {
        /// The finding.
        finding: Box<Finding>,
        /// The matter.
        matter: Link,
    },
    /// 认证录入 (attested, ruling R15): adopted on paper before the product came.
    Attested {
        /// The body that adopted it.
        body: String,
        /// When.
        date: String,
        /// Counts in words.
        counts: String,
        /// Who entered it.
        entered_by: String,
        /// Who confirmed it for the town; `None` while waiting.
        confirmed_by: Option<String>,
        /// Digest of the scanned minutes.
        minutes_digest: String,
    },
}

/// Stages of a rule's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LifeStage {
    /// 上架.
    Shelved,
    /// 起草.
    Drafted,
    /// 征求意见.
    Consulted,
    /// 表决.
    Voted,
    /// 备案.
    Filed,
    /// 颁布.
    Promulgated,
    /// 施行.
    InForce,
    /// 替代或废止.
    Ended,
}

/// One stage with its date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LifeStep {
    /// Which.
    pub stage: LifeStage,
    /// When; `None` while it has not happened.
    pub date: Option<String>,
}

/// Where the rule demands more than the law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BeyondLaw {
    /// What about (`代表会议法定人数`).
    pub what: String,
    /// For which amounts and matters only; `None` where for all.
    pub when: Option<String>,
    /// What the law demands.
    pub law: String,
    /// What this rule demands.
    pub here: String,
    /// Article of the rule.
    pub article: String,
    /// Article of law.
    pub by: Option<Citation>,
}

/// 条款审查 (clause review): a clause the law does not allow, or that deserves care.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClauseNote {
    /// Article of the rule.
    pub article: String,
    /// The words in question.
    pub quote: String,
    /// What is wrong.
    pub problem: String,
    /// The law against it.
    pub by: Vec<Citation>,
}

/// The rule page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulePage {
    /// Title.
    pub title: String,
    /// Kind.
    pub kind: RuleKind,
    /// Version.
    pub version: String,
    /// Who publishes the plugin.
    pub publisher: String,
    /// One-paragraph summary.
    pub summary: String,
    /// Status.
    pub status: RuleStatus,
    /// In force since, or from.
    pub effective: Option<String>,
    /// Reason, when suspended, rejected or ended.
    pub status_note: Option<String>,
    /// SHA-256 of the component.
    pub digest: String,
    /// SHA-256 of the settings.
    pub settings_digest: String,
    /// Domains in words.
    pub domains: Vec<String>,
    /// What the rule may read and when it is asked, in words.
    pub rights: Vec<String>,
    /// Articles.
    pub groups: Vec<ArticleGroup>,
    /// Settings.
    pub settings: Vec<Setting>,
    /// What it demands beyond the law; says nothing where it did not answer.
    pub beyond: Vec<BeyondLaw>,
    /// That not every amount could be asked about, and how much was not.
    pub cut_off: Option<String>,
    /// What it may demand or say where nothing can be compared.
    pub gates: Vec<GateNote>,
    /// That it did not answer, and what to make of that.
    pub unanswered: Option<String>,
    /// What would be different from what is in force here now; for one that is not in force yet.
    pub effects: Option<Effects>,
    /// That it gave no usable answer when a step asked it, and nothing has been done about it yet.
    pub failing: Option<String>,
    /// Notes that are not about one article.
    pub notes: Vec<ClauseNote>,
    /// Its life.
    pub life: Vec<LifeStep>,
    /// Adoption.
    pub adoption: Adoption,
    /// Consultation.
    pub consultation: Option<Consultation>,
    /// What the reader may do.
    pub actions: Vec<Form>,
    /// What its outcomes publish, newest first.
    pub notices: Vec<RuleNotice>,
    /// The cases handled under it, for those who may see them.
    pub cases_href: Option<String>,
    /// The list of what was handled about the reader's own household; `None` for whoever is no resident.
    pub own_cases_href: Option<String>,
    /// Download of the component.
    pub component_href: Option<String>,
}

/// 关口 (something a rule may do beyond what can be compared), with the articles to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateNote {
    /// What it may do.
    pub text: String,
    /// The articles, each where it stands on the page.
    pub articles: Vec<Link>,
}

/// 采用后的变化 (what would be different from what is in force here now, what is lost included).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effects {
    /// One change a row: settings first, then what is demanded of meetings and votes.
    pub rows: Vec<EffectRow>,
    /// Articles that would be new, gone or otherwise, a line each.
    pub text: Vec<String>,
    /// That not everything could be compared, and how much was not.
    pub cut_off: Option<String>,
    /// What would end, each with its page.
    pub ends: Vec<Link>,
}

impl Effects {
    /// Whether text, settings and every answer are the same: only then nothing would be different.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.rows.is_empty() && self.text.is_empty() && self.cut_off.is_none()
    }
}

/// One change: what holds now, and what would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectRow {
    /// Whom and what it concerns.
    pub what: String,
    /// For which matters only; `None` where it holds for all.
    pub when: Option<String>,
    /// What holds now; `None` where nothing does.
    pub before: Option<String>,
    /// What would hold; `None` where it would be lost.
    pub after: Option<String>,
    /// The rule's articles.
    pub article: String,
}

/// A text that the outcome of a case publishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleNotice {
    /// Element id.
    pub id: String,
    /// What people read.
    pub text: String,
    /// First day.
    pub first: String,
    /// Last day.
    pub last: String,
    /// Articles of the rule.
    pub articles: String,
}

/// Rules of a community, and the shelf for staff and town.
#[derive(Debug, Clone)]
pub struct ShelfPage {
    /// In force or suspended.
    pub rules: Vec<super::community::RuleCard>,
    /// On their way: drafted, consulted or voted on, adopted and not yet in force.
    pub making: Vec<super::community::RuleCard>,
    /// Superseded, repealed, withdrawn or voted down.
    pub ended: Vec<super::community::RuleCard>,
    /// On the shelf, not adopted; empty for the public.
    pub shelf: Vec<ShelfItem>,
    /// Upload form; `None` for the public.
    pub upload: Option<Form>,
    /// Report on the component just uploaded.
    pub report: Option<ShelfReport>,
    /// Other forms (attest, confirm an attestation).
    pub actions: Vec<Form>,
}

/// A component on the shelf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShelfItem {
    /// Title.
    pub title: String,
    /// Kind.
    pub kind: RuleKind,
    /// Version.
    pub version: String,
    /// Who publishes it.
    pub publisher: String,
    /// Digest.
    pub digest: String,
    /// When and by whom it was put there.
    pub placed: String,
    /// Its text: it is read before it is drafted.
    pub groups: Vec<ArticleGroup>,
    /// Begins a draft from it; enters it as adopted on paper.
    pub forms: Vec<Form>,
    /// What would be different from what is in force here now.
    pub effects: Effects,
    /// That it did not answer.
    pub unanswered: Option<String>,
}

/// What the shelf checks found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShelfReport {
    /// Whether it may stay on the shelf.
    pub accepted: bool,
    /// Stable code of the refusal.
    pub code: Option<String>,
    /// Title from the manifest, or the file's name when there is none.
    pub title: String,
    /// Digest.
    pub digest: Option<String>,
    /// In one sentence.
    pub summary: String,
    /// What only the rule's author can use: which import, section or offset.
    pub author: Option<String>,
    /// Floor or charter breaches, each with what was declared and the article.
    pub breaches: Vec<BeyondLaw>,
    /// Scenarios run in the real host.
    pub scenarios_run: u64,
    /// Of them passed.
    pub scenarios_passed: u64,
    /// The ones that failed, with the difference.
    pub failures: Vec<Scenario>,
    /// Rights it asks for.
    pub rights: Vec<String>,
    /// What would be different from what is in force here now, if it were adopted; `None` where that is not known.
    pub effects: Option<Effects>,
    /// That it did not answer.
    pub unanswered: Option<String>,
    /// Clause review.
    pub notes: Vec<ClauseNote>,
}
