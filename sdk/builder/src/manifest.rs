//! Putting a plugin's files together into the one manifest.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

/// The version of the WIT package the SDK of this tree builds against.
const WIT_VERSION: &str = "1.0.0";

/// Why a plugin's files make no manifest.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// A file is missing or unreadable.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is not the JSON it should be.
    #[error("{}: {message}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Why.
        message: String,
    },
    /// The manifest has no canonical bytes.
    #[error("the manifest of `{name}` has no canonical bytes")]
    NotCanonical {
        /// The plugin.
        name: String,
        /// Why.
        source: yishi_canonical::CanonicalError,
    },
}

/// A plugin's folder: its manifest, put together and not yet checked.
#[derive(Clone, Debug)]
pub struct PluginFolder {
    /// Where it is.
    pub folder: PathBuf,
    /// The plugin's name.
    pub name: String,
    /// The rule's version.
    pub version: String,
    /// `charter`, `implementation-rule` or `village-regulation`.
    pub kind: String,
    /// The whole manifest.
    pub manifest: Value,
}

impl PluginFolder {
    /// Reads `plugin.json`, `text.json` and `scenarios/*.json`.
    ///
    /// # Errors
    /// [`ManifestError`] naming the file.
    pub fn read(folder: &Path) -> Result<Self, ManifestError> {
        let head_path = folder.join("plugin.json");
        let mut head = object(&head_path)?;
        for name in ["manifest", "wit", "headings", "scenarios"] {
            if head.contains_key(name) {
                return Err(malformed(&head_path, format!("`{name}` is filled in by the builder")));
            }
        }
        let text_path = folder.join("text.json");
        let Some(headings) = object(&text_path)?.remove("headings") else {
            return Err(malformed(&text_path, "`headings` is missing".into()));
        };
        head.insert("manifest".into(), json!(1));
        head.insert("wit".into(), json!(WIT_VERSION));
        head.insert("headings".into(), headings);
        head.insert("scenarios".into(), Value::Array(scenarios(folder)?));

        let word = |name: &str| match head.get(name).and_then(Value::as_str) {
            Some(word) => Ok(word.to_owned()),
            None => Err(malformed(&head_path, format!("`{name}` is missing"))),
        };
        Ok(Self {
            folder: folder.to_owned(),
            name: word("name")?,
            version: word("version")?,
            kind: word("kind")?,
            manifest: Value::Object(head),
        })
    }

    /// The manifest's canonical bytes.
    ///
    /// # Errors
    /// [`ManifestError::NotCanonical`], for instance when a schema holds a fraction.
    pub fn bytes(&self) -> Result<Vec<u8>, ManifestError> {
        yishi_canonical::to_vec(&self.manifest)
            .map_err(|source| ManifestError::NotCanonical { name: self.name.clone(), source })
    }
}

fn scenarios(folder: &Path) -> Result<Vec<Value>, ManifestError> {
    let listing = folder.join("scenarios");
    let unreadable = |source| ManifestError::Unreadable { path: listing.clone(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(&listing).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    files.sort();
    let mut scenarios = Vec::new();
    for file in files {
        match read(&file)? {
            Value::Array(list) => scenarios.extend(list),
            _ => return Err(malformed(&file, "should be a list of scenarios".into())),
        }
    }
    Ok(scenarios)
}

fn object(path: &Path) -> Result<Map<String, Value>, ManifestError> {
    match read(path)? {
        Value::Object(members) => Ok(members),
        _ => Err(malformed(path, "should be an object".into())),
    }
}

fn read(path: &Path) -> Result<Value, ManifestError> {
    let bytes =
        fs::read(path).map_err(|source| ManifestError::Unreadable { path: path.to_owned(), source })?;
    serde_json::from_slice(&bytes).map_err(|error| malformed(path, error.to_string()))
}

fn malformed(path: &Path, message: String) -> ManifestError {
    ManifestError::Malformed { path: path.to_owned(), message }
}
