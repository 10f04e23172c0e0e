//! 写入者 (the writer): the one task that writes, draining a queue into group commits.
//!
//! One batch is one transaction: everything that waited, in order, then `COMMIT`. Each unit runs under a
//! savepoint, so a refused unit leaves its neighbours alone. Nobody is answered before the commit is
//! durable, and if the commit fails nobody is told otherwise.
//!
//! ```text
//! decide batch 1 | write and commit 1 ............ | answer 1
//!                | take votes and decide batch 2   | write and commit 2 ............ | answer 2
//! ```
//!
//! Votes are decided in memory, so the next ones are decided while the last ones are on their way to the disk.
//! Whatever needs the database waits for it. What the writer remembers (heads, ballots) is ahead of the disk by
//! what is being written; it is thrown away whenever a batch fails, together with all that was decided on it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;
use tokio::sync::{mpsc, oneshot};
use yishi_storage::{
    BallotDraft, BallotSecrecy, CastError, CastReceipt, CastVote, Committed, LogHead, Row, StoreError, Tally,
    Unit,
};

use crate::apply;
use crate::cast::{self, Ballots, Pending};
use crate::decode::signed;
use crate::error::Failure;
use crate::keys::Keys;
use crate::log::{self, Changed, Content, Head, Published};
use crate::mark::InUse;

/// The most requests one commit takes.
const BATCH: usize = 512;
/// How often emptying the journal is tried again while a reader holds on to it.
const SCRUB_EVERY: Duration = Duration::from_secs(1);
/// The same at the end, when nobody reads for long any more.
const SCRUB_AT_THE_END: Duration = Duration::from_millis(20);
const SCRUBS_AT_THE_END: u32 = 100;

pub(crate) enum Request {
    Commit(Box<Unit>, oneshot::Sender<Result<Committed, StoreError>>),
    Cast(Box<CastVote>, oneshot::Sender<Result<CastReceipt, CastError>>),
    Stop {
        community: String,
        ballot: String,
        /// Only if so many votes were cast.
        at: Option<u64>,
        reply: oneshot::Sender<Result<Tally, CastError>>,
    },
    Head {
        community: String,
        reply: oneshot::Sender<Result<LogHead, StoreError>>,
    },
}

/// An answer that waits for the commit.
enum Answer {
    Commit(oneshot::Sender<Result<Committed, StoreError>>, Result<Committed, StoreError>),
    Cast(oneshot::Sender<Result<CastReceipt, CastError>>, Result<CastReceipt, CastError>),
    Stop(oneshot::Sender<Result<Tally, CastError>>, Result<Tally, CastError>),
    Head(oneshot::Sender<Result<LogHead, StoreError>>, Result<LogHead, StoreError>),
}

pub(crate) struct Writer {
    connection: SqliteConnection,
    memory: Memory,
    published: Arc<Published>,
    keys: Keys,
    /// Secret choices were destroyed; their traces in the journal are still to be.
    scrub: bool,
    /// Held as long as anything can be written: the directory is free only after the last commit.
    lock: InUse,
}

/// What the writer knows without asking the database.
#[derive(Default)]
struct Memory {
    heads: BTreeMap<String, Head>,
    ballots: Ballots,
}

/// What goes into one commit.
#[derive(Default)]
struct Batch {
    /// Not looked at yet, in order.
    requests: VecDeque<Request>,
    /// Votes that were decided and not written.
    pending: Pending,
    /// Who waits for the commit.
    answers: Vec<Answer>,
    /// Logs that grew.
    grown: BTreeSet<String>,
    /// What readers have to look at again once this is durable.
    changed: Changed,
    /// Ballots that are settled once this is durable, by community: their keys go then, not before.
    settled: Vec<(String, String)>,
    /// How far its transaction has come.
    stands: Stands,
}

/// Where the transaction of a batch stands. What opens and closes it travels with the statement that comes next anyway: a
/// trip to the database's thread and back costs as much as writing a row.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Stands {
    #[default]
    NotBegun,
    Begun,
    /// The savepoint of the last unit is still there.
    InUnit,
}

impl Stands {
    /// What leads on to what belongs to no unit.
    const fn begin(self) -> &'static str {
        match self {
            Self::NotBegun => "BEGIN IMMEDIATE;",
            Self::Begun => "",
            Self::InUnit => "RELEASE unit;",
        }
    }
}

impl Batch {
    fn room(&self) -> usize {
        BATCH.saturating_sub(self.requests.len() + self.answers.len())
    }

    fn is_empty(&self) -> bool {
        self.requests.is_empty() && self.answers.is_empty()
    }
}

impl Writer {
    pub(crate) fn new(
        connection: SqliteConnection,
        lock: InUse,
        published: Arc<Published>,
        keys: Keys,
    ) -> Self {
        Self { connection, memory: Memory::default(), published, keys, scrub: false, lock }
    }

    /// Works until nobody can ask any more.
    pub(crate) async fn run(mut self, mut queue: mpsc::Receiver<Request>) {
        let mut batch = Batch::default();
        loop {
            if batch.is_empty() && !self.receive(&mut queue, &mut batch).await {
                break;
            }
            batch = match self.decide(&mut batch).await {
                Ok(()) => self.write(batch, &mut queue).await,
                Err(error) => self.give_up(batch, Batch::default(), &error).await,
            };
            self.scrub_journal().await;
        }
        // All of it is in the one file then, for whoever copies that: closing alone leaves the journal as it is when the
        // connection of a reader happens to be the last to go.
        self.scrub = true;
        for _ in 0..SCRUBS_AT_THE_END {
            self.scrub_journal().await;
            if !self.scrub {
                break;
            }
            tokio::time::sleep(SCRUB_AT_THE_END).await;
        }
        // Before SQLite removes its journal, which would seem lost otherwise.
        self.lock.ended();
        if let Err(error) = self.connection.close().await {
            tracing::warn!(%error, "closing the database failed");
        }
        drop(self.lock);
    }

    /// Waits for something to do; `false` when nobody can ask any more.
    async fn receive(&mut self, queue: &mut mpsc::Receiver<Request>, batch: &mut Batch) -> bool {
        let mut received = Vec::with_capacity(BATCH);
        let waiting = queue.recv_many(&mut received, BATCH);
        let count = if self.scrub {
            tokio::time::timeout(SCRUB_EVERY, waiting).await.ok()
        } else {
            Some(waiting.await)
        };
        if count.is_some_and(|count| count > 0) {
            // Whoever was answered by the last commit gets to ask again, so that they share this one.
            tokio::task::yield_now().await;
            while received.len() < BATCH
                && let Ok(request) = queue.try_recv()
            {
                received.push(request);
            }
        }
        batch.requests.extend(received);
        count != Some(0)
    }

    /// Decides everything that waits. What is not a vote is written at once, in the batch's transaction.
    async fn decide(&mut self, batch: &mut Batch) -> Result<(), StoreError> {
        while let Some(request) = batch.requests.pop_front() {
            match request {
                Request::Cast(vote, reply) => {
                    if let Err(error) = self.recall(batch, &vote).await {
                        let fatal = is_broken(&error).then(|| copy(&error));
                        batch.answers.push(Answer::Cast(reply, Err(error.into())));
                        match fatal {
                            Some(error) => return Err(error),
                            None => continue,
                        }
                    }
                    self.memory.cast(&vote, reply, batch);
                }
                Request::Commit(unit, reply) => {
                    if let Err(error) = self.settle(batch, Stands::InUnit).await {
                        batch.answers.push(Answer::Commit(reply, Err(copy(&error))));
                        return Err(error);
                    }
                    match self.unit(&unit, batch).await {
                        Ok(committed) => batch.answers.push(Answer::Commit(reply, Ok(committed))),
                        Err(Failure::Refused(error)) => batch.answers.push(Answer::Commit(reply, Err(error))),
                        Err(Failure::Broken(error)) => {
                            batch.answers.push(Answer::Commit(reply, Err(copy(&error))));
                            return Err(error);
                        }
                    }
                }
                Request::Stop { community, ballot, at, reply } => {
                    if let Err(error) = self.settle(batch, Stands::Begun).await {
                        batch.answers.push(Answer::Stop(reply, Err(copy(&error).into())));
                        return Err(error);
                    }
                    self.memory.ballots.forget(&community, &ballot);
                    batch.changed.community(&community);
                    match cast::stop(&mut self.connection, &self.keys, &community, &ballot, at).await {
                        Err(CastError::Store(error)) if is_broken(&error) => {
                            batch.answers.push(Answer::Stop(reply, Err(copy(&error).into())));
                            return Err(error);
                        }
                        result => batch.answers.push(Answer::Stop(reply, result)),
                    }
                }
                Request::Head { community, reply } => {
                    let head = self.head(&community).await.map(|head| head.published());
                    if head.is_ok() {
                        batch.grown.insert(community);
                    }
                    batch.answers.push(Answer::Head(reply, head));
                }
            }
        }
        Ok(())
    }

    /// Writes what was decided, so that the database says all the writer knows, and goes on to a unit's savepoint or to what
    /// belongs to none.
    async fn settle(&mut self, batch: &mut Batch, to: Stands) -> Result<(), StoreError> {
        let stood = std::mem::replace(&mut batch.stands, to);
        let unit = if to == Stands::InUnit { "SAVEPOINT unit;" } else { "" };
        batch.pending.write(&mut self.connection, stood.begin(), unit).await
    }

    /// Sees to it that a vote can be decided from memory.
    async fn recall(&mut self, batch: &mut Batch, vote: &CastVote) -> Result<(), StoreError> {
        if self.memory.knows(vote) {
            return Ok(());
        }
        // A ballot is read with all its votes, or a voter could vote once more.
        self.settle(batch, Stands::Begun).await?;
        self.head(vote.scope.community()).await?;
        self.memory.ballots.load(&mut self.connection, &self.keys, vote).await
    }

    /// Commits a batch, and meanwhile takes the votes that come and decides them: they are the next batch.
    async fn write(&mut self, batch: Batch, queue: &mut mpsc::Receiver<Request>) -> Batch {
        let Self { connection, memory, published, keys, .. } = self;
        let Batch { mut pending, answers, grown, changed, stands, settled, .. } = batch;
        let heads: Vec<(String, LogHead)> = grown
            .into_iter()
            .filter_map(|community| {
                let head = memory.heads.get(&community)?.published();
                Some((community, head))
            })
            .collect();
        let mut next = Batch::default();
        let written = {
            let mut received = Vec::new();
            let idle = stands == Stands::NotBegun && pending.is_empty();
            let (before, after) = if idle { ("", "") } else { (stands.begin(), "COMMIT;") };
            let mut write = pin!(pending.write(connection, before, after));
            let mut open = true;
            loop {
                let room = next.room();
                tokio::select! {
                    biased;
                    written = &mut write => break written,
                    count = queue.recv_many(&mut received, room), if open && room > 0 => {
                        open = count > 0;
                        next.requests.extend(received.drain(..));
                        memory.cast_all(&mut next);
                    }
                }
            }
        };
        match written {
            Ok(()) => {
                published.put(heads, changed);
                for (community, ballot) in settled {
                    if let Err(error) = keys.destroy(&community, &ballot) {
                        tracing::error!(%error, %ballot, "the key of a settled ballot is still there; the next start removes it");
                    }
                }
                answers.into_iter().for_each(Answer::send);
                next
            }
            Err(error) => self.give_up(Batch { answers, ..Batch::default() }, next, &error).await,
        }
    }

    /// Tells everybody in a batch that failed, and all whose votes were decided on top of it, and forgets what is
    /// ahead of the disk. Gives back what was not looked at in `next`.
    async fn give_up(&mut self, batch: Batch, next: Batch, error: &StoreError) -> Batch {
        tracing::error!(%error, "a batch of writes failed");
        // SQLite may have rolled back by itself; then this fails, and that is fine.
        let _ = sqlx::query("ROLLBACK").execute(&mut self.connection).await;
        self.memory = Memory::default();
        self.published.uncertain();
        batch.answers.into_iter().chain(next.answers).for_each(|answer| answer.fail(error));
        batch.requests.into_iter().for_each(|request| request.fail(error));
        Batch { requests: next.requests, ..Batch::default() }
    }

    async fn head(&mut self, community: &str) -> Result<&mut Head, StoreError> {
        if !self.memory.heads.contains_key(community) {
            let head = log::load(&mut self.connection, community).await?;
            self.memory.heads.insert(community.to_owned(), head);
        }
        self.memory.heads.get_mut(community).ok_or(StoreError::Busy)
    }

    async fn unit(&mut self, unit: &Unit, batch: &mut Batch) -> Result<Committed, Failure> {
        match self.apply(unit).await {
            Ok((committed, head)) => {
                if let (Some(scope), Some(head)) = (&unit.scope, head) {
                    self.memory.heads.insert(scope.community().to_owned(), head);
                    batch.grown.insert(scope.community().to_owned());
                }
                for row in &unit.rows {
                    if let (Row::SettleBallot { ballot }, Some(scope)) = (row, &unit.scope) {
                        self.memory.ballots.forget(scope.community(), ballot);
                        batch.settled.push((scope.community().to_owned(), ballot.clone()));
                        self.scrub = true;
                    }
                    if let (Row::ErasePerson { .. }, Some(scope)) = (row, &unit.scope) {
                        // They are on no roll under their own id any more.
                        self.memory.ballots.forget_all(scope.community());
                    }
                    self.scrub |= matches!(
                        row,
                        Row::ErasePerson { .. } | Row::HideComment { .. } | Row::EraseDocument { .. }
                    );
                }
                batch.changed.unit(unit);
                Ok(committed)
            }
            Err(Failure::Refused(error)) => {
                // The savepoint stays, and goes with what comes next.
                sqlx::query("ROLLBACK TO unit").execute(&mut self.connection).await?;
                Err(Failure::Refused(error))
            }
            Err(broken) => Err(broken),
        }
    }

    /// Writes a unit under its savepoint and gives the head the log has if it succeeds.
    async fn apply(&mut self, unit: &Unit) -> Result<(Committed, Option<Head>), Failure> {
        if let Some(record) = &unit.idempotency {
            apply::idempotency(&mut self.connection, record).await?;
        }
        let community = unit.scope.as_ref().map_or("", |scope| scope.community());
        // Rows first: a community's first unit brings the row its entries refer to.
        for row in &unit.rows {
            if let Row::OpenBallot(draft) = row
                && draft.secrecy == BallotSecrecy::Secret
            {
                self.keep_key(community, draft).await?;
            }
            apply::row(&mut self.connection, community, row).await?;
        }
        if unit.scope.is_none() {
            return Ok((Committed { seqs: None, log_size: 0 }, None));
        }
        let mut head = self.head(community).await?.clone();
        let first = head.size();
        for draft in &unit.entries {
            let content = Content {
                stream: &draft.stream,
                version: draft.version,
                kind: &draft.kind,
                actor: &draft.actor,
                at: draft.at,
                body: draft.body.clone(),
            };
            let entry = head.append(community, content)?;
            // Only as the next of its stream: a version has no gap before it and no twin.
            let inserted = sqlx::query(
                "INSERT INTO log_entries (community, seq, stream, version, kind, bytes, leaf)
                 SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE ?4 - 1 = (
                     SELECT coalesce(max(version), 0) FROM log_entries
                     WHERE community = ?1 AND stream = ?3 AND kind <> 'ballot.cast')",
            )
            .bind(community)
            .bind(signed(entry.seq)?)
            .bind(&draft.stream)
            .bind(signed(draft.version)?)
            .bind(&draft.kind)
            .bind(entry.bytes)
            .bind(entry.leaf.as_bytes().as_slice())
            .execute(&mut self.connection)
            .await?;
            if inserted.rows_affected() == 0 {
                return Err(StoreError::Conflict { what: draft.stream.clone() }.into());
            }
            for (level, index, hash) in entry.tiles {
                cast::put_tile(&mut self.connection, community, level, index, &hash).await?;
            }
        }
        let seqs = head.size().checked_sub(1).filter(|_| head.size() > first).map(|last| (first, last));
        Ok((Committed { seqs, log_size: head.size() }, Some(head)))
    }

    /// Keeps the key of a ballot before the ballot is there. If the unit fails the key is one too many, and the next start
    /// removes it. A ballot that is there already keeps the key it has.
    async fn keep_key(&mut self, community: &str, draft: &BallotDraft) -> Result<(), Failure> {
        let known: Option<i64> =
            sqlx::query_scalar("SELECT 1 FROM ballots WHERE community = ?1 AND ballot = ?2")
                .bind(community)
                .bind(&draft.ballot)
                .fetch_optional(&mut self.connection)
                .await?;
        if known.is_some() {
            return Err(StoreError::Conflict { what: format!("ballot {}", draft.ballot) }.into());
        }
        let kept = self.keys.keep(community, &draft.ballot, &draft.key.0);
        kept.map_err(|error| match error.kind() {
            std::io::ErrorKind::StorageFull => StoreError::Full.into(),
            _ => Failure::Refused(StoreError::Unavailable(Box::new(error))),
        })
    }

    /// Empties the journal, so that what was destroyed is not still in it. Tried again while readers hold on.
    async fn scrub_journal(&mut self) {
        if !self.scrub {
            return;
        }
        let done: Result<(i64, i64, i64), _> =
            sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut self.connection).await;
        match done {
            Ok((busy, ..)) => self.scrub = busy != 0,
            Err(error) => tracing::warn!(%error, "emptying the journal failed; it will be tried again"),
        }
    }
}

impl Memory {
    /// Whether a vote can be decided without the database.
    fn knows(&self, vote: &CastVote) -> bool {
        self.heads.contains_key(vote.scope.community()) && self.ballots.knows(vote)
    }

    /// Decides a vote that [`Memory::knows`].
    fn cast(
        &mut self,
        vote: &CastVote,
        reply: oneshot::Sender<Result<CastReceipt, CastError>>,
        batch: &mut Batch,
    ) {
        let community = vote.scope.community();
        let result = match self.heads.get_mut(community) {
            Some(head) => self.ballots.decide(head, vote, &mut batch.pending),
            None => Err(CastError::NoSuchBallot),
        };
        if result.as_ref().is_ok_and(|receipt| !receipt.replayed) && !batch.grown.contains(community) {
            batch.grown.insert(community.to_owned());
            batch.changed.community(community);
        }
        batch.answers.push(Answer::Cast(reply, result));
    }

    /// Decides votes as long as they stand first and need no database.
    fn cast_all(&mut self, batch: &mut Batch) {
        while let Some(request) = batch.requests.pop_front() {
            match request {
                Request::Cast(vote, reply) if self.knows(&vote) => self.cast(&vote, reply, batch),
                other => {
                    batch.requests.push_front(other);
                    return;
                }
            }
        }
    }
}

/// Whether an error of one vote means the database itself failed.
const fn is_broken(error: &StoreError) -> bool {
    matches!(error, StoreError::Busy | StoreError::Full | StoreError::Unavailable(_))
}

/// The same error for everyone a failed batch concerns.
fn copy(error: &StoreError) -> StoreError {
    match error {
        StoreError::Busy => StoreError::Busy,
        StoreError::Full => StoreError::Full,
        StoreError::Corrupt { what } => StoreError::Corrupt { what: what.clone() },
        other => StoreError::Unavailable(other.to_string().into()),
    }
}

impl Answer {
    fn send(self) {
        // An asker that is gone does not need the answer.
        match self {
            Self::Commit(reply, result) => drop(reply.send(result)),
            Self::Cast(reply, result) => drop(reply.send(result)),
            Self::Stop(reply, result) => drop(reply.send(result)),
            Self::Head(reply, result) => drop(reply.send(result)),
        }
    }

    fn fail(self, error: &StoreError) {
        let error = copy(error);
        match self {
            Self::Commit(reply, _) => drop(reply.send(Err(error))),
            Self::Cast(reply, _) => drop(reply.send(Err(error.into()))),
            Self::Stop(reply, _) => drop(reply.send(Err(error.into()))),
            Self::Head(reply, _) => drop(reply.send(Err(error))),
        }
    }
}

impl Request {
    fn fail(self, error: &StoreError) {
        let error = copy(error);
        match self {
            Self::Commit(_, reply) => drop(reply.send(Err(error))),
            Self::Cast(_, reply) => drop(reply.send(Err(error.into()))),
            Self::Stop { reply, .. } => drop(reply.send(Err(error.into()))),
            Self::Head { reply, .. } => drop(reply.send(Err(error))),
        }
    }
}
