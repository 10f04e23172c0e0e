//! 上限 (every limit on a plugin, in one place).

use serde::{Deserialize, Serialize};

/// 资源等级 (how much a plugin asks for in its manifest).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResourceClass {
    /// What every Rust guest fits into.
    #[default]
    Small,
    /// Twice that.
    Standard,
    /// For guests that carry an interpreter; a city must allow it ([`Limits::largest_class`]).
    Large,
}

/// Limits on one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallLimits {
    /// Fuel, start-up included.
    pub fuel: u64,
    /// Bytes of linear memory and tables of the whole instance.
    pub memory_bytes: usize,
    /// Milliseconds of processor time of the thread that answers. A backstop for a host that is stuck, far behind the
    /// fuel: it does not run while the thread waits for a processor, so a busy machine never stops an answer.
    pub processor_ms: u64,
}

/// Limits on files, on compilation and on answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of a component of class small or standard.
    pub component_bytes: usize,
    /// Bytes of a component of class large.
    pub large_component_bytes: usize,
    /// The most a manifest may ask for.
    pub largest_class: ResourceClass,
    /// Bytes of all custom sections but the manifest.
    pub custom_section_bytes: usize,
    /// Number of custom sections.
    pub custom_sections: usize,
    /// Bytes of the manifest.
    pub manifest_bytes: usize,
    /// Bytes of one function body.
    pub function_body_bytes: usize,
    /// Functions over all core modules.
    pub functions: u32,
    /// Locals of one function.
    pub locals: u32,
    /// Parameters and results of one core function type.
    pub signature_values: usize,
    /// Types, imports, exports, element and data segments: each, over the whole file.
    pub entries: u32,
    /// Elements of a table.
    pub table_elements: u64,
    /// Core modules in the component.
    pub modules: u32,
    /// Core and component instances in the component.
    pub instances: u32,
    /// Linear memories.
    pub memories: u32,

    /// One answer of a class small plugin.
    pub small: CallLimits,
    /// One answer of a class standard plugin.
    pub standard: CallLimits,
    /// One answer of a class large plugin.
    pub large: CallLimits,
    /// Bytes of arguments and settings.
    pub input_bytes: usize,
    /// Bytes of the canonical answer.
    pub output_bytes: usize,
    /// Bytes that cross from guest to host in one call, as wasmtime counts them.
    pub hostcall_bytes: usize,
    /// Calls to the host in one answer.
    pub host_calls: u32,
    /// Bytes of all answers of the host in one answer of the plugin.
    pub host_answer_bytes: usize,
    /// Bytes of log kept for one answer.
    pub log_bytes: usize,
    /// Fuel of one call to the host.
    pub host_call_fuel: u64,
    /// Fuel of each byte a call to the host carries in or out.
    pub host_byte_fuel: u64,
    /// Bytes of guest stack.
    pub stack_bytes: usize,
    /// Answers at the same time; more wait in line.
    pub concurrent_calls: u32,

    /// Bytes of memory of the compile child.
    pub compile_memory_bytes: u64,
    /// Processor seconds of the compile child: what decides whether a component takes too long to compile.
    pub compile_cpu_seconds: u64,
    /// Seconds on the clock in which the compile child has used no processor time at all, until it is given up. That is
    /// a fault of the host, never of the component.
    pub compile_stuck_seconds: u64,
    /// Bytes of compiled code.
    pub compiled_bytes: usize,
    /// Bytes of compiled code kept loaded; least recently used goes first.
    pub loaded_bytes: usize,
    /// Conclusions kept of what rules declare, of each kind: a few kilobytes each.
    pub kept_conclusions: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            component_bytes: 2 << 20,
            large_component_bytes: 24 << 20,
            largest_class: ResourceClass::Standard,
            custom_section_bytes: 64 << 10,
            custom_sections: 64,
            manifest_bytes: 256 << 10,
            function_body_bytes: 64 << 10,
            functions: 10_000,
            locals: 1_000,
            signature_values: 64,
            entries: 10_000,
            table_elements: 10_000,
            modules: 16,
            instances: 64,
            memories: 1,
            small: CallLimits { fuel: 50_000_000, memory_bytes: 16 << 20, processor_ms: 30_000 },
            standard: CallLimits { fuel: 100_000_000, memory_bytes: 32 << 20, processor_ms: 30_000 },
            large: CallLimits { fuel: 2_000_000_000, memory_bytes: 64 << 20, processor_ms: 60_000 },
            input_bytes: 128 << 10,
            output_bytes: 64 << 10,
            hostcall_bytes: 256 << 10,
            host_calls: 256,
            host_answer_bytes: 256 << 10,
            log_bytes: 8 << 10,
            host_call_fuel: 2_000,
            host_byte_fuel: 4,
            stack_bytes: 512 << 10,
            concurrent_calls: 32,
            compile_memory_bytes: 2 << 30,
            compile_cpu_seconds: 20,
            compile_stuck_seconds: 60,
            compiled_bytes: 64 << 20,
            loaded_bytes: 256 << 20,
            kept_conclusions: 512,
        }
    }
}

impl Limits {
    /// Limits of one answer for a class.
    #[must_use]
    pub const fn call(&self, class: ResourceClass) -> CallLimits {
        match class {
            ResourceClass::Small => self.small,
            ResourceClass::Standard => self.standard,
            ResourceClass::Large => self.large,
        }
    }
}
