//! 查询参数 (query parameters): each at most once, each known, each valid, and named when it is not.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::Deserialize;
use serde::de::{self, DeserializeOwned};
use yishi_canonical::characters;
use yishi_words::Words;

use crate::codes::{self, Code};
use crate::problem::Problem;

/// The query string as a value. The type should `deny_unknown_fields`.
#[derive(Debug)]
pub struct Query<T>(pub T);

/// 每页条数 (page size): 1 to 100, never clamped in silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(pub u32);

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let limit = Counted::<1, 100>::deserialize(deserializer)?.0;
        u32::try_from(limit).map(Self).map_err(de::Error::custom)
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

/// serde hands a type's refusal on as a sentence; this one is taken apart again in [`read`].
const BOUNDS: &str = "whole number between ";

impl<'de, const LEAST: u64, const MOST: u64> Deserialize<'de> for Counted<LEAST, MOST> {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // Digits only: `+5` and ` 5` are other spellings of the same page.
        let value = text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
        match value {
            Some(value) if (LEAST..=MOST).contains(&value) => Ok(Self(value)),
            _ => Err(de::Error::custom(format_args!("{BOUNDS}{LEAST} {MOST}"))),
        }
    }
}

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
    // The form's own decoder lets pass what it cannot read.
    let mut escapes = query.split('%').skip(1).map(|rest| rest.as_bytes().first_chunk::<2>());
    let whole = escapes.all(|digits| digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)));
    if !whole || percent_decode_str(query).decode_utf8().is_err() {
        return Err(Problem::new(&codes::ENCODING));
    }
    let mut seen = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if seen.contains(&name) || characters::first_forbidden(&value).is_some() {
            return Err(refuse(&codes::BAD_PARAMETER, &name));
        }
        seen.push(name);
    }
    let form = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(form).map_err(|error| {
        let fault = yishi_strict_json::explain(&error);
        let name = fault.pointer.trim_start_matches('/');
        let message = error.inner().to_string();
        match message.strip_prefix(BOUNDS).and_then(|bounds| bounds.split_once(' ')) {
            Some((least, most)) => outside(name, least, most),
            None if fault.code == codes::UNKNOWN_FIELD.code => refuse(&codes::UNKNOWN_PARAMETER, name),
            None => refuse(&codes::BAD_PARAMETER, name),
        }
    })
}

/// A text as a value inside a query.
pub fn value(text: &str) -> String {
    const KEPT: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    utf8_percent_encode(text, KEPT).to_string()
}

fn outside(name: &str, least: &str, most: &str) -> Problem {
    Problem::new(&codes::BAD_PARAMETER)
        .detail(Words::new(
            format!("参数 `{name}` 须为 {least} 到 {most} 之间的整数"),
            format!("parameter `{name}` must be a whole number from {least} to {most}"),
        ))
        .member("parameter", name)
        .member("minimum", least.parse::<u64>().ok())
        .member("maximum", most.parse::<u64>().ok())
}

fn refuse(code: &'static Code, name: &str) -> Problem {
    // The name is the client's own text: it is cut, and JSON keeps it harmless.
    let name: String = name.chars().take(64).collect();
    Problem::new(code)
        .detail(Words::new(format!("参数 `{name}` 有误"), format!("parameter `{name}` is not valid")))
        .member("parameter", name)
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
        assert_eq!(outside.member_of("maximum"), Some(&100.into()));
        let unknown = read::<Page>("sort=password").expect_err("it should be refused");
        assert_eq!(unknown.member_of("parameter"), Some(&"sort".into()));
        let wrong = read::<Page>("state=ajar").expect_err("it should be refused");
        assert_eq!(wrong.member_of("parameter"), Some(&"state".into()));
        assert_eq!(refused("sort=password"), "unknown-field");
        assert_eq!(refused("cursor=%ff"), "encoding");
        assert_eq!(refused("cursor=%2"), "encoding");
        assert_eq!(refused("cursor=%zz"), "encoding");
        assert_eq!(value("甲 /~&"), "%E7%94%B2%20/~%26");
    }
}
