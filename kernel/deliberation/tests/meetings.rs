//! Meetings beyond the worked examples: notice, the roll of the day, reconciliation, ties, and random sequences.

mod support;

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use support::*;
use yishi_deliberation::meeting::{HandCount, MeetingCommand, MeetingEvent, MeetingStage};
use yishi_deliberation::{Meeting, Tally};
use yishi_identity::{AssemblyMakeUp, Roll};
use yishi_law::{Authority, BodyKind, CountingBase, CountingMode, FindingResult, Secrecy, Subject};

const TODAY: Date = date(2026, 3, 2);

/// An assembly of `n` adults, sitting today with the first `present` there.
fn assembly(n: u128, present: u128) -> (World, MeetingLog) {
    let mut world = World::village(TODAY);
    let mut log = MeetingLog::default();
    let mut command = convene(BodyKind::ResidentsAssembly, CountingMode::Persons, TODAY);
    if let MeetingCommand::Convene { special_circumstances, .. } = &mut command {
        *special_circumstances = Some(doc("抢险"));
    }
    log.must(&world, &command);
    world.roll = Some(Roll::of_persons(residents(n, 3).values(), TODAY));
    log.must(&world, &open());
    log.must(&world, &MeetingCommand::Arrive { people: (0..present).map(|i| person(1000 + i)).collect() });
    (world, log)
}

#[test]
fn notice_leaves_its_days_whole() {
    let world = World::village(TODAY);
    let on = |day| convene(BodyKind::ResidentsAssembly, CountingMode::Persons, day);
    // Given on the 2nd, the 12th is ten days later (R10 a).
    let refusal = MeetingLog::default().refused(&world, &on(date(2026, 3, 11)));
    assert_eq!(refusal.code, "notice-too-short");
    assert!(refusal.message_zh.contains("2026-03-12"), "{}", refusal.message_zh);
    assert!(
        refusal.by.iter().any(|by| matches!(by, Authority::Statute { floor, .. } if floor.as_str() == "V3"))
    );
    MeetingLog::default().must(&world, &on(date(2026, 3, 12)));

    let mut urgent = on(date(2026, 3, 3));
    if let MeetingCommand::Convene { special_circumstances, .. } = &mut urgent {
        *special_circumstances = Some(doc("防汛抢险"));
    }
    let mut log = MeetingLog::default();
    log.must(&world, &urgent);
    assert_eq!(log.meeting().special_circumstances, Some(doc("防汛抢险")));
    assert_eq!(MeetingLog::default().refused(&world, &on(date(2026, 3, 1))).code, "held-in-the-past");
}

#[test]
fn a_council_without_days_in_its_charter_has_three_and_is_never_counted_by_households() {
    let mut world = World::village(TODAY);
    world.terms = charter_terms(CountingBase::Present);
    let on = |day| convene(BodyKind::Council, CountingMode::Persons, day);
    let refusal = MeetingLog::default().refused(&world, &on(date(2026, 3, 4)));
    assert_eq!(refusal.code, "notice-too-short");
    assert!(refusal.by.contains(&Authority::Ruling { id: "R46".to_owned() }), "{:?}", refusal.by);
    MeetingLog::default().must(&world, &on(date(2026, 3, 5)));
    // A charter's days are the charter's, more or fewer.
    world.terms.notice_days = Some(yishi_law::Cited::new(1, Authority::Ruling { id: "R5".to_owned() }));
    MeetingLog::default().must(&world, &on(date(2026, 3, 3)));
    let mut urgent = on(TODAY);
    if let MeetingCommand::Convene { special_circumstances, .. } = &mut urgent {
        *special_circumstances = Some(doc("管道爆裂"));
    }
    MeetingLog::default().must(&world, &urgent);
    let refusal =
        MeetingLog::default().refused(&world, &convene(BodyKind::Council, CountingMode::Households, TODAY));
    assert_eq!(refusal.code, "households-not-here");
}

#[test]
fn an_assembly_of_representatives_is_lawfully_made_up() {
    let call = |members, representatives, women_representatives| {
        let mut command = convene(BodyKind::RepresentativeAssembly, CountingMode::Persons, date(2026, 3, 5));
        if let MeetingCommand::Convene { make_up, .. } = &mut command {
            *make_up = Some(AssemblyMakeUp { members, representatives, women_representatives });
        }
        command
    };
    let village = World::village(TODAY);
    let unmade = convene(BodyKind::RepresentativeAssembly, CountingMode::Persons, date(2026, 3, 5));
    assert_eq!(MeetingLog::default().refused(&village, &unmade).code, "make-up-missing");
    for (make_up, lawful) in [((45, 36, 15), true), ((45, 35, 15), false), ((45, 40, 14), false)] {
        let verdict = MeetingLog::default().act(&village, &call(make_up.0, make_up.1, make_up.2));
        assert_eq!(verdict.is_ok(), lawful, "{make_up:?}");
        if let Err(refusal) = verdict {
            assert_eq!(refusal.code, "make-up-unlawful");
        }
    }
    // The urban text asks for no third of women.
    MeetingLog::default().must(&World::urban(TODAY), &call(45, 40, 0));
}

#[test]
fn the_roll_is_the_one_the_meeting_opened_with() {
    let (mut world, log) = assembly(30, 20);
    assert_eq!(
        log.refused(&world, &MeetingCommand::Arrive { people: vec![person(5)] }).code,
        "not-on-the-roll"
    );
    assert_eq!(
        log.refused(&world, &MeetingCommand::Arrive { people: vec![person(1000)] }).code,
        "already-present"
    );
    assert_eq!(log.refused(&world, &MeetingCommand::Arrive { people: vec![] }).code, "nobody-named");
    assert_eq!(
        log.refused(&world, &MeetingCommand::Leave { people: vec![person(1025)] }).code,
        "not-present"
    );
    world.roll = Some(Roll::of_persons(residents(29, 3).values(), TODAY));
    assert_eq!(
        log.refused(&world, &MeetingCommand::Arrive { people: vec![person(1021)] }).code,
        "roll-changed"
    );
    world.roll = None;
    assert_eq!(
        log.refused(&world, &MeetingCommand::Arrive { people: vec![person(1021)] }).code,
        "roll-missing"
    );
}

#[test]
fn quorum_lost_stops_the_next_vote_and_keeps_the_last() {
    let (world, mut log) = assembly(30, 16);
    log.must(&world, &open_ballot(1, 1, &world, &[Subject::General]));
    let leave = MeetingCommand::Leave { people: vec![person(1000)] };
    assert_eq!(log.refused(&world, &leave).code, "ballot-open");
    // Nobody is brought in late to raise the base of a vote that is running.
    let late = MeetingCommand::Arrive { people: vec![person(1020)] };
    let refusal = log.refused(&world, &late);
    assert_eq!(refusal.code, "ballot-open");
    assert!(!refusal.allowed.contains(&"arrive"), "{:?}", refusal.allowed);
    assert_eq!(log.refused(&world, &MeetingCommand::Adjourn).code, "ballot-open");
    assert_eq!(
        log.refused(&world, &open_ballot(2, 2, &world, &[Subject::General])).code,
        "ballot-already-open"
    );
    log.must(&world, &close_ballot(1, 9, 7, 0));
    assert_eq!(log.meeting().outcome(ballot_id(1)).expect("closed").finding.count.present, 16);
    log.clone().must(&world, &late);
    log.must(&world, &leave);
    assert!(!log.meeting().quorum().met);
    assert_eq!(log.refused(&world, &open_ballot(2, 2, &world, &[Subject::General])).code, "not-quorate");
    assert_eq!(log.meeting().outcome(ballot_id(1)).expect("closed").finding.result, FindingResult::Passed);
    log.must(&world, &MeetingCommand::Arrive { people: vec![person(1000)] });
    assert_eq!(log.refused(&world, &open_ballot(2, 1, &world, &[Subject::General])).code, "already-voted");
    log.must(&world, &open_ballot(2, 2, &world, &[Subject::General]));
}

#[test]
fn hand_count_and_votes_by_name_are_one_count() {
    let (world, mut log) = assembly(30, 20);
    log.must(&world, &open_ballot(1, 1, &world, &[Subject::General]));
    let close = |cast_yes, hand_yes, hand_no, not_voting, tellers: &[u128]| MeetingCommand::CloseBallot {
        ballot: ballot_id(1),
        cast: Tally { yes: cast_yes, ..Tally::default() },
        hand: Some(HandCount {
            votes: Tally { yes: hand_yes, no: hand_no, ..Tally::default() },
            not_voting,
            tellers: tellers.iter().map(|&n| person(n)).collect(),
            record: doc("计票单"),
        }),
        not_voting: 0,
        minutes: None,
        supervisors: BTreeSet::new(),
        proposers: BTreeSet::new(),
    };
    let two: &[u128] = &[1000, 1001];
    let fewer = log.refused(&world, &close(5, 8, 6, 0, two));
    assert_eq!(fewer.code, "counts-do-not-add-up");
    assert!(fewer.message_zh.contains("合计19，到会可表决20，少1"), "{}", fewer.message_zh);
    let more = log.refused(&world, &close(5, 10, 6, 0, two));
    assert_eq!(more.code, "counts-exceed-present");
    assert!(more.message_zh.contains("计票21，到会可表决20，多1"), "{}", more.message_zh);
    assert_eq!(log.refused(&world, &close(5, 8, 6, 2, two)).code, "counts-do-not-add-up");
    assert_eq!(log.refused(&world, &close(5, u64::MAX, 6, 0, two)).code, "counts-exceed-present");
    assert_eq!(log.refused(&world, &close(5, 8, 6, 1, &[1000])).code, "tellers-missing");
    log.must(&world, &close(5, 8, 6, 1, two));
    let count = log.meeting().outcome(ballot_id(1)).expect("closed").finding.count;
    assert_eq!((count.yes, count.no, count.present), (13, 6, 20));
    assert_eq!(log.refused(&world, &close(5, 8, 6, 1, two)).code, "ballot-closed");
    assert_eq!(log.refused(&world, &close_ballot(9, 1, 0, 0)).code, "no-such-ballot");
}

/// One voted by phone and the others into the box: the record gave both counts, and with them the one voter's choice.
#[test]
fn a_secret_ballot_is_published_as_one_sum() {
    let (mut world, mut log) = assembly(30, 20);
    world.terms.secrecy =
        Some(yishi_law::Cited::new(Secrecy::Secret, Authority::Ruling { id: "R5".to_owned() }));
    let MeetingCommand::OpenBallot { ballot, matter, question, subjects, law_date, conditions, .. } =
        open_ballot(1, 1, &world, &[Subject::General])
    else {
        panic!("a ballot is opened by this command")
    };
    let secrecy = Secrecy::Secret;
    log.must(
        &world,
        &MeetingCommand::OpenBallot { ballot, matter, question, subjects, law_date, secrecy, conditions },
    );
    log.must(
        &world,
        &MeetingCommand::CloseBallot {
            ballot: ballot_id(1),
            cast: Tally { no: 1, ..Tally::default() },
            hand: Some(HandCount {
                votes: Tally { yes: 17, spoilt: 1, ..Tally::default() },
                not_voting: 1,
                tellers: [1000, 1001].map(person).into(),
                record: doc("计票单"),
            }),
            not_voting: 0,
            minutes: None,
            supervisors: BTreeSet::new(),
            proposers: BTreeSet::new(),
        },
    );
    let Some(MeetingEvent::BallotClosed { cast, hand, finding, .. }) = log.events.last() else {
        panic!("the ballot was not closed: {:?}", log.events.last())
    };
    assert_eq!(*cast, Tally { yes: 17, no: 1, abstain: 0, spoilt: 1 }, "one sum");
    assert_eq!(hand.as_ref().expect("there was a box").votes, None, "and no part of it");
    assert_eq!((finding.count.yes, finding.count.no, finding.count.spoilt), (17, 1, 1));
    let closed = log.meeting().ballots[&ballot_id(1)].closed.clone().expect("closed");
    assert_eq!(closed.votes().total(), Some(19), "nothing is counted twice");
}

#[test]
fn as_many_for_as_against_has_failed_and_is_not_voted_on_again() {
    let (world, mut log) = assembly(30, 20);
    log.must(&world, &open_ballot(1, 1, &world, &[Subject::General]));
    log.must(&world, &close_ballot(1, 10, 10, 0));
    let outcome = log.meeting().outcome(ballot_id(1)).expect("closed");
    assert_eq!(outcome.finding.result, FindingResult::Failed);
    assert!(outcome.finding.rulings.contains("R7"));
    assert_eq!(log.refused(&world, &open_ballot(2, 1, &world, &[Subject::General])).code, "already-voted");
    log.must(&world, &MeetingCommand::Adjourn);
    log.must(&world, &MeetingCommand::RecordMinutes { minutes: doc("纪要") });
    assert_eq!(log.meeting().stage, MeetingStage::Minuted);
}

#[test]
fn a_charter_may_demand_secrecy_and_others_do_not_vote() {
    let (mut world, log) = assembly(30, 20);
    let by = Authority::Ruling { id: "R5".to_owned() };
    world.terms.secrecy = Some(yishi_law::Cited::new(Secrecy::Secret, by));
    assert_eq!(log.refused(&world, &open_ballot(1, 1, &world, &[Subject::General])).code, "must-be-secret");
    assert_eq!(
        log.refused(&world, &open_ballot(1, 9, &world, &[Subject::General])).code,
        "not-on-the-agenda"
    );

    let mut log = MeetingLog::default();
    let mut world = World::village(TODAY);
    world.terms = charter_terms(CountingBase::Present);
    log.must(&world, &convene(BodyKind::SupervisionCommittee, CountingMode::Persons, TODAY));
    world.roll =
        Some(Roll::of_body(&yishi_identity::BodyRegister::default(), BodyKind::SupervisionCommittee, TODAY));
    log.must(&world, &open());
    assert_eq!(
        log.refused(&world, &open_ballot(1, 1, &world, &[Subject::General])).code,
        "body-does-not-vote"
    );
}

#[test]
fn a_condition_of_the_rules_takes_a_line_on_record() {
    let (mut world, mut log) = assembly(30, 20);
    let by = |article: &str| Authority::Plugin {
        name: "village-charter".to_owned(),
        digest: doc("charter.wasm"),
        article: article.to_owned(),
    };
    let condition = |code: &str| yishi_law::Condition {
        code: code.to_owned(),
        text: yishi_law::Words::new(format!("条件{code}"), format!("condition {code}")),
    };
    for (code, article) in [("draft-consulted", "议事-7"), ("levy-voluntary", "经济-4")] {
        world.terms.conditions.insert(yishi_law::Cited::new(condition(code), by(article)));
    }
    let open = |lines: &[&str]| {
        let mut command = open_ballot(1, 1, &world, &[Subject::General]);
        if let MeetingCommand::OpenBallot { conditions, .. } = &mut command {
            *conditions = lines.iter().map(|code| ((*code).to_owned(), doc(code))).collect();
        }
        command
    };
    for (lines, missing, article) in [
        (&[][..], "draft-consulted", "议事-7"),
        (&["levy-voluntary"][..], "draft-consulted", "议事-7"),
        (&["draft-consulted"][..], "levy-voluntary", "经济-4"),
    ] {
        let refusal = log.refused(&world, &open(lines));
        assert_eq!((refusal.code, &refusal.by), ("condition-unrecorded", &vec![by(article)]));
        assert!(refusal.message_zh.contains(missing), "{}", refusal.message_zh);
    }
    log.must(&world, &open(&["draft-consulted", "levy-voluntary", "nobody-asks"]));
    let Some(MeetingEvent::BallotOpened { conditions, .. }) = log.events.last() else { panic!("not opened") };
    let kept: Vec<_> = conditions.iter().map(|(code, line)| (code.as_str(), *line)).collect();
    assert_eq!(kept, ["draft-consulted", "levy-voluntary"].map(|code| (code, doc(code))));
}

#[test]
fn a_meeting_can_be_cancelled_until_it_opens_and_opens_on_its_day() {
    let mut world = World::village(TODAY);
    world.terms = charter_terms(CountingBase::Present);
    let mut log = MeetingLog::default();
    log.must(&world, &convene(BodyKind::Council, CountingMode::Persons, date(2026, 3, 5)));
    assert_eq!(log.refused(&world, &open()).code, "not-the-day");
    world.today = date(2026, 3, 5);
    assert_eq!(log.refused(&world, &open()).code, "roll-missing");
    world.roll = Some(Roll::of_persons(residents(3, 1).values(), world.today));
    assert_eq!(log.refused(&world, &open()).code, "roll-of-another-body");
    log.must(&world, &MeetingCommand::Cancel { reasons: doc("台风") });
    assert_eq!(log.refused(&world, &open()).code, "illegal-transition");
}

fn any_command() -> impl Strategy<Value = MeetingCommand> {
    let n = 1u128..4;
    let people = proptest::collection::vec((0u128..14).prop_map(|i| person(1000 + i)), 0..8);
    prop_oneof![
        1 => Just(convene(BodyKind::ResidentsAssembly, CountingMode::Persons, date(2026, 3, 13))),
        1 => Just(MeetingCommand::ChangeMode { mode: CountingMode::Households }),
        1 => Just(open()),
        8 => people.clone().prop_map(|people| MeetingCommand::Arrive { people }),
        4 => people.prop_map(|people| MeetingCommand::Leave { people }),
        2 => (1u128..3, 0u128..14).prop_map(|(matter, who)| declare(matter, 1000 + who)),
        8 => (n.clone(), 1u128..4).prop_map(|(ballot, matter)| {
            open_ballot(ballot, matter, &World::village(TODAY), &[Subject::General])
        }),
        8 => (n, 0u64..8, 0u64..8, 0u64..3).prop_map(|(n, yes, no, abstain)| close_ballot(n, yes, no, abstain)),
        1 => Just(MeetingCommand::Adjourn),
        1 => Just(MeetingCommand::RecordMinutes { minutes: doc("minutes") }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Counted again from the events alone: whoever is present arrived and did not leave, each ballot opened quorate, no vote
    /// is counted twice, and no finding passes without its majority.
    #[test]
    fn what_a_meeting_records_can_be_counted_again(commands in proptest::collection::vec(any_command(), 1..50)) {
        let mut world = World::village(TODAY);
        let mut log = MeetingLog::default();
        log.must(&world, &convene(BodyKind::ResidentsAssembly, CountingMode::Persons, date(2026, 3, 13)));
        world.today = date(2026, 3, 13);
        world.law_date = TODAY;
        world.roll = Some(Roll::of_persons(residents(12, 2).values(), world.today));
        log.must(&world, &open());
        for command in &commands {
            let mut command = command.clone();
            if let (MeetingCommand::CloseBallot { cast, not_voting, .. }, Some(open)) =
                (&mut command, log.meeting().open_ballot())
            {
                *not_voting = (open.voters.len() as u64).saturating_sub(cast.total().unwrap_or(0));
            }
            if let Err(refusal) = log.act(&world, &command) {
                prop_assert!(yishi_deliberation::REFUSAL_CODES.contains(&refusal.code), "{}", refusal.code);
                prop_assert!(refusal.code != "illegal-transition" || !refusal.allowed.contains(&command.act().code()));
            }
        }
        let (mut here, mut recused, mut open) = (BTreeSet::new(), BTreeSet::new(), None);
        let mut base = 0;
        for event in &log.events {
            match event {
                MeetingEvent::Arrived { electors, .. } => {
                    prop_assert!(open.is_none(), "arrived in mid-vote");
                    for elector in electors.keys() {
                        prop_assert!(here.insert(*elector), "arrived twice");
                    }
                }
                MeetingEvent::Left { electors, .. } => {
                    prop_assert!(open.is_none(), "left in mid-vote");
                    for elector in electors {
                        prop_assert!(here.remove(elector), "left without being there");
                    }
                }
                MeetingEvent::Recused { matter, elector, .. } => {
                    recused.insert((*matter, *elector));
                }
                MeetingEvent::BallotOpened { ballot, matter, .. } => {
                    // R8: all twelve are the base, and whoever is recused and in the room attends.
                    prop_assert!(here.len() * 2 > 12, "{} of 12 is not more than half", here.len());
                    let there = here.iter().filter(|elector| !recused.contains(&(*matter, **elector))).count();
                    base = there as u64;
                    prop_assert_eq!(open.replace((*ballot, *matter)), None);
                }
                MeetingEvent::BallotClosed { ballot, finding, .. } => {
                    let Some((opened, matter)) = open.take() else { panic!("closed without being open") };
                    prop_assert_eq!(opened, *ballot);
                    let there = here.iter().filter(|elector| !recused.contains(&(matter, **elector))).count() as u64;
                    prop_assert_eq!(finding.count.present, there);
                    prop_assert_eq!(there, base, "the base moved while the vote was running");
                    let passed = finding.count.yes * 2 > there;
                    prop_assert_eq!(finding.result == FindingResult::Passed, passed);
                }
                _ => {}
            }
        }
        prop_assert_eq!(Meeting::fold(&log.events), log.state);
    }
}
