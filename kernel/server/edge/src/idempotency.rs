//! 幂等键 (idempotency key): repeating a write whose answer was lost does it once.
//!
//! The key is the client's; the digest of the request says what it was used for. Whether a key was seen before is
//! the store's business, since the answer must be durable with the effect; here is only the syntax, and
//! the guard that two requests with one key do not run side by side in this process.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use sha2::{Digest as _, Sha256};
use yishi_canonical::Digest;

use crate::codes::{self, Code};
use crate::problem::Problem;
use yishi_words::Words;

pub const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// The header that marks an answer given before.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

const MAX_LENGTH: usize = 128;

/// A client's key: 1 to 128 visible ASCII characters (quotes of the draft's string form are taken off).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The key of a request.
    ///
    /// # Errors
    /// 400 when there is none, more than one, or one that is not a key.
    pub fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let mut values = headers.get_all(HEADER).iter();
        let Some(value) = values.next() else { return Err(help(&codes::MISSING_KEY)) };
        match (value.to_str(), values.next()) {
            (Ok(text), None) => Self::parse(text),
            _ => Err(help(&codes::BAD_KEY)),
        }
    }

    /// The key that a text is.
    ///
    /// # Errors
    /// 400 when it is none.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        let text = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text);
        let visible = text.bytes().all(|b| b.is_ascii_graphic() && b != b'"');
        if text.is_empty() || text.len() > MAX_LENGTH || !visible {
            return Err(help(&codes::BAD_KEY));
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn help(code: &'static Code) -> Problem {
    Problem::new(code).member("help", "/api/docs").detail(Words::new(
        "每次新的操作请使用新的键（例如 UUID）；重试时使用同一个键",
        "use a new key (a UUID, say) for each new action, and the same key when repeating one",
    ))
}

/// 只办一次 (what makes a write happen once): the key, and what it stands for.
#[derive(Debug)]
pub struct Once {
    pub key: IdempotencyKey,
    /// SHA-256 over method, address and body.
    pub request: Digest,
}

impl Once {
    /// Reads the head of a request; its body is said to what this gives.
    ///
    /// # Errors
    /// As [`IdempotencyKey::of`].
    pub fn of(
        headers: &HeaderMap,
        method: &Method,
        uri: &Uri,
    ) -> Result<impl FnOnce(&[u8]) -> Self + use<>, Problem> {
        let key = IdempotencyKey::of(headers)?;
        let mut hash = Sha256::new();
        for part in [method.as_str(), uri.path_and_query().map_or("/", |address| address.as_str())] {
            hash.update(part);
            hash.update([0]);
        }
        Ok(move |body: &[u8]| {
            hash.update(body);
            Self { key, request: Digest::from_bytes(hash.finalize().into()) }
        })
    }
}

/// 进行中 (keys in use right now), so that a retry that overtakes its first try waits its turn.
#[derive(Debug, Default)]
pub struct Running(Mutex<BTreeSet<(u128, String)>>);

impl Running {
    /// Claims a key for an account until the claim is dropped.
    ///
    /// # Errors
    /// 409 with Retry-After while another request holds it.
    pub fn claim(&self, account: u128, key: &IdempotencyKey) -> Result<Claim<'_>, Problem> {
        let entry = (account, key.0.clone());
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if running.insert(entry.clone()) {
            Ok(Claim { running: self, entry })
        } else {
            Err(Problem::new(&codes::IDEMPOTENCY_RUNNING).retry_after(1))
        }
    }
}

#[derive(Debug)]
pub struct Claim<'a> {
    running: &'a Running,
    entry: (u128, String),
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        self.running.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.entry);
    }
}

/// The refusal of a key that was used for something else.
pub fn mismatch() -> Problem {
    Problem::new(&codes::IDEMPOTENCY_MISMATCH)
}

/// Marks an answer as given before.
pub fn mark_replayed(headers: &mut HeaderMap) {
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(values: &[&'static str]) -> Result<String, String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(HEADER, HeaderValue::from_static(value));
        }
        IdempotencyKey::of(&headers).map(|k| k.as_str().to_owned()).map_err(|p| p.code().to_owned())
    }

    #[test]
    fn keys() {
        assert_eq!(key(&["abc"]), Ok("abc".into()));
        assert_eq!(key(&["\"abc\""]), Ok("abc".into()));
        assert_eq!(key(&[]), Err("idempotency-key-required".into()));
        assert_eq!(key(&[""]), Err("bad-idempotency-key".into()));
        assert_eq!(key(&["a", "a"]), Err("bad-idempotency-key".into()));
        assert_eq!(key(&["a b"]), Err("bad-idempotency-key".into()));
    }

    #[test]
    fn a_key_is_held_by_one_request_at_a_time() {
        let running = Running::default();
        let key = IdempotencyKey("k".into());
        let first = running.claim(1, &key).expect("nobody holds it");
        assert_eq!(running.claim(1, &key).expect_err("it is held").status().as_u16(), 409);
        assert!(running.claim(2, &key).is_ok(), "another account's key is another key");
        drop(first);
        assert!(running.claim(1, &key).is_ok());
    }

    #[test]
    fn fingerprints_tell_requests_apart() {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, HeaderValue::from_static("k"));
        let of = |method: Method, uri: &'static str, body: &str| {
            let said = Once::of(&headers, &method, &Uri::from_static(uri)).expect("it has a key");
            said(body.as_bytes()).request
        };
        let base = of(Method::POST, "/a", "{}");
        assert_eq!(base, of(Method::POST, "/a", "{}"));
        for other in
            [of(Method::PUT, "/a", "{}"), of(Method::POST, "/b", "{}"), of(Method::POST, "/a", "{ }")]
        {
            assert_ne!(base, other);
        }
    }
}
