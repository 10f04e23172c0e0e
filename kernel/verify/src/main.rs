//! `yishi-verify FILE`: checks an export or a receipt of a community's public record, offline.

use std::process::ExitCode;

use clap::Parser;
use yishi_verify::cli::{self, Options};

/// 核验村（社区）公开记录 (checks a community's public record).
///
/// Exit code 0: everything holds; 1: something does not; 2: nothing could be checked.
#[derive(Debug, Parser)]
#[command(version)]
struct Command {
    #[command(flatten)]
    options: Options,
}

fn main() -> ExitCode {
    match cli::run(&Command::parse().options, &mut std::io::stdout().lock()) {
        Ok(code) => code.into(),
        Err(_) => cli::UNUSABLE.into(),
    }
}
