//! The decision on a command for a case.

use std::collections::{BTreeMap, BTreeSet};

use yishi_canonical::Digest;
use yishi_identity::Capacity;
use yishi_words::Words;

use super::{Case, CaseAct, CaseCommand, CaseEvent, Cites, Done, Item, Points, Reversal};
use crate::codes::codes;
use crate::common::{Act, ActorRef};
use crate::{Refusal, refusals};

/// What a decision about a case is given besides the state and the command.
#[derive(Debug, Clone, Copy)]
pub struct CaseContext<'a> {
    /// By whom and when.
    pub act: Act,
    /// What those who acted before are called, by the id of their person or account. Nothing here knows names by itself.
    pub names: &'a BTreeMap<String, String>,
}

impl CaseContext<'_> {
    /// What somebody who acted is called: by name where it is known, else by the capacity they acted in.
    fn called(&self, by: &ActorRef) -> Words {
        let id = by.person.map(|id| id.to_string());
        let ids = id.into_iter().chain(by.account.map(|id| id.to_string()));
        let name = ids.into_iter().find_map(|id| self.names.get(&id));
        match name {
            Some(name) => Words::new(name.clone(), name.clone()),
            // Old entries did not say who it was.
            None if by.capacity == Capacity::Anyone => Words::new("工作人员", "staff"),
            None => by.capacity.words(),
        }
    }
}

impl Case {
    /// 可办理的 (what can be done with it now).
    #[must_use]
    pub fn allowed(&self) -> Vec<CaseAct> {
        if self.corrected.is_some() {
            return Vec::new();
        }
        if self.closed.is_some() {
            return vec![CaseAct::Correct];
        }
        let open = !self.open_tasks().is_empty();
        let mut acts = Vec::with_capacity(5);
        acts.extend(open.then_some(CaseAct::CompleteTask));
        acts.extend([CaseAct::Assign, CaseAct::Continue]);
        acts.extend((!open).then_some(CaseAct::Close));
        acts.push(CaseAct::Correct);
        acts
    }

    /// Decides a command.
    ///
    /// # Errors
    /// A [`Refusal`] with a stable code and both messages, which names who was first where somebody was.
    pub fn decide(
        state: Option<&Self>,
        command: &CaseCommand,
        ctx: &CaseContext<'_>,
    ) -> Result<Vec<CaseEvent>, Refusal> {
        let decision = match (state, command) {
            (None, CaseCommand::Handle { id, rule, version, subject, outcome }) => Ok(CaseEvent::Handled {
                case: *id,
                rule: *rule,
                version: *version,
                subject: subject.clone(),
                outcome: outcome.clone(),
                act: ctx.act,
            }),
            (None, _) => Err(refusals::not_started()),
            (Some(case), command) => case.proceed(command, ctx),
        };
        decision.map(|event| vec![event]).map_err(|refusal| {
            let (stands, allowed) = match state {
                None => ("none", vec![CaseAct::Handle]),
                Some(case) => (case.status().code(), case.allowed()),
            };
            refusal.during(command.act().code(), None, stands, codes(&allowed))
        })
    }

    fn proceed(&self, command: &CaseCommand, ctx: &CaseContext<'_>) -> Result<CaseEvent, Refusal> {
        if let Some(correction) = &self.corrected {
            let by = ctx.called(&correction.act.by);
            return Err(refusals::already_corrected(correction.act.on, &by.zh, &by.en));
        }
        if let (Some(Done { act, .. }), false) =
            (&self.closed, matches!(command, CaseCommand::Correct { .. }))
        {
            let by = ctx.called(&act.by);
            return Err(refusals::case_closed(act.on, &by.zh, &by.en));
        }
        let (case, act) = (self.id, ctx.act);
        match command {
            CaseCommand::Handle { .. } => Err(refusals::already_exists()),
            CaseCommand::Continue { outcome } => {
                Ok(CaseEvent::Continued { case, outcome: outcome.clone(), act })
            }
            CaseCommand::Assign { to, reasons } => {
                let from = self.assignee();
                let name = from.and_then(|id| ctx.names.get(&id.to_string())).map_or("—", String::as_str);
                if from == Some(*to) {
                    return Err(refusals::assigned_already(name));
                }
                if from.is_some() && reasons.is_none() {
                    return Err(refusals::reassigned_without_reasons(name));
                }
                Ok(CaseEvent::Assigned { case, to: *to, from, reasons: *reasons, act })
            }
            CaseCommand::CompleteTask { task, note } => {
                let known = self.task(*task).ok_or_else(|| refusals::no_such_task(*task))?;
                if let Some(Done { act, .. }) = &known.done {
                    let by = ctx.called(&act.by);
                    return Err(refusals::task_done_already(act.on, &by.zh, &by.en));
                }
                Ok(CaseEvent::TaskCompleted { case, task: *task, note: *note, act })
            }
            CaseCommand::Correct { points: Some(items), reasons, totals } => {
                let points = self.reversals_of(items, ctx)?;
                let version = items.first().map_or(1, |item| item.version);
                let corrects = Cites { stream: case, version };
                let (reasons, totals) = (*reasons, *totals);
                Ok(CaseEvent::PointsReversed { case, corrects, reasons, totals, points, act })
            }
            CaseCommand::Correct { points: None, reasons, totals } => {
                Ok(self.taken_back(*reasons, *totals, act))
            }
            CaseCommand::Close { note } => match self.open_tasks().len() {
                0 => Ok(CaseEvent::Closed { case, note: *note, act }),
                count => Err(refusals::tasks_not_done(count)),
            },
        }
    }

    /// Everything it brought about, with the other sign.
    fn taken_back(&self, reasons: Digest, totals: Option<Digest>, act: Act) -> CaseEvent {
        let mut versions = self.decided.iter().map(|one| one.version);
        let corrects = Cites { stream: self.id, version: versions.next().unwrap_or(1) };
        let kept = self.decided.iter().map(|one| one.outcome.records.len() as u64);
        CaseEvent::Corrected {
            case: self.id,
            rule: self.rule,
            corrects,
            continued: versions.collect(),
            reasons,
            totals,
            points: self.standing().map(|one| reversal(one.item, &one.points)).collect(),
            records_withdrawn: kept.sum(),
            act,
        }
    }

    fn reversals_of(&self, items: &[Item], ctx: &CaseContext<'_>) -> Result<Vec<Reversal>, Refusal> {
        if items.is_empty() {
            return Err(refusals::no_points_named());
        }
        let mut points = Vec::with_capacity(items.len());
        // Named twice, it is taken back once.
        for item in items.iter().collect::<BTreeSet<_>>() {
            let booking = self.booking(*item).ok_or_else(|| refusals::no_such_points(*item))?;
            if let Some(act) = &booking.reversed {
                let by = ctx.called(&act.by);
                return Err(refusals::points_reversed_already(*item, act.on, &by.zh, &by.en));
            }
            points.push(reversal(*item, &booking.points));
        }
        Ok(points)
    }
}

fn reversal(item: Item, points: &Points) -> Reversal {
    Reversal { of: Some(item), points: Points { points: -points.points, ..points.clone() } }
}
