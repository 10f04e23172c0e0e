//! 规约的办件种类 (what begins a case, or goes on with one): asked by the rule's own manifest, so an entry of the catalogue that is
//! made at run time. Its input is one object like that of every act, with the rule's form inside it, so that pages draw and
//! read it by the same code and a pointer into it is the name of a field.

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use yishi_schema::FieldError;

use crate::papers::check_text;

/// 事由 (what happened, as it is put to the rule).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventInput {
    /// A case kind the rule declares.
    pub kind: String,
    /// The household or person, by id; of a case that goes on, its own.
    pub subject: String,
    /// The day it happened.
    pub on: Date,
    /// JSON of the case's form.
    pub form: Value,
}

/// 对象 (whom a kind of case is about).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// 户.
    Household,
    /// 人.
    Person,
    /// 户或者人.
    Either,
    /// 全村（社区）.
    Community,
}

impl About {
    /// Of the code in a view; whatever else a manifest says is either.
    #[must_use]
    pub fn of(code: &str) -> Self {
        match code {
            "household" => Self::Household,
            "person" => Self::Person,
            "community" => Self::Community,
            _ => Self::Either,
        }
    }

    const fn label(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Household => Some(("户号", "Household number")),
            Self::Person => Some(("姓名", "Name")),
            Self::Either => Some(("户号或者姓名", "Household number or name")),
            Self::Community => None,
        }
    }
}

/// 一种办件 (a kind of case as an entry of the catalogue).
#[derive(Debug, Clone, Copy)]
pub struct Opening<'a> {
    /// Its code.
    pub kind: &'a str,
    /// Whom it is about; none where it goes on with a case, whose subject is known.
    pub about: Option<About>,
    /// The rule's own form.
    pub form: &'a Value,
}

impl Opening<'_> {
    /// The schema from which a page draws its form.
    #[must_use]
    pub fn form_schema(&self) -> Value {
        let mut properties = Map::new();
        if let Some((zh, en)) = self.about.and_then(About::label) {
            let asked = json!({
                "type": "string", "title": zh, "x-title-en": en, "x-of": "subject", "x-one-line": true,
            });
            properties.insert("subject".to_owned(), asked);
        }
        let day = json!({ "type": "string", "format": "date", "title": "发生日期", "x-title-en": "Day", "x-in-days": 0 });
        properties.insert("on".to_owned(), day);
        // The rule's own questions, under its own titles.
        properties.insert("form".to_owned(), json!({ "x-of-rules": "form" }));
        let order: Vec<_> =
            ["subject", "on", "form"].into_iter().filter(|key| properties.contains_key(*key)).collect();
        json!({ "type": "object", "properties": properties, "required": order, "x-order": order })
    }

    /// What is wrong with an input before the rule is asked.
    ///
    /// # Errors
    /// The faults, at their fields.
    pub fn check(&self, input: &EventInput) -> Result<(), Vec<FieldError>> {
        check_text("/subject", &input.subject)?;
        let validator = yishi_schema::validator(self.form).ok();
        let faults = validator.map_or_else(Vec::new, |form| yishi_schema::violations(&form, &input.form));
        if faults.is_empty() {
            return Ok(());
        }
        Err(faults
            .into_iter()
            .map(|fault| FieldError { pointer: format!("/form{}", fault.pointer), ..fault })
            .collect())
    }
}
