//! The decision on a command for a meeting.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use yishi_canonical::Digest;
use yishi_identity::{AssemblyMakeUp, BallotId, Elector, MatterId, PersonId, Roll};
use yishi_law::days::{self, Period};
use yishi_law::{
    Authority, BodyKind, Cited, Count, CountingMode, Finding, FindingInput, FindingResult, FloorQuery,
    Secrecy, Share, Step, Subject, Terms,
};

use super::{
    Ballot, HandCount, Meeting, MeetingCommand, MeetingEvent, MeetingStage, Quorum, Tally, TieMotion,
};
use crate::Refusal;
use crate::common::{Context, Question};
use crate::refusals::{self, ruling};

impl MeetingCommand {
    /// The kebab-case word.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Convene { .. } => "convene",
            Self::ChangeMode { .. } => "change-mode",
            Self::Cancel { .. } => "cancel",
            Self::Open => "open",
            Self::Arrive { .. } => "arrive",
            Self::Leave { .. } => "leave",
            Self::Recuse { .. } => "recuse",
            Self::OpenBallot { .. } => "open-ballot",
            Self::CloseBallot { .. } => "close-ballot",
            Self::SettleTie { .. } => "settle-tie",
            Self::Adjourn => "adjourn",
            Self::RecordMinutes { .. } => "record-minutes",
        }
    }

    /// Meetings serve the resolution; attendance and minutes belong to no step of their own.
    #[must_use]
    pub const fn step(&self) -> Option<Step> {
        match self {
            Self::OpenBallot { .. } | Self::CloseBallot { .. } | Self::SettleTie { .. } => {
                Some(Step::Resolve)
            }
            _ => None,
        }
    }
}

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
            let (name, allowed) = match state {
                None => ("none", vec!["convene"]),
                Some(meeting) => (meeting.stage.name(), meeting.allowed()),
            };
            refusal.during(command.name(), command.step(), name, allowed)
        })
    }

    /// 可办理的步骤 (the commands whose turn it can be now, by name).
    #[must_use]
    pub fn allowed(&self) -> Vec<&'static str> {
        let voting = self.open_ballot().is_some();
        match self.stage {
            MeetingStage::Convened => vec!["open", "cancel"],
            MeetingStage::Open if voting => vec!["close-ballot", "recuse"],
            MeetingStage::Open if self.unsettled_tie().is_some() => {
                vec!["arrive", "leave", "recuse", "open-ballot", "settle-tie"]
            }
            MeetingStage::Open => vec!["arrive", "leave", "recuse", "open-ballot", "adjourn"],
            MeetingStage::Adjourned => vec!["record-minutes"],
            MeetingStage::Minuted | MeetingStage::Cancelled => vec![],
        }
    }

    /// 到会情况 (the live quorum of the meeting as a whole).
    #[must_use]
    pub fn quorum(&self) -> Quorum {
        self.quorum_under(&self.terms, &BTreeSet::new())
    }

    /// 到会情况 on one item: those recused leave base and vote (R8).
    #[must_use]
    pub fn quorum_for(&self, matter: MatterId, terms: &Terms) -> Quorum {
        self.quorum_under(terms, &self.recused_from(matter))
    }

    /// The ballot votes can be cast in now.
    #[must_use]
    pub fn open_ballot(&self) -> Option<&Ballot> {
        self.ballots.values().find(|ballot| ballot.is_open())
    }

    /// 回避人员 (who is recused from an item).
    #[must_use]
    pub fn recused_from(&self, matter: MatterId) -> BTreeSet<Elector> {
        self.recusals.get(&matter).into_iter().flatten().map(|(&elector, _)| elector).collect()
    }

    /// 可投票人 (whether this person, present now, may vote in the open ballot, and for which elector).
    #[must_use]
    pub fn voter(&self, ballot: &Ballot, person: PersonId) -> Option<Elector> {
        self.present
            .iter()
            .find(|(elector, who)| **who == person && !ballot.recused.contains(elector))
            .map(|(&elector, _)| elector)
    }

    fn quorum_under(&self, terms: &Terms, recused: &BTreeSet<Elector>) -> Quorum {
        let present = self.present.keys().filter(|elector| !recused.contains(elector)).count() as u64;
        let in_office = self.roll.map_or(0, |roll| roll.size).saturating_sub(recused.len() as u64);
        let shares = || terms.quorum.iter().map(|(share, _)| *share);
        Quorum {
            present,
            in_office,
            needed: shares().map(|share: Share| share.needed(in_office)).max().unwrap_or(1).max(1),
            met: !terms.quorum.is_empty() && shares().all(|share| share.holds(present, in_office)),
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
            MeetingCommand::Arrive { .. } | MeetingCommand::Leave { .. } | MeetingCommand::Adjourn
                if self.open_ballot().is_some() =>
            {
                return Err(refusals::ballot_open());
            }
            MeetingCommand::OpenBallot { .. } if self.open_ballot().is_some() => {
                return Err(refusals::ballot_already_open());
            }
            MeetingCommand::Adjourn if self.unsettled_tie().is_some() => {
                return Err(refusals::tie_unsettled().citing([ruling("R7")]));
            }
            MeetingCommand::CloseBallot { ballot, .. } | MeetingCommand::SettleTie { ballot, .. }
                if self.stage == MeetingStage::Open =>
            {
                self.right_ballot(command, *ballot)?;
            }
            _ => {}
        }
        if !self.allowed().contains(&command.name()) {
            return Err(refusals::illegal_transition(self.stage.name_zh()));
        }
        match command {
            MeetingCommand::Convene { .. } | MeetingCommand::ChangeMode { .. } => Err(refusals::mode_fixed()),
            MeetingCommand::Cancel { reasons } => Ok(MeetingEvent::Cancelled { reasons: *reasons, act }),
            MeetingCommand::Open => self.open(ctx),
            MeetingCommand::Arrive { people } => self.arrive(people, ctx),
            MeetingCommand::Leave { people } => self.leave(people, ctx),
            MeetingCommand::Recuse { matter, elector, reason } => {
                let roll = self.roll_of_the_day(ctx)?;
                if !self.agenda.contains(matter) {
                    return Err(refusals::not_on_the_agenda());
                }
                if !roll.contains(*elector) {
                    return Err(refusals::not_on_the_roll());
                }
                if self.ballots_on(*matter).next().is_some() {
                    return Err(refusals::recusal_too_late().citing([ruling("R8")]));
                }
                if self.recused_from(*matter).contains(elector) {
                    return Err(refusals::already_recused());
                }
                Ok(MeetingEvent::Recused { matter: *matter, elector: *elector, reason: *reason, act })
            }
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
            MeetingCommand::CloseBallot { ballot, cast, hand } => {
                self.close_ballot(*ballot, *cast, hand.as_ref(), ctx)
            }
            MeetingCommand::SettleTie { ballot, motion, minutes } => {
                let revoted = self.ballots.get(ballot).is_some_and(|tied| tied.revote_of.is_some());
                if *motion == TieMotion::NotPassed && !revoted {
                    return Err(refusals::revote_first().citing([ruling("R7")]));
                }
                Ok(MeetingEvent::TieSettled { ballot: *ballot, motion: *motion, minutes: *minutes, act })
            }
            MeetingCommand::Adjourn => Ok(MeetingEvent::Adjourned { act }),
            MeetingCommand::RecordMinutes { minutes } => {
                Ok(MeetingEvent::MinutesRecorded { minutes: *minutes, act })
            }
        }
    }

    fn right_ballot(&self, command: &MeetingCommand, ballot: BallotId) -> Result<(), Refusal> {
        let Some(ballot) = self.ballots.get(&ballot) else { return Err(refusals::no_such_ballot()) };
        let settling = matches!(command, MeetingCommand::SettleTie { .. });
        match (settling, ballot.is_open()) {
            (false, true) => Ok(()),
            (false, false) => Err(refusals::ballot_closed()),
            (true, _) if self.unsettled_tie().is_some_and(|tied| tied.id == ballot.id) => Ok(()),
            (true, _) => Err(refusals::not_tied()),
        }
    }

    fn ballots_on(&self, matter: MatterId) -> impl Iterator<Item = &Ballot> {
        self.ballots.values().filter(move |ballot| ballot.matter == matter)
    }

    /// The tied ballot that neither a re-vote nor a motion has settled.
    fn unsettled_tie(&self) -> Option<&Ballot> {
        let revoted = |tied: &Ballot| self.ballots.values().any(|ballot| ballot.revote_of == Some(tied.id));
        self.ballots.values().find(|ballot| ballot.is_tied() && ballot.motion.is_none() && !revoted(ballot))
    }

    fn open(&self, ctx: &Context<'_>) -> Result<MeetingEvent, Refusal> {
        if ctx.today() != self.held_on {
            return Err(refusals::not_the_day(self.held_on));
        }
        let Some(roll) = ctx.roll else { return Err(refusals::roll_missing()) };
        if roll.body() != self.body || roll.mode() != self.mode || roll.on() != self.held_on {
            return Err(refusals::roll_of_another_body());
        }
        let roll = roll.digest().map_err(|_| refusals::roll_missing())?;
        Ok(MeetingEvent::Opened { roll, act: ctx.act() })
    }

    /// The roll handed in, if it is the one the meeting opened with.
    fn roll_of_the_day<'a>(&self, ctx: &Context<'a>) -> Result<&'a Roll, Refusal> {
        let roll = ctx.roll.ok_or_else(refusals::roll_missing)?;
        if roll.digest().ok() == self.roll { Ok(roll) } else { Err(refusals::roll_changed()) }
    }

    fn arrive(&self, people: &[PersonId], ctx: &Context<'_>) -> Result<MeetingEvent, Refusal> {
        let roll = self.roll_of_the_day(ctx)?;
        let mut electors = BTreeMap::new();
        for &person in people {
            let elector = roll.elector_of(person).ok_or_else(refusals::not_on_the_roll)?;
            let seated = self.present.get(&elector).or_else(|| electors.get(&elector)).copied();
            match seated {
                None => electors.insert(elector, person),
                Some(same) if same == person => return Err(refusals::already_present()),
                Some(_) => return Err(refusals::household_represented().citing([ruling("R16")])),
            };
        }
        if electors.is_empty() {
            return Err(refusals::nobody_named());
        }
        Ok(MeetingEvent::Arrived { electors, act: ctx.act() })
    }

    fn leave(&self, people: &[PersonId], ctx: &Context<'_>) -> Result<MeetingEvent, Refusal> {
        let mut electors = BTreeSet::new();
        for person in people {
            let here = self.present.iter().find(|(_, who)| *who == person).map(|(&elector, _)| elector);
            electors.insert(here.ok_or_else(refusals::not_present)?);
        }
        if electors.is_empty() {
            return Err(refusals::nobody_named());
        }
        Ok(MeetingEvent::Left { electors, act: ctx.act() })
    }

    fn open_ballot_on(
        &self,
        item: Item,
        subjects: &BTreeSet<Subject>,
        secrecy: Secrecy,
        conditions: &BTreeMap<String, Digest>,
        ctx: &Context<'_>,
    ) -> Result<MeetingEvent, Refusal> {
        let roll = self.roll_of_the_day(ctx)?;
        if !decides_by_ballot(self.body) {
            return Err(refusals::body_does_not_vote());
        }
        if !self.agenda.contains(&item.matter) {
            return Err(refusals::not_on_the_agenda());
        }
        if self.ballots.contains_key(&item.ballot) {
            return Err(refusals::ballot_exists());
        }
        if !ctx.law.in_force(item.law_date) {
            return Err(refusals::wrong_law_text(ctx.law.id(), item.law_date).citing([ruling("R9")]));
        }
        let revote_of = self.revote_of(item.matter)?;
        let terms = terms(ctx, subjects, self.body, self.mode);
        if terms.quorum.is_empty() || terms.passes.is_empty() {
            return Err(match self.body {
                BodyKind::Council => refusals::council_terms_undeclared().citing([ruling("R5")]),
                _ => refusals::terms_undeclared(),
            });
        }
        if let Some(demand) = terms.secrecy.as_ref().filter(|demand| demand.value > secrecy) {
            return Err(refusals::must_be_secret().citing(demand.by.clone()));
        }
        let quorum = self.quorum_for(item.matter, &terms);
        if !quorum.met {
            return Err(refusals::not_quorate(quorum.present, quorum.in_office, quorum.needed)
                .citing(unmet(&terms, quorum))
                .citing([ruling("R2")]));
        }
        let conditions = lines_for(&terms, conditions)?;
        let recused = self.recused_from(item.matter);
        let roll = roll.without(&recused).digest().map_err(|_| refusals::roll_missing())?;
        Ok(MeetingEvent::BallotOpened {
            ballot: item.ballot,
            matter: item.matter,
            question: item.question,
            subjects: subjects.clone(),
            law_date: item.law_date,
            secrecy,
            roll,
            recused,
            terms,
            plugins: ctx.plugins.clone(),
            revote_of,
            conditions,
            act: ctx.act(),
        })
    }

    /// One vote on a matter in a meeting, but for a tie's one re-vote (R7) and a vote that was void for want of a quorum.
    fn revote_of(&self, matter: MatterId) -> Result<Option<BallotId>, Refusal> {
        let results = || self.ballots_on(matter).filter_map(|ballot| Some((ballot, ballot.closed.as_ref()?)));
        if results().all(|(_, closed)| closed.finding.result == FindingResult::NotQuorate) {
            return Ok(None);
        }
        match self.unsettled_tie() {
            Some(tied) if tied.matter == matter && tied.revote_of.is_none() => Ok(Some(tied.id)),
            Some(tied) if tied.matter == matter => Err(refusals::tie_unsettled().citing([ruling("R7")])),
            _ => Err(refusals::already_voted()),
        }
    }

    fn close_ballot(
        &self,
        id: BallotId,
        cast: Tally,
        hand: Option<&HandCount>,
        ctx: &Context<'_>,
    ) -> Result<MeetingEvent, Refusal> {
        let Some(ballot) = self.ballots.get(&id) else { return Err(refusals::no_such_ballot()) };
        if !ctx.law.in_force(ballot.law_date) {
            return Err(refusals::wrong_law_text(ctx.law.id(), ballot.law_date).citing([ruling("R9")]));
        }
        let quorum = self.quorum_under(&ballot.terms, &ballot.recused);
        let votes = reconcile(cast, hand, quorum.present)?;
        let recused = ballot.recused.len() as u64;
        let count = Count {
            in_office: quorum.in_office.saturating_add(recused),
            present: quorum.present,
            yes: votes.yes,
            no: votes.no,
            abstain: votes.abstain,
            spoilt: votes.spoilt,
            recused,
        };
        let finding = Finding::compute(&FindingInput {
            floor: ctx.law,
            law_date: ballot.law_date,
            subjects: ballot.subjects.clone(),
            body: self.body,
            mode: self.mode,
            count,
            terms: ballot.terms.clone(),
            plugins: ballot.plugins.clone(),
            notice: self.notice_period.clone(),
        })
        .map_err(|error| crate::words::finding_impossible(&error))?;
        Ok(MeetingEvent::BallotClosed {
            ballot: id,
            cast,
            hand: hand.cloned(),
            finding: Box::new(finding),
            act: ctx.act(),
        })
    }
}

/// A ballot about to be opened.
#[derive(Clone, Copy)]
struct Item {
    ballot: BallotId,
    matter: MatterId,
    question: Question,
    law_date: Date,
}

/// Hand counts and votes cast by name are one count of those present.
fn reconcile(cast: Tally, hand: Option<&HandCount>, present: u64) -> Result<Tally, Refusal> {
    let absurd = || refusals::counts_exceed_present(u64::MAX, present);
    let by_name = cast.total().ok_or_else(absurd)?;
    let Some(hand) = hand else {
        return if by_name <= present {
            Ok(cast)
        } else {
            Err(refusals::counts_exceed_present(by_name, present))
        };
    };
    if hand.tellers.len() < 2 {
        return Err(refusals::tellers_missing());
    }
    let by_hand = hand.votes.total().ok_or_else(absurd)?;
    let votes = by_name.checked_add(by_hand).ok_or_else(absurd)?;
    if votes > present {
        return Err(refusals::counts_exceed_present(votes, present));
    }
    let accounted = votes.saturating_add(hand.not_voting);
    if accounted != present {
        return Err(refusals::counts_do_not_add_up(accounted, present));
    }
    Ok(cast.plus(&hand.votes))
}

fn convene(command: &MeetingCommand, ctx: &Context<'_>) -> Result<MeetingEvent, Refusal> {
    let MeetingCommand::Convene { id, body, mode, held_on, notice, agenda, special_circumstances, make_up } =
        command
    else {
        return Err(refusals::not_started());
    };
    if *mode == CountingMode::Households && *body != BodyKind::ResidentsAssembly {
        return Err(refusals::households_not_here());
    }
    if *held_on < ctx.today() {
        return Err(refusals::held_in_the_past(*held_on));
    }
    if agenda.is_empty() {
        return Err(refusals::agenda_empty());
    }
    if agenda.iter().collect::<BTreeSet<_>>().len() != agenda.len() {
        return Err(refusals::agenda_repeats());
    }
    let terms = terms(ctx, &BTreeSet::new(), *body, *mode);
    let notice_period = notice_given(ctx, *body, &terms, *held_on, special_circumstances.is_some())?;
    if *body == BodyKind::RepresentativeAssembly {
        lawful_make_up(ctx, make_up.as_ref())?;
    }
    Ok(MeetingEvent::Convened {
        id: *id,
        body: *body,
        mode: *mode,
        held_on: *held_on,
        notice: *notice,
        agenda: agenda.clone(),
        notice_period,
        special_circumstances: *special_circumstances,
        make_up: *make_up,
        terms,
        act: ctx.act(),
    })
}

/// V3, U2 and the charter: the notice has run out before the day, or special circumstances are on record where the law knows them.
fn notice_given(
    ctx: &Context<'_>,
    body: BodyKind,
    terms: &Terms,
    held_on: Date,
    special: bool,
) -> Result<Option<Period>, Refusal> {
    let Some(Cited { value: days, by }) = &terms.notice_days else { return Ok(None) };
    let period = days::period(ctx.today(), *days, ctx.holidays);
    let statute = ctx.law.convening(body).filter(|rule| rule.value.notice_days.is_some());
    let may_be_shorter = statute.is_none_or(|rule| rule.value.shorter_notice_for_special_circumstances);
    if period.has_ended(held_on) || (special && may_be_shorter) {
        Ok(Some(period))
    } else {
        Err(refusals::notice_too_short(*days, period.over_on())
            .citing(by.iter().cloned())
            .citing([ruling("R10")]))
    }
}

/// V5, U3: an assembly that is not lawfully made up does not sit.
fn lawful_make_up(ctx: &Context<'_>, make_up: Option<&AssemblyMakeUp>) -> Result<(), Refusal> {
    let Some(Cited { value: composition, by }) = ctx.law.composition() else { return Ok(()) };
    let Some(make_up) = make_up else { return Err(refusals::make_up_missing().citing(by)) };
    let check = |share: Share, had: u64, zh: &str, en: &str| {
        if share.holds(had, make_up.members) {
            return Ok(());
        }
        let needed = share.needed(make_up.members);
        Err(refusals::make_up_unlawful(zh, en, had, needed, make_up.members).citing(by.iter().cloned()))
    };
    check(composition.representatives, make_up.representatives, "代表", "representatives")?;
    match composition.women {
        Some(women) => check(women, make_up.women_representatives, "妇女代表", "women representatives"),
        None => Ok(()),
    }
}

fn terms(ctx: &Context<'_>, subjects: &BTreeSet<Subject>, body: BodyKind, mode: CountingMode) -> Terms {
    let query = FloorQuery { subjects: subjects.clone(), body, step: Step::Resolve, mode };
    ctx.law.join(ctx.terms.clone(), &query)
}

/// G6: the other bodies study, review, carry out and supervise.
const fn decides_by_ballot(body: BodyKind) -> bool {
    matches!(body, BodyKind::Council | BodyKind::RepresentativeAssembly | BodyKind::ResidentsAssembly)
}

/// The line on record for each condition of the terms; lines that nothing asks for are left out.
fn lines_for(terms: &Terms, lines: &BTreeMap<String, Digest>) -> Result<BTreeMap<String, Digest>, Refusal> {
    let mut kept = BTreeMap::new();
    for (condition, by) in terms.conditions.iter() {
        let Some(line) = lines.get(&condition.code) else {
            return Err(
                refusals::condition_unrecorded(&condition.code, &condition.text).citing(by.iter().cloned())
            );
        };
        kept.insert(condition.code.clone(), *line);
    }
    Ok(kept)
}

fn unmet(terms: &Terms, quorum: Quorum) -> impl Iterator<Item = Authority> {
    let unmet = terms.quorum.iter().filter(move |(share, _)| !share.holds(quorum.present, quorum.in_office));
    unmet.flat_map(|(_, by)| by.iter().cloned())
}
