//! Whether a plugin's text, settings, scenarios and code fit each other, said in words of the rule.

use std::collections::BTreeSet;
use std::fmt;

use jsonschema::{PatternOptions, Registry, Validator};
use serde_json::Value;

use crate::citations;
use crate::manifest::PluginFolder;

const MANIFEST_SCHEMA: &str = include_str!("../../../schemas/json/plugin-manifest.schema.json");
const SCENARIO_SCHEMA: &str = include_str!("../../../schemas/json/scenario.schema.json");

/// Everything that is wrong with a plugin's files.
#[derive(Debug)]
pub struct Faults {
    /// The plugin.
    pub plugin: String,
    /// Each fault, with its place.
    pub faults: Vec<String>,
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "plugin `{}`:", self.plugin)?;
        self.faults.iter().try_for_each(|fault| write!(f, "\n  - {fault}"))
    }
}

/// Checks the whole plugin; the notes when nothing is wrong.
pub(crate) fn faults(plugin: &PluginFolder) -> Result<Vec<String>, Faults> {
    let mut faults = schema_faults(&plugin.manifest);
    let mut notes = Vec::new();
    // What follows reads the manifest as the schema promises it.
    if faults.is_empty() {
        let text = Text::of(&plugin.manifest);
        text.faults(&mut faults);
        settings_faults(&plugin.manifest, &mut faults);
        scenario_faults(&plugin.manifest, &text, &mut faults);
        let cited = citations::in_sources(&plugin.folder, &text.ids, &mut faults);
        text.notes(&plugin.manifest, &cited, &mut notes);
    }
    if faults.is_empty() { Ok(notes) } else { Err(Faults { plugin: plugin.name.clone(), faults }) }
}

/// The articles of the manifest.
struct Text<'a> {
    articles: Vec<&'a Value>,
    ids: BTreeSet<String>,
}

impl<'a> Text<'a> {
    fn of(manifest: &'a Value) -> Self {
        let articles: Vec<_> =
            list(&manifest["headings"]).flat_map(|heading| list(&heading["articles"])).collect();
        let ids = articles.iter().map(|article| word(&article["id"]).to_owned()).collect();
        Self { articles, ids }
    }

    fn faults(&self, faults: &mut Vec<String>) {
        let ids = self.articles.iter().map(|article| word(&article["id"]));
        faults.extend(twice(ids).map(|id| format!("two articles have the id `{id}`")));
    }

    fn notes(&self, manifest: &Value, cited: &BTreeSet<String>, notes: &mut Vec<String>) {
        let shown: BTreeSet<&str> = list(&manifest["scenarios"]).map(|s| word(&s["article"])).collect();
        for id in &self.ids {
            if cited.contains(id) && !shown.contains(id.as_str()) {
                notes.push(format!("article `{id}` is cited by the code and has no scenario"));
            }
        }
        for language in list(&manifest["languages"]).map(word) {
            let missing: Vec<_> = self
                .articles
                .iter()
                .filter(|article| article["text"].get(language).is_none())
                .map(|article| word(&article["id"]))
                .collect();
            if !missing.is_empty() {
                notes.push(format!("no text in `{language}`: {}", missing.join(", ")));
            }
        }
    }
}

fn schema_faults(manifest: &Value) -> Vec<String> {
    match manifest_errors(manifest) {
        Ok(errors) => errors,
        Err(error) => vec![format!("the manifest schema itself cannot be used: {error}")],
    }
}

fn manifest_errors(manifest: &Value) -> Result<Vec<String>, String> {
    let parse = |text| serde_json::from_str::<Value>(text).map_err(|error| error.to_string());
    let (schema, scenario) = (parse(MANIFEST_SCHEMA)?, parse(SCENARIO_SCHEMA)?);
    let id = |schema: &Value| word(&schema["$id"]).to_owned();
    let (schema_id, scenario_id) = (id(&schema), id(&scenario));
    // The two schemas refer to each other.
    let registry = Registry::new()
        .add(schema_id, schema.clone())
        .and_then(|registry| registry.add(scenario_id, scenario))
        .map_err(|error| error.to_string())?
        .prepare()
        .map_err(|error| error.to_string())?;
    let validator = jsonschema::options()
        .offline()
        .with_registry(&registry)
        .build(&schema)
        .map_err(|error| error.to_string())?;
    Ok(validator.iter_errors(manifest).map(|error| told("manifest", &error)).collect())
}

fn settings_faults(manifest: &Value, faults: &mut Vec<String>) {
    let settings = &manifest["settings"];
    match compile(&settings["schema"]) {
        Err(error) => faults.push(format!("settings.schema: {error}")),
        Ok(validator) => {
            let errors = validator.iter_errors(&settings["defaults"]);
            faults.extend(errors.map(|error| told("settings.defaults", &error)));
            for scenario in list(&manifest["scenarios"]) {
                let Some(patch) = scenario["given"].get("settings") else { continue };
                let mut chosen = settings["defaults"].clone();
                merge(&mut chosen, patch);
                let place = format!("scenario `{}` given.settings", word(&scenario["id"]));
                faults.extend(validator.iter_errors(&chosen).map(|error| told(&place, &error)));
            }
        }
    }
    for (part, schema) in [("records", "schema"), ("cases", "form")] {
        for kind in list(&manifest[part]) {
            if let Err(error) = compile(&kind[schema]) {
                faults.push(format!("{part} `{}`: {error}", word(&kind["kind"])));
            }
        }
        let kinds = list(&manifest[part]).map(|kind| word(&kind["kind"]));
        faults.extend(twice(kinds).map(|kind| format!("{part}: the kind `{kind}` is there twice")));
    }
    for matter in list(&manifest["matters"]) {
        let domain = matter["domain"].as_str().unwrap_or("*");
        for schema in ["form", "evidence"].iter().filter_map(|part| matter.get(part)) {
            if let Err(error) = compile(schema) {
                faults.push(format!("matters `{domain}`: {error}"));
            }
        }
        if domain != "*" && !list(&manifest["domains"]).any(|known| word(&known["code"]) == domain) {
            faults.push(format!("matters `{domain}`: no such domain under `domains`"));
        }
    }
    let matters = list(&manifest["matters"]).map(|matter| matter["domain"].as_str().unwrap_or("*"));
    faults.extend(twice(matters).map(|domain| format!("matters: the domain `{domain}` is there twice")));
    for part in ["domains", "stages", "measures"] {
        let codes = list(&manifest[part]).map(|named| word(&named["code"]));
        faults.extend(twice(codes).map(|code| format!("{part}: the code `{code}` is there twice")));
    }
    let gates: BTreeSet<&str> = list(&manifest["gates"]).map(word).collect();
    if gates.contains("handle") && list(&manifest["stages"]).next().is_none() {
        faults.push("a rule asked at `handle` declares under `stages` where its cases go".into());
    }
    let handles = gates.contains("handle") || gates.contains("appraise");
    if handles && list(&manifest["cases"]).next().is_none() {
        faults.push("a rule asked at `handle` or `appraise` names at least one kind under `cases`".into());
    }
}

fn scenario_faults(manifest: &Value, text: &Text<'_>, faults: &mut Vec<String>) {
    let gates: BTreeSet<&str> = list(&manifest["gates"]).map(word).collect();
    let kinds =
        |part: &str| -> BTreeSet<&str> { list(&manifest[part]).map(|kind| word(&kind["kind"])).collect() };
    let (records, cases) = (kinds("records"), kinds("cases"));
    let ids = list(&manifest["scenarios"]).map(|scenario| word(&scenario["id"]));
    faults.extend(twice(ids).map(|id| format!("two scenarios have the id `{id}`")));

    let mut asked = BTreeSet::new();
    for scenario in list(&manifest["scenarios"]) {
        let id = word(&scenario["id"]);
        let article = word(&scenario["article"]);
        if !text.ids.contains(article) {
            faults.push(format!("scenario `{id}` illustrates `{article}`, and the text has no such article"));
        }
        let export = word(&scenario["when"]["export"]);
        asked.insert(export);
        if export != "validate-settings" && !gates.contains(export) {
            faults.push(format!("scenario `{id}` asks `{export}`, which is not among the gates"));
        }
        if let Some(kind) = scenario["when"]["input"]["event"]["kind"].as_str()
            && !cases.contains(kind)
        {
            faults.push(format!("scenario `{id}`: no kind `{kind}` under `cases`"));
        }
        let given = list(&scenario["given"]["records"]);
        let made = list(&scenario["then"]["ok"]["records"]);
        for kind in given.chain(made).filter_map(|record| record["kind"].as_str()) {
            if !records.contains(kind) {
                faults.push(format!("scenario `{id}`: no kind `{kind}` under `records`"));
            }
        }
    }
    for gate in gates.difference(&asked) {
        faults.push(format!("the gate `{gate}` has no scenario"));
    }
}

/// A validator that fetches nothing and whose patterns run in linear time, as in the kernel.
fn compile(schema: &Value) -> Result<Validator, String> {
    jsonschema::options()
        .offline()
        .with_pattern_options(PatternOptions::regex())
        .build(schema)
        .map_err(|error| error.to_string())
}

fn told(place: &str, error: &jsonschema::ValidationError<'_>) -> String {
    let mut message = error.to_string();
    if let Some((end, _)) = message.char_indices().nth(300) {
        message.truncate(end);
        message.push('…');
    }
    format!("{place}{}: {message}", error.instance_path())
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn twice<'a>(names: impl Iterator<Item = &'a str>) -> impl Iterator<Item = &'a str> {
    let mut seen = BTreeSet::new();
    names.filter(move |name| !seen.insert(*name))
}

/// JSON merge patch (RFC 7396).
fn merge(target: &mut Value, patch: &Value) {
    let Some(patch) = patch.as_object() else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
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
