//! Matters: ordinary and finished, major at the vote, returned, adopting a rule.
use crate::phrase::Speak as _;
use serde_json::{Value, json};
use yishi_acts::house::HouseAct;

use super::{LAW_TEXT, charter, digest, law, law_28, law_30, law_35, policy};
use super::{majority, two_thirds};
use crate::context::Form;
use crate::context::{
    Comment, Consultation, CountingBase, CountingMode, Demand, DocumentLink, Fact, Finding, FindingResult,
    Gate, Link, MatterClass, MatterPage, MatterStatus, Pin, Pins, Ruling, StageState, TimelineEntry,
    TrackStage, Votes,
};
use crate::lang::Lang;
use yishi_deliberation::{Matter, MatterAct};

pub(super) fn pins() -> Pins {
    let pin = |title: &str, href: &str, letter| Pin {
        title: title.into(),
        href: Some(href.into()),
        digest: digest(letter),
        settings_digest: digest('5'),
    };
    Pins {
        law_text: LAW_TEXT.into(),
        law_date: "2026年3月2日".into(),
        charter: Some(pin("清溪村村民自治章程 1.2.0", "/c/com_qx/rules/rul_charter", 'a')),
        rules: vec![pin("集体资金使用实施细则 1.0.3", "/c/com_qx/rules/rul_spend", 'b')],
    }
}

pub(super) fn entry(
    kind: TrackStage,
    number: u8,
    state: StageState,
    actor: &str,
    date: &str,
) -> TimelineEntry {
    TimelineEntry {
        kind,
        number: (number > 0).then_some(number),
        state,
        actor: (!actor.is_empty()).then(|| actor.to_owned()),
        date: (!date.is_empty()).then(|| date.to_owned()),
        note: None,
        late: None,
        basis: Vec::new(),
        evidence: Vec::new(),
        left_out: Vec::new(),
        finding: None,
        record: None,
    }
}

fn paper(text: &str, letter: char) -> DocumentLink {
    DocumentLink {
        text: text.into(),
        href: Some("/c/com_qx/documents/1".into()),
        digest: Some(digest(letter)),
    }
}

/// A council's finding: nine of eleven.
pub(super) fn council_finding() -> Finding {
    let council = charter(
        "第二十一条",
        "Y2",
        "议事会有应到成员的过半数到会方可开会，所作决议须经应到成员的过半数赞成。",
    );
    Finding {
        body: "议事会".into(),
        mode: CountingMode::Persons,
        secret: false,
        held_on: "2026年4月8日".into(),
        in_office: 11,
        present: 10,
        recused: 0,
        votes: Votes { yes: 9, no: 0, abstain: 1, spoilt: 0 },
        quorum: vec![Demand {
            share: majority(),
            base: CountingBase::InOffice,
            whole: 11,
            needed: 6,
            had: 10,
            met: true,
            by: vec![council.clone()],
        }],
        passes: vec![Demand {
            share: majority(),
            base: CountingBase::InOffice,
            whole: 11,
            needed: 6,
            had: 9,
            met: true,
            by: vec![council],
        }],
        result: FindingResult::Passed,
        law_text: LAW_TEXT.into(),
        law_date: "2026年3月2日".into(),
        rulings: vec![Ruling {
            id: "R5".into(),
            text: "法律未规定议事会的法定人数和表决基数，由章程载明。".into(),
        }],
        plugins: vec![digest('a')],
        entry: Some(128),
        receipt_href: Some("/c/com_qx/log/receipts/128".into()),
        meeting_href: Some("/c/com_qx/meetings/mtg_3".into()),
    }
}

/// An assembly's finding: fifteen of thirty-one, one short.
pub(super) fn failed_finding() -> Finding {
    Finding {
        body: "村民代表会议".into(),
        held_on: "2026年3月26日".into(),
        in_office: 45,
        present: 31,
        recused: 1,
        votes: Votes { yes: 15, no: 10, abstain: 5, spoilt: 1 },
        quorum: vec![Demand {
            share: two_thirds(),
            base: CountingBase::InOffice,
            whole: 45,
            needed: 30,
            had: 31,
            met: true,
            by: vec![law_30()],
        }],
        passes: vec![Demand {
            share: majority(),
            base: CountingBase::Present,
            whole: 31,
            needed: 16,
            had: 15,
            met: false,
            by: vec![law_30()],
        }],
        result: FindingResult::Failed,
        rulings: vec![Ruling {
            id: "R6".into(), text: "废票计入到会人数，不计入任何一方。".into()
        }],
        ..council_finding()
    }
}

fn blank(title: &str, number: &str, class: MatterClass, status: MatterStatus, step: u8) -> MatterPage {
    MatterPage {
        title: title.into(),
        number: number.into(),
        class: Some(class),
        class_by: Vec::new(),
        status,
        step,
        waiting_for: None,
        overdue: None,
        late: Vec::new(),
        go: None,
        domain: "环境卫生".into(),
        text: Vec::new(),
        text_digest: digest('d'),
        outcome: Vec::new(),
        facts: Vec::new(),
        timeline: Vec::new(),
        coming: Vec::new(),
        coming_body: None,
        gates: Vec::new(),
        advice: Vec::new(),
        pins: pins(),
        consultation: None,
        comments: Vec::new(),
        comment_form: None,
        actions: Vec::new(),
        meeting: None,
        rule: None,
        vote_href: None,
        voted: None,
        notice_href: None,
        record_href: Some("/c/com_qx/matters/mat_1/record".into()),
    }
}

/// An ordinary matter from suggestion to completion.
#[must_use]
pub fn coal_stoves() -> MatterPage {
    let done = StageState::Done;
    MatterPage {
        text: vec![
            "为改善空气质量、消除火灾隐患，自2026年5月1日起，本村范围内不再使用小煤炉。".into(),
            "村民委员会为确有困难的十四户老人统一联系改用电磁灶或瓶装燃气，费用由集体经济收益中列支，不增加农户负担。".into(),
        ],
        facts: vec![
            Fact { label: "提出人".into(), value: "村民代表 冯小军".into() },
            Fact { label: "涉及金额".into(), value: "4,200元".into() },
        ],
        class_by: vec![policy()],
        notice_href: Some("/c/com_qx/matters/mat_2/notice".into()),
        comments: vec![Comment {
            author: "一位居民".into(),
            capacity: "非户籍居民".into(),
            date: "4月3日".into(),
            text: "租房的人家也有用小煤炉的，通知的时候请一并告诉我们。".into(),
            answer: Some("已在出租户门口张贴通知，并逐户上门告知。".into()),
            answered_by: Some("村委会 4月6日".into()),
            forms: Vec::new(),
        }],
        timeline: vec![
            TimelineEntry {
                note: Some("冬天家家生煤炉，楼道里全是烟，去年还烧着了柴堆。".into()),
                ..entry(TrackStage::Suggest, 1, done, "村民代表 冯小军", "2026年3月2日")
            },
            TimelineEntry {
                evidence: vec![paper("提案全文", 'd')],
                ..entry(TrackStage::Propose, 2, done, "议事会", "2026年3月20日")
            },
            TimelineEntry {
                note: Some("同意提交议事会表决。".into()),
                basis: vec![policy()],
                ..entry(TrackStage::Review, 0, done, "“两委”", "2026年3月25日")
            },
            TimelineEntry {
                finding: Some(council_finding()),
                ..entry(TrackStage::Resolve, 3, done, "议事会第三次会议", "2026年4月8日")
            },
            TimelineEntry {
                note: Some("备案回执 QX-2026-017。".into()),
                ..entry(TrackStage::File, 4, done, "“两委”", "2026年4月9日")
            },
            TimelineEntry {
                note: Some("公示 4月10日至4月25日，公告栏与网站同步。".into()),
                late: Some("公布决议：应于 2026年4月11日 前办理，2026年4月13日 办理，逾期 2 天".into()),
                basis: vec![law_35()],
                ..entry(TrackStage::DiscloseDecision, 5, done, "村民委员会", "2026年4月10日")
            },
            TimelineEntry {
                note: Some("十四户全部改用电磁灶，收回小煤炉三十一只。".into()),
                evidence: vec![
                    paper("改造前后照片", 'e'),
                    DocumentLink { text: "受助户签收单".into(), href: None, digest: Some(digest('f')) },
                ],
                ..entry(TrackStage::Implement, 6, done, "村民委员会", "2026年5月2日")
            },
        ],
        ..blank("取缔小煤炉", "2026-003", MatterClass::Ordinary, MatterStatus::Completed, 6)
    }
}

/// A major matter at the vote, with the forms of the staff.
#[must_use]
pub fn road_levy(lang: Lang) -> MatterPage {
    let done = StageState::Done;
    let demand = |share, base, whole, needed| Demand {
        share,
        base,
        whole,
        needed,
        had: 0,
        met: false,
        by: vec![law_30()],
    };
    MatterPage {
        domain: "公益事业".into(),
        text: vec![
            "对村北机耕路870米路段进行水泥硬化，路面宽3.5米、厚18厘米，工期四十五天。".into(),
            "总造价386,000元：镇级补助200,000元，集体经济收益列支28,000元，其余由全村790户每户筹资200元。低保户、五保户共72户免缴。".into(),
        ],
        facts: vec![
            Fact { label: "总金额".into(), value: "386,000元".into() },
            Fact { label: "每户筹资".into(), value: "200元（72户免缴）".into() },
            Fact { label: "提出人".into(), value: "村民 赵阿根".into() },
        ],
        class_by: vec![law_28(), charter("第十六条", "Y1", "单次使用集体资金五万元以上的，为重大事项。")],
        waiting_for: Some("村民代表会议正在表决，今天 18:00 截止".into()),
        vote_href: Some("/c/com_qx/ballots/bal_1".into()),
        coming: vec![demand(majority(), CountingBase::Present, 38, 20)],
        coming_body: Some("村民代表会议".into()),
        meeting: Some(Link { text: "村民代表会议 2026年第二次会议".into(), href: "/c/com_qx/meetings/mtg_1".into() }),
        consultation: Some(Consultation {
            first: "3月10日".into(),
            last: "3月24日".into(),
            open: false,
            who: "全体村民和承包户".into(),
            comments: vec![Comment {
                author: "王某某".into(),
                capacity: "村民".into(),
                date: "3月12日".into(),
                text: "我家田在路尽头，最好把最后六十米也做掉。".into(),
                answer: Some("已采纳，路段由810米改为870米。".into()),
                answered_by: Some("议事会 3月25日".into()),
                forms: Vec::new(),
            }],
            comments_next: None,
            answer_several: None,
            form: None,
            sign_in_href: None,
        }),
        actions: vec![
            act(lang, MatterAct::Resolve, "/c/com_qx/matters/mat_1/resolve", &json!({ "ballot": "bal_1" }))
                .acting_as("村民代表会议主持人"),
            act(lang, MatterAct::Withdraw, "/c/com_qx/matters/mat_1/withdraw", &Value::Null),
        ],
        comment_form: Some(super::house(lang, HouseAct::Comment, "/c/com_qx/matters/mat_1/comments", "", &Value::Null)),
        timeline: vec![
            entry(TrackStage::Suggest, 1, done, "村民 赵阿根", "2026年3月2日"),
            TimelineEntry {
                left_out: vec!["《环境卫生实施细则》已暂停，本步没有询问它。".into()],
                evidence: vec![paper("提案全文", 'd'), paper("三家报价单", 'e')],
                ..entry(TrackStage::Propose, 2, done, "议事会", "2026年3月8日")
            },
            TimelineEntry {
                note: Some("三个标段的报价齐全，资金来源清楚，同意。".into()),
                ..entry(TrackStage::Review, 0, done, "“两委”", "2026年3月9日")
            },
            TimelineEntry {
                note: Some("3月10日至3月24日，收到意见23条，采纳4条。".into()),
                basis: vec![law(
                    "《村民委员会组织法》第三十三条",
                    "V10",
                    "涉及村民切身利益的事项，应当组织村民和利益相关方协商。",
                )],
                ..entry(TrackStage::Consultation, 0, done, "议事会", "2026年3月24日")
            },
            TimelineEntry {
                note: Some("建议提交村民代表会议。".into()),
                basis: vec![law(
                    "《村民委员会组织法》第二十八条第三款",
                    "V9",
                    "重要事项在提交村民会议或者村民代表会议讨论决定前，应当由村党组织研究讨论。",
                )],
                evidence: vec![DocumentLink { text: "研究记录".into(), href: None, digest: Some(digest('9')) }],
                ..entry(TrackStage::PartyStudy, 0, done, "村党总支", "2026年3月28日")
            },
            TimelineEntry {
                note: Some("提交村民代表会议表决。".into()),
                evidence: vec![paper("联席会议记录", '8')],
                ..entry(TrackStage::JointDeliberation, 3, done, "“两委”联席会议", "2026年4月2日")
            },
            TimelineEntry {
                basis: vec![law_30()],
                ..entry(TrackStage::Resolve, 4, StageState::Current, "村民代表会议", "2026年4月22日")
            },
            TimelineEntry {
                basis: vec![law_35()],
                ..entry(TrackStage::DiscloseDecision, 5, StageState::Waiting, "村民委员会", "")
            },
            entry(TrackStage::DiscloseOutcome, 6, StageState::Waiting, "村民委员会", ""),
        ],
        ..blank("硬化村北机耕路，每户筹资200元", "2026-007", MatterClass::Major, MatterStatus::Voting, 4)
    }
}

/// An ordinary matter that was sent back; what is missing, and a form with an error.
#[must_use]
pub fn gate_cards(lang: Lang) -> MatterPage {
    MatterPage {
        domain: "小区管理".into(),
        text: vec![
            "东门改造后，门禁蓝牙卡每户免费发放两张，第三张起收取工本费十五元；租户凭租赁合同登记领取。"
                .into(),
        ],
        waiting_for: Some("议事会按退回理由修改后重新提交".into()),
        overdue: Some("一个月没有办理下一步，逾期 3 天".into()),
        advice: vec![Gate { text: "请在提议中写明资金来源。".into(), by: vec![policy()] }],
        gates: vec![Gate {
            text: "“两委”审核尚未通过：请写明租户退租时如何收回门禁卡。".into(),
            by: vec![policy()],
        }],
        pins: Pins { charter: None, rules: Vec::new(), ..pins() },
        actions: vec![
            act(
                lang,
                MatterAct::Resubmit,
                "/c/com_wt/matters/mat_6/resubmit",
                &json!({ "text": "东门改造后，门禁蓝牙卡……" }),
            )
            .acting_as("居民议事会主任")
            .answered(&[], &[("text", "与退回前的文本相同，没有修改。")]),
        ],
        timeline: vec![
            entry(TrackStage::Suggest, 1, StageState::Done, "居民 顾晓岚", "2026年4月11日"),
            entry(TrackStage::Propose, 2, StageState::Current, "居民议事会", "2026年4月16日"),
            TimelineEntry {
                note: Some("退回：没有写明租户退租时如何收回门禁卡，请补充。".into()),
                ..entry(TrackStage::Review, 0, StageState::Returned, "“两委”", "2026年4月20日")
            },
            entry(TrackStage::Resolve, 3, StageState::Waiting, "居民议事会", ""),
            entry(TrackStage::File, 4, StageState::Waiting, "", ""),
            entry(TrackStage::DiscloseDecision, 5, StageState::Waiting, "", ""),
            entry(TrackStage::Implement, 6, StageState::Waiting, "居民委员会", ""),
        ],
        ..blank("东门门禁蓝牙卡发放办法", "2026-004", MatterClass::Ordinary, MatterStatus::Returned, 2)
    }
}

/// A rule under consultation, and a past vote that failed.
#[must_use]
pub fn rule_adoption(lang: Lang) -> MatterPage {
    let done = StageState::Done;
    MatterPage {
        text: vec!["采用《环境卫生实施细则》1.0.0，具体规定见规约页。表决的是文本与程序的指纹。".into()],
        class_by: vec![law(
            "《村民委员会组织法》第三十一条",
            "V7",
            "村民会议可以制定和修改村民自治章程、村规民约，并报乡、民族乡、镇的人民政府备案。",
        )],
        waiting_for: Some("征求意见到 4月30日".into()),
        go: Some(Link { text: lang.words().form_comment.into(), href: "#consultation".into() }),
        rule: Some(Link {
            text: "环境卫生实施细则 1.0.0".into(), href: "/c/com_qx/rules/rul_clean".into()
        }),
        gates: vec![
            Gate { text: "征求意见还没有结束。".into(), by: vec![policy()] },
            Gate { text: "还没有党组织研究记录。".into(), by: vec![law_28()] },
        ],
        consultation: Some(Consultation {
            first: "4月16日".into(),
            last: "4月30日".into(),
            open: true,
            who: "全体村民、非户籍居民、驻村单位".into(),
            comments: Vec::new(),
            comments_next: None,
            answer_several: None,
            form: Some(super::house(
                lang,
                HouseAct::Comment,
                "/c/com_qx/matters/mat_9/comments",
                "consultation",
                &Value::Null,
            )),
            sign_in_href: None,
        }),
        actions: vec![
            act(
                lang,
                MatterAct::CloseConsultation,
                "/c/com_qx/matters/mat_9/close-consultation",
                &Value::Null,
            )
            .acting_as("议事会主任"),
            act(lang, MatterAct::StudyByParty, "/c/com_qx/matters/mat_9/study", &Value::Null)
                .acting_as("村党总支书记"),
        ],
        timeline: vec![
            entry(TrackStage::Suggest, 1, done, "议事会 钱玉珍", "2026年4月6日"),
            entry(TrackStage::Propose, 2, done, "议事会", "2026年4月12日"),
            entry(TrackStage::Review, 0, done, "“两委”", "2026年4月15日"),
            entry(TrackStage::Consultation, 0, StageState::Current, "议事会", "4月16日—4月30日"),
            entry(TrackStage::PartyStudy, 0, StageState::Waiting, "村党总支", ""),
            entry(TrackStage::JointDeliberation, 3, StageState::Waiting, "“两委”联席会议", ""),
            TimelineEntry {
                finding: Some(failed_finding()),
                ..entry(TrackStage::Resolve, 4, StageState::Failed, "村民代表会议", "2026年3月26日")
            },
            entry(TrackStage::DiscloseDecision, 5, StageState::Waiting, "", ""),
            entry(TrackStage::DiscloseOutcome, 6, StageState::Waiting, "", ""),
        ],
        ..blank("订立《环境卫生实施细则》", "2026-009", MatterClass::Major, MatterStatus::Consulting, 2)
    }
}

fn act(lang: Lang, act: MatterAct, action: &str, begins: &Value) -> Form {
    super::act::<Matter>(lang, act, action, begins)
}
