//! What a rule may ask the kernel while it answers. In a component the kernel answers; in a native test the
//! scenario's `given` does.

#[cfg(target_arch = "wasm32")]
use crate::bindings::{
    charter::yishi::rule::{log as log_host, roster as roster_host},
    implementation_rule::yishi::rule::records as records_host,
};
#[cfg(not(target_arch = "wasm32"))]
use crate::testing::answering::{log as log_host, records as records_host, roster as roster_host};

/// Lines for the author and the town; bounded, never shown to residents.
pub mod log {
    use super::log_host::{Level, write};

    /// For the author at work.
    pub fn debug(message: impl AsRef<str>) {
        write(Level::Debug, message.as_ref());
    }

    /// Worth keeping.
    pub fn info(message: impl AsRef<str>) {
        write(Level::Info, message.as_ref());
    }

    /// Somebody should look.
    pub fn warn(message: impl AsRef<str>) {
        write(Level::Warn, message.as_ref());
    }
}

/// 名册 facts the manifest asked for: counts and household facts by opaque id, never names.
pub mod roster {
    use super::roster_host as host;

    /// A named count (`adults`, `households`, `representatives`, `council-members`, `party-members`). One that the
    /// manifest does not ask for ends the answer.
    #[must_use]
    pub fn count(name: &str) -> u64 {
        host::count(name)
    }

    /// Number of adults in a household; none when this community has no such household. Asking without
    /// `household-adults` in the manifest ends the answer.
    #[must_use]
    pub fn household_adults(household: &str) -> Option<u32> {
        host::household_adults(household)
    }
}

/// The rule's own records in this community. Implementation rules only: another kind of rule that reads records
/// is refused by the builder and by the kernel.
pub mod records {
    use serde::de::DeserializeOwned;

    use super::records_host as host;

    /// The newest records of a kind about a subject, newest first, at most `limit` (1 to 100) of them. For a sum, or
    /// whether something happened before, ask for the [`whole`].
    ///
    /// # Panics
    /// When a stored record does not read as `T`. Records outlive versions of a rule: give later fields a
    /// `#[serde(default)]`.
    #[must_use]
    pub fn latest<T: DeserializeOwned>(kind: &str, subject: &str, limit: u32) -> Vec<T> {
        read(kind, &host::latest(kind, subject, limit))
    }

    /// All records of a kind about a subject, newest first. When there are more than a rule can be shown (1,000), the
    /// answer ends: what is there is never taken for all there is.
    ///
    /// # Panics
    /// As [`latest`].
    #[must_use]
    pub fn whole<T: DeserializeOwned>(kind: &str, subject: &str) -> Vec<T> {
        read(kind, &host::whole(kind, subject))
    }

    fn read<T: DeserializeOwned>(kind: &str, bodies: &[String]) -> Vec<T> {
        let record = |body: &String| match serde_json::from_str(body) {
            Ok(record) => record,
            Err(error) => panic!("a stored `{kind}` record does not read: {error}"),
        };
        bodies.iter().map(record).collect()
    }

    /// Sum of points given to a subject so far under this rule.
    #[must_use]
    pub fn points_total(subject: &str) -> i64 {
        host::points_total(subject)
    }
}
