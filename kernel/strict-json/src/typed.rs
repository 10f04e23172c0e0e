//! 取值 (a value as a type): serde's refusal at its place and with a code; its words, which name Rust types, go no further.

use std::fmt::Display;

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;

use crate::codes::{
    FieldCode, INVALID_VALUE, MISSING_FIELD, NOT_ONE_OF, OUT_OF_RANGE, UNKNOWN_FIELD, WRONG_TYPE,
};
use crate::field::{FieldError, escape, push};

/// A value as a type.
///
/// # Errors
/// The first fault that serde finds.
pub fn typed<T: DeserializeOwned>(value: &Value) -> Result<T, FieldError> {
    serde_path_to_error::deserialize(value).map_err(|error| explain(&error))
}

/// What serde says of a place. It hands its errors on as sentences; a test below holds each of them.
#[must_use]
pub fn explain<E: Display>(error: &serde_path_to_error::Error<E>) -> FieldError {
    let mut pointer = String::new();
    for segment in error.path() {
        match segment {
            Segment::Seq { index } => push(&mut pointer, &index.to_string()),
            Segment::Map { key } => push(&mut pointer, key),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    let message = error.inner().to_string();
    let starts = |words: &str| message.starts_with(words);
    let quoted = message.split('`').nth(1).unwrap_or_default();
    let code: FieldCode = if starts("unknown field") {
        if !pointer.ends_with(&format!("/{}", escape(quoted))) {
            push(&mut pointer, quoted);
        }
        UNKNOWN_FIELD
    } else if starts("missing field") {
        push(&mut pointer, quoted);
        MISSING_FIELD
    } else if starts("unknown variant") {
        NOT_ONE_OF
    } else if starts("invalid type: floating") || starts("invalid value: integer") {
        OUT_OF_RANGE
    } else if starts("invalid type") {
        WRONG_TYPE
    } else {
        INVALID_VALUE
    };
    FieldError::of(pointer, code)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Choice {
        Yes,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Line {
        weight: u32,
        choice: Option<Choice>,
        at: Option<std::net::Ipv4Addr>,
        #[serde(default)]
        below: Vec<Line>,
    }

    /// Holds the beginnings of serde's sentences: this fails when an upgrade changes them.
    #[test]
    fn serde_is_understood() {
        for (value, told) in [
            (json!({"weight": 1, "a/b": 1}), "/a~1b unknown-field"),
            (
                json!({"weight": 1, "below": [{"weight": 1}, {"weight": 1, "x": 1}]}),
                "/below/1/x unknown-field",
            ),
            (json!({"below": []}), "/weight missing-field"),
            (json!({"weight": 1, "below": [{}]}), "/below/0/weight missing-field"),
            (json!({"weight": 1, "choice": "no"}), "/choice not-one-of"),
            (json!({"weight": 1.5}), "/weight out-of-range"),
            (json!({"weight": -1}), "/weight out-of-range"),
            (json!({"weight": u64::MAX}), "/weight out-of-range"),
            (json!({"weight": "1"}), "/weight wrong-type"),
            (json!({"weight": null}), "/weight wrong-type"),
            (json!({"weight": 1, "choice": 7}), "/choice wrong-type"),
            (json!({"weight": 1, "below": {}}), "/below wrong-type"),
            (json!([]), " invalid-value"),
            (json!({"weight": 1, "at": "1.2.3"}), "/at invalid-value"),
        ] {
            let fault = typed::<Line>(&value).expect_err("it is refused");
            assert_eq!(format!("{} {}", fault.pointer, fault.code), told, "{value}");
        }
        let line: Line =
            typed(&json!({"weight": 3, "choice": "yes", "below": [{"weight": 4}]})).expect("it is one");
        assert!(matches!(line.choice, Some(Choice::Yes)));
        assert_eq!((line.weight, line.at, line.below.len()), (3, None, 1));
    }
}
