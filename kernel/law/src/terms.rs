//! 议事条件 (terms): what a body must satisfy, who says so, and the join of several layers.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use yishi_canonical::Digest;

use crate::authority::{Authority, Cited};
use crate::kinds::{BodyKind, MatterClass, Secrecy};
use crate::share::{Fraction, Share, Threshold};
use yishi_words::{Words, coded};

/// The strictness order of a demand. Must be a partial order.
pub trait Covers {
    /// Whether whoever satisfies `self` also satisfies `other`.
    fn covers(&self, other: &Self) -> bool;
}

impl Covers for Share {
    fn covers(&self, other: &Self) -> bool {
        self.is_at_least_as_strict_as(other)
    }
}

impl Covers for Threshold {
    fn covers(&self, other: &Self) -> bool {
        self.is_at_least_as_strict_as(other)
    }
}

/// 附加条件 (a further condition the record must show, in words).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// A stable kebab-case word.
    pub code: String,
    /// The condition, in both languages.
    pub text: Words,
}

impl Covers for Condition {
    fn covers(&self, other: &Self) -> bool {
        // Words cannot be compared for strictness: two texts under one code are two conditions.
        self == other
    }
}

/// 不予采用的通过比例 (a pass share that a rule asked for where the law does not let it be moved, ruling R13).
///
/// It counts for nothing, and stays in sight: who asked, and why it does not hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetAside {
    /// What was asked for.
    pub demand: Threshold,
    /// Who asked for it.
    pub by: BTreeSet<Authority>,
    /// What fixes the share, and the ruling.
    pub because: BTreeSet<Authority>,
}

/// 并列要求 (demands that must all hold): no member is implied by another.
///
/// Written as a list of `{value, by}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demands<T>(BTreeMap<T, BTreeSet<Authority>>);

impl<T> Default for Demands<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: Ord + Covers> Demands<T> {
    /// A single demand.
    #[must_use]
    pub fn one(demand: Cited<T>) -> Self {
        Self(BTreeMap::from([(demand.value, demand.by)]))
    }

    /// Whether nothing is demanded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The demands, in a fixed order, each with who makes it.
    pub fn iter(&self) -> impl Iterator<Item = (&T, &BTreeSet<Authority>)> {
        self.0.iter()
    }

    /// Adds a demand: dropped when a stricter one stands, and dropping those it makes superfluous.
    /// An equal demand merges its citations.
    pub fn insert(&mut self, demand: Cited<T>) {
        if let Some(by) = self.0.get_mut(&demand.value) {
            by.extend(demand.by);
            return;
        }
        if self.0.keys().any(|standing| standing.covers(&demand.value)) {
            return;
        }
        self.0.retain(|standing, _| !demand.value.covers(standing));
        self.0.insert(demand.value, demand.by);
    }

    /// All demands of both.
    #[must_use]
    pub fn join(mut self, other: Self) -> Self {
        for (value, by) in other.0 {
            self.insert(Cited { value, by });
        }
        self
    }
}

impl<T: Ord + Covers> FromIterator<Cited<T>> for Demands<T> {
    fn from_iter<I: IntoIterator<Item = Cited<T>>>(demands: I) -> Self {
        let mut all = Self::default();
        for demand in demands {
            all.insert(demand);
        }
        all
    }
}

#[derive(Serialize)]
struct CitedRef<'a, T> {
    value: &'a T,
    by: &'a BTreeSet<Authority>,
}

impl<T: Serialize> Serialize for Demands<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|(value, by)| CitedRef { value, by }))
    }
}

impl<'de, T: Deserialize<'de> + Ord + Covers> Deserialize<'de> for Demands<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Cited<T>>::deserialize(deserializer)?.into_iter().collect())
    }
}

coded! {
    /// 议事条件的一项 (a field of [`Terms`], named as it is serialised).
    pub enum TermField: "term-field" {
        /// 事项类别.
        Class = "class",
        /// 法定人数.
        Quorum = "quorum",
        /// 通过比例.
        Passes = "passes",
        /// 通知期.
        NoticeDays = "notice_days",
        /// 公示期.
        PostingDays = "posting_days",
        /// 表决方式.
        Secrecy = "secrecy",
        /// 提议召集比例.
        Petition = "petition",
        /// 代表提议召集比例.
        PetitionRepresentatives = "petition_representatives",
        /// 每人受托上限.
        ProxyCap = "proxy_cap",
        /// 党组织前置研究.
        PartyStudy = "party_study",
        /// 协商.
        Consultation = "consultation",
        /// 附加条件.
        Conditions = "conditions",
        /// 不予采用.
        SetAside = "set_aside",
        /// 没有询问的规约.
        LeftOut = "left_out",
    }
}

/// 议事条件 (what holds for one body and matter). An absent field asks for nothing.
///
/// Goes into findings and events, so its serialised form is part of the record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Terms {
    /// 事项类别: major wins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<Cited<MatterClass>>,
    /// 法定人数: shares of those in office who must be present.
    #[serde(skip_serializing_if = "nothing")]
    pub quorum: Demands<Share>,
    /// 通过比例.
    #[serde(skip_serializing_if = "nothing")]
    pub passes: Demands<Threshold>,
    /// 通知期 (days of notice before the sitting): more wins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice_days: Option<Cited<u16>>,
    /// 公示期 (days of posting): more wins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub posting_days: Option<Cited<u16>>,
    /// 表决方式: secret wins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secrecy: Option<Cited<Secrecy>>,
    /// 提议召集 (the share of the body's own members, or of all adults, who can force convening): less wins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub petition: Option<Cited<Fraction>>,
    /// 代表提议召集 (the share of representatives who can force an assembly): less wins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub petition_representatives: Option<Cited<Fraction>>,
    /// 受托上限 (proxies one person may hold): less wins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_cap: Option<Cited<u16>>,
    /// 党组织前置研究 (whether the record of the party study must exist first).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party_study: Option<Cited<bool>>,
    /// 协商 (whether a consultation must have been held).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consultation: Option<Cited<bool>>,
    /// 附加条件.
    #[serde(skip_serializing_if = "nothing")]
    pub conditions: Demands<Condition>,
    /// 所依裁定 (rulings relied on), such as `R1`.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub rulings: BTreeSet<String>,
    /// 不予采用的通过比例: asked for, and demanding nothing. See [`crate::FloorText::join`].
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub set_aside: BTreeSet<SetAside>,
    /// 未询问的规则: in force, and yet no part of these terms. Each says why, so that nothing is left out in silence.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub left_out: BTreeSet<LeftOut>,
}

/// 未询问的规则 (a rule in force whose demands are not among the terms, and why).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// The rule's name in its manifest, or the beginning of its digest where it could not be read.
    pub name: String,
    /// Its component.
    pub component: Digest,
    /// Why.
    pub why: WhyLeftOut,
}

/// 未询问的原因 (why a rule in force was not asked, or not heeded).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "because", rename_all = "kebab-case", deny_unknown_fields)]
pub enum WhyLeftOut {
    /// 已暂停 (R23).
    Suspended {
        /// Since this day.
        since: Date,
    },
    /// 未能作答: it gave no usable answer, and the step could not be allowed to wait for one.
    Failed {
        /// The host's stable code, such as `budget-exceeded`.
        code: String,
        /// What the code means.
        words: Words,
    },
    /// 由下级机构通过 (R27): it was asked, but what it wants of a higher body's quorum, share and notice has no effect.
    OfALowerBody {
        /// The body that adopted it.
        adopted_by: BodyKind,
    },
}

fn nothing<T>(demands: &Demands<T>) -> bool {
    demands.0.is_empty()
}

impl Terms {
    /// 从严合并 (the join): field by field the stricter value with its own citations; equal values merge theirs.
    ///
    /// Commutative, associative and idempotent, with `Terms::default()` as identity. Joining never
    /// loosens: whatever satisfies the join satisfies both inputs.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        let mut rulings = self.rulings;
        rulings.extend(other.rulings);
        let mut set_aside = self.set_aside;
        set_aside.extend(other.set_aside);
        let mut left_out = self.left_out;
        left_out.extend(other.left_out);
        Self {
            class: stricter(self.class, other.class, Ord::cmp),
            quorum: self.quorum.join(other.quorum),
            passes: self.passes.join(other.passes),
            notice_days: stricter(self.notice_days, other.notice_days, Ord::cmp),
            posting_days: stricter(self.posting_days, other.posting_days, Ord::cmp),
            secrecy: stricter(self.secrecy, other.secrecy, Ord::cmp),
            petition: stricter(self.petition, other.petition, less),
            petition_representatives: stricter(
                self.petition_representatives,
                other.petition_representatives,
                less,
            ),
            proxy_cap: stricter(self.proxy_cap, other.proxy_cap, less),
            party_study: stricter(self.party_study, other.party_study, Ord::cmp),
            consultation: stricter(self.consultation, other.consultation, Ord::cmp),
            conditions: self.conditions.join(other.conditions),
            rulings,
            set_aside,
            left_out,
        }
    }

    /// 下级机构通过的规约 (R27): these terms without what a rule of a lower body cannot raise for a higher one (quorum, pass
    /// share, notice), and whether there was any of it.
    #[must_use]
    pub fn of_a_lower_body(self) -> (Self, bool) {
        let raised = !self.quorum.is_empty() || !self.passes.is_empty() || self.notice_days.is_some();
        let kept = Self { quorum: Demands::default(), passes: Demands::default(), notice_days: None, ..self };
        (kept, raised)
    }

    /// Everybody who set a field of these terms.
    #[must_use]
    pub fn authorities(&self) -> BTreeSet<&Authority> {
        fn of<T>(field: Option<&Cited<T>>) -> impl Iterator<Item = &Authority> {
            field.into_iter().flat_map(|cited| &cited.by)
        }
        of(self.class.as_ref())
            .chain(self.quorum.0.values().flatten())
            .chain(self.passes.0.values().flatten())
            .chain(of(self.notice_days.as_ref()))
            .chain(of(self.posting_days.as_ref()))
            .chain(of(self.secrecy.as_ref()))
            .chain(of(self.petition.as_ref()))
            .chain(of(self.petition_representatives.as_ref()))
            .chain(of(self.proxy_cap.as_ref()))
            .chain(of(self.party_study.as_ref()))
            .chain(of(self.consultation.as_ref()))
            .chain(self.conditions.0.values().flatten())
            .collect()
    }
}

fn less<T: Ord>(a: &T, b: &T) -> Ordering {
    b.cmp(a)
}

fn stricter<T>(
    a: Option<Cited<T>>,
    b: Option<Cited<T>>,
    strictness: impl Fn(&T, &T) -> Ordering,
) -> Option<Cited<T>> {
    match (a, b) {
        (Some(mut a), Some(b)) => Some(match strictness(&a.value, &b.value) {
            Ordering::Greater => a,
            Ordering::Less => b,
            Ordering::Equal => {
                a.by.extend(b.by);
                a
            }
        }),
        (one, None) | (None, one) => one,
    }
}
