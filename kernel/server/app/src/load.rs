//! 载入与写出 (streams in, drafts out): how aggregates are read from the record and events become entries.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;
use yishi_storage::{EntryDraft, Scope, StoredEntry};

use crate::context::uuid_v7;
use crate::{App, AppError, AppResult, OpContext};

/// An aggregate's events with the version they lead to.
#[derive(Debug)]
pub(crate) struct Stream<E> {
    /// The events, oldest first.
    pub(crate) events: Vec<E>,
    /// How many there are; the next one gets this plus one.
    pub(crate) version: u64,
    /// Where they stand in the community's log.
    pub(crate) entries: Vec<StoredEntry>,
}

impl App {
    /// A fresh UUIDv7 of this operation.
    pub(crate) fn uuid(&self, ctx: &OpContext) -> Uuid {
        uuid_v7(ctx.now, &*self.entropy)
    }

    /// The events of one stream.
    pub(crate) async fn events<E: DeserializeOwned>(
        &self,
        scope: &Scope,
        stream: &str,
    ) -> AppResult<Stream<E>> {
        let entries = self.store.stream(scope, stream).await?;
        let mut events = Vec::with_capacity(entries.len());
        for entry in &entries {
            let envelope = entry.envelope()?;
            events.push(serde_json::from_value(envelope.body).map_err(AppError::internal)?);
        }
        let version = entries.last().map_or(0, |entry| entry.version);
        Ok(Stream { events, version, entries })
    }

    /// The version the next entry of a stream gets.
    pub(crate) async fn next_version(&self, scope: &Scope, stream: &str) -> AppResult<u64> {
        Ok(self.store.stream(scope, stream).await?.last().map_or(1, |entry| entry.version + 1))
    }

    /// An entry by the actor of this operation.
    pub(crate) fn entry(
        &self,
        ctx: &OpContext,
        stream: &str,
        version: u64,
        kind: &str,
        body: Value,
    ) -> EntryDraft {
        let actor = ctx.actor.account.map_or_else(|| "system".to_owned(), |account| account.to_string());
        EntryDraft { stream: stream.to_owned(), version, kind: kind.to_owned(), actor, at: ctx.now, body }
    }

    /// Entries for the events that were decided on `version`, of kind `<aggregate>.<event type>`.
    pub(crate) fn drafts<E: Serialize>(
        &self,
        ctx: &OpContext,
        aggregate: &str,
        stream: &str,
        version: u64,
        events: &[E],
    ) -> AppResult<Vec<EntryDraft>> {
        let mut drafts = Vec::with_capacity(events.len());
        for (event, version) in events.iter().zip(version + 1..) {
            let body = serde_json::to_value(event).map_err(AppError::internal)?;
            let kind = match body.get("type").and_then(Value::as_str) {
                Some(name) => format!("{aggregate}.{name}"),
                None => return Err(AppError::internal("an event has no type")),
            };
            drafts.push(self.entry(ctx, stream, version, &kind, body));
        }
        Ok(drafts)
    }
}

/// Checks the version the client read against the present one.
pub(crate) fn expect_version(ctx: &OpContext, current: u64) -> AppResult<()> {
    match ctx.expected {
        Some(expected) if expected != current => Err(AppError::Stale { current }),
        _ => Ok(()),
    }
}
