//! `cargo xtask test`: all set-up, then everything, each phase with its time. What is built for it was formatted and built
//! before this program began (`tests/xtask`).

use std::time::Duration;

use anyhow::Result;

use crate::check;
use crate::look;
use crate::setup::{self, Phase};

pub(crate) async fn run() -> Result<()> {
    let mut times = Vec::new();
    let phase = Phase::begin("guest toolchain and plugins");
    setup::build_plugins()?;
    times.push(phase.end());

    let phase = Phase::begin("browser, its driver and Chinese fonts");
    eprintln!("    {}", setup::fetch_browser()?.0.display());
    times.push(phase.end());

    let phase = Phase::begin("lints (cargo clippy, warnings are errors)");
    setup::cargo(&["clippy", "--quiet", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    times.push(phase.end());

    let phase = Phase::begin("tests (cargo test --workspace)");
    setup::cargo(&["test", "--quiet", "--locked", "--workspace"])?;
    times.push(phase.end());

    let phase = Phase::begin("the main job, end to end (cargo xtask demo --check)");
    check::tell().await?;
    times.push(phase.end());

    let phase = Phase::begin("the pages in a real browser (cargo xtask look)");
    look::tell().await?;
    times.push(phase.end());

    eprintln!("\nall phases passed:");
    for (name, took) in &times {
        eprintln!("  {:>6} s  {name}", took.as_secs());
    }
    let total: Duration = times.iter().map(|(_, took)| *took).sum();
    eprintln!("  {:>6} s  in all", total.as_secs());
    Ok(())
}
