//! 契约的值 (what rules are asked and what they answer), as the host knows it, whatever version of the contract a rule
//! was built against.
//!
//! These values are written into the record as JSON and read from scenarios, under the names of the WIT. Their words are
//! the law's own types, so that a code which does not exist cannot be sent or believed. Each released version of the
//! contract has a folder here ([`v1_0`]): its types as they cross the component boundary, with `From` each way, and what
//! its worlds may import. A later version adds a folder and a line in [`versions`]; what it does not change it takes from
//! the one before. A member that a later version adds is left out of the JSON where it says nothing, so that what an
//! older rule once answered keeps its bytes.

pub(crate) mod v1_0;
mod values;
pub(crate) mod versions;

#[cfg(test)]
mod v1_1;

pub use values::{
    Admission, Appraisal, Candidate, CaseEvent, CitedFraction, CitedNumber, CitedShare, CitedThreshold,
    Classification, Community, Condition, Context, Finding, Matter, Measure, Outcome, PersonFacts, Points,
    Publication, RecordDraft, Remark, Role, RuleArticle, SettingsError, Share, Task, Terms, TermsQuery,
    Threshold, Transition, Weight,
};
pub use yishi_law::{
    BodyKind as Body, CommunityKind, Comparison, CountingBase, CountingMode, MatterClass, RuleKind, Step,
    Subject, Words,
};
