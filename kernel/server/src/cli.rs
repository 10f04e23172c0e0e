//! 命令 (commands of the binary `yishi`).

use std::io::{IsTerminal as _, Read as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Parser, Subcommand};
use tracing_subscriber::EnvFilter;
use yishi_app::OpContext;
use yishi_identity::Actor;
use yishi_rulebook::CompileMode;

use crate::boot;
use crate::config::ServeArgs;

/// The hidden command of the compile child.
pub const COMPILE_COMPONENT: &str = "compile-component";

/// Deliberation by the law and by your own rules, with a record anyone can verify.
#[derive(Debug, Parser)]
#[command(name = "yishi", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API and the pages.
    Serve(Box<ServeArgs>),
    /// Make the first city administrator of a new data directory.
    Init(InitArgs),
    /// Show what a data directory lacks of what was signed, and go on without it if it must be, on record.
    Recover(crate::recover::RecoverArgs),
    /// Check an exported record or a receipt, offline.
    Verify(yishi_verify::cli::Options),
    /// Print the OpenAPI document.
    Openapi,
    /// Compile one component from standard input (used by the server itself).
    #[command(name = COMPILE_COMPONENT, hide = true)]
    CompileComponent,
}

#[derive(Debug, Args)]
struct InitArgs {
    /// The data directory.
    #[arg(long, env = "YISHI_DATA")]
    data: PathBuf,
    /// What the administrator types to sign in.
    #[arg(long)]
    login: String,
    /// The file that holds the password (a trailing line break is left off).
    #[arg(long)]
    password_file: Option<PathBuf>,
    /// Read the password from standard input, which is also what happens when no file is named.
    #[arg(long, conflicts_with = "password_file")]
    password_stdin: bool,
    /// As for `serve`.
    #[arg(long, env = "YISHI_SIMULATED_CLOCK")]
    simulated_clock: Option<jiff::Timestamp>,
}

/// Runs the command that was asked for.
pub fn main() -> ExitCode {
    // The compile child limits itself before any thread exists: nothing may run before it.
    if std::env::args_os().nth(1).is_some_and(|command| command == COMPILE_COMPONENT) {
        return yishi_rulebook::compile_child_main();
    }
    let outcome = match Cli::parse().command {
        Command::Serve(args) => serve(&args),
        Command::Init(args) => init(&args),
        Command::Recover(args) => recover(&args),
        Command::Verify(options) => return verify(&options),
        Command::Openapi => openapi(),
        Command::CompileComponent => return yishi_rulebook::compile_child_main(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The whole chain of reasons, for whoever starts it.
            let _ = writeln!(std::io::stderr(), "yishi: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn serve(args: &ServeArgs) -> Result<()> {
    logging(args.log_json);
    quiet_panics();
    let stop = signals()?;
    let ready = boot::prepare(args, boot::compile_child()?).await?;
    let address = ready.address;
    tracing::info!(%address, simulated = args.simulated_clock.is_some(), "listening");
    writeln!(std::io::stdout(), "yishi listens on http://{address}").context("standard output")?;
    if !ready.run(stop).await {
        bail!("some requests were still in work after {:?}", yishi_edge::serve::GRACE);
    }
    tracing::info!("stopped");
    Ok(())
}

#[tokio::main]
async fn init(args: &InitArgs) -> Result<()> {
    logging(false);
    let mut password = match &args.password_file {
        Some(file) => std::fs::read_to_string(file).with_context(|| format!("`{}`", file.display()))?,
        None => {
            if !args.password_stdin && std::io::stdin().is_terminal() {
                write!(std::io::stderr(), "password: ").context("standard error")?;
            }
            let mut text = String::new();
            std::io::stdin().take(4096).read_to_string(&mut text).context("standard input")?;
            text
        }
    };
    password.truncate(password.trim_end_matches(['\r', '\n']).len());
    let opened = boot::open(&args.data, args.simulated_clock, CompileMode::InProcess).await?;
    let ctx = OpContext::new(Actor::default(), opened.app.now(), "init");
    let account = opened.app.create_first_account(&ctx, &args.login, &password).await.map_err(explained)?;
    writeln!(std::io::stdout(), "{}", account.id).context("standard output")?;
    Ok(())
}

#[tokio::main]
async fn recover(args: &crate::recover::RecoverArgs) -> Result<()> {
    logging(false);
    crate::recover::run(args).await
}

/// An application error with its words: there is no page to show them on.
fn explained(error: yishi_app::AppError) -> anyhow::Error {
    let words = match &error {
        yishi_app::AppError::Invalid(fields) => fields
            .iter()
            .map(|field| format!("{}: {}", field.pointer, field.detail.en))
            .collect::<Vec<_>>()
            .join("; "),
        yishi_app::AppError::Conflict { en, .. } => en.clone(),
        other => other.to_string(),
    };
    anyhow::Error::from(error).context(words)
}

fn verify(options: &yishi_verify::cli::Options) -> ExitCode {
    match yishi_verify::cli::run(options, &mut std::io::stdout().lock()) {
        Ok(code) => code.into(),
        Err(_) => yishi_verify::cli::UNUSABLE.into(),
    }
}

fn openapi() -> Result<()> {
    std::io::stdout().write_all(crate::http::openapi::document()?.as_bytes()).context("standard output")
}

fn logging(json: bool) {
    let filter = EnvFilter::try_from_env("YISHI_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second subscriber (a test's) is no reason to stop.
    let _ = if json {
        lines.json().try_init()
    } else {
        lines.with_ansi(std::io::stderr().is_terminal()).try_init()
    };
}

/// A panic's message may quote what a request held; the log gets the place only.
fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
    }));
}

/// Resolves at SIGTERM or Ctrl-C.
fn signals() -> Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
