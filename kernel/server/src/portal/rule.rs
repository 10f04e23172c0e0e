//! 规约页 (a rule: text, examples, settings, how it was adopted, what it demands beyond the law).

use jiff::civil::Date;
use yishi_app::context::civil_day;
use yishi_app::reader::RuleMoment;
use yishi_app::views::{EffectView, MatterView, RuleSummary, RuleView, ScenarioView, TextDifferenceView};
use yishi_deliberation::rule::{RuleStage, Standing};
use yishi_deliberation::{Rule, RuleAct, RuleEventKind, RuleState};
use yishi_identity::RuleId;
use yishi_law::Secrecy;
use yishi_portal::context::{
    Adoption, Effects, LifeStage, LifeStep, RulePage, RuleStatus, Scenario, SettingRow,
};

use super::acts::entry_of;
use super::cases::NOTICES;
use super::finding::rule_pages;
use super::prelude::*;
use super::told::Told;

pub(super) async fn act(
    visit: Visit,
    Path((community, rule, act)): Path<(CommunityId, RuleId, String)>,
    posted: Posted,
) -> Response {
    let done = visit.act_on_rule(community, rule, &act, &posted).await;
    let done = done.map(|said| (format!("/c/{community}/rules/{rule}"), said));
    visit.taken(done, &act, &posted, visit.rule_page(community, rule)).await
}

impl Visit {
    async fn act_on_rule(
        &self,
        community: CommunityId,
        rule: RuleId,
        act: &str,
        form: &Posted,
    ) -> Result<String> {
        let entry = entry_of::<Rule>(act)?;
        let here = self.app().scope(self.ctx(), community, Action::ViewPublic).await?;
        let reader = self.app().reader(&here).await?;
        let about = About { capacity: reader.acting_as(entry.right()), ..About::default() };
        self.send(community, rule, entry, &about, form).await?;
        Ok(entry.done(self.lang))
    }

    pub(super) async fn rule_page(&self, community: CommunityId, id: RuleId) -> Result<Response> {
        let place = self.place(community, NavItem::Rules).await?;
        let rule = self.app().rule(self.ctx(), community, id).await?;
        let (moments, reasons) = self.app().rule_history(self.ctx(), community, id).await?;
        let (publisher, summary) = self.app().imprint(&rule.digest).await?;
        let matter = match &rule.matter {
            Some(matter) => Some(self.app().matter(self.ctx(), community, *matter).await?),
            None => None,
        };
        let standing = match &matter {
            Some(matter) => {
                let summary = self.app().matter_summary(self.ctx(), community, matter.id).await?;
                Some(self.board(&place).await?.of(&summary))
            }
            None => None,
        };
        let status = RuleStatus::of(rule.summary.state, standing.map(|one| one.status));
        let told = Told::of(self.lang, &rule, &self.app().rule_schemas(&rule.digest).await?);
        let mut actions = self.rule_forms(&place, &rule)?;
        actions.extend(self.case_forms(&place, &rule)?);
        let shown = |may, to: &str| (may && !rule.cases.is_empty()).then(|| format!("{}/{to}", place.href));
        let page = RulePage {
            title: self.lang.of(&rule.summary.title, &rule.summary.title_en).to_owned(),
            publisher,
            summary: self.lang.of(&summary.zh, &summary.en).to_owned(),
            status,
            suspended: match status {
                RuleStatus::Suspended => reasons.last().map(|reason| self.reason(&place, reason)),
                _ => None,
            },
            settings: told.settings(&rule.settings),
            scenarios: rule.scenarios.iter().map(|one| self.scenario(one, &told)).collect(),
            effects: is_coming(status).then(|| {
                let text = rule.text_difference.as_ref();
                effects(self.lang, &told, text, &rule.effects, rule.figures_left, &rule.would_end)
            }),
            life: self.life(&rule, &moments),
            adoption: self.adoption(&place, &rule, matter.as_ref(), &moments).await?,
            consultation: match &matter {
                Some(matter) => self.consultation(&place, matter).await?,
                None => None,
            },
            actions,
            notices: self.app().rule_notices(self.ctx(), community, Some(id), None, NOTICES).await?.items,
            cases_href: shown(place.may(Action::ViewCases), &format!("rules/{id}/cases")),
            own_cases_href: shown(place.may(Action::ViewOwnCases), "my/cases"),
            component_href: format!("/api/v1/communities/{community}/rules/{id}/component"),
            rule,
        };
        self.page(&place.frame, &page)
    }

    /// An example in words, with the article that it illustrates.
    fn scenario(&self, scenario: &ScenarioView, told: &Told) -> (String, Scenario) {
        let mut when = told.lines(&scenario.input);
        when.insert(0, told.export(&scenario.export));
        let words = Scenario {
            title: self.lang.of(&scenario.title, &scenario.title_en).to_owned(),
            given: told.lines(&scenario.given),
            when: when.join(self.say("；", "; ")),
            then: told.lines(&scenario.then),
            // A component whose examples do not hold is never shelved.
            passed: true,
        };
        (scenario.article.clone(), words)
    }

    fn life(&self, rule: &RuleView, moments: &[RuleMoment]) -> Vec<LifeStep> {
        let last = |kinds: &[RuleEventKind]| moments.iter().rev().find(|one| kinds.contains(&one.event));
        let began = matches!(rule.summary.state, RuleState::Standing(_));
        // What was replaced before its day never began.
        let ends_on = rule.summary.ends_on;
        let in_force = rule.summary.in_force_from;
        let in_force = in_force.filter(|from| began && ends_on.is_none_or(|end| *from < end));
        let step = |stage, day: Option<Date>| LifeStep { stage, date: day.map(|day| self.lang.date(&day)) };
        let force = step(LifeStage::InForce, in_force);
        let mut steps = if let Some(paper) = &rule.attestation {
            vec![step(LifeStage::Voted, Some(paper.adopted_on)), force]
        } else {
            let reached =
                |stage, kinds: &[RuleEventKind]| step(stage, last(kinds).map(|one| civil_day(one.at)));
            vec![
                reached(LifeStage::Drafted, &[RuleEventKind::Drafted, RuleEventKind::Revised]),
                reached(LifeStage::Consulted, &[RuleEventKind::Consulted]),
                reached(LifeStage::Voted, &[RuleEventKind::Adopted, RuleEventKind::VotedDown]),
                reached(LifeStage::Filed, &[RuleEventKind::Filed]),
                reached(LifeStage::Promulgated, &[RuleEventKind::Promulgated]),
                force,
            ]
        };
        // What goes on in force has not ended, whatever was to take its place.
        let over = matches!(
            rule.summary.state,
            RuleState::Standing(Standing::Superseded | Standing::Repealed)
                | RuleState::Stage(RuleStage::Withdrawn | RuleStage::AttestationRejected)
        );
        let goes_on = !over && ends_on.is_none();
        let ended = last(&[
            RuleEventKind::Superseded,
            RuleEventKind::Repealed,
            RuleEventKind::Withdrawn,
            RuleEventKind::AttestationRejected,
        ]);
        if let Some(ended) = ended.filter(|_| !goes_on) {
            steps.push(LifeStep { stage: LifeStage::Ended, date: Some(self.lang.instant(ended.at)) });
        }
        steps
    }

    async fn adoption(
        &self,
        place: &Place,
        rule: &RuleView,
        matter: Option<&MatterView>,
        moments: &[RuleMoment],
    ) -> Result<Adoption> {
        if let Some(paper) = &rule.attestation {
            let by = |event: RuleEventKind| {
                let found = moments.iter().find(|moment| moment.event == event);
                found.map(|moment| self.lang.capacity(moment.by, place.kind()))
            };
            return Ok(Adoption::Attested {
                entered_by: by(RuleEventKind::Attested).unwrap_or_default(),
                confirmed_by: by(RuleEventKind::AttestationConfirmed).filter(|_| paper.confirmed),
                paper: paper.clone(),
            });
        }
        let (Some(decision), Some(matter)) = (&rule.decision, matter) else { return Ok(Adoption::NotYet) };
        let ballot = self.app().ballot(self.ctx(), place.id(), decision.ballot).await?;
        // The matter's own decision knows its entry in the record.
        let known = matter.decisions.iter().find(|one| one.ballot == decision.ballot);
        let rules = rule_pages(place, matter);
        let secret = ballot.secrecy == Secrecy::Secret;
        let finding = self.finding(known.unwrap_or(decision), secret, Some(ballot.meeting), &rules).await;
        Ok(Adoption::Voted {
            finding: Box::new(finding),
            matter: Link::new(&matter.title, format!("{}/matters/{}", place.href, matter.id)),
        })
    }

    fn rule_forms(&self, place: &Place, rule: &RuleView) -> Result<Vec<Form>> {
        let thing = format!("{}/rules/{}", place.href, rule.summary.id);
        let mut list = Vec::with_capacity(rule.may.len());
        for act in &rule.may {
            let form = match (act, Rule::entry(*act)) {
                (_, Some(entry)) => {
                    let about = About { capacity: place.reader.acting_as(entry.right()), ..About::default() };
                    self.form_on(place, entry, &thing, &about)
                }
                // It opens the matter that repeals.
                (RuleAct::Repeal, None) => {
                    let (repeal, action) = (HouseAct::Repeal, format!("{thing}/repeal"));
                    self.house_form(place.kind(), repeal, &action, "", &About::default())?
                }
                _ => continue,
            };
            list.push(self.guarded(form, Some(rule.version))?);
        }
        Self::usual_first(&mut list);
        Ok(list)
    }
}

/// What would be different from what is in force here now, and what would end. Its settings say the values.
pub(super) fn effects(
    lang: Lang,
    settings: &Told,
    text: Option<&TextDifferenceView>,
    rows: &[EffectView],
    figures_left: usize,
    ends: &[RuleSummary],
) -> Effects {
    let value = |name: &str, value: &Option<Value>| {
        let told = settings.settings(&json!({ name: value.as_ref()? }));
        let values: Vec<_> = told.into_iter().map(|(_, value)| value).collect();
        Some(lang.list(&values))
    };
    let changed = text.iter().flat_map(|text| &text.settings).map(|one| SettingRow {
        title: lang.of(&one.title, &one.title_en).trim_end_matches("（分）").to_owned(),
        before: value(&one.name, &one.before),
        after: value(&one.name, &one.after),
    });
    Effects {
        settings: changed.collect(),
        text: text.cloned(),
        rows: rows.to_vec(),
        figures_left,
        ends: ends.to_vec(),
    }
}

/// Whether a rule is on its way: what it would change is of interest then, and history afterwards.
fn is_coming(status: RuleStatus) -> bool {
    matches!(
        status,
        RuleStatus::Drafted
            | RuleStatus::Consulting
            | RuleStatus::Consulted
            | RuleStatus::Voting
            | RuleStatus::Attested
            | RuleStatus::Voted
            | RuleStatus::Promulgated
    )
}
