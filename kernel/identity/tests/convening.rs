//! Who convenes a body and presides over it.

use jiff::civil::{Date, date};
use uuid::Uuid;
use yishi_canonical::Digest;
use yishi_identity::{
    BodyRegister, ElectedBy, NewSeat, Office, PersonId, RegisterEvent, SeatEnd, SeatEndReason, Term,
    convening_body,
};
use yishi_law::{Authority, BodyKind, CommunityKind};

const TODAY: Date = date(2026, 3, 2);

fn person(n: u128) -> PersonId {
    PersonId::from_uuid(Uuid::from_u128(n))
}

fn elected(body: BodyKind, seats: &[(u128, Office)]) -> RegisterEvent {
    RegisterEvent::Elected {
        body,
        seats: seats.iter().map(|&(n, office)| NewSeat { person: person(n), office }).collect(),
        term: Term { from: date(2026, 1, 1), to: date(2030, 12, 31) },
        elected_by: ElectedBy::Voters,
        held_on: TODAY,
        record: Digest::of(b"election"),
        overruled: vec![],
    }
}

fn register() -> BodyRegister {
    BodyRegister::fold(&[
        elected(BodyKind::ResidentsCommittee, &[(1, Office::Chair), (2, Office::Member)]),
        elected(BodyKind::Council, &[(11, Office::Chair), (12, Office::ViceChair), (13, Office::Member)]),
        elected(BodyKind::PartyOrganization, &[(21, Office::Chair), (22, Office::Member)]),
    ])
}

/// Staff could call any body in nobody's name.
#[test]
fn a_sitting_is_called_in_the_name_of_whoever_convenes_it() {
    let register = register();
    let convener = |body, named: Option<u128>| {
        register
            .convener(body, named.map(person), TODAY, CommunityKind::Village)
            .map_err(|refusal| refusal.code)
    };
    for body in [BodyKind::ResidentsAssembly, BodyKind::RepresentativeAssembly] {
        assert_eq!(convening_body(body), BodyKind::ResidentsCommittee);
        assert_eq!(convener(body, None), Ok(person(1)));
        // A member whom the chair names presides.
        assert_eq!(convener(body, Some(2)), Ok(person(2)));
        assert_eq!(convener(body, Some(11)), Err("not-the-convener"));
        assert_eq!(convener(body, Some(21)), Err("not-the-convener"));
    }
    assert_eq!(convener(BodyKind::Council, None), Ok(person(11)));
    assert_eq!(convener(BodyKind::Council, Some(12)), Err("not-the-convener"));
    assert_eq!(convener(BodyKind::Council, Some(1)), Err("not-the-convener"));
    // The party organisation may name a member for its own sitting, but its secretary convenes the two committees.
    assert_eq!(convener(BodyKind::PartyOrganization, Some(22)), Ok(person(22)));
    assert_eq!(convener(BodyKind::JointCommittees, None), Ok(person(21)));
    assert_eq!(convener(BodyKind::JointCommittees, Some(22)), Err("not-the-convener"));
    assert_eq!(convener(BodyKind::SupervisionCommittee, None), Err("convener-missing"));
}

#[test]
fn the_vice_chair_convenes_a_council_that_has_no_chair() {
    let end = SeatEnd { on: TODAY, because: SeatEndReason::Resigned, record: Digest::of(b"letter") };
    let resigned = RegisterEvent::SeatEnded { body: BodyKind::Council, person: person(11), end };
    let register = register().evolve(&resigned);
    let convener = |named: Option<u128>| {
        register.convener(BodyKind::Council, named.map(person), TODAY, CommunityKind::Urban)
    };
    assert_eq!(convener(None).ok(), Some(person(12)));
    assert_eq!(convener(Some(12)).ok(), Some(person(12)));
    let refusal = convener(Some(13)).expect_err("a plain member");
    assert_eq!(refusal.by, [Authority::Ruling { id: "R21".to_owned() }]);
    assert!(refusal.message_zh.contains("居民议事会"), "{}", refusal.message_zh);
}
