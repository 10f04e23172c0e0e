//! 依据 (authorities): who says so, with the article.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use yishi_canonical::Digest;

/// 底线编号 (the permanent id of a floor entry), such as `V6`, `U3`, `E1` or `P5`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FloorId(String);

/// A text is not one capital letter followed by a number from 1 to 999.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a floor id such as `V6`")]
pub struct FloorIdError(String);

impl FloorId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for FloorId {
    type Error = FloorIdError;

    fn try_from(text: String) -> Result<Self, FloorIdError> {
        let digits = text.strip_prefix(|c: char| c.is_ascii_uppercase()).unwrap_or("");
        let number = !digits.is_empty()
            && digits.len() <= 3
            && !digits.starts_with('0')
            && digits.bytes().all(|b| b.is_ascii_digit());
        if number { Ok(Self(text)) } else { Err(FloorIdError(text.chars().take(40).collect())) }
    }
}

impl std::str::FromStr for FloorId {
    type Err = FloorIdError;

    fn from_str(text: &str) -> Result<Self, FloorIdError> {
        Self::try_from(text.to_owned())
    }
}

impl From<FloorId> for String {
    fn from(id: FloorId) -> Self {
        id.0
    }
}

impl fmt::Display for FloorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// 依据 (who makes a demand).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "source", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Authority {
    /// 法律条文 (an article of a dated law text).
    Statute {
        /// Id of the text, such as `villagers-committee-organic-law-2025`.
        text: String,
        /// Id of the floor entry.
        floor: FloorId,
        /// Article number, such as `30`.
        article: String,
    },
    /// 裁定 (a ruling of this product where the law is silent).
    Ruling {
        /// Such as `R1`.
        id: String,
    },
    /// 政策文件 (a policy document).
    Policy {
        /// Such as `P5`.
        id: FloorId,
    },
    /// 村规插件 (an article of a rule in force).
    Plugin {
        /// The rule's name.
        name: String,
        /// The component's digest.
        digest: Digest,
        /// The article's permanent id.
        article: String,
    },
}

/// 有据之值 (a value and everybody who demands exactly this value).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cited<T> {
    /// The value.
    pub value: T,
    /// Who demands it.
    pub by: BTreeSet<Authority>,
}

impl<T> Cited<T> {
    /// A value demanded by one authority.
    #[must_use]
    pub fn new(value: T, by: Authority) -> Self {
        Self { value, by: BTreeSet::from([by]) }
    }

    /// A value demanded by several.
    pub fn by(value: T, by: impl IntoIterator<Item = Authority>) -> Self {
        Self { value, by: by.into_iter().collect() }
    }
}
