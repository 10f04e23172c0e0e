//! 登记任务完成 (what an outcome asked of a body has been done).

use yishi_deliberation::CaseAct;
use yishi_deliberation::case::{Case, CaseCommand, Item};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;

use super::{Needs, World};
use crate::act::{Act, Given, Wrong};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 登记任务完成, by whoever sits in the body that was asked, or by staff who record it.
    pub(super) struct CompleteTask {
        /// Which task, as the case numbers it.
        task: Item = Ask::new("哪一项任务", "Which task").at_hand("tasks"),
        /// What was done, in words; for those who may see the case.
        note: String = Ask::new("办理情况", "What was done").rows(3),
    }
}

impl Act for CompleteTask {
    type On = Case;
    const ACT: CaseAct = CaseAct::CompleteTask;
    const MAY: Who = Who::sitting(&[
        Capacity::ResidentsCommitteeMember,
        Capacity::SupervisionMember,
        Capacity::PartyOrganizationMember,
        Capacity::JointCommitteeMember,
        Capacity::CouncilMember,
        Capacity::Representative,
        Capacity::Staff,
    ]);
    const PATH: Option<&'static str> = Some("tasks");
    const IF_MATCH: bool = false;
    const AGAIN: bool = true;
    const EXAMPLE: &'static str = r#"{"task": "1.1", "note": "已上门复查，整改完成。"}"#;

    fn needs(&self, case: &Case) -> Needs {
        Needs { of: case.task(self.task).map(|task| task.task.by), ..Needs::default() }
    }

    fn command(&self, world: &mut World<'_>) -> Result<Given<Case>, Wrong> {
        let note = world.papers.internal("/note", &self.note)?;
        Ok(Given::command(CaseCommand::CompleteTask { task: self.task, note }))
    }
}
