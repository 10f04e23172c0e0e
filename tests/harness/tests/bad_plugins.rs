//! Bad plugins uploaded through the API: each is refused with a stable code in both languages, and nothing of it stays.

use anyhow::{Result, ensure};
use serde_json::json;
use yishi_bad_plugins::{gallery, manifests};
use yishi_harness::{PlaceSpec, Stage, artifacts};

#[tokio::test]
async fn bad_plugins_are_refused_with_clear_codes_and_the_town_goes_on() -> Result<()> {
    let stage = Stage::open("2026-03-02T09:00:00+08:00").await?;
    let place = stage.town.community(&PlaceSpec::village("云岭村", "yunling", 60)).await?;
    let gate = "gate-failed";
    // Name, file, code of the refusal, and a word that must be in its particulars.
    let table: [(&str, Vec<u8>, &str, &str); 11] = [
        ("missing export", gallery::missing_export(), "missing-export", "vet"),
        ("later contract", gallery::wrong_version("2.0.0"), "wit-version", "2.0.0"),
        ("WASI import", gallery::wasi_import(), "undeclared-import", "wasi:clocks"),
        ("core module", gallery::core_module(), "not-component", ""),
        ("cut off", gallery::truncated(), "malformed", ""),
        ("endless loop", gallery::endless_loop(), gate, "budget-exceeded"),
        ("memory bomb", gallery::memory_bomb(), gate, "memory-limit"),
        ("trap", gallery::trap(), gate, "trap"),
        ("oversized answer", oversized(), gate, "answer-limit"),
        ("below the floor", gallery::below_the_floor(), "laxer-than-floor", "V6"),
        ("no citation", gallery::uncited(), gate, "uncited-answer"),
    ];
    for (name, bytes, code, word) in table {
        let path = place.path("/shelf");
        let reply = place.town.admin.upload(&path, "application/wasm", bytes).await?;
        ensure!(reply.status.as_u16() == 422, "{name}: {} {}", reply.status, reply.text);
        ensure!(reply.code() == code, "{name}: expected `{code}`: {}", reply.text);
        ensure!(reply.text.contains(word), "{name}: `{word}` is not named: {}", reply.text);
        let title = reply.json["title"].as_str().unwrap_or_default();
        ensure!(!title.is_empty(), "{name}: no words in {}", reply.text);
    }
    let shelf = place.town.admin.get(&place.path("/shelf")).await?.ok()?;
    ensure!(shelf.to_string().matches("digest").count() == 0, "something bad is on the shelf: {shelf}");
    // A good one still goes through, in the same process.
    place.shelve(&artifacts::plugin("clean-home")?).await?;
    Ok(())
}

#[tokio::test]
async fn only_the_town_puts_plugins_on_the_shelf() -> Result<()> {
    let stage = Stage::open("2026-03-02T09:00:00+08:00").await?;
    let place = stage.town.community(&PlaceSpec::village("云岭村", "yunling", 60)).await?;
    let plugin = artifacts::plugin("clean-home")?;
    for client in [&place.clerk, &place.resident] {
        let reply = client.upload(&place.path("/shelf"), "application/wasm", plugin.bytes.clone()).await?;
        reply.refused(403, "not-permitted")?;
    }
    let reply =
        stage.city.visitor.upload(&place.path("/shelf"), "application/wasm", plugin.bytes.clone()).await?;
    reply.refused(401, "not-signed-in")?;
    Ok(())
}

/// A charter in order but for the length of what it says when somebody is admitted: 100 KB.
fn oversized() -> Vec<u8> {
    let answer = json!({"admitted": true, "code": "long", "message": manifests::both(&"长".repeat(33_000)), "because": ["Z2"]});
    manifests::good_charter().answer("admit", answer).build()
}
