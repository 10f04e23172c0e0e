//! 选举时的组成与任期 (what law asks of a body when it is elected): number, women, households, terms (V5, V22, U3, U15, R33).
//!
//! A body some of whose members are in office on the first day of the term is filled up: its new members serve for the
//! rest of the term, and a body that is still too small may be filled one by one as long as it gets no worse.

use jiff::ToSpan as _;
use yishi_law::{BodyKind, Cited, CommunityKind, FloorText};

use super::decide::Poll;
use super::{AssemblyMakeUp, BodyRegister, ElectedBy, Part, RegisterContext, Seat, refusals};
use crate::person::Sex;
use crate::refusal::Refusal;

impl BodyRegister {
    /// Term and make-up, where the text in force on the day of the election has a figure.
    pub(super) fn composed(&self, poll: Poll<'_>, ctx: &RegisterContext<'_>) -> Result<(), Refusal> {
        let Some(law) = ctx.law else { return Ok(()) };
        self.term_is_lawful(poll, law)?;
        self.committee_is_lawful(poll, ctx, law)?;
        if poll.body == BodyKind::RepresentativeAssembly {
            self.number_is_lawful(poll, ctx, law)?;
            self.shares_are_lawful(poll, ctx, law)?;
        }
        Ok(())
    }

    fn term_is_lawful(&self, poll: Poll<'_>, law: &FloorText) -> Result<(), Refusal> {
        let Some(Cited { value: rule, by }) = law.term(poll.body) else { return Ok(()) };
        let until = |body| self.held(body, poll.term.from).map(|seat| seat.term.to).max();
        let (zh, en) = named(poll.body, law.kind());
        if let Some(years) = rule.years {
            if let Some(last) = until(poll.body) {
                let rest = poll.term.to == last;
                return refuse_unless(rest, || refusals::by_election_term(zh, en, last).citing(by));
            }
            let last = poll.held_on.saturating_add(i64::from(years).years());
            // People write the eve of the fifth anniversary as often as the anniversary itself.
            let whole = poll.term.to == last || poll.term.to.tomorrow().is_ok_and(|day| day == last);
            return refuse_unless(whole, || refusals::term_length(zh, en, years, last).citing(by));
        }
        match rule.same_as.map(|body| (until(body), law.term(body))) {
            Some((Some(last), _)) => {
                refuse_unless(poll.term.to == last, || refusals::term_unlike_committee(last).citing(by))
            }
            // No committee to go by: no longer than a committee's term.
            Some((None, Some(Cited { value: rule, .. }))) => {
                let years = rule.years.unwrap_or(u16::MAX);
                let last = poll.held_on.saturating_add(i64::from(years).years());
                refuse_unless(poll.term.to <= last, || refusals::term_length(zh, en, years, last).citing(by))
            }
            _ => Ok(()),
        }
    }

    fn committee_is_lawful(
        &self,
        poll: Poll<'_>,
        ctx: &RegisterContext<'_>,
        law: &FloorText,
    ) -> Result<(), Refusal> {
        let Some(Cited { value: rule, by }) = law.committee(poll.body) else { return Ok(()) };
        let before: Vec<_> = self.held(poll.body, poll.term.from).map(|seat| seat.person).collect();
        let after = before.iter().copied().chain(poll.seats.iter().map(|seat| seat.person));
        let size = (before.len() + poll.seats.len()) as u64;
        let (zh, en) = named(poll.body, law.kind());
        let (min, max) = (rule.members.min, rule.members.max);
        let filling_up = !before.is_empty() && size < u64::from(min);
        if !filling_up && !rule.members.contains(size) {
            return Err(refusals::committee_size(zh, en, min, max, size).citing(by));
        }
        let women = after.filter(|id| ctx.people.get(id).is_some_and(|person| person.sex == Sex::Female));
        let enough = rule.women.is_none_or(|least| women.count() as u64 >= u64::from(least));
        refuse_unless(enough, || refusals::committee_without_women(zh, en).citing(by))
    }

    /// So many households for each representative, unless groups chose them or the text only says 一般.
    fn number_is_lawful(
        &self,
        poll: Poll<'_>,
        ctx: &RegisterContext<'_>,
        law: &FloorText,
    ) -> Result<(), Refusal> {
        let Some(Cited { value: rule, by }) = law.representation() else { return Ok(()) };
        let free = rule.as_a_rule || (rule.or_by_groups && poll.elected_by == ElectedBy::Groups);
        if free || ctx.households == 0 {
            return Ok(());
        }
        let before = self.held(poll.body, poll.term.from).count();
        let had = (before + poll.seats.len()) as u64;
        let least = ctx.households.div_ceil(u64::from(rule.households.max).max(1));
        let most = ctx.households / u64::from(rule.households.min).max(1);
        let lawful = had <= most && (had >= least || before > 0);
        refuse_unless(lawful, || {
            refusals::representatives_per_household(had, least, most, ctx.households).citing(by)
        })
    }

    fn shares_are_lawful(
        &self,
        poll: Poll<'_>,
        ctx: &RegisterContext<'_>,
        law: &FloorText,
    ) -> Result<(), Refusal> {
        let before = self.make_up(ctx.people, poll.term.from);
        let after = self.with(poll).make_up(ctx.people, poll.term.from);
        let in_office = self.held(poll.body, poll.term.from).next().is_some();
        let was = |part, law| missing(&before, law, part);
        for lack in after.shortfalls(law) {
            // Vacancies may be filled one after the other; the body does not sit until all of it is lawful (R33).
            if in_office && lack.needed.saturating_sub(lack.had) <= was(lack.part, law) {
                continue;
            }
            let refusal = match lack.part {
                Part::Representatives => {
                    refusals::representatives_too_few(lack.had, lack.needed, lack.reach, lack.members)
                }
                Part::WomenRepresentatives => {
                    refusals::women_representatives_too_few(lack.had, lack.needed, lack.reach, lack.members)
                }
            };
            return Err(refusal.citing(lack.by));
        }
        Ok(())
    }

    /// The register with the seats of a poll filled.
    fn with(&self, poll: Poll<'_>) -> Self {
        let mut filled = self.clone();
        filled.seats.extend(poll.seats.iter().map(|seat| Seat {
            body: poll.body,
            person: seat.person,
            office: seat.office,
            term: poll.term,
            as_representative: poll.body == BodyKind::RepresentativeAssembly,
            ended: None,
        }));
        filled
    }
}

/// How many a part lacks.
fn missing(make_up: &AssemblyMakeUp, law: &FloorText, part: Part) -> u64 {
    let lacks = make_up.shortfalls(law);
    lacks.iter().find(|lack| lack.part == part).map_or(0, |lack| lack.needed.saturating_sub(lack.had))
}

fn refuse_unless(lawful: bool, refusal: impl FnOnce() -> Refusal) -> Result<(), Refusal> {
    if lawful { Ok(()) } else { Err(refusal()) }
}

/// A body's name, for refusals.
const fn named(body: BodyKind, kind: CommunityKind) -> (&'static str, &'static str) {
    match (body, kind) {
        (BodyKind::ResidentsCommittee, CommunityKind::Village) => ("村民委员会", "villagers' committee"),
        (BodyKind::ResidentsCommittee, CommunityKind::Urban) => ("居民委员会", "residents' committee"),
        (BodyKind::SupervisionCommittee, _) => ("监督委员会", "supervision committee"),
        (BodyKind::RepresentativeAssembly, CommunityKind::Village) => {
            ("村民代表会议", "villagers' representative assembly")
        }
        (BodyKind::RepresentativeAssembly, CommunityKind::Urban) => {
            ("居民代表会议", "residents' representative assembly")
        }
        _ => ("该机构", "body"),
    }
}
