//! 词汇 (the statutes' words as enums). All are written in kebab-case.

use serde::{Deserialize, Serialize};
pub use yishi_words::CommunityKind;
use yishi_words::coded;

coded! {
    /// 一般事项 / 重大事项 (the class of a matter): chooses the six-step path. Major is the stricter.
    pub enum MatterClass: "matter-class" {
        /// 一般事项: the council resolves.
        Ordinary = "ordinary",
        /// 重大事项: the assembly or the representative assembly resolves.
        Major = "major",
    }
}

coded! {
    /// 机构 (a body that acts in the six steps).
    pub enum BodyKind: "body" {
        /// 议事会 (deliberative council).
        Council = "council",
        /// "两委" (party organization and residents' committee acting together).
        JointCommittees = "joint-committees",
        /// 村(居)民代表会议 (representative assembly).
        RepresentativeAssembly = "representative-assembly",
        /// 村(居)民会议 (villagers' or residents' assembly).
        ResidentsAssembly = "residents-assembly",
        /// 村(居)民委员会 (villagers' or residents' committee): carries out resolutions.
        ResidentsCommittee = "residents-committee",
        /// 村(居)务监督委员会 (supervision committee): supervises, does not decide.
        SupervisionCommittee = "supervision-committee",
        /// 党组织 (party organization).
        PartyOrganization = "party-organization",
    }
}

impl BodyKind {
    /// 层级 (R27: assembly > representatives > council). The other bodies study, carry out and supervise; they adopt no text.
    #[must_use]
    pub const fn rank(self) -> u8 {
        match self {
            Self::ResidentsAssembly => 3,
            Self::RepresentativeAssembly => 2,
            Self::Council => 1,
            Self::JointCommittees
            | Self::ResidentsCommittee
            | Self::SupervisionCommittee
            | Self::PartyOrganization => 0,
        }
    }

    /// Whether this body stands above another, so that a rule of the other cannot raise its quorum, share or notice (R27).
    #[must_use]
    pub const fn outranks(self, other: Self) -> bool {
        self.rank() > other.rank()
    }

    /// 法定人数由法律规定的会议 (whether a statute fixes this body's quorum, V1, V2, V6, U1, U3), so that nobody's recusal
    /// shrinks it (ruling R8). Of a council the charter declares it (ruling R5).
    #[must_use]
    pub const fn quorum_is_fixed_by_statute(self) -> bool {
        matches!(self, Self::RepresentativeAssembly | Self::ResidentsAssembly)
    }
}

coded! {
    /// 计数方式 (how an assembly is counted), fixed at convening.
    pub enum CountingMode: "counting-mode" {
        /// 按人: every adult, or every member of a body.
        Persons = "persons",
        /// 按户: one representative for each household.
        Households = "households",
    }
}

coded! {
    /// 六步工作法 (a step of either path, with the gates between them).
    pub enum Step: "step" {
        /// 建议.
        Suggest = "suggest",
        /// 提议.
        Propose = "propose",
        /// 审核 (by the joint committees; has an outcome).
        Review = "review",
        /// 党组织前置研究 (study before submission; not an approval).
        PartyStudy = "party-study",
        /// 审议 (the joint meeting's deliberation).
        JointDeliberation = "joint-deliberation",
        /// 决议.
        Resolve = "resolve",
        /// 备案 (for the record; approves nothing).
        File = "file",
        /// 决议公开.
        DiscloseDecision = "disclose-decision",
        /// 实施.
        Implement = "implement",
        /// 实施结果公开.
        DiscloseOutcome = "disclose-outcome",
    }
}

coded! {
    /// 法定事项 (what a matter is about, as far as a statute cares).
    pub enum Subject: "subject" {
        /// 村民自治章程 / 居民自治章程、居民公约: adopting or changing the charter.
        Charter = "charter",
        /// 实施细则: adopting or changing an implementation rule.
        Rule = "rule",
        /// 村规民约: adopting or changing village regulations, which a village charter's article also governs.
        VillageRegulation = "village-regulation",
        /// 村庄规划、建设.
        Planning = "planning",
        /// 享受误工补贴的人员及补贴标准.
        SubsidisedPosts = "subsidised-posts",
        /// 从村集体经济所得资金和物资的使用: spending what the collective hands over. Not its property.
        CollectiveFunds = "collective-funds",
        /// 公益事业的兴办和筹资筹劳.
        PublicWorksLevy = "public-works-levy",
        /// 重点帮扶人员、帮扶方案.
        AssistancePlan = "assistance-plan",
        /// 年度工作报告.
        AnnualReport = "annual-report",
        /// 民主评议.
        Evaluation = "evaluation",
        /// 集体财产和成员权益: belongs to the rural collective, and is sent away.
        CollectiveProperty = "collective-property",
        /// 其他.
        General = "general",
    }
}

coded! {
    /// 公开 / 无记名 (how a ballot is cast). Secret is the stricter.
    pub enum Secrecy: "secrecy" {
        /// 公开表决.
        Open = "open",
        /// 无记名投票.
        Secret = "secret",
    }
}

/// 方向 (what a local rule may do to a figure of the floor).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Only demand more.
    Up,
    /// Only demand less (a petition share, a proxy cap).
    Down,
    /// Not movable.
    Fix,
}

coded! {
    /// 规约种类 (the 1+1+X of the policy).
    pub enum RuleKind: "rule-kind" {
        /// 村民自治章程 or 居民公约: exactly one in force.
        Charter = "charter",
        /// 实施细则.
        ImplementationRule = "implementation-rule",
        /// 村规民约.
        VillageRegulation = "village-regulation",
    }
}

impl RuleKind {
    /// What a vote on such a rule is about.
    #[must_use]
    pub const fn subject(self) -> Subject {
        match self {
            Self::Charter => Subject::Charter,
            Self::ImplementationRule => Subject::Rule,
            Self::VillageRegulation => Subject::VillageRegulation,
        }
    }
}

impl Subject {
    /// 立规 (whether a matter about it adopts, changes or ends a charter, a rule or village regulations).
    #[must_use]
    pub fn is_rule_making(self) -> bool {
        RuleKind::ALL.iter().any(|kind| kind.subject() == self)
    }
}

coded! {
    /// 表决意见 (what a voter may say).
    pub enum Choice: "choice" {
        /// 赞成 (in favour).
        Yes = "yes",
        /// 反对 (against).
        No = "no",
        /// 弃权 (abstention).
        Abstain = "abstain",
    }
}
