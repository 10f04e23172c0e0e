//! 接口约定 (the contract): every answer that passes through the harness is held to `schemas/openapi.json`.
//!
//! The document is what others write clients from. A member that is sent and not described, or described otherwise, is a
//! fault of the same rank as a wrong status, and no test looks for it by hand. So all of them do, here: the schema of the
//! operation and status is looked up for each answer, and an answer that does not fit ends the test with the JSON pointer.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use jsonschema::{Draft, Validator};
use reqwest::{Method, StatusCode};
use serde_json::{Map, Value, json};

use crate::artifacts;

/// Of all faults of an answer, so many are told.
const TOLD: usize = 5;

/// The document, with the schemas of everything that is sent closed: what is not described may not be sent.
struct Contract {
    document: Value,
    /// Path templates by their parts.
    paths: Vec<(Vec<String>, String)>,
    compiled: Mutex<BTreeMap<String, Option<Arc<Validator>>>>,
}

static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
    let file = artifacts::workspace().join("schemas/openapi.json");
    let text = std::fs::read_to_string(&file).expect("the OpenAPI document is committed");
    let mut document: Value = serde_json::from_str(&text).expect("the OpenAPI document is JSON");
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        for (name, schema) in schemas {
            // A problem may carry more members (RFC 9457, 3.2).
            if name != "ProblemDocument" {
                close(schema);
            }
        }
    }
    let paths = document["paths"].as_object().into_iter().flatten();
    let paths = paths.map(|(path, _)| (path.split('/').map(str::to_owned).collect(), path.clone())).collect();
    Contract { document, paths, compiled: Mutex::default() }
});

/// Lets no member pass that is not described. Parts of an `allOf` describe one object together and stay open.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            let described =
                members.contains_key("properties") && !members.contains_key("additionalProperties");
            if described && !members.contains_key("allOf") {
                members.insert("additionalProperties".to_owned(), Value::Bool(false));
            }
            for (name, member) in members.iter_mut() {
                match name.as_str() {
                    "allOf" => {}
                    "properties" => {
                        member.as_object_mut().into_iter().flat_map(Map::values_mut).for_each(close)
                    }
                    _ => close(member),
                }
            }
        }
        Value::Array(parts) => parts.iter_mut().for_each(close),
        _ => {}
    }
}

/// Checks an answer of the API.
///
/// # Panics
/// When the document does not describe it, or describes it otherwise.
pub(crate) fn check(method: &Method, path: &str, status: StatusCode, media_type: &str, text: &str) {
    let path = path.split('?').next().unwrap_or_default();
    let contract = &*CONTRACT;
    let Some(template) = contract.template(path) else {
        assert!(!status.is_success(), "{method} {path} answered {status} and is not in the document");
        return;
    };
    let kind = media_type.split(';').next().unwrap_or_default().trim();
    let key = format!("{method} {template} {} {kind}", status.as_u16());
    match contract.validator(&key, method, template, status, kind) {
        None => assert!(
            text.is_empty() || !kind.ends_with("json"),
            "{key}: the document describes no such answer: {}",
            cut(text)
        ),
        Some(validator) => {
            let value = serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()));
            let faults: Vec<String> = validator
                .iter_errors(&value)
                .take(TOLD)
                .map(|fault| format!("at `{}`: {}", fault.instance_path(), cut(&fault.to_string())))
                .collect();
            assert!(
                faults.is_empty(),
                "{key}: not what the document says: {}\n{}",
                faults.join("; "),
                cut(text)
            );
        }
    }
}

fn cut(text: &str) -> String {
    text.chars().take(600).collect()
}

impl Contract {
    fn template(&self, path: &str) -> Option<&str> {
        let parts: Vec<&str> = path.split('/').collect();
        let fits = |template: &[String]| {
            template.len() == parts.len()
                && template.iter().zip(&parts).all(|(wanted, part)| wanted.starts_with('{') || wanted == part)
        };
        // A literal part fits better than a parameter: `/tokens/current` before `/tokens/{token}`.
        let fitting = self.paths.iter().filter(|(template, _)| fits(template));
        fitting
            .min_by_key(|(template, _)| template.iter().filter(|part| part.starts_with('{')).count())
            .map(|(_, path)| path.as_str())
    }

    /// The schema of an answer, compiled once; none where the document says there is no body.
    fn validator(
        &self,
        key: &str,
        method: &Method,
        template: &str,
        status: StatusCode,
        kind: &str,
    ) -> Option<Arc<Validator>> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = compiled.get(key) {
            return known.clone();
        }
        let operation = &self.document["paths"][template][method.as_str().to_ascii_lowercase()];
        let responses = &operation["responses"];
        let described = responses.get(status.as_str()).or_else(|| {
            // What a client is not told apart is refused by the default.
            if status.is_success() { None } else { responses.get("default") }
        });
        let schema =
            described.and_then(|one| one["content"].get(kind)).map(|content| content["schema"].clone());
        let validator = schema.map(|mut schema| {
            close(&mut schema);
            let mut root = json!({ "allOf": [schema] });
            root["components"] = self.document["components"].clone();
            let validator = jsonschema::options()
                .with_draft(Draft::Draft202012)
                .should_validate_formats(true)
                .build(&root)
                .unwrap_or_else(|error| panic!("{key}: the document's schema does not compile: {error}"));
            Arc::new(validator)
        });
        compiled.insert(key.to_owned(), validator.clone());
        validator
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_is_what_is_described() {
        let clock = r#"{"now":"2026-03-02T01:00:00Z","today":"2026-03-02","simulated":true}"#;
        check(&Method::GET, "/api/v1/clock", StatusCode::OK, "application/json", clock);
    }

    #[test]
    #[should_panic(expected = "at `/today`")]
    fn another_type_is_told_by_its_pointer() {
        let clock = r#"{"now":"2026-03-02T01:00:00Z","today":7,"simulated":true}"#;
        check(&Method::GET, "/api/v1/clock?x=y", StatusCode::OK, "application/json", clock);
    }

    #[test]
    #[should_panic(expected = "not what the document says")]
    fn a_member_nobody_described_is_no_answer() {
        let clock = r#"{"now":"2026-03-02T01:00:00Z","today":"2026-03-02","simulated":true,"secret":1}"#;
        check(&Method::GET, "/api/v1/clock", StatusCode::OK, "application/json", clock);
    }

    #[test]
    #[should_panic(expected = "is not in the document")]
    fn an_operation_nobody_described_is_none() {
        check(&Method::GET, "/api/v1/hidden", StatusCode::OK, "application/json", "{}");
    }
}
