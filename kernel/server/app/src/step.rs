//! 一步 (one step of a matter): load, ask the gates, decide, append. What all the acts of [`crate::matters`] share.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};
use yishi_canonical::Digest;
use yishi_deliberation::matter::{Matter, MatterCommand, MatterEvent, Proposal, Stage};
use yishi_deliberation::{ActorRef, Context, MatterAct, Pins, Ties};
use yishi_identity::policy::Reach;
use yishi_identity::{Action, Capacity, CommunityId, MatterId, Registration};
use yishi_law::days::HolidayCalendar;
use yishi_law::{BodyKind, MatterClass, Step};
use yishi_storage::{EntryDraft, Page, Row, Unit, ViewRow};

use crate::agenda::{agenda_as_read, agenda_rows};
use crate::gates::{Asked, At, MatterFacts};
use crate::load::{Logged, expect_version};
use crate::matters::VIEW;
use crate::views::MatterView;
use crate::{App, AppError, AppResult, Community, OpContext};

/// The longest time that somebody may choose for a notice.
const MAX_POSTING_DAYS: u16 = 365;

/// What is loaded to act on a matter.
pub(crate) struct Loaded {
    pub(crate) matter: Matter,
    pub(crate) version: u64,
    pub(crate) events: Vec<MatterEvent>,
    pub(crate) entries: Vec<Logged>,
}

/// 事项与经过 (a matter with all that led to it).
#[derive(Debug, Clone)]
pub(crate) struct Told {
    matter: Matter,
    events: Vec<MatterEvent>,
    entries: Vec<Logged>,
}

impl Told {
    fn evolve(told: Option<Self>, event: MatterEvent, entry: Logged) -> Option<Self> {
        let (matter, mut events, mut entries) = match told {
            Some(told) => (Some(told.matter), told.events, told.entries),
            None => (None, Vec::new(), Vec::new()),
        };
        let matter = Matter::evolve(matter, &event)?;
        events.push(event);
        entries.push(entry);
        Some(Self { matter, events, entries })
    }
}

/// What a step adds besides its command.
#[derive(Default)]
pub(crate) struct Extra {
    pub(crate) rows: Vec<Row>,
    pub(crate) entries: Vec<EntryDraft>,
    pub(crate) evidence: Value,
    /// The matter as the gates see it, where the command says it anew; otherwise as it stands.
    pub(crate) facts: Option<MatterFacts>,
}

impl Extra {
    /// What becomes of a rule by this step goes into the same unit.
    pub(crate) fn add(&mut self, deed: crate::rule_life::RuleDeed) {
        self.entries.extend(deed.entries);
        self.rows.extend(deed.rows);
    }
}

impl App {
    /// Authorises what is to be done, loads the matter, and checks the version the client read.
    pub(crate) async fn open_matter(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        act: MatterAct,
    ) -> AppResult<(Community, Loaded)> {
        self.open_matter_for(ctx, community, id, action_of(act)).await
    }

    /// The same for what is no act of the matter's own, such as a comment on it.
    pub(crate) async fn open_matter_for(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        action: Action,
    ) -> AppResult<(Community, Loaded)> {
        let of_a_body = action.reach() != Reach::Community;
        let first = if of_a_body { Action::ViewPublic } else { action };
        let community = self.scope(ctx, community, first).await?;
        let loaded = self.load_matter(&community, id).await?;
        if of_a_body {
            // Who may is decided with the body whose decision it is.
            self.authorise(ctx, &community, action, Some(concerned(&loaded.matter))).await?;
        }
        expect_version(ctx, loaded.version)?;
        Ok((community, loaded))
    }

    pub(crate) async fn load_matter(&self, community: &Community, id: MatterId) -> AppResult<Loaded> {
        let folded = self.folded(&self.matters, &community.scope, &id.to_string(), Told::evolve).await?;
        let (version, told) = folded.ok_or(AppError::NotFound { what: "matter" })?;
        let Told { matter, events, entries } = Arc::unwrap_or_clone(told);
        Ok(Loaded { matter, version, events, entries })
    }

    /// 办理 (one act on a matter, from the gates to the durable answer). Who may, at which body's step the rules are asked, and
    /// what they are told follow from the command and the matter; the use case brings what else goes into the same unit.
    pub(crate) async fn perform(
        &self,
        ctx: &OpContext,
        community: &Community,
        loaded: Loaded,
        command: MatterCommand,
        extra: Extra,
    ) -> AppResult<MatterView> {
        let pins = &loaded.matter.pins;
        let asked = match asked_at(&command) {
            Some(at) => {
                let facts = match extra.facts {
                    Some(facts) => facts,
                    None => self.facts(community, &loaded.matter).await?,
                };
                // A filing or a disclosure is held back by no rule that gives no answer (R24), and a charter that is silent
                // does not take the law's own threshold from a petition (N6).
                let forces = matches!(command, MatterCommand::ForceConvening { .. });
                let sets_aside = facts.sets_aside || forces || holds_nothing_back(at.step);
                let facts = MatterFacts { sets_aside, ..facts };
                self.ask(ctx, community, pins, &facts, at, &extra.evidence).await?
            }
            // No step of the procedure: no rule has a say, so none can stand in its way (N6).
            None => Asked::default(),
        };
        let action = action_of(command.act());
        let law = self.pinned_floor(community, pins)?;
        let holidays = HolidayCalendar::none();
        let (agenda, agenda_read) = self.on_agenda(community, loaded.matter.id).await?;
        let of = concerned(&loaded.matter);
        let mut context = self.machine_context_of(ctx, community, action, of).await?;
        context.ties = Ties { agenda, ends: self.ended_by(community, loaded.matter.id).await? };
        let findings = asked.for_machine();
        let events = Matter::decide(
            Some(&loaded.matter),
            &command,
            &context.with(ctx, &asked, law, &holidays, &findings),
        )?;
        let id = loaded.matter.id;
        let stream = id.to_string();
        let mut drafts = self.drafts(ctx, "matter", &stream, loaded.version, &events)?;
        attach(&mut drafts, &asked);
        let version = loaded.version + drafts.len() as u64;
        let matter = events.iter().fold(Some(loaded.matter), Matter::evolve);
        let matter = matter.ok_or_else(|| AppError::internal("a matter vanished"))?;
        let mut history = loaded.events;
        history.extend(events);
        let mut unit = Unit::of(community.scope.clone());
        unit.entries = drafts;
        unit.entries.extend(extra.entries);
        let said = said_row(id, version, &asked)?;
        unit.rows = extra.rows;
        // What takes the matter from the body it was announced for takes it off that sitting's agenda.
        match agenda {
            Some(on) if matter.next_decided_by() != Some(on.body) => {
                unit.rows.extend(agenda_rows(id, agenda_read, None)?);
            }
            _ => unit.rows.push(agenda_as_read(id, agenda_read)),
        }
        unit.rows.push(said);
        unit.rows.push(self.matter_row(community, &matter, version, &unit.rows).await?);
        let mut view =
            self.matter_view(ctx, community, &matter, version, &history, &loaded.entries, &unit.rows).await?;
        view.findings = self.finding_views(&asked.findings).await;
        view.left_out = self.left_out_views(&asked.terms.left_out).await;
        self.commit(ctx, unit, 200, view).await
    }

    /// Who acts, for the machines.
    pub(crate) async fn machine_context(
        &self,
        ctx: &OpContext,
        community: &Community,
        action: Action,
    ) -> AppResult<MachineContext> {
        let capacity = self.reader(ctx, community).await?.acting_as(action).unwrap_or(Capacity::Anyone);
        Ok(Self::acting(ctx, community, capacity))
    }

    /// Who acts on a sitting of a body, for the machines.
    pub(crate) async fn machine_context_of(
        &self,
        ctx: &OpContext,
        community: &Community,
        action: Action,
        body: BodyKind,
    ) -> AppResult<MachineContext> {
        let reader = self.reader(ctx, community).await?;
        let capacity = reader.acting_as_of(action, body).unwrap_or(Capacity::Anyone);
        Ok(Self::acting(ctx, community, capacity))
    }

    fn acting(ctx: &OpContext, community: &Community, capacity: Capacity) -> MachineContext {
        let (account, person) = (ctx.actor.account, ctx.actor.person_in(community.id));
        MachineContext { actor: ActorRef { account, person, capacity }, ties: Ties::default() }
    }

    /// What a matter opened today keeps: the law's date and the rules in force today.
    pub(crate) async fn pins_today(&self, ctx: &OpContext, community: &Community) -> AppResult<Pins> {
        let rules = self.rule_rows(community).await?;
        Ok(Pins::on(ctx.today, rules.iter().map(|row| &row.life)))
    }

    /// A matter as the gates see it.
    pub(crate) async fn facts(&self, community: &Community, matter: &Matter) -> AppResult<MatterFacts> {
        let ends = self.ends_rule(community, matter.id).await?;
        let Some(proposal) = &matter.proposal else {
            return Ok(MatterFacts {
                domain: matter.domain.clone(),
                subjects: matter.subjects.clone(),
                class: MatterClass::Ordinary,
                amount_fen: matter.amount_fen,
                per_household_fen: matter.per_household_fen,
                form: "{}".to_owned(),
                sets_aside: matter.subjects.iter().any(|subject| subject.is_rule_making()),
                ends,
            });
        };
        let mut facts = MatterFacts { ends, ..facts_of(proposal, None) };
        if let Some(form) = &proposal.form {
            facts.form = self.text(&community.scope, form).await?;
        }
        if let Some(class) = &matter.class {
            facts.class = class.value;
        }
        Ok(facts)
    }

    pub(crate) async fn posting_days(
        &self,
        ctx: &OpContext,
        community: &Community,
        matter: &Matter,
        at: At,
        chosen: Option<u16>,
    ) -> AppResult<u16> {
        if let Some(days) = chosen {
            // A notice that outlasts a year says nothing any more, and what is posted cannot be taken down before its time.
            return if days <= MAX_POSTING_DAYS {
                Ok(days)
            } else {
                Err(AppError::field(
                    "/days",
                    "out-of-range",
                    "公示最长 365 天",
                    "posted for at most 365 days",
                ))
            };
        }
        let facts = MatterFacts { sets_aside: true, ..self.facts(community, matter).await? };
        let asked = self.ask(ctx, community, &matter.pins, &facts, at, &json!({})).await?;
        Ok(asked.terms.posting_days.map_or(0, |days| days.value))
    }

    pub(crate) async fn comment_count(&self, community: &Community, id: MatterId) -> AppResult<u64> {
        Ok(self.commenters(community, id).await?.len() as u64)
    }

    /// Who wrote each comment on a matter.
    async fn commenters(&self, community: &Community, id: MatterId) -> AppResult<Vec<String>> {
        let mut authors = Vec::new();
        let mut after = None;
        loop {
            let page = Page { after, limit: crate::roster::STEP };
            let rows = self.store.comments(&community.scope, &id.to_string(), &page).await?;
            let full = rows.len() as u64 == u64::from(crate::roster::STEP);
            after = rows.last().map(|last| last.id.clone()).filter(|_| full);
            authors.extend(rows.into_iter().map(|row| row.author));
            if after.is_none() {
                return Ok(authors);
            }
        }
    }

    /// 决议时的材料 (what the rules are shown when a matter is to be resolved): how it was consulted on, as the record
    /// has it. Nobody enters these figures.
    pub(crate) async fn resolution_evidence(
        &self,
        community: &Community,
        matter: &Matter,
    ) -> AppResult<Value> {
        let authors = self.commenters(community, matter.id).await?;
        let people = self.people(community).await?;
        let registered_elsewhere = authors.iter().filter(|author| {
            let person = author.parse().ok().and_then(|id| people.persons.get(&id));
            person.is_some_and(|person| person.registration == Registration::NonLocal)
        });
        Ok(json!({
            "consultation-days": matter.consultation_days(),
            "comments": authors.len(),
            "comments-registered-elsewhere": registered_elsewhere.count(),
        }))
    }

    /// The read model's row of a matter.
    pub(crate) async fn matter_row(
        &self,
        community: &Community,
        matter: &Matter,
        version: u64,
        pending: &[Row],
    ) -> AppResult<Row> {
        let title = self.pending_text(community, pending, &matter.title).await?;
        let summary = {
            let law = self.pinned_floor(community, &matter.pins)?;
            crate::position::summary(matter, title, community.kind, law)
        };
        Ok(Row::PutView(ViewRow {
            kind: VIEW.to_owned(),
            id: matter.id.to_string(),
            sort: matter.last_act.at.to_string(),
            parent: Some(if summary.closed { "closed" } else { "open" }.to_owned()),
            version,
            body: serde_json::to_value(&summary).map_err(AppError::internal)?,
        }))
    }

    /// A document's text, from this unit if it is not stored yet.
    pub(crate) async fn pending_text(
        &self,
        community: &Community,
        pending: &[Row],
        digest: &Digest,
    ) -> AppResult<String> {
        match pending_texts(pending).find(|(here, _)| *here == digest) {
            Some((_, text)) => Ok(text.into_owned()),
            None => self.text(&community.scope, digest).await,
        }
    }

    /// As [`App::pending_text`], of many at once; an erased one is left out.
    pub(crate) async fn pending_texts(
        &self,
        community: &Community,
        pending: &[Row],
        digests: impl IntoIterator<Item = Digest>,
    ) -> AppResult<BTreeMap<Digest, String>> {
        let mut wanted: BTreeSet<Digest> = digests.into_iter().collect();
        let here = pending_texts(pending).filter(|(digest, _)| wanted.remove(*digest));
        let mut texts: BTreeMap<Digest, String> =
            here.map(|(digest, text)| (*digest, text.into_owned())).collect();
        if !wanted.is_empty() {
            texts.extend(self.texts(&community.scope, &wanted).await?);
        }
        Ok(texts)
    }
}

/// The documents that are about to be stored.
fn pending_texts(pending: &[Row]) -> impl Iterator<Item = (&Digest, Cow<'_, str>)> {
    pending.iter().filter_map(|row| match row {
        Row::PutDocument(row) => Some((&row.digest, String::from_utf8_lossy(&row.bytes))),
        _ => None,
    })
}

/// Who acts; becomes a machine's context once the gates have been asked.
pub(crate) struct MachineContext {
    pub(crate) actor: ActorRef,
    pub(crate) ties: Ties,
}

impl MachineContext {
    pub(crate) fn with<'a>(
        &self,
        ctx: &OpContext,
        asked: &'a Asked,
        law: &'a yishi_law::FloorText,
        holidays: &'a HolidayCalendar,
        findings: &'a [yishi_deliberation::RuleFinding],
    ) -> Context<'a> {
        Context {
            now: ctx.now,
            actor: self.actor,
            terms: &asked.terms,
            law,
            holidays,
            findings,
            plugins: &asked.plugins,
            roll: None,
            ties: self.ties,
        }
    }
}

/// The action of the policy table that something done with a matter needs.
pub(crate) const fn action_of(act: MatterAct) -> Action {
    match act {
        MatterAct::Suggest => Action::SuggestMatter,
        MatterAct::Propose => Action::ProposeMatter,
        MatterAct::Review => Action::ReviewProposal,
        MatterAct::Resubmit => Action::ResubmitProposal,
        MatterAct::PutToChair => Action::PutToChair,
        MatterAct::ForceConvening => Action::PetitionConvening,
        MatterAct::OpenConsultation => Action::OpenConsultation,
        MatterAct::CloseConsultation => Action::CloseConsultation,
        MatterAct::StudyByParty => Action::StudyByParty,
        MatterAct::DeliberateJointly => Action::DeliberateJointly,
        MatterAct::Escalate => Action::EscalateMatter,
        MatterAct::Resolve => Action::RecordResolution,
        MatterAct::File => Action::FileDecision,
        MatterAct::AcknowledgeFiling => Action::AcknowledgeFiling,
        MatterAct::DiscloseDecision | MatterAct::DiscloseOutcome => Action::Disclose,
        MatterAct::TakeDown => Action::TakeDownDisclosure,
        MatterAct::Implement => Action::RecordImplementation,
        MatterAct::Complete => Action::CompleteMatter,
        MatterAct::Withdraw => Action::WithdrawMatter,
        MatterAct::Lapse => Action::LapseMatter,
        MatterAct::Repin => Action::RepinMatter,
    }
}

/// 询问规约的关口 (at which body's step the rules are asked about a command); nowhere for what is no step of the procedure.
const fn asked_at(command: &MatterCommand) -> Option<At> {
    Some(match command {
        MatterCommand::Propose { .. } | MatterCommand::Resubmit { .. } => {
            At::step(BodyKind::Council, Step::Propose)
        }
        MatterCommand::Review { .. } => At::step(BodyKind::JointCommittees, Step::Review),
        MatterCommand::StudyByParty { .. } => At::step(BodyKind::PartyOrganization, Step::PartyStudy),
        MatterCommand::DeliberateJointly { .. } => {
            At::step(BodyKind::JointCommittees, Step::JointDeliberation)
        }
        // A charter may let fewer people force a sitting.
        MatterCommand::ForceConvening { petition, .. } => At::step(petition.to, Step::JointDeliberation),
        MatterCommand::Resolve { outcome } => {
            let finding = &outcome.finding;
            At { body: finding.body, step: Step::Resolve, mode: finding.mode }
        }
        MatterCommand::File { .. } => At::step(BodyKind::ResidentsCommittee, Step::File),
        MatterCommand::DiscloseDecision { .. } => {
            At::step(BodyKind::ResidentsCommittee, Step::DiscloseDecision)
        }
        MatterCommand::Implement { .. } => At::step(BodyKind::ResidentsCommittee, Step::Implement),
        MatterCommand::DiscloseOutcome { .. } => {
            At::step(BodyKind::ResidentsCommittee, Step::DiscloseOutcome)
        }
        MatterCommand::Suggest { .. }
        | MatterCommand::PutToChair { .. }
        | MatterCommand::OpenConsultation { .. }
        | MatterCommand::CloseConsultation { .. }
        | MatterCommand::Escalate { .. }
        | MatterCommand::AcknowledgeFiling { .. }
        | MatterCommand::TakeDown { .. }
        | MatterCommand::Complete
        | MatterCommand::Withdraw { .. }
        | MatterCommand::Lapse { .. }
        | MatterCommand::Repin { .. } => return None,
    })
}

/// R24: what rules say at a filing or a disclosure is advice.
pub(crate) const fn holds_nothing_back(step: Step) -> bool {
    matches!(step, Step::File | Step::DiscloseDecision | Step::DiscloseOutcome)
}

/// The read model of what the rules said of a matter's last step: their own words, so beside the log and not in it.
const SAID: &str = "matter-said";

fn said_row(matter: MatterId, version: u64, asked: &Asked) -> AppResult<Row> {
    Ok(Row::PutView(ViewRow {
        kind: SAID.to_owned(),
        id: matter.to_string(),
        sort: String::new(),
        parent: None,
        version,
        body: serde_json::to_value(&asked.findings).map_err(AppError::internal)?,
    }))
}

impl App {
    /// What the rules said of a matter's last step.
    pub(crate) async fn said_of(
        &self,
        community: &Community,
        matter: MatterId,
    ) -> AppResult<Vec<yishi_rulebook::RuleFinding>> {
        let row = self.store.view(&community.scope, SAID, &matter.to_string()).await?;
        Ok(row
            .map(|row| serde_json::from_value(row.body))
            .transpose()
            .map_err(AppError::internal)?
            .unwrap_or_default())
    }
}

/// What the gates answered stands beside the event it belongs to, and so does which rules were not asked and why.
pub(crate) fn attach(drafts: &mut [EntryDraft], asked: &Asked) {
    for (n, body) in drafts.iter_mut().filter_map(|draft| draft.body.as_object_mut()).enumerate() {
        if n == 0 && !asked.calls.is_empty() {
            body.insert("gates".to_owned(), Value::Array(asked.calls.clone()));
        }
        if !asked.terms.left_out.is_empty() {
            body.insert("left_out".to_owned(), json!(asked.terms.left_out));
        }
    }
}

pub(crate) fn facts_of(proposal: &Proposal, form: Option<&Value>) -> MatterFacts {
    MatterFacts {
        domain: proposal.domain.clone(),
        subjects: proposal.subjects.clone(),
        class: proposal.class,
        amount_fen: proposal.amount_fen,
        per_household_fen: proposal.per_household_fen,
        form: form.map_or_else(|| "{}".to_owned(), Value::to_string),
        sets_aside: proposal.subjects.iter().any(|subject| subject.is_rule_making()),
        ends: None,
    }
}

pub(crate) fn proposal_of(matter: &Matter) -> AppResult<Proposal> {
    matter.proposal.clone().ok_or_else(|| {
        AppError::conflict(
            "illegal-transition",
            "这个事项还没有书面提议，请先由议事会提议",
            "there is no written proposal yet; the council proposes first",
        )
    })
}

/// 所涉机构 (the body whose decision a matter carries, or waits for; of an ordinary one before that, the council).
pub(crate) fn concerned(matter: &Matter) -> BodyKind {
    let decided = matter.resolution.as_ref().map(|outcome| outcome.finding.body);
    let class = if matter.is_major() { BodyKind::ResidentsAssembly } else { BodyKind::Council };
    decided.or_else(|| matter.next_decided_by()).unwrap_or(class)
}

/// Whether a stage ends the matter.
pub(crate) fn is_closed(stage: &Stage) -> bool {
    matches!(stage, Stage::Completed | Stage::Rejected | Stage::Withdrawn { .. } | Stage::Lapsed { .. })
}
