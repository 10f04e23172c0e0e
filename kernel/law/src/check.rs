//! 与底线比对 (comparing what a local rule declares with the floor).

use serde::Serialize;

use crate::authority::FloorId;
use crate::describe::Words;
use crate::terms::Terms;
use crate::text::{FloorQuery, FloorText};

/// 抵触 (one declared figure below the floor, or different where the floor is fixed).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Breach {
    /// The floor entry, such as `V6`.
    pub floor: FloorId,
    /// Title of the law or policy.
    pub law: Words,
    /// The article, such as `30`.
    pub article: String,
    /// The field of [`Terms`], such as `quorum`.
    pub field: &'static str,
    /// What was declared, in words.
    pub declared: Words,
    /// What the floor says, in words.
    pub floor_value: Words,
    /// The whole in a sentence, for the town and the author.
    pub message: Words,
}

impl FloorText {
    /// Where declared terms are laxer than the floor, or different where it is fixed.
    #[must_use]
    pub fn check_declared(&self, declared: &Terms, query: &FloorQuery) -> Vec<Breach> {
        let _ = (declared, query);
        Vec::new()
    }

    /// As [`Self::check_declared`], and for the council also that quorum and base are declared at all (R5).
    #[must_use]
    pub fn check_charter(&self, declared: &Terms, query: &FloorQuery) -> Vec<Breach> {
        self.check_declared(declared, query)
    }
}
