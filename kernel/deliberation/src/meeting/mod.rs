//! 会议与表决 (a meeting of a body, and the ballots held in it).
//!
//! ```text
//!            召集              开会            散会              纪要
//!  (none) ──Convene──▶ Convened ──Open──▶ Open ──Adjourn──▶ Adjourned ──RecordMinutes──▶ Minuted
//!                         └──取消 Cancel──▶ Cancelled
//!
//!  while Open:  到会 Arrive / 离会 Leave (live quorum),  回避 Recuse (R8)
//!               开始表决 OpenBallot ──▶ 结束表决 CloseBallot ──▶ finding
//!               a tie: one re-vote, then a recorded motion (R7)
//! ```
//!
//! * Notice is counted in civil days and a notice of ten days leaves ten whole days between: the first day not counted, the last
//!   day run out (R10). Shorter only with the special circumstances' document.
//! * The counting mode is fixed at convening. A household has one representative: the first who comes (R16).
//! * No ballot opens while the meeting is not quorate; what was decided before stands (R2).
//! * A council's quorum and majority come from its charter; without them it cannot vote (R5).
//! * Hand counts and votes cast by name are one count. With a hand count everybody present must be accounted for.

mod types;

pub use types::{
    Ballot, BallotOutcome, ClosedBallot, HandCount, MeetingCommand, MeetingEvent, MeetingStage, Quorum,
    Tally, TieMotion,
};

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use yishi_canonical::Digest;
use yishi_identity::{BallotId, Elector, MatterId, MeetingId, PersonId, RollDigest};
use yishi_law::{BodyKind, CountingMode, Terms};

use crate::common::Act;

/// 会议 (a meeting).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// Its id.
    pub id: MeetingId,
    /// Of which body.
    pub body: BodyKind,
    /// How it is counted.
    pub mode: CountingMode,
    /// The day of the meeting.
    pub held_on: Date,
    /// The notice.
    pub notice: Digest,
    /// The agenda.
    pub agenda: Vec<MatterId>,
    /// Why notice was shorter than demanded.
    pub special_circumstances: Option<Digest>,
    /// What is demanded of the meeting as a whole.
    pub terms: Terms,
    /// Where it stands.
    pub stage: MeetingStage,
    /// The roll of the day, once open.
    pub roll: Option<RollDigest>,
    /// Electors present, each with the person who came.
    pub present: BTreeMap<Elector, PersonId>,
    /// Who is recused from which item, with the reason.
    pub recusals: BTreeMap<MatterId, BTreeMap<Elector, Digest>>,
    /// Ballots, in the order of their ids.
    pub ballots: BTreeMap<BallotId, Ballot>,
    /// The minutes, once recorded.
    pub minutes: Option<Digest>,
    /// The convening's act.
    pub convened: Act,
    /// The latest act.
    pub last_act: Act,
}

impl Ballot {
    /// Whether votes can still be cast.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.closed.is_none()
    }

    /// What the ballot came to, once closed.
    #[must_use]
    pub fn outcome(&self, meeting: MeetingId) -> Option<BallotOutcome> {
        self.closed.as_ref().map(|closed| BallotOutcome {
            ballot: self.id,
            meeting,
            matter: self.matter,
            question: self.question,
            finding: closed.finding.clone(),
        })
    }

    /// The electors recused from it.
    #[must_use]
    pub const fn recused(&self) -> &BTreeSet<Elector> {
        &self.recused
    }
}
