//! Votes entered from many stations at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Result, bail};
use tokio::task::JoinSet;

use crate::wire::{Wire, stopwatch};

const CLIENTS: usize = 64;

/// Everybody votes once, entered from all stations at the same time.
pub(crate) async fn votes_a_second(
    address: &str,
    head: &Arc<String>,
    voters: &Arc<Vec<String>>,
) -> Result<u128> {
    let mut connections = Vec::new();
    for _ in 0..CLIENTS {
        connections.push(Wire::open(address).await?);
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
    mut connection: Wire,
    head: Arc<String>,
    voters: Arc<Vec<String>>,
    next: Arc<AtomicUsize>,
) -> Result<()> {
    loop {
        let n = next.fetch_add(1, Ordering::Relaxed);
        let Some(voter) = voters.get(n) else { return Ok(()) };
        let choice = if n.is_multiple_of(3) { "no" } else { "yes" };
        let body = format!("{{\"choice\":\"{choice}\",\"voter\":\"{voter}\",\"channel\":\"meeting\"}}");
        let length = body.len();
        let request =
            format!("{head}idempotency-key: bench-{n:08}\r\ncontent-length: {length}\r\n\r\n{body}");
        let answer = connection.ask(request.as_bytes()).await?;
        if !answer.starts_with(b"HTTP/1.1 201") && !answer.starts_with(b"HTTP/1.1 200") {
            bail!("a vote was answered {}", String::from_utf8_lossy(answer));
        }
    }
}
