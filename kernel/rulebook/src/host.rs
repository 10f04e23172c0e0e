//! 宿主函数 (what a guest can call) and the state of one evaluation.
//!
//! There are six functions, all answered from the snapshot the caller gave. Each call costs fuel, is
//! counted, and is written down. [`Host::answer`] is the choke point: whatever version of the contract a
//! guest was built against, this is where it is decided what it may see, and unset means no. A question is
//! answered whole or ends the answer; it is never answered in part, nor with nothing where there is something.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
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
    /// The caller's snapshot.
    Snapshot { roster: Arc<RosterFacts>, rule: Arc<RuleFacts> },
    /// What a recorded call read, in the same order.
    Recorded { reads: Vec<FactRead>, next: usize },
}

impl Source {
    /// For questions asked outside any community: nothing is known.
    pub(crate) fn nothing() -> Self {
        Self::Snapshot { roster: Arc::default(), rule: Arc::default() }
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogLevel {
    /// For the author.
    Debug,
    /// For the town.
    Info,
    /// Something is odd.
    Warn,
}

/// The state of one evaluation.
pub(crate) struct Host {
    limits: Arc<Limits>,
    grants: Arc<Grants>,
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
    pub(crate) fn new(limits: Arc<Limits>, grants: Arc<Grants>, memory_limit: usize, source: Source) -> Self {
        Self {
            limits,
            grants,
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
        if let Err(asked) = self.grants.cover(&question) {
            let detail = format!("the manifest does not ask for {asked}");
            return Err(self.stop(FailureCode::UndeclaredFact, detail));
        }
        let answered = match &mut self.source {
            Source::Snapshot { roster, rule } => match look_up(roster, rule, question) {
                Ok(answered) => answered,
                Err(NoAnswer::Unknown(name)) => {
                    let detail = format!("the community has no count `{name}`");
                    return Err(self.stop(FailureCode::UndeclaredFact, detail));
                }
                Err(NoAnswer::Missing(question)) => {
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
        if let FactRead::Whole { kind, bodies: None, .. } = &answered {
            let detail = format!("more than {} records of kind `{kind}`", RuleFacts::MOST);
            return Err(self.stop(FailureCode::TooManyRecords, detail));
        }
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

impl Grants {
    /// Whether a question is about what the manifest asked for; or what it is about.
    fn cover(&self, question: &FactRead) -> Result<(), String> {
        match question {
            FactRead::Count { name, .. } if !self.counts.contains(name) => Err(format!("count `{name}`")),
            FactRead::HouseholdAdults { .. } if !self.household_adults => {
                Err("`household-adults`".to_owned())
            }
            FactRead::Records { kind, .. } | FactRead::Whole { kind, .. }
                if !self.record_kinds.contains(kind) =>
            {
                Err(format!("records of kind `{kind}`"))
            }
            _ => Ok(()),
        }
    }
}

/// Why the snapshot has no answer.
enum NoAnswer {
    /// There is no such count in this community.
    Unknown(String),
    /// Nobody has fetched it.
    Missing(FactQuestion),
}

impl From<FactQuestion> for NoAnswer {
    fn from(question: FactQuestion) -> Self {
        Self::Missing(question)
    }
}

fn look_up(roster: &RosterFacts, rule: &RuleFacts, question: FactRead) -> Result<FactRead, NoAnswer> {
    Ok(match question {
        FactRead::Count { name, .. } => match roster.counts.get(&name).copied() {
            Some(value) => FactRead::Count { name, value },
            None => return Err(NoAnswer::Unknown(name)),
        },
        FactRead::HouseholdAdults { household, .. } => {
            let value = roster.household_adults.get(&household).copied();
            FactRead::HouseholdAdults { household, value }
        }
        FactRead::Records { kind, subject, limit, .. } => {
            let bodies = rule.latest(&kind, &subject, limit)?;
            FactRead::Records { kind, subject, limit, bodies }
        }
        FactRead::Whole { kind, subject, .. } => {
            let bodies = rule.whole_of(&kind, &subject)?;
            FactRead::Whole { kind, subject, bodies }
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
        (FactRead::Whole { kind: a, subject: b, .. }, FactRead::Whole { kind: c, subject: d, .. }) => {
            (a, b) == (c, d)
        }
        _ => false,
    }
}

fn weight(read: &FactRead) -> usize {
    let all = |bodies: &[String]| 16 + bodies.iter().map(|body| body.len() + 16).sum::<usize>();
    match read {
        FactRead::Count { .. } | FactRead::HouseholdAdults { .. } | FactRead::PointsTotal { .. } => 16,
        FactRead::Records { bodies, .. } => all(bodies),
        FactRead::Whole { bodies, .. } => all(bodies.as_deref().unwrap_or_default()),
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

type AtHost<'a> = StoreContextMut<'a, Host>;

fn ask(store: &mut AtHost<'_>, bytes_in: usize, question: FactRead) -> wasmtime::Result<FactRead> {
    enter(store, bytes_in)?;
    if bytes_in > KEY_BYTES * 2 {
        let detail = format!("a question of {bytes_in} bytes");
        return Err(store.data_mut().stop(FailureCode::UndeclaredFact, detail));
    }
    let answer = store.data_mut().answer(question)?;
    charge_bytes(store, weight(&answer))?;
    Ok(answer)
}

/// Keeps a line for the author and the town.
pub(crate) fn write_log(store: &mut AtHost<'_>, level: LogLevel, message: &str) -> wasmtime::Result<()> {
    enter(store, message.len())?;
    store.data_mut().write_log(level, message);
    Ok(())
}

/// A named count of the roster.
pub(crate) fn count(store: &mut AtHost<'_>, name: String) -> wasmtime::Result<u64> {
    match ask(store, name.len(), FactRead::Count { name, value: 0 })? {
        FactRead::Count { value, .. } => Ok(value),
        other => Err(mixed_up(&other)),
    }
}

/// Adults of a household; none where there is no such household.
pub(crate) fn household_adults(store: &mut AtHost<'_>, household: String) -> wasmtime::Result<Option<u32>> {
    match ask(store, household.len(), FactRead::HouseholdAdults { household, value: None })? {
        FactRead::HouseholdAdults { value, .. } => Ok(value),
        other => Err(mixed_up(&other)),
    }
}

/// The newest records of a kind about a subject.
pub(crate) fn latest(
    store: &mut AtHost<'_>,
    kind: String,
    subject: String,
    limit: u32,
) -> wasmtime::Result<Vec<String>> {
    if !(1..=RuleFacts::NEWEST).contains(&limit) {
        let detail = format!("the newest {limit} records; 1 to {} can be asked for", RuleFacts::NEWEST);
        return Err(store.data_mut().stop(FailureCode::UndeclaredFact, detail));
    }
    let bytes = kind.len() + subject.len();
    match ask(store, bytes, FactRead::Records { kind, subject, limit, bodies: Vec::new() })? {
        FactRead::Records { bodies, .. } => Ok(bodies),
        other => Err(mixed_up(&other)),
    }
}

/// All records of a kind about a subject.
pub(crate) fn whole(store: &mut AtHost<'_>, kind: String, subject: String) -> wasmtime::Result<Vec<String>> {
    let bytes = kind.len() + subject.len();
    match ask(store, bytes, FactRead::Whole { kind, subject, bodies: None })? {
        FactRead::Whole { bodies: Some(bodies), .. } => Ok(bodies),
        other => Err(mixed_up(&other)),
    }
}

/// A subject's sum of points.
pub(crate) fn points_total(store: &mut AtHost<'_>, subject: String) -> wasmtime::Result<i64> {
    match ask(store, subject.len(), FactRead::PointsTotal { subject, value: 0 })? {
        FactRead::PointsTotal { value, .. } => Ok(value),
        other => Err(mixed_up(&other)),
    }
}

/// An answer to another question, which [`Host::answer`] never gives.
fn mixed_up(answer: &FactRead) -> wasmtime::Error {
    wasmtime::format_err!("the host answered another question: {answer:?}")
}
