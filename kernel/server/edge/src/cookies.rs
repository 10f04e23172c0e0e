//! 会话 Cookie (the session cookie).

use axum::http::{HeaderMap, HeaderValue, header};

use crate::codes;
use crate::problem::Problem;

/// How the session cookie is called and guarded. Behind https it has the `__Host-` prefix, which a
/// browser only takes with `Secure`, `Path=/` and no domain; over plain http on loopback it cannot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionCookie {
    secure: bool,
}

impl SessionCookie {
    /// For a server reached over https, or over plain http on loopback.
    pub const fn new(secure: bool) -> Self {
        Self { secure }
    }

    pub const fn name(self) -> &'static str {
        if self.secure { "__Host-yishi_session" } else { "yishi_session" }
    }

    /// The session token of a request.
    ///
    /// # Errors
    /// 400 when the cookie comes twice: which one the user meant cannot be known.
    pub fn read(self, headers: &HeaderMap) -> Result<Option<&str>, Problem> {
        let mut found = sent(headers.get_all(header::COOKIE), self.name());
        match (found.next(), found.next()) {
            (_, Some(_)) => Err(Problem::new(&codes::BAD_COOKIE)),
            (one, None) => Ok(one),
        }
    }

    /// The `Set-Cookie` of a new session.
    pub fn set(self, token: &str, seconds: u64) -> Option<HeaderValue> {
        set(self.name(), token, seconds, self.secure)
    }

    /// The `Set-Cookie` that ends a session.
    pub fn clear(self) -> HeaderValue {
        set(self.name(), "", 0, self.secure).unwrap_or_else(|| HeaderValue::from_static(""))
    }
}

/// Every value of a cookie in a request's `Cookie` headers.
pub fn sent<'a>(
    headers: impl IntoIterator<Item = &'a HeaderValue>,
    wanted: &str,
) -> impl Iterator<Item = &'a str> {
    let pairs = headers.into_iter().filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(';'));
    pairs
        .filter_map(move |pair| pair.trim().split_once('=').filter(|(name, _)| *name == wanted))
        .map(|(_, value)| value)
}

/// A `Set-Cookie` for the whole site, out of reach of scripts and of other sites' forms.
pub fn set(name: &str, value: &str, seconds: u64, secure: bool) -> Option<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::try_from(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_once() {
        let cookie = SessionCookie::new(true);
        let headers = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::COOKIE, HeaderValue::from_static(value));
            }
            headers
        };
        let read = |values: &[&'static str]| {
            cookie.read(&headers(values)).map(|t| t.map(str::to_owned)).map_err(|p| p.status().as_u16())
        };
        assert_eq!(read(&["a=b; __Host-yishi_session=tok; c=d"]), Ok(Some("tok".into())));
        assert_eq!(read(&["yishi_session=tok"]), Ok(None));
        assert_eq!(read(&["__Host-yishi_session=a; __Host-yishi_session=b"]), Err(400));
        assert_eq!(read(&["__Host-yishi_session=a", "__Host-yishi_session=a"]), Err(400));
        let set = cookie.set("tok", 60).expect("a token is a header value");
        assert_eq!(set, "__Host-yishi_session=tok; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure");
    }
}
