//! 要求 (demands as data): what an entry of a law file can ask for.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::kinds::{BodyKind, CountingMode, MatterClass, Subject};
use crate::share::{Fraction, Share, Threshold};
use yishi_words::Words;

/// 条款 (one demand with the article it stands in).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// The article number, such as `30`.
    pub article: String,
    /// What it asks for.
    pub demand: Demand,
}

/// 要求 (one demand of an entry).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "snake_case")]
pub enum Demand {
    /// 会议的召开与通过: quorum and pass share of a body.
    Meeting(MeetingRule),
    /// 村民小组会议: the group's own meeting, by persons or by households.
    GroupMeeting {
        /// Share of persons, or of households, who must attend.
        quorum: Share,
        /// Pass share.
        passes: Threshold,
    },
    /// 召集: who can force a sitting, and how long before it notice is given.
    Convening(Convening),
    /// 应由会议讨论决定的事项: the fixed lists.
    Matters(Matters),
    /// 按类别决定: who decides a matter of this class that no list names.
    Deciding {
        /// The class.
        class: MatterClass,
        /// The bodies, any of which may decide.
        bodies: Vec<BodyKind>,
    },
    /// 不可变动的通过比例: for these subjects a local rule may not move the pass share either way.
    FixedPasses {
        /// The subjects.
        subjects: BTreeSet<Subject>,
    },
    /// 代表会议的组成.
    Composition(Composition),
    /// 代表名额: households for each representative.
    Representation(Representation),
    /// 村(居)委会的组成: number of members, women among them.
    Committee(CommitteeRule),
    /// 任期.
    Term(TermRule),
    /// 不得兼任: two bodies in which nobody sits at once.
    Incompatible {
        /// The two bodies.
        bodies: BTreeSet<BodyKind>,
    },
    /// 党组织研究讨论在先: before submission to one of these bodies the record must exist.
    PartyStudy {
        /// The bodies a matter is submitted to.
        bodies: BTreeSet<BodyKind>,
    },
    /// 协商: subjects on which a consultation must have been held.
    Consultation {
        /// The subjects.
        subjects: BTreeSet<Subject>,
        /// The forms the text names.
        forms: Vec<Words>,
    },
    /// 公开.
    Disclosure(Disclosure),
    /// 备案.
    Filing {
        /// What is filed.
        subjects: BTreeSet<Subject>,
        /// With whom.
        with: FilingOffice,
    },
    /// 选举.
    Election(Election),
    /// 委托投票.
    Proxy(ProxyRule),
    /// 议事会的组成 (norms that advise; they block nothing).
    Council(CouncilNorms),
    /// 另有主体: not for this community's bodies at all.
    SentAway {
        /// The subjects.
        subjects: BTreeSet<Subject>,
        /// Who decides instead, in words.
        to: Words,
    },
}

/// 会议规则 (quorum and pass share of a body).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeetingRule {
    /// The body.
    pub body: BodyKind,
    /// The counting mode this rule is for; absent when the body has one mode only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<CountingMode>,
    /// Share of those in office (adults, households, members) who must attend.
    pub quorum: Share,
    /// Pass share.
    pub passes: Threshold,
    /// Rulings this demand relies on.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub rulings: BTreeSet<String>,
}

/// 召集 (convening a body).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Convening {
    /// The body.
    pub body: BodyKind,
    /// Share of adults (of the body's representatives, for the representative assembly) who can force it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub petition: Option<Fraction>,
    /// Whether that share may be of household representatives instead.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub petition_by_households: bool,
    /// Share of representatives who can force the assembly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub petition_representatives: Option<Fraction>,
    /// Days of notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_days: Option<u16>,
    /// Whether special circumstances allow shorter notice, with the reason recorded.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shorter_notice_for_special_circumstances: bool,
    /// The body sits at least once in so many months.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least_every_months: Option<u16>,
}

/// 事项清单 (matters a body must decide).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matters {
    /// The matters, with their item in the article.
    pub matters: Vec<ListedMatter>,
    /// Their class.
    pub class: MatterClass,
    /// Who decides.
    pub bodies: Vec<BodyKind>,
    /// Whether the assembly may authorise the representative assembly, on the record.
    pub delegable: bool,
    /// Rulings this demand relies on.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub rulings: BTreeSet<String>,
}

/// 所列事项 (one matter of a list).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListedMatter {
    /// The subject.
    pub subject: Subject,
    /// The item of the article, such as `四`, where the article has items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
}

/// 组成 (make-up of the representative assembly).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Composition {
    /// 代表占比: share of representatives in the whole assembly.
    pub representatives: Share,
    /// 妇女代表占比: share of women representatives in the whole assembly, where the text asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub women: Option<Share>,
}

/// 代表名额 (how many households choose one representative).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Representation {
    /// 每若干户推选一人.
    pub households: Range,
    /// 一般: another number is advised against, not refused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub as_a_rule: bool,
    /// 或者由各小组推选若干人: groups may choose instead, and the text gives them no figure.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub or_by_groups: bool,
}

/// 委员会的组成 (make-up of a body that voters elect, tested at its election; R33).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommitteeRule {
    /// The body.
    pub body: BodyKind,
    /// 共若干人组成.
    pub members: Range,
    /// 应当有妇女成员: at least so many women, where the text asks for any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub women: Option<u32>,
}

/// 任期 (a body's term of office): so many years, or the same as another body's. One of the two is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermRule {
    /// The body.
    pub body: BodyKind,
    /// 每届任期若干年.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub years: Option<u16>,
    /// 任期与之相同.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as: Option<BodyKind>,
}

/// 幅度 (a closed range).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// Smallest.
    pub min: u32,
    /// Largest.
    pub max: u32,
}

impl Range {
    /// Whether a figure lies within.
    #[must_use]
    pub fn contains(self, figure: u64) -> bool {
        (u64::from(self.min)..=u64::from(self.max)).contains(&figure)
    }
}

/// 公开 (disclosure duties).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    /// 公布的期限: days a posting stays up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posting_days: Option<u16>,
    /// Ordinary matters at least once in so many months.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ordinary_every_months: Option<u16>,
    /// Finances at least once in so many months, where there is much traffic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finance_every_months: Option<u16>,
    /// Major matters at once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub major_at_once: bool,
}

/// 备案机关 (the office a charter or convention is filed with).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FilingOffice {
    /// 乡、民族乡、镇的人民政府.
    Township,
    /// 不设区的市、市辖区的人民政府或者街道办事处（派出机关）.
    DistrictOrSubDistrict,
}

/// 选举 (one mode of election).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Election {
    /// Who votes.
    pub voters: Electorate,
    /// Share of those voters who must vote.
    pub turnout: Share,
    /// Share of those voting that elects.
    pub elects: Share,
    /// Smallest share of ballots cast that elects in the second ballot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_ballot: Option<Share>,
}

/// 委托投票 (voting by proxy in an election).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProxyRule {
    /// The mode of election.
    pub voters: Electorate,
    /// Proxies one person may hold: absent where the text sets no cap, 0 where it allows none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<u16>,
    /// Whether the holder must be a near relative with the vote.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub near_relatives_only: bool,
    /// Whether the text bars candidates from holding any.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub candidates_barred: bool,
}

/// 选举方式 (who votes in an election).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Electorate {
    /// 登记参加选举的村民、全体有选举权的居民.
    Voters,
    /// 户的代表.
    Households,
    /// 居民代表.
    Representatives,
}

/// 议事会组成 (norms for the council): 一般为, 左右 and 原则上 advise and never block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CouncilNorms {
    /// 一般为7～15人.
    pub members: Range,
    /// 党员比例在40%左右.
    pub party_members_about: Fraction,
    /// 议事会主任原则上由党员担任.
    pub chair_in_principle_party_member: bool,
    /// 设主任1人.
    pub chairs: u16,
    /// 副主任1人.
    pub vice_chairs: u16,
    /// Who elects the members.
    pub elected_by: BodyKind,
}
