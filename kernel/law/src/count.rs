//! 票数 (count facts): what was counted at one ballot, and what cannot have been.

use serde::{Deserialize, Serialize};
use yishi_canonical::MAX_INTEGER;

use crate::kinds::BodyKind;
use crate::share::CountingBase;

/// 计数 (the counts of one ballot).
///
/// In household mode every figure counts households through their one representative. In person mode it
/// counts members of the body, or the adults of the assembly.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// 应到: all members in office, adults or households, those recused included.
    pub in_office: u64,
    /// 可表决的到会人数: present and entitled to vote on this item; those recused are not counted here.
    pub present: u64,
    /// 赞成.
    pub yes: u64,
    /// 反对.
    pub no: u64,
    /// 弃权.
    pub abstain: u64,
    /// 废票: took part, for nobody (ruling R6).
    pub spoilt: u64,
    /// 回避: left this item's pass base and vote (ruling R8), present in the room or not.
    pub recused: u64,
    /// 在场回避: those of them who are in the room. They attend, though they do not vote.
    #[serde(default)]
    pub recused_present: u64,
}

/// Why counts cannot be true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CountError {
    /// More votes than people present.
    #[error("{votes} votes by {present} present")]
    MoreVotesThanPresent {
        /// Votes of every kind.
        votes: u64,
        /// Those present.
        present: u64,
    },
    /// More present (with those recused) than in office.
    #[error("{present} present and {recused} recused of {in_office} in office")]
    MorePresentThanInOffice {
        /// Those present.
        present: u64,
        /// Those recused.
        recused: u64,
        /// Those in office.
        in_office: u64,
    },
    /// More recused in the room than recused at all.
    #[error("{present} recused in the room of {recused} recused")]
    MoreRecusedPresent {
        /// Those recused and in the room.
        present: u64,
        /// Those recused.
        recused: u64,
    },
    /// Beyond what a canonical document can hold.
    #[error("a count is beyond 2^53 - 1")]
    TooLarge,
}

impl Count {
    /// Whether the counts can be true.
    ///
    /// # Errors
    /// [`CountError`] names the contradiction.
    pub fn check(&self) -> Result<(), CountError> {
        if self.in_office > MAX_INTEGER {
            return Err(CountError::TooLarge);
        }
        let seen = self.present.checked_add(self.recused).ok_or(CountError::TooLarge)?;
        if seen > self.in_office {
            return Err(CountError::MorePresentThanInOffice {
                present: self.present,
                recused: self.recused,
                in_office: self.in_office,
            });
        }
        if self.recused_present > self.recused {
            return Err(CountError::MoreRecusedPresent {
                present: self.recused_present,
                recused: self.recused,
            });
        }
        let votes = self.votes().ok_or(CountError::TooLarge)?;
        if votes > self.present {
            return Err(CountError::MoreVotesThanPresent { votes, present: self.present });
        }
        Ok(())
    }

    /// 到会人数: everybody in the room, those recused included.
    #[must_use]
    pub fn attending(&self) -> u64 {
        self.present.saturating_add(self.recused_present)
    }

    /// 法定人数的基数和到会数 (of how many a quorum is asked, and how many count towards it; ruling R8).
    ///
    /// A quorum fixed by statute never shrinks: all members are its base, and a recused member in the room attends.
    /// A council's quorum is its charter's, and there those recused leave both.
    #[must_use]
    pub fn quorum_base(&self, body: BodyKind) -> (u64, u64) {
        if body.quorum_is_fixed_by_statute() {
            (self.in_office, self.attending())
        } else {
            (self.in_office.saturating_sub(self.recused), self.present)
        }
    }

    /// The size of a pass base for this item: those recused have left it (ruling R8).
    #[must_use]
    pub fn base(&self, base: CountingBase) -> u64 {
        match base {
            CountingBase::InOffice => self.in_office.saturating_sub(self.recused),
            CountingBase::Present => self.present,
            CountingBase::Cast => self.yes.saturating_add(self.no),
        }
    }

    fn votes(&self) -> Option<u64> {
        self.yes.checked_add(self.no)?.checked_add(self.abstain)?.checked_add(self.spoilt)
    }
}
