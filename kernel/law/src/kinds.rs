//! 词汇 (the statutes' words as enums). All are written in kebab-case.

use serde::{Deserialize, Serialize};

/// 村 / 社区 (the kind of community): which organic law applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommunityKind {
    /// 村 (village), under 村民委员会组织法.
    Village,
    /// 社区 (urban community), under 城市居民委员会组织法.
    Urban,
}

/// 一般事项 / 重大事项 (the class of a matter): chooses the six-step path. Major is the stricter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MatterClass {
    /// 一般事项: the council resolves.
    Ordinary,
    /// 重大事项: the assembly or the representative assembly resolves.
    Major,
}

/// 机构 (a body that acts in the six steps).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BodyKind {
    /// 议事会 (deliberative council).
    Council,
    /// "两委" (party organization and residents' committee acting together).
    JointCommittees,
    /// 村(居)民代表会议 (representative assembly).
    RepresentativeAssembly,
    /// 村(居)民会议 (villagers' or residents' assembly).
    ResidentsAssembly,
    /// 村(居)民委员会 (villagers' or residents' committee): carries out resolutions.
    ResidentsCommittee,
    /// 村(居)务监督委员会 (supervision committee): supervises, does not decide.
    SupervisionCommittee,
    /// 党组织 (party organization).
    PartyOrganization,
}

impl BodyKind {
    /// All of them, in the order in which they are declared.
    pub const ALL: [Self; 7] = [
        Self::Council,
        Self::JointCommittees,
        Self::RepresentativeAssembly,
        Self::ResidentsAssembly,
        Self::ResidentsCommittee,
        Self::SupervisionCommittee,
        Self::PartyOrganization,
    ];

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

/// 计数方式 (how an assembly is counted), fixed at convening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CountingMode {
    /// 按人: every adult, or every member of a body.
    Persons,
    /// 按户: one representative for each household.
    Households,
}

/// 六步工作法 (a step of either path, with the gates between them).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// 建议.
    Suggest,
    /// 提议.
    Propose,
    /// 审核 (by the joint committees; has an outcome).
    Review,
    /// 党组织前置研究 (study before submission; not an approval).
    PartyStudy,
    /// 审议 (the joint meeting's deliberation).
    JointDeliberation,
    /// 决议.
    Resolve,
    /// 备案 (for the record; approves nothing).
    File,
    /// 决议公开.
    DiscloseDecision,
    /// 实施.
    Implement,
    /// 实施结果公开.
    DiscloseOutcome,
}

/// 法定事项 (what a matter is about, as far as a statute cares).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// 村民自治章程 / 居民自治章程、居民公约: adopting or changing the charter.
    Charter,
    /// 实施细则: adopting or changing an implementation rule.
    Rule,
    /// 村规民约: adopting or changing village regulations, which a village charter's article also governs.
    VillageRegulation,
    /// 村庄规划、建设.
    Planning,
    /// 享受误工补贴的人员及补贴标准.
    SubsidisedPosts,
    /// 从村集体经济所得资金和物资的使用: spending what the collective hands over. Not its property.
    CollectiveFunds,
    /// 公益事业的兴办和筹资筹劳.
    PublicWorksLevy,
    /// 重点帮扶人员、帮扶方案.
    AssistancePlan,
    /// 年度工作报告.
    AnnualReport,
    /// 民主评议.
    Evaluation,
    /// 集体财产和成员权益: belongs to the rural collective, and is sent away.
    CollectiveProperty,
    /// 其他.
    General,
}

/// 公开 / 无记名 (how a ballot is cast). Secret is the stricter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Secrecy {
    /// 公开表决.
    Open,
    /// 无记名投票.
    Secret,
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
