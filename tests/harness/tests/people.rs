//! The people of a community over HTTP: what an import says and asks, deaths and moves, who speaks for whom, how much one
//! person may put into the record, and what is done to somebody else's account.

use anyhow::{Context as _, Result, ensure};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use yishi_harness::kernel::PASSWORD;
use yishi_harness::stage::plain_settings;
use yishi_harness::{Client, PlaceSpec, Stage, artifacts, texts};

const START: &str = "2026-05-02T09:00:00+08:00";
const HEAD: &str =
    "household,name,birth_date,sex,registration,resident_since,party_member,household_head,phone";
/// One household of three generations.
const TOGETHER: [&str; 5] = [
    "三组-1,郁谷雨,1951-03-08,男,户籍,1951-03-08,是,是,",
    "三组-1,芮麦,1954-11-02,女,户籍,1975-01-01,否,否,",
    "三组-1,郁立秋,1979-08-07,男,户籍,1979-08-07,否,否,",
    "三组-1,苗小雪,1981-12-22,女,户籍,2004-10-01,否,否,",
    "三组-1,郁芒种,2012-06-05,男,户籍,2012-06-05,否,否,",
];
/// The son has a household of his own.
const SPLIT: [&str; 5] = [
    "三组-1,郁谷雨,1951-03-08,男,户籍,1951-03-08,是,是,",
    "三组-1,芮麦,1954-11-02,女,户籍,1975-01-01,否,否,",
    "三组-1b,郁立秋,1979-08-07,男,户籍,1979-08-07,否,是,",
    "三组-1b,苗小雪,1981-12-22,女,户籍,2004-10-01,否,否,",
    "三组-1b,郁芒种,2012-06-05,男,户籍,2012-06-05,否,否,",
];

fn sheet(rows: &[&str]) -> Vec<u8> {
    format!("{HEAD}\n{}\n", rows.join("\n")).into_bytes()
}

/// An empty village with its clerk: `/communities/…` and whoever keeps its roster.
async fn empty_village(stage: &Stage) -> Result<(String, Client)> {
    let village = json!({"name": "三组村", "kind": "village", "region_code": "320582104209"});
    let made =
        stage.town.admin.post(&format!("/towns/{}/communities", stage.town.id), &village).await?.ok()?;
    let id = made["id"].as_str().context("an id")?.to_owned();
    let account = json!({
        "login": "sz-clerk", "password": PASSWORD, "display_name": "三组村工作人员",
        "grants": [{"role": "staff", "community": id}],
        "holder": {"name": "尤登记", "birth_date": "1990-02-03"}, "must_change_password": false,
    });
    stage.town.admin.post(&format!("/towns/{}/accounts", stage.town.id), &account).await?.ok()?;
    let clerk = stage.city.visitor.sign_in_for_a_year("sz-clerk", PASSWORD).await?;
    Ok((format!("/communities/{id}"), clerk))
}

async fn import(clerk: &Client, home: &str, how: &str, rows: &[&str]) -> Result<Value> {
    let path = format!("{home}/roster/import{how}");
    clerk.upload(&path, "text/csv", sheet(rows)).await?.ok()
}

async fn figures(clerk: &Client, home: &str) -> Result<(u64, u64)> {
    let figures = clerk.get(home).await?.ok()?["figures"].clone();
    let figure = |name: &str| figures[name].as_u64().with_context(|| format!("no {name} in {figures}"));
    Ok((figure("adults")?, figure("households")?))
}

async fn person(clerk: &Client, home: &str, name: &str) -> Result<Value> {
    let all = yishi_harness::place::all(clerk, &format!("{home}/persons")).await?;
    all.into_iter().find(|one| one["name"] == name).with_context(|| format!("{name} is not on the roster"))
}

fn change(change: &str, on: &str) -> Value {
    json!({"change": change, "on": on, "reasons": "家属来村登记。", "paper": "证明一份"})
}

/// A file of 4 MB in which every row is bad was answered with a gigabyte after minutes.
#[tokio::test]
async fn a_broken_file_is_answered_by_its_first_faults() -> Result<()> {
    let stage = Stage::open(START).await?;
    let (home, clerk) = empty_village(&stage).await?;
    let mut file = format!("{HEAD}\n").into_bytes();
    while file.len() + 2 <= 4 << 20 {
        file.extend_from_slice(b"x\n");
    }
    let path = format!("{home}/roster/import");
    let reply = clerk.upload(&format!("{path}?dry_run=true"), "text/csv", file.clone()).await?;
    let size = reply.text.len();
    let report = reply.ok()?;
    println!("{} bytes of bad rows answered with {size} bytes", file.len());
    ensure!(size < 100_000, "an answer of {size} bytes");
    ensure!(report["errors"].as_array().map_or(0, Vec::len) == 200, "{} are named", report["errors"]);
    let counted = report["error_count"].as_u64().unwrap_or(0);
    ensure!(counted > 100_000, "only {counted} are counted");
    ensure!(report["rows"] == 20_001, "{}", report["rows"]);
    let refused = clerk.upload(&path, "text/csv", file).await?;
    ensure!(refused.status.as_u16() == 422 && refused.text.len() < 100_000, "{}", refused.status);
    // A heading without end is one fault.
    let wide = format!("{}\n", ",".repeat(1 << 20)).into_bytes();
    let wide = clerk.upload(&format!("{path}?dry_run=true"), "text/csv", wide).await?.ok()?;
    ensure!(wide["error_count"] == 1 && wide["errors"][0]["code"] == "too-many-columns", "{wide}");
    Ok(())
}

/// “N loaded”, and then they were not there: rows counted twice, and everything always “changed”.
#[tokio::test]
async fn a_report_adds_up_and_a_second_import_changes_nothing() -> Result<()> {
    let stage = Stage::open(START).await?;
    let (home, clerk) = empty_village(&stage).await?;
    let try_out = async |rows: &[&str]| import(&clerk, &home, "?dry_run=true", rows).await;
    let counts = |report: &Value| {
        ["rows", "persons", "error_count"].map(|name| report[name].as_u64().unwrap_or(u64::MAX))
    };
    let heads = [
        "三组-1,郁谷雨,1951-03-08,男,户籍,1951-03-08,是,是,",
        "三组-1,芮麦,1954-11-02,女,户籍,1975-01-01,否,是,",
    ];
    let two = try_out(&heads).await?;
    ensure!(counts(&two) == [2, 2, 1] && two["errors"][0]["code"] == "two-heads", "{two}");
    ensure!(two["errors"][0]["line"] == 3, "the second head stands in line 3: {two}");
    let twice = try_out(&[TOGETHER[0], TOGETHER[0], TOGETHER[1]]).await?;
    ensure!(counts(&twice) == [3, 2, 1] && twice["errors"][0]["code"] == "double-row", "{twice}");
    let each = [
        TOGETHER[0],
        "三组-1,,1954-11-02,女,户籍,1975-01-01,否,否,",
        "三组-1,郁立秋,1979-13-07,X,无,昨天,也许,大概,电话",
    ];
    let each = try_out(&each).await?;
    ensure!(counts(&each) == [3, 1, 8], "{each}");

    let first = import(&clerk, &home, "", &TOGETHER).await?;
    ensure!(first["added"] == 5 && first["changed"] == 0 && first["unchanged"] == 0, "{first}");
    let again = import(&clerk, &home, "", &TOGETHER).await?;
    ensure!(again["added"] == 0 && again["changed"] == 0 && again["unchanged"] == 5, "{again}");
    let phone = [TOGETHER[0], "三组-1,芮麦,1954-11-02,女,户籍,1975-01-01,否,否,0512-1"];
    let changed = import(&clerk, &home, "", &phone).await?;
    ensure!(changed["changed"] == 1 && changed["unchanged"] == 1 && changed["absent"] == 3, "{changed}");
    Ok(())
}

/// Each split household made two people of one: two voters, two accounts, two votes. And the dead were counted for ever.
#[tokio::test]
async fn a_household_that_splits_makes_nobody_two_and_the_dead_stay_dead() -> Result<()> {
    let stage = Stage::open(START).await?;
    let (home, clerk) = empty_village(&stage).await?;
    import(&clerk, &home, "", &TOGETHER).await?;
    ensure!(figures(&clerk, &home).await? == (4, 1));
    let son = person(&clerk, &home, "郁立秋").await?;

    // Asked, and nothing stored until it is answered.
    let tried = import(&clerk, &home, "?dry_run=true", &SPLIT).await?;
    ensure!(tried["asked"] == 3 && tried["added"] == 0 && tried["unchanged"] == 2, "{tried}");
    let question = &tried["questions"][0];
    ensure!(question["code"] == "moved-household" && question["line"] == 4, "{question}");
    ensure!(question["person"] == son["id"], "{question}");
    let path = format!("{home}/roster/import");
    let asked = clerk.upload(&path, "text/csv", sheet(&SPLIT)).await?;
    let asked = asked.refused(422, "invalid-fields")?;
    ensure!(asked.to_string().contains("known-person"), "{asked}");
    ensure!(figures(&clerk, &home).await? == (4, 1));
    import(&clerk, &home, "?known=same", &SPLIT).await?;
    ensure!(figures(&clerk, &home).await? == (4, 2));
    let moved = person(&clerk, &home, "郁立秋").await?;
    ensure!(moved["id"] == son["id"] && moved["household_label"] == "三组-1b", "{moved}");
    // Labels written otherwise are the same people once more.
    let otherwise: Vec<String> =
        SPLIT.iter().map(|row| row.replace("三组-1b", "3组1乙号").replace("三组-1", "3组1号")).collect();
    let otherwise: Vec<&str> = otherwise.iter().map(String::as_str).collect();
    import(&clerk, &home, "?known=same", &otherwise).await?;
    ensure!(figures(&clerk, &home).await? == (4, 2));

    // The grandfather dies: with an account, and off the roll from the day on.
    let old = person(&clerk, &home, "郁谷雨").await?;
    let account = json!({
        "login": "sz-old", "password": PASSWORD, "display_name": "郁谷雨", "must_change_password": false,
        "grants": [{"role": "member", "community": home.trim_start_matches("/communities/"), "person": old["id"]}],
    });
    let made = clerk.post(&format!("{home}/accounts"), &account).await?.ok()?;
    let his = stage.city.visitor.sign_in("sz-old", PASSWORD).await?;
    let changes = format!("{home}/persons/{}/changes", old["id"].as_str().unwrap_or_default());
    clerk.post(&changes, &change("died", "2026-05-03")).await?.refused(409, "change-in-the-future")?;
    ensure!(figures(&clerk, &home).await? == (4, 2));
    let done = clerk.post(&changes, &change("died", "2026-05-01")).await?.ok()?;
    ensure!(done["account_disabled"] == true && done["person"]["off_roll"] == "died", "{done}");
    ensure!(figures(&clerk, &home).await? == (3, 2));
    his.get("/me").await?.refused(401, "session-ended")?;
    ensure!(stage.city.visitor.sign_in("sz-old", PASSWORD).await.is_err(), "the dead sign in");
    // Nor does anybody give the account out again.
    let own = format!("/accounts/{}", made["id"].as_str().unwrap_or_default());
    clerk.post(&format!("{own}/enable"), &json!({})).await?.refused(409, "has-died")?;
    let password = json!({ "password": PASSWORD });
    clerk.post(&format!("{own}/password"), &password).await?.refused(409, "has-died")?;
    clerk.post(&changes, &change("died", "2026-05-01")).await?.refused(409, "off-roll-already")?;
    // No import raises him, under whatever label.
    let report = import(&clerk, &home, "?known=same", &otherwise).await?;
    ensure!(report["off_roll"] == 1 && report["added"] == 0, "{report}");
    let report = import(&clerk, &home, "?known=same", &SPLIT).await?;
    ensure!(report["off_roll"] == 1 && report["added"] == 0, "{report}");
    ensure!(figures(&clerk, &home).await? == (3, 2));

    // A wrong date of birth and a wrong name are put right by an act, and keep the person.
    let wife = person(&clerk, &home, "苗小雪").await?;
    let path = format!("{home}/persons/{}/changes", wife["id"].as_str().unwrap_or_default());
    let mut right = change("corrected", "2026-05-02");
    right["name"] = json!("苗晓雪");
    right["birth_date"] = json!("1981-12-12");
    let corrected = clerk.post(&path, &right).await?.ok()?;
    ensure!(corrected["person"]["id"] == wife["id"] && corrected["person"]["birth_date"] == "1981-12-12");
    ensure!(figures(&clerk, &home).await? == (3, 2));
    // Moving away, and back.
    clerk.post(&path, &change("moved-away", "2026-05-02")).await?.ok()?;
    ensure!(figures(&clerk, &home).await? == (2, 2));
    clerk.post(&path, &change("returned", "2026-05-02")).await?.ok()?;
    ensure!(figures(&clerk, &home).await? == (3, 2));
    let mut back = change("moved-household", "2026-05-02");
    back["household"] = json!("三组-9");
    let moved = clerk.post(&path, &back).await?.ok()?;
    ensure!(moved["person"]["household_label"] == "三组-9", "{moved}");
    ensure!(figures(&clerk, &home).await? == (3, 3));

    // What was entered stands beside the record; the record names nobody.
    let list = clerk.get(&format!("{home}/roster/changes")).await?.ok()?;
    ensure!(list["items"].as_array().map_or(0, Vec::len) == 5, "{list}");
    let record = stage.city.visitor.get(&format!("{home}/log/export")).await?.text;
    ensure!(record.matches("roster.changed").count() == 5, "five changes are on record");
    for named in ["郁谷雨", old["id"].as_str().unwrap_or("?"), "苗"] {
        ensure!(!record.contains(named), "the record tells {named}");
    }
    Ok(())
}

/// The seats of the dead went on, and so did what is counted with them; officers from outside could not be entered.
#[tokio::test]
async fn seats_end_with_whoever_is_gone_and_officers_hold_theirs_by_paper() -> Result<()> {
    let stage = Stage::open(START).await?;
    let place = stage.town.community(&PlaceSpec::village("清溪村", "qx", 60)).await?;
    let before = place.clerk.get(&place.path("")).await?.ok()?["figures"].clone();
    let gone = &place.representatives[0];
    let path = place.path(&format!("/persons/{}/changes", gone.id));
    place.resident.post(&path, &change("died", "2026-05-01")).await?.refused(403, "not-permitted")?;
    let done = place.clerk.post(&path, &change("died", "2026-05-01")).await?.ok()?;
    ensure!(done["seats_ended"] == json!(["村民代表会议"]), "{done}");
    let after = place.clerk.get(&place.path("")).await?.ok()?["figures"].clone();
    ensure!(
        after["representatives"].as_u64() == before["representatives"].as_u64().map(|n| n - 1),
        "{after}"
    );
    ensure!(after["adults"].as_u64() == before["adults"].as_u64().map(|n| n - 1), "{after}");

    // The secretary moves away: the seat that is held by paper stays, and is named.
    let secretary = &place.party[0];
    let path = place.path(&format!("/persons/{}/changes", secretary.id));
    let done = place.clerk.post(&path, &change("moved-away", "2026-05-01")).await?.ok()?;
    ensure!(done["seats_kept"] == json!(["村党组织"]) && done["seats_ended"] == json!([]), "{done}");
    // One sent from outside is known for the office alone.
    let officer = json!({
        "name": "冷外派", "birth_date": "1979-01-01", "sex": "male", "party_member": true, "on": "2026-05-01",
        "reasons": "镇党委选派", "paper": "任职通知",
    });
    let officer = place.clerk.post(&place.path("/officers"), &officer).await?.ok()?;
    ensure!(officer["off_roll"] == "not-a-resident", "{officer}");
    let adults = place.clerk.get(&place.path("")).await?.ok()?["figures"]["adults"].clone();
    ensure!(adults.as_u64() == after["adults"].as_u64().map(|n| n - 1), "an officer is counted: {adults}");
    let elected = |body: &str, person: &Value| {
        let path = place.path(&format!("/bodies/{body}/elections"));
        let election = json!({
            "seats": [{"person": person, "office": "member"}], "term_from": "2026-05-02",
            "term_to": "2029-05-01", "held_on": "2026-05-02", "reason": "x",
        });
        (path, election)
    };
    let (path, election) = elected("party-organization", &officer["id"]);
    place.clerk.post(&path, &election).await?.ok()?;
    let (path, election) = elected("council", &officer["id"]);
    place.clerk.post(&path, &election).await?.refused(409, "not-a-resident")?;
    Ok(())
}

/// Anybody could put a council member's name under a suggestion of their own.
#[tokio::test]
async fn only_staff_speak_for_somebody_else_and_say_how_they_were_asked() -> Result<()> {
    let stage = Stage::open(START).await?;
    let place = stage.town.community(&PlaceSpec::village("清溪村", "qx", 60)).await?;
    let other = &place.council[0].id;
    let suggestion = |asked: Option<&str>| {
        json!({
            "title": "修路灯", "text": "村口路灯不亮。", "domain": "public-works",
            "suggested_by": other, "asked": asked,
        })
    };
    let path = place.path("/matters");
    let refused = place.resident.post(&path, &suggestion(Some("他让我写的"))).await?;
    let refused = refused.refused(422, "invalid-fields")?;
    ensure!(refused.to_string().contains("not-in-your-name"), "{refused}");
    let silent = place.clerk.post(&path, &suggestion(None)).await?.refused(422, "missing-field")?;
    ensure!(silent.to_string().contains("/asked"), "{silent}");
    place.clerk.post(&path, &suggestion(Some("5月2日到村委会口头提出"))).await?.ok()?;
    let audit = stage.town.admin.get(&place.path("/audit")).await?.ok()?;
    let entry = &audit["items"][0];
    ensure!(entry["what"] == "suggestion-entered" && entry["said"] == "5月2日到村委会口头提出", "{audit}");
    ensure!(entry["of"] == json!(place.council[0].name), "{audit}");
    place.resident.get(&place.path("/audit")).await?.refused(403, "not-permitted")?;
    Ok(())
}

/// 420 documents of one resident in nine seconds; sixty suggestions that push a rule under consultation off the page.
#[tokio::test]
async fn what_one_person_may_put_into_the_record_is_bounded_and_said_beforehand() -> Result<()> {
    let stage = Stage::open(START).await?;
    let place = stage.town.community(&PlaceSpec::village("清溪村", "qx", 60)).await?;
    let quota = async |who: &Client| who.get(&place.path("/quota")).await?.ok();
    let told = quota(&place.resident).await?;
    let (documents, suggestions) = (told["documents_left"].as_u64(), told["suggestions_left"].as_u64());
    ensure!(documents == Some(30) && suggestions == Some(5), "{told}");
    for n in 0..30 {
        let document = json!({"text": format!("第{n}件")});
        place.resident.post(&place.path("/documents"), &document).await?.ok()?;
    }
    let more = place.resident.post(&place.path("/documents"), &json!({"text": "再来一件"})).await?;
    let more = more.refused(409, "quota-documents")?;
    ensure!(more["title"].as_str().is_some_and(|text| text.contains("每日30件")), "{more}");
    ensure!(quota(&place.resident).await?["documents_left"] == 0);
    place.newcomer.post(&place.path("/documents"), &json!({"text": "别人不受影响"})).await?.ok()?;

    let mut first = None;
    for n in 0..5 {
        let affair = json!({"title": format!("建议{n}"), "text": "内容。", "domain": "public-works"});
        let made = place.resident.post(&place.path("/matters"), &affair).await?.ok()?;
        first = first.or(made["id"].as_str().map(str::to_owned));
    }
    let sixth = json!({"title": "建议六", "text": "内容。", "domain": "public-works"});
    place.resident.post(&place.path("/matters"), &sixth).await?.refused(409, "quota-suggestions")?;
    // Once one is taken up there is room for another; and a new day has its own documents.
    let first = first.context("a matter")?;
    place.step(&place.chair, &first, "propose", &texts::coal_stoves().propose()).await?;
    place.resident.post(&place.path("/matters"), &sixth).await?.ok()?;
    stage.city.advance(1).await?;
    place.resident.post(&place.path("/documents"), &json!({"text": "第二天"})).await?.ok()?;
    Ok(())
}

/// A hidden comment's words came back by repeating the request that had made it; and officials answered one by one.
#[tokio::test]
async fn a_hidden_comment_comes_back_by_no_repeated_request_and_answers_go_to_many() -> Result<()> {
    let stage = Stage::open(START).await?;
    let place = stage.town.community(&PlaceSpec::village("清溪村", "qx", 60)).await?;
    let matter = place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
    place.consult(&matter, 15, &[(&place.resident, "一"), (&place.newcomer, "二")]).await?;
    let comments = place.path(&format!("/matters/{matter}/comments"));
    let words = json!({"text": "骂人的话"});
    let key = [("idempotency-key", "one-and-the-same-key")];
    let say = async || place.resident.send(Method::POST, &comments, Some(&words), &key).await?.ok();
    let made = say().await?;
    ensure!(say().await? == made, "a repeated request gets the first answer");
    let id = made["id"].as_str().context("an id")?;
    place.clerk.post(&format!("{comments}/{id}/hide"), &json!({"reasons": "侮辱他人"})).await?.ok()?;
    let again = say().await?;
    ensure!(again["hidden"] == true && !again.to_string().contains("骂人"), "{again}");
    ensure!(
        holding(&stage, "骂人").await?.is_empty(),
        "its words stand in {:?}",
        holding(&stage, "骂人").await?
    );

    let all = yishi_harness::place::all(&place.clerk, &comments).await?;
    ensure!(all.len() == 3, "the repeated requests made no comment of their own: {}", all.len());
    let open: Vec<&Value> = all.iter().filter(|one| one["hidden"] == false).map(|one| &one["id"]).collect();
    let answers = format!("{comments}/answers");
    let both = json!({"comments": open, "text": "已采纳。"});
    place.resident.post(&answers, &both).await?.refused(403, "not-permitted")?;
    let answered = place.director.post(&answers, &both).await?.ok()?;
    ensure!(answered.as_array().is_some_and(|list| list.len() == 2), "{answered}");
    place.director.post(&answers, &both).await?.refused(409, "answered-already")?;
    let with_hidden = json!({"comments": [id], "text": "x"});
    place.director.post(&answers, &with_hidden).await?.refused(409, "comment-hidden")?;
    let shown = stage.city.visitor.get(&comments).await?.ok()?;
    ensure!(shown["items"][0]["answer"]["text"] == "已采纳。", "{shown}");
    ensure!(shown["items"][1]["answer"]["text"] == "已采纳。", "{shown}");

    // One of several that were answered at once is hidden in the answer that was kept of that, too.
    let late = place.newcomer.post(&comments, &json!({"text": "泄露他人病情"})).await?.ok()?;
    let late = late["id"].as_str().context("an id")?;
    let other = place.resident.post(&comments, &json!({"text": "三"})).await?.ok()?;
    let two = json!({"comments": [late, other["id"]], "text": "已转交。"});
    let key = [("idempotency-key", "two-at-once")];
    let answer = async || place.director.send(Method::POST, &answers, Some(&two), &key).await?.ok();
    ensure!(answer().await?.to_string().contains("病情"), "the answer shows what was answered");
    place.clerk.post(&format!("{comments}/{late}/hide"), &json!({"reasons": "涉及隐私"})).await?.ok()?;
    let again = answer().await?;
    ensure!(!again.to_string().contains("病情") && again.to_string().contains("\"三\""), "{again}");
    ensure!(
        holding(&stage, "病情").await?.is_empty(),
        "its words stand in {:?}",
        holding(&stage, "病情").await?
    );
    Ok(())
}

/// The tables in which these words stand anywhere.
async fn holding(stage: &Stage, words: &str) -> Result<Vec<String>> {
    let file = stage.kernel.data().join("store/yishi.db");
    let mut tool = SqliteConnectOptions::new().filename(file).read_only(true).connect().await?;
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let mut found = Vec::new();
    for table in sqlx::query_scalar::<_, String>(tables).fetch_all(&mut tool).await? {
        let columns = "SELECT name FROM pragma_table_info(?1)";
        for column in sqlx::query_scalar::<_, String>(columns).bind(&table).fetch_all(&mut tool).await? {
            let sql = format!(
                "SELECT count(*) FROM \"{table}\" WHERE instr(\"{column}\", CAST(?1 AS BLOB)) > 0 OR instr(\"{column}\", ?1) > 0"
            );
            let rows: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).bind(words).fetch_one(&mut tool).await?;
            if rows > 0 {
                found.push(format!("{table}.{column}"));
            }
        }
    }
    tool.close().await?;
    Ok(found)
}

/// Sessions and kept answers that had expired lay in the database for good: nothing ever swept them.
#[tokio::test(flavor = "multi_thread")]
async fn what_has_expired_is_swept_away() -> Result<()> {
    let mut stage = Stage::open(START).await?;
    let place = stage.town.community(&PlaceSpec::village("清溪村", "qx", 60)).await?;
    place.suggest(&place.resident, &texts::coal_stoves()).await?;
    let kept = async |stage: &Stage| -> Result<[i64; 2]> {
        let file = stage.kernel.data().join("store/yishi.db");
        let mut tool = SqliteConnectOptions::new().filename(file).read_only(true).connect().await?;
        let now: jiff::Timestamp = {
            let clock = stage.city.visitor.get("/clock").await?.ok()?;
            clock["now"].as_str().context("no clock")?.parse()?
        };
        let mut counts = [0; 2];
        for (count, table) in counts.iter_mut().zip(["sessions", "idempotency"]) {
            let sql = format!("SELECT count(*) FROM {table} WHERE expires < ?1");
            let query = sqlx::query_scalar(AssertSqlSafe(sql)).bind(now.as_microsecond());
            *count = query.fetch_one(&mut tool).await?;
        }
        tool.close().await?;
        Ok(counts)
    };
    stage.city.advance(40).await?;
    let before = kept(&stage).await?;
    ensure!(before.iter().all(|expired| *expired > 0), "nothing has expired: {before:?}");
    // A job does it while the server runs, about every ten minutes, and first when it starts.
    stage = stage.power_cut().await?;
    for _ in 0..100 {
        if kept(&stage).await? == [0, 0] {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    anyhow::bail!("after ten seconds there are still {:?}", kept(&stage).await?)
}

/// A clerk reset a resident's password and signed in as the resident, without a trace.
#[tokio::test]
async fn whatever_is_done_to_somebodys_account_is_on_record_and_told() -> Result<()> {
    let stage = Stage::open(START).await?;
    let place = stage.town.community(&PlaceSpec::village("清溪村", "qx", 60)).await?;
    let list = place.clerk.get(&place.path("/accounts")).await?.ok()?;
    let account = list["items"].as_array().into_iter().flatten().find(|one| one["login"] == "qx-resident");
    let id = account.and_then(|one| one["id"].as_str()).context("the resident's account")?;
    let record = async || anyhow::Ok(stage.city.visitor.get(&place.path("/log/export")).await?.text);
    ensure!(!record().await?.contains("account.password-reset"));
    let given = "slip-of-paper-91";
    place.clerk.post(&format!("/accounts/{id}/password"), &json!({"password": given})).await?.ok()?;
    ensure!(record().await?.contains("account.password-reset"), "it is not on record");
    let reply =
        stage.city.visitor.post("/sessions", &json!({"login": "qx-resident", "password": given})).await?;
    let session = reply.ok()?;
    let told = &session["account"]["told"][0];
    ensure!(
        told["what"] == "password-reset" && told["message"] == "清溪村工作人员重设了您的密码",
        "{session}"
    );
    let audit = stage.town.admin.get(&place.path("/audit")).await?.ok()?;
    let entry = &audit["items"][0];
    ensure!(entry["what"] == "password-reset" && entry["by"] == "清溪村工作人员", "{audit}");

    // New accounts begin with no power at all.
    let bare = json!({
        "login": "bare", "password": PASSWORD, "display_name": "无", "must_change_password": false,
    });
    let made = stage.town.admin.post(&format!("/towns/{}/accounts", stage.town.id), &bare).await?.ok()?;
    ensure!(made["grants"] == json!([]), "{made}");
    let client = stage.city.visitor.sign_in("bare", PASSWORD).await?;
    client.get(&place.path("/persons")).await?.refused(404, "not-found")?;
    Ok(())
}

/// A town administrator made himself a clerk's account, entered a charter with it, and confirmed it as town.
#[tokio::test]
async fn one_person_with_two_accounts_is_one_person() -> Result<()> {
    let stage = Stage::open(START).await?;
    let place = stage.town.community(&PlaceSpec::village("清溪村", "qx", 60)).await?;
    let accounts = format!("/towns/{}/accounts", stage.town.id);
    let official = |login: &str, grant: Value, name: Option<&str>| {
        json!({
            "login": login, "password": PASSWORD, "display_name": login, "grants": [grant],
            "holder": name.map(|name| json!({"name": name, "birth_date": "1977-07-07"})),
            "must_change_password": false,
        })
    };
    let (town, staff) = (json!({"role": "town-admin"}), json!({"role": "staff", "community": place.id}));
    let nobody = official("nobody", town.clone(), None);
    let refused = stage.town.admin.post(&accounts, &nobody).await?.refused(422, "invalid-fields")?;
    ensure!(refused.to_string().contains("holder-missing"), "{refused}");
    stage.town.admin.post(&accounts, &official("qi-town", town, Some("戚双面"))).await?.ok()?;
    let second =
        stage.town.admin.post(&accounts, &official("qi-clerk", staff, Some("戚双面 "))).await?.ok()?;
    ensure!(
        second["same_person_as"] == json!(["qi-town"]),
        "it is not told when the account is made: {second}"
    );
    let qi_town = stage.city.visitor.sign_in("qi-town", PASSWORD).await?;
    let qi_clerk = stage.city.visitor.sign_in("qi-clerk", PASSWORD).await?;

    let charter = artifacts::test_plugin("plain-charter")?;
    place.shelve(&charter).await?;
    let entry = json!({
        "component": charter.digest.to_string(), "settings": plain_settings("in-office", 15),
        "adopted_on": "2026-03-10", "body": "residents-assembly", "mode": "households",
        "counts": {"in_office": 60, "present": 50, "yes": 45, "no": 5, "abstain": 0},
        "minutes": texts::PAPER_MINUTES,
    });
    let made = qi_clerk.post(&place.path("/rules/attestations"), &entry).await?.ok()?;
    let rule = made["summary"]["id"].as_str().context("a rule")?;
    let thing = place.path(&format!("/rules/{rule}"));
    let same = qi_town.change(&thing, "/confirm", &json!({})).await?.refused(409, "same-natural-person")?;
    ensure!(same["title"].as_str().is_some_and(|text| text.contains("戚双面")), "{same}");
    ensure!(same["by"].to_string().contains("R15"), "{same}");
    stage.town.admin.change(&thing, "/confirm", &json!({})).await?.ok()?;
    Ok(())
}

/// 提醒到期: what was due is noticed once, and whoever has to see to it is told.
#[tokio::test]
async fn what_fell_due_is_noticed_once() -> Result<()> {
    let stage = Stage::open(START).await?;
    let place = stage.town.community(&PlaceSpec::village("清溪村", "due", 60)).await?;
    let affair = yishi_harness::Affair { class: "major", ..texts::coal_stoves() };
    let matter = place.bring_forward(&place.resident, &affair).await?;
    place.submit_to(&matter, "residents-assembly", None).await?;
    stage.city.advance(70).await?;
    let told = async |client: &yishi_harness::Client| -> Result<usize> {
        let me = client.get("/me").await?.ok()?;
        let told = me["told"].as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(told.iter().filter(|one| one["what"] == "duty-due").count())
    };
    let mut waited = 0;
    while told(&place.clerk).await? == 0 {
        ensure!(waited < 60, "nobody is told of what was due");
        waited += 1;
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    // Another hour, another look: it is not said again.
    stage.city.advance(1).await?;
    tokio::time::sleep(std::time::Duration::from_secs(4)).await;
    ensure!(told(&place.clerk).await? == 1, "it was said again");
    Ok(())
}
