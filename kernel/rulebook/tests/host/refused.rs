//! Files that are not taken, each with its own code and words that name the fault.

use serde_json::json;
use yishi_bad_plugins::{Forge, gallery, manifests, with_section};
use yishi_rulebook::{PluginRefusal, RefusalCode, RuleSet};

use crate::world::{ctx, floor, rulebook};

fn refusal(bytes: &[u8]) -> PluginRefusal {
    rulebook().load(bytes).expect_err("the file is refused")
}

fn check(name: &str, bytes: &[u8], code: RefusalCode, names: &[&str]) {
    let refusal = refusal(bytes);
    assert_eq!(refusal.code, code, "{name}: {refusal}");
    let told = format!("{} {}", refusal.message_en, refusal.detail);
    for word in names {
        assert!(told.contains(word), "{name}: `{word}` is not in `{told}`");
        assert!(refusal.message_zh.contains(code.zh()), "{name}: {}", refusal.message_zh);
    }
    // What is only for the author stands apart: no sentence for people is half in another language.
    let apart = !refusal.message_zh.contains("作者请看") && !refusal.message_zh.contains(&refusal.detail);
    assert!(apart || refusal.detail == refusal.detail_zh, "{name}: {}", refusal.message_zh);
}

#[test]
fn files_that_are_no_components() {
    check("empty", b"", RefusalCode::Empty, &[]);
    check("a page", b"<!DOCTYPE html><p>404</p>", RefusalCode::NotWasm, &[]);
    check("text form", b"(component)", RefusalCode::NotWasm, &["text"]);
    check("machine code", b"\x7fELF\x02\x01\x01\0rest", RefusalCode::PrecompiledForbidden, &["ELF"]);
    check("four bytes", b"\0asm", RefusalCode::Malformed, &["offset 4"]);
    check("core module", &gallery::core_module(), RefusalCode::NotComponent, &["builder"]);
    check("truncated", &gallery::truncated(), RefusalCode::Malformed, &["offset"]);
    check("too large", &vec![0; (2 << 20) + 1], RefusalCode::TooLarge, &["2097153"]);
}

/// A page in Chinese said "（作者请看：made for [Urban]）" and "it does not begin with `\\0asm`".
#[test]
fn a_refusal_is_whole_in_both_languages() {
    let page = refusal(b"<!DOCTYPE html><p>404</p>");
    assert_eq!(page.detail_zh, "文件不是以 `\\0asm` 开头");
    assert_eq!(page.detail, "it does not begin with `\\0asm`");
    for words in [&page.message_zh, &page.message_en] {
        assert!(!words.contains("\\0asm"), "what is for the author stands apart: {words}");
    }
    let mut manifest = manifests::charter();
    manifest["communities"] = json!(["urban"]);
    let convention = manifests::good_charter().manifest(&manifest).build();
    let refused = rulebook().shelve(&convention, &ctx(), floor(), &RuleSet::default(), None);
    let refused = refused.expect_err("it is for the other kind of community");
    assert_eq!(refused.code, RefusalCode::WrongCommunityKind);
    assert_eq!(refused.message_zh, "规则不适用于这类社区：它是为城市社区写的");
    assert_eq!(
        refused.message_en,
        "the rule does not suit this kind of community: it is made for urban communities"
    );
}

#[test]
fn every_cut_of_a_file_is_refused_and_never_panics() {
    let whole = Forge::new("village-regulation").build();
    for length in (0..whole.len()).step_by(37) {
        assert!(rulebook().inspect(&whole[..length]).is_err(), "cut at {length}");
    }
}

#[test]
fn every_flipped_byte_is_refused_or_makes_another_valid_file() {
    let whole = Forge::new("village-regulation").build();
    let digest = rulebook().inspect(&whole).expect("the whole file is fine").digest;
    for at in (0..whole.len()).step_by(11) {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x41;
        if let Ok(other) = rulebook().inspect(&flipped) {
            assert_ne!(other.digest, digest, "a flipped byte at {at} kept the digest");
        }
    }
}

#[test]
fn components_that_do_not_fit_the_contract() {
    check("missing export", &gallery::missing_export(), RefusalCode::MissingExport, &["vet", "charter"]);
    check("newer major", &gallery::wrong_version("2.0.0"), RefusalCode::WitVersion, &["2.0.0", "1.0.0"]);
    check("newer minor", &gallery::wrong_version("1.1.0"), RefusalCode::WitVersion, &["1.1.0", "1.0.0"]);
    check("older", &gallery::wrong_version("0.9.0"), RefusalCode::WitVersion, &["0.9.0", "1.0.0"]);
    check(
        "wasi",
        &gallery::wasi_import(),
        RefusalCode::UndeclaredImport,
        &["wasi:clocks/wall-clock@0.2.0", "wasm32-unknown-unknown"],
    );
    check(
        "ungranted",
        &gallery::ungranted_interface(),
        RefusalCode::UndeclaredImport,
        &["yishi:rule/records"],
    );
    check("unknown function", &gallery::unknown_function(), RefusalCode::UndeclaredImport, &["flush"]);
}

#[test]
fn files_that_are_too_much() {
    check("huge function", &gallery::huge_function(), RefusalCode::StaticLimit, &["function", "offset"]);
    check("huge memory", &gallery::huge_memory(), RefusalCode::StaticLimit, &["memory", "60000"]);
    check("relaxed simd", &gallery::relaxed_simd(), RefusalCode::FeatureDisabled, &["relaxed"]);
    check("junk", &gallery::junk_sections(), RefusalCode::CustomSectionBudget, &["junk"]);
    let mut tiny = Forge::new("charter").build();
    for _ in 0..100 {
        tiny = with_section(&tiny, "x", b"");
    }
    check("many sections", &tiny, RefusalCode::CustomSectionBudget, &["64"]);
}

#[test]
fn manifests_that_are_not_usable() {
    let bare = Forge::new("charter").component();
    check("none", &bare, RefusalCode::ManifestMissing, &["yishi:manifest"]);
    check("two", &gallery::two_manifests(), RefusalCode::ManifestRepeated, &["2"]);
    let with = |bytes: &[u8]| Forge::new("charter").raw_manifest(bytes).build();
    check("not json", &with(b"hello"), RefusalCode::ManifestInvalid, &[]);
    check(
        "twice the same key",
        &with(br#"{"name":"a","name":"b"}"#),
        RefusalCode::ManifestInvalid,
        &["`name`"],
    );
    check("deep", &with("[".repeat(20_000).as_bytes()), RefusalCode::ManifestInvalid, &[]);

    let changed = |path: &str, value: serde_json::Value| {
        let mut manifest = manifests::charter();
        *manifest.pointer_mut(path).expect("a member") = value;
        Forge::new("charter").manifest(&manifest).build()
    };
    check("bad name", &changed("/name", json!("Bad Name")), RefusalCode::ManifestInvalid, &["/name"]);
    check("other wit", &changed("/wit", json!("1.0.7")), RefusalCode::WitVersion, &["1.0.7", "1.0.0"]);
    check(
        "an article twice",
        &changed("/headings/1/articles/0/id", json!("Z1")),
        RefusalCode::ManifestInvalid,
        &["Z1", "twice"],
    );
    check(
        "a scenario of no article",
        &changed("/scenarios/0/article", json!("Z77")),
        RefusalCode::ManifestInvalid,
        &["Z77"],
    );
    check(
        "a gate of another world",
        &changed("/gates", json!(["handle"])),
        RefusalCode::ManifestInvalid,
        &["gates"],
    );
    check(
        "a heading that is no heading of a charter",
        &changed("/headings/0/id", json!("fines")),
        RefusalCode::ManifestInvalid,
        &["headings"],
    );
    let asking = |mut manifest: serde_json::Value, kind: &str, matters: serde_json::Value| {
        manifest["matters"] = matters;
        Forge::new(kind).manifest(&manifest).build()
    };
    let form = json!({ "type": "object" });
    check(
        "a charter that asks for one domain",
        &asking(manifests::charter(), "charter", json!([{ "domain": "roads", "form": form }])),
        RefusalCode::ManifestInvalid,
        &["matters"],
    );
    check(
        "a rule that asks about what it does not speak to",
        &asking(
            manifests::implementation_rule(),
            "implementation-rule",
            json!([{ "domain": "roads", "form": form }]),
        ),
        RefusalCode::ManifestInvalid,
        &["roads"],
    );
    check(
        "a matter form that reaches out",
        &asking(
            manifests::charter(),
            "charter",
            json!([{ "evidence": { "type": "object", "$ref": "https://example.org/s.json" } }]),
        ),
        RefusalCode::SchemaRefused,
        &["example.org"],
    );
    check(
        "a schema that reaches out",
        &changed("/settings/schema", json!({ "type": "object", "$ref": "https://example.org/s.json" })),
        RefusalCode::SchemaRefused,
        &["example.org"],
    );
    check(
        "a class this host does not allow",
        &{
            let mut manifest = manifests::charter();
            manifest["resources"] = json!("large");
            Forge::new("charter").manifest(&manifest).build()
        },
        RefusalCode::StaticLimit,
        &["Large"],
    );
}

/// A few kilobytes whose references double at each level: building a validator of it never ended, at the upload or at
/// the first case.
#[test]
fn schemas_that_stand_for_more_than_may_be_compiled() {
    let mut definitions = serde_json::Map::new();
    for level in 0..14 {
        let next = json!({ "$ref": format!("#/$defs/d{}", level + 1) });
        definitions
            .insert(format!("d{level}"), json!({ "type": "object", "properties": { "a": next, "b": next } }));
    }
    definitions.insert("d14".to_owned(), json!({ "type": "string" }));
    let doubling = json!({
        "type": "object", "properties": { "x": { "$ref": "#/$defs/d0" } }, "$defs": definitions
    });
    assert!(doubling.to_string().len() < 5_000);
    let mut manifest = manifests::implementation_rule();
    manifest["records"] = json!([{ "kind": "r", "title": { "zh-CN": "记录", "en": "record" }, "schema": { "type": "object" } }]);
    manifest["cases"] =
        json!([{ "kind": "c", "title": { "zh-CN": "办件", "en": "case" }, "form": { "type": "object" } }]);
    manifest["matters"] =
        json!([{ "form": { "type": "object" }, "evidence": { "type": "object" }, "domain": "sanitation" }]);
    for place in
        ["/settings/schema", "/records/0/schema", "/cases/0/form", "/matters/0/form", "/matters/0/evidence"]
    {
        let mut manifest = manifest.clone();
        *manifest.pointer_mut(place).expect("a schema") = doubling.clone();
        let bytes = Forge::new("implementation-rule").manifest(&manifest).build();
        check(place, &bytes, RefusalCode::SchemaRefused, &["10000"]);
    }
    // Many that are allowed one by one.
    let some: Vec<_> = (0..32)
        .map(|n| {
            let patterns: Vec<_> = (0..40).map(|m| json!({ "pattern": format!("^{n}-{m}$") })).collect();
            json!({ "kind": format!("r{n}"), "title": { "zh-CN": "记录", "en": "record" }, "schema": { "type": "object", "anyOf": patterns } })
        })
        .collect();
    manifest["records"] = json!(some);
    let bytes = Forge::new("implementation-rule").manifest(&manifest).build();
    check("together", &bytes, RefusalCode::SchemaRefused, &["together"]);
}

/// Direction overrides and control characters of a manifest used to reach public pages.
#[test]
fn nothing_hidden_stands_in_a_manifest() {
    for place in [
        "/title/zh-CN",
        "/summary/zh-CN",
        "/publisher",
        "/headings/0/articles/0/text/zh-CN",
        "/scenarios/0/title/zh-CN",
    ] {
        for hidden in ["\u{202e}", "\u{200b}", "\u{1b}[2J", "\u{2066}", "\u{e863}"] {
            let mut manifest = manifests::charter();
            *manifest.pointer_mut(place).unwrap_or_else(|| panic!("{place}")) =
                json!(format!("好{hidden}的"));
            let bytes = Forge::new("charter").manifest(&manifest).build();
            let refusal = refusal(&bytes);
            assert_eq!(refusal.code, RefusalCode::HiddenText, "{place}: {refusal}");
            assert!(refusal.detail.contains(place) && refusal.detail.contains("U+"), "{refusal}");
            let told = [&refusal.message_zh, &refusal.message_en, &refusal.detail, &refusal.detail_zh];
            assert!(!told.iter().any(|words| words.contains(hidden)), "{refusal:?}");
        }
    }
}

/// Each wrong file has one code, says in Chinese what the town does now, and names for the author what is wrong.
#[test]
fn wrong_files_say_what_to_do() {
    // As `cargo build --target wasm32-wasip2` makes it: no manifest, and imports of WASI.
    let wasip2 = Forge::new("charter")
        .contract(&format!(
            "{}\npackage wasi:cli@0.2.0 {{ interface environment {{ now: func() -> u64; }} }}\n",
            yishi_bad_plugins::CONTRACT
                .replace("world charter {", "world charter {\n    import wasi:cli/environment@0.2.0;")
        ))
        .body("check", "(drop (call $environment.now)) (i32.const EMPTY)")
        .component();
    check(
        "wasip2",
        &wasip2,
        RefusalCode::UndeclaredImport,
        &["wasi:cli/environment@0.2.0", "wasm32-unknown-unknown"],
    );
    let empty = [b"\0asm".as_slice(), &[0x0d, 0, 1, 0]].concat();
    check("an empty component", &empty, RefusalCode::ManifestMissing, &["builder"]);
    let of_another = Forge::new("charter")
        .raw_manifest(&serde_json::to_vec(&manifests::village_regulation()).expect("JSON"))
        .build();
    check("the manifest of another kind", &of_another, RefusalCode::MissingExport, &["appraise", "builder"]);
    for bytes in [
        wasip2,
        empty,
        b"hello".to_vec(),
        gallery::core_module(),
        gallery::truncated(),
        gallery::wrong_version("1.1.0"),
    ] {
        let refusal = refusal(&bytes);
        assert!(refusal.message_zh.contains("请"), "it does not say what to do: {}", refusal.message_zh);
    }
}

#[test]
fn plugins_that_cannot_be_started() {
    check("start loop", &gallery::start_loop(), RefusalCode::InitTrap, &["budget"]);
    check("start trap", &gallery::start_trap(), RefusalCode::InitTrap, &["unreachable"]);
}

#[test]
fn a_refused_file_leaves_nothing_behind() {
    let book = rulebook();
    let bytes = gallery::start_trap();
    assert!(book.load(&bytes).is_err());
    assert!(!book.is_loaded(&yishi_canonical::Digest::of(&bytes)));
    assert!(book.shelve(&bytes, &ctx(), floor(), &yishi_rulebook::RuleSet::default(), None).is_err());
}
