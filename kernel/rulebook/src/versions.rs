//! 文本异同 (what differs between the text and settings in force and those that would take their place).

use std::collections::BTreeMap;

use serde_json::Value;
use yishi_law::Words;

use crate::manifest::{Article, Manifest};
use crate::rulebook::Rulebook;
use crate::rules::RuleRef;

/// 文本异同 (settings and articles, side by side).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextDifference {
    /// Settings whose values differ, or that only one of them has.
    pub settings: Vec<SettingDifference>,
    /// Articles that would be new, by id.
    pub added: Vec<String>,
    /// Articles that would no longer be there.
    pub removed: Vec<String>,
    /// Articles that would read otherwise.
    pub changed: Vec<String>,
}

/// 设定的改动 (one setting: what it is and what it would be).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingDifference {
    /// Its name.
    pub name: String,
    /// Its title in the schema of the later text, or of the earlier where it is not there any more.
    pub title: Words,
    /// What holds now; none where there is no such setting.
    pub before: Option<Value>,
    /// What would hold.
    pub after: Option<Value>,
}

impl TextDifference {
    /// Whether both say the same under the same settings.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.settings.is_empty()
            && self.added.is_empty()
            && self.removed.is_empty()
            && self.changed.is_empty()
    }
}

impl Rulebook {
    /// What differs in text and settings. Without `before` every article is new. Both have to be loaded; what is not
    /// has no text to compare.
    #[must_use]
    pub fn text_difference(&self, before: Option<&RuleRef>, after: &RuleRef) -> TextDifference {
        let known = |rule: &RuleRef| self.inspection(&rule.digest);
        let old = before.and_then(known).map(|inspection| inspection.manifest.clone());
        let Some(new) = known(after).map(|inspection| inspection.manifest.clone()) else {
            return TextDifference::default();
        };
        let mut found = TextDifference::default();
        let were = articles(old.as_deref());
        let will = articles(Some(&new));
        for (id, article) in &will {
            match were.get(id) {
                None => found.added.push((*id).to_owned()),
                Some(was) if was.text != article.text => found.changed.push((*id).to_owned()),
                Some(_) => {}
            }
        }
        found.removed = were.keys().filter(|id| !will.contains_key(*id)).map(|id| (*id).to_owned()).collect();
        // Settings of another rule are not these settings under other values.
        if let (Some(old), Some(before)) = (old.filter(|old| old.name == new.name), before) {
            found.settings = settings(&old, before, &new, after);
        }
        found
    }
}

fn articles(manifest: Option<&Manifest>) -> BTreeMap<&str, &Article> {
    let all = manifest.into_iter().flat_map(Manifest::articles);
    all.map(|article| (article.id.as_str(), article)).collect()
}

fn settings(old: &Manifest, before: &RuleRef, new: &Manifest, after: &RuleRef) -> Vec<SettingDifference> {
    let values = |rule: &RuleRef| -> BTreeMap<String, Value> {
        // Canonical JSON of an object, as it was chosen.
        serde_json::from_str(&rule.settings).unwrap_or_default()
    };
    let (mut were, will) = (values(before), values(after));
    let mut found = Vec::new();
    let mut note = |name: String, before: Option<Value>, after: Option<Value>| {
        if before != after {
            let title = title(new, &name).or_else(|| title(old, &name));
            let title = title.unwrap_or_else(|| Words::new(name.clone(), name.clone()));
            found.push(SettingDifference { name, title, before, after });
        }
    };
    for (name, value) in will {
        let was = were.remove(&name);
        note(name, was, Some(value));
    }
    for (name, value) in were {
        note(name, Some(value), None);
    }
    found
}

fn title(manifest: &Manifest, name: &str) -> Option<Words> {
    let schema = &manifest.settings.schema["properties"][name];
    let zh = schema["title"].as_str()?;
    Some(Words::new(zh, schema["x-title-en"].as_str().unwrap_or(zh)))
}
