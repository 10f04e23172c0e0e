//! 表决 (ballots): opened in a meeting, cast one by one, closed into a finding.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};
use yishi_canonical::Digest;
use yishi_deliberation::meeting::{Ballot, BallotOutcome, Meeting, MeetingCommand, MeetingEvent, TieMotion};
use yishi_deliberation::{HandCount, Matter, MatterCommand, Question, Tally};
use yishi_identity::{Action, BallotId, CommunityId, Elector, MatterId, MeetingId, PersonId};
use yishi_law::days::HolidayCalendar;
use yishi_law::{CountingMode, FindingResult, Secrecy, Step};
use yishi_storage::{
    BallotDraft, BallotSecrecy, CastVote, Channel, EntryDraft, Page, Row, Unit, ViewQuery, ViewRow,
};

use crate::agenda::as_judged;
use crate::bodies::keep_internal;
use crate::gates::{Asked, At};
use crate::inputs::{CloseBallot, NewBallot, Vote};
use crate::load::expect_version;
use crate::meetings::{LoadedMeeting, distinct, meeting_row};
use crate::people::Electors;
use crate::step::{Loaded, proposal_of};
use crate::views::{BallotView, DecisionView, VoteView};
use crate::{App, AppError, AppResult, Community, OpContext, words};

/// Finds the meeting of a ballot.
const VIEW: &str = "ballot";

impl App {
    /// 开始表决 (puts a matter's exact text to the vote of the meeting).
    ///
    /// # Errors
    /// A refusal when the meeting is not quorate, the matter is not on the agenda or not ready; the authorisation
    /// errors.
    pub async fn open_ballot(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        meeting: MeetingId,
        input: NewBallot,
    ) -> AppResult<BallotView> {
        let (community, loaded) = self.meeting_for(ctx, community, meeting, Action::OpenBallot, true).await?;
        let Loaded { matter, version: judged, .. } = self.load_matter(&community, input.matter).await?;
        let proposal = proposal_of(&matter)?;
        let facts = self.facts(&community, &matter).await?;
        let at = At { body: loaded.meeting.body, step: Step::Resolve, mode: loaded.meeting.mode };
        let evidence = self.resolution_evidence(&community, &matter).await?;
        let asked = self.ask(ctx, &community, &matter.pins, &facts, at, &evidence).await?;
        let vetted = self.vet_before_vote(ctx, &community, matter.id).await?;
        let law = self.pinned_floor(&community, &matter.pins)?;
        let holidays = HolidayCalendar::none();
        let findings = asked.for_machine();
        let mut machine = self.machine_context(ctx, &community, Action::OpenBallot).await?;
        machine.ties.ends = self.ended_by(&community, matter.id).await?;
        // Nobody votes in vain: what the resolution would be refused for is said before the vote.
        let ready = machine.with(ctx, &asked, law, &holidays, &findings);
        matter.ready_for_ballot(at.body, &proposal.question(), &ready)?;
        let demanded = asked.terms.secrecy.as_ref().map_or(Secrecy::Open, |cited| cited.value);
        let secrecy = input.secrecy.unwrap_or(Secrecy::Open).max(demanded);
        let id = BallotId::from_uuid(self.uuid(ctx));
        let roll = self.roll_of(&community, &loaded.meeting).await?;
        let mut rows = vetted;
        // Whoever withdraws or revises the matter meanwhile and this ballot cannot both become durable.
        rows.push(as_judged(matter.id, judged));
        let mut state = loaded.meeting;
        let mut events: Vec<MeetingEvent> = Vec::new();
        let mut act = async |command: MeetingCommand, state: &mut Meeting| -> AppResult<()> {
            let (decided, after) = self
                .decide_meeting(
                    ctx,
                    &community,
                    Some(state),
                    &command,
                    &asked,
                    Action::OpenBallot,
                    Some(&roll),
                )
                .await?;
            events.extend(decided);
            *state = after.ok_or_else(|| AppError::internal("a meeting vanished"))?;
            Ok(())
        };
        for person in distinct(&input.recused) {
            let elector = roll.elector_of(person).ok_or_else(|| {
                AppError::field(
                    "/recused",
                    "not-on-roll",
                    "回避的人不在名册上",
                    "a recused person is not on the roll",
                )
            })?;
            let reason =
                keep_internal(&mut rows, "/recused", &format!("回避：与事项 {} 有利害关系", input.matter))?;
            act(MeetingCommand::Recuse { matter: input.matter, elector, reason }, &mut state).await?;
        }
        let mut conditions = BTreeMap::new();
        for (code, line) in &input.conditions {
            let digest = keep_internal(&mut rows, &format!("/conditions/{}", pointer(code)), line)?;
            conditions.insert(code.clone(), digest);
        }
        let command = MeetingCommand::OpenBallot {
            ballot: id,
            matter: input.matter,
            question: proposal.question(),
            subjects: proposal.subjects.clone(),
            law_date: matter.pins.law_date,
            secrecy,
            conditions,
        };
        act(command, &mut state).await?;
        let ballot =
            state.ballots.get(&id).ok_or_else(|| AppError::internal("no ballot came of the events"))?;
        let demanded: BTreeSet<_> =
            ballot.terms.conditions.iter().map(|(one, _)| one.code.as_str()).collect();
        if let Some(code) = input.conditions.keys().find(|code| !demanded.contains(code.as_str())) {
            return Err(AppError::field(
                format!("/conditions/{}", pointer(code)),
                "unknown-condition",
                "没有规则要求这项条件",
                "no rule puts this condition",
            ));
        }
        // Whoever is in the room may vote; whoever comes later votes on the next question.
        let voters = state.present.keys().filter(|elector| !ballot.recused.contains(elector));
        let draft = BallotDraft {
            ballot: id.to_string(),
            secrecy: match secrecy {
                Secrecy::Open => BallotSecrecy::Open,
                Secrecy::Secret => BallotSecrecy::Secret,
            },
            deadline: None,
            roll: voters.map(ToString::to_string).collect(),
        };
        let stream = meeting.to_string();
        let mut unit = Unit::of(community.scope.clone());
        unit.entries = self.drafts(ctx, "meeting", &stream, loaded.version, &events)?;
        crate::step::attach(&mut unit.entries, &asked);
        let version = loaded.version + events.len() as u64;
        unit.rows = rows;
        unit.rows.push(Row::OpenBallot(draft));
        unit.rows.push(meeting_row(&state, version));
        unit.rows.push(Row::PutView(ViewRow {
            kind: VIEW.to_owned(),
            id: id.to_string(),
            sort: String::new(),
            parent: Some(input.matter.to_string()),
            version,
            body: json!({ "meeting": stream, "mode": state.mode }),
        }));
        let view = self.ballot_view(&community, &state, version, ballot).await?;
        self.commit(ctx, unit, 201, view).await
    }

    /// 投票 (one vote; durable when this returns).
    ///
    /// # Errors
    /// `already-voted`, `vote-closed`, `not-on-roll`; the authorisation errors.
    pub async fn vote(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        ballot: BallotId,
        input: Vote,
    ) -> AppResult<VoteView> {
        let own = ctx.actor.person_in(community);
        let (voter, channel, action) = match (input.voter, own) {
            (Some(voter), own) if Some(voter) != own => {
                (voter, input.channel.unwrap_or(Channel::Meeting), Action::RecordPaperVote)
            }
            (_, Some(own)) => (own, Channel::Web, Action::CastVote),
            (_, None) if ctx.actor.account.is_none() => return Err(AppError::NotSignedIn),
            (_, None) => {
                return Err(AppError::field(
                    "/voter",
                    "missing",
                    "工作人员登记投票须写明投票人",
                    "staff who enter a vote say whose it is",
                ));
            }
        };
        let community = self.scope(ctx, community, action).await?;
        self.in_time()?;
        let elector = self.elector(&community, ballot, voter).await?;
        let mut random_key = [0; 16];
        self.entropy.fill(&mut random_key);
        let actor = ctx.actor.account.map_or_else(|| "system".to_owned(), |account| account.to_string());
        let receipt = self
            .store
            .cast(CastVote {
                scope: community.scope,
                ballot: ballot.to_string(),
                voter: elector.to_string(),
                choice: input.choice,
                channel,
                actor,
                at: self.now(),
                idempotency_key: ctx.key.as_ref().map(|key| format!("{}:{}", key.owner, key.key)),
                random_key,
            })
            .await?;
        Ok(VoteView { seq: receipt.seq, leaf: receipt.leaf, replayed: receipt.replayed })
    }

    /// 结束表决 (stops casting, adds what was counted in the room, and finds the result).
    ///
    /// A ballot that was opened can always be closed, since nobody may leave and no meeting may end while it is open:
    /// where the resolution is refused, or a rule gives no answer, the result stands and the resolution is left to
    /// [`App::resolve`], as it is after a tie. The entry then says so.
    ///
    /// # Errors
    /// A refusal when the counts do not add up to those present; the authorisation errors.
    pub async fn close_ballot(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        ballot: BallotId,
        input: CloseBallot,
    ) -> AppResult<BallotView> {
        let community = self.scope(ctx, community, Action::CloseBallot).await?;
        let LoadedMeeting { meeting, version } = self.meeting_of(&community, ballot).await?;
        expect_version(ctx, version)?;
        let mut rows = Vec::new();
        let hand = match input.hand_count {
            Some(hand) => Some(HandCount {
                votes: Tally { yes: hand.yes, no: hand.no, abstain: hand.abstain, spoilt: hand.spoilt },
                not_voting: hand.not_voting,
                tellers: distinct(&hand.tellers),
                record: keep_internal(&mut rows, "/hand_count/record", &hand.record)?,
            }),
            None => None,
        };
        let tally = self.store.stop_ballot(&community.scope, &ballot.to_string()).await?;
        let cast = Tally { yes: tally.yes, no: tally.no, abstain: tally.abstain, spoilt: 0 };
        let command = MeetingCommand::CloseBallot { ballot, cast, hand };
        let asked = Asked { terms: meeting.terms.clone(), ..Asked::default() };
        let roll = self.roll_of(&community, &meeting).await?;
        let (events, after) = self
            .decide_meeting(
                ctx,
                &community,
                Some(&meeting),
                &command,
                &asked,
                Action::CloseBallot,
                Some(&roll),
            )
            .await?;
        let after = after.ok_or_else(|| AppError::internal("a meeting vanished"))?;
        let mut unit = Unit::of(community.scope.clone());
        unit.entries = self.drafts(ctx, "meeting", &meeting.id.to_string(), version, &events)?;
        if !tally.choices.is_empty()
            && let Some(body) = unit.entries.first_mut().and_then(|entry| entry.body.as_object_mut())
        {
            // How many, not one by one: without their keys the choices say no more, and the list of a large assembly
            // would not fit into an entry, so that its ballot could never be closed.
            let choices = json!({ "yes": tally.yes, "no": tally.no, "abstain": tally.abstain });
            body.insert("choices".to_owned(), choices);
        }
        let version = version + events.len() as u64;
        unit.rows = rows;
        unit.rows.push(Row::SettleBallot { ballot: ballot.to_string() });
        unit.rows.push(meeting_row(&after, version));
        match self.resolution_by(ctx, &community, &after, ballot, &unit.rows).await {
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
        let closed = after.ballots.get(&ballot).ok_or(AppError::NotFound { what: "ballot" })?;
        let view = self.ballot_view(&community, &after, version, closed).await?;
        self.commit(ctx, unit, 200, view).await
    }

    /// The resolution that goes into the unit which closes its ballot, so that nothing can come between the two. A tie
    /// is settled by a re-vote or a motion first (R7).
    async fn resolution_by(
        &self,
        ctx: &OpContext,
        community: &Community,
        meeting: &Meeting,
        ballot: BallotId,
        pending: &[Row],
    ) -> AppResult<Option<(Vec<EntryDraft>, Vec<Row>)>> {
        let Some(outcome) = meeting.outcome(ballot) else { return Ok(None) };
        if outcome.finding.result == FindingResult::Tied {
            return Ok(None);
        }
        let loaded = self.load_matter(community, outcome.matter).await?;
        let facts = self.facts(community, &loaded.matter).await?;
        let at = At { body: meeting.body, step: Step::Resolve, mode: meeting.mode };
        let evidence = self.resolution_evidence(community, &loaded.matter).await?;
        let asked = self.ask(ctx, community, &loaded.matter.pins, &facts, at, &evidence).await?;
        let law = self.pinned_floor(community, &loaded.matter.pins)?;
        let holidays = HolidayCalendar::none();
        let findings = asked.for_machine();
        let mut machine = self.machine_context(ctx, community, Action::RecordResolution).await?;
        machine.ties.ends = self.ended_by(community, outcome.matter).await?;
        let context = machine.with(ctx, &asked, law, &holidays, &findings);
        let command = MatterCommand::Resolve { outcome: Box::new(outcome.clone()), motion: None };
        let events = Matter::decide(Some(&loaded.matter), &command, &context)?;
        let stream = outcome.matter.to_string();
        let mut entries = self.drafts(ctx, "matter", &stream, loaded.version, &events)?;
        crate::step::attach(&mut entries, &asked);
        let deed = self.rule_voted(ctx, community, outcome.matter, &outcome).await?;
        entries.extend(deed.entries);
        let mut rows = deed.rows;
        let after = events.iter().fold(Some(loaded.matter), Matter::evolve);
        let after = after.ok_or_else(|| AppError::internal("a matter vanished"))?;
        let version = loaded.version + events.len() as u64;
        rows.push(self.matter_row(community, &after, version, pending).await?);
        Ok(Some((entries, rows)))
    }

    /// 表决 (public: turnout while it is open, the finding once it is closed).
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn ballot(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        ballot: BallotId,
    ) -> AppResult<BallotView> {
        let community = self.scope(ctx, community, Action::ViewPublic).await?;
        let (version, meeting) = self.seen_meeting_of(&community, ballot).await?;
        let found = meeting.ballots.get(&ballot).ok_or(AppError::NotFound { what: "ballot" })?;
        self.ballot_view(&community, &meeting, version, found).await
    }

    pub(crate) async fn ballot_view(
        &self,
        community: &Community,
        meeting: &Meeting,
        version: u64,
        ballot: &Ballot,
    ) -> AppResult<BallotView> {
        let stored = self.store.ballot(&community.scope, &ballot.id.to_string()).await?;
        let votes = ballot.closed.as_ref().map(|closed| {
            let hand = closed.hand.as_ref().and_then(|hand| hand.votes.total()).unwrap_or(0);
            closed.cast.total().unwrap_or(0) + hand
        });
        Ok(BallotView {
            id: ballot.id.to_string(),
            version,
            matter: ballot.matter.to_string(),
            title: self.matter_title(community, ballot.matter).await?,
            meeting: meeting.id.to_string(),
            question: question_digest(&ballot.question)?,
            state: if ballot.is_open() { "open" } else { "closed" }.to_owned(),
            secrecy: words::code(&ballot.secrecy),
            roll_size: stored.as_ref().map_or(ballot.roll.size, |row| row.roll_size),
            turnout: votes.unwrap_or_else(|| stored.as_ref().map_or(0, |row| row.cast)),
            decision: decision_view(self, community, meeting, ballot, None),
        })
    }

    /// What a closed ballot came to, with the step it belongs to.
    pub(crate) async fn ballot_outcome(
        &self,
        community: &Community,
        ballot: BallotId,
    ) -> AppResult<(BallotOutcome, Option<Digest>, At)> {
        let loaded = self.meeting_of(community, ballot).await?;
        let found = loaded.meeting.ballots.get(&ballot).ok_or(AppError::NotFound { what: "ballot" })?;
        let outcome = found.outcome(loaded.meeting.id).ok_or_else(|| {
            AppError::conflict("vote-not-closed", "表决尚未结束", "the ballot is still open")
        })?;
        let motion = match found.motion {
            Some((TieMotion::NotPassed, minutes)) => Some(minutes),
            _ => None,
        };
        let at = At { body: loaded.meeting.body, step: Step::Resolve, mode: loaded.meeting.mode };
        Ok((outcome, motion, at))
    }

    pub(crate) async fn meeting_of(
        &self,
        community: &Community,
        ballot: BallotId,
    ) -> AppResult<LoadedMeeting> {
        let (version, meeting) = self.seen_meeting_of(community, ballot).await?;
        Ok(LoadedMeeting { meeting: Arc::unwrap_or_clone(meeting), version })
    }

    /// Who a person counts as in a ballot: themselves, or their household.
    pub(crate) async fn elector(
        &self,
        community: &Community,
        ballot: BallotId,
        voter: PersonId,
    ) -> AppResult<Elector> {
        let electors = match self.electors.get(&ballot) {
            Some(electors) => electors,
            None => {
                let (_, meeting) = self.seen_meeting_of(community, ballot).await?;
                let found = meeting.ballots.get(&ballot).ok_or(AppError::NotFound { what: "ballot" })?;
                let electors = match meeting.mode {
                    CountingMode::Persons => Electors::Persons,
                    // Only the one who came for the household votes for it (R16).
                    CountingMode::Households => {
                        let came = meeting.present.values();
                        let electors =
                            came.filter_map(|person| Some((*person, meeting.voter(found, *person)?)));
                        Electors::Households(Arc::new(electors.collect()))
                    }
                };
                self.electors.put(ballot, electors.clone());
                electors
            }
        };
        match electors {
            Electors::Persons => Ok(Elector::Person(voter)),
            Electors::Households(came) => {
                came.get(&voter).copied().ok_or_else(|| AppError::from(yishi_storage::CastError::NotOnRoll))
            }
        }
    }

    /// The meeting of a ballot, to be looked at.
    pub(crate) async fn seen_meeting_of(
        &self,
        community: &Community,
        ballot: BallotId,
    ) -> AppResult<(u64, Arc<Meeting>)> {
        let row = self.store.view(&community.scope, VIEW, &ballot.to_string()).await?;
        let row = row.ok_or(AppError::NotFound { what: "ballot" })?;
        let meeting = row.body["meeting"].as_str().unwrap_or_default().parse().map_err(AppError::internal)?;
        self.seen_meeting(community, meeting).await
    }
}

/// A key as a step of a JSON Pointer (RFC 6901).
fn pointer(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
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

/// What is voted on, as one digest.
pub(crate) fn question_digest(question: &Question) -> AppResult<Digest> {
    question.digest().map_err(AppError::internal)
}

/// A closed ballot in words.
pub(crate) fn decision_view(
    app: &App,
    community: &Community,
    meeting: &Meeting,
    ballot: &Ballot,
    seq: Option<u64>,
) -> Option<DecisionView> {
    let closed = ballot.closed.as_ref()?;
    Some(decision_of(
        app,
        community,
        &ballot.id.to_string(),
        meeting.body,
        closed.act.at,
        &closed.finding,
        seq,
    ))
}

/// A finding in words.
pub(crate) fn decision_of(
    app: &App,
    community: &Community,
    ballot: &str,
    body: yishi_law::BodyKind,
    at: Timestamp,
    finding: &yishi_law::Finding,
    seq: Option<u64>,
) -> DecisionView {
    let name = words::body(body, community.kind);
    let described = finding.describe_with(&|component| app.rule_title(component));
    DecisionView {
        ballot: ballot.to_owned(),
        body_name: name.zh,
        body_name_en: name.en,
        at: at.to_string(),
        passed: finding.result == FindingResult::Passed,
        finding: finding.clone(),
        words: described.zh.lines().map(str::to_owned).collect(),
        words_en: described.en.lines().map(str::to_owned).collect(),
        seq,
    }
}

impl App {
    /// The ballots held on a matter, all of them, oldest first.
    pub(crate) async fn ballots_of(&self, community: &Community, matter: MatterId) -> AppResult<Vec<String>> {
        const STEP: u32 = 100;
        let mut ballots = Vec::new();
        let mut after = None;
        loop {
            let query = ViewQuery {
                kind: VIEW.to_owned(),
                parent: Some(matter.to_string()),
                page: Page { after, limit: STEP },
                descending: false,
            };
            let rows = self.store.views(&community.scope, &query).await?;
            let full = rows.len() == STEP as usize;
            after = rows.last().map(|last| (last.sort.clone(), last.id.clone())).filter(|_| full);
            ballots.extend(rows.into_iter().map(|row| row.id));
            if after.is_none() {
                return Ok(ballots);
            }
        }
    }
}
