//! A community with a past: many matters, entered through the API as anybody's are.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use yishi_harness::{Client, Place};

use crate::wire::Wire;

/// Makes matters that were suggested and withdrawn. Those who suggest take turns: nobody may have many that wait.
pub(crate) async fn matters(place: &Place, address: &str, count: usize) -> Result<()> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut tasks = JoinSet::new();
    let chair = token(&place.chair)?;
    for by in [&place.resident, &place.director, &place.secretary, &place.chair] {
        let (by, chair) = (token(by)?, chair.clone());
        let (path, address, next) = (place.path("/matters"), address.to_owned(), Arc::clone(&next));
        tasks.spawn(async move {
            let mut wire = Wire::open(&address).await?;
            while next.fetch_add(1, Ordering::Relaxed) < count {
                let n = next.load(Ordering::Relaxed);
                let suggestion = json!({
                    "title": format!("第{n}号建议"),
                    "text": "路灯坏了，晚上看不清路，请修一修。",
                    "domain": "public-facilities",
                    "subjects": ["general"],
                });
                let made = write(&mut wire, &address, &by, &path, None, &suggestion).await?;
                let id = made.body["id"].as_str().context("no id")?.to_owned();
                let reasons = json!({"reasons": "镇里已经统一安排。"});
                write(
                    &mut wire,
                    &address,
                    &chair,
                    &format!("{path}/{id}/withdraw"),
                    Some(&made.tag),
                    &reasons,
                )
                .await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(())
}

/// What a write was answered.
pub(crate) struct Made {
    pub(crate) body: Value,
    pub(crate) tag: String,
}

pub(crate) fn token(client: &Client) -> Result<String> {
    Ok(client.token().context("an account without a token")?.to_owned())
}

/// A write below `/api/v1` with a key of its own.
pub(crate) async fn write(
    wire: &mut Wire,
    address: &str,
    token: &str,
    path: &str,
    tag: Option<&str>,
    body: &Value,
) -> Result<Made> {
    static KEYS: AtomicUsize = AtomicUsize::new(0);
    let key = KEYS.fetch_add(1, Ordering::Relaxed);
    let body = body.to_string();
    let tag = tag.map_or_else(String::new, |tag| format!("if-match: {tag}\r\n"));
    let request = format!(
        "POST /api/v1{path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\n{tag}idempotency-key: past-{key:08}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = wire.ask(request.as_bytes()).await?;
    let text = std::str::from_utf8(answer)?;
    if !text.starts_with("HTTP/1.1 20") {
        bail!("`{path}` was answered {text}");
    }
    let (head, body) = text.split_once("\r\n\r\n").context("an answer without a body")?;
    let tag = head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap_or_default().to_owned();
    Ok(Made { body: serde_json::from_str(body)?, tag })
}
