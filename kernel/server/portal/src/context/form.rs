//! Forms: plain POST, working without JavaScript.

use yishi_words::Coded;

use crate::lang::Lang;

/// A form a reader may send. Every form gets a hidden `csrf` field from the frame.
///
/// [`crate::forms`] builds the ones the product knows, with the portal's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Form {
    /// Element id, unique on the page (letters, digits, `-`).
    pub id: String,
    /// Heading of the form; empty where the page already says it.
    pub title: String,
    /// One or two sentences: what sending it does.
    pub note: Option<String>,
    /// In what capacity the reader would act, such as `议事会主任`.
    pub capacity: Option<String>,
    pub action: String,
    pub fields: Vec<Field>,
    pub submit: String,
    /// Whether it carries files (`multipart/form-data`).
    pub multipart: bool,
    /// How the form stands on the page.
    pub style: FormStyle,
    /// It was sent and not taken: shown open, whatever its style.
    pub tried: bool,
}

/// How a form stands on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormStyle {
    /// Open, with the main button.
    Main,
    /// Folded behind its title; for steps that are possible but not the usual next one.
    Folded,
    /// Folded, and its button is a warning (withdraw, return, end a seat).
    Danger,
}

/// One field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Field {
    /// Name in the posted body.
    pub name: String,
    pub label: String,
    pub kind: FieldKind,
    /// Value to begin with.
    pub value: String,
    /// Whether an empty answer is refused.
    pub required: bool,
    /// Help below the label.
    pub hint: Option<String>,
    /// What was wrong with the last answer.
    pub error: Option<String>,
}

/// Kinds of control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// One line.
    Text,
    /// Several lines.
    Lines {
        /// Rows shown.
        rows: u8,
    },
    Date,
    DateTime,
    Number,
    /// An amount in yuan, with up to two decimals.
    Money,
    Password,
    /// A file; `accept` is the attribute of that name.
    File {
        /// Media types or endings accepted.
        accept: String,
    },
    /// One of a few, all visible.
    OneOf(Vec<FieldChoice>),
    /// One of many, in a list.
    Select(Vec<FieldChoice>),
    /// Any of a few, all visible; the value holds those ticked, one a line. Each is sent under the field's name.
    Many(Vec<FieldChoice>),
    /// Yes or no.
    Check,
    Hidden,
}

/// One choice of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChoice {
    pub value: String,
    pub label: String,
}

impl Field {
    /// The usual field: given name, label and kind; empty, optional, without help.
    pub fn new(name: &str, label: &str, kind: FieldKind) -> Self {
        Self {
            name: name.to_owned(),
            label: label.to_owned(),
            kind,
            value: String::new(),
            required: false,
            hint: None,
            error: None,
        }
    }

    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same field with help below the label.
    pub fn hint(mut self, hint: &str) -> Self {
        self.hint = Some(hint.to_owned());
        self
    }

    /// The same field with a value to begin with.
    pub fn value(mut self, value: &str) -> Self {
        self.value = value.to_owned();
        self
    }

    /// Whether one of several choices is ticked.
    pub fn ticked(&self, choice: &FieldChoice) -> bool {
        self.value.lines().any(|value| value == choice.value)
    }

    pub fn hidden(name: &str, value: &str) -> Self {
        Self::new(name, "", FieldKind::Hidden).value(value)
    }
}

impl FieldChoice {
    /// One of the values of a type, under its code and by its name.
    pub fn of<T: Coded>(value: T, lang: Lang) -> Self {
        Self::new(value.code(), &value.term().heading(lang))
    }

    pub fn new(value: &str, label: &str) -> Self {
        Self { value: value.to_owned(), label: label.to_owned() }
    }
}
