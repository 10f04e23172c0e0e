//! 留存结论 (what rules were found to say when they were asked a thousand questions), so that the same thousand are not
//! asked again for the next page, the next step, the next draft.
//!
//! Answers are a function of the question and of what was read. A conclusion is kept under everything it rests on, and
//! one for which a rule read anything is never kept: so what is kept is never stale.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use yishi_canonical::Digest;
use yishi_law::FloorText;

use crate::call::Answered;
use crate::rules::GateContext;

/// What a conclusion about rules rests on, besides what they read: none where it has no canonical bytes, and is worked out each time.
pub(crate) fn rests_on(rules: impl Serialize, ctx: &GateContext, floor: &FloorText) -> Option<Digest> {
    let GateContext { community, law_date, today, facts: _ } = ctx;
    let told = (rules, community, law_date, today, floor.id(), floor.valid_from());
    yishi_canonical::digest_of(&told).ok()
}

/// Whether any of the answers looked at what the community keeps.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Looked(bool);

impl Looked {
    pub(crate) fn heard<T>(&mut self, answered: Answered<T>) -> T {
        self.0 |= answered.calls.iter().any(|call| !call.input.read.is_empty());
        answered.value
    }
}

/// Conclusions of one kind, a few kilobytes each.
pub(crate) struct Kept<T> {
    most: usize,
    found: Mutex<BTreeMap<Digest, T>>,
}

impl<T: Clone> Kept<T> {
    pub(crate) fn new(most: usize) -> Self {
        Self { most, found: Mutex::new(BTreeMap::new()) }
    }

    pub(crate) fn get(&self, question: &Digest) -> Option<T> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).get(question).cloned()
    }

    /// Keeps what was found to a question, where nothing was looked at for it.
    pub(crate) fn put_unless(&self, looked: Looked, question: Option<Digest>, found: &T) {
        if let (Some(question), false) = (question, looked.0) {
            self.put(question, found);
        }
    }

    pub(crate) fn put(&self, question: Digest, found: &T) {
        let mut kept = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= self.most {
            kept.clear();
        }
        kept.insert(question, found.clone());
    }
}
