//! 提请代表会议列入议程 (putting a matter to the representatives' agenda).

use yishi_deliberation::MatterAct;
use yishi_deliberation::matter::{Matter, MatterCommand};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;

use super::World;
use crate::act::{Act, Given, Style, Wrong};
use crate::input::input;

input! {
    /// 提请代表会议主持人列入议程 (after the second return, R4).
    pub(super) struct PutToChair {
        /// The council's minutes.
        minutes: String = super::MINUTES,
        /// The assembly's recorded authorisation, where the law assigns the matter to the assembly.
        authorisation: Option<String> = super::AUTHORISATION,
    }
}

impl Act for PutToChair {
    type On = Matter;
    const ACT: MatterAct = MatterAct::PutToChair;
    const MAY: Who = Who::any(&[Capacity::CouncilChair, Capacity::CouncilMember, Capacity::Staff]);
    const STYLE: Style = Style::FOLDED
        .send()
        .note("已被退回两次，议事会可以直接提请。", "It was sent back twice, so the council may do this.");
    const EXAMPLE: &'static str = r#"{"minutes": "议事会讨论，提请代表会议列入议程。"}"#;

    fn command(&self, world: &mut World<'_>) -> Result<Given<Matter>, Wrong> {
        let minutes = world.papers.internal("/minutes", &self.minutes)?;
        let authorisation = world.papers.any("/authorisation", self.authorisation.as_deref())?;
        Ok(Given::command(MatterCommand::PutToChair { minutes, authorisation }))
    }
}
