//! “两委”审核 (review by the joint committees).

use yishi_deliberation::matter::{Matter, MatterCommand, ReviewOutcome};
use yishi_deliberation::{MatterAct, Turn};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;
use yishi_law::{BodyKind, Step, TrackStage};
use yishi_words::coded;

use super::World;
use crate::act::{Act, Asks, Given, Style, Wrong};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// “两委”审核.
    pub(super) struct Review {
        /// Passed on, or returned with reasons.
        outcome: PassOrReturn = Ask::new("意见", "Outcome").radio(),
        /// Needed when returned.
        reasons: Option<String> = super::RETURN_REASONS,
    }
}

impl Act for Review {
    type On = Matter;
    const ACT: MatterAct = MatterAct::Review;
    const MAY: Who = Who::any(&[Capacity::JointCommitteeMember, Capacity::Staff]);
    const TAKES: Option<Turn> = Some(Turn::Stage(TrackStage::Review));
    const STYLE: Style = Style::OPEN
        .send()
        .note("审核和表决的必须是同一份文本", "What is reviewed and what is voted on is one text");
    const EXAMPLE: &'static str = r#"{"outcome": "pass"}"#;

    fn asks(_: &MatterCommand) -> Option<Asks> {
        Some(Asks::at(BodyKind::JointCommittees, Step::Review))
    }

    fn command(&self, world: &mut World<'_>) -> Result<Given<Matter>, Wrong> {
        let outcome = match self.outcome {
            PassOrReturn::Pass => ReviewOutcome::Pass,
            PassOrReturn::Return => ReviewOutcome::Return {
                reasons: super::return_reasons(&mut world.papers, self.reasons.as_deref())?,
            },
        };
        Ok(Given::command(MatterCommand::Review { text: world.text(), outcome }))
    }
}

coded! {
    /// 通过或退回.
    pub enum PassOrReturn: "pass-or-return" {
        /// 通过.
        Pass = "pass",
        /// 退回.
        Return = "return",
    }
}
