//! Knowing whether a plugin has changed since it was built.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use yishi_canonical::Digest;

use crate::BuildError;
use crate::cargo::Package;
use crate::manifest::PluginFolder;

/// Raised when the builder itself would make other components of the same sources.
const RECIPE: u32 = 1;

/// What a component was made from: everything but the compiler.
#[derive(Serialize)]
struct Sources<'a> {
    recipe: u32,
    builder: &'static str,
    manifest: Digest,
    external: Vec<&'a str>,
    files: BTreeMap<String, Digest>,
}

/// The stamp beside a component.
#[derive(Serialize, Deserialize)]
struct Stamp {
    sources: Digest,
    component: Digest,
}

/// The digest of a plugin's sources: its manifest, its code, the code of its path dependencies and the WIT they are
/// generated from, and the versions of all other dependencies.
pub(crate) fn digest(package: &Package, plugin: &PluginFolder) -> Result<Digest, BuildError> {
    let mut files = BTreeMap::new();
    for (name, folder) in &package.local {
        add(&mut files, name, &folder.join("Cargo.toml"))?;
        add(&mut files, name, &folder.join("build.rs"))?;
        add(&mut files, name, &folder.join("src"))?;
        if name == "yishi-sdk" {
            add(&mut files, name, &folder.join("../../schemas/wit"))?;
        }
    }
    let sources = Sources {
        recipe: RECIPE,
        builder: env!("CARGO_PKG_VERSION"),
        manifest: Digest::of(&plugin.bytes()?),
        external: package.external.iter().map(String::as_str).collect(),
        files,
    };
    yishi_canonical::digest_of(&sources)
        .map_err(|error| BuildError::Cargo(format!("a source file's name is not ASCII: {error}")))
}

/// The component built earlier from the same sources, if it is still what it was.
pub(crate) fn kept(path: &Path, sources: Digest) -> Option<Vec<u8>> {
    let stamp: Stamp = serde_json::from_slice(&fs::read(stamp_path(path)).ok()?).ok()?;
    let bytes = fs::read(path).ok()?;
    (stamp.sources == sources && stamp.component == Digest::of(&bytes)).then_some(bytes)
}

/// Puts a component in its place, and its stamp beside it.
pub(crate) fn keep(path: &Path, component: &[u8], sources: Digest) -> Result<(), BuildError> {
    let stamp = Stamp { sources, component: Digest::of(component) };
    let stamp = yishi_canonical::to_vec(&stamp)
        .map_err(|error| BuildError::Cargo(format!("the stamp cannot be written: {error}")))?;
    replace(path, component)?;
    replace(&stamp_path(path), &stamp)
}

fn stamp_path(path: &Path) -> PathBuf {
    path.with_extension("stamp.json")
}

/// Writes beside the file and renames, so that a reader never sees half of it.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), BuildError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(BuildError::file("make", folder))?;
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}", std::process::id()));
    let beside = PathBuf::from(beside);
    fs::write(&beside, bytes).map_err(BuildError::file("write", &beside))?;
    fs::rename(&beside, path).map_err(BuildError::file("write", path))
}

fn add(files: &mut BTreeMap<String, Digest>, name: &str, path: &Path) -> Result<(), BuildError> {
    if path.is_dir() {
        let entries = fs::read_dir(path).map_err(BuildError::file("list", path))?;
        for entry in entries {
            let entry = entry.map_err(BuildError::file("list", path))?;
            let name = format!("{name}/{}", entry.file_name().to_string_lossy());
            add(files, &name, &entry.path())?;
        }
    } else if path.is_file() {
        let bytes = fs::read(path).map_err(BuildError::file("read", path))?;
        let own = path.file_name().map_or_else(String::new, |own| own.to_string_lossy().into_owned());
        // A file given by itself is known by its own name; one found in a folder already carries it.
        let name = if name.ends_with(&format!("/{own}")) { name.to_owned() } else { format!("{name}/{own}") };
        files.insert(name, Digest::of(&bytes));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_is_kept_until_it_or_its_sources_change() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deep/plugin-1.0.0.wasm");
        let (one, two) = (Digest::of(b"one"), Digest::of(b"two"));
        assert_eq!(kept(&path, one), None);
        keep(&path, b"component", one).expect("kept");
        assert_eq!(kept(&path, one).as_deref(), Some(b"component".as_slice()));
        assert_eq!(kept(&path, two), None);
        fs::write(&path, b"another").expect("written");
        assert_eq!(kept(&path, one), None);
        assert_eq!(fs::read_dir(path.parent().expect("a parent")).expect("listed").count(), 2);
    }

    #[test]
    fn files_are_named_by_crate_and_place() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("src/deep")).expect("src");
        for name in ["Cargo.toml", "src/lib.rs", "src/deep/a.rs"] {
            fs::write(folder.path().join(name), name).expect("written");
        }
        let mut files = BTreeMap::new();
        add(&mut files, "x", &folder.path().join("Cargo.toml")).expect("read");
        add(&mut files, "x", &folder.path().join("build.rs")).expect("absent is fine");
        add(&mut files, "x", &folder.path().join("src")).expect("read");
        let names: Vec<_> = files.keys().map(String::as_str).collect();
        assert_eq!(names, ["x/Cargo.toml", "x/deep/a.rs", "x/lib.rs"]);
    }
}
