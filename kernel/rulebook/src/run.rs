//! 一次回答 (one answer): a fresh instance, one call, and why it stopped if it did.
//!
//! Fuel and the watch are set before the instance is made, so a start function is under them too. A store
//! lives for one answer: nothing a guest keeps in memory or globals reaches the next one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use wasmtime::{PoolConcurrencyLimitError, Store, Trap, WasmBacktrace};

use crate::catalogue::Loaded;
use crate::engine::{self, Machine};
use crate::facts::{FactQuestion, FactRead};
use crate::failure::{FailureCode, PluginRefusal, RefusalCode};
use crate::host::{Host, LogLine, Source};
use crate::limits::Limits;
use crate::question::Question;
use crate::wire::v1_0::said::UnknownCode;
use crate::wire::versions::At;

/// An answer that arrived, not yet judged.
pub(crate) struct Ran<A> {
    pub(crate) answer: A,
    pub(crate) output: Vec<u8>,
    pub(crate) fuel: u64,
    pub(crate) read: Vec<FactRead>,
    pub(crate) log: Vec<LogLine>,
}

/// Why no answer arrived.
#[derive(Debug)]
pub(crate) struct Stopped {
    pub(crate) code: FailureCode,
    pub(crate) detail: String,
    pub(crate) fuel: u64,
    pub(crate) read: Vec<FactRead>,
    pub(crate) log: Vec<LogLine>,
    pub(crate) missing: Option<FactQuestion>,
}

impl Stopped {
    pub(crate) fn before(code: FailureCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), fuel: 0, read: Vec::new(), log: Vec::new(), missing: None }
    }
}

/// Places in the pool. Who finds none waits in line; the pool itself is never exhausted. The wait has no end of its
/// own, since every place comes back: an answer is limited by fuel and processor time. How many may wait is decided
/// where requests come in, before anybody holds a thread.
pub(crate) struct Places {
    free: Mutex<u32>,
    returned: Condvar,
}

/// A place, given back when dropped.
pub(crate) struct Place<'a>(&'a Places);

impl Places {
    pub(crate) fn new(count: u32) -> Self {
        Self { free: Mutex::new(count), returned: Condvar::new() }
    }

    pub(crate) fn take(&self) -> Place<'_> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free =
            self.returned.wait_while(free, |free| *free == 0).unwrap_or_else(PoisonError::into_inner);
        *free -= 1;
        Place(self)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.returned.notify_one();
    }
}

fn store_for(machine: &Machine, limits: &Arc<Limits>, loaded: &Loaded, source: Source) -> Store<Host> {
    let memory = limits.call(loaded.inspection.manifest.resources).memory_bytes;
    let host = Host::new(Arc::clone(limits), Arc::clone(&loaded.grants), memory, source);
    Store::new(&machine.engine, host)
}

/// Runs one question. The caller holds a [`Place`].
pub(crate) fn run<Q: Question>(
    machine: &Machine,
    limits: &Arc<Limits>,
    loaded: &Loaded,
    question: &Q,
    source: Source,
) -> Result<Ran<Q::Answer>, Stopped> {
    let call = limits.call(loaded.inspection.manifest.resources);
    let mut store = store_for(machine, limits, loaded, source);
    store.limiter(|host| host);
    store.set_hostcall_fuel(limits.hostcall_bytes);
    engine::watch(&mut store, call.processor_ms);
    if let Err(error) = store.set_fuel(call.fuel) {
        return Err(Stopped::before(FailureCode::Unavailable, error.to_string()));
    }
    // A panic inside the engine must not take the kernel with it; the store is thrown away either way.
    let outcome = catch_unwind(AssertUnwindSafe(|| attempt(loaded, question, &mut store)));
    let fuel = call.fuel.saturating_sub(store.get_fuel().unwrap_or(0));
    let used_up = store.data().source_used_up();
    let host = store.into_data();
    let stopped = |code, detail: String, host: Host| Stopped {
        code,
        detail,
        fuel,
        read: host.read,
        log: host.log,
        missing: host.missing,
    };
    let answer = match outcome {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => {
            let (code, detail) = explain(&error, &host);
            return Err(stopped(code, detail, host));
        }
        Err(_) => return Err(stopped(FailureCode::Unavailable, "the engine failed".to_owned(), host)),
    };
    if !used_up {
        return Err(stopped(
            FailureCode::Nondeterministic,
            "reads in the record were not asked for".to_owned(),
            host,
        ));
    }
    let output = match Q::write(&answer) {
        Ok(output) => output,
        Err(error) => return Err(stopped(FailureCode::BadAnswer, error.to_string(), host)),
    };
    if output.len() > limits.output_bytes {
        let detail = format!("{} bytes, at most {}", output.len(), limits.output_bytes);
        return Err(stopped(FailureCode::AnswerLimit, detail, host));
    }
    Ok(Ran { answer, output, fuel, read: host.read, log: host.log })
}

fn attempt<Q: Question>(
    loaded: &Loaded,
    question: &Q,
    store: &mut Store<Host>,
) -> wasmtime::Result<Q::Answer> {
    let instance = loaded.pre.instantiate(&mut *store)?;
    let index = loaded
        .export(Q::EXPORT)
        .ok_or_else(|| wasmtime::format_err!("the component has no export `{}`", Q::EXPORT))?;
    question.put(loaded.version, At { instance: &instance, store, index })
}

/// Which limit was hit, or what went wrong, in one stable code.
fn explain(error: &wasmtime::Error, host: &Host) -> (FailureCode, String) {
    if let Some((code, detail)) = &host.stopped {
        return (*code, detail.clone());
    }
    if error.downcast_ref::<PoolConcurrencyLimitError>().is_some() {
        return (FailureCode::Unavailable, "no place in the pool".to_owned());
    }
    if let Some(unknown) = error.downcast_ref::<UnknownCode>() {
        return (FailureCode::UnknownCode, unknown.to_string());
    }
    let in_guest = error.downcast_ref::<WasmBacktrace>().is_some();
    let text = format!("{error:#}");
    let cause = error.root_cause().to_string();
    if text.contains("fuel allocated for hostcalls has been exhausted") {
        // Lifting the answer happens after the guest has returned, so no guest frame is on the stack.
        let code = if in_guest { FailureCode::HostDataLimit } else { FailureCode::AnswerLimit };
        return (code, cause);
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => return (FailureCode::BudgetExceeded, "fuel ran out".to_owned()),
        Some(Trap::Interrupt) => return (FailureCode::Unavailable, "the host was stuck in it".to_owned()),
        _ => {}
    }
    if let Some(bytes) = host.refused_bytes {
        return (FailureCode::MemoryLimit, format!("asked for {bytes} bytes in all"));
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::StackOverflow) => (FailureCode::StackOverflow, "the guest's stack is full".to_owned()),
        Some(trap) => (FailureCode::Trap, trap.to_string()),
        None if in_guest => (FailureCode::Trap, cause),
        None => (FailureCode::BadAnswer, cause),
    }
}

/// Instantiates once and checks the type of every export of the plugin's kind.
pub(crate) fn check_types(
    machine: &Machine,
    limits: &Arc<Limits>,
    loaded: &Loaded,
) -> Result<(), PluginRefusal> {
    let call = limits.call(loaded.inspection.manifest.resources);
    let source = Source::Recorded { reads: Vec::new(), next: 0 };
    let mut store = store_for(machine, limits, loaded, source);
    store.limiter(|host| host);
    store.set_hostcall_fuel(limits.hostcall_bytes);
    engine::watch(&mut store, call.processor_ms);
    store
        .set_fuel(call.fuel)
        .map_err(|error| PluginRefusal::quoting(RefusalCode::Unavailable, &error.to_string()))?;
    let made = catch_unwind(AssertUnwindSafe(|| loaded.pre.instantiate(&mut store)));
    let instance = match made {
        Ok(Ok(instance)) => instance,
        Ok(Err(error)) => {
            let (code, detail) = explain(&error, store.data());
            let refusal = if code == FailureCode::Unavailable {
                RefusalCode::Unavailable
            } else {
                RefusalCode::InitTrap
            };
            return Err(PluginRefusal::new(
                refusal,
                &format!("{}（{detail}）", code.zh()),
                &format!("{}: {detail}", code.en()),
            ));
        }
        Err(_) => return Err(PluginRefusal::quoting(RefusalCode::Unavailable, "the engine failed")),
    };
    for (export, index) in &loaded.exports {
        let at = At { instance: &instance, store: &mut store, index };
        loaded.version.check_type(*export, at).map_err(|error| {
            PluginRefusal::quoting(RefusalCode::WrongType, &format!("export `{export}`: {error:#}"))
        })?;
    }
    Ok(())
}
