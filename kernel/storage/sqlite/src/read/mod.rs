//! Reading. Every statement is a constant; every statement about a community names it first.
//!
//! Limits are written `LIMIT ?n + 0`: SQLite looks into a bare parameter when it plans, and would then plan the statement anew
//! each time it is run, which costs more than to run it.

pub(crate) mod accounts;
pub(crate) mod ballots;
pub(crate) mod people;
pub(crate) mod places;
pub(crate) mod record;
pub(crate) mod requests;
pub(crate) mod rules;
pub(crate) mod views;

use sqlx::Sqlite;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqlitePool};
use yishi_storage::{Page, StoreError};

use crate::decode::{self, Columns};
use crate::error::store_error;

/// The most rows one page gives, whatever is asked.
const MOST: u32 = 10_000;

type Statement<'q> = Query<'q, Sqlite, SqliteArguments>;
type Read<T> = Result<T, StoreError>;

async fn all<T>(
    pool: &SqlitePool,
    query: Statement<'_>,
    decode: impl Fn(&mut Columns<'_>) -> Read<T>,
) -> Read<Vec<T>> {
    decode::all(query.fetch_all(pool).await.map_err(store_error)?, decode)
}

async fn one<T>(
    pool: &SqlitePool,
    query: Statement<'_>,
    decode: impl Fn(&mut Columns<'_>) -> Read<T>,
) -> Read<Option<T>> {
    decode::one(query.fetch_optional(pool).await.map_err(store_error)?, decode)
}

fn limit(limit: u32) -> i64 {
    i64::from(limit.min(MOST))
}

/// The key a page starts after: ids are never empty, so the empty text comes before all of them.
fn after(page: &Page<String>) -> &str {
    page.after.as_deref().unwrap_or("")
}
