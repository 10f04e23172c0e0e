//! The decision on a command for a meeting.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use yishi_identity::{BallotId, Elector, MatterId, PersonId, Roll};
use yishi_law::{BodyKind, Count, CountingMode, FloorQuery, Share, Step, Subject, Terms, Words};

use super::ballot::{Item, Room};
use super::convene::convene;
use super::{Ballot, Meeting, MeetingCommand, MeetingEvent, MeetingStage, Quorum};
use crate::MeetingAct;
use crate::Refusal;
use crate::codes::codes;
use crate::common::Context;
use crate::refusals::{self, ruling};

impl Meeting {
    /// Decides a command.
    ///
    /// # Errors
    /// A [`Refusal`] with a stable code, both messages, who demands what is missing, and what can come next.
    pub fn decide(
        state: Option<&Self>,
        command: &MeetingCommand,
        ctx: &Context<'_>,
    ) -> Result<Vec<MeetingEvent>, Refusal> {
        let decision = match state {
            None => convene(command, ctx),
            Some(meeting) => meeting.proceed(command, ctx),
        };
        decision.map(|event| vec![event]).map_err(|refusal| {
            let (name, stands, allowed) = match state {
                None => ("none", crate::words::NOT_BEGUN, vec![MeetingAct::Convene]),
                Some(meeting) => {
                    (meeting.stage.code(), meeting.stage.term(), meeting.allowed_on(ctx.today()))
                }
            };
            let act = command.act();
            let refusal = crate::words::out_of_turn(refusal, act.term(), stands, &allowed);
            refusal.during(act.code(), command.step(), name, codes(&allowed))
        })
    }

    /// 可办理的步骤 (the commands whose turn it can be now).
    #[must_use]
    pub fn allowed(&self) -> Vec<MeetingAct> {
        let voting = self.open_ballot().is_some();
        match self.stage {
            MeetingStage::Convened => vec![MeetingAct::Open, self.ended_by()],
            MeetingStage::Open if voting => vec![MeetingAct::CloseBallot],
            MeetingStage::Open => {
                vec![
                    MeetingAct::Arrive,
                    MeetingAct::Leave,
                    MeetingAct::Recuse,
                    MeetingAct::DisputeRecusal,
                    MeetingAct::OpenBallot,
                    MeetingAct::Recess,
                    self.ended_by(),
                ]
            }
            MeetingStage::Recessed => vec![MeetingAct::Open, self.ended_by()],
            MeetingStage::Adjourned => vec![MeetingAct::RecordMinutes],
            MeetingStage::Minuted | MeetingStage::Cancelled => vec![],
        }
    }

    /// 如何结束 (the act that ends it as it stands: before its doors open it is called off, afterwards it is closed).
    #[must_use]
    pub const fn ended_by(&self) -> MeetingAct {
        match self.stage {
            MeetingStage::Convened => MeetingAct::Cancel,
            _ => MeetingAct::Adjourn,
        }
    }

    /// 当日可办理的步骤: what the room does is of the day of the sitting, and no sitting is opened after its day (R48).
    #[must_use]
    pub fn allowed_on(&self, today: Date) -> Vec<MeetingAct> {
        let of_its_day = |act: &MeetingAct| match act {
            MeetingAct::Open => today <= self.sits_on,
            MeetingAct::Arrive
            | MeetingAct::Leave
            | MeetingAct::Recuse
            | MeetingAct::OpenBallot
            | MeetingAct::Recess => today == self.sits_on,
            _ => true,
        };
        self.allowed().into_iter().filter(of_its_day).collect()
    }

    /// 到会情况 (the live quorum of the meeting as a whole).
    #[must_use]
    pub fn quorum(&self) -> Quorum {
        self.quorum_under(&self.terms, &BTreeSet::new())
    }

    /// 到会情况 on one item. Those recused leave a council's quorum; one that the law fixes stands whole, and those of them
    /// who are in the room attend (R8).
    #[must_use]
    pub fn quorum_for(&self, matter: MatterId, terms: &Terms) -> Quorum {
        self.quorum_under(terms, &self.recused_from(matter))
    }

    /// The ballot votes can be cast in now.
    #[must_use]
    pub fn open_ballot(&self) -> Option<&Ballot> {
        self.ballots.values().find(|ballot| ballot.is_open())
    }

    /// 回避人员 (who is recused from an item): by their own word, or by the body's motion. Not who was proposed and has not
    /// answered, nor who disputes it, until the body has decided.
    #[must_use]
    pub fn recused_from(&self, matter: MatterId) -> BTreeSet<Elector> {
        let held = self.recusals.get(&matter).into_iter().flatten();
        held.filter(|(_, recusal)| recusal.stands()).map(|(&elector, _)| elector).collect()
    }

    /// 可投票人 (whether this person was in the room when the ballot opened and may vote in it, and for which elector).
    #[must_use]
    pub fn voter(&self, ballot: &Ballot, person: PersonId) -> Option<Elector> {
        ballot.voters.iter().find(|(_, who)| **who == person).map(|(&elector, _)| elector)
    }

    /// Whether a matter is on the agenda.
    #[must_use]
    pub fn is_on_agenda(&self, matter: MatterId) -> bool {
        self.agenda.iter().any(|item| item.matter == matter)
    }

    pub(super) fn quorum_under(&self, terms: &Terms, recused: &BTreeSet<Elector>) -> Quorum {
        let (in_office, present) = self.count_of(recused).quorum_base(self.body);
        let shares = || terms.quorum.iter().map(|(share, _)| *share);
        Quorum {
            present,
            in_office,
            needed: shares().map(|share: Share| share.needed(in_office)).max().unwrap_or(1).max(1),
            met: !terms.quorum.is_empty() && shares().all(|share| share.holds(present, in_office)),
        }
    }

    /// Who is there now, and of whom, with these recused; no votes yet.
    pub(super) fn count_of(&self, recused: &BTreeSet<Elector>) -> Count {
        let here = self.present.len() as u64;
        let recused_present =
            recused.iter().filter(|elector| self.present.contains_key(elector)).count() as u64;
        Count {
            in_office: self.roll.map_or(0, |roll| roll.size),
            present: here.saturating_sub(recused_present),
            recused: recused.len() as u64,
            recused_present,
            ..Count::default()
        }
    }

    fn proceed(&self, command: &MeetingCommand, ctx: &Context<'_>) -> Result<MeetingEvent, Refusal> {
        let act = ctx.act();
        match command {
            MeetingCommand::Convene { .. } => return Err(refusals::already_exists()),
            MeetingCommand::ChangeMode { .. } => {
                let by = self.terms.quorum.iter().flat_map(|(_, by)| by.iter().cloned());
                return Err(refusals::mode_fixed().citing(by));
            }
            // Nobody comes or leaves in mid-vote and no meeting ends in one: plainer words than "not now".
            MeetingCommand::Arrive { .. }
            | MeetingCommand::Leave { .. }
            | MeetingCommand::Recess { .. }
            | MeetingCommand::Adjourn
                if self.open_ballot().is_some() =>
            {
                return Err(refusals::ballot_open());
            }
            MeetingCommand::OpenBallot { .. } if self.open_ballot().is_some() => {
                return Err(refusals::ballot_already_open());
            }
            // Votes, and whatever prepares them, are of the day of the sitting (R48). What was begun on it can be ended later.
            MeetingCommand::Arrive { .. }
            | MeetingCommand::Leave { .. }
            | MeetingCommand::Recuse { .. }
            | MeetingCommand::OpenBallot { .. }
            | MeetingCommand::Recess { .. }
                if self.stage == MeetingStage::Open && ctx.today() != self.sits_on =>
            {
                return Err(refusals::sitting_is_over(self.sits_on).citing([ruling("R48")]));
            }
            MeetingCommand::Recuse { matter, .. } | MeetingCommand::DisputeRecusal { matter, .. }
                if self.open_ballot().is_some_and(|ballot| ballot.matter == *matter) =>
            {
                return Err(refusals::recusal_too_late().citing([ruling("R8")]));
            }
            MeetingCommand::CloseBallot { ballot, .. } if self.stage == MeetingStage::Open => {
                self.is_being_voted_on(*ballot)?;
            }
            _ => {}
        }
        if !self.allowed().contains(&command.act()) {
            return Err(refusals::illegal_transition(self.stage.term().zh, self.stage.term().en));
        }
        match command {
            MeetingCommand::Convene { .. } | MeetingCommand::ChangeMode { .. } => Err(refusals::mode_fixed()),
            MeetingCommand::Cancel { reasons } => Ok(MeetingEvent::Cancelled { reasons: *reasons, act }),
            MeetingCommand::Open { presider, make_up, sittings } => {
                self.open(*presider, *make_up, sittings, ctx)
            }
            MeetingCommand::Arrive { people } => self.arrive(people, ctx),
            MeetingCommand::Leave { people } => self.leave(people, ctx),
            MeetingCommand::Recuse { matter, person, ground } => self.recuse(*matter, *person, *ground, ctx),
            MeetingCommand::DisputeRecusal { matter, person } => self.dispute_recusal(*matter, *person, ctx),
            MeetingCommand::OpenBallot {
                ballot,
                matter,
                question,
                subjects,
                law_date,
                secrecy,
                conditions,
            } => {
                let item =
                    Item { ballot: *ballot, matter: *matter, question: *question, law_date: *law_date };
                self.open_ballot_on(item, subjects, *secrecy, conditions, ctx)
            }
            MeetingCommand::CloseBallot {
                ballot,
                cast,
                hand,
                not_voting,
                minutes,
                supervisors,
                proposers,
            } => {
                if let Some(hand) = hand {
                    self.may_count(*ballot, hand, supervisors, proposers)?;
                }
                let room = Room { hand: hand.as_ref(), not_voting: *not_voting, minutes: *minutes };
                self.close_ballot(*ballot, *cast, room, ctx)
            }
            MeetingCommand::Recess { until, minutes } => self.recess(*until, *minutes, ctx),
            MeetingCommand::Adjourn => Ok(MeetingEvent::Adjourned { act }),
            MeetingCommand::RecordMinutes { minutes } => {
                Ok(MeetingEvent::MinutesRecorded { minutes: *minutes, act })
            }
        }
    }

    fn is_being_voted_on(&self, ballot: BallotId) -> Result<(), Refusal> {
        match self.ballots.get(&ballot) {
            None => Err(refusals::no_such_ballot()),
            Some(ballot) if ballot.is_open() => Ok(()),
            Some(_) => Err(refusals::ballot_closed()),
        }
    }

    pub(super) fn ballots_on(&self, matter: MatterId) -> impl Iterator<Item = &Ballot> {
        self.ballots.values().filter(move |ballot| ballot.matter == matter)
    }

    /// The roll handed in, if it is the one the meeting opened with.
    pub(super) fn roll_of_the_day<'a>(&self, ctx: &Context<'a>) -> Result<&'a Roll, Refusal> {
        let roll = ctx.roll.ok_or_else(refusals::roll_missing)?;
        if roll.digest().ok() == self.roll { Ok(roll) } else { Err(refusals::roll_changed()) }
    }

    /// Everybody at fault is named at once: a list that was typed is put right in one go.
    fn arrive(&self, people: &[PersonId], ctx: &Context<'_>) -> Result<MeetingEvent, Refusal> {
        let roll = self.roll_of_the_day(ctx)?;
        let mut electors = BTreeMap::new();
        let mut faults = Faults::default();
        for &person in people {
            let Some(elector) = roll.elector_of(person) else {
                faults.add(person, refusals::not_on_the_roll());
                continue;
            };
            match self.present.get(&elector).or_else(|| electors.get(&elector)).copied() {
                None => {
                    electors.insert(elector, person);
                }
                Some(same) if same == person => faults.add(person, refusals::already_present()),
                Some(_) => {
                    faults.add(person, refusals::household_represented().citing([ruling("R16")]));
                }
            }
        }
        faults.none()?;
        if electors.is_empty() {
            return Err(refusals::nobody_named());
        }
        Ok(MeetingEvent::Arrived { electors, act: ctx.act() })
    }

    fn leave(&self, people: &[PersonId], ctx: &Context<'_>) -> Result<MeetingEvent, Refusal> {
        let mut electors = BTreeSet::new();
        let mut faults = Faults::default();
        for &person in people {
            match self.present.iter().find(|(_, who)| **who == person) {
                Some((&elector, _)) => {
                    electors.insert(elector);
                }
                None => faults.add(person, refusals::not_present()),
            }
        }
        faults.none()?;
        if electors.is_empty() {
            return Err(refusals::nobody_named());
        }
        Ok(MeetingEvent::Left { electors, act: ctx.act() })
    }
}

/// What is wrong with the people of a list.
#[derive(Default)]
struct Faults(Vec<(PersonId, Refusal)>);

impl Faults {
    fn add(&mut self, person: PersonId, fault: Refusal) {
        self.0.push((person, fault));
    }

    /// One refusal for all of them: the fault's own word where there is one kind of it.
    fn none(self) -> Result<(), Refusal> {
        let Some((_, first)) = self.0.first() else { return Ok(()) };
        let same = self.0.iter().all(|(_, fault)| fault.code == first.code);
        let refusal = if same { first.clone() } else { refusals::people_at_fault(self.0.len() as u64) };
        let by = self.0.iter().flat_map(|(_, fault)| fault.by.clone());
        let people = self
            .0
            .iter()
            .map(|(person, fault)| (*person, Words::new(&*fault.message_zh, &*fault.message_en)));
        Err(refusal.citing(by).concerning(people))
    }
}

/// People who do not count in this body.
pub(super) fn not_on_the_roll(people: impl IntoIterator<Item = PersonId>) -> Refusal {
    let refusal = refusals::not_on_the_roll();
    let words = Words::new(&*refusal.message_zh, &*refusal.message_en);
    refusal.concerning(people.into_iter().map(|person| (person, words.clone())))
}

/// What holds for a body and mode: the caller's terms joined with the floor's own.
pub(super) fn terms(
    ctx: &Context<'_>,
    subjects: &BTreeSet<Subject>,
    body: BodyKind,
    mode: CountingMode,
) -> Terms {
    let query = FloorQuery { subjects: subjects.clone(), body, step: Step::Resolve, mode };
    ctx.law.join(ctx.terms.clone(), &query)
}

/// 表决机构 (whether a body decides by ballot, G6): the others study, review, carry out and supervise.
#[must_use]
pub const fn decides_by_ballot(body: BodyKind) -> bool {
    body.rank() > 0
}
