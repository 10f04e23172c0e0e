//! 裁定 (rulings): what this product does where the law is silent or disputed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use yishi_words::Words;

/// 裁定 (one ruling).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ruling {
    /// Such as `R1`.
    pub id: String,
    /// The open question.
    pub question: Words,
    /// The ruling.
    pub ruling: Words,
    /// Its figures by name, such as `notice_days`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub figures: BTreeMap<String, u16>,
}

/// The file `schemas/law/rulings.json`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RulingsFile {
    pub(crate) schema: u8,
    pub(crate) document: RulingsKind,
    pub(crate) rulings: Vec<Ruling>,
}

/// Its kind, beside those of [`crate::DocumentKind`].
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RulingsKind {
    Rulings,
}
