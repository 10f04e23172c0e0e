//! 升为重大事项 (making a matter major).

use yishi_deliberation::MatterAct;
use yishi_deliberation::matter::{Matter, MatterCommand};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;

use super::World;
use crate::act::{Act, Given, Style, Wrong};
use crate::ask::REASONS;
use crate::input::input;

input! {
    /// 升为重大事项. There is no way back.
    pub(super) struct Escalate {
        /// In words.
        reasons: String = REASONS,
    }
}

impl Act for Escalate {
    type On = Matter;
    const ACT: MatterAct = MatterAct::Escalate;
    const MAY: Who = Who::any(&[
        Capacity::JointCommitteeMember,
        Capacity::CouncilMember,
        Capacity::TownAdmin,
        Capacity::Staff,
    ]);
    const STYLE: Style = Style::FOLDED
        .aside()
        .note("一般事项可以转为重大事项，不能反向。", "Ordinary can become major, never the other way.");
    const EXAMPLE: &'static str = r#"{"reasons": "涉及全村筹资，须由村民会议决定。"}"#;

    fn command(&self, world: &mut World<'_>) -> Result<Given<Matter>, Wrong> {
        let reasons = world.papers.public("/reasons", &self.reasons)?;
        Ok(Given::command(MatterCommand::Escalate { reasons }))
    }
}
