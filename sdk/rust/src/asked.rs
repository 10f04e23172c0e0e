//! What a rule is asked about, with its codes read into [`crate::codes`].

use crate::codes::{Body, CountingMode, Step, Subject};
use crate::wit::{self, MatterClass};

/// 事项 (a matter as a rule may see it).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matter {
    /// The domain it belongs to.
    pub domain: String,
    /// Statutory subjects.
    pub subjects: Vec<Subject>,
    /// Ordinary or major.
    pub class: MatterClass,
    /// Amount in fen, where money is spent.
    pub amount_fen: Option<u64>,
    /// Levy on each household in fen.
    pub per_household_fen: Option<u64>,
    /// JSON of the domain's form; see `read`.
    pub form: String,
}

impl From<wit::Matter> for Matter {
    fn from(raw: wit::Matter) -> Self {
        let wit::Matter { domain, subjects, class, amount_fen, per_household_fen, form } = raw;
        let subjects = subjects.into_iter().map(Subject::from).collect();
        Self { domain, subjects, class, amount_fen, per_household_fen, form }
    }
}

impl Matter {
    /// Whether the matter has this statutory subject.
    #[must_use]
    pub fn concerns(&self, subject: &Subject) -> bool {
        self.subjects.contains(subject)
    }

    /// Whether the matter has any of these subjects.
    #[must_use]
    pub fn concerns_any(&self, subjects: &[Subject]) -> bool {
        subjects.iter().any(|subject| self.concerns(subject))
    }
}

/// 所问的议事规则 (for which matter, body, step and way of counting terms are asked).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermsQuery {
    /// The matter it is about.
    pub matter: Matter,
    /// Who acts.
    pub body: Body,
    /// Which step.
    pub step: Step,
    /// How heads are counted.
    pub mode: CountingMode,
}

impl From<wit::TermsQuery> for TermsQuery {
    fn from(raw: wit::TermsQuery) -> Self {
        Self {
            matter: raw.matter.into(),
            body: raw.body.into(),
            step: raw.step.into(),
            mode: raw.mode.into(),
        }
    }
}

/// 将办的一步 (a transition about to be made).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The matter it is about.
    pub matter: Matter,
    /// Which step.
    pub step: Step,
    /// Who acts.
    pub body: Body,
    /// JSON of what the act carries; see `read`.
    pub evidence: String,
}

impl From<wit::Transition> for Transition {
    fn from(raw: wit::Transition) -> Self {
        Self {
            matter: raw.matter.into(),
            step: raw.step.into(),
            body: raw.body.into(),
            evidence: raw.evidence,
        }
    }
}
