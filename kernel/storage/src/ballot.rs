//! 表决票 (ballots): the bulk path.
//!
//! Casting is the one act that thousands do within minutes, so it does not go through an aggregate.
//! The writer keeps open ballots in memory, decides there whether a vote may be taken, and makes many
//! votes durable with one commit.
//!
//! While a ballot runs, the log says that somebody voted, under the pseudonym the roll has for them, and nothing of what
//! they chose. In an open ballot the entry carries a commitment to the choice; the choices enter the log with the
//! closing and open it. In a secret ballot there is nothing to open: the entry is dated to the day, and the choice is kept
//! apart under a random key, with no voter, no order and no time, sealed with the ballot's key. That key is not in the
//! database, so that the database and its journal, taken while people vote, say nothing; it is destroyed when the ballot is
//! settled. [`Store::stop_ballot`](crate::Store::stop_ballot) ends casting and gives the tally; the application decides the
//! finding and commits the closing entry together with [`Row::SettleBallot`](crate::Row::SettleBallot).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use yishi_canonical::Digest;
pub use yishi_law::Choice;

use crate::scope::Scope;

/// 表决方式 (whether a vote shows its voter).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BallotSecrecy {
    /// 公开表决 (open): who voted stands in the record at once, by pseudonym, and the choices once it is closed.
    Open,
    /// 无记名表决 (secret): only participation stands in the record, and the sum once it is closed.
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

/// 名册上的一人 (one place on a roll).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollPlace {
    /// Who may vote. Never in the log.
    pub voter: String,
    /// What the log calls them in this ballot, and in nothing else.
    pub pseudonym: String,
}

/// The key under which the choices of a secret ballot are sealed. Not shown, also not in debug output.
#[derive(Clone, PartialEq, Eq)]
pub struct BallotKey(pub [u8; 32]);

impl std::fmt::Debug for BallotKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BallotKey(…)")
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
    pub roll: Vec<RollPlace>,
    /// Random bytes made by the caller, from a secure source, anew for every ballot. Choices of a secret ballot are sealed
    /// with them. Kept apart from the database until the ballot is settled, then destroyed.
    pub key: BallotKey,
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

/// A vote to be taken. Its debug output is for logs, and leaves out what nobody may read there.
#[derive(Clone)]
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
    /// What the log calls whoever entered the vote for the voter; absent when the voter did, who is then called as in the
    /// roll.
    pub actor: Option<String>,
    /// When the server received it. Decides about the deadline; the log keeps the second for open
    /// ballots and only the day for secret ones.
    pub at: Timestamp,
    /// A repeated key is answered with the first receipt.
    pub idempotency_key: Option<String>,
    /// Random bytes made by the caller: a secret choice is kept under them, a commitment to an open choice is salted with
    /// them. They must come from a secure source and be made anew for every vote: they are what unlinks voter and choice.
    pub random_key: [u8; 16],
}

impl std::fmt::Debug for CastVote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CastVote").field("ballot", &self.ballot).field("at", &self.at).finish_non_exhaustive()
    }
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
    /// Open ballots only: every vote in the order of arrival, with what opens its commitment.
    pub votes: Vec<OpenVote>,
}

/// 公开的一票 (one vote of an open ballot, as it enters the log with the closing).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenVote {
    /// The entry that carries the commitment.
    pub seq: u64,
    /// The choice.
    pub choice: Choice,
    /// The salt of the commitment.
    pub nonce: [u8; 16],
}

/// One voter's participation, from an open or a secret ballot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participation {
    /// The voter.
    pub voter: String,
    /// The choice; absent in a secret ballot. While the ballot runs it is for the voter alone.
    pub choice: Option<Choice>,
    /// How it came.
    pub channel: Channel,
    /// The log entry.
    pub seq: u64,
}
