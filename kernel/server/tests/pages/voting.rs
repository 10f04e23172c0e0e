//! A vote as each of its people sees it: who is asked, what is voted on, how it ends.

use axum::http::StatusCode;

use crate::browser::{Browser, Host, Reply};
use crate::standing::{levy, member, tellers, to_the_assembly, voting, voting_without};
use crate::{link, page_of};

/// The digest that a page names the text by.
fn text_digest(page: &Reply) -> String {
    let after = page.html.split("文本指纹").nth(1).unwrap_or_else(|| panic!("no digest in: {}", page.text()));
    after.split("title=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

/// What went wrong: whoever had voted was still told to; whoever had no vote was asked for it, and told that checking in
/// would get them one; one text had two fingerprints; a ballot that was over said what it would need to pass.
#[tokio::test(flavor = "multi_thread")]
async fn an_open_vote_asks_only_those_who_have_one() {
    let host = Host::start().await;
    let home = format!("/c/{}", host.community);
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    member(&host, &mut staff, "chen", "陈志远").await;
    member(&host, &mut staff, "sun", "孙立军").await;
    let path = levy(&host, &mut staff).await;
    to_the_assembly(&host, &mut staff, &path).await;
    let (sitting, ballot) = voting_without(&host, &mut staff, &path, "open", &["孙立军"]).await;

    let mut chen = host.browser();
    chen.sign_in("chen").await;
    let matter = chen.page(&path).await;
    matter.shows("去投票");
    let paper = chen.page(&ballot).await;
    assert_eq!(text_digest(&matter), text_digest(&paper), "one text, one fingerprint");
    paper.shows("整个议题的指纹");
    chen.page(&home).await.shows("现在请您 表决 硬化机耕路");
    let confirm = chen.send(&paper, &ballot, &[("choice", "yes")]).await;
    chen.follow(&confirm, &ballot, &[]).await.shows("投票成功");

    // Done: nothing is asked any more, and the receipt is one tap away.
    let receipt = format!("href=\"{ballot}/receipt\"");
    let matter = chen.page(&path).await;
    assert!(!matter.text().contains("去投票"), "{}", matter.text());
    matter.shows("您已经投票");
    assert!(matter.html.contains(&receipt), "the receipt, from the matter");
    let front = chen.page(&home).await;
    assert!(!front.text().contains("现在请您"), "{}", front.text());
    front.shows("正在进行 表决 硬化机耕路");
    assert!(front.html.contains(&receipt), "the receipt, from the home");

    // Who stayed at home cannot vote any more, and is not asked to; nor is a clerk, who is not of the assembly.
    let mut sun = host.browser();
    sun.sign_in("sun").await;
    for browser in [&mut sun, &mut staff] {
        let front = browser.page(&home).await;
        assert!(!front.text().contains("现在请您"), "{}", front.text());
        front.shows("村民会议正在表决，已投 1，应投 6");
        assert!(!browser.page(&path).await.text().contains("去投票"));
    }
    sun.page(&ballot).await.shows("开始表决时您没有到会签到");
    staff.page(&ballot).await.shows("这次表决由村民会议的成员投票，您不是它的成员");
    host.browser().page(&home).await.shows("现在请您 表决 硬化机耕路");

    // A paper is entered for somebody who has not voted, and the answer says for whom.
    let meeting = staff.page(&sitting).await;
    let number = ballot.rsplit('/').next().unwrap_or_default();
    let form = format!("record-vote-{number}");
    let options = |page: &Reply| {
        let form = page.html.split(&format!("id=\"{form}\"")).nth(1).unwrap_or_default().to_owned();
        form.split("</form>").next().unwrap_or_default().to_owned()
    };
    let voters = options(&meeting);
    assert!(!voters.contains("陈志远") && !voters.contains("孙立军") && voters.contains("王建国"));
    let wang = voters.split("王建国").next().and_then(|before| before.rsplit("value=\"").next());
    let wang = wang.and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned();
    let meeting = staff.follow(&meeting, &form, &[("voter", wang.as_str()), ("choice", "abstain")]).await;
    meeting.shows("已登记一票，投票人：王建国");
    assert!(!options(&meeting).contains("王建国"));

    // Four in the room have not voted: whoever closes says so.
    let close = format!("close-ballot-{number}");
    let asked = staff.send(&meeting, &close, &[]).await;
    assert_eq!(asked.status, StatusCode::CONFLICT, "{}", asked.text());
    asked.shows("另有4人怎样表决没有说明");
    host.browser().page(&home).await.shows("已投 2，应投 6");
    let english = staff.page(&format!("{sitting}?lang=en")).await;
    staff.send(&english, &close, &[]).await.shows("say how the other 4 voted");
    staff.page(&format!("{sitting}?lang=zh")).await;
    staff.follow(&asked, &close, &[("hand_count.not_voting", "4")]).await.shows("表决已结束");

    // Over: what it came to, and no longer what it would need.
    for browser in [&mut chen, &mut sun, &mut staff] {
        let paper = browser.page(&ballot).await;
        paper.shows("表决已经结束");
        paper.shows("村民会议 · 未通过");
        assert!(!paper.text().contains("通过需要"), "{}", paper.text());
    }
}

/// What went wrong: the ballot paper of a vote on a rule led to the matter, and nobody found the rule.
#[tokio::test(flavor = "multi_thread")]
async fn a_vote_on_a_rule_leads_to_its_text() {
    let host = Host::start().await;
    let home = format!("/c/{}", host.community);
    let number = crate::rules::shelved(&host, "customs").await;
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    member(&host, &mut staff, "chen", "陈志远").await;
    let path = drafted(&host, &mut staff, &number).await;
    to_the_assembly(&host, &mut staff, &path).await;
    let (sitting, ballot) = voting(&host, &mut staff, &path, "open").await;
    let mut chen = host.browser();
    chen.sign_in("chen").await;
    let paper = chen.page(&ballot).await;
    let rule = link(&paper, "/rules/", &home);
    paper.shows("表决的规约：");
    chen.page(&rule).await.shows("条文");

    // Adopted and handed in: the town finds on its page what it has to acknowledge.
    let meeting = staff.page(&sitting).await;
    let (one, two) = tellers(&meeting);
    let count = [
        ("hand_count.yes", "7"),
        ("hand_count.tellers.0", one.as_str()),
        ("hand_count.tellers.1", two.as_str()),
        ("hand_count.record", "计票单：赞成 7。"),
    ];
    let close = format!("close-ballot-{}", ballot.rsplit('/').next().unwrap_or_default());
    staff.follow(&meeting, &close, &count).await;
    let matter = staff.page(&path).await;
    staff.follow(&matter, "file", &[]).await;
    let mut town = host.browser();
    town.sign_in("town").await;
    let board = link(&town.page("/").await, "/towns/", "");
    let page = town.page(&board).await;
    page.shows("待签收的备案");
    assert!(page.html.contains(&format!("href=\"{path}#actions\"")), "a way to it");
    let matter = town.page(&path).await;
    town.follow(&matter, "acknowledge-filing", &[("receipt", "已收到，存档备查。")]).await;
    assert!(!town.page(&board).await.text().contains("待签收的备案"));
}

/// A rule drafted from the shelf and proposed. Returns its matter.
async fn drafted(host: &Host, staff: &mut Browser<'_>, number: &str) -> String {
    let home = format!("/c/{}", host.community);
    let shelf = staff.page(&format!("{home}/rules")).await;
    let fields = [("settings.wedding-tables", "10"), ("text", "移风易俗。")];
    let draft = staff.follow_whole(&shelf, &format!("draft-rule-{number}"), &fields).await;
    let path = page_of(&draft, &home);
    staff.follow(&draft, "propose", &[("text", "移风易俗。")]).await;
    path
}
