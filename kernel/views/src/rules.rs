//! 规则 (rules and the shelf as a client reads them).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use yishi_canonical::Digest;
use yishi_deliberation::RuleAct;
use yishi_identity::{MatterId, RuleId};
use yishi_law::RuleKind;

use super::*;
use yishi_deliberation::RuleState;

views! {
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
    /// Digest of the text in English; absent for what was posted before rules spoke both languages.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub document_en: Option<Digest>,
    /// What people read, in Chinese; empty when it was erased.
    pub text: String,
    /// In English; empty when it was erased.
    #[serde(default)]
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
