//! Kept answers and work left for the jobs.

use jiff::Timestamp;
use sqlx::sqlite::SqlitePool;
use yishi_storage::{IdempotencyRecord, JobRow, OutboxItem, StoreError};

use super::{Read, all, limit, one};
use crate::decode::{Columns, micros};

pub(crate) fn record(columns: &mut Columns<'_>) -> Read<IdempotencyRecord> {
    Ok(IdempotencyRecord {
        owner: columns.text()?,
        key: columns.text()?,
        request: columns.digest()?,
        status: small(columns.count()?)?,
        response: columns.get()?,
        expires: columns.time()?,
    })
}

pub(crate) async fn idempotency(
    pool: &SqlitePool,
    owner: &str,
    key: &str,
    now: Timestamp,
) -> Read<Option<IdempotencyRecord>> {
    let query = sqlx::query(
        "SELECT owner, key, request, status, response, expires FROM idempotency
         WHERE owner = ?1 AND key = ?2 AND expires > ?3",
    );
    one(pool, query.bind(owner).bind(key).bind(micros(now)), record).await
}

pub(crate) async fn outbox(pool: &SqlitePool, now: Timestamp, most: u32) -> Read<Vec<OutboxItem>> {
    // An item waits for every earlier one of its topic and key, even one that is due later: order is kept.
    let query = sqlx::query(
        "SELECT id, community, topic, key, body, due, attempts FROM outbox o
         WHERE due <= ?1 AND NOT EXISTS
             (SELECT 1 FROM outbox p WHERE p.topic = o.topic AND p.key = o.key AND p.id < o.id)
         ORDER BY due, id LIMIT ?2 + 0",
    );
    all(pool, query.bind(micros(now)).bind(limit(most)), |columns| {
        Ok(OutboxItem {
            id: columns.get()?,
            community: columns.get()?,
            topic: columns.text()?,
            key: columns.text()?,
            body: columns.json()?,
            due: columns.time()?,
            attempts: small(columns.count()?)?,
        })
    })
    .await
}

pub(crate) async fn jobs(pool: &SqlitePool) -> Read<Vec<JobRow>> {
    let query = sqlx::query("SELECT job, owner, until, due, attempts, error FROM jobs ORDER BY job");
    all(pool, query, |columns| {
        let (job, owner): (String, Option<String>) = (columns.text()?, columns.get()?);
        Ok(JobRow {
            job,
            lease: owner.zip(columns.maybe_time()?),
            due: columns.time()?,
            attempts: small(columns.count()?)?,
            error: columns.get()?,
        })
    })
    .await
}

fn small<T: TryFrom<u64>>(count: u64) -> Read<T> {
    T::try_from(count).map_err(|_| StoreError::Corrupt { what: format!("`{count}` is out of range") })
}
