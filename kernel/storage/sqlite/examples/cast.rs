//! How many votes per second are acknowledged durably, against one commit per vote on the same disk.
//!
//! `cargo run --release -p yishi-storage-sqlite --example cast [-- <directory>]`

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use yishi_storage::{
    BallotDraft, BallotKey, BallotSecrecy, CastVote, Channel, Choice, CommunityRow, RollPlace, Row, Scope,
    Store, TownRow, Unit,
};
use yishi_storage_sqlite::SqliteStore;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

const CALLERS: usize = 64;
const VOTES: usize = 40_000;
const NAIVE_VOTES: usize = 1_500;

#[tokio::main]
async fn main() -> Outcome<()> {
    let directory = match std::env::args().nth(1) {
        Some(path) => tempfile::tempdir_in(path)?,
        None => tempfile::tempdir()?,
    };
    let naive = naive(&directory.path().join("naive.db"), CALLERS).await?;
    println!("one commit per vote:    {naive:>7} votes/s");
    let serial = self::naive(&directory.path().join("serial.db"), 1).await?;
    println!("one connection only:    {serial:>7} votes/s");
    for (secrecy, name) in [(BallotSecrecy::Open, "open"), (BallotSecrecy::Secret, "secret")] {
        let grouped = grouped(&directory.path().join(name), secrecy).await?;
        println!("group commit, {name:<8}  {grouped:>7} votes/s  {:>4} times", grouped / naive.max(1));
    }
    Ok(())
}

/// The whole path of a vote: decided, entered in the log, committed, answered.
async fn grouped(directory: &Path, secrecy: BallotSecrecy) -> Outcome<u64> {
    let now: Timestamp = "2026-03-01T01:00:00Z".parse()?;
    let store = SqliteStore::open(directory).await?;
    let scope = Scope::issued("com_019d0000-0000-7000-8000-000000000001");
    let voter = |n: usize| format!("per_019d0000-0000-7000-8000-{n:012}");
    let town = TownRow { id: "town_1".into(), name: "镇".into(), region: "320582".into(), created: now };
    let community = CommunityRow {
        id: scope.community().into(),
        version: 1,
        town: "town_1".into(),
        name: "村".into(),
        kind: "village".into(),
        region: "320582".into(),
        settings: serde_json::Value::Null,
        created: now,
    };
    store.commit(Unit::global().row(Row::PutTown(town)).row(Row::PutCommunity(community))).await?;
    let ballot = "bal_019d0000-0000-7000-8000-000000000001".to_owned();
    let place = |n| RollPlace { voter: voter(n), pseudonym: format!("per_019d0000-0000-8000-8000-{n:012}") };
    let roll = (0..VOTES).map(place).collect();
    let draft =
        BallotDraft { ballot: ballot.clone(), secrecy, deadline: None, roll, key: BallotKey([1; 32]) };
    store.commit(Unit::of(scope.clone()).row(Row::OpenBallot(draft))).await?;

    let store = Arc::new(store);
    let next = Arc::new(AtomicUsize::new(0));
    let elapsed = stopwatch();
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..CALLERS {
        let (store, next, scope, ballot) =
            (Arc::clone(&store), Arc::clone(&next), scope.clone(), ballot.clone());
        callers.spawn(async move {
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= VOTES {
                    return Ok::<_, yishi_storage::CastError>(());
                }
                let mut random_key = [0; 16];
                random_key[..8]
                    .copy_from_slice(&(n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
                let vote = CastVote {
                    scope: scope.clone(),
                    ballot: ballot.clone(),
                    voter: voter(n),
                    choice: [Choice::Yes, Choice::No, Choice::Abstain][n % 3],
                    channel: Channel::Web,
                    actor: None,
                    at: now,
                    idempotency_key: Some(format!("key-{n}")),
                    random_key,
                };
                store.cast(vote).await?;
            }
        });
    }
    while let Some(done) = callers.join_next().await {
        done??;
    }
    let rate = per_second(VOTES, elapsed());
    let tally = store.stop_ballot(&scope, &ballot).await?;
    if tally.cast != VOTES as u64 {
        return Err(format!("{} of {VOTES} votes were counted", tally.cast).into());
    }
    if let Some(store) = Arc::into_inner(store) {
        store.close().await;
    }
    Ok(rate)
}

/// The plain way: what a vote has to leave behind (its row and its log entry), 64 callers with a pool of so many
/// connections, one durable commit per vote. Nothing is checked, hashed or chained.
async fn naive(file: &Path, connections: usize) -> Outcome<u64> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(30));
    let pool = SqlitePoolOptions::new()
        .max_connections(u32::try_from(connections)?)
        .acquire_timeout(Duration::from_secs(120))
        .connect_with(options)
        .await?;
    sqlx::raw_sql(
        "CREATE TABLE votes (voter TEXT PRIMARY KEY, choice TEXT NOT NULL) STRICT, WITHOUT ROWID;
         CREATE TABLE entries (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;",
    )
    .execute(&pool)
    .await?;
    let next = Arc::new(AtomicUsize::new(0));
    let elapsed = stopwatch();
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..CALLERS {
        let (pool, next) = (pool.clone(), Arc::clone(&next));
        callers.spawn(async move {
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= NAIVE_VOTES {
                    return Ok::<_, sqlx::Error>(());
                }
                let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
                sqlx::query("INSERT INTO votes (voter, choice) VALUES (?1, 'yes')")
                    .bind(format!("voter-{n}"))
                    .execute(&mut *transaction)
                    .await?;
                sqlx::query("INSERT INTO entries (bytes) VALUES (?1)")
                    .bind(vec![b'x'; 480])
                    .execute(&mut *transaction)
                    .await?;
                transaction.commit().await?;
            }
        });
    }
    while let Some(done) = callers.join_next().await {
        done??;
    }
    let rate = per_second(NAIVE_VOTES, elapsed());
    pool.close().await;
    Ok(rate)
}

fn per_second(count: usize, elapsed: Duration) -> u64 {
    let micros = elapsed.as_micros().max(1);
    u64::try_from(count as u128 * 1_000_000 / micros).unwrap_or(u64::MAX)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a measurement asks the machine for the time; nothing recorded does"
)]
fn stopwatch() -> impl Fn() -> Duration {
    let start = Instant::now();
    move || start.elapsed()
}
