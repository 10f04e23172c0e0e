//! The words of a rule's life.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use yishi_canonical::Digest;
use yishi_identity::{MatterId, MeetingId, RuleId};
use yishi_law::{Authority, BodyKind, Count, CountingMode, RuleKind};
use yishi_words::coded;

use crate::common::{Act, RuleVersion};
use crate::meeting::BallotOutcome;

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
    /// 授权决议 (the assembly's resolution that authorised the representatives, R19), where they adopted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorisation: Option<Digest>,
}

/// 社区当时的可能范围 (what limits the figures of an old decision).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaperLimits {
    /// The day the community was set up here: from then on rules are adopted by vote, and a text on paper was in force by then.
    pub set_up: Date,
    /// More than this cannot have been in office.
    pub in_office: u64,
    /// Fewer than this cannot have been.
    pub at_least: u64,
}

/// 暂停的根据 (on what a rule may be suspended, R23). Nobody's mere wish is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ground", rename_all = "kebab-case")]
pub enum SuspensionGround {
    /// 系统记录的失效: the host has recorded that it gave no usable answer.
    RecordedFailures,
    /// 责令改正 (the town's order to correct, R37), naming what it breaks.
    TownOrder {
        /// The clause of the rule, by its permanent id.
        clause: String,
        /// The article it breaks.
        breaks: Authority,
    },
}

/// 一次失效 (one time the host got no usable answer).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The gate it was asked at.
    pub gate: String,
    /// The host's stable code.
    pub code: String,
    /// During whose act and when.
    pub act: Act,
}

/// 一次暂停 (one suspension).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspension {
    /// By whom and from when.
    pub from: Act,
    /// On what ground.
    pub ground: SuspensionGround,
    /// The reasons.
    pub reasons: Digest,
    /// Until when, once it has ended.
    pub until: Option<Act>,
}

impl Suspension {
    /// 奉令暂停 (whether it rests on the town's order, which the town alone lifts, R37).
    #[must_use]
    pub const fn is_ordered(&self) -> bool {
        matches!(self.ground, SuspensionGround::TownOrder { .. })
    }
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
        /// Its name in the manifest: what tells one text of a kind from another, from version to version.
        name: String,
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
    /// 报送备案.
    Filed {
        /// The receiver's paper, where it gave one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        receipt: Option<Digest>,
        /// By whom and when.
        act: Act,
    },
    /// 颁布.
    Promulgated {
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
    /// 未能作答, as the host recorded it.
    Failed {
        /// The gate it was asked at.
        gate: String,
        /// The host's stable code.
        code: String,
        /// During whose act and when.
        act: Act,
    },
    /// 暂停.
    Suspended {
        /// On what ground.
        ground: SuspensionGround,
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
    /// 暂停到期.
    SuspensionEnded {
        /// Which body sat.
        body: BodyKind,
        /// The sitting.
        meeting: MeetingId,
        /// By whom and when it was opened.
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
    /// 继续施行.
    Continued {
        /// What does not take its place.
        without: RuleId,
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

coded! {
    /// 规则阶段 (how far its papers are). Whether it is in force on a day is [`Standing`].
    ///
    /// 报送备案 is no stage: it is a duty that runs beside the rule's life and holds nothing back (R32).
    pub enum RuleStage: "rule-stage" {
        /// 已起草.
        Drafted = "drafted",
        /// 已协商.
        Consulted = "consulted",
        /// 已表决通过.
        Adopted = "adopted",
        /// 已颁布: in force from its effective date.
        Promulgated = "promulgated",
        /// 已录入, waiting for the town's confirmation.
        Attested = "attested",
        /// 已确认: in force from its effective date, shown as attested.
        Confirmed = "confirmed",
        /// 未通过.
        VotedDown = "voted-down",
        /// 不予确认.
        AttestationRejected = "attestation-rejected",
        /// 已撤回.
        Withdrawn = "withdrawn",
    }
}

coded! {
    /// 效力 (whether a rule is in force on a given day).
    pub enum Standing: "standing" {
        /// 尚未生效.
        NotYet = "not-yet",
        /// 生效.
        InForce = "in-force",
        /// 暂停.
        Suspended = "suspended",
        /// 已被替代.
        Superseded = "superseded",
        /// 已废止.
        Repealed = "repealed",
        /// 未能通过: it will never be in force.
        Never = "never",
    }
}

/// 如何成立 (how a rule came to be adopted): shown beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Adoption {
    /// 在本平台表决.
    Voted {
        /// The ballot with its finding.
        outcome: Box<BallotOutcome>,
        /// The day of the vote.
        on: Date,
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
