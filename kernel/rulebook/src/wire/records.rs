//! Records of the contract.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wasmtime::component::{ComponentType, Lift, Lower};

use super::enums::{
    Body, CommunityKind, Comparison, CountingBase, CountingMode, MatterClass, Remark, RuleKind, Step, Weight,
};

/// A record whose fields bear the names of the WIT everywhere.
macro_rules! wire_record {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident $text:literal: $ty:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(ComponentType, Lift, Lower, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[component(record)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $(
                $(#[$field_doc])*
                #[component(name = $text)]
                #[serde(rename = $text)]
                pub $field: $ty,
            )*
        }
    };
}

/// 语境 (what every call is given). Dates are ISO 8601 civil dates in Asia/Shanghai.
///
/// Settings are not written out with it: a call names them by digest, since they are the same for months.
#[derive(ComponentType, Lower, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[component(record)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Context {
    /// Public figures of the community.
    pub community: Community,
    /// The settings the community chose, as canonical JSON.
    #[serde(skip)]
    pub settings: Arc<str>,
    /// The date whose law applies: the day the matter was opened.
    #[component(name = "law-date")]
    pub law_date: String,
    /// The day of the act.
    pub today: String,
}

wire_record! {
    /// 份额 (a share), for example "more than 1/2" or "at least 2/3". The denominator is never 0.
    Share {
        /// Whether the figure itself is enough.
        comparison "comparison": Comparison,
        /// Upper part.
        numerator "numerator": u32,
        /// Lower part; never 0.
        denominator "denominator": u32,
    }
}

wire_record! {
    /// A share together with its base.
    Threshold {
        /// The share.
        share "share": Share,
        /// What it is a share of.
        base "base": CountingBase,
    }
}

wire_record! {
    /// Public figures of the community; never names.
    Community {
        /// Which kind.
        kind "kind": CommunityKind,
        /// Residents aged 18 and over.
        adults "adults": u64,
        /// Households.
        households "households": u64,
        /// Representatives in office.
        representatives "representatives": u64,
        /// Council members in office.
        council_members "council-members": u64,
    }
}

wire_record! {
    /// A matter as a rule may see it. `form` is JSON of the domain's form.
    Matter {
        /// The domain it belongs to.
        domain "domain": String,
        /// Statutory subjects.
        subjects "subjects": Vec<String>,
        /// Ordinary or major.
        class "class": MatterClass,
        /// Amount in fen, where money is spent.
        amount_fen "amount-fen": Option<u64>,
        /// Levy on each household in fen.
        per_household_fen "per-household-fen": Option<u64>,
        /// JSON of the form.
        form "form": String,
    }
}

wire_record! {
    /// 分类 (the class a rule gives a matter). A rule can make a matter major; it can never make it ordinary again.
    Classification {
        /// Ordinary or major.
        class "class": MatterClass,
        /// Articles of the plugin's own text this rests on.
        because "because": Vec<String>,
    }
}

wire_record! {
    /// What the `terms` gate is asked: for which matter, body, step and way of counting.
    TermsQuery {
        /// The matter it is about.
        matter "matter": Matter,
        /// Who acts.
        body "body": Body,
        /// Which step.
        step "step": Step,
        /// How heads are counted.
        mode "mode": CountingMode,
    }
}

wire_record! {
    /// A share and the articles it comes from.
    CitedShare {
        /// The share.
        share "share": Share,
        /// Articles of the plugin's own text this rests on.
        because "because": Vec<String>,
    }
}

wire_record! {
    /// A threshold and the articles it comes from.
    CitedThreshold {
        /// The threshold.
        threshold "threshold": Threshold,
        /// Articles of the plugin's own text this rests on.
        because "because": Vec<String>,
    }
}

wire_record! {
    /// A number and the articles it comes from.
    CitedNumber {
        /// The number.
        number "number": u32,
        /// Articles of the plugin's own text this rests on.
        because "because": Vec<String>,
    }
}

wire_record! {
    /// A fraction and the articles it comes from.
    CitedFraction {
        /// Upper part.
        numerator "numerator": u32,
        /// Lower part; never 0.
        denominator "denominator": u32,
        /// Articles of the plugin's own text this rests on.
        because "because": Vec<String>,
    }
}

wire_record! {
    /// A further condition the record must show before the step, in words.
    Condition {
        /// A stable kebab-case word of the plugin.
        code "code": String,
        /// What people read.
        text "text": String,
        /// Articles of the plugin's own text this rests on.
        because "because": Vec<String>,
    }
}

wire_record! {
    /// 议事规则 for one body and step. An absent field asks for nothing beyond the law.
    Terms {
        /// Who must be present.
        quorum "quorum": Option<CitedShare>,
        /// What carries the decision.
        passes "passes": Option<CitedThreshold>,
        /// Days of notice before the meeting.
        notice_days "notice-days": Option<CitedNumber>,
        /// Days a decision stays posted.
        posting_days "posting-days": Option<CitedNumber>,
        /// Present when the ballot must be secret: the articles that say so.
        secret_ballot "secret-ballot": Option<Vec<String>>,
        /// Share that can force convening.
        petition "petition": Option<CitedFraction>,
        /// Proxies one holder may carry.
        proxy_cap "proxy-cap": Option<CitedNumber>,
        /// Further conditions.
        conditions "conditions": Vec<Condition>,
    }
}

wire_record! {
    /// 意见 (one finding of a check). `code` is a stable kebab-case word of this plugin.
    Finding {
        /// How strong it is.
        weight "weight": Weight,
        /// A stable kebab-case word of the plugin.
        code "code": String,
        /// What people read.
        message "message": String,
        /// Articles of the plugin's own text this rests on.
        because "because": Vec<String>,
    }
}

wire_record! {
    /// A transition about to be made. `evidence` is JSON: what the act carries (amounts, quotations, dates).
    Transition {
        /// The matter it is about.
        matter "matter": Matter,
        /// Which step.
        step "step": Step,
        /// Who acts.
        body "body": Body,
        /// JSON of what the act carries.
        evidence "evidence": String,
    }
}

wire_record! {
    /// A person as far as admission may see: no name, no contact.
    PersonFacts {
        /// Full years.
        age "age": u32,
        /// 户籍 is here.
        local_registration "local-registration": bool,
        /// Months lived here.
        resident_months "resident-months": u32,
        /// Member of the party.
        party_member "party-member": bool,
        /// 户主.
        household_head "household-head": bool,
    }
}

wire_record! {
    /// 准入 (the answer to an admission).
    Admission {
        /// Whether admitted.
        admitted "admitted": bool,
        /// A stable kebab-case word of the plugin.
        code "code": String,
        /// What people read.
        message "message": String,
        /// Articles of the plugin's own text this rests on.
        because "because": Vec<String>,
    }
}

wire_record! {
    /// One article of a rule under vetting.
    RuleArticle {
        /// Permanent id of the article.
        id "id": String,
        /// What people read.
        text "text": String,
    }
}

wire_record! {
    /// Another rule, as a charter sees it when asked to vet.
    Candidate {
        /// Which kind.
        kind "kind": RuleKind,
        /// Its name.
        name "name": String,
        /// Domains it speaks to.
        domains "domains": Vec<String>,
        /// Its text.
        articles "articles": Vec<RuleArticle>,
        /// Settings as JSON.
        settings "settings": String,
    }
}

wire_record! {
    /// A fault in settings that the JSON Schema cannot express. `pointer` is a JSON Pointer.
    SettingsError {
        /// JSON Pointer into the settings.
        pointer "pointer": String,
        /// What people read.
        message "message": String,
    }
}

wire_record! {
    /// A case event (an inspection, a request, an act). `subject` is an opaque household or person id.
    CaseEvent {
        /// Which kind.
        kind "kind": String,
        /// Opaque household or person id.
        subject "subject": String,
        /// The day it happened.
        on "on": String,
        /// JSON of the form.
        form "form": String,
    }
}

wire_record! {
    /// 积分 (points given to a household or person).
    Points {
        /// Opaque household or person id.
        subject "subject": String,
        /// Points, negative to take away.
        points "points": i32,
        /// Why.
        reason "reason": String,
        /// Articles of the plugin's own text this rests on.
        because "because": Vec<String>,
    }
}

wire_record! {
    /// 任务 (something a body must do within some days).
    Task {
        /// Who must act.
        role "role": Body,
        /// Within how many days.
        due_days "due-days": u32,
        /// What people read.
        text "text": String,
        /// Articles of the plugin's own text this rests on.
        because "because": Vec<String>,
    }
}

wire_record! {
    /// 公开 (a text to be disclosed for some days).
    Publication {
        /// What people read.
        text "text": String,
        /// For how many days.
        days "days": u32,
        /// Articles of the plugin's own text this rests on.
        because "because": Vec<String>,
    }
}

wire_record! {
    /// A record of one of the rule's own kinds; `body` is JSON.
    RecordDraft {
        /// Which kind.
        kind "kind": String,
        /// Opaque household or person id.
        subject "subject": String,
        /// Who acts.
        body "body": String,
    }
}

wire_record! {
    /// 指标 (a number that indicators are made of).
    Measure {
        /// Its name.
        name "name": String,
        /// The figure.
        value "value": i64,
    }
}

wire_record! {
    /// 处理结果 (the outcome of a case event): data, which the kernel checks and applies.
    Outcome {
        /// Stage the case is in now.
        stage "stage": String,
        /// What people read.
        message "message": String,
        /// Points, negative to take away.
        points "points": Vec<Points>,
        /// What must be done.
        tasks "tasks": Vec<Task>,
        /// What is disclosed.
        publish "publish": Vec<Publication>,
        /// Records to keep.
        records "records": Vec<RecordDraft>,
        /// Figures for indicators.
        measures "measures": Vec<Measure>,
        /// Articles of the plugin's own text this rests on.
        because "because": Vec<String>,
    }
}

wire_record! {
    /// 评议 (an appraisal of conduct).
    Appraisal {
        /// What is said.
        remark "remark": Remark,
        /// What people read.
        message "message": String,
        /// Articles of the plugin's own text this rests on.
        because "because": Vec<String>,
    }
}
