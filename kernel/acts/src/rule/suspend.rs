//! 暂停施行 (a rule is suspended until the next sitting of the body that adopted it).

use yishi_deliberation::RuleAct;
use yishi_deliberation::rule::{Rule, RuleCommand, SuspensionGround};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;
use yishi_law::{Authority, CommunityKind};

use super::{Needs, World};
use crate::act::{Act, Given, Style, Wrong};
use crate::ask::Ask;
use crate::ask::REASONS;
use crate::input::input;

input! {
    /// 暂停规则 (R23): by the joint committees on failures that the host has recorded, or by the town's order to correct that names the clause and the article it breaks; never a charter, and until the next sitting of the adopting body opens.
    pub(super) struct Suspend {
        /// Why, in words; published.
        reasons: String = REASONS,
        /// The town's order, where that is the ground; absent where it is the recorded failures.
        order: Option<OrderToCorrect> = Ask::new("责令改正", "Order to correct").only_for("town-admin").needed().hint(
            "镇（街道）责令改正：写明规约的哪一条违反了现行法律的哪一条。",
            "An order to correct: name the clause and the article of the law in force that it breaks.",
        ),
    }
}

input! {
    /// 责令改正 (what the town's order names).
    pub(super) struct OrderToCorrect {
        /// The clause of the rule, by its id.
        clause: String = Ask::new("规约条款编号", "Clause").one_line(),
        /// The article of the organic law in force that it breaks.
        article: String = Ask::new("违反法律第几条", "Article of the law")
            .one_line()
            .hint("只写数字，例如 31", "The number only, such as 31"),
    }
}

impl Act for Suspend {
    type On = Rule;
    const ACT: RuleAct = RuleAct::Suspend;
    const MAY: Who = Who::any(&[Capacity::TownAdmin, Capacity::JointCommitteeMember, Capacity::Staff]);
    const STYLE: Style = Style::DANGER;
    const EXAMPLE: &'static str =
        r#"{"reasons": "与法律相抵触。", "order": {"clause": "art-3", "article": "31"}}"#;

    fn needs(&self, _: &Rule) -> Needs {
        let clause = self.order.as_ref().map(|order| order.clause.trim().to_owned());
        Needs { clause, ..Needs::default() }
    }

    fn command(&self, world: &mut World<'_>) -> Result<Given<Rule>, Wrong> {
        let reasons = world.papers.public("/reasons", &self.reasons)?;
        let Some(order) = &self.order else {
            let ground = SuspensionGround::RecordedFailures;
            return Ok(Given::command(RuleCommand::Suspend { ground, reasons }.into()));
        };
        if world.known.lacks_clause {
            let (zh, en) = ("规约中没有这一条", "the rule has no such clause");
            return Err(Wrong::field("/order/clause", "unknown-reference", zh, en));
        }
        // The duty to correct is the same article of either law (V7, U6).
        let floor = match world.known.kind {
            CommunityKind::Village => "V7",
            CommunityKind::Urban => "U6",
        };
        let breaks = Authority::Statute {
            text: world.known.law.to_owned(),
            floor: floor.parse().map_err(|_| {
                Wrong::field("/order/article", "invalid-value", "条文编号无效", "the article is not valid")
            })?,
            article: order.article.trim().to_owned(),
        };
        let ground = SuspensionGround::TownOrder { clause: order.clause.trim().to_owned(), breaks };
        Ok(Given::command(RuleCommand::Suspend { ground, reasons }.into()))
    }
}
