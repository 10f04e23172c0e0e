//! 集体资金使用实施细则: how a village spends what it receives from its collective economy.
//!
//! Before a spending is resolved the rule looks at the plan (quotations, tender, no splitting); for large sums it
//! demands two thirds of those present; afterwards it looks at the final cost and at the monthly accounts.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use yishi_sdk::prelude::*;

struct CollectiveSpending;

const DOMAIN: &str = "collective-funds";
/// 奖惩-1: a report that went back comes again within so many days.
const CORRECTED_WITHIN_DAYS: u32 = 3;

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

/// What a proposal to spend says of itself (操作-2, 标准-1 to 标准-4), in the matter's form.
#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct Plan {
    project: String,
    purpose: String,
    funding_source: String,
    quotations: Vec<Quotation>,
    chosen: Option<String>,
    choice_reason: String,
    tender: String,
    yearly_total_fen: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Quotation {
    supplier: String,
    amount_fen: u64,
}

/// What the act of publishing carries.
#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct Disclosure {
    days: Option<u32>,
    final_cost_fen: Option<u64>,
    supplementary_resolution: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Report {
    month: String,
    opening_fen: u64,
    income_fen: u64,
    closing_fen: u64,
    items: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Item {
    project: String,
    purpose: String,
    payee: String,
    payee_kind: PayeeKind,
    amount_fen: u64,
    voucher: String,
    #[serde(default)]
    resolution: Option<String>,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum PayeeKind {
    Organization,
    Person,
}

/// What remains of a payment; the payee stays out of it (公开-4).
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Payment {
    month: String,
    project: String,
    purpose: String,
    amount_fen: u64,
    voucher: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resolution: Option<String>,
}

/// What remains of a report.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Reported {
    month: String,
    spending_fen: u64,
    closing_fen: u64,
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
        if matter.concerns("collective-property") {
            let message = "集体财产和成员权益事项由农村集体经济组织依法决定，不得按本细则办理";
            return vec![Finding::forbid("belongs-to-the-collective", message, ["操作-1"])];
        }
        match transition.step {
            Step::Propose | Step::Review | Step::Resolve => match matter.read() {
                Ok(plan) => check_plan(ctx, matter, &plan),
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
            "spending-report" => report(ctx, event),
            "accounts-query" => Ok(Outcome::stage("to-be-answered", "已受理查询", ["操作-6"]).task(
                Body::SupervisionCommittee,
                ctx.settings.answer_days,
                "会同村民委员会书面答复村民的查询",
                ["操作-6"],
            )),
            other => {
                Err(Finding::forbid("unknown-case", format!("本细则不办理“{other}”一类的事项"), ["操作-1"]))
            }
        }
    }

    fn validate_settings(settings: &Settings) -> Vec<SettingsError> {
        let Fraction { numerator, denominator } = settings.large_passes;
        let faults = [
            (
                settings.tender_amount_fen <= settings.quotation_amount_fen,
                "/tender-amount-fen",
                "招标数额起点应当高于询价数额起点",
            ),
            (
                numerator > denominator || numerator * 2 <= denominator,
                "/large-passes",
                "通过比例应当超过二分之一，且不超过全部",
            ),
        ];
        faults.iter().filter(|(wrong, ..)| *wrong).map(|(_, at, why)| SettingsError::at(at, *why)).collect()
    }
}

/// 标准-4: what a proposal spends, alone and together with what its project was paid this year.
struct Sum {
    alone: u64,
    yearly: u64,
}

impl Sum {
    fn of(ctx: &Context<Settings>, matter: &Matter, plan: &Plan) -> Self {
        let alone = matter.amount_fen.unwrap_or(0);
        let year = format!("{:04}-", ctx.today.year());
        let paid: u64 = match plan.project.trim() {
            "" => 0,
            project => records::latest::<Payment>("payment", project, 100)
                .iter()
                .filter(|payment| payment.month.starts_with(&year))
                .map(|payment| payment.amount_fen)
                .sum(),
        };
        Self { alone, yearly: alone.saturating_add(paid) }
    }

    /// The articles by which the figure is reached (以上); none when it is not.
    fn reaches(&self, figure: u64, article: &'static str) -> Option<Vec<&'static str>> {
        match figure {
            _ if self.alone >= figure => Some(vec![article]),
            _ if self.yearly >= figure => Some(vec!["标准-4", article]),
            _ => None,
        }
    }
}

/// 操作-2 and 标准-1 to 标准-4.
fn check_plan(ctx: &Context<Settings>, matter: &Matter, plan: &Plan) -> Vec<Finding> {
    let settings = &ctx.settings;
    let mut findings = Vec::new();

    let missing: Vec<&str> = [
        (plan.project.trim().is_empty(), "项目名称"),
        (plan.purpose.trim().is_empty(), "用途"),
        (matter.amount_fen.is_none(), "金额"),
        (plan.funding_source.trim().is_empty(), "资金来源"),
    ]
    .into_iter()
    .filter_map(|(absent, title)| absent.then_some(title))
    .collect();
    if !missing.is_empty() {
        let message = format!("提议还应当载明：{}", missing.join("、"));
        findings.push(Finding::require("plan-incomplete", message, ["操作-2"]));
    }

    let sum = Sum::of(ctx, matter, plan);
    let figures = [settings.quotation_amount_fen, settings.large_amount_fen, settings.tender_amount_fen];
    let crosses = figures.iter().any(|figure| (sum.alone + 1..=sum.yearly).contains(figure));
    if crosses && plan.yearly_total_fen.unwrap_or(0) < sum.yearly {
        let message =
            format!("同一项目本年度合计{}，应当合并办理并在提议中载明年度合计数，不得拆分", yuan(sum.yearly));
        findings.push(Finding::forbid("project-split", message, ["标准-4"]));
    }

    if let Some(because) = sum.reaches(settings.tender_amount_fen, "标准-3") {
        if plan.tender.trim().is_empty() {
            let message =
                format!("{}以上的项目应当公开招标，请载明招标编号", yuan(settings.tender_amount_fen));
            findings.push(Finding::require("tender-missing", message, because));
        }
    } else if let Some(because) = sum.reaches(settings.quotation_amount_fen, "标准-1") {
        let suppliers: BTreeSet<&str> = plan.quotations.iter().map(|one| one.supplier.trim()).collect();
        let (had, needed) = (suppliers.len(), settings.quotation_count);
        if had < needed {
            let message = format!("应当取得{needed}家以上的书面报价，现有{had}家");
            findings.push(Finding::require("quotations-missing", message, because));
        }
        findings.extend(unexplained_choice(plan));
    }
    findings
}

/// 标准-2: a dearer supplier needs a reason in writing.
fn unexplained_choice(plan: &Plan) -> Option<Finding> {
    let chosen = plan.chosen.as_deref()?.trim();
    let lowest = plan.quotations.iter().map(|one| one.amount_fen).min();
    let asked =
        plan.quotations.iter().filter(|one| one.supplier.trim() == chosen).map(|one| one.amount_fen).min();
    (asked != lowest && plan.choice_reason.trim().is_empty()).then(|| {
        let message = "没有选用报价最低的供应方，请书面说明理由";
        Finding::require("choice-not-explained", message, ["标准-2"])
    })
}

/// 公开-1, 公开-3 and 标准-6.
fn check_disclosure(ctx: &Context<Settings>, transition: &Transition, act: &Disclosure) -> Vec<Finding> {
    let settings = &ctx.settings;
    let mut findings = Vec::new();
    if act.days.is_some_and(|days| days < settings.posting_days) {
        let message = format!("公布期限不得少于{}日", settings.posting_days);
        findings.push(Finding::require("posting-too-short", message, ["公开-1"]));
    }
    if transition.step != Step::DiscloseOutcome {
        return findings;
    }
    match (act.final_cost_fen, transition.matter.amount_fen) {
        (None, _) => {
            let message = "公布实施结果应当载明决算金额";
            findings.push(Finding::require("final-cost-missing", message, ["公开-3"]));
        }
        (Some(cost), Some(resolved)) => {
            let allowed = u128::from(resolved) * u128::from(100 + settings.overrun_percent);
            if u128::from(cost) * 100 > allowed && act.supplementary_resolution.trim().is_empty() {
                let message = format!(
                    "决算{}，超出决议金额百分之{}，应当先作补充决议",
                    yuan(cost),
                    settings.overrun_percent
                );
                findings.push(Finding::require("overrun-not-resolved", message, ["标准-6"]));
            }
        }
        (Some(_), None) => {}
    }
    findings
}

/// 操作-5, 奖惩-1, 奖惩-2, 公开-2 and 公开-4: the accounts of one month.
fn report(ctx: &Context<Settings>, event: &CaseEvent) -> Result<Outcome, Finding> {
    let settings = &ctx.settings;
    let report: Report = event.read().map_err(|fault| fault.cite(["操作-5"]))?;
    let on = event.date().map_err(|fault| fault.cite(["操作-5"]))?;
    let (first, next) = month(&report.month)
        .ok_or_else(|| Finding::forbid("month-unreadable", "月份应当写作2026-02的样子", ["操作-5"]))?;
    if on < next {
        return Err(Finding::forbid("month-not-over", "该月尚未结束，月终后再报", ["操作-5"]));
    }

    let earlier: Vec<Reported> = records::latest("report", &event.subject, 12);
    if earlier.iter().any(|one| one.month == report.month) {
        let message = "该月已经报告；需要更正的，在下月报告中列明";
        return Err(Finding::forbid("already-reported", message, ["操作-5"]));
    }
    let spending: u64 = report.items.iter().map(|item| item.amount_fen).sum();
    let unequal = report.opening_fen + report.income_fen != report.closing_fen + spending;
    let broken = earlier.iter().any(|one| {
        month(&one.month).is_some_and(|(_, next)| next == first) && one.closing_fen != report.opening_fen
    });
    if unequal || broken {
        let what = if unequal {
            "期初加收入减支出不等于期末"
        } else {
            "期初余额与上月期末余额不符"
        };
        let message = format!("{what}，请在{CORRECTED_WITHIN_DAYS}日内更正后重新提交");
        return Err(Finding::require("accounts-do-not-balance", message, ["奖惩-1"]));
    }
    let unresolved = report.items.iter().find(|item| {
        item.amount_fen >= settings.quotation_amount_fen
            && item.resolution.as_deref().is_none_or(|resolution| resolution.trim().is_empty())
    });
    if let Some(item) = unresolved {
        let message =
            format!("{}的支出{}没有载明所依据的决议，不予列支", item.project, yuan(item.amount_fen));
        return Err(Finding::forbid("payment-without-resolution", message, ["奖惩-2"]));
    }

    let on_time = next.plus_days(i64::from(settings.report_day) - 1).is_some_and(|last| on <= last);
    let message = if on_time {
        "报告已受理并公布，交监督委员会审核"
    } else {
        "报告逾期，已受理并公布，交监督委员会审核"
    };
    let outcome = Outcome::stage("under-examination", message, ["操作-5", "公开-2"])
        .publish(accounts(&report, first, spending), settings.posting_days, ["公开-2", "公开-4"])
        .task(Body::SupervisionCommittee, settings.examination_days, "审核月度收支报告及票据", ["操作-5"])
        .measure("spending-fen", i64::try_from(spending).unwrap_or(i64::MAX))
        .measure("income-fen", i64::try_from(report.income_fen).unwrap_or(i64::MAX))
        .measure("reported-on-time", i64::from(on_time));
    let Report { month, closing_fen, items, .. } = report;
    let reported = Reported { month: month.clone(), spending_fen: spending, closing_fen };
    let outcome = outcome.record("report", &event.subject, &reported);
    Ok(items.into_iter().fold(outcome, |outcome, item| {
        let Item { project, purpose, amount_fen, voucher, resolution, .. } = item;
        let subject = project.trim().to_owned();
        let payment = Payment { month: month.clone(), project, purpose, amount_fen, voucher, resolution };
        outcome.record("payment", &subject, &payment)
    }))
}

/// The text that is published: persons are not named (公开-4).
fn accounts(report: &Report, first: Date, spending: u64) -> String {
    let mut text = format!(
        "{}年{}月集体资金收支：期初余额{}，收入{}，支出{}（{}笔），期末余额{}。",
        first.year(),
        first.month(),
        yuan(report.opening_fen),
        yuan(report.income_fen),
        yuan(spending),
        report.items.len(),
        yuan(report.closing_fen)
    );
    for (at, item) in report.items.iter().enumerate() {
        let payee = if item.payee_kind == PayeeKind::Person { "个人" } else { item.payee.trim() };
        let amount = yuan(item.amount_fen);
        text += &format!("\n{}. {}，{}，{amount}，付{payee}。", at + 1, item.project, item.purpose);
    }
    text
}

/// The first day of a month written `2026-02`, and of the month after it.
fn month(text: &str) -> Option<(Date, Date)> {
    let first: Date = format!("{text}-01").parse().ok()?;
    let later = first.plus_days(31)?;
    Some((first, Date::new(later.year(), later.month(), 1)?))
}

fn yuan(fen: u64) -> String {
    format!("{}.{:02}元", fen / 100, fen % 100)
}

yishi_sdk::implementation_rule!(CollectiveSpending);
