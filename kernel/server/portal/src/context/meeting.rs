//! Meetings, ballots, receipts.

use jiff::Timestamp;
use yishi_canonical::Digest;
use yishi_deliberation::MatterStatus;
use yishi_deliberation::meeting::{MeetingStage, decides_by_ballot};
use yishi_law::{Choice, Secrecy, Share};
use yishi_views::{AgendaView, BallotView, MeetingView};

use super::common::{Citation, Link};
use super::decision::{Demand, Finding};
use super::form::Form;

/// What the figures of a quorum mean for a meeting at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuorumStanding {
    /// The doors are not open yet: what will be needed.
    Coming,
    /// 已达法定人数.
    Met,
    /// So many are missing.
    Short(u64),
    /// 未作规定: neither law nor charter says how many are needed, so no vote can be taken.
    Undeclared,
    /// This body studies and deliberates; it takes no votes.
    NoVote,
    Over,
    CalledOff,
}

/// One item of the agenda.
#[derive(Debug, Clone)]
pub struct AgendaRow {
    pub item: AgendaView,
    pub status: MatterStatus,
    /// Who stands aside from it, or how many for those who may not see who.
    pub recused: Vec<String>,
    /// Opens the ballot, for the chair.
    pub form: Option<Form>,
}

/// One member in the attendance.
#[derive(Debug, Clone)]
pub struct AttendanceRow {
    /// Name (or the household's label in household mode).
    pub name: String,
    /// Office, in both languages.
    pub office: (String, String),
    /// When they arrived; `None` when absent.
    pub arrived: Option<Timestamp>,
    pub left: Option<Timestamp>,
    /// Arrive or leave, for whoever keeps the attendance.
    pub form: Option<Form>,
}

/// A ballot of the meeting.
#[derive(Debug, Clone)]
pub struct BallotRow {
    pub ballot: BallotView,
    /// Whether the reader has a vote to cast.
    pub votes: bool,
    /// Once closed.
    pub finding: Option<Finding>,
    /// Closes it, for the chair; has fields for a hand count.
    pub close_form: Option<Form>,
}

#[derive(Debug, Clone)]
pub struct MeetingPage {
    pub title: String,
    pub meeting: MeetingView,
    /// The share demanded for a quorum; `None` where neither law nor rules declare one.
    pub share: Option<Share>,
    pub share_by: Vec<Citation>,
    /// What should have been done of it on its day, in one sentence.
    pub overdue: Option<String>,
    /// Days of notice demanded.
    pub notice_needed: u64,
    pub notice_by: Vec<Citation>,
    /// Reason for a shorter notice, where there was one.
    pub short_notice: Option<String>,
    pub agenda: Vec<AgendaRow>,
    pub ballots: Vec<BallotRow>,
    /// Empty when the reader may not see names.
    pub attendance: Vec<AttendanceRow>,
    /// Whether the reader may open the minutes.
    pub opens_minutes: bool,
    /// Open, adjourn and the like, for the chair.
    pub actions: Vec<Form>,
}

impl MeetingPage {
    pub(crate) fn notice_days(&self) -> u64 {
        u64::try_from((self.meeting.held_on - self.meeting.notice_on).get_days()).unwrap_or(0)
    }

    /// What its quorum comes to at this moment.
    pub(crate) fn standing(&self) -> QuorumStanding {
        let meeting = &self.meeting;
        match meeting.state {
            MeetingStage::Cancelled => QuorumStanding::CalledOff,
            MeetingStage::Adjourned | MeetingStage::Minuted => QuorumStanding::Over,
            _ if !decides_by_ballot(meeting.body) => QuorumStanding::NoVote,
            _ if self.share.is_none() => QuorumStanding::Undeclared,
            MeetingStage::Convened | MeetingStage::Recessed => QuorumStanding::Coming,
            MeetingStage::Open if meeting.quorum.met => QuorumStanding::Met,
            MeetingStage::Open => {
                QuorumStanding::Short(meeting.quorum.needed.saturating_sub(meeting.present))
            }
        }
    }
}

/// Whether the reader may vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoteState {
    Ready,
    /// They have, at this time.
    Already(Timestamp),
    /// They may sit in the body and were not in the room when the ballot was opened.
    Absent,
    /// The body's members vote, and they are none of them.
    NotEntitled,
    Closed,
    /// No more votes are taken; they are being counted.
    Stopped,
    /// They stand aside for an interest of their own.
    Recused,
}

/// The ballot paper.
#[derive(Debug, Clone)]
pub struct VotePage {
    pub ballot: BallotView,
    pub body: String,
    /// The text, shortened to a paragraph or two.
    pub text: Vec<String>,
    /// The rule that is voted on, where it is one.
    pub rule: Option<Link>,
    /// Who votes (name as on the roll; the household's label in household mode).
    pub voter: String,
    /// What is needed to pass; empty once it is known whether it did.
    pub passes: Vec<Demand>,
    /// What it came to, once it is over.
    pub finding: Option<Finding>,
    /// Key that makes a second send harmless.
    pub idempotency_key: String,
    pub state: VoteState,
    /// Whether the vote is that of a household.
    pub household: bool,
    /// The choice that is to be confirmed; `None` while it is still to be made.
    pub confirm: Option<Choice>,
    /// What was wrong with the last answer.
    pub error: Option<String>,
}

impl VotePage {
    pub(crate) fn secret(&self) -> bool {
        self.ballot.secrecy == Secrecy::Secret
    }
}

/// The receipt after voting.
#[derive(Debug, Clone)]
pub struct ReceiptPage {
    pub ballot: BallotView,
    /// When the vote was stored.
    pub at: String,
    /// `None` for a secret ballot.
    pub choice: Option<Choice>,
    /// The entry of the public record, and its leaf hash.
    pub entry: u64,
    pub leaf: Digest,
}
