//! 名册 (rolls): who counts for one body on one day, each once.
//!
//! An [`Elector`] is what is counted: a person, or in household mode a household through its one representative (R16).
//! A roll keeps ids only. Its digest goes into the record when a meeting opens, so that anybody shown
//! the roll later, with its salt, can check that it is the one the vote was counted against. Without a salt the digest of a
//! small body's roll would tell who was left out of it for an interest of their own: there are few rolls to try.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use yishi_canonical::{CanonicalError, Digest};
use yishi_law::{BodyKind, CountingMode};

use crate::bodies::BodyRegister;
use crate::ids::{HouseholdId, IdError, PersonId};
use crate::person::{Household, Person};

/// 计数单位 (what is counted once): written as its id, `per_…` or `hh_…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Elector {
    /// One person.
    Person(PersonId),
    /// One household, whoever represents it.
    Household(HouseholdId),
}

impl fmt::Display for Elector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => id.fmt(f),
            Self::Household(id) => id.fmt(f),
        }
    }
}

impl std::str::FromStr for Elector {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        if text.starts_with(HouseholdId::PREFIX) {
            text.parse().map(Self::Household)
        } else {
            text.parse().map(Self::Person)
        }
    }
}

impl Serialize for Elector {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Elector {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// 名册 (a roll): for each elector, the persons who may act for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roll {
    body: BodyKind,
    mode: CountingMode,
    on: Date,
    electors: BTreeMap<Elector, BTreeSet<PersonId>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    salt: Option<Digest>,
}

/// 名册摘要 (what the record keeps of a roll).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollDigest {
    /// How many electors: 应到.
    pub size: u64,
    /// SHA-256 of the roll's canonical bytes, its salt included.
    pub digest: Digest,
}

impl Roll {
    /// 按人 (the assembly by persons): every resident aged 18 or over who lives here on that day and is not off the
    /// roll (V1, U1, R18).
    pub fn of_persons<'a>(people: impl IntoIterator<Item = &'a Person>, on: Date) -> Self {
        let electors = voters(people, on)
            .map(|person| (Elector::Person(person.id), BTreeSet::from([person.id])))
            .collect();
        Self { body: BodyKind::ResidentsAssembly, mode: CountingMode::Persons, on, electors, salt: None }
    }

    /// 按户 (the assembly by households): every household with an adult, who may each come as its one representative (V2, U1).
    pub fn of_households<'a>(
        people: impl IntoIterator<Item = &'a Person>,
        households: impl IntoIterator<Item = &'a Household>,
        on: Date,
    ) -> Self {
        let known: BTreeSet<HouseholdId> = households.into_iter().map(|household| household.id).collect();
        let mut electors = BTreeMap::<Elector, BTreeSet<PersonId>>::new();
        for person in voters(people, on).filter(|person| known.contains(&person.household)) {
            electors.entry(Elector::Household(person.household)).or_default().insert(person.id);
        }
        Self { body: BodyKind::ResidentsAssembly, mode: CountingMode::Households, on, electors, salt: None }
    }

    /// 成员 (the members of an elected body in office on that day; R1: vacant seats do not count).
    #[must_use]
    pub fn of_body(register: &BodyRegister, body: BodyKind, on: Date) -> Self {
        let electors = register
            .in_office(body, on)
            .into_iter()
            .map(|seat| (Elector::Person(seat.person), BTreeSet::from([seat.person])))
            .collect();
        Self { body, mode: CountingMode::Persons, on, electors, salt: None }
    }

    /// 加盐 (the same roll with the salt its digest is made with, so that the digest cannot be found by trying).
    #[must_use]
    pub fn salted(mut self, salt: Digest) -> Self {
        self.salt = Some(salt);
        self
    }

    /// The body whose roll this is.
    #[must_use]
    pub const fn body(&self) -> BodyKind {
        self.body
    }

    /// How it is counted.
    #[must_use]
    pub const fn mode(&self) -> CountingMode {
        self.mode
    }

    /// The day it was made for.
    #[must_use]
    pub const fn on(&self) -> Date {
        self.on
    }

    /// 应到 (how many count).
    #[must_use]
    pub fn size(&self) -> u64 {
        self.electors.len() as u64
    }

    /// All electors, in order.
    pub fn electors(&self) -> impl Iterator<Item = Elector> {
        self.electors.keys().copied()
    }

    /// Whether this elector counts.
    #[must_use]
    pub fn contains(&self, elector: Elector) -> bool {
        self.electors.contains_key(&elector)
    }

    /// The elector a person acts for, or nothing when the person is not on the roll.
    #[must_use]
    pub fn elector_of(&self, person: PersonId) -> Option<Elector> {
        match self.mode {
            CountingMode::Persons => Some(Elector::Person(person)).filter(|&elector| self.contains(elector)),
            CountingMode::Households => {
                self.electors.iter().find(|(_, people)| people.contains(&person)).map(|(&elector, _)| elector)
            }
        }
    }

    /// 回避 (the roll without those recused: they leave base and vote; R8).
    #[must_use]
    pub fn without(&self, recused: &BTreeSet<Elector>) -> Self {
        let mut rest = self.clone();
        rest.electors.retain(|elector, _| !recused.contains(elector));
        rest
    }

    /// What the record keeps of it.
    ///
    /// # Errors
    /// Never for a roll made here: ids and dates always have canonical bytes. The error is passed on all the same.
    pub fn digest(&self) -> Result<RollDigest, CanonicalError> {
        Ok(RollDigest { size: self.size(), digest: yishi_canonical::digest_of(self)? })
    }
}

fn voters<'a>(people: impl IntoIterator<Item = &'a Person>, on: Date) -> impl Iterator<Item = &'a Person> {
    people.into_iter().filter(move |person| person.counts_on(on))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use uuid::Uuid;

    use super::*;

    /// The record told which roll a vote was counted against, and of eleven members there are few rolls to try.
    #[test]
    fn who_was_left_out_of_a_salted_roll_is_not_found_by_trying() {
        let member = |n| Elector::Person(PersonId::from_uuid(Uuid::from_u128(n)));
        let council = Roll {
            body: BodyKind::Council,
            mode: CountingMode::Persons,
            on: date(2026, 3, 6),
            electors: (0..11).map(|n| (member(n), BTreeSet::new())).collect(),
            salt: None,
        };
        let digest = |roll: &Roll| roll.digest().expect("bytes");
        let left_out = BTreeSet::from([member(3)]);
        let tried: Vec<Roll> = (0..11).map(|n| council.without(&BTreeSet::from([member(n)]))).collect();
        let bare = digest(&council.without(&left_out));
        assert!(tried.iter().any(|roll| digest(roll) == bare), "without a salt it is found");
        let kept = digest(&council.clone().salted(Digest::of(b"salt")).without(&left_out));
        assert!(tried.iter().all(|roll| digest(roll) != kept));
        let again = digest(&council.without(&left_out).salted(Digest::of(b"salt")));
        assert_eq!((again, kept.size), (kept, 10), "whoever has the salt can check it");
    }
}
