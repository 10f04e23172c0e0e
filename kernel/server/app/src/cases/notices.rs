//! 规约的公布 (what outcomes of cases publish): posted with the case, taken down when the case is put right.

use serde_json::json;
use yishi_identity::{Action, CaseId, CommunityId, RuleId};
use yishi_law::days::{HolidayCalendar, period};
use yishi_rulebook::wire;
use yishi_storage::{Page, Row, Unit, ViewQuery, ViewRow};

use crate::bodies::keep;
use crate::entry_kind::HouseEvent;
use crate::views::{ListView, RuleNoticeView};
use crate::{App, AppError, AppResult, Community, OpContext};

/// The read model of what outcomes publish.
const NOTICE: &str = "rule-notice";

impl App {
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
            view.text_en = match &view.document_en {
                Some(document) => self.text(&community.scope, document).await?,
                None => view.text.clone(),
            };
            view.ended = view.taken_down.is_some() || view.last_day < ctx.today;
            items.push((format!("{} {}", row.sort, row.id), view));
        }
        Ok(ListView::page(items, limit, |(key, _)| key.clone(), |(_, view)| view))
    }

    /// Documents, rows and entries for what an outcome publishes. A rule knows a household by its id alone; people
    /// read the number of the house. A person is never named.
    pub(crate) fn post(
        &self,
        ctx: &OpContext,
        rule: RuleId,
        case: CaseId,
        (subject, number): (&str, &Option<String>),
        publish: &[wire::Publication],
        unit: &mut Unit,
    ) -> AppResult<Vec<String>> {
        let mut posted = Vec::with_capacity(publish.len());
        for publication in publish {
            let read = |text: &str| match number {
                Some(number) => text.replace(subject, number),
                None => text.to_owned(),
            };
            let document = keep(&mut unit.rows, "/publish", &read(&publication.text.zh))?;
            let document_en = keep(&mut unit.rows, "/publish", &read(&publication.text.en))?;
            let days = u16::try_from(publication.days).unwrap_or(u16::MAX);
            let last = period(ctx.today, days, &HolidayCalendar::none()).last;
            let id = format!("ntc_{}", self.uuid(ctx).hyphenated());
            let body = json!({
                "notice": id, "rule": rule, "case": case, "document": document,
                "document_en": document_en, "from": ctx.today, "last": last,
                "because": publication.because,
            });
            unit.entries.push(self.entry(ctx, &id, 1, HouseEvent::NoticePosted.code(), body));
            posted.push(id.clone());
            let view = RuleNoticeView {
                id: id.clone(),
                rule,
                document,
                document_en: Some(document_en),
                // The text stands in its document alone, so that emptying that empties it everywhere.
                text: String::new(),
                text_en: String::new(),
                posted_on: ctx.today,
                last_day: last,
                ended: false,
                taken_down: None,
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
        Ok(posted)
    }

    /// Takes down a notice whose case was put right, with the entry that says so.
    pub(crate) async fn take_notice_down(
        &self,
        ctx: &OpContext,
        community: &Community,
        notice: &str,
        unit: &mut Unit,
    ) -> AppResult<()> {
        let Some(row) = self.view(&community.scope, NOTICE, notice).await? else { return Ok(()) };
        let mut view: RuleNoticeView =
            serde_json::from_value(row.body.clone()).map_err(AppError::internal)?;
        view.taken_down = Some(ctx.today);
        let body = json!({ "notice": notice, "on": ctx.today });
        unit.entries.push(self.entry(ctx, notice, row.version + 1, HouseEvent::NoticeTakenDown.code(), body));
        unit.rows.push(Row::PutView(ViewRow {
            version: row.version + 1,
            body: serde_json::to_value(&view).map_err(AppError::internal)?,
            ..row
        }));
        Ok(())
    }
}
