//! 重设他人密码 (somebody else's password is set anew).

use yishi_identity::Capacity;
use yishi_identity::policy::Who;

use super::{House, HouseAct, becomes};
use crate::act::{Act, Address, Style};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 重设他人密码.
    pub struct ResetPassword {
        /// The password until the owner has chosen another.
        password: String = Ask::new("新密码", "New password").password().hint("八个字符以上；不要用太常见的，也不要用账号、姓名、地名。", "At least eight characters; not a common one, not the login or a name."),
        /// Whether the owner has to choose a password of their own before anything else; yes where nothing is said.
        must_change_password: Option<bool> = Ask::off_page(),
    }
}

impl Act for ResetPassword {
    type On = House;
    const ACT: HouseAct = HouseAct::ResetPassword;
    const MAY: Who = Who::any(&[Capacity::CityAdmin, Capacity::TownAdmin, Capacity::Staff]);
    const ADDRESS: Option<Address> =
        Some(Address::done("accounts/{account}/password", "AccountView", "places"));
    const IF_MATCH: bool = false;
    const STYLE: Style = Style::FOLDED.note("立即退出所有登录。本人用这个密码登录后，须先换成自己的密码。", "It is signed out everywhere at once. After signing in with this password its owner has to choose their own.").done("密码已重设", "The password has been reset");
    const EXAMPLE: &'static str = r#"{"password": "yi-shi-2026"}"#;

    becomes!(ResetPassword);
}
