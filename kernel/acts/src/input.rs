//! 输入 (what an act asks of whoever does it): declared once as a struct, read from JSON, and described by a schema from which
//! the API's document and the page's form are made.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use yishi_words::CommunityKind;

use crate::answer::Answer;
use crate::ask::Ask;

/// What an act asks. Made with the `input!` macro; unknown fields are refused.
pub trait Input: DeserializeOwned {
    /// Its name in the API's document.
    const NAME: &'static str;

    /// What the act is, the Chinese term first.
    const ABOUT: &'static str;

    /// Its fields, in the order in which people are asked.
    fn questions() -> Vec<Question>;
}

/// 一项 (one field of an input).
#[derive(Debug, Clone, Copy)]
pub struct Question {
    /// Its name in the JSON.
    pub key: &'static str,
    /// What it means, for whoever calls the API.
    about: &'static str,
    required: bool,
    schema: fn(Option<CommunityKind>) -> Value,
    ask: Ask,
}

impl Question {
    pub(crate) fn of<T: Answer>(key: &'static str, about: &'static str, ask: Ask) -> Self {
        Self { key, about: about.trim(), required: T::REQUIRED, schema: T::schema, ask }
    }

    fn schema(&self, reader: Option<CommunityKind>) -> Map<String, Value> {
        let mut schema = match (self.schema)(reader) {
            Value::Object(schema) => schema,
            _ => Map::new(),
        };
        self.ask.limit(&mut schema);
        schema
    }
}

/// The schema of an input in the API's document, which is also what a request is held to.
#[must_use]
pub fn api_schema<I: Input>() -> Value {
    let mut properties = Map::new();
    let questions = I::questions();
    for question in &questions {
        let mut schema = question.schema(None);
        schema.insert("description".to_owned(), json!(question.about));
        properties.insert(question.key.to_owned(), Value::Object(schema));
    }
    let required: Vec<_> = questions.iter().filter(|one| one.required).map(|one| one.key).collect();
    let mut schema = json!({
        "type": "object", "description": I::ABOUT.trim(), "properties": properties, "additionalProperties": false,
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// The schema from which a page draws the form of an input: what pages ask, in the words of a community of this kind.
#[must_use]
pub fn form_schema<I: Input>(kind: CommunityKind) -> Value {
    let mut properties = Map::new();
    let questions = I::questions();
    let asked: Vec<_> = questions.iter().filter(|one| one.ask.is_on_page()).collect();
    for question in &asked {
        let mut schema = question.schema(Some(kind));
        question.ask.dress(kind, &mut schema);
        properties.insert(question.key.to_owned(), Value::Object(schema));
    }
    let required = asked.iter().filter(|one| one.required || one.ask.is_needed()).map(|one| one.key);
    json!({
        "type": "object",
        "properties": properties,
        "required": required.collect::<Vec<_>>(),
        "x-order": asked.iter().map(|one| one.key).collect::<Vec<_>>(),
    })
}

/// Declares an input: the struct, how it is read, and what a page asks for each field.
macro_rules! input {
    (
        $(#[doc = $about:literal])*
        $vis:vis struct $name:ident {
            $($(#[doc = $doc:literal])* $key:ident: $type:ty = $ask:expr,)*
        }
    ) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone, PartialEq, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        $vis struct $name {
            $($(#[doc = $doc])* $vis $key: $type,)*
        }

        impl $crate::input::Input for $name {
            const NAME: &'static str = stringify!($name);
            const ABOUT: &'static str = concat!($($about, "\n"),*);

            fn questions() -> Vec<$crate::input::Question> {
                vec![$(
                    $crate::input::Question::of::<$type>(stringify!($key), concat!($($doc),*), $ask)
                ),*]
            }
        }
    };
}

pub(crate) use input;
