//! 会议与表决 (meetings and ballots as a client reads them).

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use yishi_canonical::Digest;
use yishi_deliberation::MeetingAct;
use yishi_deliberation::meeting::MeetingStage;
use yishi_identity::{BallotId, MatterId, MeetingId};
use yishi_law::{BodyKind, CountingMode, Secrecy};

use super::*;

views! {
    /// 会议.
    struct MeetingView {
        /// Id.
        id: MeetingId as String,
        /// Version, for `If-Match`.
        version: u64,
        /// Body code.
        body: BodyKind as String,
        /// In Chinese.
        body_name: String,
        /// In English.
        body_name_en: String,
        /// `persons` or `households`.
        mode: CountingMode as String,
        /// State code.
        state: MeetingStage as String,
        /// ISO date announced.
        held_on: Date as String,
        /// The hour, such as `09:00`.
        hour: String,
        /// ISO date on which it sits, or sits again after a recess.
        sits_on: Date as String,
        /// The person who convened it.
        convener: String,
        /// The person who presides, once it is open.
        presider: Option<String>,
        /// Who stands aside from which matter.
        recusals: Vec<RecusalView>,
        /// ISO date of the notice.
        notice_on: Date as String,
        /// Where.
        place: String,
        /// The agenda.
        agenda: Vec<AgendaView>,
        /// Members in office, persons or households.
        base: u64,
        /// Those present now.
        present: u64,
        /// Ids of electors present, for those who may see them.
        present_ids: Vec<String>,
        /// Quorum.
        quorum: QuorumView,
        /// Ballots held.
        ballots: Vec<BallotView>,
        /// What is still to be done of it, on its day; absent once it is over.
        owed: Option<DutyView>,
        /// Minutes' digest.
        minutes: Option<String>,
        /// Acts that the state and the day allow.
        allowed: Vec<MeetingAct> as Vec<String>,
        /// Acts that the state and the day allow and this reader may do.
        may: Vec<MeetingAct> as Vec<String>,
    }
    /// 议程.
    struct AgendaView {
        /// Matter id.
        matter: MatterId as String,
        /// Title.
        title: String,
        /// Digest of the text that was announced, where there is one to vote on.
        #[schema(value_type = Option<String>)]
        text: Option<Digest>,
        /// 附加条件, as the rules demanded them when the meeting was convened: each takes a line when the ballot opens.
        conditions: Vec<ConditionView>,
    }
    /// 回避.
    struct RecusalView {
        /// From which matter.
        matter: MatterId as String,
        /// Who, for those who may see the attendance.
        elector: Option<String>,
        /// `declared`, `proposed` or `motion`.
        ground: String,
        /// Whether the member disputes it; then it has no effect until the body decides.
        disputed: bool,
    }
    /// 附加条件.
    struct ConditionView {
        /// Its code, the key of the line.
        code: String,
        /// In Chinese.
        text: String,
        /// In English.
        text_en: String,
        /// Who demands it.
        by: Vec<AuthorityView>,
    }
    /// 法定人数.
    struct QuorumView {
        /// How many must be present.
        needed: u64,
        /// Whether they are.
        met: bool,
        /// In plain Chinese.
        words: Vec<String>,
        /// In plain English.
        words_en: Vec<String>,
    }
    /// 表决.
    struct BallotView {
        /// Id.
        id: BallotId as String,
        /// Version, for `If-Match`.
        version: u64,
        /// Matter id.
        matter: MatterId as String,
        /// Matter title.
        title: String,
        /// Meeting id.
        meeting: MeetingId as String,
        /// Digest of the whole question: the text, its figures, and the rule it adopts or repeals.
        #[schema(value_type = String)]
        question: Digest,
        /// Digest of the text that is voted.
        #[schema(value_type = String)]
        text: Digest,
        /// `open`, `stopped` or `closed`.
        state: BallotPhase as String,
        /// `open` or `secret`.
        secrecy: Secrecy as String,
        /// 到会可表决: who was in the room when it opened and may vote.
        roll_size: u64,
        /// 应到: all who are entitled to attend, present or not.
        entitled: u64,
        /// Votes so far; nothing else is told while a ballot is open.
        turnout: u64,
        /// The decision, once closed.
        decision: Option<DecisionView>,
    }
    /// 投票回执.
    struct VoteView {
        /// The log entry.
        seq: u64,
        /// Its leaf hash.
        #[schema(value_type = String)]
        leaf: Digest,
        /// Whether this is the answer to a repeated request.
        replayed: bool,
    }
}

/// 表决阶段 (whether a ballot takes votes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BallotPhase {
    /// Votes are taken.
    Open,
    /// No more votes are taken; they are being counted.
    Stopped,
    /// The result is recorded.
    Closed,
}
