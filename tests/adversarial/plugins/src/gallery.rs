//! The bad ones. Each is a whole file; the first group must be refused, the second contained.

use serde_json::json;

use crate::forge::{CONTRACT, Forge, with_section};
use crate::manifests;

/// A charter that lacks `vet`.
#[must_use]
pub fn missing_export() -> Vec<u8> {
    Forge::new("charter").without("vet").build()
}

/// A charter built against a later version of the contract.
#[must_use]
pub fn wrong_version(version: &str) -> Vec<u8> {
    let contract = CONTRACT.replace("yishi:rule@1.0.0", &format!("yishi:rule@{version}"));
    let mut manifest = manifests::charter();
    manifest["wit"] = json!(version);
    Forge::new("charter").contract(&contract).manifest(&manifest).build()
}

/// A charter that also imports a WASI interface, as builds for wasm32-wasip2 do.
#[must_use]
pub fn wasi_import() -> Vec<u8> {
    let contract = format!(
        "{}\npackage wasi:clocks@0.2.0 {{ interface wall-clock {{ now: func() -> u64; }} }}\n",
        CONTRACT.replace("world charter {", "world charter {\n    import wasi:clocks/wall-clock@0.2.0;")
    );
    Forge::new("charter")
        .contract(&contract)
        .body("check", "(drop (call $wall-clock.now)) (i32.const EMPTY)")
        .build()
}

/// A charter that imports `records`, which only implementation rules may read.
#[must_use]
pub fn ungranted_interface() -> Vec<u8> {
    let contract = CONTRACT.replace("world charter {", "world charter {\n    import records;");
    Forge::new("charter")
        .contract(&contract)
        .items("(func $read (result i64) (call $records.points-total (i32.const 0) (i32.const 0)))")
        .body("check", "(drop (call $read)) (i32.const EMPTY)")
        .build()
}

/// A charter that imports a function of `log` that does not exist in 1.0.0.
#[must_use]
pub fn unknown_function() -> Vec<u8> {
    let contract = CONTRACT.replace("interface log {", "interface log {\n    flush: func() -> u32;");
    Forge::new("charter")
        .contract(&contract)
        .body("check", "(drop (call $log.flush)) (i32.const EMPTY)")
        .build()
}

/// A charter whose `classify` has another result than the contract says.
#[must_use]
pub fn wrong_type() -> Vec<u8> {
    let contract = CONTRACT.replace("matter: matter) -> option<classification>", "matter: matter) -> string");
    Forge::new("charter").contract(&contract).build()
}

/// A core module, not a component.
#[must_use]
pub fn core_module() -> Vec<u8> {
    Forge::new("charter").core_module()
}

/// A file cut off in the middle.
#[must_use]
pub fn truncated() -> Vec<u8> {
    let mut bytes = Forge::new("charter").build();
    bytes.truncate(bytes.len() / 2);
    bytes
}

/// A component with two manifests.
#[must_use]
pub fn two_manifests() -> Vec<u8> {
    let once = Forge::new("charter").build();
    with_section(&once, "yishi:manifest", b"{}")
}

/// A component with 128 KiB of junk beside its manifest.
#[must_use]
pub fn junk_sections() -> Vec<u8> {
    with_section(&Forge::new("charter").build(), "junk", &vec![0x20; 128 << 10])
}

/// A component with one function of some 400 KiB: cheap to send, dear to compile.
#[must_use]
pub fn huge_function() -> Vec<u8> {
    let body = "(drop (i32.add (i32.const 1) (i32.const 2)))".repeat(50_000);
    Forge::new("charter").items(&format!("(func {body})")).build()
}

/// A module that asks for more memory at the start than a rule may ever have.
#[must_use]
pub fn huge_memory() -> Vec<u8> {
    Forge::new("charter").pages(60_000).build()
}

/// A module with relaxed SIMD, whose results depend on the machine; it is off.
#[must_use]
pub fn relaxed_simd() -> Vec<u8> {
    Forge::new("charter")
        .items("(func (drop (i8x16.relaxed_swizzle (v128.const i64x2 0 0) (v128.const i64x2 0 0))))")
        .build()
}

/// An endless loop in `terms`.
#[must_use]
pub fn endless_loop() -> Vec<u8> {
    Forge::new("charter").body("terms", "(loop $l (br $l)) unreachable").build()
}

/// An endless loop in the start function.
#[must_use]
pub fn start_loop() -> Vec<u8> {
    Forge::new("charter").items("(func $start (loop $l (br $l))) (start $start)").build()
}

/// A start function that traps.
#[must_use]
pub fn start_trap() -> Vec<u8> {
    Forge::new("charter").items("(func $start unreachable) (start $start)").build()
}

/// Asks for memory until it is refused, then traps as Rust guests do.
#[must_use]
pub fn memory_bomb() -> Vec<u8> {
    Forge::new("charter")
        .body(
            "terms",
            "(loop $l (br_if $l (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) unreachable",
        )
        .build()
}

/// Asks for memory for ever and does not mind being refused.
#[must_use]
pub fn growth_flood() -> Vec<u8> {
    Forge::new("charter")
        .body("terms", "(loop $l (drop (memory.grow (i32.const 16))) (br $l)) unreachable")
        .build()
}

/// Fills memory for ever.
#[must_use]
pub fn fill_flood() -> Vec<u8> {
    Forge::new("charter")
        .pages(32)
        .body(
            "terms",
            "(loop $l (memory.fill (i32.const 8192) (i32.const 1) (i32.const 2000000)) (br $l)) unreachable",
        )
        .build()
}

/// Traps at once.
#[must_use]
pub fn trap() -> Vec<u8> {
    Forge::new("charter").body("terms", "unreachable").build()
}

/// Recurses without end.
#[must_use]
pub fn deep_recursion() -> Vec<u8> {
    Forge::new("charter")
        .items("(func $down (param i64) (result i64) (i64.add (i64.const 1) (call $down (i64.add (local.get 0) (i64.const 1)))))")
        .body("terms", "(drop (call $down (i64.const 0))) (i32.const EMPTY)")
        .build()
}

/// Calls the host for ever.
#[must_use]
pub fn host_call_flood() -> Vec<u8> {
    Forge::new("charter")
        .body(
            "terms",
            "(loop $l (call $log.write (i32.const 0) (i32.const 0) (i32.const 0)) (br $l)) unreachable",
        )
        .build()
}

/// Writes one log line of a mebibyte.
#[must_use]
pub fn huge_log_line() -> Vec<u8> {
    Forge::new("charter")
        .pages(32)
        .body("terms", "(call $log.write (i32.const 0) (i32.const 0) (i32.const 1048576)) (i32.const EMPTY)")
        .build()
}

/// Answers with a text that points beyond its memory.
#[must_use]
pub fn wild_pointer() -> Vec<u8> {
    Forge::new("charter")
        .body("check", "(i32.store (i32.const 1024) (i32.const -16)) (i32.store (i32.const 1028) (i32.const 9)) (i32.const EMPTY)")
        .build()
}

/// Answers with four hundred thousand empty findings: tiny for the guest, huge for the host.
#[must_use]
pub fn many_findings() -> Vec<u8> {
    Forge::new("charter")
        .pages(224)
        .body("check", "(i32.store (i32.const 1024) (i32.const 65536)) (i32.store (i32.const 1028) (i32.const 400000)) (i32.const EMPTY)")
        .build()
}

/// Answers with a finding whose text has 100 KiB: more than is kept, less than what may cross at once.
#[must_use]
pub fn long_finding() -> Vec<u8> {
    Forge::new("charter")
        .answer("check", json!([{ "weight": "advise", "code": "long", "message": crate::manifests::both(&"长".repeat(33_000)), "because": ["Z1"] }]))
        .build()
}

/// Answers with a text that is not UTF-8.
#[must_use]
pub fn not_utf8() -> Vec<u8> {
    // A finding is 36 bytes: weight, code, message in two languages, because.
    Forge::new("charter")
        .items("(data (i32.const 2048) \"\\ff\\fe\\fd\")")
        .body(
            "check",
            "(i32.store (i32.const 1024) (i32.const 3000)) (i32.store (i32.const 1028) (i32.const 1))
             (i32.store (i32.const 3004) (i32.const 2048)) (i32.store (i32.const 3008) (i32.const 3)) (i32.const EMPTY)",
        )
        .build()
}

/// Asks for a representative assembly quorum of a half, where the law wants two thirds (V6).
#[must_use]
pub fn below_the_floor() -> Vec<u8> {
    manifests::good_charter()
        .answer_when(
            "terms",
            "query.body",
            "representative-assembly",
            json!({ "quorum": {
                "share": { "comparison": "at-least", "numerator": 1, "denominator": 2 }, "because": ["Z5"]
            } }),
        )
        .build()
}

/// Demands a quorum and names no article.
#[must_use]
pub fn uncited() -> Vec<u8> {
    let mut terms = manifests::council_terms();
    terms["quorum"]["because"] = json!([]);
    Forge::new("charter").answer("terms", terms).build()
}

/// Cites an article that is not in its text.
#[must_use]
pub fn unknown_article() -> Vec<u8> {
    let mut terms = manifests::council_terms();
    terms["passes"]["because"] = json!(["Z99"]);
    Forge::new("charter").answer("terms", terms).build()
}

/// A regulation that forbids, which regulations cannot.
#[must_use]
pub fn forbidding_regulation() -> Vec<u8> {
    Forge::new("village-regulation")
        .answer("check", json!([{ "weight": "forbid", "code": "no", "message": crate::manifests::both("不许"), "because": ["Z1"] }]))
        .build()
}

/// Remembers, in a global, how often it was asked, and answers with it.
#[must_use]
pub fn counting() -> Vec<u8> {
    Forge::new("charter")
        .items("(global $asked (mut i32) (i32.const 0)) (data (i32.const 2048) \"Z5\")")
        .body(
            "terms",
            // notice-days is the third field of `terms`: quorum 24 bytes, passes 28, then its own option.
            "(global.set $asked (i32.add (global.get $asked) (i32.const 1)))
             (i32.store8 (i32.const 1076) (i32.const 1))
             (i32.store (i32.const 1080) (global.get $asked))
             (i32.store (i32.const 1084) (i32.const 3000))
             (i32.store (i32.const 1088) (i32.const 1))
             (i32.store (i32.const 3000) (i32.const 2048))
             (i32.store (i32.const 3004) (i32.const 2))
             (i32.const EMPTY)",
        )
        .build()
}
