//! 公开实施结果 (publishing the outcome).

use serde_json::{Value, json};
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
    /// 实施结果公开.
    pub(super) struct DiscloseOutcome {
        /// What was done, with what money, with what result.
        report: String = Ask::new("实施结果", "The outcome").rows(6).hint(
            "会写入记录并公开，请勿填写个人隐私。",
            "Enters the record and is published. Leave out private matters.",
        ),
        /// How many days it stays posted, at most 365; never less than the law and the charter ask. Absent: as few as they ask.
        days: Option<u16> = super::POSTED_DAYS,
        /// JSON evidence for the rules of the domain, for example amounts and quotations.
        evidence: Option<Value> = Ask::new("", "").of_rules("evidence"),
    }
}

impl Act for DiscloseOutcome {
    type On = Matter;
    const ACT: MatterAct = MatterAct::DiscloseOutcome;
    const MAY: Who =
        Who::following_up(&[Capacity::ResidentsCommitteeMember, Capacity::CouncilMember, Capacity::Staff]);
    const TAKES: Option<Turn> = Some(Turn::Stage(TrackStage::DiscloseOutcome));
    const STYLE: Style = Style::OPEN;
    const EXAMPLE: &'static str =
        r#"{"report": "清淤完成，决算 9000 元。", "evidence": {"final-cost-fen": 900000}}"#;

    fn asks(_: &MatterCommand) -> Option<Asks> {
        Some(Asks::at(BodyKind::ResidentsCommittee, Step::DiscloseOutcome))
    }

    fn command(&self, world: &mut World<'_>) -> Result<Given<Matter>, Wrong> {
        let notice = world.papers.public("/report", &self.report)?;
        let mut evidence = self.evidence.clone().unwrap_or_else(|| json!({}));
        if let Some(shown) = evidence.as_object_mut() {
            // Rules may look at the days whatever else was sent.
            shown.insert("days".to_owned(), json!(self.days));
        }
        let command = MatterCommand::DiscloseOutcome { notice, from: world.today, days: self.days };
        Ok(Given::command(command).showing(evidence))
    }
}
