//! 未变的公开页面 (public reads that have not changed): kept as they were sent, and sent again as long as nothing they rest on
//! has changed.
//!
//! What a visitor reads rests on what was written in the community and above it ([`yishi_storage::Store::changes`], asked
//! anew for every request: whoever reads after a write sees it), on the day, which is what deadlines are held against, and
//! on the address with language and mode. Whoever is signed in is always answered anew, and so is whoever carries a message
//! or a form. Only what a handler marked is kept, never a page with anybody's form token in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use axum::middleware::Next;
use http_body_util::BodyExt as _;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use yishi_app::AppError;
use yishi_app::context::civil_day;
use yishi_canonical::Digest;
use yishi_edge::RequestMeta;
use yishi_edge::etag::not_modified;
use yishi_identity::CommunityId;
use yishi_portal::Lang;

use super::Server;
use super::fault::problem;
use crate::portal::{has_own, wishes};

/// What all kept answers may take, in bytes.
const ALL: u64 = 64 << 20;
/// The longest that is kept; longer ones are rare and are made anew.
const ONE: usize = 1 << 20;
/// Answers of usual size that fit, for the first table.
const USUAL: usize = 2_000;
/// Marks of pages (cursors) are good for a day from when they were made, so a page is made anew long before.
const LIFE: SignedDuration = SignedDuration::from_hours(1);

/// 可留 (an answer that rests on nothing but what this module knows of).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lasting;

/// 同一个问题 (one question): what is asked again in the same words.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Asked {
    address: String,
    host: Option<HeaderValue>,
    lang: Lang,
    elder: bool,
    encodings: String,
}

/// 所据 (what an answer rests on).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Basis {
    changes: u64,
    today: Date,
}

/// An answer as it was sent.
#[derive(Debug)]
struct Sent {
    basis: Basis,
    at: Timestamp,
    headers: HeaderMap,
    body: Bytes,
    /// Of the content: the same words have the same tag, whatever was written elsewhere meanwhile.
    tag: HeaderValue,
}

/// What is kept takes its bytes, and some for the table.
#[derive(Debug, Clone)]
struct InBytes;

impl Weighter<Asked, Arc<Sent>> for InBytes {
    fn weight(&self, asked: &Asked, sent: &Arc<Sent>) -> u64 {
        const TABLE: usize = 1_024;
        (asked.address.len() + sent.body.len() + TABLE) as u64
    }
}

/// See the module's description.
#[derive(Debug)]
pub(crate) struct Unchanged {
    answers: Cache<Asked, Arc<Sent>, InBytes>,
    /// How often one was sent again.
    again: AtomicU64,
}

impl Default for Unchanged {
    fn default() -> Self {
        Self::of(ALL)
    }
}

impl Unchanged {
    fn of(bytes: u64) -> Self {
        Self { answers: Cache::with_weighter(USUAL, bytes, InBytes), again: AtomicU64::new(0) }
    }

    /// How often an answer was sent again.
    pub(crate) fn sent_again(&self) -> u64 {
        self.again.load(Ordering::Relaxed)
    }

    fn get(&self, asked: &Asked, basis: Basis, now: Timestamp) -> Option<Arc<Sent>> {
        self.answers.get(asked).filter(|sent| sent.basis == basis && now.duration_since(sent.at) < LIFE)
    }
}

impl Sent {
    /// The answer again; to whoever has it already, that it is still so.
    fn again(&self, known: Option<&HeaderMap>) -> Response<Body> {
        let own = self.headers.get(header::ETAG) == Some(&self.tag);
        let same = own && known.is_some_and(|headers| not_modified(headers, &self.tag));
        let mut response = Response::new(if same { Body::empty() } else { Body::from(self.body.clone()) });
        response.headers_mut().clone_from(&self.headers);
        if same {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            for name in [header::CONTENT_TYPE, header::CONTENT_ENCODING, header::CONTENT_LENGTH] {
                response.headers_mut().remove(name);
            }
        }
        response
    }
}

/// Answers a visitor from what is kept, or keeps what they are answered.
pub(crate) async fn unchanged(
    State(server): State<Arc<Server>>,
    request: Request,
    next: Next,
) -> Response<Body> {
    match answer(&server, request, next).await {
        Ok(response) => response,
        Err(error) => axum::response::IntoResponse::into_response(problem(error)),
    }
}

async fn answer(server: &Server, request: Request, next: Next) -> Result<Response<Body>, AppError> {
    let Some((asked, of)) = asked(server, &request) else { return Ok(next.run(request).await) };
    let now = server.app().now();
    // Before it is answered: what is written meanwhile makes the answer newer than it says, never older.
    let basis = Basis { changes: server.app().changes(of).await?, today: civil_day(now) };
    let known = request.headers().contains_key(header::IF_NONE_MATCH).then(|| request.headers().clone());
    if let Some(sent) = server.unchanged.get(&asked, basis, now) {
        server.unchanged.again.fetch_add(1, Ordering::Relaxed);
        return Ok(sent.again(known.as_ref()));
    }
    let hurried = server.app().hurried();
    let mut response = next.run(request).await;
    let lasting = response.extensions_mut().remove::<Lasting>().is_some();
    if !lasting || response.status() != StatusCode::OK || server.app().hurried() != hurried {
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = body.collect().await.map_err(AppError::internal)?.to_bytes();
    let tag = HeaderValue::try_from(format!("\"{}\"", Digest::of(&body))).map_err(AppError::internal)?;
    let mut headers = parts.headers;
    // Whoever comes next gets a cookie of their own when they come to a form.
    let cookies: Vec<HeaderValue> = headers.get_all(header::SET_COOKIE).iter().cloned().collect();
    headers.remove(header::SET_COOKIE);
    // What has a version says so itself, for whoever means to change it.
    headers.entry(header::ETAG).or_insert_with(|| tag.clone());
    let sent = Arc::new(Sent { basis, at: now, headers, body, tag });
    let mut response = sent.again(known.as_ref());
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    if sent.body.len() <= ONE {
        server.unchanged.answers.insert(asked, sent);
    }
    Ok(response)
}

/// What a visitor asks, and of which community, where the answer can be the same for all.
fn asked(server: &Server, request: &Request) -> Option<(Asked, Option<CommunityId>)> {
    let (headers, uri) = (request.headers(), request.uri());
    let signed_in = headers.contains_key(header::AUTHORIZATION)
        || !matches!(server.edge().config().cookie.read(headers), Ok(None));
    if request.method() != Method::GET || signed_in || has_own(headers) {
        return None;
    }
    let path = uri.path();
    let of = match path.strip_prefix("/c/").or_else(|| path.strip_prefix("/api/v1/communities/")) {
        Some(rest) => Some(rest.split('/').next()?.parse().ok()?),
        None if matches!(path, "/" | "/api/v1/towns" | "/api/v1/communities") => None,
        None => return None,
    };
    let meta = request.extensions().get::<RequestMeta>()?;
    let wishes = wishes(uri, headers, meta.lang)?;
    let gzip = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    let asked = Asked {
        address: uri.path_and_query()?.as_str().to_owned(),
        host: headers.get(header::HOST).cloned(),
        lang: wishes.lang,
        elder: wishes.elder,
        encodings: gzip.unwrap_or_default().to_owned(),
    };
    Some((asked, of))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(n: usize) -> Asked {
        let address = format!("/c/{n}");
        Asked { address, host: None, lang: Lang::Zh, elder: false, encodings: String::new() }
    }

    fn sent(changes: u64, bytes: usize) -> Arc<Sent> {
        let basis = Basis { changes, today: jiff::civil::date(2026, 3, 1) };
        let tag = HeaderValue::from_static("\"t\"");
        let mut headers = HeaderMap::new();
        headers.insert(header::ETAG, tag.clone());
        Arc::new(Sent {
            basis,
            at: Timestamp::UNIX_EPOCH,
            headers,
            body: Bytes::from(vec![b'x'; bytes]),
            tag,
        })
    }

    #[test]
    fn what_is_kept_is_bounded_by_its_bytes() {
        let kept = Unchanged::of(4 << 20);
        for n in 0..2_000 {
            kept.answers.insert(asked(n), sent(1, 20_000));
        }
        assert!(kept.answers.weight() <= 4 << 20, "{} bytes", kept.answers.weight());
        assert!(kept.answers.len() > 100, "{} are kept", kept.answers.len());
        kept.answers.insert(asked(1), sent(1, 20_000));
        assert!(kept.answers.weight() <= 4 << 20);
    }

    #[test]
    fn what_it_rests_on_has_to_be_the_same() {
        let (kept, at) = (Unchanged::default(), Timestamp::UNIX_EPOCH);
        kept.answers.insert(asked(1), sent(7, 10));
        let basis = sent(7, 0).basis;
        assert!(kept.get(&asked(1), basis, at).is_some());
        assert!(kept.get(&asked(1), Basis { changes: 8, ..basis }, at).is_none(), "something was written");
        let tomorrow = Basis { today: jiff::civil::date(2026, 3, 2), ..basis };
        assert!(kept.get(&asked(1), tomorrow, at).is_none(), "it is another day");
        assert!(kept.get(&asked(1), basis, at + LIFE).is_none(), "its cursors grow old");
        assert!(kept.get(&Asked { lang: Lang::En, ..asked(1) }, basis, at).is_none(), "another language");
    }

    #[test]
    fn whoever_has_it_is_told_so() {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, HeaderValue::from_static("\"t\""));
        assert_eq!(sent(1, 10).again(Some(&headers)).status(), StatusCode::NOT_MODIFIED);
        headers.insert(header::IF_NONE_MATCH, HeaderValue::from_static("\"other\""));
        assert_eq!(sent(1, 10).again(Some(&headers)).status(), StatusCode::OK);
    }
}
