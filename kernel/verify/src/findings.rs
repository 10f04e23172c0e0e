//! Findings, computed again.

use serde_json::Value;
use yishi_law::{Finding, FindingFault, Law};
use yishi_record::Envelope;

use crate::Problem;

/// Looks for findings in entries and checks each.
pub struct Findings<'a> {
    law: &'a Law,
    count: u64,
}

impl<'a> Findings<'a> {
    /// Checks against this law.
    #[must_use]
    pub const fn new(law: &'a Law) -> Self {
        Self { law, count: 0 }
    }

    /// How many were checked.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Checks every finding in an entry: whatever stands under the name `finding`, at any depth.
    pub fn see(&mut self, entry: &Envelope, problems: &mut Vec<Problem>) {
        self.walk(entry.seq, &entry.body, problems);
    }

    fn walk(&mut self, entry: u64, value: &Value, problems: &mut Vec<Problem>) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    if name == "finding" && !value.is_null() {
                        self.check(entry, value, problems);
                    } else {
                        self.walk(entry, value, problems);
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.walk(entry, item, problems)),
            _ => {}
        }
    }

    fn check(&mut self, entry: u64, value: &Value, problems: &mut Vec<Problem>) {
        self.count += 1;
        let mut report = |code, zh: &str, en: String| {
            problems.push(Problem { entry, code, zh: zh.to_owned(), en });
        };
        let finding: Finding = match serde_json::from_value(value.clone()) {
            Ok(finding) => finding,
            Err(error) => {
                return report(
                    "finding-unreadable",
                    "认定格式不对",
                    format!("the finding cannot be read: {error}"),
                );
            }
        };
        // Equal values with other bytes would still be another record.
        if finding.bytes().ok() != yishi_canonical::to_vec(value).ok() {
            return report(
                "finding-spelling",
                "认定的写法不是规范写法",
                "the finding is spelt differently".into(),
            );
        }
        match finding.verify(self.law) {
            Ok(()) => {}
            Err(fault @ FindingFault::Differs(_)) => {
                report("finding-differs", "依法重新计算的认定与记录不同", fault.to_string());
            }
            Err(fault @ FindingFault::Uncomputable(_)) => {
                report("finding-uncomputable", "记录的票数或条件无法得出认定", fault.to_string());
            }
            Err(fault) => report("finding-law", "认定所引法律文本与当日施行的不符", fault.to_string()),
        }
    }
}
