//! The binary `yishi`.

use std::process::ExitCode;

fn main() -> ExitCode {
    yishi_server::cli::main()
}
