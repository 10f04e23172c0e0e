//! 坏请求表 (the table of bad requests): reliability.md, section 5, over a real socket.
//!
//! Each row is the bytes a client sends and what must come back. Rows that need communities, accounts and
//! ballots stand in the server's own table; these are the ones any route must answer.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post, put};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep, timeout};
use utoipa::ToSchema;
use yishi_edge::etag::{IfMatch, RequiredMatch, etag, stale};
use yishi_edge::extract::{BodyTimes, Json, Path, Upload, Wasm, Write};
use yishi_edge::origin::Hosts;
use yishi_edge::query::{Limit, Query};
use yishi_edge::ratelimit::{Rate, Rates};
use yishi_edge::{Edge, EdgeConfig, Problem, codes};

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Sample {
    #[schema(max_length = 10_000)]
    name: String,
    #[serde(default)]
    weight: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    #[serde(default)]
    limit: Limit,
}

#[derive(Debug, Clone, Copy)]
struct Number(u32);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(serde::de::Error::custom)
    }
}

fn router() -> Router {
    Router::new()
        .route("/", get(|| async { axum::response::Html("<p>首页</p>") }))
        .route("/api/v1/things", get(|Query(page): Query<Page>| async move { page.limit.0.to_string() }))
        .route("/api/v1/things", post(|Json(sample): Json<Sample>| async move { axum::Json(sample) }))
        .route("/api/v1/writes", post(|write: Write<Sample>| async move { axum::Json(write.body) }))
        .route(
            "/api/v1/uploads",
            post(|file: Upload<Wasm, 1024>| async move { file.bytes.len().to_string() }),
        )
        .route("/api/v1/things/{id}", get(|Path(Number(id)): Path<Number>| async move { id.to_string() }))
        .route("/api/v1/things/{id}", put(change))
        .route("/api/v1/panic", get(|| async { panic!("a handler's mistake") as () }))
        .route("/api/v1/secret", get(|| async { Problem::new(&codes::UNAUTHENTICATED) }))
        .route("/desk", get(|| async { Problem::new(&codes::UNAUTHENTICATED) }))
        .route("/api/v1/slow", get(|| async { sleep(Duration::from_millis(300)).await }))
}

async fn change(
    RequiredMatch(asked): RequiredMatch,
    Json(sample): Json<Sample>,
) -> Result<impl IntoResponse, Problem> {
    if asked != IfMatch::Versions(vec![3]) {
        return Err(stale(3));
    }
    Ok(([(header::ETAG, etag(4))], axum::Json(sample)))
}

struct Running {
    address: SocketAddr,
    stop: tokio::sync::oneshot::Sender<()>,
    done: tokio::task::JoinHandle<bool>,
}

async fn start(change: impl FnOnce(&mut EdgeConfig)) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let mut config = EdgeConfig::new(Hosts::new(["a.test".to_owned()]));
    config.rates = Rates::OFF;
    // The same timers as in service, a twentieth as long.
    config.head_time = Duration::from_millis(500);
    config.body_times = BodyTimes { idle: Duration::from_millis(500), total: Duration::from_millis(1500) };
    config.error_page =
        Some(Box::new(|problem, reader| (reader.lang, format!("<h1>{}</h1>", problem.title(reader.lang)))));
    change(&mut config);
    let edge = Arc::new(Edge::new(config).expect("the machine has randomness"));
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let done = tokio::spawn(yishi_edge::serve::serve(listener, edge, router(), async move {
        let _ = stopped.await;
    }));
    Running { address, stop, done }
}

#[derive(Debug)]
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
    closed: bool,
}

impl Answer {
    fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or(serde_json::Value::Null)
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

async fn connect(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.expect("the server listens")
}

/// Reads one answer: its head, as many bytes as it declares, and whether the connection then closes.
async fn read_answer(stream: &mut (impl AsyncRead + Unpin)) -> Option<Answer> {
    let mut bytes = Vec::new();
    let mut chunk = [0_u8; 4096];
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        match timeout(Duration::from_secs(5), stream.read(&mut chunk)).await {
            Ok(Ok(read)) if read > 0 => bytes.extend_from_slice(&chunk[..read]),
            _ => return None,
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).expect("heads are ASCII");
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: HeaderMap = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| {
            (
                header::HeaderName::try_from(name).expect("a header name"),
                HeaderValue::try_from(value).expect("a header value"),
            )
        })
        .collect();
    let length: usize =
        headers.get("content-length").and_then(|v| v.to_str().ok()?.parse().ok()).unwrap_or(0);
    let mut body = bytes[end + 4..].to_vec();
    while body.len() < length {
        match timeout(Duration::from_secs(5), stream.read(&mut chunk)).await {
            Ok(Ok(read)) if read > 0 => body.extend_from_slice(&chunk[..read]),
            _ => return None,
        }
    }
    let closed = matches!(timeout(Duration::from_millis(50), stream.read(&mut chunk)).await, Ok(Ok(0)));
    Some(Answer { status, headers, body, closed })
}

async fn send(address: SocketAddr, request: &[u8]) -> Answer {
    let mut stream = connect(address).await;
    // The server may answer and stop listening before everything is sent; the answer counts.
    let (mut reader, mut writer) = stream.split();
    let _ = &mut reader;
    let _ = writer.write_all(request).await;
    let shown = String::from_utf8_lossy(&request[..request.len().min(200)]).into_owned();
    read_answer(&mut stream).await.unwrap_or_else(|| panic!("no answer to {shown}"))
}

fn assert_problem(answer: &Answer, status: u16, code: &str, row: &str) {
    assert_eq!(answer.status, status, "{row}: {answer:?}");
    assert_eq!(answer.header("content-type"), "application/problem+json", "{row}");
    let body = answer.json();
    assert_eq!(body["code"], code, "{row}: {body}");
    assert_eq!(body["status"], status, "{row}");
    assert_eq!(body["type"], format!("/problems/{code}"), "{row}");
    assert!(!body["title"].as_str().unwrap_or_default().is_empty(), "{row}: {body}");
    assert_eq!(body["trace_id"].as_str().map(str::len), Some(32), "{row}: {body}");
    assert_eq!(answer.header("x-trace-id"), body["trace_id"], "{row}");
    assert_secure(answer, row);
    assert_eq!(answer.header("cache-control"), "no-store", "{row}");
}

fn assert_secure(answer: &Answer, row: &str) {
    assert!(answer.header("strict-transport-security").starts_with("max-age="), "{row}: {answer:?}");
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{row}: {policy}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{row}");
    assert_eq!(answer.header("referrer-policy"), "same-origin", "{row}");
}

fn get_with(path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: a.test\r\n{headers}\r\n").into_bytes()
}

fn post_with(path: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut request =
        format!("POST {path} HTTP/1.1\r\nHost: a.test\r\nContent-Length: {}\r\n{headers}\r\n", body.len())
            .into_bytes();
    request.extend_from_slice(body);
    request
}

fn json_post(body: impl AsRef<[u8]>) -> Vec<u8> {
    post_with("/api/v1/things", "Content-Type: application/json\r\n", body)
}

fn raw(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

#[tokio::test]
async fn every_bad_request_has_its_answer() {
    let server = start(|_| {}).await;
    let big = format!("{{\"name\":\"{}\"}}", "x".repeat(3 << 20));
    let deep = "[".repeat(10_000);
    let many = "x: y\r\n".repeat(101);
    let wide = format!("x: {}\r\n", "y".repeat(100 * 1024));
    let cookie = format!("Cookie: yishi_session={}\r\n", "c".repeat(17 * 1024));
    let json = "Content-Type: application/json\r\n";
    let rows: Vec<(&str, Vec<u8>, u16, &str)> = vec![
        ("1 broken JSON", json_post("{\"name\":"), 400, "json-syntax"),
        ("2 wrong type and missing field", json_post("{\"weight\":\"1\"}"), 422, "invalid-fields"),
        ("3 unknown field", json_post("{\"name\":\"甲\",\"admin\":true}"), 422, "unknown-field"),
        ("4 duplicate key", json_post("{\"name\":\"甲\",\"name\":\"乙\"}"), 400, "duplicate-key"),
        ("5 negative", json_post("{\"name\":\"甲\",\"weight\":-1}"), 422, "out-of-range"),
        ("5 above u32", json_post("{\"name\":\"甲\",\"weight\":4294967296}"), 422, "out-of-range"),
        ("5 1.0 for an integer", json_post("{\"name\":\"甲\",\"weight\":1.0}"), 422, "out-of-range"),
        ("6 NUL", json_post("{\"name\":\"a\\u0000\"}"), 422, "forbidden-character"),
        ("7 direction override", json_post("{\"name\":\"a\u{202e}b\"}"), 422, "forbidden-character"),
        ("7 zero width", json_post("{\"name\":\"a\u{200b}b\"}"), 422, "forbidden-character"),
        ("8 lone surrogate", json_post("{\"name\":\"\\ud800\"}"), 400, "encoding"),
        ("8 invalid UTF-8", json_post(b"{\"name\":\"\xff\"}"), 400, "encoding"),
        ("8 byte order mark", json_post("\u{feff}{\"name\":\"a\"}"), 400, "encoding"),
        (
            "9 charset",
            post_with("/api/v1/things", "Content-Type: application/json; charset=gbk\r\n", "{}"),
            415,
            "unsupported-media-type",
        ),
        ("10 no content type", post_with("/api/v1/things", "", "{}"), 415, "unsupported-media-type"),
        (
            "10 form",
            post_with("/api/v1/things", "Content-Type: text/plain\r\n", "{}"),
            415,
            "unsupported-media-type",
        ),
        ("11 empty body", json_post(""), 400, "empty-body"),
        ("11 nothing at all", post_with("/api/v1/things", "", ""), 400, "empty-body"),
        ("12 trailing data", json_post("{\"name\":\"a\"} {}"), 400, "trailing-data"),
        ("13 depth", json_post(&deep), 400, "too-deep"),
        ("14 3 MB", json_post(&big), 413, "too-large"),
        (
            "14 3 MB in chunks",
            {
                let mut request = raw(
                    "POST /api/v1/things HTTP/1.1\r\nHost: a.test\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
                );
                request.extend_from_slice(format!("{:x}\r\n", big.len()).as_bytes());
                request.extend_from_slice(big.as_bytes());
                request.extend_from_slice(b"\r\n0\r\n\r\n");
                request
            },
            413,
            "too-large",
        ),
        (
            "15 gzip",
            post_with(
                "/api/v1/things",
                "Content-Type: application/json\r\nContent-Encoding: gzip\r\n",
                b"\x1f\x8b\x08",
            ),
            415,
            "unsupported-media-type",
        ),
        ("19 panic", get_with("/api/v1/panic", ""), 500, "internal"),
        ("20 unknown path", get_with("/api/v1/nothing", ""), 404, "not-found"),
        (
            "21 wrong method",
            raw("DELETE /api/v1/things HTTP/1.1\r\nHost: a.test\r\n\r\n"),
            405,
            "method-not-allowed",
        ),
        ("21 TRACE", raw("TRACE /api/v1/things HTTP/1.1\r\nHost: a.test\r\n\r\n"), 405, "method-not-allowed"),
        (
            "21 lower case",
            raw("get /api/v1/things HTTP/1.1\r\nHost: a.test\r\n\r\n"),
            405,
            "method-not-allowed",
        ),
        ("22 not an id", get_with("/api/v1/things/abc", ""), 404, "not-found"),
        ("22 bad encoding", get_with("/api/v1/things/%ff", ""), 400, "encoding"),
        ("23 dots", get_with("/../etc/passwd", ""), 404, "not-found"),
        ("23 encoded dots", get_with("/%2e%2e/etc/passwd", ""), 404, "not-found"),
        ("23 double slash", get_with("//api/v1/things", ""), 404, "not-found"),
        ("23 semicolon", get_with("/api/v1/things;a=b", ""), 404, "not-found"),
        ("24 limit=abc", get_with("/api/v1/things?limit=abc", ""), 400, "bad-parameter"),
        ("24 limit=-1", get_with("/api/v1/things?limit=-1", ""), 400, "bad-parameter"),
        ("24 limit=1000000", get_with("/api/v1/things?limit=1000000", ""), 400, "bad-parameter"),
        ("24 doubled", get_with("/api/v1/things?limit=1&limit=1", ""), 400, "bad-parameter"),
        ("26 unknown parameter", get_with("/api/v1/things?sort=secret", ""), 400, "unknown-field"),
        ("28 headers", get_with("/api/v1/things", &many), 431, "headers-too-large"),
        ("29 wide header", get_with("/api/v1/things", &wide), 431, "headers-too-large"),
        ("30 70 KB target", get_with(&format!("/{}", "y".repeat(70 * 1024)), ""), 414, "uri-too-long"),
        ("31 no host", raw("GET / HTTP/1.1\r\n\r\n"), 400, "bad-host"),
        ("31 two hosts", raw("GET / HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\n\r\n"), 400, "bad-host"),
        ("31 empty host", raw("GET / HTTP/1.1\r\nHost:\r\n\r\n"), 400, "bad-host"),
        ("32 other host", raw("GET / HTTP/1.1\r\nHost: b.test\r\n\r\n"), 421, "misdirected"),
        (
            "33 length and chunks",
            raw(
                "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            ),
            400,
            "bad-request",
        ),
        (
            "34 two lengths",
            raw("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
            400,
            "bad-request",
        ),
        (
            "34 negative length",
            raw("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: -1\r\n\r\n"),
            400,
            "bad-request",
        ),
        ("34 bare CR", raw("GET / HTTP/1.1\r\nHost: a.test\r\nx: a\rb\r\n\r\n"), 400, "bad-request"),
        ("34 folded line", raw("GET / HTTP/1.1\r\nHost: a.test\r\nx: a\r\n b\r\n\r\n"), 400, "bad-request"),
        ("34 HTTP/0.9", raw("GET /\r\n"), 400, "bad-request"),
        ("34 only hyper minds", raw("GET http://[ HTTP/1.1\r\nHost: a.test\r\n\r\n"), 400, "bad-request"),
        ("35 no credentials", get_with("/api/v1/secret", ""), 401, "not-signed-in"),
        (
            "39 two session cookies",
            get_with("/api/v1/things", "Cookie: yishi_session=a; yishi_session=b\r\n"),
            400,
            "duplicate-cookie",
        ),
        ("39 huge cookie", get_with("/api/v1/things", &cookie), 431, "headers-too-large"),
        ("40 no key", post_with("/api/v1/writes", json, "{\"name\":\"a\"}"), 400, "idempotency-key-required"),
        (
            "40 two keys",
            post_with(
                "/api/v1/writes",
                "Content-Type: application/json\r\nIdempotency-Key: a\r\nIdempotency-Key: a\r\n",
                "{\"name\":\"a\"}",
            ),
            400,
            "bad-idempotency-key",
        ),
        (
            "44 no If-Match",
            raw(
                "PUT /api/v1/things/1 HTTP/1.1\r\nHost: a.test\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"name\":\"a\"}",
            ),
            428,
            "precondition-required",
        ),
        (
            "45 stale",
            raw(
                "PUT /api/v1/things/1 HTTP/1.1\r\nHost: a.test\r\nIf-Match: \"2\"\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"name\":\"a\"}",
            ),
            412,
            "stale",
        ),
        (
            "51 other origin",
            post_with(
                "/api/v1/things",
                "Content-Type: application/json\r\nOrigin: https://evil.test\r\n",
                "{\"name\":\"a\"}",
            ),
            403,
            "cross-site",
        ),
        (
            "51 cross-site fetch",
            post_with(
                "/api/v1/things",
                "Content-Type: application/json\r\nSec-Fetch-Site: cross-site\r\n",
                "{\"name\":\"a\"}",
            ),
            403,
            "cross-site",
        ),
        (
            "51 a cookie nobody vouches for",
            post_with(
                "/api/v1/things",
                "Content-Type: application/json\r\nCookie: yishi_session=a\r\n",
                "{\"name\":\"a\"}",
            ),
            403,
            "cross-site",
        ),
        (
            "52 wrong magic",
            post_with(
                "/api/v1/uploads",
                "Content-Type: application/wasm\r\nIdempotency-Key: k\r\n",
                "<svg/>",
            ),
            415,
            "wrong-content",
        ),
        (
            "52 too large",
            post_with(
                "/api/v1/uploads",
                "Content-Type: application/wasm\r\nIdempotency-Key: k\r\n",
                vec![0; 2048],
            ),
            413,
            "too-large",
        ),
        (
            "53 many ranges",
            get_with("/api/v1/things", "Range: bytes=0-,0-,0-\r\n"),
            416,
            "range-not-satisfiable",
        ),
        ("54 Accept", get_with("/api/v1/things", "Accept: application/xml\r\n"), 406, "not-acceptable"),
    ];
    for (row, request, status, code) in rows {
        let answer = send(server.address, &request).await;
        assert_problem(&answer, status, code, row);
        // What was refused before or while it was read also ends the connection.
        let number: u32 = row.split(' ').next().and_then(|n| n.parse().ok()).expect("rows are numbered");
        if matches!(number, 28..=31 | 33 | 34) && !row.contains("empty host") {
            assert!(answer.closed, "{row}");
        }
    }
    // After all of that the server still answers.
    let answer = send(server.address, &json_post("{\"name\":\"甲\",\"weight\":3}")).await;
    assert_eq!((answer.status, answer.json()["weight"].as_u64()), (200, Some(3)));
    assert_secure(&answer, "a good answer");
}

/// The status with which hyper alone answers a request; 0 where it closes without a word.
async fn hyper_alone(request: &[u8]) -> u16 {
    let (mut client, server) = tokio::io::duplex(256 * 1024);
    let answering = tokio::spawn(async move {
        let service = service_fn(|_: axum::http::Request<Incoming>| async {
            Ok::<_, Infallible>(axum::http::Response::new(String::new()))
        });
        let connection = hyper::server::conn::http1::Builder::new();
        let _ = connection.serve_connection(TokioIo::new(server), service).await;
    });
    client.write_all(request).await.expect("the connection is open");
    let status = read_answer(&mut client).await.map_or(0, |answer| answer.status);
    answering.abort();
    status
}

/// Why there is a gate before hyper: of each thing that it refuses, whether hyper alone would have taken it. What hyper
/// refuses too is refused with the same status, only that hyper's answer says nothing.
#[tokio::test]
async fn the_gate_refuses_what_hyper_alone_takes() {
    let server = start(|_| {}).await;
    let post = "POST / HTTP/1.1\r\nHost: a.test\r\n";
    let chunked = "Transfer-Encoding: chunked\r\n";
    let rows = [
        // Two servers in a row may take these for different requests.
        ("length before chunks", format!("{post}Content-Length: 3\r\n{chunked}\r\n0\r\n\r\n"), 200, 400),
        ("length behind chunks", format!("{post}{chunked}Content-Length: 3\r\n\r\n0\r\n\r\n"), 200, 400),
        ("chunked twice", format!("{post}{chunked}{chunked}\r\n0\r\n\r\n"), 200, 400),
        ("a coding below", format!("{post}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), 200, 400),
        ("one length twice", format!("{post}Content-Length: 1\r\nContent-Length: 1\r\n\r\na"), 200, 400),
        ("bare line feeds", "GET / HTTP/1.1\nHost: a.test\n\n".to_owned(), 200, 400),
        ("a target that is no ASCII", "GET /名 HTTP/1.1\r\nHost: a.test\r\n\r\n".to_owned(), 200, 400),
        ("no host", "GET / HTTP/1.1\r\n\r\n".to_owned(), 200, 400),
        ("two hosts", "GET / HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\n\r\n".to_owned(), 200, 400),
        // These are too large.
        ("17 KB of head", format!("{post}x: {}\r\n\r\n", "y".repeat(17 * 1024)), 200, 431),
        (
            "9 KB of target",
            format!("GET /{} HTTP/1.1\r\nHost: a.test\r\n\r\n", "y".repeat(9 * 1024)),
            200,
            414,
        ),
        // These hyper refuses by itself.
        ("101 headers", format!("{post}{}\r\n", "x: y\r\n".repeat(101)), 431, 431),
        ("two lengths", format!("{post}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"), 400, 400),
        ("a negative length", format!("{post}Content-Length: -1\r\n\r\n"), 400, 400),
        ("a coding alone", format!("{post}Transfer-Encoding: gzip\r\n\r\n"), 400, 400),
        ("chunks in HTTP/1.0", format!("{}{chunked}\r\n", post.replace("1.1", "1.0")), 400, 400),
        ("a folded line", format!("{post}x: a\r\n b\r\n\r\n"), 400, 400),
        ("space before the colon", format!("{post}x : a\r\n\r\n"), 400, 400),
        ("bare CR", format!("{post}x: a\rb\r\n\r\n"), 400, 400),
        ("NUL", format!("{post}x: a\0b\r\n\r\n"), 400, 400),
        ("two spaces", "GET  / HTTP/1.1\r\nHost: a.test\r\n\r\n".to_owned(), 400, 400),
        ("HTTP/0.9", "GET /\r\n\r\n".to_owned(), 400, 400),
        ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(), 0, 400),
        ("a target that is no address", "GET http://[ HTTP/1.1\r\nHost: a.test\r\n\r\n".to_owned(), 400, 400),
    ];
    let mut found = Vec::new();
    let mut expected = Vec::new();
    for (row, request, alone, gated) in rows {
        let answer = send(server.address, request.as_bytes()).await;
        assert_problem(&answer, answer.status, answer.json()["code"].as_str().unwrap_or_default(), row);
        assert!(answer.closed, "{row}");
        found.push((row, hyper_alone(request.as_bytes()).await, answer.status));
        expected.push((row, alone, gated));
    }
    assert_eq!(found, expected);
}

/// What the gate cannot follow to its end has no next request behind it, and a refused one is answered in its turn.
#[tokio::test]
async fn nothing_is_smuggled_past_the_gate() {
    let server = start(|_| {}).await;
    let open = "POST /api/v1/things HTTP/1.1\r\nHost: a.test\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    let smuggled =
        "GET / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    let chunk = "e\r\n{\"name\":\"abc\"}\r\n";
    for (row, body, expected) in [
        (
            "a long extension",
            format!("e;{}\r\n{{\"name\":\"abc\"}}\r\n0\r\n\r\n", "x".repeat(2_000)),
            &["200", "400"][..],
        ),
        ("an endless extension", format!("{chunk}0;{}\r\n\r\n", "x".repeat(9_000)), &["400"]),
        ("a size with many zeros", format!("{}{chunk}0\r\n\r\n", "0".repeat(20)), &["400"]),
        ("trailers", format!("{chunk}0\r\nx: y\r\n\r\n"), &["200", "400"]),
        ("trailers with a bare line feed", format!("{chunk}0\r\nx: y\n\n"), &["400"]),
    ] {
        let mut stream = connect(server.address).await;
        stream.write_all(format!("{open}{body}{smuggled}").as_bytes()).await.expect("the connection is open");
        let mut all = Vec::new();
        timeout(Duration::from_secs(5), stream.read_to_end(&mut all))
            .await
            .expect("it closes")
            .expect("in order");
        let all = String::from_utf8_lossy(&all);
        let statuses: Vec<&str> = all.split("HTTP/1.1 ").skip(1).filter_map(|part| part.get(..3)).collect();
        assert_eq!(statuses, expected, "{row}: {all}");
    }
}

#[tokio::test]
async fn refusals_say_what_helps() {
    let server = start(|_| {}).await;
    let at = server.address;
    let answer = send(at, &json_post("{\n\"name\": }")).await.json();
    assert_eq!((answer["line"].as_u64(), answer["column"].as_u64()), (Some(2), Some(9)));
    let answer = send(at, &json_post("{\"weight\":-1,\"admin\":true}")).await.json();
    let pointers: Vec<&str> =
        answer["errors"].as_array().expect("a list").iter().filter_map(|e| e["pointer"].as_str()).collect();
    assert_eq!(pointers, ["/admin", "/name", "/weight"]);
    assert_eq!(
        send(at, &post_with("/api/v1/things", "", "{}")).await.header("accept-post"),
        "application/json"
    );
    let allow = send(at, b"DELETE /api/v1/things HTTP/1.1\r\nHost: a.test\r\n\r\n").await;
    assert_eq!(allow.header("allow"), "GET,HEAD,POST");
    assert!(send(at, &get_with("/api/v1/secret", "")).await.header("www-authenticate").starts_with("Bearer"));
    assert_eq!(send(at, &get_with("/api/v1/things?limit=x", "")).await.json()["parameter"], "limit");
    let stale = "PUT /api/v1/things/1 HTTP/1.1\r\nHost: a.test\r\nIf-Match: \"2\"\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"name\":\"a\"}";
    assert_eq!(send(at, stale.as_bytes()).await.header("etag"), "\"3\"");
    let chinese = send(at, &get_with("/api/v1/nothing", "")).await;
    assert_eq!(chinese.json()["title"], "没有找到");
    assert_eq!(chinese.json()["instance"], "/api/v1/nothing");
    assert_eq!(chinese.header("content-language"), "zh-CN");
    let english = send(at, &get_with("/api/v1/nothing", "Accept-Language: en-GB\r\n")).await;
    assert_eq!(english.json()["title"], "nothing is here");
}

#[tokio::test]
async fn browsers_get_pages() {
    let server = start(|_| {}).await;
    let html = "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n";
    let missing = send(server.address, &get_with("/nowhere", html)).await;
    assert_eq!((missing.status, missing.header("content-type")), (404, "text/html; charset=utf-8"));
    assert_eq!(String::from_utf8(missing.body.clone()).expect("pages are UTF-8"), "<h1>没有找到</h1>");
    assert_secure(&missing, "an error page");
    let desk = send(server.address, &get_with("/desk?x=//evil.test", html)).await;
    assert_eq!((desk.status, desk.header("location")), (303, "/sign-in?next=/desk"));
    assert_secure(&desk, "a redirect");
    let api = send(server.address, &get_with("/api/v1/nothing", html)).await;
    assert_problem(&api, 404, "not-found", "the API answers a browser too");
    let private = send(server.address, &get_with("/", "Cookie: yishi_session=a\r\n")).await;
    assert_eq!((private.status, private.header("cache-control")), (200, "no-store"));
}

#[tokio::test]
async fn slow_clients_are_let_go() {
    let server = start(|_| {}).await;
    let begin = Instant::now();

    // 17: a head that never ends, one byte at a time.
    let mut slow = connect(server.address).await;
    let head = tokio::spawn(async move {
        let began = Instant::now();
        for byte in b"GET / HTTP/1.1\r\nHost: a.test\r\nx: 123456789012345678901234567890" {
            if slow.write_all(&[*byte]).await.is_err() {
                break;
            }
            sleep(Duration::from_millis(20)).await;
        }
        (read_answer(&mut slow).await, began.elapsed())
    });
    // 17: a connection that never speaks.
    let mut silent = connect(server.address).await;
    let silence = tokio::spawn(async move {
        let mut byte = [0_u8; 1];
        (silent.read(&mut byte).await, begin.elapsed())
    });
    // 16: a body that stops; 18: a body that trickles on.
    let open = "POST /api/v1/things HTTP/1.1\r\nHost: a.test\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n";
    let mut stopped = connect(server.address).await;
    let stop = tokio::spawn(async move {
        stopped.write_all(open.as_bytes()).await.expect("the connection is open");
        (read_answer(&mut stopped).await, begin.elapsed())
    });
    let mut trickle = connect(server.address).await;
    let trickled = tokio::spawn(async move {
        trickle.write_all(open.as_bytes()).await.expect("the connection is open");
        let (mut reader, mut writer) = trickle.into_split();
        let writing = tokio::spawn(async move {
            while writer.write_all(b"1\r\n \r\n").await.is_ok() {
                sleep(Duration::from_millis(100)).await;
            }
        });
        let mut bytes = vec![0_u8; 64];
        let read = timeout(Duration::from_secs(5), reader.read(&mut bytes)).await;
        writing.abort();
        bytes.truncate(read.expect("it answers in time").expect("the answer arrives"));
        (String::from_utf8_lossy(&bytes).into_owned(), begin.elapsed())
    });

    let (answer, took) = head.await.expect("the client ran");
    let answer = answer.expect("a slow head is told why");
    assert_problem(&answer, 408, "request-timeout", "17");
    assert!(answer.closed && took < Duration::from_millis(1900), "{took:?}");
    let (read, took) = silence.await.expect("the client ran");
    assert_eq!(read.expect("an orderly end"), 0);
    assert!(took >= Duration::from_millis(450) && took < Duration::from_millis(1500), "{took:?}");
    let (answer, took) = stop.await.expect("the client ran");
    assert_problem(&answer.expect("an answer"), 408, "request-timeout", "16");
    assert!(took >= Duration::from_millis(450) && took < Duration::from_millis(1400), "{took:?}");
    let (start, took) = trickled.await.expect("the client ran");
    assert!(start.starts_with("HTTP/1.1 408"), "{start}");
    assert!(took >= Duration::from_millis(1400) && took < Duration::from_millis(2500), "{took:?}");
}

#[tokio::test]
async fn the_timers_in_service_are_the_promised_ones() {
    let config = EdgeConfig::new(Hosts::new([]));
    assert_eq!(config.head_time, Duration::from_secs(10));
    assert_eq!(
        (config.body_times.idle, config.body_times.total),
        (Duration::from_secs(10), Duration::from_secs(30))
    );
}

#[tokio::test]
async fn kept_alive_and_pipelined_requests_are_each_judged() {
    let server = start(|_| {}).await;
    let mut stream = connect(server.address).await;
    for _ in 0..3 {
        stream.write_all(&json_post("{\"name\":\"甲\"}")).await.expect("the connection is open");
        let answer = read_answer(&mut stream).await.expect("an answer");
        assert_eq!((answer.status, answer.closed), (200, false));
    }
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\n\r\n").await.expect("still open");
    assert_problem(
        &read_answer(&mut stream).await.expect("an answer"),
        400,
        "bad-host",
        "after three good ones",
    );

    // A smuggled head behind a chunked body, in one packet.
    let mut stream = connect(server.address).await;
    let mut packet = b"POST /api/v1/things HTTP/1.1\r\nHost: a.test\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n\
        e\r\n{\"name\":\"abc\"}\r\n0\r\n\r\n".to_vec();
    packet.extend_from_slice(
        b"GET / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
    );
    stream.write_all(&packet).await.expect("the connection is open");
    let mut all = Vec::new();
    timeout(Duration::from_secs(5), stream.read_to_end(&mut all))
        .await
        .expect("it closes")
        .expect("in order");
    let all = String::from_utf8_lossy(&all);
    let statuses: Vec<&str> = all.split("HTTP/1.1 ").skip(1).filter_map(|part| part.get(..3)).collect();
    assert_eq!(statuses, ["200", "400"], "{all}");
}

#[tokio::test]
async fn limits_and_overload() {
    let server = start(|config| {
        config.rates = Rates { reads: Some(Rate { per_ten_seconds: 1, burst: 3 }), ..Rates::OFF };
        config.trusted_proxies = vec!["127.0.0.1".parse().expect("an address")];
    })
    .await;
    let from = |client: &str| get_with("/api/v1/things", &format!("X-Forwarded-For: 6.6.6.6, {client}\r\n"));
    for _ in 0..3 {
        assert_eq!(send(server.address, &from("198.51.100.1")).await.status, 200);
    }
    let refused = send(server.address, &from("198.51.100.1")).await;
    assert_problem(&refused, 429, "rate-limited", "49");
    assert!(refused.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds >= 1));
    assert_eq!(send(server.address, &from("198.51.100.2")).await.status, 200);
    // A thousand invented left-most hops are still one client.
    for made_up in 0..20 {
        let request =
            get_with("/api/v1/things", &format!("X-Forwarded-For: 10.0.0.{made_up}, 198.51.100.1\r\n"));
        assert_eq!(send(server.address, &request).await.status, 429);
    }

    let server = start(|config| config.max_in_flight = 1).await;
    let slow = tokio::spawn({
        let at = server.address;
        async move { send(at, &get_with("/api/v1/slow", "")).await.status }
    });
    sleep(Duration::from_millis(100)).await;
    let refused = send(server.address, &get_with("/api/v1/things", "")).await;
    assert_problem(&refused, 503, "overloaded", "50");
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(slow.await.expect("the client ran"), 200);
    assert_eq!(send(server.address, &get_with("/api/v1/things", "")).await.status, 200);
}

#[tokio::test]
async fn the_end_lets_requests_finish() {
    let server = start(|_| {}).await;
    let mut slow = connect(server.address).await;
    slow.write_all(&get_with("/api/v1/slow", "")).await.expect("the connection is open");
    sleep(Duration::from_millis(100)).await;
    server.stop.send(()).expect("the server runs");
    let answer = read_answer(&mut slow).await.expect("the request in work is answered");
    assert_eq!(answer.status, StatusCode::OK.as_u16());
    assert!(server.done.await.expect("the loop ends"), "everything finished in time");
    assert!(TcpStream::connect(server.address).await.is_err(), "nobody listens any more");
}
