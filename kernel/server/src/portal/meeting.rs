//! 会议页 (a meeting: who is there, the quorum, ballots).
use std::collections::BTreeSet;

use serde_json::Map;
use yishi_acts::Drawing;
use yishi_acts::house::House;
use yishi_app::reader::VoteStanding;
use yishi_app::views::{AgendaView, BallotPhase, BallotView, MeetingView, RecusalView};
use yishi_deliberation::Meeting;
use yishi_deliberation::meeting::decides_by_ballot;
use yishi_identity::{MeetingId, PersonId};
use yishi_law::{Authority, Secrecy};
use yishi_portal::context::{AgendaRow, BallotRow, MatterStatus, MeetingPage};

use super::finding::RulePages;
use super::prelude::*;
use super::room::Room;

/// Where the form is sent that says who comes.
const CHECK_IN: &str = "check-in";
/// Where the form is sent that says who stands aside.
const RECUSE: &str = "recuse";

pub(super) async fn act(
    visit: Visit,
    Path((community, meeting, act)): Path<(CommunityId, MeetingId, String)>,
    posted: Posted,
) -> Response {
    let form = match act.as_str() {
        "leave" => format!("leave-{}", posted.text("person")),
        act => act.to_owned(),
    };
    let done = visit.act_on_meeting(community, meeting, &act, &posted).await;
    let done = done.map(|said| (format!("/c/{community}/meetings/{meeting}"), said));
    visit.taken(done, &form, &posted, visit.meeting_page(community, meeting)).await
}

impl Visit {
    async fn act_on_meeting(
        &self,
        community: CommunityId,
        id: MeetingId,
        act: &str,
        form: &Posted,
    ) -> Result<String> {
        let (drawing, input, said) = match act {
            CHECK_IN => {
                let arrive = self.arriving(community, form).await?;
                (Drawing::Attendance, json!({ "arrive": arrive }), ("已签到", "Checked in"))
            }
            "leave" => {
                let leave = [form.one::<PersonId>("person")?];
                let said = ("已登记离会", "Recorded as having left");
                (Drawing::Attendance, json!({ "leave": leave }), said)
            }
            RECUSE => (
                Drawing::Recusal,
                self.standing_aside(community, form).await?,
                ("回避已登记", "The recusal is recorded"),
            ),
            act => {
                let from_schema = |entry: &&Entry<Meeting>| entry.style.drawing == Drawing::Schema;
                let entry = Meeting::entry_named(act).filter(from_schema);
                let entry = entry.ok_or(AppError::NotFound { what: "act" })?;
                self.send(community, id, entry, &About::default(), form).await?;
                return Ok(entry.done(self.lang));
            }
        };
        let entry = Meeting::entry_drawn(drawing).ok_or(AppError::NotFound { what: "act" })?;
        self.perform(community, id, entry, &input, form).await?;
        Ok(self.say(said.0, said.1).to_owned())
    }

    /// The page of a meeting, with a refused form if there is one.
    pub(super) async fn meeting_page(&self, community: CommunityId, id: MeetingId) -> Result<Response> {
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
            let form = self.open_ballot_form(&place, &meeting, item, status)?;
            let recused = self.recused(&meeting, item, &room);
            agenda.push(AgendaRow { item: item.clone(), status, recused, form });
        }
        let mut ballots = Vec::with_capacity(meeting.ballots.len());
        for ballot in &meeting.ballots {
            ballots.push(self.ballot_row(&place, &meeting, ballot, &room, &rules).await?);
        }
        let needed = demands.terms.notice_days.as_ref();
        // The strictest share is the one that decides.
        let strictest = demands.terms.quorum.iter().max_by_key(|(share, _)| share.needed(meeting.base));
        let by = |by: Option<&BTreeSet<Authority>>| by.cloned().unwrap_or_default();
        let page = MeetingPage {
            title: self.meeting_title(&meeting),
            share: strictest.map(|(share, _)| *share),
            share_by: self.cite(&by(strictest.map(|(_, by)| by)), &rules).await,
            overdue: self.overdue(&meeting),
            notice_needed: needed.map_or(0, |days| u64::from(days.value)),
            notice_by: self.cite(&by(needed.map(|days| &days.by)), &rules).await,
            agenda,
            ballots,
            attendance: self.attendance(&place, &meeting, &room)?,
            opens_minutes: place.may(Action::ViewInternal),
            actions: self.meeting_forms(&place, &meeting, &room).await?,
            short_notice: demands.short_notice,
            meeting,
        };
        self.page(&place.frame, &page)
    }

    /// Who stands aside from a matter: by name for those who may see the attendance, how many for everybody else.
    fn recused(&self, meeting: &MeetingView, item: &AgendaView, room: &Room) -> Vec<String> {
        let t = self.lang.words();
        let from = meeting.recusals.iter().filter(|one| one.matter == item.matter);
        let (disputed, stands): (Vec<_>, Vec<_>) = from.partition(|one| one.disputed);
        let line = |of: &[&RecusalView], note: &str| {
            let named = of.iter().filter_map(|one| {
                let elector = one.elector.as_deref()?;
                room.people.iter().find(|sits| sits.person.to_string() == elector).map(|sits| &*sits.name)
            });
            let names: Vec<_> = named.collect();
            let who = if names.len() == of.len() {
                names.join(self.say("、", ", "))
            } else {
                self.lang.fill(t.recused_count, of.len())
            };
            (!of.is_empty()).then(|| format!("{}{}{who}{note}", t.recused, self.say("：", ": ")))
        };
        line(&stands, "").into_iter().chain(line(&disputed, t.recused_disputed)).collect()
    }

    fn open_ballot_form(
        &self,
        place: &Place,
        meeting: &MeetingView,
        item: &AgendaView,
        status: MatterStatus,
    ) -> Result<Option<Form>> {
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
        let votes = decides_by_ballot(meeting.body);
        let Some(entry) = offered(meeting, "meetings/{meeting}").filter(|_| votes && !settled && due) else {
            return Ok(None);
        };
        let action = format!("{}/meetings/{}/ballots", place.href, meeting.id);
        let about = About {
            current: json!({ "matter": matter, "secrecy": Secrecy::Open }),
            of_rules: [self.conditions(item)].into(),
            ..About::default()
        };
        let form = self.house_form(place.kind(), entry.act, &action, &matter.to_string(), &about)?;
        self.guarded(form, Some(meeting.version)).map(Some)
    }

    /// The further conditions that rules put for a matter, as questions of the form that opens its vote.
    pub(super) fn conditions(&self, item: &AgendaView) -> (&'static str, OfRules) {
        let mut fields = Map::new();
        for condition in &item.conditions {
            let names = condition.by.iter().map(|by| (by.name.as_str(), by.name_en.as_str()));
            let (zh, en): (Vec<_>, Vec<_>) = names.unzip();
            fields.entry(condition.code.clone()).or_insert_with(|| {
                json!({
                    "type": "string", "title": condition.text, "x-title-en": condition.text_en, "x-rows": 2,
                    "description": format!("写明怎样满足这一条件。{}", zh.join("、")),
                    "x-description-en": format!("Say how this condition is met. {}", en.join("; ")),
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
    ) -> Result<BallotRow> {
        let mut votes = false;
        if ballot.state == BallotPhase::Open {
            let own = self.app().own_vote(self.ctx(), place.id(), ballot.id).await?;
            votes = own.is_some_and(|own| matches!(own.standing, VoteStanding::Ready));
        }
        let mut row = BallotRow { ballot: ballot.clone(), votes, finding: None, close_form: None };
        if let Some(decision) = &ballot.decision {
            let secret = ballot.secrecy == Secrecy::Secret;
            row.finding = Some(self.finding(decision, secret, None, rules).await);
        }
        let close = offered(meeting, "ballots/{ballot}").filter(|_| ballot.state != BallotPhase::Closed);
        if let Some(entry) = close {
            row.close_form = Some(self.close_form(place, meeting, entry, ballot, room).await?);
        }
        Ok(row)
    }

    async fn meeting_forms(&self, place: &Place, meeting: &MeetingView, room: &Room) -> Result<Vec<Form>> {
        let mut list = Vec::new();
        let thing = format!("{}/meetings/{}", place.href, meeting.id);
        let action = |act: &str| format!("{thing}/{act}");
        for entry in Meeting::acts() {
            // Papers are entered after people have come, and before what else the room does.
            if entry.style.drawing == Drawing::Recusal {
                list.extend(self.paper_vote_forms(place, meeting, room).await?);
            }
            if !meeting.may.contains(&entry.act) {
                continue;
            }
            let capacity = place.reader.acting_as_of(entry.right(), meeting.body);
            let form = match entry.style.drawing {
                Drawing::Attendance => self.check_in_form(&action(CHECK_IN), room),
                Drawing::Recusal => self.recusal_form(place, &action(RECUSE), meeting, room),
                Drawing::Schema => self.form_on(place, entry, &thing, &About::default()),
                Drawing::Count | Drawing::Elected | Drawing::Nowhere => continue,
            };
            let form = self.acting(form, place.kind(), capacity);
            list.push(self.guarded(form, entry.if_match.then_some(meeting.version))?);
        }
        Ok(list)
    }
}

/// The act of the house that is done with what stands at this address, where the machine of the meeting lets the reader do it now:
/// ballots are opened and closed by the meeting they are held in, under the same codes.
fn offered(meeting: &MeetingView, thing: &'static str) -> Option<&'static Entry<House>> {
    House::acts_at(thing).find(|entry| meeting.may.iter().any(|act| act.code() == entry.act.code()))
}
