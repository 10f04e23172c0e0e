//! 版本标记 (entity tags): a row's version as a strong ETag, and If-Match on writes.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};

use crate::codes;
use crate::problem::Problem;

pub fn etag(version: u64) -> HeaderValue {
    HeaderValue::try_from(format!("\"{version}\"")).unwrap_or_else(|_| HeaderValue::from_static("\"0\""))
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    Any,
    /// One of these versions. Tags that name no version are kept out: they match nothing.
    Versions(Vec<u64>),
}

impl IfMatch {
    /// Reads the header, if there is one.
    ///
    /// # Errors
    /// 400 when it cannot be read.
    pub fn of(headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        let mut versions = Vec::new();
        let mut seen = false;
        for value in headers.get_all(header::IF_MATCH) {
            seen = true;
            let text = value.to_str().map_err(|_| Problem::new(&codes::BAD_REQUEST))?;
            if text.trim() == "*" {
                return Ok(Some(Self::Any));
            }
            for tag in text.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
                // A weak tag never matches strongly (RFC 9110, 8.8.3.2).
                let strong = tag.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
                if strong.is_none() && !tag.starts_with("W/\"") {
                    return Err(Problem::new(&codes::BAD_REQUEST));
                }
                // A tag is the same text or another tag: `"01"` is not `"1"`.
                let version = strong.and_then(|tag| tag.parse::<u64>().ok());
                versions.extend(version.filter(|version| strong == Some(version.to_string().as_str())));
            }
        }
        Ok(seen.then_some(Self::Versions(versions)))
    }
}

/// The refusal of a version that is no longer current.
pub fn stale(current: u64) -> Problem {
    Problem::new(&codes::STALE).header(header::ETAG, etag(current))
}

#[derive(Debug)]
pub struct RequiredMatch(pub IfMatch);

impl<S: Send + Sync> FromRequestParts<S> for RequiredMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        IfMatch::of(&parts.headers)?.map(Self).ok_or_else(|| Problem::new(&codes::PRECONDITION_REQUIRED))
    }
}

/// Whether `If-None-Match` names this version, so that 304 will do.
pub fn not_modified(headers: &HeaderMap, current: &HeaderValue) -> bool {
    let current = current.to_str().unwrap_or_default();
    headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).any(|value| {
        value
            .split(',')
            .map(|tag| tag.trim().trim_start_matches("W/"))
            .any(|tag| tag == "*" || tag == current)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &'static str) -> Result<Option<IfMatch>, u16> {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_MATCH, HeaderValue::from_static(value));
        IfMatch::of(&headers).map_err(|problem| problem.status().as_u16())
    }

    #[test]
    fn if_match() {
        assert_eq!(IfMatch::of(&HeaderMap::new()).map_err(|p| p.status()), Ok(None));
        assert_eq!(read("*"), Ok(Some(IfMatch::Any)));
        assert_eq!(read("\"3\", \"4\", \"x\""), Ok(Some(IfMatch::Versions(vec![3, 4]))));
        for other in ["W/\"3\"", "\"03\"", "\"+3\"", "\" 3\"", "\"\""] {
            assert_eq!(read(other), Ok(Some(IfMatch::Versions(vec![]))), "{other}");
        }
        assert_eq!(read("3"), Err(400));
        assert_eq!(stale(4).status().as_u16(), 412);
    }
}
