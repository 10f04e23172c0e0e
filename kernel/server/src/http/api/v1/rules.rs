//! 规则 (the shelf, and rules from draft to repeal).

use axum::extract::{FromRequest as _, Request};
use yishi_app::OpContext;
use yishi_app::inputs::ShelfCheck;
use yishi_app::views::{RuleSummary, RuleView, ShelfView};
use yishi_canonical::Digest;
use yishi_edge::extract::{FileKind as _, Upload, Wasm, check_type, discard};
use yishi_edge::idempotency::IdempotencyKey;
use yishi_edge::{Problem, codes};
use yishi_identity::RuleId;

use super::prelude::*;

/// The largest file taken; what a component of each class may weigh is the rule host's business.
const COMPONENT_BYTES: usize = 4 << 20;

pub(super) fn routes() -> Routes {
    reads()
        .routes(routes!(shelve))
        .routes(routes!(check_shelved))
        .routes(routes!(component))
        .merge(super::acts::routes::<yishi_deliberation::Rule>())
}

reads! {
    "rules";

    /// 货架 (components taken for this community).
    one shelf "/api/v1/communities/{community}/shelf" ("community" community: CommunityId) [Vec<ShelfView>]
        |app, ctx| app.shelf(ctx, community);

    /// 规则列表 (public).
    one rules "/api/v1/communities/{community}/rules" ("community" community: CommunityId) [Vec<RuleSummary>]
        |app, ctx| app.rules(ctx, community);

    /// 规则 (public: articles, settings, scenarios, how it was adopted).
    one rule "/api/v1/communities/{community}/rules/{rule}"
        ("community" community: CommunityId, "rule" rule: RuleId) [RuleView]
        |app, ctx| app.rule(ctx, community, rule);
}

/// 上架 (takes a component after every check: imports, manifest, scenarios in the real host, floor, charter).
#[utoipa::path(post, path = "/api/v1/communities/{community}/shelf", tag = "rules",
    params(("community" = String, Path), ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it")),
    request_body(content = Vec<u8>, content_type = "application/wasm"),
    responses((status = 201, body = ShelfView)))]
async fn shelve(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(community): Path<CommunityId>,
    request: Request,
) -> Reply {
    // What the head of the request lacks is said first, as everywhere.
    IdempotencyKey::of(request.headers())?;
    check_type(request.headers(), request.method(), Wasm::MEDIA_TYPE)?;
    // Before the file is read: who cannot be served is told so, and holds no memory.
    let place = match server.app().upload_place(&caller.ctx, community).await {
        Ok(place) => place,
        Err(error) => {
            discard(request, COMPONENT_BYTES).await;
            return Err(error.into());
        }
    };
    let upload = Upload::<Wasm, COMPONENT_BYTES>::from_request(request, &()).await?;
    let (app, bytes) = (server.app(), upload.bytes.to_vec());
    let shelve = |ctx: OpContext| async move { app.shelve(&ctx, community, bytes, place).await };
    let reply = server.once(caller, StatusCode::CREATED, upload.once, shelve).await;
    // A file that does not fit is told so; a small write is asked to come back.
    reply.map_err(|fault| {
        if fault.0.code() == codes::STORAGE_FULL.code {
            Problem::new(&codes::STORAGE_FULL).into()
        } else {
            fault
        }
    })
}

/// 试算 (the checks again, under other settings). Changes nothing.
#[utoipa::path(post, path = "/api/v1/communities/{community}/shelf/{digest}/check", tag = "rules",
    params(("community" = String, Path), ("digest" = String, Path)),
    request_body = ShelfCheck,
    responses((status = 200, body = Object)))]
async fn check_shelved(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, digest)): Path<(CommunityId, Digest)>,
    Json(input): Json<ShelfCheck>,
) -> Reply {
    reply::read(server.app().check_shelved(&caller.ctx, community, digest, input).await)
}

/// 组件 (public: the very file that was voted on; its SHA-256 is the rule's digest).
#[utoipa::path(get, path = "/api/v1/communities/{community}/rules/{rule}/component", tag = "rules",
    params(("community" = String, Path), ("rule" = String, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "application/wasm")))]
async fn component(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((community, rule)): Path<(CommunityId, RuleId)>,
) -> Reply {
    let (name, bytes) = server.app().rule_component(&caller.ctx, community, rule).await?;
    Ok(reply::attached(reply::file(bytes, "application/wasm"), &name))
}
