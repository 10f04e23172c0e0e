//! One answer of each given plugin through the gate, against bare wasmtime in the same run.
//!
//! `cargo run --release -p yishi-rulebook --example gate_vs_bare -- PLUGIN.wasm…` prints a JSON line for
//! each: medians in nanoseconds, the gate's as `value`, bare wasmtime's as `baseline`.

#![expect(clippy::disallowed_methods, reason = "a measurement needs a clock")]

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use yishi_law::{BodyKind, FloorQuery, Law, Subject};
use yishi_rulebook::bench::Measured;
use yishi_rulebook::wire::{Body, Community, CountingMode, Matter, MatterClass, Step, TermsQuery};
use yishi_rulebook::{Config, Facts, GateContext, RosterFacts, RuleRef, Rulebook};

/// As in the server.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const WARM_UP: usize = 500;
const ROUNDS: usize = 5_000;

fn main() -> Result<(), Box<dyn Error>> {
    let book = Rulebook::new(Config::in_process())?;
    for path in std::env::args().skip(1) {
        let measured = measured(&book, &std::fs::read(&path)?)?;
        let (mut bare, mut gate) = (Vec::with_capacity(ROUNDS), Vec::with_capacity(ROUNDS));
        for round in 0..WARM_UP + ROUNDS {
            // Taken in turn, so that whatever else the machine does falls on both.
            let floor = measured.floor();
            let (one, other) =
                (timed(|| measured.bare_call())?, timed(|| measured.gate_call(floor).map(drop))?);
            if round >= WARM_UP {
                bare.push(one);
                gate.push(other);
            }
        }
        let (baseline, value) = (median(bare), median(gate));
        println!(
            "{}",
            json!({ "name": "gate-vs-bare", "plugin": path, "value": value, "baseline": baseline })
        );
    }
    Ok(())
}

/// A large sum of collective funds before the representatives: the floor speaks, and so does the plugin.
fn measured(book: &Rulebook, bytes: &[u8]) -> Result<Measured, Box<dyn Error>> {
    let inspection = book.load(bytes)?;
    let manifest = &inspection.manifest;
    let kind = *manifest.communities.first().ok_or("the manifest names no kind of community")?;
    let day = jiff::civil::date(2026, 3, 2);
    let floor = Law::embedded().at(kind, day).ok_or("no law is in force")?;
    let roster = RosterFacts {
        counts: BTreeMap::from([("adults".to_owned(), 1000), ("households".to_owned(), 300)]),
        household_adults: (0..300).map(|household| (format!("hh_{household}"), 3)).collect(),
    };
    let ctx = GateContext {
        community: Community {
            kind,
            adults: 1000,
            households: 300,
            representatives: 45,
            council_members: 11,
        },
        law_date: day,
        today: day,
        facts: Facts { roster: Arc::new(roster), rules: BTreeMap::new() },
    };
    let matter = Matter {
        domain: manifest.domain_codes().into_iter().next().unwrap_or_else(|| "general".to_owned()),
        subjects: vec![Subject::CollectiveFunds],
        class: MatterClass::Major,
        amount_fen: Some(6_000_000),
        per_household_fen: None,
        form: r#"{"purpose":"道路"}"#.to_owned(),
    };
    let query = TermsQuery {
        matter,
        body: Body::RepresentativeAssembly,
        step: Step::Resolve,
        mode: CountingMode::Persons,
    };
    let terms = floor.terms(&FloorQuery {
        subjects: [Subject::CollectiveFunds].into(),
        body: BodyKind::RepresentativeAssembly,
        step: yishi_law::Step::Resolve,
        mode: yishi_law::CountingMode::Persons,
    });
    let rule = RuleRef::new(inspection.digest, manifest, &manifest.settings.defaults)?;
    Ok(Measured::new(book.clone(), rule, ctx, query, terms))
}

fn timed<E>(call: impl FnOnce() -> Result<(), E>) -> Result<Duration, E> {
    let start = Instant::now();
    call()?;
    Ok(start.elapsed())
}

fn median(mut figures: Vec<Duration>) -> u64 {
    figures.sort_unstable();
    figures.get(figures.len() / 2).and_then(|middle| u64::try_from(middle.as_nanos()).ok()).unwrap_or(0)
}
