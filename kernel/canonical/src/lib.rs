//! 规范字节 (canonical bytes): one value, one byte string, one digest.
//!
//! Findings, log entries, settings and manifests are compared and signed as bytes, so every crate
//! that does so takes the bytes from here. The form is a subset of RFC 8785 (JSON Canonicalization
//! Scheme): object keys in code-point order, no white space, integers only. Floating point numbers
//! are refused, because two writers need not agree on their digits and nothing here is measured in them.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

/// The largest integer a canonical document may hold: 2^53 - 1, which every JSON reader keeps exact.
pub const MAX_INTEGER: u64 = (1 << 53) - 1;

/// Why a value has no canonical bytes.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CanonicalError {
    /// The value cannot be written as JSON at all.
    #[error("value cannot be written as JSON")]
    Json(#[source] serde_json::Error),
    /// A number is not an integer, or lies beyond [`MAX_INTEGER`].
    #[error("number `{0}` is not an integer within 2^53 - 1")]
    Number(String),
    /// An object key is not ASCII; key order would then differ between writers.
    #[error("key `{0}` is not ASCII")]
    Key(String),
}

/// The canonical bytes of a value.
///
/// # Errors
/// [`CanonicalError`] when the value holds a fraction, a huge integer or a key that is not ASCII.
pub fn to_vec<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, CanonicalError> {
    // `serde_json::Map` is a BTreeMap here (no `preserve_order`), so keys come out sorted.
    let value = serde_json::to_value(value).map_err(CanonicalError::Json)?;
    check(&value)?;
    serde_json::to_vec(&value).map_err(CanonicalError::Json)
}

/// The digest of a value's canonical bytes.
///
/// # Errors
/// As [`to_vec`].
pub fn digest_of<T: Serialize + ?Sized>(value: &T) -> Result<Digest, CanonicalError> {
    to_vec(value).map(|bytes| Digest::of(&bytes))
}

fn check(value: &serde_json::Value) -> Result<(), CanonicalError> {
    use serde_json::Value;
    match value {
        Value::Number(number) => {
            let within = number.as_i64().is_some_and(|n| n.unsigned_abs() <= MAX_INTEGER)
                || number.as_u64().is_some_and(|n| n <= MAX_INTEGER);
            if within { Ok(()) } else { Err(CanonicalError::Number(number.to_string())) }
        }
        Value::Array(items) => items.iter().try_for_each(check),
        Value::Object(fields) => fields.iter().try_for_each(|(key, value)| {
            if key.is_ascii() { check(value) } else { Err(CanonicalError::Key(key.clone())) }
        }),
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
    }
}

/// 摘要 (a SHA-256 digest), written `sha256:` and 64 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

/// A text is not `sha256:` followed by 64 lower-case hex digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a digest of the form `sha256:` and 64 lower-case hex digits")]
pub struct DigestError(String);

impl Digest {
    const PREFIX: &'static str = "sha256:";

    /// The digest of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// A digest computed elsewhere.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first twelve hex digits, for people to read; never for comparison.
    #[must_use]
    pub fn short(&self) -> String {
        hex::encode(&self.0[..6])
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", Self::PREFIX, hex::encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        let refuse = || DigestError(text.chars().take(80).collect());
        let digits = text.strip_prefix(Self::PREFIX).ok_or_else(refuse)?;
        if digits.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(refuse());
        }
        let mut bytes = [0; 32];
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| refuse())?;
        Ok(Self(bytes))
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn text(value: &serde_json::Value) -> String {
        String::from_utf8(to_vec(value).expect("canonical")).expect("utf-8")
    }

    #[test]
    fn keys_are_sorted_and_space_is_gone() {
        assert_eq!(text(&json!({"b": 1, "a": [true, null, "村"]})), r#"{"a":[true,null,"村"],"b":1}"#);
    }

    #[test]
    fn fractions_and_huge_integers_are_refused() {
        assert!(matches!(to_vec(&json!({"x": 0.5})), Err(CanonicalError::Number(_))));
        assert!(matches!(to_vec(&json!([MAX_INTEGER + 1])), Err(CanonicalError::Number(_))));
        assert!(to_vec(&json!([MAX_INTEGER])).is_ok());
    }

    #[test]
    fn keys_beyond_ascii_are_refused() {
        assert!(matches!(to_vec(&json!({"村": 1})), Err(CanonicalError::Key(_))));
    }

    #[test]
    fn a_digest_reads_back_and_bad_text_does_not() {
        let digest = Digest::of(b"yishi");
        assert_eq!(digest.to_string().parse::<Digest>(), Ok(digest));
        assert!("sha256:00".parse::<Digest>().is_err());
        assert!(digest.to_string().to_uppercase().parse::<Digest>().is_err());
    }
}
