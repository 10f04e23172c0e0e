//! 表决的开始与结束 (opening and closing a ballot).

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use yishi_canonical::Digest;
use yishi_identity::{BallotId, Elector, MatterId, PersonId};
use yishi_law::{Authority, BodyKind, Count, Finding, FindingInput, FindingResult, Secrecy, Subject, Terms};

use super::convene::lawful_make_up;
use super::decide::{decides_by_ballot, terms};
use super::{HandCount, HandRecord, Meeting, MeetingEvent, Quorum, Tally};
use crate::Refusal;
use crate::common::{Context, Question};
use crate::refusals::{self, ruling};

impl Meeting {
    pub(super) fn open_ballot_on(
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
        let Some(announced) = self.agenda.iter().find(|announced| announced.matter == item.matter) else {
            return Err(refusals::not_on_the_agenda().citing([ruling("R46")]));
        };
        if announced.question != Some(item.question) {
            return Err(refusals::question_not_announced().citing([ruling("R46")]));
        }
        if self.body == BodyKind::RepresentativeAssembly {
            lawful_make_up(ctx, self.make_up.as_ref()).map_err(|refusal| refusal.citing([ruling("R33")]))?;
        }
        if self.ballots.contains_key(&item.ballot) {
            return Err(refusals::ballot_exists());
        }
        if !ctx.law.in_force(item.law_date) {
            return Err(refusals::wrong_law_text(ctx.law.id(), item.law_date).citing([ruling("R9")]));
        }
        self.is_undecided(item.matter)?;
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
        self.enough_may_vote(&recused, &terms, ctx)?;
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
            conditions,
            act: ctx.act(),
        })
    }

    /// R8: those who stand aside leave a council's quorum, but never so many that fewer are left than a quorum of all who are
    /// in office. What so few decided would not be the body's decision: it goes to the body above.
    fn enough_may_vote(
        &self,
        recused: &BTreeSet<Elector>,
        terms: &Terms,
        ctx: &Context<'_>,
    ) -> Result<(), Refusal> {
        if recused.is_empty() {
            return Ok(());
        }
        let Quorum { in_office, needed, .. } = self.quorum_under(terms, &BTreeSet::new());
        let aside = recused.len() as u64;
        let left = in_office.saturating_sub(aside);
        if left >= needed {
            return Ok(());
        }
        let body = self.body.term_in(ctx.law.kind());
        Err(refusals::too_many_recused(body.zh, body.en, in_office, aside, left, needed)
            .citing([ruling("R8")]))
    }

    /// One vote on a matter in a meeting, but for one that was void for want of a quorum. As many for as against has failed,
    /// and is not voted on again (R7).
    fn is_undecided(&self, matter: MatterId) -> Result<(), Refusal> {
        let mut results = self.ballots_on(matter).filter_map(|ballot| ballot.closed.as_ref());
        if results.all(|closed| closed.finding.result == FindingResult::NotQuorate) {
            Ok(())
        } else {
            Err(refusals::already_voted())
        }
    }

    /// R35: two tellers or more, on the roll and there, or of the supervision body; none who presides, proposed the matter or
    /// stands aside from it.
    pub(super) fn may_count(
        &self,
        ballot: BallotId,
        hand: &HandCount,
        supervisors: &BTreeSet<PersonId>,
        proposers: &BTreeSet<PersonId>,
    ) -> Result<(), Refusal> {
        let Some(ballot) = self.ballots.get(&ballot) else { return Err(refusals::no_such_ballot()) };
        if hand.tellers.len() < 2 {
            return Err(refusals::tellers_missing().citing([ruling("R35")]));
        }
        let here = |teller: &PersonId| self.present.values().any(|who| who == teller);
        let recused = |teller: &PersonId| {
            self.present.iter().any(|(elector, who)| who == teller && ballot.recused.contains(elector))
        };
        let mut faults = Vec::new();
        for teller in &hand.tellers {
            let fault = if self.presider == Some(*teller) {
                refusals::teller_presides()
            } else if proposers.contains(teller) {
                refusals::teller_proposed()
            } else if recused(teller) {
                refusals::teller_is_recused()
            } else if !here(teller) && !supervisors.contains(teller) {
                refusals::teller_not_there()
            } else {
                continue;
            };
            faults.push((*teller, fault));
        }
        let Some((_, first)) = faults.first() else { return Ok(()) };
        let people = faults
            .iter()
            .map(|(teller, fault)| (*teller, yishi_law::Words::new(&*fault.message_zh, &*fault.message_en)));
        Err(first.clone().citing([ruling("R35")]).concerning(people))
    }

    pub(super) fn close_ballot(
        &self,
        id: BallotId,
        cast: Tally,
        room: Room<'_>,
        ctx: &Context<'_>,
    ) -> Result<MeetingEvent, Refusal> {
        let Some(ballot) = self.ballots.get(&id) else { return Err(refusals::no_such_ballot()) };
        if !ctx.law.in_force(ballot.law_date) {
            return Err(refusals::wrong_law_text(ctx.law.id(), ballot.law_date).citing([ruling("R9")]));
        }
        let there = self.count_of(&ballot.recused);
        let late = self.late(room, ctx)?;
        let votes = reconcile(cast, room, there.present)?;
        let count =
            Count { yes: votes.yes, no: votes.no, abstain: votes.abstain, spoilt: votes.spoilt, ..there };
        let finding = Finding::compute(&FindingInput {
            floor: ctx.law,
            law_date: ballot.law_date,
            subjects: ballot.subjects.clone(),
            body: self.body,
            mode: self.mode,
            count,
            terms: ballot.terms.clone(),
            plugins: ballot.plugins.clone(),
            notice: self.notice_given,
        })
        .map_err(|error| crate::words::finding_impossible(&error))?;
        let secret = ballot.secrecy == Secrecy::Secret;
        Ok(MeetingEvent::BallotClosed {
            ballot: id,
            cast: if secret { votes } else { cast },
            hand: room.hand.map(|hand| HandRecord {
                votes: (!secret).then_some(hand.votes),
                not_voting: hand.not_voting,
                tellers: hand.tellers.clone(),
                record: hand.record,
            }),
            not_voting: if room.hand.is_some() { 0 } else { room.not_voting },
            late,
            finding: Box::new(finding),
            act: ctx.act(),
        })
    }

    /// 补登: figures of the room are of the day of the sitting. Entered later they come with its minutes, which say how they
    /// were counted on that day (R48).
    fn late(&self, room: Room<'_>, ctx: &Context<'_>) -> Result<Option<Digest>, Refusal> {
        let of_the_room = room.hand.is_some() || room.not_voting > 0;
        if !of_the_room || ctx.today() <= self.sits_on {
            return Ok(None);
        }
        match room.minutes {
            Some(minutes) => Ok(Some(minutes)),
            None => Err(refusals::counted_after_the_sitting(self.sits_on).citing([ruling("R48")])),
        }
    }
}

/// A ballot about to be opened.
#[derive(Clone, Copy)]
pub(super) struct Item {
    pub(super) ballot: BallotId,
    pub(super) matter: MatterId,
    pub(super) question: Question,
    pub(super) law_date: Date,
}

/// 现场的数字 (what is said of those present who did not vote by name).
#[derive(Clone, Copy)]
pub(super) struct Room<'a> {
    /// What was counted by hand.
    pub(super) hand: Option<&'a HandCount>,
    /// How many cast no vote, where nothing was counted by hand.
    pub(super) not_voting: u64,
    /// The minutes of the sitting, where the figures are entered after its day.
    pub(super) minutes: Option<Digest>,
}

/// Hand counts and votes cast by name are one count of those present, and the others are said not to have voted. Which of
/// them were for and which against makes no difference here.
fn reconcile(cast: Tally, room: Room<'_>, present: u64) -> Result<Tally, Refusal> {
    let absurd = || refusals::counts_exceed_present(u64::MAX, present, u64::MAX - present);
    let by_name = cast.total().ok_or_else(absurd)?;
    let exceed = |votes: u64| refusals::counts_exceed_present(votes, present, votes.saturating_sub(present));
    let counted = room.hand.map_or_else(Tally::default, |hand| hand.votes);
    let by_hand = counted.total().ok_or_else(absurd)?;
    let votes = by_name.checked_add(by_hand).ok_or_else(absurd)?;
    if votes > present {
        return Err(exceed(votes));
    }
    let not_voting = room.hand.map_or(room.not_voting, |hand| hand.not_voting);
    if room.hand.is_none() && not_voting == 0 && votes < present {
        return Err(refusals::voters_unaccounted_for(votes, present, present - votes));
    }
    let accounted = votes.checked_add(not_voting).ok_or_else(absurd)?;
    let apart = match accounted.cmp(&present) {
        std::cmp::Ordering::Equal => return Ok(cast.plus(&counted)),
        std::cmp::Ordering::Greater => {
            (format!("多{}", accounted - present), format!("{} too many", accounted - present))
        }
        std::cmp::Ordering::Less => {
            (format!("少{}", present - accounted), format!("{} too few", present - accounted))
        }
    };
    Err(refusals::counts_do_not_add_up(accounted, present, &apart.0, &apart.1))
}

/// The line on record for each condition of the terms; lines that nothing asks for are left out.
fn lines_for(terms: &Terms, lines: &BTreeMap<String, Digest>) -> Result<BTreeMap<String, Digest>, Refusal> {
    let mut kept = BTreeMap::new();
    for (condition, by) in terms.conditions.iter() {
        let Some(line) = lines.get(&condition.code) else {
            return Err(refusals::condition_unrecorded(&condition.text.zh, &condition.text.en)
                .about(&condition.code)
                .citing(by.iter().cloned()));
        };
        kept.insert(condition.code.clone(), *line);
    }
    Ok(kept)
}

fn unmet(terms: &Terms, quorum: Quorum) -> impl Iterator<Item = Authority> {
    let unmet = terms.quorum.iter().filter(move |(share, _)| !share.holds(quorum.present, quorum.in_office));
    unmet.flat_map(|(_, by)| by.iter().cloned())
}
