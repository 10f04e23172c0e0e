//! 一并答复 (several comments are answered at once).

use yishi_identity::Capacity;
use yishi_identity::policy::Who;

use super::{House, HouseAct, becomes};
use crate::act::{Act, Address, Style};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 一并答复 (one answer to several comments).
    pub struct CommentsAnswer {
        /// The comments, at most 100; each has to be without an answer.
        comments: Vec<String> = Ask::new("答复哪几条", "Which comments").at_hand("comments").needed(),
        /// The answer, published under each of them.
        text: String = Ask::new("答复", "Answer").rows(3),
    }
}

impl Act for CommentsAnswer {
    type On = House;
    const ACT: HouseAct = HouseAct::AnswerComments;
    const MAY: Who =
        Who::any(&[Capacity::ResidentsCommitteeMember, Capacity::CouncilMember, Capacity::Staff]);
    const ADDRESS: Option<Address> = Some(Address::done(
        "communities/{community}/matters/{matter}/comments/answers",
        "CommentView[]",
        "matters",
    ));
    const IF_MATCH: bool = false;
    const STYLE: Style = Style::FOLDED.note("勾选说的是同一件事、还没有答复的意见；答复登在每一条下面，都要办，或者都不办。", "Tick the comments that say the same and have no answer yet. The answer stands under each of them; all are answered, or none.").done("已答复", "Answered");
    const EXAMPLE: &'static str =
        r#"{"comments": ["cmt_01920000-0000-7000-8000-000000000000"], "text": "已列入秋后计划。"}"#;

    becomes!(AnswerComments);
}
