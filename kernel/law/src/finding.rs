//! 认定 (findings): counts and terms in, result out, the same bytes each time.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use yishi_canonical::{CanonicalError, Digest};
use yishi_words::{Words, coded};

use crate::authority::Authority;
use crate::count::{Count, CountError};
use crate::days::Notice;
use crate::describe::Titles;
use crate::kinds::{BodyKind, CommunityKind, CountingMode, Step, Subject};
use crate::law::Law;
use crate::share::{CountingBase, Share, Threshold};
use crate::terms::{Terms, WhyLeftOut};
use crate::text::{FloorQuery, FloorText};

/// 认定所需 (what a finding is computed from).
#[derive(Debug, Clone)]
pub struct FindingInput<'a> {
    /// The text in force on `law_date`. Its demands are joined in, so they cannot be forgotten.
    pub floor: &'a FloorText,
    /// The day whose law applies (ruling R9).
    pub law_date: Date,
    /// What the matter is about.
    pub subjects: BTreeSet<Subject>,
    /// The body that voted.
    pub body: BodyKind,
    /// How it was counted.
    pub mode: CountingMode,
    /// The counts.
    pub count: Count,
    /// What the charter and the rules of the domain demand; the floor's own may be among it.
    pub terms: Terms,
    /// Plugins that were asked, those that demanded nothing included.
    pub plugins: BTreeSet<Digest>,
    /// The notice of the meeting, where so many days were demanded of it (ruling R10).
    pub notice: Option<Notice>,
}

/// 逐项认定 (how one demand came out).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemandFinding<T> {
    /// The demand.
    pub demand: T,
    /// The size of its base.
    pub of: u64,
    /// The smallest number that satisfies it.
    pub needed: u64,
    /// The number there was.
    pub had: u64,
    /// Whether it holds. Of an empty base nothing holds.
    pub met: bool,
    /// Who demands it.
    pub by: BTreeSet<Authority>,
}

coded! {
    /// 结果 (how a ballot came out).
    pub enum FindingResult: "result" {
        /// 未达法定人数: no vote was possible.
        NotQuorate = "not-quorate",
        /// 通过.
        Passed = "passed",
        /// 未通过: short of a share, as many for as against too (R7).
        Failed = "failed",
    }
}

/// 认定 (a finding). Canonical JSON; anybody can compute it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Version of this format: 1.
    pub schema: u8,
    /// Id of the organic law text.
    pub law_text: String,
    /// The day whose law applies.
    pub law_date: Date,
    /// Kind of community.
    pub kind: CommunityKind,
    /// What the matter is about.
    pub subjects: BTreeSet<Subject>,
    /// The body that voted.
    pub body: BodyKind,
    /// How it was counted.
    pub mode: CountingMode,
    /// The counts.
    pub count: Count,
    /// Each quorum demand.
    pub quorum: Vec<DemandFinding<Share>>,
    /// Each pass demand.
    pub passes: Vec<DemandFinding<Threshold>>,
    /// The result.
    pub result: FindingResult,
    /// Rulings relied on.
    pub rulings: BTreeSet<String>,
    /// Plugins asked.
    pub plugins: BTreeSet<Digest>,
    /// The joined terms.
    pub terms: Terms,
    /// The notice of the meeting, where so many days were demanded of it (ruling R10).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Notice>,
}

/// Why no finding can be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FindingError {
    /// The counts contradict themselves.
    #[error("the counts cannot be true")]
    Count(#[from] CountError),
    /// Nobody declares a quorum or a pass share, so nothing can be found (ruling R5).
    #[error("no `{field}` is declared for this body")]
    Undeclared {
        /// `quorum` or `passes`.
        field: &'static str,
    },
    /// The date lies outside the text given.
    #[error("law text `{text}` is not in force on {date}")]
    NotInForce {
        /// The text.
        text: String,
        /// The date.
        date: Date,
    },
}

/// Why a recorded finding is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FindingFault {
    /// The counts or terms it carries allow no finding.
    #[error("it cannot be computed from what it carries")]
    Uncomputable(#[from] FindingError),
    /// Computing it again gives something else.
    #[error("computing it again gives another finding")]
    Differs(Box<Finding>),
    /// No text is known for its date and kind.
    #[error("no law text is known for {0}")]
    UnknownLaw(Date),
    /// It names a text that was not in force.
    #[error("it names `{named}`, but `{in_force}` was in force")]
    WrongLaw {
        /// The text it names.
        named: String,
        /// The text in force.
        in_force: String,
    },
}

impl FindingResult {
    /// Whether the resolution was adopted.
    #[must_use]
    pub fn passed(self) -> bool {
        self == Self::Passed
    }
}

impl Finding {
    /// Computes a finding.
    ///
    /// # Errors
    /// [`FindingError`] for impossible counts, undeclared terms, or a text that is not in force.
    pub fn compute(input: &FindingInput<'_>) -> Result<Self, FindingError> {
        if !input.floor.in_force(input.law_date) {
            return Err(FindingError::NotInForce { text: input.floor.id().to_owned(), date: input.law_date });
        }
        let query = FloorQuery {
            subjects: input.subjects.clone(),
            body: input.body,
            step: Step::Resolve,
            mode: input.mode,
        };
        Self {
            schema: 1,
            law_text: input.floor.id().to_owned(),
            law_date: input.law_date,
            kind: input.floor.kind(),
            subjects: input.subjects.clone(),
            body: input.body,
            mode: input.mode,
            count: input.count,
            quorum: Vec::new(),
            passes: Vec::new(),
            result: FindingResult::NotQuorate,
            rulings: BTreeSet::new(),
            plugins: input.plugins.clone(),
            terms: input.floor.join(input.terms.clone(), &query),
            notice: input.notice,
        }
        .recompute()
    }

    /// Computes it again from its own counts and terms.
    ///
    /// # Errors
    /// As [`Self::compute`].
    pub fn recompute(&self) -> Result<Self, FindingError> {
        self.count.check()?;
        let count = &self.count;
        let (entitled, attending) = count.quorum_base(self.body);
        let quorum: Vec<_> = self
            .terms
            .quorum
            .iter()
            .map(|(share, by)| finding_of(*share, *share, entitled, attending, by))
            .collect();
        let passes: Vec<_> = self
            .terms
            .passes
            .iter()
            .map(|(threshold, by)| {
                finding_of(*threshold, threshold.share, count.base(threshold.base), count.yes, by)
            })
            .collect();
        if quorum.is_empty() {
            return Err(FindingError::Undeclared { field: "quorum" });
        }
        if passes.is_empty() {
            return Err(FindingError::Undeclared { field: "passes" });
        }
        let result = if !quorum.iter().all(|demand| demand.met) {
            FindingResult::NotQuorate
        } else if passes.iter().all(|demand| demand.met) {
            FindingResult::Passed
        } else {
            FindingResult::Failed
        };
        let mut rulings = self.terms.rulings.clone();
        let mut rely = |relied: bool, id: &str| {
            if relied {
                rulings.insert(id.to_owned());
            }
        };
        rely(result == FindingResult::NotQuorate, "R2");
        rely(count.spoilt > 0, "R6");
        rely(result == FindingResult::Failed && count.yes == count.no && count.yes > 0, "R7");
        rely(count.recused > 0, "R8");
        rely(true, "R9");
        rely(self.notice.is_some(), "R10");
        rely(!self.terms.set_aside.is_empty(), "R13");
        for rule in &self.terms.left_out {
            match rule.why {
                WhyLeftOut::Suspended { .. } => rely(true, "R23"),
                WhyLeftOut::OfALowerBody { .. } => rely(true, "R27"),
                WhyLeftOut::Failed { .. } => {}
            }
        }
        let mut plugins = self.plugins.clone();
        plugins.extend(self.terms.authorities().into_iter().filter_map(|authority| match authority {
            Authority::Plugin { digest, .. } => Some(*digest),
            _ => None,
        }));
        Ok(Self { schema: 1, quorum, passes, result, rulings, plugins, ..self.clone() })
    }

    /// Whether a recorded finding is what the law, its counts and its terms give.
    ///
    /// # Errors
    /// [`FindingFault`] says what is wrong with it.
    pub fn verify(&self, law: &Law) -> Result<(), FindingFault> {
        let floor = law.at(self.kind, self.law_date).ok_or(FindingFault::UnknownLaw(self.law_date))?;
        if floor.id() != self.law_text {
            return Err(FindingFault::WrongLaw {
                named: self.law_text.clone(),
                in_force: floor.id().to_owned(),
            });
        }
        let again = Self::compute(&FindingInput {
            floor,
            law_date: self.law_date,
            subjects: self.subjects.clone(),
            body: self.body,
            mode: self.mode,
            count: self.count,
            terms: self.terms.clone(),
            plugins: self.plugins.clone(),
            notice: self.notice,
        })?;
        if again == *self { Ok(()) } else { Err(FindingFault::Differs(Box::new(again))) }
    }

    /// The canonical bytes.
    ///
    /// # Errors
    /// [`CanonicalError`] only for figures beyond 2^53 - 1, which [`Self::compute`] refuses.
    pub fn bytes(&self) -> Result<Vec<u8>, CanonicalError> {
        yishi_canonical::to_vec(self)
    }

    /// 按全体到会人员计的提示 (what everybody in the room would have asked, where some of them were recused; ruling R8).
    /// Whether 到会人员 means those who may vote is not settled by the text, so both counts are printed.
    fn warning_of_the_room(&self) -> Option<Words> {
        let (room, voters) = (self.count.attending(), self.count.present);
        if room == voters {
            return None;
        }
        let of_present = self.passes.iter().filter(|one| one.demand.base == CountingBase::Present);
        let needed = of_present.map(|one| one.demand.share.needed(room)).max()?;
        let mut words = Words::new(
            format!("提示：回避人员不计入通过基数（R8）；如按到会全体{room}计，须{needed}票"),
            format!(
                "note: those recused are not in the pass base (R8); of all {room} in the room {needed} votes would be needed"
            ),
        );
        if self.result == FindingResult::Passed && self.count.yes < needed {
            words.zh += &format!("，赞成{}票则不足，两种计法结果不同", self.count.yes);
            words.en +=
                &format!(", and {} would not be enough: the two ways of counting differ", self.count.yes);
        }
        Some(words)
    }

    /// 「到会人员过半数同意（需11票）」; of what fell short also of how many, and where abstentions went, so that 10 : 0 : 11
    /// is understood: 「到会人员过半数同意：到会21人，须11票，赞成10票，弃权计入到会」.
    fn describe_pass(&self, passes: &DemandFinding<Threshold>) -> Words {
        let DemandFinding { demand, of, needed, had, met, .. } = passes;
        if *met {
            return demand.describe(self.mode, Some(*needed));
        }
        let of_votes = demand.base == CountingBase::Cast;
        let (unit_zh, unit_en) = if of_votes { ("票", " votes") } else { unit(self.mode) };
        let (base_zh, base_en) = match demand.base {
            CountingBase::InOffice => ("应到", "entitled"),
            CountingBase::Present if self.count.recused_present > 0 => ("可表决", "may vote"),
            CountingBase::Present => ("到会", "present"),
            CountingBase::Cast => ("赞成与反对共", "for or against"),
        };
        let (rest_zh, rest_en) = match demand.base {
            _ if self.count.abstain == 0 => Default::default(),
            CountingBase::InOffice => ("，弃权计入应到", ", abstentions among those entitled"),
            CountingBase::Present => ("，弃权计入到会", ", abstentions among those present"),
            CountingBase::Cast => ("，弃权不计", ", abstentions not counted"),
        };
        let words = demand.describe(self.mode, None);
        Words::new(
            format!("{}：{base_zh}{of}{unit_zh}，须{needed}票，赞成{had}票{rest_zh}", words.zh),
            format!("{}: {of}{unit_en} {base_en}, {needed} votes needed, {had} for{rest_en}", words.en),
        )
    }

    /// The whole in plain words: who was there, what was needed, how it came out, by which articles, and which rules
    /// were not asked.
    #[must_use]
    pub fn describe(&self) -> Words {
        self.describe_with(&|_| None)
    }

    /// As [`Self::describe`], with rules called by their titles: `title` gives that of a component, where it can be had.
    #[must_use]
    pub fn describe_with(&self, title: &Titles<'_>) -> Words {
        let body = self.body.words_in(self.kind);
        let count = &self.count;
        let (unit_zh, unit_en) = unit(self.mode);
        let mut zh = format!("{}应到{}{unit_zh}", body.zh, count.in_office);
        let mut en = format!("{}: {}{unit_en} entitled", body.en, count.in_office);
        if count.recused > 0 {
            zh += &format!("，回避{}{unit_zh}（其中在场{}{unit_zh}）", count.recused, count.recused_present);
            en += &format!(", {} recused ({} of them in the room)", count.recused, count.recused_present);
        }
        zh += &format!("，实到{}{unit_zh}", count.attending());
        en += &format!(", {} present", count.attending());
        for quorum in &self.quorum {
            let share = quorum.demand.describe();
            zh += &format!("（须{}，即{}{unit_zh}）", share.zh, quorum.needed);
            en += &format!(" ({}, that is {}, needed)", share.en, quorum.needed);
        }
        if count.recused_present > 0 {
            zh += &format!("，其中可表决{}{unit_zh}", count.present);
            en += &format!(", {} of them may vote", count.present);
        }
        zh += &format!(
            "；赞成{}票，反对{}票，弃权{}票，废票{}张",
            count.yes, count.no, count.abstain, count.spoilt
        );
        en += &format!(
            "; {} for, {} against, {} abstained, {} spoilt",
            count.yes, count.no, count.abstain, count.spoilt
        );
        for passes in &self.passes {
            let words = self.describe_pass(passes);
            zh += &format!("；{}", words.zh);
            en += &format!("; {}", words.en);
        }
        if let Some(words) = self.warning_of_the_room() {
            zh += &format!("；{}", words.zh);
            en += &format!("; {}", words.en);
        }
        for aside in &self.terms.set_aside {
            let words = aside.describe(self.mode, title);
            zh += &format!("；{}", words.zh);
            en += &format!("; {}", words.en);
        }
        if let Some(notice) = &self.notice {
            let words = notice.describe();
            zh += &format!("；{}", words.zh);
            en += &format!("; {}", words.en);
        }
        for rule in &self.terms.left_out {
            let words = rule.describe(title);
            zh += &format!("；{}", words.zh);
            en += &format!("; {}", words.en);
        }
        let result = self.result.words();
        let basis = self.basis(title);
        let day = self.law_date;
        Words::new(
            format!("{zh}。结果：{}。依据：{}。适用法律日：{day}。", result.zh, basis.zh),
            format!("{en}. Result: {}. By {}. Law as of {day}.", result.en, basis.en),
        )
    }

    /// 依据: everybody who demands a quorum or a share of this vote, by law and article, a rule by its title.
    fn basis(&self, title: &Titles<'_>) -> Words {
        let quorum = self.quorum.iter().flat_map(|demand| &demand.by);
        let all: BTreeSet<&Authority> =
            quorum.chain(self.passes.iter().flat_map(|demand| &demand.by)).collect();
        let law = Law::embedded();
        let named = all.into_iter().map(|authority| authority.describe(law, title));
        let all = named.reduce(|a, b| Words::new(a.zh + "、" + &b.zh, a.en + "; " + &b.en));
        all.unwrap_or_else(|| Words::new("—", "—"))
    }
}

const fn unit(mode: CountingMode) -> (&'static str, &'static str) {
    match mode {
        CountingMode::Persons => ("人", ""),
        CountingMode::Households => ("户", " households"),
    }
}

fn finding_of<T>(demand: T, share: Share, of: u64, had: u64, by: &BTreeSet<Authority>) -> DemandFinding<T> {
    DemandFinding { demand, of, needed: share.needed(of), had, met: share.holds(had, of), by: by.clone() }
}
