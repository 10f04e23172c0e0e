//! 办件与评议 (cases under a rule): a form for each kind on the rule's page, the list, and what outcomes publish.
use yishi_portal::Speak as _;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use jiff::civil::Date;
use serde_json::Value;
use yishi_app::inputs::{NewCase, Reasons};
use yishi_app::views::{CaseView, RuleView};
use yishi_app::{AppError, OpContext};
use yishi_deliberation::RuleState;
use yishi_deliberation::Standing;
use yishi_edge::extract::Path;
use yishi_identity::{Action, CaseId, CommunityId, RuleId};
use yishi_law::RuleKind;
use yishi_portal::asked::Asked;
use yishi_portal::context::{
    CaseRow, CasesPage, Fact, Field, FieldKind, Form, FormStyle, NavItem, NoticeCard, NoticeKind, RuleNotice,
};

use super::answer::{Miss, Tried};
use super::people::Asking;
use super::phrases;
use super::posted::Posted;
use super::told::Told;
use super::visit::{Place, Visit};
use crate::http::Server;

/// What the names of a case form's own fields begin with.
const FORM: &str = "form";
/// Cases of one page.
const PAGE: u32 = 30;
/// Notices of rules that a page shows.
const SHOWN: u32 = 50;
/// A notice's words on the community's page.
const HEADLINE: usize = 60;

/// Routes of this file.
pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/c/{community}/rules/{rule}/cases", get(cases).post(handle))
        .route("/c/{community}/rules/{rule}/cases/{case}/correction", post(correct))
        .route("/c/{community}/my/cases", get(own_cases))
}

async fn own_cases(visit: Visit, Path(community): Path<CommunityId>) -> Response {
    let page = visit.own_cases_page(community).await;
    visit.show(page).await
}

async fn correct(
    visit: Visit,
    Path((community, rule, case)): Path<(CommunityId, RuleId, CaseId)>,
    posted: Posted,
) -> Response {
    match visit.correct_case(community, rule, case, &posted).await {
        Ok(message) => visit.done(&format!("/c/{community}/rules/{rule}/cases"), &message),
        Err(miss) => {
            let page = match visit.tried(&miss, &format!("correct-{case}"), &posted, &[]) {
                Some(tried) => visit.cases_page(community, rule, Some(&tried)).await,
                None => Err(miss),
            };
            visit.show(page).await
        }
    }
}

async fn cases(visit: Visit, Path((community, rule)): Path<(CommunityId, RuleId)>) -> Response {
    let page = visit.cases_page(community, rule, None).await;
    visit.show(page).await
}

async fn handle(
    visit: Visit,
    Path((community, rule)): Path<(CommunityId, RuleId)>,
    posted: Posted,
) -> Response {
    match visit.handle_case(community, rule, &posted).await {
        Ok(message) => visit.done(&format!("/c/{community}/rules/{rule}"), &message),
        Err(miss) => {
            let form = format!("case-{}", posted.text("kind"));
            let page = match visit.tried(&miss, &form, &posted, &[]) {
                Some(tried) => visit.rule_page(community, rule, Some(&tried)).await,
                None => Err(miss),
            };
            visit.show(page).await
        }
    }
}

impl Visit {
    /// One form for each kind of case, for those who handle cases, while the rule is in force.
    pub(super) fn case_forms(&self, place: &Place, rule: &RuleView) -> Result<Vec<Form>, Miss> {
        if rule.summary.state != RuleState::Standing(Standing::InForce)
            || !Self::may(place, Action::HandleCase)
        {
            return Ok(Vec::new());
        }
        let regulation = rule.summary.kind == RuleKind::VillageRegulation;
        let submit = if regulation { self.say("评议", "Appraise") } else { self.say("办理", "Handle") };
        let action = format!("{}/rules/{}/cases", place.href, rule.summary.id);
        let mut list = Vec::with_capacity(rule.cases.len());
        for case in &rule.cases {
            let title = phrases::of(self.lang, &case.title, &case.title_en);
            let mut form =
                Form::new("case", &format!("{submit}{}{title}", self.say("：", ": ")), &action, submit)
                    .numbered(&case.kind)
                    .style(FormStyle::Folded)
                    .with(Field::hidden("kind", &case.kind));
            let asked = match case.about.as_str() {
                "community" => None,
                "household" => Some(self.say("户号", "Household number")),
                "person" => Some(self.say("姓名", "Name")),
                _ => Some(self.say("户号或者姓名", "Household number or name")),
            };
            if let Some(asked) = asked {
                form = form.with(Field::new("subject", asked, FieldKind::Text).required());
            }
            let day = Field::new("on", self.lang.words().case_on, FieldKind::Date).required();
            form = form.with(day.value(&self.ctx().today.to_string()));
            if regulation {
                form = form.note(self.say(
                    "只表扬、劝勉或者建议调解，不公布姓名。",
                    "It commends, counsels or suggests mediation, and nobody is named in public.",
                ));
            }
            let fields = Asked::of(&case.form).fields(self.lang, FORM, &Value::Null);
            let form = fields.into_iter().fold(form, Form::with);
            let form = match place.reader.acting_as(Action::HandleCase) {
                Some(capacity) => form.acting_as(&phrases::capacity_in(self.lang, place.kind(), capacity)),
                None => form,
            };
            list.push(self.guarded(form, None)?);
        }
        Ok(list)
    }

    /// Hands a case to the rule. What it says of it, for the reader.
    async fn handle_case(&self, community: CommunityId, rule: RuleId, form: &Posted) -> Result<String, Miss> {
        let view = self.app().rule(self.ctx(), community, rule).await?;
        let kind = form.required("kind")?;
        let case = view
            .cases
            .iter()
            .find(|case| case.kind == kind)
            .ok_or(AppError::NotFound { what: "case kind" })?;
        let input = NewCase {
            kind,
            subject: match case.about.as_str() {
                "community" => community.to_string(),
                _ => self.subject_of(community, form).await?,
            },
            on: form.date("on")?,
            form: form.asked(&Asked::of(&case.form), FORM)?,
        };
        let app = self.app();
        let done = self
            .once(form, |ctx: OpContext| async move { app.handle_case(&ctx, community, rule, input).await })
            .await?;
        let outcome = &done["outcome"];
        let told = Told::of(self.lang, &view, &self.app().rule_schemas(&view.digest).await?);
        let word = match (outcome["remark"].as_str(), outcome["stage"].as_str()) {
            (Some(remark), _) => told.word(remark),
            (None, stage) => told.stage(stage.unwrap_or_default()).to_owned(),
        };
        let message = phrases::said(self.lang, &outcome["message"]);
        Ok(format!("{word}{}{message}", self.say("：", ": ")))
    }

    async fn subject_of(&self, community: CommunityId, form: &Posted) -> Result<String, Miss> {
        let name = form.required("subject")?;
        let found = self.app().subjects_named(self.ctx(), community, &name).await?;
        let nobody = (
            format!("名册中没有这一户或这个人：{name}"),
            format!("no household and nobody on the roster is called {name}"),
        );
        let mut asking = Asking::of("subject");
        let one = asking.which(form, &name, 1, &found, nobody);
        asking.answered()?;
        one.ok_or_else(|| super::posted::missing("subject"))
    }

    /// Puts a case right. What to say of it.
    async fn correct_case(
        &self,
        community: CommunityId,
        rule: RuleId,
        case: CaseId,
        form: &Posted,
    ) -> Result<String, Miss> {
        let input = Reasons { reasons: form.required("reasons")? };
        let app = self.app();
        self.once(form, |ctx: OpContext| async move {
            app.correct_case(&ctx, community, rule, case, input).await
        })
        .await?;
        Ok(self
            .say(
                "已更正：积分已收回，记录不再计入，公布已撤下。",
                "Put right: its points are taken back, its records count no more, its notices are down.",
            )
            .to_owned())
    }

    /// One case as its list shows it.
    async fn case_row(
        &self,
        community: CommunityId,
        rule: &RuleView,
        told: &Told,
        case: &CaseView,
    ) -> Result<CaseRow, Miss> {
        let mut facts = self.case_facts(told, case);
        if let Some(correction) = &case.corrected {
            let day = phrases::date(self.lang, &correction.on);
            let total = correction.points_total;
            let value = match self.lang {
                yishi_portal::Lang::Zh => format!("{day}：{}（更正后累计积分 {total}）", correction.reasons),
                yishi_portal::Lang::En => format!("{day}: {} (points after it: {total})", correction.reasons),
            };
            facts.push(Fact { label: self.say("已更正", "Put right").to_owned(), value });
        }
        Ok(CaseRow {
            kind: case_kind(self.lang, rule, &case.kind),
            subject: self.app().subject_label(self.ctx(), community, &case.subject).await?,
            on: phrases::date(self.lang, &case.on),
            at: phrases::instant(self.lang, case.at),
            message: phrases::said(self.lang, &case.outcome["message"]).to_owned(),
            facts,
            forms: Vec::new(),
        })
    }

    fn correction_form(&self, place: &Place, rule: RuleId, case: &CaseView) -> Result<Option<Form>, Miss> {
        if case.corrected.is_some() || !Self::may(place, Action::HandleCase) {
            return Ok(None);
        }
        let title = self.say("更正这件办件", "Put this case right");
        let action = format!("{}/rules/{rule}/cases/{}/correction", place.href, case.id);
        let note = self.say(
            "录错了才更正：积分收回，记录不再计入，公布撤下；这件事本身留在记录里。对的内容请另行录入。",
            "For what was entered wrongly: its points are taken back, its records count no more, its notices come down. The case itself stays on record; enter what is right as a new one.",
        );
        let reasons =
            Field::new("reasons", self.say("更正理由", "Reasons"), FieldKind::Lines { rows: 3 }).required();
        let form = Form::new("correct", title, &action, self.say("更正", "Put right"))
            .numbered(&case.id)
            .style(FormStyle::Folded)
            .note(note)
            .with(reasons);
        Ok(Some(self.guarded(form, None)?))
    }

    /// What was handled about the reader and the reader's household, under whatever rule.
    async fn own_cases_page(&self, community: CommunityId) -> Result<Response, Miss> {
        let place = self.place(community, NavItem::Rules).await?;
        let base = format!("{}/my/cases", place.href);
        let now = self.ctx().now.as_second();
        let list = self.app().own_cases(self.ctx(), community, self.after(&base)?, PAGE).await?;
        let mut rules: BTreeMap<RuleId, (RuleView, Told)> = BTreeMap::new();
        let mut rows = Vec::with_capacity(list.items.len());
        for case in &list.items {
            let id = case.rule;
            let (rule, told) = match rules.entry(id) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => {
                    let rule = self.app().rule(self.ctx(), community, id).await?;
                    let told = Told::of(self.lang, &rule, &self.app().rule_schemas(&rule.digest).await?);
                    new.insert((rule, told))
                }
            };
            let mut row = self.case_row(community, rule, told, case).await?;
            let title = phrases::of(self.lang, &rule.summary.title, &rule.summary.title_en);
            row.kind = format!("{title} · {}", row.kind);
            rows.push(row);
        }
        let next = list.next.map(|position| self.server.cursors().seal(&base, &position, now));
        let page = CasesPage {
            own: true,
            title: place.community.row.name.clone(),
            rule_href: place.href.clone(),
            cases: rows,
            next_href: next.map(|cursor| format!("{base}?cursor={cursor}")),
        };
        self.page(&place.frame, &page, None)
    }

    /// The position a list goes on from.
    fn after(&self, base: &str) -> Result<Option<(String, String)>, Miss> {
        let Some(cursor) = self.query.get("cursor") else { return Ok(None) };
        let position = self.server.cursors().open(base, cursor, self.ctx().now.as_second())?;
        Ok(position.rsplit_once(' ').map(|(sort, id)| (sort.to_owned(), id.to_owned())))
    }

    async fn cases_page(
        &self,
        community: CommunityId,
        id: RuleId,
        tried: Option<&Tried>,
    ) -> Result<Response, Miss> {
        let place = self.place(community, NavItem::Rules).await?;
        let rule = self.app().rule(self.ctx(), community, id).await?;
        let rule_href = format!("{}/rules/{id}", place.href);
        let base = format!("{rule_href}/cases");
        let now = self.ctx().now.as_second();
        let list = self.app().cases(self.ctx(), community, id, self.after(&base)?, PAGE).await?;
        let told = Told::of(self.lang, &rule, &self.app().rule_schemas(&rule.digest).await?);
        let mut rows = Vec::with_capacity(list.items.len());
        for case in &list.items {
            let mut row = self.case_row(community, &rule, &told, case).await?;
            row.forms.extend(self.correction_form(&place, id, case)?);
            if let Some(tried) = tried {
                tried.fill(&mut row.forms);
            }
            rows.push(row);
        }
        let page = CasesPage {
            own: false,
            title: phrases::of(self.lang, &rule.summary.title, &rule.summary.title_en).to_owned(),
            rule_href,
            cases: rows,
            next_href: list
                .next
                .map(|position| self.server.cursors().seal(&base, &position, now))
                .map(|cursor| format!("{base}?cursor={cursor}")),
        };
        self.page(&place.frame, &page, tried)
    }

    /// Stage, points, standards, tasks, what is published and the articles of one outcome.
    fn case_facts(&self, told: &Told, case: &CaseView) -> Vec<Fact> {
        let (outcome, lang) = (&case.outcome, self.lang);
        let (comma, semicolon) = (self.say("、", ", "), self.say("；", "; "));
        let list = |name: &str| outcome[name].as_array().cloned().unwrap_or_default();
        let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let articles = |value: &Value| {
            let articles: Vec<_> =
                value["because"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            articles.join(comma)
        };
        let mut facts = Vec::new();
        let mut fact = |label: &str, value: String| {
            if !value.is_empty() {
                facts.push(Fact { label: label.to_owned(), value });
            }
        };
        let stage = outcome["stage"].as_str().map(|code| told.stage(code).to_owned());
        fact(&told.label("stage"), stage.unwrap_or_default());
        fact(
            &told.label("remark"),
            outcome["remark"].as_str().map(|word| told.word(word)).unwrap_or_default(),
        );
        let points = list("points");
        let points: Vec<_> = points
            .iter()
            .map(|one| {
                let given = one["points"].as_i64().unwrap_or_default();
                let by = match lang {
                    yishi_portal::Lang::Zh => format!("（{}）", articles(one)),
                    yishi_portal::Lang::En => format!(" ({})", articles(one)),
                };
                format!("{given:+} {}{by}", phrases::said(lang, &one["reason"]))
            })
            .collect();
        fact(&told.label("points"), points.join(semicolon));
        if outcome.get("points").is_some() {
            fact(self.say("累计积分", "Points in all"), case.points_total.to_string());
        }
        let measures = list("measures");
        let measures: Vec<_> = measures
            .iter()
            .map(|one| format!("{} {}", told.label(&text(one, "name")), one["value"]))
            .collect();
        fact(self.say("标准", "Standards"), measures.join(semicolon));
        let tasks = list("tasks");
        let tasks: Vec<_> = tasks
            .iter()
            .map(|one| {
                let (role, days) =
                    (told.word(&text(one, "role")), one["due-days"].as_u64().unwrap_or_default());
                match lang {
                    yishi_portal::Lang::Zh => {
                        format!("{role} {days} 天内：{}", phrases::said(lang, &one["text"]))
                    }
                    yishi_portal::Lang::En => {
                        format!("{role}, within {days} days: {}", phrases::said(lang, &one["text"]))
                    }
                }
            })
            .collect();
        fact(&told.label("tasks"), tasks.join(semicolon));
        let publish = list("publish");
        let publish: Vec<_> = publish
            .iter()
            .map(|one| {
                let days = one["days"].as_u64().unwrap_or_default();
                match lang {
                    yishi_portal::Lang::Zh => format!("公布 {days} 天（{}）", articles(one)),
                    yishi_portal::Lang::En => format!("posted for {days} days ({})", articles(one)),
                }
            })
            .collect();
        fact(&told.label("publish"), publish.join(semicolon));
        fact(&told.label("because"), articles(outcome));
        facts
    }

    /// What a rule's outcomes publish, as its page shows it.
    pub(super) async fn rule_notices(&self, place: &Place, rule: RuleId) -> Result<Vec<RuleNotice>, Miss> {
        let list = self.app().rule_notices(self.ctx(), place.id(), Some(rule), None, SHOWN).await?;
        let erased = self.say("（内容已清除）", "(the text was erased)");
        Ok(list
            .items
            .into_iter()
            .map(|notice| RuleNotice {
                text: match phrases::of(self.lang, &notice.text, &notice.text_en) {
                    "" => erased.to_owned(),
                    text => text.to_owned(),
                },
                first: phrases::date(self.lang, &notice.posted_on),
                last: phrases::date(self.lang, &notice.last_day),
                articles: notice.because.join(self.say("、", ", ")),
                id: notice.id,
            })
            .collect())
    }

    /// The same on the community's page, while it runs, with the last day to sort by.
    pub(super) async fn posted_by_rules(&self, place: &Place) -> Result<Vec<(Date, NoticeCard)>, Miss> {
        let list = self.app().rule_notices(self.ctx(), place.id(), None, None, SHOWN).await?;
        let today = self.ctx().today;
        let running = list.items.into_iter().filter(|notice| !notice.ended && !notice.text.is_empty());
        Ok(running
            .map(|notice| {
                let text = phrases::of(self.lang, &notice.text, &notice.text_en);
                let mut title: String = text.chars().take(HEADLINE).collect();
                if title.len() < text.len() {
                    title.push('…');
                }
                let card = NoticeCard {
                    kind: NoticeKind::Rule,
                    title,
                    href: format!("{}/rules/{}#{}", place.href, notice.rule, notice.id),
                    first: phrases::date(self.lang, &notice.posted_on),
                    last: phrases::date(self.lang, &notice.last_day),
                    days_left: phrases::days_left(notice.last_day, today),
                };
                (notice.last_day, card)
            })
            .collect())
    }
}

fn case_kind(lang: yishi_portal::Lang, rule: &RuleView, code: &str) -> String {
    let known = rule.cases.iter().find(|case| case.kind == code);
    known.map_or_else(|| code.to_owned(), |case| phrases::of(lang, &case.title, &case.title_en).to_owned())
}
