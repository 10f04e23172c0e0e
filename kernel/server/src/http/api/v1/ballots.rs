//! 表决 (ballots). Casting is the hot path: one durable row, no read model, no second lookup of the key.

use yishi_app::RequestKey;
use yishi_app::inputs::Vote;
use yishi_app::views::{BallotView, VoteView};
use yishi_edge::extract::FastWrite;
use yishi_edge::idempotency::{Once, mark_replayed};
use yishi_identity::BallotId;

use super::prelude::*;

pub(super) fn routes() -> Routes {
    reads().routes(routes!(vote))
}

reads! {
    "ballots";

    /// 表决 (public; while it is open, only the turnout).
    one ballot "/api/v1/communities/{community}/ballots/{ballot}"
        ("community" community: CommunityId, "ballot" ballot: BallotId) [BallotView]
        |app, ctx| app.ballot(ctx, community, ballot);
}

/// 投票 (durable when answered). The voter, the ballot and the key are checked in one write.
#[utoipa::path(post, path = "/api/v1/communities/{community}/ballots/{ballot}/votes", tag = "ballots",
    params(("community" = String, Path), ("ballot" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it")),
    request_body = Vote,
    responses((status = 201, body = VoteView)))]
async fn vote(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, ballot)): Path<(CommunityId, BallotId)>,
    FastWrite(write): FastWrite<Vote>,
) -> Reply {
    let owner = caller.owner();
    let mut ctx = caller.ctx;
    let Once { key, request } = write.once;
    ctx.key = Some(RequestKey { owner, key: key.as_str().to_owned(), request });
    let view = server.app().vote(&ctx, community, ballot, write.body).await?;
    let mut response = reply::json(StatusCode::CREATED, &view)?;
    if view.replayed {
        mark_replayed(response.headers_mut());
    }
    Ok(response)
}
