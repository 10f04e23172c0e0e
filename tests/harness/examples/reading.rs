//! What reading costs while an assembly votes, and what voting costs while it is read.
//!
//! `YISHI_BIN=target/release/yishi cargo run --release -p yishi-harness --example reading [-- <electors>]`
//!
//! Half of those in the room vote with nobody looking on, then everybody who looks on does so with nobody voting, then the
//! other half votes while they do. A reader asks for the meeting, the ballot and the ballot's page in turn. Prints votes
//! and reads a second, alone and together, and how long reads take; what counts on a shared machine is their ratios.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use tokio::task::JoinSet;
use yishi_harness::{Affair, Assembly, City, Client, Kernel, Options, PlaceSpec, artifacts, roster, texts};

const STATIONS: usize = 16;
const READERS: usize = 4;
const LOOKING: Duration = Duration::from_secs(6);

#[tokio::main]
async fn main() -> Result<()> {
    let electors: usize = std::env::args().nth(1).map_or(Ok(2_000), |count| count.parse())?;
    let folder = tempfile::tempdir()?;
    let kernel = Kernel::start(Options {
        binary: artifacts::server()?,
        data: folder.path().join("data"),
        listen: "127.0.0.1:0".to_owned(),
        clock: Some("2026-03-02T09:00:00+08:00".to_owned()),
    })
    .await?;
    let city = City::of(&kernel).await?;
    let town = city.town("柳溪镇", "320582104", "liuxi").await?;
    let roster = roster::adults(electors / 4, electors);
    let place = town.community(&PlaceSpec { roster, ..PlaceSpec::village("云岭村", "yunling", 300) }).await?;
    let affair = Affair { class: "major", ..texts::coal_stoves() };
    let matter = place.bring_forward(&place.resident, &affair).await?;
    place.submit_to(&matter, "residents-assembly", None).await?;
    let present = place.adults();
    let assembly = Assembly { body: "residents-assembly", mode: "persons", present, notice_days: 12 };
    let (meeting, held_on) = place.convene(&assembly, &[&matter]).await?;
    place.open_meeting(&meeting, held_on, &assembly.present).await?;
    let ballot = place.open_ballot(&meeting, &matter).await?;
    let votes = place.path(&format!("/ballots/{ballot}/votes"));
    let asked = [
        place.path(&format!("/meetings/{meeting}")),
        place.path(&format!("/ballots/{ballot}")),
        format!("/c/{}/ballots/{ballot}", place.id),
    ];
    let voters: Vec<String> = assembly.present.iter().map(|person| person.id.clone()).collect();
    let (first, second) = voters.split_at(voters.len() / 2);
    let clerk = place.clerk.clone().unchecked();
    let reader = place.resident.clone().unchecked();

    let alone = vote(&clerk, &votes, first).await?;
    let stop = Arc::new(AtomicBool::new(false));
    let looking = look(&reader, &asked, &stop);
    tokio::time::sleep(LOOKING).await;
    stop.store(true, Ordering::Relaxed);
    let unhurried = looking.finish().await?;
    let stop = Arc::new(AtomicBool::new(false));
    let looking = look(&reader, &asked, &stop);
    let watched = vote(&clerk, &votes, second).await?;
    stop.store(true, Ordering::Relaxed);
    let hurried = looking.finish().await?;

    let seen = city.visitor.get(&place.path(&format!("/ballots/{ballot}"))).await?.ok()?;
    ensure!(seen["turnout"] == json!(voters.len()), "not every vote is there: {seen}");
    println!("present {}", voters.len());
    println!("votes/s alone {alone}, while read {watched} ({}%)", watched * 100 / alone.max(1));
    println!("reads/s alone {}, while voted {}", unhurried.rate, hurried.rate);
    println!("a read while voted: p50 {} ms, p99 {} ms", hurried.p50, hurried.p99);
    Ok(())
}

/// These vote, entered from all stations at the same time. Votes a second.
async fn vote(clerk: &Client, path: &str, voters: &[String]) -> Result<u128> {
    let (voters, next) = (Arc::new(voters.to_vec()), Arc::new(AtomicUsize::new(0)));
    let clock = stopwatch();
    let mut stations = JoinSet::new();
    for _ in 0..STATIONS {
        let (clerk, path) = (clerk.clone(), path.to_owned());
        let (voters, next) = (Arc::clone(&voters), Arc::clone(&next));
        stations.spawn(async move {
            while let Some(voter) = voters.get(next.fetch_add(1, Ordering::Relaxed)) {
                let body = json!({"choice": "yes", "voter": voter, "channel": "meeting"});
                clerk.post(&path, &body).await?.ok().with_context(|| format!("the vote of {voter}"))?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = stations.join_next().await {
        done??;
    }
    Ok(voters.len() as u128 * 1_000_000 / clock.elapsed().as_micros().max(1))
}

struct Looking {
    readers: JoinSet<Result<Vec<Duration>>>,
    since: Instant,
}

struct Seen {
    rate: u128,
    p50: u128,
    p99: u128,
}

fn look(reader: &Client, asked: &[String], stop: &Arc<AtomicBool>) -> Looking {
    let mut readers = JoinSet::new();
    for n in 0..READERS {
        let (reader, asked, stop) = (reader.clone(), asked.to_vec(), Arc::clone(stop));
        readers.spawn(async move {
            let mut took = Vec::new();
            for path in asked.iter().cycle().skip(n) {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let clock = stopwatch();
                let reply = reader.get(path).await?;
                ensure!(reply.status.is_success(), "{path}: {} {}", reply.status, reply.text);
                took.push(clock.elapsed());
            }
            Ok(took)
        });
    }
    Looking { readers, since: stopwatch() }
}

impl Looking {
    async fn finish(mut self) -> Result<Seen> {
        let mut took = Vec::new();
        while let Some(one) = self.readers.join_next().await {
            took.extend(one??);
        }
        let rate = took.len() as u128 * 1_000_000 / self.since.elapsed().as_micros().max(1);
        took.sort_unstable();
        let at = |share: usize| took.get(took.len() * share / 100).map_or(0, Duration::as_millis);
        Ok(Seen { rate, p50: at(50), p99: at(99) })
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a measurement reads the clock; nothing of it reaches the record"
)]
fn stopwatch() -> Instant {
    Instant::now()
}
