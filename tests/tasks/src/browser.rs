//! A real browser: Chromium, driven through its own driver.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use yishi_harness::kernel::PASSWORD;

use crate::setup;

/// How long the driver may take to be there.
const PATIENCE: Duration = Duration::from_secs(30);

/// The keys as the driver's protocol names them.
pub(crate) const ENTER: &str = "\u{e007}";
pub(crate) const ARROW_DOWN: &str = "\u{e015}";
const TAB: &str = "\u{e004}";

/// The driver, which starts browsers.
pub(crate) struct Browser {
    _driver: Child,
    address: String,
    binary: PathBuf,
}

/// What a window is like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Screen {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Without it, pages must do all the same.
    pub(crate) scripts: bool,
}

/// One window.
pub(crate) struct Window {
    client: Client,
    base: String,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Finds the browser, fetching it where that is possible, and starts its driver on a free port.
    pub(crate) async fn start() -> Result<Self> {
        let (binary, driver) = setup::fetch_browser()?;
        let mut child = Command::new(driver)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("starting the browser's driver")?;
        let out = child.stdout.take().context("the driver has no output")?;
        let mut lines = BufReader::new(out).lines();
        let port = tokio::time::timeout(PATIENCE, async {
            while let Some(line) = lines.next_line().await? {
                if let Some((_, port)) = line.split_once("started successfully on port ") {
                    return Ok(port.trim_end_matches('.').to_owned());
                }
            }
            bail!("the browser's driver ended")
        })
        .await
        .context("the browser's driver did not start")??;
        Ok(Self { _driver: child, address: format!("http://127.0.0.1:{port}"), binary })
    }

    /// A new window with a profile of its own, on pages of `base`.
    pub(crate) async fn window(&self, base: &str, screen: Screen) -> Result<Window> {
        let profile = tempfile::tempdir()?;
        let data = format!("--user-data-dir={}", profile.path().display());
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--lang=zh-CN",
            "--accept-lang=zh-CN",
            &data,
        ];
        let Screen { width, height, scripts } = screen;
        let mut options = json!({
            "binary": self.binary,
            "args": arguments,
            "mobileEmulation": {
                "deviceMetrics": {"width": width, "height": height, "pixelRatio": 1, "touch": width < 800, "mobile": width < 800},
            },
        });
        if !scripts {
            options["prefs"] = json!({"profile.managed_default_content_settings.javascript": 2});
        }
        let capabilities: Map<String, Value> =
            [("goog:chromeOptions".to_owned(), options)].into_iter().collect();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&self.address)
            .await
            .context("opening a window")?;
        Ok(Window { client, base: base.to_owned(), _profile: profile })
    }
}

impl Window {
    /// Signs out, and in again as somebody, as anybody would.
    pub(crate) async fn sign_in(&self, login: Option<&str>) -> Result<()> {
        self.goto("/sign-in").await?;
        self.client.delete_all_cookies().await?;
        if let Some(login) = login {
            self.goto("/sign-in?lang=zh&elder=off").await?;
            self.client.find(Locator::Css("main [name=name]")).await?.send_keys(login).await?;
            let keys = format!("{PASSWORD}{ENTER}");
            self.client.find(Locator::Css("main [name=password]")).await?.send_keys(&keys).await?;
            self.arrive(|path| path != "/sign-in")
                .await
                .with_context(|| format!("signing in as `{login}`"))?;
        }
        Ok(())
    }

    pub(crate) async fn goto(&self, path: &str) -> Result<()> {
        let address = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        self.client.goto(&address).await.with_context(|| format!("going to {address}"))
    }

    /// Runs a script of ours in the page; its policy binds only its own.
    pub(crate) async fn run(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.client.execute(script, arguments).await?)
    }

    pub(crate) async fn picture(&self) -> Result<Vec<u8>> {
        Ok(self.client.screenshot().await?)
    }

    pub(crate) async fn path(&self) -> Result<String> {
        Ok(self.client.current_url().await?.path().to_owned())
    }

    /// Waits until the browser has come to a path, which takes a moment after a key is pressed.
    pub(crate) async fn arrive(&self, there: impl Fn(&str) -> bool) -> Result<String> {
        for _ in 0..100 {
            let path = self.path().await?;
            if there(&path) {
                return Ok(path);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        bail!("still on {}: {}", self.path().await?, self.text().await?)
    }

    /// Everything that can be read on the page.
    pub(crate) async fn text(&self) -> Result<String> {
        Ok(self.client.find(Locator::Css("body")).await?.text().await?)
    }

    /// Follows a link with the enter key.
    pub(crate) async fn press(&self, link: &str) -> Result<()> {
        Ok(self.client.find(Locator::Css(link)).await?.send_keys(ENTER).await?)
    }

    /// Goes from target to target with the tabulator key until one of this name is reached, and types there.
    pub(crate) async fn tab_to(&self, name: &str, keys: &str) -> Result<()> {
        for _ in 0..200 {
            let active = self.client.active_element().await?;
            if active.attr("name").await?.as_deref() == Some(name) {
                return Ok(active.send_keys(keys).await?);
            }
            active.send_keys(TAB).await?;
        }
        bail!("no key press leads to `{name}` on {}", self.path().await?)
    }

    pub(crate) async fn close(self) -> Result<()> {
        Ok(self.client.close().await?)
    }
}
