//! 列入议程 (on which open agenda a matter is): one row for each matter that was ever on one, so that a matter is on one
//! agenda at a time and does not run away from its vote.
//!
//! Whoever decides on it writes under the version it was read at: of a sitting that puts a matter on its agenda and an act
//! that withdraws the matter only one becomes durable. The row is never deleted, so no version is ever seen twice.

use serde_json::Value;
use yishi_deliberation::OnAgenda;
use yishi_identity::MatterId;
use yishi_storage::{Row, ViewRow};

use crate::{App, AppError, AppResult, Community};

/// The read model's kind.
const VIEW: &str = "matter-agenda";

impl App {
    /// The open agenda a matter is on, and the version that was read at: 0 where it was never on one.
    pub(crate) async fn on_agenda(
        &self,
        community: &Community,
        matter: MatterId,
    ) -> AppResult<(Option<OnAgenda>, u64)> {
        match self.view(&community.scope, VIEW, &matter.to_string()).await? {
            Some(row) => Ok((serde_json::from_value(row.body).map_err(AppError::internal)?, row.version)),
            None => Ok((None, 0)),
        }
    }
}

/// The rows that put a matter on an agenda or take it off, if nobody else has done so since `read`.
pub(crate) fn agenda_rows(matter: MatterId, read: u64, on: Option<&OnAgenda>) -> AppResult<[Row; 2]> {
    let body = on.map(serde_json::to_value).transpose().map_err(AppError::internal)?.unwrap_or(Value::Null);
    let put = ViewRow {
        kind: VIEW.to_owned(),
        id: matter.to_string(),
        sort: String::new(),
        parent: None,
        version: read + 1,
        body,
    };
    Ok([agenda_as_read(matter, read), Row::PutView(put)])
}

/// The agenda a matter is on must still be the one that was read.
pub(crate) fn agenda_as_read(matter: MatterId, read: u64) -> Row {
    Row::ExpectView { kind: VIEW.to_owned(), id: matter.to_string(), version: read }
}

/// The matter must still stand as it was judged, at this version of its stream.
pub(crate) fn as_judged(matter: MatterId, version: u64) -> Row {
    Row::ExpectView { kind: crate::matters::VIEW.to_owned(), id: matter.to_string(), version }
}
