//! 确认认证 (the town confirms a rule that was adopted on paper).

use yishi_deliberation::RuleAct;
use yishi_deliberation::rule::{Register, Rule, RuleCommand, RuleStage};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;

use super::{Decision, Needs, World};
use crate::act::{Act, Given, Style, Wrong};
use crate::input::input;

input! {
    /// 确认既有规则, for the town, by another person. A charter so confirmed takes the place of the one before.
    pub(super) struct ConfirmAttestation {
    }
}

impl Act for ConfirmAttestation {
    type On = Rule;
    const ACT: RuleAct = RuleAct::ConfirmAttestation;
    const MAY: Who = Who::any(&[Capacity::TownAdmin]);
    const PATH: Option<&'static str> = Some("confirm");
    const STYLE: Style = Style::OPEN.note(
        "启用本系统前已在纸面通过的规约，由工作人员录入，镇级另一人确认。确认后不能撤销，只能由原通过机构表决修改或者废止。",
        "For a rule adopted on paper before this system came. Entered by staff, confirmed by another person at the town. Once confirmed it is ended only by a vote of the body that adopted it, to replace or repeal it.",
    );
    const EXAMPLE: &'static str = "{}";

    fn needs(&self, _: &Rule) -> Needs {
        Needs { register: true, another_person: true, ..Needs::default() }
    }

    fn command(&self, world: &mut World<'_>) -> Result<Given<Rule>, Wrong> {
        let rule = world.on;
        let effective = rule.effective.unwrap_or(world.today);
        let ends = match rule.stage {
            RuleStage::Attested => {
                let register = Register::new(&world.known.lives).during(&world.known.votes);
                register.attested(rule.kind, &rule.name, effective, Some(rule.id))?
            }
            // Out of turn, which the machine says.
            _ => None,
        };
        let ends = ends.map(|old| (old.id, effective)).into_iter().collect();
        Ok(Given::command(Decision { command: RuleCommand::ConfirmAttestation, ends }))
    }
}
