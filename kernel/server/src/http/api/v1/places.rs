//! 镇与村（社区） (towns, communities, their accounts).

use std::sync::Arc;

use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yishi_app::views::{
    AccountView, CommunityView, HomeView, QuotaView, StaffActView, TownDashboard, TownView,
};
use yishi_edge::extract::Path;
use yishi_edge::query::Query;
use yishi_identity::{CommunityId, TownId};

use crate::http::Server;
use crate::http::caller::Caller;
use crate::http::openapi::ProblemDocument;
use crate::http::reply::{self, PageOf, Paging, Reply};

/// Operations of this file.
pub(super) fn routes() -> OpenApiRouter<Arc<Server>> {
    OpenApiRouter::new()
        .routes(routes!(towns))
        .routes(routes!(town))
        .routes(routes!(town_communities))
        .routes(routes!(town_accounts))
        .routes(routes!(communities))
        .routes(routes!(home))
        .routes(routes!(member_accounts))
        .routes(routes!(staff_acts))
        .routes(routes!(quota))
}

/// 镇 (all towns; public).
#[utoipa::path(get, path = "/api/v1/towns", tag = "places",
    params(Paging),
    responses(
    (status = 200, body = PageOf<TownView>),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn towns(State(server): State<Arc<Server>>, caller: Caller, Query(paging): Query<Paging>) -> Reply {
    server.page(&caller, &paging, "", |after, limit| server.app().towns(after, limit)).await
}

/// 镇看板 (what is where in the town, and what is overdue).
#[utoipa::path(get, path = "/api/v1/towns/{town}", tag = "places",
    params(("town" = String, Path)),
    responses(
    (status = 200, body = TownDashboard),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn town(State(server): State<Arc<Server>>, caller: Caller, Path(town): Path<TownId>) -> Reply {
    reply::read(server.app().town_dashboard(&caller.ctx, town).await)
}

/// 镇内村（社区） (public).
#[utoipa::path(get, path = "/api/v1/towns/{town}/communities", tag = "places",
    params(("town" = String, Path), Paging),
    responses(
    (status = 200, body = PageOf<CommunityView>),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn town_communities(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(town): Path<TownId>,
    Query(paging): Query<Paging>,
) -> Reply {
    server.page(&caller, &paging, "", |after, limit| server.app().communities(Some(town), after, limit)).await
}

/// 镇级账号.
#[utoipa::path(get, path = "/api/v1/towns/{town}/accounts", tag = "places",
    params(("town" = String, Path), Paging),
    responses(
    (status = 200, body = PageOf<AccountView>),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn town_accounts(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(town): Path<TownId>,
    Query(paging): Query<Paging>,
) -> Reply {
    server
        .page(&caller, &paging, "", |after, limit| {
            server.app().town_accounts(&caller.ctx, town, after, limit)
        })
        .await
}

/// 所有村（社区） (public).
#[utoipa::path(get, path = "/api/v1/communities", tag = "places",
    params(Paging),
    responses(
    (status = 200, body = PageOf<CommunityView>),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn communities(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Query(paging): Query<Paging>,
) -> Reply {
    server.page(&caller, &paging, "", |after, limit| server.app().communities(None, after, limit)).await
}

/// 村（社区）首页 (public: what is being decided, what was decided, the rules in force, who is who).
#[utoipa::path(get, path = "/api/v1/communities/{community}", tag = "places",
    params(("community" = String, Path)),
    responses(
    (status = 200, body = HomeView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn home(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(community): Path<CommunityId>,
) -> Reply {
    reply::read(server.app().home(&caller.ctx, community).await)
}

/// 居民账号 (of those who manage them).
#[utoipa::path(get, path = "/api/v1/communities/{community}/accounts", tag = "places",
    params(("community" = String, Path), Paging),
    responses(
    (status = 200, body = PageOf<AccountView>),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn member_accounts(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(community): Path<CommunityId>,
    Query(paging): Query<Paging>,
) -> Reply {
    server
        .page(&caller, &paging, "", |after, limit| {
            server.app().member_accounts(&caller.ctx, community, after, limit)
        })
        .await
}

/// 代办记录 (what staff and administrators did for others, newest first; for town, city, staff and those who supervise).
#[utoipa::path(get, path = "/api/v1/communities/{community}/audit", tag = "places",
    params(("community" = String, Path), Paging),
    responses(
    (status = 200, body = PageOf<StaffActView>),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn staff_acts(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(community): Path<CommunityId>,
    Query(paging): Query<Paging>,
) -> Reply {
    server
        .page(&caller, &paging, "", |after, limit| {
            server.app().staff_acts(&caller.ctx, community, after, limit)
        })
        .await
}

/// 限额 (how much the signed-in account may still store, say and suggest here).
#[utoipa::path(get, path = "/api/v1/communities/{community}/quota", tag = "places",
    params(("community" = String, Path)),
    responses(
    (status = 200, body = QuotaView),
    (status = "default", body = ProblemDocument, content_type = "application/problem+json"),
))]
async fn quota(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(community): Path<CommunityId>,
) -> Reply {
    reply::read(server.app().quota(&caller.ctx, community).await)
}
