//! 报送备案 (handing a decision in).

use yishi_deliberation::matter::{FiledWith, Matter, MatterCommand};
use yishi_deliberation::{MatterAct, Turn};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;
use yishi_law::{BodyKind, Step, TrackStage};

use super::World;
use crate::act::{Act, Asks, Given, Style, Wrong};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 报送备案: with the joint committees, or with the town for charters, rules and regulations.
    pub(super) struct File {
        /// The receiver's own paper, where it gave one; shown as entered by the village. Absent: there is no receipt.
        note: Option<String> = Ask::new("备案回执编号", "Receipt number").one_line(),
    }
}

impl Act for File {
    type On = Matter;
    const ACT: MatterAct = MatterAct::File;
    const MAY: Who =
        Who::following_up(&[Capacity::ResidentsCommitteeMember, Capacity::CouncilMember, Capacity::Staff]);
    const TAKES: Option<Turn> = Some(Turn::Stage(TrackStage::File));
    const STYLE: Style = Style::OPEN.note("备案是告知，不是审批。", "Filing informs. It is not an approval.");
    const EXAMPLE: &'static str = r#"{"note": "镇司法所回执 2026-014 号"}"#;

    fn asks(_: &MatterCommand) -> Option<Asks> {
        Some(Asks::at(BodyKind::ResidentsCommittee, Step::File))
    }

    fn command(&self, world: &mut World<'_>) -> Result<Given<Matter>, Wrong> {
        // With whom is the law's matter and nobody's choice (V7, U6).
        let with = world.on.filed_with().unwrap_or(FiledWith::JointCommittees);
        // A receipt is what the receiver gave; where nobody handed one in, the record says that there is none (R36).
        let receipt = world.papers.any("/note", self.note.as_deref())?;
        Ok(Given::command(MatterCommand::File { with, receipt }))
    }
}
