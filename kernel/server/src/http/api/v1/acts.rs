//! 办理 (the acts of the catalogue): one handler for all of them, and their part of the OpenAPI document.

use std::sync::Arc;

use axum::extract::{FromRequest as _, Request, State};
use axum::http::StatusCode;
use axum::routing::post;
use serde_json::{Value, json};
use utoipa::openapi::path::{PathItem, Paths, PathsBuilder};
use utoipa::openapi::{RefOr, Schema};
use utoipa_axum::router::OpenApiRouter;
use yishi_acts::{Aggregate as _, Entry};
use yishi_app::AppError;
use yishi_deliberation::Matter;
use yishi_edge::etag::RequiredMatch;
use yishi_edge::extract::{Path, WriteAny};
use yishi_identity::{CommunityId, MatterId};

use crate::http::Server;
use crate::http::caller::Caller;
use crate::http::reply::Reply;

/// The address of what is done with a matter.
const MATTER: &str = "/api/v1/communities/{community}/matters/{matter}";

/// A route for each act.
pub(super) fn routes() -> OpenApiRouter<Arc<Server>> {
    Matter::acts().iter().fold(OpenApiRouter::new(), |router, entry| {
        let handler = post(
            move |State(server): State<Arc<Server>>,
                  caller: Caller,
                  Path((community, matter)): Path<(CommunityId, MatterId)>,
                  _: RequiredMatch,
                  request: Request| {
                do_with_matter(server, caller, community, matter, entry, request)
            },
        );
        let schemas = if entry.asks_nothing() { Vec::new() } else { vec![schema(entry)] };
        router.routes((schemas, paths(entry), handler))
    })
}

async fn do_with_matter(
    server: Arc<Server>,
    caller: Caller,
    community: CommunityId,
    matter: MatterId,
    entry: &'static Entry<Matter>,
    request: Request,
) -> Reply {
    let WriteAny { body, faults, key, fingerprint } = WriteAny::from_request(request, &()).await?;
    let body = match body {
        Some(body) => body,
        None if entry.asks_nothing() => json!({}),
        None => return Err(yishi_edge::Problem::new(&yishi_edge::codes::EMPTY_BODY).into()),
    };
    let ready = entry.read(&body, faults).map_err(AppError::Invalid)?;
    server
        .once(caller, StatusCode::OK, &key, fingerprint, |server, ctx| async move {
            server.app().do_with_matter(&ctx, community, matter, entry, ready).await
        })
        .await
}

/// The schema of an act's input, under its name.
fn schema(entry: &Entry<Matter>) -> (String, RefOr<Schema>) {
    (entry.name.to_owned(), read(entry.api_schema()))
}

/// An act in the document.
fn paths(entry: &Entry<Matter>) -> Paths {
    let code = entry.act.code();
    let header = |name: &str, about: &str| json!({ "name": name, "in": "header", "required": true, "description": about, "schema": { "type": "string" } });
    let part =
        |name: &str| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } });
    let of = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let mut operation = json!({
        "operationId": code.replace('-', "_"),
        "summary": entry.about.lines().next().unwrap_or_default().trim(),
        "tags": ["matters"],
        "parameters": [
            part("community"),
            part("matter"),
            header("Idempotency-Key", "A new one for each new act; the same one when repeating it"),
            header("If-Match", "The ETag that was read"),
        ],
        "responses": {
            "200": { "description": "", "content": { "application/json": { "schema": of("MatterView") } } },
            "default": {
                "description": "",
                "content": { "application/problem+json": { "schema": of("ProblemDocument") } },
            },
        },
    });
    if !entry.asks_nothing() {
        operation["requestBody"] = json!({
            "required": true,
            "content": { "application/json": { "schema": of(entry.name), "example": entry.example() } },
        });
    }
    let item: PathItem = read(json!({ "post": operation }));
    PathsBuilder::new().path(format!("{MATTER}/{code}"), item).build()
}

/// A part of the document from its JSON. What is written here is a part of it; the test of the document reads all of them.
fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("a part of an OpenAPI document, as the test of the document shows")
}
