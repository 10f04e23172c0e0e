//! What the gates join, whom they ask, and what they refuse.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use yishi_bad_plugins::manifests::{self, both};
use yishi_bad_plugins::{Forge, gallery};
use yishi_law::{Authority, Cited, FloorQuery, MatterClass, Secrecy};
use yishi_rulebook::wire::{self, Body, CaseEvent, PersonFacts, Remark, Role, Weight};
use yishi_rulebook::{
    FactQuestion, FactRead, FailureCode, FloorAdmission, GateFailure, RosterFacts, RuleFacts, RuleSet,
    strongest,
};

use crate::world::{articles, charter, ctx, floor, query, rule, rulebook, share, transition};

fn floor_terms(body: yishi_law::BodyKind) -> yishi_law::Terms {
    floor().terms(&FloorQuery {
        subjects: Default::default(),
        body,
        step: yishi_law::Step::Resolve,
        mode: yishi_law::CountingMode::Persons,
    })
}

fn rules_of(charter_terms: Value, rule_terms: Value) -> RuleSet {
    let book = rulebook();
    let mut rules = charter(&book, &Forge::new("charter").answer("terms", charter_terms).build());
    rules.rules = vec![rule(&book, &Forge::new("implementation-rule").answer("terms", rule_terms).build())];
    rules
}

#[test]
fn the_stricter_wins_field_by_field_and_each_field_keeps_who_set_it() {
    let rules = rules_of(
        json!({
            "quorum": { "share": share(3, 4), "because": ["Z5"] },
            "notice-days": { "number": 12, "because": ["Z5"] },
            "secret-ballot": ["Z4"],
        }),
        json!({
            "quorum": { "share": share(1, 2), "because": ["Z1"] },
            "notice-days": { "number": 15, "because": ["Z1", "Z2"] },
            "conditions": [{ "code": "quotations", "text": both("须有三家报价"), "because": ["Z2"] }],
        }),
    );
    let body = yishi_law::BodyKind::RepresentativeAssembly;
    let answered = rulebook()
        .terms(&rules, &ctx(), &query(Body::RepresentativeAssembly), floor_terms(body))
        .expect("an answer");
    let terms = answered.value;
    let (quorum, by) = terms.quorum.iter().next().expect("a quorum");
    assert_eq!(terms.quorum.iter().count(), 1);
    assert_eq!((quorum.fraction().numerator(), quorum.fraction().denominator()), (3, 4));
    assert_eq!(articles(by), ["Z5"]);
    let notice = terms.notice_days.expect("notice");
    assert_eq!(notice.value, 15);
    assert_eq!(articles(&notice.by), ["Z1", "Z2"]);
    assert_eq!(terms.secrecy.expect("secrecy").value, Secrecy::Secret);
    assert_eq!(terms.conditions.iter().count(), 1);
    let (_, by) = terms.passes.iter().next().expect("the floor's own pass share");
    assert!(by.iter().all(|authority| matches!(authority, Authority::Statute { .. })), "{by:?}");
    assert_eq!(answered.calls.len(), 2);
}

#[test]
fn a_laxer_rule_changes_nothing_at_the_gate() {
    let lax = json!({ "quorum": { "share": share(1, 10), "because": ["Z5"] } });
    let floor = floor_terms(yishi_law::BodyKind::RepresentativeAssembly);
    let joined = rulebook()
        .terms(&rules_of(lax, json!({})), &ctx(), &query(Body::RepresentativeAssembly), floor.clone())
        .expect("an answer")
        .value;
    assert_eq!(joined, floor);
}

#[test]
fn the_bare_floor_needs_no_plugin() {
    let floor = floor_terms(yishi_law::BodyKind::ResidentsAssembly);
    let answered = rulebook()
        .terms(&RuleSet::default(), &ctx(), &query(Body::ResidentsAssembly), floor.clone())
        .expect("an answer");
    assert_eq!(answered.value, floor);
    assert!(answered.calls.is_empty());
}

#[test]
fn rules_outside_their_domain_are_not_asked() {
    let rules = rules_of(json!({}), json!({ "notice-days": { "number": 99, "because": ["Z1"] } }));
    let mut asked = query(Body::Council);
    asked.matter.domain = "collective-funds".to_owned();
    let answered = rulebook().terms(&rules, &ctx(), &asked, yishi_law::Terms::default()).expect("an answer");
    assert_eq!(answered.value.notice_days, None);
    assert_eq!(answered.calls.len(), 1, "the charter alone");
}

#[test]
fn gates_a_manifest_does_not_name_are_not_asked() {
    let book = rulebook();
    let mut manifest = manifests::charter();
    manifest["gates"] = json!(["terms"]);
    let rules =
        charter(&book, &Forge::new("charter").manifest(&manifest).body("check", "unreachable").build());
    let answered = book.check(&rules, &ctx(), &transition()).expect("nobody was asked");
    assert!(answered.value.is_empty() && answered.calls.is_empty());
}

#[test]
fn one_failing_rule_closes_the_gate() {
    let book = rulebook();
    let mut rules = rules_of(manifests::council_terms(), json!({}));
    rules.rules = vec![rule(&book, &Forge::new("implementation-rule").body("terms", "unreachable").build())];
    let failure =
        book.terms(&rules, &ctx(), &query(Body::Council), yishi_law::Terms::default()).expect_err("closed");
    assert_eq!((failure.plugin.as_str(), failure.code), ("test-rule", FailureCode::Trap));
}

#[test]
fn major_wins_and_no_rule_makes_a_matter_ordinary_again() {
    let book = rulebook();
    let says = |class: &str| {
        let answer = json!({ "class": class, "because": ["Z5"] });
        charter(&book, &Forge::new("charter").answer("classify", answer).build())
    };
    let matter = crate::world::matter("general");
    let by_floor = Cited::by(MatterClass::Major, []);
    let class = |rules: &RuleSet, floor| {
        book.classify(rules, &ctx(), &matter, floor).expect("an answer").value.map(|cited| cited.value)
    };
    assert_eq!(class(&says("major"), None), Some(MatterClass::Major));
    assert_eq!(class(&says("ordinary"), Some(by_floor.clone())), Some(MatterClass::Major));
    assert_eq!(class(&says("ordinary"), None), Some(MatterClass::Ordinary));
    assert_eq!(class(&RuleSet::default(), Some(by_floor)), Some(MatterClass::Major));
    assert_eq!(class(&RuleSet::default(), None), None);
}

#[test]
fn findings_are_a_union_with_the_strongest_first() {
    let book = rulebook();
    let finding = |weight: &str, code: &str| json!([{ "weight": weight, "code": code, "message": both("说明"), "because": ["Z1"] }]);
    let mut rules = charter(&book, &Forge::new("charter").answer("check", finding("advise", "a")).build());
    rules.rules =
        vec![rule(&book, &Forge::new("implementation-rule").answer("check", finding("forbid", "b")).build())];
    rules.regulations =
        vec![rule(&book, &Forge::new("village-regulation").answer("check", finding("advise", "c")).build())];
    let answered = book.check(&rules, &ctx(), &transition()).expect("an answer");
    let codes: Vec<&str> = answered.value.iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(answered.value[0].weight, Weight::Forbid);
    assert_eq!(codes.len(), 3, "{codes:?}");
    assert_eq!(strongest(&answered.value), Some(Weight::Forbid));
    assert_eq!(articles(&answered.value[0].by), ["Z1"]);
    assert_eq!(answered.records().count(), 3);
}

#[test]
fn a_regulation_can_only_advise() {
    let book = rulebook();
    let rules =
        RuleSet { regulations: vec![rule(&book, &gallery::forbidding_regulation())], ..RuleSet::default() };
    let failure = book.check(&rules, &ctx(), &transition()).expect_err("refused");
    assert_eq!(failure.code, FailureCode::BadAnswer);
    assert!(failure.detail.contains("advise"), "{failure}");
}

#[test]
fn a_charter_cannot_exclude_whom_the_law_entitles_nor_admit_whom_it_bars() {
    let book = rulebook();
    let says = |admitted: bool| {
        let answer = json!({ "admitted": admitted, "code": "by-charter", "message": both("按章程"), "because": ["Z1"] });
        charter(&book, &Forge::new("charter").answer("admit", answer).build())
    };
    let person = |age, local_registration| PersonFacts {
        age,
        local_registration,
        resident_months: 3,
        party_member: false,
        household_head: false,
    };
    let decide = |rules: &RuleSet, person: &PersonFacts, role| {
        let law = FloorAdmission::under(floor(), person, role);
        book.admit(rules, &ctx(), person, role, &law).expect("an answer").value
    };
    let villager = decide(&says(false), &person(30, true), Role::Voter);
    assert!(villager.admitted);
    assert_eq!(villager.set_aside.expect("the exclusion is on record").code, "by-charter");
    assert!(matches!(villager.by.first(), Some(Authority::Statute { floor, .. }) if floor.as_str() == "V1"));
    let child = decide(&says(true), &person(17, true), Role::Voter);
    assert!(!child.admitted);
    assert_eq!(child.code, "barred-by-law");
    let newcomer = decide(&says(false), &person(30, false), Role::Participant);
    assert!(!newcomer.admitted);
    assert_eq!(articles(&newcomer.by), ["Z1"]);
    assert!(decide(&RuleSet::default(), &person(30, false), Role::Participant).admitted);
}

#[test]
fn the_charter_vets_another_rule() {
    let book = rulebook();
    let finding = json!([{ "weight": "forbid", "code": "no-fines", "message": both("章程不许罚款"), "because": ["Z2"] }]);
    let rules = charter(&book, &Forge::new("charter").answer("vet", finding).build());
    let other = rule(&book, &Forge::new("implementation-rule").build());
    let manifest = Arc::clone(&book.inspection(&other.digest).expect("loaded").manifest);
    let answered =
        book.vet(&rules, &ctx(), &yishi_rulebook::candidate(&manifest, &other.settings)).expect("an answer");
    assert_eq!(answered.value[0].code, "no-fines");
}

fn visit(form: &str) -> CaseEvent {
    CaseEvent {
        kind: "visit".to_owned(),
        subject: "hh_1".to_owned(),
        on: "2026-03-02".to_owned(),
        form: form.to_owned(),
    }
}

fn outcome() -> Value {
    json!({ "ok": {
        "stage": "inspected", "message": both("检查合格"),
        "points": [{ "subject": "hh_1", "points": 10, "reason": both("门前整洁"), "because": ["Z3"] }],
        "tasks": [{ "role": "residents-committee", "due-days": 7, "text": both("登记"), "because": ["Z1"] }],
        "publish": [{ "text": both("检查结果"), "days": 15, "because": ["Z4"] }],
        "records": [{ "kind": "inspection", "subject": "hh_1", "body": "{\"score\":95}" }],
        "measures": [{ "name": "clean-households", "value": 1 }],
        "because": ["Z2"],
    } })
}

#[test]
fn an_outcome_is_data_that_was_checked() {
    let book = rulebook();
    let handles = |answer: &Value| {
        let own = rule(&book, &Forge::new("implementation-rule").answer("handle", answer.clone()).build());
        book.handle(&own, &ctx(), &visit("{}"))
    };
    let answered = handles(&outcome()).expect("an answer").value.expect("an outcome");
    assert_eq!(answered.points[0].points, 10);
    assert_eq!(answered.records[0].kind, "inspection");

    for (path, value, code) in [
        ("/ok/because", json!([]), FailureCode::UncitedAnswer),
        ("/ok/points/0/because", json!([]), FailureCode::UncitedAnswer),
        ("/ok/publish/0/because", json!(["Z9"]), FailureCode::BadAnswer),
        ("/ok/records/0/kind", json!("secret"), FailureCode::BadAnswer),
        ("/ok/records/0/body", json!("{\"score\":\"x\"}"), FailureCode::BadAnswer),
        ("/ok/records/0/body", json!("{\"score\":1,\"score\":2}"), FailureCode::BadAnswer),
        ("/ok/points/0/points", json!(2_000_000), FailureCode::BadAnswer),
        ("/ok/tasks/0/due-days", json!(400_000), FailureCode::BadAnswer),
        ("/ok/stage", json!("elsewhere"), FailureCode::UndeclaredStage),
        ("/ok/measures/0/name", json!("elsewhere"), FailureCode::BadAnswer),
        ("/ok/tasks/0/role", json!("electoral-committee"), FailureCode::UnknownCode),
        ("/ok/message/en", json!(""), FailureCode::MissingLanguage),
        ("/ok/tasks/0/text/en", json!(" "), FailureCode::MissingLanguage),
        ("/ok/points/0/reason/zh", json!(""), FailureCode::MissingLanguage),
        ("/ok/measures/0/value", json!(1_i64 << 60), FailureCode::BadAnswer),
    ] {
        let mut answer = outcome();
        *answer.pointer_mut(path).expect("a member") = value;
        assert_eq!(handles(&answer).expect_err(path).code, code, "{path}");
    }

    let declined = json!({ "err": { "weight": "forbid", "code": "too-early", "message": both("未到检查日"), "because": ["Z1"] } });
    let finding = handles(&declined).expect("an answer").value.expect_err("declined");
    assert_eq!((finding.code.as_str(), articles(&finding.by)), ("too-early", vec!["Z1".to_owned()]));
}

#[test]
fn cases_and_forms_are_checked_before_a_rule_is_asked() {
    let book = rulebook();
    let own = rule(&book, &Forge::new("implementation-rule").body("handle", "unreachable").build());
    let mut event = visit("{}");
    event.kind = "unknown".to_owned();
    assert_eq!(book.handle(&own, &ctx(), &event).expect_err("kind").code, FailureCode::UnknownCase);
    for form in ["[]", "{", "{\"a\":1,\"a\":1}", ""] {
        assert_eq!(book.handle(&own, &ctx(), &visit(form)).expect_err(form).code, FailureCode::BadForm);
    }
}

#[test]
fn conduct_is_appraised_with_an_article_or_not_at_all() {
    let book = rulebook();
    let says = |answer: Value| {
        let own = rule(&book, &Forge::new("village-regulation").answer("appraise", answer).build());
        let event = CaseEvent { kind: "conduct".to_owned(), ..visit("{}") };
        book.appraise(&own, &ctx(), &event)
    };
    let commended =
        says(json!({ "remark": "commend", "message": both("邻里互助，予以表扬"), "because": ["Z1"] }))
            .expect("an answer");
    assert_eq!(commended.value.remark, Remark::Commend);
    let uncited =
        says(json!({ "remark": "admonish", "message": both("劝诫"), "because": [] })).expect_err("refused");
    assert_eq!(uncited.code, FailureCode::UncitedAnswer);
    let silent = says(json!({ "remark": "none", "message": both(""), "because": [] })).expect("an answer");
    assert_eq!(
        silent.value,
        wire::Appraisal { remark: Remark::None, message: wire::Words::new("", ""), because: vec![] }
    );
}

/// A rule that answers with the count and the points it reads, as notice days.
fn curious(question: &str, granted: Value) -> Vec<u8> {
    let mut manifest = manifests::implementation_rule();
    manifest["roster"] = granted;
    Forge::new("implementation-rule")
        .manifest(&manifest)
        .items("(data (i32.const 2048) \"householdshh_1Z1inspectionother\")")
        .body(
            "terms",
            &format!(
                "(local $n i32)
                 {question}
                 (if (local.get $n) (then
                   (i32.store8 (i32.const 1076) (i32.const 1))
                   (i32.store (i32.const 1080) (local.get $n))
                   (i32.store (i32.const 1084) (i32.const 3000))
                   (i32.store (i32.const 1088) (i32.const 1))
                   (i32.store (i32.const 3000) (i32.const 2062))
                   (i32.store (i32.const 3004) (i32.const 2))))
                 (i32.const EMPTY)"
            ),
        )
        .build()
}

fn kept() -> RuleFacts {
    let record = "{\"score\":90}".to_owned();
    let mut kept = RuleFacts::default();
    for (kind, subject) in [("inspection", "hh_1"), ("inspection", "hh_2"), ("other", "hh_1")] {
        kept.take_records(kind, subject, vec![record.clone()]);
    }
    kept.take_points("hh_1", 55);
    kept
}

fn ask_curious(bytes: &[u8], kept: RuleFacts) -> Result<(u16, Vec<FactRead>), GateFailure> {
    let book = rulebook();
    let own = rule(&book, bytes);
    let mut ctx = ctx();
    ctx.facts.roster = Arc::new(RosterFacts {
        counts: BTreeMap::from([("households".to_owned(), 300)]),
        household_adults: BTreeMap::from([("hh_1".to_owned(), 4)]),
    });
    ctx.facts.rules.insert("test-rule".to_owned(), Arc::new(kept));
    let rules = RuleSet { rules: vec![own], ..RuleSet::default() };
    let answered = book.terms(&rules, &ctx, &query(Body::Council), yishi_law::Terms::default())?;
    let days = answered.value.notice_days.map_or(0, |cited| cited.value);
    Ok((days, answered.calls[0].input.read.clone()))
}

fn told(bytes: &[u8]) -> (u16, Vec<FactRead>) {
    ask_curious(bytes, kept()).expect("an answer")
}

/// Not asked for in the manifest: the answer ends, so that "no" is never taken for an answer.
fn refused(bytes: &[u8]) {
    let failure = ask_curious(bytes, kept()).expect_err("not asked for");
    assert_eq!(failure.code, FailureCode::UndeclaredFact, "{failure}");
}

/// All records are all of them, or the answer ends: 1,000 are shown, and 1,001 are too many, never 1,000 of them.
#[test]
fn a_rule_that_asks_for_all_records_is_shown_all_or_gives_no_answer() {
    let whole = "(call $records.whole (i32.const 2064) (i32.const 10) (i32.const 2058) (i32.const 4) (i32.const 2200))
                 (local.set $n (i32.load (i32.const 2204)))";
    let bytes = curious(whole, json!([]));
    let subject = "hh_1".to_owned();
    let missing = ask_curious(&bytes, RuleFacts::default()).expect_err("nobody looked");
    let question = FactQuestion::Whole { kind: "inspection".to_owned(), subject };
    assert_eq!((missing.code, missing.missing.as_deref()), (FailureCode::FactsMissing, Some(&question)));
    let with = |count: usize| {
        let mut kept = RuleFacts::default();
        kept.take_whole("inspection", "hh_1", vec!["{}".to_owned(); count]);
        ask_curious(&bytes, kept)
    };
    assert_eq!(with(0).expect("there are none").0, 0);
    assert_eq!(with(1_000).expect("all of them").0, 1_000);
    let failure = with(1_001).expect_err("too many");
    assert_eq!(failure.code, FailureCode::TooManyRecords);
    // That there were too many is part of the record, and a replay ends in the same way.
    let call = failure.call.expect("it is the rule's answer, and recorded");
    let again = rulebook().replay("test-rule", &call.input).expect_err("again");
    assert_eq!(again.code, FailureCode::TooManyRecords);
    assert_eq!(again.call.expect("recorded").record, call.record);
}

/// What a rule had kept used to be cut at a thousand records and a thousand subjects, and whatever lay beyond was
/// answered as "no record" and "0 points", without an error.
#[test]
fn what_nobody_has_fetched_ends_the_answer_and_is_never_taken_for_empty() {
    let points = "(local.set $n (i32.wrap_i64 (call $records.points-total (i32.const 2058) (i32.const 4))))";
    let points = curious(points, json!([]));
    let latest = "(call $records.latest (i32.const 2064) (i32.const 10) (i32.const 2058) (i32.const 4) (i32.const 50) (i32.const 2200))
                  (local.set $n (i32.load (i32.const 2204)))";
    let latest = curious(latest, json!([]));
    let subject = "hh_1".to_owned();
    for (bytes, question) in [
        (&points, FactQuestion::Points { subject: subject.clone() }),
        (&latest, FactQuestion::Records { kind: "inspection".to_owned(), subject }),
    ] {
        let failure = ask_curious(bytes, RuleFacts::default()).expect_err("nobody looked");
        assert_eq!(failure.code, FailureCode::FactsMissing);
        assert_eq!(failure.missing.as_deref(), Some(&question));
        assert!(failure.call.is_none() && !failure.code.is_deterministic(), "it is no answer of the rule");
        assert_eq!(ask_curious(bytes, RuleFacts::nothing()).expect("there is nothing").0, 0);
    }
    let mut taken = RuleFacts::default();
    taken.take_points("hh_1", 12);
    taken.take_records("inspection", "hh_1", vec!["{}".to_owned(); 3]);
    assert_eq!(ask_curious(&points, taken.clone()).expect("fetched").0, 12);
    assert_eq!(ask_curious(&latest, taken).expect("fetched").0, 3);
}

#[test]
fn a_rule_sees_what_its_manifest_was_granted_and_nothing_else() {
    let count = "(local.set $n (i32.wrap_i64 (call $roster.count (i32.const 2048) (i32.const 10))))";
    let (days, read) = told(&curious(count, json!(["households"])));
    assert_eq!(days, 300);
    assert_eq!(read, [FactRead::Count { name: "households".to_owned(), value: 300 }]);
    refused(&curious(count, json!([])));

    let adults = "(call $roster.household-adults (i32.const 2058) (i32.const 4) (i32.const 2200))
                  (local.set $n (i32.load (i32.const 2204)))";
    assert_eq!(told(&curious(adults, json!(["household-adults"]))).0, 4);
    refused(&curious(adults, json!(["households"])));

    let points = "(local.set $n (i32.wrap_i64 (call $records.points-total (i32.const 2058) (i32.const 4))))";
    assert_eq!(told(&curious(points, json!([]))).0, 55);

    // Two records of a kind it declared belong to others or to another kind; one is its own.
    let latest = |kind_at: usize, kind_len: usize, limit: u32| {
        format!(
            "(call $records.latest (i32.const {kind_at}) (i32.const {kind_len}) (i32.const 2058) (i32.const 4) (i32.const {limit}) (i32.const 2200))
             (local.set $n (i32.load (i32.const 2204)))"
        )
    };
    assert_eq!(told(&curious(&latest(2064, 10, 50), json!([]))).0, 1);
    refused(&curious(&latest(2074, 5, 50), json!([])));
    for limit in [0, 101] {
        refused(&curious(&latest(2064, 10, limit), json!([])));
    }
}

#[test]
fn settings_are_held_against_schema_and_plugin() {
    let book = rulebook();
    let digest = rule(&book, &Forge::new("implementation-rule").build()).digest;
    let faults = |settings: Value| book.validate_settings(&digest, &settings).expect("an answer").value;
    assert!(faults(json!({ "points": 5 })).is_empty());
    assert_eq!(faults(json!({ "points": "five" }))[0].pointer, "/points");
    assert!(!faults(json!({ "unknown": 1 })).is_empty());
    assert!(!faults(json!([])).is_empty());
    let fraction = book.validate_settings(&digest, &json!({ "points": 0.5 })).expect_err("not canonical");
    assert_eq!(fraction.code, FailureCode::BadSettings);

    let picky = json!([{ "pointer": "/points", "message": both("须是十的倍数") }]);
    let digest =
        rule(&book, &Forge::new("implementation-rule").answer("validate-settings", picky).build()).digest;
    let faults = book.validate_settings(&digest, &json!({ "points": 5 })).expect("an answer").value;
    assert_eq!(
        (faults[0].detail.zh.as_str(), faults[0].detail.en.as_str()),
        ("须是十的倍数", "须是十的倍数")
    );
}
