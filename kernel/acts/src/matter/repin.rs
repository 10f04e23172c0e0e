//! 改用现行章程 (taking up the charter now in force).

use yishi_deliberation::matter::{Matter, MatterCommand};
use yishi_deliberation::{MatterAct, Pins};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;
use yishi_law::{BodyKind, Step};
use yishi_words::Words;

use super::{Needs, World};
use crate::act::{Act, Asks, Given, Style, Wrong};
use crate::ask::REASONS;
use crate::input::input;

input! {
    /// 改用现行章程 (a matter opened when there was no charter takes up the one in force).
    pub(super) struct Repin {
        /// In words.
        reasons: String = REASONS,
    }
}

impl Act for Repin {
    type On = Matter;
    const ACT: MatterAct = MatterAct::Repin;
    const MAY: Who = Who::any(&[Capacity::CouncilMember, Capacity::Staff]);
    const STYLE: Style = Style::OPEN.aside().note(
        "这个事项立项时还没有章程，议事会因此不能表决。章程施行后，可以改用现行章程。",
        "There was no charter when this was opened, so the council cannot vote on it. Once one is in force, the matter can take it up.",
    );
    const EXAMPLE: &'static str = r#"{"reasons": "章程已经施行。"}"#;

    fn asks(_: &MatterCommand) -> Option<Asks> {
        Some(Asks::at(BodyKind::Council, Step::Propose))
    }

    fn needs(&self, _: &Matter) -> Needs {
        Needs { charter_today: true, ..Needs::default() }
    }

    fn command(&self, world: &mut World<'_>) -> Result<Given<Matter>, Wrong> {
        let Some(charter) = world.known.charter_today else {
            return Err(Wrong::Lacks {
                code: "no-charter-in-force",
                said: Words::new(
                    "现在没有施行的章程；请先制定章程，或者录入已有的章程并由镇（街道）确认",
                    "no charter is in force: adopt one first, or enter the one there is and have the town confirm it",
                ),
            });
        };
        let reasons = world.papers.public("/reasons", &self.reasons)?;
        let pins = Pins { charter: Some(charter), ..world.on.pins.clone() };
        Ok(Given::command(MatterCommand::Repin { charter, reasons }).under(pins))
    }
}
