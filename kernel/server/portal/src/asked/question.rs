//! 一问 (one question): drawn as a field, and read from what was sent in it.

use serde_json::{Value, json};

use super::shape::Shape;
use super::{Fault, Question, bare_of, below, fault, given, lines, not_listed, says_any, yuan};
use crate::context::{Field, FieldKind};
use crate::lang::Lang;
use crate::phrase::Speak as _;

impl Question {
    pub(super) fn draw(
        &self,
        lang: Lang,
        above: &str,
        group: &str,
        value: Option<&Value>,
        fields: &mut Vec<Field>,
    ) {
        let name = below(above, &self.key);
        let value = value.or(self.default.as_ref());
        let label = format!("{group}{}", self.label_of(lang));
        if let Shape::Group(asked) = &self.shape
            && value.is_none_or(|value| asked.holds(value))
        {
            let colon = lang.both("：", ": ");
            for part in &asked.0 {
                let value = value.and_then(|value| value.get(&part.key));
                part.draw(lang, &name, &format!("{label}{colon}"), value, fields);
            }
            return;
        }
        let shown = value.map(|value| self.shape.shown(lang, value));
        let (name, kind, shown) = match shown {
            Some(Some(shown)) => (name, self.look.kind(self.shape.kind(lang, &shown)), shown),
            None if self.shape != Shape::Json => {
                (name, self.look.kind(self.shape.kind(lang, "")), String::new())
            }
            // What the control cannot hold is shown as it is.
            _ => {
                let text = value.map(Value::to_string).unwrap_or_default();
                (format!("{name}.json"), FieldKind::Lines { rows: 3 }, text)
            }
        };
        let mut field = Field::new(&name, &label, kind).value(&shown);
        if self.look.preset {
            // What the page does not know is not sent.
            fields.extend((!shown.is_empty()).then_some(field));
            return;
        }
        // A box that has to be ticked could not say no.
        field.required = self.required
            && (self.look.some || !matches!(field.kind, FieldKind::Check | FieldKind::Many(_)))
            && !self.may_be_empty();
        let hint = self.hint(lang, &field);
        field.hint = (!hint.is_empty()).then_some(hint);
        fields.push(field);
    }

    /// Whether an empty answer is an answer although one is required.
    pub(super) fn may_be_empty(&self) -> bool {
        matches!(self.shape, Shape::Lines | Shape::Many(_) | Shape::Rows(_)) && !self.look.some
    }

    pub(super) fn label_of(&self, lang: Lang) -> String {
        let label = self.label.get(lang);
        match &self.shape {
            Shape::Fen { .. } => format!("{}{}", bare_of(label), lang.both("（元）", " (yuan)")),
            _ => label.to_owned(),
        }
    }

    pub(super) fn hint(&self, lang: Lang, field: &Field) -> String {
        let say = |zh: &str, en: &str| lang.both(zh, en).to_owned();
        let own = if field.name.ends_with(".json") {
            say("这一项须按规约的格式（JSON）填写。", "This one is written in the rule's own format (JSON).")
        } else {
            match &self.shape {
                Shape::Whole { least: Some(least), most: Some(most) } => format!("{least}–{most}"),
                Shape::Fen { least: Some(least), most: Some(most) } => {
                    format!("{}–{}", yuan(*least), yuan(*most))
                }
                Shape::Fraction => say("几分之几，如 2/3", "A fraction such as 2/3"),
                Shape::Month => say("年月，如 2026-03", "Year and month, such as 2026-03"),
                Shape::Lines => say("每行一项", "One a line"),
                Shape::Rows(columns) => {
                    let names: Vec<_> = columns.0.iter().map(|column| column.label_of(lang)).collect();
                    let names = names.join(" | ");
                    say(
                        &format!("每行一笔，各栏用“|”隔开：{names}"),
                        &format!("One a line, columns apart by “|”: {names}"),
                    )
                }
                _ => String::new(),
            }
        };
        let help = self.help.get(lang);
        let gap = if lang == Lang::En && !help.is_empty() && !own.is_empty() { " " } else { "" };
        format!("{help}{gap}{own}")
    }

    pub(super) fn read(&self, name: &str, sent: &[(&str, &str)]) -> Result<Option<Value>, Vec<Fault>> {
        let raw = format!("{name}.json");
        if let Some(text) = given(sent, &raw) {
            let value = serde_json::from_str(text)
                .map_err(|_| vec![fault(&raw, "not-json", "应为一段 JSON", "must be JSON")])?;
            return Ok(Some(value));
        }
        if sent.iter().any(|(sent, _)| *sent == raw) {
            return self.nothing(&raw);
        }
        let one = || given(sent, name);
        match &self.shape {
            Shape::Json => self.nothing(&raw),
            // Of a group that may be left out nothing is missing where nothing is said.
            Shape::Group(_) if !self.required && !says_any(name, sent) => Ok(None),
            Shape::Group(asked) => match asked.read(name, sent)? {
                Value::Object(parts) if parts.is_empty() && !self.required => Ok(None),
                value => Ok(Some(value)),
            },
            Shape::Many(choices) => {
                let ticked: Vec<&str> = sent
                    .iter()
                    .filter(|(sent, text)| *sent == name && !text.is_empty())
                    .map(|(_, text)| *text)
                    .collect();
                if ticked.iter().any(|text| !choices.iter().any(|choice| choice.value == **text)) {
                    return Err(vec![not_listed(name)]);
                }
                if ticked.is_empty() && self.look.some {
                    return Err(vec![fault(name, "missing-field", "请至少勾选一项", "tick at least one")]);
                }
                Ok((self.required || !ticked.is_empty()).then(|| json!(ticked)))
            }
            // Boxes of which only the page knows the choices send a name for each.
            Shape::Lines => {
                let all = sent.iter().filter(|(sent, _)| *sent == name).map(|(_, text)| *text);
                let all = all.collect::<Vec<_>>().join("\n");
                if all.trim().is_empty() {
                    self.nothing(name)
                } else {
                    Ok(Some(json!(lines(&all).collect::<Vec<_>>())))
                }
            }
            Shape::Yes { whole: true } => Ok(Some(Value::Bool(one() == Some("true")))),
            shape => match one() {
                Some(text) => shape.value(name, text).map(Some).map_err(|fault| vec![fault]),
                None => self.nothing(name),
            },
        }
    }

    pub(super) fn nothing(&self, name: &str) -> Result<Option<Value>, Vec<Fault>> {
        match &self.shape {
            _ if !self.required => Ok(None),
            _ if self.may_be_empty() => Ok(Some(Value::Array(Vec::new()))),
            Shape::Word { least: 0, .. } if self.default == Some(Value::String(String::new())) => {
                Ok(self.default.clone())
            }
            _ => Err(vec![fault(name, "missing-field", "请填写这一项", "fill this in")]),
        }
    }
}
