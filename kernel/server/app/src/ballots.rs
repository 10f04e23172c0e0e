//! 表决 (ballots): opened in a meeting, cast one by one, closed into a finding.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use yishi_acts::house::{CloseBallot, NewBallot};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yishi_acts::matter::resolution;
use yishi_acts::{Asks, Papers};
use yishi_canonical::Digest;
use yishi_deliberation::meeting::{Ballot, BallotOutcome, Meeting, MeetingCommand, MeetingEvent};
use yishi_deliberation::{HandCount, Question, Tally};
use yishi_identity::policy::Right;
use yishi_identity::{Action, BallotId, CommunityId, Elector, MatterId, MeetingId, PersonId};
use yishi_law::BodyKind;
use yishi_law::days::HolidayCalendar;
use yishi_law::{Authority, CountingMode, FindingResult, Secrecy, Step};
use yishi_storage::{
    BallotDraft, BallotKey, BallotSecrecy, BallotState, CastError, CastVote, Channel, EntryDraft, OpenVote,
    Row, Unit,
};

use crate::agenda::as_judged;
use crate::entry_kind::HouseEvent;
use crate::gates::Asked;
use crate::inputs::Vote;
use crate::load::expect_version;
use crate::meetings::{LoadedMeeting, distinct, meeting_row};
use crate::model::Model;
use crate::people::Electors;
use crate::perform::paper_rows;
use crate::step::{Loaded, proposal_of};
use crate::views::{BallotPhase, BallotView, DecisionView, VoteView};
use crate::{App, AppError, AppResult, Community, Here, OpContext, words};

/// An entry holds at most 64 KiB; a vote with its choice and nonce takes some 80 bytes.
const VOTES_AN_ENTRY: usize = 500;
/// Finds the meeting of a ballot.
const VIEW: Model<BallotAt> = Model::new("ballot");
/// How often a close is decided again because somebody voted meanwhile. Each vote can do that once, and one that is late
/// is refused as soon as the ballot is stopped.
const CLOSE_TRIES: u32 = 20;

/// Where a ballot is held.
#[derive(Debug, Serialize, Deserialize)]
struct BallotAt {
    meeting: MeetingId,
    mode: CountingMode,
}

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
        let mut state = loaded.meeting;
        let mut events: Vec<MeetingEvent> = Vec::new();
        let mut act = async |command: MeetingCommand, state: &mut Meeting| -> AppResult<()> {
            let (decided, after) =
                self.decide_meeting(&here, Some(state), &command, &asked, right, Some(&roll)).await?;
            events.extend(decided);
            *state = after.ok_or_else(|| AppError::internal("a meeting vanished"))?;
            Ok(())
        };
        for (number, one) in input.recused.iter().flatten().enumerate() {
            let field = format!("/recused/{number}");
            if one.matter != input.matter {
                return Err(AppError::field(
                    format!("{field}/matter"),
                    "unknown-reference",
                    "回避的应是这个事项",
                    "a recusal here is from this matter",
                ));
            }
            let Some(person) = one.person else {
                return Err(AppError::field(
                    format!("{field}/person"),
                    "missing",
                    "请写明回避的人",
                    "say who stands aside",
                ));
            };
            let spoken = self.speaks_for(&here, person).await?;
            let (command, papers) = {
                let salt = || self.fresh_salt();
                let mut papers = Papers::new(&salt);
                let command = one.becomes(&mut papers, person, spoken, &field)?;
                (command, papers.into_kept())
            };
            rows.extend(paper_rows(papers));
            act(command, &mut state).await?;
        }
        let mut conditions = BTreeMap::new();
        for (code, line) in input.conditions.iter().flatten() {
            let digest = self.keep_internal(&mut rows, &format!("/conditions/{}", pointer(code)), line)?;
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
        if let Some(code) =
            input.conditions.iter().flat_map(BTreeMap::keys).find(|code| !demanded.contains(code.as_str()))
        {
            return Err(AppError::field(
                format!("/conditions/{}", pointer(code)),
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

    /// 投票 (one vote; durable when this returns).
    ///
    /// # Errors
    /// `already-voted`, `vote-closed`, `not-on-roll`, `secret-vote-by-name`; the authorisation errors.
    pub async fn vote(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        ballot: BallotId,
        input: Vote,
    ) -> AppResult<VoteView> {
        let own = ctx.actor.person_in(community);
        let (voter, channel, action) = match (input.voter, own) {
            // A vote that staff enter never looks like one its voter sent.
            (Some(voter), own) if Some(voter) != own && input.channel == Some(Channel::Web) => {
                self.scope(ctx, community, Action::RecordPaperVote).await?;
                tracing::warn!(%ballot, %voter, "a vote was to be entered as if its voter had sent it");
                return Err(AppError::field(
                    "/channel",
                    "not-allowed",
                    "工作人员登记的票只能是现场票或者窗口票，不能记为本人网上投票",
                    "a vote that staff enter came in the meeting or at the desk; it is never one its voter sent",
                ));
            }
            (Some(voter), own) if Some(voter) != own => {
                (voter, input.channel.unwrap_or(Channel::Meeting), Action::RecordPaperVote)
            }
            (_, Some(own)) => (own, Channel::Web, Action::CastVote),
            (_, None) if ctx.actor.account.is_none() => return Err(AppError::NotSignedIn),
            (_, None) => {
                // Said to staff; whoever enters nobody's votes here hears that.
                self.scope(ctx, community, Action::RecordPaperVote).await?;
                return Err(AppError::field(
                    "/voter",
                    "missing",
                    "工作人员登记投票须写明投票人",
                    "staff who enter a vote say whose it is",
                ));
            }
        };
        let here = self.scope(ctx, community, action).await?;
        if action == Action::RecordPaperVote {
            self.takes_votes_by_name(&here, ballot).await?;
        }
        self.in_time()?;
        if action == Action::RecordPaperVote {
            let people = self.people(&here).await?;
            if people.persons.get(&voter).is_some_and(|voter| voter.has_died_by(ctx.today)) {
                let name = people.name(voter);
                return Err(AppError::conflict(
                    "has-died",
                    format!("“{name}”在名册上已登记去世，不能登记其投票"),
                    format!("{name} is recorded as having died: no vote of theirs is entered"),
                ));
            }
        }
        let elector = match self.elector(&here, ballot, voter).await {
            Err(AppError::RuleRefused { .. }) => {
                return Err(self.why_not(&here, ballot, voter, action).await);
            }
            other => other?,
        };
        let mut random_key = [0; 16];
        self.entropy.fill(&mut random_key);
        let actor = match action {
            Action::RecordPaperVote => Some(self.officer(ctx, &here.scope).await?),
            _ => None,
        };
        let receipt = self
            .store
            .cast(CastVote {
                scope: here.scope.clone(),
                ballot: ballot.to_string(),
                voter: elector.to_string(),
                choice: input.choice,
                channel,
                actor,
                at: self.now(),
                idempotency_key: ctx.key.as_ref().map(|key| format!("{}:{}", key.owner, key.key)),
                random_key,
            })
            .await;
        let receipt = match receipt {
            Ok(receipt) => receipt,
            Err(CastError::NotOnRoll) => return Err(self.why_not(&here, ballot, voter, action).await),
            Err(CastError::AlreadyVoted { seq }) => {
                return Err(self.voted_before(&here, ballot, elector, seq, action).await);
            }
            Err(error) => return Err(error.into()),
        };
        Ok(VoteView { seq: receipt.seq, leaf: receipt.leaf, replayed: receipt.replayed })
    }

    /// R35: in a secret ballot nobody enters what a named person chose. Their paper goes into the box and is counted there.
    async fn takes_votes_by_name(&self, community: &Community, ballot: BallotId) -> AppResult<()> {
        let row = self.store.ballot(&community.scope, &ballot.to_string()).await?;
        match row.ok_or(AppError::NotFound { what: "ballot" })?.secrecy {
            BallotSecrecy::Open => Ok(()),
            BallotSecrecy::Secret => Err(AppError::RuleRefused {
                code: "secret-vote-by-name".to_owned(),
                zh: "无记名投票不登记个人的选择：纸质票投入票箱，由计票、监票人员清点总数".to_owned(),
                en: "in a secret ballot nobody enters what a named person chose: papers go into the box, and the tellers count them"
                    .to_owned(),
                by: vec![Authority::Ruling { id: "R35".to_owned() }],
            }),
        }
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
            self.decide_meeting(&here, Some(&meeting), &command, &asked, right, Some(&roll)).await
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
        let after = after.ok_or_else(|| AppError::internal("a meeting vanished"))?;
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

    /// 表决 (public: turnout while it is open, the finding once it is closed).
    pub async fn ballot(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        ballot: BallotId,
    ) -> AppResult<BallotView> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let (version, meeting) = self.seen_meeting_of(&here, ballot).await?;
        let found = meeting.ballots.get(&ballot).ok_or(AppError::NotFound { what: "ballot" })?;
        self.ballot_view(&here, &meeting, version, found).await
    }

    pub(crate) async fn ballot_view(
        &self,
        community: &Community,
        meeting: &Meeting,
        version: u64,
        ballot: &Ballot,
    ) -> AppResult<BallotView> {
        let stored = self.store.ballot(&community.scope, &ballot.id.to_string()).await?;
        let votes = ballot.closed.as_ref().map(|closed| closed.votes().total().unwrap_or(0));
        Ok(BallotView {
            id: ballot.id,
            version,
            matter: ballot.matter,
            title: self.matter_title(community, ballot.matter).await?,
            meeting: meeting.id,
            question: question_digest(&ballot.question)?,
            text: ballot.question.text,
            // Whoever could not close it yet after the votes were stopped, for want of disk or breath, closes it again.
            state: match stored.as_ref().map(|row| row.state) {
                Some(BallotState::Stopped) if ballot.is_open() => BallotPhase::Stopped,
                _ if ballot.is_open() => BallotPhase::Open,
                _ => BallotPhase::Closed,
            },
            secrecy: ballot.secrecy,
            roll_size: ballot.voters.len() as u64,
            entitled: meeting.roll.map_or(0, |roll| roll.size),
            turnout: votes.unwrap_or_else(|| stored.as_ref().map_or(0, |row| row.cast)),
            decision: decision_view(self, community, meeting, ballot, None).await,
        })
    }

    /// What a closed ballot came to.
    pub(crate) async fn ballot_outcome(
        &self,
        community: &Community,
        ballot: BallotId,
    ) -> AppResult<BallotOutcome> {
        let loaded = self.meeting_of(community, ballot).await?;
        let found = loaded.meeting.ballots.get(&ballot).ok_or(AppError::NotFound { what: "ballot" })?;
        found
            .outcome(loaded.meeting.id)
            .ok_or_else(|| AppError::conflict("vote-not-closed", "表决尚未结束", "the ballot is still open"))
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
        let forgotten = self.electors.forgotten();
        let electors = match self.electors.get(&ballot) {
            Some(electors) => electors,
            None => {
                let (_, meeting) = self.seen_meeting_of(community, ballot).await?;
                let found = meeting.ballots.get(&ballot).ok_or(AppError::NotFound { what: "ballot" })?;
                let electors = match meeting.mode {
                    CountingMode::Persons => Electors::Persons,
                    // Only the one who came for the household votes for it (R16).
                    CountingMode::Households => {
                        let came = found.voters.iter().map(|(elector, person)| (*person, *elector));
                        Electors::Households(Arc::new(came.collect()))
                    }
                };
                self.electors.put(forgotten, ballot, electors.clone());
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
        let row = self.read(&community.scope, &VIEW, ballot).await?;
        self.seen_meeting(community, row.ok_or(AppError::NotFound { what: "ballot" })?.body.meeting).await
    }
}

impl App {
    /// 监督委员会成员 in office on a day.
    async fn supervisors(&self, community: &Community, on: Date) -> AppResult<BTreeSet<PersonId>> {
        let (register, _) = self.register(&community.scope, community.id).await?;
        let seats = register.in_office(BodyKind::SupervisionCommittee, on);
        Ok(seats.into_iter().map(|seat| seat.person).collect())
    }

    /// Why a person has no vote in a ballot, in words that say what to do.
    async fn why_not(
        &self,
        community: &Community,
        ballot: BallotId,
        voter: PersonId,
        action: Action,
    ) -> AppError {
        match self.no_vote(community, ballot, voter, action).await {
            Ok(refusal) => refusal,
            Err(error) => error,
        }
    }

    async fn no_vote(
        &self,
        community: &Community,
        ballot: BallotId,
        voter: PersonId,
        action: Action,
    ) -> AppResult<AppError> {
        let meeting = self.meeting_of(community, ballot).await?.meeting;
        let found = meeting.ballots.get(&ballot).ok_or(AppError::NotFound { what: "ballot" })?;
        let roll = self.roll_of(community, &meeting).await?;
        let (who_zh, who_en) = if action == Action::CastVote {
            ("您".to_owned(), "you".to_owned())
        } else {
            let name = self.people(community).await?.name(voter);
            (format!("“{name}”"), name)
        };
        let body = words::body(meeting.body, community.kind);
        Ok(match roll.elector_of(voter) {
            None => AppError::RuleRefused {
                code: "not-on-roll".to_owned(),
                zh: format!("{who_zh}不在这次{}的名册上，不能参加这次表决", body.zh),
                en: format!("{who_en}: not on the roll of this sitting ({})", body.en),
                by: Vec::new(),
            },
            Some(elector) if found.recused.contains(&elector) => AppError::conflict(
                "recused",
                format!("{who_zh}回避了这个事项，不参加表决"),
                format!("{who_en}: recused from this item, without a vote on it"),
            ),
            Some(elector) if found.voters.contains_key(&elector) => AppError::conflict(
                "household-votes-once",
                format!("{who_zh}家到会的是另一人，一户一票，由到会的人投"),
                format!("{who_en}: another of the household is there, and a household has one vote"),
            ),
            Some(_) => AppError::conflict(
                "not-in-the-room",
                format!(
                    "表决开始时{who_zh}没有签到，不能参加这次表决；请向会议的工作人员登记到会，再参加下一项表决"
                ),
                format!(
                    "{who_en}: not checked in when this ballot opened, so without a vote in it; have the clerk record the arrival and vote on the next item"
                ),
            ),
        })
    }

    /// That a vote was taken before: how, when, and whom to ask where staff entered it.
    async fn voted_before(
        &self,
        community: &Community,
        ballot: BallotId,
        elector: Elector,
        seq: u64,
        action: Action,
    ) -> AppError {
        match self.first_vote(community, ballot, elector, seq, action).await {
            Ok(refusal) => refusal,
            Err(error) => error,
        }
    }

    async fn first_vote(
        &self,
        community: &Community,
        ballot: BallotId,
        elector: Elector,
        seq: u64,
        action: Action,
    ) -> AppResult<AppError> {
        let scope = &community.scope;
        let voter = self.store.voter(scope, &ballot.to_string(), &elector.to_string()).await?;
        let entry = self.store.entries(scope, seq, 1).await?.into_iter().next();
        let channel = voter.flatten().map_or(Channel::Web, |cast| cast.channel);
        let own = action == Action::CastVote;
        let row = self.store.ballot(scope, &ballot.to_string()).await?;
        let secret = row.is_some_and(|row| row.secrecy == BallotSecrecy::Secret);
        let at = match entry {
            Some(entry) => when(entry.envelope()?.at, secret),
            None => String::new(),
        };
        let (zh, en) = match (channel, own) {
            (Channel::Web, true) => (
                format!("您已于{at}在网上投过票，每人只计一次"),
                format!("you voted on your own page on {at}; each voter counts once"),
            ),
            (Channel::Web, false) => (
                format!("本人已于{at}在网上投过票，不能再登记书面票"),
                format!("they voted on their own page on {at}; no paper vote is entered beside it"),
            ),
            (_, true) => (
                format!(
                    "工作人员已于{at}为您登记了一张书面票，每人只计一次；如果不是您投的，请当场向主持人和监票人提出，由他们核对签到单和纸质票"
                ),
                format!(
                    "staff entered a paper vote for you on {at}; each voter counts once. If you did not cast it, tell the presider and the tellers in the room, who check the attendance sheet and the papers"
                ),
            ),
            (_, false) => (
                format!("已于{at}为其登记过一张书面票，每人只计一次"),
                format!("a paper vote was entered for them on {at}; each voter counts once"),
            ),
        };
        Ok(AppError::conflict("already-voted", zh, en))
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

/// When a vote came: the minute, and of a secret one the day only.
fn when(at: Timestamp, secret: bool) -> String {
    let local = jiff::tz::Offset::constant(8).to_datetime(at);
    local.strftime(if secret { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M" }).to_string()
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
pub(crate) async fn decision_view(
    app: &App,
    community: &Community,
    meeting: &Meeting,
    ballot: &Ballot,
    seq: Option<u64>,
) -> Option<DecisionView> {
    let closed = ballot.closed.as_ref()?;
    let mut decision =
        decision_of(app, community, ballot.id, meeting.body, closed.act.at, &closed.finding, seq).await;
    if closed.not_voting > 0 {
        decision.words.push(format!("到会未投{}人", closed.not_voting));
        decision.words_en.push(format!("{} present did not vote", closed.not_voting));
    }
    if closed.late.is_some() {
        let (sat, on) = (meeting.sits_on, closed.act.on);
        decision.words.push(format!("会议于{sat}召开，现场票数于{on}依会议记录补登"));
        decision.words_en.push(format!(
            "The sitting was on {sat}; the figures of the room were entered on {on} from its minutes"
        ));
    }
    Some(decision)
}

/// A finding in words.
pub(crate) async fn decision_of(
    app: &App,
    community: &Community,
    ballot: BallotId,
    body: yishi_law::BodyKind,
    at: Timestamp,
    finding: &yishi_law::Finding,
    seq: Option<u64>,
) -> DecisionView {
    let name = words::body(body, community.kind);
    let described = app.in_words(finding).await;
    DecisionView {
        ballot,
        body_name: name.zh,
        body_name_en: name.en,
        at,
        passed: finding.result == FindingResult::Passed,
        finding: finding.clone(),
        words: described.zh.lines().map(str::to_owned).collect(),
        words_en: described.en.lines().map(str::to_owned).collect(),
        seq,
    }
}

impl App {
    /// The ballots held on a matter, all of them, oldest first.
    pub(crate) async fn ballots_of(
        &self,
        community: &Community,
        matter: MatterId,
    ) -> AppResult<Vec<BallotId>> {
        let rows = self.every(&community.scope, &VIEW, Some(&matter.to_string())).await?;
        rows.into_iter().map(|row| row.id.parse().map_err(AppError::internal)).collect()
    }
}
