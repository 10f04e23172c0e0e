//! 启用账号 (a disabled account signs in again).

use yishi_identity::Capacity;
use yishi_identity::policy::Who;

use super::{House, HouseAct, becomes};
use crate::act::{Act, Address, Style};
use crate::input::input;

input! {
    /// 启用账号.
    pub struct EnableAccount {
    }
}

impl Act for EnableAccount {
    type On = House;
    const ACT: HouseAct = HouseAct::EnableAccount;
    const MAY: Who = Who::any(&[Capacity::CityAdmin, Capacity::TownAdmin, Capacity::Staff]);
    const ADDRESS: Option<Address> =
        Some(Address::done("accounts/{account}/enable", "AccountView", "places"));
    const IF_MATCH: bool = false;
    const STYLE: Style = Style::FOLDED.done("账号已启用", "The account has been enabled");
    const EXAMPLE: &'static str = r#"{}"#;

    becomes!(EnableAccount);
}
