//! 六步进程 (the two tracks of six steps, with what lies between the steps): the one list of a matter's lines, in order.
//!
//! Six of the lines bear a number; reviews, consultations, studies and what a track does besides are between them. Where a
//! matter stands on its track is not known here.

use serde::{Serialize, Serializer};
use yishi_words::{Term, entry};

use crate::kinds::{MatterClass, Step};

/// 进程的一环 (a line of a track): a step of the procedure, or the consultation between two of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrackStage {
    /// 建议.
    Suggest,
    /// 提议.
    Propose,
    /// “两委”审核.
    Review,
    /// 民主协商 (V10, U13).
    Consultation,
    /// 党组织前置研究.
    PartyStudy,
    /// 审议.
    JointDeliberation,
    /// 决议.
    Resolve,
    /// 备案.
    File,
    /// 公开 / 决议公开.
    DiscloseDecision,
    /// 实施.
    Implement,
    /// 实施结果公开.
    DiscloseOutcome,
}

/// A line with its number among the six.
pub type Line = (TrackStage, Option<u8>);

use TrackStage::{
    Consultation, DiscloseDecision, DiscloseOutcome, File, Implement, JointDeliberation, PartyStudy, Propose,
    Resolve, Review, Suggest,
};

/// 一般事项: the review is a gate between the second step and the third; it closes once its outcome has been published too
/// (R39).
const ORDINARY: [Line; 9] = [
    (Suggest, Some(1)),
    (Propose, Some(2)),
    (Review, None),
    (Consultation, None),
    (Resolve, Some(3)),
    (File, Some(4)),
    (DiscloseDecision, Some(5)),
    (Implement, Some(6)),
    (DiscloseOutcome, None),
];

/// 重大事项: review, consultation, study, filing and implementation lie between the six.
const MAJOR: [Line; 11] = [
    (Suggest, Some(1)),
    (Propose, Some(2)),
    (Review, None),
    (Consultation, None),
    (PartyStudy, None),
    (JointDeliberation, Some(3)),
    (Resolve, Some(4)),
    (File, None),
    (DiscloseDecision, Some(5)),
    (Implement, None),
    (DiscloseOutcome, Some(6)),
];

/// 尚未归类: what both tracks begin with, for a matter that no proposal has put on one of them.
const UNCLASSED: [Line; 3] = [(Suggest, Some(1)), (Propose, Some(2)), (Review, None)];

/// 一个事项的各环 (the lines of a matter of this class, in order; of one without a class, what is certain).
#[must_use]
pub const fn track(class: Option<MatterClass>) -> &'static [Line] {
    match class {
        None => &UNCLASSED,
        Some(MatterClass::Ordinary) => &ORDINARY,
        Some(MatterClass::Major) => &MAJOR,
    }
}

impl TrackStage {
    /// All of them, in the order of the longer track.
    pub const ALL: [Self; 11] = [
        Suggest,
        Propose,
        Review,
        Consultation,
        PartyStudy,
        JointDeliberation,
        Resolve,
        File,
        DiscloseDecision,
        Implement,
        DiscloseOutcome,
    ];

    /// The numbered line of a class, from 1 to 6; none for another number.
    #[must_use]
    pub fn numbered(class: MatterClass, number: u8) -> Option<Self> {
        let mut lines = track(Some(class)).iter();
        lines.find(|(_, own)| *own == Some(number)).map(|(stage, _)| *stage)
    }

    /// The step of the procedure that it is; none for the consultation.
    #[must_use]
    pub const fn step(self) -> Option<Step> {
        Some(match self {
            Suggest => Step::Suggest,
            Propose => Step::Propose,
            Review => Step::Review,
            Consultation => return None,
            PartyStudy => Step::PartyStudy,
            JointDeliberation => Step::JointDeliberation,
            Resolve => Step::Resolve,
            File => Step::File,
            DiscloseDecision => Step::DiscloseDecision,
            Implement => Step::Implement,
            DiscloseOutcome => Step::DiscloseOutcome,
        })
    }

    /// The stable code: the step's, or `consult`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self.step() {
            Some(step) => step.code(),
            None => "consult",
        }
    }

    /// The line of a code; none for any other word.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }

    /// What it is called: the fifth step of an ordinary matter is 公开, not 决议公开.
    #[must_use]
    pub fn term(self, class: Option<MatterClass>) -> Term {
        let own = match (self.step(), class) {
            (None, _) => entry("between-steps", self.code()),
            (Some(_), None | Some(MatterClass::Ordinary)) => entry("ordinary-step", self.code()),
            (Some(_), Some(MatterClass::Major)) => None,
        };
        let code = self.code();
        own.map(|own| own.term).or_else(|| self.step().map(Step::term)).unwrap_or(Term { zh: code, en: code })
    }
}

impl Serialize for TrackStage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_has_six_numbered_lines_in_order() {
        for class in MatterClass::ALL {
            let numbers: Vec<u8> = track(Some(*class)).iter().filter_map(|(_, number)| *number).collect();
            assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
            for (stage, number) in track(Some(*class)) {
                assert_eq!(
                    number.and_then(|number| TrackStage::numbered(*class, number)),
                    number.map(|_| *stage)
                );
            }
        }
        assert_eq!(TrackStage::numbered(MatterClass::Major, 7), None);
        assert!(track(Some(MatterClass::Major)).starts_with(track(None)));
    }

    #[test]
    fn every_line_has_its_words() {
        for stage in TrackStage::ALL {
            assert_eq!(TrackStage::of(stage.code()), Some(stage));
            for class in MatterClass::ALL {
                assert_ne!(stage.term(Some(*class)).zh, stage.code());
            }
        }
        assert_eq!(DiscloseDecision.term(Some(MatterClass::Ordinary)).zh, "公开");
        assert_eq!(DiscloseDecision.term(Some(MatterClass::Major)).zh, "决议公开");
        assert_eq!(Consultation.term(None).zh, "民主协商");
        assert_eq!(TrackStage::of("complete"), None);
    }
}
