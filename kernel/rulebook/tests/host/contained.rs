//! Plugins that were taken and misbehave: each ends in one stable code, and the host goes on.

use yishi_bad_plugins::manifests::{self, both};
use yishi_bad_plugins::{Forge, gallery};
use yishi_rulebook::wire::Body;
use yishi_rulebook::{Config, FailureCode, GateFailure, Rulebook};

use crate::world::{charter, config, ctx, floor, on_a_busy_machine, query, rule, rulebook, transition};

fn terms(bytes: &[u8]) -> GateFailure {
    let book = rulebook();
    book.terms(&charter(&book, bytes), &ctx(), &query(Body::Council), yishi_law::Terms::default())
        .expect_err("no usable answer")
}

fn check(bytes: &[u8]) -> GateFailure {
    let book = rulebook();
    book.check(&charter(&book, bytes), &ctx(), &transition()).expect_err("no usable answer")
}

#[test]
fn what_runs_out_says_which_limit_it_hit() {
    for (name, bytes, code) in [
        ("endless loop", gallery::endless_loop(), FailureCode::BudgetExceeded),
        ("growth flood", gallery::growth_flood(), FailureCode::BudgetExceeded),
        ("fill flood", gallery::fill_flood(), FailureCode::BudgetExceeded),
        ("memory bomb", gallery::memory_bomb(), FailureCode::MemoryLimit),
        ("trap", gallery::trap(), FailureCode::Trap),
        ("deep recursion", gallery::deep_recursion(), FailureCode::StackOverflow),
        ("host call flood", gallery::host_call_flood(), FailureCode::HostCallLimit),
        ("huge log line", gallery::huge_log_line(), FailureCode::HostDataLimit),
        ("uncited", gallery::uncited(), FailureCode::UncitedAnswer),
        ("unknown article", gallery::unknown_article(), FailureCode::BadAnswer),
    ] {
        let failure = terms(&bytes);
        assert_eq!(failure.code, code, "{name}: {failure}");
        assert_eq!(failure.plugin, "test-charter");
        assert!(failure.message_zh.contains(code.zh()) && failure.message_en.contains(code.en()), "{name}");
        let call = failure.call.unwrap_or_else(|| panic!("{name} is deterministic and can be recorded"));
        assert_eq!(call.record.failure, Some(code), "{name}");
    }
}

#[test]
fn answers_that_cannot_be_kept() {
    for (name, bytes, code) in [
        ("wild pointer", gallery::wild_pointer(), FailureCode::BadAnswer),
        ("many findings", gallery::many_findings(), FailureCode::AnswerLimit),
        ("long finding", gallery::long_finding(), FailureCode::AnswerLimit),
        ("not utf-8", gallery::not_utf8(), FailureCode::BadAnswer),
    ] {
        let failure = check(&bytes);
        assert_eq!(failure.code, code, "{name}: {failure}");
    }
}

#[test]
fn impossible_figures_are_refused_and_never_bent() {
    for (name, field, value) in [
        ("no denominator", "/quorum/share/denominator", 0),
        ("more than the whole", "/quorum/share/numerator", 3),
        ("nothing", "/passes/threshold/share/numerator", 0),
    ] {
        let mut answer = manifests::council_terms();
        *answer.pointer_mut(field).expect("a member") = value.into();
        let failure = terms(&Forge::new("charter").answer("terms", answer).build());
        assert_eq!(failure.code, FailureCode::BadAnswer, "{name}");
    }
    let mut answer = manifests::council_terms();
    answer["notice-days"] = serde_json::json!({ "number": 70_000, "because": ["Z5"] });
    assert_eq!(terms(&Forge::new("charter").answer("terms", answer).build()).code, FailureCode::BadAnswer);
    let mut answer = manifests::council_terms();
    answer["quorum"]["share"]["comparison"] = "9".into();
    let failure = terms(&Forge::new("charter").answer("terms", answer).build());
    assert_eq!(failure.code, FailureCode::BadAnswer, "a case that is not in the contract: {failure}");
}

#[test]
fn texts_that_hide_something_are_refused() {
    for message in ["", "   "] {
        let answer = serde_json::json!([{ "weight": "advise", "code": "note", "message": both(message), "because": ["Z1"] }]);
        let failure = check(&Forge::new("charter").answer("check", answer).build());
        assert_eq!(failure.code, FailureCode::MissingLanguage, "{message:?}");
    }
    for message in [
        "看\u{202e}反了",
        "\u{1b}[2J",
        "零\u{200b}宽",
        "隔\u{2066}离",
        "标\u{61c}记",
        "软\u{ad}连",
        "换\u{2028}行",
        "自造\u{e863}字",
        "签\u{e0041}",
    ] {
        let answer = serde_json::json!([{ "weight": "advise", "code": "note", "message": both(message), "because": ["Z1"] }]);
        let failure = check(&Forge::new("charter").answer("check", answer).build());
        assert_eq!(failure.code, FailureCode::BadAnswer, "{message:?}");
    }
    let answer = serde_json::json!([{ "weight": "advise", "code": "Not Kebab", "message": both("好"), "because": ["Z1"] }]);
    assert_eq!(check(&Forge::new("charter").answer("check", answer).build()).code, FailureCode::BadAnswer);
}

#[test]
fn the_host_survives_two_hundred_traps_and_then_answers() {
    let book = rulebook();
    let bad = charter(&book, &gallery::trap());
    let good = charter(&book, &Forge::new("charter").answer("terms", manifests::council_terms()).build());
    let ask = |rules| book.terms(rules, &ctx(), &query(Body::Council), yishi_law::Terms::default());
    for _ in 0..200 {
        assert_eq!(ask(&bad).expect_err("traps").code, FailureCode::Trap);
    }
    let answered = ask(&good).expect("the good one still answers").value;
    assert!(!answered.quorum.is_empty());
}

#[test]
fn nothing_is_kept_between_two_answers() {
    let book = rulebook();
    let rules = charter(&book, &gallery::counting());
    for _ in 0..5 {
        let terms = book
            .terms(&rules, &ctx(), &query(Body::Council), yishi_law::Terms::default())
            .expect("an answer")
            .value;
        assert_eq!(terms.notice_days.expect("the counter").value, 1, "each answer is the first one");
    }
}

#[test]
fn an_instance_finds_only_zeros_in_its_memory() {
    // It leaves a mark behind and complains when it finds one.
    let book = rulebook();
    let bytes = Forge::new("charter")
        .body(
            "terms",
            "(if (i32.load (i32.const 100000)) (then unreachable))
             (memory.fill (i32.const 70000) (i32.const 255) (i32.const 61072)) (i32.const EMPTY)",
        )
        .build();
    let rules = charter(&book, &bytes);
    for _ in 0..100 {
        book.terms(&rules, &ctx(), &query(Body::Council), yishi_law::Terms::default())
            .expect("memory was zero");
    }
}

#[test]
fn fuel_is_the_same_on_every_run_and_in_every_engine() {
    let bytes = Forge::new("charter").answer("terms", manifests::council_terms()).build();
    let mut seen = std::collections::BTreeSet::new();
    for book in [rulebook(), Rulebook::new(config()).expect("a second engine")] {
        let rules = charter(&book, &bytes);
        for _ in 0..200 {
            let answered = book
                .terms(&rules, &ctx(), &query(Body::Council), yishi_law::Terms::default())
                .expect("an answer");
            let record = &answered.calls[0].record;
            seen.insert((record.fuel, record.output));
        }
    }
    assert_eq!(seen.len(), 1, "{seen:?}");
    let spent = terms(&gallery::endless_loop()).call.expect("recorded").record.fuel;
    assert_eq!(spent, rulebook().limits().small.fuel, "an endless loop spends exactly its budget");
}

#[test]
fn a_stop_by_the_clock_is_no_answer() {
    let mut config: Config = config();
    config.limits.small.processor_ms = 20;
    config.limits.small.fuel = u64::MAX >> 2;
    let book = Rulebook::new(config).expect("the engine starts");
    let rules = charter(&book, &gallery::endless_loop());
    let failure =
        book.terms(&rules, &ctx(), &query(Body::Council), yishi_law::Terms::default()).expect_err("stopped");
    assert_eq!(failure.code, FailureCode::Unavailable);
    assert!(failure.call.is_none(), "what the clock did is never recorded");
    assert!(!failure.code.is_deterministic());
}

/// The wall clock used to stop a rule after a quarter of a second, so that on a busy machine a rule that loops was
/// answered as "busy, try again" and a good one as if it were at fault.
#[test]
fn on_a_busy_machine_fuel_alone_decides() {
    let book = Rulebook::new(Config::in_process()).expect("the engine starts");
    let looping = charter(&book, &gallery::endless_loop());
    let good = manifests::good_charter().build();
    on_a_busy_machine(|| {
        let failure = book
            .terms(&looping, &ctx(), &query(Body::Council), yishi_law::Terms::default())
            .expect_err("it never answers");
        assert_eq!(failure.code, FailureCode::BudgetExceeded, "{failure}");
        assert!(failure.call.is_some(), "its answer is that its budget ran out, and can be recorded");
        let report = book.shelve(&good, &ctx(), floor(), &yishi_rulebook::RuleSet::default(), None);
        report.expect("a good rule is taken whatever else the machine does");
    });
}

#[test]
fn more_callers_than_places_wait_in_line() {
    let mut config = config();
    config.limits.concurrent_calls = 2;
    let book = Rulebook::new(config).expect("the engine starts");
    let rules = charter(&book, &Forge::new("charter").answer("terms", manifests::council_terms()).build());
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                for _ in 0..20 {
                    book.terms(&rules, &ctx(), &query(Body::Council), yishi_law::Terms::default())
                        .expect("nobody is turned away by the pool");
                }
            });
        }
    });
}

#[test]
fn log_lines_are_bounded_and_cannot_disguise_themselves() {
    let book = rulebook();
    let bytes = Forge::new("charter")
        .items("(data (i32.const 2048) \"\\1b[31mred\\0aline\") (data (i32.const 70000) \"x\")")
        .body(
            "terms",
            "(call $log.write (i32.const 2) (i32.const 2048) (i32.const 13))
             (call $log.write (i32.const 1) (i32.const 70000) (i32.const 20000))
             (call $log.write (i32.const 1) (i32.const 70000) (i32.const 20000)) (i32.const EMPTY)",
        )
        .build();
    let answered = book
        .terms(&charter(&book, &bytes), &ctx(), &query(Body::Council), yishi_law::Terms::default())
        .expect("an answer");
    let log = &answered.calls[0].log;
    assert_eq!(log[0].message, "\\u{1b}[31mred\\u{a}line");
    let kept: usize = log.iter().map(|line| line.message.len()).sum();
    assert!(kept <= book.limits().log_bytes, "{kept}");
}

#[test]
fn a_question_that_is_too_large_is_not_asked() {
    let book = rulebook();
    let rules = charter(&book, &Forge::new("charter").build());
    let mut asked = query(Body::Council);
    asked.matter.form = format!("\"{}\"", "x".repeat(200 << 10));
    let failure = book.terms(&rules, &ctx(), &asked, yishi_law::Terms::default()).expect_err("too large");
    assert_eq!(failure.code, FailureCode::InputLimit);
}

#[test]
fn a_component_that_is_not_loaded_fails_closed() {
    let book = rulebook();
    let bytes = Forge::new("charter").answer("terms", manifests::council_terms()).pages(3).build();
    let rules = charter(&book, &bytes);
    book.unload(&rule(&book, &bytes).digest);
    let failure = book
        .terms(&rules, &ctx(), &query(Body::Council), yishi_law::Terms::default())
        .expect_err("not loaded");
    assert_eq!(failure.code, FailureCode::NotLoaded);
    assert!(failure.call.is_none());
}
