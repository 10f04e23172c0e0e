//! The scenario model: reading one, completing its input, and making the facts it gives.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answering::{Facts, Record};
use super::{Call, Plugin};
use crate::wit;

const DAY: &str = "2026-03-02";
const SUBJECT: &str = "household-1";

/// 情景 (a scenario): given, when, then, bound to the article it illustrates.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Permanent within the plugin.
    pub id: String,
    /// What it shows, by language.
    pub title: BTreeMap<String, String>,
    /// The article it illustrates.
    pub article: String,
    /// The circumstances.
    #[serde(default)]
    pub given: Given,
    /// The question.
    pub when: When,
    /// A subset of the answer.
    pub then: Value,
}

/// The circumstances of a scenario.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Given {
    /// Figures of the community; the missing ones take defaults.
    #[serde(default)]
    pub community: Map<String, Value>,
    /// A merge patch over the default settings.
    #[serde(default)]
    pub settings: Option<Value>,
    /// The date whose law applies.
    pub law_date: Option<String>,
    /// The day of the act.
    pub today: Option<String>,
    /// What the roster answers.
    #[serde(default)]
    pub roster: Roster,
    /// The plugin's own records, newest first.
    #[serde(default)]
    pub records: Vec<GivenRecord>,
    /// What `points-total` answers.
    #[serde(default)]
    pub points: i64,
}

/// Roster facts of a scenario.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Roster {
    /// Counts by name.
    #[serde(default)]
    pub counts: BTreeMap<String, u64>,
    /// Adults by household.
    #[serde(default)]
    pub household_adults: BTreeMap<String, u32>,
}

/// A record of a scenario.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenRecord {
    kind: String,
    #[serde(default = "default_subject")]
    subject: String,
    body: Value,
}

fn default_subject() -> String {
    SUBJECT.into()
}

/// The question of a scenario.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// The export that is asked.
    pub export: String,
    /// Its parameters by their WIT names; missing members take defaults.
    pub input: Map<String, Value>,
}

impl Scenario {
    /// The call this scenario makes.
    ///
    /// # Errors
    /// What in the scenario cannot be read.
    pub fn call(&self, plugin: &Plugin) -> Result<Call, String> {
        let settings = self.settings(plugin);
        let today = self.given.today.as_deref().unwrap_or(DAY);
        let context = wit::Context {
            community: self.community(plugin)?,
            settings: settings.to_string(),
            law_date: self.given.law_date.as_deref().unwrap_or(DAY).into(),
            today: today.into(),
        };
        let mut input = Value::Object(self.when.input.clone());
        for (name, parameter) in input.as_object_mut().into_iter().flatten() {
            complete(name, parameter, &plugin.defaults, today);
        }
        Ok(Call { export: self.when.export.clone(), context, input })
    }

    /// What the kernel would answer the rule while it answers.
    ///
    /// # Errors
    /// What in the scenario cannot be read.
    pub fn facts(&self, plugin: &Plugin) -> Result<Facts, String> {
        let community = self.community(plugin)?;
        let mut counts = BTreeMap::from([
            ("adults".to_owned(), community.adults),
            ("households".to_owned(), community.households),
            ("representatives".to_owned(), community.representatives),
            ("council-members".to_owned(), community.council_members),
        ]);
        counts.extend(self.given.roster.counts.clone());
        let granted = |name: &str| plugin.roster.iter().any(|known| known == name);
        counts.retain(|name, _| granted(name));
        let households = granted("household-adults").then(|| self.given.roster.household_adults.clone());
        Ok(Facts {
            counts,
            household_adults: households.unwrap_or_default(),
            records: self
                .given
                .records
                .iter()
                .map(|record| Record {
                    kind: record.kind.clone(),
                    subject: record.subject.clone(),
                    body: record.body.to_string(),
                })
                .collect(),
            points: self.given.points,
        })
    }

    fn settings(&self, plugin: &Plugin) -> Value {
        let mut settings = plugin.defaults.clone();
        if let Some(patch) = &self.given.settings {
            merge(&mut settings, patch);
        }
        settings
    }

    fn community(&self, plugin: &Plugin) -> Result<wit::Community, String> {
        let kind = plugin.communities.first().map_or("village", String::as_str);
        let mut community = json!({
            "kind": kind, "adults": 1000, "households": 320, "representatives": 45, "council-members": 11
        });
        merge(&mut community, &Value::Object(self.given.community.clone()));
        serde_json::from_value(community).map_err(|error| format!("`given.community`: {error}"))
    }
}

/// Fills in what a scenario need not say, and turns JSON values into the strings the WIT has.
fn complete(name: &str, parameter: &mut Value, settings: &Value, today: &str) {
    let defaults = match name {
        "matter" => matter(),
        "query" => json!({ "matter": matter(), "step": "resolve", "mode": "persons" }),
        "transition" => json!({ "matter": matter(), "evidence": {} }),
        "event" => json!({ "subject": SUBJECT, "on": today, "form": {} }),
        "candidate" => json!({
            "kind": "implementation-rule", "name": "candidate", "domains": [], "articles": [], "settings": {}
        }),
        "person" => json!({
            "age": 40, "local-registration": true, "resident-months": 120, "party-member": false,
            "household-head": false
        }),
        "settings" => {
            let mut merged = settings.clone();
            merge(&mut merged, parameter);
            *parameter = Value::String(merged.to_string());
            return;
        }
        _ => return,
    };
    default(parameter, &defaults);
    carry(parameter);
}

fn matter() -> Value {
    json!({
        "domain": "general", "subjects": [], "class": "ordinary", "amount-fen": null,
        "per-household-fen": null, "form": {}
    })
}

/// Adds members that are missing; members that are there stay as they are, save that `matter` is completed inside.
fn default(value: &mut Value, defaults: &Value) {
    let (Some(value), Some(defaults)) = (value.as_object_mut(), defaults.as_object()) else { return };
    for (name, fallback) in defaults {
        match value.get_mut(name) {
            None => {
                value.insert(name.clone(), fallback.clone());
            }
            Some(member) if name == "matter" => default(member, fallback),
            Some(_) => {}
        }
    }
}

/// Writes the members that carry JSON as the strings they are in the WIT.
fn carry(value: &mut Value) {
    for (name, member) in value.as_object_mut().into_iter().flatten() {
        match name.as_str() {
            "form" | "evidence" | "settings" if !member.is_string() => {
                *member = Value::String(member.to_string());
            }
            _ => carry(member),
        }
    }
}

/// JSON merge patch (RFC 7396).
fn merge(target: &mut Value, patch: &Value) {
    let Some(patch) = patch.as_object() else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let Some(target) = target.as_object_mut() else { return };
    for (name, patch) in patch {
        if patch.is_null() {
            target.remove(name);
        } else {
            merge(target.entry(name.clone()).or_insert(Value::Null), patch);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_merge_patch_replaces_adds_and_removes() {
        let mut value = json!({ "a": { "b": 1, "c": [1, 2] }, "d": 4 });
        merge(&mut value, &json!({ "a": { "c": [3], "e": { "f": null, "g": 1 } }, "d": null }));
        assert_eq!(value, json!({ "a": { "b": 1, "c": [3], "e": { "g": 1 } } }));
    }

    #[test]
    fn a_query_is_completed_and_its_form_becomes_text() {
        let mut query =
            json!({ "body": "council", "matter": { "class": "major", "form": { "b": 1, "a": 2 } } });
        complete("query", &mut query, &json!({}), DAY);
        let query: wit::TermsQuery = serde_json::from_value(query).expect("a complete query");
        assert_eq!(query.step, "resolve");
        assert_eq!(query.matter.class, wit::MatterClass::Major);
        assert_eq!(query.matter.domain, "general");
        assert_eq!(query.matter.form, r#"{"a":2,"b":1}"#);
    }
}
