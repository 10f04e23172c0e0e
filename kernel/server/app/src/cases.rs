//! 办件 (cases under a rule): an event in, the rule's outcome out, checked and applied.
//!
//! A rule only answers; the kernel writes. Records and points of an outcome become rows of the rule, the outcome itself
//! becomes an entry of the record with ids and digests, and the words stay in a document.

use serde_json::{Value, json};
use yishi_deliberation::RulePin;
use yishi_deliberation::rule::{RuleKind, Standing};
use yishi_identity::{Action, CaseId, CommunityId, RuleId};
use yishi_law::days::{HolidayCalendar, period};
use yishi_rulebook::wire;
use yishi_storage::{Page, PersonQuery, PluginRecordRow, PointRow, Row, Unit, ViewQuery, ViewRow};

use crate::bodies::{keep, keep_internal};
use crate::inputs::NewCase;
use crate::views::{CaseView, ListView, RuleNoticeView};
use crate::{App, AppError, AppResult, Community, OpContext};

/// The read model of cases.
const VIEW: &str = "case";
/// The read model of what outcomes publish.
const NOTICE: &str = "rule-notice";

impl App {
    /// 办理办件, or 评议 conduct under a village regulation.
    ///
    /// # Errors
    /// [`AppError::RuleRefused`] when the rule declines; a gate failure; the authorisation errors.
    pub async fn handle_case(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        rule: RuleId,
        input: NewCase,
    ) -> AppResult<CaseView> {
        let community = self.scope(ctx, community, Action::HandleCase).await?;
        let loaded = self.load_rule(&community, rule).await?;
        if loaded.rule.standing(ctx.today) != Standing::InForce {
            return Err(AppError::conflict(
                "not-in-force",
                "这条规则没有在生效",
                "this rule is not in force",
            ));
        }
        if input.on > ctx.today {
            return Err(AppError::field(
                "/on",
                "in-the-future",
                "日期在今天之后",
                "the date lies in the future",
            ));
        }
        self.known_subject(&community, &input.subject).await?;
        let pin = RulePin { rule, version: loaded.rule.version };
        let reference = self.rule_ref(&community, &pin).await?;
        let rules = [(reference.name.clone(), rule)].into();
        let gate = self.gate_context(ctx, &community, ctx.today, &rules).await?;
        let event = wire::CaseEvent {
            kind: input.kind.clone(),
            subject: input.subject.clone(),
            on: input.on.to_string(),
            form: input.form.to_string(),
        };
        let kind = loaded.rule.kind;
        let rulebook = std::sync::Arc::clone(&self.rulebook);
        let answered = tokio::task::spawn_blocking(move || match kind {
            RuleKind::VillageRegulation => {
                rulebook.appraise(&reference, &gate, &event).map(|answered| answered.map(Said::Appraisal))
            }
            _ => rulebook.handle(&reference, &gate, &event).map(|answered| answered.map(Said::Outcome)),
        })
        .await
        .map_err(AppError::internal)??;
        let id = CaseId::from_uuid(self.uuid(ctx));
        let calls: Vec<Value> =
            answered.records().map(|record| serde_json::to_value(record).unwrap_or_default()).collect();
        let mut unit = Unit::of(community.scope.clone());
        let (outcome, gained) = match answered.value {
            Said::Outcome(Ok(outcome)) => {
                let gained = self.apply(ctx, rule, id, &outcome, &mut unit.rows)?;
                let subject = self.house_number(&community, &input.subject).await?;
                self.post(ctx, rule, id, (&input.subject, &subject), &outcome.publish, &mut unit)?;
                (serde_json::to_value(&outcome).map_err(AppError::internal)?, gained)
            }
            Said::Outcome(Err(finding)) => {
                return Err(AppError::RuleRefused {
                    code: finding.code,
                    zh: finding.message.clone(),
                    en: finding.message,
                    by: finding.by.into_iter().collect(),
                });
            }
            Said::Appraisal(appraisal) => (serde_json::to_value(&appraisal).map_err(AppError::internal)?, 0),
        };
        let words = keep_internal(&mut unit.rows, "/form", &outcome.to_string())?;
        let body = json!({
            "case": id, "rule": rule, "version": loaded.rule.version, "kind": input.kind, "subject": input.subject,
            "on": input.on, "outcome": words, "gates": calls,
        });
        unit.entries.push(self.entry(ctx, &id.to_string(), 1, "case.handled", body));
        let before = self.store.points(&community.scope, &rule.to_string(), &input.subject).await?;
        let view = CaseView {
            id: id.to_string(),
            kind: input.kind,
            subject: input.subject,
            on: input.on.to_string(),
            at: ctx.now.to_string(),
            outcome,
            points_total: before + gained,
        };
        unit.rows.push(Row::PutView(ViewRow {
            kind: VIEW.to_owned(),
            id: id.to_string(),
            sort: ctx.now.to_string(),
            parent: Some(rule.to_string()),
            version: 1,
            body: serde_json::to_value(&view).map_err(AppError::internal)?,
        }));
        self.commit(ctx, unit, 201, view).await
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

    /// 公布 (what outcomes of cases publish, newest first; of one rule or of all; public).
    ///
    /// # Errors
    /// [`AppError::NotFound`]; those of storage.
    pub async fn rule_notices(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        rule: Option<RuleId>,
        after: Option<(String, String)>,
        limit: u32,
    ) -> AppResult<ListView<RuleNoticeView>> {
        let community = self.scope(ctx, community, Action::ViewPublic).await?;
        if let Some(rule) = rule {
            self.load_rule(&community, rule).await?;
        }
        let query = ViewQuery {
            kind: NOTICE.to_owned(),
            parent: rule.map(|rule| rule.to_string()),
            page: Page { after, limit },
            descending: true,
        };
        let rows = self.store.views(&community.scope, &query).await?;
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            let mut view: RuleNoticeView = serde_json::from_value(row.body).map_err(AppError::internal)?;
            view.text = self.text(&community.scope, &view.document).await?;
            view.ended = view.last_day.parse::<jiff::civil::Date>().is_ok_and(|last| last < ctx.today);
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
        const MOST: u32 = 100;
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
        let page = Page { after: None, limit: MOST };
        let query = PersonQuery { name_contains: Some(name.clone()), household: None, page };
        for person in self.store.persons(&community.scope, &query).await? {
            if person.name == name {
                let home = households.iter().find(|row| row.id == person.household);
                let home = home.map_or("", |row| row.label.as_str());
                found.push((person.id, format!("{} · {home} · {}", person.name, person.birth_date)));
            }
        }
        Ok(found)
    }

    /// What a case is about, in words: the number of the household, or the person's name. For those who may see cases.
    ///
    /// # Errors
    /// The authorisation errors.
    pub async fn subject_label(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        subject: &str,
    ) -> AppResult<String> {
        let community = self.scope(ctx, community, Action::ViewCases).await?;
        if let Some(label) = self.house_number(&community, subject).await? {
            return Ok(label);
        }
        let person = self.store.person(&community.scope, subject).await?;
        Ok(person.map_or_else(|| subject.to_owned(), |person| person.name))
    }

    async fn house_number(&self, community: &Community, subject: &str) -> AppResult<Option<String>> {
        Ok(self.store.household(&community.scope, subject).await?.map(|row| row.label))
    }

    /// Documents, rows and entries for what an outcome publishes. A rule knows a household by its id alone; people
    /// read the number of the house. A person is never named.
    fn post(
        &self,
        ctx: &OpContext,
        rule: RuleId,
        case: CaseId,
        (subject, number): (&str, &Option<String>),
        publish: &[wire::Publication],
        unit: &mut Unit,
    ) -> AppResult<()> {
        for publication in publish {
            let text = match number {
                Some(number) => publication.text.replace(subject, number),
                None => publication.text.clone(),
            };
            let document = keep(&mut unit.rows, "/publish", &text)?;
            let days = u16::try_from(publication.days).unwrap_or(u16::MAX);
            let last = period(ctx.today, days, &HolidayCalendar::none()).last;
            let id = format!("ntc_{}", self.uuid(ctx).hyphenated());
            let body = json!({
                "notice": id, "rule": rule, "case": case, "document": document, "from": ctx.today, "last": last,
                "because": publication.because,
            });
            unit.entries.push(self.entry(ctx, &id, 1, "notice.posted", body));
            let view = RuleNoticeView {
                id: id.clone(),
                rule: rule.to_string(),
                document,
                // The text stands in its document alone, so that emptying that empties it everywhere.
                text: String::new(),
                posted_on: ctx.today.to_string(),
                last_day: last.to_string(),
                ended: false,
                because: publication.because.clone(),
            };
            unit.rows.push(Row::PutView(ViewRow {
                kind: NOTICE.to_owned(),
                id,
                sort: ctx.now.to_string(),
                parent: Some(rule.to_string()),
                version: 1,
                body: serde_json::to_value(&view).map_err(AppError::internal)?,
            }));
        }
        Ok(())
    }

    /// Rows for what an outcome keeps. Returns the points its own subjects gained in all.
    fn apply(
        &self,
        ctx: &OpContext,
        rule: RuleId,
        case: CaseId,
        outcome: &wire::Outcome,
        rows: &mut Vec<Row>,
    ) -> AppResult<i64> {
        let mut gained = 0;
        for points in &outcome.points {
            gained += i64::from(points.points);
            rows.push(Row::PutPoint(PointRow {
                id: format!("pnt_{}", self.uuid(ctx).hyphenated()),
                rule: rule.to_string(),
                subject: points.subject.clone(),
                amount: i64::from(points.points),
                article: points.because.join(","),
                basis: Some(case.to_string()),
                created: ctx.now,
            }));
        }
        for record in &outcome.records {
            rows.push(Row::PutPluginRecord(PluginRecordRow {
                id: format!("rec_{}", self.uuid(ctx).hyphenated()),
                rule: rule.to_string(),
                kind: record.kind.clone(),
                subject: Some(record.subject.clone()),
                created: ctx.now,
                body: serde_json::from_str(&record.body).map_err(AppError::internal)?,
            }));
        }
        Ok(gained)
    }

    async fn known_subject(&self, community: &Community, subject: &str) -> AppResult<()> {
        let known = self.store.household(&community.scope, subject).await?.is_some()
            || self.store.person(&community.scope, subject).await?.is_some();
        if known {
            return Ok(());
        }
        Err(AppError::field(
            "/subject",
            "unknown-reference",
            "名册中没有这一户或这个人",
            "no such household or person on the roster",
        ))
    }
}

enum Said {
    Outcome(Result<wire::Outcome, yishi_rulebook::RuleFinding>),
    Appraisal(wire::Appraisal),
}
