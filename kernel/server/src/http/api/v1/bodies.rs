//! 机构 (bodies and their seats).

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yishi_app::inputs::{Election, SeatEnding};
use yishi_app::views::{BodyView, ElectionView};
use yishi_edge::Write;
use yishi_edge::extract::Path;
use yishi_identity::{CommunityId, PersonId};
use yishi_law::BodyKind;

use crate::http::Server;
use crate::http::caller::Caller;
use crate::http::openapi::ProblemDocument;
use crate::http::reply::{self, Reply};

/// Operations of this file.
pub(super) fn routes() -> OpenApiRouter<Arc<Server>> {
    OpenApiRouter::new().routes(routes!(bodies)).routes(routes!(elect)).routes(routes!(end_seat))
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

/// 登记选举结果. Where the policy's usual figures are left, a `reason` is asked for (`advisory-needs-reason`).
#[utoipa::path(post, path = "/api/v1/communities/{community}/bodies/{body}/elections", tag = "bodies",
    params(("community" = String, Path), ("body" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it")),
    request_body = Election,
    responses(
    (status = 201, body = ElectionView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn elect(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, body)): Path<(CommunityId, BodyKind)>,
    write: Write<Election>,
) -> Reply {
    server
        .write(caller, StatusCode::CREATED, write, |server, ctx, input| async move {
            server.app().elect(&ctx, community, body, input).await
        })
        .await
}

/// 登记离任.
#[utoipa::path(post, path = "/api/v1/communities/{community}/bodies/{body}/seats/{person}/end", tag = "bodies",
    params(("community" = String, Path), ("body" = String, Path), ("person" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it")),
    request_body = SeatEnding,
    responses(
    (status = 200, body = ElectionView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn end_seat(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, body, person)): Path<(CommunityId, BodyKind, PersonId)>,
    write: Write<SeatEnding>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().end_seat(&ctx, community, body, person, input).await
        })
        .await
}
