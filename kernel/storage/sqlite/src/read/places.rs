//! Towns, communities, components and shelves.

use sqlx::sqlite::SqlitePool;
use yishi_canonical::Digest;
use yishi_storage::{CommunityRow, Page, Scope, ShelfRow, TownRow};

use super::{Read, after, all, limit, one};
use crate::decode::{Columns, damaged};

fn town_row(columns: &mut Columns<'_>) -> Read<TownRow> {
    Ok(TownRow {
        id: columns.text()?,
        name: columns.text()?,
        region: columns.text()?,
        created: columns.time()?,
    })
}

pub(crate) async fn town(pool: &SqlitePool, id: &str) -> Read<Option<TownRow>> {
    let query = sqlx::query("SELECT id, name, region, created FROM towns WHERE id = ?1");
    one(pool, query.bind(id), town_row).await
}

pub(crate) async fn towns(pool: &SqlitePool, page: &Page<String>) -> Read<Vec<TownRow>> {
    let query =
        sqlx::query("SELECT id, name, region, created FROM towns WHERE id > ?1 ORDER BY id LIMIT ?2 + 0");
    all(pool, query.bind(after(page)).bind(limit(page.limit)), town_row).await
}

fn community_row(columns: &mut Columns<'_>) -> Read<CommunityRow> {
    Ok(CommunityRow {
        id: columns.text()?,
        version: columns.count()?,
        town: columns.text()?,
        name: columns.text()?,
        kind: columns.text()?,
        region: columns.text()?,
        settings: columns.json()?,
        created: columns.time()?,
    })
}

pub(crate) async fn community(pool: &SqlitePool, id: &str) -> Read<Option<CommunityRow>> {
    let query = sqlx::query(
        "SELECT id, version, town, name, kind, region, settings, created FROM communities WHERE id = ?1",
    );
    one(pool, query.bind(id), community_row).await
}

pub(crate) async fn communities(
    pool: &SqlitePool,
    town: Option<&str>,
    page: &Page<String>,
) -> Read<Vec<CommunityRow>> {
    let sql = if town.is_some() {
        "SELECT id, version, town, name, kind, region, settings, created FROM communities
         WHERE town = ?3 AND id > ?1 ORDER BY id LIMIT ?2 + 0"
    } else {
        "SELECT id, version, town, name, kind, region, settings, created FROM communities
         WHERE id > ?1 ORDER BY id LIMIT ?2 + 0"
    };
    let query = sqlx::query(sql).bind(after(page)).bind(limit(page.limit));
    let query = if let Some(town) = town { query.bind(town) } else { query };
    all(pool, query, community_row).await
}

pub(crate) async fn component(pool: &SqlitePool, digest: &Digest) -> Read<Option<Vec<u8>>> {
    let query = sqlx::query("SELECT bytes FROM components WHERE digest = ?1");
    let bytes: Option<Vec<u8>> =
        one(pool, query.bind(digest.as_bytes().as_slice()), |columns| columns.get()).await?;
    match bytes {
        Some(bytes) if Digest::of(&bytes) != *digest => {
            Err(damaged(format!("component {digest} was changed in the database")))
        }
        bytes => Ok(bytes),
    }
}

fn shelf_row(columns: &mut Columns<'_>) -> Read<ShelfRow> {
    Ok(ShelfRow {
        digest: columns.digest()?,
        name: columns.text()?,
        version: columns.text()?,
        kind: columns.text()?,
        actor: columns.text()?,
        added: columns.time()?,
        report: columns.json()?,
    })
}

pub(crate) async fn shelf_item(pool: &SqlitePool, scope: &Scope, digest: &Digest) -> Read<Option<ShelfRow>> {
    let query = sqlx::query(
        "SELECT digest, name, version, kind, actor, added, report FROM shelf
         WHERE community = ?1 AND digest = ?2",
    );
    one(pool, query.bind(scope.community()).bind(digest.as_bytes().as_slice()), shelf_row).await
}

pub(crate) async fn shelf(pool: &SqlitePool, scope: &Scope) -> Read<Vec<ShelfRow>> {
    let query = sqlx::query(
        "SELECT digest, name, version, kind, actor, added, report FROM shelf
         WHERE community = ?1 ORDER BY added, digest",
    );
    all(pool, query.bind(scope.community()), shelf_row).await
}
