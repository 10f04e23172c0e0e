//! 用语 (the words of refusals that need more than a sentence with a figure in it): what was attempted, what can come next,
//! which body decides.

use yishi_law::{BodyKind, CountError, Deciders, FindingError, Words};
use yishi_words::{Coded, Term};

use crate::Refusal;
use crate::codes::Deed;
use crate::common::Context;
use crate::refusals::{self, ruling};

/// What stands where nothing has been begun.
pub(crate) const NOT_BEGUN: Term = Term { zh: "尚未建立", en: "not begun" };

/// A refusal for order says in both languages where the thing stands, what was attempted, and what can come next.
pub(crate) fn out_of_turn<A: Deed>(
    refusal: Refusal,
    attempted: Term,
    stands: Term,
    allowed: &[A],
) -> Refusal {
    if refusal.code != "illegal-transition" || refusal.attempted.is_some() {
        return refusal;
    }
    let next: Vec<Term> =
        allowed.iter().copied().filter(|act| act.is_for_people()).map(Coded::term).collect();
    let zh: Vec<&str> = next.iter().map(|term| term.zh).collect();
    let en: Vec<&str> = next.iter().map(|term| term.en).collect();
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

/// V4, V7, U4, R14, R20: the law, not a rule, says who decides; the refusal says it too.
pub(crate) fn wrong_body(body: BodyKind, deciders: &Deciders, ctx: &Context<'_>) -> Refusal {
    let kind = ctx.law.kind();
    let name = |body: BodyKind| body.term_in(kind);
    let mut zh: Vec<String> = deciders.bodies.iter().map(|&one| name(one).zh.to_owned()).collect();
    let mut en: Vec<String> = deciders.bodies.iter().map(|&one| name(one).en.to_owned()).collect();
    if deciders.delegable {
        zh.push(format!("经其授权的{}", name(BodyKind::RepresentativeAssembly).zh));
        en.push(format!("the {} it has authorised", name(BodyKind::RepresentativeAssembly).en));
    }
    let (here, zh, en) = (name(body), zh.join("或者"), en.join(" or "));
    refusals::wrong_body(here.zh, here.en, &zh, &en)
        .citing(deciders.by.iter().cloned())
        .citing(deciders.rulings.iter().map(|id| ruling(id)))
}

/// The matter was submitted to one body, and another one sits.
pub(crate) fn submitted_elsewhere(body: BodyKind, to: BodyKind, ctx: &Context<'_>) -> Refusal {
    let (here, there) = (body.term_in(ctx.law.kind()), to.term_in(ctx.law.kind()));
    refusals::wrong_body(here.zh, here.en, there.zh, there.en)
}

/// A text is ended by the body that adopted it, or by a higher one.
pub(crate) fn lesser_body(body: BodyKind, needed: BodyKind, ctx: &Context<'_>) -> Refusal {
    let (here, there) = (body.term_in(ctx.law.kind()), needed.term_in(ctx.law.kind()));
    refusals::lesser_body(here.zh, here.en, there.zh, there.en).citing([ruling("R14")])
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
