//! 规则视图 (how a rule is shown): text and code side by side, and how it came to be adopted.

use serde_json::Value;
use yishi_acts::Aggregate as _;
use yishi_deliberation::rule::{Adoption, Rule, Standing};
use yishi_deliberation::{RuleAct, RuleVersion};
use yishi_identity::{Capacity, RuleId};
use yishi_law::{FloorText, Words};
use yishi_rulebook::{FailureCode, Inspection};
use yishi_storage::Row;

use crate::ballots::{decision_of, question_digest};
use crate::rule_life::RuleRow;
use crate::views::{
    ArticleView, AttestationView, CaseKindView, ClauseNoteView, FailingView, HeadingView, NamedView,
    RuleSummary, RuleView, ScenarioView, SettingView,
};
use crate::{App, AppError, AppResult, Community, Here, OpContext, words};
use yishi_deliberation::RuleState;

impl App {
    /// A rule in a line.
    pub(crate) async fn rule_summary(&self, ctx: &OpContext, row: &RuleRow) -> AppResult<RuleSummary> {
        let life = &row.life;
        let state = RuleState::of(life.stage, life.standing(ctx.today));
        // A component that no longer loads is still listed: somebody has to see it to replace it.
        let version = match self.component(&life.version.component).await {
            Ok(inspection) => inspection.manifest.version.clone(),
            Err(AppError::Plugin(_)) => String::new(),
            Err(error) => return Err(error),
        };
        let ends = life.superseded.map(|(_, on)| on).into_iter().chain(life.repealed).min();
        let adopted = life.adopted_by.map(|_| if life.voted { "voted" } else { "attested" });
        let holds = matches!(life.standing(ctx.today), Standing::InForce | Standing::Suspended);
        Ok(RuleSummary {
            id: life.id,
            kind: life.kind,
            name: life.name.clone(),
            version,
            title: life.title.zh.clone(),
            title_en: life.title.en.clone(),
            state,
            state_name: state.term().zh.to_owned(),
            in_force_from: life.effective,
            adopted: adopted.map(str::to_owned),
            ends_on: ends,
            failing: row.failing.as_ref().filter(|_| holds).map(|failing| {
                let words = failure_words(&failing.code);
                FailingView {
                    code: failing.code.clone(),
                    message: words.zh,
                    message_en: words.en,
                    last_on: failing.on,
                    times: failing.times,
                }
            }),
        })
    }

    /// What ends because this text begins, in a line each.
    pub(crate) async fn would_end(
        &self,
        here: &Here<'_>,
        replaces: Option<RuleId>,
    ) -> AppResult<Vec<RuleSummary>> {
        let Some(old) = replaces else { return Ok(Vec::new()) };
        let rule = self.load_rule(here, old).await?.rule;
        Ok(vec![self.rule_summary(here.ctx, &self.rule_row(&rule, None).await?).await?])
    }

    /// Everything a page or a client shows of a rule.
    pub(crate) async fn rule_view(
        &self,
        here: &Here<'_>,
        rule: &Rule,
        version: u64,
        pending: &[Row],
    ) -> AppResult<RuleView> {
        let RuleVersion { component, settings } = rule.version;
        let inspection = self.component(&component).await?;
        let settings_text = self.pending_text(here, pending, &settings).await?;
        let values: Value = serde_json::from_str(&settings_text).map_err(AppError::internal)?;
        let (matter, question) = match rule.consulted {
            Some((matter, _, _)) => (Some(matter), self.load_matter(here, matter).await?.matter.proposal),
            None => (self.matter_of_rule(here, rule.id).await?, None),
        };
        let manifest = &inspection.manifest;
        let floor = self.floor(here.kind, here.ctx.today)?;
        let clause_review = clause_notes(&inspection, floor);
        let told = self.differences(here, &inspection, &values, rule.replaces, Some(rule)).await?;
        Ok(RuleView {
            summary: self.rule_summary(here.ctx, &self.rule_row(rule, None).await?).await?,
            version,
            digest: component,
            settings_words: settings_words(&inspection, &values),
            settings: values,
            settings_digest: settings,
            question: question.map(|proposal| question_digest(&proposal.question())).transpose()?,
            matter,
            decision: match &rule.adoption {
                Some(Adoption::Voted { outcome, .. }) => {
                    let (ballot, at) = (outcome.ballot, rule.last_act.at);
                    let (body, finding) = (outcome.finding.body, &outcome.finding);
                    Some(decision_of(self, here, ballot, body, at, finding, None).await)
                }
                _ => None,
            },
            attestation: attestation(here, rule),
            suspended_since: rule.suspended_since(here.ctx.today),
            headings: headings(&inspection),
            scenarios: scenarios(&inspection)?,
            changes: told.changes.clone(),
            effects: told.effects.clone(),
            text_difference: told.text.clone(),
            figures_left: told.figures_left,
            gates: crate::differences::gates(manifest),
            unanswered: told.unanswered.clone(),
            would_end: self.would_end(here, rule.replaces).await?,
            clause_review,
            domains: all_named(&manifest.domains),
            stages: all_named(&manifest.stages),
            measures: all_named(&manifest.measures),
            cases: manifest
                .cases
                .iter()
                .map(|case| CaseKindView {
                    kind: case.kind.clone(),
                    about: words::code(&case.about),
                    title: case.title.zh().to_owned(),
                    title_en: case.title.en().to_owned(),
                    form: case.form.clone(),
                })
                .collect(),
            may: self.rule_may(here, rule).await?,
        })
    }

    async fn rule_may(&self, here: &Here<'_>, rule: &Rule) -> AppResult<Vec<RuleAct>> {
        if here.ctx.actor.account.is_none() {
            return Ok(Vec::new());
        }
        let reader = self.reader(here).await?;
        // What follows from a matter's steps is done there, and nobody has a right to it here.
        let offered = |act: &RuleAct| {
            let acting = reader.acting_as(Rule::right(*act));
            acting.is_some_and(|capacity| rule.is_offered(*act, capacity == Capacity::TownAdmin))
        };
        Ok(rule.allowed(here.ctx.today).into_iter().filter(offered).collect())
    }
}

fn all_named(codes: &[yishi_rulebook::Named]) -> Vec<NamedView> {
    codes.iter().map(|one| crate::domains::named(&one.code, &one.words())).collect()
}

/// Passages its readers should look at.
fn clause_notes(inspection: &Inspection, floor: &FloorText) -> Vec<ClauseNoteView> {
    yishi_rulebook::review_clauses(&inspection.manifest, floor)
        .into_iter()
        .map(|note| ClauseNoteView {
            article: note.article,
            code: words::code(&note.concern),
            message: note.message.zh,
            message_en: note.message.en,
        })
        .collect()
}

/// What a failure's code means; the code itself for one this build does not know.
pub(crate) fn failure_words(code: &str) -> Words {
    let known = FailureCode::ALL.iter().find(|known| known.as_str() == code);
    known.map_or_else(|| Words::new(code, code), |known| known.words())
}

fn attestation(community: &Community, rule: &Rule) -> Option<AttestationView> {
    let Some(Adoption::Attested { adoption, confirmed, .. }) = &rule.adoption else { return None };
    let name = words::body(adoption.body, community.kind);
    Some(AttestationView {
        adopted_on: adoption.on,
        body_name: name.zh,
        body_name_en: name.en,
        in_office: adoption.count.in_office,
        present: adoption.count.present,
        yes: adoption.count.yes,
        no: adoption.count.no,
        abstain: adoption.count.abstain,
        spoilt: adoption.count.spoilt,
        minutes: adoption.minutes,
        authorisation: adoption.authorisation,
        confirmed: confirmed.is_some(),
    })
}

pub(crate) fn headings(inspection: &Inspection) -> Vec<HeadingView> {
    let headings = inspection.manifest.headings.iter();
    headings
        .map(|heading| HeadingView {
            id: heading.id.clone(),
            title: heading.title.zh().to_owned(),
            title_en: heading.title.en().to_owned(),
            articles: heading
                .articles
                .iter()
                .map(|article| ArticleView {
                    id: article.id.clone(),
                    text: article.text.zh().to_owned(),
                    text_en: article.text.en().to_owned(),
                })
                .collect(),
        })
        .collect()
}

fn scenarios(inspection: &Inspection) -> AppResult<Vec<ScenarioView>> {
    let mut views = Vec::new();
    for scenario in &inspection.manifest.scenarios {
        views.push(ScenarioView {
            id: scenario.id.clone(),
            title: scenario.title.zh().to_owned(),
            title_en: scenario.title.en().to_owned(),
            article: scenario.article.clone(),
            export: scenario.when.export.code().to_owned(),
            given: serde_json::to_value(&scenario.given).map_err(AppError::internal)?,
            input: scenario.when.input.clone(),
            then: scenario.then.clone(),
        });
    }
    Ok(views)
}

/// Each setting with the title and description its schema gives it.
fn settings_words(inspection: &Inspection, values: &Value) -> Vec<SettingView> {
    let properties = &inspection.manifest.settings.schema["properties"];
    let Some(values) = values.as_object() else { return Vec::new() };
    values
        .iter()
        .map(|(name, value)| {
            let schema = &properties[name];
            let text = |key: &str| schema[key].as_str().unwrap_or_default().to_owned();
            SettingView {
                name: name.clone(),
                // The unit of the stored figure is no longer that of the shown one.
                title: schema["title"].as_str().unwrap_or(name).trim_end_matches("（分）").to_owned(),
                description: text("description"),
                value: plain(name, value),
            }
        })
        .collect()
}

/// A setting's value as people of either language read it: fractions as 2/3, money in yuan, words without quotes.
fn plain(name: &str, value: &Value) -> String {
    if let (Some(numerator), Some(denominator)) = (value["numerator"].as_u64(), value["denominator"].as_u64())
    {
        return format!("{numerator}/{denominator}");
    }
    if let (true, Some(fen)) = (name.ends_with("-fen"), value.as_u64()) {
        let (yuan, rest) = (fen / 100, fen % 100);
        return if rest == 0 { format!("¥{yuan}") } else { format!("¥{yuan}.{rest:02}") };
    }
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::plain;

    #[test]
    fn settings_read_without_json() {
        assert_eq!(plain("petition", &json!({"numerator": 1, "denominator": 10})), "1/10");
        assert_eq!(plain("major-amount-fen", &json!(5_000_000)), "¥50000");
        assert_eq!(plain("gift-fen", &json!(20_050)), "¥200.50");
        assert_eq!(plain("notice-days", &json!(10)), "10");
        assert_eq!(plain("mode", &json!("households")), "households");
    }
}
