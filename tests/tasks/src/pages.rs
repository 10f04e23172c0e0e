//! The demo's pages: which there are, and who sees them.

use anyhow::{Context as _, Result};
use serde_json::Value;
use yishi_harness::Client;
use yishi_harness::kernel::CITY_LOGIN;

/// A page of the demo.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) name: String,
    pub(crate) path: String,
    /// Who has to be signed in to see it.
    pub(crate) login: Option<String>,
}

/// All of them: what everybody sees, then what a member, a clerk, the town and the city see.
pub(crate) async fn all(visitor: &Client, story: &Value) -> Result<Vec<Page>> {
    let mut pages = Vec::new();
    let mut add = |name: String, path: String, login: Option<&str>| {
        pages.push(Page { name, path, login: login.map(str::to_owned) });
    };
    add("home".to_owned(), "/".to_owned(), None);
    add("sign-in".to_owned(), "/sign-in".to_owned(), None);
    add("not-found".to_owned(), "/nowhere".to_owned(), None);
    for (place, name) in story["places"].as_array().into_iter().flatten().zip(["village", "urban"]) {
        let id = place["id"].as_str().context("a place without id")?;
        let at = |rest: &str| format!("/c/{id}{rest}");
        add(name.to_owned(), at(""), None);
        add(format!("{name}-matters"), at("/matters"), None);
        add(format!("{name}-bodies"), at("/bodies"), None);
        add(format!("{name}-meetings"), at("/meetings"), None);
        add(format!("{name}-rules"), at("/rules"), None);
        add(format!("{name}-verify"), at("/verify"), None);
        let matters: Vec<&str> =
            place["matter_ids"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (n, matter) in matters.iter().enumerate() {
            add(format!("{name}-matter-{}", n + 1), at(&format!("/matters/{matter}")), None);
        }
        let home = visitor.get(&format!("/communities/{id}")).await?.ok()?;
        if let Some(charter) = home["charter"]["id"].as_str() {
            add(format!("{name}-charter"), at(&format!("/rules/{charter}")), None);
        }
        let logins: Vec<&str> = place["logins"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|login| login["login"].as_str())
            .collect();
        let clerk = logins.first().context("a place without a clerk")?;
        add(format!("{name}-desk"), at("/desk"), Some(clerk));
        add(format!("{name}-desk-rules"), at("/rules"), Some(clerk));
        add(format!("{name}-desk-bodies"), at("/bodies"), Some(clerk));
        add(format!("{name}-desk-roster"), at("/roster"), Some(clerk));
        add(format!("{name}-desk-accounts"), at("/accounts"), Some(clerk));
        for (n, matter) in matters.iter().enumerate() {
            add(format!("{name}-desk-matter-{}", n + 1), at(&format!("/matters/{matter}")), Some(clerk));
        }
        if let Some(resident) = logins.iter().find(|login| login.ends_with("-resident")) {
            add(format!("{name}-resident"), at(""), Some(resident));
            add(format!("{name}-suggest"), at("/suggest"), Some(resident));
            for (n, matter) in matters.iter().enumerate() {
                add(
                    format!("{name}-resident-matter-{}", n + 1),
                    at(&format!("/matters/{matter}")),
                    Some(resident),
                );
            }
        }
    }
    if let (Some(community), Some(ballot), Some(meeting)) = (
        story["voting"]["community"].as_str(),
        story["voting"]["ballot"].as_str(),
        story["voting"]["meeting"].as_str(),
    ) {
        let place = story["places"].as_array().into_iter().flatten().find(|place| place["id"] == community);
        let logins = place.and_then(|place| place["logins"].as_array()).into_iter().flatten();
        let chair =
            logins.filter_map(|login| login["login"].as_str()).find(|login| login.ends_with("-chair"));
        add("voting".to_owned(), format!("/c/{community}"), chair);
        add("ballot".to_owned(), format!("/c/{community}/ballots/{ballot}"), chair);
        add("meeting".to_owned(), format!("/c/{community}/meetings/{meeting}"), None);
    }
    if let (Some(id), Some(login)) = (story["fresh"]["id"].as_str(), story["fresh"]["login"].as_str()) {
        add("fresh-desk".to_owned(), format!("/c/{id}/desk"), Some(login));
        add("fresh-rules".to_owned(), format!("/c/{id}/rules"), Some(login));
    }
    let town = story["town"].as_str().context("a story without a town")?;
    let town_login = story["town_login"].as_str();
    add("town".to_owned(), format!("/towns/{town}"), town_login);
    for (place, name) in story["places"].as_array().into_iter().flatten().zip(["village", "urban"]) {
        let id = place["id"].as_str().context("a place without id")?;
        add(format!("{name}-town-rules"), format!("/c/{id}/rules"), town_login);
    }
    add("password".to_owned(), "/me/password".to_owned(), town_login);
    add("city".to_owned(), "/".to_owned(), Some(CITY_LOGIN));
    Ok(pages)
}
