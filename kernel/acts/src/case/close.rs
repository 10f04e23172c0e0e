//! 办结 (a case is closed: nothing more is expected of it).

use yishi_deliberation::CaseAct;
use yishi_deliberation::case::{Case, CaseCommand};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;

use super::World;
use crate::act::{Act, Given, Style, Wrong};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 办结, once every task is done. What was entered wrongly can be put right afterwards too.
    pub(super) struct CloseCase {
        /// How it ended, in words; for those who may see the case.
        note: Option<String> = Ask::new("办结说明", "How it ended").rows(2),
    }
}

impl Act for CloseCase {
    type On = Case;
    const ACT: CaseAct = CaseAct::Close;
    const MAY: Who = Who::any(&[Capacity::ResidentsCommitteeMember, Capacity::Staff]);
    const OPERATION: Option<&'static str> = Some("close_case");
    const STYLE: Style = Style::FOLDED;
    const EXAMPLE: &'static str = r#"{"note": "已与该户确认。"}"#;

    fn command(&self, world: &mut World<'_>) -> Result<Given<Case>, Wrong> {
        let note = self.note.as_deref().map(|text| world.papers.internal("/note", text)).transpose()?;
        Ok(Given::command(CaseCommand::Close { note }))
    }
}
