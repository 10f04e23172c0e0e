//! 对回避的异议 (a member disputes what another proposed).

use yishi_deliberation::MeetingAct;
use yishi_deliberation::meeting::{Meeting, MeetingCommand};
use yishi_identity::policy::Who;
use yishi_identity::{Capacity, MatterId, PersonId};

use super::World;
use crate::act::{Act, Drawing, Given, Style, Wrong};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 对回避的异议 (R8): by the member on their own account, or recorded by staff.
    pub(super) struct DisputeRecusal {
        /// Of which matter.
        matter: MatterId = Ask::off_page(),
        /// Whose; one's own where nothing is said.
        person: Option<PersonId> = Ask::off_page(),
    }
}

impl Act for DisputeRecusal {
    type On = Meeting;
    const ACT: MeetingAct = MeetingAct::DisputeRecusal;
    const MAY: Who = Who::sitting(&[
        Capacity::CouncilMember,
        Capacity::Representative,
        Capacity::ResidentsCommitteeMember,
        Capacity::Resident,
        Capacity::Staff,
    ]);
    const PATH: Option<&'static str> = Some("recusals/dispute");
    const IF_MATCH: bool = false;
    const STYLE: Style = Style::OPEN.drawn(Drawing::Nowhere);
    const EXAMPLE: &'static str = r#"{"matter": "mat_01920000-0000-7000-8000-000000000000"}"#;

    fn command(&self, world: &mut World<'_>) -> Result<Given<Meeting>, Wrong> {
        let person = world.own_or(self.person)?;
        Ok(Given::command(vec![MeetingCommand::DisputeRecusal { matter: self.matter, person }]))
    }
}
