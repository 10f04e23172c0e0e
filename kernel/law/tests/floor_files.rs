//! The law files: their form, their agreement with one another, and what is in force when.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use jiff::civil::{Date, date};
use serde_json::{Value, json};
use yishi_canonical::Digest;
use yishi_law::{Authority, BodyKind, CommunityKind, Direction, FloorId, Law, LawError, Subject, Words};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../schemas/law")
}

fn file(name: &str) -> Value {
    let text = fs::read_to_string(folder().join(name)).expect("the law file is there");
    serde_json::from_str(&text).expect("the law file is JSON")
}

fn files() -> Vec<(String, Value)> {
    let mut names: Vec<String> = fs::read_dir(folder())
        .expect("schemas/law is there")
        .map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".json") && name != "floor.schema.json")
        .collect();
    names.sort();
    names.into_iter().map(|name| (name.clone(), file(&name))).collect()
}

fn id(text: &str) -> FloorId {
    text.parse().expect("a floor id")
}

#[test]
fn every_file_satisfies_the_schema() {
    let schema = file("floor.schema.json");
    jsonschema::meta::validate(&schema).expect("the schema is itself valid JSON Schema");
    let validator = jsonschema::draft202012::new(&schema).expect("the schema compiles");
    let files = files();
    assert_eq!(files.len(), Law::embedded().documents().count() + 1, "a file is not embedded");
    for (name, value) in &files {
        let faults: Vec<String> =
            validator.iter_errors(value).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(faults.is_empty(), "{name}: {faults:#?}");
    }
}

#[test]
fn the_schema_refuses_what_it_should() {
    let validator = jsonschema::draft202012::new(&file("floor.schema.json")).expect("the schema compiles");
    let refused = |pointer: &str, value: Value| {
        let mut text = file("village-2025.json");
        *text.pointer_mut(pointer).expect("the pointer leads somewhere") = value;
        !validator.is_valid(&text)
    };
    let comparison = "/entries/0/clauses/0/demand/quorum/comparison";
    assert!(!refused(comparison, json!("at-least")), "the pointer must not refuse by itself");
    assert!(refused(comparison, json!("over")));
    assert!(refused("/entries/0/clauses/0/demand/quorum/fraction/numerator", json!(0.5)));
    assert!(refused("/entries/0/clauses/0/demand/kind", json!("meeting-by-show-of-hands")));
    assert!(refused("/entries/0/id", json!("村1")));
    assert!(refused("/valid_from", json!("1 January 2026")));
}

/// Reads the shipped files with one of them changed.
fn with_change(name: &str, change: impl Fn(&mut Value)) -> Result<Law, LawError> {
    let texts: Vec<String> = files()
        .into_iter()
        .filter(|(other, _)| other != "rulings.json")
        .map(|(other, mut value)| {
            if other == name {
                change(&mut value);
            }
            value.to_string()
        })
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    Law::from_json(&texts, &file("rulings.json").to_string())
}

fn fault(name: &str, pointer: &str, value: &Value) -> String {
    let changed = with_change(name, |text| {
        let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
        match text.pointer_mut(parent).expect("the pointer leads somewhere") {
            Value::Array(items) => items[key.parse::<usize>().expect("an index")] = value.clone(),
            object => object[key] = value.clone(),
        }
    });
    match changed.expect_err("the change must be refused") {
        LawError::Inconsistent { text, fault } => format!("{text}: {fault}"),
        LawError::Json { source, .. } => source.to_string(),
        other => panic!("{other}"),
    }
}

#[test]
fn the_loader_refuses_files_that_contradict_themselves() {
    assert!(with_change("none", |_| {}).is_ok());
    let village = "village-2025.json";
    assert!(fault(village, "/entries/0/clauses/0/article", &json!("99")).contains("cites article 99"));
    assert!(
        fault(village, "/entries/0/directions", &json!(["fix"])).contains("does not say that it moves Up")
    );
    assert!(fault(village, "/entries/1/id", &json!("V1")).contains("entry V1 stands twice"));
    assert!(fault(village, "/entries/1/clauses/0/demand/rulings", &json!(["R99"])).contains("R99"));
    assert!(fault(village, "/valid_from", &json!("2025-12-01")).contains("overlaps"));
    assert!(fault(village, "/articles/1/number", &json!("1")).contains("article 1 stands twice"));
    assert!(fault(village, "/schema", &json!(2)).contains("format 2"));
    assert!(fault("village-2018.json", "/valid_to", &json!("2018-01-01")).contains("ends before it begins"));
    assert!(
        fault("rural-collective-2024.json", "/entries/0/id", &json!("V1")).contains("another text's too")
    );
    let fraction = "/entries/0/clauses/0/demand/quorum/fraction/numerator";
    assert!(fault(village, fraction, &json!(3)).contains("3/2 is more than the whole"));
    assert!(fault(village, "/entries/0/clauses/0/demand/quorum/surplus", &json!(1)).contains("surplus"));
}

#[test]
fn the_text_in_force_follows_the_date() {
    let law = Law::embedded();
    let at = |kind, date: Date| law.at(kind, date).map(yishi_law::FloorText::id);
    assert_eq!(at(CommunityKind::Village, date(2025, 12, 31)), Some("villagers-committee-organic-law-2018"));
    assert_eq!(at(CommunityKind::Village, date(2026, 1, 1)), Some("villagers-committee-organic-law-2025"));
    assert_eq!(at(CommunityKind::Urban, date(2025, 12, 31)), Some("residents-committee-organic-law-2018"));
    assert_eq!(at(CommunityKind::Urban, date(2030, 6, 1)), Some("residents-committee-organic-law-2025"));
    assert_eq!(at(CommunityKind::Village, date(2018, 12, 28)), None, "no text is loaded for that day");
    for text in law.stretches() {
        assert!(text.in_force(text.valid_from()));
        if let Some(last) = text.valid_to() {
            let next = law.at(text.kind(), yishi_law::days::add_days(last, 1));
            assert!(next.is_some_and(|next| next.valid_from() > last), "a gap after {last}");
        }
    }
}

#[test]
fn the_entries_asked_for_are_there_with_their_articles() {
    let law = Law::embedded();
    let check = |kind, date, wanted: &[(&str, &str)]| {
        let text = law.at(kind, date).expect("a text is in force");
        for (floor, article) in wanted {
            let (document, entry) = text.entry(&id(floor)).unwrap_or_else(|| panic!("{floor} is missing"));
            assert_eq!(entry.article, *article, "{floor}");
            assert!(document.article_text(article).is_some_and(|text| !text.is_empty()));
        }
    };
    check(
        CommunityKind::Village,
        date(2026, 1, 1),
        &[
            ("V1", "26"),
            ("V2", "26"),
            ("V3", "25"),
            ("V4", "28"),
            ("V5", "29"),
            ("V6", "30"),
            ("V7", "31"),
            ("V8", "32"),
            ("V9", "28"),
            ("V10", "33"),
            ("V18", "35"),
            ("E1", "26"),
            ("P5", "四（二）四"),
        ],
    );
    check(
        CommunityKind::Village,
        date(2025, 12, 31),
        &[
            ("V1", "22"),
            ("V2", "22"),
            ("V3", "21"),
            ("V4", "24"),
            ("V5", "25"),
            ("V6", "26"),
            ("V7", "27"),
            ("V8", "28"),
            ("V18", "30"),
        ],
    );
    check(
        CommunityKind::Urban,
        date(2026, 1, 1),
        &[
            ("U1", "27"),
            ("U2", "26"),
            ("U3", "29"),
            ("U4", "30"),
            ("U5", "30"),
            ("U6", "31"),
            ("U11", "34"),
            ("U13", "32"),
            ("P5", "四（二）四"),
        ],
    );
    check(CommunityKind::Urban, date(2025, 12, 31), &[("U1", "9"), ("U2", "10"), ("U4", "15"), ("U6", "15")]);
    let old = law.at(CommunityKind::Village, date(2025, 12, 31)).expect("in force");
    assert!(old.entry(&id("V9")).is_none(), "the party study came with the 2025 text");
}

#[test]
fn articles_are_quoted_in_full() {
    let law = Law::embedded();
    let text = law.at(CommunityKind::Village, date(2026, 3, 1)).expect("in force");
    assert_eq!(
        text.article_text("30"),
        Some(
            "村民代表会议由村民委员会召集。村民代表会议每季度召开一次。有五分之一以上的村民代表提议，应当召集村民代表会议。\n\
             村民代表会议有三分之二以上的组成人员参加方可召开，所作决定应当经到会人员的过半数同意。"
        )
    );
    let v6 = Authority::Statute {
        text: "villagers-committee-organic-law-2025".to_owned(),
        floor: id("V6"),
        article: "30".to_owned(),
    };
    assert_eq!(text.quote(&v6), text.article_text("30"));
    assert_eq!(
        v6.describe(law, &|_| None).zh,
        "《中华人民共和国村民委员会组织法（2025年修正）》第三十条（V6）"
    );
    assert_eq!(v6.short(&|_| None).en, "V6, art. 30");
    let p5 = Authority::Policy { id: id("P5") };
    assert!(text.quote(&p5).is_some_and(|quote| quote.contains("一般为7~15人")));
    // Every law has its last article, so no text was cut short.
    for (document, articles) in [
        ("villagers-committee-organic-law-2018", 41),
        ("villagers-committee-organic-law-2025", 50),
        ("residents-committee-organic-law-2018", 23),
        ("residents-committee-organic-law-2025", 50),
        ("rural-collective-economic-organisation-law-2024", 67),
        ("civil-code-2021", 5),
    ] {
        assert_eq!(
            law.document(document).map(|document| document.articles.len()),
            Some(articles),
            "{document}"
        );
    }
}

#[test]
fn figures_outside_terms_are_data_too() {
    let law = Law::embedded();
    let village = law.at(CommunityKind::Village, date(2026, 3, 1)).expect("in force");
    let composition = village.composition().expect("V5").value;
    assert!(composition.representatives.holds(36, 45) && !composition.representatives.holds(35, 45));
    assert!(composition.women.is_some_and(|women| women.holds(15, 45) && !women.holds(14, 45)));
    let representation = village.representation().expect("V5").value;
    assert!(representation.households.contains(15) && representation.or_by_groups);
    let committee = village.committee(BodyKind::ResidentsCommittee).expect("V22").value;
    assert!(committee.members.contains(3) && committee.members.contains(7) && !committee.members.contains(8));
    assert_eq!(committee.women, Some(1));
    let term = |body| village.term(body).expect("a term").value;
    assert_eq!(term(BodyKind::ResidentsCommittee).years, Some(5));
    assert_eq!(term(BodyKind::SupervisionCommittee).same_as, Some(BodyKind::ResidentsCommittee));
    let apart: Vec<_> = village.incompatible(BodyKind::ResidentsCommittee).map(|cited| cited.value).collect();
    assert_eq!(apart, [BodyKind::SupervisionCommittee]);
    let council = village.council().expect("P5").value;
    assert!(council.members.contains(7) && council.members.contains(15) && !council.members.contains(16));
    assert_eq!(village.disclosure().expect("V18").value.ordinary_every_months, Some(3));
    assert!(village.filing(Subject::Charter).is_some() && village.filing(Subject::General).is_none());

    // Example 6: 40 of 60 representatives are not more than two thirds in an election, 41 are.
    let urban = law.at(CommunityKind::Urban, date(2026, 3, 1)).expect("in force");
    let turnout = urban
        .elections()
        .find(|election| election.value.voters == yishi_law::Electorate::Representatives)
        .expect("U7")
        .value
        .turnout;
    assert!(!turnout.holds(40, 60) && turnout.holds(41, 60));
    assert!(urban.composition().expect("U3").value.women.is_none());

    // Example 13: before 2026 only near relatives, and no cap; since then anybody, up to three.
    let proxies = |date| {
        let text = law.at(CommunityKind::Village, date).expect("in force");
        let rule = text.proxies().next().expect("V15").value.clone();
        (rule.near_relatives_only, rule.cap, rule.candidates_barred)
    };
    assert_eq!(proxies(date(2025, 12, 20)), (true, None, false));
    assert_eq!(proxies(date(2026, 3, 20)), (false, Some(3), true));
}

#[test]
fn every_ruling_is_there_once_in_both_languages() {
    let law = Law::embedded();
    let ids: Vec<&str> = law.rulings().iter().map(|ruling| ruling.id.as_str()).collect();
    assert_eq!(ids, (1..=51).map(|number| format!("R{number}")).collect::<Vec<_>>());
    let han = |text: &str| text.chars().any(|letter| ('一'..='鿿').contains(&letter));
    for ruling in law.rulings() {
        for words in [&ruling.question, &ruling.ruling] {
            assert!(han(&words.zh), "{}: {}", ruling.id, words.zh);
            assert!(!han(&words.en) && !words.en.is_empty(), "{}: {}", ruling.id, words.en);
        }
        assert!(ruling.ruling.en.contains(' '), "{}: a sentence", ruling.id);
    }
    assert_eq!(
        (law.figure("R46", "notice_days"), law.figure("R48", "continuation_days")),
        (Some(3), Some(7))
    );
    let r10 = law.ruling("R10").expect("R10");
    assert!(r10.ruling.zh.contains("开始的当日不计入") && r10.ruling.en.contains("first day is not counted"));
}

/// Whatever a finding or a refusal of the kernel cites can be read in the table.
#[test]
fn every_ruling_that_is_cited_is_in_the_table() {
    let mut folders = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")];
    let mut cited = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of the kernel") {
            let path = entry.expect("readable").path();
            let in_tests = path.file_name().is_some_and(|name| name == "tests");
            if path.is_dir() && !in_tests {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("source is text");
                cited.extend(rulings_named(&text).map(str::to_owned));
            }
        }
    }
    assert!(cited.contains("R7") && cited.contains("R20"), "the search finds nothing: {cited:?}");
    let missing: Vec<_> = cited.iter().filter(|id| Law::embedded().ruling(id).is_none()).collect();
    assert!(missing.is_empty(), "cited and not in the table: {missing:?}");
}

/// The texts in a source that are the id of a ruling and nothing else.
fn rulings_named(source: &str) -> impl Iterator<Item = &str> {
    let is_id = |text: &&str| {
        let number = text.strip_prefix('R').unwrap_or_default();
        (1..=3).contains(&number.len()) && number.bytes().all(|digit| digit.is_ascii_digit())
    };
    source.split('"').filter(is_id)
}

#[test]
fn directions_say_what_a_local_rule_may_do() {
    let text = Law::embedded().at(CommunityKind::Village, date(2026, 3, 1)).expect("in force");
    let directions = |floor: &str| {
        let (_, entry) = text.entry(&id(floor)).expect("there");
        entry.directions.iter().copied().collect::<Vec<_>>()
    };
    assert_eq!(directions("V6"), [Direction::Up, Direction::Down]);
    assert_eq!(directions("V7"), [Direction::Fix]);
}

/// A finding cited the charter as `village-charter·议事-4`, in the middle of a sentence that villagers read.
#[test]
fn a_rule_is_cited_by_its_title_where_it_can_be_had() {
    let law = Law::embedded();
    let digest = Digest::of(b"charter");
    let cited = |article: &str| Authority::Plugin {
        name: "village-charter".to_owned(),
        digest,
        article: article.to_owned(),
    };
    let title = |component: &Digest| {
        (*component == digest).then(|| Words::new("村民自治章程", "Charter of a Village"))
    };
    assert_eq!(
        cited("议事-4").describe(law, &title),
        Words::new("《村民自治章程》议事-4", "“Charter of a Village”, 议事-4")
    );
    assert_eq!(cited("12").short(&title).zh, "《村民自治章程》第十二条");
    assert_eq!(cited("议事-4").short(&|_| None).zh, "village-charter·议事-4");
}
