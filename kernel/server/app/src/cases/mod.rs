//! 办件 (cases under a rule): what is put to a rule, what becomes of it, and who is told.
//!
//! A rule only answers; the machine of `yishi-deliberation` decides what may be done with the answer, and the kernel writes.
//! A case is a stream of its own. Records and points are rows of the rule, the entry tells ids, digests and figures, and the
//! words stay in documents.

mod act;
mod checks;
mod desk;
mod handle;
mod lists;
mod notices;
mod outcome;
mod people;
mod show;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use yishi_deliberation::{Case, CaseEvent};
use yishi_identity::{CaseId, RuleId};
use yishi_storage::Row;

pub use desk::{CaseOwed, DeskCase};

use crate::model::{Model, Seen};
use crate::{App, AppError, AppResult, Community};

/// The read model of cases: each as its stream folds, under its rule.
const VIEW: Model<Value> = Model::new("case");
/// The read model that finds the cases about one household or person.
const OF_SUBJECT: Model<()> = Model::new("case-of");
/// The read model that knows what has been entered already, by what it says, under its case.
const ENTERED: Model<Entered> = Model::new("case-entered");
/// The read model of the cases in which something is to be done, or that somebody has in hand.
const DESK: Model<()> = Model::new("case-desk");

/// What was entered, and when.
#[derive(Debug, Serialize, Deserialize)]
struct Entered {
    case: CaseId,
    on: Date,
    at: Timestamp,
}

impl App {
    /// A case as its stream folds today.
    async fn load_case(&self, community: &Community, rule: RuleId, id: CaseId) -> AppResult<Case> {
        let case = self.fold_case(community, &id.to_string()).await?;
        case.filter(|case| case.rule == rule).ok_or(AppError::NotFound { what: "case" })
    }

    async fn fold_case(&self, community: &Community, stream: &str) -> AppResult<Option<Case>> {
        let stream = self.events::<Value>(&community.scope, stream).await?;
        let mut case = None;
        for (body, entry) in stream.events.into_iter().zip(stream.entries) {
            let event = CaseEvent::read(&entry.kind, entry.at, body).map_err(AppError::internal)?;
            case = Case::evolve(case, &event);
        }
        Ok(case)
    }

    /// A case from the row of its read model. A row that was written before the machine is folded anew.
    async fn case_of_row(&self, community: &Community, row: Seen<Value>) -> AppResult<Case> {
        match serde_json::from_value(row.body) {
            Ok(case) => Ok(case),
            Err(_) => {
                let folded = self.fold_case(community, &row.id).await?;
                folded.ok_or_else(|| AppError::internal(format!("case `{}` has a row and no entry", row.id)))
            }
        }
    }
}

/// The rows a case is found by: under its rule, under whom it is about, and on the desk while somebody has to do something.
fn case_rows(case: &Case) -> AppResult<[Row; 3]> {
    let began = case.first().map_or(case.last_act.at, |first| first.act.at);
    let body = serde_json::to_value(case).map_err(AppError::internal)?;
    let desk = if case.is_on_a_desk() {
        DESK.row(case.id, case.version, &())?.sorted(began).into()
    } else {
        DESK.delete(case.id)
    };
    Ok([
        VIEW.row(case.id, case.version, &body)?.sorted(began).under(case.rule).into(),
        OF_SUBJECT.row(case.id, 1, &())?.sorted(began).under(&case.subject).into(),
        desk,
    ])
}
