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
use yishi_identity::{CaseId, CommunityId, RuleId};

use super::reads::reads;
use super::{acts, sorted};
use crate::http::Server;
use crate::http::caller::Caller;
use crate::http::openapi::ProblemDocument;
use crate::http::reply::Reply;

pub(super) fn routes() -> OpenApiRouter<Arc<Server>> {
    reads()
        .routes(routes!(handle_case))
        .routes(routes!(appraise))
        .routes(routes!(continue_case))
        .merge(acts::routes::<Case>())
}

reads! {
    "cases";

    /// 办件列表, newest first.
    list cases "/api/v1/communities/{community}/rules/{rule}/cases"
        ("community" community: CommunityId, "rule" rule: RuleId) [CaseView]
        |app, ctx, after, limit| app.cases(ctx, community, rule, sorted(after), limit);

    /// 一件办件, with all that became of it; for those who may see cases, its own household, and a body of which it asks something.
    one case "/api/v1/communities/{community}/rules/{rule}/cases/{case}"
        ("community" community: CommunityId, "rule" rule: RuleId, "case" case: CaseId) [CaseView]
        |app, ctx| app.case(ctx, community, rule, case);

    /// 本户的办件 (what rules have handled about the reader and the reader's household, newest first).
    list own_cases "/api/v1/communities/{community}/my/cases" ("community" community: CommunityId) [CaseView]
        |app, ctx, after, limit| app.own_cases(ctx, community, sorted(after), limit);

    /// 公布 (what the rule's outcomes publish, newest first; public).
    list notices "/api/v1/communities/{community}/rules/{rule}/notices"
        ("community" community: CommunityId, "rule" rule: RuleId) [RuleNoticeView]
        |app, ctx, after, limit| app.rule_notices(ctx, community, Some(rule), sorted(after), limit);
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
