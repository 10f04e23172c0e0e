//! 生成 (sequences of acts from a seed): mostly what the statute would let somebody do next, and at every place also
//! what it would not.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::act::{Act, Base, Body, Choice, Hand, Label, Mode, Person, Subject, Terms};
use crate::matter::Stage;
use crate::meeting::{Meeting, Sitting};
use crate::people::Elector;
use crate::rule::Life;
use crate::world::{Verdict, World};

/// One step of SplitMix64 (Steele, Lea and Flood 2014): the same numbers for the same seed, everywhere.
pub const fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Numbers drawn from a seed.
#[derive(Debug)]
pub struct Dice(u64);

impl Dice {
    /// For a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// One of so many, from 0.
    pub fn below(&mut self, count: usize) -> usize {
        let count = u64::try_from(count.max(1)).unwrap_or(1);
        usize::try_from(splitmix(&mut self.0) % count).unwrap_or(0)
    }

    /// Once in so many times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of these.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        if from.is_empty() { None } else { Some(from[self.below(from.len())]) }
    }

    fn small(&mut self, most: u8) -> u8 {
        u8::try_from(self.below(usize::from(most) + 1)).unwrap_or(0)
    }
}

/// How many acts a sequence has, the setting up not counted.
const LEAST: usize = 20;
const MOST: usize = 40;

/// The sequence of a seed, in a world that is set up on this day.
#[must_use]
pub fn sequence(seed: u64, world: &World) -> Vec<Act> {
    let mut dice = Dice::new(seed);
    let mut world = world.clone();
    let mut acts = Vec::new();
    for act in opening(&mut dice) {
        step(&mut world, act, &mut acts);
    }
    // Some sequences wander; most carry a matter or two through to the end.
    let wanders = dice.once_in(3);
    for _ in 0..LEAST + dice.below(MOST - LEAST + 1) {
        let act =
            if wanders || dice.once_in(5) { draw(&world, &mut dice) } else { forward(&world, &mut dice) };
        step(&mut world, act, &mut acts);
    }
    acts
}

fn step(world: &mut World, act: Act, acts: &mut Vec<Act>) {
    match world.judge(&act) {
        Verdict::PassedOver => return,
        Verdict::Done(next) => *world = *next,
        Verdict::Refused(_) => {}
    }
    acts.push(act);
}

/// The bodies, and in most sequences a charter from before.
fn opening(dice: &mut Dice) -> Vec<Act> {
    let mut acts = vec![
        Act::Elect { body: Body::ResidentsCommittee, people: vec![1, 2, 4], years: 5 },
        Act::Elect { body: Body::PartyOrganization, people: vec![0, 3, 9], years: 5 },
        Act::Elect { body: Body::Council, people: vec![5, 6, 7, 0, 3], years: 5 },
    ];
    if !dice.once_in(8) {
        acts.push(Act::Attest { rule: 0, days_before: 30, yes: 7, terms: terms(dice) });
        acts.push(Act::Confirm { rule: 0 });
    }
    acts
}

fn terms(dice: &mut Dice) -> Terms {
    let base = dice.pick(&[Base::InOffice, Base::Present, Base::Cast]).unwrap_or(Base::InOffice);
    Terms { base, posting_days: dice.pick(&[15, 15, 20]).unwrap_or(15) }
}

/// The next act: three times in four one that the statute allows, if it is found in a few draws.
fn draw(world: &World, dice: &mut Dice) -> Act {
    let wanted = !dice.once_in(4);
    let mut act = any(world, dice);
    for _ in 0..12 {
        match world.judge(&act) {
            Verdict::Done(_) if wanted => break,
            Verdict::Refused(_) if !wanted => break,
            _ => act = any(world, dice),
        }
    }
    act
}

/// The next act that carries the oldest open matter, or the sitting on it, a step further.
fn forward(world: &World, dice: &mut Dice) -> Act {
    let sits = world.meetings.values().any(|meeting| meeting.stage == Sitting::Open);
    for _ in 0..24 {
        let act = match dice.below(8) {
            0 if !sits => Act::Days { days: dice.pick(&[1, 3, 5, 16, 20]).unwrap_or(1) },
            1 | 2 if !sits => convene(world, dice),
            0..=5 => on_a_meeting(world, dice),
            _ => {
                let open = world.matters.iter().find(|(_, matter)| {
                    !matches!(
                        matter.stage,
                        Stage::Completed | Stage::Rejected | Stage::Withdrawn | Stage::Lapsed
                    )
                });
                match open {
                    Some((&matter, _)) => on_this_matter(world, matter, dice),
                    None if dice.once_in(3) => on_rules(world, dice),
                    None => suggest(world, dice),
                }
            }
        };
        let gives_up = matches!(
            act,
            Act::Withdraw { .. } | Act::Lapse { .. } | Act::Cancel { .. } | Act::EndSeat { .. }
        );
        if !gives_up && matches!(world.judge(&act), Verdict::Done(_)) {
            return act;
        }
    }
    draw(world, dice)
}

/// A label that nothing has yet, as long as there are few.
fn fresh<T>(taken: &std::collections::BTreeMap<Label, T>) -> Label {
    taken.keys().next_back().map_or(0, |last| last.saturating_add(1))
}

fn any(world: &World, dice: &mut Dice) -> Act {
    match dice.below(20) {
        0 | 1
            if dice.once_in(8) || !world.meetings.values().any(|meeting| meeting.stage == Sitting::Open) =>
        {
            Act::Days { days: dice.pick(&[1, 1, 2, 3, 3, 5, 10, 15, 16, 20, 30, 366]).unwrap_or(1) }
        }
        2 if dice.once_in(2) => on_bodies(world, dice),
        3 | 4 if world.matters.len() < 6 => suggest(world, dice),
        0..=9 => on_a_matter(world, dice),
        10 => on_rules(world, dice),
        11 | 12 => convene(world, dice),
        _ => on_a_meeting(world, dice),
    }
}

fn people(world: &World, dice: &mut Dice, count: usize) -> Vec<Person> {
    let all = world.people.len();
    (0..count).map(|_| Person::try_from(dice.below(all)).unwrap_or(0)).collect()
}

fn on_bodies(world: &World, dice: &mut Dice) -> Act {
    let body = dice
        .pick(&[
            Body::ResidentsCommittee,
            Body::PartyOrganization,
            Body::Council,
            Body::SupervisionCommittee,
            Body::ResidentsAssembly,
        ])
        .unwrap_or(Body::Council);
    let seats: Vec<_> = world.seats.iter().filter(|seat| seat.held(world.today)).collect();
    match dice.pick(&seats) {
        Some(seat) if !dice.once_in(3) => Act::EndSeat { body: seat.body, person: seat.person },
        _ => {
            let count = 1 + dice.below(4);
            Act::Elect {
                body,
                people: people(world, dice, count),
                years: dice.pick(&[5, 0, 0, 3, 6]).unwrap_or(5),
            }
        }
    }
}

fn subjects(dice: &mut Dice) -> BTreeSet<Subject> {
    let one = dice.pick(&[
        Subject::General,
        Subject::General,
        Subject::General,
        Subject::General,
        Subject::Planning,
        Subject::CollectiveFunds,
        Subject::Evaluation,
    ]);
    one.into_iter().collect()
}

fn suggest(world: &World, dice: &mut Dice) -> Act {
    Act::Suggest { matter: fresh(&world.matters), subjects: subjects(dice), levy: dice.once_in(8) }
}

fn a_matter(world: &World, dice: &mut Dice) -> Option<Label> {
    let labels: Vec<Label> = world.matters.keys().copied().collect();
    // The newest is where most goes on.
    if dice.once_in(2) { labels.last().copied() } else { dice.pick(&labels) }
}

fn on_a_matter(world: &World, dice: &mut Dice) -> Act {
    let Some(matter) = a_matter(world, dice) else { return suggest(world, dice) };
    if dice.once_in(5) { out_of_turn(matter, dice) } else { on_this_matter(world, matter, dice) }
}

fn on_this_matter(world: &World, matter: Label, dice: &mut Dice) -> Act {
    let found = world.matter(matter);
    let days = dice.pick(&[15, 15, 20, 20, 7, 14]).unwrap_or(15);
    match found.stage {
        Stage::Suggested => Act::Propose {
            matter,
            subjects: if dice.once_in(3) { subjects(dice) } else { BTreeSet::new() },
            levy: dice.once_in(8),
            major: dice.once_in(3),
        },
        Stage::Proposed => Act::Review { matter, pass: !dice.once_in(5) },
        Stage::Reviewed if found.major && dice.once_in(3) => consult(world, matter, dice),
        Stage::Reviewed if found.major => Act::Study { matter, recommended: !dice.once_in(5) },
        Stage::Reviewed => consult(world, matter, dice),
        Stage::Returned => Act::Resubmit { matter, changed: !dice.once_in(5) },
        Stage::Studied if dice.once_in(3) => consult(world, matter, dice),
        Stage::Studied => Act::Deliberate {
            matter,
            to: dice
                .pick(&[
                    Some(Body::ResidentsAssembly),
                    Some(Body::ResidentsAssembly),
                    Some(Body::ResidentsAssembly),
                    Some(Body::RepresentativeAssembly),
                    Some(Body::Council),
                    None,
                ])
                .flatten(),
        },
        Stage::JointlyDeliberated | Stage::Tabled if dice.once_in(2) => consult(world, matter, dice),
        Stage::Tabled => Act::Study { matter, recommended: !dice.once_in(3) },
        Stage::JointlyDeliberated => Act::Withdraw { matter },
        Stage::Resolved if dice.once_in(2) => Act::File { matter },
        Stage::Resolved | Stage::Filed => Act::Disclose { matter, days },
        Stage::DecisionDisclosed if dice.once_in(2) => Act::TakeDown { matter },
        Stage::DecisionDisclosed if found.adopts.is_some() && dice.once_in(3) => Act::File { matter },
        Stage::DecisionDisclosed => Act::Implement { matter },
        Stage::Implemented => Act::DiscloseOutcome { matter, days },
        Stage::OutcomeDisclosed if dice.once_in(3) => Act::TakeDown { matter },
        Stage::OutcomeDisclosed => Act::Complete { matter },
        Stage::Completed | Stage::Rejected | Stage::Withdrawn | Stage::Lapsed => out_of_turn(matter, dice),
    }
}

fn consult(world: &World, matter: Label, dice: &mut Dice) -> Act {
    let found = world.matter(matter);
    match found.consultations.last() {
        Some(last) if !last.closed => Act::CloseConsultation { matter },
        // Once on each text is enough, mostly.
        Some(last) if last.text == found.text && !dice.once_in(8) => convene(world, dice),
        _ => Act::OpenConsultation { matter, days: dice.pick(&[5, 10, 15]).unwrap_or(5) },
    }
}

/// Something that is seldom this matter's turn.
fn out_of_turn(matter: Label, dice: &mut Dice) -> Act {
    match dice.below(16) {
        0 => Act::Propose { matter, subjects: subjects(dice), levy: false, major: false },
        1 => Act::Review { matter, pass: true },
        2 => Act::Resubmit { matter, changed: true },
        3 => Act::Escalate { matter },
        4 => Act::OpenConsultation { matter, days: 5 },
        5 => Act::CloseConsultation { matter },
        6 => Act::Study { matter, recommended: true },
        7 => Act::Deliberate { matter, to: Some(Body::ResidentsAssembly) },
        8 | 9 => Act::Petition { matter, signatures: dice.pick(&[1, 2, 3, 14, 15, 40]).unwrap_or(2) },
        10 => Act::Withdraw { matter },
        11 => Act::Lapse { matter },
        12 => Act::File { matter },
        13 => Act::Disclose { matter, days: 20 },
        14 => Act::Implement { matter },
        _ => Act::Complete { matter },
    }
}

fn on_rules(world: &World, dice: &mut Dice) -> Act {
    let waits = |life| world.rules.iter().filter(move |(_, rule)| rule.life == life).map(|(&label, _)| label);
    let adopted: Vec<Label> = waits(Life::Adopted).collect();
    let attested: Vec<Label> = waits(Life::Attested).collect();
    let all: Vec<Label> = world.rules.keys().copied().collect();
    let rule = fresh(&world.rules);
    match dice.below(6) {
        0 | 1 if !adopted.is_empty() => Act::Promulgate {
            rule: dice.pick(&adopted).unwrap_or(0),
            in_days: dice.pick(&[-40, -1, 0, 0, 1, 10, 20]).unwrap_or(0),
        },
        2 if !attested.is_empty() => Act::Confirm { rule: dice.pick(&attested).unwrap_or(0) },
        3 if !attested.is_empty() => Act::Reject { rule: dice.pick(&attested).unwrap_or(0) },
        4 if !all.is_empty() && dice.once_in(2) => {
            let rule = dice.pick(&all).unwrap_or(0);
            if dice.once_in(2) { Act::Confirm { rule } } else { Act::Promulgate { rule, in_days: 0 } }
        }
        5 => Act::Attest {
            rule,
            days_before: dice.pick(&[-5, 0, 1, 10, 30, 60]).unwrap_or(1),
            yes: dice.pick(&[4, 5, 9]).unwrap_or(5),
            terms: terms(dice),
        },
        _ => Act::Draft { rule, matter: fresh(&world.matters), terms: terms(dice) },
    }
}

fn convene(world: &World, dice: &mut Dice) -> Act {
    let labels: Vec<Label> = world.matters.keys().copied().collect();
    let ready: Vec<(Label, Body)> =
        labels.iter().filter_map(|&label| Some((label, world.next_voter(label)?))).collect();
    let (first, body) = match dice.pick(&ready) {
        Some(found) if !dice.once_in(8) => found,
        _ => match dice.pick(&labels) {
            Some(label) => {
                (label, dice.pick(&[Body::Council, Body::ResidentsAssembly]).unwrap_or(Body::Council))
            }
            None => return suggest(world, dice),
        },
    };
    let mut agenda = vec![first];
    if dice.once_in(4) {
        let more = ready.iter().filter(|(label, with)| *with == body && *label != first);
        agenda.extend(more.map(|(label, _)| *label).take(1));
    }
    let household = body == Body::ResidentsAssembly && dice.once_in(2) || dice.once_in(20);
    let usual = if body == Body::Council { 3 } else { 10 };
    Act::Convene {
        meeting: fresh(&world.meetings),
        body,
        mode: if household { Mode::Households } else { Mode::Persons },
        in_days: dice.pick(&[usual, usual, usual, usual + 1, usual - 1, 0, -1]).unwrap_or(usual),
        agenda,
        special: dice.once_in(5),
    }
}

fn on_a_meeting(world: &World, dice: &mut Dice) -> Act {
    let waiting = |stage| {
        world
            .meetings
            .iter()
            .filter(move |(_, meeting)| meeting.stage == stage)
            .map(|(&label, meeting)| (label, meeting))
    };
    if let Some((label, meeting)) = waiting(Sitting::Open).next()
        && !dice.once_in(12)
    {
        return in_the_room(world, label, meeting, dice);
    }
    let announced: Vec<(Label, &Meeting)> = waiting(Sitting::Convened).collect();
    if let Some((label, meeting)) = dice.pick(&announced) {
        return match meeting.held_on.since(world.today).map_or(0, |span| span.get_days()) {
            _ if dice.once_in(12) => Act::Cancel { meeting: label },
            0 => Act::OpenMeeting { meeting: label },
            days if days > 0 && !dice.once_in(8) => Act::Days { days: u16::try_from(days).unwrap_or(1) },
            _ => Act::OpenMeeting { meeting: label },
        };
    }
    let all: Vec<Label> = world.meetings.keys().copied().collect();
    match dice.pick(&all) {
        Some(meeting) if dice.once_in(4) => match dice.below(4) {
            0 => Act::Cancel { meeting },
            1 => Act::OpenMeeting { meeting },
            2 => Act::Arrive { meeting, people: vec![5] },
            _ => Act::Adjourn { meeting },
        },
        _ => convene(world, dice),
    }
}

fn in_the_room(world: &World, label: Label, meeting: &Meeting, dice: &mut Dice) -> Act {
    let open = meeting.ballots.iter().find(|(_, ballot)| ballot.result.is_none());
    if let Some((&ballot, found)) = open {
        return match dice.below(12) {
            0..=4 => Act::Vote {
                ballot,
                person: voter(world, meeting, dice),
                choice: dice
                    .pick(&[Choice::Yes, Choice::Yes, Choice::No, Choice::Abstain])
                    .unwrap_or(Choice::Yes),
            },
            5 => out_of_turn(found.matter, dice),
            6 => Act::Adjourn { meeting: label },
            _ => Act::CloseBallot { ballot, hand: hand(meeting, ballot, dice) },
        };
    }
    let waiting: Vec<Label> = meeting
        .agenda
        .iter()
        .copied()
        .filter(|matter| !meeting.ballots.values().any(|ballot| ballot.matter == *matter))
        .collect();
    let missing: Vec<Elector> =
        meeting.roll.iter().copied().filter(|elector| !meeting.present.contains_key(elector)).collect();
    if waiting.is_empty() && !dice.once_in(4) {
        return Act::Adjourn { meeting: label };
    }
    if !missing.is_empty() && (meeting.present.is_empty() || dice.once_in(4)) {
        let come = missing.len() - if dice.once_in(2) { 0 } else { dice.below(missing.len()) };
        let people = missing.iter().take(come).map(|&elector| comes_for(world, elector)).collect();
        return Act::Arrive { meeting: label, people };
    }
    match dice.below(12) {
        0 => Act::Arrive { meeting: label, people: people(world, dice, 1) },
        1 => Act::Leave { meeting: label, people: vec![voter(world, meeting, dice)] },
        2 => Act::Adjourn { meeting: label },
        3 => on_bodies(world, dice),
        _ => {
            let labels: Vec<Label> = world.matters.keys().copied().collect();
            let matter = dice.pick(&waiting).or_else(|| dice.pick(&labels)).unwrap_or(0);
            let count = if dice.once_in(3) { 1 + dice.below(3) } else { 0 };
            let recused: BTreeSet<Person> = (0..count).map(|_| voter(world, meeting, dice)).collect();
            Act::OpenBallot {
                meeting: label,
                ballot: world
                    .meetings
                    .values()
                    .flat_map(|meeting| meeting.ballots.keys())
                    .max()
                    .map_or(0, |last| last.saturating_add(1)),
                matter,
                recused: recused.into_iter().collect(),
                secret: dice.once_in(4),
            }
        }
    }
}

/// Somebody of an elector.
fn comes_for(world: &World, elector: Elector) -> Person {
    match elector {
        Elector::Person(person) => person,
        Elector::Household(household) => {
            let of = world.people.iter().position(|resident| resident.household == household);
            of.and_then(|place| Person::try_from(place).ok()).unwrap_or(0)
        }
    }
}

/// Mostly somebody in the room.
fn voter(world: &World, meeting: &Meeting, dice: &mut Dice) -> Person {
    let here: Vec<Person> = meeting.present.values().copied().collect();
    match dice.pick(&here) {
        Some(person) if !dice.once_in(10) => person,
        _ => people(world, dice, 1)[0],
    }
}

/// A count of the papers of those who did not vote by name: mostly one that adds up.
fn hand(meeting: &Meeting, ballot: Label, dice: &mut Dice) -> Option<Hand> {
    if dice.once_in(6) {
        return None;
    }
    let open = &meeting.ballots[&ballot];
    let out = meeting.recused.get(&open.matter);
    let mut voters: Vec<Person> = meeting
        .present
        .iter()
        .filter(|(elector, _)| !out.is_some_and(|out| out.contains(elector)))
        .map(|(_, &person)| person)
        .collect();
    let all = u8::try_from(voters.len().saturating_sub(open.votes.len())).unwrap_or(0);
    let yes = if dice.once_in(2) { all } else { dice.small(all) };
    let no = dice.small(all - yes);
    let abstain = dice.small(all - yes - no);
    let spoilt = dice.small(all - yes - no - abstain);
    let slip = if dice.once_in(5) { dice.pick(&[1, 2]).unwrap_or(1) } else { 0 };
    // Mostly not the one who presides.
    if !dice.once_in(10) {
        voters.retain(|person| meeting.presider != Some(*person));
    }
    voters.reverse();
    voters.truncate(if dice.once_in(10) { 1 } else { 2 });
    Some(Hand {
        yes,
        no,
        abstain,
        spoilt,
        not_voting: all - yes - no - abstain - spoilt + slip,
        tellers: voters,
    })
}

/// The day every sequence of a fresh store begins.
///
/// # Panics
/// Never: the day exists.
#[must_use]
pub fn first_day() -> Date {
    jiff::civil::date(2026, 6, 1)
}
