//! 建立工作账号 (an account of the town or of staff).

use super::{AccountHolder, Grant};
use yishi_identity::Action;
use yishi_identity::policy::Who;

use super::{House, HouseAct, becomes};
use crate::act::{Act, Address, Style};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 新账号.
    pub struct NewAccount {
        /// What is typed to sign in; unique everywhere.
        login: String = Ask::off_page(),
        /// At least 8 characters.
        password: String = Ask::off_page(),
        /// What pages call the owner.
        display_name: String = Ask::off_page(),
        /// What the account may act as; nothing where nothing is said.
        grants: Option<Vec<Grant>> = Ask::off_page(),
        /// 使用人: whose an official account is; needed where it may act as staff or town.
        holder: Option<AccountHolder> = Ask::off_page(),
        /// Whether the owner has to choose a password of their own before anything else; yes where nothing is said.
        must_change_password: Option<bool> = Ask::off_page(),
    }
}

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
