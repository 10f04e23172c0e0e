//! Every numeric parameter of the API at its edges, as the API's document lists them: what is inside the bounds is
//! answered, what is outside is refused with the bounds by name, and nothing is a fault of the server.
//!
//! `log/entries?from=9223372036854775808` was answered 500: the number fits the parameter's type and not the database's.

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};
use yishi_harness::{City, Client, Kernel, Options, Reply, artifacts};

/// Edges of every integer somebody may keep a number in, and spellings of numbers that are none.
const EDGES: [&str; 22] = [
    "-9223372036854775809",
    "-9223372036854775808",
    "-2147483648",
    "-1",
    "0",
    "1",
    "99",
    "100",
    "101",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "9007199254740991",
    "9007199254740992",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "1.5",
    "1e3",
    "+1",
];

#[tokio::test(flavor = "multi_thread")]
async fn numeric_parameters_hold_at_their_edges() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let kernel = Kernel::start(Options {
        binary: artifacts::server()?,
        data: folder.path().join("data"),
        listen: "127.0.0.1:0".to_owned(),
        clock: None,
    })
    .await?;
    let city = City::of(&kernel).await?;
    let town = city.town("柳溪镇", "320582104", "liuxi").await?;
    let body = json!({"name": "云岭村", "kind": "village", "region_code": "320582104207"});
    let made = town.admin.post(&format!("/towns/{}/communities", town.id), &body).await?.ok()?;
    let village = made["id"].as_str().context("no id")?.to_owned();
    let account = json!({
        "login": "clerk", "password": yishi_harness::kernel::PASSWORD, "display_name": "工作人员", "holder": {"name": "陆文", "birth_date": "1985-01-01"},
        "grants": [{"role": "staff", "community": village}], "must_change_password": false,
    });
    town.admin.post(&format!("/towns/{}/accounts", town.id), &account).await?.ok()?;
    let clerk = city.visitor.sign_in("clerk", yishi_harness::kernel::PASSWORD).await?;
    let readers = [&clerk, &town.admin, &city.admin];

    let text = std::fs::read_to_string(artifacts::workspace().join("schemas/openapi.json"))?;
    let document: Value = serde_json::from_str(&text)?;
    let paths = document["paths"].as_object().context("no paths")?;
    let mut checked = 0;
    for (path, item) in paths {
        let parameters = item["get"]["parameters"].as_array();
        for parameter in parameters.into_iter().flatten() {
            let schema = &parameter["schema"];
            if schema["type"] != json!("integer") {
                continue;
            }
            let name = parameter["name"].as_str().context("a parameter without a name")?;
            let bounds = (schema["minimum"].as_i64(), schema["maximum"].as_i64());
            let (Some(least), Some(most)) = bounds else {
                bail!("{path}: the document does not say between what `{name}` lies");
            };
            let filled = path
                .replace("{community}", &village)
                .replace("{town}", &town.id)
                .replace("{rule}", "rul_01980000-0000-7000-8000-000000000000")
                .replace("{matter}", "mat_01980000-0000-7000-8000-000000000000");
            for edge in EDGES {
                let address = match parameter["in"].as_str() {
                    Some("path") => filled.replace(&format!("{{{name}}}"), edge),
                    _ => format!("{filled}?{name}={}", edge.replace('+', "%2B")),
                };
                let reply = ask(&readers, &address).await?;
                let inside = edge.parse::<i64>().is_ok_and(|number| (least..=most).contains(&number));
                let inside = inside && !edge.starts_with('+');
                let status = reply.status.as_u16();
                if parameter["in"] == json!("path") {
                    // A number in a path names a thing; one that names none is not found.
                    ensure!(matches!(status, 200 | 404), "{address}: {status} {}", reply.text);
                } else if inside {
                    // What is nobody's but a resident's own is refused for another reason than its number.
                    ensure!(matches!(status, 200 | 403 | 404), "{address}: {status} {}", reply.text);
                } else {
                    ensure!(
                        status == 400 && reply.code() == "bad-parameter",
                        "{address}: {status} {}",
                        reply.text
                    );
                    let said = (&reply.json["minimum"], &reply.json["maximum"]);
                    ensure!(
                        said == (&json!(least), &json!(most)),
                        "{address}: the bounds are not named: {}",
                        reply.text
                    );
                }
                checked += 1;
            }
        }
    }
    ensure!(checked >= 14 * EDGES.len(), "only {checked} edges were looked at");
    Ok(())
}

/// The answer of whoever may read it.
async fn ask(readers: &[&Client], address: &str) -> Result<Reply> {
    let mut last = None;
    for reader in readers {
        let reply = reader.get(address).await?;
        if !matches!(reply.status.as_u16(), 401 | 403) {
            return Ok(reply);
        }
        last = Some(reply);
    }
    last.context("nobody asked")
}
