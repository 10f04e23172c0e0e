//! What only an embedded database has to promise: its files, its start and its one writer.

use std::path::Path;

use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};
use yishi_canonical::Digest;
use yishi_storage::{
    BallotDraft, BallotSecrecy, CastError, CastVote, Channel, Choice, CommunityRow, EntryDraft, HouseholdRow,
    PersonRow, Row, Scope, Store, StoreError, StoredCheckpoint, TownRow, Unit,
};
use yishi_storage_sqlite::{OpenError, SqliteStore};

fn now() -> jiff::Timestamp {
    "2026-03-01T01:00:00Z".parse().expect("a time")
}

fn scope() -> Scope {
    Scope::issued("com_1")
}

fn entry(version: u64) -> EntryDraft {
    EntryDraft {
        stream: "mat_1".into(),
        version,
        kind: "matter.noted".into(),
        actor: "system".into(),
        at: now(),
        body: json!({"number": version}),
    }
}

async fn furnished(directory: &Path) -> SqliteStore {
    let store = SqliteStore::open(directory).await.expect("opens");
    let town = TownRow { id: "town_1".into(), name: "镇".into(), region: "320582".into(), created: now() };
    let community = CommunityRow {
        id: "com_1".into(),
        version: 1,
        town: "town_1".into(),
        name: "村".into(),
        kind: "village".into(),
        region: "320582".into(),
        settings: json!({}),
        created: now(),
    };
    let unit = Unit::global().row(Row::PutTown(town)).row(Row::PutCommunity(community));
    store.commit(unit).await.expect("commits");
    store
}

/// A connection beside the store, as somebody with the file in hand has it.
async fn beside(directory: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(directory.join("yishi.db")).connect().await.expect("opens")
}

async fn tamper(directory: &Path, sql: &'static str) {
    let mut connection = beside(directory).await;
    connection.execute(sql).await.expect("tampers");
    connection.close().await.expect("closes");
}

#[tokio::test]
async fn a_second_store_on_the_same_directory_is_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = furnished(directory.path()).await;
    let second = SqliteStore::open(directory.path()).await;
    assert!(matches!(second, Err(OpenError::Locked(_))), "{second:?}");
    store.close().await;
    SqliteStore::open(directory.path()).await.expect("opens once it is free").close().await;
}

#[tokio::test]
async fn a_newer_or_foreign_schema_is_not_touched() {
    let directory = tempfile::tempdir().expect("a directory");
    furnished(directory.path()).await.close().await;
    tamper(directory.path(), "INSERT INTO schema_migrations VALUES (9999, 'future', x'00')").await;
    let newer = SqliteStore::open(directory.path()).await;
    assert!(matches!(newer, Err(OpenError::Newer { found: 9999, .. })), "{newer:?}");
    tamper(directory.path(), "DELETE FROM schema_migrations WHERE number = 9999").await;
    tamper(directory.path(), "UPDATE schema_migrations SET digest = x'00' WHERE number = 1").await;
    let edited = SqliteStore::open(directory.path()).await;
    assert!(matches!(edited, Err(OpenError::Migration(1))), "{edited:?}");
}

#[tokio::test]
async fn a_log_that_does_not_verify_is_not_opened() {
    let tampering: [(&str, &str); 6] = [
        (
            "an altered entry",
            "UPDATE log_entries SET bytes = CAST(replace(bytes, '\"number\":3', '\"number\":4') AS BLOB) WHERE seq = 2",
        ),
        ("an altered hash", "UPDATE log_entries SET leaf = zeroblob(32) WHERE seq = 2"),
        ("a missing entry", "DELETE FROM log_entries WHERE seq = 2"),
        ("a cut tail", "DELETE FROM log_entries WHERE seq >= 299"),
        ("an altered tile", "UPDATE log_tiles SET hash = zeroblob(32)"),
        ("a moved entry", "UPDATE log_entries SET stream = 'mat_2' WHERE seq = 290"),
    ];
    for (what, sql) in tampering {
        let directory = tempfile::tempdir().expect("a directory");
        let store = furnished(directory.path()).await;
        let unit = (1..=300).fold(Unit::of(scope()), |unit, version| unit.entry(entry(version)));
        store.commit(unit).await.expect("commits");
        let head = store.head(&scope()).await.expect("head");
        let row = StoredCheckpoint { size: head.size, root: head.root, note: "note".into(), at: now() };
        store.commit(Unit::of(scope()).row(Row::PutCheckpoint(row))).await.expect("commits");
        store.close().await;
        SqliteStore::open(directory.path()).await.expect("opens while it is sound").close().await;
        tamper(directory.path(), sql).await;
        let refused = SqliteStore::open(directory.path()).await;
        match refused {
            Err(OpenError::Log { community, .. }) => assert_eq!(community, "com_1", "{what}"),
            other => panic!("{what}: {other:?}"),
        }
    }
}

/// How often these bytes stand in any file of the directory.
fn found(directory: &Path, bytes: &[u8]) -> usize {
    std::fs::read_dir(directory)
        .expect("lists")
        .map(|file| std::fs::read(file.expect("a file").path()).expect("reads"))
        .map(|content| content.windows(bytes.len()).filter(|window| *window == bytes).count())
        .sum()
}

#[tokio::test]
async fn nothing_of_a_secret_choice_stays_in_the_files() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = furnished(directory.path()).await;
    open_ballot(&store, "bal_1", BallotSecrecy::Secret, 50).await;
    let canary = |n: usize| vote("bal_1", n).random_key;
    for n in 0..50 {
        store.cast(CastVote { choice: Choice::Yes, ..vote("bal_1", n) }).await.expect("is taken");
    }
    assert!((0..50).all(|n| found(directory.path(), &canary(n)) > 0), "the search finds what is there");
    let tally = store.stop_ballot(&scope(), "bal_1").await.expect("stops");
    assert_eq!(tally.yes, 50);
    let settle = Unit::of(scope()).row(Row::SettleBallot { ballot: "bal_1".into() }).entry(entry(1));
    store.commit(settle).await.expect("settles");
    // The journal is emptied right after the commit; the next answer comes after that.
    store.commit(Unit::of(scope()).entry(entry(2))).await.expect("commits");
    let left: Vec<usize> = (0..50).filter(|n| found(directory.path(), &canary(*n)) > 0).collect();
    assert_eq!(left, Vec::<usize>::new(), "keys still in the files");
    store.close().await;
}

#[tokio::test]
async fn nothing_of_an_erased_person_stays_in_the_files() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = furnished(directory.path()).await;
    let name = "欧阳震华测试";
    let household =
        HouseholdRow { id: "hh_1".into(), version: 1, label: "1".into(), head: None, extra: json!({}) };
    let person = PersonRow {
        id: "per_1".into(),
        version: 1,
        name: name.into(),
        birth_date: "1970-01-01".parse().expect("a date"),
        registration: "local".into(),
        household: "hh_1".into(),
        resident_since: "1970-01-01".parse().expect("a date"),
        party_member: false,
        sex: "male".into(),
        phone: None,
        extra: json!({}),
    };
    let unit = Unit::of(scope()).row(Row::PutHousehold(household)).row(Row::PutPerson(person));
    store.commit(unit).await.expect("commits");
    assert!(found(directory.path(), name.as_bytes()) > 0);
    store.commit(Unit::of(scope()).row(Row::ErasePerson { id: "per_1".into() })).await.expect("erases");
    store.commit(Unit::of(scope()).entry(entry(1))).await.expect("commits");
    assert_eq!(found(directory.path(), name.as_bytes()), 0);
    store.close().await;
}

/// Opens a ballot for `per_0`, `per_1` … as the first entry of the log.
async fn open_ballot(store: &SqliteStore, ballot: &str, secrecy: BallotSecrecy, voters: usize) {
    let roll = (0..voters).map(|n| format!("per_{n}")).collect();
    let draft = BallotDraft { ballot: ballot.into(), secrecy, deadline: None, roll };
    let unit = Unit::of(scope()).row(Row::OpenBallot(draft));
    store.commit(unit).await.expect("a ballot can be opened");
}

fn vote(ballot: &str, voter: usize) -> CastVote {
    CastVote {
        scope: scope(),
        ballot: ballot.into(),
        voter: format!("per_{voter}"),
        choice: [Choice::Yes, Choice::No, Choice::Abstain][voter % 3],
        channel: Channel::Web,
        actor: "acc_1".into(),
        at: now(),
        idempotency_key: Some(format!("key-{voter}")),
        random_key: Digest::of(&voter.to_be_bytes()).as_bytes()[..16].try_into().expect("16 bytes"),
    }
}

#[tokio::test]
async fn a_ballot_with_a_vote_too_many_is_not_counted() {
    let tampering = [
        (
            "a voter twice",
            "INSERT INTO votes SELECT community, ballot, 7, voter, choice, channel, NULL FROM votes WHERE seq = 1",
        ),
        // With foreign keys off, as a tool has them that knows nothing of rolls.
        (
            "a voter who is not on the roll",
            "PRAGMA foreign_keys = OFF; UPDATE votes SET voter = 'per_9' WHERE seq = 1",
        ),
    ];
    for (what, sql) in tampering {
        let directory = tempfile::tempdir().expect("a directory");
        let store = furnished(directory.path()).await;
        store.commit(Unit::of(scope()).entry(entry(1))).await.expect("commits");
        open_ballot(&store, "bal_1", BallotSecrecy::Open, 8).await;
        for voter in 0..4 {
            store.cast(vote("bal_1", voter)).await.expect("is taken");
        }
        // The entry the second vote claims to be.
        store
            .commit(Unit::of(scope()).entry(entry(2)).entry(entry(3)).entry(entry(4)))
            .await
            .expect("commits");
        store.close().await;
        tamper(directory.path(), sql).await;
        let store = match SqliteStore::open(directory.path()).await {
            Ok(store) => store,
            // A row that refers to nothing is found at the start, before anybody votes on top of it.
            Err(OpenError::Damaged(found)) => {
                assert!(what.contains("not on the roll") && found.contains("votes"), "{what}: {found}");
                continue;
            }
            Err(error) => panic!("{what}: the log itself is sound, but {error:?}"),
        };
        let cast = store.cast(vote("bal_1", 5)).await;
        assert!(matches!(cast, Err(CastError::Store(StoreError::Corrupt { .. }))), "{what}: {cast:?}");
        let tally = store.stop_ballot(&scope(), "bal_1").await;
        assert!(matches!(tally, Err(CastError::Store(StoreError::Corrupt { .. }))), "{what}: {tally:?}");
        store.commit(Unit::of(scope()).entry(entry(5))).await.expect("everything else goes on");
        store.close().await;
    }
}

#[tokio::test]
async fn a_store_of_the_first_schema_is_carried_over() {
    let directory = tempfile::tempdir().expect("a directory");
    let (fresh, old) = (directory.path().join("fresh"), directory.path().join("old"));
    let store = furnished(&fresh).await;
    store.commit(Unit::of(scope()).entry(entry(1))).await.expect("commits");
    open_ballot(&store, "bal_open", BallotSecrecy::Open, 300).await;
    open_ballot(&store, "bal_secret", BallotSecrecy::Secret, 300).await;
    for voter in (0..290).rev() {
        store.cast(vote("bal_open", voter)).await.expect("is taken");
        store.cast(vote("bal_secret", voter)).await.expect("is taken");
    }
    let head = store.head(&scope()).await.expect("head");
    let entries = store.entries(&scope(), 0, 1000).await.expect("entries");
    store.close().await;

    // The same content as the first schema kept it.
    std::fs::create_dir_all(&old).expect("a directory");
    let first = include_str!("../migrations/0001_foundation.sql");
    let mut connection = SqliteConnectOptions::new()
        .filename(old.join("yishi.db"))
        .create_if_missing(true)
        .connect()
        .await
        .expect("opens");
    connection.execute(first).await.expect("the first schema");
    let ledger = "CREATE TABLE schema_migrations (number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, digest BLOB NOT NULL) STRICT";
    connection.execute(ledger).await.expect("the ledger");
    sqlx::query("INSERT INTO schema_migrations VALUES (1, 'foundation', ?)")
        .bind(Digest::of(first.as_bytes()).as_bytes().as_slice())
        .execute(&mut connection)
        .await
        .expect("the ledger");
    sqlx::query("ATTACH ? AS fresh")
        .bind(fresh.join("yishi.db").display().to_string())
        .execute(&mut connection)
        .await
        .expect("attaches");
    let tables = [
        ("towns", "id, name, region, created"),
        ("communities", "id, version, town, name, kind, region, settings, created"),
        ("log_entries", "community, seq, stream, version, kind, bytes, leaf"),
        ("log_tiles", "community, level, idx, hash"),
        ("ballots", "community, ballot, secrecy, state, deadline, roll_size"),
        ("ballot_rolls", "community, ballot, voter"),
        ("votes", "community, ballot, voter, choice, channel, seq, idempotency_key"),
        ("secret_choices", "community, ballot, random_key, choice"),
    ];
    for (table, columns) in tables {
        let copy = format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM fresh.{table}");
        connection.execute(sqlx::AssertSqlSafe(copy)).await.expect("copies");
    }
    connection.close().await.expect("closes");

    let store = SqliteStore::open(&old).await.expect("is carried over");
    assert_eq!(store.head(&scope()).await.expect("head"), head);
    assert_eq!(store.entries(&scope(), 0, 1000).await.expect("entries"), entries);
    assert_eq!(store.stream(&scope(), "bal_open.cast").await.expect("reads").len(), 290);
    assert_eq!(store.stream(&scope(), "mat_1").await.expect("reads").len(), 1);
    assert!(store.cast(vote("bal_open", 17)).await.expect("is replayed").replayed);
    let again = CastVote { idempotency_key: None, ..vote("bal_secret", 17) };
    assert!(matches!(store.cast(again).await, Err(CastError::AlreadyVoted { .. })));
    let next = store.cast(vote("bal_open", 295)).await.expect("is taken");
    assert_eq!(next.seq, head.size);
    let tally = store.stop_ballot(&scope(), "bal_open").await.expect("stops");
    assert_eq!((tally.yes, tally.no, tally.abstain, tally.cast), (97, 98, 96, 291));
    let tally = store.stop_ballot(&scope(), "bal_secret").await.expect("stops");
    assert_eq!((tally.yes, tally.no, tally.abstain, tally.cast), (97, 97, 96, 290));
    store.close().await;
    SqliteStore::open(&old).await.expect("opens again").close().await;
}

/// Votes are decided while earlier ones are being written: when that fails, they fail too.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_is_told_of_a_vote_that_stands_on_one_that_was_not_written() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = std::sync::Arc::new(furnished(directory.path()).await);
    store.commit(Unit::of(scope()).entry(entry(1))).await.expect("commits");
    open_ballot(&store, "bal_1", BallotSecrecy::Open, 3000).await;
    store.cast(vote("bal_1", 0)).await.expect("is taken, and the ballot is in memory");
    let everybody = |from: usize| {
        let store = std::sync::Arc::clone(&store);
        async move {
            let mut callers = tokio::task::JoinSet::new();
            for voter in from..3000 {
                let store = std::sync::Arc::clone(&store);
                callers.spawn(async move { (voter, store.cast(vote("bal_1", voter)).await) });
            }
            callers.join_all().await
        }
    };
    let mut other = beside(directory.path()).await;
    other.execute("BEGIN IMMEDIATE").await.expect("locks");
    for (voter, result) in everybody(1).await {
        assert!(matches!(result, Err(CastError::Store(StoreError::Busy))), "{voter}: {result:?}");
    }
    other.execute("ROLLBACK").await.expect("lets go");
    other.close().await.expect("closes");
    assert_eq!(store.head(&scope()).await.expect("head").size, 2, "one entry and one vote");
    let mut places: Vec<u64> = everybody(1)
        .await
        .into_iter()
        .map(|(voter, result)| result.unwrap_or_else(|error| panic!("{voter}: {error}")).seq)
        .collect();
    places.sort_unstable();
    assert!(places.into_iter().eq(2..3001), "each has a place of its own, without a gap");
    assert_eq!(store.stop_ballot(&scope(), "bal_1").await.expect("stops").cast, 3000);
    std::sync::Arc::into_inner(store).expect("nobody else holds it").close().await;
    SqliteStore::open(directory.path()).await.expect("the log verifies").close().await;
}

#[tokio::test]
async fn a_batch_that_fails_is_forgotten_wholly() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = furnished(directory.path()).await;
    store.commit(Unit::of(scope()).entry(entry(1))).await.expect("commits");
    open_ballot(&store, "bal_1", BallotSecrecy::Open, 2).await;
    let vote = vote("bal_1", 1);
    let head = store.head(&scope()).await.expect("head");
    // Somebody with a database tool holds the write lock: nothing can be written, and nobody is told otherwise.
    let mut other = beside(directory.path()).await;
    other.execute("BEGIN IMMEDIATE").await.expect("locks");
    let (cast, commit) =
        tokio::join!(store.cast(vote.clone()), store.commit(Unit::of(scope()).entry(entry(2))));
    assert!(matches!(cast, Err(CastError::Store(StoreError::Busy))), "{cast:?}");
    assert!(matches!(commit, Err(StoreError::Busy)), "{commit:?}");
    assert_eq!(store.head(&scope()).await.expect("head"), head, "readers go on, and see what is durable");
    other.execute("ROLLBACK").await.expect("lets go");
    other.close().await.expect("closes");
    assert_eq!(store.cast(vote).await.expect("is taken").seq, 1);
    assert_eq!(store.commit(Unit::of(scope()).entry(entry(2))).await.expect("commits").seqs, Some((2, 2)));
    assert_eq!(store.stop_ballot(&scope(), "bal_1").await.expect("stops").cast, 1);
    store.close().await;
    SqliteStore::open(directory.path()).await.expect("the log verifies").close().await;
}
