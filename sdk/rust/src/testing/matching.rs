//! Whether an answer contains what a scenario expects.

use serde_json::Value;

/// The first place where the answer does not contain what is expected; none when it does.
#[must_use]
pub fn mismatch(expected: &Value, actual: &Value) -> Option<String> {
    differ(expected, actual, &mut "then".to_owned())
}

fn differ(expected: &Value, actual: &Value, path: &mut String) -> Option<String> {
    match (expected, actual) {
        (Value::Object(_) | Value::Array(_), Value::String(text)) => match serde_json::from_str(text) {
            Ok(inner @ (Value::Object(_) | Value::Array(_))) => differ(expected, &inner, path),
            _ => Some(format!("`{path}` should carry {expected}, and is the text `{text}`")),
        },
        (Value::Object(wanted), Value::Object(had)) => wanted.iter().find_map(|(name, wanted)| {
            let before = path.len();
            path.push('.');
            path.push_str(name);
            let fault = differ(wanted, had.get(name).unwrap_or(&Value::Null), path);
            path.truncate(before);
            fault
        }),
        (Value::Array(wanted), Value::Array(had)) if wanted.is_empty() => {
            (!had.is_empty()).then(|| format!("`{path}` should be empty, and has {} elements", had.len()))
        }
        (Value::Array(wanted), Value::Array(had)) => wanted.iter().find_map(|wanted| {
            let found = had.iter().any(|had| differ(wanted, had, path).is_none());
            (!found).then(|| format!("`{path}` should have an element {wanted}"))
        }),
        _ => (expected != actual).then(|| format!("`{path}` should be {expected}, and is {actual}")),
    }
}
