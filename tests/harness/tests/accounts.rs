//! The daily work over HTTP: the life of an account, the clock that is the city's alone, comments and their answers,
//! bodies filled at one election.

use anyhow::ensure;
use serde_json::json;
use yishi_harness::stage::plain_settings;
use yishi_harness::{Client, PlaceSpec, Reply, Stage, artifacts, texts};

const START: &str = "2026-03-02T09:00:00+08:00";
const GIVEN: &str = "slip-of-paper-91";
const OWN: &str = "只有本人知道的话";

fn refused(reply: &Reply, status: u16, code: &str) -> anyhow::Result<()> {
    let body = reply.text.as_str();
    ensure!(
        reply.status.as_u16() == status && body.contains(&format!("\"{code}\"")),
        "wanted {status} {code}, got {}: {body}",
        reply.status
    );
    Ok(())
}

async fn id_of_account(client: &Client, path: &str, login: &str) -> anyhow::Result<String> {
    let list = client.get(path).await?.ok()?;
    let found = list["items"].as_array().into_iter().flatten().find(|one| one["login"] == json!(login));
    let id = found.and_then(|one| one["id"].as_str()).map(str::to_owned);
    id.ok_or_else(|| anyhow::anyhow!("`{login}` is not in {list}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_somebody_else_chose_opens_nothing_but_its_change() -> anyhow::Result<()> {
    let stage = Stage::open(START).await?;
    let place = stage.town.community(&PlaceSpec::village("清溪村", "qx", 60)).await?;
    let visitor = &stage.city.visitor;
    let person =
        place.adults().into_iter().find(|one| place.voters.iter().all(|(held, _)| held.id != one.id));
    let person = person.ok_or_else(|| anyhow::anyhow!("nobody without an account"))?;
    let account = |password: &str| {
        json!({
            "login": "luxiuying", "password": password, "display_name": person.name,
            "grants": [{"role": "member", "community": place.id, "person": person.id}],
        })
    };
    for common in ["12345678", "password", "11111111", "luxiuying", "LuXiuYing88", "清溪村20260101"] {
        refused(
            &place.clerk.post(&place.path("/accounts"), &account(common)).await?,
            422,
            "common-password",
        )?;
    }
    let made = place.clerk.post(&place.path("/accounts"), &account(GIVEN)).await?.ok()?;
    ensure!(made["must_change_password"] == json!(true), "{made}");

    let owner = visitor.sign_in("luxiuying", GIVEN).await?;
    ensure!(owner.get("/me").await?.ok()?["must_change_password"] == json!(true));
    refused(&owner.get(&place.path("")).await?, 403, "password-change-required")?;
    refused(&owner.get("/tokens").await?, 403, "password-change-required")?;
    let token = json!({"label": "x", "expires_in_days": 9});
    refused(&owner.post("/tokens", &token).await?, 403, "password-change-required")?;
    let change = |old: &str, new: &str| json!({"old_password": old, "new_password": new});
    refused(&owner.post("/me/password", &change("wrong", OWN)).await?, 422, "wrong-password")?;
    refused(&owner.post("/me/password", &change(GIVEN, GIVEN)).await?, 422, "same-password")?;
    refused(&owner.post("/me/password", &change(GIVEN, "short")).await?, 422, "password-length")?;
    refused(&owner.post("/me/password", &change(GIVEN, "qwertyuiop")).await?, 422, "common-password")?;
    let elsewhere = visitor.sign_in("luxiuying", GIVEN).await?;
    elsewhere.get("/me").await?.ok()?;
    let changed = owner.post("/me/password", &change(GIVEN, OWN)).await?.ok()?;
    ensure!(changed["must_change_password"] == json!(false), "{changed}");
    // The session that asked goes on, freed; every other one is over, and the clerk's slip of paper is worthless.
    owner.get(&place.path("")).await?.ok()?;
    refused(&elsewhere.get("/me").await?, 401, "session-ended")?;
    ensure!(visitor.sign_in("luxiuying", GIVEN).await.is_err(), "the old password still signs in");
    visitor.sign_in("luxiuying", OWN).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_disabled_enabled_and_reset_by_whoever_manages_them() -> anyhow::Result<()> {
    let stage = Stage::open(START).await?;
    let place = stage.town.community(&PlaceSpec::village("清溪村", "qx", 60)).await?;
    let other = stage.city.town("白石镇", "320582105", "baishi").await?;
    let visitor = &stage.city.visitor;
    let resident = id_of_account(&place.clerk, &place.path("/accounts"), "qx-resident").await?;
    let town_accounts = format!("/towns/{}/accounts", stage.town.id);
    let clerk = id_of_account(&stage.town.admin, &town_accounts, "qx-clerk").await?;
    let admin = id_of_account(&stage.town.admin, &town_accounts, "liuxi").await?;
    let act = |account: &str, act: &str| format!("/accounts/{account}/{act}");
    let nothing = json!({});
    let reset = json!({"password": GIVEN});

    // Nobody else: not another resident, not another town, not staff for staff, nobody for themselves.
    refused(&place.newcomer.post(&act(&resident, "disable"), &nothing).await?, 403, "not-permitted")?;
    refused(&other.admin.post(&act(&resident, "disable"), &nothing).await?, 404, "not-found")?;
    refused(&other.admin.post(&act(&clerk, "password"), &reset).await?, 404, "not-found")?;
    refused(&place.clerk.post(&act(&admin, "disable"), &nothing).await?, 404, "not-found")?;
    refused(&visitor.post(&act(&resident, "disable"), &nothing).await?, 401, "not-signed-in")?;
    refused(&stage.town.admin.post(&act(&admin, "disable"), &nothing).await?, 409, "own-account")?;
    refused(&stage.town.admin.post(&act(&admin, "password"), &reset).await?, 409, "own-account")?;
    refused(&place.resident.get(&place.path("/accounts")).await?, 403, "not-permitted")?;

    // Disabled: over at the next request, for the session and for signing in; enabled: as before, with a new session.
    place.resident.get("/me").await?.ok()?;
    let view = place.clerk.post(&act(&resident, "disable"), &nothing).await?.ok()?;
    ensure!(view["disabled"] == json!(true), "{view}");
    refused(&place.resident.get("/me").await?, 401, "session-ended")?;
    ensure!(visitor.sign_in("qx-resident", yishi_harness::kernel::PASSWORD).await.is_err());
    place.clerk.post(&act(&resident, "enable"), &nothing).await?.ok()?;
    refused(&place.resident.get("/me").await?, 401, "session-ended")?;
    let back = visitor.sign_in("qx-resident", yishi_harness::kernel::PASSWORD).await?;

    // Reset: the same, and the owner chooses first.
    place.clerk.post(&act(&resident, "password"), &reset).await?.ok()?;
    refused(&back.get("/me").await?, 401, "session-ended")?;
    let owner = visitor.sign_in("qx-resident", GIVEN).await?;
    refused(&owner.get(&place.path("")).await?, 403, "password-change-required")?;

    // The town's accounts are the town's and the city's.
    stage.town.admin.post(&act(&clerk, "disable"), &nothing).await?.ok()?;
    refused(&place.clerk.get(&place.path("/accounts")).await?, 401, "session-ended")?;
    stage.city.admin.post(&act(&admin, "password"), &reset).await?.ok()?;
    refused(&stage.town.admin.get("/me").await?, 401, "session-ended")?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_is_the_citys_alone() -> anyhow::Result<()> {
    let stage = Stage::open(START).await?;
    let place = stage.town.community(&PlaceSpec::village("清溪村", "qx", 60)).await?;
    let tomorrow = json!({"advance_days": 1});
    let before = stage.city.today().await?;
    for (who, client) in [("clerk", &place.clerk), ("town", &stage.town.admin), ("resident", &place.resident)]
    {
        let reply = client.post("/simulated-clock", &tomorrow).await?;
        refused(&reply, 403, "not-permitted").map_err(|error| error.context(who))?;
    }
    refused(&stage.city.visitor.post("/simulated-clock", &tomorrow).await?, 401, "not-signed-in")?;
    ensure!(stage.city.today().await? == before, "the clock moved");
    stage.city.advance(1).await?;
    ensure!(stage.city.today().await? == before.tomorrow()?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_are_answered_before_a_rule_goes_to_the_vote() -> anyhow::Result<()> {
    let stage = Stage::open(START).await?;
    let place = stage.town.community(&PlaceSpec::village("清溪村", "qx", 60)).await?;
    let charter = artifacts::test_plugin("plain-charter")?;
    place.shelve(&charter).await?;
    let settings = plain_settings("in-office", 15);
    let draft = place.draft_rule(&charter, Some(&settings), texts::CHARTER_DRAFT).await?;
    let said = [(&place.resident, "一"), (&place.newcomer, "二"), (&place.resident, "骂人的话")];
    place.consult(&draft.matter, 15, &said).await?;
    stage.city.advance(16).await?;
    let matter = place.path(&format!("/matters/{}", draft.matter));
    let close = async || {
        let report = json!({"summary": texts::CONSULTATION_REPORT});
        place.director.change(&matter, "/close-consultation", &report).await
    };
    let early = close().await?.refused(409, "comments-unanswered")?;
    ensure!(early["unanswered"] == json!(3), "{early}");

    let list = format!("{matter}/comments");
    let comments = stage.city.visitor.get(&list).await?.ok()?["items"].clone();
    let ids: Vec<&str> =
        comments.as_array().into_iter().flatten().filter_map(|one| one["id"].as_str()).collect();
    let [first, second, third] = ids.as_slice() else { anyhow::bail!("not three comments: {comments}") };
    let act = |comment: &str, act: &str| format!("{list}/{comment}/{act}");
    let answer = json!({"text": "已采纳。"});

    // Who answers is in the policy table; a comment is answered where it was made.
    place.resident.post(&act(first, "answer"), &answer).await?.refused(403, "not-permitted")?;
    place
        .chair
        .post(&act(first, "hide"), &json!({"reasons": "不同意"}))
        .await?
        .refused(403, "not-permitted")?;
    let elsewhere = place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
    let elsewhere = place.path(&format!("/matters/{elsewhere}/comments/{first}/answer"));
    place.director.post(&elsewhere, &answer).await?.refused(404, "not-found")?;

    // One answer; another only by citing the one that stands.
    let given = place.director.post(&act(first, "answer"), &answer).await?.ok()?;
    ensure!(
        given["answer"]["text"] == answer["text"] && given["answer"]["by"] == json!("村委会成员"),
        "{given}"
    );
    let again = json!({"text": "部分采纳。"});
    place.clerk.post(&act(first, "answer"), &again).await?.refused(409, "answered-already")?;
    let cited = json!({"text": "部分采纳。", "replaces": given["answer"]["digest"]});
    let replaced = place.clerk.post(&act(first, "answer"), &cited).await?.ok()?;
    ensure!(replaced["answer"]["text"] == again["text"], "{replaced}");
    place.clerk.post(&act(first, "answer"), &cited).await?.refused(409, "answered-already")?;
    close().await?.refused(409, "comments-unanswered")?;
    place.chair.post(&act(second, "answer"), &answer).await?.ok()?;

    // An unlawful one is hidden, with the reason in its place, and waits for no answer.
    let hidden = place.clerk.post(&act(third, "hide"), &json!({"reasons": "侮辱他人"})).await?.ok()?;
    ensure!(hidden["text"] == json!("") && hidden["hidden_because"] == json!("侮辱他人"), "{hidden}");
    place.clerk.post(&act(third, "answer"), &answer).await?.refused(409, "comment-hidden")?;
    place.clerk.post(&act(third, "hide"), &json!({"reasons": "x"})).await?.refused(409, "comment-hidden")?;
    let shown = stage.city.visitor.get(&list).await?.ok()?;
    ensure!(shown["items"][0]["answer"]["text"] == again["text"], "{shown}");
    ensure!(shown["items"][2]["text"] == json!("") && !shown.to_string().contains("骂人"), "{shown}");
    close().await?.ok()?;

    // The record cites both answers and the reason, by digest.
    let record = stage.city.visitor.get(&place.path("/log/export")).await?.text;
    let count = |kind: &str| record.matches(kind).count();
    let counts = (count("comment.made"), count("comment.answered"), count("comment.hidden"));
    ensure!(counts == (3, 3, 1), "{counts:?}");
    let first = given["answer"]["digest"].as_str().unwrap_or_default();
    ensure!(record.matches(first).count() >= 2, "the second answer cites the first");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_says_who_elected_why_a_seat_ended_and_how_people_were_heard() -> anyhow::Result<()> {
    let stage = Stage::open(START).await?;
    let place = stage.town.community(&PlaceSpec::village("清溪村", "qx", 60)).await?;
    let body = place.path("/bodies/supervision-committee");
    let record = async || anyhow::Ok(place.clerk.get(&place.path("/log/export")).await?.text);

    let leaver = &place.supervisors[2].id;
    let end = format!("{body}/seats/{leaver}/end");
    let ended = json!({"reasons": "村民会议罢免。", "because": "recalled"});
    place.clerk.post(&end, &json!({"reasons": "x", "because": "bored"})).await?.refused(422, "not-one-of")?;
    ensure!(!record().await?.contains("recalled"));
    place.clerk.post(&end, &ended).await?.ok()?;
    ensure!(record().await?.contains("recalled"), "why a seat ended");

    let today = stage.city.today().await?;
    let successor = &place.voters[3].0.id;
    let election = json!({
        "seats": [{"person": successor, "office": "member"}],
        "term_from": today, "term_to": place.term_ends().await?, "held_on": today,
        "elected_by": "residents-assembly", "minutes": "补选记录。",
    });
    ensure!(!record().await?.contains("residents-assembly"));
    place.clerk.post(&format!("{body}/elections"), &election).await?.ok()?;
    ensure!(record().await?.contains("residents-assembly"), "who elected");

    let matter = place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
    let hearing = json!({"days": 15, "form": "hearing"});
    place.step(&place.director, &matter, "open-consultation", &hearing).await?;
    ensure!(record().await?.contains("hearing"), "how people were heard");
    Ok(())
}
