//! 来源检查 (where a request comes from): its host, and the site that made a browser send it.

use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};

use crate::codes;
use crate::problem::Problem;

/// The names this server answers to, as a browser writes them (`host` or `host:port`, lower case).
#[derive(Debug, Clone)]
pub struct Hosts(Vec<String>);

impl Hosts {
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        Self(names.into_iter().map(|name| name.to_ascii_lowercase()).collect())
    }

    /// Checks the Host header and, where the target is absolute, its authority.
    ///
    /// # Errors
    /// 400 without a host or with two, 421 for a host that is not ours.
    pub fn check(&self, headers: &HeaderMap, uri: &Uri) -> Result<(), Problem> {
        let mut hosts = headers.get_all(header::HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            // Whoever sends none, or two, may take the next head for another one too.
            let closed = HeaderValue::from_static("close");
            return Err(Problem::new(&codes::BAD_HOST).header(header::CONNECTION, closed));
        };
        let host = host.to_str().unwrap_or_default();
        if host.is_empty() {
            return Err(Problem::new(&codes::BAD_HOST));
        }
        let authority = uri.authority().map(axum::http::uri::Authority::as_str);
        if self.has(host) && authority.is_none_or(|authority| self.has(authority)) {
            Ok(())
        } else {
            Err(Problem::new(&codes::MISDIRECTED))
        }
    }

    fn has(&self, host: &str) -> bool {
        self.0.iter().any(|known| known.eq_ignore_ascii_case(host))
    }

    /// Whether an `Origin` is this server. Either scheme: what stands before the host is the proxy's business.
    fn is_origin(&self, origin: &str) -> bool {
        let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        host.is_some_and(|host| self.has(host))
    }
}

/// Refuses a write that another site made the browser send.
///
/// `by_cookie` says that a session cookie came along: then one of `Origin` and `Sec-Fetch-Site` must be
/// there and vouch for it. Every current browser sends one of them with every write.
///
/// # Errors
/// 403 `cross-site`.
pub fn check_write(
    hosts: &Hosts,
    method: &Method,
    headers: &HeaderMap,
    by_cookie: bool,
) -> Result<(), Problem> {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE) {
        return Ok(());
    }
    let refuse = || Problem::new(&codes::CROSS_SITE);
    let mut sites = headers.get_all("sec-fetch-site").iter();
    // Browsers send one. Two, of which one vouches, are somebody else's doing.
    let fetch_site = match (sites.next(), sites.next()) {
        (site, None) => site,
        _ => return Err(refuse()),
    };
    if fetch_site.is_some_and(|site| site != "same-origin" && site != "none") {
        return Err(refuse());
    }
    let mut origins = headers.get_all(header::ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (None, _) if by_cookie && fetch_site.is_none_or(|site| site != "same-origin") => Err(refuse()),
        (None, _) => Ok(()),
        (Some(origin), None) if origin.to_str().is_ok_and(|origin| hosts.is_origin(origin)) => Ok(()),
        _ => Err(refuse()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(n, v)| (header::HeaderName::from_static(n), HeaderValue::from_static(v))).collect()
    }

    #[test]
    fn hosts() {
        let hosts = Hosts::new(["Example.test".to_owned(), "127.0.0.1:8080".to_owned()]);
        let status = |host: &'static str, uri: &'static str| {
            hosts.check(&headers(&[("host", host)]), &Uri::from_static(uri)).map_err(|p| p.status().as_u16())
        };
        assert_eq!(status("example.TEST", "/"), Ok(()));
        assert_eq!(status("127.0.0.1:8080", "http://example.test/"), Ok(()));
        assert_eq!(status("evil.test", "/"), Err(421));
        assert_eq!(status("example.test", "http://evil.test/"), Err(421));
        assert_eq!(status("", "/"), Err(400));
        let mut twice = headers(&[("host", "example.test")]);
        twice.append("host", HeaderValue::from_static("example.test"));
        for none_or_two in [HeaderMap::new(), twice] {
            let refused = hosts.check(&none_or_two, &Uri::from_static("/")).expect_err("it is refused");
            assert_eq!((refused.status().as_u16(), refused.code()), (400, "bad-host"));
        }
    }

    #[test]
    fn writes_from_elsewhere() {
        let hosts = Hosts::new(["a.test".to_owned()]);
        let ok = |pairs: &[(&'static str, &'static str)], by_cookie| {
            check_write(&hosts, &Method::POST, &headers(pairs), by_cookie).is_ok()
        };
        for (pairs, cookie, token) in [
            (&[][..], false, true),
            (&[("origin", "https://a.test")], true, true),
            (&[("origin", "https://evil.test")], false, false),
            (&[("origin", "https://a.test.evil.test")], false, false),
            (&[("origin", "null")], false, false),
            (&[("sec-fetch-site", "same-origin")], true, true),
            (&[("sec-fetch-site", "cross-site")], false, false),
            (&[("sec-fetch-site", "same-site")], false, false),
            (&[("sec-fetch-site", "none")], false, true),
            (&[("sec-fetch-site", "same-origin"), ("origin", "https://evil.test")], false, false),
        ] {
            assert_eq!(ok(pairs, true), cookie, "{pairs:?} with a cookie");
            assert_eq!(ok(pairs, false), token, "{pairs:?} without");
        }
        // Two headers that contradict each other passed as the first of them.
        let mut twice = headers(&[("sec-fetch-site", "same-origin")]);
        twice.append("sec-fetch-site", HeaderValue::from_static("cross-site"));
        assert!(check_write(&hosts, &Method::POST, &twice, true).is_err());
        assert!(
            check_write(&hosts, &Method::GET, &headers(&[("origin", "https://evil.test")]), true).is_ok()
        );
    }
}
