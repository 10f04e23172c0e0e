//! 输入 (what a client sends): plain values with the names of the wire.
//!
//! Unknown fields are refused. Texts are checked by the edge for forbidden characters and size before they get here.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;
use yishi_acts::meeting::Recuse;
use yishi_canonical::Digest;
use yishi_identity::{CommunityId, ElectedBy, MatterId, Office, PersonId, RuleId, SeatEndReason, Sex};
use yishi_law::{BodyKind, CommunityKind, CountingMode, Secrecy, Subject};
use yishi_storage::{Channel, Choice};
use yishi_words::coded;

/// The schema of several recusals, which the catalogue of acts declares.
fn recusals() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
    let of = serde_json::json!({ "type": "array", "items": yishi_acts::api_schema::<Recuse>() });
    serde_json::from_value(of).expect("a part of an OpenAPI document, as the test of the document shows")
}

macro_rules! inputs {
    ($($(#[$doc:meta])* struct $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$field_doc])* pub $field: $type,)* }
    )*};
}

inputs! {
    /// 登录.
    struct SignIn {
        /// The account's login.
        login: String,
        /// Its password.
        password: String,
    }
    /// 新令牌 (a bearer token for the API).
    struct NewToken {
        /// What its owner calls it.
        label: String,
        /// 1 to 365 days.
        expires_in_days: u16,
    }
    /// 新镇.
    struct NewTown {
        /// Name.
        name: String,
        /// 行政区划代码: 9 digits.
        region_code: String,
    }
    /// 新村（社区）.
    struct NewCommunity {
        /// Name.
        name: String,
        /// Which organic law applies.
        #[schema(value_type = String)]
        kind: CommunityKind,
        /// 行政区划代码: 12 digits.
        region_code: String,
    }
    /// 新账号.
    struct NewAccount {
        /// What is typed to sign in; unique everywhere.
        login: String,
        /// At least 8 characters.
        password: String,
        /// What pages call the owner.
        display_name: String,
        /// What the account may act as; nothing where nothing is said.
        #[serde(default)]
        grants: Vec<Grant>,
        /// 使用人: whose an official account is; needed where it may act as staff or town.
        #[serde(default)]
        holder: Option<AccountHolder>,
        /// Whether the owner has to choose a password of their own before anything else; yes where nothing is said.
        #[serde(default)]
        must_change_password: Option<bool>,
    }
    /// 使用人 (the natural person behind an official account).
    struct AccountHolder {
        /// 真实姓名.
        name: String,
        /// 出生日期: only a keyed mark of it is kept, by which one person with two accounts is found out.
        #[schema(value_type = String, format = Date)]
        birth_date: Date,
    }
    /// 修改本人密码.
    struct ChangePassword {
        /// The present one.
        old_password: String,
        /// 8 to 128 characters, not among the most common ones, not a name.
        new_password: String,
    }
    /// 重设他人密码.
    struct ResetPassword {
        /// The password until the owner has chosen another.
        password: String,
        /// Whether the owner has to choose a password of their own before anything else; yes where nothing is said.
        #[serde(default)]
        must_change_password: Option<bool>,
    }
    /// 一次选举或推定 (seats filled at one election).
    struct Election {
        /// Who was elected, to which office.
        seats: Vec<ElectedSeat>,
        /// First day of the term.
        #[schema(value_type = String, format = Date)]
        term_from: Date,
        /// Last day of the term.
        #[schema(value_type = String, format = Date)]
        term_to: Date,
        /// The day of the election.
        #[schema(value_type = String, format = Date)]
        held_on: Date,
        /// Who elected; whoever elects such a body by law and policy where nothing is said.
        #[serde(default)]
        #[schema(value_type = Option<String>)]
        elected_by: Option<ElectedBy>,
        /// Minutes of the election, as text.
        #[serde(default)]
        minutes: Option<String>,
        /// Why the body departs from what the policy calls usual (一般、左右、原则上), if it does.
        #[serde(default)]
        reason: Option<String>,
    }
    /// 离任 before the term is over.
    struct SeatEnding {
        /// Why, in words; for office holders to read.
        reasons: String,
        /// 辞职, 罢免, 去世, 迁出 or 其他; 辞职 where nothing is said.
        #[serde(default)]
        #[schema(value_type = Option<String>)]
        because: Option<SeatEndReason>,
    }
    /// 登记变动 (what has changed for one person of the roster).
    struct RosterChangeInput {
        /// What.
        change: RosterChangeKind,
        /// The day it happened, or was found to be so.
        #[schema(value_type = String, format = Date)]
        on: Date,
        /// Why, in words; for office holders to read.
        reasons: String,
        /// Which paper shows it: its name, number and issuer, or its text; for office holders to read.
        paper: String,
        /// The right name, for a correction.
        #[serde(default)]
        name: Option<String>,
        /// The right date of birth, for a correction.
        #[serde(default)]
        #[schema(value_type = Option<String>, format = Date)]
        birth_date: Option<Date>,
        /// The right sex, for a correction.
        #[serde(default)]
        #[schema(value_type = Option<String>)]
        sex: Option<Sex>,
        /// The label of the household somebody moves to; a new one of that label where there is none.
        #[serde(default)]
        household: Option<String>,
        /// Whether they head it.
        #[serde(default)]
        head: Option<bool>,
    }
    /// 任职人员 who is not a resident: a party secretary sent from outside, a community worker.
    struct NewOfficer {
        /// Name.
        name: String,
        /// Date of birth.
        #[schema(value_type = String, format = Date)]
        birth_date: Date,
        /// Sex.
        #[schema(value_type = String)]
        sex: Sex,
        /// Whether a party member.
        party_member: bool,
        /// Since when they are known here.
        #[schema(value_type = String, format = Date)]
        on: Date,
        /// Why, in words.
        reasons: String,
        /// Which paper appoints them.
        paper: String,
    }
    /// One elected person.
    struct ElectedSeat {
        /// The person.
        #[schema(value_type = String)]
        person: PersonId,
        /// 主任, 副主任 or 成员.
        #[schema(value_type = String)]
        office: Office,
    }
    /// 一并答复 (one answer to several comments).
    struct CommentsAnswer {
        /// The comments, at most 100; each has to be without an answer.
        comments: Vec<String>,
        /// The answer, published under each of them.
        text: String,
    }
    /// Why something is done; published.
    struct Reasons {
        /// In words.
        reasons: String,
    }
    /// 文书.
    struct NewDocument {
        /// The text.
        text: String,
    }
    /// 建议 (a suggestion).
    struct Suggestion {
        /// At most 120 characters.
        title: String,
        /// What is suggested and why.
        text: String,
        /// The domain a rule may speak to, for example `sanitation`.
        domain: String,
        /// What the law lists it under, if anything.
        #[serde(default)]
        #[schema(value_type = Vec<String>)]
        subjects: BTreeSet<Subject>,
        /// Money it takes in all, in fen.
        #[serde(default)]
        amount_fen: Option<u64>,
        /// Money each household pays, in fen.
        #[serde(default)]
        per_household_fen: Option<u64>,
        /// The person who suggests it, when staff enter it for them.
        #[serde(default)]
        #[schema(value_type = Option<String>)]
        suggested_by: Option<PersonId>,
        /// How and when that person asked for it, in words; needed with `suggested_by`, and kept for the audit.
        #[serde(default)]
        asked: Option<String>,
    }
    /// 答复意见.
    struct CommentAnswer {
        /// The answer; published under the comment.
        text: String,
        /// The digest of the answer that this one takes the place of. Absent for the first.
        #[serde(default)]
        #[schema(value_type = Option<String>)]
        replaces: Option<Digest>,
    }
    /// 意见.
    struct NewComment {
        /// The comment.
        text: String,
    }
    /// 会议通知.
    struct NewMeeting {
        /// Whose sitting.
        #[schema(value_type = String)]
        body: BodyKind,
        /// How an assembly is counted; fixed from here on. Bodies with members are always `persons`.
        #[serde(default)]
        #[schema(value_type = Option<String>)]
        mode: Option<CountingMode>,
        /// The day.
        #[schema(value_type = String, format = Date)]
        held_on: Date,
        /// The hour, such as `09:00`.
        #[schema(value_type = String)]
        hour: jiff::civil::Time,
        /// Where.
        place: String,
        /// The matters on the agenda.
        #[schema(value_type = Vec<String>)]
        agenda: Vec<MatterId>,
        /// Why the notice is shorter than the law's days, if it is.
        #[serde(default)]
        special_circumstances: Option<String>,
        /// In whose name staff give it; the head of the convening body where nothing is said. Whoever acts in a seat of their
        /// own gives it themselves.
        #[serde(default)]
        #[schema(value_type = Option<String>)]
        convener: Option<PersonId>,
    }
    /// 提付表决.
    struct NewBallot {
        /// The matter.
        #[schema(value_type = String)]
        matter: MatterId,
        /// Open or secret; the rules may ask for secret.
        #[serde(default)]
        #[schema(value_type = Option<String>)]
        secrecy: Option<Secrecy>,
        /// Who stands aside from this item, each with the reason (R8), all in one act. `matter` is this one.
        #[serde(default)]
        #[schema(schema_with = recusals)]
        recused: Vec<Recuse>,
        /// How each further condition of the rules is met, by its code: one recorded line for each, not public. The
        /// meeting lists them with its agenda.
        #[serde(default)]
        conditions: std::collections::BTreeMap<String, String>,
    }
    /// 一票.
    struct Vote {
        /// The choice.
        #[schema(value_type = String)]
        choice: Choice,
        /// Whose vote it is, when staff enter it for someone in the room. Absent: one's own.
        #[serde(default)]
        #[schema(value_type = Option<String>)]
        voter: Option<PersonId>,
        /// How it came, when entered by staff.
        #[serde(default)]
        #[schema(value_type = Option<String>)]
        channel: Option<Channel>,
    }
    /// 计票结束 (closing a ballot).
    struct CloseBallot {
        /// Votes counted in the room by show of hands or from the box, of those who did not vote by name.
        #[serde(default)]
        hand_count: Option<HandCountInput>,
        /// 到会未投: how many of those present cast no vote, where nothing was counted by hand. Whoever has not voted by name
        /// and is in neither figure is not accounted for, and the ballot is not closed.
        #[serde(default)]
        not_voting: u64,
        /// The minutes of the sitting; needed where a count of the room, or who did not vote, is entered after its day.
        #[serde(default)]
        minutes: Option<String>,
    }
    /// 现场计票.
    struct HandCountInput {
        /// 赞成.
        yes: u64,
        /// 反对.
        no: u64,
        /// 弃权.
        abstain: u64,
        /// 废票.
        spoilt: u64,
        /// 到会未投 (present and cast no vote of any kind).
        #[serde(default)]
        not_voting: u64,
        /// 计票人、监票人: at least two different people.
        #[schema(value_type = Vec<String>)]
        tellers: Vec<PersonId>,
        /// The signed count sheet, as text.
        record: String,
    }
    /// 试算 (how a shelved plugin answers under other settings).
    struct ShelfCheck {
        /// The settings.
        #[schema(value_type = Object)]
        settings: serde_json::Value,
    }
    /// 起草规则 (opens the matter that adopts it).
    struct NewRule {
        /// The component on the community's shelf.
        #[schema(value_type = String)]
        component: Digest,
        /// The community's settings; the manifest's defaults where absent.
        #[serde(default)]
        #[schema(value_type = Object)]
        settings: Option<serde_json::Value>,
        /// Why it is proposed, in words, for the suggestion.
        text: String,
        /// The rule in force that it replaces.
        #[serde(default)]
        #[schema(value_type = Option<String>)]
        replaces: Option<RuleId>,
    }
    /// 补录 (a rule adopted on paper before the product came, R15).
    struct NewAttestation {
        /// The component on the community's shelf.
        #[schema(value_type = String)]
        component: Digest,
        /// The settings that say the same as the paper.
        #[serde(default)]
        #[schema(value_type = Object)]
        settings: Option<serde_json::Value>,
        /// The day of the decision.
        #[schema(value_type = String, format = Date)]
        adopted_on: Date,
        /// Who decided.
        #[schema(value_type = String)]
        body: BodyKind,
        /// How it was counted.
        #[schema(value_type = String)]
        mode: CountingMode,
        /// The counts of the minutes.
        counts: AttestedCounts,
        /// The scanned minutes, as text or a reference.
        minutes: String,
        /// The assembly's resolution that authorised the representatives, where they decided: its day, subjects and last day.
        #[serde(default)]
        authorisation: Option<String>,
        /// The first day it was in force; the day after the decision where nothing is said.
        #[serde(default)]
        #[schema(value_type = Option<String>, format = Date)]
        effective: Option<Date>,
    }
    /// Counts as the minutes give them.
    struct AttestedCounts {
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
        /// 废票: took part, and counts for nobody (R6).
        #[serde(default)]
        spoilt: u64,
    }
    /// 续办 (something further in a case).
    struct CaseContinued {
        /// A case kind the rule declares.
        kind: String,
        /// The day it happened.
        #[schema(value_type = String, format = Date)]
        on: Date,
        /// JSON of the case's form.
        #[schema(value_type = Object)]
        form: serde_json::Value,
    }
    /// 办件 (a case under a rule) or conduct.
    struct NewCase {
        /// A case kind the rule declares.
        kind: String,
        /// The household or person, by id.
        subject: String,
        /// The day it happened.
        #[schema(value_type = String, format = Date)]
        on: Date,
        /// JSON of the case's form.
        #[schema(value_type = Object)]
        form: serde_json::Value,
    }
}

coded! {
    /// 变动 (what can change for one person of the roster).
    #[derive(ToSchema)]
    #[schema(rename_all = "kebab-case")]
    pub enum RosterChangeKind: "roster-change" {
        /// 去世.
        Died = "died",
        /// 迁出本村（社区）.
        MovedAway = "moved-away",
        /// 被剥夺政治权利.
        LostPoliticalRights = "lost-political-rights",
        /// 恢复: moved back, rights restored, or entered by mistake.
        Returned = "returned",
        /// 更正 name, date of birth or sex.
        Corrected = "corrected",
        /// 迁入另一户.
        MovedHousehold = "moved-household",
    }
}

/// 像是同一个人的 (what an import does with rows that may be somebody the roster knows).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KnownPeople {
    /// Store nothing and ask.
    #[default]
    Ask,
    /// They are the same: the entry is brought up to date and stays the same person.
    Same,
    /// They are others: they are added beside those who are known.
    Others,
}

/// 授予 (what an account may act as).
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(tag = "role", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Grant {
    /// 镇管理员.
    // Braces, since serde lets unknown members of a unit variant pass.
    TownAdmin {},
    /// 村（社区）工作人员.
    Staff {
        /// The community.
        #[schema(value_type = String)]
        community: CommunityId,
    },
    /// 居民本人.
    Member {
        /// The community.
        #[schema(value_type = String)]
        community: CommunityId,
        /// The person of its roster.
        #[schema(value_type = String)]
        person: PersonId,
    },
}

#[cfg(test)]
mod tests {
    use yishi_words::differences;

    use super::RosterChangeKind;

    #[test]
    fn every_code_has_its_words() {
        assert_eq!(differences::<RosterChangeKind>(), Vec::<String>::new());
    }
}
