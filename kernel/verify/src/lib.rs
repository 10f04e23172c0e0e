//! 核验 (verification): checks a record with nothing but the file, the law and the log's public key.
//!
//! What is checked, in this order:
//!
//! 1. the export itself ([`yishi_record::verify_export`]): chain, hashes, signed root;
//! 2. every 认定 (finding) in any entry is computed again from the law;
//! 3. every ballot is counted again: nobody voted twice, nothing was cast outside opening and closing, the choices of an
//!    open ballot that enter with its closing are those its votes committed to, and the votes (and the count made by hand)
//!    give the figures the finding was computed from. A secret ballot is one sum: it must cover everybody who took part.
//!
//! Architecture invariant: this crate links the record and the law alone, so that whoever distrusts the
//! server has little to read.

pub mod ballots;
pub mod cli;
pub mod findings;

use std::io::BufRead;

use serde::Serialize;
use yishi_law::Law;
use yishi_record::{Envelope, ExportReport, Fault, FaultReason, Place, Receipt, ReceiptError, VerifierKey};

/// 不符之处 (something an entry says that does not hold).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The entry.
    pub entry: u64,
    /// A stable word for the kind of problem.
    pub code: &'static str,
    /// What is wrong, in Chinese.
    pub zh: String,
    /// What is wrong, in English.
    pub en: String,
}

/// 核验结果 (what a whole export came to). The chain, the hashes and the signature hold.
#[derive(Debug, Clone)]
pub struct Summary {
    /// What was exported.
    pub export: ExportReport,
    /// Whether the key was given by the caller; otherwise it is the one in the file.
    pub key_trusted: bool,
    /// How many findings were computed again.
    pub findings: u64,
    /// How many closed ballots were counted again.
    pub ballots: u64,
    /// How many votes were counted.
    pub votes: u64,
    /// What does not hold, in the order of entries.
    pub problems: Vec<Problem>,
}

impl Summary {
    /// Whether everything holds.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }
}

/// Checks an export.
///
/// # Errors
/// The [`Fault`] that names the first bad entry, if the file is not the record that was signed.
pub fn export<R: BufRead>(reader: R, trusted: Option<&VerifierKey>, law: &Law) -> Result<Summary, Fault> {
    let mut findings = findings::Findings::new(law);
    let mut ballots = ballots::Ballots::default();
    let mut problems = Vec::new();
    let report = yishi_record::verify_export(reader, trusted, |entry| {
        findings.see(entry, &mut problems);
        ballots.see(entry, &mut problems);
    })?;
    Ok(Summary {
        export: report,
        key_trusted: trusted.is_some(),
        findings: findings.count(),
        ballots: ballots.closed(),
        votes: ballots.votes(),
        problems,
    })
}

/// 回执结果 (what a receipt came to).
#[derive(Debug, Clone)]
pub struct ReceiptSummary {
    /// The entry it proves.
    pub entry: Envelope,
    /// How many entries the log had.
    pub size: u64,
    /// Whether the key was given by the caller; otherwise it is the one in the file.
    pub key_trusted: bool,
    /// Findings in the entry that do not hold.
    pub problems: Vec<Problem>,
}

/// Checks a receipt.
///
/// # Errors
/// [`ReceiptError`] naming what does not hold.
pub fn receipt(
    receipt: &Receipt,
    trusted: Option<&VerifierKey>,
    law: &Law,
) -> Result<ReceiptSummary, ReceiptError> {
    let entry = receipt.verify(trusted)?;
    let size = yishi_record::SignedCheckpoint::parse(&receipt.checkpoint)?.unverified().size;
    let mut problems = Vec::new();
    findings::Findings::new(law).see(&entry, &mut problems);
    Ok(ReceiptSummary { entry, size, key_trusted: trusted.is_some(), problems })
}

/// A fault in words of both languages.
#[must_use]
pub fn fault_words(fault: &Fault) -> (String, String) {
    let place = match fault.place {
        Place::Header => "文件头".to_owned(),
        Place::Entry(index) => format!("第 {index} 条（从 0 起）"),
        Place::Whole => "全部条目".to_owned(),
    };
    let reason: &FaultReason = &fault.reason;
    (format!("{place}：{}", reason.zh()), format!("{}: {reason}", fault.place))
}
