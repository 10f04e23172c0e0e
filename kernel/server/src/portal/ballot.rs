//! 投票页 (the ballot paper, the receipt, paper votes, closing).

use yishi_app::RequestKey;
use yishi_app::inputs::Vote;
use yishi_app::reader::VoteStanding;
use yishi_app::views::{BallotPhase, MatterView};
use yishi_identity::BallotId;
use yishi_law::{CountingMode, Secrecy};
use yishi_portal::context::{Choice, ReceiptPage, VotePage, VoteState};
use yishi_storage::Channel;

use super::answer::fresh_key;
use super::finding::rule_pages;
use super::prelude::*;

/// Paragraphs of the text on a ballot paper; the rest is on the matter's page.
const PARAGRAPHS: usize = 3;

pub(super) async fn vote(
    visit: Visit,
    Path((community, ballot)): Path<(CommunityId, BallotId)>,
    posted: Posted,
) -> Response {
    let choice = visit.chosen(&posted);
    let sent = match &choice {
        // A choice is looked over before it is cast: a slip of the thumb is no vote.
        Ok(choice) if posted.text("confirmed") != "true" => {
            let page = visit.vote_page(community, ballot, Some(*choice)).await;
            return visit.show(page).await;
        }
        Ok(choice) => {
            visit.cast(community, ballot, Vote { choice: *choice, voter: None, channel: None }, &posted).await
        }
        Err(_) => Ok(()),
    };
    match choice.and(sent) {
        Ok(()) => visit.redirect(&format!("/c/{community}/ballots/{ballot}/receipt")),
        Err(miss) => visit.again(miss, "vote", &posted, visit.vote_page(community, ballot, None)).await,
    }
}

pub(super) async fn record_vote(
    visit: Visit,
    Path((community, ballot)): Path<(CommunityId, BallotId)>,
    posted: Posted,
) -> Response {
    let meeting = match visit.app().ballot(visit.ctx(), community, ballot).await {
        Ok(view) => view.meeting,
        Err(error) => return visit.refuse(&error.into()).await,
    };
    let done = visit.record_vote(community, ballot, &posted).await;
    let done = done.map(|said| (format!("/c/{community}/meetings/{meeting}"), said));
    let page = visit.meeting_page(community, meeting);
    visit.taken(done, &format!("record-vote-{ballot}"), &posted, page).await
}

impl Visit {
    pub(super) async fn vote_page(
        &self,
        community: CommunityId,
        ballot: BallotId,
        confirm: Option<Choice>,
    ) -> Result<Response> {
        self.signed_in()?;
        let place = self.place(community, NavItem::Matters).await?;
        let view = self.app().ballot(self.ctx(), community, ballot).await?;
        let matter = self.app().matter(self.ctx(), community, view.matter).await?;
        let sitting = self.app().meeting(self.ctx(), community, view.meeting).await?;
        let demands = self.app().meeting_demands(self.ctx(), community, view.meeting).await?;
        let own = self.app().own_vote(self.ctx(), community, ballot).await?;
        let state = match own.as_ref().map(|own| &own.standing) {
            Some(VoteStanding::Voted { at, .. }) => VoteState::Already(*at),
            _ if view.state == BallotPhase::Stopped => VoteState::Stopped,
            _ if view.state != BallotPhase::Open => VoteState::Closed,
            Some(VoteStanding::Ready) => VoteState::Ready,
            Some(VoteStanding::Recused) => VoteState::Recused,
            Some(VoteStanding::Absent) => VoteState::Absent,
            Some(VoteStanding::NotEntitled) | None => VoteState::NotEntitled,
        };
        let rules = rule_pages(&place, &matter);
        let (mut passes, mut finding) = (Vec::new(), None);
        match (&view.decision, demands.ballots.get(&view.id)) {
            (Some(decision), _) => {
                let secret = view.secrecy == Secrecy::Secret;
                finding = Some(self.finding(decision, secret, None, &rules).await);
            }
            (None, Some((terms, roll))) => {
                passes = self.coming(terms, *roll, view.roll_size, &rules).await;
            }
            (None, None) => {}
        }
        let mut text = phrases::paragraphs(&matter.text);
        text.truncate(PARAGRAPHS);
        let page = VotePage {
            ballot: view,
            body: self.meeting_title(&sitting),
            text,
            rule: self.rule_voted_on(&place, &matter).await?,
            voter: own.map(|own| own.name).unwrap_or_default(),
            passes,
            finding,
            idempotency_key: fresh_key()?,
            state,
            household: sitting.mode == CountingMode::Households,
            confirm,
            error: self.tried().and_then(|tried| tried.error_at("vote", "choice")).map(str::to_owned),
        };
        self.page(&place.frame, &page)
    }

    /// What was chosen.
    fn chosen(&self, form: &Posted) -> Result<Choice> {
        self.check(form)?;
        if form.optional("choice").is_none() {
            let (zh, en) = ("请先选择赞成、反对或弃权", "choose yes, no or abstain first");
            return Err(AppError::field("/choice", "missing-field", zh, en).into());
        }
        form.one("choice")
    }

    /// One write does all: the store knows the key, the roll and the ballot.
    async fn cast(&self, community: CommunityId, ballot: BallotId, vote: Vote, form: &Posted) -> Result<()> {
        let mut ctx = self.ctx().clone();
        ctx.key = Some(RequestKey {
            owner: self.caller.owner(),
            key: form.required("idempotency_key")?,
            request: form.digest(&self.caller.path),
        });
        self.app().vote(&ctx, community, ballot, vote).await?;
        Ok(())
    }

    pub(super) async fn receipt_page(&self, community: CommunityId, ballot: BallotId) -> Result<Response> {
        self.signed_in()?;
        let place = self.place(community, NavItem::Matters).await?;
        let view = self.app().ballot(self.ctx(), community, ballot).await?;
        let own = self.app().own_vote(self.ctx(), community, ballot).await?;
        let Some(VoteStanding::Voted { seq, choice, at, leaf }) = own.map(|own| own.standing) else {
            return Ok(self.redirect(&format!("{}/ballots/{ballot}", place.href)));
        };
        // Of a secret vote the record keeps the day only, and so does the page.
        let secret = view.secrecy == Secrecy::Secret;
        let at = if secret { self.lang.date(&at) } else { self.lang.instant(at) };
        self.page(&place.frame, &ReceiptPage { ballot: view, at, choice, entry: seq, leaf })
    }

    async fn record_vote(&self, community: CommunityId, ballot: BallotId, form: &Posted) -> Result<String> {
        let voter = self.person_of(community, "voter", form).await?;
        self.check(form)?;
        let vote = Vote { choice: form.one("choice")?, voter: Some(voter), channel: Some(Channel::Meeting) };
        self.cast(community, ballot, vote, form).await?;
        let name = self.app().person_name(self.ctx(), community, voter).await?;
        Ok(format!("{}{name}", self.say("已登记一票，投票人：", "One vote entered, of ")))
    }

    /// The rule that a matter adopts, amends or repeals, by its title.
    async fn rule_voted_on(&self, place: &Place, matter: &MatterView) -> Result<Option<Link>> {
        let Some(id) = &matter.rule else { return Ok(None) };
        let rules = self.app().rules(self.ctx(), place.id()).await?;
        Ok(rules.iter().find(|rule| rule.id == *id).map(|rule| {
            Link::new(self.lang.of(&rule.title, &rule.title_en), format!("{}/rules/{id}", place.href))
        }))
    }
}
