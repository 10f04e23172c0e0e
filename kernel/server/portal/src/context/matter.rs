//! The matter page: six steps as a timeline.

use jiff::civil::Date;
use yishi_deliberation::matter::DutyKind;
use yishi_deliberation::{MatterEventKind, MatterStatus};
use yishi_identity::{BallotId, MeetingId};
use yishi_law::{MatterClass, Subject, TrackStage};
use yishi_views::{CommentView, DutyDoneView, MatterView, RuleFindingView, StepStatus, StepView};
use yishi_words::from_code;

use super::common::Link;
use super::decision::{Demand, Finding};
use super::form::Form;
use super::frame::Frame;
use crate::phrase::Speak as _;
use crate::phrases;

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageState {
    Done,
    Current,
    Waiting,
    /// 退回 (sent back with written reasons).
    Returned,
    /// 未通过.
    Failed,
}

/// A comment in a consultation or on a matter.
#[derive(Debug, Clone)]
pub struct Comment {
    pub view: CommentView,
    /// Answering or hiding it, for those who may.
    pub forms: Vec<Form>,
}

/// 协商、征求意见 (a consultation).
#[derive(Debug, Clone)]
pub struct Consultation {
    pub first: Date,
    pub last: Date,
    pub open: bool,
    pub comments: Vec<Comment>,
    /// The next page of what was said.
    pub comments_next: Option<String>,
    /// One answer to several of them, for those who may; `None` where fewer than two wait for one.
    pub answer_several: Option<Form>,
    /// Form to join in; `None` when the reader may not, or it is closed.
    pub form: Option<Form>,
    /// Where to sign in first, when that is what is missing.
    pub sign_in_href: Option<String>,
}

#[derive(Debug, Clone)]
pub struct MatterPage {
    pub matter: MatterView,
    pub status: MatterStatus,
    /// Number (1–6) of the step it is at; 6 when finished.
    pub step: u8,
    /// What it is waiting for, in one sentence; `None` when finished.
    pub waiting_for: Option<String>,
    /// What should have been done by now, in one sentence.
    pub overdue: Option<String>,
    /// What was owed in it and has been done.
    pub done: Vec<DutyDoneView>,
    /// What was done beside the steps, and when, by whom and why.
    pub reasons: Vec<(String, String)>,
    /// Where the reader can do what it waits for, when that is not on this page; or join in the consultation on it.
    pub go: Option<Link>,
    /// The finding of the vote that decided it.
    pub finding: Option<Finding>,
    /// What the coming vote will need; empty when there is no vote to come.
    pub coming: Vec<Demand>,
    /// The body that will vote, by name, where one is coming.
    pub coming_body: Option<String>,
    pub consultation: Option<Consultation>,
    /// Comments outside a consultation.
    pub comments: Vec<Comment>,
    /// What the reader may do next, usual step first.
    pub actions: Vec<Form>,
    /// The meeting where it is (or was) on the agenda.
    pub meeting: Option<MeetingId>,
    /// The reader's ballot paper, while they have a vote to cast.
    pub votes: Option<BallotId>,
    /// The ballot that is open, where they have voted in it.
    pub voted: Option<BallotId>,
}

impl MatterPage {
    /// What the rules said at the last check: their advice, or what they hold the matter at.
    pub(crate) fn said(&self, advice: bool) -> Vec<&RuleFindingView> {
        self.matter.findings.iter().filter(|finding| (finding.weight == "advise") == advice).collect()
    }

    /// Amounts and the like, each with its label.
    pub(crate) fn facts(&self, f: &Frame) -> Vec<(&'static str, String)> {
        let (t, matter) = (f.lang.words(), &self.matter);
        let amount =
            |label, fen: Option<u64>| fen.filter(|fen| *fen > 0).map(|fen| (label, f.lang.yuan(fen)));
        let listed = matter.subjects.iter().filter(|subject| **subject != Subject::General);
        let listed: Vec<_> = listed.map(|subject| subject.term_in(f.kind()).heading(f.lang)).collect();
        let listed = (!listed.is_empty()).then(|| (t.fact_listed, f.lang.list(&listed)));
        let amounts = [
            amount(t.fact_amount, matter.amount_fen),
            amount(t.fact_per_household, matter.per_household_fen),
            listed,
        ];
        amounts.into_iter().flatten().collect()
    }

    /// What was reported of it last: its published outcome, or how it was carried out.
    pub(crate) fn outcome(&self) -> Vec<String> {
        let reported =
            |step: &&StepView| matches!(step.step, TrackStage::DiscloseOutcome | TrackStage::Implement);
        let text = self.matter.steps.iter().rev().filter(reported).find_map(|step| step.text.as_deref());
        text.map(phrases::paragraphs).unwrap_or_default()
    }

    pub(crate) fn timeline(&self) -> impl Iterator<Item = &StepView> {
        self.matter.steps.iter().filter(|step| step.status != StepStatus::Skipped)
    }

    pub(crate) fn finding_at(&self, step: &StepView) -> Option<&Finding> {
        self.finding.as_ref().filter(|_| step.step == TrackStage::Resolve)
    }

    pub(crate) fn state(&self, step: &StepView) -> StageState {
        match step.status {
            StepStatus::Done if self.finding_at(step).is_some_and(|found| !found.decision.passed) => {
                StageState::Failed
            }
            StepStatus::Done if step.returned => StageState::Returned,
            StepStatus::Done => StageState::Done,
            StepStatus::Current if !self.matter.closed => StageState::Current,
            _ => StageState::Waiting,
        }
    }

    /// What came out of a step: why it was sent back, or a sentence where no finding says it.
    pub(crate) fn note(&self, step: &StepView, f: &Frame) -> Option<String> {
        let note = f.lang.either(&step.note, &step.note_en).map(|note| f.lang.dated(note))?;
        match &step.text {
            Some(reasons) if step.returned => Some(format!("{note}：{reasons}")),
            _ => self.finding_at(step).is_none().then_some(note),
        }
    }

    /// How late something was done in a step.
    pub(crate) fn late(&self, step: &StepView, f: &Frame) -> Option<String> {
        let mut of_step = self.done.iter().rev().filter(|done| stage_of(done.code) == Some(step.step));
        of_step.find_map(|done| f.lang.done_late(done))
    }

    /// The entry of the record that a step made.
    pub(crate) fn record_of(&self, step: &StepView) -> Option<u64> {
        use MatterEventKind as Kind;
        let made = |kind: Kind| match step.step {
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
        let mut entries = self.matter.entries.iter().filter(|entry| {
            entry.kind.strip_prefix("matter.").and_then(|code| from_code(code).ok()).is_some_and(made)
        });
        // The decision is published once, and the outcome after it.
        let found = match step.step {
            TrackStage::DiscloseDecision => entries.next(),
            TrackStage::DiscloseOutcome => entries.nth(1),
            _ => entries.next_back(),
        };
        found.map(|entry| entry.seq)
    }

    pub(crate) fn is_major(&self) -> bool {
        self.matter.class == Some(MatterClass::Major)
    }
}

/// The line of the timeline in which something that was owed is done.
const fn stage_of(duty: DutyKind) -> Option<TrackStage> {
    Some(match duty {
        DutyKind::NextStep => return None,
        DutyKind::SumUpComments => TrackStage::Consultation,
        DutyKind::HoldSitting => TrackStage::Resolve,
        DutyKind::FileDecision => TrackStage::File,
        DutyKind::PublishDecision => TrackStage::DiscloseDecision,
        DutyKind::PublishOutcome => TrackStage::DiscloseOutcome,
    })
}
