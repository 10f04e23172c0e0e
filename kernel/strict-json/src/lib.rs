//! 严格 JSON (strict JSON): one reading of what others send, whether a request, a form, a manifest or what a rule said.
//!
//! `serde_json` is the only parser. What it lets pass and this house does not (a key that is there twice, deep nesting,
//! numbers that are no exact integers, characters that do not belong in a public text) is found while the value is built,
//! so that nobody reads the text a second time and understands it differently. What cannot be read as a whole is refused;
//! what is wrong with single fields is collected, so that all of it can be told together.
//!
//! Architecture invariant: pure, like everything below the application: no clock, database, web or wasm.

mod codes;
mod field;
mod typed;

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use yishi_canonical::characters;

pub use codes::{
    ALL, FORBIDDEN_CHARACTER, FieldCode, INVALID_VALUE, MISSING_FIELD, NOT_ONE_OF, OUT_OF_RANGE, TOO_LONG,
    TOO_SHORT, UNKNOWN_FIELD, WRONG_TYPE,
};
pub use field::{FieldError, escape, push};
pub use typed::{explain, typed};

/// How many faults of single fields one reading collects.
const MOST_FAULTS: usize = 50;

/// 限度 (what a reader takes).
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How deeply arrays and objects may nest; at most 127, where `serde_json` stops by itself.
    pub depth: usize,
    /// The largest integer, whichever its sign.
    pub largest: u64,
    /// Whether texts are held to the characters that everybody can see.
    pub characters: bool,
}

/// What was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// The value.
    pub value: Value,
    /// What is wrong with single fields, in the order of the text.
    pub faults: Vec<FieldError>,
}

/// Why a text cannot be read as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// There is nothing but space.
    Empty,
    /// Not UTF-8, a byte order mark, or half a surrogate pair.
    Encoding,
    /// Not JSON.
    Syntax,
    /// Something follows the value.
    TrailingData,
    /// A key is there twice.
    DuplicateKey,
    /// Nested beyond the limit.
    TooDeep,
}

/// The refusal of a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refused {
    /// Why.
    pub kind: Kind,
    /// Line and column, counted from 1 in characters, where there is a place.
    pub place: Option<(usize, usize)>,
    /// The key that is there twice, as a JSON Pointer.
    pub pointer: Option<String>,
    message: String,
}

/// The error of a field with a character that may not stand in it: which one, where, and what to do.
#[must_use]
pub fn forbidden_at(pointer: impl Into<String>, place: usize, character: char) -> FieldError {
    let (zh, en) = characters::advice(place, character);
    FieldError::new(pointer, FORBIDDEN_CHARACTER.code, zh, en)
}

/// Reads a text once.
///
/// # Errors
/// When it cannot be read as a whole.
pub fn read(bytes: &[u8], limits: Limits) -> Result<Read, Refused> {
    let refuse =
        |kind, message: &str| Refused { kind, place: None, pointer: None, message: message.to_owned() };
    let marked = [&b"\xef\xbb\xbf"[..], b"\xfe\xff", b"\xff\xfe"].iter().any(|mark| bytes.starts_with(mark));
    let text = std::str::from_utf8(bytes).ok().filter(|_| !marked);
    let text =
        text.ok_or_else(|| refuse(Kind::Encoding, "the text is not UTF-8 without a byte order mark"))?;
    if text.trim_matches([' ', '\n', '\r', '\t']).is_empty() {
        return Err(refuse(Kind::Empty, "there is no value"));
    }
    let mut reading = Reading { limits, pointer: String::new(), faults: Vec::new(), refused: None };
    let mut parser = serde_json::Deserializer::from_str(text);
    match (Seed { reading: &mut reading, depth: 0 }).deserialize(&mut parser) {
        Err(error) => Err(reading.refusal(text, &error)),
        Ok(value) => match parser.end() {
            Err(error) => Err(Refused { kind: Kind::TrailingData, ..reading.refusal(text, &error) }),
            Ok(()) => Ok(Read { value, faults: reading.faults }),
        },
    }
}

struct Reading {
    limits: Limits,
    pointer: String,
    faults: Vec<FieldError>,
    refused: Option<Kind>,
}

impl Reading {
    fn report(&mut self, fault: impl FnOnce(&str) -> FieldError) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(fault(&self.pointer));
        }
    }

    fn number(&mut self, number: Number) -> Value {
        let magnitude = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
        if magnitude.is_none_or(|magnitude| magnitude > self.limits.largest) {
            self.report(|pointer| FieldError::of(pointer, OUT_OF_RANGE));
        }
        Value::Number(number)
    }

    fn text(&mut self, text: &str) {
        // Plain printable ASCII is most of what arrives.
        if !self.limits.characters || text.bytes().all(|b| matches!(b, 0x20..=0x7e)) {
            return;
        }
        if let Some((place, character)) = characters::first_forbidden(text) {
            self.report(|pointer| forbidden_at(pointer, place, character));
        }
    }

    /// The parser knows its error by its words alone. Of its own ones, all but half a surrogate pair are of syntax.
    fn refusal(&self, text: &str, error: &serde_json::Error) -> Refused {
        let message = error.to_string();
        let surrogate = ["lone leading surrogate in hex escape", "unexpected end of hex escape"];
        let half = surrogate.iter().any(|words| message.starts_with(words));
        let kind = self.refused.unwrap_or(if half { Kind::Encoding } else { Kind::Syntax });
        // The parser counts bytes, people count characters.
        let line = text.split('\n').nth(error.line().saturating_sub(1)).unwrap_or_default();
        let starts = |byte: &u8| !(0x80..0xc0).contains(byte);
        let column = line.bytes().take(error.column()).filter(starts).count().max(1);
        let pointer = (kind == Kind::DuplicateKey).then(|| self.pointer.clone());
        Refused { kind, place: Some((error.line(), column)), pointer, message }
    }
}

struct Seed<'a> {
    reading: &'a mut Reading,
    depth: usize,
}

impl Seed<'_> {
    fn refuse<E: serde::de::Error>(self, kind: Kind, why: impl fmt::Display) -> E {
        self.reading.refused = Some(kind);
        E::custom(why)
    }

    /// What reads a part at one step below.
    fn below(&mut self, step: &str) -> (usize, Seed<'_>) {
        let length = self.reading.pointer.len();
        push(&mut self.reading.pointer, step);
        (length, Seed { reading: self.reading, depth: self.depth + 1 })
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(self.reading.number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(self.reading.number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("number out of range"))?;
        Ok(self.reading.number(number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        self.reading.text(value);
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Value, A::Error> {
        if self.depth == self.reading.limits.depth {
            return Err(self.refuse(Kind::TooDeep, "nested too deeply"));
        }
        let mut list = Vec::new();
        loop {
            let (length, below) = self.below(&list.len().to_string());
            let item = items.next_element_seed(below)?;
            self.reading.pointer.truncate(length);
            match item {
                Some(item) => list.push(item),
                None => return Ok(Value::Array(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut fields: A) -> Result<Value, A::Error> {
        if self.depth == self.reading.limits.depth {
            return Err(self.refuse(Kind::TooDeep, "nested too deeply"));
        }
        let mut object = Map::new();
        while let Some(key) = fields.next_key::<String>()? {
            let (length, below) = self.below(&key);
            below.reading.text(&key);
            if object.contains_key(&key) {
                return Err(below.refuse(Kind::DuplicateKey, format_args!("key `{key}` is there twice")));
            }
            let value = fields.next_value_seed(below)?;
            self.reading.pointer.truncate(length);
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { depth: 32, largest: (1 << 53) - 1, characters: true };

    fn told(text: &[u8]) -> String {
        match read(text, LIMITS) {
            Ok(read) => {
                let faults = read.faults.iter().map(|e| format!("{} {}", e.pointer, e.code));
                faults.collect::<Vec<_>>().join("; ")
            }
            Err(refused) => format!("{:?}", refused.kind),
        }
    }

    /// Two kinds are told from the parser's words: this fails when an upgrade changes them.
    #[test]
    fn what_cannot_be_read_as_a_whole_is_refused() {
        for (text, expected) in [
            (&b""[..], "Empty"),
            (b"  \n", "Empty"),
            (b"\x0c", "Syntax"),
            (b"{", "Syntax"),
            (b"{\"a\":1,}", "Syntax"),
            (b"[1,]", "Syntax"),
            (b"{'a':1}", "Syntax"),
            (b"{1:1}", "Syntax"),
            (b"01", "Syntax"),
            (b"+1", "Syntax"),
            (b"NaN", "Syntax"),
            (b"1.", "Syntax"),
            (b"1e400", "Syntax"),
            (b"tru", "Syntax"),
            (b"\"a\tb\"", "Syntax"),
            (b"\"\\x\"", "Syntax"),
            (b"\"\\u12", "Syntax"),
            (b"\"\\u00e", "Syntax"),
            (b"\"\\ud800", "Syntax"),
            (b"{\"a\":1} x", "TrailingData"),
            (b"{}{}", "TrailingData"),
            (b"{\"a\":1,\"\\u0061\":2}", "DuplicateKey"),
            (b"[{\"a\":{\"b\":1,\"b\":1}}]", "DuplicateKey"),
            (b"\"\\ud800\"", "Encoding"),
            (b"\"\\ud800\\n\"", "Encoding"),
            (b"\"\\ud800\\u0041\"", "Encoding"),
            (b"\"\\udc00\"", "Encoding"),
            (b"\"\xff\"", "Encoding"),
            (b"\xef\xbb\xbf{}", "Encoding"),
            (b"\xff\xfe{\0}\0", "Encoding"),
        ] {
            assert_eq!(told(text), expected, "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn faults_of_fields_are_collected_with_pointers() {
        let body = "{\"a/b\":1.0,\"n\":[1e3,9007199254740992,-0],\"t\":\"x\\u0000\",\"名\":\"甲\u{202e}乙\",\"ok\":\"甲\\n\\t👨\u{200d}👩\"}";
        assert_eq!(
            told(body.as_bytes()),
            "/a~1b out-of-range; /n/0 out-of-range; /n/1 out-of-range; /n/2 out-of-range; \
             /t forbidden-character; /名 forbidden-character"
        );
        assert_eq!(told("\"a\u{200d}b\"".as_bytes()), " forbidden-character");
        assert_eq!(told("{\"a\u{200b}\":1}".as_bytes()), "/a\u{200b} forbidden-character");
        assert_eq!(told(b"{\"a\":9007199254740991,\"b\":-9007199254740991,\"c\":\"\\ud83d\\ude00\"}"), "");
        let many = format!("[{}1.5]", "1.5,".repeat(60));
        assert_eq!(read(many.as_bytes(), LIMITS).expect("it is JSON").faults.len(), MOST_FAULTS);
    }

    #[test]
    fn limits_are_the_callers() {
        let wide = Limits { depth: 48, largest: u64::MAX, characters: false };
        let faults = |text: &str| read(text.as_bytes(), wide).expect("it is JSON").faults.len();
        assert_eq!(faults("[18446744073709551615,-9223372036854775808,\"a\u{202e}\"]"), 0);
        assert_eq!(faults("[18446744073709551616,-9223372036854775809,0.5]"), 3);
    }

    #[test]
    fn depth_is_counted_and_ten_thousand_brackets_do_not_recurse() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(told(nested(32).as_bytes()), "");
        assert_eq!(told(nested(33).as_bytes()), "TooDeep");
        assert_eq!(told("[".repeat(10_000).as_bytes()), "TooDeep");
        assert_eq!(told("{\"a\":".repeat(10_000).as_bytes()), "TooDeep");
    }

    #[test]
    fn places_are_told_in_characters() {
        let refused = |text: &str| read(text.as_bytes(), LIMITS).expect_err("it is refused");
        assert_eq!(refused("{\n \"甲\": x}").place, Some((2, 7)));
        assert_eq!(refused("{\n\"name\": }").place, Some((2, 9)));
        assert_eq!(refused("{}\n\n 乙").place, Some((3, 2)));
        let twice = refused("{\"a\":{\"b/c\":1,\n \"b/c\":2}}");
        assert_eq!((twice.place, twice.pointer.as_deref()), (Some((2, 6)), Some("/a/b~1c")));
        assert!(twice.to_string().starts_with("key `b/c` is there twice"), "{twice}");
    }
}
