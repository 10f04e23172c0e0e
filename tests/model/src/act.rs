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

/// Somebody's act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case", deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are the words of the acts")]
pub enum Act {
    /// Days pass.
    Days { days: u16 },
    /// 选举; the first named is the chair. For so many years; for none, for the rest of the committee's term.
    Elect { body: Body, people: Vec<Person>, years: u8 },
    /// 离任, by resignation.
    EndSeat { body: Body, person: Person },
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
    /// 审议; `to` none returns it.
    Deliberate { matter: Label, to: Option<Body> },
    /// 联名提议召集村(居)民会议, by adults.
    Petition { matter: Label, signatures: u8 },
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
    /// 开始表决.
    OpenBallot { meeting: Label, ballot: Label, matter: Label, recused: Vec<Person>, secret: bool },
    /// 投票, entered by the clerk.
    Vote { ballot: Label, person: Person, choice: Choice },
    /// 结束表决.
    CloseBallot { ballot: Label, hand: Option<Hand> },
    /// 散会.
    Adjourn { meeting: Label },
    /// 备案.
    File { matter: Label },
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
    /// 录入既有章程: adopted so many days before the community was set up here, by households.
    Attest { rule: Label, days_before: i16, yes: u8, terms: Terms },
    /// 确认.
    Confirm { rule: Label },
    /// 不予确认.
    Reject { rule: Label },
    /// 起草章程, with its matter.
    Draft { rule: Label, matter: Label, terms: Terms },
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
