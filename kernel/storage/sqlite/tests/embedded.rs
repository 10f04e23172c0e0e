//! What only an embedded database has to promise: its files, its start and its one writer.

use std::path::Path;

use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};
use yishi_canonical::Digest;
use yishi_storage::{
    BallotDraft, BallotKey, BallotSecrecy, CastError, CastVote, Channel, Choice, CommunityRow, DocumentRow,
    EntryDraft, HouseholdRow, IdempotencyRecord, PersonRow, RollPlace, Row, Scope, Store, StoreError,
    StoredCheckpoint, TownRow, Unit, ViewRow,
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

/// Copied without its journal the file was damaged, whenever a reader's connection was the last to be closed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_file_of_a_store_that_was_closed_is_whole_by_itself() {
    for round in 0..20 {
        let directory = tempfile::tempdir().expect("a directory");
        let store = furnished(directory.path()).await;
        for version in 1..=20 {
            let unit = Unit::of(scope()).entry(entry(version));
            let here = scope();
            let read = || store.entries(&here, 0, 100);
            let (written, ..) = tokio::join!(store.commit(unit), read(), read(), read(), read(), read());
            written.expect("commits");
        }
        store.close().await;
        let journal = directory.path().join("yishi.db-wal");
        let left = journal.metadata().map_or(0, |file| file.len());
        assert_eq!(left, 0, "round {round}: the journal was left behind");
    }
}

/// A database as it was before its rows were put beside their keys.
#[tokio::test]
async fn rows_outlive_their_migration() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = furnished(directory.path()).await;
    let view = ViewRow::new("matter", "mat_1".to_owned(), 3, json!({ "title": "修路" })).under("open");
    let answer = IdempotencyRecord {
        owner: "acc_1".into(),
        key: "k-1".into(),
        request: Digest::of(b"asked"),
        status: 201,
        response: b"answered".to_vec(),
        expires: now() + jiff::SignedDuration::from_hours(24),
    };
    let mut unit = Unit::of(scope()).row(Row::PutView(view.clone()));
    unit.idempotency = Some(answer.clone());
    store.commit(unit).await.expect("commits");
    store.close().await;
    let apart = include_str!("../migrations/0003_rows_apart.sql");
    let back = apart.replace(") STRICT;", ") STRICT, WITHOUT ROWID;");
    assert_ne!(back, apart);
    let mut connection = beside(directory.path()).await;
    sqlx::raw_sql(sqlx::AssertSqlSafe(back)).execute(&mut connection).await.expect("goes back");
    connection.execute("DELETE FROM schema_migrations WHERE number = 3").await.expect("forgets");
    connection.close().await.expect("closes");
    let store = SqliteStore::open(directory.path()).await.expect("opens");
    assert_eq!(store.view(&scope(), "matter", "mat_1").await.expect("reads"), Some(view));
    assert_eq!(store.idempotency("acc_1", "k-1", now()).await.expect("reads"), Some(answer));
    store.close().await;
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
    files(directory)
        .iter()
        .map(|content| content.windows(bytes.len()).filter(|window| *window == bytes).count())
        .sum()
}

/// What stands in every file of the directory, the folders in it included.
fn files(directory: &Path) -> Vec<Vec<u8>> {
    let mut contents = Vec::new();
    for entry in std::fs::read_dir(directory).expect("lists") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            contents.extend(files(&path));
        } else {
            contents.push(std::fs::read(path).expect("reads"));
        }
    }
    contents
}

/// The database and its journal: what a copy of them takes along.
fn database(directory: &Path) -> Vec<u8> {
    ["yishi.db", "yishi.db-wal"]
        .iter()
        .flat_map(|name| std::fs::read(directory.join(name)).expect("reads"))
        .collect()
}

/// Whoever copied the database while people voted, and saw commits of one vote, had voter and choice side by side.
#[tokio::test]
async fn a_commit_of_one_secret_vote_gives_no_choice_away() {
    const CHOICES: [Choice; 3] = [Choice::Yes, Choice::No, Choice::Abstain];
    const NEAR: usize = 64;
    let directory = tempfile::tempdir().expect("a directory");
    let store = furnished(directory.path()).await;
    open_ballot(&store, "bal_1", BallotSecrecy::Secret, 3).await;
    let mut seen = Vec::new();
    for (voter, choice) in CHOICES.into_iter().enumerate() {
        let before = database(directory.path()).len();
        store.cast(CastVote { choice, ..vote("bal_1", voter) }).await.expect("is taken");
        // The journal grew by exactly what this one vote wrote.
        let written = database(directory.path())[before..].to_vec();
        assert!(written.windows(5).any(|window| window == format!("per_{voter}").as_bytes()), "the vote");
        let random_key = vote("bal_1", voter).random_key;
        let at = written.windows(16).rposition(|window| window == random_key).expect("the sealed choice");
        seen.push(written[at + 16..at + 48].to_vec());
        // The page with the choices holds none of their words; their only other place is the schema, on the first page.
        for word in CHOICES.map(Choice::code) {
            let near = &written[at.saturating_sub(NEAR)..(at + 48 + NEAR).min(written.len())];
            assert!(!near.windows(word.len()).any(|window| window == word.as_bytes()), "`{word}`");
        }
    }
    // One length, nothing in common, and the key that opens them is in no page of the database.
    assert!(seen.iter().all(|sealed| sealed.len() == 32) && seen[0] != seen[1] && seen[1] != seen[2]);
    let key = key_of("bal_1");
    assert!(!database(directory.path()).windows(32).any(|window| window == key));
    assert_eq!(found(directory.path(), &key), 1, "it is beside it, while the ballot runs");

    let tally = store.stop_ballot(&scope(), "bal_1").await.expect("stops");
    assert_eq!((tally.yes, tally.no, tally.abstain), (1, 1, 1));
    let settle = Unit::of(scope()).row(Row::SettleBallot { ballot: "bal_1".into() }).entry(entry(1));
    store.commit(settle).await.expect("settles");
    store.commit(Unit::of(scope()).entry(entry(2))).await.expect("commits");
    assert_eq!(found(directory.path(), &key), 0, "and destroyed with the settling");
    for sealed in seen {
        assert_eq!(found(directory.path(), &sealed), 0);
    }
    store.close().await;
}

#[tokio::test]
async fn a_key_lives_as_long_as_its_ballot_and_is_missed() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = furnished(directory.path()).await;
    open_ballot(&store, "bal_1", BallotSecrecy::Secret, 2).await;
    open_ballot(&store, "bal_2", BallotSecrecy::Open, 2).await;
    assert_eq!(found(directory.path(), &key_of("bal_2")), 0, "an open ballot needs none");
    store.cast(vote("bal_1", 0)).await.expect("is taken");
    store.close().await;
    // A key left over from an opening that failed goes at the next start; that of the running ballot stays.
    let folder = directory.path().join("ballot-keys");
    std::fs::write(folder.join("left-over"), [7; 32]).expect("writes");
    let store = SqliteStore::open(directory.path()).await.expect("opens");
    assert_eq!((found(&folder, &[7; 32]), found(&folder, &key_of("bal_1"))), (0, 1));
    store.cast(vote("bal_1", 1)).await.expect("is taken after the restart");
    let tally = store.stop_ballot(&scope(), "bal_1").await.expect("stops");
    assert_eq!((tally.yes, tally.no, tally.cast), (1, 1, 2));
    // Without the key nothing is guessed.
    std::fs::remove_dir_all(&folder).expect("removes");
    let missed = store.stop_ballot(&scope(), "bal_1").await;
    assert!(matches!(missed, Err(CastError::Store(StoreError::Corrupt { .. }))), "{missed:?}");
    store.close().await;
}

/// A text that was changed in the table was shown under its old digest.
#[tokio::test]
async fn a_text_changed_in_the_table_is_not_shown() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = furnished(directory.path()).await;
    let public = DocumentRow::public("text/plain", "每户二百元".into());
    let internal = DocumentRow::internal([5; 32], "text/plain", "因病住院".into());
    let component = (Digest::of(b"component"), b"component".to_vec());
    let unit = Unit::of(scope())
        .row(Row::PutDocument(public.clone()))
        .row(Row::PutDocument(internal.clone()))
        .row(Row::PutComponent { digest: component.0, bytes: component.1 });
    store.commit(unit).await.expect("commits");
    assert_eq!(store.document(&scope(), &public.digest).await.expect("reads"), Some(public.clone()));
    assert_eq!(store.document(&scope(), &internal.digest).await.expect("reads"), Some(internal.clone()));
    // Changed while the server runs, and after it has read the text once.
    tamper(directory.path(), "UPDATE documents SET bytes = CAST('每户二千元' AS BLOB) WHERE salt IS NULL")
        .await;
    tamper(directory.path(), "UPDATE documents SET salt = zeroblob(32) WHERE salt IS NOT NULL").await;
    tamper(directory.path(), "UPDATE components SET bytes = CAST('another' AS BLOB)").await;
    for digest in [public.digest, internal.digest] {
        let read = store.document(&scope(), &digest).await;
        assert!(matches!(read, Err(StoreError::Corrupt { .. })), "{read:?}");
    }
    let read = store.component(&component.0).await;
    assert!(matches!(read, Err(StoreError::Corrupt { .. })), "{read:?}");
    store.close().await;
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
    let place = |n| RollPlace { voter: format!("per_{n}"), pseudonym: format!("{ballot}_{n}") };
    let roll = (0..voters).map(place).collect();
    let draft =
        BallotDraft { ballot: ballot.into(), secrecy, deadline: None, roll, key: BallotKey(key_of(ballot)) };
    let unit = Unit::of(scope()).row(Row::OpenBallot(draft));
    store.commit(unit).await.expect("a ballot can be opened");
}

/// The key a ballot of these tests is sealed with.
fn key_of(ballot: &str) -> [u8; 32] {
    *Digest::of(format!("key of {ballot}").as_bytes()).as_bytes()
}

fn vote(ballot: &str, voter: usize) -> CastVote {
    CastVote {
        scope: scope(),
        ballot: ballot.into(),
        voter: format!("per_{voter}"),
        choice: [Choice::Yes, Choice::No, Choice::Abstain][voter % 3],
        channel: Channel::Web,
        actor: None,
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
            "INSERT INTO votes SELECT community, ballot, 7, voter, choice, nonce, channel, NULL FROM votes WHERE seq = 1",
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
