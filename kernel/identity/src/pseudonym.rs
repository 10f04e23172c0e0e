//! 化名 (pseudonyms): how the public record speaks of people.
//!
//! The record must say that the same person did not vote twice, or that whoever left a sitting had come to it. It must not
//! let a reader join what one person said in a consultation, where they were and how they voted. So nobody stands in it
//! under an id of their own, but under one for each [`Purpose`] and context: for each comment another, for each meeting,
//! each ballot. Only acts in office carry one for all of them, since whoever holds an office answers for it as a whole.
//!
//! A pseudonym is HMAC-SHA256 under a random [`Salt`] of the person or account. The salts are in a table of their own: a
//! person is erased by destroying theirs, and the record stays as it is and verifies.
//!
//! Where decided: `kernel/decisions/0010-what-the-log-tells.md`.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use uuid::{Builder, Uuid};

use crate::ids::{AccountId, HouseholdId, PersonId};

/// 盐 (32 random bytes of one person, household or account). Not shown, also not in debug output.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt([u8; 32]);

impl Salt {
    /// The salt of these bytes, which must come from a secure random source.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(…)")
    }
}

/// 用途 (to what end the record names somebody). What is done to one end cannot be joined with what is done to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// 意见: one pseudonym for each comment.
    Comment,
    /// 到会: one for each meeting.
    Attendance,
    /// 回避: one for each meeting, another than that of the attendance.
    Recusal,
    /// 投票: one for each ballot.
    Vote,
    /// 计票、监票: one for each meeting.
    Teller,
    /// 办件对象: one for each case.
    Case,
    /// 任职: one for all seats a person holds in a community. Seats are public.
    Seat,
    /// 履职: one for all acts in office of one account or person in a community.
    Office,
    /// 本人的其他行为: one for each stream, such as one matter.
    Own,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Comment,
        Self::Attendance,
        Self::Recusal,
        Self::Vote,
        Self::Teller,
        Self::Case,
        Self::Seat,
        Self::Office,
        Self::Own,
    ];

    /// The purpose of an id that stands in an entry of this kind under these names of fields, from the outside in. What is
    /// not known here is joined with nothing but itself: [`Purpose::Own`].
    #[must_use]
    pub fn of_field(kind: &str, path: &[&str], in_office: bool) -> Self {
        match (kind, path) {
            ("comment.made", _) => Self::Comment,
            (_, ["act", "by", ..]) if in_office => Self::Office,
            (_, ["act", "by", ..]) => Self::Own,
            (_, ["electors", ..]) => Self::Attendance,
            (_, ["elector" | "recused", ..]) => Self::Recusal,
            (_, ["hand", "tellers", ..]) => Self::Teller,
            (_, [.., "subject"]) if kind.starts_with("case.") => Self::Case,
            _ if kind.starts_with("bodies.") => Self::Seat,
            _ => Self::Own,
        }
    }

    /// The context a pseudonym of this purpose is made in: the stream of the entry (a comment, meeting, case, matter), and
    /// for what concerns offices the community.
    #[must_use]
    pub const fn context<'a>(self, community: &'a str, stream: &'a str) -> &'a str {
        match self {
            Self::Seat | Self::Office => community,
            _ => stream,
        }
    }

    /// The word the pseudonym is made with. Never changed: it would make another pseudonym.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Attendance => "attendance",
            Self::Recusal => "recusal",
            Self::Vote => "vote",
            Self::Teller => "teller",
            Self::Case => "case",
            Self::Seat => "seat",
            Self::Office => "office",
            Self::Own => "own",
        }
    }
}

/// 化名: the id under which the record names the subject of this salt, for this purpose in this context (the id of the
/// meeting, ballot, comment, matter, or community). It has the form of an id, with the UUID version 8 that RFC 9562 leaves to
/// applications; ids themselves are of version 7, so that the two are never taken for each other.
#[must_use]
pub fn pseudonym(salt: &Salt, purpose: Purpose, context: &str) -> Uuid {
    // A key of fewer bytes than a block is filled with zeros (RFC 2104).
    let mut block = [0; 64];
    block[..salt.0.len()].copy_from_slice(&salt.0);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    for part in [purpose.code(), "\0", context] {
        mac.update(part.as_bytes());
    }
    let full: [u8; 32] = mac.finalize().into_bytes().into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&full[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

/// 主体 (whom an id in an entry names, as far as people are concerned).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A person.
    Person(PersonId),
    /// A household.
    Household(HouseholdId),
    /// An account.
    Account(AccountId),
}

impl Subject {
    /// Reads an id of somebody; nothing for every other text, also for an id of something else.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        // Ids are of one length each; most texts of an entry are not, and are passed by without being parsed.
        if text.len() != 40 && text.len() != 39 {
            return None;
        }
        match text.split_once('_')?.0 {
            "per" => text.parse().ok().map(Self::Person),
            "hh" => text.parse().ok().map(Self::Household),
            "acc" => text.parse().ok().map(Self::Account),
            _ => None,
        }
    }

    /// Whether the id is a pseudonym already.
    #[must_use]
    pub fn is_pseudonym(&self) -> bool {
        let uuid = match self {
            Self::Person(id) => id.uuid(),
            Self::Household(id) => id.uuid(),
            Self::Account(id) => id.uuid(),
        };
        uuid.get_version_num() == 8
    }

    /// The same kind of id under a pseudonym.
    #[must_use]
    pub fn under(&self, salt: &Salt, purpose: Purpose, context: &str) -> Self {
        let uuid = pseudonym(salt, purpose, context);
        match self {
            Self::Person(_) => Self::Person(PersonId::from_uuid(uuid)),
            Self::Household(_) => Self::Household(HouseholdId::from_uuid(uuid)),
            Self::Account(_) => Self::Account(AccountId::from_uuid(uuid)),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => id.fmt(f),
            Self::Household(id) => id.fmt(f),
            Self::Account(id) => id.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const UUID: &str = "0197a0b2-0000-7000-8000-00000000002a";

    #[test]
    fn one_person_is_somebody_else_for_every_purpose_and_context() {
        let (one, other) = (Salt::from_bytes([1; 32]), Salt::from_bytes([2; 32]));
        let mut seen = BTreeSet::new();
        for purpose in Purpose::ALL {
            for context in ["mtg_1", "mtg_2", ""] {
                for salt in [&one, &other] {
                    let made = pseudonym(salt, purpose, context);
                    assert_eq!(made, pseudonym(salt, purpose, context), "the same again");
                    assert_eq!(made.get_version_num(), 8);
                    assert!(seen.insert(made), "{purpose:?} in `{context}` gives a pseudonym that is taken");
                }
            }
        }
        assert_eq!(format!("{one:?}"), "Salt(…)");
    }

    #[test]
    fn only_ids_of_people_are_read_and_they_keep_their_kind() {
        let salt = Salt::from_bytes([7; 32]);
        for prefix in ["per_", "hh_", "acc_"] {
            let subject = Subject::read(&format!("{prefix}{UUID}")).expect("an id of somebody");
            assert!(!subject.is_pseudonym());
            let under = subject.under(&salt, Purpose::Vote, "bal_1");
            assert!(under.is_pseudonym() && under.to_string().starts_with(prefix), "{under}");
            assert_eq!(Subject::read(&under.to_string()), Some(under));
        }
        for text in
            [format!("mat_{UUID}"), format!("per_{}", UUID.to_uppercase()), "per_1".into(), UUID.into()]
        {
            assert_eq!(Subject::read(&text), None, "{text}");
        }
    }
}
