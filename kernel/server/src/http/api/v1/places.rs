//! 镇与村（社区） (towns, communities, their accounts).

use yishi_app::views::{
    AccountView, CommunityView, HomeView, QuotaView, StaffActView, TownDashboard, TownView,
};
use yishi_identity::TownId;

use super::prelude::*;

pub(super) fn routes() -> Routes {
    reads()
}

reads! {
    "places";

    /// 镇 (all towns; public).
    list towns "/api/v1/towns" () [TownView]
        |app, _, after, limit| app.towns(after, limit);

    /// 镇看板 (what is where in the town, and what is overdue).
    one town "/api/v1/towns/{town}" ("town" town: TownId) [TownDashboard]
        |app, ctx| app.town_dashboard(ctx, town);

    /// 镇内村（社区） (public).
    list town_communities "/api/v1/towns/{town}/communities" ("town" town: TownId) [CommunityView]
        |app, _, after, limit| app.communities(Some(town), after, limit);

    /// 镇级账号.
    list town_accounts "/api/v1/towns/{town}/accounts" ("town" town: TownId) [AccountView]
        |app, ctx, after, limit| app.town_accounts(ctx, town, after, limit);

    /// 所有村（社区） (public).
    list communities "/api/v1/communities" () [CommunityView]
        |app, _, after, limit| app.communities(None, after, limit);

    /// 村（社区）首页 (public: what is being decided, what was decided, the rules in force, who is who).
    one home "/api/v1/communities/{community}" ("community" community: CommunityId) [HomeView]
        |app, ctx| app.home(ctx, community);

    /// 居民账号 (of those who manage them).
    list member_accounts "/api/v1/communities/{community}/accounts" ("community" community: CommunityId) [AccountView]
        |app, ctx, after, limit| app.member_accounts(ctx, community, after, limit);

    /// 代办记录 (what staff and administrators did for others, newest first; for town, city, staff and those who supervise).
    list staff_acts "/api/v1/communities/{community}/audit" ("community" community: CommunityId) [StaffActView]
        |app, ctx, after, limit| app.staff_acts(ctx, community, after, limit);

    /// 限额 (how much the signed-in account may still store, say and suggest here).
    one quota "/api/v1/communities/{community}/quota" ("community" community: CommunityId) [QuotaView]
        |app, ctx| app.quota(ctx, community);
}
