//! 答复意见 (a comment is answered).

use yishi_canonical::Digest;
use yishi_identity::Capacity;
use yishi_identity::policy::Who;

use super::{House, HouseAct, becomes};
use crate::act::{Act, Address, Style};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 答复意见.
    pub struct CommentAnswer {
        /// The answer; published under the comment.
        text: String = Ask::new("答复", "Answer").rows(3),
        /// The digest of the answer that this one takes the place of. Absent for the first.
        replaces: Option<Digest> = Ask::new("", "").preset(),
    }
}

impl Act for CommentAnswer {
    type On = House;
    const ACT: HouseAct = HouseAct::AnswerComment;
    const MAY: Who =
        Who::any(&[Capacity::ResidentsCommitteeMember, Capacity::CouncilMember, Capacity::Staff]);
    const ADDRESS: Option<Address> = Some(Address::done(
        "communities/{community}/matters/{matter}/comments/{comment}/answer",
        "CommentView",
        "matters",
    ));
    const IF_MATCH: bool = false;
    const STYLE: Style = Style::FOLDED.done("已答复", "Answered");
    const EXAMPLE: &'static str = r#"{"text": "已列入秋后计划。"}"#;

    becomes!(AnswerComment);
}
