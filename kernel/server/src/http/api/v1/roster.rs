//! 名册 (the roster; staff and town only).

use yishi_app::OpContext;
use yishi_app::inputs::KnownPeople;
use yishi_app::views::{HouseholdView, PersonView, RosterChangeView, RosterReport};
use yishi_edge::extract::{Csv, Upload};
use yishi_edge::query::{self, Limit, Query};

use super::prelude::*;
use crate::http::reply::{PageOf, Paging};

/// The largest file: several times the roster of the largest community.
const ROSTER_BYTES: usize = 4 << 20;

/// How to import.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Importing {
    /// Only say what would happen.
    #[serde(default)]
    dry_run: bool,
    /// What to do with rows that may be somebody the roster knows under another household, name or date of birth:
    /// `ask` (nothing is stored while there are any), `same` or `others`.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    known: KnownPeople,
}

/// Which persons.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Persons {
    /// Whose name contains this.
    name: Option<String>,
    /// 1 to 100; 50 where nothing is said.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Limit,
    /// The `next` of the page before.
    cursor: Option<String>,
}

pub(super) fn routes() -> Routes {
    reads().routes(routes!(import)).routes(routes!(persons))
}

reads! {
    "roster";

    /// 变动记录 (what was entered about people, newest first).
    list roster_changes "/api/v1/communities/{community}/roster/changes"
        ("community" community: CommunityId) [RosterChangeView]
        |app, ctx, after, limit| app.roster_changes(ctx, community, after, limit);

    /// 户.
    list households "/api/v1/communities/{community}/households" ("community" community: CommunityId) [HouseholdView]
        |app, ctx, after, limit| app.households(ctx, community, after, limit);
}

/// 导入名册 (UTF-8 CSV: household,name,birth_date,sex,registration,resident_since,party_member,household_head,phone).
/// With any bad row nothing is stored; a dry run lists every one of them.
#[utoipa::path(post, path = "/api/v1/communities/{community}/roster/import", tag = "roster",
    params(("community" = String, Path), Importing, ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it")),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = RosterReport)))]
async fn import(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(community): Path<CommunityId>,
    Query(how): Query<Importing>,
    upload: Upload<Csv, ROSTER_BYTES>,
) -> Reply {
    let (app, bytes) = (server.app(), upload.bytes);
    let import = |ctx: OpContext| async move {
        app.import_roster(&ctx, community, &bytes, how.dry_run, how.known).await
    };
    server.once(caller, StatusCode::OK, upload.once, import).await
}

/// 居民.
#[utoipa::path(get, path = "/api/v1/communities/{community}/persons", tag = "roster",
    params(("community" = String, Path), Persons),
    responses((status = 200, body = PageOf<PersonView>)))]
async fn persons(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(community): Path<CommunityId>,
    Query(which): Query<Persons>,
) -> Reply {
    let paging = Paging { limit: which.limit, cursor: which.cursor };
    let filters =
        which.name.as_deref().map_or_else(String::new, |name| format!("name={}", query::value(name)));
    server
        .page(&caller, &paging, &filters, |after, limit| {
            server.app().persons(&caller.ctx, community, which.name.clone(), after, limit)
        })
        .await
}
