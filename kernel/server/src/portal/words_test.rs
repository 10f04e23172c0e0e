//! Every code of the machines has words in both languages, and no refusal shows a code or the wrong language.
use yishi_portal::{Lang, Speak as _};

use std::path::{Path, PathBuf};

use yishi_app::entry_kind::HouseEvent;
use yishi_deliberation::matter::DutyKind;
use yishi_deliberation::{
    CaseAct, CaseEventKind, CaseStatus, MatterAct, MatterEventKind, MeetingEventKind, RuleAct, RuleEventKind,
};
use yishi_identity::Capacity;
use yishi_law::{BodyKind, TrackStage};
use yishi_portal::context::{CommunityKind, MatterClass};
use yishi_rulebook::{FailureCode, RefusalCode};

use super::{phrases, standing};

const KINDS: [CommunityKind; 2] = [CommunityKind::Village, CommunityKind::Urban];

fn kernel() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn source(path: &str) -> String {
    std::fs::read_to_string(kernel().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn is_han(letter: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&letter)
}

/// Words that are the same in both languages: names of formats, of the product, and of its own numbering.
const LATIN: [&str; 23] = [
    "CSV",
    "UTF",
    "JSON",
    "WASM",
    "wasm",
    "GBK",
    "GB",
    "XLSX",
    "xlsx",
    "PDF",
    "ID",
    "KiB",
    "MiB",
    "U",
    "R",
    "V",
    "P",
    "E",
    "T",
    "WPS",
    "KB",
    "WebAssembly",
    "yishi",
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

/// What a page says of every code of the machines and of the policy table, in both kinds of community.
#[test]
fn every_command_event_stage_body_capacity_and_duty_has_words() {
    let mut found = Vec::new();
    let mut say = |what: String, zh: &str, en: &str| right(&what, zh, en, &mut found);
    let (zh, en) = (Lang::Zh, Lang::En);
    for act in MatterAct::ALL {
        say(format!("act {}", act.code()), act.term().zh, act.term().en);
    }
    for act in CaseAct::ALL {
        say(format!("act {}", act.code()), act.term().zh, act.term().en);
    }
    for status in CaseStatus::ALL {
        say(format!("status {}", status.code()), status.term().zh, status.term().en);
    }
    for act in RuleAct::ALL {
        say(format!("act {}", act.code()), act.term().zh, act.term().en);
    }
    let events = MatterEventKind::ALL.iter().map(|kind| format!("matter.{}", kind.code()));
    let events = events.chain(MeetingEventKind::ALL.iter().map(|kind| format!("meeting.{}", kind.code())));
    let events = events.chain(RuleEventKind::ALL.iter().map(|kind| format!("rule.{}", kind.code())));
    let events = events.chain(CaseEventKind::ALL.iter().map(|kind| format!("case.{}", kind.code())));
    for kind in events.chain(HouseEvent::ALL.iter().map(|kind| kind.code().to_owned())) {
        let (zh, en) = (phrases::entry_kind(zh, &kind), phrases::entry_kind(en, &kind));
        assert_ne!(zh, phrases::entry_kind(Lang::Zh, "nothing.known"), "event {kind} has no words");
        say(format!("event {kind}"), &zh, &en);
    }
    for kind in KINDS {
        for body in BodyKind::ALL {
            let (zh, en) = (standing::body(zh, kind, *body), standing::body(en, kind, *body));
            say(format!("body {}", body.code()), &zh, &en);
            assert!(kind != CommunityKind::Village || !zh.contains('居'), "body of a village: {zh}");
        }
    }
    for capacity in Capacity::ALL {
        let (zh, en) = (zh.any_capacity(*capacity), en.any_capacity(*capacity));
        say(format!("capacity {}", capacity.code()), &zh, &en);
    }
    for kind in DutyKind::ALL {
        let undone = kind.undone();
        say("duty".to_owned(), &undone.zh, &undone.en);
    }
    for stage in TrackStage::ALL {
        for class in MatterClass::ALL {
            say(format!("{stage:?}"), &zh.stage(stage, *class), &en.stage(stage, *class));
        }
    }
    assert!(found.is_empty(), "{} without words:\n{}", found.len(), found.join("\n"));
}

/// What is not in the words of the other kind of community: a village has villagers, a community residents.
fn of_the_other_kind(kind: CommunityKind, zh: &str) -> bool {
    match kind {
        CommunityKind::Village => {
            zh.contains("居民") && !["户籍居民", "本村居民"].iter().any(|own| zh.contains(own))
        }
        CommunityKind::Urban => zh.contains("村民"),
    }
}

/// Every word of the vocabulary, whatever it is of: states, acts, events, bodies, capacities, results, duties, terms.
#[test]
fn no_word_of_the_vocabulary_is_a_code_in_either_kind_of_community() {
    /// English words that their codes were taken from.
    const HYPHENATED: [&str; 1] = ["vice-chair"];
    let mut found = Vec::new();
    for family in yishi_words::families() {
        for entry in &family.terms {
            for kind in KINDS {
                let (term, what) = (entry.term_in(kind), format!("{}/{}", family.code, entry.code));
                right(&what, term.zh, term.en, &mut found);
                if term.en == entry.code && entry.code.contains('-') && !HYPHENATED.contains(&term.en) {
                    found.push(format!("{what}: its English is its code"));
                }
                if (entry.village.is_some() || entry.urban.is_some()) && of_the_other_kind(kind, term.zh) {
                    found.push(format!("{what}: {} in a {}", term.zh, kind.code()));
                }
            }
        }
    }
    assert!(found.is_empty(), "{} words:\n{}", found.len(), found.join("\n"));
}

/// What is said of a file that is no rule, of a rule that gives no answer, and of whatever the server itself refuses.
#[test]
fn no_refusal_of_the_shelf_the_host_or_the_server_shows_a_code() {
    /// Faults of programs, which know no page: headers, media types, JSON.
    const OF_PROGRAMS: [&str; 9] = [
        "encoding",
        "bad-host",
        "duplicate-cookie",
        "idempotency-key-required",
        "bad-idempotency-key",
        "idempotency-running",
        "idempotency-mismatch",
        "length-required",
        "precondition-required",
    ];
    let mut found = Vec::new();
    for code in FailureCode::ALL {
        right(code.as_str(), code.zh(), code.en(), &mut found);
    }
    for code in RefusalCode::ALL {
        right(code.as_str(), code.zh(), code.en(), &mut found);
    }
    for code in yishi_edge::codes::ALL.iter().filter(|code| !OF_PROGRAMS.contains(&code.code)) {
        right(code.code, code.zh, code.en, &mut found);
    }
    assert!(found.is_empty(), "{} refusals:\n{}", found.len(), found.join("\n"));
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
    let tables = [
        "deliberation/src/refusals.rs",
        "identity/src/bodies/refusals.rs",
        "identity/src/convening.rs",
        "identity/src/roster.rs",
        "identity/src/quota.rs",
    ];
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
