//! 来者 (the caller): who sends a request, by bearer token or session cookie, as they are at this moment.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use yishi_app::accounts::Holder;
use yishi_app::{AppError, OpContext};
use yishi_edge::etag::IfMatch;
use yishi_edge::ratelimit::Kind;
use yishi_edge::{Problem, RequestMeta, codes};
use yishi_identity::Actor;

use super::Server;
use super::fault::problem;

/// Who sends a request. Without credentials: anyone.
#[derive(Debug)]
pub struct Caller {
    /// The context every use case takes.
    pub ctx: OpContext,
    /// What the edge knows of the request.
    pub meta: RequestMeta,
    /// The token that was presented and holds.
    pub token: Option<String>,
    /// Path of the request, for cursors.
    pub path: String,
}

impl Caller {
    /// Whose idempotency keys these are.
    pub fn owner(&self) -> String {
        self.ctx
            .actor
            .account
            .map_or_else(|| format!("client:{}", self.meta.client), |account| account.to_string())
    }

    /// The owner as a number, for limits.
    pub fn owner_key(&self) -> u128 {
        match self.ctx.actor.account {
            Some(account) => account.uuid().as_u128(),
            None => match self.meta.client {
                std::net::IpAddr::V4(address) => address.to_bits().into(),
                std::net::IpAddr::V6(address) => address.to_bits(),
            },
        }
    }
}

/// The token that was presented, and whether in a cookie.
fn presented<'a>(server: &Server, headers: &'a HeaderMap) -> Result<Option<(&'a str, bool)>, Problem> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let bad = || Problem::new(&codes::BAD_SESSION);
    match (values.next(), values.next()) {
        (None, _) => Ok(server.edge().config().cookie.read(headers)?.map(|token| (token, true))),
        (Some(value), None) => {
            let (scheme, token) = value.to_str().unwrap_or_default().split_once(' ').ok_or_else(bad)?;
            scheme.eq_ignore_ascii_case("bearer").then_some(Some((token.trim(), false))).ok_or_else(bad)
        }
        _ => Err(bad()),
    }
}

/// What is open to an account whose password somebody else chose: reading itself, choosing another, signing in and out.
fn open_at_first(method: &Method, path: &str) -> bool {
    match path {
        "/me/password" | "/sign-in" => true,
        "/api/v1/me" => *method == Method::GET || *method == Method::HEAD,
        "/api/v1/me/password" | "/api/v1/sessions" | "/sign-out" => *method == Method::POST,
        "/api/v1/sessions/current" => *method == Method::DELETE,
        _ => false,
    }
}

impl FromRequestParts<Arc<Server>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, Problem> {
        let caller = Self::of(parts, server).await?;
        if !matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS) {
            caller.count_write(server)?;
        }
        Ok(caller)
    }
}

impl Caller {
    /// Counts a write of the account.
    ///
    /// # Errors
    /// 429 with Retry-After.
    pub(crate) fn count_write(&self, server: &Server) -> Result<(), Problem> {
        match self.ctx.actor.account {
            Some(_) => server.limits.account(Kind::Write, self.owner_key()),
            None => Ok(()),
        }
    }

    /// Who sends a request, not yet counted as a write.
    ///
    /// # Errors
    /// 401 for a session that has ended, 403 while the account's password is not its owner's own.
    pub(crate) async fn of(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, Problem> {
        let meta = RequestMeta::from_request_parts(parts, server).await?;
        let now = server.app().now();
        let token = presented(server, &parts.headers)?;
        let holder = match token {
            None => Holder { actor: Actor::default(), must_change_password: false },
            Some((token, by_cookie)) => match server.app().holder(token, now).await {
                Ok(holder) => holder,
                Err(AppError::NotSignedIn) if by_cookie => {
                    let clear = server.edge().config().cookie.clear();
                    return Err(Problem::new(&codes::BAD_SESSION).header(header::SET_COOKIE, clear));
                }
                Err(AppError::NotSignedIn) => return Err(Problem::new(&codes::BAD_SESSION)),
                Err(error) => return Err(problem(error)),
            },
        };
        if holder.must_change_password && !open_at_first(&parts.method, parts.uri.path()) {
            return Err(Problem::new(&codes::PASSWORD_CHANGE));
        }
        let mut ctx = OpContext::new(holder.actor, now, meta.trace.to_string());
        ctx.expected = match IfMatch::of(&parts.headers)? {
            None | Some(IfMatch::Any) => None,
            Some(IfMatch::Versions(versions)) => match versions.as_slice() {
                // Tags that name no version match nothing; no row ever has this one.
                [] => Some(u64::MAX),
                [version] => Some(*version),
                _ => return Err(Problem::new(&codes::BAD_REQUEST)),
            },
        };
        let token = token.map(|(token, _)| token.to_owned());
        Ok(Self { ctx, meta, token, path: parts.uri.path().to_owned() })
    }
}
