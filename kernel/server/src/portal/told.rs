//! 用例的词句 (a rule's own examples and settings in words): titles of the schemas it carries, and the contract's names.

use yishi_app::reader::RuleSchemas;
use yishi_app::views::{NamedView, RuleView};
use yishi_law::{Comparison, Share};
use yishi_portal::asked::Asked;

use super::prelude::*;

/// Families of words that values of the contract belong to. No code of one means something else in another.
const CONTRACT: [&str; 11] = [
    "finding-weight",
    "remark",
    "matter-class",
    "community-kind",
    "rule-kind",
    "body",
    "step",
    "comparison",
    "counting-base",
    "counting-mode",
    "role",
];

/// See the module's description.
#[derive(Debug)]
pub(super) struct Told {
    lang: Lang,
    settings: Asked,
    form: Asked,
    evidence: Asked,
    /// By the kind of case or record: its title, and what is asked about it.
    kinds: Vec<(String, String, Asked)>,
    domains: Vec<NamedView>,
    stages: Vec<NamedView>,
    measures: Vec<NamedView>,
}

impl Told {
    /// The words of one rule.
    pub(super) fn of(lang: Lang, rule: &RuleView, schemas: &RuleSchemas) -> Self {
        let cases = rule.cases.iter().map(|case| {
            let title = lang.of(&case.title, &case.title_en);
            (case.kind.clone(), title.to_owned(), Asked::of(&case.form))
        });
        let records = schemas.records.iter().map(|(kind, title, schema)| {
            (kind.clone(), lang.both(&title.zh, &title.en).to_owned(), Asked::of(schema))
        });
        Self {
            form: Asked::merged(&schemas.matters.form),
            evidence: Asked::merged(&schemas.matters.evidence),
            kinds: cases.chain(records).collect(),
            domains: rule.domains.clone(),
            stages: rule.stages.clone(),
            measures: rule.measures.clone(),
            ..Self::of_settings(lang, &schemas.settings)
        }
    }

    /// The words of a component's settings alone.
    pub(super) fn of_settings(lang: Lang, schema: &Value) -> Self {
        Self {
            lang,
            settings: Asked::of(schema),
            form: Asked::default(),
            evidence: Asked::default(),
            kinds: Vec::new(),
            domains: Vec::new(),
            stages: Vec::new(),
            measures: Vec::new(),
        }
    }

    /// What was entered in the form of a kind, each answer with its label.
    pub(super) fn entered(&self, kind: &str, form: &Value) -> Vec<(String, String)> {
        let asked = self.kinds.iter().find(|(known, ..)| known == kind);
        asked.map_or_else(Vec::new, |(_, _, asked)| asked.told(self.lang, form))
    }

    /// Each setting with its title.
    pub(super) fn settings(&self, values: &Value) -> Vec<(String, String)> {
        self.settings.told(self.lang, values)
    }

    /// What a rule is asked, in a word.
    pub(super) fn export(&self, export: &str) -> String {
        yishi_words::entry("gate", export)
            .map_or_else(|| export.to_owned(), |entry| entry.term.heading(self.lang))
    }

    /// A value as lines a person can read: one line for each leaf, under the titles of what it lies in.
    pub(super) fn lines(&self, value: &Value) -> Vec<String> {
        let mut lines = Vec::new();
        self.leaves("", value, "", &mut lines);
        lines
    }

    fn leaves(&self, key: &str, value: &Value, kind: &str, lines: &mut Vec<String>) {
        match value {
            Value::Null => {}
            // A finding's code is for programs; its weight and its articles say the same to people.
            Value::String(_) if key == "code" => {}
            Value::Object(fields) => {
                let kind = fields.get("kind").and_then(Value::as_str).unwrap_or(kind);
                if fields.len() == 2
                    && let (Some(above), Some(below)) = (fields.get("numerator"), fields.get("denominator"))
                {
                    lines.push(self.line(&self.label(key), &format!("{above}/{below}")));
                    return;
                }
                if let Some(share) = share_of(fields) {
                    lines.push(self.line(&self.label(key), share.describe().said(self.lang)));
                    return;
                }
                if !fields.is_empty() && fields.keys().all(|name| name == "zh" || name == "en") {
                    // One text in both languages; an example may give one of them alone.
                    let text = match self.lang.said(value) {
                        "" => fields.values().find_map(Value::as_str).unwrap_or_default(),
                        text => text,
                    };
                    lines.push(self.line(&self.label(key), text));
                    return;
                }
                if fields.len() == 2
                    && let (Some(Value::String(name)), Some(value)) =
                        (fields.get("name"), fields.get("value"))
                {
                    lines.push(self.line(&self.label(name), &self.leaf(name, value)));
                    return;
                }
                for (name, value) in fields {
                    match self.asked(name, value, kind) {
                        Some(asked) => {
                            let told = asked.told(self.lang, value);
                            lines.extend(told.iter().map(|(label, text)| self.line(label, text)));
                        }
                        None => self.leaves(name, value, kind, lines),
                    }
                }
            }
            Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
                let items: Vec<_> = items.iter().map(|item| self.leaf(key, item)).collect();
                if !items.is_empty() {
                    lines.push(self.line(&self.label(key), &items.join(self.lang.both("、", ", "))));
                } else if matches!(key, "publish" | "tasks" | "points" | "records") {
                    lines.push(self.line(&self.label(key), self.lang.both("无", "none")));
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.leaves(key, item, kind, lines);
                }
            }
            leaf => lines.push(self.line(&self.label(key), &self.leaf(key, leaf))),
        }
    }

    /// What is asked of a value by this name, where a schema of the rule says it.
    fn asked(&self, name: &str, value: &Value, kind: &str) -> Option<&Asked> {
        if !value.is_object() {
            return None;
        }
        let of_kind = || self.kinds.iter().find(|(known, ..)| known == kind).map(|(_, _, asked)| asked);
        match name {
            "settings" => Some(&self.settings),
            "evidence" => Some(&self.evidence),
            "form" => Some(of_kind().unwrap_or(&self.form)),
            "body" => of_kind(),
            _ => None,
        }
    }

    fn line(&self, label: &str, value: &str) -> String {
        let colon = if label.is_empty() { "" } else { self.lang.both("：", ": ") };
        format!("{label}{colon}{value}")
    }

    fn leaf(&self, key: &str, value: &Value) -> String {
        let Some(text) = value.as_str() else {
            return match (key, value) {
                (_, Value::Bool(true)) => self.lang.both("是", "yes").to_owned(),
                (_, Value::Bool(false)) => self.lang.both("否", "no").to_owned(),
                (key, value) if key.ends_with("-fen") => {
                    value.as_u64().map_or_else(|| value.to_string(), |fen| self.lang.yuan(fen))
                }
                (_, value) => value.to_string(),
            };
        };
        match key {
            "pointer" => {
                let last = text.rsplit('/').next().unwrap_or_default();
                self.settings.title(self.lang, last).unwrap_or_else(|| text.to_owned())
            }
            "domain" | "domains" => self.domain(text),
            "stage" => self.stage(text).to_owned(),
            "subjects" | "concerns" => phrases::subject(self.lang, text),
            "kind" => self.kind(text),
            "subject" => match text.strip_prefix("household-") {
                Some(number) => self.lang.fill(self.lang.both("{} 号户", "household {}"), number),
                None => text.to_owned(),
            },
            "on" | "today" | "law_date" => self.lang.date(text),
            _ => self.word(text),
        }
    }

    /// A domain by the house's word, or the rule's own.
    fn domain(&self, code: &str) -> String {
        let known = yishi_words::entry("domain", code);
        let own = || self.lang.named(&self.domains, code).to_owned();
        known.map_or_else(own, |entry| entry.term.heading(self.lang))
    }

    /// A stage of the rule's cases, as its manifest calls it.
    pub(super) fn stage<'a>(&'a self, code: &'a str) -> &'a str {
        self.lang.named(&self.stages, code)
    }

    fn kind(&self, code: &str) -> String {
        let known = self.kinds.iter().find(|(known, ..)| known == code);
        known.map_or_else(|| self.word(code), |(_, title, _)| title.clone())
    }

    /// One of the contract's own words; anything else stays as it is written.
    pub(super) fn word(&self, code: &str) -> String {
        let known = CONTRACT.iter().find_map(|family| yishi_words::entry(family, code));
        known.map_or(code, |entry| entry.term.said(self.lang)).to_owned()
    }

    /// The contract's name of a field. A figure of the rule's own keeps the title its schemas give it.
    pub(super) fn label(&self, key: &str) -> String {
        if let Some(own) = self.measures.iter().find(|one| one.code == key) {
            return yishi_words::capitalised(self.lang.of(&own.title, &own.title_en));
        }
        if let Some(entry) = yishi_words::entry("contract-field", key) {
            return entry.term.heading(self.lang);
        }
        let titled = |asked: &Asked| asked.title(self.lang, key);
        self.kinds.iter().find_map(|(_, _, asked)| titled(asked)).unwrap_or_else(|| key.to_owned())
    }
}

/// 比例 (a share, as a rule's answer writes it).
fn share_of(fields: &serde_json::Map<String, Value>) -> Option<Share> {
    let figure = |name: &str| fields.get(name)?.as_u64()?.try_into().ok();
    let (above, below) = (figure("numerator")?, figure("denominator")?);
    match yishi_words::from_code(fields.get("comparison")?.as_str()?).ok()? {
        Comparison::AtLeast => Share::at_least(above, below).ok(),
        Comparison::MoreThan => Share::more_than(above, below).ok(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn named(code: &str, title: &str, title_en: &str) -> NamedView {
        NamedView { code: code.to_owned(), title: title.to_owned(), title_en: title_en.to_owned() }
    }

    fn told(lang: Lang) -> Told {
        let form = json!({
            "type": "object", "properties": {
                "entered-yard": { "type": "boolean", "title": "进入庭院", "x-title-en": "The yard was entered" },
                "grade": { "title": "等次", "x-title-en": "Grade", "oneOf": [
                    { "const": "good", "title": "良好", "x-title-en": "Good" }
                ] }
            }
        });
        let title = lang.both("环境卫生检查", "Inspection").to_owned();
        Told {
            lang,
            settings: Asked::of(
                &json!({ "properties": { "gift-fen": { "type": "integer", "title": "随礼数额（分）" } } }),
            ),
            form: Asked::default(),
            evidence: Asked::default(),
            kinds: vec![("inspection".to_owned(), title, Asked::of(&form))],
            domains: vec![named("tidy-lanes", "巷道", "lanes")],
            stages: vec![named("seen", "已查看", "seen")],
            measures: vec![named("lanes-seen", "查看巷道", "lanes seen")],
        }
    }

    #[test]
    fn an_example_reads_without_code_words() {
        let input = json!({ "event": {
            "kind": "inspection", "on": "2026-03-20", "form": { "entered-yard": true, "grade": "good" }
        } });
        let zh = told(Lang::Zh);
        assert_eq!(zh.export("handle"), "办理");
        let mut lines = zh.lines(&input);
        lines.sort();
        assert_eq!(lines, ["日期：2026年3月20日", "种类：环境卫生检查", "等次：良好", "进入庭院：是"]);
        let mut lines = told(Lang::En).lines(&input);
        lines.sort();
        assert_eq!(
            lines,
            ["Day: 20 Mar 2026", "Grade: Good", "Kind: Inspection", "The yard was entered: yes"]
        );
    }

    #[test]
    fn a_rules_own_words_are_those_of_its_manifest() {
        let answer = json!({ "ok": {
            "stage": "seen", "message": { "zh": "看过了", "en": "all seen" },
            "measures": [{ "name": "lanes-seen", "value": 3 }]
        }, "matter": { "domain": "tidy-lanes" } });
        let mut lines = told(Lang::Zh).lines(&answer);
        lines.sort();
        assert_eq!(lines, ["内容：看过了", "查看巷道：3", "进展：已查看", "领域：巷道"]);
        let mut lines = told(Lang::En).lines(&answer);
        lines.sort();
        assert_eq!(lines, ["Domain: lanes", "Lanes seen: 3", "Stage: seen", "Text: all seen"]);
        // An example may give one language alone.
        let partial = json!({ "message": { "zh": "看过了" } });
        assert_eq!(told(Lang::En).lines(&partial), ["Text: 看过了"]);
    }

    #[test]
    fn answers_read_in_words_and_in_the_punctuation_of_the_page() {
        let then = json!({ "err": {
            "weight": "forbid", "code": "inspected-enough", "because": ["操作-3", "操作-4"]
        } });
        let mut lines = told(Lang::Zh).lines(&then);
        lines.sort();
        assert_eq!(lines, ["依据：操作-3、操作-4", "意见：不予通过"]);
        let mut lines = told(Lang::En).lines(&then);
        lines.sort();
        assert_eq!(lines, ["By: 操作-3, 操作-4", "Finding: refusal"]);
        let given = json!({ "settings": { "gift-fen": 20_000 }, "community": { "adults": 12 } });
        let mut lines = told(Lang::Zh).lines(&given);
        lines.sort();
        assert_eq!(lines, ["成年人：12", "随礼数额：200 元"]);
        assert_eq!(told(Lang::En).lines(&json!({ "publish": [] })), ["Published: none"]);
        let points = json!({ "subject": "household-7", "measures": [{ "name": "grade", "value": 90 }] });
        let mut lines = told(Lang::Zh).lines(&points);
        lines.sort();
        assert_eq!(lines, ["对象：7 号户", "等次：90"]);
        let share = json!({ "share": { "comparison": "at-least", "numerator": 2, "denominator": 3 } });
        assert_eq!(told(Lang::Zh).lines(&share), ["比例：三分之二以上"]);
        assert_eq!(told(Lang::En).lines(&share), ["Share: at least 2/3"]);
    }
}
