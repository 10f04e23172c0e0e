//! 隐藏违法意见 (a comment that breaks the law is hidden).

use yishi_identity::Capacity;
use yishi_identity::policy::Who;

use super::{House, HouseAct, becomes};
use crate::act::{Act, Address, Style};
use crate::ask::REASONS;
use crate::input::input;

input! {
    /// 隐藏违法意见: its text goes, and the reason takes its place.
    pub struct HideComment {
        /// Why; published.
        reasons: String = REASONS,
    }
}

impl Act for HideComment {
    type On = House;
    const ACT: HouseAct = HouseAct::HideComment;
    const MAY: Who = Who::any(&[Capacity::ResidentsCommitteeMember, Capacity::Staff]);
    const ADDRESS: Option<Address> = Some(Address::done(
        "communities/{community}/matters/{matter}/comments/{comment}/hide",
        "CommentView",
        "matters",
    ));
    const IF_MATCH: bool = false;
    const STYLE: Style = Style::DANGER.note(
        "只用于违反法律的内容，不用于不同意见。正文撤下，理由公开在原处。",
        "Only for what breaks the law, never for dissent. The text goes; the reason is shown in its place.",
    ).done("意见已隐藏", "The comment has been hidden");
    const EXAMPLE: &'static str = r#"{"reasons": "含他人身份证号码。"}"#;

    becomes!(HideComment);
}
