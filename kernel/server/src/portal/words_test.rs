//! Every code of the machines has words in both languages, and no refusal shows a code or the wrong language.
//!
//! The codes are read from the sources of the machines, so that a new one cannot be forgotten here.

use std::path::{Path, PathBuf};

use yishi_deliberation::matter::DutyKind;
use yishi_identity::{Action, Capacity};
use yishi_portal::Lang;
use yishi_portal::context::{CommunityKind, MatterClass};

use super::{phrases, standing};

const KINDS: [CommunityKind; 2] = [CommunityKind::Village, CommunityKind::Urban];

fn kernel() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn source(path: &str) -> String {
    std::fs::read_to_string(kernel().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The kebab-case words that `fn name` of a type gives.
fn names(path: &str, of: &str) -> Vec<String> {
    let text = source(path);
    let body =
        text.split(&format!("impl {of} {{")).nth(1).unwrap_or_else(|| panic!("{path}: no `impl {of}`"));
    let body = body.split("fn name(").nth(1).and_then(|body| body.split("\n    }\n").next());
    let words = body.unwrap_or_default().split("=> \"").skip(1).filter_map(|rest| rest.split('"').next());
    let words: Vec<String> = words.map(str::to_owned).collect();
    assert!(words.len() > 3, "{path}: the names of {of} were not found");
    words
}

fn is_han(letter: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&letter)
}

/// Words that are the same in both languages: names of formats and of the product's own numbering.
const LATIN: [&str; 20] = [
    "CSV", "UTF", "JSON", "WASM", "wasm", "GBK", "GB", "XLSX", "xlsx", "PDF", "ID", "KiB", "MiB", "U", "R",
    "V", "P", "E", "T", "WPS",
];

/// What is wrong with a Chinese text for a reader: no Chinese in it, or words of code.
fn wrong_zh(text: &str) -> Option<&'static str> {
    if !text.chars().any(is_han) {
        return Some("no Chinese");
    }
    if text.contains('`') {
        return Some("a quoted code word");
    }
    let mut words = text.split(|letter: char| !letter.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    words.find(|word| !LATIN.contains(word)).map(|_| "a Latin word")
}

/// What is wrong with an English text for a reader.
fn wrong_en(text: &str) -> Option<&'static str> {
    if text.chars().any(is_han) {
        return Some("Chinese in the English");
    }
    let letters = text.chars().any(|letter| letter.is_ascii_alphabetic());
    let code = text.split_whitespace().any(|word| word.matches('-').count() > 1 || word.contains('_'));
    (!letters).then_some("no English").or_else(|| code.then_some("a code word"))
}

fn right(what: &str, zh: &str, en: &str, found: &mut Vec<String>) {
    for wrong in [wrong_zh(zh), wrong_en(en)].into_iter().flatten() {
        found.push(format!("{what}: {wrong}: {zh} | {en}"));
    }
}

#[test]
fn every_command_event_stage_body_capacity_and_duty_has_words() {
    let mut found = Vec::new();
    let machines = [
        ("deliberation/src/matter/decide.rs", "MatterCommand"),
        ("deliberation/src/meeting/decide.rs", "MeetingCommand"),
        ("deliberation/src/rule/decide.rs", "RuleCommand"),
    ];
    for (path, of) in machines {
        for name in names(path, of) {
            match (phrases::command(Lang::Zh, &name), phrases::command(Lang::En, &name)) {
                (Some(zh), Some(en)) => right(&format!("command {name}"), zh, en, &mut found),
                _ => found.push(format!("command {name} has no words")),
            }
        }
    }
    let events = [
        ("deliberation/src/matter/mod.rs", "MatterEvent", "matter"),
        ("deliberation/src/meeting/mod.rs", "MeetingEvent", "meeting"),
        ("deliberation/src/rule/mod.rs", "RuleEvent", "rule"),
    ];
    for (path, of, prefix) in events {
        for name in names(path, of) {
            let kind = format!("{prefix}.{name}");
            let (zh, en) = (phrases::entry_kind(Lang::Zh, &kind), phrases::entry_kind(Lang::En, &kind));
            if zh == phrases::entry_kind(Lang::Zh, "nothing.known") {
                found.push(format!("event {kind} has no words"));
            }
            right(&format!("event {kind}"), &zh, &en, &mut found);
        }
    }
    for kind in KINDS {
        for body in [
            "council",
            "joint-committees",
            "representative-assembly",
            "residents-assembly",
            "residents-committee",
            "supervision-committee",
            "party-organization",
        ] {
            let (zh, en) = (standing::body(Lang::Zh, kind, body), standing::body(Lang::En, kind, body));
            right(&format!("body {body}"), &zh, &en, &mut found);
            if kind == CommunityKind::Village && zh.contains('居') {
                found.push(format!("body {body} of a village: {zh}"));
            }
        }
    }
    for capacity in Capacity::ALL {
        let (zh, en) = (phrases::capacity(Lang::Zh, *capacity), phrases::capacity(Lang::En, *capacity));
        right(&format!("capacity {}", capacity.code()), &zh, &en, &mut found);
    }
    for kind in DutyKind::ALL {
        let said = kind.describe();
        right("duty", &said.zh, &said.en, &mut found);
    }
    for action in Action::ALL {
        if let Some(wrong) = wrong_zh(action.name_zh()) {
            found.push(format!("action {}: {wrong}", action.code()));
        }
    }
    for next in [
        "suggest",
        "propose",
        "review",
        "consult",
        "party-study",
        "joint-deliberation",
        "resolve",
        "file",
        "disclose-decision",
        "implement",
        "disclose-outcome",
    ] {
        for class in [MatterClass::Ordinary, MatterClass::Major] {
            let stage = phrases::stage(next);
            let (zh, en) = (Lang::Zh.stage(stage, class), Lang::En.stage(stage, class));
            right(&format!("stage {next}"), zh, en, &mut found);
        }
    }
    assert!(found.is_empty(), "{} without words:\n{}", found.len(), found.join("\n"));
}

/// A refusal of the machines: its code and both texts, with what is put in at run time left out.
fn refusals(path: &str) -> Vec<(String, String, String)> {
    let text = source(path);
    let table = text.split("refusals! {").nth(1).unwrap_or_else(|| panic!("{path}: no refusals"));
    let mut found = Vec::new();
    for entry in table.split(") = \"").skip(1) {
        let strings: Vec<&str> = entry.split('"').collect();
        // code " , " zh " , " en " ; …
        let (Some(code), Some(zh), Some(en)) = (strings.first(), strings.get(2), strings.get(4)) else {
            continue;
        };
        found.push(((*code).to_owned(), (*zh).to_owned(), (*en).to_owned()));
    }
    assert!(!found.is_empty(), "{path}: no refusal was found");
    found
}

/// The text without what stands between braces.
fn bare(text: &str) -> String {
    let mut out = String::new();
    let mut depth = 0_u32;
    for letter in text.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            letter if depth == 0 => out.push(letter),
            _ => {}
        }
    }
    out
}

/// Values that would put a code or an id among the words.
const RAW: [&str; 5] = ["{code}", "{state}", "{id}", "{person}", "{pointer}"];

#[test]
fn no_refusal_of_the_machines_shows_a_code_or_the_wrong_language() {
    let mut found = Vec::new();
    let tables =
        ["deliberation/src/refusals.rs", "identity/src/bodies/refusals.rs", "identity/src/convening.rs"];
    for path in tables {
        for (code, zh, en) in refusals(path) {
            right(&code, &bare(&zh), &bare(&en), &mut found);
            for raw in RAW {
                if zh.contains(raw) || en.contains(&format!("`{raw}`")) {
                    found.push(format!("{code}: puts {raw} among the words: {zh} | {en}"));
                }
            }
        }
    }
    assert!(found.is_empty(), "{} refusals:\n{}", found.len(), found.join("\n"));
}

/// The texts in both languages that the application and the pages write themselves: a string with Chinese in it has no
/// word of code in it.
#[test]
fn no_chinese_text_of_the_application_holds_code() {
    let mut found = Vec::new();
    // What the edge says of headers and of JSON is for programs, which read neither.
    let folders = ["server/app/src", "server/src/portal"];
    for folder in folders {
        for file in std::fs::read_dir(kernel().join(folder)).expect("a folder").flatten() {
            let path = file.path();
            if path.extension().is_none_or(|kind| kind != "rs") || path.ends_with("words_test.rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a source");
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
                for piece in line.split('"').skip(1).step_by(2) {
                    let piece = bare(&piece.replace("\\n", " "));
                    if piece.chars().any(is_han)
                        && let Some(wrong) = wrong_zh(&piece)
                    {
                        found.push(format!("{}: {wrong}: {piece}", path.display()));
                    }
                }
            }
        }
    }
    assert!(found.is_empty(), "{} texts:\n{}", found.len(), found.join("\n"));
}
