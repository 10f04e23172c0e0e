//! 撤回 (taking a matter back before it is resolved).

use yishi_deliberation::MatterAct;
use yishi_deliberation::matter::{Matter, MatterCommand};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;

use super::World;
use crate::act::{Act, Given, Style, Wrong};
use crate::ask::REASONS;
use crate::input::input;

input! {
    /// 撤回.
    pub(super) struct Withdraw {
        /// In words.
        reasons: String = REASONS,
    }
}

impl Act for Withdraw {
    type On = Matter;
    const ACT: MatterAct = MatterAct::Withdraw;
    const MAY: Who = Who::any(&[Capacity::CouncilMember, Capacity::Staff]);
    const STYLE: Style = Style::DANGER
        .aside()
        .note("撤回后保留全部记录，不会删除。", "Everything stays on record; nothing is deleted.");
    const EXAMPLE: &'static str = r#"{"reasons": "镇里已经统一安排，不再需要。"}"#;

    fn command(&self, world: &mut World<'_>) -> Result<Given<Matter>, Wrong> {
        let reasons = world.papers.public("/reasons", &self.reasons)?;
        Ok(Given::command(MatterCommand::Withdraw { reasons }))
    }
}
