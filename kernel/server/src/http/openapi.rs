//! OpenAPI: the document is generated from the handlers, committed as `schemas/openapi.json`, and tested to be fresh.

use std::sync::Arc;

use axum::Router;
use serde::Serialize;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, OpenApi, Ref, ResponseBuilder};
use utoipa::{OpenApi as _, ToSchema};
use utoipa_axum::router::OpenApiRouter;

use super::Server;
use super::api;

/// 问题 (RFC 9457). `title` and `detail` follow Accept-Language; `code` never changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemDocument {
    /// Leads to a page that explains the code.
    pub r#type: String,
    /// What kind of problem, in the reader's language.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// Stable kebab-case code.
    pub code: String,
    /// What happened this time.
    pub detail: Option<String>,
    /// The path that was asked for.
    pub instance: String,
    /// To be quoted when asking for help.
    pub trace_id: String,
    /// One for each wrong field.
    pub errors: Option<Vec<ProblemField>>,
}

/// One wrong field.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemField {
    /// JSON Pointer (RFC 6901) into the body.
    pub pointer: String,
    /// Stable kebab-case code.
    pub code: String,
    /// In the reader's language.
    pub detail: String,
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "yishi 议事",
        description = "村（社区）议事接口。写操作须带 `Idempotency-Key`；列表用 `cursor` 翻页；错误为 RFC 9457 问题文档，\
                       `code` 固定不变，`title` 随 `Accept-Language`。\n\n\
                       Deliberation of villages and urban communities. Every write takes an `Idempotency-Key`; lists \
                       page by `cursor`; errors are RFC 9457 problem documents with a stable `code`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(ProblemDocument, ProblemField)),
    security((), ("bearer" = []))
)]
struct Base;

/// The API's router and its document, from the same handlers.
pub fn parts() -> (Router<Arc<Server>>, OpenApi) {
    let mut base = Base::openapi();
    let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    base.components.get_or_insert_default().add_security_scheme("bearer", bearer);
    let (router, mut document) = OpenApiRouter::with_openapi(base).merge(api::v1::routes()).split_for_parts();
    let problem = Content::new(Some(Ref::from_schema_name("ProblemDocument")));
    let problem = ResponseBuilder::new().content("application/problem+json", problem).build();
    for (path, item) in &mut document.paths.paths {
        let operations = [&mut item.get, &mut item.post, &mut item.delete].into_iter().flatten();
        // Whoever asks what time it is, is always told.
        for operation in operations.filter(|_| path != "/api/v1/clock") {
            operation.responses.responses.insert("default".to_owned(), problem.clone().into());
        }
    }
    (router, document)
}

/// The document as it is committed.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn document() -> Result<String, serde_json::Error> {
    let (_, document) = parts();
    // Through a value, so that keys are in order whatever the library does.
    let value = serde_json::to_value(&document)?;
    let mut text = serde_json::to_string_pretty(&value)?;
    text.push('\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_committed_document_is_fresh() {
        let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas/openapi.json");
        let committed = std::fs::read_to_string(committed).expect("the document is committed");
        assert!(
            committed == document().expect("it can be written"),
            "schemas/openapi.json is stale; run `cargo run -p yishi-server -- openapi > schemas/openapi.json`"
        );
    }

    #[test]
    fn every_operation_has_a_name_of_its_own_and_says_how_it_fails() {
        let (_, document) = parts();
        let document = serde_json::to_value(&document).expect("it can be written");
        let mut names = BTreeSet::new();
        let paths = document["paths"].as_object().expect("it has paths");
        for (path, item) in paths {
            for (method, operation) in item.as_object().expect("a path has methods") {
                let name = operation["operationId"].as_str().expect("it has a name");
                assert!(names.insert(name.to_owned()), "`{name}` twice, at {method} {path}");
                assert!(operation["summary"].is_string(), "{method} {path} has no summary");
                if path != "/api/v1/clock" {
                    let failure = &operation["responses"]["default"]["content"]["application/problem+json"];
                    assert!(failure.is_object(), "{method} {path} does not say how it fails");
                }
            }
        }
        assert!(names.len() > 70, "only {} operations", names.len());
    }
}
