//! 事项的办理 (the acts of a matter), one file each.

mod acknowledge_filing;
mod close_consultation;
mod complete;
mod deliberate;
mod disclose;
mod disclose_outcome;
mod escalate;
mod file;
mod force_convening;
mod implement;
mod lapse;
mod open_consultation;
mod propose;
mod put_to_chair;
mod repin;
mod resolve;
mod resubmit;
mod review;
mod study;
mod take_down;
mod withdraw;

use std::collections::BTreeSet;

use serde_json::Value;
use yishi_canonical::Digest;
use yishi_deliberation::matter::{Matter, MatterCommand};
use yishi_deliberation::{BallotOutcome, MatterAct, RulePin, RuleVersion};
use yishi_identity::{BallotId, PersonId, RuleId};

use crate::act::{Aggregate, Entry, Wrong};
use crate::ask::Ask;
use crate::papers::Papers;

pub use deliberate::SubmitOrReturn;
pub use resolve::resolution;
pub use review::PassOrReturn;
pub use study::StudyVerdict;

/// 须先了解的 (what an act on a matter asks to be told).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// How many people, households and representatives there are.
    pub figures: bool,
    /// Which of these people are on the roll today.
    pub on_roll: BTreeSet<PersonId>,
    /// How many comments there are, and how many wait for an answer.
    pub comments: bool,
    /// What this ballot came to, and how the matter was consulted on.
    pub ballot: Option<BallotId>,
    /// The notice of the decision, written from the result and the text.
    pub notice: bool,
    /// The charter in force today.
    pub charter_today: bool,
}

/// 所知 (what was looked up for an act). What it did not ask for is empty.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Of how many: grown-ups, households, representatives.
    pub figures: Figures,
    /// Those of the people asked about who are on the roll today.
    pub on_roll: BTreeSet<PersonId>,
    /// How many comments there are.
    pub comments: u64,
    /// How many of them wait for an answer.
    pub unanswered: u64,
    /// What the ballot came to.
    pub outcome: Option<Box<BallotOutcome>>,
    /// How the matter was consulted on, for the rules.
    pub consulted: Value,
    /// The notice of the decision.
    pub notice: String,
    /// The charter in force today.
    pub charter_today: Option<RulePin>,
    /// The rule that the matter adopts.
    pub adopts: Option<RuleVersion>,
    /// The rule that it repeals.
    pub repeals: Option<RuleId>,
}

/// 基数 (of how many a petition is counted).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Of age on the day.
    pub adults: u64,
    /// Households.
    pub households: u64,
    /// Representatives in office.
    pub representatives: u64,
}

pub(crate) type World<'a> = crate::act::World<'a, Matter>;

impl World<'_> {
    /// The text that the act is about: the proposal's, or the suggestion's before there is one.
    fn text(&self) -> Digest {
        self.on.text().unwrap_or(self.on.suggestion)
    }
}

impl Aggregate for Matter {
    type Act = MatterAct;
    type Command = MatterCommand;
    type Needs = Needs;
    type Known = Known;

    fn acts() -> &'static [Entry<Self>] {
        &ACTS
    }
}

/// In the order in which a page offers what does not have its turn.
static ACTS: [Entry<Matter>; 21] = [
    Entry::of::<propose::Propose>(),
    Entry::of::<review::Review>(),
    Entry::of::<resubmit::Resubmit>(),
    Entry::of::<put_to_chair::PutToChair>(),
    Entry::of::<force_convening::ForceConvening>(),
    Entry::of::<open_consultation::OpenConsultation>(),
    Entry::of::<close_consultation::CloseConsultation>(),
    Entry::of::<study::Study>(),
    Entry::of::<deliberate::Deliberate>(),
    Entry::of::<escalate::Escalate>(),
    Entry::of::<resolve::Resolve>(),
    Entry::of::<file::File>(),
    Entry::of::<acknowledge_filing::AcknowledgeFiling>(),
    Entry::of::<disclose::Disclose>(),
    Entry::of::<take_down::TakeDown>(),
    Entry::of::<implement::Implement>(),
    Entry::of::<disclose_outcome::DiscloseOutcome>(),
    Entry::of::<complete::Complete>(),
    Entry::of::<withdraw::Withdraw>(),
    Entry::of::<lapse::Lapse>(),
    Entry::of::<repin::Repin>(),
];

/// 退回理由, needed where something is sent back.
const RETURN_REASONS: Ask = Ask::new("退回理由", "Reasons for sending it back").rows(4).hint(
    "退回时必填，议事会据此修改后重新提交。",
    "Needed when sending back; the council revises accordingly.",
);

const MINUTES: Ask = Ask::new("会议记录", "Minutes").rows(4);

const AUTHORISATION: Ask = Ask::new("授权依据", "Authorisation").rows(2).hint(
    "提交代表会议的，写明村（居）民会议的授权；民主评议不需要。",
    "For the representatives: how the assembly of all authorised them. An evaluation needs none.",
);

/// Days of posting. A notice that outlasts a year says nothing any more, and what is posted cannot be taken down before its
/// time.
const POSTED_DAYS: Ask = Ask::new("公示天数", "Days on display").most(365).hint(
    "不填则按法律和规约要求的最短天数；不能更短。",
    "Leave empty for the fewest days that law and rules ask; it cannot be fewer.",
);

/// The two assemblies that decide, the one that may decide everything first (V4, U4, R20).
const ASSEMBLIES: &[&str] = &["residents-assembly", "representative-assembly"];

/// What the law may list a matter under that a proposal can be about; texts are adopted in a way of their own, and what is the
/// collective's is for no body here.
const SUBJECTS: Ask =
    Ask::new("涉及的事项（法律另有规定的请勾选）", "Subjects it concerns, as the law lists them")
        .only(&[
            "general",
            "planning",
            "collective-funds",
            "public-works-levy",
            "subsidised-posts",
            "assistance-plan",
            "annual-report",
            "evaluation",
        ])
        .begins("general")
        .needed()
        .current()
        .not_of_a_rule();

const CLASS: Ask = Ask::new("事项类别", "Class").needed().current().not_of_a_rule().hint(
    "法律或规约规定为重大事项的，系统会自动归入重大事项。",
    "What the law or a rule calls major becomes major by itself.",
);

/// What a proposal answers to the rules; an answer to nothing is none.
fn kept_form(papers: &mut Papers<'_>, form: Option<&Value>) -> Result<Option<Digest>, Wrong> {
    let answers = |form: &&Value| form.as_object().is_none_or(|answers| !answers.is_empty());
    Ok(form.filter(answers).map(|form| papers.json("/form", form)).transpose()?)
}

/// The reasons of a return, which needs them.
fn return_reasons(papers: &mut Papers<'_>, text: Option<&str>) -> Result<Digest, Wrong> {
    match text {
        Some(text) => Ok(papers.public("/reasons", text)?),
        None => Err(Wrong::field("/reasons", "missing", "退回须写明理由", "a return needs written reasons")),
    }
}
