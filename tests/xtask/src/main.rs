//! `cargo xtask …`: builds what the task needs in one cargo call, says how far it is, and hands over to `yishi-tasks`.
//!
//! Whoever types `cargo xtask demo` on a fresh machine waits minutes for some four hundred crates. This program needs none of
//! them, so it is compiled in a second or two and speaks at once. One call of cargo for everything matters as much: packages
//! that are built one by one get their dependencies with other features, and the compiler inside wasmtime is then
//! compiled twice.

mod build;

use std::env;
use std::process::{Command, ExitCode};

/// The tasks themselves.
const TASKS: &str = "yishi-tasks";

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nxtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode, String> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let everything = arguments.first().is_some_and(|task| task == "test");
    if everything {
        // What costs a second is checked before what costs minutes.
        build::fetch_components()?;
        build::cargo("formatting (cargo fmt --check)", &["fmt", "--all", "--check"])?;
        build::cargo(
            "building everything (cargo build --workspace --all-targets)",
            &["build", "--locked", "--workspace", "--all-targets"],
        )?;
    } else {
        let packages = [TASKS, "yishi-server", "yishi-verify"];
        let mut build = vec!["build", "--locked", "--bins"];
        build.extend(packages.iter().flat_map(|package| ["--package", package]));
        build::cargo("building the server, the verifier and the tasks", &build)?;
    }
    let own = env::current_exe().map_err(|error| format!("where this program is, is not known: {error}"))?;
    let tasks = own.with_file_name(format!("{TASKS}{}", env::consts::EXE_SUFFIX));
    let status = Command::new(&tasks)
        .args(&arguments)
        .status()
        .map_err(|error| format!("`{}` cannot be started: {error}", tasks.display()))?;
    // A task that a signal ended has no code.
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}
