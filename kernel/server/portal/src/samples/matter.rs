//! Matters: ordinary and finished, major at the vote, returned, adopting a rule.
use crate::phrase::Speak as _;

use jiff::civil::date;
use serde_json::{Value, json};
use yishi_acts::house::HouseAct;
use yishi_deliberation::matter::{DisclosureKind, DutyKind};
use yishi_deliberation::{Matter, MatterAct, MatterStage};
use yishi_identity::Capacity;
use yishi_law::{BodyKind, CommunityKind, Count, Subject, Terms};
use yishi_views::{
    ActedAs, AnswerView, AuthorityView, CommentView, DecisionView, DisclosureView, DutyDoneView, EntryRef,
    LeftOutView, MatterView, PinView, PinsView, RuleFindingView, StepStatus, StepView,
};

use super::{at, charter, demand, id, law_30, sha256};
use super::{majority, two_thirds};
use crate::context::Form;
use crate::context::{
    Citation, Comment, Consultation, CountingBase, CountingMode, Finding, FindingResult, Link, MatterClass,
    MatterPage, MatterStatus, Ruling, TrackStage,
};
use crate::lang::Lang;

const V28: (&str, &str) = (
    "《村民委员会组织法》第二十八条（V4）",
    "涉及村民利益的下列事项，经村民会议讨论决定方可办理：……（四）本村公益事业的兴办和筹资筹劳方案及建设承包方案；……",
);
const V35: (&str, &str) =
    ("《村民委员会组织法》第三十五条（V18）", "村民委员会实行村务公开制度。公布的时间不少于十五日。");
const POLICY: (&str, &str) =
    ("张委发〔2016〕26号（P5）", "一般事项六步：建议、提议、决议、备案、公开、实施。");

fn authority(source: &str, (name, text): (&str, &str)) -> AuthorityView {
    AuthorityView {
        source: source.into(),
        name: name.into(),
        name_en: String::new(),
        text: Some(text.into()),
    }
}

fn pins() -> PinsView {
    let pin = |number, title: &str, letter| PinView {
        rule: id("rul", number),
        title: title.into(),
        title_en: String::new(),
        digest: sha256(letter),
        settings_digest: sha256('5'),
    };
    PinsView {
        law: "中华人民共和国村民委员会组织法".into(),
        law_en: "Organic Law of the Villagers' Committees".into(),
        law_date: date(2026, 3, 2),
        charter: Some(pin(2, "清溪村村民自治章程 1.2.0", 'a')),
        rules: vec![pin(1, "集体资金使用实施细则 1.0.3", 'b')],
    }
}

/// A line of the timeline; who acted and when, where it is done.
fn step(step: TrackStage, number: u8, status: StepStatus, done: Option<(Capacity, &str)>) -> StepView {
    StepView {
        step,
        number: (number > 0).then_some(number),
        name: String::new(),
        name_en: String::new(),
        status,
        at: done.map(|(_, day)| at(&format!("{day}T02:00:00Z"))),
        actor: done.map(|(capacity, _)| ActedAs { capacity, kind: CommunityKind::Village }),
        basis: Vec::new(),
        document: None,
        text: None,
        note: None,
        note_en: None,
        left_out: Vec::new(),
        returned: false,
    }
}

fn noted(note: &str, step: StepView) -> StepView {
    StepView { note: Some(note.into()), ..step }
}

/// A step with its document; who may not read it has no text of it.
fn paper(letter: char, text: Option<&str>, step: StepView) -> StepView {
    StepView { document: Some(sha256(letter)), text: text.map(Into::into), ..step }
}

fn on(name: &str, text: &str, step: StepView) -> StepView {
    StepView { basis: vec![authority("statute", (name, text))], ..step }
}

/// What a vote came to: those in office and present; for, against, abstaining, spoilt, standing aside.
type Figures = ((u64, u64), (u64, u64, u64, u64, u64));

/// What somebody said, and what was answered, by whom and when.
pub(super) fn comment(author: &str, day: &str, text: &str, answer: Option<(&str, &str, &str)>) -> Comment {
    let view = CommentView {
        id: "cmt_1".into(),
        author: author.into(),
        text: text.into(),
        salt: None,
        hidden: false,
        at: at(day),
        answer: answer.map(|(text, by, day)| AnswerView {
            text: text.into(),
            digest: sha256('c'),
            by: by.into(),
            at: day.into(),
        }),
        hidden_because: None,
        on_earlier_text: false,
    };
    Comment { view, forms: Vec::new() }
}

/// A decision as the record has it.
pub(super) fn decision(
    (body, name): (BodyKind, &str),
    day: &str,
    count: Count,
    result: FindingResult,
) -> DecisionView {
    DecisionView {
        ballot: id("bal", 9),
        body_name: name.into(),
        body_name_en: String::new(),
        at: at(&format!("{day}T06:00:00Z")),
        finding: yishi_law::Finding {
            schema: 1,
            law_text: "village-2025".into(),
            law_date: date(2026, 3, 2),
            kind: CommunityKind::Village,
            subjects: Default::default(),
            body,
            mode: CountingMode::Persons,
            count,
            quorum: Vec::new(),
            passes: Vec::new(),
            result,
            rulings: Default::default(),
            plugins: Default::default(),
            terms: Terms::default(),
            notice: None,
        },
        words: Vec::new(),
        words_en: Vec::new(),
        passed: result == FindingResult::Passed,
        seq: Some(128),
    }
}

fn finding(
    (body, name): (BodyKind, &str),
    day: &str,
    ((in_office, present), (yes, no, abstain, spoilt, recused)): Figures,
    (quorum, passes): ((yishi_law::Share, u64), (CountingBase, u64)),
    (ruling, says): (&str, &str),
    by: &Citation,
) -> Finding {
    let whole = if passes.0 == CountingBase::InOffice { in_office } else { present };
    let passed = yes >= passes.1;
    let result = if passed { FindingResult::Passed } else { FindingResult::Failed };
    let count = Count { in_office, present, yes, no, abstain, spoilt, recused, recused_present: 0 };
    let mut decision = decision((body, name), day, count, result);
    decision.finding.rulings = [ruling.to_owned()].into();
    decision.finding.plugins = [sha256('a')].into();
    Finding {
        decision,
        secret: false,
        quorum: vec![demand(
            quorum.0,
            CountingBase::InOffice,
            (in_office, quorum.1, present),
            vec![by.clone()],
        )],
        passes: vec![demand(majority(), passes.0, (whole, passes.1, yes), vec![by.clone()])],
        rulings: vec![Ruling { id: ruling.into(), text: says.into() }],
        meeting: Some(id("mtg", 3)),
    }
}

/// A council's finding: nine of eleven.
pub(super) fn council_finding() -> Finding {
    let council = charter(
        "第二十一条",
        "Y2",
        "议事会有应到成员的过半数到会方可开会，所作决议须经应到成员的过半数赞成。",
    );
    finding(
        (BodyKind::Council, "议事会"),
        "2026-04-08",
        ((11, 10), (9, 0, 1, 0, 0)),
        ((majority(), 6), (CountingBase::InOffice, 6)),
        ("R5", "法律未规定议事会的法定人数和表决基数，由章程载明。"),
        &council,
    )
}

/// An assembly's finding: fifteen of thirty-one, one short.
pub(super) fn failed_finding() -> Finding {
    finding(
        (BodyKind::RepresentativeAssembly, "村民代表会议"),
        "2026-03-26",
        ((45, 31), (15, 10, 5, 1, 1)),
        ((two_thirds(), 30), (CountingBase::Present, 16)),
        ("R6", "废票计入到会人数，不计入任何一方。"),
        &law_30(),
    )
}

fn blank(number: u32, title: &str, domain: &str, class: MatterClass, steps: Vec<StepView>) -> MatterView {
    MatterView {
        id: id("mat", number),
        version: 12,
        title: title.into(),
        text: String::new(),
        text_digest: sha256('d'),
        domain: String::new(),
        domain_name: domain.into(),
        domain_name_en: String::new(),
        subjects: Vec::new(),
        class: Some(class),
        class_by: Vec::new(),
        amount_fen: None,
        per_household_fen: None,
        state: MatterStage::Proposed,
        state_name: String::new(),
        state_name_en: String::new(),
        closed: false,
        steps,
        allowed: Vec::new(),
        may: Vec::new(),
        pins: pins(),
        decisions: Vec::new(),
        disclosures: Vec::new(),
        rule: None,
        findings: Vec::new(),
        left_out: Vec::new(),
        ballots: Vec::new(),
        comments: 0,
        entries: vec![
            EntryRef { seq: 100, kind: "matter.suggested".into(), at: at("2026-03-02T02:00:00Z") },
            EntryRef { seq: 104, kind: "matter.proposed".into(), at: at("2026-03-08T02:00:00Z") },
        ],
    }
}

fn page(matter: MatterView, status: MatterStatus, step: u8) -> MatterPage {
    MatterPage {
        matter,
        status,
        step,
        waiting_for: None,
        overdue: None,
        done: Vec::new(),
        reasons: vec![("转为重大事项".into(), "2026年3月5日 · 村民委员会成员：涉及每户筹资".into())],
        go: None,
        finding: None,
        coming: Vec::new(),
        coming_body: None,
        consultation: None,
        comments: Vec::new(),
        actions: Vec::new(),
        meeting: None,
        votes: None,
        voted: None,
    }
}

fn finds(weight: &str, message: &str, by: AuthorityView) -> RuleFindingView {
    RuleFindingView {
        weight: weight.into(),
        rule: "清溪村村民自治章程".into(),
        code: "sample".into(),
        message: message.into(),
        message_en: String::new(),
        by: vec![by],
    }
}

/// An ordinary matter from suggestion to completion.
#[must_use]
pub fn coal_stoves() -> MatterPage {
    let done = StepStatus::Done;
    let committee = Capacity::ResidentsCommitteeMember;
    let steps = vec![
        noted(
            "冬天家家生煤炉，楼道里全是烟，去年还烧着了柴堆。",
            step(TrackStage::Suggest, 1, done, Some((Capacity::Representative, "2026-03-02"))),
        ),
        paper(
            'd',
            Some("提案"),
            step(TrackStage::Propose, 2, done, Some((Capacity::CouncilMember, "2026-03-20"))),
        ),
        on(POLICY.0, POLICY.1, step(TrackStage::Review, 0, done, Some((committee, "2026-03-25")))),
        step(TrackStage::Resolve, 3, done, Some((Capacity::CouncilChair, "2026-04-08"))),
        noted("备案回执 QX-2026-017。", step(TrackStage::File, 4, done, Some((committee, "2026-04-09")))),
        noted(
            "公示至 2026-04-25，公告栏与网站同步。",
            on(V35.0, V35.1, step(TrackStage::DiscloseDecision, 5, done, Some((committee, "2026-04-10")))),
        ),
        paper(
            'e',
            Some("十四户全部改用电磁灶，收回小煤炉三十一只。"),
            step(TrackStage::Implement, 6, done, Some((committee, "2026-05-02"))),
        ),
    ];
    MatterPage {
        done: vec![DutyDoneView {
            code: DutyKind::PublishDecision,
            text: "公布决议".into(),
            text_en: "publishing the decision".into(),
            due: date(2026, 4, 11),
            done: date(2026, 4, 13),
            days_late: 2,
        }],
        finding: Some(council_finding()),
        comments: vec![comment("非户籍居民", "2026-04-03T02:00:00Z", "租房的人家也有用小煤炉的，通知的时候请一并告诉我们。", Some(("已在出租户门口张贴通知，并逐户上门告知。", "村委会工作人员", "2026-04-06T02:00:00Z")))],
        ..page(
            MatterView {
                text: "为改善空气质量、消除火灾隐患，自2026年5月1日起，本村范围内不再使用小煤炉。\n村民委员会为确有困难的十四户老人统一联系改用电磁灶或瓶装燃气，费用由集体经济收益中列支，不增加农户负担。".into(),
                amount_fen: Some(420_000),
                closed: true,
                class_by: vec![authority("policy", POLICY)],
                disclosures: vec![DisclosureView {
                    matter: id("mat", 2),
                    title: "取缔小煤炉".into(),
                    kind: DisclosureKind::Decision,
                    text: sha256('d'),
                    posted_on: date(2026, 4, 10),
                    last_day: date(2026, 4, 25),
                    ended: true,
                    taken_down: true,
                }],
                ..blank(2, "取缔小煤炉", "环境卫生", MatterClass::Ordinary, steps)
            },
            MatterStatus::Completed,
            6,
        )
    }
}

/// A major matter at the vote, with the forms of the staff.
#[must_use]
pub fn road_levy(lang: Lang) -> MatterPage {
    let (done, upcoming) = (StepStatus::Done, StepStatus::Upcoming);
    let (council, joint) = (Capacity::CouncilMember, Capacity::ResidentsCommitteeMember);
    let left_out = LeftOutView {
        title: "环境卫生实施细则".into(),
        title_en: String::new(),
        because: "suspended".into(),
        code: None,
        message: "《环境卫生实施细则》已暂停，本步没有询问它。".into(),
        message_en: String::new(),
    };
    let steps = vec![
        step(TrackStage::Suggest, 1, done, Some((Capacity::Resident, "2026-03-02"))),
        StepView {
            left_out: vec![left_out],
            ..paper('d', Some("提案"), step(TrackStage::Propose, 2, done, Some((council, "2026-03-08"))))
        },
        noted(
            "三个标段的报价齐全，资金来源清楚，同意。",
            step(TrackStage::Review, 0, done, Some((joint, "2026-03-09"))),
        ),
        noted(
            "收到意见23条，采纳4条。",
            on(
                "《村民委员会组织法》第三十三条（V10）",
                "涉及村民切身利益的事项，应当组织村民和利益相关方协商。",
                step(TrackStage::Consultation, 0, done, Some((council, "2026-03-24"))),
            ),
        ),
        paper(
            '9',
            None,
            on(
                "《村民委员会组织法》第二十八条第三款（V9）",
                "重要事项在提交村民会议或者村民代表会议讨论决定前，应当由村党组织研究讨论。",
                step(
                    TrackStage::PartyStudy,
                    0,
                    done,
                    Some((Capacity::PartyOrganizationMember, "2026-03-28")),
                ),
            ),
        ),
        paper('8', Some("记录"), step(TrackStage::JointDeliberation, 3, done, Some((joint, "2026-04-02")))),
        step(TrackStage::Resolve, 4, StepStatus::Current, None),
        on(V35.0, V35.1, step(TrackStage::DiscloseDecision, 5, upcoming, None)),
        step(TrackStage::DiscloseOutcome, 6, upcoming, None),
    ];
    MatterPage {
        waiting_for: Some("村民代表会议正在表决，今天 18:00 截止".into()),
        votes: Some(id("bal", 1)),
        coming: vec![demand(majority(), CountingBase::Present, (38, 20, 0), vec![law_30()])],
        coming_body: Some("村民代表会议".into()),
        meeting: Some(id("mtg", 1)),
        consultation: Some(Consultation {
            first: date(2026, 3, 10),
            last: date(2026, 3, 24),
            open: false,
            comments: vec![comment("户籍居民", "2026-03-12T02:00:00Z", "我家田在路尽头，最好把最后六十米也做掉。", Some(("已采纳，路段由810米改为870米。", "议事会主任", "2026-03-25T02:00:00Z")))],
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
        ..page(
            MatterView {
                text: "对村北机耕路870米路段进行水泥硬化，路面宽3.5米、厚18厘米，工期四十五天。\n总造价386,000元：镇级补助200,000元，集体经济收益列支28,000元，其余由全村790户每户筹资200元。低保户、五保户共72户免缴。".into(),
                amount_fen: Some(38_600_000),
                per_household_fen: Some(20_000),
                subjects: vec![Subject::General, Subject::PublicWorksLevy],
                class_by: vec![
                    authority("statute", V28),
                    authority(
                        "plugin",
                        ("《清溪村村民自治章程》第十六条（Y1）", "单次使用集体资金五万元以上的，为重大事项。"),
                    ),
                ],
                ..blank(1, "硬化村北机耕路，每户筹资200元", "公益事业", MatterClass::Major, steps)
            },
            MatterStatus::Voting,
            4,
        )
    }
}

/// An ordinary matter that was sent back; what is missing, and a form with an error.
#[must_use]
pub fn gate_cards(lang: Lang) -> MatterPage {
    let upcoming = StepStatus::Upcoming;
    let steps = vec![
        step(TrackStage::Suggest, 1, StepStatus::Done, Some((Capacity::Resident, "2026-04-11"))),
        step(TrackStage::Propose, 2, StepStatus::Current, Some((Capacity::CouncilMember, "2026-04-16"))),
        StepView {
            returned: true,
            ..noted(
                "退回修改",
                paper(
                    '7',
                    Some("没有写明租户退租时如何收回门禁卡，请补充。"),
                    step(
                        TrackStage::Review,
                        0,
                        StepStatus::Done,
                        Some((Capacity::ResidentsCommitteeMember, "2026-04-20")),
                    ),
                ),
            )
        },
        step(TrackStage::Resolve, 3, upcoming, None),
        step(TrackStage::File, 4, upcoming, None),
        step(TrackStage::DiscloseDecision, 5, upcoming, None),
        step(TrackStage::Implement, 6, upcoming, None),
    ];
    MatterPage {
        waiting_for: Some("议事会按退回理由修改后重新提交".into()),
        overdue: Some("一个月没有办理下一步，逾期 3 天".into()),
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
        ..page(
            MatterView {
                text: "东门改造后，门禁蓝牙卡每户免费发放两张，第三张起收取工本费十五元；租户凭租赁合同登记领取。"
                    .into(),
                findings: vec![
                    finds("advise", "请在提议中写明资金来源。", authority("policy", POLICY)),
                    finds(
                        "require",
                        "“两委”审核尚未通过：请写明租户退租时如何收回门禁卡。",
                        authority("policy", POLICY),
                    ),
                ],
                pins: PinsView { charter: None, rules: Vec::new(), ..pins() },
                ..blank(6, "东门门禁蓝牙卡发放办法", "小区管理", MatterClass::Ordinary, steps)
            },
            MatterStatus::Returned,
            2,
        )
    }
}

/// A rule under consultation, and a past vote that failed.
#[must_use]
pub fn rule_adoption(lang: Lang) -> MatterPage {
    let (done, upcoming) = (StepStatus::Done, StepStatus::Upcoming);
    let council = Capacity::CouncilMember;
    let steps = vec![
        step(TrackStage::Suggest, 1, done, Some((council, "2026-04-06"))),
        step(TrackStage::Propose, 2, done, Some((council, "2026-04-12"))),
        step(TrackStage::Review, 0, done, Some((Capacity::ResidentsCommitteeMember, "2026-04-15"))),
        step(TrackStage::Consultation, 0, StepStatus::Current, None),
        step(TrackStage::PartyStudy, 0, upcoming, None),
        step(TrackStage::JointDeliberation, 3, upcoming, None),
        step(TrackStage::Resolve, 4, done, Some((Capacity::Representative, "2026-03-26"))),
        step(TrackStage::DiscloseDecision, 5, upcoming, None),
        step(TrackStage::DiscloseOutcome, 6, upcoming, None),
    ];
    MatterPage {
        waiting_for: Some("征求意见到 4月30日".into()),
        go: Some(Link { text: lang.words().form_comment.into(), href: "#consultation".into() }),
        finding: Some(failed_finding()),
        voted: Some(id("bal", 1)),
        consultation: Some(Consultation {
            first: date(2026, 4, 16),
            last: date(2026, 4, 30),
            open: true,
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
        ..page(
            MatterView {
                text: "采用《环境卫生实施细则》1.0.0，具体规定见规约页。表决的是文本与程序的指纹。".into(),
                class_by: vec![authority(
                    "statute",
                    (
                        "《村民委员会组织法》第三十一条（V7）",
                        "村民会议可以制定和修改村民自治章程、村规民约，并报乡、民族乡、镇的人民政府备案。",
                    ),
                )],
                rule: Some(id("rul", 3)),
                findings: vec![
                    finds("require", "征求意见还没有结束。", authority("policy", POLICY)),
                    finds("require", "还没有党组织研究记录。", authority("statute", V28)),
                ],
                ..blank(9, "订立《环境卫生实施细则》", "环境卫生", MatterClass::Major, steps)
            },
            MatterStatus::Consulting,
            2,
        )
    }
}

fn act(lang: Lang, act: MatterAct, action: &str, begins: &Value) -> Form {
    super::act::<Matter>(lang, act, action, begins)
}
