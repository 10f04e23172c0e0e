//! 表决 (ballots): opened in a meeting, cast one by one, closed into a finding.

mod cast;
mod view;

use std::collections::{BTreeMap, BTreeSet};
use yishi_acts::house::{CloseBallot, NewBallot};

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};
use yishi_acts::matter::resolution;
use yishi_acts::{Asks, Papers};
use yishi_deliberation::meeting::{Meeting, MeetingCommand};
use yishi_deliberation::{HandCount, Tally};
use yishi_identity::policy::Right;
use yishi_identity::{Action, BallotId, CommunityId, MeetingId, PersonId};
use yishi_law::BodyKind;
use yishi_law::days::HolidayCalendar;
use yishi_law::{Secrecy, Step};
use yishi_storage::{BallotDraft, BallotKey, BallotSecrecy, CastError, EntryDraft, OpenVote, Row, Unit};

use self::view::{BallotAt, VIEW};
pub(crate) use self::view::{decision_of, question_digest};
use crate::agenda::as_judged;
use crate::entry_kind::HouseEvent;
use crate::gates::Asked;
use crate::load::expect_version;
use crate::meetings::{LoadedMeeting, distinct, meeting_row};
use crate::perform::paper_rows;
use crate::step::{Loaded, proposal_of};
use crate::views::BallotView;
use crate::{App, AppError, AppResult, Community, Here, OpContext};

/// An entry holds at most 64 KiB; a vote with its choice and nonce takes some 80 bytes.
const VOTES_AN_ENTRY: usize = 500;
/// How often a close is decided again because somebody voted meanwhile. Each vote can do that once, and one that is late
/// is refused as soon as the ballot is stopped.
const CLOSE_TRIES: u32 = 20;

impl App {
    /// 开始表决 (puts a matter's exact text to the vote of the meeting).
    ///
    /// # Errors
    /// A refusal when the meeting is not quorate, the matter is not on the agenda or not ready; the authorisation
    /// errors.
    pub(crate) async fn open_ballot(
        &self,
        ctx: &OpContext,
        right: Right,
        community: CommunityId,
        meeting: MeetingId,
        input: NewBallot,
    ) -> AppResult<BallotView> {
        let (here, loaded) =
            self.opened::<Meeting>(ctx, community, meeting, right, |on| Some(on.body)).await?;
        let Loaded { matter, version: judged, .. } = self.load_matter(&here, input.matter).await?;
        let proposal = proposal_of(&matter)?;
        let facts = self.facts(&here, &matter).await?;
        let at = Asks { body: loaded.meeting.body, step: Step::Resolve, mode: loaded.meeting.mode };
        let evidence = self.resolution_evidence(&here, &matter).await?;
        let asked = self.ask(&here, &matter.pins, &facts, at, &evidence).await?;
        let vetted = self.vet_before_vote(&here, matter.id).await?;
        let law = self.pinned_floor(&here, &matter.pins)?;
        let holidays = HolidayCalendar::none();
        let findings = asked.for_machine();
        let mut machine = self.machine_context_of(&here, right, at.body).await?;
        let linked = self.linked(&here, matter.id).await?;
        machine.ties.ends = self.ends_text_of(&here, linked.as_ref()).await?;
        // Nobody votes in vain: what the resolution would be refused for is said before the vote.
        let ready = machine.with(ctx, &asked, law, &holidays, &findings);
        matter.ready_for_ballot(right, at.body, &proposal.question(), &ready)?;
        let demanded = asked.terms.secrecy.as_ref().map_or(Secrecy::Open, |cited| cited.value);
        let secrecy = input.secrecy.unwrap_or(Secrecy::Open).max(demanded);
        let id = BallotId::from_uuid(self.uuid(ctx));
        let roll = self.roll_of(&here, &loaded.meeting).await?;
        let mut rows = vetted;
        // Whoever withdraws or revises the matter meanwhile and this ballot cannot both become durable.
        rows.push(as_judged(matter.id, judged));
        let records = self.records(&here).await?;
        let (mut commands, papers) = {
            let salt = || self.fresh_salt();
            let mut papers = Papers::new(&salt);
            let commands = input.recusals(ctx.actor.person_in(here.id), records, &mut papers)?;
            (commands, papers.into_kept())
        };
        rows.extend(paper_rows(papers));
        let mut conditions = BTreeMap::new();
        for (code, line) in input.conditions.iter().flatten() {
            let digest = self.keep_internal(&mut rows, &condition(code), line)?;
            conditions.insert(code.clone(), digest);
        }
        commands.push(MeetingCommand::OpenBallot {
            ballot: id,
            matter: input.matter,
            question: proposal.question(),
            subjects: proposal.subjects.clone(),
            law_date: matter.pins.law_date,
            secrecy,
            conditions,
        });
        let (events, state) =
            self.decide_meeting(&here, Some(&loaded.meeting), &commands, &asked, right, Some(&roll)).await?;
        let ballot =
            state.ballots.get(&id).ok_or_else(|| AppError::internal("no ballot came of the events"))?;
        let demanded: BTreeSet<_> =
            ballot.terms.conditions.iter().map(|(one, _)| one.code.as_str()).collect();
        if let Some(code) =
            input.conditions.iter().flat_map(BTreeMap::keys).find(|code| !demanded.contains(code.as_str()))
        {
            return Err(AppError::field(
                condition(code),
                "unknown-condition",
                "没有规则要求这项条件",
                "no rule puts this condition",
            ));
        }
        // Whoever is in the room may vote; whoever comes later votes on the next question. Votes are of the day (R48).
        let roll = self.roll_places(&here.scope, id, ballot.voters.keys().copied()).await?;
        let mut key = BallotKey([0; 32]);
        self.entropy.fill(&mut key.0);
        let draft = BallotDraft {
            ballot: id.to_string(),
            secrecy: match secrecy {
                Secrecy::Open => BallotSecrecy::Open,
                Secrecy::Secret => BallotSecrecy::Secret,
            },
            deadline: Some(end_of(state.sits_on)?),
            roll,
            key,
        };
        let stream = meeting.to_string();
        let mut unit = Unit::of(here.scope.clone());
        unit.entries = self.drafts(ctx, "meeting", &stream, loaded.version, &events)?;
        crate::step::attach(&mut unit.entries, &asked);
        let version = loaded.version + events.len() as u64;
        unit.rows = rows;
        unit.rows.push(Row::OpenBallot(draft));
        unit.rows.extend(self.before_the_sitting(&here, &state, input.matter, Some(id)).await?);
        unit.rows.push(meeting_row(&state, version)?);
        let at = BallotAt { meeting, mode: state.mode };
        unit.rows.push(VIEW.row(id, version, &at)?.under(input.matter).into());
        let view = self.ballot_view(&here, &state, version, ballot).await?;
        self.commit(ctx, unit, 201, view).await
    }

    /// 结束表决 (stops casting, adds what was counted in the room, and finds the result).
    ///
    /// A ballot that was opened can always be closed, since nobody may leave and no meeting may end while it is open:
    /// where the resolution is refused, or a rule gives no answer, the result stands and the resolution is left to
    /// [`App::resolve`]. The entry then says so.
    ///
    /// # Errors
    /// A refusal when the counts do not add up to those present; the authorisation errors.
    pub(crate) async fn close_ballot(
        &self,
        ctx: &OpContext,
        right: Right,
        community: CommunityId,
        ballot: BallotId,
        input: CloseBallot,
    ) -> AppResult<BallotView> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let LoadedMeeting { meeting, version } = self.meeting_of(&here, ballot).await?;
        self.authorise(&here, right, Some(meeting.body)).await?;
        expect_version(ctx, version)?;
        let mut rows = Vec::new();
        let hand = match input.hand_count {
            Some(hand) => Some(HandCount {
                votes: Tally { yes: hand.yes, no: hand.no, abstain: hand.abstain, spoilt: hand.spoilt },
                not_voting: hand.not_voting.unwrap_or_default(),
                tellers: distinct(&hand.tellers),
                record: self.keep_internal(&mut rows, "/hand_count/record", &hand.record)?,
            }),
            None => None,
        };
        if hand.is_some() && input.not_voting.unwrap_or_default() > 0 {
            return Err(AppError::field(
                "/not_voting",
                "said-twice",
                "有现场计票的，到会未投的人数写在现场计票里",
                "with a count in the room, how many did not vote is said there",
            ));
        }
        // On the day itself the figures stand on their own, and nothing is kept that nothing refers to.
        let minutes = match input.minutes.as_deref().filter(|_| ctx.today > meeting.sits_on) {
            Some(text) => Some(self.keep_internal(&mut rows, "/minutes", text)?),
            None => None,
        };
        let asked = Asked { terms: meeting.terms.clone(), ..Asked::default() };
        let roll = self.roll_of(&here, &meeting).await?;
        let supervisors = self.supervisors(&here, ctx.today).await?;
        let matter = meeting.ballots.get(&ballot).map(|ballot| ballot.matter);
        let proposers = match matter {
            Some(matter) => proposers(&self.load_matter(&here, matter).await?.events),
            None => BTreeSet::new(),
        };
        let close = |cast: Tally| MeetingCommand::CloseBallot {
            ballot,
            cast,
            hand: hand.clone(),
            not_voting: input.not_voting.unwrap_or_default(),
            minutes,
            supervisors: supervisors.clone(),
            proposers: proposers.clone(),
        };
        let decide = async |command: MeetingCommand| {
            self.decide_meeting(&here, Some(&meeting), &[command], &asked, right, Some(&roll)).await
        };
        // Decided before anything is stopped: what it is refused for depends on how many voted, not on how. If somebody
        // votes meanwhile, it is decided again.
        let mut tries = 0;
        let tally = loop {
            let stored = self.store.ballot(&here.scope, &ballot.to_string()).await?;
            let stored = stored.ok_or(AppError::NotFound { what: "ballot" })?;
            decide(close(Tally { abstain: stored.cast, ..Tally::default() })).await?;
            match self.store.stop_ballot_at(&here.scope, &ballot.to_string(), stored.cast).await {
                Err(CastError::Moved) if tries < CLOSE_TRIES => tries += 1,
                Err(CastError::Moved) => return Err(AppError::Busy),
                other => break other?,
            }
        };
        let cast = Tally { yes: tally.yes, no: tally.no, abstain: tally.abstain, spoilt: 0 };
        let (events, after) = decide(close(cast)).await?;
        let mut unit = Unit::of(here.scope.clone());
        unit.entries = self.drafts(ctx, "meeting", &meeting.id.to_string(), version, &events)?;
        let version = version + events.len() as u64;
        unit.rows = rows;
        unit.rows.push(Row::SettleBallot { ballot: ballot.to_string() });
        unit.rows.push(meeting_row(&after, version)?);
        if let Some(matter) = matter {
            unit.rows.extend(self.before_the_sitting(&here, &after, matter, None).await?);
        }
        match self.resolution_by(&here, &after, ballot, &unit.rows).await {
            Ok(None) => {}
            Ok(Some((entries, rows))) => {
                unit.entries.extend(entries);
                unit.rows.extend(rows);
            }
            // Out of breath, not refused: the same close can be sent again, and finds the ballot as it stopped.
            Err(error @ (AppError::Busy | AppError::StorageFull)) => return Err(error),
            Err(error) => {
                let code = left_open(&error);
                tracing::warn!(%ballot, %code, %error, "a ballot was closed, its resolution was not");
                if let Some(body) = unit.entries.first_mut().and_then(|entry| entry.body.as_object_mut()) {
                    body.insert("unresolved".to_owned(), Value::from(code));
                }
            }
        }
        // The choices of an open ballot come in with its closing, before the count that is made of them.
        unit.entries.splice(0..0, self.votes_opened(ctx, ballot, &tally.votes));
        let closed = after.ballots.get(&ballot).ok_or(AppError::NotFound { what: "ballot" })?;
        let view = self.ballot_view(&here, &after, version, closed).await?;
        self.commit(ctx, unit, 200, view).await
    }

    /// The entries that open what the votes of an open ballot committed to.
    fn votes_opened(&self, ctx: &OpContext, ballot: BallotId, votes: &[OpenVote]) -> Vec<EntryDraft> {
        let stream = ballot.to_string();
        let entry = |(votes, version): (&[OpenVote], u64)| {
            let votes = votes.iter().map(|vote| {
                json!({ "vote": vote.seq, "choice": vote.choice.code(), "nonce": hex::encode(vote.nonce) })
            });
            let body = json!({ "ballot": stream, "votes": votes.collect::<Value>() });
            self.entry(ctx, &stream, version, HouseEvent::BallotVotesOpened.code(), body)
        };
        votes.chunks(VOTES_AN_ENTRY).zip(1..).map(entry).collect()
    }

    /// The resolution that goes into the unit which closes its ballot, so that nothing can come between the two.
    async fn resolution_by(
        &self,
        here: &Here<'_>,
        meeting: &Meeting,
        ballot: BallotId,
        pending: &[Row],
    ) -> AppResult<Option<(Vec<EntryDraft>, Vec<Row>)>> {
        let Some(outcome) = meeting.outcome(ballot) else { return Ok(None) };
        let loaded = self.load_matter(here, outcome.matter).await?;
        let linked = self.linked(here, outcome.matter).await?;
        let evidence = self.resolution_evidence(here, &loaded.matter).await?;
        let given = resolution(Box::new(outcome), evidence);
        // The agenda it is on is this sitting's own, which lets it go in the same unit.
        let moved = self.move_matter(here, &loaded, linked.as_ref(), given, None, pending).await?;
        Ok(Some((moved.entries, moved.rows)))
    }
}

impl App {
    /// 监督委员会成员 in office on a day.
    async fn supervisors(&self, community: &Community, on: Date) -> AppResult<BTreeSet<PersonId>> {
        let (register, _) = self.register(&community.scope, community.id).await?;
        let seats = register.in_office(BodyKind::SupervisionCommittee, on);
        Ok(seats.into_iter().map(|seat| seat.person).collect())
    }
}

/// 提议人 (who proposed a matter, as far as the record names a person).
fn proposers(events: &[yishi_deliberation::MatterEvent]) -> BTreeSet<PersonId> {
    use yishi_deliberation::MatterEvent;
    let proposed = events
        .iter()
        .filter(|event| matches!(event, MatterEvent::Proposed { .. } | MatterEvent::Resubmitted { .. }));
    proposed.filter_map(|event| event.act().by.person).collect()
}

/// The end of a day in China: the first instant of the next.
fn end_of(day: Date) -> AppResult<Timestamp> {
    let next = day.tomorrow().map_err(AppError::internal)?;
    let zone = jiff::tz::Offset::constant(8);
    zone.to_timestamp(next.to_datetime(jiff::civil::Time::midnight())).map_err(AppError::internal)
}

/// Where a condition is answered.
fn condition(code: &str) -> String {
    let mut pointer = "/conditions".to_owned();
    yishi_schema::push(&mut pointer, code);
    pointer
}

/// Why a closed ballot did not resolve its matter, in the stable word that [`App::resolve`] would answer with.
fn left_open(error: &AppError) -> String {
    match error {
        AppError::Refused(refusal) => refusal.code.to_owned(),
        AppError::RuleRefused { code, .. } => code.clone(),
        AppError::Conflict { code, .. } => (*code).to_owned(),
        AppError::Gate(failure) => failure.code.to_string(),
        AppError::Plugin(refusal) => refusal.code.to_string(),
        _ => "internal".to_owned(),
    }
}
