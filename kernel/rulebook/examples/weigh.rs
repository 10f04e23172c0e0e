//! Shelves plugin files and measures one answer of each through the gate against bare wasmtime.
//!
//! `cargo run --release -p yishi-rulebook --example weigh -- target/plugins/*.wasm`

#![expect(clippy::disallowed_methods, reason = "a measurement needs a clock")]

use std::time::Instant;

use yishi_law::{CommunityKind, FloorQuery, FloorText, Law};
use yishi_rulebook::bench::Measured;
use yishi_rulebook::wire::{self, Body, Community, CountingMode, Matter, MatterClass, Step, TermsQuery};
use yishi_rulebook::{Config, Export, Facts, GateContext, RuleSet, Rulebook, ShelfReport};

const ROUNDS: u32 = 2_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let book = Rulebook::new(Config::in_process())?;
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path)?;
        let start = Instant::now();
        let inspection = match book.load(&bytes) {
            Ok(inspection) => inspection,
            Err(refusal) => {
                println!("{path}: {refusal}");
                continue;
            }
        };
        println!("{path}: {} bytes, ready in {:?}", bytes.len(), start.elapsed());
        let kind = *inspection.manifest.communities.first().ok_or("no kind of community")?;
        let day = jiff::civil::date(2026, 3, 2);
        let floor = Law::embedded().at(CommunityKind::from(kind), day).ok_or("no law")?;
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
            facts: Facts::default(),
        };
        let start = Instant::now();
        match book.shelve(&bytes, &ctx, floor, &RuleSet::default(), None) {
            Ok(report) => {
                println!("  on the shelf in {:?}: {} scenarios", start.elapsed(), report.scenarios.len());
                tell(&report);
                if inspection.manifest.gates.contains(&Export::Terms) {
                    weigh(&book, report, ctx, floor)?;
                }
            }
            Err(refusal) => println!("  REFUSED: {}", refusal.message_zh),
        }
    }
    Ok(())
}

fn tell(report: &ShelfReport) {
    for change in &report.changes {
        let law = change.law.as_ref().map_or("（法律未规定）", |law| law.zh.as_str());
        println!("    {} {}：{} → {}", change.at.zh, change.field.zh, law, change.rule.zh);
    }
    for clause in &report.clauses {
        println!("    {} {:?}：{}", clause.article, clause.concern, clause.passage);
    }
}

fn weigh(
    book: &Rulebook,
    report: ShelfReport,
    ctx: GateContext,
    floor: &FloorText,
) -> Result<(), Box<dyn std::error::Error>> {
    let body = Body::RepresentativeAssembly;
    let domain = report.rule.domains.first().cloned().unwrap_or_else(|| "general".to_owned());
    let matter = Matter {
        domain,
        subjects: vec!["collective-funds".to_owned()],
        class: MatterClass::Major,
        amount_fen: Some(6_000_000),
        per_household_fen: None,
        form: r#"{"purpose":"道路"}"#.to_owned(),
    };
    let query = TermsQuery { matter, body, step: Step::Resolve, mode: CountingMode::Persons };
    let terms = floor.terms(&FloorQuery {
        subjects: [yishi_law::Subject::CollectiveFunds].into(),
        body: wire::Body::into(body),
        step: yishi_law::Step::Resolve,
        mode: yishi_law::CountingMode::Persons,
    });
    let measured = Measured::new(book.clone(), report.rule, ctx, query, terms);
    let (mut bare, mut gate) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        // Taken in turn, so that whatever else the machine does falls on both.
        let start = Instant::now();
        measured.bare_call()?;
        bare.push(start.elapsed());
        let start = Instant::now();
        measured.gate_call()?;
        gate.push(start.elapsed());
    }
    bare.sort();
    gate.sort();
    let middle = ROUNDS as usize / 2;
    let percent = gate[middle].as_nanos() * 100 / bare[middle].as_nanos().max(1);
    println!("  median of {ROUNDS}: bare {:?}, gate {:?}, {percent} %", bare[middle], gate[middle]);
    Ok(())
}
