//! Rules by forms alone: what a rule asks is drawn from the schemas it carries, and nobody types JSON.

use std::path::Path;

use axum::http::StatusCode;

use crate::browser::{Browser, Host, Reply};
use crate::{link, page_of};

/// A rule of this repository, built.
fn plugin(name: &str) -> yishi_builder::Built {
    let of_tests = ["plain-charter", "tool-shelf"].contains(&name);
    let folder = if of_tests { "../../tests/plugins" } else { "../../plugins" };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(name);
    let built = yishi_builder::build(&yishi_builder::Options::default(), &[folder]).expect("built");
    built.into_iter().next().expect("one component")
}

/// The town puts it on the shelf; what forms are numbered by.
pub(crate) async fn shelved(host: &Host, name: &str) -> String {
    let built = plugin(name);
    let mut town = host.browser();
    town.sign_in("town").await;
    let page = town.page(&format!("/c/{}/rules", host.community)).await;
    let report = town.send_file(&page, "upload-rule", "component", &built.bytes).await;
    assert_eq!(report.status, StatusCode::OK, "{}", report.text());
    let digest = built.digest.to_string();
    digest.strip_prefix("sha256:").unwrap_or(&digest).to_owned()
}

/// The page of the one rule that a page leads to.
fn rule_path(page: &Reply, host: &Host) -> String {
    let start = format!("/c/{}/rules/", host.community);
    let mut ends = page.html.split(&start).skip(1);
    let end =
        ends.find(|end| end.starts_with("rul_")).unwrap_or_else(|| panic!("no rule in: {}", page.text()));
    format!("{start}{}", end.split(['/', '"', '#', '?', '&']).next().unwrap_or_default())
}

/// What was adopted on paper is entered by staff and confirmed by the town. Returns the rule's page.
pub(crate) async fn attested(
    host: &Host,
    staff: &mut Browser<'_>,
    name: &str,
    chosen: &[(&str, &str)],
) -> String {
    let number = shelved(host, name).await;
    let shelf = staff.page(&format!("/c/{}/rules", host.community)).await;
    let mut fields = vec![
        ("body", "residents-assembly"),
        ("mode", "persons"),
        ("adopted_on", "2026-01-10"),
        ("counts.in_office", "7"),
        ("counts.present", "6"),
        ("counts.yes", "6"),
        ("counts.no", "0"),
        ("counts.abstain", "0"),
        ("minutes", "二〇二六年一月十日村民会议通过。"),
        ("effective", "2026-03-02"),
    ];
    fields.extend(chosen);
    let rule = staff.follow_whole(&shelf, &format!("attest-{number}"), &fields).await;
    rule.shows("已录入，等待镇级确认");
    let path = rule_path(&rule, host);
    let mut town = host.browser();
    town.sign_in("town").await;
    let page = town.page(&path).await;
    town.follow(&page, "confirm-attestation", &[]).await;
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_draft_a_rule_with_settings_of_their_own_by_form() {
    let host = Host::start().await;
    let number = shelved(&host, "collective-spending").await;
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    let shelf = staff.page(&format!("/c/{}/rules", host.community)).await;
    shelf.shows("集体资金使用实施细则");
    shelf.shows("询价数额起点（元）");
    // What went wrong: a text on the shelf could not be read before it was drafted.
    let text = shelf.html.split("<summary>条文").nth(1).expect("the articles of the text on the shelf");
    assert!(text.split("</details>").next().is_some_and(|text| text.contains("<code>")), "{}", shelf.text());
    assert!(!shelf.html.contains("id=\"upload-rule\""), "staff do not upload");
    let form = format!("draft-rule-{number}");
    let settings = [
        ("settings.posting-days", "20"),
        ("settings.quotation-amount-fen", "6,000.50"),
        ("settings.large-passes", "3/4"),
        ("text", "钱要花得明白。"),
    ];
    let mut low = settings.to_vec();
    low[0] = ("settings.posting-days", "3");
    let refused = staff.send_whole(&shelf, &form, &low).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.shows("不小于 15");
    assert!(refused.html.contains("value=\"3/4\""), "what was chosen is still there");
    // What only the rule itself can say stands at the right field too.
    let mut unfair = settings.to_vec();
    unfair[2] = ("settings.large-passes", "1/2");
    let refused = staff.send_whole(&shelf, &form, &unfair).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let id = format!("{form}-settingslarge-passes-error");
    assert!(refused.html.contains(&id), "no `{id}` in: {}", refused.html);
    let matter = staff.follow_whole(&refused, &form, &settings).await;
    matter.shows("草案已立");
    let mut anyone = host.browser();
    let rule = anyone.page(&rule_path(&matter, &host)).await;
    rule.shows("公布期限（天） 20");
    rule.shows("6000.50");
    rule.shows("3/4");
    let public = anyone.page(&format!("/c/{}/rules", host.community)).await;
    assert!(!public.html.contains("id=\"shelf\""), "the shelf is not the public's");
}

/// From a suggestion to a proposal that the rule wants to be whole.
async fn proposed(host: &Host, staff: &mut Browser<'_>) -> Reply {
    let page = staff.page(&format!("/c/{}/suggest", host.community)).await;
    let fields = [("title", "清淤东渠"), ("text", "东渠淤塞，建议清淤。"), ("domain", "collective-funds")];
    let matter = staff.follow(&page, "suggest", &fields).await;
    matter.shows("项目名称");
    let bare = [("text", "清淤东渠 600 米。"), ("class", "ordinary"), ("amount_fen", "8000.50")];
    let refused = staff.send_whole(&matter, "propose", &bare).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.shows("请填写这一项");
    let none = staff.send(&refused, "propose", &bare).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    none.shows("请至少勾选一项");
    let whole = [
        ("text", "清淤东渠 600 米。"),
        ("class", "ordinary"),
        ("amount_fen", "8000.50"),
        ("subjects", "collective-funds"),
        ("subjects", "planning"),
        ("form.project", "东渠清淤"),
        ("form.purpose", "清淤"),
        ("form.funding-source", "集体收入"),
        ("form.quotations", "甲队 | 8000.50\n乙队 | 8600\n丙队 | 9000"),
    ];
    let mut few = whole.to_vec();
    few[8] = ("form.quotations", "甲队 | 8000.50");
    let refused = staff.send_whole(&refused, "propose", &few).await;
    assert!(refused.status.is_client_error(), "{}", refused.text());
    refused.shows("应当取得3家以上的书面报价，现有1家");
    // By the rule's title, never by the name its component carries.
    refused.shows("依据：《集体资金使用实施细则》");
    assert!(!refused.text().contains("collective-spending·"), "{}", refused.text());
    staff.follow_whole(&refused, "propose", &whole).await
}

/// A revision used to lose what a proposal had answered to the rules, and so passed for a revision where nothing was revised.
#[tokio::test(flavor = "multi_thread")]
async fn a_revision_begins_with_everything_the_proposal_said() {
    let host = Host::start().await;
    let home = format!("/c/{}", host.community);
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    super::seat_committee(&mut staff, &home).await;
    attested(&host, &mut staff, "collective-spending", &[]).await;
    let matter = proposed(&host, &mut staff).await;
    let back = [("outcome", "return"), ("reasons", "写明清淤的起止位置。")];
    let matter = staff.follow(&matter, "review", &back).await;
    assert_eq!(matter.values("form.project"), ["东渠清淤"]);
    assert_eq!(matter.values("amount_fen"), ["8000.50"]);
    assert_eq!(matter.values("per_household_fen"), [""]);
    // What no record holds, and what may stand in no text, is told at its field, also where JSON is written.
    let huge = staff.send_whole(&matter, "resubmit", &[("amount_fen", "90071992547409.93")]).await;
    assert_eq!(huge.status, StatusCode::UNPROCESSABLE_ENTITY);
    huge.shows("请填写金额");
    let hidden = staff.send_whole(&matter, "resubmit", &[("text.json", "\"\u{202e}乙甲\"")]).await;
    assert_eq!(hidden.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", hidden.text());
    let escaped = staff.send_whole(&matter, "resubmit", &[("text.json", r#""\u202e乙甲""#)]).await;
    assert_eq!(escaped.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", escaped.text());
    // Nothing, and a class that it cannot have again, revise nothing.
    let lower =
        staff.send_whole(&matter, "resubmit", &[("class", "ordinary"), ("per_household_fen", "0")]).await;
    assert_eq!(lower.status, StatusCode::CONFLICT);
    let same = staff.send_whole(&matter, "resubmit", &[]).await;
    assert_eq!(same.status, StatusCode::CONFLICT);
    same.shows("再报须有修改");
    let revised = [("text", "清淤东渠 600 米，自桥头到闸口。")];
    let matter = staff.follow_whole(&same, "resubmit", &revised).await;
    matter.shows("自桥头到闸口");
    assert!(!matter.text().contains("每户筹资 0"), "a levy of nothing is none: {}", matter.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn collective_funds_are_proposed_and_accounted_for_by_forms() {
    let host = Host::start().await;
    let home = format!("/c/{}", host.community);
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    super::seat_committee(&mut staff, &home).await;
    attested(&host, &mut staff, "collective-spending", &[]).await;
    let matter = proposed(&host, &mut staff).await;
    matter.shows("重大事项");
    matter.shows("8,000.50 元");
    let path = page_of(&matter, &home);
    let id = path.rsplit('/').next().unwrap_or_default().to_owned();
    let matter = staff.follow(&matter, "review", &[("outcome", "pass")]).await;
    let matter = if matter.html.contains("id=\"open-consultation\"") {
        staff.follow(&matter, "open-consultation", &[("until", "2026-03-10")]).await;
        host.day("2026-03-11");
        staff.sign_in("staff").await;
        let matter = staff.page(&path).await;
        staff.follow(&matter, "close-consultation", &[("summary", "没有不同意见。")]).await
    } else {
        matter
    };
    let study = [("outcome", "recommended"), ("record", "会议研究，建议提交。")];
    let matter = staff.follow(&matter, "study", &study).await;
    let joint = [("outcome", "submit"), ("to", "residents-assembly"), ("minutes", "同意提交。")];
    staff.follow(&matter, "deliberate", &joint).await;
    let desk = staff.page(&format!("{home}/desk")).await;
    let call = [
        ("body", "residents-assembly"),
        ("mode", "persons"),
        ("held_on", "2026-04-20"),
        ("hour", "09:00"),
        ("place", "村礼堂"),
        ("agenda", id.as_str()),
    ];
    let meeting = staff.follow(&desk, "convene", &call).await;
    let meeting_path = link(&meeting, "/meetings/", &home);
    host.day("2026-04-20");
    staff.sign_in("staff").await;
    let meeting = staff.page(&meeting_path).await;
    let meeting = staff.follow(&meeting, "open", &[]).await;
    let boxes = meeting.boxes("arrive.");
    let ticked: Vec<_> = boxes.iter().map(|name| (name.as_str(), "true")).collect();
    let meeting = staff.follow(&meeting, "check-in", &ticked).await;
    let meeting = staff.follow(&meeting, &format!("open-ballot-{id}"), &[("secrecy", "open")]).await;
    let ballot = link(&meeting, "/ballots/", &home);
    let ballot = ballot.rsplit('/').next().unwrap_or_default();
    let tellers: Vec<_> = boxes.iter().filter_map(|name| name.strip_prefix("arrive.")).collect();
    let count = [
        ("hand_count.yes", "7"),
        ("hand_count.tellers.0", tellers[tellers.len() - 1]),
        ("hand_count.tellers.1", tellers[tellers.len() - 2]),
        ("hand_count.record", "计票单：赞成 7。"),
    ];
    let meeting = staff.follow(&meeting, &format!("close-ballot-{ballot}"), &count).await;
    staff.follow(&meeting, "adjourn", &[("minutes", "会议记录。")]).await;
    let matter = staff.page(&path).await;
    staff.follow(&matter, "disclose", &[]).await;
    host.day("2026-05-20");
    staff.sign_in("staff").await;
    let mut matter = staff.page(&path).await;
    if matter.html.contains("id=\"take-down\"") {
        matter = staff.follow(&matter, "take-down", &[]).await;
    }
    if matter.html.contains("id=\"implement\"") {
        matter = staff.follow(&matter, "implement", &[("report", "已清淤 600 米。")]).await;
    }
    matter.shows("决算金额（元）");
    let report = [("report", "清淤完成，决算 8000.50 元。"), ("evidence.final-cost-fen", "")];
    let refused = staff.send_whole(&matter, "disclose-outcome", &report).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    // What the rule says to a sum beyond the resolution is advice that everybody reads; it keeps nothing from the people (R24).
    let report = [("report", "清淤完成，决算 9000 元。"), ("evidence.final-cost-fen", "9000")];
    let matter = staff.follow_whole(&refused, "disclose-outcome", &report).await;
    matter.shows("应当先作补充决议");
    host.browser().page(&path).await.shows("应当先作补充决议");
    matter.shows("已办理：公开实施结果");
    matter.shows("等待村民委员会办理：办结");
    // Its card said step 6, "suggestion"; its clerk was told to close it while the notice had to stay up.
    host.browser().page(&home).await.shows("第 6 步，共六步 · 实施结果公开");
    let desk = staff.page(&format!("{home}/desk")).await;
    desk.shows("公示期满后办理");
    assert!(!desk.text().contains("待我办理"), "{}", desk.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_handled_by_form_and_its_result_is_posted() {
    let host = Host::start().await;
    let home = format!("/c/{}", host.community);
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    let path = attested(&host, &mut staff, "clean-home", &[]).await;
    let rule = staff.page(&path).await;
    rule.shows("办理：环境卫生检查");
    rule.shows("五项评分：门前屋后整洁");
    let visit = [
        ("subject", "东一号"),
        ("on", "2026-03-02"),
        ("form.inspectors", "2"),
        ("form.with-representative", "true"),
        ("form.consent", "true"),
        ("form.scores.frontage", "19"),
        ("form.scores.waste-sorting", "19"),
        ("form.scores.storage", "19"),
        ("form.scores.greenery", "19"),
        ("form.scores.drainage", "19"),
    ];
    let mut wrong = visit.to_vec();
    wrong[9] = ("form.scores.drainage", "21");
    let refused = staff.send_whole(&rule, "case-inspection", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.shows("不大于 20");
    let mut nobody = visit.to_vec();
    nobody[0] = ("subject", "无此户");
    let refused = staff.send_whole(&refused, "case-inspection", &nobody).await;
    refused.shows("名册中没有这一户或这个人");
    let mut alone = visit.to_vec();
    alone[2] = ("form.inspectors", "1");
    let refused = staff.send_whole(&refused, "case-inspection", &alone).await;
    assert!(refused.status.is_client_error(), "the rule declines");
    let rule = staff.follow_whole(&refused, "case-inspection", &visit).await;
    rule.shows("已登记：得分95，优秀");
    rule.shows("户号东一号评为优秀");

    let list = staff.page(&format!("{path}/cases")).await;
    list.shows("环境卫生检查 · 东一号");
    list.shows("累计积分 5");
    list.shows("标准-1、标准-2");
    let english = staff.page(&format!("{path}/cases?lang=en")).await;
    english.shows("Inspection · 东一号");
    english.shows("Stage Recorded");
    staff.page(&format!("{path}?lang=zh")).await;

    let mut anyone = host.browser();
    for page in [path.as_str(), home.as_str()] {
        let page = anyone.page(page).await;
        page.shows("户号东一号评为优秀");
        assert!(!page.html.contains("case-inspection"), "the public handles no cases");
    }
    assert_eq!(anyone.get(&format!("{path}/cases")).await.status, StatusCode::SEE_OTHER);
    // The rule's own examples read in words.
    let rule = anyone.page(&path).await;
    rule.shows("进入庭院：是");
    assert!(!rule.text().contains("entered-yard"), "no code words for residents");
    let rule = anyone.page(&format!("{path}?lang=en")).await;
    rule.shows("The yard was entered: yes");
}

#[tokio::test(flavor = "multi_thread")]
async fn conduct_is_appraised_by_form_and_nobody_is_named() {
    let host = Host::start().await;
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    let path = attested(&host, &mut staff, "customs", &[("settings.wedding-tables", "10")]).await;
    let rule = staff.page(&path).await;
    rule.shows("只表扬、劝勉或者建议调解，不公布姓名。");
    let wedding = [("subject", "陈志远"), ("form.verified-by", "2"), ("form.tables", "8")];
    let rule = staff.follow_whole(&rule, "case-wedding", &wedding).await;
    rule.shows("表扬：");
    staff.page(&format!("{path}/cases")).await.shows("婚事 · 陈志远");
    let public = host.browser().page(&path).await;
    assert!(!public.text().contains("陈志远"), "nobody is named in public");
}

/// What went wrong: a rule that did not answer in time was said, to everybody who looked, to demand nothing beyond the law.
#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_gives_no_answer_is_never_said_to_demand_nothing() {
    let host = Host::start().await;
    let home = format!("/c/{}", host.community);
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    let number = shelved(&host, "plain-charter").await;
    let shelf = staff.page(&format!("{home}/rules")).await;
    shelf.shows("采用后会有哪些变化");
    // A charter that answers while it waits to be confirmed, and from its first day in force on fails.
    let fields = [
        ("body", "residents-assembly"),
        ("mode", "persons"),
        ("adopted_on", "2026-01-10"),
        ("counts.in_office", "7"),
        ("counts.present", "6"),
        ("counts.yes", "6"),
        ("counts.no", "0"),
        ("counts.abstain", "0"),
        ("minutes", "二〇二六年一月十日村民会议通过。"),
        ("effective", "2026-03-02"),
        ("settings.breaks-on", "2026-03-03"),
    ];
    let rule = staff.follow_whole(&shelf, &format!("attest-{number}"), &fields).await;
    rule.shows("与本村、本社区现行规约相比");
    let path = rule_path(&rule, &host);
    host.day("2026-03-03");
    let mut town = host.browser();
    town.sign_in("town").await;
    let page = town.page(&path).await;
    town.follow(&page, "confirm-attestation", &[]).await;
    for lang in ["zh", "en"] {
        let page = host.browser().page(&format!("{path}?lang={lang}")).await;
        let (unknown, nothing) = match lang {
            "zh" => ("这不等于“没有更严的要求”", "没有比法律更严的要求"),
            _ => ("This does not mean that there is nothing", "It demands nothing beyond the law"),
        };
        page.shows(unknown);
        assert!(!page.text().contains(nothing), "{}", page.text());
    }
    // A step that needs its answer is held back; desk and town say by which rule.
    staff.sign_in("staff").await;
    let page = staff.page(&format!("{home}/suggest")).await;
    let fields = [("title", "修路灯"), ("text", "太暗。"), ("domain", "public-works")];
    let matter = staff.follow(&page, "suggest", &fields).await;
    let proposal = [("text", "修村口两盏路灯。"), ("subjects", "general"), ("class", "ordinary")];
    let held = staff.send(&matter, "propose", &proposal).await;
    assert_eq!(held.status, StatusCode::CONFLICT, "{}", held.text());
    staff.page(&format!("{home}/desk")).await.shows("规约没有作出回答");
    town.sign_in("town").await;
    let board = link(&town.page("/").await, "/towns/", "");
    town.page(&board).await.shows("没有作出有效回答的规约");
}

/// A charter whose line for major matters stood at 20,000 yuan was "no different" from the text on the shelf, whose line
/// stands at 50,000; and a rule that asks two thirds from 50,000 yuan on was said to change the notice alone.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_rule_would_change_is_told_with_its_settings_and_at_its_amounts() {
    let host = Host::start().await;
    let rules = format!("/c/{}/rules", host.community);
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    attested(&host, &mut staff, "village-charter", &[("settings.major-amount-fen", "20000")]).await;
    let number = shelved(&host, "collective-spending").await;
    for (lang, same) in [("zh", "都与现行的相同"), ("en", "are the same as in force")] {
        let shelf = staff.page(&format!("{rules}?lang={lang}")).await;
        assert!(!shelf.text().contains(same), "{}", shelf.text());
        let told: &[&str] = match lang {
            "zh" => &[
                "重大事项数额起点 20000 元 50000 元",
                "只对 涉及金额 20,000 元以上、不足 50,000 元",
                "只对 涉及金额 50,000 元以上",
                "这是新的规约",
            ],
            _ => &["Major matters from", "amount of 20,000 yuan or more and below 50,000 yuan"],
        };
        for words in told {
            shelf.shows(words);
        }
    }
    let shelf = staff.page(&format!("{rules}?lang=zh")).await;
    let draft = [("text", "钱要花得明白。")];
    let matter = staff.follow_whole(&shelf, &format!("draft-rule-{number}"), &draft).await;
    let rule = staff.page(&rule_path(&matter, &host)).await;
    // Once against what is in force, once against the law.
    assert!(rule.text().matches("涉及金额 50,000 元以上").count() >= 2, "{}", rule.text());
}

/// A rule whose `check` and `handle` demand things was said to demand nothing beyond the law.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_rule_may_demand_where_no_terms_can_be_compared_is_said() {
    let host = Host::start().await;
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    let clean_home = attested(&host, &mut staff, "clean-home", &[]).await;
    let rule = host.browser().page(&clean_home).await;
    rule.shows("在事项的各个步骤之前核对，可能要求补正或者不予通过 见条文");
    rule.shows("办理环境卫生检查");
    for article in ["操作-2", "操作-4", "奖惩-3"] {
        assert!(rule.html.contains(&format!("href=\"#{article}\"")), "{article} is not pointed at");
    }
    let customs = attested(&host, &mut staff, "customs", &[]).await;
    let rule = host.browser().page(&customs).await;
    rule.shows("法定人数、通过比例、期限和表决方式没有比法律更严的要求。");
    rule.shows("可能表扬、劝勉或者建议调解");
    let english = host.browser().page(&format!("{customs}?lang=en")).await;
    english.shows("may commend, admonish or suggest mediation");
}

/// A page in Chinese told the town "made for [Urban]" and "it does not begin with `\0asm`".
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_file_is_told_in_the_language_of_the_page() {
    let host = Host::start().await;
    let mut town = host.browser();
    town.sign_in("town").await;
    let page = town.page(&format!("/c/{}/rules", host.community)).await;
    let refused = town.send_file(&page, "upload-rule", "component", b"<!DOCTYPE html>").await;
    refused.shows("给规则作者看： 文件不是以 `\\0asm` 开头");
    assert!(!refused.text().contains("it does not begin"), "{}", refused.text());
    let convention = plugin("residents-convention");
    let refused = town.send_file(&refused, "upload-rule", "component", &convention.bytes).await;
    refused.shows("规则不适用于这类社区：它是为城市社区写的");
    assert!(!refused.text().contains("Urban"), "{}", refused.text());
}
