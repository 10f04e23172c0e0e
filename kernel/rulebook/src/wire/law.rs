//! Between the contract's enumerations and the law's: the same words, two crates.

use yishi_law as law;

use super::{
    Body, CommunityKind, Comparison, CountingBase, CountingMode, MatterClass, RuleKind, Share, Step,
};

macro_rules! same_words {
    ($wire:ident = $law:ty { $($case:ident),* $(,)? }) => {
        impl From<$law> for $wire {
            fn from(value: $law) -> Self {
                match value { $(<$law>::$case => Self::$case),* }
            }
        }

        impl From<$wire> for $law {
            fn from(value: $wire) -> Self {
                match value { $($wire::$case => Self::$case),* }
            }
        }
    };
}

same_words!(CommunityKind = law::CommunityKind { Village, Urban });
same_words!(MatterClass = law::MatterClass { Ordinary, Major });
same_words!(CountingMode = law::CountingMode { Persons, Households });
same_words!(Comparison = law::Comparison { AtLeast, MoreThan });
same_words!(CountingBase = law::CountingBase { InOffice, Present, Cast });
same_words!(
    Body = law::BodyKind {
        Council,
        JointCommittees,
        RepresentativeAssembly,
        ResidentsAssembly,
        ResidentsCommittee,
        SupervisionCommittee,
        PartyOrganization,
    }
);
same_words!(
    Step = law::Step {
        Suggest,
        Propose,
        Review,
        PartyStudy,
        JointDeliberation,
        Resolve,
        File,
        DiscloseDecision,
        Implement,
        DiscloseOutcome,
    }
);

impl TryFrom<&Share> for law::Share {
    type Error = law::ShareError;

    fn try_from(share: &Share) -> Result<Self, Self::Error> {
        let fraction = law::Fraction::new(share.numerator, share.denominator)?;
        Self::new(share.comparison.into(), fraction)
    }
}

impl RuleKind {
    /// The statutory subject of adopting or changing a rule of this kind.
    #[must_use]
    pub const fn subject(self) -> law::Subject {
        match self {
            Self::Charter => law::Subject::Charter,
            Self::ImplementationRule => law::Subject::Rule,
            Self::VillageRegulation => law::Subject::VillageRegulation,
        }
    }
}
