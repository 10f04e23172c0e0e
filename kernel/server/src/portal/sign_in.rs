//! 登录与退出 (signing in and out). The cookie holds the same token that the API takes as a bearer.
use yishi_portal::Speak as _;

use std::sync::Arc;

use axum::Router;
use axum::http::header;
use axum::response::Response;
use axum::routing::{get, post};
use yishi_app::inputs::SignIn;
use yishi_edge::ratelimit::Kind;
use yishi_identity::{Actor, RoleGrant};
use yishi_portal::context::{NavItem, SignInPage};
use yishi_portal::forms;
use yishi_storage::SessionKind;

use super::answer::{Miss, Tried};
use super::posted::Posted;
use super::visit::{Visit, local_path};
use crate::http::Server;
use crate::http::api::v1::sessions::login_key;

const NAMES: &[(&str, &str)] = &[("/login", "name")];

pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new().route("/sign-in", get(sign_in_page).post(sign_in)).route("/sign-out", post(sign_out))
}

async fn sign_in_page(visit: Visit) -> Response {
    let next = visit.query.get("next").and_then(|next| local_path(next)).map(str::to_owned);
    let page = visit.sign_in_page(next.as_deref(), None).await;
    visit.show(page).await
}

async fn sign_in(visit: Visit, posted: Posted) -> Response {
    match visit.sign_in(&posted).await {
        Ok(response) => response,
        Err(miss) => {
            let tried = visit.tried_sign_in(&miss, &posted);
            let next = posted.optional("next");
            let page = match tried {
                Some(tried) => visit.sign_in_page(next.as_deref().and_then(local_path), Some(&tried)).await,
                None => Err(miss),
            };
            visit.show(page).await
        }
    }
}

async fn sign_out(visit: Visit, posted: Posted) -> Response {
    let page = visit.sign_out(&posted).await;
    visit.show(page).await
}

/// Where an account begins its work.
pub(super) fn home_of(actor: &Actor) -> String {
    match actor.roles.last() {
        None | Some(RoleGrant::CityAdmin) => "/".to_owned(),
        Some(RoleGrant::TownAdmin { town }) => format!("/towns/{town}"),
        Some(RoleGrant::Staff { community }) => format!("/c/{community}/desk"),
        Some(RoleGrant::Member { community, .. }) => format!("/c/{community}"),
    }
}

/// The page for a password of one's own, and from there on to another.
pub(super) fn password_first(next: &str) -> String {
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("/me/password?next={next}")
}

impl Visit {
    async fn sign_in_page(&self, next: Option<&str>, tried: Option<&Tried>) -> Result<Response, Miss> {
        let mut form = forms::sign_in(self.lang, "/sign-in", next);
        let mut error = None;
        if let Some(tried) = tried {
            tried.fill([&mut form]);
            error = Some(tried.flash().text);
        }
        let mut frame = self.frame(NavItem::None).await?;
        frame.viewer = None;
        let note = self.waits().then(|| self.lang.words().sign_in_kept.to_owned());
        let page = SignInPage { form, error, note };
        let html = yishi_portal::Page::render(&page, &frame).map_err(yishi_app::AppError::internal)?;
        Ok(self.html(tried.map_or(axum::http::StatusCode::OK, |tried| tried.status), html))
    }

    async fn sign_in(&self, posted: &Posted) -> Result<Response, Miss> {
        self.check(posted)?;
        let input = SignIn { login: posted.required("name")?, password: posted.required("password")? };
        self.server.limits().account(Kind::SignIn, login_key(&input.login))?;
        let session = self.app().sign_in(self.ctx(), input, SessionKind::Browser).await?;
        // Whoever was signed in on this browser no longer is.
        if let Some(token) = &self.caller.token {
            self.app().sign_out(self.ctx(), token).await?;
        }
        let actor = self.app().authenticate(&session.token, self.ctx().now).await?;
        let next = posted.optional("next");
        let to = match next.as_deref().and_then(local_path) {
            Some(next) => next.to_owned(),
            None => home_of(&actor),
        };
        let to = if session.account.must_change_password { password_first(&to) } else { to };
        let greeting = self.lang.fill(self.say("您好，{}", "Signed in as {}"), &session.account.display_name);
        let mut response = self.done(&to, &greeting);
        let seconds = u64::try_from(session.expires_at.as_second() - self.ctx().now.as_second()).unwrap_or(0);
        if let Some(cookie) = self.server.edge().config().cookie.set(&session.token, seconds) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        Ok(response)
    }

    async fn sign_out(&self, posted: &Posted) -> Result<Response, Miss> {
        self.check(posted)?;
        if let Some(token) = &self.caller.token {
            self.app().sign_out(self.ctx(), token).await?;
        }
        let mut response = self.done("/", self.say("已退出", "Signed out"));
        response.headers_mut().append(header::SET_COOKIE, self.server.edge().config().cookie.clear());
        Ok(response)
    }

    /// Wrong credentials and too many tries are said on the sign-in page itself.
    fn tried_sign_in(&self, miss: &Miss, posted: &Posted) -> Option<Tried> {
        use axum::http::StatusCode;
        let status = miss.problem().status();
        if !matches!(status, StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS) {
            return self.tried(miss, "sign-in", posted, NAMES);
        }
        Some(self.tried_with(miss, "sign-in", posted, NAMES))
    }
}
