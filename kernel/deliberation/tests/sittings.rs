//! A body sits once at a time, on its day, with the roll it opened with; who stands aside, who counts, and what may be put
//! on an agenda.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date};
use support::*;
use yishi_deliberation::MatterAct;
use yishi_deliberation::matter::{MatterCommand, ReturnedBy, Stage, StudyOutcome};
use yishi_deliberation::meeting::{HandCount, MeetingCommand, MeetingStage, RecusalGround, Sitting, Tally};
use yishi_deliberation::{Meeting, MeetingAct, OnAgenda, Refusal, RulePin};
use yishi_identity::{
    AssemblyMakeUp, BodyRegister, Capacity, ElectedBy, NewSeat, Office, RegisterEvent, Roll, Term,
};
use yishi_law::{Authority, BodyKind, CountingBase, CountingMode, FindingResult, MatterClass, Subject};

const TODAY: Date = date(2026, 3, 2);

fn r(id: &str) -> Authority {
    Authority::Ruling { id: id.to_owned() }
}

fn roll_of(body: BodyKind, n: u128, on: Date) -> Roll {
    let register = BodyRegister::fold(&[RegisterEvent::Elected {
        body,
        seats: (0..n).map(|i| NewSeat { person: person(1000 + i), office: Office::Member }).collect(),
        term: Term { from: date(2026, 1, 1), to: date(2030, 12, 31) },
        elected_by: ElectedBy::Voters,
        held_on: TODAY,
        record: doc("election"),
        overruled: vec![],
    }]);
    Roll::of_body(&register, body, on)
}

/// A council of `n`, sitting today with the first `present` there.
fn council(n: u128, present: u128) -> (World, MeetingLog) {
    let mut world = World::village(TODAY);
    world.terms = charter_terms(CountingBase::InOffice);
    let mut log = MeetingLog::default();
    log.must(&world, &urgent(convene(BodyKind::Council, CountingMode::Persons, TODAY)));
    world.roll = Some(roll_of(BodyKind::Council, n, TODAY));
    log.must(&world, &open());
    log.must(&world, &MeetingCommand::Arrive { people: (0..present).map(|i| person(1000 + i)).collect() });
    (world, log)
}

/// Representatives: 48 in office, lawfully made up, the first `present` there.
fn representatives(present: u128) -> (World, MeetingLog) {
    let mut world = World::village(TODAY);
    let mut log = MeetingLog::default();
    let lawful = Some(AssemblyMakeUp { members: 48, representatives: 43, women_representatives: 16 });
    let mut notice = urgent(convene(BodyKind::RepresentativeAssembly, CountingMode::Persons, TODAY));
    if let MeetingCommand::Convene { make_up, .. } = &mut notice {
        *make_up = lawful;
    }
    log.must(&world, &notice);
    world.roll = Some(roll_of(BodyKind::RepresentativeAssembly, 48, TODAY));
    log.must(&world, &opening(lawful, Vec::new()));
    log.must(&world, &MeetingCommand::Arrive { people: (0..present).map(|i| person(1000 + i)).collect() });
    (world, log)
}

fn urgent(mut command: MeetingCommand) -> MeetingCommand {
    if let MeetingCommand::Convene { special_circumstances, .. } = &mut command {
        *special_circumstances = Some(doc("防汛"));
    }
    command
}

fn opening(make_up: Option<AssemblyMakeUp>, sittings: Vec<Sitting>) -> MeetingCommand {
    MeetingCommand::Open { presider: person(1), make_up, sittings }
}

fn ground(who: u128, ground: RecusalGround) -> MeetingCommand {
    MeetingCommand::Recuse { matter: matter_id(1), person: person(1000 + who), ground }
}

/// 201 absent villagers named as recused made 400 of 1,001 quorate: the base moved with whoever was named.
#[test]
fn example_14_recusal_never_shrinks_the_quorum_of_an_assembly() {
    let (mut world, mut log) = representatives(31);
    for who in [40, 41] {
        // The absent say so on their own account.
        world.actor.person = Some(person(1000 + who));
        log.must(&world, &declare(1, 1000 + who));
    }
    world.actor.person = Some(person(1));
    let refusal = log.refused(&world, &open_ballot(1, 1, &world, &[Subject::General]));
    assert_eq!(refusal.code, "not-quorate");
    assert!(refusal.message_zh.contains("48") && refusal.message_zh.contains("32"), "{}", refusal.message_zh);

    let (world, mut log) = representatives(34);
    for who in [1000, 1001, 1002] {
        log.must(&world, &declare(1, who));
    }
    log.must(&world, &open_ballot(1, 1, &world, &[Subject::General]));
    let ballot = log.meeting().open_ballot().expect("open").clone();
    assert_eq!(ballot.voters.len(), 31);
    log.must(&world, &close_ballot(1, 16, 15, 0));
    let finding = log.meeting().outcome(ballot_id(1)).expect("closed").finding;
    assert_eq!(finding.result, FindingResult::Passed);
    assert_eq!((finding.quorum[0].of, finding.quorum[0].had, finding.passes[0].of), (48, 34, 31));
    assert!(finding.describe().zh.contains("须18票"), "{}", finding.describe().zh);
}

/// Of a council they leave both, as its charter's quorum is no statute's.
#[test]
fn example_14_council_of_thirteen() {
    let (world, mut log) = council(13, 8);
    log.must(&world, &declare(1, 1000));
    let quorum = log.meeting().quorum_for(matter_id(1), &world.terms);
    assert_eq!((quorum.in_office, quorum.needed, quorum.present, quorum.met), (12, 7, 7, true));
    // The other item has lost nobody.
    assert_eq!(log.meeting().quorum_for(matter_id(2), &world.terms).in_office, 13);
}

/// A chair put six of eleven out of the vote with a tick each, and decided with the rest.
#[test]
fn nobody_recuses_another_by_their_own_word() {
    let (mut world, mut log) = council(11, 11);
    world.actor.capacity = Capacity::CouncilChair;
    world.actor.person = Some(person(1000));
    for other in 1001..1007 {
        let refusal = log.refused(&world, &declare(1, other));
        assert_eq!((refusal.code, &refusal.by[..]), ("recusal-not-theirs", &[r("R8")][..]));
    }
    log.must(&world, &declare(1, 1000));

    // The clerk writes down what was said in the room, and of the absent only what the body decided.
    let (world, mut log) = council(11, 8);
    let refused = |log: &MeetingLog, command: &MeetingCommand| log.refused(&world, command).code;
    assert_eq!(refused(&log, &declare(1, 1009)), "recusal-of-the-absent");
    let proposed = |by: u128| RecusalGround::Proposed { by: person(1000 + by), reason: doc("亲属承包") };
    assert_eq!(refused(&log, &ground(9, proposed(2))), "recusal-of-the-absent");
    assert_eq!(refused(&log, &ground(1, proposed(1))), "recusal-proposed-by-oneself");
    assert_eq!(refused(&log, &ground(1, proposed(50))), "recusal-proposed-by-a-stranger");
    assert_eq!(refused(&log, &ground(1, proposed(9))), "recusal-proposed-from-outside");
    // What nobody answered puts nobody out of the vote; the member may say the same, or the body decides.
    log.must(&world, &ground(1, proposed(2)));
    assert!(log.meeting().recused_from(matter_id(1)).is_empty());
    assert_eq!(refused(&log, &ground(1, proposed(3))), "recusal-proposed-already");
    let mut agreed = log.clone();
    agreed.must(&world, &declare(1, 1001));
    assert_eq!(agreed.meeting().recused_from(matter_id(1)).len(), 1);
    assert_eq!(refused(&agreed, &declare(1, 1001)), "already-recused");

    // Disputed, it has no effect until the body has decided, the member not voting.
    let dispute = MeetingCommand::DisputeRecusal { matter: matter_id(1), person: person(1001) };
    log.must(&world, &dispute);
    assert!(log.meeting().recused_from(matter_id(1)).is_empty());
    assert_eq!(refused(&log, &dispute), "nothing-to-dispute");
    assert_eq!(refused(&log, &ground(1, proposed(2))), "recusal-disputed");
    let motion = |yes, no| RecusalGround::Motion {
        by: person(1002),
        reason: doc("亲属承包"),
        yes,
        no,
        minutes: doc("动议记录"),
    };
    assert_eq!(refused(&log, &ground(1, motion(5, 3))), "motion-counts-exceed");
    assert_eq!(refused(&log, &ground(1, motion(3, 3))), "motion-not-carried");
    log.must(&world, &ground(1, motion(4, 3)));
    assert_eq!(log.meeting().recused_from(matter_id(1)).len(), 1);
    // Of somebody absent the body can decide too.
    log.must(&world, &ground(9, motion(5, 0)));
    assert_eq!(log.meeting().recused_from(matter_id(1)).len(), 2);
}

/// Ten of eleven stood aside, and one decided for the council.
#[test]
fn fewer_than_a_quorum_of_all_in_office_never_decide() {
    let (world, mut log) = council(11, 11);
    for who in 1000..1005 {
        log.must(&world, &declare(1, who));
    }
    // Six are left, a quorum of eleven.
    log.clone().must(&world, &open_ballot(1, 1, &world, &[Subject::General]));
    log.must(&world, &declare(1, 1005));
    let refusal = log.refused(&world, &open_ballot(1, 1, &world, &[Subject::General]));
    assert_eq!((refusal.code, &refusal.by[..]), ("too-many-recused", &[r("R8")][..]));
    for word in ["在任11人", "回避6人", "只有5人", "法定人数6"] {
        assert!(refusal.message_zh.contains(word), "{word}: {}", refusal.message_zh);
    }
    // It concerns that item only.
    log.must(&world, &open_ballot(1, 2, &world, &[Subject::General]));
}

/// A vote of 45 was closed without a word of how anybody had voted, and the matter was rejected for good.
#[test]
fn whoever_closes_says_how_everybody_present_voted() {
    let (world, mut log) = council(11, 9);
    log.must(&world, &open_ballot(1, 1, &world, &[Subject::General]));
    let refusal = log.refused(&world, &close_ballot(1, 0, 0, 0));
    assert_eq!(refusal.code, "voters-unaccounted-for");
    assert!(refusal.message_zh.contains("到会可表决9，按姓名投票0，另有9人"), "{}", refusal.message_zh);
    assert_eq!(log.refused(&world, &close_ballot(1, 7, 0, 1)).code, "voters-unaccounted-for");
    let silent = |not_voting| close_with_silent(1, [6, 1, 0], not_voting);
    for wrong in [1, 3, u64::MAX] {
        let code = log.refused(&world, &silent(wrong)).code;
        assert!(matches!(code, "counts-do-not-add-up" | "counts-exceed-present"), "{wrong}: {code}");
    }
    log.clone().must(&world, &close_ballot(1, 6, 2, 1));
    log.must(&world, &silent(2));
    let closed = log.meeting().ballots[&ballot_id(1)].closed.clone().expect("closed");
    assert_eq!((closed.not_voting, closed.finding.count.present), (2, 9));
    assert_eq!(closed.finding.result, FindingResult::Passed);
}

/// The day after the sitting a count by hand was entered that nobody had made.
#[test]
fn figures_of_the_room_are_of_its_day_or_come_with_its_minutes() {
    let (mut world, mut log) = council(11, 9);
    log.must(&world, &open_ballot(1, 1, &world, &[Subject::General]));
    let with = |minutes_of: Option<&str>, mut close: MeetingCommand| {
        if let MeetingCommand::CloseBallot { minutes, .. } = &mut close {
            *minutes = minutes_of.map(doc);
        }
        close
    };
    let by_hand = MeetingCommand::CloseBallot {
        ballot: ballot_id(1),
        cast: Tally::default(),
        hand: Some(HandCount {
            votes: Tally { yes: 9, ..Tally::default() },
            not_voting: 0,
            tellers: [1001, 1002].map(person).into(),
            record: doc("计票单"),
        }),
        not_voting: 0,
        minutes: None,
        supervisors: BTreeSet::new(),
        proposers: BTreeSet::new(),
    };
    world.later(1);
    for close in [by_hand.clone(), close_with_silent(1, [7, 0, 0], 2)] {
        let refusal = log.refused(&world, &close);
        assert_eq!((refusal.code, &refusal.by[..]), ("counted-after-the-sitting", &[r("R48")][..]));
        log.clone().must(&world, &with(Some("会议记录"), close));
    }
    // Votes that were cast by name on the day are counted whenever it is closed.
    log.clone().must(&world, &close_ballot(1, 9, 0, 0));
    log.must(&world, &with(Some("会议记录"), by_hand));
    let closed = log.meeting().ballots[&ballot_id(1)].closed.clone().expect("closed");
    assert_eq!(closed.late, Some(doc("会议记录")), "the record says that it was entered late");
}

/// Two sittings of one body were open on one day with the same people in both.
#[test]
fn a_body_sits_once_at_a_time() {
    let world = World::village(TODAY);
    let held_on = date(2026, 3, 13);
    let other = |sits_on, stage| Sitting { meeting: meeting_id(9), sits_on, stage };
    let with = |mode, sittings: Vec<Sitting>| {
        let mut command = convene(BodyKind::ResidentsAssembly, mode, held_on);
        if let MeetingCommand::Convene { sittings: known, .. } = &mut command {
            *known = sittings;
        }
        command
    };
    for (mode, day) in [(CountingMode::Persons, held_on), (CountingMode::Households, held_on)] {
        let refusal =
            MeetingLog::default().refused(&world, &with(mode, vec![other(day, MeetingStage::Convened)]));
        assert_eq!(refusal.code, "notice-exists");
        assert!(refusal.message_zh.contains("2026-03-13") && refusal.message_zh.contains("村民会议"));
    }
    let mut log = MeetingLog::default();
    log.must(&world, &with(CountingMode::Persons, vec![other(date(2026, 3, 20), MeetingStage::Convened)]));

    let mut world = World::village(held_on);
    world.roll = Some(Roll::of_persons(residents(12, 2).values(), held_on));
    let refusal = log.refused(&world, &opening(None, vec![other(TODAY, MeetingStage::Open)]));
    assert_eq!(refusal.code, "body-is-sitting");
    assert!(refusal.message_zh.contains("2026-03-02"), "{}", refusal.message_zh);
    // Itself, and one in recess, are in nobody's way.
    let own = Sitting { meeting: meeting_id(1), sits_on: held_on, stage: MeetingStage::Convened };
    log.must(&world, &opening(None, vec![own, other(date(2026, 3, 15), MeetingStage::Recessed)]));
}

/// One matter was on the agendas of two sittings, and a ballot ran in each.
#[test]
fn a_matter_is_on_one_open_agenda() {
    let world = World::village(TODAY);
    let mut command = urgent(convene(BodyKind::ResidentsAssembly, CountingMode::Persons, TODAY));
    if let MeetingCommand::Convene { on_agendas, .. } = &mut command {
        let on = OnAgenda {
            meeting: meeting_id(7),
            body: BodyKind::RepresentativeAssembly,
            held_on: date(2026, 3, 9),
            ballot: None,
        };
        *on_agendas = BTreeMap::from([(matter_id(2), on)]);
    }
    let refusal = MeetingLog::default().refused(&world, &command);
    assert_eq!(refusal.code, "on-another-agenda");
    assert!(refusal.message_zh.contains("村民代表会议") && refusal.message_zh.contains("2026-03-09"));
}

/// A revision between notice and vote was voted on, though nobody had been told of it.
#[test]
fn what_is_voted_on_is_what_was_announced() {
    let (world, log) = representatives(40);
    let mut other = open_ballot(1, 1, &world, &[Subject::General]);
    if let MeetingCommand::OpenBallot { question, .. } = &mut other {
        question.text = doc("通知以后改过的文本");
    }
    let refusal = log.refused(&world, &other);
    assert_eq!((refusal.code, &refusal.by[..]), ("question-not-announced", &[r("R46")][..]));
    let not_on_it = open_ballot(1, 3, &world, &[Subject::General]);
    assert_eq!(log.refused(&world, &not_on_it).code, "not-on-the-agenda");
}

/// Votes could be opened on any later day of a sitting that nobody had ended, with the attendance of the first.
#[test]
fn votes_open_only_on_the_day_of_the_sitting() {
    let (mut world, mut log) = representatives(40);
    log.must(&world, &open_ballot(1, 1, &world, &[Subject::General]));
    world.later(1);
    // What was begun on the day can be ended; nothing new begins.
    log.must(&world, &close_ballot(1, 30, 10, 0));
    for command in [
        open_ballot(2, 2, &world, &[Subject::General]),
        MeetingCommand::Arrive { people: vec![person(1045)] },
        MeetingCommand::Leave { people: vec![person(1000)] },
        MeetingCommand::Recess { until: date(2026, 3, 5), minutes: doc("纪要") },
        declare(2, 1000),
    ] {
        let refusal = log.refused(&world, &command);
        assert_eq!((refusal.code, &refusal.by[..]), ("sitting-is-over", &[r("R48")][..]));
        assert_eq!(refusal.allowed, ["dispute-recusal", "adjourn"], "what is still possible on that day");
    }
    log.must(&world, &MeetingCommand::Adjourn);
}

/// R48: to a named day within seven days, attendance anew, the roll it opened with, no new notice.
#[test]
fn a_sitting_goes_on_on_a_named_day_with_its_roll_and_no_attendance() {
    let (mut world, mut log) = representatives(40);
    let recess = |until| MeetingCommand::Recess { until, minutes: doc("休会") };
    for day in [TODAY, date(2026, 3, 10)] {
        let refusal = log.refused(&world, &recess(day));
        assert_eq!(refusal.code, "recess-out-of-range");
        assert!(refusal.message_zh.contains("2026-03-09"), "{}", refusal.message_zh);
    }
    log.must(&world, &open_ballot(1, 1, &world, &[Subject::General]));
    assert_eq!(log.refused(&world, &recess(date(2026, 3, 6))).code, "ballot-open");
    log.must(&world, &close_ballot(1, 30, 10, 0));
    log.must(&world, &recess(date(2026, 3, 6)));
    assert_eq!((log.meeting().stage, log.meeting().present.len()), (MeetingStage::Recessed, 0));
    let lawful = log.meeting().make_up;
    assert_eq!(log.refused(&world, &opening(lawful, Vec::new())).code, "not-the-day");
    world.later(4);
    log.must(&world, &opening(lawful, Vec::new()));
    assert_eq!(log.meeting().stage, MeetingStage::Open);
    assert!(!log.meeting().quorum().met, "attendance does not carry over");
    let refusal = log.refused(&world, &open_ballot(2, 2, &world, &[Subject::General]));
    assert_eq!(refusal.code, "not-quorate");
    log.must(&world, &MeetingCommand::Arrive { people: (0..33).map(|i| person(1000 + i)).collect() });
    log.must(&world, &open_ballot(2, 2, &world, &[Subject::General]));
    log.must(&world, &close_ballot(2, 20, 13, 0));
    let finding = log.meeting().outcome(ballot_id(2)).expect("closed").finding;
    assert_eq!((finding.count.in_office, finding.count.present), (48, 33));
    assert_eq!(Meeting::fold(&log.events), log.state);
}

/// R33: a vacancy that breaks the make-up on the day stops the vote, also when it was sound at the notice.
#[test]
fn representatives_whose_make_up_is_broken_on_the_day_do_not_vote() {
    let mut world = World::village(TODAY);
    let mut log = MeetingLog::default();
    let lawful = AssemblyMakeUp { members: 48, representatives: 43, women_representatives: 16 };
    let mut notice = urgent(convene(BodyKind::RepresentativeAssembly, CountingMode::Persons, TODAY));
    if let MeetingCommand::Convene { make_up, .. } = &mut notice {
        *make_up = Some(lawful);
    }
    log.must(&world, &notice);
    world.roll = Some(roll_of(BodyKind::RepresentativeAssembly, 48, TODAY));
    let broken = AssemblyMakeUp { women_representatives: 15, ..lawful };
    log.must(&world, &opening(Some(broken), Vec::new()));
    log.must(&world, &MeetingCommand::Arrive { people: (0..40).map(|i| person(1000 + i)).collect() });
    let refusal = log.refused(&world, &open_ballot(1, 1, &world, &[Subject::General]));
    assert_eq!(refusal.code, "make-up-unlawful");
    assert!(refusal.by.contains(&r("R33")), "{:?}", refusal.by);
}

/// The chair counted the hands himself, with whoever was at hand as second teller.
#[test]
fn two_tellers_are_there_and_neither_preside_nor_proposed() {
    let (world, mut log) = council(11, 9);
    log.must(&world, &declare(1, 1008));
    log.must(&world, &open_ballot(1, 1, &world, &[Subject::General]));
    let by = |tellers: &[u128]| MeetingCommand::CloseBallot {
        ballot: ballot_id(1),
        cast: Tally::default(),
        hand: Some(HandCount {
            votes: Tally { yes: 8, ..Tally::default() },
            not_voting: 0,
            tellers: tellers.iter().map(|&n| person(n)).collect(),
            record: doc("计票单"),
        }),
        not_voting: 0,
        minutes: None,
        supervisors: BTreeSet::from([person(70), person(71)]),
        proposers: BTreeSet::from([person(1003)]),
    };
    for (tellers, code) in [
        (&[1001][..], "tellers-missing"),
        (&[1, 1001][..], "teller-presides"),
        (&[1003, 1001][..], "teller-proposed"),
        (&[1008, 1001][..], "teller-is-recused"),
        (&[1010, 1001][..], "teller-not-there"),
        (&[5000, 70][..], "teller-not-there"),
    ] {
        let refusal = log.refused(&world, &by(tellers));
        assert_eq!((refusal.code, &refusal.by[..]), (code, &[r("R35")][..]), "{tellers:?}");
    }
    log.clone().must(&world, &by(&[70, 71]));
    log.must(&world, &by(&[70, 1002]));
}

/// One wrong name of fifty was told alone, and the list had to be typed again for the next one.
#[test]
fn a_refused_list_names_everybody_at_fault() {
    let (world, log) = council(11, 3);
    let list = MeetingCommand::Arrive { people: [1004, 1000, 1005, 5001, 1001].map(person).to_vec() };
    let refusal = log.refused(&world, &list);
    assert_eq!(refusal.code, "people-at-fault");
    let named: Vec<_> = refusal.people.iter().map(|(person, why)| (*person, why.zh.as_str())).collect();
    assert_eq!(
        named,
        [(person(1000), "已登记到会"), (person(5001), "不在这次会议的名册上"), (person(1001), "已登记到会")]
    );
    let twice = log.refused(&world, &MeetingCommand::Arrive { people: [1000, 1001].map(person).to_vec() });
    assert_eq!((twice.code, twice.people.len()), ("already-present", 2));
    let gone =
        log.refused(&world, &MeetingCommand::Leave { people: [1000, 1008, 1009].map(person).to_vec() });
    assert_eq!((gone.code, gone.people.len()), ("not-present", 2));
}

fn at_agenda(log: &MatterLog, world: &World, body: BodyKind) -> Result<(), Refusal> {
    world.with(|ctx| log.matter().may_come_before(asked_for(MeetingAct::Convene), body, ctx))
}

/// Notice was accepted for a bare suggestion and for a withdrawn matter, and a vote could then only be refused.
#[test]
fn only_what_a_body_decides_next_comes_on_its_agenda() {
    let world = World::village(TODAY);
    let council = BodyKind::Council;
    let code = |log: &MatterLog, body| at_agenda(log, &world, body).map_err(|refusal| refusal.code);
    let mut log = MatterLog::default();
    log.must(&world, &suggest(&world, &[Subject::General]));
    assert_eq!(code(&log, council), Err("matter-not-ready"));
    log.must(
        &world,
        &MatterCommand::Propose { proposal: proposal("路灯", MatterClass::Ordinary, &[Subject::General]) },
    );
    assert_eq!(code(&log, council), Err("matter-not-ready"));
    let mut returned = log.clone();
    returned.must(&world, &send_back("路灯"));
    assert!(matches!(returned.matter().stage, Stage::Returned { by: ReturnedBy::Review, .. }));
    assert_eq!(code(&returned, council), Err("matter-not-ready"));
    log.must(&world, &pass("路灯"));
    assert_eq!(code(&log, council), Ok(()));
    assert_eq!(code(&log, BodyKind::ResidentsAssembly), Err("matter-of-another-body"));
    // Those who study and supervise are called on whatever is not over.
    assert_eq!(code(&log, BodyKind::PartyOrganization), Ok(()));
    log.must(&world, &MatterCommand::Withdraw { reasons: doc("不办了") });
    for body in [council, BodyKind::PartyOrganization] {
        assert_eq!(code(&log, body), Err("matter-is-over"));
    }

    let mut log = MatterLog::default();
    log.must(&world, &suggest(&world, &[Subject::General]));
    log.must(
        &world,
        &MatterCommand::Propose { proposal: proposal("规划", MatterClass::Major, &[Subject::Planning]) },
    );
    log.must(&world, &pass("规划"));
    assert_eq!(code(&log, BodyKind::ResidentsAssembly), Err("matter-not-ready"));
    log.must(&world, &study("规划", StudyOutcome::Recommended));
    log.must(&world, &submit("规划", BodyKind::ResidentsAssembly, None));
    assert_eq!(code(&log, BodyKind::ResidentsAssembly), Ok(()));
    let refusal = at_agenda(&log, &world, BodyKind::RepresentativeAssembly).expect_err("another body");
    assert!(refusal.message_zh.contains("村民会议") && refusal.message_zh.contains("村民代表会议"));
}

/// A matter opened before there was a charter could only be withdrawn.
#[test]
fn a_matter_without_a_charter_takes_up_the_one_in_force() {
    let mut world = World::village(TODAY);
    let mut log = MatterLog::default();
    log.must(&world, &suggest(&world, &[Subject::General]));
    log.must(
        &world,
        &MatterCommand::Propose { proposal: proposal("路灯", MatterClass::Ordinary, &[Subject::General]) },
    );
    assert!(log.matter().allowed().contains(&MatterAct::Repin));
    let charter = RulePin { rule: rule_id(1), version: version("charter") };
    let repin = MatterCommand::Repin { charter, reasons: doc("章程已施行") };
    let mut ordinary = log.clone();
    ordinary.must(&world, &repin);
    assert_eq!(ordinary.matter().pins.charter, Some(charter));
    assert_eq!(ordinary.matter().pins.law_date, TODAY, "the law of its day stays (R9)");
    assert_eq!(ordinary.stage(), "proposed");
    assert_eq!(ordinary.refused(&world, &repin).code, "charter-pinned-already");
    // The charter is asked for the class, which only rises.
    let by = Authority::Plugin {
        name: "village-charter".to_owned(),
        digest: doc("charter.wasm"),
        article: "议事-2".to_owned(),
    };
    world.terms.class = Some(yishi_law::Cited::new(MatterClass::Major, by));
    log.must(&world, &repin);
    assert!(log.matter().is_major());
}
