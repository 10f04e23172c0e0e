//! How pages are sent: in the language and mode their reader chose even when they are about an error, and compressed
//! unless they carry somebody's form token.

use anyhow::{Context as _, Result, ensure};
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_ENCODING, CONTENT_LANGUAGE, COOKIE};
use yishi_harness::kernel::CITY_LOGIN;
use yishi_harness::{PlaceSpec, Stage};

#[tokio::test(flavor = "multi_thread")]
async fn an_error_page_is_in_the_language_and_mode_its_reader_chose() -> Result<()> {
    let stage = Stage::open("2026-03-02T09:00:00+08:00").await?;
    let http = reqwest::Client::new();
    let base = stage.kernel.base();
    for (path, cookies, lang, words, elder) in [
        ("/nowhere", "", "zh-CN", "没有找到", false),
        ("/nowhere", "yishi_lang=en; yishi_elder=on", "en", "not found", true),
        ("/nowhere?lang=en", "yishi_lang=zh", "en", "not found", false),
        ("/nowhere?elder=off", "yishi_elder=on", "zh-CN", "没有找到", false),
        ("/c/com_019d0000-0000-7000-8000-000000000001", "yishi_elder=on", "zh-CN", "没有找到", true),
    ] {
        let asked =
            http.get(format!("{base}{path}")).header(ACCEPT, "text/html").header(ACCEPT_LANGUAGE, "zh-CN");
        let reply = asked.header(COOKIE, cookies).send().await?;
        ensure!(reply.status() == 404, "{path} {cookies}: {}", reply.status());
        let said = reply.headers().get(CONTENT_LANGUAGE).context("no language is named")?.clone();
        ensure!(said == lang, "{path} {cookies}: {said:?}");
        let text = reply.text().await?;
        ensure!(text.contains(&format!("<html lang=\"{lang}\">")), "{path} {cookies}: {text}");
        ensure!(text.to_lowercase().contains(words), "{path} {cookies}: {text}");
        ensure!(text.contains("<body class=\"elder ") == elder, "{path} {cookies}: {text}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_compressed_for_visitors_and_never_beside_a_form_token() -> Result<()> {
    let stage = Stage::open("2026-03-02T09:00:00+08:00").await?;
    let place = stage.town.community(&PlaceSpec::village("云岭村", "yunling", 30)).await?;
    let http = reqwest::Client::new();
    let base = stage.kernel.base();
    let session = stage.city.admin.token().with_context(|| format!("{CITY_LOGIN} has no token"))?;
    let home = format!("/c/{}", place.id);
    let plain = http.get(format!("{base}{home}")).send().await?;
    ensure!(plain.headers().get(CONTENT_ENCODING).is_none(), "nobody asked for compression");
    let page = plain.text().await?;
    let sheet =
        page.split("href=\"").find(|rest| rest.starts_with("/assets/portal.css")).context("no sheet")?;
    let sheet = sheet.split('"').next().context("no sheet")?;
    for (path, cookie, compressed) in [
        (home.as_str(), "", true),
        (home.as_str(), "yishi_lang=en", true),
        (sheet, &format!("yishi_session={session}"), true),
        (home.as_str(), &format!("yishi_session={session}"), false),
        (&format!("{home}/rules"), &format!("a=b; yishi_session={session}"), false),
        ("/healthz", "", false),
    ] {
        let asked = http.get(format!("{base}{path}")).header(ACCEPT_ENCODING, "gzip").header(COOKIE, cookie);
        let reply = asked.send().await?;
        ensure!(reply.status().is_success(), "{path} {cookie}: {}", reply.status());
        let encoding = reply.headers().get(CONTENT_ENCODING).map(|value| value.as_bytes().to_vec());
        ensure!(encoding.as_deref() == compressed.then_some(&b"gzip"[..]), "{path} {cookie}: {encoding:?}");
        let bytes = reply.bytes().await?;
        ensure!(bytes.starts_with(&[0x1f, 0x8b]) == compressed, "{path} {cookie}");
    }
    Ok(())
}
