//! 登录、令牌、本人 (sessions, tokens, the signed-in account).

use axum::http::header;
use sha2::{Digest as _, Sha256};
use yishi_app::inputs::{ChangePassword, NewToken, SignIn};
use yishi_app::views::{AccountView, SessionView, TokenView};
use yishi_edge::extract::Write;
use yishi_edge::ratelimit::Kind;
use yishi_storage::SessionKind;

use super::prelude::*;

pub(super) fn routes() -> Routes {
    reads()
        .routes(routes!(sign_in))
        .routes(routes!(sign_out))
        .routes(routes!(change_password))
        .routes(routes!(create_token))
        .routes(routes!(revoke_token))
}

reads! {
    "sessions";

    /// 本人账号.
    one me "/api/v1/me" () [AccountView]
        |app, ctx| app.me(ctx);

    /// 令牌 (sessions and tokens of the account, without their text).
    one tokens "/api/v1/tokens" () [Vec<TokenView>]
        |app, ctx| app.tokens(ctx);
}

/// A login as a number for the per-account limit; the login itself is not kept. Every spelling that signs in to one
/// account is one number: full-width letters do not buy another round of guesses.
pub(crate) fn login_key(login: &str) -> u128 {
    let plain = yishi_identity::normalise_name(login).unwrap_or_else(|_| login.trim().to_owned());
    let hash = Sha256::digest(plain.to_lowercase().as_bytes());
    hash.first_chunk::<16>().map_or(0, |bytes| u128::from_be_bytes(*bytes))
}

/// 登录 (signs in): gives a bearer token; pages keep the same token in a cookie.
#[utoipa::path(post, path = "/api/v1/sessions", tag = "sessions", request_body = SignIn, responses((status = 200, body = SessionView)))]
async fn sign_in(State(server): State<Arc<Server>>, caller: Caller, Json(input): Json<SignIn>) -> Reply {
    server.limits.account(Kind::SignIn, login_key(&input.login))?;
    let view = server.app().sign_in(&caller.ctx, input, SessionKind::Bearer).await?;
    reply::json(StatusCode::OK, &view)
}

/// 退出 (ends the session whose token is presented).
#[utoipa::path(delete, path = "/api/v1/sessions/current", tag = "sessions", responses((status = 204, description = "ended")))]
async fn sign_out(State(server): State<Arc<Server>>, caller: Caller) -> Reply {
    if let Some(token) = &caller.token {
        server.app().sign_out(&caller.ctx, token).await?;
    }
    let mut response = reply::nothing();
    response.headers_mut().insert(header::SET_COOKIE, server.edge().config().cookie.clear());
    Ok(response)
}

/// 修改本人密码 (ends every other session and token of the account). Passwords leave no trace in what is kept of requests,
/// so this write is not replayed: a repeated one finds that the old password is no longer the present one.
#[utoipa::path(post, path = "/api/v1/me/password", tag = "sessions", request_body = ChangePassword,
    params(("Idempotency-Key" = String, Header)),
    responses((status = 200, body = AccountView)))]
async fn change_password(
    State(server): State<Arc<Server>>,
    caller: Caller,
    write: Write<ChangePassword>,
) -> Reply {
    // A guess at the old password is a guess at a sign-in.
    server.limits.account(Kind::SignIn, caller.owner_key())?;
    reply::read(server.app().change_password(&caller.ctx, caller.token.as_deref(), write.body).await)
}

/// 新令牌 (its text is shown once, so this write is not replayed: a repeated one makes another token).
#[utoipa::path(post, path = "/api/v1/tokens", tag = "sessions", request_body = NewToken,
    params(("Idempotency-Key" = String, Header)),
    responses((status = 201, body = TokenView)))]
async fn create_token(State(server): State<Arc<Server>>, caller: Caller, write: Write<NewToken>) -> Reply {
    let view = server.app().create_token(&caller.ctx, write.body).await?;
    reply::json(StatusCode::CREATED, &view)
}

/// 撤销令牌.
#[utoipa::path(delete, path = "/api/v1/tokens/{token}", tag = "sessions", params(("token" = String, Path)), responses((status = 204, description = "revoked")))]
async fn revoke_token(State(server): State<Arc<Server>>, caller: Caller, Path(token): Path<String>) -> Reply {
    server.app().revoke_token(&caller.ctx, &token).await?;
    Ok(reply::nothing())
}

#[cfg(test)]
mod tests {
    use super::login_key;

    #[test]
    fn one_account_is_counted_as_one_however_it_is_written() {
        let spellings =
            ["qx-clerk", " qx-clerk ", "ｑｘ-ｃｌｅｒｋ", "ｑx－clerk", "QX-Clerk", "qx-clerk\u{3000}"];
        for spelling in spellings {
            assert_eq!(login_key(spelling), login_key("qx-clerk"), "{spelling}");
        }
        assert_ne!(login_key("qx-clerk"), login_key("qx-chair"));
        // What is no name at all is counted too.
        assert_ne!(login_key("\u{202e}a"), login_key("\u{202e}b"));
    }
}
