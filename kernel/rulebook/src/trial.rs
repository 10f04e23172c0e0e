//! 试运行 (trying a plugin): its scenarios in the real host, each call twice.

use serde::Serialize;
use serde_json::{Value, json};
use yishi_canonical::Digest;

use std::sync::Arc;

use crate::call::{Call, Export};
use crate::catalogue::Loaded;
use crate::facts::{RecordFact, RosterFacts, RuleFacts};
use crate::failure::{FailureCode, GateFailure, PluginRefusal, RefusalCode};
use crate::host::Source;
use crate::json;
use crate::judge::{Fault, Judge};
use crate::manifest::Localized;
use crate::question::{
    AskAdmit, AskAppraise, AskCheck, AskClassify, AskHandle, AskTerms, AskValidateSettings, AskVet, Question,
};
use crate::rulebook::{Arguments, Rulebook, Settings};
use crate::scenario::{self, DEFAULT_DATE, Given, Scenario};
use crate::wire::CommunityKind;

/// 情景结果 (how one scenario came out).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ScenarioResult {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Localized,
    /// The article it illustrates.
    pub article: String,
    /// Which function was asked.
    pub export: Export,
    /// Whether the answer contains what was expected.
    pub passed: bool,
    /// What was expected.
    pub expected: Value,
    /// The whole answer; null when there was none.
    pub actual: Value,
    /// Why there was no answer, or why it does not count.
    pub fault: Option<String>,
    /// Fuel used.
    pub fuel: u64,
}

impl ScenarioResult {
    /// The difference in one line.
    #[must_use]
    pub fn told(&self) -> String {
        match &self.fault {
            Some(fault) => fault.clone(),
            None => format!("expected {}, got {}", self.expected, self.actual),
        }
    }
}

impl Rulebook {
    /// Runs every scenario of a loaded plugin, each twice. The result says which passed.
    ///
    /// # Errors
    /// [`PluginRefusal`] when two runs differ, or the plugin is not loaded.
    pub fn try_scenarios(&self, digest: &Digest) -> Result<Vec<ScenarioResult>, PluginRefusal> {
        let loaded = self.loaded(&digest.to_string(), digest, Export::ValidateSettings)?;
        loaded
            .inspection
            .manifest
            .scenarios
            .iter()
            .map(|scenario| self.try_scenario(&loaded, scenario))
            .collect()
    }

    fn try_scenario(&self, loaded: &Loaded, scenario: &Scenario) -> Result<ScenarioResult, PluginRefusal> {
        let mut result = ScenarioResult {
            id: scenario.id.clone(),
            title: scenario.title.clone(),
            article: scenario.article.clone(),
            export: scenario.when.export,
            passed: false,
            expected: scenario.then.clone(),
            actual: Value::Null,
            fault: None,
            fuel: 0,
        };
        let (first, second) = match (self.play(loaded, scenario), self.play(loaded, scenario)) {
            (Ok(first), Ok(second)) => (first, second),
            // That this host could not run it says nothing about the scenario.
            (Err(Unplayed::Host(failure)), _) | (_, Err(Unplayed::Host(failure))) => {
                return Err((*failure).into());
            }
            (Err(Unplayed::Rule(fault)), _) | (_, Err(Unplayed::Rule(fault))) => {
                result.fault = Some(fault);
                return Ok(result);
            }
        };
        if first.output != second.output || first.record != second.record {
            return Err(PluginRefusal::new(
                RefusalCode::Nondeterministic,
                &format!("情景 `{}` 两次运行的回答、额度或读取不一致", scenario.id),
                &format!("scenario `{}`: two runs differ in answer, fuel or what they read", scenario.id),
            ));
        }
        result.fuel = first.record.fuel;
        result.actual = serde_json::from_str(&first.output).unwrap_or(Value::Null);
        result.passed = scenario::matches(&scenario.then, &result.actual);
        Ok(result)
    }

    fn play(&self, loaded: &Loaded, scenario: &Scenario) -> Result<Call, Unplayed> {
        match scenario.when.export {
            Export::Classify => self.play_as::<AskClassify>(loaded, scenario),
            Export::Terms => self.play_as::<AskTerms>(loaded, scenario),
            Export::Admit => self.play_as::<AskAdmit>(loaded, scenario),
            Export::Vet => self.play_as::<AskVet>(loaded, scenario),
            Export::Check => self.play_as::<AskCheck>(loaded, scenario),
            Export::Handle => self.play_as::<AskHandle>(loaded, scenario),
            Export::Appraise => self.play_as::<AskAppraise>(loaded, scenario),
            Export::ValidateSettings => self.play_as::<AskValidateSettings>(loaded, scenario),
        }
    }

    fn play_as<Q: Question>(&self, loaded: &Loaded, scenario: &Scenario) -> Result<Call, Unplayed> {
        let manifest = &loaded.inspection.manifest;
        let given = &scenario.given;
        let today = given.today.as_deref().unwrap_or(DEFAULT_DATE);
        let mut input =
            scenario::complete_input(Q::EXPORT, &scenario.when.input, today, &manifest.settings.defaults);
        let mut chosen = manifest.settings.defaults.clone();
        if Q::EXPORT == Export::ValidateSettings {
            // The settings are the question itself: they are laid over the defaults and need not satisfy the schema.
            let text = input.get("settings").and_then(Value::as_str).unwrap_or("{}");
            chosen = serde_json::from_str(text).map_err(|error| error.to_string())?;
            input = json!({});
        } else {
            if let Some(patch) = &given.settings {
                json::merge(&mut chosen, patch);
            }
            if let Some(fault) = json::first_fault(&loaded.settings, &chosen) {
                return Err(Unplayed::Rule(format!("given.settings: {fault}")));
            }
            let kind = manifest.communities.first().copied().unwrap_or(CommunityKind::Village);
            if let Value::Object(fields) = &mut input {
                fields.insert("ctx".to_owned(), context(given, kind, today));
            }
        }
        let mut question: Q =
            serde_json::from_value(input).map_err(|error| format!("when.input: {error}"))?;
        let bytes = yishi_canonical::to_vec(&chosen).map_err(|error| format!("given.settings: {error}"))?;
        let settings = Settings { digest: Digest::of(&bytes), json: String::from_utf8_lossy(&bytes).into() };
        question.settle(Arc::clone(&settings.json));
        let arguments = Arguments::of(&question).map_err(|error| format!("when.input: {error}"))?;
        let told = |failure: GateFailure| match failure.code {
            FailureCode::Unavailable | FailureCode::NotLoaded => Unplayed::Host(Box::new(failure)),
            code => Unplayed::Rule(format!("{code}: {}", failure.detail)),
        };
        let (answer, call) =
            self.ask(loaded, &settings, &arguments, &question, source(given)).map_err(told)?;
        Q::check(&Judge::new(loaded), answer)
            .map_err(|Fault { code, detail }| format!("{code}: {detail}"))?;
        Ok(call)
    }
}

/// Why a scenario gave no answer.
enum Unplayed {
    /// For a reason of the rule or of the scenario.
    Rule(String),
    /// For a reason of this host.
    Host(Box<GateFailure>),
}

impl From<String> for Unplayed {
    fn from(fault: String) -> Self {
        Self::Rule(fault)
    }
}

fn context(given: &Given, kind: CommunityKind, today: &str) -> Value {
    let community = &given.community;
    json!({
        "community": {
            "kind": community.kind.unwrap_or(kind),
            "adults": community.adults.unwrap_or(1000),
            "households": community.households.unwrap_or(320),
            "representatives": community.representatives.unwrap_or(45),
            "council-members": community.council_members.unwrap_or(11),
        },
        "law-date": given.law_date.as_deref().unwrap_or(DEFAULT_DATE),
        "today": today,
    })
}

fn source(given: &Given) -> Source {
    let community = &given.community;
    let mut roster = RosterFacts {
        counts: given.roster.counts.clone(),
        household_adults: given.roster.household_adults.clone(),
    };
    for (name, figure, default) in [
        ("adults", community.adults, 1000),
        ("households", community.households, 320),
        ("representatives", community.representatives, 45),
        ("council-members", community.council_members, 11),
    ] {
        roster.counts.entry(name.to_owned()).or_insert(figure.unwrap_or(default));
    }
    let records = given.records.iter().map(|record| RecordFact {
        kind: record.kind.clone(),
        subject: record.subject.clone(),
        body: record.body.to_string(),
    });
    let rule = RuleFacts::whole(records, given.points);
    Source::Snapshot { roster: Arc::new(roster), rule: Arc::new(rule) }
}
