//! 随之而来 (what follows): what happens to a rule because of what happened to the matter about it.
//!
//! A matter knows its proposal, a rule knows its life, and neither knows the other's machine. Who has both at hand asks here,
//! with each event of the matter, what the rule's machine is to decide next.

use serde::{Deserialize, Serialize};
use yishi_identity::MatterId;
use yishi_law::FindingResult;

use crate::{MatterEvent, Rule, RuleCommand};

/// 事项所为 (what a matter does to a rule).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnRule {
    /// 通过.
    Adopt,
    /// 废止.
    Repeal,
}

/// The command for the rule that follows from an event of its matter, if one does.
///
/// A vote moves the rule with it, not with its posting (R32). A matter that repeals does nothing to the rule before the
/// vote, and nothing after it where the rule has ended on another way meanwhile.
#[must_use]
pub fn follow(event: &MatterEvent, matter: MatterId, does: OnRule, rule: &Rule) -> Option<RuleCommand> {
    match (does, event) {
        (OnRule::Adopt, MatterEvent::ConsultationClosed { report, .. }) => {
            Some(RuleCommand::Consulted { matter, version: rule.version, report: *report })
        }
        (OnRule::Adopt, MatterEvent::Resolved { outcome, .. } | MatterEvent::Rejected { outcome, .. }) => {
            Some(RuleCommand::Voted { outcome: outcome.clone() })
        }
        (OnRule::Adopt, MatterEvent::Filed { receipt, .. }) => Some(RuleCommand::File { receipt: *receipt }),
        (OnRule::Adopt, MatterEvent::Withdrawn { reasons, .. } | MatterEvent::Lapsed { reasons, .. }) => {
            Some(RuleCommand::Withdraw { reasons: *reasons })
        }
        (OnRule::Repeal, MatterEvent::Resolved { outcome, .. }) => {
            let passed = outcome.finding.result == FindingResult::Passed;
            (passed && rule.may_end()).then(|| RuleCommand::Repeal { outcome: outcome.clone() })
        }
        _ => None,
    }
}
