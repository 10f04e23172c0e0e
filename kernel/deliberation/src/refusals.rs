//! 拒绝总表 (every refusal of this crate): code, Chinese, English.
//!
//! Codes are part of the API and never change. To add one, add an entry; a test holds them unique and kebab-case.

/// Every refusal code of this crate.
pub const REFUSAL_CODES: &[&str] = &[];
