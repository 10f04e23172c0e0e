//! 清除资料 (what is known of somebody who is not on the roll any more is erased).

use yishi_identity::Capacity;
use yishi_identity::policy::Who;

use super::{House, HouseAct, becomes};
use crate::act::{Act, Address, Style};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 清除资料 of somebody who is not on the roll any more: what is known of them goes for good, the record stays and verifies.
    pub struct ErasePerson {
        /// Why, in words, without the person's name: it stays on record.
        reasons: String = Ask::new("原因（不写姓名）", "Why (without the name)").rows(2),
        /// Which paper shows that it was asked for: its number and date, without the person's name.
        paper: String = Ask::new("书面申请的编号和日期", "Number and date of the written request").one_line(),
        /// That it is meant: nothing brings back what is erased.
        confirmed: bool = Ask::new("我知道清除之后不能恢复", "I know that nothing brings it back"),
    }
}

impl Act for ErasePerson {
    type On = House;
    const ACT: HouseAct = HouseAct::ErasePerson;
    const MAY: Who = Who::any(&[Capacity::TownAdmin, Capacity::Staff]);
    const ADDRESS: Option<Address> =
        Some(Address::done("communities/{community}/persons/{person}/erasure", "ErasedView", "roster"));
    const IF_MATCH: bool = false;
    const STYLE: Style = Style::DANGER.done("资料已清除", "The data is erased").note(
        "凭本人书面申请，清除已去世或已迁出的人的姓名、出生日期、电话、账号等资料，不能恢复。公开记录只有化名，不会改变，仍可核验；页面上其姓名显示为“—”。",
        "On a written request, the name, date of birth, telephone and account of somebody who died or moved away are erased for good. The public record holds pseudonyms only: it stays as it is and verifies. On pages their name is shown as “—”.",
    );
    const EXAMPLE: &'static str =
        r#"{"reasons": "家属书面申请。", "paper": "申请〔2026〕3 号", "confirmed": true}"#;

    becomes!(ErasePerson);
}
