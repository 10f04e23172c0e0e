//! Records and points made by rules.

use sqlx::sqlite::SqlitePool;
use yishi_storage::{Page, PluginRecordQuery, PluginRecordRow, PointRow, Scope};

use super::{Read, after, all, limit, one};
use crate::decode::Columns;

pub(crate) async fn latest_records(
    pool: &SqlitePool,
    scope: &Scope,
    wanted: &PluginRecordQuery,
) -> Read<Vec<PluginRecordRow>> {
    let query = sqlx::query(
        "SELECT id, rule, kind, subject, basis, created, body FROM plugin_records
         WHERE community = ?1 AND rule = ?2 AND kind = ?3 AND subject = ?4 AND withdrawn = 0
         ORDER BY place DESC LIMIT ?5 + 0",
    )
    .bind(scope.community())
    .bind(&wanted.rule)
    .bind(&wanted.kind)
    .bind(&wanted.subject)
    .bind(limit(wanted.limit));
    all(pool, query, |columns| {
        Ok(PluginRecordRow {
            id: columns.text()?,
            rule: columns.text()?,
            kind: columns.text()?,
            subject: columns.text()?,
            basis: columns.get()?,
            created: columns.time()?,
            body: columns.json()?,
        })
    })
    .await
}

pub(crate) async fn points(pool: &SqlitePool, scope: &Scope, rule: &str, subject: &str) -> Read<i64> {
    let query = sqlx::query(
        "SELECT coalesce(sum(amount), 0) FROM points WHERE community = ?1 AND rule = ?2 AND subject = ?3",
    );
    let sum =
        one(pool, query.bind(scope.community()).bind(rule).bind(subject), |columns| columns.get()).await?;
    Ok(sum.unwrap_or(0))
}

pub(crate) async fn points_of(pool: &SqlitePool, scope: &Scope, basis: &str) -> Read<Vec<PointRow>> {
    let query = sqlx::query(
        "SELECT id, rule, subject, amount, article, basis, created FROM points
         WHERE community = ?1 AND basis = ?2 ORDER BY id",
    )
    .bind(scope.community())
    .bind(basis);
    all(pool, query, point).await
}

pub(crate) async fn point_rows(
    pool: &SqlitePool,
    scope: &Scope,
    rule: &str,
    subject: Option<&str>,
    page: &Page<String>,
) -> Read<Vec<PointRow>> {
    let query = sqlx::query(
        "SELECT id, rule, subject, amount, article, basis, created FROM points
         WHERE community = ?1 AND rule = ?2 AND id > ?3 AND (?4 IS NULL OR subject = ?4)
         ORDER BY id LIMIT ?5 + 0",
    )
    .bind(scope.community())
    .bind(rule)
    .bind(after(page))
    .bind(subject)
    .bind(limit(page.limit));
    all(pool, query, point).await
}

fn point(columns: &mut Columns<'_>) -> Read<PointRow> {
    Ok(PointRow {
        id: columns.text()?,
        rule: columns.text()?,
        subject: columns.text()?,
        amount: columns.get()?,
        article: columns.text()?,
        basis: columns.get()?,
        created: columns.time()?,
    })
}
