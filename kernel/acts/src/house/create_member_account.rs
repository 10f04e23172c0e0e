//! 建立居民账号 (an account of a resident).

use super::{AccountHolder, Grant};
use yishi_identity::Action;
use yishi_identity::policy::Who;

use super::{House, HouseAct, NewAccount, becomes};
use crate::act::{Act, Address, Style};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 新建居民账号.
    pub struct NewMemberAccount {
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

impl Act for NewMemberAccount {
    type On = House;
    const ACT: HouseAct = HouseAct::CreateMemberAccount;
    const MAY: Who = Action::ManageCommunityAccounts.who();
    const ADDRESS: Option<Address> =
        Some(Address::made("communities/{community}/accounts", "AccountView", "places"));
    const IF_MATCH: bool = false;
    const STYLE: Style = Style::FOLDED.done("账号已建立", "The account has been made");
    const EXAMPLE: &'static str = r#"{"login": "wang-jianguo", "password": "yi-shi-2026", "display_name": "王建国", "grants": [{"role": "member", "community": "com_01920000-0000-7000-8000-000000000000", "person": "per_01920000-0000-7000-8000-000000000000"}]}"#;

    becomes!(CreateMemberAccount);
}

impl From<NewMemberAccount> for NewAccount {
    fn from(new: NewMemberAccount) -> Self {
        let NewMemberAccount { login, password, display_name, grants, holder, must_change_password } = new;
        Self { login, password, display_name, grants, holder, must_change_password }
    }
}
