//! 集体资金使用实施细则: how a village spends what it receives from its collective economy.
//!
//! Before a spending is resolved the rule looks at the plan (quotations, tender, no splitting); for large sums it
//! demands two thirds of those present; afterwards it looks at the final cost and at the monthly accounts.

mod accounts;
mod plan;

use serde::Deserialize;
use yishi_sdk::prelude::*;

use crate::plan::{Plan, Sum};

struct CollectiveSpending;

const DOMAIN: &str = "collective-funds";

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Settings {
    quotation_amount_fen: u64,
    quotation_count: usize,
    large_amount_fen: u64,
    large_passes: Fraction,
    tender_amount_fen: u64,
    overrun_percent: u64,
    notice_days: u32,
    posting_days: u32,
    report_day: u32,
    examination_days: u32,
    answer_days: u32,
}

#[derive(Deserialize)]
struct Fraction {
    numerator: u32,
    denominator: u32,
}

/// What the act of publishing carries.
#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct Disclosure {
    days: Option<u32>,
    final_cost_fen: Option<u64>,
    supplementary_resolution: String,
}

impl ImplementationRule for CollectiveSpending {
    type Settings = Settings;

    fn terms(ctx: &Context<Settings>, query: &TermsQuery) -> Terms {
        let settings = &ctx.settings;
        let assembly = matches!(query.body, Body::RepresentativeAssembly | Body::ResidentsAssembly);
        match query.step {
            _ if query.matter.domain != DOMAIN => Terms::silent(),
            Step::Resolve if assembly => {
                let terms = Terms::silent()
                    .notice_days(settings.notice_days, ["操作-4"])
                    .posting_days(settings.posting_days, ["公开-1"]);
                let plan: Plan = query.matter.read().unwrap_or_default();
                let sum = Sum::of(ctx, &query.matter, &plan);
                let share = at_least(settings.large_passes.numerator, settings.large_passes.denominator);
                match sum.reaches(settings.large_amount_fen, "标准-5") {
                    Some(because) => terms.passes(share.of_present(), because),
                    None => terms,
                }
            }
            Step::DiscloseDecision | Step::DiscloseOutcome => {
                Terms::silent().posting_days(settings.posting_days, ["公开-1"])
            }
            _ => Terms::silent(),
        }
    }

    fn check(ctx: &Context<Settings>, transition: &Transition) -> Vec<Finding> {
        let matter = &transition.matter;
        if matter.domain != DOMAIN {
            return Vec::new();
        }
        if matter.concerns(&Subject::CollectiveProperty) {
            let message = (
                "集体财产和成员权益事项由农村集体经济组织依法决定，不得按本细则办理",
                "collective property and members' rights are for the rural collective to decide by law, not under this rule",
            );
            return vec![Finding::forbid("belongs-to-the-collective", message, ["操作-1"])];
        }
        match transition.step {
            Step::Propose | Step::Review | Step::Resolve => match matter.read() {
                Ok(plan) => plan::check(ctx, matter, &plan),
                Err(fault) => vec![fault.cite(["操作-2"])],
            },
            Step::DiscloseDecision | Step::DiscloseOutcome => match transition.read() {
                Ok(act) => check_disclosure(ctx, transition, &act),
                Err(fault) => vec![fault.cite(["公开-1", "公开-3"])],
            },
            _ => Vec::new(),
        }
    }

    fn handle(ctx: &Context<Settings>, event: &CaseEvent) -> Result<Outcome, Finding> {
        match event.kind.as_str() {
            "spending-report" => accounts::report(ctx, event),
            "accounts-query" => {
                let message = ("已受理查询", "the query is taken up");
                let task = (
                    "会同村民委员会书面答复村民的查询",
                    "Answer the villager's query in writing, together with the villagers' committee",
                );
                Ok(Outcome::stage("to-be-answered", message, ["操作-6"]).task(
                    Body::SupervisionCommittee,
                    ctx.settings.answer_days,
                    task,
                    ["操作-6"],
                ))
            }
            other => {
                let message = (
                    format!("本细则不办理“{other}”一类的事项"),
                    format!("this rule does not handle cases of kind “{other}”"),
                );
                Err(Finding::forbid("unknown-case", message, ["操作-1"]))
            }
        }
    }

    fn validate_settings(settings: &Settings) -> Vec<SettingsError> {
        let Fraction { numerator, denominator } = settings.large_passes;
        let faults = [
            (
                settings.tender_amount_fen <= settings.quotation_amount_fen,
                "/tender-amount-fen",
                (
                    "招标数额起点应当高于询价数额起点",
                    "the amount from which tenders are held has to be above that from which quotations are asked",
                ),
            ),
            (
                numerator > denominator || numerator * 2 <= denominator,
                "/large-passes",
                (
                    "通过比例应当超过二分之一，且不超过全部",
                    "the share has to be more than one half and at most all",
                ),
            ),
        ];
        faults.iter().filter(|(wrong, ..)| *wrong).map(|(_, at, why)| SettingsError::at(at, *why)).collect()
    }
}

/// 公开-1, 公开-3 and 标准-6.
fn check_disclosure(ctx: &Context<Settings>, transition: &Transition, act: &Disclosure) -> Vec<Finding> {
    let settings = &ctx.settings;
    let mut findings = Vec::new();
    if act.days.is_some_and(|days| days < settings.posting_days) {
        let least = settings.posting_days;
        let message = (
            format!("公布期限不得少于{least}日"),
            format!("it has to stay posted for at least {least} days"),
        );
        findings.push(Finding::require("posting-too-short", message, ["公开-1"]));
    }
    if transition.step != Step::DiscloseOutcome {
        return findings;
    }
    match (act.final_cost_fen, transition.matter.amount_fen) {
        (None, _) => {
            let message = (
                "公布实施结果应当载明决算金额",
                "what is published of the outcome has to state the final cost",
            );
            findings.push(Finding::require("final-cost-missing", message, ["公开-3"]));
        }
        (Some(cost), Some(resolved)) => {
            let allowed = u128::from(resolved) * u128::from(100 + settings.overrun_percent);
            if u128::from(cost) * 100 > allowed && act.supplementary_resolution.trim().is_empty() {
                let percent = settings.overrun_percent;
                let message = (
                    format!("决算{}，超出决议金额百分之{percent}，应当先作补充决议", yuan(cost)),
                    format!(
                        "the final cost of {} is more than {percent}% above what was resolved: a further resolution \
                         comes first",
                        in_yuan(cost)
                    ),
                );
                findings.push(Finding::require("overrun-not-resolved", message, ["标准-6"]));
            }
        }
        (Some(_), None) => {}
    }
    findings
}

fn in_yuan(fen: u64) -> String {
    format!("{}.{:02} yuan", fen / 100, fen % 100)
}

fn yuan(fen: u64) -> String {
    format!("{}.{:02}元", fen / 100, fen % 100)
}

yishi_sdk::implementation_rule!(CollectiveSpending);
