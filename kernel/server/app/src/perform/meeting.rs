//! 会议的一步 (what an act on a meeting looks up and what becomes of it).

use std::sync::Arc;

use yishi_acts::Given;
use yishi_acts::meeting::{Known, Needs, Presider};
use yishi_canonical::Digest;
use yishi_deliberation::meeting::{Meeting, MeetingEvent, MeetingStage};
use yishi_identity::MeetingId;
use yishi_identity::policy::Right;
use yishi_law::BodyKind;
use yishi_storage::{Row, Unit};

use super::{Performed, Step};
use crate::gates::Asked;
use crate::meetings::{LoadedMeeting, ROLL, meeting_row};
use crate::views::MeetingView;
use crate::{App, AppResult, Here};

impl Performed for Meeting {
    type Id = MeetingId;
    type Loaded = LoadedMeeting;
    type Found = ();
    type View = MeetingView;

    async fn load(app: &App, here: &Here<'_>, id: MeetingId) -> AppResult<LoadedMeeting> {
        app.load_meeting(here, id).await
    }

    fn at(loaded: &LoadedMeeting) -> (&Self, u64) {
        (&loaded.meeting, loaded.version)
    }

    fn is_of_a_body(_: Right) -> bool {
        true
    }

    fn body(&self, _: &Needs) -> Option<BodyKind> {
        Some(self.body)
    }

    async fn known(app: &App, step: &Step<'_, Self>, needs: Needs) -> AppResult<(Known, ())> {
        let (here, body, today) = (step.here, step.on().body, step.here.ctx.today);
        let mut known = Known::default();
        if let Some(presider) = needs.opening {
            let named = match presider {
                Presider::Named(person) => Some(person),
                Presider::ByOffice => None,
            };
            known.presider = Some(app.in_the_name_of(here, step.right, body, named, today).await?);
            known.make_up = app.make_up(here, body).await?;
            known.sittings = app.calendar(here, body).await?.sittings;
        }
        if needs.records {
            known.records = app.records(here).await?;
        }
        if !needs.living.is_empty() {
            let people = app.people(here).await?;
            let died = |person: &&_| people.persons.get(*person).is_some_and(|one| one.has_died_by(today));
            known.dead = needs.living.iter().filter(died).map(|person| people.name(*person)).collect();
        }
        Ok((known, ()))
    }

    async fn decided(
        app: &App,
        step: Step<'_, Self>,
        (): (),
        given: Given<Self>,
        papers: Vec<Row>,
    ) -> AppResult<(Unit, MeetingView)> {
        let Step { here, loaded, right } = step;
        let mut roll = app.roll_of(here, &loaded.meeting).await?;
        if loaded.meeting.roll.is_none() {
            // The roll it may open with: its digest enters the log, and of a small body there are few rolls to try.
            roll = Arc::new((*roll).clone().salted(Digest::from_bytes(app.fresh_salt())));
        }
        let asked = Asked { terms: loaded.meeting.terms.clone(), ..Asked::default() };
        let id = loaded.meeting.id.to_string();
        let before = loaded.meeting.stage;
        let (events, meeting) = app
            .decide_meeting(here, Some(&loaded.meeting), &given.command, &asked, right, Some(&roll))
            .await?;
        let mut unit = Unit::of(here.scope.clone());
        unit.entries = app.drafts(here.ctx, "meeting", &id, loaded.version, &events)?;
        unit.rows = papers;
        if events.iter().any(|event| matches!(event, MeetingEvent::Opened { .. })) {
            app.suspensions_ended(here, meeting.body, meeting.id, right, &mut unit).await?;
        }
        let version = loaded.version + events.len() as u64;
        if meeting.stage != before {
            let calendar = app.calendar(here, meeting.body).await?;
            unit.rows.extend(calendar.put(&meeting)?);
            match meeting.stage {
                MeetingStage::Cancelled | MeetingStage::Adjourned | MeetingStage::Minuted => {
                    unit.rows.extend(app.off_the_agenda(here, &meeting).await?);
                }
                MeetingStage::Recessed => {
                    for item in &meeting.agenda {
                        let (on, _) = app.on_agenda(here, item.matter).await?;
                        if on.is_some_and(|on| on.meeting == meeting.id) {
                            unit.rows
                                .extend(app.before_the_sitting(here, &meeting, item.matter, None).await?);
                        }
                    }
                }
                MeetingStage::Open if before == MeetingStage::Convened => {
                    unit.rows.push(ROLL.put(id, 1, &roll)?);
                }
                MeetingStage::Convened | MeetingStage::Open => {}
            }
        }
        unit.rows.push(meeting_row(&meeting, version)?);
        let view = app.meeting_view(here, &meeting, version, None).await?;
        Ok((unit, view))
    }

    async fn view(app: &App, here: &Here<'_>, loaded: &LoadedMeeting) -> AppResult<MeetingView> {
        app.meeting_view(here, &loaded.meeting, loaded.version, None).await
    }
}
