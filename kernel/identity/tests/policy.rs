//! The policy table against the checked-in matrix, and the reach of each role.

use std::path::Path;

use uuid::Uuid;
use yishi_identity::policy::{self, Action, Actor, Capacity, HeldSeat, RoleGrant, Scope, permits};
use yishi_identity::{CommunityId, Office, PersonId, TownId};
use yishi_law::BodyKind;

const MATRIX: &str = "tests/acceptance/policy-matrix.txt";
const REFRESH: &str = "YISHI_REFRESH=1 cargo test -p yishi-identity --test policy";

#[test]
fn the_matrix_is_the_one_that_was_read_and_agreed() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(MATRIX);
    let now = policy::matrix();
    if std::env::var_os("YISHI_REFRESH").is_some() {
        std::fs::write(&file, &now).expect("the matrix can be written");
    }
    let agreed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(agreed == now, "{MATRIX} is stale; read the difference, then refresh it with `{REFRESH}`\n{now}");
}

fn town(n: u128) -> TownId {
    TownId::from_uuid(Uuid::from_u128(n))
}

fn community(n: u128) -> CommunityId {
    CommunityId::from_uuid(Uuid::from_u128(n))
}

fn here() -> Scope {
    Scope::Community { town: town(1), community: community(1) }
}

fn with(role: RoleGrant) -> Actor {
    Actor { roles: vec![role], ..Actor::default() }
}

fn member(n: u128) -> RoleGrant {
    RoleGrant::Member { community: community(n), person: PersonId::from_uuid(Uuid::from_u128(7)) }
}

#[test]
fn whoever_is_not_in_the_line_may_not() {
    // Not by trust in `permits`: by hand, over every role and every action.
    let actors = [
        (Capacity::CityAdmin, with(RoleGrant::CityAdmin)),
        (Capacity::TownAdmin, with(RoleGrant::TownAdmin { town: town(1) })),
        (Capacity::Staff, with(RoleGrant::Staff { community: community(1) })),
        (Capacity::Resident, with(member(1))),
        (Capacity::Anyone, Actor::default()),
    ];
    for (capacity, actor) in &actors {
        for &action in Action::ALL {
            let listed =
                action.allowed().iter().any(|allowed| allowed == capacity || *allowed == Capacity::Anyone);
            assert_eq!(permits(actor, action, &here()), listed, "{capacity:?} {action:?}");
        }
    }
}

#[test]
fn a_role_reaches_its_own_scope_and_no_other() {
    let elsewhere = Scope::Community { town: town(2), community: community(2) };
    let next_door = Scope::Community { town: town(1), community: community(2) };
    for role in
        [RoleGrant::TownAdmin { town: town(1) }, RoleGrant::Staff { community: community(1) }, member(1)]
    {
        let actor = with(role);
        for &action in Action::ALL {
            let public = action.allowed().contains(&Capacity::Anyone);
            assert_eq!(permits(&actor, action, &elsewhere), public, "{role:?} {action:?} elsewhere");
        }
    }
    let town_admin = with(RoleGrant::TownAdmin { town: town(1) });
    assert!(permits(&town_admin, Action::ShelveRule, &next_door));
    assert!(permits(&town_admin, Action::ManageCommunities, &Scope::Town(town(1))));
    assert!(!permits(&town_admin, Action::ManageTowns, &Scope::City));
    assert!(!permits(&with(RoleGrant::Staff { community: community(1) }), Action::EditRoster, &next_door));
}

#[test]
fn a_seat_speaks_only_for_a_member_and_only_at_home() {
    let chair = HeldSeat { community: community(1), body: BodyKind::Council, office: Office::Chair };
    let mut actor = Actor { seats: vec![chair], ..with(member(1)) };
    assert_eq!(actor.acting_as(Action::ConveneMeeting, &here()), Some(Capacity::CouncilChair));
    assert_eq!(actor.acting_as(Action::ProposeMatter, &here()), Some(Capacity::CouncilMember));
    let next_door = Scope::Community { town: town(1), community: community(2) };
    assert!(!permits(&actor, Action::ProposeMatter, &next_door));
    actor.roles.clear();
    assert!(!permits(&actor, Action::ProposeMatter, &here()));
    let seated = |body| Actor {
        seats: vec![HeldSeat { community: community(1), body, office: Office::Member }],
        ..with(member(1))
    };
    for body in [BodyKind::PartyOrganization, BodyKind::ResidentsCommittee] {
        assert!(
            permits(&seated(body), Action::ReviewProposal, &here()),
            "{body:?} is one of the two committees"
        );
    }
    assert!(!permits(&seated(BodyKind::SupervisionCommittee), Action::ReviewProposal, &here()));
}

#[test]
fn confirming_an_attestation_is_not_for_those_who_enter_it() {
    let enter = Action::AttestRule.allowed();
    assert!(Action::ConfirmAttestation.allowed().iter().all(|capacity| !enter.contains(capacity)));
}
