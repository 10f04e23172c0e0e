//! 记录条目 (one entry of a community's log).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use yishi_canonical::{CanonicalError, Digest};

use crate::merkle::leaf_hash;

/// The longest entry. Tiled logs give an entry's length 16 bits; documents belong beside the log, by digest.
pub const MAX_ENTRY_BYTES: usize = 65_535;

/// What the first entry names as the leaf hash of the entry before it.
pub const ZERO_LEAF: Digest = Digest::from_bytes([0; 32]);

/// 条目 (an entry): what happened, in which order, and what came before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// The version of this form: 2. In version 1 people were named by one id everywhere and papers by bare digests.
    pub v: u8,
    /// The community whose log this is.
    pub community: String,
    /// The place in the log, from 0.
    pub seq: u64,
    /// When, to the second, in UTC.
    pub at: Timestamp,
    /// The leaf hash of the entry before, or [`ZERO_LEAF`].
    pub prev: Digest,
    /// What it is about, by id: `mat_…`.
    pub stream: String,
    /// Its place in the stream, from 1.
    pub stream_version: u64,
    /// What happened: `matter.proposed`.
    pub kind: String,
    /// Who did it: a pseudonym in the form of an account, person or household id, or `system`. Nobody's own id.
    pub actor: String,
    /// The event.
    pub body: Value,
}

/// Why bytes are not an entry, or a value cannot become one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// The bytes are not JSON of this shape.
    #[error("the entry is not of the expected form: {0}")]
    Form(String),
    /// The bytes are of the right shape but not the one byte form an entry has.
    #[error("the entry is not in canonical form")]
    NotCanonical,
    /// The version is unknown.
    #[error("entry version {0} is unknown")]
    Version(u8),
    /// The time has a fraction of a second.
    #[error("the entry's time is not whole seconds")]
    Fraction,
    /// The body is not an object.
    #[error("the entry's body is not an object")]
    Body,
    /// The entry is longer than [`MAX_ENTRY_BYTES`].
    #[error("the entry has {0} bytes; at most {MAX_ENTRY_BYTES} are allowed")]
    TooLong(usize),
    /// A value in it has no canonical form.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
}

impl Envelope {
    /// The version written by this crate.
    pub const VERSION: u8 = 2;

    /// The entry's bytes: the only form it has.
    ///
    /// # Errors
    /// [`EnvelopeError`] when the body is not an object, holds a fraction, or is too long.
    pub fn bytes(&self) -> Result<Vec<u8>, EnvelopeError> {
        if self.v != Self::VERSION {
            return Err(EnvelopeError::Version(self.v));
        }
        if self.at.subsec_nanosecond() != 0 {
            return Err(EnvelopeError::Fraction);
        }
        if !self.body.is_object() {
            return Err(EnvelopeError::Body);
        }
        let bytes = yishi_canonical::to_vec(self)?;
        if bytes.len() > MAX_ENTRY_BYTES {
            return Err(EnvelopeError::TooLong(bytes.len()));
        }
        Ok(bytes)
    }

    /// Reads an entry, and refuses every other spelling of it.
    ///
    /// # Errors
    /// [`EnvelopeError`] naming what is wrong.
    pub fn parse(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        if bytes.len() > MAX_ENTRY_BYTES {
            return Err(EnvelopeError::TooLong(bytes.len()));
        }
        let envelope: Self =
            serde_json::from_slice(bytes).map_err(|error| EnvelopeError::Form(error.to_string()))?;
        if envelope.bytes()? != bytes {
            return Err(EnvelopeError::NotCanonical);
        }
        Ok(envelope)
    }

    /// The leaf hash of these entry bytes.
    #[must_use]
    pub fn leaf(bytes: &[u8]) -> Digest {
        leaf_hash(bytes)
    }
}

/// A time cut to the second, as entries keep it.
#[must_use]
pub fn to_second(at: Timestamp) -> Timestamp {
    // Rounding down never leaves the range of `Timestamp`: its minimum is a whole second.
    Timestamp::from_second(at.as_second() - i64::from(at.subsec_nanosecond() < 0)).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sample() -> Envelope {
        Envelope {
            v: Envelope::VERSION,
            community: "com_1".into(),
            seq: 0,
            at: "2026-03-01T01:00:00Z".parse().expect("a time"),
            prev: ZERO_LEAF,
            stream: "mat_1".into(),
            stream_version: 1,
            kind: "matter.suggested".into(),
            actor: "acc_1".into(),
            body: json!({"type": "suggested"}),
        }
    }

    #[test]
    fn an_entry_reads_back_and_has_one_spelling() {
        let bytes = sample().bytes().expect("bytes");
        assert_eq!(Envelope::parse(&bytes).expect("parses"), sample());
        let text = String::from_utf8(bytes).expect("utf-8");
        assert!(text.contains(r#""at":"2026-03-01T01:00:00Z""#), "{text}");
        let spaced = text.replace(r#""v":2"#, r#""v": 2"#);
        assert!(matches!(Envelope::parse(spaced.as_bytes()), Err(EnvelopeError::NotCanonical)));
        let more = text.replace(r#""v":2"#, r#""v":2,"w":1"#);
        assert!(matches!(Envelope::parse(more.as_bytes()), Err(EnvelopeError::Form(_))));
        let twice = text.replace(r#""v":2"#, r#""v":2,"v":2"#);
        assert!(matches!(Envelope::parse(twice.as_bytes()), Err(EnvelopeError::Form(_))));
        let old = text.replace(r#""v":2"#, r#""v":1"#);
        assert!(matches!(Envelope::parse(old.as_bytes()), Err(EnvelopeError::Version(1))));
    }

    #[test]
    fn fractions_scalars_and_floods_are_refused() {
        let at = "2026-03-01T01:00:00.5Z".parse().expect("a time");
        assert!(matches!(Envelope { at, ..sample() }.bytes(), Err(EnvelopeError::Fraction)));
        assert_eq!(to_second(at), sample().at);
        assert!(matches!(Envelope { body: json!(1), ..sample() }.bytes(), Err(EnvelopeError::Body)));
        assert!(matches!(
            Envelope { body: json!({"x": 0.5}), ..sample() }.bytes(),
            Err(EnvelopeError::Canonical(_))
        ));
        let long = "x".repeat(MAX_ENTRY_BYTES);
        assert!(matches!(
            Envelope { body: json!({"x": long}), ..sample() }.bytes(),
            Err(EnvelopeError::TooLong(_))
        ));
    }
}
