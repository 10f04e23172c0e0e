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
//!     Reviewed ──决议 Resolve, by the council──▶ Resolved ──备案 File──▶ Filed ──公开 Disclose──▶ DecisionDisclosed
//!                                                │                    ──实施 Implement──▶ Implemented ──▶ Completed
//!   重大事项 (major)                               │
//!     Reviewed ──前置研究 StudyByParty──▶ Studied ──审议 DeliberateJointly──▶ JointlyDeliberated
//!       ──决议 Resolve, by an assembly──▶ Resolved ──(备案 File with the town: charter and rules)──▶ ──决议公开──▶ DecisionDisclosed
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
//! * 公开期 (the disclosure period) must have ended before anything is taken down or the matter is completed.

mod types;

pub use types::{
    Consultation, ConsultationForm, DeliberationOpinion, Disclosure, DisclosureKind, FiledWith,
    MatterCommand, MatterEvent, PartyStudy, Petition, Petitioners, Proposal, ReturnedBy, ReviewOutcome,
    Stage, StudyOutcome, TabledBy,
};

use std::collections::BTreeSet;

use yishi_canonical::Digest;
use yishi_identity::MatterId;
use yishi_law::{BodyKind, Cited, MatterClass, Subject};

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
    /// The latest party study.
    pub study: Option<PartyStudy>,
    /// The resolution, once there is one.
    pub resolution: Option<BallotOutcome>,
    /// The filing, with its receipt.
    pub filing: Option<(FiledWith, Digest, Act)>,
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
}
