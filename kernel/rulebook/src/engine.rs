//! 引擎 (the one wasmtime engine): its configuration, its linkers, its clock.
//!
//! Every feature that is off here is off in [`crate::admission`] too. The configuration is part of the
//! compiled code's identity, so a change of it makes the disk cache start anew.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::time::Duration;

use wasmtime::component::Linker;
use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, OperatorCost, OptLevel, PoolingAllocationConfig,
    Store, Strategy, UpdateDeadline, WasmBacktraceDetails,
};

use crate::busy;
use crate::host::Host;
use crate::limits::Limits;
use crate::wire::RuleKind;
use crate::wire::versions::{self, Version, Versions};

/// How often the epoch moves on.
const TICK: Duration = Duration::from_millis(5);
/// Linear memory kept warm in a pool slot: what makes a fresh instance cheap.
const KEEP_RESIDENT: usize = 2 << 20;
/// Core instances of one component: the guest and the adapters the encoder puts around it.
const CORE_INSTANCES: u32 = 8;
/// Tables of one component.
const TABLES: u32 = 8;

/// How often an answer that is still under way is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// Stops an answer that has used so much processor time. Fuel comes first by far: this is for a host that counts it
/// wrongly. The epoch only says when to look; what decides is the time the thread itself has computed, so that an
/// answer which waits for a processor on a busy machine loses nothing by it.
pub(crate) fn watch(store: &mut Store<Host>, processor_ms: u64) {
    let most = Duration::from_millis(processor_ms);
    let ticks = LOOK.min(most).as_millis().div_ceil(TICK.as_millis()) as u64;
    // Taken at the first look: an answer that is done by then, as nearly all are, pays nothing for it.
    let mut first = None;
    store.set_epoch_deadline(ticks + 1);
    store.epoch_deadline_callback(move |_| {
        // Where the machine does not say how much was computed, fuel alone decides.
        let stuck =
            busy::of_this_thread().is_some_and(|now| now.saturating_sub(*first.get_or_insert(now)) >= most);
        Ok(if stuck { UpdateDeadline::Interrupt } else { UpdateDeadline::Continue(ticks) })
    });
}

/// The configuration; `slots` is the number of answers that can be under way at once.
pub(crate) fn config(limits: &Limits, slots: u32) -> Config {
    let mut config = Config::new();
    let mut cost = OperatorCost::new();
    // A guest that only asks for memory, and is refused, must run out too.
    cost.variable.memory_grow_per_page = 100;
    cost.variable.table_grow_per_element = 2;
    cost.MemoryGrow = 200;
    cost.TableGrow = 200;
    config
        .strategy(Strategy::Cranelift)
        .cranelift_opt_level(OptLevel::Speed)
        .cranelift_nan_canonicalization(true)
        .consume_fuel(true)
        .operator_cost(cost)
        .epoch_interruption(true)
        .max_wasm_stack(limits.stack_bytes)
        .wasm_backtrace_details(WasmBacktraceDetails::Disable)
        .wasm_backtrace_max_frames(NonZeroUsize::new(8))
        .concurrency_support(false)
        // Defaults widen from version to version; what is not needed is off by name.
        .gc_support(false)
        .wasm_tail_call(false)
        .wasm_relaxed_simd(false)
        .wasm_multi_memory(false)
        .wasm_memory64(false)
        .wasm_wide_arithmetic(false)
        .wasm_custom_page_sizes(false)
        .wasm_shared_everything_threads(false)
        .shared_memory(false);
    let memory = limits.call(limits.largest_class).memory_bytes;
    config.memory_reservation(memory as u64).memory_guard_size(64 << 10).memory_reservation_for_growth(0);
    config.memory_may_move(false);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(slots)
        .total_core_instances(slots.saturating_mul(CORE_INSTANCES))
        .total_memories(slots)
        .total_tables(slots.saturating_mul(TABLES))
        .max_core_instances_per_component(CORE_INSTANCES)
        .max_memories_per_component(limits.memories)
        .max_tables_per_component(TABLES)
        .max_tables_per_module(TABLES)
        .table_elements(usize::try_from(limits.table_elements).unwrap_or(usize::MAX))
        .max_memory_size(memory)
        .linear_memory_keep_resident(KEEP_RESIDENT.min(memory))
        .table_keep_resident(64 << 10)
        .pagemap_scan(Enabled::Auto);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config
}

/// The engine with its linkers; dropping it ends its clock.
pub(crate) struct Machine {
    pub(crate) engine: Engine,
    /// What each world of each version may import.
    linkers: BTreeMap<(&'static str, RuleKind), Linker<Host>>,
}

impl Machine {
    pub(crate) fn new(limits: &Limits, versions: Versions) -> wasmtime::Result<Self> {
        let engine = Engine::new(&config(limits, limits.concurrent_calls))?;
        start_clock(&engine)?;
        let mut linkers = BTreeMap::new();
        for version in versions.iter() {
            for &kind in RuleKind::ALL {
                linkers.insert((version.number(), kind), versions::linker(&engine, version, kind)?);
            }
        }
        Ok(Self { engine, linkers })
    }

    /// What a world of this version may import, and nothing else.
    pub(crate) fn linker(&self, version: &dyn Version, kind: RuleKind) -> Option<&Linker<Host>> {
        self.linkers.get(&(version.number(), kind))
    }
}

/// One thread moves the epoch as long as the engine lives, whether or not anybody waits for it.
fn start_clock(engine: &Engine) -> wasmtime::Result<()> {
    let engine = engine.weak();
    std::thread::Builder::new()
        .name("yishi-epoch".to_owned())
        .spawn(move || {
            while let Some(engine) = engine.upgrade() {
                engine.increment_epoch();
                drop(engine);
                std::thread::sleep(TICK);
            }
        })
        .map(drop)
        .map_err(wasmtime::Error::from)
}
