//! 插件构建 (from plugin crates to components): finds a guest toolchain, builds, checks, packs.
//!
//! ```no_run
//! let built = yishi_builder::build(&yishi_builder::Options::default(), &["plugins/village-charter".into()])?;
//! for plugin in built {
//!     println!("{} {} {}", plugin.name, plugin.digest, plugin.path.display());
//! }
//! # Ok::<(), yishi_builder::BuildError>(())
//! ```
//!
//! All crates of one cargo workspace are built in one cargo call, in a target folder of their own. A plugin whose
//! sources have not changed is not built again. Nothing built is committed.

mod cargo;
mod check;
mod citations;
mod component;
mod manifest;
mod sources;
mod toolchain;

use std::fs;
use std::path::{Path, PathBuf};

use yishi_canonical::Digest;

pub use check::Faults;
pub use component::{MANIFEST_SECTION, PackError, manifest_of, pack};
pub use manifest::{ManifestError, PluginFolder};
pub use toolchain::{NoToolchain, Toolchain};

/// Where things go. Folders left out lie under the target folder of the plugins' workspace.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where cargo works; `<workspace>/target/guest` when none.
    pub target_dir: Option<PathBuf>,
    /// Where components go; `<workspace>/target/plugins` when none.
    pub out_dir: Option<PathBuf>,
    /// Build even what has not changed.
    pub rebuild: bool,
    /// Fetch a guest toolchain where none is installed.
    pub fetch_toolchain: bool,
}

/// A component that lies on the disk.
#[derive(Clone, Debug)]
pub struct Built {
    /// The plugin's name.
    pub name: String,
    /// The rule's version.
    pub version: String,
    /// Digest of the whole file: code, text and manifest.
    pub digest: Digest,
    /// Where it is.
    pub path: PathBuf,
    /// The file.
    pub bytes: Vec<u8>,
    /// Whether it was built now, and not taken from an earlier build.
    pub fresh: bool,
    /// What the author may want to know; nothing that stops a build.
    pub notes: Vec<String>,
}

/// Why nothing was built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A plugin's files cannot be put together into a manifest.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The plugin's text, settings, scenarios and code do not fit each other.
    #[error("{0}")]
    Faults(Faults),
    /// There is nothing to build guests with.
    #[error(transparent)]
    Toolchain(#[from] NoToolchain),
    /// Cargo could not be asked about the crates, or did not build them.
    #[error("{0}")]
    Cargo(String),
    /// What cargo built is not a component of the plugin's kind.
    #[error("`{name}`: {source}")]
    Pack {
        /// The plugin.
        name: String,
        /// What is wrong.
        source: PackError,
    },
    /// A file cannot be read or written.
    #[error("cannot {act} {}", path.display())]
    File {
        /// What was tried.
        act: &'static str,
        /// On which file.
        path: PathBuf,
        /// What came of it.
        source: std::io::Error,
    },
}

impl BuildError {
    pub(crate) fn file(act: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { act, path, source }
    }
}

/// Checks and builds the plugins in these folders, in the order given.
///
/// # Errors
/// [`BuildError`]; every fault of a plugin's files is listed at once, and found before anything is compiled.
pub fn build(options: &Options, folders: &[PathBuf]) -> Result<Vec<Built>, BuildError> {
    let mut crates = cargo::Crates::default();
    let plans: Vec<_> =
        folders.iter().map(|folder| Plan::make(options, &mut crates, folder)).collect::<Result<_, _>>()?;
    for workspace in
        cargo::workspaces(plans.iter().filter(|plan| plan.kept.is_none()).map(|plan| &plan.package))
    {
        let packages: Vec<_> = plans
            .iter()
            .filter(|plan| plan.kept.is_none() && plan.package.workspace == workspace)
            .map(|plan| &plan.package)
            .collect();
        let toolchain = Toolchain::find(options.fetch_toolchain)?;
        cargo::build(&toolchain, &workspace, &target_dir(options, &workspace), &packages)?;
    }
    plans.into_iter().map(|plan| plan.finish(options)).collect()
}

/// The manifest of the plugin in a folder, checked, as the canonical bytes that go into the component.
///
/// # Errors
/// [`BuildError::Manifest`] or [`BuildError::Faults`].
pub fn manifest(folder: &Path) -> Result<Vec<u8>, BuildError> {
    let plugin = PluginFolder::read(folder)?;
    check::faults(&plugin).map_err(BuildError::Faults)?;
    Ok(plugin.bytes()?)
}

fn target_dir(options: &Options, workspace: &Path) -> PathBuf {
    options.target_dir.clone().unwrap_or_else(|| workspace.join("target/guest"))
}

/// One plugin on its way.
struct Plan {
    plugin: PluginFolder,
    notes: Vec<String>,
    package: cargo::Package,
    sources: Digest,
    path: PathBuf,
    /// The earlier build, if the sources are those of that build.
    kept: Option<Vec<u8>>,
}

impl Plan {
    fn make(options: &Options, crates: &mut cargo::Crates, folder: &Path) -> Result<Self, BuildError> {
        let plugin = PluginFolder::read(folder)?;
        let notes = check::faults(&plugin).map_err(BuildError::Faults)?;
        let package = crates.package(folder)?;
        if package.name != plugin.name {
            return Err(BuildError::Cargo(format!(
                "the crate is called `{}` and plugin.json says `{}`",
                package.name, plugin.name
            )));
        }
        let sources = sources::digest(&package, &plugin)?;
        let out = options.out_dir.clone().unwrap_or_else(|| package.workspace.join("target/plugins"));
        let path = out.join(format!("{}-{}.wasm", plugin.name, plugin.version));
        let kept = if options.rebuild { None } else { sources::kept(&path, sources) };
        Ok(Self { plugin, notes, package, sources, path, kept })
    }

    fn finish(self, options: &Options) -> Result<Built, BuildError> {
        let fresh = self.kept.is_none();
        let bytes = match self.kept {
            Some(bytes) => bytes,
            None => {
                let core = cargo::artifact(&target_dir(options, &self.package.workspace), &self.package.name);
                let core = fs::read(&core).map_err(BuildError::file("read", &core))?;
                let manifest = self.plugin.bytes()?;
                let bytes = pack(&core, &self.plugin.kind, &manifest)
                    .map_err(|source| BuildError::Pack { name: self.plugin.name.clone(), source })?;
                sources::keep(&self.path, &bytes, self.sources)?;
                bytes
            }
        };
        Ok(Built {
            name: self.plugin.name,
            version: self.plugin.version,
            digest: Digest::of(&bytes),
            path: self.path,
            bytes,
            fresh,
            notes: self.notes,
        })
    }
}
