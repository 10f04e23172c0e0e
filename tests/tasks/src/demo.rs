//! `cargo xtask demo`: two communities in the middle of real matters, served until Ctrl-C.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};
use tokio::signal::unix::{SignalKind, signal};
use yishi_harness::kernel::{CITY_LOGIN, PASSWORD};
use yishi_harness::{Kernel, Options, artifacts};

use crate::seed;
use crate::setup::{self, Phase};

/// The day the story begins. What is shown is some weeks later.
pub(crate) const BEGINS: &str = "2026-03-02T09:00:00+08:00";

/// Says that a folder holds a whole demo, and what there is to sign in with.
const STORY: &str = "demo.json";
/// The contract that the rules of the story were built against.
const CONTRACT: &str = "rule.wit";

pub(crate) async fn run(port: u16, data: Option<PathBuf>) -> Result<()> {
    prepare()?;
    let folder = data.unwrap_or_else(|| artifacts::workspace().join("target/demo"));
    let mut kernel = open(&folder, port).await?;
    let story = read(&folder)?;
    show(kernel.base(), &story);
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        // Ctrl-C reaches the server too, and it may be gone first.
        ended = kernel.wait() => {
            let status = ended?;
            ensure!(status.success(), "the server ended with {status}");
        }
        stopped = tokio::signal::ctrl_c() => stopped.context("waiting for Ctrl-C")?,
        _ = terminated.recv() => {}
    }
    Ok(())
}

/// Builds the plugins; the binaries were built with this program.
pub(crate) fn prepare() -> Result<()> {
    let phase = Phase::begin("building the plugins");
    setup::build_plugins()?;
    phase.end();
    Ok(())
}

/// Sets a demo aside whose rules were built against another contract than this one: they could not be asked any more.
fn set_aside(folder: &Path, contract: &str) -> Result<()> {
    let told = std::fs::read_to_string(folder.join(CONTRACT)).unwrap_or_default();
    if !folder.join(STORY).is_file() || told == contract {
        return Ok(());
    }
    let before = folder.with_extension("before");
    if before.exists() {
        std::fs::remove_dir_all(&before).with_context(|| format!("removing `{}`", before.display()))?;
    }
    std::fs::rename(folder, &before)?;
    println!("the demo there has rules of another contract; it is kept in `{}`", before.display());
    Ok(())
}

/// Serves the demo of a folder, telling its story first where that has not been done.
pub(crate) async fn open(folder: &Path, port: u16) -> Result<Kernel> {
    let contract = std::fs::read_to_string(artifacts::workspace().join("schemas/wit/1.0.0/rule.wit"))?;
    set_aside(folder, &contract)?;
    let whole = folder.join(STORY).is_file();
    if !whole && folder.exists() {
        if folder.read_dir()?.next().is_some() && !folder.join("data").exists() {
            bail!("`{}` holds something that is no demo; name another folder with --data", folder.display());
        }
        // Left by a run that did not come to its end.
        std::fs::remove_dir_all(folder).with_context(|| format!("removing `{}`", folder.display()))?;
    }
    std::fs::create_dir_all(folder)?;
    let kernel = Kernel::start(Options {
        binary: artifacts::server()?,
        data: folder.join("data"),
        listen: format!("127.0.0.1:{port}"),
        clock: Some(BEGINS.to_owned()),
    })
    .await?;
    if !whole {
        let phase = Phase::begin("telling the story of two communities");
        let story = seed::tell(&kernel).await?;
        std::fs::write(folder.join(CONTRACT), contract)?;
        std::fs::write(folder.join(STORY), serde_json::to_vec_pretty(&story)?)?;
        phase.end();
    }
    Ok(kernel)
}

/// What a folder's story left behind: communities, logins, matters.
pub(crate) fn read(folder: &Path) -> Result<Value> {
    Ok(serde_json::from_slice(&std::fs::read(folder.join(STORY))?)?)
}

fn show(base: &str, story: &Value) {
    println!("\n一市、一镇、两村、一社区，正在议事。今天是 {}（模拟时钟）。\n", text(&story["today"]));
    println!("  首页    {base}/");
    for place in story["places"].as_array().into_iter().flatten() {
        println!("\n  {}    {base}/c/{}", text(&place["name"]), text(&place["id"]));
        for line in place["matters"].as_array().into_iter().flatten() {
            println!("    · {}", text(line));
        }
        for login in place["logins"].as_array().into_iter().flatten() {
            println!("    {:<20} {}", text(&login["login"]), text(&login["who"]));
        }
    }
    let fresh = &story["fresh"];
    if fresh.is_object() {
        println!("\n  {}    {base}/c/{}", text(&fresh["name"]), text(&fresh["id"]));
        println!("    · 今天刚设立：工作台上是筹备清单");
        println!("    {:<20} {}工作人员", text(&fresh["login"]), text(&fresh["name"]));
    }
    println!("\n  {:<22} 市管理员", CITY_LOGIN);
    println!("  {:<22} 镇管理员", text(&story["town_login"]));
    println!("\n  所有账号的口令都是 {PASSWORD}；登录页 {base}/sign-in；接口文档 {base}/api/docs");
    println!("  按 Ctrl-C 结束；再次运行会从离开的地方继续。");
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The logins of a place, for [`STORY`].
pub(crate) fn logins(place: &yishi_harness::Place) -> Value {
    place.logins.iter().map(|login| json!({"login": login.login, "who": login.who})).collect()
}
