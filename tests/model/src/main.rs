//! The long run: `cargo run --profile model -p yishi-model -- --sequences 100000 --seed 1`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::Parser;
use yishi_model::run::{Bench, Case, Coverage, Look};

/// Holds the engine against the model of the statute on random sequences of acts.
#[derive(Debug, Parser)]
struct Args {
    /// How many sequences.
    #[arg(long, default_value_t = 1000)]
    sequences: u64,
    /// The first seed; the others follow it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Go on after a disagreement, and count each kind once.
    #[arg(long)]
    keep_going: bool,
    /// Compare the whole database on each refusal, not only whether anything was committed.
    #[arg(long)]
    everything: bool,
    /// Play a kept case again instead.
    #[arg(long)]
    case: Option<PathBuf>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    match runtime.map_err(anyhow::Error::new).and_then(|runtime| runtime.block_on(run(args))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> anyhow::Result<()> {
    let look = if args.everything { Look::Everything } else { Look::Commits };
    let mut bench = Bench::open(look).await?;
    if let Some(path) = args.case {
        let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let case: Case = serde_json::from_str(&text)?;
        let found = bench.case(&case).await?;
        println!("{}", found.map_or_else(|| "they agree".to_owned(), |found| format!("{found:#?}")));
        return Ok(());
    }
    let (begun, mut told) = (now(), now());
    let mut kinds: BTreeMap<(String, String, String), u64> = BTreeMap::new();
    for seed in args.seed..args.seed.saturating_add(args.sequences) {
        if let Some((case, found)) = bench.seed(seed).await.with_context(|| format!("seed {seed}"))? {
            let kind = (found.act.name(), shape(&found.model), shape(&found.engine));
            let known = kinds.entry(kind).or_default();
            *known += 1;
            if *known == 1 {
                println!(
                    "seed {seed}: at {:?}\n  model:  {}\n  engine: {}",
                    found.act, found.model, found.engine
                );
                println!("{}", serde_json::to_string(&case)?);
            }
            if !args.keep_going {
                anyhow::bail!("the engine and the model part at seed {seed}");
            }
        }
        if told.elapsed() > Duration::from_secs(5) {
            told = now();
            let (done, spent) = (bench.coverage.sequences, begun.elapsed());
            println!(
                "{done} of {} sequences, {} acts, {} s",
                args.sequences,
                bench.coverage.acts,
                spent.as_secs()
            );
        }
    }
    report(&bench.coverage, begun.elapsed());
    for ((act, model, engine), times) in &kinds {
        println!("parted {times} times over {act}: model {model} | engine {engine}");
    }
    anyhow::ensure!(kinds.is_empty(), "the engine and the model part");
    Ok(())
}

/// A disagreement without its figures.
fn shape(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_ascii_digit()).collect()
}

#[expect(clippy::disallowed_methods, reason = "how long a run takes is no part of what it finds")]
fn now() -> Instant {
    Instant::now()
}

fn report(coverage: &Coverage, spent: Duration) {
    println!("{} sequences, {} acts in {} s", coverage.sequences, coverage.acts, spent.as_secs());
    for (act, times) in &coverage.done {
        println!("done     {times:>8}  {act}");
    }
    for ((act, rule, code), times) in &coverage.refused {
        println!("refused  {times:>8}  {act:18} {rule:5} {code}");
    }
}
