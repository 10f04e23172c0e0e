//! 会议 (meetings): notice, agenda, attendance, live quorum.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use yishi_acts::house::NewMeeting;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;
use yishi_acts::Asks;
use yishi_canonical::Digest;
use yishi_deliberation::OnAgenda;
use yishi_deliberation::meeting::{
    AgendaItem, Meeting, MeetingCommand, MeetingEvent, MeetingStage, RecusalGround, decides_by_ballot,
};
use yishi_identity::policy::Right;
use yishi_identity::{
    Action, AssemblyMakeUp, Capacity, CommunityId, MatterId, MeetingId, PersonId, Refusal, Roll,
};
use yishi_law::days::HolidayCalendar;
use yishi_law::{BodyKind, Condition, CountingMode, Demands, Step, TermField};
use yishi_storage::{Page, Row, Unit};

use crate::agenda::{agenda_rows, as_judged};
use crate::bodies::keep;
use crate::gates::Asked;
use crate::model::Model;
use crate::views::{AgendaView, ConditionView, ListView, MeetingView, QuorumView, RecusalView};
use crate::{App, AppError, AppResult, Community, Here, OpContext, words};

/// The read model's kind.
pub(crate) const VIEW: Model<MeetingRow> = Model::new("meeting");
/// The rolls that meetings opened with.
pub(crate) const ROLL: Model<Roll> = Model::new("meeting-roll");
/// See [`Paper`].
const PAPER: Model<Paper> = Model::new("meeting-place");
/// More matters than this on one agenda is a mistake.
const MAX_AGENDA: usize = 50;
/// Meetings are listed by their state.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MeetingRow {
    state: MeetingStage,
}

/// What stands on the notice beside the agenda, kept apart from the record: where, and what conditions the rules put
/// for each matter when they were asked at convening. Opening a ballot asks them again.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Paper {
    place: String,
    #[serde(default)]
    conditions: BTreeMap<MatterId, Demands<Condition>>,
}

/// What a notice is made of.
#[derive(Default)]
struct Notices {
    /// What the rules demand of the meeting, of all its matters.
    asked: Asked,
    /// The further conditions of each.
    conditions: BTreeMap<MatterId, Demands<Condition>>,
    /// Each matter with the question announced.
    agenda: Vec<AgendaItem>,
    /// The open agendas they are on already.
    on_agendas: BTreeMap<MatterId, OnAgenda>,
    /// The versions at which that was read.
    read: Vec<(MatterId, u64)>,
    /// What must not have changed when it is written.
    guards: Vec<Row>,
}

/// What is loaded to act on a meeting.
pub(crate) struct LoadedMeeting {
    pub(crate) meeting: Meeting,
    pub(crate) version: u64,
}

impl App {
    /// 召集会议 (gives notice of a meeting).
    ///
    /// # Errors
    /// A refusal when the notice is too short or a matter cannot come before this body; the authorisation errors.
    pub(crate) async fn convene(
        &self,
        ctx: &OpContext,
        right: Right,
        community: CommunityId,
        input: NewMeeting,
    ) -> AppResult<MeetingView> {
        let here = self.scope_of(ctx, community, right, input.body).await?;
        if input.agenda.len() > MAX_AGENDA {
            return Err(AppError::field("/agenda", "too-many", "议程过长", "the agenda is too long"));
        }
        if input.place.trim().is_empty() {
            return Err(AppError::field(
                "/place",
                "empty",
                "请写明开会地点",
                "say where the meeting is held",
            ));
        }
        let mode = input.mode.unwrap_or(CountingMode::Persons);
        let calendar = self.calendar(&here, input.body).await?;
        let Notices { asked, conditions, agenda, on_agendas, read, guards } =
            self.noticed(&here, right, &input, mode).await?;
        let convener = self.in_the_name_of(&here, right, input.body, input.convener, ctx.today).await?;
        let id = MeetingId::from_uuid(self.uuid(ctx));
        let mut unit = Unit::of(here.scope.clone());
        let notice_text = self.notice_text(&here, &input, mode, &agenda).await?;
        let notice = keep(&mut unit.rows, "/place", &notice_text)?;
        let special_circumstances = input
            .special_circumstances
            .as_deref()
            .map(|text| keep(&mut unit.rows, "/special_circumstances", text))
            .transpose()?;
        let command = MeetingCommand::Convene {
            id,
            body: input.body,
            mode,
            held_on: input.held_on,
            hour: input.hour,
            notice,
            agenda,
            special_circumstances,
            make_up: self.make_up(&here, input.body).await?,
            convener,
            sittings: calendar.sittings.clone(),
            on_agendas,
        };
        let (events, meeting) = self.decide_meeting(&here, None, &[command], &asked, right, None).await?;
        unit.entries = self.drafts(ctx, "meeting", &id.to_string(), 0, &events)?;
        crate::step::attach(&mut unit.entries, &asked);
        let version = unit.entries.len() as u64;
        let paper = Paper { place: input.place, conditions };
        unit.rows.extend(guards);
        unit.rows.extend(calendar.put(&meeting)?);
        for (matter, read) in read {
            let on = OnAgenda { meeting: id, body: meeting.body, held_on: meeting.sits_on, ballot: None };
            unit.rows.extend(agenda_rows(matter, read, Some(on))?);
        }
        unit.rows.push(PAPER.put(id, version, &paper)?);
        unit.rows.push(meeting_row(&meeting, version)?);
        let view = self.meeting_view(&here, &meeting, version, Some(paper)).await?;
        self.commit(ctx, unit, 201, view).await
    }

    /// The notice as it is posted: day, hour, place, mode, and the agenda with the digest of each text (R46).
    async fn notice_text(
        &self,
        community: &Community,
        input: &NewMeeting,
        mode: CountingMode,
        agenda: &[AgendaItem],
    ) -> AppResult<String> {
        let mut text = format!(
            "会议通知\n{}定于 {} {} 在{}召开，{}。\n议程：\n",
            words::body(input.body, community.kind).zh,
            input.held_on,
            hour(input.hour),
            input.place,
            mode.term().zh,
        );
        for (number, item) in (1..).zip(agenda) {
            let title = self.matter_title(community, item.matter).await?;
            let digest = item.question.map(|question| format!("（文本摘要 {}）", question.text));
            text += &format!("{number}. {title}{}\n", digest.unwrap_or_default());
        }
        Ok(text)
    }

    /// 召集人、主持人 (R21): whoever acts in their own seat, or the one staff record for.
    pub(crate) async fn in_the_name_of(
        &self,
        here: &Here<'_>,
        action: impl Into<Right>,
        body: BodyKind,
        named: Option<PersonId>,
        on: Date,
    ) -> AppResult<PersonId> {
        let acting = self.reader(here).await?.acting_as_of(action, body);
        let own = here.ctx.actor.person_in(here.id).filter(|_| acting != Some(Capacity::Staff));
        let (register, _) = self.register(&here.scope, here.id).await?;
        Ok(register.convener(body, named.or(own), on, here.kind)?)
    }

    /// The make-up of the representative assembly today, for its sittings (R33).
    pub(crate) async fn make_up(&self, here: &Here<'_>, body: BodyKind) -> AppResult<Option<AssemblyMakeUp>> {
        if body != BodyKind::RepresentativeAssembly {
            return Ok(None);
        }
        let people = self.people(here).await?;
        let (register, _) = self.register(&here.scope, here.id).await?;
        Ok(Some(register.make_up(&people.persons, here.ctx.today)))
    }

    /// 会议 (public, but for who came).
    pub async fn meeting(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MeetingId,
    ) -> AppResult<MeetingView> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let (version, meeting) = self.seen_meeting(&here, id).await?;
        self.meeting_view(&here, &meeting, version, None).await
    }

    /// 会议列表, newest first (public).
    pub async fn meetings(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        after: Option<(String, String)>,
        limit: u32,
    ) -> AppResult<ListView<MeetingView>> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let rows = self.latest(&here.scope, &VIEW, None, Page { after, limit }).await?;
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            let id = row.id.parse().map_err(AppError::internal)?;
            let (version, meeting) = self.seen_meeting(&here, id).await?;
            let view = self.meeting_view(&here, &meeting, version, None).await?;
            items.push((row.key(), view));
        }
        Ok(ListView::page(items, limit, |(key, _)| key.clone(), |(_, view)| view))
    }

    pub(crate) async fn load_meeting(
        &self,
        community: &Community,
        id: MeetingId,
    ) -> AppResult<LoadedMeeting> {
        let (version, meeting) = self.seen_meeting(community, id).await?;
        Ok(LoadedMeeting { meeting: Arc::unwrap_or_clone(meeting), version })
    }

    /// A meeting and its version, to be looked at.
    pub(crate) async fn seen_meeting(
        &self,
        community: &Community,
        id: MeetingId,
    ) -> AppResult<(u64, Arc<Meeting>)> {
        let evolve = |state, event: MeetingEvent, _| Meeting::evolve(state, &event);
        let folded = self.folded(&self.meetings, &community.scope, &id.to_string(), evolve).await?;
        folded.ok_or(AppError::NotFound { what: "meeting" })
    }

    /// The roll of a meeting: the one it opened with, kept whole whatever changes since (R48); before it opens, that of its
    /// body on its day as the roster and the register stand now.
    pub(crate) async fn roll_of(&self, community: &Community, meeting: &Meeting) -> AppResult<Arc<Roll>> {
        if meeting.roll.is_some() {
            let forgotten = self.opened_rolls.forgotten();
            if let Some(roll) = self.opened_rolls.get(&meeting.id) {
                return Ok(roll);
            }
            let row = self.read(&community.scope, &ROLL, meeting.id).await?;
            let row = row.ok_or_else(|| AppError::internal("the roll of a meeting is missing"))?;
            let roll = Arc::new(row.body);
            self.opened_rolls.put(forgotten, meeting.id, Arc::clone(&roll));
            return Ok(roll);
        }
        self.roll(community, meeting.body, meeting.mode, meeting.held_on).await
    }

    /// A refusal with the names of those it is about.
    pub(crate) async fn named(&self, community: &Community, refusal: Refusal) -> AppError {
        if refusal.people.is_empty() {
            return refusal.into();
        }
        match self.people(community).await {
            Ok(people) => refusal.naming(|person| people.name(person)).into(),
            Err(error) => error,
        }
    }

    /// Lets the machine decide commands one after another: what happened, and the meeting as it is then.
    pub(crate) async fn decide_meeting(
        &self,
        here: &Here<'_>,
        state: Option<&Meeting>,
        commands: &[MeetingCommand],
        asked: &Asked,
        right: Right,
        roll: Option<&Roll>,
    ) -> AppResult<(Vec<MeetingEvent>, Meeting)> {
        let (holidays, findings) = (HolidayCalendar::none(), asked.for_machine());
        let (mut after, mut happened) = (state.cloned(), Vec::new());
        for command in commands {
            let law = self.floor(here.kind, command.law_date(after.as_ref()).unwrap_or(here.ctx.today))?;
            let body = match (&after, command) {
                (Some(meeting), _) => meeting.body,
                (None, MeetingCommand::Convene { body, .. }) => *body,
                (None, _) => return Err(AppError::NotFound { what: "meeting" }),
            };
            let machine = self.machine_context_of(here, right, body).await?;
            let context = machine.with(here.ctx, asked, law, &holidays, &findings);
            let context = yishi_deliberation::Context { roll, ..context };
            let events = match Meeting::decide(after.as_ref(), command, &context) {
                Ok(events) => events,
                Err(refusal) => return Err(self.named(here, refusal).await),
            };
            after = events.iter().fold(after, Meeting::evolve);
            happened.extend(events);
        }
        let after = after.ok_or_else(|| AppError::internal("no meeting came of the events"))?;
        Ok((happened, after))
    }

    /// What notice is given of: every matter of the agenda may come before the body, with what it demands of the meeting,
    /// joined, and whatever must still be so when the notice is written.
    async fn noticed(
        &self,
        here: &Here<'_>,
        right: Right,
        input: &NewMeeting,
        mode: CountingMode,
    ) -> AppResult<Notices> {
        let at = Asks { body: input.body, step: Step::Resolve, mode };
        let law = self.floor(here.kind, here.ctx.today)?;
        let mut found = Notices::default();
        for id in &input.agenda {
            let loaded = self.load_matter(here, *id).await.map_err(|error| match error {
                AppError::NotFound { .. } => AppError::field(
                    "/agenda",
                    "unknown-reference",
                    "议程中有不存在的事项",
                    "the agenda names no matter of this community",
                ),
                other => other,
            })?;
            let holidays = HolidayCalendar::none();
            let nothing = Asked::default();
            let machine = self.machine_context_of(here, right, input.body).await?;
            let context = machine.with(here.ctx, &nothing, law, &holidays, &[]);
            if let Err(mut refusal) = loaded.matter.may_come_before(right, input.body, &context) {
                // Which of them: an agenda has several.
                let title = self.matter_title(here, *id).await?;
                refusal.message_zh = format!("《{title}》：{}", refusal.message_zh);
                refusal.message_en = format!("“{title}”: {}", refusal.message_en);
                return Err(refusal.into());
            }
            let facts = self.facts(here, &loaded.matter).await?;
            let asked = self.ask(here, &loaded.matter.pins, &facts, at, &json!({})).await?;
            if !asked.terms.conditions.is_empty() {
                found.conditions.insert(*id, asked.terms.conditions.clone());
            }
            let all = &mut found.asked;
            all.terms = std::mem::take(&mut all.terms).join(asked.terms);
            all.calls.extend(asked.calls);
            all.plugins.extend(asked.plugins);
            // On one agenda at a time is what is to be voted on; to be studied or supervised it need not wait.
            if decides_by_ballot(input.body) {
                let (on, read) = self.on_agenda(here, *id).await?;
                if let Some(on) = on {
                    found.on_agendas.insert(*id, on);
                }
                found.read.push((*id, read));
            }
            let question = loaded.matter.proposal.as_ref().map(yishi_deliberation::Proposal::question);
            found.agenda.push(AgendaItem { matter: *id, question });
            // Nobody withdraws or revises it between being read and being announced.
            found.guards.push(as_judged(*id, loaded.version));
        }
        // The class of a matter is the matter's business, not the meeting's.
        found.asked.terms.class = None;
        Ok(found)
    }

    pub(crate) async fn meeting_view(
        &self,
        here: &Here<'_>,
        meeting: &Meeting,
        version: u64,
        paper: Option<Paper>,
    ) -> AppResult<MeetingView> {
        let Paper { place, conditions } = match paper {
            Some(paper) => paper,
            None => self.read_or_new(&here.scope, &PAPER, meeting.id).await?.0,
        };
        let mut agenda = Vec::with_capacity(meeting.agenda.len());
        for item in &meeting.agenda {
            let id = &item.matter;
            let mut demanded = Vec::new();
            for (condition, by) in conditions.get(id).into_iter().flat_map(Demands::iter) {
                demanded.push(ConditionView {
                    code: condition.code.clone(),
                    text: condition.text.zh.clone(),
                    text_en: condition.text.en.clone(),
                    by: self.authority_views(by).await,
                });
            }
            agenda.push(AgendaView {
                matter: *id,
                title: self.matter_title(here, *id).await?,
                text: item.question.map(|question| question.text),
                conditions: demanded,
            });
        }
        let may_see = self.reader(here).await?.may(Action::ViewAttendance);
        let mut quorum = meeting.quorum();
        if meeting.roll.is_none() {
            // Before the doors open, say what will be needed of those in office now.
            quorum.in_office = self.roll_of(here, meeting).await?.size();
            let shares = meeting.terms.quorum.iter().map(|(share, _)| share.needed(quorum.in_office));
            quorum.needed = shares.max().unwrap_or(quorum.needed);
        }
        let mut ballots = Vec::with_capacity(meeting.ballots.len());
        for ballot in meeting.ballots.values() {
            ballots.push(self.ballot_view(here, meeting, version, ballot).await?);
        }
        let name = words::body(meeting.body, here.kind);
        let described = meeting.terms.describe(meeting.mode);
        let quorum_words = described.iter().filter(|field| field.field == TermField::Quorum);
        let allowed = meeting.allowed_on(here.ctx.today);
        Ok(MeetingView {
            may: self.may::<Meeting>(here, &allowed, meeting.body).await?,
            allowed,
            id: meeting.id,
            version,
            body: meeting.body,
            body_name: name.zh,
            body_name_en: name.en,
            mode: meeting.mode,
            state: meeting.stage,
            held_on: meeting.held_on,
            hour: hour(meeting.hour),
            sits_on: meeting.sits_on,
            convener: meeting.convener.to_string(),
            presider: meeting.presider.as_ref().map(ToString::to_string),
            recusals: recusals(meeting, may_see),
            notice_on: meeting.convened.on,
            place,
            agenda,
            base: quorum.in_office,
            present: quorum.present,
            present_ids: if may_see {
                meeting.present.keys().map(ToString::to_string).collect()
            } else {
                Vec::new()
            },
            quorum: QuorumView {
                needed: quorum.needed,
                met: quorum.met,
                words: quorum_words.clone().map(|field| field.value.zh.clone()).collect(),
                words_en: quorum_words.map(|field| field.value.en.clone()).collect(),
            },
            ballots,
            owed: crate::position::owed(meeting),
            minutes: meeting.minutes.as_ref().map(Digest::to_string),
        })
    }
}

/// The read model's row of a meeting.
pub(crate) fn meeting_row(meeting: &Meeting, version: u64) -> AppResult<Row> {
    let row = VIEW.row(meeting.id, version, &MeetingRow { state: meeting.stage })?;
    Ok(row.sorted(meeting.held_on).under(meeting.stage.code()).into())
}

/// The hour as people write it.
fn hour(at: jiff::civil::Time) -> String {
    at.strftime("%H:%M").to_string()
}

/// Who stands aside from what: how many for everybody, who for those who may see the attendance.
fn recusals(meeting: &Meeting, may_see: bool) -> Vec<RecusalView> {
    let each = meeting.recusals.iter().flat_map(|(matter, held)| held.iter().map(move |one| (matter, one)));
    each.map(|(matter, (elector, recusal))| RecusalView {
        matter: *matter,
        elector: may_see.then(|| elector.to_string()),
        ground: match recusal.ground {
            RecusalGround::Declared { .. } => "declared",
            RecusalGround::Proposed { .. } => "proposed",
            RecusalGround::Motion { .. } => "motion",
        }
        .to_owned(),
        disputed: recusal.disputed,
    })
    .collect()
}

/// Persons named in an input, each once.
pub(crate) fn distinct(people: &[PersonId]) -> BTreeSet<PersonId> {
    people.iter().copied().collect()
}
