//! 村民自治章程 (the charter of a village).
//!
//! It says how the bodies of a village meet and decide (议事-4 to 议事-10), what is a major matter (经济-3 to 经济-5,
//! 议事-3), who takes part (组织, 权责), and what no rule and no decision may contain (权责-3, 权责-5, 秩序-5, 议事-13).
//!
//! Settings below the law are not this plugin's to refuse: the law changes by date, and the kernel holds every
//! declared figure against the text in force. What is checked here is what only the charter knows.

mod checks;
mod vetting;

use serde::Deserialize;
use yishi_sdk::prelude::*;

struct VillageCharter;

/// 议事-3: subjects that are major whatever the amount. Those of 经济-4 and 经济-5 are named there.
const MAJOR_SUBJECTS: [Subject; 6] = [
    Subject::Charter,
    Subject::Rule,
    Subject::VillageRegulation,
    Subject::AnnualReport,
    Subject::Evaluation,
    Subject::Planning,
];
/// 经济-5.
const COLLECTIVE_INTERESTS: [Subject; 3] =
    [Subject::CollectiveFunds, Subject::SubsidisedPosts, Subject::AssistancePlan];
/// 议事-8: subjects that decide about particular persons.
const ABOUT_PERSONS: [Subject; 3] = [Subject::Evaluation, Subject::SubsidisedPosts, Subject::AssistancePlan];

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Settings {
    council_least_members: u64,
    council_most_members: u64,
    council_residence_months: u32,
    major_amount_fen: u64,
    major_households: Fraction,
    council_notice_days: u32,
    representative_notice_days: u32,
    assembly_notice_days: u32,
    representative_quorum: Fraction,
    posting_days: u32,
    consultation_days: u32,
    council_petition: Fraction,
    representative_petition: Fraction,
    assembly_petition: Fraction,
    rule_publication_days: u32,
}

#[derive(Clone, Copy, Deserialize)]
struct Fraction {
    numerator: u32,
    denominator: u32,
}

impl Fraction {
    const fn or_more(self) -> Share {
        at_least(self.numerator, self.denominator)
    }

    const fn within_the_whole(self) -> bool {
        self.numerator <= self.denominator
    }
}

/// What a matter says of itself in its form.
#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct Proposal {
    /// Households the matter touches directly.
    affected_households: u64,
    /// What the same project has spent within a year.
    already_spent_fen: u64,
    /// Where the money comes from.
    funding_source: String,
    /// Whether contributions are voluntary; none when the form does not say.
    voluntary: Option<bool>,
    /// What households in difficulty are spared.
    relief: String,
    /// Measures it provides for.
    measures: PlannedMeasures,
}

impl Charter for VillageCharter {
    type Settings = Settings;

    fn classify(ctx: &Context<Settings>, matter: &Matter) -> Option<Classification> {
        let settings = &ctx.settings;
        // A form of another domain says none of this; the amounts of the matter itself still count. A form that says it so
        // that nobody can read it might hide anything: the stricter side, until the check has had it put right.
        let (form, unreadable) = match matter.read::<Proposal>() {
            Ok(form) => (form, false),
            Err(_) => (Proposal::default(), true),
        };
        let spent = matter.amount_fen.unwrap_or(0).saturating_add(form.already_spent_fen);
        let affected =
            settings.major_households.or_more().holds(form.affected_households, ctx.community.households);

        let mut because = Vec::new();
        if spent >= settings.major_amount_fen {
            because.push("经济-3");
        }
        if raises_from_villagers(matter) {
            because.push("经济-4");
        }
        if matter.concerns_any(&COLLECTIVE_INTERESTS) {
            because.push("经济-5");
        }
        if unreadable || affected || matter.concerns_any(&MAJOR_SUBJECTS) {
            because.push("议事-3");
        }
        (!because.is_empty()).then(|| Classification::major(because))
    }

    fn terms(ctx: &Context<Settings>, query: &TermsQuery) -> Terms {
        let settings = &ctx.settings;
        let posted = Terms::silent().posting_days(settings.posting_days, ["议事-11"]);
        match (&query.body, &query.step) {
            (_, Step::DiscloseDecision | Step::DiscloseOutcome) => posted,
            (Body::JointCommittees, Step::JointDeliberation) => {
                Terms::silent().quorum(more_than(1, 2), ["议事-12"])
            }
            (Body::Council, _) => council(settings, posted),
            (Body::RepresentativeAssembly, _) => {
                let petition = settings.representative_petition;
                let terms = posted
                    .quorum(settings.representative_quorum.or_more(), ["议事-6"])
                    .passes(more_than(1, 2).of_present(), ["议事-6"])
                    .notice_days(settings.representative_notice_days, ["议事-6"])
                    .petition(petition.numerator, petition.denominator, ["议事-9"])
                    .proxy_cap(0, ["议事-10"]);
                for_subjects(settings, &query.matter, terms)
            }
            (Body::ResidentsAssembly, _) => {
                let petition = settings.assembly_petition;
                // A way of counting that this charter does not know is held to the stricter of the two.
                let quorum = match query.mode {
                    CountingMode::Persons => more_than(1, 2),
                    CountingMode::Households | CountingMode::Other(_) => at_least(2, 3),
                };
                let terms = posted
                    .quorum(quorum, ["议事-5"])
                    .passes(more_than(1, 2).of_present(), ["议事-5"])
                    .notice_days(settings.assembly_notice_days, ["议事-5"])
                    .petition(petition.numerator, petition.denominator, ["议事-9"]);
                for_subjects(settings, &query.matter, terms)
            }
            _ => Terms::silent(),
        }
    }

    fn admit(ctx: &Context<Settings>, person: &PersonFacts, role: Role) -> Admission {
        let adult = person.age >= 18;
        let months = ctx.settings.council_residence_months;
        match role {
            // Who votes and who may stand is the law's to say; the charter adds nothing.
            Role::Voter | Role::Candidate => Admission::admit(["权责-4"]),
            Role::Participant => Admission::admit(["权责-2"]),
            Role::Representative if !adult => {
                let message =
                    ("村民代表应当年满十八周岁", "a villagers' representative has to be eighteen or older");
                Admission::refuse("under-eighteen", message, ["组织-2", "组织-3"])
            }
            Role::CouncilMember if !adult => {
                let message =
                    ("议事会成员应当年满十八周岁", "a member of the council has to be eighteen or older");
                Admission::refuse("under-eighteen", message, ["组织-5"])
            }
            Role::CouncilMember if !person.local_registration && person.resident_months < months => {
                let message = (
                    format!("户籍不在本村的，在本村连续居住满{months}个月后可以被选为议事会成员"),
                    format!(
                        "who is registered elsewhere can be elected to the council after {months} months of living here \
                         without a break"
                    ),
                );
                Admission::refuse("residence-too-short", message, ["组织-5"])
            }
            Role::Representative => Admission::admit(["组织-3"]),
            Role::CouncilMember => Admission::admit(["组织-5"]),
            // The charter says nothing of roles that came after it.
            Role::Other(_) => Admission::silent(),
        }
    }

    fn vet(ctx: &Context<Settings>, candidate: &Candidate) -> Vec<Finding> {
        vetting::vet(&ctx.settings, candidate)
    }

    fn check(ctx: &Context<Settings>, transition: &Transition) -> Vec<Finding> {
        checks::check(ctx, transition)
    }

    fn validate_settings(settings: &Settings) -> Vec<SettingsError> {
        let mut errors = Vec::new();
        if settings.council_least_members > settings.council_most_members {
            let message = (
                "议事会成员最少人数不能大于最多人数",
                "the least number of council members cannot be above the greatest",
            );
            errors.push(SettingsError::at("/council-least-members", message));
        }
        for (pointer, fraction) in [
            ("/major-households", settings.major_households),
            ("/representative-quorum", settings.representative_quorum),
            ("/council-petition", settings.council_petition),
            ("/representative-petition", settings.representative_petition),
            ("/assembly-petition", settings.assembly_petition),
        ] {
            if !fraction.within_the_whole() {
                let message = ("分子不能大于分母", "the numerator cannot be above the denominator");
                errors.push(SettingsError::at(pointer, message));
            }
        }
        errors
    }
}

/// 议事-4, 议事-9 and 议事-10. The law says nothing of a council, so the charter must say both quorum and majority.
fn council(settings: &Settings, terms: Terms) -> Terms {
    let petition = settings.council_petition;
    terms
        .quorum(more_than(1, 2), ["议事-4"])
        .passes(more_than(1, 2).of_in_office(), ["议事-4"])
        .notice_days(settings.council_notice_days, ["议事-4"])
        .petition(petition.numerator, petition.denominator, ["议事-9"])
        .proxy_cap(0, ["议事-10"])
}

/// What some subjects ask of either assembly: 议事-7, 议事-8, 经济-4.
fn for_subjects(settings: &Settings, matter: &Matter, terms: Terms) -> Terms {
    let mut terms = terms;
    if makes_rules(matter) {
        let days = settings.consultation_days;
        let text = (
            format!("草案已公开征求意见满{days}日，听取了非户籍居民的意见并逐条答复"),
            format!(
                "the draft was open to comments for {days} days, residents registered elsewhere were heard, and every \
                 comment was answered"
            ),
        );
        terms = terms.condition("draft-consulted", text, ["议事-7", "权责-2"]);
    }
    if raises_from_villagers(matter) {
        let text = (
            "方案写明自愿的办法和对困难户的减免",
            "the plan says how it is voluntary and what households in difficulty are spared",
        );
        terms = terms.condition("levy-voluntary-with-relief", text, ["经济-4"]);
    }
    if matter.concerns_any(&ABOUT_PERSONS) {
        terms = terms.secret_ballot(["议事-8"]);
    }
    terms
}

fn raises_from_villagers(matter: &Matter) -> bool {
    matter.concerns(&Subject::PublicWorksLevy) || matter.per_household_fen.is_some_and(|amount| amount > 0)
}

fn makes_rules(matter: &Matter) -> bool {
    matter.concerns_any(&[Subject::Charter, Subject::Rule, Subject::VillageRegulation])
}

yishi_sdk::charter!(VillageCharter);
