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

/// A record whose fields bear the names of the WIT. They stand in the order that canonical bytes have, so that nothing has to
/// be put in order when they are written.
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
        /// Lower part; never 0.
        denominator: u32,
        /// Upper part.
        numerator: u32,
    }

    /// A share together with its base.
    Threshold {
        /// What it is a share of.
        base: CountingBase,
        /// The share.
        share: Share,
    }

    /// Public figures of the community; never names.
    Community {
        /// Residents aged 18 and over.
        adults: u64,
        /// Council members in office.
        council_members: u64,
        /// Households.
        households: u64,
        /// Which kind.
        kind: CommunityKind,
        /// Representatives in office.
        representatives: u64,
    }

    /// A matter as a rule may see it. `form` is JSON of the domain's form.
    Matter {
        /// Amount in fen, where money is spent.
        amount_fen: Option<u64>,
        /// Ordinary or major.
        class: MatterClass,
        /// The domain it belongs to.
        domain: String,
        /// JSON of the form.
        form: String,
        /// Levy on each household in fen.
        per_household_fen: Option<u64>,
        /// Statutory subjects.
        subjects: Vec<Subject>,
    }

    /// 分类 (the class a rule gives a matter). A rule can make a matter major; it can never make it ordinary again.
    Classification {
        /// Articles of the plugin's own text this rests on.
        because: Vec<String>,
        /// Ordinary or major.
        class: MatterClass,
    }

    /// What the `terms` gate is asked: for which matter, body, step and way of counting.
    TermsQuery {
        /// Who acts.
        body: Body,
        /// The matter it is about.
        matter: Matter,
        /// How heads are counted.
        mode: CountingMode,
        /// Which step.
        step: Step,
    }

    /// A share and the articles it comes from.
    CitedShare {
        /// Articles of the plugin's own text this rests on.
        because: Vec<String>,
        /// The share.
        share: Share,
    }

    /// A threshold and the articles it comes from.
    CitedThreshold {
        /// Articles of the plugin's own text this rests on.
        because: Vec<String>,
        /// The threshold.
        threshold: Threshold,
    }

    /// A number and the articles it comes from.
    CitedNumber {
        /// Articles of the plugin's own text this rests on.
        because: Vec<String>,
        /// The number.
        number: u32,
    }

    /// A fraction and the articles it comes from.
    CitedFraction {
        /// Articles of the plugin's own text this rests on.
        because: Vec<String>,
        /// Lower part; never 0.
        denominator: u32,
        /// Upper part.
        numerator: u32,
    }

    /// A further condition the record must show before the step, in words.
    Condition {
        /// Articles of the plugin's own text this rests on.
        because: Vec<String>,
        /// A stable kebab-case word of the plugin.
        code: String,
        /// What people read.
        text: Words,
    }

    /// 议事规则 for one body and step. An absent field asks for nothing beyond the law.
    Terms {
        /// Further conditions.
        conditions: Vec<Condition>,
        /// Days of notice before the meeting.
        notice_days: Option<CitedNumber>,
        /// What carries the decision.
        passes: Option<CitedThreshold>,
        /// Share that can force convening.
        petition: Option<CitedFraction>,
        /// Days a decision stays posted.
        posting_days: Option<CitedNumber>,
        /// Proxies one holder may carry.
        proxy_cap: Option<CitedNumber>,
        /// Who must be present.
        quorum: Option<CitedShare>,
        /// Present when the ballot must be secret: the articles that say so.
        secret_ballot: Option<Vec<String>>,
    }

    /// 意见 (one finding of a check). `code` is a stable kebab-case word of this plugin.
    Finding {
        /// Articles of the plugin's own text this rests on.
        because: Vec<String>,
        /// A stable kebab-case word of the plugin.
        code: String,
        /// What people read.
        message: Words,
        /// How strong it is.
        weight: Weight,
    }

    /// A transition about to be made. `evidence` is JSON: what the act carries (amounts, quotations, dates).
    Transition {
        /// Who acts.
        body: Body,
        /// JSON of what the act carries.
        evidence: String,
        /// The matter it is about.
        matter: Matter,
        /// Which step.
        step: Step,
    }

    /// A person as far as admission may see: no name, no contact.
    PersonFacts {
        /// Full years.
        age: u32,
        /// 户主.
        household_head: bool,
        /// 户籍 is here.
        local_registration: bool,
        /// Member of the party.
        party_member: bool,
        /// Months lived here.
        resident_months: u32,
    }

    /// 准入 (the answer to an admission).
    Admission {
        /// Whether admitted.
        admitted: bool,
        /// Articles of the plugin's own text this rests on.
        because: Vec<String>,
        /// A stable kebab-case word of the plugin.
        code: String,
        /// What people read.
        message: Words,
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
        /// Its text.
        articles: Vec<RuleArticle>,
        /// Domains it speaks to.
        domains: Vec<String>,
        /// Which kind.
        kind: RuleKind,
        /// Its name.
        name: String,
        /// Settings as JSON.
        settings: String,
    }

    /// A fault in settings that the JSON Schema cannot express. `pointer` is a JSON Pointer.
    SettingsError {
        /// What people read.
        message: Words,
        /// JSON Pointer into the settings.
        pointer: String,
    }

    /// A case event (an inspection, a request, an act). `subject` is an opaque household or person id.
    CaseEvent {
        /// JSON of the form.
        form: String,
        /// Which kind.
        kind: String,
        /// The day it happened.
        on: String,
        /// Opaque household or person id.
        subject: String,
    }

    /// 积分 (points given to a household or person).
    Points {
        /// Articles of the plugin's own text this rests on.
        because: Vec<String>,
        /// Points, negative to take away.
        points: i32,
        /// Why.
        reason: Words,
        /// Opaque household or person id.
        subject: String,
    }

    /// 任务 (something a body must do within some days).
    Task {
        /// Articles of the plugin's own text this rests on.
        because: Vec<String>,
        /// Within how many days.
        due_days: u32,
        /// Who must act.
        role: Body,
        /// What people read.
        text: Words,
    }

    /// 公开 (a text to be disclosed for some days).
    Publication {
        /// Articles of the plugin's own text this rests on.
        because: Vec<String>,
        /// For how many days.
        days: u32,
        /// What people read.
        text: Words,
    }

    /// A record of one of the rule's own kinds.
    RecordDraft {
        /// JSON.
        body: String,
        /// Which kind.
        kind: String,
        /// Opaque household or person id.
        subject: String,
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
        /// Articles of the plugin's own text this rests on.
        because: Vec<String>,
        /// Figures for indicators.
        measures: Vec<Measure>,
        /// What people read.
        message: Words,
        /// Points, negative to take away.
        points: Vec<Points>,
        /// What is disclosed.
        publish: Vec<Publication>,
        /// Records to keep.
        records: Vec<RecordDraft>,
        /// Stage the case is in now.
        stage: String,
        /// What must be done.
        tasks: Vec<Task>,
    }

    /// 评议 (an appraisal of conduct).
    Appraisal {
        /// Articles of the plugin's own text this rests on.
        because: Vec<String>,
        /// What people read.
        message: Words,
        /// What is said.
        remark: Remark,
    }
}

impl TryFrom<&Share> for yishi_law::Share {
    type Error = yishi_law::ShareError;

    fn try_from(share: &Share) -> Result<Self, Self::Error> {
        Self::new(share.comparison, yishi_law::Fraction::new(share.numerator, share.denominator)?)
    }
}
