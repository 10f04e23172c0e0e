//! 位置 (where a matter stands): the one answer to "which of the six steps, what comes next, who does it".

use yishi_law::{BodyKind, FloorText, TrackStage};

use super::{FiledWith, Matter, Stage};
use crate::Turn;

/// 事项的位置 (which of the six steps a matter is at, what comes next, and whose turn it is).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// 1 to 6: the step of the track it is at, which is the one that is being taken, not the last one done.
    pub step: u8,
    /// What has its turn; none when nothing has.
    pub next: Option<Turn>,
    /// Whose turn it is.
    pub by: Option<BodyKind>,
}

impl Matter {
    /// Where it stands, and what comes next.
    #[must_use]
    pub fn position(&self, law: &FloorText) -> Position {
        let major = self.is_major();
        let at = |step, next, by| Position { step, next: Some(next), by: Some(by) };
        let committee = BodyKind::ResidentsCommittee;
        let resolve = if major { 4 } else { 3 };
        let mut position = match &self.stage {
            Stage::Suggested | Stage::Returned { .. } => {
                at(2, Turn::Stage(TrackStage::Propose), BodyKind::Council)
            }
            Stage::Proposed => at(2, Turn::Stage(TrackStage::Review), BodyKind::JointCommittees),
            // What concerns everybody, and every rule, is voted on only after people were asked about it (V10, U13).
            Stage::Reviewed if major && self.lacks_consultation(law, BodyKind::ResidentsAssembly) => {
                at(3, Turn::Stage(TrackStage::Consultation), committee)
            }
            Stage::Reviewed if major => {
                at(3, Turn::Stage(TrackStage::PartyStudy), BodyKind::PartyOrganization)
            }
            Stage::Reviewed => at(3, Turn::Stage(TrackStage::Resolve), BodyKind::Council),
            Stage::Studied => at(3, Turn::Stage(TrackStage::JointDeliberation), BodyKind::JointCommittees),
            Stage::JointlyDeliberated { to, .. } | Stage::Tabled { to, .. } => {
                at(resolve, Turn::Stage(TrackStage::Resolve), *to)
            }
            // A rule is handed in for filing beside its publication, which does not wait for it.
            Stage::Resolved if self.filed_with() == Some(FiledWith::JointCommittees) => {
                at(4, Turn::Stage(TrackStage::File), committee)
            }
            Stage::Resolved | Stage::Filed => at(5, Turn::Stage(TrackStage::DiscloseDecision), committee),
            Stage::DecisionDisclosed => at(6, Turn::Stage(TrackStage::Implement), committee),
            Stage::Implemented => at(6, Turn::Stage(TrackStage::DiscloseOutcome), committee),
            Stage::OutcomeDisclosed => at(6, Turn::Complete, committee),
            Stage::Completed => Position { step: 6, next: None, by: None },
            Stage::Rejected => Position { step: resolve, next: None, by: None },
            Stage::Withdrawn { .. } | Stage::Lapsed { .. } => {
                Position { step: if self.proposal.is_some() { 2 } else { 1 }, next: None, by: None }
            }
        };
        // While people are being asked, nothing else is waited for: the consultation has to be summed up before the vote.
        if position.next.is_some() && self.is_consulting() {
            position.next = Some(Turn::Stage(TrackStage::Consultation));
            position.by = Some(committee);
        }
        position
    }
}

impl Stage {
    /// Whether it ends the matter.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        matches!(self, Self::Completed | Self::Rejected | Self::Withdrawn { .. } | Self::Lapsed { .. })
    }
}
