//! 比例 (shares): a fraction, its operator and its base. Integers only, never 0.6667.

use serde::{Deserialize, Serialize};
use yishi_words::coded;

/// Why a fraction or share is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ShareError {
    /// The denominator is zero.
    #[error("the denominator is 0")]
    ZeroDenominator,
    /// The numerator is zero: such a share would ask for nothing.
    #[error("the numerator is 0")]
    ZeroNumerator,
    /// More than the whole.
    #[error("{0}/{1} is more than the whole")]
    AboveOne(u32, u32),
    /// "More than all" can never hold.
    #[error("more than all can never hold")]
    MoreThanAll,
}

/// 分数 (a fraction above 0 and not above 1), kept in lowest terms so that equal fractions are equal values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawFraction")]
pub struct Fraction {
    numerator: u32,
    denominator: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFraction {
    numerator: u32,
    denominator: u32,
}

impl TryFrom<RawFraction> for Fraction {
    type Error = ShareError;

    fn try_from(raw: RawFraction) -> Result<Self, ShareError> {
        Self::new(raw.numerator, raw.denominator)
    }
}

impl Fraction {
    /// A checked fraction.
    ///
    /// # Errors
    /// [`ShareError`] when a part is zero or the fraction is above one.
    pub const fn new(numerator: u32, denominator: u32) -> Result<Self, ShareError> {
        if denominator == 0 {
            return Err(ShareError::ZeroDenominator);
        }
        if numerator == 0 {
            return Err(ShareError::ZeroNumerator);
        }
        if numerator > denominator {
            return Err(ShareError::AboveOne(numerator, denominator));
        }
        let (mut a, mut b) = (denominator, numerator);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        Ok(Self { numerator: numerator / a, denominator: denominator / a })
    }

    /// The number above the line, in lowest terms.
    #[must_use]
    pub const fn numerator(self) -> u32 {
        self.numerator
    }

    /// The number below the line, in lowest terms.
    #[must_use]
    pub const fn denominator(self) -> u32 {
        self.denominator
    }

    /// How many of `whole` reach this fraction (以上): the figure itself is enough. At least 1.
    #[must_use]
    pub fn needed(self, whole: u64) -> u64 {
        Share { comparison: Comparison::AtLeast, fraction: self }.needed(whole)
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Fraction {
    /// By value: 1/2 < 2/3.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let left = u64::from(self.numerator) * u64::from(other.denominator);
        let right = u64::from(other.numerator) * u64::from(self.denominator);
        left.cmp(&right)
    }
}

coded! {
    /// 以上 / 超过 (whether the figure itself is enough; 民法典 1259). `MoreThan` is the stricter.
    pub enum Comparison: "comparison" {
        /// 以上: includes the figure.
        AtLeast = "at-least",
        /// 超过、过半数: does not.
        MoreThan = "more-than",
    }
}

/// 比例 (a share of some whole), such as 三分之二以上 or 过半数.
///
/// Shares are totally ordered by strictness, so the greater share is the stricter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawShare")]
pub struct Share {
    // INVARIANT: the fraction comes first, since the derived order compares it before the operator.
    fraction: Fraction,
    comparison: Comparison,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawShare {
    comparison: Comparison,
    fraction: Fraction,
}

impl TryFrom<RawShare> for Share {
    type Error = ShareError;

    fn try_from(raw: RawShare) -> Result<Self, ShareError> {
        Self::new(raw.comparison, raw.fraction)
    }
}

impl Share {
    /// A checked share.
    ///
    /// # Errors
    /// [`ShareError::MoreThanAll`] for "more than 1/1".
    pub const fn new(comparison: Comparison, fraction: Fraction) -> Result<Self, ShareError> {
        if matches!(comparison, Comparison::MoreThan) && fraction.numerator == fraction.denominator {
            return Err(ShareError::MoreThanAll);
        }
        Ok(Self { fraction, comparison })
    }

    /// 以上: at least `numerator`/`denominator`.
    ///
    /// # Errors
    /// As [`Fraction::new`].
    pub const fn at_least(numerator: u32, denominator: u32) -> Result<Self, ShareError> {
        match Fraction::new(numerator, denominator) {
            Ok(fraction) => Self::new(Comparison::AtLeast, fraction),
            Err(error) => Err(error),
        }
    }

    /// 超过: more than `numerator`/`denominator`.
    ///
    /// # Errors
    /// As [`Fraction::new`] and [`Share::new`].
    pub const fn more_than(numerator: u32, denominator: u32) -> Result<Self, ShareError> {
        match Fraction::new(numerator, denominator) {
            Ok(fraction) => Self::new(Comparison::MoreThan, fraction),
            Err(error) => Err(error),
        }
    }

    /// The operator.
    #[must_use]
    pub const fn comparison(self) -> Comparison {
        self.comparison
    }

    /// The fraction.
    #[must_use]
    pub const fn fraction(self) -> Fraction {
        self.fraction
    }

    /// Whether `part` of `whole` satisfies this share. Of nobody, nothing holds.
    #[must_use]
    pub fn holds(self, part: u64, whole: u64) -> bool {
        whole > 0 && part >= self.needed(whole)
    }

    /// The smallest part of `whole` that satisfies this share; 1 when `whole` is 0, so that it reads as unreachable.
    #[must_use]
    pub fn needed(self, whole: u64) -> u64 {
        let product = u128::from(self.fraction.numerator) * u128::from(whole);
        let denominator = u128::from(self.fraction.denominator);
        let needed = match self.comparison {
            Comparison::AtLeast => product.div_ceil(denominator),
            Comparison::MoreThan => product / denominator + 1,
        };
        // The fraction is not above one and "more than all" does not exist, so this fits; the fallback
        // errs on the side that cannot be reached.
        u64::try_from(needed).unwrap_or(u64::MAX).max(1)
    }

    /// Whether everything this share accepts is also accepted by `other`.
    #[must_use]
    pub fn is_at_least_as_strict_as(&self, other: &Self) -> bool {
        self >= other
    }
}

coded! {
    /// 基数 (what a share is a share of). Ordered by size: cast ≤ present ≤ in office.
    pub enum CountingBase: "counting-base" {
        /// 赞成与反对票 (votes cast for or against).
        Cast = "cast",
        /// 到会人员 (those present, spoilt ballots and abstentions included; ruling R6).
        Present = "present",
        /// 组成人员 (members in office, or all persons or households of an assembly; rulings R1, R8).
        InOffice = "in-office",
    }
}

/// 通过比例 (a share together with its base).
///
/// Partially ordered: the same or a greater share of the same or a larger base is stricter. 3/4 of those
/// present and 1/2 of those in office are incomparable, so both are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// The share.
    pub share: Share,
    /// The base.
    pub base: CountingBase,
}

impl Threshold {
    /// A threshold.
    #[must_use]
    pub const fn new(share: Share, base: CountingBase) -> Self {
        Self { share, base }
    }

    /// Whether everything this threshold accepts is also accepted by `other`.
    #[must_use]
    pub fn is_at_least_as_strict_as(&self, other: &Self) -> bool {
        self.base >= other.base && self.share.is_at_least_as_strict_as(&other.share)
    }
}
