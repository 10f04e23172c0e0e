//! 登记选举结果 (seats are filled).

use jiff::civil::Date;
use yishi_identity::Capacity;
use yishi_identity::policy::Who;
use yishi_identity::{ElectedBy, Office, PersonId};

use super::{House, HouseAct, becomes};
use crate::act::{Act, Address, Drawing, Style};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 一次选举或推定 (seats filled at one election).
    pub struct Election {
        /// Who was elected, to which office.
        seats: Vec<ElectedSeat> = Ask::off_page(),
        /// First day of the term.
        term_from: Date = Ask::new("任期自", "Term from"),
        /// Last day of the term.
        term_to: Date = Ask::new("任期至", "Term to"),
        /// The day of the election.
        held_on: Date = Ask::new("选举（推定）日期", "Day of the election").in_days(0),
        /// Who elected; whoever elects such a body by law and policy where nothing is said.
        elected_by: Option<ElectedBy> = Ask::new("由谁选举（推定）", "Elected by").current(),
        /// Minutes of the election, as text.
        minutes: Option<String> = Ask::new("会议记录", "Minutes").rows(4),
        /// Why the body departs from what the policy calls usual (一般、左右、原则上), if it does.
        reason: Option<String> = Ask::new("不符合“一般”“左右”“原则上”要求的理由", "Reason for departing from an advisory").rows(2).hint("有提示时必填，会写入记录。", "Needed where there is an advisory; it enters the record."),
    }
}

input! {
    /// One elected person.
    pub struct ElectedSeat {
        /// The person.
        person: PersonId = Ask::off_page(),
        /// 主任, 副主任 or 成员.
        office: Office = Ask::off_page(),
    }
}

impl Act for Election {
    type On = House;
    const ACT: HouseAct = HouseAct::Elect;
    const MAY: Who = Who::any(&[Capacity::TownAdmin, Capacity::Staff]);
    const ADDRESS: Option<Address> =
        Some(Address::made("communities/{community}/bodies/{body}/elections", "ElectionView", "bodies"));
    const IF_MATCH: bool = false;
    const STYLE: Style = Style::FOLDED.done("已登记", "Recorded").drawn(Drawing::Elected);
    const EXAMPLE: &'static str = r#"{"seats": [{"person": "per_01920000-0000-7000-8000-000000000000", "office": "chair"}], "term_from": "2026-01-01", "term_to": "2030-12-31", "held_on": "2025-12-20"}"#;

    becomes!(Elect);
}
