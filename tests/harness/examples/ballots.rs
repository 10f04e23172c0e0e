//! How many votes a second the server acknowledges over HTTP, each durable before it is answered.
//!
//! `YISHI_BIN=target/release/yishi cargo run --release -p yishi-harness --example ballots [-- <folder>]`
//!
//! An assembly of thousands is in the room; staff enter its votes from as many stations as there are clients, each on
//! one kept-alive connection with one request under way. The client writes and reads HTTP by hand, so that what is
//! measured on a small machine is the server and not the client. Three matters are voted on, one after the other;
//! prints the median of the three rates.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use yishi_harness::{
    Affair, Assembly, City, HandCount, Kernel, Options, PlaceSpec, Votes, artifacts, roster, texts,
};

const CLIENTS: usize = 64;
const HOUSEHOLDS: usize = 4_000;
const ELECTORS: usize = 16_000;
const ROUNDS: usize = 3;

#[tokio::main]
async fn main() -> Result<()> {
    let folder = match std::env::args().nth(1) {
        Some(path) => tempfile::tempdir_in(path)?,
        None => tempfile::tempdir()?,
    };
    let kernel = Kernel::start(Options {
        binary: artifacts::server()?,
        data: folder.path().join("data"),
        listen: "127.0.0.1:0".to_owned(),
        clock: Some("2026-03-02T09:00:00+08:00".to_owned()),
    })
    .await?;
    let city = City::of(&kernel).await?;
    let town = city.town("柳溪镇", "320582104", "liuxi").await?;
    let roster = roster::adults(HOUSEHOLDS, ELECTORS);
    let place = town.community(&PlaceSpec { roster, ..PlaceSpec::village("云岭村", "yunling", 300) }).await?;
    let affair = Affair { class: "major", ..texts::coal_stoves() };
    let mut matters = Vec::new();
    for _ in 0..ROUNDS {
        let matter = place.bring_forward(&place.resident, &affair).await?;
        place.submit_to(&matter, "residents-assembly", None).await?;
        matters.push(matter);
    }
    let agenda: Vec<&str> = matters.iter().map(String::as_str).collect();
    let present = place.adults();
    let assembly = Assembly { body: "residents-assembly", mode: "persons", present, notice_days: 12 };
    let (meeting, held_on) = place.convene(&assembly, &agenda).await?;
    place.open_meeting(&meeting, held_on, &assembly.present).await?;
    let voters: Arc<Vec<String>> =
        Arc::new(assembly.present.iter().map(|person| person.id.clone()).collect());

    let address = kernel.base().trim_start_matches("http://").to_owned();
    let token = place.clerk.token().context("the clerk has no token")?;
    let mut rates = Vec::new();
    for matter in agenda {
        let ballot = place.open_ballot(&meeting, matter).await?;
        let path = place.path(&format!("/ballots/{ballot}"));
        let head = format!(
            "POST /api/v1{path}/votes HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\n"
        );
        rates.push(votes_a_second(&address, &Arc::new(head), &voters).await?);
        let seen = city.visitor.get(&path).await?.ok()?;
        ensure!(seen["turnout"] == json!(ELECTORS), "not every vote is there: {seen}");
        place.vote(&meeting, &ballot, &Votes::by_hand(HandCount::default())).await?;
    }
    rates.sort_unstable();
    println!("{}", rates.get(ROUNDS / 2).context("no rounds")?);
    Ok(())
}

/// Everybody votes once, entered from all stations at the same time.
async fn votes_a_second(address: &str, head: &Arc<String>, voters: &Arc<Vec<String>>) -> Result<u128> {
    let mut connections = Vec::new();
    for _ in 0..CLIENTS {
        let connection = TcpStream::connect(address).await?;
        connection.set_nodelay(true)?;
        connections.push(connection);
    }
    let next = Arc::new(AtomicUsize::new(0));
    let mut stations = JoinSet::new();
    let clock = stopwatch();
    for connection in connections {
        stations.spawn(station(connection, Arc::clone(head), Arc::clone(voters), Arc::clone(&next)));
    }
    while let Some(done) = stations.join_next().await {
        done??;
    }
    Ok(voters.len() as u128 * 1_000_000 / clock.elapsed().as_micros().max(1))
}

/// One station: votes one after the other until there are none left.
async fn station(
    mut connection: TcpStream,
    head: Arc<String>,
    voters: Arc<Vec<String>>,
    next: Arc<AtomicUsize>,
) -> Result<()> {
    let mut answer = Vec::with_capacity(4096);
    loop {
        let n = next.fetch_add(1, Ordering::Relaxed);
        let Some(voter) = voters.get(n) else { return Ok(()) };
        let choice = if n.is_multiple_of(3) { "no" } else { "yes" };
        let body = format!("{{\"choice\":\"{choice}\",\"voter\":\"{voter}\",\"channel\":\"meeting\"}}");
        let length = body.len();
        let request =
            format!("{head}idempotency-key: bench-{n:08}\r\ncontent-length: {length}\r\n\r\n{body}");
        connection.write_all(request.as_bytes()).await?;
        read_answer(&mut connection, &mut answer).await?;
        if !answer.starts_with(b"HTTP/1.1 201") && !answer.starts_with(b"HTTP/1.1 200") {
            bail!("a vote was answered {}", String::from_utf8_lossy(&answer));
        }
    }
}

/// Reads one whole answer.
async fn read_answer(connection: &mut TcpStream, answer: &mut Vec<u8>) -> Result<()> {
    answer.clear();
    loop {
        if connection.read_buf(answer).await? == 0 {
            bail!("the server closed the connection");
        }
        let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = std::str::from_utf8(&answer[..end])?.to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.context("an answer without a length")?.trim().parse()?;
        if answer.len() >= end + 4 + length {
            return Ok(());
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a measurement reads the clock; nothing of it reaches the record"
)]
fn stopwatch() -> Instant {
    Instant::now()
}
