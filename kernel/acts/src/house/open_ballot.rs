//! 提付表决 (a matter is put to the vote of a sitting).

use crate::meeting::Recuse;
use crate::papers::Papers;
use std::collections::BTreeMap;
use yishi_deliberation::meeting::MeetingCommand;
use yishi_identity::Capacity;
use yishi_identity::policy::Who;
use yishi_identity::{MatterId, PersonId};
use yishi_law::Secrecy;

use super::{House, HouseAct, becomes};
use crate::act::{Act, Address, Style, Wrong};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 提付表决.
    pub struct NewBallot {
        /// The matter.
        matter: MatterId = Ask::new("事项", "Matter").preset(),
        /// Open or secret; the rules may ask for secret.
        secrecy: Option<Secrecy> = Ask::new("表决方式", "How to vote").needed(),
        /// Who stands aside from this item, each with the reason (R8), all in one act. `matter` is this one.
        recused: Option<Vec<Recuse>> = Ask::off_page(),
        /// How each further condition of the rules is met, by its code: one recorded line for each, not public. The meeting lists them with its agenda.
        conditions: Option<BTreeMap<String, String>> = Ask::new("", "").of_rules("conditions"),
    }
}

impl NewBallot {
    /// Who stands aside as it is opened, the papers of it kept. A member speaks for themselves; staff write down what
    /// somebody else said, and say who; whether anybody else may send one for another is the machine's to refuse.
    ///
    /// # Errors
    /// A recusal from another matter, or of nobody; every field that is wrong.
    pub fn recusals(
        &self,
        own: Option<PersonId>,
        records: bool,
        papers: &mut Papers<'_>,
    ) -> Result<Vec<MeetingCommand>, Wrong> {
        let each = self.recused.iter().flatten().enumerate().map(|(number, one)| {
            let field = format!("/recused/{number}");
            if one.matter != self.matter {
                let (zh, en) = ("回避的应是这个事项", "a recusal here is from this matter");
                return Err(Wrong::field(&format!("{field}/matter"), "unknown-reference", zh, en));
            }
            let nobody = || {
                let (zh, en) = ("请写明回避的人", "say who stands aside");
                Wrong::field(&format!("{field}/person"), "missing", zh, en)
            };
            let person = one.person.ok_or_else(nobody)?;
            one.becomes(papers, person, own == Some(person) || !records, &field)
        });
        each.collect()
    }
}

impl Act for NewBallot {
    type On = House;
    const ACT: HouseAct = HouseAct::OpenBallot;
    const MAY: Who =
        Who::convening(&[Capacity::CouncilChair, Capacity::ResidentsCommitteeMember, Capacity::Staff]);
    const ADDRESS: Option<Address> =
        Some(Address::made("communities/{community}/meetings/{meeting}/ballots", "BallotView", "ballots"));
    const IF_MATCH: bool = true;
    const STYLE: Style = Style::FOLDED.done("表决已开始", "The ballot is open");
    const EXAMPLE: &'static str =
        r#"{"matter": "mat_01920000-0000-7000-8000-000000000000", "secrecy": "open"}"#;

    becomes!(OpenBallot);
}
