//! 起草规约 (the matter that adopts a rule is opened).

use serde_json::Value;
use yishi_canonical::Digest;
use yishi_identity::Capacity;
use yishi_identity::RuleId;
use yishi_identity::policy::Who;

use super::{House, HouseAct, becomes};
use crate::act::{Act, Address, Style};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 起草规则 (opens the matter that adopts it).
    pub struct NewRule {
        /// The component on the community's shelf.
        component: Digest = Ask::new("", "").preset(),
        /// The community's settings; the manifest's defaults where absent.
        settings: Option<Value> = Ask::new("", "").of_rules("settings"),
        /// Why it is proposed, in words, for the suggestion.
        text: String = Ask::new("为什么要订立", "Why it is proposed").rows(4).hint("会写入记录并公开，请勿填写个人隐私。", "Enters the record and is published. Leave out private matters."),
        /// The rule in force that it replaces.
        replaces: Option<RuleId> = Ask::off_page(),
    }
}

impl Act for NewRule {
    type On = House;
    const ACT: HouseAct = HouseAct::DraftRule;
    const MAY: Who = Who::any(&[Capacity::CouncilMember, Capacity::JointCommitteeMember, Capacity::Staff]);
    const ADDRESS: Option<Address> =
        Some(Address::made("communities/{community}/rules", "DraftView", "rules"));
    const IF_MATCH: bool = false;
    const STYLE: Style = Style::FOLDED
        .note(
            "具体规定已按范本填好，可以改为本村（社区）商定的数字。",
            "The settings stand as the template has them; change them to what the community has agreed.",
        )
        .done("草案已立，请议事会提议", "Drafted; the council proposes next");
    const EXAMPLE: &'static str = r#"{"component": "sha256:0000000000000000000000000000000000000000000000000000000000000000", "text": "统一清洁检查的做法。"}"#;

    becomes!(DraftRule);
}
