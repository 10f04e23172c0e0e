//! 登记变动 (something has changed for one person of the roster).

use jiff::civil::Date;
use yishi_identity::policy::Who;
use yishi_identity::{Action, Sex};
use yishi_words::coded;

use super::{House, HouseAct, becomes};
use crate::act::{Act, Address, Style};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 登记变动 (what has changed for one person of the roster).
    pub struct RosterChangeInput {
        /// What.
        change: RosterChangeKind = Ask::new("什么变动", "What has changed"),
        /// The day it happened, or was found to be so.
        on: Date = Ask::new("日期", "Date").in_days(0),
        /// Why, in words; for office holders to read.
        reasons: String = Ask::new("原因", "Why").rows(2),
        /// Which paper shows it: its name, number and issuer, or its text; for office holders to read.
        paper: String = Ask::new("依据的证明或文件", "Which paper shows it").one_line(),
        /// The label of the household somebody moves to; a new one of that label where there is none.
        household: Option<String> = Ask::new("迁入哪一户（迁户时填）", "Into which household (for a move)").one_line(),
        /// The right name, for a correction.
        name: Option<String> = Ask::new("正确的姓名（更正时填）", "The right name (for a correction)").one_line(),
        /// The right date of birth, for a correction.
        birth_date: Option<Date> = Ask::new("正确的出生日期（更正时填）", "The right date of birth (for a correction)"),
        /// The right sex, for a correction.
        sex: Option<Sex> = Ask::new("正确的性别（更正时填）", "The right sex (for a correction)"),
        /// Whether they head it.
        head: Option<bool> = Ask::off_page(),
    }
}

coded! {
    /// 变动 (what can change for one person of the roster).
    pub enum RosterChangeKind: "roster-change" {
        /// 去世.
        Died = "died",
        /// 迁出本村（社区）.
        MovedAway = "moved-away",
        /// 被剥夺政治权利.
        LostPoliticalRights = "lost-political-rights",
        /// 恢复: moved back, rights restored, or entered by mistake.
        Returned = "returned",
        /// 更正 name, date of birth or sex.
        Corrected = "corrected",
        /// 迁入另一户.
        MovedHousehold = "moved-household",
    }
}

impl Act for RosterChangeInput {
    type On = House;
    const ACT: HouseAct = HouseAct::ChangePerson;
    const MAY: Who = Action::EditRoster.who();
    const ADDRESS: Option<Address> =
        Some(Address::done("communities/{community}/persons/{person}/changes", "RosterChangeDone", "roster"));
    const IF_MATCH: bool = false;
    const STYLE: Style = Style::FOLDED.note("去世、迁出、被剥夺政治权利的，从所填日期起不再计入名册，其席位同时终止；编号、账号和以往的投票不变。", "Whoever died, moved away or lost political rights is off the roll from the day given, and their seats end; id, account and past votes stay.").done("变动已登记", "The change is entered");
    const EXAMPLE: &'static str = r#"{"change": "moved-away", "on": "2026-01-01", "reasons": "随子女迁往县城。", "paper": "迁移证第 12 号"}"#;

    becomes!(ChangePerson);
}
