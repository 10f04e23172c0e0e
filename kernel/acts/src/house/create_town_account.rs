//! 建立工作账号 (an account of the town or of staff).

use yishi_identity::Action;
use yishi_identity::policy::Who;

use super::{House, HouseAct, account, becomes};
use crate::act::{Act, Address, Style};

account! { "新账号.", NewAccount }

impl Act for NewAccount {
    type On = House;
    const ACT: HouseAct = HouseAct::CreateTownAccount;
    const MAY: Who = Action::ManageTownAccounts.who();
    const ADDRESS: Option<Address> = Some(Address::made("towns/{town}/accounts", "AccountView", "places"));
    const IF_MATCH: bool = false;
    const STYLE: Style = Style::FOLDED.done("账号已建立", "The account has been made");
    const EXAMPLE: &'static str = r#"{"login": "liuxi-li", "password": "yi-shi-2026", "display_name": "李干事", "grants": [{"role": "town-admin"}], "holder": {"name": "李明", "birth_date": "1985-02-03"}}"#;

    becomes!(CreateTownAccount);
}
