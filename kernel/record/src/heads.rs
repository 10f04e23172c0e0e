//! 已签署的头 (signed heads): what an installation has signed of every log, to be kept apart from the database.
//!
//! ```text
//! yishi-heads/1
//! 5f0c…                              which database these logs are in
//! 2                                  which of the installation's keys signs, counted from 1
//! com_… 42 base64(root)              a log: its size and root when it was last signed
//!                                    (empty line)
//! key yishi/heads+id+base64
//! sig base64(Ed25519 signature over all before "key")
//! ```
//!
//! A database can be put back: a backup brought in, a journal deleted, the last rows removed. A server that then signs
//! what it finds signs a second history. So a log is signed only when it contains what was signed before, and what was
//! signed before is not asked of the database. The file is written before a signature is given out.
//!
//! What this cannot notice is a database and a file put back together to the same moment; whoever holds a checkpoint
//! or a receipt of a later moment can.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signature, Signer as _, SigningKey};
use yishi_canonical::Digest;

use crate::checkpoint::{LogKey, VerifierKey};

const FORMAT: &str = "yishi-heads/1";
/// The name of the key that signs the file: no log can have it, since ids of communities begin with `com_`.
const NAME: &str = "yishi/heads";

/// 头 (how far a log was signed).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogSize {
    /// How many entries.
    pub size: u64,
    /// The root over them.
    pub root: Digest,
}

/// What was signed of every log of one database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedHeads {
    /// Which database: the value it was given when it was made.
    pub database: String,
    /// Which of the installation's signing keys is in use, from 1. A log that was continued after a loss is signed with
    /// the next key, so that no key ever signs two histories of one size.
    pub generation: u32,
    /// The newest signed head of each log, by community.
    pub logs: BTreeMap<String, LogSize>,
}

/// Why a text is not a file of signed heads, or not one of this key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HeadsError {
    /// It is not of the form described in the module.
    #[error("the file of signed heads is damaged")]
    Form,
    /// Its signature does not hold for what it says.
    #[error("the file of signed heads was changed by another hand")]
    Signature,
}

/// What a log at hand is, held against what was signed of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It contains all that was signed.
    Whole,
    /// It ends before what was signed.
    Shorter {
        /// How many entries are missing at the least.
        missing: u64,
    },
    /// It is as long as what was signed, or longer, and is not the same log.
    Other,
}

impl SignedHeads {
    /// Nothing signed yet.
    #[must_use]
    pub fn new(database: impl Into<String>) -> Self {
        Self { database: database.into(), generation: 1, logs: BTreeMap::new() }
    }

    /// Notes that a log was signed at this size. `false`, and nothing noted, when more of it was signed before, or
    /// something else of the same size.
    pub fn advance(&mut self, community: &str, head: LogSize) -> bool {
        match self.logs.get(community) {
            Some(before) if before.size > head.size => false,
            Some(before) if before.size == head.size => before.root == head.root,
            _ => {
                self.logs.insert(community.to_owned(), head);
                true
            }
        }
    }

    /// How a log at hand stands to what was signed of it. `root_at` is the root of its first entries, as many as were
    /// signed; it is looked at only when there are that many.
    #[must_use]
    pub fn standing(&self, community: &str, size: u64, root_at: &Digest) -> Standing {
        match self.logs.get(community) {
            Some(signed) if signed.size > size => Standing::Shorter { missing: signed.size - size },
            Some(signed) if signed.root != *root_at => Standing::Other,
            _ => Standing::Whole,
        }
    }

    /// The text of the file, signed.
    #[must_use]
    pub fn text(&self, secret: &[u8; 32]) -> String {
        let mut text = format!("{FORMAT}\n{}\n{}\n", self.database, self.generation);
        for (community, head) in &self.logs {
            // Writing into a String cannot fail.
            let _ = writeln!(text, "{community} {} {}", head.size, BASE64.encode(head.root.as_bytes()));
        }
        text.push('\n');
        let signature = SigningKey::from_bytes(secret).sign(text.as_bytes());
        let key = LogKey::new(NAME, secret).verifier();
        let _ = write!(text, "key {key}\nsig {}\n", BASE64.encode(signature.to_bytes()));
        text
    }

    /// Reads a file, and the key it says it was signed with, which is *not* yet known to be one of ours: compare it
    /// with [`SignedHeads::key`].
    ///
    /// # Errors
    /// [`HeadsError`].
    pub fn parse(text: &str) -> Result<(Self, VerifierKey), HeadsError> {
        let at = text.find("\n\nkey ").ok_or(HeadsError::Form)? + 2;
        let (signed, rest) = text.split_at(at);
        let (key, signature) = rest
            .strip_prefix("key ")
            .and_then(|rest| rest.strip_suffix('\n')?.split_once("\nsig "))
            .ok_or(HeadsError::Form)?;
        let key: VerifierKey = key.parse().map_err(|_| HeadsError::Form)?;
        let bytes = BASE64.decode(signature).map_err(|_| HeadsError::Form)?;
        let signature = Signature::from_slice(&bytes).map_err(|_| HeadsError::Form)?;
        if key.origin() != NAME || !key.holds(signed.as_bytes(), &signature) {
            return Err(HeadsError::Signature);
        }
        let heads = Self::body(signed).ok_or(HeadsError::Form)?;
        Ok((heads, key))
    }

    /// The key a file is signed with by this secret.
    #[must_use]
    pub fn key(secret: &[u8; 32]) -> VerifierKey {
        LogKey::new(NAME, secret).verifier()
    }

    fn body(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix("\n\n")?.split('\n');
        if lines.next()? != FORMAT {
            return None;
        }
        let mut heads = Self::new(lines.next()?);
        heads.generation = lines.next()?.parse().ok().filter(|generation| *generation > 0)?;
        for line in lines {
            let mut parts = line.split(' ');
            let (community, size, root) = (parts.next()?, parts.next()?, parts.next()?);
            let root: [u8; 32] = BASE64.decode(root).ok()?.try_into().ok()?;
            let head = LogSize { size: size.parse().ok()?, root: Digest::from_bytes(root) };
            let twice = heads.logs.insert(community.to_owned(), head).is_some();
            if twice || parts.next().is_some() {
                return None;
            }
        }
        Some(heads)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: [u8; 32] = [7; 32];

    fn head(size: u64) -> LogSize {
        LogSize { size, root: Digest::of(&size.to_be_bytes()) }
    }

    fn sample() -> SignedHeads {
        let mut heads = SignedHeads::new("5f0c");
        assert!(heads.advance("com_1", head(3)));
        assert!(heads.advance("com_2", head(40)));
        heads
    }

    #[test]
    fn a_file_reads_back_and_says_who_signed_it() {
        for heads in [sample(), SignedHeads::new("5f0c")] {
            let (read, key) = SignedHeads::parse(&heads.text(&SECRET)).expect("parses");
            assert_eq!((read, key), (heads, SignedHeads::key(&SECRET)));
        }
        assert_ne!(SignedHeads::key(&SECRET), SignedHeads::key(&[8; 32]));
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let text = sample().text(&SECRET);
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            let accepted = String::from_utf8(bytes)
                .ok()
                .and_then(|text| SignedHeads::parse(&text).ok())
                .is_some_and(|(heads, key)| heads != sample() || key != SignedHeads::key(&SECRET));
            assert!(!accepted, "byte {at}");
        }
    }

    #[test]
    fn a_line_left_out_is_noticed() {
        let text = sample().text(&SECRET);
        let without: String = text.split_inclusive('\n').filter(|line| !line.starts_with("com_1")).collect();
        assert_eq!(SignedHeads::parse(&without), Err(HeadsError::Signature));
    }

    #[test]
    fn signing_never_goes_back() {
        let mut heads = sample();
        assert!(!heads.advance("com_2", head(39)));
        assert!(heads.advance("com_2", head(40)), "the same head again");
        assert!(!heads.advance("com_2", LogSize { size: 40, root: Digest::of(b"another") }));
        assert_eq!(heads, sample());
        assert!(heads.advance("com_2", head(41)));
    }

    #[test]
    fn a_log_is_held_against_what_was_signed() {
        let (heads, right, wrong) = (sample(), head(40).root, Digest::of(b"another"));
        assert_eq!(heads.standing("com_2", 40, &right), Standing::Whole);
        assert_eq!(heads.standing("com_2", 99, &right), Standing::Whole);
        assert_eq!(heads.standing("com_2", 99, &wrong), Standing::Other);
        assert_eq!(heads.standing("com_2", 37, &wrong), Standing::Shorter { missing: 3 });
        assert_eq!(heads.standing("com_new", 5, &wrong), Standing::Whole);
    }
}
