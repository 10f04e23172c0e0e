//! 环境卫生实施细则: how surroundings are inspected, what good results earn, and what is published.
//!
//! It works by points, commendation and help. Nothing here takes anything away: the worst grade earns no
//! points and brings a volunteer to the door (奖惩-2), and only good results are published (公开-1, 公开-2).

use serde::{Deserialize, Serialize};
use yishi_sdk::prelude::*;

struct CleanHome;

const DOMAIN: &str = "sanitation";

/// 操作-2: inspections are made by so many persons together.
const INSPECTORS: u32 = 2;
/// 操作-5: a review is asked for within so many days.
const REVIEW_WINDOW_DAYS: i64 = 7;
/// 奖惩-1: the clean homes of a month are commended by this day of the next.
const COMMENDED_BY_DAY: u32 = 5;
/// 奖惩-3: measures that no clean-up matter may contain, by the words of the matter's form.
const UNLAWFUL: [&str; 6] =
    ["fine", "cut-service", "deny-access", "withhold-benefit", "public-shaming", "exclusion"];

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Settings {
    excellent_score: u32,
    good_score: u32,
    pass_score: u32,
    excellent_points: u32,
    good_points: u32,
    pass_points: u32,
    inspections_per_month: u32,
    commendation_points: u32,
    recheck_days: u32,
    review_days: u32,
    publication_days: u32,
    posting_days: u32,
}

/// 等次 (标准-2).
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Grade {
    Excellent,
    Good,
    Satisfactory,
    ToImprove,
}

impl Grade {
    const fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Excellent => ("优秀", "excellent"),
            Self::Good => ("良好", "good"),
            Self::Satisfactory => ("合格", "satisfactory"),
            Self::ToImprove => ("待改进", "to be improved"),
        }
    }
}

impl Settings {
    /// 标准-2: the lines include the figure.
    fn grade(&self, score: u32) -> Grade {
        match score {
            _ if score >= self.excellent_score => Grade::Excellent,
            _ if score >= self.good_score => Grade::Good,
            _ if score >= self.pass_score => Grade::Satisfactory,
            _ => Grade::ToImprove,
        }
    }

    /// 标准-3.
    fn points(&self, grade: Grade) -> u32 {
        match grade {
            Grade::Excellent => self.excellent_points,
            Grade::Good => self.good_points,
            Grade::Satisfactory => self.pass_points,
            Grade::ToImprove => 0,
        }
    }
}

/// The form of an inspection.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Inspection {
    inspectors: u32,
    with_representative: bool,
    entered_yard: bool,
    consent: bool,
    #[serde(default)]
    prefers_private: bool,
    scores: Scores,
}

/// 标准-1: five items of twenty points each.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Scores {
    frontage: u32,
    waste_sorting: u32,
    storage: u32,
    greenery: u32,
    drainage: u32,
}

impl Scores {
    fn total(&self) -> u32 {
        [self.frontage, self.waste_sorting, self.storage, self.greenery, self.drainage]
            .into_iter()
            .map(|score| score.min(20))
            .sum()
    }
}

/// What remains of an inspection.
#[derive(Serialize, Deserialize)]
struct Inspected {
    on: Date,
    score: u32,
    grade: Grade,
    points: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct ReviewRequest {
    inspected_on: Date,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct MonthlySummary {
    month: String,
    excellent: u32,
    good: u32,
    satisfactory: u32,
    to_improve: u32,
}

/// What a clean-up matter says of itself: in its form, or in what the act carries.
#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct CleanUp {
    responsible: Option<String>,
    finish_by: Option<Date>,
    measures: PlannedMeasures,
    before_and_after: bool,
    days: Option<u32>,
}

impl ImplementationRule for CleanHome {
    type Settings = Settings;

    fn terms(ctx: &Context<Settings>, query: &TermsQuery) -> Terms {
        let posted = matches!(query.step, Step::Resolve | Step::DiscloseDecision | Step::DiscloseOutcome);
        if query.matter.domain == DOMAIN && posted {
            Terms::silent().posting_days(ctx.settings.posting_days, ["公开-4"])
        } else {
            Terms::silent()
        }
    }

    fn check(ctx: &Context<Settings>, transition: &Transition) -> Vec<Finding> {
        if transition.matter.domain != DOMAIN {
            return Vec::new();
        }
        let (form, act) = match (transition.matter.read::<CleanUp>(), transition.read::<CleanUp>()) {
            (Ok(form), Ok(act)) => (form, act),
            (Err(fault), _) | (_, Err(fault)) => return vec![fault.cite(["操作-4"])],
        };
        match transition.step {
            Step::Propose | Step::Resolve => plan(&form, &act),
            Step::DiscloseDecision => posted_long_enough(ctx, &act).into_iter().collect(),
            Step::DiscloseOutcome => {
                let shown = form.before_and_after || act.before_and_after;
                let reminder = (!shown).then(|| {
                    Finding::advise(
                        "before-and-after",
                        (
                            "公布实施结果，一般应当附整治前后的对比情况",
                            "what is published of the outcome generally shows how it was before and after",
                        ),
                        ["公开-4"],
                    )
                });
                posted_long_enough(ctx, &act).into_iter().chain(reminder).collect()
            }
            _ => Vec::new(),
        }
    }

    fn handle(ctx: &Context<Settings>, event: &CaseEvent) -> Result<Outcome, Finding> {
        match event.kind.as_str() {
            "inspection" => inspection(ctx, event),
            "review-request" => review(ctx, event),
            "monthly-summary" => monthly_summary(ctx, event),
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
        let s = settings;
        let most = s.excellent_points * s.inspections_per_month;
        let faults = [
            (
                s.good_score >= s.excellent_score,
                "/good-score",
                ("良好分数线应当低于优秀", "the line for good has to be below the line for excellent"),
            ),
            (
                s.pass_score >= s.good_score,
                "/pass-score",
                ("合格分数线应当低于良好", "the line for satisfactory has to be below the line for good"),
            ),
            (
                s.good_points > s.excellent_points,
                "/good-points",
                ("良好积分不应多于优秀", "good may not earn more points than excellent"),
            ),
            (
                s.pass_points > s.good_points,
                "/pass-points",
                ("合格积分不应多于良好", "satisfactory may not earn more points than good"),
            ),
            (
                s.commendation_points > most,
                "/commendation-points",
                (
                    "按每月检查次数，最多也积不到这个分数",
                    "with so many inspections a month nobody can reach this figure",
                ),
            ),
        ];
        faults.iter().filter(|(wrong, ..)| *wrong).map(|(_, at, why)| SettingsError::at(at, *why)).collect()
    }
}

/// 操作-4 and 奖惩-3: what a clean-up matter must say, and must not contain.
fn plan(form: &CleanUp, act: &CleanUp) -> Vec<Finding> {
    let named = |one: &CleanUp| one.responsible.as_deref().is_some_and(|name| !name.trim().is_empty());
    let mut findings = Vec::new();
    if [form, act].iter().any(|one| one.measures.first_of(&UNLAWFUL).is_some()) {
        let message = (
            "整治只能用表扬、积分和帮助，不得罚款、停水停电、停用凭证、扣减待遇或者羞辱他人",
            "a clean-up works by commendation, points and help: no fines, no cutting off water or power, no blocked \
             passes, no withheld benefits, no shaming",
        );
        findings.push(Finding::forbid("unlawful-measure", message, ["奖惩-3"]));
    }
    if !(named(form) || named(act)) || form.finish_by.or(act.finish_by).is_none() {
        let message = ("请载明责任人和完成期限", "say who is responsible and by when it is done");
        findings.push(Finding::require("plan-incomplete", message, ["操作-4"]));
    }
    findings
}

fn posted_long_enough(ctx: &Context<Settings>, act: &CleanUp) -> Option<Finding> {
    let least = ctx.settings.posting_days;
    act.days.is_some_and(|days| days < least).then(|| {
        let message = (
            format!("公布期限不得少于{least}日"),
            format!("it has to stay posted for at least {least} days"),
        );
        Finding::require("posting-too-short", message, ["公开-4"])
    })
}

fn inspection(ctx: &Context<Settings>, event: &CaseEvent) -> Result<Outcome, Finding> {
    let settings = &ctx.settings;
    let visit: Inspection = event.read().map_err(|fault| fault.cite(["标准-1"]))?;
    let on = event.date().map_err(|fault| fault.cite(["操作-3"]))?;

    if visit.inspectors < INSPECTORS || !visit.with_representative {
        let message = (
            "检查应当由二人以上共同进行，其中至少一人为代表或者志愿者",
            "an inspection is made by two or more persons together, one of them a representative or a volunteer",
        );
        return Err(Finding::require("two-inspectors", message, ["操作-2"]));
    }
    if visit.entered_yard && !visit.consent {
        let message = (
            "未经住户同意，不得进院检查评分",
            "a yard may not be entered and scored without the household's consent",
        );
        return Err(Finding::forbid("consent-missing", message, ["操作-2"]));
    }
    let this_month: Vec<Inspected> = records::latest::<Inspected>("inspection", &event.subject, 100)
        .into_iter()
        .filter(|earlier| (earlier.on.year(), earlier.on.month()) == (on.year(), on.month()))
        .collect();
    if this_month.len() >= settings.inspections_per_month as usize {
        let times = this_month.len();
        let message = (
            format!("该户本月已检查{times}次，不再记分"),
            format!("this household has been inspected {times} times this month; no more points are given"),
        );
        return Err(Finding::forbid("inspected-enough", message, ["操作-3"]));
    }

    let score = visit.scores.total();
    let grade = settings.grade(score);
    let points = settings.points(grade);
    let before: u32 = this_month.iter().map(|earlier| earlier.points).sum();
    let reached = before + points;
    // A household is commended once a month, by the inspection that brings it to the figure.
    let commended = before < settings.commendation_points && reached >= settings.commendation_points;
    let good = matches!(grade, Grade::Excellent | Grade::Good);

    let stage = match grade {
        _ if commended => "commended",
        Grade::ToImprove => "to-be-helped",
        _ => "recorded",
    };
    let shown_by = if good { "公开-1" } else { "公开-2" };
    let (zh, en) = grade.title();
    let message = (
        format!("得分{score}，{zh}，本次积{points}分，本月共{reached}分"),
        format!("score {score}, {en}: {points} points this time, {reached} this month"),
    );
    let mut outcome = Outcome::stage(stage, message, ["标准-1", "标准-2", shown_by])
        .record("inspection", &event.subject, &Inspected { on, score, grade, points })
        .measure("score", i64::from(score));
    if points > 0 {
        let reason = (format!("环境卫生检查评为{zh}"), format!("inspection of surroundings: {en}"));
        let given = i32::try_from(points).unwrap_or(i32::MAX);
        outcome = outcome.points(&event.subject, given, reason, ["标准-3"]);
    }
    if good && !visit.prefers_private {
        let (day, household) = (spelled(on), &event.subject);
        let text = (
            format!("{day}环境卫生检查：户号{household}评为{zh}，积{points}分。"),
            format!(
                "Inspection of surroundings on {on}: household {household} was found {en}, {points} points."
            ),
        );
        outcome = outcome.publish(text, settings.publication_days, ["公开-1"]);
    }
    if grade == Grade::ToImprove {
        let text = (
            "私下告知住户，安排网格员或者志愿者上门帮助，并按期复查",
            "Tell the household in private, send a grid worker or a volunteer to help, and look again in time",
        );
        outcome = outcome.task(Body::ResidentsCommittee, settings.recheck_days, text, ["奖惩-2"]);
    }
    Ok(if commended {
        commend(settings, event, on, reached, visit.prefers_private, outcome)
    } else {
        outcome
    })
}

/// 奖惩-1: the month's clean home.
fn commend(
    settings: &Settings,
    event: &CaseEvent,
    on: Date,
    reached: u32,
    private: bool,
    outcome: Outcome,
) -> Outcome {
    let outcome = outcome.task(
        Body::ResidentsCommittee,
        days_until_commended(on),
        (
            "颁发“清洁之家”流动红旗或者其他表扬，是否公开从住户意愿",
            "Give the banner “clean home” or another commendation; whether it is published is for the household to say",
        ),
        ["奖惩-1"],
    );
    if private {
        return outcome;
    }
    let (year, month) = (on.year(), on.month());
    let household = &event.subject;
    let text = (
        format!("户号{household}，{year}年{month}月积{reached}分，评为当月“清洁之家”。"),
        format!(
            "Household {household} earned {reached} points in {year}-{month:02} and is the month's “clean home”."
        ),
    );
    outcome.publish(text, settings.publication_days, ["奖惩-1", "公开-1"])
}

fn days_until_commended(on: Date) -> u32 {
    let (year, month) = if on.month() == 12 { (on.year() + 1, 1) } else { (on.year(), on.month() + 1) };
    let due = Date::new(year, month, COMMENDED_BY_DAY);
    due.map_or(COMMENDED_BY_DAY, |due| u32::try_from(on.days_until(due)).unwrap_or(COMMENDED_BY_DAY))
}

/// 操作-5: the household disagrees with a result.
fn review(ctx: &Context<Settings>, event: &CaseEvent) -> Result<Outcome, Finding> {
    let asked: ReviewRequest = event.read().map_err(|fault| fault.cite(["操作-5"]))?;
    let on = event.date().map_err(|fault| fault.cite(["操作-5"]))?;
    if !(0..=REVIEW_WINDOW_DAYS).contains(&asked.inspected_on.days_until(on)) {
        let message = (
            format!("应当自知道检查结果之日起{REVIEW_WINDOW_DAYS}日内申请复核"),
            format!("a review is asked for within {REVIEW_WINDOW_DAYS} days of knowing the result"),
        );
        return Err(Finding::forbid("review-out-of-time", message, ["操作-5"]));
    }
    let inspected = records::whole::<Inspected>("inspection", &event.subject);
    if !inspected.iter().any(|earlier| earlier.on == asked.inspected_on) {
        let message = (
            format!("{}没有该户的检查记录，请核对检查日期", spelled(asked.inspected_on)),
            format!("there is no inspection of this household on {}; check the day", asked.inspected_on),
        );
        return Err(Finding::require("no-such-inspection", message, ["操作-5"]));
    }
    let text = (
        format!("组织复核{}的检查结果并答复住户；结果有变的，更正后重新公布", spelled(asked.inspected_on)),
        format!(
            "Review the inspection of {} and answer the household; publish again what changes",
            asked.inspected_on
        ),
    );
    let message = ("已受理复核申请", "the request for a review is taken up");
    Ok(Outcome::stage("under-review", message, ["操作-5"]).task(
        Body::SupervisionCommittee,
        ctx.settings.review_days,
        text,
        ["操作-5"],
    ))
}

/// 公开-3: figures only.
fn monthly_summary(ctx: &Context<Settings>, event: &CaseEvent) -> Result<Outcome, Finding> {
    let sum: MonthlySummary = event.read().map_err(|fault| fault.cite(["公开-3"]))?;
    let first: Date = match format!("{}-01", sum.month).parse() {
        Ok(first) => first,
        Err(_) => {
            let message = ("月份应当写作2026-03的样子", "write the month as 2026-03");
            return Err(Finding::forbid("month-unreadable", message, ["公开-3"]));
        }
    };
    let fine = sum.excellent + sum.good;
    let all = fine + sum.satisfactory + sum.to_improve;
    let percent = (fine * 100).checked_div(all).unwrap_or(0);
    let MonthlySummary { month, excellent, good, satisfactory, to_improve } = sum;
    let spelled = format!("{}年{}月", first.year(), first.month());
    let text = (
        format!(
            "{spelled}环境卫生检查{all}户次：优秀{excellent}户次，良好{good}户次，合格{satisfactory}户次，待改进{to_improve}户次，优良率{percent}%。"
        ),
        format!(
            "Inspections of surroundings in {month}: {all} in all, {excellent} excellent, {good} good, \
             {satisfactory} satisfactory, {to_improve} to be improved; {percent}% excellent or good."
        ),
    );
    let message = ("检查汇总已公布", "the summary of inspections is published");
    Ok(Outcome::stage("published", message, ["公开-3"])
        .publish(text, ctx.settings.publication_days, ["公开-3"])
        .measure("inspections", i64::from(all))
        .measure("excellent-or-good-percent", i64::from(percent)))
}

fn spelled(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

yishi_sdk::implementation_rule!(CleanHome);
