//! 契约类型 (the values of `yishi:rule@1.0.0`), once, for three uses.
//!
//! The same Rust type crosses the component boundary (`ComponentType`, `Lower`, `Lift`), is written into
//! the record as JSON, and is read from scenarios. Field and case names are those of the WIT in all three,
//! so an author who knows the WIT can read a record. `tests/contract.rs` checks every type against the
//! WIT file, so the two cannot drift.

mod enums;
mod law;
mod records;

pub use enums::{
    Body, CommunityKind, Comparison, CountingBase, CountingMode, MatterClass, Remark, Role, RuleKind, Step,
    Weight,
};
pub use records::{
    Admission, Appraisal, Candidate, CaseEvent, CitedFraction, CitedNumber, CitedShare, CitedThreshold,
    Classification, Community, Condition, Context, Finding, Matter, Measure, Outcome, PersonFacts, Points,
    Publication, RecordDraft, RuleArticle, SettingsError, Share, Task, Terms, TermsQuery, Threshold,
    Transition,
};
