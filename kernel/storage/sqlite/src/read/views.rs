//! Read models and documents.

use std::collections::BTreeSet;

use sqlx::sqlite::SqlitePool;
use yishi_canonical::Digest;
use yishi_storage::{DocumentRow, Scope, ViewQuery, ViewRow};

use super::{Read, all, limit, one};
use crate::decode::{Columns, damaged};

/// Sorts after every text the application writes.
const LAST: &str = "\u{10FFFF}";

fn row(columns: &mut Columns<'_>) -> Read<ViewRow> {
    Ok(ViewRow {
        kind: columns.text()?,
        id: columns.text()?,
        sort: columns.text()?,
        parent: columns.get()?,
        version: columns.count()?,
        body: columns.json()?,
    })
}

pub(crate) async fn view(pool: &SqlitePool, scope: &Scope, kind: &str, id: &str) -> Read<Option<ViewRow>> {
    let query = sqlx::query(
        "SELECT kind, id, sort, parent, version, body FROM views WHERE community = ?1 AND kind = ?2 AND id = ?3",
    );
    one(pool, query.bind(scope.community()).bind(kind).bind(id), row).await
}

/// The names come first, whatever the planner thinks: it would look through the whole community for them.
pub(crate) async fn named(pool: &SqlitePool, scope: &Scope, names: &[(&str, &str)]) -> Read<Vec<ViewRow>> {
    let query = sqlx::query(
        "SELECT views.kind, views.id, sort, views.parent, version, body FROM json_each(?2) AS name
         CROSS JOIN views ON community = ?1 AND views.kind = name.value ->> 0 AND views.id = name.value ->> 1",
    );
    let names = serde_json::json!(names).to_string();
    all(pool, query.bind(scope.community()).bind(names), row).await
}

pub(crate) async fn count(pool: &SqlitePool, scope: &Scope, kind: &str, parent: Option<&str>) -> Read<u64> {
    let sql = match parent {
        None => "SELECT count(*) FROM views WHERE community = ?1 AND kind = ?2",
        Some(_) => "SELECT count(*) FROM views WHERE community = ?1 AND kind = ?2 AND parent = ?3",
    };
    let query = sqlx::query(sql).bind(scope.community()).bind(kind);
    let query = match parent {
        None => query,
        Some(parent) => query.bind(parent),
    };
    Ok(one(pool, query, |columns| columns.count()).await?.unwrap_or(0))
}

pub(crate) async fn views(pool: &SqlitePool, scope: &Scope, wanted: &ViewQuery) -> Read<Vec<ViewRow>> {
    let sql = match (wanted.parent.is_some(), wanted.descending) {
        (false, false) => {
            "SELECT kind, id, sort, parent, version, body FROM views
             WHERE community = ?1 AND kind = ?2 AND (sort, id) > (?3, ?4) ORDER BY sort, id LIMIT ?5 + 0"
        }
        (false, true) => {
            "SELECT kind, id, sort, parent, version, body FROM views
             WHERE community = ?1 AND kind = ?2 AND (sort, id) < (?3, ?4)
             ORDER BY sort DESC, id DESC LIMIT ?5 + 0"
        }
        (true, false) => {
            "SELECT kind, id, sort, parent, version, body FROM views
             WHERE community = ?1 AND kind = ?2 AND parent = ?6 AND (sort, id) > (?3, ?4)
             ORDER BY sort, id LIMIT ?5 + 0"
        }
        (true, true) => {
            "SELECT kind, id, sort, parent, version, body FROM views
             WHERE community = ?1 AND kind = ?2 AND parent = ?6 AND (sort, id) < (?3, ?4)
             ORDER BY sort DESC, id DESC LIMIT ?5 + 0"
        }
    };
    let start = if wanted.descending { (LAST, LAST) } else { ("", "") };
    let (sort, id) = wanted.page.after.as_ref().map_or(start, |(sort, id)| (sort.as_str(), id.as_str()));
    let query = sqlx::query(sql)
        .bind(scope.community())
        .bind(&wanted.kind)
        .bind(sort)
        .bind(id)
        .bind(limit(wanted.page.limit));
    let query = if let Some(parent) = &wanted.parent { query.bind(parent) } else { query };
    all(pool, query, row).await
}

pub(crate) async fn document(pool: &SqlitePool, scope: &Scope, digest: &Digest) -> Read<Option<DocumentRow>> {
    let query = sqlx::query(
        "SELECT digest, salt, media_type, bytes FROM documents WHERE community = ?1 AND digest = ?2",
    );
    one(pool, query.bind(scope.community()).bind(digest.as_bytes().as_slice()), whole_document).await
}

pub(crate) async fn documents(
    pool: &SqlitePool,
    scope: &Scope,
    digests: &BTreeSet<Digest>,
) -> Read<Vec<DocumentRow>> {
    let query = sqlx::query(
        "SELECT digest, salt, media_type, bytes FROM documents
         WHERE community = ?1 AND digest IN (SELECT unhex(value) FROM json_each(?2))",
    );
    let wanted: Vec<String> = digests.iter().map(|digest| hex::encode(digest.as_bytes())).collect();
    let wanted = serde_json::Value::from(wanted).to_string();
    all(pool, query.bind(scope.community()).bind(wanted), whole_document).await
}

/// A document, hashed again: what stands in the table is shown only if it is what the record names. Hashing costs less than
/// reading did, and anything remembered about an earlier reading would hide what was changed since.
fn whole_document(columns: &mut Columns<'_>) -> Read<DocumentRow> {
    let document = DocumentRow {
        digest: columns.digest()?,
        salt: columns.maybe_bytes()?,
        media_type: columns.text()?,
        bytes: columns.get()?,
    };
    if document.is_whole() {
        return Ok(document);
    }
    Err(damaged(format!("the text of document {} was changed in the database", document.digest)))
}
