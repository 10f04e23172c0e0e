//! The page of a case: every act on it by its form, and the desk and the town that are reminded of it.

use axum::http::StatusCode;

use crate::browser::Host;
use crate::rules::attested;

#[tokio::test(flavor = "multi_thread")]
async fn a_case_has_a_page_and_each_of_its_acts_a_form() {
    let host = Host::start().await;
    let home = format!("/c/{}", host.community);
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    let rule = attested(&host, &mut staff, "clean-home", &[]).await;
    let poor = [
        ("subject", "东一号"),
        ("on", "2026-03-02"),
        ("form.inspectors", "2"),
        ("form.with-representative", "true"),
        ("form.consent", "true"),
        ("form.scores.frontage", "9"),
        ("form.scores.waste-sorting", "9"),
        ("form.scores.storage", "9"),
        ("form.scores.greenery", "9"),
        ("form.scores.drainage", "9"),
    ];
    let page = staff.page(&rule).await;
    staff.follow_whole(&page, "case-inspection", &poor).await;
    let list = staff.page(&format!("{rule}/cases")).await;
    list.shows("任务待完成");
    list.shows("更正这件办件");
    let start = format!("{rule}/cases/");
    let end = list.html.split(&start).nth(1).and_then(|rest| rest.split(['"', '#']).next()).expect("a case");
    let path = format!("{start}{end}");
    let case = staff.page(&path).await;
    for words in
        ["环境卫生检查 · 东一号", "五项评分：门前屋后整洁", "私下告知住户", "村民委员会", "staff 一号"]
    {
        case.shows(words);
    }
    let english = staff.page(&format!("{path}?lang=en")).await;
    english.shows("Tasks to be done");
    english.shows("Case handled");
    staff.page(&format!("{path}?lang=zh")).await;
    // On the desk until it is done; once it is late, the town reads that too, and not whose house it is.
    staff.page(&format!("{home}/desk")).await.shows("环境卫生检查 · 东一号");
    host.day("2026-04-20");
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    staff.page(&format!("{home}/desk")).await.shows("办件任务尚未完成（村民委员会）");
    let mut town = host.browser();
    town.sign_in("town").await;
    let board = crate::link(&town.page("/").await, "/towns/", "");
    let board = town.page(&board).await;
    board.shows("办件任务尚未完成（村民委员会）");
    assert!(!board.text().contains("东一号"), "the town is told whom a case is about");

    // Whoever chooses nobody takes it; a household's own request goes on in the same case.
    let case = staff.page(&path).await;
    let case = staff.follow_whole(&case, "assign", &[]).await;
    case.shows("已办理：指派承办人");
    let wrong = [("on", "2026-04-20"), ("form.inspected-on", "2026-03-02"), ("form.reason", "")];
    let refused = staff.send_whole(&case, "case-review-request", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.shows("请填写这一项");
    // A task is chosen from those that are open, and one that somebody did meanwhile is refused by name.
    let done = [("task", "1.1"), ("note", "已上门帮助，复查合格")];
    let other = staff.page(&path).await;
    let helped = staff.follow_whole(&case, "complete-task", &done).await;
    helped.shows("已上门帮助，复查合格");
    let late = staff.send_whole(&other, "complete-task", &done).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    late.shows("由staff 一号登记完成");
    let closed = staff.follow_whole(&helped, "close", &[("note", "已与住户确认")]).await;
    closed.shows("已办结");
    assert!(!closed.html.contains("id=\"assign\""), "what is closed is not assigned");

    // Points are ticked one by one, or the case is put right as a whole.
    let good = poor.map(|(name, value)| (name, if value == "9" { "19" } else { value }));
    let good = good.map(|(name, value)| if name == "on" { (name, "2026-04-20") } else { (name, value) });
    let page = staff.page(&rule).await;
    staff.follow_whole(&page, "case-inspection", &good).await;
    let list = staff.page(&format!("{rule}/cases")).await;
    let end = list.html.split(&start).nth(1).and_then(|rest| rest.split(['"', '#']).next()).expect("a case");
    let case = staff.page(&format!("{start}{end}")).await;
    case.shows("+5");
    let one = [("points", "1.1"), ("reasons", "此项不计分")];
    let back = staff.follow_whole(&case, "correct", &one).await;
    back.shows("已收回");
    back.shows("此项不计分");
    let whole = staff.follow_whole(&back, "correct", &[("reasons", "录到了另一户")]).await;
    whole.shows("已更正");
    assert!(!whole.html.contains("id=\"correct\""), "it is put right once");
}
