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

impl Measure {
    fn of(name: &'static str, value: u64, baseline: u64, unit: &'static str) -> Self {
        Self { name, value, baseline, ratio: hundredths(value, baseline), unit }
    }
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
    let phase = Phase::begin("ballots-household-vs-persons");
    let households = households()?;
    phase.end();
    let phase = Phase::begin("step-vs-floor");
    let steps = steps()?;
    phase.end();
    let phase = Phase::begin("page-vs-bare");
    let pages = pages()?;
    phase.end();
    let mut measures = vec![gate, ballots, serial, households];
    measures.extend(steps);
    measures.extend(pages);
    print(&measures, as_json);
    Ok(())
}

/// Votes for households against votes of persons, in two assemblies of one size.
fn households() -> Result<Measure> {
    let said = harness("households")?;
    let (value, baseline) = (figure(&said, "households")?, figure(&said, "persons")?);
    Ok(Measure::of("ballots-household-vs-persons", value, baseline, "votes/s"))
}

/// One step of a matter over HTTP against one commit of the same rows, with few and with many past matters, and one against
/// the other.
fn steps() -> Result<[Measure; 3]> {
    let said = harness("step")?;
    let (few, many, floor) = (figure(&said, "few")?, figure(&said, "many")?, figure(&said, "floor")?);
    Ok([
        Measure::of("step-vs-floor (10)", few, floor, "us/step"),
        Measure::of("step-vs-floor (10000)", many, floor, "us/step"),
        Measure::of("step-10000-vs-10", many, few, "us/step"),
    ])
}

/// Public pages against bare axum that serves the same bytes.
fn pages() -> Result<Vec<Measure>> {
    let said = harness("pages")?;
    let page = |(code, name): (&str, &'static str)| {
        let figures = said.lines().find_map(|line| line.strip_prefix(code)?.trim().split_once(' '));
        let (served, bare) = figures.with_context(|| format!("`pages` said no `{code}`: {said}"))?;
        Ok(Measure::of(name, served.parse()?, bare.parse()?, "answers/s"))
    };
    let names = [
        ("home-10 ", "page-vs-bare home (10)"),
        ("matter-10 ", "page-vs-bare matter (10)"),
        ("rule-10 ", "page-vs-bare rule (10)"),
        ("home-2000 ", "page-vs-bare home (2000)"),
        ("matter-2000 ", "page-vs-bare matter (2000)"),
        ("rule-2000 ", "page-vs-bare rule (2000)"),
    ];
    names.into_iter().map(page).collect()
}

/// Runs a measuring program of the harness against the release build of the server, on the disk the checkout is on.
fn harness(name: &str) -> Result<String> {
    let folder = artifacts::workspace().join("target/bench");
    std::fs::create_dir_all(&folder)?;
    let server = release("yishi");
    ensure!(server.is_file(), "no server at `{}`", server.display());
    let (folder, server) = (folder.display().to_string(), server.display().to_string());
    example(name, &[&folder], &[(artifacts::BINARY_VAR, &server)])
}

/// The number behind a word.
fn figure(said: &str, word: &str) -> Result<u64> {
    said.lines()
        .find_map(|line| line.strip_prefix(word)?.strip_prefix(' ')?.trim().parse().ok())
        .with_context(|| format!("no `{word}` in: {said}"))
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
    Ok(Measure::of("gate-vs-bare", value, baseline, "ns/answer"))
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
    let said = harness("ballots")?;
    let value = said.trim().parse().with_context(|| format!("`ballots` said: {said}"))?;
    let against = |name, baseline| Measure::of(name, value, baseline, "votes/s");
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
        println!("{:<28} {:>12} {:>12} {:>8}  unit", "name", "value", "baseline", "ratio");
    }
    for Measure { name, value, baseline, ratio, unit } in measures {
        let ratio = format!("{}.{:02}", ratio / 100, ratio % 100);
        if as_json {
            // A JSON number with two decimals, written as text so that no float is made of it on the way.
            let rest = json!({"baseline": baseline, "name": name, "unit": unit, "value": value}).to_string();
            println!("{},\"ratio\":{ratio}}}", rest.trim_end_matches('}'));
        } else {
            println!("{name:<28} {value:>12} {baseline:>12} {ratio:>8}  {unit}");
        }
    }
}
