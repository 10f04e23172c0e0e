//! 查询参数 (query parameters): each at most once, each known, each valid, and named when it is not.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, Visitor};

use crate::codes::{self, Code};
use crate::problem::Problem;
use yishi_words::Words;

/// The most entries of one page.
pub const MAX_LIMIT: u32 = 100;
/// The entries of a page when nothing is asked for.
pub const DEFAULT_LIMIT: u32 = 50;

/// The query string as a value. The type should `deny_unknown_fields`.
#[derive(Debug)]
pub struct Query<T>(pub T);

/// 每页条数 (page size): 1 to 100, never clamped in silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(pub u32);

impl Default for Limit {
    fn default() -> Self {
        Self(DEFAULT_LIMIT)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let limit = Counted::<1, { MAX_LIMIT as u64 }>::deserialize(deserializer)?.0;
        u32::try_from(limit).map(Self).map_err(|_| out_of(1, MAX_LIMIT.into()))
    }
}

/// 有界整数 (a whole number between two bounds, which a refusal names).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted<const LEAST: u64, const MOST: u64>(pub u64);

impl<const LEAST: u64, const MOST: u64> Default for Counted<LEAST, MOST> {
    fn default() -> Self {
        Self(LEAST)
    }
}

impl<'de, const LEAST: u64, const MOST: u64> Deserialize<'de> for Counted<LEAST, MOST> {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let refuse = || out_of(LEAST, MOST);
        let value = u64::deserialize(deserializer).map_err(|_: D::Error| refuse())?;
        if (LEAST..=MOST).contains(&value) { Ok(Self(value)) } else { Err(refuse()) }
    }
}

/// serde hands a deserialiser's error on as a sentence; this one is taken apart again in [`Refused`].
fn out_of<E: de::Error>(least: u64, most: u64) -> E {
    E::custom(format_args!("{BOUNDS}{least} {most}"))
}

const BOUNDS: &str = "whole number between ";

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        read(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

/// Reads a query string.
///
/// # Errors
/// 400 that names the parameter.
pub fn read<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode(name)?, decode(value)?);
        if pairs.iter().any(|(seen, _)| *seen == name) {
            return Err(refuse(&codes::BAD_PARAMETER, &name));
        }
        let mut previous = None;
        let forbidden = value.chars().any(|c| {
            let bad = yishi_canonical::characters::forbidden(c, previous);
            previous = Some(c);
            bad
        });
        if forbidden {
            return Err(refuse(&codes::BAD_PARAMETER, &name));
        }
        pairs.push((name, value));
    }
    T::deserialize(Pairs { pairs: &pairs, at: 0 }).map_err(|error| match error {
        Refused::Value(name) => refuse(&codes::BAD_PARAMETER, &name),
        Refused::Bounds { name, least, most } => outside(&name, least, most),
        Refused::Unknown(name) => refuse(&codes::UNKNOWN_PARAMETER, &name),
        Refused::Missing(name) => refuse(&codes::BAD_PARAMETER, name),
    })
}

fn outside(name: &str, least: u64, most: u64) -> Problem {
    Problem::new(&codes::BAD_PARAMETER)
        .detail(Words::new(
            format!("参数 `{name}` 须为 {least} 到 {most} 之间的整数"),
            format!("parameter `{name}` must be a whole number from {least} to {most}"),
        ))
        .member("parameter", name)
        .member("minimum", least)
        .member("maximum", most)
}

fn refuse(code: &'static Code, name: &str) -> Problem {
    // The name is the client's own text: it is cut, and JSON keeps it harmless.
    let name: String = name.chars().take(64).collect();
    Problem::new(code)
        .detail(Words::new(format!("参数 `{name}` 有误"), format!("parameter `{name}` is not valid")))
        .member("parameter", name)
}

/// Percent-decoding with `+` as a space, as forms write it.
///
/// # Errors
/// 400 when an escape is broken or the bytes are not UTF-8.
pub fn decode(text: &str) -> Result<String, Problem> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes().iter().copied();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || {
                    rest.next().and_then(|b| char::from(b).to_digit(16)).and_then(|d| u8::try_from(d).ok())
                };
                let (Some(high), Some(low)) = (digit(), digit()) else {
                    return Err(Problem::new(&codes::ENCODING));
                };
                high * 16 + low
            }
            other => other,
        });
    }
    String::from_utf8(bytes).map_err(|_| Problem::new(&codes::ENCODING))
}

#[derive(Debug)]
enum Refused {
    Value(String),
    Bounds { name: String, least: u64, most: u64 },
    Unknown(String),
    Missing(&'static str),
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Value(name) | Self::Bounds { name, .. } | Self::Unknown(name) => f.write_str(name),
            Self::Missing(name) => f.write_str(name),
        }
    }
}

impl std::error::Error for Refused {}

impl de::Error for Refused {
    fn custom<M: std::fmt::Display>(message: M) -> Self {
        let message = message.to_string();
        let bounds = message.strip_prefix(BOUNDS).and_then(|bounds| bounds.split_once(' '));
        match bounds.map(|(least, most)| (least.parse(), most.parse())) {
            Some((Ok(least), Ok(most))) => Self::Bounds { name: String::new(), least, most },
            _ => Self::Value(message),
        }
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self::Unknown(field.to_owned())
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }
}

struct Pairs<'a> {
    pairs: &'a [(String, String)],
    at: usize,
}

impl<'de> de::Deserializer<'de> for Pairs<'_> {
    type Error = Refused;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_map(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for Pairs<'_> {
    type Error = Refused;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Refused> {
        let Some((name, _)) = self.pairs.get(self.at) else { return Ok(None) };
        let key: StrDeserializer<'_, Refused> = name.as_str().into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refused> {
        let Some((name, value)) = self.pairs.get(self.at) else { return Err(Refused::Value(String::new())) };
        self.at += 1;
        seed.deserialize(Text1(value)).map_err(|error| match error {
            Refused::Bounds { least, most, .. } => Refused::Bounds { name: name.clone(), least, most },
            _ => Refused::Value(name.clone()),
        })
    }
}

/// One value: text that may stand for a number, a truth value or a variant.
struct Text1<'a>(&'a str);

macro_rules! numbers {
    ($($method:ident $visit:ident $kind:ty;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
            // Digits only: `+5` and ` 5` are other spellings of the same page.
            let plain = self.0.bytes().enumerate().all(|(at, b)| b.is_ascii_digit() || (at == 0 && b == b'-'));
            let value = self.0.parse::<$kind>().ok().filter(|_| plain);
            visitor.$visit(value.ok_or_else(|| Refused::Value(String::new()))?)
        }
    )*};
}

impl<'de> de::Deserializer<'de> for Text1<'_> {
    type Error = Refused;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_str(self.0)
    }

    numbers! {
        deserialize_u8 visit_u8 u8;
        deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64;
        deserialize_i32 visit_i32 i32;
        deserialize_i64 visit_i64 i64;
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.0 {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            _ => Err(Refused::Value(String::new())),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        let variant: StrDeserializer<'_, Refused> = self.0.into_deserializer();
        visitor.visit_enum(variant)
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map
        struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum State {
        Open,
        Closed,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Page {
        #[serde(default)]
        limit: Limit,
        cursor: Option<String>,
        state: Option<State>,
        #[serde(default)]
        dry_run: bool,
    }

    fn refused(query: &str) -> String {
        let problem = read::<Page>(query).expect_err("it should be refused");
        assert_eq!(problem.status().as_u16(), 400);
        problem.code().to_owned()
    }

    #[test]
    fn parameters() {
        assert_eq!(
            read::<Page>("limit=100&cursor=a%2Bb+c&state=open&dry_run=true").expect("all are right"),
            Page { limit: Limit(100), cursor: Some("a+b c".into()), state: Some(State::Open), dry_run: true }
        );
        assert_eq!(read::<Page>("").expect("all have defaults").limit, Limit(50));
        assert_eq!(read::<Page>("state=closed").expect("it is one").state, Some(State::Closed));
        for query in [
            "limit=abc",
            "limit=-1",
            "limit=0",
            "limit=101",
            "limit=1000000",
            "limit=5&limit=5",
            "limit=",
            "limit=+5",
            "state=ajar",
            "dry_run=1",
            "cursor=%00",
        ] {
            assert_eq!(refused(query), "bad-parameter", "{query}");
        }
        let outside = read::<Page>("limit=101").expect_err("it should be refused");
        assert_eq!(
            outside.detail_text(crate::accept::Lang::En),
            Some("parameter `limit` must be a whole number from 1 to 100")
        );
        assert_eq!(refused("sort=password"), "unknown-field");
        assert_eq!(refused("cursor=%ff"), "encoding");
        assert_eq!(refused("cursor=%2"), "encoding");
    }
}
