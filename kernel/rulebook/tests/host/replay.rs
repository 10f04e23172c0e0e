//! A recorded call runs again to the same bytes.

use std::sync::Arc;

use serde_json::json;
use yishi_bad_plugins::manifests::{self, both};
use yishi_bad_plugins::{Forge, gallery};
use yishi_canonical::Digest;
use yishi_rulebook::wire::Body;
use yishi_rulebook::{Call, CallInput, FailureCode, RosterFacts, RuleSet, Rulebook};

use crate::world::{charter, config, ctx, query, rule, rulebook, transition};

fn recorded(bytes: &[u8]) -> Call {
    let book = rulebook();
    let mut ctx = ctx();
    ctx.facts.roster =
        Arc::new(RosterFacts { counts: [("adults".to_owned(), 812)].into(), ..RosterFacts::default() });
    let mut answered = book
        .terms(&charter(&book, bytes), &ctx, &query(Body::Council), yishi_law::Terms::default())
        .expect("an answer");
    answered.calls.remove(0)
}

/// A charter that reads a count before it answers, and traps where it is not 812.
pub(crate) fn reading() -> Vec<u8> {
    Forge::new("charter")
        .items("(data (i32.const 2048) \"adults\")")
        .answer("check", json!([]))
        .answer(
            "admit",
            json!({ "admitted": true, "code": "resident", "message": both("居民可以参加"), "because": ["Z2"] }),
        )
        .body(
            "terms",
            "(if (i64.ne (call $roster.count (i32.const 2048) (i32.const 6)) (i64.const 812)) (then unreachable))
             (i32.const EMPTY)",
        )
        .build()
}

#[test]
fn replay_gives_the_same_record_in_another_engine_without_the_facts() {
    let bytes = reading();
    let call = recorded(&bytes);
    assert_eq!(call.input.read.len(), 1);
    // What goes into storage comes back from it.
    let text = serde_json::to_string(&call).expect("a call can be written");
    let stored: Call = serde_json::from_str(&text).expect("and read");
    assert_eq!(stored, call);

    let later = Rulebook::new(config()).expect("another engine");
    later.load(&bytes).expect("loads");
    let again = later.replay("test-charter", &stored.input).expect("replays");
    assert_eq!(again.record, call.record);
    assert_eq!(again.output, call.output);
    assert_eq!(Digest::of(call.output.as_bytes()), call.record.output);
    assert_eq!(Digest::of(call.input.arguments.as_bytes()), call.record.input);
    assert_eq!(Digest::of(call.input.settings.as_bytes()), call.record.settings);
}

#[test]
fn a_record_that_was_tampered_with_does_not_replay() {
    let bytes = reading();
    let call = recorded(&bytes);
    let book = rulebook();
    let mut unread = call.input.clone();
    unread.read.clear();
    assert_eq!(book.replay("x", &unread).expect_err("a read is missing").code, FailureCode::Nondeterministic);
    let mut more = call.input.clone();
    more.read.push(more.read[0].clone());
    assert_eq!(book.replay("x", &more).expect_err("a read too many").code, FailureCode::Nondeterministic);
    let other = CallInput {
        arguments: call.input.arguments.replace("\"sanitation\"", "\"other\"").into(),
        ..call.input
    };
    let changed = book.replay("x", &other).expect("it answers");
    assert_ne!(changed.record.input, call.record.input);
}

#[test]
fn failures_replay_as_the_same_failure() {
    let book = rulebook();
    let failure = book
        .terms(
            &charter(&book, &gallery::endless_loop()),
            &ctx(),
            &query(Body::Council),
            yishi_law::Terms::default(),
        )
        .expect_err("fails");
    let call = failure.call.expect("recorded");
    let again = book.replay("test-charter", &call.input).expect_err("fails again").call.expect("recorded");
    assert_eq!(again.record, call.record);
}

#[test]
fn every_export_replays() {
    let book = rulebook();
    let finding = json!([{ "weight": "require", "code": "x", "message": both("须补充"), "because": ["Z1"] }]);
    let own = rule(
        &book,
        &Forge::new("implementation-rule").answer("check", finding).answer("terms", json!({})).build(),
    );
    let rules = RuleSet { rules: vec![own.clone()], ..RuleSet::default() };
    let mut calls = book.check(&rules, &ctx(), &transition()).expect("an answer").calls;
    calls.extend(book.validate_settings(&own.digest, &json!({ "points": 1 })).expect("an answer").calls);
    let both = charter(
        &book,
        &Forge::new("charter")
            .answer("terms", manifests::council_terms())
            .answer("classify", json!({ "class": "major", "because": ["Z1"] }))
            .build(),
    );
    calls.extend(
        book.classify(&both, &ctx(), &crate::world::matter("general"), None).expect("an answer").calls,
    );
    calls.extend(
        book.terms(&both, &ctx(), &query(Body::Council), yishi_law::Terms::default())
            .expect("an answer")
            .calls,
    );
    assert_eq!(calls.len(), 4);
    for call in calls {
        let again = book.replay(&call.plugin, &call.input).expect("replays");
        assert_eq!(again.record, call.record, "{}", call.record.export);
    }
}
