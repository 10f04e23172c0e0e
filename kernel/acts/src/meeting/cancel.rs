//! 取消会议 (calling a meeting off).

use yishi_deliberation::MeetingAct;
use yishi_deliberation::meeting::{Meeting, MeetingCommand};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;

use super::World;
use crate::act::{Act, Given, Style, Wrong};
use crate::ask::REASONS;
use crate::input::input;

input! {
    /// 取消会议, before its doors open.
    pub(super) struct Cancel {
        /// In words.
        reasons: String = REASONS.rows(3),
    }
}

impl Act for Cancel {
    type On = Meeting;
    const ACT: MeetingAct = MeetingAct::Cancel;
    const MAY: Who = Who::convening(&[
        Capacity::CouncilChair,
        Capacity::ResidentsCommitteeMember,
        Capacity::PartyOrganizationMember,
        Capacity::SupervisionMember,
        Capacity::Staff,
    ]);
    const OPERATION: Option<&'static str> = Some("cancel_meeting");
    const STYLE: Style = Style::DANGER;
    const EXAMPLE: &'static str = r#"{"reasons": "天气原因，改日另行通知。"}"#;

    fn command(&self, world: &mut World<'_>) -> Result<Given<Meeting>, Wrong> {
        let reasons = world.papers.public("/reasons", &self.reasons)?;
        Ok(Given::command(vec![MeetingCommand::Cancel { reasons }]))
    }
}
