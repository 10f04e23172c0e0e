//! 编号 (typed ids): a prefix that says what it names, and a UUID the application made.
//!
//! An id is written `mat_0197…` (prefix, then the hyphenated lower-case UUID) in addresses, in log entries
//! and in rows, so a person id pasted where a matter id belongs is refused when it is read.
//! This crate never makes one: the application's id source does (UUIDv7) and hands it in.
//!
//! To add a kind of id, add one line to the `ids!` list at the end.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// A text is not an id of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an id of the form `{prefix}` and a lower-case hyphenated uuid")]
pub struct IdError {
    prefix: &'static str,
    text: String,
}

fn parse(prefix: &'static str, text: &str) -> Result<Uuid, IdError> {
    let refuse = || IdError { prefix, text: text.chars().take(64).collect() };
    let digits = text.strip_prefix(prefix).ok_or_else(refuse)?;
    // One id, one spelling: the uuid crate also reads braces, URNs and capitals.
    let lower = digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f' | b'-'));
    if digits.len() != 36 || !lower {
        return Err(refuse());
    }
    Uuid::try_parse(digits).map_err(|_| refuse())
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// What the text form begins with.
            pub const PREFIX: &'static str = $prefix;

            /// An id the application made.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID without its prefix.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}{}", Self::PREFIX, self.0.hyphenated())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                parse(Self::PREFIX, text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// 镇 (a town).
    TownId = "town_";
    /// 村(社区) (a community): the scope everything else lives in.
    CommunityId = "com_";
    /// 居民 (a person of a community's roster).
    PersonId = "per_";
    /// 户 (a household of a community's roster).
    HouseholdId = "hh_";
    /// 账号 (an account that can sign in).
    AccountId = "acc_";
    /// 议题 (a matter before the community).
    MatterId = "mat_";
    /// 会议 (one sitting of a body).
    MeetingId = "mtg_";
    /// 表决 (one vote on one question).
    BallotId = "bal_";
    /// 规则 (one adopted charter, implementation rule or village regulation, through its life).
    RuleId = "rul_";
    /// 意见 (a comment made in a consultation).
    CommentId = "cmt_";
    /// 办件 (a case handled under a rule).
    CaseId = "cas_";
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "0197a0b2-0000-7000-8000-00000000002a";

    #[test]
    fn an_id_reads_back_as_itself() {
        let id: MatterId = format!("mat_{UUID}").parse().expect("well formed");
        assert_eq!(id.to_string(), format!("mat_{UUID}"));
        assert_eq!(serde_json::to_string(&id).expect("json"), format!("\"mat_{UUID}\""));
        assert_eq!(serde_json::from_str::<MatterId>(&format!("\"mat_{UUID}\"")).expect("json"), id);
    }

    #[test]
    fn another_kind_or_another_spelling_is_refused() {
        for text in [
            format!("per_{UUID}"),
            UUID.to_owned(),
            format!("mat_{}", UUID.to_uppercase()),
            format!("mat_{}", UUID.replace('-', "")),
            format!("mat_{{{UUID}}}"),
            format!("mat_{UUID} "),
            String::new(),
        ] {
            assert!(text.parse::<MatterId>().is_err(), "{text} was read as a matter id");
        }
    }
}
