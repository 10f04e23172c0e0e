//! 规则说明 (the manifest inside a component): name, text, settings, scenarios, and what it asks for.
//!
//! The format is `schemas/json/plugin-manifest.schema.json`; [`parse`] holds a manifest against it, and
//! against what a schema cannot say: ids are unique, scenarios name articles that exist, gates are
//! exports of the kind.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::call::Export;
use crate::limits::ResourceClass;
use crate::scenario::Scenario;
use crate::wire::{CommunityKind, RuleKind, Words};

/// Text by language; `zh-CN` is the source text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Localized(pub BTreeMap<String, String>);

impl Localized {
    /// The Chinese text.
    #[must_use]
    pub fn zh(&self) -> &str {
        self.0.get("zh-CN").map_or("", String::as_str)
    }

    /// The English text, or the Chinese one.
    #[must_use]
    pub fn en(&self) -> &str {
        self.0.get("en").map_or_else(|| self.zh(), String::as_str)
    }

    /// Both.
    #[must_use]
    pub fn words(&self) -> Words {
        Words::new(self.zh(), self.en())
    }
}

/// 条 (one article).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Article {
    /// Permanent id.
    pub id: String,
    /// Its text.
    pub text: Localized,
}

/// 章 (a heading of the rule text).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heading {
    /// One of the charter's five headings or an implementation rule's four facets; free for regulations.
    pub id: String,
    /// Its title.
    pub title: Localized,
    /// Its articles.
    pub articles: Vec<Article>,
}

/// 设置 (what a community may choose).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingsSpec {
    /// JSON Schema 2020-12.
    pub schema: Value,
    /// What holds where nothing was chosen.
    pub defaults: Value,
}

/// 带名称的代码 (a code of the rule's own, with what people call it).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// The code.
    pub code: String,
    /// Its title, in both languages.
    pub title: Localized,
}

impl Named {
    /// The title in both languages.
    #[must_use]
    pub fn words(&self) -> Words {
        self.title.words()
    }
}

/// A kind of record the rule keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordKind {
    /// Its id.
    pub kind: String,
    /// Its title.
    pub title: Localized,
    /// JSON Schema of its body.
    pub schema: Value,
}

/// 办件对象 (whom cases of a kind are about).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// A household or a person.
    #[default]
    Either,
    /// 户.
    Household,
    /// 人.
    Person,
    /// 全村(社区): nobody in particular.
    Community,
}

/// A kind of case the rule handles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseKind {
    /// Its id.
    pub kind: String,
    /// Its title.
    pub title: Localized,
    /// Whom it is about.
    #[serde(default, skip_serializing_if = "is_either")]
    pub about: About,
    /// JSON Schema of its form.
    pub form: Value,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_either(about: &About) -> bool {
    *about == About::Either
}

/// 事项表单 (what the rule asks of a matter: in its proposal, and in the report on its outcome).
///
/// It says what pages ask people for. What a matter must say is still the rule's answer at its gates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatterForm {
    /// One of the rule's domains; none for a charter, which speaks to all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// JSON Schema of the proposal's form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<Value>,
    /// JSON Schema of the evidence that goes with the outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Value>,
}

/// 规则说明 (the manifest).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Format, 1.
    pub manifest: u32,
    /// Permanent name.
    pub name: String,
    /// Semantic version.
    pub version: String,
    /// Who publishes it.
    pub publisher: String,
    /// Which kind, hence which world.
    pub kind: RuleKind,
    /// Version of the WIT it was built against.
    pub wit: String,
    /// Kinds of community it suits.
    pub communities: Vec<CommunityKind>,
    /// Languages of its texts.
    pub languages: Vec<String>,
    /// Title.
    pub title: Localized,
    /// One paragraph for people who decide whether to adopt it.
    pub summary: Localized,
    /// 条文.
    pub headings: Vec<Heading>,
    /// Settings.
    pub settings: SettingsSpec,
    /// Domains it speaks to.
    pub domains: Vec<Named>,
    /// Gates it wants to be asked at.
    pub gates: Vec<Export>,
    /// Roster facts it needs to see.
    #[serde(default)]
    pub roster: Vec<String>,
    /// Record kinds.
    #[serde(default)]
    pub records: Vec<RecordKind>,
    /// Case kinds.
    #[serde(default)]
    pub cases: Vec<CaseKind>,
    /// Stages its cases go through.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<Named>,
    /// Measures its outcomes hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<Named>,
    /// What it asks of matters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matters: Vec<MatterForm>,
    /// Resource class.
    #[serde(default)]
    pub resources: ResourceClass,
    /// Scenarios.
    pub scenarios: Vec<Scenario>,
}

impl Manifest {
    /// All articles, in order.
    pub fn articles(&self) -> impl Iterator<Item = &Article> {
        self.headings.iter().flat_map(|heading| &heading.articles)
    }

    /// One article.
    #[must_use]
    pub fn article(&self, id: &str) -> Option<&Article> {
        self.articles().find(|article| article.id == id)
    }

    /// The codes of the domains it speaks to.
    #[must_use]
    pub fn domain_codes(&self) -> Vec<String> {
        self.domains.iter().map(|domain| domain.code.clone()).collect()
    }

    /// Whether it speaks to this domain by name.
    #[must_use]
    pub fn names_domain(&self, code: &str) -> bool {
        self.domains.iter().any(|domain| domain.code == code)
    }

    /// Whether it wants to be asked at a gate.
    #[must_use]
    pub fn answers_at(&self, export: Export) -> bool {
        export == Export::ValidateSettings || self.gates.contains(&export)
    }
}

/// 规则领域: the domain of the matters that adopt, replace and repeal rules. No rule may declare it: a rule that forbids
/// its own repeal, or two that protect each other, would lock a community. A charter declares no domain at all.
pub const RESERVED_DOMAIN: &str = "rules";

const SCHEMA: &str = include_str!("../../../schemas/json/plugin-manifest.schema.json");
const SCENARIO_SCHEMA: &str = include_str!("../../../schemas/json/scenario.schema.json");

/// Why a manifest is not taken.
#[derive(Debug)]
pub(crate) enum Fault {
    /// It is not what its schema says, or contradicts itself.
    Invalid(String),
    /// It holds characters that hide or turn text; nothing of it may be shown.
    Hidden(String),
}

impl From<String> for Fault {
    fn from(fault: String) -> Self {
        Self::Invalid(fault)
    }
}

/// Reads a manifest and holds it against its schema and against itself.
///
/// # Errors
/// The first fault, with where it is.
pub(crate) fn parse(bytes: &[u8]) -> Result<Manifest, Fault> {
    let value = crate::json::strict(bytes)?;
    if let Some((at, c)) = crate::text::forbidden_in(&value) {
        return Err(Fault::Hidden(format!("`{at}` holds U+{:04X}", c as u32)));
    }
    if let Some(fault) = crate::json::first_fault(schema()?, &value) {
        return Err(fault.into());
    }
    let manifest: Manifest = serde_json::from_value(value).map_err(|error| error.to_string())?;
    consistent(&manifest)?;
    Ok(manifest)
}

/// The manifest's schema, built once; the scenario's schema is embedded in it under its own `$id`.
fn schema() -> Result<&'static jsonschema::Validator, String> {
    static BUILT: OnceLock<Result<jsonschema::Validator, String>> = OnceLock::new();
    BUILT
        .get_or_init(|| {
            crate::json::validator_with(&parse_own(SCHEMA)?, "scenario-document", parse_own(SCENARIO_SCHEMA)?)
        })
        .as_ref()
        .map_err(Clone::clone)
}

fn parse_own(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

fn consistent(manifest: &Manifest) -> Result<(), String> {
    let mut articles = BTreeSet::new();
    for article in manifest.articles() {
        if !articles.insert(article.id.as_str()) {
            return Err(format!("article `{}` is there twice", article.id));
        }
    }
    unique("heading", manifest.headings.iter().map(|heading| heading.id.as_str()))?;
    unique("domain", manifest.domains.iter().map(|domain| domain.code.as_str()))?;
    unique("stage", manifest.stages.iter().map(|stage| stage.code.as_str()))?;
    unique("measure", manifest.measures.iter().map(|measure| measure.code.as_str()))?;
    unique("record kind", manifest.records.iter().map(|record| record.kind.as_str()))?;
    unique("case kind", manifest.cases.iter().map(|case| case.kind.as_str()))?;
    unique("scenario", manifest.scenarios.iter().map(|scenario| scenario.id.as_str()))?;
    unique("matter form", manifest.matters.iter().map(|matter| matter.domain.as_deref().unwrap_or("*")))?;
    for domain in manifest.matters.iter().filter_map(|matter| matter.domain.as_ref()) {
        if !manifest.names_domain(domain) {
            return Err(format!("a matter form is for domain `{domain}`, to which the rule does not speak"));
        }
    }
    let exports = Export::of(manifest.kind);
    for gate in &manifest.gates {
        if !exports.contains(gate) {
            return Err(format!("gate `{gate}` is not one of a {}", manifest.kind.code()));
        }
    }
    for scenario in &manifest.scenarios {
        if !articles.contains(scenario.article.as_str()) {
            return Err(format!(
                "scenario `{}` illustrates article `{}`, which is not there",
                scenario.id, scenario.article
            ));
        }
        if !exports.contains(&scenario.when.export) {
            return Err(format!(
                "scenario `{}` asks `{}`, which a {} does not answer",
                scenario.id,
                scenario.when.export,
                manifest.kind.code()
            ));
        }
    }
    if manifest.gates.contains(&Export::Handle) && manifest.cases.is_empty() {
        return Err("gate `handle` needs at least one case kind".to_owned());
    }
    if manifest.gates.contains(&Export::Handle) && manifest.stages.is_empty() {
        return Err("gate `handle` needs at least one stage under `stages`".to_owned());
    }
    Ok(())
}

fn unique<'a>(what: &str, ids: impl Iterator<Item = &'a str>) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(format!("{what} `{id}` is there twice"));
        }
    }
    Ok(())
}
