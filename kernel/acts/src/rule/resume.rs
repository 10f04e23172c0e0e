//! 恢复施行 (a suspension ends before its time).

use yishi_deliberation::RuleAct;
use yishi_deliberation::rule::{Rule, RuleCommand};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;

use super::World;
use crate::act::{Act, Given, Style, Wrong};
use crate::ask::REASONS;
use crate::input::input;

input! {
    /// 恢复规则.
    pub(super) struct Resume {
        /// Why, in words; published.
        reasons: String = REASONS,
    }
}

impl Act for Resume {
    type On = Rule;
    const ACT: RuleAct = RuleAct::Resume;
    const MAY: Who = Who::any(&[Capacity::TownAdmin, Capacity::JointCommitteeMember, Capacity::Staff]);
    const STYLE: Style = Style::OPEN;
    const EXAMPLE: &'static str = r#"{"reasons": "与会议记录核对后的理由。"}"#;

    fn command(&self, world: &mut World<'_>) -> Result<Given<Rule>, Wrong> {
        let reasons = world.papers.public("/reasons", &self.reasons)?;
        Ok(Given::command(RuleCommand::Resume { reasons }.into()))
    }
}
