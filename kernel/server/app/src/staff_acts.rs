//! 代办记录 (what staff and administrators did for others): an audit that the town, the city, the staff and those who
//! supervise can read. The log says that it was done; who did it for whom stands in a row beside it.

use serde::{Deserialize, Serialize};
use serde_json::json;
use yishi_identity::{Action, CommunityId};
use yishi_storage::{AccountRow, Page, Row, Scope, Unit};

use crate::model::{Model, Seen};
use crate::views::{ListView, StaffActView};
use crate::{App, AppResult, Community, OpContext, words};

const VIEW: Model<Kept> = Model::new("staff-act");

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
        unit.rows.push(VIEW.row(&id, 1, &kept)?.sorted(&id).into());
        Ok(())
    }

    /// The rows of what was done for somebody of this name, without the name.
    pub(crate) async fn staff_acts_without(&self, scope: &Scope, name: &str) -> AppResult<Vec<Row>> {
        let mut rows = Vec::new();
        for row in self.every(scope, &VIEW, None).await?.into_iter().filter(|row| row.body.of == name) {
            let kept = Kept { of: "—".to_owned(), said: String::new(), ..row.body };
            rows.push(VIEW.row(&row.id, row.version + 1, &kept)?.sorted(row.sort).into());
        }
        Ok(rows)
    }

    /// As pages call whoever acts.
    pub(crate) async fn actor_name(&self, ctx: &OpContext) -> AppResult<String> {
        let row = self.account_row(ctx.actor.account).await?;
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
    pub async fn staff_acts(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        after: Option<String>,
        limit: u32,
    ) -> AppResult<ListView<StaffActView>> {
        let here = self.scope(ctx, community, Action::ViewAudit).await?;
        let page = Page { after: after.map(|id| (id.clone(), id)), limit };
        let rows = self.latest(&here.scope, &VIEW, None, page).await?;
        Ok(ListView::page(
            rows,
            limit,
            |row| row.id.clone(),
            |row| {
                let Seen { id, body: kept, .. } = row;
                let words = words::staff_act(&kept.what, &kept.of);
                StaffActView {
                    id,
                    what: kept.what,
                    by: kept.by,
                    of: kept.of,
                    said: kept.said,
                    at: kept.at,
                    message: words.zh,
                    message_en: words.en,
                }
            },
        ))
    }
}
