//! What would be different once one text stood in the place of another, and what a rule asks of bodies above its own.

use serde_json::json;
use yishi_bad_plugins::{Forge, gallery, manifests};
use yishi_law::BodyKind;
use yishi_rulebook::{Comparison, Effect, RefusalCode, RuleSet};

use crate::world::{charter, ctx, floor, rule, rulebook, share};

fn charter_with_quorum(numerator: u32, denominator: u32, secret: bool) -> Vec<u8> {
    let mut terms = json!({ "quorum": { "share": share(numerator, denominator), "because": ["Z5"] } });
    if secret {
        terms["secret-ballot"] = json!(["Z5"]);
    }
    manifests::good_charter().answer_when("terms", "query.body", "representative-assembly", terms).build()
}

/// The shelf compared a new charter with the law alone: silent about every protection that would be lost.
#[test]
fn what_would_be_lost_is_told_like_what_would_be_won() {
    let book = rulebook();
    let strict = charter(&book, &charter_with_quorum(3, 4, true));
    let lax = charter(&book, &charter_with_quorum(2, 3, false));
    let effects = book.compare(&strict, &lax, &ctx(), floor()).expect("both answer").effects;
    let of = |effects: &[Effect], field: &str| -> Effect {
        let found = effects.iter().find(|one| one.at.zh == "村民代表会议" && one.field.zh == field);
        found.unwrap_or_else(|| panic!("no {field} in {effects:#?}")).clone()
    };
    let quorum = of(&effects, "法定人数");
    assert!(quorum.before.as_ref().is_some_and(|words| words.zh.contains("四分之三")), "{quorum:?}");
    assert!(quorum.after.as_ref().is_some_and(|words| words.zh.contains("三分之二")), "{quorum:?}");
    assert_eq!(quorum.when, None, "it holds for all matters");
    let secrecy = of(&effects, "表决方式");
    assert!(secrecy.before.is_some() && secrecy.after.is_none(), "{secrecy:?}");
    assert!(secrecy.articles.contains("Z5"), "{secrecy:?}");
    // The other way round it is won; against itself nothing is.
    let back = book.compare(&lax, &strict, &ctx(), floor()).expect("both answer").effects;
    let secrecy = of(&back, "表决方式");
    assert!(secrecy.before.is_none() && secrecy.after.is_some(), "{secrecy:?}");
    let same = book.compare(&strict, &strict, &ctx(), floor()).expect("nothing is asked");
    assert_eq!(same, Comparison::default());
}

/// A charter that makes a matter major from an amount, which is a setting of its.
fn major_from(fen: u64) -> Vec<u8> {
    let mut manifest = manifests::charter();
    manifest["settings"] = json!({
        "schema": { "type": "object", "properties": { "major-amount-fen": { "type": "integer", "title": "重大事项数额起点（分）", "x-title-en": "Major from" } } },
        "defaults": { "major-amount-fen": fen },
    });
    manifests::good_charter()
        .manifest(&manifest)
        .answer_from("classify", "matter.amount-fen", fen, json!({ "class": "major", "because": ["Z3"] }))
        .build()
}

/// A charter whose line stood at 20,000 yuan was "no different" from one whose line stands at 50,000: nobody had asked
/// about any amount.
#[test]
fn what_hangs_on_an_amount_is_told_with_the_amount() {
    let book = rulebook();
    let (low, high) = (charter(&book, &major_from(2_000_000)), charter(&book, &major_from(5_000_000)));
    let found = book.compare(&low, &high, &ctx(), floor()).expect("both answer");
    assert_eq!(found.figures_left, 0);
    let [class] = found.effects.as_slice() else { panic!("one thing is different: {found:#?}") };
    assert_eq!(class.field.zh, "事项类别");
    assert_eq!(class.amount.as_ref().map(|words| &*words.zh), Some("涉及金额 20,000 元以上、不足 50,000 元"));
    assert_eq!(class.before.as_ref().map(|words| &*words.zh), Some("重大事项"));
    assert_eq!((&class.after, &class.when), (&None, &None), "it holds for all that the law leaves open");
    // Settings are told with their titles, text by the ids of its articles.
    let of = |set: &RuleSet| set.charter.clone().expect("a charter");
    let text = book.text_difference(Some(&of(&low)), &of(&high));
    let [setting] = text.settings.as_slice() else { panic!("one setting differs: {text:#?}") };
    assert_eq!(
        (setting.title.zh.as_str(), setting.title.en.as_str()),
        ("重大事项数额起点（分）", "Major from")
    );
    assert_eq!((&setting.before, &setting.after), (&Some(json!(2_000_000)), &Some(json!(5_000_000))));
    assert!(book.text_difference(Some(&of(&low)), &of(&low)).is_empty());
    let other = charter(&book, &manifests::good_charter().build());
    let text = book.text_difference(None, &of(&other));
    assert_eq!(text.added, ["Z1", "Z2", "Z3", "Z4", "Z5"], "without a text in force every article is new");
}

/// "At least two thirds from 50,000 yuan on" was said by the rule and by no page.
#[test]
fn a_share_that_is_asked_for_large_sums_is_beyond_the_law_for_large_sums() {
    let book = rulebook();
    let mut manifest = manifests::implementation_rule();
    manifest["settings"] = json!({ "schema": { "type": "object" }, "defaults": { "large-fen": 5_000_000 } });
    let terms = json!({ "notice-days": { "number": 30, "because": ["Z2"] } });
    let bytes = Forge::new("implementation-rule")
        .manifest(&manifest)
        .answer_from("terms", "query.matter.amount-fen", 5_000_000, terms)
        .build();
    let report = book.shelve(&bytes, &ctx(), floor(), &RuleSet::default(), None).expect("it is taken");
    let notice =
        report.changes.iter().find(|change| change.field.zh == "通知期" && change.at.zh == "村民议事会");
    let notice = notice.unwrap_or_else(|| panic!("{:#?}", report.changes));
    assert_eq!(notice.amount.as_ref().map(|words| &*words.zh), Some("涉及金额 50,000 元以上"));
    assert_eq!(notice.rule.zh, "不少于30日");
    // So does what it asks of bodies above the one that adopts it (R27).
    let raising = rule(&book, &bytes);
    let adopts = BodyKind::RepresentativeAssembly;
    let raised = book.raises_for_higher_bodies(&raising, &ctx(), floor(), adopts).expect("it answers");
    assert!(raised.contains_key(&BodyKind::ResidentsAssembly), "{raised:?}");
}

/// A component with a thousand figures would be asked for ever; and one that was not asked is never said to be the same.
#[test]
fn too_many_figures_are_asked_about_for_as_long_as_allowed_and_the_rest_is_counted() {
    let book = rulebook();
    let mut manifest = manifests::implementation_rule();
    let figures: serde_json::Map<_, _> =
        (1..=1_000_u64).map(|n| (format!("f{n}-fen"), json!(n * 10_000))).collect();
    manifest["settings"] = json!({ "schema": { "type": "object" }, "defaults": figures });
    let many = Forge::new("implementation-rule").manifest(&manifest).build();
    let many = RuleSet::alone(&rule(&book, &many));
    let found = book.compare(&RuleSet::default(), &many, &ctx(), floor()).expect("it answers");
    assert!((900..1_000).contains(&found.figures_left), "{}", found.figures_left);
}

/// A rule that gives no answer is a failure that names it, and never "nothing changes".
#[test]
fn a_rule_that_does_not_answer_is_no_comparison() {
    let book = rulebook();
    let sound = charter(&book, &charter_with_quorum(3, 4, false));
    let broken = charter(&book, &manifests::good_charter().body("terms", "unreachable").build());
    let failure = book.compare(&sound, &broken, &ctx(), floor()).expect_err("it fails");
    assert_eq!(Some(failure.digest), broken.charter.map(|rule| rule.digest));
}

/// R27, worked example 10: a rule of the representatives that asks three quarters of the assembly.
#[test]
fn a_rule_of_a_lower_body_raises_nothing_for_a_higher_one() {
    let book = rulebook();
    let terms = json!({ "quorum": { "share": share(3, 4), "because": ["Z1"] } });
    let raising = Forge::new("implementation-rule")
        .answer_when("terms", "query.body", "residents-assembly", terms)
        .build();
    let raising = rule(&book, &raising);
    let raised =
        |adopts| book.raises_for_higher_bodies(&raising, &ctx(), floor(), adopts).expect("it answers");
    let by_representatives = raised(BodyKind::RepresentativeAssembly);
    assert_eq!(by_representatives.keys().copied().collect::<Vec<_>>(), [BodyKind::ResidentsAssembly]);
    assert!(by_representatives[&BodyKind::ResidentsAssembly].contains("Z1"), "{by_representatives:?}");
    // The assembly may bind itself.
    assert!(raised(BodyKind::ResidentsAssembly).is_empty());
}

/// A council, which nobody counts by households, was told about its households.
#[test]
fn a_refusal_speaks_of_households_only_where_they_are_counted() {
    let book = rulebook();
    let refusal = book
        .shelve(&gallery::below_the_floor(), &ctx(), floor(), &RuleSet::default(), None)
        .expect_err("it is refused");
    assert_eq!(refusal.code, RefusalCode::LaxerThanFloor);
    assert!(!refusal.message_zh.contains('户'), "{}", refusal.message_zh);
    assert!(!refusal.message_en.contains("household"), "{}", refusal.message_en);
}

/// English and the host's internals stood inside the Chinese sentence.
#[test]
fn a_gate_that_failed_is_told_in_words_and_the_particulars_stand_beside() {
    let book = rulebook();
    let broken = manifests::good_charter().body("terms", "unreachable").build();
    let refusal =
        book.shelve(&broken, &ctx(), floor(), &RuleSet::default(), None).expect_err("it is refused");
    assert_eq!(refusal.code, RefusalCode::GateFailed);
    assert!(
        !refusal.message_zh.contains(|letter: char| letter.is_ascii_alphabetic()),
        "{}",
        refusal.message_zh
    );
    assert!(refusal.detail.contains("terms"), "{}", refusal.detail);
}
