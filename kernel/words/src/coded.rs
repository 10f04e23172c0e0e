//! 代号 (types whose values have codes): declared once, with the family of words they belong to.

use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::{Error, Visitor};

use crate::{CommunityKind, Term, Words, entry, family};

/// 有代号的类型 (a closed set of values, each with a stable code and words in `schemas/vocabulary.json`).
///
/// Implement it with [`coded!`](crate::coded), which also writes the code wherever the value is serialised.
pub trait Coded: Copy + Eq + 'static {
    /// The family in the vocabulary.
    const FAMILY: &'static str;

    /// Every value, in the order in which they are declared.
    const ALL: &'static [Self];

    /// Every code, in the same order.
    const CODES: &'static [&'static str];

    /// The stable kebab-case code: in the record, the API and addresses. It never changes once released.
    fn code(self) -> &'static str;

    /// What it is called where no kind of community is at hand.
    ///
    /// A code without words would be said as it is; the tests of every crate hold that there is none ([`differences`]).
    fn term(self) -> Term {
        entry(Self::FAMILY, self.code()).map_or(Term::bare(self.code()), |entry| entry.term)
    }

    /// What it is called in this kind of community.
    fn term_in(self, kind: CommunityKind) -> Term {
        entry(Self::FAMILY, self.code()).map_or(Term::bare(self.code()), |entry| entry.term_in(kind))
    }

    /// [`Coded::term`] as a text of its own.
    fn words(self) -> Words {
        self.term().words()
    }

    /// [`Coded::term_in`] as a text of its own.
    fn words_in(self, kind: CommunityKind) -> Words {
        self.term_in(kind).words()
    }
}

/// Declares an enumeration whose values have codes: the type, its codes, their order, how they are serialised, and
/// [`Coded`] with the family of its words.
///
/// ```
/// yishi_words::coded! {
///     /// 表决方式.
///     pub enum Secrecy: "secrecy" {
///         /// 公开表决.
///         Open = "open",
///         /// 无记名投票.
///         Secret = "secret",
///     }
/// }
/// assert_eq!(Secrecy::Secret.code(), "secret");
/// assert_eq!(Secrecy::Secret.term().zh, "无记名投票");
/// ```
#[macro_export]
macro_rules! coded {
    ($(#[$meta:meta])* $vis:vis enum $name:ident: $family:literal {
        $($(#[$doc:meta])* $variant:ident = $code:literal),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name {
            $($(#[$doc])* $variant,)*
        }

        impl $name {
            /// All of them, in the order in which they are declared.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stable kebab-case code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }

            /// What it is called where no kind of community is at hand.
            #[must_use]
            pub fn term(self) -> $crate::Term {
                $crate::Coded::term(self)
            }

            /// What it is called in this kind of community.
            #[must_use]
            pub fn term_in(self, kind: $crate::CommunityKind) -> $crate::Term {
                $crate::Coded::term_in(self, kind)
            }

            /// What it is called, as a text of its own.
            #[must_use]
            pub fn words(self) -> $crate::Words {
                $crate::Coded::words(self)
            }

            /// What it is called in this kind of community, as a text of its own.
            #[must_use]
            pub fn words_in(self, kind: $crate::CommunityKind) -> $crate::Words {
                $crate::Coded::words_in(self, kind)
            }
        }

        impl $crate::Coded for $name {
            const FAMILY: &'static str = $family;
            const ALL: &'static [Self] = Self::ALL;
            const CODES: &'static [&'static str] = &[$($code),*];

            fn code(self) -> &'static str {
                Self::code(self)
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::deserialize(deserializer)
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::UnknownCode;

            fn from_str(code: &str) -> Result<Self, Self::Err> {
                $crate::from_code(code)
            }
        }
    };
}

/// 不认识的代号 (a word that is no code of the type).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownCode {
    family: &'static str,
}

impl fmt::Display for UnknownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no code of `{}`", self.family)
    }
}

impl std::error::Error for UnknownCode {}

/// The value of a code.
///
/// # Errors
/// [`UnknownCode`] for any other word.
pub fn from_code<T: Coded>(code: &str) -> Result<T, UnknownCode> {
    T::ALL.iter().copied().find(|one| one.code() == code).ok_or(UnknownCode { family: T::FAMILY })
}

/// Reads a code where a value is deserialised.
///
/// # Errors
/// The deserializer's own, for anything but a code of the type.
pub fn deserialize<'de, D: Deserializer<'de>, T: Coded>(deserializer: D) -> Result<T, D::Error> {
    struct Code<T>(PhantomData<T>);

    impl<T: Coded> Visitor<'_> for Code<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "one of `{}`", T::CODES.join("`, `"))
        }

        fn visit_str<E: Error>(self, code: &str) -> Result<T, E> {
            from_code(code).map_err(|_| E::unknown_variant(code, T::CODES))
        }
    }

    deserializer.deserialize_str(Code(PhantomData))
}

/// 出入 (what a type and its family of words do not agree on), for a test: codes without words, words of unknown codes,
/// a family that is missing. Empty when they agree.
#[must_use]
pub fn differences<T: Coded>() -> Vec<String> {
    let Some(family) = family(T::FAMILY) else {
        return vec![format!("the vocabulary has no family `{}`", T::FAMILY)];
    };
    let codes: BTreeSet<_> = T::ALL.iter().map(|one| one.code()).collect();
    let worded: BTreeSet<_> = family.terms.iter().map(|entry| entry.code).collect();
    let mut found: Vec<_> =
        codes.difference(&worded).map(|code| format!("`{}/{code}` has no words", T::FAMILY)).collect();
    found.extend(worded.difference(&codes).map(|code| format!("`{}/{code}` is no code", T::FAMILY)));
    if codes.len() != T::ALL.len() {
        found.push(format!("`{}` has a code twice", T::FAMILY));
    }
    found
}
