//! 存储 (storage): what the kernel asks of a database, said once for every database.
//!
//! Reading order: [`scope`] (how a caller reaches a community), [`unit`] (what is written together),
//! [`ballot`] (the bulk path), [`rows`] (the values kept), [`error`], [`store`] (the trait), and
//! [`conformance`] (the suite every implementation has to pass).
//!
//! What every implementation promises:
//!
//! * A [`Unit`] is written wholly or not at all, and is answered only after it is durable.
//! * The entries of a community form one log without gaps; a sequence number is never given twice.
//! * Nothing is read or written in a community without its [`Scope`]. An id of another community is
//!   answered exactly as an id that does not exist.
//! * A voter casts once in a ballot, and never after it was stopped.
//! * A page of a listing is keyed by what was last seen, so rows written in between neither repeat
//!   nor push out others.
//!
//! Ids are opaque text here. The types that give them meaning live in `yishi-identity`; storage neither
//! parses nor makes them.

pub mod ballot;
pub mod conformance;
pub mod error;
pub mod rows;
pub mod scope;
pub mod store;
pub mod unit;
mod validate;

pub use ballot::{
    BallotDraft, BallotKey, BallotRow, BallotSecrecy, BallotState, CastReceipt, CastVote, Channel, Choice,
    OpenVote, Participation, RollPlace, Tally,
};
pub use error::{CastError, StoreError};
pub use rows::{
    AccountHome, AccountRow, CommentRow, CommunityRow, DocumentRow, HouseholdRow, IdempotencyRecord, JobRow,
    OutboxItem, PersonRow, PluginRecordRow, PointRow, SessionKind, SessionRow, ShelfRow, StoredCheckpoint,
    TownRow, ViewRow,
};
pub use scope::Scope;
pub use store::{
    Changes, Feed, LogHead, Page, PersonQuery, PluginRecordQuery, ReceiptParts, Store, StoredEntry, ViewQuery,
};
pub use unit::{Committed, EntryDraft, Row, Touches, Unit};
