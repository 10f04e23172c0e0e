//! The binary `yishi`.

use std::process::ExitCode;

/// A request makes some hundred small allocations and frees them on another thread as often as not; the C library's
/// allocator spends a tenth of a vote on that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    yishi_server::cli::main()
}
