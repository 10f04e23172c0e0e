//! 办件的呈现 (how a case becomes its view): its words are read from its documents, its kinds are called as the rule calls
//! them, and whoever did something is called by name.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use yishi_canonical::Digest;
use yishi_deliberation::case::{Booking, CaseDuty, CaseTask, Correction, Decided, Done, Handler, Item};
use yishi_deliberation::{Act, Case, CaseAct, CaseEventKind};
use yishi_law::{CommunityKind, Words};
use yishi_words::Lang;

use crate::{CaseEntryView, CasePointsView, CaseTaskView, CaseView, CorrectionView, DutyView, HandlerView};

/// 呈现的办件 (everything that is read to show a case).
#[derive(Debug)]
pub struct ShownCase<'a> {
    /// The case.
    pub case: &'a Case,
    /// Which organic law applies.
    pub kind: CommunityKind,
    /// The texts of its papers.
    pub texts: BTreeMap<Digest, String>,
    /// What everybody who did something in it is called, by the id of their person or account.
    pub names: BTreeMap<String, String>,
    /// By the code of a kind of case, what the rule calls it.
    pub kinds: BTreeMap<String, Words>,
    /// By the code of a stage, what the rule calls it.
    pub stages: BTreeMap<String, Words>,
    /// The subject's points today, for what was written before sums were kept.
    pub points_today: i64,
}

/// Every document a case refers to.
#[must_use]
pub fn case_papers(case: &Case) -> BTreeSet<Digest> {
    let outcomes = case.decided.iter().map(|one| &one.outcome);
    let decided = outcomes.flat_map(|one| [Some(one.outcome), one.form, one.totals]).flatten();
    let corrections = case.reversals.iter().chain(&case.corrected);
    let corrected = corrections.flat_map(|one| [Some(one.reasons), one.totals]).flatten();
    let done = case.tasks.iter().filter_map(|one| one.done.as_ref()).chain(&case.closed);
    let notes = done.filter_map(|one| one.note).chain(case.assignments.iter().filter_map(|one| one.reasons));
    decided.chain(corrected).chain(notes).collect()
}

impl ShownCase<'_> {
    /// The case with all its words.
    #[must_use]
    pub fn view(&self, subject_label: String, may: Vec<CaseAct>) -> CaseView {
        let case = self.case;
        let (kind, on, at) = case.first().map_or_else(
            || (String::new(), case.last_act.on, case.last_act.at),
            |first| (first.outcome.kind.clone(), first.outcome.on, first.act.at),
        );
        let title = self.called(&kind);
        let outcome = case.latest().map_or(Value::Null, |latest| self.outcome(latest));
        let stage = outcome["stage"].as_str().or(outcome["remark"].as_str()).unwrap_or_default().to_owned();
        let stage_title = self.stage_called(&stage);
        let outcomes = case.decided.iter().map(|one| &one.outcome);
        CaseView {
            id: case.id,
            version: case.version,
            rule: case.rule,
            kind,
            title: title.zh,
            title_en: title.en,
            subject: case.subject.clone(),
            subject_label,
            on,
            at,
            status: case.status(),
            stage,
            stage_title: stage_title.zh,
            stage_title_en: stage_title.en,
            outcome,
            points_total: self.total(self.last_total()),
            notices: outcomes.flat_map(|one| one.notices.iter().cloned()).collect(),
            points: case.points.iter().map(|one| self.points(one)).collect(),
            tasks: case.tasks.iter().map(|one| self.task(one)).collect(),
            assignee: case.assignee().map(|handler| {
                let id = handler.to_string();
                HandlerView { name: self.names.get(&id).cloned().unwrap_or_default(), id }
            }),
            corrected: case.corrected.as_ref().map(|one| CorrectionView {
                on: one.act.on,
                reasons: self.text(one.reasons),
                points_total: self.total(one.totals),
            }),
            entries: self.entries(),
            may,
        }
    }

    fn text(&self, digest: Digest) -> String {
        self.texts.get(&digest).cloned().unwrap_or_default()
    }

    fn json(&self, digest: Digest) -> Value {
        self.texts.get(&digest).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    fn outcome(&self, decided: &Decided) -> Value {
        self.json(decided.outcome.outcome)
    }

    fn total(&self, totals: Option<Digest>) -> i64 {
        let kept = totals.and_then(|digest| self.texts.get(&digest)).and_then(|text| text.parse().ok());
        kept.unwrap_or(self.points_today)
    }

    /// The sum that was kept last, by a decision or when bookings were taken back. A correction of the whole has its own.
    fn last_total(&self) -> Option<Digest> {
        let decided = self.case.latest().map(|one| (one.version, one.outcome.totals));
        let reversed = self.case.reversals.last().map(|one| (one.version, one.totals));
        decided.into_iter().chain(reversed).max_by_key(|(version, _)| *version).and_then(|(_, totals)| totals)
    }

    fn called(&self, kind: &str) -> Words {
        self.kinds.get(kind).cloned().unwrap_or_else(|| Words::new(kind, kind))
    }

    /// What a stage or a remark is called: as the rule calls it, or as the contract does.
    fn stage_called(&self, code: &str) -> Words {
        let of_contract = || yishi_words::entry("remark", code).map(|entry| entry.term.words());
        let known = self.stages.get(code).cloned().or_else(of_contract);
        known.unwrap_or_else(|| Words::new(code, code))
    }

    /// What an outcome says of one of its bookings or tasks.
    fn said(&self, item: Item, list: &str, word: &str) -> Words {
        let decided = self.case.decided.iter().find(|one| one.version == item.version);
        let at = usize::try_from(item.number.saturating_sub(1)).unwrap_or(usize::MAX);
        let outcome = decided.map_or(Value::Null, |one| self.outcome(one));
        words_of(outcome[list].get(at).map_or(&Value::Null, |one| &one[word]))
    }

    fn points(&self, booking: &Booking) -> CasePointsView {
        let reason = self.said(booking.item, "points", "reason");
        CasePointsView {
            item: booking.item.to_string(),
            subject: booking.points.subject.clone(),
            points: booking.points.points,
            reason: reason.zh,
            reason_en: reason.en,
            because: booking.points.because.clone(),
            reversed: booking.reversed.map(|act| act.on),
        }
    }

    fn task(&self, task: &CaseTask) -> CaseTaskView {
        let text = self.said(task.item, "tasks", "text");
        CaseTaskView {
            item: task.item.to_string(),
            by: task.task.by,
            text: text.zh,
            text_en: text.en,
            because: task.task.because.clone(),
            owed: owed_in_case(task, self.kind),
            done: task.done.as_ref().map(|done| done.act.on),
        }
    }

    fn entries(&self) -> Vec<CaseEntryView> {
        let case = self.case;
        let asked = case.decided.iter().map(|one| CaseEntryView {
            kind: Some(one.outcome.kind.clone()),
            form: one.outcome.form.map(|form| self.json(form)),
            outcome: Some(self.outcome(one)),
            ..self.entry(
                one.version,
                if one.version == 1 { CaseEventKind::Handled } else { CaseEventKind::Continued },
                one.act,
                None,
            )
        });
        let assigned = case.assignments.iter().map(|one| CaseEntryView {
            to: self.names.get(&one.to.to_string()).cloned(),
            ..self.entry(one.version, CaseEventKind::Assigned, one.act, one.reasons)
        });
        let done = case.tasks.iter().filter_map(|task| {
            let done = task.done.as_ref()?;
            let items = vec![task.item.to_string()];
            Some(CaseEntryView { items, ..self.ended(CaseEventKind::TaskCompleted, done) })
        });
        let reversed = case.reversals.iter().map(|one| self.correction(CaseEventKind::PointsReversed, one));
        let corrected = case.corrected.iter().map(|one| self.correction(CaseEventKind::Corrected, one));
        let closed = case.closed.iter().map(|one| self.ended(CaseEventKind::Closed, one));
        let mut all: Vec<_> =
            asked.chain(assigned).chain(done).chain(reversed).chain(corrected).chain(closed).collect();
        all.sort_by_key(|entry| entry.version);
        all
    }

    fn entry(&self, version: u64, what: CaseEventKind, act: Act, text: Option<Digest>) -> CaseEntryView {
        let by = Handler::of(&act.by).and_then(|one| self.names.get(&one.to_string()));
        CaseEntryView {
            version,
            what,
            at: act.at,
            by: by.cloned().unwrap_or_default(),
            kind: None,
            form: None,
            outcome: None,
            to: None,
            items: Vec::new(),
            text: text.map(|digest| self.text(digest)),
        }
    }

    fn ended(&self, what: CaseEventKind, done: &Done) -> CaseEntryView {
        self.entry(done.version, what, done.act, done.note)
    }

    fn correction(&self, what: CaseEventKind, one: &Correction) -> CaseEntryView {
        let items = one.items.iter().map(Item::to_string).collect();
        CaseEntryView { items, ..self.entry(one.version, what, one.act, Some(one.reasons)) }
    }
}

/// What a rule said: a pair of texts, or one where it was said before rules spoke both languages.
fn words_of(said: &Value) -> Words {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match said {
        Value::String(one) => Words::new(one.clone(), one.clone()),
        said => Words::new(text(&said["zh"]), text(&said["en"])),
    }
}

/// A task as what is owed: by whom stands in its words, what it is in the rule's own.
#[must_use]
pub fn owed_in_case(task: &CaseTask, kind: CommunityKind) -> DutyView {
    let (duty, by) = (CaseDuty::Task, task.task.by.term_in(kind));
    let said = duty.words();
    DutyView {
        code: duty.code().to_owned(),
        text: format!("{}（{}）", said.zh, by.zh),
        text_en: format!("{} ({})", said.en, by.heading(Lang::En)),
        due: task.task.due,
    }
}
