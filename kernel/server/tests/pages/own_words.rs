//! A rule with words of its own: a domain, stages, records and measures that the host has never heard of, on every page and
//! in both languages.

use axum::http::StatusCode;

use crate::browser::{Host, Reply};
use crate::page_of;
use crate::rules::attested;

/// Codes of the rule that nobody may have to read.
const CODES: [&str; 6] =
    ["shared-tools", "out-on-loan", "back-on-shelf", "tools-out", "tool-loan", "look-first"];

fn no_codes(page: &Reply) {
    let text = page.text();
    for code in CODES {
        assert!(!text.contains(code), "`{code}` is shown in: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rules_own_domain_stages_and_records_are_on_every_page_in_both_languages() {
    let host = Host::start().await;
    let home = format!("/c/{}", host.community);
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    let suggest = format!("{home}/suggest");
    let before = staff.page(&suggest).await;
    assert!(!before.html.contains("shared-tools"), "nobody brought the domain yet");
    let rule = attested(&host, &mut staff, "tool-shelf", &[]).await;

    // The suggestion page offers what the rule in force brings, as the rule calls it.
    for (lang, named) in [("en", "Shared tools"), ("zh", "公用器具")] {
        let page = staff.page(&format!("{suggest}?lang={lang}")).await;
        page.shows(named);
        no_codes(&page);
    }
    let page = staff.page(&suggest).await;
    let fields = [("title", "添一架梯子"), ("text", "梯子坏了。"), ("domain", "shared-tools")];
    let matter = staff.follow(&page, "suggest", &fields).await;
    let path = page_of(&matter, &home);
    // The matter page names the domain, and keeps what the rule advised when it was suggested.
    let pinned =
        ["Implementation rules and regulations Rule for shared tools", "实施细则、村规民约 公用器具细则"];
    for (lang, named, advice, title) in [
        ("en", "Shared tools", "look first whether the tool is on the shelf", pinned[0]),
        ("zh", "公用器具", "先看架上有没有这件器具", pinned[1]),
    ] {
        for browser in [&mut staff, &mut host.browser()] {
            let page = browser.page(&format!("{path}?lang={lang}")).await;
            page.shows(named);
            page.shows(advice);
            page.shows(title);
            no_codes(&page);
        }
        let desk = staff.page(&format!("{home}/desk?lang={lang}")).await;
        desk.shows("添一架梯子");
        no_codes(&desk);
    }

    // A case goes to the rule's own stage; its page, the list and the public page say so in words.
    let taken = [("subject", "东一号"), ("on", "2026-03-02"), ("form.tool", "电钻")];
    let page = staff.page(&rule).await;
    page.shows("办理：借用器具");
    let done = staff.follow_whole(&page, "case-tool-taken", &taken).await;
    done.shows("借出在外：已借出，用后归架");
    for (lang, stage, measure, said, posted) in [
        (
            "en",
            "Stage Out on loan",
            "Figures Tools out 1",
            "lent; put it back after use",
            "Out on loan: 电钻",
        ),
        ("zh", "进展 借出在外", "指标 在外器具 1", "已借出，用后归架", "电钻已借出"),
    ] {
        let list = staff.page(&format!("{rule}/cases?lang={lang}")).await;
        for told in [stage, measure, said] {
            list.shows(told);
        }
        no_codes(&list);
        for path in [&rule, &home] {
            let page = host.browser().page(&format!("{path}?lang={lang}")).await;
            page.shows(posted);
            no_codes(&page);
        }
    }
    // What the rule keeps, it is shown: one more and the household has as many as it may.
    staff.page(&format!("{rule}?lang=zh")).await;
    let mut second = taken;
    second[2] = ("form.tool", "水泵");
    let done = staff.follow_whole(&done, "case-tool-taken", &second).await;
    let mut third = taken;
    third[2] = ("form.tool", "梯子");
    let refused = staff.send_whole(&done, "case-tool-taken", &third).await;
    assert!(refused.status.is_client_error(), "{}", refused.text());
    refused.shows("每户最多借2件，请先归还");
    let english = staff.page(&format!("{rule}?lang=en")).await;
    let refused = staff.send_whole(&english, "case-tool-taken", &third).await;
    refused.shows("a household may have 2 tools: return one first");
    assert_ne!(refused.status, StatusCode::OK);
}
