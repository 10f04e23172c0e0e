//! A busy machine: answers take longer and are the same, and what is too much is said at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use yishi_bad_plugins::{Forge, manifests};
use yishi_harness::kernel::PASSWORD;
use yishi_harness::stage::plain_settings;
use yishi_harness::{
    Affair, Assembly, Built, Client, PaperAdoption, Place, PlaceSpec, Stage, Votes, artifacts, roster, texts,
};

const MARCH: &str = "2026-03-02T09:00:00+08:00";
/// Readers at the same time.
const READERS: usize = 16;
/// How often each reads, so that the test has an end whatever the machine does.
const READINGS: usize = 2;

/// Threads that compute for nothing, four for each processor, until this is dropped.
struct Load(Arc<AtomicBool>, Vec<std::thread::JoinHandle<()>>);

impl Load {
    fn on_every_processor() -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        let threads = (0..processors * 4)
            .map(|_| {
                let done = Arc::clone(&done);
                std::thread::spawn(move || {
                    while !done.load(Ordering::Relaxed) {
                        std::hint::spin_loop();
                    }
                })
            })
            .collect();
        Self(done, threads)
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
        for thread in self.1.drain(..) {
            // A thread that only spins has nothing to panic about.
            let _ = thread.join();
        }
    }
}

/// A rule that thinks before it says that it has nothing to say: most of what one answer may compute.
fn thorough() -> Built {
    let body = "(local $n i32)
        (local.set $n (i32.const 7000000))
        (loop $l (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))) (i32.const EMPTY)";
    let bytes = Forge::new("implementation-rule").body("check", body).build();
    artifacts::forged(bytes)
}

/// Reads a rule again and again. Every answer is the one of a quiet machine.
async fn reader(client: Client, path: String, calm: Value) -> Result<()> {
    for _ in 0..READINGS {
        let reply = client.get(&path).await?;
        ensure!(reply.status == 200, "{}: {}", reply.status, reply.text);
        for key in ["changes", "effects", "unanswered", "clause_review", "headings", "settings", "summary"] {
            ensure!(
                reply.json[key] == calm[key],
                "`{key}` is another on a busy machine: {}",
                reply.json[key]
            );
        }
    }
    Ok(())
}

/// A quarter of a second on the wall clock used to stop a rule: with both processors taken, rule pages said "nothing
/// stricter than the law", and steps of a matter were answered "busy, try again".
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_and_a_vote_on_a_busy_machine_get_the_answers_of_a_quiet_one() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = stage.town.community(&PlaceSpec::village("云岭村", "yunling", 60)).await?;
    let charter = artifacts::test_plugin("plain-charter")?;
    let charter =
        place.attest(&charter, Some(&plain_settings("in-office", 15)), &PaperAdoption::JANUARY).await?;
    let rule = charter["summary"]["id"].as_str().context("no id")?;
    let path = place.path(&format!("/rules/{rule}"));
    place.attest(&thorough(), None, &PaperAdoption::JANUARY).await?;
    let calm = stage.city.visitor.get(&path).await?.ok()?;
    ensure!(calm["changes"].as_array().is_some_and(|changes| !changes.is_empty()), "{calm}");

    let load = Load::on_every_processor();
    let readers: Vec<_> = (0..READERS)
        .map(|_| tokio::spawn(reader(stage.city.visitor.clone(), path.clone(), calm.clone())))
        .collect();
    // Meanwhile a matter takes every step that asks the charter, and the council votes on it one by one.
    let affair = Affair { title: "整治三组沟渠", domain: "sanitation", ..texts::coal_stoves() };
    let matter = place.bring_forward(&place.resident, &affair).await?;
    let sitting = place.council_sitting(1);
    let votes = Votes::entered(&sitting.present, &[("yes", 9), ("no", 1)]);
    let decided = place.decide(&matter, &sitting, &votes).await?;
    ensure!(decided.decision["finding"]["result"] == "passed", "{}", decided.decision["finding"]);
    for reader in readers {
        reader.await??;
    }
    drop(load);
    Ok(())
}

/// Components that take the compiler a while, each another.
fn slow(number: usize) -> Vec<u8> {
    let body = "(drop (i32.add (i32.const 1) (i32.const 2)))".repeat(400);
    let functions = format!("(func {body})").repeat(150);
    let mut manifest = manifests::village_regulation();
    manifest["version"] = json!(format!("1.0.{number}"));
    Forge::new("village-regulation").manifest(&manifest).items(&functions).build()
}

async fn upload(client: Client, place: Place, bytes: Vec<u8>) -> Result<yishi_harness::Reply> {
    client.upload(&place.path("/shelf"), "application/wasm", bytes).await
}

/// Six hundred uploads of one town used to take gigabytes and every thread there was: another town's upload and signing in
/// timed out for minutes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_towns_uploads_stop_nobody_else() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = stage.town.community(&PlaceSpec::village("云岭村", "yunling", 60)).await?;
    let neighbour = stage.town.community(&PlaceSpec::village("柳塘村", "liutang", 60)).await?;
    let town = stage.city.town("河口镇", "320582105", "hekou").await?;
    let elsewhere = town.community(&PlaceSpec::village("河口村", "hekoucun", 60)).await?;

    let (files, more): (Vec<_>, Vec<_>) = ((0..24).map(slow).collect(), [slow(999), slow(1_000)].to_vec());
    let flood: Vec<_> = files
        .into_iter()
        .enumerate()
        .map(|(n, file)| {
            let to = if n % 2 == 0 { &place } else { &neighbour };
            tokio::spawn(upload(stage.town.admin.clone(), to.clone(), file))
        })
        .collect();
    // Somebody signs in, and another town uploads, while they wait.
    let signed = stage.city.visitor.sign_in("yunling-chair", PASSWORD).await;
    signed.context("signing in while uploads wait")?;
    let other = upload(town.admin.clone(), elsewhere.clone(), more[0].clone()).await?;
    ensure!(other.status == 201, "another town: {} {}", other.status, other.text);
    let (mut taken, mut full) = (0, 0);
    for one in flood {
        let reply = one.await??;
        match reply.status.as_u16() {
            201 => taken += 1,
            429 => {
                ensure!(reply.code() == "check-line-full", "{}", reply.text);
                ensure!(reply.headers.contains_key("retry-after"), "{:?}", reply.headers);
                full += 1;
            }
            _ => anyhow::bail!("{}: {}", reply.status, reply.text),
        }
    }
    ensure!(taken >= 1 && full >= 1, "{taken} taken, {full} told to come back");
    // Who was told to come back is taken when they do.
    let again = upload(stage.town.admin.clone(), place.clone(), more[1].clone()).await?;
    ensure!(again.status == 201, "{} {}", again.status, again.text);
    Ok(())
}

/// Checks of what is on the shelf used to slow everybody down together, and some were answered 500.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn checks_of_the_shelf_take_turns() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = stage.town.community(&PlaceSpec::village("云岭村", "yunling", 60)).await?;
    let charter = artifacts::plugin("village-charter")?;
    place.shelve(&charter).await?;
    let path = place.path(&format!("/shelf/{}/check", charter.digest));
    let checks: Vec<_> = (0..30)
        .map(|_| {
            let (clerk, path) = (place.clerk.clone(), path.clone());
            tokio::spawn(async move {
                let settings = json!({"settings": {}});
                clerk.send(reqwest::Method::POST, &path, Some(&settings), &[]).await
            })
        })
        .collect();
    let mut full = 0;
    for check in checks {
        let reply = check.await??;
        match reply.status.as_u16() {
            // Settings that lack everything are refused by the schema, after their turn.
            200 | 422 => {}
            429 | 503 => {
                ensure!(reply.code() == "check-line-full" && reply.headers.contains_key("retry-after"));
                full += 1;
            }
            _ => anyhow::bail!("{}: {}", reply.status, reply.text),
        }
    }
    ensure!(full > 0, "the line has an end");
    Ok(())
}

/// A few kilobytes of schema whose references double at each level held the server for ever.
#[tokio::test]
async fn a_schema_that_doubles_itself_is_refused_at_the_shelf() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let place = stage.town.community(&PlaceSpec::village("云岭村", "yunling", 60)).await?;
    let mut definitions = serde_json::Map::new();
    for level in 0..40 {
        let next = json!({"$ref": format!("#/$defs/d{}", level + 1)});
        definitions
            .insert(format!("d{level}"), json!({"type": "object", "properties": {"a": next, "b": next}}));
    }
    definitions.insert("d40".to_owned(), json!({"type": "string"}));
    let schema = json!({"type": "object", "properties": {"x": {"$ref": "#/$defs/d0"}}, "$defs": definitions});
    for pointer in ["/settings/schema", "/cases/0/form"] {
        let mut manifest = manifests::implementation_rule();
        *manifest.pointer_mut(pointer).context("a schema")? = schema.clone();
        let bytes = Forge::new("implementation-rule").manifest(&manifest).build();
        let refused = upload(stage.town.admin.clone(), place.clone(), bytes).await?;
        refused.refused(422, "schema-refused").with_context(|| pointer.to_owned())?;
    }
    Ok(())
}

/// How long the middle one of some readings takes.
#[expect(clippy::disallowed_methods, reason = "the time a reading takes is what is measured")]
async fn reading_takes(client: &Client, path: &str) -> Result<std::time::Duration> {
    let mut took = Vec::new();
    for _ in 0..9 {
        let begun = std::time::Instant::now();
        let reply = client.get(path).await?;
        ensure!(reply.status == 200, "{path}: {} {}", reply.status, reply.text);
        took.push(begun.elapsed());
    }
    took.sort_unstable();
    Ok(took[took.len() / 2])
}

/// Each view of an assembly folded every arrival and vote again and made the roll of everybody anew: a page cost more with
/// everybody who came, and while people voted nobody could read.
#[tokio::test]
async fn what_reading_a_sitting_costs_does_not_grow_with_those_who_come() -> Result<()> {
    let stage = Stage::open(MARCH).await?;
    let roster = roster::adults(600, 2_400);
    let place =
        stage.town.community(&PlaceSpec { roster, ..PlaceSpec::village("云岭村", "yunling", 300) }).await?;
    let charter = artifacts::test_plugin("plain-charter")?;
    let paper = PaperAdoption { counts: [600, 520, 450, 50, 20], ..PaperAdoption::JANUARY };
    place.attest(&charter, Some(&plain_settings("in-office", 15)), &paper).await?;
    let sitting_on = async |matter: &str, assembly: &Assembly<'_>| -> Result<[String; 3]> {
        let (meeting, held_on) = place.convene(assembly, &[matter]).await?;
        place.open_meeting(&meeting, held_on, &assembly.present).await?;
        let ballot = place.open_ballot(&meeting, matter).await?;
        for person in assembly.present.iter().take(10) {
            let vote = json!({"choice": "yes", "voter": person.id, "channel": "meeting"});
            place.clerk.post(&place.path(&format!("/ballots/{ballot}/votes")), &vote).await?.ok()?;
        }
        Ok([
            place.path(&format!("/meetings/{meeting}")),
            place.path(&format!("/ballots/{ballot}")),
            format!("/c/{}/ballots/{ballot}", place.id),
        ])
    };
    let ordinary = place.bring_forward(&place.resident, &texts::coal_stoves()).await?;
    let few = sitting_on(&ordinary, &place.council_sitting(0)).await?;
    let affair = Affair { class: "major", ..texts::coal_stoves() };
    let major = place.bring_forward(&place.resident, &affair).await?;
    place.submit_to(&major, "residents-assembly", None).await?;
    let present = place.adults();
    let everybody = Assembly { body: "residents-assembly", mode: "persons", present, notice_days: 12 };
    let many = sitting_on(&major, &everybody).await?;
    for (few, many) in few.iter().zip(&many) {
        let small = reading_takes(&place.resident, few).await?;
        let large = reading_takes(&place.resident, many).await?;
        println!("{few}: {small:?} where 11 have come, {large:?} where 2,400 have");
        // Two hundred times as many people: a little more is compared and sent, and nothing is worked out again.
        ensure!(large < small * 3 + std::time::Duration::from_millis(5), "{many}: {large:?} after {small:?}");
    }
    Ok(())
}
