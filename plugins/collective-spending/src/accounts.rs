//! 收支报告: the accounts of one month, what is published of them and what stays as records.

use serde::{Deserialize, Serialize};
use yishi_sdk::prelude::*;

use crate::plan::project_key;
use crate::{Settings, in_yuan, yuan};

/// 奖惩-1: a report that went back comes again within so many days.
const CORRECTED_WITHIN_DAYS: u32 = 3;
/// 公开-2: one published text holds so many payments, well within what the kernel takes.
const PAYMENTS_IN_A_PART: usize = 20;

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
pub(crate) struct Payment {
    pub(crate) month: String,
    project: String,
    purpose: String,
    pub(crate) amount_fen: u64,
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

/// 操作-5, 奖惩-1, 奖惩-2, 公开-2 and 公开-4: the accounts of one month.
pub(crate) fn report(ctx: &Context<Settings>, event: &CaseEvent) -> Result<Outcome, Finding> {
    let settings = &ctx.settings;
    let report: Report = event.read().map_err(|fault| fault.cite(["操作-5"]))?;
    let on = event.date().map_err(|fault| fault.cite(["操作-5"]))?;
    let (first, next) = month(&report.month).ok_or_else(|| {
        let message = ("月份应当写作2026-02的样子", "write the month as 2026-02");
        Finding::forbid("month-unreadable", message, ["操作-5"])
    })?;
    if on < next {
        let message = ("该月尚未结束，月终后再报", "the month is not over: report it afterwards");
        return Err(Finding::forbid("month-not-over", message, ["操作-5"]));
    }

    let earlier: Vec<Reported> = records::whole("report", &event.subject);
    if earlier.iter().any(|one| one.month == report.month) {
        let message = (
            "该月已经报告；需要更正的，在下月报告中列明",
            "this month has been reported; what needs correcting is listed in the next report",
        );
        return Err(Finding::forbid("already-reported", message, ["操作-5"]));
    }
    let spending: u64 = report.items.iter().map(|item| item.amount_fen).sum();
    let unequal = report.opening_fen + report.income_fen != report.closing_fen + spending;
    let broken = earlier.iter().any(|one| {
        month(&one.month).is_some_and(|(_, next)| next == first) && one.closing_fen != report.opening_fen
    });
    if unequal || broken {
        let (zh, en) = if unequal {
            ("期初加收入减支出不等于期末", "opening plus income less spending is not the closing balance")
        } else {
            ("期初余额与上月期末余额不符", "the opening balance is not last month's closing balance")
        };
        let message = (
            format!("{zh}，请在{CORRECTED_WITHIN_DAYS}日内更正后重新提交"),
            format!("{en}: correct it and hand it in again within {CORRECTED_WITHIN_DAYS} days"),
        );
        return Err(Finding::require("accounts-do-not-balance", message, ["奖惩-1"]));
    }
    let unresolved = report.items.iter().find(|item| {
        item.amount_fen >= settings.quotation_amount_fen
            && item.resolution.as_deref().is_none_or(|resolution| resolution.trim().is_empty())
    });
    if let Some(item) = unresolved {
        let (project, amount) = (&item.project, item.amount_fen);
        let message = (
            format!("{project}的支出{}没有载明所依据的决议，不予列支", yuan(amount)),
            format!(
                "{project}: the payment of {} names no resolution it rests on, and is not entered",
                in_yuan(amount)
            ),
        );
        return Err(Finding::forbid("payment-without-resolution", message, ["奖惩-2"]));
    }

    let on_time = next.plus_days(i64::from(settings.report_day) - 1).is_some_and(|last| on <= last);
    let message = if on_time {
        (
            "报告已受理并公布，交监督委员会审核",
            "the report is taken up and published, and goes to the supervision committee",
        )
    } else {
        (
            "报告逾期，已受理并公布，交监督委员会审核",
            "the report is late; it is taken up and published, and goes to the supervision committee",
        )
    };
    let outcome = Outcome::stage("under-examination", message, ["操作-5", "公开-2"])
        .task(
            Body::SupervisionCommittee,
            settings.examination_days,
            ("审核月度收支报告及票据", "Examine the monthly report and its vouchers"),
            ["操作-5"],
        )
        .measure("spending-fen", i64::try_from(spending).unwrap_or(i64::MAX))
        .measure("income-fen", i64::try_from(report.income_fen).unwrap_or(i64::MAX))
        .measure("reported-on-time", i64::from(on_time));
    let outcome = published(&report, first, spending)
        .into_iter()
        .fold(outcome, |outcome, text| outcome.publish(text, settings.posting_days, ["公开-2", "公开-4"]));
    let Report { month, closing_fen, items, .. } = report;
    let reported = Reported { month: month.clone(), spending_fen: spending, closing_fen };
    let outcome = outcome.record("report", &event.subject, &reported);
    Ok(items.into_iter().fold(outcome, |outcome, item| {
        let Item { project, purpose, amount_fen, voucher, resolution, .. } = item;
        let subject = project_key(&project);
        let payment = Payment { month: month.clone(), project, purpose, amount_fen, voucher, resolution };
        outcome.record("payment", &subject, &payment)
    }))
}

/// The texts that are published, so many payments in each; persons are not named (公开-4).
fn published(report: &Report, first: Date, spending: u64) -> Vec<(String, String)> {
    let zh_title = format!("{}年{}月集体资金收支", first.year(), first.month());
    let en_title = format!("Collective funds in {}", report.month);
    let payments = report.items.len();
    let mut texts = vec![(
        format!(
            "{zh_title}：期初余额{}，收入{}，支出{}（{payments}笔），期末余额{}。",
            yuan(report.opening_fen),
            yuan(report.income_fen),
            yuan(spending),
            yuan(report.closing_fen)
        ),
        format!(
            "{en_title}: opening balance {}, income {}, spending {} ({payments} payments), closing balance {}.",
            in_yuan(report.opening_fen),
            in_yuan(report.income_fen),
            in_yuan(spending),
            in_yuan(report.closing_fen)
        ),
    )];
    for (at, item) in report.items.iter().enumerate() {
        if at > 0 && at % PAYMENTS_IN_A_PART == 0 {
            texts.push((format!("{zh_title}（续）："), format!("{en_title} (continued):")));
        }
        let organization = item.payee.trim();
        let (zh_payee, en_payee) = match item.payee_kind {
            PayeeKind::Person => ("个人", "a person"),
            PayeeKind::Organization => (organization, organization),
        };
        let (number, project, purpose, amount) = (at + 1, &item.project, &item.purpose, item.amount_fen);
        if let Some((zh, en)) = texts.last_mut() {
            zh.push_str(&format!("\n{number}. {project}，{purpose}，{}，付{zh_payee}。", yuan(amount)));
            en.push_str(&format!(
                "\n{number}. {project}, {purpose}, {}, paid to {en_payee}.",
                in_yuan(amount)
            ));
        }
    }
    texts
}

/// The first day of a month written `2026-02`, and of the month after it.
fn month(text: &str) -> Option<(Date, Date)> {
    let first: Date = format!("{text}-01").parse().ok()?;
    let later = first.plus_days(31)?;
    Some((first, Date::new(later.year(), later.month(), 1)?))
}
