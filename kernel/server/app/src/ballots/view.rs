//! 表决的结果 (what is read of a ballot): its turnout while it is open, the finding in words once it is closed.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use yishi_canonical::Digest;
use yishi_deliberation::Question;
use yishi_deliberation::meeting::{Ballot, BallotOutcome, Meeting};
use yishi_identity::{Action, BallotId, CommunityId, MatterId, MeetingId};
use yishi_law::{CountingMode, FindingResult};
use yishi_storage::BallotState;

use crate::meetings::LoadedMeeting;
use crate::model::Model;
use crate::views::{BallotPhase, BallotView, DecisionView};
use crate::{App, AppError, AppResult, Community, OpContext, words};

/// Where a ballot is held.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct BallotAt {
    pub(super) meeting: MeetingId,
    pub(super) mode: CountingMode,
}

/// Finds the meeting of a ballot.
pub(super) const VIEW: Model<BallotAt> = Model::new("ballot");

impl App {
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

    /// The meeting of a ballot, to be looked at.
    pub(crate) async fn seen_meeting_of(
        &self,
        community: &Community,
        ballot: BallotId,
    ) -> AppResult<(u64, Arc<Meeting>)> {
        let row = self.read(&community.scope, &VIEW, ballot).await?;
        self.seen_meeting(community, row.ok_or(AppError::NotFound { what: "ballot" })?.body.meeting).await
    }

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

/// What is voted on, as one digest.
pub(crate) fn question_digest(question: &Question) -> AppResult<Digest> {
    question.digest().map_err(AppError::internal)
}

/// A closed ballot in words.
async fn decision_view(
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
