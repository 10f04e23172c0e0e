//! The verify page.

use jiff::Timestamp;

use super::common::Fact;
use super::form::Form;

/// The latest signed checkpoint.
#[derive(Debug, Clone)]
pub struct CheckpointCard {
    /// Number of entries.
    pub size: u64,
    pub root: String,
    pub signed: Option<Timestamp>,
    /// Of the signer, as the verifier takes it.
    pub public_key: String,
    /// The signed note, as text.
    pub note: String,
}

/// What checking a pasted receipt found.
#[derive(Debug, Clone)]
pub struct ReceiptCheck {
    /// Whether it holds.
    pub valid: bool,
    /// In one sentence: what it proves, or what is wrong first.
    pub text: String,
    /// What the entry says (kind, number, time).
    pub facts: Vec<Fact>,
}

#[derive(Debug, Clone)]
pub struct VerifyPage {
    /// `None` before the first entry.
    pub checkpoint: Option<CheckpointCard>,
    /// File name the export is saved under.
    pub export_file: String,
    /// The form to paste a receipt; see [`crate::forms::check_receipt`].
    pub receipt_form: Form,
    /// Result of the last check.
    pub result: Option<ReceiptCheck>,
    /// Latest entries (number, kind in words, time), newest first.
    pub latest: Vec<(u64, String, Timestamp)>,
}
