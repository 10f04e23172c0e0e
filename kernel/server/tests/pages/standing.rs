//! Where a matter stands: one answer on every page, what people are asked first, and overdue only what was not done.

use axum::http::StatusCode;
use serde_json::json;
use yishi_app::house::At;

use crate::browser::{Browser, Host, PASSWORD, Reply};
use crate::{GIVEN, link, page_of};

/// The word in the coloured tag that begins at or after a place in a page.
fn tag_after(html: &str, from: usize) -> String {
    let rest = html.get(from..).unwrap_or_default();
    let rest = rest.split("class=\"tag tone-").nth(1).unwrap_or_else(|| panic!("no tag in: {rest}"));
    let inner = rest.split_once('>').map_or("", |(_, inner)| inner);
    let inner = inner.split("</span>").next().unwrap_or_default();
    inner.rsplit('>').next().unwrap_or_default().trim().to_owned()
}

/// The status on a matter's own page.
fn on_page(page: &Reply) -> String {
    tag_after(&page.html, page.html.find("matter-head").expect("a matter's page"))
}

/// The status and step on a matter's card in a list, where it is there.
fn on_card(page: &Reply, matter: &str) -> Option<(String, String)> {
    let at = page.html.find(&format!("class=\"cover\" href=\"{matter}\""))?;
    let card = page.html.get(..at).and_then(|before| before.rfind("<li class=\"card matter-card\">"))?;
    let rest = page.html.get(card..).unwrap_or_default();
    let step = rest.split("aria-label=\"").nth(1).and_then(|rest| rest.split('"').next());
    Some((tag_after(&page.html, card), step.unwrap_or_default().to_owned()))
}

/// Which of the six steps the line on a matter's page has as the one being taken.
fn step_on_page(page: &Reply) -> Option<usize> {
    let line = page.html.split("<ol class=\"six\"").nth(1).and_then(|rest| rest.split("</ol>").next())?;
    line.split("<li class=\"")
        .skip(1)
        .position(|step| step.starts_with("now") || step.starts_with("returned"))
}

/// Asks every page where the matter stands, and wants one answer.
async fn agreed(host: &Host, matter: &str, meeting: Option<&str>) -> String {
    let home = format!("/c/{}", host.community);
    let mut anyone = host.browser();
    let page = anyone.page(matter).await;
    let said = on_page(&page);
    let mut list = anyone.page(&format!("{home}/matters")).await;
    let (status, step) = loop {
        if let Some(found) = on_card(&list, matter) {
            break found;
        }
        let next = format!("{home}/matters?cursor=");
        let rest = list.html.split(&next).nth(1).expect("the matter is on one of the pages of the list");
        list = anyone.page(&format!("{next}{}", rest.split('"').next().unwrap_or_default())).await;
    };
    assert_eq!(status, said, "the list and the matter's page");
    if let Some(number) = step_on_page(&page) {
        assert_eq!(step, format!("第 {} 步，共六步", number + 1), "the card and the line of six steps");
    }
    let front = anyone.page(&home).await;
    if let Some((status, _)) = on_card(&front, matter) {
        assert_eq!(status, said, "the home and the matter's page");
    }
    if let Some(meeting) = meeting {
        let meeting = anyone.page(meeting).await;
        let at = meeting.html.find(&format!("class=\"go\" href=\"{matter}\"")).expect("on the agenda");
        assert_eq!(tag_after(&meeting.html, at), said, "the agenda and the matter's page");
    }
    said
}

/// Seven suggestions in a row, from a clerk who types quickly.
async fn suggestions(host: &Host, count: usize) {
    let staff = host.actor("staff").await;
    for n in 0..count {
        let input = json!({ "title": format!("小事 {n}"), "text": "请看一看。", "domain": "general" });
        let at = At::from([("community", host.community.to_string())]);
        host.server.app().act_in_house(&staff, &at, "suggest", &input).await.expect("a suggestion");
    }
}

/// An account for somebody of the roster.
pub(crate) async fn member(host: &Host, staff: &mut Browser<'_>, login: &str, name: &str) {
    let desk = staff.page(&format!("/c/{}/desk", host.community)).await;
    let fields = [("person", name), ("login", login), ("password", GIVEN)];
    staff.follow(&desk, "create-member-account", &fields).await.shows("账号已建立");
    host.browser().sign_in_first(login, GIVEN, PASSWORD).await;
}

/// A levy, suggested and proposed.
pub(crate) async fn levy(host: &Host, staff: &mut Browser<'_>) -> String {
    let home = format!("/c/{}", host.community);
    let page = staff.page(&format!("{home}/suggest")).await;
    let fields = [("title", "硬化机耕路"), ("text", "雨天泥泞，建议硬化。"), ("domain", "public-works")];
    let matter = staff.follow(&page, "suggest", &fields).await;
    let levy = [
        ("text", "硬化村北机耕路 800 米，每户筹资 200 元。"),
        ("subjects", "public-works-levy"),
        ("class", "ordinary"),
        ("per_household_fen", "200"),
    ];
    let matter = staff.follow(&matter, "propose", &levy).await;
    page_of(&matter, &home)
}

/// From the review to the joint meeting's opinion; consulted on in between.
pub(crate) async fn to_the_assembly(host: &Host, staff: &mut Browser<'_>, path: &str) {
    let matter = staff.page(path).await;
    staff.follow(&matter, "review", &[("outcome", "pass")]).await;
    let matter = staff.page(path).await;
    // The law wants a consultation first, and the page says so with its form open.
    assert!(matter.html.contains("<form class=\"form\" id=\"open-consultation\""));
    matter.shows("等待村民委员会办理：民主协商");
    staff.follow(&matter, "open-consultation", &[("until", "2026-03-10")]).await;
    host.day("2026-03-11");
    staff.sign_in("staff").await;
    let matter = staff.page(path).await;
    let matter = staff.follow(&matter, "close-consultation", &[("summary", "没有不同意见。")]).await;
    let study = [("outcome", "recommended"), ("record", "会议研究，建议提交。")];
    let matter = staff.follow(&matter, "study", &study).await;
    let joint = [("outcome", "submit"), ("to", "residents-assembly"), ("minutes", "联席会议同意提交。")];
    staff.follow(&matter, "deliberate", &joint).await;
    assert_eq!(agreed(host, path, None).await, "办理中");
}

/// Calls the assembly, opens it on its day with everybody there, and opens the ballot. `chen` has an account.
pub(crate) async fn voting(
    host: &Host,
    staff: &mut Browser<'_>,
    path: &str,
    secrecy: &str,
) -> (String, String) {
    voting_without(host, staff, path, secrecy, &[]).await
}

/// The same, with these people at home.
pub(crate) async fn voting_without(
    host: &Host,
    staff: &mut Browser<'_>,
    path: &str,
    secrecy: &str,
    away: &[&str],
) -> (String, String) {
    let home = format!("/c/{}", host.community);
    let id = path.rsplit('/').next().unwrap_or_default();
    super::seat_committee(staff, &home).await;
    let desk = staff.page(&format!("{home}/desk")).await;
    let call = [
        ("body", "residents-assembly"),
        ("mode", "persons"),
        ("held_on", "2026-04-20"),
        ("hour", "09:00"),
        ("place", "村礼堂"),
        ("agenda", id),
    ];
    let meeting = staff.follow(&desk, "convene", &call).await;
    meeting.shows("开会时至少要到 4 人");
    assert!(!meeting.text().contains("还差"), "a meeting that is not open lacks nobody");
    let sitting = link(&meeting, "/meetings/", &home);
    assert_eq!(agreed(host, path, Some(&sitting)).await, "已列入会议");
    host.day("2026-04-20");
    staff.sign_in("staff").await;
    let meeting = staff.page(&sitting).await;
    let meeting = staff.follow(&meeting, "open", &[]).await;
    let boxes = meeting.boxes("arrive.");
    let stays = |name: &String| {
        let label = meeting.html.split(&format!("name=\"{name}\"")).nth(1).unwrap_or_default();
        let label = label.split("</label>").next().unwrap_or_default();
        away.iter().any(|who| label.contains(who))
    };
    let ticked: Vec<_> =
        boxes.iter().filter(|name| !stays(name)).map(|name| (name.as_str(), "true")).collect();
    let meeting = staff.follow(&meeting, "check-in", &ticked).await;
    let meeting = staff.follow(&meeting, &format!("open-ballot-{id}"), &[("secrecy", secrecy)]).await;
    meeting.shows("正在表决");
    let mut chen = host.browser();
    chen.sign_in("chen").await;
    let ballot = link(&chen.page(&sitting).await, "/ballots/", &home);
    (sitting, ballot)
}

/// What went wrong: while the assembly was voting, the home page, the lists and the town's board said that the matter was
/// under way, and newer suggestions pushed it out of sight; one tap cast a vote for good.
#[tokio::test(flavor = "multi_thread")]
async fn an_open_vote_stands_first_and_is_cast_only_when_confirmed() {
    let host = Host::start().await;
    let home = format!("/c/{}", host.community);
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    member(&host, &mut staff, "chen", "陈志远").await;
    let path = levy(&host, &mut staff).await;
    assert_eq!(agreed(&host, &path, None).await, "办理中");
    to_the_assembly(&host, &mut staff, &path).await;
    let (sitting, ballot) = voting(&host, &mut staff, &path, "open").await;
    suggestions(&host, 35).await;
    assert_eq!(agreed(&host, &path, Some(&sitting)).await, "正在表决");

    // First on the home, for a visitor and for whoever has a vote.
    let front = host.browser().page(&home).await;
    front.shows("现在请您 表决 硬化机耕路");
    front.shows("村民会议正在表决，已投 0，应投 7");
    front.shows("新的建议");
    front.shows("另有 32 件建议");
    let mut chen = host.browser();
    chen.sign_in("chen").await;
    let own = chen.page(&home).await;
    own.shows("您有一票待投");
    assert!(own.html.contains(&format!("href=\"{ballot}\"")), "one tap from the home to the ballot paper");
    // First in the list, on the board of all communities and on the town's.
    let list = host.browser().page(&format!("{home}/matters")).await;
    let cards: Vec<_> = list.html.split("<li class=\"card matter-card\">").skip(1).collect();
    assert!(cards[0].contains("硬化机耕路") && cards[0].contains("正在表决"), "{}", list.text());
    host.browser().page("/").await.shows("1 件正在表决");
    let mut town = host.browser();
    town.sign_in("town").await;
    let board = link(&town.page("/").await, "/towns/", "");
    town.page(&board).await.shows("1 件正在表决");
    staff.page(&format!("{home}/desk")).await.shows("决议");

    // The paper asks for a choice, shows it again with voter and text, and takes it back without a trace.
    let paper = chen.page(&ballot).await;
    paper.shows("投票人 陈志远");
    let nothing = chen.send(&paper, &ballot, &[]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    nothing.shows("请先选择赞成、反对或弃权");
    assert!(nothing.html.contains("id=\"choice-error\" role=\"alert\" tabindex=\"-1\" autofocus"));
    let confirm = chen.send(&nothing, &ballot, &[("choice", "no")]).await;
    assert_eq!(confirm.status, StatusCode::OK, "{}", confirm.text());
    confirm.shows("请核对您的一票");
    confirm.shows("投票人 陈志远");
    confirm.shows("您的选择 反对");
    assert!(confirm.html.contains("<title>请核对您的一票"), "the title says where one is");
    host.browser().page(&home).await.shows("已投 0，应投 7");
    let confirm = chen.send(&paper, &ballot, &[("choice", "yes")]).await;
    let receipt = chen.follow(&confirm, &ballot, &[]).await;
    receipt.shows("投票成功");
    receipt.shows("赞成");
    assert!(receipt.html.contains("<h1 tabindex=\"-1\" autofocus>"), "the answer is where the reader is");
    chen.page(&home).await.shows("您已经投票");
    host.browser().page(&home).await.shows("已投 1，应投 7");
    staff.page(&sitting).await.shows("登记一张纸质票");
}

/// What went wrong: a refusal on a page wrote its dates as a computer does, and cited a ruling by its number.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_told_as_the_rest_of_the_page() {
    let host = Host::start().await;
    let home = format!("/c/{}", host.community);
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    let path = levy(&host, &mut staff).await;
    to_the_assembly(&host, &mut staff, &path).await;
    super::seat_committee(&mut staff, &home).await;
    let desk = staff.page(&format!("{home}/desk")).await;
    let id = path.rsplit('/').next().unwrap_or_default();
    let soon = [
        ("body", "residents-assembly"),
        ("mode", "persons"),
        ("held_on", "2026-03-14"),
        ("hour", "09:00"),
        ("place", "村礼堂"),
        ("agenda", id),
    ];
    for (lang, ruling) in [("zh", "“期间的计算”的口径"), ("en", "the ruling on “Day counting”")]
    {
        let desk = staff.page(&format!("{home}/desk?lang={lang}")).await;
        let refused = staff.send(&desk, "convene", &soon).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text());
        refused.shows(ruling);
        let told = refused.text();
        for code in ["R10", "2026-03-1"] {
            assert!(!told.contains(code), "{code} in: {told}");
        }
    }
    desk.shows("召集会议");
}

/// R35: of a secret ballot no page offers to enter what a named person chose; the tellers' count is asked for all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_ballot_offers_no_form_for_anybodys_choice() {
    let host = Host::start().await;
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    member(&host, &mut staff, "chen", "陈志远").await;
    let path = levy(&host, &mut staff).await;
    to_the_assembly(&host, &mut staff, &path).await;
    let (sitting, _) = voting(&host, &mut staff, &path, "secret").await;
    let meeting = staff.page(&sitting).await;
    assert!(!meeting.html.contains("record-vote"), "{}", meeting.text());
    assert!(meeting.html.contains("name=\"hand_count.yes\""), "{}", meeting.text());
}

/// What went wrong: during a consultation the timeline said that it was completed and that the party organisation was
/// waited for, with no way to comment at the top; after its end the desk named the next step, not the open comments.
#[tokio::test(flavor = "multi_thread")]
async fn a_consultation_that_runs_says_so_everywhere() {
    let host = Host::start().await;
    let home = format!("/c/{}", host.community);
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    member(&host, &mut staff, "sun", "孙立军").await;
    let path = levy(&host, &mut staff).await;
    let matter = staff.page(&path).await;
    let matter = staff.follow(&matter, "review", &[("outcome", "pass")]).await;
    staff.follow(&matter, "open-consultation", &[("until", "2026-03-10")]).await;
    assert_eq!(agreed(&host, &path, None).await, "征求意见中");
    suggestions(&host, 35).await;
    let front = host.browser().page(&home).await;
    front.shows("现在请您 征求意见 硬化机耕路 正在征求意见，到 2026年3月10日 止，还剩 9 天");
    let mut sun = host.browser();
    sun.sign_in("sun").await;
    let page = sun.page(&path).await;
    page.shows("还剩 9 天");
    assert!(
        page.html.contains("<a class=\"button button-main\" href=\"#consultation\">"),
        "a way to join in"
    );
    assert!(page.html.contains("aria-current=\"step\""), "the timeline shows a step under way");
    let line = page.html.split("aria-current=\"step\"").nth(1).unwrap_or_default();
    assert!(
        line.split("</li>").next().is_some_and(|line| line.contains("民主协商")),
        "it is the consultation"
    );
    let mut page = page;
    for text in ["支持。", "我家也支持。", "路灯能不能一起装？"] {
        page = sun.follow(&page, "comment", &[("text", text)]).await;
    }
    // Whoever owes three answers types one for those that say the same.
    let desk = staff.page(&path).await;
    let waiting = desk.values("comments");
    assert_eq!(waiting.len(), 3);
    let none = staff.send(&desk, "answer-comments", &[("text", "谢谢支持。")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY, "which ones?");
    assert!(none.html.contains("谢谢支持。"), "what was written is still there");
    let two = [("comments", waiting[0].as_str()), ("comments", &waiting[1]), ("text", "谢谢支持。")];
    let answered = staff.follow(&desk, "answer-comments", &two).await;
    assert_eq!(answered.html.matches("谢谢支持。").count(), 2, "under each of the two");
    assert!(!answered.html.contains("id=\"answers\""), "one is left, and is answered by itself");
    // Over, and not yet answered: that is what it waits for.
    host.day("2026-03-12");
    assert_eq!(agreed(&host, &path, None).await, "意见待汇总");
    host.browser().page(&path).await.shows("等待村民委员会办理：汇总、答复意见");
    host.browser().page(&path).await.shows("征求意见已结束");
}

/// What went wrong: the town's page blamed a village in red for fifteen days because a notice was still posted, and never
/// said a word about a suggestion that nobody had looked at for months.
#[tokio::test(flavor = "multi_thread")]
async fn overdue_is_what_was_not_done() {
    let host = Host::start().await;
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    member(&host, &mut staff, "chen", "陈志远").await;
    let path = levy(&host, &mut staff).await;
    to_the_assembly(&host, &mut staff, &path).await;
    let (sitting, ballot) = voting(&host, &mut staff, &path, "open").await;
    let meeting = staff.page(&sitting).await;
    let ballot = ballot.rsplit('/').next().unwrap_or_default();
    let (one, two) = tellers(&meeting);
    let count = [
        ("hand_count.yes", "7"),
        ("hand_count.tellers.0", one.as_str()),
        ("hand_count.tellers.1", two.as_str()),
        ("hand_count.record", "计票单：赞成 7。"),
    ];
    let meeting = staff.follow(&meeting, &format!("close-ballot-{ballot}"), &count).await;
    staff.follow(&meeting, "adjourn", &[("minutes", "会议记录。")]).await;
    assert_eq!(agreed(&host, &path, Some(&sitting)).await, "已决议，待公开");
    suggestions(&host, 1).await;
    let mut town = host.browser();
    town.sign_in("town").await;
    let board = link(&town.page("/").await, "/towns/", "");

    // Three days to publish a decision in a village (at once, as the law says it).
    host.day("2026-04-23");
    town.sign_in("town").await;
    town.page(&board).await.shows("没有逾期");
    host.day("2026-04-24");
    town.sign_in("town").await;
    let late = town.page(&board).await;
    late.shows("决议尚未公布");
    late.shows("逾期 1 天");
    host.browser().page(&path).await.shows("决议尚未公布，逾期 1 天");
    staff.sign_in("staff").await;
    staff.page(&format!("/c/{}/desk", host.community)).await.shows("决议尚未公布，逾期 1 天");
    let matter = staff.page(&path).await;
    staff.follow(&matter, "disclose", &[]).await;
    assert_eq!(agreed(&host, &path, Some(&sitting)).await, "公示中");
    // Nothing is owed any more, and that it was late is not forgotten: on the matter, in its timeline, on the board.
    let board_of = town.page(&board).await;
    board_of.shows("没有逾期");
    board_of.shows("清溪村 · 按期 0 · 逾期 1");
    board_of.shows("硬化机耕路 公布决议 · 应于 2026年4月23日 · 公布于 2026年4月24日 · 逾期 1 天");
    let matter = host.browser().page(&path).await;
    let late = "公布决议：应于 2026年4月23日 前办理，2026年4月24日 办理，逾期 1 天";
    assert_eq!(matter.text().matches(late).count(), 2, "at the top and in the timeline: {}", matter.text());
    host.browser().page(&format!("{path}?lang=en")).await.shows("done on 24 Apr 2026, 1 day late");

    // The display runs out: the notice may come down, and nobody owes anything.
    host.day("2026-05-12");
    assert_eq!(agreed(&host, &path, Some(&sitting)).await, "实施中");
    town.sign_in("town").await;
    town.page(&board).await.shows("没有逾期");
    // A suggestion of a month ago that nobody has taken up.
    host.day("2026-05-21");
    town.sign_in("town").await;
    let late = town.page(&board).await;
    late.shows("小事 0");
    late.shows("一个月没有办理下一步");
    let text = late.text();
    let (overdue, published) = text.split_once("今年公布的决议和实施结果").expect("both lists");
    assert!(!overdue.contains("硬化机耕路"), "what was published is owed no more: {overdue}");
    assert!(published.contains("硬化机耕路"), "and stays in the list of the year: {published}");
}

/// What went wrong: a meeting that nobody closed stood in session for weeks, and nothing was overdue anywhere.
#[tokio::test(flavor = "multi_thread")]
async fn a_meeting_left_standing_after_its_day_is_overdue() {
    let host = Host::start().await;
    let home = format!("/c/{}", host.community);
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    member(&host, &mut staff, "chen", "陈志远").await;
    let path = levy(&host, &mut staff).await;
    to_the_assembly(&host, &mut staff, &path).await;
    let (sitting, ballot) = voting(&host, &mut staff, &path, "open").await;
    let mut town = host.browser();
    town.sign_in("town").await;
    let board = link(&town.page("/").await, "/towns/", "");
    town.page(&board).await.shows("逾期 0");
    assert!(!staff.page(&sitting).await.text().contains("会议应于当日"), "it is its day");

    host.day("2026-04-22");
    staff.sign_in("staff").await;
    town.sign_in("town").await;
    let late = "会议应于当日闭会或休会，逾期 2 天";
    for page in [sitting.clone(), home.clone(), format!("{home}/desk"), format!("{home}/meetings")] {
        staff.page(&page).await.shows(late);
    }
    let page = town.page(&board).await;
    page.shows("村民会议 清溪村 · 会议应于当日闭会或休会 · 应于 2026年4月20日 · 逾期 2 天");
    // The sitting that should have ended, and the matter that waits for it.
    page.shows("逾期 2 逾期未办");
    let id = board.rsplit('/').next().unwrap_or_default().parse().expect("an id");
    let ctx = host.actor("town").await;
    let dashboard = host.server.app().town_dashboard(&ctx, id).await.expect("the dashboard");
    let overdue: Vec<u64> = dashboard.communities.iter().map(|one| one.overdue).collect();
    assert_eq!(overdue, [2], "the page and the API count the same: {}", page.text());

    let meeting = staff.page(&sitting).await;
    for act in ["check-in", "recuse", "recess"] {
        assert!(!meeting.html.contains(&format!("id=\"{act}\"")), "{act} is of the day of the sitting");
    }
    // Whoever presides is no teller (R35), and was offered as one.
    let select = meeting.html.split("name=\"hand_count.tellers.0\"").nth(1).unwrap_or_default();
    let select = select.split("</select>").next().unwrap_or_default();
    let id = sitting.rsplit('/').next().unwrap_or_default().parse().expect("an id");
    let ctx = host.actor("staff").await;
    let presider = host.server.app().meeting(&ctx, host.community, id).await.expect("the meeting").presider;
    let presider = presider.expect("somebody presides");
    assert!(select.contains("value=\"per_") && !select.contains(&presider), "{presider}: {select}");
    let close = format!("close-ballot-{}", ballot.rsplit('/').next().unwrap_or_default());
    let meeting =
        staff.follow(&meeting, &close, &[("hand_count.not_voting", "7"), ("minutes", "会议记录。")]).await;
    staff.follow(&meeting, "adjourn", &[("minutes", "会议记录。")]).await;
    town.page(&board).await.shows("没有逾期");
}

/// What went wrong: a suggestion, and a draft of a charter, was called an ordinary matter with the six steps of one before
/// anybody had said what it was.
#[tokio::test(flavor = "multi_thread")]
async fn a_matter_nobody_has_classed_is_of_no_class() {
    let host = Host::start().await;
    let home = format!("/c/{}", host.community);
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    let page = staff.page(&format!("{home}/suggest")).await;
    let fields = [("title", "修路灯"), ("text", "太暗。"), ("domain", "public-works")];
    let matter = staff.follow(&page, "suggest", &fields).await;
    let path = page_of(&matter, &home);
    for page in [path.clone(), format!("{home}/matters")] {
        let text = host.browser().page(&page).await.text();
        assert!(!text.contains("一般事项") && !text.contains("重大事项 "), "{page}: {text}");
    }
    let page = host.browser().page(&path).await;
    page.shows("建议 2 提议 3 决议/审议 4 备案/决议 5 公开 6 实施/结果");
    page.shows("属于一般还是重大，形成提案时才定");
    let id = path.rsplit('/').next().unwrap_or_default().parse().expect("an id");
    let ctx = host.actor("staff").await;
    let app = host.server.app();
    assert_eq!(app.matter(&ctx, host.community, id).await.expect("the matter").class, None);
    assert_eq!(app.matter_summary(&ctx, host.community, id).await.expect("its summary").class, None);
    let proposal = [("text", "修两盏路灯。"), ("subjects", "general"), ("class", "ordinary")];
    staff.follow(&matter, "propose", &proposal).await.shows("一般事项");
}

/// Two persons who can be tellers, from the form that closes a ballot.
pub(crate) fn tellers(meeting: &Reply) -> (String, String) {
    let select = meeting.html.split("name=\"hand_count.tellers.0\"").nth(1).unwrap_or_default();
    let values = select.split("</select>").next().unwrap_or_default().split("<option value=\"").skip(1);
    let people: Vec<&str> = values
        .filter(|value| value.starts_with("per_"))
        .filter_map(|value| value.split('"').next())
        .collect();
    // Not the committee's chair, who presides: two of the last household.
    let last = |n: usize| people.iter().rev().nth(n).copied().unwrap_or_default().to_owned();
    (last(0), last(1))
}

/// What went wrong: the desk of a village set up this morning said that there was nothing to do; that its council cannot
/// vote without a charter was found out with people sitting in the room.
#[tokio::test(flavor = "multi_thread")]
async fn the_desk_of_a_new_village_is_a_list_of_what_it_needs() {
    let host = Host::start().await;
    let home = format!("/c/{}", host.community);
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    let desk = staff.page(&format!("{home}/desk")).await;
    desk.shows("筹备清单");
    desk.shows("导入花名册 已办");
    desk.shows("登记选举结果 待办");
    desk.shows("还没有：村民委员会、村民议事会、村民代表会议、村务监督委员会、村党组织");
    desk.shows("村民自治章程 待办");
    desk.shows("没有它，议事会不能表决");
    desk.shows("居民账号 待办");
    for page in ["roster", "bodies", "rules", "accounts"] {
        assert!(desk.html.contains(&format!("class=\"go\" href=\"{home}/{page}\"")), "a way to {page}");
    }
    // Nothing can be called yet, and the desk says what comes first.
    super::seat_committee(&mut staff, &home).await;
    let desk = staff.page(&format!("{home}/desk")).await;
    desk.shows("现在没有可以列入议程的事项");
    assert!(!desk.html.contains("id=\"convene\""), "no form that asks for what there is not");
    // The committee sits among the representatives and does not make them up.
    desk.shows("还没有：村民议事会、村民代表会议、村务监督委员会、村党组织");
    member(&host, &mut staff, "chen", "陈志远").await;
    let desk = staff.page(&format!("{home}/desk")).await;
    desk.shows("居民账号 待办");
    desk.shows("还有 2 名在任成员没有账号：");
    let accounts = staff.page(&format!("{home}/accounts")).await;
    accounts.shows("在任成员中还没有账号的 2");
    accounts.shows("王建国 · 村民委员会成员");
    member(&host, &mut staff, "wang", "王建国").await;
    member(&host, &mut staff, "zhao", "赵玉兰").await;
    staff.page(&format!("{home}/desk")).await.shows("居民账号 已办");
    let english = staff.page(&format!("{home}/desk?lang=en")).await;
    english.shows("Setting up");
    english.shows("Still to come: council, ");
    staff.page(&format!("{home}/desk?lang=zh")).await;
    member(&host, &mut staff, "sun", "孙立军").await;
    let mut sun = host.browser();
    sun.sign_in("sun").await;
    assert_eq!(sun.get(&format!("{home}/desk")).await.status, StatusCode::FORBIDDEN);
}

/// What went wrong: the form for a new working account began with the most powerful role there is.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_account_begins_with_the_least_power() {
    let host = Host::start().await;
    let mut town = host.browser();
    town.sign_in("town").await;
    let board = link(&town.page("/").await, "/towns/", "");
    let page = town.page(&board).await;
    let form = page.form("create-town-account").untouched(&[]);
    let grant = form.iter().find(|(name, _)| name == "grants").map(|(_, value)| value.as_str());
    assert_eq!(grant, Some(host.community.to_string().as_str()), "staff of one village, not administrator");
}
