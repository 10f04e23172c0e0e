//! 文书 (documents by digest).

use yishi_app::views::DocumentView;
use yishi_canonical::Digest;

use super::prelude::*;

pub(super) fn routes() -> Routes {
    reads()
}

reads! {
    "documents";

    /// 文书.
    one document "/api/v1/communities/{community}/documents/{digest}"
        ("community" community: CommunityId, "digest" digest: Digest) [DocumentView]
        |app, ctx| app.document(ctx, community, digest);
}
