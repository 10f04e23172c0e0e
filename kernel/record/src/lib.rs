//! 公开记录 (the public record): log entries, the Merkle log over them, and everything a stranger needs
//! to check them without asking us.
//!
//! Reading order: [`envelope`] (one entry), [`merkle`] (RFC 6962 tree, proofs), [`checkpoint`] (a signed
//! head in C2SP signed-note form), [`heads`] (what was signed, kept apart from the database), [`receipt`] (one entry with
//! its proof), [`export`] (a whole log), [`commitment`] (what stands in an entry for something that is not public).
//!
//! Invariants:
//!
//! * An entry has exactly one byte form; anything else is refused when read.
//! * Every entry names the leaf hash of the entry before it, so the first bad entry can be named even
//!   without the tree.
//! * No personal data: entries hold ids, digests, counts, dates and enumerations. Ids of people are pseudonyms that join
//!   nothing across purposes, and digests of what is not public are salted (`kernel/decisions/0010-…`).
//! * This crate has no clock and no randomness; keys and times come in as parameters.

pub mod checkpoint;
pub mod commitment;
pub mod envelope;
pub mod export;
pub mod heads;
pub mod merkle;
pub mod receipt;

pub use checkpoint::{Checkpoint, CheckpointError, LogKey, SignedCheckpoint, VerifierKey, origin_of};
pub use envelope::{Envelope, EnvelopeError, MAX_ENTRY_BYTES, ZERO_LEAF};
pub use export::{ExportHeader, ExportReport, ExportWriter, Fault, FaultReason, Place, verify_export};
pub use heads::{HeadsError, LogSize, SignedHeads, Standing};
pub use merkle::{Frontier, ProofError, ProofPlan, Subtree, leaf_hash, node_hash};
pub use receipt::{Receipt, ReceiptError};
