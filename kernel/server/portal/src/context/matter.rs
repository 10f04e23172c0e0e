//! The matter page: six steps as a timeline.

use yishi_deliberation::MatterStatus;
use yishi_law::{MatterClass, TrackStage};

use super::common::{Citation, DocumentLink, Fact, Link};
use super::decision::{Demand, Finding};
use super::form::Form;

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageState {
    /// 已完成.
    Done,
    /// 进行中.
    Current,
    /// 未到.
    Waiting,
    /// 退回 (sent back with written reasons).
    Returned,
    /// 未通过.
    Failed,
}

/// A step (numbered 1–6) or a gate of the kernel (not numbered), in the order they happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineEntry {
    /// Which step or gate.
    pub kind: TrackStage,
    /// 1–6 for a step of the seed, `None` for a gate.
    pub number: Option<u8>,
    /// Where it stands.
    pub state: StageState,
    /// Who acted, or who must act.
    pub actor: Option<String>,
    /// When it happened, or by when it must.
    pub date: Option<String>,
    /// What happened, in a sentence or two (reasons of a return, opinion of the joint meeting).
    pub note: Option<String>,
    /// By when it was due and how late it was done, where it was late.
    pub late: Option<String>,
    /// Why this step is taken, and who demands it.
    pub basis: Vec<Citation>,
    /// Evidence.
    pub evidence: Vec<DocumentLink>,
    /// Rules in force that were not asked, or not heeded, in this step, each with why.
    pub left_out: Vec<String>,
    /// The finding of a vote.
    pub finding: Option<Finding>,
    /// Number of the entry in the public record, and its page or receipt.
    pub record: Option<Link>,
}

/// One pinned charter or rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// Title and version.
    pub title: String,
    /// Its page.
    pub href: Option<String>,
    /// Digest of the component (full).
    pub digest: String,
    /// Digest of the settings (full).
    pub settings_digest: String,
}

/// What the matter opened with and keeps to the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pins {
    /// Text of law.
    pub law_text: String,
    /// The day the matter opened.
    pub law_date: String,
    /// The charter; `None` under the bare statute.
    pub charter: Option<Pin>,
    /// The rules of its domains.
    pub rules: Vec<Pin>,
}

/// A comment in a consultation or on a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Who, as it may be shown (`王某某`, or `一位居民`).
    pub author: String,
    /// In what capacity (`非户籍居民`, `村民代表`).
    pub capacity: String,
    /// When.
    pub date: String,
    /// What they said.
    pub text: String,
    /// The answer.
    pub answer: Option<String>,
    /// Who answered, and when.
    pub answered_by: Option<String>,
    /// Answering or hiding it, for those who may.
    pub forms: Vec<Form>,
}

/// 协商、征求意见 (a consultation).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consultation {
    /// First day.
    pub first: String,
    /// Last day.
    pub last: String,
    /// Still open.
    pub open: bool,
    /// Who may join, in words.
    pub who: String,
    /// What was said.
    pub comments: Vec<Comment>,
    /// The next page of what was said.
    pub comments_next: Option<String>,
    /// One answer to several of them, for those who may; `None` where fewer than two wait for one.
    pub answer_several: Option<Form>,
    /// Form to join in; `None` when the reader may not, or it is closed.
    pub form: Option<Form>,
    /// Where to sign in first, when that is what is missing.
    pub sign_in_href: Option<String>,
}

/// Something the kernel will hold a step at until it is satisfied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// What is missing, in one sentence.
    pub text: String,
    /// Who demands it.
    pub by: Vec<Citation>,
}

/// The matter page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterPage {
    /// Title.
    pub title: String,
    /// Number within the community and year, such as `2026-014`.
    pub number: String,
    /// Ordinary or major; `None` while no proposal has made it one or the other.
    pub class: Option<MatterClass>,
    /// Why it is of that class.
    pub class_by: Vec<Citation>,
    /// State of the whole.
    pub status: MatterStatus,
    /// Number (1–6) of the step it is at; 6 when finished.
    pub step: u8,
    /// What it is waiting for, in one sentence; `None` when finished.
    pub waiting_for: Option<String>,
    /// What should have been done by now, in one sentence.
    pub overdue: Option<String>,
    /// What was done late, a sentence each.
    pub late: Vec<String>,
    /// Where the reader can do what it waits for, when that is not on this page; or join in the consultation on it.
    pub go: Option<Link>,
    /// Domain in words (`环境卫生`).
    pub domain: String,
    /// The text, paragraph by paragraph.
    pub text: Vec<String>,
    /// Digest of that text: what was reviewed is what is voted.
    pub text_digest: String,
    /// 实施结果 (what came of it), paragraph by paragraph; empty until it was reported.
    pub outcome: Vec<String>,
    /// Amounts and the like.
    pub facts: Vec<Fact>,
    /// The six steps and the gates between them.
    pub timeline: Vec<TimelineEntry>,
    /// What the coming vote will need; empty when there is no vote to come.
    pub coming: Vec<Demand>,
    /// The body that will vote, by name, where one is coming.
    pub coming_body: Option<String>,
    /// What still holds it.
    pub gates: Vec<Gate>,
    /// What the rules advise; it holds nothing.
    pub advice: Vec<Gate>,
    /// What it opened with.
    pub pins: Pins,
    /// The consultation, where there is one.
    pub consultation: Option<Consultation>,
    /// Comments outside a consultation.
    pub comments: Vec<Comment>,
    /// The form for a comment.
    pub comment_form: Option<Form>,
    /// What the reader may do next, usual step first.
    pub actions: Vec<Form>,
    /// The meeting where it is (or was) on the agenda.
    pub meeting: Option<Link>,
    /// The rule that is being adopted.
    pub rule: Option<Link>,
    /// The reader's ballot paper, while they have a vote to cast.
    pub vote_href: Option<String>,
    /// The receipt of the vote they cast in the ballot that is open.
    pub voted: Option<Link>,
    /// The notice-board print view, once there is a decision.
    pub notice_href: Option<String>,
    /// Download of the record of this matter.
    pub record_href: Option<String>,
}
