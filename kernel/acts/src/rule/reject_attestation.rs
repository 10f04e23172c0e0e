//! 不予确认 (the town does not confirm a rule on paper).

use yishi_deliberation::RuleAct;
use yishi_deliberation::rule::{Rule, RuleCommand};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;

use super::World;
use crate::act::{Act, Given, Style, Wrong};
use crate::ask::REASONS;
use crate::input::input;

input! {
    /// 不予确认既有规则.
    pub(super) struct RejectAttestation {
        /// Why, in words; published.
        reasons: String = REASONS,
    }
}

impl Act for RejectAttestation {
    type On = Rule;
    const ACT: RuleAct = RuleAct::RejectAttestation;
    const MAY: Who = Who::any(&[Capacity::TownAdmin]);
    const PATH: Option<&'static str> = Some("reject");
    const STYLE: Style = Style::DANGER;
    const EXAMPLE: &'static str = r#"{"reasons": "与会议记录核对后的理由。"}"#;

    fn command(&self, world: &mut World<'_>) -> Result<Given<Rule>, Wrong> {
        let reasons = world.papers.public("/reasons", &self.reasons)?;
        Ok(Given::command(RuleCommand::RejectAttestation { reasons }.into()))
    }
}
