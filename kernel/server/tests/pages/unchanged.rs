//! Public pages that have not changed are sent again as they were, and never after something has.

use axum::http::StatusCode;

use crate::browser::Host;

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
