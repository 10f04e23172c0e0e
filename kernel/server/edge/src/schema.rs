//! 模式校验 (schema check): the schema the OpenAPI document shows is the schema bodies are held to.

use std::any::TypeId;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::{Value, json};
use utoipa::ToSchema;
use yishi_schema::{FieldError, Validator};

static COMPILED: RwLock<BTreeMap<TypeId, Arc<Validator>>> = RwLock::new(BTreeMap::new());

/// Everything in a value that its type's schema refuses.
pub fn violations<T: ToSchema + 'static>(value: &Value) -> Vec<FieldError> {
    let Some(validator) = validator::<T>() else { return Vec::new() };
    yishi_schema::violations(&validator, value)
}

/// Compiled once per type. A type whose schema does not compile is a programming error: it is logged,
/// and serde alone judges its values.
fn validator<T: ToSchema + 'static>() -> Option<Arc<Validator>> {
    let id = TypeId::of::<T>();
    if let Some(found) = COMPILED.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
        return Some(Arc::clone(found));
    }
    match yishi_schema::validator(&document::<T>()) {
        Ok(validator) => {
            let validator = Arc::new(validator);
            let mut compiled = COMPILED.write().unwrap_or_else(PoisonError::into_inner);
            compiled.insert(id, Arc::clone(&validator));
            Some(validator)
        }
        Err(error) => {
            tracing::error!(schema = %T::name(), %error, "schema does not compile");
            None
        }
    }
}

/// A document whose root is the type and whose references resolve inside itself.
fn document<T: ToSchema>() -> Value {
    let mut named = Vec::new();
    T::schemas(&mut named);
    let mut schemas = serde_json::Map::new();
    for (name, schema) in named {
        schemas.insert(name, serde_json::to_value(schema).unwrap_or(Value::Bool(true)));
    }
    let mut root = serde_json::to_value(T::schema()).unwrap_or(Value::Bool(true));
    if let Some(root) = root.as_object_mut() {
        root.insert("components".into(), json!({ "schemas": schemas }));
    }
    root
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use utoipa::ToSchema;

    use crate::json::{read, read_fast};

    #[derive(Debug, Deserialize, ToSchema)]
    #[serde(rename_all = "kebab-case")]
    enum Choice {
        Yes,
        No,
    }

    #[derive(Debug, Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    struct Line {
        #[schema(minimum = 1)]
        weight: u32,
    }

    #[derive(Debug, Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[schema(min_length = 1, max_length = 4)]
        name: String,
        choice: Choice,
        #[serde(default)]
        lines: Vec<Line>,
        #[schema(value_type = Option<String>, format = Date)]
        on: Option<jiff::civil::Date>,
    }

    fn errors(body: &str) -> (String, Vec<String>) {
        let Err(problem) = read::<Sample>(body.as_bytes()) else { panic!("it should be refused: {body}") };
        let errors = problem.errors().iter().map(|e| format!("{} {}", e.pointer, e.code)).collect();
        (problem.code().to_owned(), errors)
    }

    #[test]
    fn all_wrong_fields_are_told_at_once() {
        let (code, list) = errors(
            r#"{"name":"","choice":"perhaps","admin":true,"lines":[{"weight":-1},{"weight":"1"},{}],"on":"2026-02-30"}"#,
        );
        assert_eq!(code, "invalid-fields");
        assert_eq!(
            list,
            [
                "/admin unknown-field",
                "/choice not-one-of",
                "/lines/0/weight out-of-range",
                "/lines/1/weight wrong-type",
                "/lines/2/weight missing-field",
                "/name too-short",
                "/on invalid-value",
            ]
        );
    }

    #[test]
    fn one_kind_of_error_gives_its_code() {
        assert_eq!(errors(r#"{"name":"甲","choice":"yes","admin":true}"#).0, "unknown-field");
        assert_eq!(errors(r#"{"name":"甲","choice":"yes","lines":[{"weight":1.0}]}"#).0, "out-of-range");
        assert_eq!(
            errors(r#"{"name":"甲","choice":"yes","lines":[{"weight":4294967296}]}"#).0,
            "out-of-range"
        );
        assert_eq!(errors(r#"{"name":"甲\u0000","choice":"yes"}"#).0, "forbidden-character");
        assert_eq!(errors(r#"{"name":"甲乙丙丁戊","choice":"yes"}"#).0, "too-long");
        assert_eq!(errors(r#"{"choice":"no"}"#).0, "missing-field");
        assert_eq!(errors(r#"{"name":7,"choice":"no"}"#).0, "wrong-type");
        assert_eq!(errors(r#"{"name":"甲","choice":"yes","on":"99999-01-01"}"#).0, "invalid-value");
    }

    #[test]
    fn good_values_are_read() {
        let body = r#"{"name":"甲","choice":"no","lines":[{"weight":3}],"on":"2026-02-28"}"#;
        for sample in [read::<Sample>(body.as_bytes()), read_fast::<Sample>(body.as_bytes())] {
            let sample = sample.expect("every field is right");
            assert_eq!(sample.name, "甲");
            assert!(matches!(sample.choice, Choice::No));
            assert_eq!(sample.lines.first().map(|line| line.weight), Some(3));
            assert_eq!(sample.on.map(|on| on.to_string()), Some("2026-02-28".to_owned()));
        }
        assert!(matches!(
            read::<Sample>(br#"{"name":"x","choice":"yes"}"#),
            Ok(Sample { choice: Choice::Yes, on: None, .. })
        ));
    }
}
