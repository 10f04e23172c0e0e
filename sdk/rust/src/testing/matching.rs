//! Whether an answer contains what a scenario expects, and whether it cites what it must.

use std::collections::BTreeSet;

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

/// What is wrong with the citations of an answer: a part that says something and cites nothing, or an article
/// that the text does not have.
#[must_use]
pub fn uncited(answer: &Value, articles: &BTreeSet<String>) -> Option<String> {
    match answer {
        Value::Array(parts) => parts.iter().find_map(|part| uncited(part, articles)),
        Value::Object(members) => members.iter().find_map(|(name, member)| match name.as_str() {
            "because" | "secret-ballot" if !member.is_null() => {
                let cited: Vec<&str> =
                    member.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                let silent = members.get("admitted") == Some(&Value::Bool(true))
                    || members.get("remark").and_then(Value::as_str) == Some("none");
                if cited.is_empty() && !silent {
                    return Some("the answer cites no article".into());
                }
                let unknown = cited.iter().find(|id| !articles.contains(**id))?;
                Some(format!("the answer cites `{unknown}`, and the text has no such article"))
            }
            _ => uncited(member, articles),
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_citation_must_be_there_and_be_real() {
        let articles = BTreeSet::from(["议事-1".to_owned()]);
        assert_eq!(uncited(&json!([{ "code": "x", "because": ["议事-1"] }]), &articles), None);
        assert!(uncited(&json!([{ "code": "x", "because": [] }]), &articles).is_some());
        assert!(uncited(&json!({ "secret-ballot": [] }), &articles).is_some());
        assert!(uncited(&json!({ "quorum": { "because": ["议事-2"] } }), &articles).is_some());
        assert_eq!(uncited(&json!({ "secret-ballot": null, "conditions": [] }), &articles), None);
        assert_eq!(uncited(&json!({ "admitted": true, "because": [] }), &articles), None);
        assert!(uncited(&json!({ "admitted": false, "because": [] }), &articles).is_some());
        assert_eq!(uncited(&json!({ "remark": "none", "because": [] }), &articles), None);
    }
}
