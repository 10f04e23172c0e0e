//! 投票 (casting): open ballots in memory, votes decided there, and many of them written by one statement.
//!
//! The writer is the only one that changes ballots, so what it keeps in memory is what is stored. It forgets
//! a ballot whenever a write concerning it fails or it is stopped, and reads it again when next asked.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use sqlx::sqlite::SqliteConnection;
use yishi_canonical::Digest;
use yishi_storage::{
    BallotSecrecy, BallotState, CastError, CastReceipt, CastVote, Choice, StoreError, Tally,
};

use crate::decode::{self, Columns, damaged, signed};
use crate::error::{Failure, store_error};
use crate::log::{Content, Head};

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
    secrecy: BallotSecrecy,
    state: BallotState,
    deadline: Option<Timestamp>,
    /// Everyone on the roll, with their vote if they have cast it.
    roll: BTreeMap<String, Option<Taken>>,
    cast: u64,
}

/// The ballots in memory, by community and ballot.
#[derive(Debug, Default)]
pub(crate) struct Ballots(BTreeMap<(String, String), Ballot>);

impl Ballots {
    pub(crate) fn forget(&mut self, community: &str, ballot: &str) {
        self.0.remove(&(community.to_owned(), ballot.to_owned()));
    }

    pub(crate) fn forget_all(&mut self) {
        self.0.clear();
    }

    /// Decides one vote and, if it is taken, notes what has to be written.
    pub(crate) async fn decide(
        &mut self,
        connection: &mut SqliteConnection,
        head: &mut Head,
        vote: &CastVote,
        pending: &mut Pending,
    ) -> Result<CastReceipt, CastError> {
        let community = vote.scope.community();
        let key = (community.to_owned(), vote.ballot.clone());
        if !self.0.contains_key(&key) {
            let loaded = load(connection, community, &vote.ballot).await?.ok_or(CastError::NoSuchBallot)?;
            if self.0.len() >= KEPT {
                self.0.clear();
            }
            self.0.insert(key.clone(), loaded);
        }
        let ballot = self.0.get_mut(&key).ok_or(CastError::NoSuchBallot)?;
        let place = ballot.roll.get_mut(&vote.voter).ok_or(CastError::NotOnRoll)?;
        if let Some(taken) = place {
            return repeated(taken, vote);
        }
        if ballot.state != BallotState::Open {
            return Err(CastError::Closed);
        }
        if ballot.deadline.is_some_and(|deadline| vote.at >= deadline) {
            return Err(CastError::PastDeadline);
        }
        let secret = ballot.secrecy == BallotSecrecy::Secret;
        let (at, body) = if secret {
            let body =
                json!({ "ballot": vote.ballot, "voter": vote.voter, "channel": vote.channel.as_str() });
            (day_of(vote.at), body)
        } else {
            let body = json!({
                "ballot": vote.ballot, "voter": vote.voter, "channel": vote.channel.as_str(),
                "choice": vote.choice.as_str(),
            });
            (vote.at, body)
        };
        let version = ballot.cast + 1;
        let content = Content {
            stream: &stream_of(&vote.ballot),
            version,
            kind: "ballot.cast",
            actor: &vote.actor,
            at,
            body,
        };
        let entry = head.append(community, content)?;
        let choice = (!secret).then_some(vote.choice);
        let text = str::from_utf8(&entry.bytes).map_err(|_| damaged("an entry is not text".into()))?;
        let leaf = hex::encode(entry.leaf.as_bytes());
        pending.entries.push(&(community, entry.seq, &vote.ballot, version, text, leaf))?;
        let named = choice.map(Choice::as_str);
        let channel = vote.channel.as_str();
        let key = &vote.idempotency_key;
        pending.votes.push(&(community, &vote.ballot, &vote.voter, named, channel, entry.seq, key))?;
        if secret {
            pending.secrets.push((
                (community.to_owned(), vote.ballot.clone(), hex::encode(vote.random_key)),
                vote.choice.as_str(),
            ));
        }
        for (level, index, hash) in entry.tiles {
            pending.tiles.push((community.to_owned(), level, index, hash));
        }
        ballot.cast = version;
        *place = Some(Taken { seq: entry.seq, leaf: entry.leaf, key: vote.idempotency_key.clone(), choice });
        Ok(CastReceipt { seq: entry.seq, leaf: entry.leaf, replayed: false })
    }
}

/// The stream votes of a ballot are entries of: one beside the ballot's own, which only its commands advance.
pub(crate) fn stream_of(ballot: &str) -> String {
    format!("{ballot}.cast")
}

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
    entries: Rows,
    votes: Rows,
    secrets: Vec<((String, String, String), &'static str)>,
    tiles: Vec<(String, u8, u64, Digest)>,
}

/// Rows for one statement, as the JSON array it takes them from.
#[derive(Debug, Default)]
struct Rows(Vec<u8>);

impl Rows {
    fn push<T: Serialize>(&mut self, row: &T) -> Result<(), StoreError> {
        self.0.push(if self.0.is_empty() { b'[' } else { b',' });
        serde_json::to_writer(&mut self.0, row).map_err(|error| damaged(error.to_string()))
    }

    fn take(&mut self) -> Result<Option<String>, StoreError> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let mut rows = std::mem::take(&mut self.0);
        rows.push(b']');
        String::from_utf8(rows).map(Some).map_err(|error| damaged(error.to_string()))
    }
}

const INSERT_ENTRIES: &str = "INSERT INTO log_entries (community, seq, stream, version, kind, bytes, leaf)
    SELECT value ->> 0, value ->> 1, (value ->> 2) || '.cast', value ->> 3, 'ballot.cast',
           CAST(value ->> 4 AS BLOB), unhex(value ->> 5)
    FROM json_each(?1)";

const INSERT_VOTES: &str =
    "INSERT INTO votes (community, ballot, voter, choice, channel, seq, idempotency_key)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
    FROM json_each(?1)";

const INSERT_SECRETS: &str = "INSERT INTO secret_choices (community, ballot, random_key, choice)
    SELECT value ->> 0, value ->> 1, unhex(value ->> 2), value ->> 3 FROM json_each(?1)";

impl Pending {
    /// Writes everything noted, each kind of row by one statement.
    pub(crate) async fn flush(&mut self, connection: &mut SqliteConnection) -> Result<(), Failure> {
        let (Some(entries), Some(votes)) = (self.entries.take()?, self.votes.take()?) else { return Ok(()) };
        sqlx::query(INSERT_ENTRIES).bind(entries).execute(&mut *connection).await?;
        sqlx::query(INSERT_VOTES).bind(votes).execute(&mut *connection).await?;
        if !self.secrets.is_empty() {
            let mut secrets = std::mem::take(&mut self.secrets);
            // Written in the order of their random keys: not even the journal shows the order of voting.
            secrets.sort_unstable();
            let mut rows = Rows::default();
            for ((community, ballot, key), choice) in secrets {
                rows.push(&(community, ballot, key, choice))?;
            }
            sqlx::query(INSERT_SECRETS).bind(rows.take()?).execute(&mut *connection).await?;
        }
        for (community, level, index, hash) in std::mem::take(&mut self.tiles) {
            put_tile(connection, &community, level, index, &hash).await?;
        }
        Ok(())
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
    let rows = sqlx::query(
        "SELECT r.voter, v.seq, v.idempotency_key, v.choice, e.leaf
         FROM ballot_rolls r
         LEFT JOIN votes v ON v.community = r.community AND v.ballot = r.ballot AND v.voter = r.voter
         LEFT JOIN log_entries e ON e.community = v.community AND e.seq = v.seq
         WHERE r.community = ?1 AND r.ballot = ?2",
    )
    .bind(community)
    .bind(ballot)
    .fetch_all(connection)
    .await
    .map_err(store_error)?;
    let roll: BTreeMap<_, _> = decode::all(rows, voter)?.into_iter().collect();
    let cast = roll.values().filter(|taken| taken.is_some()).count() as u64;
    Ok(Some(Ballot { secrecy, state, deadline, roll, cast }))
}

fn voter(columns: &mut Columns<'_>) -> Result<(String, Option<Taken>), StoreError> {
    let voter = columns.text()?;
    let Some(seq) = columns.get::<Option<i64>>()? else { return Ok((voter, None)) };
    let seq = u64::try_from(seq).map_err(|_| damaged(format!("`{seq}` is not a place in a log")))?;
    let key = columns.get()?;
    let choice = columns.maybe_word()?;
    let leaf = columns.digest()?;
    Ok((voter, Some(Taken { seq, leaf, key, choice })))
}

/// Ends casting and counts.
pub(crate) async fn stop(
    connection: &mut SqliteConnection,
    community: &str,
    ballot: &str,
) -> Result<Tally, CastError> {
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
    let rows = sqlx::query("SELECT choice FROM votes WHERE community = ?1 AND ballot = ?2 ORDER BY voter")
        .bind(community)
        .bind(ballot)
        .fetch_all(&mut *connection)
        .await
        .map_err(store_error)?;
    let named: Vec<Option<Choice>> = decode::all(rows, |columns| columns.maybe_word())?;
    let cast = named.len() as u64;
    let counted: Vec<Choice> = match secrecy {
        BallotSecrecy::Open => named.into_iter().flatten().collect(),
        BallotSecrecy::Secret => {
            let rows = sqlx::query(
                "SELECT choice FROM secret_choices WHERE community = ?1 AND ballot = ?2 ORDER BY random_key",
            )
            .bind(community)
            .bind(ballot)
            .fetch_all(connection)
            .await
            .map_err(store_error)?;
            decode::all(rows, |columns| columns.word())?
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
        choices: if secrecy == BallotSecrecy::Secret { counted } else { Vec::new() },
    })
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
