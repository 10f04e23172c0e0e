//! 规约可以办理什么 (what can be asked of a rule): each act with its code, and as a command with what it is about.

use jiff::civil::Date;
use yishi_canonical::Digest;
use yishi_identity::{MatterId, MeetingId, RuleId};
use yishi_law::{BodyKind, RuleKind, Step};
use yishi_words::coded;

use super::types::{PaperAdoption, PaperLimits, SuspensionGround};
use crate::common::RuleVersion;
use crate::meeting::BallotOutcome;

coded! {
    /// 规约的办理 (what can be done with a rule).
    pub enum RuleAct: "rule-act" {
        /// 起草规约.
        Draft = "draft",
        /// 修改草案.
        Revise = "revise",
        /// 征求意见.
        Consulted = "consulted",
        /// 表决.
        Voted = "voted",
        /// 报送备案.
        File = "file",
        /// 颁布.
        Promulgate = "promulgate",
        /// 认证录入.
        Attest = "attest",
        /// 确认认证.
        ConfirmAttestation = "confirm-attestation",
        /// 不予确认.
        RejectAttestation = "reject-attestation",
        /// 登记规约没有作答.
        RecordFailure = "record-failure",
        /// 暂停施行.
        Suspend = "suspend",
        /// 恢复施行.
        Resume = "resume",
        /// 结束暂停.
        EndSuspension = "end-suspension",
        /// 以新规约替代.
        Supersede = "supersede",
        /// 继续施行.
        Continue = "continue",
        /// 提请废止.
        Repeal = "repeal",
        /// 撤回草案.
        Withdraw = "withdraw",
    }
}

/// What can be asked of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleCommand {
    /// 起草.
    Draft {
        /// The new id.
        id: RuleId,
        /// What kind of rule.
        kind: RuleKind,
        /// Its name in the manifest: what tells one text of a kind from another, from version to version.
        name: String,
        /// The exact component and settings.
        version: RuleVersion,
        /// The manifest's digest.
        manifest: Digest,
        /// The domains it speaks to.
        domains: Vec<String>,
        /// The rule it is to replace, as [`Register::replaced_by`](super::Register::replaced_by) found it.
        replaces: Option<RuleId>,
    },
    /// 改设置 (another version while it is still a draft; what was consulted on falls away).
    Revise {
        /// The exact component and settings.
        version: RuleVersion,
        /// The manifest's digest.
        manifest: Digest,
    },
    /// 已协商.
    Consulted {
        /// The matter in which it was consulted.
        matter: MatterId,
        /// The version that was consulted on.
        version: RuleVersion,
        /// The report.
        report: Digest,
    },
    /// 已表决.
    Voted {
        /// What the ballot came to.
        outcome: Box<BallotOutcome>,
    },
    /// 报送备案 (handed in for filing, by the village): a duty beside its life, which holds nothing back (R32, R36).
    File {
        /// The receiver's paper, where it gave one.
        receipt: Option<Digest>,
    },
    /// 颁布.
    Promulgate {
        /// The day it comes into force: any from the day of its adoption on (R32), and at most a year after it.
        effective: Date,
    },
    /// 录入既有规则 (R15), by one person.
    Attest {
        /// The new id.
        id: RuleId,
        /// What kind of rule.
        kind: RuleKind,
        /// Its name in the manifest: what tells one text of a kind from another, from version to version.
        name: String,
        /// The exact component and settings.
        version: RuleVersion,
        /// The manifest's digest.
        manifest: Digest,
        /// The domains it speaks to.
        domains: Vec<String>,
        /// How it was adopted.
        adoption: PaperAdoption,
        /// What limits it.
        limits: PaperLimits,
    },
    /// 确认 (R15), by another person, for the town.
    ConfirmAttestation,
    /// 不予确认.
    RejectAttestation {
        /// The reasons.
        reasons: Digest,
    },
    /// 记录失效 (the host asked it in a step and got no usable answer): what a suspension can rest on (R23).
    RecordFailure {
        /// The gate it was asked at.
        gate: String,
        /// The host's stable code.
        code: String,
    },
    /// 暂停 (R23), until the next sitting of the body that adopted it opens. Never a charter.
    Suspend {
        /// On what ground.
        ground: SuspensionGround,
        /// The reasons.
        reasons: Digest,
    },
    /// 恢复.
    Resume {
        /// The reasons.
        reasons: Digest,
    },
    /// 暂停到期 (a sitting of the body that adopted it has opened, and votes with the rule or amends it). Nobody asks for it; it
    /// comes with the opening.
    EndSuspension {
        /// Which body sits.
        body: BodyKind,
        /// The sitting.
        meeting: MeetingId,
    },
    /// 被替代. Where an end was set already this is an earlier one: what was to take its place is replaced before it began.
    Supersede {
        /// By which rule.
        by: RuleId,
        /// From which day.
        on: Date,
    },
    /// 继续施行 (what was to take its place never does: it was repealed before it began, or its confirmation was taken back).
    Continue {
        /// What was to take its place.
        without: RuleId,
    },
    /// 废止, by a vote like the one that adopted it, from the day of that vote on (R32).
    Repeal {
        /// What the ballot came to.
        outcome: Box<BallotOutcome>,
    },
    /// 撤回草案.
    Withdraw {
        /// The reasons.
        reasons: Digest,
    },
}

impl RuleCommand {
    /// The day whose law it is decided under: of a vote that of its matter, of an adoption on paper its own (R9, R15).
    #[must_use]
    pub const fn law_date(&self) -> Option<Date> {
        match self {
            Self::Attest { adoption, .. } => Some(adoption.on),
            Self::Voted { outcome } | Self::Repeal { outcome } => Some(outcome.finding.law_date),
            _ => None,
        }
    }

    /// Whether it is a vote, which changes what is in force or will be.
    #[must_use]
    pub const fn is_a_vote(&self) -> bool {
        matches!(self, Self::Voted { .. } | Self::Repeal { .. })
    }

    /// What it does.
    #[must_use]
    pub const fn act(&self) -> RuleAct {
        match self {
            Self::Draft { .. } => RuleAct::Draft,
            Self::Revise { .. } => RuleAct::Revise,
            Self::Consulted { .. } => RuleAct::Consulted,
            Self::Voted { .. } => RuleAct::Voted,
            Self::File { .. } => RuleAct::File,
            Self::Promulgate { .. } => RuleAct::Promulgate,
            Self::Attest { .. } => RuleAct::Attest,
            Self::ConfirmAttestation => RuleAct::ConfirmAttestation,
            Self::RejectAttestation { .. } => RuleAct::RejectAttestation,
            Self::RecordFailure { .. } => RuleAct::RecordFailure,
            Self::Suspend { .. } => RuleAct::Suspend,
            Self::Resume { .. } => RuleAct::Resume,
            Self::EndSuspension { .. } => RuleAct::EndSuspension,
            Self::Supersede { .. } => RuleAct::Supersede,
            Self::Continue { .. } => RuleAct::Continue,
            Self::Repeal { .. } => RuleAct::Repeal,
            Self::Withdraw { .. } => RuleAct::Withdraw,
        }
    }

    /// The step of the six-step procedure it mirrors, if any.
    #[must_use]
    pub const fn step(&self) -> Option<Step> {
        match self {
            Self::Voted { .. } => Some(Step::Resolve),
            Self::File { .. } => Some(Step::File),
            Self::Promulgate { .. } | Self::Repeal { .. } => Some(Step::DiscloseDecision),
            _ => None,
        }
    }
}
