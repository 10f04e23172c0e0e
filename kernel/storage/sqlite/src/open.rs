//! 启动检查 (checks at start): a database that cannot be trusted is not opened.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Executor as _};

use crate::error::OpenError;
use crate::keys::Keys;
use crate::mark::Mark;
use crate::migrate;

/// The first SQLite without the WAL-reset bug.
const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];
const DATABASE: &str = "yishi.db";
const JOURNAL: &str = "yishi.db-wal";
const READERS: u32 = 6;
const BUSY: Duration = Duration::from_secs(5);
/// File systems on which shared memory between processes does not work.
const NETWORK: [&str; 12] = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "afs",
    "ceph",
    "glusterfs",
    "fuse.sshfs",
    "fuse.glusterfs",
    "lustre",
];

/// What is kept free for a start on a full disk: SQLite needs a page of shared memory and a journal before it reads.
const RESERVE: &str = "reserve";
const RESERVE_BYTES: usize = 1 << 20;

pub(crate) struct Opened {
    pub(crate) writer: SqliteConnection,
    pub(crate) readers: SqlitePool,
    /// Held as long as anything can be written; closing it lets the next process in.
    pub(crate) lock: File,
    /// Which database this is.
    pub(crate) database: String,
    /// The store was not closed in order, and its journal is gone.
    pub(crate) journal_lost: bool,
    /// The keys of running secret ballots.
    pub(crate) keys: Keys,
    /// The secret ballots that are running, by community.
    pub(crate) running: BTreeSet<(String, String)>,
}

pub(crate) async fn open(directory: &Path) -> Result<Opened, OpenError> {
    let shown = directory.display().to_string();
    let unusable = |error| OpenError::Directory(shown.clone(), error);
    fs::create_dir_all(directory).map_err(unusable)?;
    let resolved = directory.canonicalize().map_err(unusable)?;
    refuse_network(&resolved)?;
    let lock = File::options()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(resolved.join("yishi.lock"))
        .map_err(unusable)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(OpenError::Locked(shown)),
        Err(TryLockError::Error(error)) => return Err(unusable(error)),
    }
    let file = resolved.join(DATABASE);
    let mut mark = Mark::read(&lock).map_err(unusable)?;
    if mark != Mark::New && !file.exists() {
        return Err(OpenError::Gone(shown));
    }
    if mark == Mark::Open && !resolved.join(JOURNAL).exists() {
        mark = Mark::Lost;
        mark.write(&lock).map_err(unusable)?;
    }
    let journal_lost = mark == Mark::Lost;
    let reserve = resolved.join(RESERVE);
    let (mut writer, readers, database) = match connect(&file).await {
        Err(OpenError::Database(error)) if is_full(&error) && reserve.exists() => {
            tracing::warn!("the disk is full: the reserve is given up, so that what is stored can be read");
            fs::remove_file(&reserve).map_err(unusable)?;
            connect(&file).await?
        }
        opened => opened?,
    };
    keep_reserve(&reserve);
    if !journal_lost {
        // What the journal held has been read; until something is committed again, it may go with these connections.
        Mark::Closed.write(&lock).map_err(unusable)?;
    }
    let keys = Keys::of(&resolved).map_err(unusable)?;
    let running: Vec<(String, String)> = sqlx::query_as(
        "SELECT community, ballot FROM ballots WHERE secrecy = 'secret' AND state <> 'settled'",
    )
    .fetch_all(&mut writer)
    .await?;
    let running = running.into_iter().collect();
    Ok(Opened { writer, readers, lock, database, journal_lost, keys, running })
}

async fn connect(file: &Path) -> Result<(SqliteConnection, SqlitePool, String), OpenError> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .pragma("trusted_schema", "OFF")
        .pragma("journal_size_limit", "67108864")
        .pragma("wal_autocheckpoint", "4000")
        // What a savepoint keeps goes into memory, and not into a file that is made and removed for every commit and that
        // holds what may have to be erased.
        .pragma("temp_store", "MEMORY")
        .disable_statement_logging();
    // What is deleted must not be readable in freed pages: erased persons, choices of secret ballots.
    // Votes touch pages at random; the cache keeps those of a whole ballot in memory.
    let mut writer =
        options.clone().pragma("secure_delete", "ON").pragma("cache_size", "-65536").connect().await?;
    refuse_old(&mut writer).await?;
    expect(&mut writer, "journal_mode", "wal", "PRAGMA journal_mode").await?;
    expect(&mut writer, "synchronous", "2", "PRAGMA synchronous").await?;
    expect(&mut writer, "foreign_keys", "1", "PRAGMA foreign_keys").await?;
    expect(&mut writer, "secure_delete", "1", "PRAGMA secure_delete").await?;
    if migrate::run(&mut writer).await? {
        // What kind of database it is, and which, stands in the file itself, whatever becomes of the journal.
        writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
    }

    let id: Vec<u8> = sqlx::query_scalar("SELECT id FROM installation").fetch_one(&mut writer).await?;

    let readers = SqlitePoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(BUSY)
        // A file of this machine does not hang up; asking each time whether it is there is a trip to its thread and back.
        .test_before_acquire(false)
        .connect_with(options.pragma("query_only", "ON"))
        .await?;
    Ok((writer, readers, hex::encode(id)))
}

/// Whether SQLite could not have a file it needs, for want of space.
fn is_full(error: &sqlx::Error) -> bool {
    /// `SQLITE_FULL`, and what SQLite calls it when the file is its shared memory or a journal, or cannot even be made.
    const FULL: [u32; 5] = [13, 4874, 778, 5386, 14];
    crate::error::extended_code(error).is_some_and(|code| FULL.contains(&code))
}

/// Puts the reserve aside while there is space. That there is none is no reason not to start.
fn keep_reserve(reserve: &Path) {
    let whole = |file: &fs::Metadata| usize::try_from(file.len()).is_ok_and(|length| length == RESERVE_BYTES);
    if reserve.metadata().is_ok_and(|file| whole(&file)) {
        return;
    }
    if let Err(error) = fs::write(reserve, vec![b'-'; RESERVE_BYTES]) {
        tracing::warn!(%error, "no space could be put aside for a start on a full disk");
        // A part of it helps nobody.
        let _ = fs::remove_file(reserve);
    }
}

async fn refuse_old(writer: &mut SqliteConnection) -> Result<(), OpenError> {
    let version: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&mut *writer).await?;
    if is_old(&version) { Err(OpenError::Version(version)) } else { Ok(()) }
}

fn is_old(version: &str) -> bool {
    let mut found = version.split('.').map(|part| part.parse().unwrap_or(0));
    let found = [found.next().unwrap_or(0), found.next().unwrap_or(0), found.next().unwrap_or(0)];
    found < OLDEST_SQLITE
}

async fn expect(
    writer: &mut SqliteConnection,
    name: &'static str,
    wanted: &'static str,
    sql: &'static str,
) -> Result<(), OpenError> {
    let row = writer.fetch_one(sqlx::query(sql)).await?;
    let found = {
        use sqlx::Row as _;
        match row.try_get::<String, _>(0) {
            Ok(text) => text,
            Err(_) => row.try_get::<i64, _>(0)?.to_string(),
        }
    };
    if found == wanted { Ok(()) } else { Err(OpenError::Pragma { name, wanted, found }) }
}

/// Where the kernel lists its mounts, a data directory on a network file system is refused.
fn refuse_network(directory: &Path) -> Result<(), OpenError> {
    let Ok(mounts) = fs::read_to_string("/proc/self/mounts") else { return Ok(()) };
    match file_system(&mounts, directory) {
        Some(kind) if NETWORK.contains(&kind) => {
            Err(OpenError::Network { path: directory.display().to_string(), kind: kind.to_owned() })
        }
        _ => Ok(()),
    }
}

fn file_system<'a>(mounts: &'a str, directory: &Path) -> Option<&'a str> {
    mounts
        .lines()
        .filter_map(|line| {
            let mut fields = line.split(' ');
            let (_, place, kind) = (fields.next()?, fields.next()?, fields.next()?);
            directory.starts_with(place).then_some((place.len(), kind))
        })
        // Of equally long places the later line is the mount on top.
        .max_by_key(|(length, _)| *length)
        .map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_versions_are_known() {
        assert!(is_old("3.51.2") && is_old("3.46.0") && is_old("2.99.99") && is_old("nonsense"));
        assert!(!is_old("3.51.3") && !is_old("3.52.0") && !is_old("4.0.0"));
    }

    #[test]
    fn the_mount_that_holds_the_directory_decides() {
        let mounts = "/dev/vda / ext4 rw 0 0\nhost:/x /srv nfs4 rw 0 0\n/dev/vdb /srv/data ext4 rw 0 0\n";
        assert_eq!(file_system(mounts, Path::new("/srv/data/yishi")), Some("ext4"));
        assert_eq!(file_system(mounts, Path::new("/srv/other")), Some("nfs4"));
        assert_eq!(file_system(mounts, Path::new("/srvother")), Some("ext4"));
    }
}
