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
    const STYLE: Style = Style::FOLDED.note("写明账号由谁使用。出生日期只用来分辨是不是同一个人，不保存原文；同一个人的两个账号不能分别录入和确认。", "Say whose the account is. The date of birth only tells one person from another and is not kept as it is; two accounts of one person cannot enter and confirm the same thing.").done("账号已建立", "The account has been made");
    const EXAMPLE: &'static str = r#"{"login": "liuxi-li", "password": "yi-shi-2026", "display_name": "李干事", "grants": [{"role": "town-admin"}], "holder": {"name": "李明", "birth_date": "1985-02-03"}}"#;

    becomes!(CreateTownAccount);
}
