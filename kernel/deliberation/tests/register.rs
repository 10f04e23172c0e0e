//! Every order of acts on one name and on one charter, to a depth: drafts, votes on adoption and repeal, promulgation,
//! papers from before, suspension, and days going by. Whatever the order, there is never more than one text of what there
//! is one of, nothing but a vote to repeal leaves it without one, and what was voted comes into force or gives way to a later
//! vote.

mod support;

use std::collections::{HashSet, VecDeque};

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use support::*;
use yishi_deliberation::rule::{
    PaperAdoption, PaperLimits, RuleCommand, RuleKind, RuleStage, RuleVote, Standing, SuspensionGround,
};
use yishi_deliberation::{BallotOutcome, Life, Question, Refusal, Register, Rule};
use yishi_identity::Capacity;
use yishi_law::{BodyKind, CountingMode, Words};

const SET_UP: Date = date(2026, 3, 2);

/// What can be tried next.
#[derive(Debug, Clone, Copy)]
enum Act {
    Draft(usize),
    OpenVote(usize),
    OpenRepeal(usize),
    Close { vote: usize, passed: bool },
    Promulgate { rule: usize, after: i64 },
    Attest { rule: usize, on: Date },
    Confirm(usize),
    Reject(usize),
    Suspend(usize),
    Resume(usize),
    NextDay,
}

/// A community as far as its texts of one kind and name go.
#[derive(Clone)]
struct Place {
    kind: RuleKind,
    today: Date,
    rules: Vec<Option<Rule>>,
    votes: Vec<RuleVote>,
}

/// Texts 0 to 2 are drafted here, 3 and 4 come from paper.
const DRAFTS: [usize; 3] = [0, 1, 2];
const PAPERS: [(usize, Date); 2] = [(3, date(2026, 1, 20)), (4, date(2026, 2, 3))];

impl Place {
    fn new(kind: RuleKind) -> Self {
        Self { kind, today: SET_UP, rules: vec![None; 5], votes: Vec::new() }
    }

    fn lives(&self) -> Vec<Life> {
        let life = |rule: &Rule| rule.life(Words::new(rule.name.clone(), rule.name.clone()));
        self.rules.iter().flatten().map(life).collect()
    }

    fn id(rule: usize) -> yishi_identity::RuleId {
        rule_id(rule as u128 + 1)
    }

    fn version(rule: usize) -> yishi_deliberation::RuleVersion {
        version(&format!("text-{rule}"))
    }

    fn do_to(&mut self, rule: usize, command: &RuleCommand, capacity: Capacity) -> Result<(), Refusal> {
        let mut world = World::village(SET_UP);
        world.today = self.today;
        world.actor.capacity = capacity;
        if capacity == Capacity::TownAdmin {
            (world.actor.account, world.actor.person) = (Some(account(2)), None);
        }
        let state = self.rules[rule].take();
        let events = world.with(|ctx| Rule::decide(state.as_ref(), command, ctx));
        self.rules[rule] = state;
        for event in &events? {
            self.rules[rule] = Rule::evolve(self.rules[rule].take(), event);
        }
        Ok(())
    }

    fn index(id: yishi_identity::RuleId) -> usize {
        (0..5).find(|&rule| Self::id(rule) == id).expect("a rule of ours")
    }

    fn supersede(&mut self, by: usize, ends: Vec<yishi_identity::RuleId>, on: Date) -> Result<(), Refusal> {
        for old in ends {
            let command = RuleCommand::Supersede { by: Self::id(by), on };
            self.do_to(Self::index(old), &command, Capacity::Staff)?;
        }
        Ok(())
    }

    /// Does what the application does for this act, or leaves everything as it was.
    fn act(&self, act: Act) -> Result<Self, Refusal> {
        let mut next = self.clone();
        let lives = self.lives();
        let register = Register::new(&lives).during(&self.votes);
        let staff = Capacity::Staff;
        match act {
            Act::Draft(rule) => {
                let replaces = register.replaced_by(self.kind, "text", None)?.map(|old| old.id);
                let command = RuleCommand::Draft {
                    id: Self::id(rule),
                    kind: self.kind,
                    name: "text".to_owned(),
                    version: Self::version(rule),
                    manifest: doc("manifest"),
                    domains: Vec::new(),
                    replaces,
                };
                next.do_to(rule, &command, staff)?;
                let version = Self::version(rule);
                let consulted =
                    RuleCommand::Consulted { matter: matter_id(1), version, report: doc("report") };
                next.do_to(rule, &consulted, staff)?;
            }
            Act::OpenVote(rule) => {
                let draft = lives.iter().find(|life| life.id == Self::id(rule)).expect("a draft");
                register.still_replaces(draft)?;
                next.votes.push(RuleVote::Adopts(draft.id));
            }
            Act::OpenRepeal(rule) => {
                register.may_repeal(Self::id(rule))?;
                next.votes.push(RuleVote::Repeals(Self::id(rule)));
            }
            Act::Close { vote, passed } => match next.votes.remove(vote) {
                RuleVote::Adopts(id) => {
                    let rule = Self::index(id);
                    let command = RuleCommand::Voted { outcome: self.outcome(rule, passed, false) };
                    next.do_to(rule, &command, staff)?;
                }
                RuleVote::Repeals(_) if !passed => {}
                RuleVote::Repeals(id) => {
                    let rule = Self::index(id);
                    let begun = self.rules[rule].as_ref().and_then(|rule| rule.effective);
                    let command = RuleCommand::Repeal { outcome: self.outcome(rule, true, true) };
                    next.do_to(rule, &command, staff)?;
                    if begun.is_some_and(|began| self.today < began) {
                        for old in register.continue_without(id) {
                            let command = RuleCommand::Continue { without: id };
                            next.do_to(Self::index(old.id), &command, staff)?;
                        }
                    }
                }
            },
            Act::Promulgate { rule, after } => {
                let adopted = lives.iter().find(|life| life.id == Self::id(rule)).expect("an adopted text");
                let effective = adopted.adopted_on.expect("a day").saturating_add(after.days());
                let ends = register.comes_into_force(adopted, effective, self.today)?;
                next.do_to(rule, &RuleCommand::Promulgate { effective }, staff)?;
                next.supersede(rule, ends.iter().map(|old| old.id).collect(), effective)?;
            }
            Act::Attest { rule, on } => {
                let effective = on.saturating_add(1.day());
                register.attested(self.kind, "text", effective, None)?;
                let command = RuleCommand::Attest {
                    id: Self::id(rule),
                    kind: self.kind,
                    name: "text".to_owned(),
                    version: Self::version(rule),
                    manifest: doc("manifest"),
                    domains: Vec::new(),
                    adoption: PaperAdoption {
                        body: BodyKind::ResidentsAssembly,
                        mode: CountingMode::Persons,
                        on,
                        count: count(30, 20, 16, 4, 0),
                        minutes: doc("scan"),
                        effective,
                        authorisation: None,
                    },
                    limits: PaperLimits { set_up: SET_UP, in_office: 300, at_least: 0 },
                };
                next.do_to(rule, &command, staff)?;
            }
            Act::Confirm(rule) => {
                let id = Self::id(rule);
                let effective = lives.iter().find(|life| life.id == id).and_then(|life| life.effective);
                let effective = effective.expect("a day");
                let ends = register.attested(self.kind, "text", effective, Some(id))?;
                next.do_to(rule, &RuleCommand::ConfirmAttestation, Capacity::TownAdmin)?;
                next.supersede(rule, ends.iter().map(|old| old.id).collect(), effective)?;
            }
            Act::Reject(rule) => {
                let command = RuleCommand::RejectAttestation { reasons: doc("reasons") };
                next.do_to(rule, &command, Capacity::TownAdmin)?;
            }
            Act::Suspend(rule) => {
                let member = Capacity::JointCommitteeMember;
                let failed = RuleCommand::RecordFailure { gate: "check".to_owned(), code: "trap".to_owned() };
                next.do_to(rule, &failed, staff)?;
                let ground = SuspensionGround::RecordedFailures;
                next.do_to(rule, &RuleCommand::Suspend { ground, reasons: doc("reasons") }, member)?;
            }
            Act::Resume(rule) => {
                let command = RuleCommand::Resume { reasons: doc("reasons") };
                next.do_to(rule, &command, Capacity::JointCommitteeMember)?;
            }
            Act::NextDay => next.today = self.today.tomorrow().expect("a next day"),
        }
        Ok(next)
    }

    fn outcome(&self, rule: usize, passed: bool, repeals: bool) -> Box<BallotOutcome> {
        let world = World::village(SET_UP);
        let (yes, no) = if passed { (16, 4) } else { (4, 16) };
        let of = subjects(&[self.kind.subject()]);
        let counted = count(30, 20, yes, no, 0);
        Box::new(BallotOutcome {
            ballot: ballot_id(1),
            meeting: meeting_id(1),
            matter: matter_id(1),
            question: Question {
                text: doc("text"),
                version: doc("proposal"),
                rule: (!repeals).then(|| Self::version(rule)),
                repeals: repeals.then(|| Self::id(rule)),
            },
            finding: finding(&world, &of, BodyKind::ResidentsAssembly, CountingMode::Persons, counted),
        })
    }

    /// Everything whose turn it can be.
    fn acts(&self) -> Vec<Act> {
        let mut acts = vec![Act::NextDay];
        let stage = |rule: usize| self.rules[rule].as_ref().map(|rule| rule.stage);
        let voted_on = |vote: &RuleVote| self.votes.contains(vote);
        // Texts of one way are alike: the first that is free is as good as any.
        acts.extend(DRAFTS.into_iter().find(|&rule| stage(rule).is_none()).map(Act::Draft));
        for (rule, on) in PAPERS {
            match stage(rule) {
                None => acts.push(Act::Attest { rule, on }),
                Some(RuleStage::Attested) => acts.extend([Act::Confirm(rule), Act::Reject(rule)]),
                _ => {}
            }
        }
        for rule in 0..5 {
            match stage(rule) {
                Some(RuleStage::Consulted) if !voted_on(&RuleVote::Adopts(Self::id(rule))) => {
                    acts.push(Act::OpenVote(rule));
                }
                Some(RuleStage::Adopted) => {
                    acts.extend([0, 1, 3].map(|after| Act::Promulgate { rule, after }));
                }
                Some(RuleStage::Promulgated | RuleStage::Confirmed) => {
                    acts.push(Act::OpenRepeal(rule));
                    match self.rules[rule].as_ref().map(|rule| rule.standing(self.today)) {
                        Some(Standing::Suspended) => acts.push(Act::Resume(rule)),
                        Some(Standing::InForce) if self.kind != RuleKind::Charter => {
                            acts.push(Act::Suspend(rule));
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        for vote in 0..self.votes.len() {
            acts.extend([true, false].map(|passed| Act::Close { vote, passed }));
        }
        acts
    }

    /// What holds whatever was done.
    fn check(&self) {
        let lives = self.lives();
        let holds = |life: &Life, on| matches!(life.standing(on), Standing::InForce | Standing::Suspended);
        let mut before = 0;
        let mut day = date(2026, 1, 19);
        while day < self.today.saturating_add(8.days()) {
            let now = lives.iter().filter(|life| holds(life, day)).count();
            assert!(now <= 1, "{now} texts are in force on {day}");
            let repealed = lives.iter().any(|life| life.repealed == Some(day));
            assert!(now == 1 || before == 0 || repealed, "from {day} on none is in force");
            (before, day) = (now, day.tomorrow().expect("a next day"));
        }
        for life in lives.iter().filter(|life| life.stage == RuleStage::Adopted) {
            let rule = Self::index(life.id);
            let begins = (0..=8).any(|after| self.act(Act::Promulgate { rule, after }).is_ok());
            assert!(begins, "what was voted can never be promulgated: {life:?}");
        }
        for life in lives.iter().filter(|life| life.stage == RuleStage::Promulgated) {
            let by_a_vote = life.superseded.is_some_and(|(by, _)| DRAFTS.contains(&Self::index(by)));
            let ended = by_a_vote || life.repealed.is_some();
            let begins = life.effective.is_some_and(|from| holds(life, from));
            assert!(begins || ended, "it was voted and never begins: {life:?}");
        }
    }

    /// What tells one state from another: everything that decides, and nothing of who did it.
    fn key(&self) -> String {
        format!("{} {:?} {:?}", self.today, self.votes, self.lives())
    }
}

/// Walks every sequence of this many acts, each state once.
fn walk(kind: RuleKind, depth: usize) -> usize {
    let mut seen = HashSet::new();
    let mut waiting = VecDeque::from([(Place::new(kind), Vec::new())]);
    while let Some((place, path)) = waiting.pop_front() {
        for act in place.acts() {
            let Ok(next) = place.act(act) else { continue };
            if !seen.insert(next.key()) {
                continue;
            }
            let mut path = path.clone();
            path.push(act);
            let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| next.check()));
            assert!(checked.is_ok(), "after {path:?}");
            if path.len() < depth {
                waiting.push_back((next, path));
            }
        }
    }
    seen.len()
}

#[test]
fn no_order_of_acts_loses_a_charter_or_a_vote() {
    let states = walk(RuleKind::Charter, 7);
    assert!(states > 300, "only {states} states were seen");
}

#[test]
fn no_order_of_acts_loses_a_rule_or_a_vote() {
    let states = walk(RuleKind::VillageRegulation, 6);
    assert!(states > 300, "only {states} states were seen");
}

/// Two from their starting points, deeper: a charter is in force, and the second of two votes runs on what the first decided.
#[test]
fn a_text_that_has_not_begun_is_replaced_or_repealed_by_a_later_vote() {
    let acts = |place: Place, acts: &[Act]| {
        acts.iter().fold(place, |place, act| {
            place.act(*act).unwrap_or_else(|refusal| panic!("{act:?} was refused: {refusal}"))
        })
    };
    let (paper, on) = PAPERS[0];
    let passes = Act::Close { vote: 0, passed: true };
    let begun = acts(Place::new(RuleKind::Charter), &[Act::Attest { rule: paper, on }, Act::Confirm(paper)]);
    let far = acts(
        begun,
        &[Act::Draft(0), Act::OpenVote(0), passes, Act::Promulgate { rule: 0, after: 3 }, Act::Draft(1)],
    );
    let standing = |place: &Place, rule: usize, after: i64| {
        let rule = place.rules[rule].as_ref().expect("a rule");
        rule.standing(SET_UP.saturating_add(after.days()))
    };
    // Replaced before it began, from an earlier day: the one on paper ends on that day, and not on the later one.
    let replaced = acts(far.clone(), &[Act::OpenVote(1), passes, Act::Promulgate { rule: 1, after: 1 }]);
    assert_eq!(standing(&replaced, paper, 0), Standing::InForce);
    assert_eq!(standing(&replaced, paper, 1), Standing::Superseded);
    assert_eq!(standing(&replaced, 1, 1), Standing::InForce);
    assert_eq!(standing(&replaced, 0, 3), Standing::Superseded);
    replaced.check();
    // Repealed before it began: the one on paper goes on.
    let repealed = acts(far.clone(), &[Act::OpenRepeal(0), passes]);
    assert_eq!(standing(&repealed, 0, 3), Standing::Repealed);
    assert_eq!(standing(&repealed, paper, 30), Standing::InForce);
    repealed.check();
    // The later vote is repealed before it begins: what it replaced begins as it was voted, and the paper ends then.
    let both = acts(replaced, &[Act::OpenRepeal(1), passes]);
    assert_eq!(standing(&both, 1, 1), Standing::Repealed);
    assert_eq!(standing(&both, paper, 2), Standing::InForce);
    assert_eq!(standing(&both, 0, 3), Standing::InForce);
    both.check();
}

/// Each is refused by the name of what is under way, and never a matter of who was quicker.
#[test]
fn nothing_is_decided_against_a_vote_under_way() {
    let acts = |place: &Place, acts: &[Act]| {
        acts.iter().fold(place.clone(), |place, act| {
            place.act(*act).unwrap_or_else(|refusal| panic!("{act:?} was refused: {refusal}"))
        })
    };
    let code = |place: &Place, act| {
        let refusal = place.act(act).map(|_| ()).expect_err("refused");
        assert!(refusal.message_zh.contains("《text》"), "{}", refusal.message_zh);
        refusal.code
    };
    let [(first, january), (second, february)] = PAPERS;
    let (old, new) = (Act::Attest { rule: first, on: january }, Act::Attest { rule: second, on: february });
    let passes = Act::Close { vote: 0, passed: true };
    let charter = acts(&Place::new(RuleKind::Charter), &[old, Act::Confirm(first), new]);
    let voting = acts(&charter, &[Act::Draft(0), Act::Draft(1), Act::OpenVote(0)]);
    for act in [Act::Confirm(second), Act::OpenVote(1), Act::OpenRepeal(first)] {
        assert_eq!(code(&voting, act), "text-being-voted", "{act:?}");
    }
    let waiting = acts(&voting, &[passes]);
    assert_eq!(code(&waiting, Act::OpenVote(1)), "another-awaits-promulgation");
    assert_eq!(code(&waiting, Act::OpenRepeal(first)), "voted-text-waits");
    assert_eq!(code(&waiting, Act::Confirm(second)), "attested-over-voted");
    let repealing = acts(&charter, &[Act::Draft(0), Act::OpenRepeal(first)]);
    for act in [Act::Confirm(second), Act::OpenVote(0), Act::OpenRepeal(first)] {
        assert_eq!(code(&repealing, act), "text-being-voted", "{act:?}");
    }
    // At entry as at confirmation.
    let empty = acts(&Place::new(RuleKind::Charter), &[Act::Draft(0), Act::OpenVote(0)]);
    assert_eq!(code(&empty, old), "text-being-voted");
}

/// However it came about: a text that was voted is in force though what it was to replace was repealed, and though a paper
/// was confirmed in its way before papers had to wait.
#[test]
fn what_was_voted_comes_into_force_whatever_became_of_what_it_replaces() {
    let (paper, on) = PAPERS[0];
    let passes = Act::Close { vote: 0, passed: true };
    let mut place = Place::new(RuleKind::Charter);
    for act in [Act::Attest { rule: paper, on }, Act::Confirm(paper), Act::Draft(0), Act::OpenVote(0), passes]
    {
        place = place.act(act).expect("a step");
    }
    let mut gone = place.clone();
    let repeal = RuleCommand::Repeal { outcome: place.outcome(paper, true, true) };
    gone.do_to(paper, &repeal, Capacity::Staff).expect("the machine alone does not see the other");
    let promulgated = gone.act(Act::Promulgate { rule: 0, after: 0 }).expect("it begins");
    promulgated.check();

    let (later, on) = PAPERS[1];
    let mut crossed = Place::new(RuleKind::Charter);
    crossed = crossed.act(Act::Draft(0)).expect("a draft");
    crossed = crossed.act(Act::Attest { rule: later, on }).expect("a paper");
    crossed = crossed.act(Act::OpenVote(0)).expect("a vote");
    crossed
        .do_to(later, &RuleCommand::ConfirmAttestation, Capacity::TownAdmin)
        .expect("confirmed in its way");
    crossed = crossed.act(passes).expect("it passes");
    let begun = crossed.act(Act::Promulgate { rule: 0, after: 0 }).expect("it begins");
    assert_eq!(begun.rules[later].as_ref().map(|rule| rule.standing(SET_UP)), Some(Standing::Superseded));
    begun.check();
}
