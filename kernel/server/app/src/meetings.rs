//! 会议 (meetings): notice, agenda, attendance, live quorum.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;
use yishi_canonical::Digest;
use yishi_deliberation::meeting::{Meeting, MeetingCommand, MeetingEvent, MeetingStage};
use yishi_identity::{Action, CommunityId, MatterId, MeetingId, PersonId, Roll};
use yishi_law::days::HolidayCalendar;
use yishi_law::{BodyKind, Condition, CountingMode, Demands, Step, Terms};
use yishi_storage::{Page, Row, Unit, ViewQuery, ViewRow};

use crate::bodies::{keep, keep_internal};
use crate::gates::{Asked, At};
use crate::inputs::{Adjournment, Attendance, NewMeeting, Reasons, TieSettlement};
use crate::load::expect_version;
use crate::views::{AgendaView, ConditionView, ListView, MeetingView, QuorumView};
use crate::{App, AppError, AppResult, Community, OpContext, words};

/// The read model's kind.
pub(crate) const VIEW: &str = "meeting";
/// More matters than this on one agenda is a mistake.
const MAX_AGENDA: usize = 50;
/// A village assembly checks in at the door in lists, not one by one; this bounds one list.
const MAX_ARRIVALS: usize = 5_000;
/// A door list becomes several entries of the record: an entry holds at most 64 KiB, some 700 people.
const PEOPLE_AN_ENTRY: usize = 500;

/// What stands on the notice beside the agenda, kept apart from the record: where, and what conditions the rules put
/// for each matter when they were asked at convening. Opening a ballot asks them again.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Paper {
    place: String,
    #[serde(default)]
    conditions: BTreeMap<MatterId, Demands<Condition>>,
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
    pub async fn convene(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        input: NewMeeting,
    ) -> AppResult<MeetingView> {
        let community = self.scope(ctx, community, Action::ConveneMeeting).await?;
        if input.agenda.len() > MAX_AGENDA {
            return Err(AppError::field("/agenda", "too-many", "议程过长", "the agenda is too long"));
        }
        let mode = input.mode.unwrap_or(CountingMode::Persons);
        let (asked, conditions) = self.meeting_terms(ctx, &community, &input, mode).await?;
        let id = MeetingId::from_uuid(self.uuid(ctx));
        let mut unit = Unit::of(community.scope.clone());
        let notice_text = format!(
            "会议通知\n{}定于 {} 在{}召开。\n",
            words::body(input.body, community.kind).zh,
            input.held_on,
            input.place
        );
        let notice = keep(&mut unit.rows, "/place", &notice_text)?;
        let special_circumstances = input
            .special_circumstances
            .as_deref()
            .map(|text| keep(&mut unit.rows, "/special_circumstances", text))
            .transpose()?;
        let make_up = if input.body == BodyKind::RepresentativeAssembly {
            let people = self.people(&community).await?;
            let (register, _) = self.register(&community.scope, community.id).await?;
            Some(register.make_up(&people.persons, ctx.today))
        } else {
            None
        };
        let command = MeetingCommand::Convene {
            id,
            body: input.body,
            mode,
            held_on: input.held_on,
            notice,
            agenda: input.agenda,
            special_circumstances,
            make_up,
        };
        let (events, _) = self
            .decide_meeting(ctx, &community, None, &command, &asked, Action::ConveneMeeting, None)
            .await?;
        let meeting = fold(&events)?;
        unit.entries = self.drafts(ctx, "meeting", &id.to_string(), 0, &events)?;
        crate::step::attach(&mut unit.entries, &asked);
        let version = unit.entries.len() as u64;
        let paper = Paper { place: input.place, conditions };
        unit.rows.push(Row::PutView(ViewRow {
            kind: "meeting-place".to_owned(),
            id: id.to_string(),
            sort: String::new(),
            parent: None,
            version,
            body: serde_json::to_value(&paper).map_err(AppError::internal)?,
        }));
        unit.rows.push(meeting_row(&meeting, version));
        let view = self.meeting_view(ctx, &community, &meeting, version, Some(paper)).await?;
        self.commit(ctx, unit, 201, view).await
    }

    /// 开会 (doors open: the roll of the day is fixed).
    ///
    /// # Errors
    /// A refusal of the machine; the authorisation errors.
    pub async fn open_meeting(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MeetingId,
    ) -> AppResult<MeetingView> {
        let (community, loaded) = self.meeting_for(ctx, community, id, Action::RunMeeting, true).await?;
        self.act_on_meeting(
            ctx,
            &community,
            loaded,
            vec![MeetingCommand::Open],
            Vec::new(),
            Action::RunMeeting,
        )
        .await
    }

    /// 签到与离席.
    ///
    /// # Errors
    /// A refusal of the machine; the authorisation errors.
    pub async fn attend(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MeetingId,
        input: Attendance,
    ) -> AppResult<MeetingView> {
        let (community, loaded) =
            self.meeting_for(ctx, community, id, Action::RecordAttendance, false).await?;
        if input.arrive.len() + input.leave.len() > MAX_ARRIVALS {
            return Err(AppError::field(
                "/arrive",
                "too-many",
                "一次最多登记 5000 人",
                "at most 5,000 at a time",
            ));
        }
        let mut commands = Vec::new();
        for people in input.arrive.chunks(PEOPLE_AN_ENTRY) {
            commands.push(MeetingCommand::Arrive { people: people.to_vec() });
        }
        for people in input.leave.chunks(PEOPLE_AN_ENTRY) {
            commands.push(MeetingCommand::Leave { people: people.to_vec() });
        }
        if commands.is_empty() {
            return Err(AppError::field("/arrive", "empty", "没有要登记的人", "nobody to record"));
        }
        self.act_on_meeting(ctx, &community, loaded, commands, Vec::new(), Action::RecordAttendance).await
    }

    /// 散会, with the minutes.
    ///
    /// # Errors
    /// A refusal of the machine; the authorisation errors.
    pub async fn adjourn(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MeetingId,
        input: Adjournment,
    ) -> AppResult<MeetingView> {
        let (community, loaded) = self.meeting_for(ctx, community, id, Action::RunMeeting, true).await?;
        let mut rows = Vec::new();
        let minutes = keep_internal(&mut rows, "/minutes", &input.minutes)?;
        let commands = vec![MeetingCommand::Adjourn, MeetingCommand::RecordMinutes { minutes }];
        self.act_on_meeting(ctx, &community, loaded, commands, rows, Action::RunMeeting).await
    }

    /// 取消会议, before its doors open.
    ///
    /// # Errors
    /// A refusal of the machine; the authorisation errors.
    pub async fn cancel_meeting(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MeetingId,
        input: Reasons,
    ) -> AppResult<MeetingView> {
        let (community, loaded) = self.meeting_for(ctx, community, id, Action::RunMeeting, true).await?;
        let mut rows = Vec::new();
        let reasons = keep(&mut rows, "/reasons", &input.reasons)?;
        let commands = vec![MeetingCommand::Cancel { reasons }];
        self.act_on_meeting(ctx, &community, loaded, commands, rows, Action::RunMeeting).await
    }

    /// 动议 (settles a tie that a re-vote did not break, R7).
    ///
    /// # Errors
    /// A refusal of the machine; the authorisation errors.
    pub async fn settle_tie(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MeetingId,
        input: TieSettlement,
    ) -> AppResult<MeetingView> {
        let (community, loaded) = self.meeting_for(ctx, community, id, Action::RunMeeting, true).await?;
        let mut rows = Vec::new();
        let minutes = keep_internal(&mut rows, "/minutes", &input.minutes)?;
        let commands =
            vec![MeetingCommand::SettleTie { ballot: input.ballot, motion: input.motion, minutes }];
        self.act_on_meeting(ctx, &community, loaded, commands, rows, Action::RunMeeting).await
    }

    /// 会议 (public, but for who came).
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn meeting(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MeetingId,
    ) -> AppResult<MeetingView> {
        let community = self.scope(ctx, community, Action::ViewPublic).await?;
        let (version, meeting) = self.seen_meeting(&community, id).await?;
        self.meeting_view(ctx, &community, &meeting, version, None).await
    }

    /// 会议列表, newest first (public).
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn meetings(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        after: Option<(String, String)>,
        limit: u32,
    ) -> AppResult<ListView<MeetingView>> {
        let community = self.scope(ctx, community, Action::ViewPublic).await?;
        let query =
            ViewQuery { kind: VIEW.to_owned(), parent: None, page: Page { after, limit }, descending: true };
        let rows = self.store.views(&community.scope, &query).await?;
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            let id = row.id.parse().map_err(AppError::internal)?;
            let (version, meeting) = self.seen_meeting(&community, id).await?;
            let view = self.meeting_view(ctx, &community, &meeting, version, None).await?;
            items.push((format!("{} {}", row.sort, row.id), view));
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
        let folded = self.folded(&self.meetings, &community.scope, &id.to_string(), Meeting::evolve).await?;
        folded.ok_or(AppError::NotFound { what: "meeting" })
    }

    pub(crate) async fn meeting_for(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MeetingId,
        action: Action,
        versioned: bool,
    ) -> AppResult<(Community, LoadedMeeting)> {
        let community = self.scope(ctx, community, action).await?;
        let loaded = self.load_meeting(&community, id).await?;
        if versioned {
            expect_version(ctx, loaded.version)?;
        }
        Ok((community, loaded))
    }

    /// The roll of a meeting's body on its day.
    pub(crate) async fn roll_of(&self, community: &Community, meeting: &Meeting) -> AppResult<Roll> {
        Ok(Arc::unwrap_or_clone(self.seen_roll_of(community, meeting).await?))
    }

    /// The same, to be looked at.
    pub(crate) async fn seen_roll_of(
        &self,
        community: &Community,
        meeting: &Meeting,
    ) -> AppResult<Arc<Roll>> {
        self.roll(community, meeting.body, meeting.mode, meeting.held_on).await
    }

    async fn act_on_meeting(
        &self,
        ctx: &OpContext,
        community: &Community,
        loaded: LoadedMeeting,
        commands: Vec<MeetingCommand>,
        rows: Vec<Row>,
        action: Action,
    ) -> AppResult<MeetingView> {
        let roll = self.roll_of(community, &loaded.meeting).await?;
        let asked = Asked { terms: loaded.meeting.terms.clone(), ..Asked::default() };
        let id = loaded.meeting.id.to_string();
        let mut meeting = loaded.meeting;
        let mut events = Vec::new();
        for command in &commands {
            let (decided, after) = self
                .decide_meeting(ctx, community, Some(&meeting), command, &asked, action, Some(&roll))
                .await?;
            events.extend(decided);
            meeting = after.ok_or_else(|| AppError::internal("a meeting vanished"))?;
        }
        let mut unit = Unit::of(community.scope.clone());
        unit.entries = self.drafts(ctx, "meeting", &id, loaded.version, &events)?;
        unit.rows = rows;
        if events.iter().any(|event| matches!(event, MeetingEvent::Opened { .. })) {
            let ended = self.suspensions_ended(ctx, community, meeting.body, meeting.id).await?;
            unit.entries.extend(ended.entries);
            unit.rows.extend(ended.rows);
        }
        let version = loaded.version + events.len() as u64;
        unit.rows.push(meeting_row(&meeting, version));
        let view = self.meeting_view(ctx, community, &meeting, version, None).await?;
        self.commit(ctx, unit, 200, view).await
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one decision, each named at its call")]
    pub(crate) async fn decide_meeting(
        &self,
        ctx: &OpContext,
        community: &Community,
        state: Option<&Meeting>,
        command: &MeetingCommand,
        asked: &Asked,
        action: Action,
        roll: Option<&Roll>,
    ) -> AppResult<(Vec<MeetingEvent>, Option<Meeting>)> {
        let law = self.floor(community.kind, law_date(state, command).unwrap_or(ctx.today))?;
        let holidays = HolidayCalendar::none();
        let findings = asked.for_machine();
        let machine = self.machine_context(ctx, community, action).await?;
        let context =
            yishi_deliberation::Context { roll, ..machine.with(ctx, asked, law, &holidays, &findings) };
        let events = Meeting::decide(state, command, &context)?;
        let after = events.iter().fold(state.cloned(), Meeting::evolve);
        Ok((events, after))
    }

    /// What every matter on the agenda demands of the meeting, joined; and the conditions of each.
    async fn meeting_terms(
        &self,
        ctx: &OpContext,
        community: &Community,
        input: &NewMeeting,
        mode: CountingMode,
    ) -> AppResult<(Asked, BTreeMap<MatterId, Demands<Condition>>)> {
        let at = At { body: input.body, step: Step::Resolve, mode };
        let mut all = Asked::default();
        let mut conditions = BTreeMap::new();
        for id in &input.agenda {
            let loaded = self.load_matter(community, *id).await.map_err(|error| match error {
                AppError::NotFound { .. } => AppError::field(
                    "/agenda",
                    "unknown-reference",
                    "议程中有不存在的事项",
                    "the agenda names no matter of this community",
                ),
                other => other,
            })?;
            let facts = self.facts(community, &loaded.matter).await?;
            let asked = self.ask(ctx, community, &loaded.matter.pins, &facts, at, &json!({})).await?;
            if !asked.terms.conditions.is_empty() {
                conditions.insert(*id, asked.terms.conditions.clone());
            }
            all.terms = all.terms.join(asked.terms);
            all.calls.extend(asked.calls);
            all.plugins.extend(asked.plugins);
        }
        // The class of a matter is the matter's business, not the meeting's.
        all.terms = Terms { class: None, ..all.terms };
        Ok((all, conditions))
    }

    pub(crate) async fn meeting_view(
        &self,
        ctx: &OpContext,
        community: &Community,
        meeting: &Meeting,
        version: u64,
        paper: Option<Paper>,
    ) -> AppResult<MeetingView> {
        let Paper { place, conditions } = match paper {
            Some(paper) => paper,
            None => {
                let row = self.store.view(&community.scope, "meeting-place", &meeting.id.to_string()).await?;
                let paper = row.map(|row| serde_json::from_value(row.body)).transpose();
                paper.map_err(AppError::internal)?.unwrap_or_default()
            }
        };
        let mut agenda = Vec::with_capacity(meeting.agenda.len());
        for id in &meeting.agenda {
            let mut demanded = Vec::new();
            for (condition, by) in conditions.get(id).into_iter().flat_map(Demands::iter) {
                demanded.push(ConditionView {
                    code: condition.code.clone(),
                    text: condition.text.clone(),
                    by: self.authority_views(by).await,
                });
            }
            agenda.push(AgendaView {
                matter: id.to_string(),
                title: self.matter_title(community, *id).await?,
                conditions: demanded,
            });
        }
        let may_see = match self.authorise(ctx, community, Action::ViewAttendance).await {
            Ok(()) => true,
            Err(AppError::NotPermitted(_) | AppError::NotSignedIn | AppError::NotFound { .. }) => false,
            Err(error) => return Err(error),
        };
        let mut quorum = meeting.quorum();
        if meeting.roll.is_none() {
            // Before the doors open, say what will be needed of those in office now.
            quorum.in_office = self.seen_roll_of(community, meeting).await?.size();
            let shares = meeting.terms.quorum.iter().map(|(share, _)| share.needed(quorum.in_office));
            quorum.needed = shares.max().unwrap_or(quorum.needed);
        }
        let mut ballots = Vec::with_capacity(meeting.ballots.len());
        for ballot in meeting.ballots.values() {
            ballots.push(self.ballot_view(community, meeting, version, ballot).await?);
        }
        let name = words::body(meeting.body, community.kind);
        let described = meeting.terms.describe(meeting.mode);
        let quorum_words = described.iter().filter(|field| field.field == "quorum");
        Ok(MeetingView {
            id: meeting.id.to_string(),
            version,
            body: words::code(&meeting.body),
            body_name: name.zh,
            body_name_en: name.en,
            mode: words::code(&meeting.mode),
            state: stage(meeting.stage).to_owned(),
            held_on: meeting.held_on.to_string(),
            notice_on: meeting.convened.on.to_string(),
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
            minutes: meeting.minutes.as_ref().map(Digest::to_string),
        })
    }
}

pub(crate) fn fold(events: &[MeetingEvent]) -> AppResult<Meeting> {
    events
        .iter()
        .fold(None, Meeting::evolve)
        .ok_or_else(|| AppError::internal("no meeting came of the events"))
}

/// The day whose law a vote is held under: that of the matter it is about (R9), which may be an older one than that of
/// the meeting. Whatever concerns the meeting as such is under the law of the day.
fn law_date(state: Option<&Meeting>, command: &MeetingCommand) -> Option<Date> {
    match command {
        MeetingCommand::OpenBallot { law_date, .. } => Some(*law_date),
        MeetingCommand::CloseBallot { ballot, .. } | MeetingCommand::SettleTie { ballot, .. } => {
            state?.ballots.get(ballot).map(|ballot| ballot.law_date)
        }
        _ => None,
    }
}

/// The read model's row of a meeting.
pub(crate) fn meeting_row(meeting: &Meeting, version: u64) -> Row {
    let state = stage(meeting.stage);
    Row::PutView(ViewRow {
        kind: VIEW.to_owned(),
        id: meeting.id.to_string(),
        sort: meeting.held_on.to_string(),
        parent: Some(state.to_owned()),
        version,
        body: json!({ "state": state }),
    })
}

fn stage(stage: MeetingStage) -> &'static str {
    match stage {
        MeetingStage::Convened => "convened",
        MeetingStage::Open => "open",
        MeetingStage::Adjourned => "adjourned",
        MeetingStage::Minuted => "minuted",
        MeetingStage::Cancelled => "cancelled",
    }
}

/// Persons named in an input, each once.
pub(crate) fn distinct(people: &[PersonId]) -> BTreeSet<PersonId> {
    people.iter().copied().collect()
}
