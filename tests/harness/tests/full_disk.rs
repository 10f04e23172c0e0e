//! A start on a full disk: a server that was stopped in order did not come up again at all, though everything it serves
//! lay on that disk. It comes up, serves what is there, says that nothing can be written, and goes on when there is space.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use yishi_harness::{City, Kernel, Options, artifacts};

/// A disk of a few megabytes, in a mount namespace of its own that ends with the test, and a program that runs the server
/// inside it.
struct SmallDisk {
    holder: Child,
    place: PathBuf,
    program: PathBuf,
    _folder: tempfile::TempDir,
}

impl SmallDisk {
    async fn new(megabytes: u32) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let place = folder.path().join("disk");
        std::fs::create_dir(&place)?;
        let mount =
            format!("mount -t tmpfs -o size={megabytes}m none \"$0\" && echo ready && exec sleep 600");
        let mut holder = Command::new("unshare")
            .args(["--user", "--map-root-user", "--mount", "sh", "-c", &mount])
            .arg(&place)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("`unshare` of util-linux")?;
        let mut said = BufReader::new(holder.stdout.take().context("no output")?).lines();
        let ready = tokio::time::timeout(Duration::from_secs(10), said.next_line()).await??;
        ensure!(ready.as_deref() == Some("ready"), "no small disk could be mounted");
        let program = folder.path().join("yishi");
        let inside = inside(&holder)?;
        let script = format!("#!/bin/sh\nexec {inside} '{}' \"$@\"\n", artifacts::server()?.display());
        std::fs::write(&program, script)?;
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755))?;
        // What the harness looks for to know that a folder was initialised lies inside the namespace.
        Ok(Self { holder, place, program, _folder: folder })
    }

    /// The folder as seen from outside.
    fn seen(&self) -> Result<PathBuf> {
        let pid = self.holder.id().context("the disk is gone")?;
        let place = self.place.strip_prefix("/")?;
        Ok(Path::new("/proc").join(pid.to_string()).join("root").join(place))
    }

    async fn run(&self, script: &str) -> Result<()> {
        let inside = inside(&self.holder)?;
        let status = Command::new("sh")
            .arg("-c")
            .arg(format!("exec {inside} sh -c '{script}'"))
            .stderr(Stdio::null())
            .current_dir("/")
            .status()
            .await?;
        ensure!(status.success(), "`{script}` ended with {status}");
        Ok(())
    }

    async fn start(&self) -> Result<Kernel> {
        Kernel::start(Options {
            binary: self.program.clone(),
            data: self.place.join("data"),
            listen: "127.0.0.1:0".to_owned(),
            clock: None,
        })
        .await
    }
}

fn inside(holder: &Child) -> Result<String> {
    let pid = holder.id().context("the disk is gone")?;
    Ok(format!("nsenter --target {pid} --user --preserve-credentials --mount"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_comes_up_on_a_full_disk_and_serves_what_is_there() -> Result<()> {
    let disk = SmallDisk::new(24).await?;
    let mut kernel = disk.start().await?;
    let town = City::of(&kernel).await?.town("柳溪镇", "320582104", "liuxi").await?;
    let village = |name: &str, code: &str| json!({"name": name, "kind": "village", "region_code": code});
    let villages = format!("/towns/{}/communities", town.id);
    let made = town.admin.post(&villages, &village("云岭村", "320582104207")).await?.ok()?;
    let log = format!("/communities/{}/log/entries", made["id"].as_str().context("no id")?);
    let before = town.city.visitor.get(&log).await?.ok()?;
    kernel.stop().await?;
    let place = disk.place.display().to_string();
    disk.run(&format!("cat /dev/zero > {place}/fill; test -s {place}/fill")).await?;
    // The folder is initialised, which the harness cannot see from outside the namespace.
    std::fs::create_dir_all(disk.place.join("data/store"))?;
    ensure!(disk.seen()?.join("data/store/yishi.db").exists(), "the store is not on the small disk");

    let mut kernel = disk.start().await?;
    let visitor = kernel.visitor()?;
    ensure!(visitor.get(&log).await?.ok()? == before, "what was there is not served");
    // Filled to the last byte again: the reserve that was given up for the start is gone too.
    disk.run(&format!("cat /dev/zero > {place}/more; true")).await?;
    let city = json!({"login": "city", "password": yishi_harness::kernel::PASSWORD});
    let signing_in = visitor.post("/sessions", &city).await?;
    // SQLite may still find a free page in its journal. What it may not be is a fault of the server's own.
    ensure!(matches!(signing_in.status.as_u16(), 201 | 503), "{} {}", signing_in.status, signing_in.text);
    ensure!(visitor.get(&log).await?.ok()? == before, "reading goes on while nothing can be written");

    disk.run(&format!("rm {place}/fill {place}/more")).await?;
    let admin = kernel.visitor()?.sign_in("liuxi", yishi_harness::kernel::PASSWORD).await?;
    admin.post(&villages, &village("青石村", "320582104208")).await?.ok()?;
    kernel.stop().await?;
    Ok(())
}
