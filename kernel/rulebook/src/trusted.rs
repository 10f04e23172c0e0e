//! The one place where machine code enters the process.

use wasmtime::Engine;
use wasmtime::component::Component;

/// Loads code that this host compiled itself.
///
/// The caller vouches for where `code` comes from: the compile child's pipe, this process's own compiler,
/// or a cache file whose MAC was just checked. Nothing that came with a request is ever passed here.
#[expect(
    unsafe_code,
    reason = "wasmtime cannot check machine code; its origin is checked by the caller, see above"
)]
pub(crate) fn component(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: `code` was written by `Engine::precompile_component` of this host and has not been changed
    // since (pipe of our own child, own memory, or MAC over the whole file with a key only this host has).
    unsafe { Component::deserialize(engine, code) }
}
