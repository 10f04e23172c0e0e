//! 日志 (the log): heads, appending, and the hashes proofs are made of.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::sync::{RwLock, RwLockReadGuard};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sqlx::sqlite::SqliteConnection;
use yishi_canonical::Digest;
use yishi_record::merkle::fold;
use yishi_record::{Envelope, Frontier, Subtree, ZERO_LEAF, leaf_hash};
use yishi_storage::{Changes, LogHead, Row, Scope, StoreError, Touches, Unit, ViewRow};

use crate::decode::{self, damaged, signed};
use crate::error::store_error;

/// Every 256 hashes of one level make one of the next.
const TILE_HEIGHT: u8 = 8;
/// Acts are dated when they are taken up, and a slow one (a rule that is asked at length, a large file) is written after
/// quick ones that came later. Its entry then carries the time of the one before. Anything older than this was not slow:
/// the clock ran back.
const OVERTAKEN: SignedDuration = SignedDuration::from_mins(10);

/// The head of one log, as the writer keeps it.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    frontier: Frontier,
    last_leaf: Digest,
    /// The time of the last entry; absent for an empty log.
    last_at: Option<Timestamp>,
}

/// What an entry says; its place and what came before are the log's part.
pub(crate) struct Content<'a> {
    pub(crate) stream: &'a str,
    pub(crate) version: u64,
    pub(crate) kind: &'a str,
    pub(crate) actor: &'a str,
    pub(crate) at: Timestamp,
    pub(crate) body: Value,
}

/// An entry that has its place.
pub(crate) struct Appended {
    pub(crate) seq: u64,
    pub(crate) bytes: Vec<u8>,
    pub(crate) leaf: Digest,
    /// Tiles this entry completed: level, index, hash.
    pub(crate) tiles: Vec<(u8, u64, Digest)>,
}

impl Head {
    pub(crate) const fn last_at(&self) -> Option<Timestamp> {
        self.last_at
    }

    pub(crate) const fn size(&self) -> u64 {
        self.frontier.size()
    }

    pub(crate) fn published(&self) -> LogHead {
        LogHead { size: self.frontier.size(), root: self.frontier.root(), last_leaf: self.last_leaf }
    }

    /// The time an entry of a coarser time gets: its own, or that of the entry before it, which tells nothing that its
    /// place in the log does not.
    pub(crate) fn no_earlier(&self, at: Timestamp) -> Timestamp {
        self.last_at.map_or(at, |last| last.max(at))
    }

    /// INVARIANT: no entry is older than the one before it.
    fn dated(&self, at: Timestamp) -> Result<Timestamp, StoreError> {
        let at = yishi_record::envelope::to_second(at);
        match self.last_at {
            Some(reached) if reached.duration_since(at) > OVERTAKEN => {
                Err(StoreError::ClockBehind { at, reached })
            }
            _ => Ok(self.no_earlier(at)),
        }
    }

    /// Appends in memory. The caller writes the entry, or throws this head away.
    pub(crate) fn append(&mut self, community: &str, content: Content<'_>) -> Result<Appended, StoreError> {
        let seq = self.frontier.size();
        let at = self.dated(content.at)?;
        let envelope = Envelope {
            v: Envelope::VERSION,
            community: community.to_owned(),
            seq,
            at,
            prev: self.last_leaf,
            stream: content.stream.to_owned(),
            stream_version: content.version,
            kind: content.kind.to_owned(),
            actor: content.actor.to_owned(),
            body: content.body,
        };
        let bytes = envelope.bytes().map_err(|error| StoreError::Invalid { what: error.to_string() })?;
        let leaf = leaf_hash(&bytes);
        let completed = self.frontier.append(leaf);
        self.last_leaf = leaf;
        self.last_at = Some(at);
        let tiles = completed
            .into_iter()
            .filter(|(subtree, _)| subtree.height.is_multiple_of(TILE_HEIGHT))
            .map(|(subtree, hash)| (subtree.height / TILE_HEIGHT, subtree.index, hash))
            .collect();
        Ok(Appended { seq, bytes, leaf, tiles })
    }
}

/// Heads and changes as readers see them: only what is durable.
///
/// The lock file keeps other writers out, so that what is counted here since the start is all there was.
#[derive(Debug, Default)]
pub(crate) struct Published(RwLock<Seen>);

#[derive(Debug, Default)]
struct Seen {
    heads: BTreeMap<String, LogHead>,
    /// How often each community changed.
    changes: BTreeMap<String, u64>,
    /// How often streams grew and views changed, each counted in the place that its name falls on: as many places as there
    /// are, whatever the number of streams and views.
    named: Buckets,
    /// How often what belongs to all changed.
    above: u64,
    /// All of these.
    everywhere: u64,
    places: u64,
    accounts: u64,
    erasures: u64,
    /// How often nobody knew what a commit left behind.
    uncertain: u64,
}

/// Counts by name in a bounded room. Two names on one place are counted together: then one of them seems to have changed
/// when it was the other, and is read once more.
#[derive(Debug)]
struct Buckets(Vec<u64>);

/// How many there are: half a mebibyte.
const PLACES: u32 = 1 << 16;

impl Default for Buckets {
    fn default() -> Self {
        Self(vec![0; PLACES as usize])
    }
}

impl Buckets {
    /// The place of a stream.
    fn stream(community: &str, stream: &str) -> usize {
        Self::place(&(community, stream))
    }

    /// The place of all views of a kind.
    fn views(community: &str, kind: &str) -> usize {
        Self::place(&("views", community, kind))
    }

    /// The place of the comments on a subject.
    fn comments(community: &str, subject: &str) -> usize {
        Self::place(&("comments", community, subject))
    }

    /// The place of a view.
    fn view(community: &str, kind: &str, id: &str) -> usize {
        Self::place(&(community, kind, id))
    }

    /// The place of a name: the same as long as the process lives, which is as long as the counts do.
    fn place(name: &impl Hash) -> usize {
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        usize::try_from(hasher.finish() % u64::from(PLACES)).unwrap_or_default()
    }

    fn count(&self, place: usize) -> u64 {
        self.0.get(place).copied().unwrap_or_default()
    }

    fn grow(&mut self, place: usize) {
        if let Some(count) = self.0.get_mut(place) {
            *count += 1;
        }
    }
}

/// What a commit changed.
#[derive(Debug, Default)]
pub(crate) struct Changed {
    communities: BTreeSet<String>,
    /// Where the streams that grew and the views that changed are counted.
    named: BTreeSet<usize>,
    everything: bool,
    places: bool,
    accounts: bool,
    erasures: bool,
}

impl Changed {
    pub(crate) fn community(&mut self, community: &str) {
        if !self.communities.contains(community) {
            self.communities.insert(community.to_owned());
        }
    }

    /// What a unit that was written changed.
    pub(crate) fn unit(&mut self, unit: &Unit) {
        let own = unit.scope.as_ref().map(Scope::community);
        if let Some(own) = own.filter(|_| !unit.entries.is_empty()) {
            self.community(own);
            self.named.extend(unit.entries.iter().map(|entry| Buckets::stream(own, &entry.stream)));
        }
        for row in &unit.rows {
            match (own, row) {
                (Some(own), Row::PutView(ViewRow { kind, id, .. }) | Row::DeleteView { kind, id }) => {
                    self.named.extend([Buckets::view(own, kind, id), Buckets::views(own, kind)]);
                }
                (Some(own), Row::PutComment(comment)) => {
                    self.named.insert(Buckets::comments(own, &comment.subject));
                }
                _ => {}
            }
            self.places |= matches!(row, Row::PutTown(_) | Row::PutCommunity(_));
            self.erasures |= matches!(row, Row::ErasePerson { .. } | Row::DeleteHousehold { .. });
            self.accounts |= matches!(
                row,
                Row::PutAccount(_)
                    | Row::RevokeSession { .. }
                    | Row::RevokeSessionsOf { .. }
                    | Row::ErasePerson { .. }
            );
            match (row.touches(), own) {
                (Touches::Nothing, _) => {}
                (Touches::Community(community), _) => self.community(community),
                (Touches::Unit, Some(own)) => self.community(own),
                (Touches::Unit, None) | (Touches::Everything, _) => self.everything = true,
            }
        }
    }
}

impl Published {
    fn read(&self) -> RwLockReadGuard<'_, Seen> {
        // A panic while holding this lock cannot leave the maps half written.
        self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    pub(crate) fn get(&self, community: &str) -> Option<LogHead> {
        self.read().heads.get(community).cloned()
    }

    pub(crate) fn changes(&self, of: Changes<'_>) -> u64 {
        let seen = self.read();
        match of {
            // Both counts only grow, so that their sum is the same only while both are.
            Changes::Community(scope) => {
                seen.above + seen.changes.get(scope.community()).copied().unwrap_or(0)
            }
            Changes::Stream(scope, stream) => {
                seen.uncertain + seen.named.count(Buckets::stream(scope.community(), stream))
            }
            Changes::View(scope, kind, id) => {
                seen.uncertain + seen.named.count(Buckets::view(scope.community(), kind, id))
            }
            Changes::Views(scope, kind) => {
                seen.uncertain + seen.named.count(Buckets::views(scope.community(), kind))
            }
            Changes::Comments(scope, subject) => {
                seen.uncertain + seen.named.count(Buckets::comments(scope.community(), subject))
            }
            Changes::Everywhere => seen.everywhere,
            Changes::Places => seen.places,
            Changes::Accounts => seen.accounts,
            Changes::Erasures => seen.erasures,
        }
    }

    pub(crate) fn put(&self, heads: Vec<(String, LogHead)>, changed: Changed) {
        let mut seen = self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        seen.heads.extend(heads);
        for community in changed.communities {
            *seen.changes.entry(community).or_insert(0) += 1;
            seen.everywhere += 1;
        }
        changed.named.into_iter().for_each(|place| seen.named.grow(place));
        if changed.everything {
            seen.above += 1;
            seen.everywhere += 1;
        }
        seen.places += u64::from(changed.places);
        seen.accounts += u64::from(changed.accounts);
        seen.erasures += u64::from(changed.erasures);
    }

    /// Nobody knows what a commit that failed left behind.
    pub(crate) fn uncertain(&self) {
        let (communities, named) = (BTreeSet::new(), BTreeSet::new());
        let all =
            Changed { communities, named, everything: true, places: true, accounts: true, erasures: true };
        self.put(Vec::new(), all);
        self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner).uncertain += 1;
    }
}

/// Reads a head from what is stored.
pub(crate) async fn load(connection: &mut SqliteConnection, community: &str) -> Result<Head, StoreError> {
    let size = size(connection, community).await?;
    let mut peaks = Vec::new();
    for peak in Frontier::plan(size) {
        peaks.push(hash(connection, community, peak).await?);
    }
    let frontier = Frontier::from_peaks(size, peaks)
        .ok_or_else(|| damaged(format!("the log of `{community}` has a gap")))?;
    let last_leaf = match size.checked_sub(1) {
        Some(last) => hash(connection, community, Subtree { height: 0, index: last }).await?,
        None => ZERO_LEAF,
    };
    let last_at = last_at(connection, community, size).await?;
    Ok(Head { frontier, last_leaf, last_at })
}

/// The time of the last of a log's entries.
async fn last_at(
    connection: &mut SqliteConnection,
    community: &str,
    size: u64,
) -> Result<Option<Timestamp>, StoreError> {
    let Some(last) = size.checked_sub(1) else { return Ok(None) };
    let bytes: Vec<u8> =
        sqlx::query_scalar("SELECT bytes FROM log_entries WHERE community = ?1 AND seq = ?2")
            .bind(community)
            .bind(signed(last)?)
            .fetch_one(connection)
            .await
            .map_err(store_error)?;
    match Envelope::parse(&bytes) {
        Ok(envelope) => Ok(Some(envelope.at)),
        Err(_) => Err(damaged(format!("entry {last} of the log of `{community}` is damaged"))),
    }
}

/// The root of the tree of the first `size` entries.
pub(crate) async fn root_at(
    connection: &mut SqliteConnection,
    community: &str,
    size: u64,
) -> Result<Digest, StoreError> {
    let mut peaks = Vec::new();
    for peak in Frontier::plan(size) {
        peaks.push(hash(connection, community, peak).await?);
    }
    Ok(fold(&peaks).unwrap_or_else(yishi_record::merkle::empty_root))
}

/// How many entries a log has.
pub(crate) async fn size(connection: &mut SqliteConnection, community: &str) -> Result<u64, StoreError> {
    let last: Option<i64> = sqlx::query_scalar("SELECT max(seq) FROM log_entries WHERE community = ?1")
        .bind(community)
        .fetch_one(connection)
        .await
        .map_err(store_error)?;
    let size = last.map_or(0, |last| last + 1);
    u64::try_from(size).map_err(|_| damaged(format!("the log of `{community}` ends at `{size}`")))
}

/// The root of a perfect subtree, from at most 255 hashes of the tile level below it.
pub(crate) async fn hash(
    connection: &mut SqliteConnection,
    community: &str,
    subtree: Subtree,
) -> Result<Digest, StoreError> {
    let level = subtree.height / TILE_HEIGHT;
    let spread = subtree.height % TILE_HEIGHT;
    let first = subtree.index << spread;
    let count = 1_u64 << spread;
    let (from, to) = (signed(first)?, signed(first + count)?);
    let rows = if level == 0 {
        sqlx::query("SELECT leaf FROM log_entries WHERE community = ?1 AND seq >= ?2 AND seq < ?3 ORDER BY seq")
            .bind(community)
            .bind(from)
            .bind(to)
            .fetch_all(connection)
            .await
    } else {
        sqlx::query(
            "SELECT hash FROM log_tiles WHERE community = ?1 AND level = ?4 AND idx >= ?2 AND idx < ?3 ORDER BY idx",
        )
        .bind(community)
        .bind(from)
        .bind(to)
        .bind(i64::from(level))
        .fetch_all(connection)
        .await
    }
    .map_err(store_error)?;
    let hashes = decode::all(rows, |columns| columns.digest())?;
    let mut inner = Frontier::new();
    for hash in &hashes {
        inner.append(*hash);
    }
    if inner.size() == count {
        Ok(inner.root())
    } else {
        Err(damaged(format!("the log of `{community}` lacks hashes of level {level} from {first} on")))
    }
}
