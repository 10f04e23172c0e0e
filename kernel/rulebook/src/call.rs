//! 问答记录 (one question to one rule, and its answer), so that it can be kept and replayed.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use yishi_canonical::Digest;
use yishi_words::coded;

use crate::facts::FactRead;
use crate::failure::FailureCode;
use crate::host::LogLine;
use crate::wire::RuleKind;

coded! {
    /// 关口 (a function of a rule plugin, named as in the WIT).
    pub enum Export: "gate" {
        /// 分类.
        Classify = "classify",
        /// 议事规则.
        Terms = "terms",
        /// 准入.
        Admit = "admit",
        /// 审查 another rule.
        Vet = "vet",
        /// 检查 a transition.
        Check = "check",
        /// 处理 a case event.
        Handle = "handle",
        /// 评议 conduct.
        Appraise = "appraise",
        /// Check settings beyond their schema.
        ValidateSettings = "validate-settings",
    }
}

impl Export {
    /// What a plugin of this kind exports.
    #[must_use]
    pub const fn of(kind: RuleKind) -> &'static [Self] {
        match kind {
            RuleKind::Charter => {
                &[Self::Classify, Self::Terms, Self::Admit, Self::Vet, Self::Check, Self::ValidateSettings]
            }
            RuleKind::ImplementationRule => &[Self::Check, Self::Terms, Self::Handle, Self::ValidateSettings],
            RuleKind::VillageRegulation => &[Self::Appraise, Self::Check, Self::ValidateSettings],
        }
    }
}

impl std::fmt::Display for Export {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

/// Everything one answer depends on. The same input gives the same answer and the same fuel, anywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CallInput {
    /// Which component.
    pub component: Digest,
    /// Which function.
    pub export: Export,
    /// The arguments by their WIT names, as canonical JSON; the settings are not among them.
    pub arguments: Arc<str>,
    /// The settings, as canonical JSON.
    pub settings: Arc<str>,
    /// What the host answered while the plugin ran, in order.
    pub read: Vec<FactRead>,
}

/// The digests that go into the log with an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CallRecord {
    /// Which component.
    pub component: Digest,
    /// Which settings.
    pub settings: Digest,
    /// Which function.
    pub export: Export,
    /// Digest of the canonical arguments.
    pub input: Digest,
    /// Digest of the canonical list of what was read.
    pub read: Digest,
    /// Digest of the canonical answer; of nothing at all when there is none.
    pub output: Digest,
    /// Fuel used, from instantiation on.
    pub fuel: u64,
    /// Why there is no answer, when the reason is deterministic.
    pub failure: Option<FailureCode>,
}

/// One question and answer: the record, and the bytes it is the digest of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Call {
    /// Name of the rule.
    pub plugin: String,
    /// Digests, for the log.
    pub record: CallRecord,
    /// What to run it with again.
    pub input: CallInput,
    /// The answer as canonical JSON; empty when there is none.
    pub output: String,
    /// What the rule wrote for its author and the town. Not part of the answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<LogLine>,
}

/// A joined answer and every call it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered<T> {
    /// The joined, checked answer.
    pub value: T,
    /// The calls behind it, in the order they were made.
    pub calls: Vec<Call>,
}

impl<T> Answered<T> {
    /// The digests of the calls, as they go into an event.
    pub fn records(&self) -> impl Iterator<Item = &CallRecord> {
        self.calls.iter().map(|call| &call.record)
    }

    /// The same calls with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Answered<U> {
        Answered { value: f(self.value), calls: self.calls }
    }
}
