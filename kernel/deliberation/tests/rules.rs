//! The life of a rule: by vote, by attestation, suspended, superseded, repealed; and the refusals' own order.

mod support;

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use support::*;
use yishi_deliberation::matter::{ConsultationForm, MatterCommand, StudyOutcome};
use yishi_deliberation::rule::{PaperAdoption, RuleCommand, RuleEvent, RuleKind, RuleStage, Standing};
use yishi_deliberation::{BallotOutcome, Pins, Question, Refusal, Rule, RuleFinding, RuleVersion, Weight};
use yishi_identity::Capacity;
use yishi_law::{BodyKind, CountingMode, Subject};

const TODAY: Date = date(2026, 3, 2);

#[derive(Clone, Default)]
struct RuleLog {
    state: Option<Rule>,
    events: Vec<RuleEvent>,
}

impl RuleLog {
    fn act(&mut self, world: &World, command: &RuleCommand) -> Result<(), Refusal> {
        let events = world.with(|ctx| Rule::decide(self.state.as_ref(), command, ctx))?;
        for event in &events {
            self.state = Rule::evolve(self.state.take(), event);
        }
        self.events.extend(events);
        assert_eq!(Rule::fold(&self.events), self.state);
        Ok(())
    }

    fn must(&mut self, world: &World, command: &RuleCommand) {
        if let Err(refusal) = self.act(world, command) {
            panic!("{} was refused: {refusal}", command.name());
        }
    }

    fn refused(&self, world: &World, command: &RuleCommand) -> Refusal {
        self.clone().act(world, command).expect_err("the command should be refused")
    }

    fn rule(&self) -> &Rule {
        self.state.as_ref().expect("a rule")
    }
}

fn draft(n: u128, kind: RuleKind, name: &str) -> RuleCommand {
    RuleCommand::Draft {
        id: rule_id(n),
        kind,
        version: version(name),
        manifest: doc("manifest"),
        domains: vec!["sanitation".to_owned()],
        replaces: None,
    }
}

fn consulted(version: RuleVersion) -> RuleCommand {
    RuleCommand::Consulted { matter: matter_id(1), version, report: doc("report") }
}

/// The assembly of 30 adults votes on this question.
fn vote(world: &World, subject: Subject, question: Question, yes: u64, no: u64) -> Box<BallotOutcome> {
    let counted = count(30, yes + no, yes, no, 0);
    Box::new(BallotOutcome {
        ballot: ballot_id(1),
        meeting: meeting_id(1),
        matter: matter_id(1),
        question,
        finding: finding(
            world,
            &subjects(&[subject]),
            BodyKind::ResidentsAssembly,
            CountingMode::Persons,
            counted,
        ),
    })
}

fn adopts(version: RuleVersion) -> Question {
    Question { text: doc("text"), rule: Some(version), repeals: None }
}

/// A rule voted, filed and promulgated today, in force from 2026-03-18.
fn promulgated(world: &World, n: u128, kind: RuleKind, name: &str) -> RuleLog {
    let mut log = RuleLog::default();
    log.must(world, &draft(n, kind, name));
    log.must(world, &consulted(version(name)));
    log.must(
        world,
        &RuleCommand::Voted { outcome: vote(world, kind.subject(), adopts(version(name)), 16, 4) },
    );
    log.must(world, &RuleCommand::File { receipt: doc("receipt") });
    let effective = yishi_law::days::add_days(world.today, 16);
    log.must(world, &RuleCommand::Promulgate { from: world.today, days: 15, effective });
    log
}

#[test]
fn a_rule_comes_into_force_only_by_the_vote_on_that_exact_version() {
    let world = World::village(TODAY);
    let mut log = RuleLog::default();
    log.must(&world, &draft(1, RuleKind::ImplementationRule, "clean-home"));
    let other = RuleVersion { settings: doc("other.json"), ..version("clean-home") };
    assert_eq!(log.refused(&world, &consulted(other)).code, "version-changed");
    log.must(&world, &consulted(version("clean-home")));
    let voted = |question| RuleCommand::Voted { outcome: vote(&world, Subject::Rule, question, 16, 4) };
    assert_eq!(log.refused(&world, &voted(adopts(other))).code, "version-changed");
    let refusal = log.refused(&world, &RuleCommand::File { receipt: doc("receipt") });
    assert_eq!((refusal.code, refusal.allowed), ("illegal-transition", vec!["voted", "revise", "withdraw"]));

    // Other settings are another version: what was consulted on falls away.
    let mut revised = log.clone();
    revised.must(&world, &RuleCommand::Revise { version: other, manifest: doc("manifest") });
    assert_eq!(revised.refused(&world, &voted(adopts(other))).code, "illegal-transition");

    let mut tampered = vote(&world, Subject::Rule, adopts(version("clean-home")), 16, 4);
    tampered.finding.count.yes = 20;
    let refusal = log.refused(&world, &RuleCommand::Voted { outcome: tampered });
    assert_eq!(refusal.code, "finding-does-not-recompute");

    let mut down = log.clone();
    let failed = vote(&world, Subject::Rule, adopts(version("clean-home")), 8, 12);
    down.must(&world, &RuleCommand::Voted { outcome: failed });
    assert_eq!(down.rule().standing(date(2030, 1, 1)), Standing::Never);

    log.must(&world, &voted(adopts(version("clean-home"))));
    log.must(&world, &RuleCommand::File { receipt: doc("receipt") });
    let promulgate = |days, effective| RuleCommand::Promulgate { from: TODAY, days, effective };
    assert_eq!(log.refused(&world, &promulgate(14, date(2026, 6, 1))).code, "posting-too-short");
    let refusal = log.refused(&world, &promulgate(15, date(2026, 3, 17)));
    assert_eq!(refusal.code, "effective-too-early");
    assert!(refusal.message_zh.contains("2026-03-18"), "{}", refusal.message_zh);
    log.must(&world, &promulgate(15, date(2026, 3, 18)));
    assert_eq!(log.rule().standing(date(2026, 3, 17)), Standing::NotYet);
    assert_eq!(log.rule().standing(date(2026, 3, 18)), Standing::InForce);
}

/// The posting begins when the decision is disclosed; the rule is promulgated on that day or on any later one.
#[test]
fn a_rule_can_be_promulgated_after_the_day_of_its_disclosure() {
    for later in [1, 20] {
        let mut world = World::village(TODAY);
        let mut log = RuleLog::default();
        log.must(&world, &draft(1, RuleKind::ImplementationRule, "clean-home"));
        log.must(&world, &consulted(version("clean-home")));
        let passed = vote(&world, Subject::Rule, adopts(version("clean-home")), 16, 4);
        log.must(&world, &RuleCommand::Voted { outcome: passed });
        log.must(&world, &RuleCommand::File { receipt: doc("receipt") });
        world.later(later);
        let promulgate = |effective| RuleCommand::Promulgate { from: TODAY, days: 15, effective };
        let earliest = date(2026, 3, 18).max(world.today);
        let refusal = log.refused(&world, &promulgate(earliest.yesterday().expect("a day before")));
        assert_eq!(refusal.code, "effective-too-early", "{later} days later");
        assert!(refusal.message_zh.contains(&earliest.to_string()), "{}", refusal.message_zh);
        log.must(&world, &promulgate(earliest));
        assert_eq!(log.rule().standing(earliest), Standing::InForce);
    }
}

#[test]
fn attestation_takes_two_people_and_a_lawful_vote() {
    let mut world = World::village(TODAY);
    world.law_date = date(2026, 1, 20);
    let attest_in = |yes, effective, set_up| RuleCommand::Attest {
        id: rule_id(1),
        kind: RuleKind::Charter,
        version: version("charter"),
        manifest: doc("manifest"),
        domains: vec![],
        adoption: PaperAdoption {
            body: BodyKind::ResidentsAssembly,
            mode: CountingMode::Persons,
            on: date(2026, 1, 20),
            count: count(1000, 600, yes, 600 - yes, 0),
            minutes: doc("scan"),
            effective,
        },
        set_up,
    };
    let attest = |yes, effective| attest_in(yes, effective, date(2026, 1, 21));
    let refused = |command: &RuleCommand| RuleLog::default().refused(&world, command).code;
    assert_eq!(refused(&attest(300, date(2026, 2, 1))), "attested-not-adopted");
    // Attestation is for what came before: from the day the community was set up here there is only the vote.
    for set_up in [date(2026, 1, 20), date(2025, 9, 1)] {
        assert_eq!(refused(&attest_in(600, date(2026, 2, 1), set_up)), "attested-after-set-up");
    }
    assert_eq!(refused(&attest(301, date(2026, 1, 19))), "effective-before-adoption");
    let mut log = RuleLog::default();
    log.must(&world, &attest(301, date(2026, 2, 1)));
    assert_eq!(log.rule().standing(TODAY), Standing::NotYet);

    assert_eq!(log.refused(&world, &RuleCommand::ConfirmAttestation).code, "not-for-the-town");
    world.actor.capacity = Capacity::TownAdmin;
    let refusal = log.refused(&world, &RuleCommand::ConfirmAttestation);
    assert_eq!(refusal.code, "same-person-confirms");
    world.actor.account = Some(account(2));
    assert_eq!(log.refused(&world, &RuleCommand::ConfirmAttestation).code, "same-person-confirms");
    world.actor.person = None;
    let mut rejected = log.clone();
    rejected.must(&world, &RuleCommand::RejectAttestation { reasons: doc("reasons") });
    assert_eq!(rejected.rule().standing(TODAY), Standing::Never);
    log.must(&world, &RuleCommand::ConfirmAttestation);
    assert_eq!(log.rule().standing(TODAY), Standing::InForce);
    assert_eq!(log.rule().stage, RuleStage::Confirmed);
}

#[test]
fn a_rule_can_be_suspended_and_a_charter_never() {
    let mut world = World::village(TODAY);
    let mut rule = promulgated(&world, 1, RuleKind::ImplementationRule, "clean-home");
    let mut charter = promulgated(&world, 2, RuleKind::Charter, "charter");
    world.later(20);
    let suspend = RuleCommand::Suspend { reasons: doc("反复出错") };
    assert_eq!(charter.refused(&world, &suspend).code, "charter-not-suspended");
    world.actor.capacity = Capacity::CouncilMember;
    assert_eq!(rule.refused(&world, &suspend).code, "not-for-the-joint-committees");
    world.actor.capacity = Capacity::JointCommitteeMember;
    rule.must(&world, &suspend);
    assert_eq!(rule.rule().standing(world.today), Standing::Suspended);
    assert_eq!(rule.rule().standing(yishi_law::days::add_days(TODAY, 19)), Standing::InForce);
    assert_eq!(rule.refused(&world, &suspend).code, "not-in-force");
    world.later(5);
    assert!(rule.rule().is_suspended(world.today));
    rule.must(&world, &RuleCommand::Resume { reasons: doc("已修复") });
    assert!(!rule.rule().is_suspended(world.today));
    assert_eq!(rule.rule().standing(world.today), Standing::InForce);
    assert_eq!(rule.refused(&world, &RuleCommand::Resume { reasons: doc("x") }).code, "not-suspended");

    // A charter gives way to another on a day; matters opened before keep it.
    let next = yishi_law::days::add_days(world.today, 10);
    let early = RuleCommand::Supersede { by: rule_id(3), on: TODAY };
    assert_eq!(charter.refused(&world, &early).code, "ends-in-the-past");
    charter.must(&world, &RuleCommand::Supersede { by: rule_id(3), on: next });
    let pins = |on| Pins::on(on, [rule.rule(), charter.rule()]);
    assert_eq!(pins(world.today).charter, Some(charter.rule().pin()));
    assert_eq!(pins(next).charter, None);
    assert_eq!(pins(next).rules, vec![rule.rule().pin()]);
}

/// "Until the next assembly" ends by itself, with the minutes of an assembly held on a later day.
#[test]
fn a_suspension_lasts_until_the_next_assembly() {
    let mut world = World::village(TODAY);
    let mut rule = promulgated(&world, 1, RuleKind::ImplementationRule, "clean-home");
    world.later(20);
    let since = world.today;
    rule.must(&world, &RuleCommand::Suspend { reasons: doc("反复出错") });
    world.later(30);
    let held = |body, held_on| RuleCommand::EndSuspension { body, held_on, minutes: doc("minutes") };
    // An assembly before it or on the same day could not take it up, and a council is no assembly.
    for (body, held_on) in [
        (BodyKind::ResidentsAssembly, TODAY),
        (BodyKind::RepresentativeAssembly, since),
        (BodyKind::Council, world.today),
    ] {
        assert_eq!(rule.refused(&world, &held(body, held_on)).code, "not-suspended", "{body:?} {held_on}");
    }
    assert_eq!(rule.rule().suspended_since(world.today), Some(since));
    for body in [BodyKind::ResidentsAssembly, BodyKind::RepresentativeAssembly] {
        let mut rule = rule.clone();
        rule.must(&world, &held(body, since.tomorrow().expect("a next day")));
        assert_eq!(rule.rule().standing(world.today), Standing::InForce);
        assert_eq!(rule.rule().suspended_since(world.today), None);
        assert_eq!(rule.refused(&world, &held(body, world.today)).code, "not-suspended");
    }
}

#[test]
fn a_vote_for_a_rule_is_no_vote_against_it() {
    let mut world = World::village(TODAY);
    let mut log = promulgated(&world, 1, RuleKind::ImplementationRule, "clean-home");
    world.later(30);
    let repeal_for = |question, days| RuleCommand::Repeal {
        outcome: vote(&world, Subject::Rule, question, 16, 4),
        from: world.today,
        days,
    };
    let repeal = |question| repeal_for(question, 15);
    assert_eq!(log.refused(&world, &repeal(adopts(version("clean-home")))).code, "question-changed");
    let against = |id| Question { text: doc("废止"), rule: None, repeals: Some(id) };
    assert_eq!(log.refused(&world, &repeal(against(rule_id(2)))).code, "question-changed");
    // It ends as it began: when the posting of the decision is over.
    let short = repeal_for(against(rule_id(1)), 14);
    assert_eq!(log.refused(&world, &short).code, "posting-too-short");
    log.must(&world, &repeal(against(rule_id(1))));
    let last = yishi_law::days::add_days(world.today, 15);
    assert_eq!(log.rule().standing(last), Standing::InForce);
    assert_eq!(log.rule().standing(last.tomorrow().expect("a next day")), Standing::Repealed);
}

/// A charter that traps at every call contributes no terms; one that forbids everything forbids in vain.
#[test]
fn a_broken_charter_can_be_replaced_under_the_bare_floor() {
    let mut world = World::village(TODAY);
    let old = promulgated(&world, 1, RuleKind::Charter, "charter");
    world.later(20);
    let opened = world.today;
    world.law_date = opened;
    world.findings = vec![RuleFinding {
        weight: Weight::Forbid,
        code: "never".to_owned(),
        message: "本章程永不修改".to_owned(),
        by: vec![],
    }];
    let mut ordinary = MatterLog::default();
    let stoves = suggest(&world, &[Subject::General]);
    assert_eq!(ordinary.act(&world, &stoves).expect_err("forbidden").code, "forbidden-by-rule");

    let mut log = MatterLog::default();
    let mut charter = proposal("新章程", yishi_law::MatterClass::Major, &[Subject::Charter]);
    charter.rule = Some(version("charter-2"));
    log.must(&world, &suggest(&world, &[Subject::Charter]));
    log.must(&world, &MatterCommand::Propose { proposal: charter.clone() });
    log.must(&world, &pass("新章程"));
    log.must(
        &world,
        &MatterCommand::OpenConsultation {
            text: doc("新章程"),
            form: ConsultationForm::Hearing,
            notice: doc("notice"),
            until: world.today,
        },
    );
    log.must(&world, &study("新章程", StudyOutcome::Recommended));
    log.must(&world, &submit("新章程", BodyKind::ResidentsAssembly, None));
    world.later(1);
    log.must(&world, &MatterCommand::CloseConsultation { report: doc("report"), comments: 4 });
    let passed = vote(&world, Subject::Charter, charter.question(), 16, 3);
    log.must(&world, &MatterCommand::Resolve { outcome: passed.clone(), motion: None });
    assert_eq!(log.stage(), "resolved");

    let mut new = RuleLog::default();
    new.must(&world, &draft(2, RuleKind::Charter, "charter-2"));
    new.must(&world, &consulted(version("charter-2")));
    new.must(&world, &RuleCommand::Voted { outcome: passed });
    new.must(&world, &RuleCommand::File { receipt: doc("receipt") });
    let effective = yishi_law::days::add_days(world.today, 16);
    new.must(&world, &RuleCommand::Promulgate { from: world.today, days: 15, effective });
    let mut old = old;
    old.must(&world, &RuleCommand::Supersede { by: rule_id(2), on: effective });
    assert_eq!(Pins::on(effective, [old.rule(), new.rule()]).charter, Some(new.rule().pin()));
    // The running matter keeps what it opened with.
    assert_eq!(log.matter().pins.law_date, opened);
}

#[test]
fn refusal_codes_are_unique_and_kebab_case() {
    let all: Vec<&str> = yishi_deliberation::REFUSAL_CODES
        .iter()
        .chain(yishi_identity::bodies::REFUSAL_CODES)
        .copied()
        .collect();
    let unique: BTreeSet<&str> = all.iter().copied().collect();
    assert_eq!(unique.len(), all.len());
    for code in all {
        let words =
            code.split('-').all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase()));
        assert!(words, "`{code}` is not kebab-case");
    }
}

#[test]
fn events_carry_no_free_text() {
    // Everything but the domain's word is an id, a digest, a count, a date or a word of the vocabulary.
    let world = World::village(TODAY);
    let log = promulgated(&world, 1, RuleKind::Charter, "charter");
    for event in &log.events {
        let text = serde_json::to_string(event).expect("json");
        assert!(text.is_ascii(), "{text}");
    }
}
