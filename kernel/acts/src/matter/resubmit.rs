//! 修改后再报 (the council revises a returned proposal).

use std::collections::BTreeSet;

use serde_json::Value;
use yishi_deliberation::matter::{Matter, MatterCommand, Proposal};
use yishi_deliberation::{MatterAct, Turn};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;
use yishi_law::{BodyKind, MatterClass, Step, Subject, TrackStage};
use yishi_words::Words;

use super::World;
use crate::act::{Act, Asks, Given, Style, Wrong};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 修改后再报 (the revised proposal). Text, amounts and subjects are one version: a new text says them again, and what it
    /// does not say is none. Where the text stays, what is not said stays as it was. Changing any of them asks the rules and
    /// the law again.
    pub(super) struct Resubmit {
        /// The new text, where it changes.
        text: Option<String> = Ask::new("提案全文", "Full text of the proposal").rows(8).current().needed(),
        /// What the law lists it under, besides what the suggestion was listed under. Absent with a new text: nothing else.
        subjects: Option<BTreeSet<Subject>> = super::SUBJECTS,
        /// Money it takes in all, in fen; 0 for none. Absent with a new text: none.
        amount_fen: Option<u64> = Ask::new("涉及金额", "Amount").current().not_of_a_rule(),
        /// Money each household pays, in fen; 0 for none. Absent with a new text: none.
        per_household_fen: Option<u64> = Ask::new("每户筹资", "Levy per household").current().not_of_a_rule(),
        /// The class the council takes it to be, where it changes; nothing makes a major matter ordinary again.
        class: Option<MatterClass> = super::CLASS,
        /// JSON of the domain's form, where it changes.
        form: Option<Value> = Ask::new("", "").of_rules("form").not_of_a_rule(),
    }
}

impl Act for Resubmit {
    type On = Matter;
    const ACT: MatterAct = MatterAct::Resubmit;
    const MAY: Who = Who::any(&[Capacity::CouncilMember, Capacity::Staff]);
    const TAKES: Option<Turn> = Some(Turn::Stage(TrackStage::Propose));
    const STYLE: Style = Style::OPEN.send().note(
        "修改后的文本有新的指纹，须重新审核。",
        "The revised text has a new fingerprint and is reviewed again.",
    );
    const EXAMPLE: &'static str = r#"{"text": "清淤村口水渠 600 米，费用 8000 元。", "subjects": ["general"], "amount_fen": 800000, "class": "ordinary"}"#;

    fn asks(_: &MatterCommand) -> Option<Asks> {
        Some(Asks::at(BodyKind::Council, Step::Propose))
    }

    fn command(&self, world: &mut World<'_>) -> Result<Given<Matter>, Wrong> {
        let before = world.on.proposal.clone().ok_or_else(|| Wrong::Lacks {
            code: "illegal-transition",
            said: Words::new(
                "这个事项还没有书面提议，请先由议事会提议",
                "there is no written proposal yet; the council proposes first",
            ),
        })?;
        let text = match &self.text {
            Some(text) => world.papers.public("/text", text)?,
            None => before.text,
        };
        let form = super::kept_form(&mut world.papers, self.form.as_ref())?;
        // A new text says its figures and subjects again, since the old ones may be what it changes; where only a figure is
        // revised, the others stay as they were.
        let unsaid = if text == before.text {
            Unsaid {
                subjects: before.subjects,
                amount_fen: before.amount_fen,
                per_household_fen: before.per_household_fen,
            }
        } else {
            Unsaid { subjects: BTreeSet::new(), amount_fen: Some(0), per_household_fen: Some(0) }
        };
        let proposal = world.on.complete(Proposal {
            text,
            subjects: self.subjects.clone().unwrap_or(unsaid.subjects),
            domain: before.domain,
            class: self.class.unwrap_or(before.class),
            amount_fen: self.amount_fen.or(unsaid.amount_fen),
            per_household_fen: self.per_household_fen.or(unsaid.per_household_fen),
            form: form.or(before.form),
            rule: world.known.adopts,
            repeals: world.known.repeals,
        });
        Ok(Given::command(MatterCommand::Resubmit { proposal }))
    }
}

/// What a revision is about where it does not say.
struct Unsaid {
    subjects: BTreeSet<Subject>,
    amount_fen: Option<u64>,
    per_household_fen: Option<u64>,
}
