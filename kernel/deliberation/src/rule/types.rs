//! The words of a rule's life.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use yishi_canonical::Digest;
use yishi_identity::{MatterId, RuleId};
use yishi_law::days::Period;
use yishi_law::{BodyKind, Count, CountingMode};

use crate::common::{Act, RuleVersion};
use crate::meeting::BallotOutcome;

/// 规则种类.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleKind {
    /// 村民自治章程 or 居民公约: exactly one in force.
    Charter,
    /// 实施细则.
    ImplementationRule,
    /// 村规民约.
    VillageRegulation,
}

/// 既有规则的通过情况 (how a rule was adopted on paper before the product came, R15).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperAdoption {
    /// By which body.
    pub body: BodyKind,
    /// How it was counted.
    pub mode: CountingMode,
    /// On which day.
    pub on: Date,
    /// The counts in the minutes.
    pub count: Count,
    /// The scanned minutes.
    pub minutes: Digest,
    /// The day it came into force.
    pub effective: Date,
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
        /// The exact component and settings.
        version: RuleVersion,
        /// The manifest's digest.
        manifest: Digest,
        /// The domains it speaks to.
        domains: Vec<String>,
        /// The rule it is to replace: always there for a charter when one is in force.
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
    /// 备案.
    File {
        /// The town's receipt.
        receipt: Digest,
    },
    /// 颁布.
    Promulgate {
        /// The day the text is posted.
        from: Date,
        /// For how many days.
        days: u16,
        /// The day it comes into force.
        effective: Date,
    },
    /// 录入既有规则 (R15), by one person.
    Attest {
        /// The new id.
        id: RuleId,
        /// What kind of rule.
        kind: RuleKind,
        /// The exact component and settings.
        version: RuleVersion,
        /// The manifest's digest.
        manifest: Digest,
        /// The domains it speaks to.
        domains: Vec<String>,
        /// How it was adopted.
        adoption: PaperAdoption,
        /// The day the community was set up here: from then on rules are adopted by vote.
        set_up: Date,
    },
    /// 确认 (R15), by another person, for the town.
    ConfirmAttestation,
    /// 不予确认.
    RejectAttestation {
        /// The reasons.
        reasons: Digest,
    },
    /// 暂停, by the joint committees, until the next assembly. Never a charter.
    Suspend {
        /// The reasons.
        reasons: Digest,
    },
    /// 恢复.
    Resume {
        /// The reasons.
        reasons: Digest,
    },
    /// 暂停到期: an assembly has been held since and its minutes are recorded. Nobody asks for it; it comes with them.
    EndSuspension {
        /// Which assembly.
        body: BodyKind,
        /// On which day.
        held_on: Date,
        /// Its minutes.
        minutes: Digest,
    },
    /// 被替代.
    Supersede {
        /// By which rule.
        by: RuleId,
        /// From which day.
        on: Date,
    },
    /// 废止, by a vote like the one that adopted it, when its decision is posted: it ends once the posting is over.
    Repeal {
        /// What the ballot came to.
        outcome: Box<BallotOutcome>,
        /// The day the decision is posted.
        from: Date,
        /// For how many days.
        days: u16,
    },
    /// 撤回草案.
    Withdraw {
        /// The reasons.
        reasons: Digest,
    },
}

/// What happened to a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum RuleEvent {
    /// 起草.
    Drafted {
        /// The rule.
        id: RuleId,
        /// What kind of rule.
        kind: RuleKind,
        /// The exact component and settings.
        version: RuleVersion,
        /// The manifest's digest.
        manifest: Digest,
        /// The domains it speaks to.
        domains: Vec<String>,
        /// The rule it is to replace.
        replaces: Option<RuleId>,
        /// By whom and when.
        act: Act,
    },
    /// 改设置.
    Revised {
        /// The exact component and settings.
        version: RuleVersion,
        /// The manifest's digest.
        manifest: Digest,
        /// By whom and when.
        act: Act,
    },
    /// 已协商.
    Consulted {
        /// The matter.
        matter: MatterId,
        /// The version consulted on.
        version: RuleVersion,
        /// The report.
        report: Digest,
        /// By whom and when.
        act: Act,
    },
    /// 表决通过.
    Adopted {
        /// The ballot with its finding.
        outcome: Box<BallotOutcome>,
        /// By whom and when.
        act: Act,
    },
    /// 表决未通过.
    VotedDown {
        /// The ballot with its finding.
        outcome: Box<BallotOutcome>,
        /// By whom and when.
        act: Act,
    },
    /// 备案.
    Filed {
        /// The town's receipt.
        receipt: Digest,
        /// By whom and when.
        act: Act,
    },
    /// 颁布.
    Promulgated {
        /// The day it was posted.
        from: Date,
        /// The period it stays up.
        period: Period,
        /// The day it comes into force.
        effective: Date,
        /// By whom and when.
        act: Act,
    },
    /// 录入.
    Attested {
        /// The rule.
        id: RuleId,
        /// What kind of rule.
        kind: RuleKind,
        /// The exact component and settings.
        version: RuleVersion,
        /// The manifest's digest.
        manifest: Digest,
        /// The domains it speaks to.
        domains: Vec<String>,
        /// How it was adopted.
        adoption: PaperAdoption,
        /// By whom and when.
        act: Act,
    },
    /// 确认.
    AttestationConfirmed {
        /// By whom and when.
        act: Act,
    },
    /// 不予确认.
    AttestationRejected {
        /// The reasons.
        reasons: Digest,
        /// By whom and when.
        act: Act,
    },
    /// 暂停.
    Suspended {
        /// The reasons.
        reasons: Digest,
        /// By whom and when.
        act: Act,
    },
    /// 恢复.
    Resumed {
        /// The reasons.
        reasons: Digest,
        /// By whom and when.
        act: Act,
    },
    /// 被替代.
    Superseded {
        /// By which rule.
        by: RuleId,
        /// From which day.
        on: Date,
        /// By whom and when.
        act: Act,
    },
    /// 废止.
    Repealed {
        /// The ballot with its finding.
        outcome: Box<BallotOutcome>,
        /// From which day.
        on: Date,
        /// By whom and when.
        act: Act,
    },
    /// 撤回.
    Withdrawn {
        /// The reasons.
        reasons: Digest,
        /// By whom and when.
        act: Act,
    },
}

/// 规则阶段 (how far its papers are). Whether it is in force on a day is [`Standing`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleStage {
    /// 已起草.
    Drafted,
    /// 已协商.
    Consulted,
    /// 已表决通过.
    Adopted,
    /// 已备案.
    Filed,
    /// 已颁布: in force from its effective date.
    Promulgated,
    /// 已录入, waiting for the town's confirmation.
    Attested,
    /// 已确认: in force from its effective date, shown as attested.
    Confirmed,
    /// 未通过.
    VotedDown,
    /// 不予确认.
    AttestationRejected,
    /// 已撤回.
    Withdrawn,
}

/// 效力 (whether a rule is in force on a given day).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// 尚未生效.
    NotYet,
    /// 生效.
    InForce,
    /// 暂停.
    Suspended,
    /// 已被替代.
    Superseded,
    /// 已废止.
    Repealed,
    /// 未能通过: it will never be in force.
    Never,
}

/// 如何成立 (how a rule came to be adopted): shown beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Adoption {
    /// 在本平台表决.
    Voted {
        /// The ballot with its finding.
        outcome: Box<BallotOutcome>,
    },
    /// 纸面通过、录入确认 (R15).
    Attested {
        /// How it was adopted on paper.
        adoption: Box<PaperAdoption>,
        /// Who entered it.
        entered: Act,
        /// Who confirmed it, once somebody did.
        confirmed: Option<Act>,
    },
}
