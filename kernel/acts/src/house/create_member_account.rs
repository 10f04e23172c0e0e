//! 建立居民账号 (an account of a resident).

use yishi_identity::Action;
use yishi_identity::policy::Who;

use super::{House, HouseAct, NewAccount, account, becomes};
use crate::act::{Act, Address, Style};

account! { "新建居民账号.", NewMemberAccount }

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
