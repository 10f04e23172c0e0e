//! 办理 (acts): everything somebody can try to do, as plain values.
//!
//! Things are named by small labels that the act which makes them chooses. So an act can be taken out of a sequence
//! without renaming what the others speak of: what is not there is not spoken of, and such an act is passed over.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// A label of a matter, a meeting, a ballot or a rule.
pub type Label = u8;

/// A person of the roster, by place in it.
pub type Person = u8;

/// 机构.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// 村(居)民会议.
    ResidentsAssembly,
    /// 村(居)民代表会议.
    RepresentativeAssembly,
    /// 议事会.
    Council,
    /// 村(居)委会.
    ResidentsCommittee,
    /// 党组织.
    PartyOrganization,
    /// 村(居)务监督委员会.
    SupervisionCommittee,
    /// “两委”, acting together.
    JointCommittees,
}

/// 联名的人 (who signs a petition).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signers {
    /// 十八周岁以上的村(居)民.
    #[default]
    Residents,
    /// 户.
    Households,
    /// 村(居)民代表.
    Representatives,
}

impl Body {
    const fn assembly() -> Self {
        Self::ResidentsAssembly
    }
}

/// 计数方式.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// 按人.
    Persons,
    /// 按户.
    Households,
}

/// 列举事项 (what the law lists a matter under).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// 章程.
    Charter,
    /// 实施细则 (R14).
    Rule,
    /// 村规民约 (V7).
    VillageRegulation,
    /// 规划、建设 (V4 (1)).
    Planning,
    /// 集体经济所得 (V4 (3)).
    CollectiveFunds,
    /// 筹资筹劳 (V4 (4), V29).
    PublicWorksLevy,
    /// 民主评议 (V20).
    Evaluation,
    /// In no list.
    General,
}

/// 一票.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// 赞成.
    Yes,
    /// 反对.
    No,
    /// 弃权.
    Abstain,
}

/// 现场计票.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hand {
    /// 赞成.
    pub yes: u8,
    /// 反对.
    pub no: u8,
    /// 弃权.
    pub abstain: u8,
    /// 废票.
    pub spoilt: u8,
    /// 到会未投.
    pub not_voting: u8,
    /// 计票人、监票人.
    pub tellers: Vec<Person>,
}

/// 规约的种类 (what there is one standing text of, in these sequences).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// 章程.
    #[default]
    Charter,
    /// 实施细则.
    Rule,
    /// 村规民约.
    VillageRegulation,
}

impl Kind {
    /// What the law lists it under.
    #[must_use]
    pub const fn subject(self) -> Subject {
        match self {
            Self::Charter => Subject::Charter,
            Self::Rule => Subject::Rule,
            Self::VillageRegulation => Subject::VillageRegulation,
        }
    }
}

/// 章程的设定 (what the charter of these sequences can say).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// 议事会过半数的基数.
    pub base: Base,
    /// 公布期限.
    pub posting_days: u16,
}

/// 基数 (of what the council's majority is counted, R5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Base {
    /// 组成人员.
    InOffice,
    /// 到会人员.
    Present,
    /// 赞成与反对票.
    Cast,
}

/// 办理人 (who tries something).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// 村工作人员.
    #[default]
    Clerk,
    /// 镇管理员.
    Town,
    /// 市管理员.
    City,
    /// Another town's administrator.
    OtherTown,
    /// Another community's clerk.
    Neighbour,
    /// Somebody who has not signed in.
    Visitor,
    /// Somebody of the roster, in whatever seats they hold.
    Resident(Person),
}

impl Who {
    /// The person of the roster.
    #[must_use]
    pub const fn person(self) -> Option<Person> {
        match self {
            Self::Resident(person) => Some(person),
            _ => None,
        }
    }

    fn is_clerk(&self) -> bool {
        *self == Self::Clerk
    }
}

/// An act, and who tries it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// Who.
    #[serde(default, skip_serializing_if = "Who::is_clerk")]
    pub by: Who,
    /// What.
    #[serde(flatten)]
    pub act: Act,
}

/// Somebody's act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case", deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are the words of the acts")]
pub enum Act {
    /// Days pass.
    Days { days: u16 },
    /// 选举; the first named is the chair. For so many years; for none, for the rest of the committee's term.
    /// Representatives are chosen by households, or by the residents' groups.
    Elect {
        body: Body,
        people: Vec<Person>,
        years: u8,
        #[serde(default)]
        by_groups: bool,
    },
    /// 离任, by resignation.
    EndSeat { body: Body, person: Person },
    /// 离册: somebody dies, or moves away.
    OffRoll { person: Person, died: bool },
    /// 恢复: moves back, or was entered by mistake.
    BackOnRoll { person: Person },
    /// 改用现行章程.
    Repin { matter: Label },
    /// 建议.
    Suggest { matter: Label, subjects: BTreeSet<Subject>, levy: bool },
    /// 提议.
    Propose { matter: Label, subjects: BTreeSet<Subject>, levy: bool, major: bool },
    /// 审核.
    Review { matter: Label, pass: bool },
    /// 修改后再报.
    Resubmit { matter: Label, changed: bool },
    /// 升为重大事项.
    Escalate { matter: Label },
    /// 组织协商.
    OpenConsultation { matter: Label, days: u16 },
    /// 结束协商.
    CloseConsultation { matter: Label },
    /// 前置研究.
    Study { matter: Label, recommended: bool },
    /// 审议; `to` none returns it. With the assembly's authorisation for the representatives (R19), or without.
    Deliberate {
        matter: Label,
        to: Option<Body>,
        #[serde(default)]
        authorised: bool,
    },
    /// 提请代表会议列入议程 (R4).
    PutToChair { matter: Label },
    /// 联名提议召集.
    Petition {
        matter: Label,
        signatures: u8,
        #[serde(default)]
        of: Signers,
        #[serde(default = "Body::assembly")]
        to: Body,
    },
    /// 撤回.
    Withdraw { matter: Label },
    /// 登记失效.
    Lapse { matter: Label },
    /// 召集.
    Convene { meeting: Label, body: Body, mode: Mode, in_days: i16, agenda: Vec<Label>, special: bool },
    /// 取消.
    Cancel { meeting: Label },
    /// 开会.
    OpenMeeting { meeting: Label },
    /// 到会.
    Arrive { meeting: Label, people: Vec<Person> },
    /// 离会.
    Leave { meeting: Label, people: Vec<Person> },
    /// 登记回避: somebody's own word, or written down by the clerk in the room.
    Recuse { meeting: Label, matter: Label, person: Person },
    /// 开始表决.
    OpenBallot { meeting: Label, ballot: Label, matter: Label, recused: Vec<Person>, secret: bool },
    /// 投票: somebody's own, or from a paper.
    Vote { ballot: Label, person: Person, choice: Choice },
    /// 结束表决.
    CloseBallot { ballot: Label, hand: Option<Hand> },
    /// 休会, to go on in so many days.
    Recess { meeting: Label, in_days: i16 },
    /// 散会.
    Adjourn { meeting: Label },
    /// 备案.
    File { matter: Label },
    /// 签收备案.
    Acknowledge { matter: Label },
    /// 决议公开.
    Disclose { matter: Label, days: u16 },
    /// 撤下.
    TakeDown { matter: Label },
    /// 实施.
    Implement { matter: Label },
    /// 实施结果公开.
    DiscloseOutcome { matter: Label, days: u16 },
    /// 办结.
    Complete { matter: Label },
    /// 录入既有规约: adopted so many days before the community was set up here, by households.
    Attest {
        rule: Label,
        days_before: i16,
        yes: u8,
        terms: Terms,
        #[serde(default)]
        kind: Kind,
    },
    /// 确认.
    Confirm { rule: Label },
    /// 不予确认.
    Reject { rule: Label },
    /// 起草规约, with its matter; it may name the text that it replaces.
    Draft {
        rule: Label,
        matter: Label,
        terms: Terms,
        #[serde(default)]
        kind: Kind,
        #[serde(default)]
        replaces: Option<Label>,
    },
    /// 提请废止, with its matter.
    Repeal { rule: Label, matter: Label },
    /// 暂停, by the town's order that names a clause and an article, or on recorded failures.
    Suspend { rule: Label, order: bool },
    /// 恢复.
    Resume { rule: Label },
    /// 颁布, in force in so many days.
    Promulgate { rule: Label, in_days: i16 },
}

impl Act {
    /// The kebab-case word.
    #[must_use]
    pub fn name(&self) -> String {
        let value = serde_json::to_value(self).unwrap_or_default();
        value["act"].as_str().unwrap_or_default().to_owned()
    }
}
