//! JSON from strangers: its limits, offline schemas, merge patches.

use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::{Map, Value};
use yishi_strict_json::{Limits, Read};

/// Settings, manifests, and what rules say. Their characters are judged where it is known whose they are (see `text`).
const LIMITS: Limits = Limits { depth: 48, largest: u64::MAX, characters: false };
/// Bytes one pattern may compile to.
const PATTERN_BYTES: usize = 256 << 10;

/// Reads JSON; a key that is there twice, nesting beyond the cap, or a number that is no integer is a fault.
///
/// # Errors
/// What is wrong and where.
pub(crate) fn strict(bytes: &[u8]) -> Result<Value, String> {
    let Read { value, faults } = yishi_strict_json::read(bytes, LIMITS).map_err(|fault| fault.to_string())?;
    match faults.first() {
        None => Ok(value),
        Some(fault) => {
            let number = value.pointer(&fault.pointer).unwrap_or(&Value::Null);
            Err(format!("`{number}` at `{}` is not an integer of at most 64 bits", fault.pointer))
        }
    }
}

/// A validator that never leaves this process: references stay inside the schema, patterns run in linear time. The
/// schema is measured first, so that neither building nor using the validator costs more than is allowed.
///
/// # Errors
/// What is wrong with the schema.
pub(crate) fn validator(schema: &Value) -> Result<Validator, String> {
    crate::schema::measure(schema)?;
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .offline()
        .with_pattern_options(PatternOptions::regex().size_limit(PATTERN_BYTES).dfa_size_limit(PATTERN_BYTES))
        .build(schema)
        .map_err(|error| format!("schema at `{}`: {error}", error.instance_path()))
}

/// A validator over one of this repository's own schemas, with another one it refers to.
pub(crate) fn validator_with(schema: &Value, other_name: &str, other: Value) -> Result<Validator, String> {
    let mut schema = schema.clone();
    if let Some(definitions) = schema.get_mut("$defs").and_then(Value::as_object_mut) {
        definitions.insert(other_name.to_owned(), other);
    }
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .offline()
        .with_pattern_options(PatternOptions::regex())
        .build(&schema)
        .map_err(|error| error.to_string())
}

/// The first fault of a value under a schema, as "`/pointer`: what".
#[must_use]
pub(crate) fn first_fault(validator: &Validator, value: &Value) -> Option<String> {
    validator.iter_errors(value).next().map(|error| {
        let mut what = error.to_string();
        if what.chars().count() > 300 {
            what = what.chars().take(300).collect();
        }
        format!("`{}`: {what}", error.instance_path())
    })
}

/// JSON merge patch (RFC 7396).
pub(crate) fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        target.clone_from(patch);
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    if let Value::Object(fields) = target {
        for (key, value) in patch {
            if value.is_null() {
                fields.remove(key);
            } else {
                merge(fields.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_key_that_is_there_twice_is_a_fault() {
        assert!(strict(br#"{"a":1,"a":2}"#).expect_err("twice").contains("`a`"));
        assert!(strict(br#"{"a":{"b":1,"b":1}}"#).is_err());
        assert_eq!(strict(br#"{"a":[1,null]}"#), Ok(json!({"a": [1, null]})));
    }

    #[test]
    fn deep_nesting_fractions_and_trailing_text_are_faults() {
        assert!(strict("[".repeat(5_000).as_bytes()).is_err());
        assert!(strict(format!("{}{}", "[".repeat(100), "]".repeat(100)).as_bytes()).is_err());
        assert!(strict(b"1e400").is_err());
        assert_eq!(
            strict(br#"{"a":0.5}"#),
            Err("`0.5` at `/a` is not an integer of at most 64 bits".to_owned())
        );
        assert!(strict(b"{} x").is_err());
    }

    #[test]
    fn schemas_cannot_reach_out_or_backtrack() {
        assert!(validator(&json!({"$ref": "https://example.org/x.json"})).is_err());
        assert!(validator(&json!({"properties": {"a": {"$ref": "file:///etc/passwd"}}})).is_err());
        assert!(validator(&json!({"pattern": "(a+)+\\1"})).is_err());
        let slow =
            validator(&json!({"type": "string", "pattern": "^(a+)+$"})).expect("linear engine takes it");
        assert!(!slow.is_valid(&json!(format!("{}b", "a".repeat(50_000)))));
        let recursive = validator(
            &json!({"$defs": {"n": {"properties": {"n": {"$ref": "#/$defs/n"}}}}, "$ref": "#/$defs/n"}),
        )
        .expect("a schema may describe a tree");
        assert!(recursive.is_valid(&json!({"n": {"n": {}}})));
    }

    #[test]
    fn a_schema_that_is_nested_too_deeply_is_refused() {
        let mut schema = json!({"type": "string"});
        for _ in 0..200 {
            schema = json!({"items": schema});
        }
        assert!(validator(&schema).is_err());
    }

    #[test]
    fn merge_patches_follow_rfc_7396() {
        let mut target = json!({"a": {"b": 1, "c": 2}, "d": [1]});
        merge(&mut target, &json!({"a": {"b": null, "e": 3}, "d": [2]}));
        assert_eq!(target, json!({"a": {"c": 2, "e": 3}, "d": [2]}));
    }
}
