//! What each page needs to know: the views that the API sends, and what a view cannot know: links, forms, citations, what
//! somebody's own rules call a thing.
//!
//! Templates say codes, days and texts in the reader's language by [`crate::Speak`]; a page never holds a sentence in one
//! language that it would show in the other.

mod account;
mod case;
mod common;
mod community;
mod decision;
mod desk;
mod form;
pub(crate) mod frame;
mod matter;
mod meeting;
mod notice;
mod rule;
mod town;
mod verify;

pub use account::{AccountLine, AccountsPage, PasswordPage};
pub use case::{CaseEntry, CasePage, CaseRow, CasesPage};
pub use common::{Citation, Fact, Link, Paper, Tone};
pub use community::{
    AskedCard, AskedKind, CommunityCard, CommunityHome, DecisionCard, MatterCard, MatterList, MeetingCard,
    MeetingList, NoticeCard, NoticeKind, PortalHome, RuleCard, TownGroup,
};
pub use decision::{Demand, Finding, Ruling};
pub use desk::{
    BodiesPage, BodyDetail, CheckItem, DeskPage, ImportReport, RosterPage, SuggestPage, TodoGroup, TodoItem,
};
pub use form::{Field, FieldChoice, FieldKind, Form, FormStyle};
pub use frame::{CommunityFrame, Flash, Frame, NavItem, Viewer};
pub use matter::{Comment, Consultation, MatterPage, StageState};
pub use meeting::{
    AgendaRow, AttendanceRow, BallotRow, MeetingPage, QuorumStanding, ReceiptPage, VotePage, VoteState,
};
pub use notice::{ErrorPage, NoticePage, SignInPage};
pub use rule::{
    Adoption, ClauseNote, Effects, LifeStage, LifeStep, RuleNotice, RulePage, Scenario, SettingRow,
    ShelfItem, ShelfPage, ShelfReport,
};
pub use town::{CommunityProgress, OverdueRow, PublishedRow, TownPage};
pub use verify::{CheckpointCard, ReceiptCheck, VerifyPage};
pub use yishi_deliberation::{MatterStatus, RuleStatus};
pub use yishi_law::{
    BodyKind, Choice, CommunityKind, CountingBase, CountingMode, FindingResult, MatterClass, RuleKind, Share,
    TrackStage,
};
