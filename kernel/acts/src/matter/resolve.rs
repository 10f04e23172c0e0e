//! 登记决议 (recording the resolution).

use serde_json::Value;
use yishi_deliberation::matter::{Matter, MatterCommand};
use yishi_deliberation::{BallotOutcome, MatterAct, Turn};
use yishi_identity::policy::Who;
use yishi_identity::{BallotId, Capacity};
use yishi_law::{Step, TrackStage};

use super::{Needs, World};
use crate::act::{Act, Asks, Given, Style, Wrong};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 决议 (takes over what a closed ballot came to).
    pub(super) struct Resolve {
        /// The ballot.
        ballot: BallotId = Ask::new("表决", "Ballot").at_hand("closed-ballots"),
    }
}

/// What a closed ballot came to, as the command that takes it over: by this act, or by the one that closes the ballot.
#[must_use]
pub fn resolution(outcome: Box<BallotOutcome>, consulted: Value) -> Given<Matter> {
    Given::command(MatterCommand::Resolve { outcome }).showing(consulted)
}

impl Act for Resolve {
    type On = Matter;
    const ACT: MatterAct = MatterAct::Resolve;
    const MAY: Who =
        Who::following_up(&[Capacity::ResidentsCommitteeMember, Capacity::CouncilChair, Capacity::Staff]);
    const TAKES: Option<Turn> = Some(Turn::Stage(TrackStage::Resolve));
    const STYLE: Style = Style::OPEN.note(
        "结果由系统根据表决计算，不能手工填写。",
        "The result is computed from the ballot; it cannot be typed in.",
    );
    const EXAMPLE: &'static str = r#"{"ballot": "bal_01920000-0000-7000-8000-000000000000"}"#;

    fn asks(command: &MatterCommand) -> Option<Asks> {
        let MatterCommand::Resolve { outcome } = command else { return None };
        let finding = &outcome.finding;
        Some(Asks { body: finding.body, step: Step::Resolve, mode: finding.mode })
    }

    fn needs(&self, _: &Matter) -> Needs {
        Needs { ballot: Some(self.ballot), ..Needs::default() }
    }

    // Closing the ballot recorded the resolution already, unless it was refused then or a rule gave no answer.
    fn is_done(&self, matter: &Matter) -> bool {
        matter.resolution.as_ref().is_some_and(|known| known.ballot == self.ballot)
    }

    fn command(&self, world: &mut World<'_>) -> Result<Given<Matter>, Wrong> {
        let outcome = world.known.outcome.take().ok_or_else(|| {
            let (zh, en) = ("没有这次表决", "no such ballot");
            Wrong::field("/ballot", "unknown-reference", zh, en)
        })?;
        let evidence = std::mem::take(&mut world.known.consulted);
        Ok(resolution(outcome, evidence))
    }
}
