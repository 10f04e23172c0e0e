//! 规约的公布 (what outcomes of cases publish): posted with the case, taken down when the case is put right.

use serde_json::json;
use yishi_identity::{Action, CaseId, CommunityId, RuleId};
use yishi_law::days::{HolidayCalendar, period};
use yishi_rulebook::wire;
use yishi_storage::{Page, Unit};

use crate::bodies::keep;
use crate::entry_kind::HouseEvent;
use crate::model::Model;
use crate::views::{ListView, RuleNoticeView};
use crate::{App, AppResult, Here, OpContext};

/// The read model of what outcomes publish.
const NOTICE: Model<RuleNoticeView> = Model::new("rule-notice");

impl App {
    /// 公布 (what outcomes of cases publish, newest first; of one rule or of all; public).
    pub async fn rule_notices(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        rule: Option<RuleId>,
        after: Option<(String, String)>,
        limit: u32,
    ) -> AppResult<ListView<RuleNoticeView>> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        if let Some(rule) = rule {
            self.load_rule(&here, rule).await?;
        }
        let rule = rule.map(|rule| rule.to_string());
        let rows = self.latest(&here.scope, &NOTICE, rule, Page { after, limit }).await?;
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            let key = row.key();
            let mut view = row.body;
            view.text = self.text(&here.scope, &view.document).await?;
            view.text_en = match &view.document_en {
                Some(document) => self.text(&here.scope, document).await?,
                None => view.text.clone(),
            };
            view.ended = view.taken_down.is_some() || view.last_day < ctx.today;
            items.push((key, view));
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
            unit.rows.push(NOTICE.row(id, 1, &view)?.sorted(ctx.now).under(rule).into());
        }
        Ok(posted)
    }

    /// Takes down a notice whose case was put right, with the entry that says so.
    pub(crate) async fn take_notice_down(
        &self,
        here: &Here<'_>,
        notice: &str,
        unit: &mut Unit,
    ) -> AppResult<()> {
        let Some(row) = self.read(&here.scope, &NOTICE, notice).await? else { return Ok(()) };
        let mut view = row.body;
        view.taken_down = Some(here.ctx.today);
        let body = json!({ "notice": notice, "on": here.ctx.today });
        unit.entries.push(self.entry(
            here.ctx,
            notice,
            row.version + 1,
            HouseEvent::NoticeTakenDown.code(),
            body,
        ));
        unit.rows.push(NOTICE.row(notice, row.version + 1, &view)?.sorted(row.sort).under(view.rule).into());
        Ok(())
    }
}
