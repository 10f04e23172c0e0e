//! 会议 (meetings).

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yishi_app::inputs::{
    Adjournment, Attendance, NewBallot, NewMeeting, NewRecusal, Opening, Reasons, Recess, RecusalDispute,
};
use yishi_app::views::{BallotView, MeetingView};
use yishi_edge::Write;
use yishi_edge::etag::RequiredMatch;
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
        .routes(routes!(meetings, convene))
        .routes(routes!(meeting))
        .routes(routes!(open_meeting))
        .routes(routes!(attend))
        .routes(routes!(adjourn))
        .routes(routes!(cancel_meeting))
        .routes(routes!(recess))
        .routes(routes!(recuse))
        .routes(routes!(dispute_recusal))
        .routes(routes!(open_ballot))
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

/// 召集会议.
#[utoipa::path(post, path = "/api/v1/communities/{community}/meetings", tag = "meetings",
    params(("community" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it")),
    request_body = NewMeeting,
    responses(
    (status = 201, body = MeetingView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn convene(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(community): Path<CommunityId>,
    write: Write<NewMeeting>,
) -> Reply {
    server
        .write(caller, StatusCode::CREATED, write, |server, ctx, input| async move {
            server.app().convene(&ctx, community, input).await
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

/// 开会 (the roll of the day is fixed), or going on after a recess.
#[utoipa::path(post, path = "/api/v1/communities/{community}/meetings/{meeting}/open", tag = "meetings",
    params(("community" = String, Path), ("meeting" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it"), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = Opening,
    responses(
    (status = 200, body = MeetingView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn open_meeting(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, meeting)): Path<(CommunityId, MeetingId)>,
    _: RequiredMatch,
    write: Write<Opening>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().open_meeting(&ctx, community, meeting, input).await
        })
        .await
}

/// 签到与离席 (many at once).
#[utoipa::path(post, path = "/api/v1/communities/{community}/meetings/{meeting}/attendance", tag = "meetings",
    params(("community" = String, Path), ("meeting" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it")),
    request_body = Attendance,
    responses(
    (status = 200, body = MeetingView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn attend(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, meeting)): Path<(CommunityId, MeetingId)>,
    write: Write<Attendance>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().attend(&ctx, community, meeting, input).await
        })
        .await
}

/// 散会, with the minutes.
#[utoipa::path(post, path = "/api/v1/communities/{community}/meetings/{meeting}/adjourn", tag = "meetings",
    params(("community" = String, Path), ("meeting" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it"), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = Adjournment,
    responses(
    (status = 200, body = MeetingView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn adjourn(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, meeting)): Path<(CommunityId, MeetingId)>,
    _: RequiredMatch,
    write: Write<Adjournment>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().adjourn(&ctx, community, meeting, input).await
        })
        .await
}

/// 取消会议, before its doors open.
#[utoipa::path(post, path = "/api/v1/communities/{community}/meetings/{meeting}/cancel", tag = "meetings",
    params(("community" = String, Path), ("meeting" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it"), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = Reasons,
    responses(
    (status = 200, body = MeetingView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn cancel_meeting(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, meeting)): Path<(CommunityId, MeetingId)>,
    _: RequiredMatch,
    write: Write<Reasons>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().cancel_meeting(&ctx, community, meeting, input).await
        })
        .await
}

/// 休会续开: the body decides in the room to go on on a named day within seven days (R48).
#[utoipa::path(post, path = "/api/v1/communities/{community}/meetings/{meeting}/recess", tag = "meetings",
    params(("community" = String, Path), ("meeting" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it"), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = Recess,
    responses(
    (status = 200, body = MeetingView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn recess(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, meeting)): Path<(CommunityId, MeetingId)>,
    _: RequiredMatch,
    write: Write<Recess>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().recess(&ctx, community, meeting, input).await
        })
        .await
}

/// 登记回避 (R8): a member declares it, or staff record what was proposed or decided in the room.
#[utoipa::path(post, path = "/api/v1/communities/{community}/meetings/{meeting}/recusals", tag = "meetings",
    params(("community" = String, Path), ("meeting" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it")),
    request_body = NewRecusal,
    responses(
    (status = 200, body = MeetingView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn recuse(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, meeting)): Path<(CommunityId, MeetingId)>,
    write: Write<NewRecusal>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().recuse(&ctx, community, meeting, input).await
        })
        .await
}

/// 对回避的异议 (R8): until the body decides by motion the recusal has no effect.
#[utoipa::path(post, path = "/api/v1/communities/{community}/meetings/{meeting}/recusals/dispute", tag = "meetings",
    params(("community" = String, Path), ("meeting" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it")),
    request_body = RecusalDispute,
    responses(
    (status = 200, body = MeetingView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn dispute_recusal(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, meeting)): Path<(CommunityId, MeetingId)>,
    write: Write<RecusalDispute>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().dispute_recusal(&ctx, community, meeting, input).await
        })
        .await
}

/// 提付表决.
#[utoipa::path(post, path = "/api/v1/communities/{community}/meetings/{meeting}/ballots", tag = "ballots",
    params(("community" = String, Path), ("meeting" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it"), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = NewBallot,
    responses(
    (status = 201, body = BallotView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn open_ballot(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, meeting)): Path<(CommunityId, MeetingId)>,
    _: RequiredMatch,
    write: Write<NewBallot>,
) -> Reply {
    server
        .write(caller, StatusCode::CREATED, write, |server, ctx, input| async move {
            server.app().open_ballot(&ctx, community, meeting, input).await
        })
        .await
}
