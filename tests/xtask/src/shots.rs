//! `cargo xtask shots`: the demo's pages as a phone and a desk show them.
//!
//! Pages behind a sign-in are fetched through a small relay that adds the session's cookie, since a browser on the
//! command line cannot be given one.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use yishi_harness::kernel::PASSWORD;
use yishi_harness::{Client, artifacts};

use crate::demo;
use crate::setup::{self, Phase};

/// Width and height of the window.
const SIZES: [(u32, u32); 2] = [(375, 1600), (1280, 1600)];

pub(crate) async fn run() -> Result<()> {
    let Some(browser) = setup::fetch_browser() else {
        bail!("no browser: apt-get install --no-install-recommends chromium fonts-noto-cjk");
    };
    demo::prepare()?;
    let folder = tempfile::tempdir()?;
    let kernel = demo::open(&folder.path().join("demo"), 0).await?;
    let story = demo::read(&folder.path().join("demo"))?;
    let out = artifacts::workspace().join("target/shots");
    std::fs::create_dir_all(&out)?;
    let phase = Phase::begin("screenshots");
    let visitor = kernel.visitor()?;
    for (name, address) in public_pages(kernel.base(), &visitor, &story).await? {
        shoot(&browser, &out, &name, &address).await?;
    }
    for (name, login, path) in private_pages(&story) {
        let cookie = session(&visitor, &login).await?;
        let relay = relay(kernel.base(), cookie).await?;
        shoot(&browser, &out, &name, &format!("{relay}{path}")).await?;
    }
    phase.end();
    eprintln!("    in `{}`", out.display());
    Ok(())
}

async fn public_pages(base: &str, visitor: &Client, story: &Value) -> Result<Vec<(String, String)>> {
    let mut pages =
        vec![("home".to_owned(), format!("{base}/")), ("sign-in".to_owned(), format!("{base}/sign-in"))];
    for (place, name) in story["places"].as_array().into_iter().flatten().zip(["village", "urban"]) {
        let id = place["id"].as_str().context("a place without id")?;
        pages.push((name.to_owned(), format!("{base}/c/{id}")));
        pages.push((format!("{name}-verify"), format!("{base}/c/{id}/verify")));
        for (n, matter) in place["matter_ids"].as_array().into_iter().flatten().enumerate() {
            let matter = matter.as_str().unwrap_or_default();
            pages.push((format!("{name}-matter-{}", n + 1), format!("{base}/c/{id}/matters/{matter}")));
        }
        let home = visitor.get(&format!("/communities/{id}")).await?.ok()?;
        if let Some(charter) = home["charter"]["id"].as_str() {
            pages.push((format!("{name}-charter"), format!("{base}/c/{id}/rules/{charter}")));
        }
    }
    Ok(pages)
}

/// Name, login and path of what only somebody signed in sees.
fn private_pages(story: &Value) -> Vec<(String, String, String)> {
    let mut pages = Vec::new();
    for (place, name) in story["places"].as_array().into_iter().flatten().zip(["village", "urban"]) {
        let id = place["id"].as_str().unwrap_or_default();
        let Some(clerk) = place["logins"][0]["login"].as_str() else { continue };
        pages.push((format!("{name}-desk"), clerk.to_owned(), format!("/c/{id}/desk")));
        if let Some(matter) = place["matter_ids"][0].as_str() {
            pages.push((
                format!("{name}-desk-matter"),
                clerk.to_owned(),
                format!("/c/{id}/matters/{matter}"),
            ));
        }
    }
    pages
}

async fn session(visitor: &Client, login: &str) -> Result<String> {
    let client = visitor.sign_in(login, PASSWORD).await?;
    Ok(client.token().context("no token")?.to_owned())
}

async fn shoot(browser: &Path, out: &Path, name: &str, address: &str) -> Result<()> {
    for (width, height) in SIZES {
        let profile = tempfile::tempdir()?;
        let file: PathBuf = out.join(format!("{name}-{width}.png"));
        let mut command = Command::new(browser);
        command
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--hide-scrollbars", "--lang=zh-CN", "--accept-lang=zh-CN"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(format!("--window-size={width},{height}"))
            .arg(format!("--screenshot={}", file.display()))
            .arg(address)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut command = tokio::process::Command::from(command);
        let ended =
            tokio::time::timeout(std::time::Duration::from_secs(60), command.kill_on_drop(true).status())
                .await;
        let well = ended.with_context(|| format!("the browser hung on {address}"))??.success();
        if !well || !file.is_file() {
            bail!("the browser took no picture of {address}");
        }
    }
    Ok(())
}

/// Listens on a free port and passes requests on with a session cookie; gives its address.
async fn relay(base: &str, session: String) -> Result<String> {
    let server = base.trim_start_matches("http://").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move {
        while let Ok((browser, _)) = listener.accept().await {
            let (server, session) = (server.clone(), session.clone());
            tokio::spawn(async move {
                // A page that does not come is seen in the picture; there is nobody else to tell.
                let _ = pass(browser, &server, &session).await;
            });
        }
    });
    Ok(address)
}

/// One request there and one answer back. Pages are read, not written, so a request has no body.
async fn pass(mut browser: TcpStream, server: &str, session: &str) -> Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if browser.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    let head = String::from_utf8(head)?;
    let mut request = String::new();
    for (n, line) in head.trim_end().lines().enumerate() {
        let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
        if n == 0 || !["host", "cookie", "connection", "referer", "origin"].contains(&name.as_str()) {
            request.push_str(line);
            request.push_str("\r\n");
        }
    }
    request.push_str(&format!("host: {server}\r\ncookie: {COOKIE}={session}\r\nconnection: close\r\n\r\n"));
    let mut upstream = TcpStream::connect(server).await?;
    upstream.write_all(request.as_bytes()).await?;
    tokio::io::copy(&mut upstream, &mut browser).await?;
    Ok(())
}

/// The session cookie's name where the address is not https.
const COOKIE: &str = "yishi_session";
