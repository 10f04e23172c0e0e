//! 更正 (what a wrongly entered case brought about is taken back, one booking or all of it).

use std::collections::BTreeSet;

use yishi_deliberation::CaseAct;
use yishi_deliberation::case::{Case, CaseCommand, Item};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;

use super::{Needs, World, totals};
use crate::act::{Act, Given, Style, Wrong};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 更正办件 (takes back what a wrongly entered case brought about; what is right is then entered as a new case).
    pub(super) struct CorrectCase {
        /// Which bookings, as the case numbers them; absent for everything: its points, records, notices and tasks.
        points: Option<BTreeSet<Item>> = Ask::new("只收回这些积分", "Take back these points only").at_hand("points").hint(
            "都不勾选的，整件更正：积分全部收回，记录不再计入，公布撤下，任务取消。",
            "With none ticked the case is put right as a whole: all its points, records, notices and tasks.",
        ),
        /// Why, in words; for those who may see the case, and the household.
        reasons: String = Ask::new("更正理由", "Reasons").rows(3),
    }
}

impl Act for CorrectCase {
    type On = Case;
    const ACT: CaseAct = CaseAct::Correct;
    const MAY: Who = Who::any(&[Capacity::ResidentsCommitteeMember, Capacity::Staff]);
    const PATH: Option<&'static str> = Some("correction");
    const OPERATION: Option<&'static str> = Some("correct_case");
    const IF_MATCH: bool = false;
    const AGAIN: bool = true;
    const STYLE: Style = Style::FOLDED.aside().note(
        "录错了才更正：这件事本身留在记录里。对的内容请另行录入。",
        "For what was entered wrongly: the case itself stays on record. Enter what is right as a new one.",
    );
    const EXAMPLE: &'static str = r#"{"points": ["1.1"], "reasons": "分数录错了一户。"}"#;

    fn needs(&self, _: &Case) -> Needs {
        Needs { points: true, ..Needs::default() }
    }

    fn command(&self, world: &mut World<'_>) -> Result<Given<Case>, Wrong> {
        let reasons = world.papers.internal("/reasons", &self.reasons)?;
        let points: Option<Vec<Item>> = self.points.as_ref().map(|items| items.iter().copied().collect());
        let after = world.known.points + world.on.taking_back(points.as_deref());
        let totals = Some(totals(&mut world.papers, after)?);
        Ok(Given::command(CaseCommand::Correct { points, reasons, totals }))
    }
}
