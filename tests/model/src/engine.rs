//! 内核 (the engine as the model meets it): the application over its real store and rule host, in this process, on a
//! clock that only moves when an act says so.

mod bodies;
mod matters;
mod meetings;
mod rules;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::ConnectOptions as _;
use uuid::Uuid;
use yishi_app::house::At;
use yishi_app::record::{KeptApart, Signer};
use yishi_app::{App, AppError, Clock, Entropy, OpContext};
use yishi_builder::{Built, Options};
use yishi_identity::{
    AccountId, Actor, BallotId, CommunityId, MatterId, MeetingId, PersonId, RoleGrant, RuleId, TownId,
};
use yishi_record::LogSize;
use yishi_rulebook::{CompileMode, Config, Limits, Rulebook};
use yishi_storage::{AccountHome, AccountRow, Scope, Store};
use yishi_storage_sqlite::SqliteStore;

use crate::act::{Act, Kind, Label, Person, Tried, Who};
use crate::people::Resident;
use crate::world::World;

/// The clock of a sequence: an instant that only goes forward, until another sequence begins.
struct Hands(Mutex<Timestamp>);

impl Hands {
    fn forward(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.saturating_add(by).unwrap_or(*now);
    }

    fn set(&self, to: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = to;
    }
}

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Bytes that are the same in every run: SplitMix64.
struct Drawn(Mutex<u64>);

impl Drawn {
    fn set(&self, seed: u64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = seed;
    }
}

impl Entropy for Drawn {
    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in bytes.chunks_mut(8) {
            let drawn = crate::generate::splitmix(&mut state).to_le_bytes();
            chunk.copy_from_slice(&drawn[..chunk.len()]);
        }
    }
}

/// These logs are thrown away and never signed, so nothing about them is kept apart.
#[derive(Debug)]
struct Unsigned;

impl KeptApart for Unsigned {
    fn keep(&self, _heads: &[(String, LogSize)]) -> std::io::Result<bool> {
        Ok(true)
    }

    fn last(&self, _community: &str) -> Option<LogSize> {
        None
    }
}

/// What many sequences share: the rule host with its compiled component.
#[derive(Clone)]
pub struct Workshop {
    rulebook: Arc<Rulebook>,
    components: Arc<BTreeMap<Kind, Built>>,
}

/// A store with its application; sequences run in it one after the other, each in a community of its own.
pub struct Engine {
    app: App,
    store: Arc<dyn Store>,
    hands: Arc<Hands>,
    drawn: Arc<Drawn>,
    components: Arc<BTreeMap<Kind, Built>>,
    town: TownId,
    clerk: AccountId,
    administrator: AccountId,
    communities: u32,
    probe: sqlx::SqliteConnection,
    folder: tempfile::TempDir,
}

/// One community of the engine, with the ids behind the labels.
#[derive(Debug, Default)]
pub struct Place {
    id: Option<CommunityId>,
    number: u32,
    set_up: Option<Date>,
    people: Vec<PersonId>,
    matters: BTreeMap<Label, MatterId>,
    meetings: BTreeMap<Label, MeetingId>,
    ballots: BTreeMap<Label, BallotId>,
    rules: BTreeMap<Label, RuleId>,
    last_entry: Option<Timestamp>,
    seen_entries: u64,
}

/// What the engine made of an act: an answer, or the code of its refusal.
pub type Answer = Result<Value, String>;

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("folder", &self.folder.path()).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Workshop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Workshop").finish_non_exhaustive()
    }
}

impl Workshop {
    /// Builds the charter and the other texts, and sets the rule host up.
    ///
    /// # Errors
    /// When the component does not build, or the host does not start.
    pub fn open() -> anyhow::Result<Self> {
        let tree = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let kinds = [
            (Kind::Charter, "tests/plugins/plain-charter"),
            (Kind::Rule, "plugins/clean-home"),
            (Kind::VillageRegulation, "plugins/customs"),
        ];
        let folders = kinds.map(|(_, folder)| tree.join(folder));
        let built = yishi_builder::build(&Options::default(), &folders).context("building the texts")?;
        let components: BTreeMap<Kind, Built> = kinds.into_iter().map(|(kind, _)| kind).zip(built).collect();
        anyhow::ensure!(components.len() == kinds.len(), "the builder left some out");
        let rulebook = Rulebook::new(Config {
            cache_dir: None,
            mac_key: [7; 32],
            compiler: CompileMode::InProcess,
            // The same drafts come again and again, in a few kinds of places on a few hundred days.
            limits: Limits { kept_conclusions: 60_000, ..Limits::default() },
        })?;
        for built in components.values() {
            rulebook.load(&built.bytes).map_err(|refusal| anyhow::anyhow!("loading it: {refusal:?}"))?;
        }
        Ok(Self { rulebook: Arc::new(rulebook), components: Arc::new(components) })
    }
}

/// Where throw-away stores lie: in memory where the machine has such a folder.
fn scratch() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() }
}

fn word(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// The midday of a day in Shanghai.
fn midday(day: Date) -> anyhow::Result<Timestamp> {
    Ok(format!("{day}T04:00:00Z").parse()?)
}

/// An account of the town's, held by somebody of this name.
async fn official(app: &App, ctx: &OpContext, town: TownId, name: &str) -> anyhow::Result<AccountId> {
    let account = json!({
        "login": format!("official-{name}"), "password": "yun-ling-2026-model", "display_name": name,
        "grants": [{"role": "town-admin"}], "must_change_password": false,
        "holder": {"name": name, "birth_date": "1980-01-01"},
    });
    let at = At::from([("town", town.to_string())]);
    let made =
        app.act_in_house(ctx, &at, "create-town-account", &account).await.map_err(anyhow::Error::new)?;
    Ok(word(&made)["id"].as_str().context("an account")?.parse()?)
}

impl Engine {
    /// An act of the house of a community, at these parts of its address.
    async fn in_house<const N: usize>(
        &self,
        id: CommunityId,
        ctx: &OpContext,
        act: &str,
        parts: [(&str, String); N],
        input: &Value,
    ) -> Result<Value, AppError> {
        let mut at = At::from(parts);
        at.0.insert("community".to_owned(), id.to_string());
        Ok(word(&self.app.act_in_house(ctx, &at, act, input).await?))
    }

    /// A new store with a town in it.
    ///
    /// # Errors
    /// When the store cannot be opened.
    pub async fn open(workshop: &Workshop) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("yishi-model-").tempdir_in(scratch())?;
        let store = SqliteStore::open(folder.path()).await.context("the store")?;
        let store: Arc<dyn Store> = Arc::new(store);
        let hands = Arc::new(Hands(Mutex::new(midday(crate::generate::first_day())?)));
        let drawn = Arc::new(Drawn(Mutex::new(0)));
        let app = App::new(
            Arc::clone(&store),
            Arc::clone(&workshop.rulebook),
            Arc::clone(&hands) as Arc<dyn Clock>,
            Arc::clone(&drawn) as Arc<dyn Entropy>,
            Signer::new(vec![[9; 32]], Arc::new(Unsigned)),
        );
        let database = std::fs::read_dir(folder.path())?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .find(|path| std::fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"SQLite format 3")))
            .context("no database in the store's folder")?;
        let probe = sqlx::sqlite::SqliteConnectOptions::new()
            .filename(database)
            .read_only(true)
            .disable_statement_logging()
            .connect()
            .await?;
        let city = Actor { account: Some(account(1)), roles: vec![RoleGrant::CityAdmin], seats: Vec::new() };
        let ctx = OpContext::new(city, app.now(), "set-up");
        let town = json!({"name": "云岭镇", "region_code": "320582104"});
        let town =
            app.act_in_house(&ctx, &At::default(), "create-town", &town).await.map_err(anyhow::Error::new)?;
        let town = word(&town)["id"].as_str().context("a town")?.parse()?;
        // Whoever enters a paper adoption and whoever confirms it are two persons, so both have accounts that say whose they are.
        let (clerk, administrator) =
            (official(&app, &ctx, town, "苗秋实").await?, official(&app, &ctx, town, "郁立冬").await?);
        let components = Arc::clone(&workshop.components);
        Ok(Self {
            app,
            store,
            hands,
            drawn,
            components,
            town,
            clerk,
            administrator,
            communities: 0,
            probe,
            folder,
        })
    }

    /// A new community with the people of a world, set up on its day with bytes drawn from this seed: what becomes of it does
    /// not hang on what was run in the store before.
    ///
    /// # Errors
    /// When the engine refuses to set it up.
    pub async fn place(&mut self, seed: u64, world: &World) -> anyhow::Result<Place> {
        let people = &world.people;
        self.communities += 1;
        self.hands.set(midday(world.set_up)?);
        self.drawn.set(seed);
        let town = self.as_town();
        let kind = if world.urban() { "urban" } else { "village" };
        let made = json!({
            "name": format!("{}号村", self.communities), "kind": kind, "region_code": "320582104207",
        });
        let at = At::from([("town", self.town.to_string())]);
        let made =
            self.app.act_in_house(&town, &at, "create-community", &made).await.map_err(anyhow::Error::new)?;
        let id: CommunityId = word(&made)["id"].as_str().context("a community")?.parse()?;
        let clerk = self.as_clerk(id);
        self.app
            .import_roster(&clerk, id, roster(people).as_bytes(), false, yishi_app::inputs::KnownPeople::Ask)
            .await
            .map_err(anyhow::Error::new)?;
        let listed = self.app.persons(&clerk, id, None, None, 500).await.map_err(anyhow::Error::new)?;
        let listed = word(&listed);
        let by_name: BTreeMap<&str, &str> = listed["items"]
            .as_array()
            .context("persons")?
            .iter()
            .filter_map(|person| Some((person["name"].as_str()?, person["id"].as_str()?)))
            .collect();
        let mut ids = Vec::with_capacity(people.len());
        for resident in people {
            ids.push(by_name.get(resident.name.as_str()).context("a person")?.parse()?);
        }
        // What the shelf makes of a component is another test's business; here it is put there as if it had passed.
        let mut unit = yishi_storage::Unit::of(Scope::issued(id));
        for (kind, built) in &*self.components {
            let (digest, bytes) = (built.digest, built.bytes.clone());
            let shelved = yishi_storage::ShelfRow {
                digest,
                name: built.name.clone(),
                version: "1.0.0".to_owned(),
                kind: shelf_word(*kind).to_owned(),
                actor: self.administrator.to_string(),
                added: self.app.now(),
                report: Value::Null,
            };
            unit = unit
                .row(yishi_storage::Row::PutComponent { digest, bytes })
                .row(yishi_storage::Row::PutShelf(shelved));
        }
        let number = self.communities;
        let unit = ids.iter().zip(0..).fold(unit, |unit, (&person, at)| {
            unit.row(yishi_storage::Row::PutAccount(self.own_account(number, at, id, person)))
        });
        self.store.commit(unit).await.context("the shelf and the accounts")?;
        Ok(Place { id: Some(id), number, set_up: Some(self.today()), people: ids, ..Place::default() })
    }

    /// An account of somebody of the roster. Nobody signs in with a password here, so it has none.
    fn own_account(&self, number: u32, at: Person, community: CommunityId, person: PersonId) -> AccountRow {
        AccountRow {
            id: personal(number, at).to_string(),
            version: 1,
            login: format!("resident-{number}-{at}"),
            password_hash: None,
            must_change_password: false,
            display_name: String::new(),
            locale: "zh-CN".to_owned(),
            disabled: false,
            home: AccountHome::Community(community.to_string()),
            roles: json!([{"role": "member", "community": community, "person": person}]),
            person: Some((community.to_string(), person.to_string())),
            created: self.app.now(),
            extra: Value::Null,
        }
    }

    /// The component of a kind.
    fn component(&self, kind: Kind) -> Option<String> {
        self.components.get(&kind).map(|built| built.digest.to_string())
    }

    fn as_town(&self) -> OpContext {
        let roles = vec![RoleGrant::TownAdmin { town: self.town }];
        OpContext::new(
            Actor { account: Some(self.administrator), roles, seats: Vec::new() },
            self.app.now(),
            "town",
        )
    }

    fn as_clerk(&self, community: CommunityId) -> OpContext {
        let roles = vec![RoleGrant::Staff { community }];
        OpContext::new(Actor { account: Some(self.clerk), roles, seats: Vec::new() }, self.app.now(), "clerk")
    }

    /// A request of whoever tries something.
    fn acting(&self, place: &Place, community: CommunityId, by: Who) -> OpContext {
        let elsewhere = Uuid::from_u128(1);
        let (account, role) = match by {
            Who::Clerk => return self.as_clerk(community),
            Who::Town => return self.as_town(),
            Who::Visitor => return OpContext::new(Actor::default(), self.app.now(), "visitor"),
            Who::City => (account(1), RoleGrant::CityAdmin),
            Who::OtherTown => (account(2), RoleGrant::TownAdmin { town: TownId::from_uuid(elsewhere) }),
            Who::Neighbour => (account(3), RoleGrant::Staff { community: CommunityId::from_uuid(elsewhere) }),
            Who::Resident(person) => {
                (place.account(person), RoleGrant::Member { community, person: place.person(person) })
            }
        };
        let actor = Actor { account: Some(account), roles: vec![role], seats: Vec::new() };
        OpContext::new(actor, self.app.now(), "somebody")
    }

    /// The engine's day.
    #[must_use]
    pub fn today(&self) -> Date {
        yishi_app::context::civil_day(self.app.now())
    }

    /// Whether anything at all was committed: another number each time something was.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn commits(&mut self) -> anyhow::Result<i64> {
        Ok(sqlx::query_scalar("PRAGMA data_version").fetch_one(&mut self.probe).await?)
    }

    /// The whole of the database, table by table, as SQLite writes out each value of each row.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn dump(&mut self) -> anyhow::Result<Vec<String>> {
        let columns: Vec<(String, String)> = sqlx::query_as(
            "SELECT t.name, group_concat('quote(\"' || c.name || '\")', '||char(31)||')
             FROM sqlite_master t, pragma_table_info(t.name) c
             WHERE t.type = 'table' GROUP BY t.name ORDER BY t.name",
        )
        .fetch_all(&mut self.probe)
        .await?;
        let mut tables = Vec::with_capacity(columns.len());
        for (table, row) in columns {
            let sql = format!("SELECT coalesce(group_concat({row}, char(30)), '') FROM \"{table}\"");
            let rows: String =
                sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&mut self.probe).await?;
            tables.push(format!("{table}\n{rows}"));
        }
        Ok(tables)
    }

    /// What the engine shows of a place beside its database: its open ballots, which its writer keeps in memory, and the
    /// head of its log.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn in_memory(&self, place: &Place) -> anyhow::Result<String> {
        let Some(id) = place.id else { return Ok(String::new()) };
        let scope = Scope::issued(id);
        let mut shown = format!("{:?}\n", self.store.head(&scope).await?);
        for ballot in place.ballots.values() {
            shown += &format!("{:?}\n", self.store.ballot(&scope, &ballot.to_string()).await?);
        }
        Ok(shown)
    }

    /// The entries since this was last asked: their times never decrease.
    ///
    /// # Errors
    /// When one does, or the log cannot be read.
    pub async fn new_entries(&self, place: &mut Place) -> anyhow::Result<()> {
        let Some(id) = place.id else { return Ok(()) };
        let entries = self.store.entries(&Scope::issued(id), place.seen_entries, 1000).await?;
        for entry in entries {
            let at = entry.envelope()?.at;
            let day = |at: Timestamp| yishi_app::context::civil_day(at);
            if place.last_entry.is_some_and(|last| day(at) < day(last)) {
                anyhow::bail!("entry {} is dated {at}, before the one before it", entry.seq);
            }
            place.last_entry = place.last_entry.max(Some(at));
            place.seen_entries = entry.seq + 1;
        }
        Ok(())
    }

    /// Tries an act.
    ///
    /// # Errors
    /// The code of the refusal; `INTERNAL` with words where the engine itself failed.
    pub async fn attempt(&mut self, place: &mut Place, world: &World, tried: &Tried) -> Answer {
        let act = &tried.act;
        self.hands.forward(SignedDuration::from_secs(1));
        if let Act::Days { days } = act {
            self.hands.forward(SignedDuration::from_hours(24 * i64::from(*days)));
            return Ok(Value::Null);
        }
        match Box::pin(self.call(place, world, tried)).await {
            Ok(value) => {
                place.remember(act, &value);
                Ok(value)
            }
            Err(error) => Err(code(&error)),
        }
    }

    async fn call(&self, place: &Place, world: &World, tried: &Tried) -> Result<Value, AppError> {
        let id = place.id.ok_or(AppError::NotFound { what: "community" })?;
        let Tried { by, act } = tried;
        let ctx = self.acting(place, id, *by);
        match act {
            Act::Elect { .. } | Act::EndSeat { .. } | Act::OffRoll { .. } | Act::BackOnRoll { .. } => {
                self.call_bodies(place, world, id, &ctx, act).await
            }
            Act::Attest { .. }
            | Act::Confirm { .. }
            | Act::Reject { .. }
            | Act::Draft { .. }
            | Act::Repeal { .. }
            | Act::Suspend { .. }
            | Act::Resume { .. }
            | Act::Promulgate { .. } => self.call_rules(place, world, id, &ctx, act).await,
            Act::Convene { .. }
            | Act::Cancel { .. }
            | Act::OpenMeeting { .. }
            | Act::Arrive { .. }
            | Act::Leave { .. }
            | Act::Recuse { .. }
            | Act::OpenBallot { .. }
            | Act::Vote { .. }
            | Act::CloseBallot { .. }
            | Act::Recess { .. }
            | Act::Adjourn { .. } => self.call_meetings(place, world, id, &ctx, *by, act).await,
            _ => self.call_matters(place, world, id, &ctx, act).await,
        }
    }

    /// A matter as the engine shows it.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn matter(&self, place: &Place, label: Label) -> anyhow::Result<Value> {
        let id = place.id.context("a community")?;
        let view = self.app.matter(&self.as_clerk(id), id, place.matter(label)).await;
        Ok(word(&view.map_err(anyhow::Error::new)?))
    }

    /// A meeting as the engine shows it, with its ballots.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn meeting(&self, place: &Place, label: Label) -> anyhow::Result<Value> {
        let id = place.id.context("a community")?;
        let view = self.app.meeting(&self.as_clerk(id), id, place.meeting(label)).await;
        Ok(word(&view.map_err(anyhow::Error::new)?))
    }

    /// A rule as the engine shows it.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn rule(&self, place: &Place, label: Label) -> anyhow::Result<Value> {
        let id = place.id.context("a community")?;
        let view = self.app.rule(&self.as_clerk(id), id, place.rule(label)).await;
        Ok(word(&view.map_err(anyhow::Error::new)?))
    }

    /// The id behind a ballot's label.
    #[must_use]
    pub fn ballot_id(place: &Place, label: Label) -> String {
        place.ballot(label).to_string()
    }
}

impl Place {
    fn account(&self, person: Person) -> AccountId {
        personal(self.number, person)
    }

    fn person(&self, person: Person) -> PersonId {
        self.people.get(usize::from(person)).copied().unwrap_or_else(|| PersonId::from_uuid(Uuid::nil()))
    }

    fn matter(&self, label: Label) -> MatterId {
        self.matters.get(&label).copied().unwrap_or_else(|| MatterId::from_uuid(Uuid::nil()))
    }

    fn meeting(&self, label: Label) -> MeetingId {
        self.meetings.get(&label).copied().unwrap_or_else(|| MeetingId::from_uuid(Uuid::nil()))
    }

    fn ballot(&self, label: Label) -> BallotId {
        self.ballots.get(&label).copied().unwrap_or_else(|| BallotId::from_uuid(Uuid::nil()))
    }

    fn rule(&self, label: Label) -> RuleId {
        self.rules.get(&label).copied().unwrap_or_else(|| RuleId::from_uuid(Uuid::nil()))
    }

    /// Keeps the id of what an act has made.
    fn remember(&mut self, act: &Act, made: &Value) {
        fn id<T: std::str::FromStr>(value: &Value) -> Option<T> {
            value.as_str()?.parse().ok()
        }
        match act {
            Act::Suggest { matter, .. } => {
                self.matters.extend(id(&made["id"]).map(|id| (*matter, id)));
            }
            Act::Draft { rule, matter, .. } => {
                self.rules.extend(id(&made["rule"]["summary"]["id"]).map(|id| (*rule, id)));
                self.matters.extend(id(&made["matter"]["id"]).map(|id| (*matter, id)));
            }
            Act::Repeal { matter, .. } => {
                self.matters.extend(id(&made["matter"]["id"]).map(|id| (*matter, id)));
            }
            Act::Attest { rule, .. } => {
                self.rules.extend(id(&made["summary"]["id"]).map(|id| (*rule, id)));
            }
            Act::Convene { meeting, .. } => {
                self.meetings.extend(id(&made["id"]).map(|id| (*meeting, id)));
            }
            Act::OpenBallot { ballot, .. } => {
                self.ballots.extend(id(&made["id"]).map(|id| (*ballot, id)));
            }
            _ => {}
        }
    }
}

/// The account of somebody of the roster of the community with this number.
fn personal(community: u32, person: Person) -> AccountId {
    account(0x1000 + 0x100 * u128::from(community) + u128::from(person))
}

fn account(number: u128) -> AccountId {
    AccountId::from_uuid(Uuid::from_u128(0x0197_a0b2_0000_7000_8000_0000_0000_0000 + number))
}

const fn shelf_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Charter => "charter",
        Kind::Rule => "implementation-rule",
        Kind::VillageRegulation => "village-regulation",
    }
}

fn roster(people: &[Resident]) -> String {
    let mut text = String::from(
        "household,name,birth_date,sex,registration,resident_since,party_member,household_head,phone\n",
    );
    let mut heads = std::collections::BTreeSet::new();
    for resident in people {
        let Resident { name, household, born, registered, woman, party, .. } = resident;
        let sex = if *woman { "female" } else { "male" };
        let registration = if *registered { "local" } else { "non-local" };
        let head = heads.insert(*household);
        text +=
            &format!("1组{household:03}户,{name},{born},{sex},{registration},2001-01-01,{party},{head},\n");
    }
    text
}

/// The stable code of an error.
fn code(error: &AppError) -> String {
    match error {
        AppError::NotFound { what } => format!("not-found {what}"),
        AppError::NotSignedIn => "not-signed-in".to_owned(),
        AppError::NotPermitted(action) => format!("not-permitted {}", action.code),
        AppError::NotPermittedOf(action, body, _) => {
            format!("not-permitted {} {}", action.code, word(body).as_str().unwrap_or_default())
        }
        AppError::Invalid(fields) => fields.first().map_or_else(
            || "invalid".to_owned(),
            |field| format!("invalid {} {}", field.pointer, field.code),
        ),
        AppError::Refused(refusal) => refusal.code.to_owned(),
        AppError::RuleRefused { code, .. } => format!("rule {code}"),
        AppError::Conflict { code, .. } => (*code).to_owned(),
        AppError::Unanswered { .. } => "unanswered".to_owned(),
        AppError::Gate(failure) => format!("gate {}", failure.code),
        AppError::Plugin(refusal) => format!("plugin {}", refusal.code),
        other => format!("INTERNAL {other} {:?}", std::error::Error::source(other).map(ToString::to_string)),
    }
}
