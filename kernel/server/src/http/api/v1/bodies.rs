//! 机构 (bodies and their seats).

use yishi_app::views::BodyView;

use super::prelude::*;

pub(super) fn routes() -> Routes {
    reads()
}

reads! {
    "bodies";

    /// 机构与成员 (every body with those in office today; public).
    one bodies "/api/v1/communities/{community}/bodies" ("community" community: CommunityId) [Vec<BodyView>]
        |app, ctx| app.bodies(ctx, community);
}
