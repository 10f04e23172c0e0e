//! 视图 (what a client reads): the wire types of the API, and the only thing pages see.
//!
//! They are written here once and sent as they are; pages translate them into their own contexts. Personal data is in
//! them only where the policy table let the reader through.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use yishi_canonical::Digest;
use yishi_deliberation::matter::{DisclosureKind, DutyKind, FiledWith};
use yishi_deliberation::meeting::MeetingStage;
use yishi_deliberation::{MatterAct, MatterStage, MeetingAct, RuleAct};
use yishi_identity::{BallotId, Capacity, MatterId, MeetingId, RuleId};
use yishi_law::{
    BodyKind, CommunityKind, CountingMode, Finding, MatterClass, RuleKind, Secrecy, Subject, TrackStage,
};
use yishi_storage::PersonRow;

pub use crate::cases::{CaseEntryView, CasePointsView, CaseTaskView, CaseView, CorrectionView, HandlerView};
use crate::position::Turn;
use yishi_deliberation::RuleState;

/// 一页 (a page of a listing).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ListView<T> {
    /// The items.
    pub items: Vec<T>,
    /// The key of the last item, when there may be more. The edge seals it into an opaque cursor.
    pub next: Option<String>,
}

impl<T> ListView<T> {
    /// A page from rows read with this limit: full pages have a next one.
    pub fn page<R>(rows: Vec<R>, limit: u32, key: impl Fn(&R) -> String, view: impl FnMut(R) -> T) -> Self {
        let next = if rows.len() as u64 >= u64::from(limit) { rows.last().map(key) } else { None };
        Self { items: rows.into_iter().map(view).collect(), next }
    }
}

/// Writes views. `field: T as String` is a value of the domain that is text on the wire: an id, a day, a code. It is a value
/// until it is serialised, once.
macro_rules! views {
    ($($(#[$doc:meta])* struct $name:ident {
        $($(#[$field_doc:meta])* $field:ident: $type:ty $(as $wire:ty)?,)*
    })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Serialize, ToSchema)]
        pub struct $name { $($(#[$field_doc])* $(#[schema(value_type = $wire)])? pub $field: $type,)* }
    )*};
}

views! {
    /// 登录结果.
    struct SessionView {
        /// The bearer token; also the value of the session cookie.
        token: String,
        /// RFC 3339.
        expires_at: Timestamp as String,
        /// Whose it is.
        account: AccountView,
    }
    /// 账号.
    struct AccountView {
        /// Id.
        id: String,
        /// What is typed to sign in.
        login: String,
        /// What pages call the owner.
        display_name: String,
        /// `zh-CN` or `en`.
        locale: String,
        /// What it may act as.
        grants: Vec<GrantView>,
        /// It cannot sign in.
        disabled: bool,
        /// Nothing is open to it but choosing a password of its own.
        must_change_password: bool,
        /// 使用人 of an official account.
        holder: Option<String>,
        /// Logins of other accounts of the same person: they cannot do what two people have to do. Told when the account is
        /// made.
        same_person_as: Vec<String>,
        /// What others did to the account, newest first.
        told: Vec<ToldView>,
    }
    /// 他人对账号所为 (what somebody else did to an account; its owner is told).
    struct ToldView {
        /// `password-reset`, `disabled`, `enabled`.
        what: String,
        /// RFC 3339.
        at: String,
        /// Who did what, in Chinese.
        message: String,
        /// In English.
        message_en: String,
    }
    /// 代办记录 (what staff or an administrator did for somebody else).
    struct StaffActView {
        /// Id.
        id: String,
        /// `password-reset`, `disabled`, `enabled`, `suggestion-entered`.
        what: String,
        /// Who did it, as pages call them.
        by: String,
        /// For whom.
        of: String,
        /// What was said of it: how the person asked.
        said: String,
        /// RFC 3339.
        at: String,
        /// In Chinese.
        message: String,
        /// In English.
        message_en: String,
    }
    /// 限额 (what one may still put into the record).
    struct QuotaView {
        /// Documents one may store in a day.
        documents: u64,
        /// Of them, left today.
        documents_left: u64,
        /// Bytes of documents one may store in a day.
        bytes: u64,
        /// Of them, left today.
        bytes_left: u64,
        /// Comments one may make in a day.
        comments: u64,
        /// Of them, left today.
        comments_left: u64,
        /// Suggestions of one's own that may wait to be taken up.
        open_suggestions: u64,
        /// Of them, left now.
        suggestions_left: u64,
    }
    /// 令牌.
    struct TokenView {
        /// Id.
        id: String,
        /// What its owner calls it.
        label: String,
        /// Shown once, when it is made.
        token: Option<String>,
        /// RFC 3339.
        expires_at: String,
    }
    /// 镇.
    struct TownView {
        /// Id.
        id: String,
        /// Name.
        name: String,
        /// 行政区划代码.
        region_code: String,
    }
    /// 村（社区）.
    struct CommunityView {
        /// Id.
        id: String,
        /// Name.
        name: String,
        /// `village` or `urban`.
        kind: String,
        /// 行政区划代码.
        region_code: String,
        /// Town id.
        town: String,
        /// Town name.
        town_name: String,
    }
    /// 名册中的一人. For staff only.
    struct PersonView {
        /// Id.
        id: String,
        /// Name.
        name: String,
        /// Household id.
        household: String,
        /// Household label.
        household_label: String,
        /// ISO date.
        birth_date: String,
        /// `female` or `male`.
        sex: String,
        /// `local` or `non-local`.
        registration: String,
        /// ISO date.
        resident_since: String,
        /// Party member.
        party_member: bool,
        /// `died`, `moved-away`, `lost-political-rights` or `not-a-resident`: off the roll, and why.
        off_roll: Option<String>,
        /// Since when: ISO date.
        off_roll_since: Option<String>,
    }
    /// 户.
    struct HouseholdView {
        /// Id.
        id: String,
        /// Label.
        label: String,
        /// Person id of the head.
        head: Option<String>,
    }
    /// 导入结果.
    struct RosterReport {
        /// Whether nothing was stored on purpose.
        dry_run: bool,
        /// Rows of data in the file: those of `persons` and the bad ones.
        rows: usize,
        /// Persons in good rows: those added, changed, unchanged, off the roll and asked about.
        persons: usize,
        /// Households in good rows.
        households: usize,
        /// Persons the roster does not know yet.
        added: usize,
        /// Persons it knows, with something new.
        changed: usize,
        /// Persons it knows exactly so.
        unchanged: usize,
        /// Persons who are off the roll by a dated entry, and stay off.
        off_roll: usize,
        /// Persons who may be somebody the roster knows under another household, name or date of birth.
        asked: usize,
        /// The first of them.
        questions: Vec<RosterQuestion>,
        /// Persons of the roster whom no row names.
        absent: usize,
        /// The first of them.
        absent_people: Vec<RosterAbsent>,
        /// The first bad cells.
        errors: Vec<RosterFault>,
        /// How many bad cells there are in all.
        error_count: usize,
    }
    /// 是不是同一个人 (a row that may be somebody the roster knows).
    struct RosterQuestion {
        /// Line of the file.
        line: usize,
        /// `moved-household`, `corrected-name`, `corrected-birth-date`, or `several-people`.
        code: String,
        /// Whom the roster knows; absent where it may be one of several.
        person: Option<String>,
        /// How the roster has them.
        was: String,
        /// How the file has them.
        now: String,
        /// In Chinese.
        message: String,
        /// In English.
        message_en: String,
    }
    /// 文件中没有的人 (somebody of the roster whom no row of the file names).
    struct RosterAbsent {
        /// Person id.
        person: String,
        /// Name.
        name: String,
        /// Household label.
        household_label: String,
        /// ISO date.
        birth_date: String,
    }
    /// 变动结果.
    struct RosterChangeDone {
        /// The person as they are now.
        person: PersonView,
        /// Bodies in which their seat has ended with it.
        seats_ended: Vec<String>,
        /// Bodies in which they keep a seat that is held by paper and dates.
        seats_kept: Vec<String>,
        /// Whether their account can sign in no more.
        account_disabled: bool,
    }
    /// 清除的结果. It names nobody.
    struct ErasedView {
        /// The day.
        #[schema(value_type = String, format = Date)]
        on: Date,
        /// Whether an account ended with it.
        account_ended: bool,
    }
    /// 一次变动.
    struct RosterChangeView {
        /// Id.
        id: String,
        /// Person id.
        person: String,
        /// Their name now.
        name: String,
        /// `died`, `moved-away`, `lost-political-rights`, `returned`, `corrected`, `moved-household`.
        change: String,
        /// ISO date.
        on: String,
        /// When it was entered: RFC 3339.
        at: String,
        /// What stood there before, where that is what has changed.
        was: String,
        /// Why, in words.
        reasons: String,
        /// Which paper shows it.
        paper: String,
    }
    /// 一处错误.
    struct RosterFault {
        /// Line of the file, from 1; 0 for the file as a whole.
        line: usize,
        /// Column name.
        column: String,
        /// Stable code.
        code: String,
        /// What is wrong, in Chinese.
        message: String,
        /// What is wrong, in English.
        message_en: String,
    }
    /// 文书.
    struct DocumentView {
        /// By which the record names it: SHA-256 of the bytes or, of an internal document, of `yishi/document/1`, a NUL, the
        /// salt and the bytes.
        #[schema(value_type = String)]
        digest: Digest,
        /// Media type.
        media_type: String,
        /// The text.
        text: String,
        /// Of an internal document: the salt of its digest, 32 bytes as hexadecimal digits.
        salt: Option<String>,
    }
    /// 机构.
    struct BodyView {
        /// `council`, `representative-assembly`, ….
        body: BodyKind as String,
        /// In Chinese.
        name: String,
        /// In English.
        name_en: String,
        /// Members in office today.
        in_office: u64,
        /// Who they are.
        members: Vec<MemberView>,
        /// What is usual (一般、左右、原则上) and not so here; filled in where bodies are listed on their own.
        advisories: Vec<AdvisoryView>,
    }
    /// 提示 (something usual that a body departs from).
    struct AdvisoryView {
        /// Stable code.
        code: String,
        /// In Chinese.
        message: String,
        /// In English.
        message_en: String,
        /// What it rests on, in words.
        basis: String,
        /// The reason recorded at the election, where there was one.
        reason: Option<String>,
    }
    /// 成员. Names of office holders are public.
    struct MemberView {
        /// Person id.
        person: String,
        /// Name.
        name: String,
        /// Office code.
        office: String,
        /// Office in Chinese.
        office_name: String,
        /// Office in English.
        office_name_en: String,
        /// Sits in the body by a seat in another one, and was not elected to it.
        ex_officio: bool,
        /// ISO dates of the term.
        term_from: String,
        /// ISO dates of the term.
        term_to: String,
    }
    /// 选举登记结果.
    struct ElectionView {
        /// The body as it now stands.
        body: BodyView,
        /// Advisories that the recorded reason answers.
        advisories: Vec<NoticeView>,
    }
    /// 提示.
    struct NoticeView {
        /// Stable code.
        code: String,
        /// In Chinese.
        message: String,
        /// In English.
        message_en: String,
        /// What it rests on, in words.
        basis: String,
    }
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
    /// 村（社区）首页.
    struct HomeView {
        /// The place.
        community: CommunityView,
        /// Public figures.
        figures: FiguresView,
        /// The law in force today.
        law: LawView,
        /// Charter in force.
        charter: Option<RuleSummary>,
        /// Rules and regulations in force, or waiting for their day.
        rules: Vec<RuleSummary>,
        /// Matters under way, newest first.
        deciding: Vec<MatterSummary>,
        /// Matters that ended, newest first.
        recent: Vec<MatterSummary>,
        /// Disclosures still running.
        notices: Vec<DisclosureView>,
        /// Who is who.
        bodies: Vec<BodyView>,
    }
    /// 人数.
    struct FiguresView {
        /// Adults living here.
        adults: u64,
        /// Households with an adult.
        households: u64,
        /// Representatives in office.
        representatives: u64,
        /// Council members in office.
        council_members: u64,
        /// Persons of the roster registered elsewhere.
        non_local: u64,
    }
    /// 法律文本.
    struct LawView {
        /// Id of the text.
        id: String,
        /// Title.
        title: String,
        /// ISO date.
        valid_from: String,
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
    /// 会议.
    struct MeetingView {
        /// Id.
        id: MeetingId as String,
        /// Version, for `If-Match`.
        version: u64,
        /// Body code.
        body: BodyKind as String,
        /// In Chinese.
        body_name: String,
        /// In English.
        body_name_en: String,
        /// `persons` or `households`.
        mode: CountingMode as String,
        /// State code.
        state: MeetingStage as String,
        /// ISO date announced.
        held_on: Date as String,
        /// The hour, such as `09:00`.
        hour: String,
        /// ISO date on which it sits, or sits again after a recess.
        sits_on: Date as String,
        /// The person who convened it.
        convener: String,
        /// The person who presides, once it is open.
        presider: Option<String>,
        /// Who stands aside from which matter.
        recusals: Vec<RecusalView>,
        /// ISO date of the notice.
        notice_on: Date as String,
        /// Where.
        place: String,
        /// The agenda.
        agenda: Vec<AgendaView>,
        /// Members in office, persons or households.
        base: u64,
        /// Those present now.
        present: u64,
        /// Ids of electors present, for those who may see them.
        present_ids: Vec<String>,
        /// Quorum.
        quorum: QuorumView,
        /// Ballots held.
        ballots: Vec<BallotView>,
        /// What is still to be done of it, on its day; absent once it is over.
        owed: Option<DutyView>,
        /// Minutes' digest.
        minutes: Option<String>,
        /// Acts that the state and the day allow.
        allowed: Vec<MeetingAct> as Vec<String>,
        /// Acts that the state and the day allow and this reader may do.
        may: Vec<MeetingAct> as Vec<String>,
    }
    /// 议程.
    struct AgendaView {
        /// Matter id.
        matter: MatterId as String,
        /// Title.
        title: String,
        /// Digest of the text that was announced, where there is one to vote on.
        #[schema(value_type = Option<String>)]
        text: Option<Digest>,
        /// 附加条件, as the rules demanded them when the meeting was convened: each takes a line when the ballot opens.
        conditions: Vec<ConditionView>,
    }
    /// 回避.
    struct RecusalView {
        /// From which matter.
        matter: MatterId as String,
        /// Who, for those who may see the attendance.
        elector: Option<String>,
        /// `declared`, `proposed` or `motion`.
        ground: String,
        /// Whether the member disputes it; then it has no effect until the body decides.
        disputed: bool,
    }
    /// 附加条件.
    struct ConditionView {
        /// Its code, the key of the line.
        code: String,
        /// In Chinese.
        text: String,
        /// In English.
        text_en: String,
        /// Who demands it.
        by: Vec<AuthorityView>,
    }
    /// 法定人数.
    struct QuorumView {
        /// How many must be present.
        needed: u64,
        /// Whether they are.
        met: bool,
        /// In plain Chinese.
        words: Vec<String>,
        /// In plain English.
        words_en: Vec<String>,
    }
    /// 表决.
    struct BallotView {
        /// Id.
        id: BallotId as String,
        /// Version, for `If-Match`.
        version: u64,
        /// Matter id.
        matter: MatterId as String,
        /// Matter title.
        title: String,
        /// Meeting id.
        meeting: MeetingId as String,
        /// Digest of the whole question: the text, its figures, and the rule it adopts or repeals.
        #[schema(value_type = String)]
        question: Digest,
        /// Digest of the text that is voted.
        #[schema(value_type = String)]
        text: Digest,
        /// `open`, `stopped` or `closed`.
        state: BallotPhase as String,
        /// `open` or `secret`.
        secrecy: Secrecy as String,
        /// 到会可表决: who was in the room when it opened and may vote.
        roll_size: u64,
        /// 应到: all who are entitled to attend, present or not.
        entitled: u64,
        /// Votes so far; nothing else is told while a ballot is open.
        turnout: u64,
        /// The decision, once closed.
        decision: Option<DecisionView>,
    }
    /// 投票回执.
    struct VoteView {
        /// The log entry.
        seq: u64,
        /// Its leaf hash.
        #[schema(value_type = String)]
        leaf: Digest,
        /// Whether this is the answer to a repeated request.
        replayed: bool,
    }
    /// 规则摘要.
    struct RuleSummary {
        /// Id.
        id: RuleId as String,
        /// `charter`, `implementation-rule` or `village-regulation`.
        kind: RuleKind as String,
        /// Manifest name.
        name: String,
        /// Version.
        version: String,
        /// Title in Chinese.
        title: String,
        /// Title in English.
        title_en: String,
        /// State code: `drafted`, `adopted`, `promulgated`, `in-force`, `suspended`, `superseded`, `repealed`, `attested`….
        state: RuleState as String,
        /// State in Chinese.
        state_name: String,
        /// ISO date from which it is in force.
        in_force_from: Option<Date> as Option<String>,
        /// How it was adopted: `voted` or `attested`, once it was.
        adopted: Option<String>,
        /// ISO date of the last day before which it holds, once its end is set.
        ends_on: Option<Date> as Option<String>,
        /// That it gave no usable answer, and nothing has been done about it yet.
        failing: Option<FailingView>,
    }
    /// 规约失效 (a rule that gave no usable answer when it was asked).
    struct FailingView {
        /// The host's stable code.
        code: String,
        /// What that means, in Chinese.
        message: String,
        /// In English.
        message_en: String,
        /// ISO date of the last time.
        last_on: Date as String,
        /// On how many days, and in how many ways, since it was last in order.
        times: u64,
    }
    /// 规则.
    struct RuleView {
        /// The summary.
        summary: RuleSummary,
        /// Version, for `If-Match`.
        version: u64,
        /// Component.
        #[schema(value_type = String)]
        digest: Digest,
        /// Settings.
        #[schema(value_type = Object)]
        settings: Value,
        /// Their digest.
        #[schema(value_type = String)]
        settings_digest: Digest,
        /// What is put to the vote: digest over the text, the component and the settings; known once proposed.
        #[schema(value_type = Option<String>)]
        question: Option<Digest>,
        /// The matter that adopts it.
        matter: Option<MatterId> as Option<String>,
        /// Finding of the vote, or counts as attested.
        decision: Option<DecisionView>,
        /// Attestation, if adopted on paper.
        attestation: Option<AttestationView>,
        /// ISO date since which it is suspended: until it is resumed, or an assembly of a later day has its minutes recorded.
        suspended_since: Option<Date> as Option<String>,
        /// Headings with their articles.
        headings: Vec<HeadingView>,
        /// Scenarios.
        scenarios: Vec<ScenarioView>,
        /// Each setting: title, description and value.
        settings_words: Vec<SettingView>,
        /// What it demands beyond the law, in words. Says nothing where `unanswered` is there.
        changes: Vec<ChangeView>,
        /// What would be different from what is in force in this community now, what is lost included; for a text that is
        /// not in force yet. Says nothing where `unanswered` is there.
        effects: Vec<EffectView>,
        /// How its text and settings differ from those in whose place they would come; for a text that is not in force yet.
        text_difference: Option<TextDifferenceView>,
        /// Figures of the rules that were not asked about, because there are too many or the rules compute too long: more
        /// may be different than `changes` and `effects` say.
        figures_left: usize,
        /// What it may demand or say beyond what `changes` compares.
        gates: Vec<GateView>,
        /// That the rule did not answer when it was asked what it demands: then nothing is known of `changes` and `effects`.
        unanswered: Option<UnansweredView>,
        /// What ends, or has ended, when it comes into force.
        would_end: Vec<RuleSummary>,
        /// Clause review notes.
        clause_review: Vec<ClauseNoteView>,
        /// Domains it speaks to.
        domains: Vec<NamedView>,
        /// Stages its cases go through.
        stages: Vec<NamedView>,
        /// Measures its outcomes hold.
        measures: Vec<NamedView>,
        /// Case kinds it handles.
        cases: Vec<CaseKindView>,
        /// Commands that its state allows and this reader may give.
        may: Vec<RuleAct> as Vec<String>,
    }
    /// 补录.
    struct AttestationView {
        /// ISO date of the decision on paper.
        adopted_on: Date as String,
        /// The body in Chinese.
        body_name: String,
        /// The body in English.
        body_name_en: String,
        /// 应到.
        in_office: u64,
        /// 实到.
        present: u64,
        /// 赞成.
        yes: u64,
        /// 反对.
        no: u64,
        /// 弃权.
        abstain: u64,
        /// 废票.
        spoilt: u64,
        /// Digest of the minutes.
        #[schema(value_type = String)]
        minutes: Digest,
        /// Digest of the resolution that authorised the representatives, where they adopted it (R14, R19).
        #[schema(value_type = Option<String>)]
        authorisation: Option<Digest>,
        /// Whether the town has confirmed it.
        confirmed: bool,
    }
    /// 章节.
    struct HeadingView {
        /// Id.
        id: String,
        /// In Chinese.
        title: String,
        /// In English.
        title_en: String,
        /// Articles.
        articles: Vec<ArticleView>,
    }
    /// 条款.
    struct ArticleView {
        /// Permanent id.
        id: String,
        /// Chinese text.
        text: String,
        /// English text, if there is one.
        text_en: String,
    }
    /// 情景.
    struct ScenarioView {
        /// Id.
        id: String,
        /// In Chinese.
        title: String,
        /// In English.
        title_en: String,
        /// Article.
        article: String,
        /// Which question is asked.
        export: String,
        /// JSON of the given, when and then.
        #[schema(value_type = Object)]
        given: Value,
        /// JSON of the question.
        #[schema(value_type = Object)]
        input: Value,
        /// JSON of the expected answer: an object, or a list where the question has several answers.
        #[schema(value_type = Value)]
        then: Value,
    }
    /// 设置项.
    struct SettingView {
        /// Name in the settings.
        name: String,
        /// Title from the schema.
        title: String,
        /// Description from the schema.
        description: String,
        /// The value.
        value: String,
    }
    /// 与法律底线的差别.
    struct ChangeView {
        /// In Chinese.
        text: String,
        /// In English.
        text_en: String,
        /// Whom and what it concerns, in Chinese.
        about: String,
        /// In English.
        about_en: String,
        /// For which amounts only, in Chinese; absent where it holds for all.
        amount: Option<String>,
        /// In English.
        amount_en: Option<String>,
        /// For which matters only, in Chinese; absent where it holds for all.
        when: Option<String>,
        /// In English.
        when_en: Option<String>,
        /// What the law alone says, in Chinese; absent where it is silent.
        law: Option<String>,
        /// In English.
        law_en: Option<String>,
        /// What the rule says, in Chinese.
        here: String,
        /// In English.
        here_en: String,
        /// The rule's articles.
        articles: Vec<String>,
    }
    /// 采用后的变化 (one thing that would be different from what is in force now).
    struct EffectView {
        /// Whom and what it concerns, in Chinese.
        about: String,
        /// In English.
        about_en: String,
        /// For which amounts only, such as 涉及金额 50,000 元以上, in Chinese; absent where it holds for all.
        amount: Option<String>,
        /// In English.
        amount_en: Option<String>,
        /// For which matters only, in Chinese; absent where it holds for all.
        when: Option<String>,
        /// In English.
        when_en: Option<String>,
        /// What holds now, in Chinese; absent where nothing does.
        before: Option<String>,
        /// In English.
        before_en: Option<String>,
        /// What would hold, in Chinese; absent where it would be lost.
        after: Option<String>,
        /// In English.
        after_en: Option<String>,
        /// The rule's articles.
        articles: Vec<String>,
    }
    /// 文本异同 (settings and articles against the text in whose place this one would come).
    struct TextDifferenceView {
        /// Whether there is no such text: every article is new.
        new: bool,
        /// Settings that differ.
        settings: Vec<SettingDifferenceView>,
        /// Ids of articles that would be new.
        added: Vec<String>,
        /// Of articles that would no longer be there.
        removed: Vec<String>,
        /// Of articles that would read otherwise.
        changed: Vec<String>,
    }
    /// 设定的改动.
    struct SettingDifferenceView {
        /// Name.
        name: String,
        /// Title from the schema, in Chinese.
        title: String,
        /// In English.
        title_en: String,
        /// What holds now; absent where there is no such setting.
        before: Option<Value>,
        /// What would hold.
        after: Option<Value>,
    }
    /// 关口 (what a rule may demand or say where no terms can be compared).
    struct GateView {
        /// `admit`, `vet`, `check`, `handle` or `appraise`.
        gate: String,
        /// In Chinese.
        message: String,
        /// In English.
        message_en: String,
        /// Articles of which the rule gives examples there.
        articles: Vec<String>,
    }
    /// 规约没有作答 (why it is not known what a rule demands).
    struct UnansweredView {
        /// The host's stable code.
        code: String,
        /// In Chinese.
        message: String,
        /// In English.
        message_en: String,
        /// Whether asking again later may help: the machine was too busy, and the rule is not to blame.
        busy: bool,
    }
    /// 条款提示 (clause review).
    struct ClauseNoteView {
        /// Article of the rule.
        article: String,
        /// Stable code.
        code: String,
        /// In Chinese.
        message: String,
        /// In English.
        message_en: String,
    }
    /// 带名称的代码 (a code of a rule's own, with what people call it).
    struct NamedView {
        /// Code.
        code: String,
        /// In Chinese.
        title: String,
        /// In English.
        title_en: String,
    }
    /// 办件种类.
    struct CaseKindView {
        /// Code.
        kind: String,
        /// Whom it is about: `household`, `person`, `either` or `community`.
        about: String,
        /// In Chinese.
        title: String,
        /// In English.
        title_en: String,
        /// JSON Schema of the form.
        #[schema(value_type = Object)]
        form: Value,
    }
    /// 上架报告.
    struct ShelfView {
        /// Component.
        #[schema(value_type = String)]
        digest: Digest,
        /// Manifest name.
        name: String,
        /// Version.
        version: String,
        /// Kind.
        kind: RuleKind as String,
        /// Title in Chinese.
        title: String,
        /// Title in English.
        title_en: String,
        /// Summary in Chinese.
        summary: String,
        /// RFC 3339.
        added: String,
        /// What the checks found.
        #[schema(value_type = Object)]
        report: Value,
        /// What would be different from what is in force in this community now, what is lost included.
        effects: Vec<EffectView>,
        /// How text and default settings differ from those in whose place they would come.
        text_difference: Option<TextDifferenceView>,
        /// Figures of the rules that were not asked about: more may be different than `effects` says.
        figures_left: usize,
        /// That the rule did not answer: then nothing is known of `effects`.
        unanswered: Option<UnansweredView>,
        /// What would end if it were adopted.
        would_end: Vec<RuleSummary>,
    }
    /// 起草结果.
    struct DraftView {
        /// The rule.
        rule: RuleView,
        /// The matter that adopts it.
        matter: MatterView,
    }
    /// 检查点.
    struct CheckpointView {
        /// The signed note.
        note: String,
    }
    /// 记录条目.
    struct EntryView {
        /// Sequence number.
        seq: u64,
        /// Leaf hash.
        #[schema(value_type = String)]
        leaf: Digest,
        /// The envelope, as JSON.
        #[schema(value_type = Object)]
        entry: Value,
    }
    /// 镇看板.
    struct TownDashboard {
        /// The town.
        town: TownView,
        /// Its communities.
        communities: Vec<CommunityDigest>,
    }
    /// 看板一行.
    struct CommunityDigest {
        /// The community.
        community: CommunityView,
        /// Matters under way by step number, 1 to 6.
        #[schema(value_type = BTreeMap<String, u64>)]
        by_step: BTreeMap<u8, u64>,
        /// Matters ended.
        ended: u64,
        /// Rules in force.
        rules_in_force: u64,
        /// Rules in force that gave no usable answer, about which nothing has been done yet.
        failing_rules: Vec<RuleSummary>,
        /// Attestations waiting for the town.
        attestations_waiting: u64,
        /// Duties whose last day is over and which are not done: publication, filing, a sitting demanded by petition, a next
        /// step that nobody took for a month.
        overdue: u64,
    }
    /// 时钟.
    struct ClockView {
        /// RFC 3339.
        now: String,
        /// ISO date in Asia/Shanghai.
        today: String,
        /// Whether this installation runs on a simulated clock.
        simulated: bool,
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

/// 表决阶段 (whether a ballot takes votes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BallotPhase {
    /// Votes are taken.
    Open,
    /// No more votes are taken; they are being counted.
    Stopped,
    /// The result is recorded.
    Closed,
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

/// 规约的公布 (a text that the outcome of a case publishes).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RuleNoticeView {
    /// Id.
    pub id: String,
    /// The rule.
    #[schema(value_type = String)]
    pub rule: RuleId,
    /// Digest of the text in Chinese.
    #[schema(value_type = String)]
    pub document: Digest,
    /// Digest of the text in English.
    #[schema(value_type = String)]
    pub document_en: Digest,
    /// What people read, in Chinese; empty when it was erased.
    pub text: String,
    /// In English; empty when it was erased.
    pub text_en: String,
    /// ISO date.
    #[schema(value_type = String)]
    pub posted_on: Date,
    /// ISO date.
    #[schema(value_type = String)]
    pub last_day: Date,
    /// Whether the period has run out, or it was taken down.
    pub ended: bool,
    /// ISO date it was taken down, when the case it came from was put right.
    #[schema(value_type = Option<String>)]
    pub taken_down: Option<Date>,
    /// Articles of the rule.
    pub because: Vec<String>,
}

/// 授予.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct GrantView {
    /// `city-admin`, `town-admin`, `staff` or `member`.
    pub role: &'static str,
    /// Town id.
    pub town: Option<String>,
    /// Community id.
    pub community: Option<String>,
    /// Person id.
    pub person: Option<String>,
}

impl PersonView {
    pub(crate) fn from_row(row: &PersonRow, labels: &BTreeMap<String, String>) -> Self {
        let off = crate::roster::off_roll_of(row);
        Self {
            id: row.id.clone(),
            name: row.name.clone(),
            household: row.household.clone(),
            household_label: labels.get(&row.household).cloned().unwrap_or_default(),
            birth_date: row.birth_date.to_string(),
            sex: row.sex.clone(),
            registration: row.registration.clone(),
            resident_since: row.resident_since.to_string(),
            party_member: row.party_member,
            off_roll: off.map(|off| crate::words::code(&off.because)),
            off_roll_since: off.map(|off| off.on.to_string()),
        }
    }
}
