//! 召集与开会 (notice, opening, recess): when a body sits, who calls it, and that it sits once at a time.

use std::collections::BTreeSet;

use jiff::civil::Date;
use yishi_identity::bodies::{Part, Shortfall};
use yishi_identity::{AssemblyMakeUp, PersonId};
use yishi_law::days::{Notice, add_days};
use yishi_law::{Authority, BodyKind, Cited, CountingMode, Law, Subject, Terms};

use super::decide::{decides_by_ballot, terms};
use super::{AgendaItem, Meeting, MeetingCommand, MeetingEvent, MeetingStage, Sitting};
use crate::Refusal;
use crate::common::{Context, OnAgenda};
use crate::refusals::{self, ruling};

/// How many days ahead a sitting is called at most.
const A_YEAR: u16 = 366;

/// Notice of a meeting.
pub(super) fn convene(command: &MeetingCommand, ctx: &Context<'_>) -> Result<MeetingEvent, Refusal> {
    let MeetingCommand::Convene {
        id,
        body,
        mode,
        held_on,
        hour,
        notice,
        agenda,
        special_circumstances,
        make_up,
        convener,
        sittings,
        on_agendas,
    } = command
    else {
        return Err(refusals::not_started());
    };
    if *mode == CountingMode::Households && *body != BodyKind::ResidentsAssembly {
        return Err(refusals::households_not_here());
    }
    if *held_on < ctx.today() {
        return Err(refusals::held_in_the_past(*held_on));
    }
    let last = add_days(ctx.today(), A_YEAR);
    if *held_on > last {
        return Err(refusals::held_too_far_ahead(*held_on, last));
    }
    if agenda.is_empty() {
        return Err(refusals::agenda_empty());
    }
    if agenda.iter().map(|item| item.matter).collect::<BTreeSet<_>>().len() != agenda.len() {
        return Err(refusals::agenda_repeats());
    }
    once_a_day(ctx, *body, *held_on, sittings)?;
    on_one_agenda(ctx, agenda, on_agendas.iter())?;
    let terms = terms(ctx, &BTreeSet::<Subject>::new(), *body, *mode);
    if decides_by_ballot(*body) && (terms.quorum.is_empty() || terms.passes.is_empty()) {
        return Err(match body {
            BodyKind::Council => refusals::council_terms_undeclared().citing([ruling("R5")]),
            _ => refusals::terms_undeclared(),
        });
    }
    let notice_given = notice_of(ctx, *body, &terms, *held_on, special_circumstances.is_some())?;
    if *body == BodyKind::RepresentativeAssembly {
        lawful_make_up(ctx, make_up.as_ref())?;
    }
    Ok(MeetingEvent::Convened {
        id: *id,
        body: *body,
        mode: *mode,
        held_on: *held_on,
        hour: *hour,
        notice: *notice,
        agenda: agenda.clone(),
        notice_given,
        special_circumstances: *special_circumstances,
        make_up: *make_up,
        convener: *convener,
        terms,
        act: ctx.act(),
    })
}

/// A body sits once at a time: there is one notice of it for a day, in one mode.
fn once_a_day(ctx: &Context<'_>, body: BodyKind, held_on: Date, sittings: &[Sitting]) -> Result<(), Refusal> {
    if sittings.iter().any(|sitting| sitting.sits_on == held_on) {
        let name = body.term_in(ctx.law.kind());
        return Err(refusals::notice_exists(name.zh, name.en, held_on));
    }
    Ok(())
}

/// A matter is on one open agenda.
fn on_one_agenda<'a>(
    ctx: &Context<'_>,
    agenda: &[AgendaItem],
    on_agendas: impl Iterator<Item = (&'a yishi_identity::MatterId, &'a OnAgenda)>,
) -> Result<(), Refusal> {
    for (matter, on) in on_agendas {
        if agenda.iter().any(|item| item.matter == *matter) {
            let name = on.body.term_in(ctx.law.kind());
            return Err(refusals::on_another_agenda(name.zh, name.en, on.held_on));
        }
    }
    Ok(())
}

/// V3, U2, the charter and R46: so many days lie between notice and day, or special circumstances are on record.
fn notice_of(
    ctx: &Context<'_>,
    body: BodyKind,
    terms: &Terms,
    held_on: Date,
    special: bool,
) -> Result<Option<Notice>, Refusal> {
    let Some((days, by)) = notice_days(body, terms) else { return Ok(None) };
    let notice = Notice { given: ctx.today(), held_on, days };
    let statute = ctx.law.convening(body).filter(|rule| rule.value.notice_days.is_some());
    let may_be_shorter = statute.is_none_or(|rule| rule.value.shorter_notice_for_special_circumstances);
    if notice.is_in_time() || (special && may_be_shorter) {
        return Ok(Some(notice));
    }
    let (then_zh, then_en) = if may_be_shorter {
        (
            "；确有特殊情况需要提前的，请写明理由",
            "; where special circumstances call for an earlier one, say which",
        )
    } else {
        Default::default()
    };
    let refusal = refusals::notice_too_short(days, notice.earliest(), then_zh, then_en);
    Err(refusal.citing(by).citing([ruling("R10")]))
}

/// The days demanded: the law's or the charter's; for representatives and council R46's where neither gives any.
fn notice_days(body: BodyKind, terms: &Terms) -> Option<(u16, BTreeSet<Authority>)> {
    match &terms.notice_days {
        Some(Cited { value, by }) => Some((*value, by.clone())),
        None if matches!(body, BodyKind::RepresentativeAssembly | BodyKind::Council) => {
            Law::embedded().figure("R46", "notice_days").map(|days| (days, [ruling("R46")].into()))
        }
        None => None,
    }
}

/// V5, U3, R33: an assembly that is not lawfully made up does not vote.
pub(super) fn lawful_make_up(ctx: &Context<'_>, make_up: Option<&AssemblyMakeUp>) -> Result<(), Refusal> {
    let Some(Cited { by, .. }) = ctx.law.composition() else { return Ok(()) };
    let Some(make_up) = make_up else { return Err(refusals::make_up_missing().citing(by)) };
    let Some(Shortfall { part, had, needed, members, by, .. }) =
        make_up.shortfalls(ctx.law).into_iter().next()
    else {
        return Ok(());
    };
    let (zh, en) = match part {
        Part::Representatives => ("代表", "representatives"),
        Part::WomenRepresentatives => ("妇女代表", "women representatives"),
    };
    Err(refusals::make_up_unlawful(zh, en, had, needed, members).citing(by))
}

impl Meeting {
    /// Doors open: for the first time, with the roll of the day, or after a recess, with the roll it had.
    pub(super) fn open(
        &self,
        presider: PersonId,
        make_up: Option<AssemblyMakeUp>,
        sittings: &[Sitting],
        ctx: &Context<'_>,
    ) -> Result<MeetingEvent, Refusal> {
        if ctx.today() != self.sits_on {
            return Err(refusals::not_the_day(self.sits_on).citing([ruling("R48")]));
        }
        let others = sittings.iter().filter(|other| other.meeting != self.id);
        if let Some(open) =
            others.filter(|other| other.stage == MeetingStage::Open).min_by_key(|it| it.sits_on)
        {
            let name = self.body.term_in(ctx.law.kind());
            return Err(refusals::body_is_sitting(name.zh, name.en, open.sits_on));
        }
        let act = ctx.act();
        let Some(roll) = ctx.roll else { return Err(refusals::roll_missing()) };
        if self.stage == MeetingStage::Recessed {
            self.roll_of_the_day(ctx)?;
            return Ok(MeetingEvent::Resumed { presider, make_up, act });
        }
        if roll.body() != self.body || roll.mode() != self.mode || roll.on() != self.held_on {
            return Err(refusals::roll_of_another_body());
        }
        let roll = roll.digest().map_err(|_| refusals::roll_missing())?;
        Ok(MeetingEvent::Opened { roll, presider, make_up, act })
    }

    /// R48: to a named day, at most so many days on.
    pub(super) fn recess(
        &self,
        until: Date,
        minutes: yishi_canonical::Digest,
        ctx: &Context<'_>,
    ) -> Result<MeetingEvent, Refusal> {
        let today = ctx.today();
        let most = Law::embedded().figure("R48", "continuation_days").unwrap_or(0);
        let last = add_days(today, most);
        if until <= today || until > last {
            return Err(refusals::recess_out_of_range(most, last).citing([ruling("R48")]));
        }
        Ok(MeetingEvent::Recessed { until, minutes, act: ctx.act() })
    }
}
