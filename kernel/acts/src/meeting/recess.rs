//! 休会续开 (going on on another day).

use jiff::civil::Date;
use yishi_deliberation::MeetingAct;
use yishi_deliberation::meeting::{Meeting, MeetingCommand};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;

use super::World;
use crate::act::{Act, Given, Style, Wrong};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 休会续开 (the body decides in the room to go on on a named day, R48).
    pub(super) struct Recess {
        /// The day it goes on.
        until: Date = Ask::new("续开日期", "Goes on on"),
        /// The minutes so far, with the decision to go on.
        minutes: String = super::MINUTES,
    }
}

impl Act for Recess {
    type On = Meeting;
    const ACT: MeetingAct = MeetingAct::Recess;
    const MAY: Who = Who::convening(&[
        Capacity::CouncilChair,
        Capacity::ResidentsCommitteeMember,
        Capacity::PartyOrganizationMember,
        Capacity::SupervisionMember,
        Capacity::Staff,
    ]);
    const STYLE: Style = Style::FOLDED.note(
        "会议当场决定的，七日以内续开，不另行通知，到会重新登记。",
        "As the body decides in the room: within seven days, without a new notice, attendance taken anew.",
    );
    const EXAMPLE: &'static str = r#"{"until": "2026-12-31", "minutes": "会议决定三日后续开。"}"#;

    fn command(&self, world: &mut World<'_>) -> Result<Given<Meeting>, Wrong> {
        let minutes = world.papers.internal("/minutes", &self.minutes)?;
        Ok(Given::command(vec![MeetingCommand::Recess { until: self.until, minutes }]))
    }
}
