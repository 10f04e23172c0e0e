//! Whether an answer is one the kernel takes: it cites what it must, its codes are words and its texts say something.
//!
//! The kernel judges more (record bodies against their schemas, sizes); these are the faults an author makes.

use serde_json::{Map, Value};

use super::Plugin;

/// Names of members that are stable kebab-case words.
const WORDS: [&str; 3] = ["code", "stage", "name"];
/// The two languages of what people read.
const LANGUAGES: [&str; 2] = ["zh", "en"];
const LONGEST_WORD: usize = 64;

/// The first thing in an answer that the kernel would refuse; none when it is sound.
#[must_use]
pub fn unsound(answer: &Value, plugin: &Plugin) -> Option<String> {
    match answer {
        Value::Array(parts) => parts.iter().find_map(|part| unsound(part, plugin)),
        Value::Object(members) => {
            if silent(members) {
                return None;
            }
            let own = members.iter().find_map(|(name, member)| fault_of(name, member, plugin));
            own.or_else(|| fraction(members))
        }
        _ => None,
    }
}

/// Answers that say nothing, and so need not cite: no remark, and an admission without a word.
fn silent(members: &Map<String, Value>) -> bool {
    let empty = |value: Option<&Value>| value.and_then(Value::as_str) == Some("");
    let message = members.get("message");
    let silent = LANGUAGES.iter().all(|language| empty(message.and_then(|words| words.get(language))));
    let remark = members.get("remark").and_then(Value::as_str) == Some("none");
    silent && (remark || members.get("admitted") == Some(&Value::Bool(true)) && empty(members.get("code")))
}

fn fault_of(name: &str, member: &Value, plugin: &Plugin) -> Option<String> {
    match (name, member) {
        ("because" | "secret-ballot", Value::Array(cited)) => {
            if cited.is_empty() {
                return Some("a part of the answer cites no article".into());
            }
            let mut ids = cited.iter().filter_map(Value::as_str);
            let unknown = ids.find(|id| !plugin.articles.contains(*id))?;
            Some(format!("the answer cites `{unknown}`, and the text has no such article"))
        }
        ("weight", Value::String(weight)) if plugin.kind == "village-regulation" && weight != "advise" => {
            Some(format!("a village regulation can only advise, and this is `{weight}`"))
        }
        ("stage", Value::String(stage)) if !plugin.stages.contains(stage) => {
            Some(format!("the manifest declares no stage `{stage}`"))
        }
        ("measures", Value::Array(measures)) => {
            let mut names = measures.iter().filter_map(|measure| measure["name"].as_str());
            let unknown = names.find(|name| !plugin.measures.contains(*name))?;
            Some(format!("the manifest declares no measure `{unknown}`"))
        }
        (_, Value::String(word)) if WORDS.contains(&name) => {
            (!is_word(word)).then(|| format!("the {name} `{word}` is not a kebab-case word"))
        }
        (language, Value::String(text)) if LANGUAGES.contains(&language) => {
            text.trim().is_empty().then(|| format!("a text of the answer says nothing in `{language}`"))
        }
        _ => unsound(member, plugin),
    }
}

fn fraction(members: &Map<String, Value>) -> Option<String> {
    let numerator = members.get("numerator")?.as_u64()?;
    let denominator = members.get("denominator")?.as_u64()?;
    let reachable = denominator > 0 && numerator <= denominator;
    let strictly = members.get("comparison").and_then(Value::as_str) == Some("more-than");
    let fault = !reachable || (strictly && numerator == denominator);
    fault.then(|| format!("nobody can reach {numerator}/{denominator}"))
}

fn is_word(word: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=LONGEST_WORD).contains(&word.len())
        && word.bytes().all(allowed)
        && !word.starts_with('-')
        && !word.ends_with('-')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fault(answer: Value) -> Option<String> {
        let plugin = Plugin {
            name: "quiet".into(),
            kind: "village-regulation".into(),
            communities: Vec::new(),
            defaults: json!({}),
            roster: Vec::new(),
            articles: ["议事-1".to_owned()].into(),
            stages: ["done".to_owned()].into(),
            measures: ["visits".to_owned()].into(),
            scenarios: Vec::new(),
        };
        unsound(&answer, &plugin)
    }

    #[test]
    fn a_citation_must_be_there_and_be_real() {
        assert_eq!(fault(json!([{ "code": "x", "because": ["议事-1"] }])), None);
        assert!(fault(json!([{ "code": "x", "because": [] }])).is_some());
        assert!(fault(json!({ "secret-ballot": [] })).is_some());
        assert!(fault(json!({ "quorum": { "because": ["议事-2"] } })).is_some());
        assert_eq!(fault(json!({ "secret-ballot": null, "conditions": [] })), None);
        let said = json!({ "zh": "可以", "en": "yes" });
        assert!(
            fault(json!({ "admitted": true, "code": "admitted", "message": said, "because": [] })).is_some()
        );
        let nothing = json!({ "zh": "", "en": "" });
        assert!(fault(json!({ "admitted": false, "code": "", "message": nothing, "because": [] })).is_some());
        assert_eq!(fault(json!({ "admitted": true, "code": "", "message": nothing, "because": [] })), None);
        assert_eq!(fault(json!({ "remark": "none", "message": nothing, "because": [] })), None);
    }

    #[test]
    fn codes_are_words_and_texts_say_something() {
        assert!(fault(json!({ "code": "Too Long" })).is_some());
        assert!(fault(json!({ "code": "" })).is_some());
        assert!(fault(json!({ "stage": "办结" })).is_some());
        assert!(fault(json!({ "stage": "elsewhere" })).is_some(), "a stage that nobody declared");
        assert_eq!(fault(json!({ "stage": "done" })), None);
        assert!(fault(json!({ "measures": [{ "name": "days", "value": 1 }] })).is_some());
        assert_eq!(fault(json!({ "measures": [{ "name": "visits", "value": 1 }] })), None);
        assert!(fault(json!([{ "pointer": "/a", "message": { "zh": " ", "en": "x" } }])).is_some());
        assert!(fault(json!({ "ok": { "tasks": [{ "text": { "zh": "登记", "en": "" } }] } })).is_some());
        assert!(fault(json!([{ "weight": "forbid" }])).is_some());
    }

    #[test]
    fn a_share_can_be_reached() {
        assert_eq!(fault(json!({ "comparison": "at-least", "numerator": 1, "denominator": 1 })), None);
        assert!(fault(json!({ "comparison": "more-than", "numerator": 1, "denominator": 1 })).is_some());
        assert!(fault(json!({ "comparison": "at-least", "numerator": 3, "denominator": 2 })).is_some());
        assert!(fault(json!({ "numerator": 0, "denominator": 0 })).is_some());
    }
}
