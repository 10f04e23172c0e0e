//! 规约列表与货架 (rules of a community, the shelf, attestations).

use axum::extract::{FromRequest as _, Request};
use axum::response::IntoResponse as _;
use yishi_acts::house::House;
use yishi_app::CheckPlace;
use yishi_app::views::ShelfView;
use yishi_portal::context::{ClauseNote, Scenario, ShelfItem, ShelfPage, ShelfReport};
use yishi_portal::forms;

use super::house::asks_settings;
use super::prelude::*;
use super::rule::effects;
use super::told::Told;

/// The form with which a component is put on the shelf.
const UPLOAD: &str = "upload-rule";

pub(super) async fn shelve(visit: Visit, Path(community): Path<CommunityId>, request: Request) -> Response {
    // The place comes before the file is read: who cannot be served is told so, and holds no memory.
    let place = match visit.app().upload_place(visit.ctx(), community).await {
        Ok(place) => place,
        Err(error) => {
            let page = visit.rules_page(community, None);
            return visit.again(Miss::from(error), UPLOAD, &Posted::default(), page).await;
        }
    };
    let posted = match Posted::from_request(request, &()).await {
        Ok(posted) => posted,
        Err(problem) => return problem.into_response(),
    };
    match visit.shelve(community, &posted, place).await {
        Ok(report) => visit.show(visit.rules_page(community, Some(report)).await).await,
        Err(miss) => {
            // A component that is refused gets a report, not only a message.
            let report = visit.refusal_report(&miss);
            visit.again(miss, UPLOAD, &posted, visit.rules_page(community, report)).await
        }
    }
}

impl Visit {
    pub(super) async fn rules_page(
        &self,
        community: CommunityId,
        report: Option<ShelfReport>,
    ) -> Result<Response> {
        let place = self.place(community, NavItem::Rules).await?;
        let rules = self.app().rules(self.ctx(), community).await?;
        let shelf = if place.may(Action::ViewShelf) {
            self.app().shelf(self.ctx(), community).await?
        } else {
            Vec::new()
        };
        let mut items = Vec::with_capacity(shelf.len());
        for item in &shelf {
            items.push(self.shelf_item(&place, item).await?);
        }
        let upload = if place.may(Action::ShelveRule) {
            let form = forms::upload_rule(self.lang, &format!("{}/rules/shelf", place.href));
            Some(self.guarded(form, None)?)
        } else {
            None
        };
        let board = self.board(&place).await?;
        let open = self.app().open_matters(self.ctx(), community).await?;
        let [in_force, making, ended] = self.rule_cards(&place, &board, rules.iter(), &open).await?;
        let page = ShelfPage { rules: in_force, making, ended, shelf: items, upload, report };
        // A component that passed is a success, though the page follows its upload without a redirect.
        self.page(&place.frame, &page)
    }

    async fn shelf_item(&self, place: &Place, item: &ShelfView) -> Result<ShelfItem> {
        let (publisher, _) = self.app().imprint(&item.digest).await?;
        let digest = item.digest.to_string();
        let (schema, defaults) = self.app().settings_asked(&item.digest).await?;
        let mut list = Vec::new();
        let suffix = digest.strip_prefix("sha256:").unwrap_or(&digest);
        // What can be made of a component: whatever asks for its settings.
        for entry in House::acts().iter().filter(|entry| asks_settings(entry)) {
            let (act, path) = (entry.act, entry.path_in_community().unwrap_or_default());
            if !place.may(act) {
                continue;
            }
            let asked = OfRules { schemas: vec![schema.clone()], answered: defaults.clone() };
            let about = About {
                current: json!({ "component": digest }),
                of_rules: [("settings", asked)].into(),
                ..About::default()
            };
            list.push(self.house_form_at(place, act, path, suffix, about)?);
        }
        let told = Told::of_settings(self.lang, &schema);
        let text = item.text_difference.as_ref();
        Ok(ShelfItem {
            item: item.clone(),
            publisher,
            headings: self.app().articles(&item.digest).await?,
            effects: effects(self.lang, &told, text, &item.effects, item.figures_left, &item.would_end),
            forms: list,
        })
    }

    async fn shelve(&self, community: CommunityId, form: &Posted, place: CheckPlace) -> Result<ShelfReport> {
        let bytes = form.file("component")?.to_vec();
        let app = self.app();
        let view = self
            .once(form, |ctx: OpContext| async move { app.shelve(&ctx, community, bytes, place).await })
            .await?;
        Ok(self.shelf_report(&view))
    }

    /// What the shelf checks found of a component that may stay.
    fn shelf_report(&self, view: &Value) -> ShelfReport {
        let report = &view["report"];
        let text = |value: &Value| self.lang.said(value).to_owned();
        let own = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let list = |name: &str| report[name].as_array().cloned().unwrap_or_default();
        let scenarios = list("scenarios");
        let (passed, failed): (Vec<_>, Vec<_>) = scenarios.iter().partition(|one| one["passed"] == true);
        ShelfReport {
            accepted: true,
            title: own(&view[self.say("title", "title_en")]),
            digest: view["digest"].as_str().map(str::to_owned),
            summary: own(&view["summary"]),
            scenarios: (scenarios.len(), passed.len()),
            failures: failed
                .into_iter()
                .map(|one| Scenario {
                    title: own(&one["id"]),
                    given: Vec::new(),
                    when: own(&one["export"]),
                    then: phrases::lines_of(&one["actual"]),
                    passed: false,
                })
                .collect(),
            rights: list("rights").iter().map(text).collect(),
            notes: list("clauses")
                .iter()
                .map(|note| ClauseNote {
                    article: own(&note["article"]),
                    quote: own(&note["passage"]),
                    problem: text(&note["message"]),
                })
                .collect(),
            ..ShelfReport::default()
        }
    }

    /// What the shelf checks found of a component that may not stay.
    fn refusal_report(&self, miss: &Miss) -> Option<ShelfReport> {
        let problem = miss.problem();
        let own = self.lang.both("particulars", "particulars_en");
        let particulars = problem.member_of(own).and_then(Value::as_str)?.to_owned();
        let below_floor = problem.code().contains("floor") || problem.code().contains("charter");
        let title = problem.title(self.lang).to_owned();
        // What everybody should read is in the message already.
        let author = Some(particulars.clone()).filter(|particulars| !title.contains(particulars));
        Some(ShelfReport {
            code: Some(problem.code().to_owned()),
            title: self.say("上传的文件", "The uploaded file").to_owned(),
            summary: title,
            author,
            breach: below_floor.then_some(particulars),
            ..ShelfReport::default()
        })
    }
}
