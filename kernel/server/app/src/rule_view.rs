//! 规则视图 (how a rule is shown): text and code side by side, and how it came to be adopted.

use std::collections::BTreeMap;

use serde_json::Value;
use yishi_deliberation::RuleVersion;
use yishi_deliberation::rule::{Adoption, Rule};
use yishi_identity::Action;
use yishi_rulebook::{Inspection, RuleSet};
use yishi_storage::Row;

use crate::ballots::{decision_of, question_digest};
use crate::rules::adopted;
use crate::views::{
    ArticleView, AttestationView, CaseKindView, ChangeView, ClauseNoteView, HeadingView, RuleSummary,
    RuleView, ScenarioView, SettingView,
};
use crate::{App, AppError, AppResult, Community, OpContext, words};

impl App {
    /// A rule in a line.
    pub(crate) async fn rule_summary(&self, ctx: &OpContext, rule: &Rule) -> AppResult<RuleSummary> {
        let standing = rule.standing(ctx.today);
        let (state, state_name) = words::rule_state(rule.stage, standing);
        // A component that no longer loads is still listed: somebody has to see it to replace it.
        let (name, version, title, title_en) = match self.component(&rule.version.component).await {
            Ok(inspection) => {
                let manifest = &inspection.manifest;
                (
                    manifest.name.clone(),
                    manifest.version.clone(),
                    manifest.title.zh().to_owned(),
                    manifest.title.en().to_owned(),
                )
            }
            Err(AppError::Plugin(_)) => {
                let short = rule.version.component.short();
                (short.clone(), String::new(), short.clone(), short)
            }
            Err(error) => return Err(error),
        };
        Ok(RuleSummary {
            id: rule.id.to_string(),
            kind: words::code(&rule.kind),
            name,
            version,
            title,
            title_en,
            state: state.to_owned(),
            state_name: state_name.to_owned(),
            in_force_from: rule.effective.map(|day| day.to_string()),
            adopted: adopted(rule).map(str::to_owned),
        })
    }

    /// Everything a page or a client shows of a rule.
    pub(crate) async fn rule_view(
        &self,
        ctx: &OpContext,
        community: &Community,
        rule: &Rule,
        version: u64,
        pending: &[Row],
    ) -> AppResult<RuleView> {
        let RuleVersion { component, settings } = rule.version;
        let inspection = self.component(&component).await?;
        let settings_text = self.pending_text(community, pending, &settings).await?;
        let values: Value = serde_json::from_str(&settings_text).map_err(AppError::internal)?;
        let matter = rule.consulted.map(|(matter, _, _)| matter.to_string());
        let matter = match matter {
            Some(matter) => Some(matter),
            None => {
                let row = self.store.view(&community.scope, "rule", &rule.id.to_string()).await?;
                row.and_then(|row| row.body["matter"].as_str().map(str::to_owned))
            }
        };
        let question = match rule.consulted {
            Some((matter, _, _)) => self.load_matter(community, matter).await?.matter.proposal,
            None => None,
        };
        let manifest = &inspection.manifest;
        let (changes, clause_review) = self.differences(ctx, community, rule, &inspection, &values).await?;
        Ok(RuleView {
            summary: self.rule_summary(ctx, rule).await?,
            version,
            digest: component,
            settings_words: settings_words(&inspection, &values),
            settings: values,
            settings_digest: settings,
            question: question.map(|proposal| question_digest(&proposal.question())).transpose()?,
            matter,
            decision: match &rule.adoption {
                Some(Adoption::Voted { outcome }) => {
                    let ballot = outcome.ballot.to_string();
                    let body = outcome.finding.body;
                    Some(decision_of(community, &ballot, body, rule.last_act.at, &outcome.finding, None))
                }
                _ => None,
            },
            attestation: attestation(community, rule),
            suspended_since: rule.suspended_since(ctx.today).map(|day| day.to_string()),
            headings: headings(&inspection),
            scenarios: scenarios(&inspection)?,
            changes,
            clause_review,
            domains: rule.domains.clone(),
            cases: manifest
                .cases
                .iter()
                .map(|case| CaseKindView {
                    kind: case.kind.clone(),
                    title: case.title.zh().to_owned(),
                    title_en: case.title.en().to_owned(),
                    form: case.form.clone(),
                })
                .collect(),
            may: self.rule_may(ctx, community, rule).await?,
        })
    }

    /// What the rule demands beyond the law, and passages its readers should look at.
    async fn differences(
        &self,
        ctx: &OpContext,
        community: &Community,
        rule: &Rule,
        inspection: &std::sync::Arc<Inspection>,
        settings: &Value,
    ) -> AppResult<(Vec<ChangeView>, Vec<ClauseNoteView>)> {
        let floor = self.floor(community.kind, ctx.today)?;
        let notes = yishi_rulebook::review_clauses(&inspection.manifest, floor)
            .into_iter()
            .map(|note| ClauseNoteView {
                article: note.article,
                code: words::code(&note.concern),
                message: note.message.zh,
                message_en: note.message.en,
            })
            .collect();
        let gate = self.gate_context(ctx, community, ctx.today, &BTreeMap::new()).await?;
        let rulebook = std::sync::Arc::clone(&self.rulebook);
        let inspection = std::sync::Arc::clone(inspection);
        let settings = settings.clone();
        let kind = rule.kind;
        let changes = tokio::task::spawn_blocking(move || {
            let reference = rulebook.settle(&inspection, &settings)?;
            Ok::<_, yishi_rulebook::PluginRefusal>(
                rulebook.review(&reference, &gate, floor, &RuleSet::default())?.changes,
            )
        })
        .await
        .map_err(AppError::internal)?;
        // A rule that fails is shown with its text all the same; that it fails is said where it is asked.
        let changes = changes.unwrap_or_else(|refusal| {
            tracing::warn!(%refusal, ?kind, "a rule's differences from the law could not be worked out");
            Vec::new()
        });
        let changes = changes
            .into_iter()
            .map(|change| {
                let (law, law_en) = match &change.law {
                    Some(law) => (law.zh.as_str(), law.en.as_str()),
                    None => ("法律未作规定", "the law is silent"),
                };
                ChangeView {
                    text: format!("{}：{}——{}（法律：{law}）", change.at.zh, change.field.zh, change.rule.zh),
                    text_en: format!(
                        "{}: {} — {} (law: {law_en})",
                        change.at.en, change.field.en, change.rule.en
                    ),
                    about: format!("{}：{}", change.at.zh, change.field.zh),
                    about_en: format!("{}: {}", change.at.en, change.field.en),
                    law: change.law.as_ref().map(|law| law.zh.clone()),
                    law_en: change.law.map(|law| law.en),
                    here: change.rule.zh,
                    here_en: change.rule.en,
                    articles: change.articles.into_iter().collect(),
                }
            })
            .collect();
        Ok((changes, notes))
    }

    async fn rule_may(&self, ctx: &OpContext, community: &Community, rule: &Rule) -> AppResult<Vec<String>> {
        if ctx.actor.account.is_none() {
            return Ok(Vec::new());
        }
        let reader = self.reader(ctx, community).await?;
        let action_of = |command: &str| match command {
            "promulgate" => Some(Action::AdvanceRule),
            "confirm-attestation" | "reject-attestation" => Some(Action::ConfirmAttestation),
            "suspend" => Some(Action::SuspendRule),
            "resume" => Some(Action::ResumeRule),
            "repeal" => Some(Action::DraftRule),
            _ => None,
        };
        Ok(rule
            .allowed(ctx.today)
            .into_iter()
            .filter(|command| action_of(command).is_some_and(|action| reader.may(action)))
            .map(str::to_owned)
            .collect())
    }
}

fn attestation(community: &Community, rule: &Rule) -> Option<AttestationView> {
    let Some(Adoption::Attested { adoption, confirmed, .. }) = &rule.adoption else { return None };
    let name = words::body(adoption.body, community.kind);
    Some(AttestationView {
        adopted_on: adoption.on.to_string(),
        body_name: name.zh,
        body_name_en: name.en,
        in_office: adoption.count.in_office,
        present: adoption.count.present,
        yes: adoption.count.yes,
        no: adoption.count.no,
        abstain: adoption.count.abstain,
        spoilt: adoption.count.spoilt,
        minutes: adoption.minutes,
        confirmed: confirmed.is_some(),
    })
}

fn headings(inspection: &Inspection) -> Vec<HeadingView> {
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
            export: scenario.when.export.name().to_owned(),
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
