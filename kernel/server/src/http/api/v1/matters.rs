//! 事项 (matters and their steps).

use yishi_app::views::{CommentView, MatterSummary, MatterView, NamedView};
use yishi_edge::query::{Limit, Query};
use yishi_identity::MatterId;

use super::prelude::*;
use super::sorted;
use crate::http::reply::{PageOf, Paging};

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

pub(super) fn routes() -> Routes {
    reads().routes(routes!(matters)).merge(super::acts::routes::<yishi_deliberation::Matter>())
}

reads! {
    "matters";

    /// 可选的领域 (the domains a suggestion may be made in: the house's own, and those of the rules in force; public).
    one domains "/api/v1/communities/{community}/domains" ("community" community: CommunityId) [Vec<NamedView>]
        |app, ctx| app.domains(ctx, community);

    /// 事项 (public).
    one matter "/api/v1/communities/{community}/matters/{matter}"
        ("community" community: CommunityId, "matter" matter: MatterId) [MatterView]
        |app, ctx| app.matter(ctx, community, matter);

    /// 意见 (public; authors by capacity, never by name).
    list comments "/api/v1/communities/{community}/matters/{matter}/comments"
        ("community" community: CommunityId, "matter" matter: MatterId) [CommentView]
        |app, ctx, after, limit| app.comments(ctx, community, matter, after, limit);
}

/// 事项列表, newest act first (public).
#[utoipa::path(get, path = "/api/v1/communities/{community}/matters", tag = "matters",
    params(("community" = String, Path), Matters),
    responses((status = 200, body = PageOf<MatterSummary>)))]
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
