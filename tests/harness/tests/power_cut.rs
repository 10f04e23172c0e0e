//! `kill -9` in the middle of voting, ten times: no acknowledged vote is lost, none is counted twice, and the record
//! verifies afterwards.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use yishi_harness::{Affair, Assembly, HandCount, PlaceSpec, Stage, Votes, artifacts, roster, texts};

const CUTS: usize = 10;
const CALLERS: usize = 16;
const PRESENT: usize = 900;

/// An acknowledged vote: where in the log it is said to be.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Acknowledged {
    choice: &'static str,
    seq: u64,
    leaf: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_power_cuts_during_voting_lose_no_acknowledged_vote() -> Result<()> {
    let mut stage = Stage::open("2026-03-02T09:00:00+08:00").await?;
    let spec =
        PlaceSpec { roster: roster::adults(300, 1000), ..PlaceSpec::village("云岭村", "yunling", 300) };
    let place = stage.town.community(&spec).await?;
    let affair = Affair { class: "major", ..texts::coal_stoves() };
    let matter = place.bring_forward(&place.resident, &affair).await?;
    let adults = place.adults();
    let assembly = Assembly {
        body: "residents-assembly",
        mode: "persons",
        present: adults.into_iter().take(PRESENT).collect(),
        notice_days: 12,
    };
    place.submit_to(&matter, assembly.body, None).await?;
    let (meeting, held_on) = place.convene(&assembly, &[&matter]).await?;
    place.open_meeting(&meeting, held_on, &assembly.present).await?;
    let ballot = place.open_ballot(&meeting, &matter).await?;
    let path = place.path(&format!("/ballots/{ballot}/votes"));

    let mut acknowledged: BTreeMap<String, Acknowledged> = BTreeMap::new();
    let mut interrupted = 0;
    let mut queue: Vec<String> = assembly.present.iter().rev().map(|person| person.id.clone()).collect();
    for cut in 0..CUTS {
        // Each caller has its own share of this round's voters and goes on until the server is gone.
        let share = queue.split_off(queue.len().saturating_sub(PRESENT / (CUTS + 1)));
        let mut callers = JoinSet::new();
        let answered = Arc::new(AtomicUsize::new(0));
        // A vote that is refused, not lost: the test would wait for it for ever.
        let refused = Arc::new(OnceLock::new());
        for part in share.chunks(share.len().div_ceil(CALLERS)) {
            let (client, path, part) = (place.clerk.clone(), path.clone(), part.to_vec());
            let (answered, refused) = (Arc::clone(&answered), Arc::clone(&refused));
            callers.spawn(async move {
                let (mut done, mut open) = (Vec::new(), Vec::new());
                for voter in part {
                    let choice = choice_of(&voter);
                    match client.post(&path, &vote(&voter, choice)).await {
                        Ok(reply) if reply.status.is_success() => {
                            answered.fetch_add(1, Ordering::Relaxed);
                            done.push((voter, choice, reply.json));
                        }
                        // No answer, or a server going down: nobody was told anything.
                        lost => {
                            if let Some(reply) = lost.ok().filter(|reply| reply.status.is_client_error()) {
                                let _ = refused.set(reply.json.to_string());
                            }
                            open.push(voter);
                        }
                    }
                }
                (done, open)
            });
        }
        // In mid-voting, at another point of it each time.
        let enough = share.len() * (cut + 1) / (CUTS + 4);
        while answered.load(Ordering::Relaxed) < enough {
            ensure!(refused.get().is_none(), "a vote was refused: {:?}", refused.get());
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        stage.kernel.kill().await?;
        let mut left = 0;
        while let Some(part) = callers.join_next().await {
            let (done, open) = part?;
            for (voter, choice, receipt) in done {
                acknowledged.insert(voter, read(choice, &receipt)?);
            }
            left += open.len();
            // Some of them may have been stored: they are asked again at the end, not in a round that counts answers.
            queue.splice(0..0, open);
        }
        interrupted += usize::from(left > 0);
        stage = stage.power_cut().await?;
        for (voter, vote_before) in &acknowledged {
            // Asked again with another key, the server knows that this voter has voted.
            let again = place.clerk.post(&path, &vote(voter, vote_before.choice)).await?;
            again
                .refused(409, "already-voted")
                .with_context(|| format!("after cut {cut}: the vote of {voter}"))?;
        }
        let seen = place.clerk.get(&place.path(&format!("/ballots/{ballot}"))).await?.ok()?;
        let turnout = seen["turnout"].as_u64().context("no turnout")?;
        ensure!(
            turnout >= acknowledged.len() as u64,
            "{turnout} votes stored, {} acknowledged",
            acknowledged.len()
        );
    }
    ensure!(interrupted == CUTS, "only {interrupted} of {CUTS} cuts fell into the voting");

    // Everybody who got no answer tries again; a vote that was stored unacknowledged is not taken a second time.
    let mut unacknowledged = 0;
    for voter in queue {
        let choice = choice_of(&voter);
        let reply = place.clerk.post(&path, &vote(&voter, choice)).await?;
        if reply.status.is_success() {
            acknowledged.insert(voter, read(choice, &reply.json)?);
        } else {
            reply.refused(409, "already-voted")?;
            unacknowledged += 1;
        }
    }
    let cast = acknowledged.len() + unacknowledged;
    ensure!(cast == PRESENT, "{cast} votes of {PRESENT}");
    let closed = place.vote(&meeting, &ballot, &Votes::by_hand(HandCount::default())).await?;
    let count = &closed.decision["finding"]["count"];
    let total: u64 = ["yes", "no", "abstain"].iter().filter_map(|choice| count[*choice].as_u64()).sum();
    ensure!(total == PRESENT as u64, "each voter once: {count}");

    // Every acknowledged vote is in the record where its receipt says, with the same hash.
    let export = place.export().await?;
    let lines: Vec<&str> = export.lines().collect();
    for (voter, vote) in &acknowledged {
        let index = usize::try_from(vote.seq)? + 1;
        let line: Value = serde_json::from_str(lines.get(index).context("the record is too short")?)?;
        ensure!(line["leaf"] == json!(vote.leaf), "entry {} is not the vote of {voter}", vote.seq);
    }
    let mut file = tempfile::NamedTempFile::new()?;
    file.write_all(export.as_bytes())?;
    let verified = std::process::Command::new(artifacts::verifier()?).arg(file.path()).output()?;
    ensure!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    Ok(())
}

fn vote(voter: &str, choice: &str) -> Value {
    json!({"choice": choice, "voter": voter, "channel": "meeting"})
}

fn choice_of(voter: &str) -> &'static str {
    match voter.bytes().map(u32::from).sum::<u32>() % 7 {
        0 => "no",
        1 => "abstain",
        _ => "yes",
    }
}

fn read(choice: &'static str, receipt: &Value) -> Result<Acknowledged> {
    Ok(Acknowledged {
        choice,
        seq: receipt["seq"].as_u64().with_context(|| format!("no place in the log in {receipt}"))?,
        leaf: receipt["leaf"].as_str().context("no hash in the receipt")?.to_owned(),
    })
}
