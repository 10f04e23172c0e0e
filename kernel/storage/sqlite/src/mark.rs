//! 标记 (the mark in the lock file): whether the store was closed in order, and whether its journal was lost.
//!
//! One byte, written in place: it needs no space on a full disk. It is made durable before the first commit and changed
//! back after the last one, so a store that was not closed in order says so. SQLite keeps what such a store last
//! committed in its journal; when that file is gone, so are acts that were answered, and nothing in the database shows it.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// No store was ever here.
    New,
    /// Everything is in the database file.
    Closed,
    /// Something may be in the journal only.
    Open,
    /// A journal that should have been there was not.
    Lost,
}

impl Mark {
    pub(crate) fn read(lock: &File) -> io::Result<Self> {
        let mut byte = [0_u8; 1];
        Ok(match lock.read_at(&mut byte, 0)? {
            0 => Self::New,
            _ if byte == *b"o" => Self::Open,
            _ if byte == *b"l" => Self::Lost,
            _ => Self::Closed,
        })
    }

    pub(crate) fn write(self, lock: &File) -> io::Result<()> {
        let byte = match self {
            Self::New => return lock.set_len(0),
            Self::Closed => b"c",
            Self::Open => b"o",
            Self::Lost => b"l",
        };
        lock.write_all_at(byte, 0)?;
        lock.sync_data()
    }
}

/// The lock file of a store in use. However its use ends, short of the process being killed, the mark says that it ended:
/// SQLite then folds its journal into the database and removes it, and that is not to be taken for a loss.
#[derive(Debug)]
pub(crate) struct InUse(File);

impl InUse {
    pub(crate) fn begin(lock: File) -> io::Result<Self> {
        Mark::Open.write(&lock)?;
        Ok(Self(lock))
    }

    /// Nothing is committed any more.
    pub(crate) fn ended(&self) {
        if let Err(error) = Mark::Closed.write(&self.0) {
            tracing::warn!(%error, "the store could not be marked as closed");
        }
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        self.ended();
    }
}
