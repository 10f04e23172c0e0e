//! 列入议程 (on which open agenda a matter is): one row for each matter that was ever on one, so that a matter is on one
//! agenda at a time and does not run away from its vote.
//!
//! Whoever decides on it writes under the version it was read at: of a sitting that puts a matter on its agenda and an act
//! that withdraws the matter only one becomes durable. The row is never deleted, so no version is ever seen twice.

use yishi_deliberation::OnAgenda;
use yishi_identity::MatterId;
use yishi_storage::Row;

use crate::model::Model;
use crate::{App, AppResult, Community};

/// The read model's kind.
pub(crate) const VIEW: Model<Option<OnAgenda>> = Model::new("matter-agenda");

impl App {
    /// The open agenda a matter is on, and the version that was read at: 0 where it was never on one.
    pub(crate) async fn on_agenda(
        &self,
        community: &Community,
        matter: MatterId,
    ) -> AppResult<(Option<OnAgenda>, u64)> {
        self.read_or_new(&community.scope, &VIEW, matter).await
    }
}

/// The rows that put a matter on an agenda or take it off, if nobody else has done so since `read`.
pub(crate) fn agenda_rows(matter: MatterId, read: u64, on: Option<OnAgenda>) -> AppResult<[Row; 2]> {
    VIEW.next(matter, read, &on)
}

/// The agenda a matter is on must still be the one that was read.
pub(crate) fn agenda_as_read(matter: MatterId, read: u64) -> Row {
    VIEW.as_read(matter, read)
}

/// The matter must still stand as it was judged, at this version of its stream.
pub(crate) fn as_judged(matter: MatterId, version: u64) -> Row {
    crate::matters::VIEW.as_read(matter, version)
}
