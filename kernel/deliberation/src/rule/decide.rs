//! The decision on a command for a rule.

use std::collections::BTreeSet;

use jiff::civil::Date;
use yishi_identity::Capacity;
use yishi_law::days;
use yishi_law::{
    BodyKind, Cited, CountingMode, Finding, FindingInput, FindingResult, FloorQuery, MatterClass, Step,
    Subject,
};

use super::{Adoption, PaperAdoption, Rule, RuleCommand, RuleEvent, RuleKind, RuleStage, Standing};
use crate::Refusal;
use crate::common::Context;
use crate::meeting::BallotOutcome;
use crate::refusals::{self, ruling};

impl RuleCommand {
    /// The kebab-case word.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Draft { .. } => "draft",
            Self::Revise { .. } => "revise",
            Self::Consulted { .. } => "consulted",
            Self::Voted { .. } => "voted",
            Self::File { .. } => "file",
            Self::Promulgate { .. } => "promulgate",
            Self::Attest { .. } => "attest",
            Self::ConfirmAttestation => "confirm-attestation",
            Self::RejectAttestation { .. } => "reject-attestation",
            Self::Suspend { .. } => "suspend",
            Self::Resume { .. } => "resume",
            Self::Supersede { .. } => "supersede",
            Self::Repeal { .. } => "repeal",
            Self::Withdraw { .. } => "withdraw",
        }
    }

    /// The step of the six-step procedure it mirrors, if any.
    #[must_use]
    pub const fn step(&self) -> Option<Step> {
        match self {
            Self::Voted { .. } | Self::Repeal { .. } => Some(Step::Resolve),
            Self::File { .. } => Some(Step::File),
            Self::Promulgate { .. } => Some(Step::DiscloseDecision),
            _ => None,
        }
    }
}

impl Rule {
    /// Decides a command.
    ///
    /// # Errors
    /// A [`Refusal`] with a stable code, both messages, who demands what is missing, and what can come next.
    pub fn decide(
        state: Option<&Self>,
        command: &RuleCommand,
        ctx: &Context<'_>,
    ) -> Result<Vec<RuleEvent>, Refusal> {
        let decision = match state {
            None => begin(command, ctx),
            Some(rule) => rule.proceed(command, ctx),
        };
        decision.map(|event| vec![event]).map_err(|refusal| {
            let (name, allowed) = match state {
                None => ("none", vec!["draft", "attest"]),
                Some(rule) => (rule.stage.name(), rule.allowed(ctx.today())),
            };
            refusal.during(command.name(), command.step(), name, allowed)
        })
    }

    /// 可办理的步骤 (the commands whose turn it can be on this day, by name).
    #[must_use]
    pub fn allowed(&self, on: Date) -> Vec<&'static str> {
        match self.stage {
            RuleStage::Drafted => vec!["consulted", "revise", "withdraw"],
            RuleStage::Consulted => vec!["voted", "revise", "withdraw"],
            RuleStage::Adopted => vec!["file"],
            RuleStage::Filed => vec!["promulgate"],
            RuleStage::Attested => vec!["confirm-attestation", "reject-attestation"],
            RuleStage::VotedDown | RuleStage::AttestationRejected | RuleStage::Withdrawn => vec![],
            RuleStage::Promulgated | RuleStage::Confirmed => {
                let mut next = match (self.standing(on), self.kind) {
                    (Standing::InForce, RuleKind::ImplementationRule | RuleKind::VillageRegulation) => {
                        vec!["suspend"]
                    }
                    (Standing::Suspended, _) => vec!["resume"],
                    _ => vec![],
                };
                if self.superseded.is_none() && self.repealed.is_none() {
                    next.extend(["supersede", "repeal"]);
                }
                next
            }
        }
    }

    fn proceed(&self, command: &RuleCommand, ctx: &Context<'_>) -> Result<RuleEvent, Refusal> {
        let today = ctx.today();
        match command {
            RuleCommand::Draft { .. } | RuleCommand::Attest { .. } => return Err(refusals::already_exists()),
            RuleCommand::Suspend { .. } if self.kind == RuleKind::Charter => {
                return Err(refusals::charter_not_suspended());
            }
            RuleCommand::Suspend { .. } if self.standing(today) != Standing::InForce => {
                return Err(refusals::not_in_force());
            }
            RuleCommand::Resume { .. } if self.standing(today) != Standing::Suspended => {
                return Err(refusals::not_suspended());
            }
            _ => {}
        }
        if !self.allowed(today).contains(&command.name()) {
            return Err(refusals::illegal_transition(self.stage.name_zh()));
        }
        let act = ctx.act();
        match command {
            RuleCommand::Draft { .. } | RuleCommand::Attest { .. } => Err(refusals::already_exists()),
            RuleCommand::Revise { version, manifest } => {
                if *version == self.version {
                    return Err(refusals::version_unchanged());
                }
                Ok(RuleEvent::Revised { version: *version, manifest: *manifest, act })
            }
            RuleCommand::Consulted { matter, version, report } => {
                if *version != self.version {
                    return Err(refusals::version_changed());
                }
                Ok(RuleEvent::Consulted { matter: *matter, version: *version, report: *report, act })
            }
            RuleCommand::Voted { outcome } => self.voted(outcome, ctx),
            RuleCommand::File { receipt } => Ok(RuleEvent::Filed { receipt: *receipt, act }),
            RuleCommand::Promulgate { from, days, effective } => {
                self.promulgate(*from, *days, *effective, ctx)
            }
            RuleCommand::ConfirmAttestation => {
                self.confirmed_by_another(ctx)?;
                Ok(RuleEvent::AttestationConfirmed { act })
            }
            RuleCommand::RejectAttestation { reasons } => {
                of_the_town(ctx)?;
                Ok(RuleEvent::AttestationRejected { reasons: *reasons, act })
            }
            RuleCommand::Suspend { reasons } => {
                of_the_joint_committees(ctx)?;
                Ok(RuleEvent::Suspended { reasons: *reasons, act })
            }
            RuleCommand::Resume { reasons } => {
                of_the_joint_committees(ctx)?;
                Ok(RuleEvent::Resumed { reasons: *reasons, act })
            }
            RuleCommand::Supersede { by, on } => {
                if *by == self.id {
                    return Err(refusals::supersedes_itself());
                }
                not_in_the_past(*on, ctx)?;
                Ok(RuleEvent::Superseded { by: *by, on: *on, act })
            }
            RuleCommand::Repeal { outcome, on } => {
                if outcome.question.repeals != Some(self.id) {
                    return Err(refusals::question_changed());
                }
                self.vote_is_lawful(outcome, ctx)?;
                if outcome.finding.result != FindingResult::Passed {
                    return Err(refusals::vote_failed());
                }
                not_in_the_past(*on, ctx)?;
                Ok(RuleEvent::Repealed { outcome: outcome.clone(), on: *on, act })
            }
            RuleCommand::Withdraw { reasons } => Ok(RuleEvent::Withdrawn { reasons: *reasons, act }),
        }
    }

    fn voted(&self, outcome: &BallotOutcome, ctx: &Context<'_>) -> Result<RuleEvent, Refusal> {
        if outcome.question.rule != Some(self.version) {
            return Err(refusals::version_changed());
        }
        if self.consulted.is_none_or(|(matter, _, _)| matter != outcome.matter) {
            return Err(refusals::consulted_in_another_matter());
        }
        self.vote_is_lawful(outcome, ctx)?;
        let (act, outcome) = (ctx.act(), Box::new(outcome.clone()));
        match outcome.finding.result {
            FindingResult::Passed => Ok(RuleEvent::Adopted { outcome, act }),
            FindingResult::Failed => Ok(RuleEvent::VotedDown { outcome, act }),
            // The draft stays a draft: after a re-vote it comes back with that outcome, or it is withdrawn.
            FindingResult::Tied => Err(refusals::tie_unsettled().citing([ruling("R7")])),
            FindingResult::NotQuorate => {
                Err(refusals::vote_not_quorate(outcome.finding.count.present).citing([ruling("R2")]))
            }
        }
    }

    /// The vote was about such a rule, before a body that may decide it, and its finding is true. Whether the assembly
    /// authorised the representatives was checked by the matter, where the authorisation is on record.
    fn vote_is_lawful(&self, outcome: &BallotOutcome, ctx: &Context<'_>) -> Result<(), Refusal> {
        let finding = &outcome.finding;
        if !finding.subjects.contains(&self.kind.subject()) {
            return Err(refusals::question_changed());
        }
        if !ctx.law.in_force(finding.law_date) {
            return Err(refusals::wrong_law_text(ctx.law.id(), finding.law_date).citing([ruling("R9")]));
        }
        let deciders = ctx.law.deciders(&finding.subjects, MatterClass::Major);
        if !deciders.may_decide(finding.body, true) {
            return Err(refusals::wrong_body().citing(deciders.by));
        }
        if ctx.recomputes(finding) { Ok(()) } else { Err(refusals::finding_does_not_recompute()) }
    }

    fn promulgate(
        &self,
        from: Date,
        days: u16,
        effective: Date,
        ctx: &Context<'_>,
    ) -> Result<RuleEvent, Refusal> {
        if from < ctx.today() {
            return Err(refusals::posting_backdated(from));
        }
        let query = FloorQuery {
            subjects: BTreeSet::from([self.kind.subject()]),
            body: BodyKind::ResidentsCommittee,
            step: Step::DiscloseDecision,
            mode: CountingMode::Persons,
        };
        let demand = ctx.terms.clone().join(ctx.law.terms(&query)).posting_days;
        if let Some(Cited { value: needed, by }) = demand
            && days < needed
        {
            return Err(refusals::posting_too_short(days, needed).citing(by));
        }
        let period = days::period(from, days, ctx.holidays);
        if effective < period.over_on() {
            return Err(refusals::effective_too_early(period.over_on()).citing([ruling("R10")]));
        }
        Ok(RuleEvent::Promulgated { from, period, effective, act: ctx.act() })
    }

    /// R15: another person, for the town.
    fn confirmed_by_another(&self, ctx: &Context<'_>) -> Result<(), Refusal> {
        of_the_town(ctx)?;
        let Some(Adoption::Attested { entered, .. }) = &self.adoption else {
            return Err(refusals::illegal_transition(self.stage.name_zh()));
        };
        let (first, second) = (entered.by, ctx.actor);
        if second.account.is_none() {
            return Err(refusals::nobody_to_hold_to().citing([ruling("R15")]));
        }
        let same_account = first.account == second.account;
        let same_person = first.person.is_some() && first.person == second.person;
        if same_account || same_person {
            return Err(refusals::same_person_confirms().citing([ruling("R15")]));
        }
        Ok(())
    }
}

fn begin(command: &RuleCommand, ctx: &Context<'_>) -> Result<RuleEvent, Refusal> {
    let act = ctx.act();
    match command {
        RuleCommand::Draft { id, kind, version, manifest, domains, replaces } => {
            if *replaces == Some(*id) {
                return Err(refusals::supersedes_itself());
            }
            Ok(RuleEvent::Drafted {
                id: *id,
                kind: *kind,
                version: *version,
                manifest: *manifest,
                domains: domains.clone(),
                replaces: *replaces,
                act,
            })
        }
        RuleCommand::Attest { id, kind, version, manifest, domains, adoption } => {
            if ctx.actor.account.is_none() {
                return Err(refusals::nobody_to_hold_to().citing([ruling("R15")]));
            }
            was_adopted(*kind, adoption, ctx)?;
            Ok(RuleEvent::Attested {
                id: *id,
                kind: *kind,
                version: *version,
                manifest: *manifest,
                domains: domains.clone(),
                adoption: adoption.clone(),
                act,
            })
        }
        _ => Err(refusals::not_started()),
    }
}

/// R15: the counts in the minutes adopted it by the law of that day; `ctx.law` is that law.
fn was_adopted(kind: RuleKind, adoption: &PaperAdoption, ctx: &Context<'_>) -> Result<(), Refusal> {
    if adoption.on > ctx.today() {
        return Err(refusals::attested_in_the_future(adoption.on));
    }
    if adoption.effective < adoption.on {
        return Err(refusals::effective_before_adoption(adoption.on));
    }
    if !ctx.law.in_force(adoption.on) {
        return Err(refusals::wrong_law_text(ctx.law.id(), adoption.on).citing([ruling("R9")]));
    }
    let subjects: BTreeSet<Subject> = BTreeSet::from([kind.subject()]);
    let deciders = ctx.law.deciders(&subjects, MatterClass::Major);
    if !deciders.may_decide(adoption.body, true) {
        return Err(refusals::wrong_body().citing(deciders.by));
    }
    let finding = Finding::compute(&FindingInput {
        floor: ctx.law,
        law_date: adoption.on,
        subjects,
        body: adoption.body,
        mode: adoption.mode,
        count: adoption.count,
        terms: yishi_law::Terms::default(),
        plugins: BTreeSet::new(),
        notice: None,
    })
    .map_err(|error| refusals::finding_impossible(&error.to_string()))?;
    if finding.result == FindingResult::Passed {
        return Ok(());
    }
    let quorum = finding.quorum.iter().filter(|demand| !demand.met).flat_map(|demand| demand.by.clone());
    let passes = finding.passes.iter().filter(|demand| !demand.met).flat_map(|demand| demand.by.clone());
    Err(refusals::attested_not_adopted().citing(quorum).citing(passes).citing([ruling("R15")]))
}

fn of_the_town(ctx: &Context<'_>) -> Result<(), Refusal> {
    if ctx.actor.capacity == Capacity::TownAdmin {
        Ok(())
    } else {
        Err(refusals::not_for_the_town().citing([ruling("R15")]))
    }
}

/// Staff enter what the joint committees decided; nobody else's word suspends a rule.
fn of_the_joint_committees(ctx: &Context<'_>) -> Result<(), Refusal> {
    if matches!(ctx.actor.capacity, Capacity::JointCommitteeMember | Capacity::Staff) {
        Ok(())
    } else {
        Err(refusals::not_for_the_joint_committees())
    }
}

fn not_in_the_past(on: Date, ctx: &Context<'_>) -> Result<(), Refusal> {
    if on < ctx.today() { Err(refusals::ends_in_the_past(on)) } else { Ok(()) }
}
