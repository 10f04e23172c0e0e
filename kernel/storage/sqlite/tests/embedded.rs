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
    let roll: Vec<String> = (0..50).map(|n| format!("per_{n}")).collect();
    let draft = BallotDraft {
        ballot: "bal_1".into(),
        secrecy: BallotSecrecy::Secret,
        deadline: None,
        roll: roll.clone(),
    };
    store.commit(Unit::of(scope()).row(Row::OpenBallot(draft))).await.expect("opens");
    let canary = |n: usize| Digest::of(&n.to_be_bytes()).as_bytes()[..16].to_vec();
    for (n, voter) in roll.iter().enumerate() {
        let vote = CastVote {
            scope: scope(),
            ballot: "bal_1".into(),
            voter: voter.clone(),
            choice: Choice::Yes,
            channel: Channel::Web,
            actor: "acc_1".into(),
            at: now(),
            idempotency_key: None,
            random_key: canary(n).try_into().expect("16 bytes"),
        };
        store.cast(vote).await.expect("is taken");
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

#[tokio::test]
async fn a_batch_that_fails_is_forgotten_wholly() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = furnished(directory.path()).await;
    let draft = BallotDraft {
        ballot: "bal_1".into(),
        secrecy: BallotSecrecy::Open,
        deadline: None,
        roll: vec!["per_1".into(), "per_2".into()],
    };
    store.commit(Unit::of(scope()).row(Row::OpenBallot(draft)).entry(entry(1))).await.expect("commits");
    let vote = CastVote {
        scope: scope(),
        ballot: "bal_1".into(),
        voter: "per_1".into(),
        choice: Choice::Yes,
        channel: Channel::Web,
        actor: "acc_1".into(),
        at: now(),
        idempotency_key: None,
        random_key: [0; 16],
    };
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
