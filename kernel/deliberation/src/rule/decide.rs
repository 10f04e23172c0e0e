//! The decision on a command for a rule.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::Date;
use yishi_identity::{Capacity, RuleId};
use yishi_law::{Authority, BodyKind, Finding, FindingInput, FindingResult, MatterClass, Subject};

use super::{
    Adoption, PaperAdoption, PaperLimits, Rule, RuleCommand, RuleEvent, RuleKind, RuleStage, Standing,
    SuspensionGround,
};
use crate::Refusal;
use crate::RuleAct;
use crate::codes::codes;
use crate::common::Context;
use crate::meeting::BallotOutcome;
use crate::refusals::{self, ruling};
use crate::words;

/// 最迟生效 (how long after its adoption a text may begin): our ruling. Beyond it the assembly that voted is no longer the one
/// that is bound, and a mistyped year would be for ever.
const EFFECTIVE_WITHIN_YEARS: i32 = 1;

/// No representative assembly is looked for beyond this size.
const LARGEST_ASSEMBLY: u64 = 1_000;

impl RuleStage {
    /// 待办 (what people do next with a rule that is decided on and binds nobody yet).
    #[must_use]
    pub const fn awaits(self) -> &'static [RuleAct] {
        match self {
            Self::Adopted => &[RuleAct::Promulgate],
            Self::Attested => &[RuleAct::ConfirmAttestation, RuleAct::RejectAttestation],
            _ => &[],
        }
    }
}

impl Rule {
    /// 可向谁提供 (whether an act that is allowed is for the town, or for the village, to do): nobody is offered what would be
    /// refused. Without a recorded failure only the town's order suspends (R23); what the town ordered the town lifts (R37), and
    /// the committees what rested on failures.
    #[must_use]
    pub fn is_offered(&self, act: RuleAct, to_the_town: bool) -> bool {
        match act {
            RuleAct::Suspend => to_the_town || !self.standing_failures().is_empty(),
            RuleAct::Resume => {
                let ordered = self.running_suspension().is_some_and(super::Suspension::is_ordered);
                ordered == to_the_town
            }
            _ => true,
        }
    }

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
            let (name, stands, allowed) = match state {
                None => ("none", words::NOT_BEGUN, vec![RuleAct::Draft, RuleAct::Attest]),
                Some(rule) => (rule.stage.code(), rule.stage.term(), rule.allowed(ctx.today())),
            };
            let act = command.act();
            let refusal = words::out_of_turn(refusal, act.term(), stands, &allowed);
            refusal.during(act.code(), command.step(), name, codes(&allowed))
        })
    }

    /// 可办理的步骤 (the commands whose turn it can be on this day).
    #[must_use]
    pub fn allowed(&self, on: Date) -> Vec<RuleAct> {
        match self.stage {
            RuleStage::Drafted => vec![RuleAct::Consulted, RuleAct::Revise, RuleAct::Withdraw],
            // A second consultation on the same text ends like the first, or its matter could never be voted on.
            RuleStage::Consulted => {
                vec![RuleAct::Voted, RuleAct::Consulted, RuleAct::Revise, RuleAct::Withdraw]
            }
            RuleStage::Adopted => {
                let mut next = self.stage.awaits().to_vec();
                next.extend(self.to_be_filed().then_some(RuleAct::File));
                next
            }
            RuleStage::Attested => self.stage.awaits().to_vec(),
            RuleStage::VotedDown | RuleStage::AttestationRejected | RuleStage::Withdrawn => vec![],
            RuleStage::Promulgated | RuleStage::Confirmed => {
                let mut next = match (self.standing(on), self.kind) {
                    (Standing::InForce, RuleKind::ImplementationRule | RuleKind::VillageRegulation) => {
                        vec![RuleAct::Suspend]
                    }
                    (Standing::Suspended, _) => vec![RuleAct::Resume, RuleAct::EndSuspension],
                    _ => vec![],
                };
                next.extend(self.to_be_filed().then_some(RuleAct::File));
                if self.may_end() {
                    next.extend([RuleAct::Supersede, RuleAct::Repeal]);
                }
                next
            }
        }
    }

    /// Adopted here, and not yet handed in for filing.
    const fn to_be_filed(&self) -> bool {
        matches!(self.adoption, Some(Adoption::Voted { .. })) && self.filing.is_none()
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
            RuleCommand::EndSuspension { body, .. } if !self.suspension_ends_with(*body) => {
                return Err(refusals::not_suspended());
            }
            // What the host saw happen is recorded whatever the rule's stage.
            RuleCommand::RecordFailure { gate, code } => {
                return if self.has_recorded(gate, code, today) {
                    Err(refusals::failure_recorded())
                } else {
                    Ok(RuleEvent::Failed { gate: gate.clone(), code: code.clone(), act: ctx.act() })
                };
            }
            RuleCommand::File { .. } if self.filing.is_some() => return Err(refusals::filed_already()),
            RuleCommand::Supersede { by, on } if self.may_end_on(*on) => {
                return self.supersede(*by, *on, ctx);
            }
            RuleCommand::Continue { without } if self.successors.iter().any(|(by, _)| by == without) => {
                return Ok(RuleEvent::Continued { without: *without, act: ctx.act() });
            }
            RuleCommand::EndSuspension { body, meeting } => {
                return Ok(RuleEvent::SuspensionEnded { body: *body, meeting: *meeting, act: ctx.act() });
            }
            _ => {}
        }
        if !self.allowed(today).contains(&command.act()) {
            return Err(refusals::illegal_transition(self.stage.term().zh, self.stage.term().en));
        }
        let act = ctx.act();
        match command {
            RuleCommand::Draft { .. }
            | RuleCommand::Attest { .. }
            | RuleCommand::RecordFailure { .. }
            | RuleCommand::Supersede { .. }
            | RuleCommand::Continue { .. }
            | RuleCommand::EndSuspension { .. } => Err(refusals::already_exists()),
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
            RuleCommand::Promulgate { effective } => self.promulgate(*effective, ctx),
            RuleCommand::ConfirmAttestation => {
                self.confirmed_by_another(ctx)?;
                Ok(RuleEvent::AttestationConfirmed { act })
            }
            RuleCommand::RejectAttestation { reasons } => {
                of_the_town(ctx)?;
                Ok(RuleEvent::AttestationRejected { reasons: *reasons, act })
            }
            RuleCommand::Suspend { ground, reasons } => {
                self.may_be_suspended(ground, ctx)?;
                Ok(RuleEvent::Suspended { ground: ground.clone(), reasons: *reasons, act })
            }
            RuleCommand::Resume { reasons } => {
                match self.running_suspension().map(|one| &one.ground) {
                    Some(SuspensionGround::TownOrder { .. }) => of_the_town_for(ctx, "R37")?,
                    _ => of_the_joint_committees(ctx)?,
                }
                Ok(RuleEvent::Resumed { reasons: *reasons, act })
            }
            RuleCommand::Repeal { outcome } => {
                if outcome.question.repeals != Some(self.id) {
                    return Err(refusals::question_changed());
                }
                self.vote_is_lawful(outcome, ctx)?;
                if outcome.finding.result != FindingResult::Passed {
                    return Err(refusals::vote_failed());
                }
                // Posting and filing are duties after it and hold nothing back (R32). A text that has not begun yet
                // ends before it begins.
                Ok(RuleEvent::Repealed { outcome: outcome.clone(), on: act.on, act })
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
            return Err(words::wrong_body(finding.body, &deciders, ctx));
        }
        // A repeal ends this text, a vote that adopts it may end another one: neither by a lesser body.
        let ended = if outcome.question.repeals == Some(self.id) { self.adopted_by() } else { ctx.ties.ends };
        if let Some(needed) = ended.filter(|needed| needed.outranks(finding.body)) {
            return Err(words::lesser_body(finding.body, needed, ctx));
        }
        if ctx.recomputes(finding) { Ok(()) } else { Err(refusals::finding_does_not_recompute()) }
    }

    /// R32: from the day of its adoption on, on whatever day that is entered; never before, and at most a year after it.
    fn promulgate(&self, effective: Date, ctx: &Context<'_>) -> Result<RuleEvent, Refusal> {
        if let Some(adopted) = self.adopted_on() {
            let last = adopted.saturating_add(EFFECTIVE_WITHIN_YEARS.years());
            if effective < adopted {
                return Err(refusals::effective_too_early(adopted).citing([ruling("R32")]));
            }
            if effective > last {
                return Err(refusals::effective_too_late(adopted, last).citing([ruling("R32")]));
            }
        }
        Ok(RuleEvent::Promulgated { effective, act: ctx.act() })
    }

    /// It ends on the day another text begins. What has begun cannot end before it began; what has not can.
    fn supersede(&self, by: RuleId, on: Date, ctx: &Context<'_>) -> Result<RuleEvent, Refusal> {
        if by == self.id {
            return Err(refusals::supersedes_itself());
        }
        if self.effective.is_some_and(|began| on < began && began <= ctx.today()) {
            return Err(refusals::ends_before_it_begins(on));
        }
        Ok(RuleEvent::Superseded { by, on, act: ctx.act() })
    }

    /// R23: on failures that the host recorded, or on the town's order that names what is broken.
    fn may_be_suspended(&self, ground: &SuspensionGround, ctx: &Context<'_>) -> Result<(), Refusal> {
        match ground {
            SuspensionGround::RecordedFailures => {
                of_the_joint_committees(ctx)?;
                if self.standing_failures().is_empty() {
                    return Err(refusals::no_recorded_failure().citing([ruling("R23")]));
                }
                Ok(())
            }
            SuspensionGround::TownOrder { clause, breaks } => {
                of_the_town_for(ctx, "R37")?;
                let named = match breaks {
                    Authority::Statute { text, article, .. } => ctx
                        .law
                        .documents()
                        .any(|document| document.id == *text && document.article_text(article).is_some()),
                    _ => false,
                };
                if clause.is_empty() || !named {
                    return Err(refusals::order_names_no_article().citing([ruling("R37")]));
                }
                Ok(())
            }
        }
    }

    /// R15: another person, for the town.
    fn confirmed_by_another(&self, ctx: &Context<'_>) -> Result<(), Refusal> {
        of_the_town(ctx)?;
        let Some(Adoption::Attested { entered, .. }) = &self.adoption else {
            return Err(refusals::illegal_transition(self.stage.term().zh, self.stage.term().en));
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
        RuleCommand::Draft { id, kind, name, version, manifest, domains, replaces } => {
            if *replaces == Some(*id) {
                return Err(refusals::supersedes_itself());
            }
            Ok(RuleEvent::Drafted {
                id: *id,
                kind: *kind,
                name: name.clone(),
                version: *version,
                manifest: *manifest,
                domains: domains.clone(),
                replaces: *replaces,
                act,
            })
        }
        RuleCommand::Attest { id, kind, name, version, manifest, domains, adoption, limits } => {
            if ctx.actor.account.is_none() {
                return Err(refusals::nobody_to_hold_to().citing([ruling("R15")]));
            }
            was_before(adoption, limits)?;
            was_adopted(*kind, adoption, ctx)?;
            Ok(RuleEvent::Attested {
                id: *id,
                kind: *kind,
                name: name.clone(),
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

/// R15: a text on paper was adopted before the community was set up here, was in force by then, and its counts are possible
/// ones.
fn was_before(adoption: &PaperAdoption, limits: &PaperLimits) -> Result<(), Refusal> {
    let &PaperLimits { set_up, in_office, at_least } = limits;
    let refusal = if adoption.on >= set_up {
        refusals::attested_after_set_up(adoption.on, set_up)
    } else if adoption.effective > set_up {
        refusals::attested_begins_after_set_up(adoption.effective, set_up)
    } else if adoption.count.in_office > in_office {
        refusals::attested_too_many(adoption.count.in_office, in_office)
    } else if adoption.count.in_office < at_least {
        refusals::attested_below_roster(adoption.count.in_office, at_least)
    } else {
        return Ok(());
    };
    Err(refusal.citing([ruling("R15")]))
}

/// The fewest members a representative assembly can have by the law of that day: its committee at the smallest, and as many
/// representatives as make that no more than its share of the whole (V5, V22; U3, U15).
fn fewest_members(ctx: &Context<'_>) -> Option<(u64, Vec<Authority>)> {
    let composition = ctx.law.composition()?;
    let committee = ctx.law.committee(BodyKind::ResidentsCommittee)?;
    let least = u64::from(committee.value.members.min);
    let share = composition.value.representatives;
    let fewest = (least..LARGEST_ASSEMBLY).find(|&whole| share.holds(whole - least, whole))?;
    Some((fewest, composition.by.into_iter().chain(committee.by).collect()))
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
        return Err(words::wrong_body(adoption.body, &deciders, ctx));
    }
    if !deciders.may_decide(adoption.body, adoption.authorisation.is_some()) {
        return Err(refusals::attested_without_authorisation().citing(["R14", "R19"].map(ruling)));
    }
    if adoption.body == BodyKind::RepresentativeAssembly
        && let Some((fewest, by)) =
            fewest_members(ctx).filter(|(fewest, _)| adoption.count.in_office < *fewest)
    {
        return Err(refusals::attested_too_few(adoption.count.in_office, fewest).citing(by));
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
    .map_err(|error| words::finding_impossible(&error))?;
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

fn of_the_town_for(ctx: &Context<'_>, basis: &str) -> Result<(), Refusal> {
    if ctx.actor.capacity == Capacity::TownAdmin {
        Ok(())
    } else {
        Err(refusals::not_the_town().citing([ruling(basis)]))
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
