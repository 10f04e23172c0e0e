//! 登记离任 (a seat ends before its term).

use yishi_identity::Capacity;
use yishi_identity::SeatEndReason;
use yishi_identity::policy::Who;

use super::{House, HouseAct, becomes};
use crate::act::{Act, Address, Style};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 离任 before the term is over.
    pub struct SeatEnding {
        /// 辞职, 罢免, 去世, 迁出 or 其他; 辞职 where nothing is said.
        because: Option<SeatEndReason> = Ask::new("离任原因", "Cause").radio().begins("resigned").needed(),
        /// Why, in words; for office holders to read.
        reasons: String = Ask::new("说明", "Reasons").rows(4).hint("任职人员可以查看。", "For office holders to read."),
    }
}

impl Act for SeatEnding {
    type On = House;
    const ACT: HouseAct = HouseAct::EndSeat;
    const MAY: Who = Who::any(&[Capacity::TownAdmin, Capacity::Staff]);
    const ADDRESS: Option<Address> = Some(Address::done(
        "communities/{community}/bodies/{body}/seats/{person}/end",
        "ElectionView",
        "bodies",
    ));
    const IF_MATCH: bool = false;
    const STYLE: Style = Style::DANGER.done("已登记离任", "Recorded as having left office");
    const EXAMPLE: &'static str = r#"{"because": "resigned", "reasons": "本人书面辞职。"}"#;

    becomes!(EndSeat);
}
