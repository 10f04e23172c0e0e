//! 计票结束 (a ballot is closed).

use yishi_identity::Capacity;
use yishi_identity::PersonId;
use yishi_identity::policy::Who;

use super::{House, HouseAct, becomes};
use crate::act::{Act, Address, Drawing, Style};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 计票结束 (closing a ballot).
    pub struct CloseBallot {
        /// Votes counted in the room by show of hands or from the box, of those who did not vote by name.
        hand_count: Option<HandCountInput> = Ask::off_page(),
        /// 到会未投: how many of those present cast no vote, where nothing was counted by hand. Whoever has not voted by name and is in neither figure is not accounted for, and the ballot is not closed.
        not_voting: Option<u64> = Ask::off_page(),
        /// The minutes of the sitting; needed where a count of the room, or who did not vote, is entered after its day.
        minutes: Option<String> = Ask::off_page(),
    }
}

input! {
    /// 现场计票.
    pub struct HandCountInput {
        /// 赞成.
        yes: u64 = Ask::off_page(),
        /// 反对.
        no: u64 = Ask::off_page(),
        /// 弃权.
        abstain: u64 = Ask::off_page(),
        /// 废票.
        spoilt: u64 = Ask::off_page(),
        /// 到会未投 (present and cast no vote of any kind).
        not_voting: Option<u64> = Ask::off_page(),
        /// 计票人、监票人: at least two different people.
        tellers: Vec<PersonId> = Ask::off_page(),
        /// The signed count sheet, as text.
        record: String = Ask::off_page(),
    }
}

impl Act for CloseBallot {
    type On = House;
    const ACT: HouseAct = HouseAct::CloseBallot;
    const MAY: Who =
        Who::convening(&[Capacity::CouncilChair, Capacity::ResidentsCommitteeMember, Capacity::Staff]);
    const ADDRESS: Option<Address> =
        Some(Address::done("communities/{community}/ballots/{ballot}/close", "BallotView", "ballots"));
    const IF_MATCH: bool = true;
    const STYLE: Style = Style::FOLDED.done("表决已结束", "The ballot is closed").drawn(Drawing::Count);
    const EXAMPLE: &'static str = r#"{"not_voting": 0}"#;

    becomes!(CloseBallot);
}
