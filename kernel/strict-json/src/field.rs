//! 字段 (what is wrong with one field, and where it is).

use std::borrow::Cow;

use yishi_words::Words;

use crate::codes::FieldCode;

/// 字段错误 (what is wrong with one field).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// JSON Pointer (RFC 6901) into the value.
    pub pointer: String,
    /// A stable kebab-case code.
    pub code: &'static str,
    /// What is wrong, for people.
    pub detail: Words,
}

impl FieldError {
    /// A fault in the field at `pointer`, in the caller's own words.
    pub fn new(
        pointer: impl Into<String>,
        code: &'static str,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self { pointer: pointer.into(), code, detail: Words::new(zh, en) }
    }

    /// A fault in the words of its code.
    #[must_use]
    pub fn of(pointer: impl Into<String>, code: FieldCode) -> Self {
        Self::new(pointer, code.code, code.zh, code.en)
    }
}

/// A reference token of RFC 6901.
#[must_use]
pub fn escape(token: &str) -> Cow<'_, str> {
    if token.contains(['~', '/']) {
        Cow::Owned(token.replace('~', "~0").replace('/', "~1"))
    } else {
        Cow::Borrowed(token)
    }
}

/// Appends a token to a JSON Pointer.
pub fn push(pointer: &mut String, token: &str) {
    pointer.push('/');
    pointer.push_str(&escape(token));
}
