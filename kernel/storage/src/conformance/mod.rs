//! 一致性测试 (the conformance suite): what every implementation of [`Store`] has to pass.
//!
//! An implementation's tests give [`run`] a [`Factory`]. A case that fails panics with a sentence. To add
//! one: write an `async fn` over `&F`, name it in its module's `run`.

mod ballots;
mod people;
mod record;
mod rows;

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::{Value, json};
use yishi_canonical::Digest;

use crate::{
    BallotDraft, BallotKey, BallotSecrecy, CastVote, Channel, Choice, CommunityRow, EntryDraft, RollPlace,
    Row, Scope, Store, TownRow, Unit,
};

/// Opens stores for the suite.
#[async_trait]
pub trait Factory: Send + Sync {
    /// The implementation.
    type Store: Store + 'static;

    /// Opens the store at this place. A place seen for the first time is empty; opened again after
    /// [`Factory::close`] it holds what was written.
    async fn open(&self, place: &str) -> Self::Store;

    /// Ends a store so that its place can be opened again.
    async fn close(&self, store: Self::Store);
}

/// Runs every case, each at a place of its own.
///
/// # Panics
/// When a case fails.
pub async fn run<F: Factory>(factory: &F) {
    record::run(factory).await;
    ballots::run(factory).await;
    rows::run(factory).await;
    people::run(factory).await;
}

const HERE: &str = "com_here";
const THERE: &str = "com_there";

fn here() -> Scope {
    Scope::issued(HERE)
}

fn there() -> Scope {
    Scope::issued(THERE)
}

fn time(text: &str) -> Timestamp {
    text.parse().expect("a time in a test")
}

fn now() -> Timestamp {
    time("2026-03-01T01:02:03.456789Z")
}

/// A store with a town and two communities.
async fn furnished<F: Factory>(factory: &F, place: &str) -> Arc<F::Store> {
    let store = factory.open(place).await;
    let town =
        TownRow { id: "town_1".into(), name: "锦丰镇".into(), region: "320582".into(), created: now() };
    let mut unit = Unit::global().row(Row::PutTown(town));
    for id in [HERE, THERE] {
        unit = unit.row(Row::PutCommunity(community(id, 1)));
    }
    store.commit(unit).await.expect("a town and two communities can be entered");
    Arc::new(store)
}

fn community(id: &str, version: u64) -> CommunityRow {
    CommunityRow {
        id: id.into(),
        version,
        town: "town_1".into(),
        name: format!("{id}村"),
        kind: "village".into(),
        region: "320582".into(),
        settings: json!({"households": 40}),
        created: now(),
    }
}

async fn close<F: Factory>(factory: &F, store: Arc<F::Store>) {
    factory.close(Arc::into_inner(store).expect("no case keeps the store")).await;
}

fn entry(stream: &str, version: u64) -> EntryDraft {
    entry_of(stream, version, json!({"type": "noted", "number": version}))
}

fn entry_of(stream: &str, version: u64, body: Value) -> EntryDraft {
    EntryDraft {
        stream: stream.into(),
        version,
        kind: "matter.noted".into(),
        actor: "acc_1".into(),
        at: now(),
        body,
    }
}

fn opening(ballot: &str, secrecy: BallotSecrecy, voters: usize) -> Row {
    Row::OpenBallot(draft(ballot, secrecy, (0..voters).map(voter)))
}

fn draft(ballot: &str, secrecy: BallotSecrecy, voters: impl IntoIterator<Item = String>) -> BallotDraft {
    let roll =
        voters.into_iter().map(|voter| RollPlace { pseudonym: pseudonym(ballot, &voter), voter }).collect();
    let key = BallotKey(*Digest::of(ballot.as_bytes()).as_bytes());
    BallotDraft { ballot: ballot.into(), secrecy, deadline: None, roll, key }
}

/// What the log calls a voter in a ballot.
fn pseudonym(ballot: &str, voter: &str) -> String {
    let digest = Digest::of(format!("{ballot} {voter}").as_bytes());
    format!("per_{}", &digest.to_string()[7..23])
}

fn voter(number: usize) -> String {
    format!("per_{number:05}")
}

fn vote(ballot: &str, number: usize, choice: Choice) -> CastVote {
    let mut random_key = [0; 16];
    // Spread like random bytes, so that the order of keys is not that of the votes.
    random_key[..8].copy_from_slice(&(number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    CastVote {
        scope: here(),
        ballot: ballot.into(),
        voter: voter(number),
        choice,
        channel: Channel::Web,
        actor: None,
        at: now(),
        idempotency_key: None,
        random_key,
    }
}
