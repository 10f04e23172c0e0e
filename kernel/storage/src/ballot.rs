//! 表决票 (ballots): the bulk path.
//!
//! Casting is the one act that thousands do within minutes, so it does not go through an aggregate.
//! The writer keeps open ballots in memory, decides there whether a vote may be taken, and makes many
//! votes durable with one commit.
//!
//! Open ballots: each vote is a log entry with voter and choice. Secret ballots (secret-operational):
//! the log entry says only that the voter took part, dated to the day; the choice is kept apart under a
//! random key, with no voter, no order and no time. [`Store::stop_ballot`](crate::Store::stop_ballot)
//! ends casting and gives the tally; the application decides the finding and commits the closing entry
//! together with [`Row::SettleBallot`](crate::Row::SettleBallot).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use yishi_canonical::Digest;

use crate::scope::Scope;

/// 表决选项 (what a voter may say).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// 赞成 (in favour).
    Yes,
    /// 反对 (against).
    No,
    /// 弃权 (abstention).
    Abstain,
}

impl Choice {
    /// As stored and as written in entries.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Abstain => "abstain",
        }
    }
}

/// 表决方式 (whether a vote shows its voter).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BallotSecrecy {
    /// 公开表决 (open): voter and choice stand in the record.
    Open,
    /// 无记名表决 (secret): only participation stands in the record until closing.
    Secret,
}

/// 投票渠道 (by which way a vote came).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// The voter's own page or application.
    Web,
    /// Entered at the desk for a voter who came in person.
    Desk,
    /// Entered in a meeting, from a show of hands or a paper slip.
    Meeting,
}

impl Channel {
    /// As stored and as written in entries.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Desk => "desk",
            Self::Meeting => "meeting",
        }
    }
}

/// A ballot to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BallotDraft {
    /// The ballot's id.
    pub ballot: String,
    /// Whether votes show their voters.
    pub secrecy: BallotSecrecy,
    /// Votes received at or after this time are refused.
    pub deadline: Option<Timestamp>,
    /// 表决名册 (the roll): who may vote, one row each; fixed from here on.
    pub roll: Vec<String>,
}

/// Where a ballot is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BallotState {
    /// Votes are taken.
    Open,
    /// No more votes are taken; the result is not yet recorded.
    Stopped,
    /// The result is recorded.
    Settled,
}

/// A ballot as storage knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BallotRow {
    /// The ballot's id.
    pub ballot: String,
    /// Whether votes show their voters.
    pub secrecy: BallotSecrecy,
    /// Where it is in its life.
    pub state: BallotState,
    /// Votes received at or after this time are refused.
    pub deadline: Option<Timestamp>,
    /// How many may vote.
    pub roll_size: u64,
    /// How many have voted. The only figure there is while a secret ballot is open.
    pub cast: u64,
}

/// A vote to be taken.
#[derive(Debug, Clone)]
pub struct CastVote {
    /// The community.
    pub scope: Scope,
    /// The ballot.
    pub ballot: String,
    /// The person whose vote it is.
    pub voter: String,
    /// What they say.
    pub choice: Choice,
    /// How it came.
    pub channel: Channel,
    /// The account or person that sent it.
    pub actor: String,
    /// When the server received it. Decides about the deadline; the log keeps the second for open
    /// ballots and only the day for secret ones.
    pub at: Timestamp,
    /// A repeated key is answered with the first receipt.
    pub idempotency_key: Option<String>,
    /// Random bytes made by the caller, under which a secret choice is kept. They must come from a
    /// secure source and be made anew for every vote: they are what unlinks voter and choice.
    pub random_key: [u8; 16],
}

/// 投票回执 (what a voter gets).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CastReceipt {
    /// The log entry that holds the vote or, in a secret ballot, the participation.
    pub seq: u64,
    /// That entry's leaf hash.
    pub leaf: Digest,
    /// The vote had been taken before under the same key; this is the first receipt.
    pub replayed: bool,
}

/// 计票结果 (what was cast).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// In favour.
    pub yes: u64,
    /// Against.
    pub no: u64,
    /// Abstentions.
    pub abstain: u64,
    /// How many voted; always the sum of the three.
    pub cast: u64,
    /// How many may vote.
    pub roll_size: u64,
    /// Secret ballots only: every choice, in the order of their random keys.
    pub choices: Vec<Choice>,
}

/// One voter's participation, from an open or a secret ballot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participation {
    /// The voter.
    pub voter: String,
    /// The choice; absent in a secret ballot.
    pub choice: Option<Choice>,
    /// How it came.
    pub channel: Channel,
    /// The log entry.
    pub seq: u64,
}
