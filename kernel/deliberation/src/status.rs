//! 状态 (the one word of where a matter or a rule stands today), from its stage and what lies beside it. Whatever shows a
//! state takes it from here.

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use yishi_law::TrackStage;
use yishi_words::{Term, coded};

use crate::codes::MatterStage;
use crate::rule::{RuleStage, Standing};

coded! {
    /// 事项状态.
    pub enum MatterStatus: "matter-status" {
        /// 办理中: its next step waits for whoever takes it.
        Open = "open",
        /// 正在表决.
        Voting = "voting",
        /// 投票已停止: being counted.
        Counting = "counting",
        /// 征求意见中.
        Consulting = "consulting",
        /// 征求意见已截止，意见待汇总.
        Answering = "answering",
        /// 已列入会议: a sitting that takes it up has been called.
        Scheduled = "scheduled",
        /// 已决议，待公开.
        Resolved = "resolved",
        /// 已退回修改.
        Returned = "returned",
        /// 公示中.
        Disclosing = "disclosing",
        /// 实施中.
        Implementing = "implementing",
        /// 已实施，结果待公开.
        Reporting = "reporting",
        /// 公示期满，待办结.
        Closing = "closing",
        /// 已办结.
        Completed = "completed",
        /// 未通过.
        Rejected = "rejected",
        /// 已撤回.
        Withdrawn = "withdrawn",
        /// 已失效.
        Lapsed = "lapsed",
    }
}

/// 事项的现况 (what lies beside a matter's stage).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Beside {
    /// The ballot on it that is not closed: whether votes are taken.
    pub ballot_takes_votes: Option<bool>,
    /// A sitting that is called or sits has it on its agenda and has not voted on it.
    pub called: bool,
    /// The last day of the consultation that is not summed up.
    pub consulting_until: Option<Date>,
    /// The last day its notice must stay up, while it is up.
    pub posted_until: Option<Date>,
}

impl MatterStatus {
    /// The status of a matter at this stage on a day.
    #[must_use]
    pub fn of(stage: MatterStage, beside: &Beside, today: Date) -> Self {
        let posting = beside.posted_until.is_some_and(|last| today <= last);
        match stage {
            MatterStage::Completed => return Self::Completed,
            MatterStage::Rejected => return Self::Rejected,
            MatterStage::Withdrawn => return Self::Withdrawn,
            MatterStage::Lapsed => return Self::Lapsed,
            MatterStage::DecisionDisclosed | MatterStage::OutcomeDisclosed if posting => {
                return Self::Disclosing;
            }
            MatterStage::DecisionDisclosed => return Self::Implementing,
            MatterStage::Implemented => return Self::Reporting,
            MatterStage::OutcomeDisclosed => return Self::Closing,
            MatterStage::Resolved | MatterStage::Filed => return Self::Resolved,
            MatterStage::Suggested
            | MatterStage::Proposed
            | MatterStage::Reviewed
            | MatterStage::Returned
            | MatterStage::Studied
            | MatterStage::JointlyDeliberated
            | MatterStage::Tabled => {}
        }
        match (beside.ballot_takes_votes, beside.consulting_until) {
            (Some(true), _) => Self::Voting,
            (Some(false), _) => Self::Counting,
            (None, Some(until)) if today <= until => Self::Consulting,
            (None, Some(_)) => Self::Answering,
            (None, None) if stage == MatterStage::Returned => Self::Returned,
            (None, None) if beside.called => Self::Scheduled,
            (None, None) => Self::Open,
        }
    }
}

/// 规约所处的阶段或者效力 (where a rule stands on a day): whether it is in force or was, and where its papers are before that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleState {
    /// It is, or was, in force.
    Standing(Standing),
    /// It is not in force yet, or never will be.
    Stage(RuleStage),
}

impl RuleState {
    /// Of a rule at this stage whose standing on the day is this.
    #[must_use]
    pub const fn of(stage: RuleStage, standing: Standing) -> Self {
        match standing {
            Standing::InForce | Standing::Suspended | Standing::Superseded | Standing::Repealed => {
                Self::Standing(standing)
            }
            Standing::NotYet | Standing::Never => Self::Stage(stage),
        }
    }

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Standing(standing) => standing.code(),
            Self::Stage(stage) => stage.code(),
        }
    }

    /// What it is called.
    #[must_use]
    pub fn term(self) -> Term {
        match self {
            Self::Standing(standing) => standing.term(),
            Self::Stage(stage) => stage.term(),
        }
    }
}

impl Serialize for RuleState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

coded! {
    /// 规约状态.
    pub enum RuleStatus: "rule-status" {
        /// 草案.
        Drafted = "drafted",
        /// 征求意见中.
        Consulting = "consulting",
        /// 已征求意见，待表决.
        Consulted = "consulted",
        /// 表决中.
        Voting = "voting",
        /// 已录入，待镇级确认.
        Attested = "attested",
        /// 已表决，待备案公布.
        Voted = "voted",
        /// 已颁布，待施行.
        Promulgated = "promulgated",
        /// 施行中.
        InForce = "in-force",
        /// 暂停.
        Suspended = "suspended",
        /// 已被替代.
        Superseded = "superseded",
        /// 已废止.
        Repealed = "repealed",
        /// 未通过.
        Rejected = "rejected",
    }
}

impl RuleStatus {
    /// The status of a rule. A draft is where the matter that adopts it is.
    #[must_use]
    pub const fn of(state: RuleState, matter: Option<MatterStatus>) -> Self {
        let stage = match state {
            RuleState::Standing(standing) => {
                return match standing {
                    Standing::NotYet => Self::Promulgated,
                    Standing::InForce => Self::InForce,
                    Standing::Suspended => Self::Suspended,
                    Standing::Superseded => Self::Superseded,
                    Standing::Repealed => Self::Repealed,
                    Standing::Never => Self::Rejected,
                };
            }
            RuleState::Stage(stage) => stage,
        };
        let draft = match stage {
            RuleStage::Drafted => Self::Drafted,
            RuleStage::Consulted => Self::Consulted,
            RuleStage::Attested => return Self::Attested,
            RuleStage::Adopted => return Self::Voted,
            RuleStage::Promulgated | RuleStage::Confirmed => return Self::Promulgated,
            RuleStage::VotedDown | RuleStage::AttestationRejected | RuleStage::Withdrawn => {
                return Self::Rejected;
            }
        };
        match matter {
            Some(MatterStatus::Voting | MatterStatus::Counting) => Self::Voting,
            Some(MatterStatus::Consulting) => Self::Consulting,
            Some(MatterStatus::Withdrawn | MatterStatus::Lapsed | MatterStatus::Rejected) => Self::Rejected,
            _ => draft,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn on_the_tenth(stage: MatterStage, beside: Beside) -> MatterStatus {
        MatterStatus::of(stage, &beside, date(2026, 6, 10))
    }

    #[test]
    fn what_people_are_asked_to_do_now_comes_before_what_is_to_come() {
        let all = Beside {
            ballot_takes_votes: Some(true),
            called: true,
            consulting_until: Some(date(2026, 6, 10)),
            posted_until: None,
        };
        assert_eq!(on_the_tenth(MatterStage::Tabled, all), MatterStatus::Voting);
        let counted = Beside { ballot_takes_votes: Some(false), ..all };
        assert_eq!(on_the_tenth(MatterStage::Tabled, counted), MatterStatus::Counting);
        let asked = Beside { ballot_takes_votes: None, ..all };
        assert_eq!(on_the_tenth(MatterStage::Returned, asked), MatterStatus::Consulting);
        let over = Beside { consulting_until: Some(date(2026, 6, 9)), ..asked };
        assert_eq!(on_the_tenth(MatterStage::Reviewed, over), MatterStatus::Answering);
        let called = Beside { consulting_until: None, ..asked };
        assert_eq!(on_the_tenth(MatterStage::Reviewed, called), MatterStatus::Scheduled);
        assert_eq!(on_the_tenth(MatterStage::Returned, called), MatterStatus::Returned);
        assert_eq!(on_the_tenth(MatterStage::Suggested, Beside::default()), MatterStatus::Open);
    }

    #[test]
    fn a_notice_is_on_display_through_its_last_day() {
        let until = |last| Beside { posted_until: Some(last), ..Beside::default() };
        let stages = [MatterStage::DecisionDisclosed, MatterStage::OutcomeDisclosed];
        for stage in stages {
            assert_eq!(on_the_tenth(stage, until(date(2026, 6, 10))), MatterStatus::Disclosing);
        }
        let after = stages.map(|stage| on_the_tenth(stage, until(date(2026, 6, 9))));
        assert_eq!(after, [MatterStatus::Implementing, MatterStatus::Closing]);
    }

    #[test]
    fn nothing_beside_it_changes_what_has_ended() {
        let busy = Beside { ballot_takes_votes: Some(true), called: true, ..Beside::default() };
        for stage in MatterStage::ALL.iter().filter(|stage| stage.is_decided()) {
            let (quiet, busy) = (on_the_tenth(*stage, Beside::default()), on_the_tenth(*stage, busy));
            assert_eq!(quiet, busy, "{stage:?}");
        }
    }

    #[test]
    fn a_draft_is_where_its_matter_is_and_a_rule_where_it_stands() {
        let drafted = RuleState::of(RuleStage::Drafted, Standing::NotYet);
        assert_eq!(RuleStatus::of(drafted, None), RuleStatus::Drafted);
        assert_eq!(RuleStatus::of(drafted, Some(MatterStatus::Voting)), RuleStatus::Voting);
        assert_eq!(RuleStatus::of(drafted, Some(MatterStatus::Lapsed)), RuleStatus::Rejected);
        let adopted = RuleState::of(RuleStage::Adopted, Standing::NotYet);
        assert_eq!(RuleStatus::of(adopted, Some(MatterStatus::Voting)), RuleStatus::Voted);
        for standing in [Standing::InForce, Standing::Suspended, Standing::Superseded, Standing::Repealed] {
            let state = RuleState::of(RuleStage::Promulgated, standing);
            assert_eq!((state.code(), state.term().zh), (standing.code(), standing.term().zh));
            assert_ne!(RuleStatus::of(state, None), RuleStatus::Promulgated);
        }
    }
}

/// 轮到 (what has its turn in a matter).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// A line of its track.
    Stage(TrackStage),
    /// 办结: only closing is left, which is no step of the six.
    Complete,
}

impl Turn {
    /// The code of the line, or `complete`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Stage(stage) => stage.code(),
            Self::Complete => "complete",
        }
    }
}

impl Serialize for Turn {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Turn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        if code == Self::Complete.code() {
            return Ok(Self::Complete);
        }
        TrackStage::of(&code)
            .map(Self::Stage)
            .ok_or_else(|| serde::de::Error::custom(format!("`{code}` is no line of a track")))
    }
}
