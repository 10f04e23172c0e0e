//! 载入与写出 (streams in, drafts out): how aggregates are read from the record and events become entries.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;
use yishi_deliberation::meeting::Meeting;
use yishi_deliberation::rule::Rule;
use yishi_law::LeftOut;
use yishi_record::Envelope;
use yishi_storage::{Changes, EntryDraft, Scope, StoredEntry, ViewQuery, ViewRow};

use crate::bounded::{Bounded, Bytes};
use crate::context::uuid_v7;
use crate::model::to_the_end;
use crate::people::Elected;
use crate::{App, AppError, AppResult, OpContext};

/// An aggregate's events.
#[derive(Debug)]
pub(crate) struct Stream<E> {
    /// The events, oldest first.
    pub(crate) events: Vec<E>,
    /// Where they stand in the community's log.
    pub(crate) entries: Vec<Logged>,
}

/// 所在条目 (where an event stands in the community's log), and what was noted beside it.
#[derive(Debug, Clone)]
pub(crate) struct Logged {
    pub(crate) seq: u64,
    pub(crate) kind: String,
    pub(crate) at: Timestamp,
    /// Which rules were not asked.
    pub(crate) left_out: BTreeSet<LeftOut>,
}

/// 已折叠 (aggregates folded lately, each as far as its stream had come): the next reader folds only what came after.
///
/// Everything in an aggregate comes from its stream, so what is kept can be behind, never wrong; whoever reads asks for
/// what came after and is never behind.
#[derive(Debug)]
pub(crate) struct Folded<T>(Bounded<String, Kept<T>>);

#[derive(Debug)]
struct Kept<T> {
    /// How often the stream had grown when it was read: as long as it has not since, nothing came after.
    changes: u64,
    version: u64,
    /// None where the stream has not begun: that is known too.
    state: Option<Arc<T>>,
}

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        Self { changes: self.changes, version: self.version, state: self.state.clone() }
    }
}

impl<T: Bytes> Bytes for Kept<T> {
    fn bytes(&self) -> u64 {
        self.state.as_ref().map_or(0, Bytes::bytes)
    }
}

impl<T: Bytes> Default for Folded<T> {
    fn default() -> Self {
        /// Of each kind of aggregate.
        const MEBIBYTES: u64 = 96;
        Self(Bounded::mebibytes(MEBIBYTES))
    }
}

impl<T: Bytes> Folded<T> {
    /// Forgets everything: somebody was erased, in memory too.
    pub(crate) fn forget(&self) {
        self.0.forget();
    }
}

/// Under what a stream that is read is told, for whoever counts.
const STREAMS: &str = "yishi::streams";

/// Rows of read models read lately, by community, kind and id, each with how often it had changed; that there is none is
/// known too.
pub(crate) type ViewCache = Bounded<(String, String, String), (u64, Option<KeptView>)>;

/// Whole listings of read models, by community, kind and parent, each with how often rows of the kind had changed.
pub(crate) type ListCache = Bounded<(String, String, Option<String>), (u64, Arc<Vec<KeptView>>)>;

/// How many comments there are, by community and subject, each with how often that had changed.
pub(crate) type CommentCounts = Bounded<(String, String), (u64, u64)>;

/// A kept row.
#[derive(Debug, Clone)]
pub(crate) struct KeptView(ViewRow);

impl Bytes for KeptView {
    fn bytes(&self) -> u64 {
        // Values take a few times as much as their text.
        3 * self.0.body.to_string().len() as u64
    }
}

impl Bytes for Option<KeptView> {
    fn bytes(&self) -> u64 {
        self.as_ref().map_or(0, Bytes::bytes)
    }
}

impl Bytes for Vec<KeptView> {
    fn bytes(&self) -> u64 {
        self.iter().map(Bytes::bytes).sum()
    }
}

impl App {
    /// What is kept of something, as long as that has not changed since; otherwise it is read, and kept.
    pub(crate) async fn kept<K: Eq + Hash, V: Bytes + Clone>(
        &self,
        cache: &Bounded<K, (u64, V)>,
        key: K,
        of: Changes<'_>,
        read: impl Future<Output = AppResult<V>>,
    ) -> AppResult<V> {
        let forgotten = cache.forgotten();
        let changes = self.store.changes(of).await?;
        if let Some((_, known)) = cache.get_if(&key, |(read, _)| *read == changes) {
            return Ok(known);
        }
        let value = read.await?;
        cache.put(forgotten, key, (changes, value.clone()));
        Ok(value)
    }

    /// A row of a read model.
    pub(crate) async fn view(&self, scope: &Scope, kind: &str, id: &str) -> AppResult<Option<ViewRow>> {
        let key = (scope.community().to_owned(), kind.to_owned(), id.to_owned());
        let read = async { Ok(self.store.view(scope, kind, id).await?.map(KeptView)) };
        let row = self.kept(&self.views, key, Changes::View(scope, kind, id), read).await?;
        Ok(row.map(|KeptView(row)| row))
    }

    /// Reads rows that are about to be asked for one by one, as far as they are not known, in one go.
    pub(crate) async fn read_ahead(&self, scope: &Scope, names: &[(&str, &str)]) -> AppResult<()> {
        let forgotten = self.views.forgotten();
        let mut unknown = Vec::new();
        for (kind, id) in names {
            let key = (scope.community().to_owned(), (*kind).to_owned(), (*id).to_owned());
            let changes = self.store.changes(Changes::View(scope, kind, id)).await?;
            if self.views.get_if(&key, |(read, _)| *read == changes).is_none() {
                unknown.push((key, changes));
            }
        }
        if unknown.is_empty() {
            return Ok(());
        }
        let names: Vec<(&str, &str)> =
            unknown.iter().map(|((_, kind, id), _)| (kind.as_str(), id.as_str())).collect();
        let mut found = self.store.views_named(scope, &names).await?;
        for (key, changes) in unknown {
            let at = found.iter().position(|row| row.kind == key.1 && row.id == key.2);
            let row = at.map(|at| KeptView(found.swap_remove(at)));
            self.views.put(forgotten, key, (changes, row));
        }
        Ok(())
    }

    /// Every row of a read model, of one parent or all, in order, read to the end.
    pub(crate) async fn listing(
        &self,
        scope: &Scope,
        kind: &str,
        parent: Option<&str>,
    ) -> AppResult<Vec<ViewRow>> {
        let key = (scope.community().to_owned(), kind.to_owned(), parent.map(str::to_owned));
        let page = |page| async move {
            let (kind, parent) = (kind.to_owned(), parent.map(str::to_owned));
            self.store.views(scope, &ViewQuery { kind, parent, page, descending: false }).await
        };
        let read = async {
            let rows = to_the_end(page, |row: &ViewRow| (row.sort.clone(), row.id.clone())).await?;
            Ok(Arc::new(rows.into_iter().map(KeptView).collect::<Vec<_>>()))
        };
        let rows = self.kept(&self.lists, key, Changes::Views(scope, kind), read).await?;
        Ok(rows.iter().map(|KeptView(row)| row.clone()).collect())
    }

    /// How many comments on a subject there are.
    pub(crate) async fn comment_count(&self, scope: &Scope, subject: &str) -> AppResult<u64> {
        let key = (scope.community().to_owned(), subject.to_owned());
        let read = async { Ok(self.store.comment_count(scope, subject).await?) };
        self.kept(&self.comment_counts, key, Changes::Comments(scope, subject), read).await
    }

    /// An aggregate as it is now, and its version: folded from where it was left, not from the beginning.
    pub(crate) async fn folded<T: Bytes + Clone, E: DeserializeOwned>(
        &self,
        kept: &Folded<T>,
        scope: &Scope,
        stream: &str,
        evolve: impl Fn(Option<T>, E, Logged) -> Option<T>,
    ) -> AppResult<Option<(u64, Arc<T>)>> {
        let key = format!("{}/{stream}", scope.community());
        let (changes, forgotten) =
            (self.store.changes(Changes::Stream(scope, stream)).await?, kept.0.forgotten());
        let before = kept.0.get(&key);
        if let Some(known) = before.as_ref().filter(|kept| kept.changes == changes) {
            return Ok(known.state.clone().map(|state| (known.version, state)));
        }
        let known = before.as_ref().map_or(0, |kept| kept.version);
        tracing::trace!(target: STREAMS, stream, known, "a stream is read");
        let entries = self.store.stream_after(scope, stream, known).await?;
        let version = entries.last().map_or(known, |last| last.version);
        let mut state = before.and_then(|kept| kept.state);
        if !entries.is_empty() {
            let mut folded = state.map(Arc::unwrap_or_clone);
            for (event, entry) in self.unveiled(scope, entries).await? {
                folded = evolve(folded, event, entry);
            }
            state = folded.map(Arc::new);
        }
        // Somebody who read later may have been quicker: then the next reader folds a little more.
        kept.0.put(forgotten, key, Kept { changes, version, state: state.clone() });
        Ok(state.map(|state| (version, state)))
    }

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
        tracing::trace!(target: STREAMS, stream, known = 0_u64, "a stream is read");
        let entries = self.store.stream(scope, stream).await?;
        let (events, entries) = self.unveiled(scope, entries).await?.into_iter().unzip();
        Ok(Stream { events, entries })
    }

    /// The events of entries, with everybody under their own id again. Each entry is read once: that it is whole and in
    /// canonical form is checked by writing it again, which costs more than all the rest.
    async fn unveiled<E: DeserializeOwned>(
        &self,
        scope: &Scope,
        stored: Vec<StoredEntry>,
    ) -> AppResult<Vec<(E, Logged)>> {
        let mut bodies = Vec::with_capacity(stored.len());
        let mut entries = Vec::with_capacity(stored.len());
        for entry in stored {
            let Envelope { at, mut body, .. } = entry.envelope()?;
            let left_out = match body.get_mut("left_out") {
                Some(left_out) => serde_json::from_value(left_out.take()).map_err(AppError::internal)?,
                None => BTreeSet::new(),
            };
            bodies.push(body);
            entries.push(Logged { seq: entry.seq, kind: entry.kind, at, left_out });
        }
        self.unveil(scope, &mut bodies).await?;
        let events = bodies.into_iter().map(|body| serde_json::from_value(body).map_err(AppError::internal));
        events.zip(entries).map(|(event, entry)| Ok((event?, entry))).collect()
    }

    /// The version the next entry of a stream gets.
    pub(crate) async fn next_version(&self, scope: &Scope, stream: &str) -> AppResult<u64> {
        Ok(self.store.stream_version(scope, stream).await? + 1)
    }

    /// An entry by the actor of this operation, under their own ids: pseudonyms are made when the unit is committed.
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

/// An event or an entry takes about as much.
const EVENT: u64 = 600;
/// A line of a list of people: two ids and its place.
const LINE: u64 = 72;

impl Bytes for Meeting {
    fn bytes(&self) -> u64 {
        let voters = self.ballots.values().map(|ballot| ballot.voters.len());
        let recused = self.recusals.values().map(BTreeMap::len);
        let lines: usize = self.present.len() + voters.chain(recused).sum::<usize>();
        EVENT * 8 + EVENT * (self.ballots.len() + self.agenda.len()) as u64 + LINE * lines as u64
    }
}

impl Bytes for Rule {
    fn bytes(&self) -> u64 {
        EVENT * 8
    }
}

impl Bytes for Elected {
    fn bytes(&self) -> u64 {
        EVENT * self.events.len() as u64 + 4 * LINE * self.register.seats().len() as u64
    }
}

impl Bytes for crate::step::Told {
    fn bytes(&self) -> u64 {
        EVENT * 4 + 2 * EVENT * self.len() as u64
    }
}
