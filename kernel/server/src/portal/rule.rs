//! 规约页 (a rule: text, examples, settings, how it was adopted, what it demands beyond the law).
use yishi_portal::Speak as _;

use std::sync::Arc;
use yishi_acts::house::HouseAct;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::Value;
use yishi_acts::Aggregate as _;
use yishi_app::reader::RuleMoment;
use yishi_app::views::{
    EffectView, FailingView, HeadingView, MatterView, RuleSummary, RuleView, ScenarioView,
    TextDifferenceView, UnansweredView,
};
use yishi_deliberation::RuleState;
use yishi_deliberation::rule::{RuleStage, Standing};
use yishi_deliberation::{Rule, RuleAct, RuleEventKind};
use yishi_edge::extract::Path;
use yishi_identity::{Action, CommunityId, RuleId};
use yishi_law::Secrecy;
use yishi_portal::Lang;
use yishi_portal::context::{
    Adoption, Article, ArticleGroup, BeyondLaw, ClauseNote, EffectRow, Effects, Form, GateNote, LifeStage,
    LifeStep, Link, NavItem, RulePage, RuleStatus, Scenario, Setting,
};

use super::acts::{About, entry_of};
use super::answer::{Miss, Tried};
use super::finding::rule_pages;
use super::phrases;
use super::posted::Posted;
use super::standing::rule_status;
use super::told::Told;
use super::visit::{Place, Visit};
use crate::http::Server;

/// Routes of this file.
pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/c/{community}/rules/{rule}", get(rule_page))
        .route("/c/{community}/rules/{rule}/{act}", post(act))
}

async fn rule_page(visit: Visit, Path((community, rule)): Path<(CommunityId, RuleId)>) -> Response {
    let page = visit.rule_page(community, rule, None).await;
    visit.show(page).await
}

async fn act(
    visit: Visit,
    Path((community, rule, act)): Path<(CommunityId, RuleId, String)>,
    posted: Posted,
) -> Response {
    match visit.act_on_rule(community, rule, &act, &posted).await {
        Ok(to) => {
            let entry = Rule::entry_named(&act);
            visit.done(&to, &entry.map_or_else(String::new, |entry| entry.done(visit.lang)))
        }
        Err(miss) => {
            let page = match visit.tried(&miss, &act, &posted, &[]) {
                Some(tried) => visit.rule_page(community, rule, Some(&tried)).await,
                None => Err(miss),
            };
            visit.show(page).await
        }
    }
}

impl Visit {
    async fn act_on_rule(
        &self,
        community: CommunityId,
        rule: RuleId,
        act: &str,
        form: &Posted,
    ) -> Result<String, Miss> {
        let entry = entry_of::<Rule>(act)?;
        let community_at = self.app().scope(self.ctx(), community, Action::ViewPublic).await?;
        let reader = self.app().reader(self.ctx(), &community_at).await?;
        let about = About { capacity: reader.acting_as(entry.right()), ..About::default() };
        self.send(community, rule, entry, &about, form).await?;
        Ok(format!("/c/{community}/rules/{rule}"))
    }

    pub(super) async fn rule_page(
        &self,
        community: CommunityId,
        id: RuleId,
        tried: Option<&Tried>,
    ) -> Result<Response, Miss> {
        let place = self.place(community, NavItem::Rules).await?;
        let rule = self.app().rule(self.ctx(), community, id).await?;
        let moments = self.app().rule_moments(self.ctx(), community, id).await?;
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
        let status = rule_status(rule.summary.state, standing.as_ref());
        let told = Told::of(self.lang, &rule, &self.app().rule_schemas(&rule.digest).await?);
        let mut actions = self.rule_forms(&place, &rule)?;
        actions.extend(self.case_forms(&place, &rule)?);
        let kind = rule.summary.kind;
        let mut page = RulePage {
            title: phrases::of(self.lang, &rule.summary.title, &rule.summary.title_en).to_owned(),
            kind,
            version: rule.summary.version.clone(),
            publisher,
            summary: phrases::of(self.lang, &summary.zh, &summary.en).to_owned(),
            status,
            effective: rule.summary.in_force_from.map(|day| phrases::day(self.lang, day)),
            status_note: None,
            digest: rule.digest.to_string(),
            settings_digest: rule.settings_digest.to_string(),
            domains: rule
                .domains
                .iter()
                .map(|one| yishi_words::capitalised(phrases::of(self.lang, &one.title, &one.title_en)))
                .collect(),
            rights: Vec::new(),
            groups: self.articles(&rule, &told),
            settings: told
                .settings(&rule.settings)
                .into_iter()
                .map(|(label, value)| Setting { label, value, default: None, hint: None })
                .collect(),
            beyond: self.beyond(&rule),
            cut_off: self.cut_off(rule.figures_left),
            gates: self.gates(&rule),
            unanswered: self.unanswered(rule.unanswered.as_ref()),
            effects: is_coming(status).then(|| {
                let text = rule.text_difference.as_ref();
                let rows = self.effect_rows(&rule.effects);
                self.effects(&place, rows, (text, &told), rule.figures_left, &rule.would_end)
            }),
            failing: rule.summary.failing.as_ref().map(|failing| self.failing(failing)),
            notes: Vec::new(),
            life: self.life(&rule, &moments),
            adoption: self.adoption(&place, &rule, matter.as_ref(), &moments).await?,
            consultation: None,
            actions,
            notices: self.rule_notices(&place, id).await?,
            cases_href: (Self::may(&place, Action::ViewCases) && !rule.cases.is_empty())
                .then(|| format!("{}/rules/{id}/cases", place.href)),
            own_cases_href: (Self::may(&place, Action::ViewOwnCases) && !rule.cases.is_empty())
                .then(|| format!("{}/my/cases", place.href)),
            component_href: Some(format!("/api/v1/communities/{community}/rules/{id}/component")),
        };
        if let Some(matter) = &matter {
            page.consultation = self.rule_consultation(&place, matter).await?;
        }
        if let Some(tried) = tried {
            tried.fill(&mut page.actions);
        }
        self.page(&place.frame, &page, tried)
    }

    async fn rule_consultation(
        &self,
        place: &Place,
        matter: &MatterView,
    ) -> Result<Option<yishi_portal::context::Consultation>, Miss> {
        self.consultation(place, matter, None).await
    }

    fn articles(&self, rule: &RuleView, told: &Told) -> Vec<ArticleGroup> {
        let mut groups = self.bare_articles(&rule.headings);
        for article in groups.iter_mut().flat_map(|group| group.articles.iter_mut()) {
            let notes = rule.clause_review.iter().filter(|note| note.article == article.id);
            article.notes = notes
                .map(|note| ClauseNote {
                    article: note.article.clone(),
                    quote: String::new(),
                    problem: phrases::of(self.lang, &note.message, &note.message_en).to_owned(),
                    by: Vec::new(),
                })
                .collect();
            let examples = rule.scenarios.iter().filter(|scenario| scenario.article == article.id);
            article.scenarios = examples.map(|scenario| self.scenario(scenario, told)).collect();
        }
        groups
    }

    /// The text of a rule, without its examples and without what a review said of it.
    pub(super) fn bare_articles(&self, headings: &[HeadingView]) -> Vec<ArticleGroup> {
        let groups = headings.iter().map(|heading| ArticleGroup {
            title: phrases::of(self.lang, &heading.title, &heading.title_en).to_owned(),
            articles: heading
                .articles
                .iter()
                .map(|article| Article {
                    id: article.id.clone(),
                    heading: String::new(),
                    text: phrases::of(self.lang, &article.text, &article.text_en).to_owned(),
                    scenarios: Vec::new(),
                    notes: Vec::new(),
                })
                .collect(),
        });
        groups.collect()
    }

    fn scenario(&self, scenario: &ScenarioView, told: &Told) -> Scenario {
        let mut when = told.lines(&scenario.input);
        when.insert(0, told.export(&scenario.export));
        Scenario {
            title: phrases::of(self.lang, &scenario.title, &scenario.title_en).to_owned(),
            given: told.lines(&scenario.given),
            when: when.join(self.say("；", "; ")),
            then: told.lines(&scenario.then),
            // A component whose examples do not hold is never shelved.
            passed: Some(true),
        }
    }

    /// That a rule did not answer, in words. Nothing is known then of what it demands.
    pub(super) fn unanswered(&self, unanswered: Option<&UnansweredView>) -> Option<String> {
        unanswered.map(|one| phrases::of(self.lang, &one.message, &one.message_en).to_owned())
    }

    /// That a rule gave no usable answer in a step, and when it was last.
    pub(super) fn failing(&self, failing: &FailingView) -> String {
        let said = phrases::of(self.lang, &failing.message, &failing.message_en);
        let last = phrases::date(self.lang, &failing.last_on);
        match self.lang {
            yishi_portal::Lang::Zh => format!("{said}；最近一次：{last}"),
            yishi_portal::Lang::En => format!("{said}; the last time: {last}"),
        }
    }

    /// What would be demanded otherwise than now.
    pub(super) fn effect_rows(&self, rows: &[EffectView]) -> Vec<EffectRow> {
        rows.iter()
            .map(|row| EffectRow {
                what: phrases::of(self.lang, &row.about, &row.about_en).to_owned(),
                when: self.only([(&row.amount, &row.amount_en), (&row.when, &row.when_en)]),
                before: self.either(&row.before, &row.before_en),
                after: self.either(&row.after, &row.after_en),
                article: row.articles.join(self.say("、", ", ")),
            })
            .collect()
    }

    fn either(&self, zh: &Option<String>, en: &Option<String>) -> Option<String> {
        let zh = zh.as_deref()?;
        Some(phrases::of(self.lang, zh, en.as_deref().unwrap_or_default()).to_owned())
    }

    /// For which amounts and which matters only.
    fn only(&self, parts: [(&Option<String>, &Option<String>); 2]) -> Option<String> {
        let parts: Vec<_> = parts.iter().filter_map(|(zh, en)| self.either(zh, en)).collect();
        (!parts.is_empty()).then(|| parts.join(self.say("；", "; ")))
    }

    /// That some amounts were not asked about, because the rules name too many.
    pub(super) fn cut_off(&self, figures_left: usize) -> Option<String> {
        (figures_left > 0).then(|| match self.lang {
            Lang::Zh => {
                format!("规约里的数额太多或者计算太久，还有{figures_left}个数额没有比较：不同之处可能比这里列出的多。")
            }
            Lang::En => format!(
                "The rules name too many figures or compute too long: {figures_left} were not compared, and more may be different than is listed here."
            ),
        })
    }

    /// What it may demand or say where nothing can be compared, with its articles on this page.
    fn gates(&self, rule: &RuleView) -> Vec<GateNote> {
        let link = |article: &String| Link { text: article.clone(), href: format!("#{article}") };
        rule.gates
            .iter()
            .map(|gate| GateNote {
                text: phrases::of(self.lang, &gate.message, &gate.message_en).to_owned(),
                articles: gate.articles.iter().map(link).collect(),
            })
            .collect()
    }

    /// Settings and articles against the text in whose place this one would come.
    fn text_difference(&self, found: &TextDifferenceView, settings: &Told) -> (Vec<EffectRow>, Vec<String>) {
        let value = |name: &str, value: &Option<Value>| {
            let told = settings.settings(&serde_json::json!({ name: value.as_ref()? }));
            let values: Vec<_> = told.into_iter().map(|(_, value)| value).collect();
            Some(values.join(self.say("、", ", ")))
        };
        let rows = found.settings.iter().map(|one| EffectRow {
            what: phrases::of(self.lang, &one.title, &one.title_en).trim_end_matches("（分）").to_owned(),
            when: None,
            before: value(&one.name, &one.before),
            after: value(&one.name, &one.after),
            article: String::new(),
        });
        let mut lines = Vec::new();
        if found.new {
            lines.push(
                self.say(
                    "这是新的规约，没有现行的文本可比。",
                    "It is a new rule: there is no text in force to compare it with.",
                )
                .to_owned(),
            );
        }
        for (zh, en, ids) in [
            ("增加的条文", "Articles that would be new", &found.added),
            ("删去的条文", "Articles that would be gone", &found.removed),
            ("改动的条文", "Articles that would read otherwise", &found.changed),
        ] {
            if !ids.is_empty() {
                let ids = ids.join(self.say("、", ", "));
                lines.push(format!("{}{}{ids}", self.say(zh, en), self.say("：", ": ")));
            }
        }
        (rows.collect(), lines)
    }

    /// What would be different from what is in force here now, and what would end.
    pub(super) fn effects(
        &self,
        place: &Place,
        demands: Vec<EffectRow>,
        (text, settings): (Option<&TextDifferenceView>, &Told),
        figures_left: usize,
        ends: &[RuleSummary],
    ) -> Effects {
        let (mut rows, text) = match text {
            Some(found) => self.text_difference(found, settings),
            None => Default::default(),
        };
        rows.extend(demands);
        Effects {
            rows,
            text,
            cut_off: self.cut_off(figures_left),
            ends: ends
                .iter()
                .map(|rule| Link {
                    text: phrases::of(self.lang, &rule.title, &rule.title_en).to_owned(),
                    href: format!("{}/rules/{}", place.href, rule.id),
                })
                .collect(),
        }
    }

    fn beyond(&self, rule: &RuleView) -> Vec<BeyondLaw> {
        rule.changes
            .iter()
            .map(|change| {
                let law = match (&change.law, &change.law_en) {
                    (Some(zh), Some(en)) => phrases::of(self.lang, zh, en),
                    _ => self.say("法律未作规定", "the law is silent"),
                };
                BeyondLaw {
                    what: phrases::of(self.lang, &change.about, &change.about_en).to_owned(),
                    when: self.only([(&change.amount, &change.amount_en), (&change.when, &change.when_en)]),
                    law: law.to_owned(),
                    here: phrases::of(self.lang, &change.here, &change.here_en).to_owned(),
                    article: change.articles.join(self.say("、", ", ")),
                    by: None,
                }
            })
            .collect()
    }

    fn life(&self, rule: &RuleView, moments: &[RuleMoment]) -> Vec<LifeStep> {
        let at = |kinds: &[RuleEventKind]| {
            let found = moments.iter().rev().find(|moment| kinds.contains(&moment.event));
            found.map(|moment| phrases::instant(self.lang, moment.at))
        };
        let day = |kinds: &[RuleEventKind]| {
            let found = moments.iter().rev().find(|moment| kinds.contains(&moment.event));
            found.map(|moment| phrases::day(self.lang, yishi_app::context::civil_day(moment.at)))
        };
        let began = matches!(rule.summary.state, RuleState::Standing(_));
        // What was replaced before its day never began.
        let ends_on = rule.summary.ends_on;
        let in_force = rule.summary.in_force_from;
        let in_force = in_force.filter(|from| began && ends_on.is_none_or(|end| *from < end));
        let force =
            LifeStep { stage: LifeStage::InForce, date: in_force.map(|day| phrases::day(self.lang, day)) };
        let mut steps = if let Some(paper) = &rule.attestation {
            vec![
                LifeStep { stage: LifeStage::Voted, date: Some(phrases::date(self.lang, &paper.adopted_on)) },
                force,
            ]
        } else {
            let step = |stage, kinds: &[RuleEventKind]| LifeStep { stage, date: day(kinds) };
            vec![
                step(LifeStage::Drafted, &[RuleEventKind::Drafted, RuleEventKind::Revised]),
                step(LifeStage::Consulted, &[RuleEventKind::Consulted]),
                step(LifeStage::Voted, &[RuleEventKind::Adopted, RuleEventKind::VotedDown]),
                step(LifeStage::Filed, &[RuleEventKind::Filed]),
                step(LifeStage::Promulgated, &[RuleEventKind::Promulgated]),
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
        let ended = at(&[
            RuleEventKind::Superseded,
            RuleEventKind::Repealed,
            RuleEventKind::Withdrawn,
            RuleEventKind::AttestationRejected,
        ]);
        if let Some(ended) = ended.filter(|_| !goes_on) {
            steps.push(LifeStep { stage: LifeStage::Ended, date: Some(ended) });
        }
        steps
    }

    async fn adoption(
        &self,
        place: &Place,
        rule: &RuleView,
        matter: Option<&MatterView>,
        moments: &[RuleMoment],
    ) -> Result<Adoption, Miss> {
        if let Some(paper) = &rule.attestation {
            let by = |event: RuleEventKind| {
                let found = moments.iter().find(|moment| moment.event == event);
                found.map(|moment| phrases::capacity_in(self.lang, place.kind(), moment.by))
            };
            let t = self.lang.words();
            let counts = [
                (t.roll_persons, paper.in_office),
                (t.present, paper.present),
                (t.vote_yes, paper.yes),
                (t.vote_no, paper.no),
                (t.vote_abstain, paper.abstain),
            ];
            let mut counts: Vec<_> = counts.iter().map(|(label, count)| format!("{label} {count}")).collect();
            // Papers that the minutes say nothing of: whoever confirms is to see that they are missing.
            let unsaid = paper.present.saturating_sub(paper.yes + paper.no + paper.abstain);
            if unsaid > 0 {
                counts.push(match self.lang {
                    Lang::Zh => format!("另有 {unsaid} 票未投或者作废"),
                    Lang::En => format!("{unsaid} not cast or spoilt"),
                });
            }
            return Ok(Adoption::Attested {
                body: phrases::of(self.lang, &paper.body_name, &paper.body_name_en).to_owned(),
                date: phrases::date(self.lang, &paper.adopted_on),
                counts: counts.join(self.say("，", ", ")),
                entered_by: by(RuleEventKind::Attested).unwrap_or_default(),
                confirmed_by: by(RuleEventKind::AttestationConfirmed).filter(|_| paper.confirmed),
                minutes_digest: paper.minutes.to_string(),
            });
        }
        let (Some(decision), Some(matter)) = (&rule.decision, matter) else { return Ok(Adoption::NotYet) };
        let ballot = self.app().ballot(self.ctx(), place.id(), decision.ballot).await?;
        // The matter's own decision knows its entry in the record.
        let known = matter.decisions.iter().find(|one| one.ballot == decision.ballot);
        let rules = rule_pages(place, matter);
        let secret = ballot.secrecy == Secrecy::Secret;
        let finding =
            self.finding(place, known.unwrap_or(decision), secret, Some(ballot.meeting), &rules).await;
        Ok(Adoption::Voted {
            finding: Box::new(finding),
            matter: Link {
                text: matter.title.clone(),
                href: format!("{}/matters/{}", place.href, matter.id),
            },
        })
    }

    fn rule_forms(&self, place: &Place, rule: &RuleView) -> Result<Vec<Form>, Miss> {
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
