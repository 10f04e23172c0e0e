//! 名册 (the roster): what a clerk's spreadsheet says, whom of the roster it means, and what it would change.
//!
//! [`Sheet::read`] reads every row: faults are counted, and the first [`NAMED`] of them named with line and column. What is
//! kept while reading is bounded by the size of the file times a small constant, whatever stands in it. [`plan`] holds a
//! sheet against the roster.
//!
//! A row is somebody already known when household, name and date of birth agree. Where they do not, but somebody of the
//! roster whom no row names would fit (the same person in another household, or in the same one with another date of
//! birth or name), the plan asks before it makes two people of one. Whoever is off the roll by a dated entry stays off.
//!
//! Architecture invariant: pure. Ids are given from outside, and nothing is stored here.

mod known;
mod plan;
mod sheet;

pub use plan::{KnownPeople, Plan, plan};
pub use sheet::Sheet;

/// The columns, in any order. `phone` may be missing.
pub const COLUMNS: [&str; 9] = [
    "household",
    "name",
    "birth_date",
    "sex",
    "registration",
    "resident_since",
    "party_member",
    "household_head",
    "phone",
];

/// The most rows one import may have; a larger village is imported in parts.
pub const MAX_ROWS: usize = 20_000;
/// Faults, questions and people not in the file that a report names; all are counted.
pub const NAMED: usize = 200;
