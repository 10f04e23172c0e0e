//! 办件与评议 (cases under a rule, appraisals under a village regulation).

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yishi_app::inputs::{CaseContinued, NewCase};
use yishi_app::views::{CaseView, RuleNoticeView};
use yishi_deliberation::Case;
use yishi_edge::Write;
use yishi_edge::extract::Path;
use yishi_edge::query::Query;
use yishi_identity::{CaseId, CommunityId, RuleId};

use super::{acts, sorted};
use crate::http::Server;
use crate::http::caller::Caller;
use crate::http::openapi::ProblemDocument;
use crate::http::reply::{self, PageOf, Paging, Reply};

/// Operations of this file.
pub(super) fn routes() -> OpenApiRouter<Arc<Server>> {
    OpenApiRouter::new()
        .routes(routes!(cases, handle_case))
        .routes(routes!(appraise))
        .routes(routes!(continue_case))
        .routes(routes!(case))
        .merge(acts::routes::<Case>())
        .routes(routes!(own_cases))
        .routes(routes!(notices))
}

/// 办件列表, newest first.
#[utoipa::path(get, path = "/api/v1/communities/{community}/rules/{rule}/cases", tag = "cases",
    params(("community" = String, Path), ("rule" = String, Path), Paging),
    responses(
    (status = 200, body = PageOf<CaseView>),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn cases(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, rule)): Path<(CommunityId, RuleId)>,
    Query(paging): Query<Paging>,
) -> Reply {
    server
        .page(&caller, &paging, "", |after, limit| {
            server.app().cases(&caller.ctx, community, rule, sorted(after), limit)
        })
        .await
}

/// 办件 (the rule handles it and says by which article).
#[utoipa::path(post, path = "/api/v1/communities/{community}/rules/{rule}/cases", tag = "cases",
    params(("community" = String, Path), ("rule" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it")),
    request_body = NewCase,
    responses(
    (status = 201, body = CaseView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn handle_case(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, rule)): Path<(CommunityId, RuleId)>,
    write: Write<NewCase>,
) -> Reply {
    server
        .write(caller, StatusCode::CREATED, write, |server, ctx, input| async move {
            server.app().handle_case(&ctx, community, rule, input).await
        })
        .await
}

/// 评议 (conduct, under a village regulation).
#[utoipa::path(post, path = "/api/v1/communities/{community}/rules/{rule}/appraisals", tag = "cases",
    params(("community" = String, Path), ("rule" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it")),
    request_body = NewCase,
    responses(
    (status = 201, body = CaseView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn appraise(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, rule)): Path<(CommunityId, RuleId)>,
    write: Write<NewCase>,
) -> Reply {
    server
        .write(caller, StatusCode::CREATED, write, |server, ctx, input| async move {
            server.app().handle_case(&ctx, community, rule, input).await
        })
        .await
}

/// 续办 (the rule is asked about something further in the same case).
#[utoipa::path(post, path = "/api/v1/communities/{community}/rules/{rule}/cases/{case}/events", tag = "cases",
    params(("community" = String, Path), ("rule" = String, Path), ("case" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it")),
    request_body = CaseContinued,
    responses(
    (status = 200, body = CaseView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn continue_case(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, rule, case)): Path<(CommunityId, RuleId, CaseId)>,
    write: Write<CaseContinued>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().continue_case(&ctx, community, rule, case, input).await
        })
        .await
}

/// 一件办件, with all that became of it; for those who may see cases, its own household, and a body of which it asks something.
#[utoipa::path(get, path = "/api/v1/communities/{community}/rules/{rule}/cases/{case}", tag = "cases",
    params(("community" = String, Path), ("rule" = String, Path), ("case" = String, Path)),
    responses(
    (status = 200, body = CaseView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn case(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, rule, case)): Path<(CommunityId, RuleId, CaseId)>,
) -> Reply {
    reply::read(server.app().case(&caller.ctx, community, rule, case).await)
}

/// 本户的办件 (what rules have handled about the reader and the reader's household, newest first).
#[utoipa::path(get, path = "/api/v1/communities/{community}/my/cases", tag = "cases",
    params(("community" = String, Path), Paging),
    responses(
    (status = 200, body = PageOf<CaseView>),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn own_cases(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(community): Path<CommunityId>,
    Query(paging): Query<Paging>,
) -> Reply {
    server
        .page(&caller, &paging, "", |after, limit| {
            server.app().own_cases(&caller.ctx, community, sorted(after), limit)
        })
        .await
}

/// 公布 (what the rule's outcomes publish, newest first; public).
#[utoipa::path(get, path = "/api/v1/communities/{community}/rules/{rule}/notices", tag = "cases",
    params(("community" = String, Path), ("rule" = String, Path), Paging),
    responses(
    (status = 200, body = PageOf<RuleNoticeView>),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn notices(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, rule)): Path<(CommunityId, RuleId)>,
    Query(paging): Query<Paging>,
) -> Reply {
    server
        .page(&caller, &paging, "", |after, limit| {
            server.app().rule_notices(&caller.ctx, community, Some(rule), sorted(after), limit)
        })
        .await
}
