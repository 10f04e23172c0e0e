//! The kernel's side of the imports in a native test: what the scenario gives.
//!
//! The modules have the shape of the generated bindings, so that [`crate::roster`] and its neighbours are written once.

use std::cell::RefCell;
use std::collections::BTreeMap;

/// Facts the imports answer with.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Counts the plugin asked for.
    pub counts: BTreeMap<String, u64>,
    /// Adults by household, if the plugin asked for them.
    pub household_adults: BTreeMap<String, u32>,
    /// The plugin's own records, newest first.
    pub records: Vec<Record>,
    /// Points given so far.
    pub points: i64,
}

/// One record of the plugin.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its kind.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// Its JSON body.
    pub body: String,
}

thread_local! {
    static FACTS: RefCell<Facts> = RefCell::default();
}

/// Answers from these facts while `asking` runs.
pub fn with<T>(facts: Facts, asking: impl FnOnce() -> T) -> T {
    /// Puts the former facts back, also when the plugin panics.
    struct Restore(Facts);
    impl Drop for Restore {
        fn drop(&mut self) {
            FACTS.set(std::mem::take(&mut self.0));
        }
    }
    let _restore = Restore(FACTS.replace(facts));
    asking()
}

/// Lines go to the test's error output.
pub mod log {
    pub use crate::bindings::charter::yishi::rule::log::Level;

    /// Writes a line.
    pub fn write(level: Level, message: &str) {
        eprintln!("{level:?}: {message}");
    }
}

/// 名册 facts of the scenario.
pub mod roster {
    use super::FACTS;

    /// A count.
    ///
    /// # Panics
    /// When the manifest does not ask for it, or the scenario does not give it.
    #[must_use]
    pub fn count(name: &str) -> u64 {
        match FACTS.with_borrow(|facts| facts.counts.get(name).copied()) {
            Some(count) => count,
            None => {
                panic!("the manifest does not ask for the count `{name}`, or the scenario does not give it")
            }
        }
    }

    /// Adults of a household.
    #[must_use]
    pub fn household_adults(household: &str) -> Option<u32> {
        FACTS.with_borrow(|facts| facts.household_adults.get(household).copied())
    }
}

/// Records of the scenario.
pub mod records {
    use super::FACTS;

    /// The newest records of a kind about a subject.
    ///
    /// # Panics
    /// When as many cannot be asked for.
    #[must_use]
    pub fn latest(kind: &str, subject: &str, limit: u32) -> Vec<String> {
        assert!((1..=100).contains(&limit), "the newest {limit} records; 1 to 100 can be asked for");
        let mut newest = whole(kind, subject);
        newest.truncate(limit as usize);
        newest
    }

    /// All records of a kind about a subject.
    #[must_use]
    pub fn whole(kind: &str, subject: &str) -> Vec<String> {
        FACTS.with_borrow(|facts| {
            let found =
                facts.records.iter().filter(|record| record.kind == kind && record.subject == subject);
            found.map(|record| record.body.clone()).collect()
        })
    }

    /// Points given so far.
    #[must_use]
    pub fn points_total(_subject: &str) -> i64 {
        FACTS.with_borrow(|facts| facts.points)
    }
}
