//! 办件的办理 (one act of the catalogue on a case): authorise, load, look up, let the machine decide, append.

use std::collections::{BTreeMap, BTreeSet};

use yishi_acts::case::{Known, Needs, World};
use yishi_acts::{Entry, Papers, Ready};
use yishi_deliberation::case::{CaseContext, Handler, Reversal};
use yishi_deliberation::{Act, ActorRef, Case, CaseCommand, CaseEvent};
use yishi_identity::policy::{Reach, Right};
use yishi_identity::{Action, CaseId, CommunityId, RuleId};
use yishi_storage::{Row, Unit};

use super::{ENTERED, case_rows, is_lost_race};
use crate::asking::guard;
use crate::load::expect_version;
use crate::perform::paper_rows;
use crate::views::CaseView;
use crate::{App, AppError, AppResult, Community, OpContext};

/// How often an act is decided again because somebody else wrote meanwhile.
const TRIES: u32 = 8;

impl App {
    /// 办理一项 on a case, whose input has been read.
    ///
    /// # Errors
    /// What the act itself finds wrong; a refusal of the machine; `own-interest`; the authorisation errors.
    pub async fn do_with_case(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        (rule, id): (RuleId, CaseId),
        entry: &Entry<Case>,
        ready: Box<dyn Ready<Case>>,
    ) -> AppResult<CaseView> {
        let mut tries = 0;
        loop {
            match self.try_with_case(ctx, community, (rule, id), entry, &*ready).await {
                // It is decided anew on what the other wrote, who is then named in the refusal.
                Err(error)
                    if is_lost_race(&error) && entry.again && ctx.expected.is_none() && tries < TRIES =>
                {
                    tries += 1;
                }
                other => return other,
            }
        }
    }

    async fn try_with_case(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        (rule, id): (RuleId, CaseId),
        entry: &Entry<Case>,
        ready: &dyn Ready<Case>,
    ) -> AppResult<CaseView> {
        let of_a_body = entry.may.reach != Reach::Community;
        let first = if of_a_body { Action::ViewPublic.into() } else { entry.right() };
        let community = self.scope(ctx, community, first).await?;
        let case = self.load_case(&community, rule, id).await?;
        let needs = ready.needs(&case);
        match needs.of {
            _ if !of_a_body => {}
            Some(body) => self.authorise(ctx, &community, entry.right(), Some(body)).await?,
            // Of nothing that is there: whoever may see the case is told so.
            None => self.authorise(ctx, &community, Action::ViewCases, None).await?,
        }
        expect_version(ctx, case.version)?;
        self.check_interest(ctx, &community, &case.subject).await?;
        let keeper = self.keeper(&community, rule).await?;
        // Read before the sums, so that the sums are the ones they stand for.
        let read_at = self.marks(&community, keeper, &case).await?;
        let known = self.case_known(ctx, &community, keeper, &case, &needs).await?;
        let mut unit = Unit::of(community.scope.clone());
        let command = {
            let salt = || self.fresh_salt();
            let own = own_handler(ctx, &community);
            let papers = Papers::new(&salt);
            let mut world = World { case: &case, own, today: ctx.today, known, papers };
            let given = ready.command(&mut world)?;
            unit.rows = paper_rows(world.papers.into_kept());
            given.command
        };
        let names = self.case_names(&community, Some(&case)).await?;
        let act = self.case_act_of(ctx, &community, entry.right(), needs.of).await?;
        let after = self.advance(ctx, Some(&case), &command, act, &names, &mut unit)?;
        self.take_back(ctx, &community, keeper, &case, &read_at, &mut unit).await?;
        unit.rows.extend(case_rows(&after)?);
        let view = self.case_view(ctx, &community, &after, &unit.rows).await?;
        self.commit(ctx, unit, 200, view).await
    }

    /// Looks up what an act asked to know.
    async fn case_known(
        &self,
        ctx: &OpContext,
        community: &Community,
        keeper: RuleId,
        case: &Case,
        needs: &Needs,
    ) -> AppResult<Known> {
        let mut known = Known::default();
        if let Some(handler) = needs.handler {
            known.handles = self.handlers(ctx, community).await?.iter().any(|(one, _)| *one == handler);
        }
        if needs.points {
            known.points = self.store.points(&community.scope, &keeper.to_string(), &case.subject).await?;
        }
        Ok(known)
    }

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

    /// Who acts, for the machine.
    pub(super) async fn case_act(
        &self,
        ctx: &OpContext,
        community: &Community,
        right: impl Into<Right>,
    ) -> AppResult<Act> {
        let machine = self.machine_context(ctx, community, right).await?;
        Ok(Act { on: ctx.today, at: ctx.now, by: machine.actor })
    }

    async fn case_act_of(
        &self,
        ctx: &OpContext,
        community: &Community,
        right: Right,
        of: Option<yishi_law::BodyKind>,
    ) -> AppResult<Act> {
        let Some(body) = of else { return self.case_act(ctx, community, right).await };
        let by: ActorRef = self.machine_context_of(ctx, community, right, body).await?.actor;
        Ok(Act { on: ctx.today, at: ctx.now, by })
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
    ) -> AppResult<Case> {
        let events = Case::decide(state, command, &CaseContext { act, names })?;
        let after = events.iter().fold(state.cloned(), Case::evolve);
        let after = after.ok_or_else(|| AppError::internal("no case came of the events"))?;
        let version = state.map_or(0, |case| case.version);
        unit.entries.extend(self.drafts(ctx, "case", &after.id.to_string(), version, &events)?);
        Ok(after)
    }

    /// Rows for what an event takes back, if it takes anything back, guarded by the state it was decided on.
    async fn take_back(
        &self,
        ctx: &OpContext,
        community: &Community,
        keeper: RuleId,
        case: &Case,
        read_at: &BTreeMap<(RuleId, String), u64>,
        unit: &mut Unit,
    ) -> AppResult<()> {
        let (mut reversals, mut whole) = (Vec::new(), false);
        for entry in &unit.entries {
            match serde_json::from_value(entry.body.clone()).map_err(AppError::internal)? {
                CaseEvent::PointsReversed { points, .. } => reversals = points,
                CaseEvent::Corrected { points, .. } => (reversals, whole) = (points, true),
                _ => {}
            }
        }
        if reversals.is_empty() && !whole {
            return Ok(());
        }
        for Reversal { points, .. } in reversals {
            unit.rows.push(self.booking(ctx, keeper, case.id, points));
        }
        if whole {
            unit.rows.push(Row::WithdrawPluginRecords { basis: case.id.to_string() });
            for notice in case.decided.iter().flat_map(|one| &one.outcome.notices) {
                self.take_notice_down(ctx, community, notice, unit).await?;
            }
            // The same may be entered again: it has been put right.
            for row in self.every_view(&community.scope, ENTERED, Some(&case.id.to_string())).await? {
                unit.rows.push(Row::DeleteView { kind: row.kind, id: row.id });
            }
        }
        let changed: BTreeSet<_> = read_at.keys().cloned().collect();
        unit.rows.extend(guard(read_at, &changed));
        Ok(())
    }
}

/// Who acts, as somebody who could have a case in hand.
pub(super) fn own_handler(ctx: &OpContext, community: &Community) -> Option<Handler> {
    let person = ctx.actor.person_in(community.id).map(Handler::Person);
    person.or(ctx.actor.account.map(Handler::Account))
}
