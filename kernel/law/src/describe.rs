//! 白话 (plain words): shares, thresholds and terms in Chinese and English.

use serde::{Deserialize, Serialize};

use crate::kinds::CountingMode;
use crate::share::{Share, Threshold};
use crate::terms::Terms;

/// 中英文 (one text in both languages).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Chinese, the source text.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Words {
    /// A text in both languages.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
}

/// 字段说明 (one field of terms in words).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldWords {
    /// The field of [`Terms`], such as `quorum`.
    pub field: &'static str,
    /// Its name in words.
    pub label: Words,
    /// Its value in words.
    pub value: Words,
    /// Who says so, in words.
    pub by: Vec<Words>,
}

impl Share {
    /// 三分之二以上 / at least 2/3; 过半数 / more than 1/2.
    #[must_use]
    pub fn describe(&self) -> Words {
        Words::new("", "")
    }
}

impl Threshold {
    /// 到会人员过半数同意 / more than 1/2 of those present; with the number needed when it is known.
    #[must_use]
    pub fn describe(&self, mode: CountingMode, needed: Option<u64>) -> Words {
        let _ = (mode, needed);
        Words::new("", "")
    }
}

impl Terms {
    /// Every field that is set, in words, in a fixed order.
    #[must_use]
    pub fn describe(&self, mode: CountingMode) -> Vec<FieldWords> {
        let _ = mode;
        Vec::new()
    }
}
