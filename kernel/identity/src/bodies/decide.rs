//! Decisions on the register: what is refused, and what is only advised.

use std::collections::BTreeSet;

use yishi_law::{Authority, BodyKind, Cited, CouncilNorms, FloorId};

use super::{
    BodyRegister, ElectedBy, NewSeat, Office, Overruled, RegisterCommand, RegisterContext, RegisterEvent,
    Seat, SeatEnd, Term,
};
use crate::ids::PersonId;
use crate::refusal::{Advisory, Refusal};

crate::refusals! {
    /// Two bodies are made of others, and the assembly of everybody has no seats.
    body_has_no_seats() = "body-has-no-seats",
        "该机构没有单独的席位：“两委”由党组织和村(居)委会组成，村(居)民会议由全体成年居民组成", "this body has no seats of its own";
    /// Nobody is named.
    seats_missing() = "seats-missing", "没有写明当选人", "nobody is named";
    /// A term that ends before it begins.
    term_backwards() = "term-backwards", "任期截止日早于起始日", "the term ends before it begins";
    /// Not on the community's roster.
    not_a_member(person: PersonId) = "not-a-member", "{person}不是本村(社区)居民", "`{person}` is not on the community's roster";
    /// 18.
    not_an_adult(person: PersonId) = "not-an-adult", "{person}未满十八周岁", "`{person}` is not yet 18";
    /// One seat each.
    seated_twice(person: PersonId) = "seated-twice",
        "{person}在同一任期已有本机构席位", "`{person}` has a seat in this body in that term already";
    /// 设主任1人.
    second_chair() = "second-chair", "同一任期只设主任一人", "a body has one chair at a time";
    /// 副主任1人, in the council.
    second_vice_chair() = "second-vice-chair", "议事会同一任期只设副主任一人", "the council has one vice-chair at a time";
    /// The party organisation is made of party members.
    not_a_party_member(person: PersonId) = "not-a-party-member", "{person}不是中共党员", "`{person}` is not a party member";
    /// G9.
    council_not_so_elected() = "council-not-so-elected",
        "议事会成员由村(居)民代表会议选举产生；没有代表会议的，由村(居)民会议选举", "the representative assembly elects the council, or the assembly where there is none";
    /// V19, U12.
    supervisor_on_committee(person: PersonId) = "supervisor-on-committee",
        "{person}是村(居)委会成员，不得担任监督委员会成员", "`{person}` is on the residents' committee and cannot supervise it";
    /// A norm put as 一般, 左右 or 原则上 is not followed, and nobody says why.
    advisory_needs_reason(codes: &str) = "advisory-needs-reason",
        "与文件的一般要求不一致（{codes}），须书面说明理由", "advisories ({codes}) are not followed: a recorded reason is needed";
    /// No such seat.
    no_such_seat() = "no-such-seat", "该日没有这个席位", "nobody holds that seat on that day";
}

/// 左右 (how far from the figure still counts as about it): a tenth of the council. The seed says 40%左右 and gives no bounds.
const ABOUT_TENTHS: u64 = 1;

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
            RegisterCommand::Elect { body, seats, term, elected_by, record, reason } => {
                self.electable(*body, seats, *term, *elected_by, ctx)
                    .map_err(|refusal| refusal.during("elect", None, "registered", vec![]))?;
                let advisories = self.advisories(*body, seats, *term, *elected_by, ctx);
                let overruled = overrule(&advisories, *reason)
                    .map_err(|refusal| refusal.during("elect", None, "registered", vec![]))?;
                Ok(vec![RegisterEvent::Elected {
                    body: *body,
                    seats: seats.clone(),
                    term: *term,
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
                    return Err(no_such_seat().during("end-seat", None, "registered", vec!["elect"]));
                }
                let end = SeatEnd { on: *on, because: *because, record: *record };
                Ok(vec![RegisterEvent::SeatEnded { body: *body, person: *person, end }])
            }
        }
    }

    /// 提示 (which norms of the seed the body would not follow with these seats filled). Empty for every body but the council.
    #[must_use]
    pub fn advisories(
        &self,
        body: BodyKind,
        seats: &[NewSeat],
        term: Term,
        elected_by: ElectedBy,
        ctx: &RegisterContext<'_>,
    ) -> Vec<Advisory> {
        let Some(Cited { value: norms, by }) = ctx.law.council().filter(|_| body == BodyKind::Council) else {
            return Vec::new();
        };
        let Some(basis) = by.into_iter().next() else { return Vec::new() };
        let mut council: Vec<(PersonId, Office)> =
            self.in_office(body, term.from).iter().map(|seat| (seat.person, seat.office)).collect();
        council.extend(seats.iter().map(|seat| (seat.person, seat.office)));
        council_advisories(&council, norms, elected_by, ctx, &basis)
    }

    fn electable(
        &self,
        body: BodyKind,
        seats: &[NewSeat],
        term: Term,
        elected_by: ElectedBy,
        ctx: &RegisterContext<'_>,
    ) -> Result<(), Refusal> {
        if matches!(body, BodyKind::JointCommittees | BodyKind::ResidentsAssembly) {
            return Err(body_has_no_seats());
        }
        if seats.is_empty() {
            return Err(seats_missing());
        }
        if term.to < term.from {
            return Err(term_backwards());
        }
        let council_norm = ctx.law.council().into_iter().flat_map(|norms| norms.by);
        if body == BodyKind::Council && !self.may_elect_council(elected_by, term) {
            return Err(council_not_so_elected().citing(council_norm));
        }
        let mut named = BTreeSet::new();
        for seat in seats {
            if !named.insert(seat.person) || self.standing(body, term).any(|held| held.person == seat.person)
            {
                return Err(seated_twice(seat.person));
            }
            self.eligible(body, seat.person, term, ctx)?;
        }
        let holders = |office| {
            self.standing(body, term).filter(|seat| seat.office == office).count()
                + seats.iter().filter(|seat| seat.office == office).count()
        };
        if holders(Office::Chair) > 1 {
            return Err(second_chair().citing(council_norm));
        }
        if body == BodyKind::Council && holders(Office::ViceChair) > 1 {
            return Err(second_vice_chair().citing(council_norm));
        }
        Ok(())
    }

    fn eligible(
        &self,
        body: BodyKind,
        person: PersonId,
        term: Term,
        ctx: &RegisterContext<'_>,
    ) -> Result<(), Refusal> {
        let Some(facts) = ctx.people.get(&person) else { return Err(not_a_member(person)) };
        if !facts.is_adult_on(term.from) {
            return Err(not_an_adult(person));
        }
        if body == BodyKind::PartyOrganization && !facts.party_member {
            return Err(not_a_party_member(person));
        }
        // 监督与实施分开: whichever of the two seats is filled second is refused.
        let apart = match body {
            BodyKind::SupervisionCommittee => BodyKind::ResidentsCommittee,
            BodyKind::ResidentsCommittee => BodyKind::SupervisionCommittee,
            _ => return Ok(()),
        };
        if self.standing(apart, term).any(|seat| seat.person == person) {
            return Err(supervisor_on_committee(person).citing(supervision_basis(ctx)));
        }
        Ok(())
    }

    /// Seats of the body itself whose time in office meets the term.
    fn standing(&self, body: BodyKind, term: Term) -> impl Iterator<Item = &Seat> {
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
            ElectedBy::Voters | ElectedBy::Households | ElectedBy::PartyMembers => false,
        }
    }
}

/// The entry on supervision, where the text in force has it.
fn supervision_basis(ctx: &RegisterContext<'_>) -> Vec<Authority> {
    ["V19", "U12"]
        .iter()
        .filter_map(|id| id.parse::<FloorId>().ok())
        .filter_map(|id| {
            let (document, entry) = ctx.law.entry(&id)?;
            Some(Authority::Statute { text: document.id.clone(), floor: id, article: entry.article.clone() })
        })
        .collect()
}

fn council_advisories(
    council: &[(PersonId, Office)],
    norms: &CouncilNorms,
    elected_by: ElectedBy,
    ctx: &RegisterContext<'_>,
    basis: &Authority,
) -> Vec<Advisory> {
    let mut advisories = Vec::new();
    let mut advise = |code, message_zh: String, message_en: String| {
        advisories.push(Advisory { code, message_zh, message_en, basis: basis.clone() });
    };
    let is_party_member = |person: &PersonId| ctx.people.get(person).is_some_and(|facts| facts.party_member);
    let size = council.len() as u64;
    if !norms.members.contains(size) {
        let (min, max) = (norms.members.min, norms.members.max);
        advise(
            "council-size",
            format!("议事会一般为{min}至{max}人，现为{size}人"),
            format!("a council generally has {min} to {max} members; this one has {size}"),
        );
    }
    let party = council.iter().filter(|(person, _)| is_party_member(person)).count() as u64;
    let (n, d) = (
        u64::from(norms.party_members_about.numerator()),
        u64::from(norms.party_members_about.denominator()),
    );
    // |party/size - n/d| > 1/10, in integers.
    if (party * d).abs_diff(size * n) * 10 > size * d * ABOUT_TENTHS {
        advise(
            "council-party-share",
            format!("党员比例在{}%左右，现为{size}人中{party}人", n * 100 / d),
            format!("about {}% of a council are party members; here {party} of {size}", n * 100 / d),
        );
    }
    let chair = council.iter().find(|(_, office)| *office == Office::Chair);
    if chair.is_none() {
        advise("council-chair", "议事会设主任1人".to_owned(), "a council has a chair".to_owned());
    }
    if norms.chair_in_principle_party_member && chair.is_some_and(|(person, _)| !is_party_member(person)) {
        advise(
            "council-chair-party",
            "议事会主任原则上由党员担任".to_owned(),
            "in principle a party member chairs the council".to_owned(),
        );
    }
    if elected_by != ElectedBy::RepresentativeAssembly {
        advise(
            "council-electors",
            "议事会成员由村(居)民代表会议选举产生，本次由村(居)民会议选举".to_owned(),
            "the representative assembly elects the council; this one was elected by the assembly".to_owned(),
        );
    }
    advisories
}

/// An advisory not followed goes on the record with its reason.
fn overrule(
    advisories: &[Advisory],
    reason: Option<yishi_canonical::Digest>,
) -> Result<Vec<Overruled>, Refusal> {
    match reason {
        _ if advisories.is_empty() => Ok(Vec::new()),
        None => {
            let codes = advisories.iter().map(|advisory| advisory.code).collect::<Vec<_>>().join(", ");
            Err(advisory_needs_reason(&codes)
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
