//! Pages over HTTP: what a person without scripts sees and sends, on a real store.

#[path = "pages/browser.rs"]
mod browser;
#[path = "pages/cases.rs"]
mod cases;
#[path = "pages/kept.rs"]
mod kept;
#[path = "pages/own_words.rs"]
mod own_words;
#[path = "pages/people.rs"]
mod people;
#[path = "pages/rules.rs"]
mod rules;
#[path = "pages/standing.rs"]
mod standing;
#[path = "pages/unchanged.rs"]
mod unchanged;
#[path = "pages/voting.rs"]
mod voting;

use axum::http::StatusCode;
use browser::{Browser, Host, PASSWORD, Reply};

/// What a clerk writes on a slip of paper for a resident.
const GIVEN: &str = "qx-7H2-given-once";

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_takes_a_token_this_host_and_the_right_words() {
    let host = Host::start().await;
    let mut anyone = host.browser();

    let page = anyone.page("/").await;
    page.shows("清溪村");
    let desk = anyone.get(&format!("/c/{}/desk", host.community)).await;
    assert_eq!(desk.status, StatusCode::SEE_OTHER);
    assert!(desk.location.starts_with("/sign-in?next="), "{}", desk.location);

    let page = anyone.page("/sign-in").await;
    let wrong = anyone.send(&page, "sign-in", &[("name", "staff"), ("password", "not this one")]).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    wrong.shows("用户名或密码错误");
    let english = anyone.page("/sign-in?lang=en").await;
    let wrong = anyone.send(&english, "sign-in", &[("name", "staff"), ("password", "not this one")]).await;
    wrong.shows("the login or the password is wrong");
    anyone.page("/sign-in?lang=zh").await;

    let right = [("name", "staff"), ("password", PASSWORD)];
    let form = page.form("sign-in");
    let foreign = anyone.post("/sign-in", &form.with(&right), "evil.test").await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    let mut forged = right.to_vec();
    forged.push(("csrf", "AAAA"));
    let forged = anyone.post("/sign-in", &form.with(&forged), "yishi.test").await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let mut stranger = host.browser();
    let other = stranger.post("/sign-in", &form.with(&right), "yishi.test").await;
    assert_eq!(other.status, StatusCode::FORBIDDEN, "a token is good for one visitor only");

    let mut elsewhere = right.to_vec();
    elsewhere.push(("next", "//evil.test/"));
    let signed_in = anyone.send(&page, "sign-in", &elsewhere).await;
    assert_eq!(signed_in.status, StatusCode::SEE_OTHER);
    assert_eq!(signed_in.location, format!("/c/{}/desk", host.community));
    let desk = anyone.page(&signed_in.location).await;
    desk.shows("您好，staff 一号");
    desk.shows("工作人员");
    let again = anyone.page(&signed_in.location).await;
    assert!(!again.text().contains("您好"), "a message is shown once");

    let out = anyone.send(&again, "/sign-out", &[]).await;
    assert_eq!(out.status, StatusCode::SEE_OTHER);
    assert_eq!(anyone.get(&signed_in.location).await.status, StatusCode::SEE_OTHER);
}

/// 村(居)委会 of three, whose chair convenes the assemblies.
async fn seat_committee(staff: &mut Browser<'_>, home: &str) -> Reply {
    seat_on_committee(staff, home, "陈志远 主任\n王建国\n赵玉兰 委员").await
}

async fn seat_on_committee(staff: &mut Browser<'_>, home: &str, people: &str) -> Reply {
    let page = staff.page(&format!("{home}/bodies")).await;
    let seat = [
        ("seats", people),
        ("elected_by", "voters"),
        ("term_from", "2026-01-01"),
        ("term_to", "2030-12-31"),
        ("held_on", "2026-01-01"),
        ("minutes", "选举记录：三人当选。"),
    ];
    staff.follow(&page, "elect-residents-committee", &seat).await
}

/// What went wrong: a telephone that begins a line with a capital, or a keyboard in full-width letters, could not sign in.
#[tokio::test(flavor = "multi_thread")]
async fn signing_in_forgives_case_width_and_a_trailing_space() {
    let host = Host::start().await;
    for (login, password) in [
        ("Staff", PASSWORD.to_owned()),
        ("STAFF ", PASSWORD.to_owned()),
        ("ｓｔａｆｆ", PASSWORD.to_owned()),
        (" staff", format!("{PASSWORD}\r\n")),
    ] {
        let mut anyone = host.browser();
        let page = anyone.page("/sign-in").await;
        assert!(page.html.contains("autocapitalize=\"none\""));
        let reply = anyone.send(&page, "sign-in", &[("name", login), ("password", &password)]).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{login:?}: {}", reply.text());
    }
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    let desk = staff.page(&format!("/c/{}/desk", host.community)).await;
    let fields = [("person", "陈志远"), ("login", "Chen-1968"), ("password", GIVEN)];
    staff.follow(&desk, "create-member-account", &fields).await;
    host.browser().sign_in_first("chen-1968", GIVEN, PASSWORD).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_levy_goes_from_suggestion_to_notice_by_forms_alone() {
    let host = Host::start().await;
    let home = format!("/c/{}", host.community);
    let mut staff = host.browser();
    staff.sign_in("staff").await;

    // Of others than the residents below, who see what a resident sees.
    seat_on_committee(&mut staff, &home, "王建国 主任\n赵玉兰\n李秀英").await;

    // Accounts for two residents, by name.
    for (login, name) in [("chen", "陈志远"), ("sun", "孙立军")] {
        let desk = staff.page(&format!("{home}/desk")).await;
        let fields = [("person", name), ("login", login), ("password", GIVEN)];
        staff.follow(&desk, "create-member-account", &fields).await.shows("账号已建立");
        host.browser().sign_in_first(login, GIVEN, PASSWORD).await;
    }

    let page = staff.page(&format!("{home}/suggest")).await;
    let empty = staff.send(&page, "suggest", &[("title", "硬化机耕路"), ("domain", "public-works")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    empty.shows("请填写这一项");
    assert!(empty.html.contains("硬化机耕路"), "what was written is still there");
    let fields = [
        ("title", "硬化村北机耕路，每户筹资"),
        ("text", "雨天泥泞。\r\n建议硬化。"),
        ("domain", "public-works"),
        ("suggested_by", "陈志远"),
        ("asked", "到村委会口头提出"),
    ];
    let matter = staff.follow(&empty, "suggest", &fields).await;
    matter.shows("建议已提出");

    let levy = [
        ("text", "硬化村北机耕路 800 米，每户筹资 200 元。"),
        ("subjects", "public-works-levy"),
        ("class", "ordinary"),
        ("amount_fen", "160000"),
        ("per_household_fen", "200"),
    ];
    let matter = staff.follow(&matter, "propose", &levy).await;
    matter.shows("重大事项");
    matter.shows("160,000 元");

    let bare = staff.send(&matter, "review", &[("outcome", "return")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    bare.shows("退回须写明理由");
    let matter = staff.follow(&bare, "review", &[("outcome", "pass")]).await;
    // An old copy of the page is a lost race, not a second review.
    let stale = staff.send(&bare, "review", &[("outcome", "pass"), ("reasons", "再来一次")]).await;
    assert!(stale.status.is_client_error(), "{}", stale.status);

    let matter = if matter.text().contains("征求意见截止日") {
        let matter = staff.follow(&matter, "open-consultation", &[("until", "2026-03-10")]).await;
        let path = page_of(&matter, &home);
        let mut sun = host.browser();
        sun.sign_in("sun").await;
        let page = sun.page(&path).await;
        let commented = sun.follow(&page, "comment", &[("text", "我户口不在这里，也支持。")]).await;
        commented.shows("我户口不在这里，也支持。");
        commented.shows("非户籍居民");
        assert!(!commented.text().contains("孙立军 非户籍"), "nobody is named");
        assert!(!commented.html.contains("id=\"answer-"), "a resident does not answer for the committee");
        let matter = staff.page(&path).await;
        let comment =
            matter.html.split("id=\"answer-comment-").nth(1).and_then(|rest| rest.split('"').next());
        let answer = format!("answer-comment-{}", comment.unwrap_or_default());
        let matter = staff.follow(&matter, &answer, &[("text", "已写进方案。")]).await;
        matter.shows("已写进方案。");
        let matter = staff.follow(&matter, &answer, &[("text", "已写进方案第三条。")]).await;
        matter.shows("已写进方案第三条。");
        assert!(!matter.text().contains("已写进方案。"), "one answer stands");
        let summary = [("summary", "收到一条，支持。")];
        let early = staff.send(&matter, "close-consultation", &summary).await;
        assert_eq!(early.status, StatusCode::CONFLICT);
        early.shows("当日结束后才能结束协商");
        assert!(early.html.contains("收到一条，支持。"), "what was written is still there");
        host.day("2026-03-11");
        staff.sign_in("staff").await;
        let matter = staff.page(&path).await;
        staff.follow(&matter, "close-consultation", &summary).await
    } else {
        matter
    };
    let study = [("outcome", "recommended"), ("record", "会议研究，建议提交。")];
    let matter = staff.follow(&matter, "study", &study).await;
    let joint = [("outcome", "submit"), ("to", "residents-assembly"), ("minutes", "联席会议同意提交。")];
    let matter = staff.follow(&matter, "deliberate", &joint).await;
    let path = page_of(&matter, &home);

    let desk = staff.page(&format!("{home}/desk")).await;
    let id = path.rsplit('/').next().unwrap_or_default();
    let call = [
        ("body", "residents-assembly"),
        ("mode", "persons"),
        ("held_on", "2026-04-20"),
        ("hour", "09:00"),
        ("place", "村礼堂"),
        ("agenda", id),
    ];
    let meeting = staff.follow(&desk, "convene", &call).await;
    let meeting_path = link(&meeting, "/meetings/", &home);
    host.day("2026-04-20");
    staff.sign_in("staff").await;
    let meeting = staff.page(&meeting_path).await;
    let meeting = staff.follow(&meeting, "open", &[]).await;
    meeting.shows("还差 4 人，不能表决");
    let boxes = meeting.boxes("arrive.");
    assert_eq!(boxes.len(), 7, "seven adults may come, the child may not");
    let ticked: Vec<_> = boxes.iter().map(|name| (name.as_str(), "true")).collect();
    let meeting = staff.follow(&meeting, "check-in", &ticked).await;
    meeting.shows("已达法定人数");
    meeting.shows("周大伟");
    let meeting = staff.follow(&meeting, &format!("open-ballot-{id}"), &[("secrecy", "open")]).await;
    meeting.shows("正在表决");

    // A resident votes by form, once.
    let mut chen = host.browser();
    chen.sign_in("chen").await;
    let page = chen.page(&meeting_path).await;
    assert!(!page.text().contains("周大伟"), "a resident does not see who came");
    let vote_path = link(&page, "/ballots/", &home);
    let paper = chen.page(&vote_path).await;
    paper.shows("陈志远");
    let confirm = chen.send(&paper, &vote_path, &[("choice", "yes")]).await;
    let receipt = chen.follow(&confirm, &vote_path, &[]).await;
    receipt.shows("投票成功");
    receipt.shows("赞成");
    let again = chen.follow(&confirm, &vote_path, &[]).await;
    again.shows("投票成功");
    let other = chen.send(&confirm, &vote_path, &[("choice", "no"), ("idempotency_key", "another")]).await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    other.shows("您已于");

    // The other six are counted in the hall.
    let meeting = staff.page(&meeting_path).await;
    let ballot = vote_path.rsplit('/').next().unwrap_or_default();
    let close = format!("close-ballot-{ballot}");
    let tellers: Vec<String> =
        boxes.iter().filter_map(|name| name.strip_prefix("arrive.")).map(str::to_owned).collect();
    // Not the committee's chair, who presides: two of the last household.
    let one = tellers.last().map(String::as_str).unwrap_or_default();
    let two = tellers.iter().rev().nth(1).map(String::as_str).unwrap_or_default();
    let count = [
        ("hand_count.yes", "5"),
        ("hand_count.no", "1"),
        ("hand_count.tellers.0", one),
        ("hand_count.tellers.1", one),
        ("hand_count.record", "计票单：赞成 5，反对 1。"),
    ];
    let lone = staff.send(&meeting, &close, &count).await;
    assert_eq!(lone.status, StatusCode::CONFLICT);
    lone.shows("现场计票须有两名以上计票、监票人员");
    let mut count = count.to_vec();
    count.retain(|(name, _)| *name != "hand_count.tellers.1");
    count.push(("hand_count.tellers.1", two));
    let meeting = staff.follow(&lone, &close, &count).await;
    meeting.shows("表决已结束");

    let matter = staff.page(&path).await;
    matter.shows("通过");
    matter.shows("应到 7 人");
    matter.shows("赞成 6 人");
    matter.shows("《中华人民共和国村民委员会组织法（2025年修正）》第");
    let matter = staff.follow(&matter, "disclose", &[]).await;
    matter.shows("公开至");
    let notice = staff.page(&format!("{path}/notice?paper=a3")).await;
    notice.shows("硬化村北机耕路，每户筹资");
    assert!(notice.html.contains(&format!("http://yishi.test{path}")), "the address to verify at");

    // The record can be checked by whoever comes by.
    let mut anyone = host.browser();
    let page = anyone.page(&format!("{home}/verify")).await;
    page.shows("决议通过");
    let receipt = anyone.page(&format!("{home}/receipts/3")).await;
    let checked = anyone.send(&page, "check-receipt", &[("receipt", &receipt.html)]).await;
    assert_eq!(checked.status, StatusCode::OK, "{}", checked.text());
    checked.shows("凭证有效");
    let altered = receipt.html.replacen("\"index\": 3", "\"index\": 4", 1);
    let checked = anyone.send(&page, "check-receipt", &[("receipt", &altered)]).await;
    checked.shows("凭证无效");
    assert!(checked.status.is_client_error());
    for text in [&anyone.page(&path).await, &anyone.page(&home).await] {
        for private in ["周大伟", "孙立军"] {
            assert!(!text.text().contains(private), "no private name on a public page");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_rosters_bodies_rules_and_towns() {
    let host = Host::start().await;
    let home = format!("/c/{}", host.community);
    let mut anyone = host.browser();
    for path in ["", "/matters", "/rules", "/verify", "/bodies", "/suggest"] {
        anyone.page(&format!("{home}{path}")).await;
        let page = anyone.page(&format!("{home}{path}?lang=en&elder=on")).await;
        assert!(page.html.contains("<html lang=\"en\">"), "{path}");
        assert!(page.html.contains("class=\"elder "), "{path}");
        let kept = anyone.page(&format!("{home}{path}")).await;
        assert!(kept.html.contains("<html lang=\"en\">"), "the choice is remembered");
        anyone.page(&format!("{home}{path}?lang=zh&elder=off")).await;
    }
    assert_eq!(anyone.get(&format!("{home}/roster")).await.status, StatusCode::SEE_OTHER);
    assert_eq!(anyone.get("/c/com_nobody").await.status, StatusCode::NOT_FOUND);

    let mut staff = host.browser();
    staff.sign_in("staff").await;
    let seated = seat_committee(&mut staff, &home).await;
    seated.shows("陈志远 主任");
    seated.shows("王建国");
    seated.shows("赵玉兰");
    let nobody = [
        ("seats", "陈志远 主任\n无此人\n也无此人 成员"),
        ("elected_by", "representative-assembly"),
        ("term_from", "2026-01-01"),
        ("term_to", "2030-12-31"),
        ("held_on", "2026-01-01"),
    ];
    let refused = staff.send(&seated, "elect-council", &nobody).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.shows("名册中没有此人：无此人；名册中没有此人：也无此人");
    // A council of two departs from what is usual: a reason is needed, and shown.
    let two = [
        ("seats", "陈志远 主任\n孙立军"),
        ("elected_by", "representative-assembly"),
        ("term_from", "2026-01-01"),
        ("term_to", "2028-12-31"),
        ("held_on", "2026-01-01"),
    ];
    let bare = staff.send(&refused, "elect-council", &two).await;
    assert_eq!(bare.status, StatusCode::CONFLICT);
    bare.shows("须写明理由");
    let mut two = two.to_vec();
    two.push(("reason", "全村只有八口人。"));
    let council = staff.follow(&bare, "elect-council", &two).await;
    council.shows("全村只有八口人。");
    // Leaving office has a cause.
    let end = council.html.split("id=\"end-seat-residents-committee-").nth(1);
    let end = format!(
        "end-seat-residents-committee-{}",
        end.and_then(|rest| rest.split('"').next()).unwrap_or_default()
    );
    let left = [("because", "moved-away"), ("reasons", "迁往外地。")];
    staff.follow(&council, &end, &left).await.shows("已登记离任");
    let record = staff.page(&format!("{home}/verify/export")).await;
    assert!(record.html.contains("moved-away"), "the record says why: {}", record.html);
    let roster = staff.page(&format!("{home}/roster")).await;
    roster.shows("人 8");
    let head = "household,name,birth_date,sex,registration,resident_since,party_member,household_head,phone";
    let row = "北一号,郑新,1990-01-01,male,local,1990-01-01,false,true,";
    let bad = format!("{head}\n{row}\n北一号,郑旧,1990-13-01,male,local,1990-01-01,false,false,\n");
    let report = staff.send_file(&roster, "upload-roster", "roster", &bad).await;
    report.shows("有 1 行不能导入");
    report.shows("行 3 birth_date");
    assert!(!report.html.contains("id=\"confirm-roster\""), "nothing to confirm while a row is bad");
    let report = staff.send_file(&roster, "upload-roster", "roster", &format!("{head}\n{row}\n")).await;
    report.shows("试导入，尚未写入");
    staff.page(&format!("{home}/roster")).await.shows("人 8");
    let mut other = host.browser();
    other.sign_in("town").await;
    let token = other.page(&format!("{home}/roster")).await.form("upload-roster").with(&[]);
    let token = token.iter().find(|(name, _)| name == "csrf").map(|(_, value)| value.clone());
    let csrf = token.unwrap_or_default();
    let stolen = other.send(&report, "confirm-roster", &[("csrf", &csrf)]).await;
    assert_eq!(stolen.status, StatusCode::CONFLICT, "an upload is its owner's alone");
    staff.follow(&report, "confirm-roster", &[]).await.shows("人 9");

    let mut town = host.browser();
    town.sign_in("town").await;
    let entry = town.page("/").await;
    let path = link(&entry, "/towns/", "");
    let page = town.page(&path).await;
    page.shows("清溪村");
    let village = [("name", "白石社区"), ("kind", "urban"), ("region_code", "320582101202")];
    town.follow(&page, "create-community", &village).await.shows("白石社区");
    assert_eq!(staff.get(&path).await.status, StatusCode::NOT_FOUND, "a town is not its villages' business");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_its_owners_from_the_first_sign_in_on() {
    let host = Host::start().await;
    let home = format!("/c/{}", host.community);
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    let desk = staff.page(&format!("{home}/desk")).await;
    let fields = [("person", "陈志远"), ("login", "chen"), ("password", "12345678")];
    let common = staff.send(&desk, "create-member-account", &fields).await;
    assert_eq!(common.status, StatusCode::UNPROCESSABLE_ENTITY);
    common.shows("这个密码太常见");
    assert!(common.html.contains("<details class=\"fold\" open>"), "the refused form is open");
    let fields = [("person", "陈志远"), ("login", "chen"), ("password", GIVEN)];
    staff.follow(&common, "create-member-account", &fields).await;

    // Whatever is asked for leads to the page for one's own password, which refuses what is no better.
    let mut chen = host.browser();
    let page = chen.page("/sign-in").await;
    let reply = chen.send(&page, "sign-in", &[("name", "chen"), ("password", GIVEN)]).await;
    assert!(reply.location.starts_with("/me/password"), "{}", reply.location);
    for path in [home.as_str(), "/"] {
        let away = chen.get(path).await;
        assert_eq!(away.status, StatusCode::SEE_OTHER);
        assert!(away.location.starts_with("/me/password?next="), "{}", away.location);
    }
    let page = chen.page("/me/password").await;
    let wrong = [("old_password", "not this one"), ("new_password", PASSWORD), ("again_password", PASSWORD)];
    let refused = chen.send(&page, "change-password", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.shows("原密码不对");
    let twice = [("old_password", GIVEN), ("new_password", PASSWORD), ("again_password", "another one")];
    chen.send(&page, "change-password", &twice).await.shows("两次写的新密码不一样");
    let right = [("old_password", GIVEN), ("new_password", PASSWORD), ("again_password", PASSWORD)];
    chen.follow(&page, "change-password", &right).await.shows("密码已修改");
    chen.page(&home).await.shows("修改密码");

    // Staff see the account, and may end its use; it is over at the next request.
    let list = staff.page(&format!("{home}/accounts")).await;
    list.shows("陈志远");
    let id = link(&list, "/accounts/", &home).rsplit('/').next().unwrap_or_default().to_owned();
    let list = staff.follow(&list, &format!("disable-account-{id}"), &[]).await;
    list.shows("账号已停用");
    assert_eq!(chen.get(&format!("{home}/desk")).await.status, StatusCode::SEE_OTHER);
    let page = chen.page("/sign-in").await;
    let again = chen.send(&page, "sign-in", &[("name", "chen"), ("password", PASSWORD)]).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);
    let list = staff.follow(&list, &format!("enable-account-{id}"), &[]).await;
    let weak = staff.send(&list, &format!("reset-password-{id}"), &[("password", "chen2026")]).await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    weak.shows("这个密码太常见");
    staff.follow(&weak, &format!("reset-password-{id}"), &[("password", GIVEN)]).await.shows("密码已重设");
    chen.sign_in_first("chen", GIVEN, "my very own words").await;
    assert_eq!(chen.get(&format!("{home}/accounts")).await.status, StatusCode::FORBIDDEN);

    // The town's accounts are the town's.
    let mut town = host.browser();
    town.sign_in("town").await;
    let path = link(&town.page("/").await, "/towns/", "");
    let page = town.page(&path).await;
    page.shows("清溪村 · 工作人员");
    assert_eq!(page.html.matches("id=\"disable-account-").count(), 1, "never one's own");
    let stops = page.html.split("id=\"disable-account-").nth(1).and_then(|rest| rest.split('"').next());
    let stops = format!("disable-account-{}", stops.unwrap_or_default());
    town.follow(&page, &stops, &[]).await.shows("账号已停用");
    assert_eq!(staff.get(&format!("{home}/desk")).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_form_can_be_turned_and_kept() {
    let host = Host::start().await;
    let home = format!("/c/{}", host.community);
    let mut staff = host.browser();
    staff.sign_in("staff").await;

    // The address of a form, asked for as a page, leads to the page; the language chosen there is kept.
    for (form, page) in [
        ("/desk/meetings", "/desk"),
        ("/matters/mat_1/review", "/matters/mat_1"),
        ("/ballots/bal_1/close", "/ballots/bal_1"),
        ("/bodies/council/elections", "/bodies"),
    ] {
        let reply = staff.get(&format!("{home}{form}?lang=en")).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{form}");
        assert_eq!(reply.location, format!("{home}{page}"));
    }
    assert!(staff.page(&format!("{home}/desk")).await.html.contains("<html lang=\"en\">"));
    staff.page(&format!("{home}/desk?lang=zh")).await;

    // A form whose token is stale comes back with what was written and a fresh one.
    let page = staff.page(&format!("{home}/suggest")).await;
    let written = [("title", "硬化机耕路"), ("text", "雨天泥泞。"), ("domain", "public-works")];
    let mut stale = written.to_vec();
    stale.push(("csrf", "AAAA"));
    let refused = staff.send(&page, "suggest", &stale).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.html.contains("雨天泥泞。"), "what was written is still there");
    staff.follow(&refused, "suggest", &written).await.shows("建议已提出");

    seat_committee(&mut staff, &home).await;

    // An agenda of several matters, ticked; a form refused as a whole comes back open, with the boxes ticked.
    let page = staff.page(&format!("{home}/suggest")).await;
    let other = [("title", "修路灯"), ("text", "太暗。"), ("domain", "public-works")];
    staff.follow(&page, "suggest", &other).await;
    // A bare suggestion has no text to vote on and is not offered; a proposal that passed its review is.
    let desk = staff.page(&format!("{home}/desk")).await;
    assert!(!desk.html.contains("name=\"agenda\" value="), "nothing can be called yet");
    let list = staff.page(&format!("{home}/matters")).await;
    let start = format!("class=\"cover\" href=\"{home}/matters/");
    for id in list.html.split(&start).skip(1).filter_map(|rest| rest.split('"').next()) {
        let matter = staff.page(&format!("{home}/matters/{id}")).await;
        let proposal = [("text", "按建议办理。"), ("subjects", "general"), ("class", "ordinary")];
        let matter = staff.follow(&matter, "propose", &proposal).await;
        staff.follow(&matter, "review", &[("outcome", "pass")]).await;
    }
    let desk = staff.page(&format!("{home}/desk")).await;
    let boxes: Vec<String> = desk
        .html
        .split("name=\"agenda\" value=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next().map(str::to_owned))
        .collect();
    assert_eq!(boxes.len(), 2);
    let call = [
        ("body", "residents-committee"),
        ("mode", "persons"),
        ("held_on", "2026-01-01"),
        ("hour", "09:00"),
        ("place", "村部"),
    ];
    let none = staff.send(&desk, "convene", &call).await;
    none.shows("请填写这一项");
    let mut call = call.to_vec();
    call.extend(boxes.iter().map(|matter| ("agenda", matter.as_str())));
    let late = staff.send(&none, "convene", &call).await;
    assert!(late.status.is_client_error(), "a day that is past: {}", late.text());
    assert_eq!(late.html.matches(" checked").count(), 3, "two matters and the mode: {}", late.html);
    assert!(late.html.contains("<details class=\"fold\" open>"));
    call.retain(|(name, _)| *name != "held_on");
    call.push(("held_on", "2026-04-20"));
    let meeting = staff.follow(&late, "convene", &call).await;
    meeting.shows("硬化机耕路");
    meeting.shows("修路灯");
    staff.page(&format!("{home}/meetings")).await.shows("村民委员会");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_city_sets_up_a_town_by_form() {
    let host = Host::start().await;
    let mut town = host.browser();
    town.sign_in("town").await;
    assert!(!town.page("/").await.html.contains("id=\"new-town\""), "towns are the city's to set up");
    let mut city = host.browser();
    city.sign_in("city").await;
    let page = city.page("/").await;
    let refused = city.send(&page, "create-town", &[("name", "白石镇"), ("region_code", "12")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.shows("应为 9 位数字");
    let made =
        city.follow(&refused, "create-town", &[("name", "白石镇"), ("region_code", "320582102")]).await;
    made.shows("白石镇");
    let account = [
        ("display_name", "赵一"),
        ("login", "zhao"),
        ("password", GIVEN),
        ("grants", "town-admin"),
        ("holder.name", "赵一"),
        ("holder.birth_date", "1980-01-01"),
    ];
    let listed = city.follow(&made, "create-town-account", &account).await;
    listed.shows("赵一");
    listed.shows("尚未换成自己的密码");
}

/// The address of the matter a page shows.
fn page_of(page: &browser::Reply, home: &str) -> String {
    let action = format!("action=\"{home}/matters/");
    let rest = page.html.split(&action).nth(1).unwrap_or_else(|| panic!("no form in: {}", page.text()));
    format!("{home}/matters/{}", rest.split(['/', '"']).next().unwrap_or_default())
}

/// The first address under `home` that goes on so.
fn link(page: &browser::Reply, part: &str, home: &str) -> String {
    let start = format!("\"{home}{part}");
    let rest = page.html.split(&start).nth(1).unwrap_or_else(|| panic!("no `{part}` in: {}", page.text()));
    format!("{home}{part}{}", rest.split(['/', '"', '#', '?']).next().unwrap_or_default())
}
