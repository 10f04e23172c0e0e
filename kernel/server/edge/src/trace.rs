//! 追踪号 (trace id): 128 bits a reader can quote and an operator can find in the log.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceId(u64, u64);

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{:016x}", self.0, self.1)
    }
}

/// Gives out trace ids: a random half per process, and a scrambled counter, so that no two requests
/// share one and no request pays for randomness.
#[derive(Debug)]
pub struct TraceIds {
    process: u64,
    next: AtomicU64,
}

impl TraceIds {
    /// A source with its own random half.
    ///
    /// # Errors
    /// When the machine has no randomness to give.
    pub fn new() -> Result<Self, getrandom::Error> {
        Ok(Self { process: getrandom::u64()?, next: AtomicU64::new(getrandom::u64()?) })
    }

    pub fn next(&self) -> TraceId {
        let count = self.next.fetch_add(1, Ordering::Relaxed);
        // An odd multiplier permutes the counter: distinct in, distinct out, and not guessable as a count.
        TraceId(self.process, count.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }
}
