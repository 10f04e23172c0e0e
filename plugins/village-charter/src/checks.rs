//! 检查: what the charter says of an act about to be done.

use serde::Deserialize;
use yishi_sdk::prelude::*;

use crate::{Proposal, Settings, makes_rules, raises_from_villagers};

/// 秩序-5, by the names a form gives to measures.
const UNLAWFUL_MEASURES: [&str; 8] = [
    "fine",
    "confiscation",
    "deposit",
    "cut-service",
    "withhold-benefit",
    "public-shaming",
    "force",
    "detention",
];

/// What the act carries.
#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct Act {
    /// Days of a posting that is announced, or of a consultation that has been held.
    days: Option<u32>,
    consultation_days: Option<u32>,
    /// What the same project has spent within a year, found at review.
    already_spent_fen: Option<u64>,
}

pub(crate) fn check(ctx: &Context<Settings>, transition: &Transition) -> Vec<Finding> {
    let matter = &transition.matter;
    let (form, unreadable) = match matter.read::<Proposal>() {
        Ok(form) => (form, None),
        Err(fault) => (Proposal::default(), Some(form_unreadable(&fault))),
    };
    let act: Act = match transition.step {
        Step::Review | Step::Resolve | Step::DiscloseDecision | Step::DiscloseOutcome => {
            match transition.read() {
                Ok(act) => act,
                Err(fault) => return vec![fault.cite(["议事-1"])],
            }
        }
        _ => Act::default(),
    };
    let mut findings = Vec::new();
    if matches!(transition.step, Step::Propose | Step::Review | Step::Resolve) {
        findings.extend(unreadable);
    }
    match transition.step {
        Step::Propose => {
            findings.extend(elsewhere(matter));
            findings.extend(unlawful(&form));
            findings.extend(money(matter, &form));
        }
        Step::Review => {
            findings.extend(elsewhere(matter));
            findings.extend(split(ctx, matter, &form, &act));
        }
        Step::Resolve => {
            findings.extend(elsewhere(matter));
            findings.extend(unlawful(&form));
            findings.extend(competence(transition));
            findings.extend(council_size(ctx, &transition.body));
            findings.extend(consultation(ctx, matter, &act));
        }
        Step::DiscloseDecision | Step::DiscloseOutcome => findings.extend(posting(ctx, &act)),
        Step::Implement if transition.body != Body::ResidentsCommittee => {
            let message =
                ("决定由村民委员会组织实施", "decisions are carried out by the villagers' committee");
            findings.push(Finding::forbid("not-the-villagers-committee", message, ["组织-7", "议事-1"]));
        }
        _ => {}
    }
    findings
}

/// 议事-1: the written proposal says what it is about. One field that cannot be read hides what all of them say, so it is
/// put right before anything is decided.
fn form_unreadable(fault: &Unreadable) -> Finding {
    Finding::require(
        "form-unreadable",
        (
            format!("请改正提议的表单，内容或格式不符：{fault}"),
            format!("correct the proposal's form, whose content or shape does not fit: {fault}"),
        ),
        ["议事-1", "议事-3"],
    )
}

/// 经济-1: what belongs to the collective's own members.
fn elsewhere(matter: &Matter) -> Option<Finding> {
    matter.concerns(&Subject::CollectiveProperty).then(|| {
        let message = (
                "集体财产的经营管理和收益分配由农村集体经济组织依法决定，请转交办理",
                "running collective property and sharing its income is for the rural collective to decide by law: pass it on",
            );
        Finding::forbid("belongs-to-the-collective", message, ["经济-1"])
    })
}

/// 秩序-5.
fn unlawful(form: &Proposal) -> Option<Finding> {
    form.measures.first_of(&UNLAWFUL_MEASURES).map(|_| {
        let message = (
                "不得设定罚款、没收、押金、停水停电、扣减待遇、公开羞辱或者强制措施",
                "fines, confiscation, deposits, cutting off water or power, withheld benefits, public shaming and force may not be provided for",
            );
        Finding::forbid("unlawful-measure", message, ["秩序-5"])
    })
}

/// 经济-4 and 经济-6: what a proposal about money says. The proposal's own text may say it where the form does not,
/// so what the form leaves open is advice; only what it says against the charter is forbidden.
fn money(matter: &Matter, form: &Proposal) -> Vec<Finding> {
    let mut findings = Vec::new();
    if raises_from_villagers(matter) {
        match form.voluntary {
            Some(true) => {}
            Some(false) => {
                let message = (
                    "向村民筹资筹劳应当自愿，不得强制",
                    "money and labour are raised from villagers by their will, never by force",
                );
                findings.push(Finding::forbid("levy-not-voluntary", message, ["经济-4"]));
            }
            None => {
                let message = (
                    "请在提议中写明筹资筹劳由村民自愿",
                    "say in the proposal that villagers contribute by their own will",
                );
                findings.push(Finding::advise("levy-will-not-stated", message, ["经济-4"]));
            }
        }
        if form.relief.trim().is_empty() {
            let message = (
                "请在提议中写明对困难户的减免",
                "say in the proposal what households in difficulty are spared",
            );
            findings.push(Finding::advise("relief-not-stated", message, ["经济-4"]));
        }
    }
    let spends = matter.amount_fen.is_some_and(|amount| amount > 0);
    if spends && form.funding_source.trim().is_empty() {
        let message = ("请在提议中写明资金来源", "say in the proposal where the money comes from");
        findings.push(Finding::advise("funding-source-not-stated", message, ["经济-6"]));
    }
    findings
}

/// 经济-3: at review, parts of one project that together are major.
fn split(ctx: &Context<Settings>, matter: &Matter, form: &Proposal, act: &Act) -> Option<Finding> {
    let already = act.already_spent_fen.unwrap_or(form.already_spent_fen);
    let together = matter.amount_fen.unwrap_or(0).saturating_add(already);
    let hidden = matter.class == MatterClass::Ordinary && together >= ctx.settings.major_amount_fen;
    hidden.then(|| {
        let message = (
            "同一项目一年内的支出合并计算已达到重大事项数额，请按重大事项办理",
            "what the project spends within a year adds up to a major matter: handle it as one",
        );
        Finding::forbid("project-split", message, ["经济-3", "议事-3"])
    })
}

/// 议事-2 and 议事-7: bodies that may not decide this.
fn competence(transition: &Transition) -> Option<Finding> {
    let matter = &transition.matter;
    match transition.body {
        Body::Council if matter.class == MatterClass::Major => {
            let message = (
                "重大事项由村民会议或者经授权的村民代表会议决议，议事会不得自行表决决定",
                "major matters are resolved by the villagers' assembly, or by the representatives it has authorised; the council cannot decide them by its own vote",
            );
            Some(Finding::forbid("council-cannot-resolve-major", message, ["议事-2"]))
        }
        Body::RepresentativeAssembly
            if matter.concerns_any(&[Subject::Charter, Subject::VillageRegulation]) =>
        {
            let message = (
                "章程和村规民约只能由村民会议制定、修改",
                "only the villagers' assembly makes and changes the charter and the village regulations",
            );
            Some(Finding::forbid("only-the-villagers-assembly", message, ["组织-2", "议事-7"]))
        }
        _ => None,
    }
}

/// 组织-4: a norm that the seed words as "generally", so it advises.
fn council_size(ctx: &Context<Settings>, body: &Body) -> Option<Finding> {
    let (least, most) = (ctx.settings.council_least_members, ctx.settings.council_most_members);
    let members = ctx.community.council_members;
    (*body == Body::Council && !(least..=most).contains(&members)).then(|| {
        let message = (
            format!("议事会现有{members}人，不在{least}至{most}人之间，请在会议记录中说明理由"),
            format!(
                "the council has {members} members, not {least} to {most}: give the reason in the minutes"
            ),
        );
        Finding::advise("council-size", message, ["组织-4"])
    })
}

/// 议事-7.
fn consultation(ctx: &Context<Settings>, matter: &Matter, act: &Act) -> Option<Finding> {
    let least = ctx.settings.consultation_days;
    (makes_rules(matter) && act.consultation_days.is_some_and(|days| days < least)).then(|| {
        let message = (
            format!("草案公开征求意见不得少于{least}日"),
            format!("a draft is open to comments for at least {least} days"),
        );
        Finding::require("consultation-too-short", message, ["议事-7"])
    })
}

/// 议事-11.
fn posting(ctx: &Context<Settings>, act: &Act) -> Option<Finding> {
    let least = ctx.settings.posting_days;
    act.days.is_some_and(|days| days < least).then(|| {
        let message = (
            format!("公布期限不得少于{least}日"),
            format!("it has to stay posted for at least {least} days"),
        );
        Finding::require("posting-too-short", message, ["议事-11"])
    })
}
