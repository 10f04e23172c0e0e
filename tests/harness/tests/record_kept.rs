//! A record that runs back: what was signed is missing, changed or signed by another key, or the machine's clock was set
//! back. The server does not go on as if nothing had been; whoever runs it is told what is missing and how to go on, and
//! going on is itself on record.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use yishi_harness::{City, Client, Kernel, Options, Town, artifacts};

/// A city with one village on a machine of its own, and nothing in the village but its founding and some documents.
struct House {
    kernel: Kernel,
    town: Town,
    village: String,
    data: PathBuf,
    _folder: tempfile::TempDir,
}

async fn house(clock: Option<&str>) -> Result<House> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let kernel = start(&data, clock).await?;
    let town = City::of(&kernel).await?.town("柳溪镇", "320582104", "liuxi").await?;
    let body = json!({"name": "云岭村", "kind": "village", "region_code": "320582104207"});
    let made = town.admin.post(&format!("/towns/{}/communities", town.id), &body).await?.ok()?;
    let village = made["id"].as_str().context("no id")?.to_owned();
    Ok(House { kernel, town, village, data, _folder: folder })
}

async fn start(data: &Path, clock: Option<&str>) -> Result<Kernel> {
    Kernel::start(Options {
        binary: artifacts::server()?,
        data: data.to_owned(),
        listen: "127.0.0.1:0".to_owned(),
        clock: clock.map(str::to_owned),
    })
    .await
}

impl House {
    /// An act on record: a settings change of the village would need more; an election of nobody would be refused. A
    /// roster of one household is the smallest thing a clerk enters.
    async fn act(&self, number: usize) -> Result<()> {
        let login = format!("clerk-{number}");
        let account = json!({
            "login": login, "password": yishi_harness::kernel::PASSWORD, "display_name": "工作人员", "holder": {"name": "陆文", "birth_date": "1985-01-01"},
            "grants": [{"role": "staff", "community": self.village}], "must_change_password": false,
        });
        self.town.admin.post(&format!("/towns/{}/accounts", self.town.id), &account).await?.ok()?;
        let clerk = self.town.city.visitor.sign_in(&login, yishi_harness::kernel::PASSWORD).await?;
        let line = yishi_harness::roster::adults(number + 1, number + 1);
        let file = yishi_harness::roster::csv(&line);
        let path = format!("/communities/{}/roster/import?dry_run=false", self.village);
        clerk.upload(&path, "text/csv", file.into_bytes()).await?.ok()?;
        Ok(())
    }

    fn visitor(&self) -> &Client {
        &self.town.city.visitor
    }

    async fn checkpoint(&self, from: &Client) -> Result<(u64, String)> {
        let note = from.get(&format!("/communities/{}/log/checkpoint", self.village)).await?;
        ensure!(note.status.is_success(), "{}", note.text);
        let mut lines = note.text.lines();
        let size = lines.nth(1).context("no size")?.parse()?;
        Ok((size, lines.next().context("no root")?.to_owned()))
    }
}

/// Starts the server and gives what it says when it refuses.
async fn refusal(data: &Path, more: &[&str]) -> Result<String> {
    let mut child = Command::new(artifacts::server()?)
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .args(more)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .env("YISHI_LOG", "error")
        .kill_on_drop(true)
        .spawn()?;
    let mut said = BufReader::new(child.stdout.take().context("no output")?).lines();
    let first =
        tokio::time::timeout(Duration::from_secs(30), said.next_line()).await.context("it hangs")??;
    if let Some(line) = first {
        bail!("it started: {line}");
    }
    let output = child.wait_with_output().await?;
    ensure!(!output.status.success(), "it ended well");
    Ok(String::from_utf8_lossy(&output.stderr).into_owned())
}

async fn recover(data: &Path, more: &[&str]) -> Result<(bool, String)> {
    let output =
        Command::new(artifacts::server()?).arg("recover").arg("--data").arg(data).args(more).output().await?;
    let said = [output.stdout, output.stderr].concat();
    Ok((output.status.success(), String::from_utf8_lossy(&said).into_owned()))
}

const GO_ON: [&str; 3] = ["--continue", "--reason", "硬盘损坏，最近的备份缺最后几条，经村委会同意继续"];

async fn tamper(data: &Path, sql: &str) -> Result<()> {
    let file = data.join("store/yishi.db");
    let mut tool = SqliteConnectOptions::new().filename(file).foreign_keys(false).connect().await?;
    tool.execute(AssertSqlSafe(sql.to_owned())).await?;
    tool.close().await?;
    Ok(())
}

/// The newest entry of the village's log.
async fn newest(house: &House, from: &Client) -> Result<Value> {
    let (size, _) = house.checkpoint(from).await?;
    let path = format!("/communities/{}/log/entries?from={}", house.village, size - 1);
    Ok(from.get(&path).await?.ok()?["items"][0]["entry"].clone())
}

/// After a crash the journal was deleted: every act answered since the last fold into the database was gone, and the
/// server signed the shorter log without a word.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_without_its_journal_is_not_signed_again() -> Result<()> {
    let mut house = house(None).await?;
    for number in 0..3 {
        house.act(number).await?;
    }
    house.kernel.kill().await?;
    std::fs::remove_file(house.data.join("store/yishi.db-wal"))?;
    let said = refusal(&house.data, &[]).await?;
    ensure!(said.contains("yishi recover"), "no way out is named: {said}");
    let said = refusal(&house.data, &[]).await?;
    ensure!(said.contains("yishi recover"), "the second try is let in: {said}");
    let (_, said) = recover(&house.data, &[]).await?;
    ensure!(said.contains("nothing was changed"), "{said}");
    refusal(&house.data, &[]).await?;
    Ok(())
}

/// The last entries were taken out together with the checkpoints that cover them, and the server started as usual.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_cut_behind_its_checkpoints_is_refused_and_continued_on_record() -> Result<()> {
    let mut house = house(None).await?;
    for number in 0..4 {
        house.act(number).await?;
    }
    let (size, root) = house.checkpoint(house.visitor()).await?;
    let receipt = format!("/communities/{}/log/receipts/0", house.village);
    let receipt = house.visitor().get(&receipt).await?.ok()?.to_string();
    house.kernel.kill().await?;
    let cut = size - 2;
    tamper(
        &house.data,
        &format!("DELETE FROM checkpoints WHERE size > {cut}; DELETE FROM log_entries WHERE seq >= {cut};"),
    )
    .await?;
    let said = refusal(&house.data, &[]).await?;
    for part in [house.village.clone(), format!("{size} entries were signed"), "yishi recover".to_owned()] {
        ensure!(said.contains(&part), "`{part}` is not said: {said}");
    }

    let (done, said) = recover(&house.data, &GO_ON).await?;
    ensure!(done, "{said}");
    let kernel = start(&house.data, None).await?;
    let visitor = kernel.visitor()?;
    let entry = newest(&house, &visitor).await?;
    ensure!(entry["kind"] == json!("log.continued"), "{entry}");
    ensure!(
        entry["body"]["missing"] == json!(2) && entry["body"]["signed"]["size"] == json!(size),
        "{entry}"
    );
    let (_, new_root) = house.checkpoint(&visitor).await?;
    ensure!(new_root != root, "another log has another root");
    // Another key signs from here on, and what the former one gave out is still told from a forgery.
    let key = visitor.get(&format!("/communities/{}/log/key", house.village)).await?.text;
    ensure!(
        entry["body"]["key"] == json!(key.trim()) && entry["body"]["former_key"] != json!(key.trim()),
        "{entry}"
    );
    let checked = visitor.post("/verify/receipt", &json!({"receipt": receipt})).await?;
    ensure!(checked.status.is_success(), "{}", checked.text);
    drop(kernel);
    Ok(())
}

/// The whole store was put back to an older state, checkpoints and all.
#[tokio::test(flavor = "multi_thread")]
async fn an_older_store_put_back_is_refused() -> Result<()> {
    let mut house = house(None).await?;
    house.act(0).await?;
    house.checkpoint(house.visitor()).await?;
    house.kernel.kill().await?;
    let backup = house.data.join("backup");
    copy(&house.data.join("store"), &backup)?;
    house.kernel = start(&house.data, None).await?;
    let again = City::of(&house.kernel).await?;
    house.town.admin = again.visitor.sign_in("liuxi", yishi_harness::kernel::PASSWORD).await?;
    house.town.city = again;
    house.act(1).await?;
    house.checkpoint(house.visitor()).await?;
    house.kernel.kill().await?;
    std::fs::remove_dir_all(house.data.join("store"))?;
    copy(&backup, &house.data.join("store"))?;
    let said = refusal(&house.data, &[]).await?;
    ensure!(said.contains("entries were signed"), "{said}");
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for file in std::fs::read_dir(from)? {
        let file = file?;
        let copied = to.join(file.file_name());
        if file.file_type()?.is_dir() {
            copy(&file.path(), &copied)?;
        } else {
            std::fs::copy(file.path(), copied)?;
        }
    }
    Ok(())
}

/// The secret was lost with the checkpoints, and a new key signed on in silence.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_or_exchanged_key_is_an_error_with_a_way_out() -> Result<()> {
    let mut house = house(None).await?;
    house.act(0).await?;
    let former = house.visitor().get(&format!("/communities/{}/log/key", house.village)).await?.text;
    house.checkpoint(house.visitor()).await?;
    house.kernel.kill().await?;
    std::fs::write(house.data.join("secret"), [9; 32])?;
    let said = refusal(&house.data, &[]).await?;
    ensure!(said.contains("yishi recover") && said.contains("secret"), "{said}");
    std::fs::remove_file(house.data.join("secret"))?;
    let said = refusal(&house.data, &[]).await?;
    ensure!(said.contains("yishi recover") && said.contains("secret"), "{said}");
    let (done, said) = recover(&house.data, &GO_ON).await?;
    ensure!(done, "{said}");
    let kernel = start(&house.data, None).await?;
    let visitor = kernel.visitor()?;
    let entry = newest(&house, &visitor).await?;
    ensure!(entry["kind"] == json!("log.continued") && entry["body"]["missing"] == json!(0), "{entry}");
    let key = visitor.get(&format!("/communities/{}/log/key", house.village)).await?.text;
    ensure!(key != former && entry["body"]["key"] == json!(key.trim()), "{entry}");
    ensure!(entry["body"]["former_key"] == json!(former.trim()), "{entry}, and the former key was {former}");
    Ok(())
}

/// The database was deleted, or an empty one lay in its place, and the folder began as a new city.
#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_was_a_city_never_begins_anew() -> Result<()> {
    let mut house = house(None).await?;
    house.kernel.kill().await?;
    for file in ["yishi.db", "yishi.db-wal", "yishi.db-shm"] {
        std::fs::remove_file(house.data.join("store").join(file))?;
    }
    let said = refusal(&house.data, &[]).await?;
    ensure!(said.contains("a new one is not begun"), "{said}");
    std::fs::remove_dir_all(house.data.join("store"))?;
    let said = refusal(&house.data, &[]).await?;
    ensure!(said.contains("a new one is not begun"), "{said}");
    // Another city's database is not taken for this one's.
    let other = tempfile::tempdir()?;
    let mut stranger = start(&other.path().join("data"), None).await?;
    stranger.kill().await?;
    copy(&other.path().join("data/store"), &house.data.join("store"))?;
    let said = refusal(&house.data, &[]).await?;
    ensure!(said.contains("not the one it held"), "{said}");
    Ok(())
}

/// A damaged page of a table that start-up did not look at was found by whoever asked for it, as an error 500.
#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_page_is_found_at_the_start() -> Result<()> {
    let mut house = house(None).await?;
    house.act(7).await?;
    house.kernel.kill().await?;
    // Folds the journal into the database, so that the page is the one that is read.
    tamper(&house.data, "PRAGMA wal_checkpoint(TRUNCATE)").await?;
    let file = house.data.join("store/yishi.db");
    let mut tool = SqliteConnectOptions::new().filename(&file).connect().await?;
    let page: i64 = sqlx::query_scalar("SELECT rootpage FROM sqlite_schema WHERE name = 'persons'")
        .fetch_one(&mut tool)
        .await?;
    let size: i64 = sqlx::query_scalar("PRAGMA page_size").fetch_one(&mut tool).await?;
    tool.close().await?;
    let at = u64::try_from((page - 1) * size)?;
    let database = std::fs::File::options().write(true).open(&file)?;
    std::os::unix::fs::FileExt::write_all_at(&database, &[0xa5; 64], at)?;
    let said = refusal(&house.data, &[]).await?;
    ensure!(said.contains("the database is damaged"), "{said}");
    Ok(())
}

/// The machine's clock was set back 400 days, and acts went on record out of the order of time.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_stops_what_goes_on_record_and_nothing_else() -> Result<()> {
    const NOW: &str = "2026-03-02T09:00:00+08:00";
    let mut house = house(Some(NOW)).await?;
    house.act(0).await?;
    let (size, _) = house.checkpoint(house.visitor()).await?;
    house.kernel.kill().await?;
    // What a simulated clock remembers is its machine's clock.
    std::fs::write(house.data.join("simulated-clock"), "2025-01-26T01:00:00Z\n")?;
    let kernel = start(&house.data, Some("2025-01-26T09:00:00+08:00")).await?;
    let visitor = kernel.visitor()?;
    let admin = visitor.sign_in("liuxi", yishi_harness::kernel::PASSWORD).await?;
    let body = json!({"name": "青石村", "kind": "village", "region_code": "320582104208"});
    let refused = admin.post(&format!("/towns/{}/communities", house.town.id), &body).await?;
    ensure!(refused.headers.contains_key("retry-after"), "{}", refused.text);
    let refused = refused.refused(503, "clock-behind")?;
    ensure!(refused["detail"].as_str().is_some_and(|words| words.contains("2025-01-26")), "{refused}");
    ensure!(house.checkpoint(&visitor).await?.0 == size, "reading goes on");
    let ready = reqwest::get(format!("{}/readyz", kernel.base())).await?;
    ensure!(ready.status().as_u16() == 503, "{}", ready.status());
    // Set right, everything goes on.
    let city = City::of(&kernel).await?;
    city.admin.post("/simulated-clock", &json!({"now": "2026-03-02T09:10:00+08:00"})).await?.ok()?;
    admin.post(&format!("/towns/{}/communities", house.town.id), &body).await?.ok()?;
    Ok(())
}
