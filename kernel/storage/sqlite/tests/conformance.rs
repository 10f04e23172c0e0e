//! The conformance suite on SQLite.

use std::path::PathBuf;

use async_trait::async_trait;
use yishi_storage::conformance::{self, Factory};
use yishi_storage_sqlite::SqliteStore;

struct Directories(PathBuf);

#[async_trait]
impl Factory for Directories {
    type Store = SqliteStore;

    async fn open(&self, place: &str) -> SqliteStore {
        SqliteStore::open(self.0.join(place)).await.expect("a store opens")
    }

    async fn close(&self, store: SqliteStore) {
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sqlite_conforms() {
    let directory = tempfile::tempdir().expect("a directory");
    conformance::run(&Directories(directory.path().to_owned())).await;
}
