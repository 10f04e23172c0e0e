//! 提请废止规约 (the matter that repeals a rule is opened).

use yishi_identity::Capacity;
use yishi_identity::policy::Who;

use super::{House, HouseAct, becomes};
use crate::act::{Act, Address, Style};
use crate::ask::REASONS;
use crate::input::input;

input! {
    /// 提请废止规则 (opens the matter that repeals it).
    pub struct RepealRule {
        /// Why, in words; published.
        reasons: String = REASONS,
    }
}

impl Act for RepealRule {
    type On = House;
    const ACT: HouseAct = HouseAct::Repeal;
    const MAY: Who = Who::any(&[Capacity::CouncilMember, Capacity::JointCommitteeMember, Capacity::Staff]);
    const ADDRESS: Option<Address> =
        Some(Address::made("communities/{community}/rules/{rule}/repeal", "DraftView", "rules"));
    const IF_MATCH: bool = false;
    const STYLE: Style = Style::DANGER;
    const EXAMPLE: &'static str = r#"{"reasons": "与新的章程重复。"}"#;

    becomes!(Repeal);
}
