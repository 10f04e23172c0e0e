//! 事项页 (a matter: six steps, findings, what comes next, comments, pins).
use yishi_portal::Speak as _;

use super::acts::About;
use std::sync::Arc;
use yishi_acts::house::HouseAct;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use yishi_acts::Aggregate as _;
use yishi_app::entry_kind::EntryKind;
use yishi_app::position::Turn;
use yishi_app::reader::VoteStanding;
use yishi_app::views::{BallotPhase, StepStatus};
use yishi_app::views::{BallotView, MatterSummary, MatterView, MeetingView, PinView, StepView};
use yishi_deliberation::RuleState;
use yishi_deliberation::rule::RuleStage;
use yishi_deliberation::{MatterEventKind, Rule, RuleAct};
use yishi_edge::extract::Path;
use yishi_identity::{BallotId, CommunityId, MatterId};
use yishi_law::{MatterClass, Secrecy, Subject, TrackStage};
use yishi_portal::context::{
    Consultation, Demand, DocumentLink, Fact, Finding, Form, Gate, Link, MatterPage, MatterStatus, NavItem,
    Pin, Pins, StageState, TimelineEntry,
};

use super::answer::{Miss, Tried};
use super::comments::Comments;
use super::finding::{RulePages, receipt_href, rule_pages};
use super::phrases;
use super::standing::{Standing, done_late, stage_of};
use super::visit::{Place, Visit};
use crate::http::Server;

/// Routes of this file.
pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/c/{community}/matters/{matter}", get(matter_page))
        .route("/c/{community}/matters/{matter}/{step}", post(super::acts::act))
}

async fn matter_page(visit: Visit, Path((community, matter)): Path<(CommunityId, MatterId)>) -> Response {
    let page = visit.matter_page(community, matter, None).await;
    visit.show(page).await
}

/// A matter's ballots with the meeting each was held in.
struct Votes {
    views: Vec<BallotView>,
}

impl Votes {
    fn of(&self, ballot: BallotId) -> Option<&BallotView> {
        self.views.iter().find(|view| view.id == ballot)
    }

    fn open(&self) -> Option<&BallotView> {
        self.views.iter().find(|view| view.state == BallotPhase::Open)
    }
}

impl Visit {
    /// The page of a matter, with a refused form if there is one.
    pub(super) async fn matter_page(
        &self,
        community: CommunityId,
        id: MatterId,
        tried: Option<&Tried>,
    ) -> Result<Response, Miss> {
        let place = self.place(community, NavItem::Matters).await?;
        let matter = self.app().matter(self.ctx(), community, id).await?;
        let rules = rule_pages(&place, &matter);
        let votes = self.votes(&place, &matter).await?;
        let meetings = self.meetings(&place).await?;
        let meeting = meetings.iter().find(|one| one.agenda.iter().any(|item| item.matter == matter.id));
        let consultation = self.consultation(&place, &matter, tried).await?;
        let class = matter.class;
        let summary = self.app().matter_summary(self.ctx(), community, id).await?;
        let standing = self.board(&place).await?.of(&summary);
        let wanted = summary.next_act;
        let mut comments = Vec::new();
        if consultation.is_none() {
            comments = self.comments(&place, id).await?.list;
        }
        let (coming, coming_body) = self.coming_vote(&place, &matter, meeting, &rules).await?;
        let (vote_href, voted) = self.own_part(&place, votes.open()).await?;
        let mut page = MatterPage {
            title: matter.title.clone(),
            number: phrases::number(matter.pins.law_date, matter.id),
            class,
            class_by: matter.class_by.iter().cloned().map(|by| self.citation(by)).collect(),
            status: standing.status,
            step: standing.step,
            waiting_for: standing.waiting.clone(),
            overdue: standing.overdue.clone(),
            late: summary.done.iter().filter_map(|done| done_late(self.lang, done)).collect(),
            go: self.go(&place, &matter, &summary, &standing, consultation.as_ref()).await?,
            domain: yishi_words::capitalised(phrases::of(
                self.lang,
                &matter.domain_name,
                &matter.domain_name_en,
            )),
            text: phrases::paragraphs(&matter.text),
            text_digest: matter.text_digest.to_string(),
            outcome: outcome_of(&matter).map(phrases::paragraphs).unwrap_or_default(),
            facts: self.facts(&place, &matter),
            timeline: self.timeline(&place, &matter, &summary, &votes, &rules).await,
            coming,
            coming_body,
            gates: self.said(&matter, false),
            advice: self.said(&matter, true),
            pins: self.pins(&place, &matter),
            consultation,
            comments,
            comment_form: None,
            actions: self.matter_forms(&place, &matter, &votes.views, wanted).await?,
            meeting: meeting.map(|meeting| Link {
                text: self.lang.words().go_meeting.to_owned(),
                href: format!("{}/meetings/{}", place.href, meeting.id),
            }),
            rule: matter.rule.as_ref().map(|rule| Link {
                text: self.say("本事项表决的规约", "The rule this matter is about").to_owned(),
                href: format!("{}/rules/{rule}", place.href),
            }),
            vote_href,
            voted,
            notice_href: (!matter.disclosures.is_empty())
                .then(|| format!("{}/matters/{}/notice", place.href, matter.id)),
            record_href: matter.entries.last().map(|entry| receipt_href(&place, entry.seq)),
        };
        if let Some(tried) = tried {
            tried.fill(&mut page.actions);
        }
        self.page(&place.frame, &page, tried)
    }

    /// The reader's ballot paper while they have a vote to cast, or the receipt of the one they cast.
    async fn own_part(
        &self,
        place: &Place,
        open: Option<&BallotView>,
    ) -> Result<(Option<String>, Option<Link>), Miss> {
        let Some(ballot) = open else { return Ok((None, None)) };
        let id = ballot.id;
        let own = self.app().own_vote(self.ctx(), place.id(), id).await?;
        let paper = format!("{}/ballots/{id}", place.href);
        let t = self.lang.words();
        Ok(match own.map(|own| own.standing) {
            Some(VoteStanding::Ready) => (Some(paper), None),
            Some(VoteStanding::Voted { .. }) => {
                (None, Some(Link { text: t.voted_receipt.to_owned(), href: format!("{paper}/receipt") }))
            }
            _ => (None, None),
        })
    }

    /// Where the reader does what the matter waits for, when that is not among the forms of its page.
    async fn go(
        &self,
        place: &Place,
        matter: &MatterView,
        summary: &MatterSummary,
        standing: &Standing,
        consultation: Option<&Consultation>,
    ) -> Result<Option<Link>, Miss> {
        let t = self.lang.words();
        let link = |text: &str, href: String| Some(Link { text: text.to_owned(), href });
        match standing.status {
            MatterStatus::Consulting if consultation.is_some_and(|one| one.form.is_some()) => {
                return Ok(link(t.form_comment, "#consultation".to_owned()));
            }
            MatterStatus::Open
                if summary.next == Some(Turn::Stage(TrackStage::Resolve))
                    && place.reader.may_of(HouseAct::Convene, decides(matter)) =>
            {
                return Ok(link(t.form_convene, self.where_to_act(place, summary, standing)));
            }
            _ => {}
        }
        // A rule that has been adopted binds nobody until it is promulgated.
        if let Some(rule) =
            matter.rule.as_ref().filter(|_| place.reader.may(Rule::right(RuleAct::Promulgate)))
        {
            let rules = self.app().rules(self.ctx(), place.id()).await?;
            let adopted = RuleState::Stage(RuleStage::Adopted);
            let waits = rules.iter().any(|one| one.id == *rule && one.state == adopted);
            if waits {
                return Ok(link(t.form_promulgate, format!("{}/rules/{rule}#promulgate", place.href)));
            }
        }
        Ok(None)
    }

    /// What the rules said at the last check: their advice, or what they hold the matter at.
    fn said(&self, matter: &MatterView, advice: bool) -> Vec<Gate> {
        let said = matter.findings.iter().filter(|finding| (finding.weight == "advise") == advice);
        said.map(|finding| Gate {
            text: phrases::of(self.lang, &finding.message, &finding.message_en).to_owned(),
            by: finding.by.iter().cloned().map(|by| self.citation(by)).collect(),
        })
        .collect()
    }

    async fn votes(&self, place: &Place, matter: &MatterView) -> Result<Votes, Miss> {
        let mut views = Vec::with_capacity(matter.ballots.len());
        for ballot in &matter.ballots {
            views.push(self.app().ballot(self.ctx(), place.id(), *ballot).await?);
        }
        Ok(Votes { views })
    }

    fn facts(&self, place: &Place, matter: &MatterView) -> Vec<Fact> {
        let mut facts = Vec::new();
        let mut fact = |label: &str, value: String| facts.push(Fact { label: label.to_owned(), value });
        if let Some(fen) = matter.amount_fen.filter(|fen| *fen > 0) {
            fact(self.say("涉及金额", "Amount"), phrases::yuan(self.lang, fen));
        }
        if let Some(fen) = matter.per_household_fen.filter(|fen| *fen > 0) {
            fact(self.say("每户筹资", "Levy per household"), phrases::yuan(self.lang, fen));
        }
        let subjects: Vec<String> = matter
            .subjects
            .iter()
            .filter(|subject| **subject != Subject::General)
            .map(|subject| subject.term_in(place.kind()).heading(self.lang))
            .collect();
        if !subjects.is_empty() {
            fact(self.say("法律列明的事项", "Listed by law as"), subjects.join(self.say("、", ", ")));
        }
        facts
    }

    async fn timeline(
        &self,
        place: &Place,
        matter: &MatterView,
        summary: &MatterSummary,
        votes: &Votes,
        rules: &RulePages,
    ) -> Vec<TimelineEntry> {
        let mut entries = Vec::with_capacity(matter.steps.len());
        for step in matter.steps.iter().filter(|step| step.status != StepStatus::Skipped) {
            let decision = matter.decisions.last().filter(|_| step.step == TrackStage::Resolve);
            let mut finding: Option<Finding> = None;
            if let Some(decision) = decision {
                let ballot = votes.of(decision.ballot);
                let secret = ballot.is_some_and(|ballot| ballot.secrecy == Secrecy::Secret);
                let meeting = ballot.map(|ballot| ballot.meeting);
                finding = Some(self.finding(place, decision, secret, meeting, rules).await);
            }
            let state = match step.status {
                StepStatus::Done if decision.is_some_and(|decision| !decision.passed) => StageState::Failed,
                StepStatus::Done if step.returned => StageState::Returned,
                StepStatus::Done => StageState::Done,
                StepStatus::Current if !matter.closed => StageState::Current,
                _ => StageState::Waiting,
            };
            let said = step
                .note
                .as_deref()
                .map(|zh| phrases::of(self.lang, zh, step.note_en.as_deref().unwrap_or_default()))
                .map(|said| phrases::dated(self.lang, said));
            let note = match (said, &step.text) {
                (Some(note), Some(reasons)) if step.returned => Some(format!("{note}：{reasons}")),
                (note, _) => note.filter(|_| finding.is_none()),
            };
            entries.push(TimelineEntry {
                kind: step.step,
                number: step.number,
                state,
                actor: step.actor.map(|by| phrases::capacity_in(self.lang, by.kind, by.capacity)),
                date: step.at.map(|at| phrases::date(self.lang, &at)),
                note,
                late: (summary.done.iter().rev())
                    .filter(|done| stage_of(done) == Some(step.step))
                    .find_map(|done| done_late(self.lang, done)),
                // A finding names its own articles.
                basis: match finding {
                    Some(_) => Vec::new(),
                    None => step.basis.iter().cloned().map(|by| self.citation(by)).collect(),
                },
                evidence: self.evidence(place, step).into_iter().collect(),
                left_out: step
                    .left_out
                    .iter()
                    .map(|one| phrases::of(self.lang, &one.message, &one.message_en).to_owned())
                    .collect(),
                // A finding names its own entry.
                record: record_of(matter, step.step).filter(|_| finding.is_none()).map(|seq| Link {
                    text: self.lang.fill(self.lang.words().record_entry, seq),
                    href: receipt_href(place, seq),
                }),
                finding,
            });
        }
        entries
    }

    fn evidence(&self, place: &Place, step: &StepView) -> Option<DocumentLink> {
        let digest = step.document?;
        let (zh, en) = match step.step {
            TrackStage::Suggest => ("建议原文", "the suggestion"),
            TrackStage::Propose => ("提案全文", "the proposal"),
            TrackStage::Review => ("退回理由", "reasons for the return"),
            TrackStage::Consultation => ("征求意见公告或汇总", "notice or summary of the consultation"),
            TrackStage::PartyStudy => ("研究记录", "record of the study"),
            TrackStage::JointDeliberation => ("会议记录", "minutes"),
            TrackStage::File => ("备案回执", "receipt of filing"),
            TrackStage::DiscloseDecision => ("公告", "the notice"),
            TrackStage::Implement => ("实施情况说明", "report on what was done"),
            TrackStage::DiscloseOutcome => ("实施结果公告", "notice of the outcome"),
            TrackStage::Resolve => ("文书", "document"),
        };
        Some(DocumentLink {
            text: self.say(zh, en).to_owned(),
            // Who may not read the text is told that it exists, and its digest.
            href: step.text.as_ref().map(|_| format!("{}/documents/{digest}", place.href)),
            digest: Some(digest.to_string()),
        })
    }

    fn pins(&self, place: &Place, matter: &MatterView) -> Pins {
        let pin = |pin: &PinView| Pin {
            title: pin.title.clone(),
            href: Some(format!("{}/rules/{}", place.href, pin.rule)),
            digest: pin.digest.to_string(),
            settings_digest: pin.settings_digest.to_string(),
        };
        Pins {
            law_text: format!("《{}》", matter.pins.law),
            law_date: phrases::date(self.lang, &matter.pins.law_date),
            charter: matter.pins.charter.as_ref().map(pin),
            rules: matter.pins.rules.iter().map(pin).collect(),
        }
    }

    pub(super) async fn consultation(
        &self,
        place: &Place,
        matter: &MatterView,
        tried: Option<&Tried>,
    ) -> Result<Option<Consultation>, Miss> {
        let id = matter.id;
        let spans = self.app().consultations(self.ctx(), place.id(), id).await?;
        let Some(span) = spans.last() else { return Ok(None) };
        let mut form = None;
        if span.open && place.reader.may(HouseAct::Comment) {
            let path = format!("matters/{id}/comments");
            let mut comment = self.house_form_at(place, HouseAct::Comment, &path, "", About::default())?;
            let quota = self.app().quota(self.ctx(), place.id()).await?;
            let (most, left) = (quota.comments, quota.comments_left);
            comment = comment.note(&match self.lang {
                yishi_portal::Lang::Zh => format!("每人每天最多 {most} 条意见，今天还可以发表 {left} 条。"),
                yishi_portal::Lang::En => format!("At most {most} comments a day; {left} are left today."),
            });
            if let Some(tried) = tried {
                tried.fill([&mut comment]);
            }
            form = Some(comment);
        }
        let Comments { list: mut comments, next: comments_next, mut answer_several } =
            self.comments(place, id).await?;
        if let Some(tried) = tried {
            tried.fill(comments.iter_mut().flat_map(|comment| comment.forms.iter_mut()));
            tried.fill(answer_several.as_mut());
        }
        let visitor = self.ctx().actor.account.is_none();
        let back: String =
            form_urlencoded::byte_serialize(format!("{}/matters/{id}", place.href).as_bytes()).collect();
        Ok(Some(Consultation {
            first: phrases::day(self.lang, span.first),
            last: phrases::day(self.lang, span.last),
            open: span.open,
            who: self
                .say(
                    "本村（社区）居民都可以参加，包括非户籍居民。",
                    "Every resident may join, wherever registered.",
                )
                .to_owned(),
            comments,
            comments_next,
            answer_several,
            form,
            sign_in_href: (span.open && visitor).then(|| format!("/sign-in?next={back}")),
        }))
    }

    /// What the vote that is being prepared will need, once a meeting is called.
    async fn coming_vote(
        &self,
        place: &Place,
        matter: &MatterView,
        meeting: Option<&MeetingView>,
        rules: &RulePages,
    ) -> Result<(Vec<Demand>, Option<String>), Miss> {
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
        use yishi_portal::context::FormStyle;
        let mut main = false;
        for form in forms.iter_mut().filter(|form| form.style == FormStyle::Main) {
            if main {
                form.style = FormStyle::Folded;
            }
            main = true;
        }
    }
}

/// What was reported of a matter last: its published outcome, or how it was carried out.
fn outcome_of(matter: &MatterView) -> Option<&str> {
    let reported =
        |step: &&StepView| matches!(step.step, TrackStage::DiscloseOutcome | TrackStage::Implement);
    matter.steps.iter().rev().filter(reported).find_map(|step| step.text.as_deref())
}

/// The entry of the record that a line of the timeline made.
fn record_of(matter: &MatterView, stage: TrackStage) -> Option<u64> {
    use MatterEventKind as Kind;
    let made = |kind: Kind| match stage {
        TrackStage::Suggest => kind == Kind::Suggested,
        TrackStage::Propose => matches!(kind, Kind::Proposed | Kind::Resubmitted),
        TrackStage::Review => matches!(kind, Kind::Reviewed | Kind::Returned),
        TrackStage::Consultation => matches!(kind, Kind::ConsultationOpened | Kind::ConsultationClosed),
        TrackStage::PartyStudy => kind == Kind::StudiedByParty,
        TrackStage::JointDeliberation => matches!(kind, Kind::JointlyDeliberated | Kind::Tabled),
        TrackStage::Resolve => matches!(kind, Kind::Resolved | Kind::Rejected),
        TrackStage::File => kind == Kind::Filed,
        TrackStage::DiscloseDecision | TrackStage::DiscloseOutcome => kind == Kind::Disclosed,
        TrackStage::Implement => kind == Kind::Implemented,
    };
    let mut entries = matter.entries.iter().filter(|entry| match EntryKind::of(&entry.kind) {
        Some(EntryKind::Matter(kind)) => made(kind),
        _ => false,
    });
    // The decision is published once, and the outcome after it.
    let found = match stage {
        TrackStage::DiscloseDecision => entries.next(),
        TrackStage::DiscloseOutcome => entries.nth(1),
        _ => entries.next_back(),
    };
    found.map(|entry| entry.seq)
}

/// The body whose sitting decides a matter, as far as who convenes it goes: both assemblies have one convener.
fn decides(matter: &MatterView) -> yishi_law::BodyKind {
    if matter.class == Some(MatterClass::Ordinary) {
        yishi_law::BodyKind::Council
    } else {
        yishi_law::BodyKind::ResidentsAssembly
    }
}
