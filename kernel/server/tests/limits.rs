//! Too much at once, and a store that cannot write: what whoever asks is told (rows 49 and 50 of the list of bad input).

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};
use yishi_app::context::OpContext;
use yishi_edge::cursor::CursorKey;
use yishi_edge::origin::Hosts;
use yishi_edge::ratelimit::{Rate, Rates};
use yishi_edge::{Edge, EdgeConfig};
use yishi_identity::Actor;
use yishi_rulebook::CompileMode;
use yishi_server::boot;
use yishi_server::http::{Server, router};

const HOST: &str = "yishi.test";
const PASSWORD: &str = "correct-horse-7";

struct Host {
    server: Arc<Server>,
    router: Router,
    data: tempfile::TempDir,
}

impl Host {
    async fn start(rates: Rates) -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let opened = boot::open(data.path(), None, CompileMode::InProcess).await.expect("opened");
        let visitor = OpContext::new(Actor::default(), opened.app.now(), "test");
        opened.app.create_first_account(&visitor, "city", PASSWORD).await.expect("an account");
        let mut config = EdgeConfig::new(Hosts::new([HOST.to_owned()]));
        config.rates = rates;
        let edge = Arc::new(Edge::new(config).expect("randomness"));
        let cursors = CursorKey::new(&opened.keys.derive("page cursors"));
        let csrf = opened.keys.derive("form tokens");
        let server = Arc::new(Server::new(opened.app, edge, cursors, csrf, opened.simulated));
        Self { router: router(Arc::clone(&server)), server, data }
    }

    async fn post(
        &self,
        peer: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> (StatusCode, HeaderMap, Value) {
        let mut request = Request::post(path)
            .header(header::HOST, HOST)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_string())).expect("a request");
        let peer: SocketAddr = peer.parse().expect("an address");
        let response = self.server.edge().handle(request, peer, self.router.clone()).await;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        (parts.status, parts.headers, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    async fn sign_in(&self, peer: &str, login: &str, password: &str) -> (StatusCode, HeaderMap, Value) {
        self.post(peer, "/api/v1/sessions", &[], &json!({"login": login, "password": password})).await
    }

    async fn town(&self, token: &str, peer: &str, number: u32) -> (StatusCode, HeaderMap, Value) {
        let (bearer, key) = (format!("Bearer {token}"), format!("town-{number}"));
        let town = json!({"name": format!("第{number}镇"), "region_code": format!("320582{number:03}")});
        let headers = [("authorization", bearer.as_str()), ("idempotency-key", key.as_str())];
        self.post(peer, "/api/v1/towns", &headers, &town).await
    }
}

fn told_when(headers: &HeaderMap) -> u64 {
    let after = headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    after.and_then(|seconds| seconds.parse().ok()).expect("seconds to wait")
}

fn token(answer: &(StatusCode, HeaderMap, Value)) -> String {
    answer.2["token"].as_str().unwrap_or_else(|| panic!("no token: {} {}", answer.0, answer.2)).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_are_counted_by_account_wherever_they_come_from() {
    let rate = Rate { per_ten_seconds: 1, burst: 2 };
    let host = Host::start(Rates { account_writes: Some(rate), ..Rates::OFF }).await;
    let token = token(&host.sign_in("192.0.2.1:1", "city", PASSWORD).await);
    for number in 1..=2 {
        let (status, _, body) = host.town(&token, &format!("192.0.2.{number}:1"), number).await;
        assert_eq!(status, StatusCode::CREATED, "{body}");
    }
    let (status, headers, problem) = host.town(&token, "192.0.2.3:1", 3).await;
    assert_eq!((status, &problem["code"]), (StatusCode::TOO_MANY_REQUESTS, &json!("rate-limited")));
    assert!((1..=11).contains(&told_when(&headers)), "{headers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_ins_are_counted_by_name_and_by_client() {
    let account = Rate { per_ten_seconds: 1, burst: 3 };
    let host = Host::start(Rates { account_sign_ins: Some(account), ..Rates::OFF }).await;
    for n in 1..=3 {
        let (status, ..) = host.sign_in(&format!("192.0.2.{n}:1"), "nobody", "not the word").await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
    let (status, headers, problem) = host.sign_in("192.0.2.9:1", "nobody", "not the word").await;
    assert_eq!((status, &problem["code"]), (StatusCode::TOO_MANY_REQUESTS, &json!("rate-limited")));
    told_when(&headers);
    token(&host.sign_in("192.0.2.9:1", "city", PASSWORD).await);

    let client = Rate { per_ten_seconds: 1, burst: 2 };
    let host = Host::start(Rates { sign_ins: Some(client), ..Rates::OFF }).await;
    for login in ["one", "two"] {
        let (status, ..) = host.sign_in("192.0.2.1:1", login, "not the word").await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(host.sign_in("192.0.2.1:1", "city", PASSWORD).await.0, StatusCode::TOO_MANY_REQUESTS);
    token(&host.sign_in("192.0.2.2:1", "city", PASSWORD).await);
}

/// Somebody with a database tool holds the write lock.
async fn lock(data: &Path) -> sqlx::sqlite::SqliteConnection {
    let file = data.join("store/yishi.db");
    let mut tool = SqliteConnectOptions::new().filename(file).connect().await.expect("opens");
    tool.execute("BEGIN IMMEDIATE").await.expect("locks");
    tool
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_cannot_write_asks_to_come_back_and_loses_nothing() {
    let host = Host::start(Rates::OFF).await;
    let token = token(&host.sign_in("192.0.2.1:1", "city", PASSWORD).await);
    let mut tool = lock(host.data.path()).await;
    let (status, headers, problem) = host.town(&token, "192.0.2.1:1", 7).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{problem}");
    assert!((1..=5).contains(&told_when(&headers)), "{headers:?}");
    assert!(problem["title"].as_str().is_some_and(|title| !title.is_empty()), "{problem}");
    tool.execute("ROLLBACK").await.expect("lets go");
    tool.close().await.expect("closes");
    // The same request with the same key: done now, once.
    let (status, _, first) = host.town(&token, "192.0.2.1:1", 7).await;
    assert_eq!(status, StatusCode::CREATED, "{first}");
    let (_, headers, again) = host.town(&token, "192.0.2.1:1", 7).await;
    assert_eq!((headers.contains_key("idempotency-replayed"), &again["id"]), (true, &first["id"]));
}
