//! Languages of the portal's own words.

use crate::words::{EN, Words, ZH};

/// A language the portal speaks. Chinese is the source text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// 简体中文.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Both languages, source first.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// The catalogue.
    #[must_use]
    pub fn words(self) -> &'static Words {
        match self {
            Self::Zh => &ZH,
            Self::En => &EN,
        }
    }

    /// The `lang` attribute.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// The value of the `lang` query parameter and cookie.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// The language of a query parameter or cookie; `None` for anything else.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "zh" | "zh-CN" | "zh-Hans" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The best language for an `Accept-Language` header: whichever of ours is named first, else Chinese.
    #[must_use]
    pub fn from_accept(header: &str) -> Self {
        header
            .split(',')
            .filter_map(|part| {
                let tag = part.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
                let refused = part.replace(' ', "").ends_with(";q=0");
                let primary = tag.split('-').next().unwrap_or_default().to_owned();
                if refused { None } else { Self::from_code(&primary) }
            })
            .next()
            .unwrap_or_default()
    }

    /// The other language.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Zh => Self::En,
            Self::En => Self::Zh,
        }
    }
}

impl From<Lang> for yishi_words::Lang {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Zh => Self::Zh,
            Lang::En => Self::En,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Lang;

    #[test]
    fn accept_language_takes_the_first_we_speak() {
        assert_eq!(Lang::from_accept("fr, en-GB;q=0.8, zh;q=0.5"), Lang::En);
        assert_eq!(Lang::from_accept("en;q=0, zh-CN"), Lang::Zh);
        assert_eq!(Lang::from_accept(""), Lang::Zh);
    }
}
