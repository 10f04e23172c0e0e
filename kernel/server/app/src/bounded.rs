//! 有界的内存 (memory with a bound): what was read lately and can be read again, as much of it as fits into so many bytes.
//! What has not been asked for longest goes first, one by one, so that one community more is never all communities lost.
//!
//! Architecture invariant: nothing here decides. What is kept carries the version it was read at, and is used only while the
//! store still says that version; or it can never change. So two servers on one store keep different things and answer alike.

use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use quick_cache::Weighter;
use quick_cache::sync::Cache;

/// How much something takes, roughly: what it is for is that the bound is about memory and not about how many.
pub(crate) trait Bytes {
    /// In bytes.
    fn bytes(&self) -> u64;
}

impl<T: Bytes> Bytes for std::sync::Arc<T> {
    fn bytes(&self) -> u64 {
        (**self).bytes()
    }
}

impl<V: Bytes, T: Bytes> Bytes for (V, T) {
    fn bytes(&self) -> u64 {
        self.0.bytes() + self.1.bytes()
    }
}

impl Bytes for u64 {
    fn bytes(&self) -> u64 {
        8
    }
}

#[derive(Debug, Clone)]
struct ByBytes;

impl<K, V: Bytes> Weighter<K, V> for ByBytes {
    fn weight(&self, _: &K, value: &V) -> u64 {
        // The place in the table and the key come with every value.
        const PLACE: u64 = 128;
        value.bytes() + PLACE
    }
}

/// See the module's description.
#[derive(Debug)]
pub(crate) struct Bounded<K, V> {
    kept: Cache<K, V, ByBytes>,
    /// How often everything was forgotten. Held while something is put in, so that nothing is that was read before.
    forgotten: Mutex<u64>,
}

impl<K: Eq + Hash, V: Bytes + Clone> Bounded<K, V> {
    /// As much as fits into so many MiB.
    pub(crate) fn mebibytes(most: u64) -> Self {
        Self { kept: Cache::with_weighter(1_000, most << 20, ByBytes), forgotten: Mutex::default() }
    }

    /// What is kept, if it still holds.
    pub(crate) fn get_if(&self, key: &K, holds: impl FnOnce(&V) -> bool) -> Option<V> {
        self.kept.get(key).filter(holds)
    }

    /// What is kept.
    pub(crate) fn get(&self, key: &K) -> Option<V> {
        self.get_if(key, |_| true)
    }

    /// How often everything was forgotten so far: asked before reading, and given to [`Bounded::put`].
    pub(crate) fn forgotten(&self) -> u64 {
        *self.forgotten.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps something, unless everything was forgotten since its reader began.
    pub(crate) fn put(&self, forgotten: u64, key: K, value: V) {
        let now = self.forgotten.lock().unwrap_or_else(PoisonError::into_inner);
        if *now == forgotten {
            self.kept.insert(key, value);
        }
    }

    /// Forgets everything: somebody was erased, in memory too.
    pub(crate) fn forget(&self) {
        let mut now = self.forgotten.lock().unwrap_or_else(PoisonError::into_inner);
        *now += 1;
        self.kept.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, PartialEq)]
    struct Large(usize);

    impl Bytes for Large {
        fn bytes(&self) -> u64 {
            10_000
        }
    }

    /// At the sixty-fifth community everything used to be forgotten: with as many busy ones nothing was ever found again.
    #[test]
    fn one_more_than_fits_costs_one_and_not_all() {
        for many in [65, 2_000, 21_000] {
            let kept = Bounded::mebibytes(32);
            for n in 0..many {
                kept.put(0, n, Large(n));
            }
            let fits = many.min(1_500);
            let there = (0..many).filter(|n| kept.get(n) == Some(Large(*n))).count();
            assert!(there >= fits, "{there} of {many} are there");
            assert!(kept.kept.weight() <= 32 << 20, "{} bytes", kept.kept.weight());
        }
    }

    #[test]
    fn what_was_read_before_everything_was_forgotten_is_not_kept() {
        let kept = Bounded::mebibytes(1);
        let before = kept.forgotten();
        kept.put(before, 1, Large(1));
        kept.forget();
        kept.put(before, 2, Large(2));
        assert_eq!((kept.get(&1), kept.get(&2)), (None, None));
        kept.put(kept.forgotten(), 3, Large(3));
        assert_eq!(kept.get_if(&3, |found| found.0 == 3), Some(Large(3)));
        assert_eq!(kept.get_if(&3, |found| found.0 == 4), None, "another version");
    }
}
