//! 时间线 (the six steps of a matter, made from its events).

use std::collections::BTreeSet;

use yishi_canonical::Digest;
use yishi_deliberation::matter::{DisclosureKind, Matter, MatterEvent, ReturnedBy, StudyOutcome};
use yishi_deliberation::{Act, Turn};
use yishi_law::track::track;
use yishi_law::{Authority, FloorText, LeftOut, TrackStage};
use yishi_words::Term;

use crate::StepStatus;

/// Steps whose papers are records and minutes, not notices.
const INTERNAL_STEPS: [TrackStage; 2] = [TrackStage::PartyStudy, TrackStage::JointDeliberation];

/// 时间线的一行 (a line of the timeline with what is known of it).
#[derive(Debug, Clone)]
pub struct TimelineStep {
    /// Which line.
    pub stage: TrackStage,
    /// Its number among the six, where it has one.
    pub number: Option<u8>,
    /// What it is called.
    pub name: Term,
    /// Whether it is done.
    pub status: StepStatus,
    /// Who did it, and when.
    pub act: Option<Act>,
    /// What it rests on.
    pub basis: Vec<Authority>,
    /// Its paper.
    pub document: Option<Digest>,
    /// What came out of it, in Chinese and English.
    pub note: Option<(String, String)>,
    /// Which rules were not asked.
    pub left_out: BTreeSet<LeftOut>,
    /// Whether it sent the matter back.
    pub returned: bool,
}

impl TimelineStep {
    /// Whether its papers are records and minutes, not notices.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        INTERNAL_STEPS.contains(&self.stage)
    }
}

/// 时间线 (the six steps of a matter as its events make them). `left_out` tells which rules were not asked at an event.
pub fn timeline(
    matter: &Matter,
    events: &[MatterEvent],
    law: &FloorText,
    left_out: impl Fn(usize) -> BTreeSet<LeftOut>,
) -> Vec<TimelineStep> {
    let class = matter.class.as_ref().map(|class| class.value);
    let mut filled: Vec<TimelineStep> = track(class)
        .iter()
        .map(|&(stage, number)| TimelineStep {
            stage,
            number,
            name: stage.term(class),
            status: StepStatus::Upcoming,
            act: None,
            basis: Vec::new(),
            document: None,
            note: None,
            left_out: BTreeSet::new(),
            returned: false,
        })
        .collect();
    for (n, event) in events.iter().enumerate() {
        let Some((stage, act, document, note)) = told(event) else { continue };
        if let Some(line) = filled.iter_mut().find(|line| line.stage == stage) {
            line.status = StepStatus::Done;
            line.act = Some(act);
            line.returned = matches!(event, MatterEvent::Returned { .. });
            line.document = document.or(line.document);
            line.note = note.or_else(|| line.note.take());
            line.basis.extend(basis(event));
            line.left_out = left_out(n);
        }
        if let MatterEvent::Returned { .. } = event {
            // What was returned is done again: later gates are open once more.
            for line in filled.iter_mut().filter(|line| INTERNAL_STEPS.contains(&line.stage)) {
                line.status = StepStatus::Upcoming;
            }
        }
    }
    // Gates the matter passed without using are told apart from those still to come.
    let last_done = filled.iter().rposition(|line| line.status == StepStatus::Done);
    for (n, line) in filled.iter_mut().enumerate() {
        if line.status == StepStatus::Upcoming && last_done.is_some_and(|last| n < last) {
            line.status = StepStatus::Skipped;
        }
    }
    // An ordinary matter may be consulted on and need not be: what did not happen is no step to come.
    if !matter.is_major()
        && let Some(line) = filled.iter_mut().find(|line| line.stage == TrackStage::Consultation)
        && line.status == StepStatus::Upcoming
    {
        line.status = StepStatus::Skipped;
    }
    // Whose turn it is says the same here as everywhere else.
    let next = matter.position(law).next;
    if let Some(line) = filled.iter_mut().find(|line| next == Some(Turn::Stage(line.stage)))
        && !matter.stage.is_closed()
    {
        line.status = StepStatus::Current;
    }
    filled
}

type Told = (TrackStage, Act, Option<Digest>, Option<(String, String)>);

/// Which line an event belongs to, and what it says there.
fn told(event: &MatterEvent) -> Option<Told> {
    let note = |zh: &str, en: &str| Some((zh.to_owned(), en.to_owned()));
    Some(match event {
        MatterEvent::Suggested { act, text, .. } => (TrackStage::Suggest, *act, Some(*text), None),
        MatterEvent::Proposed { proposal, act, .. } => (TrackStage::Propose, *act, Some(proposal.text), None),
        MatterEvent::Resubmitted { proposal, act, .. } => {
            (TrackStage::Propose, *act, Some(proposal.text), note("修改后再报", "revised and resubmitted"))
        }
        MatterEvent::Reviewed { act, .. } => (TrackStage::Review, *act, None, note("审核通过", "passed")),
        MatterEvent::Returned { by, reasons, act, .. } => {
            let line = match by {
                ReturnedBy::Review => TrackStage::Review,
                ReturnedBy::PartyStudy => TrackStage::PartyStudy,
                ReturnedBy::JointDeliberation => TrackStage::JointDeliberation,
            };
            (line, *act, Some(*reasons), note("退回修改", "returned for revision"))
        }
        MatterEvent::Tabled { act, .. } => {
            (TrackStage::JointDeliberation, *act, None, note("列入会议议程", "tabled"))
        }
        MatterEvent::ConsultationOpened { notice, until, act, .. } => (
            TrackStage::Consultation,
            *act,
            Some(*notice),
            Some((format!("征求意见至 {until}"), format!("comments until {until}"))),
        ),
        MatterEvent::ConsultationClosed { report, comments, act } => (
            TrackStage::Consultation,
            *act,
            Some(*report),
            Some((format!("收到意见 {comments} 条"), format!("{comments} comments received"))),
        ),
        MatterEvent::StudiedByParty { outcome, record, act, .. } => {
            let words = match outcome {
                StudyOutcome::Recommended => note("建议提交", "recommended"),
                StudyOutcome::NotRecommended { .. } => note("不建议提交", "not recommended"),
            };
            (TrackStage::PartyStudy, *act, Some(*record), words)
        }
        MatterEvent::JointlyDeliberated { minutes, act, .. } => (
            TrackStage::JointDeliberation,
            *act,
            Some(*minutes),
            note("提交会议决议", "submitted to the assembly"),
        ),
        MatterEvent::Resolved { act, .. } => (TrackStage::Resolve, *act, None, note("通过", "passed")),
        MatterEvent::Rejected { act, .. } => (TrackStage::Resolve, *act, None, note("未通过", "not passed")),
        MatterEvent::Filed { receipt: Some(paper), act, .. } => (
            TrackStage::File,
            *act,
            Some(*paper),
            note("已报送，附收到方出具的回执", "handed in, with the receiver's paper"),
        ),
        MatterEvent::Filed { receipt: None, act, .. } => {
            (TrackStage::File, *act, None, note("已报送，没有回执", "handed in; no receipt was given"))
        }
        MatterEvent::FilingAcknowledged { receipt, act } => {
            (TrackStage::File, *act, Some(*receipt), note("收到方已签收", "acknowledged by the receiver"))
        }
        MatterEvent::Disclosed { which, notice, period, act, .. } => {
            let line = match which {
                DisclosureKind::Decision => TrackStage::DiscloseDecision,
                DisclosureKind::Outcome => TrackStage::DiscloseOutcome,
            };
            let last = period.last;
            (line, *act, Some(*notice), Some((format!("公开至 {last}"), format!("posted until {last}"))))
        }
        MatterEvent::Implemented { evidence, act, .. } => {
            (TrackStage::Implement, *act, Some(*evidence), None)
        }
        MatterEvent::Escalated { .. }
        | MatterEvent::TakenDown { .. }
        | MatterEvent::Completed { .. }
        | MatterEvent::Withdrawn { .. }
        | MatterEvent::Lapsed { .. }
        | MatterEvent::Repinned { .. } => return None,
    })
}

/// Who demands what a step did.
fn basis(event: &MatterEvent) -> Vec<Authority> {
    match event {
        MatterEvent::Proposed { class, .. } | MatterEvent::Resubmitted { class, .. } => {
            class.by.iter().cloned().collect()
        }
        MatterEvent::Resolved { outcome, .. } | MatterEvent::Rejected { outcome, .. } => {
            let finding = &outcome.finding;
            let quorum = finding.quorum.iter().flat_map(|demand| &demand.by);
            let passes = finding.passes.iter().flat_map(|demand| &demand.by);
            let all: BTreeSet<Authority> = quorum.chain(passes).cloned().collect();
            all.into_iter().collect()
        }
        _ => Vec::new(),
    }
}
