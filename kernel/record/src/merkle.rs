//! 默克尔日志 (the Merkle log) of RFC 6962: hashes, the frontier that appends, and proofs.
//!
//! Proofs are made in two moves, so that whoever keeps the hashes decides how to fetch them:
//! a [`ProofPlan`] says which perfect [`Subtree`]s are needed, and folds their hashes into the proof.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use yishi_canonical::Digest;

/// The hash of an entry: SHA-256 over `0x00` and its bytes.
#[must_use]
pub fn leaf_hash(bytes: &[u8]) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update([0]);
    hasher.update(bytes);
    Digest::from_bytes(hasher.finalize().into())
}

/// The hash of an inner node: SHA-256 over `0x01`, left and right.
#[must_use]
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update([1]);
    hasher.update(left.as_bytes());
    hasher.update(right.as_bytes());
    Digest::from_bytes(hasher.finalize().into())
}

/// The root of the empty log: SHA-256 of nothing.
#[must_use]
pub fn empty_root() -> Digest {
    Digest::of(b"")
}

/// A perfect subtree: the leaves from `index << height` on, `1 << height` of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Subtree {
    /// How many levels above the leaves its root is.
    pub height: u8,
    /// Which subtree of this height, from the left.
    pub index: u64,
}

impl Subtree {
    /// Its first leaf.
    #[must_use]
    pub const fn first(self) -> u64 {
        self.index << self.height
    }

    /// How many leaves it has.
    #[must_use]
    pub const fn width(self) -> u64 {
        1 << self.height
    }
}

/// 前沿 (the frontier): what must be remembered of a log to append to it and to know its root.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    /// Roots of the perfect subtrees the size is made of, widest first.
    peaks: Vec<Digest>,
}

impl Frontier {
    /// The frontier of an empty log.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The frontier of a log of `size` entries from the roots of its perfect subtrees, widest first:
    /// those named by [`Frontier::plan`].
    #[must_use]
    pub fn from_peaks(size: u64, peaks: Vec<Digest>) -> Option<Self> {
        (peaks.len() as u64 == u64::from(size.count_ones())).then_some(Self { size, peaks })
    }

    /// Which subtrees make the frontier of a log of this size, widest first.
    #[must_use]
    pub fn plan(size: u64) -> Vec<Subtree> {
        perfect(0, size)
    }

    /// How many entries there are.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf hash and returns the perfect subtrees this completed, lowest first: the leaf itself
    /// is not among them.
    pub fn append(&mut self, leaf: Digest) -> Vec<(Subtree, Digest)> {
        let mut completed = Vec::new();
        let mut hash = leaf;
        let mut height = 0_u8;
        let mut rest = self.size;
        while rest & 1 == 1 {
            // INVARIANT: one peak per set bit of `size`.
            let Some(left) = self.peaks.pop() else { break };
            hash = node_hash(&left, &hash);
            rest >>= 1;
            height += 1;
            completed.push((Subtree { height, index: rest }, hash));
        }
        self.peaks.push(hash);
        self.size += 1;
        completed
    }

    /// The root over all entries.
    #[must_use]
    pub fn root(&self) -> Digest {
        fold(&self.peaks).unwrap_or_else(empty_root)
    }
}

/// Why a proof does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// The index lies outside the tree, or the old tree is larger than the new.
    #[error("the proof is about a place outside the tree")]
    OutOfRange,
    /// The proof is too short or too long for that place.
    #[error("the proof has the wrong length")]
    Length,
    /// The hashes do not lead to the root.
    #[error("the proof does not lead to the root")]
    Root,
}

/// Which hashes a proof consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofPlan {
    /// One item per hash of the proof; each is folded from its subtrees, widest first.
    parts: Vec<Vec<Subtree>>,
}

impl ProofPlan {
    /// The plan of the inclusion proof of entry `index` in the tree of `size` entries (RFC 6962, 2.1.1).
    #[must_use]
    pub fn inclusion(index: u64, size: u64) -> Option<Self> {
        if index >= size {
            return None;
        }
        let (mut start, mut end) = (0, size);
        let mut parts = Vec::new();
        while end - start > 1 {
            let middle = start + split(end - start);
            if index < middle {
                parts.push(perfect(middle, end));
                end = middle;
            } else {
                parts.push(perfect(start, middle));
                start = middle;
            }
        }
        parts.reverse();
        Some(Self { parts })
    }

    /// The plan of the proof that the tree of `new` entries extends that of `old` (RFC 6962, 2.1.2).
    /// Empty when the sizes are equal or the old tree is empty.
    #[must_use]
    pub fn consistency(old: u64, new: u64) -> Option<Self> {
        if old > new {
            return None;
        }
        let mut parts = Vec::new();
        if old == 0 || old == new {
            return Some(Self { parts });
        }
        let (mut start, mut end, mut whole) = (0, new, true);
        loop {
            if old == end {
                if !whole {
                    parts.push(perfect(start, end));
                }
                break;
            }
            let middle = start + split(end - start);
            if old <= middle {
                parts.push(perfect(middle, end));
                end = middle;
            } else {
                parts.push(perfect(start, middle));
                start = middle;
                whole = false;
            }
        }
        parts.reverse();
        Some(Self { parts })
    }

    /// The subtrees to fetch, in the order [`ProofPlan::finish`] wants their hashes.
    pub fn subtrees(&self) -> impl Iterator<Item = Subtree> + '_ {
        self.parts.iter().flatten().copied()
    }

    /// The proof, from the hashes of [`ProofPlan::subtrees`]. Absent if there are too few or too many.
    #[must_use]
    pub fn finish(&self, hashes: &[Digest]) -> Option<Vec<Digest>> {
        let mut rest = hashes;
        let mut proof = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            let (mine, others) = rest.split_at_checked(part.len())?;
            proof.push(fold(mine)?);
            rest = others;
        }
        rest.is_empty().then_some(proof)
    }
}

/// Checks that `leaf` is entry `index` of the tree of `size` entries with this root (RFC 9162, 2.1.3.2).
///
/// # Errors
/// [`ProofError`] naming what does not fit.
pub fn verify_inclusion(
    leaf: &Digest,
    index: u64,
    size: u64,
    proof: &[Digest],
    root: &Digest,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::OutOfRange);
    }
    let (mut place, mut last, mut hash) = (index, size - 1, *leaf);
    for step in proof {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if place & 1 == 1 || place == last {
            hash = node_hash(step, &hash);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, step);
        }
        place >>= 1;
        last >>= 1;
    }
    match (last == 0, hash == *root) {
        (false, _) => Err(ProofError::Length),
        (true, false) => Err(ProofError::Root),
        (true, true) => Ok(()),
    }
}

/// Checks that the tree of `new` entries extends that of `old` (RFC 9162, 2.1.4.2).
///
/// # Errors
/// [`ProofError`] naming what does not fit.
pub fn verify_consistency(
    old: u64,
    old_root: &Digest,
    new: u64,
    new_root: &Digest,
    proof: &[Digest],
) -> Result<(), ProofError> {
    if old > new {
        return Err(ProofError::OutOfRange);
    }
    if old == new || old == 0 {
        let known = if old == 0 { empty_root() } else { *new_root };
        return match (proof.is_empty(), *old_root == known) {
            (false, _) => Err(ProofError::Length),
            (true, false) => Err(ProofError::Root),
            (true, true) => Ok(()),
        };
    }
    // When the old tree is perfect, its root is the first hash and is left out of the proof.
    let mut steps = proof.iter();
    let first = if old.is_power_of_two() { old_root } else { steps.next().ok_or(ProofError::Length)? };
    let (mut place, mut last) = (old - 1, new - 1);
    while place & 1 == 1 {
        place >>= 1;
        last >>= 1;
    }
    let (mut old_hash, mut new_hash) = (*first, *first);
    for step in steps {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if place & 1 == 1 || place == last {
            old_hash = node_hash(step, &old_hash);
            new_hash = node_hash(step, &new_hash);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node_hash(&new_hash, step);
        }
        place >>= 1;
        last >>= 1;
    }
    match (last == 0, old_hash == *old_root && new_hash == *new_root) {
        (false, _) => Err(ProofError::Length),
        (true, false) => Err(ProofError::Root),
        (true, true) => Ok(()),
    }
}

/// The root of the tree over these hashes of perfect subtrees, widest first.
#[must_use]
pub fn fold(hashes: &[Digest]) -> Option<Digest> {
    let (last, others) = hashes.split_last()?;
    Some(others.iter().rev().fold(*last, |right, left| node_hash(left, &right)))
}

/// The greatest power of two below `width`.
const fn split(width: u64) -> u64 {
    1 << (u64::BITS - 1 - (width - 1).leading_zeros())
}

/// The perfect subtrees that make the RFC 6962 tree over the leaves `start..end`, widest first.
/// INVARIANT: `start` is a multiple of the width of the first of them, as it is for every node of the tree.
fn perfect(start: u64, end: u64) -> Vec<Subtree> {
    let mut parts = Vec::new();
    let mut start = start;
    while start < end {
        let width = end - start;
        let height = u64::BITS - 1 - width.leading_zeros();
        parts.push(Subtree { height: height as u8, index: start >> height });
        start += 1 << height;
    }
    parts
}
