//! 签到与离席 (who comes and who goes).

use yishi_deliberation::MeetingAct;
use yishi_deliberation::meeting::{Meeting, MeetingCommand};
use yishi_identity::policy::Who;
use yishi_identity::{Capacity, PersonId};
use yishi_words::Words;

use super::{Needs, World};
use crate::act::{Act, Drawing, Given, Style, Wrong};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 签到与离席.
    pub(super) struct Attendance {
        /// Who came.
        arrive: Option<Vec<PersonId>> = Ask::off_page(),
        /// Who left.
        leave: Option<Vec<PersonId>> = Ask::off_page(),
    }
}

/// A village assembly checks in at the door in lists, not one by one; this bounds one list.
const MAX_ARRIVALS: usize = 5_000;
/// A door list becomes several entries of the record: an entry holds at most 64 KiB, some 700 people.
const PEOPLE_AN_ENTRY: usize = 500;

impl Act for Attendance {
    type On = Meeting;
    const ACT: MeetingAct = MeetingAct::Arrive;
    const MAY: Who = Who::convening(&[
        Capacity::CouncilChair,
        Capacity::ResidentsCommitteeMember,
        Capacity::PartyOrganizationMember,
        Capacity::SupervisionMember,
        Capacity::Staff,
    ]);
    const PATH: Option<&'static str> = Some("attendance");
    const OPERATION: Option<&'static str> = Some("attend");
    const IF_MATCH: bool = false;
    const AGAIN: bool = true;
    const STYLE: Style = Style::OPEN.drawn(Drawing::Attendance);
    const EXAMPLE: &'static str = r#"{"arrive": ["per_01920000-0000-7000-8000-000000000000"]}"#;

    fn needs(&self, _: &Meeting) -> Needs {
        Needs { living: self.arrive.clone().unwrap_or_default(), ..Needs::default() }
    }

    fn command(&self, world: &mut World<'_>) -> Result<Given<Meeting>, Wrong> {
        let coming = self.arrive.as_deref().unwrap_or_default();
        let going = self.leave.as_deref().unwrap_or_default();
        if coming.len() + going.len() > MAX_ARRIVALS {
            let field = if coming.len() >= going.len() { "/arrive" } else { "/leave" };
            return Err(Wrong::field(field, "too-many", "一次最多登记 5000 人", "at most 5,000 at a time"));
        }
        // The roll of a sitting is kept whole (R48), and yet nobody comes after the day they died.
        let dead = &world.known.dead;
        if !dead.is_empty() {
            let zh = format!("名册上已登记去世，不能登记到会：{}", dead.join("、"));
            let en = format!("recorded as having died, so not recorded as present: {}", dead.join(", "));
            return Err(Wrong::Lacks { code: "has-died", said: Words::new(zh, en) });
        }
        let some = |people: &[PersonId]| people.to_vec();
        let arrive =
            coming.chunks(PEOPLE_AN_ENTRY).map(|people| MeetingCommand::Arrive { people: some(people) });
        let leave =
            going.chunks(PEOPLE_AN_ENTRY).map(|people| MeetingCommand::Leave { people: some(people) });
        let commands: Vec<_> = arrive.chain(leave).collect();
        if commands.is_empty() {
            return Err(Wrong::field("/arrive", "empty", "没有要登记的人", "nobody to record"));
        }
        Ok(Given::command(commands))
    }
}
