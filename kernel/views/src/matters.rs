//! 事项 (matters as a client reads them).

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yishi_canonical::Digest;
use yishi_deliberation::matter::{DisclosureKind, DutyKind, FiledWith};
use yishi_deliberation::{MatterAct, MatterStage};
use yishi_identity::{BallotId, Capacity, MatterId, RuleId};
use yishi_law::{BodyKind, CommunityKind, Finding, MatterClass, Subject, TrackStage};

use yishi_deliberation::Turn;

views! {
    /// 依据 (who demands something).
    struct AuthorityView {
        /// `statute`, `ruling`, `policy` or `plugin`.
        source: String,
        /// In Chinese, for example 《村民委员会组织法》第三十条（V6）.
        name: String,
        /// In English.
        name_en: String,
        /// The article's text, where there is one.
        text: Option<String>,
    }
    /// 事项.
    struct MatterView {
        /// Id.
        id: MatterId as String,
        /// Version, for `If-Match`.
        version: u64,
        /// Title.
        title: String,
        /// The text as it stands: the latest proposal, or the suggestion.
        text: String,
        /// Digest of that text.
        #[schema(value_type = String)]
        text_digest: Digest,
        /// Domain.
        domain: String,
        /// What the domain is called, in Chinese.
        domain_name: String,
        /// In English.
        domain_name_en: String,
        /// Statutory subjects.
        subjects: Vec<Subject> as Vec<String>,
        /// `ordinary` or `major`, once a proposal has made it so.
        class: Option<MatterClass> as Option<String>,
        /// Who made it so.
        class_by: Vec<AuthorityView>,
        /// Money in all, in fen.
        amount_fen: Option<u64>,
        /// Money each household pays, in fen.
        per_household_fen: Option<u64>,
        /// State code.
        state: MatterStage as String,
        /// State in Chinese.
        state_name: String,
        /// State in English.
        state_name_en: String,
        /// Whether it has ended.
        closed: bool,
        /// The six steps with the gates between them.
        steps: Vec<StepView>,
        /// Commands that the state allows next.
        allowed: Vec<MatterAct> as Vec<String>,
        /// Commands that the state allows and this reader may give.
        may: Vec<MatterAct> as Vec<String>,
        /// What it pinned when it was opened.
        pins: PinsView,
        /// Decisions with their findings.
        decisions: Vec<DecisionView>,
        /// Disclosures.
        disclosures: Vec<DisclosureView>,
        /// The rule it adopts, amends or repeals.
        rule: Option<RuleId> as Option<String>,
        /// What the rules said at the last check: advice and demands.
        findings: Vec<RuleFindingView>,
        /// Rules in force that were not asked, or not heeded, in the last step, each with why.
        left_out: Vec<LeftOutView>,
        /// Ballots on it.
        ballots: Vec<BallotId> as Vec<String>,
        /// How many comments it has.
        comments: u64,
        /// Log entries of this matter, oldest first: kind and sequence number.
        entries: Vec<EntryRef>,
    }
    /// 步骤.
    struct StepView {
        /// Step code.
        step: TrackStage as String,
        /// 1 to 6 for a step of the six, absent for a gate between steps.
        number: Option<u8>,
        /// In Chinese.
        name: String,
        /// In English.
        name_en: String,
        /// `done`, `current`, `upcoming` or `skipped`.
        status: StepStatus as String,
        /// RFC 3339, when done.
        at: Option<Timestamp> as Option<String>,
        /// Who did it: an office or capacity, never a private name.
        actor: Option<ActedAs> as Option<String>,
        /// What the step rests on.
        basis: Vec<AuthorityView>,
        /// The document of the step: reasons, minutes, report.
        document: Option<Digest> as Option<String>,
        /// Its text.
        text: Option<String>,
        /// A line in Chinese of what came out of it.
        note: Option<String>,
        /// The same in English.
        note_en: Option<String>,
        /// Rules in force that were not asked, or not heeded, in this step, each with why.
        left_out: Vec<LeftOutView>,
        /// Whether what was done last is that it was sent back: for pages, which show it so.
        #[serde(skip)]
        returned: bool,
    }
    /// 没有询问的规约 (a rule in force that was not asked, or not heeded, in a step).
    struct LeftOutView {
        /// Its title in Chinese.
        title: String,
        /// Its title in English.
        title_en: String,
        /// `suspended`, `failed` or `of-a-lower-body`.
        because: String,
        /// The host's stable code, where it failed.
        code: Option<String>,
        /// The whole in Chinese.
        message: String,
        /// The whole in English.
        message_en: String,
    }
    /// 锁定 (what a matter keeps from the day it was opened).
    struct PinsView {
        /// ISO date whose law applies.
        law_date: Date as String,
        /// Title of that law's text.
        law: String,
        /// In English: for pages.
        #[serde(skip)]
        law_en: String,
        /// Charter, if there was one.
        charter: Option<PinView>,
        /// Rules.
        rules: Vec<PinView>,
    }
    /// A pinned rule.
    struct PinView {
        /// Rule id.
        rule: RuleId as String,
        /// Title.
        title: String,
        /// In English: for pages.
        #[serde(skip)]
        title_en: String,
        /// Component.
        #[schema(value_type = String)]
        digest: Digest,
        /// Settings.
        #[schema(value_type = String)]
        settings_digest: Digest,
    }
    /// 决定 (a closed ballot and what it means).
    struct DecisionView {
        /// Ballot id.
        ballot: BallotId as String,
        /// The body in Chinese.
        body_name: String,
        /// The body in English.
        body_name_en: String,
        /// RFC 3339.
        at: Timestamp as String,
        /// The finding, as recorded.
        #[schema(value_type = Object)]
        finding: Finding,
        /// The finding in plain Chinese, a line each.
        words: Vec<String>,
        /// The finding in plain English.
        words_en: Vec<String>,
        /// Whether it passed.
        passed: bool,
        /// The log entry that holds it.
        seq: Option<u64>,
    }
    /// 公开.
    struct DisclosureView {
        /// Matter id.
        matter: MatterId as String,
        /// Matter title.
        title: String,
        /// `decision` or `outcome`.
        kind: DisclosureKind as String,
        /// The text's digest.
        #[schema(value_type = String)]
        text: Digest,
        /// ISO date it was posted.
        posted_on: Date as String,
        /// ISO date of the last day it must stay posted.
        last_day: Date as String,
        /// Whether the period has ended.
        ended: bool,
        /// Whether it has been taken down.
        taken_down: bool,
    }
    /// 规则意见.
    struct RuleFindingView {
        /// `advise`, `require` or `forbid`.
        weight: String,
        /// Rule name.
        rule: String,
        /// The rule's own code.
        code: String,
        /// What it says, in Chinese.
        message: String,
        /// In English.
        message_en: String,
        /// Articles.
        by: Vec<AuthorityView>,
    }
    /// 条目引用.
    struct EntryRef {
        /// Sequence number in the community's log.
        seq: u64,
        /// Kind.
        kind: String,
        /// RFC 3339.
        at: Timestamp as String,
    }
    /// 意见.
    struct CommentView {
        /// Id.
        id: String,
        /// `户籍居民` or `非户籍居民`, or the office of whoever wrote; never a name.
        author: String,
        /// The text; empty when hidden.
        text: String,
        /// With which the record's digest of the text can be checked (see the salt of a document); gone when it is hidden.
        salt: Option<String>,
        /// Whether it was hidden.
        hidden: bool,
        /// RFC 3339.
        at: Timestamp as String,
        /// Its answer, where there is one.
        answer: Option<AnswerView>,
        /// Why it was hidden, where somebody did; absent when it went with its author's data.
        hidden_because: Option<String>,
        /// Whether it was made on an earlier text of the matter, which was revised since.
        on_earlier_text: bool,
    }
    /// 对意见的答复.
    struct AnswerView {
        /// The text.
        text: String,
        /// Its digest, by which another answer cites it.
        #[schema(value_type = String)]
        digest: Digest,
        /// In what capacity it was given, in Chinese; never a name.
        by: String,
        /// RFC 3339.
        at: String,
    }
}

/// 以何身份 (in what capacity something was done), which the API names in Chinese as the community calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActedAs {
    /// The capacity.
    pub capacity: Capacity,
    /// In what kind of community.
    pub kind: CommunityKind,
}

impl Serialize for ActedAs {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.capacity.term_in(self.kind).zh)
    }
}

/// 进展 (how far a line of the timeline is).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepStatus {
    /// 已完成.
    Done,
    /// 正在进行.
    Current,
    /// 还没到.
    Upcoming,
    /// Passed by without it.
    Skipped,
}

/// 事项摘要.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MatterSummary {
    /// Id.
    #[schema(value_type = String)]
    pub id: MatterId,
    /// Title.
    pub title: String,
    /// `ordinary` or `major`, once a proposal has made it so.
    #[schema(value_type = Option<String>)]
    pub class: Option<MatterClass>,
    /// State code.
    #[schema(value_type = String)]
    pub state: MatterStage,
    /// State in Chinese.
    pub state_name: String,
    /// State in English.
    pub state_name_en: String,
    /// 1 to 6: the step of the track it is at: the one being taken, not the last one done.
    pub step: u8,
    /// The line of the timeline whose turn it is, as in `steps` of the matter; `complete` when only closing is left.
    #[schema(value_type = Option<String>)]
    pub next: Option<Turn>,
    /// The body whose turn it is.
    #[schema(value_type = Option<String>)]
    pub next_by: Option<BodyKind>,
    /// The act that takes what has its turn.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub next_act: Option<MatterAct>,
    /// Whether it has ended.
    pub closed: bool,
    /// ISO date of the last act.
    #[schema(value_type = String)]
    pub updated_on: Date,
    /// ISO date it was opened.
    #[schema(value_type = String)]
    pub opened_on: Date,
    /// Domain.
    pub domain: String,
    /// ISO date of the last day for comments, while a consultation has not been summed up.
    #[schema(value_type = Option<String>)]
    pub consulting_until: Option<Date>,
    /// ISO date of the last day its latest notice must stay posted, while the notice is up.
    #[schema(value_type = Option<String>)]
    pub posted_until: Option<Date>,
    /// What is owed in it, with the last day for each; overdue is what is not done by then.
    pub duties: Vec<DutyView>,
    /// What was owed in it and has been done, in time or late.
    pub done: Vec<DutyDoneView>,
    /// `joint-committees` or `town`: who has been handed its filing and has not said that they have it.
    #[schema(value_type = Option<String>)]
    pub unacknowledged: Option<FiledWith>,
}

/// 已尽义务 (something that was owed and has been done).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DutyDoneView {
    /// Stable code, as of the duty.
    #[schema(value_type = String)]
    pub code: DutyKind,
    /// What was done, in Chinese.
    pub text: String,
    /// In English.
    pub text_en: String,
    /// ISO date: the last day on which it was in time.
    #[schema(value_type = String)]
    pub due: Date,
    /// ISO date on which it was done.
    #[schema(value_type = String)]
    pub done: Date,
    /// How many days late; 0 when it was in time.
    pub days_late: u64,
}

/// 期限 (something owed in a matter, or of a meeting).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DutyView {
    /// Stable code.
    pub code: String,
    /// In Chinese.
    pub text: String,
    /// In English.
    pub text_en: String,
    /// ISO date: the last day on which it is done in time.
    #[schema(value_type = String)]
    pub due: Date,
}

impl DutyView {
    /// How many days ago its last day was; none while it can be done in time.
    #[must_use]
    pub fn days_late(&self, today: Date) -> Option<u64> {
        u64::try_from((today - self.due).get_days()).ok().filter(|days| *days > 0)
    }
}
