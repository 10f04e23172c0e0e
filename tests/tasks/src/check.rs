//! `cargo xtask demo --check`: the product's main job, over HTTP, to its end; and a stranger verifies it.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};
use yishi_harness::{City, Decided, Kernel, Options, Place, PlaceSpec, artifacts, texts};

use crate::demo;
use crate::setup::Phase;

pub(crate) async fn run() -> Result<()> {
    demo::prepare()?;
    let phase = Phase::begin("the main job, end to end");
    tell().await?;
    phase.end();
    Ok(())
}

/// Tells the whole story on a server of its own, and prints what happened.
pub(crate) async fn tell() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let kernel = Kernel::start(Options {
        binary: artifacts::server()?,
        data: folder.path().join("data"),
        listen: "127.0.0.1:0".to_owned(),
        clock: Some(demo::BEGINS.to_owned()),
    })
    .await?;
    let city = City::of(&kernel).await?;
    let town = city.town("柳溪镇", "320582104", "liuxi").await?;
    let place = town.community(&PlaceSpec::village("云岭村", "yunling", 300)).await?;
    let faults = place.dry_run["errors"].as_array().map_or(0, Vec::len);
    println!("\n一、镇里建立云岭村");
    println!(
        "  名册先试导入，指出 {faults} 处错误；改正后导入 {} 人。选举登记五个机构。",
        place.people.len()
    );

    println!("\n二、表决通过《村民自治章程》（村民会议，户的代表，没有章程时只按法律）");
    let assembly = place.household_assembly(80);
    let votes = place.household_votes(&assembly, 9);
    let charter = artifacts::plugin("village-charter")?;
    let (_, decided, rule) =
        place.adopt_by_vote(&charter, None, texts::CHARTER_DRAFT, &assembly, &votes, None).await?;
    say(&decided)?;
    println!("  {} 起生效，组件摘要 {}", words(&rule["summary"]["in_force_from"]), charter.digest);

    println!("\n三、表决通过《环境卫生实施细则》（在章程之下）");
    let clean_home = artifacts::plugin("clean-home")?;
    let votes = place.household_votes(&assembly, 4);
    let (draft, decided, rule) =
        place.adopt_by_vote(&clean_home, None, texts::CLEAN_HOME_DRAFT, &assembly, &votes, None).await?;
    say(&decided)?;
    let comments = place.matter(&draft.matter).await?["comments"].clone();
    println!(
        "  征求意见 {comments} 条，其中有非户籍居民的；{} 起生效。",
        words(&rule["summary"]["in_force_from"])
    );
    inspect(&place, &draft.rule).await?;

    println!("\n四、一般事项：取缔小煤炉（建议、提议、审核、议事会决议、备案、公开、实施）");
    let choices = [("yes", 8), ("no", 1), ("abstain", 1)];
    let (stoves, decided) = place
        .ordinary_matter(&place.resident, &texts::coal_stoves(), 1, &choices, texts::COAL_STOVES_DONE)
        .await?;
    say(&decided)?;
    ended(&place, &stoves).await?;

    println!("\n五、重大事项：修路，每户自愿筹资二百元（按一般事项提出，依法升为重大）");
    let affair = texts::road(300);
    let road = place.suggest(&place.newcomer, &affair).await?;
    let mut hasty = affair.propose();
    hasty["form"]["measures"] = json!(["fine"]);
    let thing = place.path(&format!("/matters/{road}"));
    let refused = place.chair.change(&thing, "/propose", &hasty).await?.refused(409, "forbidden-by-rule")?;
    println!("  初稿写了罚款，被章程挡住：{}（{}）", words(&refused["title"]), first_name(&refused["by"]));
    place.step(&place.chair, &road, "propose", &affair.propose()).await?;
    place.step(&place.secretary, &road, "review", &json!({"outcome": "pass"})).await?;
    let seen = place.matter(&road).await?;
    ensure!(seen["class"] == "major", "the levy stayed {}", seen["class"]);
    println!("  列为重大事项，依据：{}", first_name(&seen["class_by"]));
    let comments = [(&place.resident, texts::COMMENT_RESIDENT), (&place.newcomer, texts::COMMENT_NEWCOMER)];
    place.consult(&road, texts::CONSULTATION_DAYS, &comments).await?;
    place.end_consultation(&road, texts::CONSULTATION_DAYS, texts::CONSULTATION_REPORT).await?;
    place.submit_to(&road, "residents-assembly", None).await?;
    let votes = place.household_votes(&assembly, 21);
    let decided = place.decide(&road, &assembly, &votes).await?;
    say(&decided)?;
    let receipt = decided.receipts.first().cloned().context("nobody voted by name")?;
    let last = place.resolve_and_disclose(&road, &decided).await?;
    place.take_down(&road, last).await?;
    place.carry_out(&road, texts::ROAD_DONE, &json!({})).await?;
    ended(&place, &road).await?;

    println!("\n六、公开与核验");
    let page = city.visitor.get(&format!("/c/{}/matters/{road}", place.id)).await?;
    ensure!(page.status.is_success(), "the matter's page was answered {}", page.status);
    ensure!(page.text.contains("村道"), "the matter's page does not show its title");
    println!("  事项页可公开查看（{} 字节）。", page.text.len());
    verify(&place, folder.path(), &decided, &receipt).await?;
    println!("\n主要工作从头到尾完成。");
    Ok(())
}

/// 环境卫生检查: one case under the rule just adopted, handled by the plugin.
async fn inspect(place: &Place, rule: &str) -> Result<()> {
    let household = &place.people.first().context("nobody lives here")?.household;
    let form = json!({
        "inspectors": 2, "with-representative": true, "entered-yard": false, "consent": true,
        "scores": {"frontage": 19, "waste-sorting": 18, "storage": 18, "greenery": 19, "drainage": 19},
    });
    let case =
        json!({"kind": "inspection", "subject": household, "on": place.city().today().await?, "form": form});
    let case = place.clerk.post(&place.path(&format!("/rules/{rule}/cases")), &case).await?.ok()?;
    println!("  按细则检查一户：{}，累计积分 {}。", words(&case["outcome"]["message"]), case["points_total"]);
    Ok(())
}

/// Prints the finding of a decision in the words of the API.
fn say(decided: &Decided) -> Result<()> {
    ensure!(decided.decision["passed"] == json!(true), "not passed: {}", decided.decision["finding"]);
    for line in decided.decision["words"].as_array().into_iter().flatten() {
        println!("  {}", words(line));
    }
    Ok(())
}

async fn ended(place: &Place, matter: &str) -> Result<()> {
    let seen = place.matter(matter).await?;
    ensure!(seen["state"] == "completed", "the matter ended as {}", seen["state"]);
    let steps: Vec<&str> = seen["steps"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|step| step["status"] == "done")
        .map(|step| words(&step["name"]))
        .collect();
    println!("  已办结：{}", steps.join(" → "));
    Ok(())
}

/// The export, checked offline by a program that knows nothing of the server; then a copy with one vote changed.
async fn verify(place: &Place, folder: &Path, decided: &Decided, receipt: &Value) -> Result<()> {
    let export = place.export().await?;
    let key = place.city().visitor.get(&place.path("/log/key")).await?.text;
    let whole = folder.join("record.jsonl");
    fs::write(&whole, &export)?;
    let checked = offline(&whole, key.trim())?;
    ensure!(checked.0, "the record does not verify: {}", checked.1);
    println!(
        "  导出记录 {} 条，离线核验通过：重新计算认定 {} 项，重新计票 {} 次。",
        checked.1["entries"], checked.1["findings"], checked.1["ballots"]
    );

    let seq = receipt["seq"].as_u64().context("a receipt without its place")?;
    let paper = place.city().visitor.get(&place.path(&format!("/log/receipts/{seq}"))).await?;
    ensure!(paper.status.is_success(), "no receipt for entry {seq}: {}", paper.text);
    let file = folder.join("receipt.json");
    fs::write(&file, &paper.text)?;
    let checked = offline(&file, key.trim())?;
    ensure!(checked.0, "the voter's receipt does not verify: {}", checked.1);
    println!("  投票人的回执（第 {seq} 条）离线核验成立。");

    let (bad, index) = tamper(&export, &decided.ballot)?;
    let copy = folder.join("tampered.jsonl");
    fs::write(&copy, bad)?;
    let (sound, said) = offline(&copy, key.trim())?;
    ensure!(!sound, "a record with a changed vote verifies");
    ensure!(
        said["first_bad_entry"] == json!(index),
        "the change was made in entry {index}, and found: {said}"
    );
    println!("  把计票结果改动一票的副本：核验不通过，指出第 {index} 条。");
    Ok(())
}

/// Runs `yishi-verify` on a file; whether it is sound, and what it says.
fn offline(file: &Path, key: &str) -> Result<(bool, Value)> {
    let output =
        Command::new(artifacts::verifier()?).arg("--json").arg("--key").arg(key).arg(file).output()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let value = serde_json::from_str(&said).with_context(|| format!("the verifier said: {said}"))?;
    match output.status.code() {
        Some(0) => Ok((true, value)),
        Some(1) => Ok((false, value)),
        _ => bail!("the verifier could not check `{}`: {said}", file.display()),
    }
}

/// A copy of an export in which the closed ballot has one more vote in favour, and the number of that entry.
fn tamper(export: &str, ballot: &str) -> Result<(String, usize)> {
    let mut lines: Vec<String> = export.lines().map(str::to_owned).collect();
    let mark = r#"\"yes\":"#;
    let at = lines
        .iter()
        .position(|line| line.contains("ballot-closed") && line.contains(ballot) && line.contains(mark))
        .context("the record has no entry that closes the ballot")?;
    let line = &lines[at];
    let digits = line.find(mark).map(|found| found + mark.len()).context("no count in the entry")?;
    let end = line[digits..].find(|c: char| !c.is_ascii_digit()).map_or(line.len(), |length| digits + length);
    let count: u64 = line[digits..end].parse().context("the count is no number")?;
    lines[at] = format!("{}{}{}", &line[..digits], count + 1, &line[end..]);
    // The first line is the header, so the line after it is entry 0.
    let index = at.checked_sub(1).context("the header closes no ballot")?;
    Ok((lines.join("\n") + "\n", index))
}

fn words(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn first_name(by: &Value) -> &str {
    words(&by[0]["name"])
}
