//! 启动检查 (checks at start): a database that cannot be trusted is not opened.

use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Executor as _};

use crate::error::OpenError;
use crate::migrate;

/// The first SQLite without the WAL-reset bug.
const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];
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

pub(crate) struct Opened {
    pub(crate) writer: SqliteConnection,
    pub(crate) readers: SqlitePool,
    /// Held as long as anything can be written; closing it lets the next process in.
    pub(crate) lock: File,
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
        .write(true)
        .open(resolved.join("yishi.lock"))
        .map_err(unusable)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(OpenError::Locked(shown)),
        Err(TryLockError::Error(error)) => return Err(unusable(error)),
    }

    let options = SqliteConnectOptions::new()
        .filename(resolved.join("yishi.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .pragma("trusted_schema", "OFF")
        .pragma("journal_size_limit", "67108864")
        .pragma("wal_autocheckpoint", "4000")
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
    migrate::run(&mut writer).await?;

    let readers = SqlitePoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(BUSY)
        .connect_with(options.pragma("query_only", "ON"))
        .await?;
    Ok(Opened { writer, readers, lock })
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
