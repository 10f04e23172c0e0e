//! From what SQLite says to what storage says.

use yishi_storage::StoreError;

/// Why a data directory was not opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The directory or a file in it could not be made or read.
    #[error("the data directory `{0}` cannot be used")]
    Directory(String, #[source] std::io::Error),
    /// Another process uses the directory.
    #[error("the data directory `{0}` is in use by another process")]
    Locked(String),
    /// A store was in the directory, and its database file is not there any more.
    #[error("the database file in `{0}` is gone")]
    Gone(String),
    /// The store was not closed in order and its journal, with what was last committed, is gone.
    #[error("the journal of the database is gone, and with it what was last answered before the store ended")]
    Journal,
    /// Pages, indexes or references of the database are damaged.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// The directory lies on a network file system, where SQLite's WAL cannot work.
    #[error("the data directory `{path}` is on a network file system ({kind}); it needs a local disk")]
    Network {
        /// The directory.
        path: String,
        /// The file system.
        kind: String,
    },
    /// SQLite is older than the first version without the WAL-reset bug.
    #[error("SQLite {0} can corrupt a database; 3.51.3 or newer is needed")]
    Version(String),
    /// A setting that durability depends on did not take.
    #[error("SQLite keeps `{name}` at `{found}`; `{wanted}` is needed")]
    Pragma {
        /// The setting.
        name: &'static str,
        /// What it must be.
        wanted: &'static str,
        /// What it is.
        found: String,
    },
    /// The database was written by a newer program.
    #[error("the database is at schema {found}; this program knows {known} and will not touch it")]
    Newer {
        /// The newest migration applied.
        found: i64,
        /// The newest this program has.
        known: i64,
    },
    /// A migration that was applied is not the one this program has under that number.
    #[error("migration {0} of the database is not the one this program knows")]
    Migration(i64),
    /// A log contradicts itself or a checkpoint signed earlier.
    #[error("the log of `{community}` does not verify: {what}")]
    Log {
        /// Whose.
        community: String,
        /// What is wrong.
        what: String,
    },
    /// SQLite failed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// Reading what is stored failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a failed statement means for storage.
pub(crate) fn store_error(error: sqlx::Error) -> StoreError {
    // All readers are at work, or the process may open no more files: later there is room again.
    if matches!(error, sqlx::Error::PoolTimedOut) {
        return StoreError::Busy;
    }
    match primary_code(&error) {
        Some(14) => StoreError::Busy,
        Some(5 | 6) => StoreError::Busy,
        Some(13) => StoreError::Full,
        Some(11 | 26) => StoreError::Corrupt { what: error.to_string() },
        _ => StoreError::Unavailable(Box::new(error)),
    }
}

/// The low byte of SQLite's result code.
fn primary_code(error: &sqlx::Error) -> Option<u32> {
    extended_code(error).map(|code| code & 0xff)
}

pub(crate) fn extended_code(error: &sqlx::Error) -> Option<u32> {
    error.as_database_error()?.code()?.parse().ok()
}

/// Whether the statement broke a constraint: the unit's fault, not the database's.
pub(crate) fn is_constraint(error: &sqlx::Error) -> bool {
    primary_code(error) == Some(19)
}

/// Whether a foreign key was broken: something the unit builds on is missing.
pub(crate) fn is_foreign_key(error: &sqlx::Error) -> bool {
    extended_code(error) == Some(787)
}

/// A unit that cannot be written, or a database that cannot write.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The unit is refused; its neighbours are not concerned.
    Refused(StoreError),
    /// The database failed; nothing of the batch can be relied on.
    Broken(StoreError),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        if is_foreign_key(&error) {
            Self::Refused(StoreError::Missing { what: "something the unit refers to".into() })
        } else if is_constraint(&error) {
            Self::Refused(StoreError::Invalid { what: error.to_string() })
        } else {
            Self::Broken(store_error(error))
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy | StoreError::Full | StoreError::Unavailable(_) => Self::Broken(error),
            other => Self::Refused(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use sqlx::sqlite::SqliteConnection;
    use sqlx::{Connection as _, Executor as _};

    use super::*;

    /// Whoever waited too long for a reader was told that the server had failed.
    #[test]
    fn too_many_readers_are_no_fault_of_the_server() {
        assert!(matches!(store_error(sqlx::Error::PoolTimedOut), StoreError::Busy));
    }

    #[tokio::test]
    async fn a_full_disk_breaks_the_batch_and_a_broken_rule_only_the_unit() {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.expect("opens");
        connection.execute("PRAGMA max_page_count = 4").await.expect("limits");
        connection
            .execute("CREATE TABLE t (x TEXT NOT NULL CHECK (x <> 'bad')) STRICT")
            .await
            .expect("creates");
        let full = connection.execute("INSERT INTO t VALUES (hex(zeroblob(100000)))").await;
        let failure = Failure::from(full.expect_err("does not fit"));
        assert!(matches!(failure, Failure::Broken(StoreError::Full)), "{failure:?}");
        let refused = connection.execute("INSERT INTO t VALUES ('bad')").await;
        let failure = Failure::from(refused.expect_err("breaks the check"));
        assert!(matches!(failure, Failure::Refused(StoreError::Invalid { .. })), "{failure:?}");
    }
}
