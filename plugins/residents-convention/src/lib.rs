//! 居民公约 (the residents' convention, the charter of an urban community; 居民自治章程 in the law's older words).
//!
//! It declares how its bodies meet and decide (议事-4 to 议事-10), what is a major matter (经济-2, 经济-3, 议事-2,
//! 议事-3), who takes part (组织, 权责), and what no rule and no decision may contain (秩序-6, 议事-13).

mod clauses;

use serde::Deserialize;
use yishi_sdk::prelude::*;

struct ResidentsConvention;

/// 议事-2: subjects that are major whatever the amount.
const MAJOR_SUBJECTS: [Subject; 10] = [
    Subject::Charter,
    Subject::Rule,
    Subject::VillageRegulation,
    Subject::AnnualReport,
    Subject::Evaluation,
    Subject::Planning,
    Subject::PublicWorksLevy,
    Subject::AssistancePlan,
    Subject::CollectiveFunds,
    Subject::SubsidisedPosts,
];
/// 议事-8: subjects that decide about particular persons.
const ABOUT_PERSONS: [Subject; 3] = [Subject::Evaluation, Subject::SubsidisedPosts, Subject::AssistancePlan];
/// 秩序-6: measures that no decision may contain, by the words of the matter's form.
const UNLAWFUL: [&str; 6] =
    ["fine", "cut-service", "deny-access", "withhold-benefit", "public-shaming", "exclusion"];

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Settings {
    council_residence_months: u32,
    major_amount_fen: u64,
    major_household_percent: u32,
    council_quorum: Fraction,
    council_majority: Fraction,
    representative_quorum: Fraction,
    rule_passes: Fraction,
    council_notice_days: u32,
    representative_notice_days: u32,
    assembly_notice_days: u32,
    posting_days: u32,
    consultation_days: u32,
    assembly_petition: Fraction,
    representative_petition: Fraction,
    council_petition: Fraction,
    rule_publication_days: u32,
}

#[derive(Clone, Copy, Deserialize)]
struct Fraction {
    numerator: u32,
    denominator: u32,
}

impl Fraction {
    fn or_more(self) -> Share {
        at_least(self.numerator, self.denominator)
    }

    fn exceeded(self) -> Share {
        more_than(self.numerator, self.denominator)
    }

    /// Compares with another fraction without dividing.
    fn at_least(self, numerator: u32, denominator: u32) -> bool {
        u64::from(self.numerator) * u64::from(denominator)
            >= u64::from(numerator) * u64::from(self.denominator)
    }
}

/// What a matter says of itself, in its form or in what the act carries.
#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct Facts {
    affected_households: u64,
    voluntary: bool,
    funding_source: String,
    measures: PlannedMeasures,
    days: Option<u32>,
    consultation_days: Option<u32>,
}

impl Charter for ResidentsConvention {
    type Settings = Settings;

    fn classify(ctx: &Context<Settings>, matter: &Matter) -> Option<Classification> {
        let settings = &ctx.settings;
        // A form that cannot be read might hide that many are affected: the stricter side, until it is put right.
        let affected = matter.read::<Facts>().map_or(true, |facts| {
            at_least(settings.major_household_percent, 100)
                .holds(facts.affected_households, ctx.community.households)
        });
        let because: Vec<&str> = [
            (matter.amount_fen.is_some_and(|amount| amount >= settings.major_amount_fen), "经济-2"),
            (raises_by_household(matter), "经济-3"),
            (matter.concerns_any(&MAJOR_SUBJECTS), "议事-2"),
            (affected, "议事-3"),
        ]
        .into_iter()
        .filter_map(|(applies, article)| applies.then_some(article))
        .collect();
        (!because.is_empty()).then(|| Classification::major(because))
    }

    fn terms(ctx: &Context<Settings>, query: &TermsQuery) -> Terms {
        let settings = &ctx.settings;
        let posted = Terms::silent().posting_days(settings.posting_days, ["议事-11"]);
        match (&query.body, &query.step) {
            (_, Step::DiscloseDecision | Step::DiscloseOutcome) => posted,
            (Body::JointCommittees, Step::JointDeliberation) => {
                Terms::silent().quorum(more_than(1, 2), ["议事-14"])
            }
            (Body::Council, _) => council(settings, posted),
            (Body::RepresentativeAssembly, _) => {
                let petition = settings.representative_petition;
                let terms = posted
                    .quorum(settings.representative_quorum.or_more(), ["议事-6"])
                    .notice_days(settings.representative_notice_days, ["议事-6"])
                    .petition(petition.numerator, petition.denominator, ["议事-9"])
                    .proxy_cap(0, ["议事-10"]);
                assembly(settings, &query.matter, terms, "议事-6")
            }
            (Body::ResidentsAssembly, _) => {
                let petition = settings.assembly_petition;
                let terms = posted
                    .quorum(more_than(1, 2), ["议事-5"])
                    .notice_days(settings.assembly_notice_days, ["议事-5"])
                    .petition(petition.numerator, petition.denominator, ["议事-9"])
                    .proxy_cap(0, ["议事-10"]);
                assembly(settings, &query.matter, terms, "议事-5")
            }
            _ => Terms::silent(),
        }
    }

    fn admit(ctx: &Context<Settings>, person: &PersonFacts, role: Role) -> Admission {
        let months = ctx.settings.council_residence_months;
        let (article, adult_only) = match role {
            Role::Participant => ("权责-2", false),
            Role::Voter => ("组织-2", true),
            Role::Candidate => ("权责-3", true),
            Role::Representative => ("组织-3", true),
            Role::CouncilMember => ("组织-5", true),
            // The convention says nothing of roles that came after it.
            Role::Other(_) => return Admission::silent(),
        };
        if adult_only && person.age < 18 {
            return Admission::refuse("under-eighteen", ("未满十八周岁", "under eighteen"), [article]);
        }
        if role == Role::CouncilMember && !person.local_registration && person.resident_months < months {
            let message = (
                format!("户籍不在本社区的，连续居住满{months}个月后可以当选"),
                format!(
                    "who is registered elsewhere can be elected after {months} months of living here without a break"
                ),
            );
            return Admission::refuse("residence-too-short", message, [article]);
        }
        Admission::admit([article])
    }

    fn vet(ctx: &Context<Settings>, candidate: &Candidate) -> Vec<Finding> {
        clauses::vet(ctx.settings.rule_publication_days, candidate)
    }

    fn check(ctx: &Context<Settings>, transition: &Transition) -> Vec<Finding> {
        let (form, act) = match (transition.matter.read::<Facts>(), transition.read::<Facts>()) {
            (Ok(form), Ok(act)) => (form, act),
            (Err(fault), _) | (_, Err(fault)) => return vec![fault.cite(["议事-3", "经济-4"])],
        };
        match transition.step {
            Step::Propose => proposal(&transition.matter, &form),
            Step::Resolve => resolution(ctx, transition, &form, &act),
            Step::DiscloseDecision | Step::DiscloseOutcome => {
                let least = ctx.settings.posting_days;
                let short = act.days.is_some_and(|days| days < least);
                let message = (
                    format!("公布期限不得少于{least}日"),
                    format!("it has to stay posted for at least {least} days"),
                );
                let finding = Finding::require("posting-too-short", message, ["议事-11"]);
                if short { vec![finding] } else { Vec::new() }
            }
            _ => Vec::new(),
        }
    }

    fn validate_settings(settings: &Settings) -> Vec<SettingsError> {
        let s = settings;
        let whole = |fraction: Fraction| fraction.numerator <= fraction.denominator;
        let part = |fraction: Fraction| fraction.numerator < fraction.denominator;
        let faults = [
            (
                s.council_quorum.at_least(1, 2) && part(s.council_quorum),
                "/council-quorum",
                (
                    "议事会到会人数应当超过在任成员的二分之一或者更高，且不是全部",
                    "the council's quorum has to be more than one half of its members or higher, and not all of them",
                ),
            ),
            (
                s.council_majority.at_least(1, 2) && part(s.council_majority),
                "/council-majority",
                (
                    "议事会通过应当超过在任成员的二分之一或者更高，且不是全部",
                    "the council's majority has to be more than one half of its members or higher, and not all of them",
                ),
            ),
            (
                s.representative_quorum.at_least(2, 3) && whole(s.representative_quorum),
                "/representative-quorum",
                (
                    "居民代表会议应当有三分之二以上的组成人员参加",
                    "two thirds or more of the representatives have to take part",
                ),
            ),
            (
                s.rule_passes.at_least(2, 3) && whole(s.rule_passes),
                "/rule-passes",
                (
                    "公约、细则应当经到会人员的三分之二以上通过",
                    "the convention and the rules are passed by two thirds or more of those present",
                ),
            ),
            (
                !above(s.assembly_petition, 1, 10),
                "/assembly-petition",
                (
                    "十分之一以上即可提议召集居民会议，不得更高",
                    "one tenth can call for the residents' assembly; it may not be made more",
                ),
            ),
            (
                !above(s.representative_petition, 1, 5),
                "/representative-petition",
                (
                    "五分之一以上即可提议召集居民代表会议，不得更高",
                    "one fifth can call for the representatives; it may not be made more",
                ),
            ),
            (
                whole(s.council_petition),
                "/council-petition",
                ("不能多于全部成员", "it cannot be more than all members"),
            ),
        ];
        faults.iter().filter(|(right, ..)| !right).map(|(_, at, why)| SettingsError::at(at, *why)).collect()
    }
}

/// Whether a fraction is greater than another.
fn above(fraction: Fraction, numerator: u32, denominator: u32) -> bool {
    !Fraction { numerator, denominator }.at_least(fraction.numerator, fraction.denominator)
}

/// 议事-4, 议事-9 and 议事-10.
fn council(settings: &Settings, terms: Terms) -> Terms {
    let petition = settings.council_petition;
    terms
        .quorum(settings.council_quorum.exceeded(), ["议事-4"])
        .passes(settings.council_majority.exceeded().of_in_office(), ["议事-4"])
        .notice_days(settings.council_notice_days, ["议事-4"])
        .petition(petition.numerator, petition.denominator, ["议事-9"])
        .proxy_cap(0, ["议事-10"])
}

/// What both assemblies share: the majority, the two thirds for rules (议事-7), secrecy about persons (议事-8).
fn assembly(settings: &Settings, matter: &Matter, terms: Terms, majority: &str) -> Terms {
    let terms = if makes_rules(matter) {
        let days = settings.consultation_days;
        let text = (
            format!("草案已公开征求意见满{days}日，听取了非户籍居民的意见并说明采纳情况"),
            format!(
                "the draft was open to comments for {days} days, residents registered elsewhere were heard, and it was \
                 said what was taken up"
            ),
        );
        terms.passes(settings.rule_passes.or_more().of_present(), ["议事-7"]).condition(
            "draft-consulted",
            text,
            ["议事-7", "权责-2"],
        )
    } else {
        terms.passes(more_than(1, 2).of_present(), [majority])
    };
    if matter.concerns_any(&ABOUT_PERSONS) { terms.secret_ballot(["议事-8"]) } else { terms }
}

fn raises_by_household(matter: &Matter) -> bool {
    matter.per_household_fen.is_some_and(|amount| amount > 0)
}

fn makes_rules(matter: &Matter) -> bool {
    matter.concerns_any(&[Subject::Charter, Subject::Rule, Subject::VillageRegulation])
}

/// 秩序-4 and 秩序-6.
fn unlawful(measures: &PlannedMeasures) -> Option<Finding> {
    let denies = measures.first_of(&["deny-access"]).is_some();
    let because: &[&str] = if denies { &["秩序-4", "秩序-6"] } else { &["秩序-6"] };
    measures.first_of(&UNLAWFUL).map(|_| {
        let message = (
            "不得设定罚款、停水停电、停用出入凭证、扣减待遇、张榜羞辱或者排斥居民参与",
            "fines, cutting off water or power, blocking passes, withheld benefits, public shaming and shutting residents out may not be provided for",
        );
        Finding::forbid("unlawful-measure", message, because.iter().copied())
    })
}

/// What a proposal must say (经济-3, 经济-4) and must not contain.
fn proposal(matter: &Matter, form: &Facts) -> Vec<Finding> {
    let mut findings: Vec<Finding> = unlawful(&form.measures).into_iter().collect();
    if raises_by_household(matter) && !form.voluntary {
        let message = (
            "向居民筹资应当自愿，请在提议中载明自愿出资的内容",
            "money is raised from residents by their will: say so in the proposal",
        );
        findings.push(Finding::require("levy-not-voluntary", message, ["经济-3"]));
    }
    let spends = matter.amount_fen.is_some_and(|amount| amount > 0);
    if spends && form.funding_source.trim().is_empty() {
        let message = (
            "提议没有写明资金来源，请在审核前补充",
            "the proposal does not say where the money comes from: add it before the review",
        );
        findings.push(Finding::advise("funding-source-not-stated", message, ["经济-4"]));
    }
    findings
}

/// What stands against a vote (组织-4, 议事-2, 议事-7, 秩序-6).
fn resolution(ctx: &Context<Settings>, transition: &Transition, form: &Facts, act: &Facts) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        unlawful(&form.measures).or_else(|| unlawful(&act.measures)).into_iter().collect();
    if transition.body == Body::Council {
        if transition.matter.class == MatterClass::Major {
            let message = (
                "重大事项由居民会议或者居民代表会议决议，议事会不得自行表决决定",
                "major matters are resolved by the residents' assembly or by the representatives; the council cannot decide them by its own vote",
            );
            findings.push(Finding::forbid("council-cannot-resolve-major", message, ["议事-2"]));
        }
        let members = ctx.community.council_members;
        if !(7..=15).contains(&members) {
            let message = (
                format!("议事会现有{members}人，不在七至十五人之间，请在会议记录中说明理由"),
                format!(
                    "the council has {members} members, not seven to fifteen: give the reason in the minutes"
                ),
            );
            findings.push(Finding::advise("council-size", message, ["组织-4"]));
        }
    }
    let least = ctx.settings.consultation_days;
    if makes_rules(&transition.matter) && act.consultation_days.is_some_and(|days| days < least) {
        let message = (
            format!("草案公开征求意见不得少于{least}日"),
            format!("a draft is open to comments for at least {least} days"),
        );
        findings.push(Finding::require("consultation-too-short", message, ["议事-7"]));
    }
    findings
}

yishi_sdk::charter!(ResidentsConvention);
