//! 工作台上的办件 (a case on the desk, as everything else that is to be done).

use yishi_app::cases::DeskCase;
use yishi_portal::context::{TodoItem, Tone};

use super::super::prelude::*;
use super::super::standing::body;

impl Visit {
    /// What is to be done in a case: its first task, or that somebody has it in hand.
    pub(in super::super) fn case_todo(&self, place: &Place, case: &DeskCase) -> TodoItem {
        let title = self.lang.of(&case.title.zh, &case.title.en);
        let first = case.tasks.first();
        let late = first.and_then(|task| self.lang.unended(&task.owed, self.ctx().today));
        let who = match (&case.assignee, first) {
            (Some(name), _) => name.clone(),
            (None, Some(task)) => body(self.lang, place.kind(), task.by),
            (None, None) => String::new(),
        };
        TodoItem {
            title: format!("{title} · {}", case.about),
            number: match case.tasks.len() {
                0 => self.say("已指派", "Assigned").to_owned(),
                count => self.lang.fill(self.say("{} 项任务", "tasks: {}"), count),
            },
            href: format!("{}/rules/{}/cases/{}#actions", place.href, case.rule, case.id),
            next: match first {
                Some(task) => self.lang.of(&task.text, &task.text_en).to_owned(),
                None => self.say("承办中", "In hand").to_owned(),
            },
            who,
            due: first.map(|task| self.lang.date(&task.owed.due)),
            tone: match (&late, case.mine) {
                (Some(_), _) => Tone::Bad,
                (None, true) => Tone::Active,
                (None, false) => Tone::Neutral,
            },
            overdue: late,
        }
    }
}
