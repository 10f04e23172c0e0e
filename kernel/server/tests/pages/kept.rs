//! What people wrote is not lost with their session.

use axum::http::StatusCode;

use crate::browser::{Host, PASSWORD};

/// What went wrong: the session had ended, the form was sent, and everything written in it was gone.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_waits_until_its_writer_has_signed_in_again() {
    let host = Host::start().await;
    let suggest = format!("/c/{}/suggest", host.community);
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    let page = staff.page(&suggest).await;
    staff.lose_session();
    let written = [("title", "硬化机耕路"), ("text", "雨天泥泞，\n老人摔过。"), ("domain", "public-works")];
    let away = staff.send(&page, "suggest", &written).await;
    assert_eq!(away.status, StatusCode::SEE_OTHER, "{}", away.text());
    assert!(away.location.starts_with("/sign-in?next="), "{}", away.location);
    let sign_in = staff.page(&away.location).await;
    sign_in.shows("您刚才写的内容留着");
    let back = staff.follow(&sign_in, "sign-in", &[("name", "staff"), ("password", PASSWORD)]).await;
    back.shows("还没有提交");
    let sent = back.form("suggest").untouched(&[]);
    for (name, value) in written {
        let found = sent.iter().find(|(sent, _)| sent == name).map(|(_, value)| value.as_str());
        assert_eq!(found, Some(value), "{name}");
    }
    staff.follow_whole(&back, "suggest", &[]).await.shows("建议已提出");
    // Once sent it is not offered again, and nobody else on another machine ever sees it.
    let again = staff.page(&suggest).await;
    assert!(!again.html.contains("硬化机耕路"), "{}", again.text());
    let mut town = host.browser();
    town.sign_in("town").await;
    assert!(!town.page(&suggest).await.html.contains("雨天泥泞"));
}

/// The same where the page has the form only for those who are signed in, in the middle of a page.
#[tokio::test(flavor = "multi_thread")]
async fn a_form_on_the_desk_comes_back_open() {
    let host = Host::start().await;
    let desk = format!("/c/{}/desk", host.community);
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    let page = staff.page(&desk).await;
    staff.lose_session();
    let written = [("person", "陈志远"), ("login", "chen"), ("password", "qx-7H2-given-once")];
    let away = staff.send(&page, "create-member-account", &written).await;
    let sign_in = staff.page(&away.location).await;
    let reply = staff.send(&sign_in, "sign-in", &[("name", "staff"), ("password", PASSWORD)]).await;
    // The address of the form leads to the page it stands on.
    let reply = staff.get(&reply.location).await;
    let back = staff.page(&reply.location).await;
    back.shows("还没有提交");
    assert!(back.html.contains("value=\"陈志远\""));
    assert!(!back.html.contains("qx-7H2-given-once"), "a password is never kept");
}

/// Two taps: the second answer, which is the one a browser shows, came with a form that would have suggested it once more.
#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_twice_at_once_comes_back_as_the_same_request() {
    let host = Host::start().await;
    let home = format!("/c/{}", host.community);
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    let mut tab = staff.tab();
    for round in 0..100 {
        let title = format!("修灯 {round}");
        let fields = [("title", title.as_str()), ("text", "村口的路灯坏了。"), ("domain", "public-works")];
        let page = staff.page(&format!("{home}/suggest")).await;
        let key = page.values("idempotency_key");
        let (one, other) =
            tokio::join!(staff.send(&page, "suggest", &fields), tab.send(&page, "suggest", &fields));
        let Some(late) = [&one, &other].into_iter().find(|reply| reply.status == StatusCode::CONFLICT) else {
            assert_eq!(one.location, other.location, "one suggestion became two");
            continue;
        };
        assert_eq!(late.values("idempotency_key"), key, "{}", late.text());
        let again = staff.send(late, "suggest", &fields).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.text());
        let first = [&one, &other].into_iter().find(|reply| reply.status == StatusCode::SEE_OTHER);
        assert_eq!(first.map(|reply| &reply.location), Some(&again.location), "one suggestion became two");
        return;
    }
    panic!("two at once never met");
}
