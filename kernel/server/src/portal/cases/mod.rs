//! 办件与评议 (cases under a rule): a form for each kind on the rule's page, the list, one page per case, and what outcomes
//! publish.

mod desk;
mod facts;
mod forms;
mod notices;
mod page;

pub(super) use notices::SHOWN as NOTICES;

use yishi_identity::{CaseId, RuleId};

use super::prelude::*;

/// A further event of a case is sent beside its acts.
const EVENTS: &str = "events";

pub(super) async fn handle(
    visit: Visit,
    Path((community, rule)): Path<(CommunityId, RuleId)>,
    posted: Posted,
) -> Response {
    let done = visit.put_to_rule(community, rule, None, &posted).await;
    let done = done.map(|said| (format!("/c/{community}/rules/{rule}"), said));
    let form = format!("case-{}", posted.text("kind"));
    visit.taken(done, &form, &posted, visit.rule_page(community, rule)).await
}

pub(super) async fn act(
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
    visit.taken(done, &form, &posted, visit.case_page(community, rule, case)).await
}
