//! What a rule is told, with its settings and forms read into the rule's own types.

use std::fmt;

use serde::de::DeserializeOwned;

use crate::Date;
use crate::wit::{Candidate, CaseEvent, Community, CommunityKind};
use crate::{Matter, Transition};

/// What every call is given: the settings the community chose, its public figures, and two dates.
#[derive(Clone, Debug)]
pub struct Context<S> {
    /// The settings the community chose.
    pub settings: S,
    /// Public figures of the community.
    pub community: Community,
    /// The date whose law applies: the day the matter was opened.
    pub law_date: Date,
    /// The day of the act.
    pub today: Date,
}

impl<S: DeserializeOwned> Context<S> {
    /// Reads the raw context. The kernel checked the settings against the schema, so settings that do not fit
    /// the type are a fault of the plugin: the call ends, and the matter stays where it is.
    pub(crate) fn open(raw: crate::wit::Context) -> Self {
        let date = |name: &str, text: &str| match text.parse() {
            Ok(date) => date,
            Err(error) => panic!("the host's {name} `{text}` is {error}"),
        };
        Self {
            settings: match serde_json::from_str(&raw.settings) {
                Ok(settings) => settings,
                Err(error) => panic!("the settings do not fit the plugin's settings type: {error}"),
            },
            law_date: date("law-date", &raw.law_date),
            today: date("today", &raw.today),
            community: raw.community,
        }
    }
}

impl<S> Context<S> {
    /// Whether the community is a village (村) and not an urban community (社区).
    #[must_use]
    pub fn is_village(&self) -> bool {
        self.community.kind == CommunityKind::Village
    }
}

/// A form or evidence that does not read as the type the rule expected.
#[derive(Debug)]
pub struct Unreadable(String);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}

/// Nothing carried at all reads like an empty object, so that a type of optional fields reads it.
fn read<T: DeserializeOwned>(json: &str) -> Result<T, Unreadable> {
    let json = if matches!(json.trim(), "" | "null") { "{}" } else { json };
    serde_json::from_str(json).map_err(|error| Unreadable(error.to_string()))
}

impl CaseEvent {
    /// The event's form, read into a type.
    ///
    /// # Errors
    /// [`Unreadable`] when the form has another shape.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Unreadable> {
        read(&self.form)
    }

    /// The day of the event.
    ///
    /// # Errors
    /// [`Unreadable`] when the host gave no date.
    pub fn date(&self) -> Result<Date, Unreadable> {
        self.on.parse().map_err(|error| Unreadable(format!("`{}` is {error}", self.on)))
    }
}

impl Matter {
    /// The matter's form, read into a type.
    ///
    /// # Errors
    /// [`Unreadable`] when the form has another shape.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Unreadable> {
        read(&self.form)
    }
}

impl Transition {
    /// What the act carries, read into a type.
    ///
    /// # Errors
    /// [`Unreadable`] when the evidence has another shape.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Unreadable> {
        read(&self.evidence)
    }
}

impl Candidate {
    /// The settings of the rule that is judged, read into a type that names the ones of interest.
    ///
    /// # Errors
    /// [`Unreadable`] when the settings have another shape.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Unreadable> {
        read(&self.settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default, serde::Deserialize)]
    #[serde(default)]
    struct Act {
        days: Option<u32>,
    }

    #[test]
    fn nothing_carried_reads_as_an_empty_object() {
        for nothing in ["", "null", " null ", "{}"] {
            assert_eq!(read::<Act>(nothing).expect("an act without days").days, None);
        }
        assert_eq!(read::<Act>(r#"{"days":15}"#).expect("an act").days, Some(15));
        assert!(read::<Act>("15").is_err());
    }
}
