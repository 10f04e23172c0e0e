//! 提取 (extractors): bodies and path ids as typed values, or a problem.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use http_body_util::BodyExt as _;
use hyper::body::Frame;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout_at};
use utoipa::ToSchema;

use crate::codes;
use crate::edge::{Load, RequestMeta};
use crate::idempotency::{Fingerprint, IdempotencyKey};
use crate::json;
use crate::problem::Problem;
use yishi_words::Words;

/// The largest JSON body.
pub const JSON_LIMIT: usize = 256 * 1024;

/// How long a body may take.
#[derive(Debug, Clone, Copy)]
pub struct BodyTimes {
    /// Longest silence.
    pub idle: Duration,
    /// Longest in all.
    pub total: Duration,
}

impl Default for BodyTimes {
    fn default() -> Self {
        Self { idle: Duration::from_secs(10), total: Duration::from_secs(30) }
    }
}

/// 正文 (a JSON body), held to its schema.
#[derive(Debug)]
pub struct Json<T>(pub T);

/// A small JSON body on the hot path (see [`json::read_fast`]).
#[derive(Debug)]
pub struct FastJson<T>(pub T);

/// 写操作 (a write): a JSON body with the key that makes repeating it safe.
#[derive(Debug)]
pub struct Write<T> {
    /// The body.
    pub body: T,
    /// The client's key.
    pub key: IdempotencyKey,
    /// What the key stands for: method, address and body.
    pub fingerprint: Fingerprint,
}

/// A write on the hot path.
#[derive(Debug)]
pub struct FastWrite<T>(pub Write<T>);

/// A write without a body (nothing, or `{}`).
#[derive(Debug)]
pub struct WriteEmpty {
    /// The client's key.
    pub key: IdempotencyKey,
    /// What the key stands for.
    pub fingerprint: Fingerprint,
}

/// A write whose body is read by a schema that only the handler knows.
#[derive(Debug)]
pub struct WriteAny {
    /// The body; none where nothing was sent.
    pub body: Option<serde_json::Value>,
    /// What is wrong with it whatever its schema: characters and numbers that nobody takes.
    pub faults: Vec<crate::FieldError>,
    /// The client's key.
    pub key: IdempotencyKey,
    /// What the key stands for.
    pub fingerprint: Fingerprint,
}

/// A write whose body is a file of one media type, up to `LIMIT` bytes.
#[derive(Debug)]
pub struct Upload<K, const LIMIT: usize> {
    /// The file.
    pub bytes: Bytes,
    /// The client's key.
    pub key: IdempotencyKey,
    /// What the key stands for.
    pub fingerprint: Fingerprint,
    kind: std::marker::PhantomData<K>,
}

/// 文件类型 (a kind of file an upload route takes).
pub trait FileKind {
    /// Its media type.
    const MEDIA_TYPE: &'static str;
    /// Whether the first bytes are of that kind.
    fn looks_right(bytes: &[u8]) -> bool;
}

/// WebAssembly (component or module; the shelf tells them apart).
#[derive(Debug)]
pub struct Wasm;

impl FileKind for Wasm {
    const MEDIA_TYPE: &'static str = "application/wasm";

    fn looks_right(bytes: &[u8]) -> bool {
        bytes.starts_with(b"\0asm")
    }
}

/// Comma-separated values, UTF-8 (a byte order mark, which spreadsheets write, is allowed).
#[derive(Debug)]
pub struct Csv;

impl FileKind for Csv {
    const MEDIA_TYPE: &'static str = "text/csv";

    fn looks_right(bytes: &[u8]) -> bool {
        !bytes.contains(&0) && std::str::from_utf8(bytes).is_ok()
    }
}

/// 路径编号 (ids in the path). An id that cannot be one is answered like one that names nothing.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(PathRejection::FailedToDeserializePathParams(error)) => {
                use axum::extract::path::ErrorKind;
                match error.kind() {
                    ErrorKind::InvalidUtf8InPathParam { .. } => Err(Problem::new(&codes::ENCODING)),
                    _ => Err(Problem::new(&codes::NOT_FOUND)),
                }
            }
            Err(_) => Err(Problem::new(&codes::NOT_FOUND)),
        }
    }
}

impl<T: DeserializeOwned + ToSchema + 'static, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        json::read(&json_bytes(request).await?).map(Self)
    }
}

impl<T: DeserializeOwned + ToSchema + 'static, S: Send + Sync> FromRequest<S> for FastJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        json::read_fast(&json_bytes(request).await?).map(Self)
    }
}

impl<T: DeserializeOwned + ToSchema + 'static, S: Send + Sync> FromRequest<S> for Write<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        write(request, json::read).await
    }
}

impl<T: DeserializeOwned + ToSchema + 'static, S: Send + Sync> FromRequest<S> for FastWrite<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        write(request, json::read_fast).await.map(Self)
    }
}

impl<S: Send + Sync> FromRequest<S> for WriteAny {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let key = IdempotencyKey::of(request.headers())?;
        let start = Fingerprint::start(request.method(), request.uri());
        let (headers, bytes) = body_bytes(request, JSON_LIMIT).await?;
        if bytes.is_empty() {
            return Ok(Self { body: None, faults: Vec::new(), key, fingerprint: start.with_body(b"") });
        }
        check_json_type(&headers, &Method::POST)?;
        let (body, faults) = json::read_any(&bytes)?;
        // Whoever sends nothing and whoever sends `{}` say the same.
        let said: &[u8] = if body == serde_json::json!({}) { b"" } else { &bytes };
        Ok(Self { body: Some(body), faults, key, fingerprint: start.with_body(said) })
    }
}

async fn write<T>(request: Request, read: fn(&[u8]) -> Result<T, Problem>) -> Result<Write<T>, Problem> {
    let key = IdempotencyKey::of(request.headers())?;
    let start = Fingerprint::start(request.method(), request.uri());
    let bytes = json_bytes(request).await?;
    let body = read(&bytes)?;
    Ok(Write { body, key, fingerprint: start.with_body(&bytes) })
}

impl<S: Send + Sync> FromRequest<S> for WriteEmpty {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let WriteAny { body, mut faults, key, fingerprint } = WriteAny::from_request(request, state).await?;
        match body {
            None => {}
            Some(serde_json::Value::Object(fields)) => faults.extend(fields.keys().map(|name| {
                let mut pointer = String::new();
                yishi_schema::push(&mut pointer, name);
                codes::UNKNOWN_FIELD.at(pointer)
            })),
            Some(_) => return Err(Problem::new(&codes::WRONG_TYPE)),
        }
        if faults.is_empty() { Ok(Self { key, fingerprint }) } else { Err(Problem::fields(faults)) }
    }
}

impl<K: FileKind, const LIMIT: usize, S: Send + Sync> FromRequest<S> for Upload<K, LIMIT> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let key = IdempotencyKey::of(request.headers())?;
        let start = Fingerprint::start(request.method(), request.uri());
        let method = request.method().clone();
        check_type(request.headers(), &method, K::MEDIA_TYPE)?;
        let (_, bytes) = body_bytes(request, LIMIT).await?;
        if bytes.is_empty() {
            return Err(Problem::new(&codes::EMPTY_BODY));
        }
        if !K::looks_right(&bytes) {
            return Err(Problem::new(&codes::BAD_CONTENT));
        }
        let fingerprint = start.with_body(&bytes);
        Ok(Self { bytes, key, fingerprint, kind: std::marker::PhantomData })
    }
}

async fn json_bytes(request: Request) -> Result<Bytes, Problem> {
    let nothing_sent = !request.headers().contains_key(header::CONTENT_TYPE)
        && !request.headers().contains_key(header::TRANSFER_ENCODING)
        && request.headers().get(header::CONTENT_LENGTH).is_none_or(|length| length == "0");
    if nothing_sent {
        return Err(Problem::new(&codes::EMPTY_BODY));
    }
    check_json_type(request.headers(), request.method())?;
    body_bytes(request, JSON_LIMIT).await.map(|(_, bytes)| bytes)
}

fn check_json_type(headers: &HeaderMap, method: &Method) -> Result<(), Problem> {
    check_type(headers, method, "application/json")
}

/// One Content-Type, of that type, in UTF-8; and no coding on top of it.
///
/// # Errors
/// 415, with the type that is taken.
pub fn check_type(headers: &HeaderMap, method: &Method, wanted: &'static str) -> Result<(), Problem> {
    let accept = if method == Method::PATCH { "accept-patch" } else { "accept-post" };
    let refuse = || {
        Problem::new(&codes::UNSUPPORTED_TYPE)
            .header(header::HeaderName::from_static(accept), HeaderValue::from_static(wanted))
    };
    if headers
        .get(header::CONTENT_ENCODING)
        .is_some_and(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
    {
        return Err(refuse().header(header::ACCEPT_ENCODING, HeaderValue::from_static("identity")));
    }
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (types.next(), types.next()) else { return Err(refuse()) };
    let value = value.to_str().map_err(|_| refuse())?;
    if value == wanted {
        return Ok(());
    }
    let mut parts = value.split(';').map(str::trim);
    if !parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case(wanted)) {
        return Err(refuse());
    }
    for parameter in parts {
        let (name, value) = parameter.split_once('=').ok_or_else(refuse)?;
        let value = value.trim().trim_matches('"');
        let utf8 = value.eq_ignore_ascii_case("utf-8") || value.eq_ignore_ascii_case("utf8");
        if name.trim().eq_ignore_ascii_case("charset") && !utf8 {
            return Err(refuse());
        }
    }
    Ok(())
}

/// Reads a body within its limit and times.
///
/// # Errors
/// 413 above `limit`, 408 when it comes too slowly, 400 when it breaks off.
pub async fn body_bytes(request: Request, limit: usize) -> Result<(HeaderMap, Bytes), Problem> {
    let (parts, body) = request.into_parts();
    let declared =
        parts.headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    let most = u64::try_from(limit).unwrap_or(u64::MAX);
    if declared.is_some_and(|declared| declared > most) {
        return Err(too_large(limit));
    }
    let times = parts.extensions.get::<RequestMeta>().map_or_else(BodyTimes::default, |meta| meta.body_times);
    let waits = parts.extensions.get::<Arc<Load>>().zip(parts.extensions.get::<RequestMeta>());
    let waits = waits.map(|(load, meta)| (Arc::clone(load), meta.client));
    let bytes = collect(body, limit, times, waits).await?;
    Ok((parts.headers, bytes))
}

/// Reads a body that nobody wants, at most `limit` bytes of it, and keeps none. An answer that is sent while a file is still on its
/// way reaches many clients as a broken connection, so that they never learn why they were refused.
pub async fn discard(request: Request, limit: usize) {
    let times =
        request.extensions().get::<RequestMeta>().map_or_else(BodyTimes::default, |meta| meta.body_times);
    let (until, mut body, mut seen) = (Instant::now() + times.total, request.into_body(), 0_usize);
    while let Ok(Some(Ok(frame))) = timeout_at(until.min(Instant::now() + times.idle), body.frame()).await {
        seen = seen.saturating_add(frame.data_ref().map_or(0, Bytes::len));
        if seen > limit {
            return;
        }
    }
}

/// A body that is not there after this is awaited, not worked on.
const PROMPT: Duration = Duration::from_millis(200);

async fn collect(
    mut body: Body,
    limit: usize,
    times: BodyTimes,
    mut waits: Option<(Arc<Load>, IpAddr)>,
) -> Result<Bytes, Problem> {
    let start = Instant::now();
    let mut awaiting = None;
    let mut first = Bytes::new();
    let mut rest: Vec<u8> = Vec::new();
    loop {
        let until = (Instant::now() + times.idle).min(start + times.total);
        let mut next = body.frame();
        if let Some((load, client)) = waits.take() {
            match timeout_at(until.min(start + PROMPT), &mut next).await {
                Ok(Some(Ok(frame))) => {
                    // Counted on as work as long as it flows.
                    waits = Some((load, client));
                    add(frame, &mut first, &mut rest, limit)?;
                    continue;
                }
                Ok(None) => break,
                Ok(Some(Err(_))) => return Err(broken_off()),
                Err(_) => awaiting = Some(load.awaits(client).ok_or_else(too_many)?),
            }
        }
        let frame = match timeout_at(until, next).await {
            Err(_) => {
                return Err(Problem::new(&codes::TIMEOUT)
                    .header(header::CONNECTION, HeaderValue::from_static("close")));
            }
            Ok(None) => break,
            Ok(Some(Err(_))) => {
                return Err(broken_off());
            }
            Ok(Some(Ok(frame))) => frame,
        };
        add(frame, &mut first, &mut rest, limit)?;
    }
    drop(awaiting);
    Ok(if rest.is_empty() { first } else { Bytes::from(rest) })
}

fn add(frame: Frame<Bytes>, first: &mut Bytes, rest: &mut Vec<u8>, limit: usize) -> Result<(), Problem> {
    let Ok(data) = frame.into_data() else { return Ok(()) };
    if first.len() + rest.len() + data.len() > limit {
        return Err(too_large(limit));
    }
    // Most bodies are one piece and need no copy.
    if first.is_empty() && rest.is_empty() {
        *first = data;
    } else {
        if rest.is_empty() {
            rest.extend_from_slice(first);
            *first = Bytes::new();
        }
        rest.extend_from_slice(&data);
    }
    Ok(())
}

fn broken_off() -> Problem {
    Problem::new(&codes::BAD_REQUEST)
        .detail(Words::new("请求正文中断或分块有误", "the body broke off or its chunks are malformed"))
}

/// Too many bodies are awaited. The connection is closed, or what still comes of this one would be taken for a request.
fn too_many() -> Problem {
    Problem::new(&codes::UNAVAILABLE)
        .retry_after(5)
        .header(header::CONNECTION, HeaderValue::from_static("close"))
}

fn too_large(limit: usize) -> Problem {
    Problem::new(&codes::TOO_LARGE).member("limit", limit)
}
