//! What the stories run on: the `yishi` and `yishi-verify` binaries, and the built plugins.
//!
//! A test never builds the server: whoever starts the tests does (`cargo xtask test` builds everything first).
//! Plugins are taken from the builder, which builds a plugin only when its sources have changed.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use yishi_builder::{Built, Options};

/// Names the `yishi` binary, where it is not beside the tests.
pub const BINARY_VAR: &str = "YISHI_BIN";
/// Names the `yishi-verify` binary, where it is not beside the tests.
pub const VERIFIER_VAR: &str = "YISHI_VERIFY_BIN";

/// The checkout.
#[must_use]
pub fn workspace() -> PathBuf {
    let mut path = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    path.pop();
    path.pop();
    path
}

/// The server's binary.
///
/// # Errors
/// When it has not been built; says how to.
pub fn server() -> anyhow::Result<PathBuf> {
    find(BINARY_VAR, "yishi", "yishi-server")
}

/// The offline verifier's binary.
///
/// # Errors
/// When it has not been built; says how to.
pub fn verifier() -> anyhow::Result<PathBuf> {
    find(VERIFIER_VAR, "yishi-verify", "yishi-verify")
}

/// A first-party plugin's component, built if its sources have changed since it was last built.
///
/// # Errors
/// What the builder says, in its own words.
pub fn plugin(name: &str) -> anyhow::Result<Built> {
    build(&[workspace().join("plugins").join(name)])
}

/// A plugin that exists for tests alone.
///
/// # Errors
/// As [`plugin`].
pub fn test_plugin(name: &str) -> anyhow::Result<Built> {
    build(&[workspace().join("tests/plugins").join(name)])
}

/// A component that was forged in the test and not built: its bytes, as if a builder had made them.
#[must_use]
pub fn forged(bytes: Vec<u8>) -> Built {
    Built {
        name: "test-rule".to_owned(),
        version: "1.0.0".to_owned(),
        digest: yishi_canonical::Digest::of(&bytes),
        path: PathBuf::new(),
        bytes,
        fresh: true,
        notes: Vec::new(),
    }
}

fn build(folder: &[PathBuf; 1]) -> anyhow::Result<Built> {
    let built = yishi_builder::build(&Options::default(), folder)
        .with_context(|| format!("building {}; `cargo xtask test` does all set-up", folder[0].display()))?;
    built.into_iter().next().context("the builder built nothing")
}

fn find(variable: &str, name: &str, package: &str) -> anyhow::Result<PathBuf> {
    if let Some(path) = std::env::var_os(variable) {
        let path = PathBuf::from(path);
        if path.is_file() {
            return Ok(path);
        }
        bail!("{variable} names `{}`, which is not a file", path.display());
    }
    // This program is in `<target>/<profile>`, or in a folder of it when it is a test or an example.
    let own = std::env::current_exe()?;
    let beside = own.parent().context("this program has no folder")?;
    let below = beside.ends_with("deps") || beside.ends_with("examples");
    let profile = if below { beside.parent().unwrap_or(beside) } else { beside };
    let path = with_suffix(profile, name);
    if path.is_file() {
        return Ok(path);
    }
    bail!(
        "`{name}` is not at `{}`: run `cargo build -p {package}`, or `cargo xtask test`, or set {variable}",
        path.display()
    )
}

fn with_suffix(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
