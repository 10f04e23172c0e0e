//! How many votes a second the server acknowledges over HTTP, each durable before it is answered.
//!
//! `YISHI_BIN=target/release/yishi cargo run --release -p yishi-harness --example ballots [-- <folder>]`
//!
//! An assembly of thousands is in the room; staff enter its votes from as many stations as there are clients, each on
//! one kept-alive connection with one request under way. The client writes and reads HTTP by hand, so that what is
//! measured on a small machine is the server and not the client. Three matters are voted on, one after the other;
//! prints the median of the three rates.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use yishi_harness::{
    Affair, Assembly, City, HandCount, Kernel, Options, PlaceSpec, Votes, artifacts, roster, texts,
};

#[path = "shared/stations.rs"]
mod stations;
#[path = "shared/wire.rs"]
mod wire;

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
        rates.push(stations::votes_a_second(&address, &Arc::new(head), &voters).await?);
        let seen = city.visitor.get(&path).await?.ok()?;
        ensure!(seen["turnout"] == json!(ELECTORS), "not every vote is there: {seen}");
        place.vote(&meeting, &ballot, &Votes::by_hand(HandCount::default())).await?;
    }
    rates.sort_unstable();
    println!("{}", rates.get(ROUNDS / 2).context("no rounds")?);
    Ok(())
}
