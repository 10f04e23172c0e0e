//! Languages of the portal's own words.

pub use yishi_words::Lang;

use crate::words::{EN, Words, ZH};

/// The portal's catalogue in this language.
pub(crate) fn catalogue(lang: Lang) -> &'static Words {
    match lang {
        Lang::Zh => &ZH,
        Lang::En => &EN,
    }
}
