//! 文字 (the one policy for text that comes from a guest): what may stand in it, and how it is shown when it may not.
//!
//! Everything a plugin says or carries is shown to people beside the words of the kernel: its manifest, the messages of
//! its answers, its log. A direction override can turn a sentence round, a zero-width character can make one word of
//! two, a control character can write over a terminal. So a manifest that holds one is refused at the shelf, an answer
//! that holds one is no usable answer, and what is quoted for the author is escaped.

use serde_json::Value;

/// Whether a character may stand in no text of a guest: what no text may hold, and tabs, which a rule has no use for.
pub(crate) fn forbidden(c: char) -> bool {
    c == '\t' || yishi_canonical::characters::forbidden(c, None)
}

/// The first forbidden character of a text.
pub(crate) fn first_forbidden(text: &str) -> Option<char> {
    text.chars().find(|c| forbidden(*c))
}

/// A character as a log line or a quotation shows it: on one line, and never hidden.
pub(crate) fn printable(c: char) -> String {
    if c == '\n' || forbidden(c) { c.escape_unicode().to_string() } else { c.to_string() }
}

/// A text of a guest as it is quoted beside the kernel's own words.
pub(crate) fn quoted(text: &str) -> String {
    if text.chars().any(|c| c == '\n' || forbidden(c)) {
        text.chars().map(printable).collect()
    } else {
        text.to_owned()
    }
}

/// Where in a JSON value, keys included, the first forbidden character stands: pointer and code point.
pub(crate) fn forbidden_in(value: &Value) -> Option<(String, char)> {
    match value {
        Value::String(text) => first_forbidden(text).map(|c| (String::new(), c)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| forbidden_in(item).map(|(rest, c)| (format!("/{index}{rest}"), c))),
        Value::Object(fields) => fields.iter().find_map(|(key, value)| {
            if let Some(c) = first_forbidden(key) {
                return Some((format!("/{}", quoted(key)), c));
            }
            forbidden_in(value).map(|(rest, c)| (format!("/{key}{rest}"), c))
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_hides_or_turns_text_is_forbidden_and_what_people_write_is_not() {
        for c in [
            '\u{0}',
            '\u{1b}',
            '\u{7f}',
            '\u{85}',
            '\r',
            '\t',
            '\u{ad}',
            '\u{200b}',
            '\u{200d}',
            '\u{200f}',
            '\u{202e}',
            '\u{2066}',
            '\u{2069}',
            '\u{2028}',
            '\u{61c}',
            '\u{feff}',
            '\u{e863}',
            '\u{f0000}',
            '\u{e0041}',
            '\u{fffe}',
            '\u{3164}',
        ] {
            assert!(forbidden(c), "U+{:04X}", c as u32);
        }
        let fine = "村民会议“第三条”：得分九十分，优秀。㐂𠮷䶮 ئۇيغۇر བོད Clean home, 3/4 — ok\n第二行 ☀\u{fe0f} 葛\u{e0100}";
        assert_eq!(first_forbidden(fine), None);
    }

    #[test]
    fn the_place_is_named_and_the_character_is_shown() {
        let found = forbidden_in(&json!({"title": {"zh-CN": "好"}, "list": ["a", {"k": "x\u{202e}y"}]}));
        assert_eq!(found, Some(("/list/1/k".to_owned(), '\u{202e}')));
        assert_eq!(forbidden_in(&json!({"a\u{200b}": 1})).map(|(at, _)| at), Some("/a\\u{200b}".to_owned()));
        assert_eq!(quoted("a\u{1b}[2J\nb"), "a\\u{1b}[2J\\u{a}b");
    }
}
