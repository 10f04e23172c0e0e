//! 词表 (the vocabulary as it stands in `schemas/vocabulary.json`), read once.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::{CommunityKind, Lang, Words};

/// 名称 (what something is called, in both languages). The English stands as within a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// Chinese.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

impl Term {
    /// The same in both languages: what is left where nothing is known.
    pub(crate) const fn bare(code: &'static str) -> Self {
        Self { zh: code, en: code }
    }

    /// In one language.
    #[must_use]
    pub const fn said(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Zh => self.zh,
            Lang::En => self.en,
        }
    }

    /// In one language, as the head of a line: English begins with a capital letter.
    #[must_use]
    pub fn heading(self, lang: Lang) -> String {
        capitalised(self.said(lang))
    }

    /// As a text of its own.
    #[must_use]
    pub fn words(self) -> Words {
        Words::new(self.zh, self.en)
    }
}

/// A text as it stands at the head of something.
#[must_use]
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// 词条 (a code with its words).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The code, unique in its family.
    pub code: &'static str,
    /// What it is called where no kind of community is at hand.
    pub term: Term,
    /// What a village calls it, where it has a word of its own.
    pub village: Option<Term>,
    /// What an urban community calls it, where it has a word of its own.
    pub urban: Option<Term>,
    /// Where the word comes from: law, seed clause or ruling.
    pub source: Option<&'static str>,
}

impl Entry {
    /// What it is called in this kind of community.
    #[must_use]
    pub fn term_in(&self, kind: CommunityKind) -> Term {
        let own = match kind {
            CommunityKind::Village => self.village,
            CommunityKind::Urban => self.urban,
        };
        own.unwrap_or(self.term)
    }
}

/// 一类词 (a family of codes).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    /// The family's own code.
    pub code: &'static str,
    /// What its codes stand for.
    pub about: &'static str,
    /// Its words, in the order of the file.
    pub terms: Vec<Entry>,
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[expect(dead_code, reason = "it is for readers of the file; reading it holds that it is there")]
    about: &'static str,
    families: Vec<FamilyEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FamilyEntry {
    family: &'static str,
    about: &'static str,
    terms: Vec<TermEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TermEntry {
    code: &'static str,
    zh: &'static str,
    en: &'static str,
    village: Option<Term>,
    urban: Option<Term>,
    source: Option<&'static str>,
}

/// The vocabulary with the place of every code in it.
struct Vocabulary {
    families: Vec<Family>,
    /// By the family's code, then by the entry's.
    entries: BTreeMap<&'static str, BTreeMap<&'static str, Entry>>,
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    // The file is part of the program; that it can be read is a test of this crate.
    let file: File = serde_json::from_str(include_str!("../../../schemas/vocabulary.json"))
        .expect("schemas/vocabulary.json is built in and tested");
    let families: Vec<Family> = file.families.into_iter().map(Family::from).collect();
    let by_code = |family: &Family| family.terms.iter().map(|entry| (entry.code, *entry)).collect();
    let entries = families.iter().map(|family| (family.code, by_code(family))).collect();
    Vocabulary { families, entries }
});

impl From<FamilyEntry> for Family {
    fn from(entry: FamilyEntry) -> Self {
        let terms = entry.terms.into_iter().map(|one| Entry {
            code: one.code,
            term: Term { zh: one.zh, en: one.en },
            village: one.village,
            urban: one.urban,
            source: one.source,
        });
        Self { code: entry.family, about: entry.about, terms: terms.collect() }
    }
}

/// Every family, in the order of the file.
#[must_use]
pub fn families() -> &'static [Family] {
    &VOCABULARY.families
}

/// The family of this code.
#[must_use]
pub fn family(code: &str) -> Option<&'static Family> {
    families().iter().find(|family| family.code == code)
}

/// The entry of a code in a family. For codes that come from outside as text; a type's own value has
/// [`Coded::term`](crate::Coded::term).
#[must_use]
pub fn entry(family: &str, code: &str) -> Option<&'static Entry> {
    VOCABULARY.entries.get(family)?.get(code)
}

/// What a code of a family is called; the code itself where the vocabulary does not know it.
#[must_use]
pub fn term(family: &str, code: &'static str) -> Term {
    entry(family, code).map_or(Term::bare(code), |entry| entry.term)
}

/// 村民 / 居民 (what a member of the community is called).
#[must_use]
pub fn resident(kind: CommunityKind) -> Term {
    community_word("resident", kind)
}

/// 章程 / 居民公约 (what stands first among the rules of the community, within a sentence).
#[must_use]
pub fn charter(kind: CommunityKind) -> Term {
    community_word("charter", kind)
}

fn community_word(code: &'static str, kind: CommunityKind) -> Term {
    entry("community-word", code).map_or(Term::bare(code), |entry| entry.term_in(kind))
}
