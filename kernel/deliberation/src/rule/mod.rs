//! 规则的一生 (the life of a charter, an implementation rule or a village regulation).
//!
//! ```text
//!            起草             协商               决议            备案          颁布
//!  (none) ──Draft──▶ Drafted ──Consulted──▶ Consulted ──Voted──▶ Adopted ──File──▶ Filed ──Promulgate──▶ Promulgated
//!                      │ Revise ◀─┘ (a new version starts again)  └─▶ VotedDown                              │
//!                      └──Withdraw──▶ Withdrawn                                     from the effective date: 生效 in force
//!                                                                                                            │
//!            录入 (R15)          确认, by another, for the town                暂停 Suspend ⇄ 恢复 Resume (never a charter)
//!  (none) ──Attest──▶ Attested ──ConfirmAttestation──▶ Confirmed ──▶ 生效     被替代 Supersede, 废止 Repeal, from a day
//!                        └──RejectAttestation──▶ AttestationRejected
//! ```
//!
//! Whether a rule is in force is a question about a day, answered by [`Rule::standing`]: no job has to run at midnight.
//! Nothing here asks the rule itself or the charter it replaces, so a broken charter can always be replaced under the bare floor.

mod types;

pub use types::{Adoption, PaperAdoption, RuleCommand, RuleEvent, RuleKind, RuleStage, Standing};

use jiff::civil::Date;
use yishi_canonical::Digest;
use yishi_identity::{MatterId, RuleId};
use yishi_law::days::Period;

use crate::common::{Act, RuleVersion};

/// 规则 (one rule through its life).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its id.
    pub id: RuleId,
    /// What kind of rule.
    pub kind: RuleKind,
    /// The exact component and settings.
    pub version: RuleVersion,
    /// The manifest's digest.
    pub manifest: Digest,
    /// The domains it speaks to.
    pub domains: Vec<String>,
    /// The rule it replaces.
    pub replaces: Option<RuleId>,
    /// How far its papers are.
    pub stage: RuleStage,
    /// The consultation: in which matter, and the report.
    pub consulted: Option<(MatterId, Digest, Act)>,
    /// How it was adopted.
    pub adoption: Option<Adoption>,
    /// The town's receipt.
    pub filing: Option<(Digest, Act)>,
    /// The posting of the promulgated text.
    pub posting: Option<(Date, Period)>,
    /// The day it comes into force.
    pub effective: Option<Date>,
    /// Suspensions: from when, the reasons, and until when once resumed.
    pub suspensions: Vec<(Act, Digest, Option<Act>)>,
    /// Superseded by which rule, from which day.
    pub superseded: Option<(RuleId, Date)>,
    /// Repealed from which day.
    pub repealed: Option<Date>,
    /// The first act.
    pub opened: Act,
    /// The latest act.
    pub last_act: Act,
}
