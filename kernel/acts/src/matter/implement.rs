//! 登记实施情况 (recording what was done).

use serde_json::Value;
use yishi_deliberation::matter::{Matter, MatterCommand};
use yishi_deliberation::{MatterAct, Turn};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;
use yishi_law::{BodyKind, Step, TrackStage};

use super::World;
use crate::act::{Act, Asks, Given, Style, Wrong};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 实施.
    pub(super) struct Implement {
        /// What was done, with what money, with what result.
        report: String = Ask::new("实施情况说明", "What was done").rows(5),
        /// JSON evidence for the rules of the domain, for example amounts and quotations.
        evidence: Option<Value> = Ask::off_page(),
    }
}

impl Act for Implement {
    type On = Matter;
    const ACT: MatterAct = MatterAct::Implement;
    const MAY: Who = Who::any(&[Capacity::ResidentsCommitteeMember, Capacity::Staff]);
    const TAKES: Option<Turn> = Some(Turn::Stage(TrackStage::Implement));
    const STYLE: Style = Style::OPEN.send();
    const EXAMPLE: &'static str = r#"{"report": "已清淤 600 米。"}"#;

    fn asks(_: &MatterCommand) -> Option<Asks> {
        Some(Asks::at(BodyKind::ResidentsCommittee, Step::Implement))
    }

    fn command(&self, world: &mut World<'_>) -> Result<Given<Matter>, Wrong> {
        let evidence = world.papers.public("/report", &self.report)?;
        let command = MatterCommand::Implement { by: BodyKind::ResidentsCommittee, evidence };
        Ok(Given::command(command).showing(self.evidence.clone().unwrap_or(Value::Null)))
    }
}
