//! 组成 (make-up): how law wants a body composed. Pure tests over the register; who asks them, and when, is ruling R33:
//! the representative assembly at its election and at every sitting, a committee at its election and later only to show.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use yishi_law::{Authority, BodyKind, Cited, Composition, FloorText, Share};

use super::{BodyRegister, Seat};
use crate::ids::PersonId;
use crate::person::{Person, Sex};
use crate::refusal::Advisory;

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
    /// How many of the present whole there must be at least.
    pub needed: u64,
    /// How many there must be when nobody leaves: whoever is elected besides makes the whole larger too.
    pub reach: u64,
    /// Of how many.
    pub members: u64,
    /// Who demands it.
    pub by: BTreeSet<Authority>,
}

/// More than any assembly lacks: a share of nine tenths beside a committee of nine lacks at most 81.
const MOST_MORE: u64 = 10_000;

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
            if share.holds(had, self.members) {
                return None;
            }
            let (needed, others) = (share.needed(self.members), self.members.saturating_sub(had));
            let reach = (needed..=needed + MOST_MORE).find(|part| share.holds(*part, others + part));
            let reach = reach.unwrap_or(needed);
            Some(Shortfall { part, had, needed, reach, members: self.members, by: by.clone() })
        };
        let of_all = lacking(Part::Representatives, *representatives, self.representatives);
        let of_women =
            women.and_then(|women| lacking(Part::WomenRepresentatives, women, self.women_representatives));
        of_all.into_iter().chain(of_women).collect()
    }
}

impl Shortfall {
    fn advisory(self) -> Option<Advisory> {
        let Self { part, had, needed, members, by, .. } = self;
        let (code, zh, en) = match part {
            Part::Representatives => ("representatives-too-few", "代表", "representatives"),
            Part::WomenRepresentatives => {
                ("women-representatives-too-few", "妇女代表", "women representatives")
            }
        };
        Some(Advisory {
            code,
            message_zh: format!(
                "代表会议现有{members}人，其中{zh}应不少于{needed}人，现为{had}人；补选之前不得表决，由全体会议决定"
            ),
            message_en: format!(
                "of {members} members {needed} must be {en} and {had} are; until this is filled the assembly of all \
                 decides instead"
            ),
            basis: by.into_iter().next()?,
        })
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

    /// 组成现状 (what a body's make-up lacks on a day, to be shown): of the representative assembly whatever keeps it from
    /// voting, of a committee what an election will have to mend while its acts stand (R33).
    #[must_use]
    pub fn lacking(
        &self,
        body: BodyKind,
        people: &BTreeMap<PersonId, Person>,
        law: &FloorText,
        on: Date,
    ) -> Vec<Advisory> {
        let seated: Vec<_> = self.held(body, on).map(|seat| seat.person).collect();
        if seated.is_empty() {
            return Vec::new();
        }
        if body == BodyKind::RepresentativeAssembly {
            let lacks = self.make_up(people, on).shortfalls(law);
            return lacks.into_iter().filter_map(Shortfall::advisory).collect();
        }
        let Some(Cited { value: rule, by }) = law.committee(body) else { return Vec::new() };
        let Some(basis) = by.into_iter().next() else { return Vec::new() };
        let (size, range) = (seated.len() as u64, rule.members);
        let women = |id: &&PersonId| people.get(id).is_some_and(|person| person.sex == Sex::Female);
        let mut shown = Vec::new();
        if !range.contains(size) {
            shown.push(Advisory {
                code: "committee-size",
                message_zh: format!("应由{}至{}人组成，现为{size}人，请补选", range.min, range.max),
                message_en: format!(
                    "there are to be {} to {} members and there are {size}: a by-election is due",
                    range.min, range.max
                ),
                basis: basis.clone(),
            });
        }
        if rule.women.is_some_and(|least| (seated.iter().filter(women).count() as u64) < u64::from(least)) {
            shown.push(Advisory {
                code: "committee-without-women",
                message_zh: "成员中应当有妇女，现在没有，请补选".to_owned(),
                message_en: "there must be a woman among the members and there is none: a by-election is due"
                    .to_owned(),
                basis,
            });
        }
        shown
    }

    /// Seats of the body itself that are held on a day.
    pub(super) fn held(&self, body: BodyKind, on: Date) -> impl Iterator<Item = &Seat> {
        self.seats().iter().filter(move |seat| seat.body == body && seat.held_on(on))
    }
}
