//! 会议 (meetings).

use yishi_app::views::MeetingView;
use yishi_identity::MeetingId;

use super::prelude::*;
use super::sorted;

pub(super) fn routes() -> Routes {
    reads().merge(super::acts::routes::<yishi_deliberation::Meeting>())
}

reads! {
    "meetings";

    /// 会议列表, newest first (public).
    list meetings "/api/v1/communities/{community}/meetings" ("community" community: CommunityId) [MeetingView]
        |app, ctx, after, limit| app.meetings(ctx, community, sorted(after), limit);

    /// 会议 (public, but for who came).
    one meeting "/api/v1/communities/{community}/meetings/{meeting}"
        ("community" community: CommunityId, "meeting" meeting: MeetingId) [MeetingView]
        |app, ctx| app.meeting(ctx, community, meeting);
}
