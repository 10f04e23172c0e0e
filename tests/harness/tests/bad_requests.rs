//! 坏请求表, second half (reliability.md, section 5): the rows that need communities, people and ballots, on the real
//! server. The rows that any route must answer stand in `kernel/server/edge/tests/bad_requests.rs`.

use anyhow::{Context as _, Result, ensure};
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use yishi_harness::{Affair, Client, Place, PlaceSpec, Stage, texts};

const MARCH: &str = "2026-03-02T09:00:00+08:00";

/// Sends requests as nobody would who means well.
struct Wire {
    http: reqwest::Client,
    base: String,
}

#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl Answer {
    fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Wire {
    fn to(stage: &Stage) -> Result<Self> {
        let http =
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build()?;
        Ok(Self { http, base: stage.kernel.base().to_owned() })
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    /// A write as the client would make it, with this key.
    fn write(&self, by: &Client, path: &str, key: &str, body: &Value) -> RequestBuilder {
        let request = self.request(Method::POST, path).header("idempotency-key", key).json(body);
        match by.token() {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }
}

async fn send(request: RequestBuilder) -> Result<Answer> {
    let answer = request.send().await?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let text = answer.text().await?;
    Ok(Answer { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) })
}

/// Every class of answer carries these, whatever else it says.
fn check_headers(row: &str, answer: &Answer) -> Result<()> {
    let policy = answer.header("content-security-policy");
    ensure!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{row}: {answer:?}");
    ensure!(answer.header("x-content-type-options") == "nosniff", "{row}: {answer:?}");
    ensure!(answer.header("strict-transport-security").starts_with("max-age="), "{row}: {answer:?}");
    ensure!(!answer.header("referrer-policy").is_empty(), "{row}: {answer:?}");
    Ok(())
}

async fn refused(row: &str, request: RequestBuilder, status: u16, code: &str) -> Result<Answer> {
    let answer = send(request).await?;
    ensure!(
        answer.status.as_u16() == status && answer.code() == code,
        "{row}: expected {status} `{code}`: {answer:?}"
    );
    ensure!(answer.header("content-type") == "application/problem+json", "{row}: {answer:?}");
    ensure!(answer.body["trace_id"].as_str().is_some_and(|id| id.len() == 32), "{row}: {answer:?}");
    check_headers(row, &answer)?;
    Ok(answer)
}

/// A small village, its neighbour, and a matter of the first that was suggested.
struct Scene {
    stage: Stage,
    here: Place,
    there: Place,
    matter: String,
    wire: Wire,
}

async fn scene() -> Result<Scene> {
    let stage = Stage::open(MARCH).await?;
    let here = stage.town.community(&PlaceSpec::village("云岭村", "yunling", 40)).await?;
    let there = stage.town.community(&PlaceSpec::village("石桥村", "shiqiao", 40)).await?;
    let matter = here.suggest(&here.resident, &plain("第一项")).await?;
    let wire = Wire::to(&stage)?;
    Ok(Scene { stage, here, there, matter, wire })
}

fn suggestion(title: &str) -> Value {
    json!({"title": title, "text": "建议的理由和做法。", "domain": "sanitation", "subjects": ["general"]})
}

fn proposal() -> Value {
    json!({"text": "提议的全文。", "class": "ordinary", "subjects": ["general"]})
}

fn plain(title: &'static str) -> Affair<'static> {
    Affair { class: "ordinary", title, per_household_fen: None, amount_fen: None, ..texts::coal_stoves() }
}

fn api(place: &Place, rest: &str) -> String {
    format!("/api/v1/communities/{}{rest}", place.id)
}

#[tokio::test]
async fn fields_lists_and_dates() -> Result<()> {
    let Scene { stage, here, there, matter, wire } = scene().await?;
    let matters = api(&here, "/matters");
    let good = suggestion("第二项");
    let with = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    let rows = [
        ("2 wrong type", with("title", json!(7)), "wrong-type", "/title"),
        ("3 unknown field", with("admin", json!(true)), "unknown-field", "/admin"),
        ("5 negative", with("amount_fen", json!(-1)), "out-of-range", "/amount_fen"),
        ("5 fraction", with("amount_fen", json!(1.5)), "out-of-range", "/amount_fen"),
        ("6 NUL", with("text", json!("a\u{0}b")), "forbidden-character", "/text"),
        ("7 direction override", with("title", json!("甲\u{202e}乙")), "forbidden-character", "/title"),
        // Taken in titles, where every other machine shows an empty box.
        ("7 private use", with("title", json!("修\u{e863}路")), "forbidden-character", "/title"),
    ];
    for (row, body, code, pointer) in rows {
        let answer =
            refused(row, wire.write(&here.resident, &matters, &row.replace(' ', "-"), &body), 422, code)
                .await?;
        ensure!(answer.body["errors"][0]["pointer"] == pointer, "{row}: {}", answer.body);
    }
    // 3: also inside a member that is itself a choice: an unknown member of a grant passed in silence.
    for grant in
        [json!({"role": "town-admin", "all": true}), json!({"role": "staff", "community": here.id, "all": 1})]
    {
        let body = json!({
            "login": "somebody", "password": "long-enough-91", "display_name": "某某", "grants": [grant],
        });
        let accounts = format!("/api/v1/towns/{}/accounts", stage.town.id);
        let key = format!("grant-{}", grant["role"]).replace('"', "");
        let answer = wire.write(&stage.town.admin, &accounts, &key, &body);
        let answer = refused("3 in a grant", answer, 422, "unknown-field").await?;
        ensure!(answer.body["errors"][0]["pointer"] == "/grants/0/all", "{}", answer.body);
    }
    // 2: all errors at once.
    let answer = refused(
        "2",
        wire.write(&here.resident, &matters, "many", &json!({"title": 7, "x": 1})),
        422,
        "invalid-fields",
    )
    .await?;
    let pointers: Vec<&str> = answer.body["errors"]
        .as_array()
        .context("no errors")?
        .iter()
        .filter_map(|e| e["pointer"].as_str())
        .collect();
    ensure!(pointers == ["/domain", "/text", "/title", "/x"], "{pointers:?}");

    // 22 and 37: no id, a wrong kind of id, an unknown id, and an id of another community are one answer.
    let mut bodies = Vec::new();
    for id in ["x", "per_01890000-0000-7000-8000-000000000000", "mat_01890000-0000-7000-8000-000000000000"] {
        let mut body =
            refused("22", wire.get(&api(&here, &format!("/matters/{id}"))), 404, "not-found").await?.body;
        body["instance"] = Value::Null;
        body["trace_id"] = Value::Null;
        bodies.push(body);
    }
    let mut body =
        refused("37", wire.get(&api(&there, &format!("/matters/{matter}"))), 404, "not-found").await?.body;
    body["instance"] = Value::Null;
    body["trace_id"] = Value::Null;
    bodies.push(body);
    ensure!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "{bodies:?}");
    refused("22 encoding", wire.get(&api(&here, "/matters/%ff")), 400, "encoding").await?;

    // 24 and 26.
    for query in ["limit=abc", "limit=-1", "limit=0", "limit=1000000", "limit=1&limit=1", "status=ajar"] {
        refused("24", wire.get(&format!("{matters}?{query}")), 400, "bad-parameter").await?;
    }
    refused("26", wire.get(&format!("{matters}?sort=password_hash")), 400, "unknown-field").await?;

    // 25: a cursor is good where and when it was made, and only as it was made.
    here.suggest(&here.resident, &plain("第三项")).await?;
    let page = send(wire.get(&format!("{matters}?limit=1"))).await?;
    let cursor = page.body["next"].as_str().context("no next page")?.to_owned();
    ensure!(page.header("link").contains(&cursor), "{page:?}");
    let next = send(wire.get(&format!("{matters}?limit=1&cursor={cursor}"))).await?;
    ensure!(next.body["items"][0]["id"] != page.body["items"][0]["id"], "the same page again: {next:?}");
    let elsewhere = format!("{}?limit=1&cursor={cursor}", api(&there, "/matters"));
    refused("25 foreign", wire.get(&elsewhere), 400, "bad-cursor").await?;
    refused("25 filter", wire.get(&format!("{matters}?status=open&cursor={cursor}")), 400, "bad-cursor")
        .await?;
    refused("25 forged", wire.get(&format!("{matters}?cursor=B{}", &cursor[1..])), 400, "bad-cursor").await?;
    stage.city.advance(2).await?;
    refused("25 expired", wire.get(&format!("{matters}?cursor={cursor}")), 400, "bad-cursor").await?;

    // 27: a wildcard is a character like any other.
    let found = here.clerk.get(&here.path("/persons?name=%25")).await?.ok()?;
    ensure!(found["items"].as_array().is_some_and(Vec::is_empty), "{found}");

    // 55.
    let meeting = json!({"body": "council", "held_on": "2026-02-30", "hour": "09:00", "place": "村部", "agenda": [matter]});
    refused(
        "55 30 February",
        wire.write(&here.chair, &api(&here, "/meetings"), "d1", &meeting),
        422,
        "invalid-value",
    )
    .await?;
    let meeting = json!({"body": "council", "held_on": "99999-01-01", "hour": "09:00", "place": "村部", "agenda": [matter]});
    refused(
        "55 year 99999",
        wire.write(&here.chair, &api(&here, "/meetings"), "d2", &meeting),
        422,
        "invalid-value",
    )
    .await?;
    let clock = wire.write(
        &stage.city.admin,
        "/api/v1/simulated-clock",
        "d3",
        &json!({"now": "2026-05-01T00:00:00"}),
    );
    refused("55 no offset", clock, 422, "invalid-value").await?;
    Ok(())
}

#[tokio::test]
async fn who_may() -> Result<()> {
    let Scene { stage: _stage, here, there, matter, wire } = scene().await?;
    // 35.
    let nobody = here.city().visitor.clone();
    let suggest = suggestion("第二项");
    let answer =
        refused("35", wire.write(&nobody, &api(&here, "/matters"), "k", &suggest), 401, "not-signed-in")
            .await?;
    ensure!(answer.header("www-authenticate").starts_with("Bearer"), "{answer:?}");
    // 36: names the missing right.
    let step =
        wire.write(&here.resident, &api(&here, &format!("/matters/{matter}/propose")), "k", &proposal());
    let answer = refused("36", step.header("if-match", "\"1\""), 403, "not-permitted").await?;
    ensure!(answer.body["right"] == "propose", "{}", answer.body);
    // 37: the roster of another community is as good as absent, to its neighbour's staff and to anybody's.
    let mut bodies = Vec::new();
    for place in [there.id.as_str(), "com_01890000-0000-7000-8000-000000000000"] {
        let path = format!("/api/v1/communities/{place}/persons");
        let token = here.clerk.token().context("staff have a token")?;
        let mut body = refused("37", wire.get(&path).bearer_auth(token), 404, "not-found").await?.body;
        body["instance"] = Value::Null;
        body["trace_id"] = Value::Null;
        bodies.push(body);
    }
    ensure!(bodies[0] == bodies[1], "{bodies:?}");
    // 38: what was signed out stays out, at once, and a dead cookie is taken away.
    let session = nobody.sign_in("yunling-clerk", yishi_harness::kernel::PASSWORD).await?;
    let token = session.token().context("a session has a token")?.to_owned();
    ensure!(send(wire.get("/api/v1/me").bearer_auth(&token)).await?.status == 200);
    ensure!(
        send(wire.request(Method::DELETE, "/api/v1/sessions/current").bearer_auth(&token)).await?.status
            == 204
    );
    refused("38 bearer", wire.get("/api/v1/me").bearer_auth(&token), 401, "session-ended").await?;
    let cookie = wire.get("/api/v1/me").header("cookie", format!("yishi_session={token}"));
    let answer = refused("38 cookie", cookie, 401, "session-ended").await?;
    ensure!(answer.header("set-cookie").contains("Max-Age=0"), "{answer:?}");
    ensure!(answer.header("cache-control") == "no-store", "{answer:?}");
    refused(
        "38 nonsense",
        wire.get("/api/v1/me").header("authorization", "Basic eDp5"),
        401,
        "session-ended",
    )
    .await?;
    // 51: a cookie that another site made the browser send.
    let live = nobody.sign_in("yunling-clerk", yishi_harness::kernel::PASSWORD).await?;
    let cookie = format!("yishi_session={}", live.token().context("a session has a token")?);
    let forged = |headers: &[(&str, &str)]| {
        let mut request = wire
            .write(&nobody, &api(&here, "/documents"), "csrf", &json!({"text": "甲"}))
            .header("cookie", &cookie);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request
    };
    refused("51 nobody vouches", forged(&[]), 403, "cross-site").await?;
    refused("51 origin", forged(&[("origin", "https://evil.test")]), 403, "cross-site").await?;
    refused("51 fetch", forged(&[("sec-fetch-site", "cross-site")]), 403, "cross-site").await?;
    ensure!(
        send(forged(&[("sec-fetch-site", "same-origin")])).await?.status == 201,
        "the portal's own script may"
    );
    // A wrong password and an unknown login are one answer.
    let known = wire
        .request(Method::POST, "/api/v1/sessions")
        .json(&json!({"login": "yunling-clerk", "password": "x"}));
    let unknown =
        wire.request(Method::POST, "/api/v1/sessions").json(&json!({"login": "nobody", "password": "x"}));
    refused("SE-5", known, 401, "wrong-credentials").await?;
    refused("SE-5", unknown, 401, "wrong-credentials").await?;
    Ok(())
}

#[tokio::test]
async fn once_and_in_order() -> Result<()> {
    let Scene { stage: _stage, here, matter, wire, .. } = scene().await?;
    let matters = api(&here, "/matters");
    let suggest = suggestion("第二项");
    // 43: the same key and body get the first answer again; 41: another body does not.
    let first = send(wire.write(&here.resident, &matters, "once", &suggest)).await?;
    ensure!(first.status == 201 && first.header("idempotency-replayed").is_empty(), "{first:?}");
    let again = send(wire.write(&here.resident, &matters, "once", &suggest)).await?;
    ensure!(again.status == 201 && again.header("idempotency-replayed") == "true", "{again:?}");
    ensure!(again.body == first.body && again.header("etag") == first.header("etag"), "{again:?}");
    refused(
        "41",
        wire.write(&here.resident, &matters, "once", &suggestion("第三项")),
        422,
        "idempotency-mismatch",
    )
    .await?;
    let other = send(wire.write(&here.newcomer, &matters, "once", &suggest)).await?;
    ensure!(other.status == 201 && other.body["id"] != first.body["id"], "a key is its owner's: {other:?}");
    // 42: side by side, one is done; the others are told to wait, or get its answer.
    let document = api(&here, "/matters");
    let body = suggestion("第四项");
    let (a, b, c) = tokio::join!(
        send(wire.write(&here.resident, &document, "race", &body)),
        send(wire.write(&here.resident, &document, "race", &body)),
        send(wire.write(&here.resident, &document, "race", &body)),
    );
    let mut made = std::collections::BTreeSet::new();
    for answer in [a?, b?, c?] {
        match answer.status.as_u16() {
            201 => {
                made.insert(answer.body["id"].as_str().unwrap_or_default().to_owned());
            }
            409 => ensure!(
                answer.code() == "idempotency-running" && answer.header("retry-after") == "1",
                "{answer:?}"
            ),
            _ => anyhow::bail!("42: {answer:?}"),
        }
    }
    ensure!(made.len() == 1, "42: done {} times", made.len());
    // 44, 45.
    let propose = api(&here, &format!("/matters/{matter}/propose"));
    let text = proposal();
    refused("44", wire.write(&here.chair, &propose, "p1", &text), 428, "precondition-required").await?;
    let answer = refused(
        "45",
        wire.write(&here.chair, &propose, "p2", &text).header("if-match", "\"7\""),
        412,
        "stale",
    )
    .await?;
    ensure!(answer.header("etag") == "\"1\"", "{answer:?}");
    refused(
        "45 weak",
        wire.write(&here.chair, &propose, "p3", &text).header("if-match", "W/\"1\""),
        412,
        "stale",
    )
    .await?;
    // 47: skipping a step lists what is allowed.
    let skip = wire
        .write(&here.director, &api(&here, &format!("/matters/{matter}/disclose")), "s", &json!({}))
        .header("if-match", "\"1\"");
    let answer = refused("47", skip, 409, "illegal-transition").await?;
    let allowed = answer.body["allowed"].as_array().context("no allowed steps")?;
    ensure!(allowed.contains(&json!("propose")), "{allowed:?}");
    Ok(())
}

#[tokio::test]
async fn ballots() -> Result<()> {
    let Scene { stage: _stage, here, wire, .. } = scene().await?;
    let affair = Affair {
        class: "major",
        title: "第二项",
        per_household_fen: None,
        amount_fen: None,
        ..texts::coal_stoves()
    };
    let matter = here.bring_forward(&here.resident, &affair).await?;
    let sitting = here.representative_assembly(0);
    here.submit_to(&matter, sitting.body, Some(texts::AUTHORISATION)).await?;
    let (meeting, held_on) = here.convene(&sitting, &[&matter]).await?;
    here.open_meeting(&meeting, held_on, &sitting.present).await?;
    let ballot = here.open_ballot(&meeting, &matter).await?;
    let votes = api(&here, &format!("/ballots/{ballot}/votes"));
    let entered =
        |person: &str, choice: &str| json!({"choice": choice, "voter": person, "channel": "meeting"});
    let members = here.assembly_members();
    let member = members[0].id.clone();
    // 40, 48.
    let bare = wire.request(Method::POST, &votes).json(&json!({"choice": "yes"}));
    let token = here.clerk.token().context("staff have a token")?;
    refused("40", bare.bearer_auth(token), 400, "idempotency-key-required").await?;
    refused("48", wire.write(&here.clerk, &votes, "v0", &entered(&member, "maybe")), 422, "not-one-of")
        .await?;
    refused(
        "48",
        wire.write(&here.clerk, &votes, "v0", &json!({"choice": ["yes", "no"]})),
        422,
        "wrong-type",
    )
    .await?;
    // 43 on the hot path; 46.
    let first = send(wire.write(&here.clerk, &votes, "v1", &entered(&member, "yes"))).await?;
    ensure!(first.status == 201, "{first:?}");
    let again = send(wire.write(&here.clerk, &votes, "v1", &entered(&member, "yes"))).await?;
    ensure!(again.status == 201 && again.header("idempotency-replayed") == "true", "{again:?}");
    ensure!(again.body["seq"] == first.body["seq"], "{again:?}");
    refused("46 twice", wire.write(&here.clerk, &votes, "v2", &entered(&member, "no")), 409, "already-voted")
        .await?;
    let outsider = here.people.iter().find(|p| p.adult && !members.contains(p)).context("everybody sits")?;
    refused(
        "46 not on the roll",
        wire.write(&here.clerk, &votes, "v3", &entered(&outsider.id, "yes")),
        403,
        "not-on-roll",
    )
    .await?;
    refused(
        "46 nobody's ballot",
        wire.write(
            &here.clerk,
            &votes.replace(&ballot, "bal_01890000-0000-7000-8000-000000000000"),
            "v4",
            &entered(&member, "yes"),
        ),
        404,
        "not-found",
    )
    .await?;
    let (late, others) = members[1..].split_last().context("nobody sits")?;
    for person in others {
        let cast = send(wire.write(&here.clerk, &votes, &person.id, &entered(&person.id, "yes"))).await?;
        ensure!(cast.status == 201, "{cast:?}");
    }
    let tellers: Vec<&str> = here.supervisors.iter().take(2).map(|person| person.id.as_str()).collect();
    let sheet = json!({"yes": 0, "no": 0, "abstain": 0, "spoilt": 0, "not_voting": 1, "tellers": tellers, "record": "一人未投"});
    let thing = here.path(&format!("/ballots/{ballot}"));
    here.clerk.change(&thing, "/close", &json!({"hand_count": sheet})).await?.ok()?;
    refused(
        "46 closed",
        wire.write(&here.clerk, &votes, "v5", &entered(&late.id, "yes")),
        409,
        "vote-closed",
    )
    .await?;
    Ok(())
}

#[tokio::test]
async fn files_and_media_types() -> Result<()> {
    let Scene { here, wire, stage, .. } = scene().await?;
    let town = stage.town.admin.token().context("the town has a token")?.to_owned();
    let upload = |kind: &'static str, bytes: Vec<u8>| {
        wire.request(Method::POST, &api(&here, "/shelf"))
            .bearer_auth(&town)
            .header("idempotency-key", "f")
            .header("content-type", kind)
            .body(bytes)
    };
    refused("52 magic", upload("application/wasm", b"<svg onload=alert(1)>".to_vec()), 415, "wrong-content")
        .await?;
    refused("52 type", upload("image/svg+xml", b"\0asm".to_vec()), 415, "unsupported-media-type").await?;
    refused("52 size", upload("application/wasm", vec![0; 5 << 20]), 413, "too-large").await?;
    let checkpoint = api(&here, "/log/checkpoint");
    refused("53", wire.get(&checkpoint).header("range", "bytes=0-,0-,0-"), 416, "range-not-satisfiable")
        .await?;
    let export = api(&here, "/log/export");
    refused("53", wire.get(&export).header("range", "bytes=0-,0-,0-"), 416, "range-not-satisfiable").await?;
    // An export is made while it is read and has no length beforehand: a range of it is all of it (RFC 9110, 14.2).
    let part = send(wire.get(&export).header("range", "bytes=0-9")).await?;
    ensure!(part.status == 200 && part.header("transfer-encoding") == "chunked", "{:?}", part.headers);
    refused("54", wire.get(&api(&here, "")).header("accept", "application/xml"), 406, "not-acceptable")
        .await?;
    // 20, 21, 23 on the real router.
    refused("20", wire.get("/api/v1/nowhere"), 404, "not-found").await?;
    let answer =
        refused("21", wire.request(Method::DELETE, &api(&here, "/matters")), 405, "method-not-allowed")
            .await?;
    ensure!(answer.header("allow").contains("POST"), "{answer:?}");
    refused("23", wire.get("/assets/..%2f..%2fCargo.toml"), 404, "not-found").await?;
    // Whatever the class of answer, the headers are there.
    for (path, status) in [
        ("/api/v1/clock", 200),
        ("/api/docs/", 200),
        ("/api/docs", 303),
        ("/healthz", 204),
        ("/assets/portal.css", 200),
    ] {
        let answer = send(wire.get(path)).await?;
        ensure!(answer.status.as_u16() == status || answer.status.is_redirection(), "{path}: {answer:?}");
        check_headers(path, &answer)?;
    }
    Ok(())
}

/// What an operation's path stands for once ids of the right kind are put in.
fn filled(path: &str, place: &str) -> String {
    let id = "01890000-0000-7000-8000-000000000000";
    path.replace("{community}", place)
        .replace("{body}", "council")
        .replace("{digest}", &format!("sha256:{}", "0".repeat(64)))
        .replace("{seq}", "0")
        .replace("{token}", &format!("ses_{id}"))
        .replace("{town}", &format!("town_{id}"))
        .replace("{matter}", &format!("mat_{id}"))
        .replace("{meeting}", &format!("mtg_{id}"))
        .replace("{ballot}", &format!("bal_{id}"))
        .replace("{rule}", &format!("rul_{id}"))
        .replace("{case}", &format!("cas_{id}"))
        .replace("{person}", &format!("per_{id}"))
        .replace("{comment}", &format!("cmt_{id}"))
        .replace("{account}", &format!("acc_{id}"))
}

/// Every operation of the document: what it says it asks for, it asks for; and no visitor writes anything.
#[tokio::test]
async fn every_operation_asks_for_what_it_says() -> Result<()> {
    let Scene { stage: _stage, here, wire, .. } = scene().await?;
    let document = send(wire.get("/api/openapi.json")).await?.body;
    let clerk = here.clerk.token().context("staff have a token")?;
    let before = send(wire.get(&api(&here, "/log/checkpoint"))).await?.body;
    let mut seen = 0;
    for (path, item) in document["paths"].as_object().context("no paths")? {
        let place = filled(path, &here.id);
        ensure!(!place.contains('{'), "{path}: a placeholder this test does not know");
        for (method, operation) in item.as_object().context("no methods")? {
            seen += 1;
            let row = format!("{method} {path}");
            let asks = |name: &str| {
                operation["parameters"]
                    .as_array()
                    .is_some_and(|list| list.iter().any(|one| one["name"] == name))
            };
            let verb = Method::from_bytes(method.to_uppercase().as_bytes())?;
            let body = operation["requestBody"]["content"]
                .as_object()
                .and_then(|content| content.keys().next().cloned());
            let request = |key: bool, tag: bool| {
                let mut request = wire.request(verb.clone(), &place);
                if let Some(kind) = &body {
                    request = request.header("content-type", kind).body(if kind.ends_with("json") {
                        "{}"
                    } else {
                        "\0asm"
                    });
                }
                if key {
                    request = request.header("idempotency-key", "matrix");
                }
                if tag { request.header("if-match", "\"1\"") } else { request }
            };
            if asks("If-Match") {
                refused(&row, request(true, false).bearer_auth(clerk), 428, "precondition-required").await?;
            }
            if asks("Idempotency-Key") {
                refused(&row, request(false, true).bearer_auth(clerk), 400, "idempotency-key-required")
                    .await?;
            } else {
                let known = ["/sessions", "/verify/receipt", "/simulated-clock", "/check"];
                ensure!(
                    verb != Method::POST || known.iter().any(|end| path.ends_with(end)),
                    "{row}: a write without a key"
                );
            }
            let answer = send(request(true, true)).await?;
            ensure!(!answer.status.is_server_error(), "{row}: {answer:?}");
            check_headers(&row, &answer)?;
            if verb == Method::POST {
                ensure!(!answer.status.is_success(), "{row}: a visitor wrote: {answer:?}");
            }
            refused(&row, request(true, true).header("accept", "application/xml"), 406, "not-acceptable")
                .await?;
        }
    }
    ensure!(seen > 70, "only {seen} operations");
    let after = send(wire.get(&api(&here, "/log/checkpoint"))).await?.body;
    let size = |note: &Value| note.as_str().and_then(|note| note.lines().nth(1).map(str::to_owned));
    ensure!(size(&before) == size(&after), "the record grew: {before} {after}");
    Ok(())
}
