//! 模式校验 (schema check): the schema the OpenAPI document shows is the schema bodies are held to.

use std::any::TypeId;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{Draft, JsonType, ValidationError, Validator};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::codes::{self, Code};
use crate::json;
use crate::problem::{FieldError, Text};

static COMPILED: RwLock<BTreeMap<TypeId, Arc<Validator>>> = RwLock::new(BTreeMap::new());

/// Everything in a value that its type's schema refuses.
#[must_use]
pub fn violations<T: ToSchema + 'static>(value: &Value) -> Vec<FieldError> {
    let Some(validator) = validator::<T>() else { return Vec::new() };
    validator.iter_errors(value).flat_map(|error| explain(&error)).collect()
}

/// Compiled once per type. A type whose schema does not compile is a programming error: it is logged,
/// and serde alone judges its values.
fn validator<T: ToSchema + 'static>() -> Option<Arc<Validator>> {
    let id = TypeId::of::<T>();
    if let Some(found) = COMPILED.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
        return Some(Arc::clone(found));
    }
    match jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .build(&document::<T>())
    {
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

fn explain(error: &ValidationError<'_>) -> Vec<FieldError> {
    let pointer = error.instance_path().as_str().to_owned();
    let below = |name: &str| {
        let mut pointer = pointer.clone();
        json::push(&mut pointer, name);
        pointer
    };
    let one = |pointer: String, code: &'static Code| {
        vec![FieldError::new(pointer, code.code, Text::new(code.zh, code.en))]
    };
    match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            unexpected.iter().flat_map(|name| one(below(name), &codes::UNKNOWN_FIELD)).collect()
        }
        Kind::Required { property } => {
            one(below(property.as_str().unwrap_or_default()), &codes::MISSING_FIELD)
        }
        Kind::Type { kind } => {
            let integer = match kind {
                TypeKind::Single(kind) => *kind == JsonType::Integer,
                TypeKind::Multiple(kinds) => kinds.contains(JsonType::Integer),
            };
            // 1.5 where an integer belongs is a number out of range, not another type.
            let number = integer && error.instance().is_number();
            one(pointer, if number { &codes::OUT_OF_RANGE } else { &codes::WRONG_TYPE })
        }
        Kind::Minimum { limit } | Kind::ExclusiveMinimum { limit } => {
            vec![limited(pointer, &codes::OUT_OF_RANGE, "最小", "at least", limit)]
        }
        Kind::Maximum { limit } | Kind::ExclusiveMaximum { limit } => {
            vec![limited(pointer, &codes::OUT_OF_RANGE, "最大", "at most", limit)]
        }
        Kind::MaxLength { limit } | Kind::MaxItems { limit } | Kind::MaxProperties { limit } => {
            vec![limited(pointer, &codes::TOO_LONG, "最多", "at most", &json!(limit))]
        }
        Kind::MinLength { limit } | Kind::MinItems { limit } | Kind::MinProperties { limit } => {
            vec![limited(pointer, &codes::TOO_SHORT, "至少", "at least", &json!(limit))]
        }
        Kind::Enum { options } => {
            let list = options.as_array().map_or_else(String::new, |options| {
                options
                    .iter()
                    .map(|o| o.as_str().map_or_else(|| o.to_string(), str::to_owned))
                    .collect::<Vec<_>>()
                    .join(", ")
            });
            let detail = Text::new(format!("须为以下之一：{list}"), format!("must be one of: {list}"));
            vec![FieldError::new(pointer, codes::NOT_ONE_OF.code, detail)]
        }
        Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } if error.instance().is_object() => Vec::new(),
        _ => one(pointer, &codes::INVALID_VALUE),
    }
}

fn limited(pointer: String, code: &'static Code, zh: &str, en: &str, limit: &Value) -> FieldError {
    FieldError::new(
        pointer,
        code.code,
        Text::new(format!("{}（{zh} {limit}）", code.zh), format!("{} ({en} {limit})", code.en)),
    )
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
