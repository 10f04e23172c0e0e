//! 会议的办理 (the acts of a meeting), one file each.

mod adjourn;
mod attendance;
mod cancel;
mod dispute_recusal;
mod open;
mod recess;
mod recuse;

use yishi_deliberation::MeetingAct;
use yishi_deliberation::meeting::{Meeting, MeetingCommand, Sitting};
use yishi_identity::policy::Right;
use yishi_identity::{AssemblyMakeUp, PersonId};

use crate::act::{self, Aggregate, Entry, Wrong};
use crate::ask::Ask;

pub use recuse::{RecusalMotion, Recuse};

/// 须先了解的 (what an act on a meeting asks to be told).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// Who presides, as named or by office, with the make-up of the body and its other sittings.
    pub opening: Option<Presider>,
    /// Whether staff act, who write down what others said.
    pub records: bool,
    /// Which of these people have died.
    pub living: Vec<PersonId>,
}

/// 主持人, as an input names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presider {
    /// This person.
    Named(PersonId),
    /// Whoever acts in a seat of their own, or the head of the convening body (R21).
    ByOffice,
}

/// 所知 (what was looked up for an act). What it did not ask for is empty.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Who presides (R21).
    pub presider: Option<PersonId>,
    /// The make-up of the representative assembly today; of that body only (R33).
    pub make_up: Option<AssemblyMakeUp>,
    /// Other notices and sittings of this body that are not over.
    pub sittings: Vec<Sitting>,
    /// Whether staff act, who write down what others said.
    pub records: bool,
    /// The names of those among the people asked about who have died.
    pub dead: Vec<String>,
}

pub(crate) type World<'a> = crate::act::World<'a, Meeting>;

impl World<'_> {
    /// The person named, or one's own; a resident who names nobody speaks for themselves.
    fn own_or(&self, named: Option<PersonId>) -> Result<PersonId, Wrong> {
        named
            .or(self.own)
            .ok_or_else(|| Wrong::field("/person", "missing", "请写明回避的人", "say who stands aside"))
    }
}

impl Aggregate for Meeting {
    type Act = MeetingAct;
    type Command = Vec<MeetingCommand>;
    type Needs = Needs;
    type Known = Known;

    fn acts() -> &'static [Entry<Self>] {
        &ACTS
    }

    /// Whoever goes is recorded with whoever comes.
    fn right(act: MeetingAct) -> Right {
        act::declared_right::<Self>(if act == MeetingAct::Leave { MeetingAct::Arrive } else { act })
    }
}

/// In the order in which a page offers them.
static ACTS: [Entry<Meeting>; 7] = [
    Entry::of::<open::Open>(),
    Entry::of::<cancel::Cancel>(),
    Entry::of::<attendance::Attendance>(),
    Entry::of::<recuse::Recuse>(),
    Entry::of::<dispute_recusal::DisputeRecusal>(),
    Entry::of::<recess::Recess>(),
    Entry::of::<adjourn::Adjourn>(),
];

const MINUTES: Ask = Ask::new("会议记录", "Minutes").rows(6);
