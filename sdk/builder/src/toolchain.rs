//! Finding something to build guests with, so that nobody has to think of it.
//!
//! In order: a rustup toolchain that has the target; Debian's `rustc-web` with `rust-web-src`, already installed;
//! and, only when fetching is allowed, `rustup target add` with a time limit (it can hang for ever where the network
//! is closed) and `apt-get install` of the two Debian packages. What is missing is said exactly.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// No WASI, so nothing ambient to forbid.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const RUSTUP_SECONDS: u32 = 30;
const APT_SECONDS: u32 = 300;

/// Something that builds guests.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Toolchain {
    /// The ordinary one: the target is installed.
    Installed {
        /// The compiler's folder.
        sysroot: PathBuf,
    },
    /// Debian's compiler with its library source; the library is built along.
    Debian {
        /// The compiler's folder.
        sysroot: PathBuf,
        /// The linker.
        linker: PathBuf,
    },
}

impl fmt::Display for Toolchain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Installed { .. } => f.write_str("the installed target"),
            Self::Debian { .. } => f.write_str("Debian's rustc-web and rust-web-src"),
        }
    }
}

/// There is nothing to build guests with.
#[derive(Debug, thiserror::Error)]
#[error("no toolchain for {TARGET}; any one of these helps:{}", .missing.iter().map(|m| format!("\n  - {m}")).collect::<String>())]
pub struct NoToolchain {
    /// What each way lacks.
    pub missing: Vec<String>,
}

impl Toolchain {
    /// Finds a toolchain; fetches one when there is none and `fetch` allows it.
    ///
    /// # Errors
    /// [`NoToolchain`], naming what each way lacks.
    pub fn find(fetch: bool) -> Result<Self, NoToolchain> {
        let mut missing = Vec::new();
        if let Some(found) = installed(&mut missing).or_else(|| debian(&mut missing)) {
            return Ok(found);
        }
        if fetch {
            missing.clear();
            if rustup_adds(&mut missing)
                && let Some(found) = installed(&mut missing)
            {
                return Ok(found);
            }
            if apt_installs(&mut missing)
                && let Some(found) = debian(&mut missing)
            {
                return Ok(found);
            }
        }
        Err(NoToolchain { missing })
    }

    /// Sets a cargo command up for guests.
    pub(crate) fn configure(&self, command: &mut Command) {
        let Self::Debian { linker, .. } = self else { return };
        command
            .env("RUSTC", DEBIAN_RUSTC)
            // Building the library along is not a stable option of cargo.
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
            // When this runs under cargo, the path leads to another compiler's libraries.
            .env_remove("LD_LIBRARY_PATH")
            .arg("-Zbuild-std=std,panic_abort");
    }

    /// The compiler's folder.
    pub(crate) fn sysroot(&self) -> Option<&Path> {
        match self {
            Self::Installed { sysroot } | Self::Debian { sysroot, .. } => Some(sysroot),
        }
    }
}

/// The compiler cargo uses by itself, when it has the target.
fn installed(missing: &mut Vec<String>) -> Option<Toolchain> {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let library = printed(&rustc, &["--print", "target-libdir", "--target", TARGET]).map(PathBuf::from);
    match library.filter(|library| library.is_dir()).and_then(|_| printed(&rustc, &["--print", "sysroot"])) {
        Some(sysroot) => Some(Toolchain::Installed { sysroot: sysroot.into() }),
        None => {
            missing.push(format!("the target of the compiler `{rustc}`: rustup target add {TARGET}"));
            None
        }
    }
}

/// Debian's compiler, when it is there with its library source and there is a linker.
fn debian(missing: &mut Vec<String>) -> Option<Toolchain> {
    let Some(sysroot) = printed(DEBIAN_RUSTC, &["--print", "sysroot"]).map(PathBuf::from) else {
        missing.push("on Debian: apt-get install --no-install-recommends rustc-web rust-web-src".into());
        return None;
    };
    if !sysroot.join("lib/rustlib/src/rust/library/std/Cargo.toml").is_file() {
        missing.push(format!(
            "the library source of {DEBIAN_RUSTC}: apt-get install --no-install-recommends rust-web-src"
        ));
        return None;
    }
    let own = printed("rustc", &["--print", "sysroot"]).map(PathBuf::from);
    match linker(own.iter().chain([&sysroot])) {
        Some(linker) => Some(Toolchain::Debian { sysroot, linker }),
        None => {
            missing.push(
                "a linker for wasm: rust-lld (rustup ships it) or wasm-ld (Debian's package lld)".into(),
            );
            None
        }
    }
}

fn linker<'a>(sysroots: impl Iterator<Item = &'a PathBuf>) -> Option<PathBuf> {
    for sysroot in sysroots {
        let Ok(hosts) = std::fs::read_dir(sysroot.join("lib/rustlib")) else { continue };
        let mut found: Vec<_> = hosts
            .flatten()
            .map(|host| host.path().join("bin/rust-lld"))
            .filter(|linker| linker.is_file())
            .collect();
        found.sort();
        if let Some(linker) = found.into_iter().next() {
            return Some(linker);
        }
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join("wasm-ld")).find(|linker| linker.is_file())
}

fn rustup_adds(missing: &mut Vec<String>) -> bool {
    let done = within(RUSTUP_SECONDS, Command::new("rustup").args(["target", "add", TARGET]));
    if !done {
        missing.push(format!(
            "rustup could not fetch the target within {RUSTUP_SECONDS} seconds: rustup target add {TARGET}"
        ));
    }
    done
}

fn apt_installs(missing: &mut Vec<String>) -> bool {
    let wanted = ["install", "--yes", "--no-install-recommends", "rustc-web", "rust-web-src"];
    let done = within(APT_SECONDS, Command::new("apt-get").arg("update"))
        && within(APT_SECONDS, Command::new("apt-get").args(wanted).env("DEBIAN_FRONTEND", "noninteractive"));
    if !done {
        missing.push("on Debian, as root: apt-get update, then apt-get install --no-install-recommends rustc-web rust-web-src".into());
    }
    done
}

/// Whether a command ends well within so many seconds; it is stopped when it does not.
fn within(seconds: u32, command: &mut Command) -> bool {
    const LOOKS_PER_SECOND: u32 = 10;
    let started = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let Ok(mut child) = started else { return false };
    for _ in 0..seconds * LOOKS_PER_SECOND {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) => sleep(Duration::from_millis(1000 / u64::from(LOOKS_PER_SECOND))),
            Err(_) => break,
        }
    }
    // Nothing is owed to a command that did not end; its end is only waited for so that it leaves no zombie.
    let _ = child.kill();
    let _ = child.wait();
    false
}

fn printed(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_given_only_its_time() {
        assert!(within(5, &mut Command::new("true")));
        assert!(!within(5, &mut Command::new("false")));
        assert!(!within(5, &mut Command::new("there-is-no-such-program")));
        assert!(!within(1, Command::new("sleep").arg("60")));
    }

    #[test]
    fn what_is_missing_is_listed() {
        let nothing = NoToolchain { missing: vec!["this".into(), "that".into()] };
        let text = nothing.to_string();
        assert!(
            text.contains(TARGET) && text.contains("\n  - this") && text.contains("\n  - that"),
            "{text}"
        );
    }
}
