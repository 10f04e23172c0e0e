//! Cases.

use jiff::civil::{Date, date};
use serde_json::json;
use yishi_deliberation::{CaseAct, CaseEventKind, CaseStatus};
use yishi_identity::{CaseId, RuleId};
use yishi_law::BodyKind;
use yishi_views::{CaseEntryView, CasePointsView, CaseTaskView, CaseView, DutyView, HandlerView};

use super::{at, id};
use crate::context::{CaseEntry, CasePage, CaseRow, CasesPage, Fact, Field, FieldKind, Form, Link};

const TODAY: Date = date(2026, 4, 12);

fn fact(label: &str, value: &str) -> Fact {
    Fact { label: label.into(), value: value.into() }
}

fn link(text: &str, href: &str) -> Link {
    Link { text: text.into(), href: href.into() }
}

fn inspected() -> CaseRow {
    let message = "环境卫生检查得90分，评为优秀，积5分。";
    let case = CaseView {
        id: id::<CaseId>("cas", 1),
        version: 1,
        rule: id::<RuleId>("rul", 1),
        kind: "inspection".into(),
        title: "环境卫生检查".into(),
        title_en: "Inspection".into(),
        subject: "hh_3".into(),
        subject_label: "东三号".into(),
        on: date(2026, 4, 2),
        at: at("2026-04-02T01:30:00Z"),
        status: CaseStatus::Handled,
        stage: "recorded".into(),
        stage_title: "已登记".into(),
        stage_title_en: "Recorded".into(),
        outcome: json!({ "message": { "zh": message, "en": message } }),
        points_total: 5,
        notices: Vec::new(),
        points: Vec::new(),
        tasks: Vec::new(),
        assignee: None,
        corrected: None,
        entries: Vec::new(),
        may: vec![CaseAct::Correct],
    };
    CaseRow {
        kind: case.title.clone(),
        href: "/c/com_qx/rules/rul_home/cases/cas_1".into(),
        overdue: None,
        facts: vec![fact("进展", "已登记"), fact("积分", "+5"), fact("依据", "标准-1、标准-2")],
        case,
    }
}

fn to_be_helped() -> CaseRow {
    let message = "得55分，请上门帮助整改。";
    let owed = DutyView {
        code: "complete-task".into(),
        text: "办件任务尚未完成（村民委员会）".into(),
        text_en: "a task of a case is not done (villagers' committee)".into(),
        due: date(2026, 4, 9),
    };
    let task = CaseTaskView {
        item: "1.1".into(),
        by: BodyKind::ResidentsCommittee,
        text: "上门帮助整改，七日内复查".into(),
        text_en: "Help on the spot and look again within seven days".into(),
        because: vec!["奖惩-2".into()],
        owed,
        done: None,
    };
    let points = |item: &str, points, reason: &str, reversed| CasePointsView {
        item: item.into(),
        subject: "hh_7".into(),
        points,
        reason: reason.into(),
        reason_en: String::new(),
        because: vec!["奖惩-1".into()],
        reversed,
    };
    let row = inspected();
    CaseRow {
        href: "/c/com_qx/rules/rul_home/cases/cas_2".into(),
        overdue: Some("办件任务尚未完成（村民委员会），已逾期 3 天".into()),
        facts: vec![fact("进展", "上门帮助"), fact("依据", "奖惩-2")],
        case: CaseView {
            subject_label: "西七号".into(),
            status: CaseStatus::Waiting,
            outcome: json!({ "message": { "zh": message, "en": message } }),
            assignee: Some(HandlerView { id: "per_1".into(), name: "徐建华".into() }),
            tasks: vec![task],
            points: vec![points("1.1", 1, "合格", None), points("1.2", 3, "良好", Some(date(2026, 4, 3)))],
            ..row.case
        },
        ..row
    }
}

/// Cases handled under a rule.
#[must_use]
pub fn cases() -> CasesPage {
    CasesPage {
        own: false,
        title: "环境卫生实施细则".into(),
        rule_href: "/c/com_qx/rules/rul_home".into(),
        cases: vec![to_be_helped(), inspected()],
        next_href: Some("/c/com_qx/rules/rul_home/cases?cursor=x".into()),
    }
}

/// One case that asks something of the committee.
#[must_use]
pub fn case() -> CasePage {
    let entry = |what, by: &str, text: Option<&str>, facts| CaseEntry {
        entry: CaseEntryView {
            version: 1,
            what,
            at: at("2026-04-02T01:30:00Z"),
            by: by.into(),
            kind: None,
            form: None,
            outcome: None,
            to: None,
            items: Vec::new(),
            text: text.map(str::to_owned),
        },
        facts,
    };
    CasePage {
        row: to_be_helped(),
        rule: link("环境卫生实施细则", "/c/com_qx/rules/rul_home"),
        list: link("全部办件", "/c/com_qx/rules/rul_home/cases"),
        entries: vec![
            entry(CaseEventKind::Handled, "徐建华", None, vec![fact("得分", "55"), fact("进展", "上门帮助")]),
            entry(CaseEventKind::Assigned, "李秀英", Some("由徐建华承办。"), Vec::new()),
        ],
        actions: vec![
            Form::new("complete-task", "登记任务完成", "/c/com_qx/rules/rul_home/cases/cas_2/tasks", "登记")
                .with(Field::new("note", "办理情况", FieldKind::Lines { rows: 3 }).required()),
        ],
        today: TODAY,
    }
}
