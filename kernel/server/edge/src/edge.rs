//! 边界 (the edge): what happens around every request, once, whatever route it takes.

use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, Uri, header};
use axum::response::{Html, IntoResponse as _, Redirect};
use futures_util::FutureExt as _;
use tower::Service as _;

use crate::accept::{self, Lang, language_of};
use crate::codes::{self, Code};
use crate::cookies::SessionCookie;
use crate::extract::BodyTimes;
use crate::guests::ConnectionLimits;
use crate::headers;
use crate::origin::{self, Hosts};
use crate::problem::{MEDIA_TYPE, Problem};
use crate::query;
use crate::ratelimit::{self, Kind, Proxy, RateLimits, Rates, client_of};
use crate::shares::{Share, Shares};
use crate::trace::{TraceId, TraceIds};
use yishi_words::Words;

/// Makes the page a browser gets instead of a problem document, and says in which language it is.
pub type ErrorPage = dyn Fn(&Problem, &Reader<'_>) -> (Lang, String) + Send + Sync;

/// 读者 (who an error page is for), as far as the request says.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    pub lang: Lang,
    /// What they may quote.
    pub trace: TraceId,
    pub uri: &'a Uri,
    /// Their cookies: they may have chosen otherwise here.
    pub cookies: Option<&'a HeaderValue>,
}

pub struct EdgeConfig {
    /// The names this server answers to.
    pub hosts: Hosts,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Proxy>,
    pub rates: Rates,
    /// The most requests in work at once; above it the answer is 503.
    pub max_in_flight: usize,
    pub cookie: SessionCookie,
    /// Addresses whose POST is a try to sign in.
    pub sign_in_paths: &'static [&'static str],
    /// Where browsers with no session are sent.
    pub sign_in_page: &'static str,
    pub head_time: Duration,
    pub body_times: BodyTimes,
    /// How long a client may take nothing of an answer.
    pub write_time: Duration,
    pub connections: ConnectionLimits,
    /// The most bodies that are waited for at once, in all and of one client. They are not requests in work.
    pub slow_bodies: (usize, usize),
    pub error_page: Option<Box<ErrorPage>>,
}

impl EdgeConfig {
    /// The usual limits for a server with these names.
    pub fn new(hosts: Hosts) -> Self {
        Self {
            hosts,
            trusted_proxies: Vec::new(),
            rates: Rates::default(),
            max_in_flight: 1024,
            cookie: SessionCookie::new(false),
            sign_in_paths: &["/api/v1/sessions", "/sign-in"],
            sign_in_page: "/sign-in",
            head_time: Duration::from_secs(10),
            body_times: BodyTimes::default(),
            write_time: Duration::from_secs(30),
            connections: ConnectionLimits::default(),
            slow_bodies: (1024, 64),
            error_page: None,
        }
    }
}

/// What every handler may know of its request. Cheap to copy.
#[derive(Debug, Clone, Copy)]
pub struct RequestMeta {
    pub trace: TraceId,
    pub lang: Lang,
    pub client: IpAddr,
    /// Whether a browser asked for a page.
    pub page: bool,
    /// How long the body may take.
    pub body_times: BodyTimes,
}

impl<S: Send + Sync> FromRequestParts<S> for RequestMeta {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().copied().ok_or_else(|| Problem::new(&codes::INTERNAL))
    }
}

pub struct Edge {
    config: EdgeConfig,
    limits: Arc<RateLimits>,
    traces: TraceIds,
    load: Arc<Load>,
}

/// 负荷 (how much is going on): requests in work, and those whose body is still awaited, which cost nothing but memory
/// and are counted apart, or whoever sends slowly would keep everybody out.
#[derive(Debug)]
pub(crate) struct Load {
    in_work: AtomicUsize,
    awaited: Arc<Shares>,
}

/// Counts a request as in work until it is dropped.
struct InWork<'a>(&'a Load);

impl Drop for InWork<'_> {
    fn drop(&mut self) {
        self.0.in_work.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A request that waits for its body.
#[derive(Debug)]
pub(crate) struct Awaiting {
    load: Arc<Load>,
    _share: Share,
}

impl Load {
    /// Takes a request out of work while its body is awaited; none when the client, or everybody, has too many of them.
    pub(crate) fn awaits(self: &Arc<Self>, client: IpAddr) -> Option<Awaiting> {
        let share = self.awaited.take(client)?;
        self.in_work.fetch_sub(1, Ordering::Relaxed);
        Some(Awaiting { load: Arc::clone(self), _share: share })
    }
}

impl Drop for Awaiting {
    fn drop(&mut self) {
        self.load.in_work.fetch_add(1, Ordering::Relaxed);
    }
}

impl Edge {
    /// An edge with its own counters.
    ///
    /// # Errors
    /// When the machine has no randomness to give.
    pub fn new(config: EdgeConfig) -> Result<Self, getrandom::Error> {
        let limits = Arc::new(RateLimits::new(config.rates));
        let (all, each) = config.slow_bodies;
        let load = Arc::new(Load { in_work: AtomicUsize::new(0), awaited: Shares::new(all, each) });
        Ok(Self { config, limits, traces: TraceIds::new()?, load })
    }

    /// The counters, for limits that need to know the account.
    pub fn limits(&self) -> Arc<RateLimits> {
        Arc::clone(&self.limits)
    }

    pub fn config(&self) -> &EdgeConfig {
        &self.config
    }

    /// Whether an address is a proxy that speaks for many clients.
    pub(crate) fn is_proxy(&self, address: IpAddr) -> bool {
        ratelimit::is_trusted(address, &self.config.trusted_proxies)
    }

    pub async fn handle(
        &self,
        mut request: Request<Body>,
        peer: SocketAddr,
        router: Router,
    ) -> Response<Body> {
        let headers = request.headers();
        let meta = RequestMeta {
            trace: self.traces.next(),
            lang: language_of(headers),
            client: client_of(peer.ip(), headers, &self.config.trusted_proxies),
            page: !is_api(request.uri()) && accept::wants_page(headers),
            body_times: self.config.body_times,
        };
        let cookie = self.config.cookie.read(headers).map(|cookie| cookie.is_some());
        let private = headers.contains_key(header::AUTHORIZATION) || !matches!(cookie, Ok(false));
        let uri = request.uri().clone();
        let cookies = headers.get(header::COOKIE).filter(|_| meta.page).cloned();
        let _counted = InWork(&self.load);
        let busy = self.load.in_work.fetch_add(1, Ordering::Relaxed) >= self.config.max_in_flight;
        let admitted = if busy {
            Err(Problem::new(&codes::UNAVAILABLE).retry_after(1))
        } else {
            cookie.and_then(|by_cookie| self.admit(&request, meta, by_cookie))
        };
        let response = match admitted {
            Err(problem) => problem.into_response(),
            Ok(()) => {
                request.extensions_mut().insert(meta);
                request.extensions_mut().insert(Arc::clone(&self.load));
                guarded(router, request, meta).await
            }
        };
        let reader = Reader { lang: meta.lang, trace: meta.trace, uri: &uri, cookies: cookies.as_ref() };
        self.finish(response, meta.page, reader, private)
    }

    fn admit(&self, request: &Request<Body>, meta: RequestMeta, by_cookie: bool) -> Result<(), Problem> {
        let (headers, uri, method) = (request.headers(), request.uri(), request.method());
        self.config.hosts.check(headers, uri)?;
        // Where the gate did not read the head (another transport), its limits still hold.
        if uri.path_and_query().is_some_and(|address| address.as_str().len() > crate::head::MAX_TARGET) {
            return Err(Problem::new(&codes::URI_TOO_LONG));
        }
        let bearer = headers.contains_key(header::AUTHORIZATION);
        origin::check_write(&self.config.hosts, method, headers, by_cookie && !bearer)?;
        // Nothing here has a length before it is made, so a range is answered with the whole, as RFC 9110 (14.2) allows;
        // many ranges, the cheap way to multiply an answer, are refused.
        if headers.get(header::RANGE).is_some_and(|range| range.as_bytes().contains(&b',')) {
            return Err(Problem::new(&codes::RANGE));
        }
        if is_api(uri) && !accept::takes_api_answer(headers) {
            return Err(Problem::new(&codes::NOT_ACCEPTABLE));
        }
        self.limits.client(self.kind(method, uri), meta.client)
    }

    fn kind(&self, method: &Method, uri: &Uri) -> Kind {
        match *method {
            Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE => Kind::Read,
            Method::POST if self.config.sign_in_paths.contains(&uri.path()) => Kind::SignIn,
            _ => Kind::Write,
        }
    }

    /// Language, trace id and security headers on whatever came out.
    fn finish(
        &self,
        mut response: Response<Body>,
        page: bool,
        reader: Reader<'_>,
        private: bool,
    ) -> Response<Body> {
        let status = response.status();
        if status.is_client_error() || status.is_server_error() {
            response = self.error(response, page, reader);
            if let Ok(trace) = HeaderValue::try_from(reader.trace.to_string()) {
                response.headers_mut().insert("x-trace-id", trace);
            }
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        headers::secure(response.headers_mut(), private);
        response
    }

    fn error(&self, mut response: Response<Body>, page: bool, reader: Reader<'_>) -> Response<Body> {
        let uri = reader.uri;
        let problem = match response.extensions_mut().remove::<Problem>() {
            Some(problem) => problem,
            None if response
                .headers()
                .get(header::CONTENT_TYPE)
                .is_some_and(|kind| kind == MEDIA_TYPE || kind.as_bytes().starts_with(b"text/html")) =>
            {
                return response;
            }
            // A library answered without a body of ours (405 with its Allow header, say).
            None => Problem::new(codes::for_status(response.status().as_u16())),
        };
        let status = problem.status();
        if status.is_server_error() {
            tracing::error!(trace = %reader.trace, code = problem.code(), "request failed");
        }
        if page && status.as_u16() == 401 && uri.path() != self.config.sign_in_page {
            return self.to_sign_in(uri, response.headers());
        }
        let mut rendered = match (&self.config.error_page, page) {
            (Some(page), true) => {
                let (lang, text) = page(&problem, &reader);
                let language = [(header::CONTENT_LANGUAGE, lang.tag())];
                let mut rendered = (status, language, Html(text)).into_response();
                problem.apply_headers(rendered.headers_mut());
                rendered
            }
            _ => problem.render(reader.lang, reader.trace, uri.path()),
        };
        if status.as_u16() == 401 {
            rendered
                .headers_mut()
                .entry(header::WWW_AUTHENTICATE)
                .or_insert(HeaderValue::from_static("Bearer realm=\"yishi\""));
        }
        for (name, value) in response.headers() {
            if *name != header::CONTENT_LENGTH && *name != header::CONTENT_TYPE {
                rendered.headers_mut().append(name.clone(), value.clone());
            }
        }
        rendered
    }

    /// A browser is sent to sign in, and back to the same page of this site afterwards.
    fn to_sign_in(&self, uri: &Uri, kept: &HeaderMap) -> Response<Body> {
        let back = query::value(uri.path());
        let mut response = Redirect::to(&format!("{}?next={back}", self.config.sign_in_page)).into_response();
        for cookie in kept.get_all(header::SET_COOKIE) {
            response.headers_mut().append(header::SET_COOKIE, cookie.clone());
        }
        response
    }

    /// The answer to a head that never became a request: both languages, since nothing is known of the reader.
    pub(crate) fn refuse(&self, code: &'static Code) -> Response<Body> {
        let both = Words::new(format!("{} / {}", code.zh, code.en), code.en);
        let problem = Problem::new(code).titled(both);
        let uri = Uri::from_static("*");
        let reader = Reader { lang: Lang::Zh, trace: self.traces.next(), uri: &uri, cookies: None };
        self.finish(problem.into_response(), false, reader, true)
    }
}

fn is_api(uri: &Uri) -> bool {
    uri.path().starts_with("/api/")
}

/// Runs the router; a panic becomes a 500 with a trace id, and the process lives.
async fn guarded(mut router: Router, request: Request<Body>, meta: RequestMeta) -> Response<Body> {
    // The router is dropped after a panic, so nothing half-changed is used again; what handlers share with others lives
    // behind the store's transactions.
    match AssertUnwindSafe(router.call(request)).catch_unwind().await {
        Ok(Ok(response)) => response,
        Ok(Err(never)) => match never {},
        Err(_) => {
            tracing::error!(trace = %meta.trace, "handler panicked");
            Problem::new(&codes::INTERNAL).into_response()
        }
    }
}
