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

use serde_json::{Map, Value, json};

use crate::context::{Field, FieldChoice, FieldKind};
use crate::lang::Lang;

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
            some: schema["minItems"].as_u64().is_some_and(|least| least > 0),
        }
    }

    fn kind(self, kind: FieldKind) -> FieldKind {
        match (kind, self.rows) {
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

#[derive(Debug, Clone, PartialEq)]
enum Shape {
    Whole {
        least: Option<i64>,
        most: Option<i64>,
    },
    Fen {
        least: Option<i64>,
        most: Option<i64>,
    },
    Fraction,
    Word {
        least: u64,
        most: Option<u64>,
    },
    Day,
    Month,
    OneOf(Vec<Choice>),
    /// With `whole`, no tick means no; without, there is a third answer: not said.
    Yes {
        whole: bool,
    },
    Lines,
    Many(Vec<Choice>),
    Group(Asked),
    Rows(Asked),
    Json,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Choice {
    value: String,
    label: Words,
}

/// Below this length a text is asked for in one line.
const ONE_LINE: u64 = 60;
/// Between the columns of a row.
const BAR: char = '|';

impl Words {
    fn of(schema: &Value, key: &str) -> Self {
        let text = |key: &str| schema[key].as_str().unwrap_or_default().to_owned();
        Self { zh: text(key), en: text(&format!("x-{key}-en")) }
    }

    fn get(&self, lang: Lang) -> &str {
        if lang == Lang::En && !self.en.is_empty() { &self.en } else { &self.zh }
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
    #[must_use]
    pub fn of(schema: &Value) -> Self {
        Self(questions(schema, schema, 0))
    }

    /// What several schemas ask together: a key that more than one of them has is asked once, in the words of the
    /// first, with the choices of all, and is required when one of them requires it.
    #[must_use]
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
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The title of one answer; none where the schema does not ask for it.
    #[must_use]
    pub fn title(&self, lang: Lang, key: &str) -> Option<String> {
        let known = self.0.iter().find(|question| question.key == key)?;
        Some(known.label.get(lang).trim_end_matches("（分）").to_owned())
    }

    /// The fields, named `{name}.{key}`, with what `value` or else the schema's defaults say to begin with.
    #[must_use]
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
    #[must_use]
    pub fn told(&self, lang: Lang, value: &Value) -> Vec<(String, String)> {
        let Some(object) = value.as_object() else { return Vec::new() };
        let mut told = Vec::new();
        for question in &self.0 {
            let Some(value) = object.get(&question.key) else { continue };
            let label = question.label.get(lang).trim_end_matches("（分）").to_owned();
            match &question.shape {
                Shape::Group(asked) if value.is_object() => {
                    let colon = if lang == Lang::En { ": " } else { "：" };
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

fn shape(root: &Value, key: &str, schema: &Value, whole: bool, depth: u8) -> Shape {
    if let Some(choices) = choices(schema) {
        return Shape::OneOf(choices);
    }
    let (least, most) = (schema["minimum"].as_i64(), schema["maximum"].as_i64());
    match schema["type"].as_str() {
        Some("integer")
            if (key == "fen" || key.ends_with("-fen") || key.ends_with("_fen"))
                && least.is_none_or(|least| least >= 0) =>
        {
            Shape::Fen { least, most }
        }
        Some("integer") => Shape::Whole { least, most },
        Some("boolean") => Shape::Yes { whole },
        Some("string") => match (schema["format"].as_str(), schema["pattern"].as_str()) {
            (Some("date"), _) | (_, Some("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")) => Shape::Day,
            (_, Some("^[0-9]{4}-(0[1-9]|1[0-2])$" | "^[0-9]{4}-[0-9]{2}$")) => Shape::Month,
            _ => Shape::Word {
                least: schema["minLength"].as_u64().unwrap_or(0),
                most: schema["maxLength"].as_u64(),
            },
        },
        Some("object") if is_fraction(schema) => Shape::Fraction,
        Some("object") if depth == 0 && schema["properties"].is_object() => {
            Shape::Group(Asked(questions(root, schema, depth + 1)))
        }
        Some("array") => {
            let items = resolve(root, &schema["items"]);
            if let Some(choices) = choices(items) {
                return Shape::Many(choices);
            }
            match items["type"].as_str() {
                Some("string") => Shape::Lines,
                Some("object") if depth == 0 && items["properties"].is_object() => {
                    let columns = Asked(questions(root, items, depth + 1));
                    let flat = columns.0.iter().all(|one| {
                        !matches!(one.shape, Shape::Lines | Shape::Many(_) | Shape::Json | Shape::Group(_))
                    });
                    if flat { Shape::Rows(columns) } else { Shape::Json }
                }
                _ => Shape::Json,
            }
        }
        _ => Shape::Json,
    }
}

fn choices(schema: &Value) -> Option<Vec<Choice>> {
    if let Some(list) = schema["oneOf"].as_array() {
        let choice = |one: &Value| {
            let value = one["const"].as_str()?;
            Some(Choice { value: value.to_owned(), label: Words::of(one, "title").or(value) })
        };
        return list.iter().map(choice).collect();
    }
    let list = schema["enum"].as_array()?;
    let choice = |one: &Value| {
        let value = one.as_str()?;
        Some(Choice { value: value.to_owned(), label: Words::default().or(value) })
    };
    list.iter().map(choice).collect()
}

fn is_fraction(schema: &Value) -> bool {
    let Some(parts) = schema["properties"].as_object() else { return false };
    parts.len() == 2 && ["numerator", "denominator"].iter().all(|part| parts.contains_key(*part))
}

impl Question {
    fn draw(&self, lang: Lang, above: &str, group: &str, value: Option<&Value>, fields: &mut Vec<Field>) {
        let name = below(above, &self.key);
        let value = value.or(self.default.as_ref());
        let label = format!("{group}{}", self.label_of(lang));
        if let Shape::Group(asked) = &self.shape
            && value.is_none_or(|value| asked.holds(value))
        {
            let colon = if lang == Lang::En { ": " } else { "：" };
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
        // A box that has to be ticked could not say no.
        field.required = self.required
            && (self.look.some || !matches!(field.kind, FieldKind::Check | FieldKind::Many(_)))
            && !self.may_be_empty();
        let hint = self.hint(lang, &field);
        field.hint = (!hint.is_empty()).then_some(hint);
        fields.push(field);
    }

    /// Whether an empty answer is an answer although one is required.
    fn may_be_empty(&self) -> bool {
        matches!(self.shape, Shape::Lines | Shape::Many(_) | Shape::Rows(_)) && !self.look.some
    }

    fn label_of(&self, lang: Lang) -> String {
        let label = self.label.get(lang);
        match (&self.shape, lang) {
            (Shape::Fen { .. }, Lang::Zh) => format!("{}（元）", label.trim_end_matches("（分）")),
            (Shape::Fen { .. }, Lang::En) => format!("{} (yuan)", label.trim_end_matches("（分）")),
            _ => label.to_owned(),
        }
    }

    fn hint(&self, lang: Lang, field: &Field) -> String {
        let say = |zh: &str, en: &str| if lang == Lang::En { en.to_owned() } else { zh.to_owned() };
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

    fn read(&self, name: &str, sent: &[(&str, &str)]) -> Result<Option<Value>, Vec<Fault>> {
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
            Shape::Yes { whole: true } => Ok(Some(Value::Bool(one() == Some("true")))),
            shape => match one() {
                Some(text) => shape.value(name, text).map(Some).map_err(|fault| vec![fault]),
                None => self.nothing(name),
            },
        }
    }

    fn nothing(&self, name: &str) -> Result<Option<Value>, Vec<Fault>> {
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

impl Asked {
    /// Whether every part of an object has a question.
    fn holds(&self, value: &Value) -> bool {
        value
            .as_object()
            .is_some_and(|parts| parts.keys().all(|key| self.0.iter().any(|one| one.key == *key)))
    }
}

impl Shape {
    fn kind(&self, lang: Lang, shown: &str) -> FieldKind {
        let choices = |list: &[Choice]| -> Vec<FieldChoice> {
            list.iter().map(|one| FieldChoice::new(&one.value, one.label.get(lang))).collect()
        };
        match self {
            Self::Whole { least: Some(0..), .. } => FieldKind::Number,
            Self::Fen { .. } => FieldKind::Money,
            Self::Word { most, .. } if most.is_none_or(|most| most > ONE_LINE) || shown.contains('\n') => {
                FieldKind::Lines { rows: 3 }
            }
            Self::Day => FieldKind::Date,
            Self::OneOf(list) => FieldKind::Select(choices(list)),
            Self::Many(list) => FieldKind::Many(choices(list)),
            Self::Yes { whole: true } => FieldKind::Check,
            Self::Yes { whole: false } => FieldKind::Select(vec![
                FieldChoice::new("true", yes(lang, true)),
                FieldChoice::new("false", yes(lang, false)),
            ]),
            Self::Lines => FieldKind::Lines { rows: 4 },
            Self::Rows(_) | Self::Json | Self::Group(_) => FieldKind::Lines { rows: 5 },
            _ => FieldKind::Text,
        }
    }

    /// A value as the control holds it; none when it cannot.
    fn shown(&self, lang: Lang, value: &Value) -> Option<String> {
        match self {
            Self::Whole { .. } => value.as_i64().map(|number| number.to_string()),
            Self::Fen { .. } => value.as_i64().filter(|fen| *fen >= 0).map(yuan),
            Self::Fraction => {
                let (above, below) = (value["numerator"].as_u64()?, value["denominator"].as_u64()?);
                (value.as_object()?.len() == 2).then(|| format!("{above}/{below}"))
            }
            Self::Word { .. } | Self::Day | Self::Month => {
                value.as_str().filter(|text| text.trim() == *text && !text.contains('\r')).map(str::to_owned)
            }
            Self::OneOf(list) => {
                let value = value.as_str()?;
                list.iter().any(|one| one.value == value).then(|| value.to_owned())
            }
            Self::Yes { .. } => value.as_bool().map(|yes| yes.to_string()),
            Self::Lines => {
                let lines: Option<Vec<&str>> = value.as_array()?.iter().map(Value::as_str).collect();
                let plain =
                    |line: &&str| line.trim() == *line && !line.is_empty() && !line.contains(['\n', '\r']);
                lines.filter(|lines| lines.iter().all(plain)).map(|lines| lines.join("\n"))
            }
            Self::Many(list) => {
                let ticked: Option<Vec<&str>> = value.as_array()?.iter().map(Value::as_str).collect();
                let ticked = ticked?;
                // Boxes know neither order nor repetition.
                let ordered: Vec<&str> =
                    list.iter().map(|one| one.value.as_str()).filter(|one| ticked.contains(one)).collect();
                (ordered == ticked).then(|| ticked.join("\n"))
            }
            Self::Rows(columns) => {
                let rows: Option<Vec<String>> =
                    value.as_array()?.iter().map(|row| columns.row(lang, row)).collect();
                rows.map(|rows| rows.join("\n"))
            }
            Self::Group(_) | Self::Json => None,
        }
    }

    fn value(&self, name: &str, text: &str) -> Result<Value, Fault> {
        let text = text.trim();
        match self {
            Self::Whole { least, most } => {
                let number: i64 = text
                    .parse()
                    .map_err(|_| fault(name, "not-a-number", "请填写整数", "must be a whole number"))?;
                within(name, number, *least, *most, |number| number.to_string())?;
                Ok(json!(number))
            }
            Self::Fen { least, most } => {
                let fen = fen(text).ok_or_else(|| {
                    fault(
                        name,
                        "not-an-amount",
                        "请填写金额，如 1200 或 1200.50",
                        "an amount such as 1200 or 1200.50",
                    )
                })?;
                within(name, fen, *least, *most, yuan)?;
                Ok(json!(fen))
            }
            Self::Fraction => {
                let halves = text.split_once(['/', '／']);
                let read = |half: &str| half.trim().parse::<u64>().ok().filter(|half| *half > 0);
                match halves.and_then(|(above, below)| Some((read(above)?, read(below)?))) {
                    Some((above, below)) => Ok(json!({ "numerator": above, "denominator": below })),
                    None => {
                        Err(fault(name, "not-a-fraction", "请填写几分之几，如 2/3", "a fraction such as 2/3"))
                    }
                }
            }
            Self::Word { least, most } => {
                let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
                if length < *least {
                    let (zh, en) = (format!("不少于 {least} 个字"), format!("at least {least} characters"));
                    return Err(fault(name, "too-short", &zh, &en));
                }
                if let Some(most) = most.filter(|most| length > *most) {
                    let (zh, en) = (format!("不超过 {most} 个字"), format!("at most {most} characters"));
                    return Err(fault(name, "too-long", &zh, &en));
                }
                Ok(json!(text))
            }
            Self::Day if !digits(text, &[4, 2, 2]) => {
                Err(fault(name, "not-a-date", "日期应如 2026-03-01", "a date such as 2026-03-01"))
            }
            Self::Month if !digits(text, &[4, 2]) => {
                Err(fault(name, "not-a-month", "年月应如 2026-03", "year and month such as 2026-03"))
            }
            Self::OneOf(list) => {
                let meant =
                    |one: &&Choice| [&one.value, &one.label.zh, &one.label.en].iter().any(|own| *own == text);
                list.iter().find(meant).map(|one| json!(one.value)).ok_or_else(|| not_listed(name))
            }
            Self::Yes { .. } => match text {
                "true" | "是" | "yes" => Ok(json!(true)),
                "false" | "否" | "no" => Ok(json!(false)),
                _ => Err(not_listed(name)),
            },
            Self::Lines => Ok(json!(lines(text).collect::<Vec<_>>())),
            Self::Rows(columns) => {
                let rows: Result<Vec<Value>, Fault> =
                    lines(text).enumerate().map(|(n, line)| columns.cells(name, n + 1, line)).collect();
                rows.map(Value::Array)
            }
            Self::Day | Self::Month => Ok(json!(text)),
            Self::Many(_) | Self::Group(_) | Self::Json => serde_json::from_str(text)
                .map_err(|_| fault(name, "not-json", "应为一段 JSON", "must be JSON")),
        }
    }

    /// A value in words for readers.
    fn told(&self, lang: Lang, value: &Value) -> String {
        let comma = if lang == Lang::En { ", " } else { "、" };
        let word = |list: &[Choice], value: &Value| {
            let known = list.iter().find(|one| value.as_str() == Some(&one.value));
            known.map_or_else(|| bare(lang, value), |one| one.label.get(lang).to_owned())
        };
        match (self, value) {
            (Self::Fen { .. }, value) if value.as_i64().is_some_and(|fen| fen >= 0) => {
                let figure = yuan(value.as_i64().unwrap_or_default());
                if lang == Lang::En { format!("CNY {figure}") } else { format!("{figure} 元") }
            }
            (Self::OneOf(list), value) => word(list, value),
            (Self::Many(list), Value::Array(values)) => {
                values.iter().map(|value| word(list, value)).collect::<Vec<_>>().join(comma)
            }
            (Self::Rows(columns), Value::Array(rows)) => {
                let rows = rows.iter().map(|row| {
                    columns.told(lang, row).into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(" ")
                });
                rows.collect::<Vec<_>>().join(if lang == Lang::En { "; " } else { "；" })
            }
            (shape, value) => match shape.shown(lang, value) {
                Some(_) if value.is_boolean() => bare(lang, value),
                Some(text) => text.replace('\n', comma),
                None => bare(lang, value),
            },
        }
    }
}

impl Asked {
    /// One row as a line of columns; none when a column's text could be taken for more than one.
    fn row(&self, lang: Lang, row: &Value) -> Option<String> {
        if !self.holds(row) {
            return None;
        }
        let cells: Option<Vec<String>> = self
            .0
            .iter()
            .map(|column| match row.get(&column.key) {
                None => Some(String::new()),
                Some(value) => {
                    let cell = match (&column.shape, value) {
                        (Shape::Yes { .. }, Value::Bool(is)) => yes(lang, *is).to_owned(),
                        (Shape::OneOf(_), _) => column.shape.told(lang, value),
                        (shape, value) => shape.shown(lang, value)?,
                    };
                    let plain = !cell.is_empty() && !cell.contains([BAR, '｜', '\n', '\t']);
                    (plain && column.shape.value("", &cell).ok().as_ref() == Some(value)).then_some(cell)
                }
            })
            .collect();
        let line = cells?.join(" | ");
        // A row of empty columns, or one that a reader would split otherwise, is no line.
        let whole = line.contains(BAR) || (self.0.len() == 1 && !line.contains([',', '，']));
        (whole && line.chars().any(|letter| letter != BAR && letter != ' ')).then_some(line)
    }

    fn cells(&self, name: &str, number: usize, line: &str) -> Result<Value, Fault> {
        // A spreadsheet pastes tabs; who types without the bar means the comma.
        let apart: &[char] = if line.contains('\t') {
            &['\t']
        } else if line.contains([BAR, '｜']) {
            &[BAR, '｜']
        } else {
            &[',', '，']
        };
        let cells: Vec<&str> = line.split(apart).map(str::trim).collect();
        let at = |column: &Question, fault: Fault| Fault {
            zh: format!("第 {number} 行“{}”：{}", column.label_of(Lang::Zh), fault.zh),
            en: format!("line {number}, “{}”: {}", column.label_of(Lang::En), fault.en),
            ..fault
        };
        if cells.len() > self.0.len() {
            let (zh, en) = (
                format!("第 {number} 行有 {} 栏，应为 {} 栏", cells.len(), self.0.len()),
                format!("line {number} has {} columns, not {}", cells.len(), self.0.len()),
            );
            return Err(fault(name, "columns", &zh, &en));
        }
        let mut row = Map::new();
        for (n, column) in self.0.iter().enumerate() {
            let value = match cells.get(n).copied().filter(|cell| !cell.is_empty()) {
                Some(cell) => Some(column.shape.value(name, cell).map_err(|fault| at(column, fault))?),
                None => column.nothing(name).map_err(|mut faults| match faults.pop() {
                    Some(fault) => at(column, fault),
                    None => not_listed(name),
                })?,
            };
            if let Some(value) = value {
                row.insert(column.key.clone(), value);
            }
        }
        Ok(Value::Object(row))
    }
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

fn within(
    name: &str,
    number: i64,
    least: Option<i64>,
    most: Option<i64>,
    shown: impl Fn(i64) -> String,
) -> Result<(), Fault> {
    if let Some(least) = least.filter(|least| number < *least) {
        let least = shown(least);
        return Err(fault(name, "out-of-range", &format!("不小于 {least}"), &format!("at least {least}")));
    }
    if let Some(most) = most.filter(|most| number > *most) {
        let most = shown(most);
        return Err(fault(name, "out-of-range", &format!("不大于 {most}"), &format!("at most {most}")));
    }
    Ok(())
}

fn digits(text: &str, lengths: &[usize]) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let right = |(part, length): (&&str, &usize)| {
        part.len() == *length && part.bytes().all(|digit| digit.is_ascii_digit())
    };
    parts.len() == lengths.len() && parts.iter().zip(lengths).all(right)
}

const fn yes(lang: Lang, is: bool) -> &'static str {
    match (lang, is) {
        (Lang::Zh, true) => "是",
        (Lang::Zh, false) => "否",
        (Lang::En, true) => "yes",
        (Lang::En, false) => "no",
    }
}

/// A value without a schema: words without quotes, yes and no, lists apart by commas.
fn bare(lang: Lang, value: &Value) -> String {
    match value {
        Value::Bool(is) => yes(lang, *is).to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| bare(lang, item)).collect();
            items.join(if lang == Lang::En { ", " } else { "、" })
        }
        Value::Object(parts) => {
            let colon = if lang == Lang::En { ": " } else { "：" };
            let parts: Vec<_> =
                parts.iter().map(|(key, part)| format!("{key}{colon}{}", bare(lang, part))).collect();
            parts.join(if lang == Lang::En { ", " } else { "，" })
        }
        Value::Null => String::new(),
        number => number.to_string(),
    }
}

/// An amount in yuan as people write it (`1200`, `1,200.50`, `¥1200`, `1200元`), in fen; at most two decimals.
#[must_use]
pub fn fen(text: &str) -> Option<i64> {
    let text = text.trim().trim_start_matches(['¥', '￥']).trim_end_matches('元').trim();
    let text: String = text.chars().filter(|letter| !matches!(letter, ',' | '，')).collect();
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), ""), |(whole, rest)| (whole, rest));
    let figures = |part: &str| part.bytes().all(|digit| digit.is_ascii_digit());
    if whole.is_empty() || !figures(whole) || !figures(rest) || rest.len() > 2 || text.ends_with('.') {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let rest: i64 = format!("{rest:0<2}").parse().ok()?;
    whole.checked_mul(100)?.checked_add(rest).filter(|fen| *fen <= MOST_FEN)
}

/// 2^53 - 1: no larger number is exact to every reader, and none enters the record.
const MOST_FEN: i64 = (1 << 53) - 1;

/// Fen as an amount in yuan that [`fen`] reads back: `1200`, `1200.50`.
#[must_use]
pub fn yuan(fen: i64) -> String {
    let (whole, rest) = (fen / 100, fen % 100);
    if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:02}") }
}

fn fault(name: &str, code: &'static str, zh: &str, en: &str) -> Fault {
    Fault { name: name.to_owned(), code, zh: zh.to_owned(), en: en.to_owned() }
}

fn not_listed(name: &str) -> Fault {
    fault(name, "not-one-of", "请从列出的选项中选择", "choose one of those listed")
}
