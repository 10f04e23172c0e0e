//! 填写的对错 (what is wrong with a value under its schema): every fault at its place, with a stable code, in both languages.
//!
//! JSON Schema is judged by the `jsonschema` crate; its sentences are English and name its own terms, so that none of them
//! leaves the house. What people read is made here, for a request of the API, for a form, and for a rule's settings.
//!
//! Architecture invariant: pure, like everything below the application: no clock, database, web or wasm.

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{JsonType, ValidationError};
use serde_json::{Value, json};

pub use jsonschema::Validator;
pub use yishi_strict_json::{
    FORBIDDEN_CHARACTER, FieldCode, FieldError, INVALID_VALUE, MISSING_FIELD, NOT_ONE_OF, OUT_OF_RANGE,
    TOO_LONG, TOO_SHORT, UNKNOWN_FIELD, WRONG_TYPE, push,
};

/// A validator of JSON Schema 2020-12 for a schema of this repository; dates and the like are judged too.
///
/// # Errors
/// What is wrong with the schema, in English.
pub fn validator(schema: &Value) -> Result<Validator, String> {
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .offline()
        .should_validate_formats(true)
        .build(schema)
        .map_err(|error| error.to_string())
}

/// Everything in a value that a schema refuses.
#[must_use]
pub fn violations(validator: &Validator, value: &Value) -> Vec<FieldError> {
    validator.iter_errors(value).flat_map(|error| explain(&error)).collect()
}

fn explain(error: &ValidationError<'_>) -> Vec<FieldError> {
    let pointer = error.instance_path().as_str().to_owned();
    let below = |name: &str| {
        let mut pointer = pointer.clone();
        push(&mut pointer, name);
        pointer
    };
    let one = |pointer: String, code: FieldCode| vec![FieldError::of(pointer, code)];
    match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            unexpected.iter().flat_map(|name| one(below(name), UNKNOWN_FIELD)).collect()
        }
        Kind::Required { property } => one(below(property.as_str().unwrap_or_default()), MISSING_FIELD),
        Kind::Type { kind } => {
            let integer = match kind {
                TypeKind::Single(kind) => *kind == JsonType::Integer,
                TypeKind::Multiple(kinds) => kinds.contains(JsonType::Integer),
            };
            // 1.5 where an integer belongs is a number out of range, not another type.
            let number = integer && error.instance().is_number();
            one(pointer, if number { OUT_OF_RANGE } else { WRONG_TYPE })
        }
        Kind::Minimum { limit } | Kind::ExclusiveMinimum { limit } => {
            vec![limited(pointer, OUT_OF_RANGE, "最小", "at least", limit)]
        }
        Kind::Maximum { limit } | Kind::ExclusiveMaximum { limit } => {
            vec![limited(pointer, OUT_OF_RANGE, "最大", "at most", limit)]
        }
        Kind::MaxLength { limit } | Kind::MaxItems { limit } | Kind::MaxProperties { limit } => {
            vec![limited(pointer, TOO_LONG, "最多", "at most", &json!(limit))]
        }
        Kind::MinLength { limit } | Kind::MinItems { limit } | Kind::MinProperties { limit } => {
            vec![limited(pointer, TOO_SHORT, "至少", "at least", &json!(limit))]
        }
        Kind::Enum { options } => {
            let list = options.as_array().map_or_else(String::new, |options| {
                let said = |option: &Value| option.as_str().map_or_else(|| option.to_string(), str::to_owned);
                // That nothing may be said is no choice.
                options.iter().filter(|option| !option.is_null()).map(said).collect::<Vec<_>>().join(", ")
            });
            let (zh, en) = (format!("须为以下之一：{list}"), format!("must be one of: {list}"));
            vec![FieldError::new(pointer, NOT_ONE_OF.code, zh, en)]
        }
        // What is wrong inside an alternative is told by serde, at its place.
        Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } if error.instance().is_object() => Vec::new(),
        _ => one(pointer, INVALID_VALUE),
    }
}

fn limited(pointer: String, code: FieldCode, zh: &str, en: &str, limit: &Value) -> FieldError {
    let (zh, en) = (format!("{}（{zh} {limit}）", code.zh), format!("{} ({en} {limit})", code.en));
    FieldError::new(pointer, code.code, zh, en)
}
