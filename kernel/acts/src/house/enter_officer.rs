//! 登记任职人员 (somebody from outside who holds an office here).

use jiff::civil::Date;
use yishi_identity::policy::Who;
use yishi_identity::{Action, Sex};

use super::{House, HouseAct, becomes};
use crate::act::{Act, Address, Style};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 任职人员 who is not a resident: a party secretary sent from outside, a community worker (R30).
    pub struct NewOfficer {
        /// Name.
        name: String = Ask::new("姓名", "Name").one_line(),
        /// Date of birth.
        birth_date: Date = Ask::new("出生日期", "Date of birth"),
        /// Sex.
        sex: Sex = Ask::new("性别", "Sex").radio(),
        /// Whether a party member.
        party_member: bool = Ask::new("是否党员", "Party member"),
        /// Since when they are known here.
        on: Date = Ask::new("从哪天起", "Since").in_days(0),
        /// Why, in words; for office holders to read.
        reasons: String = Ask::new("原因", "Why").rows(2),
        /// Which paper appoints them.
        paper: String = Ask::new("任命的文件", "Which paper appoints them").one_line(),
    }
}

impl Act for NewOfficer {
    type On = House;
    const ACT: HouseAct = HouseAct::EnterOfficer;
    const MAY: Who = Action::EditRoster.who();
    const ADDRESS: Option<Address> =
        Some(Address::made("communities/{community}/officers", "PersonView", "roster"));
    const IF_MATCH: bool = false;
    const STYLE: Style = Style::FOLDED.note("用于从外面选派来任职、不是本村（社区）居民的人，如第一书记、社区工作者；不计入名册，只凭文件任职。", "For those sent from outside to hold an office here, who are no residents: they are on no roll and hold their seat by paper.").done("已登记", "Entered");
    const EXAMPLE: &'static str = r#"{"name": "周国平", "birth_date": "1980-05-06", "sex": "male", "party_member": true, "on": "2026-01-01", "reasons": "镇党委选派。", "paper": "镇党委〔2026〕1 号"}"#;

    becomes!(EnterOfficer);
}
