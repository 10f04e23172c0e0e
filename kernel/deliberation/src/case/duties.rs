//! 办件的期限 (what is due in a case): the tasks that its outcomes gave to a body, until they are done.

use std::collections::BTreeSet;

use jiff::civil::Date;
use yishi_words::coded;

use super::{Case, CaseTask, Handler};

coded! {
    /// 办件的期限义务 (what somebody owes in a case). What it is in each case is in the rule's own words.
    pub enum CaseDuty: "case-duty" {
        /// 办件任务.
        Task = "case-task",
    }
}

impl Case {
    /// Whoever acted in a case or has it in hand, each by their person where they are one.
    #[must_use]
    pub fn involved(&self) -> BTreeSet<Handler> {
        let decided = self.decided.iter().map(|one| one.act.by);
        let reversed = self.points.iter().filter_map(|one| one.reversed).map(|act| act.by);
        let done = self.tasks.iter().filter_map(|one| one.done.as_ref()).map(|done| done.act.by);
        let assigned = self.assignments.iter().map(|one| one.act.by);
        let ended =
            self.corrected.iter().map(|one| one.act.by).chain(self.closed.iter().map(|done| done.act.by));
        let acted = decided.chain(reversed).chain(done).chain(assigned).chain(ended);
        acted.filter_map(|by| Handler::of(&by)).chain(self.assignments.iter().map(|one| one.to)).collect()
    }

    /// 未完成的任务 (the tasks that are not done), the first due first. A case that was put right asks nothing of anybody.
    #[must_use]
    pub fn open_tasks(&self) -> Vec<&CaseTask> {
        if self.corrected.is_some() {
            return Vec::new();
        }
        let mut open: Vec<_> = self.tasks.iter().filter(|task| task.done.is_none()).collect();
        open.sort_by_key(|task| (task.task.due, task.item));
        open
    }

    /// 最近期限 (the first day on which something is due).
    #[must_use]
    pub fn due(&self) -> Option<Date> {
        self.open_tasks().first().map(|task| task.task.due)
    }
}
