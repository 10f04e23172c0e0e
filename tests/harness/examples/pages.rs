//! What a public page costs against bare axum that serves the same bytes.
//!
//! `YISHI_BIN=target/release/yishi cargo run --release -p yishi-harness --example pages [-- <folder>]`
//!
//! A home page, a matter's and a rule's, in a village with few matters and in one with many. Server and bare server are
//! asked in turn by the same client on as many connections; a line for each page: its name, answers a second, and
//! those of the bare server.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use axum::http::header;
use axum::routing::get;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::task::JoinSet;
use yishi_harness::{City, Kernel, Options, PaperAdoption, Place, PlaceSpec, artifacts, texts};

#[path = "shared/past.rs"]
mod past;
#[path = "shared/wire.rs"]
mod wire;

use wire::{Wire, stopwatch};

const CONNECTIONS: usize = 16;
const LOOKING: Duration = Duration::from_secs(1);
const ROUNDS: usize = 3;
/// What this program is called with to be the bare server.
const BARE: &str = "--bare";
/// Matters that are under way, in a village with many.
const UNDER_WAY: usize = 20;
#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [bare, page] if bare == BARE => serve_bare(std::fs::read(page)?).await,
        [folder] => measure(tempfile::tempdir_in(folder)?.path()).await,
        _ => measure(tempfile::tempdir()?.path()).await,
    }
}

/// Serves one page and nothing else.
async fn serve_bare(page: Vec<u8>) -> Result<()> {
    let page = axum::body::Bytes::from(page);
    let answer = move || {
        let page = page.clone();
        async move { ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page) }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    axum::serve(listener, axum::Router::new().route("/", get(answer))).await?;
    Ok(())
}

async fn measure(folder: &std::path::Path) -> Result<()> {
    let kernel = Kernel::start(Options {
        binary: artifacts::server()?,
        data: folder.join("data"),
        listen: "127.0.0.1:0".to_owned(),
        clock: Some("2026-03-02T09:00:00+08:00".to_owned()),
    })
    .await?;
    let city = City::of(&kernel).await?;
    let town = city.town("柳溪镇", "320582104", "liuxi").await?;
    let address = kernel.base().trim_start_matches("http://").to_owned();
    for (count, name, prefix) in [(10, "云岭村", "yunling"), (2_000, "柳塘村", "liutang")] {
        let place = town.community(&PlaceSpec::village(name, prefix, 60)).await?;
        let (matter, rule) = village(&place, &address, count).await?;
        let home = format!("/c/{}", place.id);
        for (name, path) in [
            ("home", home.clone()),
            ("matter", format!("{home}/matters/{matter}")),
            ("rule", format!("{home}/rules/{rule}")),
        ] {
            let [served, bare] = against_bare(&address, &path, folder).await?;
            println!("{name}-{count} {served} {bare}");
        }
    }
    Ok(())
}

/// A village with a rule in force and so many matters. Gives a matter that is under way, and the rule.
async fn village(place: &Place, address: &str, count: usize) -> Result<(String, String)> {
    let charter = place.attest(&artifacts::plugin("village-charter")?, None, &PaperAdoption::JANUARY).await?;
    let rule = charter["summary"]["id"].as_str().context("no rule")?.to_owned();
    let under_way = UNDER_WAY.min(count / 2);
    past::matters(place, address, count - under_way).await?;
    let mut last = None;
    for _ in 0..under_way {
        last = Some(place.bring_forward(&place.resident, &texts::coal_stoves()).await?);
    }
    Ok((last.context("no matter")?, rule))
}

/// Answers a second for a page of the server, and for the same bytes from bare axum: the medians.
async fn against_bare(address: &str, path: &str, folder: &std::path::Path) -> Result<[u128; 2]> {
    let page = ask(address, path).await?;
    let file = folder.join("page.html");
    std::fs::write(&file, &page)?;
    let mut child = tokio::process::Command::new(std::env::current_exe()?)
        .arg(BARE)
        .arg(&file)
        .stdout(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let said = child.stdout.take().context("no stdout")?;
    let bare = BufReader::new(said).lines().next_line().await?.context("the bare server said no address")?;
    ensure!(ask(&bare, "/").await? == page, "the bare server serves something else");
    let mut rates = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (rates, (address, path)) in rates.iter_mut().zip([(address, path), (bare.as_str(), "/")]) {
            rates.push(answers_a_second(address, path, page.len()).await?);
        }
    }
    child.kill().await?;
    Ok(rates.map(|mut rates| {
        rates.sort_unstable();
        rates[ROUNDS / 2]
    }))
}

fn request(address: &str, path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: {address}\r\naccept: text/html\r\n\r\n")
}

/// One page, as it is sent.
async fn ask(address: &str, path: &str) -> Result<Vec<u8>> {
    let answer = Wire::open(address).await?.ask(request(address, path).as_bytes()).await?.to_vec();
    if !answer.starts_with(b"HTTP/1.1 200") {
        bail!("`{path}` was answered {}", String::from_utf8_lossy(&answer));
    }
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").context("an answer without a body")?;
    Ok(answer[end + 4..].to_vec())
}

async fn answers_a_second(address: &str, path: &str, length: usize) -> Result<u128> {
    let request = Arc::new(request(address, path));
    let mut readers = JoinSet::new();
    let clock = stopwatch();
    for _ in 0..CONNECTIONS {
        let (mut wire, request) = (Wire::open(address).await?, Arc::clone(&request));
        readers.spawn(async move {
            let mut answers = 0_u128;
            while clock.elapsed() < LOOKING {
                let answer = wire.ask(request.as_bytes()).await?;
                ensure!(answer.starts_with(b"HTTP/1.1 200") && answer.len() > length, "another answer");
                answers += 1;
            }
            Ok(answers)
        });
    }
    let mut answers = 0;
    while let Some(done) = readers.join_next().await {
        answers += done??;
    }
    Ok(answers * 1_000_000 / clock.elapsed().as_micros().max(1))
}
