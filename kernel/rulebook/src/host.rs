//! 宿主函数 (what a guest can call) and the state of one evaluation.
//!
//! There are five functions, all answered from the snapshot the caller gave. Each call costs fuel, is
//! counted, and is written down. [`Host::answer`] is the choke point: whatever version of the contract a
//! guest was built against, this is where it is decided what it may see, and unset means no.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wasmtime::component::{ComponentType, Lift, Linker};
use wasmtime::{ResourceLimiter, StoreContextMut};

use crate::facts::{FactQuestion, FactRead, RosterFacts, RuleFacts};
use crate::failure::FailureCode;
use crate::limits::Limits;
use crate::manifest::Manifest;
use crate::text;

/// Longest name, id or kind a guest may ask about.
const KEY_BYTES: usize = 200;

/// What a manifest was granted.
#[derive(Debug, Default)]
pub(crate) struct Grants {
    counts: BTreeSet<String>,
    household_adults: bool,
    record_kinds: BTreeSet<String>,
}

impl Grants {
    pub(crate) fn of(manifest: &Manifest) -> Self {
        const HOUSEHOLD_ADULTS: &str = "household-adults";
        Self {
            counts: manifest.roster.iter().filter(|name| *name != HOUSEHOLD_ADULTS).cloned().collect(),
            household_adults: manifest.roster.iter().any(|name| name == HOUSEHOLD_ADULTS),
            record_kinds: manifest.records.iter().map(|record| record.kind.clone()).collect(),
        }
    }
}

/// Where answers to a guest come from.
pub(crate) enum Source {
    /// The caller's snapshot, as far as the manifest was granted it.
    Snapshot { grants: Arc<Grants>, roster: Arc<RosterFacts>, rule: Arc<RuleFacts> },
    /// What a recorded call read, in the same order.
    Recorded { reads: Vec<FactRead>, next: usize },
}

impl Source {
    /// For questions asked outside any community: nothing is known.
    pub(crate) fn nothing() -> Self {
        Self::Snapshot { grants: Arc::default(), roster: Arc::default(), rule: Arc::default() }
    }
}

/// A line a guest wrote for its author and the town.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// `debug`, `info` or `warn`.
    pub level: LogLevel,
    /// The text, control characters escaped.
    pub message: String,
}

/// How much a line matters.
#[derive(ComponentType, Lift, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[component(enum)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum LogLevel {
    /// For the author.
    #[component(name = "debug")]
    Debug,
    /// For the town.
    #[component(name = "info")]
    Info,
    /// Something is odd.
    #[component(name = "warn")]
    Warn,
}

/// The state of one evaluation.
pub(crate) struct Host {
    limits: Arc<Limits>,
    source: Source,
    memory_limit: usize,
    memory_used: usize,
    calls: u32,
    answer_bytes: usize,
    log_bytes: usize,
    /// Growth that was refused; a guest then usually traps, and the trap alone would not say why.
    pub(crate) refused_bytes: Option<usize>,
    pub(crate) stopped: Option<(FailureCode, String)>,
    /// The question that ended the answer because the snapshot does not hold what it asks for.
    pub(crate) missing: Option<FactQuestion>,
    pub(crate) read: Vec<FactRead>,
    pub(crate) log: Vec<LogLine>,
}

impl Host {
    pub(crate) fn new(limits: Arc<Limits>, memory_limit: usize, source: Source) -> Self {
        Self {
            limits,
            source,
            memory_limit,
            memory_used: 0,
            calls: 0,
            answer_bytes: 0,
            log_bytes: 0,
            refused_bytes: None,
            stopped: None,
            missing: None,
            read: Vec::new(),
            log: Vec::new(),
        }
    }

    fn stop(&mut self, code: FailureCode, detail: String) -> wasmtime::Error {
        let error = wasmtime::format_err!("{detail}");
        self.stopped.get_or_insert((code, detail));
        error
    }

    /// INVARIANT: the only place a fact reaches a guest.
    fn answer(&mut self, question: FactRead) -> wasmtime::Result<FactRead> {
        let answered = match &mut self.source {
            Source::Snapshot { grants, roster, rule } => match look_up(grants, roster, rule, question) {
                Ok(answered) => answered,
                Err(question) => {
                    let detail = format!("nobody has fetched the answer to {question:?}");
                    self.missing = Some(question);
                    return Err(self.stop(FailureCode::FactsMissing, detail));
                }
            },
            Source::Recorded { reads, next } => {
                let recorded = reads.get(*next).filter(|read| same_question(read, &question)).cloned();
                *next += 1;
                match recorded {
                    Some(read) => read,
                    None => {
                        let detail = format!("read {next} is not what the record says: {question:?}");
                        return Err(self.stop(FailureCode::Nondeterministic, detail));
                    }
                }
            }
        };
        self.answer_bytes = self.answer_bytes.saturating_add(weight(&answered));
        if self.answer_bytes > self.limits.host_answer_bytes {
            let detail = format!("answers to the rule exceed {} bytes", self.limits.host_answer_bytes);
            return Err(self.stop(FailureCode::HostDataLimit, detail));
        }
        self.read.push(answered.clone());
        Ok(answered)
    }

    /// Whether every recorded read was asked for.
    pub(crate) fn source_used_up(&self) -> bool {
        match &self.source {
            Source::Snapshot { .. } => true,
            Source::Recorded { reads, next } => *next == reads.len(),
        }
    }

    fn write_log(&mut self, level: LogLevel, message: &str) {
        let room = self.limits.log_bytes.saturating_sub(self.log_bytes);
        if room == 0 {
            return;
        }
        let mut line = String::new();
        for c in message.chars() {
            let shown = text::printable(c);
            if line.len() + shown.len() > room {
                break;
            }
            line.push_str(&shown);
        }
        self.log_bytes += line.len().max(1);
        self.log.push(LogLine { level, message: line });
    }
}

/// The answer as far as the manifest was granted it, or the question whose answer is not in the snapshot.
fn look_up(
    grants: &Grants,
    roster: &RosterFacts,
    rule: &RuleFacts,
    question: FactRead,
) -> Result<FactRead, FactQuestion> {
    Ok(match question {
        FactRead::Count { name, .. } => {
            let value = grants.counts.contains(&name).then(|| roster.counts.get(&name).copied()).flatten();
            FactRead::Count { name, value }
        }
        FactRead::HouseholdAdults { household, .. } => {
            let value =
                grants.household_adults.then(|| roster.household_adults.get(&household).copied()).flatten();
            FactRead::HouseholdAdults { household, value }
        }
        FactRead::Records { kind, subject, limit, .. } => {
            // A kind the manifest does not declare is none of this rule's, so there is nothing to fetch.
            let bodies = if grants.record_kinds.contains(&kind) {
                rule.records(&kind, &subject, limit)?
            } else {
                Vec::new()
            };
            FactRead::Records { kind, subject, limit, bodies }
        }
        FactRead::PointsTotal { subject, .. } => {
            let value = rule.points(&subject)?;
            FactRead::PointsTotal { subject, value }
        }
    })
}

fn same_question(recorded: &FactRead, asked: &FactRead) -> bool {
    match (recorded, asked) {
        (FactRead::Count { name: a, .. }, FactRead::Count { name: b, .. })
        | (FactRead::HouseholdAdults { household: a, .. }, FactRead::HouseholdAdults { household: b, .. })
        | (FactRead::PointsTotal { subject: a, .. }, FactRead::PointsTotal { subject: b, .. }) => a == b,
        (
            FactRead::Records { kind: a, subject: b, limit: c, .. },
            FactRead::Records { kind: d, subject: e, limit: f, .. },
        ) => (a, b, c) == (d, e, f),
        _ => false,
    }
}

fn weight(read: &FactRead) -> usize {
    match read {
        FactRead::Count { .. } | FactRead::HouseholdAdults { .. } | FactRead::PointsTotal { .. } => 16,
        FactRead::Records { bodies, .. } => 16 + bodies.iter().map(|body| body.len() + 16).sum::<usize>(),
    }
}

impl ResourceLimiter for Host {
    // The decision depends on sizes alone, so the same guest is refused at the same point everywhere.
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(self.grow(desired.saturating_sub(current)))
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(self.grow(desired.saturating_sub(current).saturating_mul(size_of::<usize>())))
    }
}

impl Host {
    fn grow(&mut self, bytes: usize) -> bool {
        let wanted = self.memory_used.saturating_add(bytes);
        let granted = wanted <= self.memory_limit;
        if granted {
            self.memory_used = wanted;
        } else {
            self.refused_bytes.get_or_insert(wanted);
        }
        granted
    }
}

/// Counts and charges a call before it is answered.
fn enter(store: &mut StoreContextMut<'_, Host>, bytes_in: usize) -> wasmtime::Result<()> {
    let host = store.data_mut();
    host.calls += 1;
    if host.calls > host.limits.host_calls {
        let detail = format!("more than {} calls to the host in one answer", host.limits.host_calls);
        return Err(host.stop(FailureCode::HostCallLimit, detail));
    }
    let base = host.limits.host_call_fuel;
    charge(store, base)?;
    charge_bytes(store, bytes_in)
}

fn charge_bytes(store: &mut StoreContextMut<'_, Host>, bytes: usize) -> wasmtime::Result<()> {
    let each = store.data().limits.host_byte_fuel;
    charge(store, each.saturating_mul(bytes as u64))
}

fn charge(store: &mut StoreContextMut<'_, Host>, cost: u64) -> wasmtime::Result<()> {
    let fuel = store.get_fuel()?;
    if let Some(rest) = fuel.checked_sub(cost) {
        return store.set_fuel(rest);
    }
    store.set_fuel(0)?;
    Err(store.data_mut().stop(FailureCode::BudgetExceeded, "fuel ran out in a call to the host".to_owned()))
}

fn ask(
    store: &mut StoreContextMut<'_, Host>,
    bytes_in: usize,
    question: FactRead,
) -> wasmtime::Result<FactRead> {
    enter(store, bytes_in)?;
    if bytes_in > KEY_BYTES * 2 {
        // A key nobody can have: the same as one that is not there.
        return Ok(question);
    }
    let answer = store.data_mut().answer(question)?;
    charge_bytes(store, weight(&answer))?;
    Ok(answer)
}

pub(crate) fn add_log(linker: &mut Linker<Host>) -> wasmtime::Result<()> {
    linker.instance("yishi:rule/log@1.0.0")?.func_wrap(
        "write",
        |mut store: StoreContextMut<'_, Host>, (level, message): (LogLevel, String)| {
            enter(&mut store, message.len())?;
            store.data_mut().write_log(level, &message);
            Ok(())
        },
    )
}

pub(crate) fn add_roster(linker: &mut Linker<Host>) -> wasmtime::Result<()> {
    let mut roster = linker.instance("yishi:rule/roster@1.0.0")?;
    roster.func_wrap("count", |mut store: StoreContextMut<'_, Host>, (name,): (String,)| {
        let read = ask(&mut store, name.len(), FactRead::Count { name, value: None })?;
        Ok((if let FactRead::Count { value, .. } = read { value } else { None },))
    })?;
    roster.func_wrap("household-adults", |mut store: StoreContextMut<'_, Host>, (household,): (String,)| {
        let read = ask(&mut store, household.len(), FactRead::HouseholdAdults { household, value: None })?;
        Ok((if let FactRead::HouseholdAdults { value, .. } = read { value } else { None },))
    })
}

pub(crate) fn add_records(linker: &mut Linker<Host>) -> wasmtime::Result<()> {
    let mut records = linker.instance("yishi:rule/records@1.0.0")?;
    records.func_wrap(
        "latest",
        |mut store: StoreContextMut<'_, Host>, (kind, subject, limit): (String, String, u32)| {
            let bytes = kind.len() + subject.len();
            let read =
                ask(&mut store, bytes, FactRead::Records { kind, subject, limit, bodies: Vec::new() })?;
            Ok((if let FactRead::Records { bodies, .. } = read { bodies } else { Vec::new() },))
        },
    )?;
    records.func_wrap("points-total", |mut store: StoreContextMut<'_, Host>, (subject,): (String,)| {
        let read = ask(&mut store, subject.len(), FactRead::PointsTotal { subject, value: 0 })?;
        Ok((if let FactRead::PointsTotal { value, .. } = read { value } else { 0 },))
    })
}
