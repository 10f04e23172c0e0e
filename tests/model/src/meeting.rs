//! 会议与表决 (sittings and ballots): V1, V2, V6, R2, R5, R6, R8, R35, R46, R48.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::act::{Base, Body, Choice, Hand, Kind, Label, Mode, Person, Who};
use crate::matter::Stage;
use crate::people::Elector;
use crate::world::{No, World, refuse};

/// 会议阶段.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the words are the stages")]
pub enum Sitting {
    Convened,
    Open,
    Recessed,
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
    /// The day of the notice.
    pub held_on: Date,
    /// R48: the day it sits on, another one after a recess.
    pub sits_on: Date,
    /// R33: whether the body was lawfully made up when its doors opened.
    pub lawful: bool,
    /// What is on it.
    pub agenda: Vec<Label>,
    /// How far it is.
    pub stage: Sitting,
    /// 主持人.
    pub presider: Option<Person>,
    /// R48: the roll, kept whole from the opening.
    pub roll: BTreeMap<Elector, BTreeSet<Person>>,
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

impl Sitting {
    /// Whether it is still to sit, or sits.
    const fn lasts(self) -> bool {
        matches!(self, Self::Convened | Self::Open | Self::Recessed)
    }
}

/// Which bodies decide by ballot (R31).
pub(crate) const fn votes(body: Body) -> bool {
    matches!(body, Body::Council | Body::ResidentsAssembly | Body::RepresentativeAssembly)
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
            let waits = meeting.stage.lasts()
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

    /// R21: who convenes a body and presides over it, when the clerk records it. The council its chair, the two committees
    /// together the party's secretary, the supervisors their head; the assemblies and the committee the committee's chair,
    /// the party organisation its secretary, or where there is none a member that they name.
    #[must_use]
    pub fn convener(&self, body: Body) -> Option<Person> {
        let of = Self::convening(body);
        let held = || self.seats.iter().filter(|seat| seat.body == of && seat.held(self.today));
        let chair = held().find(|seat| seat.chair);
        let member = held().min_by_key(|seat| seat.person).filter(|_| !Self::only_the_head(body));
        chair.or(member).map(|seat| seat.person)
    }

    /// 1.6: of which body they are.
    const fn convening(body: Body) -> Body {
        match body {
            Body::Council | Body::PartyOrganization | Body::SupervisionCommittee => body,
            Body::JointCommittees => Body::PartyOrganization,
            Body::ResidentsAssembly | Body::RepresentativeAssembly | Body::ResidentsCommittee => {
                Body::ResidentsCommittee
            }
        }
    }

    const fn only_the_head(body: Body) -> bool {
        matches!(body, Body::Council | Body::JointCommittees | Body::SupervisionCommittee)
    }

    /// Whether this person may convene the body and preside over it.
    fn may_preside(&self, person: Person, body: Body) -> bool {
        let of = Self::convening(body);
        let mut held = self.seats.iter().filter(|seat| seat.body == of && seat.held(self.today));
        held.any(|seat| seat.person == person && (seat.chair || !Self::only_the_head(body)))
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
        if mode == Mode::Households && body != Body::ResidentsAssembly {
            refuse!("V6", "only the assembly is counted by households");
        }
        if in_days < 0 {
            refuse!("R46", "that day is past");
        }
        if agenda.is_empty() || agenda.iter().collect::<BTreeSet<_>>().len() != agenda.len() {
            refuse!("R46", "an agenda names what is voted on, each once");
        }
        // R10 (a): civil dates at least so many days apart; special circumstances shorten both. What does not vote has none.
        let notice = match body {
            Body::ResidentsAssembly => 10,
            Body::RepresentativeAssembly | Body::Council => 3,
            _ => 0,
        };
        if in_days < notice && !special {
            refuse!("R46", "notice too short");
        }
        for &matter in agenda {
            // R31: these study, review and supervise whatever is not over.
            if !votes(body) {
                if self.matter(matter).stage.over() {
                    refuse!("R31", "it is over");
                }
                continue;
            }
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
        if body == Body::RepresentativeAssembly && !self.representatives_stand() {
            refuse!("R33", "four fifths of it are representatives, one third women");
        }
        let same_day =
            |other: &Meeting| other.body == body && other.sits_on == held_on && other.stage.lasts();
        if self.meetings.values().any(same_day) {
            refuse!("R46", "one notice of a body for a day");
        }
        self.meetings.insert(
            label,
            Meeting {
                body,
                mode,
                held_on,
                sits_on: held_on,
                lawful: false,
                agenda: agenda.to_vec(),
                stage: Sitting::Convened,
                presider: None,
                roll: BTreeMap::new(),
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

    pub(crate) fn open_meeting(&mut self, by: Who, label: Label) -> Result<(), No> {
        let meeting = self.meeting(label);
        if !matches!(meeting.stage, Sitting::Convened | Sitting::Recessed) {
            refuse!("R48", "not announced, or past");
        }
        if meeting.sits_on != self.today {
            refuse!("R48", "not the day");
        }
        let (body, resumes) = (meeting.body, meeting.stage == Sitting::Recessed);
        if self.meetings.values().any(|other| other.body == body && other.stage == Sitting::Open) {
            refuse!("R48", "a body sits once at a time");
        }
        let presider = self.presider(by, body)?;
        let roll = self.roll(meeting.body, meeting.mode, self.today);
        let lawful = body != Body::RepresentativeAssembly || self.representatives_stand();
        let meeting = self.meeting_mut(label);
        meeting.presider = Some(presider);
        meeting.lawful = lawful;
        meeting.stage = Sitting::Open;
        // R48: the roll is kept whole; who is there is looked at anew.
        if resumes {
            return Ok(());
        }
        meeting.roll = roll;
        self.suspensions_end(body);
        Ok(())
    }

    /// R21: whoever does it in their own seat convenes and presides; the clerk names one who may.
    pub(crate) fn presider(&self, by: Who, body: Body) -> Result<Person, No> {
        let named = by.person().or_else(|| self.convener(body));
        match named.filter(|&person| self.may_preside(person, body)) {
            Some(person) => Ok(person),
            None => refuse!("R21", "nobody in office who may convene and preside"),
        }
    }

    /// R48: to a named day within seven, by the body itself; whoever was there is gone.
    pub(crate) fn recess(&mut self, label: Label, in_days: i16) -> Result<(), No> {
        self.sits_today(label)?;
        self.not_voting(label)?;
        if !(1..=7).contains(&in_days) {
            refuse!("R48", "to a named day within seven");
        }
        let until = self.today.saturating_add(i64::from(in_days).days());
        let meeting = self.meeting_mut(label);
        meeting.sits_on = until;
        meeting.present.clear();
        meeting.stage = Sitting::Recessed;
        Ok(())
    }

    /// R48: who comes and goes, and what is voted on, is of the day of the sitting.
    fn sits_today(&self, label: Label) -> Result<(), No> {
        let meeting = self.meeting(label);
        if meeting.stage != Sitting::Open {
            refuse!("R48", "it does not sit");
        }
        if meeting.sits_on != self.today {
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
            if !meeting.roll.get(&elector).is_some_and(|may_come| may_come.contains(&person)) {
                refuse!("R48", "not on the roll");
            }
            if self.people[usize::from(person)].dead {
                refuse!("V30", "dead");
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

    /// V1, V2, V6, U1, U3, R5, R8: how many have to be there to vote on a matter.
    fn quorum(&self, meeting: &Meeting, recused: u64) -> u64 {
        let base = meeting.roll.len() as u64;
        match (meeting.body, meeting.mode) {
            (Body::ResidentsAssembly, Mode::Persons) => more_than_half_of(base),
            // U1: not two thirds.
            (Body::ResidentsAssembly, Mode::Households) if self.urban() => more_than_half_of(base),
            (Body::ResidentsAssembly, Mode::Households) | (Body::RepresentativeAssembly, _) => {
                two_thirds_of(base)
            }
            // The council's is its own: the recused leave it.
            _ => more_than_half_of(base.saturating_sub(recused)),
        }
    }

    /// R8: declared by the member; the clerk writes down what was said in the room.
    pub(crate) fn recuse(&mut self, by: Who, label: Label, matter: Label, person: Person) -> Result<(), No> {
        self.sits_today(label)?;
        self.not_voting(label)?;
        let meeting = self.meeting(label);
        if !meeting.agenda.contains(&matter) {
            refuse!("R46", "not on the agenda");
        }
        let elector = self.elector(person, meeting.mode);
        if !meeting.roll.get(&elector).is_some_and(|of| of.contains(&person)) {
            refuse!("R8", "not on the roll");
        }
        if meeting.ballots.values().any(|ballot| ballot.matter == matter) {
            refuse!("R8", "voted on");
        }
        let here = meeting.present.values().any(|who| *who == person);
        if by.person() != Some(person) && !(by == Who::Clerk && here) {
            refuse!("R8", "they say so themselves");
        }
        if !self.meeting_mut(label).recused.entry(matter).or_default().insert(elector) {
            refuse!("R8", "recused already");
        }
        Ok(())
    }

    fn recused(meeting: &Meeting, matter: Label) -> BTreeSet<Elector> {
        meeting.recused.get(&matter).cloned().unwrap_or_default()
    }

    pub(crate) fn open_ballot(
        &mut self,
        by: Who,
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
        if !meeting.lawful {
            refuse!("R33", "no vote of that body until it is filled up");
        }
        self.ready_for(matter, meeting.body)?;
        for &person in recused {
            self.recuse(by, label, matter, person)?;
        }
        let meeting = self.meeting(label);
        let out = Self::recused(meeting, matter);
        let recused = out.len() as u64;
        // R8: in a statutory quorum a recused member who is in the room attends; of the council's they are no part.
        let there = match meeting.body {
            Body::Council => meeting.present.keys().filter(|elector| !out.contains(elector)).count() as u64,
            _ => meeting.present.len() as u64,
        };
        if there < self.quorum(meeting, recused) {
            refuse!("R2", "not quorate");
        }
        if recused > 0 && meeting.roll.len() as u64 - recused < self.quorum(meeting, 0) {
            refuse!("R8", "fewer may vote than a quorum of all in office");
        }
        let meeting = self.meeting_mut(label);
        meeting.ballots.insert(ballot, Ballot { matter, secret, votes: BTreeMap::new(), result: None });
        Ok(())
    }

    /// Who of those in the room may vote on a matter.
    fn voters(meeting: &Meeting, matter: Label) -> BTreeMap<Elector, Person> {
        let recused = Self::recused(meeting, matter);
        meeting
            .present
            .iter()
            .filter(|(elector, _)| !recused.contains(elector))
            .map(|(&elector, &person)| (elector, person))
            .collect()
    }

    pub(crate) fn vote(&mut self, by: Who, ballot: Label, person: Person, choice: Choice) -> Result<(), No> {
        let Some(label) = self.meeting_of(ballot) else { refuse!("R48", "no such ballot") };
        let meeting = self.meeting(label);
        let open = &meeting.ballots[&ballot];
        if open.result.is_some() {
            refuse!("R48", "closed");
        }
        if meeting.sits_on != self.today {
            refuse!("R48", "its day is over");
        }
        if open.secret && by == Who::Clerk {
            refuse!("R35", "nobody enters what a named person put on a secret paper");
        }
        if self.people.get(usize::from(person)).is_some_and(|one| one.dead) {
            refuse!("V30", "dead");
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
            if self.today > meeting.sits_on {
                refuse!("R48", "a count of the room is of its day, or comes with the minutes");
            }
        } else if yes + no + abstain != voters {
            refuse!("R41", "how the others voted, or that they did not, is not said");
        }
        let recused = Self::recused(meeting, open.matter).len() as u64;
        let mut result = Outcome {
            in_office: meeting.roll.len() as u64,
            recused,
            in_the_room: meeting.present.len() as u64,
            yes,
            no,
            abstain,
            spoilt,
            quorum: self.quorum(meeting, recused),
            needed: 0,
            passed: false,
        };
        result.needed = self.needed(meeting, open.matter, &result, voters);
        result.passed = result.yes >= result.needed;
        let (matter, passed) = (open.matter, result.passed);
        if let Some(open) = self.meeting_mut(label).ballots.get_mut(&ballot) {
            open.result = Some(result);
        }
        let body = self.meeting(label).body;
        self.decided(matter, body, passed);
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

    /// R35: two, present, of the roll, not recused, not the presider, nor who proposed it.
    fn lawful_tellers(&self, meeting: &Meeting, matter: Label, tellers: &[Person]) -> Result<(), No> {
        let tellers: BTreeSet<Person> = tellers.iter().copied().collect();
        if tellers.len() < 2 {
            refuse!("R35", "two tellers");
        }
        if meeting.presider.is_some_and(|presider| tellers.contains(&presider)) {
            refuse!("R35", "who presides does not count");
        }
        if !tellers.is_disjoint(&self.matter(matter).proposed_by) {
            refuse!("R35", "who proposed it does not count");
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
        if !matches!(self.meeting(label).stage, Sitting::Open | Sitting::Recessed) {
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
        for kind in [Kind::Charter, Kind::Rule, Kind::VillageRegulation] {
            let in_force = |rule: &&crate::rule::Rule| rule.kind == kind && rule.in_force(self.today);
            if self.rules.values().filter(in_force).count() > 1 {
                return Err(format!("two of {kind:?} in force on one day"));
            }
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
                meeting.stage.lasts()
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
