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
mod frame;
mod matter;
mod meeting;
mod notice;
mod rule;
mod town;
mod verify;

pub use account::*;
pub use case::*;
pub use common::*;
pub use community::*;
pub use decision::*;
pub use desk::*;
pub use form::*;
pub use frame::*;
pub use matter::*;
pub use meeting::*;
pub use notice::*;
pub use rule::*;
pub use town::*;
pub use verify::*;
pub use yishi_deliberation::{MatterStatus, RuleStatus};
pub use yishi_law::{
    BodyKind, Choice, CommunityKind, CountingBase, CountingMode, FindingResult, MatterClass, RuleKind, Share,
    TrackStage,
};
