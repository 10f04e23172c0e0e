//! 设立村（社区） (a village or an urban community is set up).

use yishi_identity::Capacity;
use yishi_identity::policy::Who;
use yishi_law::CommunityKind;

use super::{House, HouseAct, becomes};
use crate::act::{Act, Address, Style};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 新村（社区）.
    pub struct NewCommunity {
        /// Name.
        name: String = Ask::new("名称", "Name").one_line(),
        /// Which organic law applies.
        kind: CommunityKind = Ask::new("类别", "Kind").hint("村适用《村民委员会组织法》，社区适用《城市居民委员会组织法》。", "It decides which organic law applies."),
        /// 行政区划代码: 12 digits.
        region_code: String = Ask::new("行政区划代码（12 位）", "Division code (12 digits)").one_line(),
    }
}

impl Act for NewCommunity {
    type On = House;
    const ACT: HouseAct = HouseAct::CreateCommunity;
    const MAY: Who = Who::any(&[Capacity::CityAdmin, Capacity::TownAdmin]);
    const ADDRESS: Option<Address> =
        Some(Address::made("towns/{town}/communities", "CommunityView", "places"));
    const IF_MATCH: bool = false;
    const STYLE: Style = Style::FOLDED.done("已建立", "Made");
    const EXAMPLE: &'static str = r#"{"name": "云岭村", "kind": "village", "region_code": "510112100201"}"#;

    becomes!(CreateCommunity);
}
