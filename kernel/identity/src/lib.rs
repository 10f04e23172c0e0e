//! 身份 (identity): persons, households, bodies and terms of office, rolls, and who may do what.
//!
//! Pure: nothing here asks the clock, makes an id or reads a database. What changes a body's seats is decided
//! from values into events ([`bodies`]); what an actor may do is one table ([`policy`]).

pub mod ids;

pub use ids::{
    AccountId, BallotId, CaseId, CommentId, CommunityId, HouseholdId, IdError, MatterId, MeetingId, PersonId, RuleId,
    TownId,
};
