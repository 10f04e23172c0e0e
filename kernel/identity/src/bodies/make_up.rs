//! 组成 (make-up): how law wants a body composed. Pure tests over the register; who asks them, and when, is ruling R33:
//! the representative assembly at its election and at every sitting, a committee at its election and later only to show.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use yishi_law::{Authority, BodyKind, Cited, Composition, FloorText, Share};

use super::{BodyRegister, Seat};
use crate::ids::PersonId;
use crate::person::{Person, Sex};

/// 代表会议组成 (the make-up of the representative assembly, V5 and U3).
///
/// Whoever is elected representative and sits on the residents' committee too is one person of the whole, and is
/// counted as committee member (R26).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssemblyMakeUp {
    /// 组成人员 (the whole assembly).
    pub members: u64,
    /// 代表 (elected representatives among them, those on the committee left out).
    pub representatives: u64,
    /// 妇女代表 (women among the representatives).
    pub women_representatives: u64,
}

/// 组成所缺 (which part of a body is too small, by the law that says so).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortfall {
    /// Which part.
    pub part: Part,
    /// How many there are.
    pub had: u64,
    /// How many there must be at least.
    pub needed: u64,
    /// Of how many.
    pub members: u64,
    /// Who demands it.
    pub by: BTreeSet<Authority>,
}

/// 组成部分 (a part of the representative assembly that has a share of its own).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// 代表.
    Representatives,
    /// 妇女代表.
    WomenRepresentatives,
}

impl AssemblyMakeUp {
    /// 所缺 (what the assembly lacks by the law in force); empty for a lawful make-up and where the text has none.
    ///
    /// While anything is lacking the assembly does not vote; it is filled by election, and until then the assembly of
    /// all residents acts (R33). An assembly of nobody lacks everything.
    #[must_use]
    pub fn shortfalls(&self, law: &FloorText) -> Vec<Shortfall> {
        let Some(Cited { value: Composition { representatives, women, .. }, by }) = law.composition() else {
            return Vec::new();
        };
        let lacking = |part, share: Share, had| {
            let needed = share.needed(self.members);
            let lacks = !share.holds(had, self.members);
            lacks.then(|| Shortfall { part, had, needed, members: self.members, by: by.clone() })
        };
        let of_all = lacking(Part::Representatives, *representatives, self.representatives);
        let of_women =
            women.and_then(|women| lacking(Part::WomenRepresentatives, women, self.women_representatives));
        of_all.into_iter().chain(of_women).collect()
    }
}

impl BodyRegister {
    /// 代表会议组成 (the make-up of the representative assembly on a day).
    #[must_use]
    pub fn make_up(&self, people: &BTreeMap<PersonId, Person>, on: Date) -> AssemblyMakeUp {
        let held = |body| self.held(body, on).map(|seat| seat.person).collect::<BTreeSet<_>>();
        let (elected, committee) =
            (held(BodyKind::RepresentativeAssembly), held(BodyKind::ResidentsCommittee));
        let representatives: Vec<_> = elected.difference(&committee).collect();
        let woman = |id: &&&PersonId| people.get(id).is_some_and(|person| person.sex == Sex::Female);
        AssemblyMakeUp {
            members: elected.union(&committee).count() as u64,
            representatives: representatives.len() as u64,
            women_representatives: representatives.iter().filter(woman).count() as u64,
        }
    }

    /// Seats of the body itself that are held on a day.
    pub(super) fn held(&self, body: BodyKind, on: Date) -> impl Iterator<Item = &Seat> {
        self.seats().iter().filter(move |seat| seat.body == body && seat.held_on(on))
    }
}
