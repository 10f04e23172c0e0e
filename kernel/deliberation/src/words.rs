//! 用语 (the words of refusals that need more than a sentence with a figure in it): what was attempted, what can come next,
//! which body decides.

use yishi_law::{BodyKind, CountError, Deciders, FindingError, Words};

use crate::Refusal;
use crate::common::Context;
use crate::refusals::{self, ruling};

/// 办理的名称 (what a command is called), of a matter, a meeting or a rule; the command's own word where it has no other.
#[must_use]
pub fn command_words(command: &str) -> Words {
    let (zh, en) = match command {
        // A matter.
        "suggest" => ("建议", "suggest"),
        "propose" => ("提议", "propose"),
        "review" => ("审核", "review"),
        "resubmit" => ("修改后再报", "resubmit"),
        "put-to-chair" => ("提请代表会议列入议程", "put to the representatives' agenda"),
        "force-convening" => ("联名提议召集", "petition for a sitting"),
        "open-consultation" => ("开始征求意见", "open a consultation"),
        "close-consultation" => ("结束征求意见", "close the consultation"),
        "study" => ("党组织前置研究", "party study"),
        "deliberate" => ("联席会议审议", "joint deliberation"),
        "escalate" => ("转为重大事项", "make it a major matter"),
        "resolve" => ("决议", "resolve"),
        "file" => ("报送备案", "hand in for filing"),
        "acknowledge-filing" => ("签收备案", "acknowledge the filing"),
        "disclose" | "disclose-decision" => ("公开决议", "publish the decision"),
        "take-down" => ("撤下公告", "take the notice down"),
        "implement" => ("登记实施", "record the implementation"),
        "disclose-outcome" => ("公开实施结果", "publish the outcome"),
        "complete" => ("办结", "complete"),
        "withdraw" => ("撤回", "withdraw"),
        "lapse" => ("登记失效", "let it lapse"),
        "repin" => ("改用现行章程", "take up the charter now in force"),
        // A meeting.
        "convene" => ("召集会议", "convene"),
        "change-mode" => ("改变计数方式", "change the counting mode"),
        "cancel" => ("取消会议", "cancel the meeting"),
        "open" => ("开会", "open the meeting"),
        "arrive" => ("签到", "record arrivals"),
        "leave" => ("登记离会", "record departures"),
        "recuse" => ("登记回避", "record a recusal"),
        "dispute-recusal" => ("登记对回避的异议", "record a disputed recusal"),
        "recess" => ("休会续开", "recess to another day"),
        "open-ballot" => ("开始表决", "open a ballot"),
        "close-ballot" => ("结束表决", "close the ballot"),
        "adjourn" => ("散会", "adjourn"),
        "record-minutes" => ("存入纪要", "record the minutes"),
        // A rule.
        "draft" => ("起草", "draft"),
        "revise" => ("修改草案", "revise the draft"),
        "consulted" => ("征求意见", "consultation"),
        "voted" => ("表决", "the vote"),
        "promulgate" => ("颁布", "promulgate"),
        "attest" => ("录入既有规约", "attest"),
        "confirm-attestation" => ("确认录入", "confirm the attestation"),
        "reject-attestation" => ("不予确认", "reject the attestation"),
        "record-failure" => ("记录失效", "record a failure"),
        "suspend" => ("暂停", "suspend"),
        "resume" => ("恢复", "resume"),
        "end-suspension" => ("暂停到期", "end of the suspension"),
        "supersede" => ("替代", "supersede"),
        "continue" => ("继续施行", "continue in force"),
        "repeal" => ("废止", "repeal"),
        other => (other, other),
    };
    Words::new(zh, en)
}

/// What stands where nothing has been begun.
pub(crate) fn not_begun() -> Words {
    Words::new("尚未建立", "not begun")
}

/// A refusal for order says in both languages where the thing stands, what was attempted, and what can come next.
pub(crate) fn out_of_turn(
    refusal: Refusal,
    attempted: &str,
    stands: &Words,
    allowed: &[&'static str],
) -> Refusal {
    if refusal.code != "illegal-transition" || refusal.attempted.is_some() {
        return refusal;
    }
    let attempted = command_words(attempted);
    let next: Vec<Words> =
        allowed.iter().copied().filter(|name| is_for_people(name)).map(command_words).collect();
    let zh: Vec<&str> = next.iter().map(|words| words.zh.as_str()).collect();
    let en: Vec<&str> = next.iter().map(|words| words.en.as_str()).collect();
    let (then_zh, then_en) = if next.is_empty() {
        ("此后没有可以办理的步骤".to_owned(), "nothing more can be done with it".to_owned())
    } else {
        (format!("现在可以办理：{}", zh.join("、")), format!("what can be done now: {}", en.join(", ")))
    };
    Refusal {
        message_zh: format!("现在的阶段是“{}”，不能办理“{}”。{then_zh}。", stands.zh, attempted.zh),
        message_en: format!("it stands at “{}”, where “{}” has no place; {then_en}", stands.en, attempted.en),
        ..refusal
    }
}

/// Steps that follow from others are nothing a clerk can do.
fn is_for_people(command: &str) -> bool {
    !matches!(
        command,
        "consulted" | "voted" | "supersede" | "continue" | "end-suspension" | "record-failure" | "revise"
    )
}

/// V4, V7, U4, R14, R20: the law, not a rule, says who decides; the refusal says it too.
pub(crate) fn wrong_body(body: BodyKind, deciders: &Deciders, ctx: &Context<'_>) -> Refusal {
    let kind = ctx.law.kind();
    let name = |body: BodyKind| body.describe(kind);
    let mut zh: Vec<String> = deciders.bodies.iter().map(|&one| name(one).zh).collect();
    let mut en: Vec<String> = deciders.bodies.iter().map(|&one| name(one).en).collect();
    if deciders.delegable {
        zh.push(format!("经其授权的{}", name(BodyKind::RepresentativeAssembly).zh));
        en.push(format!("the {} it has authorised", name(BodyKind::RepresentativeAssembly).en));
    }
    let (here, zh, en) = (name(body), zh.join("或者"), en.join(" or "));
    refusals::wrong_body(&here.zh, &here.en, &zh, &en)
        .citing(deciders.by.iter().cloned())
        .citing(deciders.rulings.iter().map(|id| ruling(id)))
}

/// The matter was submitted to one body, and another one sits.
pub(crate) fn submitted_elsewhere(body: BodyKind, to: BodyKind, ctx: &Context<'_>) -> Refusal {
    let (here, there) = (body.describe(ctx.law.kind()), to.describe(ctx.law.kind()));
    refusals::wrong_body(&here.zh, &here.en, &there.zh, &there.en)
}

/// A text is ended by the body that adopted it, or by a higher one.
pub(crate) fn lesser_body(body: BodyKind, needed: BodyKind, ctx: &Context<'_>) -> Refusal {
    let (here, there) = (body.describe(ctx.law.kind()), needed.describe(ctx.law.kind()));
    refusals::lesser_body(&here.zh, &here.en, &there.zh, &there.en).citing([ruling("R14")])
}

/// Why no finding comes of these counts, in words for whoever counted.
pub(crate) fn finding_impossible(error: &FindingError) -> Refusal {
    let words = match error {
        FindingError::Count(CountError::MoreVotesThanPresent { votes, present }) => Words::new(
            format!("共{votes}票，多于实到的{present}"),
            format!("{votes} votes are more than the {present} present"),
        ),
        FindingError::Count(CountError::MorePresentThanInOffice { present, recused, in_office }) => {
            Words::new(
                format!("实到{present}、回避{recused}，合计多于应到的{in_office}"),
                format!("{present} present and {recused} recused are more than the {in_office} entitled"),
            )
        }
        FindingError::Count(_) => Words::new("票数过大", "a count is too large"),
        FindingError::Undeclared { field: "quorum" } => {
            Words::new("没有规定这个会议的法定人数", "no quorum is laid down for this body")
        }
        FindingError::Undeclared { .. } => {
            Words::new("没有规定这个会议的通过比例", "no majority is laid down for this body")
        }
        FindingError::NotInForce { date, .. } => {
            Words::new(format!("没有{date}施行的法律文本"), format!("no law text was in force on {date}"))
        }
        _ => Words::new("票数有误", "the counts are wrong"),
    };
    refusals::finding_impossible(&words.zh, &words.en)
}
