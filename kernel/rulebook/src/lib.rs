//! 规则簿 (the rulebook): takes rule plugins in, asks them at the gates, joins what they say with the law.
//!
//! A plugin is a WebAssembly component with a manifest; one digest covers both. [`Rulebook::inspect`] and
//! [`Rulebook::shelve`] decide whether a file is taken; [`Rulebook::load`] makes a component ready; the
//! gates ([`Rulebook::terms`] and its sisters) put one question to every rule that speaks to a matter,
//! check each answer, and join them with the floor. Every answer comes with the [`Call`]s it was made of,
//! and [`Rulebook::replay`] gives the same bytes for the same [`CallInput`].

mod admission;
mod amounts;
pub mod bench;
mod busy;
mod cache;
mod call;
mod catalogue;
mod clauses;
mod compare;
mod compile;
mod engine;
mod facts;
mod failure;
mod gates;
mod host;
mod interfaces;
mod json;
mod judge;
mod kept;
mod limits;
mod manifest;
mod question;
mod rulebook;
mod rules;
mod run;
mod scenario;
mod schema;
mod shelf;
mod text;
mod trial;
mod trusted;
mod versions;
pub mod wire;

pub use admission::{Inspection, MANIFEST_SECTION, Sizes, WIT_VERSION};
pub use call::{Answered, Call, CallInput, CallRecord, Export};
pub use clauses::{ClauseConcern, ClauseFinding, review_clauses};
pub use compare::{Comparison, Effect};
pub use compile::compile_child_main;
pub use facts::{Beyond, FactQuestion, FactRead, Facts, RecordFact, RosterFacts, RuleFacts};
pub use failure::{FailureCode, GateFailure, PluginRefusal, RefusalCode};
pub use host::{LogLevel, LogLine};
pub use limits::{CallLimits, Limits, ResourceClass};
pub use manifest::{
    About, Article, CaseKind, Heading, Localized, Manifest, MatterForm, Named, RESERVED_DOMAIN, RecordKind,
    SettingsSpec,
};
pub use rulebook::{CompileMode, Config, Rulebook, RulebookError};
pub use rules::{AdmissionDecision, FloorAdmission, GateContext, RuleFinding, RuleRef, RuleSet, strongest};
pub use scenario::{Given, GivenCommunity, GivenRecord, GivenRoster, Scenario, When};
pub use shelf::{Change, RuleReview, ShelfReport, candidate};
pub use trial::ScenarioResult;
pub use versions::{SettingDifference, TextDifference};
