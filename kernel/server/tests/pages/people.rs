//! Pages about people: several of one name, and what has changed for one of them.

use axum::http::StatusCode;

use crate::browser::{Host, Reply};

const HEAD: &str =
    "household,name,birth_date,sex,registration,resident_since,party_member,household_head,phone";
const OF_ONE_NAME: &str = "五组-1,邬样,1960-01-01,女,户籍,1960-01-01,否,是,
五组-2,邬样,1960-01-01,男,户籍,1960-01-01,否,是,
五组-3,邬样,1985-05-05,女,户籍,1985-05-05,否,是,
五组-5,邬样样,1971-07-07,女,户籍,1971-07-07,否,是,
";

/// The fields of a refused form in which a candidate is chosen, each with the value of the option that shows this text.
fn option(page: &Reply, field: &str, shown: &str) -> String {
    let rest = page.html.split(&format!("name=\"{field}\"")).nth(1).expect("the list of candidates");
    let list = rest.split("</select>").next().unwrap_or_default();
    let found = list.split("<option").find(|option| option.contains(shown)).expect("the candidate");
    found.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

/// Whoever shares a name had to be written by a 40-character id; somebody whose name a hundred others contain was “not on
/// the roster”.
#[tokio::test(flavor = "multi_thread")]
async fn several_of_one_name_are_chosen_from_a_list_and_nobody_is_overlooked() {
    let host = Host::start().await;
    let home = format!("/c/{}", host.community);
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    let mut many = format!("{HEAD}\n{OF_ONE_NAME}");
    for n in 0..120 {
        many += &format!("六组-{n},荀小{n},1970-01-01,男,户籍,1970-01-01,否,是,\n");
    }
    many += "六组-200,荀小,1971-01-01,男,户籍,1971-01-01,否,是,\n";
    let roster = staff.page(&format!("{home}/roster")).await;
    let report = staff.send_file(&roster, "upload-roster", "roster", &many).await;
    staff.follow(&report, "confirm-roster", &[]).await;

    let page = staff.page(&format!("{home}/bodies")).await;
    let typed = "邬样 主任\n陈志远\n邬样\n荀小";
    let seat = [
        ("seats", typed),
        ("elected_by", "voters"),
        ("term_from", "2026-01-01"),
        ("term_to", "2030-12-31"),
        ("held_on", "2026-01-01"),
    ];
    let asked = staff.send(&page, "elect-residents-committee", &seat).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    asked.shows("“邬样”有 3 个，请在下面选择是哪一个");
    assert!(!asked.text().contains("没有此人"), "somebody is overlooked: {}", asked.text());
    assert!(asked.html.contains("陈志远"), "what was typed is still there");
    assert!(!asked.text().contains("per_"), "ids where names belong");
    let (first, second) = ("pick.seats.1.邬样", "pick.seats.2.邬样");
    let chair = option(&asked, first, "五组-1");
    let other = option(&asked, second, "五组-3 · 1985-05-05");
    assert!(chair.starts_with("per_") && other.starts_with("per_") && chair != other);
    // One chosen and one not: asked again, and the choice is kept.
    let half = [&seat[..], &[(first, chair.as_str())]].concat();
    let again = staff.send(&asked, "elect-residents-committee", &half).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(option(&again, first, "selected"), chair);
    let both = [&seat[..], &[(first, chair.as_str()), (second, other.as_str())]].concat();
    let seated = staff.follow(&again, "elect-residents-committee", &both).await;
    seated.shows("邬样 主任");
    seated.shows("荀小");
}

/// A death needed a spreadsheet, and changed nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_death_is_entered_on_the_page_of_the_roster() {
    let host = Host::start().await;
    let home = format!("/c/{}", host.community);
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    let roster = staff.page(&format!("{home}/roster")).await;
    roster.shows("人 8");
    let bare = [("person", "陈志远"), ("change", "died"), ("on", "2026-03-01"), ("reasons", "因病。")];
    let refused = staff.send(&roster, "change-person", &bare).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let whole = [&bare[..], &[("paper", "死亡证明")]].concat();
    let done = staff.follow(&refused, "change-person", &whole).await;
    done.shows("变动已登记");
    done.shows("人 7");
    let twice = staff.send(&done, "change-person", &whole).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    twice.shows("陈志远自2026年3月1日起已不在名册上");
}

/// 清除资料, by the form: not while somebody counts, and not without saying that it is meant.
#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_erased_by_the_form() {
    let host = Host::start().await;
    let roster = format!("/c/{}/roster", host.community);
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    let page = staff.page(&roster).await;
    let asked = [
        ("person", "周大伟"),
        ("reasons", "本人书面申请。"),
        ("paper", "申请第 7 号"),
        ("confirmed", "true"),
    ];
    let counted = staff.send_whole(&page, "erase-person", &asked).await;
    counted.shows("还在名册上");
    let away = [
        ("person", "周大伟"),
        ("change", "moved-away"),
        ("on", "2026-03-02"),
        ("reasons", "迁往外地。"),
        ("paper", "迁移证 1 号"),
    ];
    let page = staff.follow_whole(&page, "change-person", &away).await;
    let unmeant = staff.send_whole(&page, "erase-person", &asked[..3]).await;
    unmeant.shows("清除之后不能恢复");
    staff.follow_whole(&page, "erase-person", &asked).await.shows("资料已清除");
    let gone = staff.send_whole(&page, "change-person", &away).await;
    gone.shows("名册中没有此人");
}
