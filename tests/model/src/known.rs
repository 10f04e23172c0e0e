//! 尚未一致 (where the engine is known not to follow the page yet): the ledger `known.json`, which is to become empty.
//!
//! An act that stands there is not held against the engine, so that the sequences get past it to what comes after. Each
//! line says what the page asks for; what is mended leaves the ledger, and has a case in `cases` instead.

use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;

use crate::act::Act;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// The act.
    pub act: String,
    /// The row or ruling by which the model refuses it, or the code by which the engine does.
    pub by: String,
    /// What is open, in words.
    pub why: String,
}

/// The ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    /// What the page refuses and the engine does.
    too_lax: Vec<Open>,
    /// What the page allows and the engine refuses.
    too_strict: Vec<Open>,
}

impl Ledger {
    /// As it is in the tree.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read() -> anyhow::Result<Self> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("known.json");
        let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        Ok(serde_json::from_str(&text)?)
    }

    /// The line about an act that the model refuses by a rule, if there is one.
    #[must_use]
    pub fn too_lax(&self, act: &Act, rule: &str) -> Option<&Open> {
        let name = act.name();
        self.too_lax.iter().find(|line| line.act == name && line.by == rule)
    }

    /// The line about an act that the engine refuses with a code, if there is one.
    #[must_use]
    pub fn too_strict(&self, act: &Act, code: &str) -> Option<&Open> {
        let name = act.name();
        self.too_strict.iter().find(|line| line.act == name && line.by == code)
    }
}
