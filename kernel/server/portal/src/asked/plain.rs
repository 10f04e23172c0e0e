//! 常见写法 (amounts, hours, yes and no, as people write them).

use jiff::civil::Time;
use serde_json::Value;

use crate::lang::Lang;
use crate::phrase::Speak as _;

pub(super) fn yes(lang: Lang, is: bool) -> &'static str {
    if is { lang.both("是", "yes") } else { lang.both("否", "no") }
}

/// A value without a schema: words without quotes, yes and no, lists apart by commas.
pub(super) fn bare(lang: Lang, value: &Value) -> String {
    match value {
        Value::Bool(is) => yes(lang, *is).to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| bare(lang, item)).collect();
            lang.list(&items)
        }
        Value::Object(parts) => {
            let colon = lang.both("：", ": ");
            let parts = parts.iter().map(|(key, part)| format!("{key}{colon}{}", bare(lang, part)));
            parts.collect::<Vec<_>>().join(lang.both("，", ", "))
        }
        Value::Null => String::new(),
        number => number.to_string(),
    }
}

/// An amount in yuan as people write it (`1200`, `1,200.50`, `¥1200`, `1200元`), in fen; at most two decimals.
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
pub fn yuan(fen: i64) -> String {
    let (whole, rest) = (fen / 100, fen % 100);
    if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:02}") }
}

/// 几点几分: `9:30`, `９：３０`, `0930`, `9点半`, `下午2点`, `9 am`; nothing for what is no hour of a day.
pub(super) fn hour(text: &str) -> Option<Time> {
    const WIDE: std::ops::RangeInclusive<char> = '\u{ff01}'..='\u{ff5e}';
    let narrow = |letter: char| match letter {
        wide if WIDE.contains(&wide) => char::from_u32(u32::from(wide) - 0xfee0).unwrap_or(wide),
        other => other,
    };
    let text: String = text.chars().filter(|letter| !letter.is_whitespace()).map(narrow).collect();
    let text = text.to_lowercase();
    // Before which hour of the clock the half of the day that is named counts from noon.
    let (mut rest, mut noon) = (text.as_str(), 0);
    for (word, before) in [
        ("上午", 0),
        ("早上", 0),
        ("早晨", 0),
        ("中午", 11),
        ("下午", 12),
        ("晚上", 12),
        ("am", 0),
        ("a.m.", 0),
        ("pm", 12),
        ("p.m.", 12),
    ] {
        if let Some(left) = rest.strip_prefix(word).or_else(|| rest.strip_suffix(word)) {
            (rest, noon) = (left, before);
        }
    }
    let (hour, minute) = match rest.split_once([':', '点', '时']) {
        Some((hour, minute)) => (hour, minute.strip_suffix('分').unwrap_or(minute)),
        None if rest.len() == 4 && rest.is_ascii() => rest.split_at(2),
        None => (rest, ""),
    };
    // Figures alone: a number's parser would read a sign too.
    let figures = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?;
    let hour: i8 = figures(hour)?;
    let minute: i8 = match minute {
        "" => 0,
        "半" => 30,
        "一刻" => 15,
        "三刻" => 45,
        other => figures(other)?,
    };
    let hour = if hour < noon { hour + 12 } else { hour };
    Time::new(hour, minute, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_people_write_them() {
        let at = |hour, minute| Some(Time::constant(hour, minute, 0, 0));
        for (text, want) in [
            ("09:00", at(9, 0)),
            ("9:30", at(9, 30)),
            ("９：３０", at(9, 30)),
            ("0930", at(9, 30)),
            ("9点", at(9, 0)),
            ("9 点半", at(9, 30)),
            ("9时05分", at(9, 5)),
            ("上午9点", at(9, 0)),
            ("下午2点", at(14, 0)),
            ("晚上7点一刻", at(19, 15)),
            ("中午12点", at(12, 0)),
            ("中午11点半", at(11, 30)),
            ("中午1点", at(13, 0)),
            ("2:30 pm", at(14, 30)),
            ("9 AM", at(9, 0)),
            ("25:00", None),
            ("-1", None),
            ("明天", None),
            ("", None),
        ] {
            assert_eq!(hour(text), want, "{text}");
        }
    }
}
