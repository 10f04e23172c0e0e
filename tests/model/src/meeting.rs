//! 会议与表决 (sittings and ballots): V1, V2, V6, R2, R5, R6, R8, R35, R46, R48.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::act::{Act, Base, Body, Choice, Hand, Label, Mode, Person};
use crate::matter::Stage;
use crate::people::Elector;
use crate::world::{No, World, refuse};

/// 会议阶段.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the words are the stages")]
pub enum Sitting {
    Convened,
    Open,
    Minuted,
    Cancelled,
}

/// 会议.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// Whose sitting.
    pub body: Body,
    /// How it is counted, fixed by the notice.
    pub mode: Mode,
    /// The day.
    pub held_on: Date,
    /// What is on it.
    pub agenda: Vec<Label>,
    /// How far it is.
    pub stage: Sitting,
    /// 主持人.
    pub presider: Option<Person>,
    /// R48: the roll, kept whole from the opening.
    pub roll: BTreeSet<Elector>,
    /// Who is in the room, each with the person who came.
    pub present: BTreeMap<Elector, Person>,
    /// R8: who is recused, by matter.
    pub recused: BTreeMap<Label, BTreeSet<Elector>>,
    /// Its ballots.
    pub ballots: BTreeMap<Label, Ballot>,
}

/// 表决.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ballot {
    /// On what.
    pub matter: Label,
    /// 无记名.
    pub secret: bool,
    /// Votes entered by name.
    pub votes: BTreeMap<Elector, Choice>,
    /// What it came to.
    pub result: Option<Outcome>,
}

/// 认定 (the figures of a closed ballot).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// 应到.
    pub in_office: u64,
    /// 回避.
    pub recused: u64,
    /// 实到: everybody in the room.
    pub in_the_room: u64,
    /// 赞成.
    pub yes: u64,
    /// 反对.
    pub no: u64,
    /// 弃权.
    pub abstain: u64,
    /// 废票.
    pub spoilt: u64,
    /// How many had to be there.
    pub quorum: u64,
    /// How many had to be for it.
    pub needed: u64,
    /// 通过.
    pub passed: bool,
}

/// 过半数: the least number that is more than half.
const fn more_than_half_of(all: u64) -> u64 {
    all / 2 + 1
}

/// 三分之二以上: the least number that is two thirds; of an empty body nobody is.
const fn two_thirds_of(all: u64) -> u64 {
    if all == 0 { 1 } else { (2 * all).div_ceil(3) }
}

impl World {
    /// The meeting a ballot belongs to.
    #[must_use]
    pub fn meeting_of(&self, ballot: Label) -> Option<Label> {
        self.meetings
            .iter()
            .find(|(_, meeting)| meeting.ballots.contains_key(&ballot))
            .map(|(&label, _)| label)
    }

    /// The ballot on a matter that is open, if one is.
    #[must_use]
    pub fn open_ballot_on(&self, matter: Label) -> Option<Label> {
        self.meetings.values().flat_map(|meeting| &meeting.ballots).find_map(|(&label, ballot)| {
            (ballot.matter == matter && ballot.result.is_none()).then_some(label)
        })
    }

    /// The meeting, announced or open, that has a matter on its agenda and is still to vote on it.
    #[must_use]
    pub fn open_agenda_with(&self, matter: Label) -> Option<Label> {
        self.meetings.iter().find_map(|(&label, meeting)| {
            let waits = matches!(meeting.stage, Sitting::Convened | Sitting::Open)
                && meeting.agenda.contains(&matter)
                && self.next_voter(matter) == Some(meeting.body)
                && !meeting.ballots.values().any(|ballot| ballot.matter == matter && ballot.result.is_some());
            waits.then_some(label)
        })
    }

    fn meeting(&self, label: Label) -> &Meeting {
        &self.meetings[&label]
    }

    fn meeting_mut(&mut self, label: Label) -> &mut Meeting {
        // `can_be_tried` has seen it.
        self.meetings.get_mut(&label).expect("the meeting is there")
    }

    /// R21: who convenes a body and presides over it. The council its chair; the assemblies the committee's chair, or where
    /// it has none a member that it names.
    #[must_use]
    pub fn convener(&self, body: Body) -> Option<Person> {
        let of = if body == Body::Council { Body::Council } else { Body::ResidentsCommittee };
        let held = || self.seats.iter().filter(|seat| seat.body == of && seat.held(self.today));
        let chair = held().find(|seat| seat.chair);
        let member = held().min_by_key(|seat| seat.person).filter(|_| of == Body::ResidentsCommittee);
        chair.or(member).map(|seat| seat.person)
    }

    pub(crate) fn convene(
        &mut self,
        label: Label,
        body: Body,
        mode: Mode,
        in_days: i16,
        agenda: &[Label],
        special: bool,
    ) -> Result<(), No> {
        let held_on = self.today.saturating_add(i64::from(in_days).days());
        if !matches!(body, Body::Council | Body::ResidentsAssembly | Body::RepresentativeAssembly) {
            refuse!("R31", "this body decides no matter by ballot");
        }
        if mode == Mode::Households && body != Body::ResidentsAssembly {
            refuse!("V6", "only the assembly is counted by households");
        }
        if in_days < 0 {
            refuse!("R46", "that day is past");
        }
        if agenda.is_empty() || agenda.iter().collect::<BTreeSet<_>>().len() != agenda.len() {
            refuse!("R46", "an agenda names what is voted on, each once");
        }
        if self.convener(body).is_none() {
            refuse!("R21", "nobody is in office who may convene it");
        }
        // R10 (a): civil dates at least so many days apart; special circumstances shorten both.
        let notice = if body == Body::ResidentsAssembly { 10 } else { 3 };
        if in_days < notice && !special {
            refuse!("R46", "notice too short");
        }
        for &matter in agenda {
            if self.next_voter(matter) != Some(body) {
                refuse!("R39", "its next step is not this body's vote");
            }
            if self.open_agenda_with(matter).is_some() {
                refuse!("R46", "it is on another agenda");
            }
            if body == Body::Council && self.matter(matter).charter.is_none() {
                refuse!("R5", "no charter declares the council's quorum and majority");
            }
        }
        // V5: where no representatives are elected the committee alone is no representative assembly.
        if body == Body::RepresentativeAssembly {
            refuse!("R33", "less than four fifths of it are representatives");
        }
        let same_day = |other: &Meeting| {
            other.body == body
                && other.held_on == held_on
                && matches!(other.stage, Sitting::Convened | Sitting::Open)
        };
        if self.meetings.values().any(same_day) {
            refuse!("R46", "one notice of a body for a day");
        }
        self.meetings.insert(
            label,
            Meeting {
                body,
                mode,
                held_on,
                agenda: agenda.to_vec(),
                stage: Sitting::Convened,
                presider: None,
                roll: BTreeSet::new(),
                present: BTreeMap::new(),
                recused: BTreeMap::new(),
                ballots: BTreeMap::new(),
            },
        );
        Ok(())
    }

    pub(crate) fn cancel(&mut self, label: Label) -> Result<(), No> {
        if self.meeting(label).stage != Sitting::Convened {
            refuse!("R46", "the doors have opened");
        }
        self.meeting_mut(label).stage = Sitting::Cancelled;
        Ok(())
    }

    pub(crate) fn open_meeting(&mut self, label: Label) -> Result<(), No> {
        let meeting = self.meeting(label);
        if meeting.stage != Sitting::Convened {
            refuse!("R48", "not announced, or past");
        }
        if meeting.held_on != self.today {
            refuse!("R48", "not the day");
        }
        let body = meeting.body;
        if self.meetings.values().any(|other| other.body == body && other.stage == Sitting::Open) {
            refuse!("R48", "a body sits once at a time");
        }
        let presider = self.convener(body);
        if presider.is_none() {
            refuse!("R21", "nobody is in office who may preside");
        }
        let roll = self.roll(meeting.body, meeting.mode, self.today);
        let meeting = self.meeting_mut(label);
        meeting.presider = presider;
        meeting.roll = roll;
        meeting.stage = Sitting::Open;
        Ok(())
    }

    /// R48: who comes and goes, and what is voted on, is of the day of the sitting.
    fn sits_today(&self, label: Label) -> Result<(), No> {
        let meeting = self.meeting(label);
        if meeting.stage != Sitting::Open {
            refuse!("R48", "it does not sit");
        }
        if meeting.held_on != self.today {
            refuse!("R48", "its day is over");
        }
        Ok(())
    }

    fn not_voting(&self, label: Label) -> Result<(), No> {
        if self.meeting(label).ballots.values().any(|ballot| ballot.result.is_none()) {
            refuse!("R2", "a ballot is open");
        }
        Ok(())
    }

    pub(crate) fn arrive(&mut self, label: Label, people: &[Person]) -> Result<(), No> {
        self.sits_today(label)?;
        self.not_voting(label)?;
        if people.is_empty() {
            refuse!("R48", "nobody is named");
        }
        let meeting = self.meeting(label);
        let mut coming = BTreeMap::new();
        for &person in people {
            let elector = self.elector(person, meeting.mode);
            // An adult of the household on the day; the roll of a body names its members.
            let may_come = meeting.mode == Mode::Persons || self.is_adult(person, meeting.held_on);
            if !meeting.roll.contains(&elector) || !may_come {
                refuse!("R48", "not on the roll");
            }
            if meeting.present.contains_key(&elector) || coming.insert(elector, person).is_some() {
                refuse!("R16", "there already");
            }
        }
        self.meeting_mut(label).present.extend(coming);
        Ok(())
    }

    pub(crate) fn leave(&mut self, label: Label, people: &[Person]) -> Result<(), No> {
        self.sits_today(label)?;
        self.not_voting(label)?;
        if people.is_empty() {
            refuse!("R48", "nobody is named");
        }
        let meeting = self.meeting(label);
        let mut going = BTreeSet::new();
        for person in people {
            match meeting.present.iter().find(|(_, who)| *who == person) {
                Some((&elector, _)) => going.insert(elector),
                None => refuse!("R48", "not there"),
            };
        }
        self.meeting_mut(label).present.retain(|elector, _| !going.contains(elector));
        Ok(())
    }

    /// V1, V2, V6, R5, R8: how many have to be there to vote on a matter.
    fn quorum(meeting: &Meeting, recused: u64) -> u64 {
        let base = meeting.roll.len() as u64;
        match (meeting.body, meeting.mode) {
            (Body::ResidentsAssembly, Mode::Persons) => more_than_half_of(base),
            (Body::ResidentsAssembly, Mode::Households) | (Body::RepresentativeAssembly, _) => {
                two_thirds_of(base)
            }
            // The council's is its own: the recused leave it.
            _ => more_than_half_of(base.saturating_sub(recused)),
        }
    }

    pub(crate) fn open_ballot(
        &mut self,
        label: Label,
        ballot: Label,
        matter: Label,
        recused: &[Person],
        secret: bool,
    ) -> Result<(), No> {
        self.sits_today(label)?;
        self.not_voting(label)?;
        let meeting = self.meeting(label);
        if !meeting.agenda.contains(&matter) {
            refuse!("R46", "not on the agenda");
        }
        if meeting.ballots.values().any(|ballot| ballot.matter == matter) {
            refuse!("R2", "voted on in this sitting");
        }
        self.ready_for(matter, meeting.body)?;
        let mut out = BTreeSet::new();
        for &person in recused {
            // R8: declared by the member. Somebody who is not there has declared nothing.
            match meeting.present.iter().find(|(_, who)| **who == person) {
                Some((&elector, _)) => out.insert(elector),
                None => refuse!("R8", "not in the room"),
            };
        }
        let recused = out.len() as u64;
        // R8: in a statutory quorum a recused member who is in the room attends; of the council's they are no part.
        let there = meeting.present.len() as u64 - if meeting.body == Body::Council { recused } else { 0 };
        if there < Self::quorum(meeting, recused) {
            refuse!("R2", "not quorate");
        }
        if recused > 0 && meeting.roll.len() as u64 - recused < Self::quorum(meeting, 0) {
            refuse!("R8", "fewer may vote than a quorum of all in office");
        }
        let meeting = self.meeting_mut(label);
        meeting.recused.insert(matter, out);
        meeting.ballots.insert(ballot, Ballot { matter, secret, votes: BTreeMap::new(), result: None });
        Ok(())
    }

    /// Who of those in the room may vote on a matter.
    fn voters(meeting: &Meeting, matter: Label) -> BTreeMap<Elector, Person> {
        let none = BTreeSet::new();
        let recused = meeting.recused.get(&matter).unwrap_or(&none);
        meeting
            .present
            .iter()
            .filter(|(elector, _)| !recused.contains(elector))
            .map(|(&elector, &person)| (elector, person))
            .collect()
    }

    pub(crate) fn vote(&mut self, ballot: Label, person: Person, choice: Choice) -> Result<(), No> {
        let Some(label) = self.meeting_of(ballot) else { refuse!("R48", "no such ballot") };
        let meeting = self.meeting(label);
        let open = &meeting.ballots[&ballot];
        if open.result.is_some() {
            refuse!("R48", "closed");
        }
        if meeting.held_on != self.today {
            refuse!("R48", "its day is over");
        }
        if open.secret {
            refuse!("R35", "the clerk enters nobody's choice");
        }
        let voters = Self::voters(meeting, open.matter);
        let Some((&elector, _)) = voters.iter().find(|(_, who)| **who == person) else {
            refuse!("R25", "not in the room, or recused")
        };
        if open.votes.contains_key(&elector) {
            refuse!("R41", "voted already");
        }
        if let Some(open) = self.meeting_mut(label).ballots.get_mut(&ballot) {
            open.votes.insert(elector, choice);
        }
        Ok(())
    }

    pub(crate) fn close_ballot(&mut self, ballot: Label, hand: Option<&Hand>) -> Result<(), No> {
        let Some(label) = self.meeting_of(ballot) else { refuse!("R48", "no such ballot") };
        let meeting = self.meeting(label);
        let open = &meeting.ballots[&ballot];
        if open.result.is_some() {
            refuse!("R48", "closed");
        }
        let voters = Self::voters(meeting, open.matter).len() as u64;
        let by_name = |choice| open.votes.values().filter(|&&vote| vote == choice).count() as u64;
        let (mut yes, mut no, mut abstain, mut spoilt) =
            (by_name(Choice::Yes), by_name(Choice::No), by_name(Choice::Abstain), 0);
        if let Some(hand) = hand {
            self.lawful_tellers(meeting, open.matter, &hand.tellers)?;
            yes += u64::from(hand.yes);
            no += u64::from(hand.no);
            abstain += u64::from(hand.abstain);
            spoilt += u64::from(hand.spoilt);
            if yes + no + abstain + spoilt + u64::from(hand.not_voting) != voters {
                refuse!("R41", "the papers are not as many as the people");
            }
            if self.today > meeting.held_on {
                refuse!("R48", "a count of the room is of its day, or comes with the minutes");
            }
        } else if yes + no + abstain != voters {
            refuse!("R41", "how the others voted, or that they did not, is not said");
        }
        let recused = meeting.recused.get(&open.matter).map_or(0, BTreeSet::len) as u64;
        let mut result = Outcome {
            in_office: meeting.roll.len() as u64,
            recused,
            in_the_room: meeting.present.len() as u64,
            yes,
            no,
            abstain,
            spoilt,
            quorum: Self::quorum(meeting, recused),
            needed: 0,
            passed: false,
        };
        result.needed = self.needed(meeting, open.matter, &result, voters);
        result.passed = result.yes >= result.needed;
        let (matter, passed) = (open.matter, result.passed);
        if let Some(open) = self.meeting_mut(label).ballots.get_mut(&ballot) {
            open.result = Some(result);
        }
        self.decided(matter, passed);
        Ok(())
    }

    /// V1, V2, V6: more than half of those attending who may vote (R8). R5: the council's base is the charter's.
    fn needed(&self, meeting: &Meeting, matter: Label, result: &Outcome, voters: u64) -> u64 {
        let charter = self.matter(matter).charter.and_then(|rule| self.rules.get(&rule));
        let base = match charter.map(|rule| rule.terms.base).filter(|_| meeting.body == Body::Council) {
            None | Some(Base::Present) => voters,
            Some(Base::InOffice) => result.in_office - result.recused,
            Some(Base::Cast) => result.yes + result.no,
        };
        more_than_half_of(base)
    }

    /// R35: two, present, of the roll, not recused, not the presider.
    fn lawful_tellers(&self, meeting: &Meeting, matter: Label, tellers: &[Person]) -> Result<(), No> {
        let tellers: BTreeSet<Person> = tellers.iter().copied().collect();
        if tellers.len() < 2 {
            refuse!("R35", "two tellers");
        }
        if meeting.presider.is_some_and(|presider| tellers.contains(&presider)) {
            refuse!("R35", "who presides does not count");
        }
        let voters: BTreeSet<Person> = Self::voters(meeting, matter).into_values().collect();
        let concerned =
            |teller: &Person| !voters.contains(teller) && meeting.present.values().any(|here| here == teller);
        let supervisors = self.in_office(Body::SupervisionCommittee, self.today);
        if tellers
            .iter()
            .any(|teller| concerned(teller) || !(voters.contains(teller) || supervisors.contains(teller)))
        {
            refuse!(
                "R35",
                "tellers are of the roll and there, or of the supervision body, and not concerned"
            );
        }
        Ok(())
    }

    pub(crate) fn adjourn(&mut self, label: Label) -> Result<(), No> {
        if self.meeting(label).stage != Sitting::Open {
            refuse!("R48", "it does not sit");
        }
        self.not_voting(label)?;
        self.meeting_mut(label).stage = Sitting::Minuted;
        Ok(())
    }

    /// What holds in every world, whatever was done.
    ///
    /// # Errors
    /// Which invariant does not.
    pub fn invariants(&self) -> Result<(), String> {
        let in_force = |rule: &crate::rule::Rule| rule.in_force(self.today);
        if self.rules.values().filter(|rule| in_force(rule)).count() > 1 {
            return Err("two charters in force on one day".to_owned());
        }
        for (label, meeting) in &self.meetings {
            for ballot in meeting.ballots.values() {
                let stage = self.matter(ballot.matter).stage;
                let agrees = match ballot.result {
                    None => meeting.stage == Sitting::Open && stage.undecided(),
                    Some(result) if result.passed => !stage.undecided() && stage != Stage::Rejected,
                    Some(_) => stage == Stage::Rejected,
                };
                if !agrees || stage == Stage::Withdrawn {
                    return Err(format!("meeting {label}: a ballot and its matter disagree ({stage:?})"));
                }
            }
            let again = self.meetings.iter().filter(|(_, other)| {
                other.body == meeting.body && other.stage == Sitting::Open && meeting.stage == Sitting::Open
            });
            if again.count() > 1 {
                return Err("a body sits twice at once".to_owned());
            }
        }
        for &matter in self.matters.keys() {
            let open = self.meetings.values().filter(|meeting| {
                matches!(meeting.stage, Sitting::Convened | Sitting::Open)
                    && meeting.agenda.contains(&matter)
                    && self.next_voter(matter) == Some(meeting.body)
            });
            if open.count() > 1 {
                return Err(format!("matter {matter} is on two open agendas"));
            }
        }
        Ok(())
    }
}
