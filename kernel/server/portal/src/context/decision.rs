//! A decision's finding, in the terms a resident can check with a pencil.

use yishi_law::{CountingBase, CountingMode, FindingResult, Share};

use super::common::Citation;

/// One demand and how it was met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    /// The share demanded.
    pub share: Share,
    /// What the share is taken of.
    pub base: CountingBase,
    /// The number that base came to.
    pub whole: u64,
    /// The least number that satisfies it.
    pub needed: u64,
    /// The number there was.
    pub had: u64,
    /// Whether it was met.
    pub met: bool,
    /// Who demands it.
    pub by: Vec<Citation>,
}

/// The votes, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Votes {
    /// 赞成.
    pub yes: u64,
    /// 反对.
    pub no: u64,
    /// 弃权.
    pub abstain: u64,
    /// 废票 (spoilt): took part, counts for nobody.
    pub spoilt: u64,
}

impl Votes {
    /// Ballots cast, spoilt ones included.
    #[must_use]
    pub fn cast(&self) -> u64 {
        self.yes.saturating_add(self.no).saturating_add(self.abstain).saturating_add(self.spoilt)
    }
}

impl Finding {
    /// What the votes are shares of: the base of the demand that takes the most votes to pass.
    #[must_use]
    pub fn share_base(&self) -> CountingBase {
        self.strictest().map_or(CountingBase::Present, |demand| demand.base)
    }

    /// The figure of that base.
    #[must_use]
    pub fn share_whole(&self) -> u64 {
        self.strictest().map_or(self.present, |demand| demand.whole)
    }

    fn strictest(&self) -> Option<&Demand> {
        self.passes.iter().max_by_key(|demand| demand.needed)
    }
}

/// A ruling (R1 …) the finding relies on where the law is silent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// `R6`.
    pub id: String,
    /// What it says, in one sentence.
    pub text: String,
}

/// A decision's finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The body that voted, by name.
    pub body: String,
    /// Who counted.
    pub mode: CountingMode,
    /// Whether the ballot was secret.
    pub secret: bool,
    /// Day of the vote.
    pub held_on: String,
    /// Members in office, or people or households on the roll.
    pub in_office: u64,
    /// Present, or represented.
    pub present: u64,
    /// Stood aside for an interest of their own; already taken out of the base.
    pub recused: u64,
    /// The votes.
    pub votes: Votes,
    /// What the quorum had to be.
    pub quorum: Vec<Demand>,
    /// What was needed to pass.
    pub passes: Vec<Demand>,
    /// How it ended.
    pub result: FindingResult,
    /// The text of law it was judged by, such as `《村民委员会组织法》（2025年修订，2026年1月1日起施行）`.
    pub law_text: String,
    /// The day whose law applies.
    pub law_date: String,
    /// Rulings it relies on.
    pub rulings: Vec<Ruling>,
    /// Digests of the plugins that were asked.
    pub plugins: Vec<String>,
    /// Number of the entry in the public record.
    pub entry: Option<u64>,
    /// Download of the receipt.
    pub receipt_href: Option<String>,
    /// The meeting.
    pub meeting_href: Option<String>,
}
