//! 颁布 (a rule that was adopted comes into force).

use jiff::civil::Date;
use yishi_deliberation::RuleAct;
use yishi_deliberation::rule::{Register, Rule, RuleCommand, RuleStage};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;

use super::{Decision, Needs, World};
use crate::act::{Act, Given, Wrong};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 颁布 (in force from any day from its adoption on, R32; what it replaces ends on that day). Filing and posting are duties of the matter and hold nothing back.
    pub(super) struct Promulgate {
        /// The first day it is in force.
        effective: Date = Ask::new("施行日期", "In force from").in_days(0),
    }
}

impl Act for Promulgate {
    type On = Rule;
    const ACT: RuleAct = RuleAct::Promulgate;
    const MAY: Who = Who::any(&[Capacity::ResidentsCommitteeMember, Capacity::Staff]);
    const EXAMPLE: &'static str = r#"{"effective": "2026-12-31"}"#;

    fn needs(&self, _: &Rule) -> Needs {
        Needs { register: true, ..Needs::default() }
    }

    fn command(&self, world: &mut World<'_>) -> Result<Given<Rule>, Wrong> {
        let (lives, effective) = (&world.known.lives, self.effective);
        let ends = match (world.on.stage, lives.iter().find(|life| life.id == world.on.id)) {
            (RuleStage::Adopted, Some(life)) => {
                let ended = Register::new(lives).comes_into_force(life, effective, world.today)?;
                ended.into_iter().map(|old| (old.id, effective)).collect()
            }
            // Out of turn, which the machine says.
            _ => Vec::new(),
        };
        Ok(Given::command(Decision { command: RuleCommand::Promulgate { effective }, ends }))
    }
}
