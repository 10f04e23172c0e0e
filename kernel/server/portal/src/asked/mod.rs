//! 问项 (what a rule asks, as fields): the JSON Schemas that a rule carries, drawn as form fields and read back.
//!
//! The subset is what settings, matter forms and case forms need: whole numbers, amounts in fen (a name that ends in
//! `fen`; shown in yuan), fractions, words, days and months, choices, yes and no, lists of words or of choices, one
//! object inside another, and lists of flat objects (one a line). Whatever else a schema says, or whatever value does
//! not fit its control, is shown as JSON in a field of its own, so that nothing a rule asks is lost.
//!
//! How a question looks may be said too: `x-rows` (a text of so many lines), `x-one-line` (of one), `x-radio` (choices side by
//! side). The acts of the kernel are asked by the same code; their fields stand under their own names, with no name before.
//!
//! Labels come from `title` and `description`, in English from `x-title-en` and `x-description-en`; choices get words
//! by `oneOf` with `const` and `title`; fields stand in the order of `x-order`, then of `required`. Limits of single
//! values are told at their field. The rule and its schema still judge the whole.
//!
//! An answer that is left empty is no answer: optional texts and lists are then left out of the value.

mod plain;
mod question;
mod rows;
mod shape;

use serde_json::{Map, Value};

use crate::context::{Field, FieldKind};
use crate::lang::Lang;
use crate::phrase::Speak as _;
use plain::bare;
pub use plain::{fen, yuan};
use shape::{Shape, shape};

/// See the module's description.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Asked(Vec<Question>);

/// 填写有误 (what is wrong with one answer), named by the field it was given in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The field's name in the form.
    pub name: String,
    /// Stable code.
    pub code: &'static str,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

#[derive(Debug, Clone, PartialEq)]
struct Question {
    key: String,
    label: Words,
    help: Words,
    required: bool,
    default: Option<Value>,
    shape: Shape,
    look: Look,
}

/// 样子 (what a schema says about the control of a question).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Look {
    rows: Option<u8>,
    one_line: bool,
    radio: bool,
    /// The page knows the answer, and sends it along.
    preset: bool,
    password: bool,
    /// Whether at least one box has to be ticked.
    some: bool,
}

impl Look {
    fn of(schema: &Value) -> Self {
        let is = |key: &str| schema[key].as_bool().unwrap_or(false);
        Self {
            rows: schema["x-rows"].as_u64().and_then(|rows| u8::try_from(rows).ok()),
            // A person is named in a line.
            one_line: is("x-one-line") || schema["x-of"] == "person",
            radio: is("x-radio"),
            preset: is("x-preset"),
            password: is("x-password"),
            some: schema["minItems"].as_u64().is_some_and(|least| least > 0),
        }
    }

    fn kind(self, kind: FieldKind) -> FieldKind {
        match (kind, self.rows) {
            (FieldKind::Text | FieldKind::Lines { .. }, _) if self.preset => FieldKind::Hidden,
            (FieldKind::Text | FieldKind::Lines { .. }, _) if self.password => FieldKind::Password,
            (FieldKind::Lines { .. }, _) if self.one_line => FieldKind::Text,
            (FieldKind::Text | FieldKind::Lines { .. }, Some(rows)) => FieldKind::Lines { rows },
            (FieldKind::Select(choices), _) if self.radio => FieldKind::OneOf(choices),
            (kind, _) => kind,
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Words {
    zh: String,
    en: String,
}

impl Words {
    fn of(schema: &Value, key: &str) -> Self {
        let text = |key: &str| schema[key].as_str().unwrap_or_default().to_owned();
        Self { zh: text(key), en: text(&format!("x-{key}-en")) }
    }

    fn get(&self, lang: Lang) -> &str {
        lang.of(&self.zh, &self.en)
    }

    fn or(mut self, name: &str) -> Self {
        if self.zh.is_empty() {
            name.clone_into(&mut self.zh);
        }
        self
    }
}

impl Asked {
    /// What a schema of an object asks.
    pub fn of(schema: &Value) -> Self {
        Self(questions(schema, schema, 0))
    }

    /// What several schemas ask together: a key that more than one of them has is asked once, in the words of the
    /// first, with the choices of all, and is required when one of them requires it.
    pub fn merged<'a>(schemas: impl IntoIterator<Item = &'a Value>) -> Self {
        let mut all: Vec<Question> = Vec::new();
        for question in schemas.into_iter().flat_map(|schema| Self::of(schema).0) {
            let Some(known) = all.iter_mut().find(|known| known.key == question.key) else {
                all.push(question);
                continue;
            };
            known.required |= question.required;
            if let (Shape::Many(known), Shape::Many(more)) | (Shape::OneOf(known), Shape::OneOf(more)) =
                (&mut known.shape, question.shape)
            {
                for choice in more {
                    if !known.iter().any(|one| one.value == choice.value) {
                        known.push(choice);
                    }
                }
            }
        }
        Self(all)
    }

    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The title of one answer; none where the schema does not ask for it.
    pub fn title(&self, lang: Lang, key: &str) -> Option<String> {
        let known = self.0.iter().find(|question| question.key == key)?;
        Some(bare_of(known.label.get(lang)).to_owned())
    }

    /// The fields, named `{name}.{key}`, with what `value` or else the schema's defaults say to begin with.
    pub fn fields(&self, lang: Lang, name: &str, value: &Value) -> Vec<Field> {
        let mut fields = Vec::new();
        for question in &self.0 {
            question.draw(lang, name, "", value.get(&question.key), &mut fields);
        }
        fields
    }

    /// The value that was sent in the fields of [`Asked::fields`], whatever else the form sent.
    ///
    /// # Errors
    /// Every answer that cannot be what its field asks.
    pub fn read(&self, name: &str, sent: &[(&str, &str)]) -> Result<Value, Vec<Fault>> {
        let (mut object, mut faults) = (Map::new(), Vec::new());
        for question in &self.0 {
            match question.read(&below(name, &question.key), sent) {
                Ok(Some(value)) => {
                    object.insert(question.key.clone(), value);
                }
                Ok(None) => {}
                Err(mut more) => faults.append(&mut more),
            }
        }
        if faults.is_empty() { Ok(Value::Object(object)) } else { Err(faults) }
    }

    /// A value in words: each answer with its label. What the schema does not know keeps its name.
    pub fn told(&self, lang: Lang, value: &Value) -> Vec<(String, String)> {
        let Some(object) = value.as_object() else { return Vec::new() };
        let mut told = Vec::new();
        for question in &self.0 {
            let Some(value) = object.get(&question.key) else { continue };
            let label = bare_of(question.label.get(lang)).to_owned();
            match &question.shape {
                Shape::Group(asked) if value.is_object() => {
                    let colon = lang.both("：", ": ");
                    let parts = asked.told(lang, value).into_iter();
                    told.extend(parts.map(|(part, text)| (format!("{label}{colon}{part}"), text)));
                }
                shape => told.push((label, shape.told(lang, value))),
            }
        }
        let unknown = object.iter().filter(|(key, _)| !self.0.iter().any(|known| known.key == **key));
        told.extend(unknown.map(|(key, value)| (key.clone(), bare(lang, value))));
        told
    }
}

/// Properties in the order people are asked: `x-order`, then what is required, then the rest.
fn questions(root: &Value, schema: &Value, depth: u8) -> Vec<Question> {
    let Some(properties) = schema["properties"].as_object() else { return Vec::new() };
    let names = |key: &str| -> Vec<&str> {
        schema[key].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
    };
    let (order, required) = (names("x-order"), names("required"));
    let mut keys: Vec<&str> = Vec::new();
    for key in order.iter().chain(&required).copied().chain(properties.keys().map(String::as_str)) {
        if properties.contains_key(key) && !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys.into_iter()
        .filter_map(|key| {
            let own = properties.get(key)?;
            let resolved = resolve(root, own);
            let from = |word: &str| {
                let near = Words::of(own, word);
                if near.zh.is_empty() { Words::of(resolved, word) } else { near }
            };
            let required = required.contains(&key);
            let default = own.get("default").or_else(|| resolved.get("default")).cloned();
            let whole = required || default.is_some();
            Some(Question {
                key: key.to_owned(),
                label: from("title").or(key),
                help: from("description"),
                required,
                default,
                shape: shape(root, key, resolved, whole, depth),
                look: Look::of(own),
            })
        })
        .collect()
}

/// A reference inside the schema, followed.
fn resolve<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let mut at = schema;
    for _ in 0..8 {
        let Some(pointer) = at["$ref"].as_str().and_then(|text| text.strip_prefix('#')) else { break };
        let Some(next) = root.pointer(pointer) else { break };
        at = next;
    }
    at
}

impl Asked {
    /// Whether every part of an object has a question.
    fn holds(&self, value: &Value) -> bool {
        value
            .as_object()
            .is_some_and(|parts| parts.keys().all(|key| self.0.iter().any(|one| one.key == *key)))
    }
}

/// A label without the unit in which the value is kept; amounts are shown in yuan.
fn bare_of(label: &str) -> &str {
    label.trim_end_matches("（分）")
}

/// The name of a field under another, or its own where there is none.
fn below(above: &str, key: &str) -> String {
    if above.is_empty() { key.to_owned() } else { format!("{above}.{key}") }
}

/// Whether anything is said in the fields of a group.
fn says_any(name: &str, sent: &[(&str, &str)]) -> bool {
    let of_group = |field: &str| field.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
    sent.iter().any(|(field, text)| of_group(field) && !text.trim().is_empty())
}

fn given<'a>(sent: &[(&str, &'a str)], name: &str) -> Option<&'a str> {
    let found = sent.iter().find(|(sent, _)| *sent == name);
    found.map(|(_, text)| text.trim()).filter(|text| !text.is_empty())
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

fn fault(name: &str, code: &'static str, zh: &str, en: &str) -> Fault {
    Fault { name: name.to_owned(), code, zh: zh.to_owned(), en: en.to_owned() }
}

fn not_listed(name: &str) -> Fault {
    fault(name, "not-one-of", "请从列出的选项中选择", "choose one of those listed")
}
