//! The real server as a child process on a free loopback port.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::Client;

/// The city administrator that [`Kernel::start`] makes in a new data folder.
pub const CITY_LOGIN: &str = "city";

/// The password of every account the harness makes. The data folders are throw-away.
pub const PASSWORD: &str = "yun-ling-2026-demo";

/// What a data folder has once it is initialised.
const STORE: &str = "store";

/// How to start the server.
#[derive(Debug, Clone)]
pub struct Options {
    /// The `yishi` binary.
    pub binary: PathBuf,
    /// The data folder; made and initialised when it is empty.
    pub data: PathBuf,
    /// Where to listen; port 0 takes a free one.
    pub listen: String,
    /// The instant the simulated clock starts at (RFC 3339); `None` runs on the real clock.
    pub clock: Option<String>,
}

/// A running server. Dropping it ends the process without mercy, as a power cut would.
#[derive(Debug)]
pub struct Kernel {
    child: Child,
    base: String,
    options: Options,
}

impl Kernel {
    /// Initialises the data folder if need be, starts the server and waits until it answers.
    ///
    /// # Errors
    /// When the binary is missing, refuses to start, or does not answer within 30 seconds.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        if !options.data.join(STORE).exists() {
            initialise(&options).await?;
        }
        let mut command = Command::new(&options.binary);
        command.arg("serve").arg("--data").arg(&options.data).arg("--listen").arg(&options.listen);
        // A story is one very busy client on loopback.
        command.args(["--rate-limits", "off"]);
        if let Some(clock) = &options.clock {
            command.arg("--simulated-clock").arg(clock);
        }
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .env("YISHI_LOG", std::env::var("YISHI_LOG").unwrap_or_else(|_| "warn".to_owned()))
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("starting {}", options.binary.display()))?;
        let stdout = child.stdout.take().context("no stdout")?;
        let mut lines = BufReader::new(stdout).lines();
        let address = tokio::time::timeout(Duration::from_secs(30), async {
            while let Some(line) = lines.next_line().await? {
                if let Some(at) = line.find("http://") {
                    return anyhow::Ok(line[at..].trim().to_owned());
                }
            }
            bail!("the server ended before it was ready")
        })
        .await
        .context("the server was not ready within 30 seconds")??;
        // Keep reading, so that the server never blocks on a full pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self { child, base: address, options })
    }

    /// A visitor of this server.
    ///
    /// # Errors
    /// When the HTTP client cannot be set up.
    pub fn visitor(&self) -> anyhow::Result<Client> {
        Client::visitor(&self.base)
    }

    /// The address, for example `http://127.0.0.1:41233`.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.options.data
    }

    /// `kill -9`, and wait until the process is gone.
    ///
    /// # Errors
    /// When the process cannot be waited for.
    pub async fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill().await?;
        Ok(())
    }

    /// The process, for whoever measures it.
    ///
    /// # Errors
    /// When it has ended.
    pub fn pid(&self) -> anyhow::Result<u32> {
        self.child.id().context("the server has ended")
    }

    /// Asks the server to end, and waits until it has.
    ///
    /// # Errors
    /// When it cannot be asked or ends badly.
    pub async fn stop(&mut self) -> anyhow::Result<()> {
        let asked = Command::new("kill").arg("-TERM").arg(self.pid()?.to_string()).status().await?;
        let ended = self.child.wait().await?;
        if !(asked.success() && ended.success()) {
            bail!("the server ended with {ended}");
        }
        Ok(())
    }

    /// `kill -9`, then starts again on the same data and address, so that every client finds it again.
    ///
    /// # Errors
    /// As [`Kernel::start`].
    pub async fn restart(mut self) -> anyhow::Result<Self> {
        self.kill().await?;
        let mut options = self.options.clone();
        options.listen = self.base.trim_start_matches("http://").to_owned();
        Self::start(options).await
    }

    /// Waits for ever: the demo's last line.
    ///
    /// # Errors
    /// When the process cannot be waited for.
    pub async fn wait(&mut self) -> anyhow::Result<std::process::ExitStatus> {
        Ok(self.child.wait().await?)
    }
}

async fn initialise(options: &Options) -> anyhow::Result<()> {
    let mut command = Command::new(&options.binary);
    command
        .arg("init")
        .arg("--data")
        .arg(&options.data)
        .arg("--login")
        .arg(CITY_LOGIN)
        .arg("--password-stdin");
    if let Some(clock) = &options.clock {
        command.arg("--simulated-clock").arg(clock);
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(PASSWORD.as_bytes()).await?;
    }
    let status = child.wait().await?;
    if !status.success() {
        bail!("`yishi init` ended with {status}");
    }
    Ok(())
}
