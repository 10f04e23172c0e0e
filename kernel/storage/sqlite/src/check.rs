//! 启动时核对记录 (checking logs at start): what is stored must be what was signed.

use sqlx::sqlite::SqlitePool;
use yishi_canonical::Digest;
use yishi_record::{Envelope, Frontier, ZERO_LEAF, leaf_hash};
use yishi_storage::{Page, Scope, StoreError};

use crate::error::{OpenError, store_error};
use crate::{log, read};

/// How many entries are hashed again at start, over all communities: a second or two of work. Logs beyond
/// this are covered by their signed root and their newest entries, and wholly by whoever verifies exports.
const HASHED: u64 = 500_000;
/// How many of a log's newest entries are also read and compared with the columns beside them.
const TAIL: u64 = 256;
const PAGE: u32 = 500;

/// Checks every community's log.
pub(crate) async fn logs(pool: &SqlitePool) -> Result<(), OpenError> {
    let mut budget = HASHED;
    let mut page = Page::first(PAGE);
    loop {
        let communities = read::places::communities(pool, None, &page).await?;
        for community in &communities {
            let scope = Scope::issued(&community.id);
            if let Some(what) = fault(pool, &scope, &mut budget).await? {
                return Err(OpenError::Log { community: community.id.clone(), what });
            }
        }
        match communities.last() {
            Some(last) => page = Page::after(last.id.clone(), PAGE),
            None => return Ok(()),
        }
    }
}

async fn fault(pool: &SqlitePool, scope: &Scope, budget: &mut u64) -> Result<Option<String>, StoreError> {
    let signed = read::record::checkpoint(pool, scope).await?;
    let (size, root) = {
        let mut connection = pool.acquire().await.map_err(store_error)?;
        // Loading the head touches every hash the next root is made of.
        let head = match log::load(&mut connection, scope.community()).await {
            Ok(head) => head.published(),
            Err(StoreError::Corrupt { what }) => return Ok(Some(what)),
            Err(error) => return Err(error),
        };
        if let Some(checkpoint) = signed {
            if checkpoint.size > head.size {
                return Ok(Some(format!("it has {} entries; {} were signed", head.size, checkpoint.size)));
            }
            if log::root_at(&mut connection, scope.community(), checkpoint.size).await? != checkpoint.root {
                return Ok(Some(format!(
                    "its first {} entries do not lead to the signed root",
                    checkpoint.size
                )));
            }
        }
        (head.size, head.root)
    };
    let from = match budget.checked_sub(size) {
        Some(rest) => {
            *budget = rest;
            0
        }
        None => size.saturating_sub(TAIL),
    };
    scan(pool, scope, from, size, root).await
}

/// Hashes the entries from `from` on and compares them with what is stored beside them.
async fn scan(
    pool: &SqlitePool,
    scope: &Scope,
    from: u64,
    size: u64,
    root: Digest,
) -> Result<Option<String>, StoreError> {
    let mut prev = (from == 0).then_some(ZERO_LEAF);
    let mut seen = Frontier::new();
    let mut next = from;
    while next < size {
        let entries = read::record::entries(pool, scope, next, PAGE).await?;
        if entries.is_empty() {
            break;
        }
        for entry in entries {
            let whole = entry.seq == next && leaf_hash(&entry.bytes) == entry.leaf;
            let fits = next + TAIL < size
                || Envelope::parse(&entry.bytes).is_ok_and(|envelope| {
                    envelope.seq == next
                        && envelope.stream == entry.stream
                        && envelope.stream_version == entry.version
                        && envelope.kind == entry.kind
                        && prev.is_none_or(|prev| prev == envelope.prev)
                });
            if !whole || !fits {
                return Ok(Some(format!("entry {next} is missing or damaged")));
            }
            seen.append(entry.leaf);
            prev = Some(entry.leaf);
            next += 1;
        }
    }
    if next != size {
        return Ok(Some(format!("entry {next} is missing")));
    }
    Ok((from == 0 && seen.root() != root).then(|| "its entries and its stored hashes differ".to_owned()))
}
