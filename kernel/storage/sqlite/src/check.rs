//! 启动时核对记录 (checking logs at start): what is stored must be what was signed.

use sqlx::sqlite::SqlitePool;
use yishi_record::{Envelope, Frontier, ZERO_LEAF, leaf_hash};
use yishi_storage::{Page, Scope, StoreError};

use crate::error::{OpenError, store_error};
use crate::{log, read};

/// How many of the newest entries are hashed again. The rest is covered by the signed root, and whole logs
/// are checked by whoever exports them.
const TAIL: u64 = 256;
const PAGE: u32 = 500;

/// Checks every community's log.
pub(crate) async fn logs(pool: &SqlitePool) -> Result<(), OpenError> {
    let mut page = Page::first(PAGE);
    loop {
        let communities = read::places::communities(pool, None, &page).await?;
        for community in &communities {
            let scope = Scope::issued(&community.id);
            if let Some(what) = fault(pool, &scope).await? {
                return Err(OpenError::Log { community: community.id.clone(), what });
            }
        }
        match communities.last() {
            Some(last) => page = Page::after(last.id.clone(), PAGE),
            None => return Ok(()),
        }
    }
}

async fn fault(pool: &SqlitePool, scope: &Scope) -> Result<Option<String>, StoreError> {
    let (size, signed) = {
        let mut connection = pool.acquire().await.map_err(store_error)?;
        let size = log::size(&mut connection, scope.community()).await?;
        // Loading the head touches every hash a new root is made of.
        if let Err(StoreError::Corrupt { what }) = log::load(&mut connection, scope.community()).await {
            return Ok(Some(what));
        }
        drop(connection);
        (size, read::record::checkpoint(pool, scope).await?)
    };
    if let Some(checkpoint) = signed {
        if checkpoint.size > size {
            return Ok(Some(format!("it has {size} entries; {} were signed", checkpoint.size)));
        }
        let mut connection = pool.acquire().await.map_err(store_error)?;
        if log::root_at(&mut connection, scope.community(), checkpoint.size).await? != checkpoint.root {
            return Ok(Some(format!("its first {} entries do not lead to the signed root", checkpoint.size)));
        }
    }
    tail(pool, scope, size).await
}

async fn tail(pool: &SqlitePool, scope: &Scope, size: u64) -> Result<Option<String>, StoreError> {
    let from = size.saturating_sub(TAIL);
    let most = u32::try_from(size - from).unwrap_or(u32::MAX);
    let mut prev = if from == 0 { Some(ZERO_LEAF) } else { None };
    let mut seen = Frontier::new();
    for (seq, entry) in (from..).zip(read::record::entries(pool, scope, from, most).await?) {
        let Ok(envelope) = Envelope::parse(&entry.bytes) else {
            return Ok(Some(format!("entry {seq} is damaged")));
        };
        let fits = entry.seq == seq
            && envelope.seq == seq
            && envelope.stream == entry.stream
            && envelope.stream_version == entry.version
            && envelope.kind == entry.kind
            && leaf_hash(&entry.bytes) == entry.leaf
            && prev.is_none_or(|prev| prev == envelope.prev);
        if !fits {
            return Ok(Some(format!("entry {seq} does not fit")));
        }
        seen.append(entry.leaf);
        prev = Some(entry.leaf);
    }
    Ok((seen.size() != size - from).then(|| format!("it has a gap after entry {from}")))
}
