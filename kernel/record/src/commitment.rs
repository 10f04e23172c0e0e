//! 承诺 (commitments): digests that bind whoever publishes them, and tell nothing until they are opened.
//!
//! A bare digest of something short can be guessed: there are only three choices, and few reasons why a seat ends. A
//! commitment is SHA-256 over a domain, a random salt and the bytes. With the salt anybody can check it; without the salt,
//! or once it has been destroyed, it says nothing. The domain keeps one kind of commitment from being read as another.

use sha2::{Digest as _, Sha256};
use yishi_canonical::Digest;

/// How long a salt is, in bytes.
pub const SALT_BYTES: usize = 32;

/// How long the nonce of a vote is, in bytes.
pub const NONCE_BYTES: usize = 16;

/// 内部文书的承诺 (what the record names a paper by that is not public: minutes, reasons, signature lists).
#[must_use]
pub fn document(salt: &[u8; SALT_BYTES], bytes: &[u8]) -> Digest {
    commit(b"yishi/document/1\0", salt, bytes)
}

/// 选项的承诺 (what a vote of an open ballot carries while the ballot runs). `choice` is the word of the entry that opens it:
/// `yes`, `no` or `abstain`.
#[must_use]
pub fn choice(nonce: &[u8; NONCE_BYTES], choice: &str) -> Digest {
    commit(b"yishi/choice/1\0", nonce, choice.as_bytes())
}

/// 规则问答的承诺 (what the record keeps of a question to a rule, or of a roll: a digest of values which few enough people
/// have that a bare digest could be found by trying).
#[must_use]
pub fn sealed(salt: &[u8; SALT_BYTES], digest: &Digest) -> Digest {
    commit(b"yishi/sealed/1\0", salt, digest.as_bytes())
}

/// Salts of one domain are of one length, so that no two pairs of salt and bytes run together to the same text.
fn commit(domain: &[u8], salt: &[u8], bytes: &[u8]) -> Digest {
    let mut hash = Sha256::new();
    hash.update(domain);
    hash.update(salt);
    hash.update(bytes);
    Digest::from_bytes(hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commitment_holds_for_its_salt_and_its_bytes_alone() {
        let reason = "因病住院".as_bytes();
        let made = document(&[1; SALT_BYTES], reason);
        assert_eq!(made, document(&[1; SALT_BYTES], reason));
        assert_ne!(made, document(&[2; SALT_BYTES], reason));
        assert_ne!(made, document(&[1; SALT_BYTES], "因病".as_bytes()));
        assert_ne!(made, Digest::of(reason), "the bare digest can be guessed");
        assert_ne!(choice(&[1; NONCE_BYTES], "yes"), choice(&[1; NONCE_BYTES], "no"));
        assert_ne!(choice(&[1; NONCE_BYTES], "yes"), choice(&[2; NONCE_BYTES], "yes"));
        let inner = Digest::of(reason);
        assert_ne!(sealed(&[1; SALT_BYTES], &inner), document(&[1; SALT_BYTES], inner.as_bytes()));
    }
}
