//! 办件与评议 (cases under a rule, appraisals under a village regulation).

use yishi_app::inputs::{CaseContinued, NewCase};
use yishi_app::views::{CaseView, RuleNoticeView};
use yishi_deliberation::Case;
use yishi_identity::{CaseId, RuleId};

use super::prelude::*;
use super::{acts, sorted};

pub(super) fn routes() -> Routes {
    reads().merge(acts::routes::<Case>())
}

reads! {
    "cases";

    /// 办件列表, newest first.
    list cases "/api/v1/communities/{community}/rules/{rule}/cases"
        ("community" community: CommunityId, "rule" rule: RuleId) [CaseView]
        |app, ctx, after, limit| app.cases(ctx, community, rule, sorted(after), limit);

    /// 一件办件, with all that became of it; for those who may see cases, its own household, and a body of which it asks something.
    one case "/api/v1/communities/{community}/rules/{rule}/cases/{case}"
        ("community" community: CommunityId, "rule" rule: RuleId, "case" case: CaseId) [CaseView]
        |app, ctx| app.case(ctx, community, rule, case);

    /// 本户的办件 (what rules have handled about the reader and the reader's household, newest first).
    list own_cases "/api/v1/communities/{community}/my/cases" ("community" community: CommunityId) [CaseView]
        |app, ctx, after, limit| app.own_cases(ctx, community, sorted(after), limit);

    /// 公布 (what the rule's outcomes publish, newest first; public).
    list notices "/api/v1/communities/{community}/rules/{rule}/notices"
        ("community" community: CommunityId, "rule" rule: RuleId) [RuleNoticeView]
        |app, ctx, after, limit| app.rule_notices(ctx, community, Some(rule), sorted(after), limit);

    /// 办件 (the rule handles it and says by which article).
    make handle_case "/api/v1/communities/{community}/rules/{rule}/cases"
        ("community" community: CommunityId, "rule" rule: RuleId) [NewCase => CaseView]
        |app, ctx, input| app.handle_case(ctx, community, rule, input);

    /// 评议 (conduct, under a village regulation).
    make appraise "/api/v1/communities/{community}/rules/{rule}/appraisals"
        ("community" community: CommunityId, "rule" rule: RuleId) [NewCase => CaseView]
        |app, ctx, input| app.handle_case(ctx, community, rule, input);

    /// 续办 (the rule is asked about something further in the same case).
    act continue_case "/api/v1/communities/{community}/rules/{rule}/cases/{case}/events"
        ("community" community: CommunityId, "rule" rule: RuleId, "case" case: CaseId) [CaseContinued => CaseView]
        |app, ctx, input| app.continue_case(ctx, community, rule, case, input);
}
