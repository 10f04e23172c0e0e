//! 启动 (boot): opens what the data directory holds and brings the parts together.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use tokio::net::TcpListener;
use yishi_app::record::Signer;
use yishi_app::{App, Clock};
use yishi_edge::Edge;
use yishi_edge::cursor::CursorKey;
use yishi_rulebook::{CompileMode, Config, Limits, Rulebook, RulebookError};
use yishi_storage::Store;
use yishi_storage_sqlite::SqliteStore;

use crate::clock::{SimulatedClock, SteadyClock, SystemClock, SystemEntropy, check_real};
use crate::config::ServeArgs;
use crate::heads::{self, HeadsFile, Refused};
use crate::http::{self, Server};
use crate::jobs;
use crate::keys::Keys;

/// The folder of the store inside the data directory.
pub const STORE: &str = "store";
/// The database in it.
pub(crate) const DATABASE: &str = "yishi.db";
/// The folder of compiled rules. It can be deleted; it is filled again.
const COMPILED: &str = "compiled";

/// The application of a data directory, and its simulated clock where it has one.
pub struct Opened {
    /// The application.
    pub app: Arc<App>,
    /// The store below it, for another application over the same one.
    pub store: Arc<dyn Store>,
    /// The simulated clock.
    pub simulated: Option<Arc<SimulatedClock>>,
    /// Keys derived from the installation's secret.
    pub keys: Keys,
}

/// Opens a data directory, making it if it is new.
///
/// # Errors
/// When the directory cannot be trusted: another process has it, its clock is of the other kind, its store fails
/// a check.
pub async fn open(data: &Path, simulated: Option<Timestamp>, compiler: CompileMode) -> Result<Opened> {
    // Rosters and keys live here: a new directory is the owner's alone.
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(data)
        .with_context(|| format!("data directory `{}`", data.display()))?;
    let (machine, simulated) = machine_clock(data, simulated)?;
    let (keys, store, heads, reached) = trusted(data).await?;
    let clock = Arc::new(SteadyClock::new(machine, reached));
    let secrets = (1..=heads.generation()).map(|generation| keys.signing(generation)).collect();
    let signer = Signer::new(secrets, Arc::new(heads));
    let store: Arc<dyn Store> = Arc::new(store);
    let app = app(data, &keys, Arc::clone(&store), clock, signer, compiler)?;
    Ok(Opened { app, store, simulated, keys })
}

pub(crate) type MachineClock = (Arc<dyn Clock>, Option<Arc<SimulatedClock>>);

/// The clock a data directory runs on.
pub(crate) fn machine_clock(data: &Path, simulated: Option<Timestamp>) -> Result<MachineClock> {
    Ok(match simulated {
        Some(start) => {
            let clock = Arc::new(SimulatedClock::open(data, start)?);
            (Arc::clone(&clock) as Arc<dyn Clock>, Some(clock))
        }
        None => {
            check_real(data)?;
            (Arc::new(SystemClock), None)
        }
    })
}

/// The application over an open store.
pub(crate) fn app(
    data: &Path,
    keys: &Keys,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    signer: Signer,
    compiler: CompileMode,
) -> Result<Arc<App>> {
    let mut config = Config {
        cache_dir: Some(data.join(COMPILED)),
        mac_key: keys.derive("compiled rules"),
        compiler,
        limits: Limits::default(),
    };
    let rulebook = match Rulebook::new(config.clone()) {
        // Compiled code saves time and nothing else: what cannot be trusted is done without, and rules are compiled anew.
        Err(error @ RulebookError::Cache { .. }) => {
            tracing::warn!(%error, "compiled rules are not kept until this is put right");
            config.cache_dir = None;
            Rulebook::new(config)
        }
        made => made,
    }
    .context("the rule host")?;
    Ok(Arc::new(App::new(store, Arc::new(rulebook), clock, Arc::new(SystemEntropy), signer)))
}

/// What is in a data directory, once it is known to be what was left there: the secret, the store, the file of signed
/// heads, and the latest time in any log.
async fn trusted(data: &Path) -> Result<(Keys, SqliteStore, HeadsFile, Option<Timestamp>), Refused> {
    let known = heads::read(data)?;
    let database = data.join(STORE).join(DATABASE).exists();
    if known.is_some() && !database {
        return Err(Refused::DatabaseGone);
    }
    if !Keys::exist(data) && (known.is_some() || database) {
        return Err(Refused::SecretGone);
    }
    let keys = Keys::open(data, &SystemEntropy).map_err(Refused::Secret)?;
    let examined = SqliteStore::examine(data.join(STORE)).await?;
    let file = heads::admit(data, &keys, &examined, known).await?;
    let reached = examined.logs().iter().filter_map(|log| log.last_at).max();
    Ok((keys, examined.start()?, file, reached))
}

/// Rules are compiled in a child of this same program, which can be stopped.
///
/// # Errors
/// When the program does not know where it lies.
pub fn compile_child() -> Result<CompileMode> {
    let program = std::env::current_exe().context("the program's own path")?;
    Ok(CompileMode::Child { program, arguments: vec![OsString::from(crate::cli::COMPILE_COMPONENT)] })
}

/// A server that listens and is ready to run.
pub struct Ready {
    listener: TcpListener,
    server: Arc<Server>,
    /// Where it listens.
    pub address: SocketAddr,
}

/// Opens the data directory and the port.
///
/// # Errors
/// When either cannot be had.
pub async fn prepare(args: &ServeArgs, compiler: CompileMode) -> Result<Ready> {
    let opened = open(&args.data, args.simulated_clock, compiler).await?;
    let listener =
        TcpListener::bind(args.listen).await.with_context(|| format!("listening on {}", args.listen))?;
    let address = listener.local_addr()?;
    let mut config = args.edge(address)?;
    config.error_page = Some(Box::new(crate::portal::error_page));
    let edge = Arc::new(Edge::new(config).context("randomness")?);
    let cursors = CursorKey::new(&opened.keys.derive("page cursors"));
    let csrf = opened.keys.derive("form tokens");
    let server = Arc::new(Server::new(opened.app, edge, cursors, csrf, opened.simulated));
    Ok(Ready { listener, server, address })
}

impl Ready {
    /// Serves until `stop` resolves. Gives whether every request in work was finished.
    pub async fn run(self, stop: impl Future<Output = ()>) -> bool {
        let jobs = jobs::start(Arc::clone(&self.server));
        let router = http::router(Arc::clone(&self.server));
        let edge = Arc::clone(self.server.edge());
        let finished = yishi_edge::serve::serve(self.listener, edge, router, stop).await;
        jobs.stop().await;
        if let Some(clock) = self.server.simulated()
            && let Err(error) = clock.mark()
        {
            tracing::error!(%error, "the simulated clock could not be written down");
        }
        finished
    }
}
