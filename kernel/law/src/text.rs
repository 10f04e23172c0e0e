//! 法律文本 (one organic law on one stretch of dates, with the other texts in force beside it).

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::authority::{Authority, Cited, FloorId};
use crate::demand::{
    Clause, CommitteeRule, Composition, Convening, CouncilNorms, Demand, Disclosure, Election, FilingOffice,
    ProxyRule, Representation, TermRule,
};
use crate::kinds::{BodyKind, CommunityKind, CountingMode, Direction, Step, Subject};
use crate::law::{Document, DocumentKind};
use crate::share::Fraction;
use crate::terms::{Demands, SetAside, Terms};
use yishi_words::Words;

/// 条 (an article, quoted in full).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Article {
    /// The number in Arabic digits, such as `30`; for a policy its section.
    pub number: String,
    /// The full text in Chinese, paragraphs separated by a line feed.
    pub text: String,
}

/// 底线条目 (an entry of the floor).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FloorEntry {
    /// Permanent id.
    pub id: FloorId,
    /// The article it chiefly rests on.
    pub article: String,
    /// What it is about.
    pub title: Words,
    /// What a local rule may do to its figures.
    pub directions: BTreeSet<Direction>,
    /// A remark where the text leaves something open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Words>,
    /// What it demands, as data.
    pub clauses: Vec<Clause>,
}

/// 查询 (what terms are asked for).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FloorQuery {
    /// What the matter is about.
    pub subjects: BTreeSet<Subject>,
    /// The body that acts.
    pub body: BodyKind,
    /// The step. The floor's figures for a body hold at every step; other layers may look at it.
    pub step: Step,
    /// The counting mode; of weight for the assembly only.
    pub mode: CountingMode,
}

/// 现行文本 (the floor of one kind of community between two dates).
#[derive(Debug, Clone)]
pub struct FloorText {
    kind: CommunityKind,
    valid_from: Date,
    valid_to: Option<Date>,
    organic_law: Arc<Document>,
    beside: Vec<Arc<Document>>,
}

impl FloorText {
    pub(crate) fn new(
        kind: CommunityKind,
        valid_from: Date,
        valid_to: Option<Date>,
        organic_law: Arc<Document>,
        beside: Vec<Arc<Document>>,
    ) -> Self {
        Self { kind, valid_from, valid_to, organic_law, beside }
    }

    /// The organic law's id, such as `villagers-committee-organic-law-2025`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.organic_law.id
    }

    /// The organic law's title.
    #[must_use]
    pub fn title(&self) -> &Words {
        &self.organic_law.title
    }

    /// The kind of community it governs.
    #[must_use]
    pub fn kind(&self) -> CommunityKind {
        self.kind
    }

    /// First day of this stretch (the organic law's own, or later when another text joined beside it).
    #[must_use]
    pub fn valid_from(&self) -> Date {
        self.valid_from
    }

    /// Last day of this stretch; open-ended when absent.
    #[must_use]
    pub fn valid_to(&self) -> Option<Date> {
        self.valid_to
    }

    /// Whether it is in force on a day.
    #[must_use]
    pub fn in_force(&self, date: Date) -> bool {
        self.valid_from <= date && self.valid_to.is_none_or(|last| date <= last)
    }

    /// The organic law, then the other laws and policies in force beside it.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        std::iter::once(&*self.organic_law).chain(self.beside.iter().map(|document| &**document))
    }

    /// Every entry, with the document it stands in.
    pub fn entries(&self) -> impl Iterator<Item = (&Document, &FloorEntry)> {
        self.documents().flat_map(|document| document.entries.iter().map(move |entry| (document, entry)))
    }

    /// One entry.
    #[must_use]
    pub fn entry(&self, id: &FloorId) -> Option<(&Document, &FloorEntry)> {
        self.entries().find(|(_, entry)| entry.id == *id)
    }

    /// The full text of an article of the organic law.
    #[must_use]
    pub fn article_text(&self, number: &str) -> Option<&str> {
        self.organic_law.article_text(number)
    }

    /// The full text an authority rests on, when it is one of these documents.
    #[must_use]
    pub fn quote(&self, authority: &Authority) -> Option<&str> {
        match authority {
            Authority::Statute { text, article, .. } => {
                self.documents().find(|document| document.id == *text)?.article_text(article)
            }
            Authority::Policy { id } => {
                let (document, entry) = self.entry(id)?;
                document.article_text(&entry.article)
            }
            Authority::Ruling { .. } | Authority::Plugin { .. } => None,
        }
    }

    /// The floor's demands on a body, each with its article.
    ///
    /// The figures for a body hold at every step, so nothing is lost by asking at another one.
    #[must_use]
    pub fn terms(&self, query: &FloorQuery) -> Terms {
        let asked = |(document, entry, clause): (&_, &_, &Clause)| {
            one(query, &clause.demand, || authority(document, entry, clause))
        };
        self.clauses().filter_map(asked).fold(Terms::default(), Terms::join)
    }

    /// 与底线合并 (what local rules ask for, joined with the floor): the stricter of both, but where this text fixes the
    /// pass share (V7; ruling R13) what a plugin asks for instead demands nothing and is listed in [`Terms::set_aside`].
    ///
    /// A charter is held to this when it is put on the shelf; here it is held to it at the vote, whatever it answers by
    /// then. Joining again changes nothing.
    #[must_use]
    pub fn join(&self, local: Terms, query: &FloorQuery) -> Terms {
        let floor = self.terms(query);
        self.hold_fixed(local, &floor, query).join(floor)
    }

    /// Sets a plugin's pass shares aside where they are not its to move, before a join could let them cover the floor's.
    fn hold_fixed(&self, mut local: Terms, floor: &Terms, query: &FloorQuery) -> Terms {
        let mut because = self.fixes_passes(query);
        if because.is_empty() || floor.passes.is_empty() {
            return local;
        }
        because.insert(Authority::Ruling { id: "R13".to_owned() });
        let mut standing = Demands::default();
        for (&demand, by) in local.passes.iter() {
            let is_plugin = |by: &&Authority| matches!(by, Authority::Plugin { .. });
            let asked: BTreeSet<_> = by.iter().filter(is_plugin).cloned().collect();
            let fixed = floor.passes.iter().any(|(fixed, _)| *fixed == demand);
            if fixed || asked.is_empty() {
                standing.insert(Cited { value: demand, by: by.clone() });
                continue;
            }
            let others: BTreeSet<_> = by.difference(&asked).cloned().collect();
            if !others.is_empty() {
                standing.insert(Cited { value: demand, by: others });
            }
            local.set_aside.insert(SetAside { demand, by: asked, because: because.clone() });
        }
        local.passes = standing;
        local
    }

    /// What fixes the pass share for these subjects; nothing where it may be moved upwards.
    pub(crate) fn fixes_passes(&self, query: &FloorQuery) -> BTreeSet<Authority> {
        let fixing = self.clauses().filter(|(.., clause)| match &clause.demand {
            Demand::FixedPasses { subjects } => !subjects.is_disjoint(&query.subjects),
            _ => false,
        });
        fixing.map(|(document, entry, clause)| authority(document, entry, clause)).collect()
    }

    /// The make-up of the representative assembly, where the text has one.
    #[must_use]
    pub fn composition(&self) -> Option<Cited<&Composition>> {
        self.find(|demand| match demand {
            Demand::Composition(composition) => Some(composition),
            _ => None,
        })
    }

    /// How many households choose a representative, where the text has a figure.
    #[must_use]
    pub fn representation(&self) -> Option<Cited<&Representation>> {
        self.find(|demand| match demand {
            Demand::Representation(rule) => Some(rule),
            _ => None,
        })
    }

    /// The make-up of a body that voters elect, where the text has one.
    #[must_use]
    pub fn committee(&self, body: BodyKind) -> Option<Cited<&CommitteeRule>> {
        self.find(move |demand| match demand {
            Demand::Committee(rule) if rule.body == body => Some(rule),
            _ => None,
        })
    }

    /// A body's term of office, where the text has one.
    #[must_use]
    pub fn term(&self, body: BodyKind) -> Option<Cited<&TermRule>> {
        self.find(move |demand| match demand {
            Demand::Term(rule) if rule.body == body => Some(rule),
            _ => None,
        })
    }

    /// The bodies in which nobody sits who sits in this one.
    pub fn incompatible(&self, body: BodyKind) -> impl Iterator<Item = Cited<BodyKind>> {
        self.find_all(move |demand| match demand {
            Demand::Incompatible { bodies } if bodies.contains(&body) => {
                bodies.iter().copied().find(|other| *other != body)
            }
            _ => None,
        })
    }

    /// The norms for the council.
    #[must_use]
    pub fn council(&self) -> Option<Cited<&CouncilNorms>> {
        self.find(|demand| match demand {
            Demand::Council(norms) => Some(norms),
            _ => None,
        })
    }

    /// How a body is convened.
    #[must_use]
    pub fn convening(&self, body: BodyKind) -> Option<Cited<&Convening>> {
        self.find(move |demand| match demand {
            Demand::Convening(convening) if convening.body == body => Some(convening),
            _ => None,
        })
    }

    /// The disclosure duties.
    #[must_use]
    pub fn disclosure(&self) -> Option<Cited<&Disclosure>> {
        self.find(|demand| match demand {
            Demand::Disclosure(disclosure) => Some(disclosure),
            _ => None,
        })
    }

    /// The election rules, one for each mode.
    pub fn elections(&self) -> impl Iterator<Item = Cited<&Election>> {
        self.find_all(|demand| match demand {
            Demand::Election(election) => Some(election),
            _ => None,
        })
    }

    /// Voting by proxy in elections, one rule for each mode.
    pub fn proxies(&self) -> impl Iterator<Item = Cited<&ProxyRule>> {
        self.find_all(|demand| match demand {
            Demand::Proxy(rule) => Some(rule),
            _ => None,
        })
    }

    /// The office a subject is filed with.
    #[must_use]
    pub fn filing(&self, subject: Subject) -> Option<Cited<FilingOffice>> {
        self.find(move |demand| match demand {
            Demand::Filing { subjects, with } if subjects.contains(&subject) => Some(*with),
            _ => None,
        })
    }

    pub(crate) fn clauses(&self) -> impl Iterator<Item = (&Document, &FloorEntry, &Clause)> {
        self.entries().flat_map(|(document, entry)| entry.clauses.iter().map(move |c| (document, entry, c)))
    }

    fn find_all<'a, T>(
        &'a self,
        pick: impl Fn(&'a Demand) -> Option<T> + 'a,
    ) -> impl Iterator<Item = Cited<T>> + 'a {
        self.clauses().filter_map(move |(document, entry, clause)| {
            pick(&clause.demand).map(|value| Cited::new(value, authority(document, entry, clause)))
        })
    }

    fn find<'a, T>(&'a self, pick: impl Fn(&'a Demand) -> Option<T> + 'a) -> Option<Cited<T>> {
        self.find_all(pick).next()
    }
}

pub(crate) fn authority(document: &Document, entry: &FloorEntry, clause: &Clause) -> Authority {
    match document.document {
        DocumentKind::OrganicLaw | DocumentKind::Law => Authority::Statute {
            text: document.id.clone(),
            floor: entry.id.clone(),
            article: clause.article.clone(),
        },
        DocumentKind::Policy => Authority::Policy { id: entry.id.clone() },
    }
}

/// What one demand asks of one query; most ask nothing.
fn one(query: &FloorQuery, demand: &Demand, by: impl Fn() -> Authority) -> Option<Terms> {
    let mut terms = Terms::default();
    let concerns = |subjects: &BTreeSet<Subject>| !subjects.is_disjoint(&query.subjects);
    match demand {
        Demand::Meeting(rule)
            if rule.body == query.body && rule.mode.is_none_or(|mode| mode == query.mode) =>
        {
            terms.quorum = Demands::one(Cited::new(rule.quorum, by()));
            terms.passes = Demands::one(Cited::new(rule.passes, by()));
            terms.rulings = rule.rulings.clone();
        }
        Demand::Convening(rule) if rule.body == query.body => {
            let cite = |fraction: Fraction| Cited::new(fraction, by());
            terms.petition = rule.petition.map(cite);
            terms.petition_representatives = rule.petition_representatives.map(cite);
            terms.notice_days = rule.notice_days.map(|days| Cited::new(days, by()));
        }
        Demand::Matters(list) if list.matters.iter().any(|m| query.subjects.contains(&m.subject)) => {
            terms.class = Some(Cited::new(list.class, by()));
            terms.rulings = list.rulings.clone();
        }
        Demand::PartyStudy { bodies } if bodies.contains(&query.body) => {
            terms.party_study = Some(Cited::new(true, by()));
        }
        Demand::Consultation { subjects, .. } if concerns(subjects) => {
            terms.consultation = Some(Cited::new(true, by()));
        }
        Demand::Disclosure(disclosure) => {
            terms.posting_days = disclosure.posting_days.map(|days| Cited::new(days, by()));
        }
        Demand::Council(_) if query.body == BodyKind::Council => {
            // The seed gives the council neither quorum nor base: the charter declares them (R5).
            terms.rulings = BTreeSet::from(["R1".to_owned(), "R5".to_owned()]);
        }
        _ => return None,
    }
    Some(terms)
}
