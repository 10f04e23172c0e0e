//! 法律底线 (the statutory floor): what local rules may never go below, as dated data, and the
//! integer arithmetic that turns counts into findings.
//!
//! | Module | What is there |
//! |---|---|
//! | [`kinds`] | the words of the statutes: bodies, classes, steps, subjects |
//! | [`share`] | fractions with their operator (以上 includes the figure, 超过 does not) and base |
//! | [`terms`] | what a body must satisfy, who says so, and the strictest-wins join |
//! | [`text`] | one dated law text: entries, articles, [`FloorText::terms`], [`FloorText::deciders`], [`FloorText::check_declared`] |
//! | [`law`] | all embedded texts, and the one in force on a date |
//! | [`finding`] | counts in, a [`Finding`] out, reproducible to the byte |
//! | [`days`] | 民法典 200-204 and ruling R10 |
//! | [`track`] | the two tracks of six steps, line by line |
//! | [`rulings`] | what this product does where the law is silent, for printing |
//!
//! The numbers live in `schemas/law/*.json`, one file for each law text and validity period. To add a
//! text: write its file against `schemas/law/floor.schema.json`, name it in [`law`], and close the
//! period of the text before it with `valid_to`.
//!
//! Architecture invariant: nothing here reads a clock, a file, the network or a random source, and
//! nothing here counts in floating point.

mod authority;
mod check;
mod count;
pub mod days;
mod deciders;
mod demand;
mod describe;
pub mod finding;
pub mod kinds;
pub mod law;
pub mod rulings;
pub mod share;
pub mod terms;
pub mod text;
pub mod track;

pub use authority::{Authority, Cited, FloorId, FloorIdError};
pub use check::Breach;
pub use count::{Count, CountError};
pub use deciders::{Deciders, SentAway};
pub use demand::{
    Clause, CommitteeRule, Composition, Convening, CouncilNorms, Demand, Disclosure, Election, Electorate,
    FilingOffice, ListedMatter, Matters, MeetingRule, ProxyRule, Range, Representation, TermRule,
};
pub use describe::{FieldWords, Titles};
pub use finding::{DemandFinding, Finding, FindingError, FindingFault, FindingInput, FindingResult};
pub use kinds::{
    BodyKind, Choice, CommunityKind, CountingMode, Direction, MatterClass, RuleKind, Secrecy, Step, Subject,
};
pub use law::{Document, DocumentKind, Law, LawError};
pub use rulings::Ruling;
pub use share::{Comparison, CountingBase, Fraction, Share, ShareError, Threshold};
pub use terms::{Condition, Covers, Demands, LeftOut, SetAside, TermField, Terms, WhyLeftOut};
pub use text::{Article, FloorEntry, FloorQuery, FloorText};
pub use track::TrackStage;
pub use yishi_words::Words;
