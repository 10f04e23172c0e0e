//! Public pages that have not changed are sent again as they were, and never after something has.

use axum::http::StatusCode;

use crate::browser::{Browser, Host, Reply};
use crate::standing::{levy, member, to_the_assembly, voting};

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_drawn_once_and_again_after_every_write() {
    let host = Host::start().await;
    let home = format!("/c/{}", host.community);
    let mut visitor = host.browser();
    let first = visitor.page(&home).await;
    let before = host.server.sent_again();
    let second = host.browser().page(&home).await;
    assert_eq!(second.html, first.html);
    assert_eq!(host.server.sent_again(), before + 1, "nothing had changed");
    let tag = first.tag.expect("a page has a tag");
    let same = visitor.get_unless(&home, &tag).await;
    assert_eq!((same.status, same.html.as_str()), (StatusCode::NOT_MODIFIED, ""));

    let mut staff = host.browser();
    staff.sign_in("staff").await;
    let page = staff.page(&format!("{home}/suggest")).await;
    let written = [("title", "硬化机耕路"), ("text", "雨天泥泞。"), ("domain", "public-works")];
    staff.follow_whole(&page, "suggest", &written).await.shows("建议已提出");
    let counted = host.server.sent_again();
    let changed = visitor.get_unless(&home, &tag).await;
    assert_eq!(changed.status, StatusCode::OK);
    changed.shows("硬化机耕路");
    assert_eq!(host.server.sent_again(), counted, "it was drawn anew");
    visitor.page("/").await.shows("清溪村");
}

#[tokio::test(flavor = "multi_thread")]
async fn language_mode_day_and_reader_are_each_answered_for_themselves() {
    let host = Host::start().await;
    let home = format!("/c/{}", host.community);
    let mut visitor = host.browser();
    let chinese = visitor.page(&home).await;
    let mut english = host.browser();
    english.page(&format!("{home}?lang=en")).await;
    let there = english.page(&home).await;
    assert!(there.html.contains("lang=\"en") && chinese.html.contains("lang=\"zh"), "{}", there.text());
    assert_eq!(visitor.page(&home).await.html, chinese.html, "the other language is kept apart");
    let mut large = host.browser();
    large.page(&format!("{home}?elder=on")).await;
    assert_ne!(large.page(&home).await.html, chinese.html, "so is the mode for elders");

    // What is drawn for somebody who is signed in is shown to nobody else, and they are never shown a visitor's.
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    let own = staff.page(&home).await;
    own.shows("staff 一号");
    assert!(own.tag.is_none(), "no tag that a browser could ask with after signing out");
    assert_eq!(visitor.page(&home).await.html, chinese.html);
    assert!(!host.browser().page(&home).await.html.contains("staff 一号"));

    let again = host.server.sent_again();
    host.day("2026-03-03");
    let tomorrow = visitor.page(&home).await;
    assert_ne!(tomorrow.html, chinese.html, "the simulated day stands on the page");
    assert_eq!(host.server.sent_again(), again);
}

/// A form has a token of the visitor's own: such a page is kept for nobody.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_with_a_form_is_never_shared() {
    let host = Host::start().await;
    for path in [format!("/c/{}/verify", host.community), "/sign-in".to_owned()] {
        let (mut one, mut other) = (host.browser(), host.browser());
        let page = one.page(&path).await;
        if !page.html.contains("name=\"csrf\"") {
            continue;
        }
        assert_ne!(other.page(&path).await.values("csrf"), page.values("csrf"), "{path}");
    }
}

/// A visitor's page, asked for until it is the one that is kept.
async fn kept(host: &Host, path: &str) -> Reply {
    host.browser().page(path).await;
    let again = host.server.sent_again();
    let page = host.browser().page(path).await;
    assert_eq!(host.server.sent_again(), again + 1, "{path} was not kept");
    page
}

/// A vote shows at once wherever its number stands, however often the page was sent again before.
#[tokio::test(flavor = "multi_thread")]
async fn a_vote_shows_at_once_on_every_kept_page() {
    let host = Host::start().await;
    let home = format!("/c/{}", host.community);
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    member(&host, &mut staff, "chen", "陈志远").await;
    let path = levy(&host, &mut staff).await;
    to_the_assembly(&host, &mut staff, &path).await;
    let (sitting, ballot) = voting(&host, &mut staff, &path, "open").await;
    let list = format!("{home}/matters");
    let mut tags = Vec::new();
    for page in [&path, &home, &list] {
        let before = kept(&host, page).await;
        before.shows("已投 0，应投 7");
        tags.push((page, before.tag.expect("a public page has a tag")));
    }
    let in_the_hall = kept(&host, &sitting).await;
    let mut chen = host.browser();
    chen.sign_in("chen").await;
    let paper = chen.page(&ballot).await;
    let confirm = chen.send(&paper, &ballot, &[("choice", "yes")]).await;
    chen.follow(&confirm, &ballot, &[]).await.shows("投票成功");
    for (page, tag) in tags {
        let again = host.server.sent_again();
        let now = host.browser().get_unless(page, &tag).await;
        assert_eq!(now.status, StatusCode::OK, "{page} is not what it was");
        now.shows("已投 1，应投 7");
        assert_eq!(host.server.sent_again(), again, "{page} was drawn anew");
    }
    assert_ne!(host.browser().page(&sitting).await.html, in_the_hall.html);
}

/// Whoever was erased is on no page that was kept before, nor is such a page said to be still what it was.
#[tokio::test(flavor = "multi_thread")]
async fn an_erased_name_is_gone_from_pages_that_were_kept() {
    let host = Host::start().await;
    let home = format!("/c/{}", host.community);
    let bodies = format!("{home}/bodies");
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    crate::seat_committee(&mut staff, &home).await;
    let mut tags = Vec::new();
    for page in [&home, &bodies] {
        let named = kept(&host, page).await;
        named.shows("王建国");
        tags.push((page, named.tag.expect("a public page has a tag")));
    }
    leave_and_be_erased(&mut staff, &home).await;
    for (page, tag) in tags {
        let now = host.browser().get_unless(page, &tag).await;
        assert_eq!(now.status, StatusCode::OK, "{page}");
        assert!(!now.html.contains("王建国"), "{page}: {}", now.text());
        for _ in 0..2 {
            assert!(!host.browser().page(page).await.html.contains("王建国"), "{page}, kept again");
        }
    }
}

/// 王建国 leaves office, moves away, and has their data erased.
async fn leave_and_be_erased(staff: &mut Browser<'_>, home: &str) {
    let roster = format!("{home}/roster");
    let page = staff.page(&roster).await;
    let away = [
        ("person", "王建国"),
        ("change", "moved-away"),
        ("on", "2026-03-02"),
        ("reasons", "迁往外地。"),
        ("paper", "迁移证 1 号"),
    ];
    let page = staff.follow_whole(&page, "change-person", &away).await;
    let asked = [
        ("person", "王建国"),
        ("reasons", "本人书面申请。"),
        ("paper", "申请第 8 号"),
        ("confirmed", "true"),
    ];
    staff.follow_whole(&page, "erase-person", &asked).await.shows("资料已清除");
}
