//! 办结 (closing a matter whose outcome is published).

use yishi_deliberation::matter::{Matter, MatterCommand};
use yishi_deliberation::{MatterAct, Turn};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;

use super::World;
use crate::act::{Act, Given, Style, Wrong};
use crate::input::input;

input! {
    /// 办结.
    pub(super) struct Complete {
    }
}

impl Act for Complete {
    type On = Matter;
    const ACT: MatterAct = MatterAct::Complete;
    const MAY: Who = Who::any(&[Capacity::ResidentsCommitteeMember, Capacity::Staff]);
    const TAKES: Option<Turn> = Some(Turn::Complete);
    const STYLE: Style = Style::OPEN
        .note("公示期满后办结归档。", "After the display has ended the matter is closed and archived.");
    const EXAMPLE: &'static str = r#"{}"#;

    fn command(&self, _: &mut World<'_>) -> Result<Given<Matter>, Wrong> {
        Ok(Given::command(MatterCommand::Complete))
    }
}
