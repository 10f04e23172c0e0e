//! 提出建议 (somebody of the community suggests).

use std::collections::BTreeSet;
use yishi_identity::Capacity;
use yishi_identity::PersonId;
use yishi_identity::policy::Who;
use yishi_law::Subject;

use super::{House, HouseAct, becomes};
use crate::act::{Act, Address, Style};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 建议 (a suggestion).
    pub struct Suggestion {
        /// At most 120 characters.
        title: String = Ask::new("一句话说明", "In one line").one_line().hint("例如：村口路灯坏了，晚上不安全", "For example: the lamp at the gate is out and the road is unsafe at night"),
        /// What is suggested and why.
        text: String = Ask::new("具体情况和您的想法", "What is the matter, and your idea").rows(6),
        /// The domain a rule may speak to, for example `sanitation`.
        domain: String = Ask::new("属于哪方面", "What is it about").at_hand("domains"),
        /// What the law lists it under, if anything.
        subjects: Option<BTreeSet<Subject>> = Ask::off_page(),
        /// Money it takes in all, in fen.
        amount_fen: Option<u64> = Ask::off_page(),
        /// Money each household pays, in fen.
        per_household_fen: Option<u64> = Ask::off_page(),
        /// The person who suggests it, when staff enter it for them.
        suggested_by: Option<PersonId> = Ask::new("建议人", "Suggested by").only_for("staff").hint("代居民录入时写其姓名；有同名的，提交后从列表中选。", "When entered for a resident: their name; where several share it, you choose from a list after sending."),
        /// How and when that person asked for it, in words; needed with `suggested_by`, and kept for the audit.
        asked: Option<String> = Ask::new("委托情况", "How they asked").one_line().only_for("staff").hint("代录时必填，如“5月3日到村委会口头提出”；写入代办记录，镇和监督委员会可以查看。", "Needed when entered for somebody: when and how they asked. The town and the supervision committee can read it."),
    }
}

impl Act for Suggestion {
    type On = House;
    const ACT: HouseAct = HouseAct::Suggest;
    const MAY: Who = Who::any(&[
        Capacity::CouncilMember,
        Capacity::Representative,
        Capacity::JointCommitteeMember,
        Capacity::Resident,
        Capacity::Staff,
    ]);
    const ADDRESS: Option<Address> =
        Some(Address::made("communities/{community}/matters", "MatterView", "matters"));
    const IF_MATCH: bool = false;
    const STYLE: Style = Style::OPEN
        .send()
        .note("任何村（居）民都可以提出，包括非户籍居民。", "Any resident may, wherever they are registered.")
        .done("建议已提出，谢谢您", "Your suggestion is there. Thank you");
    const EXAMPLE: &'static str =
        r#"{"title": "村口路灯维修", "text": "村口的三盏路灯坏了。", "domain": "sanitation"}"#;

    becomes!(Suggest);
}
