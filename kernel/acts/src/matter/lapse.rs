//! 登记失效 (recording that a matter has lapsed).

use yishi_deliberation::MatterAct;
use yishi_deliberation::matter::{Matter, MatterCommand};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;

use super::World;
use crate::act::{Act, Given, Style, Wrong};
use crate::ask::REASONS;
use crate::input::input;

input! {
    /// 登记失效 (a matter untouched for a year).
    pub(super) struct Lapse {
        /// In words.
        reasons: String = REASONS,
    }
}

impl Act for Lapse {
    type On = Matter;
    const ACT: MatterAct = MatterAct::Lapse;
    const MAY: Who = Who::any(&[Capacity::CouncilChair, Capacity::Staff]);
    const STYLE: Style = Style::DANGER
        .aside()
        .note("一年没有进展的事项，登记失效。", "For a matter that has not moved for a year.");
    const EXAMPLE: &'static str = r#"{"reasons": "立项一年没有进展。"}"#;

    fn command(&self, world: &mut World<'_>) -> Result<Given<Matter>, Wrong> {
        let reasons = world.papers.public("/reasons", &self.reasons)?;
        Ok(Given::command(MatterCommand::Lapse { reasons }))
    }
}
