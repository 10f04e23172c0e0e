//! 读者 (what pages need beyond the API's views): in what capacity the reader stands, who may sit in a meeting, what
//! a coming vote demands, and the reader's own ballot.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use yishi_acts::{Aggregate as _, Drawing};
use yishi_canonical::Digest;
use yishi_deliberation::meeting::MeetingEvent;
use yishi_deliberation::rule::RuleEvent;
use yishi_deliberation::{Matter, MatterAct, MatterEvent, Meeting, RuleEventKind};
use yishi_identity::policy::Right;
use yishi_identity::policy::Scope as PolicyScope;
use yishi_identity::{
    Action, Actor, BallotId, Capacity, CommunityId, Elector, MatterId, MeetingId, Person, PersonId, RuleId,
};
use yishi_law::{BodyKind, CountingMode, Terms, Words};
use yishi_storage::{Choice, CommunityRow, TownRow};

use crate::load::{Logged, Stream};
use crate::model::to_the_end;
use crate::step::Loaded;
use crate::views::HeadingView;
use crate::{App, AppError, AppResult, Community, Here, OpContext, words};

/// 读者的身份 (an actor with the seats they hold today in one community).
#[derive(Debug, Clone)]
pub struct Reader {
    actor: Actor,
    scope: PolicyScope,
}

impl Reader {
    /// Whether the policy table lets the reader do this here.
    #[must_use]
    pub fn may(&self, action: impl Into<Right>) -> bool {
        yishi_identity::permits(&self.actor, action, &self.scope, None)
    }

    /// Whether the policy table lets the reader do this here of this body.
    #[must_use]
    pub fn may_of(&self, action: impl Into<Right>, body: BodyKind) -> bool {
        yishi_identity::permits(&self.actor, action, &self.scope, Some(body))
    }

    /// The capacity in which the reader would act.
    #[must_use]
    pub fn acting_as(&self, action: impl Into<Right>) -> Option<Capacity> {
        self.actor.acting_as(action, &self.scope, None)
    }

    /// The capacity in which the reader would act of this body.
    #[must_use]
    pub fn acting_as_of(&self, action: impl Into<Right>, body: BodyKind) -> Option<Capacity> {
        self.actor.acting_as(action, &self.scope, Some(body))
    }

    /// The capacity in which the reader would do something with a matter that any of the bodies decides.
    #[must_use]
    pub fn acting_as_for(&self, act: MatterAct) -> Option<Capacity> {
        let right = Matter::right(act);
        BodyKind::ALL.iter().find_map(|body| self.acting_as_of(right, *body))
    }

    /// Every capacity the reader has here, in the order of the policy table.
    #[must_use]
    pub fn capacities(&self) -> Vec<Capacity> {
        self.actor.capacities(&self.scope).into_iter().collect()
    }
}

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

/// 会议所需 (what is demanded of a meeting and of its ballots).
#[derive(Debug, Clone)]
pub struct MeetingDemands {
    /// Of the meeting as a whole.
    pub terms: Terms,
    /// Why notice was shorter than demanded.
    pub short_notice: Option<String>,
    /// Of each ballot, with the size of its roll.
    pub ballots: BTreeMap<BallotId, (Terms, u64)>,
}

/// 可到会的人 (somebody who may sit in a meeting). For those who keep or may see the attendance.
#[derive(Debug, Clone)]
pub struct Attendee {
    pub person: PersonId,
    pub name: String,
    /// Household, in household mode or an assembly of all; the office otherwise.
    pub place: (String, String),
    /// Whether they, or their household, are present now.
    pub present: bool,
    /// When they last arrived.
    pub arrived: Option<Timestamp>,
    /// When they last left.
    pub left: Option<Timestamp>,
}

/// 在任成员 (somebody who was elected to a body and is in office).
#[derive(Debug, Clone)]
pub struct OfficeHolder {
    pub name: String,
    pub body: Words,
    /// The office in it.
    pub office: Words,
}

/// 本人的一票 (the reader's own ballot paper).
#[derive(Debug, Clone)]
pub struct OwnVote {
    /// The name on the roll.
    pub name: String,
    /// What has become of it.
    pub standing: VoteStanding,
}

/// Whether the reader may vote, or has.
#[derive(Debug, Clone)]
pub enum VoteStanding {
    /// On the roll, and has not voted.
    Ready,
    /// Has voted.
    Voted {
        /// The log entry.
        seq: u64,
        /// The choice; never told of a secret ballot.
        choice: Option<Choice>,
        /// When the entry was made.
        at: Timestamp,
        /// The entry's leaf hash.
        leaf: Digest,
    },
    /// Stands aside for an interest of their own.
    Recused,
    /// 应到未到: may sit in the body, and was not in the room when the ballot was opened.
    Absent,
    /// 无表决权: the body's members vote, and the reader is none of them.
    NotEntitled,
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
    /// The reader in a community: a visitor has only what is public.
    pub async fn reader(&self, here: &Here<'_>) -> AppResult<Reader> {
        let scope = PolicyScope::Community { town: crate::accounts::town_of(here)?, community: here.id };
        Ok(Reader { actor: self.seated(here).await?, scope })
    }

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

    /// What is demanded of a meeting (public).
    pub async fn meeting_demands(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MeetingId,
    ) -> AppResult<MeetingDemands> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let (_, meeting) = self.seen_meeting(&here, id).await?;
        let short_notice = match &meeting.special_circumstances {
            Some(digest) => Some(self.text(&here.scope, digest).await?),
            None => None,
        };
        let ballots = meeting
            .ballots
            .values()
            .map(|ballot| (ballot.id, (ballot.terms.clone(), ballot.roll.size)))
            .collect();
        Ok(MeetingDemands { terms: meeting.terms.clone(), short_notice, ballots })
    }

    /// Who may sit in a meeting, and who is there: everybody of a body, and of an assembly those whose name
    /// contains `name`, or who are present, at most `limit` of them. The second number says how many there are.
    pub async fn attendees(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MeetingId,
        limit: usize,
    ) -> AppResult<(Vec<Attendee>, usize)> {
        let here = self.at(ctx, community).await?;
        let (_, meeting) = self.seen_meeting(&here, id).await?;
        // Whoever is shown the list to be ticked sees whom it lists.
        let keeps = Meeting::entry_drawn(Drawing::Attendance).ok_or(AppError::NotFound { what: "act" })?;
        match self.authorise(&here, keeps.right(), Some(meeting.body)).await {
            Err(AppError::NotPermittedOf(..)) => {
                self.authorise(&here, Action::ViewAttendance, None).await?;
            }
            other => other?,
        }
        let roll = self.roll_of(&here, &meeting).await?;
        let people = self.people(&here).await?;
        let (register, _) = self.register(&here.scope, here.id).await?;
        let times = self.comings(&here, id).await?;
        let labels: BTreeMap<_, _> =
            people.households.iter().map(|household| (household.id, household.label.as_str())).collect();
        let assembly = meeting.body == BodyKind::ResidentsAssembly;
        let seats = register.in_office(meeting.body, meeting.held_on);
        let place = |person: &Person| match seats.iter().find(|seat| seat.person == person.id) {
            Some(seat) if !assembly => {
                let office = words::seat_office(seat, meeting.body, here.kind);
                (crate::bodies::rank(seat.office), office.zh, office.en)
            }
            _ => {
                let label = labels.get(&person.household).copied().unwrap_or_default();
                (u8::MAX, label.to_owned(), label.to_owned())
            }
        };
        let mut found = Vec::new();
        for person in people.persons.values() {
            let Some(elector) = roll.elector_of(person.id) else { continue };
            let came = meeting.present.get(&elector);
            // In household mode only the one who came stands for the household.
            if meeting.mode == CountingMode::Households && came.is_some_and(|came| *came != person.id) {
                continue;
            }
            let (rank, zh, en) = place(person);
            let (arrived, left) = times.get(&elector).copied().unwrap_or_default();
            let attendee = Attendee {
                person: person.id,
                name: person.name.clone(),
                place: (zh, en),
                present: came.is_some(),
                arrived,
                left,
            };
            found.push(((came.is_none(), rank), attendee));
        }
        found.sort_by(|(a, one), (b, other)| {
            a.cmp(b).then_with(|| one.place.0.cmp(&other.place.0)).then_with(|| one.name.cmp(&other.name))
        });
        let all = found.len();
        found.truncate(limit);
        Ok((found.into_iter().map(|(_, attendee)| attendee).collect(), all))
    }

    /// When each elector last came and left.
    async fn comings(
        &self,
        community: &Community,
        id: MeetingId,
    ) -> AppResult<BTreeMap<Elector, (Option<Timestamp>, Option<Timestamp>)>> {
        let stream = self.events::<MeetingEvent>(&community.scope, &id.to_string()).await?;
        let mut times: BTreeMap<Elector, (Option<Timestamp>, Option<Timestamp>)> = BTreeMap::new();
        for event in stream.events {
            match event {
                MeetingEvent::Arrived { electors, act } => {
                    for elector in electors.into_keys() {
                        times.insert(elector, (Some(act.at), None));
                    }
                }
                MeetingEvent::Left { electors, act } => {
                    for elector in electors {
                        times.entry(elector).or_default().1 = Some(act.at);
                    }
                }
                _ => {}
            }
        }
        Ok(times)
    }

    /// The reader's own ballot paper; `None` for those who are nobody's member here.
    pub async fn own_vote(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        ballot: BallotId,
    ) -> AppResult<Option<OwnVote>> {
        let Some(person) = ctx.actor.person_in(community) else { return Ok(None) };
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let (_, meeting) = self.seen_meeting_of(&here, ballot).await?;
        let found = meeting.ballots.get(&ballot).ok_or(AppError::NotFound { what: "ballot" })?;
        let people = self.people(&here).await?;
        let name = people.name(person);
        let roll = self.roll_of(&here, &meeting).await?;
        let Some(entitled) = roll.elector_of(person) else {
            return Ok(Some(OwnVote { name, standing: VoteStanding::NotEntitled }));
        };
        if found.recused.contains(&entitled) {
            return Ok(Some(OwnVote { name, standing: VoteStanding::Recused }));
        }
        let elector = match self.elector(&here, ballot, person).await {
            Ok(elector) => elector,
            Err(AppError::RuleRefused { .. }) => {
                return Ok(Some(OwnVote { name, standing: VoteStanding::Absent }));
            }
            Err(error) => return Err(error),
        };
        let voter = self.store.voter(&here.scope, &ballot.to_string(), &elector.to_string()).await?;
        let standing = match voter {
            None => VoteStanding::Absent,
            Some(None) => VoteStanding::Ready,
            Some(Some(cast)) => {
                let entry = self.store.entries(&here.scope, cast.seq, 1).await?.into_iter().next();
                let entry = entry.ok_or_else(|| AppError::internal("a vote's entry is missing"))?;
                VoteStanding::Voted {
                    seq: cast.seq,
                    choice: cast.choice,
                    at: entry.envelope()?.at,
                    leaf: entry.leaf,
                }
            }
        };
        Ok(Some(OwnVote { name, standing }))
    }

    /// 待投票的人 (who of these people is on the roll of a ballot and has not voted), for whoever enters paper votes.
    ///
    /// # Errors
    /// [`AppError::NotFound`], or when the reader does not enter votes.
    pub async fn yet_to_vote(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        ballot: BallotId,
        people: &[PersonId],
    ) -> AppResult<BTreeSet<PersonId>> {
        let here = self.scope(ctx, community, Action::RecordPaperVote).await?;
        let mut waiting = BTreeSet::new();
        for &person in people {
            let elector = match self.elector(&here, ballot, person).await {
                Ok(elector) => elector,
                Err(AppError::RuleRefused { .. }) => continue,
                Err(error) => return Err(error),
            };
            let cast = self.store.voter(&here.scope, &ballot.to_string(), &elector.to_string()).await?;
            if cast == Some(None) {
                waiting.insert(person);
            }
        }
        Ok(waiting)
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
        Ok((manifest.publisher.clone(), yishi_law::Words::new(manifest.summary.zh(), manifest.summary.en())))
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
        let records = manifest.records.iter().map(|record| {
            let title = yishi_law::Words::new(record.title.zh(), record.title.en());
            (record.kind.clone(), title, record.schema.clone())
        });
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
        let row = self.store.person(&here.scope, &person.to_string()).await?;
        Ok(row.ok_or(AppError::NotFound { what: "person" })?.name)
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
