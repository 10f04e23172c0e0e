//! 办理 (the acts of the catalogue): one handler for all of them, and their part of the OpenAPI document.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

use axum::extract::{FromRequest as _, FromRequestParts as _, Request, State};
use axum::http::StatusCode;
use axum::routing::{MethodRouter, post};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use utoipa::openapi::path::{PathItem, Paths, PathsBuilder};
use utoipa::openapi::{RefOr, Schema};
use utoipa_axum::router::OpenApiRouter;
use yishi_acts::house::House;
use yishi_acts::{Aggregate, Entry, Ready};
use yishi_app::house::{Answered, At};
use yishi_app::views::{CaseView, MatterView, MeetingView, RuleView};
use yishi_app::{App, AppError, AppResult, OpContext};
use yishi_deliberation::{Case, Matter, Meeting, Rule};
use yishi_edge::etag::RequiredMatch;
use yishi_edge::extract::{Path, WriteAny};
use yishi_edge::{Problem, codes};
use yishi_identity::{CaseId, CommunityId, MatterId, MeetingId, RuleId};

use crate::http::Server;
use crate::http::caller::Caller;
use crate::http::fault::Fault;
use crate::http::reply::View;

/// 可以办理的东西 (what has acts in the catalogue, at its address).
pub(crate) trait Served: Aggregate {
    /// Its id.
    type Id: DeserializeOwned + Copy + Send + Sync + 'static;
    /// What is answered.
    type View: View + Send + Sync + 'static;
    /// What one of them is called in an address.
    const ONE: &'static str;
    /// What many are called there.
    const MANY: &'static str;
    /// Their group in the document.
    const TAG: &'static str;
    /// The name of the answer in the document.
    const VIEW: &'static str;
    /// The ids of its address.
    type Address: DeserializeOwned + Send + 'static;

    /// The community and its own id.
    fn at(address: Self::Address) -> (CommunityId, Self::Id);

    /// Does an act.
    fn perform(
        app: &App,
        ctx: &OpContext,
        community: CommunityId,
        id: Self::Id,
        entry: &'static Entry<Self>,
        ready: Box<dyn Ready<Self>>,
    ) -> impl Future<Output = AppResult<Self::View>> + Send;
}

macro_rules! served {
    ($($thing:ty: $id:ty, $address:ty, |$at:pat_param| $where:expr => $view:ident, $one:literal, $many:literal, $tag:literal, $perform:ident;)*) => {$(
        impl Served for $thing {
            type Id = $id;
            type View = $view;
            const ONE: &'static str = $one;
            const MANY: &'static str = $many;
            const TAG: &'static str = $tag;
            const VIEW: &'static str = stringify!($view);
            type Address = $address;

            fn at($at: Self::Address) -> (CommunityId, $id) {
                $where
            }

            async fn perform(
                app: &App,
                ctx: &OpContext,
                community: CommunityId,
                id: $id,
                entry: &'static Entry<Self>,
                ready: Box<dyn Ready<Self>>,
            ) -> AppResult<$view> {
                app.$perform(ctx, community, id, entry, ready).await
            }
        }
    )*};
}

served! {
    Matter: MatterId, (CommunityId, MatterId), |at| at => MatterView, "matter", "matters", "matters", do_with_matter;
    Meeting: MeetingId, (CommunityId, MeetingId), |at| at => MeetingView, "meeting", "meetings", "meetings", do_with_meeting;
    Rule: RuleId, (CommunityId, RuleId), |at| at => RuleView, "rule", "rules", "rules", do_with_rule;
    // A case is addressed under its rule.
    Case: (RuleId, CaseId), (CommunityId, RuleId, CaseId), |(community, rule, case)| (community, (rule, case))
        => CaseView, "case", "rules/{rule}/cases", "cases", do_with_case;
}

/// A route for each act on what has an id in a community.
pub(super) fn routes<A: Served>() -> OpenApiRouter<Arc<Server>> {
    A::acts().iter().fold(OpenApiRouter::new(), |router, entry| {
        let handler = post(
            move |State(server): State<Arc<Server>>,
                  caller: Caller,
                  Path(address): Path<A::Address>,
                  request: Request| async move {
                let (community, id) = A::at(address);
                let (ready, write) = read_act(entry, request).await?;
                let app = server.app();
                server
                    .once(caller, StatusCode::OK, write.once, |ctx| async move {
                        A::perform(app, &ctx, community, id, entry, ready).await
                    })
                    .await
            },
        );
        let path = format!("communities/{{community}}/{}/{{{}}}/{}", A::MANY, A::ONE, entry.path());
        let address = Address { path: &path, view: A::VIEW, tag: A::TAG, makes: false };
        router.routes((schemas(entry), paths(entry, &address), handler))
    })
}

/// A route for each act of the house, at its own address.
pub(super) fn house() -> OpenApiRouter<Arc<Server>> {
    let mut answers = Vec::new();
    Answered::schemas(&mut answers);
    let of_answers = OpenApiRouter::new().routes((answers, Paths::new(), MethodRouter::new()));
    House::acts().iter().fold(of_answers, |router, entry| {
        let Some(address) = entry.address else { return router };
        let handler = post(
            move |State(server): State<Arc<Server>>,
                  caller: Caller,
                  Path(at): Path<BTreeMap<String, String>>,
                  request: Request| async move {
                let (ready, write) = read_act(entry, request).await?;
                let app = server.app();
                let status = if address.makes { StatusCode::CREATED } else { StatusCode::OK };
                server
                    .once(caller, status, write.once, |ctx| async move {
                        app.do_in_house(&ctx, &At(at), ready).await
                    })
                    .await
            },
        );
        let address =
            Address { path: address.path, view: address.view, tag: address.tag, makes: address.makes };
        router.routes((schemas(entry), paths(entry, &address), handler))
    })
}

/// Reads what was sent to an act.
async fn read_act<A: Aggregate>(
    entry: &'static Entry<A>,
    request: Request,
) -> Result<(Box<dyn Ready<A>>, WriteAny), Fault> {
    let (mut parts, body) = request.into_parts();
    if entry.if_match {
        RequiredMatch::from_request_parts(&mut parts, &()).await?;
    }
    let mut write = WriteAny::from_request(Request::from_parts(parts, body), &()).await?;
    let body = match write.body.take() {
        Some(body) => body,
        None if entry.asks_nothing() => json!({}),
        None => return Err(Problem::new(&codes::EMPTY_BODY).into()),
    };
    let ready = entry.read(&body, std::mem::take(&mut write.faults)).map_err(AppError::Invalid)?;
    Ok((ready, write))
}

/// 地址 (where an act stands, and what it answers).
struct Address<'a> {
    path: &'a str,
    view: &'a str,
    tag: &'a str,
    makes: bool,
}

/// The schema of an act's input, under its name.
fn schemas<A: Aggregate>(entry: &Entry<A>) -> Vec<(String, RefOr<Schema>)> {
    if entry.asks_nothing() { Vec::new() } else { vec![(entry.name.to_owned(), read(entry.api_schema()))] }
}

/// An act in the document.
fn paths<A: Aggregate>(entry: &Entry<A>, at: &Address<'_>) -> Paths {
    let header = |name: &str, about: &str| json!({ "name": name, "in": "header", "required": true, "description": about, "schema": { "type": "string" } });
    let part =
        |name: &str| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } });
    let of = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let mut parameters: Vec<Value> = at.path.split('/').filter_map(named).map(part).collect();
    parameters.push(header("Idempotency-Key", "A new one for each new act; the same one when repeating it"));
    if entry.if_match {
        parameters.push(header("If-Match", "The ETag that was read"));
    }
    let answer = match at.view.strip_suffix("[]") {
        Some(one) => json!({ "type": "array", "items": of(one) }),
        None => of(at.view),
    };
    let mut operation = json!({
        "operationId": entry.operation(),
        "summary": entry.about.lines().next().unwrap_or_default().trim(),
        "tags": [at.tag],
        "parameters": parameters,
        "responses": {
            if at.makes { "201" } else { "200" }: { "description": "", "content": { "application/json": { "schema": answer } } },
        },
    });
    if !entry.asks_nothing() {
        operation["requestBody"] = json!({
            "required": true,
            "content": { "application/json": { "schema": of(entry.name), "example": entry.example() } },
        });
    }
    let item: PathItem = read(json!({ "post": operation }));
    PathsBuilder::new().path(format!("/api/v1/{}", at.path), item).build()
}

/// The name of a part of an address that differs.
fn named(part: &str) -> Option<&str> {
    part.strip_prefix('{')?.strip_suffix('}')
}

/// A part of the document from its JSON. What is written here is a part of it; the test of the document reads all of them.
fn read<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("a part of an OpenAPI document, as the test of the document shows")
}
