//! Values that several pages share.

/// How a status should feel. Every tone also carries a word and an icon, never colour alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Neutral,
    /// Under way.
    Active,
    /// Passed, done, valid.
    Good,
    /// Needs attention soon: returned, running out.
    Warn,
    /// Failed, overdue, invalid.
    Bad,
}

/// A text with an address. `href` is a path on this host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub text: String,
    pub href: String,
}

impl Link {
    pub fn new(text: &str, href: String) -> Self {
        Self { text: text.to_owned(), href }
    }
}

/// A label and its value (an amount, a place, a period), both ready to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub label: String,
    pub value: String,
}

/// Who demands something: an article of law, a ruling, a policy, or an article of a charter or rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// Source and article, such as `《村民委员会组织法》第三十条` or `《清溪村村民自治章程》第二十三条`.
    pub source: String,
    /// Permanent id of the floor, ruling or policy (`V6`, `R5`, `P5`), or the article id of a plugin.
    pub id: String,
    /// Full text of the article; shown when the reader opens it.
    pub text: Option<String>,
    /// Page of the charter or rule, where it is one of ours.
    pub href: Option<String>,
    /// Whether this is law (or policy), not a community's own rule.
    pub law: bool,
}

/// Paper of the notice-board print view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    A4,
    /// For a notice board read from two metres.
    A3,
}
