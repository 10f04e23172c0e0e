//! 办件的呈现 (how a case becomes its view): its words are read from its documents, its kinds are called as the rule calls
//! them, and whoever did something is called by name.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use yishi_acts::Aggregate as _;
use yishi_canonical::Digest;
use yishi_deliberation::case::{Booking, CaseTask, Correction, Decided, Done, Item};
use yishi_deliberation::{Act, Case, CaseAct, CaseEventKind};
use yishi_identity::Action;
use yishi_identity::policy::Reach;
use yishi_law::{CommunityKind, Words};
use yishi_rulebook::Localized;
use yishi_storage::Row;

use super::desk::owed_of;
use super::people::handler_of;
use crate::reader::Reader;
use crate::views::{CaseEntryView, CasePointsView, CaseTaskView, CaseView, CorrectionView, HandlerView};
use crate::{App, AppResult, Community, OpContext};

/// Everything that is read to show a case.
struct Shown<'a> {
    case: &'a Case,
    kind: CommunityKind,
    texts: BTreeMap<Digest, String>,
    names: BTreeMap<String, String>,
    /// By the code of a kind of case, what the rule calls it.
    kinds: BTreeMap<String, Words>,
    /// By the code of a stage, what the rule calls it.
    stages: BTreeMap<String, Words>,
    /// The subject's points today, for what was written before sums were kept.
    points_today: i64,
}

impl App {
    /// A case with all its words. `pending` are rows of the same unit.
    pub(super) async fn case_view(
        &self,
        ctx: &OpContext,
        community: &Community,
        case: &Case,
        pending: &[Row],
    ) -> AppResult<CaseView> {
        let texts = self.pending_texts(community, pending, digests(case)).await?;
        let names = self.case_names(community, Some(case)).await?;
        let keeper = self.keeper(community, case.rule).await?.to_string();
        let points_today = self.store.points(&community.scope, &keeper, &case.subject).await?;
        // A component that no longer loads has no words; its cases are shown all the same.
        let (mut kinds, mut stages) = (BTreeMap::new(), BTreeMap::new());
        if let Ok(inspection) = self.component(&case.rule_version.component).await {
            let titled =
                |code: &String, title: &Localized| (code.clone(), Words::new(title.zh(), title.en()));
            kinds.extend(inspection.manifest.cases.iter().map(|kind| titled(&kind.kind, &kind.title)));
            stages.extend(inspection.manifest.stages.iter().map(|stage| titled(&stage.code, &stage.title)));
        }
        let may = self.may_with(ctx, community, case).await?;
        let label = self.about_whom(community, &case.subject).await?;
        let shown = Shown { case, kind: community.kind, texts, names, kinds, stages, points_today };
        Ok(shown.view(label, may))
    }

    /// What the reader may do with a case now: nobody has a say in what is about themselves.
    async fn may_with(&self, ctx: &OpContext, community: &Community, case: &Case) -> AppResult<Vec<CaseAct>> {
        let reader = self.reader(ctx, community).await?;
        let mut may: Vec<_> = case.allowed().into_iter().filter(|act| offered(&reader, case, *act)).collect();
        if !may.is_empty() && self.is_own(ctx, community, &case.subject).await? {
            may.clear();
        }
        Ok(may)
    }
}

fn offered(reader: &Reader, case: &Case, act: CaseAct) -> bool {
    match Case::entry(act) {
        // What the rule itself asks is for those who put it to the rule.
        None => reader.may(Action::HandleCase),
        Some(entry) if entry.may.reach == Reach::Community => reader.may(entry.right()),
        Some(entry) => case.open_tasks().iter().any(|task| reader.may_of(entry.right(), task.task.by)),
    }
}

/// Every document a case refers to.
fn digests(case: &Case) -> BTreeSet<Digest> {
    let outcomes = case.decided.iter().map(|one| &one.outcome);
    let decided = outcomes.flat_map(|one| [Some(one.outcome), one.form, one.totals]).flatten();
    let corrections = case.reversals.iter().chain(&case.corrected);
    let corrected = corrections.flat_map(|one| [Some(one.reasons), one.totals]).flatten();
    let done = case.tasks.iter().filter_map(|one| one.done.as_ref()).chain(&case.closed);
    let notes = done.filter_map(|one| one.note).chain(case.assignments.iter().filter_map(|one| one.reasons));
    decided.chain(corrected).chain(notes).collect()
}

impl Shown<'_> {
    fn view(&self, subject_label: String, may: Vec<CaseAct>) -> CaseView {
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
            owed: owed_of(task, self.kind),
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
        let by = handler_of(&act.by).and_then(|one| self.names.get(&one.to_string()));
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
