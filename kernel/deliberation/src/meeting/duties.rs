//! 会议的期限 (what a meeting owes on its day): nothing stays called, in session or in recess after the day it was for.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use yishi_law::Words;

use super::{Meeting, MeetingStage};

/// 会议的当日义务 (what is to be done of a meeting on its day). Attendance and votes are of that day, so that afterwards
/// there is nothing left but to end it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SittingDuty {
    /// 召开或取消: it was called for the day.
    HoldSitting,
    /// 闭会或休会: it is sitting.
    EndSitting,
    /// 续会或闭会: it was adjourned to the day (R48).
    ResumeSitting,
}

impl SittingDuty {
    /// 说明: what is owed.
    #[must_use]
    pub fn describe(self) -> Words {
        let (zh, en) = match self {
            Self::HoldSitting => ("会议应于当日召开，不开的应取消", "to be held on its day, or cancelled"),
            Self::EndSitting => ("会议应于当日闭会或休会", "to be closed or adjourned on the day it sits"),
            Self::ResumeSitting => {
                ("会议应于当日续会或闭会", "to go on, or be closed, on the day it was adjourned to")
            }
        };
        Words::new(zh, en)
    }
}

impl Meeting {
    /// 当日义务 (what is still to be done of it, and on which day); none once it is over.
    #[must_use]
    pub fn owed(&self) -> Option<(SittingDuty, Date)> {
        let duty = match self.stage {
            MeetingStage::Convened => SittingDuty::HoldSitting,
            MeetingStage::Open => SittingDuty::EndSitting,
            MeetingStage::Recessed => SittingDuty::ResumeSitting,
            MeetingStage::Adjourned | MeetingStage::Minuted | MeetingStage::Cancelled => return None,
        };
        Some((duty, self.sits_on))
    }
}
