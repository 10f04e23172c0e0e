//! 办件的办理 (the acts of a case), one file each; and what begins one, or goes on with it, as the rule itself asks it.

mod assign;
mod close;
mod complete_task;
mod correct;
mod opening;

use yishi_deliberation::CaseAct;
use yishi_deliberation::case::{Case, CaseCommand, Handler};
use yishi_law::BodyKind;

use crate::act::{Aggregate, Entry, Wrong};
use crate::papers::Papers;

pub use opening::{About, EventInput, Opening};

/// 须先了解的 (what an act on a case asks to be told).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// The body whose affair it is: whoever sits in it may, and nobody else.
    pub of: Option<BodyKind>,
    /// Whether this one handles cases here.
    pub handler: Option<Handler>,
    /// What the points of the case's subject come to.
    pub points: bool,
}

/// 所知 (what was looked up for an act). What it did not ask for is empty.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Whether whoever is named handles cases here.
    pub handles: bool,
    /// What the points of the case's subject come to under its rule.
    pub points: i64,
}

pub(crate) type World<'a> = crate::act::World<'a, Case>;

impl World<'_> {
    /// Who acts, as somebody who could have the case in hand.
    fn own_handler(&self) -> Option<Handler> {
        self.own.map(Handler::Person).or(self.account.map(Handler::Account))
    }
}

impl Aggregate for Case {
    type Act = CaseAct;
    type Command = CaseCommand;
    type Needs = Needs;
    type Known = Known;

    fn acts() -> &'static [Entry<Self>] {
        &ACTS
    }
}

/// In the order in which a page offers them.
static ACTS: [Entry<Case>; 4] = [
    Entry::of::<complete_task::CompleteTask>(),
    Entry::of::<assign::AssignCase>(),
    Entry::of::<close::CloseCase>(),
    Entry::of::<correct::CorrectCase>(),
];

/// 积分合计 as the paper of an act: a figure about somebody, so an internal one.
///
/// # Errors
/// Never for a figure; the error is passed on all the same.
pub(super) fn totals(papers: &mut Papers<'_>, points: i64) -> Result<yishi_canonical::Digest, Wrong> {
    Ok(papers.internal("/points", &points_text(points))?)
}

/// The text of the document that keeps what somebody's points came to.
#[must_use]
pub fn points_text(points: i64) -> String {
    points.to_string()
}
