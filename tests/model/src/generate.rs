//! 生成 (sequences of acts from a seed): mostly what the statute would let somebody do next, and at every place also
//! what it would not.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::act::{
    Act, Base, Body, Choice, Hand, Kind, Label, Mode, Person, Signers, Subject, Terms, Tried, Who,
};
use crate::matter::{Matter, Stage};
use crate::meeting::{Meeting, Sitting, votes};
use crate::people::{Elector, Settlement};
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
const MOST: usize = 44;

/// What kind of place the sequence of a seed is about.
#[must_use]
pub const fn settlement(seed: u64) -> Settlement {
    match seed % 5 {
        0 | 1 => Settlement::Hamlet,
        2 | 3 => Settlement::Village,
        _ => Settlement::Community,
    }
}

/// The sequence of a seed, in a world that is set up on this day.
#[must_use]
pub fn sequence(seed: u64, world: &World) -> Vec<Tried> {
    let mut dice = Dice::new(seed);
    let mut world = world.clone();
    let mut tried = Vec::new();
    for act in opening(&world, &mut dice) {
        step(&mut world, Tried { by: usual(&act), act }, &mut tried);
    }
    // Some sequences wander; most carry a matter or two through to the end.
    let wanders = dice.once_in(6);
    for _ in 0..LEAST + dice.below(MOST - LEAST + 1) {
        let strays = dice.once_in(if wanders { 1 } else { 6 });
        let act = if strays { draw(&world, &mut dice) } else { forward(&world, &mut dice) };
        let by = if strays || dice.once_in(4) { somebody(&world, &act, &mut dice) } else { usual(&act) };
        step(&mut world, Tried { by, act }, &mut tried);
    }
    tried
}

fn step(world: &mut World, next: Tried, tried: &mut Vec<Tried>) {
    match world.judge(next.by, &next.act) {
        Verdict::PassedOver => return,
        Verdict::Done(after) => *world = *after,
        Verdict::Refused(_) => {}
    }
    tried.push(next);
}

/// Who mostly does it.
const fn usual(act: &Act) -> Who {
    match act {
        Act::Confirm { .. } | Act::Reject { .. } | Act::Suspend { .. } | Act::Resume { .. } => Who::Town,
        _ => Who::Clerk,
    }
}

/// Who tries an act: half the time the usual one, and of the others mostly somebody who may.
fn somebody(world: &World, act: &Act, dice: &mut Dice) -> Who {
    if dice.once_in(2) {
        return usual(act);
    }
    let anybody = dice.once_in(3);
    let mut by = usual(act);
    for _ in 0..8 {
        by = match (dice.below(8), act) {
            (0, _) => [Who::Clerk, Who::Town, Who::City, Who::OtherTown, Who::Neighbour, Who::Visitor]
                [dice.below(6)],
            (1..=3, Act::Vote { person, .. } | Act::Recuse { person, .. }) => Who::Resident(*person),
            (1..=2, _) => Who::Resident(people(world, dice, 1)[0]),
            _ => {
                let seats: Vec<_> = world.seats.iter().filter(|seat| seat.held(world.today)).collect();
                dice.pick(&seats).map_or(Who::Clerk, |seat| Who::Resident(seat.person))
            }
        };
        if anybody || !matches!(world.judge(by, act), Verdict::Refused(no) if no.rule == "R21") {
            break;
        }
    }
    by
}

/// The bodies, and in most sequences a charter from before.
fn opening(world: &World, dice: &mut Dice) -> Vec<Act> {
    let elect = |body, people, years| Act::Elect { body, people, years, by_groups: true };
    let committee = if world.urban() { vec![1, 2, 4, 8, 10] } else { vec![1, 2, 4] };
    let mut acts = vec![
        elect(Body::ResidentsCommittee, committee, 5),
        elect(Body::PartyOrganization, vec![0, 3, 9], 5),
        elect(Body::Council, vec![5, 6, 7, 0, 3], 5),
    ];
    // Four fifths of all, where there are as many people.
    let representatives: Vec<Person> = match world.place {
        Settlement::Hamlet => Vec::new(),
        Settlement::Village => (6..18).collect(),
        Settlement::Community => (5..27).filter(|person| ![8, 10].contains(person)).collect(),
    };
    if !representatives.is_empty() && !dice.once_in(6) {
        acts.insert(1, elect(Body::RepresentativeAssembly, representatives, 0));
    }
    if dice.once_in(3) {
        acts.push(elect(Body::SupervisionCommittee, vec![9, 11, 12], 0));
    }
    if !dice.once_in(8) {
        acts.push(Act::Attest { rule: 0, days_before: 30, yes: 7, terms: terms(dice), kind: Kind::Charter });
        acts.push(Act::Confirm { rule: 0 });
    }
    if dice.once_in(3) {
        let kind = if dice.once_in(2) || world.urban() { Kind::Rule } else { Kind::VillageRegulation };
        acts.push(Act::Attest { rule: 1, days_before: 20, yes: 9, terms: terms(dice), kind });
        acts.push(Act::Confirm { rule: 1 });
    }
    acts
}

fn terms(dice: &mut Dice) -> Terms {
    let base = dice.pick(&[Base::InOffice, Base::Present, Base::Cast]).unwrap_or(Base::InOffice);
    Terms { base, posting_days: dice.pick(&[15, 15, 20]).unwrap_or(15) }
}

/// Of few kinds: to look a draft over takes its rule a thousand answers, which are kept.
fn drafted(dice: &mut Dice) -> Terms {
    if dice.once_in(2) {
        Terms { base: Base::InOffice, posting_days: 15 }
    } else {
        Terms { base: Base::Present, posting_days: 20 }
    }
}

/// The next act: three times in four one that the statute allows, if it is found in a few draws.
fn draw(world: &World, dice: &mut Dice) -> Act {
    let wanted = !dice.once_in(4);
    let mut act = any(world, dice);
    for _ in 0..12 {
        match world.judge(usual(&act), &act) {
            Verdict::Done(_) if wanted => break,
            Verdict::Refused(_) if !wanted => break,
            _ => act = any(world, dice),
        }
    }
    act
}

/// The next act that carries a matter, or the sitting on it, a step further.
fn forward(world: &World, dice: &mut Dice) -> Act {
    for _ in 0..24 {
        let act = if dice.once_in(10) { passing(world, dice) } else { towards(world, dice) };
        let gives_up = match &act {
            Act::Withdraw { .. } | Act::Lapse { .. } | Act::EndSeat { .. } => true,
            Act::Cancel { meeting } => world.meetings[meeting].sits_on >= world.today,
            _ => false,
        };
        if !gives_up && matches!(world.judge(usual(&act), &act), Verdict::Done(_)) {
            return act;
        }
    }
    draw(world, dice)
}

/// Time that passes; in the middle of a sitting none does.
fn passing(world: &World, dice: &mut Dice) -> Act {
    match sitting(world) {
        Some((label, meeting)) => in_the_room(world, label, meeting, dice),
        None => {
            // Often just as long as people are asked, or a notice is up.
            let asked =
                |matter: &Matter| Some(matter.consultations.last().filter(|last| !last.closed)?.until);
            let ends = world.matters.values().filter_map(asked).filter(|&last| last >= world.today).min();
            let days = ends.map_or(16, |last| last.since(world.today).map_or(0, |span| span.get_days()) + 1);
            let days = u16::try_from(days).unwrap_or(1);
            Act::Days { days: dice.pick(&[days, days, 1, 3, 20]).unwrap_or(1) }
        }
    }
}

fn sitting(world: &World) -> Option<(Label, &Meeting)> {
    let open = world.meetings.iter().find(|(_, meeting)| meeting.stage == Sitting::Open);
    open.map(|(&label, meeting)| (label, meeting))
}

/// What comes next: in the room if a sitting is open, at the door if one is called, else with a matter.
fn towards(world: &World, dice: &mut Dice) -> Act {
    if let Some((label, meeting)) = sitting(world) {
        return in_the_room(world, label, meeting, dice);
    }
    let called = world
        .meetings
        .iter()
        .find(|(_, meeting)| matches!(meeting.stage, Sitting::Convened | Sitting::Recessed));
    if let Some((&label, meeting)) = called {
        let days = meeting.sits_on.since(world.today).map_or(0, |span| span.get_days());
        return match u16::try_from(days) {
            Ok(0) => Act::OpenMeeting { meeting: label },
            Ok(days) => Act::Days { days },
            // Its day went by.
            Err(_) if meeting.stage == Sitting::Recessed => Act::Adjourn { meeting: label },
            Err(_) => Act::Cancel { meeting: label },
        };
    }
    if dice.once_in(30) {
        return on_rules(world, dice);
    }
    let waits: Vec<Label> =
        world.rules.iter().filter(|(_, rule)| rule.life == Life::Adopted).map(|(&label, _)| label).collect();
    if let Some(rule) = dice.pick(&waits)
        && dice.once_in(3)
    {
        return Act::Promulgate { rule, in_days: dice.pick(&[0, 1, 10]).unwrap_or(0) };
    }
    let open: Vec<Label> =
        world.matters.iter().filter(|(_, matter)| !matter.stage.over()).map(|(&label, _)| label).collect();
    let furthest = open.iter().copied().max_by_key(|&label| (world.matter(label).stage, !label));
    let matter = if dice.once_in(3) { dice.pick(&open) } else { furthest };
    match matter {
        Some(matter) if may_be_called(world, matter) && !dice.once_in(6) => call(world, matter, dice),
        Some(matter) if dice.once_in(30) => petition(matter, dice),
        Some(matter) => on_this_matter(world, matter, dice),
        None if dice.once_in(3) => on_rules(world, dice),
        None => suggest(world, dice),
    }
}

/// Whether its vote comes next, and people were asked about its text.
fn may_be_called(world: &World, matter: Label) -> bool {
    let found = world.matter(matter);
    let asked = found.consultations.last().is_some_and(|last| last.closed && last.text == found.text);
    asked && world.next_voter(matter).is_some()
}

/// The sitting that votes next on a matter, called in time.
fn call(world: &World, matter: Label, dice: &mut Dice) -> Act {
    let body = world.next_voter(matter).unwrap_or(Body::Council);
    let assembly = body == Body::ResidentsAssembly;
    Act::Convene {
        meeting: fresh(&world.meetings),
        body,
        mode: if assembly && dice.once_in(2) { Mode::Households } else { Mode::Persons },
        in_days: if assembly { 10 } else { 3 },
        agenda: vec![matter],
        special: false,
    }
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
            Body::RepresentativeAssembly,
            Body::ResidentsAssembly,
            Body::JointCommittees,
        ])
        .unwrap_or(Body::Council);
    let seats: Vec<_> = world.seats.iter().filter(|seat| seat.held(world.today)).collect();
    let person = people(world, dice, 1)[0];
    match dice.pick(&seats) {
        _ if dice.once_in(4) => match world.people[usize::from(person)].off {
            Some(_) => Act::BackOnRoll { person },
            None => Act::OffRoll { person, died: dice.once_in(3) },
        },
        Some(seat) if !dice.once_in(3) => Act::EndSeat { body: seat.body, person: seat.person },
        _ => {
            let count = 1 + dice.below(4);
            Act::Elect {
                body,
                people: people(world, dice, count),
                years: dice.pick(&[5, 0, 0, 3, 6]).unwrap_or(5),
                by_groups: !dice.once_in(3),
            }
        }
    }
}

fn subjects(world: &World, dice: &mut Dice) -> BTreeSet<Subject> {
    // What else a community may decide on is another law's business (U24, E1).
    if world.urban() {
        return dice.pick(&[Subject::General, Subject::General, Subject::Evaluation]).into_iter().collect();
    }
    let one = dice.pick(&[
        Subject::General,
        Subject::General,
        Subject::General,
        Subject::General,
        Subject::Planning,
        Subject::CollectiveFunds,
        Subject::Evaluation,
        Subject::Evaluation,
    ]);
    one.into_iter().collect()
}

fn levy(world: &World, dice: &mut Dice) -> bool {
    dice.once_in(8) && !world.urban()
}

fn suggest(world: &World, dice: &mut Dice) -> Act {
    Act::Suggest { matter: fresh(&world.matters), subjects: subjects(world, dice), levy: levy(world, dice) }
}

fn a_matter(world: &World, dice: &mut Dice) -> Option<Label> {
    let labels: Vec<Label> = world.matters.keys().copied().collect();
    // The newest is where most goes on.
    if dice.once_in(2) { labels.last().copied() } else { dice.pick(&labels) }
}

fn on_a_matter(world: &World, dice: &mut Dice) -> Act {
    let Some(matter) = a_matter(world, dice) else { return suggest(world, dice) };
    if dice.once_in(5) { out_of_turn(world, matter, dice) } else { on_this_matter(world, matter, dice) }
}

fn on_this_matter(world: &World, matter: Label, dice: &mut Dice) -> Act {
    let found = world.matter(matter);
    let days = dice.pick(&[15, 15, 20, 20, 7, 14]).unwrap_or(15);
    match found.stage {
        Stage::Suggested => Act::Propose {
            matter,
            subjects: if dice.once_in(3) { subjects(world, dice) } else { BTreeSet::new() },
            levy: levy(world, dice),
            major: dice.once_in(3),
        },
        Stage::Proposed => Act::Review { matter, pass: !dice.once_in(5) },
        Stage::Reviewed if found.major && dice.once_in(3) => consult(world, matter, dice),
        Stage::Reviewed if found.major => Act::Study { matter, recommended: !dice.once_in(5) },
        Stage::Reviewed => consult(world, matter, dice),
        Stage::Returned if found.returns > 0 && dice.once_in(3) => Act::PutToChair { matter },
        Stage::Returned => Act::Resubmit { matter, changed: !dice.once_in(5) },
        Stage::Studied if dice.once_in(3) => consult(world, matter, dice),
        Stage::Studied => {
            let represented = world.seats.iter().any(|seat| seat.body == Body::RepresentativeAssembly);
            // Where there are no representatives, nothing put to them goes on.
            let often = if represented { Body::RepresentativeAssembly } else { Body::ResidentsAssembly };
            let to = [
                Some(Body::ResidentsAssembly),
                Some(Body::ResidentsAssembly),
                Some(Body::ResidentsAssembly),
                Some(often),
                Some(often),
                Some(often),
                Some(Body::RepresentativeAssembly),
                Some(Body::Council),
                None,
            ];
            Act::Deliberate { matter, authorised: dice.once_in(2), to: dice.pick(&to).flatten() }
        }
        Stage::JointlyDeliberated | Stage::Tabled if dice.once_in(2) => consult(world, matter, dice),
        Stage::Tabled => Act::Study { matter, recommended: !dice.once_in(3) },
        Stage::JointlyDeliberated => Act::Withdraw { matter },
        _ if found.filed && !found.acknowledged && dice.once_in(4) => Act::Acknowledge { matter },
        Stage::Resolved if dice.once_in(2) => Act::File { matter },
        Stage::Resolved | Stage::Filed => Act::Disclose { matter, days },
        Stage::DecisionDisclosed if dice.once_in(2) => Act::TakeDown { matter },
        Stage::DecisionDisclosed if found.adopts.is_some() && dice.once_in(3) => Act::File { matter },
        Stage::DecisionDisclosed => Act::Implement { matter },
        Stage::Implemented => Act::DiscloseOutcome { matter, days },
        Stage::OutcomeDisclosed if dice.once_in(3) => Act::TakeDown { matter },
        Stage::OutcomeDisclosed => Act::Complete { matter },
        Stage::Completed | Stage::Rejected | Stage::Withdrawn | Stage::Lapsed => {
            out_of_turn(world, matter, dice)
        }
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
fn out_of_turn(world: &World, matter: Label, dice: &mut Dice) -> Act {
    match dice.below(19) {
        0 => Act::Propose { matter, subjects: subjects(world, dice), levy: false, major: false },
        1 => Act::Review { matter, pass: true },
        2 => Act::Resubmit { matter, changed: true },
        3 => Act::Escalate { matter },
        4 => Act::OpenConsultation { matter, days: 5 },
        5 => Act::CloseConsultation { matter },
        6 => Act::Study { matter, recommended: true },
        7 => Act::Deliberate { matter, to: Some(Body::ResidentsAssembly), authorised: false },
        8 | 9 => petition(matter, dice),
        10 => Act::Withdraw { matter },
        11 => Act::Lapse { matter },
        12 => Act::File { matter },
        13 => Act::Disclose { matter, days: 20 },
        14 => Act::Implement { matter },
        15 => Act::PutToChair { matter },
        16 => Act::Acknowledge { matter },
        17 => Act::Repin { matter },
        _ => Act::Complete { matter },
    }
}

fn petition(matter: Label, dice: &mut Dice) -> Act {
    let (of, to) = dice
        .pick(&[
            (Signers::Residents, Body::ResidentsAssembly),
            (Signers::Residents, Body::ResidentsAssembly),
            (Signers::Representatives, Body::ResidentsAssembly),
            (Signers::Representatives, Body::RepresentativeAssembly),
            (Signers::Residents, Body::RepresentativeAssembly),
            (Signers::Households, Body::ResidentsAssembly),
        ])
        .unwrap_or((Signers::Residents, Body::ResidentsAssembly));
    let signatures = dice.pick(&[1, 2, 3, 3, 4, 14, 15, 22, 40]).unwrap_or(2);
    Act::Petition { matter, signatures, of, to }
}

fn on_rules(world: &World, dice: &mut Dice) -> Act {
    let waits = |life| world.rules.iter().filter(move |(_, rule)| rule.life == life).map(|(&label, _)| label);
    let adopted: Vec<Label> = waits(Life::Adopted).collect();
    let attested: Vec<Label> = waits(Life::Attested).collect();
    let all: Vec<Label> = world.rules.keys().copied().collect();
    let rule = fresh(&world.rules);
    let kind =
        dice.pick(&[Kind::Charter, Kind::Charter, Kind::Rule, Kind::VillageRegulation]).unwrap_or_default();
    let of_all = |dice: &mut Dice| dice.pick(&all).unwrap_or(0);
    match dice.below(9) {
        0..=2 if !adopted.is_empty() => Act::Promulgate {
            rule: dice.pick(&adopted).unwrap_or(0),
            in_days: dice.pick(&[-40, -1, 0, 0, 1, 10, 20]).unwrap_or(0),
        },
        3 if !attested.is_empty() => Act::Confirm { rule: dice.pick(&attested).unwrap_or(0) },
        3 if !all.is_empty() => Act::Repeal { rule: of_all(dice), matter: fresh(&world.matters) },
        4 if !attested.is_empty() => Act::Reject { rule: dice.pick(&attested).unwrap_or(0) },
        4 | 5 if !all.is_empty() => {
            let suspended = world.rules.iter().find(|(_, rule)| rule.suspended).map(|(&label, _)| label);
            match suspended {
                Some(rule) if !dice.once_in(3) => Act::Resume { rule },
                _ => Act::Suspend { rule: of_all(dice), order: !dice.once_in(4) },
            }
        }
        6 if !all.is_empty() && dice.once_in(2) => {
            let rule = of_all(dice);
            match dice.below(3) {
                0 => Act::Confirm { rule },
                1 => Act::Promulgate { rule, in_days: 0 },
                _ => Act::Resume { rule },
            }
        }
        7 => Act::Attest {
            rule,
            days_before: dice.pick(&[-5, 0, 1, 10, 30, 60]).unwrap_or(1),
            yes: dice.pick(&[4, 5, 9]).unwrap_or(5),
            terms: terms(dice),
            kind,
        },
        _ => Act::Draft {
            rule,
            matter: fresh(&world.matters),
            terms: drafted(dice),
            kind,
            replaces: if dice.once_in(4) { dice.pick(&all) } else { None },
        },
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
                let bodies = [
                    Body::Council,
                    Body::ResidentsAssembly,
                    Body::RepresentativeAssembly,
                    Body::ResidentsCommittee,
                    Body::PartyOrganization,
                    Body::SupervisionCommittee,
                    Body::JointCommittees,
                ];
                (label, dice.pick(&bodies).unwrap_or(Body::Council))
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
    let usual = match body {
        Body::ResidentsAssembly => 10,
        Body::Council | Body::RepresentativeAssembly => 3,
        _ => 1,
    };
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
    let announced: Vec<(Label, &Meeting)> =
        waiting(Sitting::Convened).chain(waiting(Sitting::Recessed)).collect();
    if let Some((label, meeting)) = dice.pick(&announced) {
        return match meeting.sits_on.since(world.today).map_or(0, |span| span.get_days()) {
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
    if meeting.sits_on < world.today && !dice.once_in(4) {
        return Act::Adjourn { meeting: label };
    }
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
            5 => out_of_turn(world, found.matter, dice),
            6 => Act::Adjourn { meeting: label },
            _ => Act::CloseBallot { ballot, hand: hand(world, meeting, ballot, dice) },
        };
    }
    let waiting: Vec<Label> = meeting
        .agenda
        .iter()
        .copied()
        .filter(|matter| !meeting.ballots.values().any(|ballot| ballot.matter == *matter))
        .collect();
    let missing: Vec<Elector> =
        meeting.roll.keys().copied().filter(|elector| !meeting.present.contains_key(elector)).collect();
    if (waiting.is_empty() || !votes(meeting.body)) && !dice.once_in(4) {
        return Act::Adjourn { meeting: label };
    }
    if !missing.is_empty() && (meeting.present.is_empty() || dice.once_in(4)) {
        let come = missing.len() - if dice.once_in(2) { 0 } else { dice.below(missing.len()) };
        let people = missing.iter().take(come).map(|&elector| comes_for(meeting, elector)).collect();
        return Act::Arrive { meeting: label, people };
    }
    match dice.below(12) {
        0 => Act::Arrive { meeting: label, people: people(world, dice, 1) },
        1 => Act::Leave { meeting: label, people: vec![voter(world, meeting, dice)] },
        2 if dice.once_in(2) => {
            Act::Recess { meeting: label, in_days: dice.pick(&[0, 1, 2, 7, 8]).unwrap_or(1) }
        }
        2 => Act::Adjourn { meeting: label },
        3 => on_bodies(world, dice),
        4 => Act::Recuse {
            meeting: label,
            matter: dice.pick(&meeting.agenda).unwrap_or(0),
            person: voter(world, meeting, dice),
        },
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
fn comes_for(meeting: &Meeting, elector: Elector) -> Person {
    meeting.roll.get(&elector).and_then(|may_come| may_come.first()).copied().unwrap_or(0)
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
fn hand(world: &World, meeting: &Meeting, ballot: Label, dice: &mut Dice) -> Option<Hand> {
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
    // Mostly not the one who presides, nor who proposed it.
    if !dice.once_in(10) {
        let proposed_by = &world.matter(open.matter).proposed_by;
        voters.retain(|person| meeting.presider != Some(*person) && !proposed_by.contains(person));
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
