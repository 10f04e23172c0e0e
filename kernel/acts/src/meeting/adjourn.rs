//! 闭会 (ending a sitting).

use yishi_deliberation::MeetingAct;
use yishi_deliberation::meeting::{Meeting, MeetingCommand};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;

use super::World;
use crate::act::{Act, Given, Style, Wrong};
use crate::input::input;

input! {
    /// 散会, with the minutes.
    pub(super) struct Adjourn {
        /// The minutes.
        minutes: String = super::MINUTES,
    }
}

impl Act for Adjourn {
    type On = Meeting;
    const ACT: MeetingAct = MeetingAct::Adjourn;
    const MAY: Who = Who::convening(&[
        Capacity::CouncilChair,
        Capacity::ResidentsCommitteeMember,
        Capacity::PartyOrganizationMember,
        Capacity::SupervisionMember,
        Capacity::Staff,
    ]);
    const STYLE: Style = Style::FOLDED;
    const EXAMPLE: &'static str = r#"{"minutes": "会议记录。"}"#;

    fn command(&self, world: &mut World<'_>) -> Result<Given<Meeting>, Wrong> {
        let minutes = world.papers.internal("/minutes", &self.minutes)?;
        Ok(Given::command(vec![MeetingCommand::Adjourn, MeetingCommand::RecordMinutes { minutes }]))
    }
}
