//! 处理结果的词句 (what a rule decided, as lines with labels): stage, points, standards, what is published, by which articles.

use yishi_app::views::{CaseTaskView, CaseView};
use yishi_portal::context::Fact;

use super::super::prelude::*;
use super::super::standing::body;
use super::super::told::Told;

/// Lines with labels; one that says nothing is left out.
#[derive(Default)]
pub(super) struct Facts(pub(super) Vec<Fact>);

impl Facts {
    pub(super) fn say(&mut self, label: &str, value: String) {
        if !value.is_empty() {
            self.0.push(Fact { label: label.to_owned(), value });
        }
    }
}

impl Visit {
    /// Where a case stands: its stage, what it brought about, what it asks of whom.
    pub(super) fn case_facts(&self, place: &Place, told: &Told, case: &CaseView) -> Vec<Fact> {
        let mut facts = Facts::default();
        self.outcome_facts(told, &case.outcome, &mut facts);
        if case.outcome.get("points").is_some() {
            facts.say(self.say("累计积分", "Points in all"), case.points_total.to_string());
        }
        let open = case.tasks.iter().filter(|task| task.done.is_none());
        let tasks: Vec<_> = open.map(|task| self.task(place, task)).collect();
        facts.say(&told.label("tasks"), tasks.join(self.say("；", "; ")));
        if let Some(correction) = &case.corrected {
            let said = self.say("{1}：{2}（更正后累计积分 {3}）", "{1}: {2} (points after it: {3})");
            let (day, total) = (self.lang.date(&correction.on), correction.points_total);
            facts
                .say(self.say("已更正", "Put right"), self.lang.fill3(said, day, &correction.reasons, total));
        }
        facts.0
    }

    /// What a rule decided about one event.
    pub(super) fn outcome_facts(&self, told: &Told, outcome: &Value, facts: &mut Facts) {
        let lang = self.lang;
        let stage = outcome["stage"].as_str().map(|code| yishi_words::capitalised(told.stage(code)));
        facts.say(&told.label("stage"), stage.unwrap_or_default());
        let remark = outcome["remark"].as_str().map(|word| told.word(word));
        facts.say(&told.label("remark"), remark.unwrap_or_default());
        facts.say(
            &told.label("points"),
            each(lang, &outcome["points"], |one| {
                let given = one["points"].as_i64().unwrap_or_default();
                let by = lang.fill(lang.both("（{}）", " ({})"), articles(lang, one));
                format!("{given:+} {}{by}", lang.said(&one["reason"]))
            }),
        );
        facts.say(
            self.say("指标", "Figures"),
            each(lang, &outcome["measures"], |one| {
                format!("{} {}", told.label(text(one, "name")), one["value"])
            }),
        );
        facts.say(
            &told.label("publish"),
            each(lang, &outcome["publish"], |one| {
                let days = one["days"].as_u64().unwrap_or_default();
                let said = lang.both("公布 {1} 天（{2}）", "posted for {1} days ({2})");
                lang.fill2(said, days, articles(lang, one))
            }),
        );
        facts.say(&told.label("because"), articles(lang, outcome));
    }

    /// Whose a task is, by when, and what it is.
    fn task(&self, place: &Place, task: &CaseTaskView) -> String {
        let who = body(self.lang, place.kind(), task.by);
        let due = self.lang.date(&task.owed.due);
        let text = self.lang.of(&task.text, &task.text_en);
        self.lang.fill3(self.say("{1} {2} 前：{3}", "{1}, by {2}: {3}"), who, due, text)
    }
}

fn each(lang: Lang, list: &Value, said: impl Fn(&Value) -> String) -> String {
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().map(said).collect::<Vec<_>>().join(lang.both("；", "; "))
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn articles(lang: Lang, value: &Value) -> String {
    let articles = value["because"].as_array().into_iter().flatten().filter_map(Value::as_str);
    lang.list(&articles.map(str::to_owned).collect::<Vec<_>>())
}
