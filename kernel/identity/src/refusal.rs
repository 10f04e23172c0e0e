//! 拒绝 (a refusal): why a command was not accepted, for a clerk and for a program.
//!
//! Every refusal of the pure crates is written in one table per crate with [`refusals!`](crate::refusals): the function
//! that makes it, its stable code, and its Chinese and English message with the figures filled in. The macro also lists
//! the codes, so that a test can hold them unique and kebab-case.

use std::fmt;

use yishi_law::{Authority, Step, Words};

use crate::ids::PersonId;

/// 拒绝 (a refusal of a command). `code` never changes once released; the messages may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// A stable kebab-case word.
    pub code: &'static str,
    /// The reason in Chinese, for people.
    pub message_zh: String,
    /// The reason in English, for people.
    pub message_en: String,
    /// The step of the six-step procedure that was attempted, where it is one.
    pub step: Option<Step>,
    /// What was attempted, as the name of the command, such as `disclose-decision`.
    pub attempted: Option<&'static str>,
    /// The state it was attempted in, such as `reviewed`.
    pub state: Option<&'static str>,
    /// Who demands what is missing.
    pub by: Vec<Authority>,
    /// Names of the commands that can come next instead.
    pub allowed: Vec<&'static str>,
    /// 涉及的人 (whom it is about, each with what is wrong). Nothing here knows names: the application puts them in.
    pub people: Vec<(PersonId, Words)>,
    /// The stable word of the rule's own finding or condition that it is about: for programs, never among the words.
    pub about: Option<Box<RuleWord>>,
}

/// 规约自己的代号 (the stable word that a rule gives to one of its findings or conditions). Boxed where it is kept: most
/// refusals are about none, and all of them are passed up through many hands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleWord(pub String);

impl Refusal {
    /// A refusal without context. Use the functions of a refusal table instead.
    #[must_use]
    pub fn new(code: &'static str, message_zh: String, message_en: String) -> Self {
        Self {
            code,
            message_zh,
            message_en,
            step: None,
            attempted: None,
            state: None,
            by: Vec::new(),
            allowed: Vec::new(),
            people: Vec::new(),
            about: None,
        }
    }

    /// Names the finding or condition of a rule that it is about.
    #[must_use]
    pub fn about(mut self, code: &str) -> Self {
        self.about = Some(Box::new(RuleWord(code.to_owned())));
        self
    }

    /// Names who demands what is missing.
    #[must_use]
    pub fn citing(mut self, by: impl IntoIterator<Item = Authority>) -> Self {
        self.by.extend(by);
        self.by.sort();
        self.by.dedup();
        self
    }

    /// Names whom it is about, each with what is wrong.
    #[must_use]
    pub fn concerning(mut self, people: impl IntoIterator<Item = (PersonId, Words)>) -> Self {
        self.people.extend(people);
        self
    }

    /// Says in its messages whom it is about, by name: as many as a sentence holds, each with what is wrong where that is not
    /// the same of all.
    #[must_use]
    pub fn naming(mut self, name: impl Fn(PersonId) -> String) -> Self {
        const MOST: usize = 50;
        let Some((_, first)) = self.people.first() else { return self };
        // One fault of all of them stands in the sentence already.
        let same = self.people.iter().all(|(_, why)| why == first);
        let listed = |en: bool| {
            let all = self.people.iter().take(MOST).map(|(person, why)| match (same, en) {
                (true, _) => name(*person),
                (false, true) => format!("{} ({})", name(*person), why.en),
                (false, false) => format!("{}（{}）", name(*person), why.zh),
            });
            all.collect::<Vec<_>>().join(if en { ", " } else { "、" })
        };
        let (more_zh, more_en) = match self.people.len().saturating_sub(MOST) {
            0 => Default::default(),
            more => (format!("；另有{more}人"), format!("; and {more} more")),
        };
        let (zh, en) = (listed(false), listed(true));
        self.message_zh = format!("{}：{zh}{more_zh}", self.message_zh);
        self.message_en = format!("{}: {en}{more_en}", self.message_en);
        self
    }

    /// Fills in where it happened, keeping what the refusal already says.
    #[must_use]
    pub fn during(
        mut self,
        attempted: &'static str,
        step: Option<Step>,
        state: &'static str,
        allowed: Vec<&'static str>,
    ) -> Self {
        self.attempted.get_or_insert(attempted);
        self.step = self.step.or(step);
        self.state.get_or_insert(state);
        if self.allowed.is_empty() {
            self.allowed = allowed;
        }
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.code, self.message_en)
    }
}

impl std::error::Error for Refusal {}

/// Writes a table of refusals: for each a function, its code, and its two messages.
#[macro_export]
macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $ty:ty),* $(,)?) = $code:literal, $zh:literal, $en:literal;)*) => {
        $(
            $(#[$doc])*
            pub(crate) fn $name($($arg: $ty),*) -> $crate::Refusal {
                $crate::Refusal::new($code, format!($zh), format!($en))
            }
        )*

        /// Every refusal code of this table.
        pub const REFUSAL_CODES: &[&str] = &[$($code),*];

        /// What each says, with the names of what is put in at run time between braces.
        pub const REFUSAL_TEXTS: &[(&str, &str, &str)] = &[$(($code, $zh, $en)),*];
    };
}

/// 提示 (an advisory): a norm the text puts as 一般, 左右 or 原则上 is not met. It blocks nothing, but wants a recorded reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advisory {
    /// A stable kebab-case word.
    pub code: &'static str,
    /// The advisory in Chinese.
    pub message_zh: String,
    /// The advisory in English.
    pub message_en: String,
    /// The norm it comes from.
    pub basis: Authority,
}
