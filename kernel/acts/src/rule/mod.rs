//! 规约的办理 (the acts of a rule), one file each. Its vote, its filing and its end by another are its matter's business.

mod confirm_attestation;
mod promulgate;
mod reject_attestation;
mod resume;
mod suspend;

use jiff::civil::Date;
use yishi_deliberation::rule::{Rule, RuleCommand};
use yishi_deliberation::{Life, RuleAct, RuleVote};
use yishi_identity::RuleId;
use yishi_law::CommunityKind;

use crate::act::{Aggregate, Entry};

/// 须先了解的 (what an act on a rule asks to be told).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// Every rule's standing and the votes on rules that are open: what is decided holds only while they are so.
    pub register: bool,
    /// Whether the rule has this clause.
    pub clause: Option<String>,
    /// That whoever acts is another natural person than whoever entered it (R15).
    pub another_person: bool,
}

/// 所知 (what was looked up for an act). What it did not ask for is empty.
#[derive(Debug, Clone)]
pub struct Known {
    /// Which organic law applies.
    pub kind: CommunityKind,
    /// The law text in force today.
    pub law: &'static str,
    /// Every rule of the community.
    pub lives: Vec<Life>,
    /// The votes on rules that are open.
    pub votes: Vec<RuleVote>,
    /// Whether the rule lacks the clause that was asked about; one that no longer loads lacks none.
    pub lacks_clause: bool,
}

pub(crate) type World<'a> = crate::act::World<'a, Rule>;

/// 对规约的决定 (a command with what ends because of it).
#[derive(Debug)]
pub struct Decision {
    /// For the machine.
    pub command: RuleCommand,
    /// The rules that end in the same moment, each with its last day's morrow.
    pub ends: Vec<(RuleId, Date)>,
}

impl From<RuleCommand> for Decision {
    fn from(command: RuleCommand) -> Self {
        Self { command, ends: Vec::new() }
    }
}

impl Aggregate for Rule {
    type Act = RuleAct;
    type Command = Decision;
    type Needs = Needs;
    type Known = Known;

    fn acts() -> &'static [Entry<Self>] {
        &ACTS
    }
}

static ACTS: [Entry<Rule>; 5] = [
    Entry::of::<promulgate::Promulgate>(),
    Entry::of::<confirm_attestation::ConfirmAttestation>(),
    Entry::of::<reject_attestation::RejectAttestation>(),
    Entry::of::<suspend::Suspend>(),
    Entry::of::<resume::Resume>(),
];
