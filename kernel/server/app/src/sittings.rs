//! 会议日程 (which notices and sittings of a body are not over): one row for each body, so that it sits once at a time,
//! whoever writes first; and the rows that say which of its matters are on its agenda or being voted on.
//!
//! The row only ever counts up. Whoever decides on it says which version they read, in the same unit: of two writers that
//! read the same, one is told to read again.

use serde::{Deserialize, Serialize};
use yishi_deliberation::OnAgenda;
use yishi_deliberation::meeting::{Meeting, MeetingStage, Sitting};
use yishi_identity::{BallotId, MatterId};
use yishi_law::BodyKind;
use yishi_storage::Row;

use crate::agenda::agenda_rows;
use crate::model::Model;
use crate::{App, AppResult, Community, words};

/// The read model's kind.
const SITTINGS: Model<CalendarBody> = Model::new("sittings");

/// 机构的会议 (the notices and sittings of a body that are not over), as they were read.
#[derive(Debug, Clone)]
pub(crate) struct Calendar {
    pub(crate) sittings: Vec<Sitting>,
    body: BodyKind,
    version: u64,
}

#[derive(Default, Serialize, Deserialize)]
struct CalendarBody {
    sittings: Vec<Sitting>,
}

impl Calendar {
    /// The calendar with a meeting as it is now, if nobody has changed it since.
    pub(crate) fn put(&self, meeting: &Meeting) -> AppResult<[Row; 2]> {
        let mut sittings = self.sittings.clone();
        sittings.retain(|sitting| sitting.meeting != meeting.id);
        if matches!(meeting.stage, MeetingStage::Convened | MeetingStage::Open | MeetingStage::Recessed) {
            sittings.push(Sitting { meeting: meeting.id, sits_on: meeting.sits_on, stage: meeting.stage });
        }
        SITTINGS.next(words::code(&self.body), self.version, &CalendarBody { sittings })
    }
}

impl App {
    /// The notices and sittings of a body that are not over.
    pub(crate) async fn calendar(&self, community: &Community, body: BodyKind) -> AppResult<Calendar> {
        let (read, version) = self.read_or_new(&community.scope, &SITTINGS, words::code(&body)).await?;
        Ok(Calendar { sittings: read.sittings, body, version })
    }

    /// The rows that take a meeting's matters off its agenda: it is over.
    pub(crate) async fn off_the_agenda(
        &self,
        community: &Community,
        meeting: &Meeting,
    ) -> AppResult<Vec<Row>> {
        let mut rows = Vec::new();
        for item in &meeting.agenda {
            let (on, read) = self.on_agenda(community, item.matter).await?;
            if on.is_some_and(|on| on.meeting == meeting.id) {
                rows.extend(agenda_rows(item.matter, read, None)?);
            }
        }
        Ok(rows)
    }

    /// The rows that say on which day a matter is before a sitting, and whether it is being voted on there.
    pub(crate) async fn before_the_sitting(
        &self,
        community: &Community,
        meeting: &Meeting,
        matter: MatterId,
        ballot: Option<BallotId>,
    ) -> AppResult<[Row; 2]> {
        let (_, read) = self.on_agenda(community, matter).await?;
        let on = OnAgenda { meeting: meeting.id, body: meeting.body, held_on: meeting.sits_on, ballot };
        agenda_rows(matter, read, Some(on))
    }
}
