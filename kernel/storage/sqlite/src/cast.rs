//! 投票 (casting): open ballots in memory, votes decided there, and many of them written by one statement.
//!
//! The writer is the only one that changes ballots, so what it keeps in memory is what is stored. It forgets
//! a ballot whenever a write concerning it fails or it is stopped, and reads it again when next asked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::json;
use sqlx::sqlite::{SqliteArguments, SqliteConnection};
use sqlx::{Arguments as _, AssertSqlSafe, Encode, Sqlite, Type};
use yishi_canonical::Digest;
use yishi_record::commitment;
use yishi_storage::{
    BallotSecrecy, BallotState, CastError, CastReceipt, CastVote, Channel, Choice, OpenVote, StoreError,
    Tally,
};

use crate::decode::{self, Columns, damaged, signed};
use crate::error::{Failure, store_error};
use crate::keys::{Key, Keys, Sealed, seal, unseal};
use crate::log::{Appended, Content, Head};

/// Ballots kept in memory; one more and all are forgotten, to be read again as needed.
const KEPT: usize = 512;

/// A vote as the writer remembers it.
#[derive(Debug, Clone)]
struct Taken {
    seq: u64,
    leaf: Digest,
    key: Option<String>,
    /// Absent in secret ballots, in memory as on disk.
    choice: Option<Choice>,
}

#[derive(Debug)]
struct Ballot {
    community: Arc<str>,
    id: Arc<str>,
    secrecy: BallotSecrecy,
    state: BallotState,
    deadline: Option<Timestamp>,
    /// Everyone on the roll.
    roll: BTreeMap<String, Place>,
    cast: u64,
    /// The idempotency keys of its votes: one key is one vote.
    used: BTreeSet<String>,
    /// Of a secret ballot: what its choices are sealed with.
    key: Option<Key>,
}

/// A place on the roll.
#[derive(Debug)]
struct Place {
    /// What the log calls the voter.
    pseudonym: String,
    /// The vote, once it is cast.
    taken: Option<Taken>,
}

/// The ballots in memory, by community and ballot.
#[derive(Debug, Default)]
pub(crate) struct Ballots(BTreeMap<String, BTreeMap<String, Ballot>>);

impl Ballots {
    pub(crate) fn forget(&mut self, community: &str, ballot: &str) {
        if let Some(ballots) = self.0.get_mut(community) {
            ballots.remove(ballot);
        }
    }

    pub(crate) fn forget_all(&mut self, community: &str) {
        self.0.remove(community);
    }

    /// Whether the ballot of a vote is in memory.
    pub(crate) fn knows(&self, vote: &CastVote) -> bool {
        self.0.get(vote.scope.community()).is_some_and(|ballots| ballots.contains_key(&vote.ballot))
    }

    /// Reads the ballot of a vote into memory, if there is one. Every vote that was decided must have been written.
    pub(crate) async fn load(
        &mut self,
        connection: &mut SqliteConnection,
        keys: &Keys,
        vote: &CastVote,
    ) -> Result<(), StoreError> {
        let community = vote.scope.community();
        if let Some(loaded) = load(connection, keys, community, &vote.ballot).await? {
            if self.0.values().map(BTreeMap::len).sum::<usize>() >= KEPT {
                self.0.clear();
            }
            self.0.entry(community.to_owned()).or_default().insert(vote.ballot.clone(), loaded);
        }
        Ok(())
    }

    /// Decides one vote and, if it is taken, notes what has to be written.
    pub(crate) fn decide(
        &mut self,
        head: &mut Head,
        vote: &CastVote,
        pending: &mut Pending,
    ) -> Result<CastReceipt, CastError> {
        let community = vote.scope.community();
        let ballots = self.0.get_mut(community).ok_or(CastError::NoSuchBallot)?;
        let ballot = ballots.get_mut(&vote.ballot).ok_or(CastError::NoSuchBallot)?;
        let place = ballot.roll.get_mut(&vote.voter).ok_or(CastError::NotOnRoll)?;
        if let Some(taken) = &place.taken {
            return repeated(taken, vote);
        }
        if vote.idempotency_key.as_ref().is_some_and(|key| ballot.used.contains(key)) {
            return Err(CastError::KeyReused);
        }
        if ballot.state != BallotState::Open {
            return Err(CastError::Closed);
        }
        if ballot.deadline.is_some_and(|deadline| vote.at >= deadline) {
            return Err(CastError::PastDeadline);
        }
        let secret = ballot.secrecy == BallotSecrecy::Secret;
        let chosen = match (secret, &ballot.key) {
            (false, _) => Chosen::Open(vote.choice, vote.random_key),
            (true, Some(key)) => Chosen::Sealed(vote.random_key, seal(key, &vote.random_key, vote.choice)),
            (true, None) => return Err(key_missing(&vote.ballot).into()),
        };
        let mut body =
            json!({ "ballot": vote.ballot, "voter": place.pseudonym, "channel": vote.channel.as_str() });
        if !secret {
            // Nothing of the choice until the ballot is closed, but what it was is settled now.
            body["commitment"] = commitment::choice(&vote.random_key, vote.choice.code()).to_string().into();
        }
        let version = ballot.cast + 1;
        let content = Content {
            stream: &format!("{}{CAST}", vote.ballot),
            version,
            kind: "ballot.cast",
            actor: vote.actor.as_ref().unwrap_or(&place.pseudonym),
            at: if secret { head.no_earlier(day_of(vote.at)) } else { vote.at },
            body,
        };
        let stored = (signed(head.size())?, signed(version)?);
        let Appended { seq, bytes, leaf, tiles } = head.append(community, content)?;
        pending.votes.push(Decided {
            community: Arc::clone(&ballot.community),
            ballot: Arc::clone(&ballot.id),
            seq: stored.0,
            version: stored.1,
            bytes,
            leaf,
            voter: vote.voter.clone(),
            channel: vote.channel,
            key: vote.idempotency_key.clone(),
            chosen,
        });
        for (level, index, hash) in tiles {
            pending.tiles.push((community.to_owned(), level, index, hash));
        }
        ballot.cast = version;
        ballot.used.extend(vote.idempotency_key.clone());
        let choice = (!secret).then_some(vote.choice);
        place.taken = Some(Taken { seq, leaf, key: vote.idempotency_key.clone(), choice });
        Ok(CastReceipt { seq, leaf, replayed: false })
    }
}

/// What the stream of a ballot's votes is called after the ballot: one beside its own, which only its commands advance.
pub(crate) const CAST: &str = ".cast";

fn repeated(taken: &Taken, vote: &CastVote) -> Result<CastReceipt, CastError> {
    match (&taken.key, &vote.idempotency_key) {
        (Some(first), Some(again)) if first == again => match taken.choice {
            Some(choice) if choice != vote.choice => Err(CastError::KeyReused),
            // Of a secret vote nobody knows whose choice it was, so it cannot be compared.
            _ => Ok(CastReceipt { seq: taken.seq, leaf: taken.leaf, replayed: true }),
        },
        _ => Err(CastError::AlreadyVoted { seq: taken.seq }),
    }
}

/// The beginning of the day in China (which has one time zone, without daylight saving) that `at` lies in.
fn day_of(at: Timestamp) -> Timestamp {
    const OFFSET: i64 = 8 * 3600;
    const DAY: i64 = 24 * 3600;
    let local = at.as_second() + OFFSET;
    Timestamp::from_second(local - local.rem_euclid(DAY) - OFFSET).unwrap_or(at)
}

/// Votes that were decided and are not written yet.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    votes: Vec<Decided>,
    tiles: Vec<(String, u8, u64, Digest)>,
}

/// A vote and its entry, as they will be stored.
#[derive(Debug)]
struct Decided {
    community: Arc<str>,
    ballot: Arc<str>,
    seq: i64,
    version: i64,
    bytes: Vec<u8>,
    leaf: Digest,
    voter: String,
    channel: Channel,
    key: Option<String>,
    chosen: Chosen,
}

/// A choice as it will be stored.
#[derive(Debug)]
enum Chosen {
    /// Beside its voter, with the nonce of the commitment.
    Open(Choice, [u8; 16]),
    /// Under a random key instead of its voter, sealed.
    Sealed([u8; 16], Sealed),
}

impl Pending {
    pub(crate) fn is_empty(&self) -> bool {
        self.votes.is_empty() && self.tiles.is_empty()
    }

    /// Writes everything noted in one round trip to the database, between two pieces of a script that begin and end what it
    /// is part of.
    ///
    /// # Errors
    /// Whatever the database says. A vote that was decided and is refused by the tables means that memory and disk
    /// differ: that, too, is an error of the whole batch.
    pub(crate) async fn write(
        &mut self,
        connection: &mut SqliteConnection,
        before: &'static str,
        after: &'static str,
    ) -> Result<(), StoreError> {
        let mut script = Script::default();
        script.sql.push_str(before);
        self.note(&mut script)?;
        script.sql.push_str(after);
        if script.sql.is_empty() {
            return Ok(());
        }
        let query = sqlx::query_with(AssertSqlSafe(script.sql), script.arguments);
        query.execute(connection).await.map(drop).map_err(store_error)
    }

    fn note(&mut self, script: &mut Script) -> Result<(), StoreError> {
        let votes = std::mem::take(&mut self.votes);
        script.insert(
            "log_entries (community, seq, stream, version, kind, bytes, leaf)",
            "(?, ?, ? || '.cast', ?, 'ballot.cast', ?, ?)",
            votes.len(),
        );
        for vote in &votes {
            script.bind(&vote.community)?.bind(vote.seq)?.bind(&vote.ballot)?.bind(vote.version)?;
            script.bind(vote.bytes.as_slice())?.bind(vote.leaf.as_bytes().as_slice())?;
        }
        script.insert(
            "votes (community, ballot, seq, voter, choice, nonce, channel, idempotency_key)",
            "(?, ?, ?, ?, ?, ?, ?, ?)",
            votes.len(),
        );
        let mut secrets = Vec::new();
        let mut counts: BTreeMap<(Arc<str>, Arc<str>), i64> = BTreeMap::new();
        for vote in &votes {
            *counts.entry((Arc::clone(&vote.community), Arc::clone(&vote.ballot))).or_default() += 1;
        }
        for Decided { community, ballot, seq, voter, channel, key, chosen, .. } in votes {
            script.bind(&community)?.bind(&ballot)?.bind(seq)?.bind(voter)?;
            match chosen {
                Chosen::Open(choice, nonce) => {
                    script.bind(Some(choice.code()))?.bind(Some(nonce.to_vec()))?;
                }
                Chosen::Sealed(random_key, sealed) => {
                    script.bind(None::<&str>)?.bind(None::<Vec<u8>>)?;
                    secrets.push((community, ballot, random_key, sealed));
                }
            }
            script.bind(channel.as_str())?.bind(key)?;
        }
        // Written in the order of their random keys: not even the journal shows the order of voting.
        secrets.sort_unstable();
        script.insert(
            "sealed_choices (community, ballot, random_key, sealed)",
            "(?, ?, ?, ?)",
            secrets.len(),
        );
        for (community, ballot, random_key, sealed) in &secrets {
            script.bind(community)?.bind(ballot)?.bind(random_key.as_slice())?.bind(sealed.as_slice())?;
        }
        for ((community, ballot), count) in counts {
            script.sql.push_str(
                "UPDATE ballots SET cast_count = cast_count + ? WHERE community = ? AND ballot = ?;",
            );
            script.bind(count)?.bind(community)?.bind(ballot)?;
        }
        script.insert("log_tiles (community, level, idx, hash)", "(?, ?, ?, ?)", self.tiles.len());
        for (community, level, index, hash) in std::mem::take(&mut self.tiles) {
            script.bind(community)?.bind(i64::from(level))?;
            script.bind(signed(index)?)?.bind(hash.as_bytes().as_slice())?;
        }
        Ok(())
    }
}

/// Several statements that go to the database together. Nothing that people wrote is in their text, only how many rows
/// there are, so that a text comes again and stays prepared.
#[derive(Default)]
struct Script {
    sql: String,
    arguments: SqliteArguments,
}

impl Script {
    fn insert(&mut self, table: &str, row: &str, count: usize) {
        let Some(more) = count.checked_sub(1) else { return };
        self.sql.extend(["INSERT INTO ", table, " VALUES ", row]);
        self.sql.extend(std::iter::repeat_n([",", row], more).flatten());
        self.sql.push(';');
    }

    fn bind<'t, T: Encode<'t, Sqlite> + Type<Sqlite>>(&mut self, value: T) -> Result<&mut Self, StoreError> {
        self.arguments.add(value).map_err(|error| StoreError::Invalid { what: error.to_string() })?;
        Ok(self)
    }
}

pub(crate) async fn put_tile(
    connection: &mut SqliteConnection,
    community: &str,
    level: u8,
    index: u64,
    hash: &Digest,
) -> Result<(), Failure> {
    sqlx::query("INSERT INTO log_tiles (community, level, idx, hash) VALUES (?1, ?2, ?3, ?4)")
        .bind(community)
        .bind(i64::from(level))
        .bind(signed(index)?)
        .bind(hash.as_bytes().as_slice())
        .execute(connection)
        .await?;
    Ok(())
}

async fn load(
    connection: &mut SqliteConnection,
    keys: &Keys,
    community: &str,
    ballot: &str,
) -> Result<Option<Ballot>, StoreError> {
    let row =
        sqlx::query("SELECT secrecy, state, deadline FROM ballots WHERE community = ?1 AND ballot = ?2")
            .bind(community)
            .bind(ballot)
            .fetch_optional(&mut *connection)
            .await
            .map_err(store_error)?;
    let Some((secrecy, state, deadline)) =
        decode::one(row, |columns| Ok((columns.word()?, columns.word()?, columns.maybe_time()?)))?
    else {
        return Ok(None);
    };
    let secrecy: BallotSecrecy = secrecy;
    let rows = sqlx::query("SELECT voter, pseudonym FROM ballot_rolls WHERE community = ?1 AND ballot = ?2")
        .bind(community)
        .bind(ballot)
        .fetch_all(&mut *connection)
        .await
        .map_err(store_error)?;
    let mut roll: BTreeMap<String, Place> = decode::all(rows, |columns| {
        Ok((columns.text()?, Place { pseudonym: columns.text()?, taken: None }))
    })?
    .into_iter()
    .collect();
    let rows = sqlx::query(
        "SELECT v.voter, v.seq, v.idempotency_key, v.choice, e.leaf
         FROM votes v JOIN log_entries e ON e.community = v.community AND e.seq = v.seq
         WHERE v.community = ?1 AND v.ballot = ?2",
    )
    .bind(community)
    .bind(ballot)
    .fetch_all(connection)
    .await
    .map_err(store_error)?;
    let votes = decode::all(rows, taken)?;
    let cast = votes.len() as u64;
    let used = votes.iter().filter_map(|(_, taken)| taken.key.clone()).collect();
    for (voter, taken) in votes {
        // Whoever is on the roll and has not voted yet; anybody else would be a voter too many.
        match roll.get_mut(&voter) {
            Some(place) if place.taken.is_none() => place.taken = Some(taken),
            _ => return Err(one_vote_too_many(ballot)),
        }
    }
    let key = match secrecy {
        BallotSecrecy::Open => None,
        BallotSecrecy::Secret => keys.get(community, ballot).map_err(unreadable)?,
    };
    let (community, id) = (community.into(), ballot.into());
    Ok(Some(Ballot { community, id, secrecy, state, deadline, roll, cast, used, key }))
}

fn unreadable(error: std::io::Error) -> StoreError {
    StoreError::Unavailable(Box::new(error))
}

fn key_missing(ballot: &str) -> StoreError {
    damaged(format!("the key of the secret ballot `{ballot}` is missing from the folder `ballot-keys`"))
}

fn taken(columns: &mut Columns<'_>) -> Result<(String, Taken), StoreError> {
    let voter = columns.text()?;
    let seq = columns.count()?;
    let key = columns.get()?;
    let choice = columns.maybe_word()?;
    let leaf = columns.digest()?;
    Ok((voter, Taken { seq, leaf, key, choice }))
}

fn one_vote_too_many(ballot: &str) -> StoreError {
    damaged(format!("ballot `{ballot}` holds a voter twice, or one who is not on its roll"))
}

/// Ends casting and counts.
pub(crate) async fn stop(
    connection: &mut SqliteConnection,
    keys: &Keys,
    community: &str,
    ballot: &str,
    at: Option<u64>,
) -> Result<Tally, CastError> {
    if let Some(seen) = at {
        let cast: i64 = sqlx::query_scalar("SELECT count(*) FROM votes WHERE community = ?1 AND ballot = ?2")
            .bind(community)
            .bind(ballot)
            .fetch_one(&mut *connection)
            .await
            .map_err(store_error)?;
        if u64::try_from(cast) != Ok(seen) {
            return Err(CastError::Moved);
        }
    }
    let row = sqlx::query(
        "UPDATE ballots SET state = 'stopped' WHERE community = ?1 AND ballot = ?2 AND state <> 'settled'
         RETURNING secrecy, roll_size",
    )
    .bind(community)
    .bind(ballot)
    .fetch_optional(&mut *connection)
    .await
    .map_err(store_error)?;
    let Some((secrecy, roll_size)) = decode::one(row, |columns| Ok((columns.word()?, columns.count()?)))?
    else {
        let known: Option<i64> =
            sqlx::query_scalar("SELECT 1 FROM ballots WHERE community = ?1 AND ballot = ?2")
                .bind(community)
                .bind(ballot)
                .fetch_optional(connection)
                .await
                .map_err(store_error)?;
        return Err(if known.is_some() { CastError::Closed } else { CastError::NoSuchBallot });
    };
    let rows = sqlx::query(
        "SELECT v.voter, r.voter IS NOT NULL, v.seq, v.choice, v.nonce FROM votes v
         LEFT JOIN ballot_rolls r ON r.community = v.community AND r.ballot = v.ballot AND r.voter = v.voter
         WHERE v.community = ?1 AND v.ballot = ?2 ORDER BY v.seq",
    )
    .bind(community)
    .bind(ballot)
    .fetch_all(&mut *connection)
    .await
    .map_err(store_error)?;
    let mut voters = BTreeSet::new();
    let mut votes = Vec::new();
    let read = decode::all(rows, |columns| {
        let (voter, on_roll, seq) = (columns.text()?, columns.flag()?, columns.count()?);
        let choice: Option<Choice> = columns.maybe_word()?;
        let vote = match (choice, columns.maybe_bytes()?) {
            (Some(choice), Some(nonce)) => Some(OpenVote { seq, choice, nonce }),
            _ => None,
        };
        Ok((voter, on_roll, vote))
    })?;
    for (voter, on_roll, vote) in read {
        if !on_roll || !voters.insert(voter) {
            return Err(one_vote_too_many(ballot).into());
        }
        votes.extend(vote);
    }
    let cast = voters.len() as u64;
    let counted: Vec<Choice> = match secrecy {
        BallotSecrecy::Open => votes.iter().map(|vote| vote.choice).collect(),
        BallotSecrecy::Secret => {
            let rows = sqlx::query(
                "SELECT random_key, sealed FROM sealed_choices WHERE community = ?1 AND ballot = ?2",
            )
            .bind(community)
            .bind(ballot)
            .fetch_all(connection)
            .await
            .map_err(store_error)?;
            let sealed: Vec<([u8; 16], [u8; 32])> =
                decode::all(rows, |columns| Ok((columns.bytes()?, columns.bytes()?)))?;
            unsealed(keys, community, ballot, &sealed)?
        }
    };
    if counted.len() as u64 != cast {
        let what = format!("ballot `{ballot}` has {cast} voters and {} choices", counted.len());
        return Err(StoreError::Corrupt { what }.into());
    }
    let count = |choice| counted.iter().filter(|cast| **cast == choice).count() as u64;
    Ok(Tally {
        yes: count(Choice::Yes),
        no: count(Choice::No),
        abstain: count(Choice::Abstain),
        cast,
        roll_size,
        votes,
    })
}

/// The choices in these seals, in no order that means anything.
fn unsealed(
    keys: &Keys,
    community: &str,
    ballot: &str,
    sealed: &[([u8; 16], Sealed)],
) -> Result<Vec<Choice>, StoreError> {
    if sealed.is_empty() {
        return Ok(Vec::new());
    }
    let key = keys.get(community, ballot).map_err(unreadable)?.ok_or_else(|| key_missing(ballot))?;
    let open = |(random_key, sealed): &([u8; 16], Sealed)| unseal(&key, random_key, sealed);
    sealed
        .iter()
        .map(open)
        .collect::<Option<_>>()
        .ok_or_else(|| damaged(format!("a choice of ballot `{ballot}` was not sealed with its key")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_vote_is_dated_to_the_day_in_china() {
        let day = |text: &str| day_of(text.parse().expect("a time")).to_string();
        assert_eq!(day("2026-03-01T15:59:59.9Z"), "2026-02-28T16:00:00Z");
        assert_eq!(day("2026-03-01T16:00:00Z"), "2026-03-01T16:00:00Z");
    }
}
