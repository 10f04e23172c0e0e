//! 指派承办人 (who has a case in hand).

use yishi_deliberation::CaseAct;
use yishi_deliberation::case::{Case, CaseCommand, Handler};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;

use super::{Needs, World};
use crate::act::{Act, Given, Style, Wrong};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 指派承办人: somebody of the residents' committee or the staff. Who is not named, takes it themselves.
    pub(super) struct AssignCase {
        /// The person or the account, by id; absent for whoever acts.
        to: Option<Handler> = Ask::new("承办人", "Who handles it").at_hand("handlers"),
        /// Why it changes hands; needed where somebody has it already.
        reasons: Option<String> = Ask::new("理由", "Reasons").rows(2).hint(
            "已有承办人的，改派须写明理由。",
            "Needed where somebody has it already.",
        ),
    }
}

impl Act for AssignCase {
    type On = Case;
    const ACT: CaseAct = CaseAct::Assign;
    const MAY: Who = Who::any(&[Capacity::ResidentsCommitteeMember, Capacity::Staff]);
    const OPERATION: Option<&'static str> = Some("assign_case");
    const STYLE: Style =
        Style::FOLDED.note("不选承办人的，由您自己承办。", "Where nobody is chosen, you take it yourself.");
    const EXAMPLE: &'static str =
        r#"{"to": "per_01920000-0000-7000-8000-000000000000", "reasons": "原承办人请假。"}"#;

    fn needs(&self, _: &Case) -> Needs {
        Needs { handler: self.to, ..Needs::default() }
    }

    fn command(&self, world: &mut World<'_>) -> Result<Given<Case>, Wrong> {
        let unknown = |zh, en| Wrong::field("/to", "not-a-handler", zh, en);
        let to = match (self.to, world.own_handler()) {
            (Some(to), _) if world.known.handles => to,
            (Some(_), _) => {
                return Err(unknown(
                    "承办人须是村（居）民委员会成员或者工作人员",
                    "a case is handled by a member of the residents' committee or by staff",
                ));
            }
            (None, Some(own)) => own,
            (None, None) => return Err(unknown("请选择承办人", "say who handles it")),
        };
        let reasons =
            self.reasons.as_deref().map(|text| world.papers.internal("/reasons", text)).transpose()?;
        Ok(Given::command(CaseCommand::Assign { to, reasons }))
    }
}
