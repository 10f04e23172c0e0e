//! What one step of a matter costs over HTTP, durable, against one commit of the same rows.
//!
//! `YISHI_BIN=target/release/yishi cargo run --release -p yishi-harness --example step [-- <folder> [<past matters>]]`
//!
//! Two villages on one server, one with ten matters behind it and one with thousands, take the same step by turns, one
//! client at a time. What they wrote is then read out of the database and written again into a copy of it as it was before,
//! with plain sqlx, one transaction for each step. Prints medians in microseconds: the step with few past matters, with
//! many, and the commit.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection as _, Row as _};
use yishi_harness::{City, Kernel, Options, PaperAdoption, Place, PlaceSpec, artifacts, texts};

#[path = "shared/past.rs"]
mod past;
#[path = "shared/wire.rs"]
mod wire;

use wire::{Wire, stopwatch};

const STEPS: usize = 150;
/// Steps that are taken first and not counted.
const WARM: usize = 20;
const FEW: usize = 10;
const MANY: usize = 10_000;
const CLOCK: &str = "2026-03-02T09:00:00+08:00";
/// What a step writes. Signed heads and sessions are of other work.
const TABLES: [&str; 8] =
    ["log_entries", "log_tiles", "views", "documents", "salts", "pseudonyms", "idempotency", "outbox"];
/// A village, and the matters that wait for the step.
struct Village {
    place: Place,
    waiting: Vec<(String, String)>,
    token: String,
    took: Vec<Duration>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = match arguments.next() {
        Some(path) => tempfile::tempdir_in(path)?,
        None => tempfile::tempdir()?,
    };
    let many = arguments.next().map_or(Ok(MANY), |count| count.parse())?;
    let data = folder.path().join("data");
    let options = Options {
        binary: artifacts::server()?,
        data: data.clone(),
        listen: "127.0.0.1:0".to_owned(),
        clock: Some(CLOCK.to_owned()),
    };
    let mut kernel = Kernel::start(options.clone()).await?;
    let city = City::of(&kernel).await?;
    let town = city.town("柳溪镇", "320582104", "liuxi").await?;
    let mut villages = Vec::new();
    for (count, name, prefix) in [(FEW, "云岭村", "yunling"), (many, "柳塘村", "liutang")] {
        let place = town.community(&PlaceSpec::village(name, prefix, 60)).await?;
        villages.push(prepare(place, &address_of(&kernel), count).await?);
    }
    kernel.stop().await?;
    let (store, before) = (data.join("store/yishi.db"), folder.path().join("before.db"));
    std::fs::copy(&store, &before)?;
    let mut kernel = Kernel::start(options).await?;
    let address = address_of(&kernel);
    let mut wire = Wire::open(&address).await?;
    for _ in 0..WARM + STEPS {
        for village in &mut villages {
            village.step(&mut wire, &address).await?;
        }
    }
    kernel.stop().await?;
    let floor = floor(&before, &store, villages.len() * (WARM + STEPS)).await?;
    let [few, many] = villages.try_into().ok().context("two villages")?;
    println!("few {}", median(few.took)?);
    println!("many {}", median(many.took)?);
    println!("floor {}", median(floor)?);
    Ok(())
}

fn address_of(kernel: &Kernel) -> String {
    kernel.base().trim_start_matches("http://").to_owned()
}

/// A village with a charter in force, so many matters behind it, and as many proposals waiting as there are steps.
async fn prepare(place: Place, address: &str, count: usize) -> Result<Village> {
    place.attest(&artifacts::plugin("village-charter")?, None, &PaperAdoption::JANUARY).await?;
    past::matters(&place, address, count).await?;
    let (by, chair) = (past::token(&place.resident)?, past::token(&place.chair)?);
    let mut wire = Wire::open(address).await?;
    let affair = texts::coal_stoves();
    let suggestion = json!({
        "title": affair.title,
        "text": affair.suggestion,
        "domain": affair.domain,
        "subjects": affair.subjects,
    });
    let path = place.path("/matters");
    let mut waiting = Vec::new();
    for _ in 0..WARM + STEPS {
        let made = past::write(&mut wire, address, &by, &path, None, &suggestion).await?;
        let id = made.body["id"].as_str().context("no id")?.to_owned();
        let propose = format!("{path}/{id}/propose");
        let made =
            past::write(&mut wire, address, &chair, &propose, Some(&made.tag), &affair.propose()).await?;
        waiting.push((id, made.tag));
    }
    let token = past::token(&place.secretary)?;
    Ok(Village { place, waiting, token, took: Vec::new() })
}

impl Village {
    async fn step(&mut self, wire: &mut Wire, address: &str) -> Result<()> {
        let (id, tag) = self.waiting.pop().context("no matter waits")?;
        let path = self.place.path(&format!("/matters/{id}/review"));
        let clock = stopwatch();
        past::write(wire, address, &self.token, &path, Some(&tag), &json!({"outcome": "pass"})).await?;
        if self.waiting.len() < STEPS {
            self.took.push(clock.elapsed());
        }
        Ok(())
    }
}

/// Writes what the steps wrote into the database as it was before, one transaction for each step.
async fn floor(before: &Path, after: &Path, steps: usize) -> Result<Vec<Duration>> {
    let options = SqliteConnectOptions::new()
        .filename(before)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(false);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    sqlx::query("ATTACH ?1 AS after").bind(after.display().to_string()).execute(&mut connection).await?;
    let mut written: BTreeMap<&str, (String, i64)> = BTreeMap::new();
    let mut rows_in_all = 0;
    for table in TABLES {
        let columns: Vec<String> = sqlx::query("SELECT name FROM pragma_table_info(?1) ORDER BY cid")
            .bind(table)
            .fetch_all(&mut connection)
            .await?
            .iter()
            .map(|row| row.get(0))
            .collect();
        let columns = columns.join(", ");
        let made = format!(
            "CREATE TEMP TABLE new_{table} AS SELECT {columns} FROM after.{table} EXCEPT SELECT {columns} FROM main.{table}"
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(made)).execute(&mut connection).await?;
        let count = format!("SELECT count(*) FROM temp.new_{table}");
        let rows: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(count)).fetch_one(&mut connection).await?;
        rows_in_all += rows;
        if rows > 0 {
            written.insert(table, (columns, rows));
        }
    }
    ensure!(rows_in_all >= i64::try_from(steps)? * 3, "{rows_in_all} rows of {steps} steps are not all");
    let mut took = Vec::new();
    for step in 0..i64::try_from(steps)? {
        let all = i64::try_from(steps)?;
        let clock = stopwatch();
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        for (table, (columns, rows)) in &written {
            let (from, to) = (rows * step / all, rows * (step + 1) / all);
            let insert = format!(
                "INSERT OR REPLACE INTO main.{table} ({columns}) SELECT {columns} FROM temp.new_{table}
                 WHERE rowid > ?1 AND rowid <= ?2"
            );
            sqlx::query(sqlx::AssertSqlSafe(insert)).bind(from).bind(to).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        took.push(clock.elapsed());
    }
    Ok(took)
}

fn median(mut took: Vec<Duration>) -> Result<u128> {
    took.sort_unstable();
    Ok(took.get(took.len() / 2).context("nothing was measured")?.as_micros())
}
