//! 党组织前置研究 (study by the party organisation).

use yishi_deliberation::matter::{Matter, MatterCommand, StudyOutcome};
use yishi_deliberation::{MatterAct, Turn};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;
use yishi_law::{BodyKind, Step, TrackStage};
use yishi_words::coded;

use super::World;
use crate::act::{Act, Asks, Given, Style, Wrong};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 党组织前置研究.
    pub(super) struct Study {
        /// What the study found.
        outcome: StudyVerdict = Ask::new("意见", "Outcome").radio(),
        /// The record of the study.
        record: String = Ask::new("研究记录", "Record of the study").rows(5),
        /// Needed when not recommended.
        reasons: Option<String> = Ask::new("理由", "Reasons").rows(4).hint(
            "不建议提交时必填；会写入记录并公开，请勿填写个人隐私。",
            "Needed when it is not recommended; enters the record and is published. Leave out private matters.",
        ),
    }
}

impl Act for Study {
    type On = Matter;
    const ACT: MatterAct = MatterAct::StudyByParty;
    const MAY: Who = Who::any(&[Capacity::PartyOrganizationMember, Capacity::Staff]);
    const TAKES: Option<Turn> = Some(Turn::Stage(TrackStage::PartyStudy));
    const STYLE: Style = Style::OPEN.send().note(
        "法律要求重大事项提交会议前由党组织研究讨论；这是研究，不是批准。",
        "The law asks for study and discussion before an important matter is submitted. It is study, not approval.",
    );
    const EXAMPLE: &'static str =
        r#"{"outcome": "recommended", "record": "党组织研究讨论，建议提交村民会议。"}"#;

    fn asks(_: &MatterCommand) -> Option<Asks> {
        Some(Asks::at(BodyKind::PartyOrganization, Step::PartyStudy))
    }

    fn command(&self, world: &mut World<'_>) -> Result<Given<Matter>, Wrong> {
        let outcome = match self.outcome {
            StudyVerdict::Recommended => StudyOutcome::Recommended,
            StudyVerdict::NotRecommended => StudyOutcome::NotRecommended {
                reasons: match self.reasons.as_deref() {
                    Some(reasons) => world.papers.public("/reasons", reasons)?,
                    None => {
                        let (zh, en) =
                            ("不建议提交的，须写明理由", "not to recommend it needs written reasons");
                        return Err(Wrong::field("/reasons", "missing", zh, en));
                    }
                },
            },
        };
        let record = world.papers.internal("/record", &self.record)?;
        Ok(Given::command(MatterCommand::StudyByParty { text: world.text(), outcome, record }))
    }
}

coded! {
    /// 研究意见.
    pub enum StudyVerdict: "study-verdict" {
        /// 建议提交.
        Recommended = "recommended",
        /// 不建议提交.
        NotRecommended = "not-recommended",
    }
}
