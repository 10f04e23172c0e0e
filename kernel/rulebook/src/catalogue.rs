//! 目录 (components that are compiled and ready), by digest, with a byte budget.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use std::collections::BTreeSet;

use jsonschema::Validator;
use wasmtime::component::{ComponentExportIndex, InstancePre};
use yishi_canonical::Digest;

use crate::admission::Inspection;
use crate::call::Export;
use crate::host::{Grants, Host};
use crate::wire::versions::Version;

/// A component ready to be asked.
pub(crate) struct Loaded {
    pub(crate) inspection: Arc<Inspection>,
    pub(crate) version: &'static dyn Version,
    pub(crate) pre: InstancePre<Host>,
    pub(crate) exports: Vec<(Export, ComponentExportIndex)>,
    pub(crate) articles: BTreeSet<String>,
    pub(crate) stages: BTreeSet<String>,
    pub(crate) measures: BTreeSet<String>,
    pub(crate) grants: Arc<Grants>,
    pub(crate) settings: Validator,
    pub(crate) records: BTreeMap<String, Validator>,
    pub(crate) cases: BTreeMap<String, Validator>,
    pub(crate) code_bytes: usize,
    pub(crate) used: AtomicU64,
}

impl Loaded {
    pub(crate) fn export(&self, export: Export) -> Option<&ComponentExportIndex> {
        self.exports.iter().find(|(own, _)| *own == export).map(|(_, index)| index)
    }
}

/// Ready components. The least recently used goes when the budget is exceeded; whoever is using it keeps it.
pub(crate) struct Catalogue {
    ready: RwLock<BTreeMap<Digest, Arc<Loaded>>>,
    clock: AtomicU64,
    budget: usize,
}

impl Catalogue {
    pub(crate) fn new(budget: usize) -> Self {
        Self { ready: RwLock::new(BTreeMap::new()), clock: AtomicU64::new(0), budget }
    }

    pub(crate) fn get(&self, digest: &Digest) -> Option<Arc<Loaded>> {
        let ready = self.ready.read().unwrap_or_else(PoisonError::into_inner);
        let loaded = ready.get(digest)?;
        loaded.used.store(self.clock.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        Some(Arc::clone(loaded))
    }

    pub(crate) fn insert(&self, loaded: Loaded) -> Arc<Loaded> {
        let digest = loaded.inspection.digest;
        loaded.used.store(self.clock.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        let loaded = Arc::new(loaded);
        let mut ready = self.ready.write().unwrap_or_else(PoisonError::into_inner);
        ready.insert(digest, Arc::clone(&loaded));
        while ready.len() > 1 && ready.values().map(|one| one.code_bytes).sum::<usize>() > self.budget {
            let oldest = ready
                .iter()
                .filter(|(other, _)| **other != digest)
                .min_by_key(|(_, one)| one.used.load(Ordering::Relaxed))
                .map(|(other, _)| *other);
            match oldest {
                Some(oldest) => ready.remove(&oldest),
                None => break,
            };
        }
        loaded
    }

    pub(crate) fn remove(&self, digest: &Digest) {
        self.ready.write().unwrap_or_else(PoisonError::into_inner).remove(digest);
    }
}
