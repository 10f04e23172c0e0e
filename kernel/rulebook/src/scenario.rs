//! 情景 (scenarios): given, when, then, each bound to the article it illustrates.
//!
//! The SDK runs them natively, the kernel in the real host; defaults and matching follow
//! `schemas/json/scenario.schema.json`, and both sides run its golden cases.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::call::Export;
use crate::manifest::Localized;
use crate::wire::CommunityKind;

/// 情景 (one scenario).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Permanent within the plugin.
    pub id: String,
    /// Title.
    pub title: Localized,
    /// The article it illustrates.
    pub article: String,
    /// The situation.
    #[serde(default)]
    pub given: Given,
    /// What is asked.
    pub when: When,
    /// A subset of the answer.
    pub then: Value,
}

/// 设 (the situation).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Given {
    /// Figures of the community.
    #[serde(default)]
    pub community: GivenCommunity,
    /// Laid over the default settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<Value>,
    /// The date whose law applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub law_date: Option<String>,
    /// The day of the act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub today: Option<String>,
    /// Roster facts.
    #[serde(default)]
    pub roster: GivenRoster,
    /// The plugin's own records, newest first.
    #[serde(default)]
    pub records: Vec<GivenRecord>,
    /// What `points-total` answers.
    #[serde(default)]
    pub points: i64,
}

/// Figures of the community; those not written take defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct GivenCommunity {
    /// Which kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<CommunityKind>,
    /// Adults.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adults: Option<u64>,
    /// Households.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub households: Option<u64>,
    /// Representatives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub representatives: Option<u64>,
    /// Council members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub council_members: Option<u64>,
}

/// Roster facts of the situation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct GivenRoster {
    /// Named counts.
    #[serde(default)]
    pub counts: BTreeMap<String, u64>,
    /// Adults of households.
    #[serde(default)]
    pub household_adults: BTreeMap<String, u32>,
}

/// A record of the situation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenRecord {
    /// Record kind.
    pub kind: String,
    /// About whom.
    #[serde(default = "household_one")]
    pub subject: String,
    /// Its body.
    pub body: Value,
}

/// 当 (what is asked).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// Which function.
    pub export: Export,
    /// Its parameters by WIT name, without `ctx`.
    pub input: Value,
}

/// The dates of a scenario that names none.
pub(crate) const DEFAULT_DATE: &str = "2026-03-02";

fn household_one() -> String {
    "household-1".to_owned()
}

/// The parameters with the defaults of the schema filled in and JSON values folded into the strings of the WIT.
pub(crate) fn complete_input(export: Export, input: &Value, today: &str, default_settings: &Value) -> Value {
    let mut input = input.clone();
    match export {
        Export::Classify => fill(&mut input, "matter", complete_matter),
        Export::Terms => fill(&mut input, "query", |query| {
            fill(query, "matter", complete_matter);
            defaults(query, json!({"step": "resolve", "mode": "persons"}));
        }),
        Export::Admit => fill(&mut input, "person", |person| {
            defaults(
                person,
                json!({"age": 40, "local-registration": true, "resident-months": 120, "party-member": false, "household-head": false}),
            );
        }),
        Export::Vet => fill(&mut input, "candidate", |candidate| {
            defaults(
                candidate,
                json!({"kind": "implementation-rule", "name": "candidate", "domains": [], "articles": [], "settings": {}}),
            );
            fold(candidate, "settings");
        }),
        Export::Check => fill(&mut input, "transition", |transition| {
            fill(transition, "matter", complete_matter);
            defaults(transition, json!({"evidence": {}}));
            fold(transition, "evidence");
        }),
        Export::Handle | Export::Appraise => fill(&mut input, "event", |event| {
            defaults(event, json!({"subject": "household-1", "on": today, "form": {}}));
            fold(event, "form");
        }),
        Export::ValidateSettings => {
            if let Value::Object(fields) = &mut input {
                let mut settings = default_settings.clone();
                if let Some(patch) = fields.get("settings") {
                    crate::json::merge(&mut settings, patch);
                }
                fields.insert("settings".to_owned(), settings);
            }
            fold(&mut input, "settings");
        }
    }
    input
}

fn complete_matter(matter: &mut Value) {
    defaults(
        matter,
        json!({"domain": "general", "subjects": [], "class": "ordinary", "amount-fen": null, "per-household-fen": null, "form": {}}),
    );
    fold(matter, "form");
}

fn fill(value: &mut Value, key: &str, complete: impl FnOnce(&mut Value)) {
    if let Value::Object(fields) = value {
        complete(fields.entry(key).or_insert_with(|| json!({})));
    }
}

fn defaults(value: &mut Value, defaults: Value) {
    if let (Value::Object(fields), Value::Object(defaults)) = (value, defaults) {
        for (key, default) in defaults {
            fields.entry(key).or_insert(default);
        }
    }
}

fn fold(value: &mut Value, key: &str) {
    if let Some(field) = value.get_mut(key)
        && !field.is_string()
    {
        *field = Value::String(field.to_string());
    }
}

/// Whether an answer contains what is expected, by the rule written in the schema.
#[must_use]
pub(crate) fn matches(expected: &Value, actual: &Value) -> bool {
    match (expected, actual) {
        (Value::Object(_) | Value::Array(_), Value::String(text)) => serde_json::from_str::<Value>(text)
            .is_ok_and(|inner| !inner.is_string() && matches(expected, &inner)),
        (Value::Object(wanted), Value::Object(found)) => {
            wanted.iter().all(|(key, value)| matches(value, found.get(key).unwrap_or(&Value::Null)))
        }
        (Value::Array(wanted), Value::Array(found)) => {
            if wanted.is_empty() {
                found.is_empty()
            } else {
                wanted.iter().all(|item| found.iter().any(|candidate| matches(item, candidate)))
            }
        }
        _ => expected == actual,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_golden_cases_of_the_schema_hold() {
        let golden: Value =
            serde_json::from_str(include_str!("../../../schemas/json/examples/scenario-matching.json"))
                .expect("golden file is JSON");
        let cases = golden["cases"].as_array().expect("cases");
        assert!(cases.len() > 10);
        for case in cases {
            assert_eq!(
                matches(&case["expected"], &case["actual"]),
                case["matches"].as_bool().expect("a verdict"),
                "{}",
                case["name"]
            );
        }
    }

    #[test]
    fn defaults_fill_what_a_scenario_leaves_out() {
        let input = complete_input(
            Export::Check,
            &json!({"transition": {"step": "resolve", "body": "council", "evidence": {"b": 1, "a": 2}}}),
            DEFAULT_DATE,
            &json!({}),
        );
        assert_eq!(input["transition"]["evidence"], r#"{"a":2,"b":1}"#);
        assert_eq!(input["transition"]["matter"]["domain"], "general");
        assert_eq!(input["transition"]["matter"]["form"], "{}");
    }
}
