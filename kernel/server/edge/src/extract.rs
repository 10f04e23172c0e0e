//! 提取 (extractors): bodies and path ids as typed values, or a problem.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use http_body_util::BodyExt as _;
use hyper::body::Frame;
use mime::Mime;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout_at};
use utoipa::ToSchema;

use crate::codes;
use crate::edge::{Load, RequestMeta};
use crate::idempotency::Once;
use crate::json;
use crate::problem::Problem;
use yishi_words::Words;

pub const JSON_LIMIT: usize = 256 * 1024;

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

impl BodyTimes {
    fn of(parts: &Parts) -> Self {
        parts.extensions.get::<RequestMeta>().map_or_else(Self::default, |meta| meta.body_times)
    }

    /// When the next piece must be there of a body that was begun at `start`.
    fn next_by(self, start: Instant) -> Instant {
        (Instant::now() + self.idle).min(start + self.total)
    }
}

/// 正文 (a JSON body), held to its schema.
#[derive(Debug)]
pub struct Json<T>(pub T);

/// 写操作 (a write): a JSON body with the key that makes repeating it safe.
#[derive(Debug)]
pub struct Write<T> {
    pub body: T,
    pub once: Once,
}

/// A write on the hot path.
#[derive(Debug)]
pub struct FastWrite<T>(pub Write<T>);

/// A write whose body is read by a schema that only the handler knows.
#[derive(Debug)]
pub struct WriteAny {
    /// The body; none where nothing was sent.
    pub body: Option<serde_json::Value>,
    /// What is wrong with it whatever its schema: characters and numbers that nobody takes.
    pub faults: Vec<crate::FieldError>,
    pub once: Once,
}

/// A write whose body is a file of one media type, up to `LIMIT` bytes.
#[derive(Debug)]
pub struct Upload<K, const LIMIT: usize> {
    pub bytes: Bytes,
    pub once: Once,
    kind: std::marker::PhantomData<K>,
}

/// 文件类型 (a kind of file an upload route takes).
pub trait FileKind {
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
        let once = Once::of(request.headers(), request.method(), request.uri())?;
        let (headers, bytes) = body_bytes(request, JSON_LIMIT).await?;
        if bytes.is_empty() {
            return Ok(Self { body: None, faults: Vec::new(), once: once(b"") });
        }
        check_json_type(&headers, &Method::POST)?;
        let (body, faults) = json::read_any(&bytes)?;
        // Whoever sends nothing and whoever sends `{}` say the same.
        let said: &[u8] = if body == serde_json::json!({}) { b"" } else { &bytes };
        Ok(Self { body: Some(body), faults, once: once(said) })
    }
}

async fn write<T>(request: Request, read: fn(&[u8]) -> Result<T, Problem>) -> Result<Write<T>, Problem> {
    let once = Once::of(request.headers(), request.method(), request.uri())?;
    let bytes = json_bytes(request).await?;
    Ok(Write { body: read(&bytes)?, once: once(&bytes) })
}

impl<K: FileKind, const LIMIT: usize, S: Send + Sync> FromRequest<S> for Upload<K, LIMIT> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let once = Once::of(request.headers(), request.method(), request.uri())?;
        check_type(request.headers(), request.method(), K::MEDIA_TYPE)?;
        let (_, bytes) = body_bytes(request, LIMIT).await?;
        if bytes.is_empty() {
            return Err(Problem::new(&codes::EMPTY_BODY));
        }
        if !K::looks_right(&bytes) {
            return Err(Problem::new(&codes::BAD_CONTENT));
        }
        Ok(Self { once: once(&bytes), bytes, kind: std::marker::PhantomData })
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
    let kind: Mime = value.to_str().ok().and_then(|value| value.parse().ok()).ok_or_else(refuse)?;
    let mut charsets = kind.params().filter(|(name, _)| *name == mime::CHARSET);
    let utf8 = charsets.all(|(_, charset)| charset == "utf-8" || charset == "utf8");
    if utf8 && kind.essence_str() == wanted { Ok(()) } else { Err(refuse()) }
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
    let bytes = collect(body, limit, &parts).await?;
    Ok((parts.headers, bytes))
}

/// Reads a body that nobody wants, at most `limit` bytes of it, and keeps none. An answer that is sent while a file is still on its
/// way reaches many clients as a broken connection, so that they never learn why they were refused.
pub async fn discard(request: Request, limit: usize) {
    let (parts, mut body) = request.into_parts();
    let (times, start, mut seen) = (BodyTimes::of(&parts), Instant::now(), 0_usize);
    while let Ok(Some(Ok(frame))) = timeout_at(times.next_by(start), body.frame()).await {
        seen = seen.saturating_add(frame.data_ref().map_or(0, Bytes::len));
        if seen > limit {
            return;
        }
    }
}

/// A body that is not there after this is awaited, not worked on.
const PROMPT: Duration = Duration::from_millis(200);

async fn collect(mut body: Body, limit: usize, parts: &Parts) -> Result<Bytes, Problem> {
    let (times, start) = (BodyTimes::of(parts), Instant::now());
    // Counted on as work as long as it flows.
    let mut waits = parts.extensions.get::<Arc<Load>>().zip(parts.extensions.get::<RequestMeta>());
    let mut awaiting = None;
    let mut collected = Collected::default();
    loop {
        let until = times.next_by(start);
        let mut next = body.frame();
        let mut arrived = Err(());
        if let Some((load, meta)) = waits {
            arrived = timeout_at(until.min(start + PROMPT), &mut next).await.map_err(|_| ());
            if arrived.is_err() {
                awaiting = Some(load.awaits(meta.client).ok_or_else(too_many)?);
                waits = None;
            }
        }
        if arrived.is_err() {
            arrived = timeout_at(until, next).await.map_err(|_| ());
        }
        match arrived {
            Err(()) => {
                return Err(Problem::new(&codes::TIMEOUT)
                    .header(header::CONNECTION, HeaderValue::from_static("close")));
            }
            Ok(None) => break,
            Ok(Some(Err(_))) => return Err(broken_off()),
            Ok(Some(Ok(frame))) => collected.add(frame, limit)?,
        }
    }
    drop(awaiting);
    Ok(collected.whole())
}

/// Most bodies are one piece and need no copy.
#[derive(Default)]
struct Collected {
    first: Bytes,
    rest: Vec<u8>,
}

impl Collected {
    fn add(&mut self, frame: Frame<Bytes>, limit: usize) -> Result<(), Problem> {
        let Ok(data) = frame.into_data() else { return Ok(()) };
        if self.first.len() + self.rest.len() + data.len() > limit {
            return Err(too_large(limit));
        }
        if self.first.is_empty() && self.rest.is_empty() {
            self.first = data;
        } else {
            self.rest.extend_from_slice(&std::mem::take(&mut self.first));
            self.rest.extend_from_slice(&data);
        }
        Ok(())
    }

    fn whole(self) -> Bytes {
        if self.rest.is_empty() { self.first } else { Bytes::from(self.rest) }
    }
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
