//! 怎么问 (how a page asks for one field): its label and hint in both languages, and what control it gets.

use serde_json::{Map, Value, json};
use yishi_words::CommunityKind;

/// One text in both languages, as it stands in the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Say {
    /// Chinese.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

/// See the module's description.
#[derive(Debug, Clone, Copy)]
pub struct Ask {
    label: Say,
    hint: Option<Say>,
    rows: Option<u8>,
    only: &'static [&'static str],
    urban: &'static [&'static str],
    at_hand: Option<&'static str>,
    of_rules: Option<&'static str>,
    in_days: Option<u16>,
    begins: Option<&'static str>,
    only_for: Option<&'static str>,
    only_with: Option<(&'static str, &'static str)>,
    most: Option<u64>,
    flags: u8,
}

const NEEDED: u8 = 1;
const OFF_PAGE: u8 = 2;
const CURRENT: u8 = 4;
const NOT_OF_A_RULE: u8 = 8;
const RADIO: u8 = 16;
const ONE_LINE: u8 = 32;
const PRESET: u8 = 64;
const PASSWORD: u8 = 128;

impl Ask {
    /// A field with this label.
    pub(crate) const fn new(zh: &'static str, en: &'static str) -> Self {
        Self {
            label: Say { zh, en },
            hint: None,
            rows: None,
            only: &[],
            urban: &[],
            at_hand: None,
            of_rules: None,
            in_days: None,
            begins: None,
            only_for: None,
            only_with: None,
            most: None,
            flags: 0,
        }
    }

    /// For what pages do not ask: it is said over the API alone.
    pub(crate) const fn off_page() -> Self {
        Self::new("", "").flag(OFF_PAGE)
    }

    const fn flag(mut self, flag: u8) -> Self {
        self.flags |= flag;
        self
    }

    /// A line under the field.
    pub(crate) const fn hint(mut self, zh: &'static str, en: &'static str) -> Self {
        self.hint = Some(Say { zh, en });
        self
    }

    /// A text of about so many lines.
    pub(crate) const fn rows(mut self, rows: u8) -> Self {
        self.rows = Some(rows);
        self
    }

    /// A text of one line.
    pub(crate) const fn one_line(self) -> Self {
        self.flag(ONE_LINE)
    }

    /// The page knows it: it is sent along, and nobody is asked.
    pub(crate) const fn preset(self) -> Self {
        self.flag(PRESET)
    }

    /// Typed without being shown.
    pub(crate) const fn password(self) -> Self {
        self.flag(PASSWORD)
    }

    /// A page does not let it be empty, though the API does.
    pub(crate) const fn needed(self) -> Self {
        self.flag(NEEDED)
    }

    /// Begins with what the thing says now, under the same name.
    pub(crate) const fn current(self) -> Self {
        self.flag(CURRENT)
    }

    /// Not asked where the matter adopts or repeals a rule, which is about that rule and nothing else.
    pub(crate) const fn not_of_a_rule(self) -> Self {
        self.flag(NOT_OF_A_RULE)
    }

    /// The choices stand side by side.
    pub(crate) const fn radio(self) -> Self {
        self.flag(RADIO)
    }

    /// A page offers only these, in this order.
    pub(crate) const fn only(mut self, codes: &'static [&'static str]) -> Self {
        self.only = codes;
        self
    }

    /// A village is not offered these.
    pub(crate) const fn urban_only(mut self, codes: &'static [&'static str]) -> Self {
        self.urban = codes;
        self
    }

    /// The page offers what there is of this: `ballots` that are closed. Where there is none, the act is not offered.
    pub(crate) const fn at_hand(mut self, what: &'static str) -> Self {
        self.at_hand = Some(what);
        self
    }

    /// What the rules in force ask about the matter, under this name.
    pub(crate) const fn of_rules(mut self, name: &'static str) -> Self {
        self.of_rules = Some(name);
        self
    }

    /// Begins with the day so many days from today.
    pub(crate) const fn in_days(mut self, days: u16) -> Self {
        self.in_days = Some(days);
        self
    }

    /// Asked only of whoever acts in this capacity.
    pub(crate) const fn only_for(mut self, capacity: &'static str) -> Self {
        self.only_for = Some(capacity);
        self
    }

    /// Means something only where another field says this; what a page sends of it is left out elsewhere.
    pub(crate) const fn only_with(mut self, field: &'static str, says: &'static str) -> Self {
        self.only_with = Some((field, says));
        self
    }

    /// Begins with this, where nothing is there yet.
    pub(crate) const fn begins(mut self, value: &'static str) -> Self {
        self.begins = Some(value);
        self
    }

    /// At most this number, held for the API too.
    pub(crate) const fn most(mut self, most: u64) -> Self {
        self.most = Some(most);
        self
    }

    const fn is(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// Whether a page asks for it.
    pub(crate) const fn is_on_page(&self) -> bool {
        !self.is(OFF_PAGE)
    }

    /// Whether a page needs it although the API does not.
    pub(crate) const fn is_needed(&self) -> bool {
        self.is(NEEDED)
    }

    /// The limits that hold for everybody, on the schema of a value.
    pub(crate) fn limit(&self, schema: &mut Map<String, Value>) {
        if let Some(most) = self.most {
            schema.insert("maximum".to_owned(), json!(most));
        }
    }

    /// What a page has to know, beside the schema of the value.
    pub(crate) fn dress(&self, kind: CommunityKind, schema: &mut Map<String, Value>) {
        let mut put = |key: &str, value: Value| {
            schema.insert(key.to_owned(), value);
        };
        put("title", json!(self.label.zh));
        put("x-title-en", json!(self.label.en));
        if let Some(hint) = self.hint {
            put("description", json!(hint.zh));
            put("x-description-en", json!(hint.en));
        }
        if let Some(rows) = self.rows {
            put("x-rows", json!(rows));
        }
        if let Some(what) = self.at_hand {
            put("x-at-hand", json!(what));
        }
        if let Some(name) = self.of_rules {
            put("x-of-rules", json!(name));
        }
        if let Some(capacity) = self.only_for {
            put("x-only-for", json!(capacity));
        }
        if let Some((field, says)) = self.only_with {
            put("x-only-with", json!({ field: says }));
        }
        if let Some(days) = self.in_days {
            put("x-in-days", json!(days));
        }
        if let Some(value) = self.begins {
            put("x-begins", json!(value));
        }
        for (flag, key) in [
            (CURRENT, "x-current"),
            (NOT_OF_A_RULE, "x-not-of-a-rule"),
            (RADIO, "x-radio"),
            (ONE_LINE, "x-one-line"),
            (PRESET, "x-preset"),
            (PASSWORD, "x-password"),
        ] {
            if self.is(flag) {
                put(key, Value::Bool(true));
            }
        }
        let offered = |code: &Value| {
            let listed = self.only.is_empty() || self.only.iter().any(|one| code == one);
            listed && !(kind == CommunityKind::Village && self.urban.iter().any(|one| code == one))
        };
        let place = |code: &Value| self.only.iter().position(|one| code == one);
        let narrow = |choices: &mut Value| {
            let list = choices.as_array_mut().map(std::mem::take).unwrap_or_default();
            let (mut kept, others): (Vec<_>, Vec<_>) =
                list.into_iter().partition(|one| offered(&one["const"]));
            kept.sort_by_key(|one| place(&one["const"]));
            *choices = Value::Array(kept);
            others
        };
        if let Some(choices) = schema.get_mut("oneOf") {
            narrow(choices);
        }
        let several = schema.get_mut("items").and_then(|items| items.get_mut("oneOf")).map(narrow);
        if let Some(others) = several {
            // What is not offered and is there already stays.
            schema.insert("x-others".to_owned(), Value::Array(others));
        }
        if self.is_needed() && schema.get("type").is_some_and(|kind| kind == "array") {
            schema.insert("minItems".to_owned(), json!(1));
        }
    }
}

/// 理由 (why something is done), published.
pub(crate) const REASONS: Ask = Ask::new("理由", "Reasons").rows(4).hint(
    "会写入记录并公开，请勿填写个人隐私。",
    "Enters the record and is published. Leave out private matters.",
);
