//! A decision's finding, in the terms a resident can check with a pencil.

use yishi_identity::MeetingId;
use yishi_law::{CountingBase, CountingMode, DemandFinding, Threshold};
use yishi_views::DecisionView;

use super::common::Citation;
use crate::lang::Lang;
use crate::phrase::Speak as _;

/// One demand and how it was met; of a coming vote, what it will come to.
#[derive(Debug, Clone)]
pub struct Demand {
    pub found: DemandFinding<Threshold>,
    pub by: Vec<Citation>,
}

impl Demand {
    /// One demand as a sentence anybody can check: the share, of what, the figure needed, the figure there was.
    pub(crate) fn said(&self, lang: Lang, quorum: bool, mode: CountingMode) -> String {
        let DemandFinding { demand: Threshold { share, base }, of: whole, needed, had, met, .. } =
            &self.found;
        let share = lang.share(*share);
        match lang {
            Lang::Zh => {
                let unit = if mode == CountingMode::Households { "户" } else { "人" };
                let on = match base {
                    CountingBase::InOffice => "应到",
                    CountingBase::Present => "实到",
                    CountingBase::Cast => "赞成与反对票",
                };
                let (verb, got) = if quorum { ("到会", "实到") } else { ("赞成", "赞成") };
                // Of 10 for, none against and 11 abstaining, whoever reads it wants to know where the 11 went.
                let rest = match base {
                    _ if quorum || *met => "",
                    CountingBase::InOffice => "弃权计入应到。",
                    CountingBase::Present => "弃权计入实到。",
                    CountingBase::Cast => "弃权不计。",
                };
                format!(
                    "须有{on}的{share}{verb}：{on} {whole} {unit}，至少 {needed} {unit}，{got} {had} {unit}。{rest}"
                )
            }
            Lang::En => {
                let unit = if mode == CountingMode::Households { " households" } else { "" };
                let on = match base {
                    CountingBase::InOffice => "those on the roll",
                    CountingBase::Present => "those present",
                    CountingBase::Cast => "the votes for and against",
                };
                let (verb, got) = if quorum { ("attend", "present") } else { ("be in favour", "in favour") };
                let share = yishi_words::capitalised(&share);
                let rest = match base {
                    _ if quorum || *met => "",
                    CountingBase::InOffice => " Abstentions are among those on the roll.",
                    CountingBase::Present => " Abstentions are among those present.",
                    CountingBase::Cast => " Abstentions are not counted.",
                };
                format!(
                    "{share} of {on} must {verb}: {whole}{unit}, so at least {needed}; {had} {got}.{rest}"
                )
            }
        }
    }

    /// A demand before the vote: what will be needed, without a figure reached.
    pub(crate) fn coming(&self, lang: Lang) -> String {
        let DemandFinding { demand: Threshold { share, base }, of, needed, .. } = &self.found;
        let share = lang.share(*share);
        match (lang, base) {
            (Lang::Zh, CountingBase::InOffice) => format!("应到的{share}赞成（{of} 中至少 {needed}）"),
            (Lang::Zh, CountingBase::Present) => format!("实到的{share}赞成"),
            (Lang::Zh, CountingBase::Cast) => format!("赞成与反对票的{share}赞成"),
            (Lang::En, CountingBase::InOffice) => {
                format!("{share} of those on the roll in favour ({needed} of {of})")
            }
            (Lang::En, CountingBase::Present) => format!("{share} of those present in favour"),
            (Lang::En, CountingBase::Cast) => format!("{share} of the votes for and against in favour"),
        }
    }
}

/// A ruling (R1 …) the finding relies on where the law is silent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    pub id: String,
    /// What it says, and what it came to here.
    pub text: String,
}

/// A decision with its finding.
#[derive(Debug, Clone)]
pub struct Finding {
    pub decision: DecisionView,
    pub secret: bool,
    /// What the quorum had to be.
    pub quorum: Vec<Demand>,
    /// What was needed to pass.
    pub passes: Vec<Demand>,
    pub rulings: Vec<Ruling>,
    /// The meeting, where the page is not its own.
    pub meeting: Option<MeetingId>,
}

impl Finding {
    /// Ballots cast, spoilt ones included.
    pub(crate) fn cast(&self) -> u64 {
        let count = &self.decision.finding.count;
        [count.yes, count.no, count.abstain, count.spoilt].into_iter().fold(0, u64::saturating_add)
    }

    /// 到会未投: those present who might have voted and did not.
    pub(crate) fn silent(&self) -> u64 {
        self.decision.finding.count.present.saturating_sub(self.cast())
    }

    /// What the votes are shares of: the base of the demand that takes the most votes to pass.
    pub(crate) fn share_base(&self) -> CountingBase {
        self.strictest().map_or(CountingBase::Present, |found| found.demand.base)
    }

    /// The figure of that base.
    pub(crate) fn share_whole(&self) -> u64 {
        self.strictest().map_or(self.decision.finding.count.present, |found| found.of)
    }

    fn strictest(&self) -> Option<&DemandFinding<Threshold>> {
        self.passes.iter().map(|demand| &demand.found).max_by_key(|found| found.needed)
    }
}
