//! 答案 (the types a field can have), each with its JSON Schema.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Time};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use yishi_canonical::Digest;
use yishi_deliberation::case::{Handler, Item};
use yishi_deliberation::matter::{ConsultationForm, DisclosureKind, Petitioners};
use yishi_identity::{BallotId, ElectedBy, MatterId, Office, PersonId, RuleId, SeatEndReason, Sex};
use yishi_law::{BodyKind, CountingMode, MatterClass, Secrecy, Subject};
use yishi_words::{Coded, CommunityKind, Lang};

use crate::house::Grant;
use crate::input::{Input, api_schema, form_schema};

/// 对谁说 (for whom a schema is made): a form uses a community's own words.
pub(crate) type Reader = Option<CommunityKind>;

/// A type that a field of an act's input can have.
pub trait Answer: DeserializeOwned {
    /// Whether something has to be said.
    const REQUIRED: bool = true;

    /// Its JSON Schema, with its choices in words for the pages of a community of this kind.
    fn schema(reader: Option<CommunityKind>) -> Value;
}

impl<T: Answer> Answer for Option<T> {
    const REQUIRED: bool = false;

    fn schema(reader: Reader) -> Value {
        let mut schema = T::schema(reader);
        // Over the API `null` says nothing, as absence does; a page leaves the field out.
        if reader.is_none() {
            schema["type"] = json!([schema["type"], "null"]);
            if let Some(choices) = schema.get_mut("enum").and_then(Value::as_array_mut) {
                choices.push(Value::Null);
            }
        }
        schema
    }
}

impl<T: Answer + Ord> Answer for BTreeSet<T> {
    fn schema(reader: Reader) -> Value {
        json!({ "type": "array", "items": T::schema(reader), "uniqueItems": true })
    }
}

impl<T: Answer> Answer for Vec<T> {
    fn schema(reader: Reader) -> Value {
        json!({ "type": "array", "items": T::schema(reader) })
    }
}

/// One input inside another.
impl<T: Input> Answer for T {
    fn schema(reader: Reader) -> Value {
        match reader {
            Some(kind) => form_schema::<T>(kind),
            None => api_schema::<T>(),
        }
    }
}

impl Answer for bool {
    fn schema(_: Reader) -> Value {
        json!({ "type": "boolean" })
    }
}

impl Answer for String {
    fn schema(_: Reader) -> Value {
        json!({ "type": "string" })
    }
}

impl Answer for u16 {
    fn schema(_: Reader) -> Value {
        json!({ "type": "integer", "format": "int32", "minimum": 0, "maximum": Self::MAX })
    }
}

impl Answer for u64 {
    fn schema(_: Reader) -> Value {
        // What every JSON reader keeps exact, and the record takes.
        json!({ "type": "integer", "format": "int64", "minimum": 0, "maximum": (1_u64 << 53) - 1 })
    }
}

impl Answer for Date {
    fn schema(_: Reader) -> Value {
        json!({ "type": "string", "format": "date" })
    }
}

/// JSON for the rules of a domain, whose schema is theirs.
impl Answer for Value {
    fn schema(_: Reader) -> Value {
        json!({ "type": "object" })
    }
}

/// A person of the roster: over the API an id, on a page a name.
impl Answer for PersonId {
    fn schema(_: Reader) -> Value {
        json!({ "type": "string", "x-of": "person" })
    }
}

macro_rules! named_by_text {
    ($($type:ty),* $(,)?) => {$(
        impl Answer for $type {
            fn schema(_: Reader) -> Value {
                json!({ "type": "string" })
            }
        }
    )*};
}

named_by_text! { MatterId, BallotId, RuleId, Digest }

/// An hour of the day: over the API `09:00`, on a page as people write it.
impl Answer for Time {
    fn schema(_: Reader) -> Value {
        json!({ "type": "string", "x-hour": true })
    }
}

/// Lines by a code that the page knows.
impl Answer for BTreeMap<String, String> {
    fn schema(_: Reader) -> Value {
        json!({ "type": "object", "additionalProperties": { "type": "string" } })
    }
}

impl Answer for Grant {
    fn schema(_: Reader) -> Value {
        // What each role says of itself is held apart, so that what is wrong is told at its own field.
        let role = |code: &str, more: &[&str]| {
            let named = std::iter::once(&"role").chain(more);
            let known: Map<String, Value> =
                named.map(|name| ((*name).to_owned(), Value::Bool(true))).collect();
            json!({
                "if": { "properties": { "role": { "const": code } } },
                "then": { "properties": known, "required": more, "additionalProperties": false },
            })
        };
        json!({
            "type": "object",
            "required": ["role"],
            "properties": {
                "role": { "type": "string", "enum": ["town-admin", "staff", "member"] },
                "community": { "type": "string" },
                "person": { "type": "string" },
            },
            "allOf": [
                role("town-admin", &[]), role("staff", &["community"]), role("member", &["community", "person"]),
            ],
        })
    }
}

/// What a case brought about, as the case numbers it.
impl Answer for Item {
    fn schema(_: Reader) -> Value {
        json!({ "type": "string", "pattern": r"^[0-9]{1,9}\.[0-9]{1,9}$" })
    }
}

/// A person or an account, by id.
impl Answer for Handler {
    fn schema(_: Reader) -> Value {
        json!({ "type": "string" })
    }
}

fn coded<T: Coded>(reader: Reader) -> Value {
    let Some(kind) = reader else { return json!({ "type": "string", "enum": T::CODES }) };
    let choice = |one: &T| {
        let term = one.term_in(kind);
        json!({ "const": one.code(), "title": term.zh, "x-title-en": term.heading(Lang::En) })
    };
    json!({ "type": "string", "oneOf": T::ALL.iter().map(choice).collect::<Vec<_>>() })
}

macro_rules! coded {
    ($($type:ty),* $(,)?) => {$(
        impl Answer for $type {
            fn schema(reader: Reader) -> Value {
                coded::<Self>(reader)
            }
        }
    )*};
}

coded! {
    BodyKind, MatterClass, Subject, Petitioners, ConsultationForm, DisclosureKind,
    CommunityKind, CountingMode, ElectedBy, Office, SeatEndReason, Secrecy, Sex, crate::house::RosterChangeKind,
    crate::matter::PassOrReturn, crate::matter::SubmitOrReturn, crate::matter::StudyVerdict,
}
