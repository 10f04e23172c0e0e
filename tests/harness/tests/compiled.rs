//! Compiled rules on disk are a convenience: whatever happens to them, the same rule gives the same answer.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use yishi_harness::stage::plain_settings;
use yishi_harness::{PaperAdoption, PlaceSpec, Stage, artifacts, texts};

fn code_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files: Vec<_> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|ending| ending == "code"));
    files.sort();
    Ok(files)
}

type Harm = fn(&Path) -> Result<()>;

/// Ways in which compiled code comes to harm between two starts.
const HARMS: [(&str, Harm); 6] = [
    ("cut off", |folder| {
        for file in code_files(folder)? {
            let bytes = fs::read(&file)?;
            fs::write(&file, bytes.get(..bytes.len() / 2).unwrap_or_default())?;
        }
        Ok(())
    }),
    ("a flipped byte", |folder| {
        for file in code_files(folder)? {
            let mut bytes = fs::read(&file)?;
            let middle = bytes.len() / 2;
            *bytes.get_mut(middle).context("an empty file")? ^= 0x41;
            fs::write(&file, bytes)?;
        }
        Ok(())
    }),
    ("one under the other's name", |folder| {
        let files = code_files(folder)?;
        let [one, other, ..] = files.as_slice() else { anyhow::bail!("{files:?}") };
        let aside = folder.join("aside");
        fs::rename(one, &aside)?;
        fs::rename(other, one)?;
        fs::rename(&aside, other)?;
        Ok(())
    }),
    ("readable by everybody", |folder| {
        for file in code_files(folder)? {
            fs::set_permissions(&file, PermissionsExt::from_mode(0o644))?;
        }
        Ok(())
    }),
    ("a folder others may write to", |folder| {
        Ok(fs::set_permissions(folder, PermissionsExt::from_mode(0o777))?)
    }),
    ("gone", |folder| Ok(fs::remove_dir_all(folder)?)),
];

/// A folder that others may write to used to keep the server from starting at all.
#[tokio::test]
async fn damaged_compiled_rules_are_compiled_anew_and_answer_the_same() -> Result<()> {
    let mut stage = Stage::open("2026-03-02T09:00:00+08:00").await?;
    let place = stage.town.community(&PlaceSpec::village("云岭村", "yunling", 60)).await?;
    let charter = artifacts::test_plugin("plain-charter")?;
    let charter =
        place.attest(&charter, Some(&plain_settings("in-office", 15)), &PaperAdoption::JANUARY).await?;
    place.shelve(&artifacts::plugin("clean-home")?).await?;
    let path = place.path(&format!("/rules/{}", charter["summary"]["id"].as_str().context("no id")?));
    let answers =
        |rule: &Value| (rule["digest"].clone(), rule["changes"].clone(), rule["settings_digest"].clone());
    let before = answers(&stage.city.visitor.get(&path).await?.ok()?);
    for (what, harm) in HARMS {
        let folder = stage.kernel.data().join("compiled");
        // The server has what it needs in memory; after the cut it has to read what is there.
        harm(&folder).context(what)?;
        stage = stage.power_cut().await.context(what)?;
        let after = answers(&stage.city.visitor.get(&path).await?.ok().context(what)?);
        ensure!(after == before, "{what}: {after:?}");
        // And a step that asks the charter is taken.
        place.bring_forward(&place.resident, &texts::coal_stoves()).await.context(what)?;
        if folder.is_dir() {
            fs::set_permissions(&folder, PermissionsExt::from_mode(0o700))?;
        }
    }
    Ok(())
}
