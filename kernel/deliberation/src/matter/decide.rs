//! The decision on a command for a matter: order first, then the gates.

use yishi_canonical::Digest;
use yishi_identity::Capacity;
use yishi_identity::policy::Right;
use yishi_law::days::add_days;
use yishi_law::{BodyKind, MatterClass, Step, Subject};

use super::gates::{self, LAPSE_AFTER_DAYS};
use super::{
    DeliberationOpinion, DisclosureKind, FiledWith, Matter, MatterCommand, MatterEvent, Proposal, ReturnedBy,
    Stage, StudyOutcome, TabledBy,
};
use crate::MatterAct;
use crate::Refusal;
use crate::codes::{MatterStage, codes};
use crate::common::{Context, Question, Weight};
use crate::refusals::{self, ruling};
use crate::words;

impl Matter {
    /// Decides a command.
    ///
    /// # Errors
    /// A [`Refusal`] with the step, a stable code, both messages, who demands what is missing, and what can come next.
    pub fn decide(
        state: Option<&Self>,
        command: &MatterCommand,
        ctx: &Context<'_>,
    ) -> Result<Vec<MatterEvent>, Refusal> {
        let decision = match state {
            None => begin(command, ctx),
            Some(matter) => matter.proceed(command, ctx),
        };
        decision.map_err(|refusal| {
            let (name, stands, allowed) = match state {
                None => ("none", words::NOT_BEGUN, vec![MatterAct::Suggest]),
                Some(matter) => (matter.stands().code(), matter.stands().term(), matter.allowed()),
            };
            let act = command.act();
            let refusal = words::out_of_turn(refusal, act.term(), stands, &allowed);
            refusal.during(act.code(), command.step(), name, codes(&allowed))
        })
    }

    /// 所处阶段 (where it stands).
    #[must_use]
    pub const fn stands(&self) -> MatterStage {
        self.stage.kind()
    }

    /// 可办理的步骤 (what can be done now). Each may still be refused for want of a gate.
    #[must_use]
    pub fn allowed(&self) -> Vec<MatterAct> {
        let mut next = Vec::new();
        let mut allow = |acts: &[MatterAct]| next.extend_from_slice(acts);
        let (major, by_petition) = (self.is_major(), self.is_tabled_by_petition());
        match &self.stage {
            Stage::Suggested => allow(&[MatterAct::Propose]),
            Stage::Proposed => allow(&[MatterAct::Review]),
            Stage::Reviewed if major => allow(&[MatterAct::StudyByParty, MatterAct::DeliberateJointly]),
            Stage::Reviewed => allow(&[MatterAct::Resolve]),
            Stage::Returned { .. } => allow(&[MatterAct::Resubmit]),
            Stage::Studied => allow(&[MatterAct::DeliberateJointly]),
            Stage::JointlyDeliberated { .. } => allow(&[MatterAct::Resolve]),
            Stage::Tabled { .. } => allow(&[MatterAct::StudyByParty, MatterAct::Resolve]),
            // R39: handed to the joint committees first, then published.
            Stage::Resolved if self.filed_with() == Some(FiledWith::JointCommittees) => {
                allow(&[MatterAct::File])
            }
            Stage::Resolved | Stage::Filed => allow(&[MatterAct::DiscloseDecision]),
            Stage::DecisionDisclosed => allow(&[MatterAct::Implement]),
            Stage::Implemented => allow(&[MatterAct::DiscloseOutcome]),
            Stage::OutcomeDisclosed => allow(&[MatterAct::Complete]),
            Stage::Completed | Stage::Rejected | Stage::Withdrawn { .. } | Stage::Lapsed { .. } => {}
        }
        // R32: filing with the town is a duty beside the steps.
        if self.filed_with() == Some(FiledWith::Town) && self.is_to_be_filed() {
            allow(&[MatterAct::File]);
        }
        if let Some(filing) = self.filing.filter(|filing| !filing.has_receipt()) {
            allow(&[filing.with.answers_with()]);
        }
        if matches!(self.stage, Stage::Returned { .. }) && self.returns >= 2 {
            allow(&[MatterAct::PutToChair]);
        }
        if self.can_escalate() {
            allow(&[MatterAct::Escalate]);
        }
        if self.can_be_consulted_on() {
            allow(&[if self.is_consulting() {
                MatterAct::CloseConsultation
            } else {
                MatterAct::OpenConsultation
            }]);
        }
        if self.can_be_consulted_on() && !matches!(self.stage, Stage::Tabled { .. }) {
            allow(&[MatterAct::ForceConvening]);
        }
        if self.is_before_resolution() && self.pins.charter.is_none() {
            allow(&[MatterAct::Repin]);
        }
        if self.is_before_resolution() && !by_petition {
            allow(&[MatterAct::Withdraw, MatterAct::Lapse]);
        }
        let up = |disclosure: &Option<super::Disclosure>| {
            disclosure.as_ref().is_some_and(|d| d.taken_down.is_none())
        };
        if up(&self.decision_disclosure) || up(&self.outcome_disclosure) {
            allow(&[MatterAct::TakeDown]);
        }
        next
    }

    /// 可否付表决 (whether a ballot on this question before this body could resolve the matter now).
    ///
    /// The application asks before it lets a meeting open a ballot, so that nobody votes in vain: what the rules in
    /// force forbid or require of the resolution is heeded here already. [`Self::decide`] checks the same again on the
    /// resolution. It is asked for an act that is done by this right, which a refusal names.
    ///
    /// # Errors
    /// The [`Refusal`] the resolution would meet.
    pub fn ready_for_ballot(
        &self,
        right: Right,
        body: BodyKind,
        question: &Question,
        ctx: &Context<'_>,
    ) -> Result<(), Refusal> {
        let ready = || {
            if !self.allowed().contains(&MatterAct::Resolve) {
                return Err(self.not_now());
            }
            gates::law_of(ctx, &self.pins)?;
            match &self.proposal {
                Some(proposal) if proposal.text != question.text => Err(refusals::text_changed()),
                Some(proposal) if proposal.question() != *question => Err(refusals::question_changed()),
                // What the law lacks is said before what a rule wants.
                _ => self.decided_by(body, ctx).and_then(|()| self.rules_agree(Some(Step::Resolve), ctx)),
            }
        };
        ready().map_err(|refusal: Refusal| {
            let (stands, allowed) = (self.stands(), self.allowed());
            let refusal = words::out_of_turn(refusal, right.term(), stands.term(), &allowed);
            refusal.during(right.code, Some(Step::Resolve), stands.code(), codes(&allowed))
        })
    }

    /// With whom the resolution must be filed, if with anybody.
    #[must_use]
    pub fn filed_with(&self) -> Option<FiledWith> {
        let adopts_rule = self.subjects.iter().any(|subject| subject.is_rule_making());
        match (self.is_major(), adopts_rule) {
            (false, _) => Some(FiledWith::JointCommittees),
            (true, true) => Some(FiledWith::Town),
            (true, false) => None,
        }
    }

    /// 待报送备案 (whether it was decided and is still to be handed in for filing).
    #[must_use]
    pub fn is_to_be_filed(&self) -> bool {
        self.filing.is_none()
            && self.filed_with().is_some()
            && matches!(
                self.stage,
                Stage::Resolved | Stage::DecisionDisclosed | Stage::Implemented | Stage::OutcomeDisclosed
            )
    }

    fn not_now(&self) -> Refusal {
        let stands = self.stands().term();
        refusals::illegal_transition(stands.zh, stands.en)
    }

    fn is_before_resolution(&self) -> bool {
        matches!(
            self.stage,
            Stage::Suggested
                | Stage::Proposed
                | Stage::Reviewed
                | Stage::Returned { .. }
                | Stage::Studied
                | Stage::JointlyDeliberated { .. }
                | Stage::Tabled { .. }
        )
    }

    fn can_be_consulted_on(&self) -> bool {
        self.is_before_resolution() && self.stage != Stage::Suggested
    }

    fn can_escalate(&self) -> bool {
        !self.is_major() && matches!(self.stage, Stage::Proposed | Stage::Reviewed | Stage::Returned { .. })
    }

    fn is_tabled_by_petition(&self) -> bool {
        matches!(self.stage, Stage::Tabled { by: TabledBy::Petition { .. }, .. })
    }

    fn proceed(&self, command: &MatterCommand, ctx: &Context<'_>) -> Result<Vec<MatterEvent>, Refusal> {
        if matches!(command, MatterCommand::Suggest { .. }) {
            return Err(refusals::already_exists());
        }
        if self.is_tabled_by_petition()
            && matches!(command, MatterCommand::Withdraw { .. } | MatterCommand::Lapse { .. })
        {
            return Err(refusals::petition_binds().citing([ruling("R3")]));
        }
        if matches!(command, MatterCommand::Escalate { .. }) && self.is_major() && self.is_before_resolution()
        {
            return Err(refusals::already_major());
        }
        if !self.allowed().contains(&command.act()) {
            return Err(self.out_of_turn(command));
        }
        self.contradicts_no_vote(command, ctx)?;
        gates::law_of(ctx, &self.pins)?;
        if let step @ Some(_) = command.step() {
            self.rules_agree(step, ctx)?;
        }
        self.act_on(command, ctx)
    }

    /// 不得与表决相抵触: while a ballot on the matter is open nothing but that ballot moves it, and what was announced for a
    /// sitting is not taken back before it. What the law lets others do at any time (contest the class, petition for the
    /// assembly, return it after the party study) takes the matter off that agenda instead.
    fn contradicts_no_vote(&self, command: &MatterCommand, ctx: &Context<'_>) -> Result<(), Refusal> {
        let Some(on) = ctx.ties.agenda else { return Ok(()) };
        let body = on.body.term_in(ctx.law.kind());
        match (on.ballot, command) {
            (_, MatterCommand::TakeDown { .. } | MatterCommand::AcknowledgeFiling { .. }) => Ok(()),
            (Some(ballot), MatterCommand::Resolve { outcome, .. }) if outcome.ballot == ballot => Ok(()),
            (Some(_), _) => Err(refusals::matter_being_voted(body.zh, body.en, on.held_on)),
            (None, MatterCommand::Withdraw { .. } | MatterCommand::Lapse { .. }) => {
                Err(refusals::matter_on_agenda(body.zh, body.en, on.held_on))
            }
            (None, MatterCommand::OpenConsultation { until, .. }) if *until >= on.held_on => {
                Err(refusals::consultation_past_sitting(body.zh, body.en, on.held_on))
            }
            (None, _) => Ok(()),
        }
    }

    /// The order of the steps is broken. Where a plainer word fits than "not now", it is said.
    fn out_of_turn(&self, command: &MatterCommand) -> Refusal {
        match command {
            MatterCommand::PutToChair { .. } if matches!(self.stage, Stage::Returned { .. }) => {
                refusals::not_returned_twice(self.returns).citing([ruling("R4")])
            }
            MatterCommand::OpenConsultation { .. } if self.can_be_consulted_on() => {
                refusals::consultation_open()
            }
            MatterCommand::CloseConsultation { .. } if self.can_be_consulted_on() => {
                refusals::consultation_not_open()
            }
            MatterCommand::TakeDown { .. } if self.decision_disclosure.is_some() => {
                refusals::already_taken_down()
            }
            MatterCommand::Repin { .. } if self.pins.charter.is_some() => {
                refusals::charter_pinned_already().citing([ruling("R9")])
            }
            _ => self.not_now(),
        }
    }

    /// What rules in force answered. A charter cannot forbid its own replacement, so nothing locks a community.
    /// Nor can any rule block, delay or hide a filing or a disclosure: what it says there is advice (R24).
    fn rules_agree(&self, step: Option<Step>, ctx: &Context<'_>) -> Result<(), Refusal> {
        let advises = matches!(step, Some(Step::File | Step::DiscloseDecision | Step::DiscloseOutcome));
        if advises || self.subjects.contains(&Subject::Charter) { Ok(()) } else { heed(ctx) }
    }

    fn act_on(&self, command: &MatterCommand, ctx: &Context<'_>) -> Result<Vec<MatterEvent>, Refusal> {
        let act = ctx.act();
        match command {
            MatterCommand::Suggest { .. } => Err(refusals::already_exists()),
            MatterCommand::Propose { proposal } => {
                let proposal = self.complete(proposal.clone());
                let class = self.accept(&proposal, ctx)?;
                Ok(vec![MatterEvent::Proposed { proposal, class, act }])
            }
            MatterCommand::Resubmit { proposal } => {
                let proposal = self.complete(proposal.clone());
                if !self.is_revised_by(&proposal) {
                    return Err(refusals::text_unchanged().citing([ruling("R4")]));
                }
                let class = self.accept(&proposal, ctx)?;
                Ok(vec![MatterEvent::Resubmitted { proposal, class, act }])
            }
            MatterCommand::Review { text, outcome } => {
                self.same_text(*text)?;
                if let Some(reasons) = gates::returned(outcome) {
                    return Ok(vec![MatterEvent::Returned {
                        by: ReturnedBy::Review,
                        text: *text,
                        reasons,
                        act,
                    }]);
                }
                let mut events = self.classify_again(ctx);
                events.push(MatterEvent::Reviewed { text: *text, act });
                Ok(events)
            }
            MatterCommand::Escalate { reasons } => {
                let by = ctx.terms.class.iter().filter(|class| class.value == MatterClass::Major);
                let by = by.flat_map(|class| class.by.iter().cloned()).collect();
                Ok(vec![MatterEvent::Escalated { by, reasons: Some(*reasons), act }])
            }
            MatterCommand::PutToChair { minutes, authorisation } => {
                let by = TabledBy::Chair { minutes: *minutes };
                self.table(BodyKind::RepresentativeAssembly, by, *authorisation, "R4", ctx)
            }
            MatterCommand::ForceConvening { petition, authorisation } => {
                gates::petition_suffices(ctx, self, petition)?;
                self.table(petition.to, TabledBy::Petition { petition: *petition }, *authorisation, "R3", ctx)
            }
            MatterCommand::OpenConsultation { text, form, notice, until } => {
                self.same_text(*text)?;
                if *until < act.on {
                    return Err(refusals::consultation_until_past(*until));
                }
                Ok(vec![MatterEvent::ConsultationOpened {
                    text: *text,
                    form: *form,
                    notice: *notice,
                    until: *until,
                    act,
                }])
            }
            MatterCommand::CloseConsultation { report, comments } => {
                let until = self.consultations.last().map(|open| open.until);
                if let Some(until) = until.filter(|&until| act.on <= until) {
                    return Err(refusals::consultation_running(until).citing([ruling("R10")]));
                }
                Ok(vec![MatterEvent::ConsultationClosed { report: *report, comments: *comments, act }])
            }
            MatterCommand::StudyByParty { text, outcome, record } => {
                self.study(*text, *outcome, *record, ctx)
            }
            MatterCommand::DeliberateJointly { text, opinion, minutes } => {
                self.deliberate(*text, opinion, *minutes, ctx)
            }
            MatterCommand::Resolve { outcome } => self.resolve(outcome.clone(), ctx),
            MatterCommand::File { with, receipt } => {
                if Some(*with) != self.filed_with() {
                    let by = self.subjects.iter().filter_map(|&subject| ctx.law.filing(subject));
                    return Err(refusals::wrong_filing_office().citing(by.flat_map(|filing| filing.by)));
                }
                Ok(vec![MatterEvent::Filed { with: *with, receipt: *receipt, act }])
            }
            MatterCommand::AcknowledgeFiling { receipt } => {
                let Some(filing) = self.filing.filter(|filing| !filing.has_receipt()) else {
                    return Err(refusals::nothing_to_acknowledge().citing([ruling("R36")]));
                };
                let receives = match filing.with {
                    FiledWith::Town => Capacity::TownAdmin,
                    FiledWith::JointCommittees => Capacity::JointCommitteeMember,
                };
                if act.by.capacity != receives {
                    return Err(refusals::not_for_the_receiver().citing([ruling("R36")]));
                }
                Ok(vec![MatterEvent::FilingAcknowledged { receipt: *receipt, act }])
            }
            MatterCommand::DiscloseDecision { notice, from, days } => {
                self.disclose(DisclosureKind::Decision, *notice, *from, *days, ctx)
            }
            MatterCommand::DiscloseOutcome { notice, from, days } => {
                self.disclose(DisclosureKind::Outcome, *notice, *from, *days, ctx)
            }
            MatterCommand::TakeDown { which } => {
                let disclosure = match which {
                    DisclosureKind::Decision => self.decision_disclosure.as_ref(),
                    DisclosureKind::Outcome => self.outcome_disclosure.as_ref(),
                };
                if disclosure.is_some_and(|disclosure| disclosure.taken_down.is_some()) {
                    return Err(refusals::already_taken_down());
                }
                gates::has_run(ctx, self, disclosure, *which)?;
                Ok(vec![MatterEvent::TakenDown { which: *which, act }])
            }
            MatterCommand::Implement { by, evidence } => {
                if *by != BodyKind::ResidentsCommittee {
                    return Err(refusals::wrong_implementer());
                }
                Ok(vec![MatterEvent::Implemented { by: *by, evidence: *evidence, act }])
            }
            MatterCommand::Complete => {
                if self.is_to_be_filed() {
                    let by = self.subjects.iter().filter_map(|&subject| ctx.law.filing(subject));
                    return Err(refusals::filing_missing().citing(by.flat_map(|filing| filing.by)));
                }
                gates::has_run(ctx, self, self.decision_disclosure.as_ref(), DisclosureKind::Decision)?;
                if self.outcome_disclosure.is_some() {
                    gates::has_run(ctx, self, self.outcome_disclosure.as_ref(), DisclosureKind::Outcome)?;
                }
                Ok(vec![MatterEvent::Completed { act }])
            }
            MatterCommand::Withdraw { reasons } => {
                Ok(vec![MatterEvent::Withdrawn { reasons: *reasons, act }])
            }
            MatterCommand::Repin { charter, reasons } => self.repin(*charter, *reasons, ctx),
            MatterCommand::Lapse { reasons } => {
                let from = add_days(self.last_act.on, LAPSE_AFTER_DAYS);
                if act.on < from {
                    return Err(refusals::too_soon_to_lapse(from));
                }
                Ok(vec![MatterEvent::Lapsed { reasons: *reasons, act }])
            }
        }
    }

    /// Whether a proposal says anything that the one before did not. To call a major matter ordinary says nothing, since it stays
    /// major; nor does an amount of nothing where there was none.
    fn is_revised_by(&self, proposal: &Proposal) -> bool {
        let Some(before) = &self.proposal else { return true };
        let says = |one: &Proposal| {
            let figure = |fen: Option<u64>| fen.filter(|fen| *fen > 0);
            Proposal {
                class: if self.is_major() { MatterClass::Major } else { one.class },
                amount_fen: figure(one.amount_fen),
                per_household_fen: figure(one.per_household_fen),
                ..one.clone()
            }
        };
        says(proposal) != says(before)
    }

    /// A proposal, first or revised: ours, complete, and classed.
    fn accept(
        &self,
        proposal: &Proposal,
        ctx: &Context<'_>,
    ) -> Result<yishi_law::Cited<MatterClass>, Refusal> {
        gates::is_ours(ctx, &proposal.subjects)?;
        gates::names_its_rule(proposal)?;
        Ok(gates::class_of(ctx, proposal, self.class.as_ref()))
    }

    /// 审核时再分类: what the rules and the law say today of the proposal as it stands.
    fn classify_again(&self, ctx: &Context<'_>) -> Vec<MatterEvent> {
        let Some(proposal) = &self.proposal else { return Vec::new() };
        let class = gates::class_of(ctx, proposal, self.class.as_ref());
        if self.is_major() || class.value == MatterClass::Ordinary {
            return Vec::new();
        }
        vec![MatterEvent::Escalated { by: class.by, reasons: None, act: ctx.act() }]
    }

    fn same_text(&self, text: Digest) -> Result<(), Refusal> {
        if Some(text) == self.text() { Ok(()) } else { Err(refusals::text_changed()) }
    }

    fn table(
        &self,
        to: BodyKind,
        by: TabledBy,
        authorisation: Option<Digest>,
        basis: &str,
        ctx: &Context<'_>,
    ) -> Result<Vec<MatterEvent>, Refusal> {
        // An assembly decides it now, so it is a major matter from here on, and R20 holds for what no list names: R4 puts it
        // before the representatives, and does not authorise them.
        gates::may_decide(ctx, &ctx.law.deciders(&self.subjects, MatterClass::Major), to, authorisation)?;
        let act = ctx.act();
        let mut events = Vec::new();
        if !self.is_major() {
            events.push(MatterEvent::Escalated { by: [ruling(basis)].into(), reasons: None, act });
        }
        events.push(MatterEvent::Tabled { to, by, authorisation, act });
        Ok(events)
    }

    fn study(
        &self,
        text: Digest,
        outcome: StudyOutcome,
        record: Digest,
        ctx: &Context<'_>,
    ) -> Result<Vec<MatterEvent>, Refusal> {
        self.same_text(text)?;
        let act = ctx.act();
        let mut events = vec![MatterEvent::StudiedByParty { text, outcome, record, act }];
        if let StudyOutcome::NotRecommended { reasons } = outcome
            && !self.is_tabled_by_petition()
        {
            // R3: kept and returned with reasons; never deleted.
            events.push(MatterEvent::Returned { by: ReturnedBy::PartyStudy, text, reasons, act });
        }
        Ok(events)
    }

    fn deliberate(
        &self,
        text: Digest,
        opinion: &DeliberationOpinion,
        minutes: Digest,
        ctx: &Context<'_>,
    ) -> Result<Vec<MatterEvent>, Refusal> {
        self.same_text(text)?;
        let act = ctx.act();
        match *opinion {
            DeliberationOpinion::Return { reasons } => {
                Ok(vec![MatterEvent::Returned { by: ReturnedBy::JointDeliberation, text, reasons, act }])
            }
            DeliberationOpinion::Submit { to, authorisation } => {
                let deciders = ctx.law.deciders(&self.subjects, MatterClass::Major);
                gates::may_decide(ctx, &deciders, to, authorisation)?;
                gates::party_has_studied(ctx, self, to)?;
                Ok(vec![MatterEvent::JointlyDeliberated { text, to, authorisation, minutes, act }])
            }
        }
    }

    fn resolve(
        &self,
        outcome: Box<crate::meeting::BallotOutcome>,
        ctx: &Context<'_>,
    ) -> Result<Vec<MatterEvent>, Refusal> {
        let Some(proposal) = &self.proposal else {
            return Err(self.not_now());
        };
        gates::ballot_is_ours(ctx, self, proposal, &outcome)?;
        self.decided_by(outcome.finding.body, ctx)?;
        Ok(vec![gates::verdict(ctx, outcome)?])
    }

    /// The body the matter was submitted to is the one that decides it, and every gate before the vote is open.
    fn decided_by(&self, body: BodyKind, ctx: &Context<'_>) -> Result<(), Refusal> {
        let (class, to, authorisation) = match &self.stage {
            Stage::JointlyDeliberated { to, authorisation } | Stage::Tabled { to, authorisation, .. } => {
                (MatterClass::Major, *to, *authorisation)
            }
            _ => (MatterClass::Ordinary, BodyKind::Council, None),
        };
        let deciders = ctx.law.deciders(&self.subjects, class);
        if body != to {
            let rulings = deciders.rulings.iter().map(|id| ruling(id));
            return Err(
                words::submitted_elsewhere(body, to, ctx).citing(deciders.by.into_iter().chain(rulings))
            );
        }
        gates::may_decide(ctx, &deciders, body, authorisation)?;
        gates::party_has_studied(ctx, self, body)?;
        gates::consulted(ctx, self, body)
    }

    fn disclose(
        &self,
        which: DisclosureKind,
        notice: Digest,
        from: jiff::civil::Date,
        days: Option<u16>,
        ctx: &Context<'_>,
    ) -> Result<Vec<MatterEvent>, Refusal> {
        let step = match which {
            DisclosureKind::Decision => Step::DiscloseDecision,
            DisclosureKind::Outcome => Step::DiscloseOutcome,
        };
        let period = gates::posting(ctx, &self.subjects, step, from, days)?;
        Ok(vec![MatterEvent::Disclosed { which, notice, from, period, act: ctx.act() }])
    }
}

impl FiledWith {
    /// 收到方的办理 (what whoever received a filing does with it). It is no step of the procedure: nothing waits for it.
    #[must_use]
    pub const fn answers_with(self) -> MatterAct {
        match self {
            Self::JointCommittees | Self::Town => MatterAct::AcknowledgeFiling,
        }
    }
}

fn begin(command: &MatterCommand, ctx: &Context<'_>) -> Result<Vec<MatterEvent>, Refusal> {
    let MatterCommand::Suggest { id, title, text, domain, subjects, amount_fen, per_household_fen, pins } =
        command
    else {
        return Err(refusals::not_started());
    };
    gates::opens_today(ctx, pins)?;
    gates::law_of(ctx, pins)?;
    gates::is_ours(ctx, subjects)?;
    if !subjects.contains(&Subject::Charter) {
        heed(ctx)?;
    }
    Ok(vec![MatterEvent::Suggested {
        id: *id,
        title: *title,
        text: *text,
        domain: domain.clone(),
        subjects: subjects.clone(),
        amount_fen: *amount_fen,
        per_household_fen: *per_household_fen,
        pins: pins.clone(),
        act: ctx.act(),
    }])
}

/// forbid beats require beats advise; advice is shown and stops nothing.
fn heed(ctx: &Context<'_>) -> Result<(), Refusal> {
    let weightiest = |weight| ctx.findings.iter().find(|finding| finding.weight == weight);
    if let Some(finding) = weightiest(Weight::Forbid) {
        return Err(refusals::forbidden_by_rule(&finding.message.zh, &finding.message.en)
            .about(&finding.code)
            .citing(finding.by.clone()));
    }
    if let Some(finding) = weightiest(Weight::Require) {
        return Err(refusals::required_by_rule(&finding.message.zh, &finding.message.en)
            .about(&finding.code)
            .citing(finding.by.clone()));
    }
    Ok(())
}
