//! The words of a matter: what can be asked of it, what happened to it, and what it is now.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use yishi_canonical::Digest;
use yishi_identity::{MatterId, PersonId, RuleId};
use yishi_law::days::Period;
use yishi_law::{Authority, BodyKind, Cited, MatterClass, Subject};
use yishi_words::coded;

use crate::common::{Act, Pins, Question, RulePin, RuleVersion};
use crate::meeting::BallotOutcome;

/// 提议 (the council's written proposal, as far as the record keeps it).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// The text's digest. Everything that follows is about exactly this text.
    pub text: Digest,
    /// What it is about, as far as a statute cares.
    pub subjects: BTreeSet<Subject>,
    /// The domain a rule may speak to, such as `sanitation`.
    pub domain: String,
    /// The class asked for. The law and the charter may make it major; nothing makes it ordinary again.
    pub class: MatterClass,
    /// 总金额, in fen.
    pub amount_fen: Option<u64>,
    /// 每户金额, in fen.
    pub per_household_fen: Option<u64>,
    /// The domain's form.
    pub form: Option<Digest>,
    /// The rule to be adopted. Required when the subjects contain a charter, a rule or village regulations, unless one is repealed.
    pub rule: Option<RuleVersion>,
    /// The rule to be repealed, when that is what is proposed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeals: Option<RuleId>,
}

impl Proposal {
    /// 提议版本 (one digest over text, amounts, subjects, class, form and rule). Changing any of them is another proposal, and
    /// what was said of the old one is not said of the new.
    #[must_use]
    pub fn version(&self) -> Digest {
        // Figures beyond the canonical range never enter the record; their debug form only keeps this total.
        yishi_canonical::digest_of(self).unwrap_or_else(|_| Digest::of(format!("{self:?}").as_bytes()))
    }

    /// What a vote on this proposal must ask.
    #[must_use]
    pub fn question(&self) -> Question {
        Question { text: self.text, version: self.version(), rule: self.rule, repeals: self.repeals }
    }
}

/// 审核结果.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum ReviewOutcome {
    /// 审核通过.
    Pass,
    /// 退回, with written reasons (R4).
    Return {
        /// The reasons.
        reasons: Digest,
    },
}

/// 前置研究结果. A study is not an approval (V9, U5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum StudyOutcome {
    /// 建议提交.
    Recommended,
    /// 不建议提交: the matter is kept and returned with written reasons (R3).
    NotRecommended {
        /// The reasons.
        reasons: Digest,
    },
}

/// 审议意见 (the opinion of the joint meeting).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "opinion", rename_all = "kebab-case")]
pub enum DeliberationOpinion {
    /// 提交会议决议.
    Submit {
        /// To which body.
        to: BodyKind,
        /// The assembly's recorded authorisation, when the representative assembly decides in its place (V4, R14).
        authorisation: Option<Digest>,
    },
    /// 退回修改, with written reasons.
    Return {
        /// The reasons.
        reasons: Digest,
    },
}

coded! {
    /// 协商形式.
    pub enum ConsultationForm: "consultation-form" {
        /// 议事会.
        Council = "council",
        /// 小区协商.
        Neighbourhood = "neighbourhood",
        /// 业主协商.
        Homeowners = "homeowners",
        /// 决策听证.
        Hearing = "hearing",
        /// 民主评议.
        Appraisal = "appraisal",
    }
}

coded! {
    /// 联名人 (who signs a petition to convene).
    pub enum Petitioners: "petitioners" {
        /// 十八周岁以上的村(居)民.
        Residents = "residents",
        /// 户的代表 (U2).
        Households = "households",
        /// 村(居)民代表.
        Representatives = "representatives",
    }
}

/// 联名提议召集 (a petition of the body's own threshold; V3, V6, U2, U3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Petition {
    /// Which body must be convened.
    pub to: BodyKind,
    /// Who signs.
    pub by: Petitioners,
    /// How many signed, each once.
    pub signatures: u64,
    /// Of how many.
    pub of: u64,
    /// The list of signatures.
    pub record: Digest,
    /// 核对人 (who checked a sheet of paper against the roll).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_by: Option<PersonId>,
}

/// 备案机关 (with whom a decision is filed). Filing informs; it approves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FiledWith {
    /// "两委": what the council decided.
    JointCommittees,
    /// 镇(街道): charters, conventions, village regulations and implementation rules (V7, U6).
    Town,
}

coded! {
    /// 公开事项 (which of the two disclosure duties).
    pub enum DisclosureKind: "disclosure" {
        /// 决议公开.
        Decision = "decision",
        /// 实施结果公开.
        Outcome = "outcome",
    }
}

/// 从何处退回 (who returned a proposal).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReturnedBy {
    /// 审核.
    Review,
    /// 党组织前置研究.
    PartyStudy,
    /// 联席会议审议.
    JointDeliberation,
}

/// 何以列入议程 (why a matter goes to an assembly although it was returned).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "way", rename_all = "kebab-case")]
pub enum TabledBy {
    /// 提请代表会议主持人列入议程, after the second return (R4).
    Chair {
        /// The council's minutes.
        minutes: Digest,
    },
    /// 联名提议 (R3).
    Petition {
        /// The petition.
        petition: Petition,
    },
}

/// What happened to a matter. Ids, digests, counts, dates and words of this vocabulary only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum MatterEvent {
    /// 建议.
    Suggested {
        /// The matter.
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
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount_fen: Option<u64>,
        /// 每户金额, in fen.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        per_household_fen: Option<u64>,
        /// What the matter keeps from this day.
        pins: Pins,
        /// By whom and when.
        act: Act,
    },
    /// 提议.
    Proposed {
        /// The written proposal.
        proposal: Proposal,
        /// The class it has, and who says so.
        class: Cited<MatterClass>,
        /// By whom and when.
        act: Act,
    },
    /// 审核通过.
    Reviewed {
        /// The text reviewed.
        text: Digest,
        /// By whom and when.
        act: Act,
    },
    /// 退回.
    Returned {
        /// By whom it was returned.
        by: ReturnedBy,
        /// The text returned.
        text: Digest,
        /// The written reasons.
        reasons: Digest,
        /// By whom and when.
        act: Act,
    },
    /// 修改后再报.
    Resubmitted {
        /// The revised proposal.
        proposal: Proposal,
        /// The class it has, and who says so.
        class: Cited<MatterClass>,
        /// By whom and when.
        act: Act,
    },
    /// 列入议程 although returned (R3, R4).
    Tabled {
        /// Before which body.
        to: BodyKind,
        /// Why.
        by: TabledBy,
        /// The assembly's recorded authorisation.
        authorisation: Option<Digest>,
        /// By whom and when.
        act: Act,
    },
    /// 协商开始.
    ConsultationOpened {
        /// The text consulted on.
        text: Digest,
        /// The form.
        form: ConsultationForm,
        /// The notice.
        notice: Digest,
        /// Last day for comments.
        until: Date,
        /// By whom and when.
        act: Act,
    },
    /// 协商结束.
    ConsultationClosed {
        /// The report.
        report: Digest,
        /// How many comments.
        comments: u64,
        /// By whom and when.
        act: Act,
    },
    /// 党组织前置研究.
    StudiedByParty {
        /// The text studied.
        text: Digest,
        /// The outcome.
        outcome: StudyOutcome,
        /// The record.
        record: Digest,
        /// By whom and when.
        act: Act,
    },
    /// 审议, submitted to a body.
    JointlyDeliberated {
        /// The text deliberated.
        text: Digest,
        /// Submitted to which body.
        to: BodyKind,
        /// The assembly's recorded authorisation.
        authorisation: Option<Digest>,
        /// The minutes.
        minutes: Digest,
        /// By whom and when.
        act: Act,
    },
    /// 升为重大事项.
    Escalated {
        /// Who says so.
        by: BTreeSet<Authority>,
        /// Written reasons, when a person did it and not a rule.
        reasons: Option<Digest>,
        /// By whom and when.
        act: Act,
    },
    /// 决议通过.
    Resolved {
        /// The ballot with its finding.
        outcome: Box<BallotOutcome>,
        /// By whom and when.
        act: Act,
    },
    /// 决议未通过.
    Rejected {
        /// The ballot with its finding.
        outcome: Box<BallotOutcome>,
        /// By whom and when.
        act: Act,
    },
    /// 报送备案.
    Filed {
        /// With whom.
        with: FiledWith,
        /// The receiver's paper, where it gave one and the village entered it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        receipt: Option<Digest>,
        /// By whom and when.
        act: Act,
    },
    /// 签收备案.
    FilingAcknowledged {
        /// What the receiver wrote.
        receipt: Digest,
        /// By whom and when.
        act: Act,
    },
    /// 公开.
    Disclosed {
        /// Which duty.
        which: DisclosureKind,
        /// The notice.
        notice: Digest,
        /// The day it was posted.
        from: Date,
        /// The period it stays up.
        period: Period,
        /// By whom and when.
        act: Act,
    },
    /// 撤下.
    TakenDown {
        /// Which disclosure.
        which: DisclosureKind,
        /// By whom and when.
        act: Act,
    },
    /// 实施.
    Implemented {
        /// By which body.
        by: BodyKind,
        /// What shows it.
        evidence: Digest,
        /// By whom and when.
        act: Act,
    },
    /// 办结.
    Completed {
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
    /// 失效.
    Lapsed {
        /// The reasons.
        reasons: Digest,
        /// By whom and when.
        act: Act,
    },
    /// 改用现行章程.
    Repinned {
        /// The charter it is under from now on.
        charter: RulePin,
        /// The reasons.
        reasons: Digest,
        /// By whom and when.
        act: Act,
    },
}

/// 阶段 (where a matter stands), with what put it there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// 已建议.
    Suggested,
    /// 已提议, waiting for review.
    Proposed,
    /// 审核通过.
    Reviewed,
    /// 已退回, waiting for the council.
    Returned {
        /// By whom.
        by: ReturnedBy,
        /// The written reasons.
        reasons: Digest,
    },
    /// 已经前置研究 (major only).
    Studied,
    /// 已审议 (major only): submitted to a body.
    JointlyDeliberated {
        /// Which.
        to: BodyKind,
        /// The assembly's recorded authorisation.
        authorisation: Option<Digest>,
    },
    /// 已列入议程 by the chair or by petition.
    Tabled {
        /// Before which body.
        to: BodyKind,
        /// Why.
        by: TabledBy,
        /// The assembly's recorded authorisation.
        authorisation: Option<Digest>,
    },
    /// 已决议.
    Resolved,
    /// 已备案.
    Filed,
    /// 决议已公开.
    DecisionDisclosed,
    /// 已实施.
    Implemented,
    /// 实施结果已公开.
    OutcomeDisclosed,
    /// 已办结.
    Completed,
    /// 未通过.
    Rejected,
    /// 已撤回.
    Withdrawn {
        /// The reasons.
        reasons: Digest,
    },
    /// 已失效.
    Lapsed {
        /// The reasons.
        reasons: Digest,
    },
}

/// 协商 (one consultation).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consultation {
    /// The text consulted on.
    pub text: Digest,
    /// The proposal it belonged to, figures included.
    pub version: Digest,
    /// The form.
    pub form: ConsultationForm,
    /// The notice.
    pub notice: Digest,
    /// Last day for comments.
    pub until: Date,
    /// When it was opened.
    pub opened: Act,
    /// The report and the number of comments, once closed.
    pub closed: Option<(Digest, u64, Act)>,
}

/// 前置研究 (the party study's record).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartyStudy {
    /// The text studied.
    pub text: Digest,
    /// The proposal it belonged to, figures included.
    pub version: Digest,
    /// The outcome.
    pub outcome: StudyOutcome,
    /// The record.
    pub record: Digest,
    /// By whom and when.
    pub act: Act,
}

/// 备案 (what was handed in, and what came back). 备案 is no approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filing {
    /// With whom.
    pub with: FiledWith,
    /// When it was handed in.
    pub handed_in: Act,
    /// The receiver's paper as the village entered it.
    pub paper: Option<Digest>,
    /// The receipt that the receiver issued here.
    pub acknowledged: Option<(Digest, Act)>,
}

impl Filing {
    /// Whether the receiver has said in any way that it has it.
    #[must_use]
    pub const fn has_receipt(&self) -> bool {
        self.paper.is_some() || self.acknowledged.is_some()
    }
}

/// 公开 (one disclosure with its running period).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosure {
    /// The notice.
    pub notice: Digest,
    /// The day it was posted.
    pub from: Date,
    /// The period it stays up.
    pub period: Period,
    /// By whom and when.
    pub act: Act,
    /// When it was taken down.
    pub taken_down: Option<Act>,
}
