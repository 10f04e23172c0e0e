//! What each page needs to know: plain values, ready to show.
//!
//! Texts that come from a community (titles, names, reasons) and dates arrive as strings the server has
//! formatted in the reader's language; everything the portal itself says is chosen from an enum, so that a
//! page can never hold a half-translated sentence. A context holds no id that a page does not link to.

mod account;
mod case;
mod common;
mod community;
mod decision;
mod desk;
mod form;
mod frame;
mod matter;
mod meeting;
mod notice;
mod rule;
mod town;
mod verify;

pub use account::{AccountLine, AccountsPage, PasswordPage};
pub use case::{CaseEntryRow, CasePage, CasePointsRow, CaseRow, CaseTaskRow, CasesPage};
pub use common::{Citation, DocumentLink, Fact, Link, Paper, Tone};
pub use community::{
    AskedCard, AskedKind, BodyCard, CommunityCard, CommunityHome, DecisionCard, MatterCard, MatterList,
    MeetingCard, MeetingLine, MeetingList, NoticeCard, NoticeKind, PortalHome, RuleCard, SeatLine, TownGroup,
};
pub use decision::{Demand, Finding, Ruling, Votes};
pub use desk::{
    Advisory, BadRow, BodiesPage, BodyDetail, BodySeat, CheckItem, DeskPage, ImportReport, RosterPage,
    SuggestPage, TodoGroup, TodoItem,
};
pub use form::{Field, FieldChoice, FieldKind, Form, FormStyle};
pub use frame::{CommunityFrame, Flash, Frame, NavItem, Viewer};
pub use matter::{Comment, Consultation, Gate, MatterPage, Pin, Pins, StageState, TimelineEntry};
pub use meeting::{
    AgendaRow, AttendanceRow, BallotRow, BallotState, MeetingPage, MeetingState, QuorumBar, QuorumStanding,
    ReceiptPage, VotePage, VoteState,
};
pub use notice::{ErrorPage, NoticePage, SignInPage};
pub use rule::{
    Adoption, Article, ArticleGroup, BeyondLaw, ClauseNote, EffectRow, Effects, GateNote, LifeStage,
    LifeStep, RuleNotice, RulePage, Scenario, Setting, ShelfItem, ShelfPage, ShelfReport,
};
pub use town::{CommunityProgress, OverdueRow, PublishedRow, TownPage};
pub use verify::{CheckpointCard, ReceiptCheck, VerifyPage};
pub use yishi_deliberation::{MatterStatus, RuleStatus};
pub use yishi_law::{
    BodyKind, Choice, CommunityKind, CountingBase, CountingMode, FindingResult, MatterClass, RuleKind, Share,
    TrackStage,
};
