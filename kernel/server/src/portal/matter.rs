//! 事项页 (a matter: six steps, findings, what comes next, comments, pins).

use yishi_app::reader::{Reason, VoteStanding};
use yishi_app::views::{BallotPhase, MatterSummary, MatterView, MeetingView};
use yishi_deliberation::rule::RuleStage;
use yishi_deliberation::{Rule, RuleState};
use yishi_identity::MatterId;
use yishi_law::Secrecy;
use yishi_portal::context::{Consultation, Demand, MatterPage, MatterStatus};

use super::comments::Comments;
use super::desk::calls_its_sitting;
use super::finding::{RulePages, rule_pages};
use super::prelude::*;
use super::standing::Standing;

impl Visit {
    /// The page of a matter, with a refused form if there is one.
    pub(super) async fn matter_page(&self, community: CommunityId, id: MatterId) -> Result<Response> {
        let place = self.place(community, NavItem::Matters).await?;
        let matter = self.app().matter(self.ctx(), community, id).await?;
        let rules = rule_pages(&place, &matter);
        let mut votes = Vec::with_capacity(matter.ballots.len());
        for ballot in &matter.ballots {
            votes.push(self.app().ballot(self.ctx(), community, *ballot).await?);
        }
        let meetings = self.meetings(&place).await?;
        let meeting = meetings.iter().find(|one| one.agenda.iter().any(|item| item.matter == matter.id));
        let consultation = self.consultation(&place, &matter).await?;
        let summary = self.app().matter_summary(self.ctx(), community, id).await?;
        let standing = self.board(&place).await?.of(&summary);
        let comments = match consultation {
            Some(_) => Vec::new(),
            None => self.comments(&place, id).await?.list,
        };
        let (coming, coming_body) = self.coming_vote(&place, &matter, meeting, &rules).await?;
        let mut finding = None;
        if let Some(decision) = matter.decisions.last() {
            let ballot = votes.iter().find(|view| view.id == decision.ballot);
            let secret = ballot.is_some_and(|ballot| ballot.secrecy == Secrecy::Secret);
            finding = Some(self.finding(decision, secret, ballot.map(|ballot| ballot.meeting), &rules).await);
        }
        // The reader's ballot paper while they have a vote to cast, or the receipt of the one they cast.
        let (mut has_vote, mut has_voted) = (None, None);
        if let Some(open) = votes.iter().find(|view| view.state == BallotPhase::Open) {
            let own = self.app().own_vote(self.ctx(), community, open.id).await?;
            match own.map(|own| own.standing) {
                Some(VoteStanding::Ready) => has_vote = Some(open.id),
                Some(VoteStanding::Voted { .. }) => has_voted = Some(open.id),
                _ => {}
            }
        }
        let page = MatterPage {
            go: self.go(&place, &matter, &summary, &standing, consultation.as_ref()).await?,
            actions: self.matter_forms(&place, &matter, &votes, summary.next_act).await?,
            matter,
            status: standing.status,
            step: standing.step,
            waiting_for: standing.waiting,
            overdue: standing.overdue,
            done: summary.done,
            reasons: self
                .app()
                .reasons_of_matter(self.ctx(), community, id)
                .await?
                .iter()
                .map(|reason| self.reason(&place, reason))
                .collect(),
            finding,
            coming,
            coming_body,
            consultation,
            comments,
            meeting: meeting.map(|meeting| meeting.id),
            votes: has_vote,
            voted: has_voted,
        };
        self.page(&place.frame, &page)
    }

    /// Where the reader does what the matter waits for, when that is not among the forms of its page.
    async fn go(
        &self,
        place: &Place,
        matter: &MatterView,
        summary: &MatterSummary,
        standing: &Standing,
        consultation: Option<&Consultation>,
    ) -> Result<Option<Link>> {
        let t = self.lang.words();
        let link = |text: &str, href: String| Some(Link::new(text, href));
        match standing.status {
            MatterStatus::Consulting if consultation.is_some_and(|one| one.form.is_some()) => {
                return Ok(link(t.form_comment, "#consultation".to_owned()));
            }
            MatterStatus::Open if calls_its_sitting(place, summary) => {
                return Ok(link(t.form_convene, self.where_to_act(place, summary, standing)));
            }
            _ => {}
        }
        // A rule that has been adopted binds nobody until it is promulgated.
        let awaits = RuleStage::Adopted.awaits().iter().find(|act| place.reader.may(Rule::right(**act)));
        if let (Some(rule), Some(act)) = (matter.rule, awaits) {
            let rules = self.app().rules(self.ctx(), place.id()).await?;
            let adopted = RuleState::Stage(RuleStage::Adopted);
            if rules.iter().any(|one| one.id == rule && one.state == adopted) {
                let text = act.term().heading(self.lang);
                return Ok(link(&text, format!("{}/rules/{rule}#{}", place.href, act.code())));
            }
        }
        Ok(None)
    }

    /// What was done beside the steps, and when, by whom and why.
    pub(super) fn reason(&self, place: &Place, reason: &Reason) -> (String, String) {
        let by = self.lang.capacity(reason.by, place.kind());
        let colon = self.say("：", ": ");
        let why = format!("{} · {by}{colon}{}", self.lang.date(&reason.at), reason.text);
        (phrases::entry_kind(self.lang, &reason.kind), why)
    }

    pub(super) async fn consultation(
        &self,
        place: &Place,
        matter: &MatterView,
    ) -> Result<Option<Consultation>> {
        let id = matter.id;
        let spans = self.app().consultations(self.ctx(), place.id(), id).await?;
        let Some(span) = spans.last() else { return Ok(None) };
        let mut form = None;
        if span.open && may_comment(place) {
            let path = format!("matters/{id}/comments");
            let mut comment = self.house_form_at(place, HouseAct::Comment, &path, "", About::default())?;
            let quota = self.app().quota(self.ctx(), place.id()).await?;
            let (most, left) = (quota.comments, quota.comments_left);
            comment = comment.note(&self.lang.fill2(self.lang.words().comments_left, most, left));
            form = Some(comment);
        }
        let Comments { list: comments, next: comments_next, answer_several } =
            self.comments(place, id).await?;
        Ok(Some(Consultation {
            first: span.first,
            last: span.last,
            open: span.open,
            comments,
            comments_next,
            answer_several,
            form,
            sign_in_href: self.sign_in_for(&format!("{}/matters/{id}", place.href)).filter(|_| span.open),
        }))
    }

    /// What the vote that is being prepared will need, once a meeting is called.
    async fn coming_vote(
        &self,
        place: &Place,
        matter: &MatterView,
        meeting: Option<&MeetingView>,
        rules: &RulePages,
    ) -> Result<(Vec<Demand>, Option<String>)> {
        let Some(meeting) = meeting.filter(|meeting| meeting.state.is_to_sit()) else {
            return Ok((Vec::new(), None));
        };
        if matter.closed || !matter.decisions.is_empty() {
            return Ok((Vec::new(), None));
        }
        let demands = self.app().meeting_demands(self.ctx(), place.id(), meeting.id).await?;
        let coming = self.coming(&demands.terms, meeting.base, meeting.present, rules).await;
        Ok((coming, Some(self.meeting_title(meeting))))
    }

    /// The forms a page shows for what the reader may do next: the usual step open, the others folded.
    pub(super) fn usual_first(forms: &mut [Form]) {
        let mut main = false;
        for form in forms.iter_mut().filter(|form| form.style == FormStyle::Main) {
            if main {
                form.style = FormStyle::Folded;
            }
            main = true;
        }
    }
}

/// Whether the reader says what they think of a matter while it is consulted on.
pub(super) fn may_comment(place: &Place) -> bool {
    place.reader.may(HouseAct::Comment)
}
