//! 文书 (documents by digest).

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;
use yishi_app::views::DocumentView;
use yishi_canonical::Digest;
use yishi_identity::CommunityId;

use super::reads::reads;
use crate::http::Server;

pub(super) fn routes() -> OpenApiRouter<Arc<Server>> {
    reads()
}

reads! {
    "documents";

    /// 文书.
    one document "/api/v1/communities/{community}/documents/{digest}"
        ("community" community: CommunityId, "digest" digest: Digest) [DocumentView]
        |app, ctx| app.document(ctx, community, digest);
}
