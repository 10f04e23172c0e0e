//! 回执 (receipts): one entry with everything needed to prove, offline, that the record holds it.

use serde::{Deserialize, Serialize};
use yishi_canonical::Digest;

use crate::checkpoint::{CheckpointError, SignedCheckpoint, VerifierKey, origin_of};
use crate::envelope::{Envelope, EnvelopeError};
use crate::merkle::{ProofError, verify_inclusion};

/// 回执 (a receipt), a JSON document a person can keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The version of this form: 1.
    pub receipt: u8,
    /// The entry's bytes, which are text.
    pub entry: String,
    /// Its place in the log.
    pub index: u64,
    /// Its inclusion proof in the tree of the checkpoint.
    pub proof: Vec<Digest>,
    /// The signed checkpoint.
    pub checkpoint: String,
    /// The log's public key. Compare it with the one the community publishes.
    pub key: String,
}

/// Why a receipt proves nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiptError {
    /// It is not JSON of this shape.
    #[error("the receipt is not of the expected form: {0}")]
    Form(String),
    /// Its version is unknown.
    #[error("receipt version {0} is unknown")]
    Version(u8),
    /// It names another key than the one trusted.
    #[error("the receipt was signed with another key than the one trusted")]
    Key,
    /// Its checkpoint does not hold.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// Its entry is not one.
    #[error(transparent)]
    Entry(#[from] EnvelopeError),
    /// The entry is not at the place, or not of the log, the receipt says.
    #[error("the receipt's entry belongs elsewhere")]
    Elsewhere,
    /// The proof does not hold.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

impl Receipt {
    /// The version written by this crate.
    pub const VERSION: u8 = 1;

    /// Puts a receipt together.
    ///
    /// # Errors
    /// [`ReceiptError`] if the parts do not prove the entry: a receipt that fails is never handed out.
    pub fn new(
        entry: &[u8],
        index: u64,
        proof: Vec<Digest>,
        checkpoint: &SignedCheckpoint,
        key: &VerifierKey,
    ) -> Result<Self, ReceiptError> {
        let receipt = Self {
            receipt: Self::VERSION,
            entry: String::from_utf8(entry.to_vec())
                .map_err(|error| ReceiptError::Form(error.to_string()))?,
            index,
            proof,
            checkpoint: checkpoint.note().to_owned(),
            key: key.to_string(),
        };
        receipt.verify(Some(key))?;
        Ok(receipt)
    }

    /// Reads a receipt from its JSON text.
    ///
    /// # Errors
    /// [`ReceiptError::Form`] or [`ReceiptError::Version`].
    pub fn parse(text: &[u8]) -> Result<Self, ReceiptError> {
        let receipt: Self =
            serde_json::from_slice(text).map_err(|error| ReceiptError::Form(error.to_string()))?;
        if receipt.receipt != Self::VERSION {
            return Err(ReceiptError::Version(receipt.receipt));
        }
        Ok(receipt)
    }

    /// Checks everything, and gives the entry it proves. Without a trusted key it is checked against the
    /// key it carries, which proves only that it is whole.
    ///
    /// # Errors
    /// [`ReceiptError`] naming what does not hold.
    pub fn verify(&self, trusted: Option<&VerifierKey>) -> Result<Envelope, ReceiptError> {
        let carried: VerifierKey = self.key.parse()?;
        if trusted.is_some_and(|key| *key != carried) {
            return Err(ReceiptError::Key);
        }
        let signed = SignedCheckpoint::parse(&self.checkpoint)?;
        let checkpoint = signed.verify(&carried)?;
        let entry = Envelope::parse(self.entry.as_bytes())?;
        if entry.seq != self.index || origin_of(&entry.community) != checkpoint.origin {
            return Err(ReceiptError::Elsewhere);
        }
        let leaf = Envelope::leaf(self.entry.as_bytes());
        verify_inclusion(&leaf, self.index, checkpoint.size, &self.proof, &checkpoint.root)?;
        Ok(entry)
    }
}
