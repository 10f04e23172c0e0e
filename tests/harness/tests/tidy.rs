//! House rules as tests: what may depend on what, what a document lists, what nothing committed may hold.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace root")
}

fn metadata() -> Value {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--offline", "--locked"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON")
}

/// Everything a package needs to be built, by name, without what only its tests need.
fn needs(metadata: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let names: BTreeMap<&str, &str> = metadata["packages"]
        .as_array()
        .expect("packages")
        .iter()
        .map(|package| (package["id"].as_str().expect("id"), package["name"].as_str().expect("name")))
        .collect();
    let direct: BTreeMap<&str, Vec<&str>> = metadata["resolve"]["nodes"]
        .as_array()
        .expect("nodes")
        .iter()
        .map(|node| {
            let needed = node["deps"].as_array().expect("deps").iter().filter(|dep| {
                dep["dep_kinds"].as_array().expect("kinds").iter().any(|kind| kind["kind"].is_null())
            });
            (node["id"].as_str().expect("id"), needed.map(|dep| dep["pkg"].as_str().expect("pkg")).collect())
        })
        .collect();
    metadata["workspace_members"]
        .as_array()
        .expect("members")
        .iter()
        .map(|member| {
            let member = member.as_str().expect("id");
            let mut seen = BTreeSet::new();
            let mut open = vec![member];
            while let Some(id) = open.pop() {
                for &next in &direct[id] {
                    if seen.insert(next) {
                        open.push(next);
                    }
                }
            }
            (names[member].to_owned(), seen.into_iter().map(|id| names[id].to_owned()).collect())
        })
        .collect()
}

/// What a package reaches when it is built by itself: features that only other packages turn on do not count.
fn alone(package: &str) -> BTreeSet<String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args([
            "tree",
            "--offline",
            "--locked",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
            "-p",
            package,
        ])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("utf-8");
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn pure_crates_know_no_runtime_database_web_or_wasm() {
    let banned =
        ["tokio", "sqlx", "axum", "hyper", "wasmtime", "getrandom", "rand", "reqwest", "async-trait"];
    for pure in [
        "yishi-canonical",
        "yishi-strict-json",
        "yishi-law",
        "yishi-identity",
        "yishi-deliberation",
        "yishi-record",
        "yishi-roster",
        "yishi-verify",
    ] {
        let reached = alone(pure);
        assert!(reached.contains(pure), "cargo tree said nothing of `{pure}`");
        for bad in banned {
            assert!(!reached.contains(bad), "`{pure}` must stay pure, and reaches `{bad}`");
        }
    }
}

#[test]
fn arrows_point_one_way() {
    let needs = needs(&metadata());
    let ours = |package: &str| -> BTreeSet<String> {
        needs[package].iter().filter(|name| name.starts_with("yishi-")).cloned().collect()
    };
    let only = |package: &str, allowed: &[&str]| {
        let extra: Vec<String> =
            ours(package).into_iter().filter(|name| !allowed.contains(&name.as_str())).collect();
        assert!(extra.is_empty(), "`{package}` must not reach {extra:?}");
    };
    only("yishi-words", &[]);
    only("yishi-strict-json", &["yishi-canonical", "yishi-words"]);
    only("yishi-schema", &["yishi-canonical", "yishi-words", "yishi-strict-json"]);
    only("yishi-law", &["yishi-canonical", "yishi-words"]);
    only("yishi-record", &["yishi-canonical"]);
    only("yishi-verify", &["yishi-canonical", "yishi-words", "yishi-law", "yishi-record"]);
    only(
        "yishi-rulebook",
        &["yishi-canonical", "yishi-words", "yishi-schema", "yishi-strict-json", "yishi-law"],
    );
    only("yishi-identity", &["yishi-canonical", "yishi-words", "yishi-law"]);
    only("yishi-deliberation", &["yishi-canonical", "yishi-words", "yishi-law", "yishi-identity"]);
    let pure = [
        "yishi-canonical",
        "yishi-words",
        "yishi-schema",
        "yishi-strict-json",
        "yishi-law",
        "yishi-record",
        "yishi-identity",
        "yishi-deliberation",
    ];
    only("yishi-acts", &pure);
    only("yishi-views", &pure);
    only("yishi-roster", &[&pure[..], &["yishi-views"]].concat());
    only("yishi-portal", &[&pure[..], &["yishi-acts", "yishi-views"]].concat());
    only("yishi-sdk", &[]);
    for plugin in [
        "village-charter",
        "residents-convention",
        "collective-spending",
        "clean-home",
        "customs",
        "template",
    ] {
        only(plugin, &["yishi-sdk"]);
    }
    for (package, reached) in &needs {
        let server = reached.contains("yishi-server");
        assert!(!server, "`{package}` must not reach `yishi-server`: nothing imports the server");
    }
}

#[test]
fn one_sqlx_one_sqlite_no_openssl() {
    let metadata = metadata();
    let count = |name: &str| {
        metadata["packages"]
            .as_array()
            .expect("packages")
            .iter()
            .filter(|package| package["name"] == name)
            .count()
    };
    assert_eq!(count("sqlx"), 1);
    assert_eq!(count("libsqlite3-sys"), 1);
    for bad in ["openssl", "openssl-sys", "native-tls", "wasmtime-wasi"] {
        assert_eq!(count(bad), 0, "`{bad}` is in the build");
    }
}

/// Rules are listed by their folder, not one by one.
fn is_house(package: &Value) -> bool {
    let rule = package["manifest_path"].as_str().expect("path").contains("/plugins/");
    !rule || package["name"].as_str().expect("name").starts_with("yishi-")
}

#[test]
fn the_architecture_page_lists_every_crate_and_every_decision() {
    let page = std::fs::read_to_string(root().join("kernel/ARCHITECTURE.md")).expect("the page");
    let metadata = metadata();
    let members: BTreeSet<&str> = metadata["workspace_members"]
        .as_array()
        .expect("members")
        .iter()
        .filter_map(|id| {
            metadata["packages"].as_array().expect("packages").iter().find(|package| package["id"] == *id)
        })
        .filter(|package| is_house(package))
        .map(|package| package["name"].as_str().expect("name"))
        .collect();
    for member in &members {
        assert!(page.contains(&format!("| `{member}` |")), "kernel/ARCHITECTURE.md does not list `{member}`");
    }
    for line in page.lines().filter(|line| line.starts_with("| `")) {
        let named = line.split('`').nth(1).expect("a name in back-ticks");
        assert!(members.contains(named), "kernel/ARCHITECTURE.md lists `{named}`, which is no crate");
    }
    for entry in std::fs::read_dir(root().join("kernel/decisions")).expect("decisions") {
        let name = entry.expect("entry").file_name().into_string().expect("utf-8");
        assert!(page.contains(&name[..4]), "kernel/ARCHITECTURE.md does not mention decision {name}");
    }
}

/// Files that git tracks, with their text.
fn tracked() -> Vec<(String, String)> {
    let output = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output().expect("git runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout)
        .expect("utf-8 names")
        .split('\0')
        .filter(|name| !name.is_empty())
        .filter_map(|name| {
            std::fs::read_to_string(root().join(name)).ok().map(|text| (name.to_owned(), text))
        })
        .collect()
}

#[test]
fn the_top_level_is_fixed() {
    let allowed = [
        "Cargo.toml",
        "Cargo.lock",
        "kernel",
        "plugins",
        "sdk",
        "schemas",
        "tests",
        "README.md",
        "LICENSE",
        "Dockerfile",
    ];
    for (name, _) in tracked() {
        let top = name.split('/').next().expect("a name");
        assert!(top.starts_with('.') || allowed.contains(&top), "`{top}` does not belong at the top level");
    }
}

#[test]
fn nothing_names_the_machine_it_was_written_on() {
    // Written in pieces, so that this file does not find itself.
    let places = ["work/", "root/", "farm/", "tmp/bash_jobs"].map(|rest| format!("/{rest}"));
    for (name, text) in tracked() {
        let checked =
            [".rs", ".toml", ".md", ".json", ".sh", ".html", ".sql"].iter().any(|end| name.ends_with(end));
        if !checked {
            continue;
        }
        for place in &places {
            // A path segment inside a longer relative path is no machine's path.
            let found = text.match_indices(place.as_str()).any(|(at, _)| {
                !text[..at]
                    .chars()
                    .next_back()
                    .is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '}' | '*' | '>'))
            });
            assert!(!found, "`{name}` holds the machine path `{place}`");
        }
    }
}

#[test]
fn source_files_say_what_they_are_for_and_leave_nothing_open() {
    let unfinished = ["todo!(", "unimplemented!(", "#[ignore"].map(|start| start.to_owned());
    for (name, text) in tracked().into_iter().filter(|(name, _)| name.ends_with(".rs")) {
        if name.ends_with("tests/tidy.rs") {
            continue;
        }
        let first = text.lines().next().unwrap_or_default();
        assert!(first.starts_with("//!"), "`{name}` does not begin by saying what it is for");
        for mark in &unfinished {
            assert!(!text.contains(mark.as_str()), "`{name}` holds `{mark}`");
        }
    }
}

/// Families of words whose codes come from outside as text, or that give a type a second word: no type is declared by them.
const OPEN_FAMILIES: [&str; 6] =
    ["community-word", "domain", "between-steps", "ordinary-step", "matter-duty-undone", "contract-field"];

/// The type that a line of source declares with a family of words, as `coded!` and the contract's enumerations write it.
fn declared_with_words(line: &str) -> Option<(String, String)> {
    let line = line.trim();
    let line = line.strip_prefix("pub enum ").or(line.strip_prefix("enum ")).unwrap_or(line);
    let (name, rest) = line.split_once(": \"")?;
    let (family, rest) = rest.split_once('"')?;
    let is_type = name.starts_with(char::is_uppercase) && name.chars().all(char::is_alphanumeric);
    (is_type && rest.trim_start().starts_with('{')).then(|| (name.to_owned(), family.to_owned()))
}

/// Every family of the vocabulary belongs to a type that is declared with it, and a test of that type's crate holds that
/// both name the same codes.
#[test]
fn every_family_of_the_vocabulary_is_declared_and_held() {
    let path = root().join("schemas/vocabulary.json");
    let words: Value =
        serde_json::from_str(&std::fs::read_to_string(path).expect("vocabulary")).expect("JSON");
    let families = words["families"].as_array().expect("families").iter();
    let families: BTreeSet<_> = families.map(|family| family["family"].as_str().expect("a code")).collect();
    assert!(families.len() > 30, "{families:?}");
    let sources: Vec<_> = tracked()
        .into_iter()
        .filter(|(name, _)| name.starts_with("kernel/") && name.ends_with(".rs"))
        .map(|(_, text)| text)
        .collect();
    // The words' own examples and tests declare types that exist nowhere else.
    let declared: BTreeMap<_, _> = sources
        .iter()
        .flat_map(|text| text.lines())
        .filter_map(declared_with_words)
        .filter(|(_, family)| families.contains(family.as_str()))
        .collect();
    let held = |name: &str| {
        let tests = ["", "wire::"].map(|path| format!("differences::<{path}{name}>()"));
        sources.iter().any(|text| tests.iter().any(|test| text.contains(test.as_str())))
    };
    let loose: Vec<_> = declared.keys().filter(|name| !held(name)).collect();
    assert!(loose.is_empty(), "no test holds the words of {loose:?}");
    let of_types: BTreeSet<_> = declared.values().map(String::as_str).collect();
    let strays: Vec<_> = families
        .iter()
        .filter(|family| !of_types.contains(*family) && !OPEN_FAMILIES.contains(family))
        .collect();
    assert!(strays.is_empty(), "no type is declared with {strays:?}");
    let closed: Vec<_> = OPEN_FAMILIES.iter().filter(|family| !families.contains(*family)).collect();
    assert!(closed.is_empty(), "the vocabulary has no {closed:?}");
}

/// The most hand-written files of the product that name one act: its machine's command and decision, its own file, the list
/// of its kind, and the words.
const FILES_AN_ACT: usize = 5;

/// The variants of the acts a machine declares, with their codes.
fn acts_of(command: &str) -> Vec<(String, String)> {
    let declared =
        command.split("coded! {").nth(1).and_then(|rest| rest.split("\n}\n").next()).unwrap_or_default();
    let line = |line: &str| {
        let (variant, code) = line.trim().strip_suffix("\",")?.split_once(" = \"")?;
        Some((variant.to_owned(), code.to_owned()))
    };
    declared.lines().filter_map(line).collect()
}

/// The variants of the acts of the house, with their codes.
fn acts_of_the_house(list: &str) -> Vec<(String, String)> {
    let declared =
        list.split("\nhouse! {").nth(1).and_then(|rest| rest.split("\n}\n").next()).unwrap_or_default();
    let line = |line: &str| {
        let (variant, code) = line.trim().split_once(" = \"")?;
        Some((variant.to_owned(), code.split_once('"')?.0.to_owned()))
    };
    declared.lines().filter_map(line).collect()
}

/// Whether a name stands in a text by itself, and is not the beginning of a longer one.
fn names(text: &str, name: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_');
    text.match_indices(name).any(|(at, _)| ends(&text[at + name.len()..]))
}

#[test]
fn an_act_is_named_in_at_most_five_files() {
    let product: Vec<(String, String)> = tracked()
        .into_iter()
        .filter(|(path, _)| path.starts_with("kernel/") && path.ends_with(".rs"))
        .filter(|(path, _)| !["/tests/", "/samples/", "/examples/"].iter().any(|part| path.contains(part)))
        .map(|(path, text)| {
            (path, text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned())
        })
        .collect();
    let (mut counted, mut found) = (0, BTreeMap::new());
    for (kind, of) in
        [("matter", "Matter"), ("meeting", "Meeting"), ("rule", "Rule"), ("case", "Case"), ("house", "House")]
    {
        let list = format!("kernel/acts/src/{kind}/mod.rs");
        // The house has no machine: its list declares the acts.
        let machine = match kind {
            "house" => list.clone(),
            kind => format!("kernel/deliberation/src/{kind}/command.rs"),
        };
        let command = product.iter().find(|(path, _)| *path == machine).expect("the machine's commands");
        let acts = if kind == "house" { acts_of_the_house(&command.1) } else { acts_of(&command.1) };
        for (variant, code) in acts {
            let act = format!("{of}Act::{variant}");
            let said = [act.clone(), format!("{of}Command::{variant}")];
            // A code that is one word is a word of many other things.
            let quoted = code.contains('-').then(|| format!("\"{code}\""));
            let mut files: BTreeSet<&str> = product
                .iter()
                .filter(|(_, text)| {
                    said.iter().any(|name| names(text, name))
                        || quoted.as_ref().is_some_and(|code| text.contains(code))
                })
                .map(|(path, _)| path.as_str())
                .collect();
            files.extend([machine.as_str(), "schemas/vocabulary.json"]);
            let own = format!("kernel/acts/src/{kind}/");
            if files.iter().any(|path| path.starts_with(&own)) {
                files.insert(&list);
            }
            counted += 1;
            // The steps of the procedure have codes of their own, and one of them is the same word.
            let most = if act == "MatterAct::DiscloseOutcome" { FILES_AN_ACT + 2 } else { FILES_AN_ACT };
            if files.len() > most {
                found.insert(act, files.len());
            }
        }
    }
    assert!(counted > 50, "only {counted} acts found");
    assert!(found.is_empty(), "acts named in more files than {FILES_AN_ACT}: {found:?}");
}

#[test]
fn the_readme_shows_the_two_commands_and_ci_calls_the_second() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("README.md");
    assert!(readme.contains("cargo xtask demo") && readme.contains("cargo xtask test"));
    let ci = std::fs::read_to_string(root().join(".ci/run")).expect(".ci/run");
    assert!(ci.contains("cargo xtask test"));
}
