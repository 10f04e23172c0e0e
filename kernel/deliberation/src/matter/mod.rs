//! 议题 (a matter) and its two tracks of the 六步工作法.
//!
//! ```text
//!            建议            提议             审核 (gate)
//!  (none) ──Suggest──▶ Suggested ──Propose──▶ Proposed ──Review: pass──▶ Reviewed
//!                                                │  ▲                       │
//!                               Review: return (R4) │ Resubmit (new text)   │
//!                                                ▼  │                       │
//!                                             Returned ◀────────────────────┤ party study not recommended (R3),
//!                                                │                          │ joint meeting returns
//!   一般事项 (ordinary)                            │                          │
//!     Reviewed ──决议 Resolve, by the council──▶ Resolved ──报送备案 File──▶ Filed ──公开 Disclose──▶ DecisionDisclosed
//!                                                │   ──实施 Implement──▶ Implemented ──实施结果公开──▶ OutcomeDisclosed ──▶ Completed (R39)
//!   重大事项 (major)                               │
//!     Reviewed ──前置研究 StudyByParty──▶ Studied ──审议 DeliberateJointly──▶ JointlyDeliberated
//!       ──决议 Resolve, by an assembly──▶ Resolved ──决议公开──▶ DecisionDisclosed   (报送备案 File with the town, for charter and
//!                                                │                                       rules, runs beside all this and holds nothing back: R32)
//!       ──实施──▶ Implemented ──实施结果公开──▶ OutcomeDisclosed ──▶ Completed
//!                                                │
//!     Returned ──PutToChair, after the second return (R4)──▶ Tabled ──▶ Resolve
//!     anything returned or not yet resolved ──ForceConvening, by petition (R3)──▶ Tabled ──▶ Resolve
//!
//!   before the resolution: Withdraw ──▶ Withdrawn;  untouched for a year: Lapse ──▶ Lapsed
//!   a resolution that fails: ──▶ Rejected
//! ```
//!
//! * 审核后文本锁定 (text lock): review, party study, joint deliberation, ballot and resolution name the text they are about,
//!   and it must be the proposal's. A revision is a new text and starts again at review.
//! * 只升不降 (upwards only): an ordinary matter may become major until it is resolved, never the other way.
//! * 协商 (consultation) runs beside the steps, from the proposal until the resolution. A charter, a rule or a regulation
//!   cannot be voted on before a consultation on exactly its text has been closed.
//! * 一个版本 (one version): text, amounts, subjects, class and form are one proposal with one digest. Revising any of them asks
//!   the gates again, and a study or a consultation on the old one does not count for the new.
//! * 备案与公开 (R24): what rules say at filing and disclosure is shown as advice and holds nothing back.
//! * 表决与事项 (a matter does not run away from its vote): while a ballot on it is open nothing but that ballot moves it, and what
//!   is announced for a sitting is neither withdrawn nor lapsed before it.
//! * 改用现行章程 (Repin): a matter opened when there was no charter takes up the one in force by a recorded act.
//! * 公开期 (the disclosure period) must have ended before anything is taken down or the matter is completed.

mod agenda;
mod command;
mod decide;
mod duties;
mod gates;
mod position;
mod types;

pub use command::{MatterAct, MatterCommand};
pub use duties::{Duty, DutyDone, DutyKind};
pub use position::Position;
pub use types::{
    Consultation, ConsultationForm, DeliberationOpinion, Disclosure, DisclosureKind, FiledWith, Filing,
    MatterEvent, PartyStudy, Petition, Petitioners, Proposal, ReturnedBy, ReviewOutcome, Stage, StudyOutcome,
    TabledBy,
};

use std::collections::BTreeSet;

use yishi_canonical::Digest;
use yishi_identity::MatterId;
use yishi_law::{BodyKind, Cited, FloorText, MatterClass, Step, Subject};

use crate::codes::{MatterEventKind, MatterStage};
use crate::common::{Act, Pins};
use crate::meeting::BallotOutcome;

/// 议题 (a matter, with the evidence of every step it has taken).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter {
    /// Its id.
    pub id: MatterId,
    /// The title's document.
    pub title: Digest,
    /// The suggestion's text.
    pub suggestion: Digest,
    /// The domain.
    pub domain: String,
    /// What it is about.
    pub subjects: BTreeSet<Subject>,
    /// What the suggestion said it is about.
    pub suggested: BTreeSet<Subject>,
    /// 总金额 of the suggestion, in fen.
    pub amount_fen: Option<u64>,
    /// 每户金额 of the suggestion, in fen.
    pub per_household_fen: Option<u64>,
    /// What it keeps from the day it was opened.
    pub pins: Pins,
    /// Where it stands.
    pub stage: Stage,
    /// The proposal as it now reads.
    pub proposal: Option<Proposal>,
    /// The class, once proposed, and who says so.
    pub class: Option<Cited<MatterClass>>,
    /// 退回次数 (how often review or the joint meeting returned it, R4).
    pub returns: u32,
    /// Consultations, in order; at most the last is open.
    pub consultations: Vec<Consultation>,
    /// 联名提议 (the day a petition last forced a sitting on it).
    pub petitioned: Option<jiff::civil::Date>,
    /// The latest party study.
    pub study: Option<PartyStudy>,
    /// The resolution, once there is one.
    pub resolution: Option<BallotOutcome>,
    /// The filing, with its receipt where there is one.
    pub filing: Option<Filing>,
    /// 决议公开.
    pub decision_disclosure: Option<Disclosure>,
    /// The implementation, by which body and what shows it.
    pub implementation: Option<(BodyKind, Digest, Act)>,
    /// 实施结果公开.
    pub outcome_disclosure: Option<Disclosure>,
    /// The suggestion's act.
    pub opened: Act,
    /// The latest act.
    pub last_act: Act,
    /// 办理经过 (every event so far, for a timeline).
    pub history: Vec<Taken>,
}

/// 一次办理 (one line of a timeline).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// What happened.
    pub event: MatterEventKind,
    /// The step of the six-step procedure it belongs to, if any.
    pub step: Option<Step>,
    /// By whom and when.
    pub act: Act,
}

impl Stage {
    /// Where that is.
    #[must_use]
    pub const fn kind(&self) -> MatterStage {
        match self {
            Self::Suggested => MatterStage::Suggested,
            Self::Proposed => MatterStage::Proposed,
            Self::Reviewed => MatterStage::Reviewed,
            Self::Returned { .. } => MatterStage::Returned,
            Self::Studied => MatterStage::Studied,
            Self::JointlyDeliberated { .. } => MatterStage::JointlyDeliberated,
            Self::Tabled { .. } => MatterStage::Tabled,
            Self::Resolved => MatterStage::Resolved,
            Self::Filed => MatterStage::Filed,
            Self::DecisionDisclosed => MatterStage::DecisionDisclosed,
            Self::Implemented => MatterStage::Implemented,
            Self::OutcomeDisclosed => MatterStage::OutcomeDisclosed,
            Self::Completed => MatterStage::Completed,
            Self::Rejected => MatterStage::Rejected,
            Self::Withdrawn { .. } => MatterStage::Withdrawn,
            Self::Lapsed { .. } => MatterStage::Lapsed,
        }
    }

    /// Whether nothing more is decided about it.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Completed | Self::Rejected | Self::Withdrawn { .. } | Self::Lapsed { .. })
    }
}

impl MatterEvent {
    /// What happened.
    #[must_use]
    pub const fn kind(&self) -> MatterEventKind {
        match self {
            Self::Suggested { .. } => MatterEventKind::Suggested,
            Self::Proposed { .. } => MatterEventKind::Proposed,
            Self::Reviewed { .. } => MatterEventKind::Reviewed,
            Self::Returned { .. } => MatterEventKind::Returned,
            Self::Resubmitted { .. } => MatterEventKind::Resubmitted,
            Self::Tabled { .. } => MatterEventKind::Tabled,
            Self::ConsultationOpened { .. } => MatterEventKind::ConsultationOpened,
            Self::ConsultationClosed { .. } => MatterEventKind::ConsultationClosed,
            Self::StudiedByParty { .. } => MatterEventKind::StudiedByParty,
            Self::JointlyDeliberated { .. } => MatterEventKind::JointlyDeliberated,
            Self::Escalated { .. } => MatterEventKind::Escalated,
            Self::Resolved { .. } => MatterEventKind::Resolved,
            Self::Rejected { .. } => MatterEventKind::Rejected,
            Self::Filed { .. } => MatterEventKind::Filed,
            Self::FilingAcknowledged { .. } => MatterEventKind::FilingAcknowledged,
            Self::Disclosed { .. } => MatterEventKind::Disclosed,
            Self::TakenDown { .. } => MatterEventKind::TakenDown,
            Self::Implemented { .. } => MatterEventKind::Implemented,
            Self::Completed { .. } => MatterEventKind::Completed,
            Self::Withdrawn { .. } => MatterEventKind::Withdrawn,
            Self::Lapsed { .. } => MatterEventKind::Lapsed,
            Self::Repinned { .. } => MatterEventKind::Repinned,
        }
    }

    /// The step it belongs to, if any.
    #[must_use]
    pub const fn step(&self) -> Option<Step> {
        Some(match self {
            Self::Suggested { .. } => Step::Suggest,
            Self::Proposed { .. } | Self::Resubmitted { .. } => Step::Propose,
            Self::Reviewed { .. } | Self::Returned { by: ReturnedBy::Review, .. } => Step::Review,
            Self::StudiedByParty { .. } | Self::Returned { by: ReturnedBy::PartyStudy, .. } => {
                Step::PartyStudy
            }
            Self::JointlyDeliberated { .. } | Self::Returned { by: ReturnedBy::JointDeliberation, .. } => {
                Step::JointDeliberation
            }
            Self::Resolved { .. } | Self::Rejected { .. } => Step::Resolve,
            Self::Filed { .. } => Step::File,
            Self::Disclosed { which: DisclosureKind::Decision, .. } => Step::DiscloseDecision,
            Self::Disclosed { which: DisclosureKind::Outcome, .. } => Step::DiscloseOutcome,
            Self::Implemented { .. } => Step::Implement,
            _ => return None,
        })
    }

    /// By whom and when.
    #[must_use]
    pub const fn act(&self) -> Act {
        match self {
            Self::Suggested { act, .. }
            | Self::Proposed { act, .. }
            | Self::Reviewed { act, .. }
            | Self::Returned { act, .. }
            | Self::Resubmitted { act, .. }
            | Self::Tabled { act, .. }
            | Self::ConsultationOpened { act, .. }
            | Self::ConsultationClosed { act, .. }
            | Self::StudiedByParty { act, .. }
            | Self::JointlyDeliberated { act, .. }
            | Self::Escalated { act, .. }
            | Self::Resolved { act, .. }
            | Self::Rejected { act, .. }
            | Self::Filed { act, .. }
            | Self::FilingAcknowledged { act, .. }
            | Self::Disclosed { act, .. }
            | Self::TakenDown { act, .. }
            | Self::Implemented { act, .. }
            | Self::Completed { act }
            | Self::Withdrawn { act, .. }
            | Self::Lapsed { act, .. }
            | Self::Repinned { act, .. } => *act,
        }
    }
}

impl Matter {
    /// The text everything now is about: the proposal's, once there is one.
    #[must_use]
    pub fn text(&self) -> Option<Digest> {
        self.proposal.as_ref().map(|proposal| proposal.text)
    }

    /// 待决机构 (the body whose vote the matter waits for), if it waits for one: only this body's sitting can put it to the vote.
    #[must_use]
    pub fn next_decided_by(&self) -> Option<BodyKind> {
        match &self.stage {
            Stage::Reviewed if !self.is_major() => Some(BodyKind::Council),
            Stage::JointlyDeliberated { to, .. } | Stage::Tabled { to, .. } => Some(*to),
            _ => None,
        }
    }

    /// Whether the matter takes the major track.
    #[must_use]
    pub fn is_major(&self) -> bool {
        self.class.as_ref().is_some_and(|class| class.value == MatterClass::Major)
    }

    /// Whether the matter adopts or repeals a charter, a rule or village regulations.
    #[must_use]
    pub fn adopts_rule(&self) -> bool {
        self.proposal.as_ref().is_some_and(|proposal| proposal.rule.is_some() || proposal.repeals.is_some())
    }

    /// 应当协商而尚未协商 (whether this matter cannot be voted on by this body before people were asked about it, and they
    /// have not been). The law of its law date says so, or that it adopts a rule.
    #[must_use]
    pub fn lacks_consultation(&self, law: &FloorText, body: BodyKind) -> bool {
        gates::lacks_consultation(self, law, body)
    }

    /// Whether a consultation is open.
    #[must_use]
    pub fn is_consulting(&self) -> bool {
        self.consultations.last().is_some_and(|consultation| consultation.closed.is_none())
    }

    /// 就现文本协商过 (whether people were asked about the text as it stands; R50). What they said of an earlier one is not about it.
    #[must_use]
    pub fn was_consulted_on(&self) -> bool {
        self.consultations.iter().any(|one| Some(one.text) == self.text())
    }

    /// 补全提议 (a proposal with what the suggestion said already): its amounts where the proposal gives none, its subjects,
    /// to which a proposal adds and of which it drops none (`general` is not one: it says that there is none), and the
    /// levy that any amount per household is (V4), whether or not anybody called it one.
    #[must_use]
    pub fn complete(&self, mut proposal: Proposal) -> Proposal {
        proposal.amount_fen = proposal.amount_fen.or(self.amount_fen);
        proposal.per_household_fen = proposal.per_household_fen.or(self.per_household_fen);
        let says_nothing = proposal.subjects.is_empty();
        proposal
            .subjects
            .extend(self.suggested.iter().filter(|subject| says_nothing || **subject != Subject::General));
        if proposal.per_household_fen.is_some_and(|fen| fen > 0) {
            proposal.subjects.insert(Subject::PublicWorksLevy);
        }
        proposal
    }

    /// 该撤下的公开 (which notice is taken down where nobody says): the first that is still up and has run; while none has,
    /// the first that is up.
    #[must_use]
    pub fn to_take_down(&self, on: jiff::civil::Date) -> DisclosureKind {
        let up = |disclosure: &Option<Disclosure>| disclosure.clone().filter(|up| up.taken_down.is_none());
        let (decision, outcome) = (up(&self.decision_disclosure), up(&self.outcome_disclosure));
        match (decision, outcome) {
            (Some(decision), Some(outcome))
                if !decision.period.has_ended(on) && outcome.period.has_ended(on) =>
            {
                DisclosureKind::Outcome
            }
            (None, Some(_)) => DisclosureKind::Outcome,
            _ => DisclosureKind::Decision,
        }
    }

    /// 征求意见天数 (how long people could comment): the days of the longest consultation that is over. Where a rule is
    /// adopted or repealed only a consultation on the proposal as it stands counts, since that is what is voted on.
    ///
    /// The first day is not counted and the last is whole (R10), as in the notice that opened it.
    #[must_use]
    pub fn consultation_days(&self) -> u16 {
        let standing = self.proposal.as_ref().map(Proposal::version);
        let counts = |version: Digest| !self.adopts_rule() || Some(version) == standing;
        let over = self.consultations.iter().filter(|one| one.closed.is_some() && counts(one.version));
        let days = over.filter_map(|one| u16::try_from(one.opened.on.until(one.until).ok()?.get_days()).ok());
        days.max().unwrap_or(0)
    }

    /// The matter after all events of its stream.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a MatterEvent>) -> Option<Self> {
        events.into_iter().fold(None, Self::evolve)
    }

    /// Applies what happened. An event that cannot have happened here changes nothing but the timeline.
    #[must_use]
    pub fn evolve(state: Option<Self>, event: &MatterEvent) -> Option<Self> {
        let mut matter = match (state, event) {
            (
                None,
                MatterEvent::Suggested {
                    id,
                    title,
                    text,
                    domain,
                    subjects,
                    amount_fen,
                    per_household_fen,
                    pins,
                    act,
                },
            ) => Self {
                id: *id,
                title: *title,
                suggestion: *text,
                domain: domain.clone(),
                subjects: subjects.clone(),
                suggested: subjects.clone(),
                amount_fen: *amount_fen,
                per_household_fen: *per_household_fen,
                pins: pins.clone(),
                stage: Stage::Suggested,
                proposal: None,
                class: None,
                returns: 0,
                consultations: Vec::new(),
                petitioned: None,
                study: None,
                resolution: None,
                filing: None,
                decision_disclosure: None,
                implementation: None,
                outcome_disclosure: None,
                opened: *act,
                last_act: *act,
                history: Vec::new(),
            },
            (state, _) => state?,
        };
        matter.last_act = event.act();
        matter.history.push(Taken { event: event.kind(), step: event.step(), act: event.act() });
        matter.apply(event);
        Some(matter)
    }

    fn apply(&mut self, event: &MatterEvent) {
        match event {
            MatterEvent::Suggested { .. } => {}
            MatterEvent::Proposed { proposal, class, .. }
            | MatterEvent::Resubmitted { proposal, class, .. } => {
                self.subjects.clone_from(&proposal.subjects);
                self.domain.clone_from(&proposal.domain);
                self.proposal = Some(proposal.clone());
                self.class = Some(class.clone());
                self.stage = Stage::Proposed;
            }
            MatterEvent::Reviewed { .. } => self.stage = Stage::Reviewed,
            MatterEvent::Returned { by, reasons, .. } => {
                self.stage = Stage::Returned { by: *by, reasons: *reasons };
                // R4 is about the joint committees' returns; the party study has its own remedy in R3.
                self.returns += u32::from(*by != ReturnedBy::PartyStudy);
            }
            MatterEvent::Tabled { to, by, authorisation, act, .. } => {
                if matches!(by, TabledBy::Petition { .. }) {
                    self.petitioned = Some(act.on);
                }
                self.stage = Stage::Tabled { to: *to, by: *by, authorisation: *authorisation };
            }
            MatterEvent::ConsultationOpened { text, form, notice, until, act } => {
                self.consultations.push(Consultation {
                    text: *text,
                    version: self.proposal.as_ref().map_or(*text, Proposal::version),
                    form: *form,
                    notice: *notice,
                    until: *until,
                    opened: *act,
                    closed: None,
                });
            }
            MatterEvent::ConsultationClosed { report, comments, act } => {
                if let Some(open) = self.consultations.last_mut().filter(|last| last.closed.is_none()) {
                    open.closed = Some((*report, *comments, *act));
                }
            }
            MatterEvent::StudiedByParty { text, outcome, record, act } => {
                let version = self.proposal.as_ref().map_or(*text, Proposal::version);
                self.study =
                    Some(PartyStudy { text: *text, version, outcome: *outcome, record: *record, act: *act });
                if self.stage == Stage::Reviewed {
                    self.stage = Stage::Studied;
                }
            }
            MatterEvent::JointlyDeliberated { to, authorisation, .. } => {
                self.stage = Stage::JointlyDeliberated { to: *to, authorisation: *authorisation };
            }
            MatterEvent::Escalated { by, .. } => {
                let mut class = Cited::by(MatterClass::Major, by.iter().cloned());
                if let Some(before) = self.class.take().filter(|before| before.value == MatterClass::Major) {
                    class.by.extend(before.by);
                }
                self.class = Some(class);
            }
            MatterEvent::Resolved { outcome, .. } => {
                self.resolution = Some((**outcome).clone());
                self.stage = Stage::Resolved;
            }
            MatterEvent::Rejected { outcome, .. } => {
                self.resolution = Some((**outcome).clone());
                self.stage = Stage::Rejected;
            }
            MatterEvent::Filed { with, receipt, act } => {
                self.filing =
                    Some(Filing { with: *with, handed_in: *act, paper: *receipt, acknowledged: None });
                // What goes to the town runs beside the steps (R32) and is handed in, not yet received (R36): it is no step.
                if *with == FiledWith::JointCommittees && self.stage == Stage::Resolved {
                    self.stage = Stage::Filed;
                }
            }
            MatterEvent::FilingAcknowledged { receipt, act } => {
                if let Some(filing) = &mut self.filing {
                    filing.acknowledged = Some((*receipt, *act));
                }
            }
            MatterEvent::Disclosed { which, notice, from, period, act } => {
                let disclosure = Disclosure {
                    notice: *notice,
                    from: *from,
                    period: period.clone(),
                    act: *act,
                    taken_down: None,
                };
                match which {
                    DisclosureKind::Decision => {
                        self.decision_disclosure = Some(disclosure);
                        self.stage = Stage::DecisionDisclosed;
                    }
                    DisclosureKind::Outcome => {
                        self.outcome_disclosure = Some(disclosure);
                        self.stage = Stage::OutcomeDisclosed;
                    }
                }
            }
            MatterEvent::TakenDown { which, act } => {
                let disclosure = match which {
                    DisclosureKind::Decision => &mut self.decision_disclosure,
                    DisclosureKind::Outcome => &mut self.outcome_disclosure,
                };
                if let Some(disclosure) = disclosure {
                    disclosure.taken_down = Some(*act);
                }
            }
            MatterEvent::Implemented { by, evidence, act } => {
                self.implementation = Some((*by, *evidence, *act));
                self.stage = Stage::Implemented;
            }
            MatterEvent::Completed { .. } => self.stage = Stage::Completed,
            MatterEvent::Withdrawn { reasons, .. } => self.stage = Stage::Withdrawn { reasons: *reasons },
            MatterEvent::Repinned { charter, .. } => self.pins.charter = Some(*charter),
            MatterEvent::Lapsed { reasons, .. } => self.stage = Stage::Lapsed { reasons: *reasons },
        }
    }
}
