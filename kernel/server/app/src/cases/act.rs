//! 办件的办理 (one act of the catalogue on a case): authorise, load, look up, let the machine decide, append.

use std::collections::{BTreeMap, BTreeSet};

use yishi_acts::Given;
use yishi_acts::case::{Known, Needs};
use yishi_deliberation::case::{CaseContext, Handler, Reversal};
use yishi_deliberation::{Act, Case, CaseCommand, CaseEvent};
use yishi_identity::policy::Right;
use yishi_identity::{CaseId, RuleId};
use yishi_law::BodyKind;
use yishi_storage::{Row, Unit};

use super::{ENTERED, case_rows};
use crate::asking::guard;
use crate::perform::{Performed, Step};
use crate::views::CaseView;
use crate::{App, AppError, AppResult, Community, Here, OpContext};

/// 所据 (in what state of what the rule keeps a case is decided, and as whose affair).
pub(crate) struct Found {
    keeper: RuleId,
    read_at: BTreeMap<(RuleId, String), u64>,
    of: Option<BodyKind>,
}

impl Performed for Case {
    type Id = (RuleId, CaseId);
    type Loaded = Case;
    type Found = Found;
    type View = CaseView;

    async fn load(app: &App, here: &Here<'_>, (rule, id): (RuleId, CaseId)) -> AppResult<Case> {
        app.load_case(here, rule, id).await
    }

    fn at(case: &Case) -> (&Self, u64) {
        (case, case.version)
    }

    fn body(&self, needs: &Needs) -> Option<BodyKind> {
        needs.of
    }

    async fn known(app: &App, step: &Step<'_, Self>, needs: Needs) -> AppResult<(Known, Found)> {
        let (here, case) = (step.here, step.on());
        app.check_interest(here, &case.subject).await?;
        let keeper = app.keeper(here, case.rule).await?;
        // Read before the sums, so that the sums are the ones they stand for.
        let read_at = app.marks(here, keeper, case).await?;
        let mut known = Known::default();
        if let Some(handler) = needs.handler {
            known.handles = app.handlers(here).await?.iter().any(|(one, _)| *one == handler);
        }
        if needs.points {
            known.points = app.store.points(&here.scope, &keeper.to_string(), &case.subject).await?;
        }
        Ok((known, Found { keeper, read_at, of: needs.of }))
    }

    async fn decided(
        app: &App,
        step: Step<'_, Self>,
        found: Found,
        given: Given<Self>,
        papers: Vec<Row>,
    ) -> AppResult<(Unit, CaseView)> {
        let Step { here, loaded: case, right } = step;
        let mut unit = Unit::of(here.scope.clone());
        unit.rows = papers;
        let names = app.case_names(here, Some(&case)).await?;
        let act = app.case_act(here, right, found.of).await?;
        let (after, events) = app.advance(here.ctx, Some(&case), &given.command, act, &names, &mut unit)?;
        app.take_back(here, &case, &events, &found, &mut unit).await?;
        unit.rows.extend(case_rows(&after)?);
        let view = app.case_view(here, &after, &unit.rows).await?;
        Ok((unit, view))
    }

    async fn view(app: &App, here: &Here<'_>, case: &Case) -> AppResult<CaseView> {
        app.case_view(here, case, &[]).await
    }
}

impl App {
    /// The counts of changes of all that the rule keeps because of a case.
    async fn marks(
        &self,
        community: &Community,
        keeper: RuleId,
        case: &Case,
    ) -> AppResult<BTreeMap<(RuleId, String), u64>> {
        let mut read_at = BTreeMap::new();
        for subject in case.subjects() {
            let version = self.kept_version(community, keeper, subject).await?;
            read_at.insert((keeper, subject.to_owned()), version);
        }
        Ok(read_at)
    }

    /// Who acts, for the machine: of a body where it is that body's affair.
    pub(super) async fn case_act(
        &self,
        here: &Here<'_>,
        right: impl Into<Right>,
        of: Option<BodyKind>,
    ) -> AppResult<Act> {
        let machine = match of {
            Some(body) => self.machine_context_of(here, right, body).await?,
            None => self.machine_context(here, right).await?,
        };
        Ok(Act { on: here.ctx.today, at: here.ctx.now, by: machine.actor })
    }

    /// Lets the machine decide, and puts what happened into the unit. The case as it is then.
    pub(super) fn advance(
        &self,
        ctx: &OpContext,
        state: Option<&Case>,
        command: &CaseCommand,
        act: Act,
        names: &BTreeMap<String, String>,
        unit: &mut Unit,
    ) -> AppResult<(Case, Vec<CaseEvent>)> {
        let events = Case::decide(state, command, &CaseContext { act, names })?;
        let after = events.iter().fold(state.cloned(), Case::evolve);
        let after = after.ok_or_else(|| AppError::internal("no case came of the events"))?;
        let version = state.map_or(0, |case| case.version);
        unit.entries.extend(self.drafts(ctx, "case", &after.id.to_string(), version, &events)?);
        Ok((after, events))
    }

    /// Rows for what an event takes back, if it takes anything back, guarded by the state it was decided on.
    async fn take_back(
        &self,
        here: &Here<'_>,
        case: &Case,
        events: &[CaseEvent],
        found: &Found,
        unit: &mut Unit,
    ) -> AppResult<()> {
        let Found { keeper, read_at, .. } = found;
        let (mut reversals, mut whole) = (&[][..], false);
        for event in events {
            match event {
                CaseEvent::PointsReversed { points, .. } => reversals = points,
                CaseEvent::Corrected { points, .. } => (reversals, whole) = (points, true),
                _ => {}
            }
        }
        if reversals.is_empty() && !whole {
            return Ok(());
        }
        for Reversal { points, .. } in reversals {
            unit.rows.push(self.booking(here.ctx, *keeper, case.id, points.clone()));
        }
        if whole {
            unit.rows.push(Row::WithdrawPluginRecords { basis: case.id.to_string() });
            for notice in case.decided.iter().flat_map(|one| &one.outcome.notices) {
                self.take_notice_down(here, notice, unit).await?;
            }
            // The same may be entered again: it has been put right.
            for row in self.every(&here.scope, &ENTERED, Some(&case.id.to_string())).await? {
                unit.rows.push(ENTERED.delete(row.id));
            }
        }
        let changed: BTreeSet<_> = read_at.keys().cloned().collect();
        unit.rows.extend(guard(read_at, &changed)?);
        Ok(())
    }
}

/// Who acts, as somebody who could have a case in hand.
pub(super) fn own_handler(here: &Here<'_>) -> Option<Handler> {
    let person = here.ctx.actor.person_in(here.id).map(Handler::Person);
    person.or(here.ctx.actor.account.map(Handler::Account))
}
