//! The record, as readers see it.

use sqlx::sqlite::SqlitePool;
use yishi_canonical::Digest;
use yishi_record::ProofPlan;
use yishi_storage::{Feed, ReceiptParts, Scope, StoreError, StoredCheckpoint, StoredEntry};

use super::{Read, all, limit, one};
use crate::cast::CAST;
use crate::decode::{Columns, signed};
use crate::error::store_error;
use crate::log;

fn entry(columns: &mut Columns<'_>) -> Read<StoredEntry> {
    Ok(StoredEntry {
        seq: columns.count()?,
        stream: columns.text()?,
        version: columns.count()?,
        kind: columns.text()?,
        bytes: columns.get()?,
        leaf: columns.digest()?,
    })
}

pub(crate) async fn stream(pool: &SqlitePool, scope: &Scope, stream: &str) -> Read<Vec<StoredEntry>> {
    let (name, sql) = match stream.strip_suffix(CAST) {
        None => (
            stream,
            "SELECT seq, stream, version, kind, bytes, leaf FROM log_entries
             WHERE community = ?1 AND stream = ?2 AND kind <> 'ballot.cast' ORDER BY version",
        ),
        Some(ballot) => (
            ballot,
            "SELECT e.seq, e.stream, e.version, e.kind, e.bytes, e.leaf
             FROM votes v JOIN log_entries e ON e.community = v.community AND e.seq = v.seq
             WHERE v.community = ?1 AND v.ballot = ?2 ORDER BY v.seq",
        ),
    };
    all(pool, sqlx::query(sql).bind(scope.community()).bind(name), entry).await
}

pub(crate) async fn stream_after(
    pool: &SqlitePool,
    scope: &Scope,
    stream: &str,
    after: u64,
) -> Read<Vec<StoredEntry>> {
    let query = sqlx::query(
        "SELECT seq, stream, version, kind, bytes, leaf FROM log_entries
         WHERE community = ?1 AND stream = ?2 AND kind <> 'ballot.cast' AND version > ?3 ORDER BY version",
    );
    let Ok(after) = signed(after) else { return Ok(Vec::new()) };
    all(pool, query.bind(scope.community()).bind(stream).bind(after), entry).await
}

pub(crate) async fn stream_version(pool: &SqlitePool, scope: &Scope, stream: &str) -> Read<u64> {
    let query = sqlx::query(
        "SELECT coalesce(max(version), 0) FROM log_entries
         WHERE community = ?1 AND stream = ?2 AND kind <> 'ballot.cast'",
    );
    let version = one(pool, query.bind(scope.community()).bind(stream), |columns| columns.count()).await?;
    Ok(version.unwrap_or(0))
}

pub(crate) async fn entries(
    pool: &SqlitePool,
    scope: &Scope,
    from: u64,
    most: u32,
) -> Read<Vec<StoredEntry>> {
    let query = sqlx::query(
        "SELECT seq, stream, version, kind, bytes, leaf FROM log_entries
         WHERE community = ?1 AND seq >= ?2 ORDER BY seq LIMIT ?3 + 0",
    );
    // No log has an entry that the database cannot number.
    let Ok(from) = signed(from) else { return Ok(Vec::new()) };
    all(pool, query.bind(scope.community()).bind(from).bind(limit(most)), entry).await
}

pub(crate) async fn feed(pool: &SqlitePool, scope: &Scope, feed: &Feed) -> Read<Vec<StoredEntry>> {
    let kinds = (!feed.kinds.is_empty()).then(|| serde_json::Value::from(feed.kinds.clone()).to_string());
    let query = sqlx::query(
        "SELECT seq, stream, version, kind, bytes, leaf FROM log_entries
         WHERE community = ?1 AND kind <> 'ballot.cast' AND seq < ?2
           AND (?3 IS NULL OR kind IN (SELECT value FROM json_each(?3)))
         ORDER BY seq DESC LIMIT ?4 + 0",
    )
    .bind(scope.community())
    .bind(feed.before.map_or(Ok(i64::MAX), signed)?)
    .bind(kinds)
    .bind(limit(feed.limit));
    all(pool, query, entry).await
}

pub(crate) async fn receipt_parts(
    pool: &SqlitePool,
    scope: &Scope,
    seq: u64,
    size: u64,
) -> Read<Option<ReceiptParts>> {
    let Some(plan) = ProofPlan::inclusion(seq, size) else { return Ok(None) };
    let query = sqlx::query(
        "SELECT seq, stream, version, kind, bytes, leaf FROM log_entries WHERE community = ?1 AND seq = ?2",
    );
    let Some(entry) = one(pool, query.bind(scope.community()).bind(signed(seq)?), entry).await? else {
        return Ok(None);
    };
    Ok(proof(pool, scope, &plan, size).await?.map(|proof| ReceiptParts { entry, proof }))
}

pub(crate) async fn consistency(
    pool: &SqlitePool,
    scope: &Scope,
    old: u64,
    new: u64,
) -> Read<Option<Vec<Digest>>> {
    let Some(plan) = ProofPlan::consistency(old, new) else { return Ok(None) };
    proof(pool, scope, &plan, new).await
}

async fn proof(pool: &SqlitePool, scope: &Scope, plan: &ProofPlan, size: u64) -> Read<Option<Vec<Digest>>> {
    let mut connection = pool.acquire().await.map_err(store_error)?;
    if size > log::size(&mut connection, scope.community()).await? {
        return Ok(None);
    }
    let mut hashes = Vec::new();
    for subtree in plan.subtrees() {
        hashes.push(log::hash(&mut connection, scope.community(), subtree).await?);
    }
    let proof = plan.finish(&hashes);
    proof.map(Some).ok_or_else(|| StoreError::Corrupt { what: "a proof plan was not followed".into() })
}

fn checkpoint_row(columns: &mut Columns<'_>) -> Read<StoredCheckpoint> {
    Ok(StoredCheckpoint {
        size: columns.count()?,
        root: columns.digest()?,
        note: columns.text()?,
        at: columns.time()?,
    })
}

pub(crate) async fn checkpoint(pool: &SqlitePool, scope: &Scope) -> Read<Option<StoredCheckpoint>> {
    let query = sqlx::query(
        "SELECT size, root, note, at FROM checkpoints WHERE community = ?1 ORDER BY size DESC LIMIT 1",
    );
    one(pool, query.bind(scope.community()), checkpoint_row).await
}

pub(crate) async fn checkpoint_of_size(
    pool: &SqlitePool,
    scope: &Scope,
    size: u64,
) -> Read<Option<StoredCheckpoint>> {
    let query =
        sqlx::query("SELECT size, root, note, at FROM checkpoints WHERE community = ?1 AND size = ?2");
    one(pool, query.bind(scope.community()).bind(signed(size)?), checkpoint_row).await
}

pub(crate) async fn unsigned_logs(pool: &SqlitePool, most: u32) -> Read<Vec<Scope>> {
    // Both inner queries read one key from the end of an index.
    let query = sqlx::query(
        "SELECT c.id FROM communities c
         WHERE coalesce((SELECT max(e.seq) + 1 FROM log_entries e WHERE e.community = c.id), 0)
             > coalesce((SELECT max(k.size) FROM checkpoints k WHERE k.community = c.id), 0)
         ORDER BY c.id LIMIT ?1 + 0",
    );
    all(pool, query.bind(limit(most)), |columns| columns.text().map(Scope::issued)).await
}
