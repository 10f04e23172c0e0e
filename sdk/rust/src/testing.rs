//! Running a plugin's scenarios natively, through the same traits and with the same matching as the kernel's
//! host. The macros of the crate root add the test; nothing here needs to be called by hand.
//!
//! The format is `schemas/json/scenario.schema.json`. The kernel has its own implementation: golden cases in
//! `schemas/json/examples` keep the two in step.

pub mod answering;
mod files;
mod matching;
mod scenario;
mod soundness;

use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::exports;
use crate::wit;
use crate::{Charter, ImplementationRule, VillageRegulation};

pub use files::Plugin;
pub use matching::mismatch;
pub use scenario::{Given, Scenario};
pub use soundness::unsound;

/// An answer as JSON, with the names of the WIT.
pub type Answer = Value;

/// One call of an export, as a scenario describes it.
#[derive(Clone, Debug)]
pub struct Call {
    /// The export's name in the WIT.
    pub export: String,
    /// What every call is given.
    pub context: wit::Context,
    /// The parameters by their WIT names, complete.
    pub input: Value,
}

impl Call {
    fn parameter<T: DeserializeOwned>(&self, name: &str) -> Result<T, String> {
        T::deserialize(&self.input[name]).map_err(|error| format!("`when.input.{name}`: {error}"))
    }

    fn settings(&self) -> Result<String, String> {
        self.parameter("settings")
    }

    fn unknown(&self, world: &str) -> String {
        format!("the world `{world}` has no export `{}`", self.export)
    }
}

fn value(answer: impl Serialize) -> Result<Answer, String> {
    serde_json::to_value(answer).map_err(|error| error.to_string())
}

/// Asks a charter.
///
/// # Errors
/// What is wrong with the call.
pub fn charter<T: Charter>(call: &Call) -> Result<Answer, String> {
    use exports::charter as ask;
    let ctx = call.context.clone();
    match call.export.as_str() {
        "classify" => value(ask::classify::<T>(ctx, call.parameter("matter")?)),
        "terms" => value(ask::terms::<T>(ctx, call.parameter("query")?)),
        "admit" => value(ask::admit::<T>(ctx, call.parameter("person")?, call.parameter("role")?)),
        "vet" => value(ask::vet::<T>(ctx, &call.parameter("candidate")?)),
        "check" => value(ask::check::<T>(ctx, call.parameter("transition")?)),
        "validate-settings" => value(ask::validate_settings::<T>(&call.settings()?)),
        _ => Err(call.unknown("charter")),
    }
}

/// Asks an implementation rule.
///
/// # Errors
/// What is wrong with the call.
pub fn implementation_rule<T: ImplementationRule>(call: &Call) -> Result<Answer, String> {
    use exports::implementation_rule as ask;
    let ctx = call.context.clone();
    match call.export.as_str() {
        "check" => value(ask::check::<T>(ctx, call.parameter("transition")?)),
        "terms" => value(ask::terms::<T>(ctx, call.parameter("query")?)),
        "handle" => match ask::handle::<T>(ctx, &call.parameter("event")?) {
            Ok(outcome) => Ok(json!({ "ok": value(outcome)? })),
            Err(finding) => Ok(json!({ "err": value(finding)? })),
        },
        "validate-settings" => value(ask::validate_settings::<T>(&call.settings()?)),
        _ => Err(call.unknown("implementation-rule")),
    }
}

/// Asks a village regulation.
///
/// # Errors
/// What is wrong with the call.
pub fn village_regulation<T: VillageRegulation>(call: &Call) -> Result<Answer, String> {
    use exports::village_regulation as ask;
    let ctx = call.context.clone();
    match call.export.as_str() {
        "appraise" => value(ask::appraise::<T>(ctx, &call.parameter("event")?)),
        "check" => value(ask::check::<T>(ctx, call.parameter("transition")?)),
        "validate-settings" => value(ask::validate_settings::<T>(&call.settings()?)),
        _ => Err(call.unknown("village-regulation")),
    }
}

/// Runs every scenario of the plugin in this folder.
///
/// # Panics
/// When any does not hold, naming each with its article.
pub fn hold(folder: impl AsRef<Path>, ask: impl Fn(&Call) -> Result<Answer, String>) {
    let plugin = match Plugin::read(folder.as_ref()) {
        Ok(plugin) => plugin,
        Err(error) => panic!("{error}"),
    };
    let mut failures = String::new();
    for scenario in &plugin.scenarios {
        if let Err(reason) = run(&plugin, scenario, &ask) {
            let _ = writeln!(failures, "情景 {} ({})\n    {reason}", scenario.id, scenario.article);
        }
    }
    assert!(!plugin.scenarios.is_empty(), "`{}` has no scenarios", plugin.name);
    assert!(failures.is_empty(), "scenarios of `{}` that do not hold:\n{failures}", plugin.name);
}

/// Runs one scenario.
///
/// # Errors
/// Why it does not hold.
pub fn run(
    plugin: &Plugin,
    scenario: &Scenario,
    ask: impl Fn(&Call) -> Result<Answer, String>,
) -> Result<(), String> {
    if !plugin.articles.contains(&scenario.article) {
        return Err(format!("the text has no article `{}`", scenario.article));
    }
    let call = scenario.call(plugin)?;
    let facts = scenario.facts(plugin)?;
    let answer = answering::with(facts.clone(), || ask(&call))?;
    if answering::with(facts, || ask(&call))? != answer {
        return Err("asked twice, it answers differently".into());
    }
    if let Some(fault) = unsound(&answer, plugin) {
        return Err(format!("{fault}\n    answer: {answer}"));
    }
    match mismatch(&scenario.then, &answer) {
        None => Ok(()),
        Some(fault) => Err(format!("{fault}\n    answer: {answer}")),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    const GOLDEN: &str = include_str!("../../../schemas/json/examples/scenario-matching.json");

    #[derive(Deserialize)]
    struct Golden {
        cases: Vec<Case>,
    }

    #[derive(Deserialize)]
    struct Case {
        name: String,
        expected: Value,
        actual: Value,
        matches: bool,
    }

    #[test]
    fn matching_agrees_with_the_golden_cases() {
        let golden: Golden = serde_json::from_str(GOLDEN).expect("the golden cases are read");
        assert!(golden.cases.len() > 10);
        for case in golden.cases {
            let fault = mismatch(&case.expected, &case.actual);
            assert_eq!(fault.is_none(), case.matches, "{}: {fault:?}", case.name);
        }
    }

    struct Quiet;

    impl VillageRegulation for Quiet {
        type Settings = Value;
    }

    fn quiet(scenario: Value) -> Result<(), String> {
        let plugin = Plugin {
            name: "quiet".into(),
            kind: "village-regulation".into(),
            communities: vec!["village".into()],
            defaults: json!({ "hour": 22 }),
            roster: Vec::new(),
            articles: ["安静-1".to_owned()].into(),
            stages: Default::default(),
            measures: Default::default(),
            scenarios: Vec::new(),
        };
        let scenario = serde_json::from_value(scenario).expect("a scenario");
        run(&plugin, &scenario, village_regulation::<Quiet>)
    }

    #[test]
    fn a_scenario_that_holds_and_three_that_do_not() {
        let scenario = |article: &str, export: &str, remark: &str| {
            json!({
                "id": "night", "title": { "zh-CN": "夜间" }, "article": article,
                "when": { "export": export, "input": { "event": { "kind": "noise" } } },
                "then": { "remark": remark }
            })
        };
        assert_eq!(quiet(scenario("安静-1", "appraise", "none")), Ok(()));
        let wrong = quiet(scenario("安静-1", "appraise", "commend")).expect_err("another remark");
        assert!(wrong.contains("then.remark"), "{wrong}");
        let absent = quiet(scenario("安静-9", "appraise", "none")).expect_err("no such article");
        assert!(absent.contains("安静-9"), "{absent}");
        let export = quiet(scenario("安静-1", "handle", "none")).expect_err("no such export");
        assert!(export.contains("no export `handle`"), "{export}");
    }
}
