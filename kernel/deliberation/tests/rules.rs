//! The life of a rule: by vote, by attestation, suspended, superseded, repealed; and the refusals' own order.

mod support;

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use support::*;
use yishi_deliberation::matter::{ConsultationForm, MatterCommand, StudyOutcome};
use yishi_deliberation::rule::{
    Life, PaperAdoption, PaperLimits, Register, RuleCommand, RuleEvent, RuleKind, RuleStage, Standing,
    SuspensionGround,
};
use yishi_deliberation::{BallotOutcome, Pins, Question, Refusal, Rule, RuleFinding, RuleVersion, Weight};
use yishi_identity::Capacity;
use yishi_law::{BodyKind, CountingMode, Subject, Words};

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
            panic!("{} was refused: {refusal}", command.act().code());
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
        name: name.to_owned(),
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
    Question { text: doc("text"), version: doc("proposal"), rule: Some(version), repeals: None }
}

/// A rule voted, handed in for filing and promulgated today, in force sixteen days from now.
fn promulgated(world: &World, n: u128, kind: RuleKind, name: &str) -> RuleLog {
    let mut log = RuleLog::default();
    log.must(world, &draft(n, kind, name));
    log.must(world, &consulted(version(name)));
    log.must(
        world,
        &RuleCommand::Voted { outcome: vote(world, kind.subject(), adopts(version(name)), 16, 4) },
    );
    log.must(world, &RuleCommand::File { receipt: None });
    let effective = yishi_law::days::add_days(world.today, 16);
    log.must(world, &RuleCommand::Promulgate { effective });
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
    let refusal = log.refused(&world, &RuleCommand::File { receipt: None });
    assert_eq!(
        (refusal.code, &refusal.allowed[..]),
        ("illegal-transition", &["voted", "consulted", "revise", "withdraw"][..])
    );
    // Neither language holds the other's words, nor a command's own word; both say what can be done instead.
    assert_eq!(refusal.message_zh, "现在的阶段是“已征求意见”，不能办理“报送备案”。现在可以办理：撤回草案。",);
    assert_eq!(
        refusal.message_en,
        "it stands at “consulted on”, where “hand in for filing” has no place; what can be done now: withdraw the draft",
    );

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
    let promulgate = |effective| RuleCommand::Promulgate { effective };
    log.must(&world, &promulgate(date(2026, 3, 18)));
    assert_eq!(log.rule().standing(date(2026, 3, 17)), Standing::NotYet);
    assert_eq!(log.rule().standing(date(2026, 3, 18)), Standing::InForce);
}

/// The law counts from the adoption: "in force from the day of its adoption" was refused for a fortnight, and a rule that
/// was not filed could not be promulgated at all (worked example 27).
#[test]
fn a_rule_is_in_force_from_any_day_of_its_adoption_on() {
    for later in [0, 1, 20] {
        let mut world = World::village(date(2026, 6, 5));
        let mut log = RuleLog::default();
        log.must(&world, &draft(1, RuleKind::VillageRegulation, "customs"));
        log.must(&world, &consulted(version("customs")));
        let passed = vote(&world, Subject::VillageRegulation, adopts(version("customs")), 16, 4);
        log.must(&world, &RuleCommand::Voted { outcome: passed });
        world.later(later);
        let refusal = log.refused(&world, &RuleCommand::Promulgate { effective: date(2026, 6, 4) });
        assert_eq!(refusal.code, "effective-too-early", "{later} days later");
        assert!(refusal.message_zh.contains("2026-06-05"), "{}", refusal.message_zh);
        // A mistyped year would have been for ever: a year after the vote is the last day.
        let late = |year| RuleCommand::Promulgate { effective: date(year, 6, 6) };
        assert_eq!(log.refused(&world, &late(2027)).code, "effective-too-late", "{later} days later");
        assert_eq!(log.refused(&world, &late(9998)).code, "effective-too-late");
        log.clone().must(&world, &RuleCommand::Promulgate { effective: date(2027, 6, 5) });
        let mut at_once = log.clone();
        at_once.must(&world, &RuleCommand::Promulgate { effective: date(2026, 6, 5) });
        assert_eq!(at_once.rule().standing(date(2026, 6, 4)), Standing::NotYet);
        assert_eq!(at_once.rule().standing(date(2026, 6, 5)), Standing::InForce);
        // Handing in is a duty beside it, before or after, once; no receipt is made up for it.
        at_once.must(&world, &RuleCommand::File { receipt: None });
        assert_eq!(at_once.rule().filing.map(|(receipt, _)| receipt), Some(None));
        assert_eq!(at_once.refused(&world, &RuleCommand::File { receipt: None }).code, "filed-already");
        assert_eq!(at_once.rule().standing(world.today), Standing::InForce);
    }
}

#[test]
fn attestation_takes_two_people_and_a_lawful_vote() {
    let mut world = World::village(TODAY);
    world.law_date = date(2026, 1, 20);
    let attest_in = |yes, effective, set_up| RuleCommand::Attest {
        id: rule_id(1),
        kind: RuleKind::Charter,
        name: "charter".to_owned(),
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
            authorisation: None,
        },
        limits: PaperLimits { set_up, in_office: 10_000, at_least: 0 },
    };
    let attest = |yes, effective| attest_in(yes, effective, date(2026, 2, 1));
    let refused = |command: &RuleCommand| RuleLog::default().refused(&world, command).code;
    assert_eq!(refused(&attest(300, date(2026, 2, 1))), "attested-not-adopted");
    // Attestation is for what came before: from the day the community was set up here there is only the vote.
    for set_up in [date(2026, 1, 20), date(2025, 9, 1)] {
        assert_eq!(refused(&attest_in(600, date(2026, 2, 1), set_up)), "attested-after-set-up");
    }
    // What is entered from paper was in force by that day, and a mistyped year is told.
    for effective in [date(2026, 2, 2), date(2126, 2, 1)] {
        assert_eq!(refused(&attest(600, effective)), "attested-begins-after-set-up");
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

/// Three in office for an assembly of representatives that nobody had authorised, and two thousand million for a village.
#[test]
fn minutes_on_paper_have_possible_figures_and_an_authorisation() {
    let world = World::village(TODAY);
    let attest = |body, in_office: u64, authorisation| {
        let adoption = PaperAdoption {
            body,
            mode: CountingMode::Persons,
            on: date(2026, 1, 20),
            count: count(in_office, in_office, in_office, 0, 0),
            minutes: doc("scan"),
            effective: date(2026, 1, 21),
            authorisation,
        };
        let command = RuleCommand::Attest {
            id: rule_id(1),
            kind: RuleKind::ImplementationRule,
            name: "clean-home".to_owned(),
            version: version("clean-home"),
            manifest: doc("manifest"),
            domains: vec![],
            adoption,
            limits: PaperLimits { set_up: TODAY, in_office: 10_000, at_least: 5 },
        };
        RuleLog::default().act(&world, &command).map_err(|refusal| refusal.code)
    };
    let (all, representatives) = (BodyKind::ResidentsAssembly, BodyKind::RepresentativeAssembly);
    let authorised = Some(doc("授权决议"));
    assert_eq!(attest(all, 10_000, None), Ok(()));
    assert_eq!(attest(all, 1 << 31, None), Err("attested-too-many"));
    assert_eq!(attest(all, 4, None), Err("attested-below-roster"), "a quorum of four is a quorum of nobody");
    assert_eq!(attest(representatives, 28, None), Err("attested-without-authorisation"));
    assert_eq!(attest(representatives, 28, authorised), Ok(()));
    // V22, V5: a committee of at least three is at most a fifth of it.
    assert_eq!(attest(representatives, 14, authorised), Err("attested-too-few"));
    assert_eq!(attest(representatives, 15, authorised), Ok(()));
}

fn failure(code: &str) -> RuleCommand {
    RuleCommand::RecordFailure { gate: "check".to_owned(), code: code.to_owned() }
}

fn on_failures(reasons: &str) -> RuleCommand {
    RuleCommand::Suspend { ground: SuspensionGround::RecordedFailures, reasons: doc(reasons) }
}

/// Two committees who disliked a sound rule could switch it off (worked example 28).
#[test]
fn a_rule_is_suspended_on_recorded_failures_only_and_a_charter_never() {
    let mut world = World::village(TODAY);
    let mut rule = promulgated(&world, 1, RuleKind::ImplementationRule, "clean-home");
    let mut charter = promulgated(&world, 2, RuleKind::Charter, "charter");
    world.later(20);
    world.actor.capacity = Capacity::JointCommitteeMember;
    let refusal = rule.refused(&world, &on_failures("不喜欢"));
    assert_eq!(refusal.code, "no-recorded-failure");
    assert!(refusal.by.contains(&yishi_law::Authority::Ruling { id: "R23".to_owned() }), "{:?}", refusal.by);
    rule.must(&world, &failure("trap"));
    // One line a day says as much as a hundred.
    assert_eq!(rule.refused(&world, &failure("trap")).code, "failure-recorded");
    rule.must(&world, &failure("budget-exceeded"));
    charter.must(&world, &failure("trap"));
    assert_eq!(charter.refused(&world, &on_failures("反复出错")).code, "charter-not-suspended");
    world.actor.capacity = Capacity::CouncilMember;
    assert_eq!(rule.refused(&world, &on_failures("反复出错")).code, "not-for-the-joint-committees");
    world.actor.capacity = Capacity::JointCommitteeMember;
    rule.must(&world, &on_failures("反复出错"));
    assert_eq!(rule.rule().standing(world.today), Standing::Suspended);
    // In force all the same (R9): a matter opened now keeps it, and each step names it as left out while this runs (R23).
    assert_eq!(Pins::on(world.today, &[life(&rule)]).rules, vec![rule.rule().pin()]);
    assert_eq!(rule.rule().standing(yishi_law::days::add_days(TODAY, 19)), Standing::InForce);
    assert_eq!(rule.refused(&world, &on_failures("反复出错")).code, "not-in-force");
    world.later(5);
    assert!(rule.rule().is_suspended(world.today));
    rule.must(&world, &RuleCommand::Resume { reasons: doc("已修复") });
    assert!(!rule.rule().is_suspended(world.today));
    assert_eq!(rule.rule().standing(world.today), Standing::InForce);
    assert_eq!(rule.refused(&world, &RuleCommand::Resume { reasons: doc("x") }).code, "not-suspended");
    // What has been dealt with is no ground for another suspension.
    assert_eq!(rule.refused(&world, &on_failures("旧账")).code, "no-recorded-failure");

    // A charter gives way to another on a day; matters opened before keep it.
    let next = yishi_law::days::add_days(world.today, 10);
    let early = RuleCommand::Supersede { by: rule_id(3), on: TODAY };
    assert_eq!(charter.refused(&world, &early).code, "ends-before-it-begins");
    charter.must(&world, &RuleCommand::Supersede { by: rule_id(3), on: next });
    let lives = [life(&rule), life(&charter)];
    let pins = |on| Pins::on(on, &lives);
    assert_eq!(pins(world.today).charter, Some(charter.rule().pin()));
    assert_eq!(pins(next).charter, None);
    assert_eq!(pins(next).rules, vec![rule.rule().pin()]);
}

/// R37: the town's order names the clause and the article it breaks, or suspends nothing; the town lifts it.
#[test]
fn a_town_suspends_by_an_order_that_names_the_article() {
    let mut world = World::village(TODAY);
    let mut rule = promulgated(&world, 1, RuleKind::VillageRegulation, "customs");
    world.later(20);
    let order = |clause: &str, article: &str| RuleCommand::Suspend {
        ground: SuspensionGround::TownOrder {
            clause: clause.to_owned(),
            breaks: yishi_law::Authority::Statute {
                text: "villagers-committee-organic-law-2025".to_owned(),
                floor: "V7".parse().expect("an id"),
                article: article.to_owned(),
            },
        },
        reasons: doc("责令改正"),
    };
    world.law_date = world.today;
    assert_eq!(rule.refused(&world, &order("3", "31")).code, "not-the-town");
    world.actor.capacity = Capacity::TownAdmin;
    assert_eq!(rule.refused(&world, &order("3", "999")).code, "order-names-no-article");
    assert_eq!(rule.refused(&world, &order("", "31")).code, "order-names-no-article");
    rule.must(&world, &order("3", "31"));
    world.actor.capacity = Capacity::JointCommitteeMember;
    assert_eq!(rule.refused(&world, &RuleCommand::Resume { reasons: doc("x") }).code, "not-the-town");
    world.actor.capacity = Capacity::TownAdmin;
    rule.must(&world, &RuleCommand::Resume { reasons: doc("已改正") });
    assert_eq!(rule.rule().standing(world.today), Standing::InForce);
}

/// It ended with the minutes of any assembly of a later day, so that the sitting had to do without the rule it should have
/// voted with. It ends when the body that adopted it opens its next sitting, on the same day too.
#[test]
fn a_suspension_lasts_until_the_adopting_body_opens_its_next_sitting() {
    for wait in [0, 30] {
        let mut world = World::village(TODAY);
        let mut rule = promulgated(&world, 1, RuleKind::ImplementationRule, "clean-home");
        world.later(20);
        rule.must(&world, &failure("trap"));
        rule.must(&world, &on_failures("反复出错"));
        world.later(wait);
        let opens = |body| RuleCommand::EndSuspension { body, meeting: meeting_id(7) };
        for body in [BodyKind::RepresentativeAssembly, BodyKind::Council] {
            assert_eq!(rule.refused(&world, &opens(body)).code, "not-suspended", "{body:?}");
        }
        rule.must(&world, &opens(BodyKind::ResidentsAssembly));
        assert_eq!(rule.rule().standing(world.today), Standing::InForce);
        assert_eq!(rule.rule().suspended_since(world.today), None);
        assert_eq!(rule.refused(&world, &opens(BodyKind::ResidentsAssembly)).code, "not-suspended");
    }
}

fn life(log: &RuleLog) -> Life {
    let rule = log.rule();
    rule.life(Words::new(format!("{}（第{}号）", rule.name, rule.id), rule.name.clone()))
}

/// An implementing rule named the charter as what it replaces, was adopted by the representatives, and ended it.
#[test]
fn a_rule_replaces_only_a_rule_of_its_own_kind() {
    let mut world = World::village(TODAY);
    let charter = life(&promulgated(&world, 1, RuleKind::Charter, "charter"));
    let rule = life(&promulgated(&world, 2, RuleKind::ImplementationRule, "clean-home"));
    world.later(20);
    let (charter_id, rule_id, other) = (charter.id, rule.id, rule_id(99));
    let lives = [charter, rule];
    let register = Register::new(&lives);
    let replaced = |kind, name: &str, said| {
        register
            .replaced_by(kind, name, said)
            .map(|old| old.map(|old| old.id))
            .map_err(|refusal| refusal.code)
    };
    assert_eq!(
        replaced(RuleKind::ImplementationRule, "clean-home", Some(charter_id)),
        Err("replaces-another-kind"),
    );
    assert_eq!(replaced(RuleKind::Charter, "charter", Some(rule_id)), Err("replaces-another-kind"));
    assert_eq!(replaced(RuleKind::Charter, "anything", None), Ok(Some(charter_id)));
    assert_eq!(replaced(RuleKind::ImplementationRule, "clean-home", None), Ok(Some(rule_id)));
    assert_eq!(replaced(RuleKind::ImplementationRule, "drains", None), Ok(None));
    // Another name only where the draft says so, and never beside a standing text of its own name.
    assert_eq!(replaced(RuleKind::ImplementationRule, "drains", Some(rule_id)), Ok(Some(rule_id)));
    assert_eq!(replaced(RuleKind::VillageRegulation, "clean-home", None), Ok(None));
    assert_eq!(replaced(RuleKind::ImplementationRule, "drains", Some(other)), Err("nothing-to-replace"));
}

/// Two drafts under one charter were both adopted, and both charters stood "in force".
#[test]
fn exactly_one_charter_is_in_force_on_any_day() {
    let mut world = World::village(TODAY);
    let mut old = promulgated(&world, 1, RuleKind::Charter, "charter");
    world.later(20);
    let drafted = |n: u128, name: &str| {
        let mut log = RuleLog::default();
        let mut command = draft(n, RuleKind::Charter, name);
        if let RuleCommand::Draft { replaces, .. } = &mut command {
            *replaces = Some(rule_id(1));
        }
        log.must(&world, &command);
        log.must(&world, &consulted(version(name)));
        log
    };
    let (mut first, mut second) = (drafted(2, "charter-a"), drafted(3, "charter-b"));
    let adopt = |log: &mut RuleLog, name: &str| {
        log.must(
            &world,
            &RuleCommand::Voted { outcome: vote(&world, Subject::Charter, adopts(version(name)), 16, 4) },
        );
    };
    let code = |result: Result<_, Refusal>| result.map_err(|refusal| refusal.code);
    {
        let lives = [life(&old), life(&first), life(&second)];
        assert_eq!(code(Register::new(&lives).still_replaces(&lives[1])), Ok(()));
    }
    adopt(&mut first, "charter-a");
    {
        // The second is not voted while the first waits to be promulgated: refused by its name.
        let lives = [life(&old), life(&first), life(&second)];
        let refusal = Register::new(&lives).still_replaces(&lives[2]).expect_err("two of one");
        assert_eq!(refusal.code, "another-awaits-promulgation");
        assert!(refusal.message_zh.contains("charter-a"), "{}", refusal.message_zh);
    }
    let effective = yishi_law::days::add_days(world.today, 5);
    {
        let lives = [life(&old), life(&first)];
        let ends = Register::new(&lives).comes_into_force(&lives[1], effective, world.today);
        let ends: Vec<_> = ends.expect("it may begin").iter().map(|old| old.id).collect();
        assert_eq!(ends, [rule_id(1)]);
        // It cannot begin before what it replaces has begun: for those days there would be two.
        let early = Register::new(&lives).comes_into_force(&lives[1], TODAY, world.today);
        assert_eq!(code(early.map(|_| ())), Err("effective-before-replaced"));
    }
    first.must(&world, &RuleCommand::Promulgate { effective });
    old.must(&world, &RuleCommand::Supersede { by: rule_id(2), on: effective });
    let lives = [life(&old), life(&first), life(&second)];
    let register = Register::new(&lives);
    let refusal = register.still_replaces(&lives[2]).expect_err("its base has changed");
    assert_eq!(refusal.code, "replaces-changed");
    assert!(refusal.message_zh.contains("charter-a"), "{}", refusal.message_zh);
    // Even if it had been adopted meanwhile, it comes into force beside nobody.
    adopt(&mut second, "charter-b");
    assert_eq!(
        code(register.comes_into_force(&life(&second), effective, world.today).map(|_| ())),
        Err("replaces-changed")
    );
    let mut day = yishi_law::days::add_days(TODAY, 16);
    for _ in 0..40 {
        let standing = lives.iter().filter(|one| one.standing(day) == Standing::InForce).count();
        assert_eq!(standing, 1, "{day}");
        day = day.tomorrow().expect("a next day");
    }
}

/// A charter of January on paper ended the one voted here in spring, by the clerk and the town alone.
#[test]
fn what_was_voted_here_is_not_ended_by_a_paper_from_before() {
    let world = World::village(TODAY);
    let voted = life(&promulgated(&world, 1, RuleKind::Charter, "charter"));
    let lives = [voted.clone()];
    let january = date(2026, 1, 20);
    let refusal =
        Register::new(&lives).attested(RuleKind::Charter, "older", january, None).expect_err("voted here");
    assert_eq!(refusal.code, "attested-over-voted");
    assert!(refusal.message_zh.contains("charter"), "{}", refusal.message_zh);
    // Of two on paper the later one holds; the earlier one ended when the later began.
    let paper = |effective| Life { voted: false, effective: Some(effective), ..voted.clone() };
    let lives = [paper(january)];
    let after = |effective| {
        let found = Register::new(&lives).attested(RuleKind::Charter, "other", effective, None);
        found.map(|old| old.map(|old| old.id)).map_err(|refusal| refusal.code)
    };
    assert_eq!(after(date(2025, 5, 1)), Err("attested-is-older"));
    assert_eq!(after(january), Err("attested-is-older"));
    assert_eq!(after(date(2026, 2, 1)), Ok(Some(rule_id(1))));
    // Another kind, another text: nothing to do with it.
    let drains = Register::new(&lives).attested(RuleKind::ImplementationRule, "drains", january, None);
    assert_eq!(drains.map(|old| old.map(|old| old.id)).map_err(|refusal| refusal.code), Ok(None));
}

/// A text that the assembly adopted is not ended by a vote of the representatives, whoever authorised them for what.
#[test]
fn no_text_is_ended_by_a_lesser_body() {
    let mut world = World::urban(TODAY);
    let mut rule = promulgated(&world, 1, RuleKind::ImplementationRule, "clean-home");
    world.later(30);
    let question =
        Question { text: doc("废止"), version: doc("废止"), rule: None, repeals: Some(rule_id(1)) };
    let mut by_representatives = vote(&world, Subject::Rule, question, 16, 4);
    by_representatives.finding = finding(
        &world,
        &subjects(&[Subject::Rule]),
        BodyKind::RepresentativeAssembly,
        CountingMode::Persons,
        count(30, 20, 16, 4, 0),
    );
    let refusal = rule.refused(&world, &RuleCommand::Repeal { outcome: by_representatives });
    assert_eq!(refusal.code, "lesser-body");
    assert!(refusal.message_zh.contains("居民会议"), "{}", refusal.message_zh);
    rule.must(&world, &RuleCommand::Repeal { outcome: vote(&world, Subject::Rule, question, 16, 4) });

    // The same where it would end by being replaced: said when the matter is submitted, so that nobody votes in vain.
    let mut log = MatterLog::default();
    let mut proposal = proposal("新细则", yishi_law::MatterClass::Major, &[Subject::Rule]);
    proposal.rule = Some(version("clean-home-2"));
    log.must(&world, &suggest(&world, &[Subject::Rule]));
    log.must(&world, &MatterCommand::Propose { proposal });
    log.must(&world, &pass("新细则"));
    log.must(&world, &study("新细则", StudyOutcome::Recommended));
    world.ties.ends = Some(BodyKind::ResidentsAssembly);
    let to_representatives = submit("新细则", BodyKind::RepresentativeAssembly, Some(doc("授权")));
    assert_eq!(log.refused(&world, &to_representatives).code, "lesser-body");
    log.must(&world, &submit("新细则", BodyKind::ResidentsAssembly, None));
}

#[test]
fn a_vote_for_a_rule_is_no_vote_against_it() {
    let mut world = World::village(TODAY);
    let mut log = promulgated(&world, 1, RuleKind::ImplementationRule, "clean-home");
    world.later(30);
    let repeal = |question| RuleCommand::Repeal { outcome: vote(&world, Subject::Rule, question, 16, 4) };
    assert_eq!(log.refused(&world, &repeal(adopts(version("clean-home")))).code, "question-changed");
    let against =
        |id| Question { text: doc("废止"), version: doc("废止"), rule: None, repeals: Some(id) };
    assert_eq!(log.refused(&world, &repeal(against(rule_id(2)))).code, "question-changed");
    // It ends with the vote, as it began with one; the posting is a duty after it (R32).
    log.must(&world, &repeal(against(rule_id(1))));
    assert_eq!(log.rule().standing(world.today.yesterday().expect("a day before")), Standing::InForce);
    assert_eq!(log.rule().standing(world.today), Standing::Repealed);
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
        message: yishi_law::Words::new("本章程永不修改", "this charter is never changed"),
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
    log.must(&world, &MatterCommand::Resolve { outcome: passed.clone() });
    assert_eq!(log.stage(), "resolved");

    let mut new = RuleLog::default();
    new.must(&world, &draft(2, RuleKind::Charter, "charter-2"));
    new.must(&world, &consulted(version("charter-2")));
    new.must(&world, &RuleCommand::Voted { outcome: passed });
    new.must(&world, &RuleCommand::File { receipt: None });
    let effective = yishi_law::days::add_days(world.today, 16);
    new.must(&world, &RuleCommand::Promulgate { effective });
    let mut old = old;
    old.must(&world, &RuleCommand::Supersede { by: rule_id(2), on: effective });
    let lives = [life(&old), life(&new)];
    assert_eq!(Pins::on(effective, &lives).charter, Some(new.rule().pin()));
    // The running matter keeps what it opened with.
    assert_eq!(log.matter().pins.law_date, opened);
}

#[test]
fn refusal_codes_are_unique_and_kebab_case() {
    let all: Vec<&str> = yishi_deliberation::REFUSAL_CODES
        .iter()
        .chain(yishi_identity::bodies::REFUSAL_CODES)
        .chain(yishi_identity::roster::REFUSAL_CODES)
        .chain(yishi_identity::quota::REFUSAL_CODES)
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
