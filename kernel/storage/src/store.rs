//! The trait every database behind yishi implements.

use std::collections::BTreeSet;

use async_trait::async_trait;
use jiff::Timestamp;
use yishi_canonical::Digest;
use yishi_record::Envelope;

use crate::ballot::{BallotRow, CastReceipt, CastVote, Participation, Tally};
use crate::error::{CastError, StoreError};
use crate::rows::{
    AccountRow, CommentRow, CommunityRow, DocumentRow, HouseholdRow, IdempotencyRecord, JobRow, OutboxItem,
    PersonRow, PluginRecordRow, PointRow, SessionRow, ShelfRow, StoredCheckpoint, TownRow, ViewRow,
};
use crate::scope::Scope;
use crate::unit::{Committed, Unit};

type Read<T> = Result<T, StoreError>;

/// Everything the kernel asks of a database. The promises are in the crate's documentation.
#[async_trait]
pub trait Store: Send + Sync {
    // --- writing ---

    /// Writes a unit and answers when it is durable.
    async fn commit(&self, unit: Unit) -> Result<Committed, StoreError>;

    /// Takes one vote and answers when it is durable.
    async fn cast(&self, vote: CastVote) -> Result<CastReceipt, CastError>;

    /// Ends casting and gives the tally. Called again before the ballot is settled, it gives the same tally.
    ///
    /// # Errors
    /// [`CastError::NoSuchBallot`]; [`CastError::Closed`] once the ballot is settled.
    async fn stop_ballot(&self, scope: &Scope, ballot: &str) -> Result<Tally, CastError>;

    /// As [`Self::stop_ballot`], if exactly so many votes were cast: whoever decided on that number stops nothing else.
    ///
    /// # Errors
    /// [`CastError::Moved`] when more were cast, and the ballot goes on; as [`Self::stop_ballot`].
    async fn stop_ballot_at(&self, scope: &Scope, ballot: &str, cast: u64) -> Result<Tally, CastError>;

    // --- the record ---

    /// 变动数 (how often something of this kind was written). Whoever finds the same number again has missed nothing; asked
    /// before what is read, so that what is written meanwhile makes it newer than its number and never older.
    async fn changes(&self, of: Changes<'_>) -> Read<u64>;
    /// The head of the community's log.
    async fn head(&self, scope: &Scope) -> Read<LogHead>;
    /// All entries of one stream in order; empty if there is none.
    async fn stream(&self, scope: &Scope, stream: &str) -> Read<Vec<StoredEntry>>;
    /// The entries of one stream after version `after`, in order: what a reader who knows it up to there has missed.
    /// Never votes (`<ballot>.cast`), which have no versions of their own.
    async fn stream_after(&self, scope: &Scope, stream: &str, after: u64) -> Read<Vec<StoredEntry>>;
    /// The version of a stream's newest entry; 0 if there is none. Never of votes.
    async fn stream_version(&self, scope: &Scope, stream: &str) -> Read<u64>;
    /// Entries from `from` on, in order, at most `limit`. Numbers no log reaches give none.
    async fn entries(&self, scope: &Scope, from: u64, limit: u32) -> Read<Vec<StoredEntry>>;
    /// The newest entries matching the feed, newest first.
    async fn feed(&self, scope: &Scope, feed: &Feed) -> Read<Vec<StoredEntry>>;
    /// What a receipt needs: entry `seq` and its inclusion proof in the tree of `size` entries.
    async fn receipt_parts(&self, scope: &Scope, seq: u64, size: u64) -> Read<Option<ReceiptParts>>;
    /// The proof that the tree of `new` entries extends that of `old`.
    async fn consistency_proof(&self, scope: &Scope, old: u64, new: u64) -> Read<Option<Vec<Digest>>>;
    /// The newest checkpoint.
    async fn checkpoint(&self, scope: &Scope) -> Read<Option<StoredCheckpoint>>;
    /// The checkpoint of exactly this size.
    async fn checkpoint_of_size(&self, scope: &Scope, size: u64) -> Read<Option<StoredCheckpoint>>;
    /// Communities whose log has grown since their newest checkpoint, for the job that signs.
    async fn unsigned_logs(&self, limit: u32) -> Read<Vec<Scope>>;

    // --- ballots ---

    /// A ballot.
    async fn ballot(&self, scope: &Scope, ballot: &str) -> Read<Option<BallotRow>>;
    /// Whether the voter is on the roll and, if they have voted, how.
    /// The outer absence: not on the roll.
    async fn voter(&self, scope: &Scope, ballot: &str, voter: &str) -> Read<Option<Option<Participation>>>;
    /// Who has voted, by voter id, keyset.
    async fn participations(
        &self,
        scope: &Scope,
        ballot: &str,
        page: &Page<String>,
    ) -> Read<Vec<Participation>>;
    /// The roll, by voter id, keyset: the voters.
    async fn roll(&self, scope: &Scope, ballot: &str, page: &Page<String>) -> Read<Vec<String>>;

    // --- read models and documents ---

    /// One view.
    async fn view(&self, scope: &Scope, kind: &str, id: &str) -> Read<Option<ViewRow>>;
    /// Those of these views, each named by kind and id, that are there.
    async fn views_named(&self, scope: &Scope, names: &[(&str, &str)]) -> Read<Vec<ViewRow>>;
    /// A listing of views.
    async fn views(&self, scope: &Scope, query: &ViewQuery) -> Read<Vec<ViewRow>>;
    /// The salts of those of these subjects that have one.
    async fn salts(&self, scope: &Scope, subjects: &[String]) -> Read<Vec<(String, [u8; 32])>>;
    /// Whom those of these pseudonyms stand for that are still known: pseudonym and subject.
    async fn subjects(&self, scope: &Scope, pseudonyms: &[String]) -> Read<Vec<(String, String)>>;
    /// A document.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the bytes are not those of the digest: what was changed is not shown.
    async fn document(&self, scope: &Scope, digest: &Digest) -> Read<Option<DocumentRow>>;
    /// Those of these documents that are there.
    ///
    /// # Errors
    /// As [`Store::document`].
    async fn documents(&self, scope: &Scope, digests: &BTreeSet<Digest>) -> Read<Vec<DocumentRow>>;

    // --- people ---

    /// One person.
    async fn person(&self, scope: &Scope, id: &str) -> Read<Option<PersonRow>>;
    /// A listing of persons, by id.
    async fn persons(&self, scope: &Scope, query: &PersonQuery) -> Read<Vec<PersonRow>>;
    /// How many persons the community has.
    async fn person_count(&self, scope: &Scope) -> Read<u64>;
    /// One household.
    async fn household(&self, scope: &Scope, id: &str) -> Read<Option<HouseholdRow>>;
    /// Households by id, keyset.
    async fn households(&self, scope: &Scope, page: &Page<String>) -> Read<Vec<HouseholdRow>>;
    /// How many households the community has.
    async fn household_count(&self, scope: &Scope) -> Read<u64>;

    // --- accounts ---

    /// One account.
    async fn account(&self, id: &str) -> Read<Option<AccountRow>>;
    /// The account that signs in with this login.
    async fn account_by_login(&self, login: &str) -> Read<Option<AccountRow>>;
    /// The account that speaks for this person.
    async fn account_of_person(&self, scope: &Scope, person: &str) -> Read<Option<AccountRow>>;
    /// Accounts of one home, or all, by id, keyset.
    async fn accounts(
        &self,
        home: Option<&crate::rows::AccountHome>,
        page: &Page<String>,
    ) -> Read<Vec<AccountRow>>;
    /// The session of this token digest and its account, unless expired at `now`, revoked or disabled.
    async fn session(&self, token: &Digest, now: Timestamp) -> Read<Option<(SessionRow, AccountRow)>>;
    /// The sessions and tokens of an account that count at `now`.
    async fn sessions_of(&self, account: &str, now: Timestamp) -> Read<Vec<SessionRow>>;

    // --- towns, communities, shelves ---

    /// One town.
    async fn town(&self, id: &str) -> Read<Option<TownRow>>;
    /// Towns by id, keyset.
    async fn towns(&self, page: &Page<String>) -> Read<Vec<TownRow>>;
    /// One community.
    async fn community(&self, id: &str) -> Read<Option<CommunityRow>>;
    /// Communities, of one town or all, by id, keyset.
    async fn communities(&self, town: Option<&str>, page: &Page<String>) -> Read<Vec<CommunityRow>>;
    /// A component's bytes; [`StoreError::Corrupt`] when they are not those of the digest.
    async fn component(&self, digest: &Digest) -> Read<Option<Vec<u8>>>;
    /// One component on the community's shelf.
    async fn shelf_item(&self, scope: &Scope, digest: &Digest) -> Read<Option<ShelfRow>>;
    /// The community's shelf, in the order things were added.
    async fn shelf(&self, scope: &Scope) -> Read<Vec<ShelfRow>>;

    // --- comments, rule records, points ---

    /// Comments on a subject by id, keyset.
    async fn comments(&self, scope: &Scope, subject: &str, page: &Page<String>) -> Read<Vec<CommentRow>>;
    /// One comment.
    async fn comment(&self, scope: &Scope, id: &str) -> Read<Option<CommentRow>>;
    /// The newest records of one rule, kind and subject, newest first: what was written last is newest, whatever the
    /// clock said. Records that were withdrawn are not among them.
    async fn latest_records(&self, scope: &Scope, query: &PluginRecordQuery) -> Read<Vec<PluginRecordRow>>;
    /// The sum of a subject's points under a rule.
    async fn points(&self, scope: &Scope, rule: &str, subject: &str) -> Read<i64>;
    /// Bookings that follow from a case or record, in the order of ids. A case books a bounded number.
    async fn points_of(&self, scope: &Scope, basis: &str) -> Read<Vec<PointRow>>;
    /// Bookings under a rule, of one subject or all, by id, keyset.
    async fn point_rows(
        &self,
        scope: &Scope,
        rule: &str,
        subject: Option<&str>,
        page: &Page<String>,
    ) -> Read<Vec<PointRow>>;

    // --- requests and jobs ---

    /// The answer kept for this key, unless expired at `now`.
    async fn idempotency(&self, owner: &str, key: &str, now: Timestamp) -> Read<Option<IdempotencyRecord>>;
    /// Work that is due, oldest first; of each topic and key only the oldest open item.
    async fn outbox(&self, now: Timestamp, limit: u32) -> Read<Vec<OutboxItem>>;
    /// Every job that was ever taken up, by name.
    async fn jobs(&self) -> Read<Vec<JobRow>>;
    /// How many views of a kind there are, of one parent or all.
    async fn view_count(&self, scope: &Scope, kind: &str, parent: Option<&str>) -> Read<u64>;
    /// How many comments there are on a subject, hidden ones among them.
    async fn comment_count(&self, scope: &Scope, subject: &str) -> Read<u64>;
    /// Whether the database answers; for readiness checks.
    async fn ready(&self) -> Read<()>;
}

/// 变动的种类 (what [`Store::changes`] counts).
#[derive(Debug, Clone, Copy)]
pub enum Changes<'a> {
    /// Entries, votes and rows of a community, and what stands above all of them. Answers to requests, sessions and work for
    /// the jobs do not count, since nothing that is read in a community rests on them.
    Community(&'a Scope),
    /// Entries of one stream of a community (votes apart): what [`Store::stream_after`] gives. A store may count those of
    /// other streams too, never fewer.
    Stream(&'a Scope, &'a str),
    /// One view: what [`Store::view`] gives for this kind and id. A store may count others too, never fewer.
    View(&'a Scope, &'a str, &'a str),
    /// All views of a kind: what [`Store::views`] gives for it. A store may count others too, never fewer.
    Views(&'a Scope, &'a str),
    /// How many comments on a subject there are: what [`Store::comment_count`] gives. A store may count others too, never
    /// fewer.
    Comments(&'a Scope, &'a str),
    /// The same as of a community, of every community.
    Everywhere,
    /// Towns and communities themselves.
    Places,
    /// What can end a session or change what its holder may do.
    Accounts,
    /// People who were erased, and households that went with their last.
    Erasures,
}

/// The head of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogHead {
    /// How many entries it has; the next sequence number.
    pub size: u64,
    /// The root over them.
    pub root: Digest,
    /// The leaf hash of the last entry; all zero bits for an empty log.
    pub last_leaf: Digest,
}

/// An entry as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// Its sequence number.
    pub seq: u64,
    /// Its stream.
    pub stream: String,
    /// Its place in the stream.
    pub version: u64,
    /// Its kind.
    pub kind: String,
    /// Its canonical bytes.
    pub bytes: Vec<u8>,
    /// Its leaf hash.
    pub leaf: Digest,
}

impl StoredEntry {
    /// The envelope in the bytes.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] if the bytes are not an envelope.
    pub fn envelope(&self) -> Result<Envelope, StoreError> {
        Envelope::parse(&self.bytes)
            .map_err(|error| StoreError::Corrupt { what: format!("entry {}: {error}", self.seq) })
    }
}

/// Parts of a receipt; the checkpoint is added by whoever signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptParts {
    /// The entry.
    pub entry: StoredEntry,
    /// Its inclusion proof.
    pub proof: Vec<Digest>,
}

/// A keyset page: what comes after the last key seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<K> {
    /// The last key of the page before; absent for the first page.
    pub after: Option<K>,
    /// At most so many rows.
    pub limit: u32,
}

impl<K> Page<K> {
    /// The first page.
    #[must_use]
    pub const fn first(limit: u32) -> Self {
        Self { after: None, limit }
    }

    /// The page after this key.
    #[must_use]
    pub const fn after(key: K, limit: u32) -> Self {
        Self { after: Some(key), limit }
    }
}

/// Which entries a feed shows, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// Only these kinds; if empty, all. Never votes (`ballot.cast`), of which there may be thousands: they are
    /// read as the stream `<ballot>.cast`.
    pub kinds: Vec<String>,
    /// Only entries before this sequence number.
    pub before: Option<u64>,
    /// At most so many.
    pub limit: u32,
}

/// Which views a listing shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewQuery {
    /// The kind.
    pub kind: String,
    /// Only those of this parent.
    pub parent: Option<String>,
    /// Sort key and id of the last view seen.
    pub page: Page<(String, String)>,
    /// From the greatest sort key down.
    pub descending: bool,
}

/// Which persons a listing shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonQuery {
    /// Only those whose name contains this.
    pub name_contains: Option<String>,
    /// Only those of this household.
    pub household: Option<String>,
    /// The id of the last person seen.
    pub page: Page<String>,
}

/// Which records of a rule are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginRecordQuery {
    /// The adopted rule.
    pub rule: String,
    /// Of this kind.
    pub kind: String,
    /// About this subject.
    pub subject: String,
    /// At most so many of the newest.
    pub limit: u32,
}
