//! 全部文本 (all texts): parsed and checked once, and the one in force on a date.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::days::add_days;
use crate::demand::Demand;
use crate::kinds::{CommunityKind, Direction};
use crate::rulings::{Ruling, RulingsFile, RulingsKind};
use crate::text::{Article, FloorEntry, FloorText};
use yishi_words::Words;

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
    /// Whether it is in force on a day.
    #[must_use]
    pub fn in_force(&self, date: Date) -> bool {
        self.valid_from <= date && self.valid_to.is_none_or(|last| date <= last)
    }

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

const FILES: [&str; 7] = [
    include_str!("../../../schemas/law/village-2018.json"),
    include_str!("../../../schemas/law/village-2025.json"),
    include_str!("../../../schemas/law/urban-2018.json"),
    include_str!("../../../schemas/law/urban-2025.json"),
    include_str!("../../../schemas/law/rural-collective-2024.json"),
    include_str!("../../../schemas/law/civil-code-2021.json"),
    include_str!("../../../schemas/law/policy-2016-26.json"),
];
const RULINGS: &str = include_str!("../../../schemas/law/rulings.json");

static EMBEDDED: LazyLock<Law> = LazyLock::new(|| {
    Law::from_json(&FILES, RULINGS).expect("the embedded law files are read by the tests of this crate")
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
        let rulings = read::<RulingsFile>(files.len(), rulings)?;
        let RulingsFile { schema, document: RulingsKind::Rulings, rulings } = rulings;
        if schema != 1 {
            return Err(fault("rulings", format!("format {schema} is not known")));
        }
        let known: BTreeSet<&str> = rulings.iter().map(|ruling| ruling.id.as_str()).collect();
        let mut documents = BTreeMap::new();
        for (index, file) in files.iter().enumerate() {
            let document: Document = read(index, file)?;
            check_document(&document, &known).map_err(|text| fault(&document.id, text))?;
            if let Some(twice) = documents.insert(document.id.clone(), Arc::new(document)) {
                return Err(fault(&twice.id, "stands in two files"));
            }
        }
        let mut stretches = Vec::new();
        for kind in [CommunityKind::Village, CommunityKind::Urban] {
            stretches.extend(lay_out(kind, &documents)?);
        }
        Ok(Self { documents, stretches, rulings })
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

    /// A figure of a ruling, such as R46's `notice_days`.
    #[must_use]
    pub fn figure(&self, ruling: &str, name: &str) -> Option<u16> {
        self.ruling(ruling)?.figures.get(name).copied()
    }
}

fn read<'de, T: Deserialize<'de>>(index: usize, file: &'de str) -> Result<T, LawError> {
    serde_json::from_str(file).map_err(|source| LawError::Json { index, source })
}

fn fault(text: &str, fault: impl Into<String>) -> LawError {
    LawError::Inconsistent { text: text.to_owned(), fault: fault.into() }
}

/// What the JSON Schema cannot see: that articles, rulings and directions fit together.
fn check_document(document: &Document, rulings: &BTreeSet<&str>) -> Result<(), String> {
    if document.schema != 1 {
        return Err(format!("format {} is not known", document.schema));
    }
    if document.communities.is_empty() {
        return Err("governs no community".to_owned());
    }
    if document.valid_to.is_some_and(|last| last < document.valid_from) {
        return Err("ends before it begins".to_owned());
    }
    let mut numbers = BTreeSet::new();
    for article in &document.articles {
        if !numbers.insert(article.number.as_str()) {
            return Err(format!("article {} stands twice", article.number));
        }
    }
    let mut ids = BTreeSet::new();
    for entry in &document.entries {
        if !ids.insert(&entry.id) {
            return Err(format!("entry {} stands twice", entry.id));
        }
        let cited = entry.clauses.iter().map(|clause| &clause.article).chain([&entry.article]);
        for article in cited {
            if !numbers.contains(article.as_str()) {
                return Err(format!("entry {} cites article {article}, which is not quoted", entry.id));
            }
        }
        for clause in &entry.clauses {
            if let Demand::Term(term) = &clause.demand
                && term.years.is_some() == term.same_as.is_some()
            {
                return Err(format!(
                    "entry {} gives a term neither or both of years and another body",
                    entry.id
                ));
            }
            for ruling in rulings_of(&clause.demand).into_iter().flatten() {
                if !rulings.contains(ruling.as_str()) {
                    return Err(format!("entry {} relies on {ruling}, which does not exist", entry.id));
                }
            }
            for direction in directions_of(&clause.demand) {
                if !entry.directions.contains(&direction) {
                    return Err(format!("entry {} does not say that it moves {direction:?}", entry.id));
                }
            }
        }
    }
    Ok(())
}

fn rulings_of(demand: &Demand) -> Option<&BTreeSet<String>> {
    match demand {
        Demand::Meeting(rule) => Some(&rule.rulings),
        Demand::Matters(list) => Some(&list.rulings),
        _ => None,
    }
}

/// The directions in which the figures of a demand can be moved, which its entry must name.
fn directions_of(demand: &Demand) -> BTreeSet<Direction> {
    let mut directions = BTreeSet::new();
    match demand {
        Demand::Meeting(_) | Demand::GroupMeeting { .. } | Demand::Composition(_) | Demand::Disclosure(_) => {
            directions.insert(Direction::Up);
        }
        Demand::Convening(convening) => {
            if convening.petition.or(convening.petition_representatives).is_some() {
                directions.insert(Direction::Down);
            }
            if convening.notice_days.or(convening.at_least_every_months).is_some() {
                directions.insert(Direction::Up);
            }
        }
        Demand::Proxy(_) => {
            directions.insert(Direction::Down);
        }
        Demand::FixedPasses { .. }
        | Demand::Representation(_)
        | Demand::Committee(_)
        | Demand::Term(_)
        | Demand::Incompatible { .. }
        | Demand::PartyStudy { .. }
        | Demand::Consultation { .. }
        | Demand::Filing { .. }
        | Demand::Election(_)
        | Demand::SentAway { .. } => {
            directions.insert(Direction::Fix);
        }
        Demand::Matters(_) | Demand::Deciding { .. } | Demand::Council(_) => {}
    }
    directions
}

/// Cuts the time of one kind of community into stretches, a new one whenever any text begins or ends.
fn lay_out(
    kind: CommunityKind,
    documents: &BTreeMap<String, Arc<Document>>,
) -> Result<Vec<FloorText>, LawError> {
    let ours: Vec<_> = documents.values().filter(|document| document.communities.contains(&kind)).collect();
    let cuts: BTreeSet<Date> = ours
        .iter()
        .flat_map(|document| {
            let after = document.valid_to.map(|last| add_days(last, 1));
            std::iter::once(document.valid_from).chain(after)
        })
        .collect();
    let mut stretches = Vec::new();
    for (index, &from) in cuts.iter().enumerate() {
        let to = cuts.iter().nth(index + 1).map(|&next| next.saturating_sub(1.day()));
        let (organic, beside): (Vec<_>, Vec<_>) = ours
            .iter()
            .filter(|document| document.in_force(from))
            .map(|&document| Arc::clone(document))
            .partition(|document| document.document == DocumentKind::OrganicLaw);
        let mut organic = organic.into_iter();
        let Some(law) = organic.next() else { continue };
        if let Some(second) = organic.next() {
            return Err(fault(&second.id, format!("overlaps `{}` from {from}", law.id)));
        }
        let text = FloorText::new(kind, from, to, law, beside);
        let mut ids = BTreeSet::new();
        for (document, entry) in text.entries() {
            if !ids.insert(&entry.id) {
                return Err(fault(
                    &document.id,
                    format!("entry {} is another text's too, from {from}", entry.id),
                ));
            }
        }
        stretches.push(text);
    }
    Ok(stretches)
}
