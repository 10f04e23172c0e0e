//! 下一版 (a later version of the contract, in the tests alone): that two are served side by side, and how one is added.
//!
//! It differs from `1.0.0` as a later version may: a finding says until when it stands and can be a mere note, and the
//! roster says whether a household is known. What did not change is taken from [`v1_0`](super::v1_0).

use serde_json::json;
use wasmtime::StoreContextMut;
use wasmtime::component::{ComponentType, Lift, LinkerInstance};
use yishi_bad_plugins::{CONTRACT, Forge, manifests};

use super::v1_0::said::{Said, UnknownCode, Words};
use super::v1_0::told::{Context, Told, Transition};
use super::v1_0::{self, V1_0};
use super::versions::{At, RELEASED, Version, Versions};
use super::{self as host, RuleKind};
use crate::call::Export;
use crate::failure::{FailureCode, RefusalCode};
use crate::host::{self as imports, Host};
use crate::{Config, Facts, GateContext, RosterFacts, RuleRef, RuleSet, Rulebook};

#[derive(ComponentType, Lift, Clone, Copy)]
#[component(enum)]
#[repr(u8)]
#[expect(dead_code, reason = "made by lifting alone")]
enum Weight {
    #[component(name = "note")]
    Note,
    #[component(name = "advise")]
    Advise,
    #[component(name = "require")]
    Require,
    #[component(name = "forbid")]
    Forbid,
}

#[derive(ComponentType, Lift)]
#[component(record)]
struct Finding {
    weight: Weight,
    code: String,
    message: Words,
    because: Vec<String>,
    until: Option<String>,
}

impl Said<host::Finding> for Finding {
    fn said(self) -> Result<host::Finding, UnknownCode> {
        let mut message: host::Words = self.message.said()?;
        // What the host's own finding has no member for is said in words.
        if let Some(until) = self.until {
            message.zh.push_str(&format!("（至{until}）"));
            message.en.push_str(&format!(" (until {until})"));
        }
        let weight = match self.weight {
            Weight::Note | Weight::Advise => host::Weight::Advise,
            Weight::Require => host::Weight::Require,
            Weight::Forbid => host::Weight::Forbid,
        };
        Ok(host::Finding { weight, code: self.code, message, because: self.because })
    }
}

struct V1_1;

impl Version for V1_1 {
    fn number(&self) -> &'static str {
        "1.1.0"
    }

    fn imports(&self, kind: RuleKind) -> &'static [&'static str] {
        V1_0.imports(kind)
    }

    fn bind(&self, interface: &str, mut to: LinkerInstance<'_, Host>) -> wasmtime::Result<()> {
        if interface == "roster" {
            to.func_wrap("knows", |mut at: StoreContextMut<'_, Host>, (household,): (String,)| {
                Ok((imports::household_adults(&mut at, household)?.is_some(),))
            })?;
        }
        V1_0.bind(interface, to)
    }

    fn check_type(&self, export: Export, at: At<'_>) -> wasmtime::Result<()> {
        match export {
            Export::Check => at.has::<(&Context, &Transition), Vec<Finding>>(),
            Export::Vet => at.has::<(&Context, &v1_0::told::Candidate), Vec<Finding>>(),
            Export::Handle => {
                at.has::<(&Context, &v1_0::told::CaseEvent), Result<v1_0::said::Outcome, Finding>>()
            }
            other => V1_0.check_type(other, at),
        }
    }

    fn classify(
        &self,
        at: At<'_>,
        ctx: &host::Context,
        matter: &host::Matter,
    ) -> wasmtime::Result<Option<host::Classification>> {
        V1_0.classify(at, ctx, matter)
    }

    fn terms(
        &self,
        at: At<'_>,
        ctx: &host::Context,
        query: &host::TermsQuery,
    ) -> wasmtime::Result<host::Terms> {
        V1_0.terms(at, ctx, query)
    }

    fn admit(
        &self,
        at: At<'_>,
        ctx: &host::Context,
        person: &host::PersonFacts,
        role: &host::Role,
    ) -> wasmtime::Result<host::Admission> {
        V1_0.admit(at, ctx, person, role)
    }

    fn vet(
        &self,
        at: At<'_>,
        ctx: &host::Context,
        candidate: &host::Candidate,
    ) -> wasmtime::Result<Vec<host::Finding>> {
        v1_0::ask::<_, Vec<Finding>, _>(at, (&ctx.told(), &candidate.told()))
    }

    fn check(
        &self,
        at: At<'_>,
        ctx: &host::Context,
        transition: &host::Transition,
    ) -> wasmtime::Result<Vec<host::Finding>> {
        v1_0::ask::<_, Vec<Finding>, _>(at, (&ctx.told(), &transition.told()))
    }

    fn handle(
        &self,
        at: At<'_>,
        ctx: &host::Context,
        event: &host::CaseEvent,
    ) -> wasmtime::Result<Result<host::Outcome, host::Finding>> {
        v1_0::ask::<_, Result<v1_0::said::Outcome, Finding>, _>(at, (&ctx.told(), &event.told()))
    }

    fn appraise(
        &self,
        at: At<'_>,
        ctx: &host::Context,
        event: &host::CaseEvent,
    ) -> wasmtime::Result<host::Appraisal> {
        V1_0.appraise(at, ctx, event)
    }

    fn validate_settings(&self, at: At<'_>, settings: &str) -> wasmtime::Result<Vec<host::SettingsError>> {
        V1_0.validate_settings(at, settings)
    }
}

/// Both versions.
static BOTH: Versions = Versions(&[&V1_0, &V1_1]);

/// The WIT text of the later version.
fn later() -> String {
    let changed = [
        ("package yishi:rule@1.0.0;", "package yishi:rule@1.1.0;"),
        ("enum weight { advise,", "enum weight { note, advise,"),
        (
            "record finding { weight: weight, code: string, message: words, because: list<article> }",
            "record finding { weight: weight, code: string, message: words, because: list<article>, until: option<string> }",
        ),
        ("interface roster {", "interface roster { knows: func(household: string) -> bool;"),
    ];
    changed.iter().fold(CONTRACT.to_owned(), |text, (was, is)| {
        assert!(text.contains(was), "the contract no longer says `{was}`");
        text.replace(was, is)
    })
}

/// An implementation rule of the later version.
fn later_rule(number: &str) -> Vec<u8> {
    let mut manifest = manifests::implementation_rule();
    manifest["wit"] = json!(number);
    manifest["name"] = json!("later-rule");
    let finding = json!([{
        "weight": "note", "code": "later", "because": ["Z1"], "until": "2027-01-01",
        "message": { "zh": "后来的规则", "en": "the later rule" },
    }]);
    Forge::new("implementation-rule")
        .contract(&later().replace("@1.1.0", &format!("@{number}")))
        .manifest(&manifest)
        // Makes the module import what is new.
        .items("(elem declare func $roster.knows)")
        .answer("check", finding)
        .answer("terms", json!({ "notice-days": { "number": 9, "because": ["Z1"] } }))
        .build()
}

fn charter_of_today() -> Vec<u8> {
    let finding = json!([{
        "weight": "require", "code": "today", "because": ["Z5"], "message": manifests::both("今天的章程"),
    }]);
    manifests::good_charter().answer("check", finding).build()
}

fn community() -> GateContext {
    let day = jiff::civil::date(2026, 3, 2);
    let roster = RosterFacts { household_adults: [("hh_1".to_owned(), 3)].into(), ..RosterFacts::default() };
    GateContext {
        community: host::Community {
            kind: host::CommunityKind::Village,
            adults: 1000,
            households: 300,
            representatives: 45,
            council_members: 11,
        },
        law_date: day,
        today: day,
        facts: Facts { roster: roster.into(), ..Facts::default() },
    }
}

fn rule(book: &Rulebook, bytes: &[u8]) -> RuleRef {
    let inspection = book.load(bytes).expect("it is taken");
    RuleRef::new(inspection.digest, &inspection.manifest, &inspection.manifest.settings.defaults)
        .expect("canonical settings")
}

/// One component of each version, in one process, for one community, at one gate: both answer, and both are recorded in
/// the host's own words and can be asked again.
#[test]
fn two_versions_of_the_contract_are_served_side_by_side() {
    let book = Rulebook::serving(Config::in_process(), BOTH).expect("the engine starts");
    let rules = RuleSet {
        charter: Some(rule(&book, &charter_of_today())),
        rules: vec![rule(&book, &later_rule("1.1.0"))],
        ..RuleSet::default()
    };
    let versions: Vec<String> =
        rules.iter().map(|rule| book.inspection(&rule.digest).expect("loaded").wit_version.clone()).collect();
    assert_eq!(versions, ["1.0.0", "1.1.0"]);

    let matter = host::Matter {
        domain: "sanitation".to_owned(),
        subjects: vec![host::Subject::General],
        class: host::MatterClass::Ordinary,
        amount_fen: None,
        per_household_fen: None,
        form: "{}".to_owned(),
    };
    let (step, body) = (host::Step::Resolve, host::Body::Council);
    let transition = host::Transition { matter: matter.clone(), step, body, evidence: "{}".to_owned() };
    let ctx = community();
    let answered = book.check(&rules, &ctx, &transition).expect("both answer");
    let said: Vec<_> =
        answered.value.iter().map(|one| (one.code.as_str(), one.weight, one.message.en.as_str())).collect();
    assert_eq!(
        said,
        [
            ("today", host::Weight::Require, "今天的章程"),
            ("later", host::Weight::Advise, "the later rule (until 2027-01-01)"),
        ]
    );
    let query = host::TermsQuery { matter, body, step, mode: host::CountingMode::Persons };
    let terms = book.terms(&rules, &ctx, &query, yishi_law::Terms::default()).expect("both answer");
    assert_eq!(terms.value.notice_days.expect("of the later").value, 9);
    assert_eq!(terms.value.quorum.iter().count(), 1, "of the charter of today");

    for call in answered.calls.iter().chain(&terms.calls) {
        let again = book.replay(&call.plugin, &call.input).expect("it answers again");
        assert_eq!(again.record, call.record);
        assert_eq!(again.output, call.output);
    }
}

#[test]
fn a_component_of_an_unknown_version_is_refused_naming_every_version() {
    let refused = |versions: Versions, number: &str| {
        let book = Rulebook::serving(Config::in_process(), versions).expect("the engine starts");
        book.load(&later_rule(number)).expect_err("refused")
    };
    let refusal = refused(RELEASED, "1.1.0");
    assert_eq!(refusal.code, RefusalCode::WitVersion);
    for told in [&refusal.message_zh, &refusal.message_en] {
        assert!(told.contains("yishi:rule@1.1.0") && told.contains("yishi:rule@1.0.0"), "{told}");
    }
    let refusal = refused(BOTH, "1.2.0");
    for number in ["1.0.0", "1.1.0", "1.2.0"] {
        assert!(refusal.message_en.contains(&format!("yishi:rule@{number}")), "{refusal:?}");
    }
}

/// Unset means no, in every version: the choke point is below them all.
#[test]
fn what_a_later_version_asks_goes_through_the_same_choke_point() {
    let mut manifest = manifests::implementation_rule();
    manifest["wit"] = json!("1.1.0");
    manifest["roster"] = json!([]);
    let bytes = Forge::new("implementation-rule")
        .contract(&later())
        .manifest(&manifest)
        .items("(data (i32.const 2048) \"hh_1\")")
        .body("terms", "(drop (call $roster.knows (i32.const 2048) (i32.const 4))) (i32.const EMPTY)")
        .build();
    let book = Rulebook::serving(Config::in_process(), BOTH).expect("the engine starts");
    let rules = RuleSet { rules: vec![rule(&book, &bytes)], ..RuleSet::default() };
    let matter = host::Matter {
        domain: "sanitation".to_owned(),
        subjects: Vec::new(),
        class: host::MatterClass::Ordinary,
        amount_fen: None,
        per_household_fen: None,
        form: "{}".to_owned(),
    };
    let query = host::TermsQuery {
        matter,
        body: host::Body::Council,
        step: host::Step::Resolve,
        mode: host::CountingMode::Persons,
    };
    let failure = book.terms(&rules, &community(), &query, yishi_law::Terms::default()).expect_err("closed");
    assert_eq!(failure.code, FailureCode::UndeclaredFact, "{failure}");
}
