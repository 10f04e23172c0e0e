//! 机构 (bodies and their seats).

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;
use yishi_app::views::BodyView;
use yishi_identity::CommunityId;

use super::reads::reads;
use crate::http::Server;

pub(super) fn routes() -> OpenApiRouter<Arc<Server>> {
    reads()
}

reads! {
    "bodies";

    /// 机构与成员 (every body with those in office today; public).
    one bodies "/api/v1/communities/{community}/bodies" ("community" community: CommunityId) [Vec<BodyView>]
        |app, ctx| app.bodies(ctx, community);
}
