//! 一步 (one step of a matter): load, ask the gates, decide, append. What all the acts of [`crate::matters`] share.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};
use yishi_canonical::Digest;
use yishi_deliberation::matter::{Matter, MatterEvent, Proposal};
use yishi_deliberation::{ActorRef, Context, Pins, Ties};
use yishi_identity::policy::Right;
use yishi_identity::{Capacity, MatterId, Registration, RuleId};
use yishi_law::days::HolidayCalendar;
use yishi_law::{BodyKind, MatterClass, Step};
use yishi_storage::{EntryDraft, Row};

use crate::gates::{Asked, MatterFacts};
use crate::load::Logged;
use crate::matters::VIEW;
use crate::model::Model;
use crate::rules::LINK;
use crate::{App, AppError, AppResult, Community, Here, OpContext, agenda};

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
    /// How many events led to it.
    pub(crate) fn len(&self) -> usize {
        self.events.len()
    }

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

impl App {
    pub(crate) async fn load_matter(&self, community: &Community, id: MatterId) -> AppResult<Loaded> {
        let (scope, own) = (&community.scope, id.to_string());
        // What is known of a matter beside its stream is read beside it.
        let beside = [LINK.named(&own), agenda::VIEW.named(&own), SAID.named(&own)];
        let (folded, ahead) = tokio::join!(
            self.folded(&self.matters, scope, &own, Told::evolve),
            self.read_ahead(scope, &beside)
        );
        ahead?;
        let (version, told) = folded?.ok_or(AppError::NotFound { what: "matter" })?;
        let Told { matter, events, entries } = Arc::unwrap_or_clone(told);
        Ok(Loaded { matter, version, events, entries })
    }

    /// Who acts, for the machines.
    pub(crate) async fn machine_context(
        &self,
        here: &Here<'_>,
        action: impl Into<Right>,
    ) -> AppResult<MachineContext> {
        let capacity = self.reader(here).await?.acting_as(action).unwrap_or(Capacity::Anyone);
        Ok(Self::acting(here, capacity))
    }

    /// Who acts on a sitting of a body, for the machines.
    pub(crate) async fn machine_context_of(
        &self,
        here: &Here<'_>,
        action: impl Into<Right>,
        body: BodyKind,
    ) -> AppResult<MachineContext> {
        let reader = self.reader(here).await?;
        let capacity = reader.acting_as_of(action, body).unwrap_or(Capacity::Anyone);
        Ok(Self::acting(here, capacity))
    }

    fn acting(here: &Here<'_>, capacity: Capacity) -> MachineContext {
        let (account, person) = (here.ctx.actor.account, here.ctx.actor.person_in(here.id));
        MachineContext { actor: ActorRef { account, person, capacity }, ties: Ties::default() }
    }

    /// What a matter opened today keeps: the law's date and the rules in force today.
    pub(crate) async fn pins_today(&self, here: &Here<'_>) -> AppResult<Pins> {
        let rules = self.rule_rows(here).await?;
        Ok(Pins::on(here.ctx.today, rules.iter().map(|row| &row.life)))
    }

    /// A matter as the gates see it.
    pub(crate) async fn facts(&self, community: &Community, matter: &Matter) -> AppResult<MatterFacts> {
        let ends = self.ends_rule(community, matter.id).await?;
        self.facts_ending(community, matter, ends).await
    }

    /// As [`App::facts`], where the rule it would end is known.
    pub(crate) async fn facts_ending(
        &self,
        community: &Community,
        matter: &Matter,
        ends: Option<RuleId>,
    ) -> AppResult<MatterFacts> {
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
        let mut facts = MatterFacts::of(proposal, ends);
        if let Some(form) = &proposal.form {
            facts.form = self.text(&community.scope, form).await?;
        }
        if let Some(class) = &matter.class {
            facts.class = class.value;
        }
        Ok(facts)
    }

    /// Who wrote each comment on a matter.
    async fn commenters(&self, community: &Community, id: MatterId) -> AppResult<Vec<String>> {
        Ok(self.every_comment(community, id).await?.into_iter().map(|row| row.author).collect())
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
        // The text is wanted for the answer next: both in one read.
        let text = matter.text().unwrap_or(matter.suggestion);
        let mut texts = self.pending_texts(community, pending, [matter.title, text]).await?;
        let title = texts.remove(&matter.title).unwrap_or_default();
        let summary = {
            let law = self.pinned_floor(community, &matter.pins)?;
            crate::position::summary(matter, title, community.kind, law)
        };
        let list = if summary.closed { "closed" } else { "open" };
        Ok(VIEW.row(matter.id, version, &summary)?.sorted(matter.last_act.at).under(list).into())
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

/// R24: what rules say at a filing or a disclosure is advice.
pub(crate) const fn holds_nothing_back(step: Step) -> bool {
    matches!(step, Step::File | Step::DiscloseDecision | Step::DiscloseOutcome)
}

/// The read model of what the rules said of a matter's last step: their own words, so beside the log and not in it.
const SAID: Model<Vec<yishi_rulebook::RuleFinding>> = Model::new("matter-said");

pub(crate) fn said_row(matter: MatterId, version: u64, asked: &Asked) -> AppResult<Row> {
    SAID.put(matter, version, &asked.findings)
}

impl App {
    /// What the rules said of a matter's last step.
    pub(crate) async fn said_of(
        &self,
        community: &Community,
        matter: MatterId,
    ) -> AppResult<Vec<yishi_rulebook::RuleFinding>> {
        Ok(self.read_or_new(&community.scope, &SAID, matter).await?.0)
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

impl MatterFacts {
    /// What a proposal says.
    pub(crate) fn of(proposal: &Proposal, ends: Option<RuleId>) -> Self {
        Self {
            domain: proposal.domain.clone(),
            subjects: proposal.subjects.clone(),
            class: proposal.class,
            amount_fen: proposal.amount_fen,
            per_household_fen: proposal.per_household_fen,
            form: "{}".to_owned(),
            sets_aside: proposal.subjects.iter().any(|subject| subject.is_rule_making()),
            ends,
        }
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
