//! 范围 (scope): the handle without which nothing of a community can be reached.

use std::fmt;

/// 村（社区）范围 (the scope of one community).
///
/// The application issues it after authorising the actor; storage takes it as the first argument of
/// every call that concerns a community and puts it first in every key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope(String);

impl Scope {
    /// The scope of the community with this id. Only authorisation should call this.
    #[must_use]
    pub fn issued(community: impl fmt::Display) -> Self {
        Self(community.to_string())
    }

    /// The community's id.
    #[must_use]
    pub fn community(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
