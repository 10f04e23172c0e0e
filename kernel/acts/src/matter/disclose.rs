//! 公开决议 (publishing the decision).

use serde_json::json;
use yishi_deliberation::matter::{Matter, MatterCommand};
use yishi_deliberation::{MatterAct, Turn};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;
use yishi_law::{BodyKind, Step, TrackStage};

use super::{Needs, World};
use crate::act::{Act, Asks, Given, Style, Wrong};
use crate::input::input;

input! {
    /// 决议公开, for at least as long as the law, the charter and the rules ask.
    pub(super) struct Disclose {
        /// How many days it stays posted, at most 365; never less than the law and the charter ask. Absent: as few as they ask.
        days: Option<u16> = super::POSTED_DAYS,
    }
}

impl Act for Disclose {
    type On = Matter;
    const ACT: MatterAct = MatterAct::DiscloseDecision;
    const MAY: Who =
        Who::following_up(&[Capacity::ResidentsCommitteeMember, Capacity::CouncilMember, Capacity::Staff]);
    const TAKES: Option<Turn> = Some(Turn::Stage(TrackStage::DiscloseDecision));
    const STYLE: Style = Style::OPEN.note(
        "公告由系统按表决结果和决议文本写成，从今天起公示。",
        "The notice is written from the result and the text of the decision, and posted from today on.",
    );
    const EXAMPLE: &'static str = r#"{"days": 30}"#;

    fn asks(_: &MatterCommand) -> Option<Asks> {
        Some(Asks::at(BodyKind::ResidentsCommittee, Step::DiscloseDecision))
    }

    fn needs(&self, _: &Matter) -> Needs {
        Needs { notice: true, ..Needs::default() }
    }

    fn command(&self, world: &mut World<'_>) -> Result<Given<Matter>, Wrong> {
        let notice = world.papers.public("/notice", &world.known.notice)?;
        let command = MatterCommand::DiscloseDecision { notice, from: world.today, days: self.days };
        Ok(Given::command(command).showing(json!({ "days": self.days })))
    }
}
