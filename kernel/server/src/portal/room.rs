//! 会场 (what is written down in the room: who comes and goes, who stands aside, papers and counts), as forms and as what they say.

use yishi_acts::Drawing;
use yishi_acts::house::House;
use yishi_app::reader::Attendee;
use yishi_app::views::{BallotPhase, BallotView, MeetingView};
use yishi_deliberation::Meeting;
use yishi_deliberation::meeting::MeetingStage;
use yishi_identity::{MeetingId, PersonId};
use yishi_law::{BodyKind, Choice, Secrecy};
use yishi_portal::context::AttendanceRow;
use yishi_portal::forms;

use super::house::FORM;
use super::prelude::*;

/// A roll up to this size is ticked off a list; a larger one is checked in by name.
const TICKED: usize = 200;
/// What the names of the boxes begin with.
const ARRIVES: &str = "arrive.";

/// Who may sit, as far as the reader may see it.
#[derive(Default)]
pub(super) struct Room {
    /// Those shown, present ones first.
    pub(super) people: Vec<Attendee>,
    /// How many there are in all.
    all: usize,
}

impl Visit {
    /// Who may sit, when the reader keeps the attendance or may see it.
    pub(super) async fn room(&self, place: &Place, id: MeetingId) -> Result<Room> {
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

    /// Those ticked, and those written by name.
    pub(super) async fn arriving(&self, community: CommunityId, form: &Posted) -> Result<Vec<PersonId>> {
        let mut arrive: Vec<PersonId> =
            form.ticked_with(ARRIVES).into_iter().filter_map(|person| person.parse().ok()).collect();
        let text = form.text("names");
        let names: Vec<&str> = text.lines().map(str::trim).filter(|name| !name.is_empty()).collect();
        arrive.extend(self.people_of(community, "names", form, &names).await?);
        Ok(arrive)
    }

    pub(super) async fn close_form(
        &self,
        place: &Place,
        meeting: &MeetingView,
        entry: &Entry<House>,
        ballot: &BallotView,
        room: &Room,
    ) -> Result<Form> {
        let action = format!("{}/ballots/{}/close", place.href, ballot.id);
        let t = self.lang.words();
        let tellers = self.tellers_field(place, meeting, room).await?;
        let teller =
            |name: &str, label: &str| Field::new(name, label, tellers.clone()).hint(t.form_teller_hint);
        // What is in the box and what came by name are one count: the same person must not be in both.
        let (roll, cast) = (ballot.roll_size, ballot.turnout);
        let by_name = self.lang.pick(
            format!("填写现场举手或纸质票的数字。到会可表决{roll}，已按姓名投票和登记{cast}，这{cast}票自动计入，现场计票不要再算。"),
            format!("Enter the show of hands or the papers. Of {roll} in the room {cast} have voted by name: those are added by themselves and left out of the count."),
        );
        let form = forms::close_ballot(self.lang, entry.act.code(), &action, &ballot.id.to_string());
        let id = form.id.clone();
        let form = form
            .with(Field::hidden(FORM, &id))
            .note(&by_name)
            .with(number("hand_count.not_voting", t.form_not_voting).hint(t.form_not_voting_hint))
            .with(teller("hand_count.tellers.0", t.form_teller))
            .with(teller("hand_count.tellers.1", t.form_teller_second))
            .with(lines("hand_count.record", t.form_count_sheet, 3).hint(t.form_count_sheet_hint));
        // What is entered after the day of the sitting comes with its minutes.
        let form = if meeting.sits_on == self.ctx().today {
            form
        } else {
            form.with(lines("minutes", t.form_minutes_late, 4).required())
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
    async fn tellers_field(&self, place: &Place, meeting: &MeetingView, room: &Room) -> Result<FieldKind> {
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
                    let of = self.lang.of(&body.name, &body.name_en);
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

    pub(super) fn attendance(
        &self,
        place: &Place,
        meeting: &MeetingView,
        room: &Room,
    ) -> Result<Vec<AttendanceRow>> {
        let keeps =
            Meeting::entry_drawn(Drawing::Attendance).is_some_and(|entry| meeting.may.contains(&entry.act));
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
                office: one.place.clone(),
                arrived: one.arrived,
                left: one.left,
                form,
            });
        }
        Ok(rows)
    }

    /// Of a secret ballot nobody enters a named person's choice (R35).
    pub(super) async fn paper_vote_forms(
        &self,
        place: &Place,
        meeting: &MeetingView,
        room: &Room,
    ) -> Result<Vec<Form>> {
        let mut list = Vec::new();
        if self.sits(meeting) && place.may(Action::RecordPaperVote) {
            let by_name =
                |ballot: &&BallotView| ballot.state == BallotPhase::Open && ballot.secrecy != Secrecy::Secret;
            for ballot in meeting.ballots.iter().filter(by_name) {
                list.extend(self.paper_vote_form(place, ballot, room).await?);
            }
        }
        Ok(list)
    }

    pub(super) fn check_in_form(&self, action: &str, room: &Room) -> Form {
        let t = self.lang.words();
        let mut form = Form::new("check-in", t.form_arrive, action, t.form_arrive).style(FormStyle::Folded);
        if room.all <= TICKED {
            for one in room.people.iter().filter(|one| !one.present) {
                let office = self.lang.of(&one.place.0, &one.place.1);
                let label = format!("{} · {office}", one.name);
                form = form.with(Field::new(&format!("{ARRIVES}{}", one.person), &label, FieldKind::Check));
            }
            return form;
        }
        form.with(lines("names", t.form_arriving, 8).required().hint(t.form_arriving_hint))
    }

    /// What the form of a recusal says: the member's own word, or somebody's proposal with what became of it.
    pub(super) async fn standing_aside(&self, community: CommunityId, form: &Posted) -> Result<Value> {
        let declared = form.optional("said_by").as_deref() == Some("member");
        let mut input = json!({
            "matter": form.required("matter")?,
            "person": self.written(community, "person", form).await?,
            "reason": form.required("reason")?,
            "declared_in_room": declared,
        });
        if !declared {
            input["proposed_by"] = json!(self.written(community, "proposed_by", form).await?);
            if let Some(yes) = form.number("motion_yes")? {
                let no = form.number("motion_no")?.unwrap_or(0);
                input["motion"] =
                    json!({ "yes": yes, "no": no, "minutes": form.required("motion_minutes")? });
            }
        }
        Ok(input)
    }

    /// Somebody who may be written by name or id, where somebody is.
    async fn written(&self, community: CommunityId, field: &str, form: &Posted) -> Result<Option<PersonId>> {
        match form.optional(field) {
            Some(_) => self.person_of(community, field, form).await.map(Some),
            None => Ok(None),
        }
    }

    /// 登记回避: a member for themselves, or staff for whoever is in the room.
    pub(super) fn recusal_form(
        &self,
        place: &Place,
        action: &str,
        meeting: &MeetingView,
        room: &Room,
    ) -> Form {
        let t = self.lang.words();
        let matters =
            meeting.agenda.iter().map(|item| FieldChoice::new(&item.matter.to_string(), &item.title));
        let form = Form::new("recuse", t.form_recuse, action, t.form_recuse)
            .note(t.form_recuse_note)
            .style(FormStyle::Folded)
            .with(select("matter", t.form_recuse_from, matters).required());
        let form = if place.may(Action::RecordPaperVote) {
            let who = |name: &str, label: &str| Field::new(name, label, self.person_field(room));
            let said = [("member", t.form_said_by_member), ("other", t.form_said_by_other)];
            let said = said.iter().map(|(value, label)| FieldChoice::new(value, label));
            form.with(who("person", t.form_recused).required())
                .with(select("said_by", t.form_said_by, said).required())
                .with(who("proposed_by", t.form_proposed_by))
                .with(number("motion_yes", t.form_motion_yes))
                .with(number("motion_no", t.form_motion_no))
                .with(lines("motion_minutes", t.form_motion_minutes, 2))
        } else {
            form
        };
        form.with(lines("reason", t.form_reason, 2).required())
    }

    async fn paper_vote_form(&self, place: &Place, ballot: &BallotView, room: &Room) -> Result<Option<Form>> {
        let t = self.lang.words();
        let action = format!("{}/ballots/{}/record", place.href, ballot.id);
        let heading = self.lang.fill(t.form_paper_vote, &ballot.title);
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
        let form = Form::new("record-vote", &heading, &action, t.form_enter)
            .numbered(&ballot.id.to_string())
            .style(FormStyle::Folded)
            .with(Field::new("voter", t.vote_as, self.person_field(&here)).required())
            .with(Field::new("choice", t.choice, FieldKind::OneOf(choices)).required());
        self.guarded(form, None).map(Some)
    }

    /// 计票结束: what the form says of a count in the room, as the input of the act.
    pub(super) async fn counted(&self, community: CommunityId, form: &Posted) -> Result<Value> {
        let hand_count = self.hand_count(community, form).await?;
        // With a count of the hall it is part of that.
        let not_voting = match hand_count {
            Some(_) => 0,
            None => form.number("hand_count.not_voting")?.unwrap_or(0),
        };
        Ok(json!({ "hand_count": hand_count, "not_voting": not_voting, "minutes": form.optional("minutes") }))
    }

    /// What was counted in the hall; nothing when no vote was written.
    async fn hand_count(&self, community: CommunityId, form: &Posted) -> Result<Option<Value>> {
        let figure = |name: &str| form.number(&format!("hand_count.{name}"));
        let figures = [figure("yes")?, figure("no")?, figure("abstain")?, figure("spoilt")?];
        if figures.iter().all(Option::is_none) {
            return Ok(None);
        }
        let [yes, no, abstain, spoilt] = figures.map(Option::unwrap_or_default);
        let tellers = [
            self.person_of(community, "hand_count.tellers.0", form).await?,
            self.person_of(community, "hand_count.tellers.1", form).await?,
        ];
        Ok(Some(json!({
            "yes": yes,
            "no": no,
            "abstain": abstain,
            "spoilt": spoilt,
            "not_voting": figure("not_voting")?.unwrap_or(0),
            "tellers": tellers,
            "record": form.required("hand_count.record")?,
        })))
    }
}

fn number(name: &str, label: &str) -> Field {
    Field::new(name, label, FieldKind::Number)
}

fn lines(name: &str, label: &str, rows: u8) -> Field {
    Field::new(name, label, FieldKind::Lines { rows })
}

fn select(name: &str, label: &str, choices: impl Iterator<Item = FieldChoice>) -> Field {
    Field::new(name, label, FieldKind::Select(choices.collect()))
}
