//! 用例 (the use cases): authorise, load, ask the gates, decide purely, append.
//!
//! Every function here is one act a person can take. It gets an [`OpContext`] and an input, and gives a view that
//! the edge writes out as it is. No rule is decided here: rules are in `yishi-law`, `yishi-deliberation`,
//! `yishi-identity` and in the plugins; this crate only brings them together in the order of the house plan
//! (section 3) and makes sure that what they decided becomes durable in one unit.
//! Wire names: [`inputs`] and [`views`]; the routes are in `schemas/openapi.json`.
//!
//! To add a use case: add the action to the policy table of `yishi-identity`, write the function in the file of
//! its noun beginning with [`App::scope`] (which authorises), and end with [`App::commit`] (which makes the
//! events, the read models and the idempotent answer durable together).
//! Each of them can be refused by that right, and fails where storage does; its comment names what else it refuses.

#![expect(missing_docs, reason = "a name that says it all has no comment here, which the server alone uses")]

mod account_life;
pub mod accounts;
mod admission;
mod agenda;
mod asking;
mod authority;
pub mod ballots;
pub mod bodies;
mod bounded;
pub mod cases;
mod comments;
pub mod context;
mod differences;
pub mod documents;
mod domains;
pub mod entry_kind;
pub mod error;
mod gates;
mod home;
pub mod house;
pub mod inputs;
mod matter_view;
pub mod matters;
pub mod meetings;
mod model;
mod natural_person;
pub mod passwords;
mod people;
mod perform;
pub mod places;
pub mod position;
mod quotas;
pub mod reader;
pub mod record;
pub mod roster;
mod rule_checks;
mod rule_life;
mod rule_view;
pub mod rules;
mod sittings;
mod staff_acts;
mod step;
mod turns;
mod veil;
pub use yishi_views as views;
mod words;
pub mod worker;

mod load;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use serde::Serialize;
use yishi_canonical::Digest;
use yishi_deliberation::meeting::Meeting;
use yishi_deliberation::rule::Rule;
use yishi_identity::CommunityId;
use yishi_law::{CommunityKind, FloorText, Law};
use yishi_rulebook::Rulebook;
use yishi_storage::{Changes, CommunityRow, IdempotencyRecord, Row, Scope, Store, Unit};

pub use context::{Behind, Clock, Entropy, OpContext};
pub use error::{AppError, AppResult, FieldError};
pub use turns::{Full, Place as CheckPlace};

/// How long an idempotent answer is kept: 48 hours, in seconds.
const IDEMPOTENCY_SECONDS: i64 = 48 * 3600;

/// The application: everything a use case needs, shared by all requests.
pub struct App {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) rulebook: Arc<Rulebook>,
    pub(crate) law: &'static Law,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) signer: record::Signer,
    pub(crate) passwords: passwords::Passwords,
    pub(crate) turns: turns::Turns,
    pub(crate) people: people::PeopleCache,
    pub(crate) sessions: accounts::SessionCache,
    pub(crate) electors: people::BallotElectors,
    pub(crate) matters: load::Folded<step::Told>,
    pub(crate) meetings: load::Folded<Meeting>,
    pub(crate) rules: load::Folded<Rule>,
    pub(crate) registers: load::Folded<people::Elected>,
    pub(crate) rolls: people::RollCache,
    pub(crate) opened_rolls: people::OpenedRolls,
    places: places::PlaceCache,
    pub(crate) differences: differences::DifferenceCache,
    pub(crate) veils: veil::Veils,
    pub(crate) texts: documents::TextCache,
    pub(crate) views: load::ViewCache,
    pub(crate) lists: load::ListCache,
    pub(crate) comment_counts: load::CommentCounts,
    pub(crate) counted: people::CountedCache,
    hurried: AtomicU64,
    erasures: AtomicU64,
    people_read: AtomicU64,
    pub(crate) digests: home::Digests,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").finish_non_exhaustive()
    }
}

/// Computes on a thread of its own what would hold up others.
pub(crate) async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> AppResult<T> {
    tokio::task::spawn_blocking(work).await.map_err(AppError::internal)
}

/// 幂等键 (the idempotency key a write came with). Whose it is, and what it was used for.
#[derive(Debug, Clone)]
pub struct RequestKey {
    /// The account, or the client of a visitor.
    pub owner: String,
    /// What the client sent.
    pub key: String,
    /// The digest of method, path and body.
    pub request: Digest,
}

/// A community that the actor may act in: the storage scope with what every use case needs to know of it.
#[derive(Debug, Clone)]
pub struct Community {
    pub id: CommunityId,
    /// The handle for storage.
    pub scope: Scope,
    /// Village or urban.
    pub kind: CommunityKind,
    pub row: CommunityRow,
}

/// 所在 (who asks, in the community they were let into): what every use case carries from its first line to its last.
#[derive(Debug, Clone)]
pub struct Here<'a> {
    /// Who asks, when, and as which request.
    pub ctx: &'a OpContext,
    /// Where.
    pub community: Community,
}

impl std::ops::Deref for Here<'_> {
    type Target = Community;

    fn deref(&self) -> &Community {
        &self.community
    }
}

impl App {
    /// Brings the parts together.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        rulebook: Arc<Rulebook>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        signer: record::Signer,
    ) -> Self {
        Self {
            store,
            rulebook,
            law: Law::embedded(),
            clock,
            entropy,
            signer,
            passwords: passwords::Passwords::default(),
            turns: turns::Turns::default(),
            people: people::PeopleCache::mebibytes(256),
            sessions: accounts::SessionCache::mebibytes(64),
            electors: people::BallotElectors::mebibytes(64),
            matters: load::Folded::default(),
            meetings: load::Folded::default(),
            rules: load::Folded::default(),
            registers: load::Folded::default(),
            rolls: people::RollCache::mebibytes(96),
            opened_rolls: people::OpenedRolls::mebibytes(96),
            places: places::PlaceCache::mebibytes(32),
            differences: differences::DifferenceCache::default(),
            veils: veil::Veils::default(),
            texts: documents::TextCache::mebibytes(64),
            views: load::ViewCache::mebibytes(64),
            lists: load::ListCache::mebibytes(64),
            comment_counts: load::CommentCounts::mebibytes(16),
            counted: people::CountedCache::mebibytes(64),
            hurried: AtomicU64::new(0),
            erasures: AtomicU64::new(0),
            people_read: AtomicU64::new(0),
            digests: home::Digests::mebibytes(64),
        }
    }

    /// The clock's present instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Refuses what would go on record while the machine's clock shows a time that has passed here.
    ///
    /// # Errors
    /// [`AppError::ClockBehind`].
    pub fn in_time(&self) -> AppResult<()> {
        match self.clock.behind() {
            Some(behind) => Err(AppError::ClockBehind(behind)),
            None => Ok(()),
        }
    }

    /// Whether the store answers and can be written to, and the machine's clock is right.
    ///
    /// # Errors
    /// The store's; [`AppError::ClockBehind`].
    pub async fn ready(&self) -> AppResult<()> {
        self.store.ready().await?;
        self.in_time()
    }

    /// How often what is read of a community has changed, or of all of them. Only for whoever keeps what was read.
    ///
    /// # Errors
    /// The store's.
    pub async fn changes(&self, of: Option<CommunityId>) -> AppResult<u64> {
        let scope = of.map(Scope::issued);
        let of = scope.as_ref().map_or(Changes::Everywhere, Changes::Community);
        Ok(self.store.changes(of).await?)
    }

    /// 已有的答复 (what was answered under this key of this owner, if it was used before).
    ///
    /// # Errors
    /// The store's.
    pub async fn answered(
        &self,
        owner: &str,
        key: &str,
        now: Timestamp,
    ) -> AppResult<Option<IdempotencyRecord>> {
        Ok(self.store.idempotency(owner, key, now).await?)
    }

    /// How often something was answered only for the moment, because the machine was too busy to ask a rule. An answer in
    /// whose making this has risen says less than it would in a quiet minute.
    #[must_use]
    pub fn hurried(&self) -> u64 {
        self.hurried.load(Ordering::Relaxed)
    }

    /// How often the people of a community had to be read, for whoever watches the server.
    #[must_use]
    pub fn people_read(&self) -> u64 {
        self.people_read.load(Ordering::Relaxed)
    }

    pub(crate) fn in_a_hurry(&self) {
        self.hurried.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) async fn community_unchecked(&self, id: CommunityId) -> AppResult<Community> {
        self.forget_the_erased().await?;
        let read = async {
            let row = self.store.community(&id.to_string()).await?;
            let row = row.ok_or(AppError::NotFound { what: "community" })?;
            let kind = if row.kind == "village" { CommunityKind::Village } else { CommunityKind::Urban };
            Ok(Community { id, scope: Scope::issued(id), kind, row })
        };
        self.kept(&self.places, id, Changes::Places, read).await
    }

    /// Forgets, in memory too, whoever was erased by another process on this store since it was last asked.
    async fn forget_the_erased(&self) -> AppResult<()> {
        let erasures = self.store.changes(Changes::Erasures).await?;
        if self.erasures.swap(erasures, Ordering::Relaxed) != erasures {
            self.forget_people();
        }
        Ok(())
    }

    fn forget_people(&self) {
        self.veils.forget();
        self.texts.forget();
        self.views.forget();
        self.lists.forget();
        self.comment_counts.forget();
        self.matters.forget();
        self.meetings.forget();
        self.rules.forget();
        self.registers.forget();
        self.people.forget();
        self.counted.forget();
        self.rolls.forget();
        self.electors.forget();
        self.opened_rolls.forget();
        self.digests.forget();
    }

    /// The law in force for this kind of community on a day.
    pub(crate) fn floor(&self, kind: CommunityKind, day: jiff::civil::Date) -> AppResult<&'static FloorText> {
        self.law.at(kind, day).ok_or_else(|| {
            AppError::conflict(
                "no-law-for-date",
                format!("系统没有载入 {day} 适用的法律文本"),
                format!("no law text is loaded for {day}"),
            )
        })
    }

    /// Writes a unit. Entries are made here and nowhere else: whoever they name goes into the log under a pseudonym
    /// ([`App::veil`]).
    pub(crate) async fn write(&self, ctx: &OpContext, mut unit: Unit) -> AppResult<()> {
        self.veil(ctx, &mut unit).await?;
        let destroyed =
            unit.rows.iter().any(|row| matches!(row, Row::ErasePerson { .. } | Row::DeleteHousehold { .. }));
        self.store.commit(unit).await?;
        if destroyed {
            self.forget_people();
        }
        Ok(())
    }

    /// Makes a unit durable together with the answer for a repeated request, and gives the answer.
    pub(crate) async fn commit<T: Serialize>(
        &self,
        ctx: &OpContext,
        mut unit: Unit,
        status: u16,
        answer: T,
    ) -> AppResult<T> {
        if !unit.entries.is_empty() {
            self.in_time()?;
        }
        if let Some(key) = &ctx.key {
            let response = serde_json::to_vec(&answer).map_err(AppError::internal)?;
            unit.idempotency = Some(IdempotencyRecord {
                owner: key.owner.clone(),
                key: key.key.clone(),
                request: key.request,
                status,
                response,
                expires: ctx.now + jiff::SignedDuration::from_secs(IDEMPOTENCY_SECONDS),
            });
        }
        self.write(ctx, unit).await?;
        Ok(answer)
    }
}
