//! 规范字节 (canonical bytes): one value, one byte string, one digest.
//!
//! Findings, log entries, settings and manifests are compared and signed as bytes, so every crate
//! that does so takes the bytes from here. The form is a subset of RFC 8785 (JSON Canonicalization
//! Scheme): object keys in code-point order, no white space, integers only. Floating point numbers
//! are refused, because two writers need not agree on their digits and nothing here is measured in them.

pub mod characters;
mod write;

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
    let mut writer = write::Writer::new();
    value.serialize(&mut writer)?;
    Ok(writer.out)
}

/// The digest of a value's canonical bytes.
///
/// # Errors
/// As [`to_vec`].
pub fn digest_of<T: Serialize + ?Sized>(value: &T) -> Result<Digest, CanonicalError> {
    to_vec(value).map(|bytes| Digest::of(&bytes))
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
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

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

    /// What canonical bytes mean, the slow way: a tree with sorted keys, checked, and written by `serde_json`.
    fn slowly<T: Serialize>(value: &T) -> Option<Vec<u8>> {
        fn fits(value: &serde_json::Value) -> bool {
            use serde_json::Value;
            match value {
                Value::Number(number) => {
                    number.as_i64().is_some_and(|n| n.unsigned_abs() <= MAX_INTEGER)
                        || number.as_u64().is_some_and(|n| n <= MAX_INTEGER)
                }
                Value::Array(items) => items.iter().all(fits),
                Value::Object(fields) => fields.iter().all(|(key, value)| key.is_ascii() && fits(value)),
                Value::Null | Value::Bool(_) | Value::String(_) => true,
            }
        }
        let value = serde_json::to_value(value).ok()?;
        if fits(&value) { serde_json::to_vec(&value).ok() } else { None }
    }

    #[derive(Debug, Serialize)]
    struct Everything {
        zeta: Option<u8>,
        alpha: (i8, String, char),
        #[serde(rename = "nested-first")]
        nested: Vec<Shape>,
        #[serde(flatten)]
        rest: std::collections::BTreeMap<String, i64>,
        numbered: std::collections::BTreeMap<u16, bool>,
        nothing: (),
        wrapped: Wrapped,
    }

    #[derive(Debug, Serialize)]
    struct Wrapped(u64);

    #[derive(Clone, Debug, Serialize)]
    enum Shape {
        Unit,
        Newtype(i32),
        Tuple(u8, String),
        Struct { width: i64, height: Option<Box<Shape>> },
    }

    #[derive(Serialize)]
    #[serde(tag = "type", rename_all = "kebab-case")]
    enum Tagged {
        Empty,
        Full { b: u8, a: u8 },
    }

    fn shapes() -> impl Strategy<Value = Shape> {
        let leaf = prop_oneof![
            Just(Shape::Unit),
            any::<i32>().prop_map(Shape::Newtype),
            (any::<u8>(), ".{0,6}").prop_map(|(number, text)| Shape::Tuple(number, text)),
        ];
        leaf.prop_recursive(3, 12, 2, |inner| {
            (any::<i64>(), proptest::option::of(inner))
                .prop_map(|(width, height)| Shape::Struct { width, height: height.map(Box::new) })
        })
    }

    fn trees() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<u64>().prop_map(Into::into),
            (-20_i64..20).prop_map(Into::into),
            ".{0,8}".prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 64, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                proptest::collection::btree_map("[a-e\"\\\\\u{1}\n]{0,3}", inner, 0..6)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_tree_is_written_as_the_slow_way_writes_it(tree in trees()) {
            prop_assert_eq!(to_vec(&tree).ok(), slowly(&tree));
        }

        #[test]
        fn any_structure_is_written_as_the_slow_way_writes_it(
            zeta in any::<Option<u8>>(),
            alpha in (any::<i8>(), ".{0,6}", any::<char>()),
            nested in proptest::collection::vec(shapes(), 0..4),
            rest in proptest::collection::btree_map("[a-z]{1,3}", any::<i64>(), 0..4),
            numbered in proptest::collection::btree_map(any::<u16>(), any::<bool>(), 0..4),
            wrapped in any::<u64>(),
        ) {
            let value = Everything { zeta, alpha, nested, rest, numbered, nothing: (), wrapped: Wrapped(wrapped) };
            prop_assert_eq!(to_vec(&value).ok(), slowly(&value));
        }
    }

    #[test]
    fn tags_duplicates_and_keys_follow_the_slow_way() {
        for value in [Tagged::Empty, Tagged::Full { b: 1, a: 2 }] {
            assert_eq!(to_vec(&value).ok(), slowly(&value));
        }
        // A flattened map may repeat a member; the later one counts, as in a tree.
        #[derive(Serialize)]
        struct Twice {
            b: u8,
            a: u8,
            #[serde(flatten)]
            rest: std::collections::BTreeMap<String, u8>,
        }
        let twice = Twice { b: 1, a: 2, rest: [("a".to_owned(), 3), ("c".to_owned(), 4)].into() };
        assert_eq!(to_vec(&twice).ok(), slowly(&twice));
        assert_eq!(to_vec(&twice).expect("canonical"), br#"{"a":3,"b":1,"c":4}"#);
    }

    #[test]
    fn the_range_ends_where_it_says() {
        let least = -(MAX_INTEGER as i64);
        assert!(to_vec(&least).is_ok() && to_vec(&MAX_INTEGER).is_ok());
        assert!(to_vec(&(least - 1)).is_err() && to_vec(&(MAX_INTEGER + 1)).is_err());
        assert!(to_vec(&i64::MIN).is_err() && to_vec(&u64::MAX).is_err() && to_vec(&0.0_f64).is_err());
    }
}
