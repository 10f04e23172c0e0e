//! `cargo xtask …`: everything that is done to the product as a whole.
//!
//! - `demo` builds what it needs, sets up two communities in the middle of real matters, and serves them;
//! - `demo --check` takes the product's main job to the end over HTTP, checks the record offline, and says what happened;
//! - `test` does all set-up and runs everything; CI calls nothing else;
//! - `bench` measures in release and prints ratios;
//! - `look` measures the demo's pages in a real browser, `shots` takes pictures of them.
//!
//! Each command says what it does while it does it, and names what is missing and how to get it.

mod bench;
mod browser;
mod check;
mod demo;
mod look;
mod pages;
mod seed;
mod setup;
mod shots;
mod test;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "Build, show, test and measure yishi")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve two communities in the middle of real matters, or check the main job end to end.
    Demo(DemoArgs),
    /// Set everything up and run every test there is.
    Test,
    /// Measure in release, and print a table of ratios.
    Bench {
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Measure the demo's pages in a real browser.
    Look,
    /// Take screenshots of the demo's pages into `target/shots`.
    Shots,
}

#[derive(Debug, Args)]
struct DemoArgs {
    /// Run the main job to its end and leave, with 0 or 1.
    #[arg(long)]
    check: bool,
    /// The port to serve on.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The data folder; one that holds a demo is served again as it was left. `target/demo` when not given.
    #[arg(long)]
    data: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Demo(args) if args.check => check::run().await,
        Command::Demo(args) => demo::run(args.port, args.data).await,
        Command::Test => test::run().await,
        Command::Bench { json } => bench::run(json).await,
        Command::Look => look::run().await,
        Command::Shots => shots::run().await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
