//! 登录与退出 (signing in and out). The cookie holds the same token that the API takes as a bearer.

use axum::http::header;
use yishi_app::inputs::SignIn;
use yishi_edge::ratelimit::Kind;
use yishi_identity::{Actor, RoleGrant};
use yishi_portal::context::SignInPage;
use yishi_portal::forms;
use yishi_storage::SessionKind;

use super::prelude::*;
use super::visit::local_path;
use crate::http::api::v1::sessions::login_key;

pub(super) async fn sign_in(visit: Visit, posted: Posted) -> Response {
    match visit.sign_in(&posted).await {
        Ok(response) => response,
        Err(miss) => {
            let next = posted.optional("next");
            visit.again(miss, "sign-in", &posted, visit.sign_in_again(next.as_deref())).await
        }
    }
}

pub(super) async fn sign_out(visit: Visit, posted: Posted) -> Response {
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
    pub(super) async fn sign_in_page(&self) -> Result<Response> {
        self.sign_in_again(self.query.get("next").map(String::as_str)).await
    }

    async fn sign_in_again(&self, next: Option<&str>) -> Result<Response> {
        let form = self.filled(forms::sign_in(self.lang, "/sign-in", next.and_then(local_path)));
        let error = self.tried().map(|tried| tried.flash().text);
        let mut frame = self.frame(NavItem::None).await?;
        frame.viewer = None;
        let note = self.waits().then(|| self.lang.words().sign_in_kept.to_owned());
        self.bare_page(&frame, &SignInPage { form, error, note })
    }

    async fn sign_in(&self, posted: &Posted) -> Result<Response> {
        self.check(posted)?;
        let input = SignIn { login: posted.required("name")?, password: posted.required("password")? };
        self.server.limits.account(Kind::SignIn, login_key(&input.login))?;
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

    async fn sign_out(&self, posted: &Posted) -> Result<Response> {
        self.check(posted)?;
        if let Some(token) = &self.caller.token {
            self.app().sign_out(self.ctx(), token).await?;
        }
        let mut response = self.done("/", self.say("已退出", "Signed out"));
        response.headers_mut().append(header::SET_COOKIE, self.server.edge().config().cookie.clear());
        Ok(response)
    }
}
