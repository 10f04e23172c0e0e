//! 读者 (what pages need beyond the API's views): who may sit in a meeting, what
//! a coming vote demands, and the reader's own ballot.

mod room;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use yishi_canonical::Digest;
use yishi_deliberation::rule::RuleEvent;
use yishi_deliberation::{MatterEvent, RuleEventKind};
use yishi_identity::{Action, Capacity, CommunityId, MatterId, Person, PersonId, RuleId};
use yishi_law::Words;
use yishi_storage::{CommunityRow, TownRow};

pub use self::room::{Attendee, MeetingDemands, OwnVote, VoteStanding};
pub use crate::authority::Reader;
use crate::load::{Logged, Stream};
use crate::model::to_the_end;
use crate::step::Loaded;
use crate::views::HeadingView;
use crate::{App, AppError, AppResult, Here, OpContext};

/// 规约对事项的提问 (JSON Schemas of what a proposal, and the report on its outcome, say for the rules).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MatterAsked {
    /// Of the proposal's form.
    pub form: Vec<Value>,
    /// Of the evidence that goes with the outcome.
    pub evidence: Vec<Value>,
    /// What the proposal's form says now.
    pub answered: Value,
}

/// 规约所带的格式 (the schemas of a component beside those of its case forms).
#[derive(Debug, Clone, Default)]
pub struct RuleSchemas {
    pub settings: Value,
    /// Of what it asks of matters.
    pub matters: MatterAsked,
    /// Of its records: kind, title, schema.
    pub records: Vec<(String, yishi_law::Words, Value)>,
}

/// 一次征求意见 (one consultation of a matter).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsultationSpan {
    /// The day it was opened.
    pub first: Date,
    /// The last day for comments.
    pub last: Date,
    /// Whether comments are taken today.
    pub open: bool,
}

/// 在任成员 (somebody who was elected to a body and is in office).
#[derive(Debug, Clone)]
pub struct OfficeHolder {
    pub name: String,
    pub body: Words,
    /// The office in it.
    pub office: Words,
}

/// 理由 (why something was done that is no step of the procedure).
#[derive(Debug, Clone)]
pub struct Reason {
    /// What was done, as the kind of its entry.
    pub kind: String,
    /// When.
    pub at: Timestamp,
    /// In what capacity it was done.
    pub by: Capacity,
    /// Why.
    pub text: String,
}

/// 规则的经过 (when a rule went through what).
#[derive(Debug, Clone)]
pub struct RuleMoment {
    /// What happened.
    pub event: RuleEventKind,
    /// When.
    pub at: Timestamp,
    /// In what capacity it was done.
    pub by: Capacity,
}

impl App {
    /// 征求意见 of a matter, oldest first (public).
    pub async fn consultations(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
    ) -> AppResult<Vec<ConsultationSpan>> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let loaded = self.load_matter(&here, id).await?;
        let spans = loaded.matter.consultations.iter().map(|one| ConsultationSpan {
            first: one.opened.on,
            last: one.until,
            open: one.closed.is_none() && ctx.today <= one.until,
        });
        Ok(spans.collect())
    }

    /// When a rule went through what, and the 理由 given for its suspensions and their ends, oldest first (public).
    pub async fn rule_history(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: RuleId,
    ) -> AppResult<(Vec<RuleMoment>, Vec<Reason>)> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let Stream { events, entries } = self.events::<RuleEvent>(&here.scope, &id.to_string()).await?;
        let moments = events.iter().zip(&entries).map(|(event, entry)| RuleMoment {
            event: event.kind(),
            at: entry.at,
            by: event.act().by.capacity,
        });
        let reasons = self
            .reasons(&here, &events, &entries, |event| match event {
                RuleEvent::Suspended { reasons, act, .. } | RuleEvent::Resumed { reasons, act } => {
                    Some((*reasons, act.by.capacity))
                }
                _ => None,
            })
            .await?;
        Ok((moments.collect(), reasons))
    }

    /// 理由 given for what was done with a matter beside its steps, oldest first (public).
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn reasons_of_matter(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
    ) -> AppResult<Vec<Reason>> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let Loaded { events, entries, .. } = self.load_matter(&here, id).await?;
        self.reasons(&here, &events, &entries, |event| match event {
            MatterEvent::Escalated { reasons, act, .. } => reasons.map(|reasons| (reasons, act.by.capacity)),
            MatterEvent::Withdrawn { reasons, act }
            | MatterEvent::Lapsed { reasons, act }
            | MatterEvent::Repinned { reasons, act, .. } => Some((*reasons, act.by.capacity)),
            _ => None,
        })
        .await
    }

    async fn reasons<E>(
        &self,
        here: &Here<'_>,
        events: &[E],
        entries: &[Logged],
        of: impl Fn(&E) -> Option<(Digest, Capacity)>,
    ) -> AppResult<Vec<Reason>> {
        let mut found = Vec::new();
        for (event, entry) in events.iter().zip(entries) {
            if let Some((digest, by)) = of(event) {
                let text = self.text(&here.scope, &digest).await?;
                found.push(Reason { kind: entry.kind.clone(), at: entry.at, by, text });
            }
        }
        Ok(found)
    }

    /// 条文 of a component, under its headings (public: a manifest is).
    ///
    /// # Errors
    /// [`AppError::Plugin`] when it no longer loads.
    pub async fn articles(&self, component: &Digest) -> AppResult<Vec<HeadingView>> {
        let inspection = self.component(component).await?;
        Ok(crate::rule_view::headings(&inspection))
    }

    /// Who publishes a component, and its summary in both languages (public: a manifest is).
    ///
    /// # Errors
    /// [`AppError::Plugin`] when it no longer loads.
    pub async fn imprint(&self, component: &Digest) -> AppResult<(String, yishi_law::Words)> {
        let inspection = self.component(component).await?;
        let manifest = &inspection.manifest;
        Ok((manifest.publisher.clone(), manifest.summary.words()))
    }

    /// What a component lets a community choose: the schema of its settings, and their defaults (public: a manifest is).
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Plugin`] when it no longer loads.
    pub async fn settings_asked(&self, component: &Digest) -> AppResult<(Value, Value)> {
        let inspection = self.component(component).await?;
        let settings = &inspection.manifest.settings;
        Ok((settings.schema.clone(), settings.defaults.clone()))
    }

    /// Every schema a component carries, for words in which its values can be read (public: a manifest is).
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Plugin`] when it no longer loads.
    pub async fn rule_schemas(&self, component: &Digest) -> AppResult<RuleSchemas> {
        let inspection = self.component(component).await?;
        let manifest = &inspection.manifest;
        let mut matters = MatterAsked::default();
        for one in &manifest.matters {
            matters.form.extend(one.form.clone());
            matters.evidence.extend(one.evidence.clone());
        }
        let records = manifest
            .records
            .iter()
            .map(|record| (record.kind.clone(), record.title.words(), record.schema.clone()));
        Ok(RuleSchemas { settings: manifest.settings.schema.clone(), matters, records: records.collect() })
    }

    /// 事项表单 (what the rules a matter is under ask about it: those of its domain first, then the charter).
    pub async fn matter_asked(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
    ) -> AppResult<MatterAsked> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let matter = self.load_matter(&here, id).await?.matter;
        let mut asked = MatterAsked::default();
        if let Some(form) = matter.proposal.as_ref().and_then(|proposal| proposal.form) {
            let text = self.text(&here.scope, &form).await?;
            // An erased form answers nothing.
            asked.answered = serde_json::from_str(&text).unwrap_or_default();
        }
        for pin in matter.pins.rules.iter().chain(&matter.pins.charter) {
            let inspection = match self.component(&pin.version.component).await {
                Ok(inspection) => inspection,
                // That it fails is said when it is asked; the page with its form is there all the same.
                Err(AppError::Plugin(_)) => continue,
                Err(error) => return Err(error),
            };
            let speaks = |one: &&yishi_rulebook::MatterForm| {
                one.domain.as_ref().is_none_or(|domain| *domain == matter.domain)
            };
            for one in inspection.manifest.matters.iter().filter(speaks) {
                asked.form.extend(one.form.clone());
                asked.evidence.extend(one.evidence.clone());
            }
        }
        Ok(asked)
    }

    /// How many persons and households the roster has, without those who are off the roll (public: figures).
    pub async fn roster_size(&self, ctx: &OpContext, community: CommunityId) -> AppResult<(u64, u64)> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let people = self.people(&here).await?;
        let here: Vec<&Person> =
            people.persons.values().filter(|person| !person.is_off_roll_on(ctx.today)).collect();
        let households: std::collections::BTreeSet<_> = here.iter().map(|person| person.household).collect();
        Ok((here.len() as u64, households.len() as u64))
    }

    /// Everybody of exactly this name, for a form in which a clerk writes it; those first who are on the roll. Nobody is
    /// left out, whoever else has a name that contains it.
    pub async fn persons_named(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        name: &str,
    ) -> AppResult<Vec<(PersonId, String)>> {
        let here = self.scope(ctx, community, Action::ViewRoster).await?;
        let Ok(name) = yishi_identity::names::normalise_name(name) else { return Ok(Vec::new()) };
        let people = self.people(&here).await?;
        let labels: BTreeMap<_, _> =
            people.households.iter().map(|household| (household.id, household.label.as_str())).collect();
        let mut found: Vec<&Person> = people.persons.values().filter(|person| person.name == name).collect();
        found.sort_by_key(|person| (person.off_roll, labels.get(&person.household), person.birth_date));
        let label = |person: &Person| {
            let household = labels.get(&person.household).copied().unwrap_or_default();
            let off = person.off_roll.map_or_else(String::new, |off| format!(" · {}", off.because.term().zh));
            format!("{} · {household} · {}{off}", person.name, person.birth_date)
        };
        Ok(found.into_iter().map(|person| (person.id, label(person))).collect())
    }

    /// The name of a person of the roster, for those who may read it.
    pub async fn person_name(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        person: PersonId,
    ) -> AppResult<String> {
        let here = self.scope(ctx, community, Action::ViewRoster).await?;
        Ok(self.person_row(&here.scope, person).await?.name)
    }

    /// The newest entries of the public record, newest first: number, kind and time.
    pub async fn newest_entries(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        count: u32,
    ) -> AppResult<Vec<(u64, String, Timestamp)>> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let size = self.store.head(&here.scope).await?.size;
        let from = size.saturating_sub(u64::from(count));
        let mut newest = Vec::new();
        for entry in self.store.entries(&here.scope, from, count).await? {
            newest.push((entry.seq, entry.kind.clone(), entry.envelope()?.at));
        }
        newest.reverse();
        Ok(newest)
    }

    /// Every town with its communities (public; a city has tens of towns).
    pub async fn places(&self) -> AppResult<Vec<(TownRow, Vec<CommunityRow>)>> {
        let read = |page| async move { self.store.towns(&page).await };
        let mut places = Vec::new();
        for town in to_the_end(read, |row: &TownRow| row.id.clone()).await? {
            let communities = self.communities_of(&town.id).await?;
            places.push((town, communities));
        }
        Ok(places)
    }
}
