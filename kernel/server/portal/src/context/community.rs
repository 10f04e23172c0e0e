//! Portal home, community home, list of matters.

use jiff::civil::Date;
use yishi_deliberation::meeting::MeetingStage;
use yishi_deliberation::{MatterStatus, RuleStatus};
use yishi_law::{CommunityKind, TrackStage};
use yishi_views::{BodyView, DecisionView, FiguresView, MatterSummary, MeetingView, RuleSummary};

use super::common::Link;
use super::form::Form;
use crate::lang::Lang;
use crate::phrase::Speak as _;

/// The portal's home: communities, town by town.
#[derive(Debug, Clone)]
pub struct PortalHome {
    pub towns: Vec<TownGroup>,
    /// What the city may do (a new town).
    pub actions: Vec<Form>,
}

#[derive(Debug, Clone)]
pub struct TownGroup {
    pub name: String,
    /// Its dashboard, where the reader may open it.
    pub href: Option<String>,
    pub communities: Vec<CommunityCard>,
}

/// A community in a list.
#[derive(Debug, Clone)]
pub struct CommunityCard {
    pub name: String,
    pub kind: CommunityKind,
    pub href: String,
    /// Matters being decided now.
    pub deciding: u64,
    /// Of them being voted on.
    pub voting: u64,
    /// Of them open for comments.
    pub consulting: u64,
    /// Rules in force.
    pub rules: u64,
}

/// A community's home.
#[derive(Debug, Clone)]
pub struct CommunityHome {
    /// Households on the roster.
    pub households: u64,
    /// Persons on the roster.
    pub persons: u64,
    pub figures: FiguresView,
    /// What this reader, or whoever signs in, is asked to do now: open votes first, then consultations.
    pub asked: Vec<AskedCard>,
    /// Open votes and consultations in which this reader has nothing more to do.
    pub running: Vec<AskedCard>,
    /// Being decided now, most urgent first.
    pub deciding: Vec<MatterCard>,
    /// New suggestions that nobody has taken up yet, the latest ones.
    pub fresh: Vec<MatterSummary>,
    /// How many suggestions there are besides those.
    pub fresh_more: u64,
    /// Meetings called.
    pub meetings: Vec<MeetingCard>,
    /// The latest meetings held.
    pub held: Vec<MeetingCard>,
    /// Notices still running, soonest end first.
    pub notices: Vec<NoticeCard>,
    /// Decisions lately taken, newest first.
    pub recent: Vec<DecisionCard>,
    /// Charter, rules, regulations in force or suspended.
    pub rules: Vec<RuleCard>,
    /// Those on their way: drafted, being consulted or voted on, adopted and not yet in force.
    pub making: Vec<RuleCard>,
    /// Who is who.
    pub bodies: Vec<BodyView>,
}

/// Something people are asked to do now.
#[derive(Debug, Clone)]
pub struct AskedCard {
    pub what: AskedKind,
    /// The matter.
    pub title: String,
    pub href: String,
    /// How it stands, in a sentence.
    pub line: String,
    /// Where the reader does it; `None` when they cannot, or have.
    pub act: Option<Link>,
    /// What the reader has to show for it, once done.
    pub receipt: Option<Link>,
    /// Why there is nothing to do for this reader, in a sentence.
    pub note: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedKind {
    /// 投票.
    Vote,
    /// 发表意见.
    Comment,
}

/// A matter in a list, and where it stands today.
#[derive(Debug, Clone)]
pub struct MatterCard {
    pub summary: MatterSummary,
    pub status: MatterStatus,
    /// Step or gate it is at.
    pub stage: TrackStage,
    /// What it waits for.
    pub waiting_for: Option<String>,
    /// What should have been done by now.
    pub overdue: Option<String>,
}

impl MatterCard {
    pub(crate) fn number(&self) -> String {
        crate::phrases::number(self.summary.opened_on, self.summary.id)
    }
}

/// Meetings, the latest first.
#[derive(Debug, Clone)]
pub struct MeetingList {
    pub meetings: Vec<MeetingCard>,
    pub next_href: Option<String>,
}

/// A meeting in a list.
#[derive(Debug, Clone)]
pub struct MeetingCard {
    pub meeting: MeetingView,
    /// What should have been done of it on its day, in one sentence.
    pub overdue: Option<String>,
}

impl MeetingCard {
    pub(crate) fn time(&self, lang: Lang) -> String {
        lang.sitting_time(&self.meeting)
    }

    pub(crate) fn is_open(&self) -> bool {
        self.meeting.state == MeetingStage::Open
    }
}

/// What a notice publishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// 决议公开.
    Decision,
    /// 实施结果公开.
    Outcome,
    /// 规约公布: what the outcome of a case publishes.
    Rule,
}

/// A notice that is still running.
#[derive(Debug, Clone)]
pub struct NoticeCard {
    pub kind: NoticeKind,
    pub title: String,
    pub href: String,
    pub first: Date,
    /// The notice may come down only after this day has ended.
    pub last: Date,
    /// Days left, today included.
    pub days_left: u32,
}

/// A decision lately taken.
#[derive(Debug, Clone)]
pub struct DecisionCard {
    /// Title of the matter.
    pub title: String,
    pub href: String,
    pub decision: DecisionView,
}

/// A rule in a list.
#[derive(Debug, Clone)]
pub struct RuleCard {
    pub rule: RuleSummary,
    /// Of a draft, that of the matter about it.
    pub status: RuleStatus,
}

/// The list of matters, a page at a time.
#[derive(Debug, Clone)]
pub struct MatterList {
    pub matters: Vec<MatterCard>,
    /// Filters with their paths, and whether it is the one in use.
    pub filters: Vec<(Link, bool)>,
    pub next_href: Option<String>,
}
