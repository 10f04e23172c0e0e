//! 公开记录 (the public record).

use yishi_app::views::EntryView;
use yishi_edge::json;
use yishi_edge::query::{Counted, Limit, Query};

use super::prelude::*;
use crate::http::reply::PageOf;

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct From {
    /// Sequence number of the first one.
    #[serde(default)]
    #[param(value_type = Option<u64>, minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    from: Counted<0, { json::MAX_INTEGER }>,
    /// 1 to 100; 50 where nothing is said.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Limit,
}

/// A receipt somebody holds in their hand.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HeldReceipt {
    /// Its text, as it was given.
    #[schema(max_length = 200_000)]
    receipt: String,
}

pub(super) fn routes() -> Routes {
    reads().routes(routes!(entries)).routes(routes!(export)).routes(routes!(receipt)).routes(routes!(verify))
}

reads! {
    "record";

    /// 检查点 (a signed note over the log as it is).
    text checkpoint "/api/v1/communities/{community}/log/checkpoint" ("community" community: CommunityId) [String]
        |app, ctx| async { app.checkpoint(ctx, community).await.map(|view| view.note) };

    /// 公钥 (the verifier key of this log).
    text key "/api/v1/communities/{community}/log/key" ("community" community: CommunityId) [String]
        |app, ctx| app.log_key(ctx, community);
}

/// 条目 (`next` is the `from` of what follows).
#[utoipa::path(get, path = "/api/v1/communities/{community}/log/entries", tag = "record",
    params(("community" = String, Path), From),
    responses((status = 200, body = PageOf<EntryView>)))]
async fn entries(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(community): Path<CommunityId>,
    Query(which): Query<From>,
) -> Reply {
    let page = server.app().entries(&caller.ctx, community, which.from.0, which.limit.0).await?;
    reply::json(StatusCode::OK, &page)
}

/// 导出 (the whole log as lines of JSON; `yishi verify` checks it offline).
#[utoipa::path(get, path = "/api/v1/communities/{community}/log/export", tag = "record",
    params(("community" = String, Path)),
    responses((status = 200, body = String, content_type = "application/x-ndjson")))]
async fn export(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(community): Path<CommunityId>,
) -> Reply {
    server.streamed(&caller.ctx, caller.meta.client, community, "application/x-ndjson").await
}

/// 回执 (proves that an entry is in the log, without this server).
#[utoipa::path(get, path = "/api/v1/communities/{community}/log/receipts/{seq}", tag = "record",
    params(
        ("community" = String, Path),
        ("seq" = u64, Path, minimum = 0, maximum = 9_007_199_254_740_991_i64, description = "Sequence number of the entry"),
    ),
    responses((status = 200, body = Object)))]
async fn receipt(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, seq)): Path<(CommunityId, u64)>,
) -> Reply {
    reply::read(server.app().receipt(&caller.ctx, community, seq).await)
}

/// 核对回执 (against this installation's own key). Changes nothing.
#[utoipa::path(post, path = "/api/v1/verify/receipt", tag = "record",
    request_body = HeldReceipt,
    responses((status = 200, body = EntryView)))]
async fn verify(State(server): State<Arc<Server>>, caller: Caller, Json(held): Json<HeldReceipt>) -> Reply {
    let _ = caller;
    reply::read(server.app().check_receipt(&held.receipt))
}
