//! 登记回避 (somebody stands aside).

use yishi_deliberation::MeetingAct;
use yishi_deliberation::meeting::{Meeting, MeetingCommand, RecusalGround};
use yishi_identity::policy::Who;
use yishi_identity::{Capacity, MatterId, PersonId};

use super::{Needs, World};
use crate::act::{Act, Drawing, Given, Style, Wrong};
use crate::ask::Ask;
use crate::input::input;
use crate::papers::Papers;

input! {
    /// 登记回避 (R8): a member declares it on their own account, or staff record what was said in the room.
    pub struct Recuse {
        /// From which matter.
        matter: MatterId = Ask::off_page(),
        /// Who stands aside; oneself where nothing is said.
        person: Option<PersonId> = Ask::off_page(),
        /// Why, in the words of whoever declared or proposed it. Not public.
        reason: String = Ask::off_page(),
        /// When staff enter it: that the member declared it in the room, in person.
        declared_in_room: Option<bool> = Ask::off_page(),
        /// Who in the room proposed it, when it was not the member. It has effect once the member has declared it too, or by the body's motion.
        proposed_by: Option<PersonId> = Ask::off_page(),
        /// The body's motion, where the member has not declared it.
        motion: Option<RecusalMotion> = Ask::off_page(),
    }
}

input! {
    /// 关于回避的动议, the member concerned not voting.
    pub struct RecusalMotion {
        /// For standing aside.
        yes: u64 = Ask::off_page(),
        /// Against.
        no: u64 = Ask::off_page(),
        /// The minutes of the motion.
        minutes: String = Ask::off_page(),
    }
}

impl Recuse {
    /// The command, its papers kept; `at` is where it stands in a larger input.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn becomes(
        &self,
        papers: &mut Papers<'_>,
        person: PersonId,
        spoken: bool,
        at: &str,
    ) -> Result<MeetingCommand, Wrong> {
        let reason = papers.internal(&format!("{at}/reason"), &self.reason)?;
        let declared = spoken || self.declared_in_room.unwrap_or(false);
        let ground = match (&self.motion, self.proposed_by) {
            (None, None) if declared => RecusalGround::Declared { reason },
            (None, None) => {
                return Err(Wrong::field(
                    &format!("{at}/declared_in_room"),
                    "missing",
                    "请写明是本人当场申明，还是由谁提出；没有人提出的回避不能登记",
                    "say that the member declared it in the room, or who proposed it: a recusal that nobody spoke of is not recorded",
                ));
            }
            (None, Some(by)) => RecusalGround::Proposed { by, reason },
            (Some(motion), Some(by)) => RecusalGround::Motion {
                by,
                reason,
                yes: motion.yes,
                no: motion.no,
                minutes: papers.internal(&format!("{at}/motion/minutes"), &motion.minutes)?,
            },
            (Some(_), None) => {
                return Err(Wrong::field(
                    &format!("{at}/proposed_by"),
                    "missing",
                    "请写明提出回避的人",
                    "say who proposed the recusal",
                ));
            }
        };
        Ok(MeetingCommand::Recuse { matter: self.matter, person, ground })
    }
}

impl Act for Recuse {
    type On = Meeting;
    const ACT: MeetingAct = MeetingAct::Recuse;
    const MAY: Who = Who::sitting(&[
        Capacity::CouncilMember,
        Capacity::Representative,
        Capacity::ResidentsCommitteeMember,
        Capacity::Resident,
        Capacity::Staff,
    ]);
    const PATH: Option<&'static str> = Some("recusals");
    const IF_MATCH: bool = false;
    const STYLE: Style = Style::OPEN.drawn(Drawing::Recusal);
    const EXAMPLE: &'static str =
        r#"{"matter": "mat_01920000-0000-7000-8000-000000000000", "reason": "承包人是本人兄弟。"}"#;

    fn needs(&self, _: &Meeting) -> Needs {
        Needs { records: true, ..Needs::default() }
    }

    fn command(&self, world: &mut World<'_>) -> Result<Given<Meeting>, Wrong> {
        let person = world.own_or(self.person)?;
        // Staff write down what somebody else said, and say who; whether anybody else may send one for another is the
        // machine's to refuse.
        let spoken = world.own == Some(person) || !world.known.records;
        Ok(Given::command(vec![self.becomes(&mut world.papers, person, spoken, "")?]))
    }
}
