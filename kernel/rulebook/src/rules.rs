//! 在用规则 (the rules a gate asks) and the occasion they are asked on.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use yishi_canonical::Digest;
use yishi_law::{self as law, Authority, FloorText, Words};

use crate::facts::Facts;
use crate::manifest::Manifest;
use crate::wire::{Community, PersonFacts, Role, RuleKind, Weight};

/// 一条在用规则 (one rule as a community adopted it): a component and its settings, both by digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleRef {
    /// The component.
    pub digest: Digest,
    /// Manifest name.
    pub name: String,
    /// Which kind.
    pub kind: RuleKind,
    /// Settings as canonical JSON.
    pub settings: Arc<str>,
    /// Digest of the settings' canonical bytes.
    pub settings_digest: Digest,
    /// Domains it speaks to; a rule with none speaks to all (charters, general regulations).
    pub domains: Vec<String>,
}

impl RuleRef {
    /// A rule with these settings.
    ///
    /// # Errors
    /// When the settings have no canonical bytes (a fraction, a key that is not ASCII).
    pub fn new(
        digest: Digest,
        manifest: &Manifest,
        settings: &serde_json::Value,
    ) -> Result<Self, yishi_canonical::CanonicalError> {
        let bytes = yishi_canonical::to_vec(settings)?;
        let settings_digest = Digest::of(&bytes);
        // Canonical bytes are JSON, so they are UTF-8.
        let settings = String::from_utf8_lossy(&bytes).into();
        Ok(Self {
            digest,
            name: manifest.name.clone(),
            kind: manifest.kind,
            settings,
            settings_digest,
            domains: manifest.domain_codes(),
        })
    }

    /// Whether the rule speaks to a domain.
    #[must_use]
    pub fn speaks_to(&self, domain: &str) -> bool {
        self.domains.is_empty() || self.domains.iter().any(|own| own == domain)
    }
}

/// 一个社区的在用规则 (the rules in force, or those a matter has pinned). Empty means the bare floor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSet {
    /// 村民自治章程 or 居民公约.
    pub charter: Option<RuleRef>,
    /// 实施细则.
    pub rules: Vec<RuleRef>,
    /// 村规民约.
    pub regulations: Vec<RuleRef>,
}

impl RuleSet {
    /// One rule and no other.
    #[must_use]
    pub fn alone(rule: &RuleRef) -> Self {
        let mut set = Self::default();
        set.add(rule.clone());
        set
    }

    /// Puts a rule where those of its kind are; a charter takes the place of the one that is there.
    pub fn add(&mut self, rule: RuleRef) {
        match rule.kind {
            RuleKind::Charter => self.charter = Some(rule),
            RuleKind::ImplementationRule => self.rules.push(rule),
            RuleKind::VillageRegulation => self.regulations.push(rule),
        }
    }

    /// Takes out every rule but those that stay.
    pub fn retain(&mut self, stays: impl Fn(&RuleRef) -> bool) {
        self.charter = self.charter.take().filter(&stays);
        self.rules.retain(&stays);
        self.regulations.retain(&stays);
    }

    /// Every rule: charter, implementation rules, regulations.
    pub fn iter(&self) -> impl Iterator<Item = &RuleRef> {
        self.charter.iter().chain(&self.rules).chain(&self.regulations)
    }
}

/// 场合 (what all gates of one act have in common).
#[derive(Clone, Debug)]
pub struct GateContext {
    /// Public figures.
    pub community: Community,
    /// The date whose law applies.
    pub law_date: Date,
    /// The day of the act.
    pub today: Date,
    /// What rules may ask for.
    pub facts: Facts,
}

/// 规则意见 (a finding of a rule, with who said it).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFinding {
    /// advise < require < forbid.
    pub weight: Weight,
    /// Name of the rule.
    pub plugin: String,
    /// A stable word of that rule.
    pub code: String,
    /// What people read.
    pub message: Words,
    /// The articles.
    pub by: BTreeSet<Authority>,
}

/// The strongest weight among findings: what decides whether a transition may be made.
#[must_use]
pub fn strongest(findings: &[RuleFinding]) -> Option<Weight> {
    findings.iter().map(|finding| finding.weight).max()
}

/// What the law says of admitting a person, before any charter is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FloorAdmission {
    /// The law entitles the person; a charter cannot exclude.
    Entitled(BTreeSet<Authority>),
    /// The law bars the person; a charter cannot admit.
    Barred(BTreeSet<Authority>),
    /// The law leaves it open.
    Open,
}

impl FloorAdmission {
    /// What the law says of this person in this role.
    ///
    /// Residents of 18 with local registration have their vote by law (V1, U1), and may stand for the committee the law
    /// has them elect (V13, U7); nobody younger has one or can be elected. Who else may vote, and who takes part
    /// otherwise, the law leaves to the community.
    #[must_use]
    pub fn under(floor: &FloorText, person: &PersonFacts, role: Role) -> Self {
        const ADULT: u32 = 18;
        let entry = match (floor.kind(), role) {
            (law::CommunityKind::Village, Role::Candidate) => "V13",
            (law::CommunityKind::Village, _) => "V1",
            (law::CommunityKind::Urban, Role::Candidate) => "U7",
            (law::CommunityKind::Urban, _) => "U1",
        };
        let by: BTreeSet<Authority> = floor
            .entries()
            .filter(|(_, own)| own.id.as_str() == entry)
            .map(|(document, own)| Authority::Statute {
                text: document.id.clone(),
                floor: own.id.clone(),
                article: own.article.clone(),
            })
            .collect();
        match role {
            Role::Voter | Role::Candidate | Role::Representative if person.age < ADULT => Self::Barred(by),
            Role::Voter | Role::Candidate if person.local_registration => Self::Entitled(by),
            _ => Self::Open,
        }
    }
}

/// 准入结论 (the joined answer to an admission).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdmissionDecision {
    /// Whether the person is admitted.
    pub admitted: bool,
    /// Who says so.
    pub by: BTreeSet<Authority>,
    /// A stable word: the charter's own, or `entitled-by-law`, `barred-by-law`, `open`.
    pub code: String,
    /// What people read.
    pub message: Words,
    /// The charter's exclusion, when the law does not allow it and it was set aside.
    pub set_aside: Option<RuleFinding>,
}
