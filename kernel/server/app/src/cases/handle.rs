//! 办理与续办 (an event is put to a rule): what begins a case, or goes on with one.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use yishi_acts::case::{EventInput, Opening};
use yishi_deliberation::rule::{Rule, RuleKind, Standing};
use yishi_deliberation::{Case, CaseCommand, RulePin};
use yishi_identity::{Action, CaseId, CommunityId, RuleId};
use yishi_rulebook::{About, FactQuestion, GateContext, Inspection, Rulebook, wire};
use yishi_storage::Unit;

use super::checks::{already_registered, check_day, fingerprint};
use super::outcome::{Answer, Said};
use super::{ENTERED, Entered, case_rows};
use crate::asking::{Asking, guard};
use crate::inputs::{CaseContinued, NewCase};
use crate::load::expect_version;
use crate::views::CaseView;
use crate::{App, AppError, AppResult, Here, OpContext};

/// 一件事 (what is put to a rule), and the case it goes on with.
struct Put {
    rule: RuleId,
    case: Option<CaseId>,
    event: EventInput,
}

/// 可以询问 (everything that was found before the rule is asked).
pub(super) struct Admitted {
    pub(super) rule: Rule,
    /// The version of the rule's row, so that a change of the rule is seen when the unit is written.
    read: Option<u64>,
    pub(super) inspection: Arc<Inspection>,
    /// The case it goes on with, as it stands.
    pub(super) case: Option<Case>,
    entered: String,
}

impl App {
    /// 办理办件, or 评议 conduct under a village regulation.
    ///
    /// What the rule decided on may have been changed by somebody else meanwhile; then it is asked once more.
    ///
    /// # Errors
    /// [`AppError::RuleRefused`] when the rule declines; a gate failure; `already-registered`, `own-interest`,
    /// `not-in-force`, `changed-meanwhile`; faults of fields; the authorisation errors.
    pub async fn handle_case(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        rule: RuleId,
        input: NewCase,
    ) -> AppResult<CaseView> {
        let NewCase { kind, subject, on, form } = input;
        let put = Put { rule, case: None, event: EventInput { kind, subject, on, form } };
        self.put_to_rule(ctx, community, put).await
    }

    /// 续办 (the rule is asked about something further in the same case).
    ///
    /// # Errors
    /// As [`App::handle_case`]; [`AppError::NotFound`]; a refusal when the case has ended.
    pub async fn continue_case(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        rule: RuleId,
        case: CaseId,
        input: CaseContinued,
    ) -> AppResult<CaseView> {
        let CaseContinued { kind, on, form } = input;
        let put =
            Put { rule, case: Some(case), event: EventInput { kind, subject: String::new(), on, form } };
        self.put_to_rule(ctx, community, put).await
    }

    async fn put_to_rule(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        mut put: Put,
    ) -> AppResult<CaseView> {
        let here = self.scope(ctx, community, Action::HandleCase).await?;
        match self.put_once(&here, &mut put).await {
            Err(error) if error.is_lost_race() => self.put_once(&here, &mut put).await,
            done => done,
        }
    }

    async fn put_once(&self, here: &Here<'_>, put: &mut Put) -> AppResult<CaseView> {
        let admitted = self.admit_event(here, put).await?;
        let answer = self.ask_about(here, &admitted, put).await?;
        let mut unit = Unit::of(here.scope.clone());
        let id = put.case.unwrap_or_else(|| CaseId::from_uuid(self.uuid(here.ctx)));
        let (outcome, calls, guards) =
            self.settle(here, &admitted, &put.event, id, answer, &mut unit).await?;
        let state = admitted.case.as_ref();
        let command = match state {
            Some(_) => CaseCommand::Continue { outcome },
            None => CaseCommand::Handle {
                id,
                rule: put.rule,
                version: admitted.rule.version,
                subject: put.event.subject.clone(),
                outcome,
            },
        };
        let names = self.case_names(here, state).await?;
        let act = self.case_act(here, Action::HandleCase, None).await?;
        let (case, _) = self.advance(here.ctx, state, &command, act, &names, &mut unit)?;
        if let Some(body) = unit.entries.last_mut().and_then(|entry| entry.body.as_object_mut()) {
            body.insert("gates".to_owned(), Value::Array(calls));
        }
        if let Some(version) = admitted.read {
            unit.rows.push(crate::rules::VIEW.as_read(put.rule, version));
        }
        // The same is not entered twice.
        let entered = Entered { case: case.id, on: put.event.on, at: here.ctx.now };
        unit.rows.push(ENTERED.as_read(&admitted.entered, 0));
        let row = ENTERED.row(&admitted.entered, 1, &entered)?;
        unit.rows.push(row.sorted(here.ctx.now).under(case.id).into());
        unit.rows.extend(guard(&guards.0, &guards.1)?);
        unit.rows.extend(case_rows(&case)?);
        let view = self.case_view(here, &case, &unit.rows).await?;
        self.commit(here.ctx, unit, if state.is_some() { 200 } else { 201 }, view).await
    }

    /// Everything that is checked before the rule is asked.
    async fn admit_event(&self, here: &Here<'_>, put: &mut Put) -> AppResult<Admitted> {
        // The row's version comes before the rule, so that a change in between is seen when the unit is written.
        let row = self.read(&here.scope, &crate::rules::VIEW, put.rule).await?;
        let rule = self.load_rule(here, put.rule).await?.rule;
        let case = match put.case {
            Some(id) => Some(self.load_case(here, put.rule, id).await?),
            None => None,
        };
        if let Some(case) = &case {
            expect_version(here.ctx, case.version)?;
            put.event.subject.clone_from(&case.subject);
        }
        if rule.standing(here.ctx.today) != Standing::InForce {
            return Err(AppError::conflict(
                "not-in-force",
                "这条规则没有在生效",
                "this rule is not in force",
            ));
        }
        let event = &put.event;
        check_day(&rule, event.on, here.ctx.today)?;
        let inspection = self.component(&rule.version.component).await?;
        let kind = inspection.manifest.cases.iter().find(|case| case.kind == event.kind);
        self.check_subject(here, kind.map_or(About::Either, |case| case.about), &event.subject).await?;
        self.check_interest(here, &event.subject).await?;
        if let Some(kind) = kind {
            let opening = Opening { kind: &kind.kind, about: None, form: &kind.form };
            opening.check(event).map_err(AppError::Invalid)?;
        }
        let entered = fingerprint(put.rule, event)?;
        if let Some(before) = self.read(&here.scope, &ENTERED, &entered).await? {
            return Err(already_registered(before.body.at));
        }
        Ok(Admitted { rule, read: row.map(|row| row.version), inspection, case, entered })
    }

    /// What the rule says of the event, with all it kept of the subject at hand.
    async fn ask_about(&self, here: &Here<'_>, admitted: &Admitted, put: &Put) -> AppResult<Answer> {
        let (rule, event) = (put.rule, &put.event);
        let pin = RulePin { rule, version: admitted.rule.version };
        let reference = self.rule_ref(here, &pin).await?;
        let name = reference.name.clone();
        let ids: BTreeMap<String, RuleId> = [(name.clone(), rule)].into();
        let gate = self.gate_context(here, here.ctx.today, &ids).await?;
        let mut asking = Asking::new(gate, ids);
        // What nearly every rule asks for. Whatever else it asks for is fetched when it asks.
        let subject = event.subject.clone();
        self.fetch(here, &mut asking, &name, &FactQuestion::Points { subject: subject.clone() }).await?;
        let kept = asking.kept_by(rule, &name, &subject);
        let (keeper, before) = kept.ok_or_else(|| AppError::internal("what was fetched is not there"))?;
        for record in &admitted.inspection.manifest.records {
            let question = FactQuestion::Records { kind: record.kind.clone(), subject: subject.clone() };
            self.fetch(here, &mut asking, &name, &question).await?;
        }
        let event = wire::CaseEvent {
            kind: event.kind.clone(),
            subject,
            on: event.on.to_string(),
            form: event.form.to_string(),
        };
        let kind = admitted.rule.kind;
        let question = move |rulebook: &Rulebook, gate: &GateContext| match kind {
            RuleKind::VillageRegulation => {
                rulebook.appraise(&reference, gate, &event).map(|answered| answered.map(Said::Appraisal))
            }
            _ => rulebook.handle(&reference, gate, &event).map(|answered| answered.map(Said::Outcome)),
        };
        match self.put_question(here, &mut asking, question).await? {
            Ok(answered) => {
                let calls =
                    answered.records().map(|one| serde_json::to_value(one).unwrap_or_default()).collect();
                Ok(Answer { asking, name, keeper, before, calls, said: answered.value })
            }
            Err(failure) => {
                self.record_failure(here, rule, &failure).await;
                Err(AppError::Gate(failure))
            }
        }
    }
}
