//! The values themselves.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use yishi_words::coded;

use super::{
    Body, CommunityKind, Comparison, CountingBase, CountingMode, MatterClass, RuleKind, Step, Subject, Words,
};

coded! {
    /// 分量: advise < require < forbid.
    pub enum Weight: "finding-weight" {
        /// Shown, stops nothing.
        Advise = "advise",
        /// Must be supplied before the act.
        Require = "require",
        /// The act may not be done.
        Forbid = "forbid",
    }
}

coded! {
    /// 参加的身份 (as what a person is to be admitted).
    pub enum Role: "role" {
        /// 选民.
        Voter = "voter",
        /// 候选人.
        Candidate = "candidate",
        /// 代表.
        Representative = "representative",
        /// 议事会成员.
        CouncilMember = "council-member",
        /// 参与人.
        Participant = "participant",
    }
}

coded! {
    /// 评议 (what a village regulation may say of conduct): never a fine, never a loss of a right.
    pub enum Remark: "remark" {
        /// 表扬.
        Commend = "commend",
        /// 劝导.
        Admonish = "admonish",
        /// 建议调解.
        SuggestMediation = "suggest-mediation",
        /// Nothing is said.
        None = "none",
    }
}

/// A record whose fields bear the names of the WIT.
macro_rules! records {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $ty:ty),* $(,)? })*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields)]
        pub struct $name {
            $(
                $(#[$field_doc])*
                pub $field: $ty,
            )*
        }
    )* };
}

/// 语境 (what every call is given). Dates are ISO 8601 civil dates in Asia/Shanghai.
///
/// Settings are not written out with it: a call names them by digest, since they are the same for months.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Context {
    /// Public figures of the community.
    pub community: Community,
    /// The settings the community chose, as canonical JSON.
    #[serde(skip)]
    pub settings: Arc<str>,
    /// The date whose law applies: the day the matter was opened.
    pub law_date: String,
    /// The day of the act.
    pub today: String,
}

records! {
    /// 份额 (a share), for example "more than 1/2" or "at least 2/3". The denominator is never 0.
    Share {
        /// Whether the figure itself is enough.
        comparison: Comparison,
        /// Upper part.
        numerator: u32,
        /// Lower part; never 0.
        denominator: u32,
    }

    /// A share together with its base.
    Threshold {
        /// The share.
        share: Share,
        /// What it is a share of.
        base: CountingBase,
    }

    /// Public figures of the community; never names.
    Community {
        /// Which kind.
        kind: CommunityKind,
        /// Residents aged 18 and over.
        adults: u64,
        /// Households.
        households: u64,
        /// Representatives in office.
        representatives: u64,
        /// Council members in office.
        council_members: u64,
    }

    /// A matter as a rule may see it. `form` is JSON of the domain's form.
    Matter {
        /// The domain it belongs to.
        domain: String,
        /// Statutory subjects.
        subjects: Vec<Subject>,
        /// Ordinary or major.
        class: MatterClass,
        /// Amount in fen, where money is spent.
        amount_fen: Option<u64>,
        /// Levy on each household in fen.
        per_household_fen: Option<u64>,
        /// JSON of the form.
        form: String,
    }

    /// 分类 (the class a rule gives a matter). A rule can make a matter major; it can never make it ordinary again.
    Classification {
        /// Ordinary or major.
        class: MatterClass,
        /// Articles of the plugin's own text this rests on.
        because: Vec<String>,
    }

    /// What the `terms` gate is asked: for which matter, body, step and way of counting.
    TermsQuery {
        /// The matter it is about.
        matter: Matter,
        /// Who acts.
        body: Body,
        /// Which step.
        step: Step,
        /// How heads are counted.
        mode: CountingMode,
    }

    /// A share and the articles it comes from.
    CitedShare {
        /// The share.
        share: Share,
        /// Articles of the plugin's own text this rests on.
        because: Vec<String>,
    }

    /// A threshold and the articles it comes from.
    CitedThreshold {
        /// The threshold.
        threshold: Threshold,
        /// Articles of the plugin's own text this rests on.
        because: Vec<String>,
    }

    /// A number and the articles it comes from.
    CitedNumber {
        /// The number.
        number: u32,
        /// Articles of the plugin's own text this rests on.
        because: Vec<String>,
    }

    /// A fraction and the articles it comes from.
    CitedFraction {
        /// Upper part.
        numerator: u32,
        /// Lower part; never 0.
        denominator: u32,
        /// Articles of the plugin's own text this rests on.
        because: Vec<String>,
    }

    /// A further condition the record must show before the step, in words.
    Condition {
        /// A stable kebab-case word of the plugin.
        code: String,
        /// What people read.
        text: Words,
        /// Articles of the plugin's own text this rests on.
        because: Vec<String>,
    }

    /// 议事规则 for one body and step. An absent field asks for nothing beyond the law.
    Terms {
        /// Who must be present.
        quorum: Option<CitedShare>,
        /// What carries the decision.
        passes: Option<CitedThreshold>,
        /// Days of notice before the meeting.
        notice_days: Option<CitedNumber>,
        /// Days a decision stays posted.
        posting_days: Option<CitedNumber>,
        /// Present when the ballot must be secret: the articles that say so.
        secret_ballot: Option<Vec<String>>,
        /// Share that can force convening.
        petition: Option<CitedFraction>,
        /// Proxies one holder may carry.
        proxy_cap: Option<CitedNumber>,
        /// Further conditions.
        conditions: Vec<Condition>,
    }

    /// 意见 (one finding of a check). `code` is a stable kebab-case word of this plugin.
    Finding {
        /// How strong it is.
        weight: Weight,
        /// A stable kebab-case word of the plugin.
        code: String,
        /// What people read.
        message: Words,
        /// Articles of the plugin's own text this rests on.
        because: Vec<String>,
    }

    /// A transition about to be made. `evidence` is JSON: what the act carries (amounts, quotations, dates).
    Transition {
        /// The matter it is about.
        matter: Matter,
        /// Which step.
        step: Step,
        /// Who acts.
        body: Body,
        /// JSON of what the act carries.
        evidence: String,
    }

    /// A person as far as admission may see: no name, no contact.
    PersonFacts {
        /// Full years.
        age: u32,
        /// 户籍 is here.
        local_registration: bool,
        /// Months lived here.
        resident_months: u32,
        /// Member of the party.
        party_member: bool,
        /// 户主.
        household_head: bool,
    }

    /// 准入 (the answer to an admission).
    Admission {
        /// Whether admitted.
        admitted: bool,
        /// A stable kebab-case word of the plugin.
        code: String,
        /// What people read.
        message: Words,
        /// Articles of the plugin's own text this rests on.
        because: Vec<String>,
    }

    /// One article of a rule under vetting.
    RuleArticle {
        /// Permanent id of the article.
        id: String,
        /// What people read.
        text: String,
    }

    /// Another rule, as a charter sees it when asked to vet.
    Candidate {
        /// Which kind.
        kind: RuleKind,
        /// Its name.
        name: String,
        /// Domains it speaks to.
        domains: Vec<String>,
        /// Its text.
        articles: Vec<RuleArticle>,
        /// Settings as JSON.
        settings: String,
    }

    /// A fault in settings that the JSON Schema cannot express. `pointer` is a JSON Pointer.
    SettingsError {
        /// JSON Pointer into the settings.
        pointer: String,
        /// What people read.
        message: Words,
    }

    /// A case event (an inspection, a request, an act). `subject` is an opaque household or person id.
    CaseEvent {
        /// Which kind.
        kind: String,
        /// Opaque household or person id.
        subject: String,
        /// The day it happened.
        on: String,
        /// JSON of the form.
        form: String,
    }

    /// 积分 (points given to a household or person).
    Points {
        /// Opaque household or person id.
        subject: String,
        /// Points, negative to take away.
        points: i32,
        /// Why.
        reason: Words,
        /// Articles of the plugin's own text this rests on.
        because: Vec<String>,
    }

    /// 任务 (something a body must do within some days).
    Task {
        /// Who must act.
        role: Body,
        /// Within how many days.
        due_days: u32,
        /// What people read.
        text: Words,
        /// Articles of the plugin's own text this rests on.
        because: Vec<String>,
    }

    /// 公开 (a text to be disclosed for some days).
    Publication {
        /// What people read.
        text: Words,
        /// For how many days.
        days: u32,
        /// Articles of the plugin's own text this rests on.
        because: Vec<String>,
    }

    /// A record of one of the rule's own kinds.
    RecordDraft {
        /// Which kind.
        kind: String,
        /// Opaque household or person id.
        subject: String,
        /// JSON.
        body: String,
    }

    /// 指标 (a number that indicators are made of).
    Measure {
        /// Its name.
        name: String,
        /// The figure.
        value: i64,
    }

    /// 处理结果 (the outcome of a case event): data, which the kernel checks and applies.
    Outcome {
        /// Stage the case is in now.
        stage: String,
        /// What people read.
        message: Words,
        /// Points, negative to take away.
        points: Vec<Points>,
        /// What must be done.
        tasks: Vec<Task>,
        /// What is disclosed.
        publish: Vec<Publication>,
        /// Records to keep.
        records: Vec<RecordDraft>,
        /// Figures for indicators.
        measures: Vec<Measure>,
        /// Articles of the plugin's own text this rests on.
        because: Vec<String>,
    }

    /// 评议 (an appraisal of conduct).
    Appraisal {
        /// What is said.
        remark: Remark,
        /// What people read.
        message: Words,
        /// Articles of the plugin's own text this rests on.
        because: Vec<String>,
    }
}

impl TryFrom<&Share> for yishi_law::Share {
    type Error = yishi_law::ShareError;

    fn try_from(share: &Share) -> Result<Self, Self::Error> {
        Self::new(share.comparison, yishi_law::Fraction::new(share.numerator, share.denominator)?)
    }
}
