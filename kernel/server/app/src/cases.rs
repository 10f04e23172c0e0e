//! 办件 (cases under a rule): an event in, the rule's outcome out, checked and applied.
//!
//! A rule only answers; the kernel writes. Records and points of an outcome become rows of the rule, the outcome itself
//! becomes an entry of the record with ids and digests, and the words stay in a document.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use yishi_deliberation::RulePin;
use yishi_deliberation::rule::{RuleKind, Standing};
use yishi_identity::{Action, CaseId, CommunityId, RuleId};
use yishi_rulebook::{About, Export, FactQuestion, FailureCode, GateContext, GateFailure, Rulebook, wire};
use yishi_storage::{Page, PluginRecordRow, PointRow, Row, Unit, ViewQuery, ViewRow};

use crate::asking::{Asking, guard};
use crate::case_checks::{already_registered, check_day, fingerprint};
use crate::entry_kind::HouseEvent;
use crate::inputs::{NewCase, Reasons};
use crate::views::{CaseView, CorrectionView, ListView};
use crate::{App, AppError, AppResult, Community, OpContext};

/// The read model of cases.
const VIEW: &str = "case";
/// The read model that finds the cases about one household or person.
const OF_SUBJECT: &str = "case-of";
/// The read model that knows what has been entered already, by what it says.
const ENTERED: &str = "case-entered";

impl App {
    /// 办理办件, or 评议 conduct under a village regulation.
    ///
    /// What the rule decided on may have been changed by somebody else meanwhile; then it is asked once more.
    ///
    /// # Errors
    /// [`AppError::RuleRefused`] when the rule declines; a gate failure; `already-registered`, `own-interest`,
    /// `not-in-force`, `changed-meanwhile`; faults of fields; the authorisation errors.
    pub async fn handle_case(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        rule: RuleId,
        input: NewCase,
    ) -> AppResult<CaseView> {
        let community = self.scope(ctx, community, Action::HandleCase).await?;
        match self.handle_once(ctx, &community, rule, input.clone()).await {
            Err(error) if is_lost_race(&error) => self.handle_once(ctx, &community, rule, input).await,
            done => done,
        }
    }

    async fn handle_once(
        &self,
        ctx: &OpContext,
        community: &Community,
        rule: RuleId,
        input: NewCase,
    ) -> AppResult<CaseView> {
        // The row's version comes before the rule, so that a change in between is seen when the unit is written.
        let row = self.store.view(&community.scope, crate::rules::VIEW, &rule.to_string()).await?;
        let loaded = self.load_rule(community, rule).await?;
        if loaded.rule.standing(ctx.today) != Standing::InForce {
            return Err(AppError::conflict(
                "not-in-force",
                "这条规则没有在生效",
                "this rule is not in force",
            ));
        }
        check_day(&loaded.rule, input.on, ctx.today)?;
        let inspection = self.component(&loaded.rule.version.component).await?;
        let about = inspection.manifest.cases.iter().find(|case| case.kind == input.kind);
        self.check_subject(community, about.map_or(About::Either, |case| case.about), &input.subject).await?;
        self.check_interest(ctx, community, &input.subject).await?;
        let entered = fingerprint(rule, &input)?;
        if let Some(before) = self.store.view(&community.scope, ENTERED, &entered).await? {
            return Err(already_registered(&before));
        }
        let pin = RulePin { rule, version: loaded.rule.version };
        let reference = self.rule_ref(community, &pin).await?;
        let name = reference.name.clone();
        let ids: BTreeMap<String, RuleId> = [(name.clone(), rule)].into();
        let gate = self.gate_context(ctx, community, ctx.today, &ids).await?;
        let mut asking = Asking::new(gate, ids);
        // What nearly every rule asks for. Whatever else it asks for is fetched when it asks.
        let subject = input.subject.clone();
        self.fetch(community, &mut asking, &name, &FactQuestion::Points { subject: subject.clone() }).await?;
        let kept = asking.kept_by(rule, &name, &subject);
        let (keeper, before) = kept.ok_or_else(|| AppError::internal("what was fetched is not there"))?;
        for record in &inspection.manifest.records {
            let question = FactQuestion::Records { kind: record.kind.clone(), subject: subject.clone() };
            self.fetch(community, &mut asking, &name, &question).await?;
        }
        let event = wire::CaseEvent {
            kind: input.kind.clone(),
            subject: subject.clone(),
            on: input.on.to_string(),
            form: input.form.to_string(),
        };
        let kind = loaded.rule.kind;
        let question = move |rulebook: &Rulebook, gate: &GateContext| match kind {
            RuleKind::VillageRegulation => {
                rulebook.appraise(&reference, gate, &event).map(|answered| answered.map(Said::Appraisal))
            }
            _ => rulebook.handle(&reference, gate, &event).map(|answered| answered.map(Said::Outcome)),
        };
        let answered = match self.put_question(community, &mut asking, question).await? {
            Ok(answered) => answered,
            Err(failure) => {
                self.record_failure(ctx, community, rule, &failure).await;
                return Err(AppError::Gate(failure));
            }
        };
        let calls: Vec<Value> =
            answered.records().map(|record| serde_json::to_value(record).unwrap_or_default()).collect();
        let id = CaseId::from_uuid(self.uuid(ctx));
        let mut unit = Unit::of(community.scope.clone());
        let mut notices = Vec::new();
        let mut changed = BTreeSet::new();
        let (outcome, points) = match answered.value {
            Said::Outcome(Ok(outcome)) => {
                let failure = |detail: String| {
                    let digest = loaded.rule.version.component;
                    let code = FailureCode::UnknownSubject;
                    GateFailure::new(&name, digest, Export::Handle, code, detail).titled(&inspection.manifest)
                };
                let named = outcome.points.iter().map(|points| &points.subject);
                let named = named.chain(outcome.records.iter().map(|record| &record.subject));
                for one in named.collect::<BTreeSet<_>>() {
                    if !self.is_known(community, one).await? {
                        return Err(
                            failure(format!("`{one}` is no household or person of the community")).into()
                        );
                    }
                    // Read here, if the rule did not: what is changed is counted from where it stood.
                    let question = FactQuestion::Points { subject: one.clone() };
                    self.fetch(community, &mut asking, &name, &question).await?;
                }
                changed = self.apply(ctx, keeper, id, &outcome, &mut unit.rows)?;
                let number = self.house_number(community, &subject).await?;
                notices = self.post(ctx, rule, id, (&subject, &number), &outcome.publish, &mut unit)?;
                (serde_json::to_value(&outcome).map_err(AppError::internal)?, outcome.points)
            }
            Said::Outcome(Err(finding)) => {
                return Err(AppError::RuleRefused {
                    code: finding.code,
                    zh: finding.message.zh,
                    en: finding.message.en,
                    by: finding.by.into_iter().collect(),
                });
            }
            Said::Appraisal(appraisal) => {
                (serde_json::to_value(&appraisal).map_err(AppError::internal)?, Vec::new())
            }
        };
        let words = self.keep_internal(&mut unit.rows, "/form", &outcome.to_string())?;
        let body = json!({
            "case": id, "rule": rule, "version": loaded.rule.version, "kind": input.kind, "subject": subject,
            "on": input.on, "outcome": words, "gates": calls,
            // What every sum of points is made of. The reasons are words, and stay in the document.
            "points": points
                .iter()
                .map(|one| json!({ "subject": one.subject, "points": one.points, "because": one.because }))
                .collect::<Vec<_>>(),
        });
        unit.entries.push(self.entry(ctx, &id.to_string(), 1, HouseEvent::CaseHandled.code(), body));
        let gained: i64 =
            points.iter().filter(|one| one.subject == subject).map(|one| i64::from(one.points)).sum();
        let view = CaseView {
            id: id.to_string(),
            rule,
            kind: input.kind,
            subject,
            on: input.on,
            at: ctx.now,
            outcome,
            points_total: before + gained,
            notices,
            corrected: None,
        };
        if let Some(row) = row {
            let (kind, id) = (crate::rules::VIEW.to_owned(), rule.to_string());
            unit.rows.push(Row::ExpectView { kind, id, version: row.version });
        }
        unit.rows.push(Row::ExpectView { kind: ENTERED.to_owned(), id: entered.clone(), version: 0 });
        unit.rows.push(row_of(
            ENTERED,
            &entered,
            &view,
            None,
            json!({ "case": id, "on": view.on, "at": view.at }),
        ));
        unit.rows.extend(guard(&asking.read_at, &changed));
        unit.rows.extend(case_rows(&view, &entered, 1)?);
        self.commit(ctx, unit, 201, view).await
    }

    /// 更正办件: takes back what a wrongly entered case brought about. The entry cites the case, which stays; its points are
    /// booked back, its records count no more, its notices come down. What is right is then entered as a case of its own.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; `already-corrected`, `own-interest`, `changed-meanwhile`; the authorisation errors.
    pub async fn correct_case(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        rule: RuleId,
        case: CaseId,
        input: Reasons,
    ) -> AppResult<CaseView> {
        let community = self.scope(ctx, community, Action::HandleCase).await?;
        match self.correct_once(ctx, &community, rule, case, &input).await {
            Err(error) if is_lost_race(&error) => {
                self.correct_once(ctx, &community, rule, case, &input).await
            }
            done => done,
        }
    }

    async fn correct_once(
        &self,
        ctx: &OpContext,
        community: &Community,
        rule: RuleId,
        case: CaseId,
        input: &Reasons,
    ) -> AppResult<CaseView> {
        let row = self.store.view(&community.scope, VIEW, &case.to_string()).await?;
        let row = row.filter(|row| row.parent.as_deref() == Some(rule.to_string().as_str()));
        let row = row.ok_or(AppError::NotFound { what: "case" })?;
        let entered = row.body["entered"].as_str().unwrap_or_default().to_owned();
        let mut view: CaseView = serde_json::from_value(row.body).map_err(AppError::internal)?;
        if let Some(correction) = &view.corrected {
            return Err(AppError::conflict(
                "already-corrected",
                format!("这件事已在 {} 更正过", correction.on),
                format!("this case was put right on {}", correction.on),
            ));
        }
        self.check_interest(ctx, community, &view.subject).await?;
        let keeper = self.keeper(community, rule).await?;
        let booked = self.store.points_of(&community.scope, &case.to_string()).await?;
        let mut unit = Unit::of(community.scope.clone());
        let (mut read_at, mut changed) = (BTreeMap::new(), BTreeSet::new());
        let drafts = view.outcome["records"].as_array().cloned().unwrap_or_default();
        let subjects = booked.iter().map(|row| row.subject.clone());
        let recorded = drafts.iter().filter_map(|draft| draft["subject"].as_str()).map(str::to_owned);
        for subject in subjects.chain(recorded).chain([view.subject.clone()]).collect::<BTreeSet<_>>() {
            let version = self.kept_version(community, keeper, &subject).await?;
            read_at.insert((keeper, subject.clone()), version);
            changed.insert((keeper, subject));
        }
        // Read after the marks, so that the sum is the one they stand for.
        let before = self.store.points(&community.scope, &keeper.to_string(), &view.subject).await?;
        let taken: i64 = booked.iter().filter(|row| row.subject == view.subject).map(|row| row.amount).sum();
        for row in &booked {
            unit.rows.push(Row::PutPoint(PointRow {
                id: format!("pnt_{}", self.uuid(ctx).hyphenated()),
                amount: -row.amount,
                created: ctx.now,
                ..row.clone()
            }));
        }
        unit.rows.push(Row::WithdrawPluginRecords { basis: case.to_string() });
        for notice in &view.notices {
            self.take_notice_down(ctx, community, notice, &mut unit).await?;
        }
        let reasons = self.keep_internal(&mut unit.rows, "/reasons", &input.reasons)?;
        let points: Vec<Value> = booked
            .iter()
            .map(|row| json!({ "subject": row.subject, "points": -row.amount, "because": because(&row.article) }))
            .collect();
        let body = json!({
            "case": case, "rule": rule, "corrects": { "stream": case, "version": 1 }, "reasons": reasons,
            "points": points, "records_withdrawn": drafts.len(),
        });
        unit.entries.push(self.entry(ctx, &case.to_string(), 2, HouseEvent::CaseCorrected.code(), body));
        view.corrected = Some(CorrectionView {
            on: ctx.today,
            reasons: input.reasons.clone(),
            points_total: before - taken,
        });
        unit.rows.push(Row::ExpectView { kind: VIEW.to_owned(), id: case.to_string(), version: row.version });
        unit.rows.extend(guard(&read_at, &changed));
        unit.rows.extend(case_rows(&view, &entered, row.version + 1)?);
        // The same may be entered again: it has been put right.
        unit.rows.push(Row::DeleteView { kind: ENTERED.to_owned(), id: entered });
        self.commit(ctx, unit, 200, view).await
    }

    /// 本户的办件 (what rules have handled about the reader and the reader's household, of all rules, newest first).
    ///
    /// # Errors
    /// [`AppError::NotPermitted`] to whoever is not a resident here; the authorisation errors.
    pub async fn own_cases(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        after: Option<(String, String)>,
        limit: u32,
    ) -> AppResult<ListView<CaseView>> {
        let community = self.scope(ctx, community, Action::ViewOwnCases).await?;
        let person =
            ctx.actor.person_in(community.id).ok_or(AppError::not_permitted(Action::ViewOwnCases))?;
        let person = self.store.person(&community.scope, &person.to_string()).await?;
        let person = person.ok_or(AppError::not_permitted(Action::ViewOwnCases))?;
        let mut rows = Vec::new();
        for subject in [person.household, person.id] {
            let query = ViewQuery {
                kind: OF_SUBJECT.to_owned(),
                parent: Some(subject),
                page: Page { after: after.clone(), limit },
                descending: true,
            };
            rows.extend(self.store.views(&community.scope, &query).await?);
        }
        rows.sort_by(|a, b| (&b.sort, &b.id).cmp(&(&a.sort, &a.id)));
        rows.truncate(limit as usize);
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            let Some(case) = self.store.view(&community.scope, VIEW, &row.id).await? else { continue };
            let view: CaseView = serde_json::from_value(case.body).map_err(AppError::internal)?;
            items.push((format!("{} {}", row.sort, row.id), view));
        }
        Ok(ListView::page(items, limit, |(key, _)| key.clone(), |(_, view)| view))
    }

    /// 办件列表, newest first.
    ///
    /// # Errors
    /// The authorisation errors.
    pub async fn cases(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        rule: RuleId,
        after: Option<(String, String)>,
        limit: u32,
    ) -> AppResult<ListView<CaseView>> {
        let community = self.scope(ctx, community, Action::ViewCases).await?;
        let query = ViewQuery {
            kind: VIEW.to_owned(),
            parent: Some(rule.to_string()),
            page: Page { after, limit },
            descending: true,
        };
        let rows = self.store.views(&community.scope, &query).await?;
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            let view: CaseView = serde_json::from_value(row.body).map_err(AppError::internal)?;
            items.push((format!("{} {}", row.sort, row.id), view));
        }
        Ok(ListView::page(items, limit, |(key, _)| key.clone(), |(_, view)| view))
    }

    /// 户号或者姓名 (the households and persons that a clerk may mean by what they wrote), with words to tell them apart.
    ///
    /// # Errors
    /// The authorisation errors.
    pub async fn subjects_named(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        name: &str,
    ) -> AppResult<Vec<(String, String)>> {
        let community = self.scope(ctx, community, Action::HandleCase).await?;
        let households = self.all_households(&community.scope).await?;
        let mut found: Vec<(String, String)> = households
            .iter()
            .filter(|row| row.label == name || row.id == name)
            .map(|row| (row.id.clone(), row.label.clone()))
            .collect();
        if let Some(person) = self.store.person(&community.scope, name).await? {
            found.push((person.id, person.name));
        }
        let Ok(name) = yishi_identity::names::normalise_name(name) else { return Ok(found) };
        // Everybody of exactly this name: nobody is left out because many names contain it.
        let people = self.people(&community).await?;
        for person in people.persons.values().filter(|person| person.name == name) {
            let home = households.iter().find(|row| row.id == person.household.to_string());
            let home = home.map_or("", |row| row.label.as_str());
            found.push((person.id.to_string(), format!("{} · {home} · {}", person.name, person.birth_date)));
        }
        Ok(found)
    }

    /// What a case is about, in words: the number of the household, the person's name, or the community's. For those who
    /// may see cases, and for everybody about themselves and their own household.
    ///
    /// # Errors
    /// The authorisation errors.
    pub async fn subject_label(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        subject: &str,
    ) -> AppResult<String> {
        let community = self.scope(ctx, community, Action::ViewPublic).await?;
        if !self.is_own(ctx, &community, subject).await? {
            self.authorise(ctx, &community, Action::ViewCases, None).await?;
        }
        if let Some(label) = self.house_number(&community, subject).await? {
            return Ok(label);
        }
        if subject == community.id.to_string() {
            return Ok(community.row.name);
        }
        let person = self.store.person(&community.scope, subject).await?;
        Ok(person.map_or_else(|| "—".to_owned(), |person| person.name))
    }

    async fn house_number(&self, community: &Community, subject: &str) -> AppResult<Option<String>> {
        Ok(self.store.household(&community.scope, subject).await?.map(|row| row.label))
    }

    /// Rows for what an outcome keeps. Returns whose state under the rule they change.
    fn apply(
        &self,
        ctx: &OpContext,
        keeper: RuleId,
        case: CaseId,
        outcome: &wire::Outcome,
        rows: &mut Vec<Row>,
    ) -> AppResult<BTreeSet<(RuleId, String)>> {
        let mut changed = BTreeSet::new();
        for points in &outcome.points {
            changed.insert((keeper, points.subject.clone()));
            rows.push(Row::PutPoint(PointRow {
                id: format!("pnt_{}", self.uuid(ctx).hyphenated()),
                rule: keeper.to_string(),
                subject: points.subject.clone(),
                amount: i64::from(points.points),
                article: points.because.join(","),
                basis: Some(case.to_string()),
                created: ctx.now,
            }));
        }
        for record in &outcome.records {
            changed.insert((keeper, record.subject.clone()));
            rows.push(Row::PutPluginRecord(PluginRecordRow {
                id: format!("rec_{}", self.uuid(ctx).hyphenated()),
                rule: keeper.to_string(),
                kind: record.kind.clone(),
                subject: record.subject.clone(),
                basis: Some(case.to_string()),
                created: ctx.now,
                body: serde_json::from_str(&record.body).map_err(AppError::internal)?,
            }));
        }
        Ok(changed)
    }
}

/// Whether somebody else changed what this was decided on.
fn is_lost_race(error: &AppError) -> bool {
    matches!(error, AppError::Conflict { code: "changed-meanwhile", .. })
}

fn because(articles: &str) -> Vec<&str> {
    articles.split(',').collect()
}

/// The rows a case is listed by: under its rule, and under whom it is about.
fn case_rows(view: &CaseView, entered: &str, version: u64) -> AppResult<[Row; 2]> {
    let mut body = serde_json::to_value(view).map_err(AppError::internal)?;
    body["entered"] = Value::from(entered);
    let listed = ViewRow {
        kind: VIEW.to_owned(),
        id: view.id.clone(),
        sort: view.at.to_string(),
        parent: Some(view.rule.to_string()),
        version,
        body,
    };
    let subject = Some(view.subject.clone());
    Ok([Row::PutView(listed), row_of(OF_SUBJECT, &view.id, view, subject, Value::Null)])
}

fn row_of(kind: &str, id: &str, view: &CaseView, parent: Option<String>, body: Value) -> Row {
    let (kind, id, sort) = (kind.to_owned(), id.to_owned(), view.at.to_string());
    Row::PutView(ViewRow { kind, id, sort, parent, version: 1, body })
}

enum Said {
    Outcome(Result<wire::Outcome, yishi_rulebook::RuleFinding>),
    Appraisal(wire::Appraisal),
}
