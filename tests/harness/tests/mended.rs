//! 改正的和守住它的 (what was mended, and what holds it): `tests/acceptance/mended.json` names, for each fault that was found,
//! the tests that would find it again, and how it showed itself before it was mended.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The pages on which faults were told, with the rows that are to be held.
const PAGES: [(&str, &[&str]); 7] = [
    // Found by driving the API, in the page's order.
    ("faults", &["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14"]),
    // Words that failed a clerk.
    ("words", &["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"]),
    // Found by reading.
    ("review", &["F1", "F2", "F3", "F4", "F5", "F7", "F8"]),
    // Brought by people who do this job.
    ("cases", &["8", "10", "12", "14", "15", "19", "21", "22", "24", "25", "27"]),
    // Found by attacking.
    (
        "attacks",
        &[
            "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17",
            "18", "19", "20", "21", "22", "23", "24",
        ],
    ),
    // What the pages said that was not so.
    ("pages", &["R1", "R2", "C1", "C4", "C6", "C9", "C16", "T1", "T2", "T3", "T4"]),
    // Where the statute gives another answer than the code gave.
    ("rulings", &["R8", "R10", "R23", "R24", "R25", "R26", "R27", "R32", "R36", "R39", "R46", "R47", "R48"]),
];

/// How it is known that it was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum How {
    /// The test was run against the product as it was.
    Ran,
    /// Something smaller was, because the test asks for what was not there yet.
    Probe,
    /// The code was read.
    Read,
    /// It was right already; the test keeps it so.
    Held,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Before {
    how: How,
    /// What it answered, or what stands in the code.
    seen: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mended {
    page: String,
    row: String,
    fault: String,
    /// `file::function`.
    tests: Vec<String>,
    before: Before,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace root")
}

fn mended() -> Vec<Mended> {
    let text = std::fs::read_to_string(root().join("tests/acceptance/mended.json")).expect("the list");
    serde_json::from_str(&text).expect("the list is what it should be")
}

#[test]
fn every_row_of_every_page_is_held() {
    let list = mended();
    let found: Vec<(&str, &str)> = list.iter().map(|one| (one.page.as_str(), one.row.as_str())).collect();
    let wanted: Vec<(&str, &str)> =
        PAGES.iter().flat_map(|(page, rows)| rows.iter().map(|row| (*page, *row))).collect();
    assert_eq!(found, wanted);
    for one in &list {
        let row = format!("{} {}", one.page, one.row);
        assert!(!one.fault.is_empty() && !one.tests.is_empty(), "{row}");
        assert!(one.before.seen.len() > 10, "{row}: what was seen?");
        assert!(one.before.how != How::Read || one.before.seen.contains('/'), "{row}: where was it read?");
    }
}

#[test]
fn every_test_that_is_named_is_there() {
    let mut files: BTreeMap<&str, String> = BTreeMap::new();
    let mut absent = BTreeSet::new();
    let list = mended();
    for test in list.iter().flat_map(|one| &one.tests) {
        let (file, name) = test.split_once("::").expect("file::function");
        let text = files
            .entry(file)
            .or_insert_with(|| std::fs::read_to_string(root().join(file)).unwrap_or_default());
        if !text.contains(&format!("fn {name}(")) {
            absent.insert(test);
        }
    }
    assert!(absent.is_empty(), "{absent:#?}");
}
