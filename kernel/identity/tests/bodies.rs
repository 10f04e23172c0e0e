//! Seats, derived bodies, the council's norms, and rolls.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date};
use proptest::prelude::*;
use uuid::Uuid;
use yishi_canonical::Digest;
use yishi_identity::{
    BodyRegister, ElectedBy, Elector, Household, HouseholdId, NewSeat, Office, Person, PersonId, Refusal,
    RegisterCommand, RegisterContext, RegisterEvent, Registration, Roll, SeatEndReason, Sex, Term,
};
use yishi_law::{Authority, BodyKind, CommunityKind, Law};

const TODAY: Date = date(2026, 3, 2);
const TERM: Term = Term { from: TODAY, to: date(2031, 3, 1) };

fn person(n: u128) -> PersonId {
    PersonId::from_uuid(Uuid::from_u128(n))
}

fn household(n: u128) -> HouseholdId {
    HouseholdId::from_uuid(Uuid::from_u128(n))
}

fn doc(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}

/// Forty people: the first sixteen are party members, every third is a woman, number 39 is a child.
fn people() -> BTreeMap<PersonId, Person> {
    (0..40)
        .map(|n| {
            let someone = Person {
                id: person(n),
                name: format!("居民{n}"),
                birth_date: if n == 39 { date(2010, 1, 1) } else { date(1975, 6, 1) },
                registration: Registration::Local,
                household: household(n / 4),
                resident_since: if n == 38 { date(2026, 4, 1) } else { date(2000, 1, 1) },
                party_member: n < 16,
                sex: if n % 3 == 0 { Sex::Female } else { Sex::Male },
                phone: None,
            };
            (person(n), someone)
        })
        .collect()
}

fn decide(register: &BodyRegister, command: &RegisterCommand) -> Result<Vec<RegisterEvent>, Refusal> {
    let law = Law::embedded().at(CommunityKind::Village, TODAY).expect("law");
    register.decide(command, &RegisterContext { today: TODAY, people: &people(), law })
}

fn elect(body: BodyKind, members: &[u128], reason: Option<&str>) -> RegisterCommand {
    let seats = members.iter().enumerate().map(|(at, &n)| {
        let office = match at {
            0 => Office::Chair,
            1 => Office::ViceChair,
            _ => Office::Member,
        };
        NewSeat { person: person(n), office }
    });
    RegisterCommand::Elect {
        body,
        seats: seats.collect(),
        term: TERM,
        elected_by: ElectedBy::RepresentativeAssembly,
        record: doc("minutes"),
        reason: reason.map(doc),
    }
}

fn after(register: BodyRegister, command: &RegisterCommand) -> BodyRegister {
    let events = decide(&register, command).expect("accepted");
    events.iter().fold(register, BodyRegister::evolve)
}

fn refused(register: &BodyRegister, command: &RegisterCommand) -> &'static str {
    decide(register, command).expect_err("refused").code
}

#[test]
fn a_council_by_the_norms_needs_no_reason() {
    // Eleven members, four of them party members, a party member in the chair.
    let members = [0, 20, 1, 2, 3, 21, 22, 23, 24, 25, 26];
    let council = after(BodyRegister::default(), &elect(BodyKind::Council, &members, None));
    assert_eq!(council.in_office(BodyKind::Council, TODAY).len(), 11);
    assert!(council.in_office(BodyKind::Council, date(2031, 3, 2)).is_empty());
}

#[test]
fn a_norm_not_followed_wants_a_recorded_reason() {
    let register = BodyRegister::default();
    for (members, expected) in [
        (&[0, 1, 20, 21, 22][..], "council-size"),
        (&[0, 20, 21, 22, 23, 24, 25, 26, 27, 28][..], "council-party-share"),
        (&[20, 0, 1, 2, 21, 22, 23][..], "council-chair-party"),
    ] {
        let refusal =
            decide(&register, &elect(BodyKind::Council, members, None)).expect_err("wants a reason");
        assert_eq!(refusal.code, "advisory-needs-reason");
        assert!(refusal.message_zh.contains(expected), "{}", refusal.message_zh);
        assert_eq!(refusal.by, [Authority::Policy { id: "P5".parse().expect("id") }]);

        let events =
            decide(&register, &elect(BodyKind::Council, members, Some("人口少"))).expect("with a reason");
        let RegisterEvent::Elected { overruled, .. } = &events[0] else { panic!("not an election") };
        assert!(overruled.iter().any(|one| one.code == expected && one.reason == doc("人口少")));
    }
}

#[test]
fn what_is_plainly_demanded_no_reason_cures() {
    let register = BodyRegister::default();
    let ten = [0, 20, 1, 2, 3, 21, 22, 23, 24, 25];
    let council = elect(BodyKind::Council, &ten, None);
    let with = |change: &dyn Fn(&mut Vec<NewSeat>, &mut ElectedBy, &mut Term)| {
        let mut command = council.clone();
        if let RegisterCommand::Elect { seats, elected_by, term, reason, .. } = &mut command {
            *reason = Some(doc("reason"));
            change(seats, elected_by, term);
        }
        refused(&register, &command)
    };
    assert_eq!(with(&|seats, _, _| seats[2].office = Office::Chair), "second-chair");
    assert_eq!(with(&|seats, _, _| seats[2].office = Office::ViceChair), "second-vice-chair");
    assert_eq!(with(&|seats, _, _| seats[2].person = person(0)), "seated-twice");
    assert_eq!(with(&|seats, _, _| seats[2].person = person(99)), "not-a-member");
    assert_eq!(with(&|seats, _, _| seats[2].person = person(39)), "not-an-adult");
    assert_eq!(with(&|seats, _, _| seats.clear()), "seats-missing");
    assert_eq!(with(&|_, by, _| *by = ElectedBy::Voters), "council-not-so-elected");
    assert_eq!(with(&|_, _, term| term.to = date(2026, 1, 1)), "term-backwards");
    assert_eq!(refused(&register, &elect(BodyKind::JointCommittees, &[0], None)), "body-has-no-seats");
    assert_eq!(refused(&register, &elect(BodyKind::PartyOrganization, &[20], None)), "not-a-party-member");
    let seated = after(register, &council);
    assert_eq!(refused(&seated, &elect(BodyKind::Council, &[0], Some("x"))), "seated-twice");
    assert_eq!(refused(&seated, &elect(BodyKind::Council, &[4], Some("x"))), "second-chair");
}

#[test]
fn whoever_carries_out_does_not_supervise() {
    let register = after(BodyRegister::default(), &elect(BodyKind::ResidentsCommittee, &[20, 21, 22], None));
    assert_eq!(
        refused(&register, &elect(BodyKind::SupervisionCommittee, &[30, 21], None)),
        "supervisor-on-committee"
    );
    let register = after(register, &elect(BodyKind::SupervisionCommittee, &[30, 31], None));
    let on_committee = RegisterCommand::Elect {
        body: BodyKind::ResidentsCommittee,
        seats: vec![NewSeat { person: person(31), office: Office::Member }],
        term: TERM,
        elected_by: ElectedBy::Voters,
        record: doc("minutes"),
        reason: None,
    };
    assert_eq!(refused(&register, &on_committee), "supervisor-on-committee");
}

#[test]
fn two_bodies_are_made_of_others() {
    let register = after(BodyRegister::default(), &elect(BodyKind::ResidentsCommittee, &[0, 21, 22], None));
    let register = after(register, &elect(BodyKind::PartyOrganization, &[0, 1, 2], None));
    // One of the committee was also elected a representative, and counts once, as one.
    let register =
        after(register, &elect(BodyKind::RepresentativeAssembly, &[21, 3, 6, 9, 12, 15, 4, 5], None));
    let ids = |body| register.in_office(body, TODAY).iter().map(|seat| seat.person).collect::<Vec<_>>();
    assert_eq!(ids(BodyKind::JointCommittees), [0, 1, 2, 21, 22].map(person));
    let assembly = register.make_up(&people(), TODAY);
    assert_eq!((assembly.members, assembly.representatives, assembly.women_representatives), (10, 8, 6));
}

#[test]
fn a_seat_ends_on_its_day() {
    let register = after(BodyRegister::default(), &elect(BodyKind::ResidentsCommittee, &[20, 21, 22], None));
    let end = |n, on| RegisterCommand::EndSeat {
        body: BodyKind::ResidentsCommittee,
        person: person(n),
        on,
        because: SeatEndReason::Resigned,
        record: doc("letter"),
    };
    assert_eq!(refused(&register, &end(30, TODAY)), "no-such-seat");
    assert_eq!(refused(&register, &end(20, date(2032, 1, 1))), "no-such-seat");
    let register = after(register, &end(21, date(2026, 5, 1)));
    assert_eq!(refused(&register, &end(21, date(2026, 6, 1))), "no-such-seat");
    assert_eq!(register.in_office(BodyKind::ResidentsCommittee, date(2026, 4, 30)).len(), 3);
    assert_eq!(register.in_office(BodyKind::ResidentsCommittee, date(2026, 5, 1)).len(), 2);
    // The empty seat can be filled again, by the same person even.
    let again = RegisterCommand::Elect {
        body: BodyKind::ResidentsCommittee,
        seats: vec![NewSeat { person: person(21), office: Office::Member }],
        term: Term { from: date(2026, 5, 1), to: TERM.to },
        elected_by: ElectedBy::Voters,
        record: doc("by-election"),
        reason: None,
    };
    assert_eq!(after(register, &again).in_office(BodyKind::ResidentsCommittee, date(2026, 5, 1)).len(), 3);
}

#[test]
fn rolls_count_each_once() {
    let people = people();
    let households: Vec<Household> =
        (0..10).map(|n| Household { id: household(n), label: format!("{n}号"), head: None }).collect();
    let persons = Roll::of_persons(people.values(), TODAY);
    // 40 without the child and without the one who moves in next month.
    assert_eq!(persons.size(), 38);
    assert_eq!(Roll::of_persons(people.values(), date(2026, 4, 1)).size(), 39);
    let by_household = Roll::of_households(people.values(), &households, TODAY);
    assert_eq!(by_household.size(), 10);
    assert_eq!(by_household.elector_of(person(37)), Some(Elector::Household(household(9))));
    assert_eq!(by_household.elector_of(person(39)), None);
    let recused = BTreeSet::from([Elector::Household(household(9))]);
    let rest = by_household.without(&recused);
    assert_eq!((rest.size(), rest.elector_of(person(37))), (9, None));
    assert_ne!(rest.digest().expect("digest"), by_household.digest().expect("digest"));
    let bytes = serde_json::to_string(&by_household).expect("json");
    assert_eq!(serde_json::from_str::<Roll>(&bytes).expect("json"), by_household);
}

fn any_command() -> impl Strategy<Value = RegisterCommand> {
    let bodies = prop_oneof![
        Just(BodyKind::Council),
        Just(BodyKind::RepresentativeAssembly),
        Just(BodyKind::ResidentsCommittee),
        Just(BodyKind::SupervisionCommittee),
        Just(BodyKind::PartyOrganization),
        Just(BodyKind::JointCommittees),
    ];
    let offices =
        prop_oneof![4 => Just(Office::Member), 1 => Just(Office::Chair), 1 => Just(Office::ViceChair)];
    let seats = proptest::collection::vec((0u128..40, offices), 0..6);
    let elect = (bodies.clone(), seats, 0i16..6, 0i16..6).prop_map(|(body, seats, from, length)| {
        RegisterCommand::Elect {
            body,
            seats: seats.into_iter().map(|(n, office)| NewSeat { person: person(n), office }).collect(),
            term: Term { from: date(2026 + from, 3, 2), to: date(2026 + from + length, 3, 1) },
            elected_by: ElectedBy::RepresentativeAssembly,
            record: doc("minutes"),
            reason: Some(doc("reason")),
        }
    });
    let end = (bodies, 0u128..40, 0i16..8).prop_map(|(body, n, year)| RegisterCommand::EndSeat {
        body,
        person: person(n),
        on: date(2026 + year, 6, 1),
        because: SeatEndReason::Other,
        record: doc("paper"),
    });
    prop_oneof![3 => elect, 1 => end]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is asked: one chair, one seat each, and nobody who both carries out and supervises, on any day.
    #[test]
    fn the_register_stays_lawful(commands in proptest::collection::vec(any_command(), 1..30)) {
        let mut register = BodyRegister::default();
        let mut log = Vec::new();
        for command in &commands {
            if let Ok(events) = decide(&register, command) {
                register = events.iter().fold(register, BodyRegister::evolve);
                log.extend(events);
            }
        }
        prop_assert_eq!(&BodyRegister::fold(&log), &register);
        for month in 0..72 {
            let on = date(2026 + month / 12, 1 + i8::try_from(month % 12).expect("a month"), 15);
            for body in [BodyKind::Council, BodyKind::ResidentsCommittee, BodyKind::SupervisionCommittee] {
                let held: Vec<_> =
                    register.seats().iter().filter(|seat| seat.body == body && seat.held_on(on)).collect();
                let people: BTreeSet<_> = held.iter().map(|seat| seat.person).collect();
                prop_assert_eq!(people.len(), held.len());
                prop_assert!(held.iter().filter(|seat| seat.office == Office::Chair).count() <= 1);
            }
            let on_committee = register.in_office(BodyKind::ResidentsCommittee, on);
            let supervising = register.in_office(BodyKind::SupervisionCommittee, on);
            prop_assert!(on_committee.iter().all(|seat| supervising.iter().all(|other| other.person != seat.person)));
        }
    }
}
