//! Rules and the shelf.

use super::matter::council_finding;
use super::{digest, law, law_30};
use crate::context::{
    Adoption, Article, ArticleGroup, BeyondLaw, ClauseNote, Comment, Consultation, EffectRow, Effects,
    FieldChoice, Form, GateNote, LifeStage, LifeStep, Link, RuleCard, RuleKind, RuleNotice, RulePage,
    RuleStatus, Scenario, Setting, ShelfItem, ShelfPage, ShelfReport,
};
use crate::forms;
use crate::lang::Lang;
use serde_json::{Value, json};
use yishi_acts::house::HouseAct;
use yishi_deliberation::{Rule, RuleAct};

fn scenario(title: &str, given: &[&str], when: &str, then: &[&str]) -> Scenario {
    Scenario {
        title: title.into(),
        given: given.iter().map(|s| (*s).into()).collect(),
        when: when.into(),
        then: then.iter().map(|s| (*s).into()).collect(),
        passed: Some(true),
    }
}

fn article(id: &str, heading: &str, text: &str, scenarios: Vec<Scenario>) -> Article {
    Article { id: id.into(), heading: heading.into(), text: text.into(), scenarios, notes: Vec::new() }
}

fn life(dates: [Option<&str>; 7]) -> Vec<LifeStep> {
    let stages = [
        LifeStage::Shelved,
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

/// An implementation rule in force, voted here.
#[must_use]
pub fn rule_in_force() -> RulePage {
    RulePage {
        title: "集体资金使用实施细则".into(),
        kind: RuleKind::ImplementationRule,
        version: "1.0.3".into(),
        publisher: "云湖镇规约工作组".into(),
        summary: "集体的钱怎么批、怎么比价、怎么公开，让每一笔支出都说得清。".into(),
        status: RuleStatus::InForce,
        effective: Some("2026年3月1日".into()),
        status_note: None,
        digest: digest('b'),
        settings_digest: digest('5'),
        domains: vec!["集体资金".into()],
        rights: vec![
            "在提议和实施两个环节被询问".into(),
            "只读取事项的金额和报价数，不读取姓名和电话".into(),
        ],
        groups: vec![
            ArticleGroup {
                title: "操作方式".into(),
                articles: vec![
                    article(
                        "Z1",
                        "第一条",
                        "集体资金的使用，先有提案，后有支出；没有决议的，不得支付。",
                        Vec::new(),
                    ),
                    article(
                        "Z2",
                        "第二条",
                        "单笔支出一万元以上的，应当有三家以上的报价，报价单随提案一并公开。",
                        vec![
                            scenario(
                                "报价只有两家，提案被挡下",
                                &["支出18,000元", "附报价单2份"],
                                "议事会提出提案",
                                &["提案不能进入下一步，还缺报价单1份（依据第二条）"],
                            ),
                            scenario(
                                "小额支出不必比价",
                                &["支出4,200元"],
                                "议事会提出提案",
                                &["可以进入审核"],
                            ),
                        ],
                    ),
                ],
            },
            ArticleGroup {
                title: "结果公开".into(),
                articles: vec![article(
                    "Z7",
                    "第七条",
                    "支出完成后十日内公开结算单、发票影像和受益范围，公示不少于二十日。",
                    Vec::new(),
                )],
            },
        ],
        settings: vec![
            Setting {
                label: "需要比价的金额".into(),
                value: "10,000元以上".into(),
                default: Some("20,000元以上".into()),
                hint: None,
            },
            Setting { label: "最少报价家数".into(), value: "3家".into(), default: None, hint: None },
            Setting {
                label: "结果公示天数".into(),
                value: "20天".into(),
                default: None,
                hint: Some("不得少于15天".into()),
            },
        ],
        unanswered: None,
        effects: None,
        failing: None,
        beyond: vec![BeyondLaw {
            what: "公示天数".into(),
            when: Some("涉及金额 50,000 元以上".into()),
            law: "不少于15天".into(),
            here: "不少于20天".into(),
            article: "第七条".into(),
            by: Some(super::law_35()),
        }],
        cut_off: None,
        gates: vec![GateNote {
            text: "在事项的各个步骤之前核对，可能要求补正或者不予通过".into(),
            articles: vec![Link { text: "Z7".into(), href: "#Z7".into() }],
        }],
        notes: Vec::new(),
        life: life([
            Some("1月8日"),
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
        notices: vec![RuleNotice {
            id: "ntc_1".into(),
            text: "2026年3月集体资金收支：期初 52,000 元，收入 8,000 元，支出 6,200 元，期末 53,800 元。"
                .into(),
            first: "4月2日".into(),
            last: "4月17日".into(),
            articles: "公开-2".into(),
        }],
        cases_href: Some("/c/com_qx/rules/rul_spend/cases".into()),
        own_cases_href: Some("/c/com_qx/my/cases".into()),
        component_href: Some("/c/com_qx/rules/rul_spend/component".into()),
    }
}

/// A rule under consultation with a clause that the law does not allow.
#[must_use]
pub fn rule_consulting(lang: Lang) -> RulePage {
    let note = ClauseNote {
        article: "第五条".into(),
        quote: "不参加评比的，停发年终福利".into(),
        problem: "村规民约和细则不得以停发福利、取消分配作为处罚。建议改为“不参加积分表彰”。".into(),
        by: vec![law(
            "《村民委员会组织法》第三十一条",
            "V7",
            "……不得有侵犯村民的人身权利、民主权利和财产权利的内容。",
        )],
    };
    let mut five = article(
        "H5",
        "第五条",
        "每季度按户评比，评为清洁家庭的记十分；不参加评比的，停发年终福利。",
        vec![scenario("评为清洁家庭", &["上次检查得92分"], "季度评比", &["记十分", "在公告栏表彰"])],
    );
    five.notes.push(note);
    RulePage {
        title: "环境卫生实施细则".into(),
        version: "1.0.0".into(),
        gates: vec![GateNote {
            text: "检查和评比的每一步，可能要求补正".into(),
            articles: vec![Link { text: "H5".into(), href: "#H5".into() }],
        }],
        summary: "房前屋后、垃圾分类、河道保洁的标准和积分表彰办法。".into(),
        status: RuleStatus::Consulting,
        effective: None,
        digest: digest('e'),
        groups: vec![
            ArticleGroup {
                title: "具体标准".into(),
                articles: vec![article(
                    "H1",
                    "第一条",
                    "房前屋后无乱堆乱放，垃圾分类投放，家禽圈养。",
                    Vec::new(),
                )],
            },
            ArticleGroup { title: "奖惩处置".into(), articles: vec![five] },
        ],
        beyond: Vec::new(),
        effects: Some(effects()),
        settings: vec![Setting {
            label: "评比周期".into(),
            value: "每季度".into(),
            default: None,
            hint: None,
        }],
        life: life([Some("4月2日"), Some("4月6日"), None, None, None, None, None]),
        adoption: Adoption::NotYet,
        consultation: Some(Consultation {
            first: "4月16日".into(),
            last: "4月30日".into(),
            open: true,
            who: "全体村民、非户籍居民、驻村单位".into(),
            comments: vec![Comment {
                author: "李某".into(),
                capacity: "非户籍居民".into(),
                date: "4月17日".into(),
                text: "租户也想参加积分，能不能一样登记？".into(),
                answer: None,
                answered_by: None,
                forms: Vec::new(),
            }],
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
    let row = |what: &str, when: Option<&str>, before: Option<&str>, after: Option<&str>| EffectRow {
        what: what.into(),
        when: when.map(Into::into),
        before: before.map(Into::into),
        after: after.map(Into::into),
        article: if after.is_some() { "第七条".into() } else { String::new() },
    };
    Effects {
        rows: vec![
            row("公示天数", Some("环境卫生事项"), Some("不少于15天"), Some("不少于20天")),
            row("村民代表会议：法定人数", None, None, Some("四分之三以上")),
            row("议事会：无记名投票", None, Some("应当"), None),
        ],
        text: vec!["改动的条文：第七条".into()],
        cut_off: None,
        ends: vec![Link {
            text: "环境卫生实施细则 0.9.0".into(), href: "/c/com_qx/rules/rul_old".into()
        }],
    }
}

/// The same rule on a day on which it gives no answer.
#[must_use]
pub fn rule_unanswered(lang: Lang) -> RulePage {
    RulePage {
        beyond: Vec::new(),
        unanswered: Some("这部规约没有作出回答：超出计算限额".into()),
        failing: Some("超出计算限额；最近一次是 2026年4月20日".into()),
        ..rule_consulting(lang)
    }
}

/// A charter adopted on paper before the product came.
#[must_use]
pub fn charter_attested() -> RulePage {
    RulePage {
        title: "清溪村村民自治章程".into(),
        kind: RuleKind::Charter,
        version: "1.2.0".into(),
        summary: "本村议事、办事、管钱、公开的根本规矩。".into(),
        digest: digest('a'),
        effective: Some("2026年2月1日".into()),
        life: [LifeStage::Shelved, LifeStage::Filed, LifeStage::InForce]
            .into_iter()
            .zip(["1月8日", "1月20日", "2月1日"])
            .map(|(stage, date)| LifeStep { stage, date: Some(date.into()) })
            .collect(),
        domains: Vec::new(),
        gates: vec![GateNote {
            text: "对会议和表决提出更严的要求".into(),
            articles: vec![Link { text: "Y3".into(), href: "#Y3".into() }],
        }],
        groups: vec![ArticleGroup {
            title: "议事规则".into(),
            articles: vec![article(
                "Y3",
                "第二十二条",
                "村民代表会议有组成人员的四分之三以上到会方可开会，所作决定须经到会人员的过半数同意。",
                vec![scenario(
                    "到会三十三人，不能开会",
                    &["应到45人", "到会33人"],
                    "主持人宣布开会",
                    &["未达法定人数：至少须34人到会（章程第二十二条，严于法律的30人）"],
                )],
            )],
        }],
        beyond: vec![BeyondLaw {
            what: "代表会议法定人数".into(),
            when: None,
            law: "三分之二以上".into(),
            here: "四分之三以上".into(),
            article: "第二十二条".into(),
            by: Some(law_30()),
        }],
        adoption: Adoption::Attested {
            body: "村民会议".into(),
            date: "2025年12月6日".into(),
            counts: "应到2,410人，实到1,388人，赞成1,290人，反对41人，弃权57人".into(),
            entered_by: "沈月华（村委会）".into(),
            confirmed_by: Some("镇民政办 葛建国".into()),
            minutes_digest: digest('2'),
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
        actions: Vec::new(),
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
            title: "环境卫生实施细则".into(),
            kind: RuleKind::ImplementationRule,
            version: "1.0.0".into(),
            publisher: "云湖镇规约工作组".into(),
            digest: digest('e'),
            placed: "4月2日 镇民政办".into(),
            groups: vec![ArticleGroup {
                title: "门前屋后".into(),
                articles: vec![Article {
                    id: "标准-1".into(),
                    heading: String::new(),
                    text: "各户负责门前屋后的清扫。".into(),
                    scenarios: Vec::new(),
                    notes: Vec::new(),
                }],
            }],
            effects: effects(),
            unanswered: None,
            forms: vec![
                shelf_form(lang, HouseAct::DraftRule, "/c/com_qx/rules"),
                shelf_form(lang, HouseAct::Attest, "/c/com_qx/rules/attestations"),
            ],
        }],
        upload: Some(forms::upload_rule(lang, "/c/com_qx/shelf")),
        report: Some(ShelfReport {
            accepted: true,
            code: None,
            title: "环境卫生实施细则 1.0.0".into(),
            digest: Some(digest('e')),
            summary: "文件、底线、章程和举例都符合；条款审查有一处提示。".into(),
            author: None,
            breaches: Vec::new(),
            scenarios_run: 9,
            scenarios_passed: 9,
            failures: Vec::new(),
            rights: vec!["读取本村年满十八周岁的人数".into()],
            effects: Some(effects()),
            unanswered: None,
            notes: vec![ClauseNote {
                article: "第五条".into(),
                quote: "停发年终福利".into(),
                problem: "不得以停发福利作为处罚。".into(),
                by: vec![law("《村民委员会组织法》第三十一条", "V7", "……不得有侵犯村民财产权利的内容。")],
            }],
        }),
        actions: Vec::new(),
    }
}

/// The shelf after a charter below the floor was refused.
#[must_use]
pub fn shelf_refused(lang: Lang) -> ShelfPage {
    ShelfPage {
        report: Some(ShelfReport {
            accepted: false,
            code: Some("laxer-than-floor".into()),
            title: "某某村村民自治章程 0.9.0".into(),
            digest: Some(digest('9')),
            summary: "代表会议法定人数低于法律规定，不能上架。".into(),
            author: Some("export `terms`".into()),
            breaches: vec![BeyondLaw {
                what: "代表会议法定人数".into(),
                when: None,
                law: "三分之二以上".into(),
                here: "二分之一以上".into(),
                article: "第二十二条".into(),
                by: Some(law_30()),
            }],
            scenarios_run: 6,
            scenarios_passed: 5,
            failures: vec![Scenario {
                passed: Some(false),
                ..scenario(
                    "二十三人到会",
                    &["应到45人"],
                    "开会",
                    &["期望：可以开会", "实际：未达法定人数，至少30人"],
                )
            }],
            rights: Vec::new(),
            effects: None,
            unanswered: Some("这部规约没有作出回答：超出计算限额".into()),
            notes: Vec::new(),
        }),
        ..shelf_accepted(lang)
    }
}

/// A form about a component of the shelf, with the settings it asks for.
fn shelf_form(lang: Lang, act: HouseAct, action: &str) -> Form {
    let begins = json!({ "component": digest('e') });
    let mut form = super::house(lang, act, action, "e", &begins);
    form.fields.extend(settings_fields(lang));
    form
}
