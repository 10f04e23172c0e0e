//! 镇与村（社区） (towns and communities).

use serde_json::json;
use yishi_acts::house::{NewCommunity, NewTown};
use yishi_identity::policy::{Right, Scope as PolicyScope};
use yishi_identity::{CommunityId, TownId};
use yishi_law::CommunityKind;
use yishi_storage::{CommunityRow, Page, Row, Scope, TownRow, Unit};

use crate::accounts::clean_name;
use crate::bounded::{Bounded, Bytes};
use crate::entry_kind::HouseEvent;
use crate::views::{CommunityView, ListView, TownView};
use crate::{App, AppError, AppResult, Community, OpContext};

/// Communities asked for lately, each with how often places had changed when it was read. A city's 21,000 fit with room to
/// spare.
pub(crate) type PlaceCache = Bounded<CommunityId, (u64, Community)>;

impl Bytes for Community {
    fn bytes(&self) -> u64 {
        600
    }
}

impl App {
    /// 新建镇.
    pub(crate) async fn create_town(
        &self,
        ctx: &OpContext,
        right: Right,
        input: NewTown,
    ) -> AppResult<TownView> {
        self.authorise_above(ctx, right, PolicyScope::City)?;
        let row = TownRow {
            id: TownId::from_uuid(self.uuid(ctx)).to_string(),
            name: clean_name("/name", &input.name)?,
            region: region("/region_code", &input.region_code, 9)?,
            created: ctx.now,
        };
        let view = town_view(&row);
        self.commit(ctx, Unit::global().row(Row::PutTown(row)), 201, view).await
    }

    /// 镇 (all towns; public).
    pub async fn towns(&self, after: Option<String>, limit: u32) -> AppResult<ListView<TownView>> {
        let rows = self.store.towns(&Page { after, limit }).await?;
        Ok(ListView::page(rows, limit, |row| row.id.clone(), |row| town_view(&row)))
    }

    /// The name of a community's town; empty where the town is gone.
    pub async fn town_name(&self, community: &Community) -> AppResult<String> {
        Ok(self.store.town(&community.row.town).await?.map_or_else(String::new, |town| town.name))
    }

    pub(crate) async fn town_row(&self, town: TownId) -> AppResult<TownRow> {
        self.store.town(&town.to_string()).await?.ok_or(AppError::NotFound { what: "town" })
    }

    /// 新建村（社区）. Its log begins with this entry.
    pub(crate) async fn create_community(
        &self,
        ctx: &OpContext,
        right: Right,
        town: TownId,
        input: NewCommunity,
    ) -> AppResult<CommunityView> {
        self.authorise_above(ctx, right, PolicyScope::Town(town))?;
        let town = self.town_row(town).await?;
        let id = CommunityId::from_uuid(self.uuid(ctx));
        let kind = match input.kind {
            CommunityKind::Village => "village",
            CommunityKind::Urban => "urban",
        };
        let row = CommunityRow {
            id: id.to_string(),
            version: 1,
            town: town.id.clone(),
            name: clean_name("/name", &input.name)?,
            kind: kind.to_owned(),
            region: region("/region_code", &input.region_code, 12)?,
            settings: serde_json::Value::Null,
            created: ctx.now,
        };
        let view = community_view(&row, &town.name);
        // The name of a place is public, and names no person.
        let body = json!({ "kind": kind, "region": row.region, "town": town.id });
        let stream = format!("place_{id}");
        let mut unit = Unit::of(Scope::issued(id));
        unit.rows.push(Row::PutCommunity(row));
        unit.entries.push(self.entry(ctx, &stream, 1, HouseEvent::CommunityCreated.code(), body));
        self.commit(ctx, unit, 201, view).await
    }

    /// 村（社区） of one town, or all (public).
    pub async fn communities(
        &self,
        town: Option<TownId>,
        after: Option<String>,
        limit: u32,
    ) -> AppResult<ListView<CommunityView>> {
        let town = town.map(|town| town.to_string());
        let rows = self.store.communities(town.as_deref(), &Page { after, limit }).await?;
        let mut items = Vec::with_capacity(rows.len());
        for row in &rows {
            let town = self.store.town(&row.town).await?;
            items.push(community_view(row, town.as_ref().map_or("", |town| &town.name)));
        }
        Ok(ListView::page(items, limit, |view| view.id.clone(), |view| view))
    }
}

fn town_view(row: &TownRow) -> TownView {
    TownView { id: row.id.clone(), name: row.name.clone(), region_code: row.region.clone() }
}

pub(crate) fn community_view(row: &CommunityRow, town_name: &str) -> CommunityView {
    CommunityView {
        id: row.id.clone(),
        name: row.name.clone(),
        kind: row.kind.clone(),
        region_code: row.region.clone(),
        town: row.town.clone(),
        town_name: town_name.to_owned(),
    }
}

/// 行政区划代码 (an administrative division code of so many digits).
fn region(pointer: &str, text: &str, digits: usize) -> AppResult<String> {
    if text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(text.to_owned());
    }
    Err(AppError::field(
        pointer,
        "region-code",
        format!("行政区划代码应为 {digits} 位数字"),
        format!("a division code here has {digits} digits"),
    ))
}
