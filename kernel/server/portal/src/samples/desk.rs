//! The desk, the roster, bodies, suggestions.
use crate::phrase::Speak as _;
use serde_json::{Value, json};
use yishi_acts::house::HouseAct;

use yishi_deliberation::meeting::MeetingStage;
use yishi_law::BodyKind;
use yishi_views::{AccountView, AdvisoryView, BodyView, RosterFault};

use super::views;
use crate::context::{
    AccountLine, AccountsPage, BodiesPage, BodyDetail, CheckItem, DeskPage, FieldChoice, ImportReport, Link,
    MatterClass, PasswordPage, RosterPage, RuleKind, SuggestPage, TodoGroup, TodoItem, Tone, TrackStage,
};
use crate::forms;
use crate::lang::Lang;

/// A day's work.
#[must_use]
pub fn desk(lang: Lang) -> DeskPage {
    let item = |title: &str, number: &str, next, who: &str, due: Option<&str>, tone| TodoItem {
        title: title.into(),
        number: number.into(),
        href: "/c/com_qx/matters/mat_1#actions".into(),
        next: lang.stage(next, MatterClass::Ordinary).to_owned(),
        who: who.into(),
        due: due.map(Into::into),
        overdue: (tone == Tone::Bad).then(|| "实施结果尚未公布，逾期 7 天".to_owned()),
        tone,
    };
    DeskPage {
        checklist: Vec::new(),
        groups: vec![
            TodoGroup {
                title: "待我办理".into(),
                items: vec![
                    item(
                        "灌溉泵站改造",
                        "2025-031",
                        TrackStage::DiscloseOutcome,
                        "村民委员会",
                        Some("4月15日"),
                        Tone::Bad,
                    ),
                    item(
                        "取缔小煤炉",
                        "2026-003",
                        TrackStage::Implement,
                        "村民委员会",
                        Some("4月30日"),
                        Tone::Warn,
                    ),
                    item("村道路灯维修", "2026-012", TrackStage::File, "村民委员会", None, Tone::Active),
                ],
            },
            TodoGroup {
                title: "等待他人".into(),
                items: vec![item(
                    "村口公交站加装照明和座椅",
                    "2026-011",
                    TrackStage::Propose,
                    "议事会",
                    None,
                    Tone::Neutral,
                )],
            },
        ],
        meetings: vec![super::community::sitting(
            2,
            BodyKind::RepresentativeAssembly,
            4,
            22,
            MeetingStage::Open,
        )],
        roster: true,
        accounts: true,
        suggest: true,
        actions: vec![super::offering(
            super::house(lang, HouseAct::Convene, "/c/com_qx/meetings", "", &json!({ "hour": "09:00" })),
            "agenda",
            vec![FieldChoice::new("mat_1", "2026-007 硬化村北机耕路")],
        )],
        cannot_convene: false,
        attestations: vec![super::rule::summary(RuleKind::VillageRegulation, "清溪村村规民约", "1.0.0")],
        alarms: vec![Link {
            text: "《环境卫生实施细则》在提议环节超出计算限额（budget-exceeded），事项 2026-013 停在原处"
                .into(),
            href: "/c/com_qx/matters/mat_13".into(),
        }],
    }
}

/// The desk of a village set up this morning: a list of what it needs, in order.
#[must_use]
pub fn desk_new(lang: Lang) -> DeskPage {
    let item =
        |text: &str, note: &str, page, done| CheckItem { text: text.into(), note: note.into(), page, done };
    DeskPage {
        checklist: vec![
            item("导入花名册", "已有 3174 人", "roster", true),
            item("登记选举结果", "还没有：村民委员会、村民代表", "bodies", false),
            item("村民自治章程", "由镇里上传规约文件，再录入或表决", "rules", false),
            item("居民账号", "还没有居民账号", "accounts", false),
        ],
        groups: Vec::new(),
        meetings: Vec::new(),
        actions: Vec::new(),
        cannot_convene: true,
        alarms: Vec::new(),
        ..desk(lang)
    }
}

/// Accounts in each state.
pub(super) fn account_lines(lang: Lang, path: &str) -> Vec<AccountLine> {
    let line = |name, login, disabled, waiting, forms| AccountLine {
        account: views::account(name, login, disabled, waiting),
        capacity: lang.words().form_office_member.into(),
        forms,
    };
    let act = |act, id: &str, to| super::house(lang, act, &format!("{path}/{id}/{to}"), id, &Value::Null);
    let used = |id: &str| {
        vec![act(HouseAct::ResetPassword, id, "password"), act(HouseAct::DisableAccount, id, "disable")]
    };
    vec![
        line("沈月华", "shen", false, false, Vec::new()),
        line("许国栋", "xu", false, true, used("acc_1")),
        line("钱玉珍", "qian", true, false, vec![act(HouseAct::EnableAccount, "acc_2", "enable")]),
    ]
}

/// Accounts of residents.
#[must_use]
pub fn accounts(lang: Lang) -> AccountsPage {
    AccountsPage {
        accounts: account_lines(lang, "/c/com_qx/accounts"),
        lacking: vec!["冯小军 · 村民代表会议代表".into(), "周敏 · 议事会成员".into()],
        next_href: Some("/c/com_qx/accounts?after=acc_2".into()),
        form: Some(super::house(
            lang,
            HouseAct::CreateMemberAccount,
            "/c/com_qx/desk/accounts",
            "",
            &Value::Null,
        )),
        back: Link { text: lang.words().nav_desk.into(), href: "/c/com_qx/desk".into() },
    }
}

/// A first sign-in: the password has to be changed.
#[must_use]
pub fn password_forced(lang: Lang) -> PasswordPage {
    let form = forms::change_password(lang, "/me/password", Some("/c/com_qx"));
    let account = AccountView { told: vec![views::told()], ..views::account("许国栋", "xu", false, true) };
    PasswordPage { account, form }
}

/// A changed password that was refused: the form stands open with its errors.
#[must_use]
pub fn password_refused(lang: Lang) -> PasswordPage {
    let mut form = forms::change_password(lang, "/me/password", None)
        .answered(&[("old_password", "x")], &[("new_password", "这个密码太常见")]);
    form.tried = true;
    PasswordPage { account: views::account("许国栋", "xu", false, false), form }
}

fn columns() -> Vec<(String, String)> {
    [
        ("household", "户编号，同一户填同一个"),
        ("name", "姓名"),
        ("birth_date", "出生日期，如 1958-03-21"),
        ("sex", "性别：男 或 女"),
        ("registration", "户籍：local 或 non-local"),
        ("resident_since", "居住起始日期"),
    ]
    .iter()
    .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
    .collect()
}

/// A trial import with bad rows.
#[must_use]
pub fn roster(lang: Lang) -> RosterPage {
    let bad = |line, column: &str, message: &str| RosterFault {
        line,
        column: column.into(),
        code: "bad".into(),
        message: message.into(),
        message_en: message.into(),
    };
    let errors = vec![
        bad(17, "birth_date", "日期应写成 1958-03-21 的样子"),
        bad(203, "registration", "只能填 local（户籍）或 non-local（非户籍）"),
        bad(410, "name", "姓名不能为空"),
    ];
    RosterPage {
        persons: 3174,
        households: 862,
        adults: 2410,
        non_local: 486,
        columns: columns(),
        upload: forms::upload_roster(lang, "/c/com_qx/desk/roster"),
        changes: Vec::new(),
        report: Some(ImportReport { report: views::report(errors), notes: Vec::new(), confirm: None }),
    }
}

/// A trial import that may be taken.
#[must_use]
pub fn roster_clean(lang: Lang) -> RosterPage {
    RosterPage {
        report: Some(ImportReport {
            report: views::report(Vec::new()),
            notes: vec!["第 5 行：名册上的“郁立秋 · 三组-1 · 1979-08-07”没有出现在文件中，“郁立秋 · 三组-1b · 1979-08-07”像是同一个人".into()],
            confirm: Some(forms::confirm_roster(lang, "/c/com_qx/desk/roster", "up_19")),
        }),
        ..roster(lang)
    }
}

/// Bodies with an advisory.
#[must_use]
pub fn bodies(lang: Lang) -> BodiesPage {
    let advisory = AdvisoryView {
        code: "P5".into(),
        message: "议事会一般为7至15人，现有3人。".into(),
        message_en: "A council is usually of 7 to 15; it has 3.".into(),
        basis: "张委发〔2016〕26号".into(),
        reason: Some("换届过渡期，5月底前补选。".into()),
    };
    let council =
        views::body(BodyKind::Council, &[("许国栋", "主任"), ("钱玉珍", "副主任"), ("冯小军", "成员")], 0);
    let begins = json!({ "because": "resigned" });
    let action = "/c/com_qx/bodies/council/seats/per_4/end";
    let end = super::house(lang, HouseAct::EndSeat, action, "council-per_4", &begins);
    let elect = super::house(
        lang,
        HouseAct::Elect,
        "/c/com_qx/bodies/council/elections",
        "council",
        &json!({ "elected_by": "representative-assembly", "held_on": "2026-04-22" }),
    );
    BodiesPage {
        bodies: vec![
            BodyDetail {
                body: BodyView { advisories: vec![advisory], ..council },
                ends: vec![Some(end), None, None],
                form: Some(elect),
            },
            BodyDetail {
                body: views::body(BodyKind::SupervisionCommittee, &[], 0),
                ends: Vec::new(),
                form: None,
            },
        ],
    }
}

/// A new suggestion.
#[must_use]
pub fn suggest(lang: Lang) -> SuggestPage {
    let domains = ["环境卫生", "公益事业", "集体资金", "邻里纠纷", "其他"];
    let domains = domains.iter().map(|name| FieldChoice::new(name, name)).collect();
    let mut form = super::house(lang, HouseAct::Suggest, "/c/com_qx/suggest", "", &Value::Null);
    form.title.clear();
    SuggestPage { form: Some(super::offering(form, "domain", domains)), sign_in_href: None }
}

/// A new suggestion, signed out.
#[must_use]
pub fn suggest_signed_out() -> SuggestPage {
    SuggestPage { form: None, sign_in_href: Some("/sign-in?next=/c/com_qx/suggest".into()) }
}
