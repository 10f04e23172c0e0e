//! 停用账号 (an account signs in no more).

use yishi_identity::Capacity;
use yishi_identity::policy::Who;

use super::{House, HouseAct, becomes};
use crate::act::{Act, Address, Style};
use crate::input::input;

input! {
    /// 停用账号.
    pub struct DisableAccount {
    }
}

impl Act for DisableAccount {
    type On = House;
    const ACT: HouseAct = HouseAct::DisableAccount;
    const MAY: Who = Who::any(&[Capacity::CityAdmin, Capacity::TownAdmin, Capacity::Staff]);
    const ADDRESS: Option<Address> =
        Some(Address::done("accounts/{account}/disable", "AccountView", "places"));
    const IF_MATCH: bool = false;
    const STYLE: Style = Style::DANGER
        .note(
            "立即退出所有登录，并且不能再登录；以后可以重新启用。",
            "It is signed out everywhere at once and cannot sign in; it can be enabled again later.",
        )
        .done("账号已停用", "The account has been disabled");
    const EXAMPLE: &'static str = r#"{}"#;

    becomes!(DisableAccount);
}
