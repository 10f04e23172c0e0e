//! 花名册与机构 (people and bodies as a client reads them).

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use yishi_law::BodyKind;

views! {
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
}
