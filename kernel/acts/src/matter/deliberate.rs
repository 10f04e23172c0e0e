//! 联席会议审议 (joint deliberation).

use yishi_deliberation::matter::{DeliberationOpinion, Matter, MatterCommand};
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
    /// “两委”联席会议审议.
    pub(super) struct Deliberate {
        /// Submitted to the assembly, or returned.
        outcome: SubmitOrReturn = Ask::new("意见", "Outcome").radio(),
        /// Minutes of the sitting.
        minutes: String = super::MINUTES,
        /// To which body it is submitted; the residents' assembly where nothing is said.
        to: Option<BodyKind> = Ask::new("提交哪个会议表决", "Submit it to").only(super::ASSEMBLIES).needed(),
        /// The assembly's recorded authorisation, when the representative assembly decides in its place (V4, U4).
        authorisation: Option<String> = super::AUTHORISATION,
        /// Needed when returned.
        reasons: Option<String> = super::RETURN_REASONS,
    }
}

impl Act for Deliberate {
    type On = Matter;
    const ACT: MatterAct = MatterAct::DeliberateJointly;
    const MAY: Who = Who::any(&[Capacity::JointCommitteeMember, Capacity::Staff]);
    const TAKES: Option<Turn> = Some(Turn::Stage(TrackStage::JointDeliberation));
    const STYLE: Style = Style::OPEN.send();
    const EXAMPLE: &'static str =
        r#"{"outcome": "submit", "to": "residents-assembly", "minutes": "联席会议审议，同意提交村民会议。"}"#;

    fn asks(_: &MatterCommand) -> Option<Asks> {
        Some(Asks::at(BodyKind::JointCommittees, Step::JointDeliberation))
    }

    fn command(&self, world: &mut World<'_>) -> Result<Given<Matter>, Wrong> {
        let (opinion, submits_to) = match self.outcome {
            SubmitOrReturn::Submit => {
                let to = self.to.unwrap_or(BodyKind::ResidentsAssembly);
                let authorisation = world.papers.any("/authorisation", self.authorisation.as_deref())?;
                (DeliberationOpinion::Submit { to, authorisation }, Some(to))
            }
            SubmitOrReturn::Return => {
                let reasons = super::return_reasons(&mut world.papers, self.reasons.as_deref())?;
                (DeliberationOpinion::Return { reasons }, None)
            }
        };
        let minutes = world.papers.internal("/minutes", &self.minutes)?;
        let command = MatterCommand::DeliberateJointly { text: world.text(), opinion, minutes };
        Ok(Given::command(command).submitting_to(submits_to))
    }
}

coded! {
    /// 提交或退回.
    pub enum SubmitOrReturn: "submit-or-return" {
        /// 提交表决.
        Submit = "submit",
        /// 退回.
        Return = "return",
    }
}
