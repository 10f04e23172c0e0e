//! 会议可以办理什么 (what can be asked of a meeting): each act with its code, and as a command with what it is about.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Time};
use yishi_canonical::Digest;
use yishi_identity::{AssemblyMakeUp, BallotId, MatterId, MeetingId, PersonId};
use yishi_law::{BodyKind, CountingMode, Secrecy, Step, Subject};
use yishi_words::coded;

use super::Meeting;
use super::types::{AgendaItem, HandCount, RecusalGround, Sitting, Tally};
use crate::common::{OnAgenda, Question};

coded! {
    /// 会议的办理 (what can be done with a meeting).
    pub enum MeetingAct: "meeting-act" {
        /// 召集会议.
        Convene = "convene",
        /// 改变计数方式.
        ChangeMode = "change-mode",
        /// 取消会议.
        Cancel = "cancel",
        /// 开会.
        Open = "open",
        /// 签到.
        Arrive = "arrive",
        /// 登记离会.
        Leave = "leave",
        /// 登记回避.
        Recuse = "recuse",
        /// 登记对回避的异议.
        DisputeRecusal = "dispute-recusal",
        /// 开始表决.
        OpenBallot = "open-ballot",
        /// 结束表决并计票.
        CloseBallot = "close-ballot",
        /// 休会，改日续会.
        Recess = "recess",
        /// 闭会.
        Adjourn = "adjourn",
        /// 存入会议纪要.
        RecordMinutes = "record-minutes",
    }
}

/// What can be asked of a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MeetingCommand {
    /// 召集.
    Convene {
        /// The new meeting's id.
        id: MeetingId,
        /// Of which body.
        body: BodyKind,
        /// 按人 or 按户; fixed from now on.
        mode: CountingMode,
        /// The day of the meeting.
        held_on: Date,
        /// The hour.
        hour: Time,
        /// The notice with day, hour, place, mode and agenda, given today.
        notice: Digest,
        /// What is on the agenda.
        agenda: Vec<AgendaItem>,
        /// 特殊情况 (why notice is shorter than demanded): the document with the reason.
        special_circumstances: Option<Digest>,
        /// The make-up of the representative assembly; for that body only, and required.
        make_up: Option<AssemblyMakeUp>,
        /// 召集人 (R21): whose notice it is, also where staff record it.
        convener: PersonId,
        /// Other notices and sittings of this body that are not over.
        sittings: Vec<Sitting>,
        /// The open agendas that matters of this one are on already.
        on_agendas: BTreeMap<MatterId, OnAgenda>,
    },
    /// 改变计数方式: always refused once convened.
    ChangeMode {
        /// To which mode.
        mode: CountingMode,
    },
    /// 取消.
    Cancel {
        /// The reasons.
        reasons: Digest,
    },
    /// 开会: doors open, the roll of the day is fixed. After a recess: the sitting goes on with the same roll.
    Open {
        /// 主持人 (R21).
        presider: PersonId,
        /// The make-up of the representative assembly today; for that body only, and required (R33).
        make_up: Option<AssemblyMakeUp>,
        /// Other notices and sittings of this body that are not over.
        sittings: Vec<Sitting>,
    },
    /// 到会.
    Arrive {
        /// Who comes. In household mode the first of a household represents it.
        people: Vec<PersonId>,
    },
    /// 离会.
    Leave {
        /// Who goes.
        people: Vec<PersonId>,
    },
    /// 回避 (R8).
    Recuse {
        /// From which item.
        matter: MatterId,
        /// Who.
        person: PersonId,
        /// On what ground.
        ground: RecusalGround,
    },
    /// 对回避的异议 (the member disputes what another proposed, R8).
    DisputeRecusal {
        /// From which item.
        matter: MatterId,
        /// Who.
        person: PersonId,
    },
    /// 开始表决.
    OpenBallot {
        /// The new ballot's id.
        ballot: BallotId,
        /// The matter.
        matter: MatterId,
        /// The exact question.
        question: Question,
        /// What the matter is about.
        subjects: BTreeSet<Subject>,
        /// The matter's law date (R9).
        law_date: Date,
        /// Open or secret.
        secrecy: Secrecy,
        /// 附加条件 (how each further condition of the rules is met): the line on record, by the condition's code.
        conditions: BTreeMap<String, Digest>,
    },
    /// 结束表决.
    CloseBallot {
        /// Which.
        ballot: BallotId,
        /// Votes cast one by one on the roll (phone, or paper entered by name).
        cast: Tally,
        /// Votes counted by hand.
        hand: Option<HandCount>,
        /// 到会未投, where nothing was counted by hand: how many of those present cast no vote, as whoever closes says.
        not_voting: u64,
        /// 会议记录, needed where figures of the room are entered after its day (R48).
        minutes: Option<Digest>,
        /// 监督机构成员 in office today, who may count without being on the roll (R35).
        supervisors: BTreeSet<PersonId>,
        /// 提议人 (who proposed the matter): they do not count (R35).
        proposers: BTreeSet<PersonId>,
    },
    /// 休会续开 (the body decides in the room to go on on a named day, R48).
    Recess {
        /// The day it goes on.
        until: Date,
        /// The minutes so far, with that decision.
        minutes: Digest,
    },
    /// 散会.
    Adjourn,
    /// 会议纪要.
    RecordMinutes {
        /// The minutes.
        minutes: Digest,
    },
}

impl MeetingCommand {
    /// The day whose law a vote is held under: that of the matter it is about (R9), which may be an older one than that of
    /// the meeting. Whatever concerns the meeting as such is under the law of the day.
    #[must_use]
    pub fn law_date(&self, state: Option<&Meeting>) -> Option<Date> {
        match self {
            Self::OpenBallot { law_date, .. } => Some(*law_date),
            Self::CloseBallot { ballot, .. } => state?.ballots.get(ballot).map(|ballot| ballot.law_date),
            _ => None,
        }
    }

    /// What it does.
    #[must_use]
    pub const fn act(&self) -> MeetingAct {
        match self {
            Self::Convene { .. } => MeetingAct::Convene,
            Self::ChangeMode { .. } => MeetingAct::ChangeMode,
            Self::Cancel { .. } => MeetingAct::Cancel,
            Self::Open { .. } => MeetingAct::Open,
            Self::Arrive { .. } => MeetingAct::Arrive,
            Self::Leave { .. } => MeetingAct::Leave,
            Self::Recuse { .. } => MeetingAct::Recuse,
            Self::DisputeRecusal { .. } => MeetingAct::DisputeRecusal,
            Self::OpenBallot { .. } => MeetingAct::OpenBallot,
            Self::CloseBallot { .. } => MeetingAct::CloseBallot,
            Self::Recess { .. } => MeetingAct::Recess,
            Self::Adjourn => MeetingAct::Adjourn,
            Self::RecordMinutes { .. } => MeetingAct::RecordMinutes,
        }
    }

    /// Meetings serve the resolution; attendance and minutes belong to no step of their own.
    #[must_use]
    pub const fn step(&self) -> Option<Step> {
        match self {
            Self::OpenBallot { .. } | Self::CloseBallot { .. } => Some(Step::Resolve),
            _ => None,
        }
    }
}
