//! 办件与评议 (cases under a rule): a form for each kind on the rule's page, the list, one page per case, and what outcomes
//! publish.

mod desk;
mod facts;
mod forms;
mod notices;
mod page;

use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use axum::routing::post;
use yishi_edge::extract::Path;
use yishi_identity::{CaseId, CommunityId, RuleId};

use super::answer::page;
use super::posted::Posted;
use super::visit::Visit;
use crate::http::Server;

/// A further event of a case is sent beside its acts.
const EVENTS: &str = "events";

pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route(
            "/c/{community}/rules/{rule}/cases",
            page(|visit, (community, rule)| Box::pin(visit.cases_page(community, rule))).post(handle),
        )
        .route(
            "/c/{community}/rules/{rule}/cases/{case}",
            page(|visit, (community, rule, case)| Box::pin(visit.case_page(community, rule, case, None))),
        )
        .route("/c/{community}/rules/{rule}/cases/{case}/{act}", post(act))
        .route("/c/{community}/my/cases", page(|visit, community| Box::pin(visit.own_cases_page(community))))
}

async fn handle(
    visit: Visit,
    Path((community, rule)): Path<(CommunityId, RuleId)>,
    posted: Posted,
) -> Response {
    let done = visit.put_to_rule(community, rule, None, &posted).await;
    let done = done.map(|said| (format!("/c/{community}/rules/{rule}"), said));
    let form = format!("case-{}", posted.text("kind"));
    visit.taken(done, &form, &posted, async |tried| visit.rule_page(community, rule, Some(tried)).await).await
}

async fn act(
    visit: Visit,
    Path((community, rule, case, act)): Path<(CommunityId, RuleId, CaseId, String)>,
    posted: Posted,
) -> Response {
    let (form, done) = if act == EVENTS {
        let form = format!("case-{}", posted.text("kind"));
        (form, visit.put_to_rule(community, rule, Some(case), &posted).await)
    } else {
        let done = visit.act_on_case(community, rule, case, &act, &posted).await;
        (act, done)
    };
    let done = done.map(|said| (format!("/c/{community}/rules/{rule}/cases/{case}"), said));
    let again = async |tried: &_| visit.case_page(community, rule, case, Some(tried)).await;
    visit.taken(done, &form, &posted, again).await
}
