//! 读旧记录 (the entries of a case as they were written at any time): what is in the log stays there, so all of it folds.

use jiff::Timestamp;
use serde_json::{Value, json};
use yishi_identity::Capacity;
use yishi_words::from_code;

use super::{CaseEvent, CaseEventKind};
use crate::common::{Act, ActorRef, shanghai_date};

/// An entry is none of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread(pub String);

impl std::fmt::Display for Unread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no event of a case: {}", self.0)
    }
}

impl std::error::Error for Unread {}

impl CaseEvent {
    /// The event that an entry of this kind (`case.handled`) tells, written at this instant.
    ///
    /// Before a case was a machine of its own, the first two kinds of entries did not say of what type they are, nor who acted in
    /// what capacity: the kind says the one, and of the other only the instant is known.
    ///
    /// # Errors
    /// [`Unread`] for anything else.
    pub fn read(kind: &str, at: Timestamp, body: Value) -> Result<Self, Unread> {
        let known = kind.strip_prefix("case.").and_then(|code| from_code::<CaseEventKind>(code).ok());
        let (Some(kind), Value::Object(mut body)) = (known, body) else {
            return Err(Unread(kind.to_owned()));
        };
        body.entry("type").or_insert_with(|| json!(kind.code()));
        body.entry("act").or_insert_with(|| {
            let by = ActorRef { account: None, person: None, capacity: Capacity::Anyone };
            json!(Act { on: shanghai_date(at), at, by })
        });
        serde_json::from_value(Value::Object(body)).map_err(|error| Unread(error.to_string()))
    }
}
