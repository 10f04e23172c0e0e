//! 投票 (one vote): who casts it for whom, and why somebody has none.

use std::sync::Arc;

use jiff::Timestamp;
use yishi_identity::{Action, BallotId, CommunityId, Elector, PersonId};
use yishi_law::{Authority, CountingMode};
use yishi_storage::{BallotSecrecy, CastError, CastVote, Channel};

use crate::inputs::Vote;
use crate::people::Electors;
use crate::views::VoteView;
use crate::{App, AppError, AppResult, Community, OpContext, words};

impl App {
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
                return self.has_no_vote(&here, ballot, voter, action).await;
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
            Err(CastError::NotOnRoll) => return self.has_no_vote(&here, ballot, voter, action).await,
            Err(CastError::AlreadyVoted { seq }) => {
                return self.has_voted(&here, ballot, elector, seq, action).await;
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

    /// Refuses a vote that a person does not have in a ballot, in words that say what to do.
    async fn has_no_vote<T>(
        &self,
        community: &Community,
        ballot: BallotId,
        voter: PersonId,
        action: Action,
    ) -> AppResult<T> {
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
        Err(match roll.elector_of(voter) {
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

    /// Refuses a second vote: how the first was taken, when, and whom to ask where staff entered it.
    async fn has_voted<T>(
        &self,
        community: &Community,
        ballot: BallotId,
        elector: Elector,
        seq: u64,
        action: Action,
    ) -> AppResult<T> {
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
        Err(AppError::conflict("already-voted", zh, en))
    }
}

/// When a vote came: the minute, and of a secret one the day only.
fn when(at: Timestamp, secret: bool) -> String {
    let local = jiff::tz::Offset::constant(8).to_datetime(at);
    local.strftime(if secret { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M" }).to_string()
}
