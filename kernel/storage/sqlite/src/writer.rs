//! 写入者 (the writer): the one task that writes, draining a queue into group commits.
//!
//! One batch is one transaction: `BEGIN IMMEDIATE`, everything that waited, `COMMIT`. Each unit runs under a
//! savepoint, so a refused unit leaves its neighbours alone. Nobody is answered before the commit is
//! durable, and if the commit fails nobody is told otherwise.
//!
//! What the writer remembers (heads, ballots) is thrown away whenever a batch fails, and read again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;
use tokio::sync::{mpsc, oneshot};
use yishi_storage::{CastError, CastReceipt, CastVote, Committed, LogHead, Row, StoreError, Tally, Unit};

use crate::apply;
use crate::cast::{self, Ballots, Pending};
use crate::decode::signed;
use crate::error::{Failure, store_error};
use crate::log::{self, Content, Head, Published};

/// The most requests one commit takes.
const BATCH: usize = 512;
/// How often emptying the journal is tried again while a reader holds on to it.
const SCRUB_EVERY: Duration = Duration::from_secs(1);

pub(crate) enum Request {
    Commit(Box<Unit>, oneshot::Sender<Result<Committed, StoreError>>),
    Cast(Box<CastVote>, oneshot::Sender<Result<CastReceipt, CastError>>),
    Stop { community: String, ballot: String, reply: oneshot::Sender<Result<Tally, CastError>> },
    Head { community: String, reply: oneshot::Sender<Result<LogHead, StoreError>> },
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
    heads: BTreeMap<String, Head>,
    ballots: Ballots,
    published: Arc<Published>,
    /// Logs that grew in this batch.
    grown: BTreeSet<String>,
    pending: Pending,
    /// Secret choices were destroyed; their traces in the journal are still to be.
    scrub: bool,
    /// Held as long as anything can be written: the directory is free only after the last commit.
    lock: File,
}

impl Writer {
    pub(crate) fn new(connection: SqliteConnection, lock: File, published: Arc<Published>) -> Self {
        Self {
            connection,
            heads: BTreeMap::new(),
            ballots: Ballots::default(),
            published,
            grown: BTreeSet::new(),
            pending: Pending::default(),
            scrub: false,
            lock,
        }
    }

    /// Works until nobody can ask any more.
    pub(crate) async fn run(mut self, mut queue: mpsc::Receiver<Request>) {
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            let received = if self.scrub {
                tokio::time::timeout(SCRUB_EVERY, queue.recv_many(&mut batch, BATCH)).await.ok()
            } else {
                Some(queue.recv_many(&mut batch, BATCH).await)
            };
            match received {
                Some(0) => break,
                Some(_) => {
                    // Whoever was answered by the last commit gets to ask again, so that they share this one.
                    tokio::task::yield_now().await;
                    while batch.len() < BATCH {
                        match queue.try_recv() {
                            Ok(request) => batch.push(request),
                            Err(_) => break,
                        }
                    }
                    self.batch(&mut batch).await;
                }
                None => {}
            }
            self.scrub_journal().await;
        }
        if let Err(error) = self.connection.close().await {
            tracing::warn!(%error, "closing the database failed");
        }
        drop(self.lock);
    }

    async fn batch(&mut self, batch: &mut Vec<Request>) {
        let mut answers = Vec::with_capacity(batch.len());
        match self.transaction(batch, &mut answers).await {
            Ok(()) => {
                for community in std::mem::take(&mut self.grown) {
                    if let Some(head) = self.heads.get(&community) {
                        self.published.put(&community, head.published());
                    }
                }
                answers.into_iter().for_each(Answer::send);
            }
            Err(error) => {
                tracing::error!(%error, "a batch of writes failed");
                // SQLite may have rolled back by itself; then this fails, and that is fine.
                let _ = sqlx::query("ROLLBACK").execute(&mut self.connection).await;
                self.heads.clear();
                self.ballots.forget_all();
                self.grown.clear();
                self.pending = Pending::default();
                answers.into_iter().for_each(|answer| answer.fail(&error));
                batch.drain(..).for_each(|request| request.fail(&error));
            }
        }
    }

    async fn transaction(
        &mut self,
        batch: &mut Vec<Request>,
        answers: &mut Vec<Answer>,
    ) -> Result<(), StoreError> {
        sqlx::query("BEGIN IMMEDIATE").execute(&mut self.connection).await.map_err(store_error)?;
        // Taken one by one, so that whoever is left when a statement fails is still there to be told.
        batch.reverse();
        while let Some(request) = batch.pop() {
            match request {
                Request::Cast(vote, reply) => match self.cast(&vote).await {
                    Err(CastError::Store(error)) if is_broken(&error) => {
                        answers.push(Answer::Cast(reply, Err(copy(&error).into())));
                        return Err(error);
                    }
                    result => answers.push(Answer::Cast(reply, result)),
                },
                Request::Commit(unit, reply) => {
                    self.flush().await?;
                    match self.unit(&unit).await {
                        Ok(committed) => answers.push(Answer::Commit(reply, Ok(committed))),
                        Err(Failure::Refused(error)) => answers.push(Answer::Commit(reply, Err(error))),
                        Err(Failure::Broken(error)) => {
                            answers.push(Answer::Commit(reply, Err(copy(&error))));
                            return Err(error);
                        }
                    }
                }
                Request::Stop { community, ballot, reply } => {
                    self.flush().await?;
                    self.ballots.forget(&community, &ballot);
                    match cast::stop(&mut self.connection, &community, &ballot).await {
                        Err(CastError::Store(error)) if is_broken(&error) => {
                            answers.push(Answer::Stop(reply, Err(copy(&error).into())));
                            return Err(error);
                        }
                        result => answers.push(Answer::Stop(reply, result)),
                    }
                }
                Request::Head { community, reply } => {
                    self.flush().await?;
                    let head = self.head(&community).await.map(|head| head.published());
                    if head.is_ok() {
                        self.grown.insert(community);
                    }
                    answers.push(Answer::Head(reply, head));
                }
            }
        }
        self.flush().await?;
        sqlx::query("COMMIT").execute(&mut self.connection).await.map_err(store_error)?;
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), StoreError> {
        match self.pending.flush(&mut self.connection).await {
            Ok(()) => Ok(()),
            // A vote was decided that the tables refuse: memory and disk differ. The batch is given up and
            // memory thrown away.
            Err(Failure::Refused(error) | Failure::Broken(error)) => Err(error),
        }
    }

    async fn head(&mut self, community: &str) -> Result<&mut Head, StoreError> {
        if !self.heads.contains_key(community) {
            let head = log::load(&mut self.connection, community).await?;
            self.heads.insert(community.to_owned(), head);
        }
        self.heads.get_mut(community).ok_or(StoreError::Busy)
    }

    async fn cast(&mut self, vote: &CastVote) -> Result<CastReceipt, CastError> {
        let community = vote.scope.community();
        // Loaded before the head is borrowed, so that both can be held at once.
        self.head(community).await?;
        let head = self.heads.get_mut(community).ok_or(StoreError::Busy)?;
        let receipt = self.ballots.decide(&mut self.connection, head, vote, &mut self.pending).await?;
        if !receipt.replayed {
            self.grown.insert(community.to_owned());
        }
        Ok(receipt)
    }

    async fn unit(&mut self, unit: &Unit) -> Result<Committed, Failure> {
        sqlx::query("SAVEPOINT unit").execute(&mut self.connection).await?;
        match self.apply(unit).await {
            Ok((committed, head)) => {
                sqlx::query("RELEASE unit").execute(&mut self.connection).await?;
                if let (Some(scope), Some(head)) = (&unit.scope, head) {
                    self.heads.insert(scope.community().to_owned(), head);
                    self.grown.insert(scope.community().to_owned());
                }
                for row in &unit.rows {
                    if let (Row::SettleBallot { ballot }, Some(scope)) = (row, &unit.scope) {
                        self.ballots.forget(scope.community(), ballot);
                        self.scrub = true;
                    }
                    self.scrub |= matches!(row, Row::ErasePerson { .. } | Row::HideComment { .. });
                }
                Ok(committed)
            }
            Err(Failure::Refused(error)) => {
                sqlx::query("ROLLBACK TO unit").execute(&mut self.connection).await?;
                sqlx::query("RELEASE unit").execute(&mut self.connection).await?;
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
            apply::row(&mut self.connection, community, row).await?;
        }
        if unit.scope.is_none() {
            return Ok((Committed { seqs: None, log_size: 0 }, None));
        }
        let mut head = self.head(community).await?.clone();
        let first = head.size();
        for draft in &unit.entries {
            self.expect_version(community, &draft.stream, draft.version).await?;
            let content = Content {
                stream: &draft.stream,
                version: draft.version,
                kind: &draft.kind,
                actor: &draft.actor,
                at: draft.at,
                body: draft.body.clone(),
            };
            let entry = head.append(community, content)?;
            sqlx::query(
                "INSERT INTO log_entries (community, seq, stream, version, kind, bytes, leaf)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
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
            for (level, index, hash) in entry.tiles {
                cast::put_tile(&mut self.connection, community, level, index, &hash).await?;
            }
        }
        let seqs = head.size().checked_sub(1).filter(|_| head.size() > first).map(|last| (first, last));
        Ok((Committed { seqs, log_size: head.size() }, Some(head)))
    }

    async fn expect_version(&mut self, community: &str, stream: &str, version: u64) -> Result<(), Failure> {
        let last: Option<i64> =
            sqlx::query_scalar("SELECT max(version) FROM log_entries WHERE community = ?1 AND stream = ?2")
                .bind(community)
                .bind(stream)
                .fetch_one(&mut self.connection)
                .await?;
        if last.unwrap_or(0) + 1 == signed(version)? {
            Ok(())
        } else {
            Err(StoreError::Conflict { what: stream.to_owned() }.into())
        }
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
