//! 事项 (matters and their steps).

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yishi_app::inputs::{
    CommentAnswer, CommentsAnswer, ConsultationSummary, ConsultationWindow, DeliberationOutcome,
    DisclosureWindow, FilingNote, FilingReceipt, NewComment, PetitionInput, Proposal, Reasons, Report,
    ResolveBy, ReviewOutcome, Revision, StudyOutcome, Suggestion, Tabling, TakeDown,
};
use yishi_app::views::{CommentView, MatterSummary, MatterView};
use yishi_edge::Write;
use yishi_edge::etag::RequiredMatch;
use yishi_edge::extract::{Path, WriteEmpty};
use yishi_edge::query::{Limit, Query};
use yishi_identity::{CommentId, CommunityId, MatterId};

use super::sorted;
use crate::http::Server;
use crate::http::caller::Caller;
use crate::http::openapi::ProblemDocument;
use crate::http::reply::{self, PageOf, Paging, Reply};

/// Which matters.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Matters {
    /// Only those under way, or only those that ended.
    #[param(inline)]
    status: Option<Status>,
    /// 1 to 100; 50 where nothing is said.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Limit,
    /// The `next` of the page before.
    cursor: Option<String>,
}

/// Under way or ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum Status {
    /// Under way.
    Open,
    /// Ended.
    Closed,
}

/// Operations of this file.
pub(super) fn routes() -> OpenApiRouter<Arc<Server>> {
    OpenApiRouter::new()
        .routes(routes!(matters, suggest))
        .routes(routes!(matter))
        .routes(routes!(comments, comment))
        .routes(routes!(answer_comment))
        .routes(routes!(answer_comments))
        .routes(routes!(hide_comment))
        .routes(routes!(propose))
        .routes(routes!(review))
        .routes(routes!(resubmit))
        .routes(routes!(put_to_chair))
        .routes(routes!(force_convening))
        .routes(routes!(open_consultation))
        .routes(routes!(close_consultation))
        .routes(routes!(study))
        .routes(routes!(deliberate))
        .routes(routes!(escalate))
        .routes(routes!(resolve))
        .routes(routes!(file))
        .routes(routes!(acknowledge_filing))
        .routes(routes!(disclose))
        .routes(routes!(implement))
        .routes(routes!(disclose_outcome))
        .routes(routes!(withdraw))
        .routes(routes!(lapse))
        .routes(routes!(repin))
        .routes(routes!(take_down))
        .routes(routes!(complete))
}

/// 事项列表, newest act first (public).
#[utoipa::path(get, path = "/api/v1/communities/{community}/matters", tag = "matters",
    params(("community" = String, Path), Matters),
    responses(
    (status = 200, body = PageOf<MatterSummary>),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn matters(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(community): Path<CommunityId>,
    Query(which): Query<Matters>,
) -> Reply {
    let paging = Paging { limit: which.limit, cursor: which.cursor };
    let closed = which.status.map(|status| status == Status::Closed);
    let filters = match which.status {
        None => "",
        Some(Status::Open) => "status=open",
        Some(Status::Closed) => "status=closed",
    };
    server
        .page(&caller, &paging, filters, |after, limit| {
            server.app().matters(&caller.ctx, community, closed, sorted(after), limit)
        })
        .await
}

/// 建议.
#[utoipa::path(post, path = "/api/v1/communities/{community}/matters", tag = "matters",
    params(("community" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it")),
    request_body = Suggestion,
    responses(
    (status = 201, body = MatterView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn suggest(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(community): Path<CommunityId>,
    write: Write<Suggestion>,
) -> Reply {
    server
        .write(caller, StatusCode::CREATED, write, |server, ctx, input| async move {
            server.app().suggest(&ctx, community, input).await
        })
        .await
}

/// 事项 (public).
#[utoipa::path(get, path = "/api/v1/communities/{community}/matters/{matter}", tag = "matters",
    params(("community" = String, Path), ("matter" = String, Path)),
    responses(
    (status = 200, body = MatterView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn matter(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, matter)): Path<(CommunityId, MatterId)>,
) -> Reply {
    reply::read(server.app().matter(&caller.ctx, community, matter).await)
}

/// 意见 (public; authors by capacity, never by name).
#[utoipa::path(get, path = "/api/v1/communities/{community}/matters/{matter}/comments", tag = "matters",
    params(("community" = String, Path), ("matter" = String, Path), Paging),
    responses(
    (status = 200, body = PageOf<CommentView>),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn comments(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, matter)): Path<(CommunityId, MatterId)>,
    Query(paging): Query<Paging>,
) -> Reply {
    server
        .page(&caller, &paging, "", |after, limit| {
            server.app().comments(&caller.ctx, community, matter, after, limit)
        })
        .await
}

/// 提意见.
#[utoipa::path(post, path = "/api/v1/communities/{community}/matters/{matter}/comments", tag = "matters",
    params(("community" = String, Path), ("matter" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it")),
    request_body = NewComment,
    responses(
    (status = 201, body = CommentView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn comment(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, matter)): Path<(CommunityId, MatterId)>,
    write: Write<NewComment>,
) -> Reply {
    server
        .write(caller, StatusCode::CREATED, write, |server, ctx, input| async move {
            server.app().comment(&ctx, community, matter, input).await
        })
        .await
}

/// 答复意见 (published under the comment; another answer has to cite the digest of the one it replaces).
#[utoipa::path(post, path = "/api/v1/communities/{community}/matters/{matter}/comments/{comment}/answer", tag = "matters",
    params(("community" = String, Path), ("matter" = String, Path), ("comment" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it")),
    request_body = CommentAnswer,
    responses(
    (status = 200, body = CommentView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn answer_comment(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, matter, comment)): Path<(CommunityId, MatterId, CommentId)>,
    write: Write<CommentAnswer>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().answer_comment(&ctx, community, matter, comment, input).await
        })
        .await
}

/// 一并答复 (one answer to several comments that have none yet).
#[utoipa::path(post, path = "/api/v1/communities/{community}/matters/{matter}/comments/answers", tag = "matters",
    params(("community" = String, Path), ("matter" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it")),
    request_body = CommentsAnswer,
    responses(
    (status = 200, body = Vec<CommentView>),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn answer_comments(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, matter)): Path<(CommunityId, MatterId)>,
    write: Write<CommentsAnswer>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().answer_comments(&ctx, community, matter, input).await
        })
        .await
}

/// 隐藏违法意见 (its text goes, the reason is published in its place).
#[utoipa::path(post, path = "/api/v1/communities/{community}/matters/{matter}/comments/{comment}/hide", tag = "matters",
    params(("community" = String, Path), ("matter" = String, Path), ("comment" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it")),
    request_body = Reasons,
    responses(
    (status = 200, body = CommentView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn hide_comment(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, matter, comment)): Path<(CommunityId, MatterId, CommentId)>,
    write: Write<Reasons>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().hide_comment(&ctx, community, matter, comment, input).await
        })
        .await
}

/// 提议 (the council's written proposal; rules and law settle the class).
#[utoipa::path(post, path = "/api/v1/communities/{community}/matters/{matter}/propose", tag = "matters",
    params(("community" = String, Path), ("matter" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it"), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = Proposal,
    responses(
    (status = 200, body = MatterView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn propose(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, matter)): Path<(CommunityId, MatterId)>,
    _: RequiredMatch,
    write: Write<Proposal>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().propose(&ctx, community, matter, input).await
        })
        .await
}

/// 审核 by the joint committees.
#[utoipa::path(post, path = "/api/v1/communities/{community}/matters/{matter}/review", tag = "matters",
    params(("community" = String, Path), ("matter" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it"), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = ReviewOutcome,
    responses(
    (status = 200, body = MatterView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn review(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, matter)): Path<(CommunityId, MatterId)>,
    _: RequiredMatch,
    write: Write<ReviewOutcome>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().review(&ctx, community, matter, input).await
        })
        .await
}

/// 修改后再报.
#[utoipa::path(post, path = "/api/v1/communities/{community}/matters/{matter}/resubmit", tag = "matters",
    params(("community" = String, Path), ("matter" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it"), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = Revision,
    responses(
    (status = 200, body = MatterView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn resubmit(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, matter)): Path<(CommunityId, MatterId)>,
    _: RequiredMatch,
    write: Write<Revision>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().resubmit(&ctx, community, matter, input).await
        })
        .await
}

/// 提请代表会议主持人列入议程 (after the second return).
#[utoipa::path(post, path = "/api/v1/communities/{community}/matters/{matter}/put-to-chair", tag = "matters",
    params(("community" = String, Path), ("matter" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it"), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = Tabling,
    responses(
    (status = 200, body = MatterView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn put_to_chair(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, matter)): Path<(CommunityId, MatterId)>,
    _: RequiredMatch,
    write: Write<Tabling>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().put_to_chair(&ctx, community, matter, input).await
        })
        .await
}

/// 联名提议召集 (a petition of the law's own threshold, R3).
#[utoipa::path(post, path = "/api/v1/communities/{community}/matters/{matter}/force-convening", tag = "matters",
    params(("community" = String, Path), ("matter" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it"), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = PetitionInput,
    responses(
    (status = 200, body = MatterView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn force_convening(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, matter)): Path<(CommunityId, MatterId)>,
    _: RequiredMatch,
    write: Write<PetitionInput>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().force_convening(&ctx, community, matter, input).await
        })
        .await
}

/// 公开征求意见.
#[utoipa::path(post, path = "/api/v1/communities/{community}/matters/{matter}/open-consultation", tag = "matters",
    params(("community" = String, Path), ("matter" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it"), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = ConsultationWindow,
    responses(
    (status = 200, body = MatterView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn open_consultation(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, matter)): Path<(CommunityId, MatterId)>,
    _: RequiredMatch,
    write: Write<ConsultationWindow>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().open_consultation(&ctx, community, matter, input).await
        })
        .await
}

/// 结束征求意见.
#[utoipa::path(post, path = "/api/v1/communities/{community}/matters/{matter}/close-consultation", tag = "matters",
    params(("community" = String, Path), ("matter" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it"), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = ConsultationSummary,
    responses(
    (status = 200, body = MatterView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn close_consultation(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, matter)): Path<(CommunityId, MatterId)>,
    _: RequiredMatch,
    write: Write<ConsultationSummary>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().close_consultation(&ctx, community, matter, input).await
        })
        .await
}

/// 党组织前置研究.
#[utoipa::path(post, path = "/api/v1/communities/{community}/matters/{matter}/study", tag = "matters",
    params(("community" = String, Path), ("matter" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it"), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = StudyOutcome,
    responses(
    (status = 200, body = MatterView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn study(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, matter)): Path<(CommunityId, MatterId)>,
    _: RequiredMatch,
    write: Write<StudyOutcome>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().study(&ctx, community, matter, input).await
        })
        .await
}

/// 联席会议审议.
#[utoipa::path(post, path = "/api/v1/communities/{community}/matters/{matter}/deliberate", tag = "matters",
    params(("community" = String, Path), ("matter" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it"), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = DeliberationOutcome,
    responses(
    (status = 200, body = MatterView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn deliberate(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, matter)): Path<(CommunityId, MatterId)>,
    _: RequiredMatch,
    write: Write<DeliberationOutcome>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().deliberate(&ctx, community, matter, input).await
        })
        .await
}

/// 升为重大事项 (never back).
#[utoipa::path(post, path = "/api/v1/communities/{community}/matters/{matter}/escalate", tag = "matters",
    params(("community" = String, Path), ("matter" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it"), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = Reasons,
    responses(
    (status = 200, body = MatterView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn escalate(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, matter)): Path<(CommunityId, MatterId)>,
    _: RequiredMatch,
    write: Write<Reasons>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().escalate(&ctx, community, matter, input).await
        })
        .await
}

/// 决议 (by a closed ballot).
#[utoipa::path(post, path = "/api/v1/communities/{community}/matters/{matter}/resolve", tag = "matters",
    params(("community" = String, Path), ("matter" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it"), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = ResolveBy,
    responses(
    (status = 200, body = MatterView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn resolve(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, matter)): Path<(CommunityId, MatterId)>,
    _: RequiredMatch,
    write: Write<ResolveBy>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().resolve(&ctx, community, matter, input).await
        })
        .await
}

/// 备案 (informs; approves nothing).
#[utoipa::path(post, path = "/api/v1/communities/{community}/matters/{matter}/file", tag = "matters",
    params(("community" = String, Path), ("matter" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it"), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = FilingNote,
    responses(
    (status = 200, body = MatterView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn file(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, matter)): Path<(CommunityId, MatterId)>,
    _: RequiredMatch,
    write: Write<FilingNote>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().file(&ctx, community, matter, input).await
        })
        .await
}

/// 签收备案 (by whom it was handed in to: the joint committees or the town; approves nothing).
#[utoipa::path(post, path = "/api/v1/communities/{community}/matters/{matter}/acknowledge-filing", tag = "matters",
    params(("community" = String, Path), ("matter" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it"), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = FilingReceipt,
    responses(
    (status = 200, body = MatterView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn acknowledge_filing(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, matter)): Path<(CommunityId, MatterId)>,
    _: RequiredMatch,
    write: Write<FilingReceipt>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().acknowledge_filing(&ctx, community, matter, input).await
        })
        .await
}

/// 决议公开.
#[utoipa::path(post, path = "/api/v1/communities/{community}/matters/{matter}/disclose", tag = "matters",
    params(("community" = String, Path), ("matter" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it"), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = DisclosureWindow,
    responses(
    (status = 200, body = MatterView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn disclose(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, matter)): Path<(CommunityId, MatterId)>,
    _: RequiredMatch,
    write: Write<DisclosureWindow>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().disclose(&ctx, community, matter, input).await
        })
        .await
}

/// 实施.
#[utoipa::path(post, path = "/api/v1/communities/{community}/matters/{matter}/implement", tag = "matters",
    params(("community" = String, Path), ("matter" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it"), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = Report,
    responses(
    (status = 200, body = MatterView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn implement(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, matter)): Path<(CommunityId, MatterId)>,
    _: RequiredMatch,
    write: Write<Report>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().implement(&ctx, community, matter, input).await
        })
        .await
}

/// 实施结果公开.
#[utoipa::path(post, path = "/api/v1/communities/{community}/matters/{matter}/disclose-outcome", tag = "matters",
    params(("community" = String, Path), ("matter" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it"), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = Report,
    responses(
    (status = 200, body = MatterView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn disclose_outcome(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, matter)): Path<(CommunityId, MatterId)>,
    _: RequiredMatch,
    write: Write<Report>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().disclose_outcome(&ctx, community, matter, input).await
        })
        .await
}

/// 撤回.
#[utoipa::path(post, path = "/api/v1/communities/{community}/matters/{matter}/withdraw", tag = "matters",
    params(("community" = String, Path), ("matter" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it"), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = Reasons,
    responses(
    (status = 200, body = MatterView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn withdraw(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, matter)): Path<(CommunityId, MatterId)>,
    _: RequiredMatch,
    write: Write<Reasons>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().withdraw(&ctx, community, matter, input).await
        })
        .await
}

/// 终止 (a matter nobody carries on).
#[utoipa::path(post, path = "/api/v1/communities/{community}/matters/{matter}/lapse", tag = "matters",
    params(("community" = String, Path), ("matter" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it"), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = Reasons,
    responses(
    (status = 200, body = MatterView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn lapse(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, matter)): Path<(CommunityId, MatterId)>,
    _: RequiredMatch,
    write: Write<Reasons>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().lapse(&ctx, community, matter, input).await
        })
        .await
}

/// 改用现行章程 (a matter opened when there was no charter takes up the one in force).
#[utoipa::path(post, path = "/api/v1/communities/{community}/matters/{matter}/repin", tag = "matters",
    params(("community" = String, Path), ("matter" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it"), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = Reasons,
    responses(
    (status = 200, body = MatterView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn repin(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, matter)): Path<(CommunityId, MatterId)>,
    _: RequiredMatch,
    write: Write<Reasons>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().repin(&ctx, community, matter, input).await
        })
        .await
}

/// 撤下公示 (not before the period has ended).
#[utoipa::path(post, path = "/api/v1/communities/{community}/matters/{matter}/take-down", tag = "matters",
    params(("community" = String, Path), ("matter" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it"), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = TakeDown,
    responses(
    (status = 200, body = MatterView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn take_down(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, matter)): Path<(CommunityId, MatterId)>,
    _: RequiredMatch,
    write: Write<TakeDown>,
) -> Reply {
    server
        .write(caller, StatusCode::OK, write, |server, ctx, input| async move {
            server.app().take_down(&ctx, community, matter, input).await
        })
        .await
}

/// 办结.
#[utoipa::path(post, path = "/api/v1/communities/{community}/matters/{matter}/complete", tag = "matters",
    params(("community" = String, Path), ("matter" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it"), ("If-Match" = String, Header, description = "The ETag that was read")),
    responses(
    (status = 200, body = MatterView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn complete(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, matter)): Path<(CommunityId, MatterId)>,
    _: RequiredMatch,
    write: WriteEmpty,
) -> Reply {
    server
        .step(
            caller,
            write,
            |server, ctx| async move { server.app().complete(&ctx, community, matter).await },
        )
        .await
}
