//! The words of a meeting and its ballots.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};
use yishi_canonical::Digest;
use yishi_identity::{AssemblyMakeUp, BallotId, Elector, MatterId, MeetingId, PersonId, RollDigest};
use yishi_law::days::Notice;
use yishi_law::{BodyKind, CountingMode, Finding, Secrecy, Subject, Terms};
use yishi_words::coded;

use crate::common::{Act, Question};

/// 票数 (votes of each kind).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// 赞成.
    pub yes: u64,
    /// 反对.
    pub no: u64,
    /// 弃权.
    pub abstain: u64,
    /// 废票: takes part, for nobody (R6).
    pub spoilt: u64,
}

impl Tally {
    /// All of them, or nothing when the sum is absurd.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        self.yes.checked_add(self.no)?.checked_add(self.abstain)?.checked_add(self.spoilt)
    }

    /// Both together.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            yes: self.yes.saturating_add(other.yes),
            no: self.no.saturating_add(other.no),
            abstain: self.abstain.saturating_add(other.abstain),
            spoilt: self.spoilt.saturating_add(other.spoilt),
        }
    }
}

/// 现场计票 (a count made by hand of paper ballots or a show of hands).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandCount {
    /// The votes counted by hand.
    pub votes: Tally,
    /// 到会未投 (present, and cast no vote of any kind).
    pub not_voting: u64,
    /// 计票人、监票人: at least two different people.
    pub tellers: BTreeSet<PersonId>,
    /// The signed count sheet.
    pub record: Digest,
}

/// 现场计票的记载 (what the record keeps of a count made by hand).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandRecord {
    /// The votes counted by hand. Absent after a secret ballot: beside the votes cast one by one they would say how the few
    /// voted who chose the rarer way (R17).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub votes: Option<Tally>,
    /// 到会未投 (present, and cast no vote of any kind).
    pub not_voting: u64,
    /// 计票人、监票人.
    pub tellers: BTreeSet<PersonId>,
    /// The signed count sheet.
    pub record: Digest,
}

/// 议程的一项 (one item of an agenda, with the exact question announced).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgendaItem {
    /// The matter.
    pub matter: MatterId,
    /// What will be asked, where there is a proposal to vote on: nobody votes on another text than the notice named (R46).
    pub question: Option<Question>,
}

/// 已定的会议 (another notice or sitting of the same body that is not over).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sitting {
    /// The meeting.
    pub meeting: MeetingId,
    /// The day it sits, or sits again.
    pub sits_on: Date,
    /// Where it stands.
    pub stage: MeetingStage,
}

/// 回避的依据 (on what a member stands aside, R8). Every reason is one that a person gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ground", rename_all = "kebab-case")]
pub enum RecusalGround {
    /// 本人申明.
    Declared {
        /// The reason.
        reason: Digest,
    },
    /// 他人提出: has no effect until the member declares it too, or the body decides by motion.
    Proposed {
        /// By whom: somebody in the room.
        by: PersonId,
        /// The reason.
        reason: Digest,
    },
    /// 会议动议: the body decided it, the member concerned not voting.
    Motion {
        /// Who proposed it.
        by: PersonId,
        /// The reason.
        reason: Digest,
        /// For it.
        yes: u64,
        /// Against it.
        no: u64,
        /// The minutes of the motion.
        minutes: Digest,
    },
}

/// 回避 (somebody's standing aside from one item).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recusal {
    /// On what ground.
    pub ground: RecusalGround,
    /// The member disputes what another proposed: only the body decides it, by motion.
    pub disputed: bool,
}

impl Recusal {
    /// Whether it takes the vote on the item: the member said so and does not dispute it, or the body decided it.
    #[must_use]
    pub const fn stands(&self) -> bool {
        !self.disputed && !matches!(self.ground, RecusalGround::Proposed { .. })
    }
}

/// 票决结果 (what a closed ballot came to), as a matter or a rule takes it over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BallotOutcome {
    /// The ballot.
    pub ballot: BallotId,
    /// The meeting it was held in.
    pub meeting: MeetingId,
    /// The matter voted on.
    pub matter: MatterId,
    /// The question put.
    pub question: Question,
    /// The finding.
    pub finding: Finding,
}

/// What happened to a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum MeetingEvent {
    /// 召集.
    Convened {
        /// The meeting.
        id: MeetingId,
        /// Of which body.
        body: BodyKind,
        /// How it is counted.
        mode: CountingMode,
        /// The day of the meeting.
        held_on: Date,
        /// The hour.
        hour: Time,
        /// The notice.
        notice: Digest,
        /// The agenda.
        agenda: Vec<AgendaItem>,
        /// The notice given, where so many days were demanded.
        notice_given: Option<Notice>,
        /// Why notice was shorter.
        special_circumstances: Option<Digest>,
        /// The make-up of the representative assembly.
        make_up: Option<AssemblyMakeUp>,
        /// Whose notice it is.
        convener: PersonId,
        /// What the law and the rules demand of the meeting.
        terms: Terms,
        /// By whom and when.
        act: Act,
    },
    /// 取消.
    Cancelled {
        /// The reasons.
        reasons: Digest,
        /// By whom and when.
        act: Act,
    },
    /// 开会.
    Opened {
        /// The roll of the day.
        roll: RollDigest,
        /// Who presides.
        presider: PersonId,
        /// The make-up of the representative assembly on that day.
        make_up: Option<AssemblyMakeUp>,
        /// By whom and when.
        act: Act,
    },
    /// 休会: to go on on a named day.
    Recessed {
        /// The day it goes on.
        until: Date,
        /// The minutes so far.
        minutes: Digest,
        /// By whom and when.
        act: Act,
    },
    /// 续开: the same sitting, attendance anew.
    Resumed {
        /// Who presides.
        presider: PersonId,
        /// The make-up of the representative assembly on that day.
        make_up: Option<AssemblyMakeUp>,
        /// By whom and when.
        act: Act,
    },
    /// 到会.
    Arrived {
        /// Electors now present, each with the person who came.
        electors: BTreeMap<Elector, PersonId>,
        /// By whom and when.
        act: Act,
    },
    /// 离会.
    Left {
        /// Electors no longer present.
        electors: BTreeSet<Elector>,
        /// By whom and when.
        act: Act,
    },
    /// 回避.
    Recused {
        /// From which item.
        matter: MatterId,
        /// Who.
        elector: Elector,
        /// On what ground.
        #[serde(flatten)]
        ground: RecusalGround,
        /// By whom and when.
        act: Act,
    },
    /// 对回避的异议.
    RecusalDisputed {
        /// From which item.
        matter: MatterId,
        /// Who.
        elector: Elector,
        /// By whom and when.
        act: Act,
    },
    /// 开始表决.
    BallotOpened {
        /// The ballot.
        ballot: BallotId,
        /// The matter.
        matter: MatterId,
        /// The question.
        question: Question,
        /// What the matter is about.
        subjects: BTreeSet<Subject>,
        /// The matter's law date.
        law_date: Date,
        /// Open or secret.
        secrecy: Secrecy,
        /// The roll, those recused left out.
        roll: RollDigest,
        /// Who is recused.
        recused: BTreeSet<Elector>,
        /// What the law and the rules demand of the vote.
        terms: Terms,
        /// Every plugin that was asked.
        plugins: BTreeSet<Digest>,
        /// The line on record for each further condition of the terms, by the condition's code.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        conditions: BTreeMap<String, Digest>,
        /// By whom and when.
        act: Act,
    },
    /// 结束表决.
    BallotClosed {
        /// The ballot.
        ballot: BallotId,
        /// Votes cast one by one. Of a secret ballot: all votes in one sum, however they were cast.
        cast: Tally,
        /// The count made by hand.
        hand: Option<HandRecord>,
        /// 到会未投, where nothing was counted by hand.
        #[serde(default, skip_serializing_if = "is_none")]
        not_voting: u64,
        /// 补登: the record of the sitting, where its figures were entered after its day.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        late: Option<Digest>,
        /// The finding.
        finding: Box<Finding>,
        /// By whom and when.
        act: Act,
    },
    /// 散会.
    Adjourned {
        /// By whom and when.
        act: Act,
    },
    /// 会议纪要.
    MinutesRecorded {
        /// The minutes.
        minutes: Digest,
        /// By whom and when.
        act: Act,
    },
}

coded! {
    /// 会议阶段.
    pub enum MeetingStage: "meeting-stage" {
        /// 已召集.
        Convened = "convened",
        /// 开会中.
        Open = "open",
        /// 休会中, to go on on a named day.
        Recessed = "recessed",
        /// 已散会.
        Adjourned = "adjourned",
        /// 纪要已存.
        Minuted = "minuted",
        /// 已取消.
        Cancelled = "cancelled",
    }
}

/// 表决 (one ballot of a meeting).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ballot {
    /// The ballot.
    pub id: BallotId,
    /// The matter.
    pub matter: MatterId,
    /// The question.
    pub question: Question,
    /// What the matter is about.
    pub subjects: BTreeSet<Subject>,
    /// The matter's law date.
    pub law_date: Date,
    /// Open or secret.
    pub secrecy: Secrecy,
    /// The roll, those recused left out.
    pub roll: RollDigest,
    /// Who is recused.
    pub recused: BTreeSet<Elector>,
    /// 到会可表决的人 (who was in the room, and may vote, when it opened): nobody else votes in it.
    pub voters: BTreeMap<Elector, PersonId>,
    /// What the law and the rules demand.
    pub terms: Terms,
    /// Every plugin that was asked.
    pub plugins: BTreeSet<Digest>,
    /// When it was opened.
    pub opened: Act,
    /// How it was closed.
    pub closed: Option<ClosedBallot>,
}

/// A figure that nobody had to give is left out of the record.
const fn is_none(figure: &u64) -> bool {
    *figure == 0
}

impl ClosedBallot {
    /// 总票数 (every vote, by whichever way it came).
    #[must_use]
    pub fn votes(&self) -> Tally {
        let by_hand = self.hand.as_ref().and_then(|hand| hand.votes).unwrap_or_default();
        self.cast.plus(&by_hand)
    }
}

/// 已结束的表决 (how a ballot was closed).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedBallot {
    /// Votes cast one by one. Of a secret ballot: all votes in one sum.
    pub cast: Tally,
    /// The count made by hand.
    pub hand: Option<HandRecord>,
    /// 到会未投, where nothing was counted by hand.
    pub not_voting: u64,
    /// 补登: the record of the sitting, where its figures were entered after its day.
    pub late: Option<Digest>,
    /// The finding.
    pub finding: Finding,
    /// By whom and when.
    pub act: Act,
}

/// 到会情况 (the live quorum).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quorum {
    /// 实到. On an item, where the law fixes the quorum, those recused and in the room attend (R8).
    pub present: u64,
    /// 应到.
    pub in_office: u64,
    /// How many are needed: the largest of all demands, and never less than one.
    pub needed: u64,
    /// Whether every demand is met. Without any demand declared, never.
    pub met: bool,
}
