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
use axum::routing::{get, post};
use yishi_acts::Aggregate as _;
use yishi_deliberation::Case;
use yishi_edge::extract::Path;
use yishi_identity::{CaseId, CommunityId, RuleId};

use super::posted::Posted;
use super::visit::Visit;
use crate::http::Server;

/// A further event of a case is sent beside its acts.
const EVENTS: &str = "events";

/// Routes of this file.
pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/c/{community}/rules/{rule}/cases", get(cases).post(handle))
        .route("/c/{community}/rules/{rule}/cases/{case}", get(case))
        .route("/c/{community}/rules/{rule}/cases/{case}/{act}", post(act))
        .route("/c/{community}/my/cases", get(own_cases))
}

async fn own_cases(visit: Visit, Path(community): Path<CommunityId>) -> Response {
    let page = visit.own_cases_page(community).await;
    visit.show(page).await
}

async fn cases(visit: Visit, Path((community, rule)): Path<(CommunityId, RuleId)>) -> Response {
    let page = visit.cases_page(community, rule).await;
    visit.show(page).await
}

async fn case(visit: Visit, Path((community, rule, case)): Path<(CommunityId, RuleId, CaseId)>) -> Response {
    let page = visit.case_page(community, rule, case, None).await;
    visit.show(page).await
}

async fn handle(
    visit: Visit,
    Path((community, rule)): Path<(CommunityId, RuleId)>,
    posted: Posted,
) -> Response {
    match visit.handle_case(community, rule, &posted).await {
        Ok(message) => visit.done(&format!("/c/{community}/rules/{rule}"), &message),
        Err(miss) => {
            let form = format!("case-{}", posted.text("kind"));
            let page = match visit.tried(&miss, &form, &posted, &[]) {
                Some(tried) => visit.rule_page(community, rule, Some(&tried)).await,
                None => Err(miss),
            };
            visit.show(page).await
        }
    }
}

async fn act(
    visit: Visit,
    Path((community, rule, case, act)): Path<(CommunityId, RuleId, CaseId, String)>,
    posted: Posted,
) -> Response {
    let (form, done) = if act == EVENTS {
        let form = format!("case-{}", posted.text("kind"));
        (form, visit.continue_case(community, rule, case, &posted).await)
    } else {
        let done = visit.act_on_case(community, rule, case, &act, &posted).await;
        let entry = Case::entry_named(&act);
        let said = || entry.map_or_else(String::new, |entry| entry.done(visit.lang));
        (act, done.map(|()| said()))
    };
    match done {
        Ok(message) => visit.done(&format!("/c/{community}/rules/{rule}/cases/{case}"), &message),
        Err(miss) => {
            let page = match visit.tried(&miss, &form, &posted, &[]) {
                Some(tried) => visit.case_page(community, rule, case, Some(&tried)).await,
                None => Err(miss),
            };
            visit.show(page).await
        }
    }
}
