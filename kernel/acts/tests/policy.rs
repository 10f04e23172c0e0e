//! The policy table against the checked-in matrix, and the reach of each role.

use std::path::Path;
use yishi_acts::house::{House, HouseAct};

use uuid::Uuid;
use yishi_acts::Aggregate;
use yishi_deliberation::{Case, Matter, MatterAct, Meeting, MeetingAct, Rule, RuleAct};
use yishi_identity::policy::{self, Action, Actor, Capacity, HeldSeat, Right, RoleGrant, Scope, permits};
use yishi_identity::{CommunityId, Office, PersonId, TownId};
use yishi_law::BodyKind;

const MATRIX: &str = "tests/acceptance/policy-matrix.txt";
const REFRESH: &str = "YISHI_REFRESH=1 cargo test -p yishi-acts --test policy";

#[test]
fn the_matrix_is_the_one_that_was_read_and_agreed() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(MATRIX);
    let now = policy::matrix(&[
        ("村（社区）和镇的办理 (acts of the house)", rights::<House>()),
        ("事项的办理 (acts on a matter)", rights::<Matter>()),
        ("会议的办理 (acts on a meeting)", rights::<Meeting>()),
        ("规约的办理 (acts on a rule)", rights::<Rule>()),
        ("办件的办理 (acts on a case)", rights::<Case>()),
    ]);
    if std::env::var_os("YISHI_REFRESH").is_some() {
        std::fs::write(&file, &now).expect("the matrix can be written");
    }
    let agreed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(agreed == now, "{MATRIX} is stale; read the difference, then refresh it with `{REFRESH}`\n{now}");
}

fn rights<A: Aggregate>() -> Vec<Right> {
    A::acts().iter().map(yishi_acts::Entry::right).collect()
}

/// Every right there is: of the table, and of the acts.
fn all() -> Vec<Right> {
    let table = Action::ALL.iter().map(|action| Right::from(*action));
    let acts =
        [rights::<House>(), rights::<Matter>(), rights::<Meeting>(), rights::<Rule>(), rights::<Case>()];
    table.chain(acts.into_iter().flatten()).collect()
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

/// No body, and each of them.
fn everywhere() -> impl Iterator<Item = Option<BodyKind>> {
    std::iter::once(None).chain(BodyKind::ALL.iter().copied().map(Some))
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
        for right in all() {
            for of in everywhere() {
                let reaches = |allowed: &Capacity| {
                    right.may.reach.covers(*allowed, of)
                        && (allowed == capacity || *allowed == Capacity::Anyone)
                };
                let listed = right.may.allowed.iter().any(reaches);
                assert_eq!(permits(actor, right, &here(), of), listed, "{capacity:?} {right:?} {of:?}");
            }
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
        for right in all() {
            let public = right.may.allowed.contains(&Capacity::Anyone);
            for of in everywhere() {
                let may = permits(&actor, right, &elsewhere, of);
                assert_eq!(may, public, "{role:?} {right:?} elsewhere");
            }
        }
    }
    let town_admin = with(RoleGrant::TownAdmin { town: town(1) });
    assert!(permits(&town_admin, Action::ShelveRule, &next_door, None));
    assert!(permits(&town_admin, HouseAct::CreateCommunity, &Scope::Town(town(1)), None));
    assert!(!permits(&town_admin, HouseAct::CreateTown, &Scope::City, None));
    let staff = with(RoleGrant::Staff { community: community(1) });
    assert!(!permits(&staff, Action::EditRoster, &next_door, None));
}

#[test]
fn a_seat_speaks_only_for_a_member_and_only_at_home() {
    let chair = HeldSeat { community: community(1), body: BodyKind::Council, office: Office::Chair };
    let mut actor = Actor { seats: vec![chair], ..with(member(1)) };
    let council = Some(BodyKind::Council);
    assert_eq!(actor.acting_as(HouseAct::Convene, &here(), council), Some(Capacity::CouncilChair));
    assert_eq!(
        actor.acting_as(Matter::right(MatterAct::Propose), &here(), None),
        Some(Capacity::CouncilMember)
    );
    let next_door = Scope::Community { town: town(1), community: community(2) };
    assert!(!permits(&actor, Matter::right(MatterAct::Propose), &next_door, None));
    actor.roles.clear();
    assert!(!permits(&actor, Matter::right(MatterAct::Propose), &here(), None));
    let member_of = |body| Actor {
        seats: vec![HeldSeat { community: community(1), body, office: Office::Member }],
        ..with(member(1))
    };
    for body in [BodyKind::PartyOrganization, BodyKind::ResidentsCommittee] {
        assert!(
            permits(&member_of(body), Matter::right(MatterAct::Review), &here(), None),
            "{body:?} is one of the two committees"
        );
    }
    assert!(!permits(
        &member_of(BodyKind::SupervisionCommittee),
        Matter::right(MatterAct::Review),
        &here(),
        None
    ));
}

#[test]
fn confirming_an_attestation_is_not_for_those_who_enter_it() {
    let enter = Right::from(HouseAct::Attest).may.allowed;
    assert!(
        Rule::right(RuleAct::ConfirmAttestation).may.allowed.iter().all(|capacity| !enter.contains(capacity))
    );
}

fn seated(body: BodyKind, office: Office) -> Actor {
    Actor { seats: vec![HeldSeat { community: community(1), body, office }], ..with(member(1)) }
}

/// A council's chair convened, ran, opened and closed for the representatives and the party; a supervisor ran the council.
#[test]
fn whoever_runs_a_sitting_runs_that_body() {
    let votes = [Right::from(HouseAct::OpenBallot), Right::from(HouseAct::CloseBallot)];
    let acts = [
        Right::from(HouseAct::Convene),
        Meeting::right(MeetingAct::Open),
        Meeting::right(MeetingAct::Arrive),
    ];
    let acts = [&acts[..], &votes].concat();
    let own: [(Actor, &[BodyKind]); 5] = [
        (seated(BodyKind::Council, Office::Chair), &[BodyKind::Council]),
        (
            seated(BodyKind::ResidentsCommittee, Office::Member),
            &[BodyKind::ResidentsAssembly, BodyKind::RepresentativeAssembly, BodyKind::ResidentsCommittee],
        ),
        (
            seated(BodyKind::PartyOrganization, Office::Chair),
            &[BodyKind::PartyOrganization, BodyKind::JointCommittees],
        ),
        (seated(BodyKind::SupervisionCommittee, Office::Chair), &[BodyKind::SupervisionCommittee]),
        (seated(BodyKind::RepresentativeAssembly, Office::Member), &[]),
    ];
    for (actor, bodies) in &own {
        for &action in &acts {
            for of in everywhere() {
                let may = permits(actor, action, &here(), of);
                let listed = !votes.contains(&action)
                    || !actor.seats.iter().any(|seat| {
                        matches!(seat.body, BodyKind::PartyOrganization | BodyKind::SupervisionCommittee)
                    });
                let expected = listed && of.is_some_and(|body| bodies.contains(&body));
                assert_eq!(may, expected, "{:?} {action:?} {of:?}", actor.seats);
            }
        }
    }
    // A plain member of the council runs nothing; staff record for each, and never where no body is named.
    let staff = with(RoleGrant::Staff { community: community(1) });
    for &action in &acts {
        let plain = seated(BodyKind::Council, Office::Member);
        assert!(everywhere().all(|of| !permits(&plain, action, &here(), of)), "{action:?}");
        assert!(everywhere().all(|of| permits(&staff, action, &here(), of) == of.is_some()), "{action:?}");
    }
}
