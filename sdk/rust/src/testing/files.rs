//! Reading a plugin's folder: `plugin.json`, `text.json`, `scenarios/*.json`.
//!
//! Only as far as scenarios need it; the builder reads the same files and checks everything.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Scenario;

/// A plugin as its scenarios need it.
#[derive(Clone, Debug)]
pub struct Plugin {
    /// Its name.
    pub name: String,
    /// `charter`, `implementation-rule` or `village-regulation`.
    pub kind: String,
    /// The kinds of community it suits.
    pub communities: Vec<String>,
    /// Its default settings.
    pub defaults: Value,
    /// The roster facts it asks for.
    pub roster: Vec<String>,
    /// The ids of its articles.
    pub articles: BTreeSet<String>,
    /// The stages it declares.
    pub stages: BTreeSet<String>,
    /// The measures it declares.
    pub measures: BTreeSet<String>,
    /// Its scenarios, in the order of the files.
    pub scenarios: Vec<Scenario>,
}

#[derive(Deserialize)]
struct Head {
    name: String,
    kind: String,
    communities: Vec<String>,
    settings: Settings,
    #[serde(default)]
    roster: Vec<String>,
    #[serde(default)]
    stages: Vec<Named>,
    #[serde(default)]
    measures: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    code: String,
}

#[derive(Deserialize)]
struct Settings {
    defaults: Value,
}

#[derive(Deserialize)]
struct Text {
    headings: Vec<Heading>,
}

#[derive(Deserialize)]
struct Heading {
    articles: Vec<Article>,
}

#[derive(Deserialize)]
struct Article {
    id: String,
}

impl Plugin {
    /// Reads a plugin's folder.
    ///
    /// # Errors
    /// The file that cannot be read, and why.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let head: Head = json(&folder.join("plugin.json"))?;
        let text: Text = json(&folder.join("text.json"))?;
        let articles = text.headings.into_iter().flat_map(|heading| heading.articles);

        let listing = folder.join("scenarios");
        let mut files: Vec<_> = fs::read_dir(&listing)
            .map_err(|error| format!("cannot list {}: {error}", listing.display()))?
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
            .collect();
        files.sort();

        let mut scenarios: Vec<Scenario> = Vec::new();
        let mut seen = BTreeSet::new();
        for file in &files {
            for scenario in json::<Vec<Scenario>>(file)? {
                if !seen.insert(scenario.id.clone()) {
                    return Err(format!("{}: the id `{}` is taken", file.display(), scenario.id));
                }
                scenarios.push(scenario);
            }
        }
        Ok(Self {
            name: head.name,
            kind: head.kind,
            communities: head.communities,
            defaults: head.settings.defaults,
            roster: head.roster,
            articles: articles.map(|article| article.id).collect(),
            stages: head.stages.into_iter().map(|stage| stage.code).collect(),
            measures: head.measures.into_iter().map(|measure| measure.code).collect(),
            scenarios,
        })
    }
}

fn json<T: DeserializeOwned>(path: &Path) -> Result<T, String> {
    let bytes = fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    serde_json::from_slice(&bytes).map_err(|error| format!("{}: {error}", path.display()))
}
