//! 召集会议 (a meeting is called).

use jiff::civil::{Date, Time};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;
use yishi_identity::{MatterId, PersonId};
use yishi_law::{BodyKind, CountingMode};

use super::{House, HouseAct, becomes};
use crate::act::{Act, Address, Style};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 会议通知 (R46).
    pub struct NewMeeting {
        /// Whose sitting.
        body: BodyKind = Ask::new("会议", "Body").current().only(BODIES),
        /// How an assembly is counted; fixed from here on. Bodies with members are always `persons`.
        mode: Option<CountingMode> = Ask::new("计数方式", "Counting").radio().begins("persons").needed().only_with("body", "residents-assembly").hint("召集时确定，之后不能更改。", "Fixed now; it cannot be changed later."),
        /// The day.
        held_on: Date = Ask::new("开会日期", "Date").in_days(10),
        /// The hour, such as `09:00`.
        hour: Time = Ask::new("时间（如 09:00）", "Hour (such as 09:00)").begins("09:00"),
        /// Where.
        place: String = Ask::new("地点", "Place").one_line(),
        /// The matters on the agenda.
        agenda: Vec<MatterId> = Ask::new("列入议程的事项", "Matters on the agenda").at_hand("matters").current().needed(),
        /// Why the notice is shorter than the law's days, if it is.
        special_circumstances: Option<String> = Ask::new("提前不足的特殊情况说明", "Special circumstances, if notice is short").rows(2),
        /// In whose name staff give it; the head of the convening body where nothing is said. Whoever acts in a seat of their own gives it themselves.
        convener: Option<PersonId> = Ask::off_page(),
    }
}

/// In the order in which a page offers them.
const BODIES: &[&str] = &[
    "council",
    "joint-committees",
    "representative-assembly",
    "residents-assembly",
    "residents-committee",
    "supervision-committee",
    "party-organization",
];

impl Act for NewMeeting {
    type On = House;
    const ACT: HouseAct = HouseAct::Convene;
    const MAY: Who = Who::convening(&[
        Capacity::CouncilChair,
        Capacity::ResidentsCommitteeMember,
        Capacity::PartyOrganizationMember,
        Capacity::SupervisionMember,
        Capacity::Staff,
    ]);
    const ADDRESS: Option<Address> =
        Some(Address::made("communities/{community}/meetings", "MeetingView", "meetings"));
    const IF_MATCH: bool = false;
    const STYLE: Style = Style::FOLDED.done("会议已通知", "The meeting has been called");
    const EXAMPLE: &'static str = r#"{"body": "council", "mode": "persons", "held_on": "2026-12-31", "hour": "09:00", "place": "村委会会议室", "agenda": ["mat_01920000-0000-7000-8000-000000000000"]}"#;

    becomes!(Convene);
}
