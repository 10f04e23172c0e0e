//! 决定主体 (who decides): a rule may escalate a matter, never name another body for it.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::authority::{Authority, Cited, FloorId};
use crate::demand::Demand;
use crate::kinds::{BodyKind, CountingMode, MatterClass, Step, Subject};
use crate::text::{FloorQuery, FloorText, authority};
use yishi_words::Words;

/// 决定主体 (the bodies that may decide a matter).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deciders {
    /// The class these deciders are for: what was asked, or the greater one the lists force.
    pub class: MatterClass,
    /// Any of these may decide of its own right. Empty when the matter is sent away.
    pub bodies: Vec<BodyKind>,
    /// Whether the assembly may authorise the representative assembly, on the record.
    pub delegable: bool,
    /// Who says so.
    pub by: BTreeSet<Authority>,
    /// Rulings relied on.
    pub rulings: BTreeSet<String>,
    /// Set when the matter is not for this community's bodies.
    pub sent_away: Option<SentAway>,
}

/// 另有主体 (the matter belongs to somebody else).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SentAway {
    /// The floor entry.
    pub floor: FloorId,
    /// Title of the law that assigns it.
    pub law: Words,
    /// The article.
    pub article: String,
    /// Who decides, and what to do, in words.
    pub message: Words,
}

impl Deciders {
    /// Whether this body may decide; `authorised` when a recorded authorisation by the assembly exists.
    #[must_use]
    pub fn may_decide(&self, body: BodyKind, authorised: bool) -> bool {
        self.bodies.contains(&body)
            || (self.delegable && authorised && body == BodyKind::RepresentativeAssembly)
    }
}

impl FloorText {
    /// 分类 (the class the floor's lists force on these subjects), or none where no list names them.
    ///
    /// Whatever a charter or a form says, this class wins when it is the greater: raising money from each
    /// household is major even when it is filed as ordinary (V4).
    #[must_use]
    pub fn classify(&self, subjects: &BTreeSet<Subject>) -> Option<Cited<MatterClass>> {
        let query = FloorQuery {
            subjects: subjects.clone(),
            body: BodyKind::ResidentsAssembly,
            step: Step::Propose,
            mode: CountingMode::Persons,
        };
        self.terms(&query).class
    }

    /// Who decides a matter of these subjects. A list's class wins over a laxer `class`.
    #[must_use]
    pub fn deciders(&self, subjects: &BTreeSet<Subject>, class: MatterClass) -> Deciders {
        let forced = self.classify(subjects).map_or(class, |cited| cited.value);
        let mut deciders = Deciders {
            class: class.max(forced),
            bodies: Vec::new(),
            delegable: false,
            by: BTreeSet::new(),
            rulings: BTreeSet::new(),
            sent_away: self.sent_away(subjects),
        };
        if deciders.sent_away.is_some() {
            return deciders;
        }
        let mut listed = false;
        // Of several lists, only who may decide under every one of them may decide. Where one list lets
        // the representatives decide of their own right, that is at least as good as an authorisation.
        let mut representatives = true;
        for (document, entry, clause) in self.clauses() {
            let Demand::Matters(list) = &clause.demand else { continue };
            if !list.matters.iter().any(|matter| subjects.contains(&matter.subject)) {
                continue;
            }
            if listed {
                deciders.bodies.retain(|body| list.bodies.contains(body));
            } else {
                deciders.bodies.clone_from(&list.bodies);
            }
            listed = true;
            representatives &= list.delegable || list.bodies.contains(&BodyKind::RepresentativeAssembly);
            deciders.by.insert(authority(document, entry, clause));
            deciders.rulings.extend(list.rulings.iter().cloned());
        }
        if listed {
            deciders.delegable =
                representatives && !deciders.bodies.contains(&BodyKind::RepresentativeAssembly);
            return deciders;
        }
        if deciders.class == MatterClass::Major {
            // No law and no policy gives the representatives what no list names: the assembly has it, and may authorise them.
            deciders.bodies.push(BodyKind::ResidentsAssembly);
            deciders.delegable = true;
            deciders.rulings.insert("R20".to_owned());
            return deciders;
        }
        for (document, entry, clause) in self.clauses() {
            if let Demand::Deciding { class, bodies } = &clause.demand
                && *class == deciders.class
            {
                deciders.bodies.clone_from(bodies);
                deciders.by.insert(authority(document, entry, clause));
            }
        }
        deciders
    }

    fn sent_away(&self, subjects: &BTreeSet<Subject>) -> Option<SentAway> {
        self.clauses().find_map(|(document, entry, clause)| match &clause.demand {
            Demand::SentAway { subjects: away, to } if !away.is_disjoint(subjects) => Some(SentAway {
                floor: entry.id.clone(),
                law: document.title.clone(),
                article: clause.article.clone(),
                message: to.clone(),
            }),
            _ => None,
        })
    }
}
