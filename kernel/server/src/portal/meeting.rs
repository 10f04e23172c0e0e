//! 会议页 (a meeting: who is there, the quorum, ballots).
use super::acts::OfRules;
use serde_json::Map;
use yishi_portal::Speak as _;

use super::house::FORM;
use std::sync::Arc;
use yishi_acts::house::HouseAct;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::{Value, json};
use yishi_acts::{Aggregate as _, Entry};
use yishi_app::AppError;
use yishi_app::reader::{Attendee, MeetingDemands, VoteStanding};
use yishi_app::views::BallotPhase;
use yishi_app::views::{AgendaView, BallotView, MeetingView};
use yishi_deliberation::meeting::MeetingStage;
use yishi_deliberation::{Meeting, MeetingAct};
use yishi_edge::extract::Path;
use yishi_identity::{Action, CommunityId, MeetingId, PersonId};
use yishi_law::{BodyKind, Choice, Secrecy};
use yishi_portal::context::{
    AgendaRow, AttendanceRow, BallotRow, BallotState, DocumentLink, Field, FieldChoice, FieldKind, Form,
    FormStyle, MatterStatus, MeetingPage, NavItem, QuorumBar, QuorumStanding,
};
use yishi_portal::forms;

use super::acts::{About, entry_of};
use super::answer::{Miss, Tried};
use super::finding::RulePages;
use super::phrases;
use super::posted::Posted;
use super::standing::unended;
use super::visit::{Place, Visit};
use crate::http::Server;

/// A roll up to this size is ticked off a list; a larger one is checked in by name.
const TICKED: usize = 200;
/// Bodies that decide by ballot.
const VOTING: [BodyKind; 3] =
    [BodyKind::Council, BodyKind::RepresentativeAssembly, BodyKind::ResidentsAssembly];
/// What the names of the boxes begin with.
const ARRIVES: &str = "arrive.";

/// Routes of this file.
pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/c/{community}/meetings/{meeting}", get(meeting_page))
        .route("/c/{community}/meetings/{meeting}/{act}", post(act))
}

async fn meeting_page(visit: Visit, Path((community, meeting)): Path<(CommunityId, MeetingId)>) -> Response {
    let page = visit.meeting_page(community, meeting, None).await;
    visit.show(page).await
}

async fn act(
    visit: Visit,
    Path((community, meeting, act)): Path<(CommunityId, MeetingId, String)>,
    posted: Posted,
) -> Response {
    match visit.act_on_meeting(community, meeting, &act, &posted).await {
        Ok(message) => visit.done(&format!("/c/{community}/meetings/{meeting}"), &message),
        Err(miss) => {
            let form = match act.as_str() {
                "leave" => format!("leave-{}", posted.text("person")),
                act => act.to_owned(),
            };
            let page = match visit.tried(&miss, &form, &posted, &[]) {
                Some(tried) => visit.meeting_page(community, meeting, Some(&tried)).await,
                None => Err(miss),
            };
            visit.show(page).await
        }
    }
}

/// Who may sit, as far as the reader may see it.
#[derive(Default)]
pub(super) struct Room {
    /// Those shown, present ones first.
    pub(super) people: Vec<Attendee>,
    /// How many there are in all.
    all: usize,
}

impl Visit {
    async fn act_on_meeting(
        &self,
        community: CommunityId,
        id: MeetingId,
        act: &str,
        form: &Posted,
    ) -> Result<String, Miss> {
        let _app = self.app();
        let done = match act {
            "check-in" => {
                let arrive = self.arriving(community, form).await?;
                self.meeting_act(community, id, MeetingAct::Arrive, json!({ "arrive": arrive }), form)
                    .await?;
                self.say("已签到", "Checked in").to_owned()
            }
            "leave" => {
                let leave = [form.one::<PersonId>("person")?];
                self.meeting_act(community, id, MeetingAct::Arrive, json!({ "leave": leave }), form).await?;
                self.say("已登记离会", "Recorded as having left").to_owned()
            }
            "recuse" => {
                let input = recusal(form)?;
                self.meeting_act(community, id, MeetingAct::Recuse, input, form).await?;
                self.say("回避已登记", "The recusal is recorded").to_owned()
            }
            act => {
                let entry = entry_of::<Meeting>(act)?;
                if !is_drawn(entry) {
                    return Err(AppError::NotFound { what: "act" }.into());
                }
                self.send(community, id, entry, &About::default(), form).await?;
                entry.done(self.lang)
            }
        };
        Ok(done)
    }

    async fn meeting_act(
        &self,
        community: CommunityId,
        id: MeetingId,
        act: MeetingAct,
        input: Value,
        form: &Posted,
    ) -> Result<(), Miss> {
        let entry = Meeting::entry(act).ok_or(AppError::NotFound { what: "act" })?;
        self.perform(community, id, entry, &input, form).await
    }

    /// Those ticked, and those written by name.
    async fn arriving(&self, community: CommunityId, form: &Posted) -> Result<Vec<PersonId>, Miss> {
        let mut arrive: Vec<PersonId> =
            form.ticked_with(ARRIVES).into_iter().filter_map(|person| person.parse().ok()).collect();
        let text = form.text("names");
        let names: Vec<&str> = text.lines().map(str::trim).filter(|name| !name.is_empty()).collect();
        arrive.extend(self.people_of(community, "names", form, &names).await?);
        Ok(arrive)
    }

    /// The page of a meeting, with a refused form if there is one.
    pub(super) async fn meeting_page(
        &self,
        community: CommunityId,
        id: MeetingId,
        tried: Option<&Tried>,
    ) -> Result<Response, Miss> {
        let place = self.place(community, NavItem::Matters).await?;
        let meeting = self.app().meeting(self.ctx(), community, id).await?;
        let demands = self.app().meeting_demands(self.ctx(), community, id).await?;
        let room = self.room(&place, id).await?;
        let rules = RulePages::new();
        let board = self.board(&place).await?;
        let mut agenda = Vec::with_capacity(meeting.agenda.len());
        for item in &meeting.agenda {
            let summary = self.app().matter_summary(self.ctx(), community, item.matter).await?;
            let status = board.of(&summary).status;
            agenda.push(AgendaRow {
                title: item.title.clone(),
                href: format!("{}/matters/{}", place.href, item.matter),
                status,
                form: self.open_ballot_form(&place, &meeting, item, status)?,
            });
        }
        let mut ballots = Vec::with_capacity(meeting.ballots.len());
        for ballot in &meeting.ballots {
            ballots.push(self.ballot_row(&place, &meeting, ballot, &room, &rules).await?);
        }
        let days = u64::try_from((meeting.held_on - meeting.notice_on).get_days()).unwrap_or(0);
        let needed = demands.terms.notice_days.as_ref();
        let mut page = MeetingPage {
            title: self.meeting_title(&meeting),
            body: self.meeting_title(&meeting),
            state: phrases::meeting_state(meeting.state),
            mode: meeting.mode,
            held_on: self.meeting_time(&meeting),
            place: meeting.place.clone(),
            overdue: unended(self.lang, meeting.owed.as_ref(), self.ctx().today),
            notice_on: phrases::date(self.lang, &meeting.notice_on),
            notice_days: days,
            notice_needed: needed.map_or(0, |days| u64::from(days.value)),
            notice_by: match needed {
                Some(days) => self.cite(&days.by, &rules).await,
                None => Vec::new(),
            },
            short_notice_reason: demands.short_notice.clone(),
            quorum: self.quorum(&meeting, &demands, &rules).await,
            agenda,
            ballots,
            attendance: self.attendance(&place, &meeting, &room)?,
            documents: meeting
                .minutes
                .iter()
                .map(|digest| DocumentLink {
                    text: self.lang.words().form_minutes.to_owned(),
                    href: Self::may(&place, Action::ViewInternal)
                        .then(|| format!("{}/documents/{digest}", place.href)),
                    digest: Some(digest.clone()),
                })
                .collect(),
            actions: self.meeting_forms(&place, &meeting, &room).await?,
        };
        if let Some(tried) = tried {
            tried.fill(&mut page.actions);
            tried.fill(page.agenda.iter_mut().filter_map(|row| row.form.as_mut()));
            tried.fill(page.ballots.iter_mut().filter_map(|row| row.close_form.as_mut()));
            tried.fill(page.attendance.iter_mut().filter_map(|row| row.form.as_mut()));
        }
        self.page(&place.frame, &page, tried)
    }

    /// Who may sit, when the reader keeps the attendance or may see it.
    pub(super) async fn room(&self, place: &Place, id: MeetingId) -> Result<Room, Miss> {
        // Whose sitting it is decides who keeps its attendance: the use case says.
        match self.app().attendees(self.ctx(), place.id(), id, 2 * TICKED).await {
            Ok((people, all)) => Ok(Room { people, all }),
            Err(
                AppError::NotPermitted(_)
                | AppError::NotPermittedOf(..)
                | AppError::NotSignedIn
                | AppError::NotFound { .. },
            ) => Ok(Room::default()),
            Err(error) => Err(error.into()),
        }
    }

    async fn quorum(&self, meeting: &MeetingView, demands: &MeetingDemands, rules: &RulePages) -> QuorumBar {
        // The strictest share is the one that decides.
        let strictest = demands.terms.quorum.iter().max_by_key(|(share, _)| share.needed(meeting.base));
        QuorumBar {
            whole: meeting.base,
            present: meeting.present,
            needed: meeting.quorum.needed,
            share: strictest.map(|(share, _)| *share),
            standing: match meeting.state {
                MeetingStage::Cancelled => QuorumStanding::CalledOff,
                MeetingStage::Adjourned | MeetingStage::Minuted => QuorumStanding::Over,
                _ if !VOTING.contains(&meeting.body) => QuorumStanding::NoVote,
                _ if strictest.is_none() => QuorumStanding::Undeclared,
                MeetingStage::Convened | MeetingStage::Recessed => QuorumStanding::Coming,
                MeetingStage::Open if meeting.quorum.met => QuorumStanding::Met,
                MeetingStage::Open => {
                    QuorumStanding::Short(meeting.quorum.needed.saturating_sub(meeting.present))
                }
            },
            by: match strictest {
                Some((_, by)) => self.cite(by, rules).await,
                None => Vec::new(),
            },
        }
    }

    fn open_ballot_form(
        &self,
        place: &Place,
        meeting: &MeetingView,
        item: &AgendaView,
        status: MatterStatus,
    ) -> Result<Option<Form>, Miss> {
        let matter = &item.matter;
        let settled = meeting.ballots.iter().any(|ballot| {
            ballot.matter == *matter
                && (ballot.state == BallotPhase::Open
                    || ballot.decision.as_ref().is_some_and(|one| one.passed))
        });
        let due = matches!(
            status,
            MatterStatus::Open | MatterStatus::Scheduled | MatterStatus::Consulting | MatterStatus::Answering
        );
        let votes = VOTING.contains(&meeting.body);
        if !votes || settled || !due || !meeting.may.contains(&MeetingAct::OpenBallot) {
            return Ok(None);
        }
        let action = format!("{}/meetings/{}/ballots", place.href, meeting.id);
        let about = About {
            current: json!({ "matter": matter, "secrecy": Secrecy::Open }),
            of_rules: [self.conditions(item)].into(),
            ..About::default()
        };
        let form =
            self.house_form(place.kind(), HouseAct::OpenBallot, &action, &matter.to_string(), &about)?;
        self.guarded(form, Some(meeting.version)).map(Some)
    }

    /// The further conditions that rules put for a matter, as questions of the form that opens its vote.
    pub(super) fn conditions(&self, item: &AgendaView) -> (&'static str, OfRules) {
        let mut fields = Map::new();
        for condition in &item.conditions {
            let by = |en: bool| -> Vec<&str> {
                condition
                    .by
                    .iter()
                    .map(|by| if en { by.name_en.as_str() } else { by.name.as_str() })
                    .collect()
            };
            fields.entry(condition.code.clone()).or_insert_with(|| {
                json!({
                    "type": "string", "title": condition.text, "x-title-en": condition.text_en, "x-rows": 2,
                    "description": format!("写明怎样满足这一条件。{}", by(false).join("、")),
                    "x-description-en": format!("Say how this condition is met. {}", by(true).join("; ")),
                })
            });
        }
        let codes: Vec<&String> = fields.keys().collect();
        let schema = json!({ "type": "object", "required": codes, "properties": fields });
        ("conditions", OfRules { schemas: vec![schema], answered: Value::Null })
    }

    async fn ballot_row(
        &self,
        place: &Place,
        meeting: &MeetingView,
        ballot: &BallotView,
        room: &Room,
        rules: &RulePages,
    ) -> Result<BallotRow, Miss> {
        let open = ballot.state == BallotPhase::Open;
        let running = ballot.state != BallotPhase::Closed;
        let id = ballot.id;
        let mut vote_href = None;
        if open {
            let own = self.app().own_vote(self.ctx(), place.id(), id).await?;
            vote_href = own
                .filter(|own| matches!(own.standing, VoteStanding::Ready))
                .map(|_| format!("{}/ballots/{id}", place.href));
        }
        let secret = ballot.secrecy == Secrecy::Secret;
        let finding = match &ballot.decision {
            Some(decision) => Some(self.finding(place, decision, secret, None, rules).await),
            None => None,
        };
        let close_form = if running && meeting.may.contains(&MeetingAct::CloseBallot) {
            Some(self.close_form(place, meeting, ballot, room).await?)
        } else {
            None
        };
        Ok(BallotRow {
            title: ballot.title.clone(),
            state: match ballot.state {
                BallotPhase::Open => BallotState::Open,
                BallotPhase::Stopped => BallotState::Stopped,
                BallotPhase::Closed => BallotState::Closed,
            },
            secret,
            roll: ballot.roll_size,
            entitled: ballot.entitled,
            cast: ballot.turnout,
            vote_href,
            finding,
            close_form,
        })
    }

    async fn close_form(
        &self,
        place: &Place,
        meeting: &MeetingView,
        ballot: &BallotView,
        room: &Room,
    ) -> Result<Form, Miss> {
        let action = format!("{}/ballots/{}/close", place.href, ballot.id);
        let tellers = self.tellers_field(place, meeting, room).await?;
        let teller = |name: &str, zh: &str, en: &str| {
            let hint = self.say("有现场计票时必填。", "Needed with a count in the hall.");
            Field::new(name, self.say(zh, en), tellers.clone()).hint(hint)
        };
        // What is in the box and what came by name are one count: the same person must not be in both.
        let by_name = match self.lang {
            yishi_portal::Lang::Zh => format!(
                "填写现场举手或纸质票的数字。到会可表决{}，已按姓名投票和登记{}，这{}票自动计入，现场计票不要再算。",
                ballot.roll_size, ballot.turnout, ballot.turnout
            ),
            yishi_portal::Lang::En => format!(
                "Enter the show of hands or the papers. Of {} in the room {} have voted by name: those are added by themselves and left out of the count.",
                ballot.roll_size, ballot.turnout
            ),
        };
        let form = forms::close_ballot(self.lang, &action, &ballot.id.to_string())
            .with(Field::hidden(FORM, &format!("close-ballot-{}", ballot.id)))
            .note(&by_name)
            .with(
                Field::new(
                    "hand_count.not_voting",
                    self.say("到会未投", "Present, not voting"),
                    FieldKind::Number,
                )
                .hint(self.say(
                    "到会可表决而没有投票的人数；没有现场计票的也要写明。",
                    "Of those in the room who may vote, how many did not; also where nothing was counted in the hall.",
                )),
            )
            .with(teller("hand_count.tellers.0", "计票人", "Teller"))
            .with(teller("hand_count.tellers.1", "监票人", "Second teller"))
            .with(
                Field::new(
                    "hand_count.record",
                    self.say("计票单内容", "The signed count sheet"),
                    FieldKind::Lines { rows: 3 },
                )
                .hint(self.say("有现场计票时必填。", "Needed where papers were counted in the hall.")),
            );
        // What is entered after the day of the sitting comes with its minutes.
        let form = if meeting.sits_on == self.ctx().today {
            form
        } else {
            let label = self.say(
                "会议记录（会后补登时必填）",
                "Minutes of the sitting (needed when entered after its day)",
            );
            form.with(Field::new("minutes", label, FieldKind::Lines { rows: 4 }).required())
        };
        self.guarded(form, Some(meeting.version))
    }

    /// A list of those who may sit where it is short, a name to write where it is long.
    fn person_field(&self, room: &Room) -> FieldKind {
        if room.all == 0 || room.all > TICKED {
            return FieldKind::Text;
        }
        FieldKind::Select(
            room.people.iter().map(|one| FieldChoice::new(&one.person.to_string(), &one.name)).collect(),
        )
    }

    /// Who may count (R35): those in the room but for the one who presides, and the supervision committee.
    async fn tellers_field(
        &self,
        place: &Place,
        meeting: &MeetingView,
        room: &Room,
    ) -> Result<FieldKind, Miss> {
        let presides = |person: &str| meeting.presider.as_deref() == Some(person);
        let mut tellers: Vec<(String, String)> = room
            .people
            .iter()
            .filter(|one| one.present)
            .map(|one| (one.person.to_string(), one.name.clone()))
            .filter(|(person, _)| !presides(person))
            .collect();
        for body in self.app().bodies(self.ctx(), place.id()).await? {
            if body.body != BodyKind::SupervisionCommittee {
                continue;
            }
            for member in body.members {
                if !presides(&member.person) && !tellers.iter().any(|(person, _)| *person == member.person) {
                    let of = phrases::of(self.lang, &body.name, &body.name_en);
                    tellers.push((member.person, format!("{} · {of}", member.name)));
                }
            }
        }
        Ok(if tellers.is_empty() || tellers.len() > TICKED {
            FieldKind::Text
        } else {
            FieldKind::Select(tellers.iter().map(|(person, name)| FieldChoice::new(person, name)).collect())
        })
    }

    /// Whether it is open and this is its day: what the room does is of that day, and afterwards what was begun is ended (R48).
    fn sits(&self, meeting: &MeetingView) -> bool {
        meeting.state == MeetingStage::Open && meeting.sits_on == self.ctx().today
    }

    fn attendance(
        &self,
        place: &Place,
        meeting: &MeetingView,
        room: &Room,
    ) -> Result<Vec<AttendanceRow>, Miss> {
        let keeps = meeting.may.contains(&MeetingAct::Leave);
        let shown = room.people.iter().filter(|one| room.all <= TICKED || one.present || one.left.is_some());
        let mut rows = Vec::new();
        for one in shown {
            let person = one.person.to_string();
            let action = format!("{}/meetings/{}/leave", place.href, meeting.id);
            let form = if keeps && one.present {
                Some(self.guarded(forms::leave(self.lang, &action, &person), None)?)
            } else {
                None
            };
            rows.push(AttendanceRow {
                name: one.name.clone(),
                office: phrases::of(self.lang, &one.place.0, &one.place.1).to_owned(),
                arrived: one.arrived.map(|at| phrases::instant(self.lang, at)),
                left: one.left.map(|at| phrases::instant(self.lang, at)),
                form,
            });
        }
        Ok(rows)
    }

    async fn meeting_forms(
        &self,
        place: &Place,
        meeting: &MeetingView,
        room: &Room,
    ) -> Result<Vec<Form>, Miss> {
        let mut list = Vec::new();
        let thing = format!("{}/meetings/{}", place.href, meeting.id);
        let action = |act: &str| format!("{thing}/{act}");
        for entry in Meeting::acts() {
            // Papers are entered after people have come, and before what else the room does.
            if entry.act == MeetingAct::Recuse {
                list.extend(self.paper_vote_forms(place, meeting, room).await?);
            }
            if entry.act == MeetingAct::DisputeRecusal || !meeting.may.contains(&entry.act) {
                continue;
            }
            let capacity = place.reader.acting_as_of(entry.right(), meeting.body);
            let form = match entry.act {
                MeetingAct::Arrive => self.check_in_form(&action("check-in"), room),
                MeetingAct::Recuse => self.recusal_form(place, &action("recuse"), meeting, room),
                _ => self.form_on(place, entry, &thing, &About::default()),
            };
            let form = match capacity {
                Some(capacity) => form.acting_as(&phrases::capacity_in(self.lang, place.kind(), capacity)),
                None => form,
            };
            list.push(self.guarded(form, entry.if_match.then_some(meeting.version))?);
        }
        Ok(list)
    }

    /// Of a secret ballot nobody enters a named person's choice (R35).
    async fn paper_vote_forms(
        &self,
        place: &Place,
        meeting: &MeetingView,
        room: &Room,
    ) -> Result<Vec<Form>, Miss> {
        let mut list = Vec::new();
        if self.sits(meeting) && Self::may(place, Action::RecordPaperVote) {
            let by_name =
                |ballot: &&BallotView| ballot.state == BallotPhase::Open && ballot.secrecy != Secrecy::Secret;
            for ballot in meeting.ballots.iter().filter(by_name) {
                list.extend(self.paper_vote_form(place, ballot, room).await?);
            }
        }
        Ok(list)
    }

    fn check_in_form(&self, action: &str, room: &Room) -> Form {
        let t = self.lang.words();
        let mut form = Form::new("check-in", t.form_arrive, action, t.form_arrive).style(FormStyle::Folded);
        if room.all <= TICKED {
            for one in room.people.iter().filter(|one| !one.present) {
                let office = phrases::of(self.lang, &one.place.0, &one.place.1);
                let label = format!("{} · {office}", one.name);
                form = form.with(Field::new(&format!("{ARRIVES}{}", one.person), &label, FieldKind::Check));
            }
            return form;
        }
        let hint = self.say(
            "每行一人，写姓名或编号；可以从签到单整列粘贴。",
            "One to a line, by name or id; a whole column of the sheet can be pasted.",
        );
        form.with(
            Field::new("names", self.say("到会的人", "Who has come"), FieldKind::Lines { rows: 8 })
                .required()
                .hint(hint),
        )
    }

    /// 登记回避: a member for themselves, or staff for whoever is in the room.
    fn recusal_form(&self, place: &Place, action: &str, meeting: &MeetingView, room: &Room) -> Form {
        let heading = self.say("登记回避", "Record a recusal");
        let matters = meeting
            .agenda
            .iter()
            .map(|item| FieldChoice::new(&item.matter.to_string(), &item.title))
            .collect();
        let mut form = Form::new("recuse", heading, action, heading)
            .note(self.say(
                "本人当场申明；或者由到会的人说明理由提出，再由本人申明，或者由会议动议决定（本人不参加表决）。只有人提出的，不生效。",
                "Declared by the member in the room; or proposed by somebody in the room with a reason, and then declared by the member or decided by a motion in which they do not vote. A proposal alone has no effect.",
            ))
            .style(FormStyle::Folded)
            .with(
                Field::new("matter", self.say("回避的事项", "From which matter"), FieldKind::Select(matters))
                    .required(),
            );
        if Self::may(place, Action::RecordPaperVote) {
            let field = self.person_field(room);
            form = form
                .with(Field::new("person", self.say("回避的人", "Who stands aside"), field).required())
                .with(
                    Field::new(
                        "said_by",
                        self.say("由谁提出", "Who said so"),
                        FieldKind::Select(vec![
                            FieldChoice::new("member", self.say("本人当场申明", "the member, in the room")),
                            FieldChoice::new("other", self.say("他人当场提出", "somebody else, in the room")),
                        ]),
                    )
                    .required(),
                )
                .with(Field::new(
                    "proposed_by",
                    self.say("提出人（他人提出时填写）", "Proposed by (when it was somebody else)"),
                    self.person_field(room),
                ))
                .with(Field::new(
                    "motion_yes",
                    self.say("动议赞成（由会议决定时填写）", "For the motion (when the body decided)"),
                    FieldKind::Number,
                ))
                .with(Field::new("motion_no", self.say("动议反对", "Against the motion"), FieldKind::Number))
                .with(Field::new(
                    "motion_minutes",
                    self.say("动议记录", "Minutes of the motion"),
                    FieldKind::Lines { rows: 2 },
                ));
        }
        form.with(
            Field::new("reason", self.lang.words().form_reason, FieldKind::Lines { rows: 2 }).required(),
        )
    }

    async fn paper_vote_form(
        &self,
        place: &Place,
        ballot: &BallotView,
        room: &Room,
    ) -> Result<Option<Form>, Miss> {
        let t = self.lang.words();
        let action = format!("{}/ballots/{}/record", place.href, ballot.id);
        let heading = format!("{}{}", self.say("登记一张纸质票：", "Enter a paper vote: "), ballot.title);
        let choices = Choice::ALL.iter().map(|choice| FieldChoice::of(*choice, self.lang)).collect();
        // Only those who are in the room and have not voted can hand in a paper.
        let id = ballot.id;
        let present: Vec<_> = room.people.iter().filter(|one| one.present).cloned().collect();
        let people: Vec<_> = present.iter().map(|one| one.person).collect();
        let waiting = self.app().yet_to_vote(self.ctx(), place.id(), id, &people).await?;
        let here = Room {
            people: present.into_iter().filter(|one| waiting.contains(&one.person)).collect(),
            all: room.all,
        };
        // A long roll is written by name; a short one whose people have all voted leaves nothing to enter.
        if here.people.is_empty() && (1..=TICKED).contains(&here.all) {
            return Ok(None);
        }
        let form = Form::new("record-vote", &heading, &action, self.say("登记", "Enter"))
            .numbered(&ballot.id.to_string())
            .style(FormStyle::Folded)
            .with(Field::new("voter", t.vote_as, self.person_field(&here)).required())
            .with(Field::new("choice", t.choice, FieldKind::OneOf(choices)).required());
        self.guarded(form, None).map(Some)
    }
}

/// Whether a page draws an act from its schema: the others have forms of their own.
fn is_drawn(entry: &Entry<Meeting>) -> bool {
    !matches!(entry.act, MeetingAct::Arrive | MeetingAct::Recuse | MeetingAct::DisputeRecusal)
}

/// What the form of a recusal says: the member's own word, or somebody's proposal with what became of it.
fn recusal(form: &Posted) -> Result<Value, Miss> {
    let declared = form.optional("said_by").as_deref() == Some("member");
    let mut input = json!({
        "matter": form.required("matter")?,
        "person": form.optional("person"),
        "reason": form.required("reason")?,
        "declared_in_room": declared,
    });
    if !declared {
        input["proposed_by"] = json!(form.optional("proposed_by"));
        if let Some(yes) = form.number("motion_yes")? {
            let no = form.number("motion_no")?.unwrap_or(0);
            input["motion"] = json!({ "yes": yes, "no": no, "minutes": form.required("motion_minutes")? });
        }
    }
    Ok(input)
}
