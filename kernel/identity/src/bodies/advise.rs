//! 提示 (what is usual and not so): norms put as 一般, 左右 or 原则上, which block nothing once a reason is recorded (R49).

use yishi_law::{Authority, BodyKind, Cited, CouncilNorms};

use super::{BodyRegister, ElectedBy, NewSeat, Office, RegisterContext, Term};
use crate::ids::PersonId;
use crate::refusal::Advisory;

impl BodyRegister {
    /// 提示 (which norms the body would not follow with these seats filled): of the council those of the seed, of a
    /// community's representatives how many households each stands for.
    #[must_use]
    pub fn advisories(
        &self,
        body: BodyKind,
        seats: &[NewSeat],
        term: Term,
        elected_by: ElectedBy,
        ctx: &RegisterContext<'_>,
    ) -> Vec<Advisory> {
        let Some(law) = ctx.law else { return Vec::new() };
        match body {
            BodyKind::Council => {
                let Some(Cited { value: norms, by }) = law.council() else { return Vec::new() };
                let Some(basis) = by.into_iter().next() else { return Vec::new() };
                let mut council: Vec<(PersonId, Office)> =
                    self.in_office(body, term.from).iter().map(|seat| (seat.person, seat.office)).collect();
                council.extend(seats.iter().map(|seat| (seat.person, seat.office)));
                council_advisories(&council, norms, elected_by, ctx, &basis)
            }
            BodyKind::RepresentativeAssembly => {
                let Some(Cited { value: rule, by }) = law.representation() else { return Vec::new() };
                let had = (self.held(body, term.from).count() + seats.len()) as u64;
                let (min, max) = (u64::from(rule.households.min), u64::from(rule.households.max));
                let usual =
                    had.saturating_mul(min) <= ctx.households && had.saturating_mul(max) >= ctx.households;
                match by.into_iter().next() {
                    Some(basis) if rule.as_a_rule && !usual && ctx.households > 0 => {
                        vec![Advisory {
                            code: "representatives-usual",
                            message_zh: format!(
                                "居民代表一般每{min}至{max}户推选一人，{}户现为{had}人",
                                ctx.households
                            ),
                            message_en: format!(
                                "as a rule {min} to {max} households choose one representative; here {} choose {had}",
                                ctx.households
                            ),
                            basis,
                        }]
                    }
                    _ => Vec::new(),
                }
            }
            _ => Vec::new(),
        }
    }
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
    // R49: the share rounded to the nearest person, or one more.
    let about = (2 * size * n + d) / (2 * d).max(1);
    if party != about && party != about + 1 {
        advise(
            "council-party-share",
            format!("党员比例在{}%左右（{size}人中{about}至{}人），现为{party}人", n * 100 / d, about + 1),
            format!(
                "about {}% of a council are party members ({about} or {} of {size}); here {party}",
                n * 100 / d,
                about + 1
            ),
        );
    }
    let chair = council.iter().find(|(_, office)| *office == Office::Chair);
    if chair.is_none() {
        advise("council-chair", "议事会设主任1人".to_owned(), "a council has a chair".to_owned());
    }
    if council.iter().all(|(_, office)| *office != Office::ViceChair) {
        advise("council-vice-chair", "议事会设副主任1人".to_owned(), "a council has a vice-chair".to_owned());
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
