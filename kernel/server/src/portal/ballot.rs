//! 投票页 (the ballot paper, the receipt, paper votes, closing).
use yishi_portal::Speak as _;

use serde_json::{Value, json};
use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use yishi_app::inputs::Vote;
use yishi_app::reader::VoteStanding;
use yishi_app::views::BallotPhase;
use yishi_app::views::{BallotView, MatterView};
use yishi_app::{AppError, RequestKey};
use yishi_edge::extract::Path;
use yishi_identity::{BallotId, CommunityId, MatterId, MeetingId};
use yishi_law::{CountingMode, Secrecy};
use yishi_portal::context::{Choice, Link, NavItem, ReceiptPage, VotePage, VoteState};
use yishi_storage::Channel;

use super::answer::{Miss, Tried, fresh_key};
use super::finding::{receipt_href, rule_pages};
use super::phrases;
use super::posted::Posted;
use super::visit::{Place, Visit};
use crate::http::Server;

/// Paragraphs of the text on a ballot paper; the rest is on the matter's page.
const PARAGRAPHS: usize = 3;

/// Routes of this file.
pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/c/{community}/ballots/{ballot}", get(vote_page).post(vote))
        .route("/c/{community}/ballots/{ballot}/receipt", get(receipt_page))
        .route("/c/{community}/ballots/{ballot}/record", post(record_vote))
}

async fn vote_page(visit: Visit, Path((community, ballot)): Path<(CommunityId, BallotId)>) -> Response {
    let page = visit.vote_page(community, ballot, None, None).await;
    visit.show(page).await
}

async fn vote(
    visit: Visit,
    Path((community, ballot)): Path<(CommunityId, BallotId)>,
    posted: Posted,
) -> Response {
    let choice = visit.chosen(&posted);
    let sent = match &choice {
        // A choice is looked over before it is cast: a slip of the thumb is no vote.
        Ok(choice) if posted.text("confirmed") != "true" => {
            let page = visit.vote_page(community, ballot, None, Some(*choice)).await;
            return visit.show(page).await;
        }
        Ok(choice) => visit.vote(community, ballot, *choice, &posted).await,
        Err(_) => Ok(()),
    };
    match choice.and(sent) {
        Ok(()) => visit.redirect(&format!("/c/{community}/ballots/{ballot}/receipt")),
        Err(miss) => {
            let page = match visit.tried(&miss, "vote", &posted, &[]) {
                Some(tried) => visit.vote_page(community, ballot, Some(&tried), None).await,
                None => Err(miss),
            };
            visit.show(page).await
        }
    }
}

async fn receipt_page(visit: Visit, Path((community, ballot)): Path<(CommunityId, BallotId)>) -> Response {
    let page = visit.receipt_page(community, ballot).await;
    visit.show(page).await
}

async fn record_vote(
    visit: Visit,
    Path((community, ballot)): Path<(CommunityId, BallotId)>,
    posted: Posted,
) -> Response {
    let done = visit.record_vote(community, ballot, &posted).await;
    visit.back_to_meeting(community, ballot, "record-vote", &posted, done).await
}

impl Visit {
    async fn ballot_of(
        &self,
        community: CommunityId,
        ballot: BallotId,
    ) -> Result<(Place, BallotView, MatterId, MeetingId), Miss> {
        let place = self.place(community, NavItem::Matters).await?;
        let view = self.app().ballot(self.ctx(), community, ballot).await?;
        let (matter, meeting) = (view.matter, view.meeting);
        Ok((place, view, matter, meeting))
    }

    async fn vote_page(
        &self,
        community: CommunityId,
        ballot: BallotId,
        tried: Option<&Tried>,
        confirm: Option<yishi_storage::Choice>,
    ) -> Result<Response, Miss> {
        if self.ctx().actor.account.is_none() {
            return Err(AppError::NotSignedIn.into());
        }
        let (place, view, matter, meeting) = self.ballot_of(community, ballot).await?;
        let matter = self.app().matter(self.ctx(), community, matter).await?;
        let sitting = self.app().meeting(self.ctx(), community, meeting).await?;
        let demands = self.app().meeting_demands(self.ctx(), community, meeting).await?;
        let own = self.app().own_vote(self.ctx(), community, ballot).await?;
        let href = format!("{}/ballots/{ballot}", place.href);
        let state = match own.as_ref().map(|own| &own.standing) {
            Some(VoteStanding::Voted { at, .. }) => VoteState::Already {
                at: phrases::instant(self.lang, *at),
                receipt_href: Some(format!("{href}/receipt")),
            },
            _ if view.state == BallotPhase::Stopped => VoteState::Stopped,
            _ if view.state != BallotPhase::Open => VoteState::Closed,
            Some(VoteStanding::Ready) => VoteState::Ready,
            Some(VoteStanding::Recused) => VoteState::Recused,
            Some(VoteStanding::Absent) => VoteState::Absent,
            Some(VoteStanding::NotEntitled) | None => VoteState::NotEntitled,
        };
        let rules = rule_pages(&place, &matter);
        let secret = view.secrecy == Secrecy::Secret;
        let (mut passes, mut finding) = (Vec::new(), None);
        match (&view.decision, demands.ballots.get(&view.id)) {
            (Some(decision), _) => {
                finding = Some(self.finding(&place, decision, secret, None, &rules).await);
            }
            (None, Some((terms, roll))) => {
                passes = self.coming(terms, *roll, view.roll_size, &rules).await;
            }
            (None, None) => {}
        }
        let mut text = phrases::paragraphs(&matter.text);
        text.truncate(PARAGRAPHS);
        let page = VotePage {
            question: matter.title.clone(),
            matter: self.matter_link(&place, &view),
            body: self.meeting_title(&sitting),
            text,
            rule: self.rule_voted_on(&place, &matter).await?,
            text_digest: view.text.to_string(),
            question_digest: view.question.to_string(),
            secret,
            voter: own.map(|own| own.name).unwrap_or_default(),
            passes,
            finding,
            action: href,
            idempotency_key: fresh_key()?,
            state,
            household: sitting.mode == CountingMode::Households,
            confirm: confirm.map(shown),
            error: tried.and_then(|tried| tried.error_at("vote", "choice")).map(str::to_owned),
            meeting: Some(self.meeting_link(&place, &view)),
        };
        self.page(&place.frame, &page, tried)
    }

    /// What was chosen.
    fn chosen(&self, form: &Posted) -> Result<yishi_storage::Choice, Miss> {
        self.check(form)?;
        if form.optional("choice").is_none() {
            let (zh, en) = ("请先选择赞成、反对或弃权", "choose yes, no or abstain first");
            return Err(AppError::field("/choice", "missing-field", zh, en).into());
        }
        form.one("choice")
    }

    async fn vote(
        &self,
        community: CommunityId,
        ballot: BallotId,
        choice: yishi_storage::Choice,
        form: &Posted,
    ) -> Result<(), Miss> {
        let input = Vote { choice, voter: None, channel: None };
        let mut ctx = self.ctx().clone();
        // One write does all: the store knows the key, the roll and the ballot.
        ctx.key = Some(RequestKey {
            owner: self.caller.owner(),
            key: form.required("idempotency_key")?,
            request: form.digest(&self.caller.path),
        });
        self.app().vote(&ctx, community, ballot, input).await?;
        Ok(())
    }

    async fn receipt_page(&self, community: CommunityId, ballot: BallotId) -> Result<Response, Miss> {
        if self.ctx().actor.account.is_none() {
            return Err(AppError::NotSignedIn.into());
        }
        let (place, view, ..) = self.ballot_of(community, ballot).await?;
        let own = self.app().own_vote(self.ctx(), community, ballot).await?;
        let Some(VoteStanding::Voted { seq, choice, at, leaf }) = own.map(|own| own.standing) else {
            return Ok(self.redirect(&format!("{}/ballots/{ballot}", place.href)));
        };
        let secret = view.secrecy == Secrecy::Secret;
        let page = ReceiptPage {
            question: view.title.clone(),
            matter: self.matter_link(&place, &view),
            // Of a secret vote the record keeps the day only, and so does the page.
            at: if secret {
                phrases::day(self.lang, yishi_app::context::civil_day(at))
            } else {
                phrases::instant(self.lang, at)
            },
            choice: choice.map(shown),
            entry: Some(seq),
            leaf: Some(leaf.to_string()),
            receipt_href: Some(receipt_href(&place, seq)),
            verify_href: format!("{}/verify", place.href),
            meeting: Some(self.meeting_link(&place, &view)),
        };
        self.page(&place.frame, &page, None)
    }

    async fn record_vote(
        &self,
        community: CommunityId,
        ballot: BallotId,
        form: &Posted,
    ) -> Result<String, Miss> {
        let voter = self.person_of(community, "voter", form).await?;
        self.check(form)?;
        let input = Vote { choice: form.one("choice")?, voter: Some(voter), channel: Some(Channel::Meeting) };
        let mut ctx = self.ctx().clone();
        ctx.key = Some(RequestKey {
            owner: self.caller.owner(),
            key: form.required("idempotency_key")?,
            request: form.digest(&self.caller.path),
        });
        self.app().vote(&ctx, community, ballot, input).await?;
        let name = self.app().person_name(self.ctx(), community, voter).await?;
        Ok(format!("{}{name}", self.say("已登记一票，投票人：", "One vote entered, of ")))
    }

    /// 计票结束: what the form says of a count in the room, as the input of the act.
    pub(super) async fn counted(&self, community: CommunityId, form: &Posted) -> Result<Value, Miss> {
        let hand_count = self.hand_count(community, form).await?;
        // With a count of the hall it is part of that.
        let not_voting = match hand_count {
            Some(_) => 0,
            None => form.number("hand_count.not_voting")?.unwrap_or(0),
        };
        Ok(json!({ "hand_count": hand_count, "not_voting": not_voting, "minutes": form.optional("minutes") }))
    }

    /// What was counted in the hall; nothing when no vote was written.
    async fn hand_count(&self, community: CommunityId, form: &Posted) -> Result<Option<Value>, Miss> {
        let mut figures = Vec::with_capacity(4);
        for name in ["yes", "no", "abstain", "spoilt"] {
            figures.push(form.number(&format!("hand_count.{name}"))?);
        }
        if figures.iter().all(Option::is_none) {
            return Ok(None);
        }
        let figure = |n: usize| figures.get(n).copied().flatten().unwrap_or(0);
        let tellers = vec![
            self.person_of(community, "hand_count.tellers.0", form).await?,
            self.person_of(community, "hand_count.tellers.1", form).await?,
        ];
        Ok(Some(json!({
            "yes": figure(0),
            "no": figure(1),
            "abstain": figure(2),
            "spoilt": figure(3),
            "not_voting": form.number("hand_count.not_voting")?.unwrap_or(0),
            "tellers": tellers,
            "record": form.required("hand_count.record")?,
        })))
    }

    /// After a form of the meeting's page that is about a ballot.
    async fn back_to_meeting(
        &self,
        community: CommunityId,
        ballot: BallotId,
        form: &str,
        posted: &Posted,
        done: Result<String, Miss>,
    ) -> Response {
        let meeting = match self.ballot_of(community, ballot).await {
            Ok((.., meeting)) => meeting,
            Err(miss) => return self.refuse(&miss).await,
        };
        match done {
            Ok(message) => self.done(&format!("/c/{community}/meetings/{meeting}"), &message),
            Err(miss) => {
                let page = match self.tried(&miss, &format!("{form}-{ballot}"), posted, &[]) {
                    Some(tried) => self.meeting_page(community, meeting, Some(&tried)).await,
                    None => Err(miss),
                };
                self.show(page).await
            }
        }
    }

    /// The rule that a matter adopts, amends or repeals, by its title.
    async fn rule_voted_on(&self, place: &Place, matter: &MatterView) -> Result<Option<Link>, Miss> {
        let Some(id) = &matter.rule else { return Ok(None) };
        let rules = self.app().rules(self.ctx(), place.id()).await?;
        Ok(rules.iter().find(|rule| rule.id == *id).map(|rule| Link {
            text: phrases::of(self.lang, &rule.title, &rule.title_en).to_owned(),
            href: format!("{}/rules/{id}", place.href),
        }))
    }

    fn matter_link(&self, place: &Place, ballot: &BallotView) -> Link {
        Link { text: ballot.title.clone(), href: format!("{}/matters/{}", place.href, ballot.matter) }
    }

    fn meeting_link(&self, place: &Place, ballot: &BallotView) -> Link {
        Link {
            text: self.lang.words().go_meeting.to_owned(),
            href: format!("{}/meetings/{}", place.href, ballot.meeting),
        }
    }
}

fn shown(choice: yishi_storage::Choice) -> Choice {
    match choice {
        yishi_storage::Choice::Yes => Choice::Yes,
        yishi_storage::Choice::No => Choice::No,
        yishi_storage::Choice::Abstain => Choice::Abstain,
    }
}
