//! 检查点 (checkpoints): a log's size and root, signed, in the C2SP signed-note form.
//!
//! ```text
//! yishi/com_…            origin: which log
//! 42                     size
//! base64(root)
//!                        (empty line)
//! — yishi/com_… base64(key id, Ed25519 signature)
//! ```
//!
//! Witnesses add further signature lines; lines by unknown keys are kept and ignored.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};
use yishi_canonical::Digest;

/// The algorithm byte of Ed25519 in signed notes.
const ED25519: u8 = 1;
const SIGNATURE_LINE: &str = "\u{2014} ";
/// A note of ours is a few hundred bytes; witnesses add about a hundred each.
const MAX_NOTE_BYTES: usize = 64 * 1024;

/// The origin line of a community's log.
#[must_use]
pub fn origin_of(community: &str) -> String {
    format!("yishi/{community}")
}

/// Why a note is not a checkpoint, or not one to trust.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// It is not of the signed-note form.
    #[error("the checkpoint is not of the signed-note form")]
    Form,
    /// A key is not of the verifier-key form.
    #[error("the key is not of the form `name+id+key`")]
    Key,
    /// The key has no signature on it.
    #[error("the checkpoint carries no signature by this key")]
    Unsigned,
    /// A signature by the key does not hold.
    #[error("the checkpoint's signature does not hold")]
    Signature,
    /// It is the checkpoint of another log.
    #[error("the checkpoint belongs to the log `{0}`")]
    Origin(String),
}

/// Who signed, and the key id and signature.
type SignatureLine<'a> = (&'a str, Vec<u8>);

/// What a log commits to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// How many entries.
    pub size: u64,
    /// The root over them.
    pub root: Digest,
}

impl Checkpoint {
    /// The text that is signed.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, BASE64.encode(self.root.as_bytes()))
    }

    /// Signs it.
    #[must_use]
    pub fn sign(self, key: &LogKey) -> SignedCheckpoint {
        let text = self.text();
        let mut signature = key.verifier().id().to_vec();
        signature.extend_from_slice(&key.key.sign(text.as_bytes()).to_bytes());
        let note = format!("{text}\n{SIGNATURE_LINE}{} {}\n", key.name, BASE64.encode(signature));
        SignedCheckpoint { checkpoint: self, note }
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        if lines.next().is_some() || !is_name(origin) {
            return None;
        }
        let parsed: u64 = size.parse().ok()?;
        let root: [u8; 32] = BASE64.decode(root).ok()?.try_into().ok()?;
        (parsed.to_string() == size).then(|| Self {
            origin: origin.to_owned(),
            size: parsed,
            root: Digest::from_bytes(root),
        })
    }
}

/// A checkpoint with its signatures. Read from text it is not yet trusted: see [`SignedCheckpoint::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    note: String,
}

impl SignedCheckpoint {
    /// Reads a signed note.
    ///
    /// # Errors
    /// [`CheckpointError::Form`].
    pub fn parse(note: &str) -> Result<Self, CheckpointError> {
        let (text, signatures) = Self::parts(note).ok_or(CheckpointError::Form)?;
        if !signatures.iter().all(|(name, _)| is_name(name)) {
            return Err(CheckpointError::Form);
        }
        let checkpoint = Checkpoint::parse(text).ok_or(CheckpointError::Form)?;
        Ok(Self { checkpoint, note: note.to_owned() })
    }

    /// Checks the key's signature and that the log is the one the key is named after.
    ///
    /// # Errors
    /// [`CheckpointError`] naming what does not hold.
    pub fn verify(&self, key: &VerifierKey) -> Result<&Checkpoint, CheckpointError> {
        let (text, signatures) = Self::parts(&self.note).ok_or(CheckpointError::Form)?;
        let mut signed = false;
        for (name, bytes) in signatures {
            let Some((id, signature)) = bytes.split_at_checked(4) else { continue };
            if name != key.name || id != key.id() {
                continue;
            }
            let signature = Signature::from_slice(signature).map_err(|_| CheckpointError::Signature)?;
            key.key.verify_strict(text.as_bytes(), &signature).map_err(|_| CheckpointError::Signature)?;
            signed = true;
        }
        if !signed {
            return Err(CheckpointError::Unsigned);
        }
        if self.checkpoint.origin != key.name {
            return Err(CheckpointError::Origin(self.checkpoint.origin.clone()));
        }
        Ok(&self.checkpoint)
    }

    /// The note, as it was read or signed.
    #[must_use]
    pub fn note(&self) -> &str {
        &self.note
    }

    /// What the note says, whether or not anybody trustworthy signed it.
    #[must_use]
    pub const fn unverified(&self) -> &Checkpoint {
        &self.checkpoint
    }

    fn parts(note: &str) -> Option<(&str, Vec<SignatureLine<'_>>)> {
        if note.len() > MAX_NOTE_BYTES {
            return None;
        }
        let at = note.rfind("\n\n")?;
        let (text, rest) = note.split_at(at + 1);
        let lines = rest.strip_prefix('\n')?.strip_suffix('\n')?;
        let signatures = lines
            .split('\n')
            .map(|line| {
                let (name, signature) = line.strip_prefix(SIGNATURE_LINE)?.split_once(' ')?;
                Some((name, BASE64.decode(signature).ok()?))
            })
            .collect::<Option<Vec<_>>>()?;
        Some((text, signatures))
    }
}

/// 记录签名密钥 (the key that signs a log's checkpoints).
pub struct LogKey {
    name: String,
    key: SigningKey,
}

impl LogKey {
    /// The key of the log of this origin from 32 secret bytes. Several logs may share the secret.
    #[must_use]
    pub fn new(origin: impl Into<String>, secret: &[u8; 32]) -> Self {
        Self { name: origin.into(), key: SigningKey::from_bytes(secret) }
    }

    /// The public half.
    #[must_use]
    pub fn verifier(&self) -> VerifierKey {
        VerifierKey { name: self.name.clone(), key: self.key.verifying_key() }
    }
}

impl fmt::Debug for LogKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Never the secret, not even in a panic message.
        write!(f, "LogKey({})", self.name)
    }
}

/// 验证公钥 (the public key of a log), written `name+id+key` as in C2SP signed notes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    key: VerifyingKey,
}

impl VerifierKey {
    /// The log it belongs to.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.name
    }

    /// The same key under the name of another log.
    #[must_use]
    pub fn named(&self, origin: impl Into<String>) -> Self {
        Self { name: origin.into(), key: self.key }
    }

    /// Whether a signature over these bytes is this key's.
    pub(crate) fn holds(&self, bytes: &[u8], signature: &Signature) -> bool {
        self.key.verify_strict(bytes, signature).is_ok()
    }

    fn id(&self) -> [u8; 4] {
        let mut hasher = Sha256::new();
        hasher.update(self.name.as_bytes());
        hasher.update([b'\n', ED25519]);
        hasher.update(self.key.as_bytes());
        let hash: [u8; 32] = hasher.finalize().into();
        [hash[0], hash[1], hash[2], hash[3]]
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![ED25519];
        bytes.extend_from_slice(self.key.as_bytes());
        write!(f, "{}+{}+{}", self.name, hex::encode(self.id()), BASE64.encode(bytes))
    }
}

impl std::str::FromStr for VerifierKey {
    type Err = CheckpointError;

    fn from_str(text: &str) -> Result<Self, CheckpointError> {
        let parsed = (|| {
            // Base64 may hold `+`, a name may not, so the first two separate.
            let mut parts = text.splitn(3, '+');
            let (name, id, key) = (parts.next()?, parts.next()?, parts.next()?);
            let bytes = BASE64.decode(key).ok()?;
            let (&algorithm, key) = bytes.split_first()?;
            let key = VerifyingKey::from_bytes(key.try_into().ok()?).ok()?;
            let parsed = Self { name: name.to_owned(), key };
            let fits =
                algorithm == ED25519 && is_name(name) && hex::encode(parsed.id()) == id && !key.is_weak();
            fits.then_some(parsed)
        })();
        parsed.ok_or(CheckpointError::Key)
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> LogKey {
        LogKey::new("yishi/com_1", &[7; 32])
    }

    fn signed() -> SignedCheckpoint {
        Checkpoint { origin: origin_of("com_1"), size: 42, root: Digest::of(b"root") }.sign(&key())
    }

    #[test]
    fn a_checkpoint_reads_back_and_verifies() {
        let verifier: VerifierKey = key().verifier().to_string().parse().expect("a key");
        let read = SignedCheckpoint::parse(signed().note()).expect("parses");
        assert_eq!(read.verify(&verifier), Ok(signed().unverified()));
    }

    #[test]
    fn the_note_has_the_published_form() {
        let note = signed().note().to_owned();
        let lines: Vec<&str> = note.split('\n').collect();
        assert_eq!(lines.len(), 6);
        assert_eq!(&lines[..2], ["yishi/com_1", "42"]);
        assert_eq!(lines[3], "");
        assert!(lines[4].starts_with("\u{2014} yishi/com_1 "), "{}", lines[4]);
    }

    #[test]
    fn a_note_signed_elsewhere_verifies() {
        // The example in the documentation of Go's sumdb/note, which defined the form.
        let text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        let key: VerifierKey = text.parse().expect("a key");
        assert_eq!(key.to_string(), text);
        let note = "If you think cryptography is the answer to your problem,\n\
            then you don't know what your problem is.\n\n\
            \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        let (text, signatures) = SignedCheckpoint::parts(note).expect("a note");
        let (id, signature) = signatures[0].1.split_at(4);
        assert_eq!(id, key.id());
        let signature = Signature::from_slice(signature).expect("a signature");
        assert!(key.key.verify_strict(text.as_bytes(), &signature).is_ok());
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let verifier = key().verifier();
        let note = signed().note().as_bytes().to_vec();
        for at in 0..note.len() {
            for bit in 0..8 {
                let mut bytes = note.clone();
                bytes[at] ^= 1 << bit;
                let accepted = std::str::from_utf8(&bytes)
                    .ok()
                    .and_then(|text| SignedCheckpoint::parse(text).ok())
                    .is_some_and(|read| read.verify(&verifier).is_ok());
                assert!(!accepted, "bit {bit} of byte {at}");
            }
        }
    }

    #[test]
    fn other_keys_and_other_logs_are_refused() {
        let other = LogKey::new("yishi/com_1", &[8; 32]).verifier();
        assert_eq!(signed().verify(&other), Err(CheckpointError::Unsigned));
        let elsewhere =
            Checkpoint { origin: "yishi/com_2".into(), size: 1, root: Digest::of(b"") }.sign(&key());
        assert!(matches!(elsewhere.verify(&key().verifier()), Err(CheckpointError::Origin(_))));
    }

    #[test]
    fn a_witness_line_is_kept_and_ignored() {
        let witness = LogKey::new("witness", &[9; 32]);
        let theirs = signed().unverified().clone().sign(&witness);
        let line = theirs.note().lines().last().expect("a line").to_owned();
        let note = format!("{}{line}\n", signed().note());
        let read = SignedCheckpoint::parse(&note).expect("parses");
        assert!(read.verify(&key().verifier()).is_ok());
        assert_eq!(read.note(), note);
    }
}
