//! 词句 (codes and figures of the views in the words and types of the pages).

use jiff::Timestamp;
use jiff::civil::Date;
use yishi_deliberation::shanghai_date;
use yishi_law::Subject;
use yishi_words::from_code;

use crate::context::{CommunityKind, MatterClass, TrackStage};
use crate::lang::Lang;

/// 2026年3月1日 / 1 Mar 2026.
fn day(lang: Lang, day: Date) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    match lang {
        Lang::Zh => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        Lang::En => {
            let month = usize::try_from(day.month()).ok().and_then(|month| MONTHS.get(month - 1));
            format!("{} {} {}", day.day(), month.copied().unwrap_or_default(), day.year())
        }
    }
}

/// 某一天 (what has a day: a day itself, an instant in the time of the place, a text that writes either).
pub trait Dated {
    /// The day as people write it; a text that writes none stays as it is.
    fn shown(&self, lang: Lang) -> String;
}

impl Dated for Date {
    fn shown(&self, lang: Lang) -> String {
        day(lang, *self)
    }
}

impl Dated for Timestamp {
    fn shown(&self, lang: Lang) -> String {
        day(lang, shanghai_date(*self))
    }
}

impl Dated for String {
    fn shown(&self, lang: Lang) -> String {
        self.as_str().shown(lang)
    }
}

impl<T: Dated + ?Sized> Dated for &T {
    fn shown(&self, lang: Lang) -> String {
        (**self).shown(lang)
    }
}

impl Dated for str {
    fn shown(&self, lang: Lang) -> String {
        if let Ok(instant) = self.parse::<Timestamp>() {
            return instant.shown(lang);
        }
        self.parse().map_or_else(|_| self.to_owned(), |date| day(lang, date))
    }
}

/// A sentence of the kernel with its ISO dates written as the rest of the page writes them.
pub(crate) fn dated(lang: Lang, text: &str) -> String {
    const LENGTH: usize = "2026-03-01".len();
    let joins = |letter: Option<char>| letter.is_some_and(|one| one.is_ascii_alphanumeric() || one == '-');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let date = rest.get(..LENGTH).filter(|part| part.as_bytes().get(4) == Some(&b'-'));
        let date = date.and_then(|part| part.parse::<Date>().ok());
        let alone = !joins(out.chars().next_back())
            && !joins(rest.get(LENGTH..).and_then(|tail| tail.chars().next()));
        match date.filter(|_| alone) {
            Some(date) => {
                out.push_str(&day(lang, date));
                rest = rest.get(LENGTH..).unwrap_or_default();
            }
            None => {
                out.push(letter);
                rest = rest.get(letter.len_utf8()..).unwrap_or_default();
            }
        }
    }
    out
}

/// A number people can say on the telephone: the year of opening and the last figures of the id.
pub fn number(opened: Date, id: impl std::fmt::Display) -> String {
    let (year, id) = (opened.year(), id.to_string());
    let tail: String = id.chars().rev().take(6).collect::<Vec<_>>().into_iter().rev().collect();
    format!("{year}-{}", tail.to_uppercase())
}

/// Paragraphs of a text.
pub fn paragraphs(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// Kind of community, from a view's code.
pub fn community_kind_of(code: &str) -> CommunityKind {
    code.parse().unwrap_or(CommunityKind::Village)
}

/// The step of the six that a matter has reached.
pub fn step(class: Option<MatterClass>, number: u8) -> TrackStage {
    let class = class.unwrap_or(MatterClass::Ordinary);
    TrackStage::numbered(class, number).unwrap_or(TrackStage::Suggest)
}

/// Days left of a period that ends on this day, which is one of them.
pub fn days_left(last: Date, today: Date) -> u32 {
    u32::try_from((last - today).get_days() + 1).unwrap_or(0)
}

/// A subject in words.
pub fn subject(lang: Lang, code: &str) -> String {
    let known = from_code::<Subject>(code);
    known.map_or_else(|_| code.to_owned(), |subject| subject.term().heading(lang))
}

/// Fen as an amount in yuan, its thousands apart.
pub(crate) fn grouped(fen: u64) -> String {
    let (whole, rest) = ((fen / 100).to_string(), fen % 100);
    let mut grouped = String::new();
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if rest == 0 { grouped } else { format!("{grouped}.{rest:02}") }
}

/// A JSON value as lines a person can read: one line for each leaf.
pub fn lines_of(value: &serde_json::Value) -> Vec<String> {
    let mut lines = Vec::new();
    leaves(value, "", &mut lines);
    lines
}

fn leaves(value: &serde_json::Value, path: &str, lines: &mut Vec<String>) {
    use serde_json::Value;
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path} · {name}") };
    match value {
        Value::Null => {}
        Value::Object(fields) => fields.iter().for_each(|(name, value)| leaves(value, &below(name), lines)),
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            let items: Vec<_> = items.iter().map(plain).collect();
            if !items.is_empty() {
                lines.push(line(path, &items.join("、")));
            }
        }
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                leaves(item, &below(&(n + 1).to_string()), lines);
            }
        }
        leaf => lines.push(line(path, &plain(leaf))),
    }
}

fn line(path: &str, value: &str) -> String {
    if path.is_empty() { value.to_owned() } else { format!("{path}：{value}") }
}

fn plain(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrase::Speak as _;

    #[test]
    fn days_are_those_of_the_place() {
        assert_eq!(Lang::Zh.date("2026-03-01T16:30:00Z"), "2026年3月2日");
        assert_eq!(Lang::En.moment("2026-03-01T16:30:00Z"), "2 Mar 2026 00:30");
        assert_eq!(Lang::En.date("2026-12-31"), "31 Dec 2026");
        assert_eq!(Lang::Zh.date("someday"), "someday");
    }

    #[test]
    fn dates_in_a_sentence_are_those_of_the_page() {
        let said = "公开至 2026-06-12，当日（2026-06-12）结束后才能撤下";
        assert_eq!(dated(Lang::Zh, said), "公开至 2026年6月12日，当日（2026年6月12日）结束后才能撤下");
        assert_eq!(dated(Lang::En, "posted until 2026-06-12"), "posted until 12 Jun 2026");
        for kept in ["V-2026-06-12", "2026-06-12T08:00:00Z", "2026-13-01", "编号 2026-031", "二〇二六"]
        {
            assert_eq!(dated(Lang::Zh, kept), kept);
        }
    }

    #[test]
    fn money_is_written_in_yuan() {
        assert_eq!(Lang::Zh.yuan(123_456_789), "1,234,567.89 元");
        assert_eq!(Lang::En.yuan(100), "CNY 1");
    }

    #[test]
    fn examples_are_lines() {
        let value = serde_json::json!({ "roster": { "adults": 12 }, "subjects": ["charter", "rule"] });
        assert_eq!(lines_of(&value), ["roster · adults：12", "subjects：charter、rule"]);
    }
}
