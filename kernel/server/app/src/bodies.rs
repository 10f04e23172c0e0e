//! 机构 (bodies): who was elected to what, and until when.

use std::collections::BTreeSet;
use yishi_acts::house::{Election, SeatEnding};

use yishi_identity::bodies::{self, seated};
use yishi_identity::policy::Right;
use yishi_identity::{
    Action, BodyRegister, CommunityId, NewSeat, Office, PersonId, RegisterCommand, RegisterContext,
    RegisterEvent, Roll, SeatEndReason, Term,
};
use yishi_law::BodyKind;
use yishi_storage::{Row, Unit};

use crate::documents::document;
use crate::people::{Elected, People, bodies_stream};
use crate::step::attach;
use crate::views::{AdvisoryView, BodyView, ElectionView, MemberView, NoticeView, RuleFindingView};
use crate::{App, AppResult, Here, OpContext, words};

impl App {
    /// 机构与成员 (every body with those in office today; public).
    pub async fn bodies(&self, ctx: &OpContext, community: CommunityId) -> AppResult<Vec<BodyView>> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let people = self.people(&here).await?;
        let elected = self.elected(&here.scope, here.id).await?.unwrap_or_default().1;
        let Elected { register, events } = &*elected;
        let mut views = Vec::new();
        for body in seated().map(|body| body.kind) {
            let mut view = body_view(&here, &people, register, body);
            view.advisories = self.departures(&here, &people, register, events, body).await?;
            views.push(view);
        }
        Ok(views)
    }

    /// What is usual and not so in a body as it is today, with the reason recorded at its latest election that gave one.
    async fn departures(
        &self,
        here: &Here<'_>,
        people: &People,
        register: &BodyRegister,
        events: &[RegisterEvent],
        body: BodyKind,
    ) -> AppResult<Vec<AdvisoryView>> {
        let elections = || {
            events.iter().rev().filter_map(move |event| match event {
                RegisterEvent::Elected { body: of, elected_by, overruled, .. } if *of == body => {
                    Some((*elected_by, overruled))
                }
                _ => None,
            })
        };
        let Some((elected_by, _)) = elections().next() else { return Ok(Vec::new()) };
        if register.in_office(body, here.ctx.today).is_empty() {
            return Ok(Vec::new());
        }
        let law = self.floor(here.kind, here.ctx.today)?;
        let context = register_context(here, people, Some(law));
        let today = Term { from: here.ctx.today, to: here.ctx.today };
        let mut views = Vec::new();
        let lacking = register.lacking(body, &people.persons, law, here.ctx.today);
        for advisory in lacking.into_iter().chain(register.advisories(body, &[], today, elected_by, &context))
        {
            let reason = elections()
                .find_map(|(_, overruled)| overruled.iter().find(|one| one.code == advisory.code))
                .map(|one| one.reason);
            views.push(AdvisoryView {
                code: advisory.code.to_owned(),
                message: advisory.message_zh,
                message_en: advisory.message_en,
                basis: words::authority(self.law, &advisory.basis, &|_| None).name,
                reason: self.text_of(&here.scope, reason.as_ref()).await?,
            });
        }
        Ok(views)
    }

    /// 登记选举结果 (fills seats by an election).
    ///
    /// # Errors
    /// A refusal by the law's composition rules; `advisory-needs-reason` when the policy's usual figures are left
    /// without a recorded reason; the authorisation errors.
    pub(crate) async fn elect(
        &self,
        ctx: &OpContext,
        right: Right,
        community: CommunityId,
        body: BodyKind,
        input: Election,
    ) -> AppResult<ElectionView> {
        let here = self.scope(ctx, community, right).await?;
        let mut rows = Vec::new();
        let minutes = input.minutes.unwrap_or_else(|| format!("{} 选举记录", input.held_on));
        let record = self.keep_internal(&mut rows, "/minutes", &minutes)?;
        let reason = input.reason.as_deref().map(|text| keep(&mut rows, "/reason", text)).transpose()?;
        let command = RegisterCommand::Elect {
            body,
            seats: input
                .seats
                .iter()
                .map(|seat| NewSeat { person: seat.person, office: seat.office })
                .collect(),
            term: Term { from: input.term_from, to: input.term_to },
            held_on: input.held_on,
            elected_by: input.elected_by.unwrap_or(bodies::body(body).elected_by),
            record,
            reason,
        };
        self.change_register(&here, body, command, rows, 201).await
    }

    /// 登记离任 (ends a seat before its term).
    ///
    /// # Errors
    /// A refusal when the seat is not held; the authorisation errors.
    pub(crate) async fn end_seat(
        &self,
        ctx: &OpContext,
        right: Right,
        community: CommunityId,
        body: BodyKind,
        person: PersonId,
        input: SeatEnding,
    ) -> AppResult<ElectionView> {
        let here = self.scope(ctx, community, right).await?;
        let mut rows = Vec::new();
        let record = self.keep_internal(&mut rows, "/reasons", &input.reasons)?;
        let because = input.because.unwrap_or(SeatEndReason::Resigned);
        let command = RegisterCommand::EndSeat { body, person, on: ctx.today, because, record };
        self.change_register(&here, body, command, rows, 200).await
    }

    async fn change_register(
        &self,
        here: &Here<'_>,
        body: BodyKind,
        command: RegisterCommand,
        rows: Vec<Row>,
        status: u16,
    ) -> AppResult<ElectionView> {
        let people = self.people(here).await?;
        let (register, version) = self.register(&here.scope, here.id).await?;
        let judged_on = match &command {
            RegisterCommand::Elect { held_on, .. } => *held_on,
            _ => here.ctx.today,
        };
        let context = register_context(here, &people, self.law.at(here.kind, judged_on));
        let events = register.decide(&command, &context)?;
        let admitted = self.admit_elected(here, &people, &command).await?;
        let advisories = match &command {
            RegisterCommand::Elect { body, seats, term, elected_by, .. } => {
                register.advisories(*body, seats, *term, *elected_by, &context)
            }
            _ => Vec::new(),
        };
        let after = events.iter().fold(register, BodyRegister::evolve);
        let set_aside = self.finding_views(&admitted.findings).await.into_iter();
        let view = ElectionView {
            body: body_view(here, &people, &after, body),
            advisories: set_aside
                .map(charters_exclusion)
                .chain(advisories.into_iter().map(|advisory| NoticeView {
                    code: advisory.code.to_owned(),
                    message: advisory.message_zh,
                    message_en: advisory.message_en,
                    basis: words::authority(self.law, &advisory.basis, &|_| None).name,
                }))
                .collect(),
        };
        let stream = bodies_stream(here.id);
        let mut unit = Unit::of(here.scope.clone());
        unit.entries = self.drafts(here.ctx, "bodies", &stream, version, &events)?;
        attach(&mut unit.entries, &admitted);
        unit.rows = rows;
        self.commit(here.ctx, unit, status, view).await
    }
}

/// That the charter's exclusion of somebody does not count, because the law entitles them.
fn charters_exclusion(said: RuleFindingView) -> NoticeView {
    NoticeView {
        code: "entitled-by-law".to_owned(),
        message: format!("法律规定享有资格，章程不得排除：{}", said.message),
        message_en: format!(
            "the law entitles this person, and the charter cannot exclude them: {}",
            said.message_en
        ),
        basis: said.by.first().map(|by| by.name.clone()).unwrap_or_default(),
    }
}

/// What the register is told of the community.
pub(crate) fn register_context<'a>(
    here: &Here<'_>,
    people: &'a People,
    law: Option<&'a yishi_law::FloorText>,
) -> RegisterContext<'a> {
    let households = Roll::of_households(people.persons.values(), &people.households, here.ctx.today).size();
    RegisterContext { today: here.ctx.today, kind: here.kind, people: &people.persons, households, law }
}

/// Puts a text into the unit as a document and gives its digest.
pub(crate) fn keep(rows: &mut Vec<Row>, pointer: &str, text: &str) -> AppResult<yishi_canonical::Digest> {
    let row = document(pointer, text)?;
    let digest = row.digest;
    rows.push(Row::PutDocument(row));
    Ok(digest)
}

pub(crate) fn body_view(
    here: &Here<'_>,
    people: &People,
    register: &BodyRegister,
    body: BodyKind,
) -> BodyView {
    let mut seats = register.in_office(body, here.ctx.today);
    seats.sort_by_key(|seat| (rank(seat.office), seat.person));
    // Somebody on both committees is one member of the two acting together.
    let mut seen = BTreeSet::new();
    seats.retain(|seat| seen.insert(seat.person));
    let name = words::body(body, here.kind);
    BodyView {
        body,
        name: name.zh,
        name_en: name.en,
        in_office: seats.len() as u64,
        members: seats
            .into_iter()
            .map(|seat| {
                let office = words::seat_office(&seat, body, here.kind);
                MemberView {
                    person: seat.person.to_string(),
                    name: people.name(seat.person),
                    office: words::code(&seat.office),
                    office_name: office.zh,
                    office_name_en: office.en,
                    ex_officio: seat.body != body,
                    term_from: seat.term.from.to_string(),
                    term_to: seat.term.to.to_string(),
                }
            })
            .collect(),
        advisories: Vec::new(),
    }
}

pub(crate) fn rank(office: Office) -> u8 {
    match office {
        Office::Chair => 0,
        Office::ViceChair => 1,
        _ => 2,
    }
}
