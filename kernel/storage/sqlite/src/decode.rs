//! From stored columns to values. Total: what does not fit is reported as damage, never guessed.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Row as _, Sqlite, Type};
use yishi_canonical::Digest;
use yishi_storage::StoreError;

use crate::error::store_error;

/// The columns of one row, in the order the statement names them.
pub(crate) struct Columns<'r> {
    row: &'r SqliteRow,
    next: usize,
}

impl<'r> Columns<'r> {
    pub(crate) const fn of(row: &'r SqliteRow) -> Self {
        Self { row, next: 0 }
    }

    pub(crate) fn get<T: Decode<'r, Sqlite> + Type<Sqlite>>(&mut self) -> Result<T, StoreError> {
        let at = self.next;
        self.next += 1;
        self.row.try_get(at).map_err(store_error)
    }

    pub(crate) fn text(&mut self) -> Result<String, StoreError> {
        self.get()
    }

    pub(crate) fn count(&mut self) -> Result<u64, StoreError> {
        let number: i64 = self.get()?;
        u64::try_from(number).map_err(|_| damaged(format!("`{number}` is not a count")))
    }

    pub(crate) fn flag(&mut self) -> Result<bool, StoreError> {
        self.get::<i64>().map(|flag| flag != 0)
    }

    pub(crate) fn digest(&mut self) -> Result<Digest, StoreError> {
        let bytes: &[u8] = self.get()?;
        let bytes = bytes.try_into().map_err(|_| damaged("a digest has not 32 bytes".into()))?;
        Ok(Digest::from_bytes(bytes))
    }

    /// Bytes of one length.
    pub(crate) fn bytes<const N: usize>(&mut self) -> Result<[u8; N], StoreError> {
        fixed(self.get()?)
    }

    pub(crate) fn maybe_bytes<const N: usize>(&mut self) -> Result<Option<[u8; N]>, StoreError> {
        self.get::<Option<&[u8]>>()?.map(fixed).transpose()
    }

    pub(crate) fn time(&mut self) -> Result<Timestamp, StoreError> {
        time(self.get()?)
    }

    pub(crate) fn maybe_time(&mut self) -> Result<Option<Timestamp>, StoreError> {
        self.get::<Option<i64>>()?.map(time).transpose()
    }

    pub(crate) fn date(&mut self) -> Result<Date, StoreError> {
        let text: &str = self.get()?;
        text.parse().map_err(|_| damaged(format!("`{text}` is not a date")))
    }

    pub(crate) fn json(&mut self) -> Result<Value, StoreError> {
        let text: &str = self.get()?;
        serde_json::from_str(text).map_err(|error| damaged(format!("stored JSON does not parse: {error}")))
    }

    /// A word that stands for a value, as serde spells it.
    pub(crate) fn word<T: serde::de::DeserializeOwned>(&mut self) -> Result<T, StoreError> {
        let word: &str = self.get()?;
        parse_word(word)
    }

    pub(crate) fn maybe_word<T: serde::de::DeserializeOwned>(&mut self) -> Result<Option<T>, StoreError> {
        self.get::<Option<&str>>()?.map(parse_word).transpose()
    }
}

fn parse_word<T: serde::de::DeserializeOwned>(word: &str) -> Result<T, StoreError> {
    T::deserialize(serde::de::value::StrDeserializer::<serde::de::value::Error>::new(word))
        .map_err(|error| damaged(error.to_string()))
}

fn fixed<const N: usize>(bytes: &[u8]) -> Result<[u8; N], StoreError> {
    bytes.try_into().map_err(|_| damaged(format!("{} bytes where there should be {N}", bytes.len())))
}

fn time(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(|_| damaged(format!("`{micros}` is not a time")))
}

pub(crate) fn damaged(what: String) -> StoreError {
    StoreError::Corrupt { what }
}

/// A time as stored.
pub(crate) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// A count as stored.
pub(crate) fn signed(count: u64) -> Result<i64, StoreError> {
    i64::try_from(count).map_err(|_| StoreError::Invalid { what: format!("`{count}` is too large") })
}

/// Decodes every row of an answer.
pub(crate) fn all<T>(
    rows: Vec<SqliteRow>,
    decode: impl Fn(&mut Columns<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    rows.iter().map(|row| decode(&mut Columns::of(row))).collect()
}

/// Decodes a row that may be absent.
pub(crate) fn one<T>(
    row: Option<SqliteRow>,
    decode: impl Fn(&mut Columns<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    row.map(|row| decode(&mut Columns::of(&row))).transpose()
}
