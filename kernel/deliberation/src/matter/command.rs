//! 事项可以办理什么 (what can be asked of a matter): each act with its code, and as a command with what it is about.

use std::collections::BTreeSet;

use jiff::civil::Date;
use yishi_canonical::Digest;
use yishi_identity::MatterId;
use yishi_law::{BodyKind, Step, Subject};
use yishi_words::coded;

use super::types::{
    ConsultationForm, DeliberationOpinion, DisclosureKind, FiledWith, Petition, Proposal, ReviewOutcome,
    StudyOutcome,
};
use crate::common::{Pins, RulePin};
use crate::meeting::BallotOutcome;

coded! {
    /// 事项的办理 (what can be done with a matter).
    pub enum MatterAct: "matter-act" {
        /// 提出建议.
        Suggest = "suggest",
        /// 形成提案.
        Propose = "propose",
        /// “两委”审核.
        Review = "review",
        /// 修改后再报.
        Resubmit = "resubmit",
        /// 提请代表会议列入议程.
        PutToChair = "put-to-chair",
        /// 联名提议召集会议.
        ForceConvening = "force-convening",
        /// 开始征求意见.
        OpenConsultation = "open-consultation",
        /// 结束征求意见.
        CloseConsultation = "close-consultation",
        /// 党组织前置研究.
        StudyByParty = "study",
        /// 联席会议审议.
        DeliberateJointly = "deliberate",
        /// 转为重大事项.
        Escalate = "escalate",
        /// 登记决议.
        Resolve = "resolve",
        /// 报送备案.
        File = "file",
        /// 签收备案.
        AcknowledgeFiling = "acknowledge-filing",
        /// 公开决议.
        DiscloseDecision = "disclose",
        /// 撤下公示.
        TakeDown = "take-down",
        /// 登记实施情况.
        Implement = "implement",
        /// 公开实施结果.
        DiscloseOutcome = "disclose-outcome",
        /// 办结.
        Complete = "complete",
        /// 撤回.
        Withdraw = "withdraw",
        /// 登记失效.
        Lapse = "lapse",
        /// 改用现行章程.
        Repin = "repin",
    }
}

/// What can be asked of a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MatterCommand {
    /// 建议.
    Suggest {
        /// The new matter's id.
        id: MatterId,
        /// The title's document.
        title: Digest,
        /// The suggestion's text.
        text: Digest,
        /// The domain.
        domain: String,
        /// What it is about.
        subjects: BTreeSet<Subject>,
        /// 总金额, in fen.
        amount_fen: Option<u64>,
        /// 每户金额, in fen.
        per_household_fen: Option<u64>,
        /// What the matter keeps from today.
        pins: Pins,
    },
    /// 提议.
    Propose {
        /// The written proposal.
        proposal: Proposal,
    },
    /// "两委"审核.
    Review {
        /// The text reviewed.
        text: Digest,
        /// The outcome.
        outcome: ReviewOutcome,
    },
    /// 修改后再报.
    Resubmit {
        /// The revised proposal.
        proposal: Proposal,
    },
    /// 提请代表会议列入议程 (R4).
    PutToChair {
        /// The council's minutes.
        minutes: Digest,
        /// The assembly's recorded authorisation, where the law assigns the matter to the assembly.
        authorisation: Option<Digest>,
    },
    /// 联名提议召集 (R3).
    ForceConvening {
        /// The petition.
        petition: Petition,
        /// The assembly's recorded authorisation, where the law assigns the matter to the assembly.
        authorisation: Option<Digest>,
    },
    /// 组织协商.
    OpenConsultation {
        /// The text consulted on.
        text: Digest,
        /// The form.
        form: ConsultationForm,
        /// The notice that was published.
        notice: Digest,
        /// Last day for comments.
        until: Date,
    },
    /// 结束协商.
    CloseConsultation {
        /// The report of what was said and what became of it.
        report: Digest,
        /// How many comments.
        comments: u64,
    },
    /// 党组织前置研究.
    StudyByParty {
        /// The text studied.
        text: Digest,
        /// The outcome.
        outcome: StudyOutcome,
        /// The record the law asks for.
        record: Digest,
    },
    /// 审议.
    DeliberateJointly {
        /// The text deliberated.
        text: Digest,
        /// The opinion.
        opinion: DeliberationOpinion,
        /// The minutes.
        minutes: Digest,
    },
    /// 升为重大事项. There is no way back.
    Escalate {
        /// The reasons.
        reasons: Digest,
    },
    /// 决议.
    Resolve {
        /// What the meeting's ballot came to.
        outcome: Box<BallotOutcome>,
    },
    /// 报送备案 (handed in, by the village). What it hands in approves nothing, and no receipt comes of it by itself (R36).
    File {
        /// With whom.
        with: FiledWith,
        /// The receiver's paper, where it gave one and the village enters it.
        receipt: Option<Digest>,
    },
    /// 签收备案 (the receiver's own act, R36).
    AcknowledgeFiling {
        /// What the receiver writes.
        receipt: Digest,
    },
    /// 决议公开.
    DiscloseDecision {
        /// The notice posted.
        notice: Digest,
        /// The day it is posted.
        from: Date,
        /// For how many days; as few as the law, the charter and the rules ask where nothing is said.
        days: Option<u16>,
    },
    /// 撤下公开.
    TakeDown {
        /// Which disclosure.
        which: DisclosureKind,
    },
    /// 实施.
    Implement {
        /// By which body.
        by: BodyKind,
        /// What shows it.
        evidence: Digest,
    },
    /// 实施结果公开.
    DiscloseOutcome {
        /// The notice posted.
        notice: Digest,
        /// The day it is posted.
        from: Date,
        /// For how many days; as few as the law, the charter and the rules ask where nothing is said.
        days: Option<u16>,
    },
    /// 办结.
    Complete,
    /// 撤回.
    Withdraw {
        /// The reasons.
        reasons: Digest,
    },
    /// 失效.
    Lapse {
        /// The reasons.
        reasons: Digest,
    },
    /// 改用现行章程: a matter opened when there was no charter takes up the one now in force.
    Repin {
        /// The charter in force today.
        charter: RulePin,
        /// The reasons.
        reasons: Digest,
    },
}

impl MatterCommand {
    /// What it does, as in addresses of the API and in [`Matter::allowed`].
    #[must_use]
    pub const fn act(&self) -> MatterAct {
        match self {
            Self::Suggest { .. } => MatterAct::Suggest,
            Self::Propose { .. } => MatterAct::Propose,
            Self::Review { .. } => MatterAct::Review,
            Self::Resubmit { .. } => MatterAct::Resubmit,
            Self::PutToChair { .. } => MatterAct::PutToChair,
            Self::ForceConvening { .. } => MatterAct::ForceConvening,
            Self::OpenConsultation { .. } => MatterAct::OpenConsultation,
            Self::CloseConsultation { .. } => MatterAct::CloseConsultation,
            Self::StudyByParty { .. } => MatterAct::StudyByParty,
            Self::DeliberateJointly { .. } => MatterAct::DeliberateJointly,
            Self::Escalate { .. } => MatterAct::Escalate,
            Self::Resolve { .. } => MatterAct::Resolve,
            Self::File { .. } => MatterAct::File,
            Self::AcknowledgeFiling { .. } => MatterAct::AcknowledgeFiling,
            Self::DiscloseDecision { .. } => MatterAct::DiscloseDecision,
            Self::TakeDown { .. } => MatterAct::TakeDown,
            Self::Implement { .. } => MatterAct::Implement,
            Self::DiscloseOutcome { .. } => MatterAct::DiscloseOutcome,
            Self::Complete => MatterAct::Complete,
            Self::Withdraw { .. } => MatterAct::Withdraw,
            Self::Lapse { .. } => MatterAct::Lapse,
            Self::Repin { .. } => MatterAct::Repin,
        }
    }

    /// The proposal it brings, first or revised.
    #[must_use]
    pub const fn proposal(&self) -> Option<&Proposal> {
        match self {
            Self::Propose { proposal } | Self::Resubmit { proposal } => Some(proposal),
            _ => None,
        }
    }

    /// The step of the six-step procedure it attempts, if any: what the rules in force are asked to check.
    #[must_use]
    pub const fn step(&self) -> Option<Step> {
        Some(match self {
            Self::Suggest { .. } => Step::Suggest,
            Self::Propose { .. } | Self::Resubmit { .. } => Step::Propose,
            Self::Review { .. } => Step::Review,
            Self::StudyByParty { .. } => Step::PartyStudy,
            Self::DeliberateJointly { .. } => Step::JointDeliberation,
            Self::Resolve { .. } => Step::Resolve,
            Self::File { .. } => Step::File,
            Self::DiscloseDecision { .. } => Step::DiscloseDecision,
            Self::Implement { .. } => Step::Implement,
            Self::DiscloseOutcome { .. } => Step::DiscloseOutcome,
            _ => return None,
        })
    }
}
