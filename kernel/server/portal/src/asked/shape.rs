//! 答案的样子 (what an answer is): by its schema, as the control that asks for it, and as it is read from text.

use serde_json::{Value, json};

use super::plain::{bare, fen, hour, yes, yuan};
use super::{Asked, Fault, Words, fault, lines, not_listed, questions, resolve};
use crate::context::{FieldChoice, FieldKind};
use crate::lang::Lang;
use crate::phrase::Speak as _;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
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
    /// An hour of the day, as people write it.
    Hour,
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
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: Words,
}

/// Below this length a text is asked for in one line.
const ONE_LINE: u64 = 60;
pub(super) fn shape(root: &Value, key: &str, schema: &Value, whole: bool, depth: u8) -> Shape {
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
            _ if schema["x-hour"] == true => Shape::Hour,
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

pub(super) fn choices(schema: &Value) -> Option<Vec<Choice>> {
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

pub(super) fn is_fraction(schema: &Value) -> bool {
    let Some(parts) = schema["properties"].as_object() else { return false };
    parts.len() == 2 && ["numerator", "denominator"].iter().all(|part| parts.contains_key(*part))
}

impl Shape {
    pub(super) fn kind(&self, lang: Lang, shown: &str) -> FieldKind {
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
    pub(super) fn shown(&self, lang: Lang, value: &Value) -> Option<String> {
        match self {
            Self::Whole { .. } => value.as_i64().map(|number| number.to_string()),
            Self::Fen { .. } => value.as_i64().filter(|fen| *fen >= 0).map(yuan),
            Self::Fraction => {
                let (above, below) = (value["numerator"].as_u64()?, value["denominator"].as_u64()?);
                (value.as_object()?.len() == 2).then(|| format!("{above}/{below}"))
            }
            Self::Word { .. } | Self::Day | Self::Month | Self::Hour => {
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

    pub(super) fn value(&self, name: &str, text: &str) -> Result<Value, Fault> {
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
            Self::Hour => hour(text).map(|hour| json!(hour.strftime("%H:%M").to_string())).ok_or_else(|| {
                let (zh, en) =
                    ("请写明几点几分，例如 09:00、下午2点半", "write an hour such as 09:00 or 2:30 pm");
                fault(name, "not-an-hour", zh, en)
            }),
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
    pub(super) fn told(&self, lang: Lang, value: &Value) -> String {
        let comma = lang.both("、", ", ");
        let word = |list: &[Choice], value: &Value| {
            let known = list.iter().find(|one| value.as_str() == Some(&one.value));
            known.map_or_else(|| bare(lang, value), |one| one.label.get(lang).to_owned())
        };
        match (self, value) {
            (Self::Fen { .. }, value) if value.as_i64().is_some_and(|fen| fen >= 0) => {
                let figure = yuan(value.as_i64().unwrap_or_default());
                lang.fill(lang.both("{} 元", "CNY {}"), figure)
            }
            (Self::OneOf(list), value) => word(list, value),
            (Self::Many(list), Value::Array(values)) => {
                values.iter().map(|value| word(list, value)).collect::<Vec<_>>().join(comma)
            }
            (Self::Rows(columns), Value::Array(rows)) => {
                let rows = rows.iter().map(|row| {
                    columns.told(lang, row).into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(" ")
                });
                rows.collect::<Vec<_>>().join(lang.both("；", "; "))
            }
            (shape, value) => match shape.shown(lang, value) {
                Some(_) if value.is_boolean() => bare(lang, value),
                Some(text) => text.replace('\n', comma),
                None => bare(lang, value),
            },
        }
    }
}

pub(super) fn within(
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

pub(super) fn digits(text: &str, lengths: &[usize]) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let right = |(part, length): (&&str, &usize)| {
        part.len() == *length && part.bytes().all(|digit| digit.is_ascii_digit())
    };
    parts.len() == lengths.len() && parts.iter().zip(lengths).all(right)
}
