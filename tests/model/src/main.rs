//! The long run: `cargo run --profile model -p yishi-model -- --sequences 100000 --jobs 2 --keep-going --keep target/found`.
//!
//! A sequence is the same for the same seed, whatever was run before it and by whichever job: a run can be stopped
//! (Ctrl-C says what was covered, and with which seed to go on) and taken up again with `--seed`.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::Parser;
use tokio::runtime::{Builder, Runtime};
use yishi_model::engine::Workshop;
use yishi_model::run::{Bench, Case, Coverage, Disagreement, Look};

/// As in the server.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How often a run says how far it is.
const EVERY: Duration = Duration::from_secs(30);

/// Holds the engine against the model of the statute on random sequences of acts.
#[derive(Debug, Parser)]
struct Args {
    /// How many sequences.
    #[arg(long, default_value_t = 1000)]
    sequences: u64,
    /// The first seed; the others follow it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many run at the same time, each in a store and on a thread of its own.
    #[arg(long, default_value_t = NonZeroU32::MIN)]
    jobs: NonZeroU32,
    /// Go on after a disagreement, and count each kind once.
    #[arg(long)]
    keep_going: bool,
    /// Write the case of each kind of disagreement into this folder, made small.
    #[arg(long)]
    keep: Option<PathBuf>,
    /// Compare the whole database on each refusal, not only whether anything was committed.
    #[arg(long)]
    everything: bool,
    /// Play a kept case again instead.
    #[arg(long)]
    case: Option<PathBuf>,
}

impl Args {
    const fn look(&self) -> Look {
        if self.everything { Look::Everything } else { Look::Commits }
    }
}

fn main() -> ExitCode {
    let args = Args::parse();
    let ended = match &args.case {
        Some(path) => play(&args, path),
        None => run(&args),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Plays a kept case again.
fn play(args: &Args, path: &Path) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let case: Case = serde_json::from_str(&text)?;
    let found = runtime()?.block_on(async {
        let mut bench = Bench::open(Workshop::open()?, args.look()).await?;
        bench.case(&case).await
    })?;
    match found {
        None => println!("they agree"),
        Some(found) => anyhow::bail!("{found:#?}"),
    }
    Ok(())
}

/// What the jobs of a run share.
struct Run<'a> {
    args: &'a Args,
    /// The next seed that nobody has taken. Whoever takes one finishes it, so all before it are done when a run ends.
    next: AtomicU64,
    stop: Arc<AtomicBool>,
    sequences: AtomicU64,
    acts: AtomicU64,
    /// Kinds of disagreement, with how often each came up.
    kinds: Mutex<BTreeMap<(String, String, String), u64>>,
}

impl Run<'_> {
    fn end(&self) -> u64 {
        self.args.seed.saturating_add(self.args.sequences)
    }

    fn take(&self) -> Option<u64> {
        let seed = self.next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |next| {
            (next < self.end() && !self.stop.load(Ordering::Relaxed)).then_some(next + 1)
        });
        seed.ok()
    }

    fn progress(&self, spent: Duration) {
        let (done, acts) = (self.sequences.load(Ordering::Relaxed), self.acts.load(Ordering::Relaxed));
        println!("{done} of {} sequences, {acts} acts, {} s", self.args.sequences, spent.as_secs());
    }

    /// One job: seed after seed until there are none left, or the run is stopped.
    fn work(&self, workshop: Workshop) -> anyhow::Result<Coverage> {
        runtime()?.block_on(async {
            let mut bench = Bench::open(workshop, self.args.look()).await?;
            while let Some(seed) = self.take() {
                let before = bench.coverage.acts;
                let found = bench.seed(seed).await.with_context(|| format!("seed {seed}"))?;
                self.sequences.fetch_add(1, Ordering::Relaxed);
                self.acts.fetch_add(bench.coverage.acts - before, Ordering::Relaxed);
                if let Some((case, found)) = found
                    && self.is_new(&found)
                {
                    let (case, found) = bench.smaller(case, found).await?;
                    self.tell(seed, &case, &found)?;
                }
            }
            Ok(bench.coverage)
        })
    }

    /// Counts a disagreement; whether it is the first of its kind.
    fn is_new(&self, found: &Disagreement) -> bool {
        if !self.args.keep_going {
            self.stop.store(true, Ordering::Relaxed);
        }
        let kind = (found.act.act.name(), shape(&found.model), shape(&found.engine));
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        let times = kinds.entry(kind).or_default();
        *times += 1;
        *times == 1
    }

    /// Says a disagreement, and keeps its case.
    fn tell(&self, seed: u64, case: &Case, found: &Disagreement) -> anyhow::Result<()> {
        println!("seed {seed}: at {:?}\n  model:  {}\n  engine: {}", found.act, found.model, found.engine);
        println!("{}", serde_json::to_string(case)?);
        if let Some(folder) = &self.args.keep {
            let path = folder.join(format!("seed-{seed}.json"));
            let text = serde_json::to_string_pretty(case)? + "\n";
            std::fs::write(&path, text).with_context(|| path.display().to_string())?;
        }
        Ok(())
    }
}

fn run(args: &Args) -> anyhow::Result<()> {
    if let Some(folder) = &args.keep {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    let workshop = Workshop::open()?;
    let begun = now();
    let stop = Arc::new(AtomicBool::new(false));
    let _listening = stop_when_asked(Arc::clone(&stop))?;
    let run = Run {
        args,
        next: AtomicU64::new(args.seed),
        stop,
        sequences: AtomicU64::new(0),
        acts: AtomicU64::new(0),
        kinds: Mutex::default(),
    };
    let mut coverage = Coverage::default();
    let mut broken = None;
    std::thread::scope(|scope| {
        let (ended, ends) = mpsc::channel();
        for _ in 0..args.jobs.get() {
            let (run, workshop, ended) = (&run, workshop.clone(), ended.clone());
            scope.spawn(move || {
                let reached = run.work(workshop);
                // Where one job cannot go on the others need not either.
                run.stop.fetch_or(reached.is_err(), Ordering::Relaxed);
                // Whoever listens does so until all have said it.
                let _ = ended.send(reached);
            });
        }
        drop(ended);
        loop {
            match ends.recv_timeout(EVERY) {
                Ok(Ok(reached)) => coverage.add(reached),
                Ok(Err(error)) => broken = Some(error),
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) => run.progress(begun.elapsed()),
            }
        }
    });
    report(&coverage, begun.elapsed());
    let next = run.next.load(Ordering::Relaxed);
    if next < run.end() {
        println!("stopped: go on with --seed {next} --sequences {}", run.end() - next);
    }
    let kinds = run.kinds.into_inner().unwrap_or_else(PoisonError::into_inner);
    for ((act, model, engine), times) in &kinds {
        println!("parted {times} times over {act}: model {model} | engine {engine}");
    }
    if let Some(error) = broken {
        return Err(error);
    }
    anyhow::ensure!(kinds.is_empty(), "the engine and the model part");
    Ok(())
}

/// Stops the run at the first Ctrl-C, and the program at the second: whoever asks twice does not want to wait for what is
/// under way. It listens as long as what is given back is kept.
fn stop_when_asked(stop: Arc<AtomicBool>) -> anyhow::Result<Runtime> {
    let listening = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    listening.spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            if stop.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
        }
    });
    Ok(listening)
}

/// The thread of one job; the application, its store and the model take turns on it.
fn runtime() -> anyhow::Result<Runtime> {
    Ok(Builder::new_current_thread().enable_all().build()?)
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
    if coverage.looked_again > 0 {
        println!("{} of them played again with every row compared", coverage.looked_again);
    }
    for (act, times) in &coverage.done {
        println!("done     {times:>8}  {act}");
    }
    for ((act, rule, code), times) in &coverage.refused {
        println!("refused  {times:>8}  {act:18} {rule:5} {code}");
    }
}
