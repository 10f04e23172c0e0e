//! 签收备案 (the receiver's own receipt).

use yishi_deliberation::MatterAct;
use yishi_deliberation::matter::{Matter, MatterCommand};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;

use super::World;
use crate::act::{Act, Given, Style, Wrong};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 签收备案 (the receiver says that it has what was handed in; it approves nothing, R36).
    pub(super) struct AcknowledgeFiling {
        /// What the receiver writes.
        receipt: String = Ask::new("签收意见", "Receipt")
            .rows(2)
            .hint("例如：已收到，存档备查。", "For example: received, kept on file."),
    }
}

impl Act for AcknowledgeFiling {
    type On = Matter;
    const ACT: MatterAct = MatterAct::AcknowledgeFiling;
    const MAY: Who = Who::any(&[Capacity::TownAdmin, Capacity::JointCommitteeMember]);
    const STYLE: Style = Style::OPEN
        .note("收到方签收；签收不是批准。", "The receiver says that it has it; that is no approval.");
    const EXAMPLE: &'static str = r#"{"receipt": "已收到，存档备查。"}"#;

    fn command(&self, world: &mut World<'_>) -> Result<Given<Matter>, Wrong> {
        let receipt = world.papers.public("/receipt", &self.receipt)?;
        Ok(Given::command(MatterCommand::AcknowledgeFiling { receipt }))
    }
}
