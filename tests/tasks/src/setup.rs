//! What has to be there before anything runs: binaries, guest toolchain, plugins, a browser.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use yishi_builder::{Built, Options};
use yishi_harness::artifacts;

/// The plugins that come with the product.
pub(crate) const FIRST_PARTY: [&str; 5] =
    ["village-charter", "residents-convention", "collective-spending", "clean-home", "customs"];

/// The Debian packages of a browser that can draw Chinese and be driven.
const BROWSER_PACKAGES: [&str; 3] = ["chromium", "chromium-driver", "fonts-noto-cjk"];
/// One of the fonts.
const CHINESE_FONT: &str = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";

/// How often a phase that prints nothing says that it still runs.
const EVERY: Duration = Duration::from_secs(15);

/// A phase with its time, printed as it goes.
pub(crate) struct Phase {
    name: String,
    began: Instant,
    /// Dropped when the phase ends, which ends the thread that says it still runs.
    running: Sender<()>,
}

impl Phase {
    #[expect(
        clippy::disallowed_methods,
        reason = "how long a phase takes is told to the person who waits for it"
    )]
    pub(crate) fn begin(name: &str) -> Self {
        eprintln!("==> {name}");
        let began = Instant::now();
        let (running, ended) = mpsc::channel();
        thread::spawn(move || {
            while matches!(ended.recv_timeout(EVERY), Err(RecvTimeoutError::Timeout)) {
                eprintln!("    … {} s", began.elapsed().as_secs());
            }
        });
        Self { name: name.to_owned(), began, running }
    }

    pub(crate) fn end(self) -> (String, Duration) {
        drop(self.running);
        let took = self.began.elapsed();
        eprintln!("    {} done in {}.{} s", self.name, took.as_secs(), took.subsec_millis() / 100);
        (self.name, took)
    }
}

/// Runs a program in the checkout and wants it to end well.
pub(crate) fn run(program: &str, arguments: &[&str]) -> Result<()> {
    let status = Command::new(program)
        .args(arguments)
        .current_dir(artifacts::workspace())
        .status()
        .with_context(|| format!("`{program}` could not be started; is it installed?"))?;
    if status.success() {
        return Ok(());
    }
    bail!("`{program} {}` ended with {status}", arguments.join(" "))
}

/// Runs cargo, the one this was started by.
pub(crate) fn cargo(arguments: &[&str]) -> Result<()> {
    run(&std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()), arguments)
}

/// Finds the guest toolchain, fetching one where that is possible, and builds the plugins.
pub(crate) fn build_plugins() -> Result<Vec<Built>> {
    let options = Options { fetch_toolchain: true, ..Options::default() };
    let root = artifacts::workspace();
    let mut folders: Vec<PathBuf> = FIRST_PARTY.iter().map(|name| root.join("plugins").join(name)).collect();
    folders.extend(["plain-charter", "tool-shelf"].map(|name| root.join("tests/plugins").join(name)));
    let built = yishi_builder::build(&options, &folders).context("building the plugins")?;
    for plugin in &built {
        let how = if plugin.fresh { "built" } else { "unchanged" };
        eprintln!(
            "    {} {} {} ({how}, {} KiB)",
            plugin.name,
            plugin.version,
            plugin.digest,
            plugin.bytes.len() / 1024
        );
    }
    Ok(built)
}

/// The browser and its driver, if they are there.
fn browser() -> Option<(PathBuf, PathBuf)> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).chain([PathBuf::from("/usr/bin")]).collect();
    let find = |names: &[&str]| {
        let places = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
        places.into_iter().find(|place| place.is_file())
    };
    Some((find(&["chromium", "chromium-browser", "google-chrome"])?, find(&["chromedriver"])?))
}

/// The browser and its driver; gets them, and Chinese fonts, where they are missing and this machine lets us.
pub(crate) fn fetch_browser() -> Result<(PathBuf, PathBuf)> {
    let packages = BROWSER_PACKAGES.join(" ");
    if browser().is_none() || !Path::new(CHINESE_FONT).is_file() {
        if quiet("apt-get", &["--version"]) {
            eprintln!("    installing {packages}: pages are looked at in a real browser, with Chinese fonts");
            let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
            arguments.extend(BROWSER_PACKAGES);
            if !(quiet("apt-get", &["update"]) && quiet("apt-get", &arguments)) {
                eprintln!("    that failed: no network, or not the right to install");
            }
        } else {
            eprintln!("    there is no apt-get to install {packages} with");
        }
    }
    browser().with_context(|| {
        format!(
            "no Chromium with its driver: install them, and Noto CJK fonts (on Debian: apt-get update && apt-get install --no-install-recommends {packages})"
        )
    })
}

fn quiet(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
