//! 办件的视图 (a case as a client reads it).

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use yishi_deliberation::{CaseAct, CaseEventKind, CaseStatus};
use yishi_identity::{CaseId, RuleId};
use yishi_law::BodyKind;

use crate::DutyView;

/// 办件.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseView {
    /// Id.
    #[schema(value_type = String)]
    pub id: CaseId,
    /// The version, for `If-Match`.
    pub version: u64,
    /// The rule that handled it.
    #[schema(value_type = String)]
    pub rule: RuleId,
    /// Kind, in the rule's own code.
    pub kind: String,
    /// What the rule calls this kind, in Chinese.
    pub title: String,
    /// In English.
    pub title_en: String,
    /// Household or person id; the community's own id where a case is about nobody.
    pub subject: String,
    /// The number of the household, the person's name, or the community's.
    pub subject_label: String,
    /// ISO date.
    #[schema(value_type = String)]
    pub on: Date,
    /// RFC 3339.
    #[schema(value_type = String)]
    pub at: Timestamp,
    /// `waiting`, `handled`, `closed` or `corrected`.
    #[schema(value_type = String)]
    pub status: CaseStatus,
    /// Where the rule says it is, in the rule's own code: the stage of an outcome, the remark of an appraisal.
    pub stage: String,
    /// What that is called, in Chinese.
    pub stage_title: String,
    /// In English.
    pub stage_title_en: String,
    /// The rule's last outcome, as recorded.
    #[schema(value_type = Object)]
    pub outcome: Value,
    /// Points the subject has under this rule after what was decided or taken back in it last.
    pub points_total: i64,
    /// Notices it posted, by id.
    pub notices: Vec<String>,
    /// Its bookings.
    pub points: Vec<CasePointsView>,
    /// What its outcomes asked of whom.
    pub tasks: Vec<CaseTaskView>,
    /// Who has it in hand.
    pub assignee: Option<HandlerView>,
    /// How it was put right, if it was: its points are taken back, and its records count no more.
    pub corrected: Option<CorrectionView>,
    /// What became of it, oldest first.
    pub entries: Vec<CaseEntryView>,
    /// What the reader may do with it now.
    #[schema(value_type = Vec<String>)]
    pub may: Vec<CaseAct>,
}

/// 更正 (how a case that was entered wrongly was put right).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CorrectionView {
    /// ISO date.
    #[schema(value_type = String)]
    pub on: Date,
    /// Why.
    pub reasons: String,
    /// Points the subject had under this rule after it.
    pub points_total: i64,
}

/// 一笔积分.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CasePointsView {
    /// Its number in the case, such as `1.1`.
    pub item: String,
    /// Household or person id.
    pub subject: String,
    /// How many; fewer than none are taken away.
    pub points: i64,
    /// Why, in the rule's words, in Chinese; empty when they were erased.
    pub reason: String,
    /// In English.
    pub reason_en: String,
    /// Articles of the rule.
    pub because: Vec<String>,
    /// ISO date on which they were taken back.
    #[schema(value_type = Option<String>)]
    pub reversed: Option<Date>,
}

/// 一项任务.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseTaskView {
    /// Its number in the case, such as `1.1`.
    pub item: String,
    /// Whose it is.
    #[schema(value_type = String)]
    pub by: BodyKind,
    /// What is to be done, in the rule's words, in Chinese; empty when they were erased.
    pub text: String,
    /// In English.
    pub text_en: String,
    /// Articles of the rule.
    pub because: Vec<String>,
    /// What is owed while it is not done, and its last day.
    pub owed: DutyView,
    /// ISO date on which it was done.
    #[schema(value_type = Option<String>)]
    pub done: Option<Date>,
}

/// 承办人.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HandlerView {
    /// Person or account id.
    pub id: String,
    /// What they are called.
    pub name: String,
}

/// 办件经过 (one thing that happened to a case).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseEntryView {
    /// The version of the case after it.
    pub version: u64,
    /// What happened.
    #[schema(value_type = String)]
    pub what: CaseEventKind,
    /// RFC 3339.
    #[schema(value_type = String)]
    pub at: Timestamp,
    /// Who did it; empty where old entries do not say.
    pub by: String,
    /// What it was about, in the rule's own code, where the rule was asked.
    pub kind: Option<String>,
    /// What was entered, where the rule was asked and it was kept.
    #[schema(value_type = Option<Object>)]
    pub form: Option<Value>,
    /// What the rule decided, where it was asked.
    #[schema(value_type = Option<Object>)]
    pub outcome: Option<Value>,
    /// To whom it was given.
    pub to: Option<String>,
    /// Which bookings or task, by their numbers.
    pub items: Vec<String>,
    /// Reasons, or what was done, in words; empty when they were erased.
    pub text: Option<String>,
}
