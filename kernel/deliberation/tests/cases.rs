//! A case: what may be done with what a rule decided, and what is in the log since before it was a machine.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;
use yishi_canonical::Digest;
use yishi_deliberation::case::{CaseContext, CaseOutcome, Handler, Item, Kept, Points, Task};
use yishi_deliberation::{
    Act, ActorRef, Case, CaseAct, CaseCommand, CaseEvent, CaseStatus, Refusal, RuleVersion,
};
use yishi_identity::{AccountId, Capacity, CaseId, PersonId, RuleId};
use yishi_law::BodyKind;

const HOUSE: &str = "hh_0197a0b2-0000-7000-8000-000000000001";
const OTHER: &str = "hh_0197a0b2-0000-7000-8000-000000000002";

fn id() -> CaseId {
    CaseId::from_uuid(Uuid::from_u128(7))
}

fn person(n: u128) -> PersonId {
    PersonId::from_uuid(Uuid::from_u128(n))
}

fn paper(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}

fn act(day: i8, by: u128) -> Act {
    let at: Timestamp = format!("2026-03-{day:02}T09:00:00+08:00").parse().expect("an instant");
    let by =
        ActorRef { account: None, person: Some(person(by)), capacity: Capacity::ResidentsCommitteeMember };
    Act { on: date(2026, 3, day), at, by }
}

fn outcome(points: &[(&str, i64)], tasks: &[BodyKind]) -> CaseOutcome {
    CaseOutcome {
        kind: "inspection".to_owned(),
        on: date(2026, 3, 1),
        form: Some(paper("form")),
        outcome: paper("outcome"),
        totals: Some(paper("totals")),
        points: points
            .iter()
            .map(|(subject, points)| Points {
                subject: (*subject).to_owned(),
                points: *points,
                because: vec!["奖惩-1".to_owned()],
            })
            .collect(),
        tasks: tasks
            .iter()
            .map(|by| Task { by: *by, due: date(2026, 3, 9), because: vec!["奖惩-2".to_owned()] })
            .collect(),
        records: vec![Kept { kind: "inspection".to_owned(), subject: HOUSE.to_owned() }],
        notices: vec!["ntc_1".to_owned()],
    }
}

fn handle(outcome: CaseOutcome) -> CaseCommand {
    let version = RuleVersion { component: paper("component"), settings: paper("settings") };
    let (rule, subject) = (RuleId::from_uuid(Uuid::from_u128(3)), HOUSE.to_owned());
    CaseCommand::Handle { id: id(), rule, version, subject, outcome }
}

/// The case with the names of those who acted in it.
struct Run {
    case: Option<Case>,
    events: Vec<CaseEvent>,
    names: BTreeMap<String, String>,
}

impl Run {
    fn begun(outcome: CaseOutcome) -> Self {
        let names = [(1, "李秀英"), (2, "徐建华")].map(|(n, name)| (person(n).to_string(), name.to_owned()));
        let mut run = Self { case: None, events: Vec::new(), names: names.into() };
        run.take(&handle(outcome), 2, 1).expect("handled");
        run
    }

    fn take(&mut self, command: &CaseCommand, day: i8, by: u128) -> Result<(), Refusal> {
        let ctx = CaseContext { act: act(day, by), names: &self.names };
        let events = Case::decide(self.case.as_ref(), command, &ctx)?;
        self.case = events.iter().fold(self.case.take(), Case::evolve);
        self.events.extend(events);
        Ok(())
    }

    fn case(&self) -> &Case {
        self.case.as_ref().expect("begun")
    }

    fn refused(&mut self, command: &CaseCommand) -> Refusal {
        self.take(command, 5, 2).expect_err("refused")
    }
}

fn correct(points: Option<&[&str]>) -> CaseCommand {
    let read = |items: &[&str]| items.iter().map(|item| item.parse().expect("an item")).collect();
    CaseCommand::Correct { points: points.map(read), reasons: paper("why"), totals: Some(paper("after")) }
}

fn complete(task: &str) -> CaseCommand {
    CaseCommand::CompleteTask { task: task.parse().expect("an item"), note: paper("done") }
}

fn assign(to: u128, reasons: bool) -> CaseCommand {
    CaseCommand::Assign { to: Handler::Person(person(to)), reasons: reasons.then(|| paper("ill")) }
}

#[test]
fn a_case_that_asks_nothing_of_anybody_is_handled_and_on_nobodys_desk() {
    let run = Run::begun(outcome(&[(HOUSE, 5)], &[]));
    assert_eq!(run.case().status(), CaseStatus::Handled);
    assert!(!run.case().is_on_a_desk());
    assert_eq!(run.case().allowed(), [CaseAct::Assign, CaseAct::Continue, CaseAct::Close, CaseAct::Correct]);
}

#[test]
fn its_tasks_are_owed_until_each_is_done_and_then_it_can_be_closed() {
    let mut run = Run::begun(outcome(&[], &[BodyKind::ResidentsCommittee, BodyKind::SupervisionCommittee]));
    assert_eq!((run.case().status(), run.case().due()), (CaseStatus::Waiting, Some(date(2026, 3, 9))));
    let refused = run.refused(&CaseCommand::Close { note: None });
    assert_eq!((refused.code, refused.state), ("tasks-not-done", Some("waiting")));
    assert!(refused.message_zh.contains("2项"), "{}", refused.message_zh);
    assert!(refused.allowed.contains(&"complete-task") && !refused.allowed.contains(&"close"));
    run.take(&complete("1.2"), 3, 1).expect("done");
    let again = run.refused(&complete("1.2"));
    assert_eq!(again.code, "task-done-already");
    assert!(again.message_zh.contains("李秀英") && again.message_zh.contains("2026-03-03"), "{again:?}");
    assert_eq!(run.refused(&complete("1.3")).code, "no-such-task");
    run.take(&complete("1.1"), 4, 2).expect("done");
    assert_eq!(run.case().status(), CaseStatus::Handled);
    run.take(&CaseCommand::Close { note: Some(paper("fine")) }, 4, 1).expect("closed");
    assert_eq!(run.case().allowed(), [CaseAct::Correct]);
    let closed = run.refused(&assign(2, false));
    assert_eq!(closed.code, "case-closed");
    assert!(closed.message_zh.contains("李秀英"), "{closed:?}");
    run.take(&correct(None), 5, 2).expect("a mistake can be found later too");
}

#[test]
fn it_changes_hands_with_reasons() {
    let mut run = Run::begun(outcome(&[], &[]));
    run.take(&assign(1, false), 2, 2).expect("nobody had it");
    assert!(run.case().is_on_a_desk());
    assert_eq!(run.refused(&assign(1, true)).code, "assigned-already");
    let refused = run.refused(&assign(2, false));
    assert_eq!(refused.code, "reassigned-without-reasons");
    assert!(refused.message_zh.contains("李秀英"), "{refused:?}");
    run.take(&assign(2, true), 3, 1).expect("with reasons");
    assert_eq!(run.case().assignee(), Some(Handler::Person(person(2))));
    let CaseEvent::Assigned { from, .. } = run.events.last().expect("an event") else {
        panic!("no assignment")
    };
    assert_eq!(*from, Some(Handler::Person(person(1))));
}

#[test]
fn bookings_are_taken_back_one_by_one_or_all_and_each_once() {
    let mut run = Run::begun(outcome(&[(HOUSE, 5), (OTHER, 2)], &[BodyKind::ResidentsCommittee]));
    run.take(&CaseCommand::Continue { outcome: outcome(&[(HOUSE, -1)], &[]) }, 3, 1).expect("continued");
    assert_eq!(run.case().taking_back(None), -4, "of its own subject alone");
    let one = ["1.1".parse::<Item>().expect("an item")];
    assert_eq!(run.case().taking_back(Some(&one)), -5);
    assert_eq!(run.refused(&correct(Some(&[]))).code, "no-points-named");
    assert_eq!(run.refused(&correct(Some(&["1.3"]))).code, "no-such-points");
    run.take(&correct(Some(&["2.1"])), 4, 1).expect("one");
    let CaseEvent::PointsReversed { corrects, points, .. } = run.events.last().expect("an event") else {
        panic!("no reversal")
    };
    assert_eq!((corrects.stream, corrects.version, points[0].points.points), (id(), 2, 1));
    let again = run.refused(&correct(Some(&["1.1", "2.1"])));
    assert_eq!(again.code, "points-reversed-already");
    assert!(again.message_zh.contains("李秀英"), "{again:?}");
    run.take(&correct(None), 5, 2).expect("the rest");
    let CaseEvent::Corrected { corrects, continued, points, records_withdrawn, .. } =
        run.events.last().expect("an event")
    else {
        panic!("no correction")
    };
    assert_eq!((corrects.version, continued.as_slice(), *records_withdrawn), (1, [2].as_slice(), 2));
    let taken: Vec<_> =
        points.iter().map(|one| (one.of.map(|of| of.to_string()), one.points.points)).collect();
    assert_eq!(taken, [(Some("1.1".to_owned()), -5), (Some("1.2".to_owned()), -2)]);
    assert!(run.case().open_tasks().is_empty(), "nothing is asked any more");
    let late = run.refused(&correct(None));
    assert_eq!(late.code, "already-corrected");
    assert!(late.message_zh.contains("徐建华") && late.message_en.contains("2026-03-05"), "{late:?}");
}

/// Entries as they were written before a case was a machine: no type, no act, one list of points.
#[test]
fn what_is_in_the_log_since_before_the_machine_folds() {
    let at: Timestamp = "2026-03-02T01:00:00Z".parse().expect("an instant");
    let handled = json!({
        "case": id(), "rule": RuleId::from_uuid(Uuid::from_u128(3)),
        "version": { "component": paper("component"), "settings": paper("settings") },
        "kind": "inspection", "subject": HOUSE, "on": "2026-03-01", "outcome": paper("outcome"), "gates": [],
        "points": [{ "subject": HOUSE, "points": 5, "because": ["奖惩-1"] }],
    });
    let corrected = json!({
        "case": id(), "rule": RuleId::from_uuid(Uuid::from_u128(3)),
        "corrects": { "stream": id(), "version": 1 }, "reasons": paper("why"),
        "points": [{ "subject": HOUSE, "points": -5, "because": ["奖惩-1"] }], "records_withdrawn": 1,
    });
    let read = |kind: &str, body: &Value| CaseEvent::read(kind, at, body.clone());
    let events = [
        read("case.handled", &handled).expect("an old case"),
        read("case.corrected", &corrected).expect("an old correction"),
    ];
    let begun = Case::fold(&events[..1]).expect("a case");
    assert_eq!(
        (begun.status(), begun.version, begun.last_act.on),
        (CaseStatus::Handled, 1, date(2026, 3, 2))
    );
    assert_eq!(begun.taking_back(None), -5);
    let ended = Case::fold(&events).expect("a case");
    assert_eq!((ended.status(), ended.version), (CaseStatus::Corrected, 2));
    assert_eq!(ended.points[0].reversed.map(|act| act.on), Some(date(2026, 3, 2)));
    assert!(read("matter.handled", &handled).is_err() && read("case.handled", &json!([])).is_err());
}

fn commands() -> impl Strategy<Value = CaseCommand> {
    let item = (1..4_u64, 1..3_u64).prop_map(|(version, number)| Item { version, number });
    let items = proptest::collection::vec(item.clone(), 0..3);
    prop_oneof![
        Just(CaseCommand::Continue { outcome: outcome(&[(HOUSE, 2), (OTHER, 1)], &[BodyKind::Council]) }),
        (1..4_u128, any::<bool>()).prop_map(|(to, reasons)| assign(to, reasons)),
        item.prop_map(|task| CaseCommand::CompleteTask { task, note: paper("done") }),
        proptest::option::weighted(0.8, items).prop_map(|points| CaseCommand::Correct {
            points,
            reasons: paper("why"),
            totals: None
        }),
        Just(CaseCommand::Close { note: None }),
    ]
}

proptest! {
    /// Whatever is tried in whatever order: the log alone gives the case; an act is refused exactly where the case does not offer
    /// it or its own parts are wrong; and what was booked and taken back adds up.
    #[test]
    fn any_sequence_folds_and_adds_up(commands in proptest::collection::vec(commands(), 0..14)) {
        let mut run = Run::begun(outcome(&[(HOUSE, 5)], &[BodyKind::ResidentsCommittee]));
        for command in &commands {
            let (offered, before) = (run.case().allowed(), run.case().clone());
            let done = run.take(command, 4, 1);
            prop_assert!(done.is_err() || offered.contains(&command.act()), "{command:?} was not offered");
            if done.is_err() {
                prop_assert_eq!(run.case(), &before);
            }
        }
        let written: Vec<Value> = run.events.iter().map(|event| serde_json::to_value(event).expect("JSON")).collect();
        let read = written.into_iter().map(|body| {
            let kind = format!("case.{}", body["type"].as_str().expect("a type"));
            CaseEvent::read(&kind, act(4, 1).at, body).expect("an event")
        });
        let read: Vec<_> = read.collect();
        prop_assert_eq!(Case::fold(&read), run.case.clone());
        prop_assert_eq!(run.case().version, read.len() as u64);
        let mut sum = 0;
        for event in &read {
            sum += match event {
                CaseEvent::Handled { outcome, .. } | CaseEvent::Continued { outcome, .. } => {
                    outcome.points.iter().map(|one| one.points).sum::<i64>()
                }
                CaseEvent::PointsReversed { points, .. } | CaseEvent::Corrected { points, .. } => {
                    points.iter().map(|one| one.points.points).sum()
                }
                _ => 0,
            };
        }
        prop_assert_eq!(sum, run.case().standing().map(|one| one.points.points).sum::<i64>());
        let account = Handler::Account(AccountId::from_uuid(Uuid::from_u128(9)));
        prop_assert_eq!(account.to_string().parse::<Handler>().ok(), Some(account));
    }
}
