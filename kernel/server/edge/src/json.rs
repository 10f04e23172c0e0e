//! 严格 JSON (strict JSON): one reading of every body.
//!
//! A body is read once, strictly (`yishi-strict-json`), into a value; the type's own schema and serde see that value. When
//! something is wrong with fields, all of them are reported together.

use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::ToSchema;
use yishi_schema::FieldError;
use yishi_strict_json::{Kind, Limits, Read, Refused, typed};
use yishi_words::Words;

use crate::codes;
use crate::problem::Problem;
use crate::schema;

pub use yishi_strict_json::forbidden_at;

/// 2^53 - 1: the largest integer every JSON reader keeps exact.
pub const MAX_INTEGER: u64 = (1 << 53) - 1;

const LIMITS: Limits = Limits { depth: 32, largest: MAX_INTEGER, characters: true };

/// Reads a value whose type has a schema; limits written in the schema (lengths, ranges) are enforced.
///
/// # Errors
/// A problem that names every wrong field.
pub fn read<T: DeserializeOwned + ToSchema + 'static>(bytes: &[u8]) -> Result<T, Problem> {
    held(bytes, true)
}

/// Reads a small value on the hot path: the schema is consulted only when serde has refused, so limits
/// that only the schema knows are not enforced. For types whose serde form says everything.
///
/// # Errors
/// As [`read`].
pub fn read_fast<T: DeserializeOwned + ToSchema + 'static>(bytes: &[u8]) -> Result<T, Problem> {
    held(bytes, false)
}

/// Reads a value whose schema is not this crate's business, with what is wrong with single fields already.
///
/// # Errors
/// A problem when the body as a whole cannot be read (encoding, syntax, depth, duplicate keys).
pub fn read_any(bytes: &[u8]) -> Result<(Value, Vec<FieldError>), Problem> {
    let Read { value, faults } = yishi_strict_json::read(bytes, LIMITS).map_err(unread)?;
    Ok((value, faults))
}

fn held<T: DeserializeOwned + ToSchema + 'static>(bytes: &[u8], by_schema: bool) -> Result<T, Problem> {
    let (value, mut errors) = read_any(bytes)?;
    let read = typed(&value);
    if by_schema || read.is_err() {
        errors.extend(schema::violations::<T>(&value));
    }
    match read {
        Ok(read) if errors.is_empty() => return Ok(read),
        Ok(_) => {}
        // serde stops at its first error; it is added unless the schema has already reported that place.
        Err(error) if errors.iter().any(|seen| seen.pointer.starts_with(&error.pointer)) => {}
        Err(error) => errors.push(error),
    }
    Err(Problem::fields(errors))
}

fn unread(refused: Refused) -> Problem {
    let mut problem = Problem::new(match refused.kind {
        Kind::Empty => &codes::EMPTY_BODY,
        Kind::Encoding => &codes::ENCODING,
        Kind::Syntax => &codes::JSON_SYNTAX,
        Kind::TrailingData => &codes::TRAILING_DATA,
        Kind::DuplicateKey => &codes::DUPLICATE_KEY,
        Kind::TooDeep => &codes::TOO_DEEP,
    });
    if let Some((line, column)) = refused.place {
        let place = (format!("第 {line} 行第 {column} 列"), format!("line {line}, column {column}"));
        problem = problem.detail(Words::new(place.0, place.1)).member("line", line).member("column", column);
    }
    match refused.pointer {
        Some(pointer) => problem.member("pointer", pointer),
        None => problem,
    }
}
