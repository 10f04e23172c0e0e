//! 启动时核对 (checking at start): what is stored must be whole, and the logs what was signed.

use jiff::Timestamp;
use sqlx::Row as _;
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

/// How large a database is looked through before anything is served from it; a larger one is looked through beside the
/// work. A second or two.
pub(crate) const AT_ONCE: u64 = 128 << 20;
/// How much of what is damaged is told.
const TOLD: usize = 3;

/// How a log was found at start.
#[derive(Debug, Clone)]
pub struct LogState {
    /// Whose.
    pub community: String,
    /// How many entries it has.
    pub size: u64,
    /// The root over them; that of an empty log when it is damaged.
    pub root: Digest,
    /// The size of the newest checkpoint in the database.
    pub signed: Option<u64>,
    /// The time of the last entry.
    pub last_at: Option<Timestamp>,
    /// Why it does not verify.
    pub fault: Option<LogFault>,
}

/// Why a log does not verify.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LogFault {
    /// It ends before what its own checkpoints cover.
    #[error("it has {found} entries; {signed} were signed")]
    Shorter {
        /// How many entries there are.
        found: u64,
        /// How many were signed.
        signed: u64,
    },
    /// What is stored contradicts itself: no way on but a backup.
    #[error("{0}")]
    Broken(String),
}

/// Checks every community's log.
pub(crate) async fn logs(pool: &SqlitePool) -> Result<Vec<LogState>, OpenError> {
    let mut budget = HASHED;
    let mut page = Page::first(PAGE);
    let mut states = Vec::new();
    loop {
        let communities = read::places::communities(pool, None, &page).await?;
        for community in &communities {
            states.push(state(pool, &Scope::issued(&community.id), &mut budget).await?);
        }
        match communities.last() {
            Some(last) => page = Page::after(last.id.clone(), PAGE),
            None => return Ok(states),
        }
    }
}

async fn state(pool: &SqlitePool, scope: &Scope, budget: &mut u64) -> Result<LogState, StoreError> {
    let signed = read::record::checkpoint(pool, scope).await?;
    let mut found = LogState {
        community: scope.community().to_owned(),
        size: 0,
        root: yishi_record::merkle::empty_root(),
        signed: signed.as_ref().map(|checkpoint| checkpoint.size),
        last_at: None,
        fault: None,
    };
    {
        let mut connection = pool.acquire().await.map_err(store_error)?;
        // Loading the head touches every hash the next root is made of.
        let head = match log::load(&mut connection, scope.community()).await {
            Ok(head) => head,
            Err(StoreError::Corrupt { what }) => {
                return Ok(LogState { fault: Some(LogFault::Broken(what)), ..found });
            }
            Err(error) => return Err(error),
        };
        found.last_at = head.last_at();
        let head = head.published();
        (found.size, found.root) = (head.size, head.root);
        if let Some(checkpoint) = signed {
            if checkpoint.size > head.size {
                found.fault = Some(LogFault::Shorter { found: head.size, signed: checkpoint.size });
                return Ok(found);
            }
            if log::root_at(&mut connection, scope.community(), checkpoint.size).await? != checkpoint.root {
                let size = checkpoint.size;
                found.fault = Some(LogFault::Broken(format!(
                    "its first {size} entries do not lead to the signed root"
                )));
                return Ok(found);
            }
        }
    }
    let from = match budget.checked_sub(found.size) {
        Some(rest) => {
            *budget = rest;
            0
        }
        None => found.size.saturating_sub(TAIL),
    };
    found.fault = scan(pool, scope, from, found.size, found.root).await?.map(LogFault::Broken);
    Ok(found)
}

/// How many bytes the database has.
pub(crate) async fn bytes(pool: &SqlitePool) -> Result<u64, OpenError> {
    let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(pool).await?;
    let page: i64 = sqlx::query_scalar("PRAGMA page_size").fetch_one(pool).await?;
    Ok(u64::try_from(pages.saturating_mul(page)).unwrap_or(u64::MAX))
}

/// Looks through every page, index and reference of the database. Gives what is damaged.
pub(crate) async fn whole(pool: &SqlitePool) -> Result<Option<String>, OpenError> {
    // A page that cannot be read at all ends the check with an error instead of a line.
    let damage = |error: sqlx::Error| match store_error(error) {
        StoreError::Corrupt { what } => Ok(Some(what)),
        other => Err(OpenError::from(other)),
    };
    let lines: Vec<String> = match sqlx::query_scalar("PRAGMA integrity_check(10)").fetch_all(pool).await {
        Ok(lines) => lines,
        Err(error) => return damage(error),
    };
    if lines != ["ok"] {
        return Ok(Some(lines.into_iter().take(TOLD).collect::<Vec<_>>().join("; ")));
    }
    let dangling = match sqlx::query("PRAGMA foreign_key_check").fetch_all(pool).await {
        Ok(rows) => rows,
        Err(error) => return damage(error),
    };
    let tables = dangling.iter().take(TOLD).map(|row| row.try_get::<String, _>(0));
    let tables: Vec<String> = tables.collect::<Result<_, _>>()?;
    Ok((!tables.is_empty()).then(|| format!("rows of {} refer to nothing", tables.join(", "))))
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
