//! 嵌入式存储 (embedded storage): yishi on one SQLite file.
//!
//! One writer task drains a queue into group commits ([`writer`](self)); a pool of readers sees only what
//! is durable. Durability is WAL with `synchronous = FULL`: an answer is given after the commit is on disk.
//!
//! What people chose in a running secret ballot is sealed in the database with a key that is not in it ([`keys`](self)).
//!
//! Architecture invariant: only the writer's connection writes. A lock file keeps other processes out, so
//! what the writer remembers of heads and open ballots is what is stored.

mod apply;
mod cast;
mod check;
mod decode;
mod error;
mod keys;
mod log;
mod mark;
mod migrate;
mod open;
mod read;
mod writer;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::sqlite::SqlitePool;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use yishi_canonical::Digest;
use yishi_storage::{
    AccountHome, AccountRow, BallotRow, CastError, CastReceipt, CastVote, Changes, CommentRow, Committed,
    CommunityRow, DocumentRow, Feed, HouseholdRow, IdempotencyRecord, JobRow, LogHead, OutboxItem, Page,
    Participation, PersonQuery, PersonRow, PluginRecordQuery, PluginRecordRow, PointRow, ReceiptParts, Scope,
    SessionRow, ShelfRow, Store, StoreError, StoredCheckpoint, StoredEntry, Tally, TownRow, Unit, ViewQuery,
    ViewRow,
};

pub use check::{LogFault, LogState};
pub use error::OpenError;

use error::store_error;
use log::Published;
use mark::InUse;
use writer::{Request, Writer};

/// How many requests may wait for the writer.
const QUEUE: usize = 4096;
/// How long a request waits for a place in the queue before it is told that storage is busy.
const PATIENCE: Duration = Duration::from_secs(5);

type Read<T> = Result<T, StoreError>;

/// A store in one directory.
#[derive(Debug)]
pub struct SqliteStore {
    readers: SqlitePool,
    queue: mpsc::Sender<Request>,
    published: Arc<Published>,
    writer: JoinHandle<()>,
    /// The check of a large database, beside the work.
    looking: Option<JoinHandle<()>>,
    damage: Arc<OnceLock<String>>,
}

/// 已查看 (a database that was looked at and is not yet in use).
pub struct Examined {
    opened: open::Opened,
    logs: Vec<LogState>,
    large: bool,
    damage: Option<String>,
}

impl std::fmt::Debug for Examined {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Examined").field("logs", &self.logs).finish_non_exhaustive()
    }
}

impl Examined {
    /// Which database this is: a value it was given when it was made.
    #[must_use]
    pub fn database(&self) -> &str {
        &self.opened.database
    }

    /// The log of every community.
    #[must_use]
    pub fn logs(&self) -> &[LogState] {
        &self.logs
    }

    /// Whether the journal with what was last committed is gone.
    #[must_use]
    pub const fn journal_lost(&self) -> bool {
        self.opened.journal_lost
    }

    /// The first thing that speaks against using the database as it is.
    #[must_use]
    pub fn fault(&self) -> Option<OpenError> {
        if let Some(what) = &self.damage {
            return Some(OpenError::Damaged(what.clone()));
        }
        let broken = self.logs.iter().find_map(|log| Some((log, log.fault.as_ref()?)));
        match broken {
            Some((log, fault)) => {
                Some(OpenError::Log { community: log.community.clone(), what: fault.to_string() })
            }
            None => self.journal_lost().then_some(OpenError::Journal),
        }
    }

    /// Whether nobody has begun anything in it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn is_empty(&self) -> Result<bool, OpenError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM accounts) OR EXISTS (SELECT 1 FROM towns)";
        let used: bool = sqlx::query_scalar(sql).fetch_one(&self.opened.readers).await?;
        Ok(!used)
    }

    /// How often logs of this database were continued after a loss.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn continuations(&self) -> Result<u32, OpenError> {
        let sql = "SELECT coalesce(max(version), 0) FROM log_entries WHERE kind = 'log.continued'";
        let times: i64 = sqlx::query_scalar(sql).fetch_one(&self.opened.readers).await?;
        Ok(u32::try_from(times).unwrap_or(u32::MAX))
    }

    /// The root over the first `size` entries of a log that has as many.
    ///
    /// # Errors
    /// When it cannot be read, or lacks hashes.
    pub async fn root_at(&self, community: &str, size: u64) -> Result<Digest, OpenError> {
        let mut connection = self.opened.readers.acquire().await?;
        Ok(log::root_at(&mut connection, community, size).await?)
    }

    /// Gives up what was signed of logs beyond what is there, and the loss of a journal: the way out that
    /// `yishi recover` takes after somebody has said so.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn accept_losses(&mut self) -> Result<(), OpenError> {
        for log in &mut self.logs {
            let size = i64::try_from(log.size).unwrap_or(i64::MAX);
            sqlx::query("DELETE FROM checkpoints WHERE community = ?1 AND size > ?2")
                .bind(&log.community)
                .bind(size)
                .execute(&mut self.opened.writer)
                .await?;
            if matches!(log.fault, Some(LogFault::Shorter { .. })) {
                log.fault = None;
            }
        }
        self.opened.journal_lost = false;
        Ok(())
    }

    /// Puts it to use. A large database is looked through beside the work; where that finds damage, nothing more is
    /// written and [`Store::ready`] says so.
    ///
    /// # Errors
    /// When it cannot be marked as in use.
    pub fn start(self) -> Result<SqliteStore, OpenError> {
        let Self { opened, large, .. } = self;
        let unusable = |error| OpenError::Directory("the lock file".to_owned(), error);
        let open::Opened { writer, readers, lock, keys, running, .. } = opened;
        let lock = InUse::begin(lock).map_err(unusable)?;
        let keyless = |error| OpenError::Directory("the folder of ballot keys".to_owned(), error);
        keys.keep_only(&running).map_err(keyless)?;
        let published = Arc::new(Published::default());
        let damage = Arc::new(OnceLock::new());
        let (queue, requests) = mpsc::channel(QUEUE);
        let writer = tokio::spawn(Writer::new(writer, lock, Arc::clone(&published), keys).run(requests));
        let looking = large.then(|| tokio::spawn(look(readers.clone(), Arc::clone(&damage))));
        Ok(SqliteStore { readers, queue, published, writer, looking, damage })
    }
}

/// Looks through a large database and notes what is damaged.
async fn look(readers: SqlitePool, damage: Arc<OnceLock<String>>) {
    match check::whole(&readers).await {
        Ok(None) => tracing::info!("the database was looked through and is whole"),
        Ok(Some(what)) => {
            tracing::error!(%what, "the database is damaged; nothing more is written");
            // Nobody else sets it.
            let _ = damage.set(what);
        }
        Err(error) => tracing::error!(%error, "the database could not be looked through"),
    }
}

impl SqliteStore {
    /// Opens the store in a directory, making it if it is new, and checks that it can be trusted.
    ///
    /// # Errors
    /// [`OpenError`] naming what speaks against it. Nothing was changed in that case.
    pub async fn open(directory: impl AsRef<Path>) -> Result<Self, OpenError> {
        let examined = Self::examine(directory).await?;
        match examined.fault() {
            Some(fault) => Err(fault),
            None => examined.start(),
        }
    }

    /// Opens the database in a directory, making it if it is new, and looks at what is there. Nothing is served and
    /// nothing written until [`Examined::start`].
    ///
    /// # Errors
    /// [`OpenError`] when the database cannot be read at all.
    pub async fn examine(directory: impl AsRef<Path>) -> Result<Examined, OpenError> {
        let opened = open::open(directory.as_ref()).await?;
        let logs = check::logs(&opened.readers).await?;
        let large = check::bytes(&opened.readers).await? > check::AT_ONCE;
        let damage = if large { None } else { check::whole(&opened.readers).await? };
        Ok(Examined { opened, logs, large, damage })
    }

    /// Ends the store: what was asked is still written, then the files are closed and the directory is free.
    pub async fn close(self) {
        let Self { readers, queue, writer, looking, .. } = self;
        if let Some(looking) = looking {
            looking.abort();
        }
        readers.close().await;
        drop(queue);
        if let Err(error) = writer.await {
            tracing::error!(%error, "the writer had stopped");
        }
    }

    async fn ask<T>(
        &self,
        request: impl FnOnce(oneshot::Sender<Result<T, StoreError>>) -> Request,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.send(request(reply)).await?;
        answer.await.map_err(|_| stopped())?
    }

    async fn ask_vote<T>(
        &self,
        request: impl FnOnce(oneshot::Sender<Result<T, CastError>>) -> Request,
    ) -> Result<T, CastError> {
        let (reply, answer) = oneshot::channel();
        self.send(request(reply)).await?;
        answer.await.map_err(|_| stopped())?
    }

    async fn send(&self, request: Request) -> Result<(), StoreError> {
        self.sound()?;
        match self.queue.send_timeout(request, PATIENCE).await {
            Ok(()) => Ok(()),
            Err(mpsc::error::SendTimeoutError::Timeout(_)) => Err(StoreError::Busy),
            Err(mpsc::error::SendTimeoutError::Closed(_)) => Err(stopped()),
        }
    }
}

impl SqliteStore {
    /// Nothing is written to a database that was found damaged.
    fn sound(&self) -> Result<(), StoreError> {
        match self.damage.get() {
            Some(what) => Err(StoreError::Corrupt { what: what.clone() }),
            None => Ok(()),
        }
    }
}

fn stopped() -> StoreError {
    StoreError::Unavailable("the writer has stopped".into())
}

#[async_trait]
impl Store for SqliteStore {
    async fn commit(&self, unit: Unit) -> Result<Committed, StoreError> {
        unit.validate()?;
        self.ask(|reply| Request::Commit(Box::new(unit), reply)).await
    }

    async fn cast(&self, vote: CastVote) -> Result<CastReceipt, CastError> {
        vote.validate()?;
        self.ask_vote(|reply| Request::Cast(Box::new(vote), reply)).await
    }

    async fn stop_ballot(&self, scope: &Scope, ballot: &str) -> Result<Tally, CastError> {
        let (community, ballot) = (scope.community().to_owned(), ballot.to_owned());
        self.ask_vote(|reply| Request::Stop { community, ballot, at: None, reply }).await
    }

    async fn stop_ballot_at(&self, scope: &Scope, ballot: &str, cast: u64) -> Result<Tally, CastError> {
        let (community, ballot) = (scope.community().to_owned(), ballot.to_owned());
        self.ask_vote(|reply| Request::Stop { community, ballot, at: Some(cast), reply }).await
    }

    async fn changes(&self, of: Changes<'_>) -> Read<u64> {
        Ok(self.published.changes(of))
    }

    async fn head(&self, scope: &Scope) -> Read<LogHead> {
        if let Some(head) = self.published.get(scope.community()) {
            return Ok(head);
        }
        let community = scope.community().to_owned();
        self.ask(|reply| Request::Head { community, reply }).await
    }

    async fn stream(&self, scope: &Scope, stream: &str) -> Read<Vec<StoredEntry>> {
        read::record::stream(&self.readers, scope, stream).await
    }

    async fn stream_after(&self, scope: &Scope, stream: &str, after: u64) -> Read<Vec<StoredEntry>> {
        read::record::stream_after(&self.readers, scope, stream, after).await
    }

    async fn stream_version(&self, scope: &Scope, stream: &str) -> Read<u64> {
        read::record::stream_version(&self.readers, scope, stream).await
    }

    async fn entries(&self, scope: &Scope, from: u64, limit: u32) -> Read<Vec<StoredEntry>> {
        read::record::entries(&self.readers, scope, from, limit).await
    }

    async fn feed(&self, scope: &Scope, feed: &Feed) -> Read<Vec<StoredEntry>> {
        read::record::feed(&self.readers, scope, feed).await
    }

    async fn receipt_parts(&self, scope: &Scope, seq: u64, size: u64) -> Read<Option<ReceiptParts>> {
        read::record::receipt_parts(&self.readers, scope, seq, size).await
    }

    async fn consistency_proof(&self, scope: &Scope, old: u64, new: u64) -> Read<Option<Vec<Digest>>> {
        read::record::consistency(&self.readers, scope, old, new).await
    }

    async fn checkpoint(&self, scope: &Scope) -> Read<Option<StoredCheckpoint>> {
        read::record::checkpoint(&self.readers, scope).await
    }

    async fn checkpoint_of_size(&self, scope: &Scope, size: u64) -> Read<Option<StoredCheckpoint>> {
        read::record::checkpoint_of_size(&self.readers, scope, size).await
    }

    async fn unsigned_logs(&self, limit: u32) -> Read<Vec<Scope>> {
        read::record::unsigned_logs(&self.readers, limit).await
    }

    async fn ballot(&self, scope: &Scope, ballot: &str) -> Read<Option<BallotRow>> {
        read::ballots::ballot(&self.readers, scope, ballot).await
    }

    async fn voter(&self, scope: &Scope, ballot: &str, voter: &str) -> Read<Option<Option<Participation>>> {
        read::ballots::voter(&self.readers, scope, ballot, voter).await
    }

    async fn participations(
        &self,
        scope: &Scope,
        ballot: &str,
        page: &Page<String>,
    ) -> Read<Vec<Participation>> {
        read::ballots::participations(&self.readers, scope, ballot, page).await
    }

    async fn roll(&self, scope: &Scope, ballot: &str, page: &Page<String>) -> Read<Vec<String>> {
        read::ballots::roll(&self.readers, scope, ballot, page).await
    }

    async fn view(&self, scope: &Scope, kind: &str, id: &str) -> Read<Option<ViewRow>> {
        read::views::view(&self.readers, scope, kind, id).await
    }

    async fn views_named(&self, scope: &Scope, names: &[(&str, &str)]) -> Read<Vec<ViewRow>> {
        read::views::named(&self.readers, scope, names).await
    }

    async fn views(&self, scope: &Scope, query: &ViewQuery) -> Read<Vec<ViewRow>> {
        read::views::views(&self.readers, scope, query).await
    }

    async fn salts(&self, scope: &Scope, subjects: &[String]) -> Read<Vec<(String, [u8; 32])>> {
        read::people::salts(&self.readers, scope, subjects).await
    }

    async fn subjects(&self, scope: &Scope, pseudonyms: &[String]) -> Read<Vec<(String, String)>> {
        read::people::subjects(&self.readers, scope, pseudonyms).await
    }

    async fn document(&self, scope: &Scope, digest: &Digest) -> Read<Option<DocumentRow>> {
        read::views::document(&self.readers, scope, digest).await
    }

    async fn documents(&self, scope: &Scope, digests: &BTreeSet<Digest>) -> Read<Vec<DocumentRow>> {
        read::views::documents(&self.readers, scope, digests).await
    }

    async fn person(&self, scope: &Scope, id: &str) -> Read<Option<PersonRow>> {
        read::people::person(&self.readers, scope, id).await
    }

    async fn persons(&self, scope: &Scope, query: &PersonQuery) -> Read<Vec<PersonRow>> {
        read::people::persons(&self.readers, scope, query).await
    }

    async fn person_count(&self, scope: &Scope) -> Read<u64> {
        read::people::person_count(&self.readers, scope).await
    }

    async fn household(&self, scope: &Scope, id: &str) -> Read<Option<HouseholdRow>> {
        read::people::household(&self.readers, scope, id).await
    }

    async fn households(&self, scope: &Scope, page: &Page<String>) -> Read<Vec<HouseholdRow>> {
        read::people::households(&self.readers, scope, page).await
    }

    async fn household_count(&self, scope: &Scope) -> Read<u64> {
        read::people::household_count(&self.readers, scope).await
    }

    async fn account(&self, id: &str) -> Read<Option<AccountRow>> {
        read::accounts::account(&self.readers, id).await
    }

    async fn account_by_login(&self, login: &str) -> Read<Option<AccountRow>> {
        read::accounts::account_by_login(&self.readers, login).await
    }

    async fn account_of_person(&self, scope: &Scope, person: &str) -> Read<Option<AccountRow>> {
        read::accounts::account_of_person(&self.readers, scope, person).await
    }

    async fn accounts(&self, home: Option<&AccountHome>, page: &Page<String>) -> Read<Vec<AccountRow>> {
        read::accounts::accounts(&self.readers, home, page).await
    }

    async fn session(&self, token: &Digest, now: Timestamp) -> Read<Option<(SessionRow, AccountRow)>> {
        read::accounts::session(&self.readers, token, now).await
    }

    async fn sessions_of(&self, account: &str, now: Timestamp) -> Read<Vec<SessionRow>> {
        read::accounts::sessions_of(&self.readers, account, now).await
    }

    async fn town(&self, id: &str) -> Read<Option<TownRow>> {
        read::places::town(&self.readers, id).await
    }

    async fn towns(&self, page: &Page<String>) -> Read<Vec<TownRow>> {
        read::places::towns(&self.readers, page).await
    }

    async fn community(&self, id: &str) -> Read<Option<CommunityRow>> {
        read::places::community(&self.readers, id).await
    }

    async fn communities(&self, town: Option<&str>, page: &Page<String>) -> Read<Vec<CommunityRow>> {
        read::places::communities(&self.readers, town, page).await
    }

    async fn component(&self, digest: &Digest) -> Read<Option<Vec<u8>>> {
        read::places::component(&self.readers, digest).await
    }

    async fn shelf_item(&self, scope: &Scope, digest: &Digest) -> Read<Option<ShelfRow>> {
        read::places::shelf_item(&self.readers, scope, digest).await
    }

    async fn shelf(&self, scope: &Scope) -> Read<Vec<ShelfRow>> {
        read::places::shelf(&self.readers, scope).await
    }

    async fn comments(&self, scope: &Scope, subject: &str, page: &Page<String>) -> Read<Vec<CommentRow>> {
        read::people::comments(&self.readers, scope, subject, page).await
    }

    async fn comment(&self, scope: &Scope, id: &str) -> Read<Option<CommentRow>> {
        read::people::comment(&self.readers, scope, id).await
    }

    async fn latest_records(&self, scope: &Scope, query: &PluginRecordQuery) -> Read<Vec<PluginRecordRow>> {
        read::rules::latest_records(&self.readers, scope, query).await
    }

    async fn points(&self, scope: &Scope, rule: &str, subject: &str) -> Read<i64> {
        read::rules::points(&self.readers, scope, rule, subject).await
    }

    async fn points_of(&self, scope: &Scope, basis: &str) -> Read<Vec<PointRow>> {
        read::rules::points_of(&self.readers, scope, basis).await
    }

    async fn point_rows(
        &self,
        scope: &Scope,
        rule: &str,
        subject: Option<&str>,
        page: &Page<String>,
    ) -> Read<Vec<PointRow>> {
        read::rules::point_rows(&self.readers, scope, rule, subject, page).await
    }

    async fn idempotency(&self, owner: &str, key: &str, now: Timestamp) -> Read<Option<IdempotencyRecord>> {
        read::requests::idempotency(&self.readers, owner, key, now).await
    }

    async fn jobs(&self) -> Read<Vec<JobRow>> {
        read::requests::jobs(&self.readers).await
    }

    async fn view_count(&self, scope: &Scope, kind: &str, parent: Option<&str>) -> Read<u64> {
        read::views::count(&self.readers, scope, kind, parent).await
    }

    async fn comment_count(&self, scope: &Scope, subject: &str) -> Read<u64> {
        read::people::comment_count(&self.readers, scope, subject).await
    }

    async fn outbox(&self, now: Timestamp, limit: u32) -> Read<Vec<OutboxItem>> {
        read::requests::outbox(&self.readers, now, limit).await
    }

    async fn ready(&self) -> Read<()> {
        if self.queue.is_closed() {
            return Err(stopped());
        }
        self.sound()?;
        sqlx::query("SELECT 1 FROM towns LIMIT 1")
            .fetch_optional(&self.readers)
            .await
            .map(drop)
            .map_err(store_error)
    }
}
