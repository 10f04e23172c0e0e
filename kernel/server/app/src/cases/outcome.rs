//! 处理结果的落实 (what an answer of a rule becomes): rows of the rule, documents, and what the entry tells of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use yishi_acts::case::{EventInput, points_text};
use yishi_deliberation::case::{CaseOutcome, Kept, Points, Task};
use yishi_identity::{CaseId, RuleId};
use yishi_law::days::add_days;
use yishi_rulebook::{Export, FactQuestion, FailureCode, GateFailure, RuleFinding, wire};
use yishi_storage::{PluginRecordRow, PointRow, Row, Unit};
use yishi_words::from_code;

use super::handle::Admitted;
use crate::asking::Asking;
use crate::{App, AppError, AppResult, Community, Here, OpContext};

/// 规约的答复 (what a rule said of an event), and in what state it was asked.
pub(super) struct Answer {
    pub(super) asking: Asking,
    pub(super) name: String,
    pub(super) keeper: RuleId,
    /// The subject's points before it.
    pub(super) before: i64,
    pub(super) calls: Vec<Value>,
    pub(super) said: Said,
}

pub(super) enum Said {
    Outcome(Result<wire::Outcome, RuleFinding>),
    Appraisal(wire::Appraisal),
}

/// By keeper and subject: the count of changes at which it was read, and whose state changes.
pub(super) type Guards = (BTreeMap<(RuleId, String), u64>, BTreeSet<(RuleId, String)>);

impl App {
    /// Puts what a rule decided into the unit. What the entry tells of it, the calls, and what it was decided on.
    pub(super) async fn settle(
        &self,
        here: &Here<'_>,
        admitted: &Admitted,
        event: &EventInput,
        case: CaseId,
        answer: Answer,
        unit: &mut Unit,
    ) -> AppResult<(CaseOutcome, Vec<Value>, Guards)> {
        let Answer { mut asking, name, keeper, before, calls, said } = answer;
        let mut changed = BTreeSet::new();
        let mut notices = Vec::new();
        let (words, outcome) = match said {
            Said::Outcome(Ok(outcome)) => {
                self.know_all(here, admitted, &mut asking, &name, &outcome).await?;
                changed = self.keep_outcome(here.ctx, keeper, case, &outcome, &mut unit.rows)?;
                let number = self.house_number(here, &event.subject).await?;
                let about = (event.subject.as_str(), &number);
                notices = self.post(here.ctx, admitted.rule.id, case, about, &outcome.publish, unit)?;
                (serde_json::to_value(&outcome).map_err(AppError::internal)?, Some(outcome))
            }
            Said::Outcome(Err(finding)) => {
                return Err(AppError::RuleRefused {
                    code: finding.code,
                    zh: finding.message.zh,
                    en: finding.message.en,
                    by: finding.by.into_iter().collect(),
                });
            }
            Said::Appraisal(appraisal) => {
                (serde_json::to_value(&appraisal).map_err(AppError::internal)?, None)
            }
        };
        let points = outcome.as_ref().map(points_of).unwrap_or_default();
        let own = points.iter().filter(|one| one.subject == event.subject);
        let after = before + own.map(|one| one.points).sum::<i64>();
        let decided = CaseOutcome {
            kind: event.kind.clone(),
            on: event.on,
            form: Some(self.keep_internal(&mut unit.rows, "/form", &event.form.to_string())?),
            outcome: self.keep_internal(&mut unit.rows, "/form", &words.to_string())?,
            totals: Some(self.keep_internal(&mut unit.rows, "/points", &points_text(after))?),
            points,
            tasks: tasks_of(here.ctx, &words)?,
            records: outcome.as_ref().map(kept_of).unwrap_or_default(),
            notices,
        };
        Ok((decided, calls, (asking.read_at, changed)))
    }

    /// Whether everybody an outcome names is of the community. What is changed is counted from where it stood: it is read
    /// here, if the rule did not ask for it.
    async fn know_all(
        &self,
        community: &Community,
        admitted: &Admitted,
        asking: &mut Asking,
        name: &str,
        outcome: &wire::Outcome,
    ) -> AppResult<()> {
        let named = outcome.points.iter().map(|points| &points.subject);
        let named = named.chain(outcome.records.iter().map(|record| &record.subject));
        for one in named.collect::<BTreeSet<_>>() {
            if !self.is_known(community, one).await? {
                let digest = admitted.rule.version.component;
                let detail = format!("`{one}` is no household or person of the community");
                let code = FailureCode::UnknownSubject;
                let failure = GateFailure::new(name, digest, Export::Handle, code, detail);
                return Err(failure.titled(&admitted.inspection.manifest).into());
            }
            self.fetch(community, asking, name, &FactQuestion::Points { subject: one.clone() }).await?;
        }
        Ok(())
    }

    /// Rows for what an outcome keeps. Returns whose state under the rule they change.
    fn keep_outcome(
        &self,
        ctx: &OpContext,
        keeper: RuleId,
        case: CaseId,
        outcome: &wire::Outcome,
        rows: &mut Vec<Row>,
    ) -> AppResult<BTreeSet<(RuleId, String)>> {
        let mut changed = BTreeSet::new();
        for points in points_of(outcome) {
            changed.insert((keeper, points.subject.clone()));
            rows.push(self.booking(ctx, keeper, case, points));
        }
        for record in &outcome.records {
            changed.insert((keeper, record.subject.clone()));
            rows.push(Row::PutPluginRecord(PluginRecordRow {
                id: format!("rec_{}", self.uuid(ctx).hyphenated()),
                rule: keeper.to_string(),
                kind: record.kind.clone(),
                subject: record.subject.clone(),
                basis: Some(case.to_string()),
                created: ctx.now,
                body: serde_json::from_str(&record.body).map_err(AppError::internal)?,
            }));
        }
        Ok(changed)
    }

    /// The row of one booking.
    pub(super) fn booking(&self, ctx: &OpContext, keeper: RuleId, case: CaseId, points: Points) -> Row {
        Row::PutPoint(PointRow {
            id: format!("pnt_{}", self.uuid(ctx).hyphenated()),
            rule: keeper.to_string(),
            subject: points.subject,
            amount: points.points,
            article: points.because.join(","),
            basis: Some(case.to_string()),
            created: ctx.now,
        })
    }
}

/// What every sum of points is made of. The reasons are words, and stay in the document.
fn points_of(outcome: &wire::Outcome) -> Vec<Points> {
    let points = |one: &wire::Points| Points {
        subject: one.subject.clone(),
        points: i64::from(one.points),
        because: one.because.clone(),
    };
    outcome.points.iter().map(points).collect()
}

fn kept_of(outcome: &wire::Outcome) -> Vec<Kept> {
    let kept = |one: &wire::RecordDraft| Kept { kind: one.kind.clone(), subject: one.subject.clone() };
    outcome.records.iter().map(kept).collect()
}

/// The tasks of an outcome, each with its last day. They are read from its JSON, so that they do not depend on how the
/// contract of the day writes a body.
fn tasks_of(ctx: &OpContext, outcome: &Value) -> AppResult<Vec<Task>> {
    let tasks = outcome["tasks"].as_array().map(Vec::as_slice).unwrap_or_default();
    let task = |one: &Value| {
        let days = one["due-days"].as_u64().and_then(|days| u16::try_from(days).ok()).unwrap_or(u16::MAX);
        Ok(Task {
            by: from_code(one["role"].as_str().unwrap_or_default()).map_err(AppError::internal)?,
            due: add_days(ctx.today, days),
            because: serde_json::from_value(one["because"].clone()).map_err(AppError::internal)?,
        })
    };
    tasks.iter().map(task).collect()
}
