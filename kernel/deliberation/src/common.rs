//! 共用 (what every machine is given, and what every event keeps of it).

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use yishi_canonical::Digest;
use yishi_identity::{AccountId, BallotId, Capacity, MeetingId, PersonId, Roll, RuleId};
use yishi_law::days::HolidayCalendar;
use yishi_law::{Authority, BodyKind, Finding, FindingInput, FloorText, Terms, Words};

/// 北京时间日期 (the civil date of an instant in Asia/Shanghai).
///
/// Asia/Shanghai has been UTC+8 without summer time since 1991, before any date judged here, so no time-zone table is asked.
#[must_use]
pub fn shanghai_date(at: Timestamp) -> Date {
    jiff::tz::Offset::constant(8).to_datetime(at).date()
}

/// 经办人 (who acts, and in what capacity).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActorRef {
    /// The account, when there is one.
    pub account: Option<AccountId>,
    /// The person of the roster, when the account belongs to one.
    pub person: Option<PersonId>,
    /// In what capacity.
    pub capacity: Capacity,
}

/// 办理 (when and by whom something was done), part of every event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// The civil date in Asia/Shanghai.
    pub on: Date,
    /// The instant.
    pub at: Timestamp,
    /// By whom.
    pub by: ActorRef,
}

/// 分量 (how much a rule's finding weighs): advise < require < forbid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// 建议: shown, stops nothing.
    Advise,
    /// 要求: the step waits until its evidence shows what is asked for.
    Require,
    /// 禁止: the step is not taken.
    Forbid,
}

/// 规则意见 (what a rule in force answered when it was asked to check this step).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleFinding {
    /// How much it weighs.
    pub weight: Weight,
    /// The rule's own stable word.
    pub code: String,
    /// The rule's own words, in both languages.
    pub message: Words,
    /// The articles it cites.
    pub by: Vec<Authority>,
}

/// What a decision is given besides the state and the command. Everything in it is a value somebody else obtained.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// 现在.
    pub now: Timestamp,
    /// Who acts.
    pub actor: ActorRef,
    /// What the charter and the rules in force demand for this step, joined. The floor's demands are joined in here
    /// again, so that an application that forgets them loosens nothing.
    pub terms: &'a Terms,
    /// The law text in force on the matter's law date (R9), also for a ballot about it; for a meeting as such or a
    /// register, today.
    pub law: &'a FloorText,
    /// The holiday calendar, empty when none is loaded (R10).
    pub holidays: &'a HolidayCalendar,
    /// What the rules in force answered to this step.
    pub findings: &'a [RuleFinding],
    /// Every plugin that was asked, those that demanded nothing included.
    pub plugins: &'a BTreeSet<Digest>,
    /// The roll of the body on this day, needed by a meeting to open, to record attendance and to open a ballot.
    pub roll: Option<&'a Roll>,
    /// What else hangs on the thing decided about.
    pub ties: Ties,
}

/// 牵连 (what hangs on a matter or a rule beside its own stream). By default nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ties {
    /// The open agenda the matter is on.
    pub agenda: Option<OnAgenda>,
    /// The body that adopted the text which would end with this decision: no lesser body ends it.
    pub ends: Option<BodyKind>,
}

/// 列入议程 (on which sitting's agenda a matter is, and whether it is being voted on there). A matter is on one open agenda.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnAgenda {
    /// The sitting.
    pub meeting: MeetingId,
    /// Whose.
    pub body: BodyKind,
    /// On which day.
    pub held_on: Date,
    /// The ballot that is open on the matter.
    pub ballot: Option<BallotId>,
}

impl Context<'_> {
    /// 今天, in Asia/Shanghai.
    #[must_use]
    pub fn today(&self) -> Date {
        shanghai_date(self.now)
    }

    /// Whether a finding is what its counts, the law and its terms give (N2).
    pub(crate) fn recomputes(&self, finding: &Finding) -> bool {
        let again = Finding::compute(&FindingInput {
            floor: self.law,
            law_date: finding.law_date,
            subjects: finding.subjects.clone(),
            body: finding.body,
            mode: finding.mode,
            count: finding.count,
            terms: finding.terms.clone(),
            plugins: finding.plugins.clone(),
            notice: finding.notice,
        });
        again.as_ref() == Ok(finding)
    }

    pub(crate) fn act(&self) -> Act {
        Act { on: self.today(), at: self.now, by: self.actor }
    }
}

/// 规则版本 (the exact rule that is meant): the component and the settings it runs under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RuleVersion {
    /// SHA-256 of the component: code, text and manifest.
    pub component: Digest,
    /// SHA-256 of the settings' canonical bytes.
    pub settings: Digest,
}

/// 锁定的规则 (a rule as a matter pinned it).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RulePin {
    /// The rule's life.
    pub rule: RuleId,
    /// The exact version.
    #[serde(flatten)]
    pub version: RuleVersion,
}

/// 锁定 (what a matter keeps from the day it was opened): later changes of law, charter or rules do not touch it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pins {
    /// 适用法律日 (R9).
    pub law_date: Date,
    /// 章程 or 居民公约 in force; none in a new community, and none when a broken charter is being replaced.
    pub charter: Option<RulePin>,
    /// 实施细则和村规民约 in force, in order of their ids.
    pub rules: Vec<RulePin>,
}

/// 表决的问题 (the question put to a vote): the exact text and, for a rule, the exact version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Question {
    /// The proposal's text.
    pub text: Digest,
    /// The whole proposal, its figures and what it is about included: a vote on one amount is no vote on another.
    pub version: Digest,
    /// The rule to be adopted, when the matter adopts one.
    pub rule: Option<RuleVersion>,
    /// The rule to be repealed, when the matter repeals one: a vote for a rule can never be read as a vote against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeals: Option<RuleId>,
}

impl Question {
    /// One digest for the whole question, for ballot papers and screens.
    ///
    /// # Errors
    /// Never for digests; the error is passed on all the same.
    pub fn digest(&self) -> Result<Digest, yishi_canonical::CanonicalError> {
        yishi_canonical::digest_of(self)
    }
}
