//! Rules and the shelf.

use jiff::civil::date;
use serde_json::{Value, json};
use yishi_acts::house::HouseAct;
use yishi_deliberation::{Rule, RuleAct};
use yishi_views::{
    ArticleView, AttestationView, ChangeView, ClauseNoteView, EffectView, FailingView, GateView, HeadingView,
    NamedView, RuleSummary, RuleView, ShelfView, TextDifferenceView, UnansweredView,
};

use super::matter::council_finding;
use super::{digest, sha256, views};
use crate::context::{
    Adoption, ClauseNote, Consultation, Effects, FieldChoice, Form, LifeStage, LifeStep, Link, RuleCard,
    RuleKind, RulePage, RuleStatus, Scenario, SettingRow, ShelfItem, ShelfPage, ShelfReport,
};
use crate::forms;
use crate::lang::Lang;

fn scenario(title: &str, given: &[&str], when: &str, then: &[&str]) -> Scenario {
    Scenario {
        title: title.into(),
        given: given.iter().map(|s| (*s).into()).collect(),
        when: when.into(),
        then: then.iter().map(|s| (*s).into()).collect(),
        passed: true,
    }
}

fn heading(title: &str, articles: &[(&str, &str)]) -> HeadingView {
    let article = |(id, text): &(&str, &str)| ArticleView {
        id: (*id).into(),
        text: (*text).into(),
        text_en: String::new(),
    };
    HeadingView {
        id: String::new(),
        title: title.into(),
        title_en: String::new(),
        articles: articles.iter().map(article).collect(),
    }
}

fn gate(message: &str, article: &str) -> GateView {
    GateView {
        gate: "check".into(),
        message: message.into(),
        message_en: String::new(),
        articles: vec![article.into()],
    }
}

fn beyond(about: &str, amount: Option<&str>, law: Option<&str>, here: &str, article: &str) -> ChangeView {
    ChangeView {
        text: String::new(),
        text_en: String::new(),
        about: about.into(),
        about_en: String::new(),
        amount: amount.map(Into::into),
        amount_en: None,
        when: None,
        when_en: None,
        law: law.map(Into::into),
        law_en: None,
        here: here.into(),
        here_en: String::new(),
        articles: vec![article.into()],
    }
}

fn life(dates: [Option<&str>; 6]) -> Vec<LifeStep> {
    let stages = [
        LifeStage::Drafted,
        LifeStage::Consulted,
        LifeStage::Voted,
        LifeStage::Filed,
        LifeStage::Promulgated,
        LifeStage::InForce,
    ];
    stages
        .into_iter()
        .zip(dates)
        .map(|(stage, date)| LifeStep { stage, date: date.map(Into::into) })
        .collect()
}

pub(super) fn summary(kind: RuleKind, title: &str, version: &str) -> RuleSummary {
    views::rule(1, title, kind, version, Some(date(2026, 3, 1)))
}

fn view(summary: RuleSummary, letter: char, headings: Vec<HeadingView>) -> RuleView {
    RuleView {
        summary,
        version: 7,
        digest: sha256(letter),
        settings: Value::Null,
        settings_digest: sha256('5'),
        question: None,
        matter: None,
        decision: None,
        attestation: None,
        suspended_since: None,
        headings,
        scenarios: Vec::new(),
        settings_words: Vec::new(),
        changes: Vec::new(),
        effects: Vec::new(),
        text_difference: None,
        figures_left: 0,
        gates: Vec::new(),
        unanswered: None,
        would_end: Vec::new(),
        clause_review: Vec::new(),
        domains: Vec::new(),
        stages: Vec::new(),
        measures: Vec::new(),
        cases: Vec::new(),
        may: Vec::new(),
    }
}

/// An implementation rule in force, voted here.
#[must_use]
pub fn rule_in_force() -> RulePage {
    let title = "集体资金使用实施细则";
    let headings = vec![
        heading(
            "操作方式",
            &[
                ("Z1", "集体资金的使用，先有提案，后有支出；没有决议的，不得支付。"),
                ("Z2", "单笔支出一万元以上的，应当有三家以上的报价，报价单随提案一并公开。"),
            ],
        ),
        heading("结果公开", &[("Z7", "支出完成后十日内公开结算单、发票影像和受益范围，公示不少于二十日。")]),
    ];
    RulePage {
        title: title.into(),
        rule: RuleView {
            changes: vec![
                beyond(
                    "公示天数",
                    Some("涉及金额 50,000 元以上"),
                    Some("不少于15天"),
                    "不少于20天",
                    "第七条",
                ),
                beyond("报价家数", None, None, "三家以上", "第二条"),
            ],
            gates: vec![gate("在事项的各个步骤之前核对，可能要求补正或者不予通过", "Z7")],
            figures_left: 2,
            domains: vec![NamedView {
                code: "collective-funds".into(),
                title: "集体资金".into(),
                title_en: "collective funds".into(),
            }],
            ..view(summary(RuleKind::ImplementationRule, title, "1.0.3"), 'b', headings)
        },
        publisher: "云湖镇规约工作组".into(),
        summary: "集体的钱怎么批、怎么比价、怎么公开，让每一笔支出都说得清。".into(),
        status: RuleStatus::InForce,
        suspended: None,
        settings: vec![
            ("需要比价的金额".into(), "10,000元以上".into()),
            ("最少报价家数".into(), "3家".into()),
            ("结果公示天数".into(), "20天".into()),
        ],
        scenarios: vec![
            (
                "Z2".into(),
                scenario(
                    "报价只有两家，提案被挡下",
                    &["支出18,000元", "附报价单2份"],
                    "议事会提出提案",
                    &["提案不能进入下一步，还缺报价单1份（依据第二条）"],
                ),
            ),
            (
                "Z2".into(),
                scenario("小额支出不必比价", &["支出4,200元"], "议事会提出提案", &["可以进入审核"]),
            ),
        ],
        effects: None,
        life: life([
            Some("1月12日"),
            Some("1月30日"),
            Some("2月10日"),
            Some("2月12日"),
            Some("2月13日"),
            Some("3月1日"),
        ]),
        adoption: Adoption::Voted {
            finding: Box::new(council_finding()),
            matter: Link {
                text: "2026-002 订立《集体资金使用实施细则》".into(),
                href: "/c/com_qx/matters/mat_11".into(),
            },
        },
        consultation: None,
        actions: Vec::new(),
        notices: vec![yishi_views::RuleNoticeView {
            id: "ntc_1".into(),
            rule: super::id("rul", 1),
            document: yishi_canonical::Digest::of(b"notice"),
            document_en: None,
            text: "2026年3月集体资金收支：期初 52,000 元，收入 8,000 元，支出 6,200 元，期末 53,800 元。"
                .into(),
            text_en: String::new(),
            posted_on: date(2026, 4, 2),
            last_day: date(2026, 4, 17),
            ended: false,
            taken_down: None,
            because: vec!["公开-2".into()],
        }],
        cases_href: Some("/c/com_qx/rules/rul_spend/cases".into()),
        own_cases_href: Some("/c/com_qx/my/cases".into()),
        component_href: "/c/com_qx/rules/rul_spend/component".into(),
    }
}

/// A rule under consultation with a clause that the law does not allow.
#[must_use]
pub fn rule_consulting(lang: Lang) -> RulePage {
    let title = "环境卫生实施细则";
    let headings = vec![
        heading("具体标准", &[("H1", "房前屋后无乱堆乱放，垃圾分类投放，家禽圈养。")]),
        heading("奖惩处置", &[("H5", "每季度按户评比，评为清洁家庭的记十分；不参加评比的，停发年终福利。")]),
    ];
    RulePage {
        title: title.into(),
        rule: RuleView {
            gates: vec![gate("检查和评比的每一步，可能要求补正", "H5")],
            clause_review: vec![ClauseNoteView {
                article: "H5".into(),
                code: "welfare".into(),
                message: "村规民约和细则不得以停发福利、取消分配作为处罚。建议改为“不参加积分表彰”。".into(),
                message_en: String::new(),
            }],
            ..view(
                RuleSummary { in_force_from: None, ..summary(RuleKind::ImplementationRule, title, "1.0.0") },
                'e',
                headings,
            )
        },
        summary: "房前屋后、垃圾分类、河道保洁的标准和积分表彰办法。".into(),
        status: RuleStatus::Consulting,
        suspended: None,
        scenarios: vec![(
            "H5".into(),
            scenario("评为清洁家庭", &["上次检查得92分"], "季度评比", &["记十分", "在公告栏表彰"]),
        )],
        effects: Some(effects()),
        settings: vec![("评比周期".into(), "每季度".into())],
        life: life([Some("4月2日"), Some("4月6日"), None, None, None, None]),
        adoption: Adoption::NotYet,
        consultation: Some(Consultation {
            first: date(2026, 4, 16),
            last: date(2026, 4, 30),
            open: true,
            comments: vec![super::matter::comment(
                "非户籍居民",
                "2026-04-17T02:00:00Z",
                "租户也想参加积分，能不能一样登记？",
                None,
            )],
            comments_next: None,
            answer_several: Some(super::offering(
                super::house(
                    lang,
                    HouseAct::AnswerComments,
                    "/c/com_qx/matters/mat_1/comments/answers",
                    "",
                    &Value::Null,
                ),
                "comments",
                vec![
                    FieldChoice::new("cmt_1", "租户也想参加积分，能不能一样登记？"),
                    FieldChoice::new(
                        "cmt_2",
                        "租房的能不能也参加积分，家里有老人打扫得很好，想请村里把租户的门牌……",
                    ),
                ],
            )),
            form: Some(super::house(
                lang,
                HouseAct::Comment,
                "/c/com_qx/matters/mat_1/comments",
                "",
                &Value::Null,
            )),
            sign_in_href: None,
        }),
        actions: vec![
            super::act::<Rule>(
                lang,
                RuleAct::Promulgate,
                "/c/com_qx/rules/rul_clean/promulgate",
                &serde_json::Value::Null,
            )
            .acting_as("村委会主任"),
        ],
        ..rule_in_force()
    }
}

/// What would be different: one thing more, one otherwise, one lost.
fn effects() -> Effects {
    let row = |about: &str, when: Option<&str>, before: Option<&str>, after: Option<&str>| EffectView {
        about: about.into(),
        about_en: String::new(),
        amount: None,
        amount_en: None,
        when: when.map(Into::into),
        when_en: None,
        before: before.map(Into::into),
        before_en: None,
        after: after.map(Into::into),
        after_en: None,
        articles: after.map(|_| "第七条".to_owned()).into_iter().collect(),
    };
    Effects {
        settings: vec![SettingRow {
            title: "评比周期".into(),
            before: Some("每月".into()),
            after: Some("每季度".into()),
        }],
        text: Some(TextDifferenceView {
            new: false,
            settings: Vec::new(),
            added: vec!["H1".into()],
            removed: vec!["H9".into()],
            changed: vec!["H5".into()],
        }),
        rows: vec![
            row("公示天数", Some("环境卫生事项"), Some("不少于15天"), Some("不少于20天")),
            row("村民代表会议：法定人数", None, None, Some("四分之三以上")),
            row("议事会：无记名投票", None, Some("应当"), None),
        ],
        figures_left: 0,
        ends: vec![summary(RuleKind::ImplementationRule, "环境卫生实施细则", "0.9.0")],
    }
}

fn unanswered() -> UnansweredView {
    UnansweredView {
        code: "budget-exceeded".into(),
        message: "这部规约没有作出回答：超出计算限额".into(),
        message_en: String::new(),
        busy: false,
    }
}

/// The same rule on a day on which it gives no answer.
#[must_use]
pub fn rule_unanswered(lang: Lang) -> RulePage {
    let mut page = rule_consulting(lang);
    page.rule.unanswered = Some(unanswered());
    page.rule.summary.failing = Some(FailingView {
        code: "budget-exceeded".into(),
        message: "超出计算限额".into(),
        message_en: String::new(),
        last_on: date(2026, 4, 20),
        times: 3,
    });
    page
}

/// A charter adopted on paper before the product came.
#[must_use]
pub fn charter_attested() -> RulePage {
    let title = "清溪村村民自治章程";
    let text = "村民代表会议有组成人员的四分之三以上到会方可开会，所作决定须经到会人员的过半数同意。";
    RulePage {
        title: title.into(),
        rule: RuleView {
            gates: vec![gate("对会议和表决提出更严的要求", "Y3")],
            changes: vec![beyond(
                "代表会议法定人数",
                None,
                Some("三分之二以上"),
                "四分之三以上",
                "第二十二条",
            )],
            ..view(
                summary(RuleKind::Charter, title, "1.2.0"),
                'a',
                vec![heading("议事规则", &[("Y3", text)])],
            )
        },
        summary: "本村议事、办事、管钱、公开的根本规矩。".into(),
        life: [LifeStage::Voted, LifeStage::InForce]
            .into_iter()
            .zip(["1月20日", "2月1日"])
            .map(|(stage, date)| LifeStep { stage, date: Some(date.into()) })
            .collect(),
        scenarios: vec![(
            "Y3".into(),
            scenario(
                "到会三十三人，不能开会",
                &["应到45人", "到会33人"],
                "主持人宣布开会",
                &["未达法定人数：至少须34人到会（章程第二十二条，严于法律的30人）"],
            ),
        )],
        adoption: Adoption::Attested {
            paper: AttestationView {
                adopted_on: date(2025, 12, 6),
                body_name: "村民会议".into(),
                body_name_en: String::new(),
                in_office: 2410,
                present: 1388,
                yes: 1288,
                no: 41,
                abstain: 57,
                spoilt: 0,
                minutes: sha256('2'),
                authorisation: None,
                confirmed: true,
            },
            entered_by: "沈月华（村委会）".into(),
            confirmed_by: Some("镇民政办 葛建国".into()),
        },
        ..rule_in_force()
    }
}

fn rules() -> Vec<RuleCard> {
    super::community_home().rules
}

/// The rules as the public sees them.
#[must_use]
pub fn shelf_public() -> ShelfPage {
    ShelfPage {
        rules: rules(),
        making: Vec::new(),
        ended: Vec::new(),
        shelf: Vec::new(),
        upload: None,
        report: None,
    }
}

/// One setting of each kind a clerk meets.
fn settings_fields(lang: Lang) -> Vec<crate::context::Field> {
    let schema = serde_json::json!({
        "type": "object",
        "required": ["posting-days", "large-amount-fen", "large-passes"],
        "properties": {
            "posting-days": {
                "type": "integer", "title": "公布期限（天）", "x-title-en": "Days of posting",
                "minimum": 15, "maximum": 180
            },
            "large-amount-fen": {
                "type": "integer", "title": "大额起点（分）", "x-title-en": "Large amounts from",
                "minimum": 10000
            },
            "large-passes": {
                "type": "object", "title": "大额的通过比例", "x-title-en": "Share that passes large amounts",
                "properties": { "numerator": { "type": "integer" }, "denominator": { "type": "integer" } }
            },
            "exempt": {
                "type": "array", "title": "不适用的支出", "x-title-en": "Spending it does not cover",
                "items": { "oneOf": [
                    { "const": "relief", "title": "救灾", "x-title-en": "Disaster relief" },
                    { "const": "wages", "title": "误工补贴", "x-title-en": "Subsidies for lost work" }
                ] }
            }
        }
    });
    let value = serde_json::json!({
        "posting-days": 15, "large-amount-fen": 5_000_050, "large-passes": { "numerator": 2, "denominator": 3 },
        "exempt": ["relief"]
    });
    crate::asked::Asked::of(&schema).fields(lang, "settings", &value)
}

/// The shelf after a component was accepted.
#[must_use]
pub fn shelf_accepted(lang: Lang) -> ShelfPage {
    ShelfPage {
        rules: rules(),
        making: rules().into_iter().take(1).collect(),
        ended: rules().into_iter().take(1).collect(),
        shelf: vec![ShelfItem {
            item: ShelfView {
                digest: sha256('e'),
                name: "clean-home".into(),
                version: "1.0.0".into(),
                kind: RuleKind::ImplementationRule,
                title: "环境卫生实施细则".into(),
                title_en: String::new(),
                summary: String::new(),
                added: "2026-04-02T02:00:00Z".into(),
                report: Value::Null,
                effects: Vec::new(),
                text_difference: None,
                figures_left: 0,
                unanswered: None,
                would_end: Vec::new(),
            },
            publisher: "云湖镇规约工作组".into(),
            headings: vec![heading("门前屋后", &[("标准-1", "各户负责门前屋后的清扫。")])],
            effects: effects(),
            forms: vec![
                shelf_form(lang, HouseAct::DraftRule, "/c/com_qx/rules"),
                shelf_form(lang, HouseAct::Attest, "/c/com_qx/rules/attestations"),
            ],
        }],
        upload: Some(forms::upload_rule(lang, "/c/com_qx/shelf")),
        report: Some(ShelfReport {
            accepted: true,
            title: "环境卫生实施细则 1.0.0".into(),
            digest: Some(digest('e')),
            summary: "文件、底线、章程和举例都符合；条款审查有一处提示。".into(),
            scenarios: (9, 9),
            rights: vec!["读取本村年满十八周岁的人数".into()],
            notes: vec![ClauseNote {
                article: "第五条".into(),
                quote: "停发年终福利".into(),
                problem: "不得以停发福利作为处罚。".into(),
            }],
            ..ShelfReport::default()
        }),
    }
}

/// The shelf after a charter below the floor was refused.
#[must_use]
pub fn shelf_refused(lang: Lang) -> ShelfPage {
    let mut page = shelf_accepted(lang);
    page.shelf[0].item.unanswered = Some(unanswered());
    page.report = Some(ShelfReport {
        code: Some("laxer-than-floor".into()),
        title: "某某村村民自治章程 0.9.0".into(),
        digest: Some(digest('9')),
        summary: "代表会议法定人数低于法律规定，不能上架。".into(),
        author: Some("export `terms`".into()),
        breach: Some("法律：三分之二以上；这部规约：二分之一以上".into()),
        scenarios: (6, 5),
        failures: vec![Scenario {
            passed: false,
            ..scenario(
                "二十三人到会",
                &["应到45人"],
                "开会",
                &["期望：可以开会", "实际：未达法定人数，至少30人"],
            )
        }],
        ..ShelfReport::default()
    });
    page
}

/// A form about a component of the shelf, with the settings it asks for.
fn shelf_form(lang: Lang, act: HouseAct, action: &str) -> Form {
    let begins = json!({ "component": digest('e') });
    let mut form = super::house(lang, act, action, "e", &begins);
    form.fields.extend(settings_fields(lang));
    form
}
