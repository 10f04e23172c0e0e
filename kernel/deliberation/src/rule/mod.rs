//! 规则的一生 (the life of a charter, an implementation rule or a village regulation).
//!
//! ```text
//!            起草             协商               决议            颁布
//!  (none) ──Draft──▶ Drafted ──Consulted──▶ Consulted ──Voted──▶ Adopted ──Promulgate──▶ Promulgated
//!                      │ Revise ◀─┘ (a new version starts again)  └─▶ VotedDown      from the day it names: 生效 in force
//!                      └──Withdraw──▶ Withdrawn
//!
//!            录入 (R15)          确认, by another, for the town                暂停 Suspend ⇄ 恢复 Resume (never a charter, R23),
//!                                                                            or until the adopting body sits: EndSuspension
//!  (none) ──Attest──▶ Attested ──ConfirmAttestation──▶ Confirmed ──▶ 生效     被替代 Supersede, 废止 Repeal, from a day
//!                                                                            继续施行 Continue, where the successor never begins
//!                        └──RejectAttestation──▶ AttestationRejected
//!
//!  beside it, once adopted: 报送备案 File, a duty that holds nothing back (R32)
//! ```
//!
//! Whether a rule is in force is a question about a day, answered by [`Rule::standing`]: no job has to run at midnight.
//! Which rule replaces which is a question about all rules of a community, answered by [`Register`]: it sees to it that
//! exactly one charter is in force on any day, that no text ends another of its own accord, and that what was voted can
//! come into force.
//! Nothing here asks the rule itself or the charter it replaces, so a broken charter can always be replaced under the bare floor.

mod command;
mod decide;
mod register;
mod types;

pub use command::{RuleAct, RuleCommand};
pub use register::{Life, Register, RuleVote};
pub use types::{
    Adoption, Failure, PaperAdoption, PaperLimits, RuleEvent, RuleStage, Standing, Suspension,
    SuspensionGround,
};
pub use yishi_law::RuleKind;

use jiff::civil::Date;
use yishi_canonical::Digest;
use yishi_identity::{MatterId, RuleId};
use yishi_law::{BodyKind, Words};

use crate::codes::RuleEventKind;
use crate::common::{Act, Pins, RulePin, RuleVersion};

/// 规则 (one rule through its life).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its id.
    pub id: RuleId,
    /// What kind of rule.
    pub kind: RuleKind,
    /// Its name in the manifest.
    pub name: String,
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
    /// 报送备案, with the receiver's paper where it gave one.
    pub filing: Option<(Option<Digest>, Act)>,
    /// The day it comes into force.
    pub effective: Option<Date>,
    /// What the host recorded of its failures.
    pub failures: Vec<Failure>,
    /// How many of them were before the last suspension ended: what has been dealt with is no ground for another.
    dealt_with: usize,
    /// Suspensions, in order.
    pub suspensions: Vec<Suspension>,
    /// Superseded by which rule, from which day: the earliest of [`Rule::successors`].
    pub superseded: Option<(RuleId, Date)>,
    /// 接替者 (what takes its place, each with its day). More than one where a text was replaced before it began.
    successors: Vec<(RuleId, Date)>,
    /// Repealed from which day.
    pub repealed: Option<Date>,
    /// The first act.
    pub opened: Act,
    /// The latest act.
    pub last_act: Act,
}

impl RuleEvent {
    /// What happened.
    #[must_use]
    pub const fn kind(&self) -> RuleEventKind {
        match self {
            Self::Drafted { .. } => RuleEventKind::Drafted,
            Self::Revised { .. } => RuleEventKind::Revised,
            Self::Consulted { .. } => RuleEventKind::Consulted,
            Self::Adopted { .. } => RuleEventKind::Adopted,
            Self::VotedDown { .. } => RuleEventKind::VotedDown,
            Self::Filed { .. } => RuleEventKind::Filed,
            Self::Promulgated { .. } => RuleEventKind::Promulgated,
            Self::Attested { .. } => RuleEventKind::Attested,
            Self::AttestationConfirmed { .. } => RuleEventKind::AttestationConfirmed,
            Self::AttestationRejected { .. } => RuleEventKind::AttestationRejected,
            Self::Failed { .. } => RuleEventKind::Failed,
            Self::Suspended { .. } => RuleEventKind::Suspended,
            Self::Resumed { .. } => RuleEventKind::Resumed,
            Self::SuspensionEnded { .. } => RuleEventKind::SuspensionEnded,
            Self::Superseded { .. } => RuleEventKind::Superseded,
            Self::Continued { .. } => RuleEventKind::Continued,
            Self::Repealed { .. } => RuleEventKind::Repealed,
            Self::Withdrawn { .. } => RuleEventKind::Withdrawn,
        }
    }

    /// By whom and when.
    #[must_use]
    pub const fn act(&self) -> Act {
        match self {
            Self::Drafted { act, .. }
            | Self::Revised { act, .. }
            | Self::Consulted { act, .. }
            | Self::Adopted { act, .. }
            | Self::VotedDown { act, .. }
            | Self::Filed { act, .. }
            | Self::Promulgated { act, .. }
            | Self::Attested { act, .. }
            | Self::AttestationConfirmed { act }
            | Self::AttestationRejected { act, .. }
            | Self::Failed { act, .. }
            | Self::Suspended { act, .. }
            | Self::Resumed { act, .. }
            | Self::SuspensionEnded { act, .. }
            | Self::Superseded { act, .. }
            | Self::Continued { act, .. }
            | Self::Repealed { act, .. }
            | Self::Withdrawn { act, .. } => *act,
        }
    }
}

impl Rule {
    /// 效力 (whether the rule is in force on a day).
    #[must_use]
    pub fn standing(&self, on: Date) -> Standing {
        register::standing(
            self.stage,
            self.effective,
            self.superseded,
            self.repealed,
            self.is_suspended(on),
            on,
        )
    }

    /// 效力要点 (what the standing of this rule rests on, under its title): what a community keeps of it at hand.
    #[must_use]
    pub fn life(&self, title: Words) -> Life {
        Life {
            id: self.id,
            kind: self.kind,
            name: self.name.clone(),
            title,
            version: self.version,
            replaces: self.replaces,
            stage: self.stage,
            voted: matches!(self.adoption, Some(Adoption::Voted { .. })),
            adopted_by: self.adopted_by(),
            adopted_on: self.adopted_on(),
            effective: self.effective,
            suspensions: self
                .suspensions
                .iter()
                .map(|one| (one.from.on, one.until.map(|until| until.on)))
                .collect(),
            superseded: self.superseded,
            repealed: self.repealed,
        }
    }

    /// 通过机构 (the body that adopted it, here or on paper).
    #[must_use]
    pub fn adopted_by(&self) -> Option<BodyKind> {
        self.adoption.as_ref().map(|adoption| match adoption {
            Adoption::Voted { outcome, .. } => outcome.finding.body,
            Adoption::Attested { adoption, .. } => adoption.body,
        })
    }

    /// 通过之日 (the day on which it was adopted, here or on paper).
    #[must_use]
    pub fn adopted_on(&self) -> Option<Date> {
        self.adoption.as_ref().map(|adoption| match adoption {
            Adoption::Voted { on, .. } => *on,
            Adoption::Attested { adoption, .. } => adoption.on,
        })
    }

    /// 是否暂停 (whether it is suspended on a day). Matters that pinned it leave it out that day, also once it has ended:
    /// they would otherwise be stuck with a broken rule that nobody can suspend any more.
    #[must_use]
    pub fn is_suspended(&self, on: Date) -> bool {
        self.suspended_since(on).is_some()
    }

    /// 暂停之日 (since which day it is suspended on a day).
    #[must_use]
    pub fn suspended_since(&self, on: Date) -> Option<Date> {
        self.suspension(on).map(|one| one.from.on)
    }

    /// The suspension that covers a day. One that ended on the day it began covers none.
    #[must_use]
    pub fn suspension(&self, on: Date) -> Option<&Suspension> {
        let covers = |one: &&Suspension| one.from.on <= on && one.until.is_none_or(|until| on < until.on);
        self.suspensions.iter().find(covers)
    }

    /// The suspension that nothing has ended yet.
    #[must_use]
    pub fn running_suspension(&self) -> Option<&Suspension> {
        self.suspensions.last().filter(|one| one.until.is_none())
    }

    /// 暂停到下次会议为止 (R23): a sitting of the body that adopted it takes it up.
    #[must_use]
    pub fn suspension_ends_with(&self, body: BodyKind) -> bool {
        self.running_suspension().is_some() && self.adopted_by() == Some(body)
    }

    /// 未了的失效 (the recorded failures a suspension can rest on): those since the last suspension ended.
    #[must_use]
    pub fn standing_failures(&self) -> &[Failure] {
        self.failures.get(self.dealt_with..).unwrap_or_default()
    }

    /// Whether this very failure is on record for this day already: one line a day says as much as a hundred.
    #[must_use]
    pub fn has_recorded(&self, gate: &str, code: &str, on: Date) -> bool {
        self.standing_failures().iter().any(|one| one.gate == gate && one.code == code && one.act.on == on)
    }

    /// Whether it can still be superseded or repealed: adopted, and no end of it is set.
    #[must_use]
    pub const fn may_end(&self) -> bool {
        matches!(self.stage, RuleStage::Promulgated | RuleStage::Confirmed)
            && self.superseded.is_none()
            && self.repealed.is_none()
    }

    /// Whether a text that begins on this day can take its place: nothing ended it, or only from a later day on.
    fn may_end_on(&self, on: Date) -> bool {
        matches!(self.stage, RuleStage::Promulgated | RuleStage::Confirmed)
            && self.superseded.is_none_or(|(_, from)| on < from)
            && self.repealed.is_none()
    }

    /// The rule as a matter pins it.
    #[must_use]
    pub const fn pin(&self) -> RulePin {
        RulePin { rule: self.id, version: self.version }
    }

    /// The rule after all events of its stream.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a RuleEvent>) -> Option<Self> {
        events.into_iter().fold(None, Self::evolve)
    }

    /// Applies what happened.
    #[must_use]
    pub fn evolve(state: Option<Self>, event: &RuleEvent) -> Option<Self> {
        let mut rule = match (state, event) {
            (None, RuleEvent::Drafted { id, kind, name, version, manifest, domains, act, .. })
            | (None, RuleEvent::Attested { id, kind, name, version, manifest, domains, act, .. }) => Self {
                id: *id,
                kind: *kind,
                name: name.clone(),
                version: *version,
                manifest: *manifest,
                domains: domains.clone(),
                replaces: None,
                stage: RuleStage::Drafted,
                consulted: None,
                adoption: None,
                filing: None,
                effective: None,
                failures: Vec::new(),
                dealt_with: 0,
                suspensions: Vec::new(),
                superseded: None,
                successors: Vec::new(),
                repealed: None,
                opened: *act,
                last_act: *act,
            },
            (state, _) => state?,
        };
        rule.last_act = event.act();
        rule.apply(event);
        Some(rule)
    }

    fn apply(&mut self, event: &RuleEvent) {
        match event {
            RuleEvent::Drafted { replaces, .. } => self.replaces = *replaces,
            RuleEvent::Revised { version, manifest, .. } => {
                self.version = *version;
                self.manifest = *manifest;
                self.consulted = None;
                self.stage = RuleStage::Drafted;
            }
            RuleEvent::Consulted { matter, report, act, .. } => {
                self.consulted = Some((*matter, *report, *act));
                self.stage = RuleStage::Consulted;
            }
            RuleEvent::Adopted { outcome, act } => {
                self.adoption = Some(Adoption::Voted { outcome: outcome.clone(), on: act.on });
                self.stage = RuleStage::Adopted;
            }
            RuleEvent::VotedDown { .. } => self.stage = RuleStage::VotedDown,
            RuleEvent::Filed { receipt, act } => self.filing = Some((*receipt, *act)),
            RuleEvent::Promulgated { effective, .. } => {
                self.effective = Some(*effective);
                self.stage = RuleStage::Promulgated;
            }
            RuleEvent::Attested { adoption, act, .. } => {
                self.effective = Some(adoption.effective);
                self.adoption = Some(Adoption::Attested {
                    adoption: Box::new(adoption.clone()),
                    entered: *act,
                    confirmed: None,
                });
                self.stage = RuleStage::Attested;
            }
            RuleEvent::AttestationConfirmed { act } => {
                if let Some(Adoption::Attested { confirmed, .. }) = &mut self.adoption {
                    *confirmed = Some(*act);
                }
                self.stage = RuleStage::Confirmed;
            }
            RuleEvent::AttestationRejected { .. } => self.stage = RuleStage::AttestationRejected,
            RuleEvent::Failed { gate, code, act } => {
                self.failures.push(Failure { gate: gate.clone(), code: code.clone(), act: *act });
            }
            RuleEvent::Suspended { ground, reasons, act } => {
                let ground = ground.clone();
                self.suspensions.push(Suspension { from: *act, ground, reasons: *reasons, until: None });
            }
            RuleEvent::Resumed { act, .. } | RuleEvent::SuspensionEnded { act, .. } => {
                if let Some(last) = self.suspensions.last_mut() {
                    last.until.get_or_insert(*act);
                }
                self.dealt_with = self.failures.len();
            }
            RuleEvent::Superseded { by, on, .. } => {
                self.successors.push((*by, *on));
                self.superseded = self.successors.iter().min_by_key(|(_, on)| *on).copied();
            }
            RuleEvent::Continued { without, .. } => {
                self.successors.retain(|(by, _)| by != without);
                self.superseded = self.successors.iter().min_by_key(|(_, on)| *on).copied();
            }
            RuleEvent::Repealed { on, .. } => self.repealed = Some(*on),
            RuleEvent::Withdrawn { .. } => self.stage = RuleStage::Withdrawn,
        }
    }
}

impl Pins {
    /// 锁定 (what a matter opened on this day keeps): the charter and rules in force, in order of their ids.
    ///
    /// A rule that is suspended that day is in force and pinned (R9): while it is suspended nobody asks it, and every step names
    /// it as left out; once the body that adopted it sits, or it is resumed, it is asked (R23). Should two charters ever be in force at once, the later one is meant.
    #[must_use]
    pub fn on<'a>(law_date: Date, rules: impl IntoIterator<Item = &'a Life>) -> Self {
        let (charters, mut others): (Vec<&Life>, Vec<&Life>) = rules
            .into_iter()
            .filter(|rule| matches!(rule.standing(law_date), Standing::InForce | Standing::Suspended))
            .partition(|rule| rule.kind == RuleKind::Charter);
        others.sort_by_key(|rule| rule.id);
        Self {
            law_date,
            charter: charters.into_iter().max_by_key(|rule| (rule.effective, rule.id)).map(Life::pin),
            rules: others.into_iter().map(Life::pin).collect(),
        }
    }
}
