//! 规约状态 (where a rule stands on a day): whether it is in force or was, and where its papers are before that.

use serde::{Serialize, Serializer};
use yishi_deliberation::rule::{RuleStage, Standing};
use yishi_words::Term;

/// See the module's description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleState {
    /// It is, or was, in force.
    Standing(Standing),
    /// It is not in force yet, or never will be.
    Stage(RuleStage),
}

impl RuleState {
    /// Of a rule at this stage whose standing on the day is this.
    #[must_use]
    pub const fn of(stage: RuleStage, standing: Standing) -> Self {
        match standing {
            Standing::InForce | Standing::Suspended | Standing::Superseded | Standing::Repealed => {
                Self::Standing(standing)
            }
            Standing::NotYet | Standing::Never => Self::Stage(stage),
        }
    }

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Standing(standing) => standing.code(),
            Self::Stage(stage) => stage.code(),
        }
    }

    /// What it is called.
    #[must_use]
    pub fn term(self) -> Term {
        match self {
            Self::Standing(standing) => standing.term(),
            Self::Stage(stage) => stage.term(),
        }
    }
}

impl Serialize for RuleState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}
