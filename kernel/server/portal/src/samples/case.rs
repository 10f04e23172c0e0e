//! Cases.

use crate::context::{
    CaseEntryRow, CasePage, CasePointsRow, CaseRow, CaseTaskRow, CasesPage, Fact, Field, FieldKind, Form,
    Link, Tone,
};

fn fact(label: &str, value: &str) -> Fact {
    Fact { label: label.into(), value: value.into() }
}

fn link(text: &str, href: &str) -> Link {
    Link { text: text.into(), href: href.into() }
}

fn inspected() -> CaseRow {
    CaseRow {
        kind: "环境卫生检查".into(),
        subject: "东三号".into(),
        href: "/c/com_qx/rules/rul_home/cases/cas_1".into(),
        status: "已办理".into(),
        tone: Tone::Good,
        overdue: None,
        on: "4月2日".into(),
        at: "4月2日 09:30".into(),
        message: "环境卫生检查得90分，评为优秀，积5分。".into(),
        facts: vec![fact("进展", "已登记"), fact("积分", "+5"), fact("依据", "标准-1、标准-2")],
        may: vec![link("更正这件办件", "/c/com_qx/rules/rul_home/cases/cas_1#correct")],
    }
}

fn to_be_helped() -> CaseRow {
    CaseRow {
        subject: "西七号".into(),
        href: "/c/com_qx/rules/rul_home/cases/cas_2".into(),
        status: "任务待完成".into(),
        tone: Tone::Bad,
        overdue: Some("办件任务尚未完成（村民委员会），已逾期 3 天".into()),
        message: "得55分，请上门帮助整改。".into(),
        facts: vec![fact("进展", "上门帮助"), fact("依据", "奖惩-2")],
        ..inspected()
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
    let entry = |what: &str, by: &str, text: Option<&str>, facts| CaseEntryRow {
        what: what.into(),
        by: by.into(),
        at: "4月2日 09:30".into(),
        text: text.map(str::to_owned),
        facts,
    };
    CasePage {
        row: to_be_helped(),
        rule: link("环境卫生实施细则", "/c/com_qx/rules/rul_home"),
        list: link("全部办件", "/c/com_qx/rules/rul_home/cases"),
        assignee: Some("徐建华".into()),
        tasks: vec![CaseTaskRow {
            text: "上门帮助整改，七日内复查".into(),
            who: "村民委员会".into(),
            due: "4月9日".into(),
            articles: "奖惩-2".into(),
            done: None,
            overdue: Some("办件任务尚未完成（村民委员会），已逾期 3 天".into()),
        }],
        points: vec![
            CasePointsRow {
                points: "+1".into(),
                reason: "合格".into(),
                articles: "奖惩-1".into(),
                reversed: None,
            },
            CasePointsRow {
                points: "+3".into(),
                reason: "良好".into(),
                articles: "奖惩-1".into(),
                reversed: Some("4月3日".into()),
            },
        ],
        entries: vec![
            entry("办理办件", "徐建华", None, vec![fact("得分", "55"), fact("进展", "上门帮助")]),
            entry("指派承办人", "李秀英", Some("由徐建华承办。"), Vec::new()),
        ],
        actions: vec![
            Form::new("complete-task", "登记任务完成", "/c/com_qx/rules/rul_home/cases/cas_2/tasks", "登记")
                .with(Field::new("note", "办理情况", FieldKind::Lines { rows: 3 }).required()),
        ],
    }
}
