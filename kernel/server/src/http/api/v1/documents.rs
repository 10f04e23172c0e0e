//! 文书 (documents by digest).

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yishi_app::inputs::NewDocument;
use yishi_app::views::DocumentView;
use yishi_canonical::Digest;
use yishi_edge::Write;
use yishi_edge::extract::Path;
use yishi_identity::CommunityId;

use crate::http::Server;
use crate::http::caller::Caller;
use crate::http::openapi::ProblemDocument;
use crate::http::reply::{self, Reply};

/// Operations of this file.
pub(super) fn routes() -> OpenApiRouter<Arc<Server>> {
    OpenApiRouter::new().routes(routes!(create_document)).routes(routes!(document))
}

/// 存入文书.
#[utoipa::path(post, path = "/api/v1/communities/{community}/documents", tag = "documents",
    params(("community" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it")),
    request_body = NewDocument,
    responses(
    (status = 201, body = DocumentView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn create_document(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(community): Path<CommunityId>,
    write: Write<NewDocument>,
) -> Reply {
    server
        .write(caller, StatusCode::CREATED, write, |server, ctx, input| async move {
            server.app().create_document(&ctx, community, input).await
        })
        .await
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
