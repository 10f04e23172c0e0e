//! The worked examples of the statute, at the level of meetings and matters.

mod support;

use jiff::civil::date;
use support::*;
use yishi_deliberation::MatterAct;
use yishi_deliberation::matter::{DisclosureKind, FiledWith, MatterCommand};
use yishi_deliberation::meeting::MeetingCommand;
use yishi_deliberation::{MeetingAct, RuleFinding, Weight};
use yishi_identity::{
    AssemblyMakeUp, BodyRegister, ElectedBy, Household, NewSeat, Office, PersonId, RegisterEvent, Roll, Term,
};
use yishi_law::{
    Authority, BodyKind, Count, CountingBase, CountingMode, FindingResult, MatterClass, Subject,
};

const TODAY: jiff::civil::Date = date(2026, 3, 2);

fn cites_floor(by: &[Authority], id: &str) -> bool {
    by.iter().any(|authority| matches!(authority, Authority::Statute { floor, .. } if floor.as_str() == id))
}

/// A body of `n` members.
fn body_roll(body: BodyKind, n: u128) -> Roll {
    let register = BodyRegister::fold(&[RegisterEvent::Elected {
        body,
        seats: (0..n).map(|i| NewSeat { person: person(1000 + i), office: Office::Member }).collect(),
        term: Term { from: date(2026, 1, 1), to: date(2030, 12, 31) },
        held_on: date(2026, 1, 1),
        elected_by: ElectedBy::Voters,
        record: doc("election"),
        overruled: vec![],
    }]);
    Roll::of_body(&register, body, TODAY)
}

/// A meeting of a body, open today, with the first `present` of the roll there.
fn sitting(
    world: &mut World,
    body: BodyKind,
    mode: CountingMode,
    roll: Roll,
    present: &[PersonId],
) -> MeetingLog {
    let mut log = MeetingLog::default();
    let mut convene = convene(body, mode, TODAY);
    if let MeetingCommand::Convene { make_up, special_circumstances, .. } = &mut convene {
        *special_circumstances = Some(doc("防汛"));
        if body == BodyKind::RepresentativeAssembly {
            *make_up = Some(AssemblyMakeUp { members: 45, representatives: 40, women_representatives: 15 });
        }
    }
    log.must(world, &convene);
    world.roll = Some(roll);
    let mut open = open();
    if let MeetingCommand::Open { make_up, .. } = &mut open {
        *make_up = log.meeting().make_up;
    }
    log.must(world, &open);
    log.must(world, &MeetingCommand::Arrive { people: present.to_vec() });
    log
}

fn first(n: u128) -> Vec<PersonId> {
    (0..n).map(|i| person(1000 + i)).collect()
}

fn result(log: &MeetingLog, ballot: u128) -> FindingResult {
    log.meeting().outcome(ballot_id(ballot)).expect("closed").finding.result
}

#[test]
fn example_1_representatives_45_in_office() {
    let mut world = World::village(TODAY);
    let roll = body_roll(BodyKind::RepresentativeAssembly, 45);
    let mut log =
        sitting(&mut world, BodyKind::RepresentativeAssembly, CountingMode::Persons, roll, &first(29));
    let vote = open_ballot(1, 1, &world, &[Subject::General]);

    let refusal = log.refused(&world, &vote);
    assert_eq!(refusal.code, "not-quorate");
    assert!(refusal.message_zh.contains("30"), "{}", refusal.message_zh);
    assert!(cites_floor(&refusal.by, "V6"), "{:?}", refusal.by);

    log.must(&world, &MeetingCommand::Arrive { people: vec![person(1029)] });
    assert!(log.meeting().quorum().met);
    log.must(&world, &vote);
    log.must(&world, &close_ballot(1, 15, 10, 5));
    assert_eq!(result(&log, 1), FindingResult::Failed);

    log.must(&world, &open_ballot(2, 2, &world, &[Subject::General]));
    log.must(&world, &close_ballot(2, 16, 10, 4));
    assert_eq!(result(&log, 2), FindingResult::Passed);
}

#[test]
fn example_2_representatives_46_in_office() {
    let mut world = World::village(TODAY);
    let roll = body_roll(BodyKind::RepresentativeAssembly, 46);
    let mut log =
        sitting(&mut world, BodyKind::RepresentativeAssembly, CountingMode::Persons, roll, &first(30));
    assert!(!log.meeting().quorum().met);
    assert_eq!(log.meeting().quorum().needed, 31);
    log.must(&world, &MeetingCommand::Arrive { people: vec![person(1030)] });
    assert!(log.meeting().quorum().met);
}

#[test]
fn example_3_assembly_by_persons() {
    let people = residents(1000, 4);
    let mut world = World::village(TODAY);
    let roll = Roll::of_persons(people.values(), TODAY);
    let mut log = sitting(&mut world, BodyKind::ResidentsAssembly, CountingMode::Persons, roll, &first(500));
    let refusal = log.refused(&world, &open_ballot(1, 1, &world, &[Subject::Planning]));
    assert_eq!(refusal.code, "not-quorate");
    assert!(cites_floor(&refusal.by, "V1"), "{:?}", refusal.by);

    log.must(&world, &MeetingCommand::Arrive { people: vec![person(1500)] });
    log.must(&world, &open_ballot(1, 1, &world, &[Subject::Planning]));
    log.must(&world, &close_ballot(1, 250, 200, 51));
    assert_eq!(result(&log, 1), FindingResult::Failed);
    log.must(&world, &open_ballot(2, 2, &world, &[Subject::Planning]));
    log.must(&world, &close_ballot(2, 251, 200, 50));
    assert_eq!(result(&log, 2), FindingResult::Passed);
}

/// A roll of `n` households, and one adult of each.
fn household_roll(n: u128) -> (Roll, Vec<PersonId>) {
    let people = residents(n * 3, 3);
    let households: Vec<Household> =
        (1..=n).map(|i| Household { id: household(i), label: format!("{i}号"), head: None }).collect();
    let roll = Roll::of_households(people.values(), &households, TODAY);
    assert_eq!(u128::from(roll.size()), n);
    (roll, (0..n).map(|i| person(1000 + i * 3)).collect())
}

#[test]
fn example_4_assembly_by_households() {
    let (roll, representatives) = household_roll(300);
    let mut world = World::village(TODAY);
    let mut log = sitting(
        &mut world,
        BodyKind::ResidentsAssembly,
        CountingMode::Households,
        roll,
        &representatives[..199],
    );
    let refusal = log.refused(&world, &open_ballot(1, 1, &world, &[Subject::Planning]));
    assert_eq!(refusal.code, "not-quorate");
    assert!(cites_floor(&refusal.by, "V2"), "{:?}", refusal.by);

    // A second member of a household that is represented already adds nobody (R16).
    let refusal = log.refused(&world, &MeetingCommand::Arrive { people: vec![person(1001)] });
    assert_eq!(refusal.code, "household-represented");

    log.must(&world, &MeetingCommand::Arrive { people: vec![representatives[199]] });
    log.must(&world, &open_ballot(1, 1, &world, &[Subject::Planning]));
    log.must(&world, &close_ballot(1, 101, 90, 9));
    assert_eq!(result(&log, 1), FindingResult::Passed);

    let refusal = log.refused(&world, &MeetingCommand::ChangeMode { mode: CountingMode::Persons });
    assert_eq!(refusal.code, "mode-fixed");
}

#[test]
fn example_5_urban_assembly_by_households() {
    let (roll, representatives) = household_roll(1200);
    let mut world = World::urban(TODAY);
    let mut log = sitting(
        &mut world,
        BodyKind::ResidentsAssembly,
        CountingMode::Households,
        roll.clone(),
        &representatives[..600],
    );
    assert!(!log.meeting().quorum().met);
    assert_eq!(log.meeting().quorum().needed, 601);
    log.must(&world, &MeetingCommand::Arrive { people: vec![representatives[600]] });
    assert!(log.meeting().quorum().met);

    let mut village = World::village(TODAY);
    let log = sitting(
        &mut village,
        BodyKind::ResidentsAssembly,
        CountingMode::Households,
        roll,
        &representatives[..601],
    );
    assert!(!log.meeting().quorum().met);
    assert_eq!(log.meeting().quorum().needed, 800);
}

#[test]
fn example_7_council_of_eleven() {
    for (base, expected) in
        [(CountingBase::Present, FindingResult::Failed), (CountingBase::Cast, FindingResult::Passed)]
    {
        let mut world = World::village(TODAY);
        world.terms = charter_terms(base);
        let roll = body_roll(BodyKind::Council, 11);
        let mut log = sitting(&mut world, BodyKind::Council, CountingMode::Persons, roll, &first(8));
        log.must(&world, &open_ballot(1, 1, &world, &[Subject::General]));
        log.must(&world, &close_ballot(1, 4, 3, 1));
        assert_eq!(result(&log, 1), expected, "{base:?}");
    }
}

/// Seven members sat in the room before they heard that there was no charter to vote by.
#[test]
fn a_council_without_declared_terms_is_not_called_to_vote() {
    let world = World::village(TODAY);
    let refusal =
        MeetingLog::default().refused(&world, &convene(BodyKind::Council, CountingMode::Persons, TODAY));
    assert_eq!(refusal.code, "council-terms-undeclared");
    assert_eq!(refusal.by, [Authority::Ruling { id: "R5".to_owned() }]);
    assert!(refusal.message_zh.contains("改用现行章程"), "{}", refusal.message_zh);
}

#[test]
fn example_11_a_road_levy_filed_as_ordinary_becomes_major() {
    let world = World::village(TODAY);
    let mut log = MatterLog::default();
    log.must(&world, &suggest(&world, &[Subject::General]));
    let mut road = proposal("修路，每户200元", MatterClass::Ordinary, &[Subject::PublicWorksLevy]);
    road.per_household_fen = Some(20_000);
    log.must(&world, &MatterCommand::Propose { proposal: road });
    let class = log.matter().class.clone().expect("classed");
    assert_eq!(class.value, MatterClass::Major);
    assert!(cites_floor(&class.by.into_iter().collect::<Vec<_>>(), "V4"));
    log.must(&world, &pass("修路，每户200元"));
    // The council cannot resolve it any more, whatever its vote.
    assert!(!log.matter().allowed().contains(&MatterAct::Resolve));
}

/// V4 does not depend on what the proposer calls it, nor on saying the suggestion's figures again.
#[test]
fn any_amount_per_household_is_a_levy() {
    let world = World::village(TODAY);
    for (suggested, proposed, major) in [
        (None, Some(20_000), true),
        (Some(20_000), None, true),
        (Some(20_000), Some(0), false),
        (None, None, false),
    ] {
        let mut command = suggest(&world, &[Subject::General]);
        if let MatterCommand::Suggest { per_household_fen, amount_fen, .. } = &mut command {
            (*per_household_fen, *amount_fen) = (suggested, Some(9));
        }
        let mut log = MatterLog::default();
        log.must(&world, &command);
        let mut road = proposal("修路", MatterClass::Ordinary, &[Subject::General]);
        road.per_household_fen = proposed;
        log.must(&world, &MatterCommand::Propose { proposal: road });
        let class = log.matter().class.clone().expect("classed");
        assert_eq!(class.value == MatterClass::Major, major, "{suggested:?} {proposed:?}");
        assert_eq!(cites_floor(&class.by.into_iter().collect::<Vec<_>>(), "V4"), major);
        assert_eq!(log.matter().proposal.as_ref().and_then(|kept| kept.amount_fen), Some(9));
    }
}

/// What a suggestion was listed under stays; another subject in its place does not make it an ordinary matter.
#[test]
fn a_proposal_drops_no_subject_of_its_suggestion() {
    let world = World::village(TODAY);
    let mut log = MatterLog::default();
    log.must(&world, &suggest(&world, &[Subject::Planning]));
    let general = proposal("规划", MatterClass::Ordinary, &[Subject::General]);
    log.must(&world, &MatterCommand::Propose { proposal: general });
    assert!(log.matter().is_major());
    assert_eq!(log.matter().subjects, subjects(&[Subject::Planning, Subject::General]));
}

#[test]
fn what_belongs_to_the_collective_is_sent_away() {
    let world = World::village(TODAY);
    let refusal = MatterLog::default().refused(&world, &suggest(&world, &[Subject::CollectiveProperty]));
    assert_eq!(refusal.code, "belongs-elsewhere");
}

/// An ordinary matter, resolved and filed on 2026-04-20.
fn filed() -> (World, MatterLog) {
    let mut world = World::village(date(2026, 4, 20));
    world.terms = charter_terms(CountingBase::InOffice);
    let mut log = MatterLog::default();
    let stoves = proposal("取缔小煤炉", MatterClass::Ordinary, &[Subject::General]);
    log.must(&world, &suggest(&world, &[Subject::General]));
    log.must(&world, &MatterCommand::Propose { proposal: stoves.clone() });
    log.must(&world, &pass("取缔小煤炉"));
    let passed = outcome(&world, &stoves, BodyKind::Council, count(11, 9, 8, 1, 0));
    log.must(&world, &resolve(passed));
    log.must(&world, &MatterCommand::File { with: FiledWith::JointCommittees, receipt: None });
    (world, log)
}

#[test]
fn nobody_votes_in_vain_on_what_a_rule_forbids_or_wants_first() {
    let mut world = World::village(TODAY);
    world.terms = charter_terms(CountingBase::InOffice);
    for (subject, rule) in [(Subject::General, None), (Subject::Charter, Some(version("charter")))] {
        let mut log = MatterLog::default();
        let mut asked = proposal("取缔小煤炉", MatterClass::Ordinary, &[subject]);
        asked.rule = rule;
        world.findings.clear();
        log.must(&world, &suggest(&world, &[subject]));
        log.must(&world, &MatterCommand::Propose { proposal: asked.clone() });
        log.must(&world, &pass("取缔小煤炉"));
        let ready = |world: &World| {
            world.with(|ctx| {
                log.matter().ready_for_ballot(
                    asked_for(MeetingAct::OpenBallot),
                    BodyKind::Council,
                    &asked.question(),
                    ctx,
                )
            })
        };
        let before = ready(&world).map_err(|refusal| refusal.code);
        for (weight, code) in [
            (Weight::Advise, None),
            (Weight::Require, Some("required-by-rule")),
            (Weight::Forbid, Some("forbidden-by-rule")),
        ] {
            let by = vec![Authority::Ruling { id: "R5".to_owned() }];
            let said = RuleFinding {
                weight,
                code: "stop".to_owned(),
                message: yishi_law::Words::new("不可以", "it may not be"),
                by,
            };
            world.findings = vec![said];
            let refusal = ready(&world);
            // A charter does not stand in the way of its own replacement.
            match code.filter(|_| subject != Subject::Charter) {
                None => assert_eq!(refusal.map_err(|refusal| refusal.code), before),
                Some(code) => {
                    let refusal = refusal.expect_err("the ballot is refused");
                    assert_eq!((refusal.code, refusal.attempted), (code, Some("open-ballot")));
                    assert_eq!(refusal.by, [Authority::Ruling { id: "R5".to_owned() }]);
                }
            }
        }
    }
}

#[test]
fn example_12_a_posting_stays_up_to_the_end_of_its_last_day() {
    let (mut world, mut log) = filed();
    let posted = world.today;
    let post =
        |days| MatterCommand::DiscloseDecision { notice: doc("notice"), from: posted, days: Some(days) };
    let refusal = log.refused(&world, &post(14));
    assert_eq!(refusal.code, "posting-too-short");
    assert!(cites_floor(&refusal.by, "V18"));
    log.must(&world, &post(15));

    let down = MatterCommand::TakeDown { which: DisclosureKind::Decision };
    for day in [date(2026, 5, 4), date(2026, 5, 5)] {
        world.today = day;
        let refusal = log.refused(&world, &down);
        assert_eq!(refusal.code, "disclosure-running");
        assert!(refusal.message_zh.contains("2026-05-05"), "{}", refusal.message_zh);
        assert!(cites_floor(&refusal.by, "V18"));
    }
    world.today = date(2026, 5, 6);
    log.must(&world, &down);
}

#[test]
fn the_whole_ordinary_track_and_the_whole_major_track() {
    let (mut world, mut log) = filed();
    let posted = world.today;
    log.must(
        &world,
        &MatterCommand::DiscloseDecision { notice: doc("notice"), from: posted, days: Some(15) },
    );
    log.must(&world, &MatterCommand::Implement { by: BodyKind::ResidentsCommittee, evidence: doc("photo") });
    world.later(16);
    // R39: an ordinary matter is a consulted one; it closes only once its outcome has been published too.
    assert_eq!(log.refused(&world, &MatterCommand::Complete).code, "illegal-transition");
    let posted = world.today;
    log.must(&world, &MatterCommand::DiscloseOutcome { notice: doc("notice"), from: posted, days: Some(15) });
    assert_eq!(log.refused(&world, &MatterCommand::Complete).code, "disclosure-running");
    world.later(16);
    log.must(&world, &MatterCommand::Complete);
    assert_eq!(log.stage(), "completed");

    let mut world = World::village(TODAY);
    let mut log = MatterLog::default();
    let road = proposal("修路", MatterClass::Major, &[Subject::PublicWorksLevy]);
    log.must(&world, &suggest(&world, &[Subject::PublicWorksLevy]));
    log.must(&world, &MatterCommand::Propose { proposal: road.clone() });
    log.must(&world, &pass("修路"));
    let authorised = Some(doc("村民会议授权决定"));
    let to_representatives = |authorisation| submit("修路", BodyKind::RepresentativeAssembly, authorisation);
    assert_eq!(log.refused(&world, &to_representatives(None)).code, "authorisation-missing");
    let refusal = log.refused(&world, &to_representatives(authorised));
    assert_eq!(refusal.code, "party-study-missing");
    assert!(cites_floor(&refusal.by, "V9"), "{:?}", refusal.by);
    log.must(&world, &study("修路", yishi_deliberation::matter::StudyOutcome::Recommended));
    log.must(&world, &to_representatives(authorised));
    let vote = outcome(&world, &road, BodyKind::RepresentativeAssembly, count(45, 30, 16, 10, 4));
    let refusal = log.refused(&world, &resolve(vote.clone()));
    assert_eq!(refusal.code, "consultation-missing");
    assert!(cites_floor(&refusal.by, "V10"), "{:?}", refusal.by);
    log.must(
        &world,
        &MatterCommand::OpenConsultation {
            text: doc("修路"),
            form: yishi_deliberation::matter::ConsultationForm::Hearing,
            notice: doc("notice"),
            until: world.today,
        },
    );
    world.later(1);
    log.must(&world, &MatterCommand::CloseConsultation { report: doc("report"), comments: 7 });
    log.must(&world, &resolve(vote));
    let posted = world.today;
    log.must(
        &world,
        &MatterCommand::DiscloseDecision { notice: doc("notice"), from: posted, days: Some(15) },
    );
    world.later(30);
    log.must(&world, &MatterCommand::Implement { by: BodyKind::ResidentsCommittee, evidence: doc("photo") });
    assert_eq!(log.refused(&world, &MatterCommand::Complete).code, "illegal-transition");
    let posted = world.today;
    log.must(&world, &MatterCommand::DiscloseOutcome { notice: doc("notice"), from: posted, days: Some(15) });
    assert_eq!(log.refused(&world, &MatterCommand::Complete).code, "disclosure-running");
    world.later(16);
    log.must(&world, &MatterCommand::Complete);
    let steps: Vec<_> = log.matter().history.iter().filter_map(|taken| taken.step).collect();
    assert!(steps.windows(2).all(|pair| pair[0] <= pair[1]), "the seed's order was not kept: {steps:?}");
}

#[test]
fn a_village_charter_goes_to_the_assembly_and_nowhere_else() {
    let world = World::village(TODAY);
    let mut log = MatterLog::default();
    log.must(&world, &suggest(&world, &[Subject::Charter]));
    let mut charter = proposal("章程", MatterClass::Ordinary, &[Subject::Charter]);
    assert_eq!(
        log.refused(&world, &MatterCommand::Propose { proposal: charter.clone() }).code,
        "rule-missing"
    );
    charter.rule = Some(version("charter"));
    log.must(&world, &MatterCommand::Propose { proposal: charter });
    log.must(&world, &pass("章程"));
    log.must(&world, &study("章程", yishi_deliberation::matter::StudyOutcome::Recommended));
    let to = |body| submit("章程", body, Some(doc("授权")));
    let refusal = log.refused(&world, &to(BodyKind::RepresentativeAssembly));
    assert_eq!(refusal.code, "wrong-body");
    assert!(cites_floor(&refusal.by, "V7"), "{:?}", refusal.by);
    log.must(&world, &to(BodyKind::ResidentsAssembly));
}

#[test]
fn counts_carry_the_recused_and_the_spoilt() {
    let mut world = World::village(TODAY);
    world.terms = charter_terms(CountingBase::Present);
    let roll = body_roll(BodyKind::Council, 11);
    let mut log = sitting(&mut world, BodyKind::Council, CountingMode::Persons, roll, &first(8));
    let recuse = declare(1, 1000);
    log.must(&world, &recuse);
    assert_eq!(log.refused(&world, &recuse).code, "already-recused");
    log.must(&world, &open_ballot(1, 1, &world, &[Subject::General]));
    assert_eq!(log.refused(&world, &recuse).code, "recusal-too-late");
    let ballot = log.meeting().open_ballot().expect("open").clone();
    assert_eq!(ballot.roll.size, 10);
    assert_eq!(log.meeting().voter(&ballot, person(1000)), None);
    assert!(log.meeting().voter(&ballot, person(1001)).is_some());
    // Seven present may vote; eight votes cannot be.
    assert_eq!(log.refused(&world, &close_ballot(1, 5, 2, 1)).code, "counts-exceed-present");
    let mut close = close_ballot(1, 4, 2, 0);
    if let MeetingCommand::CloseBallot { cast, .. } = &mut close {
        cast.spoilt = 1;
    }
    log.must(&world, &close);
    let finding = log.meeting().outcome(ballot_id(1)).expect("closed").finding;
    let expected = Count { spoilt: 1, recused: 1, recused_present: 1, ..count(11, 7, 4, 2, 0) };
    assert_eq!((finding.count, finding.result), (expected, FindingResult::Passed));
    assert!(finding.rulings.contains("R6") && finding.rulings.contains("R8"), "{:?}", finding.rulings);
}
