//! What would be different once one text stood in the place of another, and what a rule asks of bodies above its own.

use serde_json::json;
use yishi_bad_plugins::{Forge, gallery, manifests};
use yishi_law::BodyKind;
use yishi_rulebook::{Effect, RefusalCode, RuleSet};

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
    let effects = book.effects(&strict, &lax, &ctx(), floor()).expect("both answer");
    let of = |effects: &[Effect], field: &str| -> Effect {
        let found =
            effects.iter().find(|one| one.at.en == "representative assembly" && one.field.zh == field);
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
    let back = book.effects(&lax, &strict, &ctx(), floor()).expect("both answer");
    let secrecy = of(&back, "表决方式");
    assert!(secrecy.before.is_none() && secrecy.after.is_some(), "{secrecy:?}");
    assert_eq!(book.effects(&strict, &strict, &ctx(), floor()).expect("it answers"), Vec::new());
}

/// A rule that gives no answer is a failure that names it, and never "nothing changes".
#[test]
fn a_rule_that_does_not_answer_is_no_comparison() {
    let book = rulebook();
    let sound = charter(&book, &charter_with_quorum(3, 4, false));
    let broken = charter(&book, &manifests::good_charter().body("terms", "unreachable").build());
    let failure = book.effects(&sound, &broken, &ctx(), floor()).expect_err("it fails");
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
