//! 操作上下文 (the context of one operation): who acts, when, in whose name.
//!
//! Time, randomness and ids enter the kernel here and nowhere else; everything below takes them as values.

use jiff::{Timestamp, civil::Date};
use uuid::Uuid;
/// The civil day of an instant in Asia/Shanghai, the calendar every duty is counted in.
pub use yishi_deliberation::shanghai_date as civil_day;
use yishi_identity::Actor;

/// 时钟 (the clock the application reads). The server has a real and a simulated one.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;

    /// Whether the machine's clock shows a time before what this clock has given out: then nothing goes on record.
    fn behind(&self) -> Option<Behind> {
        None
    }
}

/// 时钟落后 (a machine's clock that was set back).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Behind {
    /// What the machine's clock shows.
    pub shown: Timestamp,
    /// What time has reached here.
    pub reached: Timestamp,
}

/// 随机来源 (where ids, tokens, salts and ballot keys come from).
pub trait Entropy: Send + Sync {
    /// Fills the buffer with unpredictable bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// A UUIDv7 (RFC 9562) of this instant and these random bytes: sorted by time, unguessable enough for an id.
#[must_use]
pub fn uuid_v7(now: Timestamp, entropy: &dyn Entropy) -> Uuid {
    let mut random = [0; 10];
    entropy.fill(&mut random);
    let millis = u64::try_from(now.as_millisecond()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// 一次操作 (one operation): made at the edge, once per request, from an authenticated actor.
#[derive(Debug, Clone)]
pub struct OpContext {
    /// Who acts. [`Actor::anyone`] for a visitor who has not signed in.
    pub actor: Actor,
    /// When the request was taken up.
    pub now: Timestamp,
    /// The civil day of `now`.
    pub today: Date,
    /// Ties the reply, the log lines and a problem report together.
    pub request: String,
    /// The idempotency key of a write.
    pub key: Option<crate::RequestKey>,
    /// The version the client says it read (`If-Match`).
    pub expected: Option<u64>,
}

impl OpContext {
    /// A context for an actor at an instant.
    #[must_use]
    pub fn new(actor: Actor, now: Timestamp, request: impl Into<String>) -> Self {
        Self { actor, now, today: civil_day(now), request: request.into(), key: None, expected: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Zeros;
    impl Entropy for Zeros {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }

    #[test]
    fn the_day_turns_at_midnight_in_shanghai() {
        let before: Timestamp = "2026-03-01T15:59:59Z".parse().expect("instant");
        let after: Timestamp = "2026-03-01T16:00:00Z".parse().expect("instant");
        assert_eq!(civil_day(before).to_string(), "2026-03-01");
        assert_eq!(civil_day(after).to_string(), "2026-03-02");
    }

    #[test]
    fn ids_sort_by_time() {
        let early = uuid_v7("2026-03-01T00:00:00Z".parse().expect("instant"), &Zeros);
        let late = uuid_v7("2026-03-01T00:00:01Z".parse().expect("instant"), &Zeros);
        assert!(early < late);
        assert_eq!(early.get_version_num(), 7);
    }
}
