//! `cargo xtask bench`: ratios measured in release, each against a baseline of the same run on the same machine.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use yishi_harness::artifacts;

use crate::setup::{self, Phase};

/// One line of the table.
struct Measure {
    name: &'static str,
    value: u64,
    baseline: u64,
    /// The ratio in hundredths: no floats here either.
    ratio: u64,
    unit: &'static str,
}

pub(crate) async fn run(as_json: bool) -> Result<()> {
    let phase = Phase::begin("release build of the server and the measuring programs");
    // In one go: built one by one, the same crates would be built again with other features.
    let packages = ["yishi-server", "yishi-rulebook", "yishi-storage-sqlite", "yishi-harness"];
    let mut arguments = vec!["build", "--quiet", "--release", "--bins", "--examples"];
    arguments.extend(packages.iter().flat_map(|package| ["--package", package]));
    setup::cargo(&arguments)?;
    phase.end();
    let phase = Phase::begin("building the plugins");
    setup::build_plugins()?;
    phase.end();
    let phase = Phase::begin("gate-vs-bare");
    let gate = gate()?;
    phase.end();
    let phase = Phase::begin("ballots-vs-one-commit");
    let [ballots, serial] = ballots()?;
    phase.end();
    print(&[gate, ballots, serial], as_json);
    Ok(())
}

/// One answer through a gate against the bare call of the same component, in nanoseconds.
fn gate() -> Result<Measure> {
    let charter = artifacts::plugin("village-charter")?;
    let path = charter.path.display().to_string();
    let said = example("gate_vs_bare", &[&path], &[])?;
    let figures: Value = said
        .lines()
        .rev()
        .find_map(|line| serde_json::from_str(line).ok())
        .with_context(|| format!("`gate_vs_bare` said no figures: {said}"))?;
    let figure = |name: &str| figures[name].as_u64().with_context(|| format!("no `{name}` in {figures}"));
    let (value, baseline) = (figure("value")?, figure("baseline")?);
    Ok(Measure {
        name: "gate-vs-bare",
        value,
        baseline,
        ratio: hundredths(value, baseline),
        unit: "ns/answer",
    })
}

/// Votes acknowledged over HTTP by 64 clients against one sqlx commit for each vote, in votes per second: by 64 callers
/// each with a connection of its own, and by 64 callers who take turns on one connection.
fn ballots() -> Result<[Measure; 2]> {
    // Both on the disk the checkout is on.
    let folder = artifacts::workspace().join("target/bench");
    std::fs::create_dir_all(&folder)?;
    let folder = folder.display().to_string();
    let said = example("cast", &[&folder], &[])?;
    let figure = |label: &str| -> Result<u64> {
        said.lines()
            .find_map(|line| line.strip_prefix(label))
            .and_then(|rest| rest.split_whitespace().next()?.parse().ok())
            .with_context(|| format!("`cast` said no `{label}`: {said}"))
    };
    let (each, serial) = (figure("one commit per vote:")?, figure("one connection only:")?);
    let server = release("yishi");
    ensure!(server.is_file(), "no server at `{}`", server.display());
    let server = server.display().to_string();
    let said = example("ballots", &[&folder], &[(artifacts::BINARY_VAR, &server)])?;
    let value = said.trim().parse().with_context(|| format!("`ballots` said: {said}"))?;
    let against = |name, baseline| Measure {
        name,
        value,
        baseline,
        ratio: hundredths(value, baseline),
        unit: "votes/s",
    };
    Ok([against("ballots-vs-one-commit", each), against("ballots-vs-one-connection", serial)])
}

/// Runs an example and gives what it prints.
fn example(name: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Result<String> {
    let program = release("examples").join(name);
    let output = Command::new(&program)
        .args(arguments)
        .envs(environment.iter().copied())
        .stderr(std::process::Stdio::inherit())
        .output()
        .with_context(|| format!("starting `{}`", program.display()))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(output.status.success(), "`{name}` ended with {}: {said}", output.status);
    Ok(said)
}

fn release(what: &str) -> PathBuf {
    // This program lies in `<target>/debug`, wherever the target folder is.
    let target = std::env::current_exe().ok().and_then(|own| Some(own.parent()?.parent()?.to_path_buf()));
    target.unwrap_or_else(|| artifacts::workspace().join("target")).join("release").join(what)
}

fn hundredths(value: u64, baseline: u64) -> u64 {
    (value * 100 + baseline / 2) / baseline.max(1)
}

fn print(measures: &[Measure], as_json: bool) {
    if !as_json {
        println!("{:<24} {:>12} {:>12} {:>8}  unit", "name", "value", "baseline", "ratio");
    }
    for Measure { name, value, baseline, ratio, unit } in measures {
        let ratio = format!("{}.{:02}", ratio / 100, ratio % 100);
        if as_json {
            // A JSON number with two decimals, written as text so that no float is made of it on the way.
            let rest = json!({"baseline": baseline, "name": name, "unit": unit, "value": value}).to_string();
            println!("{},\"ratio\":{ratio}}}", rest.trim_end_matches('}'));
        } else {
            println!("{name:<24} {value:>12} {baseline:>12} {ratio:>8}  {unit}");
        }
    }
}
