//! What hangs on a matter beside its steps: the sitting it is announced for, the ballot that is open on it, its filing, and the
//! figures that are one version with its text.

mod support;

use jiff::civil::{Date, date};
use support::*;
use yishi_deliberation::matter::{
    ConsultationForm, FiledWith, MatterCommand, Petition, Petitioners, ReviewOutcome, StudyOutcome,
};
use yishi_deliberation::{MeetingAct, OnAgenda, Proposal, Refusal, RuleFinding, Ties, Weight};
use yishi_identity::Capacity;
use yishi_law::{BodyKind, CommunityKind, CountingBase, MatterClass, Subject};

const TODAY: Date = date(2026, 3, 2);

/// An ordinary matter that waits for the council.
fn reviewed(world: &World) -> MatterLog {
    let mut log = MatterLog::default();
    log.must(world, &suggest(world, &[Subject::General]));
    let proposal = proposal("取缔小煤炉", MatterClass::Ordinary, &[Subject::General]);
    log.must(world, &MatterCommand::Propose { proposal });
    log.must(world, &pass("取缔小煤炉"));
    log
}

fn on_agenda(body: BodyKind, ballot: bool) -> Ties {
    let held_on = date(2026, 3, 9);
    let ballot = ballot.then(|| ballot_id(1));
    Ties { agenda: Some(OnAgenda { meeting: meeting_id(1), body, held_on, ballot }), ..Ties::default() }
}

fn petition_of(by: Petitioners, signatures: u64, of: u64) -> MatterCommand {
    let petition = Petition {
        to: BodyKind::ResidentsAssembly,
        by,
        signatures,
        of,
        record: doc("signatures"),
        checked_by: Some(person(70)),
    };
    MatterCommand::ForceConvening { petition, authorisation: None }
}

/// A matter was withdrawn while the vote on it ran: the finding said "passed", the matter "withdrawn".
#[test]
fn while_a_ballot_is_open_nothing_but_it_moves_the_matter() {
    let mut world = World::village(TODAY);
    world.terms = charter_terms(CountingBase::InOffice);
    let mut log = reviewed(&world);
    world.later(400);
    world.law_date = TODAY;
    world.ties = on_agenda(BodyKind::Council, true);
    let escalate = MatterCommand::Escalate { reasons: doc("重大") };
    let consult = MatterCommand::OpenConsultation {
        text: doc("取缔小煤炉"),
        form: ConsultationForm::Hearing,
        notice: doc("notice"),
        until: world.today,
    };
    let commands = [
        MatterCommand::Withdraw { reasons: doc("不办了") },
        MatterCommand::Lapse { reasons: doc("一年") },
        petition_of(Petitioners::Residents, 90, 100),
        escalate.clone(),
        consult,
    ];
    for command in &commands {
        let refusal = log.refused(&world, command);
        assert_eq!(refusal.code, "matter-being-voted", "{}", command.act().code());
        assert!(refusal.message_zh.contains("村民议事会"), "{}", refusal.message_zh);
        assert!(refusal.message_zh.contains("2026-03-09"), "{}", refusal.message_zh);
    }
    // Another ballot's outcome is no way round it; the ballot itself is.
    let passed = |n: u128| {
        let standing = log.matter().proposal.clone().expect("a proposal");
        let mut passed = outcome(&world, &standing, BodyKind::Council, count(11, 9, 8, 1, 0));
        passed.ballot = ballot_id(n);
        resolve(passed)
    };
    assert_eq!(log.refused(&world, &passed(2)).code, "matter-being-voted");
    let by_this_one = passed(1);

    // Announced, and not yet voted: nobody takes it back before the sitting, but what the law gives others at any time
    // takes it off that agenda.
    let mut announced = world.clone();
    announced.ties = on_agenda(BodyKind::Council, false);
    for command in &commands[..2] {
        let refusal = log.refused(&announced, command);
        assert_eq!(refusal.code, "matter-on-agenda", "{}", command.act().code());
        assert!(refusal.message_zh.contains("2026-03-09"), "{}", refusal.message_zh);
    }
    assert_eq!(log.matter().next_decided_by(), Some(BodyKind::Council));
    let mut contested = log.clone();
    contested.must(&announced, &escalate);
    assert_eq!(contested.matter().next_decided_by(), None);
    log.must(&world, &by_this_one);
    assert_eq!(log.stage(), "resolved");
}

/// The same for a matter that an assembly votes on: party study, petition, withdrawal and the rest wait for the count.
#[test]
fn a_tabled_matter_waits_for_its_ballot_too() {
    let mut world = World::village(TODAY);
    let mut log = reviewed(&world);
    log.must(&world, &petition_of(Petitioners::Residents, 10, 100));
    assert_eq!(log.matter().next_decided_by(), Some(BodyKind::ResidentsAssembly));
    world.ties = on_agenda(BodyKind::ResidentsAssembly, true);
    let study = study("取缔小煤炉", StudyOutcome::Recommended);
    let refusal = log.refused(&world, &study);
    assert_eq!(refusal.code, "matter-being-voted");
    assert!(refusal.message_zh.contains("村民会议"), "{}", refusal.message_zh);
    world.ties = on_agenda(BodyKind::ResidentsAssembly, false);
    log.must(&world, &study);
}

/// A returned proposal could be given the words "80,000 yuan" and keep the figure 40,000, and so stay ordinary.
#[test]
fn text_and_figures_are_one_version() {
    let mut world = World::village(TODAY);
    let mut log = MatterLog::default();
    log.must(&world, &suggest(&world, &[Subject::General]));
    let mut first = proposal("修路，共四万元", MatterClass::Ordinary, &[Subject::General]);
    first.amount_fen = Some(4_000_000);
    log.must(&world, &MatterCommand::Propose { proposal: first.clone() });
    let before = log.matter().proposal.as_ref().expect("a proposal").question();
    log.must(&world, &send_back("修路，共四万元"));
    // Nothing revised is no revision; one figure revised is.
    assert_eq!(
        log.refused(&world, &MatterCommand::Resubmit { proposal: first.clone() }).code,
        "text-unchanged",
    );
    let mut revised = first.clone();
    revised.amount_fen = Some(8_000_000);
    // The charter calls this sum major, and is asked of the figures as they now are.
    world.terms.class = Some(yishi_law::Cited::by(
        MatterClass::Major,
        [yishi_law::Authority::Ruling { id: "R5".to_owned() }],
    ));
    log.must(&world, &MatterCommand::Resubmit { proposal: revised.clone() });
    assert!(log.matter().is_major());
    let after = log.matter().proposal.as_ref().expect("a proposal").question();
    assert_eq!(before.text, after.text);
    assert_ne!(before, after, "a vote on one amount is no vote on another");
    // To call it ordinary again, or a levy of nothing, says nothing new.
    log.must(&world, &send_back("修路，共四万元"));
    let mut sham = revised.clone();
    sham.class = MatterClass::Ordinary;
    sham.per_household_fen = Some(0);
    assert_eq!(log.refused(&world, &MatterCommand::Resubmit { proposal: sham }).code, "text-unchanged");
    let changes: [fn(&mut Proposal); 4] = [
        |proposal| proposal.per_household_fen = Some(1),
        |proposal| proposal.class = MatterClass::Major,
        |proposal| proposal.subjects.extend([Subject::Planning]),
        |proposal| proposal.form = Some(doc("form")),
    ];
    for change in changes {
        let mut other = revised.clone();
        change(&mut other);
        assert_ne!(other.version(), revised.version());
    }
}

/// What was consulted on is the proposal with its figures: where a rule is adopted, another figure is another text.
#[test]
fn a_consultation_on_other_figures_does_not_count() {
    let mut world = World::village(TODAY);
    let mut log = MatterLog::default();
    let mut rule = proposal("新细则", MatterClass::Major, &[Subject::Rule]);
    rule.rule = Some(version("clean-home"));
    log.must(&world, &suggest(&world, &[Subject::Rule]));
    log.must(&world, &MatterCommand::Propose { proposal: rule.clone() });
    let consult = |world: &World| MatterCommand::OpenConsultation {
        text: doc("新细则"),
        form: ConsultationForm::Hearing,
        notice: doc("notice"),
        until: yishi_law::days::add_days(world.today, 10),
    };
    log.must(&world, &consult(&world));
    world.later(11);
    log.must(&world, &MatterCommand::CloseConsultation { report: doc("report"), comments: 2 });
    assert_eq!(log.matter().consultation_days(), 10);
    let back = ReviewOutcome::Return { reasons: doc("金额不对") };
    log.must(&world, &MatterCommand::Review { text: doc("新细则"), outcome: back });
    rule.amount_fen = Some(100);
    log.must(&world, &MatterCommand::Resubmit { proposal: rule.clone() });
    assert_eq!(log.matter().consultation_days(), 0);
    log.must(&world, &pass("新细则"));
    log.must(&world, &study("新细则", StudyOutcome::Recommended));
    log.must(&world, &submit("新细则", BodyKind::ResidentsAssembly, None));
    let ready = |log: &MatterLog| {
        world.with(|ctx| {
            log.matter().ready_for_ballot(
                asked_for(MeetingAct::OpenBallot),
                BodyKind::ResidentsAssembly,
                &rule.question(),
                ctx,
            )
        })
    };
    assert_eq!(ready(&log).map_err(|refusal: Refusal| refusal.code), Err("consultation-missing"));
}

/// An ordinary matter, decided by the council.
fn decided(world: &World) -> MatterLog {
    let mut log = reviewed(world);
    let standing = log.matter().proposal.clone().expect("a proposal");
    log.must(world, &resolve(outcome(world, &standing, BodyKind::Council, count(11, 9, 8, 1, 0))));
    log
}

/// The kernel wrote a receipt of the authority that nobody had given.
#[test]
fn a_receipt_is_the_receivers_or_there_is_none() {
    let mut world = World::village(TODAY);
    world.terms = charter_terms(CountingBase::InOffice);
    let mut log = decided(&world);
    let acknowledge = MatterCommand::AcknowledgeFiling { receipt: doc("已收到") };
    assert_eq!(log.refused(&world, &acknowledge).code, "illegal-transition");
    log.must(&world, &MatterCommand::File { with: FiledWith::JointCommittees, receipt: None });
    let filing = log.matter().filing.expect("handed in");
    assert!(!filing.has_receipt());
    // Whoever handed it in does not write the receipt, nor does the town for the joint committees.
    for capacity in [Capacity::Staff, Capacity::CouncilMember, Capacity::TownAdmin] {
        world.actor.capacity = capacity;
        assert_eq!(log.refused(&world, &acknowledge).code, "not-for-the-receiver", "{capacity:?}");
    }
    world.actor.capacity = Capacity::JointCommitteeMember;
    let mut acknowledged = log.clone();
    acknowledged.must(&world, &acknowledge);
    assert!(acknowledged.matter().filing.is_some_and(|filing| filing.acknowledged.is_some()));
    assert_eq!(acknowledged.refused(&world, &acknowledge).code, "illegal-transition");
    // It approves nothing, and is waited for by nobody: the decision is published either way.
    let disclose = MatterCommand::DiscloseDecision { notice: doc("notice"), from: TODAY, days: Some(15) };
    log.must(&world, &disclose);

    // A paper that came back is entered with the filing, and is shown as entered.
    let mut paper = decided(&world);
    paper.must(
        &world,
        &MatterCommand::File { with: FiledWith::JointCommittees, receipt: Some(doc("盖章回执")) },
    );
    assert!(
        paper.matter().filing.is_some_and(|filing| filing.has_receipt() && filing.acknowledged.is_none())
    );
}

/// R39: handed to the joint committees, then published; R32: for a rule the filing runs beside and holds nothing back.
#[test]
fn filing_is_first_for_the_council_and_beside_the_steps_for_a_rule() {
    let mut world = World::village(TODAY);
    world.terms = charter_terms(CountingBase::InOffice);
    let log = decided(&world);
    let disclose = MatterCommand::DiscloseDecision { notice: doc("notice"), from: TODAY, days: Some(15) };
    assert_eq!(log.refused(&world, &disclose).code, "illegal-transition");

    world.terms = yishi_law::Terms::default();
    let mut log = MatterLog::default();
    let mut rule = proposal("村规民约", MatterClass::Major, &[Subject::VillageRegulation]);
    rule.rule = Some(version("customs"));
    log.must(&world, &suggest(&world, &[Subject::VillageRegulation]));
    log.must(&world, &MatterCommand::Propose { proposal: rule.clone() });
    log.must(&world, &pass("村规民约"));
    log.must(
        &world,
        &MatterCommand::OpenConsultation {
            text: doc("村规民约"),
            form: ConsultationForm::Hearing,
            notice: doc("notice"),
            until: TODAY,
        },
    );
    world.later(1);
    log.must(&world, &MatterCommand::CloseConsultation { report: doc("report"), comments: 2 });
    log.must(&world, &study("村规民约", StudyOutcome::Recommended));
    log.must(&world, &submit("村规民约", BodyKind::ResidentsAssembly, None));
    log.must(
        &world,
        &resolve(outcome(&world, &rule, BodyKind::ResidentsAssembly, count(100, 60, 40, 5, 15))),
    );
    let posted = world.today;
    log.must(
        &world,
        &MatterCommand::DiscloseDecision { notice: doc("notice"), from: posted, days: Some(15) },
    );
    log.must(&world, &MatterCommand::Implement { by: BodyKind::ResidentsCommittee, evidence: doc("印发") });
    log.must(&world, &MatterCommand::DiscloseOutcome { notice: doc("notice"), from: posted, days: Some(15) });
    world.later(20);
    let refusal = log.refused(&world, &MatterCommand::Complete);
    assert_eq!(refusal.code, "filing-missing");
    log.must(&world, &MatterCommand::File { with: FiledWith::Town, receipt: None });
    assert_eq!(log.stage(), "outcome-disclosed", "filing is no step of its own here");
    log.must(&world, &MatterCommand::Complete);
}

/// A rule's "forbid" at filing or disclosure kept a decision from the people (R24).
#[test]
fn no_rule_holds_back_a_filing_or_a_disclosure() {
    let mut world = World::village(TODAY);
    world.terms = charter_terms(CountingBase::InOffice);
    let mut log = decided(&world);
    for weight in [Weight::Require, Weight::Forbid] {
        let by = vec![yishi_law::Authority::Ruling { id: "R5".to_owned() }];
        let message = yishi_law::Words::new("不许公开", "not to be disclosed");
        world.findings.push(RuleFinding { weight, code: "keep-quiet".to_owned(), message, by });
    }
    log.must(&world, &MatterCommand::File { with: FiledWith::JointCommittees, receipt: None });
    log.must(&world, &MatterCommand::DiscloseDecision { notice: doc("notice"), from: TODAY, days: Some(15) });
    // Carrying it out is another matter: there a rule is heeded.
    let implement = MatterCommand::Implement { by: BodyKind::ResidentsCommittee, evidence: doc("photo") };
    assert_eq!(log.refused(&world, &implement).code, "forbidden-by-rule");
    world.findings.clear();
    log.must(&world, &implement);
    world.findings.push(RuleFinding {
        weight: Weight::Forbid,
        code: "keep-quiet".to_owned(),
        message: yishi_law::Words::new("不许公开", "not to be disclosed"),
        by: vec![],
    });
    log.must(&world, &MatterCommand::DiscloseOutcome { notice: doc("notice"), from: TODAY, days: Some(15) });
}

/// Words that failed a clerk: whose signatures, which body decides.
#[test]
fn refusals_name_the_unit_and_the_body_that_decides() {
    let world = World::village(TODAY);
    let log = reviewed(&world);
    let few = log.refused(&world, &petition_of(Petitioners::Residents, 84, 842));
    assert_eq!(few.code, "petition-too-small");
    assert!(few.message_zh.contains("84人") && few.message_zh.contains("85人"), "{}", few.message_zh);

    let urban = World::new(CommunityKind::Urban, TODAY);
    let log = reviewed(&urban);
    let few = log.refused(&urban, &petition_of(Petitioners::Households, 9, 100));
    assert!(few.message_zh.contains("9户") && few.message_zh.contains("10户"), "{}", few.message_zh);
    assert!(!few.message_zh.contains('人') && few.message_en.contains("households"), "{}", few.message_zh);

    let mut charter = proposal("章程", MatterClass::Major, &[Subject::Charter]);
    charter.rule = Some(version("charter"));
    let mut log = MatterLog::default();
    log.must(&world, &suggest(&world, &[Subject::Charter]));
    log.must(&world, &MatterCommand::Propose { proposal: charter });
    log.must(&world, &pass("章程"));
    log.must(&world, &study("章程", StudyOutcome::Recommended));
    let refusal = log.refused(&world, &submit("章程", BodyKind::RepresentativeAssembly, Some(doc("授权"))));
    assert_eq!(refusal.code, "wrong-body");
    assert_eq!(refusal.message_zh, "这个事项不由村民代表会议决定，应由村民会议决定");
}
