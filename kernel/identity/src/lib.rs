//! 身份 (identity): persons, households, bodies and terms of office, rolls, and who may do what.
//!
//! Pure: nothing here asks the clock, makes an id or reads a database. What changes a body's seats is decided
//! from values into events ([`bodies`]); what an actor may do is one table ([`policy`]).

pub mod bodies;
pub mod convening;
pub mod ids;
pub mod names;
pub mod person;
pub mod policy;
pub mod pseudonym;
pub mod quota;
pub mod refusal;
pub mod roll;
pub mod roster;

pub use bodies::{
    AssemblyMakeUp, BodyRegister, ElectedBy, NewSeat, Office, Overruled, Part, RegisterCommand,
    RegisterContext, RegisterEvent, Seat, SeatEnd, SeatEndReason, Shortfall, Term,
};
pub use convening::convening_body;
pub use ids::{
    AccountId, BallotId, CaseId, CommentId, CommunityId, HouseholdId, IdError, MatterId, MeetingId, PersonId,
    RuleId, TownId,
};
pub use names::{NameError, normalise_name};
pub use person::{Household, OffRoll, OffRollReason, Person, Registration, Sex};
pub use policy::{Action, Actor, Capacity, HeldSeat, Reach, RoleGrant, Scope, permits};
pub use pseudonym::{Purpose, Salt, Subject};
pub use refusal::{Advisory, Refusal, RuleWord};
pub use roll::{Elector, Roll, RollDigest};
