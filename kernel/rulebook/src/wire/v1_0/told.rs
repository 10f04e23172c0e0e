//! What rules are told, as `yishi:rule@1.0.0` has it. Codes are strings there.

use std::sync::Arc;

use wasmtime::component::{ComponentType, Lower};

use super::enums::{CommunityKind, MatterClass, RuleKind};
use crate::wire::{self as host, CountingMode, Role, Step, Subject};

/// A value of the host as the contract has it.
pub(crate) trait Told<T> {
    fn told(&self) -> T;
}

macro_rules! as_it_is {
    ($($ty:ty),*) => { $(
        impl Told<$ty> for $ty {
            fn told(&self) -> $ty {
                self.clone()
            }
        }
    )* };
}

as_it_is!(String, bool, u32, u64, Option<u64>, Arc<str>);

macro_rules! by_code {
    ($($ty:ty),*) => { $(
        impl Told<String> for $ty {
            fn told(&self) -> String {
                self.code().to_owned()
            }
        }
    )* };
}

by_code!(host::Body, CountingMode, Role, Step, Subject);

impl<A: Told<B>, B> Told<Vec<B>> for Vec<A> {
    fn told(&self) -> Vec<B> {
        self.iter().map(Told::told).collect()
    }
}

impl Told<CommunityKind> for host::CommunityKind {
    fn told(&self) -> CommunityKind {
        (*self).into()
    }
}

impl Told<MatterClass> for host::MatterClass {
    fn told(&self) -> MatterClass {
        (*self).into()
    }
}

impl Told<RuleKind> for host::RuleKind {
    fn told(&self) -> RuleKind {
        (*self).into()
    }
}

macro_rules! told {
    ($($name:ident { $($field:ident $text:literal: $ty:ty),* $(,)? })*) => { $(
        #[derive(ComponentType, Lower, Clone, Debug)]
        #[component(record)]
        pub(crate) struct $name {
            $( #[component(name = $text)] $field: $ty, )*
        }

        impl Told<$name> for host::$name {
            fn told(&self) -> $name {
                $name { $( $field: self.$field.told(), )* }
            }
        }
    )* };
}

told! {
    Community {
        kind "kind": CommunityKind,
        adults "adults": u64,
        households "households": u64,
        representatives "representatives": u64,
        council_members "council-members": u64,
    }
    Context {
        community "community": Community,
        settings "settings": Arc<str>,
        law_date "law-date": String,
        today "today": String,
    }
    Matter {
        domain "domain": String,
        subjects "subjects": Vec<String>,
        class "class": MatterClass,
        amount_fen "amount-fen": Option<u64>,
        per_household_fen "per-household-fen": Option<u64>,
        form "form": String,
    }
    TermsQuery {
        matter "matter": Matter,
        body "body": String,
        step "step": String,
        mode "mode": String,
    }
    Transition {
        matter "matter": Matter,
        step "step": String,
        body "body": String,
        evidence "evidence": String,
    }
    PersonFacts {
        age "age": u32,
        local_registration "local-registration": bool,
        resident_months "resident-months": u32,
        party_member "party-member": bool,
        household_head "household-head": bool,
    }
    RuleArticle {
        id "id": String,
        text "text": String,
    }
    Candidate {
        kind "kind": RuleKind,
        name "name": String,
        domains "domains": Vec<String>,
        articles "articles": Vec<RuleArticle>,
        settings "settings": String,
    }
    CaseEvent {
        kind "kind": String,
        subject "subject": String,
        on "on": String,
        form "form": String,
    }
}
