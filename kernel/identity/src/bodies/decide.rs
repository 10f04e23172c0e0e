//! Decisions on the register: what is refused, and what is only advised.

use std::collections::BTreeSet;

use yishi_law::{BodyKind, CommunityKind};

use super::{
    BodyRegister, ElectedBy, NewSeat, Office, Overruled, RegisterCommand, RegisterContext, RegisterEvent,
    Seat, SeatEnd, SeatEndReason, Term, refusals,
};
use crate::ids::PersonId;
use crate::person::{OffRollReason, Person};
use crate::refusal::{Advisory, Refusal};

/// 一次选举 (what is to be judged of an election).
#[derive(Debug, Clone, Copy)]
pub(super) struct Poll<'a> {
    pub(super) body: BodyKind,
    pub(super) seats: &'a [NewSeat],
    pub(super) term: Term,
    pub(super) held_on: jiff::civil::Date,
    pub(super) elected_by: ElectedBy,
}

impl BodyRegister {
    /// Decides a command.
    ///
    /// # Errors
    /// A [`Refusal`] where law or seed speak plainly, and `advisory-needs-reason` where an advisory is not followed
    /// and no reason is given; ask [`Self::advisories`] first to show them.
    pub fn decide(
        &self,
        command: &RegisterCommand,
        ctx: &RegisterContext<'_>,
    ) -> Result<Vec<RegisterEvent>, Refusal> {
        match command {
            RegisterCommand::Elect { body, seats, term, held_on, elected_by, record, reason } => {
                let poll =
                    Poll { body: *body, seats, term: *term, held_on: *held_on, elected_by: *elected_by };
                self.electable(poll, ctx)
                    .map_err(|refusal| refusal.during("elect", None, "registered", vec![]))?;
                let advisories = self.advisories(*body, seats, *term, *elected_by, ctx);
                let overruled = overrule(&advisories, *reason)
                    .map_err(|refusal| refusal.during("elect", None, "registered", vec![]))?;
                Ok(vec![RegisterEvent::Elected {
                    body: *body,
                    seats: seats.clone(),
                    term: *term,
                    held_on: *held_on,
                    elected_by: *elected_by,
                    record: *record,
                    overruled,
                }])
            }
            RegisterCommand::EndSeat { body, person, on, because, record } => {
                let held = self.seats().iter().any(|seat| {
                    seat.body == *body
                        && seat.person == *person
                        && seat.ended.is_none()
                        && seat.term.covers(*on)
                });
                if !held {
                    return Err(refusals::no_such_seat().during(
                        "end-seat",
                        None,
                        "registered",
                        vec!["elect"],
                    ));
                }
                let end = SeatEnd { on: *on, because: *because, record: *record };
                Ok(vec![RegisterEvent::SeatEnded { body: *body, person: *person, end }])
            }
            RegisterCommand::LeaveAll { person, on, because, record } => {
                let end = SeatEnd { on: *on, because: *because, record: *record };
                let ending = self.seats().iter().filter(|seat| {
                    seat.person == *person
                        && seat.ended.is_none()
                        && *on <= seat.term.to
                        && (*because == SeatEndReason::Died || !held_by_paper(seat.body, ctx.kind))
                });
                Ok(ending
                    .map(|seat| RegisterEvent::SeatEnded { body: seat.body, person: *person, end })
                    .collect())
            }
        }
    }

    fn electable(&self, poll: Poll<'_>, ctx: &RegisterContext<'_>) -> Result<(), Refusal> {
        let Poll { body, seats, term, held_on, elected_by } = poll;
        if !super::body(body).is_elected() {
            return Err(refusals::body_has_no_seats());
        }
        if seats.is_empty() {
            return Err(refusals::seats_missing());
        }
        if held_on > ctx.today {
            return Err(refusals::election_in_the_future(held_on));
        }
        if term.to < term.from {
            return Err(refusals::term_backwards());
        }
        if term.from < held_on {
            return Err(refusals::term_before_election(held_on));
        }
        let council_norm =
            ctx.law.and_then(yishi_law::FloorText::council).into_iter().flat_map(|norms| norms.by);
        if body == BodyKind::Council && !self.may_elect_council(elected_by, term) {
            return Err(refusals::council_not_so_elected().citing(council_norm));
        }
        let mut named = BTreeSet::new();
        for seat in seats {
            let facts = self.eligible(body, seat.person, term, ctx)?;
            if !named.insert(seat.person) || self.standing(body, term).any(|held| held.person == seat.person)
            {
                return Err(refusals::seated_twice(&facts.name));
            }
        }
        let holders = |office| {
            self.standing(body, term).filter(|seat| seat.office == office).count()
                + seats.iter().filter(|seat| seat.office == office).count()
        };
        if holders(Office::Chair) > 1 {
            return Err(refusals::second_chair().citing(council_norm));
        }
        if body == BodyKind::Council && holders(Office::ViceChair) > 1 {
            return Err(refusals::second_vice_chair().citing(council_norm));
        }
        self.composed(poll, ctx)
    }

    fn eligible<'a>(
        &self,
        body: BodyKind,
        person: PersonId,
        term: Term,
        ctx: &RegisterContext<'a>,
    ) -> Result<&'a Person, Refusal> {
        let Some(facts) = ctx.people.get(&person) else { return Err(refusals::not_a_member()) };
        match facts.off_roll {
            Some(off) if off.because == OffRollReason::Died => {
                return Err(refusals::has_died(&facts.name, off.on));
            }
            // R30: what is held by paper and dates needs no place on the roll.
            Some(off) if !held_by_paper(body, ctx.kind) => {
                return Err(refusals::not_a_resident(&facts.name, off.on));
            }
            _ => {}
        }
        if !facts.is_adult_on(term.from) {
            return Err(refusals::not_an_adult(&facts.name));
        }
        if body == BodyKind::PartyOrganization && !facts.party_member {
            return Err(refusals::not_a_party_member(&facts.name));
        }
        // 监督与实施分开: whichever of the two seats is filled second is refused.
        for apart in ctx.law.into_iter().flat_map(|law| law.incompatible(body)) {
            if self.standing(apart.value, term).any(|seat| seat.person == person) {
                let refusal = match body {
                    BodyKind::SupervisionCommittee => refusals::supervisor_on_committee(&facts.name),
                    _ => refusals::supervisor_elected_to_committee(&facts.name),
                };
                return Err(refusal.citing(apart.by));
            }
        }
        Ok(facts)
    }

    /// Seats of the body itself whose time in office meets the term.
    pub(super) fn standing(&self, body: BodyKind, term: Term) -> impl Iterator<Item = &Seat> {
        self.seats().iter().filter(move |seat| {
            let until = seat.ended.map_or(seat.term.to, |end| end.on.yesterday().unwrap_or(end.on));
            seat.body == body && Term { from: seat.term.from, to: until }.overlaps(&term)
        })
    }

    fn may_elect_council(&self, elected_by: ElectedBy, term: Term) -> bool {
        let has_representatives =
            self.standing(BodyKind::RepresentativeAssembly, Term { from: term.from, to: term.from });
        match elected_by {
            ElectedBy::RepresentativeAssembly => true,
            ElectedBy::ResidentsAssembly => has_representatives.count() == 0,
            ElectedBy::Voters | ElectedBy::Households | ElectedBy::Groups | ElectedBy::PartyMembers => false,
        }
    }
}

/// 凭文件任职 (which offices somebody may hold without being a resident; R30): those of the party, and in a community
/// also those that its workers may hold.
#[must_use]
pub fn held_by_paper(body: BodyKind, kind: CommunityKind) -> bool {
    (super::body(body).by_paper)(kind)
}

/// An advisory not followed goes on the record with its reason.
fn overrule(
    advisories: &[Advisory],
    reason: Option<yishi_canonical::Digest>,
) -> Result<Vec<Overruled>, Refusal> {
    match reason {
        _ if advisories.is_empty() => Ok(Vec::new()),
        None => {
            let words = |of: fn(&Advisory) -> &str, between: &str| {
                advisories.iter().map(of).collect::<Vec<_>>().join(between)
            };
            let zh = words(|advisory| &advisory.message_zh, "；");
            let en = words(|advisory| &advisory.message_en, "; ");
            Err(refusals::advisory_needs_reason(&zh, &en)
                .citing(advisories.iter().map(|advisory| advisory.basis.clone())))
        }
        Some(reason) => Ok(advisories
            .iter()
            .map(|advisory| Overruled {
                code: advisory.code.to_owned(),
                basis: advisory.basis.clone(),
                reason,
            })
            .collect()),
    }
}
