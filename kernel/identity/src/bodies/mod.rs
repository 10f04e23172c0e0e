//! 机构名册 (the register of bodies): who holds which seat, from when to when.
//!
//! Five bodies have seats of their own: 议事会, 村(居)民代表会议, 村(居)委会, 村(居)务监督委员会, 党组织. Two are made of others, and are
//! never seated directly: "两委" is the party organisation and the residents' committee together, and the representative
//! assembly is the elected representatives together with the residents' committee (V5, U3).
//! The residents' assembly has no seats: its members are the roll.
//!
//! ```text
//!   (空缺) ──选举 Elect──▶ 在任 ──任期届满 (term ends)──▶ 届满
//!                          └───离任 EndSeat────────────▶ 离任
//! ```
//!
//! What the law or the seed demands plainly is a [`Refusal`](crate::Refusal); what the seed puts as 一般, 左右 or 原则上 is an
//! [`Advisory`](crate::Advisory), and goes through once a reason is recorded.

mod advise;
mod composition;
mod decide;
mod make_up;
mod refusals;
mod table;

pub use decide::held_by_paper;
pub use make_up::{AssemblyMakeUp, Part, Shortfall};
pub use refusals::{REFUSAL_CODES, REFUSAL_TEXTS};
pub use table::{BODIES, Body, body, seated};

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use yishi_canonical::Digest;
use yishi_law::{Authority, BodyKind, CommunityKind, FloorText};
use yishi_words::{Term as Title, coded};

use crate::ids::PersonId;
use crate::person::Person;

coded! {
    /// 职务 (an office within a body; not an account's role).
    pub enum Office: "office" {
        /// 主任 / 书记.
        Chair = "chair",
        /// 副主任 / 副书记.
        ViceChair = "vice-chair",
        /// 秘书.
        Secretary = "secretary",
        /// 成员.
        Member = "member",
    }
}

coded! {
    /// 职务在某个机构的叫法 (what an office is called in one body, where it is not the one of all bodies).
    pub enum OfficeTitle: "office-title" {
        /// 代表 of the representative assembly.
        Representative = "representative",
        /// 书记 of the party organisation.
        PartySecretary = "party-secretary",
        /// 副书记 of the party organisation.
        DeputyPartySecretary = "deputy-party-secretary",
    }
}

impl Office {
    /// 职务的名称 (what the office is called in this body): 书记 in the party organisation, 代表 in the assembly.
    #[must_use]
    pub fn title_in(self, body: BodyKind) -> Title {
        let own = table::body(body).titles.iter().find(|(office, _)| *office == self);
        own.map_or_else(|| self.term(), |(_, title)| title.term())
    }
}

/// 任期 (a term of office); both days are part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Term {
    /// First day in office.
    pub from: Date,
    /// Last day in office.
    pub to: Date,
}

impl Term {
    /// Whether the day lies within the term.
    #[must_use]
    pub fn covers(&self, on: Date) -> bool {
        self.from <= on && on <= self.to
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }
}

coded! {
    /// 离任原因 (why a seat ended before its term).
    pub enum SeatEndReason: "seat-end" {
        /// 辞职.
        Resigned = "resigned",
        /// 罢免.
        Recalled = "recalled",
        /// 去世.
        Died = "died",
        /// 迁出.
        MovedAway = "moved-away",
        /// 被剥夺政治权利.
        LostPoliticalRights = "lost-political-rights",
        /// 其他, with the reason in the document.
        Other = "other",
    }
}

/// 离任 (the early end of a seat).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatEnd {
    /// First day no longer in office.
    pub on: Date,
    /// Why.
    pub because: SeatEndReason,
    /// The document that shows it.
    pub record: Digest,
}

/// 席位 (one person's seat in one body).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// The body it belongs to.
    pub body: BodyKind,
    /// Who holds it.
    pub person: PersonId,
    /// The office.
    pub office: Office,
    /// The term.
    pub term: Term,
    /// 村(居)民代表: sits in the representative assembly as an elected representative, not by being on the residents' committee.
    pub as_representative: bool,
    /// Early end, if there was one.
    pub ended: Option<SeatEnd>,
}

impl Seat {
    /// Whether the seat is held on that day.
    #[must_use]
    pub fn held_on(&self, on: Date) -> bool {
        self.term.covers(on) && self.ended.is_none_or(|end| on < end.on)
    }
}

coded! {
    /// 产生方式 (who elected).
    pub enum ElectedBy: "elected-by" {
        /// 选民直接选举.
        Voters = "voters",
        /// 户代表选举, or a group of households choosing its representative.
        Households = "households",
        /// 村(居)民小组推选.
        Groups = "groups",
        /// 村(居)民会议.
        ResidentsAssembly = "residents-assembly",
        /// 村(居)民代表会议.
        RepresentativeAssembly = "representative-assembly",
        /// 党员大会 or appointment within the party organisation.
        PartyMembers = "party-members",
    }
}

/// A seat to be filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSeat {
    /// Who is elected.
    pub person: PersonId,
    /// To what office.
    pub office: Office,
}

/// What can be asked of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegisterCommand {
    /// 选举 (seats filled by an election, all of one body at once).
    Elect {
        /// The body.
        body: BodyKind,
        /// The seats filled.
        seats: Vec<NewSeat>,
        /// Their term.
        term: Term,
        /// 选举日.
        held_on: Date,
        /// Who elected.
        elected_by: ElectedBy,
        /// The election's minutes.
        record: Digest,
        /// Why the advisories are not followed, when there are any.
        reason: Option<Digest>,
    },
    /// 离任 (a seat ends before its term).
    EndSeat {
        /// The body.
        body: BodyKind,
        /// Who leaves.
        person: PersonId,
        /// First day no longer in office.
        on: Date,
        /// Why.
        because: SeatEndReason,
        /// The document that shows it.
        record: Digest,
    },
    /// 离册 (somebody has died, moved away or lost political rights: every seat they hold from that day on ends, but
    /// those that are held by paper and dates without being a resident; R30).
    LeaveAll {
        /// Who.
        person: PersonId,
        /// First day no longer in office.
        on: Date,
        /// Why.
        because: SeatEndReason,
        /// The document that shows it.
        record: Digest,
    },
}

/// 已说明理由的提示 (an advisory that was overruled, as the record keeps it).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overruled {
    /// Code of the [`Advisory`](crate::Advisory).
    pub code: String,
    /// The norm it comes from.
    pub basis: Authority,
    /// The document with the reason.
    pub reason: Digest,
}

/// What happened to the register. Ids, dates and digests only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum RegisterEvent {
    /// 选举.
    Elected {
        /// The body.
        body: BodyKind,
        /// The seats filled.
        seats: Vec<NewSeat>,
        /// Their term.
        term: Term,
        /// 选举日.
        held_on: Date,
        /// Who elected.
        elected_by: ElectedBy,
        /// The election's minutes.
        record: Digest,
        /// Advisories not followed, each with its reason.
        overruled: Vec<Overruled>,
    },
    /// 离任.
    SeatEnded {
        /// The body.
        body: BodyKind,
        /// Who left.
        person: PersonId,
        /// The end.
        end: SeatEnd,
    },
}

/// What a decision on the register needs to know.
#[derive(Debug, Clone, Copy)]
pub struct RegisterContext<'a> {
    /// 今天, in Asia/Shanghai.
    pub today: Date,
    /// 村 or 社区.
    pub kind: CommunityKind,
    /// The persons concerned: everybody in the register and everybody to be seated.
    pub people: &'a BTreeMap<PersonId, Person>,
    /// 户数 (households on the roll), for the number of representatives; 0 where it is not known, which tests nothing.
    pub households: u64,
    /// The law and policy texts in force on the day of the election (R9), or today for what is no election. Nothing is
    /// judged by a text that is not loaded (R28).
    pub law: Option<&'a FloorText>,
}

/// 机构名册 (all seats of one community, ended ones included).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BodyRegister {
    seats: Vec<Seat>,
}

impl BodyRegister {
    /// All seats, ended and expired ones included, in the order they were filled.
    #[must_use]
    pub fn seats(&self) -> &[Seat] {
        &self.seats
    }

    /// 在任 (who holds a seat in a body on a day), each person once, ordered by person.
    ///
    /// "两委" and the representative assembly are derived from the bodies they are made of.
    #[must_use]
    pub fn in_office(&self, body: BodyKind, on: Date) -> Vec<Seat> {
        let mut members = BTreeMap::<PersonId, Seat>::new();
        for part in table::body(body).parts {
            for seat in self.seats.iter().filter(|seat| seat.body == *part && seat.held_on(on)) {
                // The first part wins: a representative who also sits on the committee counts as a representative.
                members.entry(seat.person).or_insert_with(|| seat.clone());
            }
        }
        members.into_values().collect()
    }

    /// The seats a person holds on a day, derived ones not included.
    #[must_use]
    pub fn seats_of(&self, person: PersonId, on: Date) -> Vec<Seat> {
        self.seats.iter().filter(|seat| seat.person == person && seat.held_on(on)).cloned().collect()
    }

    /// Applies what happened.
    #[must_use]
    pub fn evolve(mut self, event: &RegisterEvent) -> Self {
        match event {
            RegisterEvent::Elected { body, seats, term, .. } => {
                self.seats.extend(seats.iter().map(|seat| Seat {
                    body: *body,
                    person: seat.person,
                    office: seat.office,
                    term: *term,
                    as_representative: *body == BodyKind::RepresentativeAssembly,
                    ended: None,
                }));
            }
            RegisterEvent::SeatEnded { body, person, end } => {
                let standing = |seat: &&mut Seat| {
                    seat.body == *body
                        && seat.person == *person
                        && seat.ended.is_none()
                        && end.on <= seat.term.to
                };
                if let Some(seat) = self.seats.iter_mut().find(standing) {
                    seat.ended = Some(*end);
                }
            }
        }
        self
    }

    /// The register after all events of its stream.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a RegisterEvent>) -> Self {
        events.into_iter().fold(Self::default(), Self::evolve)
    }
}
