//! 用语 (the domain's words): for every code of the house its term in Chinese and English, with what a village and an
//! urban community call it.
//!
//! The words are data, in `schemas/vocabulary.json`; nothing else in the house writes them down again. A type whose values
//! have codes is declared with [`coded!`], which names its family in that file. A test holds both ways that every code has
//! its words and that the file names no code that the type does not know ([`differences`]).
//!
//! What only a page says (headings, hints, buttons) is not here but in `yishi-portal`.
//!
//! Architecture invariant: nothing below this crate, and no clock, database, web or wasm in it.

mod coded;
mod kind;
mod lang;
mod vocabulary;

pub use coded::{Coded, UnknownCode, deserialize, differences, from_code};
pub use kind::CommunityKind;
pub use lang::Lang;
#[doc(hidden)]
pub use serde;
pub use vocabulary::{Entry, Family, Term, capitalised, charter, entry, families, family, resident, term};

/// 中英文 (one text in both languages). One text alone, as rules gave it before they spoke both, is read as both: what is on
/// record stays readable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(from = "Said")]
pub struct Words {
    /// Chinese, the source text.
    pub zh: String,
    /// English.
    pub en: String,
}

/// How a text stands on record.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Said {
    Both(Both),
    One(String),
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Both {
    zh: String,
    en: String,
}

impl From<Said> for Words {
    fn from(said: Said) -> Self {
        match said {
            Said::Both(Both { zh, en }) => Self { zh, en },
            Said::One(text) => Self { zh: text.clone(), en: text },
        }
    }
}

impl Words {
    /// A text in both languages.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// The text in one language.
    #[must_use]
    pub fn said(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}
