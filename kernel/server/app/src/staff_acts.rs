//! 代办记录 (what staff and administrators did for others): an audit that the town, the city, the staff and those who
//! supervise can read. The log says that it was done; who did it for whom stands in a row beside it.

use serde::{Deserialize, Serialize};
use serde_json::json;
use yishi_identity::{Action, CommunityId};
use yishi_storage::{AccountRow, Page, Row, Scope, Unit, ViewQuery, ViewRow};

use crate::views::{ListView, StaffActView};
use crate::{App, AppError, AppResult, Community, OpContext, words};

const VIEW: &str = "staff-act";

#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    what: String,
    by: String,
    by_account: String,
    of: String,
    said: String,
    at: String,
}

impl App {
    /// Puts an act for somebody else into the unit: what, for whom, and what was said of it (how they asked).
    pub(crate) async fn staff_act(
        &self,
        ctx: &OpContext,
        unit: &mut Unit,
        what: &str,
        of: &str,
        said: &str,
    ) -> AppResult<()> {
        let by = self.actor_name(ctx).await?;
        let id = format!("act_{}", self.uuid(ctx).hyphenated());
        let kept = Kept {
            what: what.to_owned(),
            by,
            by_account: ctx.actor.account.map_or_else(String::new, |account| account.to_string()),
            of: of.to_owned(),
            said: said.to_owned(),
            at: ctx.now.to_string(),
        };
        unit.rows.push(Row::PutView(ViewRow {
            kind: VIEW.to_owned(),
            sort: id.clone(),
            id,
            parent: None,
            version: 1,
            body: serde_json::to_value(&kept).map_err(AppError::internal)?,
        }));
        Ok(())
    }

    /// The rows of what was done for somebody of this name, without the name.
    pub(crate) async fn staff_acts_without(&self, scope: &Scope, name: &str) -> AppResult<Vec<Row>> {
        let mut rows = Vec::new();
        for mut view in self.every_view(scope, VIEW, None).await? {
            let mut kept: Kept = serde_json::from_value(view.body.take()).map_err(AppError::internal)?;
            if kept.of != name {
                continue;
            }
            "—".clone_into(&mut kept.of);
            kept.said.clear();
            view.body = serde_json::to_value(&kept).map_err(AppError::internal)?;
            view.version += 1;
            rows.push(Row::PutView(view));
        }
        Ok(rows)
    }

    /// As pages call whoever acts.
    pub(crate) async fn actor_name(&self, ctx: &OpContext) -> AppResult<String> {
        let row = match ctx.actor.account {
            Some(account) => self.store.account(&account.to_string()).await?,
            None => None,
        };
        Ok(row.map_or_else(String::new, |row| row.display_name))
    }

    /// An act on somebody's account, on the record of the community it belongs to; a unit without a community where it
    /// belongs to none.
    pub(crate) async fn account_act(
        &self,
        ctx: &OpContext,
        community: Option<&Community>,
        what: &str,
        row: &AccountRow,
    ) -> AppResult<Unit> {
        let Some(community) = community else { return Ok(Unit::global()) };
        let stream = format!("accounts_{}", community.id);
        let version = self.next_version(&community.scope, &stream).await?;
        let kind = format!("account.{what}");
        let mut unit =
            Unit::of(community.scope.clone()).entry(self.entry(ctx, &stream, version, &kind, json!({})));
        self.staff_act(ctx, &mut unit, what, &row.display_name, "").await?;
        Ok(unit)
    }

    /// 代办记录, newest first.
    ///
    /// # Errors
    /// The authorisation errors.
    pub async fn staff_acts(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        after: Option<String>,
        limit: u32,
    ) -> AppResult<ListView<StaffActView>> {
        let community = self.scope(ctx, community, Action::ViewAudit).await?;
        let query = ViewQuery {
            kind: VIEW.to_owned(),
            parent: None,
            page: Page { after: after.map(|id| (id.clone(), id)), limit },
            descending: true,
        };
        let rows = self.store.views(&community.scope, &query).await?;
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            let kept: Kept = serde_json::from_value(row.body).map_err(AppError::internal)?;
            let words = words::staff_act(&kept.what, &kept.of);
            items.push(StaffActView {
                id: row.id,
                what: kept.what,
                by: kept.by,
                of: kept.of,
                said: kept.said,
                at: kept.at,
                message: words.zh,
                message_en: words.en,
            });
        }
        Ok(ListView::page(items, limit, |view| view.id.clone(), |view| view))
    }
}
