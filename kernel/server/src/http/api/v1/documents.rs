//! 文书 (documents by digest).

use std::sync::Arc;

use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yishi_app::views::DocumentView;
use yishi_canonical::Digest;
use yishi_edge::extract::Path;
use yishi_identity::CommunityId;

use crate::http::Server;
use crate::http::caller::Caller;
use crate::http::openapi::ProblemDocument;
use crate::http::reply::{self, Reply};

/// Operations of this file.
pub(super) fn routes() -> OpenApiRouter<Arc<Server>> {
    OpenApiRouter::new().routes(routes!(document))
}

/// 文书.
#[utoipa::path(get, path = "/api/v1/communities/{community}/documents/{digest}", tag = "documents",
    params(("community" = String, Path), ("digest" = String, Path)),
    responses(
    (status = 200, body = DocumentView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn document(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, digest)): Path<(CommunityId, Digest)>,
) -> Reply {
    reply::read(server.app().document(&caller.ctx, community, digest).await)
}
