//! 机构 (bodies and their seats).

use std::sync::Arc;

use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yishi_app::views::BodyView;
use yishi_edge::extract::Path;
use yishi_identity::CommunityId;

use crate::http::Server;
use crate::http::caller::Caller;
use crate::http::openapi::ProblemDocument;
use crate::http::reply::{self, Reply};

/// Operations of this file.
pub(super) fn routes() -> OpenApiRouter<Arc<Server>> {
    OpenApiRouter::new().routes(routes!(bodies))
}

/// 机构与成员 (every body with those in office today; public).
#[utoipa::path(get, path = "/api/v1/communities/{community}/bodies", tag = "bodies",
    params(("community" = String, Path)),
    responses(
    (status = 200, body = Vec<BodyView>),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn bodies(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(community): Path<CommunityId>,
) -> Reply {
    reply::read(server.app().bodies(&caller.ctx, community).await)
}
