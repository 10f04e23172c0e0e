//! 议事 (deliberation): the six-step procedure, meetings with their ballots, and the life of a rule, decided purely.
//!
//! Every machine works alike. A command is decided from values into events or a [`Refusal`]; events are
//! folded into the state. Nothing here reads a clock, a database or a rule: the application hands all of it in as
//! [`Context`], and what a rule in force answered arrives as joined terms and findings.
//!
//! | Machine | Stream | Drawn in |
//! |---|---|---|
//! | 议题 (a matter) | one for each matter | [`matter`] |
//! | 会议 (a meeting with its ballots) | one for each meeting | [`meeting`] |
//! | 规则 (a charter, rule or regulation) | one for each adoption | [`rule`] |
//! | 办件 (a case under a rule) | one for each case | [`case`] |
//!
//! To add an act: its code and its command in the machine's `command.rs`, its event in `types.rs` with an arm in `evolve`, an
//! arm in its `decide`, the words of its codes in `schemas/vocabulary.json`, its refusals in `refusals.rs`, and the same act in
//! the reference model in `tests/model.rs`. What people do of it is declared in `yishi-acts`.
//!
//! Architecture invariant: the floor's own demands are joined in here, whatever terms the caller brings.

pub mod case;
pub mod codes;
mod common;
mod follow;
pub mod matter;
pub mod meeting;
mod refusals;
pub mod rule;
pub mod status;
mod words;

pub use case::{Case, CaseAct, CaseCommand, CaseEvent, CaseEventKind, CaseStatus};
pub use codes::{Deed, MatterEventKind, MatterStage, MeetingEventKind, RuleEventKind};
pub use common::{
    Act, ActorRef, Context, OnAgenda, Pins, Question, RuleFinding, RulePin, RuleVersion, Ties, Weight,
    shanghai_date,
};
pub use follow::{OnRule, follow};
pub use matter::{Matter, MatterAct, MatterCommand, MatterEvent, Proposal, Stage};
pub use meeting::{
    Ballot, BallotOutcome, HandCount, Meeting, MeetingAct, MeetingCommand, MeetingEvent, Quorum, Tally,
};
pub use refusals::{REFUSAL_CODES, REFUSAL_TEXTS};
pub use rule::{Life, Register, Rule, RuleAct, RuleCommand, RuleEvent, RuleKind, RuleVote, Standing};
pub use status::{MatterStatus, RuleState, RuleStatus, Turn};
pub use yishi_identity::{Advisory, Refusal};
