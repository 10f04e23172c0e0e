//! 提议: what a proposal to spend must show before it is reviewed and resolved.

use std::collections::BTreeSet;

use serde::Deserialize;
use yishi_sdk::prelude::*;

use crate::accounts::Payment;
use crate::{Settings, in_yuan, yuan};

/// What a proposal to spend says of itself (操作-2, 标准-1 to 标准-4), in the matter's form.
#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(crate) struct Plan {
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

/// 标准-4: what a proposal spends, alone and together with what its project was paid this year.
pub(crate) struct Sum {
    alone: u64,
    yearly: u64,
}

impl Sum {
    pub(crate) fn of(ctx: &Context<Settings>, matter: &Matter, plan: &Plan) -> Self {
        let alone = matter.amount_fen.unwrap_or(0);
        let year = format!("{:04}-", ctx.today.year());
        let project = project_key(&plan.project);
        let payments: Vec<Payment> =
            if project.is_empty() { Vec::new() } else { records::whole("payment", &project) };
        let paid: u64 = payments
            .iter()
            .filter(|payment| payment.month.starts_with(&year))
            .map(|payment| payment.amount_fen)
            .sum();
        Self { alone, yearly: alone.saturating_add(paid) }
    }

    /// The articles by which the figure is reached (以上); none when it is not.
    pub(crate) fn reaches(&self, figure: u64, article: &'static str) -> Option<Vec<&'static str>> {
        match figure {
            _ if self.alone >= figure => Some(vec![article]),
            _ if self.yearly >= figure => Some(vec!["标准-4", article]),
            _ => None,
        }
    }
}

/// What payments of one project are recorded about: its name without spaces.
pub(crate) fn project_key(name: &str) -> String {
    name.split_whitespace().collect()
}

/// 操作-2 and 标准-1 to 标准-4.
pub(crate) fn check(ctx: &Context<Settings>, matter: &Matter, plan: &Plan) -> Vec<Finding> {
    let settings = &ctx.settings;
    let mut findings = Vec::new();

    let (zh, en): (Vec<&str>, Vec<&str>) = [
        (plan.project.trim().is_empty(), ("项目名称", "the name of the project")),
        (plan.purpose.trim().is_empty(), ("用途", "what it is for")),
        (matter.amount_fen.is_none(), ("金额", "the amount")),
        (plan.funding_source.trim().is_empty(), ("资金来源", "where the money comes from")),
    ]
    .into_iter()
    .filter_map(|(absent, title)| absent.then_some(title))
    .unzip();
    if !zh.is_empty() {
        let message = (
            format!("提议还应当载明：{}", zh.join("、")),
            format!("the proposal still has to say: {}", en.join(", ")),
        );
        findings.push(Finding::require("plan-incomplete", message, ["操作-2"]));
    }

    let sum = Sum::of(ctx, matter, plan);
    let figures = [settings.quotation_amount_fen, settings.large_amount_fen, settings.tender_amount_fen];
    let crosses = figures.iter().any(|figure| sum.alone < *figure && *figure <= sum.yearly);
    if crosses && plan.yearly_total_fen.unwrap_or(0) < sum.yearly {
        let yearly = sum.yearly;
        let message = (
            format!("同一项目本年度合计{}，应当合并办理并在提议中载明年度合计数，不得拆分", yuan(yearly)),
            format!(
                "the project comes to {} this year: it is handled as one, the proposal states the yearly total, and it \
                 is not split",
                in_yuan(yearly)
            ),
        );
        findings.push(Finding::forbid("project-split", message, ["标准-4"]));
    }

    if let Some(because) = sum.reaches(settings.tender_amount_fen, "标准-3") {
        if plan.tender.trim().is_empty() {
            let from = settings.tender_amount_fen;
            let message = (
                format!("{}以上的项目应当公开招标，请载明招标编号", yuan(from)),
                format!(
                    "projects of {} and more are put out to public tender: state the tender's number",
                    in_yuan(from)
                ),
            );
            findings.push(Finding::require("tender-missing", message, because));
        }
    } else if let Some(because) = sum.reaches(settings.quotation_amount_fen, "标准-1") {
        let suppliers: BTreeSet<&str> = plan.quotations.iter().map(|one| one.supplier.trim()).collect();
        let (had, needed) = (suppliers.len(), settings.quotation_count);
        if had < needed {
            let message = (
                format!("应当取得{needed}家以上的书面报价，现有{had}家"),
                format!("written quotations of {needed} suppliers or more are needed; there are {had}"),
            );
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
        let message = (
            "没有选用报价最低的供应方，请书面说明理由",
            "the supplier chosen is not the cheapest: give the reason in writing",
        );
        Finding::require("choice-not-explained", message, ["标准-2"])
    })
}

#[cfg(test)]
mod tests {
    use super::Sum;

    #[test]
    fn a_sum_that_reaches_the_figure_alone_does_not_cite_the_adding_up() {
        let sum = Sum { alone: 5, yearly: 7 };
        assert_eq!(sum.reaches(5, "标准-1"), Some(vec!["标准-1"]));
        assert_eq!(sum.reaches(7, "标准-1"), Some(vec!["标准-4", "标准-1"]));
        assert_eq!(sum.reaches(8, "标准-1"), None);
    }
}
