//! 写入单元 (the unit of writing): what becomes durable together.

use jiff::Timestamp;
use serde_json::Value;
use yishi_canonical::Digest;

use crate::ballot::BallotDraft;
use crate::rows::{
    AccountHome, AccountRow, CommentRow, CommunityRow, DocumentRow, HouseholdRow, IdempotencyRecord,
    PersonRow, PluginRecordRow, PointRow, SessionRow, ShelfRow, StoredCheckpoint, TownRow, ViewRow,
};
use crate::scope::Scope;

/// 待记录条目 (an entry to be appended to the community's log).
///
/// Storage gives it its sequence number and the hash of the entry before it.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryDraft {
    /// The aggregate the entry belongs to, by id: `mat_…`, `bal_…`.
    pub stream: String,
    /// The entry's place in its stream, from 1. Two writers that decided on the same state claim the
    /// same place; the second gets [`StoreError::Conflict`](crate::StoreError::Conflict).
    pub version: u64,
    /// What happened: `matter.proposed`.
    pub kind: String,
    /// Who did it: a pseudonym, or `system`.
    pub actor: String,
    /// When. Kept to the second.
    pub at: Timestamp,
    /// The event. Ids, digests, counts, dates and enumerations only; never names or free text.
    pub body: Value,
}

/// One transaction: log entries of one community and rows beside them.
#[derive(Debug, Clone, Default)]
pub struct Unit {
    /// The community. Absent only for units of global rows (towns, accounts, sessions, components).
    pub scope: Option<Scope>,
    /// Entries to append, in order.
    pub entries: Vec<EntryDraft>,
    /// Rows to write, in order.
    pub rows: Vec<Row>,
    /// The answer to keep for a repeated request.
    pub idempotency: Option<IdempotencyRecord>,
}

impl Unit {
    /// A unit of one community.
    #[must_use]
    pub fn of(scope: Scope) -> Self {
        Self { scope: Some(scope), ..Self::default() }
    }

    /// A unit of global rows.
    #[must_use]
    pub fn global() -> Self {
        Self::default()
    }

    /// The unit with one more entry.
    #[must_use]
    pub fn entry(mut self, entry: EntryDraft) -> Self {
        self.entries.push(entry);
        self
    }

    /// The unit with one more row.
    #[must_use]
    pub fn row(mut self, row: Row) -> Self {
        self.rows.push(row);
        self
    }
}

/// A row to write. Rows marked *community* need the unit's scope; the others are global.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Row {
    /// Community: write or replace a read model.
    PutView(ViewRow),
    /// Community: the view must be at this version (0: absent), or the unit fails with a conflict.
    ExpectView {
        /// The view's kind.
        kind: String,
        /// Its id.
        id: String,
        /// The version it was read at.
        version: u64,
    },
    /// Community: remove a read model; nothing happens if it is absent.
    DeleteView {
        /// The view's kind.
        kind: String,
        /// Its id.
        id: String,
    },
    /// Community: keep a document. Its digest must be that of its bytes, salted if it has a salt. Keeping it twice is no
    /// change.
    PutDocument(DocumentRow),
    /// Community: destroy a document, its salt with it. What the log says of it stays, and nobody can connect it with any text.
    EraseDocument {
        /// The document.
        digest: Digest,
    },
    /// Community: keep salts of subjects (persons, households, accounts, streams), by subject. The first one kept stays.
    PutSalts(Vec<(String, [u8; 32])>),
    /// Community: keep whom pseudonyms stand for: pseudonym and subject. Keeping one twice is no change.
    PutPseudonyms(Vec<(String, String)>),
    /// Community: write a person. `version` must be one more than the stored one (1 for a new person).
    PutPerson(PersonRow),
    /// Community: erase a person's data, the salts of the person and of their account among them. The log, which holds only
    /// pseudonyms, stays as it is, and nothing says any more whose they are. Kept answers that name the person are emptied.
    ErasePerson {
        /// The person.
        id: String,
    },
    /// Community: write a household; `version` as for persons.
    PutHousehold(HouseholdRow),
    /// Community: remove a household without persons; fails as a conflict if persons still belong to it.
    DeleteHousehold {
        /// The household.
        id: String,
    },
    /// Global: write an account; `version` as for persons. Logins are unique.
    PutAccount(AccountRow),
    /// Global: keep a session or bearer token by its digest.
    PutSession(SessionRow),
    /// Global: end one session or token of an account.
    RevokeSession {
        /// The account it must belong to.
        account: String,
        /// The session's id (not its token).
        id: String,
    },
    /// Global: end every session and token of an account.
    RevokeSessionsOf {
        /// The account.
        account: String,
    },
    /// Global: write a town.
    PutTown(TownRow),
    /// Global: write a community; `version` as for persons.
    PutCommunity(CommunityRow),
    /// Global: keep a component. Its digest must be that of its bytes.
    PutComponent {
        /// The digest.
        digest: Digest,
        /// The component.
        bytes: Vec<u8>,
    },
    /// Community: put a component on the community's shelf. The component must be kept already.
    PutShelf(ShelfRow),
    /// Community: open a ballot with its roll.
    OpenBallot(BallotDraft),
    /// Community: end a stopped ballot. For a secret ballot the choices and the ballot's key are destroyed: how many there
    /// were of each stands in the closing entry of the same unit.
    SettleBallot {
        /// The ballot; it must have been stopped.
        ballot: String,
    },
    /// Community: keep a comment.
    PutComment(CommentRow),
    /// Community: take a comment's text away; who hid it stands in the log.
    HideComment {
        /// The comment.
        id: String,
    },
    /// Global: the kept answers that show something, a JSON object whose `id` is this or a list with such an object in it,
    /// show this instead. Whoever repeats the request gets it; what stood there is overwritten.
    ReplaceAnswers {
        /// The id of what is shown.
        id: String,
        /// The new answer.
        response: Vec<u8>,
    },
    /// Community: keep a record made by a rule.
    PutPluginRecord(PluginRecordRow),
    /// Community: withdraw the records that follow from a case, which was put right. They stay, and no rule is shown
    /// them any more.
    WithdrawPluginRecords {
        /// The case.
        basis: String,
    },
    /// Community: book points given by a rule. Never changed; corrected by another booking.
    PutPoint(PointRow),
    /// Community: keep a signed checkpoint.
    PutCheckpoint(StoredCheckpoint),
    /// Community or global: leave work for the jobs.
    Outbox {
        /// What kind of work.
        topic: String,
        /// Items of one topic and key are delivered in order.
        key: String,
        /// The work.
        body: Value,
        /// Not before this time.
        due: Timestamp,
    },
    /// Global: take up a job that is due, or go on with it: nobody else has it until the lease is over. Fails as a conflict
    /// while somebody else has it, or before it is due.
    ClaimJob {
        /// The job. One that nobody has heard of is due.
        job: String,
        /// Who takes it up.
        owner: String,
        /// The present time.
        now: Timestamp,
        /// When the lease is over.
        until: Timestamp,
    },
    /// Global: the job was done, or failed; it is due again. Fails as a conflict when somebody else has it by now: then what
    /// stands in the same unit is not written either.
    EndJob {
        /// The job.
        job: String,
        /// Who had it.
        owner: String,
        /// When it is due again.
        due: Timestamp,
        /// Why it failed, for operators; absent when it was done.
        error: Option<String>,
    },
    /// Global: the work was done. Fails as missing when it was done before.
    OutboxDone {
        /// The item.
        id: i64,
    },
    /// Global: the work failed and is due again.
    OutboxRetry {
        /// The item.
        id: i64,
        /// When to try again.
        due: Timestamp,
        /// Why it failed, for operators.
        error: String,
    },
    /// Global: forget sessions and idempotency answers that expired before this time.
    Sweep {
        /// The time.
        before: Timestamp,
    },
}

impl From<ViewRow> for Row {
    fn from(row: ViewRow) -> Self {
        Self::PutView(row)
    }
}

/// 牵涉 (whose pages a row can change).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Touches<'a> {
    /// Nobody's.
    Nothing,
    /// Those of the unit's community.
    Unit,
    /// Those of this community.
    Community(&'a str),
    /// Everybody's.
    Everything,
}

impl Row {
    /// Whose pages this can change, see [`Store::changes`](crate::Store::changes).
    #[must_use]
    pub fn touches(&self) -> Touches<'_> {
        match self {
            Self::PutTown(_) => Touches::Everything,
            Self::PutCommunity(row) => Touches::Community(&row.id),
            Self::PutAccount(row) => match &row.home {
                AccountHome::Community(community) => Touches::Community(community),
                _ => Touches::Everything,
            },
            Self::ExpectView { .. }
            | Self::PutSession(_)
            | Self::RevokeSession { .. }
            | Self::RevokeSessionsOf { .. }
            | Self::ReplaceAnswers { .. }
            | Self::PutComponent { .. }
            | Self::Outbox { .. }
            | Self::ClaimJob { .. }
            | Self::EndJob { .. }
            | Self::OutboxDone { .. }
            | Self::OutboxRetry { .. }
            | Self::Sweep { .. } => Touches::Nothing,
            _ => Touches::Unit,
        }
    }
}

/// What a unit became.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// The first and last sequence numbers of the unit's entries; absent if it had none.
    pub seqs: Option<(u64, u64)>,
    /// The size of the community's log after the unit; zero for a global unit.
    pub log_size: u64,
}
