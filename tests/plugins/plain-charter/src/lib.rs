//! 测试章程 (a charter for tests): demands what its settings say and checks nothing, so that it is the kernel that
//! has to refuse; and from the day its settings name it gives no answer any more, or forbids every resolution.

use serde::Deserialize;
use yishi_sdk::prelude::*;

struct PlainCharter;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Settings {
    representative_quorum: Fraction,
    council_base: Base,
    posting_days: u32,
    breaks_on: String,
    breaks_by: Way,
    /// Only where this body is asked about, or only where somebody is to be admitted.
    breaks_for: Option<Only>,
    /// Only where more adults than these live.
    breaks_above: Option<u64>,
}

#[derive(Deserialize)]
struct Fraction {
    numerator: u32,
    denominator: u32,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Base {
    InOffice,
    Present,
    Cast,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Way {
    Trap,
    Loop,
    Forbid,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Only {
    Council,
    Admission,
}

impl Charter for PlainCharter {
    type Settings = Settings;

    fn terms(ctx: &Context<Settings>, query: &TermsQuery) -> Terms {
        let settings = &ctx.settings;
        break_down(ctx, &query.body);
        match (&query.body, &query.step) {
            (_, Step::DiscloseDecision | Step::DiscloseOutcome) => {
                Terms::silent().posting_days(settings.posting_days, ["议事-3"])
            }
            (Body::Council, _) => {
                let majority = more_than(1, 2);
                let majority = match settings.council_base {
                    Base::InOffice => majority.of_in_office(),
                    Base::Present => majority.of_present(),
                    Base::Cast => majority.of_cast(),
                };
                Terms::silent().quorum(more_than(1, 2), ["议事-1"]).passes(majority, ["议事-1"])
            }
            (Body::RepresentativeAssembly, _) => {
                let Fraction { numerator, denominator } = settings.representative_quorum;
                Terms::silent().quorum(at_least(numerator, denominator), ["议事-2"])
            }
            _ => Terms::silent(),
        }
    }

    fn admit(ctx: &Context<Settings>, _: &PersonFacts, _: Role) -> Admission {
        if !of_admission(ctx) || !has_come(ctx) {
            return Admission::silent();
        }
        match ctx.settings.breaks_by {
            Way::Trap => panic!("the charter broke on {}", ctx.settings.breaks_on),
            Way::Loop => loop {
                std::hint::black_box(ctx.today);
            },
            Way::Forbid => {
                let message = ("从这一天起不接纳任何人", "from this day on nobody is admitted");
                Admission::refuse("nobody-is-admitted", message, ["议事-1"])
            }
        }
    }

    fn check(ctx: &Context<Settings>, transition: &Transition) -> Vec<Finding> {
        let forbids = matches!(ctx.settings.breaks_by, Way::Forbid) && !of_admission(ctx) && has_come(ctx);
        if forbids && transition.step == Step::Resolve {
            let message = ("从这一天起不作任何决议", "from this day on nothing is resolved");
            return vec![Finding::forbid("nothing-is-decided", message, ["议事-1"])];
        }
        Vec::new()
    }
}

/// Whether the fault is where somebody is to be admitted, and nowhere else.
fn of_admission(ctx: &Context<Settings>) -> bool {
    matches!(ctx.settings.breaks_for, Some(Only::Admission))
}

/// Whether the day of the settings is here.
fn has_come(ctx: &Context<Settings>) -> bool {
    ctx.settings.breaks_on.parse::<Date>().is_ok_and(|day| ctx.today >= day)
}

/// What a charter with a fault in it does, on the day the fault is reached and where it is.
fn break_down(ctx: &Context<Settings>, body: &Body) {
    let settings = &ctx.settings;
    let elsewhere = of_admission(ctx)
        || matches!((settings.breaks_for, body), (Some(Only::Council), other) if *other != Body::Council)
        || settings.breaks_above.is_some_and(|adults| ctx.community.adults <= adults);
    if elsewhere || !has_come(ctx) {
        return;
    }
    match ctx.settings.breaks_by {
        Way::Trap => panic!("the charter broke on {}", ctx.settings.breaks_on),
        Way::Loop => loop {
            std::hint::black_box(ctx.today);
        },
        Way::Forbid => {}
    }
}

yishi_sdk::charter!(PlainCharter);
