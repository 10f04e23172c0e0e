//! 撤下公示 (taking a notice down).

use yishi_deliberation::MatterAct;
use yishi_deliberation::matter::{DisclosureKind, Matter, MatterCommand};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;

use super::World;
use crate::act::{Act, Given, Style, Wrong};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 撤下公开, once the period has ended.
    pub(super) struct TakeDown {
        /// Which notice, `decision` or `outcome`. Where nothing is said, the first whose time is over.
        which: Option<DisclosureKind> = Ask::off_page(),
    }
}

impl Act for TakeDown {
    type On = Matter;
    const ACT: MatterAct = MatterAct::TakeDown;
    const MAY: Who = Who::any(&[Capacity::ResidentsCommitteeMember, Capacity::Staff]);
    const STYLE: Style =
        Style::FOLDED.note("公示期满次日起方可撤下。", "Possible only after the last day has ended.");
    const EXAMPLE: &'static str = r#"{}"#;

    fn command(&self, world: &mut World<'_>) -> Result<Given<Matter>, Wrong> {
        let which = self.which.unwrap_or_else(|| world.on.to_take_down(world.today));
        Ok(Given::command(MatterCommand::TakeDown { which }))
    }
}
