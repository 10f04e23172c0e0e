//! What a vote of a household costs against a vote of a person: votes a second in two assemblies of one size.
//!
//! `YISHI_BIN=target/release/yishi cargo run --release -p yishi-harness --example households [-- <folder>]`
//!
//! Two villages have the same people, one to a household, and all of them are in the room. In one they vote as themselves,
//! in the other for their households; matter by matter in turn, so that both are measured under the same conditions.
//! Prints the median rates.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use yishi_harness::{
    Affair, Assembly, City, HandCount, Kernel, Options, Place, PlaceSpec, Votes, artifacts, roster, texts,
};

#[path = "shared/stations.rs"]
mod stations;
#[path = "shared/wire.rs"]
mod wire;

const ELECTORS: usize = 6_000;
const ROUNDS: usize = 5;

/// A village whose assembly is sitting.
struct Room {
    place: Place,
    meeting: String,
    matters: Vec<String>,
    voters: Arc<Vec<String>>,
}

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
    let mut places = Vec::new();
    for (name, prefix) in [("云岭村", "yunling"), ("柳塘村", "liutang")] {
        let roster = roster::adults(ELECTORS, ELECTORS);
        places.push(town.community(&PlaceSpec { roster, ..PlaceSpec::village(name, prefix, 300) }).await?);
    }
    let mut convened = Vec::new();
    for (place, mode) in places.iter().zip(["persons", "households"]) {
        let affair = Affair { class: "major", ..texts::coal_stoves() };
        let mut matters = Vec::new();
        for _ in 0..ROUNDS {
            let matter = place.bring_forward(&place.resident, &affair).await?;
            place.submit_to(&matter, "residents-assembly", None).await?;
            matters.push(matter);
        }
        let agenda: Vec<&str> = matters.iter().map(String::as_str).collect();
        let assembly =
            Assembly { body: "residents-assembly", mode, present: place.adults(), notice_days: 12 };
        let (meeting, held_on) = place.convene(&assembly, &agenda).await?;
        convened.push((place, meeting, held_on, matters));
    }
    let mut rooms = Vec::new();
    for (place, meeting, held_on, matters) in convened {
        let present = place.adults();
        place.open_meeting(&meeting, held_on, &present).await?;
        let voters = Arc::new(present.iter().map(|person| person.id.clone()).collect());
        rooms.push(Room { place: place.clone(), meeting, matters, voters });
    }
    let address = kernel.base().trim_start_matches("http://").to_owned();
    let mut rates = [Vec::new(), Vec::new()];
    for round in 0..ROUNDS {
        for (room, rates) in rooms.iter().zip(&mut rates) {
            rates.push(room.votes_a_second(&address, round).await?);
        }
    }
    for (name, mut rates) in ["persons", "households"].into_iter().zip(rates) {
        rates.sort_unstable();
        println!("{name} {}", rates.get(ROUNDS / 2).context("no rounds")?);
    }
    Ok(())
}

impl Room {
    async fn votes_a_second(&self, address: &str, round: usize) -> Result<u128> {
        let place = &self.place;
        let token = place.clerk.token().context("the clerk has no token")?;
        let ballot = place.open_ballot(&self.meeting, &self.matters[round]).await?;
        let path = place.path(&format!("/ballots/{ballot}"));
        let head = format!(
            "POST /api/v1{path}/votes HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\n"
        );
        let rate = stations::votes_a_second(address, &Arc::new(head), &self.voters).await?;
        let seen = place.city().visitor.get(&path).await?.ok()?;
        ensure!(seen["turnout"] == json!(ELECTORS), "not every vote is there: {seen}");
        place.vote(&self.meeting, &ballot, &Votes::by_hand(HandCount::default())).await?;
        Ok(rate)
    }
}
