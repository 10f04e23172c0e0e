//! What every test here needs: ids by number, texts by word, a village or an urban community on a given day.

#![expect(dead_code, reason = "each test binary uses its own part of this module")]

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;
use yishi_canonical::Digest;
use yishi_deliberation::matter::{
    DeliberationOpinion, MatterCommand, MatterEvent, ReviewOutcome, StudyOutcome,
};
use yishi_deliberation::meeting::{AgendaItem, MeetingCommand, MeetingEvent, RecusalGround};
use yishi_deliberation::{
    ActorRef, BallotOutcome, Context, Matter, Meeting, MeetingAct, Pins, Proposal, Question, Refusal,
    RuleFinding, RuleVersion, Tally, Ties,
};
use yishi_identity::policy::{Right, Who};
use yishi_identity::{
    AccountId, BallotId, Capacity, HouseholdId, MatterId, MeetingId, Person, PersonId, Registration, Roll,
    RuleId, Sex,
};
use yishi_law::days::HolidayCalendar;
use yishi_law::{
    Authority, BodyKind, Cited, CommunityKind, Count, CountingBase, CountingMode, Demands, Finding,
    FindingInput, FloorText, Law, MatterClass, Secrecy, Share, Subject, Terms, Threshold,
};
use yishi_words::Coded;

/// The right by which something is asked for; who has it is no business of the machines.
pub(crate) fn asked_for(act: MeetingAct) -> Right {
    Right { code: act.code(), family: <MeetingAct as Coded>::FAMILY, may: Who::any(&[]) }
}

pub(crate) fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(0x0197_a0b2_0000_7000_8000_0000_0000_0000 | n)
}

pub(crate) fn person(n: u128) -> PersonId {
    PersonId::from_uuid(uuid(n))
}

pub(crate) fn household(n: u128) -> HouseholdId {
    HouseholdId::from_uuid(uuid(n))
}

pub(crate) fn account(n: u128) -> AccountId {
    AccountId::from_uuid(uuid(n))
}

pub(crate) fn matter_id(n: u128) -> MatterId {
    MatterId::from_uuid(uuid(n))
}

pub(crate) fn meeting_id(n: u128) -> MeetingId {
    MeetingId::from_uuid(uuid(n))
}

pub(crate) fn ballot_id(n: u128) -> BallotId {
    BallotId::from_uuid(uuid(n))
}

pub(crate) fn rule_id(n: u128) -> RuleId {
    RuleId::from_uuid(uuid(n))
}

/// The digest of a document with this text.
pub(crate) fn doc(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}

pub(crate) fn version(name: &str) -> RuleVersion {
    RuleVersion { component: doc(&format!("{name}.wasm")), settings: doc(&format!("{name}.json")) }
}

pub(crate) fn subjects(of: &[Subject]) -> BTreeSet<Subject> {
    of.iter().copied().collect()
}

/// Nine in the morning in Asia/Shanghai.
pub(crate) fn morning(date: Date) -> Timestamp {
    date.at(9, 0, 0, 0)
        .to_zoned(jiff::tz::Offset::constant(8).to_time_zone())
        .expect("a time of day")
        .timestamp()
}

/// A place and a day, and everything a decision is given there.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) kind: CommunityKind,
    pub(crate) today: Date,
    /// The day whose law is handed in.
    pub(crate) law_date: Date,
    pub(crate) actor: ActorRef,
    pub(crate) terms: Terms,
    pub(crate) holidays: HolidayCalendar,
    pub(crate) findings: Vec<RuleFinding>,
    pub(crate) plugins: BTreeSet<Digest>,
    pub(crate) roll: Option<Roll>,
    pub(crate) ties: Ties,
}

impl World {
    pub(crate) fn new(kind: CommunityKind, today: Date) -> Self {
        Self {
            kind,
            today,
            law_date: today,
            actor: ActorRef { account: Some(account(1)), person: Some(person(1)), capacity: Capacity::Staff },
            terms: Terms::default(),
            holidays: HolidayCalendar::none(),
            findings: Vec::new(),
            plugins: BTreeSet::new(),
            roll: None,
            ties: Ties::default(),
        }
    }

    pub(crate) fn village(today: Date) -> Self {
        Self::new(CommunityKind::Village, today)
    }

    pub(crate) fn urban(today: Date) -> Self {
        Self::new(CommunityKind::Urban, today)
    }

    pub(crate) fn law(&self) -> &'static FloorText {
        Law::embedded().at(self.kind, self.law_date).expect("a law text for that day")
    }

    pub(crate) fn later(&mut self, days: u16) {
        self.today = yishi_law::days::add_days(self.today, days);
    }

    /// Does something with the context of this moment.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&Context<'_>) -> T) -> T {
        work(&Context {
            now: morning(self.today),
            actor: self.actor,
            terms: &self.terms,
            law: self.law(),
            holidays: &self.holidays,
            findings: &self.findings,
            plugins: &self.plugins,
            roll: self.roll.as_ref(),
            ties: self.ties,
        })
    }
}

/// What a charter declares for its council: quorum more than half of those in office, majority as given.
pub(crate) fn charter_terms(base: CountingBase) -> Terms {
    let by = Authority::Plugin {
        name: "village-charter".to_owned(),
        digest: doc("charter.wasm"),
        article: "Y5".to_owned(),
    };
    let half = Share::more_than(1, 2).expect("a share");
    Terms {
        quorum: Demands::one(Cited::new(half, by.clone())),
        passes: Demands::one(Cited::new(Threshold::new(half, base), by)),
        ..Terms::default()
    }
}

pub(crate) fn proposal(text: &str, class: MatterClass, of: &[Subject]) -> Proposal {
    Proposal {
        text: doc(text),
        subjects: subjects(of),
        domain: "environment".to_owned(),
        class,
        amount_fen: None,
        per_household_fen: None,
        form: None,
        rule: None,
        repeals: None,
    }
}

/// A matter and its stream.
#[derive(Clone, Default)]
pub(crate) struct MatterLog {
    pub(crate) state: Option<Matter>,
    pub(crate) events: Vec<MatterEvent>,
}

impl MatterLog {
    pub(crate) fn act(&mut self, world: &World, command: &MatterCommand) -> Result<(), Refusal> {
        let events = world.with(|ctx| Matter::decide(self.state.as_ref(), command, ctx))?;
        assert!(!events.is_empty(), "an accepted command leaves a trace");
        for event in &events {
            self.state = Matter::evolve(self.state.take(), event);
        }
        self.events.extend(events);
        Ok(())
    }

    pub(crate) fn must(&mut self, world: &World, command: &MatterCommand) {
        if let Err(refusal) = self.act(world, command) {
            panic!("{} was refused: {refusal}", command.act().code());
        }
    }

    pub(crate) fn refused(&self, world: &World, command: &MatterCommand) -> Refusal {
        self.clone().act(world, command).expect_err("the command should be refused")
    }

    pub(crate) fn matter(&self) -> &Matter {
        self.state.as_ref().expect("a matter")
    }

    pub(crate) fn stage(&self) -> &'static str {
        self.matter().stands().code()
    }
}

pub(crate) fn suggest(world: &World, of: &[Subject]) -> MatterCommand {
    MatterCommand::Suggest {
        id: matter_id(1),
        title: doc("title"),
        text: doc("suggestion"),
        domain: "environment".to_owned(),
        subjects: subjects(of),
        amount_fen: None,
        per_household_fen: None,
        pins: Pins { law_date: world.today, charter: None, rules: Vec::new() },
    }
}

pub(crate) fn pass(text: &str) -> MatterCommand {
    MatterCommand::Review { text: doc(text), outcome: ReviewOutcome::Pass }
}

pub(crate) fn send_back(text: &str) -> MatterCommand {
    MatterCommand::Review { text: doc(text), outcome: ReviewOutcome::Return { reasons: doc("reasons") } }
}

pub(crate) fn study(text: &str, outcome: StudyOutcome) -> MatterCommand {
    MatterCommand::StudyByParty { text: doc(text), outcome, record: doc("study") }
}

pub(crate) fn submit(text: &str, to: BodyKind, authorisation: Option<Digest>) -> MatterCommand {
    MatterCommand::DeliberateJointly {
        text: doc(text),
        opinion: DeliberationOpinion::Submit { to, authorisation },
        minutes: doc("joint minutes"),
    }
}

/// A finding over these counts, as a meeting would make it.
pub(crate) fn finding(
    world: &World,
    of: &BTreeSet<Subject>,
    body: BodyKind,
    mode: CountingMode,
    count: Count,
) -> Finding {
    Finding::compute(&FindingInput {
        floor: world.law(),
        law_date: world.law_date,
        subjects: of.clone(),
        body,
        mode,
        count,
        terms: world.terms.clone(),
        plugins: world.plugins.clone(),
        notice: None,
    })
    .expect("a finding")
}

/// A ballot's outcome on a proposal.
pub(crate) fn outcome(world: &World, proposal: &Proposal, body: BodyKind, count: Count) -> BallotOutcome {
    BallotOutcome {
        ballot: ballot_id(1),
        meeting: meeting_id(1),
        matter: matter_id(1),
        question: proposal.question(),
        finding: finding(world, &proposal.subjects, body, CountingMode::Persons, count),
    }
}

pub(crate) fn resolve(outcome: BallotOutcome) -> MatterCommand {
    MatterCommand::Resolve { outcome: Box::new(outcome) }
}

pub(crate) fn count(in_office: u64, present: u64, yes: u64, no: u64, abstain: u64) -> Count {
    Count { in_office, present, yes, no, abstain, ..Count::default() }
}

/// A meeting and its stream.
#[derive(Clone, Default)]
pub(crate) struct MeetingLog {
    pub(crate) state: Option<Meeting>,
    pub(crate) events: Vec<MeetingEvent>,
}

impl MeetingLog {
    pub(crate) fn act(&mut self, world: &World, command: &MeetingCommand) -> Result<(), Refusal> {
        let events = world.with(|ctx| Meeting::decide(self.state.as_ref(), command, ctx))?;
        for event in &events {
            self.state = Meeting::evolve(self.state.take(), event);
        }
        self.events.extend(events);
        Ok(())
    }

    pub(crate) fn must(&mut self, world: &World, command: &MeetingCommand) {
        if let Err(refusal) = self.act(world, command) {
            panic!("{} was refused: {refusal}", command.act().code());
        }
    }

    pub(crate) fn refused(&self, world: &World, command: &MeetingCommand) -> Refusal {
        self.clone().act(world, command).expect_err("the command should be refused")
    }

    pub(crate) fn meeting(&self) -> &Meeting {
        self.state.as_ref().expect("a meeting")
    }
}

/// The question that every agenda here announces.
pub(crate) fn question() -> Question {
    Question { text: doc("text"), version: doc("text"), rule: None, repeals: None }
}

pub(crate) fn convene(body: BodyKind, mode: CountingMode, held_on: Date) -> MeetingCommand {
    MeetingCommand::Convene {
        id: meeting_id(1),
        body,
        mode,
        held_on,
        hour: jiff::civil::time(9, 0, 0, 0),
        notice: doc("notice"),
        agenda: [1, 2].map(|n| AgendaItem { matter: matter_id(n), question: Some(question()) }).to_vec(),
        special_circumstances: None,
        make_up: None,
        convener: person(1),
        sittings: Vec::new(),
        on_agendas: BTreeMap::new(),
    }
}

/// Doors open; whoever presides is nobody who votes.
pub(crate) fn open() -> MeetingCommand {
    MeetingCommand::Open { presider: person(1), make_up: None, sittings: Vec::new() }
}

/// Somebody stands aside by their own word.
pub(crate) fn declare(matter: u128, who: u128) -> MeetingCommand {
    MeetingCommand::Recuse {
        matter: matter_id(matter),
        person: person(who),
        ground: RecusalGround::Declared { reason: doc("近亲属承包") },
    }
}

pub(crate) fn open_ballot(n: u128, matter: u128, world: &World, of: &[Subject]) -> MeetingCommand {
    MeetingCommand::OpenBallot {
        ballot: ballot_id(n),
        matter: matter_id(matter),
        question: question(),
        subjects: subjects(of),
        law_date: world.law_date,
        secrecy: Secrecy::Open,
        conditions: BTreeMap::new(),
    }
}

/// Votes cast by name.
pub(crate) fn close_ballot(n: u128, yes: u64, no: u64, abstain: u64) -> MeetingCommand {
    close_with_silent(n, [yes, no, abstain], 0)
}

/// Votes cast by name, for, against and abstaining, and how many are said not to have voted.
pub(crate) fn close_with_silent(n: u128, [yes, no, abstain]: [u64; 3], not_voting: u64) -> MeetingCommand {
    MeetingCommand::CloseBallot {
        ballot: ballot_id(n),
        cast: Tally { yes, no, abstain, spoilt: 0 },
        hand: None,
        not_voting,
        minutes: None,
        supervisors: BTreeSet::new(),
        proposers: BTreeSet::new(),
    }
}

/// `n` adults, each numbered, `per_household` to a household.
pub(crate) fn residents(n: u128, per_household: u128) -> BTreeMap<PersonId, Person> {
    (0..n)
        .map(|i| {
            let id = person(1000 + i);
            let someone = Person {
                id,
                name: format!("居民{i}"),
                birth_date: jiff::civil::date(1980, 1, 1),
                registration: if i % 7 == 0 { Registration::NonLocal } else { Registration::Local },
                household: household(1 + i / per_household),
                resident_since: jiff::civil::date(2010, 1, 1),
                party_member: i % 5 < 2,
                sex: if i % 2 == 0 { Sex::Female } else { Sex::Male },
                phone: None,
                off_roll: None,
            };
            (id, someone)
        })
        .collect()
}
