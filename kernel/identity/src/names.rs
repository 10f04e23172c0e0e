//! 姓名 (names of people and labels of households): one spelling for one name, and nothing that hides.
//!
//! Rosters come from spreadsheets typed on many machines. Full-width Latin letters and digits, half-width
//! kana, decomposed accents and stray spaces would make two people of one. A name is therefore brought to NFC with
//! width variants folded. Other compatibility forms are left as they are: NFKC would also rewrite
//! characters that people really have in their names (㐂, 﨑), so it is applied to width forms only.

use unicode_normalization::UnicodeNormalization as _;
use yishi_canonical::characters;
use yishi_law::Words;

/// The longest name kept, in characters. Long enough for the longest registered names of any ethnic group.
pub const MAX_NAME_CHARS: usize = 60;

/// Why a text is not a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing is left after white space is gone.
    #[error("a name is empty")]
    Empty,
    /// More than [`MAX_NAME_CHARS`].
    #[error("a name has {0} characters, more than {MAX_NAME_CHARS}")]
    TooLong(usize),
    /// A control, invisible or direction-changing character, or a symbol that markup gives a meaning.
    #[error("a name holds the character U+{0:04X}, which is not allowed")]
    Forbidden(u32),
}

impl NameError {
    /// The stable code of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "name-empty",
            Self::TooLong(_) => "name-too-long",
            Self::Forbidden(_) => "name-forbidden-character",
        }
    }

    /// What is wrong, for whoever wrote it.
    #[must_use]
    pub fn words(&self) -> Words {
        let (zh, en) = match self {
            Self::Empty => ("不能为空".to_owned(), "must not be empty".to_owned()),
            Self::TooLong(count) => (
                format!("有 {count} 个字，最多 {} 个", MAX_NAME_CHARS),
                format!("has {count} characters; at most {}", MAX_NAME_CHARS),
            ),
            Self::Forbidden(code) => match char::from_u32(*code).filter(|c| characters::is_private(*c)) {
                Some(private) => match characters::meant(private) {
                    Some(meant) => (
                        format!("含有旧输入法造的字（U+{code:04X}），别人的电脑显示不出来；请改成“{meant}”"),
                        format!(
                            "holds a character of an old input method (U+{code:04X}) that other machines cannot show; write {meant} instead"
                        ),
                    ),
                    None => (
                        format!(
                            "含有造字区里的字（U+{code:04X}），别人的电脑显示不出来；请换一种输入法重新输入"
                        ),
                        format!(
                            "holds a character of private use (U+{code:04X}) that other machines cannot show; type it again with another input method"
                        ),
                    ),
                },
                None => (
                    format!("含有不允许的字符 U+{code:04X}"),
                    format!("holds the character U+{code:04X}, which is not allowed"),
                ),
            },
        };
        Words::new(zh, en)
    }
}

/// 规范姓名 (the one spelling of a name).
///
/// # Errors
/// [`NameError`] when nothing is left, too much is left, or a character has no place in a name.
pub fn normalise_name(text: &str) -> Result<String, NameError> {
    let folded: String = text.chars().map(fold_width).collect::<String>().nfc().collect();
    if let Some(bad) = folded.chars().find(|&c| is_forbidden(c)) {
        return Err(NameError::Forbidden(u32::from(bad)));
    }
    let name = folded.split_whitespace().collect::<Vec<_>>().join(" ");
    match name.chars().count() {
        0 => Err(NameError::Empty),
        n if n > MAX_NAME_CHARS => Err(NameError::TooLong(n)),
        _ => Ok(name),
    }
}

/// 规范登录名 (the one spelling of a login): that of a name, and in small letters. Whoever types `Zhang-San` on a telephone
/// that begins every line with a capital, or with full-width letters, means the same account.
///
/// # Errors
/// As [`normalise_name`].
pub fn normalise_login(text: &str) -> Result<String, NameError> {
    Ok(normalise_name(text)?.to_lowercase())
}

/// Full-width ASCII, half-width kana and hangul, and the ideographic space become their ordinary forms, and every dot that
/// keyboards offer between the parts of a name becomes the one that identity cards print.
fn fold_width(c: char) -> char {
    if matches!(c, '\u{2022}' | '\u{2027}' | '\u{2219}' | '\u{22c5}' | '\u{30fb}' | '\u{ff65}') {
        return '\u{b7}';
    }
    let is_width_form = matches!(c, '\u{3000}' | '\u{ff01}'..='\u{ffee}');
    if !is_width_form {
        return c;
    }
    let mut folded = std::iter::once(c).nfkc();
    match (folded.next(), folded.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// What no text may hold, a name may not; nor line breaks, selectors that make one name look like two spellings, and what
/// markup gives a meaning.
fn is_forbidden(c: char) -> bool {
    yishi_canonical::characters::forbidden(c, None)
        || c.is_control()
        || matches!(c,
            '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{fffd}' | '\u{e0100}'..='\u{e0fff}'
            | '<' | '>' | '&' | '"' | '\\' | '=' | '`' | '{' | '}' | '@')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_has_one_spelling() {
        for (typed, kept) in [
            ("王建国", "王建国"),
            ("  王建国　", "王建国"),
            ("Ｌｉ　Ｗｅｉ", "Li Wei"),
            ("Zoe\u{301}", "Zo\u{e9}"),
            ("阿依古丽·买买提", "阿依古丽·买买提"),
            ("阿依古丽・买买提", "阿依古丽·买买提"),
            ("阿依古丽•买买提", "阿依古丽·买买提"),
            ("３组１２号", "3组12号"),
            ("㐂田", "㐂田"),
        ] {
            assert_eq!(normalise_name(typed).as_deref(), Ok(kept), "{typed:?}");
        }
    }

    #[test]
    fn what_hides_or_commands_is_refused() {
        for typed in [
            "王\u{200b}建",
            "\u{202e}王",
            "王\u{0}",
            "王\n建",
            "<b>",
            "王\u{feff}",
            "贾\u{e863}",
            "贾\u{f0000}",
            "=1+1",
            "王\u{e0041}",
        ] {
            assert!(matches!(normalise_name(typed), Err(NameError::Forbidden(_))), "{typed:?}");
        }
        assert_eq!(normalise_name(" \u{3000} "), Err(NameError::Empty));
        assert_eq!(normalise_name(&"王".repeat(61)), Err(NameError::TooLong(61)));
    }

    #[test]
    fn normalising_twice_changes_nothing() {
        for typed in ["Ａｌｉ  ﾀﾅｶ", "王 建国", "Zoe\u{301}"] {
            let once = normalise_name(typed).expect("a name");
            assert_eq!(normalise_name(&once), Ok(once.clone()));
        }
    }
}
