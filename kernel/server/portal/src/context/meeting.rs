//! Meetings, ballots, receipts.

use yishi_deliberation::MatterStatus;
use yishi_law::{Choice, CountingMode, Share};

use super::common::{Citation, DocumentLink, Link};
use super::decision::{Demand, Finding};
use super::form::Form;

/// State of a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeetingState {
    /// 已通知.
    Convened,
    /// 进行中.
    Open,
    /// 休会中.
    Recessed,
    /// 已闭会.
    Adjourned,
    /// 已取消.
    Cancelled,
}

/// The live quorum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuorumBar {
    /// Members in office, or households on the roll.
    pub whole: u64,
    /// Present now.
    pub present: u64,
    /// Least number for a quorum.
    pub needed: u64,
    /// The share demanded; `None` where neither law nor rules declare one.
    pub share: Option<Share>,
    /// Where that leaves the meeting.
    pub standing: QuorumStanding,
    /// Who demands it.
    pub by: Vec<Citation>,
}

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
    /// The meeting is over.
    Over,
    /// It was called off.
    CalledOff,
}

/// One item of the agenda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgendaRow {
    /// Title of the matter.
    pub title: String,
    /// Its page.
    pub href: String,
    /// Status.
    pub status: MatterStatus,
    /// Opens the ballot, for the chair.
    pub form: Option<Form>,
}

/// One member in the attendance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttendanceRow {
    /// Name (or the household's label in household mode).
    pub name: String,
    /// Office.
    pub office: String,
    /// When they arrived; `None` when absent.
    pub arrived: Option<String>,
    /// When they left.
    pub left: Option<String>,
    /// Arrive or leave, for whoever keeps the attendance.
    pub form: Option<Form>,
}

/// State of a ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BallotState {
    /// 表决中.
    Open,
    /// 已停止投票，正在清点.
    Stopped,
    /// 已结束.
    Closed,
}

/// A ballot of the meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BallotRow {
    /// The question.
    pub title: String,
    /// State.
    pub state: BallotState,
    /// Whether secret.
    pub secret: bool,
    /// In the room when it opened, with a vote.
    pub roll: u64,
    /// Entitled to attend, present or not.
    pub entitled: u64,
    /// Ballots cast so far (a number, never who or how).
    pub cast: u64,
    /// The reader's ballot paper.
    pub vote_href: Option<String>,
    /// Finding, once closed.
    pub finding: Option<Finding>,
    /// Closes it, for the chair; has fields for a hand count.
    pub close_form: Option<Form>,
}

/// The meeting page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingPage {
    /// Title.
    pub title: String,
    /// The body, by name.
    pub body: String,
    /// State.
    pub state: MeetingState,
    /// Who counts; fixed when convened.
    pub mode: CountingMode,
    /// When it is held.
    pub held_on: String,
    /// Where.
    pub place: String,
    /// What should have been done of it on its day, in one sentence.
    pub overdue: Option<String>,
    /// When notice was given.
    pub notice_on: String,
    /// Days between notice and meeting.
    pub notice_days: u64,
    /// Days demanded.
    pub notice_needed: u64,
    /// Who demands them.
    pub notice_by: Vec<Citation>,
    /// Reason for a shorter notice, where there was one.
    pub short_notice_reason: Option<String>,
    /// Live quorum.
    pub quorum: QuorumBar,
    /// Agenda.
    pub agenda: Vec<AgendaRow>,
    /// Ballots.
    pub ballots: Vec<BallotRow>,
    /// Attendance; empty when the reader may not see names.
    pub attendance: Vec<AttendanceRow>,
    /// Minutes and papers.
    pub documents: Vec<DocumentLink>,
    /// Open, adjourn and the like, for the chair.
    pub actions: Vec<Form>,
}

/// Whether the reader may vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VoteState {
    /// They may.
    Ready,
    /// They have, at this time.
    Already {
        /// When.
        at: String,
        /// Their receipt.
        receipt_href: Option<String>,
    },
    /// They may sit in the body and were not in the room when the ballot was opened.
    Absent,
    /// The body's members vote, and they are none of them.
    NotEntitled,
    /// The ballot is closed.
    Closed,
    /// No more votes are taken; they are being counted.
    Stopped,
    /// They stand aside for an interest of their own.
    Recused,
}

/// The ballot paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VotePage {
    /// The question.
    pub question: String,
    /// The matter.
    pub matter: Link,
    /// The body.
    pub body: String,
    /// The text, shortened to a paragraph or two.
    pub text: Vec<String>,
    /// The rule that is voted on, where it is one.
    pub rule: Option<Link>,
    /// Digest of the text: the one on the matter's page.
    pub text_digest: String,
    /// Digest of the whole question: the text with its figures, and the rule with its settings.
    pub question_digest: String,
    /// Whether secret.
    pub secret: bool,
    /// Who votes (name as on the roll; the household's label in household mode).
    pub voter: String,
    /// What is needed to pass; empty once it is known whether it did.
    pub passes: Vec<Demand>,
    /// What it came to, once it is over.
    pub finding: Option<Finding>,
    /// Where the form posts `choice=yes|no|abstain` to.
    pub action: String,
    /// Key that makes a second send harmless (posted as `idempotency_key`).
    pub idempotency_key: String,
    /// Whether they may vote.
    pub state: VoteState,
    /// Whether the vote is that of a household.
    pub household: bool,
    /// The choice that is to be confirmed; `None` while it is still to be made.
    pub confirm: Option<Choice>,
    /// What was wrong with the last answer.
    pub error: Option<String>,
    /// The meeting.
    pub meeting: Option<Link>,
}

/// The receipt after voting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptPage {
    /// The question.
    pub question: String,
    /// The matter.
    pub matter: Link,
    /// When the vote was stored.
    pub at: String,
    /// The choice; `None` for a secret ballot.
    pub choice: Option<Choice>,
    /// Number of the entry in the public record; `None` until a secret ballot closes.
    pub entry: Option<u64>,
    /// Leaf hash of the entry.
    pub leaf: Option<String>,
    /// Download of the receipt.
    pub receipt_href: Option<String>,
    /// Verify page.
    pub verify_href: String,
    /// The meeting.
    pub meeting: Option<Link>,
}
