//! 形成提案 (the council writes the proposal).

use std::collections::BTreeSet;

use serde_json::Value;
use yishi_deliberation::matter::{Matter, MatterCommand, Proposal};
use yishi_deliberation::{MatterAct, Turn};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;
use yishi_law::{BodyKind, MatterClass, Step, Subject, TrackStage};

use super::World;
use crate::act::{Act, Asks, Given, Style, Wrong};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 提议 (the council's written proposal; rules and law settle the class).
    pub(super) struct Propose {
        /// The text that will be reviewed and voted.
        text: String = Ask::new("提案全文", "Full text of the proposal").rows(8).current().needed(),
        /// What the law lists it under, besides what the suggestion was listed under.
        subjects: Option<BTreeSet<Subject>> = super::SUBJECTS,
        /// If it is another than in the suggestion; 0 for none.
        amount_fen: Option<u64> = Ask::new("涉及金额", "Amount").current().not_of_a_rule(),
        /// If it is another than in the suggestion; 0 for none. Any makes it a levy, which the law makes a major matter.
        per_household_fen: Option<u64> = Ask::new("每户筹资", "Levy per household").current().not_of_a_rule(),
        /// The class the council takes it to be; a rule or the law may make it major.
        class: Option<MatterClass> = super::CLASS,
        /// JSON of the domain's form, for the rules of the domain.
        form: Option<Value> = Ask::new("", "").of_rules("form").not_of_a_rule(),
    }
}

impl Act for Propose {
    type On = Matter;
    const ACT: MatterAct = MatterAct::Propose;
    const MAY: Who = Who::any(&[Capacity::CouncilMember, Capacity::Staff]);
    const TAKES: Option<Turn> = Some(Turn::Stage(TrackStage::Propose));
    const STYLE: Style = Style::OPEN.send().note(
        "提案将报“两委”审核；审核的文本与表决的文本必须一字不差。",
        "The proposal goes to the joint committees. What they review is, word for word, what will be voted.",
    );
    const EXAMPLE: &'static str = r#"{"text": "清淤村口水渠 600 米，费用 9000 元。", "subjects": ["general"], "amount_fen": 900000, "class": "ordinary"}"#;

    fn asks(_: &MatterCommand) -> Option<Asks> {
        Some(Asks::at(BodyKind::Council, Step::Propose))
    }

    fn command(&self, world: &mut World<'_>) -> Result<Given<Matter>, Wrong> {
        let proposal = Proposal {
            text: world.papers.public("/text", &self.text)?,
            subjects: self.subjects.clone().unwrap_or_default(),
            domain: world.on.domain.clone(),
            class: self.class.unwrap_or(MatterClass::Ordinary),
            amount_fen: self.amount_fen,
            per_household_fen: self.per_household_fen,
            form: super::kept_form(&mut world.papers, self.form.as_ref())?,
            rule: world.known.adopts,
            repeals: world.known.repeals,
        };
        // The rules see the proposal as the machine will take it, with what the suggestion said already.
        Ok(Given::command(MatterCommand::Propose { proposal: world.on.complete(proposal) }))
    }
}
