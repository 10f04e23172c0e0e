//! 发表意见 (somebody says what they think in a consultation).

use yishi_identity::Capacity;
use yishi_identity::policy::Who;

use super::{House, HouseAct, becomes};
use crate::act::{Act, Address, Style};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 意见.
    pub struct NewComment {
        /// The comment.
        text: String = Ask::new("您的意见", "Your comment").rows(4).hint("会写入记录并公开，请勿填写个人隐私。", "Enters the record and is published. Leave out private matters."),
    }
}

impl Act for NewComment {
    type On = House;
    const ACT: HouseAct = HouseAct::Comment;
    const MAY: Who = Who::any(&[
        Capacity::CouncilMember,
        Capacity::Representative,
        Capacity::JointCommitteeMember,
        Capacity::SupervisionMember,
        Capacity::Resident,
    ]);
    const ADDRESS: Option<Address> =
        Some(Address::made("communities/{community}/matters/{matter}/comments", "CommentView", "matters"));
    const IF_MATCH: bool = false;
    const STYLE: Style = Style::OPEN.send().done("意见已发表", "Your comment is there");
    const EXAMPLE: &'static str = r#"{"text": "同意清淤，建议秋后施工。"}"#;

    becomes!(Comment);
}
