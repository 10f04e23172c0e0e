//! `cargo xtask look`: every page of the demo in a real browser, measured (`tests/browser/measure.js`), and the first
//! things a resident does, by keyboard and without scripts.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use yishi_harness::Kernel;
use yishi_harness::kernel::PASSWORD;

use crate::browser::{ARROW_DOWN, Browser, ENTER, Screen, Window};
use crate::demo;
use crate::pages::{self, Page};

const MEASURE: &str = include_str!("../../browser/measure.js");
/// A phone, a desk, and what is left of a desk's width at a zoom of 400 % (WCAG 2.2, 1.4.10).
const SCREENS: [Screen; 3] = [
    Screen { width: 375, height: 812, scripts: true },
    Screen { width: 1280, height: 900, scripts: true },
    Screen { width: 320, height: 640, scripts: true },
];
/// The most a visitor's first visit may weigh, in bytes.
const WEIGHT: u64 = 100 * 1024;
/// The same for somebody signed in, whose pages are sent uncompressed.
const WEIGHT_SIGNED_IN: u64 = 200 * 1024;

pub(crate) async fn run() -> Result<()> {
    demo::prepare()?;
    tell().await
}

/// As [`run`], with everything built.
pub(crate) async fn tell() -> Result<()> {
    let browser = Browser::start().await?;
    let folder = tempfile::tempdir()?;
    let kernel = demo::open(&folder.path().join("demo"), 0).await?;
    let story = demo::read(&folder.path().join("demo"))?;
    let visitor = kernel.visitor()?;
    let pages = pages::all(&visitor, &story).await?;
    // What is wrong, and on which pages.
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut looked = 0;
    for screen in SCREENS {
        let window = browser.window(kernel.base(), screen).await?;
        for (lang, elder) in [("zh", false), ("zh", true), ("en", false), ("en", true)] {
            let mut who = Some("nobody yet");
            for page in &pages {
                if page.login.as_deref() != who {
                    window.sign_in(page.login.as_deref()).await?;
                    who = page.login.as_deref();
                }
                for wrong in measured(&window, page, lang, elder).await? {
                    let mode = if elder { " elder" } else { "" };
                    let place = format!("{} {} {lang}{mode}", page.name, screen.width);
                    found.entry(wrong).or_default().push(place);
                }
                looked += 1;
            }
        }
        window.close().await?;
    }
    eprintln!("    {looked} views of {} pages", pages.len());
    for (wrong, places) in &found {
        eprintln!("    {wrong}\n        on {} views, such as {}", places.len(), places[0]);
    }
    ensure!(found.is_empty(), "{} things are wrong with the pages", found.len());
    by_keyboard(&browser, &kernel, &story).await
}

async fn measured(window: &Window, page: &Page, lang: &str, elder: bool) -> Result<Vec<String>> {
    let mode = if elder { "on" } else { "off" };
    window.goto(&format!("{}?lang={lang}&elder={mode}", page.path)).await?;
    let seen = window.run(MEASURE, vec![json!(elder)]).await?;
    let list = seen["wrong"].as_array().with_context(|| format!("nothing was measured: {seen}"))?;
    let mut wrong: Vec<String> = list.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    let weight = seen["weight"].as_u64().unwrap_or(0);
    if weight > if page.login.is_some() { WEIGHT_SIGNED_IN } else { WEIGHT } {
        wrong.push(format!("weighs {weight} bytes"));
    }
    let expected = if page.name == "not-found" { 404 } else { 200 };
    if seen["status"] != json!(expected) {
        wrong.push(format!("answers {}", seen["status"]));
    }
    Ok(wrong)
}

/// A resident signs in and makes a suggestion with keys alone, in a browser that runs no scripts.
async fn by_keyboard(browser: &Browser, kernel: &Kernel, story: &Value) -> Result<()> {
    let place = &story["places"][0];
    let id = place["id"].as_str().context("a place without id")?;
    let login = place["logins"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|login| login["login"].as_str())
        .find(|login| login.ends_with("-resident"))
        .context("no resident can sign in")?;
    let window = browser.window(kernel.base(), Screen { width: 375, height: 812, scripts: false }).await?;
    window.goto(&format!("/c/{id}/suggest")).await?;
    window
        .press("main a.button-main")
        .await
        .context("a visitor is not asked to sign in to suggest something")?;
    window.arrive(|path| path == "/sign-in").await?;
    window.tab_to("name", login).await?;
    window.tab_to("password", &format!("{PASSWORD}{ENTER}")).await?;
    let suggest = format!("/c/{id}/suggest");
    window.arrive(|path| path == suggest).await.context("signing in does not lead back")?;
    window.tab_to("title", "水渠清淤").await?;
    window.tab_to("text", "三组到五组的水渠淤了，汛期前请清一次。").await?;
    window.tab_to("domain", ARROW_DOWN).await?;
    window.tab_to("title", ENTER).await?;
    window
        .arrive(|path| path.starts_with(&format!("/c/{id}/matters/")))
        .await
        .context("a suggestion made by keyboard did not become a matter")?;
    ensure!(window.text().await?.contains("水渠清淤"), "the matter does not show its title");
    window.close().await
}
