//! 事项的一步 (what an act on a matter looks up and what becomes of it): the rules are asked, and the rule that the matter is
//! about follows.

use yishi_acts::matter::{Figures, Known, Needs};
use yishi_acts::{Aggregate as _, Given};
use yishi_deliberation::matter::{Matter, MatterEvent};
use yishi_deliberation::{MatterCommand, OnAgenda, OnRule, Ties};
use yishi_identity::MatterId;
use yishi_law::BodyKind;
use yishi_law::days::HolidayCalendar;
use yishi_storage::{EntryDraft, Row, Unit};

use super::{NO_ACT, Performed, Step};
use crate::agenda::{agenda_as_read, agenda_rows};
use crate::gates::{Asked, MatterFacts};
use crate::rule_life::Linked;
use crate::step::{Loaded, attach, concerned, holds_nothing_back, said_row};
use crate::views::MatterView;
use crate::{App, AppError, AppResult, Community, Here};

/// 已变 (what a decided command makes of a matter, not durable yet).
pub(crate) struct Moved {
    pub(crate) events: Vec<MatterEvent>,
    pub(crate) matter: Matter,
    pub(crate) version: u64,
    /// Of the matter, then of the rule that follows it.
    pub(crate) entries: Vec<EntryDraft>,
    pub(crate) rows: Vec<Row>,
    pub(crate) asked: Asked,
}

impl Performed for Matter {
    type Id = MatterId;
    type Loaded = Loaded;
    /// The rule it is about.
    type Found = Option<Linked>;
    type View = MatterView;

    async fn load(app: &App, here: &Here<'_>, id: MatterId) -> AppResult<Loaded> {
        let stream = id.to_string();
        let (loaded, salt) = tokio::join!(app.load_matter(here, id), app.salt_ahead(&here.scope, &stream));
        salt?;
        loaded
    }

    fn at(loaded: &Loaded) -> (&Self, u64) {
        (&loaded.matter, loaded.version)
    }

    fn body(&self, _: &Needs) -> Option<BodyKind> {
        Some(concerned(self))
    }

    async fn known(app: &App, step: &Step<'_, Self>, needs: Needs) -> AppResult<(Known, Option<Linked>)> {
        let (here, matter) = (step.here, step.on());
        let linked = app.linked(here, matter.id).await?;
        let mut known = Known::default();
        if let Some(Linked { does, loaded }) = &linked {
            match does {
                OnRule::Adopt => known.adopts = Some(loaded.rule.version),
                OnRule::Repeal => known.repeals = Some(loaded.rule.id),
            }
        }
        if needs.figures || !needs.on_roll.is_empty() {
            let people = app.people(here).await?;
            let (register, _) = app.register(&here.scope, here.id).await?;
            let of = people.figures(&register, here.ctx.today);
            known.figures =
                Figures { adults: of.adults, households: of.households, representatives: of.representatives };
            known.on_roll = needs.on_roll;
            known.on_roll.retain(|person| {
                people.persons.get(person).is_some_and(|person| !person.is_off_roll_on(here.ctx.today))
            });
        }
        if needs.comments {
            known.comments = app.comment_count(&here.scope, &matter.id.to_string()).await?;
            known.unanswered = app.unanswered(here, matter.id).await?;
        }
        if let Some(ballot) = needs.ballot {
            known.outcome = Some(Box::new(app.ballot_outcome(here, ballot).await?));
            known.consulted = app.resolution_evidence(here, matter).await?;
        }
        if needs.notice {
            known.notice = app.decision_notice(here, matter).await?;
        }
        if needs.charter_today {
            known.charter_today = app.pins_today(here).await?.charter;
        }
        Ok((known, linked))
    }

    async fn decided(
        app: &App,
        step: Step<'_, Self>,
        linked: Option<Linked>,
        given: Given<Self>,
        papers: Vec<Row>,
    ) -> AppResult<(Unit, MatterView)> {
        let Step { here, loaded, .. } = step;
        let id = loaded.matter.id;
        if let Some(body) = given.submits_to {
            app.vet_for_body(here, id, body).await?;
        }
        let (agenda, read) = app.on_agenda(here, id).await?;
        let moved = app.move_matter(here, &loaded, linked.as_ref(), given, agenda, &papers).await?;
        let mut unit = Unit::of(here.scope.clone());
        unit.entries = moved.entries;
        unit.rows = papers;
        // What takes the matter from the body it was announced for takes it off that sitting's agenda.
        match agenda {
            Some(on) if moved.matter.next_decided_by() != Some(on.body) => {
                unit.rows.extend(agenda_rows(id, read, None)?);
            }
            _ => unit.rows.push(agenda_as_read(id, read)),
        }
        unit.rows.extend(moved.rows);
        let Loaded { mut events, entries, .. } = loaded;
        events.extend(moved.events);
        let (matter, version) = (&moved.matter, moved.version);
        let mut view = app.matter_view(here, matter, version, &events, &entries, &unit.rows).await?;
        view.findings = app.finding_views(&moved.asked.findings).await;
        view.left_out = app.left_out_views(&moved.asked.terms.left_out).await;
        Ok((unit, view))
    }

    async fn view(app: &App, here: &Here<'_>, loaded: &Loaded) -> AppResult<MatterView> {
        app.stored_view(here, loaded).await
    }
}

impl App {
    /// Lets the machine decide a command, and the rule follow. Who may, and at which body's step the rules are asked, stand
    /// in the act's declaration. `pending` are rows of the same unit.
    pub(crate) async fn move_matter(
        &self,
        here: &Here<'_>,
        loaded: &Loaded,
        linked: Option<&Linked>,
        given: Given<Matter>,
        agenda: Option<OnAgenda>,
        pending: &[Row],
    ) -> AppResult<Moved> {
        let Given { command, evidence, under, sets_aside, .. } = given;
        let (matter, id) = (&loaded.matter, loaded.matter.id);
        let entry = Matter::entry(command.act()).ok_or(NO_ACT)?;
        let pins = under.as_ref().unwrap_or(&matter.pins);
        let asked = match (entry.asks)(&command) {
            Some(at) => {
                let facts = self.facts_of(here, matter, &command, linked, pending).await?;
                // A filing or a disclosure is held back by no rule that gives no answer (R24), and a charter that is silent
                // does not take the law's own threshold from a petition (N6).
                let sets_aside = facts.sets_aside || sets_aside || holds_nothing_back(at.step);
                let facts = MatterFacts { sets_aside, ..facts };
                self.ask(here, pins, &facts, at, &evidence).await?
            }
            // No step of the procedure: no rule has a say, so none can stand in its way (N6).
            None => Asked::default(),
        };
        let law = self.pinned_floor(here, pins)?;
        let holidays = HolidayCalendar::none();
        let findings = asked.for_machine();
        let mut machine = self.machine_context_of(here, entry.right(), concerned(matter)).await?;
        machine.ties = Ties { agenda, ends: self.ends_text_of(here, linked).await? };
        let context = machine.with(here.ctx, &asked, law, &holidays, &findings);
        let events = Matter::decide(Some(matter), &command, &context)?;
        let mut unit = Unit::of(here.scope.clone());
        unit.entries = self.drafts(here.ctx, "matter", &id.to_string(), loaded.version, &events)?;
        attach(&mut unit.entries, &asked);
        let version = loaded.version + unit.entries.len() as u64;
        let after = events.iter().fold(Some(matter.clone()), Matter::evolve);
        let after = after.ok_or_else(|| AppError::internal("a matter vanished"))?;
        self.rule_follows(here, id, linked, &events, entry.right(), &mut unit).await?;
        unit.rows.push(said_row(id, version, &asked)?);
        unit.rows.push(self.matter_row(here, &after, version, pending).await?);
        let Unit { entries, rows, .. } = unit;
        Ok(Moved { events, matter: after, version, entries, rows, asked })
    }

    /// The matter as the gates see it: as a command says it anew, otherwise as it stands.
    async fn facts_of(
        &self,
        community: &Community,
        matter: &Matter,
        command: &MatterCommand,
        linked: Option<&Linked>,
        pending: &[Row],
    ) -> AppResult<MatterFacts> {
        let ends = linked.and_then(Linked::ends);
        let Some(proposal) = command.proposal() else {
            return self.facts_ending(community, matter, ends).await;
        };
        let mut facts = MatterFacts::of(proposal, ends);
        if let Some(form) = &proposal.form {
            facts.form = self.pending_text(community, pending, form).await?;
        }
        Ok(facts)
    }
}
