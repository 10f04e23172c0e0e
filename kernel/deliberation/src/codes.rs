//! 代号 (the codes of the machines): what can be done, where a thing stands, and what happened, each as a type of its own.
//!
//! A command or an event carries what it is about; its code alone is what is offered, refused, listed and put in words.

use yishi_words::{Coded, coded};

use crate::matter::MatterAct;
use crate::meeting::MeetingAct;
use crate::rule::RuleAct;

coded! {
    /// 事项所处的阶段 (where a matter stands).
    pub enum MatterStage: "matter-stage" {
        /// 已建议.
        Suggested = "suggested",
        /// 已提议.
        Proposed = "proposed",
        /// 审核通过.
        Reviewed = "reviewed",
        /// 已退回.
        Returned = "returned",
        /// 党组织已研究.
        Studied = "studied",
        /// 已审议.
        JointlyDeliberated = "jointly-deliberated",
        /// 已列入议程.
        Tabled = "tabled",
        /// 已决议.
        Resolved = "resolved",
        /// 已报送备案.
        Filed = "filed",
        /// 决议已公开.
        DecisionDisclosed = "decision-disclosed",
        /// 已实施.
        Implemented = "implemented",
        /// 实施结果已公开.
        OutcomeDisclosed = "outcome-disclosed",
        /// 已办结.
        Completed = "completed",
        /// 未通过.
        Rejected = "rejected",
        /// 已撤回.
        Withdrawn = "withdrawn",
        /// 已失效.
        Lapsed = "lapsed",
    }
}

coded! {
    /// 事项的记录 (what happened to a matter).
    pub enum MatterEventKind: "matter-event" {
        /// 建议.
        Suggested = "suggested",
        /// 提议.
        Proposed = "proposed",
        /// 审核通过.
        Reviewed = "reviewed",
        /// 退回.
        Returned = "returned",
        /// 修改后再报.
        Resubmitted = "resubmitted",
        /// 列入议程.
        Tabled = "tabled",
        /// 开始征求意见.
        ConsultationOpened = "consultation-opened",
        /// 结束征求意见.
        ConsultationClosed = "consultation-closed",
        /// 党组织研究.
        StudiedByParty = "studied-by-party",
        /// 联席会议审议.
        JointlyDeliberated = "jointly-deliberated",
        /// 转为重大事项.
        Escalated = "escalated",
        /// 决议通过.
        Resolved = "resolved",
        /// 决议未通过.
        Rejected = "rejected",
        /// 报送备案.
        Filed = "filed",
        /// 签收备案.
        FilingAcknowledged = "filing-acknowledged",
        /// 公开.
        Disclosed = "disclosed",
        /// 撤下公示.
        TakenDown = "taken-down",
        /// 实施.
        Implemented = "implemented",
        /// 办结.
        Completed = "completed",
        /// 撤回.
        Withdrawn = "withdrawn",
        /// 失效.
        Lapsed = "lapsed",
        /// 改用现行章程.
        Repinned = "repinned",
    }
}

coded! {
    /// 会议的记录 (what happened to a meeting).
    pub enum MeetingEventKind: "meeting-event" {
        /// 会议通知.
        Convened = "convened",
        /// 取消会议.
        Cancelled = "cancelled",
        /// 开会.
        Opened = "opened",
        /// 休会.
        Recessed = "recessed",
        /// 续会.
        Resumed = "resumed",
        /// 签到.
        Arrived = "arrived",
        /// 离会.
        Left = "left",
        /// 回避.
        Recused = "recused",
        /// 对回避提出异议.
        RecusalDisputed = "recusal-disputed",
        /// 开始表决.
        BallotOpened = "ballot-opened",
        /// 结束表决.
        BallotClosed = "ballot-closed",
        /// 闭会.
        Adjourned = "adjourned",
        /// 会议纪要.
        MinutesRecorded = "minutes-recorded",
    }
}

coded! {
    /// 规约的记录 (what happened to a rule).
    pub enum RuleEventKind: "rule-event" {
        /// 起草规约.
        Drafted = "drafted",
        /// 修改规约草案.
        Revised = "revised",
        /// 规约已征求意见.
        Consulted = "consulted",
        /// 规约表决通过.
        Adopted = "adopted",
        /// 规约表决未通过.
        VotedDown = "voted-down",
        /// 规约备案.
        Filed = "filed",
        /// 规约颁布.
        Promulgated = "promulgated",
        /// 规约认证录入.
        Attested = "attested",
        /// 镇级确认规约.
        AttestationConfirmed = "attestation-confirmed",
        /// 镇级不予确认.
        AttestationRejected = "attestation-rejected",
        /// 规约没有作出回答.
        Failed = "failed",
        /// 规约暂停.
        Suspended = "suspended",
        /// 规约恢复.
        Resumed = "resumed",
        /// 规约暂停结束.
        SuspensionEnded = "suspension-ended",
        /// 规约被替代.
        Superseded = "superseded",
        /// 规约继续施行.
        Continued = "continued",
        /// 规约废止.
        Repealed = "repealed",
        /// 撤回规约草案.
        Withdrawn = "withdrawn",
    }
}

impl MatterStage {
    /// 已有决定 (whether its vote is over, whichever way it went).
    #[must_use]
    pub const fn is_decided(self) -> bool {
        matches!(
            self,
            Self::Resolved
                | Self::Filed
                | Self::DecisionDisclosed
                | Self::Implemented
                | Self::OutcomeDisclosed
                | Self::Completed
                | Self::Rejected
        )
    }
}

/// 办理 (what can be done with one kind of thing).
pub trait Deed: Coded {
    /// Whether somebody does it. What merely follows from something else is never offered to anybody.
    #[must_use]
    fn is_for_people(self) -> bool {
        true
    }
}

impl Deed for MatterAct {}

impl Deed for MeetingAct {}

impl Deed for RuleAct {
    fn is_for_people(self) -> bool {
        !matches!(
            self,
            Self::Consulted
                | Self::Voted
                | Self::Supersede
                | Self::Continue
                | Self::EndSuspension
                | Self::RecordFailure
                | Self::Revise
        )
    }
}

/// The codes of these acts.
#[must_use]
pub fn codes<A: Deed>(acts: &[A]) -> Vec<&'static str> {
    acts.iter().map(|act| act.code()).collect()
}
