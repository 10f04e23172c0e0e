//! What is owed in a matter, and from which day it is overdue.

mod support;

use jiff::civil::date;
use support::*;
use yishi_deliberation::matter::{DutyKind, MatterCommand, StudyOutcome};
use yishi_law::{BodyKind, CommunityKind, MatterClass, Subject};

/// The duties that are overdue on the world's day.
fn overdue(world: &World, log: &MatterLog, kind: CommunityKind) -> Vec<DutyKind> {
    let late = log.matter().duties(kind).into_iter().filter(|duty| duty.is_overdue(world.today));
    late.map(|duty| duty.kind).collect()
}

/// A levy that the assembly has resolved on 2026-03-02.
fn resolved() -> (World, MatterLog) {
    let mut world = World::village(date(2026, 3, 1));
    let mut log = MatterLog::default();
    let road = proposal("修路", MatterClass::Major, &[Subject::PublicWorksLevy]);
    log.must(&world, &suggest(&world, &[Subject::PublicWorksLevy]));
    log.must(&world, &MatterCommand::Propose { proposal: road.clone() });
    log.must(&world, &pass("修路"));
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
    log.must(&world, &MatterCommand::CloseConsultation { report: doc("report"), comments: 0 });
    log.must(&world, &study("修路", StudyOutcome::Recommended));
    log.must(&world, &submit("修路", BodyKind::ResidentsAssembly, None));
    let vote = outcome(&world, &road, BodyKind::ResidentsAssembly, count(45, 30, 26, 3, 1));
    log.must(&world, &resolve(vote));
    (world, log)
}

/// T7 with R47: at once is three days in a village, in time fifteen in a community. What is published is owed no more, and
/// a notice that stays up after its last day is nobody's breach.
#[test]
fn a_decision_is_published_within_its_days_and_then_owes_nothing() {
    let (mut world, mut log) = resolved();
    for (day, village, urban) in [
        (date(2026, 3, 5), false, false),
        (date(2026, 3, 6), true, false),
        (date(2026, 3, 17), true, false),
        (date(2026, 3, 18), true, true),
    ] {
        world.today = day;
        assert_eq!(!overdue(&world, &log, CommunityKind::Village).is_empty(), village, "{day}");
        assert_eq!(!overdue(&world, &log, CommunityKind::Urban).is_empty(), urban, "{day}");
    }
    world.today = date(2026, 3, 5);
    let posted = world.today;
    log.must(
        &world,
        &MatterCommand::DiscloseDecision { notice: doc("notice"), from: posted, days: Some(15) },
    );
    world.later(60);
    assert_eq!(overdue(&world, &log, CommunityKind::Village), []);
    // Carried out: the outcome is owed next.
    log.must(&world, &MatterCommand::Implement { by: BodyKind::ResidentsCommittee, evidence: doc("photo") });
    world.later(3);
    assert_eq!(overdue(&world, &log, CommunityKind::Village), []);
    world.later(1);
    assert_eq!(overdue(&world, &log, CommunityKind::Village), [DutyKind::PublishOutcome]);
}

/// What went wrong: once a late decision was published nothing said any more that it had been late.
#[test]
fn what_was_done_late_stays_late() {
    let (mut world, mut log) = resolved();
    let done = |log: &MatterLog, kind| -> Vec<(DutyKind, u64)> {
        let all = log.matter().duties_done(kind).into_iter();
        all.map(|done| (done.kind, done.days_late())).collect()
    };
    let consulted = (DutyKind::SumUpComments, 0);
    assert_eq!(done(&log, CommunityKind::Village), [consulted], "nothing has been published");
    world.today = date(2026, 3, 12);
    let posted = world.today;
    log.must(
        &world,
        &MatterCommand::DiscloseDecision { notice: doc("notice"), from: posted, days: Some(15) },
    );
    let decision = |late| (DutyKind::PublishDecision, late);
    assert_eq!(done(&log, CommunityKind::Village), [consulted, decision(7)]);
    assert_eq!(done(&log, CommunityKind::Urban), [consulted, decision(0)], "in time is fifteen days there");
    let told = log.matter().duties_done(CommunityKind::Village)[1];
    assert_eq!((told.due, told.done), (date(2026, 3, 5), date(2026, 3, 12)));
    world.later(60);
    assert_eq!(done(&log, CommunityKind::Village), [consulted, decision(7)], "and stays so");
}

/// A suggestion, and every step before the decision, is overdue once a month has passed without the next; while people are
/// being asked the month begins with the last day for comments.
#[test]
fn a_step_nobody_took_for_a_month_is_overdue() {
    let mut world = World::village(date(2026, 1, 31));
    let mut log = MatterLog::default();
    log.must(&world, &suggest(&world, &[Subject::General]));
    world.today = date(2026, 2, 28);
    assert_eq!(overdue(&world, &log, CommunityKind::Village), []);
    world.later(1);
    assert_eq!(overdue(&world, &log, CommunityKind::Village), [DutyKind::NextStep]);
    let lamp = proposal("路灯", MatterClass::Ordinary, &[Subject::General]);
    log.must(&world, &MatterCommand::Propose { proposal: lamp });
    assert_eq!(overdue(&world, &log, CommunityKind::Village), []);
    log.must(
        &world,
        &MatterCommand::OpenConsultation {
            text: doc("路灯"),
            form: yishi_deliberation::matter::ConsultationForm::Council,
            notice: doc("notice"),
            until: date(2026, 4, 10),
        },
    );
    world.today = date(2026, 5, 10);
    assert_eq!(overdue(&world, &log, CommunityKind::Village), []);
    world.later(1);
    assert_eq!(overdue(&world, &log, CommunityKind::Village), [DutyKind::SumUpComments]);
}
