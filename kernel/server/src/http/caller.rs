//! 来者 (the caller): who sends a request, by bearer token or session cookie, as they are at this moment.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
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
    #[must_use]
    pub fn owner(&self) -> String {
        self.ctx
            .actor
            .account
            .map_or_else(|| format!("client:{}", self.meta.client), |account| account.to_string())
    }

    /// The owner as a number, for limits.
    #[must_use]
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

enum Presented<'a> {
    Nothing,
    Bearer(&'a str),
    Cookie(&'a str),
}

fn presented<'a>(server: &Server, headers: &'a HeaderMap) -> Result<Presented<'a>, Problem> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(match server.edge().config().cookie.read(headers)? {
            Some(token) => Presented::Cookie(token),
            None => Presented::Nothing,
        }),
        (Some(value), None) => {
            let text = value.to_str().unwrap_or_default();
            match text.split_once(' ') {
                Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
                    Ok(Presented::Bearer(token.trim()))
                }
                _ => Err(Problem::new(&codes::BAD_SESSION)),
            }
        }
        _ => Err(Problem::new(&codes::BAD_SESSION)),
    }
}

impl FromRequestParts<Arc<Server>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, Problem> {
        let meta = RequestMeta::from_request_parts(parts, server).await?;
        let now = server.app().now();
        let (actor, token) = match presented(server, &parts.headers)? {
            Presented::Nothing => (Actor::default(), None),
            Presented::Bearer(token) => match server.app().authenticate(token, now).await {
                Ok(actor) => (actor, Some(token.to_owned())),
                Err(AppError::NotSignedIn) => return Err(Problem::new(&codes::BAD_SESSION)),
                Err(error) => return Err(problem(error)),
            },
            Presented::Cookie(token) => match server.app().authenticate(token, now).await {
                Ok(actor) => (actor, Some(token.to_owned())),
                Err(AppError::NotSignedIn) => {
                    let clear = server.edge().config().cookie.clear();
                    return Err(Problem::new(&codes::BAD_SESSION).header(header::SET_COOKIE, clear));
                }
                Err(error) => return Err(problem(error)),
            },
        };
        let mut ctx = OpContext::new(actor, now, meta.trace.to_string());
        ctx.expected = match IfMatch::of(&parts.headers)? {
            None | Some(IfMatch::Any) => None,
            Some(IfMatch::Versions(versions)) => match versions.as_slice() {
                // Tags that name no version match nothing; no row ever has this one.
                [] => Some(u64::MAX),
                [version] => Some(*version),
                _ => return Err(Problem::new(&codes::BAD_REQUEST)),
            },
        };
        let caller = Self { ctx, meta, token, path: parts.uri.path().to_owned() };
        let reads = matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
        if !reads && caller.ctx.actor.account.is_some() {
            server.limits.account(Kind::Write, caller.owner_key())?;
        }
        Ok(caller)
    }
}
