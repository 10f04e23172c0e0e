//! 接口文档 (the API's documentation, browsable offline).

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::Server;
use super::pages::problem_page;

/// The documentation pages at `/api/docs`, the document at `/api/openapi.json`, and what a problem's `type` leads to.
pub fn routes(document: OpenApi) -> Router<Arc<Server>> {
    // No validator: it would be a request to a foreign host.
    let config =
        Config::default().validator_url("none").try_it_out_enabled(true).display_request_duration(true);
    Router::new()
        .merge(SwaggerUi::new("/api/docs").url("/api/openapi.json", document).config(config))
        .route("/problems/{code}", get(problem_page))
}
