//! 迁移 (migrations): static SQL files, applied in order, each in one transaction, forward only.

use sqlx::AssertSqlSafe;
use sqlx::sqlite::SqliteConnection;
use yishi_canonical::Digest;

use crate::error::OpenError;

/// Number, name and text. To add one: the next number, a new file, a new line here. The PostgreSQL
/// implementation carries a migration of the same number and name.
const MIGRATIONS: [(i64, &str, &str); 3] = [
    (1, "foundation", include_str!("../migrations/0001_foundation.sql")),
    (2, "jobs", include_str!("../migrations/0002_jobs.sql")),
    (3, "rows apart", include_str!("../migrations/0003_rows_apart.sql")),
];

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (
    number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, digest BLOB NOT NULL
) STRICT";

/// Brings the schema to what this program knows. Gives whether anything had to be done.
pub(crate) async fn run(connection: &mut SqliteConnection) -> Result<bool, OpenError> {
    sqlx::query(LEDGER).execute(&mut *connection).await?;
    let applied: Vec<(i64, Vec<u8>)> =
        sqlx::query_as("SELECT number, digest FROM schema_migrations ORDER BY number")
            .fetch_all(&mut *connection)
            .await?;
    let known = MIGRATIONS.last().map_or(0, |(number, ..)| *number);
    if let Some((found, _)) = applied.last().filter(|(number, _)| *number > known) {
        return Err(OpenError::Newer { found: *found, known });
    }
    let mut changed = false;
    for (number, name, text) in MIGRATIONS {
        let digest = Digest::of(text.as_bytes());
        match applied.iter().find(|(applied, _)| *applied == number) {
            Some((_, stored)) if stored == digest.as_bytes() => {}
            Some(_) => return Err(OpenError::Migration(number)),
            None => {
                apply(connection, number, name, text, &digest).await?;
                changed = true;
            }
        }
    }
    Ok(changed)
}

async fn apply(
    connection: &mut SqliteConnection,
    number: i64,
    name: &str,
    text: &'static str,
    digest: &Digest,
) -> Result<(), OpenError> {
    use sqlx::Connection as _;
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut *transaction).await?;
    sqlx::query("INSERT INTO schema_migrations (number, name, digest) VALUES (?1, ?2, ?3)")
        .bind(number)
        .bind(name)
        .bind(digest.as_bytes().as_slice())
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(())
}
