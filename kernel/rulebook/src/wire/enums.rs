//! Enumerations of the contract.

use serde::{Deserialize, Serialize};
use wasmtime::component::{ComponentType, Lift, Lower};
use yishi_words::Coded;

/// An enumeration whose cases bear the names of the WIT everywhere, with the family of their words.
macro_rules! wire_enum {
    ($(#[$doc:meta])* $name:ident: $family:literal { $($case:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(ComponentType, Lift, Lower, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(Serialize, Deserialize)]
        #[component(enum)]
        #[repr(u8)]
        pub enum $name {
            $(
                #[doc = concat!("`", $text, "`")]
                #[component(name = $text)]
                #[serde(rename = $text)]
                $case,
            )*
        }

        impl $name {
            /// Every case, in the order of the WIT.
            pub const ALL: &'static [Self] = &[$(Self::$case),*];

            /// The name in the WIT.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$case => $text),* }
            }
        }

        impl Coded for $name {
            const FAMILY: &'static str = $family;
            const ALL: &'static [Self] = Self::ALL;
            const CODES: &'static [&'static str] = &[$($text),*];

            fn code(self) -> &'static str {
                self.name()
            }
        }
    };
}

wire_enum! {
    /// 村 or 社区: which organic law applies.
    CommunityKind: "community-kind" { Village = "village", Urban = "urban" }
}

wire_enum! {
    /// 一般事项 or 重大事项: which six-step track a matter takes.
    MatterClass: "matter-class" { Ordinary = "ordinary", Major = "major" }
}

wire_enum! {
    /// The bodies that act in the six steps.
    Body: "body" { Council = "council", JointCommittees = "joint-committees", RepresentativeAssembly = "representative-assembly", ResidentsAssembly = "residents-assembly", ResidentsCommittee = "residents-committee", SupervisionCommittee = "supervision-committee", PartyOrganization = "party-organization" }
}

wire_enum! {
    /// How an assembly is counted: every adult, or one representative for each household.
    CountingMode: "counting-mode" { Persons = "persons", Households = "households" }
}

wire_enum! {
    /// 以上 includes the figure (`at-least`); 超过 and 过半数 do not (`more-than`).
    Comparison: "comparison" { AtLeast = "at-least", MoreThan = "more-than" }
}

wire_enum! {
    /// What a share is a share of.
    CountingBase: "counting-base" { InOffice = "in-office", Present = "present", Cast = "cast" }
}

wire_enum! {
    /// The steps of both tracks, and the gates of the kernel between them.
    Step: "step" { Suggest = "suggest", Propose = "propose", Review = "review", PartyStudy = "party-study", JointDeliberation = "joint-deliberation", Resolve = "resolve", File = "file", DiscloseDecision = "disclose-decision", Implement = "implement", DiscloseOutcome = "disclose-outcome" }
}

wire_enum! {
    /// advise < require < forbid
    Weight: "finding-weight" { Advise = "advise", Require = "require", Forbid = "forbid" }
}

wire_enum! {
    /// What a person is to be admitted to.
    Role: "role" { Voter = "voter", Candidate = "candidate", Representative = "representative", CouncilMember = "council-member", Participant = "participant" }
}

wire_enum! {
    /// 规则种类 (the three kinds of plugin).
    RuleKind: "rule-kind" { Charter = "charter", ImplementationRule = "implementation-rule", VillageRegulation = "village-regulation" }
}

wire_enum! {
    /// 评议 (what a village regulation may say of conduct): never a fine, never a loss of a right.
    Remark: "remark" { Commend = "commend", Admonish = "admonish", SuggestMediation = "suggest-mediation", None = "none" }
}
