//! 应用错误 (why a use case did not happen): one taxonomy, turned into HTTP only at the edge.
//!
//! Every error has a stable code and words for the reader in both languages. What an operator needs to know
//! beyond that is in the error's source and goes to the log, never to the client.

use crate::context::Behind;
use yishi_deliberation::Refusal;
use yishi_identity::policy::Right;
use yishi_law::{Authority, BodyKind, CommunityKind};
use yishi_rulebook::{GateFailure, PluginRefusal};
pub use yishi_schema::FieldError;
use yishi_storage::{CastError, IdempotencyRecord, StoreError};

/// Why a use case did not happen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppError {
    /// It does not exist, or the actor may not know that it does (404).
    #[error("no such {what}")]
    NotFound {
        /// The kind of thing, for example `matter`.
        what: &'static str,
    },
    /// Nobody is signed in (401).
    #[error("not signed in")]
    NotSignedIn,
    /// The login or the password is wrong; which of them is not said (401).
    #[error("wrong login or password")]
    WrongCredentials,
    /// The actor lacks a right in a community they belong to (403).
    #[error("not permitted to {}", .0.code)]
    NotPermitted(Right),
    /// The actor lacks a right over the sittings of this body (403).
    #[error("not permitted to {} of {:?}", .0.code, .1)]
    NotPermittedOf(Right, BodyKind, CommunityKind),
    /// The request's values are wrong (422).
    #[error("{} fields are wrong", .0.len())]
    Invalid(Vec<FieldError>),
    /// The state of things does not allow it (409).
    #[error("refused: {}", .0.code)]
    Refused(Box<Refusal>),
    /// A rule forbids it, or asks for something that is missing (409).
    #[error("refused by a rule: {code}")]
    RuleRefused {
        /// The rule's own stable code.
        code: String,
        /// In Chinese.
        zh: String,
        /// In English.
        en: String,
        /// The articles that say so.
        by: Vec<Authority>,
    },
    /// A simple refusal of the application itself (409).
    #[error("refused: {code}")]
    Conflict {
        /// A stable kebab-case code.
        code: &'static str,
        /// In Chinese.
        zh: String,
        /// In English.
        en: String,
    },
    /// Comments on a rule's draft wait for an answer (409).
    #[error("{count} comments are unanswered")]
    Unanswered {
        /// How many.
        count: u64,
    },
    /// It has changed since the client read it (412).
    #[error("version {current} is current")]
    Stale {
        /// The version now.
        current: u64,
    },
    /// A rule gave no usable answer; the matter stays where it is (409).
    #[error("a rule failed: {}", .0.code)]
    Gate(Box<GateFailure>),
    /// A component was refused (422).
    #[error("plugin refused: {}", .0.code)]
    Plugin(Box<PluginRefusal>),
    /// The same request was answered before.
    #[error("answered before")]
    Replayed(Box<IdempotencyRecord>),
    /// The idempotency key was used for another request (422).
    #[error("idempotency key used for another request")]
    KeyReused,
    /// Too much work; try again (503).
    #[error("busy")]
    Busy,
    /// Too many components wait to be checked already (429 for the community's or town's own, 503 for all).
    #[error("the line of checks is full: {0:?}")]
    LineFull(crate::Full),
    /// The disk is full (507).
    #[error("storage is full")]
    StorageFull,
    /// The machine's clock was set back; nothing goes on record until it has caught up (503).
    #[error("the machine's clock shows {}, time has reached {}", .0.shown, .0.reached)]
    ClockBehind(Behind),
    /// What is stored is damaged; nothing more is written (503). What exactly goes to the log.
    #[error("storage is damaged: {0}")]
    StorageDamaged(String),
    /// Something that is our own fault (500). The source goes to the log.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl AppError {
    /// One wrong field.
    pub fn field(
        pointer: impl Into<String>,
        code: &'static str,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self::Invalid(vec![FieldError::new(pointer, code, zh, en)])
    }

    /// A refusal of the application itself.
    pub fn conflict(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Conflict { code, zh: zh.into(), en: en.into() }
    }

    /// Whether somebody else changed what it was decided on.
    pub(crate) fn is_lost_race(&self) -> bool {
        matches!(self, Self::Conflict { code: "changed-meanwhile", .. })
    }

    /// Who is cited by it, before anybody reads of it.
    #[must_use]
    pub fn authorities(&self) -> &[Authority] {
        match self {
            Self::Refused(refusal) => &refusal.by,
            Self::RuleRefused { by, .. } => by,
            _ => &[],
        }
    }

    /// Whether a component was refused for what it is, and would be again. A host that could not load it now is another
    /// matter: nothing may go on without a rule because the machine was short of something.
    #[must_use]
    pub fn is_broken_component(&self) -> bool {
        matches!(self, Self::Plugin(refusal) if refusal.code != yishi_rulebook::RefusalCode::Unavailable)
    }

    /// The actor lacks this right here.
    pub fn not_permitted(right: impl Into<Right>) -> Self {
        Self::NotPermitted(right.into())
    }

    /// An error that is our own fault.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { .. } => Self::conflict(
                "changed-meanwhile",
                "数据刚刚被他人更新，请刷新后重试",
                "it was changed by someone else meanwhile; read it again and retry",
            ),
            StoreError::Taken { what } => {
                let (zh, en) = match what {
                    "login" => ("这个账号已被使用，请换一个", "this login is in use already; choose another"),
                    "person" => ("这个人已有账号", "this person has an account already"),
                    _ => ("已被使用", "it is in use already"),
                };
                Self::conflict("already-taken", zh, en)
            }
            StoreError::Replayed(record) => Self::Replayed(record),
            StoreError::KeyReused => Self::KeyReused,
            StoreError::Missing { .. } => Self::NotFound { what: "object" },
            StoreError::Busy => Self::Busy,
            StoreError::Full => Self::StorageFull,
            StoreError::ClockBehind { at, reached } => Self::ClockBehind(Behind { shown: at, reached }),
            StoreError::Corrupt { what } => Self::StorageDamaged(what),
            other => Self::Internal(Box::new(other)),
        }
    }
}

impl From<CastError> for AppError {
    fn from(error: CastError) -> Self {
        match error {
            CastError::NoSuchBallot => Self::NotFound { what: "ballot" },
            CastError::Closed => Self::conflict("vote-closed", "表决已经结束", "the ballot is closed"),
            CastError::PastDeadline => Self::conflict(
                "vote-closed",
                "会议当日已过，不再收票；请结束表决并散会",
                "the day of the sitting is over and no vote is taken any more: close the ballot and adjourn",
            ),
            CastError::NotOnRoll => Self::RuleRefused {
                code: "not-on-roll".to_owned(),
                zh: "不在本次表决的名册上".to_owned(),
                en: "not on the roll of this ballot".to_owned(),
                by: Vec::new(),
            },
            CastError::AlreadyVoted { .. } => Self::conflict(
                "already-voted",
                "已经投过票，每人只计一次",
                "has voted already; each voter counts once",
            ),
            CastError::KeyReused => Self::KeyReused,
            CastError::Store(error) => error.into(),
            other => Self::Internal(Box::new(other)),
        }
    }
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<GateFailure> for AppError {
    fn from(failure: GateFailure) -> Self {
        Self::Gate(Box::new(failure))
    }
}

impl From<PluginRefusal> for AppError {
    fn from(refusal: PluginRefusal) -> Self {
        Self::Plugin(Box::new(refusal))
    }
}

/// What a use case gives.
pub type AppResult<T> = Result<T, AppError>;
