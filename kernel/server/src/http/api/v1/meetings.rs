//! 会议 (meetings).

use std::sync::Arc;

use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yishi_app::views::MeetingView;
use yishi_edge::extract::Path;
use yishi_edge::query::Query;
use yishi_identity::{CommunityId, MeetingId};

use super::sorted;
use crate::http::Server;
use crate::http::caller::Caller;
use crate::http::openapi::ProblemDocument;
use crate::http::reply::{self, PageOf, Paging, Reply};

/// Operations of this file.
pub(super) fn routes() -> OpenApiRouter<Arc<Server>> {
    OpenApiRouter::new()
        .routes(routes!(meetings))
        .routes(routes!(meeting))
        .merge(super::acts::routes::<yishi_deliberation::Meeting>())
}

/// 会议列表, newest first (public).
#[utoipa::path(get, path = "/api/v1/communities/{community}/meetings", tag = "meetings",
    params(("community" = String, Path), Paging),
    responses(
    (status = 200, body = PageOf<MeetingView>),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn meetings(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(community): Path<CommunityId>,
    Query(paging): Query<Paging>,
) -> Reply {
    server
        .page(&caller, &paging, "", |after, limit| {
            server.app().meetings(&caller.ctx, community, sorted(after), limit)
        })
        .await
}

/// 会议 (public, but for who came).
#[utoipa::path(get, path = "/api/v1/communities/{community}/meetings/{meeting}", tag = "meetings",
    params(("community" = String, Path), ("meeting" = String, Path)),
    responses(
    (status = 200, body = MeetingView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn meeting(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, meeting)): Path<(CommunityId, MeetingId)>,
) -> Reply {
    reply::read(server.app().meeting(&caller.ctx, community, meeting).await)
}
