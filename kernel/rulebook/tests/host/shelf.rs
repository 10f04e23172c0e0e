//! Putting plugins on the shelf: what refuses, what informs.

use std::sync::Arc;

use serde_json::{Value, json};
use yishi_bad_plugins::manifests::{self, both};
use yishi_bad_plugins::{Forge, gallery};
use yishi_rulebook::wire::CommunityKind;
use yishi_rulebook::{ClauseConcern, PluginRefusal, RefusalCode, RosterFacts, RuleSet, ShelfReport};

use crate::world::{charter, community, ctx, floor, rule, rulebook, share};

fn shelve(bytes: &[u8], rules: &RuleSet) -> Result<ShelfReport, PluginRefusal> {
    rulebook().shelve(bytes, &ctx(), floor(), rules, None)
}

#[test]
fn a_charter_with_half_a_quorum_for_representatives_is_refused_by_v6() {
    let refusal = shelve(&gallery::below_the_floor(), &RuleSet::default()).expect_err("refused");
    assert_eq!(refusal.code, RefusalCode::LaxerThanFloor);
    assert!(
        refusal.message_zh.contains("V6") && refusal.message_zh.contains("第三十条"),
        "{}",
        refusal.message_zh
    );
}

#[test]
fn three_quarters_is_accepted_and_told_as_a_change() {
    let terms = json!({ "quorum": { "share": share(3, 4), "because": ["Z5"] } });
    let bytes = manifests::good_charter()
        .answer_when("terms", "query.body", "representative-assembly", terms)
        .build();
    let report = shelve(&bytes, &RuleSet::default()).expect("accepted");
    assert!(report.scenarios.iter().all(|scenario| scenario.passed));
    let change = report
        .changes
        .iter()
        .find(|change| change.at.zh == "村民代表会议" && change.field.zh == "法定人数")
        .unwrap_or_else(|| panic!("{:#?}", report.changes));
    assert!(change.rule.zh.contains("四分之三"), "{change:?}");
    assert!(change.law.as_ref().is_some_and(|law| law.zh.contains("三分之二")), "{change:?}");
    assert!(change.articles.contains("Z5"));
    assert!(report.rights.iter().any(|right| right.en.contains("adults")));
}

#[test]
fn a_charter_without_council_terms_is_refused_by_r5() {
    for bytes in [
        Forge::new("charter")
            .answer(
                "admit",
                json!({ "admitted": true, "code": "resident", "message": both("可以参加"), "because": ["Z2"] }),
            )
            .build(),
        {
            let mut manifest = manifests::charter();
            manifest["gates"] = json!(["check"]);
            manifests::good_charter().manifest(&manifest).build()
        },
    ] {
        let refusal = shelve(&bytes, &RuleSet::default()).expect_err("refused");
        assert_eq!(refusal.code, RefusalCode::CouncilTermsMissing, "{refusal}");
        assert!(refusal.message_zh.contains("R5"), "{}", refusal.message_zh);
    }
}

#[test]
fn a_charter_that_keeps_out_whom_the_law_entitles_is_refused() {
    let bytes = manifests::good_charter()
        .answer(
            "admit",
            json!({ "admitted": false, "code": "no", "message": both("不接纳"), "because": ["Z2"] }),
        )
        .build();
    assert_eq!(shelve(&bytes, &RuleSet::default()).expect_err("refused").code, RefusalCode::ExcludesEntitled);
}

#[test]
fn a_charter_that_calls_listed_matters_ordinary_is_refused() {
    let bytes = manifests::good_charter()
        .answer("classify", json!({ "class": "ordinary", "because": ["Z5"] }))
        .build();
    let refusal = shelve(&bytes, &RuleSet::default()).expect_err("refused");
    assert_eq!(refusal.code, RefusalCode::LaxerThanFloor);
    assert!(refusal.message_zh.contains("V4"), "{}", refusal.message_zh);
}

#[test]
fn the_charter_in_force_can_refuse_a_rule_but_not_its_own_successor() {
    let book = rulebook();
    let forbids = json!([{ "weight": "forbid", "code": "no", "message": both("与章程第二条相抵触"), "because": ["Z2"] }]);
    let rules = charter(&book, &manifests::good_charter().answer("vet", forbids).build());
    let rule = Forge::new("implementation-rule").build();
    let refusal = shelve(&rule, &rules).expect_err("refused");
    assert_eq!(refusal.code, RefusalCode::CharterRefuses);
    assert!(refusal.message_zh.contains("与章程第二条相抵触"));
    assert!(shelve(&rule, &RuleSet::default()).is_ok(), "under the bare floor it is taken");
    assert!(
        shelve(&manifests::good_charter().pages(3).build(), &rules).is_ok(),
        "a charter can always be replaced"
    );
}

#[test]
fn a_broken_charter_does_not_lock_the_community() {
    let book = rulebook();
    let broken = charter(&book, &manifests::good_charter().body("vet", "unreachable").build());
    let rule = Forge::new("implementation-rule").build();
    assert_eq!(shelve(&rule, &broken).expect_err("fails closed").code, RefusalCode::GateFailed);
    assert!(shelve(&manifests::good_charter().build(), &broken).is_ok());
}

/// A thousand answers are not asked for twice in one act; but what a rule read of a community may be otherwise by now.
#[test]
fn what_a_rule_declares_is_kept_unless_it_looked_at_the_community() {
    let book = rulebook();
    let asked = |bytes: &[u8], adults: u64| {
        let mut ctx = ctx();
        ctx.facts.roster = Arc::new(RosterFacts {
            counts: [("adults".to_owned(), adults)].into(),
            ..RosterFacts::default()
        });
        book.review(&rule(&book, bytes), &ctx, floor(), &RuleSet::default())
    };
    let reading = crate::replay::reading();
    asked(&reading, 812).expect("it answers");
    asked(&reading, 811).expect_err("it is asked anew, and traps");
    asked(&reading, 812).expect("it answers again");
    let terms = json!({ "quorum": { "share": share(3, 4), "because": ["Z5"] } });
    let plain = manifests::good_charter()
        .answer_when("terms", "query.body", "representative-assembly", terms)
        .build();
    let told = |adults| serde_json::to_value(asked(&plain, adults).expect("it answers")).expect("a report");
    assert_eq!(told(811), told(812), "it looked at nothing, and says the same");
}

#[test]
fn scenarios_run_in_the_real_host() {
    let scenario = |then: Value| {
        let mut manifest = manifests::charter();
        manifest["scenarios"] = json!([{
            "id": "council-quorum", "title": { "zh-CN": "议事会过半数到会" }, "article": "Z5",
            "when": { "export": "terms", "input": { "query": { "body": "council" } } },
            "then": then
        }]);
        manifests::good_charter().manifest(&manifest).build()
    };
    let half = json!({ "quorum": { "share": { "numerator": 1, "denominator": 2 } }, "notice-days": null });
    let report = shelve(&scenario(half), &RuleSet::default()).expect("passes");
    assert_eq!(report.scenarios.len(), 1);
    assert!(report.scenarios[0].fuel > 0);
    let wrong = json!({ "quorum": { "share": { "denominator": 3 } } });
    let refusal = shelve(&scenario(wrong), &RuleSet::default()).expect_err("fails");
    assert_eq!(refusal.code, RefusalCode::ScenarioFailed);
    let told = &refusal.message_zh;
    assert!(told.contains("议事会过半数到会") && told.contains("Z5"), "a person reads its title: {told}");
    assert!(refusal.detail.contains("council-quorum"), "its author reads its id: {refusal}");
}

#[test]
fn scenario_facts_reach_the_plugin() {
    let mut manifest = manifests::implementation_rule();
    manifest["scenarios"] = json!([{
        "id": "points", "title": { "zh-CN": "积分" }, "article": "Z3",
        "given": { "points": 40, "roster": { "household-adults": { "household-1": 3 } }, "settings": { "points": 20 } },
        "when": { "export": "handle", "input": { "event": { "kind": "visit", "form": { "score": 90 } } } },
        "then": { "err": { "code": "points-seen" } }
    }]);
    // The rule traps unless it sees 40 points and 3 adults.
    let bytes = Forge::new("implementation-rule")
        .manifest(&manifest)
        .answer("check", json!([{ "weight": "advise", "code": "points-seen", "message": both("已读取"), "because": ["Z3"] }]))
        .items("(data (i32.const 2048) \"household-1\")")
        .body(
            "handle",
            "(local $p i32)
             (if (i64.ne (call $records.points-total (i32.const 2048) (i32.const 11)) (i64.const 40)) (then unreachable))
             (call $roster.household-adults (i32.const 2048) (i32.const 11) (i32.const 2200))
             (if (i32.ne (i32.load (i32.const 2204)) (i32.const 3)) (then unreachable))
             (i32.store8 (i32.const 1024) (i32.const 1))
             (i32.store8 (i32.const 1028) (i32.const 0))
             (i32.store (i32.const 1032) (i32.const 2064)) (i32.store (i32.const 1036) (i32.const 11))
             (i32.store (i32.const 1040) (i32.const 2064)) (i32.store (i32.const 1044) (i32.const 11))
             (i32.store (i32.const 1048) (i32.const 2064)) (i32.store (i32.const 1052) (i32.const 11))
             (i32.store (i32.const 1056) (i32.const 3000)) (i32.store (i32.const 1060) (i32.const 1))
             (i32.store (i32.const 3000) (i32.const 2080)) (i32.store (i32.const 3004) (i32.const 2))
             (i32.const EMPTY)",
        )
        .items("(data (i32.const 2064) \"points-seen\") (data (i32.const 2080) \"Z3\")")
        .build();
    let report = shelve(&bytes, &RuleSet::default()).expect("the scenario passes");
    assert!(report.scenarios[0].passed, "{}", report.scenarios[0].told());
}

#[test]
fn settings_are_checked_before_anything_runs() {
    let mut manifest = manifests::implementation_rule();
    manifest["settings"]["defaults"] = json!({ "points": -1 });
    let refusal = shelve(&Forge::new("implementation-rule").manifest(&manifest).build(), &RuleSet::default())
        .expect_err("refused");
    assert_eq!(refusal.code, RefusalCode::SettingsInvalid);
    assert!(refusal.detail.contains("/points"), "{refusal}");
    let loops =
        Forge::new("implementation-rule").body("validate-settings", "(loop $l (br $l)) unreachable").build();
    assert_eq!(shelve(&loops, &RuleSet::default()).expect_err("refused").code, RefusalCode::GateFailed);
}

#[test]
fn a_village_rule_is_not_for_the_city() {
    let book = rulebook();
    let mut urban = ctx();
    urban.community = community(CommunityKind::Urban);
    let refusal = book
        .shelve(&Forge::new("village-regulation").build(), &urban, floor(), &RuleSet::default(), None)
        .expect_err("refused");
    assert_eq!(refusal.code, RefusalCode::WrongCommunityKind);
}

#[test]
fn clause_review_informs_and_does_not_refuse() {
    let concerns = |text: &str| -> Vec<ClauseConcern> {
        let mut manifest = manifests::village_regulation();
        manifest["headings"][0]["articles"][0]["text"]["zh-CN"] = json!(text);
        let report =
            shelve(&Forge::new("village-regulation").manifest(&manifest).build(), &RuleSet::default())
                .expect("it is taken all the same");
        for finding in &report.clauses {
            assert_eq!(finding.article, "Z1");
            assert!(!finding.by.is_empty() && !finding.message.zh.is_empty());
        }
        report.clauses.iter().map(|finding| finding.concern).collect()
    };
    assert_eq!(concerns("乱倒垃圾的，每次罚款二百元。"), [ClauseConcern::Fine]);
    assert_eq!(
        concerns("拒不整改的，停水停电，取消分红。"),
        [ClauseConcern::CutOff, ClauseConcern::LossOfBenefits]
    );
    assert_eq!(concerns("不孝敬父母的，在广场曝光。"), [ClauseConcern::Shaming]);
    assert_eq!(concerns("外嫁女不享受集体收益。"), [ClauseConcern::LossOfBenefits, ClauseConcern::Exclusion]);
    assert_eq!(concerns("村民不得上访。"), [ClauseConcern::PetitionLimit]);
    assert_eq!(concerns("禁止乱倒垃圾违者罚款。"), [ClauseConcern::Fine]);
    assert_eq!(concerns("本村不设罚款，不得停水停电，不搞公开曝光。"), []);
    assert_eq!(concerns("外嫁女与其他村民享有同等权利。"), []);
    assert_eq!(concerns("喜事新办，丧事简办，邻里互助。"), []);
}

/// A rule with a say in the making and ending of rules could forbid its own repeal, or two could guard each other. What
/// was adopted before the shelf refused it still loads.
#[test]
fn no_rule_speaks_to_the_making_of_rules() {
    for world in ["implementation-rule", "village-regulation"] {
        let mut manifest = manifests::of(world);
        manifest["domains"] = json!([manifests::named("rules", "规约", "rules")]);
        let bytes = Forge::new(world).manifest(&manifest).build();
        let refusal = shelve(&bytes, &RuleSet::default()).expect_err("refused");
        assert_eq!(refusal.code, RefusalCode::ReservedDomain, "{refusal}");
        assert!(
            refusal.message_en.contains("`rules`") && refusal.message_zh.contains("法律和章程"),
            "{refusal}"
        );
        assert!(rulebook().load(&bytes).is_ok());
    }
}
