//! 严格 JSON (strict JSON): one reading of every body.
//!
//! A body is scanned once before anything is built from it: encoding, syntax with line and column,
//! depth, duplicate keys, numbers that are not exact integers, characters that do not belong in a public
//! text. Only then do serde and the type's own schema see it. When something is wrong with fields, all of
//! them are reported together.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::ToSchema;
use yishi_canonical::characters;
use yishi_schema::{FieldError, escape, push};
use yishi_words::Words;

use crate::codes::{self, Code};
use crate::problem::Problem;
use crate::schema;

/// How deeply arrays and objects may nest.
pub const MAX_DEPTH: usize = 32;
/// 2^53 - 1: the largest integer every JSON reader keeps exact.
pub const MAX_INTEGER: u64 = (1 << 53) - 1;
/// How many field errors one answer lists.
const MAX_ERRORS: usize = 50;

/// Reads a value whose type has a schema; limits written in the schema (lengths, ranges) are enforced.
///
/// # Errors
/// A problem that names every wrong field.
pub fn read<T: DeserializeOwned + ToSchema + 'static>(bytes: &[u8]) -> Result<T, Problem> {
    let (text, mut errors) = checked(bytes)?;
    let value: Value = serde_json::from_str(text).map_err(|error| syntax(&error))?;
    errors.extend(schema::violations::<T>(&value));
    match serde_path_to_error(text) {
        Ok(read) if errors.is_empty() => Ok(read),
        Ok(_) => Err(Problem::fields(errors)),
        Err(error) => Err(refuse(errors, error)),
    }
}

/// Reads a small value on the hot path: the schema is consulted only when serde has refused, so limits
/// that only the schema knows are not enforced. For types whose serde form says everything.
///
/// # Errors
/// As [`read`].
pub fn read_fast<T: DeserializeOwned + ToSchema + 'static>(bytes: &[u8]) -> Result<T, Problem> {
    let (text, mut errors) = checked(bytes)?;
    match serde_json::from_str(text) {
        Ok(read) if errors.is_empty() => Ok(read),
        Ok(_) => Err(Problem::fields(errors)),
        Err(_) => {
            let value: Value = serde_json::from_str(text).map_err(|error| syntax(&error))?;
            errors.extend(schema::violations::<T>(&value));
            match serde_path_to_error::<T>(text) {
                Ok(_) => Err(Problem::fields(errors)),
                Err(error) => Err(refuse(errors, error)),
            }
        }
    }
}

/// Reads a value whose schema is not this crate's business, with what is wrong with single fields already.
///
/// # Errors
/// As [`checked`].
pub fn read_any(bytes: &[u8]) -> Result<(Value, Vec<FieldError>), Problem> {
    let (text, errors) = checked(bytes)?;
    let value = serde_json::from_str(text).map_err(|error| syntax(&error))?;
    Ok((value, errors))
}

/// Scans a body: its text, and what is wrong with single fields.
///
/// # Errors
/// A problem when the body as a whole cannot be read (encoding, syntax, depth, duplicate keys).
pub fn checked(bytes: &[u8]) -> Result<(&str, Vec<FieldError>), Problem> {
    if bytes.is_empty() {
        return Err(Problem::new(&codes::EMPTY_BODY));
    }
    if bytes.starts_with(b"\xef\xbb\xbf") || bytes.starts_with(b"\xfe\xff") || bytes.starts_with(b"\xff\xfe")
    {
        return Err(Problem::new(&codes::ENCODING));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Problem::new(&codes::ENCODING))?;
    let mut scanner = Scanner { text, at: 0, pointer: String::new(), errors: Vec::new() };
    scanner.space();
    if scanner.peek().is_none() {
        return Err(Problem::new(&codes::EMPTY_BODY));
    }
    scanner.value(0)?;
    scanner.space();
    if scanner.peek().is_some() {
        return Err(scanner.fail(&codes::TRAILING_DATA));
    }
    Ok((text, scanner.errors))
}

pub use yishi_canonical::characters::forbidden;

/// The error of a field with a character that may not stand in it: which one, where, and what to do.
#[must_use]
pub fn forbidden_at(pointer: impl Into<String>, place: usize, character: char) -> FieldError {
    let (zh, en) = characters::advice(place, character);
    FieldError::new(pointer, codes::FORBIDDEN_CHARACTER.code, zh, en)
}

struct PathError {
    pointer: String,
    message: String,
}

/// serde's refusal with the JSON Pointer of the place.
fn serde_path_to_error<T: DeserializeOwned>(text: &str) -> Result<T, PathError> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    match ::serde_path_to_error::deserialize(&mut deserializer) {
        Ok(value) => Ok(value),
        Err(error) => {
            use ::serde_path_to_error::Segment;
            let mut pointer = String::new();
            for segment in error.path() {
                match segment {
                    Segment::Seq { index } => push(&mut pointer, &index.to_string()),
                    Segment::Map { key } => push(&mut pointer, key),
                    Segment::Enum { .. } | Segment::Unknown => {}
                }
            }
            Err(PathError { pointer, message: error.into_inner().to_string() })
        }
    }
}

/// serde stops at its first error; it is added unless the schema has already reported that place.
fn refuse(mut errors: Vec<FieldError>, error: PathError) -> Problem {
    let known = errors.iter().any(|seen| seen.pointer.starts_with(&error.pointer));
    if errors.is_empty() || !known {
        errors.push(explain(error));
    }
    Problem::fields(errors)
}

/// serde's sentence becomes a code; its words (which name Rust types) never leave the house.
fn explain(PathError { mut pointer, message }: PathError) -> FieldError {
    let quoted = message.split('`').nth(1).unwrap_or_default();
    let code: &'static Code = if message.starts_with("unknown field") {
        if !pointer.ends_with(&format!("/{}", escape(quoted))) {
            push(&mut pointer, quoted);
        }
        &codes::UNKNOWN_FIELD
    } else if message.starts_with("missing field") {
        push(&mut pointer, quoted);
        &codes::MISSING_FIELD
    } else if message.starts_with("unknown variant") {
        &codes::NOT_ONE_OF
    } else if message.starts_with("invalid type: floating") || message.starts_with("invalid value: integer") {
        &codes::OUT_OF_RANGE
    } else if message.starts_with("invalid type") {
        &codes::WRONG_TYPE
    } else {
        &codes::INVALID_VALUE
    };
    code.at(pointer)
}

fn syntax(error: &serde_json::Error) -> Problem {
    at(&codes::JSON_SYNTAX, error.line(), error.column())
}

fn at(code: &'static Code, line: usize, column: usize) -> Problem {
    Problem::new(code)
        .detail(Words::new(format!("第 {line} 行第 {column} 列"), format!("line {line}, column {column}")))
        .member("line", line)
        .member("column", column)
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    pointer: String,
    errors: Vec<FieldError>,
}

impl<'a> Scanner<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn fail(&self, code: &'static Code) -> Problem {
        let before = self.text.get(..self.at).unwrap_or(self.text);
        let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        at(code, line, column)
    }

    fn report(&mut self, code: &'static Code) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(code.at(self.pointer.clone()));
        }
    }

    fn value(&mut self, depth: usize) -> Result<(), Problem> {
        match self.peek() {
            Some(b'{') => self.object(depth + 1),
            Some(b'[') => self.array(depth + 1),
            Some(b'"') => {
                let text = self.string()?;
                self.characters(&text);
                Ok(())
            }
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            _ => Err(self.fail(&codes::JSON_SYNTAX)),
        }
    }

    fn object(&mut self, depth: usize) -> Result<(), Problem> {
        if depth > MAX_DEPTH {
            return Err(self.fail(&codes::TOO_DEEP));
        }
        self.at += 1;
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        let mut keys: BTreeSet<Cow<'a, str>> = BTreeSet::new();
        loop {
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.fail(&codes::JSON_SYNTAX));
            }
            let key = self.string()?;
            let length = self.pointer.len();
            push(&mut self.pointer, &key);
            self.characters(&key);
            if keys.contains(&key) {
                self.at = start;
                let pointer = std::mem::take(&mut self.pointer);
                return Err(self.fail(&codes::DUPLICATE_KEY).member("pointer", pointer));
            }
            keys.insert(key);
            self.space();
            self.expect(b':')?;
            self.space();
            self.value(depth)?;
            self.pointer.truncate(length);
            self.space();
            match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    self.space();
                }
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(self.fail(&codes::JSON_SYNTAX)),
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<(), Problem> {
        if depth > MAX_DEPTH {
            return Err(self.fail(&codes::TOO_DEEP));
        }
        self.at += 1;
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        let mut index = 0_usize;
        loop {
            let length = self.pointer.len();
            push(&mut self.pointer, &index.to_string());
            self.value(depth)?;
            self.pointer.truncate(length);
            index += 1;
            self.space();
            match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    self.space();
                }
                Some(b']') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(self.fail(&codes::JSON_SYNTAX)),
            }
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), Problem> {
        if self.peek() != Some(byte) {
            return Err(self.fail(&codes::JSON_SYNTAX));
        }
        self.at += 1;
        Ok(())
    }

    fn word(&mut self, word: &str) -> Result<(), Problem> {
        if !self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
            return Err(self.fail(&codes::JSON_SYNTAX));
        }
        self.at += word.len();
        Ok(())
    }

    fn number(&mut self) -> Result<(), Problem> {
        let start = self.at;
        let negative = self.peek() == Some(b'-');
        self.at += usize::from(negative);
        let digits = self.digits()?;
        let mut exact = true;
        if digits > 1 && self.text.as_bytes().get(self.at - digits) == Some(&b'0') {
            return Err(self.fail(&codes::JSON_SYNTAX));
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
            exact = false;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            self.digits()?;
            exact = false;
        }
        let magnitude =
            self.text.get(start + usize::from(negative)..self.at).and_then(|t| t.parse::<u64>().ok());
        // `-0` is refused with the fractions: serde_json reads it as one.
        let within = magnitude.is_some_and(|n| n <= MAX_INTEGER && !(negative && n == 0));
        if !exact || !within {
            self.report(&codes::OUT_OF_RANGE);
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<usize, Problem> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { Err(self.fail(&codes::JSON_SYNTAX)) } else { Ok(self.at - start) }
    }

    /// A string as it reads once its escapes are undone.
    fn string(&mut self) -> Result<Cow<'a, str>, Problem> {
        self.at += 1;
        let start = self.at;
        let text = self.text;
        loop {
            match self.peek() {
                Some(b'"') => {
                    let plain = text.get(start..self.at).unwrap_or_default();
                    self.at += 1;
                    return Ok(Cow::Borrowed(plain));
                }
                Some(b'\\') => break,
                // A raw control character is not JSON at all.
                Some(0..=0x1f) | None => return Err(self.fail(&codes::JSON_SYNTAX)),
                Some(_) => self.at += 1,
            }
        }
        let mut read = text.get(start..self.at).unwrap_or_default().to_owned();
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Cow::Owned(read));
                }
                Some(b'\\') => {
                    self.at += 1;
                    read.push(self.escaped()?);
                }
                Some(0..=0x1f) | None => return Err(self.fail(&codes::JSON_SYNTAX)),
                Some(_) => {
                    let run = self.at;
                    while !matches!(self.peek(), Some(b'"' | b'\\' | 0..=0x1f) | None) {
                        self.at += 1;
                    }
                    read.push_str(text.get(run..self.at).unwrap_or_default());
                }
            }
        }
    }

    fn escaped(&mut self) -> Result<char, Problem> {
        let letter = self.peek();
        self.at += 1;
        Ok(match letter {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let first = self.hex()?;
                let code = if (0xd800..0xdc00).contains(&first) {
                    if self.peek() != Some(b'\\') || self.text.as_bytes().get(self.at + 1) != Some(&b'u') {
                        return Err(self.fail(&codes::ENCODING));
                    }
                    self.at += 2;
                    let second = self.hex()?;
                    if !(0xdc00..0xe000).contains(&second) {
                        return Err(self.fail(&codes::ENCODING));
                    }
                    0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)
                } else {
                    first
                };
                // Only a lone low surrogate is left that is no character.
                char::from_u32(code).ok_or_else(|| self.fail(&codes::ENCODING))?
            }
            _ => {
                self.at -= 1;
                return Err(self.fail(&codes::JSON_SYNTAX));
            }
        })
    }

    fn hex(&mut self) -> Result<u32, Problem> {
        let digits = self.text.get(self.at..self.at + 4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        let Some(code) = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) else {
            return Err(self.fail(&codes::JSON_SYNTAX));
        };
        self.at += 4;
        Ok(code)
    }

    fn characters(&mut self, text: &str) {
        // Plain printable ASCII is most of what arrives.
        if text.bytes().all(|b| matches!(b, 0x20..=0x7e)) {
            return;
        }
        if let Some((place, character)) = characters::first_forbidden(text)
            && self.errors.len() < MAX_ERRORS
        {
            self.errors.push(forbidden_at(self.pointer.clone(), place, character));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(body: &[u8]) -> String {
        match checked(body) {
            Ok((_, errors)) => {
                errors.iter().map(|e| format!("{} {}", e.pointer, e.code)).collect::<Vec<_>>().join("; ")
            }
            Err(problem) => problem.code().to_owned(),
        }
    }

    #[test]
    fn whole_body_refusals() {
        for (body, expected) in [
            (&b""[..], "empty-body"),
            (b"  \n", "empty-body"),
            (b"{", "json-syntax"),
            (b"{\"a\":1,}", "json-syntax"),
            (b"[1,]", "json-syntax"),
            (b"{'a':1}", "json-syntax"),
            (b"01", "json-syntax"),
            (b"+1", "json-syntax"),
            (b"NaN", "json-syntax"),
            (b"1.", "json-syntax"),
            (b"tru", "json-syntax"),
            (b"\"a\tb\"", "json-syntax"),
            (b"\"\\x\"", "json-syntax"),
            (b"\"\\u12", "json-syntax"),
            (b"\"\\u00e", "json-syntax"),
            (b"{\"a\":1} x", "trailing-data"),
            (b"{}{}", "trailing-data"),
            (b"{\"a\":1,\"\\u0061\":2}", "duplicate-key"),
            (b"[{\"a\":{\"b\":1,\"b\":1}}]", "duplicate-key"),
            (b"\"\\ud800\"", "encoding"),
            (b"\"\\ud800\\u0041\"", "encoding"),
            (b"\"\\udc00\"", "encoding"),
            (b"\"\xff\"", "encoding"),
            (b"\xef\xbb\xbf{}", "encoding"),
            (b"\xff\xfe{\0}\0", "encoding"),
        ] {
            assert_eq!(code(body), expected, "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn field_refusals_are_collected_with_pointers() {
        let body = "{\"a/b\":1.0,\"n\":[1e3,9007199254740992,-0],\"t\":\"x\\u0000\",\"名\":\"甲\u{202e}乙\",\"ok\":\"甲\\n\\t👨\u{200d}👩\"}";
        assert_eq!(
            code(body.as_bytes()),
            "/a~1b out-of-range; /n/0 out-of-range; /n/1 out-of-range; /n/2 out-of-range; \
             /t forbidden-character; /名 forbidden-character"
        );
        assert_eq!(code("\"a\u{200d}b\"".as_bytes()), " forbidden-character");
        assert_eq!(code(b"{\"a\":9007199254740991,\"b\":-9007199254740991,\"c\":\"\\ud83d\\ude00\"}"), "");
    }

    #[test]
    fn depth_is_counted_and_ten_thousand_brackets_do_not_recurse() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(code(nested(32).as_bytes()), "");
        assert_eq!(code(nested(33).as_bytes()), "too-deep");
        assert_eq!(code("[".repeat(10_000).as_bytes()), "too-deep");
        assert_eq!(code("{\"a\":".repeat(10_000).as_bytes()), "too-deep");
    }

    #[test]
    fn the_place_of_a_syntax_error_is_told() {
        let Err(problem) = checked("{\n \"甲\": x}".as_bytes()) else { panic!("it is not JSON") };
        assert_eq!(problem.detail_text(crate::accept::Lang::En), Some("line 2, column 7"));
    }

    #[test]
    fn agrees_with_serde_json_on_what_is_json() {
        for text in [
            "{}",
            "[]",
            "\"\"",
            "null",
            "true",
            "-1",
            "[[],{\"a\":[{}]}]",
            "\"\\/\\b\\f\\n\\r\\t\\\\\\\"\"",
            " [ 1 , 2 ] ",
        ] {
            assert!(checked(text.as_bytes()).is_ok(), "{text}");
            assert!(serde_json::from_str::<Value>(text).is_ok(), "{text}");
        }
    }
}
