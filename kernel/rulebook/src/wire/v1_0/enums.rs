//! The closed enumerations of `yishi:rule@1.0.0`, each with the host's own of the same words.

use wasmtime::component::{ComponentType, Lift, Lower};

use crate::wire as host;

macro_rules! same_words {
    ($($name:ident { $($case:ident $text:literal),* $(,)? })*) => { $(
        #[derive(ComponentType, Lift, Lower, Clone, Copy, Debug)]
        #[component(enum)]
        #[repr(u8)]
        pub(crate) enum $name {
            $( #[component(name = $text)] $case, )*
        }

        impl From<host::$name> for $name {
            fn from(value: host::$name) -> Self {
                match value { $(host::$name::$case => Self::$case),* }
            }
        }

        impl From<$name> for host::$name {
            fn from(value: $name) -> Self {
                match value { $($name::$case => Self::$case),* }
            }
        }
    )* };
}

same_words! {
    CommunityKind { Village "village", Urban "urban" }
    MatterClass { Ordinary "ordinary", Major "major" }
    Comparison { AtLeast "at-least", MoreThan "more-than" }
    CountingBase { InOffice "in-office", Present "present", Cast "cast" }
    Weight { Advise "advise", Require "require", Forbid "forbid" }
    RuleKind {
        Charter "charter",
        ImplementationRule "implementation-rule",
        VillageRegulation "village-regulation",
    }
    Remark {
        Commend "commend",
        Admonish "admonish",
        SuggestMediation "suggest-mediation",
        None "none",
    }
}
