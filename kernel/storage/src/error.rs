//! How storage says no.

use crate::rows::IdempotencyRecord;

/// Why a write or a read did not happen. After any of these, nothing of the unit was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another writer was first: a stream or a row is no longer at the version this unit was decided on.
    #[error("`{what}` has changed since it was read")]
    Conflict {
        /// The stream, or kind and id of the row.
        what: String,
    },
    /// A value that must be unique is in use, such as a login.
    #[error("`{what}` is taken")]
    Taken {
        /// The unique thing, by its kind: `login`, `town`, ….
        what: &'static str,
    },
    /// The same request was carried out before; here is its answer.
    #[error("the request was carried out before")]
    Replayed(Box<IdempotencyRecord>),
    /// The idempotency key was used for a different request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// Something the unit builds on does not exist in this scope.
    #[error("`{what}` does not exist")]
    Missing {
        /// Kind and id.
        what: String,
    },
    /// The unit contradicts itself or a rule of storage; a mistake of the caller.
    #[error("the unit is not valid: {what}")]
    Invalid {
        /// What is wrong with it.
        what: String,
    },
    /// The writer has more work than it can take; try again later.
    #[error("storage is busy")]
    Busy,
    /// The disk is full. Reads still work.
    #[error("the disk is full")]
    Full,
    /// The entry is older than the one before it by more than two acts at work at once can be: the machine's clock ran
    /// back. The time of a log never does.
    #[error("the clock shows {at}; the log has reached {reached}")]
    ClockBehind {
        /// What the clock showed.
        at: jiff::Timestamp,
        /// The time of the log's last entry.
        reached: jiff::Timestamp,
    },
    /// What is stored contradicts itself. Nothing more is written to that community.
    #[error("stored data is damaged: {what}")]
    Corrupt {
        /// What contradicts what.
        what: String,
    },
    /// The database could not be reached or failed in a way with no better name.
    #[error("storage is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Conflict { .. } => "conflict",
            Self::Taken { .. } => "taken",
            Self::Replayed(_) => "replayed",
            Self::KeyReused => "idempotency-key-reused",
            Self::Missing { .. } => "missing",
            Self::Invalid { .. } => "invalid",
            Self::Busy => "busy",
            Self::Full => "storage-full",
            Self::ClockBehind { .. } => "clock-behind",
            Self::Corrupt { .. } => "corrupt",
            Self::Unavailable(_) => "storage-unavailable",
        }
    }

    /// Whether the same unit may succeed if it is decided again from fresh state.
    #[must_use]
    pub const fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict { .. })
    }
}

/// Why a vote was not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CastError {
    /// There is no such ballot in this community.
    #[error("there is no such ballot")]
    NoSuchBallot,
    /// The ballot was stopped or closed.
    #[error("the ballot is closed")]
    Closed,
    /// The ballot's deadline had passed when the vote was received.
    #[error("the ballot's deadline has passed")]
    PastDeadline,
    /// The voter is not on the ballot's roll.
    #[error("the voter is not on the roll")]
    NotOnRoll,
    /// The voter has voted before, by whatever channel.
    #[error("the voter has voted")]
    AlreadyVoted {
        /// The log entry of the first vote.
        seq: u64,
    },
    /// More votes were taken than the caller had seen; nothing was stopped.
    #[error("votes were taken meanwhile")]
    Moved,
    /// The idempotency key was used for another vote: another choice, or another voter's.
    #[error("the idempotency key was used for another vote")]
    KeyReused,
    /// Storage itself failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CastError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSuchBallot => "no-such-ballot",
            Self::Closed => "ballot-closed",
            Self::PastDeadline => "ballot-past-deadline",
            Self::NotOnRoll => "not-on-roll",
            Self::AlreadyVoted { .. } => "already-voted",
            Self::Moved => "ballot-moved",
            Self::KeyReused => "idempotency-key-reused",
            Self::Store(error) => error.code(),
        }
    }
}
