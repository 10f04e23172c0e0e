//! 规则的一生 (the life of a charter, an implementation rule or a village regulation).
//!
//! ```text
//!            起草             协商               决议            备案          颁布
//!  (none) ──Draft──▶ Drafted ──Consulted──▶ Consulted ──Voted──▶ Adopted ──File──▶ Filed ──Promulgate──▶ Promulgated
//!                      │ Revise ◀─┘ (a new version starts again)  └─▶ VotedDown                              │
//!                      └──Withdraw──▶ Withdrawn                                     from the effective date: 生效 in force
//!                                                                                                            │
//!            录入 (R15)          确认, by another, for the town                暂停 Suspend ⇄ 恢复 Resume (never a charter),
//!                                                                            or until the next assembly: EndSuspension
//!  (none) ──Attest──▶ Attested ──ConfirmAttestation──▶ Confirmed ──▶ 生效     被替代 Supersede, 废止 Repeal, from a day
//!                        └──RejectAttestation──▶ AttestationRejected
//! ```
//!
//! Whether a rule is in force is a question about a day, answered by [`Rule::standing`]: no job has to run at midnight.
//! Nothing here asks the rule itself or the charter it replaces, so a broken charter can always be replaced under the bare floor.

mod decide;
mod types;

pub use types::{Adoption, PaperAdoption, RuleCommand, RuleEvent, RuleKind, RuleStage, Standing};

use jiff::civil::Date;
use yishi_canonical::Digest;
use yishi_identity::{MatterId, RuleId};
use yishi_law::days::Period;
use yishi_law::{BodyKind, Subject};

use crate::common::{Act, Pins, RulePin, RuleVersion};

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

impl RuleStage {
    /// The kebab-case word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Drafted => "drafted",
            Self::Consulted => "consulted",
            Self::Adopted => "adopted",
            Self::Filed => "filed",
            Self::Promulgated => "promulgated",
            Self::Attested => "attested",
            Self::Confirmed => "confirmed",
            Self::VotedDown => "voted-down",
            Self::AttestationRejected => "attestation-rejected",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The Chinese term.
    #[must_use]
    pub const fn name_zh(self) -> &'static str {
        match self {
            Self::Drafted => "已起草",
            Self::Consulted => "已协商",
            Self::Adopted => "已表决通过",
            Self::Filed => "已备案",
            Self::Promulgated => "已颁布",
            Self::Attested => "已录入待确认",
            Self::Confirmed => "已录入并确认",
            Self::VotedDown => "未通过",
            Self::AttestationRejected => "不予确认",
            Self::Withdrawn => "已撤回",
        }
    }
}

impl RuleKind {
    /// What a vote on such a rule is about.
    #[must_use]
    pub const fn subject(self) -> Subject {
        match self {
            Self::Charter => Subject::Charter,
            Self::ImplementationRule => Subject::Rule,
            Self::VillageRegulation => Subject::VillageRegulation,
        }
    }
}

impl RuleEvent {
    /// The kebab-case word, as in its serialised form.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Drafted { .. } => "drafted",
            Self::Revised { .. } => "revised",
            Self::Consulted { .. } => "consulted",
            Self::Adopted { .. } => "adopted",
            Self::VotedDown { .. } => "voted-down",
            Self::Filed { .. } => "filed",
            Self::Promulgated { .. } => "promulgated",
            Self::Attested { .. } => "attested",
            Self::AttestationConfirmed { .. } => "attestation-confirmed",
            Self::AttestationRejected { .. } => "attestation-rejected",
            Self::Suspended { .. } => "suspended",
            Self::Resumed { .. } => "resumed",
            Self::Superseded { .. } => "superseded",
            Self::Repealed { .. } => "repealed",
            Self::Withdrawn { .. } => "withdrawn",
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
            | Self::Suspended { act, .. }
            | Self::Resumed { act, .. }
            | Self::Superseded { act, .. }
            | Self::Repealed { act, .. }
            | Self::Withdrawn { act, .. } => *act,
        }
    }
}

impl Rule {
    /// 效力 (whether the rule is in force on a day).
    #[must_use]
    pub fn standing(&self, on: Date) -> Standing {
        match self.stage {
            RuleStage::VotedDown | RuleStage::AttestationRejected | RuleStage::Withdrawn => {
                return Standing::Never;
            }
            RuleStage::Promulgated | RuleStage::Confirmed => {}
            _ => return Standing::NotYet,
        }
        if self.repealed.is_some_and(|from| from <= on) {
            Standing::Repealed
        } else if self.superseded.is_some_and(|(_, from)| from <= on) {
            Standing::Superseded
        } else if self.effective.is_none_or(|from| on < from) {
            Standing::NotYet
        } else if self.is_suspended(on) {
            Standing::Suspended
        } else {
            Standing::InForce
        }
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
        let covers = |(from, _, until): &&(Act, Digest, Option<Act>)| {
            from.on <= on && until.is_none_or(|resumed| on < resumed.on)
        };
        self.suspensions.iter().find(covers).map(|(from, _, _)| from.on)
    }

    /// 暂停到下次会议为止 (whether an assembly held on this day ends the suspension): a residents' or representative assembly
    /// of a later day. It had the chance to repeal or replace the rule; the joint committees' word does not outlast it.
    #[must_use]
    pub fn suspension_ends_with(&self, body: BodyKind, held_on: Date, today: Date) -> bool {
        matches!(body, BodyKind::ResidentsAssembly | BodyKind::RepresentativeAssembly)
            && self.standing(today) == Standing::Suspended
            && self.suspended_since(today).is_some_and(|since| since < held_on)
    }

    /// Whether it can still be superseded or repealed: adopted, and no end of it is set.
    #[must_use]
    pub const fn may_end(&self) -> bool {
        matches!(self.stage, RuleStage::Promulgated | RuleStage::Confirmed)
            && self.superseded.is_none()
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
            (None, RuleEvent::Drafted { id, kind, version, manifest, domains, act, .. })
            | (None, RuleEvent::Attested { id, kind, version, manifest, domains, act, .. }) => Self {
                id: *id,
                kind: *kind,
                version: *version,
                manifest: *manifest,
                domains: domains.clone(),
                replaces: None,
                stage: RuleStage::Drafted,
                consulted: None,
                adoption: None,
                filing: None,
                posting: None,
                effective: None,
                suspensions: Vec::new(),
                superseded: None,
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
            RuleEvent::Adopted { outcome, .. } => {
                self.adoption = Some(Adoption::Voted { outcome: outcome.clone() });
                self.stage = RuleStage::Adopted;
            }
            RuleEvent::VotedDown { .. } => self.stage = RuleStage::VotedDown,
            RuleEvent::Filed { receipt, act } => {
                self.filing = Some((*receipt, *act));
                self.stage = RuleStage::Filed;
            }
            RuleEvent::Promulgated { from, period, effective, .. } => {
                self.posting = Some((*from, period.clone()));
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
            RuleEvent::Suspended { reasons, act } => self.suspensions.push((*act, *reasons, None)),
            RuleEvent::Resumed { act, .. } => {
                if let Some((_, _, until)) = self.suspensions.last_mut() {
                    until.get_or_insert(*act);
                }
            }
            RuleEvent::Superseded { by, on, .. } => self.superseded = Some((*by, *on)),
            RuleEvent::Repealed { on, .. } => self.repealed = Some(*on),
            RuleEvent::Withdrawn { .. } => self.stage = RuleStage::Withdrawn,
        }
    }
}

impl Pins {
    /// 锁定 (what a matter opened on this day keeps): the charter and rules in force, in order of their ids.
    ///
    /// Should two charters ever be in force at once, the later one is meant.
    #[must_use]
    pub fn on<'a>(law_date: Date, rules: impl IntoIterator<Item = &'a Rule>) -> Self {
        let (charters, mut others): (Vec<&Rule>, Vec<&Rule>) = rules
            .into_iter()
            .filter(|rule| rule.standing(law_date) == Standing::InForce)
            .partition(|rule| rule.kind == RuleKind::Charter);
        others.sort_by_key(|rule| rule.id);
        Self {
            law_date,
            charter: charters.into_iter().max_by_key(|rule| (rule.effective, rule.id)).map(Rule::pin),
            rules: others.into_iter().map(Rule::pin).collect(),
        }
    }
}
