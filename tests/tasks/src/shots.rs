//! `cargo xtask shots`: the demo's pages as a phone and a desk show them.

use anyhow::Result;
use yishi_harness::artifacts;

use crate::browser::{Browser, Screen};
use crate::demo;
use crate::pages;
use crate::setup::Phase;

/// High enough for most pages in one picture.
const SCREENS: [Screen; 2] =
    [Screen { width: 375, height: 1600, scripts: true }, Screen { width: 1280, height: 1600, scripts: true }];

pub(crate) async fn run() -> Result<()> {
    let browser = Browser::start().await?;
    demo::prepare()?;
    let folder = tempfile::tempdir()?;
    let kernel = demo::open(&folder.path().join("demo"), 0).await?;
    let visitor = kernel.visitor()?;
    let pages = pages::all(&visitor, &demo::read(&folder.path().join("demo"))?).await?;
    let out = artifacts::workspace().join("target/shots");
    std::fs::create_dir_all(&out)?;
    let phase = Phase::begin("screenshots");
    for screen in SCREENS {
        let window = browser.window(kernel.base(), screen).await?;
        let mut who = None;
        for page in &pages {
            if page.login.as_deref() != who {
                window.sign_in(page.login.as_deref()).await?;
                who = page.login.as_deref();
            }
            window.goto(&page.path).await?;
            std::fs::write(out.join(format!("{}-{}.png", page.name, screen.width)), window.picture().await?)?;
        }
        window.close().await?;
    }
    phase.end();
    eprintln!("    in `{}`", out.display());
    Ok(())
}
