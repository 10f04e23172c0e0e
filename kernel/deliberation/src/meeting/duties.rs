//! 会议的期限 (what a meeting owes on its day): nothing stays called, in session or in recess after the day it was for.

use jiff::civil::Date;
use yishi_words::coded;

use super::{Meeting, MeetingStage};

coded! {
    /// 会议的当日义务 (what is to be done of a meeting on its day). Attendance and votes are of that day, so that afterwards
    /// there is nothing left but to end it.
    pub enum SittingDuty: "sitting-duty" {
        /// 召开或取消: it was called for the day.
        HoldSitting = "hold-sitting",
        /// 闭会或休会: it is sitting.
        EndSitting = "end-sitting",
        /// 续会或闭会: it was adjourned to the day (R48).
        ResumeSitting = "resume-sitting",
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
