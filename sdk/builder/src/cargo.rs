//! Asking cargo about plugin crates, and having it build them.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::BuildError;
use crate::toolchain::{TARGET, Toolchain};

/// A plugin crate and what it is made of.
#[derive(Clone, Debug)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// Root of the cargo workspace it belongs to.
    pub(crate) workspace: PathBuf,
    /// Folders of the crate itself and of its path dependencies, in order of name.
    pub(crate) local: BTreeMap<String, PathBuf>,
    /// Registry and git dependencies, as cargo names them.
    pub(crate) external: BTreeSet<String>,
}

/// Answers of `cargo metadata`, one for each workspace asked about.
#[derive(Default)]
pub(crate) struct Crates(Vec<Metadata>);

impl Crates {
    /// The crate in a folder.
    pub(crate) fn package(&mut self, folder: &Path) -> Result<Package, BuildError> {
        let manifest = folder.join("Cargo.toml");
        let manifest = manifest.canonicalize().map_err(BuildError::file("find", &manifest))?;
        if let Some(package) = self.0.iter().find_map(|metadata| metadata.package(&manifest)) {
            return Ok(package);
        }
        let metadata = metadata(&manifest)?;
        let package = metadata.package(&manifest);
        self.0.push(metadata);
        package.ok_or_else(|| BuildError::Cargo(format!("{} is no package", manifest.display())))
    }
}

/// The workspaces of these packages, each once.
pub(crate) fn workspaces<'a>(packages: impl Iterator<Item = &'a Package>) -> BTreeSet<PathBuf> {
    packages.map(|package| package.workspace.clone()).collect()
}

/// Builds the packages of one workspace for the guest target.
pub(crate) fn build(
    toolchain: &Toolchain,
    workspace: &Path,
    target_dir: &Path,
    packages: &[&Package],
) -> Result<(), BuildError> {
    let mut command = Command::new(program());
    command.current_dir(workspace);
    // The guest profile and flags are the builder's alone: the same sources give the same bytes in every workspace.
    for name in
        ["RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS", "CARGO_BUILD_TARGET", "CARGO_TARGET_DIR", "RUSTC_WRAPPER"]
    {
        command.env_remove(name);
    }
    toolchain.configure(&mut command);
    command.env("CARGO_ENCODED_RUSTFLAGS", flags(workspace, toolchain));
    command.args(["build", "--profile", "guest", "--target", TARGET, "--target-dir"]).arg(target_dir);
    for setting in [
        "inherits=\"release\"",
        "opt-level=\"s\"",
        "lto=\"fat\"",
        "codegen-units=1",
        "panic=\"abort\"",
        "debug=false",
        "strip=true",
        "overflow-checks=true",
    ] {
        command.args(["--config", &format!("profile.guest.{setting}")]);
    }
    for package in packages {
        command.args(["-p", &package.name]);
    }
    let output =
        command.output().map_err(|error| BuildError::Cargo(format!("cargo cannot be started: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    let names: Vec<_> = packages.iter().map(|package| package.name.as_str()).collect();
    Err(BuildError::Cargo(format!(
        "cargo did not build {} with {toolchain}:\n{}",
        names.join(", "),
        last_lines(&String::from_utf8_lossy(&output.stderr), 80)
    )))
}

/// Where cargo leaves a crate's core module.
pub(crate) fn artifact(target_dir: &Path, name: &str) -> PathBuf {
    target_dir.join(TARGET).join("guest").join(format!("{}.wasm", name.replace('-', "_")))
}

/// A small stack, because a fresh instance for each answer pays for all of it; and no path of this machine.
fn flags(workspace: &Path, toolchain: &Toolchain) -> OsString {
    let mut flags = OsString::from("-Clink-arg=-zstack-size=65536");
    let mut remap = |from: &Path, to: &str| {
        flags.push("\u{1f}--remap-path-prefix=");
        flags.push(from);
        flags.push("=");
        flags.push(to);
    };
    remap(workspace, ".");
    if let Some(home) = cargo_home() {
        remap(&home.join("registry/src"), "crates");
    }
    if let Some(sysroot) = toolchain.sysroot() {
        remap(&sysroot.join("lib/rustlib/src/rust"), "rust");
    }
    flags
}

fn cargo_home() -> Option<PathBuf> {
    std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")))
}

fn program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<_> = text.lines().collect();
    lines.get(lines.len().saturating_sub(count)..).unwrap_or_default().join("\n")
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<MetadataPackage>,
    resolve: Resolve,
    workspace_root: PathBuf,
}

#[derive(Deserialize)]
struct MetadataPackage {
    id: String,
    name: String,
    manifest_path: PathBuf,
    source: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<DependencyKind>,
}

#[derive(Deserialize)]
struct DependencyKind {
    kind: Option<String>,
}

impl Metadata {
    fn package(&self, manifest: &Path) -> Option<Package> {
        let packages: BTreeMap<&str, &MetadataPackage> =
            self.packages.iter().map(|package| (package.id.as_str(), package)).collect();
        let nodes: BTreeMap<&str, &Node> =
            self.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
        let root = self.packages.iter().find(|package| package.manifest_path == manifest)?;

        let (mut local, mut external, mut seen) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
        let mut open = vec![root.id.as_str()];
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            let package = packages.get(id)?;
            match &package.source {
                None => {
                    local.insert(package.name.clone(), package.manifest_path.parent()?.to_owned());
                }
                Some(_) => {
                    external.insert(package.id.clone());
                }
            }
            // Development dependencies do not reach the component.
            let reached = nodes.get(id)?.deps.iter().filter(|dependency| {
                dependency.dep_kinds.iter().any(|kind| kind.kind.as_deref() != Some("dev"))
            });
            open.extend(reached.map(|dependency| dependency.pkg.as_str()));
        }
        Some(Package { name: root.name.clone(), workspace: self.workspace_root.clone(), local, external })
    }
}

fn metadata(manifest: &Path) -> Result<Metadata, BuildError> {
    let output = Command::new(program())
        .args(["metadata", "--format-version", "1", "--manifest-path"])
        .arg(manifest)
        .output()
        .map_err(|error| BuildError::Cargo(format!("cargo cannot be started: {error}")))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(BuildError::Cargo(format!(
            "cargo does not know the crate {}:\n{}",
            manifest.display(),
            last_lines(&said, 40)
        )));
    }
    serde_json::from_slice(&output.stdout)
        .map_err(|error| BuildError::Cargo(format!("cargo metadata does not read: {error}")))
}
