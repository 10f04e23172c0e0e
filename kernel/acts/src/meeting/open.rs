//! 开会 (opening a sitting).

use yishi_deliberation::MeetingAct;
use yishi_deliberation::meeting::{Meeting, MeetingCommand};
use yishi_identity::policy::Who;
use yishi_identity::{Capacity, PersonId};

use super::{Needs, Presider, World};
use crate::act::{Act, Given, Wrong};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 开会 (doors open: the roll of the day is fixed), or going on after a recess with the roll it had.
    pub(super) struct Open {
        /// Who presides; where nothing is said, whoever acts in a seat of their own, or the head of the convening body.
        presider: Option<PersonId> = Ask::off_page(),
    }
}

impl Act for Open {
    type On = Meeting;
    const ACT: MeetingAct = MeetingAct::Open;
    const MAY: Who = Who::convening(&[
        Capacity::CouncilChair,
        Capacity::ResidentsCommitteeMember,
        Capacity::PartyOrganizationMember,
        Capacity::SupervisionMember,
        Capacity::Staff,
    ]);
    const OPERATION: Option<&'static str> = Some("open_meeting");
    const EXAMPLE: &'static str = r#"{}"#;

    fn needs(&self, _: &Meeting) -> Needs {
        let presider = self.presider.map_or(Presider::ByOffice, Presider::Named);
        Needs { opening: Some(presider), ..Needs::default() }
    }

    fn command(&self, world: &mut World<'_>) -> Result<Given<Meeting>, Wrong> {
        let Some(presider) = world.known.presider else {
            return Err(Wrong::field("/presider", "missing", "请写明主持人", "say who presides"));
        };
        Ok(Given::command(vec![MeetingCommand::Open {
            presider,
            make_up: world.known.make_up,
            sittings: world.known.sittings.clone(),
        }]))
    }
}
