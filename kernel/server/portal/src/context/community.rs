//! Portal home, community home, list of matters.

use yishi_deliberation::{MatterStatus, RuleStatus};
use yishi_law::{CommunityKind, FindingResult, MatterClass, RuleKind, TrackStage};

use super::common::Link;
use super::form::Form;
use super::meeting::MeetingState;

/// The portal's home: communities, town by town.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalHome {
    /// Towns with their communities.
    pub towns: Vec<TownGroup>,
    /// What the city may do (a new town).
    pub actions: Vec<Form>,
}

/// A town and its communities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TownGroup {
    /// Name.
    pub name: String,
    /// Its dashboard, where the reader may open it.
    pub href: Option<String>,
    /// Its communities.
    pub communities: Vec<CommunityCard>,
}

/// A community in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommunityCard {
    /// Name.
    pub name: String,
    /// Village or urban.
    pub kind: CommunityKind,
    /// Its home.
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommunityHome {
    /// Households on the roster.
    pub households: u64,
    /// Persons on the roster.
    pub persons: u64,
    /// Of them registered elsewhere (非户籍).
    pub non_local: u64,
    /// Representatives in office.
    pub representatives: u64,
    /// What this reader, or whoever signs in, is asked to do now: open votes first, then consultations.
    pub asked: Vec<AskedCard>,
    /// Open votes and consultations in which this reader has nothing more to do.
    pub running: Vec<AskedCard>,
    /// Being decided now, most urgent first.
    pub deciding: Vec<MatterCard>,
    /// New suggestions that nobody has taken up yet, the latest ones.
    pub fresh: Vec<Link>,
    /// How many suggestions there are besides those.
    pub fresh_more: u64,
    /// Meetings called.
    pub meetings: Vec<MeetingCard>,
    /// The latest meetings held.
    pub held: Vec<MeetingLine>,
    /// Disclosure notices still running, soonest end first.
    pub notices: Vec<NoticeCard>,
    /// Decisions lately taken, newest first.
    pub recent: Vec<DecisionCard>,
    /// Charter, rules, regulations in force or suspended.
    pub rules: Vec<RuleCard>,
    /// Those on their way: drafted, being consulted or voted on, adopted and not yet in force.
    pub making: Vec<RuleCard>,
    /// Who is who.
    pub bodies: Vec<BodyCard>,
    /// The form for a suggestion.
    pub suggest_href: String,
    /// Every matter.
    pub matters_href: String,
    /// Every meeting.
    pub meetings_href: String,
    /// Every body with all its members.
    pub bodies_href: String,
    /// Every rule.
    pub rules_href: String,
}

/// Something people are asked to do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedCard {
    /// What.
    pub what: AskedKind,
    /// The matter.
    pub title: String,
    /// Its page.
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

/// What people are asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedKind {
    /// 投票.
    Vote,
    /// 发表意见.
    Comment,
}

/// A matter in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterCard {
    /// Title.
    pub title: String,
    /// Number.
    pub number: String,
    /// Its page.
    pub href: String,
    /// Class.
    /// None while no proposal has made it one or the other.
    pub class: Option<MatterClass>,
    /// Status.
    pub status: MatterStatus,
    /// Step or gate it is at.
    pub stage: TrackStage,
    /// Number (1–6) of the step it is at.
    pub step: u8,
    /// What it waits for.
    pub waiting_for: Option<String>,
    /// What should have been done by now.
    pub overdue: Option<String>,
    /// Last change.
    pub changed: String,
}

/// Meetings, the latest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingList {
    /// Meetings.
    pub meetings: Vec<MeetingLine>,
    /// The next page.
    pub next_href: Option<String>,
}

/// A meeting in the list of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingLine {
    /// What it is called.
    pub card: MeetingCard,
    /// Where it stands.
    pub state: MeetingState,
}

/// A meeting in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingCard {
    /// Title (body and which sitting).
    pub title: String,
    /// When.
    pub held_on: String,
    /// Where.
    pub place: String,
    /// Its page.
    pub href: String,
    /// Whether it is open now.
    pub open: bool,
    /// What should have been done of it on its day, in one sentence.
    pub overdue: Option<String>,
}

/// What a disclosure notice publishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// 决议公开.
    Decision,
    /// 实施结果公开.
    Outcome,
    /// 征求意见.
    Consultation,
    /// 会议通知.
    Meeting,
    /// 规约公布: what the outcome of a case publishes.
    Rule,
}

/// A disclosure notice that is still running.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeCard {
    /// What it publishes.
    pub kind: NoticeKind,
    /// Title.
    pub title: String,
    /// Its page.
    pub href: String,
    /// First day.
    pub first: String,
    /// Last day; the notice may come down only after it has ended.
    pub last: String,
    /// Days left, today included.
    pub days_left: u32,
}

/// A decision lately taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionCard {
    /// Title of the matter.
    pub title: String,
    /// Its page.
    pub href: String,
    /// The body.
    pub body: String,
    /// When.
    pub held_on: String,
    /// Result.
    pub result: FindingResult,
    /// Yes.
    pub yes: u64,
    /// Present.
    pub present: u64,
    /// In office.
    pub in_office: u64,
}

/// A rule in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleCard {
    /// Title.
    pub title: String,
    /// Kind.
    pub kind: RuleKind,
    /// Version.
    pub version: String,
    /// Status.
    pub status: RuleStatus,
    /// In force since, or consultation until.
    pub since: Option<String>,
    /// Its page.
    pub href: String,
}

/// A body and who sits in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyCard {
    /// Its anchor on the page of bodies.
    pub id: String,
    /// Name.
    pub name: String,
    /// Members in office.
    pub in_office: u64,
    /// Term in words.
    pub term: Option<String>,
    /// Those to show: officers, then members, as far as they are public.
    pub seats: Vec<SeatLine>,
    /// How many more there are.
    pub more: u64,
}

/// One seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatLine {
    /// Name.
    pub name: String,
    /// Office in words.
    pub office: String,
}

/// The list of matters, a page at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterList {
    /// Matters of this page.
    pub matters: Vec<MatterCard>,
    /// Filters with their paths; the one in use has `current`.
    pub filters: Vec<(Link, bool)>,
    /// Next page.
    pub next_href: Option<String>,
    /// The form for a suggestion.
    pub suggest_href: String,
}
