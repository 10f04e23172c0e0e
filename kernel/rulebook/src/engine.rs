//! 引擎 (the one wasmtime engine): its configuration, its linkers, its clock.
//!
//! Every feature that is off here is off in [`crate::admission`] too. The configuration is part of the
//! compiled code's identity, so a change of it makes the disk cache start anew.

use std::num::NonZeroUsize;
use std::time::Duration;

use wasmtime::component::Linker;
use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, OperatorCost, OptLevel, PoolingAllocationConfig,
    Strategy, WasmBacktraceDetails,
};

use crate::host::{self, Host};
use crate::limits::Limits;
use crate::wire::RuleKind;

/// How often the epoch moves on.
const TICK: Duration = Duration::from_millis(5);
/// Linear memory kept warm in a pool slot: what makes a fresh instance cheap.
const KEEP_RESIDENT: usize = 2 << 20;
/// Core instances of one component: the guest and the adapters the encoder puts around it.
const CORE_INSTANCES: u32 = 8;
/// Tables of one component.
const TABLES: u32 = 8;

/// Ticks of the epoch until `milliseconds` have surely passed.
pub(crate) fn ticks(milliseconds: u64) -> u64 {
    milliseconds.div_ceil(TICK.as_millis() as u64) + 1
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
    charter: Linker<Host>,
    implementation: Linker<Host>,
    regulation: Linker<Host>,
}

impl Machine {
    pub(crate) fn new(limits: &Limits) -> wasmtime::Result<Self> {
        let engine = Engine::new(&config(limits, limits.concurrent_calls))?;
        start_clock(&engine)?;
        let linker = |roster: bool, records: bool| -> wasmtime::Result<Linker<Host>> {
            let mut linker = Linker::new(&engine);
            host::add_log(&mut linker)?;
            if roster {
                host::add_roster(&mut linker)?;
            }
            if records {
                host::add_records(&mut linker)?;
            }
            Ok(linker)
        };
        Ok(Self {
            charter: linker(true, false)?,
            implementation: linker(true, true)?,
            regulation: linker(false, false)?,
            engine,
        })
    }

    /// What a world may import, and nothing else.
    pub(crate) fn linker(&self, kind: RuleKind) -> &Linker<Host> {
        match kind {
            RuleKind::Charter => &self.charter,
            RuleKind::ImplementationRule => &self.implementation,
            RuleKind::VillageRegulation => &self.regulation,
        }
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
