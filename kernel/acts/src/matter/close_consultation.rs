//! 结束征求意见 (closing a consultation).

use yishi_deliberation::matter::{Matter, MatterCommand};
use yishi_deliberation::{MatterAct, Turn};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;
use yishi_law::TrackStage;

use super::{Needs, World};
use crate::act::{Act, Given, Style, Wrong};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 结束协商 (closes the consultation with a report of what was said). Where a rule is adopted, every comment has been answered or hidden before.
    pub(super) struct CloseConsultation {
        /// What was said and what came of it.
        summary: String = Ask::new("意见汇总与采纳情况", "Summary of comments and what became of them").rows(6),
    }
}

impl Act for CloseConsultation {
    type On = Matter;
    const ACT: MatterAct = MatterAct::CloseConsultation;
    const MAY: Who = Who::any(&[Capacity::ResidentsCommitteeMember, Capacity::CouncilChair, Capacity::Staff]);
    const TAKES: Option<Turn> = Some(Turn::Stage(TrackStage::Consultation));
    const STYLE: Style = Style::OPEN;
    const EXAMPLE: &'static str = r#"{"summary": "收到意见三条，两条采纳，一条说明了理由。"}"#;

    fn needs(&self, _: &Matter) -> Needs {
        Needs { comments: true, ..Needs::default() }
    }

    fn command(&self, world: &mut World<'_>) -> Result<Given<Matter>, Wrong> {
        let report = world.papers.public("/summary", &self.summary)?;
        // Whoever is asked about a rule that will bind them hears what became of what they said before it is voted on.
        let count = world.known.unanswered;
        if world.known.adopts.is_some() && count > 0 {
            return Err(Wrong::Unanswered { count });
        }
        Ok(Given::command(MatterCommand::CloseConsultation { report, comments: world.known.comments }))
    }
}
